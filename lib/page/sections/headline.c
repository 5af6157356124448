/* SPDX-License-Identifier: ISC */
/* The headline: how many are autonomous, how sure that is, and how far the target is. */
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/levels/standing.h"
#include "lib/page/content.h"
#include "lib/page/drawing.h"
#include "lib/page/phrases.h"

/* The sources that are not a person's own word. */
#define OTHERS "trainer,manager,test"

/* The figures of one report of all users. */
struct figures {
	long long users, autonomous, unknown;
	const char *range;
};

static struct figures
read_figures(struct fil_week *week, const struct fil_rows *rows)
{
	return (struct figures){ fil_rows_count(rows, 0, "users"),
		fil_rows_count(rows, 0, "autonomous"), fil_rows_less(rows, 0, "users", "measured"),
		fil_phrase_range(week, fil_rows_cell(rows, 0, "share_min"),
		    fil_rows_cell(rows, 0, "share_max")) };
}

/* Returns the sources of the page that are not a person's own word; NULL: all of them are such.
 * Where the page counts nothing but own words, the sources are those that it leaves out. */
static const char *
choose_others(struct fil_week *week)
{
	const char *const *option = week->request.options;
	struct fil_bytes list = { 0 };
	struct fil_fault fault;
	const char *others;
	unsigned counted;

	while (*option && strcmp(*option, "source") != 0)
		option += 2;
	if (!*option || fil_sources_read(option[1], &counted, &fault) < 0)
		return OTHERS;
	if ((counted & 1U << FIL_SELF) == 0)
		return NULL;
	for (int source = FIL_TRAINER; source <= FIL_TEST; source++)
		if (counted & 1U << source)
			fil_bytes_add_format(
			    &list, "%s%s", list.length > 0 ? "," : "", fil_source_name(source));
	others = list.length > 0 ? fil_week_text(week, "%s", list.data) : OTHERS;
	fil_bytes_release(&list);
	return others;
}

/* Returns the target as a share. */
static const char *
tell_percent(struct fil_week *week)
{
	char percent[FIL_NUMBER_SIZE];

	fil_number_write(week->request.target, percent);
	return fil_phrase_share(week, percent);
}

/* Returns whether the target is reached: no, cannot be told, or yes, whatever the unknown levels
 * are. */
static const char *
tell_target(struct fil_week *week, const struct figures *now)
{
	const char *target = tell_percent(week), *unknown = fil_phrase_count(week, now->unknown);
	long long wanted = week->request.target * now->users, low = 100 * now->autonomous,
		  high = low + 100 * now->unknown;

	if (low >= wanted && now->unknown == 0)
		return fil_week_text(week, _("%s is reached."), target);
	if (low >= wanted)
		return fil_week_text(week,
		    _("%s is reached, even without the people whose level is unknown."), target);
	if (now->unknown == 0)
		return fil_week_text(week, _("%s is not reached."), target);
	if (high < wanted)
		return fil_week_text(week,
		    ngettext("%s is not reached, and would not be even if the one person whose"
			     " level is unknown were autonomous.",
			"%s is not reached, and would not be even if the %s people whose level is"
			" unknown were autonomous.",
			(unsigned long)now->unknown),
		    target, unknown);
	return fil_week_text(week,
	    ngettext("Whether %s is reached cannot be told: it depends on one person whose level"
		     " is unknown.",
		"Whether %s is reached cannot be told: it depends on %s people whose level is"
		" unknown.",
		(unsigned long)now->unknown),
	    target, unknown);
}

/* Returns how many are autonomous by their own word, and how many others have seen so. */
static const char *
tell_certainty(
    struct fil_week *week, const struct figures *now, const struct figures *seen, long long self)
{
	return fil_week_text(week,
	    ngettext("%s of the %s is so at least in part by his or her own word; counting only"
		     " what others saw, the rest as unknown: %s of %s (%s).",
		"%s of the %s are so at least in part by their own word; counting only what others"
		" saw, the rest as unknown: %s of %s (%s).",
		(unsigned long)self),
	    fil_phrase_count(week, self), fil_phrase_count(week, now->autonomous),
	    fil_phrase_count(week, seen->autonomous), fil_phrase_count(week, seen->users),
	    seen->range);
}

static void
add_row(struct fil_week *week, struct fil_page_table *table, const char *name,
    const struct figures *figures)
{
	fil_table_row(table, FIL_ROW_PLAIN,
	    (const char *[]){ name, fil_phrase_of(week, figures->autonomous, figures->users),
		fil_phrase_count(week, figures->unknown), figures->range });
}

static void
add_bar(struct fil_drawing *drawing, struct fil_drawing_row *rows, const char *label,
    const struct figures *figures)
{
	struct fil_drawing_row *row = &rows[drawing->n_rows++];

	row->label = label;
	row->beside = figures->range;
	row->parts[FIL_PART_YES] = (double)figures->autonomous;
	row->parts[FIL_PART_UNKNOWN] = (double)figures->unknown;
	row->parts[FIL_PART_NO] = (double)(figures->users - figures->autonomous - figures->unknown);
}

/* Adds the table of the same figures today, a week ago, and as others saw it; seen: or NULL. */
static void
add_table(struct fil_content *content, const struct figures *now, const struct figures *before,
    const struct figures *seen)
{
	struct fil_week *week = content->week;
	const struct fil_table_column columns[] = { { .heading = _("On") },
		{ .heading = _("Autonomous"), .right = true },
		{ .heading = _("Unknown"), .right = true },
		{ .heading = _("Share autonomous"), .right = true } };
	struct fil_page_table *table = fil_content_table(content,
	    _("People, and the shares between which the true one lies if known levels are"
	      " right"),
	    columns, 4);
	const char *day = fil_phrase_day(week, week->as_of, FIL_DAY_MONTH);

	table->pictured = true;
	add_row(week, table, day, now);
	if (week->compared)
		add_row(week, table, fil_phrase_day(week, week->previous, FIL_DAY_MONTH), before);
	if (seen)
		add_row(week, table, fil_week_text(week, _("%s, only what others saw"), day), seen);
}

/* Adds the bars of the same figures. */
static void
add_picture(struct fil_content *content, const struct figures *now, const struct figures *before,
    const struct figures *seen)
{
	struct fil_week *week = content->week;
	struct fil_drawing *drawing = fil_week_alloc(week, 1, sizeof *drawing);
	struct fil_drawing_row *rows = fil_week_alloc(week, 3, sizeof *rows);
	const char *day = fil_phrase_day(week, week->as_of, FIL_DAY_MONTH);

	add_bar(drawing, rows, day, now);
	rows[0].strong = true;
	if (before->users > 0)
		add_bar(drawing, rows, fil_phrase_day(week, week->previous, FIL_DAY_MONTH), before);
	if (seen) {
		rows[drawing->n_rows].brief = _("as others saw it");
		add_bar(
		    drawing, rows, fil_week_text(week, _("%s, only what others saw"), day), seen);
	}
	drawing->kind = FIL_DRAWING_BARS;
	drawing->title = _("Where we stand, and how sure that is");
	drawing->description = _(
	    "One bar for each row of the table: people autonomous, then of unknown level, then not"
	    " yet autonomous. The target is a vertical line.");
	drawing->rows = rows;
	drawing->target = week->request.target;
	drawing->target_label = fil_week_text(week, _("target %s"), tell_percent(week));
	fil_content_picture(content, FIL_IN_ALL, NULL, drawing);
	fil_content_key(content, "yes", _("autonomous"));
	fil_content_key(content, "un", _("level unknown"));
	fil_content_key(content, "no", _("not yet"));
}

static bool
make_headline(struct fil_content *content)
{
	struct fil_week *week = content->week;
	const struct fil_rows *rows = fil_content_rows(content, FIL_NOW, "autonomy", NULL);
	struct figures now = read_figures(week, rows),
		       before = read_figures(
			   week, fil_content_rows(content, FIL_BEFORE, "autonomy", NULL)),
		       seen = { 0 };
	const char *others = choose_others(week), *uncounted = fil_phrase_uncounted(week);
	const char *rules = week->compared ? fil_phrase_rules(week) : NULL;
	long long self = fil_rows_count(rows, 0, "self_declared");

	if (others)
		seen = read_figures(
		    week, fil_content_rows(content, FIL_NOW, "autonomy", "--source", others, NULL));
	if (rows->left_out) {
		fil_content_say(content, _("Small numbers: %s."), rows->left_out);
		return true;
	}
	if (now.users <= 0) {
		fil_content_say(content, _("No users count on %s: there is nothing to say yet."),
		    fil_phrase_day(week, week->as_of, FIL_DAY_MONTH));
		return true;
	}
	if (week->as_of > week->request.today)
		fil_content_say(content,
		    _("%s is to come: the figures are those of the levels known on %s."),
		    fil_phrase_day(week, week->as_of, FIL_DAY_MONTH),
		    fil_phrase_day(week, week->request.today, FIL_DAY_MONTH));
	if (uncounted)
		fil_content_say(content, "%s", uncounted);
	fil_content_say(content,
	    ngettext("%s person of %s is autonomous (%s), %s.",
		"%s people of %s are autonomous (%s), %s.", (unsigned long)now.autonomous),
	    fil_phrase_count(week, now.autonomous), fil_phrase_count(week, now.users), now.range,
	    fil_phrase_moved(week, now.autonomous, before.autonomous));
	if (rules)
		fil_content_say(content,
		    _("%s A difference may come from that alone: it does not tell that anybody"
		      " gained or lost a level."),
		    rules);
	fil_content_changed(content, "autonomous", now.autonomous, before.autonomous);
	fil_week_fact(week, FIL_FACT_TARGET, _("Target"), tell_target(week, &now), NULL);
	if (self > 0)
		fil_week_fact(week, FIL_FACT_CERTAINTY, _("Certainty"),
		    tell_certainty(week, &now, &seen, self), NULL);
	fil_content_place(content, FIL_PLACE_LEFT);
	for (size_t i = 0; i < week->n_facts; i++)
		fil_content_fact(
		    content, week->facts[i].label, week->facts[i].text, week->facts[i].target);
	fil_content_place(content, FIL_PLACE_RIGHT);
	add_picture(content, &now, &before, others ? &seen : NULL);
	add_table(content, &now, &before, others ? &seen : NULL);
	fil_content_place(content, FIL_PLACE_WHOLE);
	fil_content_note(content,
	    _("Autonomous: at the threshold or above in every dimension. The lower share counts"
	      " unknown levels as “not yet”, the higher as “autonomous”."));
	fil_content_note_column(content, _("Autonomous"), "autonomy", "autonomous");
	return true;
}

const struct fil_section fil_section_headline = {
	.id = "headline",
	.title = N_("Where we stand"),
	.place = 1,
	.late = true,
	.make = make_headline,
};
