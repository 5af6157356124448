/* SPDX-License-Identifier: ISC */
/* Milestones: the first day on which each user was autonomous, user by user in the order of their
 * keys. Facts that follow never change that day, so that it tells of every day, past ones too. */
#ifndef FIL_MILESTONE_H
#define FIL_MILESTONE_H

#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

struct fil_milestones;

/* Returns the milestones in the dimension of that name, or with NULL in all dimensions at once,
 * that the sources tell of: comma-separated names, or NULL for all, which reads the derived tables
 * instead of the events. Returns NULL with a fault (64 for an unknown dimension or source); the
 * caller frees it. */
struct fil_milestones *fil_milestones_new(struct fil_store *store, const char *dimension,
    const char *sources, struct fil_fault *fault);

/* Moves to the next user of whom anything is known. Returns 1, 0 at the end, or -1 with a fault. */
int fil_milestones_next(struct fil_milestones *milestones, struct fil_fault *fault);

/* Returns the user at hand and the length of the key, NULL before the first and after the last. It
 * belongs to the milestones, until the next move. */
const char *fil_milestones_user(const struct fil_milestones *milestones, size_t *length);

/* Returns the day of the user at hand, or FIL_NEVER (lib/levels/trail.h). */
fil_day fil_milestones_day(const struct fil_milestones *milestones);

/* Frees the milestones; NULL is fine. */
void fil_milestones_free(struct fil_milestones *milestones);

#endif
