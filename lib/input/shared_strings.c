/* SPDX-License-Identifier: ISC */
#include "lib/input/shared_strings.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"

enum {
	IN_MEMORY = 16 * 1024 * 1024,
	EACH = 4, /* the place of every so many texts is known */
	PAGE = 16 * 1024,
	PAGES = 512, /* of the file that stay in memory: 8 MiB */
};

/* Texts lie one behind the other, each after its length as a uint32_t. Those in memory are
 * behind those in the file. */
struct fil_shared_strings {
	const char *folder;
	struct fil_bytes bytes; /* in memory */
	uint64_t *places, size; /* of every text EACH; bytes of all */
	size_t n;
	int fd; /* of the file; -1: all are in memory */
	uint64_t in_file;
	char *pages; /* a page of the file is at its number modulo PAGES */
	uint64_t *numbers; /* of these pages, from 1 */
};

struct fil_shared_strings *
fil_shared_strings_new(const char *folder)
{
	struct fil_shared_strings *strings = fil_alloc(1, sizeof *strings);

	strings->folder = folder;
	strings->fd = -1;
	return strings;
}

/* Writes what is in memory to the file. Returns 0, or -1 with a fault. */
static int
spill(struct fil_shared_strings *strings, struct fil_fault *fault)
{
	const char *from = strings->bytes.data;
	size_t left = strings->bytes.length;
	ssize_t written;

	if (strings->fd < 0) {
		strings->fd = fil_temp_file_descriptor(strings->folder, fault);
		if (strings->fd < 0)
			return -1;
		strings->pages = fil_alloc(PAGES, PAGE);
		strings->numbers = fil_alloc(PAGES, sizeof *strings->numbers);
	}
	for (; left > 0; from += written, left -= (size_t)written) {
		written = pwrite(strings->fd, from, left, (off_t)strings->in_file);
		if (written < 0 && errno == EINTR)
			written = 0;
		if (written < 0)
			return fil_fault_set(fault, FIL_IO_ERROR, "cannot keep the input in %s: %s",
			    strings->folder, fil_language_error(errno));
		strings->in_file += (uint64_t)written;
	}
	fil_bytes_clear(&strings->bytes);
	return 0;
}

int
fil_shared_strings_add(
    struct fil_shared_strings *strings, const char *text, size_t n, struct fil_fault *fault)
{
	uint32_t length = (uint32_t)n;

	if (strings->n % EACH == 0) {
		size_t known = strings->n / EACH;

		if ((known & (known - 1)) == 0)
			strings->places = fil_resize(
			    strings->places, known > 0 ? 2 * known : 1, sizeof *strings->places);
		strings->places[known] = strings->size;
	}
	fil_bytes_add(&strings->bytes, (const char *)&length, sizeof length);
	fil_bytes_add(&strings->bytes, text, n);
	strings->size += sizeof length + n;
	strings->n++;
	return strings->bytes.length > IN_MEMORY ? spill(strings, fault) : 0;
}

/* Reads a page of the file that is not in memory. Returns 0, or -1 with a fault. */
static int
read_page(struct fil_shared_strings *strings, uint64_t page, struct fil_fault *fault)
{
	char *to = strings->pages + page % PAGES * PAGE;
	uint64_t at = page * PAGE;
	size_t left = strings->in_file - at < PAGE ? (size_t)(strings->in_file - at) : PAGE;
	ssize_t got;

	strings->numbers[page % PAGES] = 0;
	for (; left > 0; to += got, at += (uint64_t)got, left -= (size_t)got) {
		got = pread(strings->fd, to, left, (off_t)at);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got <= 0)
			return fil_fault_set(fault, FIL_IO_ERROR,
			    "cannot read the input back from %s: %s", strings->folder,
			    fil_language_error(got < 0 ? errno : EIO));
	}
	strings->numbers[page % PAGES] = page + 1;
	return 0;
}

/* Copies n bytes from a place. Returns 0, or -1 with a fault. */
static int
copy(
    struct fil_shared_strings *strings, uint64_t place, char *to, size_t n, struct fil_fault *fault)
{
	while (n > 0 && place < strings->in_file) {
		uint64_t page = place / PAGE, in_page = place % PAGE;
		size_t step = PAGE - (size_t)in_page;

		if (strings->numbers[page % PAGES] != page + 1 &&
		    read_page(strings, page, fault) < 0)
			return -1;
		if (step > strings->in_file - place)
			step = (size_t)(strings->in_file - place);
		if (step > n)
			step = n;
		memcpy(to, strings->pages + page % PAGES * PAGE + in_page, step);
		place += step;
		to += step;
		n -= step;
	}
	if (n > 0)
		memcpy(to, strings->bytes.data + (place - strings->in_file), n);
	return 0;
}

int
fil_shared_strings_get(struct fil_shared_strings *strings, size_t number, struct fil_bytes *text,
    struct fil_fault *fault)
{
	uint64_t place;
	uint32_t length;

	if (number >= strings->n)
		return 0;
	place = strings->places[number / EACH];
	for (size_t skip = number % EACH;; skip--) {
		if (copy(strings, place, (char *)&length, sizeof length, fault) < 0)
			return -1;
		place += sizeof length;
		if (skip == 0)
			break;
		place += length;
	}
	fil_bytes_clear(text);
	fil_bytes_reserve(text, length + 1);
	if (copy(strings, place, text->data, length, fault) < 0)
		return -1;
	text->length = length;
	text->data[length] = '\0';
	return 1;
}

void
fil_shared_strings_free(struct fil_shared_strings *strings)
{
	if (!strings)
		return;
	if (strings->fd >= 0)
		close(strings->fd);
	fil_bytes_release(&strings->bytes);
	free(strings->places);
	free(strings->pages);
	free(strings->numbers);
	free(strings);
}
