/* SPDX-License-Identifier: ISC */
#include "lib/page/phrases.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/page/content.h"
#include "lib/users/groups.h"

/* So many columns of a free text are shown. */
enum { LONGEST_TEXT = 300 };

const char *
fil_phrase_data(struct fil_week *week, const char *text)
{
	const char *marked;
	char *shown;

	if (*text == '\0')
		return NULL;
	shown = fil_text_escape(text);
	marked = fil_week_text(week, FIL_MARK_DATA "%s" FIL_MARK_END, shown);
	free(shown);
	return marked;
}

const char *
fil_phrase_text(struct fil_week *week, const char *text)
{
	char *cut = fil_text_cut(text, LONGEST_TEXT);
	const char *marked = fil_phrase_data(week, cut);

	free(cut);
	return marked;
}

const char *
fil_phrase_group(struct fil_week *week, const char *group)
{
	size_t parent = fil_group_merged(group);
	char *path;
	const char *marked;

	if (parent == 0)
		return _("(small groups)");
	if (strcmp(group, FIL_GROUP_NONE) == 0)
		return _("(none)");
	if (parent == FIL_NOWHERE)
		return fil_phrase_data(week, group);
	path = fil_copy_bytes(group, parent);
	marked = fil_week_text(week, "%s%s", fil_phrase_data(week, path), _("(small groups)"));
	free(path);
	return marked;
}

const char *
fil_phrase_kind(struct fil_week *week, const char *kind)
{
	if (strcmp(kind, "pilot") == 0)
		return _("Pilot");
	if (strcmp(kind, "rollout") == 0)
		return _("Rollout");
	return fil_phrase_group(week, kind);
}

const char *
fil_phrase_number(struct fil_week *week, const char *decimal)
{
	char text[FIL_PROSE_SIZE];

	return *decimal == '\0' ? NULL : fil_week_text(week, "%s", fil_prose_number(text, decimal));
}

const char *
fil_phrase_share(struct fil_week *week, const char *decimal)
{
	char text[FIL_PROSE_SIZE];

	return *decimal == '\0' ? NULL : fil_week_text(week, "%s", fil_prose_share(text, decimal));
}

const char *
fil_phrase_count(struct fil_week *week, long long count)
{
	char decimal[FIL_NUMBER_SIZE];

	if (count < 0)
		return NULL;
	fil_number_write(count, decimal);
	return fil_phrase_number(week, decimal);
}

const char *
fil_phrase_range(struct fil_week *week, const char *low, const char *high)
{
	const char *first = fil_phrase_share(week, low), *last = fil_phrase_share(week, high);

	/* TRANSLATORS: a range of shares, "71.3% to 79.2%" */
	return first && last ? fil_week_text(week, _("%s to %s"), first, last) : NULL;
}

const char *
fil_phrase_of(struct fil_week *week, long long part, long long whole)
{
	const char *one = fil_phrase_count(week, part), *all = fil_phrase_count(week, whole);

	/* TRANSLATORS: a part of a number, "154 of 216" */
	return one && all ? fil_week_text(week, _("%s of %s"), one, all) : NULL;
}

const char *
fil_phrase_change(struct fil_week *week, long long now, long long before)
{
	char text[FIL_PROSE_SIZE];

	if (now < 0 || before < 0 || !week->compared)
		return NULL;
	return fil_week_text(week, "%s", fil_prose_change(text, now - before));
}

const char *
fil_phrase_moved(struct fil_week *week, long long now, long long before)
{
	const char *day = fil_phrase_day(week, week->previous, FIL_DAY_MONTH);

	if (!week->compared)
		return _("with no week before to compare");
	if (before < 0)
		return fil_week_text(week, _("with no figure of %s to compare"), day);
	if (now > before)
		return fil_week_text(
		    week, _("%s more than on %s"), fil_phrase_count(week, now - before), day);
	if (now < before)
		return fil_week_text(
		    week, _("%s fewer than on %s"), fil_phrase_count(week, before - now), day);
	return fil_week_text(week, _("as many as on %s"), day);
}

const char *
fil_phrase_done(struct fil_week *week, long long now, long long before)
{
	if (!week->compared || before < 0 || week->same)
		return fil_phrase_moved(week, now, before);
	/* TRANSLATORS: behind a count and a comma */
	return fil_week_text(week, _("not compared with %s, when other people counted"),
	    fil_phrase_day(week, week->previous, FIL_DAY_MONTH));
}

const char *
fil_phrase_sum_moved(struct fil_week *week, const struct fil_rows *now,
    const struct fil_rows *before, const char *column, long long sum, long long was)
{
	if (was < 0 || fil_rows_hide(before, column))
		return fil_phrase_moved(week, sum, -1);
	if (!fil_rows_hide(now, column))
		return fil_phrase_moved(week, sum, was);
	/* TRANSLATORS: a count and its day, behind "at least 36 people," */
	return fil_week_text(week, _("against %s on %s"), fil_phrase_count(week, was),
	    fil_phrase_day(week, week->previous, FIL_DAY_MONTH));
}

/* Returns whether the dimension of a row counts on a day. */
static bool
counts_on(const struct fil_rows *dimensions, size_t row, fil_day day)
{
	const char *ends = fil_rows_cell(dimensions, row, "ends");
	char text[FIL_DATE_SIZE];

	fil_date_write(day, text);
	return strcmp(fil_rows_cell(dimensions, row, "begins"), text) <= 0 &&
	    (*ends == '\0' || strcmp(ends, text) >= 0);
}

/* Returns the row of the threshold of a dimension on a day, or FIL_NOWHERE. The first one holds before its
 * day too. */
static size_t
threshold_on(const struct fil_rows *thresholds, const char *dimension, fil_day day)
{
	size_t found = FIL_NOWHERE;
	char text[FIL_DATE_SIZE];

	fil_date_write(day, text);
	for (size_t row = 0; row < thresholds->n; row++) {
		const char *begins = fil_rows_cell(thresholds, row, "begins"),
			   *other = fil_rows_cell(thresholds, found, "begins");
		bool held = strcmp(begins, text) <= 0,
		     later = found != FIL_NOWHERE && strcmp(begins, other) > 0;

		if (strcmp(fil_rows_cell(thresholds, row, "dimension"), dimension) == 0 &&
		    (found == FIL_NOWHERE || (held ? later || strcmp(other, text) > 0 : !later)))
			found = row;
	}
	return found;
}

/* Returns what has changed in the dimension of a row since the previous day, or NULL. */
static const char *
tell_rule(struct fil_week *week, const struct fil_rows *dimensions, size_t row)
{
	const struct fil_rows *thresholds = fil_reports_table(week->reports, "thresholds");
	const char *key = fil_rows_cell(dimensions, row, "dimension"),
		   *title = fil_rows_cell(dimensions, row, "title");
	size_t was = threshold_on(thresholds, key, week->previous),
	       is = threshold_on(thresholds, key, week->as_of);
	bool counts = counts_on(dimensions, row, week->as_of);
	const char *old = fil_rows_cell(thresholds, was, "threshold"),
		   *new = fil_rows_cell(thresholds, is, "threshold");

	if (counts != counts_on(dimensions, row, week->previous))
		return counts
		    ? fil_week_text(week, _("Since %s the dimension “%s” counts too."),
			  fil_phrase_date(
			      week, fil_rows_cell(dimensions, row, "begins"), FIL_DAY_MONTH),
			  title)
		    : fil_week_text(week, _("After %s the dimension “%s” counts no more."),
			  fil_phrase_date(
			      week, fil_rows_cell(dimensions, row, "ends"), FIL_DAY_MONTH),
			  title);
	if (!counts || strcmp(old, new) == 0)
		return NULL;
	return fil_week_text(week, _("Since %s the threshold of “%s” is %s, no longer %s."),
	    fil_phrase_date(week, fil_rows_cell(thresholds, is, "begins"), FIL_DAY_MONTH), title,
	    new, old);
}

const char *
fil_phrase_rules(struct fil_week *week)
{
	const struct fil_rows *dimensions = fil_reports_table(week->reports, "dimensions");
	const char *all = NULL;

	for (size_t row = 0; row < dimensions->n; row++) {
		const char *rule = tell_rule(week, dimensions, row);

		if (rule)
			all = all ? fil_week_text(week, "%s %s", all, rule) : rule;
	}
	return all;
}

const char *
fil_phrase_uncounted(struct fil_week *week)
{
	const struct fil_rows *dimensions = fil_reports_table(week->reports, "dimensions");

	for (size_t row = 0; row < dimensions->n; row++)
		if (counts_on(dimensions, row, week->as_of))
			return NULL;
	return fil_week_text(week, _("No dimension counts on %s, so nobody is measured."),
	    fil_phrase_day(week, week->as_of, FIL_DAY_MONTH));
}

const char *
fil_phrase_day(struct fil_week *week, fil_day day, enum fil_prose_day form)
{
	char text[FIL_PROSE_SIZE];

	return fil_week_text(week, "%s", fil_prose_day(text, day, form));
}

const char *
fil_phrase_date(struct fil_week *week, const char *cell, enum fil_prose_day form)
{
	fil_day day;

	return fil_date_parse(cell, &day) == 0 ? fil_phrase_day(week, day, form) : NULL;
}

const char *
fil_phrase_due(struct fil_week *week, const char *cell, enum fil_prose_day form)
{
	char as_of[FIL_DATE_SIZE];

	fil_date_write(week->as_of, as_of);
	return fil_phrase_date(
	    week, cell, strncmp(cell, as_of, sizeof "yyyy-" - 1) == 0 ? form : FIL_DAY_LONG);
}

const char *
fil_phrase_command(struct fil_week *week, const char *command)
{
	return fil_week_text(week, FIL_MARK_CODE "%s" FIL_MARK_END, command);
}

const char *
fil_phrase_more(struct fil_week *week, size_t left_out, const struct fil_rows *rows)
{
	return fil_week_text(week, ngettext("%s row more: %s.", "%s rows more: %s.", left_out),
	    fil_phrase_count(week, (long long)left_out), fil_phrase_command(week, rows->command));
}
