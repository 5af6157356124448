/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/output/form.h"
#include "lib/output/output.h"

/* A text column is not made narrower than a date or its own name. The terminal breaks lines that
 * are still too long. */
enum { NARROWEST = 10 };

struct table {
	FILE *stream;
	struct libscols_table *lines;
	const struct fil_output_column *columns;
	size_t n;
	size_t room; /* width of the terminal, 0: no terminal */
};

/* The library's calls fail only without memory. */
static void
check(int result)
{
	if (result != 0)
		fil_memory_die();
}

static size_t
terminal_width(int descriptor)
{
	struct winsize size;

	if (!isatty(descriptor) || ioctl(descriptor, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

static void *
begin(FILE *stream, const struct fil_output_column *columns, size_t n)
{
	struct table *table = fil_alloc(1, sizeof *table);

	table->stream = stream;
	table->columns = columns;
	table->n = n;
	table->room = terminal_width(fileno(stream));
	table->lines = scols_new_table();
	if (!table->lines)
		fil_memory_die();
	check(scols_table_set_stream(table->lines, stream));
	/* This module escapes the cells and sets their widths itself. */
	check(scols_table_enable_noencoding(table->lines, 1));
	check(scols_table_set_termforce(table->lines, SCOLS_TERMFORCE_NEVER));
	check(scols_table_enable_minout(table->lines, 1));
	for (size_t i = 0; i < n; i++)
		if (!scols_table_new_column(
			table->lines, columns[i].name, 0, columns[i].number ? SCOLS_FL_RIGHT : 0))
			fil_memory_die();
	return table;
}

static void
add_row(void *context, const char *const *cells)
{
	struct table *table = context;
	struct libscols_line *line = scols_table_new_line(table->lines, NULL);

	if (!line)
		fil_memory_die();
	for (size_t i = 0; i < table->n; i++)
		if (cells[i] && cells[i][0] != '\0')
			check(scols_line_refer_data(line, i, fil_text_escape(cells[i])));
}

/* Returns the width of the text on a terminal. *cut gets the length in bytes of the text that fits
 * into `room`. */
static size_t
width(const char *text, size_t room, size_t *cut)
{
	const char *p = text;
	size_t wide = 0;

	*cut = 0;
	while (*p != '\0') {
		wchar_t c;
		size_t n = mbrtowc(&c, p, strlen(p), &(mbstate_t){ 0 });
		int columns = n > MB_LEN_MAX ? 1 : wcwidth(c);

		p += n > MB_LEN_MAX ? 1 : n;
		wide += columns > 0 ? (size_t)columns : 0;
		if (wide <= room)
			*cut = (size_t)(p - text);
	}
	return wide;
}

static const char *
cell_text(const struct table *table, size_t row, size_t column)
{
	struct libscols_line *line = scols_table_get_line(table->lines, row);
	const char *text = scols_cell_get_data(scols_line_get_cell(line, column));

	return !text ? "" : text;
}

static bool
is_wide(const struct table *table, size_t column, size_t wide)
{
	const struct fil_output_column *head = &table->columns[column];
	size_t cut;

	return !head->number && wide > NARROWEST && wide > width(head->name, 0, &cut);
}

/* Makes the widest text columns narrower, one by one, until the sum fits or all are narrow. */
static void
fit(const struct table *table, size_t *widths)
{
	size_t total = table->n - 1;

	for (size_t i = 0; i < table->n; i++)
		total += widths[i];
	while (total > table->room) {
		size_t widest = table->n;

		for (size_t i = 0; i < table->n; i++)
			if (is_wide(table, i, widths[i]) &&
			    (widest == table->n || widths[i] >= widths[widest]))
				widest = i;
		if (widest == table->n)
			return;
		widths[widest]--;
		total--;
	}
}

/* Cuts a cell that is wider than its column, and marks it with "…". */
static void
cut_cell(struct table *table, size_t row, size_t column, size_t room)
{
	const char *text = cell_text(table, row, column);
	struct libscols_line *line = scols_table_get_line(table->lines, row);
	size_t cut;

	if (width(text, room - 1, &cut) > room)
		check(scols_line_refer_data(line, column, fil_format("%.*s…", (int)cut, text)));
}

static void
fit_into_terminal(struct table *table)
{
	size_t n_rows = scols_table_get_nlines(table->lines);
	size_t *widths = fil_alloc(table->n, sizeof *widths), cut;

	for (size_t i = 0; i < table->n; i++)
		widths[i] = width(table->columns[i].name, 0, &cut);
	for (size_t row = 0; row < n_rows; row++)
		for (size_t i = 0; i < table->n; i++) {
			size_t wide = width(cell_text(table, row, i), 0, &cut);

			widths[i] = wide > widths[i] ? wide : widths[i];
		}
	fit(table, widths);
	for (size_t row = 0; row < n_rows; row++)
		for (size_t i = 0; i < table->n; i++)
			cut_cell(table, row, i, widths[i]);
	free(widths);
}

/* The library prints nothing for a table without rows. */
static void
print_header(const struct table *table)
{
	for (size_t i = 0; i < table->n; i++)
		fprintf(table->stream, "%s%s", i == 0 ? "" : " ", table->columns[i].name);
	putc('\n', table->stream);
}

static void
end(void *context)
{
	struct table *table = context;

	if (table->room > 0)
		fit_into_terminal(table);
	if (scols_table_is_empty(table->lines))
		print_header(table);
	else
		check(scols_print_table(table->lines));
	scols_unref_table(table->lines);
	free(table);
}

const struct fil_form fil_form_table = { "table", begin, add_row, end };
