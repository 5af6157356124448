/* SPDX-License-Identifier: ISC */
/* Namesakes: joiners who have the name or the e-mail of somebody who left, and may be the same
 * person under another key. */
#ifndef FIL_NAMESAKES_H
#define FIL_NAMESAKES_H

#include "lib/base/fault.h"
#include "lib/write/known.h"
#include "lib/write/run.h"

struct fil_namesakes;

/* Knows of nobody; the caller frees it. */
struct fil_namesakes *fil_namesakes_new(void);

/* Adds a leaver; name and e-mail may be NULL. The key must live as long. */
void fil_namesakes_add(
    struct fil_namesakes *namesakes, const char *key, const char *name, const char *email);

/* Tells of the users whom the run has added, and who are like a leaver: the first twenty in the
 * order of their keys, each as a text. Returns 0, or -1 with a fault of the store. */
int fil_namesakes_tell(struct fil_namesakes *namesakes, struct fil_run *run,
    struct fil_known *known, void (*tell)(void *context, const char *text), void *context,
    struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_namesakes_free(struct fil_namesakes *namesakes);

#endif
