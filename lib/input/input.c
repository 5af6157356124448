/* SPDX-License-Identifier: ISC */
#include "lib/input/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file_use.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/base/utf8.h"
#include "lib/base/worker.h"

enum {
	BLOCK = 256 * 1024,
	HASH = 32, /* BLAKE2b-256 */
	CARRY = 3, /* the most bytes of a character left for the next block */
	BYTES_ALONE = 4 * BLOCK, /* that are hashed before a thread is worth it */
};

/* The digest of an input. Of a large one a thread makes it, while rows are loaded. */
struct digest {
	struct fil_worker *worker; /* that makes it, or NULL */
	const struct fil_input *input; /* all of which the worker reads again */
	struct fil_fault fault; /* its status is not FIL_OK: the worker could not read it */
	char text[2 * HASH + 1];
};

struct fil_input {
	char *name;
	int fd;
	off_t base; /* the offset at which standard input began */
	size_t size;
	bool seen_invalid;
	size_t invalid; /* offset of the first byte that is not valid UTF-8 */
	size_t multibyte, bad;
	bool seen_twice;
	size_t twice; /* offset of the first character that may begin UTF-8 encoded twice */
	struct digest *digest;
	const char *folder;
	struct fil_row_file *rows; /* instead of the bytes, or NULL */
	struct fil_fault
	    *failed; /* of the first failed read after the pass; its status is FIL_OK: none */
};

/* The state of the one pass over the bytes. */
struct pass {
	struct fil_input *input;
	const char *folder;
	size_t carry;
	int source, copy; /* the source; the copy, or -1 */
	size_t block;
	bool packed; /* a ZIP archive, which is no text */
	/* The library wants more alignment than the heap gives. */
	crypto_generichash_state *hash;
	char *text; /* the block in hand, behind the room for the carry */
	char buffer[]; /* CARRY + block */
};

/* Returns the number of bytes of an incomplete character at the end of the text, 0 if it is
 * complete. */
static size_t
unfinished(const char *text, size_t n)
{
	for (size_t k = 1; k <= CARRY && k <= n; k++) {
		unsigned char c = (unsigned char)text[n - k];
		size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;

		if (c < 0x80)
			return 0;
		if (c >= 0xC0)
			return k < length ? k : 0;
	}
	return 0;
}

/* Returns the number of bytes that are not ASCII. Each byte of a word counts separately, so 255
 * words can be added before a byte overflows. */
static size_t
count_high(const char *text, size_t n)
{
	size_t count = 0, i = 0;

	while (n - i >= 8) {
		uint64_t sums = 0;

		for (int words = 0; words < 255 && n - i >= 8; words++, i += 8)
			sums += (fil_word_at(text + i) >> 7) & FIL_EACH(1);
		for (; sums != 0; sums >>= 8)
			count += sums & 0xFF;
	}
	for (; i < n; i++)
		count += (unsigned char)text[i] >> 7;
	return count;
}

/* Returns the length of a sequence with the form of a multi-byte character at the beginning of n >
 * 0 bytes, or 0. Invalid sequences (overlong forms, halves of surrogate pairs) count too: they were
 * meant as UTF-8. */
static size_t
has_form(const char *text, size_t n)
{
	unsigned char c = (unsigned char)text[0];
	size_t length = c >= 0xF8 ? 0 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 0;

	if (length > n)
		return 0;
	for (size_t i = 1; i < length; i++)
		if (((unsigned char)text[i] & 0xC0) != 0x80)
			return 0;
	return length;
}

/* Searches for the characters that UTF-8 encoded twice consists of. No other text has their last
 * bytes often, so that a search for these is quick. */
static void
check_twice(struct fil_input *input, const char *text, size_t n, size_t offset)
{
	static const unsigned char lasts[] = { 0x83, 0x82, 0x85 };
	const char *at, *end = text + n;

	for (size_t i = 0; i < sizeof lasts && !input->seen_twice; i++)
		for (at = text; (at = memchr(at, lasts[i], (size_t)(end - at))); at++) {
			bool quote = at - text >= 3 && memcmp(at - 3, "\xC3\xA2\xE2", 3) == 0;

			if (!quote && (at == text || at[-1] != '\xC3'))
				continue;
			input->seen_twice = true;
			input->twice = offset;
			break;
		}
}

/* Checks n bytes; `offset` is the place of the first in the input. Returns how many bytes at the
 * end wait for the next block. */
static size_t
check_utf8(struct fil_input *input, const char *text, size_t n, size_t offset, bool last)
{
	size_t waiting = last ? 0 : unfinished(text, n), at = 0, valid, form;
	size_t before = input->multibyte;

	n -= waiting;
	for (;;) {
		valid = fil_utf8_check(text + at, n - at);
		input->multibyte += count_high(text + at, valid);
		at += valid;
		if (at == n && input->multibyte > before && !input->seen_twice)
			check_twice(input, text, n, offset);
		if (at == n)
			return waiting;
		if (!input->seen_invalid)
			input->invalid = offset + at;
		input->seen_invalid = true;
		form = has_form(text + at, n - at);
		input->multibyte += form;
		input->bad++;
		at += form > 0 ? form : 1;
	}
}

static int
read_fault(const struct fil_input *input, int error, struct fil_fault *fault)
{
	if (error == EISDIR)
		return fil_fault_set(fault, FIL_NO_INPUT, "%s: is a directory", input->name);
	if (error == EBADF)
		return fil_fault_set(
		    fault, FIL_NO_INPUT, "%s: standard input is closed", input->name);
	return fil_fault_set(
	    fault, FIL_IO_ERROR, "%s: cannot be read: %s", input->name, fil_language_error(error));
}

/* Reads a block. A program that shares standard input may have set it to non-blocking. */
static ssize_t
read_block(struct pass *pass, struct fil_fault *fault)
{
	struct fil_input *input = pass->input;
	ssize_t got;

	for (;;) {
		if (pass->copy >= 0)
			got = read(pass->source, pass->text, pass->block);
		else
			got = pread(pass->source, pass->text, pass->block,
			    input->base + (off_t)input->size);
		if (got >= 0)
			return got;
		if (errno == EAGAIN)
			poll(&(struct pollfd){ .fd = pass->source, .events = POLLIN }, 1, -1);
		else if (errno != EINTR)
			return read_fault(input, errno, fault);
	}
}

/* Adds the block in hand, of n bytes, to the copy. Returns 0, or -1 with a fault. */
static int
copy_block(const struct pass *pass, size_t n, struct fil_fault *fault)
{
	int error = fil_descriptor_write(pass->copy, pass->text, n, (off_t)pass->input->size);

	if (error == 0)
		return 0;
	return fil_fault_set(fault, FIL_IO_ERROR, "cannot keep the input in %s: %s", pass->folder,
	    fil_language_error(error));
}

static void
end_hash(crypto_generichash_state *hash, struct digest *digest)
{
	unsigned char bytes[HASH];

	crypto_generichash_final(hash, bytes, HASH);
	sodium_bin2hex(digest->text, sizeof digest->text, bytes, HASH);
}

/* Hashes an input from its beginning. */
static void
hash_input(void *context)
{
	struct digest *digest = context;
	crypto_generichash_state hash;
	char *block = fil_alloc(BLOCK, 1);
	off_t offset = 0;
	ssize_t got;

	crypto_generichash_init(&hash, NULL, 0, HASH);
	for (;
	     (got = fil_input_read_bytes(digest->input, offset, block, BLOCK, &digest->fault)) > 0;
	     offset += got)
		crypto_generichash_update(&hash, (const unsigned char *)block, (size_t)got);
	free(block);
	if (got == 0)
		end_hash(&hash, digest);
}

/* Takes the block in hand, of n bytes. Of a large input all is hashed later. Returns 0 or -1. */
static int
take_block(struct pass *pass, size_t n, struct fil_fault *fault)
{
	struct fil_input *input = pass->input;
	struct digest *digest = input->digest;
	char *text = pass->text;

	if (pass->copy >= 0 && copy_block(pass, n, fault) < 0)
		return -1;
	if (input->size < BYTES_ALONE && input->size + n >= BYTES_ALONE)
		digest->worker = fil_worker_new();
	if (!digest->worker)
		crypto_generichash_update(pass->hash, (const unsigned char *)text, n);
	if (input->size == 0)
		pass->packed = n >= 4 && memcmp(text, "PK\3\4", 4) == 0;
	if (!pass->packed)
		pass->carry = check_utf8(
		    input, text - pass->carry, pass->carry + n, input->size - pass->carry, false);
	memmove(text - pass->carry, text + n - pass->carry, pass->carry);
	input->size += n;
	return 0;
}

/* Reads everything once: size, hash, validity, and the copy of an input that cannot be read
 * again. */
static int
take_all(struct pass *pass, struct fil_fault *fault)
{
	struct fil_input *input = pass->input;
	crypto_generichash_state hash;
	ssize_t got;

	/* The pass ends with this function. */
	/* cppcheck-suppress autoVariables */
	pass->hash = &hash;
	crypto_generichash_init(&hash, NULL, 0, HASH);
	while ((got = read_block(pass, fault)) > 0)
		if (take_block(pass, (size_t)got, fault) < 0) {
			got = -1;
			break;
		}
	if (got < 0)
		return -1;
	check_utf8(input, pass->text - pass->carry, pass->carry, input->size - pass->carry, true);
	if (!input->digest->worker)
		end_hash(&hash, input->digest);
	if (input->size > 0)
		return 0;
	fil_fault_set(fault, FIL_NO_INPUT, "%s: the input is empty", input->name);
	fault->kind = FIL_INPUT_EMPTY;
	return -1;
}

/* Opens the source and reads it. */
static int
take(struct fil_input *input, const char *folder, struct fil_fault *fault)
{
	struct pass *pass;
	struct stat status;
	size_t block = BLOCK;
	int result;

	if (fstat(input->fd, &status) < 0)
		return read_fault(input, errno, fault);
	if (S_ISDIR(status.st_mode))
		return read_fault(input, EISDIR, fault);
	if (isatty(input->fd))
		fil_warn("reading standard input; end it with Ctrl-D");
	if (S_ISREG(status.st_mode) && status.st_size < BLOCK)
		block = (size_t)status.st_size + 1;
	pass = fil_alloc(1, sizeof *pass + CARRY + block);
	pass->input = input;
	pass->text = pass->buffer + CARRY;
	pass->folder = folder;
	pass->source = input->fd;
	pass->copy = -1;
	pass->block = block;
	if (S_ISREG(status.st_mode)) {
		off_t here = lseek(input->fd, 0, SEEK_CUR);

		input->base = here > 0 ? here : 0;
	} else {
		pass->copy = fil_temp_file_descriptor(folder, fault);
	}
	result = S_ISREG(status.st_mode) || pass->copy >= 0 ? take_all(pass, fault) : -1;
	if (pass->copy >= 0) {
		if (pass->source != STDIN_FILENO)
			close(pass->source);
		input->fd = pass->copy;
	}
	free(pass);
	if (result == 0 && input->digest->worker)
		fil_worker_begin(input->digest->worker, hash_input, input->digest);
	return result;
}

struct fil_input *
fil_input_open(const char *path, const char *folder, struct fil_fault *fault)
{
	struct fil_input *input = fil_alloc(1, sizeof *input);
	bool standard = strcmp(path, "-") == 0;

	/* Without sodium_init, libsodium uses its slowest hash code. */
	if (sodium_init() < 0)
		fil_bug("libsodium does not start");
	input->name = fil_copy(path);
	input->folder = folder;
	input->failed = fil_alloc(1, sizeof *input->failed);
	input->digest = fil_alloc(1, sizeof *input->digest);
	input->digest->input = input;
	input->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (input->fd < 0) {
		fil_fault_set(fault, fil_fault_status(errno, FIL_NO_INPUT),
		    "%s: cannot be opened: %s", path, fil_language_error(errno));
	} else if (fil_file_read(standard ? "/dev/stdin" : path, fault) == 0 &&
	    take(input, folder, fault) == 0) {
		return input;
	}
	fil_input_close(input);
	return NULL;
}

const char *
fil_input_name(const struct fil_input *input)
{
	return input->name;
}

const char *
fil_input_folder(const struct fil_input *input)
{
	return input->folder;
}

void
fil_input_set_rows(struct fil_input *input, struct fil_row_file *rows)
{
	fil_row_file_free(input->rows);
	input->rows = rows;
}

const struct fil_row_file *
fil_input_rows(const struct fil_input *input)
{
	return input->rows;
}

char *
fil_input_place(const struct fil_input *input, size_t number, size_t cell)
{
	const struct fil_row_file *rows = input->rows;
	struct fil_bytes text = { 0 };

	fil_bytes_add_text(&text, input->name);
	if (rows && rows->sheet) {
		fil_bytes_add_text(&text, ": ");
		fil_sheet_place_add(&text, rows->sheet, number, cell);
	} else if (rows && !rows->by_line && number > 0) {
		fil_bytes_add_format(&text, _(": object %zu"), number);
	} else if (number > 0) {
		fil_bytes_add_format(&text, ":%zu", number);
	}
	return text.data;
}

int
fil_input_blame(const struct fil_input *input, size_t number, struct fil_fault *fault)
{
	struct fil_fault bare = *fault;
	char *place = fil_input_place(input, number, FIL_NOWHERE);

	fil_fault_set(fault, bare.status, "%s: %s", place, bare.text);
	free(place);
	return -1;
}

size_t
fil_input_size(const struct fil_input *input)
{
	return input->rows ? fil_row_file_size(input->rows) : input->size;
}

bool
fil_input_ends(const struct fil_input *input, size_t offset)
{
	return input->rows ? fil_row_file_ends(input->rows, offset) : offset >= input->size;
}

const char *
fil_input_hash(const struct fil_input *input, struct fil_fault *fault)
{
	struct digest *digest = input->digest;

	fil_worker_free(digest->worker);
	digest->worker = NULL;
	if (digest->fault.status == FIL_OK)
		return digest->text;
	*fault = digest->fault;
	return NULL;
}

size_t
fil_input_utf8(const struct fil_input *input)
{
	if (input->rows)
		return SIZE_MAX;
	return input->seen_invalid ? input->invalid : input->size;
}

size_t
fil_input_multibyte(const struct fil_input *input, size_t *bad)
{
	*bad = input->bad;
	return input->multibyte;
}

size_t
fil_input_twice(const struct fil_input *input)
{
	return input->seen_twice && !input->rows ? input->twice : fil_input_size(input);
}

/* Reads at most n bytes at an offset of a file. Returns as fil_input_read_bytes. */
static ssize_t
read_at(const struct fil_input *input, int fd, off_t offset, char *buffer, size_t n,
    struct fil_fault *fault)
{
	ssize_t got;

	do
		got = pread(fd, buffer, n, offset);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		return got;
	if (got < 0)
		return read_fault(input, errno, fault);
	return fil_fault_set(
	    fault, FIL_IO_ERROR, "%s: became shorter while it was read", input->name);
}

ssize_t
fil_input_read_bytes(
    const struct fil_input *input, off_t offset, char *buffer, size_t n, struct fil_fault *fault)
{
	size_t left = (size_t)offset < input->size ? input->size - (size_t)offset : 0;

	if (n > left)
		n = left;
	return n > 0 ? read_at(input, input->fd, input->base + offset, buffer, n, fault) : 0;
}

ssize_t
fil_input_read(
    const struct fil_input *input, off_t offset, char *buffer, size_t n, struct fil_fault *fault)
{
	const struct fil_row_file *rows = input->rows;
	size_t size = input->size, at = (size_t)offset;
	ssize_t got;

	/* No message has the fault of rows that ended early. */
	if (rows && fil_row_file_wait(rows, at, &size) < 0) {
		*fault = (struct fil_fault){ .status = FIL_IO_ERROR };
		return -1;
	}
	if (at >= size || n == 0)
		return 0;
	if (fil_input_check(input, fault) < 0)
		return -1;
	if (n > size - at)
		n = size - at;
	got = rows ? read_at(input, rows->fd, rows->begin + offset, buffer, n, fault)
		   : fil_input_read_bytes(input, offset, buffer, n, fault);
	if (got < 0)
		*input->failed = *fault;
	return got;
}

int
fil_input_check(const struct fil_input *input, struct fil_fault *fault)
{
	if (input->failed->status == FIL_OK)
		return 0;
	*fault = *input->failed;
	return -1;
}

void
fil_input_close(struct fil_input *input)
{
	if (!input)
		return;
	/* A thread may still read it. */
	fil_row_file_free(input->rows);
	fil_worker_free(input->digest->worker);
	if (input->fd > STDERR_FILENO)
		close(input->fd);
	free(input->name);
	free(input->failed);
	free(input->digest);
	free(input);
}
