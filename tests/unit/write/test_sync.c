/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/base/memory.h"
#include "lib/write/sync.h"
#include "tests/unit/trial.h"

enum { COLUMNS = 10, FEED = 9 };

/* A whole list within a trial. */
struct listing {
	struct trial trial;
	struct fil_sync_options options;
	struct fil_known_rows *known;
	struct fil_sync *sync;
	struct fil_counts counts;
	char said[512]; /* of probable renames */
};

static struct fil_sync_options
options(unsigned max_churn)
{
	struct fil_sync_options options = { .feed = "hr", .max_churn = max_churn };

	assert_int_equal(fil_date_parse("2024-03-15", &options.today), 0);
	return options;
}

/* Begins a list that gives key, name and e-mail. */
static void
begin(struct listing *listing, struct place *place, struct fil_sync_options asked)
{
	bool given[COLUMNS] = { true, true, true };

	*listing = (struct listing){ .trial = trial_begin(place, "users"), .options = asked };
	listing->sync = fil_sync_new(listing->trial.run, &listing->options);
	listing->known = fil_known_rows_new(
	    listing->trial.run, fil_catalog_table("users"), fil_sync_term(listing->sync));
	fil_known_rows_given(listing->known, given);
	assert_int_equal(fil_sync_learn(listing->sync, listing->known, NULL, &place->fault), 0);
}

static enum fil_judgement
bring(struct listing *listing, const char *user, const char *name, const char *email)
{
	const char *values[COLUMNS] = { user, name, email };
	size_t lengths[COLUMNS] = { strlen(user), strlen(name), email ? strlen(email) : 0 };
	enum fil_judgement judgement;

	judgement = fil_known_rows_judge(listing->known, values, lengths);
	if (judgement != FIL_JUDGED_UNORDERED)
		return judgement;
	assert_int_equal(fil_known_rows_hash(listing->known, &listing->trial.place->fault), 0);
	return fil_known_rows_judge(listing->known, values, lengths);
}

/* Writes a user who is new. */
static void
join(struct listing *listing, const char *user, const char *name, const char *email)
{
	const char *cells[COLUMNS] = { user, name, email, [FEED] = "hr" };
	char *row = fil_format("%s|%s|%s|||||||hr", user, name, email ? email : "");

	bring(listing, user, name, email);
	trial_put(&listing->trial, "users", row);
	fil_sync_note_joiner(listing->sync, cells);
	free(row);
}

static void
note_rename(void *context, const char *text)
{
	struct listing *listing = context;
	size_t n = strlen(listing->said);

	snprintf(listing->said + n, sizeof listing->said - n, "%.30s\n", text);
}

/* Closes the list; returns whether the churn guard lets it through. */
static bool
close_list(struct listing *listing)
{
	const struct fil_refusals refusals = { .remark = note_rename, .context = listing };
	struct fil_fault *fault = &listing->trial.place->fault;
	int result = fil_sync_settle(listing->sync, fault);

	assert_int_equal(result, 0);
	result = fil_sync_close(
	    listing->sync, listing->trial.changes, &listing->counts, &refusals, fault);

	if (result < 0)
		assert_int_equal(fault->status, FIL_REFUSED);
	return result == 0;
}

static void
release(struct listing *listing)
{
	fil_sync_free(listing->sync);
	fil_known_rows_free(listing->known);
}

/* Ends the run, whose rows are these. */
static void
end(struct listing *listing, const char *expected)
{
	release(listing);
	trial_end(&listing->trial, expected);
}

/* Takes the run back. */
static void
abandon(struct listing *listing)
{
	release(listing);
	fil_changes_free(listing->trial.changes);
	fil_run_abandon(listing->trial.run);
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
	begin(&listing, *state, options(100));
	assert_int_equal(bring(&listing, "u01", "Name 1", "1@x"), FIL_JUDGED_SAME);
	assert_true(close_list(&listing));
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
judge__a_user_who_had_left__is_never_the_same(void **state)
{
	struct listing listing;

	store_users(*state, 1);
	begin(&listing, *state, options(100));
	assert_int_equal(bring(&listing, "gone", "Gone", NULL), FIL_JUDGED_NEW);
	assert_int_equal(bring(&listing, "going", "Going", NULL), FIL_JUDGED_SAME);
	assert_int_equal(bring(&listing, "u00", "Name 0", "0@x"), FIL_JUDGED_SAME);
	assert_true(close_list(&listing));
	end(&listing, "");
}

static void
lists__the_rows_own_word_for_its_feed__unless_it_takes_over(void **state)
{
	struct fil_sync_options asked = options(10);
	const char *values[COLUMNS] = { "x", "X", [FEED] = "agency" };
	struct listing listing;

	begin(&listing, *state, asked);
	assert_false(fil_sync_lists(listing.sync, values));
	values[FEED] = "hr";
	assert_true(fil_sync_lists(listing.sync, values));
	values[FEED] = NULL;
	assert_true(fil_sync_lists(listing.sync, values));
	end(&listing, "");
	asked.take = true;
	begin(&listing, *state, asked);
	values[FEED] = "agency";
	assert_true(fil_sync_lists(listing.sync, values));
	end(&listing, "");
}

/* Returns whether so much change passes, of the active users that u00 … and "going" are, when all of
 * them come. */
static bool
passes(struct place *place, struct fil_sync_options asked, struct fil_counts counts)
{
	struct listing listing;
	bool passed;
	char user[8], name[16], email[16];

	begin(&listing, place, asked);
	for (int i = 0; i < 40; i++) {
		snprintf(user, sizeof user, "u%02d", i);
		snprintf(name, sizeof name, "Name %d", i);
		snprintf(email, sizeof email, "%d@x", i);
		bring(&listing, user, name, email);
	}
	bring(&listing, "going", "Going", NULL);
	bring(&listing, "n", "N", NULL);
	listing.counts = counts;
	passed = close_list(&listing);
	end(&listing, "");
	return passed;
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
	    "refused: 2 would join, 2 return and 1 leave, of 40 active users of the feed 'hr' "
	    "(limit 10 %): nothing was written; --force or --max-churn PCT");
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

/* Returns whether a list passes from which one of 40 active users is missing, and that takes so many
 * over. */
static bool
passes_taking(struct place *place, int taken)
{
	const char *before[COLUMNS] = { "x", "X", [FEED] = "agency" };
	struct listing listing;
	char user[8];
	bool passed;

	begin(&listing, place, options(10));
	for (int i = 0; i < 39; i++) {
		snprintf(user, sizeof user, "u%02d", i);
		bring(&listing, user, "N", NULL);
	}
	for (int i = 0; i < taken; i++)
		fil_sync_note_change(listing.sync, before);
	before[FEED] = "hr";
	fil_sync_note_change(listing.sync, before);
	passed = close_list(&listing);
	abandon(&listing);
	return passed;
}

static void
guard__taken_over_and_missing__count(void **state)
{
	const char *before[COLUMNS] = { "x", "X" };
	struct place *place = *state;
	struct listing listing;

	store_users(place, 39);
	assert_true(passes_taking(place, 3));
	assert_false(passes_taking(place, 4));
	begin(&listing, place, options(0));
	listing.counts.rejected = 1; /* no user is missing then */
	assert_true(close_list(&listing));
	fil_sync_note_change(listing.sync, before);
	assert_false(close_list(&listing));
	abandon(&listing);
	begin(&listing, place, options(10));
	assert_false(close_list(&listing));
	assert_non_null(strstr(place->fault.text, "0 return and 40 leave, of 40 active"));
	abandon(&listing);
}

static void
renames__joiners_like_leavers__are_remarked(void **state)
{
	struct place *place = *state;
	struct listing listing;

	store_users(place, 39);
	begin(&listing, place, options(0));
	bring(&listing, "u00", "Name 2", "0@x");
	join(&listing, "n2", "Somebody", "2@X");
	join(&listing, "n1", "NAME 1", NULL);
	join(&listing, "n3", "Nobody", "99@x");
	assert_false(close_list(&listing));
	assert_string_equal(
	    listing.said, "'n1' may be 'u01' under a new \n'n2' may be 'u02' under a new \n");
	fil_sync_free(NULL);
	end(&listing, "");
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
	begin(&listing, place, options(100));
	for (int i = 0; i < 1500; i += 2) {
		snprintf(row, sizeof row, "%d", i);
		assert_int_equal(bring(&listing, row, "N", NULL), FIL_JUDGED_SAME);
	}
	assert_true(close_list(&listing));
	assert_int_equal(listing.counts.left, 750);
	assert_int_equal(
	    place_number(place->store, "SELECT count(*) FROM users WHERE \"left\" <> ''"), 750);
	assert_int_equal(
	    place_number(place->store,
		"SELECT count(*) FROM users WHERE \"left\" <> '' AND \"user\" LIKE '%0'"),
	    0);
	abandon(&listing);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STORE(leavers__of_the_feed_and_active__are_marked_in_key_order),
		IN_STORE(judge__a_user_who_had_left__is_never_the_same),
		IN_STORE(lists__the_rows_own_word_for_its_feed__unless_it_takes_over),
		IN_STORE(guard__up_to_the_share__passes),
		IN_STORE(guard__of_nineteen__does_not_apply),
		IN_STORE(guard__taken_over_and_missing__count),
		IN_STORE(renames__joiners_like_leavers__are_remarked),
		IN_STORE(leavers__more_than_a_batch__are_all_marked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
