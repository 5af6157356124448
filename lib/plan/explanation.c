/* SPDX-License-Identifier: ISC */
#include "lib/plan/explanation.h"

#include <stdlib.h>

#include "lib/base/bytes.h"
#include "lib/plan/detection.h"

static void
add_doubts(struct fil_bytes *text, const struct fil_sample *sample)
{
	const struct fil_sample_request *request = fil_sample_request(sample);
	const char *ended = fil_sample_ended(sample);
	size_t users, keys = fil_sample_excepted(sample, &users);

	if (ended != NULL)
		fil_bytes_add_format(text, "%s ended on %s\n", request->phase, ended);
	if (keys > users)
		fil_bytes_add_format(text, "%s: %zu of %zu keys are no users\n", request->except,
		    keys - users, keys);
}

static void
add_size(struct fil_bytes *text, const struct fil_sample *sample)
{
	struct fil_stratum all = fil_sample_total(sample);
	size_t wanted = fil_sample_wanted(sample);

	fil_bytes_add_format(text,
	    "%s: %zu wanted, %zu enrolled already, %zu drawn of %zu others%s\n",
	    fil_sample_request(sample)->phase, wanted, all.enrolled, all.sample - all.enrolled,
	    all.users - all.enrolled, all.sample < wanted ? ": there are no more" : "");
}

static void
add_rule(struct fil_bytes *text, const struct fil_sample *sample)
{
	const struct fil_sample_request *request = fil_sample_request(sample);

	if (request->by == NULL)
		fil_bytes_add_text(text, "one stratum");
	else
		fil_bytes_add_format(text, "strata by %s", request->by);
	if (request->depth > 0)
		fil_bytes_add_format(text, " to a depth of %u", request->depth);
	fil_bytes_add_format(text, ", in proportion to their users by largest remainders; the "
	    "smallest hashes under the seed '%s'\n",
	    request->seed == NULL ? request->phase : request->seed);
}

char *
fil_explanation_sample(const struct fil_sample *sample)
{
	struct fil_bytes text = { 0 };

	add_doubts(&text, sample);
	add_size(&text, sample);
	add_rule(&text, sample);
	for (size_t s = 0; s < fil_sample_strata(sample); s++) {
		struct fil_stratum stratum = fil_sample_stratum(sample, s);

		fil_bytes_add_format(&text,
		    "%s: %zu users, %zu in the sample, %zu of them drawn now\n", stratum.name,
		    stratum.users, stratum.sample, stratum.sample - stratum.enrolled);
	}
	return text.data;
}

/* Adds a line, which is freed. */
static void
add_line(struct fil_bytes *text, char *line)
{
	fil_bytes_add_format(text, "%s\n", line);
	free(line);
}

char *
fil_explanation_detection(struct fil_store *store, const struct fil_sample *sample,
    long long points, struct fil_fault *fault)
{
	const struct fil_sample_request *request = fil_sample_request(sample);
	struct fil_detection today;
	struct fil_bytes text = { 0 };

	if (fil_detection_read(store, request->selection, request->today, &today, fault) < 0)
		return NULL;
	add_line(&text, fil_detection_needs(NULL, points));
	if (today.users > 0)
		add_line(&text, fil_detection_needs(&today, points));
	if (fil_sample_wanted(sample) > 0)
		add_line(&text, fil_detection_sees(fil_sample_wanted(sample)));
	return text.data;
}
