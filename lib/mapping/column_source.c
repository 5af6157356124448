/* SPDX-License-Identifier: ISC */
#include "lib/mapping/column_source.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"

/* Takes in the compositions that the catalogue knows for a column. */
static void
add_known(struct fil_column_source *slot, const char *templates)
{
	struct fil_fault fault;
	size_t n;

	for (; templates && *templates != '\0'; templates += n + (templates[n] == '|')) {
		n = strcspn(templates, "|");
		slot->known =
		    fil_resize(slot->known, slot->n_known + 1, sizeof(struct fil_template *));
		slot->known[slot->n_known] = fil_template_new(templates, n, &fault);
		if (!slot->known[slot->n_known++])
			fil_bug("template of column %s: %s", slot->name, fault.text);
	}
}

void
fil_column_source_init(struct fil_column_source *slot, const char *name, const char *templates)
{
	*slot = (struct fil_column_source){ .name = name, .folded = fil_text_fold(name) };
	add_known(slot, templates);
}

void
fil_column_source_also(struct fil_column_source *slot, const char *templates)
{
	add_known(slot, templates);
}

void
fil_column_source_release(struct fil_column_source *slot)
{
	for (size_t i = 0; i < slot->n_known; i++)
		fil_template_free(slot->known[i]);
	free(slot->known);
	fil_template_free(slot->map);
	fil_words_free(slot->values);
	free(slot->origin);
	free(slot->folded);
	free(slot->value);
	free(slot->label);
}

/* Returns whether one of the template's headers is this. */
static bool
names(const struct fil_template *template, const char *folded)
{
	for (size_t i = 0; template && i < fil_template_parts(template); i++)
		if (strcmp(fil_template_folded(template, i), folded) == 0)
			return true;
	return false;
}

bool
fil_column_source_knows(const struct fil_column_source *slot, const char *folded)
{
	if (strcmp(slot->folded, folded) == 0 || names(slot->map, folded))
		return true;
	for (size_t i = 0; i < slot->n_known; i++)
		if (names(slot->known[i], folded))
			return true;
	return false;
}

void
fil_column_source_unbind(struct fil_column_source *slot)
{
	slot->source = slot->value ? FIL_SET : FIL_NOT_GIVEN;
	slot->template = NULL;
	free(slot->label);
	slot->label = NULL;
}

void
fil_column_source_bind_cell(
    struct fil_column_source *slot, const struct fil_header *header, size_t cell)
{
	header->used[cell] = true;
	slot->source = FIL_CELL;
	slot->cell = cell;
	slot->label = fil_copy(header->labels[cell]);
}

/* Binds a slot to a template's cells, if all of them are there. Returns 1, 0 with the number of the
 * header that is missing, or -1. */
static int
bind_template(struct fil_column_source *slot, struct fil_template *template,
    const struct fil_header *header, size_t *missing, struct fil_fault *fault)
{
	size_t cell, n = fil_template_parts(template);
	struct fil_bytes label = { 0 };
	bool twice = false;
	int found;

	/* A header that stands twice is no fault of a template that is not used. */
	for (size_t i = 0; i < n; i++) {
		found = fil_header_find(header, fil_template_folded(template, i), &cell, fault);
		*missing = i;
		if (found == 0)
			return 0;
		twice |= found < 0;
		fil_template_bind(template, i, cell);
	}
	if (twice)
		return -1;
	for (size_t i = 0; i < n; i++) {
		fil_header_find(header, fil_template_folded(template, i), &cell, fault);
		header->used[cell] = true;
		fil_bytes_add_format(&label, "%s%s", i > 0 ? " + " : "", header->labels[cell]);
	}
	slot->label = label.data;
	slot->template = template;
	slot->cell = fil_template_cell(template);
	slot->source = slot->cell == FIL_TEMPLATE_MANY ? FIL_COMPOSED : FIL_CELL;
	return 1;
}

void
fil_column_source_map(struct fil_column_source *slot, struct fil_template *map, const char *origin)
{
	fil_template_free(slot->map);
	free(slot->origin);
	slot->map = map;
	slot->origin = fil_copy(origin);
}

int
fil_column_source_bind_map(
    struct fil_column_source *slot, const struct fil_header *header, struct fil_fault *fault)
{
	size_t missing;
	const char *wanted, *nearest;
	int found = bind_template(slot, slot->map, header, &missing, fault);

	if (found != 0)
		return found < 0 ? -1 : 0;
	wanted = fil_template_header(slot->map, missing);
	nearest = fil_text_nearest(wanted, header->labels, header->n);
	return fil_fault_data(fault, "missing-label", "no header '%s', which %s names for %s%s%s%s",
	    wanted, slot->origin, slot->name, nearest ? "; the nearest is '" : "",
	    nearest ? nearest : "", nearest ? "'" : "");
}

int
fil_column_source_bind_known(
    struct fil_column_source *slot, const struct fil_header *header, struct fil_fault *fault)
{
	size_t cell;
	int found = fil_header_find(header, slot->folded, &cell, fault);

	if (found > 0)
		fil_column_source_bind_cell(slot, header, cell);
	for (size_t i = 0; i < slot->n_known && found == 0; i++)
		found = bind_template(slot, slot->known[i], header, &cell, fault);
	return found;
}
