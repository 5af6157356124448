/* SPDX-License-Identifier: ISC */
/* Choices: a comma-separated list of names from a fixed set. */
#ifndef FIL_CHOICES_H
#define FIL_CHOICES_H

#include <stddef.h>

#include "lib/base/fault.h"

/* Reads the list into a set of bits: bit i for known[i]. Messages call a name `what` ("source").
 * Returns 0, or -1 with a usage fault. The fault names the nearest known name, or all. */
int fil_choices_read(const char *list, const char *const *known, size_t n, const char *what,
    unsigned *set, struct fil_fault *fault);

#endif
