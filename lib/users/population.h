/* SPDX-License-Identifier: ISC */
/* The population: the users who count on one day or several, each with its group (design, 4). */
#ifndef FIL_POPULATION_H
#define FIL_POPULATION_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/store/statement.h"
#include "lib/store/store.h"
#include "lib/users/groups.h"
#include "lib/users/selection.h"

struct fil_population;

/* The cell of a user who does not count. */
#define FIL_ABSENT UINT32_MAX

/* The day of leaving of a user who is still there. */
#define FIL_STAYS INT_MAX

/* The tables in which users are grouped: as asked for, by their whole units, and by their phases. */
enum fil_population_table { FIL_BY_REQUEST, FIL_BY_WHOLE_UNIT, FIL_BY_NEWEST_PHASE, FIL_TABLES };

/* A request for a population on one day or several (ascending). */
struct fil_population_request {
	const struct fil_selection *selection;
	enum fil_by by;
	unsigned depth; /* parts of a unit's path, 0: all */
	const fil_day *days;
	size_t n_days;
	bool crossed[FIL_TABLES]; /* users are grouped in these tables too */
};

/* Reads in one pass the users whom the selection selects on each of the days, and their groups. The
 * group is "all" for FIL_BY_NONE, "(none)" for an empty value. Memory: 20 to 40 bytes a user.
 * Returns NULL with a fault (64 for an unknown role). The caller frees it. */
struct fil_population *fil_population_over(
    struct fil_store *store, const struct fil_population_request *request, struct fil_fault *fault);

/* Sums over the users of a population, which the engine of a store makes with their numbers. */
struct fil_population_sums {
	/* Adds a subquery with a column `who`, the user, to the statement: " LEFT JOIN (…) AS l ON
	 * l.who = u."user"". */
	void (*join)(void *context, struct fil_statement *statement);
	/* Adds the keys, and then the sums: ", l.need, sum(…), …". They have no values. */
	void (*add)(void *context, struct fil_statement *statement);
	/* Takes the keys and sums of users with these cells on each day, from a column on. */
	void (*take)(void *context, const uint32_t *cells, struct fil_query *query, int column);
	void *context;
	/* Users are counted by the keys too: a user with several rows of the subquery counts in
	 * each. */
	int n_keys;
	/* NULL, or adds the sums over users with equal keys, the rows "l" with their number
	 * `users`. The keys have names then, are not sent, and add has no sums. */
	void (*sum)(void *context, struct fil_statement *statement);
	/* NULL, or the expressions by which rows are ordered, where sum is NULL: columns of keys. */
	const char *order;
};

/* As fil_population_over, from counts that the engine makes: users with the same groups on all days are
 * one row. No user can be looked up. Sets *population to NULL where the engine cannot count: it is
 * near, conditions are checked here, or very many users have changed since the first day. Returns 0, or
 * -1 with a fault. The caller frees the population. */
int fil_population_counted(struct fil_store *store, const struct fil_population_request *request,
    const struct fil_population_sums *sums, struct fil_population **population,
    struct fil_fault *fault);

/* Has the engine make the sums over the users of a selection on a day alone. Returns 1, 0 where it
 * cannot, or -1 with a fault. */
int fil_population_summed(struct fil_store *store, const struct fil_selection *selection,
    fil_day day, const struct fil_population_sums *sums, struct fil_fault *fault);

/* As fil_population_over for one day. */
struct fil_population *
fil_population_new(struct fil_store *store, const struct fil_selection *selection, enum fil_by by,
    unsigned depth, fil_day as_of, struct fil_fault *fault);

/* Returns the users whose rows count on the day, for a report that has no population. All users
 * count unless the selection has conditions. Users are looked up by fil_population_has and
 * fil_population_find alone. Without conditions it costs nothing, and has the group "all". Returns
 * NULL with a fault. The caller frees it. */
struct fil_population *fil_population_selected(struct fil_store *store,
    const struct fil_selection *selection, fil_day day, struct fil_fault *fault);

/* As fil_population_selected, with the users' groups. */
struct fil_population *
fil_population_grouped(struct fil_store *store, const struct fil_selection *selection,
    enum fil_by by, unsigned depth, fil_day day, struct fil_fault *fault);

/* Returns the number of groups. With FIL_BY_NONE it is 1. */
size_t fil_population_groups(const struct fil_population *population);

/* Returns the name of group g. It belongs to the population. */
const char *fil_population_group(const struct fil_population *population, size_t g);

/* Returns the number of groups of a table. */
size_t
fil_population_groups_in(const struct fil_population *population, enum fil_population_table table);

/* Returns the name of group g of a table. It belongs to the population. */
const char *fil_population_group_in(
    const struct fil_population *population, enum fil_population_table table, size_t g);

/* Returns the number of cells. The users of a cell are in one group of each table. With one table a
 * cell is a group. */
size_t fil_population_cells(const struct fil_population *population);

/* Returns the group of a cell in a table. */
size_t fil_population_group_of(
    const struct fil_population *population, size_t cell, enum fil_population_table table);

/* Returns the number of users of a cell on the day of that number. */
size_t fil_population_size(const struct fil_population *population, size_t day, size_t cell);

/* Returns the number of users of all cells on the day of that number. */
size_t fil_population_users(const struct fil_population *population, size_t day);

/* Returns the number of users who count on only one of two days, given by their numbers. groups: or
 * who are in another group of the request. */
size_t
fil_population_differing(const struct fil_population *population, size_t a, size_t b, bool groups);

/* Returns whether a user, a key of n bytes, counts on the first day. */
bool fil_population_has(const struct fil_population *population, const char *user, size_t n);

/* Returns the group of a user on the first day, or FIL_NOWHERE when the user does not count. */
size_t fil_population_find(const struct fil_population *population, const char *user, size_t n);

/* Begins a look-up, as fil_hash_seek does. */
uint64_t fil_population_seek(const struct fil_population *population, const char *user, size_t n);

/* Ends a look-up. Returns the cell of the user on each day, FIL_ABSENT on a day when the user does
 * not count. Returns NULL for a user who counts on no day. The cells belong to the population. */
const uint32_t *fil_population_found(const struct fil_population *population, uint64_t sought);

/* Frees the population; NULL is fine. */
void fil_population_free(struct fil_population *population);

#endif
