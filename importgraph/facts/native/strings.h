/* Strings: what they hold, and the expressions in f-strings as CPython 3.11 reads them. */

static Node *read_expressions(Reading *r);

typedef struct {
    char *start;
    int length, characters, has_surrogate;
} Decoded;

static void add_character(Decoded *d, uint32_t c) {
    char *to = d->start + d->length;
    d->characters++;
    if (c >= 0xD800 && c < 0xE000) d->has_surrogate = 1;
    if (c < 0x80) {
        to[0] = (char)c;
        d->length += 1;
    } else if (c < 0x800) {
        to[0] = (char)(0xC0 | c >> 6);
        to[1] = (char)(0x80 | (c & 63));
        d->length += 2;
    } else if (c < 0x10000) {
        to[0] = (char)(0xE0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 63));
        to[2] = (char)(0x80 | (c & 63));
        d->length += 3;
    } else {
        to[0] = (char)(0xF0 | c >> 18);
        to[1] = (char)(0x80 | (c >> 12 & 63));
        to[2] = (char)(0x80 | (c >> 6 & 63));
        to[3] = (char)(0x80 | (c & 63));
        d->length += 4;
    }
}

static uint32_t hexadecimal(Reading *r, const char *at, const char *end, int digits) {
    uint32_t value = 0;
    if (end - at < digits) give_up(r);
    for (int n = 0; n < digits; n++) {
        int c = (unsigned char)at[n];
        if (!is_hex(c)) give_up(r);
        value = value * 16 + (uint32_t)(is_digit(c) ? c - '0' : (c | 32) - 'a' + 10);
    }
    if (value > 0x10FFFF) give_up(r);
    return value;
}

/* Read what stands behind a backslash; returns where that ends. */
static const char *unescape(Reading *r, Decoded *d, const char *at, const char *end, int is_bytes) {
    static const char from[] = "\\'\"abfnrtv", to[] = "\\'\"\a\b\f\n\r\t\v";
    int c = (unsigned char)*at++;
    const char *simple = c ? strchr(from, c) : NULL;
    if (c == '\n') return at;
    if (simple) {
        add_character(d, (uint32_t)to[simple - from]);
    } else if (is_octal(c)) {
        uint32_t value = (uint32_t)(c - '0');
        for (int n = 0; n < 2 && at < end && is_octal((unsigned char)*at); n++) value = value * 8 + (uint32_t)(*at++ - '0');
        if (value > 255) give_up(r);
        add_character(d, value);
    } else if (c == 'x') {
        add_character(d, hexadecimal(r, at, end, 2));
        at += 2;
    } else if (!is_bytes && (c == 'u' || c == 'U')) {
        int digits = c == 'u' ? 4 : 8;
        add_character(d, hexadecimal(r, at, end, digits));
        at += digits;
    } else if (!is_bytes && c == 'N') {
        give_up(r);
    } else if (c >= 128) {
        give_up(r);
    } else {
        add_character(d, '\\');
        add_character(d, (uint32_t)c);
    }
    return at;
}

static void add_piece(Reading *r, Decoded *d, const char *at, const char *end, int is_raw, int is_bytes) {
    while (at < end) {
        if (*at == '\\' && !is_raw) {
            at = unescape(r, d, at + 1, end, is_bytes);
            continue;
        }
        if (((unsigned char)*at & 0xC0) != 0x80) d->characters++;
        if ((unsigned char)*at >= 128 && is_bytes) give_up(r);
        d->start[d->length++] = *at++;
    }
}

static Node *text_node(Reading *r, const Token *start, int code) {
    Node *node = make(r, E_CONSTANT, start);
    node->code = (uint8_t)code;
    node->depth = 1;
    return node;
}

static void keep(Node *node, const Decoded *d) {
    node->text = d->start;
    node->length = d->length;
    node->characters = d->characters;
    node->starred = (uint8_t)d->has_surrogate;
}

/* Read an f-string from behind its quote to before its closing one: literal parts and expressions. */
static void read_formatted(
    Reading *r, const Token *start, const char *at, const char *end, int is_raw, Nodes *values, Decoded *d, int level
) {
    while (at < end) {
        const char *part = at;
        while (at < end && *at != '{' && *at != '}') {
            if (*at == '\\' && (level || at + 1 >= end || at[1] == '{' || at[1] == '}' || at[1] == 'N')) give_up(r);
            if (*at == '\n' && level) give_up(r);
            at += *at == '\\' && !is_raw ? 2 : 1;
        }
        if (at > end) give_up(r);
        add_piece(r, d, part, at, is_raw, 0);
        if (at >= end) return;
        if (*at == '}' && level) give_up(r);
        if (at + 1 < end && at[1] == *at && !level) {
            d->start[d->length++] = *at;
            d->characters++;
            at += 2;
            continue;
        }
        if (*at == '}') give_up(r);
        if (d->length) {
            Node *literal = text_node(r, start, C_TEXT);
            keep(literal, d);
            *ADD(r, *values) = literal;
        }
        Lexer outer = r->lex;
        Lexer *x = &r->lex;
        int lines = outer.token.line;
        for (const char *one = outer.token.start; one < at; one++) lines += *one == '\n';
        x->at = at + 1;
        x->end = end;
        x->line = lines;
        x->new_line = x->pending = 0;
        x->brackets = 1000;
        x->in_string = 1;
        x->token.kind = NEW_LINE;
        advance(r);
        if (level > 1 || is_operator(r, ':')) give_up(r);
        Token at_value = x->token;
        Node *value = make(r, E_FORMATTED, &at_value);
        value->a = read_expressions(r);
        if (value->a->kind == E_STARRED) give_up(r);
        if (is_operator(r, '!')) {
            const char *letter = x->at;
            advance(r);
            if (x->token.kind != NAME || x->token.end != letter + 1 || !strchr("sra", *letter)) give_up(r);
            if (x->token.start != letter) give_up(r);
            advance(r);
        }
        if (is_operator(r, ':')) {
            const char *stop = x->token.end;
            int open = 0;
            for (; stop < end && (open || *stop != '}'); stop++) open += *stop == '{' ? 1 : *stop == '}' ? -1 : 0;
            if (stop >= end) give_up(r);
            const char *from = x->token.end;
            Decoded inner = {take(r, (size_t)(stop - from) * 4 + 4), 0, 0, 0};
            value->b = make(r, E_JOINED, &at_value);
            x->token = outer.token;
            read_formatted(r, start, from, stop, is_raw, &value->b->first, &inner, level + 1);
            if (inner.length) {
                Node *literal = text_node(r, start, C_TEXT);
                keep(literal, &inner);
                *ADD(r, value->b->first) = literal;
            }
            done(r, value->b);
            at = stop + 1;
        } else {
            if (!is_operator(r, '}')) give_up(r);
            at = x->token.end;
        }
        *ADD(r, *values) = done(r, value);
        r->lex = outer;
        *d = (Decoded){take(r, (size_t)(end - at) * 4 + 4), 0, 0, 0};
    }
}

/* Read one or more strings that stand side by side. */
static Node *read_strings(Reading *r) {
    Token start = r->lex.token;
    Nodes values = {0};
    int kind = -1, is_formatted = 0;
    Decoded whole = {NULL, 0, 0, 0};
    while (r->lex.token.kind == STRING) {
        Token *t = &r->lex.token;
        const char *at = t->start;
        int is_raw = 0, is_bytes = 0, has_fields = 0;
        for (; *at != '"' && *at != '\''; at++) {
            is_raw |= (*at | 32) == 'r';
            is_bytes |= (*at | 32) == 'b';
            has_fields |= (*at | 32) == 'f';
        }
        int quotes = t->end - at >= 6 && at[1] == *at && at[2] == *at ? 3 : 1;
        const char *end = t->end - quotes;
        at += quotes;
        if (kind >= 0 && kind != is_bytes) give_up(r);
        kind = is_bytes;
        char *room = take(r, (size_t)(whole.length + (end - at)) * 4 + 8);
        if (whole.length) memcpy(room, whole.start, (size_t)whole.length);
        whole.start = room;
        if (has_fields) {
            is_formatted = 1;
            read_formatted(r, &start, at, end, is_raw, &values, &whole, 0);
        } else if (is_raw || !memchr(at, '\\', (size_t)(end - at))) {
            add_piece(r, &whole, at, end, 1, is_bytes);
        } else {
            add_piece(r, &whole, at, end, 0, is_bytes);
        }
        advance(r);
    }
    Node *text = text_node(r, &start, kind ? C_BYTES : C_TEXT);
    keep(text, &whole);
    done(r, text);
    if (!is_formatted) return text;
    Node *node = make(r, E_JOINED, &start);
    if (whole.length) *ADD(r, values) = text;
    node->first = values;
    return done(r, node);
}
