/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/output/form.h"
#include "lib/output/output.h"

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

/* Writes one line of a cell. A TAB becomes a space; other control characters are shown as on a
 * terminal. */
static void
write_line(FILE *stream, const char *line, size_t n)
{
	char *text = fil_copy_bytes(line, n), *shown;

	for (char *p = text; *p != '\0'; p++)
		*p = *p == '\t' ? ' ' : *p;
	shown = fil_text_escape(text);
	write_text(stream, shown);
	free(shown);
	free(text);
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
	for (;; cell += n) {
		n = strcspn(cell, "\r\n");
		write_line(stream, cell, n);
		if (cell[n] == '\0')
			return;
		n += cell[n] == '\r' && cell[n + 1] == '\n' ? 2 : 1;
		fputs_unlocked("<br>", stream);
	}
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
begin(FILE *stream, const struct fil_output_column *columns, size_t n)
{
	struct markdown *markdown = fil_alloc(1, sizeof *markdown);

	*markdown = (struct markdown){ stream, n };
	for (size_t i = 0; i < n; i++) {
		fputs_unlocked(i == 0 ? "| " : " | ", stream);
		write_cell(stream, columns[i].name);
	}
	fputs_unlocked(" |\n|", stream);
	for (size_t i = 0; i < n; i++)
		fputs_unlocked(columns[i].number ? " ---: |" : " --- |", stream);
	putc_unlocked('\n', stream);
	return markdown;
}

const struct fil_form fil_form_markdown = { "markdown", begin, write_row, free };
