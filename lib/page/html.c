/* SPDX-License-Identifier: ISC */
/* The weekly page as HTML. */
#include "lib/output/html.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/page/content.h"
#include "lib/page/drawing.h"
#include "lib/page/week.h"

static const char style[] =
#include "css/base.inc"
#include "css/pictures.inc"
#include "css/week.inc"
    ;

/* A table of more columns scrolls by itself. */
enum { NARROW = 4 };

/* What is written. */
struct writing {
	const struct fil_week *week;
	FILE *stream;
	size_t tables, pictures; /* numbers for their ids */
	enum fil_place place; /* of the last block */
};

/* Returns whether the text is the "1er" of a date. */
static bool
is_first(const char *text, const char *p)
{
	return strncmp(p, "1er", 3) == 0 && !isalnum((unsigned char)p[3]) &&
	    (p == text || !isalnum((unsigned char)p[-1])) && *fil_language() == 'f';
}

/* Writes a mark at p. language: that of data, where it is another one than that of the page. end: the
 * end of the element that is open, or "". */
static void
write_mark(FILE *stream, const char *language, const char *p, const char **end)
{
	if (*p == *FIL_MARK_END) {
		fputs(*end, stream);
		*end = "";
	} else if (*p == *FIL_MARK_CODE) {
		fputs("<code>", stream);
		*end = "</code>";
	} else {
		/* Data may be written from right to left, and must not turn the words around them. */
		fputs("<bdi", stream);
		if (language)
			fprintf(stream, " lang=\"%s\"", language);
		fputc('>', stream);
		*end = "</bdi>";
	}
}

void
fil_form_marked(const char *language, const char *text, FILE *stream)
{
	const char *end = "";
	bool marked = false;

	if (language && strcmp(language, fil_language()) == 0)
		language = NULL;
	for (const char *p = text; *p != '\0'; p++) {
		if (*p >= *FIL_MARK_DATA && *p <= *FIL_MARK_END) {
			write_mark(stream, language, p, &end);
			marked = *p != *FIL_MARK_END;
		} else if (!marked && is_first(text, p)) {
			fputs("1<sup>er</sup>", stream);
			p += 2;
		} else {
			fil_html_text(stream, (const char[]){ *p, '\0' });
		}
	}
}

char *
fil_form_plain(const char *text, const char *none)
{
	char *plain = fil_copy(text ? text : none), *to = plain;

	for (const char *from = plain; *from != '\0'; from++)
		if (*from > *FIL_MARK_END || *from < *FIL_MARK_DATA)
			*to++ = *from;
	*to = '\0';
	return plain;
}

static void
write_text(const struct writing *writing, const char *text)
{
	fil_form_marked(writing->week->request.data_language, text, writing->stream);
}

/* Writes an element with a text. start: the tag with its attributes. */
static void
write_element(const struct writing *writing, const char *start, const char *text, const char *end)
{
	fputs(start, writing->stream);
	write_text(writing, text);
	fputs(end, writing->stream);
}

static void
write_facts(const struct writing *writing, const struct fil_block *block)
{
	fputs("<dl class=\"facts\">\n", writing->stream);
	for (size_t i = 0; i < block->n; i++) {
		const struct fil_fact *fact = &block->facts[i];

		write_element(writing, "<div><dt>", fact->label, "</dt><dd>");
		if (fact->target)
			fprintf(writing->stream, "<a href=\"#%s\">", fact->target);
		write_element(
		    writing, "", fact->text, fact->target ? "</a></dd></div>\n" : "</dd></div>\n");
	}
	fputs("</dl>\n", writing->stream);
}

static void
write_decisions(const struct writing *writing, const struct fil_block *block)
{
	fputs("<ol class=\"do\" role=\"list\">\n", writing->stream);
	for (size_t i = 0; i < block->n; i++) {
		const struct fil_decision *decision = &block->decisions[i];

		write_element(writing, "<li><b>", decision->title, "");
		if (decision->is_new)
			write_element(writing, " <span class=\"n\">", _("new"), "</span>");
		fputs("</b>", writing->stream);
		if (decision->detail)
			write_element(writing, "<span>", decision->detail, "</span>");
		fputs("<code>", writing->stream);
		fil_html_text(writing->stream, decision->command);
		fputs("</code></li>\n", writing->stream);
	}
	fputs("</ol>\n", writing->stream);
}

static void
write_legend(const struct writing *writing, const struct fil_block *block)
{
	fputs("<ul class=\"key\">\n", writing->stream);
	for (size_t i = 0; i < block->n; i++) {
		fprintf(writing->stream,
		    "<li><svg viewBox=\"0 0 18 14\" aria-hidden=\"true\" focusable=\"false\"><rect"
		    " x=\".5\" y=\".5\" width=\"17\" height=\"13\" class=\"%s\"/></svg>",
		    block->keys[i].swatch);
		write_element(writing, "", block->keys[i].text, "</li>\n");
	}
	fputs("</ul>\n", writing->stream);
}

static void
write_picture(struct writing *writing, const struct fil_block *block)
{
	char *id = fil_format("p%zu", ++writing->pictures);

	fputs("<figure>\n", writing->stream);
	if (block->text)
		write_element(writing, "<figcaption>", block->text, "</figcaption>\n");
	fil_drawing_svg(writing->stream, block->drawing, id);
	fputs("</figure>\n", writing->stream);
	free(id);
}

/* Returns whether a column begins a group. */
static bool
begins_group(const struct fil_page_table *table, size_t i)
{
	const struct fil_table_column *columns = table->columns;

	return columns[i].group &&
	    (i == 0 || !columns[i - 1].group ||
		strcmp(columns[i - 1].group, columns[i].group) != 0);
}

/* Returns the class of the cells of a column, as an attribute. */
static const char *
class_of(const struct fil_page_table *table, size_t i)
{
	bool group = begins_group(table, i);

	if (table->columns[i].right)
		return group ? " class=\"r g\"" : " class=\"r\"";
	return group ? " class=\"g\"" : "";
}

/* Writes the headings of groups of columns, where there are any. */
static void
write_groups(const struct writing *writing, const struct fil_page_table *table)
{
	size_t first = 0;

	while (first < table->n_columns && !table->columns[first].group)
		first++;
	if (first == table->n_columns)
		return;
	fprintf(writing->stream, "<tr><td colspan=\"%zu\"></td>", first);
	for (size_t i = first, n; i < table->n_columns; i += n) {
		for (n = 1; i + n < table->n_columns && !begins_group(table, i + n);)
			n++;
		fprintf(writing->stream, "<th scope=\"colgroup\" colspan=\"%zu\" class=\"g\">", n);
		write_element(writing, "", table->columns[i].group, "</th>");
	}
	fputs("</tr>\n", writing->stream);
}

/* Writes a sign that is read aloud as words. */
static void
write_spoken(const struct writing *writing, const char *sign, const char *words)
{
	write_element(writing, "<span aria-hidden=\"true\">", sign, "</span>");
	write_element(writing, "<span class=\"vh\">", words, "</span>");
}

static void
write_head(const struct writing *writing, const struct fil_page_table *table)
{
	fputs("<thead>\n", writing->stream);
	write_groups(writing, table);
	fputs("<tr>", writing->stream);
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct fil_table_column *column = &table->columns[i];

		fprintf(writing->stream, "<th scope=\"col\"%s>", class_of(table, i));
		if (column->spoken)
			write_spoken(writing, column->heading, column->spoken);
		else
			write_text(writing, column->heading);
		fputs("</th>", writing->stream);
	}
	fputs("</tr>\n</thead>\n", writing->stream);
}

static void
write_rows(const struct writing *writing, const struct fil_page_table *table)
{
	fputs("<tbody>\n", writing->stream);
	for (size_t row = 0; row < table->n; row++) {
		fputs(table->kinds[row] == FIL_ROW_TOTAL ? "<tr class=\"tot\">" : "<tr>",
		    writing->stream);
		for (size_t i = 0; i < table->n_columns; i++) {
			const char *cell = table->cells[row * table->n_columns + i];

			fprintf(writing->stream, i == 0 ? "<th scope=\"row\"%s>" : "<td%s>",
			    class_of(table, i));
			if (cell)
				write_text(writing, cell);
			else
				write_spoken(writing, "–", _("not observed"));
			fputs(i == 0 ? "</th>" : "</td>", writing->stream);
		}
		fputs("</tr>\n", writing->stream);
	}
	fputs("</tbody>\n", writing->stream);
}

/* No table pushes the page sideways: one that does not fit scrolls by itself. A wide one is announced,
 * and the keyboard reaches it. */
static void
write_table(struct writing *writing, const struct fil_block *block)
{
	const struct fil_page_table *table = block->table;
	bool scrolls = table->n_columns > NARROW;
	size_t number = ++writing->tables;

	if (scrolls)
		fprintf(writing->stream,
		    "<div class=\"scroll\" role=\"region\" tabindex=\"0\""
		    " aria-labelledby=\"t%zu\">\n",
		    number);
	else
		fputs("<div class=\"fit\">\n", writing->stream);
	fprintf(writing->stream, "<table%s>\n<caption id=\"t%zu\">",
	    block->place == FIL_PLACE_WHOLE ? table->same ? " class=\"w same\"" : " class=\"w\""
					    : "",
	    number);
	write_element(writing, "", table->caption, "</caption>\n");
	write_head(writing, table);
	write_rows(writing, table);
	fputs("</table>\n</div>\n", writing->stream);
}

static void
write_list(const struct writing *writing, const struct fil_block *block)
{
	if (block->text)
		write_element(writing, "<p class=\"cap\">", block->text, "</p>\n");
	fputs("<ul class=\"is\">\n", writing->stream);
	for (size_t i = 0; i < block->n; i++)
		write_element(writing, "<li>", block->items[i], "</li>\n");
	fputs("</ul>\n", writing->stream);
}

static void
write_block(struct writing *writing, const struct fil_block *block)
{
	switch (block->kind) {
	case FIL_BLOCK_FACTS: write_facts(writing, block); break;
	case FIL_BLOCK_DECISIONS: write_decisions(writing, block); break;
	case FIL_BLOCK_PICTURE: write_picture(writing, block); break;
	case FIL_BLOCK_LEGEND: write_legend(writing, block); break;
	case FIL_BLOCK_TABLE: write_table(writing, block); break;
	case FIL_BLOCK_LIST: write_list(writing, block); break;
	case FIL_BLOCK_REMARK:
	case FIL_BLOCK_NOTE:
	default: write_element(writing, "<p class=\"note\">", block->text, "</p>\n");
	}
}

/* Goes on to the place of a block: over both columns, or in one of them. A right column without a
 * left one is over both. */
static void
move_to(struct writing *writing, enum fil_place place)
{
	enum fil_place last = writing->place;

	if (place == last || (last == FIL_PLACE_WHOLE && place == FIL_PLACE_RIGHT))
		return;
	if (place == FIL_PLACE_RIGHT)
		fputs("</div>\n<div>\n", writing->stream);
	else if (last != FIL_PLACE_WHOLE)
		fputs("</div>\n</div>\n", writing->stream);
	if (place == FIL_PLACE_LEFT)
		fputs("<div class=\"two\">\n<div>\n", writing->stream);
	writing->place = place;
}

/* Writes the blocks. Pictures that stand beside no table stand beside each other. */
static void
write_blocks(struct writing *writing, const struct fil_content *content)
{
	bool pictures = false;

	for (size_t i = 0; i < content->n_blocks; i++) {
		const struct fil_block *block = &content->blocks[i];
		bool picture = block->kind == FIL_BLOCK_PICTURE && block->place == FIL_PLACE_WHOLE;

		if (block->shown == FIL_IN_TEXT)
			continue;
		if (pictures && !picture)
			fputs("</div>\n", writing->stream);
		else if (picture && !pictures)
			fputs(block->drawing->kind == FIL_DRAWING_SLOPE
				? "<div class=\"figs slopes\">\n"
				: "<div class=\"figs\">\n",
			    writing->stream);
		pictures = picture;
		move_to(writing, block->place);
		write_block(writing, block);
	}
	if (pictures)
		fputs("</div>\n", writing->stream);
	move_to(writing, FIL_PLACE_WHOLE);
}

/* Returns whether each figure of the section has its command beside it. */
static bool
has_commands(const struct fil_content *content)
{
	return content->n_blocks > 0 && content->blocks[0].kind == FIL_BLOCK_DECISIONS;
}

/* Writes the command lines of the section's reports, but those of the week before. */
static void
write_sources(const struct writing *writing, const struct fil_content *content)
{
	bool told = false;

	for (size_t i = 0; i < content->n_rows; i++) {
		if (content->as_of[i] != writing->week->as_of)
			continue;
		if (!told)
			write_element(
			    writing, "<p class=\"src\">", _("Where these figures come from:"), " ");
		fputs("<code>", writing->stream);
		fil_html_text(writing->stream, content->rows[i]->command);
		fputs("</code>", writing->stream);
		told = true;
	}
	if (told)
		fputs("</p>\n", writing->stream);
}

static void
write_section(struct writing *writing, const struct fil_content *content)
{
	const char *id = content->section->id;

	fprintf(writing->stream, "<section id=\"%s\" aria-labelledby=\"h-%s\">\n<h2 id=\"h-%s\">",
	    id, id, id);
	write_element(writing, "", content->title, "</h2>\n");
	/* The facts stand below the sentence, in its column. */
	if (content->n_blocks > 0 && content->blocks[0].kind == FIL_BLOCK_FACTS)
		move_to(writing, content->blocks[0].place);
	for (size_t i = 0; i < content->n_said; i++)
		write_element(writing, "<p class=\"said\">", content->said[i], "</p>\n");
	write_blocks(writing, content);
	if (!has_commands(content))
		write_sources(writing, content);
	fputs("</section>\n", writing->stream);
}

/* Writes links to the sections, but the first. */
static void
write_links(const struct writing *writing)
{
	const struct fil_week *week = writing->week;

	if (week->n < 2)
		return;
	write_element(writing, "<nav aria-label=\"", _("Sections of the page"), "\"><ul>\n");
	for (size_t i = 1; i < week->n; i++) {
		fprintf(writing->stream, "<li><a href=\"#%s\">", week->contents[i].section->id);
		write_element(writing, "", week->contents[i].title, "</a></li>\n");
	}
	fputs("</ul></nav>\n", writing->stream);
}

static void
write_begin(const struct writing *writing)
{
	const struct fil_week *week = writing->week;

	fil_html_begin(writing->stream, fil_language(), week->subject);
	fprintf(writing->stream, "<style>\n%s</style>\n</head>\n<body>\n", style);
	write_element(
	    writing, "<a class=\"skip\" href=\"#main\">", _("Go to the content"), "</a>\n");
	fprintf(writing->stream,
	    "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\""
	    " focusable=\"false\">%s</svg>\n<div class=\"page\">\n<header>\n",
	    fil_drawing_hatch);
	if (week->from)
		write_element(writing, "<p class=\"from\">", week->from, "</p>\n");
	write_element(writing, "<h1>", week->title, "</h1>\n</header>\n<main id=\"main\">\n");
}

static void
write_end(const struct writing *writing)
{
	const struct fil_week *week = writing->week;

	fputs("</main>\n<footer>\n", writing->stream);
	for (size_t i = 0; week->footer[i]; i++)
		write_element(writing, "<p>", week->footer[i], "</p>\n");
	if (*week->seal != '\0')
		write_element(writing, "<p><code>", week->seal, "</code></p>\n");
	fputs("</footer>\n</div>\n</body>\n</html>\n", writing->stream);
}

void
fil_week_write_html(const struct fil_week *week, FILE *stream)
{
	struct writing writing = { .week = week, .stream = stream };

	write_begin(&writing);
	for (size_t i = 0; i < week->n; i++) {
		write_section(&writing, &week->contents[i]);
		if (i == 0)
			write_links(&writing);
	}
	write_end(&writing);
}
