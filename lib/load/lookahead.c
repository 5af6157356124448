/* SPDX-License-Identifier: ISC */
#include "lib/load/lookahead.h"

#include <stdint.h>
#include <string.h>
#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/write/row_hashes.h"

struct fil_lookahead {
	size_t n_keys;
	struct fil_row_hashes
	    *last; /* of each key the number of its last row, as the content; NULL:
				      * all rows count */
	uint64_t number; /* of the row, among the good ones */
};

static struct fil_row_hashes_hash
hash_key(const struct fil_lookahead *lookahead, const struct fil_row_made *made)
{
	return fil_row_hashes_row(
	    lookahead->last, made->values, made->lengths, lookahead->n_keys, lookahead->n_keys);
}

/* Notes the number of a row under its key. */
static int
note_row(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	struct fil_lookahead *lookahead = context;
	struct fil_row_hashes_hash hash = hash_key(lookahead, row->made);
	bool fresh;

	(void)fault;
	fil_row_hashes_add(lookahead->last, hash, &fresh)->content =
	    ++lookahead->number & FIL_ROW_CONTENT;
	return 0;
}

/* Finds the last row of each key. */
static int
find_last(struct fil_lookahead *lookahead, struct fil_rows *rows, struct fil_fault *fault)
{
	const struct fil_rows_visitor visitor = { .row = note_row, .context = lookahead };

	lookahead->last = fil_row_hashes_new(0);
	if (fil_rows_look(rows, &visitor, fault) < 0)
		return -1;
	lookahead->number = 0;
	return 0;
}

bool
fil_lookahead_supersedes(struct fil_lookahead *lookahead, const struct fil_row_made *made)
{
	const struct fil_row_hashes_entry *entry;

	lookahead->number++;
	entry = fil_row_hashes_find(lookahead->last, hash_key(lookahead, made).key);
	return entry && entry->content != lookahead->number;
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

/* Adds the users of the inputs to those whom the matching finds. */
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

/* Each pass withdraws at least one step of the rows that refer to a refused row; no hierarchy has so
 * many. */
enum { PASSES_MOST = 64 };

struct arrivals {
	const struct fil_request *request;
	struct fil_references *references;
	bool withdrew;
};

/* Returns whether a row can be new: all that a new row needs is given. */
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

/* A good row comes, for the time being. */
static int
announce(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	const struct arrivals *arrivals = context;

	(void)fault;
	if (can_be_new(arrivals, row->made->given))
		fil_references_add(
		    arrivals->references, row->made->values[0], row->made->lengths[0]);
	return 0;
}

/* Withdraws a row that names what neither is there nor comes. */
static int
review(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	struct arrivals *arrivals = context;
	int withdrawn = fil_references_withdraw(arrivals->references, row->made->values, fault);

	arrivals->withdrew |= withdrawn > 0;
	return withdrawn < 0 ? -1 : 0;
}

/* Tells the references which keys the rows bring for certain. */
static int
find_arrivals(struct fil_rows *rows, const struct fil_request *request,
    struct fil_references *references, struct fil_fault *fault)
{
	struct arrivals arrivals = { request, references, true };
	struct fil_rows_visitor visitor = { .row = announce, .context = &arrivals };

	if (fil_rows_look(rows, &visitor, fault) < 0)
		return -1;
	visitor.row = review;
	for (size_t passes = 0; arrivals.withdrew; passes++) {
		if (passes == PASSES_MOST)
			return fil_fault_data(fault, "reference-error",
			    "refused rows are named by too long a line of others: mend them first");
		arrivals.withdrew = false;
		if (fil_rows_look(rows, &visitor, fault) < 0)
			return -1;
	}
	return 0;
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
	    (references && find_arrivals(rows, request, references, fault) < 0)) {
		fil_lookahead_free(lookahead);
		return NULL;
	}
	return lookahead;
}
