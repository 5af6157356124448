/* SPDX-License-Identifier: ISC */
/* The steps of an undo: what is to be done with each row, and which rows are left because of a
 * conflict. */
#ifndef FIL_UNDO_STEPS_H
#define FIL_UNDO_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/audit/history.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/levels/standing_update.h"
#include "lib/write/run.h"

/* What is to be done with a row. */
struct fil_undo_step {
	const struct fil_edited_row *row;
	const struct fil_version *now, *wanted; /* places of FIL_NOWHERE: no row */
	bool differs; /* now and wanted do */
	bool left; /* in conflict, or another row needs it */
	bool late; /* written once users have their former keys: it names a user with row->gone */
	bool kept; /* in the history already: it is late, and named a row that goes */
	size_t state, wanted_state; /* of the cells, now and wanted */
	const struct fil_version *former; /* that has the user's former key, or NULL */
	size_t key_state, former_state; /* of the key, now and when the user has the former one */
	const struct fil_edit *removal; /* that holds, of a user who does not stand, or NULL */
	const struct fil_version *returned; /* before a user's last removal taken back, or NULL */
	bool waits, added; /* for a key; the row of a user who comes back late */
	bool shares; /* the place with another user, who has it or comes back with it */
	const char *place; /* the key that a user who waits has, or comes back with */
	struct fil_undo_step *next; /* another user who waits, with this key */
	char *aside; /* a key between today's and the former one, or NULL */
	int64_t written; /* the run whose work on the cells stands, or 0 */
	struct fil_edit *empty; /* the empty edits of the cells, whose versions others may be, or NULL */
};

struct fil_undoing {
	struct fil_run *run;
	struct fil_store *store;
	void (*conflict)(void *context, const char *text); /* as in struct fil_undo */
	void *context;
	const int64_t *runs; /* to take back, ascending */
	size_t n_runs;
	struct fil_counts *counts;
	struct fil_history *history;
	struct fil_standing_update *standing;
	struct fil_undo_step *steps; /* one a row, in the order of fil_history_rows */
	size_t n;
	struct fil_hash *numbers; /* of the steps, by table, key and `gone` */
	struct fil_bytes name; /* of a row in numbers */
	const struct fil_table *const *tables;
	size_t n_tables;
	const char **cells; /* of a row of any table, and its run */
	size_t conflicts;
	bool late; /* users have their former keys */
	struct fil_hash *places; /* of the first users who wait for a key, by their place */
};

/* Returns whether a version is a row. */
static inline bool
fil_version_stands(const struct fil_version *version)
{
	return version->place != FIL_NOWHERE;
}

/* Returns the version that a row will have. */
static inline const struct fil_version *
fil_undo_step_outcome(const struct fil_undo_step *step)
{
	return step->differs && !step->left ? step->wanted : step->now;
}

/* Plans all rows that the history has read, and tells those that a later run wrote. */
void fil_undoing_plan(struct fil_undoing *undoing);

/* Leaves the rows in conflict because of references and keys, until none forbids another one. Returns
 * 0, or -1 with a fault. */
int fil_undoing_check(struct fil_undoing *undoing, struct fil_fault *fault);

/* Returns the step of the row of a table with a key, or NULL. gone: as in fil_edited_row. */
struct fil_undo_step *fil_undoing_step(
    struct fil_undoing *undoing, const struct fil_table *table, const char *key, size_t gone);

/* Sets *is to whether a user who gets no other key has a key when all is done. Returns 0, or -1 with a
 * fault. */
int
fil_undoing_holder(struct fil_undoing *undoing, const char *key, bool *is, struct fil_fault *fault);

/* Fills cells with those of a version that stands, under today's names. */
void fil_undo_step_cells(const struct fil_undoing *undoing, const struct fil_undo_step *step,
    const struct fil_version *version, const char **cells);

/* Returns whether two versions of a row that name a user by the same key, as of today, name two persons. */
bool fil_undo_step_is_other(struct fil_undoing *undoing, const struct fil_undo_step *step,
    const struct fil_version *a, const struct fil_version *b, size_t column, const char *key);

/* Returns the key that a user has when all is done. It belongs to the history. */
const char *fil_undo_step_key(const struct fil_undoing *undoing, const struct fil_undo_step *step);

/* Returns the key that a user has now, or comes back with: that of the removal. It belongs to the
 * history. */
const char *
fil_undo_step_place(const struct fil_undoing *undoing, const struct fil_undo_step *step);

/* Returns whether a row that does not stand will. */
bool fil_undo_step_returns(const struct fil_undo_step *step);

/* Returns whether a user gets another key, or one that another user has now. */
bool fil_undo_step_gets_key(const struct fil_undo_step *step);

#endif
