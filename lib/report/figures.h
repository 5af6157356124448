/* SPDX-License-Identifier: ISC */
/* Figures: the cells of one row of a report, and the rounding of shares and means. A cell that is
 * not set is empty: the value is unknown. Shares and means are exact, so that conditions are held against
 * them as they are: fil_figure_round makes the text that is printed. */
#ifndef FIL_FIGURES_H
#define FIL_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/number.h"

struct fil_median;
struct fil_statement;

/* Writes 100 * part / whole with one decimal, rounded half away from zero: "33.3". The result is
 * exact: only integers are used. Writes "" when whole is 0 or the share has more than 11 digits
 * before the point. Returns the buffer. */
const char *fil_share_write(long long part, long long whole, char buffer[static 16]);

/* Writes sum / count in the same way: "3.7". Returns the buffer. */
const char *fil_mean_write(long long sum, long long count, char buffer[static 16]);

/* As fil_share_write, but not rounded: "79.95", cut after ten decimals, without needless zeros. */
const char *fil_share_exact(long long part, long long whole, char buffer[static FIL_AMOUNT_SIZE]);

/* Writes an exact figure with 1 to 3 decimals, rounded half away from zero. One decimal is always
 * written, "80.0"; of several, needless zeros are not. Returns the buffer. */
const char *
fil_figure_round(const char *exact, unsigned decimals, char buffer[static FIL_AMOUNT_SIZE]);

/* Adds the sum of a column of amounts, in thousandths, to a statement. column: as SQL writes it. */
void fil_figures_amounts_add(struct fil_statement *statement, const char *column);

/* Adds such a sum of the engine to thousandths; NULL is 0. Returns 0, or -1 where the sum is so
 * large that several cannot be added up. */
int fil_figures_amounts_take(long long *thousandths, const char *sum);

/* The largest number of columns in a row. */
enum { FIL_MOST_FIGURES = 36 };

/* {0} is a row of empty cells. Texts that are set must live until the row is given to the sink. */
struct fil_figures {
	const char *cells[FIL_MOST_FIGURES];
	char texts[FIL_MOST_FIGURES][FIL_AMOUNT_SIZE];
};

/* Sets a cell to a count. */
void fil_figures_count(struct fil_figures *figures, size_t column, size_t count);

/* Sets a cell to a day; FIL_NEVER leaves it empty. */
void fil_figures_day(struct fil_figures *figures, size_t column, fil_day day);

/* Sets a cell to thousandths, as an amount. */
void fil_figures_amount(struct fil_figures *figures, size_t column, long long thousandths);

/* Sets a cell to part / whole in percent, exact; whole 0 leaves it empty. */
void fil_figures_share(struct fil_figures *figures, size_t column, long long part, long long whole);

/* Sets a cell to a number with nine decimals, below 10^10. NaN leaves it empty. */
void fil_figures_real(struct fil_figures *figures, size_t column, double number);

/* Sets a cell to a fraction in percent, as fil_figures_real. */
void fil_figures_fraction(struct fil_figures *figures, size_t column, double fraction);

/* Sets a cell to sum / count, exact; count 0 leaves it empty. */
void fil_figures_mean(struct fil_figures *figures, size_t column, long long sum, long long count);

/* Sets a cell to the median of a group. Its values are whole numbers; 10^decimals of them make one
 * unit. A group without values leaves the cell empty. */
void fil_figures_median(struct fil_figures *figures, size_t column, struct fil_median *median,
    uint32_t group, unsigned decimals);

#endif
