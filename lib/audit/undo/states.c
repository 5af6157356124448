/* SPDX-License-Identifier: ISC */
#include "lib/audit/undo/states.h"

#include "lib/base/memory.h"

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

/* Finds the state after each edit. */
static void
find_states(const struct fil_history *history, struct fil_states *states)
{
	for (size_t i = 0; i < states->n; i++) {
		const struct fil_edit *edit = &states->edits[states->own[i]];

		states->after[i] = i + 1;
		for (size_t k = 0; k < i; k++) {
			const struct fil_edit *other = &states->edits[states->own[k]];

			if (fil_history_took_back(history, edit->run, other->run) &&
			    (edit->action == FIL_RENAMING || leads_back(edit, other))) {
				states->after[i] = fil_states_before(states, k);
				break;
			}
		}
	}
}

size_t
fil_states_go_back(
    const struct fil_states *states, size_t state, int64_t run, const struct fil_version **version)
{
	size_t first = FIL_NOWHERE, last = FIL_NOWHERE;

	for (size_t i = 0; i < states->n; i++)
		if (states->edits[states->own[i]].run == run) {
			first = first == FIL_NOWHERE ? i : first;
			last = i;
		}
	if (first == FIL_NOWHERE)
		return state;
	if (states->after[last] != state)
		return FIL_NOWHERE;
	*version = &states->edits[states->own[first]].before;
	return fil_states_before(states, first);
}

void
fil_states_read(const struct fil_history *history, const struct fil_edited_row *row, bool renamings,
    struct fil_states *states)
{
	size_t *numbers = fil_alloc(2 * row->n_edits, sizeof *numbers);

	*states = (struct fil_states){ row->edits, numbers, numbers + row->n_edits, 0 };
	for (size_t e = 0; e < row->n_edits; e++)
		if ((row->edits[e].action == FIL_RENAMING) == renamings)
			numbers[states->n++] = e;
	find_states(history, states);
}

size_t
fil_states_at(const struct fil_states *states, struct fil_moment moment)
{
	size_t i = states->n;

	while (i > 0) {
		const struct fil_edit *edit = &states->edits[states->own[i - 1]];

		if (edit->run < moment.run ||
		    (edit->run == moment.run && edit->number > 0 && edit->number < moment.number))
			break;
		i--;
	}
	return fil_states_before(states, i);
}
