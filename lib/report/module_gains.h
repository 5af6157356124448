/* SPDX-License-Identifier: ISC */
/* Gains: how the levels of users changed after the modules that they completed, user by user.
 *
 * A gain is measured for a completed assignment and each dimension of its module: the dimension that
 * the module names, or all. The user's level is known on the day of completion, and a later level is
 * dated within FIL_EFFECT_DAYS of it, by the day of the report. The gain is the last of these levels
 * less the level on the day of completion. */
#ifndef FIL_MODULE_GAINS_H
#define FIL_MODULE_GAINS_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/levels/level_request.h"
#include "lib/plan/support.h"
#include "lib/report/report.h"
#include "lib/stats/waiting.h"
#include "lib/store/query.h"
#include "lib/store/statement.h"
#include "lib/store/store.h"
#include "lib/users/population.h"

/* The gains after one or more assignments, summed up. */
struct fil_gain {
	size_t measured, gained; /* dimensions measured; of these, those with a higher level */
	long long sum; /* of the differences */
};

struct fil_module_gains;

/* Returns the assignments of the users whom the request selects, and their gains. modules: the table
 * of the keys of modules, and in column `dimension` of their dimensions; it must outlive them.
 * Returns NULL with a fault (64 for an unknown source). The caller frees them. */
struct fil_module_gains *
fil_module_gains_new(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_lookup_table *modules, size_t dimension, struct fil_fault *fault);

/* Has each user also added to a comparison with those who waited, which must outlive the gains. Then
 * fil_module_gains_next moves to users without an assignment too, unless nobody has one. Call it
 * before the first move. */
void fil_module_gains_compare(struct fil_module_gains *gains, struct fil_waiting *waiting);

/* Returns the users selected, in the groups of the request. It belongs to the gains. */
const struct fil_population *fil_module_gains_population(const struct fil_module_gains *gains);

/* A user, until the next move. */
struct fil_module_gains_user {
	size_t group; /* of the population */
	const struct fil_support *support; /* at the user; `with` is the phase of an assignment */
	const struct fil_assigned *list; /* n assignments */
	const struct fil_gain *gains; /* one for each of them, {0} for open ones */
	size_t n;
};

/* Moves to the next user with an assignment. Returns 1, 0 at the end, or -1 with a fault. */
int fil_module_gains_next(
    struct fil_module_gains *gains, struct fil_module_gains_user *user, struct fil_fault *fault);

/* Adds the subquery "(…)" of the gains of all users after assignments: who, module, phase, and measured and
 * change, the sum, as in struct fil_gain. doubt is as in lib/levels/level_request.h. */
void fil_module_gains_add(const struct fil_level_request *levels,
    const struct fil_support_request *support, struct fil_statement *statement);

/* Adds a gain to a sum. */
void fil_gain_add(struct fil_gain *sum, const struct fil_gain *gain);

/* Frees the gains; NULL is fine. */
void fil_module_gains_free(struct fil_module_gains *gains);

#endif
