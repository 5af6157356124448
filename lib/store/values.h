/* SPDX-License-Identifier: ISC */
/* What the columns of tables may hold. The store does not know: who declares the tables says so. */
#ifndef FIL_VALUES_H
#define FIL_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"

struct fil_store;

/* What the columns of tables may hold, so that a damaged value is a fault (69) wherever it is read. A
 * declaration belongs to who declares it. */
struct fil_values {
	/* Returns the declaration of a column, or NULL without one. */
	const void *(*column)(const char *table, const char *column);
	/* Returns whether the column may hold the text of n bytes, which a NUL follows. text NULL: no
	 * value. */
	bool (*holds)(const void *column, const char *text, size_t n);
	bool (*holds_number)(const void *column, int64_t number);
};

/* Fills the fault (69) for a stored value that its column may not hold; text NULL: for none. Returns
 * -1. */
int fil_values_refuse(const struct fil_store *store, const char *table, const char *column,
    const char *text, struct fil_fault *fault);

#endif
