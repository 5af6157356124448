/* SPDX-License-Identifier: ISC */
/* Queries on a server. Within a transaction a SELECT becomes a cursor: memory stays flat however
 * many rows there are, and several queries can be read at once on the one connection. The server
 * makes the next portion of rows while one is worked on. A statement whose answer came whole in one
 * portion is a look-up: from then on it is prepared, and costs one round trip. */
#ifndef FIL_POSTGRESQL_QUERY_H
#define FIL_POSTGRESQL_QUERY_H

#include "lib/store/engine.h"

extern const struct fil_query_engine fil_postgresql_queries;

#endif
