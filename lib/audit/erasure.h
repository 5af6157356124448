/* SPDX-License-Identifier: ISC */
/* The erasure of people: all rows about them in every table and in the history, and what names them
 * elsewhere. It cannot be undone. Then the files of the store are rid of their bytes, and searched. */
#ifndef FIL_ERASURE_H
#define FIL_ERASURE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/load/matching.h"
#include "lib/store/store.h"

struct fil_erasure {
	/* People, each a key, or a name or e-mail; a FILE of them if it has a '/', or "-". NULL ends
	 * them. */
	char *const *operands;
	enum fil_match match; /* what they are named by */
	const char *left_before; /* else everybody who left before this day, YYYY-MM-DD; or NULL */
	bool anonymise; /* keep the facts for the figures, under a random key */
	bool yes; /* erase; else only show */
	unsigned wait; /* seconds for other writers, and for readers of old pages */
	const char *program; /* as it was called, for the run */
	/* Gets each table with rows that go or change; also `history` and `runs`. */
	void (*row)(void *context, const char *table, size_t rows);
	void (*say)(void *context, const char *text);
	void (*warn)(void *context, const char *text); /* of work that is left to people */
	void *context;
};

/* Erases people, or shows what would be erased. The store is open for writing if `yes`. Returns 0, or
 * -1 with a fault: 65 for an unknown person, and nothing is erased; 75 when the rows are gone and
 * their bytes not yet. The same call then finishes. */
int fil_erase(struct fil_store *store, const struct fil_erasure *erasure, struct fil_fault *fault);

#endif
