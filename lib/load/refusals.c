/* SPDX-License-Identifier: ISC */
#include "lib/load/refusals.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/write/refusal.h"

void
fil_refusals_begin(struct fil_refusals *refusals, const char *file)
{
	refusals->file = file;
	refusals->line = SIZE_MAX;
}

/* Returns whether the same was said of the line before, and notes that it is now. */
static bool
was_said(struct fil_refusals *refusals, const char *text)
{
	const char *said = refusals->said.data, *end = said + refusals->said.length;

	for (; said < end; said += strlen(said) + 1)
		if (strcmp(said, text) == 0)
			return true;
	fil_bytes_add(&refusals->said, text, strlen(text) + 1);
	return false;
}

void
fil_refusals_add(struct fil_refusals *refusals, size_t line, const struct fil_fault *fault)
{
	if (refusals->line != line) {
		refusals->counts->rejected++;
		fil_bytes_clear(&refusals->said);
	}
	refusals->line = line;
	if (was_said(refusals, fault->text))
		return;
	fil_faults_add(refusals->faults, refusals->file, line, fault);
	if (refusals->rejects)
		fil_rejects_note(refusals->rejects, line, fault);
}

void
fil_refusals_incomplete(struct fil_refusals *refusals, size_t line, const char *const *values,
    const bool *given)
{
	struct fil_fault fault;

	for (size_t c = 0; c < refusals->table->n_columns; c++) {
		const struct fil_column *column = &refusals->table->columns[c];

		if (!column->required || column->fallback || given[c])
			continue;
		fil_refuse_incomplete(refusals->table, values, column, &fault);
		fil_refusals_add(refusals, line, &fault);
	}
}

void
fil_refusals_references(struct fil_refusals *refusals, size_t line,
    struct fil_references *references, const struct fil_batch *rows, size_t i)
{
	for (size_t c = 0; c < refusals->table->n_columns; c++) {
		const char *value = fil_batch_cell(rows, i, c, NULL);
		struct fil_fault fault;
		char *nearest;

		if (!value || fil_references_knows(references, c, value))
			continue;
		nearest = fil_references_nearest(references, c, value);
		fil_refuse_reference(&refusals->table->columns[c], value, nearest, &fault);
		free(nearest);
		fil_refusals_add(refusals, line, &fault);
	}
}

void
fil_refusals_duplicate(struct fil_refusals *refusals, size_t line, const char *const *values)
{
	struct fil_fault fault;

	fil_refuse_duplicate(refusals->table, values, &fault);
	fil_repeats_note(
	    refusals->repeats, fil_faults_count(refusals->faults), refusals->file, values);
	fil_refusals_add(refusals, line, &fault);
}

void
fil_refusals_remark(struct fil_refusals *refusals, const char *text)
{
	struct fil_fault fault;

	fil_fault_set(&fault, FIL_REFUSED, "%s", text);
	fil_faults_add(refusals->faults, refusals->file, 0, &fault);
}

void
fil_refusals_release(struct fil_refusals *refusals)
{
	fil_bytes_release(&refusals->said);
}
