/* Lists of folders that a module changes; the counterpart of `facts/path_changes.py`. */

static int is_path(Reading *r, Text name) { return is_text(r, name, "sys.path") || is_text(r, last_of(r, name), "__path__"); }

static void note_path(Recorder *k, const Node *target, Set *found) {
    while (target->kind == E_SUBSCRIPT || target->kind == E_STARRED) target = target->a;
    Text name = chain(k->r, target);
    if (name && is_path(k->r, name)) put(k->r, found, name);
}

static void note_call(Recorder *k, Text name, Set *found) {
    static const char *const changing[] = {"append", "extend", "insert", "remove", "pop", "clear", NULL};
    static const char *const site[] = {"addsitedir", "syspath_prepend", NULL};
    static const char *const namespaces[] = {"declare_namespace", "extend_path", NULL};
    Reading *r = k->r;
    Text last = last_of(r, name);
    int before_last = r->texts[name].length - r->texts[last].length - 1;
    Text owner = before_last > 0 ? interned(r, r->texts[name].start, before_last) : 0;
    if (is_among(r, last, changing) && owner && is_path(r, owner)) put(r, found, owner);
    else if (is_among(r, last, site)) put(r, found, of_word(r, "sys.path"));
    else if (is_among(r, last, namespaces)) put(r, found, of_word(r, "__path__"));
}

static void note_paths(Recorder *k, const Node *node, Set *found) {
    if (node == NULL) return;
    switch (node->kind) {
        case E_CALL: note_call(k, chain(k->r, node->a), found); break;
        case S_ASSIGN:
        case S_DELETE:
            for (int n = 0; n < node->first.count; n++) note_path(k, node->first.items[n], found);
            break;
        case S_AUGMENTED:
        case S_ANNOTATED: note_path(k, node->a, found); break;
        default: break;
    }
    const Nodes *lists[] = {&node->first, &node->second, &node->third, &node->fourth};
    note_paths(k, node->a, found);
    note_paths(k, node->b, found);
    note_paths(k, node->c, found);
    for (int which = 0; which < 4; which++)
        for (int n = 0; n < lists[which]->count; n++) note_paths(k, lists[which]->items[n], found);
}
