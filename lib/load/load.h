/* SPDX-License-Identifier: ISC */
/* The load: writes the rows of inputs into one table in one run, all or nothing. It maps, validates
 * and checks references, and updates the history and the derived tables. fil-import, fil-record and
 * fil-assign use it. */
#ifndef FIL_LOAD_H
#define FIL_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/fault.h"
#include "lib/output/output.h"

struct fil_load;
struct fil_load_hooks;
struct fil_load_options;
struct fil_request;
struct fil_store;

/* Returns a load of the request, which the caller frees. The store is open for writing. Request and
 * options must live as long; hooks are copied. NULL with a usage fault for a wrong
 * options->only. */
struct fil_load *fil_load_new(struct fil_store *store, struct fil_request *request,
    const struct fil_load_options *options, const struct fil_load_hooks *hooks,
    struct fil_fault *fault);

/* Waits for the inputs' end, takes the lock, loads, and commits (or rolls back a dry run). Retries
 * a load that conflicts with another writer. FIL_OK: the changed rows are on the stream in the
 * style, if stream is not NULL. FIL_REFUSED without a fault: the same, and rows were refused
 * (keep_going). FIL_BAD_DATA with faults in fil_load_faults and a summary: nothing was written. Any
 * other status comes with the fault. */
enum fil_status fil_load_go(struct fil_load *load, FILE *stream,
    const struct fil_output_style *style, struct fil_fault *fault);

/* Returns the faults of rows; they belong to the load. */
const struct fil_faults *fil_load_faults(const struct fil_load *load);

/* Returns the summary, or NULL after an earlier fault: "users: 238 read, 12 added, 3 changed, 222
 * unchanged (run 214)". It belongs to the load. */
const char *fil_load_summary(const struct fil_load *load);

/* Frees what it holds; NULL is fine. */
void fil_load_free(struct fil_load *load);

#endif
