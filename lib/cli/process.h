/* SPDX-License-Identifier: ISC */
/* The process, made safe before a command does anything. */
#ifndef FIL_PROCESS_H
#define FIL_PROCESS_H

#include <stdbool.h>

/* Opens what is closed of the descriptors 0 to 2, sets umask 077, no core file, SIGXFSZ ignored,
 * and text in UTF-8. Returns whether standard output was closed: to write to it then fails with
 * EBADF, as to read standard input does. */
bool fil_process_secure(void);

#endif
