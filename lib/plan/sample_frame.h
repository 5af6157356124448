/* SPDX-License-Identifier: ISC */
/* The frame: the users from whom a sample is drawn for a phase, by strata. They are those of the
 * population who are in no phase at all, not even from a later day on, and those who are in this
 * one. */
#ifndef FIL_SAMPLE_FRAME_H
#define FIL_SAMPLE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/hash.h"
#include "lib/base/intern.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"
#include "lib/users/selection.h"

/* What is asked. */
struct fil_sample_frame_request {
	const char *phase;
	/* Who else of the population; with a glob in phase that is not empty, those enrolled there
	 * by today take the place of those in no phase. */
	const struct fil_selection *selection;
	const char *by; /* columns of users, separated by commas; NULL: one stratum */
	unsigned depth; /* parts of a unit's path, 0: all */
	const struct fil_hash *except; /* left out unless in the phase; or NULL */
	fil_day today;
};

/* A user of the frame. */
struct fil_sample_frame_user {
	uint32_t stratum;
	bool enrolled; /* in the phase */
};

/* The frame. Its users stand in the order of their keys, its strata in the order of their names.
 * The name of a stratum is its values joined by " | ", "(none)" for an empty one; "all" without
 * columns. */
struct fil_sample_frame {
	size_t n, n_strata;
	struct fil_sample_frame_user *users;
	struct fil_batch *keys; /* of the users, in one column */
	const char **strata;
	struct fil_intern *names; /* holds the strata's */
	size_t excepted; /* the users to be left out who are users at all */
};

/* Reads the frame in one pass. Memory: some 25 bytes a user and the keys. Returns 0, or -1 with a
 * fault (64 for an unknown column); the caller releases the frame either way. */
int fil_sample_frame_read(struct fil_store *store, const struct fil_sample_frame_request *request,
    struct fil_sample_frame *frame, struct fil_fault *fault);

/* Frees what the frame holds. */
void fil_sample_frame_release(struct fil_sample_frame *frame);

/* Adds the users that a file names to the set of keys: CSV with a column of users, or a key on
 * each line. The column is one that an import of users would take as their keys; without any, a
 * file of one column has no header. path "-" is standard input; folder is where a pipe's copy
 * goes. Returns 0, or -1 with a fault that names file and line. */
int fil_keylist_read(
    const char *path, const char *folder, struct fil_hash *keys, struct fil_fault *fault);

#endif
