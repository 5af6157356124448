/* SPDX-License-Identifier: ISC */
/* Mentions: texts and keys about other people or things that name a person who is erased. No program
 * can tell what they should say instead: they are listed, to be edited. */
#ifndef FIL_MENTIONS_H
#define FIL_MENTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/audit/erasure/edits.h"
#include "lib/audit/erasure/subjects.h"
#include "lib/base/fault.h"
#include "lib/store/batch.h"

/* The rows of a table that mention an erased person, and stay. */
struct fil_mentioning {
	const struct fil_table *table;
	bool own; /* about people made anonymous: the rows are those after it */
	struct fil_batch *rows; /* as they stand, with their runs */
	struct fil_batch *redacted; /* the same rows without the people */
	struct fil_batch *keyed; /* rows whose key mentions a person, with their runs */
};

struct fil_mentions {
	struct fil_anonymous *anonymous; /* of people made anonymous, or NULL */
	bool before; /* rows about them are named by the key before it */
	size_t n; /* cells */
	struct fil_mentioning *list;
	size_t n_list;
};

/* Reads all rows that stand and are about others, or about people made anonymous. Calls say, unless NULL,
 * for each cell that mentions a person, and fills the mentions, which the caller releases. explained[i] is
 * set where text i of the identifiers is in a row, by chance or as another person's. mentions NULL: says
 * nothing, and also explains digits that the end of a row and the numbers behind it make up in a file.
 * Returns 0, or -1 with a fault. */
int fil_mentions_find(const struct fil_subjects *subjects, bool *explained,
    struct fil_mentions *mentions, void (*say)(void *context, const char *text), void *context,
    struct fil_fault *fault);

/* Returns "users user=u1: job mentions the person: edit it", of a row with these keys; the caller
 * frees it. */
char *fil_mention_text(const struct fil_table *table, const char *const *cells, size_t column);

/* Counts the cells about others that mention a person, by the key of today, in a snapshot. Returns 0, or
 * -1 with a fault. */
int fil_mentions_count(struct fil_store *store, const struct fil_holders *holders, const char *user,
    size_t *n, struct fil_fault *fault);

/* Frees what the mentions hold. */
void fil_mentions_release(struct fil_mentions *mentions);

#endif
