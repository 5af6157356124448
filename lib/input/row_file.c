/* SPDX-License-Identifier: ISC */
#include "lib/input/row_file.h"

#include <ctype.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/temp_file.h"
#include "lib/base/worker.h"

enum {
	BLOCK = 256 * 1024,
	HOLE = 1024 * 1024, /* for a header */
};

/* What the thread that adds rows shares with those that read them. */
struct fil_row_growth {
	struct fil_worker *worker;
	int (*write)(void *context, struct fil_fault *fault);
	void *context;
	pthread_mutex_t mutex; /* of what follows */
	pthread_cond_t changed;
	size_t size, width; /* of the rows that can be read; size 0: none yet */
	double share;
	bool ended, failed;
	bool unwanted; /* nothing will be read any more */
};

struct fil_row_file *
fil_row_file_new(const char *folder, bool later_header, struct fil_fault *fault)
{
	int fd = fil_temp_file_descriptor(folder, fault);
	struct fil_row_file *file;

	if (fd < 0)
		return NULL;
	file = fil_alloc(1, sizeof *file);
	file->fd = fd;
	file->folder = folder;
	file->begin = later_header ? HOLE : 0;
	file->by_line = true;
	return file;
}

/* Writes n bytes at an offset. Returns 0, or -1 with a fault. */
static int
write_at(
    const struct fil_row_file *file, const char *from, size_t n, off_t at, struct fil_fault *fault)
{
	int error = fil_descriptor_write(file->fd, from, n, at);

	if (error == 0)
		return 0;
	return fil_fault_set(fault, FIL_IO_ERROR, "cannot keep the input in %s: %s", file->folder,
	    fil_language_error(error));
}

/* Ends the rows early. No message has this fault: the caller reads them again. Returns -1. */
static int
stop_growth(struct fil_fault *fault)
{
	*fault = (struct fil_fault){ .status = FIL_BUSY };
	return -1;
}

/* Lets the rows be read that were written. Returns 0, or -1 if none is wanted any more. */
static int
publish(const struct fil_row_file *file, struct fil_fault *fault)
{
	struct fil_row_growth *growth = file->growth;
	bool unwanted;

	pthread_mutex_lock(&growth->mutex);
	if (growth->size == 0)
		growth->width = file->width;
	growth->size = file->size;
	growth->share = file->share;
	unwanted = growth->unwanted;
	pthread_cond_broadcast(&growth->changed);
	pthread_mutex_unlock(&growth->mutex);
	return unwanted ? stop_growth(fault) : 0;
}

int
fil_row_file_finish(struct fil_row_file *file, struct fil_fault *fault)
{
	off_t end = file->begin + (off_t)file->size;

	if (write_at(file, file->block.data, file->block.length, end, fault) < 0)
		return -1;
	file->size += file->block.length;
	fil_bytes_clear(&file->block);
	return file->growth ? publish(file, fault) : 0;
}

/* Returns whether a cell must be in quotes. */
static bool
needs_quotes(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] == '"' || text[i] == ',' || text[i] == '\n' || text[i] == '\r')
			return true;
	return false;
}

static void
add_cell(struct fil_bytes *row, const char *text, size_t n)
{
	const char *end = text + n, *quote;

	if (!needs_quotes(text, n)) {
		fil_bytes_add(row, text, n);
		return;
	}
	fil_bytes_add(row, "\"", 1);
	for (; (quote = memchr(text, '"', (size_t)(end - text))); text = quote + 1) {
		fil_bytes_add(row, text, (size_t)(quote - text));
		fil_bytes_add(row, "\"\"", 2);
	}
	fil_bytes_add(row, text, (size_t)(end - text));
	fil_bytes_add(row, "\"", 1);
}

void
fil_row_file_cell(struct fil_row_file *file, size_t column, const char *text, size_t n, bool error)
{
	static const char commas[] = ",,,,,,,,,,,,,,,,";
	size_t gap = column - file->column + 1, step;

	if (n == 0)
		return;
	for (; gap > 0; gap -= step) {
		step = gap < sizeof commas ? gap : sizeof commas - 1;
		fil_bytes_add(&file->row, commas, step);
	}
	add_cell(&file->row, text, n);
	if (error)
		fil_bytes_add_format(&file->errors, " %zu", column);
	file->column = column + 1;
	if (file->width < file->column)
		file->width = file->column;
}

/* Adds "7:7", and what follows it in the same cell, to a record. */
static void
add_place(struct fil_bytes *record, size_t number, size_t line, const char *more)
{
	char digits[FIL_NUMBER_SIZE];

	fil_number_write((long long)number, digits);
	fil_bytes_add_text(record, digits);
	fil_bytes_add(record, ":", 1);
	fil_number_write((long long)line, digits);
	fil_bytes_add_text(record, digits);
	fil_bytes_add_text(record, more);
}

static void
clear_row(struct fil_row_file *file)
{
	fil_bytes_clear(&file->row);
	fil_bytes_clear(&file->errors);
	file->column = 0;
}

/* Moves the row in hand behind its place in the record. */
static void
move_row(struct fil_row_file *file, struct fil_bytes *record)
{
	fil_bytes_add(record, file->row.data, file->row.length);
	fil_bytes_add(record, "\n", 1);
	clear_row(file);
}

/* Writes the block, if it is full. */
static int
flush_full(struct fil_row_file *file, struct fil_fault *fault)
{
	return file->block.length >= BLOCK ? fil_row_file_finish(file, fault) : 0;
}

int
fil_row_file_end(struct fil_row_file *file, size_t number, size_t line, struct fil_fault *fault)
{
	if (file->column == 0)
		return 0;
	if (file->row.length > FIL_ROW_BYTES)
		return fil_fault_data(fault, "source-error", "a row over 4 MiB");
	/* The rows before it, and the header, were padded to fewer cells. */
	if (file->growth && file->size > 0 && file->width > file->growth->width)
		return stop_growth(fault);
	add_place(&file->block, number, line, file->errors.length > 0 ? file->errors.data : "");
	move_row(file, &file->block);
	return flush_full(file, fault);
}

int
fil_row_file_refuse(struct fil_row_file *file, size_t number, size_t line, const char *reason,
    const char *raw, size_t n, struct fil_fault *fault)
{
	size_t begin;

	clear_row(file);
	add_place(&file->block, number, line, "!,");
	add_cell(&file->block, reason, strlen(reason));
	fil_bytes_add(&file->block, ",", 1);
	begin = file->block.length;
	add_cell(&file->block, raw, n);
	for (char *nul; (nul = memchr(file->block.data + begin, '\0', file->block.length - begin));)
		*nul = '?';
	fil_bytes_add(&file->block, "\n", 1);
	return flush_full(file, fault);
}

int
fil_row_file_header(struct fil_row_file *file, struct fil_fault *fault)
{
	struct fil_bytes record = { 0 };
	int result;

	add_place(&record, 0, 0, "");
	move_row(file, &record);
	if (record.length > HOLE) {
		result = fil_fault_data(
		    fault, "source-error", "the names of its columns are over 1 MiB");
	} else {
		file->begin -= (off_t)record.length;
		file->size += record.length;
		result = write_at(file, record.data, record.length, file->begin, fault);
	}
	fil_bytes_release(&record);
	return result;
}

/* Adds all rows, in the thread. */
static void
add_rows(void *context)
{
	const struct fil_row_file *file = context;
	struct fil_row_growth *growth = file->growth;
	struct fil_fault fault;
	bool failed = growth->write(growth->context, &fault) < 0;

	pthread_mutex_lock(&growth->mutex);
	growth->ended = true;
	growth->failed = failed;
	pthread_cond_broadcast(&growth->changed);
	pthread_mutex_unlock(&growth->mutex);
}

bool
fil_row_file_grow(
    struct fil_row_file *file, int (*write)(void *context, struct fil_fault *fault), void *context)
{
	struct fil_worker *worker = fil_worker_new();

	if (!worker)
		return false;
	file->growth = fil_alloc(1, sizeof *file->growth);
	file->growth->worker = worker;
	file->growth->write = write;
	file->growth->context = context;
	pthread_mutex_init(&file->growth->mutex, NULL);
	pthread_cond_init(&file->growth->changed, NULL);
	fil_worker_begin(worker, add_rows, file);
	return true;
}

int
fil_row_file_wait(const struct fil_row_file *file, size_t offset, size_t *size)
{
	struct fil_row_growth *growth = file->growth;
	int result;

	if (!growth) {
		*size = file->size;
		return 0;
	}
	pthread_mutex_lock(&growth->mutex);
	while (growth->size <= offset && !growth->ended)
		pthread_cond_wait(&growth->changed, &growth->mutex);
	*size = growth->size;
	result = growth->size <= offset && growth->failed ? -1 : 0;
	pthread_mutex_unlock(&growth->mutex);
	return result;
}

bool
fil_row_file_ends(const struct fil_row_file *file, size_t offset)
{
	struct fil_row_growth *growth = file->growth;
	bool ends;

	if (!growth)
		return offset >= file->size;
	pthread_mutex_lock(&growth->mutex);
	ends = growth->ended && !growth->failed && offset >= growth->size;
	pthread_mutex_unlock(&growth->mutex);
	return ends;
}

size_t
fil_row_file_size(const struct fil_row_file *file)
{
	struct fil_row_growth *growth = file->growth;
	size_t size;

	if (!growth)
		return file->size;
	pthread_mutex_lock(&growth->mutex);
	size = growth->size;
	if (!growth->ended && growth->share > 0)
		size = (size_t)((double)size / growth->share);
	pthread_mutex_unlock(&growth->mutex);
	return size;
}

size_t
fil_row_file_width(const struct fil_row_file *file)
{
	size_t size;

	fil_row_file_wait(file, 0, &size);
	return file->growth ? file->growth->width : file->width;
}

bool
fil_row_file_complete(const struct fil_row_file *file)
{
	size_t size;

	return fil_row_file_wait(file, SIZE_MAX, &size) == 0;
}

/* Ends the thread that adds rows, if there is one. */
static void
end_growth(struct fil_row_growth *growth)
{
	if (!growth)
		return;
	pthread_mutex_lock(&growth->mutex);
	growth->unwanted = true;
	pthread_mutex_unlock(&growth->mutex);
	fil_worker_free(growth->worker);
	pthread_mutex_destroy(&growth->mutex);
	pthread_cond_destroy(&growth->changed);
	free(growth);
}

/* Adds the name of a sheet, in quotes where a spreadsheet needs them: 'Feuille 1'. */
static void
add_sheet(struct fil_bytes *text, const char *sheet)
{
	bool plain = *sheet != '\0' && !(*sheet >= '0' && *sheet <= '9');

	for (const char *at = sheet; *at != '\0'; at++)
		plain &= isalnum((unsigned char)*at) || *at == '_' || (unsigned char)*at >= 0x80;
	if (plain) {
		fil_bytes_add_text(text, sheet);
		return;
	}
	fil_bytes_add_text(text, "'");
	for (const char *at = sheet; *at != '\0'; at++)
		fil_bytes_add_text(text, (const char[]){ *at, *at == '\'' ? '\'' : '\0', '\0' });
	fil_bytes_add_text(text, "'");
}

/* Adds the letters of a column of a sheet, numbered from 0: A, Z, AA. */
static void
add_letters(struct fil_bytes *text, size_t column)
{
	if (column >= 26)
		add_letters(text, column / 26 - 1);
	fil_bytes_add(text, &"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column % 26], 1);
}

void
fil_sheet_place_add(struct fil_bytes *text, const char *sheet, size_t row, size_t column)
{
	add_sheet(text, sheet);
	fil_bytes_add_text(text, "!");
	if (column != FIL_NOWHERE)
		add_letters(text, column);
	fil_bytes_add_format(text, "%zu", row);
}

void
fil_row_file_free(struct fil_row_file *file)
{
	if (!file)
		return;
	end_growth(file->growth);
	close(file->fd);
	fil_bytes_release(&file->block);
	fil_bytes_release(&file->row);
	fil_bytes_release(&file->errors);
	free(file->merged);
	free(file->sheet);
	free(file);
}
