/* SPDX-License-Identifier: ISC */
/* fil-report modules: the support that was assigned and completed, and its effect. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/report/figures.h"
#include "lib/report/module_gains.h"
#include "lib/report/report.h"

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
	[MODULE] = { "module", FIL_CELL_TEXT },
	[TITLE] = { "title", FIL_CELL_TEXT },
	[KIND] = { "kind", FIL_CELL_TEXT },
	[ASSIGNED] = { "assigned", FIL_CELL_NUMBER },
	[COMPLETED] = { "completed", FIL_CELL_NUMBER },
	[OPEN] = { "open", FIL_CELL_NUMBER },
	[OVERDUE] = { "overdue", FIL_CELL_NUMBER },
	[COMPLETION_SHARE] = { "completion_share", FIL_CELL_SHARE },
	[MEDIAN_DAYS] = { "median_days", FIL_CELL_NUMBER },
	[MEASURED] = { "measured", FIL_CELL_NUMBER },
	[GAINED] = { "gained", FIL_CELL_NUMBER },
	[MEAN_GAIN] = { "mean_gain", FIL_CELL_NUMBER },
};

/* The table of modules has the first columns of the report, and the dimension. */
enum { DIMENSION = KIND + 1, TABLE_COLUMNS };

static const char modules_query[] =
    "SELECT module, title, kind, dimension FROM modules ORDER BY module";

/* The counts of a module. */
struct count {
	size_t users, last; /* last: the number of the user counted last */
	size_t assigned, completed, overdue;
	struct fil_gain gain;
};

/* The days that an assignment took, kept for the total. */
struct days {
	size_t module;
	int days;
};

struct modules {
	const struct fil_report_request *request;
	struct fil_lookup_table *table;
	struct fil_module_gains *gains;
	struct fil_median *days;
	struct count *counts; /* of each module; the last one is the total, where it is asked for */
	struct fil_bytes kept; /* struct days, where the total is asked for */
};

/* Returns the number of the counts of all modules together. */
static uint32_t
total_of(const struct modules *modules)
{
	return (uint32_t)fil_lookup_table_rows(modules->table);
}

/* Counts an assignment of the user of that number, from 1, and its gain. */
static void
count_assignment(struct modules *modules, size_t user, const struct fil_assigned *assigned,
    const struct fil_gain *gain)
{
	struct count *count = &modules->counts[assigned->module];
	int days = assigned->completed - assigned->assigned;
	const struct days kept = { assigned->module, days };

	count->users += count->last != user;
	count->last = user;
	count->assigned++;
	if (assigned->completed == FIL_NEVER) {
		count->overdue +=
		    assigned->due != FIL_NEVER && assigned->due < modules->request->as_of;
		return;
	}
	count->completed++;
	fil_gain_add(&count->gain, gain);
	fil_median_add(modules->days, assigned->module, days);
	if (modules->request->total)
		fil_bytes_add(&modules->kept, (const char *)&kept, sizeof kept);
}

/* Counts all assignments. Returns 0 or -1. */
static int
count_all(struct modules *modules, struct fil_fault *fault)
{
	struct fil_module_gains_user user;
	size_t users = 0;
	int got;

	while ((got = fil_module_gains_next(modules->gains, &user, fault)) == 1) {
		users++;
		for (size_t i = 0; i < user.n; i++)
			count_assignment(modules, users, &user.list[i], &user.gains[i]);
	}
	return got;
}

/* Opens all tables. Returns 0 or -1. */
static int
open_tables(struct modules *modules, struct fil_store *store, struct fil_fault *fault)
{
	modules->table =
	    fil_lookup_table_new(fil_query_new(store, modules_query), TABLE_COLUMNS, fault);
	if (!modules->table)
		return -1;
	modules->gains =
	    fil_module_gains_new(store, modules->request, modules->table, DIMENSION, fault);
	if (!modules->gains)
		return -1;
	modules->counts = fil_alloc(total_of(modules) + 1U, sizeof *modules->counts);
	modules->days = fil_median_new();
	return 0;
}

static void
close_tables(struct modules *modules)
{
	fil_module_gains_free(modules->gains);
	fil_median_free(modules->days);
	fil_lookup_table_free(modules->table);
	free(modules->counts);
	fil_bytes_release(&modules->kept);
}

/* Returns whether the figures of a module are of too few users. */
static bool
is_hidden(const struct modules *modules, const struct count *count)
{
	return fil_report_are_few(modules->request, count->users);
}

static void
give_row(const struct modules *modules, size_t module, const struct fil_report_sink *sink)
{
	const struct count *count = &modules->counts[module];
	long long assigned = (long long)count->assigned, completed = (long long)count->completed;
	struct fil_figures row = { 0 };

	row.cells[MODULE] = FIL_REPORT_TOTAL;
	for (size_t c = MODULE; module < total_of(modules) && c <= KIND; c++)
		row.cells[c] = fil_lookup_table_cell(modules->table, module, c);
	if (is_hidden(modules, count)) {
		sink->row(sink->context, row.cells);
		return;
	}
	fil_figures_count(&row, ASSIGNED, count->assigned);
	fil_figures_count(&row, COMPLETED, count->completed);
	fil_figures_count(&row, OPEN, count->assigned - count->completed);
	fil_figures_count(&row, OVERDUE, count->overdue);
	fil_figures_share(&row, COMPLETION_SHARE, completed, assigned);
	fil_figures_median(&row, MEDIAN_DAYS, modules->days, (uint32_t)module, 0);
	fil_figures_count(&row, MEASURED, count->gain.measured);
	fil_figures_count(&row, GAINED, count->gain.gained);
	fil_figures_mean(&row, MEAN_GAIN, count->gain.sum, (long long)count->gain.measured);
	sink->row(sink->context, row.cells);
}

/* Gives the total of the modules whose figures are shown, so that it does not give away the others. */
static void
give_total(const struct modules *modules, const struct fil_report_sink *sink)
{
	struct count *total = &modules->counts[total_of(modules)];
	struct days kept;

	for (size_t i = 0; i < modules->kept.length; i += sizeof kept) {
		memcpy(&kept, modules->kept.data + i, sizeof kept);
		if (!is_hidden(modules, &modules->counts[kept.module]))
			fil_median_add(modules->days, total_of(modules), kept.days);
	}
	for (const struct count *count = modules->counts; count < total; count++) {
		if (is_hidden(modules, count))
			continue;
		total->assigned += count->assigned;
		total->completed += count->completed;
		total->overdue += count->overdue;
		fil_gain_add(&total->gain, &count->gain);
	}
	give_row(modules, total_of(modules), sink);
}

static int
make_modules(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct modules modules = { .request = request };
	int got = open_tables(&modules, store, fault);

	if (got == 0) {
		sink->columns(sink->context, columns, COLUMNS);
		got = count_all(&modules, fault);
	}
	for (size_t i = 0; got == 0 && i < total_of(&modules); i++)
		give_row(&modules, i, sink);
	if (got == 0 && request->total)
		give_total(&modules, sink);
	close_tables(&modules);
	return got;
}

const struct fil_report_subject fil_report_modules = {
	.name = "modules",
	.meaning = N_("the support assigned and completed, and the levels after it"),
	.takes = FIL_TAKES_SOURCES | FIL_TAKES_TOTAL | FIL_TAKES_MINIMUM,
	.people = "assigned",
	.make = make_modules,
};
