/* SPDX-License-Identifier: ISC */
#include "lib/audit/erasure.h"

#include <glob.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/audit/erasure/edits.h"
#include "lib/audit/erasure/mentions.h"
#include "lib/audit/erasure/subjects.h"
#include "lib/audit/history.h"
#include "lib/audit/person.h"
#include "lib/base/date.h"
#include "lib/base/file_use.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing_update.h"
#include "lib/store/query.h"
#include "lib/store/seal.h"
#include "lib/users/keylist.h"
#include "lib/write/people/erased.h"
#include "lib/write/people/redacted.h"
#include "lib/write/run.h"

/* Keys of one statement. */
enum { ASKED = 500 };

/* The rows of a table that name one of the people in a column. */
struct named {
	const struct fil_table *table;
	size_t column;
	struct fil_batch *rows; /* as they stand, with their runs */
};

/* An erasure at work. */
struct erasing {
	const struct fil_erasure *wanted;
	struct fil_store *store;
	struct fil_batch *people; /* as they were named, and where */
	struct fil_run *run; /* NULL: it only shows */
	struct fil_history *history; /* has the holders */
	struct fil_subjects subjects;
	struct fil_log_edits edits;
	struct named *named;
	size_t n_named;
	struct fil_mentions mentions;
	struct fil_batch *copies; /* the day and the path of each copy that fil-backup made */
	struct fil_erased *erased; /* the keys of people erased before; or NULL */
	size_t finishing; /* people whose rows are gone, and whose bytes are not */
	int64_t number; /* of the run */
	bool begun; /* within a transaction */
};

static void
say(const struct erasing *erasing, char *text)
{
	erasing->wanted->say(erasing->wanted->context, text);
	free(text);
}

/* Returns the column of users that the people are named by. */
static size_t
column_of(enum fil_match match)
{
	static const char *const names[] = {
		[FIL_MATCH_KEY] = "user", [FIL_MATCH_EMAIL] = "email", [FIL_MATCH_NAME] = "name"
	};

	return fil_table_column(fil_catalog_table("users"), names[match]);
}

/* Reads the people whom an operand names: one, or those of a file. Returns 0 or -1. */
static int
read_operand(const struct erasing *erasing, const char *operand, struct fil_fault *fault)
{
	struct fil_batch *names;
	int result;

	if (strcmp(operand, "-") != 0 && !strchr(operand, '/')) {
		fil_batch_add(erasing->people, (const char *const[]){ operand, "user" });
		return 0;
	}
	names = fil_batch_new(1);
	result = fil_keylist_read(operand, fil_store_folder(erasing->store),
	    column_of(erasing->wanted->match), names, fault);
	for (size_t i = 0; i < fil_batch_rows(names); i++)
		fil_batch_add(erasing->people,
		    (const char *const[]){ fil_batch_cell(names, i, 0, NULL), operand });
	fil_batch_free(names);
	return result;
}

/* Reads whom the operands name, before the transaction: a list may come down a pipe. Returns 0 or
 * -1. */
static int
read_operands(struct erasing *erasing, struct fil_fault *fault)
{
	char *const *operand = erasing->wanted->operands;
	int result = 0;

	erasing->people = fil_batch_new(2);
	for (; *operand && result == 0; operand++)
		result = read_operand(erasing, *operand, fault);
	return result;
}

/* Begins the run, or the reading. Returns 0 or -1. */
static int
begin(struct erasing *erasing, struct fil_fault *fault)
{
	const struct fil_erasure *wanted = erasing->wanted;
	char *program = fil_copy(wanted->program);

	if (wanted->yes)
		erasing->run =
		    fil_run_begin(erasing->store, (char *[]){ program, NULL }, wanted->wait, fault);
	free(program);
	erasing->begun =
	    wanted->yes ? erasing->run != NULL : fil_store_snapshot(erasing->store, fault) == 0;
	return erasing->begun ? 0 : -1;
}

static void
end(struct erasing *erasing)
{
	if (erasing->run)
		fil_run_abandon(erasing->run);
	else if (erasing->begun)
		fil_store_rollback(erasing->store);
	erasing->run = NULL;
	erasing->begun = false;
}

/* Returns 1 if an erasure of this person, who is unknown, is not finished; else 0, or -1 with a
 * fault. A name or an e-mail was erased with the person, so that any erasure may be meant, as
 * without a name. */
static int
is_pending(struct erasing *erasing, const char *name, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(erasing->store, "SELECT 1 FROM erased WHERE pending = 1 LIMIT 1");
	int step = fil_query_step(query, fault);

	fil_query_free(query);
	if (step != 1 || !name || erasing->wanted->match != FIL_MATCH_KEY)
		return step;
	if (!erasing->erased) {
		erasing->erased = fil_erased_new(false, fault);
		if (!erasing->erased)
			return 0;
		if (fil_erased_read(erasing->erased, erasing->store, true, fault) < 0)
			return -1;
	}
	return fil_erased_has(erasing->erased, name);
}

/* Finds the people who were named. The fault names all unknown ones. Returns 0 or -1. */
static int
find_named(struct erasing *erasing, struct fil_fault *fault)
{
	const struct fil_erasure *wanted = erasing->wanted;
	size_t unknown = 0, n = fil_batch_rows(erasing->people);

	for (size_t i = 0; i < n; i++) {
		const char *name = fil_batch_cell(erasing->people, i, 0, NULL);
		struct fil_fault why;
		char *key = fil_person_find(erasing->store, erasing->subjects.holders,
		    wanted->match, fil_batch_cell(erasing->people, i, 1, NULL), name, &why);
		int pending = 0;

		if (key)
			fil_subjects_add(&erasing->subjects, key);
		else if (why.status != FIL_BAD_DATA ||
		    (pending = is_pending(erasing, name, &why)) < 0) {
			*fault = why;
			return -1;
		} else if (pending)
			erasing->finishing++;
		else if (unknown++ > 0)
			say(erasing, fil_copy(fault->text));
		if (!key && !pending)
			*fault = why;
		free(key);
	}
	if (unknown > 1)
		say(erasing,
		    fil_format(_("%zu of %zu people are unknown; nothing was erased"), unknown, n));
	return unknown > 0 ? -1 : 0;
}

/* Finds the people who left before a day. Returns 0 or -1. */
static int
find_left(struct erasing *erasing, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(erasing->store, "SELECT \"user\", feed FROM users WHERE \"left\" < $1");
	int step;

	fil_query_bind(query, 1, erasing->wanted->left_before);
	while ((step = fil_query_step(query, fault)) == 1) {
		const char *feed = fil_query_text(query, 1);

		/* Who is anonymous stays so. */
		if (!erasing->wanted->anonymise || !feed || strcmp(feed, FIL_ANONYMOUS_FEED) != 0)
			fil_subjects_add(&erasing->subjects, fil_query_text(query, 0));
	}
	fil_query_free(query);
	return step;
}

/* Reads the rows that name people in a column. Returns 0 or -1. */
static int
select_named(struct erasing *erasing, struct named *named, struct fil_fault *fault)
{
	const struct fil_table *table = named->table;
	const struct fil_subjects *subjects = &erasing->subjects;
	char *select = fil_relation_select(&table->relation, false);
	const char **cells = fil_alloc(table->n_columns + 1, sizeof *cells);
	int step = 0;

	for (size_t first = 0; first < subjects->n && step == 0; first += ASKED) {
		size_t n = subjects->n - first < ASKED ? subjects->n - first : ASKED;
		struct fil_bytes sql = { 0 };
		struct fil_query *query;

		fil_bytes_add_text(&sql, select);
		fil_relation_add_any_of(&sql, table->columns[named->column].name, n);
		query = fil_query_new(erasing->store, sql.data);
		for (size_t i = 0; i < n; i++)
			fil_query_bind(query, (int)i + 1, subjects->list[first + i].key);
		while ((step = fil_query_step(query, fault)) == 1) {
			for (size_t c = 0; c <= table->n_columns; c++)
				cells[c] = fil_query_text(query, (int)c);
			/* A row of theirs goes whole. */
			if (named->column == fil_table_user(table) ||
			    !fil_subjects_own(subjects, table, cells))
				fil_batch_add(named->rows, cells);
		}
		fil_query_free(query);
		fil_bytes_release(&sql);
	}
	free(cells);
	free(select);
	return step;
}

/* Reads the rows that go or change. Returns 0 or -1. */
static int
find_rows(struct erasing *erasing, struct fil_fault *fault)
{
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	for (size_t t = 0; t < n; t++)
		for (size_t c = 0; c < tables[t]->n_columns; c++) {
			struct named named = { tables[t], c, NULL };

			if (!fil_table_names_user(tables[t], c))
				continue;
			named.rows = fil_batch_new(tables[t]->n_columns + 1);
			erasing->named = fil_resize(
			    erasing->named, erasing->n_named + 1, sizeof *erasing->named);
			erasing->named[erasing->n_named++] = named;
			if (select_named(erasing, &named, fault) < 0)
				return -1;
		}
	return 0;
}

/* Reads which copies fil-backup made, as the log names them before it is edited. Returns 0 or -1. */
static int
read_copies(struct erasing *erasing, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(erasing->store,
	    "SELECT today, input, command FROM runs"
	    " WHERE input IS NOT NULL AND command LIKE '%fil-backup%' ORDER BY run");
	int step;

	erasing->copies = fil_batch_new(2);
	while ((step = fil_query_step(query, fault)) == 1)
		if (fil_text_is_program(fil_query_text(query, 2), "fil-backup"))
			fil_batch_add(erasing->copies,
			    (const char *const[]){
				fil_query_text(query, 0), fil_query_text(query, 1) });
	fil_query_free(query);
	return step;
}

/* Finds whether an erasure is to be finished where nobody is selected: who was erased is selected no more.
 * Returns 0 or -1. */
static int
find_unfinished(struct erasing *erasing, struct fil_fault *fault)
{
	int step = is_pending(erasing, NULL, fault);

	erasing->finishing = step == 1;
	return step < 0 ? -1 : 0;
}

/* Finds the people, and all that names them. Returns 0 or -1. */
static int
find(struct erasing *erasing, struct fil_fault *fault)
{
	struct fil_subjects *subjects = &erasing->subjects;

	erasing->history = fil_history_new(erasing->store, fault);
	if (!erasing->history || read_copies(erasing, fault) < 0)
		return -1;
	*subjects = (struct fil_subjects){ .store = erasing->store,
		.holders = fil_history_holders(erasing->history),
		.anonymise = erasing->wanted->anonymise };
	if (erasing->wanted->left_before ? find_left(erasing, fault) < 0
					 : find_named(erasing, fault) < 0)
		return -1;
	if (subjects->n == 0)
		return erasing->finishing > 0 ? 0 : find_unfinished(erasing, fault);
	if (fil_subjects_read(subjects, fault) < 0 || find_rows(erasing, fault) < 0)
		return -1;
	if (subjects->anonymise &&
	    !(erasing->edits.anonymous = fil_anonymous_new(erasing->store, fault)))
		return -1;
	erasing->edits.explained = fil_alloc(
	    fil_search_count(subjects->identifiers->texts) + 1, sizeof *erasing->edits.explained);
	return fil_log_edits_find(subjects, &erasing->edits, fault);
}

/* Removes the rows of a table about the people. Returns 0 or -1. */
static int
remove_rows(struct erasing *erasing, const struct named *named, struct fil_counts *counts,
    struct fil_fault *fault)
{
	counts->removed += fil_batch_rows(named->rows);
	if (fil_batch_rows(named->rows) == 0)
		return 0;
	return fil_store_delete(erasing->store, &named->table->relation, named->rows, fault);
}

/* Writes rows of others as a change of them. The history keeps them as `kept` has them, and of keyed
 * ones nothing, so that neither names anybody. Returns 0 or -1. */
static int
write_others(struct erasing *erasing, const struct fil_table *table,
    const struct fil_mentioning *others, const struct fil_batch *written, struct fil_fault *fault)
{
	const struct fil_relation *relation = &table->relation;

	if (fil_batch_rows(written) == 0)
		return 0;
	if (fil_run_keep(erasing->run, relation, others->redacted, NULL, FIL_CHANGED, fault) < 0 ||
	    fil_run_keep_nothing(erasing->run, relation, others->keyed, FIL_CHANGED, fault) < 0)
		return -1;
	return fil_store_update(erasing->store, relation, written, erasing->number, fault);
}

/* Clears the cells that name the people in rows of others. Returns 0 or -1. */
static int
clear_cells(struct erasing *erasing, const struct named *named, struct fil_counts *counts,
    struct fil_fault *fault)
{
	const struct fil_table *table = named->table;
	size_t n = fil_batch_rows(named->rows);
	struct fil_mentioning kept = { .table = table,
		.redacted = fil_batch_new(table->n_columns + 1),
		.keyed = fil_batch_new(table->n_columns + 1) };
	struct fil_batch *changed = fil_batch_new(table->n_columns);
	const char **cells = fil_alloc(table->n_columns + 1, sizeof *cells);
	int result;

	for (size_t i = 0; i < n; i++) {
		fil_batch_row(named->rows, i, cells, NULL);
		cells[named->column] = NULL;
		fil_batch_add(changed, cells);
		if (fil_subjects_rewrite(&erasing->subjects, table, cells, FIL_NOW,
			kept.redacted) == FIL_KEY_MENTIONS)
			fil_batch_add(kept.keyed, cells);
	}
	counts->changed += n;
	result = write_others(erasing, table, &kept, changed, fault);
	fil_batch_free(kept.redacted);
	fil_batch_free(kept.keyed);
	fil_batch_free(changed);
	free(cells);
	return result;
}

/* Adds rows without their runs. */
static void
add_cells(struct fil_batch *into, const struct fil_batch *rows)
{
	const char **cells = fil_alloc(fil_batch_columns(rows), sizeof *cells);

	for (size_t i = 0; i < fil_batch_rows(rows); i++) {
		fil_batch_row(rows, i, cells, NULL);
		fil_batch_add(into, cells);
	}
	free(cells);
}

/* Writes the rows that mention the people as they are, so that the history never keeps the mention when
 * they are edited (lib/write/people/redacted.h). own: those about people made anonymous, else the others.
 * Returns 0 or -1. */
static int
mark_mentions(struct erasing *erasing, bool own, struct fil_counts *counts, struct fil_fault *fault)
{
	int result = 0;

	for (size_t i = 0; i < erasing->mentions.n_list && result == 0; i++) {
		const struct fil_mentioning *mentioning = &erasing->mentions.list[i];
		struct fil_batch *written;

		if (mentioning->own != own)
			continue;
		written = fil_batch_new(mentioning->table->n_columns);
		add_cells(written, mentioning->rows);
		add_cells(written, mentioning->keyed);
		counts->changed += fil_batch_rows(written);
		result = write_others(erasing, mentioning->table, mentioning, written, fault);
		fil_batch_free(written);
	}
	return result;
}

/* Removes what was derived from the events of the people. Returns 0 or -1. */
static int
erase_standing(struct erasing *erasing, struct fil_fault *fault)
{
	struct fil_standing_update *update = fil_standing_update_new(erasing->store);
	int result;

	for (size_t i = 0; i < erasing->subjects.n; i++)
		fil_standing_update_note(update, "autonomy", erasing->subjects.list[i].key);
	result = fil_standing_update_write(update, erasing->number, fault);
	fil_standing_update_free(update);
	return result;
}

/* Clears the cells of rows of others that name the people. Returns 0 or -1. */
static int
clear_all(struct erasing *erasing, struct fil_counts *counts, struct fil_fault *fault)
{
	for (size_t i = erasing->n_named; i-- > 0;) {
		const struct named *named = &erasing->named[i];

		if (named->column != fil_table_user(named->table) &&
		    clear_cells(erasing, named, counts, fault) < 0)
			return -1;
	}
	return 0;
}

/* Removes rows about the people: first the rows that refer to users, then the users. Returns 0 or -1. */
static int
erase_rows(struct erasing *erasing, struct fil_counts *counts, struct fil_fault *fault)
{
	const struct fil_table *users = fil_catalog_table("users");

	for (size_t i = erasing->n_named; i-- > 0;) {
		const struct named *named = &erasing->named[i];

		if (named->column == fil_table_user(named->table) && named->table != users &&
		    remove_rows(erasing, named, counts, fault) < 0)
			return -1;
	}
	for (size_t i = 0; i < erasing->n_named; i++)
		if (erasing->named[i].table == users && erasing->named[i].column == 0 &&
		    remove_rows(erasing, &erasing->named[i], counts, fault) < 0)
			return -1;
	return erase_standing(erasing, fault);
}

/* Makes the people anonymous who stand. Returns 0 or -1. */
static int
anonymise(struct erasing *erasing, struct fil_counts *counts, struct fil_fault *fault)
{
	for (size_t i = 0; i < erasing->subjects.n; i++) {
		const struct fil_subject *person = &erasing->subjects.list[i];

		if (!person->anonymous)
			continue;
		counts->changed++;
		if (fil_anonymous_write(erasing->edits.anonymous, erasing->store, person, fault) <
		    0)
			return -1;
	}
	return 0;
}

/* Notes the keys as erased, by their hashes. Returns 0 or -1. */
static int
note_erased(struct erasing *erasing, struct fil_fault *fault)
{
	struct fil_erased *erased = fil_erased_new(true, fault);
	struct fil_fault missing;
	int failed = -1;

	/* People can be erased all the same where a secret is missing: fil-import then says so. */
	if (erased && fil_erased_choose(erased, erasing->store, &missing, fault) == 0)
		failed = fil_erased_note(
		    erased, erasing->store, erasing->subjects.keys, erasing->number, fault);
	fil_erased_free(erased);
	return failed;
}

/* Removes the marks of texts that went with the people. Returns 0 or -1. */
static int
sweep_marks(struct erasing *erasing, struct fil_fault *fault)
{
	struct fil_redacted *left = fil_redacted_new(erasing->store);
	int result = fil_redacted_sweep(left, fault);

	fil_redacted_free(left);
	return result;
}

/* Gives the run a command line that names nobody: "fil-forget --yes (3 users)". Who erases himself is no
 * exception: no text of his is left, nor of anybody whom the folder of the command names. */
static void
name_run(struct erasing *erasing)
{
	const struct fil_erasure *wanted = erasing->wanted;
	const struct fil_identifiers *identifiers = erasing->subjects.identifiers;
	struct fil_bytes command = { 0 }, named = { 0 }, who = { 0 };

	fil_text_quote(wanted->program, &command);
	fil_bytes_add_text(&command, " --yes");
	if (wanted->anonymise)
		fil_bytes_add_text(&command, " --anonymise");
	if (wanted->left_before)
		fil_bytes_add_format(&command, " --left-before %s", wanted->left_before);
	fil_bytes_add_format(&command, erasing->subjects.n == 1 ? " (%zu user)" : " (%zu users)",
	    erasing->subjects.n);
	fil_identifiers_replace(identifiers, command.data, FIL_IN_COMMAND_LINE, &named);
	fil_identifiers_replace(identifiers, fil_run_who(erasing->run), FIL_IN_LOG, &who);
	fil_run_name(erasing->run, named.data, who.data);
	fil_bytes_release(&command);
	fil_bytes_release(&named);
	fil_bytes_release(&who);
}

/* Seals with the run what stands where something was erased, so that nobody can write other words there.
 * Returns 0 or -1. */
static int
seal_erased(struct erasing *erasing, struct fil_fault *fault)
{
	char digest[FIL_SEAL_SIZE];
	int64_t last;

	if (fil_seal_erased(erasing->store, digest, &last, fault) < 0)
		return -1;
	fil_run_seal(erasing->run, digest);
	return 0;
}

/* Writes all that was found, and commits. Returns 0 or -1. */
static int
write_all(struct erasing *erasing, struct fil_fault *fault)
{
	struct fil_counts counts = { .read = erasing->subjects.n };
	struct fil_run *run = erasing->run;

	erasing->number = fil_run_number(run);
	name_run(erasing);
	if (fil_log_edits_write(&erasing->subjects, &erasing->edits, fault) < 0 ||
	    mark_mentions(erasing, false, &counts, fault) < 0 || note_erased(erasing, fault) < 0 ||
	    clear_all(erasing, &counts, fault) < 0)
		return -1;
	if (erasing->wanted->anonymise ? anonymise(erasing, &counts, fault) < 0
				       : erase_rows(erasing, &counts, fault) < 0)
		return -1;
	if (mark_mentions(erasing, true, &counts, fault) < 0 || sweep_marks(erasing, fault) < 0 ||
	    seal_erased(erasing, fault) < 0)
		return -1;
	erasing->run = NULL;
	erasing->begun = false;
	return fil_run_commit(run, &counts, fault);
}

/* Reports a table with rows that go or change. */
static void
report(const struct erasing *erasing, const char *table, size_t rows)
{
	if (rows > 0)
		erasing->wanted->row(erasing->wanted->context, table, rows);
}

/* Reports the rows of each table. */
static void
report_rows(const struct erasing *erasing)
{
	size_t rows = 0;

	for (size_t i = 0; i < erasing->n_named; i++) {
		const struct named *named = &erasing->named[i];

		rows += fil_batch_rows(named->rows);
		if (i + 1 < erasing->n_named && erasing->named[i + 1].table == named->table)
			continue;
		report(erasing, named->table->name, rows);
		rows = 0;
	}
	report(erasing, "history", fil_batch_rows(erasing->edits.history));
	report(erasing, "runs", fil_batch_rows(erasing->edits.runs));
}

/* Returns 1 if a copy holds one of the people, else 0, or -1 with a fault. */
static int
holds_people(struct fil_store *copy, const struct fil_batch *keys, struct fil_fault *fault)
{
	static const char *const statements[] = {
		"SELECT 1 FROM users WHERE \"user\" = $1",
		"SELECT 1 FROM history WHERE subject = $1 LIMIT 1",
	};
	int step = 0;

	for (size_t s = 0; s < sizeof statements / sizeof *statements && step == 0; s++) {
		struct fil_query *query = fil_query_new(copy, statements[s]);

		for (size_t i = 0; i < fil_batch_rows(keys) && step == 0; i++) {
			fil_query_bind(query, 1, fil_batch_cell(keys, i, 0, NULL));
			step = fil_query_step(query, fault);
		}
		fil_query_free(query);
	}
	return step;
}

/* Returns whether a later run made another copy at the place of copy i. */
static bool
is_replaced(const struct fil_batch *copies, size_t i)
{
	const char *path = fil_batch_cell(copies, i, 1, NULL);

	for (size_t later = i + 1; later < fil_batch_rows(copies); later++)
		if (strcmp(fil_batch_cell(copies, later, 1, NULL), path) == 0)
			return true;
	return false;
}

/* Returns 1 if the copy at a path holds one of the people, 0 if not, or -1 with a fault. */
static int
is_held(const struct erasing *erasing, const char *path, struct fil_fault *fault)
{
	struct fil_store *copy = fil_store_open(path, FIL_STORE_READ, fault);
	int held = copy ? holds_people(copy, erasing->subjects.keys, fault) : -1;

	fil_store_close(copy);
	return held;
}

/* Returns whether fil-backup made the copy at a path. */
static bool
is_backup(const struct erasing *erasing, const char *path)
{
	for (size_t i = 0; i < fil_batch_rows(erasing->copies); i++)
		if (fil_path_same(path, fil_batch_cell(erasing->copies, i, 1, NULL)))
			return true;
	return false;
}

/* Returns the pattern of the paths that the log may name so: it has control characters and invalid bytes
 * as \xNN or \u{N}, and a word for each identifier that an earlier erasure took. The caller frees it. */
static char *
path_pattern(const char *logged)
{
	struct fil_bytes pattern = { 0 };

	fil_bytes_add(&pattern, "", 0);
	while (*logged) {
		size_t escaped = strncmp(logged, "\\x", 2) == 0 ? 4
		    : strncmp(logged, "\\u{", 3) == 0           ? strcspn(logged, "}") + 1
								: 0;
		size_t n = escaped ? strnlen(logged, escaped) : 1;
		bool erased = strncmp(logged, FIL_ERASED_WORD, strlen(FIL_ERASED_WORD)) == 0;

		if (escaped || erased)
			fil_bytes_add_text(&pattern, "*");
		else
			fil_bytes_add_format(
			    &pattern, strchr("*?[\\", *logged) ? "\\%c" : "%c", *logged);
		logged += erased ? strlen(FIL_ERASED_WORD) : n;
	}
	return pattern.data;
}

/* Names the copy at a path if it holds the people. sure: the log names this file; else it may be any. */
static void
say_copy(const struct erasing *erasing, const char *path, const char *day, bool sure)
{
	struct fil_fault fault;
	int held = is_held(erasing, path, &fault);
	char *shown = fil_text_escape(path);

	if (held > 0)
		say(erasing, fil_format(_("the copy %s of %s still holds them"), shown, day));
	else if (held < 0 && sure)
		say(erasing,
		    fil_format(
			_("the copy %s of %s may still hold them: %s"), shown, day, fault.text));
	free(shown);
}

/* Names the copies that still hold the people, of those at a path of the log. */
static void
say_copies_at(const struct erasing *erasing, const char *logged, const char *day)
{
	const char *store = fil_store_name(erasing->store);
	bool sure = !strstr(logged, FIL_ERASED_WORD);
	char *pattern = path_pattern(logged);
	glob_t found = { 0 };

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++) {
			const char *path = found.gl_pathv[i];
			char *shown = fil_text_escape(path);

			if (sure ? strcmp(shown, logged) == 0
				 : !is_backup(erasing, path) && !fil_path_same(path, store))
				say_copy(erasing, path, day, sure);
			free(shown);
		}
	globfree(&found);
	free(pattern);
}

/* Names the copies that still hold the people. */
static void
say_copies(const struct erasing *erasing)
{
	const struct fil_batch *copies = erasing->copies;

	for (size_t i = 0; i < fil_batch_rows(copies); i++)
		if (!is_replaced(copies, i))
			say_copies_at(erasing, fil_batch_cell(copies, i, 1, NULL),
			    fil_batch_cell(copies, i, 0, NULL));
}

/* The way through the copies that upgrades of the store made. */
struct earlier {
	const struct erasing *erasing;
	struct fil_fault *fault;
	int result; /* -1: one cannot be removed */
};

/* Removes a copy that holds the people, or one that cannot be read; without `yes` names it. When an
 * earlier erasure is finished, the people are known no longer, and each copy may hold them. */
static void
take_earlier(void *context, const char *path, fil_day made)
{
	struct earlier *earlier = context;
	const struct erasing *erasing = earlier->erasing;
	char day[FIL_DATE_SIZE];
	struct fil_fault why;

	if (earlier->result < 0 || is_backup(erasing, path) ||
	    (erasing->subjects.n > 0 && is_held(erasing, path, &why) == 0))
		return;
	fil_date_write(made, day);
	if (!erasing->wanted->yes)
		say(erasing,
		    fil_format(_("%s holds them too: an upgrade made this copy on %s; --yes "
				 "removes it, and with it the way back to the older version"),
			path, day));
	else if (fil_store_remove_earlier(path, &why) == 0)
		say(erasing,
		    fil_format(_("%s was removed, since it held them: the copy that an upgrade "
				 "made on %s"),
			path, day));
	else
		earlier->result = fil_fault_set(earlier->fault, why.status,
		    "%s; this copy by an upgrade holds them: remove it, and the same command "
		    "finishes the erasure",
		    why.text);
}

/* Removes the copies by upgrades that hold the people, as files of the store; without `yes` names
 * them. Returns 0 or -1. */
static int
remove_earlier(const struct erasing *erasing, struct fil_fault *fault)
{
	struct earlier earlier = { erasing, fault, 0 };

	fil_store_earlier(erasing->store, take_earlier, &earlier);
	return earlier.result;
}

/* Notes that all erasures are finished. Returns 0 or -1. */
static int
note_finished(struct erasing *erasing, struct fil_fault *fault)
{
	struct fil_query *query;
	int step;

	if (fil_store_begin(erasing->store, erasing->wanted->wait, fault) < 0)
		return -1;
	query = fil_query_new(erasing->store, "UPDATE erased SET pending = 0 WHERE pending = 1");
	step = fil_query_step(query, fault);
	fil_query_free(query);
	if (step == 0)
		return fil_store_commit(erasing->store, fault) == FIL_COMMITTED ? 0 : -1;
	fil_store_rollback(erasing->store);
	return -1;
}

/* Returns the identifiers to search for: of people erased earlier those that were named. */
static struct fil_search *
texts_of(struct erasing *erasing)
{
	const struct fil_erasure *wanted = erasing->wanted;
	struct fil_identifiers **identifiers = &erasing->subjects.identifiers;

	if (!*identifiers) {
		*identifiers = fil_identifiers_new();
		for (size_t i = 0; i < fil_batch_rows(erasing->people); i++)
			fil_identifiers_add(*identifiers,
			    fil_batch_cell(erasing->people, i, 0, NULL),
			    wanted->match == FIL_MATCH_KEY);
	}
	return (*identifiers)->texts;
}

/* Returns how many of the texts that were found nothing explains. Those that were not found need no
 * explanation. */
static size_t
count_left(struct erasing *erasing, const bool *found, size_t n)
{
	bool *explained = erasing->edits.explained;
	size_t left = 0;

	for (size_t i = 0; explained && i < n; i++) {
		explained[i] |= !found[i];
		left += !explained[i];
	}
	return left;
}

/* Removes the bytes, and searches for what is left. Returns 0 or -1. */
static int
purge(struct erasing *erasing, struct fil_fault *fault)
{
	const struct fil_search *texts = texts_of(erasing);
	size_t n = fil_search_count(texts), left;
	bool *found = fil_alloc(n + 1, sizeof *found);
	int result = fil_store_purge(erasing->store, erasing->wanted->wait, texts, found, fault);

	left = result == 0 ? count_left(erasing, found, n) : 0;
	if (left > 0) {
		result = fil_mentions_find(
		    &erasing->subjects, erasing->edits.explained, NULL, NULL, NULL, fault);
		left = count_left(erasing, found, n);
	}
	free(found);
	if (result < 0)
		return -1;
	if (left > 0)
		return fil_fault_set(fault, FIL_BUSY,
		    ngettext("%s: the rows are gone, but %zu text of theirs is still in the file: "
			     "try again, and the same command finishes it",
			"%s: the rows are gone, but %zu texts of theirs are still in the file: "
			"try again, and the same command finishes it",
			left),
		    fil_store_name(erasing->store), left);
	return note_finished(erasing, fault);
}

static void
take_mention(void *context, const struct fil_table *table, const char *const *cells, size_t column)
{
	struct erasing *erasing = context;
	char *text = fil_mention_text(table, cells, column);

	erasing->mentions.n++;
	erasing->wanted->warn(erasing->wanted->context, text);
	free(text);
}

/* Lists the mentions: of people who stand, or those that earlier erasures left. Returns 0 or -1. */
static int
list_mentions(struct erasing *erasing, struct fil_fault *fault)
{
	struct fil_redacted *left;
	int result = 0;

	erasing->mentions.anonymous = erasing->edits.anonymous;
	erasing->mentions.before = !erasing->wanted->yes;
	if (erasing->subjects.n > 0)
		return fil_mentions_find(&erasing->subjects, erasing->edits.explained,
		    &erasing->mentions, erasing->wanted->warn, erasing->wanted->context, fault);
	if (erasing->finishing > 0) {
		left = fil_redacted_new(erasing->store);
		result = fil_redacted_each(left, take_mention, erasing, fault);
		fil_redacted_free(left);
	}
	return result;
}

/* Says that texts about others mention the people. */
static void
say_mentions(const struct erasing *erasing)
{
	size_t n = erasing->mentions.n;

	if (n > 0)
		say(erasing,
		    fil_format(erasing->wanted->yes
			    ? ngettext("%zu text above still mentions them: edit it",
				  "%zu texts above still mention them: edit them", n)
			    : ngettext("%zu text above mentions them: edit it before you erase; "
				       "nothing lists it afterwards",
				  "%zu texts above mention them: edit them before you erase; "
				  "nothing lists them afterwards",
				  n),
			n));
}

/* Says which runs keep what another user had too. */
static void
say_shared(const struct erasing *erasing)
{
	const struct fil_batch *shared = erasing->edits.shared;
	size_t n = shared ? fil_batch_rows(shared) : 0;
	struct fil_bytes runs = { 0 };
	char *text;

	for (size_t i = 0; i < n; i++)
		fil_bytes_add_format(&runs, " %s", fil_batch_cell(shared, i, 0, NULL));
	if (n > 0) {
		/* TRANSLATORS: followed by the numbers of the runs: " 4 5". */
		text = fil_format(
		    _("the log keeps a key, name or e-mail of theirs, which another user had "
		      "too: fil-log%s"),
		    runs.data);
		erasing->wanted->warn(erasing->wanted->context, text);
		free(text);
	}
	fil_bytes_release(&runs);
}

/* Says where a name that may be a word is not sought. */
static void
say_short_name(const struct erasing *erasing)
{
	if (erasing->subjects.identifiers->any_short_name)
		erasing->wanted->warn(erasing->wanted->context,
		    _("a name of theirs has fewer than 3 letters: it is sought in command lines, "
		      "inputs and accounts only, and of 1 letter nowhere; texts about others may "
		      "have it"));
}

/* Says what is left in the files of an embedded store. */
static void
say_left(const struct erasing *erasing)
{
	size_t mentions = erasing->mentions.n;
	bool shared = erasing->edits.shared && fil_batch_rows(erasing->edits.shared) > 0;

	if (mentions > 0)
		say(erasing,
		    fil_format(ngettext("nothing of theirs is left in the files of the store but "
					"for the %zu text above: edit it",
				   "nothing of theirs is left in the files of the store but "
				   "for the %zu texts above: edit them",
				   mentions),
			mentions));
	else if (shared)
		say(erasing,
		    fil_copy(_("nothing of theirs alone is left in the files of the store")));
	else if (erasing->subjects.identifiers->any_short_name)
		say(erasing,
		    fil_copy(_("nothing else of theirs is left in the files of the store")));
	else
		say(erasing, fil_copy(_("nothing of theirs is left in the files of the store")));
}

/* Erases what was found, and says so. Returns 0 or -1. */
static int
erase(struct erasing *erasing, struct fil_fault *fault)
{
	const struct fil_erasure *wanted = erasing->wanted;
	size_t n = erasing->subjects.n;

	if (n > 0) {
		if (write_all(erasing, fault) < 0)
			return -1;
		report_rows(erasing);
		say(erasing,
		    fil_format(wanted->anonymise
			    ? ngettext("%zu user made anonymous (run %lld): this cannot be undone",
				  "%zu users made anonymous (run %lld): this cannot be undone", n)
			    : ngettext("%zu user erased (run %lld): this cannot be undone",
				  "%zu users erased (run %lld): this cannot be undone", n),
			n, (long long)erasing->number));
		say_copies(erasing);
		say_shared(erasing);
		say_short_name(erasing);
	}
	end(erasing);
	if (remove_earlier(erasing, fault) < 0 || purge(erasing, fault) < 0)
		return -1;
	if (fil_store_on_server(fil_store_name(erasing->store))) {
		say(erasing,
		    fil_copy(_("the tables are written again; the server's archives of its log and "
			       "its base backups may still hold them")));
		say_mentions(erasing);
	} else
		say_left(erasing);
	return 0;
}

/* Shows what would be erased. */
static void
show(struct erasing *erasing)
{
	size_t n = erasing->subjects.n;
	struct fil_fault unused;

	if (erasing->finishing > 0)
		say(erasing, fil_copy(_("an erasure is not finished: --yes finishes it")));
	if (n == 0)
		return;
	report_rows(erasing);
	say_copies(erasing);
	remove_earlier(erasing, &unused);
	say_mentions(erasing);
	say_shared(erasing);
	say_short_name(erasing);
	say(erasing,
	    fil_format(erasing->wanted->anonymise
		    ? ngettext("%zu user would be made anonymous, and nothing was: --yes does it, "
			       "and cannot be undone",
			  "%zu users would be made anonymous, and nothing was: --yes does it, and "
			  "cannot be undone",
			  n)
		    : ngettext("%zu user would be erased, and nothing was: --yes does it, and "
			       "cannot be undone",
			  "%zu users would be erased, and nothing was: --yes does it, and cannot "
			  "be undone",
			  n),
		n));
}

static void
release(struct erasing *erasing)
{
	fil_batch_free(erasing->people);
	for (size_t i = 0; i < erasing->n_named; i++)
		fil_batch_free(erasing->named[i].rows);
	free(erasing->named);
	free(erasing->edits.explained);
	fil_anonymous_free(erasing->edits.anonymous);
	fil_log_edits_release(&erasing->edits);
	fil_batch_free(erasing->copies);
	fil_mentions_release(&erasing->mentions);
	fil_subjects_release(&erasing->subjects);
	fil_erased_free(erasing->erased);
	fil_history_free(erasing->history);
}

int
fil_erase(struct fil_store *store, const struct fil_erasure *erasure, struct fil_fault *fault)
{
	struct erasing erasing = { .wanted = erasure, .store = store };
	int result = read_operands(&erasing, fault);

	if (result == 0)
		result = begin(&erasing, fault);
	if (result == 0)
		result = find(&erasing, fault);
	if (result == 0)
		result = list_mentions(&erasing, fault);
	if (result == 0 && erasing.subjects.n + erasing.finishing == 0)
		say(&erasing,
		    erasure->left_before
			? fil_format(_("nobody left before %s: nothing is to be erased"),
			      erasure->left_before)
			: fil_copy(_("no user was given: nothing is to be erased")));
	else if (result == 0 && erasure->yes)
		result = erase(&erasing, fault);
	else if (result == 0)
		show(&erasing);
	end(&erasing);
	release(&erasing);
	return result;
}
