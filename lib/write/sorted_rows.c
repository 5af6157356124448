/* SPDX-License-Identifier: ISC */
#include "lib/write/sorted_rows.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/base/worker.h"

/* Bytes of a portion that is sorted in memory, while another one is collected. */
enum { PORTION = 4 << 20 };

/* Bytes of all buffers of a merge together, and of one. */
enum { BUFFERS = 4 << 20, BUFFER_MOST = 256 << 10, BUFFER_LEAST = 4 << 10 };

/* What stands in the file before the cells of a row: those that are not empty, each with its NUL. No
 * byte is below NUL, so that such texts sort as their cells do. */
struct head {
	uint32_t size; /* bytes of the cells */
	uint32_t empty; /* a bit for each empty cell */
};

/* A row in memory. Its first bytes as a number mostly decide a comparison. */
struct row {
	uint64_t first;
	const char *text;
	struct head head;
};

/* Rows in memory, in the order in which they were added. */
struct unsorted {
	char *text; /* their cells */
	size_t length, room;
	struct row *rows;
	size_t n_rows, rows_room;
};

/* A sorted portion in the file, while portions are merged. */
struct portion {
	struct row row; /* the next */
	off_t at, end; /* what is not in the buffer yet */
	char *buffer;
	size_t room, begin, filled; /* bytes of the buffer: all, and those of the rows to come */
};

struct fil_sorted_rows {
	size_t n_columns;
	struct fil_temp_file *file;
	struct unsorted unsorted[2], *filling;
	struct fil_worker *worker; /* NULL: no portion was full yet, or there is one processor */
	struct unsorted
	    *writing; /* by the thread, to which what follows belongs meanwhile; or NULL */
	struct fil_fault lost; /* why it was not written; FIL_OK: it was */
	struct portion *portions; /* once rows are read: a heap, the least row first */
	size_t n_portions, portions_room, n_waiting; /* all, and those with rows to come */
	off_t end; /* of the file */
	enum { ADDING, FIRST, READING } step;
};

struct fil_sorted_rows *
fil_sorted_rows_new(size_t n_columns, const char *folder, struct fil_fault *fault)
{
	struct fil_temp_file *file = fil_temp_file_new(folder, fault);
	struct fil_sorted_rows *sorted;

	if (!file)
		return NULL;
	sorted = fil_alloc(1, sizeof *sorted);
	sorted->n_columns = n_columns;
	sorted->file = file;
	sorted->filling = sorted->unsorted;
	return sorted;
}

static struct row
make_row(const char *text, struct head head)
{
	struct row row = { 0, text, head };

	for (size_t i = 0; i < sizeof row.first; i++)
		row.first = row.first << 8 | (i < head.size ? (unsigned char)text[i] : 0);
	return row;
}

static int
compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	size_t known = sizeof x->first,
	       n = x->head.size < y->head.size ? x->head.size : y->head.size;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return n > known ? memcmp(x->text + known, y->text + known, n - known) : 0;
}

/* Notes the portion that was written from `begin` on. */
static void
add_portion(struct fil_sorted_rows *sorted, off_t begin)
{
	if (sorted->n_portions == sorted->portions_room) {
		sorted->portions_room += sorted->portions_room / 2 + 16;
		sorted->portions =
		    fil_resize(sorted->portions, sorted->portions_room, sizeof *sorted->portions);
	}
	sorted->portions[sorted->n_portions++] =
	    (struct portion){ .at = begin, .end = sorted->end };
}

/* Sorts the rows that are to be written, and moves them to the file. The thread does it. */
static void
write_portion(void *context)
{
	struct fil_sorted_rows *sorted = context;
	struct unsorted *unsorted = sorted->writing;
	FILE *stream = fil_temp_file_stream(sorted->file);
	off_t begin = sorted->end;
	int error;

	qsort(unsorted->rows, unsorted->n_rows, sizeof *unsorted->rows, compare_rows);
	for (size_t i = 0; i < unsorted->n_rows; i++) {
		const struct row *row = &unsorted->rows[i];

		fwrite(&row->head, sizeof row->head, 1, stream);
		fwrite(row->text, 1, row->head.size, stream);
		sorted->end += (off_t)(sizeof row->head + row->head.size);
	}
	unsorted->n_rows = unsorted->length = 0;
	error = fil_stream_flush(stream);
	if (error)
		fil_fault_set(&sorted->lost, FIL_IO_ERROR, "the rows to sort cannot be kept: %s",
		    fil_language_error(error));
	else
		add_portion(sorted, begin);
}

/* Waits until the portion is written that is. Returns 0 or -1. */
static int
end_writing(struct fil_sorted_rows *sorted, struct fil_fault *fault)
{
	fil_worker_wait(sorted->worker);
	sorted->writing = NULL;
	if (sorted->lost.status == FIL_OK)
		return 0;
	*fault = sorted->lost;
	return -1;
}

/* Has the rows written, and collects others. Returns 0, or -1 when those before were not written. */
static int
begin_writing(struct fil_sorted_rows *sorted, struct fil_fault *fault)
{
	if (end_writing(sorted, fault) < 0)
		return -1;
	sorted->writing = sorted->filling;
	sorted->filling = &sorted->unsorted[sorted->filling == sorted->unsorted];
	fil_worker_begin(sorted->worker, write_portion, sorted);
	return 0;
}

/* Makes room for the cells of a row. Returns 0 or -1. */
static int
make_room(struct fil_sorted_rows *sorted, size_t size, struct fil_fault *fault)
{
	struct unsorted *unsorted = sorted->filling;

	if (size > unsorted->room - unsorted->length && unsorted->n_rows > 0) {
		if (!sorted->worker)
			sorted->worker = fil_worker_new();
		if (begin_writing(sorted, fault) < 0)
			return -1;
		unsorted = sorted->filling;
	}
	if (size > unsorted->room) {
		unsorted->room = size > PORTION ? size : PORTION;
		unsorted->text = fil_resize(unsorted->text, unsorted->room, 1);
	}
	unsorted->rows = fil_grow(
	    unsorted->rows, unsorted->n_rows, &unsorted->rows_room, sizeof *unsorted->rows);
	return 0;
}

int
fil_sorted_rows_add(struct fil_sorted_rows *sorted, const char *const *cells, const size_t *lengths,
    struct fil_fault *fault)
{
	struct unsorted *unsorted;
	struct head head = { 0, 0 };
	char *end;

	for (size_t c = 0; c < sorted->n_columns; c++) {
		if (cells[c])
			head.size += (uint32_t)lengths[c] + 1;
		else
			head.empty |= UINT32_C(1) << c;
	}
	if (make_room(sorted, head.size, fault) < 0)
		return -1;
	unsorted = sorted->filling;
	end = unsorted->text + unsorted->length;
	for (size_t c = 0; c < sorted->n_columns; c++) {
		if (!cells[c])
			continue;
		memcpy(end, cells[c], lengths[c] + 1);
		end += lengths[c] + 1;
	}
	unsorted->rows[unsorted->n_rows++] = make_row(unsorted->text + unsorted->length, head);
	unsorted->length += head.size;
	return 0;
}

/* Fills the buffer of a portion, to at least `least` bytes. Returns 0 or -1. */
static int
fill(struct fil_sorted_rows *sorted, struct portion *portion, size_t least, struct fil_fault *fault)
{
	int file = fileno(fil_temp_file_stream(sorted->file)), error;
	off_t left = portion->end - portion->at;
	size_t n;

	memmove(portion->buffer, portion->buffer + portion->begin, portion->filled);
	portion->begin = 0;
	if (least > portion->room) {
		portion->room = least;
		portion->buffer = fil_resize(portion->buffer, portion->room, 1);
	}
	n = portion->room - portion->filled;
	if (left < (off_t)n)
		n = (size_t)left;
	error = fil_descriptor_read(file, portion->buffer + portion->filled, n, portion->at);
	portion->at += (off_t)n;
	portion->filled += n;
	if (error == 0 && portion->filled >= least)
		return 0;
	return fil_fault_set(fault, FIL_IO_ERROR, "the rows to sort cannot be read back: %s",
	    fil_language_error(error ? error : EIO));
}

/* Reads the next row of a portion. Returns 1, 0 after its last, or -1. */
static int
read_row(struct fil_sorted_rows *sorted, struct portion *portion, struct fil_fault *fault)
{
	struct head head;
	size_t size;

	if (portion->filled == 0 && portion->at == portion->end)
		return 0;
	if (portion->filled < sizeof head && fill(sorted, portion, sizeof head, fault) < 0)
		return -1;
	memcpy(&head, portion->buffer + portion->begin, sizeof head);
	size = sizeof head + head.size;
	if (portion->filled < size && fill(sorted, portion, size, fault) < 0)
		return -1;
	portion->row = make_row(portion->buffer + portion->begin + sizeof head, head);
	portion->begin += size;
	portion->filled -= size;
	return 1;
}

/* Moves the portion at place i of the heap down to where it belongs. */
static void
sink(struct fil_sorted_rows *sorted, size_t i)
{
	struct portion *heap = sorted->portions, moved = heap[i];

	for (size_t next; (next = 2 * i + 1) < sorted->n_waiting; i = next) {
		if (next + 1 < sorted->n_waiting &&
		    compare_rows(&heap[next + 1].row, &heap[next].row) < 0)
			next++;
		if (compare_rows(&moved.row, &heap[next].row) <= 0)
			break;
		heap[i] = heap[next];
	}
	heap[i] = moved;
}

/* Ends the thread, and frees the rows in memory. */
static void
release_unsorted(struct fil_sorted_rows *sorted)
{
	fil_worker_free(sorted->worker);
	sorted->worker = NULL;
	for (size_t i = 0; i < 2; i++) {
		free(sorted->unsorted[i].text);
		free(sorted->unsorted[i].rows);
		sorted->unsorted[i] = (struct unsorted){ .text = NULL };
	}
}

/* Begins the merge. Returns 0 or -1. */
static int
begin_merge(struct fil_sorted_rows *sorted, struct fil_fault *fault)
{
	size_t room;

	if ((sorted->filling->n_rows > 0 && begin_writing(sorted, fault) < 0) ||
	    end_writing(sorted, fault) < 0)
		return -1;
	release_unsorted(sorted);
	room = BUFFERS / (sorted->n_portions + 1);
	room = room > BUFFER_MOST ? BUFFER_MOST : room < BUFFER_LEAST ? BUFFER_LEAST : room;
	for (size_t i = 0; i < sorted->n_portions; i++) {
		sorted->portions[i].room = room;
		sorted->portions[i].buffer = fil_resize(NULL, room, 1);
		if (read_row(sorted, &sorted->portions[i], fault) < 0)
			return -1;
	}
	sorted->n_waiting = sorted->n_portions;
	for (size_t i = sorted->n_waiting / 2; i-- > 0;)
		sink(sorted, i);
	sorted->step = FIRST;
	return 0;
}

/* Reads the row after the least, which was handed out. Returns 0 or -1. */
static int
advance(struct fil_sorted_rows *sorted, struct fil_fault *fault)
{
	struct portion *heap = sorted->portions;
	int read = read_row(sorted, &heap[0], fault);

	if (read < 0)
		return -1;
	if (read == 0) {
		struct portion done = heap[0];

		heap[0] = heap[--sorted->n_waiting];
		heap[sorted->n_waiting] = done;
	}
	if (sorted->n_waiting > 0)
		sink(sorted, 0);
	return 0;
}

/* Finds the cells of a row, and their lengths. */
static void
split(const struct fil_sorted_rows *sorted, const struct row *row, const char **cells,
    size_t *lengths)
{
	const char *at = row->text;

	for (size_t c = 0; c < sorted->n_columns; c++) {
		bool empty = (row->head.empty & UINT32_C(1) << c) != 0;

		cells[c] = empty ? NULL : at;
		lengths[c] = empty ? 0 : strlen(at);
		at += empty ? 0 : lengths[c] + 1;
	}
}

int
fil_sorted_rows_next(
    struct fil_sorted_rows *sorted, const char **cells, size_t *lengths, struct fil_fault *fault)
{
	if (sorted->step == ADDING && begin_merge(sorted, fault) < 0)
		return -1;
	if (sorted->step == READING && sorted->n_waiting > 0 && advance(sorted, fault) < 0)
		return -1;
	sorted->step = READING;
	if (sorted->n_waiting == 0)
		return 0;
	split(sorted, &sorted->portions[0].row, cells, lengths);
	return 1;
}

void
fil_sorted_rows_free(struct fil_sorted_rows *sorted)
{
	if (!sorted)
		return;
	release_unsorted(sorted); /* first: the thread may be writing */
	for (size_t i = 0; i < sorted->n_portions; i++)
		free(sorted->portions[i].buffer);
	fil_temp_file_free(sorted->file);
	free(sorted->portions);
	free(sorted);
}
