/* SPDX-License-Identifier: ISC */
#include "lib/profile.h"

#include <stdlib.h>
#include <string.h>

#include "lib/bytes.h"
#include "lib/header.h"
#include "lib/memory.h"
#include "lib/slot.h"
#include "lib/template.h"
#include "lib/text.h"

struct fil_profile {
	const struct fil_table *table;
	struct fil_slot *slots;
	size_t n;
	size_t n_labels, n_cells;	/* of the header, without and with empty ones at the end;
					 * 0: no input */
	struct fil_bytes passed;
	size_t n_passed;
	size_t matched;			/* a column that is found by another's values, and that one */
	const struct fil_column *by;
};

struct fil_profile *
fil_profile_new(const struct fil_table *table, char *const *facets, size_t n_facets)
{
	struct fil_profile *profile = fil_alloc(1, sizeof(*profile));

	profile->table = table;
	profile->n = table->n_columns + n_facets;
	profile->slots = fil_alloc(profile->n, sizeof(*profile->slots));
	for (size_t c = 0; c < profile->n; c++) {
		struct fil_slot *slot = &profile->slots[c];

		if (c < table->n_columns)
			fil_slot_init(slot, table->columns[c].name, table->columns[c].templates);
		else
			fil_slot_init(slot, facets[c - table->n_columns], NULL);
	}
	return profile;
}

void
fil_profile_find_by(struct fil_profile *profile, size_t column, const struct fil_column *by)
{
	profile->matched = column;
	profile->by = by;
	fil_slot_also(&profile->slots[column], by->templates);
}

/* Returns whether a folded header is one of a column's, its name or a further one. */
static bool
is_header_of(const struct fil_column *column, const char *folded)
{
	const char *word = column->headers;
	size_t n;

	if (strcmp(column->name, folded) == 0)
		return true;
	for (; word != NULL && *word != '\0'; word += n + (word[n] == '|')) {
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

	if (c == FIL_NOWHERE && profile->by != NULL && is_header_of(profile->by, folded))
		return profile->matched;
	return c;
}

/* Returns the slot of a name, compared folded; the first, since the table's columns go before
 * facets. NULL: there is none. */
static struct fil_slot *
find_slot(const struct fil_profile *profile, const char *name)
{
	char *folded = fil_text_fold(name);
	struct fil_slot *slot = NULL;

	for (size_t c = 0; c < profile->n && slot == NULL; c++)
		if (strcmp(profile->slots[c].folded, folded) == 0)
			slot = &profile->slots[c];
	free(folded);
	return slot;
}

static int
column_fault(const struct fil_profile *profile, const char *mapping, const char *name,
    struct fil_fault *fault)
{
	const char **names = fil_alloc(profile->n, sizeof(*names)), *nearest;

	for (size_t c = 0; c < profile->n; c++)
		names[c] = profile->slots[c].name;
	nearest = fil_text_nearest(name, names, profile->n);
	fil_fault_set(fault, FIL_USAGE, "--map '%s': %s has no column '%s'%s%s", mapping,
	    profile->table->name, name, nearest != NULL ? "; the nearest is " : "",
	    nearest != NULL ? nearest : "");
	free(names);
	return -1;
}

int
fil_profile_map(struct fil_profile *profile, const char *mapping, struct fil_fault *fault)
{
	const char *equals = strchr(mapping, '=');
	struct fil_template *template;
	struct fil_slot *slot;
	char *name;
	int result = 0;

	if (equals == NULL || equals == mapping)
		return fil_fault_set(fault, FIL_USAGE,
		    "--map '%s': COL=HEADER or 'COL={HEADER} {HEADER}' is wanted", mapping);
	name = fil_copy_bytes(mapping, (size_t)(equals - mapping));
	slot = find_slot(profile, name);
	if (slot == NULL)
		result = column_fault(profile, mapping, name, fault);
	free(name);
	if (result < 0)
		return -1;
	template = fil_template_new(equals + 1, strlen(equals + 1), fault);
	if (template == NULL)
		return fil_fault_set(fault, FIL_USAGE, "--map '%s': %s", mapping, fault->text);
	fil_template_free(slot->map);
	slot->map = template;
	return 0;
}

void
fil_profile_set(struct fil_profile *profile, size_t column, const char *value)
{
	struct fil_slot *slot = &profile->slots[column];

	free(slot->value);
	slot->value = fil_copy(value);
	slot->value_length = strlen(value);
}

bool
fil_profile_knows(const void *profile, const char *folded)
{
	const struct fil_profile *p = profile;

	if (meant(p, folded) != FIL_NOWHERE)
		return true;
	for (size_t c = 0; c < p->n; c++)
		if (fil_slot_knows(&p->slots[c], folded))
			return true;
	return false;
}

/* Forgets the bound input. */
static void
unbind(struct fil_profile *profile)
{
	for (size_t c = 0; c < profile->n; c++)
		fil_slot_unbind(&profile->slots[c]);
	profile->n_labels = profile->n_cells = profile->n_passed = 0;
	fil_bytes_clear(&profile->passed);
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
	struct fil_slot *slot = &profile->slots[c];
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
		fil_slot_bind_cell(slot, header, cell);
	return 0;
}

/* Names the known header nearest to one of the input's. */
static int
unknown_fault(
    const struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	struct fil_bytes words = {0};
	const char **list, *nearest = NULL;
	size_t n = 0;

	for (size_t c = 0; c < profile->n; c++) {
		bool facet = c >= profile->table->n_columns;
		const char *more = facet ? NULL : profile->table->columns[c].headers;

		fil_bytes_add_format(&words, "%s|", profile->slots[c].folded);
		if (more != NULL)
			fil_bytes_add_format(&words, "%s|", more);
	}
	list = fil_alloc(words.length, sizeof(*list));
	for (char *word = words.data, *end; *word != '\0'; word = end + 1) {
		end = strchr(word, '|');
		*end = '\0';
		list[n++] = word;
	}
	for (size_t i = 0; i < header->n && nearest == NULL; i++)
		nearest = fil_text_nearest(header->labels[i], list, n);
	fil_fault_data(fault, "incorrect-label",
	    "no header is known for %s (%s%s%s--map COL=HEADER says what one means): %s",
	    profile->table->name, nearest != NULL ? "the nearest is '" : "",
	    nearest != NULL ? nearest : "", nearest != NULL ? "'; " : "",
	    profile->n_passed > 0 ? profile->passed.data : "all are empty");
	free(list);
	fil_bytes_release(&words);
	return -1;
}

/* Binds all columns, and lists the headers that none took. */
static int
bind_all(struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	int result;

	for (size_t c = 0; c < profile->n; c++) {
		struct fil_slot *slot = &profile->slots[c];

		if (slot->source == FIL_SET)
			continue;
		if (slot->map != NULL)
			result = fil_slot_bind_map(slot, header, fault);
		else
			result = fil_slot_bind_known(slot, header, fault);
		if (result == 0 && slot->map == NULL && c < profile->table->n_columns)
			result = bind_single(profile, c, header, fault);
		if (result < 0)
			return -1;
	}
	profile->n_passed = fil_header_unused(header, &profile->passed);
	return profile->n_passed < header->n ? 0 : unknown_fault(profile, header, fault);
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
	result = bind_all(profile, &header, fault);
	fil_header_release(&header);
	return result;
}

bool
fil_profile_gives(const struct fil_profile *profile, size_t c)
{
	return profile->slots[c].source != FIL_ABSENT;
}

const char *
fil_profile_label(const struct fil_profile *profile, size_t c)
{
	const struct fil_slot *slot = &profile->slots[c];

	return slot->label != NULL ? slot->label : slot->name;
}

const char *
fil_profile_passed(const struct fil_profile *profile, size_t *n)
{
	*n = profile->n_passed;
	return profile->passed.data != NULL ? profile->passed.data : "";
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

int
fil_profile_cells(struct fil_profile *profile, const struct fil_record *record, const char **cells,
    size_t *lengths, bool *empty, struct fil_fault *fault)
{
	*empty = profile->n_cells > 0 && is_empty(record);
	if (profile->n_cells > 0 && !*empty && check_width(profile, record, fault) < 0)
		return -1;
	for (size_t c = 0; c < profile->n; c++) {
		struct fil_slot *slot = &profile->slots[c];

		cells[c] = NULL;
		lengths[c] = 0;
		if (*empty || slot->source == FIL_ABSENT)
			continue;
		if (slot->source == FIL_CELL) {
			cells[c] = record->cells[slot->cell];
			lengths[c] = record->lengths[slot->cell];
		} else if (slot->source == FIL_COMPOSED) {
			cells[c] = fil_template_fill(
			    slot->template, record->cells, record->lengths, &lengths[c]);
		} else {
			cells[c] = slot->value;
			lengths[c] = slot->value_length;
		}
		if (lengths[c] == 0)
			cells[c] = NULL;
	}
	return 0;
}

void
fil_profile_free(struct fil_profile *profile)
{
	if (profile == NULL)
		return;
	for (size_t c = 0; c < profile->n; c++)
		fil_slot_release(&profile->slots[c]);
	free(profile->slots);
	fil_bytes_release(&profile->passed);
	free(profile);
}
