/* SPDX-License-Identifier: ISC */
/* The support: modules assigned, completed and overdue, and needs covered and not. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/page/content.h"
#include "lib/page/phrases.h"
#include "lib/report/report.h"

/* Returns the count of all modules that are shown. */
static long long
count_all(const struct fil_rows *modules, const char *column)
{
	return fil_rows_count(modules, fil_rows_find(modules, "module", FIL_REPORT_TOTAL), column);
}

/* Returns a count in words: the least where some modules are not shown, unless that says nothing. */
static const char *
tell_least(struct fil_week *week, const struct fil_rows *modules, long long n)
{
	const char *count = fil_phrase_count(week, n);

	if (!fil_rows_hide(modules, "assigned"))
		return count;
	return n == 0 ? _("unknown") : fil_week_text(week, _("at least %s"), count);
}

/* Returns the least difference of a count since a week before. */
static const char *
tell_difference(struct fil_week *week, const struct fil_rows *modules,
    const struct fil_rows *before, const char *column)
{
	return tell_least(week, modules, count_all(modules, column) - count_all(before, column));
}

/* Returns whether a count grew since a week before, or stayed. */
static bool
is_more(const struct fil_rows *modules, const struct fil_rows *before, const char *column)
{
	return count_all(modules, column) >= count_all(before, column);
}

static void
say(struct fil_content *content, const struct fil_rows *modules, const struct fil_rows *before)
{
	struct fil_week *week = content->week;
	long long late = count_all(modules, "overdue"), was = count_all(before, "overdue");
	const char *overdue = tell_least(week, modules, late),
		   *moved = week->same
	    ? fil_phrase_sum_moved(week, modules, before, "overdue", late, was)
	    : fil_phrase_done(week, late, was);

	if (week->compared && week->same && !fil_rows_hide(before, "assigned") &&
	    is_more(modules, before, "assigned") && is_more(modules, before, "completed"))
		fil_content_say(content,
		    _("Modules assigned since %s: %s; completed: %s; overdue: %s, %s."),
		    fil_phrase_day(week, week->previous, FIL_DAY_MONTH),
		    tell_difference(week, modules, before, "assigned"),
		    tell_difference(week, modules, before, "completed"), overdue, moved);
	else
		fil_content_say(content, _("Modules assigned: %s; completed: %s; overdue: %s, %s."),
		    tell_least(week, modules, count_all(modules, "assigned")),
		    tell_least(week, modules, count_all(modules, "completed")), overdue, moved);
}

/* Tells the changes, where all modules are shown on both days. */
static void
tell_changes(
    struct fil_content *content, const struct fil_rows *modules, const struct fil_rows *before)
{
	static const char *const columns[] = { "assigned", "completed", "overdue" };

	if (!content->week->same || fil_rows_hide(modules, "assigned") ||
	    fil_rows_hide(before, "assigned"))
		return;
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		fil_content_changed(content, columns[i], count_all(modules, columns[i]),
		    count_all(before, columns[i]));
}

/* Returns the difference of the gain from that of people who waited, with its limits where it has
 * some; NULL where it is unknown. */
static const char *
phrase_gain(struct fil_week *week, const struct fil_rows *modules, size_t row)
{
	const char *gain = fil_phrase_number(week, fil_rows_cell(modules, row, "gain_difference")),
		   *low =
		       fil_phrase_number(week, fil_rows_cell(modules, row, "gain_difference_low")),
		   *high =
		       fil_phrase_number(week, fil_rows_cell(modules, row, "gain_difference_high"));

	return gain && low && high ? fil_week_text(week, _("%s (%s to %s)"), gain, low, high)
				   : gain;
}

/* Returns the title of a module, or its key. */
static const char *
phrase_module(struct fil_week *week, const struct fil_rows *modules, size_t row)
{
	const char *title = fil_phrase_text(week, fil_rows_cell(modules, row, "title"));

	return title ? title : fil_phrase_text(week, fil_rows_cell(modules, row, "module"));
}

static void
add_module(
    struct fil_week *week, struct fil_page_table *table, const struct fil_rows *modules, size_t row)
{
	fil_table_row(table, FIL_ROW_PLAIN,
	    (const char *[]){ phrase_module(week, modules, row),
		fil_phrase_count(week, fil_rows_count(modules, row, "assigned")),
		fil_phrase_count(week, fil_rows_count(modules, row, "completed")),
		fil_phrase_count(week, fil_rows_count(modules, row, "overdue")),
		fil_phrase_number(week, fil_rows_cell(modules, row, "median_days")) });
}

/* Adds a row with the levels seen after a module. */
static void
add_gain(
    struct fil_week *week, struct fil_page_table *table, const struct fil_rows *modules, size_t row)
{
	fil_table_row(table, FIL_ROW_PLAIN,
	    (const char *[]){ phrase_module(week, modules, row),
		fil_phrase_count(week, fil_rows_count(modules, row, "measured")),
		fil_phrase_count(week, fil_rows_count(modules, row, "gained")),
		fil_phrase_number(week, fil_rows_cell(modules, row, "mean_gain")),
		fil_phrase_number(week, fil_rows_cell(modules, row, "gain_waiting")),
		phrase_gain(week, modules, row) });
}

/* Adds the table of modules by their titles. Where there are many, those that nobody was assigned are
 * left out first. */
static void
add_modules(struct fil_content *content, const struct fil_rows *modules)
{
	const struct fil_table_column columns[] = {
		{ .heading = _("Module") },
		{ .heading = _("Assigned"), .right = true },
		{ .heading = _("Completed"), .right = true },
		{ .heading = _("Overdue"), .right = true },
		{ .heading = _("Days (median)"), .right = true, .wide = true },
	};
	struct fil_page_table *table =
	    fil_content_table(content, _("Modules"), columns, sizeof columns / sizeof *columns);
	size_t *order = fil_rows_order(modules, "title"), n = modules->n - 1;

	for (size_t i = 0; i < modules->n && table->n < FIL_MOST_ROWS; i++) {
		size_t row = order[i];

		if (strcmp(fil_rows_cell(modules, row, "module"), FIL_REPORT_TOTAL) != 0 &&
		    (n <= FIL_MOST_ROWS || fil_rows_count(modules, row, "assigned") > 0))
			add_module(content->week, table, modules, row);
	}
	free(order);
	if (n > table->n)
		fil_content_remark(content, fil_phrase_more(content->week, n - table->n, modules));
	fil_content_left_out(content, modules);
	fil_content_note_column(content, _("Completed"), "modules", "completed");
}

/* Adds the table of the levels seen after modules, where there are some. */
static void
add_gains(struct fil_content *content, const struct fil_rows *modules)
{
	const struct fil_table_column columns[] = {
		{ .heading = _("Module") },
		{ .heading = _("Level seen after"), .right = true, .wide = true },
		{ .heading = _("Higher"), .right = true, .wide = true },
		{ .heading = _("Levels gained (mean)"), .right = true },
		{ .heading = _("By people who waited"), .right = true },
		{ .heading = _("Difference (interval)"), .right = true },
	};
	size_t *order = fil_rows_order(modules, "title");
	struct fil_page_table *table = NULL;
	size_t n = 0;

	for (size_t i = 0; i < modules->n; i++) {
		size_t row = order[i];

		if (strcmp(fil_rows_cell(modules, row, "module"), FIL_REPORT_TOTAL) == 0 ||
		    fil_rows_count(modules, row, "measured") <= 0)
			continue;
		n++;
		if (!table)
			table = fil_content_table(content, _("Levels after the modules"), columns,
			    sizeof columns / sizeof *columns);
		if (table->n < FIL_MOST_ROWS)
			add_gain(content->week, table, modules, row);
	}
	free(order);
	if (table && n > table->n)
		fil_content_remark(content, fil_phrase_more(content->week, n - table->n, modules));
	if (table) {
		fil_content_remarks(content, modules);
		fil_content_note_column(content, _("Levels gained (mean)"), "modules", "mean_gain");
		fil_content_note_column(
		    content, _("Difference (interval)"), "modules", "gain_difference");
	}
}

/* Adds the table of needs. */
static void
add_needs(struct fil_content *content, const struct fil_rows *needs)
{
	struct fil_week *week = content->week;
	const struct fil_table_column columns[] = {
		{ .heading = _("Need") },
		{ .heading = _("People"), .right = true },
		{ .heading = _("Covered"), .right = true },
		{ .heading = _("Not covered"), .right = true },
	};
	struct fil_page_table *table = fil_content_table(
	    content, _("Needs expressed"), columns, sizeof columns / sizeof *columns);
	size_t n = needs->n < FIL_MOST_ROWS ? needs->n : FIL_MOST_ROWS;

	for (size_t row = 0; row < n; row++)
		fil_table_row(table, FIL_ROW_PLAIN,
		    (const char *[]){ fil_phrase_text(week, fil_rows_cell(needs, row, "need")),
			fil_phrase_count(week, fil_rows_count(needs, row, "users")),
			fil_phrase_count(week, fil_rows_count(needs, row, "covered")),
			fil_phrase_count(week, fil_rows_count(needs, row, "uncovered")) });
	if (needs->n > n)
		fil_content_remark(content, fil_phrase_more(week, needs->n - n, needs));
	fil_content_left_out(content, needs);
	fil_content_note_column(content, _("Covered"), "needs", "covered");
}

static bool
make_support(struct fil_content *content)
{
	const struct fil_rows *modules =
				  fil_content_rows(content, FIL_NOW, "modules", "--total", NULL),
			      *before =
				  fil_content_rows(content, FIL_BEFORE, "modules", "--total", NULL),
			      *needs = fil_content_rows(content, FIL_NOW, "needs", NULL);
	bool assigned = count_all(modules, "assigned") > 0 || modules->left_out;

	if (!assigned && needs->n == 0)
		return false;
	say(content, modules, before);
	tell_changes(content, modules, before);
	if (assigned) {
		add_modules(content, modules);
		add_gains(content, modules);
	}
	if (needs->n > 0)
		add_needs(content, needs);
	return true;
}

const struct fil_section fil_section_support = {
	.id = "support",
	.title = N_("Support"),
	.absent = N_("modules and needs"),
	.place = 7,
	.make = make_support,
};
