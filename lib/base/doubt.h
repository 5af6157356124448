/* SPDX-License-Identifier: ISC */
/* Doubts: input that is well formed and hardly ever meant. One table has the kinds; --allow and
 * messages read it. The module that knows a column's meaning finds the doubt. A doubt is a fault, a
 * refusal or a notice. There is one notice for each kind, file and column. It has the first line,
 * the number of rows and the way out. */
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

/* The notices of one load. */
struct fil_doubts;

/* Returns an empty list of notices, which the caller frees. Allowed kinds are never added.
 * `allowed` must live as long. */
struct fil_doubts *fil_doubts_new(const bool allowed[static FIL_DOUBT_KINDS]);

/* Returns whether a kind is allowed, so that a caller need not look for it. */
bool fil_doubts_allow(const struct fil_doubts *doubts, enum fil_doubt kind);

/* Begins an input; its name must live as long as the doubts. */
void fil_doubts_begin(struct fil_doubts *doubts, const char *file);

/* Sets a function that returns where a row is in a file whose rows are not lines, and a column of it or
 * NULL, or NULL for other files; fil_doubts_say calls it and frees the result. The context must live as
 * long. */
void fil_doubts_places(struct fil_doubts *doubts,
    char *(*place)(const void *context, const char *file, size_t line, const char *column),
    const void *context);

/* Adds a doubt about a row. line: where the row begins; column: or NULL; seen: "'NULL' may mean
 * nothing"; way_out: besides --allow, "[values.unit] empty = NULL", or NULL. A doubt of the same
 * kind, column and file becomes one notice with one row more, which shows the row of the lowest
 * line. Its way out then lists the first distinct words, "empty = NULL | n/a". */
void fil_doubts_tell(struct fil_doubts *doubts, enum fil_doubt kind, size_t line,
    const char *column, const char *seen, const char *way_out);

/* Adds a doubt about `rows` rows as a notice of its own. The parameters are those of
 * fil_doubts_tell. */
void fil_doubts_tell_alone(struct fil_doubts *doubts, enum fil_doubt kind, size_t line,
    const char *column, const char *seen, const char *way_out, size_t rows);

/* Returns the number of notices. */
size_t fil_doubts_count(const struct fil_doubts *doubts);

/* Calls say for each notice, in the order in which they began: "sirh.csv:4: unit: 'NULL' may mean
 * nothing: [values.unit] empty = NULL, or --allow null-word (12 rows)". */
void fil_doubts_say(
    const struct fil_doubts *doubts, void (*say)(void *context, const char *text), void *context);

/* Frees the notices; NULL is fine. */
void fil_doubts_free(struct fil_doubts *doubts);

#endif
