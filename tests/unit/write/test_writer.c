/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/write/writer.h"
#include "tests/unit/place.h"

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, place_with_store, place_remove)

enum { MOST_COLUMNS = 16 };

/* A writer in a run, with all that it works on. */
struct trial {
	struct place *place;
	const struct fil_table *table;
	struct fil_run *run;
	struct fil_writer_options options;
	struct fil_counts counts;
	size_t faults, last_line; /* of refused rows */
	struct fil_writer *writer;
	bool keep_going; /* nothing looks ahead */
	int looks; /* ahead */
};

static void
refused(void *context, size_t line, const struct fil_fault *fault, const char *const *duplicate)
{
	struct trial *trial = context;

	assert_int_equal(duplicate != NULL, strcmp(fault->kind, "unique-error") == 0);
	trial->counts.rejected += line != trial->last_line;
	trial->last_line = line;
	trial->faults++;
}

static int
look_ahead(void *context, struct fil_fault *fault)
{
	struct trial *trial = context;

	(void)fault;
	trial->looks++;
	fil_writer_coming(trial->writer, "later", 5);
	return 0;
}

/* Begins a run that writes the columns named, separated by spaces, from the file "f". */
static void
begin(struct trial *trial, struct place *place, const char *table, const char *columns)
{
	static char name[] = "test";
	static char *const argv[] = { name, NULL };
	bool given[MOST_COLUMNS] = { false };
	const struct fil_writer_input input = { .name = "f", .given = given };
	char *copy = fil_copy(columns), *rest = copy;

	trial->place = place;
	trial->table = fil_catalog_table(table);
	while (rest)
		given[fil_table_column(trial->table, strsep(&rest, " "))] = true;
	free(copy);
	trial->run = fil_run_begin(place->store, argv, 0, &place->fault);
	assert_non_null(trial->run);
	trial->options.refusals = (struct fil_refusals){ .refused = refused, .context = trial };
	trial->options.changes = fil_changes_new(trial->table, NULL, &place->fault);
	if (!trial->keep_going)
		trial->options.look_ahead = look_ahead;
	trial->options.context = trial;
	assert_int_equal(fil_changes_open(trial->options.changes, place->folder,
			     &(const struct fil_output_style){ .format = FIL_CSV }, &place->fault),
	    0);
	trial->writer = fil_writer_new(trial->run, trial->table, &trial->options, &trial->counts);
	assert_int_equal(fil_writer_begin(trial->writer, &input, &place->fault), 0);
}

/* Hands on a row: cells divided by '|', an empty one is NULL. */
static void
row(struct trial *trial, size_t line, const char *text)
{
	const char *values[MOST_COLUMNS] = { NULL };
	size_t lengths[MOST_COLUMNS] = { 0 };
	char *copy = fil_copy(text), *rest = copy;

	for (size_t c = 0; rest; c++) {
		const char *cell = strsep(&rest, "|");

		values[c] = *cell == '\0' ? NULL : cell;
		lengths[c] = strlen(cell);
	}
	assert_int_equal(
	    fil_writer_row(trial->writer, line, values, lengths, &trial->place->fault), 0);
	free(copy);
}

/* Checks what the changes say, behind their header. */
static void
expect_changes(struct trial *trial, const char *rows)
{
	struct fil_fault *fault = &trial->place->fault;
	char *said = NULL;
	const char *behind;
	size_t n;
	FILE *stream = open_memstream(&said, &n);

	assert_int_equal(fil_changes_close(trial->options.changes, fault), 0);
	assert_int_equal(fil_changes_pour(trial->options.changes, stream, fault), 0);
	fclose(stream);
	behind = strchr(said, '\n');
	assert_non_null(behind);
	assert_string_equal(behind + 1, rows);
	free(said);
}

/* Ends the trial, committing, and checks the counts and the changes. */
static void
end(struct trial *trial, const struct fil_counts *counts, const char *rows)
{
	struct fil_fault *fault = &trial->place->fault;

	assert_int_equal(fil_writer_flush(trial->writer, fault), 0);
	assert_int_equal(fil_writer_finish(trial->writer, fault), 0);
	expect_changes(trial, rows);
	assert_int_equal(trial->counts.added, counts->added);
	assert_int_equal(trial->counts.changed, counts->changed);
	assert_int_equal(trial->counts.unchanged, counts->unchanged);
	assert_int_equal(trial->counts.removed, counts->removed);
	assert_int_equal(trial->counts.rejected, counts->rejected);
	assert_int_equal(fil_run_commit(trial->run, counts, fault), 0);
	fil_writer_free(trial->writer);
	fil_changes_free(trial->options.changes);
}

static void
store_users(struct place *place, const char *const *rows, size_t n)
{
	struct trial trial = { .looks = 0 };
	const struct fil_counts counts = { .added = n };
	struct fil_bytes answer = { 0 };

	begin(&trial, place, "users", "user name manager");
	for (size_t i = 0; i < n; i++) {
		row(&trial, i + 2, rows[i]);
		fil_bytes_add_format(
		    &answer, "added,%c,%c,,,,,user,,,hr\n", rows[i][0], rows[i][2]);
	}
	end(&trial, &counts, answer.data);
	fil_bytes_release(&answer);
}

static void
row__each_outcome__is_counted_and_shown_in_order(void **state)
{
	static const char *const rows[] = { "a|A", "b|B" };
	const struct fil_counts counts = { .added = 1, .changed = 1, .unchanged = 2 };
	struct trial trial = { .looks = 0 };

	store_users(*state, rows, 2);
	begin(&trial, *state, "users", "user name");
	row(&trial, 2, "n|N");
	row(&trial, 3, "b|Changed");
	row(&trial, 4, "a|A");
	row(&trial, 5, "n|N");
	end(&trial, &counts, "added,n,N,,,,,user,,,hr\nchanged,b,Changed,,,,,user,,,hr\n");
	assert_int_equal(trial.looks, 0);
}

static void
row__different_values_for_a_key__refuses_the_later(void **state)
{
	const struct fil_counts counts = { .added = 2, .rejected = 2 };
	struct trial trial = { .looks = 0 };

	begin(&trial, *state, "users", "user name");
	row(&trial, 2, "n|N");
	row(&trial, 3, "n|Other");
	row(&trial, 4, "m|M");
	row(&trial, 5, "n|Third");
	assert_int_equal(trial.faults, 2);
	end(&trial, &counts, "added,n,N,,,,,user,,,hr\nadded,m,M,,,,,user,,,hr\n");
}

static void
row__a_repeated_new_key_in_a_scanned_table__is_found_by_the_store(void **state)
{
	const struct fil_counts counts = { .added = 1, .unchanged = 1, .rejected = 2 };
	struct trial trial = { .looks = 0 };

	begin(&trial, *state, "users", "user name");
	assert_int_equal(fil_writer_expect(trial.writer, 100, &trial.place->fault), 0);
	row(&trial, 2, "n|N");
	row(&trial, 3, "n|Other");
	row(&trial, 4, "n|N");
	assert_int_equal(fil_writer_flush(trial.writer, &trial.place->fault), 0);
	row(&trial, 5, "n|Third");
	end(&trial, &counts, "added,n,N,,,,,user,,,hr\n");
}

static void
row__a_manager_who_comes_later__is_looked_for_once(void **state)
{
	const struct fil_counts counts = { .added = 4, .rejected = 1 };
	struct trial trial = { .looks = 0 };

	begin(&trial, *state, "users", "user name manager");
	row(&trial, 2, "a|A||||b");
	row(&trial, 3, "b|B||||b");
	assert_int_equal(fil_writer_flush(trial.writer, &trial.place->fault), 0);
	assert_int_equal(trial.looks, 0);
	row(&trial, 4, "c|C||||later");
	row(&trial, 5, "d|D||||never");
	assert_int_equal(fil_writer_flush(trial.writer, &trial.place->fault), 0);
	assert_int_equal(trial.looks, 1);
	row(&trial, 6, "later|L");
	end(&trial, &counts,
	    "added,a,A,,,,b,user,,,hr\nadded,b,B,,,,b,user,,,hr\nadded,c,C,,,,later,user,,,hr\n"
	    "added,later,L,,,,,user,,,hr\n");
	assert_int_equal(trial.looks, 1);
}

static void
row__keep_going__only_keys_of_the_references_exist(void **state)
{
	const struct fil_counts counts = { .added = 2, .rejected = 1 };
	struct trial trial = { .keep_going = true };
	struct fil_references *references;

	begin(&trial, *state, "users", "user name manager");
	references = fil_writer_references(trial.writer);
	fil_references_add(references, "b", 1);
	row(&trial, 2, "a|A||||b");
	row(&trial, 3, "b|B||||");
	row(&trial, 4, "c|C||||c");
	end(&trial, &counts, "added,a,A,,,,b,user,,,hr\nadded,b,B,,,,,user,,,hr\n");
}

static void
row__keep_going__a_refused_row_does_not_stand_in_the_way(void **state)
{
	const struct fil_counts counts = { .added = 1, .unchanged = 1, .rejected = 2 };
	struct trial trial = { .keep_going = true };

	begin(&trial, *state, "users", "user name manager");
	row(&trial, 2, "a|A||||nobody");
	row(&trial, 3, "a|A||||nobody");
	row(&trial, 4, "a|Other||||");
	row(&trial, 5, "a|Other||||");
	end(&trial, &counts, "added,a,Other,,,,,user,,,hr\n");
}

static void
row__a_repeated_refused_row__is_refused_too(void **state)
{
	const struct fil_counts counts = { .rejected = 2 };
	struct trial trial = { .looks = 0 };

	begin(&trial, *state, "users", "user name manager");
	row(&trial, 2, "a|A||||nobody");
	row(&trial, 3, "a|A||||nobody");
	end(&trial, &counts, "");
}

static void
row__several_bad_references__are_all_reported_and_refuse_one_row(void **state)
{
	const struct fil_counts counts = { .rejected = 1 };
	struct trial trial = { .looks = 0 };

	begin(&trial, *state, "assignments", "user module assigned phase trainer");
	row(&trial, 2, "u|m|2024-01-01|p|t");
	assert_int_equal(fil_writer_flush(trial.writer, &trial.place->fault), 0);
	assert_int_equal(trial.faults, 4);
	end(&trial, &counts, "");
}

static void
row__a_required_column_missing__refuses_new_rows(void **state)
{
	static const char *const rows[] = { "a|A" };
	const struct fil_counts counts = { .changed = 1, .rejected = 1 };
	struct trial trial = { .looks = 0 };

	store_users(*state, rows, 1);
	begin(&trial, *state, "users", "user job");
	row(&trial, 2, "a||||chef");
	row(&trial, 3, "b||||chef");
	end(&trial, &counts, "changed,a,A,,,chef,,user,,,hr\n");
}

static void
row__known_only__ignores_and_counts(void **state)
{
	static const char *const rows[] = { "a|A" };
	const struct fil_counts counts = { .added = 1 };
	struct trial trial = { .options = { .known_only = true } };

	store_users(*state, rows, 1);
	begin(&trial, *state, "needs", "user need date");
	row(&trial, 2, "a|x|2024-01-01");
	row(&trial, 3, "b|x|2024-01-01");
	row(&trial, 4, "c|x|2024-01-01");
	assert_int_equal(fil_writer_flush(trial.writer, &trial.place->fault), 0);
	assert_int_equal(trial.counts.unknown, 2);
	end(&trial, &counts, "added,a,x,2024-01-01,\n");
}

static void
row__remove__takes_rows_away_and_keeps_them_in_the_history(void **state)
{
	static const char *const rows[] = { "a|A", "b|B" };
	const struct fil_counts counts = { .removed = 1 };
	struct trial trial = { .options = { .remove = true } };
	struct place *place = *state;

	store_users(place, rows, 2);
	begin(&trial, place, "users", "user");
	row(&trial, 2, "b");
	row(&trial, 3, "nobody");
	assert_int_equal(fil_writer_flush(trial.writer, &place->fault), 0);
	assert_int_equal(trial.counts.unknown, 1);
	end(&trial, &counts, "removed,b,B,,,,,user,,,hr\n");
	assert_int_equal(place_number(place->store, "SELECT count(*) FROM users"), 1);
	assert_int_equal(place_number(place->store, "SELECT count(*) FROM history"), 1);
}

static void
flush__before_another_refused_row__reports_those_before(void **state)
{
	const struct fil_counts counts = { .rejected = 1 };
	struct trial trial = { .looks = 0 };

	begin(&trial, *state, "users", "user name manager");
	row(&trial, 2, "a|A||||nobody");
	assert_int_equal(trial.faults, 0);
	assert_int_equal(fil_writer_flush(trial.writer, &trial.place->fault), 0);
	assert_int_equal(trial.faults, 1);
	assert_int_equal(trial.last_line, 2);
	end(&trial, &counts, "");
}

static void
row__more_than_a_batch__is_written_in_order(void **state)
{
	const struct fil_counts counts = { .added = 1200, .unchanged = 1200 };
	struct trial trial = { .looks = 0 };
	struct fil_bytes wanted = { 0 };
	char text[64];

	begin(&trial, *state, "users", "user name");
	for (int i = 0; i < 1200; i++) {
		snprintf(text, sizeof text, "u%d|N", i);
		row(&trial, (size_t)i + 2, text);
		fil_bytes_add_format(&wanted, "added,u%d,N,,,,,user,,,hr\n", i);
	}
	assert_int_equal(fil_writer_expect(trial.writer, 2400, &trial.place->fault), 0);
	for (int i = 0; i < 1200; i++) {
		snprintf(text, sizeof text, "u%d|N", i);
		row(&trial, (size_t)i + 1202, text);
	}
	end(&trial, &counts, wanted.data);
	fil_bytes_release(&wanted);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STORE(row__each_outcome__is_counted_and_shown_in_order),
		IN_STORE(row__different_values_for_a_key__refuses_the_later),
		IN_STORE(row__a_repeated_new_key_in_a_scanned_table__is_found_by_the_store),
		IN_STORE(row__a_manager_who_comes_later__is_looked_for_once),
		IN_STORE(row__keep_going__only_keys_of_the_references_exist),
		IN_STORE(row__keep_going__a_refused_row_does_not_stand_in_the_way),
		IN_STORE(row__a_repeated_refused_row__is_refused_too),
		IN_STORE(row__several_bad_references__are_all_reported_and_refuse_one_row),
		IN_STORE(row__a_required_column_missing__refuses_new_rows),
		IN_STORE(row__known_only__ignores_and_counts),
		IN_STORE(row__remove__takes_rows_away_and_keeps_them_in_the_history),
		IN_STORE(flush__before_another_refused_row__reports_those_before),
		IN_STORE(row__more_than_a_batch__is_written_in_order),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
