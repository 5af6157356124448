/* SPDX-License-Identifier: ISC */
/* Numbers: strict readers and writers, independent of the locale. */
#ifndef FIL_NUMBER_H
#define FIL_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* Reads a whole number within [min, max]: an optional '-' and digits, without '+', space, exponent
 * or 0x. Returns 0, or -1 and leaves *value unchanged. */
int fil_number_read(const char *text, long long min, long long max, long long *value);

/* Reads a decimal as a person types it: optional '-', digits, and optionally a point or comma with
 * more digits. Any length is allowed. Returns the canonical form (a point, no needless zeros), or
 * NULL for other text. The caller frees it. */
char *fil_decimal_read(const char *text);

/* Compares two decimals as numbers, of any length: optional '-', digits, a point and digits.
 * Returns less than, equal to or greater than 0. */
int fil_decimal_compare(const char *a, const char *b);

/* The size of the longest canonical amount, with its NUL. */
enum { FIL_AMOUNT_SIZE = 24 };

/* Reads an amount with at most 12 digits and 3 decimals, as people and spreadsheets write it: "12",
 * "0,80", "0.80". U+0020, U+00A0 or U+202F may group digits by three. A text with both '.' and ','
 * is refused. Writes the canonical form ("0.8", "12", "-3.25"): a point, no trailing zeros. Returns
 * 0 or -1. */
int fil_amount_read(const char *text, char canonical[static FIL_AMOUNT_SIZE]);

/* Returns a canonical amount in thousandths; further decimals are cut. */
long long fil_amount_thousandths(const char *canonical);

/* Writes thousandths as a canonical amount. */
void fil_amount_write(long long thousandths, char canonical[static FIL_AMOUNT_SIZE]);

/* Adds a canonical amount, in thousandths, to a sum. Returns 0, or -1 if the sum would overflow,
 * and leaves the sum unchanged. */
int fil_amount_add(long long *thousandths, const char *canonical);

/* Writes half of `twice` exactly and in canonical form. `twice` counts parts of 10^-decimals,
 * decimals being 0 to 3: 25 with 0 decimals gives "12.5". |twice| is below 2^60. */
void fil_half_write(long long twice, unsigned decimals, char canonical[static FIL_AMOUNT_SIZE]);

#endif
