/* SPDX-License-Identifier: ISC */
/* The states of a row, or of the key of a user, in time: what runs did to it, without what was taken
 * back. */
#ifndef FIL_STATES_H
#define FIL_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/audit/history.h"

/* State 0 is before its first edit. State i + 1 is that after edit i, unless the
 * edit took others back: then the state is the one before these. Two equal states mean that nothing
 * that still holds happened between them. A run that took back the adding and the removal of a row wrote
 * nothing of it: an empty edit stands for it. */
struct fil_states {
	const struct fil_edit **own; /* the edits that count: renamings, or all others */
	size_t *after; /* the state after each of them */
	size_t n;
	struct fil_edit *empty; /* the empty edits */
	size_t n_empty;
};

/* Finds the states of the cells of a row, or of its key if `renamings`. The caller releases them. */
void fil_states_read(const struct fil_history *history, const struct fil_edited_row *row,
    bool renamings, struct fil_states *states);

/* Frees what the states hold. */
void fil_states_release(struct fil_states *states);

/* Returns the last edit up to a state that was written, not an empty one; of state 0 the last of all. */
const struct fil_edit *fil_states_written(const struct fil_states *states, size_t state);

/* Returns the state before the edit with the number i among own; with n, the present state. */
size_t fil_states_before(const struct fil_states *states, size_t i);

/* Returns the state before a moment. Rows are added at the end of their run. */
size_t fil_states_at(const struct fil_states *states, struct fil_moment moment);

/* Goes back from a state over the edits of one run. Returns the state before them, and sets *version
 * to that before; or the same state when the run has none; or FIL_NOWHERE when something that holds
 * came later. */
size_t fil_states_go_back(
    const struct fil_states *states, size_t state, int64_t run, const struct fil_version **version);

#endif
