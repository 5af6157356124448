/* SPDX-License-Identifier: ISC */
/* The undoings of a store: which run took which runs back. */
#ifndef FIL_UNDOINGS_H
#define FIL_UNDOINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"

/* A run that takes another back; it holds unless it is taken back itself. */
struct fil_undoing_of {
	int64_t run, by;
	bool holds;
};

struct fil_undoings;

/* Reads the undoings of the store, within the caller's transaction. Returns NULL with a fault; the caller
 * frees them. */
struct fil_undoings *fil_undoings_new(struct fil_store *store, struct fil_fault *fault);

/* Returns the run that took this run back and stands, or 0. */
int64_t fil_undoings_by(const struct fil_undoings *undoings, int64_t run);

/* Has fil_undoings_by answer as if n runs, in ascending order, were taken back: what an undo among them
 * took back stands again. */
void fil_undoings_take_back(struct fil_undoings *undoings, const int64_t *runs, size_t n);

/* Returns whether run `by` took this run back, 0: any, also where `by` was taken back itself. */
bool fil_undoings_took_back(const struct fil_undoings *undoings, int64_t by, int64_t run);

/* Returns all n: those of the newest runs first, and of one run the oldest that it took back first. They
 * belong to the undoings. */
const struct fil_undoing_of *fil_undoings_all(const struct fil_undoings *undoings, size_t *n);

/* Frees the undoings; NULL is fine. */
void fil_undoings_free(struct fil_undoings *undoings);

#endif
