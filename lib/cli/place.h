/* SPDX-License-Identifier: ISC */
/* The place of the store on this machine. */
#ifndef FIL_PLACE_H
#define FIL_PLACE_H

#include <stdbool.h>

#include "lib/base/fault.h"

/* Returns the store's name: given unless NULL, else FILROUGE_DB, else filrouge/filrouge.db in
 * XDG_DATA_HOME or in ~/.local/share, whose folders are made with make. The caller frees it.
 * Returns NULL with a fault: 64 for an empty name, 78 when there is neither of them, 73 for a
 * folder that cannot be made. */
char *fil_place_store(const char *given, bool make, struct fil_fault *fault);

#endif
