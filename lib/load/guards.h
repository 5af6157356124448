/* SPDX-License-Identifier: ISC */
/* Guards: what exports put around keys so that a spreadsheet keeps their zeros: ="00421" and '00421.
 * Only cells that name users are looked at. */
#ifndef FIL_GUARDS_H
#define FIL_GUARDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/load/options.h"
#include "lib/load/request.h"
#include "lib/store/store.h"
#include "lib/write/writer.h"

struct fil_guards;

/* Returns what takes the guards off the cells of the request's rows; the caller frees it. The store is
 * asked once, at the first cell ="00421", whether its users have such keys: then these stay. The rows
 * that wait in the writer are put before. */
struct fil_guards *fil_guards_new(struct fil_store *store, struct fil_writer *writer,
    const struct fil_request *request, const struct fil_load_options *options);

/* Takes the guards off the cells of a record, which belong to the guards until the next call.
 * *formulas counts the cells written ="00421". Returns 0, or -1 with a fault of the store. */
int fil_guards_take(struct fil_guards *guards, const char **cells, size_t *lengths,
    size_t *formulas, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_guards_free(struct fil_guards *guards);

#endif
