/* SPDX-License-Identifier: ISC */
/* A copy: a store in a file of its own, of another store in use, with its log and history. A copy
 * is made for safe keeping, and fills a new store on either engine. */
#ifndef FIL_COPY_H
#define FIL_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"

/* What is wanted of a copy. */
struct fil_copy_wanted {
	const char *file; /* the path of the copy */
	bool replace; /* an earlier copy at that path */
	bool dry_run; /* make and check it, and keep nothing */
	unsigned wait; /* seconds for other writers, before the run is written */
	char *const *argv; /* the command line, for the run */
};

/* The size of a copy. */
struct fil_copy_size {
	size_t tables, rows; /* of the catalogue */
	int64_t runs;
};

/* Returns "21 tables, 18 rows, 6 runs"; the caller frees it. */
char *fil_copy_size_text(const struct fil_copy_size *size);

/* Makes a copy of a store that is open for writing: of one state, checked, and on the disk. It has
 * mode 0600. Then the store gets a run whose input is the absolute path of the copy. That run is
 * not in the copy. Fills the size. Returns the number of the run, 0 for a dry run, or -1 with a
 * fault: 69 for damage, 73 for a path that is taken. */
int64_t fil_copy_make(struct fil_store *store, const struct fil_copy_wanted *wanted,
    struct fil_copy_size *size, struct fil_fault *fault);

/* Fills a new store, opened with FIL_STORE_RESTORE, with all that the copy at a path holds, and
 * places it. The copy is not changed; one of an older version is upgraded on the way. Fills the
 * size. Returns 0, or -1 with a fault and without a store. */
int fil_copy_restore(
    struct fil_store *store, const char *file, struct fil_copy_size *size, struct fil_fault *fault);

#endif
