/* SPDX-License-Identifier: ISC */
#include "lib/store/values.h"

#include <stdlib.h>

#include "lib/base/text.h"
#include "lib/store/engine.h"

int
fil_values_refuse(const struct fil_store *store, const char *table, const char *column,
    const char *text, struct fil_fault *fault)
{
	char *shown = text ? fil_text_escape(text) : NULL;

	fil_fault_set(fault, FIL_UNAVAILABLE,
	    "%s: the store is damaged: %s.%s is %s%.100s%s, which was never written: restore it "
	    "from a backup",
	    store->name, table, column, shown ? "'" : "", shown ? shown : "empty",
	    shown ? "'" : "");
	free(shown);
	return -1;
}
