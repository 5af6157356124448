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

const char *
fil_phrase_uncounted(struct fil_week *week)
{
	const struct fil_rows *dimensions = fil_reports_table(week->reports, "dimensions");
	char day[FIL_DATE_SIZE];

	fil_date_write(week->as_of, day);
	for (size_t row = 0; row < dimensions->n; row++) {
		const char *ends = fil_rows_cell(dimensions, row, "ends");

		if (strcmp(fil_rows_cell(dimensions, row, "begins"), day) <= 0 &&
		    (*ends == '\0' || strcmp(ends, day) >= 0))
			return NULL;
	}
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
