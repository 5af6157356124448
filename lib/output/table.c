/* SPDX-License-Identifier: ISC */
#include "lib/output/table.h"

#include <limits.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

/* A column of text is not made narrower than a date or its own name: the terminal breaks lines that
 * are still too long. */
enum { NARROWEST = 10 };

struct fil_table_rows {
	FILE *stream;
	struct libscols_table *table;
	const struct fil_output_column *columns;
	size_t n;
	size_t room; /* columns of the terminal, 0: no terminal */
};

/* The library's calls fail without memory only. */
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

struct fil_table_rows *
fil_table_rows_new(FILE *stream, const struct fil_output_column *columns, size_t n)
{
	struct fil_table_rows *grid = fil_alloc(1, sizeof *grid);

	grid->stream = stream;
	grid->columns = columns;
	grid->n = n;
	grid->room = terminal_width(fileno(stream));
	grid->table = scols_new_table();
	if (!grid->table)
		fil_memory_die();
	check(scols_table_set_stream(grid->table, stream));
	/* Both are ours: what a cell shows, and how wide it may be. */
	check(scols_table_enable_noencoding(grid->table, 1));
	check(scols_table_set_termforce(grid->table, SCOLS_TERMFORCE_NEVER));
	check(scols_table_enable_minout(grid->table, 1));
	for (size_t i = 0; i < n; i++)
		if (!scols_table_new_column(
			grid->table, columns[i].name, 0, columns[i].number ? SCOLS_FL_RIGHT : 0))
			fil_memory_die();
	return grid;
}

void
fil_table_rows_add(struct fil_table_rows *grid, const char *const *cells)
{
	struct libscols_line *line = scols_table_new_line(grid->table, NULL);

	if (!line)
		fil_memory_die();
	for (size_t i = 0; i < grid->n; i++)
		if (cells[i] && cells[i][0] != '\0')
			check(scols_line_refer_data(line, i, fil_text_escape(cells[i])));
}

/* Returns how many columns of a terminal the text takes, and in *cut the bytes of what fits into
 * `room` of them. */
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
cell_text(const struct fil_table_rows *grid, size_t row, size_t column)
{
	struct libscols_line *line = scols_table_get_line(grid->table, row);
	const char *text = scols_cell_get_data(scols_line_get_cell(line, column));

	return !text ? "" : text;
}

static bool
is_wide(const struct fil_table_rows *grid, size_t column, size_t wide)
{
	const struct fil_output_column *head = &grid->columns[column];
	size_t cut;

	return !head->number && wide > NARROWEST && wide > width(head->name, 0, &cut);
}

/* Makes the widest columns of text narrower, one by one, until the sum fits or all are narrow. */
static void
fit(const struct fil_table_rows *grid, size_t *widths)
{
	size_t total = grid->n - 1;

	for (size_t i = 0; i < grid->n; i++)
		total += widths[i];
	while (total > grid->room) {
		size_t widest = grid->n;

		for (size_t i = 0; i < grid->n; i++)
			if (is_wide(grid, i, widths[i]) &&
			    (widest == grid->n || widths[i] >= widths[widest]))
				widest = i;
		if (widest == grid->n)
			return;
		widths[widest]--;
		total--;
	}
}

/* Cuts a cell that is wider than its column, with a mark that says so. */
static void
cut_cell(struct fil_table_rows *grid, size_t row, size_t column, size_t room)
{
	const char *text = cell_text(grid, row, column);
	struct libscols_line *line = scols_table_get_line(grid->table, row);
	size_t cut;

	if (width(text, room - 1, &cut) > room)
		check(scols_line_refer_data(line, column, fil_format("%.*s…", (int)cut, text)));
}

static void
fit_into_terminal(struct fil_table_rows *grid)
{
	size_t n_rows = scols_table_get_nlines(grid->table);
	size_t *widths = fil_alloc(grid->n, sizeof *widths), cut;

	for (size_t i = 0; i < grid->n; i++)
		widths[i] = width(grid->columns[i].name, 0, &cut);
	for (size_t row = 0; row < n_rows; row++)
		for (size_t i = 0; i < grid->n; i++) {
			size_t wide = width(cell_text(grid, row, i), 0, &cut);

			widths[i] = wide > widths[i] ? wide : widths[i];
		}
	fit(grid, widths);
	for (size_t row = 0; row < n_rows; row++)
		for (size_t i = 0; i < grid->n; i++)
			cut_cell(grid, row, i, widths[i]);
	free(widths);
}

/* The library prints nothing at all for a table without rows. */
static void
print_header(const struct fil_table_rows *grid)
{
	for (size_t i = 0; i < grid->n; i++)
		fprintf(grid->stream, "%s%s", i == 0 ? "" : " ", grid->columns[i].name);
	putc('\n', grid->stream);
}

void
fil_table_rows_end(struct fil_table_rows *grid)
{
	if (grid->room > 0)
		fit_into_terminal(grid);
	if (scols_table_is_empty(grid->table))
		print_header(grid);
	else
		check(scols_print_table(grid->table));
	scols_unref_table(grid->table);
	free(grid);
}
