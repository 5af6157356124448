/* SPDX-License-Identifier: ISC */
#include "lib/load/lookahead.h"

#include <stdint.h>
#include <string.h>
#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/catalog/value_doubt.h"
#include "lib/write/row_hashes.h"

struct fil_lookahead {
	size_t n_keys;
	struct fil_row_hashes *last; /* of each key the place of its last row; NULL: all count */
};

static struct fil_row_hashes_hash
hash_key(const struct fil_lookahead *lookahead, const struct fil_row_made *made)
{
	return fil_row_hashes_row(
	    lookahead->last, made->values, made->lengths, lookahead->n_keys, lookahead->n_keys);
}

/* Returns the place where a row begins, as one number: no input has 2^40 lines. */
static uint64_t
place_of(const struct fil_rows_row *row)
{
	return (uint64_t)row->input << 40 | row->line;
}

/* Notes the place of a row under its key. */
static int
note_row(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	struct fil_lookahead *lookahead = context;
	struct fil_row_hashes_hash hash = hash_key(lookahead, row->made);
	bool fresh;

	(void)fault;
	fil_row_hashes_add(lookahead->last, hash, &fresh)->content =
	    place_of(row) & FIL_ROW_CONTENT;
	return 0;
}

/* Finds the last row of each key. */
static int
find_last(struct fil_lookahead *lookahead, struct fil_rows *rows, struct fil_fault *fault)
{
	const struct fil_rows_visitor visitor = { .row = note_row, .context = lookahead };

	lookahead->last = fil_row_hashes_new(0);
	return fil_rows_look(rows, &visitor, fault);
}

bool
fil_lookahead_replaces(const struct fil_lookahead *lookahead, const struct fil_rows_row *row)
{
	const struct fil_row_hashes_entry *entry;

	if (!lookahead->last)
		return false;
	entry = fil_row_hashes_find(lookahead->last, hash_key(lookahead, row->made).key);
	return entry && entry->content != place_of(row);
}

void
fil_lookahead_free(struct fil_lookahead *lookahead)
{
	if (!lookahead)
		return;
	fil_row_hashes_free(lookahead->last);
	free(lookahead);
}

static int
add_user(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	struct fil_matching *matching = context;
	const size_t finders[] = { matching->finder, matching->finder_then };
	const enum fil_match matches[] = { matching->match, matching->then };

	(void)fault;
	for (size_t i = 0; i < sizeof finders / sizeof *finders; i++)
		if (finders[i] != FIL_NOWHERE && row->cells[finders[i]] &&
		    row->made->given[finders[i]])
			fil_matching_add(
			    matching, matches[i], row->made->values[0], row->cells[finders[i]]);
	return 0;
}

/* Adds the users of the inputs to the matching. */
static int
add_users(struct fil_rows *rows, struct fil_matching *matching, struct fil_fault *fault)
{
	const struct fil_rows_visitor visitor = { .row = add_user, .context = matching };

	return fil_rows_look_at_keys(rows, &visitor, fault);
}

static int
tell_key(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	(void)fault;
	fil_writer_coming(context, row->made->values[0], row->made->lengths[0]);
	return 0;
}

int
fil_lookahead_keys(struct fil_rows *rows, struct fil_writer *writer, struct fil_fault *fault)
{
	const struct fil_rows_visitor visitor = { .row = tell_key, .context = writer };

	return fil_rows_look_at_keys(rows, &visitor, fault);
}

/* The most levels of rows that refer to a refused row. Each pass withdraws at least one level. */
enum { PASSES_MOST = 64 };

struct arrivals {
	const struct fil_lookahead *lookahead;
	const struct fil_request *request;
	struct fil_references *references;
	unsigned *doubts; /* the kinds that refuse a row, of each column */
	bool withdrew;
};

/* Returns whether a row can be new: all required columns are given. */
static bool
can_be_new(const struct arrivals *arrivals, const bool *given)
{
	const struct fil_table *table = arrivals->request->table;

	for (size_t c = 0; c < table->n_columns; c++) {
		const struct fil_column *column = &table->columns[c];

		if (column->required && !column->fallback && !given[c])
			return false;
	}
	return true;
}

/* Adds the key of a good row, for the time being. A row that is refused for a doubtful cell may be
 * stored already: the store then has its key. */
static int
announce(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	const struct arrivals *arrivals = context;

	(void)fault;
	if (can_be_new(arrivals, row->made->given) &&
	    !fil_lookahead_replaces(arrivals->lookahead, row) &&
	    !fil_table_refuses(arrivals->request->table, arrivals->doubts, row->made->given,
		row->made->values, row->made->lengths))
		fil_references_add(
		    arrivals->references, row->made->values[0], row->made->lengths[0]);
	return 0;
}

/* Withdraws a row whose reference does not exist. */
static int
review(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	struct arrivals *arrivals = context;
	int withdrawn;

	if (fil_lookahead_replaces(arrivals->lookahead, row))
		return 0;
	withdrawn = fil_references_withdraw(arrivals->references, row->made->values, fault);
	arrivals->withdrew |= withdrawn > 0;
	return withdrawn < 0 ? -1 : 0;
}

/* Withdraws rows in passes until none is left that names what neither is there nor comes. */
static int
withdraw_all(struct fil_rows *rows, struct arrivals *arrivals, struct fil_fault *fault)
{
	const struct fil_rows_visitor visitor = { .row = review, .context = arrivals };

	arrivals->withdrew = true;
	for (size_t passes = 0; arrivals->withdrew; passes++) {
		if (passes == PASSES_MOST)
			return fil_fault_data(fault, "reference-error",
			    "over %d levels of rows refer to a refused row: correct that row first",
			    PASSES_MOST);
		arrivals->withdrew = false;
		if (fil_rows_look(rows, &visitor, fault) < 0)
			return -1;
	}
	return 0;
}

/* Tells the references which keys the rows bring for certain. */
static int
find_arrivals(const struct fil_lookahead *lookahead, struct fil_rows *rows,
    const struct fil_request *request, const bool *allowed, struct fil_references *references,
    struct fil_fault *fault)
{
	struct arrivals arrivals = { .lookahead = lookahead,
		.request = request,
		.references = references,
		.doubts = fil_table_doubts(request->table, allowed) };
	const struct fil_rows_visitor visitor = { .row = announce, .context = &arrivals };
	int result = fil_rows_look(rows, &visitor, fault);

	if (result == 0)
		result = withdraw_all(rows, &arrivals, fault);
	free(arrivals.doubts);
	return result;
}

struct fil_lookahead *
fil_lookahead_new(struct fil_rows *rows, const struct fil_request *request,
    const struct fil_load_options *options, struct fil_references *references,
    struct fil_fault *fault)
{
	struct fil_lookahead *lookahead = fil_alloc(1, sizeof *lookahead);
	bool matches = request->matching->finder != FIL_NOWHERE;

	lookahead->n_keys = request->table->n_keys;
	if ((matches && add_users(rows, request->matching, fault) < 0) ||
	    (options->last && find_last(lookahead, rows, fault) < 0) ||
	    (references &&
		find_arrivals(lookahead, rows, request, options->allow, references, fault) < 0)) {
		fil_lookahead_free(lookahead);
		return NULL;
	}
	return lookahead;
}
