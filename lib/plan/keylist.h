/* SPDX-License-Identifier: ISC */
/* A key list: users that a file names, whether it is CSV with a column of users or has a bare key
 * on each line. */
#ifndef FIL_KEYLIST_H
#define FIL_KEYLIST_H

#include "lib/base/fault.h"
#include "lib/base/keyset.h"

/* Adds the keys that the file at path names ("-": standard input) to the set. The column is one
 * that an import of users would take as their keys; without any, a file of one column has no
 * header. folder is where a pipe's copy goes. Returns 0, or -1 with a fault that names file and
 * line. */
int fil_keylist_read(
    const char *path, const char *folder, struct fil_keyset *keys, struct fil_fault *fault);

#endif
