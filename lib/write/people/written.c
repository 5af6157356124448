/* SPDX-License-Identifier: ISC */
#include "lib/write/people/written.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"

/* Rows in a block, and its bytes. */
enum { BLOCK_ROWS = 65536, BLOCK = BLOCK_ROWS * sizeof(struct fil_written) };

_Static_assert(sizeof(struct fil_written) == 16, "a row is two words");

struct fil_written_rows {
	const char *folder;
	struct fil_written *block; /* the one in memory, or NULL */
	size_t number; /* of that block */
	size_t n, kept; /* rows; blocks in the file */
	int file; /* -1: none yet */
	struct fil_fault lost; /* why a block is lost; FIL_OK: none is */
};

struct fil_written_rows *
fil_written_rows_new(const char *folder)
{
	struct fil_written_rows *rows = fil_alloc(1, sizeof *rows);

	rows->folder = folder;
	rows->file = -1;
	return rows;
}

/* Keeps the block in memory, unless the file has it. */
static void
keep_block(struct fil_written_rows *rows)
{
	int error;

	if (rows->number < rows->kept || rows->lost.status != FIL_OK)
		return;
	if (rows->file < 0)
		rows->file = fil_temp_file_descriptor(rows->folder, &rows->lost);
	if (rows->file < 0)
		return;
	error = fil_descriptor_write(rows->file, rows->block, BLOCK, (off_t)rows->number * BLOCK);
	if (error)
		fil_fault_set(&rows->lost, FIL_IO_ERROR, "the users to compare cannot be kept: %s",
		    fil_language_error(error));
	rows->kept = rows->number + 1;
}

/* Makes a block of the file the one in memory. */
static void
read_block(struct fil_written_rows *rows, size_t number)
{
	int error = 0;

	keep_block(rows);
	rows->number = number;
	if (rows->lost.status == FIL_OK)
		error = fil_descriptor_read(rows->file, rows->block, BLOCK, (off_t)number * BLOCK);
	if (error)
		fil_fault_set(&rows->lost, FIL_IO_ERROR,
		    "the users to compare cannot be read back: %s", fil_language_error(error));
	if (rows->lost.status != FIL_OK)
		memset(rows->block, 0, BLOCK);
}

struct fil_written *
fil_written_rows_add(struct fil_written_rows *rows)
{
	size_t number = rows->n / BLOCK_ROWS;

	if (!rows->block)
		rows->block = fil_alloc(BLOCK_ROWS, sizeof *rows->block);
	if (number != rows->number && rows->n % BLOCK_ROWS > 0)
		read_block(rows, number);
	else if (number != rows->number)
		keep_block(rows);
	rows->number = number;
	return &rows->block[rows->n++ % BLOCK_ROWS];
}

const struct fil_written *
fil_written_rows_at(struct fil_written_rows *rows, size_t i)
{
	if (i / BLOCK_ROWS != rows->number)
		read_block(rows, i / BLOCK_ROWS);
	return &rows->block[i % BLOCK_ROWS];
}

int
fil_written_rows_check(const struct fil_written_rows *rows, struct fil_fault *fault)
{
	if (rows->lost.status == FIL_OK)
		return 0;
	*fault = rows->lost;
	return -1;
}

void
fil_written_rows_free(struct fil_written_rows *rows)
{
	if (!rows)
		return;
	if (rows->file >= 0)
		close(rows->file);
	free(rows->block);
	free(rows);
}
