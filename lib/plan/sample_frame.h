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
#include "lib/store/store.h"
#include "lib/users/selection.h"

struct fil_sample_frame;

/* What is asked. */
struct fil_sample_frame_request {
	const char *phase;
	/* Who else of the population; with a glob in phase that is not empty, those enrolled there
	 * by today take the place of those in no phase. */
	const struct fil_selection *selection;
	const size_t *by; /* columns of users whose values make the strata */
	size_t n_by; /* 0: one stratum */
	unsigned depth; /* parts of a unit's path, 0: all */
	const struct fil_keyset *except; /* left out unless in the phase; or NULL */
	fil_day today;
};

/* Reads a comma-separated list of columns of users for `by`; *by is the caller's to free. Returns
 * 0, or -1 with a usage fault that names the nearest. */
int fil_sample_frame_by(const char *list, size_t **by, size_t *n_by, struct fil_fault *fault);

/* A user of the frame. */
struct fil_sample_frame_user {
	uint32_t stratum;
	bool enrolled; /* in the phase */
};

/* Reads the frame in one pass. Memory: some 25 bytes a user and the keys. Returns NULL with a
 * fault; the caller frees it. */
struct fil_sample_frame *fil_sample_frame_new(struct fil_store *store,
    const struct fil_sample_frame_request *request, struct fil_fault *fault);

/* Returns how many users it has. */
size_t fil_sample_frame_users(const struct fil_sample_frame *frame);

/* Returns user i in the order of their keys. It belongs to the frame. */
const struct fil_sample_frame_user *
fil_sample_frame_user(const struct fil_sample_frame *frame, size_t i);

/* Returns the key of user i. It belongs to the frame. */
const char *fil_sample_frame_key(const struct fil_sample_frame *frame, size_t i);

/* Returns how many strata there are. They are numbered in the order of their names. */
size_t fil_sample_frame_strata(const struct fil_sample_frame *frame);

/* Returns the name of a stratum: the values joined by " | ", "(none)" for an empty one; "all"
 * without columns. It belongs to the frame. */
const char *fil_sample_frame_stratum(const struct fil_sample_frame *frame, size_t s);

/* Returns how many of the users to be left out are users at all. */
size_t fil_sample_frame_excepted(const struct fil_sample_frame *frame);

/* Frees the frame; NULL is fine. */
void fil_sample_frame_free(struct fil_sample_frame *frame);

/* A key list: users that a file names, whether it is CSV with a column of users or has a bare key
 * on each line. */

/* Adds the keys that the file at path names ("-": standard input) to the set. The column is one
 * that an import of users would take as their keys; without any, a file of one column has no
 * header. folder is where a pipe's copy goes. Returns 0, or -1 with a fault that names file and
 * line. */
int fil_keylist_read(
    const char *path, const char *folder, struct fil_keyset *keys, struct fil_fault *fault);

#endif
