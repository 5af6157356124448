/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

#include "lib/write/upsert.h"
#include "tests/unit/place.h"

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, place_with_store, place_remove)

enum { MOST_COLUMNS = 16, MOST_ROWS = 64 };

/* One upsert in one run, and what became of the rows of its last batch. */
struct trial {
	struct place *place;
	const struct fil_table *table;
	struct fil_run *run;
	struct fil_upsert *upsert;
	struct fil_batch *batch;
	bool skip[MOST_ROWS];
	enum fil_outcome outcomes[MOST_ROWS];
};

/* Begins a run of which the rows give the columns named, separated by spaces; NULL: all. */
static struct trial
begin_with(struct place *place, const char *table, const char *columns,
    const struct fil_upsert_options *options)
{
	static char name[] = "test";
	static char *const argv[] = { name, NULL };
	struct trial trial = { .place = place, .table = fil_catalog_table(table) };
	bool given[MOST_COLUMNS] = { false };
	char *copy = fil_copy(columns ? columns : ""), *rest = copy;

	for (size_t c = 0; c < trial.table->n_columns; c++)
		given[c] = !columns;
	for (char *word; columns && (word = strsep(&rest, " "));)
		given[fil_table_column(trial.table, word)] = true;
	free(copy);
	trial.run = fil_run_begin(place->store, argv, 0, &place->fault);
	assert_non_null(trial.run);
	trial.upsert = fil_upsert_new(trial.run, trial.table, options);
	fil_upsert_given(trial.upsert, given);
	trial.batch = fil_batch_new(trial.table->n_columns);
	return trial;
}

static struct trial
begin(struct place *place, const char *table, const char *columns)
{
	return begin_with(
	    place, table, columns, &(struct fil_upsert_options){ .guarded = FIL_NOWHERE });
}

/* Adds a row to the batch: cells divided by '|', an empty one is NULL, '-' is the empty key. */
static void
row(struct trial *trial, const char *text)
{
	const char *cells[MOST_COLUMNS] = { NULL };
	char *copy = fil_copy(text), *rest = copy;

	for (size_t c = 0; rest; c++) {
		const char *cell = strsep(&rest, "|");

		cells[c] = *cell == '\0' ? NULL : strcmp(cell, "-") == 0 ? "" : cell;
	}
	fil_batch_add(trial->batch, cells);
	free(copy);
}

/* Puts the batch. */
static void
put(struct trial *trial)
{
	assert_int_equal(
	    fil_upsert_begin(trial->upsert, trial->batch, trial->skip, &trial->place->fault), 0);
	assert_int_equal(fil_upsert_end(trial->upsert, trial->outcomes, &trial->place->fault), 0);
	fil_batch_clear(trial->batch);
}

static void
end(struct trial *trial)
{
	const struct fil_counts counts = { 0 };

	assert_int_equal(fil_run_commit(trial->run, &counts, &trial->place->fault), 0);
	fil_upsert_free(trial->upsert);
	fil_batch_free(trial->batch);
}

/* Puts one row of all columns in a run of its own. */
static void
store_row(struct place *place, const char *table, const char *text)
{
	struct trial trial = begin(place, table, NULL);

	row(&trial, text);
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_ADDED);
	end(&trial);
}

static int64_t
count(struct place *place, const char *sql)
{
	return place_number(place->store, sql);
}

static void
put__new_rows__are_added_with_their_defaults(void **state)
{
	struct place *place = *state;
	struct trial trial = begin(place, "users", "user name");

	row(&trial, "u1|Ada");
	row(&trial, "u2|Bo");
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_ADDED);
	assert_int_equal(trial.outcomes[1], FIL_ROW_ADDED);
	assert_string_equal(fil_upsert_stored(trial.upsert, 1)[0], "u2");
	assert_string_equal(
	    fil_upsert_stored(trial.upsert, 1)[fil_table_column(trial.table, "role")], "user");
	assert_null(fil_upsert_stored(trial.upsert, 1)[fil_table_column(trial.table, "unit")]);
	end(&trial);
	assert_int_equal(count(place,
			     "SELECT count(*) FROM users WHERE role = 'user' AND "
			     "feed = 'hr' AND job IS NULL AND run = 1"),
	    2);
}

static void
put__some_columns__leave_the_others_alone(void **state)
{
	struct place *place = *state;
	struct trial trial;

	store_row(place, "users", "u1|Ada||Dons|chef||trainer|2020-01-06||hr");
	trial = begin(place, "users", "user job");
	row(&trial, "u1||||");
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_CHANGED);
	assert_null(fil_upsert_stored(trial.upsert, 0)[fil_table_column(trial.table, "job")]);
	assert_string_equal(
	    fil_upsert_before(trial.upsert, 0)[fil_table_column(trial.table, "job")], "chef");
	end(&trial);
	assert_int_equal(count(place,
			     "SELECT count(*) FROM users WHERE name = 'Ada' AND job IS "
			     "NULL AND role = 'trainer' AND run = 2"),
	    1);
	assert_int_equal(count(place, "SELECT count(*) FROM history WHERE run = 2"), 1);
}

static void
put__equal_rows__are_not_touched(void **state)
{
	struct place *place = *state;
	struct trial trial;

	store_row(place, "users", "u1|Ada||||||||hr");
	trial = begin(place, "users", "user name");
	row(&trial, "u1|Ada");
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_UNCHANGED);
	end(&trial);
	assert_int_equal(count(place, "SELECT run FROM users"), 1);
	assert_int_equal(count(place, "SELECT count(*) FROM history"), 0);
}

static void
put__a_repeated_key__is_a_duplicate_unless_the_rows_agree(void **state)
{
	struct place *place = *state;
	struct trial trial = begin(place, "users", "user name");

	row(&trial, "n|N");
	row(&trial, "n|N");
	row(&trial, "n|Other");
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_ADDED);
	assert_int_equal(trial.outcomes[1], FIL_ROW_UNCHANGED);
	assert_int_equal(trial.outcomes[2], FIL_ROW_DUPLICATE);
	row(&trial, "n|Other");
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_DUPLICATE);
	end(&trial);
}

static void
put__a_required_column_missing__new_rows_are_incomplete(void **state)
{
	struct place *place = *state;
	struct trial trial;

	store_row(place, "users", "u1|Ada||||||||hr");
	trial = begin(place, "users", "user job");
	row(&trial, "u1||||chef");
	row(&trial, "u2||||chef");
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_CHANGED);
	assert_int_equal(trial.outcomes[1], FIL_ROW_INCOMPLETE);
	end(&trial);
	assert_int_equal(count(place, "SELECT count(*) FROM users"), 1);
}

static void
put__skipped_rows__are_left_out(void **state)
{
	struct place *place = *state;
	struct trial trial = begin(place, "users", "user name");

	row(&trial, "a|A");
	row(&trial, "b|B");
	row(&trial, "c|C");
	trial.skip[1] = true;
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_ADDED);
	assert_int_equal(trial.outcomes[1], FIL_ROW_SKIPPED);
	assert_int_equal(trial.outcomes[2], FIL_ROW_ADDED);
	assert_string_equal(fil_upsert_stored(trial.upsert, 2)[0], "c");
	end(&trial);
	assert_int_equal(count(place, "SELECT count(*) FROM users"), 2);
}

static void
put__nothing__is_nothing(void **state)
{
	struct place *place = *state;
	struct trial trial = begin(place, "users", NULL);

	put(&trial);
	row(&trial, "a|A||||||||hr");
	trial.skip[0] = true;
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_SKIPPED);
	end(&trial);
	assert_int_equal(count(place, "SELECT count(*) FROM users"), 0);
}

static void
put__update_only__new_rows_are_incomplete(void **state)
{
	const struct fil_upsert_options options = { .update_only = true, .guarded = FIL_NOWHERE };
	struct place *place = *state;
	struct trial trial;

	store_row(place, "users", "u1|Ada||||||||hr");
	trial = begin_with(place, "users", NULL, &options);
	row(&trial, "u1|Ada||Dons||||||hr");
	row(&trial, "u2|Bo||||||||hr");
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_CHANGED);
	assert_int_equal(trial.outcomes[1], FIL_ROW_INCOMPLETE);
	end(&trial);
}

static void
put__a_guarded_column_differs__the_row_is_foreign(void **state)
{
	const struct fil_upsert_options options = { .guarded = fil_table_column(
							fil_catalog_table("users"), "feed") };
	struct place *place = *state;
	struct trial trial;

	store_row(place, "users", "u1|Ada||||||||hr");
	store_row(place, "users", "u2|Bo||||||||other");
	trial = begin_with(place, "users", NULL, &options);
	row(&trial, "u1|Ada!||||||||hr");
	row(&trial, "u2|Bo!||||||||hr");
	row(&trial, "u3|Cy||||||||hr");
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_CHANGED);
	assert_int_equal(trial.outcomes[1], FIL_ROW_FOREIGN);
	assert_int_equal(trial.outcomes[2], FIL_ROW_ADDED);
	end(&trial);
	assert_int_equal(count(place, "SELECT count(*) FROM users WHERE name = 'Bo'"), 1);
}

static void
put__a_term__shows_left_and_returned_users(void **state)
{
	struct place *place = *state;
	struct fil_term term = { fil_table_column(fil_catalog_table("users"), "left"),
		"2024-03-15" };
	const struct fil_upsert_options options = { .guarded = FIL_NOWHERE, .term = &term };
	struct trial trial;

	store_row(place, "users", "a|A||||||||hr");
	store_row(place, "users", "b|B|||||||2024-03-01|hr");
	store_row(place, "users", "c|C|||||||2024-03-16|hr");
	trial = begin_with(place, "users", NULL, &options);
	row(&trial, "a|A|||||||2024-03-15|hr");
	row(&trial, "b|B||||||||hr");
	row(&trial, "c|C|||||||2024-03-17|hr");
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_LEFT);
	assert_int_equal(trial.outcomes[1], FIL_ROW_RETURNED);
	assert_int_equal(trial.outcomes[2], FIL_ROW_CHANGED);
	end(&trial);
	trial = begin_with(place, "users", "user name", &options);
	row(&trial, "a|A");
	row(&trial, "c|C");
	put(&trial);
	assert_int_equal(trial.outcomes[0], FIL_ROW_RETURNED);
	assert_int_equal(trial.outcomes[1], FIL_ROW_UNCHANGED);
	end(&trial);
	assert_int_equal(count(place, "SELECT count(*) FROM users WHERE \"left\" IS NULL"), 2);
}

/* What the table of needs should hold: for each of some keys a note, NULL for none, or no row. */
enum { USERS = 5, NEEDS = 4, KEYS = USERS * NEEDS, NOTES = 3 };

struct expected {
	bool there, written; /* written: in this run */
	int note;
};

/* Returns what should become of a row, and notes it. */
static enum fil_outcome
expect_row(struct expected *key, int note)
{
	if (!key->there) {
		*key = (struct expected){ true, true, note };
		return FIL_ROW_ADDED;
	}
	if (key->note == note)
		return FIL_ROW_UNCHANGED;
	if (key->written)
		return FIL_ROW_DUPLICATE;
	key->written = true;
	key->note = note;
	return FIL_ROW_CHANGED;
}

/* Puts a batch of random rows of different stored keys, and checks every outcome. */
static void
put_random(struct trial *trial, struct expected *keys, unsigned *seed)
{
	enum fil_outcome wanted[MOST_ROWS];
	bool changed[KEYS] = { false };
	size_t n = 0;

	for (int tries = 0; tries < 12; tries++) {
		int k = rand_r(seed) % KEYS, note = rand_r(seed) % NOTES;
		char text[64];

		/* The caller sees to it that a stored row is in a batch once. */
		if (changed[k])
			continue;
		changed[k] = keys[k].there;
		snprintf(
		    text, sizeof text, "u%d|n%d|2024-03-01|%.*s", k / NEEDS, k % NEEDS, note, "xx");
		row(trial, text);
		wanted[n++] = expect_row(&keys[k], note);
	}
	put(trial);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(trial->outcomes[i], wanted[i]);
}

static void
put__random_histories__agree_with_a_model(void **state)
{
	struct place *place = *state;
	struct expected keys[KEYS] = { 0 };
	unsigned seed = 7;

	for (int u = 0; u < USERS; u++) {
		char text[32];

		snprintf(text, sizeof text, "u%d|U||||||||hr", u);
		store_row(place, "users", text);
	}
	for (int run = 0; run < 40; run++) {
		struct trial trial = begin(place, "needs", NULL);

		for (int k = 0; k < KEYS; k++)
			keys[k].written = false;
		for (int batch = 0; batch < 3; batch++)
			put_random(&trial, keys, &seed);
		end(&trial);
	}
	for (int k = 0; k < KEYS; k++) {
		char *sql = fil_format("SELECT count(*) FROM needs WHERE \"user\" = 'u%d' AND need "
				       "= 'n%d' AND coalesce(note, '') = '%.*s'",
		    k / NEEDS, k % NEEDS, keys[k].note, "xx");

		assert_int_equal(count(place, sql), keys[k].there);
		free(sql);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STORE(put__new_rows__are_added_with_their_defaults),
		IN_STORE(put__some_columns__leave_the_others_alone),
		IN_STORE(put__equal_rows__are_not_touched),
		IN_STORE(put__a_repeated_key__is_a_duplicate_unless_the_rows_agree),
		IN_STORE(put__a_required_column_missing__new_rows_are_incomplete),
		IN_STORE(put__skipped_rows__are_left_out),
		IN_STORE(put__nothing__is_nothing),
		IN_STORE(put__update_only__new_rows_are_incomplete),
		IN_STORE(put__a_guarded_column_differs__the_row_is_foreign),
		IN_STORE(put__a_term__shows_left_and_returned_users),
		IN_STORE(put__random_histories__agree_with_a_model),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
