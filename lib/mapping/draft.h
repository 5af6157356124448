/* SPDX-License-Identifier: ISC */
/* A draft: the headers of a file and the look of its cells, from which a profile is proposed.
 * draft_print.c prints it as a profile, for a person to correct. */
#ifndef FIL_DRAFT_H
#define FIL_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/input/input.h"
#include "lib/input/reader.h"
#include "lib/mapping/guess.h"
#include "lib/mapping/header.h"

enum { FIL_DRAFT_CANDIDATES = 12 };

/* The origin of a column. */
struct fil_draft_column {
	char *mapping; /* as written in [columns]; NULL: none */
	size_t cell; /* the cell, or FIL_NOWHERE for a template */
	bool guessed; /* taken by the look of its cells, not by a header */
	char *others; /* further headers that could mean it, or NULL */
	size_t candidates
	    [FIL_DRAFT_CANDIDATES]; /* cells that look like it, if it is needed and has none */
	size_t n_candidates;
};

/* A line of [facts] that is proposed: columns of a file that are one kind of cell, for a table of
 * events of which no header names a key. */
struct fil_draft_fact {
	char *pattern; /* "Niveau *", or one header */
	size_t cell, n; /* the first of its cells, and their number */
	bool family; /* the pattern has a '*' */
	bool dated; /* a date stands beside each cell */
	bool days; /* each header has a date, and says nothing else of a row */
	bool boxes; /* the cells say whether boxes are ticked */
	bool likely; /* the others are only comments */
};

struct fil_draft {
	const struct fil_table *table;
	bool assumed; /* nobody has named the table; the caller sets it after the reading */
	struct fil_input *input;
	struct fil_format given, format; /* the format as set by options, and completed */
	char **labels; /* the labels of the header, each on one line */
	struct fil_header header;
	struct fil_guess *guesses; /* one for each label, also for empty ones at the end */
	size_t n_guesses;
	char *title; /* the line alone above the table, of several in the file; or NULL */
	size_t above; /* lines of titles above the header */
	struct fil_draft_column *columns; /* one for each column of the table */
	const char *match; /* what the column `user` has: "email", "name"; or NULL: keys */
	struct fil_draft_fact *facts;
	size_t n_facts; /* 0: the table is not wide */
	size_t fact_name, fact_value; /* the column that a header names, and that of the cell or
				       * FIL_NOWHERE */
	size_t rows, short_rows; /* rows read, and those among them that lack cells */
};

/* Reads the first 20,000 rows of the file, "-" for standard input. A pipe is copied to a file in
 * `folder`. `format` is the format as set by options. Without known headers, the table is the
 * largest of the file (lib/input/sniff.h). Malformed rows are ignored. Lines of [facts] are
 * proposed for a wide table, and cells for the columns that are needed and have none; the only days of
 * the file give the day. Returns 0, or -1 with a fault; release the draft in both cases. */
int fil_draft_read(struct fil_draft *draft, const char *path, const char *folder,
    const struct fil_table *table, const struct fil_format *format, struct fil_fault *fault);

/* Returns whether a likely line of [facts] gives column c. */
bool fil_draft_is_of_facts(const struct fil_draft *draft, size_t c);

/* Returns what a word says of a box: "1" or "oui" that it is ticked, "0" or "non" that it is not. */
enum fil_draft_box { FIL_BOX_NONE, FIL_BOX_TICKED, FIL_BOX_EMPTY };
enum fil_draft_box fil_draft_box(const char *word);

/* Prints a draft that was read as a profile. Comments state the decisions left to a person, and the
 * sensitive columns. */
void fil_draft_print(const struct fil_draft *draft, FILE *stream);

/* Frees the memory of the draft. */
void fil_draft_release(struct fil_draft *draft);

#endif
