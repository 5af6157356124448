/* SPDX-License-Identifier: ISC */
#include "lib/report/report.h"
#include "lib/report/tally.h"

static int
make_autonomy(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_report_sink *sink, struct fil_fault *fault)
{
	struct fil_tally *tally = fil_tally_new(store, request, &request->as_of, 1, fault);

	if (tally == NULL)
		return -1;
	fil_tally_columns(tally, NULL, sink);
	fil_tally_rows(tally, 0, NULL, sink);
	fil_tally_free(tally);
	return 0;
}

const struct fil_report_subject fil_report_autonomy = {
	.name = "autonomy",
	.meaning = "who is autonomous, by group",
	.takes = FIL_TAKES_GROUPS | FIL_TAKES_STALE | FIL_TAKES_SOURCES | FIL_TAKES_ROLES,
	.make = make_autonomy,
};
