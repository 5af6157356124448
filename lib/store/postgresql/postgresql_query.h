/* SPDX-License-Identifier: ISC */
/* Queries on a server. Within a transaction a SELECT becomes a cursor. Memory use does not depend
 * on the number of rows, and one connection serves several queries at once. The server prepares the
 * next portion of rows while the caller reads one. A statement with one complete portion is a
 * look-up: from then on it is prepared, and costs one round trip. */
#ifndef FIL_POSTGRESQL_QUERY_H
#define FIL_POSTGRESQL_QUERY_H

#include "lib/store/engine.h"

extern const struct fil_query_engine fil_postgresql_queries;

#endif
