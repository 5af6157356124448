/* SPDX-License-Identifier: ISC */
/* Progress: between which shares the autonomous lie, Sunday by Sunday. */
#include "lib/base/language.h"
#include "lib/page/content.h"
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
		    _("The share of people autonomous lies between %s and %s. Levels unknown:"
		      " %s."),
		    low, high, fil_phrase_count(week, unknown));
	else
		fil_content_say(content,
		    _("The share of people autonomous lies between %s and %s; on %s it lay"
		      " between %s and %s. Levels unknown: %s, %s."),
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
	const char *caption =
	    fil_week_text(week, ngettext("The last Sunday", "The last %s Sundays", rows->n),
		fil_phrase_count(week, (long long)rows->n));
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
	fil_content_place(content, FIL_PLACE_RIGHT);
	add_table(content, rows);
	fil_content_place(content, FIL_PLACE_WHOLE);
	fil_content_note(content,
	    _("A wide band says that many levels were unknown, not that many"
	      " people were autonomous."));
	return true;
}

const struct fil_section fil_section_progress = {
	.id = "progress",
	.title = N_("The road so far"),
	.absent = N_("weekly shares"),
	.place = 3,
	.make = make_progress,
};
