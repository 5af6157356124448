/* SPDX-License-Identifier: ISC */
/* fil-report modules: the support that was assigned and completed, and its effect. */
#include <math.h>
#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/report/figures.h"
#include "lib/report/module_gains.h"
#include "lib/report/report.h"
#include "lib/stats/median.h"
#include "lib/stats/waiting.h"
#include "lib/users/groups.h"

/* The columns of the report. Without --by it begins with the second one. */
enum {
	GROUP,
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
	GAIN_WAITING,
	GAIN_DIFFERENCE,
	GAIN_DIFFERENCE_LOW,
	GAIN_DIFFERENCE_HIGH,
	COLUMNS
};

static const struct fil_output_column columns[COLUMNS] = {
	[GROUP] = { "group", FIL_CELL_TEXT },
	[MODULE] = { "module", FIL_CELL_TEXT },
	[TITLE] = { "title", FIL_CELL_TEXT },
	[KIND] = { "kind", FIL_CELL_TEXT },
	[ASSIGNED] = { "assigned", FIL_CELL_NUMBER },
	[COMPLETED] = { "completed", FIL_CELL_NUMBER },
	[OPEN] = { "open", FIL_CELL_NUMBER },
	[OVERDUE] = { "overdue", FIL_CELL_NUMBER },
	[COMPLETION_SHARE] = { "completion_share", FIL_CELL_SHARE, 1 },
	[MEDIAN_DAYS] = { "median_days", FIL_CELL_NUMBER },
	[MEASURED] = { "measured", FIL_CELL_NUMBER },
	[GAINED] = { "gained", FIL_CELL_NUMBER },
	[MEAN_GAIN] = { "mean_gain", FIL_CELL_NUMBER, 1 },
	[GAIN_WAITING] = { "gain_waiting", FIL_CELL_NUMBER, 2 },
	[GAIN_DIFFERENCE] = { "gain_difference", FIL_CELL_NUMBER, 2 },
	[GAIN_DIFFERENCE_LOW] = { "gain_difference_low", FIL_CELL_NUMBER, 2 },
	[GAIN_DIFFERENCE_HIGH] = { "gain_difference_high", FIL_CELL_NUMBER, 2 },
};

/* The columns of the table of modules. */
enum { T_MODULE, T_TITLE, T_KIND, T_DIMENSION, TABLE_COLUMNS };

static const char modules_query[] =
    "SELECT module, title, kind, dimension FROM modules ORDER BY module";

/* The counts of a module and group, or of a row. */
struct count {
	size_t users, last; /* last: the number of the user counted last */
	size_t assigned, completed, overdue;
	size_t gain_users, last_gain; /* users with a gain; the number of the last one */
	struct fil_gain gain;
	size_t withheld; /* of a total: measured gains of rows that do not show them */
	bool apart; /* the comparison rests on one user, and is not shown */
};

struct modules {
	const struct fil_report_request *request;
	struct fil_lookup_table *table;
	struct fil_module_gains *gains;
	struct fil_waiting *waiting;
	size_t groups; /* of the population */
	struct fil_thing_rows rows;
	/* Of each place, module * groups + group, until the groups are merged. Then of each row;
	 * the last one is the total, where it is asked for. */
	struct count *counts;
	struct fil_median *days; /* by the same numbers */
	bool *unshown; /* of each row: gains that must not be known */
};

/* Adds the counts of a place or row to those of another. */
static void
add_count(struct count *sum, const struct count *count)
{
	sum->users += count->users;
	sum->assigned += count->assigned;
	sum->completed += count->completed;
	sum->overdue += count->overdue;
	sum->gain_users += count->gain_users;
	fil_gain_add(&sum->gain, &count->gain);
	sum->withheld += count->withheld;
}

/* Merges small groups: the counts of places become those of rows. A user is in one group, and counts
 * once in each module. */
static void
merge_groups(struct modules *modules)
{
	const struct fil_population *population = fil_module_gains_population(modules->gains);
	size_t things = fil_lookup_table_rows(modules->table), groups = modules->groups,
	       places = things * groups;
	size_t *users = fil_alloc(places, sizeof *users);
	const char **names = fil_alloc(groups, sizeof *names);
	const struct fil_group_rows_request request =
	    fil_report_groups(modules->request, groups, names, users);
	struct count *counts;

	for (size_t g = 0; g < groups; g++)
		names[g] = fil_population_group(population, g);
	for (size_t i = 0; i < places; i++)
		users[i] = modules->counts[i].users;
	fil_thing_rows_init(&modules->rows, &request, things);
	free(users);
	free(names);
	counts = fil_alloc(modules->rows.n + 1, sizeof *counts);
	for (size_t i = 0; i < places; i++)
		if (modules->rows.into[i] != FIL_NOWHERE)
			add_count(&counts[modules->rows.into[i]], &modules->counts[i]);
	fil_median_regroup(modules->days, modules->rows.into);
	free(modules->counts);
	modules->counts = counts;
}

/* Counts an assignment of the user of that number, from 1, in place i. */
static void
count_assignment(struct modules *modules, size_t i, size_t user,
    const struct fil_assigned *assigned, const struct fil_gain *gain)
{
	struct count *count = &modules->counts[i];

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
	if (gain->measured > 0) {
		count->gain_users += count->last_gain != user;
		count->last_gain = user;
	}
	fil_median_add(modules->days, (uint32_t)i, assigned->completed - assigned->assigned);
}

/* Reads and counts all assignments. Returns 0 or -1. */
static int
count_all(struct modules *modules, struct fil_fault *fault)
{
	struct fil_module_gains_user user;
	size_t number = 1;
	int got;

	for (; (got = fil_module_gains_next(modules->gains, &user, fault)) == 1; number++)
		for (size_t i = 0; i < user.n; i++)
			count_assignment(modules,
			    user.list[i].module * modules->groups + user.group, number,
			    &user.list[i], &user.gains[i]);
	merge_groups(modules);
	return got < 0 ? -1 : fil_waiting_check(modules->waiting, fault);
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
	    fil_module_gains_new(store, modules->request, modules->table, T_DIMENSION, fault);
	if (!modules->gains)
		return -1;
	modules->groups = fil_population_groups(fil_module_gains_population(modules->gains));
	modules->waiting = fil_waiting_new(modules->request->as_of);
	fil_module_gains_compare(modules->gains, modules->waiting);
	modules->counts = fil_alloc(
	    fil_lookup_table_rows(modules->table) * modules->groups, sizeof *modules->counts);
	modules->days = fil_median_new();
	return 0;
}

static void
close_tables(struct modules *modules)
{
	fil_module_gains_free(modules->gains);
	fil_waiting_free(modules->waiting);
	fil_median_free(modules->days);
	fil_lookup_table_free(modules->table);
	fil_thing_rows_release(&modules->rows);
	free(modules->counts);
	free(modules->unshown);
}

/* Hides gains of few people, and of others while those of all groups would tell them. Returns how many rows
 * of enough people do not show them. */
static size_t
hide_gains(struct modules *modules)
{
	size_t n = modules->rows.n, *people = fil_alloc(n, sizeof *people), others;

	modules->unshown = fil_alloc(n, sizeof *modules->unshown);
	for (size_t i = 0; i < n; i++)
		people[i] = modules->counts[i].gain_users;
	others =
	    fil_report_hide_few(modules->request, n, people, modules->rows.rows, modules->unshown);
	free(people);
	return others;
}

/* Returns whether the figures of a module are of too few users. */
static bool
is_hidden(const struct modules *modules, const struct count *count)
{
	return fil_report_are_few(modules->request, count->users);
}

/* Sets the cells of the comparison with the users who waited. Returns false where it rests on one user,
 * and leaves them empty. */
static bool
show_waiting(const struct modules *modules, struct fil_figures *figures, struct fil_waited waited)
{
	if (fil_report_is_one(modules->request, waited.users) ||
	    fil_report_is_one(modules->request, waited.waiters))
		return false;
	fil_figures_real(figures, GAIN_WAITING, waited.waiting);
	fil_figures_real(figures, GAIN_DIFFERENCE, waited.difference);
	fil_figures_real(figures, GAIN_DIFFERENCE_LOW, waited.limits.low);
	fil_figures_real(figures, GAIN_DIFFERENCE_HIGH, waited.limits.high);
	return true;
}

/* Says of how many measured gains nothing is known to compare with, where they are most of a module. */
static void
say_apart(const struct modules *modules, size_t thing, size_t measured, size_t compared,
    const struct fil_report_sink *sink)
{
	char *text;

	if (!sink->say || modules->request->by != FIL_BY_NONE || 2 * compared >= measured)
		return;
	text = fil_format(
	    _("module '%s': %zu of %zu measured gains are not compared: no user of equal"
	      " level waited"),
	    fil_lookup_table_cell(modules->table, thing, T_MODULE), measured - compared, measured);
	sink->say(sink->context, text);
	free(text);
}

/* Compares the gains of row i with the users who waited. */
static void
compare_module(struct modules *modules, size_t i, struct fil_figures *figures,
    const struct fil_report_sink *sink)
{
	const struct fil_thing_row *row = &modules->rows.rows[i];
	const size_t *into = &modules->rows.into[row->thing * modules->groups];
	struct count *count = &modules->counts[i];
	struct fil_waited waited;

	if (is_hidden(modules, count) || modules->unshown[i])
		return;
	waited = fil_waiting_compare(modules->waiting, row->thing, into, i);
	count->apart = !show_waiting(modules, figures, waited);
	if (!count->apart && waited.gains > 0)
		say_apart(modules, row->thing, count->gain.measured, waited.gains, sink);
}

/* Returns whether the gains of a row, or of the total, must not be known. */
static bool
are_gains_hidden(const struct modules *modules, size_t i)
{
	if (i < modules->rows.n)
		return modules->unshown[i];
	return fil_report_are_few(modules->request, modules->counts[i].gain_users);
}

/* Gives the row of a count, whose names are set. */
static void
give_row(const struct modules *modules, size_t i, struct fil_figures *row,
    const struct fil_report_sink *sink)
{
	const struct count *count = &modules->counts[i];
	long long assigned = (long long)count->assigned, completed = (long long)count->completed;

	/* Few users leave the row empty. */
	if (is_hidden(modules, count)) {
		fil_figures_count(row, ASSIGNED, count->users);
		sink->row(sink->context, row->cells + (modules->request->by == FIL_BY_NONE));
		return;
	}
	fil_figures_count(row, ASSIGNED, count->assigned);
	fil_figures_count(row, COMPLETED, count->completed);
	fil_figures_count(row, OPEN, count->assigned - count->completed);
	fil_figures_count(row, OVERDUE, count->overdue);
	fil_figures_share(row, COMPLETION_SHARE, completed, assigned);
	if (!fil_report_are_few(modules->request, count->completed))
		fil_figures_median(row, MEDIAN_DAYS, modules->days, (uint32_t)i, 0);
	fil_figures_count(row, MEASURED, count->gain.measured + count->withheld);
	if (!are_gains_hidden(modules, i) && (count->gain_users > 0 || count->withheld == 0)) {
		fil_figures_count(row, GAINED, count->gain.gained);
		fil_figures_mean(row, MEAN_GAIN, count->gain.sum, (long long)count->gain.measured);
	}
	sink->row(sink->context, row->cells + (modules->request->by == FIL_BY_NONE));
}

/* Gives row i. */
static void
give_module(struct modules *modules, size_t i, const struct fil_report_sink *sink)
{
	const struct fil_thing_row *row = &modules->rows.rows[i];
	struct fil_figures figures = { .cells = { [GROUP] = row->group } };

	for (size_t c = T_MODULE; c <= T_KIND; c++)
		figures.cells[MODULE + c] = fil_lookup_table_cell(modules->table, row->thing, c);
	compare_module(modules, i, &figures, sink);
	give_row(modules, i, &figures, sink);
}

/* Adds row i to the total, but figures of few people: the row does not show them. */
static void
add_row(struct modules *modules, size_t i, bool *shown)
{
	struct count count = modules->counts[i];
	size_t total = modules->rows.n;

	if (modules->unshown[i]) {
		count.withheld = count.gain.measured;
		count.gain = (struct fil_gain){ 0 };
		count.gain_users = 0;
	} else if (!count.apart) {
		shown[modules->rows.rows[i].thing] = true;
	}
	add_count(&modules->counts[total], &count);
	if (!fil_report_are_few(modules->request, count.completed))
		fil_median_add_group(modules->days, (uint32_t)total, (uint32_t)i);
}

/* Gives the total of the figures that rows show, so that it does not give away the others. */
static void
give_total(struct modules *modules, const struct fil_report_sink *sink)
{
	size_t n = fil_lookup_table_rows(modules->table);
	bool *shown = fil_alloc(n, sizeof *shown);
	struct fil_figures figures = { 0 };

	for (size_t i = 0; i < modules->rows.n; i++)
		if (!is_hidden(modules, &modules->counts[i]))
			add_row(modules, i, shown);
	figures.cells[modules->request->by == FIL_BY_NONE ? MODULE : GROUP] = FIL_REPORT_TOTAL;
	if (!are_gains_hidden(modules, modules->rows.n))
		show_waiting(modules, &figures, fil_waiting_total(modules->waiting, n, shown));
	give_row(modules, modules->rows.n, &figures, sink);
	free(shown);
}

static int
make_modules(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct modules modules = { .request = request };
	int first = request->by == FIL_BY_NONE ? MODULE : GROUP;
	int got = open_tables(&modules, store, fault);
	size_t hidden = 0;

	if (got == 0)
		got = count_all(&modules, fault);
	if (got == 0) {
		sink->columns(sink->context, columns + first, (size_t)(COLUMNS - first));
		hidden = hide_gains(&modules);
	}
	for (size_t i = 0; got == 0 && i < modules.rows.n; i++)
		give_module(&modules, i, sink);
	if (got == 0 && request->total)
		give_total(&modules, sink);
	if (got == 0)
		got = fil_waiting_check(modules.waiting, fault);
	if (got == 0)
		fil_report_say_hidden(sink, request, hidden);
	close_tables(&modules);
	return got;
}

const struct fil_report_subject fil_report_modules = {
	.name = "modules",
	.meaning = N_("the support assigned and completed, and the levels after it"),
	.takes = FIL_TAKES_SOURCES | FIL_TAKES_TOTAL | FIL_TAKES_GROUPS,
	.people = "assigned",
	.make = make_modules,
};
