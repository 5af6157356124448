/* SPDX-License-Identifier: ISC */
/* The forecast: when the target share will have been autonomous, and how earlier forecasts held. */
#include <string.h>

#include "lib/base/language.h"
#include "lib/page/content.h"
#include "lib/page/phrases.h"
#include "lib/stats/outlook.h"

/* Of fewer forecasts that were checked nothing can be said. */
enum { LEAST_CHECKED = 10 };

/* The reports of the section. */
struct reports {
	const struct fil_rows *now, *before, *groups, *score;
};

/* Returns whether two days are in one month of one year. */
static bool
share_month(const char *day, const char *other)
{
	return strncmp(day, other, sizeof "yyyy-mm" - 1) == 0;
}

/* Returns the interval of a row in a sentence, or NULL. The month stands once. */
static const char *
tell_span(struct fil_week *week, const struct fil_rows *rows, size_t row)
{
	const char *low = fil_rows_cell(rows, row, "low"), *high = fil_rows_cell(rows, row, "high"),
		   *first = fil_phrase_due(week, low, FIL_DAY_MONTH),
		   *last = fil_phrase_due(week, high, FIL_DAY_MONTH);

	if (!first)
		return NULL;
	if (!last)
		return fil_week_text(week, _("not before %s"), first);
	if (share_month(low, high))
		first = fil_phrase_date(week, low, FIL_DAY_ALONE);
	/* TRANSLATORS: days, "between 9 and 19 April" */
	return fil_week_text(week, _("between %s and %s"), first, last);
}

/* Returns the interval of a row in a cell, or NULL. */
static const char *
tell_bounds(struct fil_week *week, const struct fil_rows *rows, size_t row)
{
	const char *low = fil_phrase_due(week, fil_rows_cell(rows, row, "low"), FIL_DAY_SHORT),
		   *high = fil_phrase_due(week, fil_rows_cell(rows, row, "high"), FIL_DAY_SHORT);

	/* TRANSLATORS: days in a cell below "Between", "9 Apr and 19 Apr" */
	return low ? fil_week_text(week, _("%s and %s"), low, high ? high : "…") : NULL;
}

/* Returns the date of a row in a sentence, or NULL. */
static const char *
tell_date(struct fil_week *week, const struct fil_rows *rows, size_t row)
{
	return fil_phrase_due(week, fil_rows_cell(rows, row, "date"), FIL_DAY_MONTH);
}

/* Returns whether there is a forecast. Its counts may not be shown. */
static bool
is_made(const struct fil_rows *rows)
{
	return fil_rows_count(rows, 0, "users") != 0 && *fil_rows_cell(rows, 0, "basis") != '\0';
}

static bool
is_reached(const struct fil_rows *rows)
{
	return strcmp(fil_rows_cell(rows, 0, "basis"), "reached") == 0;
}

/* Returns what the page of a week before said, or NULL. */
static const char *
tell_before(struct fil_week *week, const struct fil_rows *before)
{
	const char *day = fil_phrase_day(week, week->previous, FIL_DAY_MONTH),
		   *date = tell_date(week, before, 0), *span = tell_span(week, before, 0);

	if (!is_made(before))
		return NULL;
	if (!date)
		return fil_week_text(week, _("on %s the page gave no date"), day);
	if (!span)
		return fil_week_text(week, _("on %s the target was reached"), day);
	return fil_week_text(week, _("on %s the page said %s, %s"), day, date, span);
}

/* Returns why there is no date, and the day before which the target will hardly be reached. */
static const char *
tell_why(struct fil_week *week, const struct fil_rows *rows)
{
	const char *basis = fil_rows_cell(rows, 0, "basis"), *span = tell_span(week, rows, 0),
		   *why = _("too few people have become autonomous since their enrolment");

	if (strcmp(basis, "far") == 0)
		why = _("people have not been followed for long enough to tell");
	if (strcmp(basis, "plateau") == 0)
		why = _("too many people may never become autonomous");
	/* TRANSLATORS: why there is no date, then "not before 9 April" */
	return span ? fil_week_text(week, _("%s (%s)"), why, span) : why;
}

/* Says the date of today's forecast, and that of a week before. */
static void
say(struct fil_content *content, const struct reports *reports)
{
	struct fil_week *week = content->week;
	const struct fil_rows *now = reports->now;
	const char *target = fil_phrase_share(week, fil_rows_cell(now, 0, "target")),
		   *date = tell_date(week, now, 0), *span = tell_span(week, now, 0),
		   *was = tell_before(week, reports->before);

	if (!date && was)
		fil_content_say(content, _("No date: %s; %s."), tell_why(week, now), was);
	else if (!date)
		fil_content_say(content, _("No date: %s."), tell_why(week, now));
	else if (is_reached(now) && was && !is_reached(reports->before))
		fil_content_say(content, _("%s had been autonomous at least once by %s; %s."),
		    target, date, was);
	else if (is_reached(now))
		fil_content_say(
		    content, _("%s had been autonomous at least once by %s."), target, date);
	else if (was)
		fil_content_say(content,
		    _("%s will have been autonomous at least once around %s, %s (8 chances in 10);"
		      " %s."),
		    target, date, span, was);
	else
		fil_content_say(content,
		    _("%s will have been autonomous at least once around %s, %s (8 chances in"
		      " 10)."),
		    target, date, span);
}

/* Returns the forecast in short, for the headline. */
static const char *
tell_short(struct fil_week *week, const struct fil_rows *now)
{
	const char *target = fil_phrase_share(week, fil_rows_cell(now, 0, "target")),
		   *date = tell_date(week, now, 0);

	if (!date)
		return fil_week_text(week, _("No date: %s."), tell_why(week, now));
	if (is_reached(now))
		return fil_week_text(
		    week, _("%s had been autonomous at least once by %s."), target, date);
	return fil_week_text(week,
	    _("%s around %s, %s (announced: 8 chances in 10; on simulated projects it was so in %s"
	      " to %s cases of 100)."),
	    target, date, tell_span(week, now, 0), fil_phrase_count(week, FIL_OUTLOOK_HELD_PLATEAU),
	    fil_phrase_count(week, FIL_OUTLOOK_HELD_MOST));
}

/* Returns the basis of a row in words. */
static const char *
tell_basis(const struct fil_rows *rows, size_t row)
{
	static const struct {
		const char *basis, *words;
	} words[] = { { "reached", N_("reached") }, { "curve", N_("the curve of those followed") },
		{ "pace", N_("days that nobody was followed to") },
		{ "few", N_("too few autonomous since enrolment") }, { "far", N_("too far ahead") },
		{ "plateau", N_("too many who may never be") } };
	const char *basis = fil_rows_cell(rows, row, "basis");

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].basis, basis) == 0)
			return _(words[i].words);
	return NULL;
}

/* Adds a row. name: NULL for all users. */
static void
add_row(struct fil_week *week, struct fil_page_table *table, const char *name,
    const struct fil_rows *rows, size_t row)
{
	fil_table_row(table, name ? FIL_ROW_PLAIN : FIL_ROW_TOTAL,
	    (const char *[]){ name ? name : _("All"),
		fil_phrase_count(week, fil_rows_count(rows, row, "reached")),
		fil_phrase_count(week, fil_rows_count(rows, row, "users")),
		fil_phrase_share(week, fil_rows_cell(rows, row, "share")),
		fil_phrase_share(week, fil_rows_cell(rows, row, "now")),
		fil_phrase_due(week, fil_rows_cell(rows, row, "date"), FIL_DAY_SHORT),
		tell_bounds(week, rows, row), tell_basis(rows, row) });
}

static void
add_table(struct fil_content *content, const struct reports *reports)
{
	struct fil_week *week = content->week;
	const struct fil_table_column columns[] = {
		{ .heading = _("Group") },
		{ .heading = _("Have been"), .right = true },
		{ .heading = _("People"), .right = true },
		{ .heading = _("Share"), .right = true },
		{ .heading = _("Now"), .right = true },
		{ .heading = _("Date"), .right = true },
		{ .heading = _("Between"), .right = true },
		{ .heading = _("Rests on"), .wide = true },
	};
	struct fil_page_table *table = fil_content_table(content,
	    fil_week_text(week, _("When %s will have been autonomous at least once"),
		fil_phrase_share(week, fil_rows_cell(reports->now, 0, "target"))),
	    columns, sizeof columns / sizeof *columns);

	add_row(week, table, NULL, reports->now, 0);
	/* One group of all users would repeat the first row. */
	for (size_t row = 0; reports->groups->n > 1 && row < reports->groups->n; row++)
		add_row(week, table,
		    fil_phrase_kind(week, fil_rows_cell(reports->groups, row, "group")),
		    reports->groups, row);
	fil_content_left_out(content, reports->now);
	if (reports->groups->n > 1)
		fil_content_left_out(content, reports->groups);
}

/* How earlier forecasts held. */
struct held {
	long long dated, checked, inside;
};

/* Returns whether an earlier forecast named a date that was still ahead. */
static bool
is_dated(const struct fil_rows *score, size_t row)
{
	return *fil_rows_cell(score, row, "high") != '\0';
}

static struct held
count_held(const struct fil_rows *score)
{
	struct held held = { 0 };

	for (size_t row = 0; row < score->n; row++) {
		const char *inside = fil_rows_cell(score, row, "inside");

		held.dated += is_dated(score, row);
		held.checked += *inside != '\0';
		held.inside += strcmp(inside, "yes") == 0;
	}
	return held;
}

/* Returns whether an earlier forecast held, in words. */
static const char *
tell_inside(const struct fil_rows *score, size_t row)
{
	const char *inside = fil_rows_cell(score, row, "inside");

	if (*inside == '\0')
		return _("open");
	return strcmp(inside, "yes") == 0 ? _("yes") : _("no");
}

/* Adds the table of earlier forecasts, the newest first. Text has their score alone. */
static void
add_score_table(struct fil_content *content, const struct fil_rows *score)
{
	struct fil_week *week = content->week;
	const struct fil_table_column columns[] = {
		{ .heading = _("Page of") },
		{ .heading = _("Date said"), .right = true },
		{ .heading = _("Between"), .right = true },
		{ .heading = _("Reached on"), .right = true },
		{ .heading = _("Inside") },
	};
	struct fil_page_table *table;

	fil_content_show(content, FIL_IN_HTML);
	table = fil_content_table(
	    content, _("What earlier pages said"), columns, sizeof columns / sizeof *columns);
	for (size_t row = score->n; row-- > 0;) {
		if (!is_dated(score, row))
			continue;
		fil_table_row(table, FIL_ROW_PLAIN,
		    (const char *[]){
			fil_phrase_due(week, fil_rows_cell(score, row, "as_of"), FIL_DAY_SHORT),
			fil_phrase_due(week, fil_rows_cell(score, row, "date"), FIL_DAY_SHORT),
			tell_bounds(week, score, row),
			fil_phrase_due(week, fil_rows_cell(score, row, "actual"), FIL_DAY_SHORT),
			tell_inside(score, row) });
	}
	fil_content_show(content, FIL_IN_ALL);
}

/* Returns whether the only forecast that named a date held. */
static const char *
tell_only(struct fil_week *week, const struct held *held)
{
	const char *weeks = week->request.weeks;

	if (held->checked == 0)
		return fil_week_text(week,
		    _("The forecast of the last %s weeks that named a date cannot be checked yet."),
		    weeks);
	if (held->inside > 0)
		return fil_week_text(week,
		    _("The one forecast of the last %s weeks that named a date lay inside its"
		      " interval. That is too few to judge by."),
		    weeks);
	return fil_week_text(week,
	    _("The one forecast of the last %s weeks that named a date lay outside its interval."
	      " That is too few to judge by."),
	    weeks);
}

/* Returns how many of the earlier forecasts lay inside their intervals. */
static const char *
tell_held(struct fil_week *week, const struct held *held)
{
	const char *dated = fil_phrase_count(week, held->dated),
		   *checked = fil_phrase_count(week, held->checked),
		   *inside = fil_phrase_count(week, held->inside), *weeks = week->request.weeks;
	unsigned long n = (unsigned long)held->checked;

	if (held->dated == 1)
		return tell_only(week, held);
	if (n == 0)
		return fil_week_text(week,
		    _("Forecasts of the last %s weeks that named a date: %s. None of them can be"
		      " checked yet."),
		    weeks, dated);
	if (n >= LEAST_CHECKED)
		return fil_week_text(week,
		    ngettext("Of the %s forecasts of the last %s weeks that named a date, %s could"
			     " be checked, %s lay inside its interval. Announced: 8 in 10.",
			"Of the %s forecasts of the last %s weeks that named a date, %s could be"
			" checked, %s lay inside their intervals. Announced: 8 in 10.",
			n),
		    dated, weeks, checked, inside);
	return fil_week_text(week,
	    ngettext("Of the %s forecasts of the last %s weeks that named a date, %s could be"
		     " checked, %s lay inside its interval. That is too few to judge by.",
		"Of the %s forecasts of the last %s weeks that named a date, %s could be checked,"
		" %s lay inside their intervals. That is too few to judge by.",
		n),
	    dated, weeks, checked, inside);
}

/* Adds how earlier forecasts held. */
static void
add_score(struct fil_content *content, const struct fil_rows *score)
{
	struct fil_week *week = content->week;
	struct held held = count_held(score);

	if (held.dated == 0) {
		fil_content_remark(content,
		    fil_week_text(week, _("No forecast of the last %s weeks named a date."),
			week->request.weeks));
		return;
	}
	add_score_table(content, score);
	fil_content_remark(content, tell_held(week, &held));
}

/* Says how often intervals hold where the future is known. */
static void
add_calibration(struct fil_content *content)
{
	fil_content_remark(content,
	    fil_week_text(content->week,
		_("On simulated projects, an interval with a date held in %s to %s cases of 100, "
		  "by the way in which people learned. Where a quarter never became autonomous, "
		  "it held in %s."),
		fil_phrase_count(content->week, FIL_OUTLOOK_HELD_LEAST),
		fil_phrase_count(content->week, FIL_OUTLOOK_HELD_MOST),
		fil_phrase_count(content->week, FIL_OUTLOOK_HELD_PLATEAU)));
}

static bool
make_forecast(struct fil_content *content)
{
	struct fil_week *week = content->week;
	const struct fil_rows *now, *autonomy;
	struct reports reports;
	long long reached;

	/* Without phases, no user is enrolled in one. */
	if (fil_reports_table(week->reports, "phases")->n == 0)
		return false;
	now = reports.now = fil_content_rows(content, FIL_NOW, "forecast", NULL);
	autonomy = fil_content_rows(content, FIL_NOW, "autonomy", NULL);
	reached = fil_rows_count(now, 0, "reached");
	if (!is_made(now))
		return false;
	reports.before = fil_content_rows(content, FIL_BEFORE, "forecast", NULL);
	reports.groups = fil_content_rows(content, FIL_NOW, "forecast", "--by", "kind", NULL);
	reports.score = fil_content_rows(
	    content, FIL_NOW, "forecast", "--score", "--weeks", week->request.weeks, NULL);
	say(content, &reports);
	fil_content_changed(
	    content, "reached", reached, fil_rows_count(reports.before, 0, "reached"));
	fil_week_fact(week, FIL_FACT_FORECAST, _("Forecast"), tell_short(week, now), "forecast");
	add_table(content, &reports);
	add_score(content, reports.score);
	add_calibration(content);
	fil_content_note_column(content, _("Date"), "forecast", "date");
	if (reached < 0)
		return true;
	fil_content_note(content,
	    fil_week_text(week,
		ngettext("The forecast counts who has been autonomous on some day (%s); on %s, %s"
			 " is.",
		    "The forecast counts who has been autonomous on some day (%s); on %s, %s are.",
		    (unsigned long)fil_rows_count(autonomy, 0, "autonomous")),
		fil_phrase_count(week, reached), fil_phrase_day(week, week->as_of, FIL_DAY_MONTH),
		fil_phrase_count(week, fil_rows_count(autonomy, 0, "autonomous"))));
	return true;
}

const struct fil_section fil_section_forecast = {
	.id = "forecast",
	.title = N_("Forecast"),
	.absent = N_("forecasts"),
	.place = 6,
	.make = make_forecast,
};
