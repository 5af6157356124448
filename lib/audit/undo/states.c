/* SPDX-License-Identifier: ISC */
#include "lib/audit/undo/states.h"

#include <stdlib.h>

#include "lib/base/memory.h"
#include "lib/users/undoings.h"

size_t
fil_states_before(const struct fil_states *states, size_t i)
{
	return i == 0 ? 0 : states->after[i - 1];
}

/* Returns whether an edit leads back to the version before another one. */
static bool
leads_back(const struct fil_edit *edit, const struct fil_edit *other)
{
	bool is = edit->after.place != FIL_NOWHERE, was = other->before.place != FIL_NOWHERE;

	return is == was && (!is || edit->after.run == other->before.run);
}

size_t
fil_states_go_back(
    const struct fil_states *states, size_t state, int64_t run, const struct fil_version **version)
{
	size_t first = FIL_NOWHERE, last = FIL_NOWHERE;

	for (size_t i = 0; i < states->n; i++)
		if (states->own[i]->run == run) {
			first = first == FIL_NOWHERE ? i : first;
			last = i;
		}
	if (first == FIL_NOWHERE)
		return state;
	if (states->after[last] != state)
		return FIL_NOWHERE;
	*version = &states->own[first]->before;
	return fil_states_before(states, first);
}

/* Returns the state after an edit which comes after all others. */
static size_t
find_state(
    const struct fil_history *history, const struct fil_states *states, const struct fil_edit *edit)
{
	for (size_t k = 0; k < states->n; k++)
		if (fil_history_took_back(history, edit->run, states->own[k]->run) &&
		    (edit->action == FIL_RENAMING || leads_back(edit, states->own[k])))
			return fil_states_before(states, k);
	return states->n + 1;
}

/* Adds an edit, and the state after it. */
static void
add_edit(struct fil_states *states, const struct fil_edit *edit, size_t after)
{
	states->own[states->n] = edit;
	states->after[states->n++] = after;
}

/* Adds an empty edit for a run, unless its work on the row was written or there was none: n undoings of
 * it, the newest run that it took back last. */
static void
add_empty(struct fil_states *states, const struct fil_undoing_of *undoings, size_t n)
{
	size_t now = fil_states_before(states, states->n), state = now, back;
	const struct fil_edit *last = states->n > 0 ? states->own[states->n - 1] : NULL;
	const struct fil_version *version = NULL;
	struct fil_edit *edit = &states->empty[states->n_empty];

	if (!last || last->run == undoings->by || last->after.place != FIL_NOWHERE)
		return;
	for (size_t i = n; i-- > 0; state = back) {
		back = fil_states_go_back(states, state, undoings[i].run, &version);
		if (back == FIL_NOWHERE)
			break;
	}
	if (state == now || version->place != FIL_NOWHERE)
		return;
	edit->run = undoings->by;
	edit->action = FIL_REMOVED;
	edit->before = edit->after = (struct fil_version){ FIL_NOWHERE, 0, { edit->run, 0 } };
	states->n_empty++;
	add_edit(states, edit, state);
}

/* Adds empty edits for the undoings of the n that come before a run. Returns how many are left. */
static size_t
add_undoings(
    struct fil_states *states, const struct fil_undoing_of *undoings, size_t n, int64_t run)
{
	while (n > 0 && undoings[n - 1].by < run) {
		size_t end = n;

		while (n > 0 && undoings[n - 1].by == undoings[end - 1].by)
			n--;
		add_empty(states, undoings + n, end - n);
	}
	return n;
}

/* Returns whether a row did not stand after one of its edits, and came back. */
static bool
was_away(const struct fil_edited_row *row)
{
	for (size_t e = 0; e + 1 < row->n_edits; e++)
		if (row->edits[e].after.place == FIL_NOWHERE)
			return true;
	return row->n_edits > 1 && row->edits[row->n_edits - 1].after.place == FIL_NOWHERE;
}

void
fil_states_read(const struct fil_history *history, const struct fil_edited_row *row, bool renamings,
    struct fil_states *states)
{
	size_t n = 0, room;
	const struct fil_undoing_of *undoings = fil_undoings_all(fil_history_undoings(history), &n);

	if (renamings || !was_away(row))
		n = 0;
	room = row->n_edits + n;
	*states = (struct fil_states){ .own = fil_alloc(room, sizeof *states->own),
		.after = fil_alloc(room, sizeof *states->after),
		.empty = fil_alloc(n + 1, sizeof *states->empty) };
	for (size_t e = 0; e < row->n_edits; e++) {
		const struct fil_edit *edit = &row->edits[e];

		if ((edit->action == FIL_RENAMING) != renamings)
			continue;
		n = add_undoings(states, undoings, n, edit->run);
		add_edit(states, edit, find_state(history, states, edit));
	}
	add_undoings(states, undoings, n, INT64_MAX);
}

void
fil_states_release(struct fil_states *states)
{
	free(states->own);
	free(states->after);
	free(states->empty);
}

const struct fil_edit *
fil_states_written(const struct fil_states *states, size_t state)
{
	size_t i = state > 0 ? state : states->n;

	while (
	    i > 1 && states->own[i - 1]->number == 0 && states->own[i - 1]->action == FIL_REMOVED)
		i--;
	return states->own[i - 1];
}

size_t
fil_states_at(const struct fil_states *states, struct fil_moment moment)
{
	size_t i = states->n;

	while (i > 0) {
		const struct fil_edit *edit = states->own[i - 1];

		if (edit->run < moment.run ||
		    (edit->run == moment.run && edit->number > 0 && edit->number < moment.number))
			break;
		i--;
	}
	return fil_states_before(states, i);
}
