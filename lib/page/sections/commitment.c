/* SPDX-License-Identifier: ISC */
/* The commitment: the minutes planned and spent by each role. */
#include <string.h>

#include "lib/base/language.h"
#include "lib/page/content.h"
#include "lib/page/drawing.h"
#include "lib/page/phrases.h"
#include "lib/report/report.h"
#include "lib/users/groups.h"

/* The row of a role, or of the merged ones. */
struct party {
	const char *name;
	long long users, planned, spent, honoured;
};

/* The roles, the small ones last and as one. */
struct parties {
	struct party *list;
	size_t n;
};

/* Returns the name of a role. */
static const char *
tell_role(struct fil_week *week, const char *role)
{
	static const struct {
		const char *role, *name;
	} names[] = { { "user", N_("Users") }, { "trainer", N_("Trainers") },
		{ "initiator", N_("Initiators") }, { "sponsor", N_("Sponsors") } };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].role, role) == 0)
			return _(names[i].name);
	return fil_phrase_group(week, role);
}

static struct party
read_party(struct fil_week *week, const struct fil_rows *rows, size_t row)
{
	return (struct party){ tell_role(week, fil_rows_cell(rows, row, "role")),
		fil_rows_count(rows, row, "users"), fil_rows_count(rows, row, "planned"),
		fil_rows_count(rows, row, "spent"), fil_rows_count(rows, row, "honoured") };
}

/* Reads the roles, in the order of the report. */
static struct parties
read_parties(struct fil_week *week, const struct fil_rows *rows)
{
	struct parties parties = { .list =
				       fil_week_alloc(week, rows->n + 1, sizeof(struct party)) };

	for (size_t row = 0; row < rows->n; row++) {
		const char *role = fil_rows_cell(rows, row, "role");

		if (strcmp(role, FIL_REPORT_TOTAL) != 0)
			parties.list[parties.n++] = read_party(week, rows, row);
	}
	return parties;
}

static void
say(struct fil_content *content, const struct party *now, long long was)
{
	struct fil_week *week = content->week;

	fil_content_say(content,
	    ngettext("%s minute spent of %s planned, %s.", "%s minutes spent of %s planned, %s.",
		(unsigned long)now->spent),
	    fil_phrase_count(week, now->spent), fil_phrase_count(week, now->planned),
	    fil_phrase_done(week, now->spent, was));
}

static void
add_picture(struct fil_content *content, const struct parties *parties)
{
	struct fil_week *week = content->week;
	struct fil_drawing *drawing = fil_week_alloc(week, 1, sizeof *drawing);
	struct fil_drawing_row *rows = fil_week_alloc(week, parties->n, sizeof *rows);

	for (size_t i = 0; i < parties->n; i++) {
		const struct party *party = &parties->list[i];

		rows[i].label = party->name;
		rows[i].parts[FIL_PART_DONE] = (double)party->spent;
		rows[i].parts[FIL_PART_PLANNED] = (double)party->planned;
		rows[i].beside = fil_week_text(week, "%s / %s",
		    fil_phrase_count(week, party->spent), fil_phrase_count(week, party->planned));
	}
	drawing->kind = FIL_DRAWING_AMOUNTS;
	drawing->title = _("Minutes spent and planned, by role");
	drawing->description =
	    _("For each role, a filled bar for the minutes spent over an open bar for the minutes"
	      " planned.");
	drawing->rows = rows;
	drawing->n_rows = parties->n;
	fil_content_picture(content, FIL_IN_HTML, NULL, drawing);
	fil_content_show(content, FIL_IN_HTML);
	fil_content_key(content, "yes", _("minutes spent"));
	fil_content_key(content, "no", _("minutes planned"));
	fil_content_show(content, FIL_IN_ALL);
}

static void
add_table(struct fil_content *content, const struct parties *parties)
{
	struct fil_week *week = content->week;
	const struct fil_table_column columns[] = {
		{ .heading = _("Role") },
		{ .heading = _("People"), .right = true },
		{ .heading = _("Planned"), .right = true },
		{ .heading = _("Spent"), .right = true },
		{ .heading = _("Spent what was planned"), .right = true },
	};
	struct fil_page_table *table = fil_content_table(
	    content, _("Minutes planned and spent"), columns, sizeof columns / sizeof *columns);

	for (size_t i = 0; i < parties->n; i++) {
		const struct party *party = &parties->list[i];

		fil_table_row(table, FIL_ROW_PLAIN,
		    (const char *[]){ party->name, fil_phrase_count(week, party->users),
			fil_phrase_count(week, party->planned),
			fil_phrase_count(week, party->spent),
			fil_phrase_count(week, party->honoured) });
	}
}

static bool
make_commitment(struct fil_content *content)
{
	struct fil_week *week = content->week;
	const struct fil_rows *rows =
				  fil_content_rows(content, FIL_NOW, "commitment", "--total", NULL),
			      *before;
	struct party total = read_party(week, rows, fil_rows_find(rows, "role", FIL_REPORT_TOTAL));
	struct parties parties;
	long long was;

	/* One row alone is the total of nothing. */
	if (rows->n <= 1 || total.users < 0)
		return false;
	before = fil_content_rows(content, FIL_BEFORE, "commitment", "--total", NULL);
	was = before->n > 1 ? fil_rows_count(before, before->n - 1, "spent") : -1;
	parties = read_parties(week, rows);
	say(content, &total, was);
	if (week->same)
		fil_content_changed(content, "spent", total.spent, was);
	fil_content_place(content, FIL_PLACE_LEFT);
	add_picture(content, &parties);
	fil_content_place(content, FIL_PLACE_RIGHT);
	add_table(content, &parties);
	fil_content_place(content, FIL_PLACE_WHOLE);
	fil_content_note_column(content, _("Spent"), "commitment", "spent");
	return true;
}

const struct fil_section fil_section_commitment = {
	.id = "commitment",
	.title = N_("Time planned, time spent"),
	.absent = N_("time planned and spent"),
	.place = 11,
	.make = make_commitment,
};
