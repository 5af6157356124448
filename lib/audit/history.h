/* SPDX-License-Identifier: ISC */
/* The history of rows: what runs did to each row, from the tables `runs` and `history` and the rows
 * that stand. Log, undo, access and check read the history by this module alone.
 *
 * A row is one table and one key under today's names of users. It has versions: each is the cells
 * that stood until an entry of the history, and the last is the row that stands. An edit leads from
 * one version to the next. All edits of a row from the first run that was asked for are read, so that
 * the last one leads to the row that stands, or to none. */
#ifndef FIL_HISTORY_H
#define FIL_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/users/holders.h"
#include "lib/users/undoings.h"
#include "lib/base/fault.h"
#include "lib/catalog/catalog.h"
#include "lib/store/store.h"
#include "lib/write/run.h"

/* The place of a version whose cells were not read: no edit that was asked for leads to it or from
 * it, and it does not stand. */
#define FIL_UNREAD (FIL_NOWHERE - 1)

/* The cells of a row at a time; read them by fil_history_cells. */
struct fil_version {
	size_t place; /* FIL_NOWHERE: there was no row; or FIL_UNREAD */
	int64_t run; /* the run whose value it is */
	struct fil_moment moment; /* of the keys of users in its cells */
};

/* What one run did to a row. */
struct fil_edit {
	int64_t run;
	int64_t number; /* of its entry in the history; 0: none, since it only added the row */
	enum fil_action action;
	struct fil_version before, after;
};

struct fil_edited_row {
	const struct fil_table *table;
	const char *key; /* its cells under today's names, of fil_relation_add_key */
	/* 0; or of a user who had the key before today's user got it, so that no row stands: as of
	 * fil_holders_today. */
	size_t gone;
	const struct fil_edit *edits; /* in order of time, at least one */
	size_t n_edits;
};

/* Fills the fault (69) for an entry of a run that no command can have written. Returns -1. */
int fil_history_damaged(int64_t run, struct fil_fault *fault);

struct fil_history;

/* Returns a history without rows, which the caller frees. It reads one state of the store: call it
 * within a snapshot or a write transaction. NULL with a fault. */
struct fil_history *fil_history_new(struct fil_store *store, struct fil_fault *fault);

/* Reads all rows that any of n runs changed, instead of those read before, and the users whom a later run
 * removed. Memory is proportional to these rows. Returns 0, or -1 with a fault. */
int fil_history_read_runs(
    struct fil_history *history, const int64_t *runs, size_t n, struct fil_fault *fault);

/* Users who had the key of another user before: numbers of fil_holders_today. */
struct fil_former {
	size_t *gone;
	size_t n;
};

/* Returns whether the number is one of theirs. */
bool fil_former_has(const struct fil_former *former, size_t gone);

/* Reads all rows about a person of today, and about the users joined to this one, instead of those
 * read before: rows whose key names the user. Rows of users who had the key before are among them, without
 * those of `former`. It reads by index. Returns 0, or -1 with a fault. */
int fil_history_read_user(struct fil_history *history, const char *user,
    const struct fil_former *former, struct fil_fault *fault);

/* Returns the rows read: tables in the catalogue's order, keys byte for byte. They belong to the
 * history until it reads again. */
const struct fil_edited_row *fil_history_rows(const struct fil_history *history, size_t *n);

/* Returns the runs of the edits of the rows read, each once, ascending; the caller frees them. */
int64_t *fil_history_runs(const struct fil_history *history, size_t *n);

/* Returns how many rows that the runs read had changed were erased. Of rows that they added, those are
 * missing that a join of users put together. */
size_t fil_history_erased(const struct fil_history *history);

/* Fills cells with the n_columns cells of a version that exists and was read, with the keys of
 * users as of a moment: FIL_NOW, or that of an edit. They belong to the history until it reads
 * again. */
void fil_history_cells(const struct fil_history *history, const struct fil_edited_row *row,
    const struct fil_version *version, struct fil_moment moment, const char **cells);

/* Returns 0, unless a cell of a version names a user whose key another user has today by a renaming: then
 * a number, as in fil_edited_row. */
size_t fil_history_gone(const struct fil_history *history, const struct fil_edited_row *row,
    const struct fil_version *version, size_t column);

/* Returns whether two versions of rows of users are of different people: see fil_identity_differs. */
bool fil_history_differs(const struct fil_history *history, const struct fil_version *old,
    const struct fil_version *new);

/* Returns whether two edits of a row of users gave the key to another person: one removed the user who had
 * it, and the next that holds added one of another name. What takes a removal back brings the same
 * person again. */
bool fil_history_is_other(const struct fil_history *history, const struct fil_edit *removal,
    const struct fil_edit *arrival);

/* Returns whether an edit left a text that mentions an erased person as it is: `before` is what the history
 * keeps of the text, and `after` stands. Either may be NULL. */
bool fil_history_leaves(const struct fil_history *history, const struct fil_edit *edit,
    const char *before, const char *after);

/* Returns the key of a row as of today, as one text of n bytes that is unlike those of other
 * tables; cells: the row's, as of a moment. NULL if they have no whole key. It belongs to the
 * history until the next call. */
const char *fil_history_key(struct fil_history *history, const struct fil_table *table,
    const char *const *cells, struct fil_moment moment, size_t *n);

/* Returns the run that took this run back and stands, or 0. */
int64_t fil_history_undone_by(const struct fil_history *history, int64_t run);

/* Has fil_history_undone_by answer as if n runs, in ascending order, were taken back: what an undo among
 * them took back stands again. */
void fil_history_take_back(struct fil_history *history, const int64_t *runs, size_t n);

/* Returns whether run `by` took this run back, 0: any, also where `by` was taken back itself. */
bool fil_history_took_back(const struct fil_history *history, int64_t by, int64_t run);

/* Returns the undoings, which belong to the history. */
const struct fil_undoings *fil_history_undoings(const struct fil_history *history);

/* Returns the holders of keys, who belong to the history. */
const struct fil_holders *fil_history_holders(const struct fil_history *history);

/* Frees the history; NULL is fine. */
void fil_history_free(struct fil_history *history);

#endif
