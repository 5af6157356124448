/* SPDX-License-Identifier: ISC */
/* References: whether the rows that a table's cells refer to exist. Batches are checked whole, with
 * hashes of the keys (8 bytes a key) instead of a query a row. Of many keys most wait in a file. */
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

/* The options of references; {0} sets none. All pointers must live as long as the references. */
struct fil_references_options {
	/* Tells, without a query, whether a key of this table is stored: 1, 0, or -1 for unknown.
	 * NULL: none does. */
	int (*stored)(const void *stored_context, const char *key, size_t n);
	const void *stored_context;
	/* Adds the keys of all rows to come (fil_references_add), for a table that refers to
	 * itself. Called once, when a row refers to a key that has not come yet. Returns 0, or -1
	 * with a fault. NULL: these keys were added before. */
	int (*look_ahead)(void *context, struct fil_fault *fault);
	void *context;
	bool
	    defers; /* it is not called: such a key is taken for granted until fil_references_lack */
	const bool *optional; /* of each column: a reference that does not exist is left out, and
			       * no fault; NULL: none */
	/* Adds to the fault of a reference that does not exist what the cell may be, or NULL. */
	void (*explain)(
	    const void *doubtful, size_t column, const char *value, struct fil_fault *fault);
	const void *doubtful;
	size_t keys_most; /* of a table, kept in memory, or 0: as many as a load may. For tests. */
};

/* Returns the references of a table's columns; the caller frees it. The options are copied. */
struct fil_references *fil_references_new(struct fil_store *store, const struct fil_table *table,
    const struct fil_references_options *options);

/* Returns whether the table refers to itself, so that rows of the same input count as existing. */
bool fil_references_own(const struct fil_references *references);

/* Sets how many rows are likely to come, all new. */
void fil_references_expect(struct fil_references *references, size_t rows);

/* Adds the key of a row to come, of a table that refers to itself. A reference to the key then
 * exists. */
void fil_references_add(struct fil_references *references, const char *key, size_t n);

/* Withdraws the key that was added for a row, if the row's reference to its own table does not
 * exist. An optional reference does not count. values: the values of the row, one a column. Returns
 * 1 if the key was withdrawn. Returns 0 if it stays, is stored, or was withdrawn before. Returns -1
 * with a fault of the store. */
int fil_references_withdraw(
    struct fil_references *references, const char *const *values, struct fil_fault *fault);

/* Withdraws the key of a row to be refused whatever it refers to, for a table that refers to itself.
 * The key may be added later: it stays withdrawn. Returns as fil_references_withdraw. */
int fil_references_withdraw_key(
    struct fil_references *references, const char *key, struct fil_fault *fault);

/* Finds out which references of the batch exist; queries the store where needed. Returns the rows
 * with optional references that do not exist left empty. This is the batch itself, or one that
 * belongs to the references until the next call. NULL with a fault of the store. */
const struct fil_batch *fil_references_resolve(
    struct fil_references *references, const struct fil_batch *rows, struct fil_fault *fault);

/* Returns whether a key of the table itself that was taken for granted is not there, after all rows: 1,
 * 0, or -1 with a fault. */
int fil_references_lack(struct fil_references *references, struct fil_fault *fault);

/* Returns, for each row resolved, the first column whose reference does not exist, or FIL_NOWHERE.
 * It belongs to the references until the next call. */
const size_t *fil_references_missing(const struct fil_references *references);

/* Returns the stored key of the table itself that a spreadsheet may have turned into the value,
 * or NULL. "421.0" may be "00421": zeros before the key do not matter. The caller frees it. */
char *fil_references_nearest(struct fil_references *references, const char *value);

/* Reports each reference of row i that does not exist. The fault suggests the key with zeros in
 * front, if that exists ("00421" for "421"). The rows are those last resolved. The row begins on
 * `line`. */
void fil_references_refuse(struct fil_references *references, const struct fil_batch *rows,
    size_t i, size_t line, const struct fil_refusals *refusals);

/* Returns 1 when a user has the key, by what is stored or was noted; 0 when none has; -1 with a
 * fault of the store. In users themselves only what is stored counts. */
int fil_references_has_user(
    struct fil_references *references, const char *key, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_references_free(struct fil_references *references);

#endif
