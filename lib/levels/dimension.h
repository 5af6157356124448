/* SPDX-License-Identifier: ISC */
/* Dimensions: in what a user can be autonomous, each with its threshold. */
#ifndef FIL_DIMENSION_H
#define FIL_DIMENSION_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/store/store.h"

/* The dimensions in the order of their keys. */
struct fil_dimensions {
	size_t n;
	char **names, **titles;
	int *thresholds;
};

/* Reads the dimensions. Returns 0 or -1; the caller releases them. */
int fil_dimensions_read(
    struct fil_store *store, struct fil_dimensions *dimensions, struct fil_fault *fault);

/* Frees what they hold, and makes them none. */
void fil_dimensions_release(struct fil_dimensions *dimensions);

/* Returns the number of the dimension of that name, or FIL_NOWHERE. near is tried first: rows come
 * in runs. */
size_t fil_dimensions_find(const struct fil_dimensions *dimensions, const char *name, size_t near);

/* Sets *dimension to the number of the dimension that somebody asks for by name, FIL_NOWHERE when
 * the name is NULL. Returns 0, or -1 with a usage fault that names the nearest. */
int fil_dimensions_choose(const struct fil_dimensions *dimensions, const char *name,
    size_t *dimension, struct fil_fault *fault);

#endif
