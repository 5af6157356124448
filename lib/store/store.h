/* SPDX-License-Identifier: ISC */
/* The store: one interface for the engines, SQLite in a file and PostgreSQL on a server. The caller
 * does not depend on the engine. Cells are UTF-8 text or NULL (unknown). Integers are decimal
 * digits. A failure of the engine fills the caller's fault: 69 unreachable or damaged, 74 disk
 * full, 75 busy, 77 not permitted. */
#ifndef FIL_STORE_H
#define FIL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"
#include "lib/store/batch.h"
#include "lib/store/query.h"
#include "lib/store/relation.h"
#include "lib/store/transaction.h"

struct fil_search;
struct fil_store;

/* Opening */

/* Returns whether this is a PostgreSQL address (postgresql://…, service=…), not a path. */
bool fil_store_on_server(const char *where);

/* Checks each value that is read from now on. values must outlive the store. */
void fil_store_expect(struct fil_store *store, const struct fil_values *values);

/* Returns whether the path leads to a store's file, or to a file beside one. */
bool fil_store_at(const char *path);

/* Opens the store at a path or address; the caller closes it. An address with a password is
 * refused. CREATE makes a store with its schema, which appears with its first commit, whole or not
 * at all; an existing store is a fault (73). Returns NULL with a fault. */
struct fil_store *
fil_store_open(const char *where, enum fil_store_mode mode, struct fil_fault *fault);

/* Rolls back an open transaction and closes the store; NULL is fine. A store that is not placed yet
 * vanishes. */
void fil_store_close(struct fil_store *store);

/* Returns the store's name as it was given, without a password. It belongs to the store. */
const char *fil_store_name(const struct fil_store *store);

/* Returns the folder for unlinked temporary files with personal data: that of the store's file, or
 * TMPDIR for a server. It belongs to the store. */
const char *fil_store_folder(const struct fil_store *store);

/* Returns a warning about the state of the store, or NULL. It belongs to the store. A commit may
 * replace it. */
const char *fil_store_caution(const struct fil_store *store);

/* Returns whether the engine is to count where it can: its rows lie far away, perhaps on several
 * machines, and would all cross the wire. A file's rows are counted faster one by one. */
bool fil_store_counts(const struct fil_store *store);

/* Creates two roles on a server: filrouge_reader may only read, filrouge_recorder may also record
 * events. Returns 0 or -1. */
int fil_store_grant(struct fil_store *store, struct fil_fault *fault);

/* Returns the role of a server that this process has, or NULL for a file. It belongs to the
 * store. */
const char *fil_store_role(const struct fil_store *store);

/* Prepares the folder of a new store for the accounts of a group of this machine. The folder is
 * made (2770), or must be theirs already. Returns 0, or -1 with a fault: 64 for an unknown group, 73
 * for a folder that is not the group's, 77 when the caller is not in the group. */
int fil_store_group(const char *where, const char *group, struct fil_fault *fault);

/* Opens a new store, which has its place, to the group of its folder (0660). */
void fil_store_share(struct fil_store *store);

/* Fills the fault (69) for a stored row that no command can have written: "the store is damaged:
 * TABLE 'KEY' is not as it was written". Returns -1. */
int fil_store_damaged(struct fil_fault *fault, const char *table, const char *key);

/* As fil_store_damaged, for rows of a table that name the user: "TABLE of 'USER'". */
int fil_store_damaged_user(struct fil_fault *fault, const char *table, const char *user);

/* Transactions */

/* Begins a read transaction: reads see one state until fil_store_rollback. Writers are not blocked. On
 * several nodes each has a state of its own: after fil_store_rollback, fil_store_caution says whether
 * they can differ. Returns 0 or -1. */
int fil_store_snapshot(struct fil_store *store, struct fil_fault *fault);

/* Stops the engine from checking references until the store is closed. Call it before a write
 * transaction, and check every reference of the inserted rows. The engine's check of a row costs as
 * much as its insertion. */
void fil_store_trust(struct fil_store *store);

/* Begins a write transaction, and waits at most `seconds` for other writers. After that the fault
 * (75) names the writing process. Call it after all input has arrived. Returns 0 or -1. */
int fil_store_begin(struct fil_store *store, unsigned seconds, struct fil_fault *fault);

/* Commits. Fills the fault unless it returns COMMITTED. After UNKNOWN the store is open again, so
 * that the caller can read whether the rows are stored. */
enum fil_commit fil_store_commit(struct fil_store *store, struct fil_fault *fault);

/* Rolls back the transaction. */
void fil_store_rollback(struct fil_store *store);

/* Returns whether another transaction caused the last failure (a deadlock, a serialisation
 * failure), or was stored while the last snapshot was read from several nodes, which may have shown
 * parts of it. Then the caller may roll back and retry the whole transaction. */
bool fil_store_crossed(const struct fil_store *store);

/* Inspection */

/* Has the engine check its data, compares the schema, and looks at who else may read the store. From
 * then on values are read that were never written. Call it outside a transaction. Calls take for each
 * defect. A file is checked by another thread, as long as the store is used, if the store was opened
 * for INSPECT: fil_store_inspected tells those defects. Returns 0, or -1 with a fault. */
int fil_store_inspect(
    struct fil_store *store, fil_defect_take *take, void *context, struct fil_fault *fault);

/* Waits for the engine's check, and calls take for each defect that it found. Once it has, further
 * calls do nothing. Returns 0, or -1 with a fault. */
int fil_store_inspected(
    struct fil_store *store, fil_defect_take *take, void *context, struct fil_fault *fault);

/* Copies */

/* Copies all tables of a store into a new one, opened with BACKUP or RESTORE. `from` is in a
 * snapshot. Between files pages are copied, else rows in batches. Returns 0 or -1. */
int fil_store_copy(struct fil_store *from, struct fil_store *into, struct fil_fault *fault);

/* Returns whether a file is as BACKUP made it: a store that was made, restored or written to is
 * none. */
bool fil_store_is_copy(struct fil_store *store);

/* Calls take for each copy that an upgrade of the store left beside it, in the order of their names. It
 * holds the data of then. One that was written to since is a store of its own. */
void fil_store_earlier(struct fil_store *store, fil_earlier_take *take, void *context);

/* Removes such a copy. Returns 0, or -1 with a fault. */
int fil_store_remove_earlier(const char *path, struct fil_fault *fault);

/* Checks that a copy is intact, before it is placed. A copy of an older version is upgraded.
 * Messages call it `name`: the damage comes from there. Returns 0, or -1 with a fault (69). */
int fil_store_check(struct fil_store *store, const char *name, struct fil_fault *fault);

/* Gives a store its place, with all its rows on the disk: a file is renamed, a transaction
 * committed. An existing file is a fault (73) without `replace`. A file is closed, and cannot be
 * read any more. Returns 0 or -1. */
int fil_store_place(struct fil_store *store, bool replace, struct fil_fault *fault);

/* Batches: a row has relation->n_columns cells; its first n_keys are the key. `run` is stored with
 * each row. The functions return 0, or -1 with a fault. */

/* Returns how many rows are worth a batch. A store on several nodes wants more than others. */
size_t fil_store_batch_rows(const struct fil_store *store);

/* As fil_store_batch_rows, of rows that are all new: none of them is fetched, compared or updated, so
 * that they take less memory. FIL_NEW_BYTES of such rows are a batch too. */
size_t fil_store_new_rows(const struct fil_store *store);
enum { FIL_NEW_BYTES = 5 << 20 };

/* Inserts the rows whose key is not stored. inserted[i], unless inserted is NULL, is set to whether
 * row i was inserted. Of rows with the same key the first is inserted. */
int fil_store_insert(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, bool *inserted, struct fil_fault *fault);

/* Begins the same insertion and returns while a server, or a thread, works on it. relation, rows and
 * inserted must outlive fil_store_end_insertion, which sets inserted. Only one insertion is open at a
 * time; end it before the commit. A rollback ends it too. Either step may return the fault of a row. */
int fil_store_begin_insertion(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, bool *inserted, struct fil_fault *fault);

/* Waits for the open insertion, if any. */
int fil_store_end_insertion(struct fil_store *store, struct fil_fault *fault);

/* Fetches the stored rows with these keys. `found` gets rows of n_columns + 1 cells, the last one
 * being the run. place[i] gets the number in `found` of the row with key i, or FIL_NOWHERE. */
int fil_store_fetch(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *keys, struct fil_batch *found, size_t *place, struct fil_fault *fault);

/* Updates all columns of the stored rows that have the keys of these rows. */
int fil_store_update(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *rows, int64_t run, struct fil_fault *fault);

/* Deletes the stored rows with these keys. */
int fil_store_delete(struct fil_store *store, const struct fil_relation *relation,
    const struct fil_batch *keys, struct fil_fault *fault);

/* Erasure */

/* Removes the bytes of deleted rows from the files of the store, outside a transaction. Waits at most
 * `seconds` for writers, and for readers of old pages; then the fault is 75. found[i] is set to
 * whether text i is left in a file beside the schema's own words; it stays as it is on a server,
 * whose files cannot be read. Returns 0, or -1 with a fault: the rows are gone, the bytes not yet. */
int fil_store_purge(struct fil_store *store, unsigned seconds, const struct fil_search *texts,
    bool *found, struct fil_fault *fault);

#endif
