/* SPDX-License-Identifier: ISC */
/* Messages: the texts that a load prints while it works, and its summary. */
#ifndef FIL_MESSAGES_H
#define FIL_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/load/options.h"
#include "lib/load/load_input.h"
#include "lib/load/rows.h"
#include "lib/write/assignment.h"
#include "lib/write/run.h"

/* Prints a text by the hook `say`, if there is one. */
void fil_messages_say(const struct fil_load_hooks *hooks, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints texts about an input after it was read. With options->tell_all: its format, and the
 * headers that are not stored. Always: ignored rows, and a last line without a newline. With
 * options->verbose: cells that a spreadsheet would take for formulas. */
void fil_messages_input(const struct fil_load_hooks *hooks, const struct fil_load_input *input,
    const struct fil_rows_counts *counts);

/* The contents of a summary. */
struct fil_summary {
	const char *table;
	const struct fil_counts *counts;
	const struct fil_assigner *assigner; /* counts the rows it ignored, or NULL */
	bool removing;
	bool last; /* the last row of each key is kept */
	bool written;
	int64_t run;
};

/* Returns "users: 238 read, 12 added, 3 changed, 1 left, 222 unchanged (run 214)"; the caller frees
 * it. */
char *fil_summary_text(const struct fil_summary *summary);

#endif
