/* Facts as MessagePack, in the shape of `facts/model.py`. */

typedef struct {
    Reading *r;
    unsigned char *start;
    size_t length, size;
} Output;

static void raw(Output *o, const void *data, size_t length) {
    if (o->length + length > o->size) {
        size_t wanted = (o->length + length) * 2 + 1024;
        unsigned char *more = take(o->r, wanted);
        if (o->length) memcpy(more, o->start, o->length);
        o->start = more;
        o->size = wanted;
    }
    memcpy(o->start + o->length, data, length);
    o->length += length;
}

static void byte(Output *o, int value) {
    unsigned char one = (unsigned char)value;
    raw(o, &one, 1);
}

/* `of_8` is 0 where there is no such form; the shortest form is the one that msgspec writes. */
static void sized(Output *o, uint32_t value, int small, int small_limit, int of_8, int of_16) {
    if ((int64_t)value < small_limit) {
        byte(o, small | (int)value);
    } else if (value < 256 && of_8) {
        byte(o, of_8);
        byte(o, (int)value);
    } else if (value < 65536) {
        unsigned char head[3] = {(unsigned char)of_16, (unsigned char)(value >> 8), (unsigned char)value};
        raw(o, head, 3);
    } else {
        unsigned char head[5] = {
            (unsigned char)(of_16 + 1), (unsigned char)(value >> 24), (unsigned char)(value >> 16), (unsigned char)(value >> 8),
            (unsigned char)value};
        raw(o, head, 5);
    }
}

static void array(Output *o, int count) { sized(o, (uint32_t)count, 0x90, 16, 0, 0xDC); }
static void nothing(Output *o) { byte(o, 0xC0); }
static void truth(Output *o, int value) { byte(o, value ? 0xC3 : 0xC2); }

static void number(Output *o, int value) {
    if (value < 0) {
        unsigned char head[5] = {
            0xD2, (unsigned char)((uint32_t)value >> 24), (unsigned char)((uint32_t)value >> 16), (unsigned char)((uint32_t)value >> 8),
            (unsigned char)value};
        if (value >= -32) byte(o, value & 0xFF);
        else raw(o, head, 5);
    } else {
        sized(o, (uint32_t)value, 0, 128, 0xCC, 0xCD);
    }
}

static void words(Output *o, const char *start, int length) {
    sized(o, (uint32_t)length, 0xA0, 32, 0xD9, 0xDA);
    raw(o, start, (size_t)length);
}

static void word(Output *o, const char *value) { words(o, value, (int)strlen(value)); }
static void text(Output *o, Text value) { words(o, o->r->texts[value].start, o->r->texts[value].length); }

static void text_or_none(Output *o, int is_there, Text value) {
    if (is_there) text(o, value);
    else nothing(o);
}

static void numbers(Output *o, Numbers values) {
    array(o, values.count);
    for (int n = 0; n < values.count; n++) number(o, values.items[n]);
}

static void texts(Output *o, const Text *values, int count) {
    array(o, count);
    for (int n = 0; n < count; n++) text(o, values[n]);
}

static void set_of_texts(Output *o, const Set *values) { texts(o, sorted(o->r, values), values->count); }

static void encode_import(Output *o, const Import *one) {
    static const char *const scopes[] = {"module", "class", "function"};
    static const char *const guards[] = {"type_checking", "optional", "version", "platform", "main"};
    static const char *const origins[] = {"statement", "dynamic", "pytest_plugins", "mock"};
    const Context *context = &one->context;
    array(o, 15);
    text(o, one->module);
    number(o, one->level);
    text_or_none(o, one->has_name, one->name);
    text_or_none(o, one->has_alias, one->alias);
    number(o, one->line);
    number(o, one->column);
    word(o, scopes[context->scope]);
    array(o, context->guard_count);
    for (int n = 0; n < context->guard_count; n++) word(o, guards[context->guards[n]]);
    numbers(o, context->when);
    truth(o, one->lazy);
    word(o, origins[one->origin]);
    number(o, context->function);
    number(o, context->tried);
    number(o, context->handles);
    truth(o, context->flow & CONDITIONAL);
}

static void encode_steps(Output *o, const Steps *steps) {
    array(o, steps->count);
    for (int n = 0; n < steps->count; n++) {
        const Step *one = &steps->items[n];
        array(o, 7);
        number(o, one->kind);
        text(o, one->name);
        text(o, one->value);
        number(o, one->line);
        number(o, one->index);
        number(o, one->flow);
        numbers(o, one->when);
    }
}

static void encode_chains(Output *o, const Nodes *nodes) {
    array(o, nodes->count);
    for (int n = 0; n < nodes->count; n++) text(o, chain(o->r, nodes->items[n]));
}

static void encode_function(Output *o, const Function *one) {
    static const int order[] = {ONLY_POSITION, PLAIN, ONLY_KEYWORD, VARIADIC, KEYWORDS_LEFT};
    const Node *node = one->node;
    array(o, 9);
    text(o, one->qualname);
    number(o, node->line);
    number(o, node->end_line);
    encode_chains(o, &one->decorators);
    truth(o, node->is_async);
    truth(o, one->generator);
    array(o, node->first.count);
    for (int which = 0; which < 5; which++)
        for (int n = 0; n < node->first.count; n++)
            if (node->first.items[n]->code == order[which]) text(o, node->first.items[n]->name);
    encode_steps(o, &one->body);
    texts(o, one->uses, one->use_count);
}

static void encode_attributes(Output *o, const Nodes *body) {
    int count = 0;
    for (int round = 0; round < 2; round++) {
        if (round) array(o, count);
        for (int n = 0; n < body->count; n++) {
            const Node *one = body->items[n];
            const Node *value = one->kind == S_ASSIGN ? one->a : one->kind == S_ANNOTATED ? one->c : NULL;
            int targets = value == NULL ? 0 : one->kind == S_ASSIGN ? one->first.count : 1;
            for (int m = 0; m < targets; m++) {
                const Node *target = one->kind == S_ASSIGN ? one->first.items[m] : one->a;
                if (target->kind != E_NAME) continue;
                count++;
                if (!round) continue;
                array(o, 2);
                text(o, target->name);
                text(o, chain(o->r, value));
            }
        }
    }
}

static void encode_class(Output *o, const Class *one) {
    const Node *node = one->node;
    Text metaclass = 0;
    for (int n = 0; n < node->second.count; n++)
        if (node->second.items[n]->name && is_text(o->r, node->second.items[n]->name, "metaclass"))
            metaclass = chain(o->r, node->second.items[n]->a);
    array(o, 7);
    text(o, one->qualname);
    number(o, node->line);
    number(o, node->end_line);
    encode_chains(o, &node->first);
    text(o, metaclass);
    encode_chains(o, &node->third);
    encode_attributes(o, &node->fourth);
}

static void encode_strings(Output *o, const Recorder *k) {
    array(o, k->strings.count);
    for (int n = 0; n < k->strings.count; n++) {
        const Entry *entry = &o->r->texts[k->strings.items[n].value];
        const char *at = entry->start + 1, *end = entry->start + entry->length;
        int count = 1;
        for (const char *one = at; one < end; one++) count += *one == '|';
        array(o, 2);
        text(o, k->strings.items[n].name);
        array(o, count);
        for (;;) {
            const char *bar = memchr(at, '|', (size_t)(end - at));
            words(o, at, (int)((bar ? bar : end) - at));
            if (bar == NULL) break;
            at = bar + 1;
        }
    }
}

static void encode_work(Output *o, const Recorder *k, int size) {
    array(o, 12);
    number(o, size);
    number(o, k->text_size);
    number(o, k->stored);
    number(o, k->run);
    number(o, k->calls);
    number(o, k->subscripts);
    number(o, k->elements);
    number(o, k->loop_count);
    number(o, k->annotations);
    number(o, k->patterns);
    number(o, k->pattern_size);
    numbers(o, (Numbers){k->fields.count, k->fields.items});
}
