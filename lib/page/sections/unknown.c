/* SPDX-License-Identifier: ISC */
/* What the page does not know. */
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/page/content.h"
#include "lib/page/phrases.h"
#include "lib/report/report.h"
#include "lib/users/groups.h"

/* Adds the sections that the page leaves out. */
static void
add_absent(struct fil_content *content)
{
	struct fil_week *week = content->week;
	struct fil_bytes list = { 0 };

	for (size_t i = 0; i < week->n_absent; i++)
		fil_bytes_add_format(&list, "%s%s", i == 0 ? "" : ", ", _(week->absent[i]->absent));
	if (list.length > 0)
		fil_content_item(content,
		    fil_week_text(
			week, _("Without data, hence without a section: %s."), list.data));
	fil_bytes_release(&list);
}

/* Returns whether the dimensions are those of a new store: the tool and the process. */
static bool
are_usual(const struct fil_rows *dimensions)
{
	return dimensions->n == 2 &&
	    fil_rows_find(dimensions, "dimension", "tool") != FIL_NOWHERE &&
	    fil_rows_find(dimensions, "dimension", "process") != FIL_NOWHERE;
}

/* Says that no level is unknown. was: how many had an unknown level a week before. */
static void
say_known(struct fil_content *content, long long was)
{
	struct fil_week *week = content->week;
	const char *day = fil_phrase_day(week, week->previous, FIL_DAY_MONTH);

	if (!week->compared)
		fil_content_say(content, _("Every person has a known level in every dimension."));
	else if (was == 0)
		fil_content_say(content,
		    _("Every person has a known level in every dimension, as on %s."), day);
	else
		fil_content_say(content,
		    ngettext(
			"Every person has a known level in every dimension; on %s, %s had not.",
			"Every person has a known level in every dimension; on %s, %s had not.",
			(unsigned long)was),
		    day, fil_phrase_count(week, was));
}

/* Says how many have no known level in a dimension. */
static void
say(struct fil_content *content, const struct fil_rows *now, const struct fil_rows *before)
{
	struct fil_week *week = content->week;
	long long unknown = fil_rows_less(now, 0, "users", "measured"),
		  was = fil_rows_less(before, 0, "users", "measured");
	const char *uncounted = fil_phrase_uncounted(week),
		   *count = fil_phrase_count(week, unknown),
		   *moved = fil_phrase_moved(week, unknown, was);

	if (uncounted) {
		fil_content_say(content, "%s", uncounted);
		return;
	}
	if (unknown == 0) {
		say_known(content, was);
		return;
	}
	if (are_usual(fil_reports_table(week->reports, "dimensions")))
		fil_content_say(content,
		    ngettext("%s person has no known level in the tool or in the process, %s.",
			"%s people have no known level in the tool or in the process, %s.",
			(unsigned long)unknown),
		    count, moved);
	else
		fil_content_say(content,
		    ngettext("%s person has no known level in one dimension at least, %s.",
			"%s people have no known level in one dimension at least, %s.",
			(unsigned long)unknown),
		    count, moved);
}

/* Adds how many of the measured have an old level. Of others, some levels are unknown. */
static void
add_stale(struct fil_content *content, const struct fil_rows *now)
{
	struct fil_week *week = content->week;
	long long stale = fil_rows_count(now, 0, "stale");
	const char *weeks =
	    fil_phrase_count(week, fil_report_request(week->request.today).stale_weeks);

	if (stale == 0)
		fil_content_item(content,
		    fil_week_text(week,
			_("Of those who have a level in every dimension, nobody has one older than"
			  " %s weeks."),
			weeks));
	else
		fil_content_item(content,
		    fil_week_text(week,
			ngettext("Of those who have a level in every dimension, %s person has one"
				 " older than %s weeks.",
			    "Of those who have a level in every dimension, %s people have one"
			    " older than %s weeks.",
			    (unsigned long)stale),
			fil_phrase_count(week, stale), weeks));
}

/* Adds what rests on people's own word, and how that agrees with what others see. */
static void
add_own_word(struct fil_content *content, const struct fil_rows *now)
{
	struct fil_week *week = content->week;
	const struct fil_rows *agreement = fil_content_rows(content, FIL_NOW, "agreement", NULL);
	long long self = fil_rows_count(now, 0, "self_declared"),
		  pairs = fil_rows_count(agreement, 0, "pairs"),
		  over = fil_rows_count(agreement, 0, "over");
	const char *word = NULL, *agreed = NULL;

	if (self > 0)
		word = fil_week_text(week,
		    ngettext("%s of the %s autonomous is so in part by his or her own word.",
			"%s of the %s autonomous are so in part by their own word.",
			(unsigned long)self),
		    fil_phrase_count(week, self),
		    fil_phrase_count(week, fil_rows_count(now, 0, "autonomous")));
	if (pairs > 0)
		agreed = fil_week_text(week,
		    _("Where a person’s own level and that of a trainer or a test lie at most 30"
		      " days apart (%s pairs), the own one is the higher %s times (%s), the lower"
		      " %s times (%s)."),
		    fil_phrase_count(week, pairs), fil_phrase_count(week, over),
		    fil_phrase_share(week, fil_rows_cell(agreement, 0, "over_share")),
		    fil_phrase_count(week, fil_rows_count(agreement, 0, "under")),
		    fil_phrase_share(week, fil_rows_cell(agreement, 0, "under_share")));
	if (word && agreed)
		fil_content_item(content, fil_week_text(week, "%s %s", word, agreed));
	else if (word || agreed)
		fil_content_item(content, word ? word : agreed);
}

/* Adds how many people are in merged groups, and why. */
static void
add_merged(struct fil_content *content)
{
	struct fil_week *week = content->week;
	const struct fil_week_request *request = &week->request;
	const struct fil_rows *groups = fil_content_rows(
	    content, FIL_NOW, "autonomy", "--by", request->by, "--depth", request->depth, NULL);
	long long users = 0;

	for (size_t row = 0; row < groups->n; row++)
		if (fil_group_merged(fil_rows_cell(groups, row, "group")) != FIL_NOWHERE &&
		    fil_rows_count(groups, row, "users") > 0)
			users += fil_rows_count(groups, row, "users");
	if (users > 0 && groups->reason)
		fil_content_item(content,
		    fil_week_text(week,
			ngettext("%s person is in a merged group: %s.",
			    "%s people are in merged groups: %s.", (unsigned long)users),
			fil_phrase_count(week, users), groups->reason));
}

/* Adds how many rows of records were corrected since the last page, and how many runs were undone. */
static void
add_corrections(struct fil_content *content)
{
	struct fil_week *week = content->week;
	const struct fil_rows *runs = fil_reports_runs(week->reports, week->previous + 1);
	long long changed = 0, undone = 0;

	for (size_t row = 0; row < runs->n; row++) {
		const char *command = fil_rows_cell(runs, row, "command");

		undone += fil_text_is_program(command, "fil-undo");
		if (fil_text_is_program(command, "fil-record"))
			changed += fil_rows_count(runs, row, "changed");
	}
	fil_content_item(content,
	    fil_week_text(week,
		_("Corrections made since %s: levels and other records changed: %s; runs undone:"
		  " %s (%s)."),
		fil_phrase_day(week, week->previous, FIL_DAY_MONTH),
		fil_phrase_count(week, changed), fil_phrase_count(week, undone),
		fil_phrase_command(week, runs->command)));
}

static bool
make_unknown(struct fil_content *content)
{
	struct fil_week *week = content->week;
	const struct fil_rows *now = fil_content_rows(content, FIL_NOW, "autonomy", NULL),
			      *before = fil_content_rows(content, FIL_BEFORE, "autonomy", NULL);
	bool counted = fil_rows_count(now, 0, "users") > 0;

	if (counted) {
		say(content, now, before);
		add_stale(content, now);
		add_own_word(content, now);
		add_merged(content);
	}
	add_corrections(content);
	if (counted && strcmp(week->request.by, "unit") == 0)
		fil_content_item(content,
		    _("Directions are those of each week; of people recorded later, those first "
		      "recorded."));
	fil_content_item(content,
	    _("A level is dated by the day on which somebody recorded it, not by that on which it"
	      " was reached."));
	add_absent(content);
	fil_content_item(content,
	    _("Autonomy says what a person can do alone on a day. It says nothing of how well that"
	      " person works."));
	return true;
}

const struct fil_section fil_section_unknown = {
	.id = "unknown",
	.title = N_("What this page does not know"),
	.place = 13,
	.late = true,
	.unreported = true,
	.make = make_unknown,
};
