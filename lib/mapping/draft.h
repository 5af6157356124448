/* SPDX-License-Identifier: ISC */
/* A draft: the first profile of a source, proposed from the headers of a file and from what its
 * cells look like, to be read and mended by a person. */
#ifndef FIL_DRAFT_H
#define FIL_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/catalog/catalog.h"
#include "lib/base/fault.h"
#include "lib/input/format.h"
#include "lib/mapping/guess.h"
#include "lib/mapping/header.h"
#include "lib/input/input.h"

/* From where a column is taken. */
struct fil_draft_column {
	char *mapping;		/* as [columns] writes it; NULL: from nowhere */
	size_t cell;		/* the one cell, or FIL_NOWHERE for a composition */
	bool guessed;		/* from what the cells look like: no header says so */
	char *others;		/* further headers that could mean it, or NULL */
};

struct fil_draft {
	const struct fil_table *table;
	struct fil_input *input;
	struct fil_format given, format; /* what options have settled, and all of it */
	char **labels;		/* of the header, each on one line */
	struct fil_header header;
	struct fil_guess *guesses; /* one a label */
	struct fil_draft_column *columns; /* one a column of the table */
	size_t rows;		/* looked at */
};

/* Reads the file, "-" for standard input; folder: where a pipe's copy goes. format: what options
 * have settled. Looks at the first 20,000 rows; rows that are not well formed do not count. Returns
 * 0, or -1 with a fault; release it in both cases. */
int fil_draft_read(struct fil_draft *draft, const char *path, const char *folder,
    const struct fil_table *table, const struct fil_format *format, struct fil_fault *fault);

/* Prints it as a profile with comments. */
void fil_draft_print(const struct fil_draft *draft, FILE *stream);

/* Frees what it holds. */
void fil_draft_release(struct fil_draft *draft);

#endif
