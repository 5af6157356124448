/* SPDX-License-Identifier: ISC */
/* A preview: what a profile makes of a file. No store is asked: e-mails, names and references stay
 * as they are written. */
#ifndef FIL_PREVIEW_H
#define FIL_PREVIEW_H

#include <stdio.h>

#include "lib/base/fault.h"
#include "lib/load/options.h"
#include "lib/load/request.h"

/* Prints what becomes of each column of the file, "Nom: name", then the rows of the table that its
 * first records make: three, or those before. hooks->say prints the file's format. Returns 0, 1
 * when a row has a fault, which is printed as well, or -1 with a fault. */
int fil_preview_print(struct fil_request *request, const struct fil_load_options *options,
    const char *path, const struct fil_load_hooks *hooks, FILE *stream, struct fil_fault *fault);

#endif
