/* Calls that import or patch a module named by a string; the counterpart of `facts/calls.py`. */

static const char *const IMPORTERS[] = {"import_module", "__import__", "importorskip", NULL};
static const char *const PATCHERS[] = {"patch", "setattr", "delattr", "dict", "multiple", NULL};
static const char *const HAZARDS[] = {"globals", "vars", "locals", "exec", "eval", NULL};
static const char *const ATTACHING[] = {"lazy_loader.attach", "lazy.attach", "attach", NULL};

static const Node *keyword_value(Reading *r, const Node *call, const char *one, const char *other) {
    for (int n = 0; n < call->second.count; n++) {
        const Node *keyword = call->second.items[n];
        if (keyword->name && (is_text(r, keyword->name, one) || is_text(r, keyword->name, other))) return keyword->a;
    }
    return NULL;
}

static Import import_of_text(Recorder *k, const Node *place, const Context *context, Text target, int origin) {
    Entry *entry = &k->r->texts[target];
    int level = 0;
    while (level < entry->length && entry->start[level] == '.') level++;
    return new_import(context, place, interned(k->r, entry->start + level, entry->length - level), level, origin);
}

static Text text_of(Reading *r, const Node *node) {
    for (int n = 0; n < node->length; n++)
        if ((unsigned char)node->text[n] >= 128) give_up(r);
    return interned(r, node->text, node->length);
}

static int is_plain_text(const Node *node) { return node->kind == E_CONSTANT && node->code == C_TEXT; }

/* A computed module name with `{}` for the variable in it, and the variable. */
static Text pattern_of(Reading *r, const Node *node, Text *variable) {
    *variable = 0;
    if (node->kind == E_NAME) {
        *variable = node->name;
        return of_word(r, "{}");
    }
    if (node->kind == E_BINARY && is_plain_text(node->a) && node->b->kind == E_NAME) {
        if (node->operation == '+') {
            *variable = node->b->name;
            return joined(r, text_of(r, node->a), of_word(r, "{}"));
        }
        if (node->operation != '%') return 0;
        int found = -1, count = 0;
        for (int n = 0; n + 1 < node->a->length; n++)
            if (node->a->text[n] == '%' && node->a->text[n + 1] == 's') {
                found = n;
                count++;
                n++;
            }
        if (count != 1) return 0;
        *variable = node->b->name;
        Text whole = text_of(r, node->a);
        const char *start = r->texts[whole].start;
        Text head = interned(r, start, found), tail = interned(r, start + found + 2, node->a->length - found - 2);
        return joined(r, joined(r, head, of_word(r, "{}")), tail);
    }
    if (node->kind == E_JOINED && node->first.count == 2 && is_plain_text(node->first.items[0]) &&
        node->first.items[1]->kind == E_FORMATTED && node->first.items[1]->a->kind == E_NAME) {
        *variable = node->first.items[1]->a->name;
        return joined(r, text_of(r, node->first.items[0]), of_word(r, "{}"));
    }
    if (node->kind == E_CALL && node->a->kind == E_ATTRIBUTE && is_plain_text(node->a->a) && is_text(r, node->a->name, "format") &&
        node->first.count == 1 && node->first.items[0]->kind == E_NAME) {
        *variable = node->first.items[0]->name;
        return text_of(r, node->a->a);
    }
    return 0;
}

static int is_anchored_here(Reading *r, const Node *call) {
    const Node *anchor = call->first.count > 1 ? call->first.items[1] : keyword_value(r, call, "package", "package");
    Text name = chain(r, anchor);
    return is_text(r, name, "__name__") || is_text(r, name, "__package__");
}

static void import_call(Recorder *k, const Node *node, Text function, const Context *context) {
    Reading *r = k->r;
    const Node *argument = node->first.count ? node->first.items[0] : keyword_value(r, node, "name", "modname");
    Text target, variable = 0;
    if (!literal(r, argument, &target)) {
        Text pattern = argument ? pattern_of(r, argument, &variable) : 0;
        Named *loop = NULL;
        if (variable) FIND(k->loops, variable, loop);
        *ADD(r, k->dynamic) = (Dynamic){node->line, context->function, function, pattern, loop ? loop->value : 0};
        return;
    }
    if (starts_with(r, target, ".") && !is_anchored_here(r, node)) {
        *ADD(r, k->dynamic) = (Dynamic){node->line, context->function, function, 0, 0};
        return;
    }
    for (int n = 0; n < r->texts[target].length; n++) {
        if (r->texts[target].start[n] != '.') {
            add_import(k, import_of_text(k, node, context, target, FROM_DYNAMIC), context);
            return;
        }
    }
}

static void patch_call(Recorder *k, const Node *node, const Context *context) {
    Reading *r = k->r;
    Text target;
    if (!node->first.count || !literal(r, node->first.items[0], &target) || !holds_char(r, target, '.')) return;
    Entry *entry = &r->texts[target];
    int starts = 1;
    for (int n = 0; n < entry->length; n++) {
        int c = (unsigned char)entry->start[n];
        if (c >= 128) give_up(r);
        if (c == '.' ? starts : !is_word_char(c) || (starts && is_digit(c))) return;
        starts = c == '.';
    }
    if (starts) return;
    if (node->column < 0) give_up(r);
    *ADD(r, k->imports) = import_of_text(k, node, context, target, FROM_MOCK);
}

/* Record what a call imports by name, if it is one of the calls that do. */
static void special_call(Recorder *k, const Node *node, Text name, const Context *context) {
    Reading *r = k->r;
    Text last = last_of(r, name);
    if (is_among(r, last, IMPORTERS)) import_call(k, node, last, context);
    else if (is_among(r, last, PATCHERS) && holds(r, name, "patch")) patch_call(k, node, context);
    else if (is_among(r, name, HAZARDS)) put(r, &k->hazards, name);
    else if (is_among(r, name, ATTACHING)) give_up(r);
    else if (holds(r, last, "module"))
        for (int n = 0; n < node->first.count; n++)
            if (is_text(r, chain(r, node->first.items[n]), "__name__")) put(r, &k->hazards, of_word(r, "sys.modules"));
}
