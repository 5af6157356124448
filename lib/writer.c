/* SPDX-License-Identifier: ISC */
#include "lib/writer.h"

#include <stdlib.h>
#include <string.h>

#include "lib/batch.h"
#include "lib/memory.h"
#include "lib/references.h"
#include "lib/standing.h"
#include "lib/upsert.h"

/* A batch is put when it has so many rows or bytes. */
enum { BATCH_ROWS = 512, BATCH_BYTES = 1 << 20 };

struct fil_writer {
	struct fil_run *run;
	const struct fil_table *table;
	struct fil_writer_options options;
	struct fil_counts *counts;
	struct fil_faults *faults;
	struct fil_upsert *upsert;
	struct fil_references *references;
	struct fil_standing_keeper *keeper;
	const char *file;
	bool *given;
	bool looked_ahead;
	size_t refused_line; /* the last: two faults of one row refuse it once */
	size_t passed[FIL_PASSED_COMPLETED + 1];

	struct fil_batch *rows, *assigned; /* assigned: the rows that the assigner let through */
	size_t lines[BATCH_ROWS];
	bool skip[BATCH_ROWS];
	enum fil_outcome outcomes[BATCH_ROWS];
	enum fil_passed verdicts[BATCH_ROWS];
	const char **cells; /* one row */
};

struct fil_writer *
fil_writer_new(struct fil_run *run, const struct fil_table *table,
    const struct fil_writer_options *options, struct fil_counts *counts, struct fil_faults *faults)
{
	struct fil_writer *writer = fil_alloc(1, sizeof *writer);

	writer->run = run;
	writer->table = table;
	writer->options = *options;
	writer->counts = counts;
	writer->refused_line = SIZE_MAX;
	writer->faults = faults;
	writer->upsert = fil_upsert_new(run, table);
	writer->references = fil_references_new(fil_run_store(run), table);
	writer->keeper = fil_standing_keeper_new(fil_run_store(run));
	writer->given = fil_alloc(table->n_columns, sizeof *writer->given);
	writer->rows = fil_batch_new(table->n_columns);
	writer->assigned = fil_batch_new(table->n_columns);
	writer->cells = fil_alloc(table->n_columns, sizeof *writer->cells);
	return writer;
}

void
fil_writer_file(struct fil_writer *writer, const char *name, const bool *given)
{
	writer->file = name;
	memcpy(writer->given, given, writer->table->n_columns * sizeof *given);
	if (writer->options.assigner)
		writer->given[fil_table_column(writer->table, "phase")] = true;
	fil_upsert_given(writer->upsert, writer->given);
}

int
fil_writer_expect(struct fil_writer *writer, size_t rows, struct fil_fault *fault)
{
	if (fil_writer_flush(writer, fault) < 0)
		return -1;
	return fil_upsert_expect(writer->upsert, rows, fault);
}

/* Lists the fault of the row on a line. */
static void
list_fault(struct fil_writer *writer, size_t line, const struct fil_fault *fault)
{
	fil_faults_add(writer->faults, writer->file, line, fault);
	if (writer->refused_line != line)
		writer->counts->rejected++;
	writer->refused_line = line;
}

/* Writes the keys of row i as a person reads them: "00421" or "00421, tool, 2024-03-01, self". The
 * caller frees it. */
static char *
key_text(const struct fil_table *table, const char *const *values)
{
	struct fil_bytes text = { 0 };

	for (size_t c = 0; c < table->n_keys; c++)
		fil_bytes_add_format(&text, "%s%s", c ? ", " : "", values[c]);
	return text.data;
}

static void
fault_duplicate(struct fil_writer *writer, size_t line, const char *const *values)
{
	struct fil_fault fault;
	char *key = key_text(writer->table, values);

	fil_fault_data(&fault, "unique-error",
	    "%s: '%s' stands twice in the input, with different values",
	    writer->table->columns[0].name, key);
	free(key);
	list_fault(writer, line, &fault);
}

static void
fault_incomplete(struct fil_writer *writer, size_t line, const char *const *values)
{
	struct fil_fault fault;
	char *key = key_text(writer->table, values);

	for (size_t c = 0; c < writer->table->n_columns; c++) {
		const struct fil_column *column = &writer->table->columns[c];

		if (!column->required || column->fallback || writer->given[c])
			continue;
		fil_fault_data(&fault, "missing-value",
		    "%s: '%s' is new, and a new row needs this column, which the input does not "
		    "give",
		    column->name, key);
		list_fault(writer, line, &fault);
	}
	free(key);
}

static void
fault_reference(
    struct fil_writer *writer, size_t line, const struct fil_batch *rows, size_t i, size_t c)
{
	const struct fil_column *column = &writer->table->columns[c];
	const char *value = fil_batch_cell(rows, i, c, NULL);
	char *nearest = fil_references_nearest(writer->references, c, value);
	struct fil_fault fault;

	if (nearest)
		fil_fault_data(&fault, "reference-error",
		    "%s: '%s' is not in %s, but '%s' is: a spreadsheet may have taken its zeros",
		    column->name, value, column->references, nearest);
	else
		fil_fault_data(&fault, "reference-error", "%s: '%s' is not in %s", column->name,
		    value, column->references);
	free(nearest);
	list_fault(writer, line, &fault);
}

/* Puts one row of the batch into cells. */
static const char *const *
row_cells(struct fil_writer *writer, const struct fil_batch *rows, size_t i)
{
	for (size_t c = 0; c < writer->table->n_columns; c++)
		writer->cells[c] = fil_batch_cell(rows, i, c, NULL);
	return writer->cells;
}

/* Replaces the batch by the rows that the assigner lets through, each with its phase. Returns the
 * batch to put, or NULL with a fault. */
static const struct fil_batch *
judge_assignments(struct fil_writer *writer, struct fil_fault *fault)
{
	size_t phase = fil_table_column(writer->table, "phase"), n = 0;

	if (fil_assigner_judge(writer->options.assigner, writer->rows, writer->verdicts, fault) < 0)
		return NULL;
	fil_batch_clear(writer->assigned);
	for (size_t i = 0; i < fil_batch_rows(writer->rows); i++) {
		writer->passed[writer->verdicts[i]]++;
		if (writer->verdicts[i] != FIL_NOT_PASSED)
			continue;
		row_cells(writer, writer->rows, i);
		if (!writer->cells[phase])
			writer->cells[phase] =
			    fil_assigner_phase(writer->options.assigner, writer->rows, i);
		fil_batch_add(writer->assigned, writer->cells);
		writer->lines[n++] = writer->lines[i];
	}
	return writer->assigned;
}

/* Finds out which rows name what exists. Rows of a table that refers to itself may name what comes
 * later. */
static int
resolve(struct fil_writer *writer, const struct fil_batch *rows, struct fil_fault *fault)
{
	if (fil_references_own(writer->references))
		for (size_t i = 0; i < fil_batch_rows(rows); i++) {
			size_t n;
			const char *key = fil_batch_cell(rows, i, 0, &n);

			fil_references_add(writer->references, key, n);
		}
	if (fil_references_resolve(writer->references, rows, fault) < 0)
		return -1;
	if (!fil_references_own(writer->references) || writer->looked_ahead ||
	    !fil_references_any_missing(writer->references))
		return 0;
	writer->looked_ahead = true;
	if (writer->options.look_ahead(writer->options.context, fault) < 0)
		return -1;
	fil_references_review(writer->references, rows);
	return 0;
}

/* The standing follows the autonomy recorded, and the thresholds. */
static void
note_standing(struct fil_writer *writer, size_t i)
{
	if (strcmp(writer->table->name, "autonomy") == 0)
		fil_standing_touch(writer->keeper, fil_upsert_cell(writer->upsert, i, 0));
	else if (strcmp(writer->table->name, "dimensions") == 0)
		fil_standing_touch_all(writer->keeper);
}

/* A row of the last batch, for the answer. */
struct batch_row {
	const struct fil_upsert *upsert;
	size_t i;
};

static const char *
stored_cell(const void *context, size_t c)
{
	const struct batch_row *row = context;

	return fil_upsert_cell(row->upsert, row->i, c);
}

static void
answer(struct fil_writer *writer, size_t i, enum fil_action action)
{
	struct batch_row row = { writer->upsert, i };

	fil_changes_row(writer->options.changes, action, stored_cell, &row);
}

static void
conclude(struct fil_writer *writer, const struct fil_batch *rows, size_t i)
{
	size_t missing;

	switch (writer->outcomes[i]) {
	case FIL_ROW_ADDED:
		writer->counts->added++;
		note_standing(writer, i);
		answer(writer, i, FIL_ADDED);
		break;
	case FIL_ROW_CHANGED:
		writer->counts->changed++;
		note_standing(writer, i);
		answer(writer, i, FIL_CHANGED);
		break;
	case FIL_ROW_UNCHANGED:
		writer->counts->unchanged++;
		break;
	case FIL_ROW_DUPLICATE:
		fault_duplicate(writer, writer->lines[i], row_cells(writer, rows, i));
		break;
	case FIL_ROW_INCOMPLETE:
		fault_incomplete(writer, writer->lines[i], row_cells(writer, rows, i));
		break;
	case FIL_ROW_SKIPPED:
		missing = fil_references_missing(writer->references, i);
		fault_reference(writer, writer->lines[i], rows, i, missing);
		break;
	}
}

int
fil_writer_flush(struct fil_writer *writer, struct fil_fault *fault)
{
	const struct fil_batch *rows = writer->rows;

	if (fil_batch_rows(rows) == 0)
		return 0;
	if (writer->options.assigner && !(rows = judge_assignments(writer, fault)))
		return -1;
	if (resolve(writer, rows, fault) < 0)
		return -1;
	for (size_t i = 0; i < fil_batch_rows(rows); i++)
		writer->skip[i] =
		    fil_references_missing(writer->references, i) != FIL_NOWHERE;
	if (fil_upsert_put(writer->upsert, rows, writer->skip, writer->outcomes, fault) < 0)
		return -1;
	for (size_t i = 0; i < fil_batch_rows(rows); i++)
		conclude(writer, rows, i);
	fil_batch_clear(writer->rows);
	return 0;
}

int
fil_writer_row(struct fil_writer *writer, size_t line, const char *const *values,
    const size_t *lengths, struct fil_fault *fault)
{
	enum fil_outcome outcome = FIL_ROW_ADDED;

	/* What an assigner lets through it judges itself, and by more than equality. */
	if (!writer->options.assigner)
		outcome = fil_upsert_judge(writer->upsert, values, lengths);
	if (outcome == FIL_ROW_UNCHANGED) {
		writer->counts->unchanged++;
		return 0;
	}
	if (outcome == FIL_ROW_DUPLICATE) {
		if (fil_writer_flush(writer, fault) < 0)
			return -1;
		fault_duplicate(writer, line, values);
		return 0;
	}
	writer->lines[fil_batch_add(writer->rows, values)] = line;
	if (fil_batch_rows(writer->rows) == BATCH_ROWS ||
	    fil_batch_bytes(writer->rows) > BATCH_BYTES)
		return fil_writer_flush(writer, fault);
	return 0;
}

int
fil_writer_refuse(struct fil_writer *writer, size_t line, const struct fil_fault *refusal,
    struct fil_fault *fault)
{
	/* Rows before it may have faults of their own, which come first. */
	if (fil_writer_flush(writer, fault) < 0)
		return -1;
	list_fault(writer, line, refusal);
	return 0;
}

void
fil_writer_coming(struct fil_writer *writer, const char *key, size_t n)
{
	fil_references_add(writer->references, key, n);
}

int
fil_writer_finish(struct fil_writer *writer, struct fil_fault *fault)
{
	return fil_standing_keep(writer->keeper, fil_run_number(writer->run), fault);
}

size_t
fil_writer_passed(const struct fil_writer *writer, enum fil_passed reason)
{
	return writer->passed[reason];
}

void
fil_writer_free(struct fil_writer *writer)
{
	if (!writer)
		return;
	fil_upsert_free(writer->upsert);
	fil_references_free(writer->references);
	fil_standing_keeper_free(writer->keeper);
	fil_batch_free(writer->rows);
	fil_batch_free(writer->assigned);
	free(writer->given);
	free(writer->cells);
	free(writer);
}
