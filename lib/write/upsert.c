/* SPDX-License-Identifier: ISC */
#include "lib/write/upsert.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/catalog/value.h"
#include "lib/write/sorted_rows.h"

/* Sorted rows are inserted in batches of this size. */
enum { SETTLED_ROWS = 2048 };

/* The kinds of a change of a stored row, in the history and as outcomes. */
static const enum fil_action kinds[] = { FIL_CHANGED, FIL_LEFT, FIL_RETURNED };
enum { KINDS = sizeof kinds / sizeof *kinds };

static const enum fil_outcome outcome_of[KINDS] = { FIL_ROW_CHANGED, FIL_ROW_LEFT,
	FIL_ROW_RETURNED };

/* Where the stored form of a row of the last batch is, and where it was before. */
struct place {
	const struct fil_batch *batch;
	size_t row, found;
};

struct fil_upsert {
	struct fil_run *run;
	const struct fil_table *table;
	bool *given;
	bool lacks_required;
	struct fil_upsert_options options;
	size_t earlier, later; /* columns of dates in their order, or FIL_NOWHERE */
	struct fil_batch *fresh, *keys, *found, *before[KINDS], *changed[KINDS], *disordered;
	const char **cells; /* one row, put together */
	size_t *lengths; /* of its cells, where they are known */
	const char **stored; /* the cells of one stored row */
	const struct fil_batch *rows; /* the last batch */
	const struct fil_batch *sent; /* its rows to insert, or NULL */
	bool open; /* their insertion was begun and not ended */
	size_t n, n_new; /* rows of it that are not skipped; of them, rows that may be inserted */
	struct place *places; /* one for each row of the last batch */
	bool *inserted;
	size_t *numbers; /* rows of the batch behind the rows of sent, then of keys */
	size_t *found_places;
	size_t room; /* rows for which these arrays have room */
	struct fil_sorted_rows *sorted; /* the new rows to insert later, or NULL */
	bool repeated; /* a key of theirs was */
};

struct fil_upsert *
fil_upsert_new(
    struct fil_run *run, const struct fil_table *table, const struct fil_upsert_options *options)
{
	struct fil_upsert *upsert = fil_alloc(1, sizeof *upsert);

	upsert->run = run;
	upsert->table = table;
	upsert->given = fil_alloc(table->n_columns, sizeof *upsert->given);
	upsert->cells = fil_alloc(table->n_columns + 1, sizeof *upsert->cells);
	upsert->lengths = fil_alloc(table->n_columns, sizeof *upsert->lengths);
	upsert->stored = fil_alloc(table->n_columns + 1, sizeof *upsert->stored);
	upsert->fresh = fil_batch_new(table->n_columns);
	upsert->keys = fil_batch_new(table->n_keys);
	upsert->found = fil_batch_new(table->n_columns + 1);
	for (size_t k = 0; k < KINDS; k++) {
		upsert->before[k] = fil_batch_new(table->n_columns + 1);
		upsert->changed[k] = fil_batch_new(table->n_columns);
	}
	upsert->disordered = fil_batch_new(table->n_columns);
	upsert->options = *options;
	upsert->later = FIL_NOWHERE;
	for (size_t c = 0; c < table->n_columns; c++) {
		if (!table->columns[c].follows)
			continue;
		upsert->earlier = fil_table_column(table, table->columns[c].follows);
		upsert->later = c;
	}
	return upsert;
}

void
fil_upsert_given(struct fil_upsert *upsert, const bool *given)
{
	const struct fil_table *table = upsert->table;

	memcpy(upsert->given, given, table->n_columns * sizeof *given);
	upsert->lacks_required = false;
	for (size_t c = 0; c < table->n_columns; c++)
		upsert->lacks_required |=
		    !given[c] && table->columns[c].required && !table->columns[c].fallback;
}

static void
make_room(struct fil_upsert *upsert, size_t rows)
{
	if (rows <= upsert->room)
		return;
	upsert->room = rows;
	upsert->places = fil_resize(upsert->places, rows, sizeof *upsert->places);
	upsert->inserted = fil_resize(upsert->inserted, rows, sizeof *upsert->inserted);
	upsert->numbers = fil_resize(upsert->numbers, rows, sizeof *upsert->numbers);
	upsert->found_places = fil_resize(upsert->found_places, rows, sizeof *upsert->found_places);
}

/* Returns whether row i gives a value of column c. */
static bool
gives(const struct fil_upsert *upsert, const struct fil_batch *rows, size_t i, size_t c)
{
	return upsert->given[c] &&
	    !(upsert->options.keeps && fil_value_is_kept(fil_batch_cell(rows, i, c, NULL)));
}

/* Returns the value that a new row has in a column which it does not give. */
static const char *
initial_value(const struct fil_upsert *upsert, size_t c)
{
	const struct fil_column *column = &upsert->table->columns[c];

	return column->new_today ? fil_run_today(upsert->run) : column->fallback;
}

/* Returns whether each row of the last batch has the value of column c that a new row gets. */
static bool
is_whole(const struct fil_upsert *upsert, size_t c)
{
	const char *initial = initial_value(upsert, c);
	bool given = upsert->given[c];

	if (given && !upsert->options.keeps)
		return true;
	for (size_t i = 0; i < fil_batch_rows(upsert->rows); i++) {
		const char *cell = fil_batch_cell(upsert->rows, i, c, NULL);

		if (given ? fil_value_is_kept(cell)
			  : !cell != !initial || (cell && strcmp(cell, initial) != 0))
			return false;
	}
	return true;
}

/* Returns whether the rows of the last batch can be inserted as they are. */
static bool
are_whole(const struct fil_upsert *upsert)
{
	size_t c = 0;

	while (c < upsert->table->n_columns && is_whole(upsert, c))
		c++;
	return c == upsert->table->n_columns;
}

/* Makes a new row in cells: columns not given have their defaults. */
static void
complete_row(struct fil_upsert *upsert, const struct fil_batch *rows, size_t i)
{
	fil_batch_row(rows, i, upsert->cells, NULL);
	for (size_t c = 0; c < upsert->table->n_columns; c++)
		if (!upsert->given[c] ||
		    (upsert->options.keeps && fil_value_is_kept(upsert->cells[c])))
			upsert->cells[c] = initial_value(upsert, c);
}

/* Returns whether a date of the row in cells lies before the one that it follows. */
static bool
is_disordered(const struct fil_upsert *upsert)
{
	return upsert->later != FIL_NOWHERE && upsert->cells[upsert->later] &&
	    upsert->cells[upsert->earlier] &&
	    strcmp(upsert->cells[upsert->later], upsert->cells[upsert->earlier]) < 0;
}

/* Returns whether row i of the batch, as a new row, would be disordered. */
static bool
begins_disordered(struct fil_upsert *upsert, size_t i)
{
	if (upsert->later == FIL_NOWHERE)
		return false;
	complete_row(upsert, upsert->rows, i);
	return is_disordered(upsert);
}

/* Keeps the cells of row i, which is disordered; stored as row `stored` of found, or FIL_NOWHERE. */
static enum fil_outcome
keep_disordered(struct fil_upsert *upsert, size_t i, size_t stored)
{
	size_t kept = fil_batch_add(upsert->disordered, upsert->cells);

	upsert->places[i] = (struct place){ upsert->disordered, kept, stored };
	return FIL_ROW_DISORDERED;
}

/* Notes the numbers of the rows not skipped; at the end those that must not be inserted, which may
 * change stored ones. */
static void
number_rows(struct fil_upsert *upsert, const bool *skip)
{
	size_t rows = fil_batch_rows(upsert->rows), n = 0;

	for (int disordered = 0; disordered < (upsert->later == FIL_NOWHERE ? 1 : 2);
	     disordered++) {
		for (size_t i = 0; i < rows; i++)
			if ((!skip || !skip[i]) && begins_disordered(upsert, i) == disordered)
				upsert->numbers[n++] = i;
		if (!disordered)
			upsert->n_new = n;
	}
	upsert->n = n;
}

/* Returns the rows to insert, whole. */
static const struct fil_batch *
complete(struct fil_upsert *upsert)
{
	if (upsert->n_new == fil_batch_rows(upsert->rows) && are_whole(upsert))
		return upsert->rows;
	for (size_t k = 0; k < upsert->n_new; k++) {
		complete_row(upsert, upsert->rows, upsert->numbers[k]);
		fil_batch_add(upsert->fresh, upsert->cells);
	}
	return upsert->fresh;
}

int
fil_upsert_sort(struct fil_upsert *upsert, const char *folder, struct fil_fault *fault)
{
	if (!upsert->sorted)
		upsert->sorted = fil_sorted_rows_new(upsert->table->n_columns, folder, fault);
	return upsert->sorted ? 0 : -1;
}

/* Begins to insert rows, which are whole. Returns 0 or -1. */
static int
begin_insertion(struct fil_upsert *upsert, const struct fil_batch *rows, struct fil_fault *fault)
{
	upsert->open =
	    fil_store_begin_insertion(fil_run_store(upsert->run), &upsert->table->relation, rows,
		fil_run_number(upsert->run), upsert->inserted, fault) == 0;
	return upsert->open ? 0 : -1;
}

/* Ends the insertion that was begun, if any. Returns 0 or -1. */
static int
end_open(struct fil_upsert *upsert, struct fil_fault *fault)
{
	if (!upsert->open)
		return 0;
	upsert->open = false;
	return fil_store_end_insertion(fil_run_store(upsert->run), fault);
}

/* Keeps the rows to insert, as if they were inserted. Returns 0 or -1. */
static int
keep_sorted(struct fil_upsert *upsert, struct fil_fault *fault)
{
	for (size_t k = 0; k < fil_batch_rows(upsert->sent); k++) {
		fil_batch_row(upsert->sent, k, upsert->cells, upsert->lengths);
		if (fil_sorted_rows_add(upsert->sorted, upsert->cells, upsert->lengths, fault) < 0)
			return -1;
		upsert->inserted[k] = true;
	}
	return 0;
}

/* Waits until the last sorted rows are inserted. Returns 0 or -1. */
static int
end_sorted(struct fil_upsert *upsert, struct fil_fault *fault)
{
	bool open = upsert->open;

	if (end_open(upsert, fault) < 0)
		return -1;
	for (size_t i = 0; open && i < fil_batch_rows(upsert->sent); i++)
		upsert->repeated |= !upsert->inserted[i];
	return 0;
}

/* Begins to insert sorted rows, after those before. Returns 0 or -1. */
static int
begin_sorted(struct fil_upsert *upsert, const struct fil_batch *rows, struct fil_fault *fault)
{
	if (end_sorted(upsert, fault) < 0)
		return -1;
	make_room(upsert, SETTLED_ROWS);
	upsert->sent = rows;
	return begin_insertion(upsert, rows, fault);
}

/* Inserts all sorted rows, until one repeats a key: one batch is filled while the store works on the
 * other. Returns 0 or -1. */
static int
insert_all_sorted(
    struct fil_upsert *upsert, struct fil_batch *const batches[2], struct fil_fault *fault)
{
	size_t filling = 0;
	int read = 1;

	while (!upsert->repeated &&
	    (read = fil_sorted_rows_next(upsert->sorted, upsert->cells, upsert->lengths, fault)) ==
		1) {
		fil_batch_add_row(batches[filling], upsert->cells, upsert->lengths);
		if (fil_batch_rows(batches[filling]) < SETTLED_ROWS)
			continue;
		if (begin_sorted(upsert, batches[filling], fault) < 0)
			return -1;
		filling = !filling;
		fil_batch_clear(batches[filling]);
	}
	if (read < 0 || begin_sorted(upsert, batches[filling], fault) < 0)
		return -1;
	return end_sorted(upsert, fault);
}

/* Inserts all sorted rows. Returns 0 or -1. */
static int
settle_sorted(struct fil_upsert *upsert, struct fil_fault *fault)
{
	struct fil_batch *batches[2];
	struct fil_fault ignored;
	int result;

	for (size_t b = 0; b < 2; b++)
		batches[b] = fil_batch_new(upsert->table->n_columns);
	result = insert_all_sorted(upsert, batches, fault);
	end_open(upsert, &ignored);
	for (size_t b = 0; b < 2; b++)
		fil_batch_free(batches[b]);
	return result;
}

int
fil_upsert_settle(struct fil_upsert *upsert, struct fil_fault *fault)
{
	if (upsert->sorted && settle_sorted(upsert, fault) < 0)
		return -1;
	fil_sorted_rows_free(upsert->sorted);
	upsert->sorted = NULL;
	return upsert->repeated;
}

int
fil_upsert_begin(struct fil_upsert *upsert, const struct fil_batch *rows, const bool *skip,
    struct fil_fault *fault)
{
	make_room(upsert, fil_batch_rows(rows));
	fil_batch_clear(upsert->fresh);
	fil_batch_clear(upsert->keys);
	fil_batch_clear(upsert->found);
	for (size_t k = 0; k < KINDS; k++) {
		fil_batch_clear(upsert->before[k]);
		fil_batch_clear(upsert->changed[k]);
	}
	upsert->rows = rows;
	fil_batch_clear(upsert->disordered);
	number_rows(upsert, skip);
	upsert->sent = NULL;
	if (upsert->lacks_required || upsert->options.update_only)
		return 0;
	upsert->sent = complete(upsert);
	return upsert->sorted ? keep_sorted(upsert, fault)
			      : begin_insertion(upsert, upsert->sent, fault);
}

/* Sets the outcomes of skipped rows and of new keys. The others get the outcome CHANGED for the
 * time being. Returns 0 or -1. */
static int
end_insertion(struct fil_upsert *upsert, enum fil_outcome *outcomes, struct fil_fault *fault)
{
	if (end_open(upsert, fault) < 0)
		return -1;
	for (size_t i = 0; i < fil_batch_rows(upsert->rows); i++)
		outcomes[i] = FIL_ROW_SKIPPED;
	for (size_t k = 0; k < upsert->n; k++) {
		size_t i = upsert->numbers[k];

		outcomes[i] = upsert->sent && k < upsert->n_new && upsert->inserted[k]
		    ? FIL_ROW_ADDED
		    : FIL_ROW_CHANGED;
		upsert->places[i] = (struct place){ upsert->sent, k, FIL_NOWHERE };
	}
	return 0;
}

/* Returns whether the stored row has ended and begins again: the input does not give its end. */
static bool
begins_again(const struct fil_upsert *upsert, const struct fil_batch *rows, size_t i, size_t stored)
{
	const struct fil_term *term = upsert->options.term;

	return term && !gives(upsert, rows, i, term->column) &&
	    fil_term_over(term, fil_batch_cell(upsert->found, stored, term->column, NULL));
}

/* Returns whether the stored row has all values that row i gives. */
static bool
agrees(const struct fil_upsert *upsert, const struct fil_batch *rows, size_t i, size_t stored)
{
	if (begins_again(upsert, rows, i, stored))
		return false;
	for (size_t c = upsert->table->n_keys; c < upsert->table->n_columns; c++) {
		const char *new = fil_batch_cell(rows, i, c, NULL);
		const char *old = fil_batch_cell(upsert->found, stored, c, NULL);

		if (gives(upsert, rows, i, c) && (!new != !old || (new &&strcmp(new, old) != 0)))
			return false;
	}
	return true;
}

/* Returns whether the guarded column of row i has another value than the stored row. */
static bool
is_foreign(const struct fil_upsert *upsert, const struct fil_batch *rows, size_t i, size_t stored)
{
	size_t guarded = upsert->options.guarded;
	const char *new, *old;

	if (guarded == FIL_NOWHERE || !gives(upsert, rows, i, guarded))
		return false;
	new = fil_batch_cell(rows, i, guarded, NULL);
	old = fil_batch_cell(upsert->found, stored, guarded, NULL);
	return new &&old &&strcmp(new, old) != 0;
}

/* Returns the number of the kind of a change from the stored row to the one in cells. */
static size_t
kind_of(const struct fil_upsert *upsert, size_t stored)
{
	const struct fil_term *term = upsert->options.term;
	bool was_over, is_over;

	if (!term)
		return 0;
	was_over = fil_term_over(term, fil_batch_cell(upsert->found, stored, term->column, NULL));
	is_over = fil_term_over(term, upsert->cells[term->column]);
	return was_over == is_over ? 0 : is_over ? 1 : 2;
}

/* Returns whether the change from the stored row to the one in cells is refused. */
static bool
is_refused(struct fil_upsert *upsert, size_t stored)
{
	const struct fil_upsert_options *options = &upsert->options;

	if (!options->refuses)
		return false;
	fil_batch_row(upsert->found, stored, upsert->stored, NULL);
	return options->refuses(options->context, upsert->stored, upsert->cells);
}

/* Notes row i, stored as row `stored` of found, for the history and the update. */
static enum fil_outcome
merge_row(struct fil_upsert *upsert, const struct fil_batch *rows, size_t i, size_t stored)
{
	size_t n = upsert->table->n_columns, kind, changed;

	for (size_t c = 0; c < n; c++)
		upsert->cells[c] = gives(upsert, rows, i, c)
		    ? fil_batch_cell(rows, i, c, NULL)
		    : fil_batch_cell(upsert->found, stored, c, NULL);
	if (begins_again(upsert, rows, i, stored))
		upsert->cells[upsert->options.term->column] = NULL;
	if (is_refused(upsert, stored))
		return FIL_ROW_REUSED;
	if (is_disordered(upsert))
		return keep_disordered(upsert, i, stored);
	kind = kind_of(upsert, stored);
	changed = fil_batch_add(upsert->changed[kind], upsert->cells);
	upsert->places[i] = (struct place){ upsert->changed[kind], changed, stored };
	fil_batch_row(upsert->found, stored, upsert->cells, NULL);
	fil_batch_add(upsert->before[kind], upsert->cells);
	return outcome_of[kind];
}

/* Compares row i with the stored row of its key. */
static enum fil_outcome
compare_row(struct fil_upsert *upsert, const struct fil_batch *rows, size_t i, size_t stored)
{
	const char *written;
	long long run = 0;

	if (stored == FIL_NOWHERE)
		return upsert->sent && begins_disordered(upsert, i)
		    ? keep_disordered(upsert, i, stored)
		    : FIL_ROW_INCOMPLETE;
	upsert->places[i].found = stored;
	if (agrees(upsert, rows, i, stored))
		return FIL_ROW_UNCHANGED;
	written = fil_batch_cell(upsert->found, stored, upsert->table->n_columns, NULL);
	if (written && fil_number_read(written, 0, INT64_MAX, &run) == 0 &&
	    run == fil_run_number(upsert->run))
		return FIL_ROW_DUPLICATE;
	if (is_foreign(upsert, rows, i, stored))
		return FIL_ROW_FOREIGN;
	return merge_row(upsert, rows, i, stored);
}

/* Keeps and updates the rows changed, one kind after the other. Returns 0 or -1. */
static int
write_changed(struct fil_upsert *upsert, struct fil_fault *fault)
{
	const struct fil_relation *relation = &upsert->table->relation;
	struct fil_run *run = upsert->run;

	for (size_t k = 0; k < KINDS; k++) {
		const struct fil_batch *changed = upsert->changed[k];

		if (fil_batch_rows(changed) > 0 &&
		    (fil_run_keep(run, relation, upsert->before[k], changed, kinds[k], fault) < 0 ||
			fil_store_update(
			    fil_run_store(run), relation, changed, fil_run_number(run), fault) < 0))
			return -1;
	}
	return 0;
}

/* Compares the rows with stored keys, and updates those changed. */
static int
update_stored(struct fil_upsert *upsert, const struct fil_batch *rows, enum fil_outcome *outcomes,
    struct fil_fault *fault)
{
	struct fil_store *store = fil_run_store(upsert->run);
	const struct fil_relation *relation = &upsert->table->relation;
	size_t n = 0;

	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		if (outcomes[i] != FIL_ROW_CHANGED)
			continue;
		for (size_t c = 0; c < upsert->table->n_keys; c++)
			upsert->cells[c] = fil_batch_cell(rows, i, c, NULL);
		fil_batch_add(upsert->keys, upsert->cells);
		upsert->numbers[n++] = i;
	}
	if (n == 0)
		return 0;
	if (fil_store_fetch(
		store, relation, upsert->keys, upsert->found, upsert->found_places, fault) < 0)
		return -1;
	for (size_t k = 0; k < n; k++)
		outcomes[upsert->numbers[k]] =
		    compare_row(upsert, rows, upsert->numbers[k], upsert->found_places[k]);
	return write_changed(upsert, fault);
}

int
fil_upsert_end(struct fil_upsert *upsert, enum fil_outcome *outcomes, struct fil_fault *fault)
{
	if (end_insertion(upsert, outcomes, fault) < 0)
		return -1;
	return update_stored(upsert, upsert->rows, outcomes, fault);
}

const char *const *
fil_upsert_stored(struct fil_upsert *upsert, size_t i)
{
	fil_batch_row(upsert->places[i].batch, upsert->places[i].row, upsert->cells, NULL);
	return upsert->cells;
}

const char *const *
fil_upsert_before(struct fil_upsert *upsert, size_t i)
{
	fil_batch_row(upsert->found, upsert->places[i].found, upsert->stored, NULL);
	return upsert->stored;
}

void
fil_upsert_free(struct fil_upsert *upsert)
{
	struct fil_fault ignored;

	if (!upsert)
		return;
	end_open(upsert, &ignored);
	fil_batch_free(upsert->fresh);
	fil_batch_free(upsert->keys);
	fil_batch_free(upsert->found);
	fil_batch_free(upsert->disordered);
	for (size_t k = 0; k < KINDS; k++) {
		fil_batch_free(upsert->before[k]);
		fil_batch_free(upsert->changed[k]);
	}
	free(upsert->given);
	free(upsert->cells);
	free(upsert->lengths);
	free(upsert->stored);
	free(upsert->places);
	free(upsert->inserted);
	free(upsert->numbers);
	free(upsert->found_places);
	fil_sorted_rows_free(upsert->sorted);
	free(upsert);
}
