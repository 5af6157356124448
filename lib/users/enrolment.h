/* SPDX-License-Identifier: ISC */
/* Enrolments: in which phase each user is on each of some days: the one enrolled in latest by then,
 * of several on one day the last by its key. */
#ifndef FIL_ENROLMENT_H
#define FIL_ENROLMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

struct fil_enrolments;

/* A user on one day. */
struct fil_enrolled {
	uint32_t phase; /* number of the newest, FIL_NO_PHASE in none */
	uint32_t inside; /* 1: enrolled by then in a phase that the glob matches */
};

#define FIL_NO_PHASE UINT32_MAX

/* Reads the enrolments up to each of the days (ascending). glob may be NULL. Returns NULL with a
 * fault; the caller frees it. */
struct fil_enrolments *fil_enrolments_new(struct fil_store *store, const char *glob,
    const fil_day *days, size_t n_days, struct fil_fault *fault);

/* Returns a user's enrolment for each day, or NULL for one who is in no phase on any. It belongs to
 * the enrolments. */
const struct fil_enrolled *
fil_enrolments_find(const struct fil_enrolments *enrolments, const char *user, size_t n);

/* Returns the key of a phase. It belongs to the enrolments. */
const char *fil_enrolments_phase(const struct fil_enrolments *enrolments, uint32_t phase);

/* Returns the kind of a phase, pilot or rollout. It belongs to the enrolments. */
const char *fil_enrolments_kind(const struct fil_enrolments *enrolments, uint32_t phase);

/* Frees the enrolments; NULL is fine. */
void fil_enrolments_free(struct fil_enrolments *enrolments);

#endif
