/* SPDX-License-Identifier: ISC */
/* Redacted rows. An erasure leaves texts about others that mention the person, to be edited. It writes
 * these rows again as they are, and the history keeps what they would be without the person. When a
 * later run overwrites or removes such a row, the history keeps that once more, not the text. Where that
 * run leaves the text, or moves it to another row, it does as the erasure did, and marks the text. */
#ifndef FIL_REDACTED_H
#define FIL_REDACTED_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"

/* How much of a row the history keeps: all, all but texts that mention somebody, or nothing. */
enum fil_kept { FIL_KEPT_WHOLE, FIL_KEPT_REDACTED, FIL_KEPT_NOTHING };

struct fil_redacted;

/* Returns the redacted rows of a store, which are read when they are asked for; the caller frees them. */
struct fil_redacted *fil_redacted_new(struct fil_store *store);

/* Replaces the cells of a row that is overwritten, the last one its run, where they mention somebody.
 * They belong to the caller, or to `redacted` until the next call. Sets *kept. Of a row whose key
 * mentions somebody nothing is kept. Returns 0, or -1 with a fault. */
int fil_redacted_row(struct fil_redacted *redacted, const struct fil_table *table,
    const char **cells, enum fil_kept *kept, struct fil_fault *fault);

/* Keeps rows of a table that a run wrote, the last cell their run: `rows` without texts that mention
 * somebody, and of `keyed`, whose key does, nothing. Returns 0, or -1 with a fault. */
typedef int fil_redacted_keep(void *context, const struct fil_table *table,
    const struct fil_batch *rows, const struct fil_batch *keyed, struct fil_fault *fault);

/* Ends a run whose overwritten rows fil_redacted_row has seen: looks where the run wrote their texts again,
 * calls keep for these rows, and marks the texts. Returns 0, or -1 with a fault. */
int fil_redacted_settle(struct fil_redacted *redacted, int64_t run, fil_redacted_keep *keep,
    void *context, struct fil_fault *fault);

/* Removes the marks of texts that stand no longer. Returns 0, or -1 with a fault. */
int fil_redacted_sweep(struct fil_redacted *redacted, struct fil_fault *fault);

/* Takes a cell that still mentions an erased person: a column of a row of a table. */
typedef void fil_mention_take(
    void *context, const struct fil_table *table, const char *const *cells, size_t column);

/* Calls take for each cell that an erasure left, and that was not edited since: table by table, within a
 * transaction. Returns 0, or -1 with a fault. */
int fil_redacted_each(
    struct fil_redacted *redacted, fil_mention_take *take, void *context, struct fil_fault *fault);

/* Frees them; NULL is fine. */
void fil_redacted_free(struct fil_redacted *redacted);

#endif
