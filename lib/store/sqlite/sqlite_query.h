/* SPDX-License-Identifier: ISC */
/* Queries on a store's file. Damage, a busy file or a store that was not reopened prevents a
 * statement from preparing. The first step then returns the fault. */
#ifndef FIL_SQLITE_QUERY_H
#define FIL_SQLITE_QUERY_H

#include "lib/store/engine.h"

extern const struct fil_query_engine fil_sqlite_queries;

#endif
