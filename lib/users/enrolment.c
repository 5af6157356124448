/* SPDX-License-Identifier: ISC */
#include "lib/users/enrolment.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/intern.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/cursor.h"

struct phase {
	char *name, *kind;
	bool inside;
};

struct fil_enrolments {
	struct phase *phases; /* by key */
	size_t n_phases, n_days;
	struct fil_hash *users; /* to the number of a tuple */
	struct fil_intern *tuples; /* n_days struct fil_enrolled each */
};

static int
read_phases(struct fil_store *store, const char *glob, struct fil_enrolments *enrolments,
    struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(store, "SELECT phase, kind FROM phases ORDER BY phase");
	int got;

	while ((got = fil_query_step(query, fault)) == 1) {
		size_t i = enrolments->n_phases++;

		enrolments->phases =
		    fil_resize(enrolments->phases, i + 1, sizeof *enrolments->phases);
		enrolments->phases[i].name = fil_copy(fil_query_text(query, 0));
		enrolments->phases[i].kind = fil_copy(fil_query_text(query, 1));
		enrolments->phases[i].inside =
		    glob && fil_text_glob(glob, enrolments->phases[i].name);
	}
	fil_query_free(query);
	return got;
}

static int
compare_phase(const void *name, const void *phase)
{
	return strcmp(name, ((const struct phase *)phase)->name);
}

/* Takes one enrolment; dates holds the date of the newest so far for each day. */
static void
take_row(const struct fil_enrolments *enrolments, struct fil_query *query, const fil_day *days,
    fil_day *dates, struct fil_enrolled *enrolled)
{
	const struct phase *phase = bsearch(fil_query_text(query, 1), enrolments->phases,
	    enrolments->n_phases, sizeof *phase, compare_phase);
	fil_day date;

	if (!phase || fil_date_parse(fil_query_text(query, 2), &date) < 0)
		return;
	for (size_t i = 0; i < enrolments->n_days; i++) {
		if (date > days[i])
			continue;
		enrolled[i].inside |= phase->inside;
		/* Rows come by phase, so that of equal dates the last key wins. */
		if (enrolled[i].phase == FIL_NO_PHASE || date >= dates[i]) {
			enrolled[i].phase = (uint32_t)(phase - enrolments->phases);
			dates[i] = date;
		}
	}
}

static int
read_users(struct fil_cursor *cursor, struct fil_enrolments *enrolments, const fil_day *days,
    struct fil_fault *fault)
{
	struct fil_enrolled *enrolled = fil_alloc(enrolments->n_days, sizeof *enrolled);
	fil_day *dates = fil_alloc(enrolments->n_days, sizeof *dates);
	int got;

	while ((got = fil_cursor_next(cursor, fault)) == 1) {
		const char *user;
		size_t n;
		bool added;

		for (size_t i = 0; i < enrolments->n_days; i++)
			enrolled[i] = (struct fil_enrolled){ FIL_NO_PHASE, 0 };
		do
			take_row(enrolments, fil_cursor_query(cursor), days, dates, enrolled);
		while ((got = fil_cursor_row(cursor, fault)) == 1);
		user = fil_cursor_user(cursor, &n);
		/* The last day knows of every enrolment that an earlier one does. */
		if (user && enrolled[enrolments->n_days - 1].phase != FIL_NO_PHASE)
			fil_hash_give(enrolments->users, user, n,
			    fil_intern_add(enrolments->tuples, enrolled,
				enrolments->n_days * sizeof *enrolled),
			    &added);
	}
	free(enrolled);
	free(dates);
	return got;
}

struct fil_enrolments *
fil_enrolments_new(struct fil_store *store, const char *glob, const fil_day *days, size_t n_days,
    struct fil_fault *fault)
{
	struct fil_enrolments *enrolments = fil_alloc(1, sizeof *enrolments);
	struct fil_cursor *cursor = fil_cursor_new(fil_query_new(
	    store, "SELECT \"user\", phase, enrolled FROM enrolments ORDER BY \"user\", phase"));

	enrolments->n_days = n_days;
	enrolments->users = fil_hash_new_map();
	enrolments->tuples = fil_intern_new(n_days * sizeof(struct fil_enrolled));
	if (read_phases(store, glob, enrolments, fault) < 0 ||
	    read_users(cursor, enrolments, days, fault) < 0) {
		fil_enrolments_free(enrolments);
		enrolments = NULL;
	}
	fil_cursor_free(cursor);
	return enrolments;
}

const struct fil_enrolled *
fil_enrolments_find(const struct fil_enrolments *enrolments, const char *user, size_t n)
{
	size_t i = fil_hash_number(enrolments->users, user, n);

	return i == FIL_NOWHERE ? NULL : fil_intern_get(enrolments->tuples, (uint32_t)i);
}

const char *
fil_enrolments_phase(const struct fil_enrolments *enrolments, uint32_t phase)
{
	return enrolments->phases[phase].name;
}

const char *
fil_enrolments_kind(const struct fil_enrolments *enrolments, uint32_t phase)
{
	return enrolments->phases[phase].kind;
}

void
fil_enrolments_free(struct fil_enrolments *enrolments)
{
	if (!enrolments)
		return;
	for (size_t i = 0; i < enrolments->n_phases; i++) {
		free(enrolments->phases[i].name);
		free(enrolments->phases[i].kind);
	}
	free(enrolments->phases);
	fil_hash_free(enrolments->users);
	fil_intern_free(enrolments->tuples);
	free(enrolments);
}
