/* SPDX-License-Identifier: ISC */
/* An explanation: how a sample was drawn and what it can show, in words for standard error. */
#ifndef FIL_SAMPLE_WORDS_H
#define FIL_SAMPLE_WORDS_H

#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/plan/sample.h"
#include "lib/store/store.h"
#include "lib/users/selection.h"

/* Returns what is to be said of a sample: what is doubtful, the rule, and how many come from each
 * stratum. Lines, each with its end; the caller frees them. */
char *fil_sample_words_sample(const struct fil_sample *sample);

/* Returns what is to be said of a rise by so many thousandths of a point: how many users it takes
 * to see it, from 50 % and from the share of today in the store, and what rise the sample can see
 * if one was wanted. Lines as above, or NULL with a fault. */
char *fil_sample_words_detection(struct fil_store *store, const struct fil_sample *sample,
    long long points, struct fil_fault *fault);

/* Detection: what difference in the share of autonomous users a pilot can see, beside as many users
 * who are not in it; in words. See lib/stats/power.h for the test and its source. */

/* The users of a population, and those of them who are autonomous in every dimension. */
struct fil_detection {
	size_t users, autonomous;
};

/* Counts them as of today, of those whom the selection lets through. Returns 0, or -1 with a
 * fault. */
int fil_detection_read(struct fil_store *store, const struct fil_selection *selection,
    fil_day today, struct fil_detection *detection, struct fil_fault *fault);

/* Returns how many users it takes to see a rise by so many thousandths of a point above today's
 * share; with NULL, above 50 %, from where it takes about as many as it ever does. The caller frees
 * it. */
char *fil_detection_needs(const struct fil_detection *today, long long points);

/* Returns what rise above 50 % a pilot of that many users can see. The caller frees it. */
char *fil_detection_sees(size_t users);

#endif
