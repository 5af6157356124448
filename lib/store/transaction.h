/* SPDX-License-Identifier: ISC */
/* The words for transactions that the store and its engines share. */
#ifndef FIL_TRANSACTION_H
#define FIL_TRANSACTION_H

/* What a store is opened for. CREATE makes it first, then writes. */
enum fil_store_mode { FIL_STORE_READ, FIL_STORE_WRITE, FIL_STORE_CREATE };

/* The outcome of a commit. UNKNOWN: the engine failed in the commit itself. */
enum fil_commit { FIL_COMMITTED, FIL_NOT_COMMITTED, FIL_COMMIT_UNKNOWN };

#endif
