/* SPDX-License-Identifier: ISC */
#include "lib/write/writer.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/catalog/value.h"
#include "lib/catalog/value_doubt.h"
#include "lib/levels/standing_update.h"
#include "lib/store/batch.h"
#include "lib/write/known_rows.h"
#include "lib/write/removal.h"
#include "lib/write/thresholds.h"
#include "lib/write/upsert.h"

/* A batch is put when it has so many rows as are worth one, or so many bytes: at least the first
 * number, and the second for each of its rows. */
enum { BATCH_BYTES = 1 << 20, ROW_BYTES = 256 };

/* Rows are in no order when one in DISORDER has a lower key than the row before. */
enum { DISORDER = 8 };

/* Rows, and the lines on which they begin. */
struct portion {
	struct fil_batch *rows;
	size_t *lines;
};

/* A doubt about the cell of a column, in all rows of the record that begins on the line. */
struct note {
	size_t line;
	struct fil_value_doubt doubt;
	char *written;
};

/* A doubt about a row of the batch. */
struct doubtful {
	size_t row, note;
};

/* Doubtful cells: the doubts about the cells of a batch of rows. A cell that the store has already is
 * no doubt. A row with a doubt that is a fault is not written; another doubt is reported once its row is
 * written. The store is asked only when there is a doubt. */
struct doubtful_cells {
	struct fil_store *store;
	const struct fil_table *table;
	struct fil_doubts *doubts;
	bool known_only; /* rows of users who are not stored are not written, and raise none */
	unsigned *kinds; /* of each column */
	const char *const *written, *const *headers; /* of the input */
	bool places; /* lines are places */

	struct note *notes; /* of the rows to come, then of the batch */
	size_t n_notes, room;
	struct note *settled;
	size_t n_settled;
	struct doubtful *rows; /* in the order of the batch */
	size_t n_rows, rows_room, next; /* the first that was not asked for yet */
	struct fil_batch *keys, *found;
	const char **cells; /* of one row */
};

struct fil_writer {
	struct fil_run *run;
	const struct fil_table *table;
	struct fil_writer_options options;
	struct fil_counts *counts;
	struct fil_known_rows *known;
	struct fil_upsert *upsert;
	struct fil_references *references;
	struct doubtful_cells *doubtful;
	struct fil_standing_update *standing;
	struct fil_sync *sync; /* of a whole list, or NULL */
	struct fil_removal *removal; /* when rows are to be removed, or NULL */
	struct fil_people *people; /* judges users, or NULL */
	size_t user; /* the column that refers to the user of a row */
	bool *given;
	bool begun; /* an input */
	bool looked_ahead; /* for a removal */
	bool expected; /* fil_writer_expect was called */
	size_t rows, lower; /* until then: rows that came, and those below the row before */
	bool sorting; /* new rows are sorted before they are inserted */
	bool
	    misled; /* a refused row may have meant a key that had not come or was not inserted yet */

	/* While the store works on one portion, the other is filled. */
	struct portion portions[2], *filling;
	const struct fil_batch *put; /* the rows that the store works on, or NULL */
	const size_t *put_lines;
	size_t most_rows, most_bytes; /* of a batch */
	bool *skip; /* of each row of a batch */
	enum fil_outcome *outcomes;
	const char **cells; /* one row of a batch */
	size_t *lengths;
};

/* Returns the doubts about rows of a table; the caller frees it. doubts gets those that are reported, and
 * says which kinds are allowed; NULL: none is looked for. */
static struct doubtful_cells *
doubtful_cells_new(struct fil_store *store, const struct fil_table *table,
    struct fil_doubts *doubts, bool known_only)
{
	struct doubtful_cells *cells = fil_alloc(1, sizeof *cells);
	bool allowed[FIL_DOUBT_KINDS] = { false };

	cells->store = store;
	cells->table = table;
	cells->doubts = doubts;
	cells->known_only = known_only;
	for (enum fil_doubt kind = 0; kind < FIL_DOUBT_KINDS; kind++)
		allowed[kind] = !doubts || fil_doubts_allow(doubts, kind);
	cells->kinds = fil_table_doubts(table, allowed);
	cells->keys = fil_batch_new(table->n_keys);
	cells->found = fil_batch_new(table->n_columns + 1);
	cells->cells = fil_alloc(table->n_columns + 1, sizeof *cells->cells);
	return cells;
}

static void
add_note(struct doubtful_cells *cells, const struct note *note, const char *written)
{
	for (size_t i = cells->n_notes; i > 0 && cells->notes[i - 1].line == note->line; i--)
		if (cells->notes[i - 1].doubt.column == note->doubt.column)
			return; /* of another row of the record */
	if (cells->n_notes == cells->room) {
		cells->room = 2 * cells->room + 16;
		cells->notes = fil_resize(cells->notes, cells->room, sizeof *cells->notes);
		cells->settled = fil_resize(cells->settled, cells->room, sizeof *cells->settled);
	}
	cells->notes[cells->n_notes] = *note;
	cells->notes[cells->n_notes++].written = fil_value_shown(written, strlen(written));
}

/* Looks at the values of a row that begins on a line, and that will be in the next batch. */
static void
doubtful_cells_note(
    struct doubtful_cells *cells, size_t line, const char *const *values, const size_t *lengths)
{
	struct note note = { .line = line, .doubt.column = FIL_NOWHERE };

	while (fil_table_doubt(cells->table, cells->kinds, values, lengths, &note.doubt)) {
		size_t c = note.doubt.column;

		add_note(cells, &note,
		    cells->written && cells->written[c] ? cells->written[c] : values[c]);
	}
}

static void
forget_settled(struct doubtful_cells *cells)
{
	for (size_t i = 0; i < cells->n_settled; i++)
		free(cells->settled[i].written);
	cells->n_settled = cells->n_rows = cells->next = 0;
}

/* Makes the notes of the rows to come those of the batch. */
static void
take_notes(struct doubtful_cells *cells)
{
	struct note *notes = cells->notes;

	forget_settled(cells);
	cells->notes = cells->settled;
	cells->settled = notes;
	cells->n_settled = cells->n_notes;
	cells->n_notes = 0;
}

/* Finds the rows of the batch that the notes are about. Both go by the line. */
static void
find_doubtful_rows(struct doubtful_cells *cells, const struct fil_batch *rows, const size_t *lines)
{
	size_t first = 0;

	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		while (first < cells->n_settled && cells->settled[first].line < lines[i])
			first++; /* of a row that an assigner has dropped */
		for (size_t k = first; k < cells->n_settled && cells->settled[k].line == lines[i];
		     k++) {
			cells->rows = fil_grow(
			    cells->rows, cells->n_rows, &cells->rows_room, sizeof *cells->rows);
			cells->rows[cells->n_rows++] = (struct doubtful){ i, k };
		}
	}
}

/* Returns whether a doubt of the batch holds: the store has not the same cell already. stored is the
 * number of the row in found, or FIL_NOWHERE. */
static bool
doubt_holds(const struct doubtful_cells *cells, const struct fil_batch *rows,
    const struct doubtful *doubtful, size_t stored)
{
	size_t c = cells->settled[doubtful->note].doubt.column;
	const char *old;

	if (stored == FIL_NOWHERE)
		return !cells->known_only;
	old = fil_batch_cell(cells->found, stored, c, NULL);
	return !old || strcmp(old, fil_batch_cell(rows, doubtful->row, c, NULL)) != 0;
}

/* Drops the doubts about what is stored. Returns 0, or -1 with a fault of the store. */
static int
drop_stored(struct doubtful_cells *cells, const struct fil_batch *rows, struct fil_fault *fault)
{
	size_t *places = fil_alloc(cells->n_rows, sizeof *places), n = 0;
	int result;

	fil_batch_clear(cells->keys);
	fil_batch_clear(cells->found);
	for (size_t d = 0; d < cells->n_rows; d++) {
		fil_batch_row(rows, cells->rows[d].row, cells->cells, NULL);
		fil_batch_add(cells->keys, cells->cells);
	}
	result = fil_store_fetch(
	    cells->store, &cells->table->relation, cells->keys, cells->found, places, fault);
	for (size_t d = 0; result == 0 && d < cells->n_rows; d++)
		if (doubt_holds(cells, rows, &cells->rows[d], places[d]))
			cells->rows[n++] = cells->rows[d];
	cells->n_rows = n;
	free(places);
	return result;
}

/* Settles the doubts about the next batch, whose rows begin on these lines: drops what is stored, and
 * sets skip of each row with a fault. Returns 0, or -1 with a fault of the store. */
static int
doubtful_cells_settle(struct doubtful_cells *cells, const struct fil_batch *rows,
    const size_t *lines, bool *skip, struct fil_fault *fault)
{
	take_notes(cells);
	if (cells->n_settled > 0)
		find_doubtful_rows(cells, rows, lines);
	if (cells->n_rows > 0 && drop_stored(cells, rows, fault) < 0)
		return -1;
	for (size_t d = 0; d < cells->n_rows; d++)
		skip[cells->rows[d].row] |= cells->settled[cells->rows[d].note].doubt.fault;
	return 0;
}

/* Returns the next doubt about row i, or NULL. */
static const struct note *
next_note(struct doubtful_cells *cells, size_t i)
{
	while (cells->next < cells->n_rows && cells->rows[cells->next].row < i)
		cells->next++;
	if (cells->next == cells->n_rows || cells->rows[cells->next].row != i)
		return NULL;
	return &cells->settled[cells->rows[cells->next++].note];
}

/* Fills the fault of a doubt. nearest: a stored key that may be meant, or NULL. */
static void
fill_fault(const struct doubtful_cells *cells, const struct note *note, const char *nearest,
    struct fil_fault *fault)
{
	const struct fil_column *column = &cells->table->columns[note->doubt.column];
	const char *word = fil_doubt_kinds[note->doubt.kind].word;
	const char *header = cells->headers ? cells->headers[note->doubt.column] : NULL;
	char *seen = fil_value_doubt_seen(&note->doubt, note->written);
	struct fil_bytes way_out = { 0 };

	fil_value_doubt_way_out(&note->doubt, column, header, note->written, &way_out);
	if (nearest)
		fil_fault_data(fault, word, "%s: %s; '%s' is in %s: %s, or --allow %s",
		    column->name, seen, nearest, cells->table->name, way_out.data, word);
	else
		fil_fault_data(fault, word, "%s: %s: %s, or --allow %s", column->name, seen,
		    way_out.data, word);
	fil_bytes_release(&way_out);
	free(seen);
}

/* Refuses row i of the batch for each of its doubts that is a fault. Rows go in their order. The
 * references find the key that is stored and nearest. */
static void
doubtful_cells_refuse(struct doubtful_cells *cells, size_t i, struct fil_references *references,
    const struct fil_refusals *refusals)
{
	const struct note *note;

	while ((note = next_note(cells, i))) {
		struct fil_fault fault;
		char *nearest = NULL;

		if (!note->doubt.fault)
			continue;
		if (note->doubt.kind == FIL_DOUBT_SPREADSHEET_KEY)
			nearest = fil_references_nearest(references, note->written);
		fill_fault(cells, note, nearest, &fault);
		free(nearest);
		refusals->refused(refusals->context, note->line, &fault, NULL);
	}
}

/* Tells the doubts about row i of the batch, which is written. */
static void
doubtful_cells_tell(struct doubtful_cells *cells, size_t i)
{
	const struct note *note;

	while ((note = next_note(cells, i))) {
		const struct fil_column *column = &cells->table->columns[note->doubt.column];
		const char *header = cells->headers ? cells->headers[note->doubt.column] : NULL;
		char *seen = fil_value_doubt_seen(&note->doubt, note->written);
		struct fil_bytes way_out = { 0 };

		fil_value_doubt_way_out(&note->doubt, column, header, note->written, &way_out);
		fil_doubts_tell(cells->doubts, note->doubt.kind,
		    cells->places ? fil_place_line(note->line) : note->line, column->name, seen,
		    way_out.data);
		fil_bytes_release(&way_out);
		free(seen);
	}
}

/* Adds to the fault of a reference that does not exist what the cell, of doubtful_cells, may be. */
static void
doubtful_cells_explain(const void *cells, size_t column, const char *value, struct fil_fault *fault)
{
	const struct doubtful_cells *self = cells;
	const struct fil_column *declared = &self->table->columns[column];
	struct fil_value_doubt doubt;

	if (fil_value_doubt(declared, self->kinds[column], value, strlen(value), &doubt))
		fil_value_doubt_explain(
		    &doubt, declared, self->headers ? self->headers[column] : NULL, value, fault);
}

static void
doubtful_cells_free(struct doubtful_cells *cells)
{
	take_notes(cells);
	forget_settled(cells);
	fil_batch_free(cells->keys);
	fil_batch_free(cells->found);
	free(cells->notes);
	free(cells->settled);
	free(cells->rows);
	free(cells->kinds);
	free(cells->cells);
	free(cells);
}

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
		.guarded = options->keep_feeds ? fil_table_column(table, "feed") : FIL_NOWHERE,
		.term = term,
	};
	struct fil_references_options references = { .stored = fil_known_rows_has,
		.look_ahead = options->look_ahead,
		.context = options->context,
		.defers = options->defers,
		.optional = options->optional,
		.explain = doubtful_cells_explain };
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
	    doubtful_cells_new(store, table, options->doubts, adds_no_user(writer));
	writer->references = fil_references_new(store, table, &references);
	removal.standing = writer->standing = fil_standing_update_new(store);
	if (options->remove)
		writer->removal = fil_removal_new(writer->run, table, &removal);
}

/* Makes room for two batches of that many rows. */
static void
make_room(struct fil_writer *writer, size_t rows)
{
	writer->most_rows = rows;
	for (size_t p = 0; p < 2; p++) {
		struct portion *portion = &writer->portions[p];

		portion->lines = fil_resize(portion->lines, rows, sizeof *portion->lines);
	}
	writer->skip = fil_resize(writer->skip, rows, sizeof *writer->skip);
	writer->outcomes = fil_resize(writer->outcomes, rows, sizeof *writer->outcomes);
}

/* Makes two batches, as large as the store likes them. */
static void
make_portions(struct fil_writer *writer)
{
	size_t rows = fil_store_batch_rows(fil_run_store(writer->run));

	for (size_t p = 0; p < 2; p++)
		writer->portions[p].rows = fil_batch_new(writer->table->n_columns);
	make_room(writer, rows);
	writer->most_bytes = rows * ROW_BYTES > BATCH_BYTES ? rows * ROW_BYTES : BATCH_BYTES;
}

/* Makes the batches as large as the store likes them where all rows are new. */
static void
enlarge_portions(struct fil_writer *writer)
{
	size_t rows = fil_store_new_rows(fil_run_store(writer->run));

	if (rows <= writer->most_rows)
		return;
	make_room(writer, rows);
	writer->most_bytes = FIL_NEW_BYTES;
}

/* Frees the portions, which are written. */
static void
free_portions(struct fil_writer *writer)
{
	for (size_t p = 0; p < 2; p++) {
		fil_batch_free(writer->portions[p].rows);
		free(writer->portions[p].lines);
		writer->portions[p] = (struct portion){ NULL, NULL };
	}
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
	make_portions(writer);
	writer->filling = writer->portions;
	writer->user = fil_table_user(table);
	writer->cells = fil_alloc(table->n_columns, sizeof *writer->cells);
	writer->lengths = fil_alloc(table->n_columns, sizeof *writer->lengths);
	return writer;
}

int
fil_writer_begin(
    struct fil_writer *writer, const struct fil_writer_input *input, struct fil_fault *fault)
{
	bool first = !writer->begun;
	size_t bytes = writer->table->n_columns * sizeof *input->given;

	writer->begun = true;
	if (!first && writer->sync && memcmp(writer->given, input->given, bytes) != 0)
		return fil_fault_set(fault, FIL_BAD_DATA,
		    "%s: the parts of a list must give the same columns", input->name);
	if (fil_upsert_settle(writer->upsert, fault) < 0)
		return -1;
	memcpy(writer->given, input->given, bytes);
	writer->expected = false;
	writer->rows = writer->lower = 0;
	writer->doubtful->written = input->written;
	writer->doubtful->headers = input->headers;
	writer->doubtful->places = input->places;
	if (writer->options.assigner)
		writer->given[fil_table_column(writer->table, "phase")] = true;
	fil_known_rows_given(writer->known, writer->given);
	fil_upsert_given(writer->upsert, writer->given);
	if (writer->people &&
	    fil_people_begin(writer->people, input->name, writer->given, fault) < 0)
		return -1;
	if (first && writer->sync)
		return fil_sync_learn(writer->sync, writer->known, writer->people, fault);
	return 0;
}

/* Returns whether rows that are all new are better sorted: they come in no order, into a file whose
 * rows, or whose index of them, lie in the order of the keys. */
static bool
sorts(const struct fil_writer *writer)
{
	const struct fil_writer_options *options = &writer->options;

	return options->sorts && !options->assigner && !options->remove &&
	    writer->lower > writer->rows / DISORDER &&
	    !fil_store_on_server(fil_store_name(fil_run_store(writer->run)));
}

int
fil_writer_expect(struct fil_writer *writer, size_t rows, struct fil_fault *fault)
{
	int empty;

	writer->expected = true;
	if (fil_writer_flush(writer, fault) < 0)
		return -1;
	empty = fil_known_rows_expect(writer->known, rows, fault);
	if (empty > 0) {
		fil_references_expect(writer->references, rows);
		enlarge_portions(writer);
	}
	if (empty <= 0 || !sorts(writer))
		return empty < 0 ? -1 : 0;
	writer->sorting = true;
	return fil_upsert_sort(writer->upsert, fil_store_folder(fil_run_store(writer->run)), fault);
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

/* Returns the keys of a row as a text: "00421" or "00421, tool, 2024-03-01, self". The caller frees
 * it. */
static char *
key_text(const struct fil_table *table, const char *const *values)
{
	struct fil_bytes text = { 0 };

	for (size_t c = 0; c < table->n_keys; c++)
		fil_bytes_add_format(&text, "%s%s", c ? ", " : "", values[c]);
	return text.data;
}

/* Refuses a row that has a duplicate key, with other values than the row before. */
static void
refuse_duplicate(struct fil_writer *writer, size_t line, const char *const *values)
{
	char *key = key_text(writer->table, values);
	struct fil_fault fault;

	fil_fault_data(&fault, "unique-error", "%s: duplicate key '%s' with different values",
	    writer->table->columns[0].name, key);
	free(key);
	refuse(writer, line, &fault, values);
}

/* Refuses a row that belongs to another feed than its list. */
static void
refuse_foreign(struct fil_writer *writer, size_t line, const char *const *values)
{
	const struct fil_sync_options *sync = writer->options.sync;
	const char *feed = sync ? sync->feed : values[fil_table_column(writer->table, "feed")];
	char *key = key_text(writer->table, values);
	struct fil_fault fault;

	fil_fault_data(&fault, "constraint-error",
	    "feed: '%s' belongs to another feed than '%s'; --take takes it over", key, feed);
	free(key);
	refuse(writer, line, &fault, NULL);
}

/* Refuses a new row for each required column that it lacks. */
static void
refuse_incomplete(struct fil_writer *writer, size_t line, const char *const *values)
{
	char *key = key_text(writer->table, values);
	struct fil_fault fault;

	for (size_t c = 0; c < writer->table->n_columns; c++) {
		const struct fil_column *column = &writer->table->columns[c];

		if (!column->required || column->fallback || writer->given[c])
			continue;
		fil_fault_data(&fault, "missing-value",
		    "%s: '%s' is a new row, and the input lacks this required column", column->name,
		    key);
		refuse(writer, line, &fault, NULL);
	}
	free(key);
}

/* Refuses row i of those that were put: it gives the key of a user who left to another person. */
static void
refuse_reused(struct fil_writer *writer, size_t i)
{
	struct fil_fault fault;

	fil_identity_refuse(fil_upsert_before(writer->upsert, i), &fault);
	refuse(writer, writer->put_lines[i], &fault, NULL);
}

/* Refuses row i of those that were put: a date lies before the one that it follows. Its fault is that of
 * the column that the input gives. */
static void
refuse_disordered(struct fil_writer *writer, size_t i)
{
	const char *const *cells = fil_upsert_stored(writer->upsert, i);
	const struct fil_column *column = writer->table->columns;
	struct fil_fault fault;
	size_t earlier;

	while (!column->follows)
		column++;
	earlier = fil_table_column(writer->table, column->follows);
	if (writer->given[column - writer->table->columns])
		fil_fault_data(&fault, "constraint-error",
		    "%s: '%s' is before %s, %s: give a later day, or none", column->name,
		    cells[column - writer->table->columns], column->follows, cells[earlier]);
	else
		fil_fault_data(&fault, "constraint-error",
		    "%s: '%s' is after %s, %s: give an earlier day, or another %s too",
		    column->follows, cells[earlier], column->name,
		    cells[column - writer->table->columns], column->name);
	refuse(writer, writer->put_lines[i], &fault, NULL);
}

/* Returns whether a cell has characters of Windows-1252 that together were one of UTF-8: "Ã©". */
static bool
is_twice(const char *cell)
{
	for (const char *at = cell; (at = strchr(at, 0xC3)); at++)
		if ((at[1] >= '\x82' && at[1] <= '\x85' && strchr("\xC2\xE2\xC5\xC6\xCB", at[2]) &&
			at[2] != '\0') ||
		    (at[1] == '\xA2' && at[2] == '\xE2'))
			return true;
	return false;
}

/* Counts the cells of a row that look like UTF-8 encoded twice, and that the row before, or NULL, had
 * not. */
static void
count_twice(struct fil_writer *writer, const char *const *before, const char *const *cells)
{
	for (size_t c = 0; c < writer->table->n_columns; c++)
		if (cells[c] && is_twice(cells[c]) &&
		    (!before || !before[c] || strcmp(before[c], cells[c]) != 0))
			writer->counts->twice++;
}

/* Counts a row that was written, and notes it for the people, the derived tables and the changes. */
static void
count_written(struct fil_writer *writer, size_t i, enum fil_action action, size_t *count)
{
	const char *const *cells = fil_upsert_stored(writer->upsert, i);

	++*count;
	if (writer->options.twice)
		count_twice(writer,
		    action == FIL_ADDED ? NULL : fil_upsert_before(writer->upsert, i), cells);
	if (writer->people)
		fil_people_note(writer->people,
		    writer->doubtful->places ? fil_place_line(writer->put_lines[i])
					     : writer->put_lines[i],
		    action == FIL_ADDED ? NULL : fil_upsert_before(writer->upsert, i), cells);
	fil_standing_update_note(writer->standing, writer->table->name, cells[0]);
	fil_changes_row(writer->options.changes, action, cells);
	doubtful_cells_tell(writer->doubtful, i);
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
	writer->misled |=
	    (writer->sorting || writer->options.defers) && fil_references_own(writer->references);
	doubtful_cells_refuse(writer->doubtful, i, writer->references, &writer->options.refusals);
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
	else if (outcome == FIL_ROW_DISORDERED)
		refuse_disordered(writer, i);
	else if (outcome == FIL_ROW_INCOMPLETE)
		conclude_incomplete(writer, i);
	else
		conclude_skipped(writer, i);
	fil_known_rows_forget(writer->known, writer->cells, writer->lengths);
}

/* Counts the references of row i that do not exist and are left out. */
static void
count_left_out(struct fil_writer *writer, size_t i)
{
	const struct fil_writer_options *options = &writer->options;
	const char *const *before =
	    writer->outcomes[i] == FIL_ROW_ADDED ? NULL : fil_upsert_before(writer->upsert, i);

	for (size_t c = 0; c < writer->table->n_columns; c++) {
		const char *cell = fil_batch_cell(writer->put, i, c, NULL);

		if (cell && options->optional[c] && strcmp(cell, fil_value_unknown) == 0)
			++*(before && before[c] ? &options->left_stored[c]
						: &options->left_empty[c]);
	}
}

/* Counts row i of those that were put, and notes, refuses or ignores it. */
static void
conclude(struct fil_writer *writer, size_t i)
{
	struct fil_counts *counts = writer->counts;

	switch (writer->outcomes[i]) {
	case FIL_ROW_ADDED:
		count_written(writer, i, FIL_ADDED, &counts->added);
		if (writer->sync)
			fil_sync_note_joiner(writer->sync, fil_upsert_stored(writer->upsert, i));
		break;
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
	case FIL_ROW_DISORDERED:
	case FIL_ROW_INCOMPLETE:
	case FIL_ROW_SKIPPED: conclude_unwritten(writer, i); return;
	}
	if (writer->options.optional)
		count_left_out(writer, i);
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

/* Leaves rows of unknown users in, with --known-only in users: the upsert ignores them, whatever is
 * wrong with them. Returns 0, or -1 with a fault of the store. */
static int
leave_strangers(struct fil_writer *writer, const struct fil_batch *rows, struct fil_fault *fault)
{
	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		int known = !writer->skip[i] ? 0
					     : fil_references_has_user(writer->references,
						   fil_batch_cell(rows, i, 0, NULL), fault);

		if (known < 0)
			return -1;
		writer->skip[i] = known;
	}
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
	if (doubtful_cells_settle(writer->doubtful, rows, portion->lines, writer->skip, fault) <
		0 ||
	    (adds_no_user(writer) && leave_strangers(writer, rows, fault) < 0))
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
	if (*judgement == FIL_JUDGED_UNORDERED) {
		if (fil_writer_flush(writer, fault) < 0 ||
		    fil_known_rows_hash(writer->known, fault) < 0)
			return -1;
		*judgement = fil_known_rows_judge(writer->known, values, lengths);
	}
	if (*judgement != FIL_JUDGED_DUPLICATE && *judgement != FIL_JUDGED_REPEATED)
		return 0;
	if (fil_writer_flush(writer, fault) < 0)
		return -1;
	*judgement = fil_known_rows_judge(writer->known, values, lengths);
	return *judgement == FIL_JUDGED_UNORDERED ? fil_known_rows_hash(writer->known, fault) : 0;
}

void
fil_writer_seek(struct fil_writer *writer, const char *key, size_t length)
{
	fil_known_rows_seek(writer->known, key, length);
}

/* Counts a row whose first key is below that of the row before it in the batch. */
static void
count_lower(struct fil_writer *writer, const struct fil_batch *rows, const char *key)
{
	size_t n = fil_batch_rows(rows);

	if (writer->expected || n == 0)
		return;
	writer->rows++;
	writer->lower += strcmp(key, fil_batch_cell(rows, n - 1, 0, NULL)) < 0;
}

int
fil_writer_row(struct fil_writer *writer, size_t line, const char *const *values,
    const size_t *lengths, struct fil_fault *fault)
{
	enum fil_judgement judgement;
	struct portion *portion;
	size_t n;

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
		doubtful_cells_note(writer->doubtful, line, values, lengths);
	portion = writer->filling;
	count_lower(writer, portion->rows, values[0]);
	n = fil_batch_add_row(portion->rows, values, lengths);
	portion->lines[n++] = line;
	if (n == writer->most_rows || fil_batch_bytes(portion->rows) > writer->most_bytes)
		return hand_on(writer, fault);
	return 0;
}

struct fil_references *
fil_writer_references(struct fil_writer *writer)
{
	return writer->references;
}

int
fil_writer_settle(struct fil_writer *writer, struct fil_fault *fault)
{
	int again = fil_upsert_settle(writer->upsert, fault);

	if (again == 0 && writer->sync && fil_sync_settle(writer->sync, fault) < 0)
		return -1;
	if (again == 0 && writer->misled)
		again = 1;
	if (again == 0)
		again = fil_references_lack(writer->references, fault);
	/* The comparison of users needs their memory. */
	fil_references_free(writer->references);
	writer->references = NULL;
	return again;
}

int
fil_writer_compare(struct fil_writer *writer, bool telling, struct fil_people_twins *twins,
    struct fil_fault *fault)
{
	return writer->people ? fil_people_compare(writer->people, telling, twins, fault) : 0;
}

int
fil_writer_finish(struct fil_writer *writer, struct fil_fault *fault)
{
	fil_known_rows_end(writer->known);
	if (writer->people &&
	    fil_people_judge(writer->people, writer->counts, &writer->options.refusals, fault) < 0)
		return -1;
	if (writer->sync &&
	    fil_sync_close(writer->sync, writer->options.changes, writer->counts,
		&writer->options.refusals, fault) < 0)
		return -1;
	if (writer->removal && fil_removal_finish(writer->removal, fault) < 0)
		return -1;
	if (fil_thresholds_settle(writer->run, writer->table, fault) < 0)
		return -1;
	free_portions(writer);
	return fil_standing_update_write(writer->standing, fil_run_number(writer->run), fault);
}

void
fil_writer_free(struct fil_writer *writer)
{
	if (!writer)
		return;
	fil_upsert_free(writer->upsert); /* first: the store may be at work on a portion */
	fil_known_rows_free(writer->known);
	fil_references_free(writer->references);
	doubtful_cells_free(writer->doubtful);
	fil_standing_update_free(writer->standing);
	free_portions(writer);
	free(writer->skip);
	free(writer->outcomes);
	fil_sync_free(writer->sync);
	fil_removal_free(writer->removal);
	fil_people_free(writer->people);
	free(writer->given);
	free(writer->cells);
	free(writer->lengths);
	free(writer);
}
