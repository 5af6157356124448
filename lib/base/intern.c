/* SPDX-License-Identifier: ISC */
#include "lib/base/intern.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"

struct fil_names {
	struct fil_index *index;
	char **list;
	size_t n, room;
	uint32_t last; /* the one asked for last: rows often come in runs */
};

struct fil_names *
fil_names_new(void)
{
	struct fil_names *names = fil_alloc(1, sizeof *names);

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
		names->list = fil_resize(names->list, names->room, sizeof *names->list);
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
	if (!names)
		return;
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i]);
	free(names->list);
	fil_index_free(names->index);
	free(names);
}

struct fil_tuples {
	struct fil_index *index;
	unsigned char *data;
	size_t width, room, n;
	uint32_t last; /* the one asked for last: they often come in runs */
};

struct fil_tuples *
fil_tuples_new(size_t width)
{
	struct fil_tuples *tuples = fil_alloc(1, sizeof *tuples);

	tuples->index = fil_index_new();
	tuples->width = width;
	return tuples;
}

uint32_t
fil_tuples_add(struct fil_tuples *tuples, const void *tuple)
{
	bool added;

	if (tuples->n > 0 &&
	    memcmp(fil_tuples_get(tuples, tuples->last), tuple, tuples->width) == 0)
		return tuples->last;
	tuples->last =
	    fil_index_add(tuples->index, tuple, tuples->width, (uint32_t)tuples->n, &added);
	if (!added)
		return tuples->last;
	if (tuples->n == tuples->room) {
		tuples->room = tuples->room == 0 ? 16 : 2 * tuples->room;
		tuples->data = fil_resize(tuples->data, tuples->room, tuples->width);
	}
	memcpy(tuples->data + tuples->n++ * tuples->width, tuple, tuples->width);
	return tuples->last;
}

const void *
fil_tuples_get(const struct fil_tuples *tuples, uint32_t i)
{
	return tuples->data + i * tuples->width;
}

size_t
fil_tuples_count(const struct fil_tuples *tuples)
{
	return tuples->n;
}

void
fil_tuples_free(struct fil_tuples *tuples)
{
	if (!tuples)
		return;
	fil_index_free(tuples->index);
	free(tuples->data);
	free(tuples);
}
