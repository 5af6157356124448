/* SPDX-License-Identifier: ISC */
/* A drawing: what a picture of the weekly page shows, without its look. SVG, PNG and text are written
 * from it. Every picture has one grammar of certainty: yes (filled), unknown (hatched, in the middle),
 * not yet (open).
 *
 * Texts are written for people, may have the marks of lib/page/content.h, and belong to the caller.
 * They must live as long as the drawing. */
#ifndef FIL_DRAWING_H
#define FIL_DRAWING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"

enum fil_drawing_kind {
	FIL_DRAWING_BARS, /* rows of yes, unknown, not yet, with the target across them */
	FIL_DRAWING_BAND, /* the band between two shares, point by point */
	FIL_DRAWING_LEVELS, /* rows of seven parts: the levels from 5 to 0, unknown in the middle */
	FIL_DRAWING_STEPS, /* two curves in steps, with their limits and the numbers at risk */
	FIL_DRAWING_SLOPE, /* a value before and one after */
	FIL_DRAWING_AMOUNTS, /* rows of a part over its whole, on one scale */
};

/* The parts of a row. */
enum { FIL_PART_YES, FIL_PART_UNKNOWN, FIL_PART_NO }; /* of BARS */
enum { FIL_PART_DONE, FIL_PART_PLANNED }; /* of AMOUNTS */
enum { FIL_PART_LEVEL_UNKNOWN = 6, FIL_DRAWING_PARTS }; /* of LEVELS; before it level 0 to 5 */

/* A row of BARS, LEVELS or AMOUNTS. */
struct fil_drawing_row {
	const char *label;
	const char *brief; /* in place of the label in text, or NULL */
	const char *beside; /* the figures of the row, or NULL; of BARS in text alone */
	double parts[FIL_DRAWING_PARTS];
	bool strong;
};

/* A point of BAND, or of a curve of STEPS. Shares are in percent. */
struct fil_drawing_point {
	double x; /* days, or any unit that all points share */
	double low, high;
	double share; /* of STEPS: the curve itself */
	const char *label; /* of BAND: below the axis, and in text */
	const char *beside; /* of BAND: in text */
};

/* A curve of STEPS. */
struct fil_drawing_curve {
	const char *name;
	const struct fil_drawing_point *points; /* by x */
	size_t n;
	double median; /* x; below 0: not reached */
	const char *const *at_risk; /* for each tick; NULL: its follow-up has ended */
	bool dashed; /* the second look: the pilot */
};

/* A mark on the x axis: a tick of STEPS, or the beginning of a phase of BAND. */
struct fil_drawing_mark {
	double x;
	const char *label;
};

struct fil_drawing {
	enum fil_drawing_kind kind;
	const char *title, *description; /* read aloud */
	const struct fil_drawing_row *rows;
	size_t n_rows;
	double target; /* percent; below 0: none */
	const char *target_label;
	unsigned threshold; /* of LEVELS: a line stands below this level */
	const struct fil_drawing_point *points; /* of BAND */
	size_t n_points;
	const char *low_label, *high_label; /* of BAND: its last shares */
	const struct fil_drawing_mark *marks;
	size_t n_marks;
	const struct fil_drawing_curve *curves; /* of STEPS */
	size_t n_curves;
	const char *axis_label, *risk_label; /* of STEPS */
	double before, after, most; /* of SLOPE; most: the end of its scale */
	const char *before_label, *after_label, *old_label, *new_label;
};

/* Writes an element of HTML. id: unique on the page, for its title and description. Its classes are
 * those of lib/css/pictures.css, and its hatch is the pattern "hatch" of the page. */
void fil_drawing_svg(FILE *stream, const struct fil_drawing *drawing, const char *id);

/* The element defs with the pattern of the hatch. */
extern const char fil_drawing_hatch[];

/* The width of a PNG: twice that on the screen. */
enum { FIL_DRAWING_PNG_WIDTH = 1104 };

/* Adds an opaque PNG of the drawing, in light colours. Returns 0, or -1 with a fault for a message:
 * the library that renders it is missing. Not in builds without librsvg (FIL_HAS_RSVG). */
int
fil_drawing_png(const struct fil_drawing *drawing, struct fil_bytes *png, struct fil_fault *fault);

#endif
