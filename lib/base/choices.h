/* SPDX-License-Identifier: ISC */
/* Choices: a comma-separated list of names, each one of a few that are known. */
#ifndef FIL_CHOICES_H
#define FIL_CHOICES_H

#include <stddef.h>

#include "lib/base/fault.h"

/* Reads the list into a set of bits, bit i for known[i]. what says in the message what the names
 * are ("source"). Returns 0, or -1 with a usage fault that names the nearest, or all. */
int fil_choices_read(const char *list, const char *const *known, size_t n, const char *what,
    unsigned *set, struct fil_fault *fault);

#endif
