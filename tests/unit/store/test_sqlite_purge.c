/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/place.h"
#include "lib/base/search.h"

enum { TEXTS = 3 };

/* Runs a statement in a transaction of its own. */
static void
change(struct place *place, const char *sql)
{
	struct fil_query *query;

	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	query = fil_query_new(place->store, sql);
	assert_int_equal(fil_query_step(query, &place->fault), 0);
	fil_query_free(query);
	assert_int_equal(fil_store_commit(place->store, &place->fault), FIL_COMMITTED);
}

/* Purges, and fills in which of the texts are left. Returns what the purge does. */
static int
purge(struct place *place, bool found[static TEXTS])
{
	static const char *const texts[TEXTS] = { "Ada Marker", "Bob Stayer", "standings" };
	struct fil_search *search = fil_search_new(FIL_SEARCH_LEAST);
	int result;

	for (size_t i = 0; i < TEXTS; i++) {
		assert_int_equal(fil_search_add(search, texts[i]), i);
		found[i] = false;
	}
	result = fil_store_purge(place->store, 0, search, found, &place->fault);
	fil_search_free(search);
	return result;
}

static void
fill(struct place *place)
{
	change(place,
	    "INSERT INTO users (\"user\", name, run) VALUES ('1', 'Ada Marker', 1), ('2', 'bob "
	    "stayer', 1)");
}

static void
purge__rows_that_stand__are_found_and_deleted_ones_not(void **state)
{
	struct place *place = *state;
	bool found[TEXTS];

	fill(place);
	assert_int_equal(purge(place, found), 0);
	assert_true(found[0]);
	assert_true(found[1]);
	change(place, "DELETE FROM users WHERE \"user\" = '1'");
	assert_int_equal(purge(place, found), 0);
	assert_false(found[0]);
	assert_true(found[1]);
	/* A word of the schema itself. */
	assert_false(found[2]);
	assert_int_equal(place_number(place->store, "SELECT count(*) FROM users"), 1);
}

static void
purge__a_reader_of_old_pages__is_busy_until_it_ends(void **state)
{
	struct place *place = *state;
	struct fil_store *reader;
	bool found[TEXTS];

	fill(place);
	reader = fil_store_open(place->path, FIL_STORE_READ, &place->fault);
	assert_non_null(reader);
	assert_int_equal(fil_store_snapshot(reader, &place->fault), 0);
	change(place, "DELETE FROM users");
	assert_int_equal(purge(place, found), -1);
	assert_int_equal(place->fault.status, FIL_BUSY);
	fil_store_close(reader);
	assert_int_equal(purge(place, found), 0);
	assert_false(found[0]);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, place_with_store, place_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STORE(purge__rows_that_stand__are_found_and_deleted_ones_not),
		IN_STORE(purge__a_reader_of_old_pages__is_busy_until_it_ends),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
