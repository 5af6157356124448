/* SPDX-License-Identifier: ISC */
#include "lib/page/sections.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/options.h"
#include "lib/base/text.h"
#include "lib/mapping/profile_file.h"
#include "lib/page/content.h"
#include "lib/page/phrases.h"
#include "lib/store/seal.h"

/* The build writes one SECTION(name) for each file of lib/page/sections. */
#define SECTION(name) extern const struct fil_section fil_section_##name;
#include "page/sections.inc"
#undef SECTION

#define SECTION(name) &fil_section_##name,
static const struct fil_section *const sections[] = {
#include "page/sections.inc"
};
#undef SECTION

enum { SECTIONS = sizeof sections / sizeof *sections };

static_assert(SECTIONS <= 32, "a bit for each section");

/* Fills the numbers of the sections in the order of the page. */
static void
order_sections(size_t order[static SECTIONS])
{
	for (size_t i = 0; i < SECTIONS; i++) {
		size_t k = i;

		for (; k > 0 && sections[order[k - 1]]->place > sections[i]->place; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
}

const char *
fil_sections_name(size_t i, const char **title)
{
	size_t order[SECTIONS] = { 0 };

	if (i >= SECTIONS)
		return NULL;
	order_sections(order);
	*title = sections[order[i]]->title;
	return sections[order[i]]->id;
}

static void
refuse_section(const char *name, struct fil_fault *fault)
{
	fil_fault_set(fault, FIL_USAGE, "'%s' is not a section", name);
}

int
fil_sections_choose(struct fil_week_request *request, struct fil_fault *fault)
{
	const struct fil_setting *setting =
	    fil_settings_find(request->settings, "week", "sections");
	const char *list = request->sections ? request->sections : setting ? setting->value : NULL;
	const char *names[SECTIONS], *title;

	request->wanted = UINT32_MAX;
	for (size_t i = 0; i < SECTIONS; i++)
		names[i] = fil_sections_name(i, &title);
	if (!list ||
	    fil_choices_read(list, names, SECTIONS, refuse_section, &request->wanted, fault) == 0)
		return 0;
	return request->sections ? -1 : fil_setting_blame(setting, fault);
}

/* Returns whether a remark of the section has that text. */
static bool
has_remark(const struct fil_content *content, const char *text)
{
	for (size_t i = 0; i < content->n_blocks; i++)
		if (content->blocks[i].kind == FIL_BLOCK_REMARK &&
		    strstr(content->blocks[i].text, text))
			return true;
	return false;
}

/* Adds the remarks on figures of the page's day that are merged or left out, each once. */
static void
add_left_out(struct fil_content *content)
{
	bool table = false;

	for (size_t i = 0; i < content->n_blocks; i++)
		table |= content->blocks[i].kind == FIL_BLOCK_TABLE;
	for (size_t i = 0; table && i < content->n_rows; i++) {
		const struct fil_rows *rows = content->rows[i];
		const char *text = fil_rows_small(rows);

		if (text && content->as_of[i] == content->week->as_of && !has_remark(content, text))
			fil_content_left_out(content, rows);
	}
}

/* Returns the report of a section that has nothing to show although it has data, or NULL. */
static const struct fil_rows *
find_left_out(const struct fil_content *content)
{
	for (size_t i = 0; i < content->n_rows; i++)
		if (content->rows[i]->left_out && content->as_of[i] == content->week->as_of)
			return content->rows[i];
	return NULL;
}

/* Makes section i into the content of that number, unless it has no data. */
static void
make_section(struct fil_week *week, size_t i, struct fil_content *content)
{
	const struct fil_rows *left_out;

	*content = (struct fil_content){
		.week = week, .section = sections[i], .title = _(sections[i]->title)
	};
	if (sections[i]->make(content)) {
		add_left_out(content);
		return;
	}
	if ((left_out = find_left_out(content))) {
		fil_content_say(
		    content, _("There are data, but on too few people to show figures."));
		fil_content_left_out(content, left_out);
		return;
	}
	fil_content_release(content);
	content->section = NULL;
	week->absent[week->n_absent++] = sections[i];
}

/* Makes the wanted sections: those that tell of others after them. Keeps those with data in the order
 * of the page. */
static void
make_sections(struct fil_week *week)
{
	size_t order[SECTIONS] = { 0 };

	order_sections(order);
	week->contents = fil_alloc(SECTIONS, sizeof *week->contents);
	week->absent = fil_alloc(SECTIONS, sizeof *week->absent);
	for (int late = 0; late <= 1; late++)
		for (size_t i = 0; i < SECTIONS; i++)
			if (sections[order[i]]->late == (late == 1) &&
			    week->request.wanted >> i & 1)
				make_section(week, order[i], &week->contents[i]);
	for (size_t i = 0; i < SECTIONS; i++)
		if (week->contents[i].section)
			week->contents[week->n++] = week->contents[i];
}

/* Returns the first word of the subject. */
static const char *
subject_name(struct fil_week *week)
{
	const struct fil_setting *setting =
	    fil_settings_find(week->request.settings, "mail", "subject");
	const char *name = "filrouge";

	if (setting) {
		char *shown = fil_text_escape(setting->value);

		name = fil_week_text(week, "%s", shown);
		free(shown);
	}
	return name;
}

/* Sets the result in one line, and whether there is a week before. */
static void
set_subject(struct fil_week *week)
{
	struct fil_content content = { .week = week };
	const struct fil_rows *now = fil_content_rows(&content, FIL_NOW, "autonomy", NULL),
			      *before = fil_content_rows(&content, FIL_BEFORE, "autonomy", NULL);
	long long users = fil_rows_count(now, 0, "users"), n = fil_rows_count(now, 0, "autonomous"),
		  was = fil_rows_count(before, 0, "autonomous");
	const char *change, *count = fil_phrase_count(week, n),
			    *all = fil_phrase_count(week, users), *name = subject_name(week);
	char number[FIL_PROSE_SIZE];

	week->counted = users > 0;
	week->compared = fil_rows_count(before, 0, "users") > 0;
	/* The line is of the week, and has no room for what else changed the figure. */
	change = week->previous == week->as_of - 7 && !fil_phrase_rules(week)
	    ? fil_phrase_change(week, n, was)
	    : NULL;
	fil_content_release(&content);
	fil_prose_week(number, week->as_of);
	if (users < 0)
		week->subject =
		    fil_week_text(week, _("%s %s: too few users to show figures"), name, number);
	else if (users == 0)
		week->subject = fil_week_text(week, _("%s %s: no users"), name, number);
	else if (!change)
		week->subject = fil_week_text(week,
		    ngettext("%s %s: %s of %s autonomous", "%s %s: %s of %s autonomous",
			(unsigned long)n),
		    name, number, count, all);
	else
		week->subject = fil_week_text(week,
		    ngettext("%s %s: %s of %s autonomous (%s)", "%s %s: %s of %s autonomous (%s)",
			(unsigned long)n),
		    name, number, count, all, change);
}

/* Returns the value of a setting as data, or NULL. */
static const char *
read_setting(struct fil_week *week, const char *section, const char *key)
{
	const struct fil_setting *setting = fil_settings_find(week->request.settings, section, key);

	return setting ? fil_phrase_data(week, setting->value) : NULL;
}

/* Returns the Monday of the week: its month and year only where the day of the page has others. */
static const char *
first_day(struct fil_week *week, fil_day day)
{
	char first[FIL_DATE_SIZE], last[FIL_DATE_SIZE];

	fil_date_write(day, first);
	fil_date_write(week->as_of, last);
	if (strncmp(first, last, sizeof "yyyy-mm" - 1) == 0)
		return fil_phrase_day(week, day, FIL_DAY_ALONE);
	if (strncmp(first, last, sizeof "yyyy" - 1) == 0)
		return fil_phrase_day(week, day, FIL_DAY_MONTH);
	return fil_phrase_day(week, day, FIL_DAY_LONG);
}

/* Sets the heading: the number of the week, and its days up to that of the page. */
static void
set_title(struct fil_week *week, const char *title)
{
	fil_day monday = fil_date_sunday(week->as_of + 6) - 6;
	const char *day = fil_phrase_day(week, week->as_of, FIL_DAY_LONG);
	int year;
	unsigned number = fil_prose_week_number(week->as_of, &year);

	if (monday == week->as_of)
		week->title = fil_week_text(week, _("%s: week %u, %s"), title, number, day);
	else
		week->title = fil_week_text(
		    week, _("%s: week %u, %s to %s"), title, number, first_day(week, monday), day);
}

/* Sets the heading and the paragraphs at the end. */
static void
set_frame(struct fil_week *week)
{
	const char *title = read_setting(week, "week", "title"),
		   *contact = read_setting(week, "controller", "contact"),
		   *footer = read_setting(week, "week", "footer"), **end = week->footer;
	char weekday[FIL_PROSE_SIZE];

	week->from = read_setting(week, "controller", "name");
	set_title(week, title ? title : "filrouge");
	*end++ =
	    fil_week_text(week, _("Page as of %s %s."), fil_prose_weekday(weekday, week->as_of),
		fil_phrase_day(week, week->as_of, FIL_DAY_LONG));
	if (week->request.next > week->as_of)
		*end++ = fil_week_text(week, _("Next page: %s %s."),
		    fil_prose_weekday(weekday, week->request.next),
		    fil_phrase_day(week, week->request.next, FIL_DAY_MONTH));
	if (week->from && contact)
		*end++ = fil_week_text(week,
		    _("%s is responsible for these data; they serve to organise support, never to"
		      " appraise a person. To read or correct yours: %s."),
		    week->from, contact);
	else
		*end++ = _("These data serve to organise support, never to appraise a person.");
	*end++ = footer;
	*end = NULL;
}

/* Sets the day that the page compares with. */
static void
set_previous(struct fil_week *week)
{
	fil_day previous = fil_week_previous(week, NULL, NULL);

	week->alone = previous == FIL_NEVER;
	week->previous = week->alone ? week->as_of - 7 : previous;
	week->same = fil_reports_count_same(week->reports, week->previous, week->as_of);
}

/* Makes the page within the snapshot. Returns 0, or -1 with a fault. */
static int
make_page(struct fil_week *week, struct fil_store *store, struct fil_fault *fault)
{
	char seal[FIL_RUN_SEAL_SIZE];

	if (fil_seal_newest(store, seal, fault) < 0)
		return -1;
	week->seal = fil_week_text(week, "%s", seal);
	set_frame(week);
	set_previous(week);
	set_subject(week);
	make_sections(week);
	if (!fil_reports_fault(week->reports))
		return 0;
	*fault = *fil_reports_fault(week->reports);
	return -1;
}

/* Adds a day after n ascending days, unless it is the last of them. Returns their number. */
static size_t
add_day(fil_day *days, size_t n, fil_day day)
{
	if (n == 0 || days[n - 1] < day)
		days[n++] = day;
	return n;
}

/* Fills in the days that the page counts, ascending: its Sundays, the one before them, on which a
 * forecast is scored too, its own day, and that of a week before. Returns their number. */
static size_t
list_days(const struct fil_week_request *request, fil_day *days)
{
	fil_day last = fil_date_sunday(request->as_of);
	size_t n = 0;

	for (unsigned i = request->sundays; i > 0; i--)
		n = add_day(days, n, last - 7 * (fil_day)i);
	n = add_day(days, n, request->as_of - 7);
	n = add_day(days, n, last);
	return add_day(days, n, request->as_of);
}

struct fil_week *
fil_week_make(
    struct fil_store *store, const struct fil_week_request *request, struct fil_fault *fault)
{
	fil_day *days = fil_alloc(request->sundays + 3, sizeof *days);
	const struct fil_rows_request common = {
		.store = store,
		.today = request->today,
		.selection = request->selection,
		.options = request->options,
		.selecting = request->selecting,
		.plan = { request->column, request->parts, days, list_days(request, days),
		    request->sources },
	};
	struct fil_week *week = fil_alloc(1, sizeof *week);
	int result;

	week->request = *request;
	week->as_of = request->as_of;
	week->reports = fil_reports_new(&common);
	free(days);
	result = fil_store_snapshot(store, fault);
	if (result == 0) {
		result = make_page(week, store, fault);
		fil_store_rollback(store);
	}
	if (result == 0)
		return week;
	fil_week_free(week);
	return NULL;
}

void
fil_week_free(struct fil_week *week)
{
	if (!week)
		return;
	for (size_t i = 0; i < week->n; i++)
		fil_content_release(&week->contents[i]);
	for (size_t i = 0; i < week->n_texts; i++)
		free(week->texts[i]);
	fil_reports_free(week->reports);
	free(week->contents);
	free(week->absent);
	free(week->facts);
	free(week->fact_places);
	free(week->texts);
	free(week);
}
