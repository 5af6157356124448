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
#include "lib/base/text.h"
#include "lib/base/utf8.h"

enum { PAIRS = 1 << 16, BYTE_BITS = 8 };

/* The bytes of "\\xe9" and of "%20", and the most bytes for each of a folded name. */
enum { ESCAPE = 4, ENCODED = 3, FOLDED_MOST = 8 };

/* A byte of texts, behind the bytes above it. The nodes of a level are a list. */
struct node {
	uint32_t below, beside; /* 0: none */
	uint32_t text; /* the number of the text that ends here, plus 1; 0: none */
	unsigned char byte;
};

/* The texts of one kind. */
struct tree {
	struct node *nodes; /* the first one is not used */
	size_t n, room;
	uint32_t first[PAIRS]; /* the nodes of the first two bytes */
};

/* Where a folded byte comes from: the bytes from, to but not with to. */
struct origin {
	uint32_t from, to;
};

/* Bytes as they are folded, or decoded. */
struct folded {
	struct fil_bytes bytes;
	struct origin *origins; /* of each byte */
	size_t room;
};

struct fil_search {
	char **texts; /* in lower case, or folded */
	size_t n, room, least, longest;
	struct tree *exact, *names;
	struct folded *folded; /* the last bytes that were searched, decoded or folded */
	unsigned char lower[UCHAR_MAX + 1];
};

static struct tree *
tree_new(void)
{
	struct tree *tree = fil_alloc(1, sizeof *tree);

	tree->n = 1;
	return tree;
}

struct fil_search *
fil_search_new(size_t least)
{
	struct fil_search *search = fil_alloc(1, sizeof *search);

	search->least = least;
	search->exact = tree_new();
	search->names = tree_new();
	search->folded = fil_alloc(1, sizeof *search->folded);
	for (int c = 0; c <= UCHAR_MAX; c++)
		search->lower[c] = (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	return search;
}

static uint32_t
add_node(struct tree *tree, unsigned char byte, uint32_t beside)
{
	tree->nodes = fil_grow(tree->nodes, tree->n, &tree->room, sizeof *tree->nodes);
	tree->nodes[tree->n] = (struct node){ .beside = beside, .byte = byte };
	return (uint32_t)tree->n++;
}

/* Returns the place of the first two bytes in the table. */
static size_t
pair_of(const struct fil_search *search, const unsigned char *bytes)
{
	return (size_t)search->lower[bytes[0]] << BYTE_BITS | search->lower[bytes[1]];
}

/* Returns the node of a byte below another, or 0. */
static uint32_t
step(const struct tree *tree, uint32_t node, unsigned char byte)
{
	for (node = tree->nodes[node].below; node > 0; node = tree->nodes[node].beside)
		if (tree->nodes[node].byte == byte)
			break;
	return node;
}

/* Returns the node at which a text ends, which is made if needed. */
static uint32_t
make_path(const struct fil_search *search, struct tree *tree, const unsigned char *bytes)
{
	size_t pair = pair_of(search, bytes);
	uint32_t node = tree->first[pair], next;

	if (node == 0)
		node = tree->first[pair] = add_node(tree, 0, 0);
	for (bytes += 2; *bytes; bytes++, node = next) {
		next = step(tree, node, search->lower[*bytes]);
		if (next > 0)
			continue;
		next = add_node(tree, search->lower[*bytes], tree->nodes[node].below);
		tree->nodes[node].below = next;
	}
	return node;
}

/* Adds a text to a tree, which takes at most so many bytes. Returns its number. */
static size_t
add(struct fil_search *search, struct tree *tree, const char *text, size_t most)
{
	uint32_t node = make_path(search, tree, (const unsigned char *)text);
	size_t length = strlen(text);
	char *lower;

	if (tree->nodes[node].text > 0)
		return tree->nodes[node].text - 1;
	search->texts = fil_grow(search->texts, search->n, &search->room, sizeof *search->texts);
	lower = fil_copy(text);
	for (size_t i = 0; i < length; i++)
		lower[i] = (char)search->lower[(unsigned char)text[i]];
	search->texts[search->n++] = lower;
	tree->nodes[node].text = (uint32_t)search->n;
	if (most > search->longest)
		search->longest = most;
	return search->n - 1;
}

size_t
fil_search_add(struct fil_search *search, const char *text)
{
	size_t n = strlen(text);

	return n < search->least ? FIL_NOWHERE : add(search, search->exact, text, ENCODED * n);
}

/* Returns the value of two hexadecimal digits, or -1. */
static int
read_hex(const char *digits)
{
	static const char all[] = "0123456789abcdefABCDEF";
	const char *high = digits[0] ? strchr(all, digits[0]) : NULL;
	const char *low = digits[0] && digits[1] ? strchr(all, digits[1]) : NULL;

	if (!high || !low)
		return -1;
	return (int)((high - all - (high - all > 15 ? 6 : 0)) * 16 + low - all -
	    (low - all > 15 ? 6 : 0));
}

int
fil_search_encoded(const char *bytes, size_t n)
{
	return n >= ENCODED && bytes[0] == '%' ? read_hex(bytes + 1) : -1;
}

/* Reads a character of which each byte is encoded: "%C3%A9". Sets *length. Returns FIL_UTF8_INVALID or more
 * if there is none. */
static uint32_t
read_encoded(const char *bytes, size_t n, size_t *length)
{
	char form[4];
	size_t used = 0;
	uint32_t c;

	for (int byte; used < sizeof form &&
	     (byte = fil_search_encoded(bytes + used * ENCODED, n - used * ENCODED)) >= 0;)
		form[used++] = (char)byte;
	c = used > 0 ? fil_utf8_decode(form, used, length) : FIL_UTF8_INVALID;
	*length *= ENCODED;
	return c;
}

/* Reads a byte as the log shows it, "\\xe9", which is Windows-1252. Returns its character, or -1. */
static int
read_escape(const char *bytes, size_t n)
{
	int byte = n >= ESCAPE && bytes[1] == 'x' ? read_hex(bytes + 2) : -1;

	if (byte == 0x8C || byte == 0x9C)
		return byte == 0x8C ? 0x152 : 0x153;
	return byte;
}

/* Returns whether an ASCII character divides words, also in the name of a file, or where a shell quotes an
 * apostrophe. A quotation mark ends a cell, and '@' and '=' join what is no name. */
static bool
divides(unsigned char c)
{
	return c != '\0' && strchr("\t\n\v\f\r !#%&'()*+,-./:;<>?[\\]^_`{|}~", c);
}

/* Makes room for the origins of n further bytes. */
static void
reserve(struct folded *folded, size_t n)
{
	fil_bytes_reserve(&folded->bytes, n);
	if (folded->room >= folded->bytes.length + n)
		return;
	folded->room = folded->bytes.length + n + folded->room / 2;
	folded->origins = fil_resize(folded->origins, folded->room, sizeof *folded->origins);
}

/* Adds a folded byte of the bytes `origin`. What divides words becomes one space. */
static void
add_folded(struct folded *folded, char byte, struct origin origin)
{
	struct fil_bytes *bytes = &folded->bytes;

	if (byte == ' ' && bytes->length > 0 && bytes->data[bytes->length - 1] == ' ')
		return;
	folded->origins[bytes->length] = origin;
	bytes->data[bytes->length++] = byte;
}

/* Folds ASCII from a place on, up to another character, a '\\' or a '%'. Returns where it ends. */
static size_t
fold_ascii(struct folded *folded, const char *bytes, size_t at, size_t n)
{
	reserve(folded, n - at);
	for (; at < n && (unsigned char)bytes[at] < 0x80 && bytes[at] != '\\' && bytes[at] != '%';
	     at++) {
		char c = bytes[at];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		else if (divides((unsigned char)c))
			c = ' ';
		add_folded(folded, c, (struct origin){ (uint32_t)at, (uint32_t)(at + 1) });
	}
	return at;
}

/* Folds the character at a place, which is no ASCII, a '\\' or a '%'. An invalid byte stays. Marks that fold to
 * nothing belong to the letter before them. Returns where it ends. */
static size_t
fold_character(struct folded *folded, const char *bytes, size_t at, size_t n)
{
	int escaped = bytes[at] == '\\' ? read_escape(bytes + at, n - at) : -1;
	struct fil_bytes *all = &folded->bytes, form = { 0 };
	size_t length = ESCAPE;
	uint32_t c = (uint32_t)escaped;
	struct origin origin;

	if (escaped < 0 &&
	    (bytes[at] != '%' ||
		(c = read_encoded(bytes + at, n - at, &length)) >= FIL_UTF8_INVALID))
		c = fil_utf8_decode(bytes + at, n - at, &length);
	/* A text does not begin with a space. */
	fil_bytes_add_text(&form, "x");
	if (c >= FIL_UTF8_INVALID)
		fil_bytes_add(&form, bytes + at, 1);
	else
		fil_text_fold_character(c, &form);
	origin = (struct origin){ (uint32_t)at, (uint32_t)(at + length) };
	reserve(folded, form.length + 1);
	for (size_t i = 1; i < form.length; i++)
		add_folded(
		    folded, divides((unsigned char)form.data[i]) ? ' ' : form.data[i], origin);
	if (form.length == 1 && all->length > 0 && all->data[all->length - 1] != ' ')
		folded->origins[all->length - 1].to = origin.to;
	fil_bytes_release(&form);
	return origin.to;
}

/* Returns whether bytes hold an encoded one. */
static bool
has_encoded(const char *bytes, size_t n)
{
	const char *end = bytes + n;

	while ((bytes = memchr(bytes, '%', (size_t)(end - bytes))))
		if (fil_search_encoded(bytes, (size_t)(end - bytes)) >= 0)
			return true;
		else
			bytes++;
	return false;
}

/* Decodes the bytes that are encoded, as "%20". */
static void
decode(struct folded *decoded, const char *bytes, size_t n)
{
	fil_bytes_clear(&decoded->bytes);
	reserve(decoded, n);
	for (size_t at = 0, end; at < n; at = end) {
		int byte = fil_search_encoded(bytes + at, n - at);

		end = at + (byte < 0 ? 1 : ENCODED);
		decoded->origins[decoded->bytes.length] =
		    (struct origin){ (uint32_t)at, (uint32_t)end };
		decoded->bytes.data[decoded->bytes.length++] = byte < 0 ? bytes[at] : (char)byte;
	}
}

/* Folds bytes. */
static void
fold(struct folded *folded, const char *bytes, size_t n)
{
	size_t at = 0;

	fil_bytes_clear(&folded->bytes);
	while ((at = fold_ascii(folded, bytes, at, n)) < n)
		at = fold_character(folded, bytes, at, n);
}

size_t
fil_search_add_name(struct fil_search *search, const char *name)
{
	struct folded folded = { 0 };
	size_t number = FIL_NOWHERE, length;
	char *text;

	fold(&folded, name, strlen(name));
	length = folded.bytes.length;
	while (length > 0 && folded.bytes.data[length - 1] == ' ')
		length--;
	text = fil_copy_bytes(folded.bytes.data, length);
	length -= *text == ' ';
	if (length >= search->least)
		number = add(search, search->names, text + (*text == ' '), FOLDED_MOST * length);
	free(text);
	fil_bytes_release(&folded.bytes);
	free(folded.origins);
	return number;
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

/* Moves to the next text of a tree that begins at bytes, of n; *node is 0 before the first, and
 * *length what it has of the bytes. Returns its number, or FIL_NOWHERE. */
static size_t
next_text(const struct fil_search *search, const struct tree *tree, const unsigned char *bytes,
    size_t n, uint32_t *node, size_t *length)
{
	if (*node == 0) {
		*node = tree->first[pair_of(search, bytes)];
		*length = 2;
		if (*node > 0 && tree->nodes[*node].text > 0)
			return tree->nodes[*node].text - 1;
	}
	while (*node > 0 && *length < n) {
		*node = step(tree, *node, search->lower[bytes[(*length)++]]);
		if (*node > 0 && tree->nodes[*node].text > 0)
			return tree->nodes[*node].text - 1;
	}
	return FIL_NOWHERE;
}

/* Visits the texts of a tree that the bytes hold. origins: where they come from, or NULL. */
static void
visit_each(const struct fil_search *search, const struct tree *tree, const struct fil_bytes *bytes,
    const struct origin *origins,
    void (*visit)(void *context, size_t number, size_t at, size_t end), void *context)
{
	const unsigned char *all = (const unsigned char *)bytes->data;

	for (size_t place = 0; place + FIL_SEARCH_LEAST <= bytes->length; place++) {
		size_t length = 0, number;
		uint32_t node = 0;

		if (tree->first[pair_of(search, all + place)] == 0)
			continue;
		while ((number = next_text(search, tree, all + place, bytes->length - place, &node,
			    &length)) != FIL_NOWHERE)
			visit(context, number, origins ? origins[place].from : place,
			    origins ? origins[place + length - 1].to : place + length);
	}
}

void
fil_search_each(const struct fil_search *search, const char *bytes, size_t n,
    void (*visit)(void *context, size_t number, size_t at, size_t end), void *context)
{
	struct folded *folded = search->folded;

	if (search->exact->n > 1)
		visit_each(search, search->exact,
		    &(struct fil_bytes){ .data = (char *)(uintptr_t)bytes, .length = n }, NULL,
		    visit, context);
	if (search->exact->n > 1 && has_encoded(bytes, n)) {
		decode(folded, bytes, n);
		visit_each(search, search->exact, &folded->bytes, folded->origins, visit, context);
	}
	if (search->names->n == 1)
		return;
	fold(folded, bytes, n);
	visit_each(search, search->names, &folded->bytes, folded->origins, visit, context);
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
	free(search->exact->nodes);
	free(search->exact);
	free(search->names->nodes);
	free(search->names);
	fil_bytes_release(&search->folded->bytes);
	free(search->folded->origins);
	free(search->folded);
	free(search);
}
