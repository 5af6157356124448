/* SPDX-License-Identifier: ISC */
#include "lib/levels/source.h"

#include <stddef.h>
#include <string.h>

#include "lib/base/choices.h"

/* The names, in the order of enum fil_source; a test holds them against the catalogue. They stand
 * here too because they are looked up millions of times, and because their strength is a rule of
 * the domain that no other table has. */
static const struct {
	const char *name;
	int strength;
} sources[FIL_SOURCES] = {
	[FIL_SELF] = { "self", 1 },
	[FIL_TRAINER] = { "trainer", 3 },
	[FIL_MANAGER] = { "manager", 2 },
	[FIL_TEST] = { "test", 4 },
	[FIL_SYSTEM] = { "system", 0 },
};

int
fil_source_number(const char *name)
{
	/* Called for millions of rows: the first letters leave one candidate without a call. */
	for (int i = 0; i < FIL_SOURCES; i++)
		if (sources[i].name[0] == name[0] && sources[i].name[1] == name[1] &&
		    strcmp(sources[i].name, name) == 0)
			return i;
	return -1;
}

const char *
fil_source_name(int source)
{
	return sources[source].name;
}

int
fil_source_strength(int source)
{
	return sources[source].strength;
}

int
fil_sources_read(const char *list, unsigned *set, struct fil_fault *fault)
{
	const char *names[FIL_SOURCES];

	if (list == NULL) {
		*set = FIL_ANY_SOURCE;
		return 0;
	}
	for (int i = 0; i < FIL_SOURCES; i++)
		names[i] = sources[i].name;
	return fil_choices_read(list, names, FIL_SOURCES, "source", set, fault);
}
