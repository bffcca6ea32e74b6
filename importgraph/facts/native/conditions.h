/* Tests of `if` statements; the counterpart of `facts/conditions.py`. */

typedef struct {
    Test body, other;
} Pair;

static const Test UNKNOWN = {G_NONE, 0, 0, {0, NULL}}, ALWAYS = {G_NONE, 1, 0, {0, NULL}}, NEVER = {G_NONE, 0, 1, {0, NULL}},
                  TYPE_ONLY = {G_TYPE_CHECKING, 0, 0, {0, NULL}};

static Pair read_test(Recorder *k, const Node *node);

static Test negate(Recorder *k, Test test) {
    if (test.always || test.never) return test.always ? NEVER : ALWAYS;
    if (test.guard == G_TYPE_CHECKING || test.guard == G_MAIN) return ALWAYS;
    if (test.conditions.count != 1) return UNKNOWN;
    Condition one = k->known.items[test.conditions.items[0]];
    one.negated = !one.negated;
    return (Test){test.guard, 0, 0, with_number(k->r, (Numbers){0, NULL}, known_condition(k, one))};
}

static Pair pair_of(Recorder *k, int guard, const char *subject, const char *operation, Text value, int negated) {
    Condition condition = {of_word(k->r, subject), of_word(k->r, operation), value, negated};
    Test test = {guard, 0, 0, with_number(k->r, (Numbers){0, NULL}, known_condition(k, condition))};
    return (Pair){test, negate(k, test)};
}

static Pair all_of(Recorder *k, Test *tests, int count) {
    int rest = 0, guard = G_NONE, type_only = 0;
    Numbers conditions = {0, NULL};
    for (int n = 0; n < count; n++)
        if (tests[n].never) return (Pair){NEVER, ALWAYS};
    for (int n = 0; n < count; n++)
        if (!tests[n].always) tests[rest++] = tests[n];
    if (!rest) return (Pair){ALWAYS, NEVER};
    if (rest == 1) return (Pair){tests[0], negate(k, tests[0])};
    for (int n = 0; n < rest; n++) {
        type_only |= tests[n].guard == G_TYPE_CHECKING;
        if (guard == G_NONE) guard = tests[n].guard;
        for (int m = 0; m < tests[n].conditions.count; m++)
            conditions = with_number(k->r, conditions, tests[n].conditions.items[m]);
    }
    if (type_only) return (Pair){TYPE_ONLY, ALWAYS};
    return (Pair){{guard, 0, 0, conditions}, UNKNOWN};
}

/* The environment variable that a test asks for, and nothing else. */
static Text variable_of(Recorder *k, const Test *test) {
    if (test->conditions.count != 1) return 0;
    Condition *one = &k->known.items[test->conditions.items[0]];
    return is_text(k->r, one->subject, "environment") && !one->negated ? one->value : 0;
}

static Pair read_boolean_test(Recorder *k, const Node *node) {
    int count = node->first.count, all_variables = 1;
    Test *tests = take(k->r, sizeof(Test) * (size_t)count);
    for (int n = 0; n < count; n++) tests[n] = read_test(k, node->first.items[n]).body;
    if (node->operation == K_AND) return all_of(k, tests, count);
    Text variables = 0;
    for (int n = 0; n < count; n++) {
        Text one = variable_of(k, &tests[n]);
        all_variables &= one != 0;
        if (n) variables = joined(k->r, variables, of_word(k->r, "|"));
        variables = joined(k->r, variables, one);
    }
    if (all_variables) return pair_of(k, G_NONE, "environment", "set", variables, 0);
    for (int n = 0; n < count; n++) tests[n] = negate(k, tests[n]);
    Pair found = all_of(k, tests, count);
    return (Pair){found.other, found.body};
}

static Pair read_name_or_call(Recorder *k, const Node *node) {
    static const char *const environment[] = {"os.environ.get()", "os.getenv()", "environ.get()", "getenv()", NULL};
    Reading *r = k->r;
    Text text = chain(r, node);
    Named *known;
    if (text && (has(&k->type_checking, text) || is_text(r, last_of(r, text), "TYPE_CHECKING"))) return (Pair){TYPE_ONLY, ALWAYS};
    FIND(k->tests, text, known);
    if (text && known) return (Pair){known->test, negate(k, known->test)};
    if (node->kind != E_CALL || !text || node->first.count != 1) return (Pair){UNKNOWN, UNKNOWN};
    Text value = 0;
    if (is_among(r, text, environment) && !node->second.count && strings_of(r, node->first.items[0], &value) && value)
        return pair_of(k, G_NONE, "environment", "set", value, 0);
    value = 0;
    if (is_text(r, text, "sys.platform.startswith()") && strings_of(r, node->first.items[0], &value) && value)
        return pair_of(k, G_PLATFORM, "platform", "startswith", value, 0);
    return (Pair){UNKNOWN, UNKNOWN};
}

static Text of_number(Recorder *k, const char *before_it, long long number, const char *behind) {
    char buffer[64];
    char digits[24];
    int count = 0, length = 0;
    do digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    for (; *before_it; before_it++) buffer[length++] = *before_it;
    while (count) buffer[length++] = digits[--count];
    for (; *behind; behind++) buffer[length++] = *behind;
    return interned(k->r, buffer, length);
}

static Text version_subject(Recorder *k, const Node *node) {
    Reading *r = k->r;
    if (node->kind == E_SUBSCRIPT && ends_with(r, chain(r, node->a), "version_info")) {
        const Node *key = node->b;
        if (key->kind == E_CONSTANT) {
            if (key->code == C_INTEGER && key->operation) return key->number == 0 ? of_word(r, "version[:1]") : 0;
            if (key->code != C_TEXT) give_up(r);
            return 0;
        }
        if (key->kind != E_SLICE || key->a || key->c || !key->b || key->b->kind != E_CONSTANT) return 0;
        if (key->b->code != C_INTEGER || !key->b->operation) give_up(r);
        return key->b->number < 1000000 ? of_number(k, "version[:", key->b->number, "]") : 0;
    }
    Text text = chain(r, node);
    if (ends_with(r, text, "version_info")) return of_word(r, "version");
    return ends_with(r, text, "version_info.major") ? of_word(r, "version[:1]") : 0;
}

static Text version_value(Recorder *k, const Node *node) {
    Nodes alone = {(Node *[]){(Node *)node}, 1, 1};
    const Nodes *elements = node->kind == E_TUPLE ? &node->first : &alone;
    Text found = 0;
    for (int n = 0; n < elements->count; n++)
        if (elements->items[n]->kind != E_CONSTANT) return 0;
    for (int n = 0; n < elements->count; n++) {
        const Node *one = elements->items[n];
        if (one->code != C_INTEGER) continue;
        if (!one->operation) give_up(k->r);
        if (one->number >= 1000000) return 0;
        if (found) found = joined(k->r, found, of_word(k->r, "."));
        found = joined(k->r, found, of_number(k, "", one->number, ""));
    }
    return found;
}

static const char *operator_text(int operation) {
    switch (operation) {
        case O_GREATER: return ">=";
        case '>': return ">";
        case O_LESS: return "<=";
        case '<': return "<";
        case O_EQUAL: return "==";
        case O_UNEQUAL: return "!=";
        case CMP_IN: return "in";
        case CMP_NOT_IN: return "not in";
        default: return NULL;
    }
}

static Pair read_comparing_test(Recorder *k, const Node *node) {
    static const char *const environments[] = {"os.environ", "environ", NULL};
    static const char *const platforms[][2] = {
        {"sys.platform", "platform"},
        {"os.name", "os"},
        {"sys.implementation.name", "implementation"},
        {"platform.system()", "system"},
        {"platform.python_implementation()", "implementation"},
    };
    Reading *r = k->r;
    const char *operation = operator_text(node->operation);
    const Node *left = node->a, *right = node->first.items[0];
    if (operation == NULL) {
        if (right->kind != E_CONSTANT || (right->code != C_TRUE && right->code != C_FALSE)) return (Pair){UNKNOWN, UNKNOWN};
        Pair found = read_test(k, left);
        int is_same = (right->code == C_TRUE) == (node->operation == CMP_IS);
        return is_same ? found : (Pair){found.other, found.body};
    }
    Text subject = chain(r, left), value = 0;
    if (is_text(r, subject, "__name__") && right->kind == E_CONSTANT && right->code == C_TEXT && right->length == 8 &&
        !memcmp(right->text, "__main__", 8)) {
        Test main = {G_MAIN, 0, 0, {0, NULL}};
        return node->operation == O_EQUAL ? (Pair){main, ALWAYS} : (Pair){ALWAYS, main};
    }
    int is_membership = node->operation == CMP_IN || node->operation == CMP_NOT_IN;
    if (is_membership && left->kind == E_CONSTANT && is_among(r, chain(r, right), environments)) {
        literal(r, left, &value);
        return pair_of(k, G_NONE, "environment", "set", value, node->operation == CMP_NOT_IN);
    }
    Text version = version_subject(k, left);
    if (version && (value = version_value(k, right))) {
        Condition condition = {version, of_word(r, operation), value, 0};
        Test test = {G_VERSION, 0, 0, with_number(r, (Numbers){0, NULL}, known_condition(k, condition))};
        return (Pair){test, negate(k, test)};
    }
    for (size_t n = 0; subject && n < sizeof platforms / sizeof *platforms; n++)
        if (is_text(r, subject, platforms[n][0]) && strings_of(r, right, &value))
            return pair_of(k, G_PLATFORM, platforms[n][1], operation, value, 0);
    return (Pair){UNKNOWN, UNKNOWN};
}

/* Tell whether a number is not zero, by its digits; an exponent may make it too small to be told. */
static int is_nonzero(Recorder *k, const Node *node) {
    int is_based = node->length > 1 && node->text[0] == '0' && strchr("xXoObB", node->text[1]);
    int found = 0;
    for (int n = is_based ? 2 : 0; n < node->length; n++) {
        char c = node->text[n];
        if (!is_based && (c == 'e' || c == 'E')) {
            if (found) give_up(k->r);
            return 0;
        }
        found |= is_hex((unsigned char)c) && c != '0';
    }
    return found;
}

static int is_true(Recorder *k, const Node *node) {
    switch (node->code) {
        case C_NONE:
        case C_FALSE: return 0;
        case C_TRUE:
        case C_ELLIPSIS: return 1;
        case C_TEXT:
        case C_BYTES: return node->length != 0;
        default:
            if (node->operation) return node->number != 0;
            return is_nonzero(k, node);
    }
}

static Pair read_test(Recorder *k, const Node *node) {
    if (node->kind == E_UNARY && node->operation == K_NOT + 5000) {
        Pair found = read_test(k, node->a);
        return (Pair){found.other, found.body};
    }
    if (node->kind == E_BOOLEAN) return read_boolean_test(k, node);
    if (node->kind == E_COMPARE && node->first.count == 1) return read_comparing_test(k, node);
    if (node->kind == E_CONSTANT) return is_true(k, node) ? (Pair){ALWAYS, NEVER} : (Pair){NEVER, ALWAYS};
    return read_name_or_call(k, node);
}
