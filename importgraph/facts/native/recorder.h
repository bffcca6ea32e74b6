/* What a walk records; the counterpart of `facts/recorder.py` and `facts/tally.py`. */

enum Scope { IN_MODULE, IN_CLASS, IN_FUNCTION };
enum Guard { G_TYPE_CHECKING, G_OPTIONAL, G_VERSION, G_PLATFORM, G_MAIN, G_NONE = -1 };
enum Origin { FROM_STATEMENT, FROM_DYNAMIC, FROM_PLUGINS, FROM_MOCK };
enum StepKind { T_IMPORT, T_FUNCTION, T_CLASS, T_BIND, T_USE, T_CALL, T_DELETE, T_RETURN };
enum Flow { CATCHES_IMPORT = 1, CATCHES_ATTRIBUTE = 2, HANDLER = 4, CONDITIONAL = 8, ANNOTATION = 16, DEAD = 32 };

typedef struct {
    int count;
    const int *items;
} Numbers;

typedef struct {
    int scope, tried, handles, flow, function, live;
    int guard_count;
    int8_t guards[6];
    Numbers when;
    Text owner; /* with a dot at its end */
} Context;

typedef struct {
    int kind, line, index, flow;
    Text name, value;
    Numbers when;
} Step;
typedef LIST(Step) Steps;

typedef struct {
    Text module, name, alias;
    int level, has_name, has_alias, line, column, origin, lazy;
    Context context;
} Import;

typedef struct {
    Text subject, operation, value;
    int negated;
} Condition;

typedef struct {
    int guard, always, never;
    Numbers conditions; /* indices into `tests` of the recorder: interned conditions */
} Test;

typedef struct {
    Text qualname;
    Node *node;
    Context context;
    const Set *opaque;
    Nodes decorators;
    int generator;
    Steps body;
    Text *uses;
    int use_count;
} Function;

typedef struct {
    Text qualname;
    Node *node;
} Class;

typedef struct {
    Text name;
    const char *kind;
    int line, end_line;
} Definition;

typedef struct {
    int line, function;
    Text call, pattern, values;
} Dynamic;

typedef struct {
    Text name, value;
    Test test;
} Named;

typedef struct {
    Reading *r;
    LIST(Import) imports;
    LIST(Condition) known; /* all conditions that tests speak of */
    LIST(int) conditions;  /* those that a step or import needs, in order of first use: indices into `known` */
    LIST(Function) functions;
    LIST(Class) classes;
    LIST(Definition) definitions;
    LIST(Dynamic) dynamic;
    LIST(Named) strings, loops, tests;
    LIST(int) fields;
    Set hazards, type_only, type_checking, import_bound, class_names;
    int future_annotations, tries;
    int stored, run, text_size, calls, subscripts, elements, loop_count, annotations, patterns, pattern_size;
    /* of the present body */
    int in_function, yields;
    Steps steps;
    Set stores, typed, uses, used, called;
} Recorder;

#define MOST_LISTED 5000 /* entries of a list that is searched from its start */

static Context within(Context context, int flow) {
    context.flow |= flow;
    return context;
}

static Context guarded(Context context, int guard) {
    for (int n = 0; n < context.guard_count; n++)
        if (context.guards[n] == guard) return context;
    context.guards[context.guard_count++] = (int8_t)guard;
    return context;
}

static Numbers with_number(Reading *r, Numbers numbers, int more) {
    int *items = take(r, sizeof(int) * (size_t)(numbers.count + 1));
    if (numbers.count) memcpy(items, numbers.items, sizeof(int) * (size_t)numbers.count);
    items[numbers.count] = more;
    return (Numbers){numbers.count + 1, items};
}

static void begin_body(Recorder *k, int in_function) {
    k->in_function = in_function;
    k->steps = (Steps){0};
    k->yields = 0;
    empty(&k->stores);
    empty(&k->typed);
    empty(&k->uses);
    empty(&k->used);
    empty(&k->called);
}

static void step(Recorder *k, int kind, Text name, const Context *context, int line, Text value, int index) {
    if (!context->live) return;
    *ADD(k->r, k->steps) = (Step){kind, line, index, context->flow, name, value, context->when};
}

static Text root_of(Recorder *k, Text name) { return before(k->r, name, ".("); }

static Text in_class(Recorder *k, Text name, const Context *context) {
    if (context->scope != IN_CLASS || !k->class_names.count) return name;
    Text root = joined(k->r, context->owner, root_of(k, name));
    return has(&k->class_names, root) ? joined(k->r, context->owner, name) : name;
}

static void use(Recorder *k, Text name, const Context *context, int line) {
    name = in_class(k, name, context);
    if (!context->live || has(&k->used, name)) return;
    if (!context->flow && !context->when.count) put(k->r, &k->used, name);
    step(k, T_USE, name, context, line, 0, -1);
}

static void record_call(Recorder *k, Text name, const Context *context, int line, Text value) {
    name = in_class(k, name, context);
    uint64_t key = (uint64_t)name << 32 | value;
    if (!context->live || has(&k->called, key)) return;
    if (!context->flow && !context->when.count) put(k->r, &k->called, key);
    step(k, T_CALL, name, context, line, value, -1);
}

static void define(Recorder *k, Text name, const char *kind, int line, int end_line, const Context *context) {
    if (context->scope != IN_MODULE) return;
    for (int n = 0; n < context->guard_count; n++) {
        if (context->guards[n] == G_TYPE_CHECKING) {
            put(k->r, &k->type_only, name);
            return;
        }
    }
    *ADD(k->r, k->definitions) = (Definition){name, kind, line, end_line};
}

static void bind(Recorder *k, Text name, const Context *context, const Node *node, Text value) {
    if (k->in_function) {
        put(k->r, &k->stores, name);
        if (value) {
            put(k->r, &k->typed, name);
            step(k, T_BIND, name, context, node->line, value, -1);
        }
        return;
    }
    Text owned = joined(k->r, context->owner, name);
    step(k, T_BIND, owned, context, node->line, value, -1);
    if (context->scope == IN_CLASS) put(k->r, &k->class_names, owned);
    define(k, name, "constant", node->line, node->end_line, context);
}

static void bind_definition(Recorder *k, Text name, const Context *context) {
    put(k->r, &k->stores, name);
    put(k->r, &k->typed, name);
    if (context->scope == IN_CLASS) put(k->r, &k->class_names, joined(k->r, context->owner, name));
}

static Import new_import(const Context *context, const Node *place, Text module, int level, int origin) {
    Import made = {.module = module, .level = level, .line = place->line, .column = place->column + 1, .origin = origin};
    made.context = *context;
    return made;
}

static void add_import(Recorder *k, Import found, const Context *context) {
    if (!found.column) give_up(k->r); /* in an f-string, whose columns differ between versions */
    *ADD(k->r, k->imports) = found;
    Text bound = 0;
    if (found.has_alias) bound = found.alias;
    else if (found.origin == FROM_STATEMENT && !(found.has_name && is_text(k->r, found.name, "*")))
        bound = found.has_name && found.name ? found.name : before(k->r, found.module, ".");
    step(k, T_IMPORT, bound, context, found.line, 0, k->imports.count - 1);
    if (k->in_function && bound) {
        put(k->r, &k->typed, bound);
        put(k->r, &k->stores, bound);
    }
}

static int later(Recorder *k, Node *node, Text qualname, const Context *context, Nodes decorators) {
    int index = k->functions.count;
    Context inner = {.scope = IN_FUNCTION, .tried = -1, .handles = -1, .function = index, .live = 1, .when = context->when};
    for (int n = 0; n < context->guard_count; n++)
        if (context->guards[n] != G_OPTIONAL) inner.guards[inner.guard_count++] = context->guards[n];
    inner.owner = joined(k->r, qualname, of_word(k->r, ".<locals>."));
    Function *made = ADD(k->r, k->functions);
    *made = (Function){.qualname = qualname, .node = node, .context = inner, .decorators = decorators};
    return index;
}

static int condition_index(Recorder *k, int known) {
    for (int n = 0; n < k->conditions.count; n++)
        if (k->conditions.items[n] == known) return n;
    if (k->conditions.count >= MOST_LISTED) give_up(k->r);
    *ADD(k->r, k->conditions) = known;
    return k->conditions.count - 1;
}

static int known_condition(Recorder *k, Condition wanted) {
    for (int n = 0; n < k->known.count; n++) {
        Condition *one = &k->known.items[n];
        if (one->subject == wanted.subject && one->operation == wanted.operation && one->value == wanted.value &&
            one->negated == wanted.negated)
            return n;
    }
    if (k->known.count >= MOST_LISTED) give_up(k->r);
    *ADD(k->r, k->known) = wanted;
    return k->known.count - 1;
}

/* The newest entry of a name in a list that stands for a dictionary. */
#define FIND(list, wanted, found)                                                                          \
    do {                                                                                                   \
        (found) = NULL;                                                                                    \
        if ((list).count >= MOST_LISTED) give_up(k->r);                                                    \
        for (int n_ = 0; n_ < (list).count; n_++)                                                          \
            if ((list).items[n_].name == (wanted)) (found) = &(list).items[n_];                            \
    } while (0)
