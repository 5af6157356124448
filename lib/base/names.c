/* SPDX-License-Identifier: ISC */
#include "lib/base/names.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/index.h"
#include "lib/base/memory.h"

struct fil_names {
	struct fil_index *index;
	char **list;
	size_t n, room;
	uint32_t last;		/* the one asked for last: rows often come in runs */
};

struct fil_names *
fil_names_new(void)
{
	struct fil_names *names = fil_alloc(1, sizeof(*names));

	names->index = fil_index_new();
	return names;
}

uint32_t
fil_names_add(struct fil_names *names, const char *name, size_t n)
{
	bool added;

	if (names->n > 0 && strncmp(names->list[names->last], name, n) == 0 &&
	    names->list[names->last][n] == '\0')
		return names->last;
	names->last = fil_index_add(names->index, name, n, (uint32_t)names->n, &added);
	if (!added)
		return names->last;
	if (names->n == names->room) {
		names->room = names->room == 0 ? 16 : 2 * names->room;
		names->list = fil_resize(names->list, names->room, sizeof(*names->list));
	}
	names->list[names->n++] = fil_copy_bytes(name, n);
	return names->last;
}

const char *
fil_names_get(const struct fil_names *names, uint32_t i)
{
	return names->list[i];
}

size_t
fil_names_count(const struct fil_names *names)
{
	return names->n;
}

void
fil_names_free(struct fil_names *names)
{
	if (names == NULL)
		return;
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i]);
	free(names->list);
	fil_index_free(names->index);
	free(names);
}
