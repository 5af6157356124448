/* SPDX-License-Identifier: ISC */
/* Choices: a comma-separated list of names from a fixed set. */
#ifndef FIL_CHOICES_H
#define FIL_CHOICES_H

#include <stddef.h>

#include "lib/base/fault.h"

/* Reads the list into a set of bits: bit i for known[i]. Returns 0, or
 * -1 with a usage fault. refuse fills it for an unknown name, "'x' is not a source". The nearest known
 * name, or all, are added. */
int fil_choices_read(const char *list, const char *const *known, size_t n,
    void (*refuse)(const char *name, struct fil_fault *fault), unsigned *set,
    struct fil_fault *fault);

#endif
