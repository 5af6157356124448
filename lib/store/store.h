/* SPDX-License-Identifier: ISC */
/* The store: one interface over the engines in lib/store/. Nobody above knows which one runs.
 *
 * Cells are UTF-8 text or NULL (nothing known); integers travel as their decimal digits. An
 * engine's failure fills the caller's fault: 69 out of reach or damaged, 74 disk full, 75 busy, 77
 * not permitted. */
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

/* A query: one statement of SQL on a store, bound, stepped and bound anew. It is written in the
 * subset that all engines run, with $1 … $n in the order of first use. One that does not prepare is
 * a bug and ends the program, showing its text. */

struct fil_store;
struct fil_query;

/* Returns a statement; the caller frees it. sql must live as long (a literal or embedded text). */
struct fil_query *fil_query_new(struct fil_store *store, const char *sql);

/* Binds parameter $n (from 1). Text is copied; NULL binds NULL. */
void fil_query_bind(struct fil_query *query, int n, const char *text);

/* Binds parameter $n to a number. */
void fil_query_bind_number(struct fil_query *query, int n, int64_t number);

/* Steps: 1 a row, 0 no more (and reset, ready to be bound anew), -1 with a fault. */
int fil_query_step(struct fil_query *query, struct fil_fault *fault);

/* Returns column n (from 0) of the row as text, or NULL; valid until the next step. */
const char *fil_query_text(struct fil_query *query, int n);

/* Returns the length in bytes of the text of column n; call it after fil_query_text. */
size_t fil_query_length(struct fil_query *query, int n);

/* Returns column n as a number; 0 where it is NULL. */
int64_t fil_query_number(struct fil_query *query, int n);

/* Ends a walk that was not stepped to its end. */
void fil_query_reset(struct fil_query *query);

/* NULL is fine. */
void fil_query_free(struct fil_query *query);

struct fil_store;

/* Opens the store of that path or address; a password in it is refused. CREATE makes it, schema
 * included, unless it exists (73). Returns NULL with a fault; the caller closes it. */
struct fil_store *
fil_store_open(const char *where, enum fil_store_mode mode, struct fil_fault *fault);

/* Returns whether it is an address of PostgreSQL's (postgresql://…, service=…), not a path. */
bool fil_store_on_server(const char *where);

/* Rolls back what is open, and closes. NULL is fine. */
void fil_store_close(struct fil_store *store);

/* Returns the folder in which a command may keep unlinked temporary files with personal data: the
 * store's own folder, or TMPDIR for an engine elsewhere. Belongs to the store. */
const char *fil_store_folder(const struct fil_store *store);

/* Returns the store's name as it was given (never a password). Belongs to the store. */
const char *fil_store_name(const struct fil_store *store);

/* Returns what should be told of the store as it was found, or NULL. Belongs to the store. */
const char *fil_store_caution(const struct fil_store *store);

/* Says, before a write transaction, that whoever calls has checked every reference of the rows that
 * it will insert: the engine need not look each up again, which costs as much as inserting the row.
 * Until the store is closed. */
void fil_store_trust(struct fil_store *store);

/* Begins a write transaction, waiting at most `seconds` for other writers (then 75, naming the
 * holder). Call it only after all input has arrived. Returns 0 or -1. */
int fil_store_begin(struct fil_store *store, unsigned seconds, struct fil_fault *fault);

/* Commits. UNKNOWN: the engine failed in the commit itself, and the store was opened anew, so that
 * the caller can ask it what it holds. Otherwise than on COMMITTED the fault is filled. */
enum fil_commit fil_store_commit(struct fil_store *store, struct fil_fault *fault);

/* Takes everything since begin back. */
void fil_store_rollback(struct fil_store *store);

/* Makes reads until fil_store_rollback see one state, holding no writer up. Returns 0 or -1. */
int fil_store_snapshot(struct fil_store *store, struct fil_fault *fault);

/* Returns whether the last failure was that others crossed the transaction (a deadlock, a
 * serialisation failure): rolled back and run again, all of it may succeed. */
bool fil_store_crossed(const struct fil_store *store);

/* Sets up, on a server, the role that may only read (filrouge_reader) and the one that may also
 * record events (filrouge_recorder). Returns 0 or -1. */
int fil_store_grant(struct fil_store *store, struct fil_fault *fault);

/* Fills the fault for stored rows that no command can have written (69): "the store is damaged: WHAT
 * 'KEY' is not as it was written". Returns -1. */
int fil_store_damaged(struct fil_fault *fault, const char *what, const char *key);

/* Batches: rows hold relation->n_columns cells, keys the first n_keys of them. All return 0 or -1. */

/* Inserts the rows whose key the store does not have; inserted[i], unless NULL, tells for each row.
 * A key that stands twice in the batch is inserted once. */
int fil_store_insert(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, bool *inserted, struct fil_fault *fault);

/* The same in two steps, between which an engine elsewhere works while the caller goes on.
 * relation, rows and inserted stay until the end, which fills inserted and comes before the next
 * insertion and the commit; a rollback ends it too. A fault of the rows comes from either step. */
int fil_store_begin_insertion(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, bool *inserted, struct fil_fault *fault);

/* Waits for the insertion that was begun, if any was. */
int fil_store_end_insertion(struct fil_store *store, struct fil_fault *fault);

/* Fetches the rows stored under the first n_keys cells of each row of the batch: found gets rows of
 * n_columns + 1 cells (the last is run), place[i] the row's number in found, or FIL_NOWHERE. */
int fil_store_fetch(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *keys, struct fil_batch *found, size_t *place, struct fil_fault *fault);

/* Sets all columns of the rows that stand under these keys. */
int fil_store_update(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, struct fil_fault *fault);

/* Deletes the rows under these keys. */
int fil_store_delete(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *keys, struct fil_fault *fault);

#endif
