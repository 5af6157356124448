/* SPDX-License-Identifier: ISC */
/* A spool: an unlinked file of mode 0600 in the store's folder, in which a writer's answer waits
 * for the commit. */
#ifndef FIL_TEMP_FILE_H
#define FIL_TEMP_FILE_H

#include <stdio.h>

#include "lib/base/fault.h"

struct fil_temp_file;

/* Returns an empty spool in the folder, or NULL with a fault; the caller frees it. */
struct fil_temp_file *fil_temp_file_new(const char *folder, struct fil_fault *fault);

/* Returns its stream, to write on. Belongs to the spool. */
FILE *fil_temp_file_stream(struct fil_temp_file *spool);

/* Returns 0 when all that was written is in the file (a full disk shows here, before the commit),
 * else -1 with a fault. */
int fil_temp_file_check(struct fil_temp_file *spool, struct fil_fault *fault);

/* Copies all of it to the stream; the stream's owner checks the stream. Returns 0, or -1 with a
 * fault of reading the spool. */
int fil_temp_file_pour(struct fil_temp_file *spool, FILE *stream, struct fil_fault *fault);

/* NULL is fine. */
void fil_temp_file_free(struct fil_temp_file *spool);

#endif
