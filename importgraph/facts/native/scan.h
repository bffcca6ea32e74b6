/* What expressions load, call and bind; the counterpart of `facts/expressions.py`. */

typedef LIST(const Node *) Stack;

static void push(Recorder *k, Stack *stack, const Node *node) {
    if (node) *ADD(k->r, *stack) = node;
}

static void push_all(Recorder *k, Stack *stack, const Nodes *nodes) {
    for (int n = nodes->count - 1; n >= 0; n--) push(k, stack, nodes->items[n]);
}

/* Put the children of a node on the stack, so that the first one is popped first. */
static void push_children(Recorder *k, Stack *stack, const Node *node) {
    switch (node->kind) {
        case E_DICT:
            push_all(k, stack, &node->second);
            push_all(k, stack, &node->first);
            return;
        case P_PATTERN:
            push_all(k, stack, &node->second);
            push_all(k, stack, &node->first);
            push(k, stack, node->a);
            return;
        case E_TUPLE:
        case E_LIST:
        case E_SET:
        case E_BOOLEAN:
        case E_JOINED: push_all(k, stack, &node->first); return;
        default:
            push_all(k, stack, &node->first);
            push(k, stack, node->c);
            push(k, stack, node->b);
            push(k, stack, node->a);
    }
}

static int text_size(Recorder *k, const Node *node) {
    if (node == NULL) return 0;
    if (node->kind == E_CONSTANT) return node->code == C_TEXT || node->code == C_BYTES ? node->characters : 0;
    if (node->kind == E_LAMBDA) give_up(k->r);
    int size = text_size(k, node->a) + text_size(k, node->b) + text_size(k, node->c);
    for (int n = 0; n < node->first.count; n++) size += text_size(k, node->first.items[n]);
    for (int n = 0; n < node->second.count; n++) size += text_size(k, node->second.items[n]);
    return size;
}

static int is_special(Reading *r, Text last) {
    return is_among(r, last, IMPORTERS) || is_among(r, last, PATCHERS) || is_among(r, last, HAZARDS) || is_text(r, last, "attach") ||
           holds(r, last, "module");
}

static void scan_call(Recorder *k, const Node *node, const Context *context, Stack *stack) {
    static const char *const compilers[] = {"compile", "re_compile", "_compile", "regex", NULL};
    Reading *r = k->r;
    Text name = chain(r, node->a), root, last;
    if (node->a->kind == E_NAME) {
        root = last = name;
    } else {
        root = before(r, name, ".");
        last = last_of(r, name);
        if (!name || holds_char(r, name, '(')) {
            root = before(r, root, "(");
            push(k, stack, node->a);
        }
    }
    if (!k->in_function && context->live) {
        k->calls++;
        if (node->first.count && is_among(r, last, compilers)) {
            int size = text_size(k, node->first.items[0]);
            if (size || holds_char(r, name, '.')) {
                k->patterns++;
                k->pattern_size += size;
            }
        }
    }
    if (name) {
        if (is_special(r, last)) special_call(k, node, name, context);
        int is_literal = node->first.count && node->first.items[0]->kind == E_CONSTANT;
        record_call(k, name, context, node->line, is_literal ? literal_arguments(r, &node->first) : 0);
        if (k->in_function && has(&k->import_bound, root)) put(r, &k->uses, before(r, name, "("));
    }
    for (int n = node->second.count - 1; n >= 0; n--) push(k, stack, node->second.items[n]->a);
    push_all(k, stack, &node->first);
}

static void scan_lambda(Recorder *k, Node *node, const Context *context, Stack *stack) {
    Nodes none = {0};
    later(k, node, joined(k->r, context->owner, of_word(k->r, "<lambda>")), context, none);
    for (int n = 0; n < node->first.count; n++) {
        const Node *one = node->first.items[n];
        if (one->code <= PLAIN) push(k, stack, one->b);
    }
}

static void count(Recorder *k, const Node *node) {
    switch (node->kind) {
        case E_SUBSCRIPT: k->subscripts++; break;
        case E_DICT: k->elements += node->second.count; break;
        case E_LIST:
        case E_TUPLE:
        case E_SET: k->elements += node->first.count; break;
        case E_LISTCOMP:
        case E_SETCOMP:
        case E_DICTCOMP:
        case E_GENERATOR: k->loop_count++; break;
        default: break;
    }
}

/* Record what an expression, or a statement that has no function of its own, uses, calls and binds. */
static void scan(Recorder *k, const Node *root, const Context *context) {
    Reading *r = k->r;
    Stack stack = {0};
    push(k, &stack, root);
    while (stack.count) {
        const Node *node = stack.items[--stack.count], *start = node;
        switch (node->kind) {
            case E_CONSTANT: break;
            case E_NAME:
                if (node->code) put(r, &k->stores, node->name);
                else if (!k->in_function) use(k, node->name, context, node->line);
                else if (has(&k->import_bound, node->name)) put(r, &k->uses, node->name);
                break;
            case E_ATTRIBUTE:
                while (start->kind == E_ATTRIBUTE) start = start->a;
                if (start->kind != E_NAME) push(k, &stack, start);
                else if (!k->in_function) use(k, chain(r, node), context, node->line);
                else if (has(&k->import_bound, start->name)) put(r, &k->uses, chain(r, node));
                break;
            case E_CALL: scan_call(k, node, context, &stack); break;
            case E_LAMBDA: scan_lambda(k, (Node *)node, context, &stack); break;
            case E_NAMED:
                bind(k, node->name, context, node, chain(r, node->b));
                push(k, &stack, node->b);
                break;
            default:
                k->yields |= node->kind == E_YIELD || node->kind == E_YIELDFROM;
                if (!k->in_function && context->live) count(k, node);
                push_children(k, &stack, node);
        }
    }
}
