/* SPDX-License-Identifier: ISC */
/* Bytes: text that grows. */
#ifndef FIL_BYTES_H
#define FIL_BYTES_H

#include <stddef.h>

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
