/* SPDX-License-Identifier: ISC */
/* The process, made safe before a command does anything. */
#ifndef FIL_ENVIRONMENT_H
#define FIL_ENVIRONMENT_H

#include <stdbool.h>

#include "lib/base/fault.h"

/* Opens what is closed of the descriptors 0 to 2, sets umask 077, no core file, SIGXFSZ ignored,
 * and text in UTF-8. Returns whether standard output was closed: to write to it then fails with
 * EBADF, as to read standard input does. */
bool fil_environment_secure(void);

/* The place of the store on this machine. */

/* Returns the store's name: given unless NULL, else FILROUGE_DB, else filrouge/filrouge.db in
 * XDG_DATA_HOME or in ~/.local/share, whose folders are made with make. The caller frees it.
 * Returns NULL with a fault: 64 for an empty name, 78 when there is neither of them, 73 for a
 * folder that cannot be made. */
char *fil_environment_store(const char *given, bool make, struct fil_fault *fault);

#endif
