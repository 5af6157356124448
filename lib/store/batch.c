/* SPDX-License-Identifier: ISC */
#include "lib/store/batch.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"

/* The mark in places[] of a NULL cell. */
#define ABSENT (~(SIZE_MAX >> 1))

/* The cells follow each other in text, each with its NUL. places[i] is the beginning of cell i, row
 * by row. The place after the last is the beginning of the next cell, so that lengths need no
 * room. */
struct fil_batch {
	size_t n_columns, n_rows;
	size_t *places, n_places;
	char *text;
	size_t capacity;
};

struct fil_batch *
fil_batch_new(size_t n_columns)
{
	struct fil_batch *batch = fil_alloc(1, sizeof *batch);

	batch->n_columns = n_columns;
	batch->n_places = 1;
	batch->places = fil_alloc(1, sizeof *batch->places);
	return batch;
}

/* Returns the index of the first place after the cells. */
static size_t
end_of(const struct fil_batch *batch)
{
	return batch->n_rows * batch->n_columns;
}

static size_t
reserve_places(struct fil_batch *batch)
{
	size_t next = end_of(batch);

	if (batch->n_places <= next + batch->n_columns) {
		batch->n_places = next + next / 2 + 8 * batch->n_columns + 1;
		batch->places = fil_resize(batch->places, batch->n_places, sizeof *batch->places);
	}
	return next;
}

static void
reserve_text(struct fil_batch *batch, size_t wanted)
{
	if (wanted <= batch->capacity)
		return;
	batch->capacity = wanted + wanted / 2 + 256;
	batch->text = fil_resize(batch->text, batch->capacity, 1);
}

size_t
fil_batch_add(struct fil_batch *batch, const char *const *cells)
{
	return fil_batch_add_row(batch, cells, NULL);
}

size_t
fil_batch_add_row(struct fil_batch *batch, const char *const *cells, const size_t *lengths)
{
	size_t next = reserve_places(batch), place = batch->places[next];

	for (size_t i = 0; i < batch->n_columns; i++) {
		if (!cells[i]) {
			batch->places[next++] = place | ABSENT;
			continue;
		}
		size_t size = (lengths ? lengths[i] : strlen(cells[i])) + 1;
		reserve_text(batch, place + size);
		memcpy(batch->text + place, cells[i], size);
		batch->places[next++] = place;
		place += size;
	}
	batch->places[next] = place;
	return batch->n_rows++;
}

size_t
fil_batch_rows(const struct fil_batch *batch)
{
	return batch->n_rows;
}

size_t
fil_batch_columns(const struct fil_batch *batch)
{
	return batch->n_columns;
}

size_t
fil_batch_bytes(const struct fil_batch *batch)
{
	return batch->places[end_of(batch)];
}

const char *
fil_batch_cell(const struct fil_batch *batch, size_t row, size_t column, size_t *length)
{
	const size_t *place = batch->places + row * batch->n_columns + column;

	if ((*place & ABSENT) != 0) {
		if (length)
			*length = 0;
		return NULL;
	}
	if (length)
		*length = (place[1] & ~ABSENT) - *place - 1;
	return batch->text + *place;
}

void
fil_batch_row(const struct fil_batch *batch, size_t row, const char **cells, size_t *lengths)
{
	const size_t *places = batch->places + row * batch->n_columns;

	for (size_t c = 0; c < batch->n_columns; c++) {
		bool absent = (places[c] & ABSENT) != 0;

		cells[c] = absent ? NULL : batch->text + places[c];
		if (lengths)
			lengths[c] = absent ? 0 : (places[c + 1] & ~ABSENT) - places[c] - 1;
	}
}

void
fil_batch_clear(struct fil_batch *batch)
{
	batch->n_rows = 0;
	batch->places[0] = 0;
}

void
fil_batch_free(struct fil_batch *batch)
{
	if (!batch)
		return;
	free(batch->places);
	free(batch->text);
	free(batch);
}
