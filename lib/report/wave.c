/* SPDX-License-Identifier: ISC */
#include "lib/report/wave.h"

#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/levels/standing.h"
#include "lib/users/enrolment.h"

/* Fills in the fault of an unknown phase. Returns -1. */
static int
refuse_phase(const struct fil_lookup_table *phases, const char *name, struct fil_fault *fault)
{
	size_t n = fil_lookup_table_rows(phases);
	const char **names = fil_alloc(n, sizeof *names);

	for (size_t i = 0; i < n; i++)
		names[i] = fil_lookup_table_cell(phases, i, FIL_PHASE_KEY);
	fil_fault_set(fault, FIL_BAD_DATA, "'%s' is not a phase", name);
	fil_fault_suggest(fault, name, names, n);
	free(names);
	return -1;
}

int
fil_wave_check(
    struct fil_store *store, const struct fil_report_request *request, struct fil_fault *fault)
{
	const struct fil_wave *wave = &request->wave;
	struct fil_lookup_table *phases;
	int result = 0;

	if (!wave->like || wave->users == 0 || wave->begins == FIL_NEVER)
		return fil_fault_set(
		    fault, FIL_USAGE, "a wave needs --like PHASE, --users N and --begins DATE");
	if (wave->begins < request->as_of)
		return fil_fault_set(fault, FIL_USAGE,
		    "--begins lies before the date of the report: a wave that has begun is"
		    " forecast from its own users (--by phase)");
	if (!(phases = fil_phases_read(store, fault)))
		return -1;
	if (fil_lookup_table_find(phases, wave->like, 0) == FIL_NOWHERE)
		result = refuse_phase(phases, wave->like, fault);
	fil_lookup_table_free(phases);
	return result;
}
