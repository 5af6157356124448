/* SPDX-License-Identifier: ISC */
/* An explanation: how a sample was drawn and what it can show, in words for standard error. */
#ifndef FIL_EXPLANATION_H
#define FIL_EXPLANATION_H

#include "lib/base/fault.h"
#include "lib/plan/sample.h"
#include "lib/store/store.h"

/* Returns what is to be said of a sample: what is doubtful, the rule, and how many come from each
 * stratum. Lines, each with its end; the caller frees them. */
char *fil_explanation_sample(const struct fil_sample *sample);

/* Returns what is to be said of a rise by so many thousandths of a point: how many users it takes
 * to see it, from 50 % and from the share of today in the store, and what rise the sample can see
 * if one was wanted. Lines as above, or NULL with a fault. */
char *fil_explanation_detection(struct fil_store *store, const struct fil_sample *sample,
    long long points, struct fil_fault *fault);

#endif
