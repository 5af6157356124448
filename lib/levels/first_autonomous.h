/* SPDX-License-Identifier: ISC */
/* Milestones: the first day on which each user was autonomous, user by user in the order of their
 * keys. Facts that follow never change that day, so that it tells of every day, past ones too. */
#ifndef FIL_FIRST_AUTONOMOUS_H
#define FIL_FIRST_AUTONOMOUS_H

#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/levels/standing.h"
#include "lib/store/store.h"

struct fil_first_autonomous;

/* Returns the milestones in the dimension of that name, or with NULL in all dimensions at once,
 * that the sources tell of: comma-separated names, or NULL for all, which reads the derived tables
 * instead of the events. Returns NULL with a fault (64 for an unknown dimension or source); the
 * caller frees it. */
struct fil_first_autonomous *fil_first_autonomous_new(
    struct fil_store *store, const char *dimension, const char *sources, struct fil_fault *fault);

/* Moves to the next user of whom anything is known. Returns 1, 0 at the end, or -1 with a fault. */
int fil_first_autonomous_next(struct fil_first_autonomous *milestones, struct fil_fault *fault);

/* Returns the user at hand and the length of the key, NULL before the first and after the last. It
 * belongs to the milestones, until the next move. */
const char *
fil_first_autonomous_user(const struct fil_first_autonomous *milestones, size_t *length);

/* Returns the day of the user at hand, or FIL_NEVER (lib/levels/trail.h). */
fil_day fil_first_autonomous_day(const struct fil_first_autonomous *milestones);

/* Frees the milestones; NULL is fine. */
void fil_first_autonomous_free(struct fil_first_autonomous *milestones);

/* Attainments: the first day on which each user was autonomous in all dimensions at once, sought in
 * the order of their keys. That day never changes with the facts that follow, so that it tells of
 * every day, past ones too. */

struct fil_attainments;

/* Returns the attainments that the sources tell of: a comma-separated list, or NULL for all, which
 * reads the standing tables instead of the events. The dimensions must outlive it. Returns NULL with
 * a fault (64 for an unknown source); the caller frees it. */
struct fil_attainments *fil_attainments_new(struct fil_store *store,
    const struct fil_dimensions *dimensions, const char *sources, struct fil_fault *fault);

/* Sets *day to that of a user, or to FIL_NEVER. Users are sought in ascending order. Returns 0 or
 * -1. */
int fil_attainments_seek(
    struct fil_attainments *attainments, const char *user, fil_day *day, struct fil_fault *fault);

/* Frees the attainments; NULL is fine. */
void fil_attainments_free(struct fil_attainments *attainments);

#endif
