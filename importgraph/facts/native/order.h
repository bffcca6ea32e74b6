/* Texts in the order of their characters. */

static int by_text(const Entry *a, const Entry *b) {
    int shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->start, b->start, (size_t)shorter);
    return order ? order : a->length - b->length;
}

/* Merge two ordered runs, [from, middle) and [middle, to), into another list. */
static void merge(Reading *r, const Text *runs, Text *into, int from, int middle, int to) {
    int left = from, right = middle;
    for (int n = from; n < to; n++) {
        int is_left = right >= to || (left < middle && by_text(&r->texts[runs[left]], &r->texts[runs[right]]) <= 0);
        into[n] = is_left ? runs[left++] : runs[right++];
    }
}

/* The texts of a set in order. */
static Text *sorted(Reading *r, const Set *set) {
    Text *found = take(r, sizeof(Text) * (size_t)(set->count + 1)), *other = take(r, sizeof(Text) * (size_t)(set->count + 1));
    int count = 0;
    for (int n = 0; n < set->size; n++)
        if (set->keys[n]) found[count++] = (Text)(set->keys[n] - 1);
    for (int width = 1; width < count; width *= 2) {
        for (int from = 0; from < count; from += width * 2) {
            int middle = from + width < count ? from + width : count, to = middle + width < count ? middle + width : count;
            merge(r, found, other, from, middle, to);
        }
        Text *ordered = other;
        other = found;
        found = ordered;
    }
    return found;
}
