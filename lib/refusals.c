/* SPDX-License-Identifier: ISC */
#include "lib/refusals.h"

#include <stdint.h>

void
fil_refusals_begin(struct fil_refusals *refusals, const char *file)
{
	refusals->file = file;
	refusals->line = SIZE_MAX;
}

void
fil_refusals_add(struct fil_refusals *refusals, size_t line, const struct fil_fault *fault)
{
	fil_faults_add(refusals->faults, refusals->file, line, fault);
	if (refusals->rejects)
		fil_rejects_note(refusals->rejects, line, fault);
	if (refusals->line != line)
		refusals->counts->rejected++;
	refusals->line = line;
}

void
fil_refusals_remark(struct fil_refusals *refusals, const char *text)
{
	struct fil_fault fault;

	fil_fault_set(&fault, FIL_REFUSED, "%s", text);
	fil_faults_add(refusals->faults, refusals->file, 0, &fault);
}
