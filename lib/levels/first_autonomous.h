/* SPDX-License-Identifier: ISC */
/* The first day on which each user was autonomous, user by user in the order of their keys. Later
 * events never change this date, so it can also be used for reports as of a past date. */
#ifndef FIL_FIRST_AUTONOMOUS_H
#define FIL_FIRST_AUTONOMOUS_H

#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

struct fil_first_autonomous;

/* Returns the days in the dimension of that name; with NULL in all dimensions at once. sources: the
 * names that count, separated by commas. NULL counts all, and reads the derived tables instead of
 * the events. Returns NULL with a fault (64 for an unknown dimension or source). The caller frees
 * it. */
struct fil_first_autonomous *fil_first_autonomous_new(
    struct fil_store *store, const char *dimension, const char *sources, struct fil_fault *fault);

/* A user, until the next move. */
struct fil_first_autonomous_user {
	const char *user; /* NULL after the last */
	size_t length;
	fil_day day; /* FIL_NEVER: not autonomous yet */
};

/* Moves to the next user with a row. Returns 1, 0 at the end, or -1 with a fault. */
int fil_first_autonomous_next(struct fil_first_autonomous *first,
    struct fil_first_autonomous_user *out, struct fil_fault *fault);

/* Sets *day to the first autonomous day of a user, or to FIL_NEVER. Users are sought in ascending
 * order, each once. Returns 0, or -1 with a fault. */
int fil_first_autonomous_seek(
    struct fil_first_autonomous *first, const char *user, fil_day *day, struct fil_fault *fault);

/* Frees it; NULL is fine. */
void fil_first_autonomous_free(struct fil_first_autonomous *first);

#endif
