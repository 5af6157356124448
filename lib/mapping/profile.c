/* SPDX-License-Identifier: ISC */
#include "lib/mapping/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/date.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/value.h"
#include "lib/mapping/column_source.h"
#include "lib/mapping/header.h"
#include "lib/mapping/words.h"

struct fil_profile {
	const struct fil_table *table;
	struct fil_column_source *slots;
	size_t n;
	size_t n_labels, n_cells; /* of the header, without and with empty ones at the end;
					 * 0: no input */
	struct fil_bytes passed;
	size_t n_passed;
	char *nearest; /* of those passed, to a key that is missing; or NULL */
	size_t matched; /* a column that is found by the values of another, by */
	const struct fil_column *by;
	struct fil_skip *skip;
	bool skipped; /* the last row */
	int pivot; /* -1: years have four digits */
	char (*wide)[FIL_DATE_WIDE]; /* dates with a pivot, one a column */
};

struct fil_profile *
fil_profile_new(const struct fil_table *table, char *const *facets, size_t n_facets)
{
	struct fil_profile *profile = fil_alloc(1, sizeof *profile);

	profile->table = table;
	profile->n = table->n_columns + n_facets;
	profile->slots = fil_alloc(profile->n, sizeof *profile->slots);
	for (size_t c = 0; c < profile->n; c++) {
		struct fil_column_source *slot = &profile->slots[c];

		if (c < table->n_columns)
			fil_column_source_init(
			    slot, table->columns[c].name, table->columns[c].templates);
		else
			fil_column_source_init(slot, facets[c - table->n_columns], NULL);
	}
	profile->skip = fil_skip_new();
	profile->pivot = -1;
	return profile;
}

void
fil_profile_find_by(struct fil_profile *profile, size_t column, const struct fil_column *by)
{
	profile->matched = column;
	profile->by = by;
	fil_column_source_also(&profile->slots[column], by->templates);
}

/* Returns the slot of a name, compared folded; the first, since the table's columns go before
 * facets. NULL: there is none. */
static struct fil_column_source *
find_slot(const struct fil_profile *profile, const char *name)
{
	char *folded = fil_text_fold(name);
	struct fil_column_source *slot = NULL;

	for (size_t c = 0; c < profile->n && !slot; c++)
		if (strcmp(profile->slots[c].folded, folded) == 0)
			slot = &profile->slots[c];
	free(folded);
	return slot;
}

static int
column_fault(const struct fil_profile *profile, const char *name, struct fil_fault *fault)
{
	const char **names = fil_alloc(profile->n, sizeof *names), *nearest;

	for (size_t c = 0; c < profile->n; c++)
		names[c] = profile->slots[c].name;
	nearest = fil_text_nearest(name, names, profile->n);
	fil_fault_set(fault, FIL_USAGE, "%s has no column '%s'%s%s", profile->table->name, name,
	    nearest ? "; the nearest is " : "", nearest ? nearest : "");
	free(names);
	return -1;
}

int
fil_profile_column(struct fil_profile *profile, const char *name, const char *template,
    const char *origin, struct fil_fault *fault)
{
	struct fil_column_source *slot = find_slot(profile, name);
	struct fil_template *map;

	if (!slot)
		return column_fault(profile, name, fault);
	map = fil_template_new(template, strlen(template), fault);
	if (!map)
		return -1;
	fil_column_source_map(slot, map, origin);
	return 0;
}

int
fil_profile_map(struct fil_profile *profile, const char *mapping, struct fil_fault *fault)
{
	const char *equals = strchr(mapping, '=');
	struct fil_fault bare;
	char *name;
	int result;

	if (!equals || equals == mapping)
		return fil_fault_set(fault, FIL_USAGE,
		    "--map '%s': COL=HEADER or 'COL={HEADER} {HEADER}' is wanted", mapping);
	name = fil_copy_bytes(mapping, (size_t)(equals - mapping));
	result = fil_profile_column(profile, name, equals + 1, "--map", &bare);
	free(name);
	if (result == 0)
		return 0;
	return fil_fault_set(fault, FIL_USAGE, "--map '%s': %s", mapping, bare.text);
}

/* Returns the column of a slot: a facet's value is a level. */
static const struct fil_column *
column_of(const struct fil_profile *profile, size_t c)
{
	if (c >= profile->table->n_columns)
		c = fil_table_column(profile->table, "level");
	return &profile->table->columns[c];
}

int
fil_profile_mean(struct fil_profile *profile, const char *name, const char *words,
    const char *value, struct fil_fault *fault)
{
	struct fil_column_source *slot = find_slot(profile, name);
	struct fil_bytes stored = { 0 };
	int result = 0;

	if (!slot)
		return column_fault(profile, name, fault);
	if (value)
		result = fil_column_read(column_of(profile, (size_t)(slot - profile->slots)), value,
		    strlen(value), FIL_ORDER_YMD, &stored, fault);
	fil_bytes_release(&stored);
	if (result < 0)
		return -1;
	if (!slot->values)
		slot->values = fil_words_new();
	return fil_words_add(slot->values, words, value, fault);
}

void
fil_profile_skip(
    struct fil_profile *profile, const char *header, const char *words, const char *origin)
{
	fil_skip_add(profile->skip, header, words, origin);
}

void
fil_profile_pivot(struct fil_profile *profile, int pivot)
{
	if (!profile->wide)
		profile->wide = fil_alloc(profile->n, sizeof *profile->wide);
	profile->pivot = pivot;
}

void
fil_profile_set(struct fil_profile *profile, size_t column, const char *value)
{
	struct fil_column_source *slot = &profile->slots[column];

	free(slot->value);
	slot->value = fil_copy(value);
	slot->value_length = strlen(value);
}

bool
fil_profile_gives(const struct fil_profile *profile, size_t c)
{
	return profile->slots[c].source != FIL_NOT_GIVEN;
}

const char *
fil_profile_label(const struct fil_profile *profile, size_t c)
{
	const struct fil_column_source *slot = &profile->slots[c];

	return slot->label ? slot->label : slot->name;
}

const char *
fil_profile_nearest(const struct fil_profile *profile)
{
	return profile->nearest;
}

const char *
fil_profile_passed(const struct fil_profile *profile, size_t *n)
{
	*n = profile->n_passed;
	return profile->passed.data ? profile->passed.data : "";
}

/* Checks that each cell stands under a header. What follows the last named one may be there or not,
 * but must be empty. */
static int
check_width(
    const struct fil_profile *profile, const struct fil_record *record, struct fil_fault *fault)
{
	if (record->n < profile->n_labels)
		return fil_fault_data(fault, "missing-cell", "%zu cell%s, where the header has %zu",
		    record->n, record->n == 1 ? "" : "s", profile->n_labels);
	if (record->n > profile->n_cells)
		return fil_fault_data(fault, "extra-cell", "%zu cells, where the header has %zu",
		    record->n, profile->n_cells);
	for (size_t i = profile->n_labels; i < record->n; i++)
		if (record->lengths[i] > 0)
			return fil_fault_data(fault, "extra-cell", "no header over cell %zu, '%s'",
			    i + 1, record->cells[i]);
	return 0;
}

static bool
is_empty(const struct fil_record *record)
{
	for (size_t i = 0; i < record->n; i++)
		if (record->lengths[i] > 0)
			return false;
	return true;
}

/* Makes the cell of one column from the record. */
static void
make_cell(struct fil_profile *profile, size_t c, const struct fil_record *record, const char **cell,
    size_t *length)
{
	struct fil_column_source *slot = &profile->slots[c];

	if (slot->source == FIL_CELL) {
		*cell = record->cells[slot->cell];
		*length = record->lengths[slot->cell];
	} else if (slot->source == FIL_COMPOSED) {
		*cell = fil_template_fill(slot->template, record->cells, record->lengths, length);
	} else {
		*cell = slot->value;
		*length = slot->value_length;
	}
}

/* Puts what the source's writing means in the place of a cell that is not empty. */
static void
translate(struct fil_profile *profile, size_t c, const char **cell, size_t *length)
{
	struct fil_column_source *slot = &profile->slots[c];

	if (slot->words && fil_words_find(slot->words, *cell, *length, cell, length))
		return;
	if (profile->pivot < 0 || column_of(profile, c)->type != FIL_TYPE_DATE ||
	    !fil_date_widen(*cell, profile->pivot, profile->wide[c]))
		return;
	*cell = profile->wide[c];
	*length += 2;
}

int
fil_profile_cells(struct fil_profile *profile, const struct fil_record *record, const char **cells,
    size_t *lengths, bool *empty, struct fil_fault *fault)
{
	bool input = profile->n_cells > 0;

	profile->skipped = false;
	*empty = input && is_empty(record);
	if (input && !*empty && check_width(profile, record, fault) < 0)
		return -1;
	if (input && !*empty)
		*empty = profile->skipped = fil_skip_takes(profile->skip, record);
	for (size_t c = 0; c < profile->n; c++) {
		enum fil_cell_source source = profile->slots[c].source;

		cells[c] = NULL;
		lengths[c] = 0;
		if (*empty || source == FIL_NOT_GIVEN)
			continue;
		make_cell(profile, c, record, &cells[c], &lengths[c]);
		if (lengths[c] > 0 && source != FIL_SET)
			translate(profile, c, &cells[c], &lengths[c]);
		if (lengths[c] == 0)
			cells[c] = NULL;
	}
	return 0;
}

bool
fil_profile_skipped(const struct fil_profile *profile)
{
	return profile->skipped;
}

void
fil_profile_free(struct fil_profile *profile)
{
	if (!profile)
		return;
	for (size_t c = 0; c < profile->n; c++)
		fil_column_source_release(&profile->slots[c]);
	free(profile->slots);
	free(profile->wide);
	free(profile->nearest);
	fil_skip_free(profile->skip);
	fil_bytes_release(&profile->passed);
	free(profile);
}

/* A profile bound to the header of an input. */

/* Returns whether a folded header is one of a column's, its name or a further one. */
static bool
is_header_of(const struct fil_column *column, const char *folded)
{
	const char *word = column->headers;
	size_t n;

	if (strcmp(column->name, folded) == 0)
		return true;
	for (; word && *word != '\0'; word += n + (word[n] == '|')) {
		n = strcspn(word, "|");
		if (strlen(folded) == n && memcmp(word, folded, n) == 0)
			return true;
	}
	return false;
}

/* Returns the number of the column that a folded header means, or FIL_NOWHERE. */
static size_t
meant(const struct fil_profile *profile, const char *folded)
{
	size_t c = fil_table_header(profile->table, folded);

	if (c == FIL_NOWHERE && profile->by && is_header_of(profile->by, folded))
		return profile->matched;
	return c;
}

bool
fil_profile_knows(const void *profile, const char *folded)
{
	const struct fil_profile *p = profile;

	if (meant(p, folded) != FIL_NOWHERE)
		return true;
	for (size_t c = 0; c < p->n; c++)
		if (fil_column_source_knows(&p->slots[c], folded))
			return true;
	return fil_skip_knows(p->skip, folded);
}

/* Forgets the bound input. */
static void
unbind(struct fil_profile *profile)
{
	for (size_t c = 0; c < profile->n; c++)
		fil_column_source_unbind(&profile->slots[c]);
	fil_skip_unbind(profile->skip);
	profile->n_labels = profile->n_cells = profile->n_passed = 0;
	fil_bytes_clear(&profile->passed);
	free(profile->nearest);
	profile->nearest = NULL;
}

void
fil_profile_bind_none(struct fil_profile *profile)
{
	unbind(profile);
}

/* Binds a column to the one of its further known headers that is there. */
static int
bind_single(
    struct fil_profile *profile, size_t c, const struct fil_header *header, struct fil_fault *fault)
{
	struct fil_column_source *slot = &profile->slots[c];
	size_t cell = FIL_NOWHERE, again;

	for (size_t i = 0; i < header->n; i++) {
		if (meant(profile, header->folded[i]) != c)
			continue;
		if (fil_header_find(header, header->folded[i], &again, fault) < 0)
			return -1;
		if (cell != FIL_NOWHERE)
			return fil_fault_data(fault, "duplicate-label",
			    "'%s' and '%s' both mean %s: say which with --map '%s=%s'",
			    header->labels[cell], header->labels[i], slot->name, slot->name,
			    header->labels[cell]);
		cell = i;
	}
	if (cell != FIL_NOWHERE)
		fil_column_source_bind_cell(slot, header, cell);
	return 0;
}

/* The words that mean a column, or several. */
struct words {
	struct fil_bytes text;
	const char **list;
	size_t n;
};

/* Collects the words of columns from number `first` to before `end`. */
static void
collect(const struct fil_profile *profile, size_t first, size_t end, struct words *words)
{
	*words = (struct words){ .n = 0 };
	for (size_t c = first; c < end; c++) {
		bool facet = c >= profile->table->n_columns;
		const char *more = facet ? NULL : profile->table->columns[c].headers;

		fil_bytes_add_format(&words->text, "%s|", profile->slots[c].folded);
		if (more)
			fil_bytes_add_format(&words->text, "%s|", more);
	}
	words->list = fil_alloc(words->text.length, sizeof *words->list);
	for (char *word = words->text.data, *behind; *word != '\0'; word = behind + 1) {
		behind = strchr(word, '|');
		*behind = '\0';
		words->list[words->n++] = word;
	}
}

static void
release_words(struct words *words)
{
	free(words->list);
	fil_bytes_release(&words->text);
}

/* Names the known header nearest to one of the input's. */
static int
unknown_fault(
    const struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	const char *nearest = NULL;
	struct words words;

	collect(profile, 0, profile->n, &words);
	for (size_t i = 0; i < header->n && !nearest; i++)
		nearest = fil_text_nearest(header->labels[i], words.list, words.n);
	fil_fault_data(fault, "incorrect-label",
	    "no header is known for %s (%s%s%s--map COL=HEADER says what one means): %s",
	    profile->table->name, nearest ? "the nearest is '" : "", nearest ? nearest : "",
	    nearest ? "'; " : "", profile->n_passed > 0 ? profile->passed.data : "all are empty");
	release_words(&words);
	return -1;
}

/* Keeps the label that is nearest to a key that the input does not give. */
static void
find_nearest(struct fil_profile *profile, const struct fil_header *header)
{
	struct words words;

	for (size_t c = 0; c < profile->table->n_keys && !profile->nearest; c++) {
		if (profile->slots[c].source != FIL_NOT_GIVEN)
			continue;
		collect(profile, c, c + 1, &words);
		for (size_t i = 0; i < header->n && !profile->nearest; i++)
			if (!header->used[i] && *header->labels[i] != '\0' &&
			    fil_text_nearest(header->labels[i], words.list, words.n))
				profile->nearest = fil_copy(header->labels[i]);
		release_words(&words);
	}
}

/* Finds out which values the cells of each column are looked up in. */
static void
bind_values(struct fil_profile *profile)
{
	size_t level = fil_table_column(profile->table, "level");

	for (size_t c = 0; c < profile->n; c++) {
		struct fil_column_source *slot = &profile->slots[c];

		slot->words = slot->values;
		if (!slot->words && c >= profile->table->n_columns && level != FIL_NOWHERE)
			slot->words = profile->slots[level].values;
	}
}

/* Binds all columns, and lists the headers that none took. */
static int
bind_all(struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	int result;

	for (size_t c = 0; c < profile->n; c++) {
		struct fil_column_source *slot = &profile->slots[c];

		if (slot->source == FIL_SET)
			continue;
		if (slot->map)
			result = fil_column_source_bind_map(slot, header, fault);
		else
			result = fil_column_source_bind_known(slot, header, fault);
		if (result == 0 && !slot->map && c < profile->table->n_columns)
			result = bind_single(profile, c, header, fault);
		if (result < 0)
			return -1;
	}
	profile->n_passed = fil_header_unused(header, &profile->passed);
	if (profile->n_passed == header->n)
		return unknown_fault(profile, header, fault);
	if (fil_skip_bind(profile->skip, header, fault) < 0)
		return -1;
	fil_bytes_clear(&profile->passed);
	profile->n_passed = fil_header_unused(header, &profile->passed);
	find_nearest(profile, header);
	return 0;
}

int
fil_profile_bind(
    struct fil_profile *profile, const struct fil_record *record, struct fil_fault *fault)
{
	struct fil_header header;
	int result;

	unbind(profile);
	fil_header_init(&header, record->cells, record->n);
	profile->n_labels = header.n;
	profile->n_cells = record->n;
	bind_values(profile);
	result = bind_all(profile, &header, fault);
	fil_header_release(&header);
	return result;
}
