/* SPDX-License-Identifier: ISC */
/* Edits: what an erasure changes in rows that stay, of people made anonymous and of the log. */
#ifndef FIL_EDITS_H
#define FIL_EDITS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/audit/erasure/subjects.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"

/* The feed of anonymous users, so that no list that lacks them marks them as left. */
#define FIL_ANONYMOUS_FEED "anonymous"

/* Anonymous rows: the facts about a person stay for the figures, under a random key. Texts go;
 * keys, days, numbers and choices stay. Of the unit only the first part stays, and that only where
 * enough users stand in it. */
struct fil_anonymous;

/* Counts the users of the units. Returns NULL with a fault; the caller frees it. */
struct fil_anonymous *fil_anonymous_new(struct fil_store *store, struct fil_fault *fault);

/* Changes the cells of a row about a person to what stays of them. They belong to the caller, the person or
 * `anonymous` until the next call. Returns false for a row that goes, since a key of it identifies the
 * person. */
bool fil_anonymous_row(struct fil_anonymous *anonymous, const struct fil_table *table,
    const struct fil_subject *person, const char **cells);

/* Changes the rows of a person in all tables. They keep their runs. Returns 0, or -1 with a
 * fault. */
int fil_anonymous_write(struct fil_anonymous *anonymous, struct fil_store *store,
    const struct fil_subject *person, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_anonymous_free(struct fil_anonymous *anonymous);

/* Edits of the log: what an erasure changes in the tables `runs` and `history`. A row whose text goes
 * keeps its number, and its digest instead of the salt, so that the seals still verify. */
struct fil_log_edits {
	struct fil_batch *history, *runs; /* the rows as they will be */
	/* explained[i]: text i of the identifiers is also in what stays, by chance or as another
	 * person's. */
	bool *explained;
	/* In one column, ascending: runs whose history keeps a key, name or e-mail of the people, since
	 * another user had it then, whose row stands without it. */
	struct fil_batch *shared;
	struct fil_anonymous *anonymous; /* NULL: no person is made anonymous */
};

/* Finds the edits, in one pass over the log. anonymous and explained are the caller's. Returns 0,
 * or -1 with a fault; the caller releases the edits. */
int fil_log_edits_find(
    const struct fil_subjects *subjects, struct fil_log_edits *edits, struct fil_fault *fault);

/* Writes the edits within the run that erases. Returns 0, or -1 with a fault. */
int fil_log_edits_write(
    const struct fil_subjects *subjects, struct fil_log_edits *edits, struct fil_fault *fault);

/* Frees what the edits hold. */
void fil_log_edits_release(struct fil_log_edits *edits);

#endif
