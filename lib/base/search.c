/* SPDX-License-Identifier: ISC */
#include "lib/base/search.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

enum { BUCKETS = 1 << 16, BYTE_BITS = 8 };

/* A text in lower case. */
struct text {
	char *lower;
	size_t length;
	size_t next; /* the next text of the bucket, plus 1; 0: none */
};

struct fil_search {
	struct text *texts;
	size_t n, room, longest;
	uint32_t first[BUCKETS]; /* the first text of a bucket, plus 1; by its first three bytes */
	unsigned char lower[UCHAR_MAX + 1];
};

struct fil_search *
fil_search_new(void)
{
	struct fil_search *search = fil_alloc(1, sizeof *search);

	for (int c = 0; c <= UCHAR_MAX; c++)
		search->lower[c] = (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	return search;
}

static size_t
bucket_of(const struct fil_search *search, const unsigned char *bytes)
{
	uint32_t three = (uint32_t)search->lower[bytes[0]] |
	    (uint32_t)search->lower[bytes[1]] << BYTE_BITS |
	    (uint32_t)search->lower[bytes[2]] << 2 * BYTE_BITS;

	/* Knuth's multiplicative hash. */
	return (three * UINT32_C(2654435761)) >> 2 * BYTE_BITS;
}

static bool
begins_with(const struct fil_search *search, const unsigned char *bytes, const struct text *text)
{
	for (size_t i = 0; i < text->length; i++)
		if (search->lower[bytes[i]] != (unsigned char)text->lower[i])
			return false;
	return true;
}

size_t
fil_search_add(struct fil_search *search, const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	struct text added = { .length = strlen(text) };
	size_t bucket = bucket_of(search, bytes);

	for (size_t i = search->first[bucket]; i > 0; i = search->texts[i - 1].next)
		if (search->texts[i - 1].length == added.length &&
		    begins_with(search, bytes, &search->texts[i - 1]))
			return i - 1;
	added.lower = fil_copy(text);
	for (size_t i = 0; i < added.length; i++)
		added.lower[i] = (char)search->lower[bytes[i]];
	added.next = search->first[bucket];
	if (search->n == search->room) {
		search->room += search->room / 2 + 16;
		search->texts = fil_resize(search->texts, search->room, sizeof *search->texts);
	}
	search->texts[search->n++] = added;
	search->first[bucket] = (uint32_t)search->n;
	if (added.length > search->longest)
		search->longest = added.length;
	return search->n - 1;
}

size_t
fil_search_count(const struct fil_search *search)
{
	return search->n;
}

const char *
fil_search_text(const struct fil_search *search, size_t number)
{
	return search->texts[number].lower;
}

size_t
fil_search_find(
    const struct fil_search *search, const char *bytes, size_t n, size_t *at, size_t *end)
{
	const unsigned char *all = (const unsigned char *)bytes;

	for (size_t place = *at; place + FIL_SEARCH_LEAST <= n; place++) {
		size_t found = FIL_NOWHERE, length = 0;

		for (size_t i = search->first[bucket_of(search, all + place)]; i > 0;
		     i = search->texts[i - 1].next) {
			const struct text *text = &search->texts[i - 1];

			if (text->length > length && place + text->length <= n &&
			    begins_with(search, all + place, text)) {
				found = i - 1;
				length = text->length;
			}
		}
		if (found == FIL_NOWHERE)
			continue;
		*at = place;
		*end = place + length;
		return found;
	}
	return FIL_NOWHERE;
}

void
fil_search_each(const struct fil_search *search, const char *bytes, size_t n,
    void (*visit)(void *context, size_t number, size_t at), void *context)
{
	const unsigned char *all = (const unsigned char *)bytes;

	for (size_t place = 0; place + FIL_SEARCH_LEAST <= n; place++)
		for (size_t i = search->first[bucket_of(search, all + place)]; i > 0;
		     i = search->texts[i - 1].next) {
			const struct text *text = &search->texts[i - 1];

			if (place + text->length <= n && begins_with(search, all + place, text))
				visit(context, i - 1, place);
		}
}

size_t
fil_search_longest(const struct fil_search *search)
{
	return search->longest;
}

void
fil_search_free(struct fil_search *search)
{
	if (!search)
		return;
	for (size_t i = 0; i < search->n; i++)
		free(search->texts[i].lower);
	free(search->texts);
	free(search);
}
