/* SPDX-License-Identifier: ISC */
/* The store: one interface to the engines, SQLite in a file and PostgreSQL on a server. Code above
 * it does not know which engine runs.
 *
 * Cells are UTF-8 text or NULL (unknown). Integers are passed as decimal digits. A failure of the
 * engine fills the caller's fault: 69 out of reach or damaged, 74 disk full, 75 busy, 77 not
 * permitted. */
#ifndef FIL_STORE_H
#define FIL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/store/batch.h"
#include "lib/store/relation.h"
#include "lib/store/transaction.h"

struct fil_store;
struct fil_query;

/* Opening */

/* Returns whether this is an address of PostgreSQL (postgresql://…, service=…), not a path. */
bool fil_store_on_server(const char *where);

/* Opens the store at a path or address. An address with a password is refused. CREATE makes the
 * store with its schema; one that exists is a fault (73). Returns NULL with a fault; the caller
 * closes the store. */
struct fil_store *
fil_store_open(const char *where, enum fil_store_mode mode, struct fil_fault *fault);

/* Rolls back an open transaction, and closes. NULL is fine. */
void fil_store_close(struct fil_store *store);

/* Returns the store's name as it was given; it holds no password. It belongs to the store. */
const char *fil_store_name(const struct fil_store *store);

/* Returns the folder for unlinked temporary files with personal data: that of the store's file, or
 * TMPDIR for a store on a server. It belongs to the store. */
const char *fil_store_folder(const struct fil_store *store);

/* Returns a warning about the store as it was found, or NULL. It belongs to the store. */
const char *fil_store_caution(const struct fil_store *store);

/* Sets up, on a server, the role that may only read (filrouge_reader) and the role that may also
 * record events (filrouge_recorder). Returns 0 or -1. */
int fil_store_grant(struct fil_store *store, struct fil_fault *fault);

/* Fills the fault for stored rows that no command has written (69): "the store is damaged: WHAT
 * 'KEY' is not as it was written". Returns -1. */
int fil_store_damaged(struct fil_fault *fault, const char *what, const char *key);

/* Transactions */

/* Makes reads see one state until fil_store_rollback. Writers need not wait. Returns 0 or -1. */
int fil_store_snapshot(struct fil_store *store, struct fil_fault *fault);

/* Stops the engine from checking references until the store is closed. Call it before a write
 * transaction, and check every reference of the inserted rows: the engine's check of a row costs as
 * much as its insertion. */
void fil_store_trust(struct fil_store *store);

/* Begins a write transaction, waiting at most `seconds` for other writers. After that the fault (75)
 * names the process that writes. Call it only after all input has arrived. Returns 0 or -1. */
int fil_store_begin(struct fil_store *store, unsigned seconds, struct fil_fault *fault);

/* Commits. Fills the fault unless it returns COMMITTED. On UNKNOWN the store was opened again, so
 * that the caller can read whether the rows are stored. */
enum fil_commit fil_store_commit(struct fil_store *store, struct fil_fault *fault);

/* Rolls back the transaction. */
void fil_store_rollback(struct fil_store *store);

/* Returns whether another transaction caused the last failure (a deadlock, a serialisation failure).
 * Then the caller may roll back and run the whole transaction again. */
bool fil_store_crossed(const struct fil_store *store);

/* Queries: a query is one statement of SQL, bound, stepped and bound again. It is written in the
 * subset that all engines run, with parameters $1 … $n in the order of first use. A statement that
 * does not prepare is a bug: it ends the program, showing its text. */

/* Returns a query; the caller frees it before the store is closed. sql must live as long as the
 * query (a literal or embedded text). */
struct fil_query *fil_query_new(struct fil_store *store, const char *sql);

/* Binds parameter $n (from 1). Text is copied; NULL binds NULL. */
void fil_query_bind(struct fil_query *query, int n, const char *text);

/* Binds parameter $n to a number. */
void fil_query_bind_number(struct fil_query *query, int n, int64_t number);

/* Moves to the next row. Returns 1 on a row, 0 at the end, -1 with a fault. After 0 or -1 the query
 * is reset and can be bound again. */
int fil_query_step(struct fil_query *query, struct fil_fault *fault);

/* Returns column n (from 0) of the row as text, or NULL; valid until the next step. */
const char *fil_query_text(struct fil_query *query, int n);

/* Returns the length in bytes of the text of column n; call it after fil_query_text. */
size_t fil_query_length(struct fil_query *query, int n);

/* Returns column n as a number; 0 where it is NULL. */
int64_t fil_query_number(struct fil_query *query, int n);

/* Resets a query before its last row was read. */
void fil_query_reset(struct fil_query *query);

/* Frees the query; NULL is fine. */
void fil_query_free(struct fil_query *query);

/* Batches: rows have relation->n_columns cells, keys the first n_keys of them. `run` is stored with
 * each row. The functions return 0 or -1. */

/* Inserts the rows whose key is not stored. inserted[i], unless inserted is NULL, tells whether row i
 * was. Of rows with the same key the first is inserted. */
int fil_store_insert(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, bool *inserted, struct fil_fault *fault);

/* Begins the same insertion and returns; a server works on it meanwhile. relation, rows and inserted
 * must live until fil_store_end_insertion, which fills inserted. Only one insertion is open at a
 * time; end it before the commit. A rollback ends it too. Either step gives the fault of a row. */
int fil_store_begin_insertion(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, bool *inserted, struct fil_fault *fault);

/* Waits for the insertion that was begun, if any. */
int fil_store_end_insertion(struct fil_store *store, struct fil_fault *fault);

/* Fetches the stored rows with these keys. `found` gets rows of n_columns + 1 cells, the last being
 * the run. place[i] gets the number in `found` of the row with key i, or FIL_NOWHERE. */
int fil_store_fetch(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *keys, struct fil_batch *found, size_t *place, struct fil_fault *fault);

/* Sets all columns of the stored rows with the keys of these rows. */
int fil_store_update(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, struct fil_fault *fault);

/* Deletes the stored rows with these keys. */
int fil_store_delete(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *keys, struct fil_fault *fault);

#endif
