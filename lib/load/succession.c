/* SPDX-License-Identifier: ISC */
#include "lib/load/succession.h"

#include <stdint.h>
#include <stdlib.h>

#include "lib/write/digest.h"
#include "lib/base/memory.h"

struct fil_succession {
	const struct fil_row *row;
	size_t n_keys;
	struct fil_digest *last; /* of each key the number of its last row */
	uint64_t number; /* of the row, among those that could be made */
	size_t superseded;
};

static struct fil_digest_hash
hash_key(struct fil_succession *succession)
{
	return fil_digest_row(succession->last, fil_row_values(succession->row),
	    fil_row_lengths(succession->row), succession->n_keys, succession->n_keys);
}

/* Notes the number of a row under its key. */
static int
note_row(void *context, size_t intake, size_t line, struct fil_fault *fault)
{
	struct fil_succession *succession = context;
	bool fresh;

	(void)intake;
	(void)line;
	(void)fault;
	fil_digest_set_content(fil_digest_add(succession->last, hash_key(succession), &fresh),
	    ++succession->number);
	return 0;
}

struct fil_succession *
fil_succession_new(const struct fil_preview *preview, struct fil_fault *fault)
{
	struct fil_succession *succession = fil_alloc(1, sizeof *succession);

	succession->row = preview->row;
	succession->n_keys = fil_row_table(preview->row)->n_keys;
	succession->last = fil_digest_new(0);
	if (fil_preview_rows(preview, note_row, succession, fault) < 0) {
		fil_succession_free(succession);
		return NULL;
	}
	succession->number = 0;
	return succession;
}

bool
fil_succession_goes_on(struct fil_succession *succession)
{
	struct fil_digest_entry *entry;
	bool goes_on;

	succession->number++;
	entry = fil_digest_find(succession->last, hash_key(succession).key);
	goes_on = entry && fil_digest_content(entry) != succession->number;
	succession->superseded += goes_on;
	return goes_on;
}

size_t
fil_succession_superseded(const struct fil_succession *succession)
{
	return succession->superseded;
}

void
fil_succession_free(struct fil_succession *succession)
{
	if (!succession)
		return;
	fil_digest_free(succession->last);
	free(succession);
}
