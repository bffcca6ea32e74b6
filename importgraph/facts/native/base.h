/* Memory, texts and sets of one reading of a file. All of it is freed at once, whatever happens.

   `give_up` leaves the reading: the file is then read in Python, which knows everything. */

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint32_t Text; /* index of an interned text; 0 is the empty one */

typedef struct Block {
    struct Block *next;
    size_t used, size;
    char data[];
} Block;

typedef struct {
    const char *start;
    int length;
    uint32_t hash;
} Entry;

typedef struct {
    uint64_t *keys; /* 0: free */
    int size, count;
} Set;

typedef struct Node Node;

typedef struct {
    int kind; /* one of TokenKind */
    int code; /* operator or keyword */
    const char *start, *end;
    int line, column, end_line;
} Token;

typedef struct {
    const char *at, *end, *line_start;
    int line, brackets, new_line, pending, levels, in_string;
    int indents[100];
    Token token;
    int last_line; /* where the last token that was consumed ends */
} Lexer;

typedef struct Reading {
    jmp_buf out;
    Block *blocks;
    Entry *texts;
    uint32_t text_count, text_size;
    uint32_t *slots;
    uint32_t slot_count;
    const char *source, *end;
    Lexer lex;
    int nesting;
    size_t taken;
    int has_marks; /* of changes to the search path */
    int scope;     /* of the statements that are read: one of enum Around */
    int loops;     /* that `break` can leave */
    int yields, returns_value; /* of the function that is read */
    int is_doubtful;           /* it parses, and may not compile: Python is to be asked */
    const char *yielding;      /* the last `yield`, which comprehensions may not hold */
    struct Walrus {
        const char *at;
        Text name;
    } *named; /* the names that `:=` binds, in the order of the text */
    int named_count, named_size;
} Reading;

enum Around { AT_MODULE, AT_CLASS, AT_FUNCTION, AT_COROUTINE };

#ifdef TELL
#include <stdio.h>
#define give_up(r) (fprintf(stderr, "%s:%d\n", __FILE_NAME__, __LINE__), longjmp((r)->out, 1))
#else
static void give_up(Reading *r) { longjmp(r->out, 1); }
#endif

#define ROOM ((size_t)1 << 18)
#define MOST_TAKEN ((size_t)1 << 26) /* bytes of memory that a text may ask for, and of them for each of its own: */
#define MOST_TAKEN_EACH 200          /* ordinary ones take a tenth, those made to cost much are left to Python */
#define MOST_PROBES 2000             /* steps to a free place in a table; more are names made to collide */
#define MOST_SPARE 64 /* blocks that are kept for the next file: else the system clears their pages anew */
static Block *spare;
static int spare_count;

static Block *new_block(size_t room) {
    Block *block = room == ROOM ? spare : NULL;
    if (block != NULL) {
        spare = block->next;
        spare_count--;
    } else {
        block = malloc(sizeof(Block) + room);
        if (block == NULL) return NULL;
    }
    block->used = 0;
    block->size = room;
    return block;
}

static void release(Block *block) {
    for (Block *next; block; block = next) {
        next = block->next;
        if (block->size == ROOM && spare_count < MOST_SPARE) {
            block->next = spare;
            spare = block;
            spare_count++;
        } else {
            free(block);
        }
    }
}

static void *take(Reading *r, size_t size) {
    size = (size + 7) & ~(size_t)7;
    Block *block = r->blocks;
    if (block == NULL || block->used + size > block->size) {
        block = new_block(size > ROOM ? size : ROOM);
        if (block == NULL) give_up(r);
        block->next = r->blocks;
        r->blocks = block;
        r->taken += block->size;
        if (r->taken > MOST_TAKEN + (size_t)(r->end - r->source) * MOST_TAKEN_EACH) give_up(r);
    }
    void *found = block->data + block->used;
    block->used += size;
    return found;
}

static void *take_clear(Reading *r, size_t size) {
    return memset(take(r, size), 0, size);
}

/* A list in the arena that grows by doubling: LIST(Step) steps; *ADD(r, steps) = step; */
#define LIST(Kind) struct { Kind *items; int count, size; }

static void *grown(Reading *r, void *items, int count, int *size, size_t each) {
    int wanted = *size ? *size * 2 : 4;
    void *more = take(r, each * (size_t)wanted);
    if (count) memcpy(more, items, each * (size_t)count);
    *size = wanted;
    return more;
}

#define ADD(r, list)                                                                                       \
    ((list).count == (list).size                                                                           \
         ? ((list).items = grown((r), (list).items, (list).count, &(list).size, sizeof(*(list).items)),    \
            &(list).items[(list).count++])                                                                 \
         : &(list).items[(list).count++])

static uint32_t hash_of(const char *start, int length) {
    uint32_t hash = 2166136261u;
    for (int n = 0; n < length; n++) hash = (hash ^ (unsigned char)start[n]) * 16777619u;
    return hash;
}

static Text interned(Reading *r, const char *start, int length) {
    if (length == 0) return 0;
    uint32_t hash = hash_of(start, length);
    uint32_t slot = hash & (r->slot_count - 1), probes = 0;
    while (r->slots[slot]) {
        Entry *entry = &r->texts[r->slots[slot]];
        if (entry->hash == hash && entry->length == length && !memcmp(entry->start, start, (size_t)length))
            return r->slots[slot];
        slot = (slot + 1) & (r->slot_count - 1);
        if (++probes > MOST_PROBES) give_up(r);
    }
    if (r->text_count == r->text_size) {
        Entry *more = take(r, sizeof(Entry) * r->text_size * 2);
        memcpy(more, r->texts, sizeof(Entry) * r->text_size);
        r->texts = more;
        r->text_size *= 2;
    }
    if (start < r->source || start >= r->end) { /* it may be a buffer that is used again */
        char *copy = take(r, (size_t)length);
        memcpy(copy, start, (size_t)length);
        start = copy;
    }
    Text found = r->text_count++;
    r->texts[found] = (Entry){start, length, hash};
    r->slots[slot] = found;
    if (r->text_count * 2 > r->slot_count) {
        r->slot_count *= 2;
        r->slots = take_clear(r, sizeof(uint32_t) * r->slot_count);
        for (Text one = 1; one < r->text_count; one++) {
            slot = r->texts[one].hash & (r->slot_count - 1);
            while (r->slots[slot]) slot = (slot + 1) & (r->slot_count - 1);
            r->slots[slot] = one;
        }
    }
    return found;
}

static Text of_word(Reading *r, const char *word) { return interned(r, word, (int)strlen(word)); }

static int is_text(Reading *r, Text text, const char *word) {
    int length = (int)strlen(word);
    return r->texts[text].length == length && !memcmp(r->texts[text].start, word, (size_t)length);
}

static int is_among(Reading *r, Text text, const char *const *words) {
    for (; *words; words++)
        if (is_text(r, text, *words)) return 1;
    return 0;
}

static Text joined(Reading *r, Text left, Text right) {
    if (!left || !right) return left ? left : right;
    Entry *a = &r->texts[left], *b = &r->texts[right];
    char *buffer = take(r, (size_t)(a->length + b->length));
    memcpy(buffer, a->start, (size_t)a->length);
    memcpy(buffer + a->length, b->start, (size_t)b->length);
    return interned(r, buffer, a->length + b->length);
}

/* What stands before the first of some characters. */
static Text before(Reading *r, Text text, const char *stops) {
    Entry *entry = &r->texts[text];
    int n = 0;
    while (n < entry->length && !strchr(stops, entry->start[n])) n++;
    return n == entry->length ? text : interned(r, entry->start, n);
}

/* What stands behind the last dot. */
static Text last_of(Reading *r, Text text) {
    Entry *entry = &r->texts[text];
    int n = entry->length;
    while (n > 0 && entry->start[n - 1] != '.') n--;
    return n == 0 ? text : interned(r, entry->start + n, entry->length - n);
}

static int holds_char(Reading *r, Text text, char wanted) {
    return memchr(r->texts[text].start, wanted, (size_t)r->texts[text].length) != NULL;
}

static int holds(Reading *r, Text text, const char *part) {
    Entry *entry = &r->texts[text];
    int length = (int)strlen(part);
    for (int n = 0; n + length <= entry->length; n++)
        if (!memcmp(entry->start + n, part, (size_t)length)) return 1;
    return 0;
}

static int ends_with(Reading *r, Text text, const char *part) {
    Entry *entry = &r->texts[text];
    int length = (int)strlen(part);
    return entry->length >= length && !memcmp(entry->start + entry->length - length, part, (size_t)length);
}

static int starts_with(Reading *r, Text text, const char *part) {
    int length = (int)strlen(part);
    return r->texts[text].length >= length && !memcmp(r->texts[text].start, part, (size_t)length);
}

static uint32_t slot_of(uint64_t key, int size) {
    key *= 0x9E3779B97F4A7C15ull;
    return (uint32_t)(key >> 32) & (uint32_t)(size - 1);
}

static int has(const Set *set, uint64_t key) {
    if (!set->count) return 0;
    for (uint32_t slot = slot_of(key + 1, set->size);; slot = (slot + 1) & (uint32_t)(set->size - 1)) {
        if (set->keys[slot] == key + 1) return 1;
        if (!set->keys[slot]) return 0;
    }
}

static void put(Reading *r, Set *set, uint64_t key) {
    if (has(set, key)) return;
    if (set->count * 2 >= set->size) {
        Set more = {NULL, set->size ? set->size * 2 : 16, 0};
        more.keys = take_clear(r, sizeof(uint64_t) * (size_t)more.size);
        for (int n = 0; n < set->size; n++)
            if (set->keys[n]) put(r, &more, set->keys[n] - 1);
        *set = more;
    }
    uint32_t slot = slot_of(key + 1, set->size), probes = 0;
    for (; set->keys[slot]; slot = (slot + 1) & (uint32_t)(set->size - 1))
        if (++probes > MOST_PROBES) give_up(r);
    set->keys[slot] = key + 1;
    set->count++;
}

static void empty(Set *set) {
    if (set->size > 1024) *set = (Set){NULL, 0, 0}; /* else each later function would clear it all */
    if (set->count) memset(set->keys, 0, sizeof(uint64_t) * (size_t)set->size);
    set->count = 0;
}

static Set copied(Reading *r, const Set *set) {
    Set copy = {NULL, 0, 0};
    for (int n = 0; n < set->size; n++)
        if (set->keys[n]) put(r, &copy, set->keys[n] - 1);
    return copy;
}
