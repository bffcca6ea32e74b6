/* Statements, by the grammar of CPython. */

static void read_block(Reading *r, Nodes *body);
static void skip_type_parameters(Reading *r);

static Node *read_value(Reading *r) { return is_keyword(r, K_YIELD) ? read_yield(r) : read_expressions(r); }

static void no_lone_star(Reading *r, Node *node) {
    if (node && node->kind == E_STARRED) give_up(r);
}

static Node *read_expression_statement(Reading *r) {
    Token start = r->lex.token;
    if (is_word(r, "type") && r->lex.at < r->lex.end) {
        Lexer saved = r->lex;
        advance(r);
        if (r->lex.token.kind == KEYWORD || r->lex.token.line != start.line) give_up(r); /* newer_syntax.py errs */
        if (r->lex.token.kind == NAME) {
            Node *node = make(r, S_TYPE, &start);
            node->name = expect_name(r);
            skip_type_parameters(r);
            expect(r, '=');
            node->a = read_expression(r);
            return done(r, node);
        }
        r->lex = saved;
    }
    Node *value = read_value(r);
    if (is_operator(r, ':')) {
        int plain = value->kind == E_NAME || value->kind == E_ATTRIBUTE || value->kind == E_SUBSCRIPT;
        if (!plain) give_up(r);
        store(r, value, 0);
        advance(r);
        Node *node = make(r, S_ANNOTATED, &start);
        node->a = value;
        node->b = read_expression(r);
        if (accept(r, '=')) {
            node->c = read_value(r);
            no_lone_star(r, node->c);
        }
        return done(r, node);
    }
    if (is_operator(r, O_AUGMENTED)) {
        if (value->kind != E_NAME && value->kind != E_ATTRIBUTE && value->kind != E_SUBSCRIPT) give_up(r);
        store(r, value, 0);
        advance(r);
        Node *node = make(r, S_AUGMENTED, &start);
        node->a = value;
        node->b = read_value(r);
        no_lone_star(r, node->b);
        return done(r, node);
    }
    no_lone_star(r, value);
    if (!is_operator(r, '=')) {
        Node *node = make(r, S_EXPRESSION, &start);
        node->a = value;
        return done(r, node);
    }
    Node *node = make(r, S_ASSIGN, &start);
    while (accept(r, '=')) {
        store(r, value, 0);
        *ADD(r, node->first) = value;
        value = read_value(r);
        no_lone_star(r, value);
    }
    node->a = value;
    return done(r, node);
}

/* -- imports ---------------------------------------------------------------------------------------- */

static Text read_dotted(Reading *r) {
    Text name = expect_name(r);
    while (accept(r, '.')) {
        name = joined(r, name, of_word(r, "."));
        name = joined(r, name, expect_name(r));
    }
    return name;
}

static void read_alias_end(Reading *r, Node *alias, Nodes *names) {
    if (accept_keyword(r, K_AS)) alias->alias = expect_name(r);
    *ADD(r, *names) = done(r, alias);
}

static Node *read_import(Reading *r) {
    Node *node = make(r, S_IMPORT, &r->lex.token);
    advance(r);
    do {
        Node *alias = make(r, P_ALIAS, &r->lex.token);
        alias->name = read_dotted(r);
        read_alias_end(r, alias, &node->first);
    } while (accept(r, ','));
    return done(r, node);
}

static Node *read_from(Reading *r) {
    static const char *const features[] = {"annotations", "division", "print_function", "absolute_import",
                                           "unicode_literals", "with_statement", "generators", "nested_scopes",
                                           "generator_stop", NULL};
    Node *node = make(r, S_FROM, &r->lex.token);
    advance(r);
    while (is_operator(r, '.') || is_operator(r, O_DOTS)) {
        node->operation += is_operator(r, '.') ? 1 : 3;
        advance(r);
    }
    if (!is_keyword(r, K_IMPORT)) node->name = read_dotted(r);
    else if (!node->operation) give_up(r);
    int is_future = !node->operation && is_text(r, node->name, "__future__");
    if (is_future && r->nesting > 1) r->is_doubtful = 1;
    expect_keyword(r, K_IMPORT);
    if (is_operator(r, '*')) {
        Node *alias = make(r, P_ALIAS, &r->lex.token);
        advance(r);
        if (r->scope != AT_MODULE || is_future) r->is_doubtful = 1;
        alias->name = of_word(r, "*");
        *ADD(r, node->first) = done(r, alias);
        return done(r, node);
    }
    int brackets = accept(r, '(');
    do {
        if (brackets && node->first.count && is_operator(r, ')')) break;
        Node *alias = make(r, P_ALIAS, &r->lex.token);
        alias->name = expect_name(r);
        if (is_text(r, alias->name, "barry_as_FLUFL")) give_up(r);
        if (is_future && !is_among(r, alias->name, features)) r->is_doubtful = 1;
        read_alias_end(r, alias, &node->first);
    } while (accept(r, ','));
    if (brackets) expect(r, ')');
    return done(r, node);
}

/* -- simple statements ------------------------------------------------------------------------------ */

static Node *read_delete(Reading *r) {
    Node *node = make(r, S_DELETE, &r->lex.token);
    advance(r);
    do {
        if (node->first.count && (r->lex.token.kind == NEW_LINE || r->lex.token.kind == END || is_operator(r, ';'))) break;
        Node *target = read_primary(r);
        if (target->kind != E_NAME && target->kind != E_ATTRIBUTE && target->kind != E_SUBSCRIPT) give_up(r);
        store(r, target, 0);
        *ADD(r, node->first) = target;
    } while (accept(r, ','));
    return done(r, node);
}

static int ends_statement(Reading *r) {
    return r->lex.token.kind == NEW_LINE || r->lex.token.kind == END || is_operator(r, ';');
}

static Node *read_keyword_statement(Reading *r) {
    Token start = r->lex.token;
    int keyword = start.code;
    Node *node = make(r, S_PASS, &start);
    switch (keyword) {
        case K_IMPORT: return read_import(r);
        case K_FROM: return read_from(r);
        case K_DEL: return read_delete(r);
        case K_PASS:
        case K_BREAK:
        case K_CONTINUE:
            node->kind = keyword == K_PASS ? S_PASS : keyword == K_BREAK ? S_BREAK : S_CONTINUE;
            if (keyword != K_PASS && !r->loops) r->is_doubtful = 1;
            advance(r);
            break;
        case K_RETURN:
            node->kind = S_RETURN;
            if (r->scope < AT_FUNCTION) r->is_doubtful = 1;
            advance(r);
            if (!ends_statement(r)) {
                r->returns_value = 1;
                no_lone_star(r, node->a = read_expressions(r));
            }
            break;
        case K_RAISE:
            node->kind = S_RAISE;
            advance(r);
            if (!ends_statement(r)) {
                node->a = read_expression(r);
                if (accept_keyword(r, K_FROM)) node->b = read_expression(r);
            }
            break;
        case K_ASSERT:
            node->kind = S_ASSERT;
            advance(r);
            node->a = read_expression(r);
            if (accept(r, ',')) node->b = read_expression(r);
            break;
        case K_GLOBAL:
        case K_NONLOCAL:
            node->kind = keyword == K_GLOBAL ? S_GLOBAL : S_NONLOCAL;
            r->is_doubtful = 1;
            advance(r);
            do {
                Node *name = make(r, P_ALIAS, &r->lex.token);
                name->name = expect_name(r);
                *ADD(r, node->first) = done(r, name);
            } while (accept(r, ','));
            break;
        default: return read_expression_statement(r);
    }
    return done(r, node);
}

static void read_simple_statements(Reading *r, Nodes *body) {
    for (;;) {
        *ADD(r, *body) = r->lex.token.kind == KEYWORD ? read_keyword_statement(r) : read_expression_statement(r);
        if (!accept(r, ';') || r->lex.token.kind == NEW_LINE || r->lex.token.kind == END) break;
    }
    if (r->lex.token.kind == END) return;
    if (r->lex.token.kind != NEW_LINE) give_up(r);
    advance(r);
}

/* -- compound statements ---------------------------------------------------------------------------- */

static Node *read_if(Reading *r) {
    enter(r);
    Node *node = make(r, S_IF, &r->lex.token);
    advance(r);
    node->a = read_named(r);
    read_block(r, &node->first);
    if (is_keyword(r, K_ELIF)) *ADD(r, node->second) = read_if(r);
    else if (accept_keyword(r, K_ELSE)) read_block(r, &node->second);
    leave(r);
    return done(r, node);
}

static void read_looped(Reading *r, Nodes *body) {
    r->loops++;
    read_block(r, body);
    r->loops--;
}

/* `async for` and `async with` stand in coroutines alone. */
static void note_awaited(Reading *r, const Token *start) {
    if (start->kind == KEYWORD && start->code == K_ASYNC && r->scope != AT_COROUTINE) r->is_doubtful = 1;
}

/* Read the body of a class or function: `break` and `return` in it are its own. */
static void read_scope(Reading *r, int scope, Nodes *body) {
    int around = r->scope, loops = r->loops, yields = r->yields, returns_value = r->returns_value;
    r->scope = scope;
    r->loops = 0;
    if (scope != AT_CLASS) r->yields = r->returns_value = 0;
    read_block(r, body);
    if (scope == AT_COROUTINE && r->yields && r->returns_value) r->is_doubtful = 1;
    r->scope = around;
    r->loops = loops;
    r->yields = yields;
    r->returns_value = returns_value;
}

static Node *read_while(Reading *r) {
    Node *node = make(r, S_WHILE, &r->lex.token);
    advance(r);
    node->a = read_named(r);
    read_looped(r, &node->first);
    if (accept_keyword(r, K_ELSE)) read_block(r, &node->second);
    return done(r, node);
}

static Node *read_for(Reading *r, const Token *start) {
    Node *node = make(r, S_FOR, start);
    note_awaited(r, start);
    expect_keyword(r, K_FOR);
    node->a = read_targets(r);
    expect_keyword(r, K_IN);
    node->b = read_expressions(r);
    no_lone_star(r, node->b);
    read_looped(r, &node->first);
    if (accept_keyword(r, K_ELSE)) read_block(r, &node->second);
    return done(r, node);
}

static void read_item(Reading *r, Nodes *items) {
    Node *item = make(r, P_ITEM, &r->lex.token);
    item->a = read_expression(r);
    if (accept_keyword(r, K_AS)) {
        Node *target = read_primary(r);
        store(r, target, 0);
        item->b = target;
    }
    *ADD(r, *items) = done(r, item);
}

/* Tell whether a with-statement puts its items in brackets: they close right before its colon, and hold a
   comma or `as` that stands in no other bracket. */
static int has_bracketed_items(Reading *r) {
    Lexer saved = r->lex;
    int outer = r->lex.brackets - 1, holds_several = 0, before_colon = 0;
    advance(r);
    for (;; advance(r)) {
        Token *t = &r->lex.token;
        if (t->kind == END || t->kind == NEW_LINE) break;
        if (t->kind == OPERATOR && t->code == ')' && r->lex.brackets == outer) {
            advance(r);
            before_colon = is_operator(r, ':');
            break;
        }
        if (r->lex.brackets == outer + 1)
            holds_several |= (t->kind == OPERATOR && t->code == ',') || (t->kind == KEYWORD && t->code == K_AS);
    }
    r->lex = saved;
    return holds_several && before_colon;
}

static Node *read_with(Reading *r, const Token *start) {
    Node *node = make(r, S_WITH, start);
    note_awaited(r, start);
    expect_keyword(r, K_WITH);
    int brackets = is_operator(r, '(') && has_bracketed_items(r);
    if (brackets) advance(r);
    do {
        if (brackets && node->first.count && is_operator(r, ')')) break;
        read_item(r, &node->first);
    } while (accept(r, ','));
    if (brackets) expect(r, ')');
    read_block(r, &node->second);
    return done(r, node);
}

static Node *read_handler(Reading *r, int *is_group) {
    Node *node = make(r, P_HANDLER, &r->lex.token);
    advance(r);
    *is_group = accept(r, '*');
    if (*is_group) r->is_doubtful = 1;
    if (!is_operator(r, ':')) {
        node->a = read_expression(r);
        if (is_operator(r, ',')) { /* several types without brackets, from 3.14 on */
            Node *types = make(r, E_TUPLE, &r->lex.token);
            *ADD(r, types->first) = node->a;
            while (accept(r, ',')) *ADD(r, types->first) = read_expression(r);
            node->a = done(r, types);
            if (is_keyword(r, K_AS)) give_up(r);
        }
        if (accept_keyword(r, K_AS)) node->name = expect_name(r);
    } else if (*is_group) {
        give_up(r);
    }
    read_block(r, &node->first);
    return done(r, node);
}

static Node *read_try(Reading *r) {
    Node *node = make(r, S_TRY, &r->lex.token);
    int groups = -1, is_last = 0;
    advance(r);
    read_block(r, &node->first);
    while (is_keyword(r, K_EXCEPT)) {
        int is_group;
        Node *handler = read_handler(r, &is_group);
        if (is_last || (groups >= 0 && groups != is_group)) give_up(r);
        groups = is_group;
        is_last = handler->a == NULL;
        *ADD(r, node->second) = handler;
    }
    if (node->second.count && accept_keyword(r, K_ELSE)) read_block(r, &node->third);
    if (accept_keyword(r, K_FINALLY)) read_block(r, &node->fourth);
    else if (!node->second.count) give_up(r);
    return done(r, node);
}

static void skip_type_parameters(Reading *r) {
    if (!accept(r, '[')) return;
    if (r->has_marks) give_up(r); /* these would be looked for here, too */
    if (is_operator(r, ']')) give_up(r);
    while (!is_operator(r, ']')) {
        int is_starred = accept(r, '*') || accept(r, O_POWER);
        expect_name(r);
        if (!is_starred && accept(r, ':')) read_expression(r);
        if (accept(r, '=')) read_expression(r);
        if (!accept(r, ',')) break;
    }
    expect(r, ']');
}

static Node *read_function(Reading *r, const Token *start, Nodes *decorators, int is_async) {
    Node *node = make(r, S_FUNCTION, start);
    expect_keyword(r, K_DEF);
    node->is_async = (uint8_t)is_async;
    node->name = expect_name(r);
    skip_type_parameters(r);
    node->third = *decorators;
    expect(r, '(');
    read_parameters(r, &node->first, 1, ')');
    expect(r, ')');
    if (accept(r, O_ARROW)) node->a = read_expression(r);
    read_scope(r, is_async ? AT_COROUTINE : AT_FUNCTION, &node->second);
    return done(r, node);
}

static Node *read_class(Reading *r, Nodes *decorators) {
    Node *node = make(r, S_CLASS, &r->lex.token);
    advance(r);
    node->name = expect_name(r);
    skip_type_parameters(r);
    Token opening = r->lex.token;
    if (accept(r, '(')) {
        Node *given = make(r, S_CLASS, &opening);
        read_arguments(r, given, &opening);
        done(r, given);
        node->first = given->first;
        node->second = given->second;
    }
    node->third = *decorators;
    read_scope(r, AT_CLASS, &node->fourth);
    return done(r, node);
}

static Node *read_compound(Reading *r, int keyword) {
    Token start = r->lex.token;
    Nodes decorators = {0};
    while (accept(r, '@')) {
        *ADD(r, decorators) = read_named(r);
        if (r->lex.token.kind != NEW_LINE) give_up(r);
        advance(r);
    }
    if (decorators.count) {
        start = r->lex.token;
        keyword = start.kind == KEYWORD ? start.code : 0;
        if (keyword != K_DEF && keyword != K_CLASS && keyword != K_ASYNC) give_up(r);
    }
    switch (keyword) {
        case K_IF: return read_if(r);
        case K_WHILE: return read_while(r);
        case K_FOR: return read_for(r, &start);
        case K_WITH: return read_with(r, &start);
        case K_TRY: return read_try(r);
        case K_DEF: return read_function(r, &start, &decorators, 0);
        case K_CLASS: return read_class(r, &decorators);
        case K_ASYNC:
            advance(r);
            if (is_keyword(r, K_DEF)) return read_function(r, &start, &decorators, 1);
            if (decorators.count) give_up(r);
            if (is_keyword(r, K_FOR)) return read_for(r, &start);
            if (is_keyword(r, K_WITH)) return read_with(r, &start);
            give_up(r);
            return NULL;
        default: return NULL;
    }
}

#include "patterns.h"

static void read_statement(Reading *r, Nodes *body) {
    Token *t = &r->lex.token;
    int keyword = t->kind == KEYWORD ? t->code : 0;
    int is_compound = keyword == K_IF || keyword == K_WHILE || keyword == K_FOR || keyword == K_WITH || keyword == K_TRY ||
                      keyword == K_DEF || keyword == K_CLASS || keyword == K_ASYNC || is_operator(r, '@');
    enter(r);
    if (is_compound) *ADD(r, *body) = read_compound(r, keyword);
    else if (begins_match(r)) *ADD(r, *body) = read_match(r);
    else read_simple_statements(r, body);
    leave(r);
}

static void read_block(Reading *r, Nodes *body) {
    expect(r, ':');
    if (r->lex.token.kind != NEW_LINE) {
        int keyword = r->lex.token.kind == KEYWORD ? r->lex.token.code : 0;
        if (is_operator(r, '@') || keyword == K_IF || keyword == K_WHILE || keyword == K_FOR || keyword == K_WITH ||
            keyword == K_TRY || keyword == K_DEF || keyword == K_CLASS || keyword == K_ASYNC)
            give_up(r);
        read_simple_statements(r, body);
        return;
    }
    advance(r);
    if (r->lex.token.kind != INDENT) give_up(r);
    advance(r);
    while (r->lex.token.kind != DEDENT && r->lex.token.kind != END) read_statement(r, body);
    if (r->lex.token.kind == DEDENT) advance(r);
}

/* Imports from `__future__` stand behind nothing but a docstring and each other. */
static void note_late_futures(Reading *r, const Nodes *body) {
    int is_late = 0;
    for (int n = 0; n < body->count; n++) {
        const Node *one = body->items[n];
        if (one->kind == S_FROM && !one->operation && is_text(r, one->name, "__future__")) r->is_doubtful |= is_late;
        else is_late |= n || one->kind != S_EXPRESSION || one->a->kind != E_CONSTANT || one->a->code != C_TEXT;
    }
}

static void read_module(Reading *r, Nodes *body) {
    r->lex = (Lexer){.at = r->source, .end = r->end, .line_start = r->source, .line = 1, .new_line = 1};
    r->lex.token.kind = NEW_LINE;
    advance(r);
    while (r->lex.token.kind != END) read_statement(r, body);
    note_late_futures(r, body);
}
