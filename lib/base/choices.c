/* SPDX-License-Identifier: ISC */
#include "lib/base/choices.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/memory.h"

/* Returns the index of the name, or n. */
static size_t
number_of(const char *name, const char *const *known, size_t n)
{
	size_t i = 0;

	while (i < n && strcmp(known[i], name) != 0)
		i++;
	return i;
}

/* Returns all names, a comma and a space between them; the caller frees them. */
static char *
join(const char *const *known, size_t n)
{
	struct fil_bytes list = { 0 };

	for (size_t i = 0; i < n; i++)
		fil_bytes_add_format(&list, "%s%s", i > 0 ? ", " : "", known[i]);
	return list.data;
}

/* Adds the nearest name to the fault, or else all. Returns -1. */
static int
add_names(const char *name, const char *const *known, size_t n, struct fil_fault *fault)
{
	char *all;

	if (fil_fault_suggest(fault, name, known, n))
		return -1;
	all = join(known, n);
	fil_fault_set(fault, FIL_USAGE, "%s; there are %s", fault->text, all);
	free(all);
	return -1;
}

int
fil_choices_read(const char *list, const char *const *known, size_t n,
    void (*refuse)(const char *name, struct fil_fault *fault), unsigned *set,
    struct fil_fault *fault)
{
	char *copy = fil_copy(list), *rest = copy, *name;
	int status = 0;

	*set = 0;
	while (status == 0 && (name = strsep(&rest, ","))) {
		size_t i = number_of(name, known, n);

		if (i < n) {
			*set |= 1U << i;
			continue;
		}
		refuse(name, fault);
		status = add_names(name, known, n, fault);
	}
	free(copy);
	return status;
}
