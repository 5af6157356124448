/* SPDX-License-Identifier: ISC */
/* Numbers: strict readers and writers, independent of the locale. */
#ifndef FIL_NUMBER_H
#define FIL_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* Reads a whole number within [min, max]: an optional '-' and digits, without '+', space, exponent
 * or 0x. Returns 0, or -1 and leaves *value unchanged. */
int fil_number_read(const char *text, long long min, long long max, long long *value);

/* The digits of a whole number, with a sign and a NUL. */
enum { FIL_NUMBER_SIZE = 24 };

/* Writes a whole number in decimal. */
void fil_number_write(long long number, char text[static FIL_NUMBER_SIZE]);

/* Reads a decimal as a person types it: optional '-', digits, and optionally a point or comma with
 * more digits. Any length is allowed. Returns the canonical form (a point, no needless zeros), or
 * NULL for other text. The caller frees it. */
char *fil_decimal_read(const char *text);

/* Returns whether the text is a number as JSON has it (RFC 8259, 6), without an exponent. "007", "+1",
 * ".5" and "1." are not. */
bool fil_decimal_is_plain(const char *text);

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

/* Reads an amount of time as other tools write it: "1h 31m 20s", "1h30", "1,5 h", "26 min", "45
 * secondes", "01:31:20" (hours first), "PT26M12S" (ISO 8601). Units are French or English, from the
 * largest to the smallest. Writes it in minutes, with at most 3 decimals, in canonical form.
 * Returns 0 or -1. */
int fil_minutes_read(const char *text, char canonical[static FIL_AMOUNT_SIZE]);

/* The sign before the decimals of an amount. */
enum fil_decimal_sign { FIL_SIGN_UNKNOWN, FIL_SIGN_COMMA, FIL_SIGN_POINT };

/* What the writing of an amount says of the decimal sign. */
enum fil_amount_writing {
	FIL_AMOUNT_SILENT, /* nothing: "12", or text that is no amount */
	FIL_AMOUNT_OPEN, /* two readings give two amounts: "1,234", "12.345" */
	FIL_AMOUNT_PROVES, /* one reading: "1,5", "0.125", "1 234,567" */
	FIL_AMOUNT_GROUPED, /* one reading, with signs that group thousands: "1,234.5" */
};

/* Looks at an amount. point_groups: a point may group thousands; otherwise it is a decimal sign.
 * Sets *sign for PROVES and GROUPED, and to the sign as written for OPEN. */
enum fil_amount_writing
fil_amount_look(const char *text, bool point_groups, enum fil_decimal_sign *sign);

/* The size of the buffer for fil_amount_ungroup. */
enum { FIL_AMOUNT_PLAIN = 64 };

/* Rewrites an amount that is OPEN or GROUPED under a known decimal sign: with a point, and without
 * the signs that group. Returns whether it is an amount so; if not, plain is undefined. */
bool fil_amount_ungroup(
    const char *text, enum fil_decimal_sign sign, char plain[static FIL_AMOUNT_PLAIN]);

/* Returns a canonical amount in thousandths; further decimals are cut. */
long long fil_amount_thousandths(const char *canonical);

/* Writes thousandths as a canonical amount. */
void fil_amount_write(long long thousandths, char canonical[static FIL_AMOUNT_SIZE]);

/* Adds a canonical amount, in thousandths, to a sum. Returns 0, or -1 if the sum would overflow,
 * and leaves the sum unchanged. */
int fil_amount_add(long long *thousandths, const char *canonical);

/* Writes half of `twice` exactly and in canonical form. `twice` counts parts of 10^-decimals,
 * decimals being 0 to 4: 25 with 0 decimals gives "12.5". |twice| is below 2^60. */
void fil_half_write(long long twice, unsigned decimals, char canonical[static FIL_AMOUNT_SIZE]);

/* Compares two int64_t, for qsort and bsearch. It also sorts uint64_t hashes, whose order is of no
 * importance. */
int fil_number_compare(const void *a, const void *b);

#endif
