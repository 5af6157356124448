/* SPDX-License-Identifier: ISC */
/* The chain of seals over the log. The seal of a run is the BLAKE2b-256 of, one after the other:
 *	the seal of the run before it, 32 bytes; zeros for the first run,
 *	the digest of each of its rows in `history`, in the order of their numbers,
 *	the digest of its row in `runs`.
 * The digest of a row of `history` is that of the cells FIL_HISTORY_SEALED. The digest of a row of
 * `runs` is that of the cells FIL_RUN_SEALED, followed by the digest of its texts in hexadecimal,
 * which is that of the cells FIL_RUN_TEXTS.
 *
 * A digest of cells is the BLAKE2b-256 of all of them: each is its length in bytes in decimal, ':',
 * the bytes, and ','; NULL is '-' alone.
 *
 * Erasure stores the digest of what it erases, and removes the salt: the chain is as before, and the
 * digest does not help to guess the text. So where `digest` is not NULL it stands for the cells. The run
 * that erases seals in its `hash` the digest of fil_seal_erased: what stands in all such rows. */
#ifndef FIL_SEAL_H
#define FIL_SEAL_H

#include <stddef.h>
#include <stdint.h>

struct fil_fault;
struct fil_query;
struct fil_store;

/* The cells of both tables that digests are made of, in this order. */
#define FIL_HISTORY_SEALED "salt, run, number, relation, subject, action, was_run, became, was"
#define FIL_RUN_TEXTS "salt, who, command, input"
#define FIL_RUN_SEALED \
	"run, started, today, hash, undid, read, added, changed, departed, returned, removed, " \
	"unchanged, rejected, mark"
enum { FIL_RUN_TEXT_CELLS = 4, FIL_RUN_CELLS = 14 };

/* The same of a row of the history, and two that no digest covers. */
enum {
	FIL_HISTORY_SALT,
	FIL_HISTORY_RUN,
	FIL_HISTORY_NUMBER,
	FIL_HISTORY_RELATION,
	FIL_HISTORY_SUBJECT,
	FIL_HISTORY_ACTION,
	FIL_HISTORY_WAS_RUN,
	FIL_HISTORY_BECAME,
	FIL_HISTORY_WAS,
	FIL_HISTORY_CELLS,
	FIL_HISTORY_DIGEST = FIL_HISTORY_CELLS,
	FIL_HISTORY_NAMED
};

/* Sizes of a digest or seal, and of a salt, in hexadecimal with a NUL. */
enum { FIL_SEAL_SIZE = 65, FIL_SALT_SIZE = 33 };

struct fil_seal;

/* Returns the chain after a run with the seal `before`, NULL before the first run; the caller frees
 * it. */
struct fil_seal *fil_seal_new(const char *before);

/* Draws a salt, 16 random bytes. */
void fil_seal_salt(struct fil_seal *seal, char salt[static FIL_SALT_SIZE]);

/* Writes the digest of n cells, of which some may be NULL. */
void fil_seal_digest(const char *const *cells, size_t n, char digest[static FIL_SEAL_SIZE]);

/* Adds a row of the history of the next run: FIL_HISTORY_CELLS cells, or its stored digest unless
 * that is NULL. */
void fil_seal_history(struct fil_seal *seal, const char *const *cells, const char *digest);

/* Ends the next run, and writes its seal: FIL_RUN_TEXT_CELLS texts, or their stored digest unless
 * that is NULL, and FIL_RUN_CELLS cells. The chain then goes on. */
void fil_seal_run(struct fil_seal *seal, const char *const *texts, const char *digest,
    const char *const *cells, char text[static FIL_SEAL_SIZE]);

/* Frees the chain; NULL is fine. */
void fil_seal_free(struct fil_seal *seal);

/* Computes the seals of all runs from the stored log, within a transaction. Calls `each` for every run
 * in order, with the seal that is stored and the one that the log gives; and before, unless it is NULL,
 * `entry` for each row of its history, with the query at FIL_HISTORY_SALT to FIL_HISTORY_NAMED. Rows of
 * runs that do not exist come between. Neither may use the store. Returns 0, or -1 with a fault of the
 * store. */
int fil_seal_each(struct fil_store *store,
    void (*each)(void *context, int64_t run, const char *stored, const char *computed),
    void (*entry)(void *context, struct fil_query *history), void *context,
    struct fil_fault *fault);

/* Writes the digest of what erasures left: the BLAKE2b-256 of 32 bytes of zeros, then of the digest of each
 * row whose `digest` is not NULL, as it stands, those of `history` by run and number first, then those of
 * `runs`, and of each key in `erased` by `hash`. The cells are those of the seal and `digest`; in `runs` the
 * texts, `digest` and `run`; in `erased` `hash` and `run`. Sets *last to the last run with such a digest, 0
 * without one. Returns 0, or -1 with a fault. */
int fil_seal_erased(struct fil_store *store, char text[static FIL_SEAL_SIZE], int64_t *last,
    struct fil_fault *fault);

/* The size of RUN:SEAL with its NUL. */
enum { FIL_RUN_SEAL_SIZE = FIL_SEAL_SIZE + 20 };

/* Writes RUN:SEAL of the newest run, as fil-check --seal reads it; "" without a run. Returns 0, or -1
 * with a fault of the store. */
int fil_seal_newest(
    struct fil_store *store, char text[static FIL_RUN_SEAL_SIZE], struct fil_fault *fault);

#endif
