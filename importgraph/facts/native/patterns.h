/* `match` statements and their patterns. What a pattern binds is no fact; what it looks up is. */

static Node *read_pattern(Reading *r);

static Node *pattern_node(Reading *r, const Token *start, Node *value) {
    Node *node = make(r, P_PATTERN, start);
    node->a = value;
    return done(r, node);
}

/* A name that a pattern binds, or `_`. */
static void read_capture(Reading *r) {
    expect_name(r);
    if (is_operator(r, '.') || is_operator(r, '(') || is_operator(r, '=')) give_up(r);
}

static Node *read_literal_pattern(Reading *r) {
    Token start = r->lex.token;
    if (accept(r, '-')) {
        if (r->lex.token.kind != NUMBER) give_up(r);
        Node *negative = make(r, E_UNARY, &start);
        negative->operation = '-';
        negative->a = read_number(r);
        done(r, negative);
        if (is_operator(r, '+') || is_operator(r, '-')) give_up(r);
        return negative;
    }
    Token t = r->lex.token;
    int is_word = t.kind == KEYWORD && (t.code == K_NONE || t.code == K_TRUE || t.code == K_FALSE);
    if (t.kind != NUMBER && t.kind != STRING && !is_word) give_up(r);
    Node *value = read_atom(r);
    if (value->kind != E_CONSTANT || is_operator(r, '+') || is_operator(r, '-')) give_up(r);
    return value;
}

/* A dotted name; `parts` gets how many names it has. */
static Node *read_looked_up(Reading *r, int *parts) {
    Token start = r->lex.token;
    Node *node = make(r, E_NAME, &start);
    node->name = expect_name(r);
    done(r, node);
    for (*parts = 1; accept(r, '.'); ++*parts) {
        Node *outer = make(r, E_ATTRIBUTE, &start);
        outer->a = node;
        outer->name = expect_name(r);
        node = done(r, outer);
    }
    return node;
}

static Node *read_class_pattern(Reading *r, const Token *start, Node *cls) {
    Node *node = make(r, P_PATTERN, start);
    node->a = cls;
    expect(r, '(');
    while (!is_operator(r, ')')) {
        Lexer saved = r->lex;
        int is_named = 0;
        if (r->lex.token.kind == NAME) {
            advance(r);
            is_named = accept(r, '=');
            if (!is_named) r->lex = saved;
        }
        if (!is_named && node->second.count) give_up(r);
        Node *inner = read_pattern(r);
        if (is_named) *ADD(r, node->second) = inner;
        else *ADD(r, node->first) = inner;
        if (!accept(r, ',')) break;
    }
    expect(r, ')');
    return done(r, node);
}

static Node *read_mapping_pattern(Reading *r) {
    Token start = r->lex.token;
    Node *node = make(r, P_PATTERN, &start);
    expect(r, '{');
    while (!is_operator(r, '}')) {
        if (accept(r, O_POWER)) {
            if (is_word(r, "_")) give_up(r);
            read_capture(r);
            accept(r, ',');
            break;
        }
        int parts = 2;
        Node *key = r->lex.token.kind == NAME ? read_looked_up(r, &parts) : read_literal_pattern(r);
        if (parts < 2) give_up(r);
        *ADD(r, node->first) = key;
        expect(r, ':');
        *ADD(r, node->second) = read_pattern(r);
        if (!accept(r, ',')) break;
    }
    expect(r, '}');
    return done(r, node);
}

static Node *read_starred_pattern(Reading *r) {
    Token start = r->lex.token;
    if (!accept(r, '*')) return read_pattern(r);
    read_capture(r);
    return pattern_node(r, &start, NULL);
}

static Node *read_sequence_pattern(Reading *r, int opening, int closing) {
    Token start = r->lex.token;
    Node *node = make(r, P_PATTERN, &start);
    int commas = 0;
    expect(r, opening);
    while (!is_operator(r, closing)) {
        int is_starred = is_operator(r, '*');
        *ADD(r, node->first) = read_starred_pattern(r);
        if (!accept(r, ',')) {
            if (opening == '(' && is_starred && !commas) give_up(r);
            break;
        }
        commas++;
    }
    expect(r, closing);
    return done(r, node);
}

static Node *read_closed_pattern(Reading *r) {
    Token start = r->lex.token;
    if (is_operator(r, '{')) return read_mapping_pattern(r);
    if (is_operator(r, '[')) return read_sequence_pattern(r, '[', ']');
    if (is_operator(r, '(')) return read_sequence_pattern(r, '(', ')');
    if (start.kind != NAME) return pattern_node(r, &start, read_literal_pattern(r));
    int parts, is_wildcard = is_word(r, "_");
    Node *value = read_looked_up(r, &parts);
    if (is_wildcard && (parts > 1 || is_operator(r, '('))) give_up(r); /* CPython looks no further than `_` */
    if (is_operator(r, '(')) return read_class_pattern(r, &start, value);
    if (is_operator(r, '=')) give_up(r);
    return pattern_node(r, &start, parts > 1 ? value : NULL);
}

static Node *read_pattern(Reading *r) {
    enter(r);
    Token start = r->lex.token;
    Node *node = read_closed_pattern(r);
    if (is_operator(r, '|')) {
        Node *either = make(r, P_PATTERN, &start);
        *ADD(r, either->first) = node;
        while (accept(r, '|')) *ADD(r, either->first) = read_closed_pattern(r);
        node = done(r, either);
    }
    if (accept_keyword(r, K_AS)) {
        if (is_word(r, "_")) give_up(r);
        read_capture(r);
        node = pattern_node(r, &start, node);
    }
    leave(r);
    return node;
}

static Node *read_case(Reading *r) {
    Node *node = make(r, P_CASE, &r->lex.token);
    Token start = r->lex.token;
    if (!is_word(r, "case")) give_up(r);
    advance(r);
    int is_starred = is_operator(r, '*');
    Node *pattern = read_starred_pattern(r);
    if (is_operator(r, ',')) {
        Node *several = make(r, P_PATTERN, &start);
        *ADD(r, several->first) = pattern;
        while (accept(r, ',') && !is_operator(r, ':') && !is_keyword(r, K_IF)) *ADD(r, several->first) = read_starred_pattern(r);
        pattern = done(r, several);
    } else if (is_starred) {
        give_up(r);
    }
    node->a = pattern;
    if (accept_keyword(r, K_IF)) node->b = read_named(r);
    read_block(r, &node->first);
    return done(r, node);
}

/* Tell whether a line that begins with the word `match` is the head of a `match` statement: it ends in a colon. */
static int begins_match(Reading *r) {
    if (!is_word(r, "match")) return 0;
    Lexer saved = r->lex;
    int ends = 0, count = 0;
    for (advance(r); r->lex.token.kind != NEW_LINE && r->lex.token.kind != END; advance(r), count++)
        ends = is_operator(r, ':');
    ends = ends && count > 1 && r->lex.token.kind == NEW_LINE;
    r->lex = saved;
    return ends;
}

static Node *read_match(Reading *r) {
    Node *node = make(r, S_MATCH, &r->lex.token);
    r->is_doubtful = 1; /* what patterns bind is not read */
    advance(r);
    Token start = r->lex.token;
    Node *subject = read_starred_or_named(r);
    if (is_operator(r, ',')) {
        Node *several = make(r, E_TUPLE, &start);
        *ADD(r, several->first) = subject;
        while (accept(r, ',') && !is_operator(r, ':')) *ADD(r, several->first) = read_starred_or_named(r);
        subject = done(r, several);
    } else if (subject->kind == E_STARRED) {
        give_up(r);
    }
    node->a = subject;
    expect(r, ':');
    if (r->lex.token.kind != NEW_LINE) give_up(r);
    advance(r);
    if (r->lex.token.kind != INDENT) give_up(r);
    advance(r);
    while (r->lex.token.kind != DEDENT && r->lex.token.kind != END) *ADD(r, node->first) = read_case(r);
    if (r->lex.token.kind == DEDENT) advance(r);
    return done(r, node);
}
