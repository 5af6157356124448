/* SPDX-License-Identifier: ISC */
/* What became of the rows that were put: counted, answered, refused. */
#include "lib/write/refusal.h"
#include "lib/write/writer_state.h"

/* A row of the last batch, for the answer. */
struct batch_row {
	const struct fil_upsert *upsert;
	size_t i;
};

static const char *
stored_cell(const void *context, size_t c)
{
	const struct batch_row *row = context;

	return fil_upsert_cell(row->upsert, row->i, c);
}

/* A row that was written. */
static void
written(struct fil_writer *writer, size_t i, enum fil_action action, size_t *count)
{
	struct batch_row row = { writer->upsert, i };

	++*count;
	fil_standing_note(
	    writer->keeper, writer->table->name, fil_upsert_cell(writer->upsert, i, 0));
	fil_changes_row(writer->options.changes, action, stored_cell, &row);
}

/* Has a row that is not written count as if it had not come. */
static void
forget(struct fil_writer *writer, size_t i)
{
	fil_known_forget(writer->known, fil_writer_cells(writer, writer->put, i), writer->lengths);
}

/* A row whose reference names nobody. */
static void
unresolved(struct fil_writer *writer, size_t i)
{
	if (writer->options.known_only &&
	    fil_references_missing(writer->references, i) == writer->user)
		writer->unknown++;
	else
		fil_refusals_references(
		    &writer->refusals, writer->put_lines[i], writer->references, writer->put, i);
}

static void
incomplete(struct fil_writer *writer, size_t i)
{
	if (writer->options.known_only)
		writer->unknown++;
	else
		fil_refusals_incomplete(&writer->refusals, writer->put_lines[i],
		    fil_writer_cells(writer, writer->put, i), writer->given);
}

static void
conclude(struct fil_writer *writer, size_t i)
{
	struct fil_fault fault;

	switch (writer->outcomes[i]) {
	case FIL_ROW_ADDED:
		written(writer, i, FIL_ADDED, &writer->counts->added);
		break;
	case FIL_ROW_CHANGED:
		written(writer, i, FIL_CHANGED, &writer->counts->changed);
		if (writer->roster)
			fil_roster_note_change(writer->roster,
			    fil_upsert_before(writer->upsert, i, fil_roster_feed(writer->roster)));
		break;
	case FIL_ROW_LEFT:
		written(writer, i, FIL_LEFT, &writer->counts->left);
		break;
	case FIL_ROW_RETURNED:
		written(writer, i, FIL_RETURNED, &writer->counts->returned);
		break;
	case FIL_ROW_UNCHANGED:
		writer->counts->unchanged++;
		break;
	case FIL_ROW_DUPLICATE:
		fil_refusals_duplicate(
		    &writer->refusals, writer->put_lines[i], fil_writer_cells(writer, writer->put, i));
		break;
	case FIL_ROW_FOREIGN:
		fil_refuse_foreign(
		    writer->table, fil_writer_cells(writer, writer->put, i), writer->options.sync->feed, &fault);
		fil_refusals_add(&writer->refusals, writer->put_lines[i], &fault);
		forget(writer, i);
		break;
	case FIL_ROW_INCOMPLETE:
		incomplete(writer, i);
		forget(writer, i);
		break;
	case FIL_ROW_SKIPPED:
		unresolved(writer, i);
		forget(writer, i);
		break;
	}
}

void
fil_writer_conclude(struct fil_writer *writer)
{
	for (size_t i = 0; i < fil_batch_rows(writer->put); i++)
		conclude(writer, i);
}
