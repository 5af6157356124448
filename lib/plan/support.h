/* SPDX-License-Identifier: ISC */
/* Support: the modules that each user was assigned up to a day, and their completion. An assignment
 * is completed by the first completion of that module by that user, on its day or later. The
 * outcome must be "completed" (design, 4). */
#ifndef FIL_SUPPORT_H
#define FIL_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/levels/standing.h"
#include "lib/store/query.h"
#include "lib/store/statement.h"
#include "lib/store/store.h"

struct fil_support;

/* An assignment. */
struct fil_assigned {
	uint32_t module; /* row of the modules */
	uint32_t with; /* number of its phase or trainer for fil_support_name, or FIL_WITH_NONE */
	fil_day assigned;
	fil_day due; /* FIL_NEVER: none */
	fil_day completed; /* FIL_NEVER: it is open */
};

#define FIL_WITH_NONE UINT32_MAX

/* The further column of assignments that is read. */
enum fil_support_with { FIL_WITH_NOTHING, FIL_WITH_PHASE, FIL_WITH_TRAINER };

/* Returns the support as of a day, in the order of the keys of users. modules, the table of the
 * keys of modules, must outlive it. The caller frees it. */
struct fil_support *fil_support_new(struct fil_store *store, const struct fil_lookup_table *modules,
    fil_day as_of, enum fil_support_with with);

/* Moves to the next user with an assignment. Returns 1, 0 at the end, or -1 with a fault. */
int fil_support_next(struct fil_support *support, struct fil_fault *fault);

/* Moves to this user; users are sought in ascending order. Returns 1, 0 when the user has no
 * assignment, or -1 with a fault. */
int fil_support_seek(struct fil_support *support, const char *user, struct fil_fault *fault);

/* Returns the current user. Sets *length unless length is NULL. The text belongs to the support,
 * until the next move. */
const char *fil_support_user(const struct fil_support *support, size_t *length);

/* Returns the assignments of the user by module, then by day, and their number in *n. They belong
 * to the support, until the next move. */
const struct fil_assigned *fil_support_list(const struct fil_support *support, size_t *n);

/* Returns the key of a phase or trainer. It belongs to the support. */
const char *fil_support_name(const struct fil_support *support, uint32_t with);

/* Adds the subquery " JOIN (…) AS l" of the assignments of users "u" up to a day that have a phase:
 * phase, and completed, which is 1 or 0. The engine reads the rows of a user beside each other. */
void fil_support_join(struct fil_statement *statement, fil_day as_of);

/* A request for completed assignments. */
struct fil_support_request {
	fil_day as_of;
	const struct fil_lookup_table *modules; /* the table of their keys */
	const bool *marked; /* of which of them, one at least */
};

/* Adds the subquery "(…)" of the assignments of all users, of these modules and with a phase, that are
 * completed: who, module, assigned, phase, and completed, the day; day is the latter as a number of
 * eight digits. */
void fil_support_add_completed(
    const struct fil_support_request *request, struct fil_statement *statement);

/* Adds the subquery " LEFT JOIN (…) AS a" of the assignments of users "w" up to a day: the numbers of
 * open and of overdue ones, the first day on which one of these was due, and the trainer of the newest
 * one that has a trainer. */
void fil_support_join_open(struct fil_statement *statement, fil_day as_of);

/* Frees the support; NULL is fine. */
void fil_support_free(struct fil_support *support);

/* Coverage: the needs that users have expressed, and whether each is covered. A need is covered by
 * an assignment on its day or later. A rule must name the module of the assignment for the need. A
 * need that no rule names stays uncovered. */

struct fil_coverage;

/* A need of a user, once, even if expressed several times. */
struct fil_need {
	uint32_t number; /* of the need, the same for all users */
	bool covered;
	/* The first day on which it was expressed and is not covered. Covered: the last day on
	 * which it was expressed. */
	fil_day since;
};

/* Returns the coverage as of a day: needs and assignments up to then, and the rules of today. It
 * has the users who have expressed a need, in the order of their keys. Returns NULL with a fault.
 * The caller frees it. */
struct fil_coverage *
fil_coverage_new(struct fil_store *store, fil_day as_of, struct fil_fault *fault);

/* Moves to the next user. Returns 1, 0 at the end, or -1 with a fault. */
int fil_coverage_next(struct fil_coverage *coverage, struct fil_fault *fault);

/* Moves to this user and skips users before; users are sought in ascending order. Returns 1, 0
 * when the user has expressed no need, or -1 with a fault. */
int fil_coverage_seek(struct fil_coverage *coverage, const char *user, struct fil_fault *fault);

/* Returns the current user. Sets *length unless length is NULL. The text belongs to the coverage,
 * until the next move. */
const char *fil_coverage_user(const struct fil_coverage *coverage, size_t *length);

/* Returns the needs of the current user by their keys, at least one, and their number in *n. They
 * belong to the coverage, until the next move. */
const struct fil_need *fil_coverage_needs(const struct fil_coverage *coverage, size_t *n);

/* Returns the number of distinct needs so far, also those of the rules. Needs are numbered from
 * 0. */
size_t fil_coverage_count(const struct fil_coverage *coverage);

/* Returns the key of a need. It belongs to the coverage. */
const char *fil_coverage_name(const struct fil_coverage *coverage, uint32_t number);

/* Returns the number of a need. */
uint32_t fil_coverage_number(struct fil_coverage *coverage, const char *need);

/* Adds the subquery " JOIN (…) AS l" of the needs of users "u" as of a day, once each: need, and
 * covered, which is 1 or 0. The engine reads the rows of a user beside each other. */
void fil_coverage_join(struct fil_statement *statement, fil_day as_of);

/* Adds the subquery " LEFT JOIN (…) AS n" of the needs of users "w" that are not covered as of a day:
 * since, the first day on which one of them was expressed and is not covered. */
void fil_coverage_join_uncovered(struct fil_statement *statement, fil_day as_of);

/* Frees the coverage; NULL is fine. */
void fil_coverage_free(struct fil_coverage *coverage);

#endif
