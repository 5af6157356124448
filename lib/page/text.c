/* SPDX-License-Identifier: ISC */
/* The weekly page as text of 80 columns. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/output/prose.h"
#include "lib/page/content.h"
#include "lib/page/drawing.h"
#include "lib/page/week.h"

enum { WIDTH = 80, GAP = 2 };

/* What is written. */
struct writing {
	const struct fil_week *week;
	FILE *stream;
	bool ascii; /* no characters for lines and blocks */
};

/* Returns whether the environment says that text is UTF-8. */
static bool
is_utf8(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const char *value = getenv(variables[i]);

		if (value && *value != '\0')
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return false;
}

/* Returns the text without its marks; the caller frees it. NULL gives a dash. */
static char *
plain(const struct writing *writing, const char *text)
{
	return fil_form_plain(text, writing->ascii ? "-" : "–");
}

static void
write_spaces(FILE *stream, size_t n)
{
	fprintf(stream, "%*s", (int)n, "");
}

static void
write_rule(const struct writing *writing, size_t n)
{
	while (n-- > 0)
		fputs(writing->ascii ? "-" : "─", writing->stream);
	fputc('\n', writing->stream);
}

/* Returns the bytes of the beginning of a word that fit so many columns: one letter at least. */
static size_t
first_bytes(const char *word, size_t columns)
{
	size_t wide, letter = fil_text_step(word, &wide), n = fil_text_beginning(word, columns);

	return n > letter ? n : letter;
}

/* Returns the bytes of the text that fit a line of so many columns. Lines are broken at spaces, and
 * within a word that is longer than a line. */
static size_t
line_length(const char *text, size_t columns)
{
	size_t fits = 0;

	for (size_t n = 0;;) {
		n += strspn(text + n, " ");
		n += strcspn(text + n, " ");
		if (fil_text_width(text, n) > columns)
			return fits > 0 ? fits : first_bytes(text, columns);
		fits = n;
		if (text[n] == '\0')
			return fits;
	}
}

/* Writes a text in lines after `first`, and the others after `indent` columns, where the first line
 * begins too. Words that are longer than a line are broken, or kept whole. */
static void
write_words(
    const struct writing *writing, const char *first, size_t indent, const char *text, bool whole)
{
	char *words = plain(writing, text);
	const char *rest = words;

	fputs(first, writing->stream);
	write_spaces(writing->stream, indent - fil_text_width(first, strlen(first)));
	while (*rest != '\0') {
		size_t n = line_length(rest, WIDTH - indent);

		if (whole)
			n += strcspn(rest + n, " ");
		if (rest != words)
			write_spaces(writing->stream, indent);
		fprintf(writing->stream, "%.*s\n", (int)n, rest);
		rest += n + strspn(rest + n, " ");
	}
	if (*words == '\0')
		fputc('\n', writing->stream);
	free(words);
}

static void
write_lines(const struct writing *writing, const char *first, size_t indent, const char *text)
{
	write_words(writing, first, indent, text, false);
}

static void
write_facts(const struct writing *writing, const struct fil_block *block)
{
	size_t indent = 0;

	for (size_t i = 0; i < block->n; i++) {
		size_t width =
		    fil_text_width(block->facts[i].label, strlen(block->facts[i].label)) + 3;

		indent = width > indent ? width : indent;
	}
	for (size_t i = 0; i < block->n; i++)
		write_lines(writing, block->facts[i].label, indent, block->facts[i].text);
}

static void
write_decisions(const struct writing *writing, const struct fil_block *block)
{
	for (size_t i = 0; i < block->n; i++) {
		const struct fil_decision *decision = &block->decisions[i];
		char *number = fil_format("%2zu. ", i + 1),
		     *title = decision->is_new ? fil_format(_("%s [new]"), decision->title)
					       : fil_copy(decision->title),
		     *command = fil_format("$ %s", decision->command);

		write_lines(writing, number, 4, title);
		if (decision->detail)
			write_lines(writing, "", 4, decision->detail);
		/* A path that is broken cannot be copied. */
		write_words(writing, "", 4, command, true);
		free(command);
		free(title);
		free(number);
	}
}

/* A table while it is written: the cells as text, the headings first. */
struct grid {
	size_t n_rows, n_columns; /* the headings are row 0 */
	char **cells;
	const struct fil_table_column **columns;
	size_t *widths;
};

/* Returns the columns of the longest word of a text, or of all of it. */
static size_t
longest_word(const char *text)
{
	size_t longest = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, " "), width = fil_text_width(text, n);

		longest = width > longest ? width : longest;
		text += n + strspn(text + n, " ");
	}
	return longest;
}

/* Returns the heading of a column with that of its group; the caller frees it. */
static char *
heading_of(const struct writing *writing, const struct fil_table_column *column)
{
	char *heading = plain(writing, column->heading), *whole;

	if (!column->group)
		return heading;
	whole = fil_format("%s %s", column->group, heading);
	free(heading);
	return whole;
}

/* Sets the widths of the columns: of their cells, and of their headings as a whole or of their longest
 * words. Returns the width of the table. */
static size_t
set_widths(struct grid *grid, bool whole)
{
	size_t total = 0;

	for (size_t i = 0; i < grid->n_columns; i++) {
		size_t most = 0;

		for (size_t row = 0; row < grid->n_rows; row++) {
			const char *cell = grid->cells[row * grid->n_columns + i];
			size_t width = row > 0 || whole ? fil_text_width(cell, strlen(cell))
							: longest_word(cell);

			most = width > most ? width : most;
		}
		grid->widths[i] = most;
		total += GAP + most;
	}
	return total;
}

/* Fills the grid with the columns that are not left out. A table that is too wide has its headings
 * broken at spaces, then the cells of its first column. */
static void
fill_grid(const struct writing *writing, const struct fil_page_table *table, struct grid *grid)
{
	size_t total, k = 0;

	*grid = (struct grid){ .n_rows = table->n + 1,
		.cells = fil_alloc((table->n + 1) * table->n_columns, sizeof *grid->cells),
		.columns = fil_alloc(table->n_columns, sizeof *grid->columns),
		.widths = fil_alloc(table->n_columns, sizeof *grid->widths) };
	for (size_t i = 0; i < table->n_columns; i++)
		if (!table->columns[i].wide)
			grid->columns[grid->n_columns++] = &table->columns[i];
	for (size_t i = 0; i < table->n_columns; i++) {
		if (table->columns[i].wide)
			continue;
		grid->cells[k] = heading_of(writing, &table->columns[i]);
		for (size_t row = 0; row < table->n; row++)
			grid->cells[(row + 1) * grid->n_columns + k] =
			    plain(writing, table->cells[row * table->n_columns + i]);
		k++;
	}
	if (set_widths(grid, true) > WIDTH && (total = set_widths(grid, false)) > WIDTH &&
	    grid->widths[0] > total - WIDTH + longest_word(grid->cells[0]))
		grid->widths[0] -= total - WIDTH;
}

/* Returns a line of a cell, from 0, and its bytes: none after the last line. */
static const char *
line_of(const char *cell, size_t columns, size_t line, size_t *n)
{
	for (;; line--) {
		*n = line_length(cell, columns);
		if (line == 0 || *n == 0)
			return cell;
		cell += *n + strspn(cell + *n, " ");
	}
}

static size_t
count_lines(const char *cell, size_t columns)
{
	size_t lines = 0, n;

	while (line_of(cell, columns, lines, &n) && n > 0)
		lines++;
	return lines;
}

/* Writes line `line` of a row, which has `lines`. Headings stand at the bottom of theirs. */
static void
write_row_line(
    const struct writing *writing, const struct grid *grid, size_t row, size_t line, size_t lines)
{
	size_t behind = GAP; /* spaces still to be written */

	for (size_t i = 0; i < grid->n_columns; i++) {
		const char *cell = grid->cells[row * grid->n_columns + i];
		size_t columns = grid->widths[i], n = 0, width,
		       above = row == 0 ? lines - count_lines(cell, columns) : 0;

		if (line >= above)
			cell = line_of(cell, columns, line - above, &n);
		width = fil_text_width(cell, n);
		width = width > columns ? columns : width;
		behind += grid->columns[i]->right ? columns - width : 0;
		if (n > 0) {
			write_spaces(writing->stream, behind);
			fprintf(writing->stream, "%.*s", (int)n, cell);
			behind = 0;
		}
		behind += GAP + (grid->columns[i]->right ? 0 : columns - width);
	}
	fputc('\n', writing->stream);
}

static void
write_row(const struct writing *writing, const struct grid *grid, size_t row)
{
	size_t most = 0;

	for (size_t i = 0; i < grid->n_columns; i++) {
		size_t lines = count_lines(grid->cells[row * grid->n_columns + i], grid->widths[i]);

		most = lines > most ? lines : most;
	}
	for (size_t line = 0; line < most; line++)
		write_row_line(writing, grid, row, line, most);
}

static void
write_table(const struct writing *writing, const struct fil_page_table *table)
{
	struct grid grid;
	size_t total = 0;

	fill_grid(writing, table, &grid);
	for (size_t i = 0; i < grid.n_columns; i++)
		total += grid.widths[i] + (i > 0 ? GAP : 0);
	for (size_t row = 0; row < grid.n_rows; row++) {
		write_row(writing, &grid, row);
		if (row > 0)
			continue;
		write_spaces(writing->stream, GAP);
		write_rule(writing, total);
	}
	for (size_t i = 0; i < grid.n_rows * grid.n_columns; i++)
		free(grid.cells[i]);
	free(grid.cells);
	free(grid.columns);
	free(grid.widths);
}

/* Columns of the parts of a bar's line. */
enum { LONGEST_LABEL = 30, LONGEST_BAR = 48, SHORTEST_BAR = 10 };

/* The characters of a bar. */
struct cells {
	const char *yes, *unknown, *no, *mark;
};

static const struct cells blocks = { "█", "▒", "·", "▼" }, signs = { "#", "?", ".", "v" };

/* The layout of all rows, in columns. */
struct layout {
	size_t label, bar, beside;
	const struct cells *cells;
};

/* Shares of a bar, in percent. */
struct bar {
	double low, high; /* where the unknown begins and ends */
};

static size_t
larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Returns the columns of a text without its marks. */
static size_t
width_of(const char *text)
{
	char *words = fil_form_plain(text, "");
	size_t width = fil_text_width(words, strlen(words));

	free(words);
	return width;
}

static void
write_padded(FILE *stream, const char *text, size_t columns, bool right)
{
	char *words = fil_form_plain(text, ""), *cut = fil_text_cut(words, columns);
	int rest = (int)(columns - fil_text_width(cut, strlen(cut)));

	if (right)
		fprintf(stream, "%*s%s", rest, "", cut);
	else
		fprintf(stream, "%s%*s", cut, rest, "");
	free(cut);
	free(words);
}

static void
write_times(FILE *stream, const char *cell, size_t n)
{
	while (n-- > 0)
		fputs(cell, stream);
}

/* Returns the cells that a share fills. It never fills what it does not reach. */
static size_t
fill(double share, size_t columns)
{
	/* The share is a decimal with one digit; its binary form may be just below. */
	return (size_t)(share * (double)columns / 100 + 1e-6);
}

/* Returns the cell of the target: a bar that fills it reaches the target. */
static size_t
target_cell(double target, size_t columns)
{
	size_t cell = fill(target, columns);

	return cell < columns ? cell : columns - 1;
}

/* Returns the cells that a share fills, so that it fills the target's if and only if it reaches it. */
static size_t
fill_beside(double share, double target, size_t columns)
{
	size_t n = fill(share, columns), cell;

	if (target < 0)
		return n;
	cell = target_cell(target, columns);
	if (share >= target)
		return larger(n, cell + 1);
	return n > cell ? cell : n;
}

/* Writes the line of a bar. An unknown share above zero has at least one cell. */
static void
write_bar(FILE *stream, const struct layout *layout, const struct bar *bar, double target)
{
	size_t yes = fill_beside(bar->low, target, layout->bar);
	size_t end = bar->high >= 100 ? layout->bar : fill_beside(bar->high, target, layout->bar);

	if (bar->high > bar->low && end <= yes) {
		end = yes < layout->bar ? yes + 1 : yes;
		yes = end - 1;
	}
	write_times(stream, layout->cells->yes, yes);
	write_times(stream, layout->cells->unknown, end - yes);
	write_times(stream, layout->cells->no, layout->bar - end);
}

/* Divides the line between the labels, the bar, and the figures beside it. */
static void
lay_out(struct layout *layout)
{
	size_t taken;

	if (layout->label > LONGEST_LABEL)
		layout->label = LONGEST_LABEL;
	taken = layout->label + GAP + (layout->beside > 0 ? layout->beside + 1 : 0);
	layout->bar = taken + SHORTEST_BAR < WIDTH ? WIDTH - taken : SHORTEST_BAR;
	if (layout->bar > LONGEST_BAR)
		layout->bar = LONGEST_BAR;
}

static void
write_bar_row(FILE *stream, const struct layout *layout, const char *label, const struct bar *bar,
    double target, const char *beside)
{
	write_padded(stream, label, layout->label, false);
	fprintf(stream, "%*s", GAP, "");
	write_bar(stream, layout, bar, target);
	if (beside) {
		fputc(' ', stream);
		write_padded(stream, beside, layout->beside, true);
	}
	fputc('\n', stream);
}

/* Writes the name of the target above its cell: on the right of the mark, or on its left where the
 * line ends. */
static void
write_target(FILE *stream, const struct layout *layout, const struct fil_drawing *drawing)
{
	size_t before = layout->label + GAP + target_cell(drawing->target, layout->bar);
	size_t name = width_of(drawing->target_label);
	char *label = fil_form_plain(drawing->target_label, "");

	if (before + 2 + name <= WIDTH || before < name + 1)
		fprintf(stream, "%*s%s %s\n", (int)before, "", layout->cells->mark, label);
	else
		fprintf(
		    stream, "%*s%s %s\n", (int)(before - name - 1), "", label, layout->cells->mark);
	free(label);
}

static const char *
label_of(const struct fil_drawing_row *row)
{
	return row->brief ? row->brief : row->label;
}

static void
write_bars(FILE *stream, const struct fil_drawing *drawing, const struct cells *cells)
{
	struct layout layout = { .cells = cells };

	for (size_t i = 0; i < drawing->n_rows; i++) {
		layout.label = larger(layout.label, width_of(label_of(&drawing->rows[i])));
		layout.beside = larger(layout.beside, width_of(drawing->rows[i].beside));
	}
	lay_out(&layout);
	if (drawing->target >= 0)
		write_target(stream, &layout, drawing);
	for (size_t i = 0; i < drawing->n_rows; i++) {
		const double *parts = drawing->rows[i].parts;
		double low = parts[FIL_PART_YES], high = low + parts[FIL_PART_UNKNOWN];
		double total = high + parts[FIL_PART_NO];
		struct bar bar = { 0, 0 };

		if (total > 0)
			bar = (struct bar){ 100 * low / total, 100 * high / total };
		write_bar_row(stream, &layout, label_of(&drawing->rows[i]), &bar, drawing->target,
		    drawing->rows[i].beside);
	}
}

static void
write_band(FILE *stream, const struct fil_drawing *drawing, const struct cells *cells)
{
	struct layout layout = { .cells = cells };
	char none[FIL_PROSE_SIZE], all[FIL_PROSE_SIZE];

	for (size_t i = 0; i < drawing->n_points; i++) {
		layout.label = larger(layout.label, width_of(drawing->points[i].label));
		layout.beside = larger(layout.beside, width_of(drawing->points[i].beside));
	}
	lay_out(&layout);
	fil_prose_share(none, "0");
	fil_prose_share(all, "100");
	fprintf(stream, "%*s%s%*s%s\n", (int)(layout.label + GAP), "", none,
	    (int)(layout.bar - width_of(none) - width_of(all)), "", all);
	for (size_t i = 0; i < drawing->n_points; i++) {
		const struct fil_drawing_point *point = &drawing->points[i];
		const struct bar bar = { point->low, point->high };

		write_bar_row(stream, &layout, point->label, &bar, -1, point->beside);
	}
}

/* Writes a picture in lines. Only BARS and BAND are written: tables have the figures of the others. */
static void
write_drawing(const struct writing *writing, const struct fil_drawing *drawing)
{
	const struct cells *cells = writing->ascii ? &signs : &blocks;

	if (drawing->kind == FIL_DRAWING_BARS)
		write_bars(writing->stream, drawing, cells);
	else if (drawing->kind == FIL_DRAWING_BAND)
		write_band(writing->stream, drawing, cells);
}

/* Returns the character that a class of pictures has: of "yes", "un" and "no"; else NULL. */
static const char *
sign_of(const char *swatch, bool ascii)
{
	const struct cells *cells = ascii ? &signs : &blocks;

	if (strcmp(swatch, "yes") == 0)
		return cells->yes;
	if (strcmp(swatch, "un") == 0)
		return cells->unknown;
	return strcmp(swatch, "no") == 0 ? cells->no : NULL;
}

/* Returns whether the section has a picture in text. */
static bool
is_pictured(const struct fil_content *content)
{
	for (size_t i = 0; i < content->n_blocks; i++)
		if (content->blocks[i].kind == FIL_BLOCK_PICTURE &&
		    content->blocks[i].shown != FIL_IN_HTML)
			return true;
	return false;
}

/* Returns whether pictures in text have all that a legend explains. */
static bool
has_signs(const struct fil_block *block)
{
	for (size_t i = 0; i < block->n; i++)
		if (!sign_of(block->keys[i].swatch, false))
			return false;
	return true;
}

/* Returns whether a block has a place in the text. */
static bool
is_shown(const struct fil_content *content, const struct fil_block *block)
{
	if (block->shown == FIL_IN_HTML)
		return false;
	switch (block->kind) {
	case FIL_BLOCK_LEGEND: return has_signs(block);
	case FIL_BLOCK_NOTE: return false;
	case FIL_BLOCK_TABLE: return !block->table->pictured || !is_pictured(content);
	case FIL_BLOCK_FACTS:
	case FIL_BLOCK_DECISIONS:
	case FIL_BLOCK_PICTURE:
	case FIL_BLOCK_LIST:
	case FIL_BLOCK_REMARK:
	default: return true;
	}
}

/* Writes the signs of a picture on one line. */
static void
write_legend(const struct writing *writing, const struct fil_block *block)
{
	for (size_t i = 0; i < block->n; i++)
		fprintf(writing->stream, "%s%s %s", i > 0 ? "   " : "",
		    sign_of(block->keys[i].swatch, writing->ascii), block->keys[i].text);
	fputc('\n', writing->stream);
}

static void
write_block(const struct writing *writing, const struct fil_block *block)
{
	switch (block->kind) {
	case FIL_BLOCK_FACTS: write_facts(writing, block); break;
	case FIL_BLOCK_DECISIONS: write_decisions(writing, block); break;
	case FIL_BLOCK_PICTURE:
		write_drawing(writing, block->drawing);
		break;
		break;
	case FIL_BLOCK_TABLE: write_table(writing, block->table); break;
	case FIL_BLOCK_LIST:
		if (block->text)
			write_lines(writing, "", 0, block->text);
		for (size_t i = 0; i < block->n; i++)
			write_lines(writing, block->text ? "  -" : "-", block->text ? 4 : 2,
			    block->items[i]);
		break;
	case FIL_BLOCK_REMARK: write_lines(writing, "", 0, block->text); break;
	case FIL_BLOCK_LEGEND: write_legend(writing, block); break;
	case FIL_BLOCK_NOTE:
	default: break;
	}
}

/* Writes a title in capitals. */
static void
write_title(const struct writing *writing, const char *title)
{
	char *words = plain(writing, title);
	size_t length;

	for (size_t i = 0, n = strlen(words); i < n; i += length)
		fprintf(writing->stream, "%lc",
		    towupper((wint_t)fil_utf8_decode(words + i, n - i, &length)));
	fputs("\n\n", writing->stream);
	free(words);
}

static void
write_section(const struct writing *writing, const struct fil_content *content)
{
	/* The headline needs no title: it stands below that of the page. */
	if (content != writing->week->contents || content->section->place > 1) {
		write_rule(writing, WIDTH);
		write_title(writing, content->title);
	}
	for (size_t i = 0; i < content->n_said; i++) {
		write_lines(writing, "", 0, content->said[i]);
		fputc('\n', writing->stream);
	}
	for (size_t i = 0; i < content->n_blocks; i++) {
		if (!is_shown(content, &content->blocks[i]))
			continue;
		write_block(writing, &content->blocks[i]);
		fputc('\n', writing->stream);
	}
}

static void
write_page(const struct fil_week *week, FILE *stream, bool ascii)
{
	const struct writing writing = { week, stream, ascii };

	if (week->from)
		write_lines(&writing, "", 0, week->from);
	write_lines(&writing, "", 0, week->title);
	fputc('\n', stream);
	for (size_t i = 0; i < week->n; i++)
		write_section(&writing, &week->contents[i]);
	write_rule(&writing, WIDTH);
	for (size_t i = 0; week->footer[i]; i++)
		write_lines(&writing, "", 0, week->footer[i]);
	if (*week->seal != '\0')
		write_lines(&writing, "", 0, week->seal);
}

void
fil_week_write_text(const struct fil_week *week, FILE *stream)
{
	write_page(week, stream, !is_utf8());
}

void
fil_week_write_utf8(const struct fil_week *week, FILE *stream)
{
	write_page(week, stream, false);
}
