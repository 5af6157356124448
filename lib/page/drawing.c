/* SPDX-License-Identifier: ISC */
#include "lib/page/drawing.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/output/prose.h"
#include "lib/page/week.h"

/* A picture is 480 units wide; a slope is smaller. Its left and right edge leave room for the
 * outlines. */
static const double width = 480, left = 1, room = 478;

/* The room for any double as "%.1f". */
enum { LONGEST_NUMBER = 320 };

/* The plot of curves: from day 0 to the last one, and from 0 to 100 %. */
struct plot {
	double left, right, top, bottom; /* of its area */
	double first, last; /* x of the data */
};

const char fil_drawing_hatch[] =
    "<defs><pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\""
    " patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" class=\"hb\"/>"
    "<line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\" class=\"hs\"/></pattern></defs>";

/* Writes a number with one decimal, or none if it is 0. */
static void
write_number(FILE *stream, double number)
{
	char text[LONGEST_NUMBER];
	size_t n;

	snprintf(text, sizeof text, "%.1f", number);
	n = strlen(text);
	if (text[n - 1] == '0')
		text[n - 2] = '\0';
	fputs(strcmp(text, "-0") == 0 ? "0" : text, stream);
}

static void
write_attribute(FILE *stream, const char *name, double value)
{
	fprintf(stream, " %s=\"", name);
	write_number(stream, value);
	fputc('"', stream);
}

static void
write_line(FILE *stream, double x1, double y1, double x2, double y2, const char *class)
{
	fputs("<line", stream);
	write_attribute(stream, "x1", x1);
	write_attribute(stream, "y1", y1);
	write_attribute(stream, "x2", x2);
	write_attribute(stream, "y2", y2);
	fprintf(stream, " class=\"%s\"/>", class);
}

static void
write_box(FILE *stream, double x, double y, double w, double h, const char *class)
{
	fputs("<rect", stream);
	write_attribute(stream, "x", x);
	write_attribute(stream, "y", y);
	write_attribute(stream, "width", w);
	write_attribute(stream, "height", h);
	fprintf(stream, " class=\"%s\"/>", class);
}

static void
write_dot(FILE *stream, double x, double y, double r, const char *class)
{
	fputs("<circle", stream);
	write_attribute(stream, "cx", x);
	write_attribute(stream, "cy", y);
	write_attribute(stream, "r", r);
	fprintf(stream, " class=\"%s\"/>", class);
}

/* Writes a text without its marks, with markup escaped. */
static void
write_escaped(FILE *stream, const char *text)
{
	char *plain = fil_form_plain(text, "");

	for (const char *c = plain; *c != '\0'; c++)
		switch (*c) {
		case '&': fputs("&amp;", stream); break;
		case '<': fputs("&lt;", stream); break;
		case '>': fputs("&gt;", stream); break;
		default: fputc(*c, stream);
		}
	free(plain);
}

/* anchor: start, middle or end; where the text meets x. */
static void
write_text(
    FILE *stream, double x, double y, const char *anchor, const char *class, const char *text)
{
	fputs("<text", stream);
	write_attribute(stream, "x", x);
	write_attribute(stream, "y", y);
	if (strcmp(anchor, "start") != 0)
		fprintf(stream, " text-anchor=\"%s\"", anchor);
	fprintf(stream, " class=\"%s\">", class);
	write_escaped(stream, text);
	fputs("</text>", stream);
}

static void
write_share(FILE *stream, double x, double y, const char *anchor, const char *class, double share)
{
	char decimal[LONGEST_NUMBER], text[FIL_PROSE_SIZE];

	snprintf(decimal, sizeof decimal, "%.0f", share);
	write_text(stream, x, y, anchor, class, fil_prose_share(text, decimal));
}

static void
write_count(FILE *stream, double x, double y, const char *anchor, const char *class, double count)
{
	char decimal[LONGEST_NUMBER], text[FIL_PROSE_SIZE];

	snprintf(decimal, sizeof decimal, "%.0f", count);
	write_text(stream, x, y, anchor, class, fil_prose_number(text, decimal));
}

static void
write_begin(
    FILE *stream, const struct fil_drawing *drawing, const char *id, double wide, double high)
{
	fputs("<svg class=\"c\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", stream);
	write_number(stream, wide);
	fputc(' ', stream);
	write_number(stream, high);
	fprintf(stream, "\" role=\"img\" aria-labelledby=\"p-%s-t p-%s-d\"><title id=\"p-%s-t\">",
	    id, id, id);
	write_escaped(stream, drawing->title);
	fprintf(stream, "</title><desc id=\"p-%s-d\">", id);
	write_escaped(stream, drawing->description);
	fputs("</desc>", stream);
}

/* Text takes 8.5 units a character, or a little more, on a small screen and in print. */
static const double character = 8.5;

/* Returns a label that takes at most these units, but 10 characters; the caller frees it. What is too
 * much is cut in its middle. */
static char *
cut_label(const char *label, double units)
{
	return fil_text_cut(label, units > 10 * character ? (size_t)(units / character) : 10);
}

/* Writes the label of a row, and at its right end the figures beside it. A label that would run into
 * them is cut. */
static void
write_labels(FILE *stream, const struct fil_drawing_row *row, double y, const char *class)
{
	const char *beside = row->beside ? row->beside : "";
	size_t taken = fil_text_width(beside, strlen(beside)) + 1;
	char *label = cut_label(row->label, width - (double)taken * character);

	write_text(stream, 0, y, "start", class, label);
	if (row->beside)
		write_text(stream, width, y, "end", "s", row->beside);
	free(label);
}

/* Writes the three parts of a row of BARS, with their counts where there is room. */
static void
write_bar(FILE *stream, const struct fil_drawing_row *row, double y)
{
	enum { HIGH = 24, NARROW = 30 };
	const double *parts = row->parts;
	double total = parts[FIL_PART_YES] + parts[FIL_PART_UNKNOWN] + parts[FIL_PART_NO];
	double yes = total > 0 ? room * parts[FIL_PART_YES] / total : 0;
	double unknown = total > 0 ? room * parts[FIL_PART_UNKNOWN] / total : 0;
	double no = room - yes - unknown, middle = left + yes + unknown / 2;

	if (yes > 0)
		write_box(stream, left, y, yes, HIGH, "yes");
	if (no > 0.05)
		write_box(stream, left + yes + unknown, y, no, HIGH, "no");
	if (unknown > 0)
		write_box(stream, left + yes, y, unknown, HIGH, "un");
	if (yes >= NARROW)
		write_count(stream, left + 8, y + 17, "start", "ty", parts[FIL_PART_YES]);
	if (no >= NARROW)
		write_count(stream, left + room - 8, y + 17, "end", "t", parts[FIL_PART_NO]);
	if (unknown >= NARROW) {
		write_box(stream, middle - 12, y + 4, 24, 16, "hb");
		write_count(stream, middle, y + 17, "middle", "t", parts[FIL_PART_UNKNOWN]);
	}
}

static void
write_bars(FILE *stream, const struct fil_drawing *drawing, const char *id)
{
	enum { PITCH = 58 };
	bool target = drawing->target >= 0;
	double top = target ? 26 : 0, high = top + PITCH * (double)drawing->n_rows + 6;
	double x = left + room * drawing->target / 100;

	write_begin(stream, drawing, id, width, high);
	if (target)
		write_text(
		    stream, x, 13, x > width / 2 ? "end" : "start", "tt", drawing->target_label);
	for (size_t i = 0; i < drawing->n_rows; i++)
		write_bar(stream, &drawing->rows[i], top + PITCH * (double)i + 21);
	if (target)
		write_line(stream, x, 19, x, high - 4, "target");
	/* The line stays behind a label that reaches it. */
	for (size_t i = 0; i < drawing->n_rows; i++) {
		const struct fil_drawing_row *row = &drawing->rows[i];
		double y = top + PITCH * (double)i + 14;

		if (target)
			write_text(stream, 0, y, "start", "halo", row->label);
		write_text(stream, 0, y, "start", row->strong ? "h" : "s", row->label);
	}
}

/* Writes a part of a row of LEVELS. name: the digit of the level, or '?'. Returns where it ends. */
static double
write_level(FILE *stream, double x, double y, double wide, char name)
{
	enum { HIGH = 18, LEGIBLE = 16 };
	char class[] = "un", digit[] = { name, '\0' };
	double middle = x + wide / 2;

	if (name != '?')
		memcpy(class, (char[]){ 'l', name }, 2);
	if (wide > 0)
		write_box(stream, x, y, wide, HIGH, class);
	if (wide >= LEGIBLE && name == '?')
		write_box(stream, middle - 6, y + 2, 12, 14, "hb");
	class[0] = 't';
	class[1] = name == '?' ? '\0' : name;
	if (wide >= LEGIBLE)
		write_text(stream, middle, y + 13.5, "middle", class, digit);
	return x + wide;
}

static void
write_levels(FILE *stream, const struct fil_drawing *drawing, const char *id)
{
	enum { PITCH = 46, HIGHEST = 5 };

	write_begin(stream, drawing, id, width, PITCH * (double)drawing->n_rows + 4);
	for (size_t i = 0; i < drawing->n_rows; i++) {
		const struct fil_drawing_row *row = &drawing->rows[i];
		double y = PITCH * (double)i + 20, x = left, total = 0, threshold = left;

		for (size_t k = 0; k < FIL_DRAWING_PARTS; k++)
			total += row->parts[k];
		write_labels(stream, row, y - 6, row->strong ? "h" : "t");
		if (total <= 0) {
			write_box(stream, left, y, room, 18, "no");
			continue;
		}
		for (unsigned level = HIGHEST + 1; level-- > 0;) {
			x = write_level(
			    stream, x, y, room * row->parts[level] / total, (char)('0' + level));
			if (level != drawing->threshold)
				continue;
			threshold = x;
			x = write_level(
			    stream, x, y, room * row->parts[FIL_PART_LEVEL_UNKNOWN] / total, '?');
		}
		write_line(stream, threshold, y - 3, threshold, y + 21, "thr");
	}
}

static void
write_amounts(FILE *stream, const struct fil_drawing *drawing, const char *id)
{
	enum { PITCH = 50 };
	double most = 0;

	for (size_t i = 0; i < drawing->n_rows; i++)
		for (size_t k = FIL_PART_DONE; k <= FIL_PART_PLANNED; k++)
			if (drawing->rows[i].parts[k] > most)
				most = drawing->rows[i].parts[k];
	write_begin(stream, drawing, id, width, PITCH * (double)drawing->n_rows + 4);
	for (size_t i = 0; i < drawing->n_rows; i++) {
		const struct fil_drawing_row *row = &drawing->rows[i];
		double y = PITCH * (double)i;
		double planned = most > 0 ? room * row->parts[FIL_PART_PLANNED] / most : 0;
		double done = most > 0 ? room * row->parts[FIL_PART_DONE] / most : 0;

		write_labels(stream, row, y + 14, row->strong ? "h" : "t");
		write_box(stream, left, y + 21, planned, 20, "no");
		write_box(stream, left, y + 25, done, 12, "yes");
	}
}

static double
plot_x(const struct plot *plot, double x)
{
	double span = plot->last - plot->first;

	if (span <= 0)
		return plot->right;
	return plot->left + (plot->right - plot->left) * (x - plot->first) / span;
}

static double
plot_y(const struct plot *plot, double share)
{
	return plot->bottom - (plot->bottom - plot->top) * share / 100;
}

/* Writes the axis of shares from 0 to 100 %, with a line at each step. */
static void
write_shares(FILE *stream, const struct plot *plot, int step)
{
	for (int share = 0; share <= 100; share += step) {
		double y = plot_y(plot, share);

		write_line(stream, plot->left, y, plot->right, y, share == 0 ? "axis" : "grid");
		write_share(stream, plot->left - 8, y + 4.5, "end", "s", share);
	}
}

/* Writes a point of a path: M for its first one, then L. */
static void
write_point(FILE *stream, char command, double x, double y)
{
	fputc(command, stream);
	write_number(stream, x);
	fputc(' ', stream);
	write_number(stream, y);
}

static void
write_path_end(FILE *stream, const char *class)
{
	fprintf(stream, "\" class=\"%s\"/>", class);
}

/* Writes a line through the lower or the higher shares of the band. */
static void
write_edge(FILE *stream, const struct plot *plot, const struct fil_drawing *drawing, bool high)
{
	fputs("<path d=\"", stream);
	for (size_t i = 0; i < drawing->n_points; i++) {
		const struct fil_drawing_point *point = &drawing->points[i];

		write_point(stream, i == 0 ? 'M' : 'L', plot_x(plot, point->x),
		    plot_y(plot, high ? point->high : point->low));
	}
	write_path_end(stream, high ? "edge2" : "edge");
}

static void
write_area(FILE *stream, const struct plot *plot, const struct fil_drawing *drawing)
{
	fputs("<path d=\"", stream);
	for (size_t i = 0; i < drawing->n_points; i++)
		write_point(stream, i == 0 ? 'M' : 'L', plot_x(plot, drawing->points[i].x),
		    plot_y(plot, drawing->points[i].high));
	for (size_t i = drawing->n_points; i-- > 0;)
		write_point(stream, 'L', plot_x(plot, drawing->points[i].x),
		    plot_y(plot, drawing->points[i].low));
	fputc('z', stream);
	write_path_end(stream, "band");
}

/* Returns whether the band leaves a box of the plot free. */
static bool
is_free(const struct plot *plot, const struct fil_drawing *drawing, double from, double to,
    double top, double bottom)
{
	for (size_t i = 0; i < drawing->n_points; i++) {
		const struct fil_drawing_point *point = &drawing->points[i];
		double x = plot_x(plot, point->x), next = x;

		if (i + 1 < drawing->n_points)
			next = plot_x(plot, drawing->points[i + 1].x);
		if (next < from || x > to)
			continue;
		if (plot_y(plot, point->high) < bottom && plot_y(plot, point->low) > top)
			return false;
	}
	return true;
}

/* Writes the line of the target, and its name where the band leaves room, from the right. */
static void
write_target(FILE *stream, const struct plot *plot, const struct fil_drawing *drawing)
{
	enum { HALF = 64, STEP = 16, HIGH = 17 };
	double y = plot_y(plot, drawing->target), at = plot->left + HALF, text_y = y - 7;
	bool found = false;

	for (double x = plot->right - HALF; !found && x >= plot->left + HALF; x -= STEP)
		for (int below = 0; !found && below <= 1; below++) {
			double top = below ? y + 3 : y - HIGH - 3;

			if (!is_free(plot, drawing, x - HALF, x + HALF, top, top + HIGH))
				continue;
			found = true;
			at = x;
			text_y = below ? y + 16 : y - 7;
		}
	write_line(stream, plot->left, y, plot->right, y, "target");
	if (!found)
		write_text(stream, at, text_y, "middle", "halo", drawing->target_label);
	write_text(stream, at, text_y, "middle", "tt", drawing->target_label);
}

/* Writes the last shares at the end of the band, one below the other. */
static void
write_last(FILE *stream, const struct plot *plot, const struct fil_drawing *drawing)
{
	enum { APART = 15 };
	const struct fil_drawing_point *last = &drawing->points[drawing->n_points - 1];
	double high = plot_y(plot, last->high), low = plot_y(plot, last->low);

	write_dot(stream, plot->right, high, 2.6, "pa");
	if (strcmp(drawing->low_label, drawing->high_label) == 0) {
		write_text(stream, plot->right + 8, low + 4.5, "start", "ta", drawing->low_label);
		return;
	}
	if (low - high < APART) {
		double middle = (low + high) / 2;

		high = middle - APART / 2.0;
		low = middle + APART / 2.0;
	}
	write_text(stream, plot->right + 8, high + 4.5, "start", "ta", drawing->high_label);
	write_text(stream, plot->right + 8, low + 4.5, "start", "ta", drawing->low_label);
}

/* Writes the days below the band: a tick for each, and a label where it fits. On small screens every
 * second label goes. */
static void
write_days(FILE *stream, const struct plot *plot, const struct fil_drawing *drawing)
{
	enum { APART = 90 };
	size_t n = drawing->n_points, step = 1;

	if (n > 1)
		step = (size_t)(APART * (double)(n - 1) / (plot->right - plot->left)) + 1;
	for (size_t i = 0; i < n; i++) {
		double x = plot_x(plot, drawing->points[i].x);
		size_t back = n - 1 - i;

		write_line(stream, x, plot->bottom, x, plot->bottom + 5, "axis");
		if (back % step == 0)
			write_text(stream, x, plot->bottom + 22, "middle",
			    back / step % 2 == 0 ? "s" : "s hn", drawing->points[i].label);
	}
}

/* Writes the beginnings of phases. A name is cut where it would leave the picture or run into the
 * next one. One that another leaves no room is left out. */
static void
write_phases(FILE *stream, const struct plot *plot, const struct fil_drawing *drawing)
{
	enum { APART = 150 };
	double taken = plot->left - APART;

	for (size_t i = 0; i < drawing->n_marks; i++) {
		double x = plot_x(plot, drawing->marks[i].x), next = width;
		bool end = x > plot->right - APART / 2.0;
		char *label;

		if (i + 1 < drawing->n_marks)
			next = plot_x(plot, drawing->marks[i + 1].x);
		write_line(stream, x, plot->top - 4, x, plot->bottom, "begin");
		if (x - taken < APART)
			continue;
		label = cut_label(drawing->marks[i].label, end ? APART : next - x - 5);
		write_text(stream, end ? x - 5 : x + 5, plot->top - 8, end ? "end" : "start",
		    "s hn", label);
		free(label);
		taken = x;
	}
}

static void
write_band(FILE *stream, const struct fil_drawing *drawing, const char *id)
{
	const struct fil_drawing_point *points = drawing->points;
	size_t n = drawing->n_points;
	const struct plot plot = { .left = 60,
		.right = 418,
		.top = 22,
		.bottom = 222,
		.first = points[0].x,
		.last = points[n - 1].x };

	write_begin(stream, drawing, id, width, 254);
	write_shares(stream, &plot, 20);
	write_area(stream, &plot, drawing);
	write_phases(stream, &plot, drawing);
	write_edge(stream, &plot, drawing, true);
	write_edge(stream, &plot, drawing, false);
	for (size_t i = 0; i < n; i++)
		write_dot(
		    stream, plot_x(&plot, points[i].x), plot_y(&plot, points[i].low), 2.6, "pa");
	if (drawing->target >= 0)
		write_target(stream, &plot, drawing);
	write_last(stream, &plot, drawing);
	write_days(stream, &plot, drawing);
}

/* Which line of a curve. */
enum line { SHARE, LOW, HIGH };

static double
line_share(const struct fil_drawing_point *point, enum line line)
{
	return line == SHARE ? point->share : line == LOW ? point->low : point->high;
}

/* Writes the steps of a line from zero to its last point. */
static void
write_steps_forth(
    FILE *stream, const struct plot *plot, const struct fil_drawing_curve *curve, enum line line)
{
	double y = plot_y(plot, 0);

	write_point(stream, 'M', plot->left, y);
	for (size_t i = 0; i < curve->n; i++) {
		double x = plot_x(plot, curve->points[i].x);

		write_point(stream, 'L', x, y);
		y = plot_y(plot, line_share(&curve->points[i], line));
		write_point(stream, 'L', x, y);
	}
}

/* Writes the steps of the lower limit from the last point back to zero. */
static void
write_steps_back(FILE *stream, const struct plot *plot, const struct fil_drawing_curve *curve)
{
	for (size_t i = curve->n; i-- > 0;) {
		double x = plot_x(plot, curve->points[i].x);
		double before = i > 0 ? curve->points[i - 1].low : 0;

		write_point(stream, 'L', x, plot_y(plot, curve->points[i].low));
		write_point(stream, 'L', x, plot_y(plot, before));
	}
	fputc('z', stream);
}

/* Writes the limits of a curve, then the curve. */
static void
write_curve(FILE *stream, const struct plot *plot, const struct fil_drawing_curve *curve)
{
	fputs("<path d=\"", stream);
	write_steps_forth(stream, plot, curve, HIGH);
	write_steps_back(stream, plot, curve);
	write_path_end(stream, curve->dashed ? "cb" : "ca");
	fputs("<path d=\"", stream);
	write_steps_forth(stream, plot, curve, SHARE);
	write_path_end(stream, curve->dashed ? "kb" : "ka");
}

/* Writes the name of a curve at its end, and the dot of its median. */
static void
write_curve_name(
    FILE *stream, const struct plot *plot, const struct fil_drawing_curve *curve, bool below)
{
	double x = plot->left, y = plot->bottom;

	if (curve->n > 0) {
		x = plot_x(plot, curve->points[curve->n - 1].x);
		y = plot_y(plot, curve->points[curve->n - 1].share);
	}
	if (curve->median >= 0)
		write_dot(stream, plot_x(plot, curve->median), plot_y(plot, 50), 4.5,
		    curve->dashed ? "pb" : "pa");
	y += below || y < plot->top + 30 ? 28 : -14;
	for (int halo = 1; halo >= 0; halo--)
		write_text(stream, x, y, x > width / 4 ? "end" : "start",
		    halo                ? "halo"
			: curve->dashed ? "tb"
					: "ta",
		    curve->name);
}

/* Writes the numbers still followed at each tick, with a piece of the curve's own line before. */
static void
write_at_risk(FILE *stream, const struct plot *plot, const struct fil_drawing *drawing,
    const struct fil_drawing_curve *curve, double y)
{
	write_line(stream, 0, y - 4.5, 24, y - 4.5, curve->dashed ? "kb" : "ka");
	for (size_t i = 0; i < drawing->n_marks; i++)
		if (curve->at_risk[i])
			write_text(stream, plot_x(plot, drawing->marks[i].x), y, "middle",
			    curve->dashed ? "tb" : "ta", curve->at_risk[i]);
}

static void
write_steps(FILE *stream, const struct fil_drawing *drawing, const char *id)
{
	const struct plot plot = { .left = 60,
		.right = 466,
		.top = 12,
		.bottom = 222,
		.last = drawing->marks[drawing->n_marks - 1].x };
	double below = 264;

	write_begin(stream, drawing, id, width, below + 24 + 22 * (double)drawing->n_curves);
	write_shares(stream, &plot, 25);
	for (size_t i = 0; i < drawing->n_curves; i++)
		write_curve(stream, &plot, &drawing->curves[i]);
	for (size_t i = 0; i < drawing->n_curves; i++)
		write_curve_name(stream, &plot, &drawing->curves[i], drawing->curves[i].dashed);
	for (size_t i = 0; i < drawing->n_marks; i++) {
		double x = plot_x(&plot, drawing->marks[i].x);

		write_line(stream, x, plot.bottom, x, plot.bottom + 5, "axis");
		write_text(stream, x, plot.bottom + 21, "middle", "s", drawing->marks[i].label);
	}
	write_text(stream, plot.right + 8, below, "end", "s", drawing->axis_label);
	write_text(stream, 0, below, "start", "h", drawing->risk_label);
	for (size_t i = 0; i < drawing->n_curves; i++)
		write_at_risk(
		    stream, &plot, drawing, &drawing->curves[i], below + 22 * (double)(i + 1));
}

static void
write_slope(FILE *stream, const struct fil_drawing *drawing, const char *id)
{
	static const double old_x = 80, new_x = 220, bottom = 160, high = 135;
	double most = drawing->most > 0 ? drawing->most : 1;
	double old_y = bottom - high * drawing->before / most;
	double new_y = bottom - high * drawing->after / most;

	write_begin(stream, drawing, id, 300, 190);
	write_line(stream, old_x, bottom, new_x, bottom, "axis");
	write_line(stream, old_x, 18, old_x, bottom, "grid");
	write_line(stream, new_x, 18, new_x, bottom, "grid");
	write_line(stream, old_x, old_y, new_x, new_y, "edge");
	write_dot(stream, old_x, old_y, 5, "pa");
	write_dot(stream, new_x, new_y, 5, "pa");
	write_text(stream, old_x - 10, old_y + 4.5, "end", "h", drawing->before_label);
	write_text(stream, new_x + 10, new_y + 4.5, "start", "h", drawing->after_label);
	write_text(stream, old_x, bottom + 20, "middle", "s", drawing->old_label);
	write_text(stream, new_x, bottom + 20, "middle", "s", drawing->new_label);
	if (old_y < bottom - 20)
		write_text(stream, old_x - 6, bottom + 4, "end", "s", "0");
}

void
fil_drawing_svg(FILE *stream, const struct fil_drawing *drawing, const char *id)
{
	static void (*const writers[])(FILE *, const struct fil_drawing *, const char *) = {
		[FIL_DRAWING_BARS] = write_bars,
		[FIL_DRAWING_BAND] = write_band,
		[FIL_DRAWING_LEVELS] = write_levels,
		[FIL_DRAWING_STEPS] = write_steps,
		[FIL_DRAWING_SLOPE] = write_slope,
		[FIL_DRAWING_AMOUNTS] = write_amounts,
	};

	writers[drawing->kind](stream, drawing, id);
	fputs("</svg>\n", stream);
}
