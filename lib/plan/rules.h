/* SPDX-License-Identifier: ISC */
/* Rules: which module is proposed to whom (design, fil-propose), read from the store and made ready
 * to be asked for many users. */
#ifndef FIL_RULES_H
#define FIL_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/levels/dimension.h"
#include "lib/base/fault.h"
#include "lib/store/store.h"

/* A rule. Its conditions are NULL, or 0, where they are empty. */
struct fil_rule {
	char *name, *module, *phase, *need, *unit, *job;
	uint32_t module_number;	/* the same for all rules of a module */
	size_t dimension;	/* of below, or FIL_NOWHERE: any */
	int below;
	bool aimless;		/* a dimension is named, but no level below which it holds */
	char due[FIL_DATE_SIZE];	/* from today; "" without */
};

struct fil_rules {
	struct fil_rule *rules;	/* in the order of their keys */
	size_t n, n_modules;
};

/* Reads the rules; days run from today. Returns 0 or -1; the caller releases them. */
int fil_rules_read(struct fil_store *store, const struct fil_dimensions *dimensions, fil_day today,
    struct fil_rules *rules, struct fil_fault *fault);

/* Frees what they hold, and makes them none. */
void fil_rules_release(struct fil_rules *rules);

#endif
