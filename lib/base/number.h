/* SPDX-License-Identifier: ISC */
/* Numbers: strict readers and their writers. Never touched by the locale. */
#ifndef FIL_NUMBER_H
#define FIL_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* Reads a whole number: optional '-', digits, nothing else (no '+', space, exponent, 0x), within
 * [min, max]. Returns 0, or -1 and leaves *value alone. */
int fil_number_read(const char *text, long long min, long long max, long long *value);

/* Reads a decimal as a person types it: optional '-', digits, and behind a point or a comma further
 * digits, of any length. Returns its canonical form (a point, no needless zeros), which the caller
 * frees, or NULL when the text is none. */
char *fil_decimal_read(const char *text);

/* Compares two decimals (optional '-', digits, a point and digits) as numbers, whatever their
 * length. Returns less than, equal to or greater than 0. */
int fil_decimal_compare(const char *a, const char *b);

/* The longest canonical amount with its NUL. */
enum { FIL_AMOUNT_SIZE = 24 };

/* Reads an amount of at most 3 decimals and 12 digits before them, as people and spreadsheets
 * write it: "12", "0,80", "0.80", digits grouped in threes by U+0020, U+00A0 or U+202F. Text
 * with both '.' and ',' is refused rather than guessed. Writes the canonical form ("0.8", "12",
 * "-3.25": a point, no trailing zeros). Returns 0 or -1. */
int fil_amount_read(const char *text, char canonical[static FIL_AMOUNT_SIZE]);

/* Returns a canonical amount in thousandths; decimals beyond the third are cut. */
long long fil_amount_thousandths(const char *canonical);

/* Writes thousandths as a canonical amount. */
void fil_amount_write(long long thousandths, char canonical[static FIL_AMOUNT_SIZE]);

/* Adds a canonical amount, in thousandths, to a sum. Returns 0, or -1 when the sum would not fit,
 * and leaves it alone. */
int fil_amount_add(long long *thousandths, const char *canonical);

/* Writes half of a number of the unit that 10^decimals (0 to 3) of make one, exactly and in canonical
 * form: 25 with 0 decimals is "12.5". |twice| is below 2^60. */
void fil_half_write(long long twice, unsigned decimals, char canonical[static FIL_AMOUNT_SIZE]);

#endif
