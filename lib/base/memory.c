/* SPDX-License-Identifier: ISC */
#include "lib/base/memory.h"

#include <errno.h>
#include <libintl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/ending.h"

/* Skips exit handlers, which might use memory. Without it gettext returns the English words. A failed
 * write is ignored. */
_Noreturn void
fil_memory_die(void)
{
	const char *words = fil_ending_words();
	const char *const parts[] = { program_invocation_short_name, ": ", gettext("out of memory"),
		words ? "; " : "", words ? words : "", "\n" };
	enum { PARTS = sizeof parts / sizeof *parts };
	struct iovec line[PARTS];
	ssize_t said;

	for (size_t i = 0; i < PARTS; i++) {
		line[i].iov_len = strlen(parts[i]);
		memcpy(&line[i].iov_base, &parts[i], sizeof parts[i]);
	}
	said = writev(STDERR_FILENO, line, PARTS);
	(void)said;
	fil_ending_clean();
	_exit(EX_SOFTWARE);
}

/* A block of 0 bytes is not NULL either. */
static size_t
product(size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX)
		fil_memory_die();
	return bytes == 0 ? 1 : bytes;
}

void *
fil_alloc(size_t count, size_t size)
{
	void *block = calloc(1, product(count, size));

	if (!block)
		fil_memory_die();
	return block;
}

void *
fil_resize(void *block, size_t count, size_t size)
{
	void *moved = realloc(block, product(count, size));

	if (!moved)
		fil_memory_die();
	return moved;
}

char *
fil_copy(const char *text)
{
	return !text ? NULL : fil_copy_bytes(text, strlen(text));
}

char *
fil_copy_lower(const char *text)
{
	char *copy = fil_copy(text);

	for (char *c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return copy;
}

char *
fil_copy_bytes(const char *bytes, size_t n)
{
	char *copy = fil_resize(NULL, n + 1, 1);

	if (n > 0)
		memcpy(copy, bytes, n);
	copy[n] = '\0';
	return copy;
}

char *
fil_format_list(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		fil_memory_die();
	return text;
}

char *
fil_format(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = fil_format_list(format, arguments);
	va_end(arguments);
	return text;
}

void
fil_bytes_reserve(struct fil_bytes *bytes, size_t n)
{
	size_t wanted;

	if (__builtin_add_overflow(bytes->length, n, &wanted) || wanted >= PTRDIFF_MAX)
		fil_memory_die();
	if (wanted < bytes->capacity)
		return;
	bytes->capacity = wanted + wanted / 2 + 32;
	bytes->data = fil_resize(bytes->data, bytes->capacity, 1);
}

void
fil_bytes_add(struct fil_bytes *bytes, const char *data, size_t n)
{
	fil_bytes_reserve(bytes, n);
	if (n > 0)
		memcpy(bytes->data + bytes->length, data, n);
	bytes->length += n;
	bytes->data[bytes->length] = '\0';
}

void
fil_bytes_add_text(struct fil_bytes *bytes, const char *text)
{
	fil_bytes_add(bytes, text, strlen(text));
}

void
fil_memory_stream_open(struct fil_memory_stream *memory)
{
	memory->stream = open_memstream(&memory->text, &memory->n);
	if (!memory->stream)
		fil_memory_die();
}

void
fil_memory_stream_close(struct fil_memory_stream *memory)
{
	/* Writing to memory fails without memory only; fclose alone may miss it. */
	if (ferror(memory->stream) || fclose(memory->stream) != 0 || !memory->text)
		fil_memory_die();
}

void
fil_bytes_add_list(struct fil_bytes *bytes, const char *format, va_list arguments)
{
	char *text = fil_format_list(format, arguments);

	fil_bytes_add_text(bytes, text);
	free(text);
}

void
fil_bytes_add_format(struct fil_bytes *bytes, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fil_bytes_add_list(bytes, format, arguments);
	va_end(arguments);
}

void
fil_bytes_release(struct fil_bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct fil_bytes){ 0 };
}
