/* SPDX-License-Identifier: ISC */
/* The sections of the weekly page, and the page made of them. */
#ifndef FIL_SECTIONS_H
#define FIL_SECTIONS_H

#include "lib/base/fault.h"
#include "lib/page/week.h"
#include "lib/store/store.h"

/* Returns the id of section i, in the order of the page, and sets *title; NULL after the last one. */
const char *fil_sections_name(size_t i, const char **title);

/* Sets the bits of the sections that the request, which is complete, names. Returns 0, or -1 with a
 * fault that has the nearest name: 64, or 78 with the place of the setting. */
int fil_sections_choose(struct fil_week_request *request, struct fil_fault *fault);

/* Makes the page on one state of the store; fil_week_free frees it. The request must outlive it.
 * Returns NULL with the fault of a report. */
struct fil_week *fil_week_make(
    struct fil_store *store, const struct fil_week_request *request, struct fil_fault *fault);

/* Frees the page; NULL is fine. */
void fil_week_free(struct fil_week *week);

#endif
