/* SPDX-License-Identifier: ISC */
/* A draft: what the first profile of a source is proposed from, the headers of a file and what its
 * cells look like. lib/mapping/draft_print.h prints it as a profile, to be read and corrected by a
 * person. */
#ifndef FIL_DRAFT_H
#define FIL_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/input/input.h"
#include "lib/input/reader.h"
#include "lib/mapping/header.h"

/* What nine cells of ten are. */
enum fil_look {
	FIL_LOOK_UNKNOWN,
	FIL_LOOK_ADDRESS, /* for electronic mail */
	FIL_LOOK_DATE,
	FIL_LOOK_SECURITY, /* French social security numbers */
	FIL_LOOK_ACCOUNT, /* IBAN */
	FIL_LOOK_TELEPHONE,
	FIL_LOOK_AMOUNT,
};

/* The most different words of a column that are kept, and the longest of them in bytes. */
enum { FIL_GUESS_WORDS = 12, FIL_GUESS_NOTHINGS = 4, FIL_GUESS_LONGEST = 80 };

/* What the cells of one column of a file look like. Only a proposal is made of it, never a stored
 * value. */
struct fil_guess {
	enum fil_look look;
	size_t padded; /* the digits of every cell, some of them zeros in front; or 0 */
	size_t rows, filled; /* cells, and those that are not empty */
	size_t addresses;
	size_t dates, day_first, month_first, undecided, short_years;
	size_t securities, accounts, telephones, amounts;
	size_t numbers, zeros; /* digits alone; of them, those that begin with 0 */
	size_t shortest, longest; /* of the digits, in characters */
	size_t codes; /* short words without a space */
	char *words[FIL_GUESS_WORDS]; /* the first different ones */
	size_t n_words; /* FIL_GUESS_WORDS + 1: there are more, or long ones */
	char *nothings[FIL_GUESS_NOTHINGS]; /* the first different ones that no date can be: "N/C",
					     * 00/00/0000, or one after the year 2900 */
	size_t n_nothings;
	struct fil_hash *seen; /* all of them, to know whether they differ */
	size_t different;
};

/* From where a column is taken. */
struct fil_draft_column {
	char *mapping; /* as [columns] writes it; NULL: from nowhere */
	size_t cell; /* the one cell, or FIL_NOWHERE for a composition */
	bool guessed; /* from what the cells look like: no header says so */
	char *others; /* further headers that could mean it, or NULL */
};

struct fil_draft {
	const struct fil_table *table;
	struct fil_input *input;
	struct fil_format given, format; /* what options have settled, and all of it */
	char **labels; /* of the header, each on one line */
	struct fil_header header;
	struct fil_guess *guesses; /* one a label */
	struct fil_draft_column *columns; /* one a column of the table */
	size_t rows; /* looked at */
};

/* Reads the file, "-" for standard input; folder: where a pipe's copy goes. format: what options
 * have settled. Looks at the first 20,000 rows; rows that are not well formed do not count. Returns
 * 0, or -1 with a fault; release it in both cases. */
int fil_draft_read(struct fil_draft *draft, const char *path, const char *folder,
    const struct fil_table *table, const struct fil_format *format, struct fil_fault *fault);

/* Frees what it holds. */
void fil_draft_release(struct fil_draft *draft);

#endif
