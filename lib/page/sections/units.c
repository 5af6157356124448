/* SPDX-License-Identifier: ISC */
/* The units: how many are autonomous in each, in alphabetical order. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/page/content.h"
#include "lib/page/drawing.h"
#include "lib/page/phrases.h"
#include "lib/users/groups.h"

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
	const struct fil_rows *groups, *all, *all_before;
	/* NULL: the groups of the day before may not stand beside those of today. */
	const struct fil_rows *groups_before;
	size_t *before; /* the rows of groups_before, for those of groups */
};

/* The groups that the page shows: the first FIL_MOST_ROWS in alphabetical order. */
struct groups {
	const char *names[FIL_MOST_ROWS]; /* as the reports have them */
	size_t rows[FIL_MOST_ROWS]; /* their rows in the report of today */
	size_t n;
};

static struct groups
choose_groups(const struct fil_rows *rows)
{
	struct groups groups = { .n = rows->n < FIL_MOST_ROWS ? rows->n : FIL_MOST_ROWS };
	size_t *order = fil_rows_order(rows, "group");

	for (size_t i = 0; i < groups.n; i++) {
		groups.rows[i] = order[i];
		groups.names[i] = fil_rows_cell(rows, order[i], "group");
	}
	free(order);
	return groups;
}

/* Returns whether both reports have the same groups. */
static bool
are_same(const struct reports *reports)
{
	for (size_t row = 0; row < reports->groups->n; row++)
		if (reports->before[row] == FIL_NOWHERE)
			return false;
	return reports->groups->n == reports->groups_before->n;
}

/* Returns whether a report has merged groups. */
static bool
has_merged(const struct fil_rows *rows)
{
	for (size_t row = 0; row < rows->n; row++)
		if (fil_group_merged(fil_rows_cell(rows, row, "group")) != FIL_NOWHERE)
			return true;
	return false;
}

/* Returns the count of a group, by its row, a week before. A group that was not there had no one
 * autonomous. The count is -1 where the group may have been merged, or where other groups were. */
static long long
count_before(const struct reports *reports, size_t row)
{
	const struct fil_rows *before = reports->groups_before;
	const char *group = fil_rows_cell(reports->groups, row, "group");

	if (!before || (fil_group_merged(group) != FIL_NOWHERE && !are_same(reports)))
		return -1;
	if (reports->before[row] == FIL_NOWHERE)
		return has_merged(before) ? -1 : 0;
	return fil_rows_count(before, reports->before[row], "autonomous");
}

/* Says in how many of the groups the number has risen and fallen, and how many cannot be compared. */
static void
say(struct fil_content *content, const struct reports *reports)
{
	struct fil_week *week = content->week;
	const char *day = fil_phrase_day(week, week->previous, FIL_DAY_MONTH);
	long long up = 0, down = 0, same = 0, all = (long long)reports->groups->n;

	if (!week->compared) {
		fil_content_say(content, _("Groups: %s, with no week before to compare."),
		    fil_phrase_count(week, all));
		return;
	}
	if (!reports->groups_before) {
		fil_content_say(content,
		    _("Groups: %s. Since %s, too few people have changed groups to compare these."),
		    fil_phrase_count(week, all), day);
		return;
	}
	for (size_t row = 0; row < reports->groups->n; row++) {
		long long now = fil_rows_count(reports->groups, row, "autonomous"),
			  before = count_before(reports, row);

		up += before >= 0 && now > before;
		down += before >= 0 && now < before;
		same += before >= 0 && now == before;
	}
	if (up + down + same == all)
		fil_content_say(content,
		    ngettext("Number of autonomous people since %s: up in %s of %s groups, down in"
			     " %s, unchanged in %s.",
			"Number of autonomous people since %s: up in %s of %s groups, down in %s,"
			" unchanged in %s.",
			(unsigned long)up),
		    day, fil_phrase_count(week, up), fil_phrase_count(week, all),
		    fil_phrase_count(week, down), fil_phrase_count(week, same));
	else
		fil_content_say(content,
		    ngettext("Number of autonomous people since %s: up in %s of %s groups, down in"
			     " %s, unchanged in %s; not shown alone on %s: %s.",
			"Number of autonomous people since %s: up in %s of %s groups, down in %s,"
			" unchanged in %s; not shown alone on %s: %s.",
			(unsigned long)up),
		    day, fil_phrase_count(week, up), fil_phrase_count(week, all),
		    fil_phrase_count(week, down), fil_phrase_count(week, same), day,
		    fil_phrase_count(week, all - up - down - same));
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

/* Fills a bar with a row of `autonomy`. before: below 0 for none. */
static void
fill_bar(struct fil_week *week, struct fil_drawing_row *bar, const char *label,
    const struct fil_rows *rows, size_t row, long long before)
{
	long long users = fil_rows_count(rows, row, "users"),
		  autonomous = fil_rows_count(rows, row, "autonomous"),
		  unknown = fil_rows_less(rows, row, "users", "measured");
	const char *change = fil_phrase_change(week, autonomous, before);

	bar->label = label;
	bar->parts[FIL_PART_YES] = (double)autonomous;
	bar->parts[FIL_PART_UNKNOWN] = (double)unknown;
	bar->parts[FIL_PART_NO] = (double)(users - autonomous - unknown);
	bar->beside = fil_week_text(week, "%s/%s %3s  %s", fil_phrase_count(week, autonomous),
	    fil_phrase_count(week, users), change ? change : "",
	    fil_phrase_range(week, fil_rows_cell(rows, row, "share_min"),
		fil_rows_cell(rows, row, "share_max")));
}

static void
add_table(struct fil_content *content, const struct reports *reports, const struct groups *groups)
{
	struct fil_week *week = content->week;
	bool units = strcmp(week->request.by, "unit") == 0;
	const char *since =
	    fil_week_text(week, _("Since %s"), fil_phrase_day(week, week->previous, FIL_DAY_SHORT));
	const struct fil_table_column columns[] = {
		{ .heading = tell_groups(week->request.by) },
		{ .heading = _("People"), .right = true, .whole = true },
		{ .heading = _("Autonomous"), .right = true },
		{ .heading = since, .right = true },
		{ .heading = _("Share autonomous"), .right = true },
		{ .heading = _("Unknown"), .right = true, .wide = true },
		{ .heading = _("By their own word"), .right = true, .wide = true },
	};
	struct fil_page_table *table = fil_content_table(
	    content, units ? _("Autonomy by direction") : _("Autonomy by group"), columns, 7);

	table->pictured = true;
	add_row(week, table, NULL, reports->all, 0,
	    fil_rows_count(reports->all_before, 0, "autonomous"));
	for (size_t i = 0; i < groups->n; i++)
		add_row(week, table, fil_phrase_group(week, groups->names[i]), reports->groups,
		    groups->rows[i], count_before(reports, groups->rows[i]));
}

/* The levels of all users and of the groups. */
struct levels {
	const struct fil_rows *groups, *all, *dimensions;
};

/* The columns of `levels`, by the parts of a row. */
static const char *const parts[FIL_DRAWING_PARTS] = { "level_0", "level_1", "level_2", "level_3",
	"level_4", "level_5", "unknown" };

/* Returns the row of a group in a dimension, or FIL_NOWHERE. */
static size_t
find_levels(const struct fil_rows *rows, const char *group, const char *dimension)
{
	for (size_t row = 0; row < rows->n; row++)
		if (strcmp(fil_rows_cell(rows, row, "group"), group) == 0 &&
		    strcmp(fil_rows_cell(rows, row, "dimension"), dimension) == 0)
			return row;
	return FIL_NOWHERE;
}

/* Returns the title of a dimension, else its key. */
static const char *
tell_dimension(struct fil_week *week, const struct fil_rows *dimensions, size_t d)
{
	const char *title = fil_phrase_data(week, fil_rows_cell(dimensions, d, "title"));

	return title ? title : fil_rows_cell(dimensions, d, "dimension");
}

/* Fills a row with how many stand at each level. label: NULL for all users. */
static void
fill_levels(struct fil_week *week, const struct fil_drawing *drawing, struct fil_drawing_row *drawn,
    const char *label, const struct fil_rows *levels, size_t row)
{
	long long reached = 0;

	drawn->label = label ? label : _("All");
	drawn->strong = !label;
	for (size_t i = 0; i < FIL_DRAWING_PARTS; i++) {
		long long count = fil_rows_count(levels, row, parts[i]);

		drawn->parts[i] = count < 0 ? 0 : (double)count;
		reached += i >= drawing->threshold && i < FIL_PART_LEVEL_UNKNOWN ? count : 0;
	}
	drawn->beside =
	    fil_week_text(week, _("%s of %s at the threshold"), fil_phrase_count(week, reached),
		fil_phrase_count(week, fil_rows_count(levels, row, "users")));
}

/* Adds the picture of a dimension: a bar for all users, and one for each group. */
static void
add_levels(
    struct fil_content *content, const struct levels *levels, const struct groups *groups, size_t d)
{
	struct fil_week *week = content->week;
	const char *dimension = fil_rows_cell(levels->dimensions, d, "dimension");
	struct fil_drawing *drawing = fil_week_alloc(week, 1, sizeof *drawing);
	struct fil_drawing_row *rows = fil_week_alloc(week, groups->n + 1, sizeof *rows);

	drawing->kind = FIL_DRAWING_LEVELS;
	drawing->title = tell_dimension(week, levels->dimensions, d);
	drawing->description =
	    _("A stacked bar for each group: the levels from 5 down to the threshold, the unknown"
	      " levels, then the lower levels. The same figures are in the table of levels.");
	drawing->threshold = (unsigned)fil_rows_count(levels->dimensions, d, "threshold");
	fill_levels(week, drawing, &rows[drawing->n_rows++], NULL, levels->all,
	    fil_rows_find(levels->all, "dimension", dimension));
	for (size_t i = 0; i < groups->n; i++) {
		size_t row = find_levels(levels->groups, groups->names[i], dimension);

		if (row != FIL_NOWHERE)
			fill_levels(week, drawing, &rows[drawing->n_rows++],
			    fil_phrase_group(week, groups->names[i]), levels->groups, row);
	}
	drawing->rows = rows;
	fil_content_picture(content, FIL_IN_HTML, drawing->title, drawing);
}

/* Fills the order of the parts in pictures: the levels from 5 to the threshold, unknown, the rest. */
static void
order_parts(size_t order[static FIL_DRAWING_PARTS], size_t threshold)
{
	size_t n = 0;

	if (threshold >= FIL_PART_LEVEL_UNKNOWN)
		order[n++] = FIL_PART_LEVEL_UNKNOWN;
	for (size_t level = FIL_PART_LEVEL_UNKNOWN; level-- > 0;) {
		order[n++] = level;
		if (level == threshold)
			order[n++] = FIL_PART_LEVEL_UNKNOWN;
	}
}

/* Adds a row to the table of levels. name: NULL for all users; group: "" for them. */
static void
add_levels_row(struct fil_content *content, struct fil_page_table *table,
    const struct levels *levels, const char *name, const char *group)
{
	struct fil_week *week = content->week;
	const char **cells = fil_week_alloc(week, table->n_columns, sizeof *cells);
	size_t n = 0, order[FIL_DRAWING_PARTS];

	cells[n++] = name ? name : _("All");
	for (size_t d = 0; d < levels->dimensions->n; d++) {
		const char *dimension = fil_rows_cell(levels->dimensions, d, "dimension");
		const struct fil_rows *rows = name ? levels->groups : levels->all;
		size_t row = name ? find_levels(rows, group, dimension)
				  : fil_rows_find(rows, "dimension", dimension);

		order_parts(order, (size_t)fil_rows_count(levels->dimensions, d, "threshold"));
		for (size_t i = 0; i < FIL_DRAWING_PARTS; i++)
			cells[n++] =
			    fil_phrase_count(week, fil_rows_count(rows, row, parts[order[i]]));
	}
	fil_table_row(table, name ? FIL_ROW_PLAIN : FIL_ROW_TOTAL, cells);
}

/* Adds the figures of the pictures: for each dimension, how many stand at each level. */
static void
add_levels_table(
    struct fil_content *content, const struct levels *levels, const struct groups *groups)
{
	struct fil_week *week = content->week;
	size_t n = 0, most = 1 + FIL_DRAWING_PARTS * levels->dimensions->n,
	       order[FIL_DRAWING_PARTS];
	struct fil_table_column *columns = fil_week_alloc(week, most, sizeof *columns);
	struct fil_page_table *table;

	columns[n++].heading = tell_groups(week->request.by);
	for (size_t d = 0; d < levels->dimensions->n; d++) {
		const char *title = tell_dimension(week, levels->dimensions, d);

		order_parts(order, (size_t)fil_rows_count(levels->dimensions, d, "threshold"));
		for (size_t i = 0; i < FIL_DRAWING_PARTS; i++) {
			bool unknown = order[i] == FIL_PART_LEVEL_UNKNOWN;

			columns[n++] = (struct fil_table_column){
				.heading =
				    unknown ? "?" : fil_phrase_count(week, (long long)order[i]),
				.spoken = unknown ? _("unknown") : NULL,
				.right = true,
				.group = title,
			};
		}
	}
	fil_content_show(content, FIL_IN_HTML);
	table = fil_content_table(content,
	    strcmp(week->request.by, "unit") == 0 ? _("Levels by direction") : _("Levels by group"),
	    columns, n);
	add_levels_row(content, table, levels, NULL, "");
	for (size_t i = 0; i < groups->n; i++)
		add_levels_row(content, table, levels, fil_phrase_group(week, groups->names[i]),
		    groups->names[i]);
	fil_content_show(content, FIL_IN_ALL);
}

/* Adds the legend of the levels: from 5 to 0, unknown in the middle. */
static void
add_legend(struct fil_content *content)
{
	static const char *const swatches[] = { "l0", "l1", "l2", "l3", "l4", "l5" };
	struct fil_week *week = content->week;
	const struct fil_rows *levels = fil_reports_table(week->reports, "levels");

	for (size_t row = levels->n; row-- > 0;) {
		long long level = fil_rows_count(levels, row, "level");
		const char *title = fil_phrase_data(week, fil_rows_cell(levels, row, "title"));

		if (level < 0 || level > 5)
			continue;
		fil_content_key(content, swatches[level],
		    fil_week_text(
			week, "%s %s", fil_phrase_count(week, level), title ? title : ""));
		if (level == 3)
			fil_content_key(content, "un", fil_week_text(week, "? %s", _("unknown")));
	}
}

/* Adds the bars of the text form: as the table, with a picture. */
static void
add_bars(struct fil_content *content, const struct reports *reports, const struct groups *groups)
{
	struct fil_week *week = content->week;
	struct fil_drawing *drawing = fil_week_alloc(week, 1, sizeof *drawing);
	struct fil_drawing_row *rows = fil_week_alloc(week, groups->n + 1, sizeof *rows);
	bool compared = fil_rows_count(reports->all_before, 0, "users") > 0;

	fill_bar(week, &rows[drawing->n_rows++], _("All"), reports->all, 0,
	    compared ? fil_rows_count(reports->all_before, 0, "autonomous") : -1);
	for (size_t i = 0; i < groups->n; i++)
		fill_bar(week, &rows[drawing->n_rows++], fil_phrase_group(week, groups->names[i]),
		    reports->groups, groups->rows[i],
		    compared ? count_before(reports, groups->rows[i]) : -1);
	drawing->kind = FIL_DRAWING_BARS;
	drawing->rows = rows;
	drawing->target = -1;
	fil_content_picture(content, FIL_IN_TEXT, NULL, drawing);
}

static bool
make_units(struct fil_content *content)
{
	const struct fil_week *week = content->week;
	const struct fil_week_request *request = &week->request;
	bool compared = fil_week_previous(week, request->by, request->depth) == week->previous;
	struct reports reports = {
		.groups = fil_content_rows(content, FIL_NOW, "autonomy", "--by", request->by,
		    "--depth", request->depth, NULL),
		.groups_before = !compared
		    ? NULL
		    : fil_content_rows(content, FIL_BEFORE, "autonomy", "--by", request->by,
			  "--depth", request->depth, NULL),
		.all = fil_content_rows(content, FIL_NOW, "autonomy", NULL),
		.all_before = fil_content_rows(content, FIL_BEFORE, "autonomy", NULL),
	};

	const struct levels levels = {
		.groups = fil_content_rows(content, FIL_NOW, "levels", "--by", request->by,
		    "--depth", request->depth, NULL),
		.all = fil_content_rows(content, FIL_NOW, "levels", NULL),
		.dimensions = fil_reports_table(week->reports, "dimensions"),
	};
	struct groups groups;

	if (fil_rows_count(reports.all, 0, "users") <= 0)
		return false;
	if (strcmp(request->by, "unit") != 0)
		content->title = _("The groups");
	if (compared)
		reports.before = fil_rows_match(reports.groups, reports.groups_before, "group");
	say(content, &reports);
	groups = choose_groups(reports.groups);
	add_legend(content);
	for (size_t d = 0; d < levels.dimensions->n; d++)
		add_levels(content, &levels, &groups, d);
	add_bars(content, &reports, &groups);
	add_table(content, &reports, &groups);
	add_levels_table(content, &levels, &groups);
	free(reports.before);
	if (reports.groups->n > groups.n)
		fil_content_remark(content,
		    fil_phrase_more(content->week, reports.groups->n - groups.n, reports.groups));
	fil_content_note(
	    content, _("The thick line is the threshold; what is hatched is not known."));
	fil_content_note(content, _("The order is alphabetical: it is no ranking."));
	fil_content_note_column(content, tell_groups(request->by), "autonomy", "group");
	fil_content_note_column(content, _("By their own word"), "autonomy", "self_declared");
	fil_content_note_column(content, _("unknown"), "levels", "unknown");
	return true;
}

const struct fil_section fil_section_units = {
	.id = "units",
	.title = N_("The directions"),
	.absent = N_("directions"),
	.place = 4,
	.make = make_units,
};
