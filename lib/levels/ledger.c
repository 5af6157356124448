/* SPDX-License-Identifier: ISC */
#include "lib/levels/ledger.h"

#include "lib/levels/source.h"

#define LEVELS "SELECT \"user\", dimension, level, date, source FROM standing"
#define ALL "SELECT \"user\", dimension, level, date, source, previous, risen, first FROM standing"
#define TOTALS "SELECT \"user\", autonomous FROM standings"

enum { USER, DIMENSION, LEVEL, DATE, SOURCE, PREVIOUS, RISEN, FIRST };

static const char *const standing_columns[] = {
	"user", "dimension", "level", "date", "source", "previous", "risen", "first",
};
static const char *const standings_columns[] = { "user", "autonomous" };

const struct fil_relation fil_ledger_standing = { "standing", standing_columns, 8, 2 };
const struct fil_relation fil_ledger_standings = { "standings", standings_columns, 2, 1 };

struct fil_cursor *
fil_ledger_new(struct fil_store *store, enum fil_ledger_columns columns)
{
	return fil_cursor_new(fil_query_new(store, columns == FIL_LEDGER_ALL
	    ? ALL " ORDER BY \"user\", dimension" : LEVELS " ORDER BY \"user\", dimension"));
}

struct fil_cursor *
fil_ledger_totals_new(struct fil_store *store)
{
	return fil_cursor_new(fil_query_new(store, TOTALS " ORDER BY \"user\""));
}

struct fil_cursor *
fil_ledger_of_users(struct fil_store *store, size_t n)
{
	return fil_cursor_of_users(store, ALL, "dimension", n);
}

struct fil_cursor *
fil_ledger_totals_of_users(struct fil_store *store, size_t n)
{
	return fil_cursor_of_users(store, TOTALS, NULL, n);
}

/* Reads a day that may be unknown. Returns 0 or -1. */
static int
read_day(struct fil_query *query, int column, fil_day *day)
{
	const char *text = fil_query_text(query, column);

	*day = FIL_NEVER;
	return text == NULL ? 0 : fil_date_parse(text, day);
}

/* Returns 0, or -1 when the row holds what nobody wrote. */
static int
read_row(struct fil_query *query, enum fil_ledger_columns columns, struct fil_standing *standing)
{
	*standing = FIL_UNKNOWN_STANDING;
	standing->level = (int)fil_query_number(query, LEVEL);
	standing->source = fil_source_number(fil_query_text(query, SOURCE));
	if (standing->source < 0 || read_day(query, DATE, &standing->date) < 0)
		return -1;
	if (columns == FIL_LEDGER_LEVELS)
		return 0;
	if (fil_query_text(query, PREVIOUS) != NULL)
		standing->previous = (int)fil_query_number(query, PREVIOUS);
	if (read_day(query, RISEN, &standing->risen) < 0)
		return -1;
	return read_day(query, FIRST, &standing->first);
}

int
fil_ledger_take(struct fil_cursor *ledger, const struct fil_dimensions *dimensions,
    enum fil_ledger_columns columns, struct fil_standing *standings, struct fil_fault *fault)
{
	struct fil_query *query = fil_cursor_query(ledger);
	size_t d = 0;
	int got;

	for (size_t i = 0; i < dimensions->n; i++)
		standings[i].level = -1;
	do {
		d = fil_dimensions_find(dimensions, fil_query_text(query, DIMENSION), d);
		if (d == FIL_NOWHERE || read_row(query, columns, &standings[d]) < 0)
			return fil_fault_set(fault, FIL_UNAVAILABLE,
			    "the store is damaged: standing of '%s' is not as it was written",
			    fil_cursor_user(ledger, NULL));
		d++;
	} while ((got = fil_cursor_row(ledger, fault)) == 1);
	return got;
}

int
fil_ledger_take_total(struct fil_cursor *totals, fil_day *autonomous, struct fil_fault *fault)
{
	if (read_day(fil_cursor_query(totals), 1, autonomous) < 0)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "the store is damaged: standings of '%s' is not as it was written",
		    fil_cursor_user(totals, NULL));
	return 0;
}
