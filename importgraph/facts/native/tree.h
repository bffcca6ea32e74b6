/* The syntax tree: one shape of node for all kinds; `a`, `b`, `c` and the lists hold what `ast` has in its
   fields, in the order in which a walk over them meets it. */

enum Kind {
    /* expressions */
    E_NAME = 1, E_CONSTANT, E_ATTRIBUTE, E_SUBSCRIPT, E_STARRED, E_CALL, E_BINARY, E_UNARY, E_BOOLEAN, E_COMPARE,
    E_IF, E_LAMBDA, E_DICT, E_SET, E_LIST, E_TUPLE, E_LISTCOMP, E_SETCOMP, E_GENERATOR, E_DICTCOMP, E_AWAIT,
    E_YIELD, E_YIELDFROM, E_FORMATTED, E_JOINED, E_NAMED, E_SLICE, E_KEYWORD, E_FOR,
    /* statements */
    S_ANNOTATED, S_ASSERT, S_ASSIGN, S_AUGMENTED, S_BREAK, S_CLASS, S_CONTINUE, S_DELETE, S_EXPRESSION, S_FOR,
    S_FUNCTION, S_GLOBAL, S_IF, S_IMPORT, S_FROM, S_NONLOCAL, S_PASS, S_RAISE, S_RETURN, S_TRY, S_WHILE, S_WITH,
    S_TYPE, S_MATCH,
    /* parts of statements */
    P_ALIAS, P_HANDLER, P_ITEM, P_PARAMETER, P_PATTERN, P_CASE,
};

enum Constant { C_NONE, C_TRUE, C_FALSE, C_ELLIPSIS, C_INTEGER, C_FLOAT, C_IMAGINARY, C_TEXT, C_BYTES };
enum Parameter { ONLY_POSITION, PLAIN, VARIADIC, ONLY_KEYWORD, KEYWORDS_LEFT };

typedef LIST(Node *) Nodes;

struct Node {
    uint8_t kind;
    uint8_t code;      /* of a constant its kind; of names whether they are stored; of parameters theirs */
    uint8_t is_async;
    uint8_t starred;   /* of a constant: it holds a lone surrogate */
    uint16_t depth;
    int operation;     /* operator; the dots of a from-import; 1 for an integer whose value is known */
    int line, column, end_line;
    Text name;         /* of names, attributes, keywords, aliases, definitions */
    Text alias;
    const char *text;  /* of strings: as UTF-8 */
    int length, characters;
    long long number;
    Node *a, *b, *c;
    Nodes first, second, third, fourth;
};

#define DEEPEST 120

static Node *make(Reading *r, int kind, const Token *start) {
    Node *node = take_clear(r, sizeof(Node));
    node->kind = (uint8_t)kind;
    node->line = start->line;
    node->column = start->column;
    return node;
}

static int depth_of(const Node *node) { return node ? node->depth : 0; }

/* Take note of where a node ends and how deep it is; CPython refuses trees that are very deep. */
static Node *done(Reading *r, Node *node) {
    int deepest = depth_of(node->a);
    if (depth_of(node->b) > deepest) deepest = depth_of(node->b);
    if (depth_of(node->c) > deepest) deepest = depth_of(node->c);
    Nodes *lists[] = {&node->first, &node->second, &node->third, &node->fourth};
    for (int which = 0; which < 4; which++)
        for (int n = 0; n < lists[which]->count; n++)
            if (depth_of(lists[which]->items[n]) > deepest) deepest = depth_of(lists[which]->items[n]);
    if (deepest >= DEEPEST) give_up(r);
    node->depth = (uint16_t)(deepest + 1);
    node->end_line = r->lex.last_line;
    return node;
}

/* -- tokens ----------------------------------------------------------------------------------------- */

static int is_operator(Reading *r, int code) { return r->lex.token.kind == OPERATOR && r->lex.token.code == code; }
static int is_keyword(Reading *r, int code) { return r->lex.token.kind == KEYWORD && r->lex.token.code == code; }

static int accept(Reading *r, int code) {
    if (!is_operator(r, code)) return 0;
    advance(r);
    return 1;
}

static int accept_keyword(Reading *r, int code) {
    if (!is_keyword(r, code)) return 0;
    advance(r);
    return 1;
}

static void expect(Reading *r, int code) {
    if (!accept(r, code)) give_up(r);
}

static void expect_keyword(Reading *r, int code) {
    if (!accept_keyword(r, code)) give_up(r);
}

static Text expect_name(Reading *r) {
    Token *t = &r->lex.token;
    if (t->kind != NAME) give_up(r);
    Text found = interned(r, t->start, (int)(t->end - t->start));
    advance(r);
    return found;
}

static int is_word(Reading *r, const char *word) {
    Token *t = &r->lex.token;
    return t->kind == NAME && (size_t)(t->end - t->start) == strlen(word) && !memcmp(t->start, word, strlen(word));
}

static void enter(Reading *r) {
    if (++r->nesting > 100) give_up(r);
}

static void leave(Reading *r) { r->nesting--; }
