/* SPDX-License-Identifier: ISC */
#include "lib/load/guards.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/bytes.h"
#include "lib/base/memory.h"

static const char sql_formulas[] = "SELECT 1 FROM users WHERE \"user\" LIKE '=\"%' LIMIT 1";

struct fil_guards {
	struct fil_store *store;
	struct fil_writer *writer;
	const struct fil_table *table;
	bool formulas, apostrophes; /* which guards are taken off */
	bool asked; /* the store */
	size_t width;
	bool *names_user; /* of each cell */
	size_t *looked_at, n; /* cells that may have a guard */
	struct fil_bytes *bare; /* of each cell */
};

struct fil_guards *
fil_guards_new(struct fil_store *store, struct fil_writer *writer,
    const struct fil_request *request, const struct fil_load_options *options)
{
	struct fil_guards *guards = fil_alloc(1, sizeof *guards);
	bool users = strcmp(request->table->name, "users") == 0;

	guards->store = store;
	guards->writer = writer;
	guards->table = request->table;
	guards->formulas = !options->allow[FIL_DOUBT_SPREADSHEET_KEY];
	guards->apostrophes = options->unguard;
	guards->width = request->width;
	guards->names_user = fil_alloc(guards->width, sizeof *guards->names_user);
	guards->looked_at = fil_alloc(guards->width, sizeof *guards->looked_at);
	guards->bare = fil_alloc(guards->width, sizeof *guards->bare);
	for (size_t c = 0; c < request->table->n_columns; c++)
		guards->names_user[c] = request->matching->names_user[c] || (users && c == 0);
	for (size_t c = 0; c < guards->width; c++)
		if (guards->names_user[c] || guards->apostrophes)
			guards->looked_at[guards->n++] = c;
	return guards;
}

/* Makes a cell of the n bytes from its byte `from` on. */
static void
shorten(struct fil_bytes *bare, const char **cell, size_t *length, size_t from, size_t n)
{
	fil_bytes_clear(bare);
	fil_bytes_add(bare, *cell + from, n);
	*cell = n > 0 ? bare->data : NULL;
	*length = n;
}

/* Finds out whether users are stored whose keys are so written. Returns 0, or -1 with a fault. */
static int
ask_store(struct fil_guards *guards, struct fil_fault *fault)
{
	struct fil_query *query;
	int step;

	/* The engine may be at work on rows. */
	if (fil_writer_flush(guards->writer, fault) < 0)
		return -1;
	query = fil_query_new(guards->store, sql_formulas);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	guards->asked = true;
	guards->formulas = step == 0;
	return step < 0 ? -1 : 0;
}

/* Returns whether a cell is written ="00421". */
static bool
is_formula(const char *cell, size_t n)
{
	return n > 3 && cell[0] == '=' && cell[1] == '"' &&
	    memchr(cell + 2, '"', n - 2) == cell + n - 1;
}

/* Takes an apostrophe off the beginning of a cell, and one off its end as well if both are there. A
 * cell that names no user must have both, since 't Hooft is a name, and be no free text. */
static void
take_apostrophe(struct fil_guards *guards, size_t c, const char **cell, size_t *length)
{
	size_t n = *length;
	bool both = n > 1 && (*cell)[n - 1] == '\'';
	bool text = c < guards->table->n_columns && !fil_column_is_free(&guards->table->columns[c]);

	if (guards->names_user[c] || (both && text))
		shorten(&guards->bare[c], cell, length, 1, n - 1 - both);
}

int
fil_guards_take(struct fil_guards *guards, const char **cells, size_t *lengths, size_t *formulas,
    struct fil_fault *fault)
{
	*formulas = 0;
	for (size_t i = 0; i < guards->n; i++) {
		size_t c = guards->looked_at[i];

		if (!cells[c] || (*cells[c] != '=' && *cells[c] != '\''))
			continue;
		if (*cells[c] == '\'') {
			if (guards->apostrophes)
				take_apostrophe(guards, c, &cells[c], &lengths[c]);
			continue;
		}
		if (!guards->names_user[c] || !is_formula(cells[c], lengths[c]))
			continue;
		if (guards->formulas && !guards->asked && ask_store(guards, fault) < 0)
			return -1;
		if (!guards->formulas)
			continue;
		shorten(&guards->bare[c], &cells[c], &lengths[c], 2, lengths[c] - 3);
		++*formulas;
	}
	return 0;
}

void
fil_guards_free(struct fil_guards *guards)
{
	if (!guards)
		return;
	for (size_t c = 0; c < guards->width; c++)
		fil_bytes_release(&guards->bare[c]);
	free(guards->names_user);
	free(guards->looked_at);
	free(guards->bare);
	free(guards);
}
