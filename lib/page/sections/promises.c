/* SPDX-License-Identifier: ISC */
/* Promises, limits and surprises, with the voices on them. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/page/content.h"
#include "lib/page/phrases.h"

/* The words of a kind. */
struct kind {
	const char *name; /* in the report */
	const char *caption, *kept, *broken; /* of the table and its columns */
	/* The status in words. */
	const char *all_kept, *mixed, *all_broken;
};

static const struct kind kinds[] = {
	{ "promise", N_("Promises"), N_("Kept"), N_("Broken"), N_("kept"), N_("mixed"),
	    N_("broken") },
	{ "limit", N_("Limits stated"), N_("As said"), N_("Worse"), N_("as said"),
	    N_("limit|mixed"), N_("worse") },
	{ "surprise", N_("Surprises"), N_("As described"), N_("Worse"), N_("as described"),
	    N_("limit|mixed"), N_("worse") },
};

/* Returns whether a row is of a kind. */
static bool
is_of(const struct kind *kind, const struct fil_rows *rows, size_t row)
{
	return strcmp(fil_rows_cell(rows, row, "kind"), kind->name) == 0;
}

/* Returns the number of promises, limits and surprises aside, of a status; "": not shown. */
static long long
count_status(const struct fil_rows *rows, const char *status)
{
	long long n = 0;

	for (size_t row = 0; row < rows->n; row++)
		n += is_of(&kinds[0], rows, row) &&
		    strcmp(fil_rows_cell(rows, row, "status"), status) == 0;
	return n;
}

/* Returns the voices on all that a report has, but those that are too few to be shown. */
static long long
count_voices(const struct fil_rows *rows)
{
	long long n = 0;

	for (size_t row = 0; row < rows->n; row++)
		if (fil_rows_count(rows, row, "voices") > 0)
			n += fil_rows_count(rows, row, "voices");
	return n;
}

/* Returns whether there are voices of a week before, and all voices are shown on both days. */
static bool
are_comparable(const struct fil_rows *now, const struct fil_rows *before)
{
	return before->n > 0 && !fil_rows_hide(now, "voices") && !fil_rows_hide(before, "voices");
}

/* Returns how many promises are of a status, with the change where there is one. */
static const char *
tell_count(struct fil_week *week, const struct fil_rows *now, const struct fil_rows *before,
    const char *status)
{
	long long n = count_status(now, status), was = count_status(before, status);
	const char *change = week->same && are_comparable(now, before) && n != was
	    ? fil_phrase_change(week, n, was)
	    : NULL;

	return change ? fil_week_text(week, "%s (%s)", fil_phrase_count(week, n), change)
		      : fil_phrase_count(week, n);
}

/* Says the status of the promises, and how many voices there are. A new voice of the same person replaces
 * the one before: their difference is not the number of verdicts given. */
static void
say(struct fil_content *content, const struct fil_rows *now, const struct fil_rows *before)
{
	struct fil_week *week = content->week;
	const char *kept = tell_count(week, now, before, "kept"),
		   *mixed = tell_count(week, now, before, "mixed"),
		   *broken = tell_count(week, now, before, "broken"),
		   *untested = tell_count(week, now, before, "untested");
	long long voices = count_voices(now);

	if (!are_comparable(now, before))
		fil_content_say(content,
		    _("Promises kept: %s; mixed: %s; broken: %s; untested: %s."), kept, mixed,
		    broken, untested);
	else
		fil_content_say(content,
		    _("Promises kept: %s; mixed: %s; broken: %s; untested: %s. Voices: %s, %s."),
		    kept, mixed, broken, untested, fil_phrase_count(week, voices),
		    fil_phrase_done(week, voices, count_voices(before)));
	if (count_status(now, "") > 0)
		fil_content_say(content, _("Promises with too few voices to be shown: %s."),
		    fil_phrase_count(week, count_status(now, "")));
}

/* Returns a word in the language, without its context. French has two genders where English has one
 * word: a context and a bar before the word tell them apart. */
static const char *
in_words(const char *word)
{
	const char *text = _(word), *bar = strchr(text, '|');

	return bar ? bar + 1 : text;
}

/* Returns the status of a row in the words of its kind; NULL where the voices are too few. */
static const char *
tell_status(const struct kind *kind, const char *status)
{
	if (strcmp(status, "kept") == 0)
		return in_words(kind->all_kept);
	if (strcmp(status, "mixed") == 0)
		return in_words(kind->mixed);
	if (strcmp(status, "broken") == 0)
		return in_words(kind->all_broken);
	return *status == '\0' ? NULL : _("untested");
}

/* Returns the rows of a kind, by the day on which they are due, and those without one at the end. *n
 * gets their number. The caller frees them. */
static size_t *
order_rows(const struct kind *kind, const struct fil_rows *rows, size_t *n)
{
	size_t *order = fil_rows_order(rows, "due"), *of_kind = fil_rows_order(rows, "due");

	*n = 0;
	for (int undated = 0; undated <= 1; undated++)
		for (size_t i = 0; i < rows->n; i++)
			if (is_of(kind, rows, order[i]) &&
			    (*fil_rows_cell(rows, order[i], "due") == '\0') == (undated == 1))
				of_kind[(*n)++] = order[i];
	free(order);
	return of_kind;
}

static void
add_table(struct fil_content *content, const struct kind *kind, const struct fil_rows *rows,
    const size_t *order, size_t n)
{
	struct fil_week *week = content->week;
	const struct fil_table_column columns[] = {
		{ .heading = _("Statement") },
		{ .heading = _("Due"), .right = true },
		{ .heading = _("Voices"), .right = true },
		{ .heading = _(kind->kept), .right = true },
		{ .heading = _("Partly"), .right = true },
		{ .heading = _(kind->broken), .right = true },
		{ .heading = _("Status") },
	};
	struct fil_page_table *table =
	    fil_content_table(content, _(kind->caption), columns, sizeof columns / sizeof *columns);

	table->same = true;
	for (size_t i = 0; i < n; i++) {
		size_t row = order[i];

		fil_table_row(table, FIL_ROW_PLAIN,
		    (const char *[]){
			fil_week_text(week, _("“%s”"),
			    fil_phrase_text(week, fil_rows_cell(rows, row, "statement"))),
			fil_phrase_due(week, fil_rows_cell(rows, row, "due"), FIL_DAY_SHORT),
			fil_phrase_count(week, fil_rows_count(rows, row, "voices")),
			fil_phrase_count(week, fil_rows_count(rows, row, "kept")),
			fil_phrase_count(week, fil_rows_count(rows, row, "partly")),
			fil_phrase_count(week, fil_rows_count(rows, row, "broken")),
			tell_status(kind, fil_rows_cell(rows, row, "status")) });
	}
}

/* Adds the same in text, where a statement needs the whole line. */
static void
add_list(struct fil_content *content, const struct kind *kind, const struct fil_rows *rows,
    const size_t *order, size_t n)
{
	struct fil_week *week = content->week;

	fil_content_list(content, _(kind->caption));
	for (size_t i = 0; i < n; i++) {
		const char *what =
			       fil_phrase_text(week, fil_rows_cell(rows, order[i], "statement")),
			   *status = tell_status(kind, fil_rows_cell(rows, order[i], "status"));
		long long voices = fil_rows_count(rows, order[i], "voices");

		fil_content_item(content,
		    voices < 0 ? fil_week_text(week, _("“%s” voices: too few to be shown."), what)
			       : fil_week_text(week, _("“%s” voices: %s (%s)."), what,
				     fil_phrase_count(week, voices), status));
	}
}

static void
add_kind(struct fil_content *content, const struct kind *kind, const struct fil_rows *rows)
{
	size_t n, shown, *order = order_rows(kind, rows, &n);

	shown = n < FIL_MOST_ROWS ? n : FIL_MOST_ROWS;
	if (n > 0) {
		fil_content_show(content, FIL_IN_HTML);
		add_table(content, kind, rows, order, shown);
		fil_content_show(content, FIL_IN_TEXT);
		add_list(content, kind, rows, order, shown);
		fil_content_show(content, FIL_IN_ALL);
		if (n - shown > 0)
			fil_content_remark(
			    content, fil_phrase_more(content->week, n - shown, rows));
	}
	free(order);
}

static bool
make_promises(struct fil_content *content)
{
	const struct fil_rows *now = fil_content_rows(content, FIL_NOW, "promises", NULL),
			      *before = fil_content_rows(content, FIL_BEFORE, "promises", NULL);

	if (now->n == 0)
		return false;
	say(content, now, before);
	if (content->week->same && are_comparable(now, before))
		fil_content_changed(content, "voices", count_voices(now), count_voices(before));
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		add_kind(content, &kinds[i], now);
	fil_content_note_column(content, _("Voices"), "promises", "voices");
	return true;
}

const struct fil_section fil_section_promises = {
	.id = "promises",
	.title = N_("Promises and limits"),
	.absent = N_("promises"),
	.place = 10,
	.make = make_promises,
};
