/* SPDX-License-Identifier: ISC */
/* fil-report progress: the number of autonomous users, on each of the last Sundays. */
#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/report/autonomy_counts.h"
#include "lib/report/report.h"

enum { DEFAULT_WEEKS = 12 };

/* Says how many Sundays are left out. */
static void
say_left_out(const struct fil_report_request *request, size_t n, const struct fil_report_sink *sink)
{
	fil_report_say_left_out(sink, n,
	    fil_format(ngettext("%zu Sunday left out: fewer than %u users joined or left between it"
				" and one that is shown",
			   "%zu Sundays left out: fewer than %u users joined or left between"
			   " them and one that is shown",
			   n),
		n, request->min_group));
}

static void
give_weeks(const struct fil_report_request *request, const struct fil_autonomy_counts *counts,
    const fil_day *sundays, size_t n, const struct fil_report_sink *sink)
{
	bool *shown = fil_alloc(n, sizeof *shown);
	size_t left_out = fil_autonomy_counts_choose(counts, n, shown);

	fil_autonomy_counts_columns(counts, "week", sink);
	for (size_t i = 0; i < n; i++) {
		char week[FIL_DATE_SIZE];

		fil_date_write(sundays[i], week);
		if (shown[i])
			fil_autonomy_counts_rows(counts, i, week, sink);
	}
	say_left_out(request, left_out, sink);
	free(shown);
}

static int
make_progress(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	size_t n = request->weeks == 0 ? DEFAULT_WEEKS : request->weeks;
	fil_day *sundays = fil_alloc(n, sizeof *sundays), last = fil_date_sunday(request->as_of);
	struct fil_autonomy_counts *counts;

	for (size_t i = 0; i < n; i++)
		sundays[i] = last - 7 * (int)(n - 1 - i);
	counts = fil_autonomy_counts_new(store, request, sundays, n, fault);
	if (counts)
		give_weeks(request, counts, sundays, n, sink);
	fil_autonomy_counts_free(counts);
	free(sundays);
	return counts ? 0 : -1;
}

const struct fil_report_subject fil_report_progress = {
	.name = "progress",
	.meaning = N_("the users who are autonomous, Sunday by Sunday"),
	.takes = FIL_TAKES_GROUPS | FIL_TAKES_WEEKS | FIL_TAKES_STALE | FIL_TAKES_SOURCES |
	    FIL_TAKES_ROLES,
	.make = make_progress,
};
