/* SPDX-License-Identifier: ISC */
/* The frame: the users from whom a sample is drawn for a phase, by strata. They are the users of
 * the population who are enrolled in this phase, or in no phase at all. An enrolment with a later
 * date counts too. A user who has declined this phase by today is not in it; one who declined another one is in
 * no phase by that. */
#ifndef FIL_SAMPLE_FRAME_H
#define FIL_SAMPLE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/hash.h"
#include "lib/users/intern.h"
#include "lib/store/batch.h"
#include "lib/store/store.h"
#include "lib/users/selection.h"

/* A request for a frame. */
struct fil_sample_frame_request {
	const char *phase;
	/* Further conditions. With a glob in phase that is not "", users enrolled there by today
	 * replace the users in no phase. */
	const struct fil_selection *selection;
	const char *by; /* columns of users, separated by commas; NULL: one stratum */
	unsigned depth; /* parts of a unit's path, 0: all */
	const struct fil_hash *except; /* left out unless enrolled in the phase; or NULL */
	fil_day today;
};

/* A user of the frame. */
struct fil_sample_frame_user {
	uint32_t stratum;
	bool enrolled; /* enrolled in the phase */
};

/* The frame. Its users are in the order of their keys, its strata in the order of their names. The
 * name of a stratum is its values joined by " | ", with "(none)" for an empty one. Without columns
 * it is "all". */
struct fil_sample_frame {
	size_t n, n_strata;
	struct fil_sample_frame_user *users;
	struct fil_batch *keys; /* of the users, in one column */
	const char **strata;
	struct fil_intern *names; /* owns the names of the strata */
	size_t excepted; /* number of users in except */
	size_t declined; /* number of users of the population who have declined the phase */
};

/* Reads the frame in one pass. Memory: 25 bytes a user and the keys. Returns 0, or -1 with a fault
 * (64 for a column that is unknown or given twice). The caller releases the frame in both cases. */
int fil_sample_frame_read(struct fil_store *store, const struct fil_sample_frame_request *request,
    struct fil_sample_frame *frame, struct fil_fault *fault);

/* Frees what the frame holds. */
void fil_sample_frame_release(struct fil_sample_frame *frame);

#endif
