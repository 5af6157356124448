/* SPDX-License-Identifier: ISC */
#include "lib/base/tuples.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/index.h"
#include "lib/base/memory.h"

struct fil_tuples {
	struct fil_index *index;
	unsigned char *data;
	size_t width, room, n;
	uint32_t last;		/* the one asked for last: they often come in runs */
};

struct fil_tuples *
fil_tuples_new(size_t width)
{
	struct fil_tuples *tuples = fil_alloc(1, sizeof(*tuples));

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
	if (tuples == NULL)
		return;
	fil_index_free(tuples->index);
	free(tuples->data);
	free(tuples);
}
