/* SPDX-License-Identifier: ISC */
/* Queries on a store's file. A statement that does not prepare for a reason outside the program (a
 * damaged or busy file, a store that could not be reopened) gives its fault at the first step. */
#ifndef FIL_SQLITE_QUERY_H
#define FIL_SQLITE_QUERY_H

#include "lib/store/engine.h"

extern const struct fil_query_engine fil_sqlite_queries;

#endif
