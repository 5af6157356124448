/* SPDX-License-Identifier: ISC */
/* Candidates: the users to whom support may be proposed, in the order of their keys, and what the
 * store knows of the user at hand. Each table is read in step with the users, and only when a
 * question asks for it. */
#ifndef FIL_CANDIDATE_H
#define FIL_CANDIDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/levels/standing.h"
#include "lib/store/store.h"
#include "lib/users/selection.h"

/* A rule: which module is proposed to whom. Its conditions are NULL, or 0, where they are empty. */
struct fil_rule {
	char *name, *module, *phase, *need, *unit, *job;
	uint32_t module_number; /* the same for all rules of a module */
	size_t dimension; /* of below, or FIL_NOWHERE: any */
	int below;
	bool aimless; /* a dimension is named, but no level below which it holds */
	char due[FIL_DATE_SIZE]; /* from today; "" without */
};

struct fil_rules {
	struct fil_rule *rules; /* in the order of their keys */
	size_t n, n_modules;
};

struct fil_candidates;

/* Returns the candidates of today: the users of the population whom the selection lets through. All
 * arguments must outlive them. Returns NULL with a fault; the caller frees them. */
struct fil_candidates *fil_candidates_new(struct fil_store *store,
    const struct fil_selection *selection, const struct fil_dimensions *dimensions,
    const struct fil_rules *rules, fil_day today, struct fil_fault *fault);

/* The cells of a candidate. */
enum fil_candidate_cell {
	FIL_CANDIDATE_USER,
	FIL_CANDIDATE_NAME,
	FIL_CANDIDATE_UNIT,
	FIL_CANDIDATE_JOB,
	FIL_CANDIDATE_CELLS
};

/* Moves to the next one. *cells are those of the user at hand, NULL where nothing is known, until
 * the next move. Returns 1, 0 at the end, or -1 with a fault. */
int fil_candidates_next(
    struct fil_candidates *candidates, const char *const **cells, struct fil_fault *fault);

/* Finds the phase of the user's newest enrolment by today (of several on one day the last key);
 * with a rule that has a condition on the phase, among those that meet it and have not ended.
 * *phase is NULL without any, else it belongs to the candidates. Returns 0, or -1 with a fault. */
int fil_candidates_phase(struct fil_candidates *candidates, const struct fil_rule *rule,
    const char **phase, struct fil_fault *fault);

/* Returns whether some phase that has not ended meets the rule's condition, whoever is in it. */
bool fil_candidates_runs(const struct fil_candidates *candidates, const struct fil_rule *rule);

/* Sets *level to the user's level in a dimension, -1 when none is known. Returns 0, or -1 with a
 * fault. */
int fil_candidates_level(
    struct fil_candidates *candidates, size_t dimension, int *level, struct fil_fault *fault);

/* Returns 1 when the user has expressed the rule's need and it is not covered, and since when in
 * *since; 0 when not; -1 with a fault. */
int fil_candidates_needs(struct fil_candidates *candidates, const struct fil_rule *rule,
    fil_day *since, struct fil_fault *fault);

/* Returns 1 when the rule's module is open for the user, or was completed; 0 when not; -1 with a
 * fault. */
int fil_candidates_has(
    struct fil_candidates *candidates, const struct fil_rule *rule, struct fil_fault *fault);

/* Frees the candidates; NULL is fine. */
void fil_candidates_free(struct fil_candidates *candidates);

#endif
