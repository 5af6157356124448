/* SPDX-License-Identifier: ISC */
/* Sources: who says that a user has a level, and whose word counts on one and the same day. */
#ifndef FIL_SOURCE_H
#define FIL_SOURCE_H

#include "lib/base/fault.h"

/* The numbers of the sources: their places among the catalogue's choices. */
enum fil_source { FIL_SELF, FIL_TRAINER, FIL_MANAGER, FIL_TEST, FIL_SYSTEM, FIL_SOURCES };

/* All sources, as a set of bits. */
enum { FIL_ANY_SOURCE = (1 << FIL_SOURCES) - 1 };

/* Returns the number of the source of that exact name, or -1. */
int fil_source_number(const char *name);

/* Returns the name of a source, as the catalogue writes it. Static. */
const char *fil_source_name(int source);

/* Returns how strong the source's word is: test > trainer > manager > self > system. */
int fil_source_strength(int source);

/* Reads a comma-separated list of names into a set of bits; NULL is all of them. Returns 0, or -1
 * with a usage fault that names the nearest. */
int fil_sources_read(const char *list, unsigned *set, struct fil_fault *fault);

#endif
