/* SPDX-License-Identifier: ISC */
#include "lib/write/people.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

struct fil_people {
	struct fil_run *run;
	struct fil_people_options options;
	struct fil_identity *identity;
};

struct fil_people *
fil_people_new(struct fil_run *run, const struct fil_people_options *options)
{
	struct fil_people *people = fil_alloc(1, sizeof *people);

	people->run = run;
	people->options = *options;
	people->identity = fil_identity_new(options->doubts, options->today);
	return people;
}

void
fil_people_begin(struct fil_people *people, const char *file, const bool *gives)
{
	fil_identity_begin(people->identity, file, gives);
}

struct fil_identity *
fil_people_identity(struct fil_people *people)
{
	return people->identity;
}

void
fil_people_note(
    struct fil_people *people, size_t line, const char *const *before, const char *const *after)
{
	if (before)
		fil_identity_note(people->identity, line, before, after);
}

int
fil_people_judge(struct fil_people *people, const struct fil_counts *counts,
    const struct fil_refusals *refusals, struct fil_fault *fault)
{
	size_t known = counts->changed + counts->left + counts->returned + counts->unchanged;

	return fil_identity_guard(people->identity, known, refusals, fault);
}

void
fil_people_free(struct fil_people *people)
{
	if (!people)
		return;
	fil_identity_free(people->identity);
	free(people);
}
