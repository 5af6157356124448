/* SPDX-License-Identifier: ISC */
/* Anonymous rows: the facts about a person stay for the figures, under a random key. Texts go;
 * keys, days, numbers and choices stay. Of the unit only the first part stays, and that only where
 * enough users stand in it. */
#ifndef FIL_ANONYMOUS_H
#define FIL_ANONYMOUS_H

#include <stdbool.h>

#include "lib/audit/erasure/subjects.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/store.h"

/* The feed of anonymous users, so that no list that lacks them marks them as left. */
#define FIL_ANONYMOUS_FEED "anonymous"

struct fil_anonymous;

/* Counts the users of the units. Returns NULL with a fault; the caller frees it. */
struct fil_anonymous *fil_anonymous_new(struct fil_store *store, struct fil_fault *fault);

/* Returns whether the rows of a table go, since a key of theirs identifies the person. */
bool fil_anonymous_removes(const struct fil_table *table);

/* Changes the cells of a row about a person. They belong to the caller, the person or `anonymous`
 * until the next call. */
void fil_anonymous_cells(struct fil_anonymous *anonymous, const struct fil_table *table,
    const struct fil_subject *person, const char **cells);

/* Changes the rows of a person in all tables. They keep their runs. Returns 0, or -1 with a
 * fault. */
int fil_anonymous_write(struct fil_anonymous *anonymous, struct fil_store *store,
    const struct fil_subject *person, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_anonymous_free(struct fil_anonymous *anonymous);

#endif
