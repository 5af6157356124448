/* SPDX-License-Identifier: ISC */
/* Memory: the only module that allocates, and text that grows. No function here returns NULL. Without
 * memory the program ends (status 70), and the engine rolls back an open transaction. */
#ifndef FIL_MEMORY_H
#define FIL_MEMORY_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The result of a search in an array when nothing was found; places count from 0. */
#define FIL_NOWHERE SIZE_MAX

/* Returns count * size zeroed bytes; the caller frees them. If the product overflows, the program
 * ends. */
void *fil_alloc(size_t count, size_t size);

/* Resizes the block to count * size bytes, which may move it; the caller frees it. New bytes are
 * undefined. NULL is an empty block. */
void *fil_resize(void *block, size_t count, size_t size);

/* Returns an array that has room for one more element behind its n. *room is the number of elements for
 * which it has room: it grows by half, so that many elements cost few moves. */
static inline void *
fil_grow(void *array, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return array;
	*room += *room / 2 + 16;
	return fil_resize(array, *room, size);
}

/* Returns a copy of a string; the caller frees it. NULL gives NULL. */
char *fil_copy(const char *text);

/* Returns a copy of the text with A to Z in lower case; the caller frees it. */
char *fil_copy_lower(const char *text);

/* Returns a copy of n bytes, followed by a NUL; the caller frees it. */
char *fil_copy_bytes(const char *bytes, size_t n);

/* Returns formatted text, as printf prints it; the caller frees it. */
char *fil_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* As fil_format, with the arguments in a list. */
char *fil_format_list(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* A stream whose bytes stay in memory. It must not move while it is open. */
struct fil_memory_stream {
	FILE *stream;
	char *text; /* set when it is closed: n bytes and a NUL; the caller frees it */
	size_t n;
};

/* Opens the stream. */
void fil_memory_stream_open(struct fil_memory_stream *memory);

/* Closes the stream. */
void fil_memory_stream_close(struct fil_memory_stream *memory);

/* Ends the program with status 70 and "out of memory". Call it when a library that allocates by
 * itself has run out of memory. */
_Noreturn void fil_memory_die(void);

/* Growable bytes. A NUL follows them once something was added. {0} is empty. */
struct fil_bytes {
	char *data;
	size_t length, capacity;
};

/* Adds n bytes. With n = 0 it only adds the NUL. */
void fil_bytes_add(struct fil_bytes *bytes, const char *data, size_t n);

/* Adds text up to its NUL. */
void fil_bytes_add_text(struct fil_bytes *bytes, const char *text);

/* Adds formatted text, as printf does. */
void fil_bytes_add_format(struct fil_bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* As fil_bytes_add_format, with a list of arguments. */
void fil_bytes_add_list(struct fil_bytes *bytes, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Makes room for n more bytes and a NUL. Adding them then moves nothing. */
void fil_bytes_reserve(struct fil_bytes *bytes, size_t n);

/* Empties the bytes and keeps the memory. */
static inline void
fil_bytes_clear(struct fil_bytes *bytes)
{
	bytes->length = 0;
	if (bytes->data)
		bytes->data[0] = '\0';
}

/* Frees the memory and resets the bytes to {0}. */
void fil_bytes_release(struct fil_bytes *bytes);

#endif
