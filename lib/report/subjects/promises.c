/* SPDX-License-Identifier: ISC */
/* fil-report promises: the promises, and the verdicts of users on them. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/store/query.h"
#include "lib/users/population.h"

/* The columns of the report. The first are those of the table. */
enum { PROMISE, KIND, STATEMENT, DUE, VOICES, KEPT, PARTLY, BROKEN, KEPT_SHARE, STATUS, COLUMNS };

static const struct fil_output_column columns[COLUMNS] = {
	[PROMISE] = { "promise", FIL_CELL_TEXT },
	[KIND] = { "kind", FIL_CELL_TEXT },
	[STATEMENT] = { "statement", FIL_CELL_TEXT },
	[DUE] = { "due", FIL_CELL_DAY },
	[VOICES] = { "voices", FIL_CELL_NUMBER },
	[KEPT] = { "kept", FIL_CELL_NUMBER },
	[PARTLY] = { "partly", FIL_CELL_NUMBER },
	[BROKEN] = { "broken", FIL_CELL_NUMBER },
	[KEPT_SHARE] = { "kept_share", FIL_CELL_SHARE, 1 },
	[STATUS] = { "status", FIL_CELL_TEXT },
};

/* The numbers of users who judge a promise in each way. */
struct count {
	size_t kept, partly, broken;
};

/* The newest verdict so far of one user on one promise. */
struct voice {
	struct fil_bytes user;
	size_t promise; /* FIL_NOWHERE: none, or one that does not count */
	char verdict; /* its first letter */
};

struct promises {
	const struct fil_report_request *request;
	struct fil_lookup_table *table; /* the promises made up to the day */
	struct fil_population *selected; /* NULL where the engine counts */
	struct count *counts;
};

static const char verdicts_query[] =
    "SELECT promise, \"user\", verdict FROM verdicts WHERE date <= $1"
    " ORDER BY promise, \"user\", date";

/* Counts the users whose newest verdict on a promise has this first letter. */
static void
count_voices(const struct promises *promises, size_t promise, char verdict, size_t users)
{
	struct count *count;

	if (promise == FIL_NOWHERE)
		return;
	count = &promises->counts[promise];
	count->kept += verdict == 'k' ? users : 0;
	count->partly += verdict == 'p' ? users : 0;
	count->broken += verdict == 'b' ? users : 0;
}

/* Counts a verdict, after the last row of its user and promise. */
static void
count_voice(const struct promises *promises, const struct voice *voice)
{
	count_voices(promises, voice->promise, voice->verdict, 1);
}

/* Reads a verdict. Rows are by promise, user and date. */
static void
take_verdict(const struct promises *promises, struct fil_query *query, struct voice *voice)
{
	size_t near = voice->promise == FIL_NOWHERE ? 0 : voice->promise;
	size_t promise = fil_lookup_table_find(promises->table, fil_query_text(query, 0), near), n;
	const char *user = fil_query_text(query, 1);

	n = fil_query_length(query, 1);
	if (promise == FIL_NOWHERE || !fil_population_has(promises->selected, user, n))
		return;
	if (promise != voice->promise || n != voice->user.length ||
	    memcmp(user, voice->user.data, n) != 0) {
		count_voice(promises, voice);
		fil_bytes_clear(&voice->user);
		fil_bytes_add(&voice->user, user, n);
		voice->promise = promise;
	}
	voice->verdict = *fil_query_text(query, 2);
}

/* Joins the newest verdict of each user on each promise. */
static void
join_verdicts(void *context, struct fil_statement *statement)
{
	const struct promises *promises = context;

	fil_statement_add(statement,
	    " JOIN (SELECT \"user\" AS who, promise, verdict,"
	    " row_number() OVER (PARTITION BY \"user\", promise ORDER BY date DESC) AS place"
	    " FROM verdicts WHERE date <= ");
	fil_statement_add_day(statement, promises->request->as_of);
	fil_statement_add(statement, ") AS l ON l.who = u.\"user\" AND l.place = 1");
}

static void
add_verdicts(void *context, struct fil_statement *statement)
{
	(void)context;
	fil_statement_add(statement, ", l.promise, l.verdict, count(*)");
}

/* Takes the users whose newest verdict on a promise it is. */
static void
take_verdicts(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	const struct promises *promises = context;
	size_t promise = fil_lookup_table_find(promises->table, fil_query_text(query, column), 0);

	(void)cells;
	count_voices(promises, promise, *fil_query_text(query, column + 1),
	    (size_t)fil_query_number(query, column + 2));
}

/* Has the engine count the verdicts. Returns 1, 0 where it cannot, or -1 with a fault. */
static int
count_by_engine(struct promises *promises, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_population_sums sums = { join_verdicts, add_verdicts, take_verdicts,
		promises, 2, NULL, NULL };

	return fil_population_summed(
	    store, &promises->request->selection, promises->request->as_of, &sums, fault);
}

/* Counts the verdicts one by one. Returns 0 or -1. */
static int
count_verdicts(struct promises *promises, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_report_request *request = promises->request;
	struct voice voice = { .promise = FIL_NOWHERE };
	struct fil_query *verdicts;
	char as_of[FIL_DATE_SIZE];
	int got;

	promises->selected =
	    fil_population_selected(store, &request->selection, request->as_of, fault);
	if (!promises->selected)
		return -1;
	verdicts = fil_query_new(store, verdicts_query);
	fil_date_write(request->as_of, as_of);
	fil_query_bind(verdicts, 1, as_of);
	while ((got = fil_query_step(verdicts, fault)) == 1)
		take_verdict(promises, verdicts, &voice);
	count_voice(promises, &voice);
	fil_bytes_release(&voice.user);
	fil_query_free(verdicts);
	return got;
}

static const char *
status_of(const struct count *count)
{
	if (count->kept + count->partly + count->broken == 0)
		return "untested";
	if (count->partly + count->broken == 0)
		return "kept";
	return count->kept + count->partly == 0 ? "broken" : "mixed";
}

static void
give_row(const struct promises *promises, size_t promise, const struct fil_report_sink *sink)
{
	const struct count *count = &promises->counts[promise];
	size_t voices = count->kept + count->partly + count->broken;
	struct fil_figures row = { 0 };

	for (size_t c = PROMISE; c <= DUE; c++)
		row.cells[c] = fil_lookup_table_cell(promises->table, promise, c);
	fil_figures_count(&row, VOICES, voices);
	fil_figures_count(&row, KEPT, count->kept);
	fil_figures_count(&row, PARTLY, count->partly);
	fil_figures_count(&row, BROKEN, count->broken);
	fil_figures_share(&row, KEPT_SHARE, (long long)count->kept, (long long)voices);
	row.cells[STATUS] = status_of(count);
	sink->row(sink->context, row.cells);
}

/* Reads the promises that were made. Returns 0 or -1. */
static int
read_promises(struct promises *promises, struct fil_store *store, struct fil_fault *fault)
{
	struct fil_query *made = fil_query_new(store,
	    "SELECT promise, kind, statement, due FROM promises WHERE made <= $1"
	    " ORDER BY promise");
	char as_of[FIL_DATE_SIZE];

	fil_date_write(promises->request->as_of, as_of);
	fil_query_bind(made, 1, as_of);
	promises->table = fil_lookup_table_new(made, DUE + 1, fault);
	if (!promises->table)
		return -1;
	promises->counts =
	    fil_alloc(fil_lookup_table_rows(promises->table), sizeof *promises->counts);
	return 0;
}

static int
make_promises(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct promises promises = { .request = request };
	int got = read_promises(&promises, store, fault);

	if (got == 0) {
		sink->columns(sink->context, columns, COLUMNS);
		got = count_by_engine(&promises, store, fault);
	}
	if (got == 0)
		got = count_verdicts(&promises, store, fault);
	for (size_t i = 0; got >= 0 && i < fil_lookup_table_rows(promises.table); i++)
		give_row(&promises, i, sink);
	fil_population_free(promises.selected);
	fil_lookup_table_free(promises.table);
	free(promises.counts);
	return got < 0 ? -1 : 0;
}

const struct fil_report_subject fil_report_promises = {
	.name = "promises",
	.meaning = N_("promises and limits, and how users judge them"),
	.takes = FIL_TAKES_MINIMUM,
	.people = "voices",
	.make = make_promises,
};
