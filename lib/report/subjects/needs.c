/* SPDX-License-Identifier: ISC */
/* fil-report needs: the needs of users, and the modules that cover them. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/language.h"
#include "lib/plan/support.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/users/population.h"

/* The columns of the report. */
enum { NEED, USERS, COVERED, UNCOVERED, COLUMNS };

static const struct fil_output_column columns[COLUMNS] = {
	[NEED] = { "need", FIL_CELL_TEXT },
	[USERS] = { "users", FIL_CELL_NUMBER },
	[COVERED] = { "covered", FIL_CELL_NUMBER },
	[UNCOVERED] = { "uncovered", FIL_CELL_NUMBER },
};

/* The counts of a need. */
struct count {
	const char *need;
	size_t users, covered;
};

struct needs {
	fil_day as_of;
	struct fil_population *selected;
	struct fil_coverage *coverage;
	struct count *counts; /* by the number of the need */
	size_t n;
};

/* Makes room for the needs read so far. */
static void
make_room(struct needs *needs)
{
	size_t n = fil_coverage_count(needs->coverage);

	if (n <= needs->n)
		return;
	needs->counts = fil_resize(needs->counts, n, sizeof *needs->counts);
	memset(needs->counts + needs->n, 0, (n - needs->n) * sizeof *needs->counts);
	needs->n = n;
}

/* Counts the needs of the current user. */
static void
count_user(struct needs *needs)
{
	size_t length, n;
	const char *user = fil_coverage_user(needs->coverage, &length);
	const struct fil_need *list = fil_coverage_needs(needs->coverage, &n);

	if (!fil_population_has(needs->selected, user, length))
		return;
	make_room(needs);
	for (size_t i = 0; i < n; i++) {
		needs->counts[list[i].number].users++;
		needs->counts[list[i].number].covered += list[i].covered;
	}
}

/* Joins the needs of each user. */
static void
join_needs(void *context, struct fil_statement *statement)
{
	const struct needs *needs = context;

	fil_coverage_join(statement, needs->as_of);
}

static void
add_needs(void *context, struct fil_statement *statement)
{
	(void)context;
	fil_statement_add(statement, ", l.need, count(*), sum(l.covered)");
}

/* Takes the users of a need. */
static void
take_need(void *context, const uint32_t *cells, struct fil_query *query, int column)
{
	struct needs *needs = context;
	uint32_t number = fil_coverage_number(needs->coverage, fil_query_text(query, column));

	(void)cells;
	make_room(needs);
	needs->counts[number].users += (size_t)fil_query_number(query, column + 1);
	needs->counts[number].covered += (size_t)fil_query_number(query, column + 2);
}

/* Has the engine count the users of each need. Returns 1, 0 where it cannot, or -1 with a fault. */
static int
count_by_engine(struct needs *needs, struct fil_store *store,
    const struct fil_report_request *request, struct fil_fault *fault)
{
	const struct fil_population_sums sums = { join_needs, add_needs, take_need, needs, 1, NULL,
		NULL };

	return fil_population_summed(store, &request->selection, request->as_of, &sums, fault);
}

/* Counts the needs of the selected users one by one. Returns 0 or -1. */
static int
count_users(struct needs *needs, struct fil_store *store, const struct fil_report_request *request,
    struct fil_fault *fault)
{
	int got;

	needs->selected =
	    fil_population_selected(store, &request->selection, request->as_of, fault);
	if (!needs->selected)
		return -1;
	while ((got = fil_coverage_next(needs->coverage, fault)) == 1)
		count_user(needs);
	return got;
}

static int
by_need(const void *left, const void *right)
{
	return strcmp(((const struct count *)left)->need, ((const struct count *)right)->need);
}

static void
give_rows(struct needs *needs, const struct fil_report_sink *sink)
{
	for (size_t i = 0; i < needs->n; i++)
		needs->counts[i].need = fil_coverage_name(needs->coverage, (uint32_t)i);
	if (needs->counts)
		qsort(needs->counts, needs->n, sizeof *needs->counts, by_need);
	for (size_t i = 0; i < needs->n; i++) {
		const struct count *count = &needs->counts[i];
		struct fil_figures row = { 0 };

		/* A rule may name a need that no user has expressed. */
		if (count->users == 0)
			continue;
		row.cells[NEED] = count->need;
		fil_figures_count(&row, USERS, count->users);
		fil_figures_count(&row, COVERED, count->covered);
		fil_figures_count(&row, UNCOVERED, count->users - count->covered);
		sink->row(sink->context, row.cells);
	}
}

static int
make_needs(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct needs needs = { .as_of = request->as_of };
	int got = -1;

	needs.coverage = fil_coverage_new(store, request->as_of, fault);
	if (needs.coverage) {
		sink->columns(sink->context, columns, COLUMNS);
		got = count_by_engine(&needs, store, request, fault);
	}
	if (got == 0)
		got = count_users(&needs, store, request, fault);
	if (got >= 0)
		give_rows(&needs, sink);
	fil_coverage_free(needs.coverage);
	fil_population_free(needs.selected);
	free(needs.counts);
	return got < 0 ? -1 : 0;
}

const struct fil_report_subject fil_report_needs = {
	.name = "needs",
	.meaning = N_("the needs of users, and the needs covered"),
	.takes = FIL_TAKES_MINIMUM,
	.people = "users",
	.make = make_needs,
};
