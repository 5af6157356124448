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

/* What a pilot should detect. */
struct fil_detection {
	long long points; /* a rise of the share of autonomous users, in thousandths of a point */
	double rho; /* intraclass correlation of the users of a stratum; 0: they are not alike */
};

/* Returns how large the phase must be to show a rise of the share of autonomous users above 50 %, and
 * above the share of today. It is compared with the users of the frame who are not in it, so that
 * there may be too few. If a size was wanted, the text also says which rise this sample can show.
 * lib/stats/sampling.h has the test and its source. Returns text as above, or NULL with a fault. */
char *fil_sample_words_detection(struct fil_store *store, const struct fil_sample *sample,
    const struct fil_detection *detection, struct fil_fault *fault);

#endif
