/* SPDX-License-Identifier: ISC */
/* The routines: minutes and users by the old and by the new method. */
#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/page/content.h"
#include "lib/page/drawing.h"
#include "lib/page/phrases.h"

/* So many routines are described in words, and so many are drawn. The table has the others. */
enum { MOST_TOLD = 5, MOST_DRAWN = 6 };

/* Returns whether users have practised a routine. */
static bool
is_practised(const struct fil_rows *rows, size_t row)
{
	return fil_rows_count(rows, row, "users") > 0;
}

/* Returns the minutes by the old and by the new method, and who uses the new one, in a sentence. */
static const char *
tell_routine(
    struct fil_week *week, const struct fil_rows *rows, size_t row, const struct fil_rows *before)
{
	const char *what = fil_phrase_data(week, fil_rows_cell(rows, row, "title")),
		   *old = fil_phrase_number(week, fil_rows_cell(rows, row, "minutes_old")),
		   *new = fil_phrase_number(week, fil_rows_cell(rows, row, "minutes_new"));
	long long n = fil_rows_count(rows, row, "adopters"),
		  was = fil_rows_count(before,
		      fil_rows_find(before, "routine", fil_rows_cell(rows, row, "routine")),
		      "adopters");
	const char *adopters = fil_phrase_count(week, n),
		   *users = fil_phrase_count(week, fil_rows_count(rows, row, "users")),
		   *moved = fil_phrase_done(week, n, was);

	if (old && new)
		return fil_week_text(week,
		    ngettext("“%s”: %s min instead of %s; %s of %s uses the new method, %s.",
			"“%s”: %s min instead of %s; %s of %s use the new method, %s.",
			(unsigned long)n),
		    what, new, old, adopters, users, moved);
	return fil_week_text(week,
	    ngettext("“%s”: %s of %s uses the new method, %s.",
		"“%s”: %s of %s use the new method, %s.", (unsigned long)n),
	    what, adopters, users, moved);
}

/* Says a sentence for each of the first routines, in one paragraph. */
static void
say(struct fil_content *content, const struct fil_rows *rows, const struct fil_rows *before)
{
	struct fil_bytes text = { 0 };
	size_t told = 0;

	for (size_t row = 0; row < rows->n && told < MOST_TOLD; row++) {
		if (!is_practised(rows, row))
			continue;
		fil_bytes_add_format(&text, "%s%s", told++ > 0 ? " " : "",
		    tell_routine(content->week, rows, row, before));
	}
	fil_content_say(content, "%s", text.data);
	fil_bytes_release(&text);
}

/* Returns the minutes of a method, below 0 where none are known. */
static double
minutes_of(const struct fil_rows *rows, size_t row, const char *column)
{
	const char *cell = fil_rows_cell(rows, row, column);

	return *cell == '\0' ? -1 : strtod(cell, NULL);
}

/* Returns whether the minutes of both methods are known. */
static bool
is_timed(const struct fil_rows *rows, size_t row)
{
	return minutes_of(rows, row, "minutes_old") >= 0 &&
	    minutes_of(rows, row, "minutes_new") >= 0;
}

/* Draws the minutes of a routine. most: the end of the scale of all pictures. */
static void
add_slope(struct fil_content *content, const struct fil_rows *rows, size_t row, double most)
{
	struct fil_week *week = content->week;
	struct fil_drawing *drawing = fil_week_alloc(week, 1, sizeof *drawing);
	const char *title = fil_phrase_data(week, fil_rows_cell(rows, row, "title"));

	drawing->kind = FIL_DRAWING_SLOPE;
	drawing->title = title;
	drawing->description =
	    _("A line between the minutes by the old and by the new method, on a scale from zero.");
	drawing->before = minutes_of(rows, row, "minutes_old");
	drawing->after = minutes_of(rows, row, "minutes_new");
	drawing->most = most;
	drawing->before_label = fil_week_text(
	    week, _("%s min"), fil_phrase_number(week, fil_rows_cell(rows, row, "minutes_old")));
	drawing->after_label = fil_week_text(
	    week, _("%s min"), fil_phrase_number(week, fil_rows_cell(rows, row, "minutes_new")));
	drawing->old_label = _("old method");
	drawing->new_label = _("new method");
	fil_content_picture(content, FIL_IN_HTML, title, drawing);
}

/* Draws the first routines. Returns how many. */
static size_t
add_slopes(struct fil_content *content, const struct fil_rows *rows)
{
	size_t drawn = 0, timed = 0;
	double most = 0;

	for (size_t row = 0; row < rows->n; row++) {
		double old = minutes_of(rows, row, "minutes_old"),
		       new = minutes_of(rows, row, "minutes_new");

		if (!is_timed(rows, row) || timed++ >= MOST_DRAWN)
			continue;
		most = old > most ? old : most;
		most = new > most ? new : most;
	}
	for (size_t row = 0; row < rows->n && drawn < MOST_DRAWN; row++) {
		if (!is_timed(rows, row))
			continue;
		add_slope(content, rows, row, most);
		drawn++;
	}
	return drawn;
}

/* Returns the difference of the results of both methods with its limits; NULL where it is unknown. */
static const char *
phrase_difference(struct fil_week *week, const struct fil_rows *rows, size_t row)
{
	const char *difference = fil_phrase_number(week, fil_rows_cell(rows, row, "difference")),
		   *low = fil_phrase_number(week, fil_rows_cell(rows, row, "difference_low")),
		   *high = fil_phrase_number(week, fil_rows_cell(rows, row, "difference_high"));

	return !difference || !low || !high
	    ? NULL
	    : fil_week_text(week, _("%s (%s to %s)"), difference, low, high);
}

/* Returns whether the new method is shown to be slower; NULL where that is not known. */
static const char *
tell_slower(const struct fil_rows *rows, size_t row)
{
	const char *slower = fil_rows_cell(rows, row, "slower");

	return *slower == 'y' ? _("yes") : *slower == 'n' ? _("no") : NULL;
}

static void
add_routine(
    struct fil_week *week, struct fil_page_table *table, const struct fil_rows *rows, size_t row)
{
	fil_table_row(table, FIL_ROW_PLAIN,
	    (const char *[]){ fil_phrase_data(week, fil_rows_cell(rows, row, "title")),
		fil_phrase_count(week, fil_rows_count(rows, row, "users")),
		fil_phrase_count(week, fil_rows_count(rows, row, "adopters")),
		fil_phrase_number(week, fil_rows_cell(rows, row, "minutes_old")),
		fil_phrase_number(week, fil_rows_cell(rows, row, "minutes_new")),
		tell_slower(rows, row),
		fil_phrase_share(week, fil_rows_cell(rows, row, "saved_share")),
		fil_phrase_number(week, fil_rows_cell(rows, row, "acceptance")) });
}

static void
add_table(struct fil_content *content, const struct fil_rows *rows)
{
	const struct fil_table_column columns[] = {
		{ .heading = _("Routine") },
		{ .heading = _("People"), .right = true },
		{ .heading = _("Use the new method"), .right = true },
		{ .heading = _("Minutes before"), .right = true },
		{ .heading = _("Minutes after"), .right = true },
		{ .heading = _("Slower") },
		{ .heading = _("Time saved"), .right = true, .wide = true },
		{ .heading = _("Acceptance (1 to 5)"), .right = true, .wide = true },
	};
	struct fil_page_table *table = fil_content_table(
	    content, _("Before and after"), columns, sizeof columns / sizeof *columns);
	size_t n = rows->n < FIL_MOST_ROWS ? rows->n : FIL_MOST_ROWS;

	for (size_t row = 0; row < n; row++)
		add_routine(content->week, table, rows, row);
	if (rows->n - n > 0)
		fil_content_remark(content, fil_phrase_more(content->week, rows->n - n, rows));
}

static void
add_result(
    struct fil_week *week, struct fil_page_table *table, const struct fil_rows *rows, size_t row)
{
	fil_table_row(table, FIL_ROW_PLAIN,
	    (const char *[]){ fil_phrase_data(week, fil_rows_cell(rows, row, "title")),
		fil_phrase_count(week, fil_rows_count(rows, row, "result_users")),
		fil_phrase_share(week, fil_rows_cell(rows, row, "equivalent_by_user")),
		fil_phrase_range(week, fil_rows_cell(rows, row, "equivalent_low"),
		    fil_rows_cell(rows, row, "equivalent_high")),
		phrase_difference(week, rows, row) });
}

/* Says whether the results by the new method are shown to be as good as by the old one, or worse. */
static void
add_comparison(struct fil_content *content, const struct fil_rows *rows, size_t row)
{
	const char *what = fil_phrase_data(content->week, fil_rows_cell(rows, row, "title")),
		   *shown = fil_rows_cell(rows, row, "not_inferior"),
		   *difference = phrase_difference(content->week, rows, row);

	if (*shown == 'y')
		fil_content_item(content,
		    fil_week_text(content->week,
			_("“%s”: results as good as by the old method, but for 10 points at"
			  " most; points more: %s."),
			what, difference));
	else if (*shown == 'n' && *fil_rows_cell(rows, row, "difference_high") == '-')
		fil_content_item(content,
		    fil_week_text(content->week,
			_("“%s”: results are worse than by the old method; points more: %s."), what,
			difference));
	else if (*shown == 'n')
		fil_content_item(content,
		    fil_week_text(content->week,
			_("“%s”: it is not shown that results are as good as by the old"
			  " method; points more: %s."),
			what, difference));
}

/* Adds the table of results, where there are some, and how they compare with the old method's. */
static void
add_results(struct fil_content *content, const struct fil_rows *rows)
{
	const struct fil_table_column columns[] = {
		{ .heading = _("Routine") },
		{ .heading = _("People with results"), .right = true },
		{ .heading = _("Equivalent or better"), .right = true },
		/* xgettext:no-c-format */
		{ .heading = _("Interval (95%)"), .right = true },
		{ .heading = _("Points more than before"), .right = true, .wide = true },
	};
	struct fil_page_table *table = NULL;

	for (size_t row = 0; row < rows->n; row++) {
		if (fil_rows_count(rows, row, "result_users") <= 0)
			continue;
		if (!table)
			table = fil_content_table(
			    content, _("Results"), columns, sizeof columns / sizeof *columns);
		if (table->n < FIL_MOST_ROWS)
			add_result(content->week, table, rows, row);
	}
	if (!table)
		return;
	for (size_t row = 0; row < rows->n && row < FIL_MOST_ROWS; row++)
		add_comparison(content, rows, row);
	fil_content_note_column(
	    content, _("Equivalent or better"), "routines", "equivalent_by_user");
	fil_content_note_column(content, _("Interval (95%)"), "routines", "equivalent_low");
}

static bool
make_routines(struct fil_content *content)
{
	const struct fil_rows *rows = fil_content_rows(content, FIL_NOW, "routines", NULL),
			      *before = fil_content_rows(content, FIL_BEFORE, "routines", NULL);
	size_t practised = 0, drawn;

	for (size_t row = 0; row < rows->n; row++)
		practised += is_practised(rows, row);
	if (practised == 0)
		return false;
	say(content, rows, before);
	drawn = add_slopes(content, rows);
	add_table(content, rows);
	if (drawn == 2)
		fil_content_note(content,
		    _("Minutes per case: the median of people’s medians. Both pictures share one "
		      "scale."));
	else if (drawn > 2)
		fil_content_note(content,
		    _("Minutes per case: the median of people’s medians. All pictures share one "
		      "scale."));
	else
		fil_content_note(content, _("Minutes per case: the median of people’s medians."));
	fil_content_note_column(content, _("Minutes after"), "routines", "minutes_new");
	fil_content_note_column(content, _("Slower"), "routines", "slower");
	add_results(content, rows);
	return true;
}

const struct fil_section fil_section_routines = {
	.id = "routines",
	.title = N_("The routines that change"),
	.absent = N_("routines"),
	.place = 9,
	.make = make_routines,
};
