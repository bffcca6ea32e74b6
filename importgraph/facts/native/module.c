/* A second way to read the facts of a Python file, some twenty times faster than the first.

   `facts(source)` gives what `parse_module` of `facts/parse.py` gives, encoded, or None where it is not sure to:
   what is rare, depends on the version of Python, or is no Python is read there. Whatever this reader accepts
   is valid; tests compare both, byte by byte, on real and mutated files. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "base.h"
#include "order.h"
#include "lexer.h"
#include "tree.h"
#include "strings.h"
#include "expressions.h"
#include "statements.h"
#include "recorder.h"
#include "chains.h"
#include "conditions.h"
#include "calls.h"
#include "scan.h"
#include "walk.h"
#include "exports.h"
#include "paths.h"
#include "encode.h"

#ifndef SOURCES
#define SOURCES "" /* a digest of this folder, so that a reader of other sources is not used */
#endif
#define LARGEST (1 << 26)

static int occurs(const Reading *r, const char *part) {
    size_t length = strlen(part);
    for (const char *at = r->source; (at = memchr(at, *part, (size_t)(r->end - at))) != NULL; at++)
        if ((size_t)(r->end - at) >= length && !memcmp(at, part, length)) return 1;
    return 0;
}

static int is_utf8(const unsigned char *at, const unsigned char *end) {
    while (at < end) {
        int c = *at++, more;
        if (c < 0x80) continue;
        if (c < 0xC2 || c > 0xF4) return 0;
        more = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
        if (end - at < more) return 0;
        if ((c == 0xE0 && *at < 0xA0) || (c == 0xED && *at > 0x9F) || (c == 0xF0 && *at < 0x90) || (c == 0xF4 && *at > 0x8F)) return 0;
        while (more--)
            if ((*at++ & 0xC0) != 0x80) return 0;
    }
    return 1;
}

/* Tell whether a text is of a kind that is read here at all. */
static int is_ordinary(Reading *r) {
    static const char *const changing[] = {
        "__path__", "sys.path", "declare_namespace", "extend_path", "addsitedir", "syspath_prepend", NULL};
    size_t length = (size_t)(r->end - r->source);
    if (length > LARGEST || memchr(r->source, '\r', length) || memchr(r->source, '\f', length) || memchr(r->source, 0, length)) return 0;
    if (length >= 3 && !memcmp(r->source, "\xEF\xBB\xBF", 3)) return 0;
    if (!is_utf8((const unsigned char *)r->source, (const unsigned char *)r->end)) return 0;
    const char *line = r->source;
    for (int n = 0; n < 2 && line; n++) {
        const char *stop = memchr(line, '\n', (size_t)(r->end - line));
        Reading part = {.source = line, .end = stop ? stop : r->end};
        if (occurs(&part, "coding")) return 0;
        line = stop ? stop + 1 : NULL;
    }
    for (int n = 0; changing[n] && !r->has_marks; n++) r->has_marks = occurs(r, changing[n]);
    return 1;
}

static void walk_everything(Recorder *k, const Nodes *body, Steps *steps) {
    Reading *r = k->r;
    Context context = {.scope = IN_MODULE, .tried = -1, .handles = -1, .function = -1, .live = 1};
    for (int n = 0; n < body->count; n++) {
        const Node *one = body->items[n];
        if (one->kind != S_FROM || !is_text(r, one->name, "__future__")) continue;
        for (int m = 0; m < one->first.count; m++) k->future_annotations |= is_text(r, one->first.items[m]->name, "annotations");
    }
    put(r, &k->type_checking, of_word(r, "TYPE_CHECKING"));
    begin_body(k, 0);
    walk(k, body, context);
    *steps = k->steps;
    for (int n = 0; n < k->imports.count; n++) {
        const Import *one = &k->imports.items[n];
        if (one->context.scope != IN_MODULE) continue;
        Text bound = one->has_alias ? one->alias : 0;
        if (!one->has_alias && one->origin == FROM_STATEMENT && !(one->has_name && is_text(r, one->name, "*")))
            bound = one->has_name && one->name ? one->name : before(r, one->module, ".");
        if (bound) put(r, &k->import_bound, bound);
    }
    for (int n = 0; n < k->functions.count; n++) walk_function_body(k, n);
}

static int has_dict(const Node *node) {
    if (node == NULL) return 0;
    if (node->kind == E_DICT || has_dict(node->a) || has_dict(node->b) || has_dict(node->c)) return 1;
    const Nodes *lists[] = {&node->first, &node->second, &node->third, &node->fourth};
    for (int which = 0; which < 4; which++)
        for (int n = 0; n < lists[which]->count; n++)
            if (has_dict(lists[which]->items[n])) return 1;
    return 0;
}

/* A module that answers for names lazily has tables, which are read in Python. */
static void refuse_tables(Reading *r, const Nodes *body) {
    for (int n = 0; n < body->count; n++)
        if (body->items[n]->kind != S_FUNCTION && body->items[n]->kind != S_CLASS && has_dict(body->items[n])) give_up(r);
}

static void find_hazards(Recorder *k, const Nodes *body, const Steps *steps) {
    Reading *r = k->r;
    int answers = 0;
    for (int n = 0; n < steps->count; n++)
        answers |= steps->items[n].kind == T_FUNCTION && is_text(r, steps->items[n].name, "__getattr__");
    if (answers || has(&k->hazards, of_word(r, "sys.modules"))) refuse_tables(r, body);
    int uses = 0;
    for (int n = 0; n < steps->count; n++) uses |= starts_with(r, steps->items[n].name, "sys.modules");
    for (int n = 0; n < k->functions.count; n++)
        for (int m = 0; m < k->functions.items[n].use_count; m++) uses |= starts_with(r, k->functions.items[n].uses[m], "sys.modules");
    if (uses) put(r, &k->hazards, of_word(r, "sys.modules"));
    if (occurs(r, "f_globals")) put(r, &k->hazards, of_word(r, "f_globals"));
    if (occurs(r, "f_locals")) put(r, &k->hazards, of_word(r, "f_locals"));
}

static void encode_lists(Output *o, const Recorder *k) {
    array(o, k->functions.count);
    for (int n = 0; n < k->functions.count; n++) encode_function(o, &k->functions.items[n]);
    array(o, k->classes.count);
    for (int n = 0; n < k->classes.count; n++) encode_class(o, &k->classes.items[n]);
    array(o, k->definitions.count);
    for (int n = 0; n < k->definitions.count; n++) {
        const Definition *one = &k->definitions.items[n];
        array(o, 4);
        text(o, one->name);
        word(o, one->kind);
        number(o, one->line);
        number(o, one->end_line);
    }
    encode_strings(o, k);
    set_of_texts(o, &k->type_only);
}

static void encode_facts(Output *o, Recorder *k, const Nodes *body, const Steps *steps, int size) {
    Reading *r = k->r;
    Exports all = read_exports(k, body);
    Nodes lazy = strings_at_top(k, body, "__lazy_modules__");
    array(o, 18);
    array(o, k->imports.count);
    for (int n = 0; n < k->imports.count; n++) encode_import(o, &k->imports.items[n]);
    array(o, k->conditions.count);
    for (int n = 0; n < k->conditions.count; n++) {
        const Condition *one = &k->known.items[k->conditions.items[n]];
        array(o, 4);
        text(o, one->subject);
        text(o, one->operation);
        text(o, one->value);
        truth(o, one->negated);
    }
    encode_steps(o, steps);
    encode_lists(o, k);
    if (all.found) {
        array(o, 3);
        texts(o, all.names.items, all.names.count);
        texts(o, all.modules.items, all.modules.count);
        truth(o, all.exact);
    } else {
        nothing(o);
    }
    array(o, k->dynamic.count);
    for (int n = 0; n < k->dynamic.count; n++) {
        const Dynamic *one = &k->dynamic.items[n];
        array(o, 5);
        number(o, one->line);
        text(o, one->call);
        number(o, one->function);
        text(o, one->pattern);
        text(o, one->values);
    }
    array(o, 0); /* the table of a module that answers lazily */
    set_of_texts(o, &k->hazards);
    array(o, lazy.count);
    for (int n = 0; n < lazy.count; n++) text(o, text_or_nothing(r, lazy.items[n]));
    truth(o, k->future_annotations);
    int lines = 1;
    for (const char *at = r->source; at < r->end; at++) lines += *at == '\n';
    number(o, lines);
    encode_work(o, k, size);
    Set paths = {0};
    for (int n = 0; n < body->count && r->has_marks; n++) note_paths(k, body->items[n], &paths);
    set_of_texts(o, &paths);
    truth(o, 0);
}

static void read_everything(Reading *r, Output *o, int size) {
    if (!is_ordinary(r)) give_up(r);
    r->text_size = 256;
    r->texts = take_clear(r, sizeof(Entry) * r->text_size);
    r->texts[0].start = "";
    r->text_count = 1;
    r->slot_count = 1024;
    r->slots = take_clear(r, sizeof(uint32_t) * r->slot_count);
    Nodes body = {0};
    read_module(r, &body);
    uint32_t known = r->text_count;
    of_word(r, "__debug__");
    if (r->text_count == known) r->is_doubtful = 1;
    Recorder *k = take_clear(r, sizeof(Recorder));
    k->r = r;
    Steps steps;
    walk_everything(k, &body, &steps);
    Nodes plugins = strings_at_top(k, &body, "pytest_plugins");
    Context context = {.scope = IN_MODULE, .tried = -1, .handles = -1, .function = -1, .live = 1};
    for (int n = 0; n < plugins.count; n++)
        *ADD(r, k->imports) = new_import(&context, plugins.items[n], text_or_nothing(r, plugins.items[n]), 0, FROM_PLUGINS);
    find_hazards(k, &body, &steps);
    array(o, 3);
    encode_facts(o, k, &body, &steps, size);
    nothing(o);
    nothing(o);
}

/* facts(source, size): `size` is what the file had before long displays were thinned out. Gives the facts, and
   whether Python is to be asked if the file compiles. */
static PyObject *facts(PyObject *module, PyObject *given) {
    (void)module;
    char *start;
    Py_ssize_t length, size;
    PyObject *source;
    if (!PyArg_ParseTuple(given, "Sn", &source, &size) || PyBytes_AsStringAndSize(source, &start, &length) < 0) return NULL;
    Reading *r = calloc(1, sizeof(Reading));
    if (r == NULL) return PyErr_NoMemory();
    Output *o = calloc(1, sizeof(Output));
    PyObject *found = NULL;
    r->source = start;
    r->end = start + length;
    if (o != NULL && !setjmp(r->out)) {
        o->r = r;
        read_everything(r, o, (int)size);
        found = Py_BuildValue("y#i", (const char *)o->start, (Py_ssize_t)o->length, r->is_doubtful);
        if (found == NULL) PyErr_Clear(); /* no memory: Python says so in its facts */
    }
    if (found == NULL) found = Py_NewRef(Py_None);
    release(r->blocks);
    free(o);
    free(r);
    return found;
}

static PyMethodDef methods[] = {
    {"facts", facts, METH_VARARGS, "Read the facts of a Python file; None where that is not sure."},
    {NULL, NULL, 0, NULL},
};

static int prepare(PyObject *module) { return PyModule_AddStringConstant(module, "SOURCES", SOURCES); }

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)prepare}, {0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_reader", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__reader(void) { return PyModuleDef_Init(&definition); }
