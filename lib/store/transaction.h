/* SPDX-License-Identifier: ISC */
/* The types of transactions that the store and its engines share. */
#ifndef FIL_TRANSACTION_H
#define FIL_TRANSACTION_H

/* The mode of a store. CREATE creates the store, then writes. */
enum fil_store_mode { FIL_STORE_READ, FIL_STORE_WRITE, FIL_STORE_CREATE };

/* The outcome of a commit. UNKNOWN: the engine failed during the commit. */
enum fil_commit { FIL_COMMITTED, FIL_NOT_COMMITTED, FIL_COMMIT_UNKNOWN };

#endif
