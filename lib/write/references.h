/* SPDX-License-Identifier: ISC */
/* References: whether the rows that a table's cells name exist. It is found out for whole batches,
 * with hashes of the keys (8 bytes a key) instead of a query a row. */
#ifndef FIL_REFERENCES_H
#define FIL_REFERENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"
#include "lib/write/refusals.h"

struct fil_references;

/* What the references of a table may use; {0} is nothing. All of it must live as long. */
struct fil_references_options {
	/* Tells without a query whether a key of this table is stored: 1, 0, or -1 when that is not
	 * known; or NULL. */
	int (*stored)(const void *known, const char *key, size_t n);
	const void *known;
	/* Adds the keys of all rows to come (fil_references_add), for a table that refers to itself:
	 * called once, when a row names a key that has not come yet. Returns 0, or -1 with a fault.
	 * NULL: fil_references_add has told which rows of the input will be there. */
	int (*look_ahead)(void *context, struct fil_fault *fault);
	void *context;
	const bool *optional; /* of each column: a reference to a row that does not exist is left
			       * out instead of being a fault; NULL: none */
	size_t *omitted; /* counts these references, of each column */
};

/* Returns the references of a table's columns; the caller frees it. The options are copied. */
struct fil_references *fil_references_new(struct fil_store *store, const struct fil_table *table,
    const struct fil_references_options *options);

/* Returns whether the table refers to itself, so that rows of the same input count as existing. */
bool fil_references_own(const struct fil_references *references);

/* Notes a key of the table itself as existing, for such a table. */
void fil_references_add(struct fil_references *references, const char *key, size_t n);

/* Takes the noted key of a row of the table itself back, when the row names a row of the table that
 * does not exist, unless that reference is optional: the row will not be written. values are the
 * row's. Returns 1; 0 when there is nothing to take back, since all references hold, the store has
 * the key, or it was taken back before; -1 with a fault of the store. */
int fil_references_withdraw(
    struct fil_references *references, const char *const *values, struct fil_fault *fault);

/* Finds out which cells of the batch name what exists, asking the store for what is not known yet.
 * Returns the rows without the references that are left out: the batch itself, or one that belongs
 * to the references until the next call. NULL with a fault of the store. */
const struct fil_batch *fil_references_resolve(
    struct fil_references *references, const struct fil_batch *rows, struct fil_fault *fault);

/* Returns, for each row that was resolved, the first column whose cell names no row that exists, or
 * FIL_NOWHERE. It belongs to the references until the next call. */
const size_t *fil_references_missing(const struct fil_references *references);

/* Tells of each cell of row i that names no row that exists, and of the key that it may have meant:
 * the one with zeros before it ("421" for "00421"). The rows are those last resolved; line is where
 * the row begins. */
void fil_references_refuse(struct fil_references *references, const struct fil_batch *rows,
    size_t i, size_t line, const struct fil_refusals *refusals);

/* Returns 1 when a user has the key, by what is stored or was noted; 0 when none has; -1 with a
 * fault of the store. In users themselves only what is stored counts. */
int fil_references_has_user(
    struct fil_references *references, const char *key, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_references_free(struct fil_references *references);

#endif
