/* SPDX-License-Identifier: ISC */
/* The units: how many are autonomous in each, in alphabetical order. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/page/content.h"
#include "lib/page/phrases.h"

/* Returns the heading of the groups. */
static const char *
tell_groups(const char *by)
{
	static const struct {
		const char *by, *heading;
	} headings[] = { { "unit", N_("Direction") }, { "job", N_("Job") },
		{ "manager", N_("Manager") }, { "phase", N_("Phase") }, { "kind", N_("Kind") },
		{ "role", N_("Role") } };

	for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
		if (strcmp(headings[i].by, by) == 0)
			return _(headings[i].heading);
	return by;
}

/* The reports of all users and of the groups, today and a week before. */
struct reports {
	const struct fil_rows *groups, *groups_before, *all, *all_before;
};

/* Returns the count of a group a week before; a group that was not there had no one autonomous. */
static long long
count_before(const struct reports *reports, const char *group)
{
	long long count = fil_rows_count(reports->groups_before,
	    fil_rows_find(reports->groups_before, "group", group), "autonomous");

	return count < 0 ? 0 : count;
}

/* Says in how many groups the number has risen and fallen. */
static void
say(struct fil_content *content, const struct reports *reports)
{
	struct fil_week *week = content->week;
	const struct fil_rows *rows = reports->groups;
	long long up = 0, down = 0, same = 0;

	if (!week->compared) {
		fil_content_say(content, _("Groups: %s, with no week before to compare."),
		    fil_phrase_count(week, (long long)rows->n));
		return;
	}
	for (size_t row = 0; row < rows->n; row++) {
		long long now = fil_rows_count(rows, row, "autonomous"),
			  before = count_before(reports, fil_rows_cell(rows, row, "group"));

		up += now > before;
		down += now < before;
		same += now == before;
	}
	fil_content_say(content,
	    _("Number of autonomous people since %s: up in %s of %s groups, down in %s,"
	      " unchanged in %s."),
	    fil_phrase_day(week, week->previous, FIL_DAY_MONTH), fil_phrase_count(week, up),
	    fil_phrase_count(week, (long long)rows->n), fil_phrase_count(week, down),
	    fil_phrase_count(week, same));
}

/* Adds a row of `autonomy` to the table. name: NULL for all users. */
static void
add_row(struct fil_week *week, struct fil_page_table *table, const char *name,
    const struct fil_rows *rows, size_t row, long long before)
{
	long long autonomous = fil_rows_count(rows, row, "autonomous");

	fil_table_row(table, name ? FIL_ROW_PLAIN : FIL_ROW_TOTAL,
	    (const char *[]){ name ? name : _("All"),
		fil_phrase_count(week, fil_rows_count(rows, row, "users")),
		fil_phrase_count(week, autonomous), fil_phrase_change(week, autonomous, before),
		fil_phrase_range(week, fil_rows_cell(rows, row, "share_min"),
		    fil_rows_cell(rows, row, "share_max")),
		fil_phrase_count(week, fil_rows_less(rows, row, "users", "measured")),
		fil_phrase_count(week, fil_rows_count(rows, row, "self_declared")) });
}

static void
add_table(struct fil_content *content, const struct reports *reports)
{
	struct fil_week *week = content->week;
	bool units = strcmp(week->request.by, "unit") == 0;
	const char *since =
	    fil_week_text(week, _("Since %s"), fil_phrase_day(week, week->previous, FIL_DAY_SHORT));
	const struct fil_table_column columns[] = {
		{ .heading = tell_groups(week->request.by) },
		{ .heading = _("People"), .right = true },
		{ .heading = _("Autonomous"), .right = true },
		{ .heading = since, .right = true },
		{ .heading = _("Share autonomous"), .right = true },
		{ .heading = _("Unknown"), .right = true, .wide = true },
		{ .heading = _("By their own word"), .right = true, .wide = true },
	};
	struct fil_page_table *table = fil_content_table(
	    content, units ? _("Autonomy by direction") : _("Autonomy by group"), columns, 7);
	size_t *order = fil_rows_order(reports->groups, "group");

	table->pictured = true;
	add_row(week, table, NULL, reports->all, 0,
	    fil_rows_count(reports->all_before, 0, "autonomous"));
	for (size_t i = 0; i < reports->groups->n; i++) {
		const char *group = fil_rows_cell(reports->groups, order[i], "group");

		add_row(week, table, fil_phrase_group(week, group), reports->groups, order[i],
		    count_before(reports, group));
	}
	free(order);
}

static bool
make_units(struct fil_content *content)
{
	const struct fil_week_request *request = &content->week->request;
	const struct reports reports = {
		.groups = fil_content_rows(content, FIL_NOW, "autonomy", "--by", request->by,
		    "--depth", request->depth, NULL),
		.groups_before = fil_content_rows(content, FIL_BEFORE, "autonomy", "--by",
		    request->by, "--depth", request->depth, NULL),
		.all = fil_content_rows(content, FIL_NOW, "autonomy", NULL),
		.all_before = fil_content_rows(content, FIL_BEFORE, "autonomy", NULL),
	};

	if (fil_rows_count(reports.all, 0, "users") <= 0)
		return false;
	if (strcmp(request->by, "unit") != 0)
		content->title = _("The groups");
	say(content, &reports);
	add_table(content, &reports);
	fil_content_note(content, _("The order is alphabetical: it is no ranking."));
	return true;
}

const struct fil_section fil_section_units = {
	.id = "units",
	.title = N_("The directions"),
	.absent = N_("directions"),
	.place = 4,
	.make = make_units,
};
