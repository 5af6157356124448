/* SPDX-License-Identifier: ISC */
/* Batches on a server, for millions of rows. */
#ifndef FIL_POSTGRESQL_BATCH_H
#define FIL_POSTGRESQL_BATCH_H

#include "lib/store/postgresql/postgresql_connection.h"

extern const struct fil_batch_engine fil_postgresql_batches;

/* Drops an open insertion, whatever its outcome. */
void fil_postgresql_drop_insertion(struct fil_postgresql *store);

#endif
