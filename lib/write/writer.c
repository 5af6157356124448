/* SPDX-License-Identifier: ISC */
#include "lib/write/writer.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/levels/standing_update.h"
#include "lib/load/rejects.h"
#include "lib/store/batch.h"
#include "lib/write/known_rows.h"
#include "lib/write/refusals.h"
#include "lib/write/removal.h"
#include "lib/write/upsert.h"

/* A batch is put when it has so many rows or bytes. */
enum { FIL_WRITER_ROWS = 512, FIL_WRITER_BYTES = 1 << 20 };

/* Rows, and the lines on which they stand. */
struct fil_portion {
	struct fil_batch *rows;
	size_t lines[FIL_WRITER_ROWS];
};

struct fil_writer {
	struct fil_run *run;
	const struct fil_table *table;
	struct fil_writer_options options;
	struct fil_counts *counts;
	struct fil_refusals refusals;
	struct fil_known_rows *known;
	struct fil_upsert *upsert;
	struct fil_references *references;
	struct fil_standing_update *keeper;
	struct fil_sync *roster; /* of a whole list, or NULL */
	struct fil_removal *removal; /* once there are rows to remove */
	size_t user; /* the column that names the user whom a row is about */
	size_t unknown;
	bool *given;
	bool looked_ahead;

	/* While the store works on one portion, the other is filled. */
	struct fil_portion portions[2], *filling;
	const struct fil_batch *put; /* the rows that the store works on, or NULL */
	const size_t *put_lines;
	bool skip[FIL_WRITER_ROWS];
	enum fil_outcome outcomes[FIL_WRITER_ROWS];
	struct fil_batch *held; /* a copy of the row in hand */
	const char **cells; /* one row of a batch */
	size_t *lengths;
};

/* Returns the cells of row i of rows; writer->lengths holds their lengths. Both are void with the
 * next call. */
const char *const *
fil_writer_cells(struct fil_writer *writer, const struct fil_batch *rows, size_t i);

/* Counts what became of each of the rows that were put, and tells whoever is to know. */
void fil_writer_conclude(struct fil_writer *writer);

/* Has the rows held against the list of a feed. */
static void
begin_list(struct fil_writer *writer)
{
	const struct fil_term *term;

	writer->roster = fil_sync_new(writer->run, writer->options.sync);
	term = fil_sync_term(writer->roster);
	fil_known_rows_term(writer->known, term);
	fil_upsert_term(writer->upsert, term);
	if (!writer->options.sync->take)
		fil_upsert_guard(writer->upsert, fil_table_column(writer->table, "feed"));
}

struct fil_writer *
fil_writer_new(struct fil_run *run, const struct fil_table *table,
    const struct fil_writer_options *options, struct fil_counts *counts, struct fil_faults *faults)
{
	struct fil_writer *writer = fil_alloc(1, sizeof *writer);

	writer->run = run;
	writer->table = table;
	writer->options = *options;
	writer->counts = counts;
	writer->refusals = (struct fil_refusals){ table, faults, options->rejects, options->repeats,
		counts, .file = NULL };
	writer->known = fil_known_rows_new(run, table);
	writer->upsert = fil_upsert_new(run, table);
	writer->references = fil_references_new(fil_run_store(run), table);
	fil_references_ask(writer->references, fil_known_rows_has, writer->known);
	writer->keeper = fil_standing_update_new(fil_run_store(run));
	writer->given = fil_alloc(table->n_columns, sizeof *writer->given);
	for (size_t p = 0; p < 2; p++)
		writer->portions[p].rows = fil_batch_new(table->n_columns);
	writer->filling = writer->portions;
	writer->held = fil_batch_new(table->n_columns);
	writer->user = fil_table_column(table, "user");
	if (options->sync)
		begin_list(writer);
	if (options->known_only && strcmp(table->name, "users") == 0)
		fil_upsert_update_only(writer->upsert);
	writer->cells = fil_alloc(table->n_columns, sizeof *writer->cells);
	writer->lengths = fil_alloc(table->n_columns, sizeof *writer->lengths);
	return writer;
}

int
fil_writer_file(
    struct fil_writer *writer, const char *name, const bool *given, struct fil_fault *fault)
{
	bool first = !writer->refusals.file;
	size_t bytes = writer->table->n_columns * sizeof *given;

	fil_refusals_begin(&writer->refusals, name);
	if (!first && writer->roster && memcmp(writer->given, given, bytes) != 0)
		return fil_fault_set(fault, FIL_BAD_DATA,
		    "%s: the parts of a list must give the same columns", name);
	memcpy(writer->given, given, bytes);
	if (writer->options.assigner)
		writer->given[fil_table_column(writer->table, "phase")] = true;
	fil_known_rows_given(writer->known, writer->given);
	fil_upsert_given(writer->upsert, writer->given);
	if (first && writer->roster)
		return fil_sync_learn(writer->roster, writer->known, fault);
	return 0;
}

int
fil_writer_expect(struct fil_writer *writer, size_t rows, struct fil_fault *fault)
{
	if (fil_writer_flush(writer, fault) < 0)
		return -1;
	return fil_known_rows_expect(writer->known, rows, fault);
}

void
fil_writer_coming(struct fil_writer *writer, const char *key, size_t n)
{
	if (writer->removal)
		fil_removal_coming(writer->removal, key, n);
	else
		fil_references_add(writer->references, key, n);
}

/* Tells the key of row i of a batch. */
static void
tell_key(struct fil_writer *writer, const struct fil_batch *rows, size_t i)
{
	size_t n;
	const char *key = fil_batch_cell(rows, i, 0, &n);

	fil_writer_coming(writer, key, n);
}

/* Finds out which rows name what exists. Rows of a table that refers to itself may name what comes
 * later. */
static int
resolve(struct fil_writer *writer, const struct fil_batch *rows, struct fil_fault *fault)
{
	bool own = fil_references_own(writer->references) && writer->options.look_ahead;

	for (size_t i = 0; own && i < fil_batch_rows(rows); i++)
		tell_key(writer, rows, i);
	if (fil_references_resolve(writer->references, rows, fault) < 0)
		return -1;
	if (!own || writer->looked_ahead || !fil_references_any_missing(writer->references))
		return 0;
	writer->looked_ahead = true;
	if (writer->options.look_ahead(writer->options.context, fault) < 0)
		return -1;
	fil_references_review(writer->references, rows);
	return 0;
}

/* Makes the removal, once all keys that are to go can be told to it. */
static int
begin_removal(struct fil_writer *writer, struct fil_fault *fault)
{
	writer->removal =
	    fil_removal_new(writer->run, writer->table, writer->options.changes, writer->keeper);
	for (size_t i = 0; i < fil_batch_rows(writer->filling->rows); i++)
		tell_key(writer, writer->filling->rows, i);
	if (fil_references_own(writer->references) &&
	    writer->options.look_ahead(writer->options.context, fault) < 0)
		return -1;
	return fil_removal_begin(writer->removal, fault);
}

/* Takes the rows with the keys of the batch away. */
static int
remove_rows(struct fil_writer *writer, struct fil_fault *fault)
{
	if (!writer->removal && begin_removal(writer, fault) < 0)
		return -1;
	if (fil_removal_rows(writer->removal, writer->filling->rows, fault) < 0)
		return -1;
	for (size_t i = 0; i < fil_batch_rows(writer->filling->rows); i++) {
		const struct fil_fault *hold = fil_removal_hold(writer->removal, i);

		if (hold)
			fil_refusals_add(&writer->refusals, writer->filling->lines[i], hold);
	}
	writer->counts->removed = fil_removal_removed(writer->removal);
	fil_batch_clear(writer->filling->rows);
	return 0;
}

/* Has what is put end, and counts what became of it. */
static int
end_put(struct fil_writer *writer, struct fil_fault *fault)
{
	if (!writer->put)
		return 0;
	if (fil_upsert_end(writer->upsert, writer->outcomes, fault) < 0)
		return -1;
	fil_writer_conclude(writer);
	writer->put = NULL;
	return 0;
}

/* Leaves out what an assigner does not let pass and what names nobody, and has the rest of the rows
 * put, which must stay until the end. */
static int
begin_put(struct fil_writer *writer, struct fil_portion *portion, struct fil_fault *fault)
{
	const struct fil_batch *rows = portion->rows;

	if (writer->options.assigner) {
		rows = fil_assigner_admit(writer->options.assigner, rows, portion->lines, fault);
		if (!rows)
			return -1;
	}
	if (resolve(writer, rows, fault) < 0)
		return -1;
	if (writer->options.leniency)
		rows = fil_leniency_mend(writer->options.leniency, writer->references, rows);
	for (size_t i = 0; i < fil_batch_rows(rows); i++)
		writer->skip[i] = fil_references_missing(writer->references, i) != FIL_NOWHERE;
	writer->put = rows;
	writer->put_lines = portion->lines;
	return fil_upsert_begin(writer->upsert, rows, writer->skip, fault);
}

/* Hands on the rows that were collected. What became of those before them is known first: it
 * decides which references hold. */
static int
hand_on(struct fil_writer *writer, struct fil_fault *fault)
{
	struct fil_portion *portion = writer->filling;

	if (writer->options.remove)
		return remove_rows(writer, fault);
	if (end_put(writer, fault) < 0)
		return -1;
	writer->filling = &writer->portions[portion == writer->portions];
	fil_batch_clear(writer->filling->rows);
	return begin_put(writer, portion, fault);
}

int
fil_writer_flush(struct fil_writer *writer, struct fil_fault *fault)
{
	if (fil_batch_rows(writer->filling->rows) > 0 && hand_on(writer, fault) < 0)
		return -1;
	return end_put(writer, fault);
}

const char *const *
fil_writer_cells(struct fil_writer *writer, const struct fil_batch *rows, size_t i)
{
	for (size_t c = 0; c < writer->table->n_columns; c++)
		writer->cells[c] = fil_batch_cell(rows, i, c, &writer->lengths[c]);
	return writer->cells;
}

/* Writes the rows before the one in hand. A flush may look ahead in the input, which makes other
 * rows where this one was made: it is copied first, and values and lengths name the copy. */
static int
flush_before(struct fil_writer *writer, const char *const **values, const size_t **lengths,
    struct fil_fault *fault)
{
	fil_batch_clear(writer->held);
	fil_batch_add(writer->held, *values);
	if (fil_writer_flush(writer, fault) < 0)
		return -1;
	*values = fil_writer_cells(writer, writer->held, 0);
	*lengths = writer->lengths;
	return 0;
}

/* Judges a row. Where what became of the rows before decides, they are written first. Returns 0 or
 * -1. */
static int
judge(struct fil_writer *writer, const char *const **values, const size_t **lengths,
    enum fil_judgement *judgement, struct fil_fault *fault)
{
	*judgement = FIL_JUDGED_NEW;
	/* What an assigner lets through it judges itself, and by more than equality; and a row that
	 * is to go is none to compare. */
	if (writer->options.assigner || writer->options.remove)
		return 0;
	*judgement = fil_known_rows_judge(writer->known, *values, *lengths);
	if (*judgement != FIL_JUDGED_TWICE &&
	    (*judgement != FIL_JUDGED_AGAIN || !writer->options.keep_going))
		return 0;
	if (flush_before(writer, values, lengths, fault) < 0)
		return -1;
	*judgement = fil_known_rows_judge(writer->known, *values, *lengths);
	return 0;
}

void
fil_writer_seek(struct fil_writer *writer, const char *key, size_t length)
{
	fil_known_rows_seek(writer->known, key, length);
}

int
fil_writer_row(struct fil_writer *writer, size_t line, const char *const *values,
    const size_t *lengths, struct fil_fault *fault)
{
	enum fil_judgement judgement;
	struct fil_fault refusal;
	struct fil_portion *portion;

	if (writer->roster && !fil_sync_lists(writer->roster, values)) {
		fil_refuse_foreign(writer->table, values, writer->options.sync->feed, &refusal);
		return fil_writer_refuse(writer, line, &refusal, fault);
	}
	if (judge(writer, &values, &lengths, &judgement, fault) < 0)
		return -1;
	if (judgement == FIL_JUDGED_SAME || judgement == FIL_JUDGED_AGAIN) {
		writer->counts->unchanged++;
		return 0;
	}
	if (judgement == FIL_JUDGED_TWICE) {
		fil_refusals_duplicate(&writer->refusals, line, values);
		return 0;
	}
	portion = writer->filling;
	portion->lines[fil_batch_add(portion->rows, values)] = line;
	if (fil_batch_rows(portion->rows) == FIL_WRITER_ROWS ||
	    fil_batch_bytes(portion->rows) > FIL_WRITER_BYTES)
		return hand_on(writer, fault);
	return 0;
}

int
fil_writer_refuse(struct fil_writer *writer, size_t line, const struct fil_fault *refusal,
    struct fil_fault *fault)
{
	/* Rows before it may have faults of their own, which come first. */
	if (fil_writer_flush(writer, fault) < 0)
		return -1;
	fil_refusals_add(&writer->refusals, line, refusal);
	return 0;
}

struct fil_references *
fil_writer_references(struct fil_writer *writer)
{
	return writer->references;
}

int
fil_writer_finish(struct fil_writer *writer, struct fil_fault *fault)
{
	if (writer->roster &&
	    fil_sync_close(writer->roster, writer->known, &writer->refusals,
		writer->options.changes, fault) < 0)
		return -1;
	if (writer->removal && fil_removal_finish(writer->removal, fault) < 0)
		return -1;
	return fil_standing_update_write(writer->keeper, fil_run_number(writer->run), fault);
}

size_t
fil_writer_unknown(const struct fil_writer *writer)
{
	return writer->removal ? fil_removal_absent(writer->removal) : writer->unknown;
}

void
fil_writer_free(struct fil_writer *writer)
{
	if (!writer)
		return;
	fil_known_rows_free(writer->known);
	fil_upsert_free(writer->upsert);
	fil_references_free(writer->references);
	fil_standing_update_free(writer->keeper);
	for (size_t p = 0; p < 2; p++)
		fil_batch_free(writer->portions[p].rows);
	fil_batch_free(writer->held);
	fil_sync_free(writer->roster);
	fil_removal_free(writer->removal);
	fil_refusals_release(&writer->refusals);
	free(writer->given);
	free(writer->cells);
	free(writer->lengths);
	free(writer);
}

/* What became of the rows that were put: counted, answered, refused. */

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

/* A row that was written. */
static void
written(struct fil_writer *writer, size_t i, enum fil_action action, size_t *count)
{
	struct batch_row row = { writer->upsert, i };

	++*count;
	fil_standing_update_note(
	    writer->keeper, writer->table->name, fil_upsert_cell(writer->upsert, i, 0));
	fil_changes_row(writer->options.changes, action, stored_cell, &row);
}

/* Has a row that is not written count as if it had not come. */
static void
forget(struct fil_writer *writer, size_t i)
{
	fil_known_rows_forget(
	    writer->known, fil_writer_cells(writer, writer->put, i), writer->lengths);
}

/* A row whose reference names nobody. */
static void
unresolved(struct fil_writer *writer, size_t i)
{
	if (writer->options.known_only &&
	    fil_references_missing(writer->references, i) == writer->user)
		writer->unknown++;
	else
		fil_refusals_references(
		    &writer->refusals, writer->put_lines[i], writer->references, writer->put, i);
}

static void
incomplete(struct fil_writer *writer, size_t i)
{
	if (writer->options.known_only)
		writer->unknown++;
	else
		fil_refusals_incomplete(&writer->refusals, writer->put_lines[i],
		    fil_writer_cells(writer, writer->put, i), writer->given);
}

static void
conclude(struct fil_writer *writer, size_t i)
{
	struct fil_fault fault;

	switch (writer->outcomes[i]) {
	case FIL_ROW_ADDED: written(writer, i, FIL_ADDED, &writer->counts->added); break;
	case FIL_ROW_CHANGED:
		written(writer, i, FIL_CHANGED, &writer->counts->changed);
		if (writer->roster)
			fil_sync_note_change(writer->roster,
			    fil_upsert_before(writer->upsert, i, fil_sync_feed(writer->roster)));
		break;
	case FIL_ROW_LEFT: written(writer, i, FIL_LEFT, &writer->counts->left); break;
	case FIL_ROW_RETURNED: written(writer, i, FIL_RETURNED, &writer->counts->returned); break;
	case FIL_ROW_UNCHANGED: writer->counts->unchanged++; break;
	case FIL_ROW_DUPLICATE:
		fil_refusals_duplicate(&writer->refusals, writer->put_lines[i],
		    fil_writer_cells(writer, writer->put, i));
		break;
	case FIL_ROW_FOREIGN:
		fil_refuse_foreign(writer->table, fil_writer_cells(writer, writer->put, i),
		    writer->options.sync->feed, &fault);
		fil_refusals_add(&writer->refusals, writer->put_lines[i], &fault);
		forget(writer, i);
		break;
	case FIL_ROW_INCOMPLETE:
		incomplete(writer, i);
		forget(writer, i);
		break;
	case FIL_ROW_SKIPPED:
		unresolved(writer, i);
		forget(writer, i);
		break;
	}
}

void
fil_writer_conclude(struct fil_writer *writer)
{
	for (size_t i = 0; i < fil_batch_rows(writer->put); i++)
		conclude(writer, i);
}
