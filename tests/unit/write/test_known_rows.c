/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

#include "lib/base/memory.h"
#include "lib/write/known_rows.h"
#include "tests/unit/place.h"

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, place_with_store, place_remove)

enum { COLUMNS = 10 };

/* Known rows of users in a run; the input gives key, name and more columns. */
struct trial {
	struct place *place;
	const struct fil_table *table;
	struct fil_run *run;
	struct fil_known_rows *known;
};

static struct trial
begin_table(struct place *place, const char *table, bool all)
{
	static char name[] = "test";
	static char *const argv[] = { name, NULL };
	bool given[COLUMNS] = { true, true };
	struct trial trial = { .place = place, .table = fil_catalog_table(table) };

	for (size_t c = 0; all && c < COLUMNS; c++)
		given[c] = true;
	trial.run = fil_run_begin(place->store, argv, 0, &place->fault);
	assert_non_null(trial.run);
	trial.known = fil_known_rows_new(trial.run, trial.table, NULL);
	fil_known_rows_given(trial.known, given);
	return trial;
}

static struct trial
begin(struct place *place, bool all)
{
	return begin_table(place, "users", all);
}

/* Stores a row of the run's. */
static void
store_row(struct trial *trial, const char *const *cells)
{
	struct fil_batch *batch = fil_batch_new(trial->table->n_columns);
	bool inserted;

	fil_batch_add(batch, cells);
	assert_int_equal(fil_store_insert(trial->place->store, &trial->table->relation, batch,
			     fil_run_number(trial->run), &inserted, &trial->place->fault),
	    0);
	assert_true(inserted);
	fil_batch_free(batch);
}

static void
store_user(struct trial *trial, const char *user, const char *name)
{
	const char *const cells[COLUMNS] = { user, name, [6] = "user", [9] = "hr" };

	store_row(trial, cells);
}

static void
fill(const char *user, const char *name, const char **values, size_t *lengths)
{
	for (size_t c = 0; c < COLUMNS; c++)
		values[c] = c == 0 ? user : c == 1 ? name : c == 6 ? "user" : c == 9 ? "hr" : NULL;
	for (size_t c = 0; c < COLUMNS; c++)
		lengths[c] = values[c] ? strlen(values[c]) : 0;
}

static enum fil_judgement
judge(struct trial *trial, const char *user, const char *name)
{
	const char *values[COLUMNS];
	size_t lengths[COLUMNS];

	fill(user, name, values, lengths);
	return fil_known_rows_judge(trial->known, values, lengths);
}

static void
forget(struct trial *trial, const char *user)
{
	const char *values[COLUMNS];
	size_t lengths[COLUMNS];

	fill(user, NULL, values, lengths);
	fil_known_rows_forget(trial->known, values, lengths);
}

/* Commits, and begins another run. */
static void
commit(struct trial *trial, bool all)
{
	const struct fil_counts counts = { 0 };

	assert_int_equal(fil_run_commit(trial->run, &counts, &trial->place->fault), 0);
	fil_known_rows_free(trial->known);
	*trial = begin(trial->place, all);
}

static void
end(struct trial *trial)
{
	fil_known_rows_free(trial->known);
	fil_run_abandon(trial->run);
}

static void
judge__nothing_known__only_repetition_is(void **state)
{
	struct trial trial = begin(*state, false);

	store_user(&trial, "a", "A");
	commit(&trial, false);
	assert_int_equal(judge(&trial, "a", "A"), FIL_JUDGED_NEW);
	assert_int_equal(judge(&trial, "a", "A"), FIL_JUDGED_REPEATED);
	assert_int_equal(judge(&trial, "a", "Other"), FIL_JUDGED_DUPLICATE);
	assert_int_equal(judge(&trial, "a", "Other"), FIL_JUDGED_DUPLICATE);
	assert_int_equal(judge(&trial, "b", "A"), FIL_JUDGED_NEW);
	end(&trial);
}

static void
judge__stored_rows_scanned__finds_changed_rows(void **state)
{
	for (int all = 0; all < 2; all++) {
		struct trial trial = begin(*state, all);

		store_user(&trial, all ? "a2" : "a", "A");
		store_user(&trial, all ? "b2" : "b", "B");
		commit(&trial, all);
		assert_int_equal(fil_known_rows_hash(trial.known, &trial.place->fault), 0);
		assert_int_equal(judge(&trial, all ? "a2" : "a", "A"), FIL_JUDGED_SAME);
		assert_int_equal(judge(&trial, all ? "a2" : "a", "A"), FIL_JUDGED_REPEATED);
		assert_int_equal(judge(&trial, all ? "a2" : "a", "X"), FIL_JUDGED_DUPLICATE);
		assert_int_equal(judge(&trial, all ? "b2" : "b", "X"), FIL_JUDGED_NEW);
		assert_int_equal(judge(&trial, all ? "b2" : "b", "X"), FIL_JUDGED_REPEATED);
		assert_int_equal(judge(&trial, "c", "C"), FIL_JUDGED_NEW);
		/* The store knows it from then on. */
		assert_int_equal(judge(&trial, "c", "C"), FIL_JUDGED_NEW);
		end(&trial);
	}
}

static void
forget__a_refused_row__is_as_if_it_had_not_come(void **state)
{
	struct trial trial = begin(*state, false);

	store_user(&trial, "a", "A");
	commit(&trial, false);
	assert_int_equal(judge(&trial, "n", "N"), FIL_JUDGED_NEW);
	forget(&trial, "n");
	assert_int_equal(judge(&trial, "n", "Other"), FIL_JUDGED_NEW);
	assert_int_equal(judge(&trial, "n", "Other"), FIL_JUDGED_REPEATED);
	forget(&trial, "never");
	assert_int_equal(fil_known_rows_hash(trial.known, &trial.place->fault), 0);
	assert_int_equal(judge(&trial, "a", "X"), FIL_JUDGED_NEW);
	forget(&trial, "a");
	assert_int_equal(judge(&trial, "a", "X"), FIL_JUDGED_NEW);
	assert_int_equal(judge(&trial, "a", "A"), FIL_JUDGED_DUPLICATE);
	end(&trial);
}

static void
expect__many_rows__scans_once(void **state)
{
	struct trial trial = begin(*state, false);

	store_user(&trial, "a", "A");
	commit(&trial, false);
	assert_int_equal(fil_known_rows_expect(trial.known, 0, &trial.place->fault), 0);
	assert_int_equal(judge(&trial, "a", "A"), FIL_JUDGED_NEW);
	end(&trial);
	trial = begin(*state, false);
	assert_int_equal(fil_known_rows_expect(trial.known, 10, &trial.place->fault), 0);
	assert_int_equal(fil_known_rows_expect(trial.known, 10, &trial.place->fault), 0);
	assert_int_equal(judge(&trial, "a", "A"), FIL_JUDGED_SAME);
	end(&trial);
}

static void
expect__rows_of_this_run_are_stored__they_count_as_come(void **state)
{
	struct trial trial = begin(*state, false);

	store_user(&trial, "older", "O");
	commit(&trial, false);
	store_user(&trial, "a", "A");
	assert_int_equal(fil_known_rows_expect(trial.known, 10, &trial.place->fault), 0);
	assert_int_equal(judge(&trial, "a", "A"), FIL_JUDGED_REPEATED);
	assert_int_equal(judge(&trial, "a", "B"), FIL_JUDGED_DUPLICATE);
	end(&trial);
}

static void
expect__no_row_before_this_run__all_are_new(void **state)
{
	struct trial trial = begin(*state, false);

	store_user(&trial, "a", "A");
	assert_int_equal(judge(&trial, "b", "B"), FIL_JUDGED_NEW);
	assert_int_equal(fil_known_rows_expect(trial.known, 10, &trial.place->fault), 1);
	/* The store knows them. */
	assert_int_equal(judge(&trial, "a", "A"), FIL_JUDGED_NEW);
	assert_int_equal(judge(&trial, "b", "B"), FIL_JUDGED_NEW);
	forget(&trial, "b");
	assert_int_equal(judge(&trial, "c", "C"), FIL_JUDGED_NEW);
	assert_int_equal(judge(&trial, "c", "C"), FIL_JUDGED_NEW);
	end(&trial);
}

/* Stores a, b, c, e and g, and begins a run in which "0" and "1" came in order. */
static struct trial
begin_walk(struct place *place)
{
	static const char *const users[] = { "a", "b", "c", "e", "g" };
	struct trial trial = begin(place, false);

	for (size_t i = 0; i < sizeof users / sizeof *users; i++)
		store_user(&trial, users[i], "N");
	commit(&trial, false);
	assert_int_equal(judge(&trial, "0", "N"), FIL_JUDGED_NEW);
	assert_int_equal(judge(&trial, "1", "N"), FIL_JUDGED_NEW);
	assert_int_equal(fil_known_rows_expect(trial.known, 10, &place->fault), 0);
	return trial;
}

static void
walk__keys_in_order__are_compared(void **state)
{
	struct trial trial = begin_walk(*state);

	assert_int_equal(judge(&trial, "a", "N"), FIL_JUDGED_SAME);
	assert_int_equal(judge(&trial, "aa", "N"), FIL_JUDGED_NEW);
	assert_int_equal(judge(&trial, "c", "Other"), FIL_JUDGED_NEW);
	assert_int_equal(judge(&trial, "f", "N"), FIL_JUDGED_NEW);
	assert_int_equal(judge(&trial, "g", "N"), FIL_JUDGED_SAME);
	assert_int_equal(judge(&trial, "h", "N"), FIL_JUDGED_NEW);
	fil_known_rows_end(trial.known);
	end(&trial);
}

static void
walk__a_repeated_key__is_compared_with_the_stored_row(void **state)
{
	struct place *place = *state;
	struct trial trial = begin_walk(place);

	assert_int_equal(judge(&trial, "b", "N"), FIL_JUDGED_SAME);
	assert_int_equal(judge(&trial, "b", "N"), FIL_JUDGED_REPEATED);
	assert_int_equal(judge(&trial, "b", "Other"), FIL_JUDGED_DUPLICATE);
	assert_int_equal(judge(&trial, "b", "Other"), FIL_JUDGED_DUPLICATE);
	assert_int_equal(judge(&trial, "c", "Other"), FIL_JUDGED_NEW);
	assert_int_equal(judge(&trial, "c", "N"), FIL_JUDGED_UNORDERED);
	assert_int_equal(fil_known_rows_hash(trial.known, &place->fault), 0);
	assert_int_equal(judge(&trial, "b", "N"), FIL_JUDGED_REPEATED);
	assert_int_equal(judge(&trial, "e", "N"), FIL_JUDGED_SAME);
	end(&trial);
}

static void
walk__rows_lie_in_no_order__they_are_hashed(void **state)
{
	struct place *place = *state;
	struct trial trial = begin(place, false);

	store_user(&trial, "b", "N");
	store_user(&trial, "a", "N");
	commit(&trial, false);
	assert_int_equal(judge(&trial, "0", "N"), FIL_JUDGED_NEW);
	assert_int_equal(fil_known_rows_expect(trial.known, 10, &place->fault), 0);
	assert_int_equal(judge(&trial, "b", "N"), FIL_JUDGED_SAME);
	assert_int_equal(judge(&trial, "a", "N"), FIL_JUDGED_SAME);
	end(&trial);
}

static void
walk__order_ends__rows_passed_have_come(void **state)
{
	struct place *place = *state;
	struct trial trial = begin_walk(place);

	assert_int_equal(judge(&trial, "a", "N"), FIL_JUDGED_SAME);
	assert_int_equal(judge(&trial, "b", "N"), FIL_JUDGED_SAME);
	assert_int_equal(judge(&trial, "d", "N"), FIL_JUDGED_NEW);
	forget(&trial, "d");
	assert_int_equal(judge(&trial, "a", "N"), FIL_JUDGED_UNORDERED);
	assert_int_equal(fil_known_rows_hash(trial.known, &place->fault), 0);
	assert_int_equal(judge(&trial, "a", "N"), FIL_JUDGED_REPEATED);
	assert_int_equal(judge(&trial, "a", "Other"), FIL_JUDGED_DUPLICATE);
	assert_int_equal(judge(&trial, "b", "Other"), FIL_JUDGED_DUPLICATE);
	assert_int_equal(judge(&trial, "0", "Other"), FIL_JUDGED_DUPLICATE);
	assert_int_equal(judge(&trial, "c", "N"), FIL_JUDGED_SAME);
	assert_int_equal(judge(&trial, "d", "Other"), FIL_JUDGED_NEW);
	assert_int_equal(judge(&trial, "e", "N"), FIL_JUDGED_SAME);
	end(&trial);
}

static void
walk__order_ends_before_the_first_stored_row__no_row_has_come(void **state)
{
	struct place *place = *state;
	struct trial trial = begin_walk(place);

	assert_int_equal(judge(&trial, "00", "N"), FIL_JUDGED_UNORDERED);
	assert_int_equal(fil_known_rows_hash(trial.known, &place->fault), 0);
	assert_int_equal(judge(&trial, "00", "N"), FIL_JUDGED_NEW);
	assert_int_equal(judge(&trial, "a", "N"), FIL_JUDGED_SAME);
	assert_int_equal(judge(&trial, "g", "Other"), FIL_JUDGED_NEW);
	end(&trial);
}

/* Judges aliases, and compares their judgements. An alias is a letter, and so are its source, which
 * is in the key too, and its user: "asu btu". */
static void
check_aliases(struct trial *trial, const char *aliases, const char *expected)
{
	static const char *const words[] = { [FIL_JUDGED_NEW] = "new",
		[FIL_JUDGED_SAME] = "same",
		[FIL_JUDGED_REPEATED] = "repeated",
		[FIL_JUDGED_DUPLICATE] = "duplicate",
		[FIL_JUDGED_UNORDERED] = "unordered" };
	const size_t lengths[] = { 1, 1, 1 };
	struct fil_bytes judged = { 0 };

	for (const char *at = aliases; *at; at += strspn(at + 3, " ") + 3) {
		const char cells[3][2] = { { at[0] }, { at[1] }, { at[2] } };
		const char *const values[] = { cells[0], cells[1], cells[2] };

		fil_bytes_add_format(&judged, "%s%s", judged.length ? " " : "",
		    words[fil_known_rows_judge(trial->known, values, lengths)]);
	}
	assert_string_equal(judged.data, expected);
	fil_bytes_release(&judged);
}

/* Aliases a, c and e of user u are stored in sources s and t. Key a of s, and a key that is not, come
 * before the stored rows are read beside the input. */
static struct trial
begin_aliases(struct place *place)
{
	struct trial trial = begin(place, false);

	store_user(&trial, "u", "U");
	store_user(&trial, "v", "V");
	commit(&trial, false);
	end(&trial);
	trial = begin_table(place, "aliases", true);
	for (const char *at = "ace"; *at; at++)
		for (size_t i = 0; i < 2; i++) {
			const char alias[] = { *at, '\0' };
			const char *const cells[] = { alias, i ? "t" : "s", "u" };

			store_row(&trial, cells);
		}
	assert_int_equal(fil_run_commit(trial.run, &(struct fil_counts){ 0 }, &place->fault), 0);
	fil_known_rows_free(trial.known);
	trial = begin_table(place, "aliases", true);
	check_aliases(&trial, "asu btu", "new new");
	assert_int_equal(fil_known_rows_expect(trial.known, 6, &place->fault), 0);
	return trial;
}

static void
walk__two_cells_of_a_key__each_other_cell_has_its_own(void **state)
{
	struct trial trial = begin_aliases(*state);

	check_aliases(&trial, "csu ctv dsu axu etu esu", "same new new new same same");
	fil_known_rows_end(trial.known);
	end(&trial);
}

static void
walk__two_cells_of_a_key__rows_passed_have_come(void **state)
{
	struct place *place = *state;
	struct trial trial = begin_aliases(place);

	/* The second one passes a and c. */
	check_aliases(&trial, "csu dtu asu", "same new unordered");
	assert_int_equal(fil_known_rows_hash(trial.known, &place->fault), 0);
	check_aliases(&trial, "asu csv esu btv dtv ctu ctv",
	    "repeated duplicate same duplicate duplicate same duplicate");
	end(&trial);
}

static void
walk__many_other_cells__rows_passed_have_come(void **state)
{
	struct place *place = *state;
	struct trial trial = begin_aliases(place);

	check_aliases(&trial, "csu c0u c1u c2u", "same new new unordered");
	assert_int_equal(fil_known_rows_hash(trial.known, &place->fault), 0);
	check_aliases(&trial, "c2u csv ctu", "new duplicate same");
	end(&trial);
}

/* Counts a stored row, and awaits it if its key begins with b. */
static bool
awaits_b(void *context, const char *const *cells)
{
	++*(size_t *)context;
	return cells[0][0] == 'b';
}

static void
add_missing(void *context, const char *key)
{
	fil_bytes_add_format(context, "%s ", key);
}

/* Compares the awaited rows that did not come. */
static void
check_missing(struct trial *trial, const char *expected)
{
	struct fil_bytes named = { 0 };

	fil_bytes_add_text(&named, "");
	assert_int_equal(
	    fil_known_rows_missing(trial->known, add_missing, &named, &trial->place->fault), 0);
	assert_string_equal(named.data, expected);
	fil_bytes_release(&named);
}

/* Stores a, b1, b2, b3 and c, and begins a whole list. */
static struct trial
begin_list(struct place *place, size_t *read)
{
	static const char *const users[] = { "a", "b1", "b2", "b3", "c" };
	struct trial trial = begin(place, false);

	for (size_t i = 0; i < sizeof users / sizeof *users; i++)
		store_user(&trial, users[i], "N");
	commit(&trial, false);
	*read = 0;
	assert_int_equal(fil_known_rows_await(trial.known, awaits_b, read, &place->fault), 0);
	return trial;
}

static void
await__rows_hashed__are_missing_until_they_come(void **state)
{
	size_t read;
	struct trial trial = begin_list(*state, &read);

	assert_int_equal(fil_known_rows_hash(trial.known, &trial.place->fault), 0);
	assert_int_equal(read, 5);
	judge(&trial, "b2", "N");
	check_missing(&trial, "b1 b3 ");
	judge(&trial, "b1", "changed");
	forget(&trial, "b1");
	check_missing(&trial, "b1 b3 ");
	judge(&trial, "b1", "changed");
	judge(&trial, "b3", "N");
	check_missing(&trial, "");
	end(&trial);
}

static void
await__keys_in_order__each_row_is_read_once(void **state)
{
	size_t read;
	struct trial trial = begin_list(*state, &read);

	assert_int_equal(judge(&trial, "b1", "N"), FIL_JUDGED_SAME);
	assert_int_equal(judge(&trial, "b11", "N"), FIL_JUDGED_NEW);
	store_user(&trial, "b11", "N");
	assert_int_equal(judge(&trial, "b3", "Other"), FIL_JUDGED_NEW);
	check_missing(&trial, "b2 ");
	assert_int_equal(read, 5);
	end(&trial);
}

static void
await__order_ends__each_row_is_read_once(void **state)
{
	size_t read;
	struct trial trial = begin_list(*state, &read);

	assert_int_equal(judge(&trial, "b11", "N"), FIL_JUDGED_NEW);
	store_user(&trial, "b11", "N");
	assert_int_equal(judge(&trial, "b2", "N"), FIL_JUDGED_SAME);
	assert_int_equal(judge(&trial, "a", "N"), FIL_JUDGED_UNORDERED);
	assert_int_equal(fil_known_rows_hash(trial.known, &trial.place->fault), 0);
	assert_int_equal(read, 5);
	assert_int_equal(judge(&trial, "a", "N"), FIL_JUDGED_SAME);
	assert_int_equal(judge(&trial, "b2", "N"), FIL_JUDGED_REPEATED);
	assert_int_equal(judge(&trial, "b11", "N"), FIL_JUDGED_REPEATED);
	check_missing(&trial, "b1 b3 ");
	end(&trial);
}

static void
await__no_row_comes__all_are_missing(void **state)
{
	size_t read;
	struct trial trial = begin_list(*state, &read);

	check_missing(&trial, "b1 b2 b3 ");
	assert_int_equal(read, 5);
	end(&trial);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STORE(judge__nothing_known__only_repetition_is),
		IN_STORE(judge__stored_rows_scanned__finds_changed_rows),
		IN_STORE(forget__a_refused_row__is_as_if_it_had_not_come),
		IN_STORE(expect__many_rows__scans_once),
		IN_STORE(expect__rows_of_this_run_are_stored__they_count_as_come),
		IN_STORE(expect__no_row_before_this_run__all_are_new),
		IN_STORE(walk__keys_in_order__are_compared),
		IN_STORE(walk__a_repeated_key__is_compared_with_the_stored_row),
		IN_STORE(walk__rows_lie_in_no_order__they_are_hashed),
		IN_STORE(walk__order_ends__rows_passed_have_come),
		IN_STORE(walk__order_ends_before_the_first_stored_row__no_row_has_come),
		IN_STORE(walk__two_cells_of_a_key__each_other_cell_has_its_own),
		IN_STORE(walk__two_cells_of_a_key__rows_passed_have_come),
		IN_STORE(walk__many_other_cells__rows_passed_have_come),
		IN_STORE(await__rows_hashed__are_missing_until_they_come),
		IN_STORE(await__keys_in_order__each_row_is_read_once),
		IN_STORE(await__order_ends__each_row_is_read_once),
		IN_STORE(await__no_row_comes__all_are_missing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
