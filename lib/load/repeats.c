/* SPDX-License-Identifier: ISC */
#include "lib/load/repeats.h"

#include <stdlib.h>
#include <string.h>

#include "lib/write/digest.h"
#include "lib/base/memory.h"

/* A fault that is to name a place. */
struct repeat {
	size_t fault;
	const char *file;
	uint64_t key;
};

/* Where a key first stands. */
struct first {
	size_t intake, line;
};

struct fil_repeats {
	const struct fil_table *table;
	struct fil_digest *keys; /* the content of each is the number of its first place, from 1 */
	struct repeat *repeats;
	struct first *firsts;
	size_t n, capacity, n_firsts;
	size_t *lengths;
	const struct fil_row *row; /* of the preview */
};

struct fil_repeats *
fil_repeats_new(const struct fil_table *table)
{
	struct fil_repeats *repeats = fil_alloc(1, sizeof *repeats);

	repeats->table = table;
	repeats->keys = fil_digest_new(0);
	repeats->lengths = fil_alloc(table->n_keys, sizeof *repeats->lengths);
	return repeats;
}

static struct fil_digest_hash
hash_key(struct fil_repeats *repeats, const char *const *values)
{
	for (size_t c = 0; c < repeats->table->n_keys; c++)
		repeats->lengths[c] = strlen(values[c]);
	return fil_digest_row(repeats->keys, values, repeats->lengths, repeats->table->n_keys,
	    repeats->table->n_keys);
}

void
fil_repeats_note(struct fil_repeats *repeats, size_t fault, const char *file,
    const char *const *values)
{
	struct fil_digest_hash hash = hash_key(repeats, values);
	bool fresh;

	if (repeats->n == repeats->capacity) {
		repeats->capacity = 2 * repeats->capacity + 8;
		repeats->repeats =
		    fil_resize(repeats->repeats, repeats->capacity, sizeof *repeats->repeats);
	}
	repeats->repeats[repeats->n++] = (struct repeat){ fault, file, hash.key };
	fil_digest_set_content(fil_digest_add(repeats->keys, hash, &fresh), 0);
}

/* Notes the place of a row whose key is wanted and has none yet. */
static int
note_first(void *context, size_t intake, size_t line, struct fil_fault *fault)
{
	struct fil_repeats *repeats = context;
	struct fil_digest_hash hash = hash_key(repeats, fil_row_values(repeats->row));
	struct fil_digest_entry *entry = fil_digest_find(repeats->keys, hash.key);

	(void)fault;
	if (!entry || fil_digest_content(entry) != 0)
		return 0;
	repeats->firsts[repeats->n_firsts++] = (struct first){ intake, line };
	fil_digest_set_content(entry, repeats->n_firsts);
	return 0;
}

/* Says in the fault of a repeat where its key first stands. */
static void
tell(const struct fil_repeats *repeats, const struct repeat *repeat,
    const struct fil_preview *preview, struct fil_faults *list)
{
	uint64_t number = fil_digest_content(fil_digest_find(repeats->keys, repeat->key));
	const struct first *first;
	const char *file;
	char *place;

	if (number == 0)
		return;
	first = &repeats->firsts[number - 1];
	file = fil_input_name(preview->intakes[first->intake].input);
	if (strcmp(file, repeat->file) == 0)
		place = fil_format(": first on line %zu", first->line);
	else
		place = fil_format(": first in %s:%zu", file, first->line);
	fil_faults_append(list, repeat->fault, place);
	free(place);
}

int
fil_repeats_find(struct fil_repeats *repeats, const struct fil_preview *preview,
    struct fil_faults *list, struct fil_fault *fault)
{
	if (repeats->n == 0)
		return 0;
	repeats->row = preview->row;
	repeats->firsts =
	    fil_alloc(fil_digest_count(repeats->keys), sizeof *repeats->firsts);
	if (fil_preview_rows(preview, note_first, repeats, fault) < 0)
		return -1;
	for (size_t i = 0; i < repeats->n; i++)
		tell(repeats, &repeats->repeats[i], preview, list);
	return 0;
}

void
fil_repeats_free(struct fil_repeats *repeats)
{
	if (!repeats)
		return;
	fil_digest_free(repeats->keys);
	free(repeats->repeats);
	free(repeats->firsts);
	free(repeats->lengths);
	free(repeats);
}
