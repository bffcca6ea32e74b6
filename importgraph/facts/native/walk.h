/* Statements: what each kind binds and which branch it opens; the counterpart of `facts/statements.py`. */

static void walk(Recorder *k, const Nodes *body, Context context);

enum { ERRORS_OF_IMPORT = 1, ERRORS_OF_ATTRIBUTE = 2 };

/* Which errors a class named by its last part stands for. */
static int errors_of(Reading *r, Text name) {
    name = last_of(r, name);
    if (is_text(r, name, "Exception") || is_text(r, name, "BaseException")) return ERRORS_OF_IMPORT | ERRORS_OF_ATTRIBUTE;
    if (is_text(r, name, "ImportError") || is_text(r, name, "ModuleNotFoundError")) return ERRORS_OF_IMPORT;
    return is_text(r, name, "AttributeError") ? ERRORS_OF_ATTRIBUTE : 0;
}

static int caught_by(Reading *r, const Node *handler) {
    if (handler->a == NULL) return ERRORS_OF_IMPORT | ERRORS_OF_ATTRIBUTE;
    if (handler->a->kind != E_TUPLE) return errors_of(r, chain(r, handler->a));
    int found = 0;
    for (int n = 0; n < handler->a->first.count; n++) found |= errors_of(r, chain(r, handler->a->first.items[n]));
    return found;
}

static Context tried(Context context, int number, int caught, int handled) {
    int flow = context.flow;
    if (caught & ERRORS_OF_IMPORT) {
        flow |= CATCHES_IMPORT;
        context = guarded(context, G_OPTIONAL);
    }
    if (caught & ERRORS_OF_ATTRIBUTE) flow |= CATCHES_ATTRIBUTE;
    if (handled & ERRORS_OF_IMPORT) context.tried = number;
    context.flow = flow;
    return context;
}

static void walk_try(Recorder *k, const Node *node, Context context) {
    Reading *r = k->r;
    int handled = 0, caught = 0, number = k->tries++;
    for (int n = 0; n < node->second.count; n++) {
        const Node *handler = node->second.items[n];
        int errors = caught_by(r, handler);
        handled |= errors;
        if (handler->first.items[handler->first.count - 1]->kind != S_RAISE) caught |= errors;
    }
    walk(k, &node->first, tried(context, number, caught, handled));
    for (int n = 0; n < node->second.count; n++) {
        const Node *handler = node->second.items[n];
        Context inside = within(context, HANDLER);
        inside.handles = number;
        if (handler->a) scan(k, handler->a, &inside);
        if (caught_by(r, handler) & ERRORS_OF_IMPORT) inside = guarded(inside, G_OPTIONAL);
        if (handler->name) put(r, &k->stores, handler->name);
        walk(k, &handler->first, inside);
    }
    walk(k, &node->third, context);
    walk(k, &node->fourth, context);
}

static void assign_target(Recorder *k, const Node *target, const Context *context, const Node *node, Text value) {
    Reading *r = k->r;
    switch (target->kind) {
        case E_NAME: bind(k, target->name, context, node, value); return;
        case E_TUPLE:
        case E_LIST:
            for (int n = 0; n < target->first.count; n++) assign_target(k, target->first.items[n], context, node, 0);
            return;
        case E_STARRED: assign_target(k, target->a, context, node, 0); return;
        default: break;
    }
    Text text = value ? chain(r, target) : 0;
    if (text && !holds_char(r, text, '(')) {
        int dots = 0;
        for (int n = 0; n < r->texts[text].length; n++) dots += r->texts[text].start[n] == '.';
        if (dots == 1) step(k, T_BIND, text, context, node->line, value, -1);
    }
    scan(k, target, context);
}

static void set_named(Recorder *k, Named value) {
    if (k->loops.count >= MOST_LISTED) give_up(k->r);
    for (int n = 0; n < k->loops.count; n++) {
        if (k->loops.items[n].name == value.name) {
            k->loops.items[n] = value;
            return;
        }
    }
    *ADD(k->r, k->loops) = value;
}

static void walk_with(Recorder *k, const Node *node, Context context) {
    static const char *const catching[] = {"suppress()", "raises()", "assertRaises()", "assertRaisesMessage()", "assertRaisesRegex()", NULL};
    Reading *r = k->r;
    Context inside = context;
    for (int n = 0; n < node->first.count; n++) {
        const Node *item = node->first.items[n], *expression = item->a;
        scan(k, expression, &context);
        Text text = chain(r, expression);
        if (expression->kind == E_CALL && is_among(r, last_of(r, text), catching)) {
            int caught = 0;
            for (int m = 0; m < expression->first.count; m++) caught |= errors_of(r, chain(r, expression->first.items[m]));
            inside = tried(inside, k->tries++, caught, caught);
        } else if (text) {
            record_call(k, joined(r, text, of_word(r, ".__enter__")), &context, node->line, 0);
        }
        if (item->b) assign_target(k, item->b, &inside, node, 0);
    }
    walk(k, &node->second, inside);
}

static void walk_loop(Recorder *k, const Node *node, Context context) {
    Context inside = k->in_function ? context : within(context, CONDITIONAL);
    k->loop_count += !k->in_function && context.live;
    if (node->kind == S_WHILE) {
        scan(k, node->a, &context);
    } else {
        scan(k, node->b, &context);
        assign_target(k, node->a, &context, node, 0);
        if (node->a->kind == E_NAME) set_named(k, (Named){.name = node->a->name, .value = loop_values(k->r, node->b)});
    }
    walk(k, &node->first, inside);
    walk(k, &node->second, context);
}

static void walk_match(Recorder *k, const Node *node, Context context) {
    Context inside = within(context, CONDITIONAL);
    scan(k, node->a, &context);
    for (int n = 0; n < node->first.count; n++) {
        const Node *one = node->first.items[n];
        scan(k, one->a, &inside);
        if (one->b) scan(k, one->b, &inside);
        walk(k, &one->first, inside);
    }
}

static Context branch(Recorder *k, Test test, Context context) {
    Reading *r = k->r;
    if (test.never) {
        Condition never = {of_word(r, "never"), 0, 0, 0};
        context.live = 0;
        context.flow |= DEAD;
        context.when = with_number(r, context.when, condition_index(k, known_condition(k, never)));
        return context;
    }
    if (test.always) return context;
    if (test.guard == G_NONE && !test.conditions.count) return within(context, CONDITIONAL);
    if (test.guard != G_NONE) context = guarded(context, test.guard);
    if (test.guard == G_TYPE_CHECKING || test.guard == G_MAIN) context.live = 0;
    for (int n = 0; n < test.conditions.count; n++)
        context.when = with_number(r, context.when, condition_index(k, test.conditions.items[n]));
    return context;
}

static void walk_if(Recorder *k, const Node *node, Context context) {
    scan(k, node->a, &context);
    Pair tests = read_test(k, node->a);
    walk(k, &node->first, branch(k, tests.body, context));
    if (node->second.count) walk(k, &node->second, branch(k, tests.other, context));
}

static void remember(Recorder *k, const Node *target, const Node *value, const Context *context) {
    Reading *r = k->r;
    Text texts = loop_values(r, value), name = joined(r, context->owner, target->name);
    if (texts && starts_with(r, texts, "=")) {
        Named *known;
        FIND(k->strings, name, known);
        if (known) known->value = texts;
        else *ADD(r, k->strings) = (Named){.name = name, .value = texts};
    }
    if (context->scope != IN_MODULE) return;
    Test test = read_test(k, value).body;
    if (test.conditions.count) {
        Named *known;
        FIND(k->tests, target->name, known);
        if (known) known->test = test;
        else *ADD(r, k->tests) = (Named){.name = target->name, .test = test};
    } else if (test.guard == G_TYPE_CHECKING) {
        put(r, &k->type_checking, target->name);
    }
}

static void walk_assign(Recorder *k, const Node *node, const Context *context) {
    scan(k, node->a, context);
    Text value = chain(k->r, node->a);
    for (int n = 0; n < node->first.count; n++) assign_target(k, node->first.items[n], context, node, value);
    if (node->first.count == 1 && !k->in_function && node->first.items[0]->kind == E_NAME)
        remember(k, node->first.items[0], node->a, context);
}

static void walk_annotated(Recorder *k, const Node *node, const Context *context) {
    if (!k->future_annotations && !k->in_function) {
        Context inside = within(*context, ANNOTATION);
        scan(k, node->b, &inside);
    }
    if (node->c) {
        scan(k, node->c, context);
        assign_target(k, node->a, context, node, chain(k->r, node->c));
    } else if (node->a->kind != E_NAME) {
        scan(k, node->a, context);
    }
}

static void call_of(Recorder *k, const Node *decorator, const Context *context) {
    Text name = chain(k->r, decorator);
    if (name) record_call(k, name, context, decorator->line, 0);
}

static void walk_annotation(Recorder *k, const Node *note, const Context *context) {
    if (note == NULL) return;
    Context inside = within(*context, ANNOTATION);
    k->annotations += !k->in_function;
    scan(k, note, &inside);
}

static void walk_function(Recorder *k, Node *node, const Context *context) {
    static const int order[] = {ONLY_POSITION, PLAIN, ONLY_KEYWORD, VARIADIC, KEYWORDS_LEFT};
    Reading *r = k->r;
    for (int n = 0; n < node->third.count; n++) {
        scan(k, node->third.items[n], context);
        call_of(k, node->third.items[n], context);
    }
    for (int n = 0; n < node->first.count; n++)
        if (node->first.items[n]->b) scan(k, node->first.items[n]->b, context);
    if (!k->future_annotations) {
        for (int which = 0; which < 5; which++)
            for (int n = 0; n < node->first.count; n++)
                if (node->first.items[n]->code == order[which]) walk_annotation(k, node->first.items[n]->a, context);
        walk_annotation(k, node->a, context);
    }
    Text qualname = joined(r, context->owner, node->name);
    int index = later(k, node, qualname, context, node->third);
    step(k, T_FUNCTION, qualname, context, node->line, 0, index);
    bind_definition(k, node->name, context);
    define(k, node->name, "function", node->line, node->end_line, context);
    if (context->scope == IN_CLASS && is_text(r, node->name, "__del__")) put(r, &k->hazards, node->name);
}

static void walk_class(Recorder *k, Node *node, const Context *context) {
    Reading *r = k->r;
    for (int n = 0; n < node->first.count; n++) scan(k, node->first.items[n], context);
    for (int n = 0; n < node->second.count; n++) scan(k, node->second.items[n]->a, context);
    for (int n = 0; n < node->third.count; n++) scan(k, node->third.items[n], context);
    Text qualname = joined(r, context->owner, node->name);
    int index = k->classes.count, fields = 0;
    *ADD(r, k->classes) = (Class){qualname, node};
    for (int n = 0; n < node->fourth.count; n++) fields += node->fourth.items[n]->kind == S_ANNOTATED;
    *ADD(r, k->fields) = fields;
    Set stores = k->stores, typed = k->typed;
    if (k->in_function) {
        k->stores = copied(r, &stores);
        k->typed = copied(r, &typed);
    }
    Context inside = *context;
    inside.scope = IN_CLASS;
    inside.owner = joined(r, qualname, of_word(r, "."));
    walk(k, &node->fourth, inside);
    if (k->in_function) {
        k->stores = stores;
        k->typed = typed;
    }
    step(k, T_CLASS, qualname, context, node->line, 0, index);
    for (int n = 0; n < node->third.count; n++) call_of(k, node->third.items[n], context);
    bind_definition(k, node->name, context);
    define(k, node->name, "class", node->line, node->end_line, context);
}

static void walk_import(Recorder *k, const Node *node, const Context *context) {
    Reading *r = k->r;
    for (int n = 0; n < node->first.count; n++) {
        const Node *alias = node->first.items[n];
        int is_from = node->kind == S_FROM;
        if (alias->alias && !is_from && is_text(r, alias->name, "typing"))
            put(r, &k->type_checking, joined(r, alias->alias, of_word(r, ".TYPE_CHECKING")));
        if (alias->alias && is_from && is_text(r, alias->name, "TYPE_CHECKING")) put(r, &k->type_checking, alias->alias);
        Import made = new_import(context, alias, is_from ? node->name : alias->name, is_from ? node->operation : 0, FROM_STATEMENT);
        made.has_name = is_from;
        made.name = is_from ? alias->name : 0;
        made.has_alias = alias->alias != 0;
        made.alias = alias->alias;
        add_import(k, made, context);
    }
}

static void walk_delete(Recorder *k, const Node *node, const Context *context) {
    for (int n = 0; n < node->first.count; n++) {
        const Node *target = node->first.items[n];
        if (target->kind == E_NAME) step(k, T_DELETE, joined(k->r, context->owner, target->name), context, node->line, 0, -1);
        else scan(k, target, context);
    }
}

static void walk_one(Recorder *k, Node *node, const Context *context) {
    Reading *r = k->r;
    switch (node->kind) {
        case S_ANNOTATED: walk_annotated(k, node, context); break;
        case S_ASSIGN: walk_assign(k, node, context); break;
        case S_CLASS: walk_class(k, node, context); break;
        case S_DELETE: walk_delete(k, node, context); break;
        case S_EXPRESSION:
            if (node->a->kind == E_CONSTANT && node->a->code == C_TEXT) k->text_size += node->a->characters;
            scan(k, node->a, context);
            break;
        case S_FOR:
        case S_WHILE: walk_loop(k, node, *context); break;
        case S_FUNCTION: walk_function(k, node, context); break;
        case S_GLOBAL:
            for (int n = 0; n < node->first.count; n++)
                put(r, &k->hazards, joined(r, of_word(r, "global "), node->first.items[n]->name));
            break;
        case S_IF: walk_if(k, node, *context); break;
        case S_IMPORT:
        case S_FROM: walk_import(k, node, context); break;
        case S_MATCH: walk_match(k, node, *context); break;
        case S_NONLOCAL:
        case S_PASS: break;
        case S_RETURN:
            if (node->a) {
                scan(k, node->a, context);
                Text text = chain(r, node->a);
                if (text) step(k, T_RETURN, 0, context, node->line, text, -1);
            }
            break;
        case S_TRY: walk_try(k, node, *context); break;
        case S_TYPE: bind(k, node->name, context, node, 0); break;
        case S_WITH: walk_with(k, node, *context); break;
        default: scan(k, node, context);
    }
}

static int may_leave(const Node *node) {
    const Nodes *branches[] = {&node->first, &node->second};
    for (int which = 0; which < 2; which++)
        for (int n = 0; n < branches[which]->count; n++)
            if (branches[which]->items[n]->kind == S_RETURN || branches[which]->items[n]->kind == S_RAISE) return 1;
    return 0;
}

static void walk(Recorder *k, const Nodes *body, Context context) {
    if (k->in_function) k->stored += body->count;
    else if (context.live) k->run += body->count;
    for (int n = 0; n < body->count; n++) {
        Node *node = body->items[n];
        walk_one(k, node, &context);
        if (k->in_function && node->kind == S_IF && may_leave(node)) context = within(context, CONDITIONAL);
    }
}

/* -- functions -------------------------------------------------------------------------------------- */

static int is_method(Reading *r, Text qualname) {
    Entry *entry = &r->texts[qualname];
    int n = entry->length;
    while (n > 0 && entry->start[n - 1] != '.') n--;
    if (n <= 1) return 0;
    return !ends_with(r, interned(r, entry->start, n - 1), "<locals>");
}

static const Node *first_parameter(const Node *node) {
    static const int order[] = {ONLY_POSITION, PLAIN, ONLY_KEYWORD, VARIADIC, KEYWORDS_LEFT};
    for (int which = 0; which < 5; which++)
        for (int n = 0; n < node->first.count; n++)
            if (node->first.items[n]->code == order[which]) return node->first.items[n];
    return NULL;
}

static void walk_function_body(Recorder *k, int number) {
    Reading *r = k->r;
    Function function = k->functions.items[number];
    Node *node = function.node;
    begin_body(k, 1);
    for (int n = 0; n < node->first.count; n++) put(r, &k->stores, node->first.items[n]->name);
    int first = k->functions.count;
    if (node->kind == E_LAMBDA) {
        scan(k, node->a, &function.context);
    } else {
        walk(k, &node->second, function.context);
        const Node *receiver = first_parameter(node);
        int is_static = 0;
        for (int n = 0; n < node->third.count; n++) is_static |= is_text(r, chain(r, node->third.items[n]), "staticmethod");
        if (receiver && !is_static && is_method(r, function.qualname)) put(r, &k->typed, receiver->name);
    }
    Set *opaque = take_clear(r, sizeof(Set));
    for (int n = 0; n < k->stores.size; n++)
        if (k->stores.keys[n] && !has(&k->typed, k->stores.keys[n] - 1)) put(r, opaque, k->stores.keys[n] - 1);
    if (function.opaque)
        for (int n = 0; n < function.opaque->size; n++)
            if (function.opaque->keys[n]) put(r, opaque, function.opaque->keys[n] - 1);
    for (int n = first; n < k->functions.count; n++) k->functions.items[n].opaque = opaque;
    Steps kept = {0};
    for (int n = 0; n < k->steps.count; n++) {
        Step one = k->steps.items[n];
        if (one.kind != T_CALL || !has(opaque, root_of(k, one.name))) *ADD(r, kept) = one;
    }
    Function *made = &k->functions.items[number];
    made->generator = k->yields;
    made->body = kept;
    made->use_count = k->uses.count;
    made->uses = sorted(r, &k->uses);
}
