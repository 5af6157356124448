/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/output/form.h"
#include "lib/output/html.h"
#include "lib/output/output.h"
#include "lib/output/page.h"

/* Nothing is loaded and nothing runs, whatever a cell has. */
static const char head[] =
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\""
    " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<meta name=\"robots\" content=\"noindex\">\n";

static const char style_sheet[] =
#include "css/base.inc"
#include "css/table.inc"
    ;

void
fil_html_text(FILE *stream, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		switch (*p) {
		case '<': fputs_unlocked("&lt;", stream); break;
		case '>': fputs_unlocked("&gt;", stream); break;
		case '&': fputs_unlocked("&amp;", stream); break;
		case '"': fputs_unlocked("&quot;", stream); break;
		default: putc_unlocked(*p, stream);
		}
	}
}

/* Writes n bytes without a line break. */
static void
write_line(FILE *stream, const char *line, size_t n, void (*write)(FILE *stream, const char *text))
{
	char *text = fil_copy_bytes(line, n), *shown;

	for (char *p = text; *p != '\0'; p++)
		*p = *p == '\t' ? ' ' : *p;
	shown = fil_text_escape(text);
	write(stream, shown);
	free(shown);
	free(text);
}

void
fil_html_lines(FILE *stream, const char *cell, void (*write)(FILE *stream, const char *text))
{
	for (size_t n;; cell += n) {
		n = strcspn(cell, "\r\n");
		write_line(stream, cell, n, write);
		if (cell[n] == '\0')
			return;
		n += cell[n] == '\r' && cell[n + 1] == '\n' ? 2 : 1;
		fputs_unlocked("<br>", stream);
	}
}

static void
write_cell(FILE *stream, const char *cell)
{
	fil_html_lines(stream, cell, fil_html_text);
}

/* Writes a text as the only content of an element. */
static void
write_element(FILE *stream, const char *name, const char *text)
{
	fprintf(stream, "<%s>", name);
	write_cell(stream, text);
	fprintf(stream, "</%s>\n", name);
}

void
fil_html_begin(FILE *stream, const char *language, const char *title)
{
	fprintf(stream, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n%s", language, head);
	fputs_unlocked("<title>", stream);
	write_cell(stream, title);
	fputs_unlocked("</title>\n", stream);
}

static void
begin_page(FILE *stream, const char *language, const char *title)
{
	fil_html_begin(stream, language, title);
	fprintf(stream, "<style>\n%s</style>\n</head>\n<body>\n<main>\n", style_sheet);
	write_element(stream, "h1", title);
}

static void
write_heading(FILE *stream, const char *text)
{
	write_element(stream, "h2", text);
}

static void
write_paragraph(FILE *stream, const char *label, const char *text)
{
	fputs_unlocked("<p>", stream);
	if (label) {
		fputs_unlocked("<strong>", stream);
		write_cell(stream, label);
		fputs_unlocked("</strong> ", stream);
	}
	write_cell(stream, text);
	fputs_unlocked("</p>\n", stream);
}

static void
end_page(FILE *stream)
{
	fputs_unlocked("</main>\n</body>\n</html>\n", stream);
}

struct html {
	FILE *stream;
	const struct fil_output_column *columns;
	size_t n;
};

/* A wide table scrolls by itself, by the keyboard too. */
static void *
begin_table(FILE *stream, const char *caption, const struct fil_output_column *columns, size_t n)
{
	struct html *html = fil_alloc(1, sizeof *html);

	*html = (struct html){ stream, columns, n };
	fputs_unlocked(
	    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"", stream);
	fil_html_text(stream, caption);
	fputs_unlocked("\">\n<table>\n", stream);
	write_element(stream, "caption", caption);
	fputs_unlocked("<thead>\n<tr>", stream);
	for (size_t i = 0; i < n; i++) {
		fprintf(stream, "<th scope=\"col\"%s>",
		    fil_output_number(&columns[i]) ? " class=\"r\"" : "");
		write_cell(stream, columns[i].name);
		fputs_unlocked("</th>", stream);
	}
	fputs_unlocked("</tr>\n</thead>\n<tbody>\n", stream);
	return html;
}

static void
write_row(void *context, const char *const *cells)
{
	const struct html *html = context;
	FILE *stream = html->stream;

	fputs_unlocked("<tr>", stream);
	for (size_t i = 0; i < html->n; i++) {
		/* The first column names the row. */
		fputs_unlocked(i == 0 ? "<th scope=\"row\"" : "<td", stream);
		fputs_unlocked(
		    fil_output_number(&html->columns[i]) ? " class=\"r\">" : ">", stream);
		if (cells[i])
			write_cell(stream, cells[i]);
		fputs_unlocked(i == 0 ? "</th>" : "</td>", stream);
	}
	fputs_unlocked("</tr>\n", stream);
}

static void
end_table(void *context)
{
	struct html *html = context;

	fputs_unlocked("</tbody>\n</table>\n</div>\n", html->stream);
	free(html);
}

static void *
begin(FILE *stream, const struct fil_output_style *style, const struct fil_output_column *columns,
    size_t n)
{
	const char *heading = style->meaning ? style->meaning : style->title;

	begin_page(stream, fil_language(), heading);
	return begin_table(stream, heading, columns, n);
}

static int
end(void *context, struct fil_fault *fault)
{
	FILE *stream = ((struct html *)context)->stream;

	(void)fault;
	end_table(context);
	end_page(stream);
	return 0;
}

const struct fil_form fil_form_html = { "html", begin, write_row, end, NULL, true };

const struct fil_page fil_page_html = { begin_page, write_heading, write_paragraph, begin_table,
	write_row, end_table, end_page };
