/* SPDX-License-Identifier: ISC */
/* The weekly page as text of 80 columns. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/base/utf8.h"
#include "lib/page/content.h"
#include "lib/page/drawing/drawing.h"
#include "lib/page/week.h"

enum { WIDTH = 80, GAP = 2 };

/* What is written. */
struct writing {
	const struct fil_week *week;
	FILE *stream;
	bool ascii; /* no characters for lines and blocks */
};

/* Returns the columns that n bytes take. */
static size_t
width_of(const char *text, size_t n)
{
	size_t width = 0, length;

	for (size_t i = 0; i < n; i += length) {
		int columns = wcwidth((wchar_t)fil_utf8_decode(text + i, n - i, &length));

		width += columns > 0 ? (size_t)columns : 0;
	}
	return width;
}

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
		if (width_of(text, n) > columns)
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
	write_spaces(writing->stream, indent - width_of(first, strlen(first)));
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
		size_t width = width_of(block->facts[i].label, strlen(block->facts[i].label)) + 3;

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
		size_t n = strcspn(text, " "), width = width_of(text, n);

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
			size_t width =
			    row > 0 || whole ? width_of(cell, strlen(cell)) : longest_word(cell);

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
		width = width_of(cell, n);
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
		if (!fil_drawing_sign(block->keys[i].swatch, false))
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
		    fil_drawing_sign(block->keys[i].swatch, writing->ascii), block->keys[i].text);
	fputc('\n', writing->stream);
}

static void
write_block(const struct writing *writing, const struct fil_block *block)
{
	switch (block->kind) {
	case FIL_BLOCK_FACTS: write_facts(writing, block); break;
	case FIL_BLOCK_DECISIONS: write_decisions(writing, block); break;
	case FIL_BLOCK_PICTURE:
		fil_drawing_text(writing->stream, block->drawing, writing->ascii);
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
