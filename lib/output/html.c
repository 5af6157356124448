/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/output/form.h"
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

/* The style is that of the weekly page: its colours, in light, dark and print; its type; its tables. */
#define LIGHT "--bg:#fff;--ink:#1b1f26;--soft:#4f5763;--rule:#d3d8df;--edge:#5d6673;--link:#174a8c"
#define DARK \
	"--bg:#15191f;--ink:#e8ebef;--soft:#b3bbc6;--rule:#39414c;--edge:#97a1ae;--link:#9cc3f0"

static const char style_element[] =
    "<style>\n"
    ":root{color-scheme:light dark;" LIGHT "}\n"
    "@media(prefers-color-scheme:dark){:root{" DARK "}}\n"
    "@media print{:root{color-scheme:light;" LIGHT "}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:76rem;background:var(--bg);"
    "color:var(--ink);font:1rem/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\","
    "\"Liberation Sans\",sans-serif;font-variant-numeric:tabular-nums lining-nums;"
    "overflow-wrap:break-word}\n"
    "h1{font-size:1.375rem;line-height:1.25;font-weight:600;margin:0 0 1rem;padding-top:1rem;"
    "border-top:3px solid var(--ink)}\n"
    "h2{font-size:1.375rem;line-height:1.25;font-weight:600;margin:2.5rem 0 .75rem;"
    "padding-top:1.25rem;border-top:1px solid var(--rule)}\n"
    "p{max-width:46rem;margin:0 0 .75rem}\n"
    ".scroll{overflow-x:auto;max-width:100%;margin:0 0 1.5rem}\n"
    ".scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}\n"
    "table{border-collapse:collapse;font-size:.9375rem;line-height:1.35}\n"
    "caption{text-align:left;font-weight:600;padding-bottom:.375rem;font-size:1rem}\n"
    "th,td{padding:.3125rem .75rem;text-align:left;vertical-align:top;font-weight:400}\n"
    "tr>:first-child{padding-left:0}tr>:last-child{padding-right:0}\n"
    "thead th{color:var(--soft);font-size:.875rem;line-height:1.25;vertical-align:bottom;"
    "border-bottom:1px solid var(--edge)}\n"
    "tbody tr{border-bottom:1px solid var(--rule)}\n"
    ".r{text-align:right}td.r{white-space:nowrap}\n"
    "@media(max-width:34rem){th,td{padding:.3125rem .5rem}table{font-size:.875rem}"
    "tbody th{position:sticky;left:0;background:var(--bg);min-width:8.5rem;max-width:11rem}}\n"
    "@media print{body{font-size:9pt;line-height:1.35;padding:0;max-width:none}"
    "table{font-size:8.5pt}thead th{font-size:8pt}caption{font-size:9pt}"
    "th,td{padding:.7mm 2mm}.scroll{overflow:visible}tr{break-inside:avoid}"
    "h2,caption{break-after:avoid}thead{display:table-header-group}}\n"
    "@page{size:A4;margin:14mm 15mm 15mm}\n"
    "</style>\n";

static void
write_text(FILE *stream, const char *text)
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

static void
write_cell(FILE *stream, const char *cell)
{
	fil_form_lines(stream, cell, write_text);
}

/* Writes a text as the only content of an element. */
static void
write_element(FILE *stream, const char *name, const char *text)
{
	fprintf(stream, "<%s>", name);
	write_cell(stream, text);
	fprintf(stream, "</%s>\n", name);
}

static void
begin_page(FILE *stream, const char *language, const char *title)
{
	fprintf(stream, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n%s", language, head);
	fputs_unlocked("<title>", stream);
	write_cell(stream, title);
	fprintf(stream, "</title>\n%s</head>\n<body>\n<main>\n", style_element);
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
	write_text(stream, caption);
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
	begin_page(stream, fil_language(), style->title);
	return begin_table(stream, style->title, columns, n);
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
