/* SPDX-License-Identifier: ISC */
#include "lib/page/sheet_page.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/output/html.h"
#include "lib/output/prose.h"
#include "lib/page/content.h"
#include "lib/page/week.h"

static const char style[] =
#include "css/base.inc"
#include "css/sheet.inc"
    ;

/* The cells of a user in the sheet. */
enum { KEY, NAME, UNIT };

/* What is written. */
struct writing {
	const struct fil_sheet *sheet;
	FILE *stream;
	char today[FIL_DATE_SIZE]; /* days of its year are written without the year */
};

static void
write_text(const struct writing *writing, const char *start, const char *text, const char *end)
{
	fputs(start, writing->stream);
	fil_form_marked(NULL, text, writing->stream);
	fputs(end, writing->stream);
}

static bool
has_levels(const struct writing *writing)
{
	return writing->sheet->dimensions->n > 0;
}

/* Returns the words of a choice; those of the source of a level say whose word it is. */
static const char *
choice_in_words(const char *choice)
{
	char *id = fil_format("=%s", choice);
	const char *words = strcmp(id, "=self") == 0 ? fil_label(".self") : fil_label_find(id);

	free(id);
	return words ? words : choice;
}

/* Returns the length of the path of units that all users of the sheet have in common. *path is that of
 * the first one, or NULL. */
static size_t
common_unit(const struct fil_sheet *sheet, const char **path)
{
	size_t rows = fil_batch_rows(sheet->users), n;

	*path = rows > 0 ? fil_batch_cell(sheet->users, 0, UNIT, &n) : NULL;
	if (!*path)
		return 0;
	for (size_t i = 1; i < rows; i++) {
		const char *unit = fil_batch_cell(sheet->users, i, UNIT, NULL);
		size_t same = 0, whole = 0;

		for (; unit && same <= n; same++) {
			bool ends = same == n || (*path)[same] == '/';

			if (ends && (unit[same] == '\0' || unit[same] == '/'))
				whole = same;
			if (same == n || unit[same] != (*path)[same])
				break;
		}
		n = whole;
	}
	return n;
}

/* Returns the title: the event, the phase, and the unit that all have in common. The caller frees
 * it. */
static char *
make_title(const struct writing *writing)
{
	const struct fil_sheet *sheet = writing->sheet;
	const char *path, *event = sheet->request.event->name;
	size_t n = common_unit(sheet, &path);
	struct fil_bytes whom = { 0 };
	char *title;

	fil_bytes_add_text(&whom, sheet->phase ? sheet->phase : "");
	fil_bytes_add_text(&whom, sheet->phase && n > 0 ? ", " : "");
	fil_bytes_add(&whom, path ? path : "", n);
	if (has_levels(writing))
		title = whom.length > 0 ? fil_format(_("Levels of autonomy: %s"), whom.data)
					: fil_copy(_("Levels of autonomy"));
	else
		title = fil_format("%s%s%s", fil_label(event), whom.length > 0 ? ", " : "",
		    whom.length > 0 ? whom.data : "");
	fil_bytes_release(&whom);
	return title;
}

/* Returns a value for people; the caller frees it. */
static char *
value_in_words(const struct fil_sheet_column *column)
{
	char text[FIL_PROSE_SIZE];
	fil_day day;

	if (column->output.kind == FIL_CELL_DAY && fil_date_parse(column->value, &day) == 0)
		return fil_copy(fil_prose_day(text, day, FIL_DAY_LONG));
	return fil_copy(column->output.values ? choice_in_words(column->value) : column->value);
}

/* Returns whether a column stands in the table. The others stand above it, once for all lines. */
static bool
is_in_table(const struct writing *writing, const struct fil_sheet_column *column)
{
	const char *name = column->output.name;

	if (column->part != FIL_SHEET_COLUMN)
		return true;
	return !column->given &&
	    !(has_levels(writing) && (strcmp(name, "source") == 0 || strcmp(name, "date") == 0));
}

static void
write_blank(const struct writing *writing, const char *label, const struct fil_sheet_column *column)
{
	char *value = column && column->given && column->value ? value_in_words(column) : NULL;

	write_text(writing, "<span>", label, "");
	if (value)
		write_text(writing, " <b>", value, "</b>");
	fputs("</span>", writing->stream);
	free(value);
}

/* Writes what is the same in all lines, or is filled in once. */
static void
write_blanks(const struct writing *writing)
{
	const struct fil_sheet *sheet = writing->sheet;
	const struct fil_sheet_column *by = NULL, *on = NULL;

	fputs("<div class=\"top\">", writing->stream);
	for (size_t c = 0; c < sheet->n; c++) {
		const struct fil_sheet_column *column = &sheet->columns[c];
		bool levels = has_levels(writing);

		if (is_in_table(writing, column))
			continue;
		if (levels && strcmp(column->output.name, "source") == 0) {
			by = column;
		} else if (levels && column->output.kind == FIL_CELL_DAY) {
			on = column;
		} else {
			/* TRANSLATORS: a label on a sheet, before its value. */
			char *label = fil_format(_("%s:"), fil_label(column->output.name));

			write_blank(writing, label, column);
			free(label);
		}
	}
	if (on)
		write_blank(writing, _("Date:"), on);
	write_blank(writing, _("Recorded by:"), by);
	if (on)
		write_blank(writing, _("Session or file:"), NULL);
	fputs("</div>\n", writing->stream);
}

/* Returns the threshold of all dimensions, or -1 where they differ. */
static int
common_threshold(const struct fil_dimensions *dimensions)
{
	for (size_t d = 1; d < dimensions->n; d++)
		if (dimensions->thresholds[d] != dimensions->thresholds[0])
			return -1;
	return dimensions->n > 0 ? dimensions->thresholds[0] : -1;
}

static void
write_legend(const struct writing *writing)
{
	const struct fil_sheet *sheet = writing->sheet;
	int threshold = common_threshold(sheet->dimensions);

	fputs("<dl>", writing->stream);
	for (int level = 0; level < FIL_LEVELS; level++) {
		fprintf(writing->stream, "<div%s><dt>%d</dt>",
		    level == threshold && level > 0 ? " class=\"thr\"" : "", level);
		write_text(writing, "<dd>", sheet->levels[level] ? sheet->levels[level] : "",
		    "</dd></div>");
	}
	fputs("</dl>\n", writing->stream);
}

/* Writes the first line of the head: the dimensions over their columns. */
static void
write_dimensions(const struct writing *writing, size_t others)
{
	const struct fil_dimensions *dimensions = writing->sheet->dimensions;
	int wide = writing->sheet->standings ? 2 : 1;

	fputs("<tr class=\"d\"><td></td>", writing->stream);
	for (size_t d = 0; d < dimensions->n; d++) {
		fprintf(writing->stream, "<th scope=\"colgroup\" colspan=\"%d\"%s>", wide,
		    d > 0 ? " class=\"s\"" : "");
		write_text(writing, "",
		    dimensions->titles[d] ? dimensions->titles[d] : dimensions->names[d], "</th>");
	}
	for (size_t i = 0; i < others; i++)
		fputs("<td></td>", writing->stream);
	fputs("</tr>\n", writing->stream);
}

/* Returns whether a line sets the column off: the first of a further dimension, or any box of an event
 * without levels. */
static bool
is_set_off(const struct writing *writing, const struct fil_sheet_column *column)
{
	enum fil_sheet_part first = writing->sheet->standings ? FIL_SHEET_NOW : FIL_SHEET_LEVEL;

	if (column->part == FIL_SHEET_COLUMN)
		return !has_levels(writing);
	return column->part == first && column->dimension > 0;
}

/* Begins a cell of a column. more: its class, or "". */
static void
begin_cell(const struct writing *writing, const char *start, const struct fil_sheet_column *column,
    const char *more)
{
	bool off = is_set_off(writing, column);

	fputs(start, writing->stream);
	if (off || *more != '\0')
		fprintf(writing->stream, " class=\"%s%s%s\"", off ? "s" : "",
		    off && *more != '\0' ? " " : "", more);
	fputs(">", writing->stream);
}

static const char *
heading(const struct fil_sheet_column *column)
{
	switch (column->part) {
	case FIL_SHEET_NAME: return _("Person");
	case FIL_SHEET_NOW: return _("Newest level");
	case FIL_SHEET_LEVEL: return _("Today");
	case FIL_SHEET_USER:
	case FIL_SHEET_COLUMN: break;
	}
	return fil_label(column->output.name);
}

static void
write_head(const struct writing *writing)
{
	const struct fil_sheet *sheet = writing->sheet;
	size_t others = 0;

	for (size_t c = 0; c < sheet->n; c++)
		others += sheet->columns[c].part == FIL_SHEET_COLUMN &&
		    is_in_table(writing, &sheet->columns[c]);
	fputs("<thead>\n", writing->stream);
	if (has_levels(writing))
		write_dimensions(writing, others);
	fputs("<tr>", writing->stream);
	for (size_t c = 0; c < sheet->n; c++) {
		const struct fil_sheet_column *column = &sheet->columns[c];
		bool note =
		    column->part == FIL_SHEET_COLUMN && strcmp(column->output.name, "note") == 0;

		if (column->part == FIL_SHEET_USER || !is_in_table(writing, column))
			continue;
		begin_cell(writing, "<th scope=\"col\"", column, note ? "note" : "");
		write_text(writing, "", heading(column), "</th>");
	}
	fputs("</tr>\n</thead>\n", writing->stream);
}

/* Writes the newest level of user i, with its day and source. */
static void
write_now(const struct writing *writing, size_t i, const struct fil_sheet_column *column)
{
	const struct fil_standing *now = fil_sheet_now(writing->sheet, i, column);
	char day[FIL_PROSE_SIZE], date[FIL_DATE_SIZE];

	if (!now)
		return;
	fil_date_write(now->date, date);
	fil_prose_day(day, now->date,
	    strncmp(date, writing->today, strlen("YYYY")) == 0 ? FIL_DAY_MONTH : FIL_DAY_LONG);
	fprintf(writing->stream, "<b>%d</b> <span>", now->level);
	write_text(writing, "", day, ", ");
	write_text(writing, "<span class=\"by\">", choice_in_words(fil_source_name(now->source)),
	    "</span></span>");
}

/* Writes the boxes of a column. threshold: the level before which there is a gap, or 0. A word stands
 * behind its box. */
static void
write_boxes(const struct writing *writing, const struct fil_sheet_column *column, int threshold)
{
	for (const char *const *value = column->output.values; *value; value++) {
		bool word = (*value)[1] != '\0';

		if (word) {
			write_text(writing, "<span><i></i>", choice_in_words(*value), "</span> ");
			continue;
		}
		fputs(threshold > 0 && **value == '0' + threshold ? "<i class=\"g\">" : "<i>",
		    writing->stream);
		write_text(writing, "", *value, "</i>");
	}
}

static void
write_cell(const struct writing *writing, size_t i, const struct fil_sheet_column *column)
{
	const struct fil_sheet *sheet = writing->sheet;
	bool boxes = column->output.values && !column->value;
	int threshold =
	    column->part == FIL_SHEET_LEVEL ? sheet->dimensions->thresholds[column->dimension] : 0;

	begin_cell(writing, "<td", column, !boxes ? "" : column->output.values[0][1] ? "b w" : "b");
	if (column->part == FIL_SHEET_NOW)
		write_now(writing, i, column);
	else if (boxes)
		write_boxes(writing, column, threshold);
	else if (column->value)
		write_text(writing, "", column->value, "");
	fputs("</td>", writing->stream);
}

static void
write_line(const struct writing *writing, size_t i)
{
	const struct fil_sheet *sheet = writing->sheet;

	fputs("<tr><th scope=\"row\">", writing->stream);
	write_text(writing, "<b>", fil_batch_cell(sheet->users, i, NAME, NULL), "</b>");
	write_text(writing, "<span>", fil_batch_cell(sheet->users, i, KEY, NULL), "</span></th>");
	for (size_t c = 0; c < sheet->n; c++) {
		const struct fil_sheet_column *column = &sheet->columns[c];

		if (column->part != FIL_SHEET_USER && column->part != FIL_SHEET_NAME &&
		    is_in_table(writing, column))
			write_cell(writing, i, column);
	}
	fputs("</tr>\n", writing->stream);
}

static void
write_table(const struct writing *writing)
{
	size_t n = fil_batch_rows(writing->sheet->users);
	char *caption = fil_format(
	    ngettext("Sheet to fill in: %zu person", "Sheet to fill in: %zu people", n), n);

	write_text(writing, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"",
	    _("Sheet to fill in"), "\">\n<table>\n");
	write_text(writing, "<caption>", caption, "</caption>\n");
	write_head(writing);
	fputs("<tbody>\n", writing->stream);
	for (size_t i = 0; i < n; i++)
		write_line(writing, i);
	fputs("</tbody>\n</table>\n</div>\n", writing->stream);
	free(caption);
}

/* Writes from which levels on a person is autonomous. */
static void
write_thresholds(const struct writing *writing)
{
	const struct fil_dimensions *dimensions = writing->sheet->dimensions;
	int common = common_threshold(dimensions);
	char *text;

	for (size_t d = 0; d < (common < 0 ? dimensions->n : 1); d++) {
		text = common < 0 ? fil_format(_("%s: autonomous from level %d on."),
					dimensions->titles[d], dimensions->thresholds[d])
				  : fil_format(_("Autonomous from level %d on."), common);
		write_text(writing, "", text, " ");
		free(text);
	}
}

/* Writes who may read the sheet, and when it is destroyed. */
static void
write_foot(const struct writing *writing)
{
	char *command = fil_format("%sfil-record %s %s%s", FIL_MARK_CODE,
	    writing->sheet->request.event->name, _("sheet.csv"), FIL_MARK_END);
	char *enter = fil_format(_("To be entered on the same day: %s."), command);

	fputs("<p class=\"foot\">", writing->stream);
	if (has_levels(writing))
		write_thresholds(writing);
	write_text(writing, "", enter, " ");
	write_text(
	    writing, "", _("The person concerned may read the note: facts, no judgement."), " ");
	if (has_levels(writing))
		write_text(writing, "",
		    _("These levels serve to organise the support, never to evaluate a person."),
		    " ");
	write_text(writing, "", _("Destroy this sheet after its entry."), "</p>\n");
	free(enter);
	free(command);
}

void
fil_sheet_page(const struct fil_sheet *sheet, FILE *stream)
{
	struct writing writing = { .sheet = sheet, .stream = stream };
	char *title = make_title(&writing);

	fil_date_write(sheet->request.today, writing.today);
	fil_html_begin(stream, fil_language(), title);
	fprintf(stream, "<style>\n%s</style>\n</head>\n<body>\n<main>\n", style);
	write_text(&writing, "<h1>", title, "</h1>\n");
	write_text(&writing, "<p>",
	    has_levels(&writing)
		? _("Tick one box in each dimension: what the person does alone today, as you saw "
		    "it. What you did not see stays empty: an empty line is not a zero.")
		: _("Fill in what you saw. What you did not see stays empty: an empty line is not "
		    "a zero."),
	    "</p>\n");
	write_blanks(&writing);
	if (has_levels(&writing))
		write_legend(&writing);
	write_table(&writing);
	write_foot(&writing);
	fputs("</main>\n</body>\n</html>\n", stream);
	free(title);
}
