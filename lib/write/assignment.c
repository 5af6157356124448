/* SPDX-License-Identifier: ISC */
#include "lib/write/assignment.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"

/* Users of one statement: the number of its parameters. */
enum { USERS_ASKED = 16 };

static const char sql_left[] =
#include "sql/assign_left.inc"
    ;
static const char sql_open[] =
#include "sql/assign_open.inc"
    ;
static const char sql_completed[] =
#include "sql/assign_completed.inc"
    ;
static const char sql_phase[] =
#include "sql/assign_phase.inc"
    ;

/* The columns of sql/assign_phase. */
enum { USER, ENROLLED, PHASE, DECLINED, ENROLMENT_CELLS };

struct fil_assigner {
	bool again;
	char today[FIL_DATE_SIZE];
	size_t user, module, assigned, phase_column;
	struct fil_query *left, *open, *completed, *phase;
	struct fil_hash *has_left, *has_open, *has_completed; /* of the batch's users */
	/* The enrolments of the batch's users, the newest first within 16 users. */
	struct fil_batch *enrolments;
	struct fil_bytes pair; /* user and module as one key */
	struct fil_batch *admitted;
	const char **cells; /* one row */
	size_t ignored[FIL_IGNORED_COMPLETED + 1];
};

struct fil_assigner *
fil_assigner_new(struct fil_store *store, fil_day today, bool again)
{
	struct fil_assigner *assigner = fil_alloc(1, sizeof *assigner);
	const struct fil_table *table = fil_catalog_table("assignments");

	assigner->again = again;
	fil_date_write(today, assigner->today);
	assigner->user = fil_table_user(table);
	assigner->module = fil_table_column(table, "module");
	assigner->assigned = fil_table_column(table, "assigned");
	assigner->phase_column = fil_table_column(table, "phase");
	assigner->admitted = fil_batch_new(table->n_columns);
	assigner->cells = fil_alloc(table->n_columns, sizeof *assigner->cells);
	assigner->left = fil_query_new(store, sql_left);
	assigner->open = fil_query_new(store, sql_open);
	assigner->completed = fil_query_new(store, sql_completed);
	assigner->phase = fil_query_new(store, sql_phase);
	assigner->enrolments = fil_batch_new(ENROLMENT_CELLS);
	return assigner;
}

static void
bind_users(const struct fil_assigner *assigner, struct fil_query *query, int parameter,
    const struct fil_batch *rows, size_t first)
{
	for (size_t k = 0; k < USERS_ASKED; k++)
		fil_query_bind(query, parameter + (int)k,
		    first + k < fil_batch_rows(rows)
			? fil_batch_cell(rows, first + k, assigner->user, NULL)
			: NULL);
}

static void
set_pair(struct fil_assigner *assigner, const char *user, const char *module)
{
	fil_bytes_clear(&assigner->pair);
	fil_bytes_add_text(&assigner->pair, user);
	fil_bytes_add(&assigner->pair, "\n", 1); /* keys hold no control character */
	fil_bytes_add_text(&assigner->pair, module);
}

/* Adds the pairs of user and module that a query returns. */
static int
read_pairs(struct fil_assigner *assigner, struct fil_query *query, struct fil_hash *set,
    struct fil_fault *fault)
{
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		set_pair(assigner, fil_query_text(query, 0), fil_query_text(query, 1));
		fil_hash_put(set, assigner->pair.data, assigner->pair.length);
	}
	return step;
}

static int
read_left(struct fil_assigner *assigner, struct fil_fault *fault)
{
	int step;

	while ((step = fil_query_step(assigner->left, fault)) == 1) {
		const char *user = fil_query_text(assigner->left, 0);

		fil_hash_put(assigner->has_left, user, strlen(user));
	}
	return step;
}

static int
read_enrolments(struct fil_assigner *assigner, struct fil_fault *fault)
{
	int step;

	while ((step = fil_query_step(assigner->phase, fault)) == 1) {
		const char *cells[ENROLMENT_CELLS];

		for (int c = 0; c < ENROLMENT_CELLS; c++)
			cells[c] = fil_query_text(assigner->phase, c);
		fil_batch_add(assigner->enrolments, cells);
	}
	return step;
}

/* Reads what is stored about 16 users of the batch. */
static int
read_users(struct fil_assigner *assigner, const struct fil_batch *rows, size_t first,
    struct fil_fault *fault)
{
	fil_query_bind(assigner->left, 1, assigner->today);
	bind_users(assigner, assigner->left, 2, rows, first);
	bind_users(assigner, assigner->open, 1, rows, first);
	bind_users(assigner, assigner->completed, 1, rows, first);
	bind_users(assigner, assigner->phase, 1, rows, first);
	if (read_left(assigner, fault) < 0 || read_enrolments(assigner, fault) < 0)
		return -1;
	if (read_pairs(assigner, assigner->open, assigner->has_open, fault) < 0)
		return -1;
	return read_pairs(assigner, assigner->completed, assigner->has_completed, fault);
}

static void
forget_batch(struct fil_assigner *assigner)
{
	fil_hash_free(assigner->has_left);
	fil_hash_free(assigner->has_open);
	fil_hash_free(assigner->has_completed);
	assigner->has_left = fil_hash_new_set();
	assigner->has_open = fil_hash_new_set();
	assigner->has_completed = fil_hash_new_set();
	fil_batch_clear(assigner->enrolments);
	fil_batch_clear(assigner->admitted);
}

static enum fil_ignored
judge_row(struct fil_assigner *assigner, const struct fil_batch *rows, size_t i)
{
	size_t n;
	const char *user = fil_batch_cell(rows, i, assigner->user, &n);

	if (fil_hash_has(assigner->has_left, user, n))
		return FIL_IGNORED_LEFT;
	set_pair(assigner, user, fil_batch_cell(rows, i, assigner->module, NULL));
	if (fil_hash_has(assigner->has_open, assigner->pair.data, assigner->pair.length))
		return FIL_IGNORED_OPEN;
	if (!assigner->again &&
	    fil_hash_has(assigner->has_completed, assigner->pair.data, assigner->pair.length))
		return FIL_IGNORED_COMPLETED;
	fil_hash_put(assigner->has_open, assigner->pair.data, assigner->pair.length);
	return FIL_NOT_IGNORED;
}

/* Returns whether the user is enrolled by a day, and has not declined by then. */
static bool
is_enrolled(const struct fil_batch *enrolments, size_t e, const char *day)
{
	const char *declined = fil_batch_cell(enrolments, e, DECLINED, NULL);

	return strcmp(fil_batch_cell(enrolments, e, ENROLLED, NULL), day) <= 0 &&
	    !(declined && strcmp(declined, day) <= 0);
}

/* Returns the phase of the newest enrolment of row i's user on the day assigned, or NULL. */
static const char *
phase_of(const struct fil_assigner *assigner, const struct fil_batch *rows, size_t i)
{
	const char *user = fil_batch_cell(rows, i, assigner->user, NULL);
	const char *assigned = fil_batch_cell(rows, i, assigner->assigned, NULL);

	for (size_t e = 0; e < fil_batch_rows(assigner->enrolments); e++)
		if (strcmp(fil_batch_cell(assigner->enrolments, e, USER, NULL), user) == 0 &&
		    is_enrolled(assigner->enrolments, e, assigned))
			return fil_batch_cell(assigner->enrolments, e, PHASE, NULL);
	return NULL;
}

static void
admit_row(struct fil_assigner *assigner, const struct fil_batch *rows, size_t i)
{
	for (size_t c = 0; c < fil_batch_columns(rows); c++)
		assigner->cells[c] = fil_batch_cell(rows, i, c, NULL);
	if (!assigner->cells[assigner->phase_column])
		assigner->cells[assigner->phase_column] = phase_of(assigner, rows, i);
	fil_batch_add(assigner->admitted, assigner->cells);
}

const struct fil_batch *
fil_assigner_admit(struct fil_assigner *assigner, const struct fil_batch *rows, size_t *lines,
    struct fil_fault *fault)
{
	size_t n = 0;

	forget_batch(assigner);
	for (size_t first = 0; first < fil_batch_rows(rows); first += USERS_ASKED)
		if (read_users(assigner, rows, first, fault) < 0)
			return NULL;
	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		enum fil_ignored ignored = judge_row(assigner, rows, i);

		assigner->ignored[ignored]++;
		if (ignored != FIL_NOT_IGNORED)
			continue;
		admit_row(assigner, rows, i);
		lines[n++] = lines[i];
	}
	return assigner->admitted;
}

size_t
fil_assigner_ignored(const struct fil_assigner *assigner, enum fil_ignored reason)
{
	return assigner->ignored[reason];
}

void
fil_assigner_free(struct fil_assigner *assigner)
{
	if (!assigner)
		return;
	fil_query_free(assigner->left);
	fil_query_free(assigner->open);
	fil_query_free(assigner->completed);
	fil_query_free(assigner->phase);
	fil_hash_free(assigner->has_left);
	fil_hash_free(assigner->has_open);
	fil_hash_free(assigner->has_completed);
	fil_batch_free(assigner->enrolments);
	fil_batch_free(assigner->admitted);
	free(assigner->cells);
	fil_bytes_release(&assigner->pair);
	free(assigner);
}
