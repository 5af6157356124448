/* SPDX-License-Identifier: ISC */
/* What the files of lib/writer share: its state. Nobody else includes it. */
#ifndef FIL_WRITER_STATE_H
#define FIL_WRITER_STATE_H

#include "lib/store/batch.h"
#include "lib/write/known.h"
#include "lib/load/refusals.h"
#include "lib/write/removal.h"
#include "lib/levels/standing.h"
#include "lib/write/upsert.h"
#include "lib/write/writer.h"

/* A batch is put when it has so many rows or bytes. */
enum { FIL_WRITER_ROWS = 512, FIL_WRITER_BYTES = 1 << 20 };

/* Rows, and the lines on which they stand. */
struct fil_portion {
	struct fil_batch *rows;
	size_t lines[FIL_WRITER_ROWS];
};

struct fil_writer {
	struct fil_run *run;
	const struct fil_table *table;
	struct fil_writer_options options;
	struct fil_counts *counts;
	struct fil_refusals refusals;
	struct fil_known *known;
	struct fil_upsert *upsert;
	struct fil_references *references;
	struct fil_standing_keeper *keeper;
	struct fil_roster *roster; /* of a whole list, or NULL */
	struct fil_removal *removal; /* once there are rows to remove */
	size_t user; /* the column that names the user whom a row is about */
	size_t unknown;
	bool *given;
	bool looked_ahead;

	/* While the store works on one portion, the other is filled. */
	struct fil_portion portions[2], *filling;
	const struct fil_batch *put; /* the rows that the store works on, or NULL */
	const size_t *put_lines;
	bool skip[FIL_WRITER_ROWS];
	enum fil_outcome outcomes[FIL_WRITER_ROWS];
	struct fil_batch *held; /* a copy of the row in hand */
	const char **cells; /* one row of a batch */
	size_t *lengths;
};

/* Returns the cells of row i of rows; writer->lengths holds their lengths. Both are void with the
 * next call. */
const char *const *fil_writer_cells(struct fil_writer *writer, const struct fil_batch *rows, size_t i);

/* Counts what became of each of the rows that were put, and tells whoever is to know. */
void fil_writer_conclude(struct fil_writer *writer);

#endif
