/* SPDX-License-Identifier: ISC */
/* A draft: the headers of a file and the look of its cells, from which a profile is proposed.
 * lib/mapping/draft_print.h prints it as a profile, for a person to correct. */
#ifndef FIL_DRAFT_H
#define FIL_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/input/input.h"
#include "lib/input/reader.h"
#include "lib/mapping/header.h"

/* The look of nine cells of ten. */
enum fil_look {
	FIL_LOOK_UNKNOWN,
	FIL_LOOK_ADDRESS, /* e-mail addresses */
	FIL_LOOK_DATE,
	FIL_LOOK_SECURITY, /* French social security numbers */
	FIL_LOOK_ACCOUNT, /* IBAN */
	FIL_LOOK_TELEPHONE,
	FIL_LOOK_AMOUNT,
};

/* The most distinct words kept for a column, and the most bytes of one. */
enum { FIL_GUESS_WORDS = 12, FIL_GUESS_NOTHINGS = 4, FIL_GUESS_NULLS = 8, FIL_GUESS_LONGEST = 80 };

/* The look of the cells of one column of a file. It only serves a proposal, never a stored
 * value. */
struct fil_guess {
	enum fil_look look;
	size_t padded; /* digits of every cell, some with leading zeros; or 0 */
	size_t rows, filled; /* cells, and cells that are not empty */
	size_t addresses;
	size_t dates, day_first, month_first, undecided, short_years;
	size_t serials; /* days as a spreadsheet's numbers */
	size_t open, commas, points; /* numbers of two readings; those that prove a decimal sign */
	size_t securities, accounts, telephones, amounts;
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

/* The origin of a column. */
struct fil_draft_column {
	char *mapping; /* as written in [columns]; NULL: none */
	size_t cell; /* the cell, or FIL_NOWHERE for a template */
	bool guessed; /* taken by the look of its cells, not by a header */
	char *others; /* further headers that could mean it, or NULL */
};

/* A line of [facts] that is proposed: columns of a file that are one kind of cell, for a table of events of
 * which no header names a key. */
struct fil_draft_fact {
	char *pattern; /* "Niveau *", or one header */
	size_t cell, n; /* the first of its cells, and their number */
	bool family; /* the pattern has a '*' */
	bool dated; /* a date stands beside each cell */
	bool likely; /* the others are only comments */
};

struct fil_draft {
	const struct fil_table *table;
	struct fil_input *input;
	struct fil_format given, format; /* the format as set by options, and completed */
	char **labels; /* the labels of the header, each on one line */
	struct fil_header header;
	struct fil_guess *guesses; /* one for each label */
	struct fil_draft_column *columns; /* one for each column of the table */
	bool by_email; /* the column `user` has addresses */
	struct fil_draft_fact *facts;
	size_t n_facts; /* 0: the table is not wide */
	size_t fact_name, fact_value; /* the column that a header names, and that of the cell or
				       * FIL_NOWHERE */
	size_t rows; /* number of rows read */
};

/* Reads the first 20,000 rows of the file, "-" for standard input. A pipe is copied to a file in
 * `folder`. `format` is the format as set by options. Malformed rows are ignored. Returns 0, or -1
 * with a fault; release the draft in both cases. */
int fil_draft_read(struct fil_draft *draft, const char *path, const char *folder,
    const struct fil_table *table, const struct fil_format *format, struct fil_fault *fault);

/* Frees the memory of the draft. */
void fil_draft_release(struct fil_draft *draft);

#endif
