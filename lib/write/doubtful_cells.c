/* SPDX-License-Identifier: ISC */
#include "lib/write/doubtful_cells.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/catalog/value.h"
#include "lib/catalog/value_doubt.h"

/* A doubt about the cell of a column, in all rows that begin on the line: those of one record have
 * the same cells. */
struct note {
	size_t line, column;
	struct fil_value_doubt doubt;
	char *written;
};

/* A doubt about a row of the batch. */
struct doubtful {
	size_t row, note;
};

struct fil_doubtful_cells {
	struct fil_store *store;
	const struct fil_table *table;
	struct fil_doubts *doubts;
	bool known_only;
	unsigned *kinds; /* of each column */
	size_t *columns, n_columns; /* those to look at: given, and no references */
	const char *const *written, *const *headers;

	struct note *notes; /* of the rows to come, then of the batch */
	size_t n_notes, room;
	struct note *settled;
	size_t n_settled;
	struct doubtful *rows; /* in the order of the batch */
	size_t n_rows, rows_room, next; /* the first that was not asked for yet */
	struct fil_batch *keys, *found;
	const char **cells; /* of one row */
};

struct fil_doubtful_cells *
fil_doubtful_cells_new(struct fil_store *store, const struct fil_table *table,
    struct fil_doubts *doubts, bool known_only)
{
	struct fil_doubtful_cells *cells = fil_alloc(1, sizeof *cells);
	bool allowed[FIL_DOUBT_KINDS] = { false };

	cells->store = store;
	cells->table = table;
	cells->doubts = doubts;
	cells->known_only = known_only && strcmp(table->name, "users") == 0;
	for (enum fil_doubt kind = 0; kind < FIL_DOUBT_KINDS; kind++)
		allowed[kind] = !doubts || fil_doubts_allow(doubts, kind);
	cells->kinds = fil_table_doubts(table, allowed);
	cells->columns = fil_alloc(table->n_columns, sizeof *cells->columns);
	cells->keys = fil_batch_new(table->n_keys);
	cells->found = fil_batch_new(table->n_columns + 1);
	cells->cells = fil_alloc(table->n_columns + 1, sizeof *cells->cells);
	return cells;
}

void
fil_doubtful_cells_given(struct fil_doubtful_cells *cells, const bool *given)
{
	cells->n_columns = 0;
	for (size_t c = 0; c < cells->table->n_columns; c++)
		if (given[c] && cells->kinds[c] != 0 && !cells->table->columns[c].references)
			cells->columns[cells->n_columns++] = c;
}

void
fil_doubtful_cells_source(
    struct fil_doubtful_cells *cells, const char *const *written, const char *const *headers)
{
	cells->written = written;
	cells->headers = headers;
}

/* Returns the cell of a column as the input writes it, or its value where that is not known. */
static const char *
written_of(const struct fil_doubtful_cells *cells, size_t c, const char *value)
{
	return cells->written && cells->written[c] ? cells->written[c] : value;
}

static void
add_note(struct fil_doubtful_cells *cells, const struct note *note, const char *written)
{
	for (size_t i = cells->n_notes; i > 0 && cells->notes[i - 1].line == note->line; i--)
		if (cells->notes[i - 1].column == note->column)
			return; /* of another row of the record */
	if (cells->n_notes == cells->room) {
		cells->room = 2 * cells->room + 16;
		cells->notes = fil_resize(cells->notes, cells->room, sizeof *cells->notes);
		cells->settled = fil_resize(cells->settled, cells->room, sizeof *cells->settled);
	}
	cells->notes[cells->n_notes] = *note;
	cells->notes[cells->n_notes++].written = fil_value_shown(written, strlen(written));
}

void
fil_doubtful_cells_note(
    struct fil_doubtful_cells *cells, size_t line, const char *const *values, const size_t *lengths)
{
	struct note note = { .line = line };

	for (size_t i = 0; i < cells->n_columns; i++) {
		size_t c = cells->columns[i];

		if (!values[c] || lengths[c] == 0 || fil_value_is_kept(values[c]) ||
		    !fil_value_doubt(&cells->table->columns[c], cells->kinds[c], values[c],
			lengths[c], &note.doubt))
			continue;
		note.column = c;
		add_note(cells, &note, written_of(cells, c, values[c]));
	}
}

static void
forget_settled(struct fil_doubtful_cells *cells)
{
	for (size_t i = 0; i < cells->n_settled; i++)
		free(cells->settled[i].written);
	cells->n_settled = cells->n_rows = cells->next = 0;
}

/* Makes the notes of the rows to come those of the batch. */
static void
take_notes(struct fil_doubtful_cells *cells)
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
find_rows(struct fil_doubtful_cells *cells, const struct fil_batch *rows, const size_t *lines)
{
	size_t first = 0;

	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		while (first < cells->n_settled && cells->settled[first].line < lines[i])
			first++; /* of a row that an assigner has dropped */
		for (size_t k = first; k < cells->n_settled && cells->settled[k].line == lines[i];
		     k++) {
			if (cells->n_rows == cells->rows_room) {
				cells->rows_room = 2 * cells->rows_room + 16;
				cells->rows =
				    fil_resize(cells->rows, cells->rows_room, sizeof *cells->rows);
			}
			cells->rows[cells->n_rows++] = (struct doubtful){ i, k };
		}
	}
}

/* Returns whether a doubt of the batch holds: the store has not the same cell already. stored is the
 * number of the row in found, or FIL_NOWHERE. */
static bool
holds(const struct fil_doubtful_cells *cells, const struct fil_batch *rows,
    const struct doubtful *doubtful, size_t stored)
{
	size_t c = cells->settled[doubtful->note].column;
	const char *old;

	if (stored == FIL_NOWHERE)
		return !cells->known_only;
	old = fil_batch_cell(cells->found, stored, c, NULL);
	return !old || strcmp(old, fil_batch_cell(rows, doubtful->row, c, NULL)) != 0;
}

/* Drops the doubts about what is stored. Returns 0, or -1 with a fault of the store. */
static int
drop_stored(struct fil_doubtful_cells *cells, const struct fil_batch *rows, struct fil_fault *fault)
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
		if (holds(cells, rows, &cells->rows[d], places[d]))
			cells->rows[n++] = cells->rows[d];
	cells->n_rows = n;
	free(places);
	return result;
}

int
fil_doubtful_cells_settle(struct fil_doubtful_cells *cells, const struct fil_batch *rows,
    const size_t *lines, bool *skip, struct fil_fault *fault)
{
	take_notes(cells);
	if (cells->n_settled > 0)
		find_rows(cells, rows, lines);
	if (cells->n_rows > 0 && drop_stored(cells, rows, fault) < 0)
		return -1;
	for (size_t d = 0; d < cells->n_rows; d++)
		skip[cells->rows[d].row] |= cells->settled[cells->rows[d].note].doubt.fault;
	return 0;
}

/* Returns the next doubt about row i, or NULL. */
static const struct note *
next_of(struct fil_doubtful_cells *cells, size_t i)
{
	while (cells->next < cells->n_rows && cells->rows[cells->next].row < i)
		cells->next++;
	if (cells->next == cells->n_rows || cells->rows[cells->next].row != i)
		return NULL;
	return &cells->settled[cells->rows[cells->next++].note];
}

/* Fills the fault of a doubt. nearest: a stored key that may be meant, or NULL. */
static void
fill_fault(const struct fil_doubtful_cells *cells, const struct note *note, const char *nearest,
    struct fil_fault *fault)
{
	const struct fil_column *column = &cells->table->columns[note->column];
	const char *word = fil_doubt_kinds[note->doubt.kind].word;
	const char *header = cells->headers ? cells->headers[note->column] : NULL;
	struct fil_bytes way_out = { 0 };

	fil_value_doubt_way_out(&note->doubt, column, header, note->written, &way_out);
	if (nearest)
		fil_fault_data(fault, word, "%s: '%s' %s; '%s' is in %s: %s, or --allow %s",
		    column->name, note->written, note->doubt.seen, nearest, cells->table->name,
		    way_out.data, word);
	else
		fil_fault_data(fault, word, "%s: '%s' %s: %s, or --allow %s", column->name,
		    note->written, note->doubt.seen, way_out.data, word);
	fil_bytes_release(&way_out);
}

void
fil_doubtful_cells_refuse(struct fil_doubtful_cells *cells, size_t i,
    struct fil_references *references, const struct fil_refusals *refusals)
{
	const struct note *note;

	while ((note = next_of(cells, i))) {
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

void
fil_doubtful_cells_tell(struct fil_doubtful_cells *cells, size_t i)
{
	const struct note *note;

	while ((note = next_of(cells, i))) {
		const struct fil_column *column = &cells->table->columns[note->column];
		const char *header = cells->headers ? cells->headers[note->column] : NULL;
		char *seen = fil_format("'%s' %s", note->written, note->doubt.seen);
		struct fil_bytes way_out = { 0 };

		fil_value_doubt_way_out(&note->doubt, column, header, note->written, &way_out);
		fil_doubts_tell(
		    cells->doubts, note->doubt.kind, note->line, column->name, seen, way_out.data);
		fil_bytes_release(&way_out);
		free(seen);
	}
}

void
fil_doubtful_cells_explain(
    const void *cells, size_t column, const char *value, struct fil_fault *fault)
{
	const struct fil_doubtful_cells *self = cells;
	const struct fil_column *declared = &self->table->columns[column];
	struct fil_value_doubt doubt;

	if (fil_value_doubt(declared, self->kinds[column], value, strlen(value), &doubt))
		fil_value_doubt_explain(
		    &doubt, declared, self->headers ? self->headers[column] : NULL, value, fault);
}

void
fil_doubtful_cells_free(struct fil_doubtful_cells *cells)
{
	if (!cells)
		return;
	forget_settled(cells);
	take_notes(cells);
	forget_settled(cells);
	fil_batch_free(cells->keys);
	fil_batch_free(cells->found);
	free(cells->notes);
	free(cells->settled);
	free(cells->rows);
	free(cells->columns);
	free(cells->kinds);
	free(cells->cells);
	free(cells);
}
