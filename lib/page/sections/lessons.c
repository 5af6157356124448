/* SPDX-License-Identifier: ISC */
/* The lessons: what was observed, what was changed, and what followed. */
#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/page/content.h"
#include "lib/page/phrases.h"

/* Returns the title of what a cell names in a table, else the cell; NULL for an empty one. */
static const char *
tell_title(struct fil_week *week, const char *table, const char *column, const char *cell)
{
	const struct fil_rows *rows = fil_reports_table(week->reports, table);
	const char *title = fil_rows_cell(rows, fil_rows_find(rows, column, cell), "title");

	return fil_phrase_data(week, *title == '\0' ? cell : title);
}

static void
add_table(struct fil_content *content, const struct fil_rows *rows, size_t n)
{
	struct fil_week *week = content->week;
	const char *share = _("Share autonomous");
	const struct fil_table_column columns[] = {
		{ .heading = _("Observed") },
		{ .heading = _("Changed") },
		{ .heading = _("Date"), .right = true },
		{ .heading = _("Module") },
		{ .heading = _("Levels gained"), .right = true },
		{ .heading = _("Phase") },
		{ .heading = _("in it"), .right = true, .group = share },
		{ .heading = _("in later ones"), .right = true, .group = share },
	};
	struct fil_page_table *table =
	    fil_content_table(content, _("What was observed, changed, and what followed"), columns,
		sizeof columns / sizeof *columns);

	for (size_t row = 0; row < n; row++)
		fil_table_row(table, FIL_ROW_PLAIN,
		    (const char *[]){ fil_phrase_text(week, fil_rows_cell(rows, row, "observed")),
			fil_phrase_text(week, fil_rows_cell(rows, row, "change")),
			fil_phrase_due(week, fil_rows_cell(rows, row, "date"), FIL_DAY_SHORT),
			tell_title(week, "modules", "module", fil_rows_cell(rows, row, "module")),
			fil_phrase_number(week, fil_rows_cell(rows, row, "gain")),
			tell_title(week, "phases", "phase", fil_rows_cell(rows, row, "phase")),
			fil_phrase_share(week, fil_rows_cell(rows, row, "before")),
			fil_phrase_share(week, fil_rows_cell(rows, row, "after")) });
}

/* Returns a lesson in words. */
static const char *
tell_lesson(struct fil_week *week, const struct fil_rows *rows, size_t row)
{
	const char *observed = fil_phrase_text(week, fil_rows_cell(rows, row, "observed")),
		   *change = fil_phrase_text(week, fil_rows_cell(rows, row, "change")),
		   *day = fil_phrase_due(week, fil_rows_cell(rows, row, "date"), FIL_DAY_MONTH),
		   *before = fil_phrase_share(week, fil_rows_cell(rows, row, "before")),
		   *after = fil_phrase_share(week, fil_rows_cell(rows, row, "after"));

	if (before && after)
		return fil_week_text(week,
		    _("“%s”; changed on %s: “%s”; autonomous in that phase: %s; in later"
		      " phases: %s."),
		    observed, day, change, before, after);
	if (before)
		return fil_week_text(week,
		    _("“%s”; changed on %s: “%s”; autonomous in that phase: %s."), observed, day,
		    change, before);
	return fil_week_text(week, _("“%s”; changed on %s: “%s”."), observed, day, change);
}

/* Adds the same in text, where the sentences need the whole line. */
static void
add_list(struct fil_content *content, const struct fil_rows *rows, size_t n)
{
	for (size_t row = 0; row < n; row++)
		fil_content_item(content, tell_lesson(content->week, rows, row));
}

static bool
make_lessons(struct fil_content *content)
{
	struct fil_week *week = content->week;
	const struct fil_rows *rows, *before;
	size_t n;

	if (fil_reports_table(week->reports, "lessons")->n == 0)
		return false;
	rows = fil_content_rows(content, FIL_NOW, "lessons", NULL);
	if (rows->n == 0)
		return false;
	n = rows->n < FIL_MOST_ROWS ? rows->n : FIL_MOST_ROWS;
	before = fil_content_rows(content, FIL_BEFORE, "lessons", NULL);
	fil_content_say(content,
	    ngettext("%s lesson is noted, %s.", "%s lessons are noted, %s.", rows->n),
	    fil_phrase_count(week, (long long)rows->n),
	    fil_phrase_moved(week, (long long)rows->n, (long long)before->n));
	fil_content_show(content, FIL_IN_HTML);
	add_table(content, rows, n);
	fil_content_show(content, FIL_IN_TEXT);
	add_list(content, rows, n);
	fil_content_show(content, FIL_IN_ALL);
	if (rows->n - n > 0)
		fil_content_remark(content, fil_phrase_more(content->week, rows->n - n, rows));
	fil_content_note_column(content, _("in later ones"), "lessons", "after");
	return true;
}

const struct fil_section fil_section_lessons = {
	.id = "lessons",
	.title = N_("Lessons"),
	.absent = N_("lessons"),
	.place = 12,
	.make = make_lessons,
};
