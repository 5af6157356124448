/* SPDX-License-Identifier: ISC */
#include "lib/write/writer.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/levels/standing_update.h"
#include "lib/store/batch.h"
#include "lib/write/doubtful_cells.h"
#include "lib/write/known_rows.h"
#include "lib/write/refusals.h"
#include "lib/write/removal.h"
#include "lib/write/upsert.h"

/* A batch is put when it has so many rows or bytes. */
enum { BATCH_ROWS = 512, BATCH_BYTES = 1 << 20 };

/* Rows, and the lines on which they begin. */
struct portion {
	struct fil_batch *rows;
	size_t lines[BATCH_ROWS];
};

struct fil_writer {
	struct fil_run *run;
	const struct fil_table *table;
	struct fil_writer_options options;
	struct fil_counts *counts;
	struct fil_known_rows *known;
	struct fil_upsert *upsert;
	struct fil_references *references;
	struct fil_doubtful_cells *doubtful;
	struct fil_standing_update *standing;
	struct fil_sync *sync; /* of a whole list, or NULL */
	struct fil_removal *removal; /* when rows are to be removed, or NULL */
	struct fil_people *people; /* judges users, or NULL */
	size_t user; /* the column that refers to the user of a row */
	bool *given;
	bool begun; /* an input */
	bool looked_ahead; /* for a removal */

	/* While the store works on one portion, the other is filled. */
	struct portion portions[2], *filling;
	const struct fil_batch *put; /* the rows that the store works on, or NULL */
	const size_t *put_lines;
	bool skip[BATCH_ROWS];
	enum fil_outcome outcomes[BATCH_ROWS];
	const char **cells; /* one row of a batch */
	size_t *lengths;
};

/* Returns whether a row may add no user: with --known-only, in the table users itself. */
static bool
adds_no_user(const struct fil_writer *writer)
{
	return writer->options.known_only && strcmp(writer->table->name, "users") == 0;
}

/* Makes the parts that compare, check and write the rows. */
static void
make_parts(struct fil_writer *writer)
{
	const struct fil_writer_options *options = &writer->options;
	const struct fil_table *table = writer->table;
	struct fil_store *store = fil_run_store(writer->run);
	const struct fil_term *term = writer->sync ? fil_sync_term(writer->sync) : NULL;
	struct fil_upsert_options upsert = {
		.keeps = options->keeps,
		.update_only = adds_no_user(writer),
		.guarded = options->keep_feed ? fil_table_column(table, "feed") : FIL_NOWHERE,
		.term = term,
	};
	struct fil_references_options references = { .stored = fil_known_rows_has,
		.look_ahead = options->look_ahead,
		.context = options->context,
		.optional = options->optional,
		.omitted = options->omitted,
		.explain = fil_doubtful_cells_explain };
	struct fil_removal_options removal = { .changes = options->changes,
		.counts = writer->counts,
		.refusals = &options->refusals };

	if (options->people) {
		writer->people = fil_people_new(writer->run, options->people);
		upsert.refuses = fil_identity_refuses;
		upsert.context = fil_people_identity(writer->people);
	}
	writer->known = fil_known_rows_new(writer->run, table, term);
	writer->upsert = fil_upsert_new(writer->run, table, &upsert);
	references.stored_context = writer->known;
	references.doubtful = writer->doubtful =
	    fil_doubtful_cells_new(store, table, options->doubts, options->known_only);
	writer->references = fil_references_new(store, table, &references);
	removal.standing = writer->standing = fil_standing_update_new(store);
	if (options->remove)
		writer->removal = fil_removal_new(writer->run, table, &removal);
}

struct fil_writer *
fil_writer_new(struct fil_run *run, const struct fil_table *table,
    const struct fil_writer_options *options, struct fil_counts *counts)
{
	struct fil_writer *writer = fil_alloc(1, sizeof *writer);

	writer->run = run;
	writer->table = table;
	writer->options = *options;
	writer->counts = counts;
	if (options->sync)
		writer->sync = fil_sync_new(run, options->sync);
	make_parts(writer);
	writer->given = fil_alloc(table->n_columns, sizeof *writer->given);
	for (size_t p = 0; p < 2; p++)
		writer->portions[p].rows = fil_batch_new(table->n_columns);
	writer->filling = writer->portions;
	writer->user = fil_table_column(table, "user");
	writer->cells = fil_alloc(table->n_columns, sizeof *writer->cells);
	writer->lengths = fil_alloc(table->n_columns, sizeof *writer->lengths);
	return writer;
}

int
fil_writer_file(
    struct fil_writer *writer, const char *name, const bool *given, struct fil_fault *fault)
{
	bool first = !writer->begun;
	size_t bytes = writer->table->n_columns * sizeof *given;

	writer->begun = true;
	if (!first && writer->sync && memcmp(writer->given, given, bytes) != 0)
		return fil_fault_set(fault, FIL_BAD_DATA,
		    "%s: the parts of a list must give the same columns", name);
	memcpy(writer->given, given, bytes);
	if (writer->options.assigner)
		writer->given[fil_table_column(writer->table, "phase")] = true;
	fil_known_rows_given(writer->known, writer->given);
	fil_upsert_given(writer->upsert, writer->given);
	fil_doubtful_cells_given(writer->doubtful, writer->given);
	if (writer->people && fil_people_begin(writer->people, name, writer->given, fault) < 0)
		return -1;
	if (first && writer->sync)
		return fil_sync_learn(writer->sync, writer->known, fault);
	return 0;
}

void
fil_writer_source(struct fil_writer *writer, const char *const *written, const char *const *headers)
{
	fil_doubtful_cells_source(writer->doubtful, written, headers);
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

/* Reports a refused row; duplicate as in fil_refusals. */
static void
refuse(struct fil_writer *writer, size_t line, const struct fil_fault *fault,
    const char *const *duplicate)
{
	writer->options.refusals.refused(writer->options.refusals.context, line, fault, duplicate);
}

static void
refuse_duplicate(struct fil_writer *writer, size_t line, const char *const *values)
{
	struct fil_fault fault;

	fil_refuse_duplicate(writer->table, values, &fault);
	refuse(writer, line, &fault, values);
}

static void
refuse_foreign(struct fil_writer *writer, size_t line, const char *const *values)
{
	const struct fil_sync_options *sync = writer->options.sync;
	const char *feed = sync ? sync->feed : values[fil_table_column(writer->table, "feed")];
	struct fil_fault fault;

	fil_refuse_foreign(writer->table, values, feed, &fault);
	refuse(writer, line, &fault, NULL);
}

/* Refuses a new row for each required column that it lacks. */
static void
refuse_incomplete(struct fil_writer *writer, size_t line, const char *const *values)
{
	struct fil_fault fault;

	for (size_t c = 0; c < writer->table->n_columns; c++) {
		const struct fil_column *column = &writer->table->columns[c];

		if (!column->required || column->fallback || writer->given[c])
			continue;
		fil_refuse_incomplete(writer->table, values, column, &fault);
		refuse(writer, line, &fault, NULL);
	}
}

/* Refuses row i of those that were put: it gives the key of a user who left to another person. */
static void
refuse_reused(struct fil_writer *writer, size_t i)
{
	struct fil_fault fault;

	fil_identity_refuse(fil_upsert_before(writer->upsert, i), &fault);
	refuse(writer, writer->put_lines[i], &fault, NULL);
}

/* Counts a row that was written, and notes it for the people, the derived tables and the changes. */
static void
count_written(struct fil_writer *writer, size_t i, enum fil_action action, size_t *count)
{
	const char *const *cells = fil_upsert_stored(writer->upsert, i);

	++*count;
	if (writer->people)
		fil_people_note(writer->people, writer->put_lines[i],
		    action == FIL_ADDED ? NULL : fil_upsert_before(writer->upsert, i), cells);
	fil_standing_update_note(writer->standing, writer->table->name, cells[0]);
	fil_changes_row(writer->options.changes, action, cells);
	fil_doubtful_cells_tell(writer->doubtful, i);
}

/* Ignores a row that would add a user, with --known-only, or refuses it as incomplete. */
static void
conclude_incomplete(struct fil_writer *writer, size_t i)
{
	if (adds_no_user(writer))
		writer->counts->unknown++;
	else
		refuse_incomplete(writer, writer->put_lines[i], writer->cells);
}

/* Ignores a row of an unknown user, with --known-only, or refuses it for its cells and its
 * references. */
static void
conclude_skipped(struct fil_writer *writer, size_t i)
{
	if (writer->options.known_only &&
	    fil_references_missing(writer->references)[i] == writer->user) {
		writer->counts->unknown++;
		return;
	}
	fil_doubtful_cells_refuse(
	    writer->doubtful, i, writer->references, &writer->options.refusals);
	fil_references_refuse(
	    writer->references, writer->put, i, writer->put_lines[i], &writer->options.refusals);
}

/* Refuses or ignores row i of those that were put. Its key is forgotten, so that a later row of the
 * same key is no duplicate. */
static void
conclude_unwritten(struct fil_writer *writer, size_t i)
{
	enum fil_outcome outcome = writer->outcomes[i];

	fil_batch_row(writer->put, i, writer->cells, writer->lengths);
	if (outcome == FIL_ROW_DUPLICATE) {
		refuse_duplicate(writer, writer->put_lines[i], writer->cells);
		return;
	}
	if (outcome == FIL_ROW_FOREIGN)
		refuse_foreign(writer, writer->put_lines[i], writer->cells);
	else if (outcome == FIL_ROW_REUSED)
		refuse_reused(writer, i);
	else if (outcome == FIL_ROW_INCOMPLETE)
		conclude_incomplete(writer, i);
	else
		conclude_skipped(writer, i);
	fil_known_rows_forget(writer->known, writer->cells, writer->lengths);
}

/* Counts row i of those that were put, and notes, refuses or ignores it. */
static void
conclude(struct fil_writer *writer, size_t i)
{
	struct fil_counts *counts = writer->counts;

	switch (writer->outcomes[i]) {
	case FIL_ROW_ADDED: count_written(writer, i, FIL_ADDED, &counts->added); break;
	case FIL_ROW_CHANGED:
		count_written(writer, i, FIL_CHANGED, &counts->changed);
		if (writer->sync)
			fil_sync_note_change(writer->sync, fil_upsert_before(writer->upsert, i));
		break;
	case FIL_ROW_LEFT: count_written(writer, i, FIL_LEFT, &counts->left); break;
	case FIL_ROW_RETURNED: count_written(writer, i, FIL_RETURNED, &counts->returned); break;
	case FIL_ROW_UNCHANGED: counts->unchanged++; break;
	case FIL_ROW_DUPLICATE:
	case FIL_ROW_FOREIGN:
	case FIL_ROW_REUSED:
	case FIL_ROW_INCOMPLETE:
	case FIL_ROW_SKIPPED: conclude_unwritten(writer, i); break;
	}
}

/* Removes the rows with the keys of the batch. */
static int
remove_rows(struct fil_writer *writer, struct fil_fault *fault)
{
	struct portion *portion = writer->filling;

	/* A table that refers to itself needs all keys that are to go before the first goes. */
	if (!writer->looked_ahead && fil_references_own(writer->references) &&
	    writer->options.look_ahead(writer->options.context, fault) < 0)
		return -1;
	writer->looked_ahead = true;
	if (fil_removal_rows(writer->removal, portion->rows, portion->lines, fault) < 0)
		return -1;
	fil_batch_clear(portion->rows);
	return 0;
}

/* Waits until the rows are put, and counts them by outcome. */
static int
end_put(struct fil_writer *writer, struct fil_fault *fault)
{
	if (!writer->put)
		return 0;
	if (fil_upsert_end(writer->upsert, writer->outcomes, fault) < 0)
		return -1;
	for (size_t i = 0; i < fil_batch_rows(writer->put); i++)
		conclude(writer, i);
	writer->put = NULL;
	return 0;
}

/* Drops rows that may not be assigned, with doubtful cells or with references that do not exist, and
 * starts the upsert of the rest. The portion must not change until end_put(). */
static int
begin_put(struct fil_writer *writer, struct portion *portion, struct fil_fault *fault)
{
	const struct fil_batch *rows = portion->rows;
	const size_t *missing;

	if (writer->options.assigner) {
		rows = fil_assigner_admit(writer->options.assigner, rows, portion->lines, fault);
		if (!rows)
			return -1;
	}
	rows = fil_references_resolve(writer->references, rows, fault);
	if (!rows)
		return -1;
	missing = fil_references_missing(writer->references);
	for (size_t i = 0; i < fil_batch_rows(rows); i++)
		writer->skip[i] = missing[i] != FIL_NOWHERE;
	if (fil_doubtful_cells_settle(writer->doubtful, rows, portion->lines, writer->skip, fault) <
	    0)
		return -1;
	writer->put = rows;
	writer->put_lines = portion->lines;
	return fil_upsert_begin(writer->upsert, rows, writer->skip, fault);
}

/* Hands on the rows collected. The rows before them are written first: this decides which
 * references exist. */
static int
hand_on(struct fil_writer *writer, struct fil_fault *fault)
{
	struct portion *portion = writer->filling;

	if (writer->removal)
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

/* Judges a row. For a repeated key the rows before are written first, and the row is judged again.
 * Returns 0 or -1. */
static int
judge(struct fil_writer *writer, const char *const *values, const size_t *lengths,
    enum fil_judgement *judgement, struct fil_fault *fault)
{
	*judgement = FIL_JUDGED_NEW;
	/* An assigner judges its rows itself. A row to remove is not compared. */
	if (writer->options.assigner || writer->removal)
		return 0;
	*judgement = fil_known_rows_judge(writer->known, values, lengths);
	if (*judgement != FIL_JUDGED_DUPLICATE && *judgement != FIL_JUDGED_REPEATED)
		return 0;
	if (fil_writer_flush(writer, fault) < 0)
		return -1;
	*judgement = fil_known_rows_judge(writer->known, values, lengths);
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
	struct portion *portion;

	if (writer->sync && !fil_sync_lists(writer->sync, values)) {
		if (fil_writer_flush(writer, fault) < 0)
			return -1;
		refuse_foreign(writer, line, values);
		return 0;
	}
	if (judge(writer, values, lengths, &judgement, fault) < 0)
		return -1;
	if (judgement == FIL_JUDGED_SAME || judgement == FIL_JUDGED_REPEATED) {
		writer->counts->unchanged++;
		return 0;
	}
	if (judgement == FIL_JUDGED_DUPLICATE) {
		refuse_duplicate(writer, line, values);
		return 0;
	}
	if (!writer->removal)
		fil_doubtful_cells_note(writer->doubtful, line, values, lengths);
	portion = writer->filling;
	portion->lines[fil_batch_add(portion->rows, values)] = line;
	if (fil_batch_rows(portion->rows) == BATCH_ROWS ||
	    fil_batch_bytes(portion->rows) > BATCH_BYTES)
		return hand_on(writer, fault);
	return 0;
}

struct fil_references *
fil_writer_references(struct fil_writer *writer)
{
	return writer->references;
}

int
fil_writer_compare(struct fil_writer *writer, bool telling, struct fil_people_twin **twins,
    size_t *n, struct fil_fault *fault)
{
	return writer->people ? fil_people_compare(writer->people, telling, twins, n, fault) : 0;
}

int
fil_writer_finish(struct fil_writer *writer, struct fil_fault *fault)
{
	if (writer->people &&
	    fil_people_judge(writer->people, writer->counts, &writer->options.refusals, fault) < 0)
		return -1;
	if (writer->sync &&
	    fil_sync_close(writer->sync, writer->options.changes, writer->counts,
		&writer->options.refusals, writer->people, fault) < 0)
		return -1;
	if (writer->removal && fil_removal_finish(writer->removal, fault) < 0)
		return -1;
	return fil_standing_update_write(writer->standing, fil_run_number(writer->run), fault);
}

void
fil_writer_free(struct fil_writer *writer)
{
	if (!writer)
		return;
	fil_known_rows_free(writer->known);
	fil_upsert_free(writer->upsert);
	fil_references_free(writer->references);
	fil_doubtful_cells_free(writer->doubtful);
	fil_standing_update_free(writer->standing);
	for (size_t p = 0; p < 2; p++)
		fil_batch_free(writer->portions[p].rows);
	fil_sync_free(writer->sync);
	fil_removal_free(writer->removal);
	fil_people_free(writer->people);
	free(writer->given);
	free(writer->cells);
	free(writer->lengths);
	free(writer);
}
