/* SPDX-License-Identifier: ISC */
#include "lib/users/intern.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"

/* A text is a block of its own, to which data points. Tuples follow each other in data. */
struct fil_intern {
	struct fil_hash *numbers;
	void *data;
	size_t width, room, n;
	uint32_t last; /* the last string asked for: the same ones come in runs */
};

struct fil_intern *
fil_intern_new(size_t width)
{
	struct fil_intern *intern = fil_alloc(1, sizeof *intern);

	intern->numbers = fil_hash_new_map();
	intern->width = width;
	return intern;
}

static bool
is_last(const struct fil_intern *intern, const void *bytes, size_t n)
{
	const char *last;

	if (intern->n == 0)
		return false;
	last = fil_intern_get(intern, intern->last);
	if (intern->width > 0)
		return memcmp(last, bytes, n) == 0;
	return strncmp(last, bytes, n) == 0 && last[n] == '\0';
}

static void
keep(struct fil_intern *intern, const void *bytes, size_t n)
{
	size_t width = intern->width > 0 ? intern->width : sizeof(char *);

	if (intern->n == intern->room) {
		intern->room = intern->room == 0 ? 16 : 2 * intern->room;
		intern->data = fil_resize(intern->data, intern->room, width);
	}
	if (intern->width > 0)
		memcpy((char *)intern->data + intern->n * width, bytes, n);
	else
		((char **)intern->data)[intern->n] = fil_copy_bytes(bytes, n);
	intern->n++;
}

uint32_t
fil_intern_add(struct fil_intern *intern, const void *bytes, size_t n)
{
	bool fresh;

	if (is_last(intern, bytes, n))
		return intern->last;
	intern->last = (uint32_t)fil_hash_give(intern->numbers, bytes, n, intern->n, &fresh);
	if (fresh)
		keep(intern, bytes, n);
	return intern->last;
}

const void *
fil_intern_get(const struct fil_intern *intern, uint32_t i)
{
	if (intern->width > 0)
		return (const char *)intern->data + i * intern->width;
	return ((char *const *)intern->data)[i];
}

size_t
fil_intern_count(const struct fil_intern *intern)
{
	return intern->n;
}

void
fil_intern_free(struct fil_intern *intern)
{
	if (!intern)
		return;
	for (size_t i = 0; intern->width == 0 && i < intern->n; i++)
		free(((char **)intern->data)[i]);
	free(intern->data);
	fil_hash_free(intern->numbers);
	free(intern);
}
