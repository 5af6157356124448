/* SPDX-License-Identifier: ISC */
#include "lib/write/hash_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"

/* Bytes of a block, which is read at once: to copy a page takes longer than the search for the block. */
enum { BLOCK = 512 };

/* A hash sets one bit of a word of the filter for each LOOK: ten million hashes then pass for others
 * in one case of fourteen. */
enum { FILTER_WORDS = 1 << 20, LOOKS = 4, LOOK_BITS = 6 };

/* First bytes of hashes: the entries that share one are written at a time. */
enum { BYTES = 256 };

/* The bit of an entry's last word that is cheap to change. */
#define MARK (UINT64_C(1) << 63)

/* The entries of one move, by hash. */
struct part {
	size_t first, n; /* the number of the first entry in the file, and how many there are */
	size_t ends[BYTES]; /* of the entries with each first byte, from `first` on */
	uint64_t *firsts; /* the hashes with which the blocks begin */
};

struct fil_hash_file {
	size_t words;
	char *folder;
	struct fil_temp_file *file; /* NULL: nothing was moved yet */
	uint64_t *filter;
	struct part *parts;
	size_t n_parts, room, count;
	uint64_t *marks; /* of each entry a bit: its MARK is not as in the file */
	uint64_t found[2], kept[2]; /* the entry that was found last, and as it was then */
	size_t at; /* its number, or FIL_NOWHERE */
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
	file->at = FIL_NOWHERE;
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

	if (moving->n == 0)
		return;
	qsort(moving->words, moving->n, entry_size(file), compare_entries);
	for (size_t i = 0; i < moving->n; i++) {
		uint64_t hash = moving->words[i * file->words];

		if (part->n % each == 0)
			part->firsts[part->n / each] = hash;
		part->n++;
		*filter_word(file, hash) |= look_bits(hash);
	}
	for (size_t byte = moving->words[0] >> 56; byte < BYTES; byte++)
		part->ends[byte] = part->n;
	fwrite(moving->words, entry_size(file), moving->n, fil_temp_file_stream(file->file));
	moving->n = 0;
}

/* Makes room for n more entries. */
static void
make_room(struct moving *moving, size_t n)
{
	if (moving->n + n <= moving->room)
		return;
	moving->room = moving->n + n + moving->room / 2 + 1024;
	moving->words = fil_resize(moving->words, moving->room, entry_size(moving->file));
}

/* Collects an entry. They come by the first byte of their hashes. */
static void
move_entry(void *context, const uint64_t *words)
{
	struct moving *moving = context;
	size_t width = moving->file->words;

	if (moving->n > 0 && moving->words[0] >> 56 != words[0] >> 56)
		write_moving(moving);
	make_room(moving, 1);
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
	if (!file->filter)
		file->filter = fil_alloc(FILTER_WORDS, sizeof *file->filter);
	return 0;
}

/* Returns the words of the marks of n entries. */
static size_t
mark_words(size_t n)
{
	return (n + 63) / 64;
}

/* Begins a part for n entries. */
static void
add_part(struct fil_hash_file *file, size_t n)
{
	size_t had = mark_words(file->count), words = mark_words(file->count + n);

	file->parts = fil_grow(file->parts, file->n_parts, &file->room, sizeof *file->parts);
	file->parts[file->n_parts++] = (struct part){ .first = file->count,
		.firsts = fil_alloc(n / block_entries(file) + 1, sizeof(uint64_t)) };
	file->marks = fil_resize(file->marks, words, sizeof *file->marks);
	memset(file->marks + had, 0, (words - had) * sizeof *file->marks);
	file->count += n;
}

/* Ends a part. Returns 0 or -1. */
static int
end_part(struct fil_hash_file *file, struct fil_fault *fault)
{
	int error = fil_stream_flush(fil_temp_file_stream(file->file));

	if (error)
		return fil_fault_set(
		    fault, FIL_IO_ERROR, "the keys cannot be kept: %s", fil_language_error(error));
	return 0;
}

int
fil_hash_file_move(struct fil_hash_file *file, struct fil_hash *set, struct fil_fault *fault)
{
	struct moving moving = { .file = file };

	if (open_file(file, fault) < 0)
		return -1;
	add_part(file, fil_hash_count(set));
	fil_hash_each(set, move_entry, &moving);
	write_moving(&moving);
	free(moving.words);
	fil_hash_clear(set);
	return end_part(file, fault);
}

/* Returns the bit of an entry's last word that differs from the file, or 0. */
static uint64_t
mark_of(const struct fil_hash_file *file, size_t entry)
{
	return file->marks[entry / 64] >> entry % 64 & 1 ? MARK : 0;
}

/* Reads n entries from a number on. Returns 0 or -1. */
static int
read_entries(const struct fil_hash_file *file, size_t first, size_t n, uint64_t *words,
    struct fil_fault *fault)
{
	size_t size = entry_size(file);
	int error = fil_descriptor_read(
	    fileno(fil_temp_file_stream(file->file)), words, n * size, (off_t)(first * size));

	if (error)
		return fil_fault_set(fault, FIL_IO_ERROR, "the keys cannot be read back: %s",
		    fil_language_error(error));
	return 0;
}

/* Sets the marks of entries that were read. */
static void
set_marks(const struct fil_hash_file *file, size_t first, size_t n, uint64_t *words)
{
	for (size_t i = 0; i < n; i++)
		words[(i + 1) * file->words - 1] ^= mark_of(file, first + i);
}

/* Reads a block of a part, without marks. Returns how many entries it has, or -1. */
static int
read_block(
    struct fil_hash_file *file, const struct part *part, size_t block, struct fil_fault *fault)
{
	size_t each = block_entries(file), n = part->n - block * each;

	if (n > each)
		n = each;
	if (read_entries(file, part->first + block * each, n, file->block, fault) < 0)
		return -1;
	return (int)n;
}

/* Writes an entry in the place of another. Returns 0 or -1. */
static int
write_entry(struct fil_hash_file *file, size_t entry, uint64_t *words, struct fil_fault *fault)
{
	size_t size = entry_size(file);
	int error;

	set_marks(file, entry, 1, words);
	error = fil_descriptor_write(
	    fileno(fil_temp_file_stream(file->file)), words, size, (off_t)(entry * size));
	if (error)
		return fil_fault_set(
		    fault, FIL_IO_ERROR, "the keys cannot be kept: %s", fil_language_error(error));
	return 0;
}

/* Puts the entry that was found last back, if it was changed. Returns 0 or -1. */
static int
put_back(struct fil_hash_file *file, struct fil_fault *fault)
{
	size_t at = file->at;
	uint64_t *last = &file->kept[file->words - 1];

	file->at = FIL_NOWHERE;
	if (at == FIL_NOWHERE)
		return 0;
	if ((file->found[file->words - 1] ^ *last) & MARK) {
		*last ^= MARK;
		file->marks[at / 64] ^= UINT64_C(1) << at % 64;
	}
	if (memcmp(file->found, file->kept, entry_size(file)) == 0)
		return 0;
	return write_entry(file, at, file->found, fault);
}

/* Returns the block of a part, not empty, in which a hash is likely to be: hashes are spread evenly. */
static size_t
guess_block(const struct fil_hash_file *file, const struct part *part, uint64_t hash)
{
	size_t byte = hash >> 56, begin = byte > 0 ? part->ends[byte - 1] : 0;
	size_t before = (part->ends[byte] - begin) * (hash >> 24 & UINT32_MAX) >> 32;
	size_t guess = begin + before;

	return (guess < part->n ? guess : part->n - 1) / block_entries(file);
}

/* Returns the block of a part, not empty, in which a hash would be. */
static size_t
find_block(const struct fil_hash_file *file, const struct part *part, uint64_t hash)
{
	size_t block = guess_block(file, part, hash), last = (part->n - 1) / block_entries(file);

	while (block > 0 && part->firsts[block] > hash)
		block--;
	while (block < last && part->firsts[block + 1] <= hash)
		block++;
	return block;
}

void
fil_hash_file_prefetch(const struct fil_hash_file *file, uint64_t hash)
{
	if (file->count == 0)
		return;
	__builtin_prefetch(filter_word(file, hash));
	if (file->n_parts == 1 && file->parts->n > 0)
		__builtin_prefetch(&file->parts->firsts[guess_block(file, file->parts, hash)]);
}

/* Finds an entry in a part. Returns 1, 0 or -1. */
static int
find_in_part(
    struct fil_hash_file *file, const struct part *part, uint64_t hash, struct fil_fault *fault)
{
	const uint64_t *found;
	size_t block;
	int n;

	if (part->n == 0 || hash < part->firsts[0])
		return 0;
	block = find_block(file, part, hash);
	n = read_block(file, part, block, fault);
	if (n < 0)
		return -1;
	found = bsearch(&hash, file->block, (size_t)n, entry_size(file), compare_entries);
	if (!found)
		return 0;
	file->at =
	    part->first + block * block_entries(file) + (size_t)(found - file->block) / file->words;
	memcpy(file->found, found, entry_size(file));
	set_marks(file, file->at, 1, file->found);
	memcpy(file->kept, file->found, sizeof file->kept);
	return 1;
}

int
fil_hash_file_find(
    struct fil_hash_file *file, uint64_t hash, uint64_t **words, struct fil_fault *fault)
{
	int found = 0;

	if (file->count == 0 || (look_bits(hash) & ~*filter_word(file, hash)))
		return 0;
	if (put_back(file, fault) < 0)
		return -1;
	for (size_t p = file->n_parts; p-- > 0 && found == 0;)
		found = find_in_part(file, &file->parts[p], hash, fault);
	*words = file->found;
	return found;
}

/* Reads the entries of all parts with a first byte. Returns 0 or -1. */
static int
collect_byte(
    struct fil_hash_file *file, size_t byte, struct moving *moving, struct fil_fault *fault)
{
	for (size_t p = 0; p < file->n_parts; p++) {
		const struct part *part = &file->parts[p];
		size_t begin = byte > 0 ? part->ends[byte - 1] : 0, n = part->ends[byte] - begin;
		uint64_t *words;

		make_room(moving, n);
		words = moving->words + moving->n * file->words;
		if (read_entries(file, part->first + begin, n, words, fault) < 0)
			return -1;
		set_marks(file, part->first + begin, n, words);
		moving->n += n;
	}
	return 0;
}

/* Writes the entries of all parts into another file, as one. Returns 0 or -1. */
static int
merge_into(struct fil_hash_file *merged, struct fil_hash_file *file, struct fil_fault *fault)
{
	struct moving moving = { .file = merged };
	int result = open_file(merged, fault);

	if (result == 0)
		add_part(merged, file->count);
	for (size_t byte = 0; result == 0 && byte < BYTES; byte++) {
		result = collect_byte(file, byte, &moving, fault);
		if (result == 0)
			write_moving(&moving);
	}
	free(moving.words);
	return result == 0 ? end_part(merged, fault) : -1;
}

int
fil_hash_file_merge(struct fil_hash_file *file, struct fil_fault *fault)
{
	struct fil_hash_file *merged, old;

	if (file->n_parts < 2)
		return 0;
	if (put_back(file, fault) < 0)
		return -1;
	merged = fil_hash_file_new(file->words, file->folder);
	merged->filter = file->filter; /* of the same hashes */
	file->filter = NULL;
	if (merge_into(merged, file, fault) < 0) {
		file->count = 0;
		fil_hash_file_free(merged);
		return -1;
	}
	old = *file;
	*file = *merged;
	*merged = old;
	fil_hash_file_free(merged);
	return 0;
}

int
fil_hash_file_each(struct fil_hash_file *file, void (*visit)(void *context, const uint64_t *words),
    void *context, struct fil_fault *fault)
{
	if (put_back(file, fault) < 0)
		return -1;
	for (size_t p = 0; p < file->n_parts; p++) {
		const struct part *part = &file->parts[p];
		size_t each = block_entries(file);
		int n;

		for (size_t block = 0; block * each < part->n; block++) {
			n = read_block(file, part, block, fault);
			if (n < 0)
				return -1;
			set_marks(file, part->first + block * each, (size_t)n, file->block);
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
	free(file->marks);
	fil_temp_file_free(file->file);
	free(file->folder);
	free(file);
}
