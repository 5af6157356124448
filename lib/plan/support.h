/* SPDX-License-Identifier: ISC */
/* Support: what each user was assigned up to a day, and when it was completed (design, 4: the first
 * completion of that module by that user, with the outcome completed, on the day of the assignment
 * or later). */
#ifndef FIL_SUPPORT_H
#define FIL_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/shelf.h"
#include "lib/store/store.h"
#include "lib/levels/trail.h"

struct fil_support;

/* An assignment. */
struct fil_assigned {
	uint32_t module;	/* number on the shelf of modules */
	uint32_t with;		/* fil_support_name of its phase or trainer, or FIL_WITH_NONE */
	fil_day assigned;
	fil_day due;		/* FIL_NEVER: by no day */
	fil_day completed;	/* FIL_NEVER: it is open */
};

#define FIL_WITH_NONE UINT32_MAX

/* What else of the assignments is read. */
enum fil_support_with { FIL_WITH_NOTHING, FIL_WITH_PHASE, FIL_WITH_TRAINER };

/* Returns the support as of a day, in the order of the users' keys. modules, a shelf whose keys are
 * those of the modules, must outlive it. The caller frees it. */
struct fil_support *fil_support_new(struct fil_store *store, const struct fil_shelf *modules,
    fil_day as_of, enum fil_support_with with);

/* Moves to the next user with an assignment. Returns 1, 0 at the end, or -1 with a fault. */
int fil_support_next(struct fil_support *support, struct fil_fault *fault);

/* Moves to this user; users are sought in ascending order. Returns 1, 0 when the user has no
 * assignment, or -1 with a fault. */
int fil_support_seek(struct fil_support *support, const char *user, struct fil_fault *fault);

/* Returns the user at hand, its length too when length is not NULL. It belongs to the support, until
 * the next move. */
const char *fil_support_user(const struct fil_support *support, size_t *length);

/* Returns the user's assignments by module, then by day, and their number. They belong to the
 * support, until the next move. */
const struct fil_assigned *fil_support_list(const struct fil_support *support, size_t *n);

/* Returns the key of a phase or trainer. It belongs to the support. */
const char *fil_support_name(const struct fil_support *support, uint32_t with);

/* Frees the support; NULL is fine. */
void fil_support_free(struct fil_support *support);

#endif
