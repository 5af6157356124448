/* SPDX-License-Identifier: ISC */
/* The load: rows of inputs into one table, all or nothing. It is the one engine behind fil-import,
 * fil-record and fil-assign: it maps, validates, checks references, writes, keeps the history and
 * the derived tables, in one run. */
#ifndef FIL_LOAD_H
#define FIL_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/fault.h"
#include "lib/load/options.h"
#include "lib/load/request.h"
#include "lib/output/output.h"
#include "lib/store/store.h"

struct fil_load;

/* Returns a load of what is requested; the caller frees it. The store is open for writing; request
 * and options must live as long; hooks are copied. NULL with a usage fault for options that do not go
 * together. */
struct fil_load *fil_load_new(struct fil_store *store, struct fil_request *request,
    const struct fil_load_options *options, const struct fil_load_hooks *hooks,
    struct fil_fault *fault);

/* Does it all: waits for the inputs' end, takes the lock, loads, commits (or rolls a dry run back).
 * A load that others crossed is tried again. When it returns FIL_OK, or FIL_REFUSED without a fault,
 * the rows that changed are on the stream in the format, if stream is not NULL. FIL_REFUSED without
 * a fault: rows were refused, the good ones are stored (keep_going). FIL_BAD_DATA with faults in
 * fil_load_faults and a summary: nothing was written. Any other status comes with the fault. */
enum fil_status fil_load_go(
    struct fil_load *load, FILE *stream, enum fil_output_format format, struct fil_fault *fault);

/* Returns the faults of rows that were found. Belongs to the load. */
const struct fil_faults *fil_load_faults(const struct fil_load *load);

/* Returns the summary, "users: 238 read, 12 added, 3 changed, 222 unchanged (run 214)", or NULL
 * when a fault came before it. Belongs to the load. */
const char *fil_load_summary(const struct fil_load *load);

/* Frees what it holds; NULL is fine. */
void fil_load_free(struct fil_load *load);

#endif
