/* SPDX-License-Identifier: ISC */
/* A guess: the look of the cells of one column of a file. It only serves a proposal, never a stored
 * value. */
#ifndef FIL_GUESS_H
#define FIL_GUESS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/hash.h"

/* The look of nine cells of ten, words for nothing left out. */
enum fil_look {
	FIL_LOOK_UNKNOWN,
	FIL_LOOK_ADDRESS, /* e-mail addresses */
	FIL_LOOK_DATE,
	FIL_LOOK_TIME, /* amounts of time with units, or as 01:31:20 */
	FIL_LOOK_SECURITY, /* French social security numbers */
	FIL_LOOK_ACCOUNT, /* IBAN */
	FIL_LOOK_TELEPHONE,
	FIL_LOOK_AMOUNT,
};

/* The most distinct words kept for a column, and the most bytes of one. */
enum { FIL_GUESS_WORDS = 12, FIL_GUESS_NOTHINGS = 4, FIL_GUESS_NULLS = 8, FIL_GUESS_LONGEST = 80 };

/* The signs that may stand between the parts of a cell: newline, semicolon, comma, pipe. */
#define FIL_GUESS_SIGN "\n;,|"
enum { FIL_GUESS_SIGNS = sizeof FIL_GUESS_SIGN - 1 };

/* The look of the cells of one column of a file. It only serves a proposal, never a stored
 * value. */
struct fil_guess {
	enum fil_look look;
	size_t padded; /* digits of every cell, some with leading zeros; or 0 */
	size_t rows, filled; /* cells, and cells that are not empty */
	size_t nothing; /* cells of words for nothing, "NA" */
	size_t addresses, times;
	size_t parted
	    [FIL_GUESS_SIGNS]; /* cells in which each of FIL_GUESS_SIGN stands, and no sentence */
	size_t dates, day_first, month_first, undecided, short_years;
	size_t serials; /* days as a spreadsheet's numbers */
	size_t seconds; /* moments as seconds since 1970, of ten digits */
	size_t offsets; /* dates with a time and 'Z' or an offset from UTC */
	size_t open, commas, points; /* numbers of two readings; those that prove a decimal sign */
	size_t securities, accounts, telephones, amounts;
	size_t quantities; /* numbers, also with decimals or a '%' */
	size_t numbers, zeros; /* cells of digits alone; those that begin with 0 */
	size_t shortest, longest; /* of the digits, in characters */
	size_t codes; /* short words without a space */
	char *words[FIL_GUESS_WORDS]; /* the first distinct ones */
	size_t n_words;
	bool more_words; /* there are more, long ones, or some of several lines */
	/* The first distinct words that are no date or stand for none: "N/C", 00/00/0000,
	 * 01/01/1900, years after 2900. */
	char *nothings[FIL_GUESS_NOTHINGS];
	size_t n_nothings;
	char *nulls[FIL_GUESS_NULLS]; /* the first distinct words for nothing: "NULL", "n/a" */
	size_t n_nulls;
	char *suspect; /* the first cell that would be a doubtful key of a user, or NULL */
	struct fil_hash *seen; /* all keys, to find duplicates */
	size_t different;
};

/* Counts a cell of n bytes, followed by a NUL. point_groups as for fil_amount_look. */
void fil_guess_see(struct fil_guess *guess, const char *cell, size_t n, bool point_groups);

/* Sets the look and the padding, after the last cell. */
void fil_guess_settle(struct fil_guess *guess);

/* Returns whether nine cells of ten are numbers, words for nothing left out. */
bool fil_guess_is_number(const struct fil_guess *guess);

/* Returns the sensitive subject of a column, "pay" or "health", by its folded header or the look of its
 * cells, to be translated; or NULL. events: amounts are grades or shares. */
const char *fil_guess_sensitive(const struct fil_guess *guess, const char *folded, bool events);

/* Frees the memory of the guess. */
void fil_guess_release(struct fil_guess *guess);

#endif
