/* SPDX-License-Identifier: ISC */
#include "lib/report/criterion.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/options.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/filter.h"
#include "lib/levels/standing.h"
#include "lib/report/report.h"
#include "lib/store/query.h"

struct fil_criterion {
	char **words; /* of the report; the request refers to them */
	struct fil_report_request request;
	struct fil_filter *users; /* -w of the report */
	struct fil_filter *condition;
	const struct fil_report_subject *subject;
	bool dated; /* the report has a day of its own */
};

/* The options by which all reports select users. The others begin at OPTION. */
enum { ACTIVE = 256, PHASE, OPTION };

static const struct fil_option selecting[] = {
	{ .name = "where", .letter = 'w', .argument = "CONDITION" },
	{ .name = "active", .letter = ACTIVE },
	{ .name = "phase", .letter = PHASE, .argument = "GLOB" }
};

/* Takes an option. Returns 0, or -1 with a fault that does not name it. */
static int
take_option(struct fil_criterion *criterion, int letter, struct fil_fault *fault)
{
	struct fil_selection *selection = &criterion->request.selection;
	size_t i = (size_t)(letter - OPTION);
	const char *name;

	switch (letter) {
	case 'w': return fil_filter_add(criterion->users, optarg, fault);
	case ACTIVE: selection->active = true; return 0;
	case PHASE: selection->phase = optarg; return 0;
	default: break;
	}
	name = fil_report_options[i].name;
	if (strcmp(name, "require") == 0)
		return fil_fault_set(
		    fault, FIL_USAGE, "the condition stands in the column require");
	criterion->dated |= strcmp(name, "as-of") == 0;
	return fil_report_request_take(&criterion->request, i, optarg, fault);
}

/* Returns the options of a criterion; the caller frees them. */
static struct fil_options *
make_options(void)
{
	struct fil_options *options = fil_options_new();
	const struct fil_report_option *option = fil_report_options;

	for (size_t i = 0; i < sizeof selecting / sizeof *selecting; i++)
		fil_options_add(options, &selecting[i], NULL);
	for (int letter = OPTION; option->name; option++, letter++)
		fil_options_add(options,
		    &(struct fil_option){
			.name = option->name, .letter = letter, .argument = option->argument },
		    NULL);
	return options;
}

/* Reads the options. argv: a name of the program and then the words. Returns 0, or -1 with a fault. */
static int
read_options(struct fil_criterion *criterion, int argc, char **argv, struct fil_fault *fault)
{
	struct fil_options *options = make_options();
	struct fil_fault bare;
	int letter;

	while ((letter = fil_options_next(options, argc, argv, &bare)) != -1) {
		if (letter == FIL_OPTIONS_WRONG)
			fil_fault_set(fault, FIL_USAGE,
			    "%s: a criterion has the options of fil-report that choose figures",
			    bare.text);
		else if (take_option(criterion, letter, &bare) == 0)
			continue;
		else if (letter >= OPTION)
			fil_fault_set(fault, FIL_USAGE, "--%s: %s",
			    fil_report_options[letter - OPTION].name, bare.text);
		else
			*fault = bare;
		break;
	}
	fil_options_free(options);
	return letter == -1 ? 0 : -1;
}

/* Reads the subject, behind the options. Returns 0, or -1 with a fault. */
static int
read_subject(struct fil_criterion *criterion, char *const *operands, struct fil_fault *fault)
{
	struct fil_report_request *request = &criterion->request;
	const char *name = *operands;
	struct fil_roles roles;
	unsigned sources;

	if (name && operands[1])
		return fil_fault_set(fault, FIL_USAGE, "one operand too many: '%s'", operands[1]);
	criterion->subject = fil_report_choose(name, request, fault);
	if (!criterion->subject)
		return -1;
	if (strcmp(name, "readiness") == 0)
		return fil_fault_set(
		    fault, FIL_USAGE, "a criterion cannot judge the report of all criteria");
	if (fil_sources_read(request->sources, &sources, fault) < 0 ||
	    fil_selection_roles(&request->selection, &roles, fault) < 0)
		return -1;
	request->selection.filter = criterion->users;
	return fil_filter_bind(criterion->users, fil_catalog_table("users"), request->today, fault);
}

/* Reads the words of the report. Returns 0, or -1 with a fault. */
static int
read_report(struct fil_criterion *criterion, const char *report, struct fil_fault *fault)
{
	size_t n;
	char **argv;
	int got;

	if (!(criterion->words = fil_options_words(report, &n)))
		return fil_fault_set(fault, FIL_USAGE, "a quote is not closed in '%s'", report);
	/* getopt sorts the words: a list of its own. */
	argv = fil_alloc(n + 2, sizeof *argv);
	argv[0] = (char[]){ "fil-report" };
	memcpy(argv + 1, criterion->words, n * sizeof *argv);
	got = read_options(criterion, (int)n + 1, argv, fault);
	if (got == 0)
		got = read_subject(criterion, argv + optind, fault);
	free(argv);
	return got;
}

/* Returns a criterion without a report and a condition. */
static struct fil_criterion *
begin_criterion(fil_day today)
{
	struct fil_criterion *criterion = fil_alloc(1, sizeof *criterion);

	criterion->request = fil_report_request(today);
	criterion->users = fil_filter_new();
	criterion->condition = fil_filter_new();
	return criterion;
}

struct fil_criterion *
fil_criterion_new(const char *report, const char *require, fil_day today, struct fil_fault *fault)
{
	struct fil_criterion *criterion = begin_criterion(today);
	const char *column = "report";
	struct fil_fault bare;

	if (read_report(criterion, report, &bare) == 0) {
		column = "require";
		if (fil_filter_add(criterion->condition, require, &bare) == 0)
			return criterion;
	}
	fil_criterion_free(criterion);
	fil_fault_data(fault, "constraint-error", "%s: %s", column, bare.text);
	return NULL;
}

/* The rows of a report while they are judged. */
struct judging {
	struct fil_criterion *criterion;
	struct fil_verdict *verdict;
	size_t n_columns;
	bool number; /* the figure is one */
	struct fil_report_basis basis; /* of the figure */
	char *worst; /* the exact figure of the verdict, or NULL */
	size_t low, high; /* columns of the figure's limits, or FIL_NOWHERE */
	bool sought; /* the subject has told of how many users with a level: */
	size_t seen;
	struct fil_fault *fault;
	bool failed;
};

/* The figures that have limits, and the columns of these. */
static const struct {
	const char *subject; /* NULL: any with such a figure */
	const char *figure, *low, *high;
} limits[] = {
	{ "agreement", "kappa", "kappa_low", "kappa_high" },
	{ "forecast", "date", "low", "high" },
	{ "modules", "gain_difference", "gain_difference_low", "gain_difference_high" },
	{ "routines", "equivalent_by_user", "equivalent_low", "equivalent_high" },
	{ "routines", "difference", "difference_low", "difference_high" },
	{ "staffing", "minutes", "minutes_low", "minutes_high" },
	{ "time", "median", "median_low", "median_high" },
	{ "time", "share", "low", "high" },
	{ NULL, "share_min", "share_min", "share_max" },
	{ NULL, "share_max", "share_min", "share_max" },
};

/* Finds the columns of the limits of the figure. */
static void
find_limits(struct judging *judging, const struct fil_output_column *columns, const char *figure)
{
	const char *subject = judging->criterion->subject->name;
	size_t n = judging->n_columns;

	judging->low = judging->high = FIL_NOWHERE;
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (strcmp(limits[i].figure, figure) == 0 &&
		    (!limits[i].subject || strcmp(limits[i].subject, subject) == 0)) {
			judging->low = fil_output_find(columns, n, limits[i].low);
			judging->high = fil_output_find(columns, n, limits[i].high);
		}
}

static void
judge_columns(void *context, const struct fil_output_column *columns, size_t n)
{
	struct judging *judging = context;
	const struct fil_criterion *criterion = judging->criterion;
	struct fil_fault bare;
	size_t figure;

	judging->n_columns = n;
	if (fil_filter_bind_columns(
		criterion->condition, columns, n, criterion->request.today, &bare) < 0) {
		judging->failed = true;
		fil_fault_data(judging->fault, "constraint-error", "%s: %s", "require", bare.text);
		return;
	}
	figure = fil_filter_term(criterion->condition, 0).column;
	judging->number = fil_output_number(&columns[figure]);
	judging->basis = fil_report_basis(criterion->subject, columns, n, figure);
	find_limits(judging, columns, columns[figure].name);
}

static bool
is_empty(const char *cell)
{
	return !cell || *cell == '\0';
}

/* Returns whether the row would hold with this text as its figure. */
static bool
would_hold(const struct judging *judging, const char *const *cells, const char *figure)
{
	const struct fil_filter *condition = judging->criterion->condition;
	size_t n = judging->n_columns;
	const char **copy = fil_alloc(n, sizeof *copy);
	bool holds;

	memcpy(copy, cells, n * sizeof *copy);
	copy[fil_filter_term(condition, 0).column] = figure;
	holds = fil_filter_holds(condition, copy);
	free(copy);
	return holds;
}

/* Returns whether the row would hold if its figure were the limit. An empty limit is open: it lies
 * beyond any value, below for the low one (side -1), above for the high one (1). */
static bool
limit_holds(const struct judging *judging, const char *const *cells, size_t limit, int side)
{
	const struct fil_filter *condition = judging->criterion->condition;
	struct fil_filter_term term = fil_filter_term(condition, 0);

	return is_empty(cells[limit]) ? term.order == side
				      : would_hold(judging, cells, cells[limit]);
}

static enum fil_holds
judge_cells(const struct judging *judging, const char *const *cells)
{
	const struct fil_filter *condition = judging->criterion->condition;
	struct fil_filter_term term = fil_filter_term(condition, 0);
	bool holds = fil_filter_holds(condition, cells), low, high;

	if (fil_report_is_void(judging->basis, cells) ||
	    (is_empty(cells[term.column]) && !term.empty))
		return FIL_HOLDS_UNKNOWN;
	if (judging->low != FIL_NOWHERE &&
	    !(is_empty(cells[judging->low]) && is_empty(cells[judging->high]))) {
		low = limit_holds(judging, cells, judging->low, -1);
		high = limit_holds(judging, cells, judging->high, 1);
		if (low != holds || high != holds)
			return FIL_HOLDS_UNKNOWN;
	}
	return holds ? FIL_HOLDS : FIL_HOLDS_NOT;
}

/* Returns whether a figure is worse than the one of the verdict. */
static bool
is_worse(const struct judging *judging, const char *cell)
{
	struct fil_filter_term term = fil_filter_term(judging->criterion->condition, 0);
	const char *worst = judging->worst;
	int order;

	if (is_empty(worst) || is_empty(cell))
		return is_empty(worst) && !is_empty(cell);
	order = judging->number ? fil_decimal_compare(cell, worst) : strcmp(cell, worst);
	return order * term.order < 0;
}

/* Returns a copy of a printed cell, or of the exact one where the printed one would be judged otherwise.
 * NULL: there is none. */
static char *
copy_cell(const struct judging *judging, const char *const *exact, const char *const *cells,
    size_t column)
{
	if (column == FIL_NOWHERE || is_empty(cells[column]))
		return NULL;
	return fil_copy(
	    would_hold(judging, exact, cells[column]) == would_hold(judging, exact, exact[column])
		? cells[column]
		: exact[column]);
}

static void
ignore_row(void *context, const char *const *cells)
{
	(void)context;
	(void)cells;
}

static void
judge_row(void *context, const char *const *exact, const char *const *cells)
{
	struct judging *judging = context;
	struct fil_verdict *verdict = judging->verdict;
	size_t column;
	enum fil_holds holds;

	if (judging->failed)
		return;
	column = fil_filter_term(judging->criterion->condition, 0).column;
	holds = judge_cells(judging, exact);
	if (verdict->found &&
	    (holds > verdict->holds ||
		(holds == verdict->holds && !is_worse(judging, exact[column]))))
		return;
	fil_verdict_release(verdict);
	free(judging->worst);
	judging->worst = is_empty(exact[column]) ? NULL : fil_copy(exact[column]);
	*verdict = (struct fil_verdict){ holds, true, copy_cell(judging, exact, cells, column),
		copy_cell(judging, exact, cells, judging->low),
		copy_cell(judging, exact, cells, judging->high) };
}

static void
judge_seen(void *context, size_t users)
{
	struct judging *judging = context;

	judging->sought = true;
	judging->seen = users;
}

/* Settles what the rows have left open. */
static void
settle(const struct judging *judging)
{
	struct fil_verdict *verdict = judging->verdict;

	if (judging->sought && judging->seen == 0)
		verdict->holds = FIL_HOLDS_UNKNOWN;
	else if (!verdict->found)
		verdict->holds = judging->sought ? FIL_HOLDS : FIL_HOLDS_UNKNOWN;
}

int
fil_criterion_judge(struct fil_criterion *criterion, struct fil_store *store, fil_day as_of,
    struct fil_verdict *verdict, struct fil_fault *fault)
{
	struct fil_report_request request = criterion->request;
	struct judging judging = { .criterion = criterion,
		.verdict = verdict,
		.low = FIL_NOWHERE,
		.high = FIL_NOWHERE,
		.fault = fault };
	const struct fil_report_sink sink = { .columns = judge_columns,
		.row = ignore_row,
		.judge = judge_row,
		.seen = judge_seen,
		.context = &judging };
	int got;

	*verdict = (struct fil_verdict){ .holds = FIL_HOLDS_UNKNOWN };
	if (!criterion->dated || request.as_of > as_of)
		request.as_of = as_of;
	if (fil_selection_check(&request.selection, store, fault) < 0 ||
	    fil_filter_check(criterion->users, store, fault) < 0)
		return -1;
	got = fil_report_give(criterion->subject, store, &request, &sink, fault);
	free(judging.worst);
	if (got < 0)
		return -1;
	settle(&judging);
	verdict->any_size = request.min_group < FIL_REPORT_SEVERAL &&
	    (criterion->subject->takes & FIL_TAKES_MINIMUM) != 0;
	return judging.failed ? -1 : 0;
}

void
fil_verdict_release(struct fil_verdict *verdict)
{
	free(verdict->value);
	free(verdict->low);
	free(verdict->high);
	verdict->value = verdict->low = verdict->high = NULL;
}

int
fil_criterion_check(const char *column, const char *cell, fil_day today, struct fil_fault *fault)
{
	struct fil_criterion *criterion = begin_criterion(today);
	struct fil_fault bare;
	int got = 0;

	if (strcmp(column, "report") == 0)
		got = read_report(criterion, cell, &bare);
	else if (strcmp(column, "require") == 0)
		got = fil_filter_add(criterion->condition, cell, &bare);
	fil_criterion_free(criterion);
	return got == 0 ? 0 : fil_fault_data(fault, "constraint-error", "%s", bare.text);
}

/* Makes the report of no user, and looks the columns of the condition up in it. Returns 0, or -1 with a
 * fault. */
static int
check_columns(struct fil_criterion *criterion, struct fil_store *store, struct fil_fault *fault)
{
	struct fil_report_request request = criterion->request;
	struct fil_filter *nobody = fil_filter_new();
	struct fil_verdict verdict = { 0 };
	struct judging judging = { .criterion = criterion, .verdict = &verdict, .fault = fault };
	const struct fil_report_sink sink = {
		.columns = judge_columns, .row = ignore_row, .context = &judging
	};
	struct fil_fault ignored;

	/* No key is empty. */
	if (fil_filter_add(nobody, "user=", &ignored) == 0 &&
	    fil_filter_bind(nobody, fil_catalog_table("users"), request.today, &ignored) == 0) {
		request.selection.filter = nobody;
		request.min_group = 0;
		(void)fil_report_give(criterion->subject, store, &request, &sink, &ignored);
	}
	fil_filter_free(nobody);
	return judging.failed ? -1 : 0;
}

/* Returns the criterion of a row, with what the row does not give from the store. Sets it to NULL where
 * there is none that could be judged. Returns 0, or -1 with a fault. */
static int
complete(struct fil_store *store, const char *const *values, fil_day today,
    struct fil_criterion **criterion, struct fil_fault *fault)
{
	const struct fil_table *table = fil_catalog_table("criteria");
	const char *report = values[fil_table_column(table, "report")],
		   *require = values[fil_table_column(table, "require")];
	struct fil_query *query =
	    fil_query_new(store, "SELECT report, \"require\" FROM criteria WHERE criterion = $1");
	struct fil_fault ignored;
	int got;

	fil_query_bind(query, 1, values[0]);
	got = fil_query_step(query, fault);
	if (got == 1 && !report)
		report = fil_query_text(query, 0);
	if (got == 1 && !require)
		require = fil_query_text(query, 1);
	*criterion = report && require ? fil_criterion_new(report, require, today, &ignored) : NULL;
	fil_query_free(query);
	return got < 0 ? -1 : 0;
}

int
fil_criterion_check_row(
    struct fil_store *store, const char *const *values, fil_day today, struct fil_fault *fault)
{
	struct fil_criterion *criterion;
	int got;

	if (complete(store, values, today, &criterion, fault) < 0)
		return -1;
	got = criterion ? check_columns(criterion, store, fault) : 0;
	fil_criterion_free(criterion);
	return got;
}

void
fil_criterion_free(struct fil_criterion *criterion)
{
	if (!criterion)
		return;
	fil_report_request_release(&criterion->request);
	fil_filter_free(criterion->users);
	fil_filter_free(criterion->condition);
	free(criterion->words);
	free(criterion);
}
