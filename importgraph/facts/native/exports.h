/* What `__all__` says, and lists of strings at the top level; the counterpart of the end of `facts/parse.py`. */

typedef struct {
    int found, exact;
    LIST(Text) names;
    LIST(Text) modules;
} Exports;

static Text text_or_nothing(Reading *r, const Node *node) {
    Text found = 0;
    return literal(r, node, &found) ? found : 0;
}

static void add_exports(Recorder *k, Exports *all, const Node *value);

static void add_export(Recorder *k, Exports *all, const Node *element) {
    Text text = text_or_nothing(k->r, element);
    if (text) *ADD(k->r, all->names) = text;
    else if (element->kind == E_STARRED) add_exports(k, all, element->a);
    else all->exact = 0;
}

static void add_exports(Recorder *k, Exports *all, const Node *value) {
    static const char *const copying[] = {"list", "tuple", "sorted", NULL};
    Reading *r = k->r;
    const Nodes *elements = elements_of(value);
    if (elements) {
        for (int n = 0; n < elements->count; n++) add_export(k, all, elements->items[n]);
        return;
    }
    if (value->kind == E_BINARY && value->operation == '+') {
        add_exports(k, all, value->a);
        add_exports(k, all, value->b);
        return;
    }
    if (value->kind == E_CALL && value->first.count == 1 && is_among(r, chain(r, value->a), copying)) {
        add_exports(k, all, value->first.items[0]);
        return;
    }
    Text text = chain(r, value);
    if (ends_with(r, text, ".__all__")) *ADD(r, all->modules) = interned(r, r->texts[text].start, r->texts[text].length - 8);
    else if (!is_text(r, text, "__all__")) all->exact = 0;
}

static void call_on_exports(Recorder *k, Exports *all, Text method, const Nodes *arguments) {
    Reading *r = k->r;
    int is_one = arguments->count == 1;
    if (is_one && is_text(r, method, "extend")) {
        add_exports(k, all, arguments->items[0]);
    } else if (is_one && is_text(r, method, "append")) {
        add_export(k, all, arguments->items[0]);
    } else if (is_one && is_text(r, method, "remove")) {
        Text text = text_or_nothing(r, arguments->items[0]);
        int at = 0;
        while (at < all->names.count && all->names.items[at] != text) at++;
        if (at == all->names.count) {
            all->exact = 0;
            return;
        }
        for (; at + 1 < all->names.count; at++) all->names.items[at] = all->names.items[at + 1];
        all->names.count--;
    } else {
        all->exact = 0;
    }
}

static int is_named(Reading *r, const Node *node, const char *name) { return node->kind == E_NAME && is_text(r, node->name, name); }

static Exports read_exports(Recorder *k, const Nodes *body) {
    Reading *r = k->r;
    Exports all = {.exact = 1};
    for (int n = 0; n < body->count; n++) {
        const Node *one = body->items[n];
        int assigns = one->kind == S_ASSIGN && one->first.count == 1 && is_named(r, one->first.items[0], "__all__");
        if (assigns || (one->kind == S_ANNOTATED && one->c && is_named(r, one->a, "__all__"))) {
            all = (Exports){.found = 1, .exact = 1};
            add_exports(k, &all, assigns ? one->a : one->c);
        } else if (one->kind == S_AUGMENTED && is_named(r, one->a, "__all__")) {
            all.found = 1;
            add_exports(k, &all, one->b);
        } else if (one->kind == S_EXPRESSION && one->a->kind == E_CALL && one->a->a->kind == E_ATTRIBUTE &&
                   is_named(r, one->a->a->a, "__all__")) {
            call_on_exports(k, &all, one->a->a->name, &one->a->first);
        }
    }
    return all;
}

/* The literal strings of an assignment at the top level, as nodes. */
static Nodes strings_at_top(Recorder *k, const Nodes *body, const char *name) {
    Reading *r = k->r;
    Nodes found = {0};
    for (int n = 0; n < body->count; n++) {
        Node *one = body->items[n];
        if (one->kind != S_ASSIGN || one->first.count != 1 || !is_named(r, one->first.items[0], name)) continue;
        const Nodes *elements = elements_of(one->a);
        Nodes alone = {&one->a, 1, 1};
        if (elements == NULL) elements = &alone;
        for (int m = 0; m < elements->count; m++)
            if (text_or_nothing(r, elements->items[m])) *ADD(r, found) = elements->items[m];
        return found;
    }
    return found;
}
