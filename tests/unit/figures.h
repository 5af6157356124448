/* SPDX-License-Identifier: ISC */
/* Figures: the small files under tests/data that R made, read row by row. Include it after
 * cmocka. */
#ifndef FIL_TEST_FIGURES_H
#define FIL_TEST_FIGURES_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIGURES_COLUMNS = 12 };

struct figures {
	FILE *file;
	char line[512];
	const char *cell[FIGURES_COLUMNS];
};

/* Opens a file of tests/data/survival; its header must be as given. */
static inline struct figures
figures_open(const char *name, const char *header)
{
	struct figures figures = { 0 };
	char path[256];

	snprintf(path, sizeof path, "tests/data/survival/%s.csv", name);
	figures.file = fopen(path, "re");
	if (!figures.file)
		fail_msg("%s: run the tests from the top of the repository", path);
	assert_non_null(fgets(figures.line, sizeof figures.line, figures.file));
	figures.line[strcspn(figures.line, "\n")] = '\0';
	assert_string_equal(figures.line, header);
	return figures;
}

/* Reads the next row's cells. At the end it closes the file and returns 0. */
static inline int
figures_next(struct figures *figures)
{
	char *rest = figures->line;

	if (!fgets(figures->line, sizeof(figures->line), figures->file)) {
		fclose(figures->file);
		return 0;
	}
	figures->line[strcspn(figures->line, "\n")] = '\0';
	for (int i = 0; i < FIGURES_COLUMNS && rest; i++)
		figures->cell[i] = strsep(&rest, ",");
	return 1;
}

/* Returns a cell as a number; empty is NaN. */
static inline double
figures_number(const struct figures *figures, size_t column)
{
	char *end;
	double number = strtod(figures->cell[column], &end);

	assert_int_equal(*end, '\0');
	return *figures->cell[column] == '\0' ? NAN : number;
}

/* Returns a cell as a whole number; empty is `none`. */
static inline int
figures_whole(const struct figures *figures, size_t column, int none)
{
	double number = figures_number(figures, column);

	if (isnan(number))
		return none;
	assert_true(number == floor(number));
	return (int)number;
}

/* Checks that a value is as expected, to a relative error (of 1e-300 at least); NaN is NaN. */
static inline void
figures_check(double value, double expected, double error, const char *what)
{
	if (isnan(value) && isnan(expected))
		return;
	if (!(fabs(value - expected) <= error * fabs(expected) + 1e-300))
		fail_msg("%s: %.17g where %.17g was expected", what, value, expected);
}

#endif
