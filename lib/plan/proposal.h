/* SPDX-License-Identifier: ISC */
/* Proposals: modules that the rules propose to users, each with its reason (design, fil-propose). A
 * rule looks at levels, needs, phases, units and jobs. Nothing is written. */
#ifndef FIL_PROPOSAL_H
#define FIL_PROPOSAL_H

#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/output/output.h"
#include "lib/store/store.h"
#include "lib/users/selection.h"

enum { FIL_PROPOSAL_CELLS = 11 };

/* The columns of a proposal: user name unit phase dimension level need module due rule reason. */
extern const struct fil_output_column fil_proposal_columns[FIL_PROPOSAL_CELLS];

struct fil_proposals;

/* A request for proposals. */
struct fil_proposals_request {
	const struct fil_selection *selection; /* must outlive the proposals */
	fil_day today;
	/* Later facts do not count. As of today, assignments planned for later days count too. */
	fil_day as_of;
};

/* Returns the proposals on one state of the store. They go to the users of the population of the
 * day who meet the selection. Returns NULL with a fault. The caller frees them. */
struct fil_proposals *fil_proposals_new(
    struct fil_store *store, const struct fil_proposals_request *request, struct fil_fault *fault);

/* Steps to the next proposal, by users, then by rules. A module is proposed to a user once, by the
 * first rule that holds. A module that the user has open or has completed is not proposed. *cells
 * are valid until the next step. Returns 1, 0 at the end, or -1 with a fault. */
int fil_proposals_step(
    struct fil_proposals *proposals, const char *const **cells, struct fil_fault *fault);

/* Returns the number of rules. */
size_t fil_proposals_rules(const struct fil_proposals *proposals);

/* Returns a warning about rule i, after the last step, or NULL. The rule holds for no user, or
 * lacks a value. The caller frees the text. */
char *fil_proposals_remark(const struct fil_proposals *proposals, size_t i);

/* Frees the proposals and ends their snapshot; NULL is fine. */
void fil_proposals_free(struct fil_proposals *proposals);

#endif
