/* SPDX-License-Identifier: ISC */
#include "lib/write/hash_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"

/* Bytes of a block, which is read at once. */
enum { BLOCK = 4096 };

/* A hash sets one bit of a word of the filter for each LOOK: ten million hashes then pass for others
 * in one case of fourteen. */
enum { FILTER_WORDS = 1 << 20, LOOKS = 4, LOOK_BITS = 6 };

/* The entries of one move, by hash. */
struct part {
	off_t begin; /* in the file */
	size_t n; /* entries */
	uint64_t *firsts; /* the hashes with which the blocks begin */
};

struct fil_hash_file {
	size_t words;
	char *folder;
	struct fil_temp_file *file; /* NULL: nothing was moved yet */
	uint64_t *filter;
	struct part *parts;
	size_t n_parts, room, count;
	off_t end;
	uint64_t block[BLOCK / sizeof(uint64_t)];
};

/* What is moved at a time: the entries whose hashes have the same first byte. */
struct moving {
	struct fil_hash_file *file;
	uint64_t *words;
	size_t n, room; /* entries */
};

struct fil_hash_file *
fil_hash_file_new(size_t words, const char *folder)
{
	struct fil_hash_file *file = fil_alloc(1, sizeof *file);

	file->words = words;
	file->folder = fil_copy(folder);
	return file;
}

static size_t
entry_size(const struct fil_hash_file *file)
{
	return file->words * sizeof(uint64_t);
}

/* Returns how many entries a block has. */
static size_t
block_entries(const struct fil_hash_file *file)
{
	return BLOCK / entry_size(file);
}

/* Returns the bits of a hash in its word of the filter. The set of hashes divides by other bits. */
static uint64_t
look_bits(uint64_t hash)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < LOOKS; i++)
		bits |= UINT64_C(1) << (hash >> (i * LOOK_BITS) & 63);
	return bits;
}

static uint64_t *
filter_word(const struct fil_hash_file *file, uint64_t hash)
{
	return &file->filter[(hash >> (LOOKS * LOOK_BITS)) % FILTER_WORDS];
}

static int
compare_entries(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Writes the entries that were collected, which follow those before. */
static void
write_moving(struct moving *moving)
{
	struct fil_hash_file *file = moving->file;
	struct part *part = &file->parts[file->n_parts - 1];
	size_t each = block_entries(file);

	qsort(moving->words, moving->n, entry_size(file), compare_entries);
	for (size_t i = 0; i < moving->n; i++) {
		uint64_t hash = moving->words[i * file->words];

		if (part->n % each == 0)
			part->firsts[part->n / each] = hash;
		part->n++;
		*filter_word(file, hash) |= look_bits(hash);
	}
	fwrite(moving->words, entry_size(file), moving->n, fil_temp_file_stream(file->file));
	moving->n = 0;
}

/* Collects an entry. They come by the first byte of their hashes. */
static void
move_entry(void *context, const uint64_t *words)
{
	struct moving *moving = context;
	size_t width = moving->file->words;

	if (moving->n > 0 && moving->words[0] >> 56 != words[0] >> 56)
		write_moving(moving);
	if (moving->n == moving->room) {
		moving->room += moving->room / 2 + 1024;
		moving->words = fil_resize(moving->words, moving->room, entry_size(moving->file));
	}
	memcpy(moving->words + moving->n++ * width, words, entry_size(moving->file));
}

/* Makes the file, if need be. Returns 0 or -1. */
static int
open_file(struct fil_hash_file *file, struct fil_fault *fault)
{
	if (file->file)
		return 0;
	file->file = fil_temp_file_new(file->folder, fault);
	if (!file->file)
		return -1;
	file->filter = fil_alloc(FILTER_WORDS, sizeof *file->filter);
	return 0;
}

/* Begins a part for n entries. */
static void
add_part(struct fil_hash_file *file, size_t n)
{
	file->parts = fil_grow(file->parts, file->n_parts, &file->room, sizeof *file->parts);
	file->parts[file->n_parts++] = (struct part){ .begin = file->end,
		.firsts = fil_alloc(n / block_entries(file) + 1, sizeof(uint64_t)) };
	file->count += n;
	file->end += (off_t)(n * entry_size(file));
}

int
fil_hash_file_move(struct fil_hash_file *file, struct fil_hash *set, struct fil_fault *fault)
{
	struct moving moving = { .file = file };
	int error;

	if (open_file(file, fault) < 0)
		return -1;
	add_part(file, fil_hash_count(set));
	fil_hash_each(set, move_entry, &moving);
	write_moving(&moving);
	free(moving.words);
	fil_hash_clear(set);
	error = fil_stream_flush(fil_temp_file_stream(file->file));
	if (error)
		return fil_fault_set(
		    fault, FIL_IO_ERROR, "the keys cannot be kept: %s", fil_language_error(error));
	return 0;
}

/* Reads a block of a part. Returns how many entries it has, or -1. */
static int
read_block(
    struct fil_hash_file *file, const struct part *part, size_t block, struct fil_fault *fault)
{
	size_t each = block_entries(file), n = part->n - block * each;
	int error;

	if (n > each)
		n = each;
	error = fil_descriptor_read(fileno(fil_temp_file_stream(file->file)), file->block,
	    n * entry_size(file), part->begin + (off_t)(block * BLOCK));
	if (error)
		return fil_fault_set(fault, FIL_IO_ERROR, "the keys cannot be read back: %s",
		    fil_language_error(error));
	return (int)n;
}

/* Returns the block of a part in which a hash would be. */
static size_t
find_block(const struct fil_hash_file *file, const struct part *part, uint64_t hash)
{
	size_t low = 0, high = (part->n + block_entries(file) - 1) / block_entries(file);

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (part->firsts[middle] <= hash)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Finds an entry in a part. Returns 1, 0 or -1. */
static int
find_in_part(struct fil_hash_file *file, const struct part *part, uint64_t hash, uint64_t *words,
    off_t *at, struct fil_fault *fault)
{
	size_t block = find_block(file, part, hash);
	const uint64_t *found;
	int n;

	if (part->n == 0 || hash < part->firsts[0])
		return 0;
	n = read_block(file, part, block, fault);
	if (n < 0)
		return -1;
	found = bsearch(&hash, file->block, (size_t)n, entry_size(file), compare_entries);
	if (!found)
		return 0;
	memcpy(words, found, entry_size(file));
	*at = part->begin + (off_t)(block * BLOCK) +
	    (off_t)((size_t)(found - file->block) * sizeof *found);
	return 1;
}

int
fil_hash_file_find(
    struct fil_hash_file *file, uint64_t hash, uint64_t *words, off_t *at, struct fil_fault *fault)
{
	int found = 0;

	if (file->count == 0 || (look_bits(hash) & ~*filter_word(file, hash)))
		return 0;
	for (size_t p = file->n_parts; p-- > 0 && found == 0;)
		found = find_in_part(file, &file->parts[p], hash, words, at, fault);
	return found;
}

int
fil_hash_file_set(
    struct fil_hash_file *file, off_t at, const uint64_t *words, struct fil_fault *fault)
{
	int error = fil_descriptor_write(
	    fileno(fil_temp_file_stream(file->file)), words, entry_size(file), at);

	if (error)
		return fil_fault_set(
		    fault, FIL_IO_ERROR, "the keys cannot be kept: %s", fil_language_error(error));
	return 0;
}

int
fil_hash_file_each(struct fil_hash_file *file, void (*visit)(void *context, const uint64_t *words),
    void *context, struct fil_fault *fault)
{
	for (size_t p = 0; p < file->n_parts; p++) {
		const struct part *part = &file->parts[p];
		int n;

		for (size_t block = 0; block * block_entries(file) < part->n; block++) {
			n = read_block(file, part, block, fault);
			if (n < 0)
				return -1;
			for (size_t i = 0; i < (size_t)n; i++)
				visit(context, file->block + i * file->words);
		}
	}
	return 0;
}

size_t
fil_hash_file_count(const struct fil_hash_file *file)
{
	return file->count;
}

void
fil_hash_file_free(struct fil_hash_file *file)
{
	if (!file)
		return;
	for (size_t p = 0; p < file->n_parts; p++)
		free(file->parts[p].firsts);
	free(file->parts);
	free(file->filter);
	fil_temp_file_free(file->file);
	free(file->folder);
	free(file);
}
