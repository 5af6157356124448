/* SPDX-License-Identifier: ISC */
#include "lib/page/mail_html.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/output/html.h"
#include "lib/page/content.h"
#include "lib/page/week.h"

/* Programs that read mail drop style sheets, so that each cell has its style. */
#define FONT "font-family:'Segoe UI',Roboto,Arial,sans-serif;"
#define INK "color:#1b1f26"
#define SOFT "color:#4f5763"
#define BODY FONT "font-size:16px;line-height:24px;" INK
#define CELL FONT "font-size:15px;line-height:22px;"
#define LAYOUT \
	"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" " \
	"border=\"0\""
#define RULE "border-top:1px solid #d3d8df;"

/* A row of the mail, and its end. */
static const char row_begin[] = "<tr><td style=\"padding:0 20px 12px;" BODY "\">",
		  row_end[] = "</td></tr>\n";

/* A table of more columns is left out. */
enum { MOST_COLUMNS = 5 };

/* How much of a section is written. */
enum detail { TITLE, SENTENCES, ALL };

/* What is written. */
struct writing {
	const struct fil_mail_html *html;
	const struct fil_content *content; /* the section */
	FILE *stream;
};

static void
write_element(const struct writing *writing, const char *start, const char *text, const char *end)
{
	fputs(start, writing->stream);
	fil_form_marked(writing->html->week->request.data_language, text, writing->stream);
	fputs(end, writing->stream);
}

static void
write_facts(const struct writing *writing, const struct fil_block *block)
{
	fputs(LAYOUT ">", writing->stream);
	for (size_t i = 0; i < block->n; i++) {
		write_element(writing,
		    "<tr><td valign=\"top\" width=\"90\" style=\"width:90px;padding:7px 8px 7px "
		    "0;" RULE CELL "font-weight:bold;" INK "\">",
		    block->facts[i].label, "</td>");
		write_element(writing,
		    "<td valign=\"top\" style=\"padding:7px 0;" RULE CELL INK "\">",
		    block->facts[i].text, "</td></tr>\n");
	}
	fputs("</table>", writing->stream);
}

static void
write_decisions(const struct writing *writing, const struct fil_block *block)
{
	fputs(LAYOUT ">", writing->stream);
	for (size_t i = 0; i < block->n; i++) {
		const struct fil_decision *decision = &block->decisions[i];

		fprintf(writing->stream,
		    "<tr><td valign=\"top\" width=\"26\" style=\"width:26px;padding:6px 0;" RULE
			CELL INK "\">%zu.</td>",
		    i + 1);
		write_element(writing,
		    "<td valign=\"top\" style=\"padding:6px 0;" RULE CELL INK "\"><b>",
		    decision->title, "</b>");
		if (decision->is_new)
			write_element(writing, " (", _("new"), ")");
		if (decision->detail)
			write_element(
			    writing, "<br><span style=\"" SOFT "\">", decision->detail, "</span>");
		fputs("</td></tr>\n", writing->stream);
	}
	fputs("</table>", writing->stream);
}

/* A part of a bar. */
struct part {
	const char *colour, *ink, *sign;
	double share;
	long long count;
};

/* Writes a part as a cell, with its count where there is room. */
static void
write_part(FILE *stream, const struct part *part, bool tall)
{
	int high = tall ? 18 : 12;

	fprintf(stream,
	    "<td width=\"%.1f%%\" height=\"%d\" bgcolor=\"%s\" align=\"center\" "
	    "style=\"background-color:%s;color:%s;border:1px solid #5d6673;%sfont-size:%dpx;"
	    "line-height:%dpx\">",
	    part->share, high, part->colour, part->colour, part->ink, tall ? FONT : "",
	    tall ? 12 : 10, high);
	if (tall && part->share >= 7)
		fprintf(stream, "%lld%s</td>", part->count, part->sign);
	else if (*part->sign != '\0' && part->share >= (tall ? 2 : 8))
		fputs("?</td>", stream);
	else
		fputs("&nbsp;</td>", stream);
}

/* Writes a bar of yes, unknown and not yet: a cell for each, with its count in a tall bar. */
static void
write_bar(FILE *stream, const struct fil_drawing_row *row, bool tall)
{
	struct part parts[] = {
		[FIL_PART_YES] = { "#1f5aa6", "#ffffff", "", 0, 0 },
		[FIL_PART_UNKNOWN] = { "#d3d8df", "#1b1f26", " ?", 0, 0 },
		[FIL_PART_NO] = { "#ffffff", "#1b1f26", "", 0, 0 },
	};
	int wide = tall ? 552 : 190;
	double total = 0;

	for (size_t i = 0; i <= FIL_PART_NO; i++)
		total += row->parts[i];
	if (total <= 0)
		return;
	fprintf(stream,
	    "<table role=\"presentation\" width=\"%d\" cellpadding=\"0\" cellspacing=\"0\" "
	    "border=\"0\" style=\"width:100%%;max-width:%dpx;border-collapse:collapse\"><tr>",
	    wide, wide);
	for (size_t i = 0; i <= FIL_PART_NO; i++) {
		parts[i].count = (long long)row->parts[i];
		parts[i].share = 100 * row->parts[i] / total;
		if (row->parts[i] > 0)
			write_part(stream, &parts[i], tall);
	}
	fputs("</tr></table>", stream);
}

/* Writes the target as the right border of a cell above the bars, with its name on the side that has
 * room. */
static void
write_target(const struct writing *writing, const struct fil_drawing *drawing)
{
	static const char label[] =
	    FONT "font-size:13px;line-height:18px;font-weight:bold;color:#8a1c4a\">";
	bool before = drawing->target >= 30;

	if (drawing->target <= 0 || drawing->target > 100)
		return;
	fputs(LAYOUT " style=\"width:100%;max-width:552px\"><tr>", writing->stream);
	fprintf(writing->stream,
	    "<td width=\"%.0f%%\" align=\"right\" style=\"width:%.0f%%;padding:0 6px 0 "
	    "0;border-right:2px solid #8a1c4a;%s",
	    drawing->target, drawing->target, label);
	if (before)
		write_element(writing, "", drawing->target_label, "</td>");
	if (before && drawing->target < 100)
		fputs("<td style=\"font-size:1px\">&nbsp;</td>", writing->stream);
	if (!before) {
		fprintf(writing->stream, "&nbsp;</td><td style=\"padding:0 0 0 6px;%s", label);
		write_element(writing, "", drawing->target_label, "</td>");
	}
	fputs("</tr></table>\n", writing->stream);
}

/* Writes bars with their figures above them. */
static void
write_bars(const struct writing *writing, const struct fil_drawing *drawing)
{
	write_target(writing, drawing);
	for (size_t i = 0; i < drawing->n_rows; i++) {
		const struct fil_drawing_row *row = &drawing->rows[i];

		write_element(writing,
		    "<p style=\"margin:8px 0 3px;font-size:14px;line-height:20px;" INK "\">",
		    row->label, "");
		if (row->beside)
			write_element(writing, " &nbsp;<b>", row->beside, "</b>");
		fputs("</p>", writing->stream);
		write_bar(writing->stream, row, true);
	}
	write_element(writing,
	    "<p style=\"margin:6px 0 0;font-size:13px;line-height:19px;" SOFT "\">",
	    _("From left to right: autonomous (blue), level unknown (grey, “?”), not yet (white)."),
	    "</p>");
}

/* Returns the picture of a drawing, or NULL. */
static const struct fil_mail_picture *
find_picture(const struct fil_mail_html *html, const struct fil_drawing *drawing)
{
	for (size_t i = 0; i < html->n_pictures; i++)
		if (html->pictures[i].drawing == drawing)
			return &html->pictures[i];
	return NULL;
}

static void
write_picture(const struct writing *writing, const struct fil_block *block)
{
	static const char style[] =
	    "\" "
	    "style=\"display:block;width:100%;max-width:552px;height:auto;box-sizing:border-box;"
	    "border:1px solid "
	    "#d3d8df;background-color:#ffffff;" FONT "font-size:14px;line-height:20px;" SOFT "\">";
	const struct fil_mail_picture *picture = find_picture(writing->html, block->drawing);
	char *title, *alt;

	if (!picture) {
		write_bars(writing, block->drawing);
		return;
	}
	if (block->text)
		write_element(
		    writing, "<p style=\"margin:0 0 4px\"><b>", block->text, "</b></p>\n");
	title = fil_form_plain(block->drawing->title, "");
	alt = fil_format(_("%s; the figures are in the table below."), title);
	fprintf(writing->stream, "<img src=\"cid:%s\" width=\"%d\" alt=\"", picture->id,
	    FIL_DRAWING_PNG_WIDTH / 2);
	fil_html_text(writing->stream, alt);
	fputs(style, writing->stream);
	free(title);
	free(alt);
}

/* Returns the drawing of bars that belongs to the rows of a table, or NULL. */
static const struct fil_drawing *
bars_of(const struct fil_content *content, const struct fil_page_table *table)
{
	for (size_t i = 0; table->pictured && i < content->n_blocks; i++) {
		const struct fil_block *block = &content->blocks[i];

		if (block->kind == FIL_BLOCK_PICTURE && block->shown == FIL_IN_TEXT &&
		    block->drawing->kind == FIL_DRAWING_BARS && block->drawing->n_rows == table->n)
			return block->drawing;
	}
	return NULL;
}

/* Returns whether a column of a table is shown. */
static bool
has_column(const struct fil_page_table *table, size_t i)
{
	return !table->columns[i].wide && !table->columns[i].whole;
}

/* Returns how many columns of a table are shown. */
static size_t
count_columns(const struct fil_page_table *table)
{
	size_t n = 0;

	for (size_t i = 0; i < table->n_columns; i++)
		n += has_column(table, i);
	return n;
}

/* Returns the last column that is shown: bars stand there. */
static size_t
last_column(const struct fil_page_table *table)
{
	size_t last = table->n_columns - 1;

	while (!has_column(table, last))
		last--;
	return last;
}

/* Begins a cell of a table. The first one stands at the edge of the text. */
static void
begin_cell(
    FILE *stream, const char *tag, const struct fil_page_table *table, size_t i, const char *style)
{
	fprintf(stream, "<%s align=\"%s\" style=\"border-bottom:1px solid #d3d8df;%s%s\">", tag,
	    table->columns[i].right ? "right" : "left", i == 0 ? "padding-left:0;" : "", style);
}

static void
write_head(const struct writing *writing, const struct fil_page_table *table)
{
	fputs("<tr valign=\"bottom\">", writing->stream);
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct fil_table_column *column = &table->columns[i];

		if (!has_column(table, i))
			continue;
		begin_cell(writing->stream, "th scope=\"col\"", table, i,
		    "border-color:#5d6673;font-weight:normal;" SOFT
		    ";font-size:13px;line-height:17px");
		if (column->group)
			write_element(writing, "", column->group, " ");
		write_element(
		    writing, "", column->spoken ? column->spoken : column->heading, "</th>");
	}
	fputs("</tr>\n", writing->stream);
}

/* Writes a cell: a part with its whole, which has no column of its own. */
static void
write_cell(const struct writing *writing, const struct fil_page_table *table, size_t row, size_t i)
{
	const char *const *cell = table->cells + row * table->n_columns + i;
	char *both;

	if (i == 0 || !table->columns[i - 1].whole || !cell[0] || !cell[-1]) {
		write_element(writing, "", *cell ? *cell : "–", "");
		return;
	}
	both = fil_format(_("%s of %s"), cell[0], cell[-1]);
	write_element(writing, "", both, "");
	free(both);
}

static void
write_row(const struct writing *writing, const struct fil_page_table *table, size_t row,
    const struct fil_drawing *bars)
{
	const char *weight =
	    table->kinds[row] == FIL_ROW_TOTAL ? "font-weight:bold" : "font-weight:normal";

	fputs("<tr valign=\"top\">", writing->stream);
	for (size_t i = 0; i < table->n_columns; i++) {
		bool bar = bars && i == last_column(table);

		if (!has_column(table, i))
			continue;
		begin_cell(writing->stream,
		    i == 0    ? "th scope=\"row\""
			: bar ? "td width=\"34%\""
			      : "td",
		    table, i, weight);
		if (bar)
			write_bar(writing->stream, &bars->rows[row], false);
		write_cell(writing, table, row, i);
		fputs(i == 0 ? "</th>" : "</td>", writing->stream);
	}
	fputs("</tr>\n", writing->stream);
}

static void
write_table(const struct writing *writing, const struct fil_page_table *table)
{
	const struct fil_drawing *bars = bars_of(writing->content, table);

	/* A table wider than a telephone scrolls by itself: the text beside it does not. */
	write_element(writing,
	    "<div style=\"overflow-x:auto\">"
	    "<table width=\"100%\" cellpadding=\"4\" cellspacing=\"0\" border=\"0\" "
	    "style=\"width:100%;border-collapse:collapse;" FONT
	    "font-size:14px;line-height:20px;" INK
	    "\"><caption style=\"text-align:left;font-weight:bold;padding:0 0 4px\">",
	    table->caption, "</caption>\n");
	write_head(writing, table);
	for (size_t row = 0; row < table->n; row++)
		write_row(writing, table, row, bars);
	fputs("</table></div>", writing->stream);
}

static void
write_list(const struct writing *writing, const struct fil_block *block)
{
	if (block->text)
		write_element(writing,
		    "<p style=\"margin:0 0 6px;font-size:14px;line-height:20px;font-weight:bold\">",
		    block->text, "</p>\n");
	fputs("<ul style=\"margin:0;padding:0 0 0 20px\">", writing->stream);
	for (size_t i = 0; i < block->n; i++)
		write_element(writing,
		    "<li style=\"margin:0 0 6px;font-size:15px;line-height:22px\">",
		    block->items[i], "</li>\n");
	fputs("</ul>", writing->stream);
}

/* Returns whether the section shows bars with their figures, which its table would repeat. */
static bool
has_bars(const struct fil_content *content)
{
	for (size_t i = 0; i < content->n_blocks; i++)
		if (content->blocks[i].kind == FIL_BLOCK_PICTURE &&
		    content->blocks[i].shown == FIL_IN_ALL &&
		    content->blocks[i].drawing->kind == FIL_DRAWING_BARS)
			return true;
	return false;
}

/* Returns whether a block has a place in the mail. */
static bool
is_shown(const struct writing *writing, const struct fil_block *block)
{
	switch (block->kind) {
	case FIL_BLOCK_FACTS:
	case FIL_BLOCK_DECISIONS:
	case FIL_BLOCK_LIST: return block->n > 0;
	case FIL_BLOCK_PICTURE:
		if (block->drawing->kind == FIL_DRAWING_BARS)
			return block->shown != FIL_IN_TEXT;
		return find_picture(writing->html, block->drawing) != NULL;
	case FIL_BLOCK_TABLE:
		return count_columns(block->table) <= MOST_COLUMNS &&
		    !(block->table->pictured && has_bars(writing->content));
	case FIL_BLOCK_REMARK: return true;
	case FIL_BLOCK_LEGEND:
	case FIL_BLOCK_NOTE:
	default: return false;
	}
}

static void
write_block(const struct writing *writing, const struct fil_block *block)
{
	fputs(row_begin, writing->stream);
	switch (block->kind) {
	case FIL_BLOCK_FACTS: write_facts(writing, block); break;
	case FIL_BLOCK_DECISIONS: write_decisions(writing, block); break;
	case FIL_BLOCK_PICTURE: write_picture(writing, block); break;
	case FIL_BLOCK_TABLE: write_table(writing, block->table); break;
	case FIL_BLOCK_LIST: write_list(writing, block); break;
	case FIL_BLOCK_REMARK:
	case FIL_BLOCK_LEGEND:
	case FIL_BLOCK_NOTE:
	default:
		write_element(writing,
		    "<p style=\"margin:0;font-size:14px;line-height:20px;" SOFT "\">", block->text,
		    "</p>");
	}
	fputs(row_end, writing->stream);
}

/* Writes the title of a section below a line. The headline has none: it stands below the title of the
 * mail. */
static void
write_title(const struct writing *writing)
{
	static const char line[] =
	    "<tr><td style=\"padding:10px 20px 0\">" LAYOUT
	    "><tr><td height=\"1\" bgcolor=\"#d3d8df\" style=\"height:1px;line-height:1px;"
	    "font-size:1px;background-color:#d3d8df\">&nbsp;</td></tr></table></td></tr>\n"
	    "<tr><td style=\"padding:22px 20px 12px;" BODY
	    "\"><h2 style=\"margin:0 0 4px;font-size:19px;line-height:25px;font-weight:bold;" INK
	    "\">";

	write_element(writing, line, writing->content->title, "</h2>");
}

/* Writes the sentences of a section, larger in the headline. */
static void
write_sentences(const struct writing *writing, bool large)
{
	for (size_t i = 0; i < writing->content->n_said; i++)
		write_element(writing,
		    large ? "<p style=\"margin:0 0 4px;font-size:24px;line-height:31px;"
			    "font-weight:bold;" INK "\">"
			  : "<p style=\"margin:0 0 4px\">",
		    writing->content->said[i], "</p>");
}

/* Writes a section with as much detail. */
static void
write_section(const struct writing *writing, enum detail detail)
{
	const struct fil_content *content = writing->content;
	bool headline = content->section->place == 1;

	if (headline)
		fputs(row_begin, writing->stream);
	else
		write_title(writing);
	if (detail >= SENTENCES)
		write_sentences(writing, headline);
	if (detail < ALL)
		write_element(writing,
		    "<p style=\"margin:0;font-size:14px;line-height:20px;" SOFT "\">",
		    writing->html->attached ? _("The page attached has the rest of this section.")
					    : _("The rest of this section is too long for a mail."),
		    "</p>");
	fputs(row_end, writing->stream);
	for (size_t i = 0; detail == ALL && i < content->n_blocks; i++)
		if (is_shown(writing, &content->blocks[i]))
			write_block(writing, &content->blocks[i]);
}

/* Returns a section as HTML with as much detail; the caller frees it. */
static char *
make_section(const struct fil_mail_html *html, size_t i, enum detail detail)
{
	struct fil_memory_stream memory;
	struct writing writing = { html, &html->week->contents[i] };

	fil_memory_stream_open(&memory);
	writing.stream = memory.stream;
	write_section(&writing, detail);
	fil_memory_stream_close(&memory);
	return memory.text;
}

/* Takes detail from the longest sections until the rest fits into `room` bytes. */
static void
shorten(const struct fil_mail_html *html, char **sections, size_t room)
{
	size_t n = html->week->n;
	enum detail *details = fil_alloc(n, sizeof *details);

	for (size_t i = 0; i < n; i++)
		details[i] = ALL;
	for (;;) {
		size_t total = 0, longest = FIL_NOWHERE;

		for (size_t i = 0; i < n; i++) {
			total += strlen(sections[i]);
			if (details[i] > TITLE &&
			    (longest == FIL_NOWHERE ||
				strlen(sections[i]) > strlen(sections[longest])))
				longest = i;
		}
		if (total <= room || longest == FIL_NOWHERE)
			break;
		free(sections[longest]);
		details[longest]--;
		sections[longest] = make_section(html, longest, details[longest]);
	}
	free(details);
}

static void
write_begin(const struct writing *writing)
{
	const struct fil_week *week = writing->html->week;
	char *title = fil_form_plain(week->title, "");

	fprintf(writing->stream,
	    "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">", fil_language());
	fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	      "<meta name=\"color-scheme\" content=\"light dark\"><title>",
	    writing->stream);
	fil_html_text(writing->stream, week->subject);
	fprintf(writing->stream,
	    "</title></head>\n<body style=\"margin:0;padding:0;background-color:#ffffff\" "
	    "bgcolor=\"#ffffff\"><div lang=\"%s\" role=\"main\" aria-label=\"",
	    fil_language());
	fil_html_text(writing->stream, title);
	free(title);
	/* Outlook knows no greatest width, and reads the comment. */
	fputs("\">" LAYOUT
	      " bgcolor=\"#ffffff\" style=\"background-color:#ffffff\"><tr><td align=\"center\">"
	      "<!--[if mso]><table role=\"presentation\" width=\"600\" cellpadding=\"0\" "
	      "cellspacing=\"0\" border=\"0\"><tr><td><![endif]-->" LAYOUT
	      " style=\"width:100%;max-width:600px;table-layout:fixed\">\n"
	      "<tr><td style=\"padding:24px 20px 12px;" BODY "\">",
	    writing->stream);
	if (week->from)
		write_element(writing,
		    "<p style=\"margin:0;font-size:14px;line-height:20px;" SOFT "\">", week->from,
		    "</p>");
	write_element(writing,
	    "<h1 style=\"margin:0;font-size:16px;line-height:24px;font-weight:bold;" INK "\">",
	    week->title, "</h1>");
	fputs(row_end, writing->stream);
}

static void
write_end(const struct writing *writing)
{
	static const char paragraph[] =
	    "<p style=\"margin:0 0 4px;font-size:13px;line-height:19px;" SOFT "\">";
	const struct fil_week *week = writing->html->week;

	fputs("<tr><td style=\"padding:14px 20px 28px;" BODY "\">", writing->stream);
	if (writing->html->attached)
		write_element(writing, paragraph, writing->html->attached, "</p>\n");
	for (size_t i = 0; week->footer[i]; i++)
		write_element(writing, paragraph, week->footer[i], "</p>\n");
	if (*week->seal != '\0')
		write_element(writing,
		    "<p style=\"margin:0;font-size:12px;line-height:18px;word-break:break-all;" SOFT
		    "\">",
		    week->seal, "</p>\n");
	fputs(
	    "</td></tr></table><!--[if mso]></td></tr></table><![endif]--></td></tr></table></div>"
	    "</body></html>\n",
	    writing->stream);
}

void
fil_mail_html_write(const struct fil_mail_html *html, FILE *stream)
{
	struct writing writing = { .html = html, .stream = stream };
	size_t n = html->week->n;
	char **sections = fil_alloc(n, sizeof *sections);

	for (size_t i = 0; i < n; i++)
		sections[i] = make_section(html, i, ALL);
	/* The beginning and the end have a few texts of settings. */
	shorten(html, sections, FIL_MAIL_HTML_MOST - 8000);
	write_begin(&writing);
	for (size_t i = 0; i < n; i++) {
		fputs(sections[i], stream);
		free(sections[i]);
	}
	write_end(&writing);
	free(sections);
}
