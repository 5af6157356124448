/* SPDX-License-Identifier: ISC */
/* The PostgreSQL engine: a store is one schema of a database on a server. */
#ifndef FIL_POSTGRESQL_H
#define FIL_POSTGRESQL_H

#include "lib/store/engine.h"

extern const struct fil_engine fil_postgresql_engine;

#endif
