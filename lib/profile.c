/* SPDX-License-Identifier: ISC */
#include "lib/profile.h"

#include <stdlib.h>
#include <string.h>

#include "lib/bytes.h"
#include "lib/header.h"
#include "lib/memory.h"
#include "lib/template.h"
#include "lib/text.h"

/* Where a column's cells come from. */
enum source { ABSENT, SET, CELL, COMPOSED };

/* A column of the table, or a facet. */
struct slot {
	const char *name;
	char *folded;
	char *value;			/* what fil_profile_set said, "" for nothing, or NULL */
	size_t value_length;
	struct fil_template *map;	/* of --map, or NULL */
	struct fil_template **known;	/* of the catalogue */
	size_t n_known;

	enum source source;		/* from here on: of the bound input */
	size_t cell;
	struct fil_template *template;
	char *label;
};

struct fil_profile {
	const struct fil_table *table;
	struct slot *slots;
	size_t n;
	size_t n_labels, n_cells;	/* header cells without and with the empty ones at the end; 0: no input */
	struct fil_bytes passed;
	size_t n_passed;
};

/* Takes in the compositions that the catalogue knows for a column. */
static void
add_known(struct slot *slot, const char *templates)
{
	struct fil_fault fault;
	size_t n;

	for (; templates != NULL && *templates != '\0'; templates += n + (templates[n] == '|')) {
		n = strcspn(templates, "|");
		slot->known = fil_resize(slot->known, slot->n_known + 1, sizeof(struct fil_template *));
		slot->known[slot->n_known] = fil_template_new(templates, n, &fault);
		if (slot->known[slot->n_known++] == NULL)
			fil_bug("template of column %s: %s", slot->name, fault.text);
	}
}

struct fil_profile *
fil_profile_new(const struct fil_table *table, char *const *facets, size_t n_facets)
{
	struct fil_profile *profile = fil_alloc(1, sizeof(*profile));

	profile->table = table;
	profile->n = table->n_columns + n_facets;
	profile->slots = fil_alloc(profile->n, sizeof(*profile->slots));
	for (size_t c = 0; c < profile->n; c++) {
		struct slot *slot = &profile->slots[c];
		bool facet = c >= table->n_columns;

		slot->name = facet ? facets[c - table->n_columns] : table->columns[c].name;
		slot->folded = fil_text_fold(slot->name);
		if (!facet)
			add_known(slot, table->columns[c].templates);
	}
	return profile;
}

/* Returns the slot of a name, compared folded; the first, since the table's columns go before facets. NULL: there is none. */
static struct slot *
find_slot(const struct fil_profile *profile, const char *name)
{
	char *folded = fil_text_fold(name);
	struct slot *slot = NULL;

	for (size_t c = 0; c < profile->n && slot == NULL; c++)
		if (strcmp(profile->slots[c].folded, folded) == 0)
			slot = &profile->slots[c];
	free(folded);
	return slot;
}

static int
column_fault(const struct fil_profile *profile, const char *mapping, const char *name, struct fil_fault *fault)
{
	const char **names = fil_alloc(profile->n, sizeof(*names)), *nearest;

	for (size_t c = 0; c < profile->n; c++)
		names[c] = profile->slots[c].name;
	nearest = fil_text_nearest(name, names, profile->n);
	fil_fault_set(fault, FIL_USAGE, "--map '%s': %s has no column '%s'%s%s", mapping, profile->table->name, name,
	    nearest != NULL ? "; the nearest is " : "", nearest != NULL ? nearest : "");
	free(names);
	return -1;
}

int
fil_profile_map(struct fil_profile *profile, const char *mapping, struct fil_fault *fault)
{
	const char *equals = strchr(mapping, '=');
	struct fil_template *template;
	struct slot *slot;
	char *name;
	int result = 0;

	if (equals == NULL || equals == mapping)
		return fil_fault_set(fault, FIL_USAGE, "--map '%s': COL=HEADER or 'COL={HEADER} {HEADER}' is wanted", mapping);
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
	struct slot *slot = &profile->slots[column];

	free(slot->value);
	slot->value = fil_copy(value);
	slot->value_length = strlen(value);
}

/* Returns whether one of the template's headers is this. */
static bool
names(const struct fil_template *template, const char *folded)
{
	for (size_t i = 0; template != NULL && i < fil_template_parts(template); i++)
		if (strcmp(fil_template_folded(template, i), folded) == 0)
			return true;
	return false;
}

bool
fil_profile_knows(const void *profile, const char *folded)
{
	const struct fil_profile *p = profile;

	if (fil_table_header(p->table, folded) != FIL_NOWHERE)
		return true;
	for (size_t c = 0; c < p->n; c++) {
		const struct slot *slot = &p->slots[c];

		if (strcmp(slot->folded, folded) == 0 || names(slot->map, folded))
			return true;
		for (size_t i = 0; i < slot->n_known; i++)
			if (names(slot->known[i], folded))
				return true;
	}
	return false;
}

/* Forgets the bound input. */
static void
unbind(struct fil_profile *profile)
{
	for (size_t c = 0; c < profile->n; c++) {
		struct slot *slot = &profile->slots[c];

		slot->source = slot->value != NULL ? SET : ABSENT;
		slot->template = NULL;
		free(slot->label);
		slot->label = NULL;
	}
	profile->n_labels = profile->n_cells = profile->n_passed = 0;
	fil_bytes_clear(&profile->passed);
}

void
fil_profile_bind_none(struct fil_profile *profile)
{
	unbind(profile);
}

/* Binds a slot to a template's cells, if all of them are there. Returns 1, 0 with the number of the header that is missing, or -1. */
static int
bind_template(struct slot *slot, struct fil_template *template, const struct fil_header *header, size_t *missing,
    struct fil_fault *fault)
{
	size_t cell, n = fil_template_parts(template);
	struct fil_bytes label = {0};
	int found;

	for (size_t i = 0; i < n; i++) {
		found = fil_header_find(header, fil_template_folded(template, i), &cell, fault);
		*missing = i;
		if (found <= 0)
			return found;
		fil_template_bind(template, i, cell);
	}
	for (size_t i = 0; i < n; i++) {
		fil_header_find(header, fil_template_folded(template, i), &cell, fault);
		header->used[cell] = true;
		fil_bytes_add_format(&label, "%s%s", i > 0 ? " + " : "", header->labels[cell]);
	}
	slot->label = label.data;
	slot->template = template;
	slot->cell = fil_template_cell(template);
	slot->source = slot->cell == FIL_TEMPLATE_MANY ? COMPOSED : CELL;
	return 1;
}

static void
bind_cell(struct slot *slot, const struct fil_header *header, size_t cell)
{
	header->used[cell] = true;
	slot->source = CELL;
	slot->cell = cell;
	slot->label = fil_copy(header->labels[cell]);
}

static int
bind_map(struct slot *slot, const struct fil_header *header, struct fil_fault *fault)
{
	size_t missing;
	const char *wanted, *nearest;
	int found = bind_template(slot, slot->map, header, &missing, fault);

	if (found != 0)
		return found < 0 ? -1 : 0;
	wanted = fil_template_header(slot->map, missing);
	nearest = fil_text_nearest(wanted, header->labels, header->n);
	return fil_fault_data(fault, "missing-label", "no header '%s', which --map names for %s%s%s%s", wanted, slot->name,
	    nearest != NULL ? "; the nearest is '" : "", nearest != NULL ? nearest : "", nearest != NULL ? "'" : "");
}

/* Binds a column to the one known header that means it. */
static int
bind_single(struct fil_profile *profile, size_t c, const struct fil_header *header, struct fil_fault *fault)
{
	struct slot *slot = &profile->slots[c];
	size_t cell = FIL_NOWHERE, again;

	for (size_t i = 0; i < header->n; i++) {
		if (fil_table_header(profile->table, header->folded[i]) != c)
			continue;
		if (fil_header_find(header, header->folded[i], &again, fault) < 0)
			return -1;
		if (cell != FIL_NOWHERE)
			return fil_fault_data(fault, "duplicate-label", "'%s' and '%s' both mean %s: say which with --map '%s=%s'",
			    header->labels[cell], header->labels[i], slot->name, slot->name, header->labels[cell]);
		cell = i;
	}
	if (cell != FIL_NOWHERE)
		bind_cell(slot, header, cell);
	return 0;
}

/* Binds a column by what the catalogue knows: its own name, then compositions, then other headers. */
static int
bind_known(struct fil_profile *profile, size_t c, const struct fil_header *header, struct fil_fault *fault)
{
	struct slot *slot = &profile->slots[c];
	size_t cell;
	int found = fil_header_find(header, slot->folded, &cell, fault);

	if (found > 0)
		bind_cell(slot, header, cell);
	for (size_t i = 0; i < slot->n_known && found == 0; i++)
		found = bind_template(slot, slot->known[i], header, &cell, fault);
	if (found != 0)
		return found < 0 ? -1 : 0;
	return c < profile->table->n_columns ? bind_single(profile, c, header, fault) : 0;
}

/* Names the known header nearest to one of the input's. */
static int
unknown_fault(const struct fil_profile *profile, const struct fil_header *header, struct fil_fault *fault)
{
	struct fil_bytes words = {0};
	const char **list, *nearest = NULL;
	size_t n = 0;

	for (size_t c = 0; c < profile->n; c++) {
		const char *more = c < profile->table->n_columns ? profile->table->columns[c].headers : NULL;

		fil_bytes_add_format(&words, "%s|%s%s", profile->slots[c].folded, more != NULL ? more : "", more != NULL ? "|" : "");
	}
	list = fil_alloc(words.length, sizeof(*list));
	for (char *word = words.data, *end; *word != '\0'; word = end + 1) {
		end = strchr(word, '|');
		*end = '\0';
		list[n++] = word;
	}
	for (size_t i = 0; i < header->n && nearest == NULL; i++)
		nearest = fil_text_nearest(header->labels[i], list, n);
	fil_fault_data(fault, "incorrect-label", "no header is known for %s (%s%s%s--map COL=HEADER says what one means): %s",
	    profile->table->name, nearest != NULL ? "the nearest is '" : "", nearest != NULL ? nearest : "",
	    nearest != NULL ? "'; " : "", profile->n_passed > 0 ? profile->passed.data : "all are empty");
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
		struct slot *slot = &profile->slots[c];

		if (slot->source == SET)
			continue;
		result = slot->map != NULL ? bind_map(slot, header, fault) : bind_known(profile, c, header, fault);
		if (result < 0)
			return -1;
	}
	profile->n_passed = fil_header_unused(header, &profile->passed);
	return profile->n_passed < header->n ? 0 : unknown_fault(profile, header, fault);
}

int
fil_profile_bind(struct fil_profile *profile, const struct fil_record *record, struct fil_fault *fault)
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
	return profile->slots[c].source != ABSENT;
}

const char *
fil_profile_label(const struct fil_profile *profile, size_t c)
{
	const struct slot *slot = &profile->slots[c];

	return slot->label != NULL ? slot->label : slot->name;
}

const char *
fil_profile_passed(const struct fil_profile *profile, size_t *n)
{
	*n = profile->n_passed;
	return profile->passed.data != NULL ? profile->passed.data : "";
}

/* Checks that each cell stands under a header. What follows the last named one may be there or not, but must be empty. */
static int
check_width(const struct fil_profile *profile, const struct fil_record *record, struct fil_fault *fault)
{
	if (record->n < profile->n_labels)
		return fil_fault_data(fault, "missing-cell", "%zu cells, where the header has %zu", record->n, profile->n_labels);
	if (record->n > profile->n_cells)
		return fil_fault_data(fault, "extra-cell", "%zu cells, where the header has %zu", record->n, profile->n_cells);
	for (size_t i = profile->n_labels; i < record->n; i++)
		if (record->lengths[i] > 0)
			return fil_fault_data(fault, "extra-cell", "no header over cell %zu, '%s'", i + 1, record->cells[i]);
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
fil_profile_cells(struct fil_profile *profile, const struct fil_record *record, const char **cells, size_t *lengths,
    bool *empty, struct fil_fault *fault)
{
	*empty = profile->n_cells > 0 && is_empty(record);
	if (profile->n_cells > 0 && !*empty && check_width(profile, record, fault) < 0)
		return -1;
	for (size_t c = 0; c < profile->n; c++) {
		struct slot *slot = &profile->slots[c];

		cells[c] = NULL;
		lengths[c] = 0;
		if (*empty || slot->source == ABSENT)
			continue;
		if (slot->source == CELL) {
			cells[c] = record->cells[slot->cell];
			lengths[c] = record->lengths[slot->cell];
		} else if (slot->source == COMPOSED) {
			cells[c] = fil_template_fill(slot->template, record->cells, record->lengths, &lengths[c]);
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
	unbind(profile);
	for (size_t c = 0; c < profile->n; c++) {
		struct slot *slot = &profile->slots[c];

		for (size_t i = 0; i < slot->n_known; i++)
			fil_template_free(slot->known[i]);
		free(slot->known);
		fil_template_free(slot->map);
		free(slot->folded);
		free(slot->value);
	}
	free(profile->slots);
	fil_bytes_release(&profile->passed);
	free(profile);
}
