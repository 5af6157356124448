/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/output/form.h"
#include "lib/output/html.h"
#include "lib/output/output.h"
#include "lib/output/page.h"

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* An underscore inside a word is plain text (CommonMark, 6.2), as in column names. */
static bool
is_markup(const char *text, const char *p)
{
	if (*p == '_')
		return p == text || !is_word(p[-1]) || !is_word(p[1]);
	return strchr("\\`*[]|~", *p) != NULL;
}

static void
write_text(FILE *stream, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '<')
			fputs_unlocked("&lt;", stream);
		else if (*p == '>')
			fputs_unlocked("&gt;", stream);
		else if (*p == '&')
			fputs_unlocked("&amp;", stream);
		else if (is_markup(text, p))
			fprintf(stream, "\\%c", *p);
		else
			putc_unlocked(*p, stream);
	}
}

/* The printable ASCII characters that need an escape in a cell. */
static const bool special[128] = { ['\\'] = true,
	['`'] = true,
	['*'] = true,
	['['] = true,
	[']'] = true,
	['|'] = true,
	['~'] = true,
	['_'] = true,
	['<'] = true,
	['>'] = true,
	['&'] = true };

/* Letters, digits and most ASCII punctuation need no escape, as in all of a usual cell. */
static size_t
plain_length(const char *cell)
{
	size_t n = 0;

	while (cell[n] >= ' ' && cell[n] < 0x7f && !special[(unsigned char)cell[n]])
		n++;
	return n;
}

static void
write_cell(FILE *stream, const char *cell)
{
	size_t n = plain_length(cell);

	if (cell[n] == '\0') {
		fwrite_unlocked(cell, 1, n, stream);
		return;
	}
	fil_html_lines(stream, cell, write_text);
}

struct markdown {
	FILE *stream;
	size_t n;
};

static void
write_row(void *context, const char *const *cells)
{
	const struct markdown *markdown = context;
	FILE *stream = markdown->stream;

	for (size_t i = 0; i < markdown->n; i++) {
		fputs_unlocked(i == 0 ? "| " : " | ", stream);
		if (cells[i])
			write_cell(stream, cells[i]);
	}
	fputs_unlocked(" |\n", stream);
}

static void *
write_header(FILE *stream, const struct fil_output_column *columns, size_t n)
{
	struct markdown *markdown = fil_alloc(1, sizeof *markdown);

	*markdown = (struct markdown){ stream, n };
	for (size_t i = 0; i < n; i++) {
		fputs_unlocked(i == 0 ? "| " : " | ", stream);
		write_cell(stream, columns[i].name);
	}
	fputs_unlocked(" |\n|", stream);
	for (size_t i = 0; i < n; i++)
		fputs_unlocked(fil_output_number(&columns[i]) ? " ---: |" : " --- |", stream);
	putc_unlocked('\n', stream);
	return markdown;
}

static void *
begin(FILE *stream, const struct fil_output_style *style, const struct fil_output_column *columns,
    size_t n)
{
	(void)style;
	return write_header(stream, columns, n);
}

static int
end(void *context, struct fil_fault *fault)
{
	(void)fault;
	free(context);
	return 0;
}

const struct fil_form fil_form_markdown = { "markdown", begin, write_row, end, NULL, true };

static void
begin_page(FILE *stream, const char *language, const char *title)
{
	(void)language;
	fputs_unlocked("# ", stream);
	write_cell(stream, title);
	putc_unlocked('\n', stream);
}

static void
write_heading(FILE *stream, const char *text)
{
	fputs_unlocked("\n## ", stream);
	write_cell(stream, text);
	putc_unlocked('\n', stream);
}

static void
write_paragraph(FILE *stream, const char *label, const char *text)
{
	putc_unlocked('\n', stream);
	if (label) {
		fputs_unlocked("**", stream);
		write_cell(stream, label);
		fputs_unlocked("** ", stream);
	}
	write_cell(stream, text);
	putc_unlocked('\n', stream);
}

static void *
begin_table(FILE *stream, const char *caption, const struct fil_output_column *columns, size_t n)
{
	fputs_unlocked("\n### ", stream);
	write_cell(stream, caption);
	fputs_unlocked("\n\n", stream);
	return write_header(stream, columns, n);
}

static void
end_page(FILE *stream)
{
	(void)stream;
}

const struct fil_page fil_page_markdown = { begin_page, write_heading, write_paragraph, begin_table,
	write_row, free, end_page };
