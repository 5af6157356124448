/* SPDX-License-Identifier: ISC */
/* An image: a row as the history keeps it, one JSON object of strings. It has the cells that are
 * not NULL, in the order of the columns. */
#ifndef FIL_IMAGE_H
#define FIL_IMAGE_H

#include <stddef.h>

struct fil_batch;
struct fil_bytes;
struct fil_fault;
struct fil_relation;

/* Replaces the image by that of a row of the batch, whose first columns are those of the relation.
 * Returns 0, or -1 with a fault (69) for a cell that is not UTF-8. */
int fil_image_write(struct fil_bytes *image, const struct fil_relation *relation,
    const struct fil_batch *rows, size_t row, struct fil_fault *fault);

/* Reads the cells of an image, n_columns of them, NULL where the image has none. Columns that the
 * relation lacks are ignored. The cells lie in text, which is cleared first. Returns 0, or -1 when
 * the text is no image. */
int fil_image_read(const struct fil_relation *relation, const char *image, struct fil_bytes *text,
    const char **cells);

#endif
