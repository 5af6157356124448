/* SPDX-License-Identifier: ISC */
/* Memory: the one place that allocates. No function here returns NULL: without memory the
 * program ends (status 70), and an open transaction is rolled back by the engine. */
#ifndef FIL_MEMORY_H
#define FIL_MEMORY_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* What a function returns instead of a place in an array, counted from 0, when it finds none. */
#define FIL_NOWHERE SIZE_MAX

/* Returns count * size zeroed bytes; the caller frees them. An overflow of the product ends the
 * program. */
void *fil_alloc(size_t count, size_t size);

/* Returns the block moved to count * size bytes, new bytes undefined; the caller frees it. NULL is
 * an empty block. */
void *fil_resize(void *block, size_t count, size_t size);

/* Returns a copy of a string; the caller frees it. NULL gives NULL. */
char *fil_copy(const char *text);

/* Returns a copy of n bytes with a NUL behind them; the caller frees it. */
char *fil_copy_bytes(const char *bytes, size_t n);

/* Returns the text that printf would print; the caller frees it. */
char *fil_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* As fil_format, with the arguments in a list. */
char *fil_format_list(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* Ends the program with status 70, saying that memory ran out: for libraries that allocate by
 * themselves and say that they could not. */
_Noreturn void fil_memory_die(void);

#endif
