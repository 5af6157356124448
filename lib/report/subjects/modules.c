/* SPDX-License-Identifier: ISC */
/* fil-report modules: the support that was assigned and completed, and its effect. */
#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/base/language.h"
#include "lib/levels/standing.h"
#include "lib/levels/standing_reader.h"
#include "lib/plan/support.h"
#include "lib/report/figures.h"
#include "lib/report/report.h"
#include "lib/users/population.h"

/* The days after a completion in which a level counts as its effect. */
enum { EFFECT_DAYS = 60 };

/* The columns of the report. */
enum {
	MODULE,
	TITLE,
	KIND,
	ASSIGNED,
	COMPLETED,
	OPEN,
	OVERDUE,
	COMPLETION_SHARE,
	MEDIAN_DAYS,
	MEASURED,
	GAINED,
	MEAN_GAIN,
	COLUMNS
};

static const struct fil_output_column columns[COLUMNS] = {
	[MODULE] = { "module", false },
	[TITLE] = { "title", false },
	[KIND] = { "kind", false },
	[ASSIGNED] = { "assigned", true },
	[COMPLETED] = { "completed", true },
	[OPEN] = { "open", true },
	[OVERDUE] = { "overdue", true },
	[COMPLETION_SHARE] = { "completion_share", true },
	[MEDIAN_DAYS] = { "median_days", true },
	[MEASURED] = { "measured", true },
	[GAINED] = { "gained", true },
	[MEAN_GAIN] = { "mean_gain", true },
};

/* The table of modules has the first columns of the report, and the dimension. */
enum { DIMENSION = KIND + 1, SHELF_COLUMNS };

static const char modules_query[] =
    "SELECT module, title, kind, dimension FROM modules ORDER BY module";

/* The counts of a module. */
struct count {
	size_t assigned, completed, overdue, measured, gained;
	long long gain;
	size_t dimension; /* dimension of the module, or FIL_NOWHERE: all */
};

struct modules {
	fil_day as_of;
	unsigned sources;
	struct fil_dimensions dimensions;
	struct fil_lookup_table *table;
	struct fil_population *selected;
	struct fil_support *support;
	struct fil_cursor *events;
	struct fil_facts *facts;
	struct fil_standing *standings; /* on the day of completion, and at the end of its effect */
	struct fil_median *days;
	struct count *counts;
};

/* Counts the effect of a completed assignment in one dimension. */
static void
count_effect(const struct modules *modules, struct count *count, size_t d, fil_day completed)
{
	const struct fil_standing *before = &modules->standings[d];
	const struct fil_standing *after = &modules->standings[modules->dimensions.n + d];

	if (before->level < 0 || after->date <= completed)
		return;
	count->measured++;
	count->gained += after->level > before->level;
	count->gain += after->level - before->level;
}

/* Counts the effects of a user's completed assignments. */
static void
count_effects(const struct modules *modules, const struct fil_assigned *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct count *count = &modules->counts[list[i].module];
		fil_day days[] = { list[i].completed, list[i].completed + EFFECT_DAYS };

		if (list[i].completed == FIL_NEVER)
			continue;
		if (days[1] > modules->as_of)
			days[1] = modules->as_of;
		fil_facts_stand(modules->facts, days, 2, modules->standings);
		for (size_t d = 0; d < modules->dimensions.n; d++)
			if (count->dimension == FIL_NOWHERE || count->dimension == d)
				count_effect(modules, count, d, list[i].completed);
	}
}

/* Counts the assignments of a user. Returns the number of completed ones. */
static size_t
count_assignments(const struct modules *modules, const struct fil_assigned *list, size_t n)
{
	size_t completed = 0;

	for (size_t i = 0; i < n; i++) {
		struct count *count = &modules->counts[list[i].module];

		count->assigned++;
		if (list[i].completed == FIL_NEVER) {
			count->overdue += list[i].due != FIL_NEVER && list[i].due < modules->as_of;
			continue;
		}
		completed++;
		count->completed++;
		fil_median_add(modules->days, list[i].module, list[i].completed - list[i].assigned);
	}
	return completed;
}

/* Counts the assignments of the current user, and their effects. Returns 0 or -1. */
static int
count_user(const struct modules *modules, struct fil_fault *fault)
{
	size_t length, n;
	const char *user = fil_support_user(modules->support, &length);
	const struct fil_assigned *list = fil_support_list(modules->support, &n);
	int got;

	if (!fil_population_has(modules->selected, user, length))
		return 0;
	if (count_assignments(modules, list, n) == 0)
		return 0;
	if ((got = fil_cursor_seek(modules->events, user, fault)) != 1)
		return got;
	if (fil_facts_read(
		modules->facts, modules->events, &modules->dimensions, modules->sources, fault) < 0)
		return -1;
	count_effects(modules, list, n);
	return 0;
}

/* Reads the modules. Returns 0 or -1. */
static int
read_modules(struct modules *modules, struct fil_store *store, struct fil_fault *fault)
{
	modules->table =
	    fil_lookup_table_new(fil_query_new(store, modules_query), SHELF_COLUMNS, fault);
	if (!modules->table || fil_dimensions_read(store, &modules->dimensions, fault) < 0)
		return -1;
	modules->counts = fil_alloc(fil_lookup_table_rows(modules->table), sizeof *modules->counts);
	for (size_t i = 0; i < fil_lookup_table_rows(modules->table); i++) {
		const char *dimension = fil_lookup_table_cell(modules->table, i, DIMENSION);

		modules->counts[i].dimension = !dimension
		    ? FIL_NOWHERE
		    : fil_dimensions_find(&modules->dimensions, dimension, 0);
	}
	return 0;
}

/* Opens all tables. Returns 0 or -1. */
static int
open_tables(struct modules *modules, struct fil_store *store,
    const struct fil_report_request *request, struct fil_fault *fault)
{
	modules->as_of = request->as_of;
	if (fil_sources_read(request->sources, &modules->sources, fault) < 0 ||
	    read_modules(modules, store, fault) < 0)
		return -1;
	modules->selected =
	    fil_population_selected(store, &request->selection, request->as_of, fault);
	if (!modules->selected)
		return -1;
	modules->support = fil_support_new(store, modules->table, request->as_of, FIL_WITH_NOTHING);
	modules->events = fil_facts_cursor(store, 0);
	modules->facts = fil_facts_new(&modules->dimensions);
	modules->standings = fil_alloc(2 * modules->dimensions.n, sizeof *modules->standings);
	modules->days = fil_median_new();
	return 0;
}

static void
close_tables(struct modules *modules)
{
	fil_population_free(modules->selected);
	fil_support_free(modules->support);
	fil_cursor_free(modules->events);
	fil_facts_free(modules->facts);
	fil_median_free(modules->days);
	fil_lookup_table_free(modules->table);
	fil_dimensions_release(&modules->dimensions);
	free(modules->standings);
	free(modules->counts);
}

static void
give_row(const struct modules *modules, size_t module, const struct fil_report_sink *sink)
{
	const struct count *count = &modules->counts[module];
	long long assigned = (long long)count->assigned, completed = (long long)count->completed;
	struct fil_figures row = { 0 };

	for (size_t c = MODULE; c <= KIND; c++)
		row.cells[c] = fil_lookup_table_cell(modules->table, module, c);
	fil_figures_count(&row, ASSIGNED, count->assigned);
	fil_figures_count(&row, COMPLETED, count->completed);
	fil_figures_count(&row, OPEN, count->assigned - count->completed);
	fil_figures_count(&row, OVERDUE, count->overdue);
	fil_figures_share(&row, COMPLETION_SHARE, completed, assigned);
	fil_figures_median(&row, MEDIAN_DAYS, modules->days, (uint32_t)module, 0);
	fil_figures_count(&row, MEASURED, count->measured);
	fil_figures_count(&row, GAINED, count->gained);
	fil_figures_mean(&row, MEAN_GAIN, count->gain, (long long)count->measured);
	sink->row(sink->context, row.cells);
}

static int
make_modules(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct modules modules = { 0 };
	int got = open_tables(&modules, store, request, fault);

	if (got == 0)
		sink->columns(sink->context, columns, COLUMNS);
	while (got == 0 && (got = fil_support_next(modules.support, fault)) == 1)
		got = count_user(&modules, fault);
	for (size_t i = 0; got == 0 && i < fil_lookup_table_rows(modules.table); i++)
		give_row(&modules, i, sink);
	close_tables(&modules);
	return got;
}

const struct fil_report_subject fil_report_modules = {
	.name = "modules",
	.meaning = N_("the support assigned and completed, and the levels after it"),
	.takes = FIL_TAKES_SOURCES,
	.make = make_modules,
};
