/* SPDX-License-Identifier: ISC */
/* Support: the modules that each user was assigned up to a day, and the needs that they answer. An
 * assignment is completed by the first completion of that module by that user, with the outcome
 * completed, on the day of the assignment or later (design, 4). */
#ifndef FIL_SUPPORT_H
#define FIL_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/levels/standing.h"
#include "lib/store/lookup_table.h"
#include "lib/store/store.h"

struct fil_support;

/* An assignment. */
struct fil_assigned {
	uint32_t module; /* row of the modules */
	uint32_t with; /* fil_support_name of its phase or trainer, or FIL_WITH_NONE */
	fil_day assigned;
	fil_day due; /* FIL_NEVER: by no day */
	fil_day completed; /* FIL_NEVER: it is open */
};

#define FIL_WITH_NONE UINT32_MAX

/* What else of the assignments is read. */
enum fil_support_with { FIL_WITH_NOTHING, FIL_WITH_PHASE, FIL_WITH_TRAINER };

/* Returns the support as of a day, in the order of the users' keys. modules, the table of the
 * modules' keys, must outlive it. The caller frees it. */
struct fil_support *fil_support_new(struct fil_store *store, const struct fil_lookup_table *modules,
    fil_day as_of, enum fil_support_with with);

/* Moves to the next user with an assignment. Returns 1, 0 at the end, or -1 with a fault. */
int fil_support_next(struct fil_support *support, struct fil_fault *fault);

/* Moves to this user; users are sought in ascending order. Returns 1, 0 when the user has no
 * assignment, or -1 with a fault. */
int fil_support_seek(struct fil_support *support, const char *user, struct fil_fault *fault);

/* Returns the current user, its length too when length is not NULL. It belongs to the support,
 * until the next move. */
const char *fil_support_user(const struct fil_support *support, size_t *length);

/* Returns the user's assignments by module, then by day, and their number. They belong to the
 * support, until the next move. */
const struct fil_assigned *fil_support_list(const struct fil_support *support, size_t *n);

/* Returns the key of a phase or trainer. It belongs to the support. */
const char *fil_support_name(const struct fil_support *support, uint32_t with);

/* Frees the support; NULL is fine. */
void fil_support_free(struct fil_support *support);

/* Coverage: the needs that users have expressed, and whether a module that answers them was
 * assigned since. A need is covered by an assignment of a module that a rule names for it, on the
 * day on which the need was expressed or later. A need that no rule names stays uncovered. */

struct fil_coverage;

/* One need of a user, however often it was expressed. */
struct fil_need {
	uint32_t number; /* of the need, the same for all users */
	bool covered;
	fil_day since; /* the first day on which it was expressed and is not covered;
				 * covered: the newest on which it was */
};

/* Returns the coverage as of a day: needs and assignments up to then, and the rules as they are
 * now. It walks through the users who have expressed a need, in the order of their keys. Returns
 * NULL with a fault; the caller frees it. */
struct fil_coverage *
fil_coverage_new(struct fil_store *store, fil_day as_of, struct fil_fault *fault);

/* Moves to the next user. Returns 1, 0 at the end, or -1 with a fault. */
int fil_coverage_next(struct fil_coverage *coverage, struct fil_fault *fault);

/* Moves to this user, passing over users before; users are sought in ascending order. Returns 1, 0
 * when the user has expressed no need, or -1 with a fault. */
int fil_coverage_seek(struct fil_coverage *coverage, const char *user, struct fil_fault *fault);

/* Returns the current user, its length too when length is not NULL. It belongs to the coverage,
 * until the next move. */
const char *fil_coverage_user(const struct fil_coverage *coverage, size_t *length);

/* Returns the needs of the current user in the order of their keys, at least one, and their number
 * in *n. They belong to the coverage, until the next move. */
const struct fil_need *fil_coverage_needs(const struct fil_coverage *coverage, size_t *n);

/* Returns how many different needs were met so far, those that rules name included. Their numbers
 * are those below. */
size_t fil_coverage_count(const struct fil_coverage *coverage);

/* Returns the key of a need. It belongs to the coverage. */
const char *fil_coverage_name(const struct fil_coverage *coverage, uint32_t number);

/* Returns the number of a need. */
uint32_t fil_coverage_number(struct fil_coverage *coverage, const char *need);

/* Frees the coverage; NULL is fine. */
void fil_coverage_free(struct fil_coverage *coverage);

#endif
