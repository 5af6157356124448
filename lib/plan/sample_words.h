/* SPDX-License-Identifier: ISC */
/* Words for people about a sample: how it was drawn, and what it can show. */
#ifndef FIL_SAMPLE_WORDS_H
#define FIL_SAMPLE_WORDS_H

#include "lib/base/fault.h"
#include "lib/plan/sample.h"
#include "lib/store/store.h"

/* Returns what is doubtful about the sample, the rule by which it was drawn, and how many users
 * come from each stratum. Each line has its end; the caller frees the text. */
char *fil_sample_words_sample(const struct fil_sample *sample);

/* Returns how many users it takes to see a rise of the share of autonomous users by so many
 * thousandths of a point: from 50 %, and from today's share in the store. If a size was wanted,
 * it also tells what rise the sample can see. As many users who are not in it are compared with.
 * lib/stats/sampling.h has the test and its source. Returns text as above, or NULL with a fault. */
char *fil_sample_words_detection(struct fil_store *store, const struct fil_sample *sample,
    long long points, struct fil_fault *fault);

#endif
