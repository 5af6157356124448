/* SPDX-License-Identifier: ISC */
/* The time: days from enrolment to autonomy, in the pilot and in the rollout. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/page/content.h"
#include "lib/page/drawing.h"
#include "lib/page/phrases.h"
#include "lib/users/groups.h"

/* Numbers still followed stand every 14 days, or at twice, four times … that where the follow-up is
 * longer: so many of them fit the picture. */
enum { TICK_DAYS = 14, MOST_TICKS = 8 };

/* A picture has so many points from its left to its right. */
enum { RESOLUTION = 400 };

/* The reports of the section. */
struct reports {
	const struct fil_rows *now, *before, *curve, *test;
};

/* Returns the interval of a median, in days. */
static const char *
tell_interval(struct fil_week *week, const struct fil_rows *rows, size_t row)
{
	const char *low = fil_phrase_number(week, fil_rows_cell(rows, row, "median_low")),
		   *high = fil_phrase_number(week, fil_rows_cell(rows, row, "median_high"));

	if (low && high)
		return fil_week_text(week, _("%s to %s"), low, high);
	/* TRANSLATORS: a number of days without an upper limit */
	return low ? fil_week_text(week, _("%s or more"), low) : NULL;
}

/* Returns the median of a row, or NULL. */
static const char *
tell_median(struct fil_week *week, const struct fil_rows *rows, size_t row)
{
	return fil_phrase_number(week, fil_rows_cell(rows, row, "median"));
}

/* Returns whether users of a group are followed. Their number may not be shown. */
static bool
is_followed(const struct fil_rows *rows, size_t row)
{
	return fil_rows_count(rows, row, "users") > 0 || *fil_rows_cell(rows, row, "p25") != '\0';
}

static bool
is_any_followed(const struct fil_rows *rows)
{
	for (size_t row = 0; row < rows->n; row++)
		if (is_followed(rows, row))
			return true;
	return false;
}

/* Returns the name of a group. Where all groups are merged, it is that of all users. */
static const char *
tell_name(struct fil_week *week, const struct fil_rows *rows, size_t row)
{
	const char *group = fil_rows_cell(rows, row, "group");

	return rows->n == 1 && fil_group_merged(group) == 0 ? _("All")
							    : fil_phrase_kind(week, group);
}

/* Returns in how many days half of a group is autonomous, and that of a week before. */
static const char *
tell_group(struct fil_week *week, const struct reports *reports, size_t row)
{
	const char *group = fil_rows_cell(reports->now, row, "group"),
		   *name = tell_name(week, reports->now, row),
		   *median = tell_median(week, reports->now, row),
		   *interval = tell_interval(week, reports->now, row),
		   *day = fil_phrase_day(week, week->previous, FIL_DAY_MONTH);
	size_t last = fil_rows_find(reports->before, "group", group);
	const char *was = tell_median(week, reports->before, last);
	bool compared = is_followed(reports->before, last);

	if (!median)
		return fil_week_text(
		    week, _("%s: fewer than half have become autonomous so far."), name);
	if (!interval)
		interval = _("interval unknown");
	if (!compared)
		return fil_week_text(
		    week, _("%s: half are autonomous by day %s (%s)."), name, median, interval);
	if (!was)
		return fil_week_text(week,
		    _("%s: half are autonomous by day %s (%s); on %s, fewer than half were."), name,
		    median, interval, day);
	return fil_week_text(week, _("%s: half are autonomous by day %s (%s); on %s: %s."), name,
	    median, interval, day, was);
}

/* Says the medians of the pilot and the rollout in one sentence. Returns false where one of them is
 * missing, today or a week before. */
static bool
say_both(struct fil_content *content, const struct reports *reports)
{
	struct fil_week *week = content->week;
	const struct fil_rows *now = reports->now, *before = reports->before;
	size_t pilot = fil_rows_find(now, "group", "pilot"),
	       rollout = fil_rows_find(now, "group", "rollout");
	const char *one = tell_median(week, now, pilot), *other = tell_median(week, now, rollout),
		   *one_interval = tell_interval(week, now, pilot),
		   *other_interval = tell_interval(week, now, rollout),
		   *one_before = tell_median(week, before, fil_rows_find(before, "group", "pilot")),
		   *other_before =
		       tell_median(week, before, fil_rows_find(before, "group", "rollout"));

	if (!one_interval || !other_interval || !one_before || !other_before)
		return false;
	fil_content_say(content,
	    ngettext(
		"Half of the pilot is autonomous within %s day (%s), half of the rollout within"
		" %s (%s); on %s: %s and %s.",
		"Half of the pilot is autonomous within %s days (%s), half of the rollout within %s"
		" (%s); on %s: %s and %s.",
		(unsigned long)fil_rows_count(now, pilot, "median")),
	    one, one_interval, other, other_interval,
	    fil_phrase_day(week, week->previous, FIL_DAY_MONTH), one_before, other_before);
	return true;
}

static void
say(struct fil_content *content, const struct reports *reports)
{
	struct fil_week *week = content->week;
	const char *text = "";

	if (say_both(content, reports))
		return;
	for (size_t row = 0; row < reports->now->n; row++) {
		const char *group = tell_group(week, reports, row);

		if (is_followed(reports->now, row))
			text = *text == '\0' ? group : fil_week_text(week, "%s %s", text, group);
	}
	fil_content_say(content, "%s", text);
}

/* How the cells of a row of the table are written. */
enum form { COUNT, DAYS, INTERVAL, SHARE };

/* A row of the table: a column of the report. */
struct line {
	const char *label, *column;
	enum form form;
};

static const char *
tell_cell(struct fil_week *week, const struct fil_rows *rows, size_t row, const struct line *line)
{
	switch (line->form) {
	case COUNT: return fil_phrase_count(week, fil_rows_count(rows, row, line->column));
	case DAYS: return fil_phrase_number(week, fil_rows_cell(rows, row, line->column));
	case SHARE: return fil_phrase_share(week, fil_rows_cell(rows, row, line->column));
	case INTERVAL:
	default: return tell_interval(week, rows, row);
	}
}

/* Returns whether users were autonomous at their enrolment already. */
static bool
has_already(const struct fil_rows *rows)
{
	for (size_t row = 0; row < rows->n; row++)
		if (fil_rows_count(rows, row, "already") > 0)
			return true;
	return false;
}

/* Adds the table: a column for each group, a row for each figure. */
static void
add_table(struct fil_content *content, const struct fil_rows *rows)
{
	const struct line lines[] = {
		{ _("Autonomous at enrolment, not followed"), "already", COUNT },
		{ _("People followed"), "users", COUNT },
		{ _("became autonomous"), "events", COUNT },
		{ _("not yet"), "censored", COUNT },
		{ _("of whom left"), "left", COUNT },
		{ _("of whom without a level since"), "unmeasured", COUNT },
		{ _("Half of them, in days"), "median", DAYS },
		/* xgettext:no-c-format */
		{ _("95% interval"), NULL, INTERVAL },
		{ _("Autonomous in 30 days"), "within_30", SHARE },
		{ _("in 60 days"), "within_60", SHARE },
		{ _("in 90 days"), "within_90", SHARE },
	};
	struct fil_week *week = content->week;
	size_t n = rows->n + 1;
	struct fil_table_column *columns = fil_week_alloc(week, n, sizeof *columns);
	const char **cells = fil_week_alloc(week, n, sizeof *cells);
	struct fil_page_table *table;

	columns[0].heading = _("Figure");
	for (size_t row = 0; row < rows->n; row++) {
		columns[row + 1].heading = tell_name(week, rows, row);
		columns[row + 1].right = true;
	}
	table = fil_content_table(content, _("Days from enrolment to autonomy"), columns, n);
	for (size_t i = has_already(rows) ? 0 : 1; i < sizeof lines / sizeof *lines; i++) {
		cells[0] = lines[i].label;
		for (size_t row = 0; row < rows->n; row++)
			cells[row + 1] = tell_cell(week, rows, row, &lines[i]);
		fil_table_row(table, FIL_ROW_PLAIN, cells);
	}
}

/* Returns the last day of all curves, or -1. */
static long long
last_day(const struct fil_rows *curve)
{
	long long last = -1;

	for (size_t row = 0; row < curve->n; row++) {
		long long day = fil_rows_count(curve, row, "day");

		last = day > last ? day : last;
	}
	return last;
}

/* Returns the share of those who are there, in percent; an empty cell gives that of the curve. */
static double
read_share(const struct fil_rows *rows, size_t row, const char *column)
{
	const char *cell = fil_rows_cell(rows, row, column);

	if (*cell == '\0')
		cell = fil_rows_cell(rows, row, "share");
	return 100 * (1 - strtod(cell, NULL));
}

/* Adds the points of a group to a curve, but those that lie on the next one in the picture. */
static void
add_points(struct fil_week *week, struct fil_drawing_curve *curve, const struct fil_rows *rows,
    const char *group, long long last)
{
	struct fil_drawing_point *points = fil_week_alloc(week, rows->n, sizeof *points);
	long long place = -1;

	for (size_t row = 0; row < rows->n; row++) {
		long long day = fil_rows_count(rows, row, "day"), at = day * RESOLUTION / last;

		if (strcmp(fil_rows_cell(rows, row, "group"), group) != 0)
			continue;
		if (at != place)
			curve->n++;
		place = at;
		/* The limits of S(t) are those of 1 - S(t) the other way round. */
		points[curve->n - 1] = (struct fil_drawing_point){ .x = (double)day,
			.low = read_share(rows, row, "high"),
			.high = read_share(rows, row, "low"),
			.share = read_share(rows, row, "share") };
	}
	curve->points = points;
}

/* Fills the numbers still followed at the marks. */
static void
add_at_risk(struct fil_week *week, struct fil_drawing_curve *curve,
    const struct fil_drawing *drawing, const struct fil_rows *rows, const char *group)
{
	const char **at_risk = fil_week_alloc(week, drawing->n_marks, sizeof *at_risk);

	for (size_t row = 0; row < rows->n; row++)
		for (size_t i = 0; i < drawing->n_marks; i++)
			if (strcmp(fil_rows_cell(rows, row, "group"), group) == 0 &&
			    (double)fil_rows_count(rows, row, "day") == drawing->marks[i].x)
				at_risk[i] =
				    fil_phrase_count(week, fil_rows_count(rows, row, "at_risk"));
	curve->at_risk = at_risk;
}

/* Adds a mark every so many days, from 0 to the last day or beyond. */
static void
add_marks(struct fil_week *week, struct fil_drawing *drawing, long long days, long long last)
{
	struct fil_drawing_mark *marks = fil_week_alloc(week, MOST_TICKS + 1, sizeof *marks);

	for (long long day = 0; day < last + days; day += days) {
		marks[drawing->n_marks].x = (double)day;
		marks[drawing->n_marks++].label = fil_phrase_count(week, day);
	}
	drawing->marks = marks;
}

/* Adds a curve for each group. */
static void
add_curves(struct fil_content *content, struct fil_drawing *drawing, const struct reports *reports,
    long long last, const struct fil_rows *followed)
{
	struct fil_week *week = content->week;
	const struct fil_rows *now = reports->now;
	struct fil_drawing_curve *curves = fil_week_alloc(week, now->n, sizeof *curves);

	for (size_t row = 0; row < now->n; row++) {
		const char *group = fil_rows_cell(now, row, "group");
		struct fil_drawing_curve *curve = &curves[drawing->n_curves];

		if (fil_rows_count(now, row, "users") <= 0)
			continue;
		drawing->n_curves++;
		curve->name = tell_name(week, now, row);
		curve->median = (double)fil_rows_count(now, row, "median");
		curve->dashed = strcmp(group, "pilot") == 0;
		add_points(week, curve, reports->curve, group, last);
		add_at_risk(week, curve, drawing, followed, group);
	}
	drawing->curves = curves;
}

/* Adds the curves, with the numbers still followed below them. */
static void
add_picture(struct fil_content *content, const struct reports *reports)
{
	struct fil_week *week = content->week;
	struct fil_drawing *drawing = fil_week_alloc(week, 1, sizeof *drawing);
	long long last = last_day(reports->curve), days = TICK_DAYS;
	const struct fil_rows *followed;

	if (last <= 0)
		return;
	while (days * MOST_TICKS < last)
		days *= 2;
	followed = fil_content_rows(content, FIL_NOW, "time", "--by", "kind", "--curve", "--at",
	    fil_week_text(week, "%lld", days), NULL);
	drawing->kind = FIL_DRAWING_STEPS;
	drawing->title = _("Share that became autonomous, by days since enrolment");
	drawing->description =
	    /* xgettext:no-c-format */
	    _("A stepped curve for each group (Kaplan–Meier) with its 95% interval, and below the"
	      " axis the number of people still followed.");
	drawing->axis_label = _("days since enrolment");
	drawing->risk_label = _("Still followed");
	add_marks(week, drawing, days, last);
	add_curves(content, drawing, reports, last, followed);
	fil_content_picture(content, FIL_IN_HTML, NULL, drawing);
}

/* Adds the log-rank test in words. */
static void
add_test(struct fil_content *content, const struct fil_rows *test)
{
	struct fil_week *week = content->week;
	const char *cell = fil_rows_cell(test, 0, "p"), *p = fil_phrase_number(week, cell);
	/* A p below 1e-300 is written as "<1e-300". */
	double chance = *cell == '<' ? 0 : strtod(cell, NULL);
	long long times = (long long)(1000 * chance + 0.5);

	if (!p || fil_rows_count(test, 0, "df") != 1)
		return;
	if (chance < 0.0001)
		fil_content_remark(content,
		    _("If both groups went equally fast, a difference as large or larger would be"
		      " seen less than once in 10,000 (log-rank test). The test does not tell"
		      " why: the two groups were not drawn by lot."));
	else if (times == 0)
		fil_content_remark(content,
		    fil_week_text(week,
			_("If both groups went equally fast, a difference as large or larger would"
			  " be seen less than once in 1,000 (log-rank test, p = %s). The test"
			  " does not tell why: the two groups were not drawn by lot."),
			p));
	else
		fil_content_remark(content,
		    fil_week_text(week,
			ngettext(
			    "If both groups went equally fast, a difference as large or larger"
			    " would be seen about %s time in 1,000 (log-rank test, p = %s). The"
			    " test does not tell why: the two groups were not drawn by lot.",
			    "If both groups went equally fast, a difference as large or larger"
			    " would be seen about %s times in 1,000 (log-rank test, p = %s). The"
			    " test does not tell why: the two groups were not drawn by lot.",
			    (unsigned long)times),
			fil_phrase_count(week, times), p));
	fil_content_remark(
	    content, _("In this test, a person of both groups counts in the one begun first."));
}

static bool
make_time(struct fil_content *content)
{
	struct reports reports;

	/* Without phases, no user is enrolled in one. */
	if (fil_reports_table(content->week->reports, "phases")->n == 0)
		return false;
	reports.now = fil_content_rows(content, FIL_NOW, "time", "--by", "kind", NULL);
	if (!is_any_followed(reports.now))
		return false;
	reports.before = fil_content_rows(content, FIL_BEFORE, "time", "--by", "kind", NULL);
	reports.curve = fil_content_rows(content, FIL_NOW, "time", "--by", "kind", "--curve", NULL);
	reports.test =
	    fil_content_rows(content, FIL_NOW, "time", "--by", "kind", "--compare", NULL);
	say(content, &reports);
	fil_content_place(content, FIL_PLACE_LEFT);
	add_picture(content, &reports);
	fil_content_place(content, FIL_PLACE_RIGHT);
	add_table(content, reports.now);
	add_test(content, reports.test);
	fil_content_note(content,
	    /* xgettext:no-c-format */
	    _("People who are not there yet, or who left, count for as long as they were followed."
	      " A dot marks the median, the pale area the 95% interval. A cell “–” is not observed"
	      " yet."));
	fil_content_note_column(content, _("Half of them, in days"), "time", "median");
	fil_content_note_column(content, _("of whom without a level since"), "time", "unmeasured");
	return true;
}

const struct fil_section fil_section_time = {
	.id = "time",
	.title = N_("How long it takes"),
	.absent = N_("days from enrolment to autonomy"),
	.place = 5,
	.make = make_time,
};
