/* SPDX-License-Identifier: ISC */
/* The SQLite engine: a store is one file. */
#ifndef FIL_SQLITE_H
#define FIL_SQLITE_H

#include "lib/store/engine.h"

extern const struct fil_engine fil_sqlite_engine;

#endif
