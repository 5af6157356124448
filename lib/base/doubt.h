/* SPDX-License-Identifier: ISC */
/* Doubts: input that is well formed and hardly ever meant. One table has their kinds; --allow,
 * messages and the manual read it. A doubt is found where its meaning is known. It is refused as a
 * fault or by a guard, or it is told: once for each kind, file and column, with the first line, the
 * number of rows and the way out. */
#ifndef FIL_DOUBT_H
#define FIL_DOUBT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"

enum fil_doubt {
	FIL_DOUBT_IDENTITY,
	FIL_DOUBT_NAMES,
	FIL_DOUBT_REUSE,
	FIL_DOUBT_TWIN,
	FIL_DOUBT_HEADER_AGAIN,
	FIL_DOUBT_NOT_A_ROW,
	FIL_DOUBT_SPREADSHEET_KEY,
	FIL_DOUBT_CODE_PAGE,
	FIL_DOUBT_MIXED,
	FIL_DOUBT_TWICE_ENCODED,
	FIL_DOUBT_NULL_WORD,
	FIL_DOUBT_NO_DAY,
	FIL_DOUBT_THOUSANDS,
	FIL_DOUBT_ADDRESS,
	FIL_DOUBT_CIRCLE,
	FIL_DOUBT_TODAY,
	FIL_DOUBT_SEVERAL,
	FIL_DOUBT_LOOK_ALIKE,
	FIL_DOUBT_ERASED,
	FIL_DOUBT_KINDS
};

/* A kind of doubt. */
struct fil_doubt_kind {
	const char *word; /* as --allow takes it; a fault of this kind has it as its kind */
	const char *meaning; /* one phrase: when the doubt is raised */
};

/* The kinds, by enum fil_doubt. */
extern const struct fil_doubt_kind fil_doubt_kinds[FIL_DOUBT_KINDS];

/* Reads a comma-separated list of kinds, and sets allowed of each. Returns 0, or -1 with a usage
 * fault that names the nearest kind, or else all. */
int
fil_doubt_allow(const char *list, bool allowed[static FIL_DOUBT_KINDS], struct fil_fault *fault);

/* The doubts of one load that are told. */
struct fil_doubts;

/* Returns no doubts. Kinds that are allowed are never told; `allowed` must live as long. The caller
 * frees the doubts. */
struct fil_doubts *fil_doubts_new(const bool allowed[static FIL_DOUBT_KINDS]);

/* Returns whether a kind is allowed: whoever finds doubts need not look for it. */
bool fil_doubts_allow(const struct fil_doubts *doubts, enum fil_doubt kind);

/* Begins an input; its name must live as long as the doubts. */
void fil_doubts_begin(struct fil_doubts *doubts, const char *file);

/* Tells a doubt about a row: the line on which it begins, the column or NULL, what is seen ("'NULL'
 * may mean nothing") and the way out besides --allow ("[values.unit] empty = NULL"), or NULL. A
 * doubt of the same kind and column of this file counts one row more. */
void fil_doubts_tell(struct fil_doubts *doubts, enum fil_doubt kind, size_t line,
    const char *column, const char *seen, const char *way_out);

/* Tells a doubt as fil_doubts_tell does, but never joins it with others. It stands for so many
 * rows. */
void fil_doubts_tell_alone(struct fil_doubts *doubts, enum fil_doubt kind, size_t line,
    const char *column, const char *seen, const char *way_out, size_t rows);

/* Returns how many doubts were told: those of one kind, file and column are one. */
size_t fil_doubts_count(const struct fil_doubts *doubts);

/* Calls say for each doubt in the order in which they were told first: "sirh.csv:4: unit: 'NULL'
 * may mean nothing: [values.unit] empty = NULL, or --allow null-word (12 rows)". */
void fil_doubts_say(
    const struct fil_doubts *doubts, void (*say)(void *context, const char *text), void *context);

/* Frees what it holds; NULL is fine. */
void fil_doubts_free(struct fil_doubts *doubts);

#endif
