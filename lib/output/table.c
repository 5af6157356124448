/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/output/form.h"
#include "lib/output/output.h"

/* A heading has at most three lines. Where a heading would be cut to less than three columns, or a
 * text to less than the width of a date, the table is printed in parts. In a part that is too wide
 * all the same, a text keeps one character on each side of "…". */
enum { LINES = 3, HEADING = 3, NARROW = 10, NARROWEST = 3 };

struct table {
	FILE *stream;
	const struct fil_output_style *style;
	const struct fil_output_column *columns;
	size_t n;
	char **cells; /* n of each row, escaped; NULL: empty */
	size_t rows, capacity;
	size_t *cell_widths; /* of the widest cell of each column */
	size_t *widths; /* of the columns as they are printed */
	bool *cut; /* the columns with something cut */
	size_t *shown; /* the columns of the part that is printed, n_shown of them */
	size_t n_shown;
};

/* Returns the length in bytes of the first line of a name that is broken after '_' and at spaces.
 * *inside is set where no such break fits: the line ends inside of a word. */
static size_t
line_length(const char *name, size_t room, bool *inside)
{
	size_t fits = fil_text_beginning(name, room), n = fits;

	if (name[fits] == '\0')
		return fits;
	if (name[n] != ' ')
		while (n > 0 && name[n - 1] != '_' && name[n - 1] != ' ')
			n--;
	n -= n > 1 && name[n - 1] == ' ';
	if (n > 0)
		return n;
	*inside = true;
	return fits > 0 ? fits : fil_text_step(name, &(size_t){ 0 });
}

/* Returns the number of lines that a name takes. */
static size_t
count_lines(const char *name, size_t room, bool *inside)
{
	size_t lines = 0;

	for (*inside = false; *name != '\0'; lines++) {
		name += line_length(name, room, inside);
		name += *name == ' ';
	}
	return lines;
}

/* Returns the least width of a name on that number of lines. words: only where it can be broken. */
static size_t
name_width(const char *name, size_t lines, bool words)
{
	size_t whole = fil_text_width(name, strlen(name));
	bool inside;

	for (size_t room = 1; room < whole; room++)
		if (count_lines(name, room, &inside) <= lines && !(words && inside))
			return room;
	return whole;
}

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Returns the width of the columns that are shown. */
static size_t
sum(const struct table *table, const size_t *widths)
{
	size_t total = table->n_shown - 1;

	for (size_t i = 0; i < table->n_shown; i++)
		total += widths[table->shown[i]];
	return total;
}

static bool
fits(const struct table *table, const size_t *widths)
{
	return sum(table, widths) <= table->style->width;
}

/* Makes the widest columns narrower, one by one, until the table fits or all are at their floors. */
static void
shrink(struct table *table, const size_t *floors)
{
	size_t *widths = table->widths;

	for (size_t total = sum(table, widths); total > table->style->width; total--) {
		size_t widest = table->n;

		for (size_t i = 0; i < table->n_shown; i++) {
			size_t column = table->shown[i];

			if (widths[column] > floors[column] &&
			    (widest == table->n || widths[column] >= widths[widest]))
				widest = column;
		}
		if (widest == table->n)
			return;
		widths[widest]--;
	}
}

/* Returns the least width of the cells of a column when texts may be cut to a width. Numbers and
 * days are never cut. */
static size_t
cells_width(const struct table *table, size_t column, size_t least)
{
	size_t wide = table->cell_widths[column];

	if (table->columns[column].kind == FIL_CELL_TEXT && wide > least)
		wide = least;
	return larger(wide, 1);
}

/* Sets the least widths of all columns, when texts may be cut to a width, and headings too. heading:
 * the least width of those; SIZE_MAX: they may be broken, but not cut. */
static void
set_floors(const struct table *table, size_t least, size_t heading, size_t *floors)
{
	for (size_t i = 0; i < table->n; i++) {
		size_t name = name_width(table->columns[i].name, LINES, false);

		floors[i] = larger(cells_width(table, i, least), name > heading ? heading : name);
	}
}

/* Sets the widths so that headings are on one line, and nothing is cut. */
static void
set_widths(struct table *table)
{
	for (size_t i = 0; i < table->n; i++)
		table->widths[i] =
		    larger(table->cell_widths[i], name_width(table->columns[i].name, 1, true));
}

/* Sets the widths so that headings are broken between words only, if the table then fits. */
static void
break_headings(struct table *table)
{
	for (size_t lines = 2; lines <= LINES && !fits(table, table->widths); lines++)
		for (size_t i = 0; i < table->n; i++)
			table->widths[i] = larger(
			    table->cell_widths[i], name_width(table->columns[i].name, lines, true));
}

/* Sets the widths on a terminal. Headings are broken, then inside of their words. They are cut if
 * texts then stay whole; otherwise texts are cut first. Returns whether all that can be read. */
static bool
fit(struct table *table)
{
	size_t *floors = fil_alloc(table->n, sizeof *floors);

	set_widths(table);
	break_headings(table);
	set_floors(table, SIZE_MAX, SIZE_MAX, floors);
	shrink(table, floors);
	set_floors(table, SIZE_MAX, HEADING, floors);
	if (!fits(table, floors))
		set_floors(table, NARROW, SIZE_MAX, floors);
	shrink(table, floors);
	set_floors(table, NARROW, HEADING, floors);
	shrink(table, floors);
	free(floors);
	return fits(table, table->widths);
}

/* Makes the columns as narrow as they can be. */
static void
squeeze(struct table *table)
{
	size_t *floors = fil_alloc(table->n, sizeof *floors);

	set_floors(table, NARROW, 1, floors);
	shrink(table, floors);
	set_floors(table, NARROWEST, 1, floors);
	shrink(table, floors);
	free(floors);
}

static void *
begin(FILE *stream, const struct fil_output_style *style, const struct fil_output_column *columns,
    size_t n)
{
	struct table *table = fil_alloc(1, sizeof *table);

	*table = (struct table){ .stream = stream,
		.style = style,
		.columns = columns,
		.n = n,
		.cell_widths = fil_alloc(n, sizeof *table->cell_widths),
		.widths = fil_alloc(n, sizeof *table->widths),
		.cut = fil_alloc(n, sizeof *table->cut),
		.shown = fil_alloc(n, sizeof *table->shown) };
	return table;
}

static void
add_row(void *context, const char *const *cells)
{
	struct table *table = context;
	char **row;

	table->cells =
	    fil_grow(table->cells, table->rows, &table->capacity, table->n * sizeof *table->cells);
	row = table->cells + table->n * table->rows++;
	for (size_t i = 0; i < table->n; i++) {
		row[i] = cells[i] && cells[i][0] != '\0' ? fil_text_escape(cells[i]) : NULL;
		if (row[i])
			table->cell_widths[i] =
			    larger(table->cell_widths[i], fil_text_width(row[i], strlen(row[i])));
	}
}

/* A line while it is printed: spaces are printed once a text follows. */
struct line {
	FILE *stream;
	size_t gap;
};

/* Prints a text of n bytes in the room of a column, and the space after the column. */
static void
print_cell(struct line *line, const char *text, size_t n, size_t room, bool right)
{
	size_t wide = fil_text_width(text, n), rest = room > wide ? room - wide : 0;

	if (n > 0) {
		fprintf(line->stream, "%*s", (int)(line->gap + (right ? rest : 0)), "");
		fwrite(text, 1, n, line->stream);
		line->gap = right ? 0 : rest;
	} else {
		line->gap += room;
	}
	line->gap++;
}

/* Returns the name in lines that fit into the room, with LF between them; the caller frees it. A name
 * that takes too many lines is cut in its middle, where names of columns differ least. */
static char *
break_name(const char *name, size_t room, bool *cut)
{
	struct fil_bytes lines = { 0 };
	bool inside;
	char *rest = NULL;

	*cut = count_lines(name, room, &inside) > LINES;
	if (*cut)
		name = rest = fil_text_cut(name, room * LINES);
	for (size_t number = 0; *name != '\0' && number < LINES; number++) {
		size_t n = *cut ? fil_text_beginning(name, room) : line_length(name, room, &inside);

		n = n > 0 ? n : fil_text_step(name, &(size_t){ 0 });
		fil_bytes_add_format(&lines, "%s%.*s", number > 0 ? "\n" : "", (int)n, name);
		name += n;
		name += *name == ' ';
	}
	free(rest);
	return lines.data;
}

static size_t
count_breaks(const char *text)
{
	size_t n = 0;

	while ((text = strchr(text, '\n')) != NULL) {
		text++;
		n++;
	}
	return n;
}

/* Prints the headings; their last lines stand above the cells. */
static void
print_headings(struct table *table)
{
	char **names = fil_alloc(table->n_shown, sizeof *names),
	     **rests = fil_alloc(table->n_shown, sizeof *rests);
	size_t most = 0;

	for (size_t i = 0; i < table->n_shown; i++) {
		size_t column = table->shown[i];

		rests[i] = names[i] = break_name(
		    table->columns[column].name, table->widths[column], &table->cut[column]);
		most = larger(most, count_breaks(names[i]));
	}
	for (size_t left = most + 1; left-- > 0;) {
		struct line line = { .stream = table->stream };

		for (size_t i = 0; i < table->n_shown; i++) {
			size_t column = table->shown[i];
			const char *text =
			    count_breaks(rests[i]) < left ? "" : strsep(&rests[i], "\n");

			print_cell(&line, text, strlen(text), table->widths[column],
			    fil_output_number(&table->columns[column]));
		}
		putc('\n', table->stream);
	}
	for (size_t i = 0; i < table->n_shown; i++)
		free(names[i]);
	free(names);
	free(rests);
}

static void
print_row(struct table *table, char *const *row)
{
	struct line line = { .stream = table->stream };

	for (size_t i = 0; i < table->n_shown; i++) {
		size_t column = table->shown[i], room = table->widths[column];
		bool right = fil_output_number(&table->columns[column]);
		const char *text = row[column] ? row[column] : "";
		char *shown = NULL;

		if (table->columns[column].kind == FIL_CELL_TEXT &&
		    table->cell_widths[column] > room) {
			shown = fil_text_cut(text, room);
			table->cut[column] = true;
		}
		print_cell(&line, shown ? shown : text, strlen(shown ? shown : text), room, right);
		free(shown);
	}
	putc('\n', table->stream);
}

/* Says how many columns are cut. */
static void
say_cut(const struct table *table)
{
	size_t n = 0;
	char *text;

	for (size_t i = 0; i < table->n; i++)
		n += table->cut[i];
	if (n == 0 || !table->style->say)
		return;
	/* TRANSLATORS: columns of a table, then those of the terminal. */
	text = fil_format(
	    ngettext("%zu column is cut to fit %zu columns: -f csv or -o FILE has it whole",
		"%zu columns are cut to fit %zu columns: -f csv or -o FILE has them whole", n),
	    n, table->style->width);
	table->style->say(table->style->context, text);
	free(text);
}

static void
release(struct table *table)
{
	for (size_t i = 0; i < table->rows * table->n; i++)
		free(table->cells[i]);
	free(table->cells);
	free(table->cell_widths);
	free(table->widths);
	free(table->cut);
	free(table->shown);
	free(table);
}

/* Prints the columns that are shown. */
static void
print_shown(struct table *table)
{
	print_headings(table);
	for (size_t row = 0; row < table->rows; row++)
		print_row(table, table->cells + row * table->n);
}

/* Returns whether the first n cells of every row are other than those of the rows before. */
static bool
are_distinct(const struct table *table, size_t n)
{
	struct fil_hash *seen = fil_hash_new_set();
	bool distinct = true;

	for (size_t row = 0; row < table->rows && distinct; row++) {
		struct fil_bytes key = { 0 };

		for (size_t i = 0; i < n; i++) {
			const char *cell = table->cells[row * table->n + i];

			fil_bytes_add(&key, cell ? cell : "", (cell ? strlen(cell) : 0) + 1);
		}
		distinct = fil_hash_put(seen, key.data, key.length);
		fil_bytes_release(&key);
	}
	fil_hash_free(seen);
	return distinct;
}

/* Returns the number of first columns that stand in each part: those that tell the rows apart, or all
 * before the first number. */
static size_t
count_keys(const struct table *table)
{
	size_t n = 1;

	while (
	    n + 1 < table->n && !fil_output_number(&table->columns[n]) && !are_distinct(table, n))
		n++;
	return n;
}

/* Returns the width at which a column of a part can be read well: a long text is not whole. */
static size_t
good_width(const struct table *table, size_t column)
{
	return larger(cells_width(table, column, larger(table->style->width / 2, NARROW)),
	    name_width(table->columns[column].name, LINES, true));
}

/* Shows the first columns, and as many of the others as fit beside them, from one on. Returns the
 * first column that is left. */
static size_t
choose_part(struct table *table, size_t keys, size_t from)
{
	size_t total = 0, column = from;

	for (table->n_shown = 0; table->n_shown < keys; table->n_shown++) {
		table->shown[table->n_shown] = table->n_shown;
		total += good_width(table, table->n_shown) + 1;
	}
	do {
		table->shown[table->n_shown++] = column;
		total += good_width(table, column++) + 1;
	} while (column < table->n && total + good_width(table, column) <= table->style->width);
	return column;
}

/* Prints the columns in parts below each other, so that each part can be read. */
static void
print_parts(struct table *table)
{
	size_t keys = count_keys(table), left = keys;

	while (left < table->n) {
		if (left > keys)
			putc('\n', table->stream);
		left = choose_part(table, keys, left);
		if (!fit(table))
			squeeze(table);
		print_shown(table);
	}
}

static int
end(void *context, struct fil_fault *fault)
{
	struct table *table = context;

	(void)fault;
	for (table->n_shown = 0; table->n_shown < table->n; table->n_shown++)
		table->shown[table->n_shown] = table->n_shown;
	set_widths(table);
	if (table->style->width == 0 || fit(table)) {
		print_shown(table);
	} else if (table->n > 1) {
		print_parts(table);
	} else {
		squeeze(table);
		print_shown(table);
	}
	say_cut(table);
	release(table);
	return 0;
}

const struct fil_form fil_form_table = { "table", begin, add_row, end, NULL, true };
