/* SPDX-License-Identifier: ISC */
#include "lib/load/lookahead.h"

#include <stdint.h>
#include <string.h>
#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/catalog/value.h"
#include "lib/catalog/value_doubt.h"
#include "lib/write/row_hashes.h"

/* Where a row stands. */
struct place {
	const char *file;
	size_t line;
};

/* The sum of the amounts of a key. */
struct total {
	long long thousandths;
	bool given, again; /* some row has an amount; fil_lookahead_total was called for it */
	char text[FIL_AMOUNT_SIZE];
};

struct fil_lookahead {
	const struct fil_table *table;
	enum fil_load_prefer prefer;
	size_t left, arrived; /* columns, with FIL_PREFER_ACTIVE */
	struct fil_row_hashes *best; /* of each key the rank of its best row; NULL: all count */
	struct place *winners; /* with --verbose: of the best rows, numbered as keys appear */
	struct fil_row_hashes *numbers; /* of each key, from 1; NULL: not verbose */
	size_t n_winners, room;
	size_t sum; /* the column whose amounts add up */
	struct fil_row_hashes *total_numbers; /* of each key, from 1; NULL: nothing adds up */
	struct total *totals;
	size_t n_totals, totals_room;
};

static struct fil_row_hashes_hash
hash_key(struct fil_row_hashes *hashes, const struct fil_lookahead *lookahead,
    const struct fil_row_made *made)
{
	size_t n = lookahead->table->n_keys;

	return fil_row_hashes_row(hashes, made->values, made->lengths, n, n);
}

/* Returns a date as a number, in its order; NULL is `without`. */
static uint64_t
date_rank(const char *date, uint64_t without)
{
	uint64_t rank = 0;

	for (; date && *date; date++)
		if (*date != '-')
			rank = rank * 10 + (uint64_t)(*date - '0');
	return rank > 0 ? rank : without;
}

/* Returns the place where a row begins, as one number: no input has 2^40 lines. */
static uint64_t
place_of(const struct fil_rows_row *row)
{
	return (uint64_t)row->input << 40 | row->line;
}

/* Returns the rank of a row among those with its key: the highest is kept. */
static uint64_t
rank_of(const struct fil_lookahead *lookahead, const struct fil_rows_row *row)
{
	const struct fil_row_made *made = row->made;
	uint64_t latest = 99999999;

	if (lookahead->prefer == FIL_PREFER_LAST)
		return place_of(row);
	if (lookahead->prefer == FIL_PREFER_FIRST)
		return FIL_ROW_CONTENT - place_of(row);
	return date_rank(made->values[lookahead->left], latest) << 27 |
	    date_rank(made->values[lookahead->arrived], 0);
}

/* Notes where the best row of a key stands, so far. */
static void
note_winner(struct fil_lookahead *lookahead, const struct fil_rows_row *row)
{
	struct fil_row_hashes_hash hash = hash_key(lookahead->numbers, lookahead, row->made);
	struct fil_row_hashes_entry *entry;
	bool fresh;

	entry = fil_row_hashes_add(lookahead->numbers, hash, &fresh);
	if (fresh)
		entry->content = ++lookahead->n_winners & FIL_ROW_CONTENT;
	lookahead->winners = fil_grow(lookahead->winners, lookahead->n_winners - 1,
	    &lookahead->room, sizeof *lookahead->winners);
	lookahead->winners[entry->content - 1] = (struct place){ row->file, row->line };
}

/* Notes the rank of a row under its key, if it is the best. */
static int
note_row(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	struct fil_lookahead *lookahead = context;
	struct fil_row_hashes_entry *entry;
	uint64_t rank;
	bool fresh;

	(void)fault;
	rank = rank_of(lookahead, row);
	entry = fil_row_hashes_add(
	    lookahead->best, hash_key(lookahead->best, lookahead, row->made), &fresh);
	if (!fresh && entry->content >= rank)
		return 0;
	entry->content = rank & FIL_ROW_CONTENT;
	if (lookahead->numbers)
		note_winner(lookahead, row);
	return 0;
}

/* Finds the best row of each key. */
static int
find_best(struct fil_lookahead *lookahead, struct fil_rows *rows,
    const struct fil_load_options *options, struct fil_fault *fault)
{
	const struct fil_rows_visitor visitor = { .row = note_row, .context = lookahead };

	lookahead->prefer = options->prefer;
	lookahead->left = fil_table_column(lookahead->table, "left");
	lookahead->arrived = fil_table_column(lookahead->table, "arrived");
	lookahead->best = fil_row_hashes_new(0);
	if (options->verbose)
		lookahead->numbers = fil_row_hashes_new(0);
	return fil_rows_look(rows, &visitor, fault);
}

/* Adds the amount of a row to the total of its key. */
static int
add_amount(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	struct fil_lookahead *lookahead = context;
	const char *amount = row->made->values[lookahead->sum];
	struct fil_row_hashes_entry *entry;
	struct total *total;
	bool fresh;

	entry = fil_row_hashes_add(lookahead->total_numbers,
	    hash_key(lookahead->total_numbers, lookahead, row->made), &fresh);
	if (fresh)
		entry->content = ++lookahead->n_totals & FIL_ROW_CONTENT;
	lookahead->totals = fil_grow(lookahead->totals, lookahead->n_totals - 1,
	    &lookahead->totals_room, sizeof *lookahead->totals);
	total = &lookahead->totals[entry->content - 1];
	if (fresh)
		*total = (struct total){ .given = false };
	if (!amount || fil_value_is_kept(amount))
		return 0;
	total->given = true;
	if (fil_amount_add(&total->thousandths, amount) == 0)
		return 0;
	return fil_fault_data(fault, "constraint-error", "%s:%zu: %s: the sum of '%s' is too large",
	    row->file, row->line, lookahead->table->columns[lookahead->sum].name,
	    row->made->values[0]);
}

/* Adds up the rows of each key. */
static int
find_totals(struct fil_lookahead *lookahead, struct fil_rows *rows, struct fil_fault *fault)
{
	const struct fil_rows_visitor visitor = { .row = add_amount, .context = lookahead };

	lookahead->total_numbers = fil_row_hashes_new(0);
	if (fil_rows_look(rows, &visitor, fault) < 0)
		return -1;
	for (size_t i = 0; i < lookahead->n_totals; i++)
		fil_amount_write(lookahead->totals[i].thousandths, lookahead->totals[i].text);
	return 0;
}

const char *
fil_lookahead_total(struct fil_lookahead *lookahead, const struct fil_row_made *made, bool *again)
{
	const struct fil_row_hashes_entry *entry = fil_row_hashes_find(
	    lookahead->total_numbers, hash_key(lookahead->total_numbers, lookahead, made).key);
	struct total *total = &lookahead->totals[entry->content - 1];

	*again = total->again;
	total->again = true;
	return total->given ? total->text : NULL;
}

bool
fil_lookahead_replaces(const struct fil_lookahead *lookahead, const struct fil_rows_row *row)
{
	const struct fil_row_hashes_entry *entry;

	if (!lookahead->best)
		return false;
	entry = fil_row_hashes_find(
	    lookahead->best, hash_key(lookahead->best, lookahead, row->made).key);
	return entry && entry->content > rank_of(lookahead, row);
}

size_t
fil_lookahead_winner(
    const struct fil_lookahead *lookahead, const struct fil_row_made *made, const char **file)
{
	const struct fil_row_hashes_entry *entry;
	const struct place *winner;

	if (!lookahead->numbers)
		return 0;
	entry = fil_row_hashes_find(
	    lookahead->numbers, hash_key(lookahead->numbers, lookahead, made).key);
	if (!entry)
		return 0;
	winner = &lookahead->winners[entry->content - 1];
	*file = winner->file;
	return winner->line;
}

void
fil_lookahead_free(struct fil_lookahead *lookahead)
{
	if (!lookahead)
		return;
	fil_row_hashes_free(lookahead->best);
	fil_row_hashes_free(lookahead->numbers);
	free(lookahead->winners);
	fil_row_hashes_free(lookahead->total_numbers);
	free(lookahead->totals);
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

/* Returns whether a row has a doubtful cell that is a fault. */
static bool
is_doubtful(const struct arrivals *arrivals, const struct fil_row_made *made)
{
	struct fil_value_doubt doubt = { .column = FIL_NOWHERE };

	while (fil_table_doubt(
	    arrivals->request->table, arrivals->doubts, made->values, made->lengths, &doubt))
		if (doubt.fault)
			return true;
	return false;
}

/* Adds the key of a good row, for the time being. A row that is refused for a doubtful cell may be
 * stored already: the store then has its key. */
static int
announce(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	const struct arrivals *arrivals = context;

	(void)fault;
	if (can_be_new(arrivals, row->made->given) &&
	    !fil_lookahead_replaces(arrivals->lookahead, row) && !is_doubtful(arrivals, row->made))
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

	lookahead->table = request->table;
	lookahead->sum = options->sum ? fil_table_column(request->table, options->sum) : 0;
	if ((matches && add_users(rows, request->matching, fault) < 0) ||
	    (options->sum && find_totals(lookahead, rows, fault) < 0) ||
	    (options->prefer != FIL_PREFER_NONE &&
		find_best(lookahead, rows, options, fault) < 0) ||
	    (references &&
		find_arrivals(lookahead, rows, request, options->allow, references, fault) < 0)) {
		fil_lookahead_free(lookahead);
		return NULL;
	}
	return lookahead;
}
