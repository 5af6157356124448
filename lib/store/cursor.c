/* SPDX-License-Identifier: ISC */
#include "lib/store/cursor.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/store/relation.h"

enum state {
	BEFORE,
	AT_USER,
	AT_NEXT_USER, /* the query's row belongs to the next user */
	AT_END, /* the query has no more rows; the last user is still current */
	AFTER,
};

struct fil_cursor {
	struct fil_query *query;
	char *sql; /* the query's SQL, if the cursor made it */
	struct fil_bytes user; /* a copy: the query's own text is void after a step */
	enum state state;
	void (*row)(void *context, struct fil_query *query); /* or NULL */
	void *context; /* of row */
	size_t n_users; /* most users at a time; 0: the cursor is over all users */
};

struct fil_cursor *
fil_cursor_new(struct fil_query *query)
{
	struct fil_cursor *cursor = fil_alloc(1, sizeof *cursor);

	cursor->query = query;
	return cursor;
}

struct fil_query *
fil_cursor_query(const struct fil_cursor *cursor)
{
	return cursor->query;
}

void
fil_cursor_watch(
    struct fil_cursor *cursor, void (*row)(void *context, struct fil_query *query), void *context)
{
	cursor->row = row;
	cursor->context = context;
}

struct fil_cursor *
fil_cursor_of_users(struct fil_store *store, const char *select, const char *order, size_t n)
{
	struct fil_bytes sql = { 0 };
	struct fil_cursor *cursor;

	fil_bytes_add_text(&sql, select);
	fil_relation_add_any_of(&sql, "user", n);
	fil_bytes_add_format(&sql, " ORDER BY \"user\"%s%s", order ? ", " : "", order ? order : "");
	cursor = fil_cursor_new(fil_query_new(store, sql.data));
	cursor->sql = sql.data;
	cursor->n_users = n;
	return cursor;
}

void
fil_cursor_users(struct fil_cursor *cursor, const char *const *users, size_t n)
{
	if (n == 0 || n > cursor->n_users)
		fil_bug("a cursor of %zu users is asked for %zu", cursor->n_users, n);
	fil_query_reset(cursor->query);
	cursor->state = BEFORE;
	/* Parameters beyond n repeat the last user, who is found once all the same. */
	for (size_t i = 0; i < cursor->n_users; i++)
		fil_query_bind(cursor->query, (int)i + 1, users[i < n ? i : n - 1]);
}

/* Moves the query, as fil_query_step does. */
static int
step(struct fil_cursor *cursor, struct fil_fault *fault)
{
	int got = fil_query_step(cursor->query, fault);

	if (got == 1 && cursor->row)
		cursor->row(cursor->context, cursor->query);
	return got;
}

int
fil_cursor_row(struct fil_cursor *cursor, struct fil_fault *fault)
{
	const char *user;
	size_t length;
	int got;

	if (cursor->state != AT_USER)
		return 0;
	if ((got = step(cursor, fault)) != 1) {
		cursor->state = got == 0 ? AT_END : AFTER;
		return got;
	}
	user = fil_query_cell(cursor->query, 0, &length);
	if (length == cursor->user.length && memcmp(user, cursor->user.data, length) == 0)
		return 1;
	cursor->state = AT_NEXT_USER;
	return 0;
}

int
fil_cursor_next(struct fil_cursor *cursor, struct fil_fault *fault)
{
	const char *user;
	size_t length;
	int got;

	if (cursor->state == BEFORE) {
		got = step(cursor, fault);
		cursor->state = got == 1 ? AT_NEXT_USER : AFTER;
		if (got < 0)
			return -1;
	}
	while ((got = fil_cursor_row(cursor, fault)) == 1)
		continue;
	if (got < 0)
		return -1;
	if (cursor->state != AT_NEXT_USER) {
		cursor->state = AFTER;
		return 0;
	}
	user = fil_query_cell(cursor->query, 0, &length);
	fil_bytes_clear(&cursor->user);
	fil_bytes_add(&cursor->user, user, length);
	cursor->state = AT_USER;
	return 1;
}

int
fil_cursor_seek(struct fil_cursor *cursor, const char *user, struct fil_fault *fault)
{
	int got = cursor->state == BEFORE ? fil_cursor_next(cursor, fault) : cursor->state != AFTER;

	while (got == 1) {
		int order = strcmp(cursor->user.data, user);

		if (order >= 0)
			return order == 0;
		got = fil_cursor_next(cursor, fault);
	}
	return got;
}

const char *
fil_cursor_user(const struct fil_cursor *cursor, size_t *length)
{
	bool none = cursor->state == BEFORE || cursor->state == AFTER;

	if (length)
		*length = none ? 0 : cursor->user.length;
	return none ? NULL : cursor->user.data;
}

void
fil_cursor_free(struct fil_cursor *cursor)
{
	if (!cursor)
		return;
	fil_query_free(cursor->query);
	free(cursor->sql);
	fil_bytes_release(&cursor->user);
	free(cursor);
}
