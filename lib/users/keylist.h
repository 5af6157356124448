/* SPDX-License-Identifier: ISC */
/* A list of users in a file: CSV with a column of users, or a key on each line. */
#ifndef FIL_KEYLIST_H
#define FIL_KEYLIST_H

#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/store/batch.h"

/* Adds the users that a file names to a batch of one column, in the order of the file, as
 * often as it names them. column: the
 * column of users that names them: the key, 0, or the name or e-mail. Its header is one that an
 * import of users accepts. A file of one column may lack the header. path "-" is standard input;
 * folder is where the copy of a pipe goes. Returns 0, or -1 with a fault that names file and
 * line. */
int fil_keylist_read(const char *path, const char *folder, size_t column, struct fil_batch *names,
    struct fil_fault *fault);

#endif
