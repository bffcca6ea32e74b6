/* Expressions as texts; the counterpart of `facts/chains.py`. */

/* The chain of an expression of names, attributes and calls; 0 for any other. */
static Text chain(Reading *r, const Node *node) {
    char buffer[2000];
    char *at = buffer + sizeof buffer;
    int calls = 0;
    if (node == NULL) return 0;
    for (;; node = node->a) {
        if (node->kind == E_CALL) {
            calls++;
            continue;
        }
        if (node->kind != E_ATTRIBUTE && node->kind != E_NAME) return 0;
        Entry *name = &r->texts[node->name];
        if (at - buffer < calls * 2 + name->length + 2) give_up(r);
        for (; calls; calls--) {
            *--at = ')';
            *--at = '(';
        }
        at -= name->length;
        memcpy(at, name->start, (size_t)name->length);
        if (node->kind == E_NAME) {
            int length = (int)(buffer + sizeof buffer - at);
            return length == name->length ? node->name : interned(r, at, length);
        }
        *--at = '.';
    }
}

/* What `str.isprintable` says of a text that is not all ASCII. */
static int is_printable(Reading *r, const char *start, int length) {
    PyObject *text = PyUnicode_DecodeUTF8(start, length, NULL);
    PyObject *answer = text ? PyObject_CallMethod(text, "isprintable", NULL) : NULL;
    int found = answer ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    Py_XDECREF(text);
    if (found < 0) {
        PyErr_Clear();
        give_up(r);
    }
    return found;
}

/* Tell whether a node is a text that `literal` of chains.py gives back, and what it is. */
static int literal(Reading *r, const Node *node, Text *found) {
    if (node == NULL || node->kind != E_CONSTANT || node->code != C_TEXT || node->starred) return 0;
    int foreign = 0;
    for (int n = 0; n < node->length; n++) {
        unsigned char c = (unsigned char)node->text[n];
        if (c < 32 || c == 127) return 0;
        foreign |= c >= 128;
    }
    if (foreign && !is_printable(r, node->text, node->length)) return 0;
    *found = interned(r, node->text, node->length);
    return 1;
}

static int is_word_char(int c) { return is_letter(c) || is_digit(c); }

/* Tell whether a literal is one word or dotted name; of other alphabets only what is surely none. */
static int is_module_name(Reading *r, const Node *node) {
    if (node->kind != E_CONSTANT || node->code != C_TEXT || !node->length || node->starred) return 0;
    int foreign = 0;
    for (int n = 0; n < node->length; n++) {
        int c = (unsigned char)node->text[n];
        foreign |= c >= 128;
        if (c < 128 && !is_word_char(c) && c != '.') return 0;
    }
    if (is_digit((unsigned char)node->text[0])) return 0;
    if ((unsigned char)node->text[0] >= 128) return 0;
    if (foreign) give_up(r);
    return 1;
}

/* The arguments of a call, joined by bars, if all are names and few. */
static Text literal_arguments(Reading *r, const Nodes *arguments) {
    char buffer[1000];
    int length = 0;
    if (arguments->count > 8) return 0;
    for (int n = 0; n < arguments->count; n++)
        if (!is_module_name(r, arguments->items[n])) return 0;
    for (int n = 0; n < arguments->count; n++) {
        const Node *one = arguments->items[n];
        if (length + one->length + 1 > (int)sizeof buffer) give_up(r);
        if (n) buffer[length++] = '|';
        memcpy(buffer + length, one->text, (size_t)one->length);
        length += one->length;
    }
    return interned(r, buffer, length);
}

static const Nodes *elements_of(const Node *node) {
    return node->kind == E_LIST || node->kind == E_TUPLE || node->kind == E_SET ? &node->first : NULL;
}

/* What a loop runs over: `=a|b` for literal strings, a chain, or nothing. */
static Text loop_values(Reading *r, const Node *node) {
    const Nodes *elements = elements_of(node);
    if (elements == NULL) return chain(r, node);
    if (!elements->count || elements->count > 64) return 0;
    Text whole = of_word(r, "="), one;
    for (int n = 0; n < elements->count; n++) {
        if (!literal(r, elements->items[n], &one) || !one || holds_char(r, one, '|')) return 0;
        if (n) whole = joined(r, whole, of_word(r, "|"));
        whole = joined(r, whole, one);
    }
    return whole;
}

/* One literal string, or several joined by bars; 0 where they are not literal (`found` may be empty). */
static int strings_of(Reading *r, const Node *node, Text *found) {
    const Nodes *elements = elements_of(node);
    if (elements == NULL) return literal(r, node, found);
    *found = 0;
    Text one;
    for (int n = 0; n < elements->count; n++) {
        if (!literal(r, elements->items[n], &one)) return 0;
        if (n) *found = joined(r, *found, of_word(r, "|"));
        *found = joined(r, *found, one);
    }
    return 1;
}
