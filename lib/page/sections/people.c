/* SPDX-License-Identifier: ISC */
/* The people to see: how many, and why. They are named only where the command line asks for it. */
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/page/content.h"
#include "lib/page/phrases.h"
#include "lib/report/report.h"

/* The weeks without a rise after which somebody is to be seen. */
#define WEEKS "4"

/* A reason to see somebody, in the order of the page. */
struct reason {
	const char *name; /* in the report */
	const char *words; /* of the list of people */
};

static const struct reason reasons[] = {
	{ "stalled", N_("no rise") },
	{ "fell", N_("fell") },
	{ "unmeasured", N_("level unknown") },
	{ "stale", N_("level old") },
	{ "overdue", N_("module overdue") },
	{ "need", N_("need not covered") },
};

enum { REASONS = sizeof reasons / sizeof *reasons };

/* Returns a reason as the heading of a row. */
static const char *
tell_reason(struct fil_week *week, const char *reason)
{
	const char *stale =
	    fil_phrase_count(week, fil_report_request(week->request.today).stale_weeks);

	if (strcmp(reason, "stalled") == 0)
		return fil_week_text(week, _("No rise for %s weeks"), WEEKS);
	if (strcmp(reason, "fell") == 0)
		return _("Fell: the newest level is lower than the one before");
	if (strcmp(reason, "unmeasured") == 0)
		return _("Level unknown");
	if (strcmp(reason, "stale") == 0)
		return fil_week_text(week, _("Level older than %s weeks, none unknown"), stale);
	return strcmp(reason, "overdue") == 0 ? _("Module overdue") : _("Need not covered");
}

/* Adds the table of the reasons, and how many people there are more or fewer. */
static void
add_reasons(struct fil_content *content, const struct fil_rows *now, const struct fil_rows *before)
{
	struct fil_week *week = content->week;
	const struct fil_table_column columns[] = {
		{ .heading = _("Reason") },
		{ .heading = _("People"), .right = true },
		{ .heading = fil_week_text(
		      week, _("Since %s"), fil_phrase_day(week, week->previous, FIL_DAY_SHORT)),
		    .right = true },
	};
	struct fil_page_table *table =
	    fil_content_table(content, _("Reasons to see somebody; one person may have several"),
		columns, sizeof columns / sizeof *columns);

	for (size_t i = 0; i < REASONS; i++) {
		const char *name = reasons[i].name;
		long long users = fil_rows_count(now, fil_rows_find(now, "reason", name), "users"),
			  was = fil_rows_count(
			      before, fil_rows_find(before, "reason", name), "users");

		fil_table_row(table, FIL_ROW_PLAIN,
		    (const char *[]){ tell_reason(week, name), fil_phrase_count(week, users),
			fil_phrase_change(week, users, was) });
	}
}

/* Returns whether words separated by spaces have a word. */
static bool
has_word(const char *words, const char *word)
{
	for (size_t n; *words != '\0'; words += n + strspn(words + n, " ")) {
		n = strcspn(words, " ");
		if (n == strlen(word) && strncmp(words, word, n) == 0)
			return true;
	}
	return false;
}

/* Returns the reasons of a person in words. */
static const char *
tell_reasons(struct fil_week *week, const char *names)
{
	struct fil_bytes words = { 0 };
	const char *text;

	fil_bytes_add(&words, "", 0);
	for (size_t i = 0; i < REASONS; i++)
		if (has_word(names, reasons[i].name))
			fil_bytes_add_format(
			    &words, "%s%s", words.length > 0 ? ", " : "", _(reasons[i].words));
	text = fil_week_text(week, "%s", words.data);
	fil_bytes_release(&words);
	return text;
}

/* Adds the list of people, the earliest reason first. */
static void
add_names(struct fil_content *content)
{
	struct fil_week *week = content->week;
	const struct fil_rows *people =
	    fil_content_rows(content, FIL_NOW, "followup", "--weeks", WEEKS, NULL);
	const struct fil_table_column columns[] = {
		{ .heading = _("Person") },
		{ .heading = _("Reasons") },
		{ .heading = _("Since when"), .right = true },
		{ .heading = _("Key"), .wide = true },
		{ .heading = _("Direction"), .wide = true },
	};
	struct fil_page_table *table = fil_content_table(
	    content, _("People to see"), columns, sizeof columns / sizeof *columns);

	for (size_t row = 0; row < people->n && row < FIL_MOST_ROWS; row++) {
		const char *user = fil_phrase_data(week, fil_rows_cell(people, row, "user")),
			   *name = fil_phrase_text(week, fil_rows_cell(people, row, "name"));

		fil_table_row(table, FIL_ROW_PLAIN,
		    (const char *[]){ name ? name : user,
			tell_reasons(week, fil_rows_cell(people, row, "reasons")),
			fil_phrase_due(week, fil_rows_cell(people, row, "since"), FIL_DAY_SHORT),
			user, fil_phrase_text(week, fil_rows_cell(people, row, "unit")) });
	}
	if (people->n > table->n)
		fil_content_remark(content, fil_phrase_more(week, people->n - table->n, people));
}

/* Returns the number of people to see for the reasons that are shown. */
static long long
count_all(const struct fil_rows *rows)
{
	return fil_rows_count(rows, fil_rows_find(rows, "reason", FIL_REPORT_TOTAL), "users");
}

static bool
make_people(struct fil_content *content)
{
	struct fil_week *week = content->week;
	const char *uncounted = fil_phrase_uncounted(week);
	const struct fil_rows *now = fil_content_rows(content, FIL_NOW, "followup", "--by",
				  "reason", "--total", "--weeks", WEEKS, NULL),
			      *before = fil_content_rows(content, FIL_BEFORE, "followup", "--by",
				  "reason", "--total", "--weeks", WEEKS, NULL);
	long long n = count_all(now), was = count_all(before);
	bool hidden = fil_rows_hide(now, "users");

	if (!week->counted)
		return false;
	if (uncounted)
		fil_content_say(content, "%s", uncounted);
	if (n < 0)
		fil_content_say(
		    content, _("People are to be seen, but too few to be counted here."));
	else
		fil_content_say(content,
		    hidden ? ngettext("At least %s person is to be seen, %s.",
				 "At least %s people are to be seen, %s.", (unsigned long)n)
			   : ngettext("%s person is to be seen, %s.",
				 "%s people are to be seen, %s.", (unsigned long)n),
		    fil_phrase_count(week, n),
		    fil_phrase_sum_moved(week, now, before, "users", n, was));
	if (!hidden && !fil_rows_hide(before, "users"))
		fil_content_changed(content, "users", n, was);
	add_reasons(content, now, before);
	fil_content_note_column(content, _("People"), "followup", "users");
	if (week->request.names && n != 0)
		add_names(content);
	else if (!week->request.names)
		fil_content_note(content,
		    fil_week_text(week,
			_("This page names nobody. Those who accompany read the list with %s."),
			fil_phrase_command(week, "fil-report followup")));
	return true;
}

const struct fil_section fil_section_people = {
	.id = "people",
	.title = N_("People to see"),
	.absent = N_("people to see"),
	.place = 8,
	.unreported = true,
	.make = make_people,
};
