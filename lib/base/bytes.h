/* SPDX-License-Identifier: ISC */
/* Bytes: text that grows. */
#ifndef FIL_BYTES_H
#define FIL_BYTES_H

#include <stddef.h>

/* Growable bytes, always with a NUL behind them once something was added. {0} is empty. */
struct fil_bytes {
	char *data;
	size_t length, capacity;
};

/* Adds n bytes. Adding none still leaves a NUL. */
void fil_bytes_add(struct fil_bytes *bytes, const char *data, size_t n);

/* Adds text up to its NUL. */
void fil_bytes_add_text(struct fil_bytes *bytes, const char *text);

/* Adds what printf would print. */
void fil_bytes_add_format(struct fil_bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Makes room for n more bytes and a NUL, so that adding them moves nothing. */
void fil_bytes_reserve(struct fil_bytes *bytes, size_t n);

/* Empties without giving memory back. */
void fil_bytes_clear(struct fil_bytes *bytes);

/* Frees what it holds and makes it {0}. */
void fil_bytes_release(struct fil_bytes *bytes);

#endif
