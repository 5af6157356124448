/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/write/removal.h"
#include "tests/unit/trial.h"

/* A removal of users within a trial. */
struct removing {
	struct trial trial;
	struct fil_standing_update *standing;
	struct fil_removal *removal;
	struct fil_batch *keys;
	struct fil_counts counts;
	struct fil_fault holds[8]; /* by line; status FIL_OK where the row is not refused */
	struct fil_refusals refusals;
};

static void
refused(void *context, size_t line, const struct fil_fault *fault, const char *const *duplicate)
{
	struct removing *removing = context;

	assert_null(duplicate);
	removing->holds[line] = *fault;
}

static void
begin(struct removing *removing, struct place *place, const char *table)
{
	const struct fil_table *of = fil_catalog_table(table);
	struct fil_removal_options options = { .counts = &removing->counts,
		.refusals = &removing->refusals };

	*removing = (struct removing){ .trial = trial_begin(place, table),
		.refusals = { .refused = refused, .context = removing } };
	options.standing = removing->standing = fil_standing_update_new(place->store);
	options.changes = removing->trial.changes;
	removing->removal = fil_removal_new(removing->trial.run, of, &options);
	removing->keys = fil_batch_new(of->n_columns);
}

static int
remove_rows(struct removing *removing)
{
	static const size_t lines[] = { 0, 1, 2, 3, 4, 5, 6, 7 };

	return fil_removal_rows(
	    removing->removal, removing->keys, lines, &removing->trial.place->fault);
}

/* Adds a row: its keys, divided by '|'. */
static void
add(struct removing *removing, const char *text)
{
	const char *cells[16] = { NULL };
	char *copy = fil_copy(text), *rest = copy;

	for (size_t c = 0; rest; c++)
		cells[c] = strsep(&rest, "|");
	fil_batch_add(removing->keys, cells);
	fil_removal_coming(removing->removal, cells[0], strlen(cells[0]));
	free(copy);
}

static void
go(struct removing *removing, size_t removed, size_t absent)
{
	assert_int_equal(remove_rows(removing), 0);
	assert_int_equal(removing->counts.removed, removed);
	assert_int_equal(removing->counts.unknown, absent);
}

static void
end(struct removing *removing, const char *expected)
{
	fil_removal_free(removing->removal);
	fil_standing_update_free(removing->standing);
	fil_batch_free(removing->keys);
	trial_end(&removing->trial, expected);
}

static void
set_up(struct place *place)
{
	struct trial trial = trial_begin(place, "users");

	trial_put(&trial, "users", "boss|Ada||||||||hr");
	trial_put(&trial, "users", "staff|Bo||||boss||||hr");
	trial_put(&trial, "users", "self|Me||||self||||hr");
	trial_put(&trial, "users", "busy|Cy||||||||hr");
	trial_put(&trial, "users", "free|Di||||||||hr");
	trial_put(&trial, "needs", "busy|help|2024-01-01");
	trial_end(&trial, "");
}

static void
rows__found_or_not_or_repeated__are_removed_once(void **state)
{
	struct removing removing;

	set_up(*state);
	begin(&removing, *state, "users");
	add(&removing, "free");
	add(&removing, "nobody");
	add(&removing, "free");
	add(&removing, "self");
	go(&removing, 2, 2);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(removing.holds[i].status, FIL_OK);
	/* In another batch, too. */
	assert_int_equal(remove_rows(&removing), 0);
	assert_int_equal(removing.counts.unknown, 6);
	trial_expect(&removing.trial,
	    "SELECT subject, action, was_run FROM history ORDER BY number", 3,
	    "free|removed|1\nself|removed|1\n");
	end(&removing, "removed,free,Di,,,,,,,,hr\nremoved,self,Me,,,,self,,,,hr\n");
}

static void
rows__that_others_name__are_held_back_with_a_word(void **state)
{
	struct removing removing;

	set_up(*state);
	begin(&removing, *state, "users");
	add(&removing, "boss");
	add(&removing, "busy");
	add(&removing, "busy");
	add(&removing, "free");
	go(&removing, 1, 0);
	assert_string_equal(
	    removing.holds[0].text, "user: 'boss' cannot be removed: still the manager of 'staff'");
	assert_string_equal(removing.holds[0].kind, "reference-error");
	assert_string_equal(
	    removing.holds[1].text, "user: 'busy' cannot be removed: rows of needs refer to it");
	assert_int_equal(removing.holds[2].status, FIL_BAD_DATA);
	assert_int_equal(removing.holds[3].status, FIL_OK);
	assert_int_equal(fil_removal_finish(removing.removal, &removing.trial.place->fault), 0);
	end(&removing, "removed,free,Di,,,,,,,,hr\n");
}

static void
rows__a_manager_with_all_the_staff__go_together(void **state)
{
	struct removing removing;

	set_up(*state);
	begin(&removing, *state, "users");
	add(&removing, "boss");
	add(&removing, "staff");
	go(&removing, 2, 0);
	assert_int_equal(fil_removal_finish(removing.removal, &removing.trial.place->fault), 0);
	end(&removing, "removed,boss,Ada,,,,,,,,hr\nremoved,staff,Bo,,,,boss,,,,hr\n");
}

static void
finish__staff_held_back__refuses_the_manager(void **state)
{
	struct removing removing;

	set_up(*state);
	begin(&removing, *state, "users");
	trial_put(&removing.trial, "needs", "staff|help|2024-01-01");
	add(&removing, "boss");
	add(&removing, "staff");
	go(&removing, 1, 0);
	assert_int_equal(fil_removal_finish(removing.removal, &removing.trial.place->fault), -1);
	assert_string_equal(removing.trial.place->fault.text,
	    "user: 'boss' cannot be removed: still the manager of 'staff', which stays");
	end(&removing, "removed,boss,Ada,,,,,,,,hr\n");
}

static void
rows__of_several_keys__go_by_all_of_them(void **state)
{
	struct removing removing;

	set_up(*state);
	begin(&removing, *state, "needs");
	add(&removing, "busy|help|2024-01-02");
	add(&removing, "busy|help|2024-01-01");
	go(&removing, 1, 1);
	assert_int_equal(fil_removal_finish(removing.removal, &removing.trial.place->fault), 0);
	end(&removing, "removed,busy,help,2024-01-01,\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STORE(rows__found_or_not_or_repeated__are_removed_once),
		IN_STORE(rows__that_others_name__are_held_back_with_a_word),
		IN_STORE(rows__a_manager_with_all_the_staff__go_together),
		IN_STORE(finish__staff_held_back__refuses_the_manager),
		IN_STORE(rows__of_several_keys__go_by_all_of_them),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
