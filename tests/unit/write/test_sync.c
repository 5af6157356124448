/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/write/sync.h"
#include "tests/unit/trial.h"

enum { COLUMNS = 10, FEED = 9 };

/* A whole list within a trial. */
struct listing {
	struct trial trial;
	struct fil_known_rows *known;
	struct fil_sync *roster;
	struct fil_counts counts;
	char said[512];
};

static struct fil_sync_options
options(unsigned max_churn)
{
	struct fil_sync_options options = { .feed = "hr", .max_churn = max_churn };

	assert_int_equal(fil_date_parse("2024-03-15", &options.today), 0);
	return options;
}

/* Begins a list that gives key, name and e-mail. */
static struct listing
begin(struct place *place, struct fil_sync_options options)
{
	struct listing listing = { .trial = trial_begin(place, "users") };
	bool given[COLUMNS] = { true, true, true };

	listing.known = fil_known_rows_new(listing.trial.run, fil_catalog_table("users"));
	listing.roster = fil_sync_new(listing.trial.run, &options);
	fil_known_rows_term(listing.known, fil_sync_term(listing.roster));
	fil_known_rows_given(listing.known, given);
	assert_int_equal(fil_sync_learn(listing.roster, listing.known, &place->fault), 0);
	return listing;
}

static enum fil_judgement
bring(struct listing *listing, const char *user, const char *name, const char *email)
{
	const char *values[COLUMNS] = { user, name, email };
	size_t lengths[COLUMNS] = { strlen(user), strlen(name), email ? strlen(email) : 0 };

	return fil_known_rows_judge(listing->known, values, lengths);
}

static void
find_leavers(struct listing *listing)
{
	assert_int_equal(
	    fil_sync_find_leavers(listing->roster, listing->known, &listing->trial.place->fault),
	    0);
}

static void
end(struct listing *listing, const char *expected)
{
	assert_int_equal(fil_sync_mark(listing->roster, listing->trial.changes, &listing->counts,
			     &listing->trial.place->fault),
	    0);
	fil_sync_free(listing->roster);
	fil_known_rows_free(listing->known);
	trial_end(&listing->trial, expected);
}

/* Stores n users of the feed, u00 and so on. */
static void
store_users(struct place *place, int n)
{
	struct trial trial = trial_begin(place, "users");
	char row[64];

	for (int i = 0; i < n; i++) {
		snprintf(row, sizeof row, "u%02d|Name %d|%d@x||||user|||hr", i, i, i);
		trial_put(&trial, "users", row);
	}
	trial_put(&trial, "users", "gone|Gone|||||user||2024-03-15|hr");
	trial_put(&trial, "users", "going|Going|||||user||2024-03-16|hr");
	trial_put(&trial, "users", "other|Other|||||user|||agency");
	trial_end(&trial, "");
}

static void
leavers__of_the_feed_and_active__are_marked_in_key_order(void **state)
{
	struct listing listing;

	store_users(*state, 3);
	listing = begin(*state, options(10));
	assert_int_equal(bring(&listing, "u01", "Name 1", "1@x"), FIL_JUDGED_SAME);
	find_leavers(&listing);
	end(&listing,
	    "left,going,Going,,,,,user,,2024-03-15,hr\n"
	    "left,u00,Name 0,0@x,,,,user,,2024-03-15,hr\n"
	    "left,u02,Name 2,2@x,,,,user,,2024-03-15,hr\n");
	assert_int_equal(listing.counts.left, 3);
	assert_int_equal(place_number(listing.trial.place->store,
			     "SELECT count(*) FROM history WHERE action = 'left'"),
	    3);
	assert_int_equal(place_number(listing.trial.place->store,
			     "SELECT count(*) FROM users"
			     " WHERE run = 2 AND \"left\" = '2024-03-15'"),
	    3);
}

static void
judge__one_who_had_left__is_never_the_same(void **state)
{
	struct listing listing;

	store_users(*state, 1);
	listing = begin(*state, options(10));
	assert_int_equal(bring(&listing, "gone", "Gone", NULL), FIL_JUDGED_NEW);
	assert_int_equal(bring(&listing, "going", "Going", NULL), FIL_JUDGED_SAME);
	assert_int_equal(bring(&listing, "u00", "Name 0", "0@x"), FIL_JUDGED_SAME);
	find_leavers(&listing);
	end(&listing, "");
}

static void
lists__the_rows_own_word_for_its_feed__unless_it_takes_over(void **state)
{
	struct fil_sync_options asked = options(10);
	const char *values[COLUMNS] = { "x", "X", [FEED] = "agency" };
	struct listing listing;

	listing = begin(*state, asked);
	assert_false(fil_sync_lists(listing.roster, values));
	values[FEED] = "hr";
	assert_true(fil_sync_lists(listing.roster, values));
	values[FEED] = NULL;
	assert_true(fil_sync_lists(listing.roster, values));
	end(&listing, "");
	asked.take = true;
	listing = begin(*state, asked);
	values[FEED] = "agency";
	assert_true(fil_sync_lists(listing.roster, values));
	end(&listing, "");
}

/* Returns whether so much change passes, of the active users that u00 … and "going" are. */
static bool
passes(struct place *place, struct fil_sync_options options, struct fil_counts counts)
{
	struct listing listing = begin(place, options);
	int result = fil_sync_guard(listing.roster, &counts, &place->fault);

	end(&listing, "");
	return result == 0;
}

static void
guard__up_to_the_share__passes(void **state)
{
	struct place *place = *state;
	struct fil_sync_options forced = options(0);

	store_users(place, 39);
	assert_true(passes(place, options(10), (struct fil_counts){ .added = 4 }));
	assert_true(passes(place, options(10),
	    (struct fil_counts){ .added = 2, .returned = 1, .left = 1, .changed = 39 }));
	assert_false(passes(
	    place, options(10), (struct fil_counts){ .added = 2, .returned = 2, .left = 1 }));
	assert_int_equal(place->fault.status, FIL_REFUSED);
	assert_string_equal(place->fault.text,
	    "refused: 2 would join, 2 return and 1 leave, of 40 active users of the feed 'hr': over"
	    " 10 %; nothing was written (--force goes on, --max-churn sets the limit)");
	assert_false(passes(place, options(0), (struct fil_counts){ .added = 1 }));
	assert_true(passes(place, options(0), (struct fil_counts){ .changed = 1 }));
	forced.force = true;
	assert_true(passes(place, forced, (struct fil_counts){ .added = 100 }));
}

static void
guard__of_nineteen__does_not_apply(void **state)
{
	struct place *place = *state;
	struct trial trial;

	store_users(place, 18);
	assert_true(passes(place, options(0), (struct fil_counts){ .added = 100 }));
	trial = trial_begin(place, "users");
	trial_put(&trial, "users", "n|N|||||user|||hr");
	trial_end(&trial, "");
	assert_false(passes(place, options(0), (struct fil_counts){ .added = 1 }));
}

static void
guard__taken_over_and_missing__count(void **state)
{
	struct place *place = *state;
	struct listing listing;

	store_users(place, 39);
	listing = begin(place, options(10));
	for (int i = 0; i < 4; i++)
		fil_sync_note_change(listing.roster, "agency");
	fil_sync_note_change(listing.roster, "hr");
	assert_int_equal(fil_sync_guard(listing.roster, &listing.counts, &place->fault), 0);
	fil_sync_note_change(listing.roster, NULL);
	assert_int_equal(fil_sync_guard(listing.roster, &listing.counts, &place->fault), -1);
	end(&listing, "");
	listing = begin(place, options(10));
	find_leavers(&listing);
	assert_int_equal(fil_sync_guard(listing.roster, &listing.counts, &place->fault), -1);
	assert_non_null(strstr(place->fault.text, "0 return and 40 leave, of 40 active"));
	fil_sync_free(listing.roster);
	fil_known_rows_free(listing.known);
	trial_end(&listing.trial, "");
}

static void
note_renaming(void *context, const char *text)
{
	struct listing *listing = context;
	size_t n = strlen(listing->said);

	snprintf(listing->said + n, sizeof listing->said - n, "%.30s\n", text);
}

static void
renames__joiners_like_leavers__are_told(void **state)
{
	struct place *place = *state;
	struct listing listing;

	store_users(place, 3);
	listing = begin(place, options(10));
	bring(&listing, "u00", "Name 2", "0@x");
	bring(&listing, "n1", "NAME 1", NULL);
	bring(&listing, "n2", "Somebody", "2@X");
	bring(&listing, "n3", "Nobody", "3@x");
	trial_put(&listing.trial, "users", "n1|NAME 1||||||||hr");
	trial_put(&listing.trial, "users", "n2|Somebody|2@X|||||||hr");
	trial_put(&listing.trial, "users", "n3|Nobody|3@x|||||||hr");
	find_leavers(&listing);
	assert_int_equal(
	    fil_sync_renames(listing.roster, listing.known, note_renaming, &listing, &place->fault),
	    0);
	assert_string_equal(
	    listing.said, "'n1' may be 'u01' under a new \n'n2' may be 'u02' under a new \n");
	fil_sync_free(listing.roster);
	fil_sync_free(NULL);
	fil_known_rows_free(listing.known);
	trial_end(&listing.trial, "");
}

static void
leavers__more_than_a_batch__are_all_marked(void **state)
{
	struct place *place = *state;
	struct trial trial = trial_begin(place, "users");
	struct listing listing;
	char row[64];

	for (int i = 0; i < 1500; i++) {
		snprintf(row, sizeof row, "%d|N|||||user|||hr", i);
		trial_put(&trial, "users", row);
	}
	trial_end(&trial, "");
	listing = begin(place, options(10));
	for (int i = 0; i < 1500; i += 2) {
		snprintf(row, sizeof row, "%d", i);
		assert_int_equal(bring(&listing, row, "N", NULL), FIL_JUDGED_SAME);
	}
	find_leavers(&listing);
	assert_int_equal(
	    fil_sync_mark(listing.roster, listing.trial.changes, &listing.counts, &place->fault),
	    0);
	assert_int_equal(listing.counts.left, 750);
	assert_int_equal(
	    place_number(place->store, "SELECT count(*) FROM users WHERE \"left\" <> ''"), 750);
	assert_int_equal(
	    place_number(place->store,
		"SELECT count(*) FROM users WHERE \"left\" <> '' AND \"user\" LIKE '%0'"),
	    0);
	fil_sync_free(listing.roster);
	fil_known_rows_free(listing.known);
	fil_changes_free(listing.trial.changes);
	fil_run_abandon(listing.trial.run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STORE(leavers__of_the_feed_and_active__are_marked_in_key_order),
		IN_STORE(judge__one_who_had_left__is_never_the_same),
		IN_STORE(lists__the_rows_own_word_for_its_feed__unless_it_takes_over),
		IN_STORE(guard__up_to_the_share__passes),
		IN_STORE(guard__of_nineteen__does_not_apply),
		IN_STORE(guard__taken_over_and_missing__count),
		IN_STORE(renames__joiners_like_leavers__are_told),
		IN_STORE(leavers__more_than_a_batch__are_all_marked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
