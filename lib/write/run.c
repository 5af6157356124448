/* SPDX-License-Identifier: ISC */
#include "lib/write/run.h"

#include <errno.h>
#include <pwd.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/date.h"
#include "lib/base/ending.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/store/image.h"
#include "lib/store/seal.h"
#include "lib/write/people/redacted.h"

/* Returns the account of the real user, or NULL. The machine's own accounts are read here: without
 * memory the search of the C library crashes. */
static const struct passwd *
real_account(void)
{
	const struct passwd *account = NULL;
	FILE *accounts;

	errno = 0;
	accounts = fopen("/etc/passwd", "re");
	while (accounts && (account = fgetpwent(accounts)) && account->pw_uid != getuid())
		continue;
	if (errno == ENOMEM)
		fil_memory_die();
	if (accounts)
		fclose(accounts);
	return account ? account : getpwuid(getuid());
}

/* Returns the login name of the real user, or "uid 1234" without one. The caller under sudo and the
 * role on a server follow: "root (ada)", "ada (role recorder)", "root (ada, role owner)". The
 * caller frees it. */
static char *
account_name(const struct fil_store *store)
{
	const struct passwd *account = real_account();
	const char *sudo = getenv("SUDO_USER"), *role = fil_store_role(store);
	struct fil_bytes name = { 0 };
	char *shown;

	if (account)
		fil_bytes_add_text(&name, account->pw_name);
	else
		fil_bytes_add_format(&name, "uid %ju", (uintmax_t)getuid());
	if (sudo && *sudo) {
		shown = fil_text_escape(sudo);
		fil_bytes_add_format(&name, " (%s", shown);
		free(shown);
	}
	if (role) {
		shown = fil_text_escape(role);
		fil_bytes_add_format(&name, "%srole %s", sudo && *sudo ? ", " : " (", shown);
		free(shown);
	}
	if (role || (sudo && *sudo))
		fil_bytes_add_text(&name, ")");
	return name.data;
}

/* Returns the time in UTC, "2024-03-01T07:00:00.123456Z"; the caller frees it. */
static char *
utc_now(void)
{
	struct timespec now;
	struct tm utc;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
	return fil_format("%s.%06ldZ", text, now.tv_nsec / 1000);
}

/* Returns the command line as a shell would read it: one line of UTF-8. argv ends with NULL. The
 * caller frees it. */
static char *
command_text(char *const *argv)
{
	struct fil_bytes command = { 0 };

	for (size_t i = 0; argv[i]; i++) {
		if (i)
			fil_bytes_add_text(&command, " ");
		fil_text_quote(argv[i], &command);
	}
	return command.data ? command.data : fil_copy("");
}

static const char *const actions[] = {
	[FIL_ADDED] = "added",
	[FIL_CHANGED] = "changed",
	[FIL_LEFT] = "left",
	[FIL_RETURNED] = "returned",
	[FIL_REMOVED] = "removed",
	[FIL_UNCHANGED] = "unchanged",
	[FIL_RENAMING] = "renamed",
};

enum { NUMBER, RELATION, SUBJECT, ACTION, WAS_RUN, BECAME, NAMED, WAS, SALT, N_COLUMNS };
static const char *const history_columns[] = {
	[NUMBER] = "number",
	[RELATION] = "relation",
	[SUBJECT] = "subject",
	[ACTION] = "action",
	[WAS_RUN] = "was_run",
	[BECAME] = "became",
	[NAMED] = "named",
	[WAS] = "was",
	[SALT] = "salt",
};
static const struct fil_relation history_table = { "history", history_columns, N_COLUMNS, 1 };

/* A batch of history is written when it has as many rows or bytes. */
enum { HISTORY_ROWS = 1000, HISTORY_BYTES = 1 << 20 };

/* The values that a run overwrites or removes, to be written to the table `history`. */
struct history {
	struct fil_store *store;
	struct fil_seal *seal; /* of the run: it grows with each row */
	int64_t run, kept;
	char run_text[FIL_NUMBER_SIZE];
	/* Of the rows that are being kept. */
	enum fil_action action;
	const char *became;
	size_t subject, reference; /* the columns that name users, or FIL_NOWHERE */
	const struct fil_batch *after; /* the rows as the run writes them, or NULL */
	bool nothing; /* of their values is kept */
	struct fil_redacted *redacted;
	struct fil_batch *batch;
	struct fil_bytes image;
};

/* Returns the empty history of one run, after a run with the seal `before`, or NULL. */
static struct history *
history_new(struct fil_store *store, int64_t run, const char *before)
{
	struct history *history = fil_alloc(1, sizeof *history);

	history->store = store;
	history->seal = fil_seal_new(before);
	history->run = run;
	fil_number_write(run, history->run_text);
	history->redacted = fil_redacted_new(store);
	history->batch = fil_batch_new(N_COLUMNS);
	return history;
}

/* Returns the number of the column `user`, or FIL_NOWHERE. */
static size_t
subject_of(const struct fil_relation *relation)
{
	for (size_t c = 0; c < relation->n_columns; c++)
		if (strcmp(relation->columns[c], "user") == 0)
			return c;
	return FIL_NOWHERE;
}

/* Adds the batch to the seal. */
static void
seal_batch(struct history *history)
{
	const char *cells[N_COLUMNS];

	for (size_t row = 0; row < fil_batch_rows(history->batch); row++) {
		fil_batch_row(history->batch, row, cells, NULL);
		/* In the order of FIL_HISTORY_SEALED. */
		fil_seal_history(history->seal,
		    (const char *const[FIL_HISTORY_CELLS]){ cells[SALT], history->run_text,
			cells[NUMBER], cells[RELATION], cells[SUBJECT], cells[ACTION],
			cells[WAS_RUN], cells[BECAME], cells[WAS] },
		    NULL);
	}
}

/* Writes the batch, and adds it to the seal meanwhile, which takes a tenth of the time of a large run. */
static int
flush_history(struct history *history, struct fil_fault *fault)
{
	struct fil_batch *batch = history->batch;
	int failed = fil_store_begin_insertion(
	    history->store, &history_table, batch, history->run, NULL, fault);

	if (!failed) {
		seal_batch(history);
		failed = fil_store_end_insertion(history->store, fault);
	}
	fil_batch_clear(batch);
	return failed;
}

/* Returns the number of the column outside the key that names a user, or FIL_NOWHERE. */
static size_t
reference_of(const struct fil_relation *relation)
{
	const struct fil_table *table = fil_catalog_table(relation->name);

	return table ? fil_table_user_reference(table) : FIL_NOWHERE;
}

/* Returns the user whom a row names and will name no longer, or NULL. Rows without a subject are few,
 * and no index finds their versions: theirs is noted at each change. */
static const char *
named_user(const struct history *history, const struct fil_batch *rows, size_t row)
{
	const char *old, *new;

	if (history->reference == FIL_NOWHERE)
		return NULL;
	old = fil_batch_cell(rows, row, history->reference, NULL);
	if (!old || history->subject == FIL_NOWHERE || history->action == FIL_REMOVED)
		return old;
	if (!history->after)
		return NULL;
	new = fil_batch_cell(history->after, row, history->reference, NULL);
	return new &&strcmp(new, old) == 0 ? NULL : old;
}

/* Writes the image of a row, without what may not be kept. *kept says what is. Returns 0 or -1. */
static int
write_image(struct history *history, const struct fil_relation *relation,
    const struct fil_batch *rows, size_t row, enum fil_kept *kept, struct fil_fault *fault)
{
	const struct fil_table *table = fil_catalog_table(relation->name);
	const char **cells = fil_alloc(relation->n_columns + 1, sizeof *cells);
	struct fil_batch *redacted;
	int failed = 0;

	*kept = history->nothing ? FIL_KEPT_NOTHING : FIL_KEPT_WHOLE;
	fil_batch_row(rows, row, cells, NULL);
	if (table && !history->nothing)
		failed = fil_redacted_row(history->redacted, table, cells, kept, fault);
	if (!failed && *kept == FIL_KEPT_WHOLE)
		failed = fil_image_write(&history->image, relation, rows, row, fault);
	if (!failed && *kept == FIL_KEPT_REDACTED) {
		redacted = fil_batch_new(relation->n_columns);
		fil_batch_add(redacted, cells);
		failed = fil_image_write(&history->image, relation, redacted, 0, fault);
		fil_batch_free(redacted);
	}
	free(cells);
	return failed;
}

/* Adds a row of the history to the batch. Returns 0 or -1. */
static int
add_history_row(struct history *history, const struct fil_relation *relation,
    const struct fil_batch *rows, size_t row, struct fil_fault *fault)
{
	const char *action = actions[history->action], *cells[N_COLUMNS] = { 0 };
	char number[FIL_NUMBER_SIZE], salt[FIL_SALT_SIZE];
	enum fil_kept kept;

	if (write_image(history, relation, rows, row, &kept, fault))
		return -1;
	fil_number_write(++history->kept, number);
	fil_seal_salt(history->seal, salt);
	cells[NUMBER] = number;
	cells[RELATION] = relation->name;
	cells[ACTION] = action;
	cells[WAS_RUN] = fil_batch_cell(rows, row, relation->n_columns, NULL);
	cells[WAS] = "{}";
	cells[SALT] = salt;
	if (kept != FIL_KEPT_NOTHING) {
		if (history->subject != FIL_NOWHERE)
			cells[SUBJECT] = fil_batch_cell(rows, row, history->subject, NULL);
		cells[NAMED] = named_user(history, rows, row);
		cells[WAS] = history->image.data;
	}
	/* A renaming or a join is known whatever else is not. */
	if (history->became) {
		cells[BECAME] = history->became;
		cells[SUBJECT] = fil_batch_cell(rows, row, history->subject, NULL);
	}
	fil_batch_add(history->batch, cells);
	return 0;
}

static bool
is_full(const struct fil_batch *batch)
{
	return fil_batch_rows(batch) >= HISTORY_ROWS || fil_batch_bytes(batch) > HISTORY_BYTES;
}

/* Keeps rows of n_columns + 1 cells from fil_store_fetch, each as an image. Returns 0 or -1. */
static int
history_keep(struct history *history, const struct fil_relation *relation,
    const struct fil_batch *rows, struct fil_fault *fault)
{
	size_t n = fil_batch_rows(rows);

	history->subject = subject_of(relation);
	history->reference = reference_of(relation);
	for (size_t row = 0; row < n; row++) {
		if (add_history_row(history, relation, rows, row, fault))
			return -1;
		if (is_full(history->batch) && flush_history(history, fault))
			return -1;
	}
	/* The caller overwrites these rows next, so that none may wait here. */
	return flush_history(history, fault);
}

static void
history_free(struct history *history)
{
	if (!history)
		return;
	fil_redacted_free(history->redacted);
	fil_batch_free(history->batch);
	fil_seal_free(history->seal);
	fil_bytes_release(&history->image);
	free(history);
}

enum { MARK_BYTES = 16, HASH_BYTES = 32 };

static const char last_run[] = "SELECT run, seal FROM runs ORDER BY run DESC LIMIT 1";
static const char has_run[] = "SELECT 1 FROM runs WHERE run = CAST($1 AS INTEGER) AND mark = $2";
static const char reading_run[] = "SELECT max(run) FROM runs WHERE hash = $1";
static const char insert_run[] =
#include "sql/run-insert.inc"
    ;
/* The titles of the dimensions and levels that a new store has. */
static const char seed_dimensions[] =
#include "sql/seed-dimensions.inc"
    ;
static const char *const dimensions[] = {
	/* TRANSLATORS: the titles of two dimensions of autonomy. */
	N_("Digitised process"),
	N_("New tool"),
};
static const char seed_levels[] =
#include "sql/seed-levels.inc"
    ;
/* Levels 1 to 5 follow the wording of autonomy in DigComp 2.1. */
static const char *const levels[] = {
	/* TRANSLATORS: the titles of the levels 0 to 5. */
	N_("not started"),
	N_("with guidance"),
	N_("alone, help when stuck"),
	N_("on my own"),
	N_("independent, adapts it to own needs"),
	N_("helps others"),
};
enum {
	DIMENSIONS = sizeof dimensions / sizeof *dimensions,
	LEVELS = sizeof levels / sizeof *levels
};
static const char seed_thresholds[] = "INSERT INTO thresholds (dimension, begins, threshold, run)"
				      " SELECT dimension, $1, threshold, run FROM dimensions";
static const char seeded_rows[] =
    "SELECT (SELECT count(*) FROM dimensions) + (SELECT count(*) FROM levels)";

struct fil_run {
	struct fil_store *store;
	int64_t number;
	char *started, *who, *command, *undid;
	char today[FIL_DATE_SIZE];
	struct fil_bytes inputs, hashes;
	size_t n_inputs;
	char mark[2 * MARK_BYTES + 1];
	struct history *history;
};

const char *
fil_action_name(enum fil_action action)
{
	return actions[action];
}

static void
run_free(struct fil_run *run)
{
	free(run->started);
	free(run->who);
	free(run->command);
	free(run->undid);
	fil_bytes_release(&run->inputs);
	fil_bytes_release(&run->hashes);
	history_free(run->history);
	free(run);
}

/* Queries one number, binding up to two texts. Returns it, 0 without a row, or -1 with a fault. */
static int64_t
ask(struct fil_store *store, const char *sql, const char *first, const char *second,
    struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, sql);
	int64_t number = 0;
	int step;

	if (first)
		fil_query_bind(query, 1, first);
	if (second)
		fil_query_bind(query, 2, second);
	step = fil_query_step(query, fault);
	if (step == 1)
		number = fil_query_number(query, 0);
	fil_query_free(query);
	return step < 0 ? -1 : number;
}

/* Reads the number and the seal of the last run: 0 and NULL without one. The caller frees the seal.
 * Returns 0 or -1. */
static int
find_last(struct fil_store *store, int64_t *number, char **seal, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, last_run);
	int step = fil_query_step(query, fault);

	*number = step == 1 ? fil_query_number(query, 0) : 0;
	*seal = step == 1 ? fil_copy(fil_query_text(query, 1)) : NULL;
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

struct fil_run *
fil_run_begin(struct fil_store *store, char *const *argv, unsigned seconds, struct fil_fault *fault)
{
	unsigned char mark[MARK_BYTES];
	struct fil_run *run;
	int64_t last;
	fil_day today;
	char *seal;

	if (fil_date_today(&today, fault) || fil_store_begin(store, seconds, fault))
		return NULL;
	if (find_last(store, &last, &seal, fault)) {
		fil_store_rollback(store);
		return NULL;
	}
	run = fil_alloc(1, sizeof *run);
	run->store = store;
	run->number = last + 1;
	run->started = utc_now();
	fil_date_write(today, run->today);
	run->who = account_name(store);
	run->command = command_text(argv);
	run->history = history_new(store, run->number, seal);
	randombytes_buf(mark, sizeof mark);
	sodium_bin2hex(run->mark, sizeof run->mark, mark, sizeof mark);
	free(seal);
	return run;
}

int64_t
fil_run_number(const struct fil_run *run)
{
	return run->number;
}

const char *
fil_run_today(const struct fil_run *run)
{
	return run->today;
}

struct fil_store *
fil_run_store(const struct fil_run *run)
{
	return run->store;
}

int64_t
fil_run_input(struct fil_run *run, const char *name, const char *hash, struct fil_fault *fault)
{
	char *shown = fil_text_escape(name);

	if (run->n_inputs++)
		fil_bytes_add_text(&run->inputs, " ");
	fil_bytes_add_text(&run->inputs, shown);
	free(shown);
	if (!hash)
		return 0;
	fil_bytes_add_text(&run->hashes, hash);
	return ask(run->store, reading_run, hash, NULL, fault);
}

int
fil_run_keep(struct fil_run *run, const struct fil_relation *relation, const struct fil_batch *rows,
    const struct fil_batch *after, enum fil_action action, struct fil_fault *fault)
{
	run->history->action = action;
	run->history->became = NULL;
	run->history->after = after;
	return history_keep(run->history, relation, rows, fault);
}

int
fil_run_keep_nothing(struct fil_run *run, const struct fil_relation *relation,
    const struct fil_batch *rows, enum fil_action action, struct fil_fault *fault)
{
	int failed;

	run->history->nothing = true;
	failed = fil_run_keep(run, relation, rows, NULL, action, fault);
	run->history->nothing = false;
	return failed;
}

int
fil_run_keep_user(struct fil_run *run, const struct fil_relation *users,
    const struct fil_batch *rows, enum fil_action action, const char *became,
    struct fil_fault *fault)
{
	run->history->action = action;
	run->history->became = became;
	run->history->after = NULL;
	return history_keep(run->history, users, rows, fault);
}

const char *
fil_run_who(const struct fil_run *run)
{
	return run->who;
}

void
fil_run_seal(struct fil_run *run, const char *digest)
{
	fil_bytes_add_text(&run->hashes, digest);
}

void
fil_run_name(struct fil_run *run, const char *command, const char *who)
{
	char *account = fil_copy(who);

	free(run->command);
	free(run->who);
	run->command = fil_copy(command);
	run->who = account;
}

void
fil_run_empty(struct fil_run *run)
{
	struct fil_bytes emptied = { 0 };

	fil_text_empty_values(run->command, &emptied);
	free(run->command);
	run->command = emptied.data ? emptied.data : fil_copy("");
}

void
fil_run_undid(struct fil_run *run, const char *runs)
{
	run->undid = fil_copy(runs);
}

/* Replaces the hashes of several inputs by their common hash. */
static void
hash_inputs(struct fil_run *run)
{
	unsigned char hash[HASH_BYTES];
	char text[2 * HASH_BYTES + 1];

	if (run->n_inputs < 2)
		return;
	crypto_generichash(hash, sizeof hash, (const unsigned char *)run->hashes.data,
	    run->hashes.length, NULL, 0);
	fil_bytes_clear(&run->hashes);
	fil_bytes_add_text(&run->hashes, sodium_bin2hex(text, sizeof text, hash, sizeof hash));
}

enum { N_COUNTS = 8, FIRST_COUNT = 5 };

/* Fills the cells of the run's row in the order of FIL_RUN_SEALED. */
static void
fill_cells(const struct fil_run *run, const struct fil_counts *counts,
    char (*numbers)[FIL_NUMBER_SIZE], const char **cells)
{
	const size_t values[N_COUNTS] = { counts->read, counts->added, counts->changed,
		counts->left, counts->returned, counts->removed, counts->unchanged,
		counts->rejected };
	const char *const texts[FIRST_COUNT] = { run->history->run_text, run->started, run->today,
		run->hashes.length > 0 ? run->hashes.data : NULL, run->undid };

	memcpy(cells, texts, sizeof texts);
	for (size_t i = 0; i < N_COUNTS; i++) {
		snprintf(numbers[i], sizeof numbers[i], "%zu", values[i]);
		cells[FIRST_COUNT + i] = numbers[i];
	}
	cells[FIRST_COUNT + N_COUNTS] = run->mark;
}

/* Writes the row of the run, and its seal. Returns 0 or -1. */
static int
write_row(struct fil_run *run, const struct fil_counts *counts, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(run->store, insert_run);
	char numbers[N_COUNTS][FIL_NUMBER_SIZE], salt[FIL_SALT_SIZE], seal[FIL_SEAL_SIZE];
	const char *cells[FIL_RUN_CELLS];
	int n = 1, step;

	hash_inputs(run);
	fill_cells(run, counts, numbers, cells);
	fil_seal_salt(run->history->seal, salt);
	/* In the order of FIL_RUN_TEXTS. */
	const char *const texts[FIL_RUN_TEXT_CELLS] = { salt, run->who, run->command,
		run->n_inputs ? run->inputs.data : NULL };
	fil_seal_run(run->history->seal, texts, NULL, cells, seal);
	for (size_t i = 0; i < FIL_RUN_CELLS; i++)
		fil_query_bind(query, n++, cells[i]);
	for (size_t i = 0; i < FIL_RUN_TEXT_CELLS; i++)
		fil_query_bind(query, n++, texts[i]);
	fil_query_bind(query, n, seal);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step;
}

/* Looks for the run in the reopened store, after a commit with an unknown outcome. Returns 0 when
 * it is stored, else -1 with the fault completed. */
static int
look_up(struct fil_run *run, struct fil_fault *fault)
{
	char *number = fil_format("%lld", (long long)run->number);
	struct fil_fault second, first = *fault;
	int64_t found = ask(run->store, has_run, number, run->mark, &second);

	free(number);
	if (found < 0)
		return fil_fault_set(fault, first.status,
		    "%s; whether run %lld is stored is unknown (%s): fil-log tells", first.text,
		    (long long)run->number, second.text);
	if (found == 0)
		return fil_fault_set(fault, first.status, "%s; run %lld is not stored", first.text,
		    (long long)run->number);
	fault->status = FIL_OK;
	return 0;
}

/* Keeps rows that mention somebody and that the run has written again, as an erasure does. */
static int
keep_again(void *context, const struct fil_table *table, const struct fil_batch *rows,
    const struct fil_batch *keyed, struct fil_fault *fault)
{
	struct fil_run *run = context;
	const struct fil_relation *relation = &table->relation;

	if (fil_run_keep(run, relation, rows, NULL, FIL_CHANGED, fault) < 0)
		return -1;
	return fil_run_keep_nothing(run, relation, keyed, FIL_CHANGED, fault);
}

int
fil_run_commit(struct fil_run *run, const struct fil_counts *counts, struct fil_fault *fault)
{
	int failed =
	    fil_redacted_settle(run->history->redacted, run->number, keep_again, run, fault);
	enum fil_commit outcome;

	if (!failed)
		failed = write_row(run, counts, fault);
	if (failed) {
		fil_store_rollback(run->store);
	} else {
		fil_ending_say(
		    "whether run %lld is stored is unknown: see fil-log", (long long)run->number);
		outcome = fil_store_commit(run->store, fault);
		if (outcome == FIL_COMMIT_UNKNOWN)
			failed = look_up(run, fault);
		else if (outcome == FIL_NOT_COMMITTED)
			failed = -1;
		if (failed)
			fil_ending_say("%s", "");
		else
			fil_ending_say("run %lld is stored", (long long)run->number);
	}
	run_free(run);
	return failed;
}

void
fil_run_abandon(struct fil_run *run)
{
	if (!run)
		return;
	fil_store_rollback(run->store);
	run_free(run);
}

/* Runs a statement whose parameters are the run and n titles. Returns 0 or -1. */
static int
seed(struct fil_run *run, const char *sql, const char *const *titles, size_t n,
    struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(run->store, sql);
	int step;

	fil_query_bind_number(query, 1, run->number);
	for (size_t i = 0; i < n; i++)
		fil_query_bind(query, (int)i + 2, _(titles[i]));
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step;
}

/* Gives each dimension its first threshold, as of the day of the run. Returns 0 or -1. */
static int
seed_first_thresholds(struct fil_run *run, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(run->store, seed_thresholds);
	int step;

	fil_query_bind(query, 1, run->today);
	step = fil_query_step(query, fault);
	fil_query_free(query);
	return step;
}

int
fil_run_initial(struct fil_store *store, char *const *argv, struct fil_fault *fault)
{
	struct fil_run *run = fil_run_begin(store, argv, 0, fault);
	struct fil_counts counts = { 0 };
	int64_t added;

	if (!run)
		return -1;
	if (seed(run, seed_dimensions, dimensions, DIMENSIONS, fault) ||
	    seed(run, seed_levels, levels, LEVELS, fault) || seed_first_thresholds(run, fault) ||
	    (added = ask(store, seeded_rows, NULL, NULL, fault)) < 0) {
		fil_run_abandon(run);
		return -1;
	}
	counts.added = (size_t)added;
	return fil_run_commit(run, &counts, fault);
}
