/* Expressions, by the grammar of CPython; each function is named after its rule there. */

static Node *read_expression(Reading *r);
static Node *read_disjunction(Reading *r);
static Node *read_bit_or(Reading *r);

static Node *read_starred(Reading *r) {
    Token start = r->lex.token;
    expect(r, '*');
    Node *node = make(r, E_STARRED, &start);
    node->a = read_bit_or(r);
    return done(r, node);
}

static Node *read_starred_or_expression(Reading *r) { return is_operator(r, '*') ? read_starred(r) : read_expression(r); }

static int ends_expressions(Reading *r) {
    Token *t = &r->lex.token;
    if (t->kind == NEW_LINE || t->kind == END) return 1;
    if (t->kind == OPERATOR)
        return t->code == ')' || t->code == ']' || t->code == '}' || t->code == '=' || t->code == ':' || t->code == ';' ||
               t->code == '!' || t->code == O_AUGMENTED;
    return t->kind == KEYWORD && (t->code == K_IN || t->code == K_FROM);
}

/* star_expressions: one expression, or a tuple without brackets. */
static Node *read_expressions(Reading *r) {
    Token start = r->lex.token;
    Node *one = read_starred_or_expression(r);
    if (!is_operator(r, ',')) return one;
    Node *node = make(r, E_TUPLE, &start);
    *ADD(r, node->first) = one;
    while (accept(r, ',')) {
        if (ends_expressions(r)) break;
        *ADD(r, node->first) = read_starred_or_expression(r);
    }
    return done(r, node);
}

static void note_walrus(Reading *r, const Token *start, Text name) {
    if (r->named_count == r->named_size)
        r->named = grown(r, r->named, r->named_count, &r->named_size, sizeof(struct Walrus));
    r->named[r->named_count++] = (struct Walrus){start->start, name};
    if (r->lex.in_string) r->is_doubtful = 1;
}

static Node *read_named(Reading *r) {
    Token start = r->lex.token;
    Node *node = read_expression(r);
    if (!is_operator(r, O_WALRUS)) return node;
    if (node->kind != E_NAME || node->line != start.line || node->column != start.column || start.kind != NAME) give_up(r);
    advance(r);
    note_walrus(r, &start, node->name);
    Node *named = make(r, E_NAMED, &start);
    node->code = 1;
    named->name = node->name;
    named->a = node;
    named->b = read_expression(r);
    return done(r, named);
}

static Node *read_starred_or_named(Reading *r) { return is_operator(r, '*') ? read_starred(r) : read_named(r); }

static Node *read_yield(Reading *r) {
    Token start = r->lex.token;
    expect_keyword(r, K_YIELD);
    Node *node = make(r, E_YIELD, &start);
    r->yielding = start.start;
    r->yields = 1;
    if (r->scope < AT_FUNCTION || r->lex.in_string) r->is_doubtful = 1;
    if (accept_keyword(r, K_FROM)) {
        node->kind = E_YIELDFROM;
        if (r->scope == AT_COROUTINE) r->is_doubtful = 1;
        node->a = read_expression(r);
    } else if (!ends_expressions(r)) {
        node->a = read_expressions(r);
        if (node->a->kind == E_STARRED) r->is_doubtful = 1;
    }
    return done(r, node);
}

/* -- targets ---------------------------------------------------------------------------------------- */

/* Make an expression one that is assigned to. */
static void store(Reading *r, Node *node, int may_be_starred) {
    switch (node->kind) {
        case E_NAME: node->code = 1; break;
        case E_ATTRIBUTE:
        case E_SUBSCRIPT: break;
        case E_STARRED:
            if (!may_be_starred) give_up(r);
            store(r, node->a, 0);
            break;
        case E_TUPLE:
        case E_LIST:
            for (int n = 0, stars = 0; n < node->first.count; n++) {
                stars += node->first.items[n]->kind == E_STARRED;
                if (stars > 1) r->is_doubtful = 1;
                store(r, node->first.items[n], 1);
            }
            break;
        default: give_up(r);
    }
}

/* The targets of a loop, which end before `in`. */
static Node *read_targets(Reading *r) {
    Token start = r->lex.token;
    Node *one = is_operator(r, '*') ? read_starred(r) : read_bit_or(r);
    if (is_operator(r, ',')) {
        Node *node = make(r, E_TUPLE, &start);
        *ADD(r, node->first) = one;
        while (accept(r, ',')) {
            if (is_keyword(r, K_IN)) break;
            *ADD(r, node->first) = is_operator(r, '*') ? read_starred(r) : read_bit_or(r);
        }
        one = done(r, node);
    }
    store(r, one, 0);
    return one;
}

/* -- comprehensions --------------------------------------------------------------------------------- */

static int begins_comprehension(Reading *r) { return is_keyword(r, K_FOR) || is_keyword(r, K_ASYNC); }

static void read_loops(Reading *r, Nodes *loops) {
    while (begins_comprehension(r)) {
        Node *node = make(r, E_FOR, &r->lex.token);
        if (accept_keyword(r, K_ASYNC) && r->scope != AT_COROUTINE) r->is_doubtful = 1;
        expect_keyword(r, K_FOR);
        node->a = read_targets(r);
        expect_keyword(r, K_IN);
        const char *iterable = r->lex.token.start;
        node->b = read_disjunction(r);
        if (r->named_count && r->named[r->named_count - 1].at >= iterable) r->is_doubtful = 1;
        while (accept_keyword(r, K_IF)) *ADD(r, node->first) = read_disjunction(r);
        *ADD(r, *loops) = done(r, node);
    }
}

/* Tell whether a target of a loop binds a name. */
static int binds(const Node *target, Text name) {
    if (target->kind == E_NAME) return target->name == name;
    if (target->kind == E_STARRED) return binds(target->a, name);
    for (int n = 0; n < target->first.count; n++)
        if (binds(target->first.items[n], name)) return 1;
    return 0;
}

static Node *read_comprehension(Reading *r, int kind, const Token *start, Node *element) {
    Node *node = make(r, kind, start);
    if (element->kind == E_STARRED) give_up(r);
    node->a = element;
    read_loops(r, &node->first);
    if (r->yielding >= start->start) r->is_doubtful = 1;
    for (int n = r->named_count; n-- && r->named[n].at >= start->start && !r->is_doubtful;)
        for (int m = 0; m < node->first.count; m++)
            if (r->scope == AT_CLASS || binds(node->first.items[m]->a, r->named[n].name)) r->is_doubtful = 1;
    return node;
}

/* -- atoms ------------------------------------------------------------------------------------------ */

static Node *read_group(Reading *r) {
    Token start = r->lex.token;
    expect(r, '(');
    if (accept(r, ')')) return done(r, make(r, E_TUPLE, &start));
    if (is_keyword(r, K_YIELD)) {
        Node *node = read_yield(r);
        expect(r, ')');
        return node;
    }
    Node *one = read_starred_or_named(r);
    if (begins_comprehension(r)) {
        Node *node = read_comprehension(r, E_GENERATOR, &start, one);
        expect(r, ')');
        return done(r, node);
    }
    if (!is_operator(r, ',')) {
        if (one->kind == E_STARRED) give_up(r);
        expect(r, ')');
        return one;
    }
    Node *node = make(r, E_TUPLE, &start);
    *ADD(r, node->first) = one;
    while (accept(r, ',') && !is_operator(r, ')')) *ADD(r, node->first) = read_starred_or_named(r);
    expect(r, ')');
    return done(r, node);
}

static Node *read_list(Reading *r) {
    Token start = r->lex.token;
    expect(r, '[');
    Node *node = make(r, E_LIST, &start);
    if (accept(r, ']')) return done(r, node);
    Node *one = read_starred_or_named(r);
    if (begins_comprehension(r)) {
        node = read_comprehension(r, E_LISTCOMP, &start, one);
        expect(r, ']');
        return done(r, node);
    }
    *ADD(r, node->first) = one;
    while (accept(r, ',') && !is_operator(r, ']')) *ADD(r, node->first) = read_starred_or_named(r);
    expect(r, ']');
    return done(r, node);
}

static void read_pair(Reading *r, Node *node) {
    if (accept(r, O_POWER)) {
        *ADD(r, node->first) = NULL;
        *ADD(r, node->second) = read_bit_or(r);
        return;
    }
    *ADD(r, node->first) = read_expression(r);
    expect(r, ':');
    *ADD(r, node->second) = read_expression(r);
}

static Node *read_dict_or_set(Reading *r) {
    Token start = r->lex.token;
    expect(r, '{');
    Node *node = make(r, E_DICT, &start);
    if (accept(r, '}')) return done(r, node);
    if (is_operator(r, O_POWER)) {
        read_pair(r, node);
    } else {
        Node *one = read_starred_or_named(r);
        if (is_operator(r, ':')) {
            if (one->kind == E_STARRED || one->kind == E_NAMED) give_up(r);
            advance(r);
            Node *value = read_expression(r);
            if (begins_comprehension(r)) {
                node = read_comprehension(r, E_DICTCOMP, &start, one);
                node->b = value;
                expect(r, '}');
                return done(r, node);
            }
            *ADD(r, node->first) = one;
            *ADD(r, node->second) = value;
        } else if (begins_comprehension(r)) {
            node = read_comprehension(r, E_SETCOMP, &start, one);
            expect(r, '}');
            return done(r, node);
        } else {
            node->kind = E_SET;
            *ADD(r, node->first) = one;
        }
    }
    while (accept(r, ',') && !is_operator(r, '}')) {
        if (node->kind == E_DICT) read_pair(r, node);
        else *ADD(r, node->first) = read_starred_or_named(r);
    }
    expect(r, '}');
    return done(r, node);
}

static Node *read_number(Reading *r) {
    Token t = r->lex.token;
    Node *node = make(r, E_CONSTANT, &t);
    int is_plain = 1;
    long long value = 0;
    for (const char *at = t.start; at < t.end; at++) {
        is_plain = is_plain && is_digit((unsigned char)*at) && at - t.start < 17;
        value = is_plain ? value * 10 + (*at - '0') : 0;
    }
    int last = (unsigned char)t.end[-1] | 32;
    int is_based = t.end - t.start > 1 && *t.start == '0' && strchr("xob", t.start[1] | 32);
    int is_float = !is_based && (memchr(t.start, '.', (size_t)(t.end - t.start)) || memchr(t.start, 'e', (size_t)(t.end - t.start)) ||
                                 memchr(t.start, 'E', (size_t)(t.end - t.start)));
    node->code = !is_based && last == 'j' ? C_IMAGINARY : is_float ? C_FLOAT : C_INTEGER;
    node->operation = is_plain && node->code == C_INTEGER;
    node->number = value;
    node->text = t.start;
    node->length = (int)(t.end - t.start);
    advance(r);
    return done(r, node);
}

static Node *read_atom(Reading *r) {
    Token t = r->lex.token;
    if (t.kind == NAME) {
        Node *node = make(r, E_NAME, &t);
        node->name = interned(r, t.start, (int)(t.end - t.start));
        advance(r);
        return done(r, node);
    }
    if (t.kind == STRING) return read_strings(r);
    if (t.kind == NUMBER) return read_number(r);
    int constant = -1;
    if (t.kind == KEYWORD) constant = t.code == K_NONE ? C_NONE : t.code == K_TRUE ? C_TRUE : t.code == K_FALSE ? C_FALSE : -1;
    if (t.kind == OPERATOR) {
        if (t.code == '(') return read_group(r);
        if (t.code == '[') return read_list(r);
        if (t.code == '{') return read_dict_or_set(r);
        if (t.code == O_DOTS) constant = C_ELLIPSIS;
    }
    if (constant < 0) give_up(r);
    Node *node = make(r, E_CONSTANT, &t);
    node->code = (uint8_t)constant;
    advance(r);
    return done(r, node);
}

/* -- primaries -------------------------------------------------------------------------------------- */

static void note_repeated(Reading *r, const Nodes *names, Text name) {
    if (names->count > 100) r->is_doubtful = 1;
    for (int n = 0; n < names->count && !r->is_doubtful; n++)
        if (names->items[n]->name == name) r->is_doubtful = 1;
}

/* The arguments of a call or class up to the closing bracket; `opening` is the bracket before them. */
static void read_arguments(Reading *r, Node *call, const Token *opening) {
    int named = 0, unpacked = 0;
    while (!is_operator(r, ')')) {
        Token start = r->lex.token;
        if (accept(r, O_POWER)) {
            Node *keyword = make(r, E_KEYWORD, &start);
            keyword->a = read_expression(r);
            *ADD(r, call->second) = done(r, keyword);
            unpacked = 1;
        } else if (is_operator(r, '*')) {
            if (unpacked) give_up(r);
            advance(r);
            Node *starred = make(r, E_STARRED, &start);
            starred->a = read_expression(r);
            *ADD(r, call->first) = done(r, starred);
        } else {
            Node *value = read_named(r);
            if (is_operator(r, '=')) {
                if (value->kind != E_NAME || start.kind != NAME) give_up(r);
                advance(r);
                Node *keyword = make(r, E_KEYWORD, &start);
                keyword->name = value->name;
                note_repeated(r, &call->second, keyword->name);
                keyword->a = read_expression(r);
                *ADD(r, call->second) = done(r, keyword);
                named = 1;
            } else if (begins_comprehension(r)) {
                if (call->first.count || call->second.count || call->kind != E_CALL) give_up(r);
                Node *generator = read_comprehension(r, E_GENERATOR, opening, value);
                if (!is_operator(r, ')')) give_up(r);
                advance(r);
                *ADD(r, call->first) = done(r, generator);
                return;
            } else {
                if (named || unpacked) give_up(r);
                *ADD(r, call->first) = value;
            }
        }
        if (!accept(r, ',')) break;
    }
    expect(r, ')');
}

static Node *read_slice(Reading *r) {
    Token start = r->lex.token;
    if (accept(r, '*')) {
        Node *node = make(r, E_STARRED, &start);
        node->a = read_expression(r);
        return done(r, node);
    }
    Node *lower = is_operator(r, ':') ? NULL : read_expression(r);
    if (is_operator(r, O_WALRUS)) give_up(r);
    if (!is_operator(r, ':')) return lower;
    advance(r);
    Node *node = make(r, E_SLICE, &start);
    node->a = lower;
    if (!is_operator(r, ':') && !is_operator(r, ',') && !is_operator(r, ']')) node->b = read_expression(r);
    if (accept(r, ':') && !is_operator(r, ',') && !is_operator(r, ']')) node->c = read_expression(r);
    return done(r, node);
}

static Node *read_slices(Reading *r) {
    Token start = r->lex.token;
    Node *one = read_slice(r);
    if (!is_operator(r, ',') && one->kind != E_STARRED) return one;
    Node *node = make(r, E_TUPLE, &start);
    *ADD(r, node->first) = one;
    while (accept(r, ',') && !is_operator(r, ']')) *ADD(r, node->first) = read_slice(r);
    return done(r, node);
}

static Node *read_primary(Reading *r) {
    enter(r);
    Token start = r->lex.token;
    int is_awaited = accept_keyword(r, K_AWAIT);
    Token inner = r->lex.token;
    Node *node = read_atom(r);
    for (;;) {
        Token here = r->lex.token;
        Node *outer;
        if (accept(r, '.')) {
            outer = make(r, E_ATTRIBUTE, &inner);
            outer->a = node;
            outer->name = expect_name(r);
        } else if (accept(r, '(')) {
            outer = make(r, E_CALL, &inner);
            outer->a = node;
            read_arguments(r, outer, &here);
        } else if (accept(r, '[')) {
            outer = make(r, E_SUBSCRIPT, &inner);
            outer->a = node;
            outer->b = read_slices(r);
            expect(r, ']');
        } else {
            break;
        }
        node = done(r, outer);
    }
    if (is_awaited) {
        Node *outer = make(r, E_AWAIT, &start);
        if (r->scope != AT_COROUTINE) r->is_doubtful = 1;
        outer->a = node;
        node = done(r, outer);
    }
    leave(r);
    return node;
}

/* -- operators -------------------------------------------------------------------------------------- */

static Node *read_unary(Reading *r) {
    Token start = r->lex.token;
    if (is_operator(r, '-') || is_operator(r, '+') || is_operator(r, '~')) {
        enter(r);
        advance(r);
        Node *node = make(r, E_UNARY, &start);
        node->operation = start.code;
        node->a = read_unary(r);
        leave(r);
        return done(r, node);
    }
    Node *left = read_primary(r);
    if (!accept(r, O_POWER)) return left;
    Node *node = make(r, E_BINARY, &start);
    node->operation = O_POWER;
    node->a = left;
    enter(r);
    node->b = read_unary(r);
    leave(r);
    return done(r, node);
}

static int strength(Reading *r) {
    if (r->lex.token.kind != OPERATOR) return 0;
    switch (r->lex.token.code) {
        case '|': return 1;
        case '^': return 2;
        case '&': return 3;
        case O_LEFT:
        case O_RIGHT: return 4;
        case '+':
        case '-': return 5;
        case '*':
        case '/':
        case '%':
        case '@':
        case O_FLOOR: return 6;
        default: return 0;
    }
}

static Node *read_binary(Reading *r, int least) {
    Token start = r->lex.token;
    Node *left = read_unary(r);
    for (int found; (found = strength(r)) >= least && found;) {
        Node *node = make(r, E_BINARY, &start);
        node->operation = r->lex.token.code;
        advance(r);
        node->a = left;
        node->b = read_binary(r, found + 1);
        left = done(r, node);
    }
    return left;
}

static Node *read_bit_or(Reading *r) { return read_binary(r, 1); }

enum { CMP_IN = 1000, CMP_NOT_IN, CMP_IS, CMP_IS_NOT };

/* Read a comparing operator; 0 where there is none. */
static int read_comparing(Reading *r) {
    Token t = r->lex.token;
    if (t.kind == OPERATOR) {
        int is_one = t.code == '<' || t.code == '>' || t.code == O_EQUAL || t.code == O_UNEQUAL || t.code == O_LESS || t.code == O_GREATER;
        if (!is_one) return 0;
        advance(r);
        return t.code;
    }
    if (accept_keyword(r, K_IN)) return CMP_IN;
    if (accept_keyword(r, K_IS)) return accept_keyword(r, K_NOT) ? CMP_IS_NOT : CMP_IS;
    if (accept_keyword(r, K_NOT)) {
        expect_keyword(r, K_IN);
        return CMP_NOT_IN;
    }
    return 0;
}

static Node *read_comparison(Reading *r) {
    Token start = r->lex.token;
    Node *left = read_bit_or(r), *node = NULL;
    for (int operation; (operation = read_comparing(r));) {
        if (node == NULL) {
            node = make(r, E_COMPARE, &start);
            node->a = left;
            node->operation = operation;
        }
        *ADD(r, node->first) = read_bit_or(r);
    }
    return node ? done(r, node) : left;
}

static Node *read_inversion(Reading *r) {
    Token start = r->lex.token;
    if (!is_keyword(r, K_NOT)) return read_comparison(r);
    enter(r);
    advance(r);
    Node *node = make(r, E_UNARY, &start);
    node->operation = K_NOT + 5000;
    node->a = read_inversion(r);
    leave(r);
    return done(r, node);
}

static Node *read_boolean(Reading *r, int keyword, Node *(*inner)(Reading *)) {
    Token start = r->lex.token;
    Node *one = inner(r);
    if (!is_keyword(r, keyword)) return one;
    Node *node = make(r, E_BOOLEAN, &start);
    node->operation = keyword;
    *ADD(r, node->first) = one;
    while (accept_keyword(r, keyword)) *ADD(r, node->first) = inner(r);
    return done(r, node);
}

static Node *read_conjunction(Reading *r) { return read_boolean(r, K_AND, read_inversion); }
static Node *read_disjunction(Reading *r) { return read_boolean(r, K_OR, read_conjunction); }

static void read_parameters(Reading *r, Nodes *parameters, int has_annotations, int closing);

static Node *read_lambda(Reading *r) {
    if (r->lex.in_string) give_up(r);
    Node *node = make(r, E_LAMBDA, &r->lex.token);
    expect_keyword(r, K_LAMBDA);
    read_parameters(r, &node->first, 0, ':');
    expect(r, ':');
    int scope = r->scope, yields = r->yields;
    r->scope = AT_FUNCTION;
    node->a = read_expression(r);
    r->scope = scope;
    r->yields = yields;
    return done(r, node);
}

static Node *read_expression(Reading *r) {
    enter(r);
    Token start = r->lex.token;
    Node *node = is_keyword(r, K_LAMBDA) ? read_lambda(r) : read_disjunction(r);
    if (node->kind != E_LAMBDA || start.kind != KEYWORD || start.code != K_LAMBDA) {
        if (accept_keyword(r, K_IF)) {
            Node *choice = make(r, E_IF, &start);
            choice->b = node;
            choice->a = read_disjunction(r);
            expect_keyword(r, K_ELSE);
            choice->c = read_expression(r);
            node = done(r, choice);
        }
    }
    leave(r);
    return node;
}

static void read_parameters(Reading *r, Nodes *parameters, int has_annotations, int closing) {
    int kind = PLAIN, has_default = 0, needs_name = 0;
    while (!is_operator(r, closing)) {
        Token start = r->lex.token;
        Node *node = make(r, P_PARAMETER, &start);
        if (accept(r, '/')) {
            if (kind != PLAIN || !parameters->count || parameters->items[0]->code == ONLY_POSITION) give_up(r);
            for (int n = 0; n < parameters->count; n++) parameters->items[n]->code = ONLY_POSITION;
            if (!accept(r, ',')) break;
            continue;
        }
        if (accept(r, O_POWER)) {
            kind = KEYWORDS_LEFT;
            if (needs_name) give_up(r);
        } else if (accept(r, '*')) {
            if (kind != PLAIN) give_up(r);
            kind = ONLY_KEYWORD;
            if (accept(r, ',')) {
                needs_name = 1;
                if (is_operator(r, closing)) give_up(r);
                continue;
            }
            node->code = VARIADIC;
        }
        node->name = expect_name(r);
        note_repeated(r, parameters, node->name);
        if (node->code != VARIADIC) node->code = (uint8_t)kind;
        if (has_annotations && accept(r, ':')) {
            node->a = node->code == VARIADIC && is_operator(r, '*') ? read_starred(r) : read_expression(r);
        }
        if (accept(r, '=')) {
            if (node->code == VARIADIC || kind == KEYWORDS_LEFT) give_up(r);
            node->b = read_expression(r);
            has_default |= kind == PLAIN;
        } else if (kind == PLAIN && has_default) {
            give_up(r);
        }
        needs_name = 0;
        *ADD(r, *parameters) = done(r, node);
        if (!accept(r, ',') || kind == KEYWORDS_LEFT) break;
    }
    if (needs_name) give_up(r);
}
