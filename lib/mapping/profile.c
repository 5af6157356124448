/* SPDX-License-Identifier: ISC */
#include "lib/mapping/profile.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/memory.h"
#include "lib/mapping/profile_state.h"
#include "lib/mapping/template.h"
#include "lib/base/text.h"

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
	profile->skip = fil_skip_new();
	profile->pivot = -1;
	return profile;
}

void
fil_profile_find_by(struct fil_profile *profile, size_t column, const struct fil_column *by)
{
	profile->matched = column;
	profile->by = by;
	fil_slot_also(&profile->slots[column], by->templates);
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
column_fault(const struct fil_profile *profile, const char *name, struct fil_fault *fault)
{
	const char **names = fil_alloc(profile->n, sizeof(*names)), *nearest;

	for (size_t c = 0; c < profile->n; c++)
		names[c] = profile->slots[c].name;
	nearest = fil_text_nearest(name, names, profile->n);
	fil_fault_set(fault, FIL_USAGE, "%s has no column '%s'%s%s", profile->table->name, name,
	    nearest != NULL ? "; the nearest is " : "", nearest != NULL ? nearest : "");
	free(names);
	return -1;
}

int
fil_profile_column(struct fil_profile *profile, const char *name, const char *template,
    const char *origin, struct fil_fault *fault)
{
	struct fil_slot *slot = find_slot(profile, name);
	struct fil_template *map;

	if (slot == NULL)
		return column_fault(profile, name, fault);
	map = fil_template_new(template, strlen(template), fault);
	if (map == NULL)
		return -1;
	fil_slot_map(slot, map, origin);
	return 0;
}

int
fil_profile_map(struct fil_profile *profile, const char *mapping, struct fil_fault *fault)
{
	const char *equals = strchr(mapping, '=');
	struct fil_fault bare;
	char *name;
	int result;

	if (equals == NULL || equals == mapping)
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
	struct fil_slot *slot = find_slot(profile, name);
	struct fil_bytes stored = {0};
	int result = 0;

	if (slot == NULL)
		return column_fault(profile, name, fault);
	if (value != NULL)
		result = fil_column_read(column_of(profile, (size_t)(slot - profile->slots)), value,
		    strlen(value), FIL_ORDER_YMD, &stored, fault);
	fil_bytes_release(&stored);
	if (result < 0)
		return -1;
	if (slot->values == NULL)
		slot->values = fil_values_new();
	return fil_values_add(slot->values, words, value, fault);
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
	if (profile->wide == NULL)
		profile->wide = fil_alloc(profile->n, sizeof(*profile->wide));
	profile->pivot = pivot;
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
fil_profile_nearest(const struct fil_profile *profile)
{
	return profile->nearest;
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

/* Makes the cell of one column from the record. */
static void
make_cell(struct fil_profile *profile, size_t c, const struct fil_record *record,
    const char **cell, size_t *length)
{
	struct fil_slot *slot = &profile->slots[c];

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
	struct fil_slot *slot = &profile->slots[c];

	if (slot->words != NULL && fil_values_find(slot->words, *cell, *length, cell, length))
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
		enum fil_source source = profile->slots[c].source;

		cells[c] = NULL;
		lengths[c] = 0;
		if (*empty || source == FIL_ABSENT)
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
	if (profile == NULL)
		return;
	for (size_t c = 0; c < profile->n; c++)
		fil_slot_release(&profile->slots[c]);
	free(profile->slots);
	free(profile->wide);
	free(profile->nearest);
	fil_skip_free(profile->skip);
	fil_bytes_release(&profile->passed);
	free(profile);
}
