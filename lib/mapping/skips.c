/* SPDX-License-Identifier: ISC */
#include "lib/mapping/skips.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/utf8.h"
#include "lib/mapping/words.h"

struct skip {
	struct fil_template *template; /* or NULL: */
	struct fil_header_pattern *pattern;
	char *header, *origin;
	struct fil_words *words;
	size_t *cells, n; /* of the bound header */
};

struct fil_skips {
	struct skip *list;
	size_t n;
	const bool *of_fact; /* of each cell of the bound header, or NULL */
};

/* Returns whether a header is a pattern. */
static bool
is_pattern(const char *header)
{
	size_t n = strlen(header);

	return strchr(header, '*') || (n > 2 && header[0] == '/' && header[n - 1] == '/') ||
	    (header[0] == '#' && n > 1 && strspn(header + 1, "0123456789") == n - 1);
}

int
fil_skips_add(struct fil_skips **skips, const char *header, const char *words, const char *origin,
    struct fil_fault *fault)
{
	struct skip skip = { .template = NULL };
	struct fil_skips *all;

	if (is_pattern(header))
		skip.pattern = fil_header_pattern_new(header, fault);
	else
		skip.template = fil_template_new(header, strlen(header), fault);
	if (!skip.pattern && !skip.template)
		return -1;
	skip.header = fil_copy(header);
	skip.origin = fil_copy(origin);
	fil_words_add_patterns(&skip.words, words);
	if (!*skips)
		*skips = fil_alloc(1, sizeof **skips);
	all = *skips;
	all->list = fil_resize(all->list, all->n + 1, sizeof *all->list);
	all->list[all->n++] = skip;
	return 0;
}

bool
fil_skips_know(const struct fil_skips *skips, const char *folded)
{
	for (size_t i = 0; skips && i < skips->n; i++) {
		const struct skip *skip = &skips->list[i];

		if (skip->template ? fil_template_names(skip->template, folded)
				   : fil_header_pattern_knows(skip->pattern, folded))
			return true;
	}
	return false;
}

/* Fills the fault of a header that does not exist. Returns -1. */
static int
miss(const struct skip *skip, const char *name, const struct fil_header *header,
    struct fil_fault *fault)
{
	fil_fault_data(
	    fault, "missing-label", "no header '%s', which %s names", name, skip->origin);
	fil_fault_suggest(fault, name, header->labels, header->n);
	return -1;
}

static void
add_cell(struct skip *skip, const struct fil_header *header, size_t cell)
{
	skip->cells = fil_resize(skip->cells, skip->n + 1, sizeof *skip->cells);
	skip->cells[skip->n++] = cell;
	header->used[cell] = true;
}

/* Binds a line to a header. Returns 0 or -1. */
static int
bind(struct skip *skip, const struct fil_header *header, struct fil_fault *fault)
{
	struct fil_header_match match;

	skip->n = 0;
	for (size_t i = 0; skip->pattern && i < header->n; i++)
		if (fil_header_pattern_matches(skip->pattern, header, i, &match))
			add_cell(skip, header, i);
	if (skip->pattern)
		return skip->n > 0 || fil_header_lacks(header, skip->header)
		    ? 0
		    : miss(skip, skip->header, header, fault);
	for (size_t i = 0; i < skip->template->n; i++) {
		struct fil_template_part *part = &skip->template->parts[i];
		int found = fil_header_find(header, part->folded, &part->cell, fault);

		if (found < 0)
			return -1;
		if (found > 0)
			add_cell(skip, header, part->cell);
		else if (fil_header_lacks(header, part->header))
			part->cell = FIL_NOWHERE;
		else
			return miss(skip, part->header, header, fault);
	}
	return 0;
}

int
fil_skips_bind(struct fil_skips *skips, const struct fil_header *header, const bool *of_fact,
    struct fil_fault *fault)
{
	for (size_t i = 0; skips && i < skips->n; i++)
		if (bind(&skips->list[i], header, fault) < 0)
			return -1;
	if (skips)
		skips->of_fact = of_fact;
	return 0;
}

bool
fil_skips_use(const struct fil_skips *skips, size_t cell)
{
	for (size_t i = 0; skips && i < skips->n; i++)
		for (size_t k = 0; k < skips->list[i].n; k++)
			if (skips->list[i].cells[k] == cell)
				return true;
	return false;
}

/* Returns whether a cell has one of the words. */
static bool
has_word(const struct skip *skip, const struct fil_record *record, size_t cell)
{
	const char *text = cell < record->n ? record->cells[cell] : "", *value;
	size_t n = cell < record->n ? record->lengths[cell] : 0, from, length;

	from = fil_utf8_trim(text, &n);
	/* A word is followed by a NUL; white space behind it does not count. */
	return fil_words_find(skip->words, text + from, n, &value, &length);
}

/* Returns whether cell k of a line alone decides, and is a fact. */
static bool
is_of_fact(const struct fil_skips *skips, const struct skip *skip, size_t k)
{
	return skips->of_fact && k < skip->n && (skip->pattern || skip->template->n == 1) &&
	    skips->of_fact[skip->cells[k]];
}

/* Returns whether a line leaves out a record. */
static bool
leaves_out(const struct fil_skips *skips, const struct skip *skip, const struct fil_record *record)
{
	const char *cell, *value;
	size_t length;

	for (size_t k = 0; skip->pattern && k < skip->n; k++)
		if (!is_of_fact(skips, skip, k) && has_word(skip, record, skip->cells[k]))
			return true;
	if (skip->pattern || is_of_fact(skips, skip, 0))
		return false;
	cell =
	    fil_template_fill(skip->template, record->cells, record->lengths, record->n, &length);
	return fil_words_find(skip->words, cell ? cell : "", length, &value, &length);
}

bool
fil_skips_leave_out(const struct fil_skips *skips, const struct fil_record *record)
{
	for (size_t i = 0; skips && i < skips->n; i++)
		if (leaves_out(skips, &skips->list[i], record))
			return true;
	return false;
}

bool
fil_skips_leave_out_fact(
    const struct fil_skips *skips, const struct fil_record *record, size_t cell)
{
	for (size_t i = 0; skips && i < skips->n; i++) {
		const struct skip *skip = &skips->list[i];

		for (size_t k = 0; k < skip->n; k++)
			if (skip->cells[k] == cell && is_of_fact(skips, skip, k) &&
			    has_word(skip, record, cell))
				return true;
	}
	return false;
}

void
fil_skips_free(struct fil_skips *skips)
{
	if (!skips)
		return;
	for (size_t i = 0; i < skips->n; i++) {
		struct skip *skip = &skips->list[i];

		fil_template_free(skip->template);
		fil_header_pattern_free(skip->pattern);
		fil_words_free(skip->words);
		free(skip->cells);
		free(skip->header);
		free(skip->origin);
	}
	free(skips->list);
	free(skips);
}
