/* SPDX-License-Identifier: ISC */
#include "lib/names.h"

#include <stdlib.h>

#include "lib/index.h"
#include "lib/memory.h"

struct fil_names {
	struct fil_index *index;
	char **list;
	size_t n, room;
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
	uint32_t i = fil_index_add(names->index, name, n, (uint32_t)names->n, &added);

	if (!added)
		return i;
	if (names->n == names->room) {
		names->room = names->room == 0 ? 16 : 2 * names->room;
		names->list = fil_resize(names->list, names->room, sizeof(*names->list));
	}
	names->list[names->n++] = fil_copy_bytes(name, n);
	return i;
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
