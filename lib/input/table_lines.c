/* SPDX-License-Identifier: ISC */
#include "lib/input/table_lines.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/input/reader.h"

enum { LOOKED = 200 };

/* A record by its shape. */
struct shape {
	size_t line, last_line; /* its first line and its last one */
	size_t filled; /* cells that are not empty */
	size_t span; /* cells up to the last one that is not empty */
	char *first; /* its first cell */
};

/* The first records of a file. */
struct shapes {
	struct shape all[LOOKED];
	size_t n;
};

static struct shape
shape_of(const struct fil_record *record)
{
	struct shape shape = { .line = record->line,
		.last_line = record->line,
		.first = fil_copy(record->n > 0 ? record->cells[0] : "") };

	for (size_t i = 0; i < record->raw_length; i++)
		shape.last_line += record->raw[i] == '\n';
	for (size_t i = 0; i < record->n; i++) {
		shape.filled += record->lengths[i] > 0;
		if (record->lengths[i] > 0)
			shape.span = i + 1;
	}
	return shape;
}

/* Reads the first records with a delimiter. Records that cannot be read are left out. */
static void
read_shapes(const struct fil_input *input, const struct fil_format *format, char delimiter,
    struct shapes *shapes)
{
	struct fil_format trial = *format;
	struct fil_reader *reader;
	struct fil_record record;
	struct fil_fault fault;
	int step;

	trial.delimiter = delimiter;
	trial.one_column = false;
	reader = fil_reader_new(input, &trial);
	shapes->n = 0;
	while (shapes->n < LOOKED && (step = fil_reader_next(reader, &record, &fault)) != 0) {
		if (step < 0 && fault.status != FIL_BAD_DATA)
			break;
		if (step > 0)
			shapes->all[shapes->n++] = shape_of(&record);
	}
	fil_reader_free(reader);
}

static void
release_shapes(struct shapes *shapes)
{
	while (shapes->n > 0)
		free(shapes->all[--shapes->n].first);
}

/* Returns whether one record is nearly as wide as another. */
static bool
is_as_wide(const struct shape *shape, const struct shape *widest)
{
	return shape->filled > 1 && shape->filled * 5 >= widest->filled * 2 &&
	    shape->span * 3 >= widest->span * 2;
}

/* Returns whether a blank line stands above record i, and the lines below it do not go on alike. */
static bool
begins_block(const struct shapes *shapes, size_t i)
{
	const struct shape *before = &shapes->all[i - 1], *after = &shapes->all[i];

	if (after->line <= before->last_line + 1)
		return false;
	return !is_as_wide(after, before) || !is_as_wide(before, after) ||
	    after->span != before->span;
}

/* A block of records between blank lines: its header, and its cells from there on. */
struct block {
	size_t begin, header, end;
	size_t cells;
};

static struct block
block_at(const struct shapes *shapes, size_t begin)
{
	struct block block = { .begin = begin, .header = begin, .end = begin + 1 };
	size_t widest = begin;

	for (; block.end < shapes->n && !begins_block(shapes, block.end); block.end++)
		if (shapes->all[block.end].filled > shapes->all[widest].filled)
			widest = block.end;
	while (
	    block.header < widest && !is_as_wide(&shapes->all[block.header], &shapes->all[widest]))
		block.header++;
	for (size_t i = block.header; i < block.end; i++)
		block.cells += shapes->all[i].filled;
	return shapes->all[widest].filled > 1 ? block : (struct block){ .end = block.end };
}

/* Returns the block with the most cells, which has none if no record has two. */
static struct block
largest_block(const struct shapes *shapes)
{
	struct block best = { 0 };

	for (size_t begin = 0; begin < shapes->n;) {
		struct block block = block_at(shapes, begin);

		if (block.cells > best.cells)
			best = block;
		begin = block.end;
	}
	return best;
}

bool
fil_table_lines_find(
    const struct fil_input *input, const struct fil_format *format, struct fil_table_lines *found)
{
	const char given[] = { format->delimiter, '\0' };
	const char *candidates = *given != '\0' && !format->one_column ? given : ",;\t|";
	struct shapes *shapes = fil_alloc(1, sizeof *shapes);
	size_t most = 0;

	*found = (struct fil_table_lines){ 0 };
	for (; *candidates != '\0'; candidates++) {
		struct block block;

		read_shapes(input, format, *candidates, shapes);
		block = largest_block(shapes);
		if (block.header < shapes->n && block.cells > most) {
			const struct shape *title = &shapes->all[block.header - (block.header > 0)];

			most = block.cells;
			free(found->title);
			found->above = shapes->all[block.header].line - 1;
			found->delimiter = *candidates;
			found->title =
			    block.begin > 0 && block.header == block.begin + 1 && title->filled == 1
			    ? fil_copy(title->first)
			    : NULL;
			found->ends_blank = block.end < shapes->n;
		}
		release_shapes(shapes);
	}
	free(shapes);
	return most > 0;
}
