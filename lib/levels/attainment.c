/* SPDX-License-Identifier: ISC */
#include "lib/levels/attainment.h"

#include <stdlib.h>

#include "lib/store/cursor.h"
#include "lib/levels/facts.h"
#include "lib/levels/ledger.h"
#include "lib/base/memory.h"
#include "lib/levels/source.h"
#include "lib/levels/trail.h"

struct fil_attainments {
	const struct fil_dimensions *dimensions;
	unsigned sources;
	struct fil_cursor *cursor;	/* of the events; where all sources count, of standings */
	struct fil_trail *trail;	/* NULL where all sources count */
};

struct fil_attainments *
fil_attainments_new(struct fil_store *store, const struct fil_dimensions *dimensions,
    const char *sources, struct fil_fault *fault)
{
	struct fil_attainments *attainments;
	unsigned set;

	if (fil_sources_read(sources, &set, fault) < 0)
		return NULL;
	attainments = fil_alloc(1, sizeof(*attainments));
	attainments->dimensions = dimensions;
	attainments->sources = set;
	if (set == FIL_ANY_SOURCE) {
		attainments->cursor = fil_ledger_totals_new(store);
	} else {
		attainments->cursor = fil_facts_new(store);
		attainments->trail = fil_trail_new(dimensions);
	}
	return attainments;
}

int
fil_attainments_seek(struct fil_attainments *attainments, const char *user, fil_day *day,
    struct fil_fault *fault)
{
	int got = fil_cursor_seek(attainments->cursor, user, fault);

	*day = FIL_NEVER;
	if (got != 1)
		return got;
	if (attainments->trail == NULL)
		return fil_ledger_take_total(attainments->cursor, day, fault);
	if (fil_facts_take(attainments->cursor, attainments->dimensions, attainments->sources,
		attainments->trail, fault) < 0)
		return -1;
	*day = fil_trail_autonomous(attainments->trail);
	return 0;
}

void
fil_attainments_free(struct fil_attainments *attainments)
{
	if (attainments == NULL)
		return;
	fil_cursor_free(attainments->cursor);
	fil_trail_free(attainments->trail);
	free(attainments);
}
