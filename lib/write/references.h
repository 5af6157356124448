/* SPDX-License-Identifier: ISC */
/* References: whether the rows that a table's cells name exist, found out for whole batches, with a
 * memory of hashes (8 bytes a key) instead of a look-up a row. */
#ifndef FIL_REFERENCES_H
#define FIL_REFERENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"

struct fil_references;

/* Returns the references of a table's columns; the caller frees it. */
struct fil_references *fil_references_new(struct fil_store *store, const struct fil_table *table);

/* Says who may know which keys of the table itself are stored, so that the store need not be asked:
 * knows(context, key, n) returns 1 or 0, or -1 when it does not know. The context must live as
 * long. */
void fil_references_ask(struct fil_references *references,
    int (*knows)(const void *context, const char *key, size_t n), const void *context);

/* Returns whether the table refers to itself, so that rows of the same input count as existing. */
bool fil_references_own(const struct fil_references *references);

/* Notes a key of the table itself as existing, for such a table. */
void fil_references_add(struct fil_references *references, const char *key, size_t n);

/* Takes a noted key back, since its row will not be written after all. Returns 1; 0 when there is
 * nothing to take back, since the store has the key or it was taken back before; -1 with a fault of
 * the store. */
int fil_references_withdraw(
    struct fil_references *references, const char *key, struct fil_fault *fault);

/* Returns 1 when a key that the column names exists, asking the store for what is not known yet; 0
 * when it does not; -1 with a fault of the store. */
int fil_references_find(
    struct fil_references *references, size_t column, const char *key, struct fil_fault *fault);

/* Finds out which cells of the batch name what exists, asking the store for what is not known yet.
 * Returns 0, or -1 with a fault of the store. */
int fil_references_resolve(
    struct fil_references *references, const struct fil_batch *rows, struct fil_fault *fault);

/* Looks again at the rows of the batch just resolved that named nothing: keys were added. */
void fil_references_review(struct fil_references *references, const struct fil_batch *rows);

/* Returns the first column of row i of that batch whose cell names nothing that exists, or
 * FIL_NOWHERE; and whether any row has one. */
size_t fil_references_missing(const struct fil_references *references, size_t i);

/* Returns whether any row of that batch has one. */
bool fil_references_any_missing(const struct fil_references *references);

/* Returns whether column c may name that key, after what was resolved. */
bool fil_references_knows(const struct fil_references *references, size_t c, const char *key);

/* Returns a key of the column's table that the unknown value may have meant: the one with zeros
 * before it ("421" for "00421"), or NULL. The caller frees it. */
char *fil_references_nearest(struct fil_references *references, size_t column, const char *value);

/* Frees what it holds; NULL is fine. */
void fil_references_free(struct fil_references *references);

/* Leniency: references to nobody that are left out instead of being faults, and how many were. */

struct fil_leniency;

/* Returns a leniency that allows nothing, for so many columns; the caller frees it. */
struct fil_leniency *fil_leniency_new(size_t n_columns);

/* Allows that references of a column are left out. */
void fil_leniency_allow(struct fil_leniency *leniency, size_t column);

/* Returns whether they may be. */
bool fil_leniency_allows(const struct fil_leniency *leniency, size_t column);

/* Counts a reference of a column that was left out. */
void fil_leniency_count(struct fil_leniency *leniency, size_t column);

/* Returns how many were. */
size_t fil_leniency_counted(const struct fil_leniency *leniency, size_t column);

/* Counts from nothing again. */
void fil_leniency_reset(struct fil_leniency *leniency);

/* Has what is left out not counted until the next call with false: rows are made for a look at them
 * only. */
void fil_leniency_pause(struct fil_leniency *leniency, bool paused);

/* Returns the rows without the references to nobody that may be left out, after the references have
 * been resolved, which they then are anew. They are the rows given, or belong to the leniency until
 * the next call. */
const struct fil_batch *fil_leniency_mend(
    struct fil_leniency *leniency, struct fil_references *references, const struct fil_batch *rows);

/* Frees what it holds; NULL is fine. */
void fil_leniency_free(struct fil_leniency *leniency);

#endif
