/* SPDX-License-Identifier: ISC */
/* The texts are a tree of bytes. A place in the bytes is compared with all texts at once, so that
 * thousands of keys with the same beginning take as long as one. */
#include "lib/base/search.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

enum { PAIRS = 1 << 16, BYTE_BITS = 8 };

/* A byte of texts, behind the bytes above it. The nodes of a level are a list. */
struct node {
	uint32_t below, beside; /* 0: none */
	uint32_t text; /* the number of the text that ends here, plus 1; 0: none */
	unsigned char byte;
};

struct fil_search {
	char **texts; /* in lower case */
	size_t n, room, longest;
	struct node *nodes; /* the first one is not used */
	size_t n_nodes, nodes_room;
	uint32_t first[PAIRS]; /* the nodes of the first two bytes */
	unsigned char lower[UCHAR_MAX + 1];
};

struct fil_search *
fil_search_new(void)
{
	struct fil_search *search = fil_alloc(1, sizeof *search);

	search->n_nodes = 1;
	for (int c = 0; c <= UCHAR_MAX; c++)
		search->lower[c] = (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	return search;
}

static uint32_t
add_node(struct fil_search *search, unsigned char byte, uint32_t beside)
{
	search->nodes =
	    fil_grow(search->nodes, search->n_nodes, &search->nodes_room, sizeof *search->nodes);
	search->nodes[search->n_nodes] = (struct node){ .beside = beside, .byte = byte };
	return (uint32_t)search->n_nodes++;
}

/* Returns the place of the first two bytes in the table. */
static size_t
pair_of(const struct fil_search *search, const unsigned char *bytes)
{
	return (size_t)search->lower[bytes[0]] << BYTE_BITS | search->lower[bytes[1]];
}

/* Returns the node of a byte below another, or 0. */
static uint32_t
step(const struct fil_search *search, uint32_t node, unsigned char byte)
{
	for (node = search->nodes[node].below; node > 0; node = search->nodes[node].beside)
		if (search->nodes[node].byte == byte)
			break;
	return node;
}

/* Returns the node at which a text ends, which is made if needed. */
static uint32_t
make_path(struct fil_search *search, const unsigned char *bytes)
{
	size_t pair = pair_of(search, bytes);
	uint32_t node = search->first[pair], next;

	if (node == 0)
		node = search->first[pair] = add_node(search, 0, 0);
	for (bytes += 2; *bytes; bytes++, node = next) {
		next = step(search, node, search->lower[*bytes]);
		if (next > 0)
			continue;
		next = add_node(search, search->lower[*bytes], search->nodes[node].below);
		search->nodes[node].below = next;
	}
	return node;
}

size_t
fil_search_add(struct fil_search *search, const char *text)
{
	uint32_t node = make_path(search, (const unsigned char *)text);
	size_t length = strlen(text);
	char *lower;

	if (search->nodes[node].text > 0)
		return search->nodes[node].text - 1;
	search->texts = fil_grow(search->texts, search->n, &search->room, sizeof *search->texts);
	lower = fil_copy(text);
	for (size_t i = 0; i < length; i++)
		lower[i] = (char)search->lower[(unsigned char)text[i]];
	search->texts[search->n++] = lower;
	search->nodes[node].text = (uint32_t)search->n;
	if (length > search->longest)
		search->longest = length;
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
	return search->texts[number];
}

/* Moves to the next text that begins at bytes, of n; *node is 0 before the first, and *length what
 * it has of the bytes. Returns its number, or FIL_NOWHERE. */
static size_t
next_text(const struct fil_search *search, const unsigned char *bytes, size_t n, uint32_t *node,
    size_t *length)
{
	if (*node == 0) {
		*node = search->first[pair_of(search, bytes)];
		*length = 2;
	}
	while (*node > 0 && *length < n) {
		*node = step(search, *node, search->lower[bytes[(*length)++]]);
		if (*node > 0 && search->nodes[*node].text > 0)
			return search->nodes[*node].text - 1;
	}
	return FIL_NOWHERE;
}

size_t
fil_search_find(
    const struct fil_search *search, const char *bytes, size_t n, size_t *at, size_t *end)
{
	const unsigned char *all = (const unsigned char *)bytes;

	for (size_t place = *at; place + FIL_SEARCH_LEAST <= n; place++) {
		size_t found = FIL_NOWHERE, length = 0, number;
		uint32_t node = 0;

		while ((number = next_text(search, all + place, n - place, &node, &length)) !=
		    FIL_NOWHERE) {
			found = number;
			*end = place + length;
		}
		if (found == FIL_NOWHERE)
			continue;
		*at = place;
		return found;
	}
	return FIL_NOWHERE;
}

void
fil_search_each(const struct fil_search *search, const char *bytes, size_t n,
    void (*visit)(void *context, size_t number, size_t at), void *context)
{
	const unsigned char *all = (const unsigned char *)bytes;

	for (size_t place = 0; place + FIL_SEARCH_LEAST <= n; place++) {
		size_t length = 0, number;
		uint32_t node = 0;

		if (search->first[pair_of(search, all + place)] == 0)
			continue;
		while ((number = next_text(search, all + place, n - place, &node, &length)) !=
		    FIL_NOWHERE)
			visit(context, number, place);
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
		free(search->texts[i]);
	free(search->texts);
	free(search->nodes);
	free(search);
}
