/* SPDX-License-Identifier: ISC */
/* A guess: what the cells of one column of a file look like. Only a proposal is made of it, never a
 * stored value. */
#ifndef FIL_GUESS_H
#define FIL_GUESS_H

#include <stdbool.h>
#include <stddef.h>

/* The most different words of a column that are kept, and the longest of them in bytes. */
enum { FIL_GUESS_WORDS = 12, FIL_GUESS_NOTHINGS = 4, FIL_GUESS_LONGEST = 80 };

/* {0} has seen nothing. */
struct fil_guess {
	size_t rows, filled;	/* cells, and those that are not empty */
	size_t addresses;	/* for electronic mail */
	size_t dates, day_first, month_first, undecided, short_years;
	size_t securities;	/* French social security numbers */
	size_t accounts;	/* IBAN */
	size_t telephones, amounts;
	size_t numbers, zeros;	/* digits alone; of them, those that begin with 0 */
	size_t shortest, longest; /* of the digits, in characters */
	size_t codes;		/* short words without a space */
	char *words[FIL_GUESS_WORDS]; /* the first different ones */
	size_t n_words;		/* FIL_GUESS_WORDS + 1: there are more, or long ones */
	char *nothings[FIL_GUESS_NOTHINGS]; /* the first different ones that no date can be: "N/C",
					     * 00/00/0000, or one after the year 2900 */
	size_t n_nothings;
	struct fil_index *seen;	/* all of them, to know whether they differ */
	size_t different;
};

/* What nine cells of ten are. */
enum fil_look {
	FIL_LOOK_UNKNOWN,
	FIL_LOOK_ADDRESS,
	FIL_LOOK_DATE,
	FIL_LOOK_SECURITY,
	FIL_LOOK_ACCOUNT,
	FIL_LOOK_TELEPHONE,
	FIL_LOOK_AMOUNT,
};

/* Sees a cell of n bytes with a NUL behind them. */
void fil_guess_see(struct fil_guess *guess, const char *cell, size_t n);

/* Returns what the cells look like. */
enum fil_look fil_guess_look(const struct fil_guess *guess);

/* Returns whether no cell is empty, each is a short word, and no two are the same: a key. */
bool fil_guess_key(const struct fil_guess *guess);

/* Returns the number of digits that all cells have, some of them zeros in front; or 0. */
size_t fil_guess_padded(const struct fil_guess *guess);

/* Frees what it holds. */
void fil_guess_release(struct fil_guess *guess);

#endif
