/* Text to tokens. What is rare or depends on the version of Python is given up on: tabs before statements,
   form feeds, carriage returns, names beyond ASCII, odd numbers. */

enum TokenKind { END, NEW_LINE, INDENT, DEDENT, NAME, KEYWORD, NUMBER, STRING, OPERATOR };

enum Keyword {
    K_FALSE = 1, K_NONE, K_TRUE, K_AND, K_AS, K_ASSERT, K_ASYNC, K_AWAIT, K_BREAK, K_CLASS, K_CONTINUE,
    K_DEF, K_DEL, K_ELIF, K_ELSE, K_EXCEPT, K_FINALLY, K_FOR, K_FROM, K_GLOBAL, K_IF, K_IMPORT, K_IN, K_IS,
    K_LAMBDA, K_NONLOCAL, K_NOT, K_OR, K_PASS, K_RAISE, K_RETURN, K_TRY, K_WHILE, K_WITH, K_YIELD,
};

static const char *const KEYWORDS[] = {
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield", NULL,
};

enum { /* operators of several characters; those of one are themselves */
    O_POWER = 256, O_FLOOR, O_LEFT, O_RIGHT, O_EQUAL, O_UNEQUAL, O_LESS, O_GREATER, O_WALRUS, O_ARROW, O_DOTS,
    O_AUGMENTED,
};

static int is_letter(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static int is_digit(int c) { return c >= '0' && c <= '9'; }
static int is_hex(int c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

static int char_at(const Lexer *x, const char *at) { return at < x->end ? (unsigned char)*at : 0; }

static int keyword_of(const char *start, int length) {
    if (length < 2 || length > 8) return 0;
    for (int n = 0; KEYWORDS[n]; n++)
        if (KEYWORDS[n][0] == *start && (int)strlen(KEYWORDS[n]) == length && !memcmp(KEYWORDS[n], start, (size_t)length))
            return n + 1;
    return 0;
}

/* Digits with single underscores between them; returns where they end, or `at` if there are none. */
static const char *digits_end(const Lexer *x, const char *at, int (*is_one)(int)) {
    if (!is_one(char_at(x, at))) return at;
    while (is_one(char_at(x, at)) || (*at == '_' && is_one(char_at(x, at + 1)))) at++;
    return at;
}

static int is_octal(int c) { return c >= '0' && c <= '7'; }
static int is_binary(int c) { return c == '0' || c == '1'; }

static void lex_number(Reading *r, Lexer *x) {
    const char *at = x->at, *start = at;
    int second = char_at(x, at + 1);
    if (*at == '0' && second && strchr("xXoObB", second)) {
        int (*kind)(int) = strchr("xX", second) ? is_hex : strchr("oO", second) ? is_octal : is_binary;
        const char *end = digits_end(x, at + 2, kind);
        if (end == at + 2) give_up(r);
        at = end;
    } else {
        at = digits_end(x, at, is_digit);
        int whole = at > start && char_at(x, at) != '.' && !(char_at(x, at) && strchr("eEjJ", char_at(x, at)));
        if (whole && *start == '0')
            for (const char *one = start; one < at; one++)
                if (*one != '0') give_up(r);
        if (whole && at - start > 4000) give_up(r);
        if (char_at(x, at) == '.') at = digits_end(x, at + 1, is_digit);
        if (char_at(x, at) == 'e' || char_at(x, at) == 'E') {
            const char *exponent = at + 1;
            if (char_at(x, exponent) == '+' || char_at(x, exponent) == '-') exponent++;
            at = digits_end(x, exponent, is_digit);
            if (at == exponent) give_up(r);
        }
        if (char_at(x, at) == 'j' || char_at(x, at) == 'J') at++;
    }
    int next = char_at(x, at);
    if (is_letter(next) || is_digit(next) || next >= 128) give_up(r);
    x->token.kind = NUMBER;
    x->at = at;
}

/* A string from its prefix on; `at` is its first quote. */
static void lex_string(Reading *r, Lexer *x, const char *at) {
    char quote = *at;
    int is_long = char_at(x, at + 1) == quote && char_at(x, at + 2) == quote;
    at += is_long ? 3 : 1;
    for (;; at++) {
        if (at >= x->end) give_up(r);
        char c = *at;
        if (c == '\\') {
            if (x->in_string || at + 1 >= x->end) give_up(r);
            at++;
            c = *at;
        } else if (c == quote && (!is_long || (char_at(x, at + 1) == quote && char_at(x, at + 2) == quote))) {
            at += is_long ? 3 : 1;
            break;
        } else if (c == '\n' && !is_long) {
            give_up(r);
        }
        if (c == '\n') {
            if (x->in_string) give_up(r);
            x->line++;
            x->line_start = at + 1;
        }
    }
    x->token.kind = STRING;
    x->at = at;
}

static int is_prefix(const char *start, int length) {
    char low[3] = {0};
    if (length > 2) return 0;
    for (int n = 0; n < length; n++) low[n] = (char)(start[n] | 32);
    if (length == 1) return strchr("rbuf", low[0]) != NULL;
    return !strcmp(low, "br") || !strcmp(low, "rb") || !strcmp(low, "fr") || !strcmp(low, "rf");
}

static void lex_word(Reading *r, Lexer *x) {
    const char *start = x->at, *at = start;
    while (is_letter(char_at(x, at)) || is_digit(char_at(x, at))) at++;
    int next = char_at(x, at);
    if (next >= 128) give_up(r);
    if (next == '"' || next == '\'') {
        if (!is_prefix(start, (int)(at - start))) give_up(r);
        lex_string(r, x, at);
        return;
    }
    x->token.code = keyword_of(start, (int)(at - start));
    x->token.kind = x->token.code ? KEYWORD : NAME;
    x->at = at;
}

static void lex_operator(Reading *r, Lexer *x) {
    int c = char_at(x, x->at), d = char_at(x, x->at + 1), e = d ? char_at(x, x->at + 2) : 0;
    int code = c, length = 1;
    if (c == '*' && d == '*') code = e == '=' ? O_AUGMENTED : O_POWER, length = e == '=' ? 3 : 2;
    else if (c == '/' && d == '/') code = e == '=' ? O_AUGMENTED : O_FLOOR, length = e == '=' ? 3 : 2;
    else if (c == '<' && d == '<') code = e == '=' ? O_AUGMENTED : O_LEFT, length = e == '=' ? 3 : 2;
    else if (c == '>' && d == '>') code = e == '=' ? O_AUGMENTED : O_RIGHT, length = e == '=' ? 3 : 2;
    else if (c == '=' && d == '=') code = O_EQUAL, length = 2;
    else if (c == '!' && d == '=') code = O_UNEQUAL, length = 2;
    else if (c == '<' && d == '=') code = O_LESS, length = 2;
    else if (c == '>' && d == '=') code = O_GREATER, length = 2;
    else if (c == ':' && d == '=') code = O_WALRUS, length = 2;
    else if (c == '-' && d == '>') code = O_ARROW, length = 2;
    else if (c == '.' && d == '.' && e == '.') code = O_DOTS, length = 3;
    else if (d == '=' && strchr("+-*/%@&|^", c)) code = O_AUGMENTED, length = 2;
    else if (c == '<' && d == '>') give_up(r);
    else if (c == '!' ? !x->in_string : !strchr("+-*/%@&|^~<>()[]{},:.;=", c)) give_up(r);
    if (strchr("([{", c)) x->brackets++;
    if (strchr(")]}", c)) x->brackets--;
    x->token.kind = OPERATOR;
    x->token.code = code;
    x->at += length;
}

/* Read how deep a line is indented; skip lines without code. */
static void lex_indentation(Reading *r, Lexer *x) {
    for (;;) {
        const char *at = x->at;
        int has_tab = 0;
        while (char_at(x, at) == ' ' || char_at(x, at) == '\t') has_tab |= *at++ == '\t';
        if (at < x->end && *at == '#')
            while (at < x->end && *at != '\n') at++;
        if (at < x->end && *at == '\n') {
            x->at = x->line_start = at + 1;
            x->line++;
            continue;
        }
        int width = at >= x->end ? 0 : (int)(at - x->at);
        if (at < x->end && (has_tab || *at == '\\')) give_up(r);
        x->at = at;
        x->new_line = 0;
        if (width > x->indents[x->levels]) {
            if (x->levels > 80) give_up(r);
            x->indents[++x->levels] = width;
            x->pending = 1;
        }
        while (width < x->indents[x->levels]) {
            x->levels--;
            x->pending--;
        }
        if (width != x->indents[x->levels]) give_up(r);
        return;
    }
}

static void lex_gap(Reading *r, Lexer *x) {
    for (;; x->at++) {
        int c = char_at(x, x->at);
        if (c == ' ' || c == '\t') continue;
        if (c == '\\') {
            if (x->in_string || char_at(x, x->at + 1) != '\n' || x->at + 2 >= x->end) give_up(r);
            x->at++;
        } else if (c == '#') {
            if (x->in_string) give_up(r);
            while (x->at < x->end && *x->at != '\n') x->at++;
            if (x->at >= x->end || !x->brackets) return;
        } else if (c != '\n' || !x->brackets) {
            return;
        }
        if (x->in_string) give_up(r);
        x->line++;
        x->line_start = x->at + 1;
    }
}

/* Read the next token into `lex.token`. */
static void advance(Reading *r) {
    Lexer *x = &r->lex;
    Token *t = &x->token;
    if (t->kind != NEW_LINE && t->kind != INDENT && t->kind != DEDENT && t->kind != END) x->last_line = t->end_line;
    if (x->new_line && !x->pending) lex_indentation(r, x);
    t->code = 0;
    if (x->pending) {
        t->kind = x->pending > 0 ? INDENT : DEDENT;
        x->pending -= x->pending > 0 ? 1 : -1;
        return;
    }
    lex_gap(r, x);
    t->start = x->at;
    t->line = x->line;
    t->column = x->in_string ? -1 : (int)(x->at - x->line_start);
    int c = char_at(x, x->at);
    if (x->at >= x->end) {
        t->kind = END;
    } else if (c == '\n') {
        t->kind = NEW_LINE;
        x->at++;
        x->line++;
        x->line_start = x->at;
        x->new_line = 1;
    } else if (is_letter(c)) {
        lex_word(r, x);
    } else if (is_digit(c) || (c == '.' && is_digit(char_at(x, x->at + 1)))) {
        lex_number(r, x);
    } else if (c == '"' || c == '\'') {
        lex_string(r, x, x->at);
    } else if (c < 128 && c > 32) {
        lex_operator(r, x);
    } else {
        give_up(r);
    }
    t->end = x->at;
    t->end_line = x->line;
}
