/* SPDX-License-Identifier: ISC */
/* Messages about a sample: how it was drawn, and which difference it can show. */
#ifndef FIL_SAMPLE_WORDS_H
#define FIL_SAMPLE_WORDS_H

#include "lib/base/fault.h"
#include "lib/plan/sample.h"
#include "lib/store/store.h"

/* Returns the doubts about the sample, the rule by which it was drawn, and the users of each
 * stratum. Each line has its end. The caller frees the text. */
char *fil_sample_words_sample(const struct fil_sample *sample);

/* Returns the number of users needed to see that the share of autonomous users rises by points, in
 * thousandths. The rise is above 50 %, and above the share of today in the store. If a size was
 * wanted, the text also says which rise the sample can show. An equal number of other users is the
 * comparison. lib/stats/sampling.h has the test and its source. Returns text as above, or NULL with
 * a fault. */
char *fil_sample_words_detection(struct fil_store *store, const struct fil_sample *sample,
    long long points, struct fil_fault *fault);

#endif
