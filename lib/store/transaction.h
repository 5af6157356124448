/* SPDX-License-Identifier: ISC */
/* The types that the store and its engines share: of transactions, and of an inspection. */
#ifndef FIL_TRANSACTION_H
#define FIL_TRANSACTION_H

#include "lib/base/date.h"

/* The mode of a store. CREATE creates the store, then writes. BACKUP and RESTORE create a store that
 * exists for this process alone until fil_store_place: a copy in a file, or a store to be used that
 * a copy fills. TEMPORARY creates a file that loses its name once it was checked. ORIGINAL reads a
 * store of any version as it is, to be copied. TRIAL writes, and commits nothing. INSPECT reads, also where the schema was altered:
 * fil_store_inspect looks at it. */
enum fil_store_mode {
	FIL_STORE_READ,
	FIL_STORE_WRITE,
	FIL_STORE_TRIAL,
	FIL_STORE_CREATE,
	FIL_STORE_BACKUP,
	FIL_STORE_RESTORE,
	FIL_STORE_TEMPORARY,
	FIL_STORE_ORIGINAL,
	FIL_STORE_INSPECT,
};

/* The outcome of a commit. UNKNOWN: the engine failed during the commit. */
enum fil_commit { FIL_COMMITTED, FIL_NOT_COMMITTED, FIL_COMMIT_UNKNOWN };

/* What can be wrong with a store as a whole. LOG: the write-ahead log is large. COPY: a copy cannot show
 * that it is as it was made. */
enum fil_defect {
	FIL_DEFECT_ENGINE,
	FIL_DEFECT_SCHEMA,
	FIL_DEFECT_MODE,
	FIL_DEFECT_LOG,
	FIL_DEFECT_COPY
};

/* Takes a defect: the table or NULL, and one phrase. */
typedef void
fil_defect_take(void *context, enum fil_defect defect, const char *table, const char *phrase);

/* Takes a copy that an upgrade left beside the store: its path, and the day it was made. */
typedef void fil_earlier_take(void *context, const char *path, fil_day made);

#endif
