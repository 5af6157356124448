/* SPDX-License-Identifier: ISC */
/* Libraries that a command loads when it needs them, so that every other start stays as quick and no
 * command depends on them. */
#ifndef FIL_LIBRARY_H
#define FIL_LIBRARY_H

#include <stddef.h>

#include "lib/base/fault.h"

/* A function of a library, and the offset of its pointer in a struct. */
struct fil_function {
	const char *name;
	size_t place;
};

/* The list of the functions of a library is a macro of its user, `#define FUNCTIONS(X) X(open) X(close)`.
 * FUNCTIONS(FIL_FUNCTION_POINTER) declares their pointers in `struct library`, and
 * FUNCTIONS(FIL_FUNCTION_ROW) gives the rows of an array of struct fil_function. */
#define FIL_FUNCTION_POINTER(name) __typeof__(name) *name;
#define FIL_FUNCTION_ROW(name) { #name, offsetof(struct library, name) },

/* Loads a library by its name, which the dynamic loader looks for, and sets the pointers of n functions
 * in a struct. It stays loaded. Returns 1, 0 when it is not installed, or -1 with a fault (69) when it
 * lacks a function. Without memory the program ends. */
int fil_library_load(const char *name, void *pointers, const struct fil_function *functions,
    size_t n, struct fil_fault *fault);

#endif
