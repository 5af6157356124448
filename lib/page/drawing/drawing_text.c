/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/output/prose.h"
#include "lib/page/drawing/drawing.h"
#include "lib/page/week.h"

/* Columns of a line, and of its parts. */
enum { WIDTH = 80, GAP = 2, LONGEST_LABEL = 30, LONGEST_BAR = 48, SHORTEST_BAR = 10 };

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
write_row(FILE *stream, const struct layout *layout, const char *label, const struct bar *bar,
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
		write_row(stream, &layout, label_of(&drawing->rows[i]), &bar, drawing->target,
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

		write_row(stream, &layout, point->label, &bar, -1, point->beside);
	}
}

void
fil_drawing_text(FILE *stream, const struct fil_drawing *drawing, bool ascii)
{
	const struct cells *cells = ascii ? &signs : &blocks;

	if (drawing->kind == FIL_DRAWING_BARS)
		write_bars(stream, drawing, cells);
	else if (drawing->kind == FIL_DRAWING_BAND)
		write_band(stream, drawing, cells);
}

const char *
fil_drawing_sign(const char *swatch, bool ascii)
{
	const struct cells *cells = ascii ? &signs : &blocks;

	if (strcmp(swatch, "yes") == 0)
		return cells->yes;
	if (strcmp(swatch, "un") == 0)
		return cells->unknown;
	return strcmp(swatch, "no") == 0 ? cells->no : NULL;
}
