/* SPDX-License-Identifier: ISC */
/* A sample: the users to enrol in a phase, drawn by strata (design, fil-sample). Nothing is
 * written. */
#ifndef FIL_SAMPLE_H
#define FIL_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/output/output.h"
#include "lib/store/store.h"
#include "lib/users/selection.h"

struct fil_sample;

/* A request for a sample. */
struct fil_sample_request {
	const char *phase;
	size_t users; /* wanted; 0: share is used */
	long long share; /* wanted, of the frame, in thousandths of a percent */
	const char *by; /* columns of users, separated by commas, or NULL */
	unsigned depth; /* parts of a unit's path, 0: all */
	const char *seed; /* NULL: the phase's key */
	const char *except; /* a file of users to leave out, or NULL */
	/* Of the frame. With a glob in phase that is not "", users enrolled there by today replace
	 * the users in no phase. */
	const struct fil_selection *selection;
	fil_day today;
};

/* Draws the sample on one state of the store, from its frame: the users of the population who are
 * enrolled in this phase, or in no phase at all. An enrolment with a later date counts too. A user
 * who has declined this phase by today is not in it; one who declined another one is in no phase by
 * that. A share is rounded half away from zero. Users of the frame who are enrolled in the phase
 * count towards the size. The others are drawn from each stratum by their permanent random numbers
 * under the seed (fil_sampling_shares, fil_sampling_number). Returns NULL with a fault (65 for an
 * unknown phase, 64 for an unknown column). The caller frees the sample. The request must outlive
 * it. */
struct fil_sample *fil_sample_new(
    struct fil_store *store, const struct fil_sample_request *request, struct fil_fault *fault);

/* A drawn user: the first four columns of enrolments, and the weight. This is the number of users
 * of the stratum for each of them in the sample, with three decimals at most. */
enum { FIL_SAMPLE_CELLS = 5 };

extern const struct fil_output_column fil_sample_columns[FIL_SAMPLE_CELLS];

/* Steps to the next drawn user, in the order of keys. *cells are FIL_SAMPLE_CELLS, valid until the
 * next step. The day is the first day of the phase, or today if that is later. Returns 1, or 0 at
 * the end. */
int fil_sample_step(struct fil_sample *sample, const char *const **cells);

/* A stratum, or all of them. */
struct fil_stratum {
	const char *name;
	size_t users; /* of the frame */
	size_t enrolled; /* of them, enrolled in the phase before */
	size_t sample; /* of them, in the sample: enrolled or drawn */
};

/* The outcome of a sample. */
struct fil_sample_outcome {
	const struct fil_sample_request *request;
	size_t wanted;
	const struct fil_stratum *strata; /* in the order of their names */
	size_t n_strata;
	struct fil_stratum total; /* their sum */
	size_t except_keys; /* keys of the file except */
	size_t except_users; /* of them, keys of users */
	size_t declined; /* users who declined the phase */
	const char *ended; /* the last day of the phase if it is past, else NULL */
};

/* Returns the outcome of the sample, which owns it. For tests. */
const struct fil_sample_outcome *fil_sample_outcome(const struct fil_sample *sample);

/* Returns the doubts about the sample, the rule by which it was drawn, and the users of each
 * stratum. Each line has its end. The caller frees the text. */
char *fil_sample_words(const struct fil_sample *sample);

/* What a pilot should detect. */
struct fil_detection {
	long long points; /* a rise of the share of autonomous users, in thousandths of a point */
	double rho; /* intraclass correlation of the users of a stratum; 0: they are not alike */
};

/* Returns how large the phase must be to show a rise of the share of autonomous users above 50 %, and
 * above the share of today. It is compared with the users of the frame who are not in it, so that
 * there may be too few. If a size was wanted, the text also says which rise this sample can show.
 * lib/stats/sampling.h has the test and its source. Returns text as above, or NULL with a fault. */
char *fil_sample_detection(struct fil_store *store, const struct fil_sample *sample,
    const struct fil_detection *detection, struct fil_fault *fault);

/* Frees the sample; NULL is fine. */
void fil_sample_free(struct fil_sample *sample);

#endif
