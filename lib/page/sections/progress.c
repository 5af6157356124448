/* SPDX-License-Identifier: ISC */
/* Progress: between which shares the autonomous lie, Sunday by Sunday. */
#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/base/number.h"
#include "lib/page/content.h"
#include "lib/page/drawing.h"
#include "lib/page/phrases.h"

/* Says the share of today and of a week before, and how many levels are unknown. */
static void
say(struct fil_content *content, const struct fil_rows *now, const struct fil_rows *before)
{
	struct fil_week *week = content->week;
	long long unknown = fil_rows_less(now, 0, "users", "measured"),
		  was = fil_rows_less(before, 0, "users", "measured");
	const char *low = fil_phrase_share(week, fil_rows_cell(now, 0, "share_min")),
		   *high = fil_phrase_share(week, fil_rows_cell(now, 0, "share_max")),
		   *low_before = fil_phrase_share(week, fil_rows_cell(before, 0, "share_min")),
		   *high_before = fil_phrase_share(week, fil_rows_cell(before, 0, "share_max"));

	if (!week->compared)
		fil_content_say(content,
		    _("If the known levels are right, the share of people autonomous lies between"
		      " %s and %s. Levels unknown: %s."),
		    low, high, fil_phrase_count(week, unknown));
	else
		fil_content_say(content,
		    _("If the known levels are right, the share of people autonomous lies between"
		      " %s and %s; on %s it lay between %s and %s. Levels unknown: %s, %s."),
		    low, high, fil_phrase_day(week, week->previous, FIL_DAY_MONTH), low_before,
		    high_before, fil_phrase_count(week, unknown),
		    fil_phrase_moved(week, unknown, was));
}

/* Adds the table of the Sundays, the newest first. */
static void
add_table(struct fil_content *content, const struct fil_rows *rows)
{
	struct fil_week *week = content->week;
	const struct fil_table_column columns[] = { { .heading = _("Sunday") },
		{ .heading = _("Autonomous"), .right = true },
		{ .heading = _("Unknown"), .right = true },
		{ .heading = _("Share autonomous"), .right = true } };
	const char *count = fil_phrase_count(week, (long long)rows->n),
		   *caption = rows->left_out
	    ? fil_week_text(week,
		  ngettext("%s of the last %s Sundays", "%s of the last %s Sundays", rows->n),
		  count, week->request.weeks)
	    : fil_week_text(
		  week, ngettext("The last Sunday", "The last %s Sundays", rows->n), count);
	struct fil_page_table *table = fil_content_table(content, caption, columns, 4);

	table->pictured = true;
	for (size_t row = rows->n; row-- > 0;)
		fil_table_row(table, FIL_ROW_PLAIN,
		    (const char *[]){
			fil_phrase_date(week, fil_rows_cell(rows, row, "week"), FIL_DAY_SHORT),
			fil_phrase_of(week, fil_rows_count(rows, row, "autonomous"),
			    fil_rows_count(rows, row, "users")),
			fil_phrase_count(week, fil_rows_less(rows, row, "users", "measured")),
			fil_phrase_range(week, fil_rows_cell(rows, row, "share_min"),
			    fil_rows_cell(rows, row, "share_max")) });
}

/* Adds the beginnings of phases between the first and the last Sunday. */
static void
add_phases(struct fil_drawing *drawing, struct fil_week *week)
{
	const struct fil_rows *phases = fil_reports_table(week->reports, "phases");
	struct fil_drawing_mark *marks = fil_week_alloc(week, phases->n, sizeof *marks);
	double first = drawing->points[0].x, last = drawing->points[drawing->n_points - 1].x;

	for (size_t row = 0; row < phases->n; row++) {
		const char *begins = fil_rows_cell(phases, row, "begins");
		fil_day day;

		if (fil_date_parse(begins, &day) < 0 || day <= first || day >= last)
			continue;
		marks[drawing->n_marks].x = day;
		marks[drawing->n_marks++].label = fil_week_text(week, "%s, %s",
		    fil_phrase_data(week, fil_rows_cell(phases, row, "title")),
		    fil_phrase_day(week, day, FIL_DAY_SHORT));
	}
	drawing->marks = marks;
}

/* Adds the band between the shares. */
static void
add_picture(struct fil_content *content, const struct fil_rows *rows)
{
	struct fil_week *week = content->week;
	struct fil_drawing *drawing = fil_week_alloc(week, 1, sizeof *drawing);
	struct fil_drawing_point *points = fil_week_alloc(week, rows->n, sizeof *points);
	char percent[FIL_NUMBER_SIZE];

	for (size_t row = 0; row < rows->n; row++) {
		const char *low = fil_rows_cell(rows, row, "share_min"),
			   *high = fil_rows_cell(rows, row, "share_max"),
			   *day = fil_rows_cell(rows, row, "week");
		struct fil_drawing_point *point = &points[drawing->n_points];
		fil_day sunday;

		if (*low == '\0' || fil_date_parse(day, &sunday) < 0)
			continue;
		*point = (struct fil_drawing_point){ .x = sunday,
			.low = strtod(low, NULL),
			.high = strtod(high, NULL),
			.label = fil_phrase_date(week, day, FIL_DAY_SHORT),
			.beside = fil_phrase_range(week, low, high) };
		drawing->low_label = fil_phrase_share(week, low);
		drawing->high_label = fil_phrase_share(week, high);
		drawing->n_points++;
	}
	if (drawing->n_points == 0)
		return;
	fil_number_write(week->request.target, percent);
	drawing->kind = FIL_DRAWING_BAND;
	drawing->title = _("The share of people autonomous, week by week");
	drawing->description =
	    _("A band between the lower and the higher share, with the target as a"
	      " dashed line. The same figures are in the table.");
	drawing->points = points;
	drawing->target = week->request.target;
	drawing->target_label =
	    fil_week_text(week, _("target %s"), fil_phrase_share(week, percent));
	add_phases(drawing, week);
	fil_content_picture(content, FIL_IN_ALL, NULL, drawing);
	fil_content_key(
	    content, "band", _("between the lower share (solid) and the higher (dotted)"));
}

static bool
make_progress(struct fil_content *content)
{
	const struct fil_rows *rows = fil_content_rows(content, FIL_NOW, "progress", "--weeks",
				  content->week->request.weeks, NULL),
			      *now = fil_content_rows(content, FIL_NOW, "autonomy", NULL),
			      *before = fil_content_rows(content, FIL_BEFORE, "autonomy", NULL);

	if (fil_rows_count(now, 0, "users") <= 0)
		return false;
	say(content, now, before);
	fil_content_changed(content, "autonomous", fil_rows_count(now, 0, "autonomous"),
	    fil_rows_count(before, 0, "autonomous"));
	fil_content_place(content, FIL_PLACE_LEFT);
	add_picture(content, rows);
	fil_content_place(content, FIL_PLACE_RIGHT);
	add_table(content, rows);
	fil_content_place(content, FIL_PLACE_WHOLE);
	fil_content_note(content,
	    _("A wide band says that many levels were unknown, not that many"
	      " people were autonomous."));
	fil_content_note_column(content, _("Share autonomous"), "progress", "share_max");
	return true;
}

const struct fil_section fil_section_progress = {
	.id = "progress",
	.title = N_("The road so far"),
	.absent = N_("weekly shares"),
	.place = 3,
	.make = make_progress,
};
