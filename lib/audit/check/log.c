/* SPDX-License-Identifier: ISC */
#include "lib/audit/check/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/audit/history.h"
#include "lib/base/hash.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/store/image.h"
#include "lib/store/seal.h"

/* The words of an entry of `waiting`, behind the hash of its row: the hash of the person whom the row
 * named, 0 once its next version was seen; and the entry of the history. */
enum { ROW, PERSON, RUN, NUMBER, WORDS };

/* A version of a row, by hashes of the row and of the person whom it names, 0 for none. */
struct version {
	uint64_t row, person;
	struct fil_moment until; /* the entry that overwrote it, or FIL_NOW */
	bool waits; /* the entry names no user */
};

/* Versions that are looked up later: the memory of their rows is fetched meanwhile. */
enum { FETCHED = 16 };

/* A table, by what its entries in the history can say. */
struct logged_table {
	const struct fil_table *table;
	size_t reference; /* the column of a user outside the key, or FIL_NOWHERE */
	bool of_user; /* it has a column `user` */
	bool users; /* its rows are users */
	bool wide; /* its entries concern the derived rows of each user */
};

struct log_check {
	struct fil_store *store;
	const struct fil_kept_seal *kept;
	struct fil_findings *findings;
	struct fil_checked_log *log;
	struct fil_moment last; /* of the entry before */
	int64_t last_run; /* the run before */
	bool altered, reached; /* a seal differs; the run of the kept seal exists */
	bool rewritten; /* an entry has a digest */
	struct logged_table *tables;
	size_t n_tables, table; /* table: that of the entry before */
	struct fil_history *history; /* NULL: it cannot be read, and no naming is checked */
	/* Entries that name no user, though their rows do: right if the next version names the same
	 * person. */
	struct fil_hash *waiting;
	size_t n_waiting;
	struct version fetched[FETCHED]; /* a ring */
	size_t n_fetched; /* number of versions that were ever fetched */
	/* Runs that joined users: for them the joined user and the other are one, also where the join
	 * was taken back. A row of users that an erasure wrote again may have been a join. */
	struct fil_hash *joins;
	struct fil_bytes text;
	const char **cells; /* of a version of a row */
};

bool
fil_checked_log_has(const struct fil_checked_log *log, int64_t run)
{
	/* Without gaps the place is the number. */
	if (run > 0 && (uint64_t)run <= log->n && log->runs[run - 1] == run)
		return true;
	return log->n > 0 &&
	    bsearch(&run, log->runs, log->n, sizeof run, fil_number_compare) != NULL;
}

void
fil_checked_log_release(struct fil_checked_log *log)
{
	free(log->runs);
	fil_hash_free(log->wide);
}

/* Reads the numbers of the runs. Returns 0 or -1. */
static int
read_runs(struct fil_store *store, struct fil_checked_log *log, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, "SELECT run FROM runs ORDER BY run");
	size_t room = 0;
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		log->runs = fil_grow(log->runs, log->n, &room, sizeof *log->runs);
		log->runs[log->n++] = fil_query_number(query, 0);
	}
	fil_query_free(query);
	return step;
}

/* Adds the gap between a number and the next one that exists, if there is one. run: whose entries are
 * numbered, or 0 for the runs themselves. */
static void
add_gap(struct fil_findings *findings, int64_t run, int64_t before, int64_t next)
{
	int64_t first = before + 1, last = next - 1;
	const char *what = run ? "number" : "run";
	char *text;

	if (first > last)
		return;
	if (first == last)
		text = fil_format("%s %lld is missing", what, (long long)first);
	else
		text = fil_format(
		    "%ss %lld to %lld are missing", what, (long long)first, (long long)last);
	fil_findings_add_logged(
	    findings, FIL_FINDING_LOG, run ? run : first, run ? first : 0, NULL, text);
	free(text);
}

static void
tell(const struct log_check *check, struct fil_moment entry, const char *column, const char *text)
{
	fil_findings_add_logged(
	    check->findings, FIL_FINDING_LOG, entry.run, entry.number, column, text);
}

/* Checks the number of an entry, and the runs of which it says something. */
static void
check_numbers(struct log_check *check, struct fil_moment entry, int64_t was_run)
{
	if (entry.run != check->last.run) {
		check->last.number = 0;
		if (!fil_checked_log_has(check->log, entry.run))
			tell(check, entry, "run", "is kept by a run that does not exist");
	}
	add_gap(check->findings, entry.run, check->last.number, entry.number);
	if (!fil_checked_log_has(check->log, was_run))
		tell(check, entry, "was_run", "was written by a run that does not exist");
	check->last = entry;
}

static void
tell_naming(const struct log_check *check, struct fil_moment entry)
{
	tell(check, entry, "named", "is not the user whom the row named until this run");
}

/* Returns the hash of the person whom a version names, or 0. */
static uint64_t
hash_person(
    const struct log_check *check, const struct logged_table *table, struct fil_moment moment)
{
	const char *person = check->cells[table->reference];

	if (!person)
		return 0;
	person = fil_holders_person(fil_history_holders(check->history), person, moment, NULL);
	/* A small table, of which no more than the secret is used. */
	return fil_hash_seek(check->joins, person, strlen(person));
}

/* Decides about the entry of a row that waits, by the next version of the row, which may wait itself. */
static void
look_up(struct log_check *check, const struct version *version)
{
	uint64_t *waiting = version->waits
	    ? fil_hash_add(check->waiting, version->row, &(bool){ false })
	    : fil_hash_find(check->waiting, version->row);

	if (!waiting)
		return;
	if (waiting[PERSON] != 0 && waiting[PERSON] != version->person &&
	    !fil_hash_has(check->joins, &waiting[RUN], sizeof waiting[RUN]))
		tell_naming(
		    check, (struct fil_moment){ (int64_t)waiting[RUN], (int64_t)waiting[NUMBER] });
	check->n_waiting -= waiting[PERSON] != 0;
	check->n_waiting += version->waits;
	waiting[PERSON] = version->waits ? version->person : 0;
	waiting[RUN] = (uint64_t)version->until.run;
	waiting[NUMBER] = (uint64_t)version->until.number;
}

/* Takes the version of a row that check->cells are, once the versions before it were looked up. */
static void
take_version(
    struct log_check *check, const struct logged_table *table, struct fil_moment until, bool waits)
{
	struct version *version = &check->fetched[check->n_fetched % FETCHED];
	size_t n;
	const char *key = fil_history_key(check->history, table->table, check->cells, until, &n);

	if (!key)
		return;
	if (check->n_fetched++ >= FETCHED)
		look_up(check, version);
	*version = (struct version){ fil_hash_seek(check->waiting, key, n),
		hash_person(check, table, until), until, waits };
}

/* Looks up the versions that were fetched. */
static void
look_up_rest(struct log_check *check)
{
	size_t n = check->n_fetched;

	for (size_t i = n > FETCHED ? n - FETCHED : 0; i < n; i++)
		look_up(check, &check->fetched[i % FETCHED]);
	check->n_fetched = 0;
}

/* Returns the table of that name, or NULL: mostly it is that of the entry before. */
static const struct logged_table *
find_table(struct log_check *check, const char *name)
{
	for (size_t i = 0; i < check->n_tables; i++) {
		size_t t = (check->table + i) % check->n_tables;

		if (strcmp(check->tables[t].table->name, name) == 0) {
			check->table = t;
			return &check->tables[t];
		}
	}
	return NULL;
}

/* Checks whom an entry names. Other checks report a name that was never written. */
static void
check_naming(struct log_check *check, const struct logged_table *table, struct fil_moment entry,
    struct fil_query *query)
{
	const char *action = fil_query_text(query, FIL_HISTORY_ACTION),
		   *named = fil_query_text(query, FIL_HISTORY_NAMED),
		   *was = fil_query_text(query, FIL_HISTORY_WAS), *old = NULL;
	bool removed, last;

	if ((table->reference == FIL_NOWHERE && !named) || !action || !was ||
	    fil_image_read(&table->table->relation, was, &check->text, check->cells) < 0)
		return;
	if (table->reference != FIL_NOWHERE)
		old = check->cells[table->reference];
	removed = strcmp(action, "removed") == 0;
	/* Rows without a user have theirs noted at each change, and so do rows that go. */
	last = removed || !table->of_user;
	if (named ? !old || strcmp(named, old) != 0 : old && last)
		tell_naming(check, entry);
	/* What a run took back and put there was no row before. */
	if (table->reference != FIL_NOWHERE && table->of_user && strcmp(action, "added") != 0)
		take_version(check, table, entry, !named && old && !last);
}

/* Notes a run that may have joined users, or have written levels of any user: of what an erasure wrote
 * again, nobody can tell whose it was. */
static void
note_wide(struct log_check *check, const struct logged_table *table, struct fil_moment entry,
    int64_t was_run, struct fil_query *query)
{
	const char *action = fil_query_text(query, FIL_HISTORY_ACTION);
	bool became = fil_query_text(query, FIL_HISTORY_BECAME) != NULL;
	bool erased = fil_query_text(query, FIL_HISTORY_DIGEST) != NULL;

	check->rewritten |= erased;
	if ((erased && table && table->users) ||
	    (became && action && strcmp(action, "removed") == 0))
		fil_hash_put(check->joins, &entry.run, sizeof entry.run);
	if (became || erased || (table && table->wide))
		fil_hash_put(check->log->wide, &entry.run, sizeof entry.run);
	if (erased || (table && table->wide))
		fil_hash_put(check->log->wide, &was_run, sizeof was_run);
}

static void
take_entry(void *context, struct fil_query *query)
{
	struct log_check *check = context;
	struct fil_moment entry = { fil_query_number(query, FIL_HISTORY_RUN),
		fil_query_number(query, FIL_HISTORY_NUMBER) };
	int64_t was_run = fil_query_number(query, FIL_HISTORY_WAS_RUN);
	const struct logged_table *table =
	    find_table(check, fil_query_required(query, FIL_HISTORY_RELATION));

	check_numbers(check, entry, was_run);
	note_wide(check, table, entry, was_run, query);
	if (table && check->history)
		check_naming(check, table, entry, query);
}

static void
take_run(void *context, int64_t run, const char *stored, const char *computed)
{
	struct log_check *check = context;
	const struct fil_kept_seal *kept = check->kept;

	add_gap(check->findings, 0, check->last_run, run);
	check->last_run = run;
	/* A damaged row may have no seal. */
	if (!check->altered && (!stored || strcmp(stored, computed) != 0)) {
		check->altered = true;
		fil_findings_add_logged(check->findings, FIL_FINDING_CHAIN, run, 0, "seal",
		    "the log was altered at this run: it does not give the seal that is stored");
	}
	if (!kept->hex || run != kept->run)
		return;
	check->reached = true;
	if (strcasecmp(kept->hex, computed) != 0)
		fil_findings_add_logged(check->findings, FIL_FINDING_CHAIN, run, 0, "seal",
		    "the log up to this run is not the one of the seal that was given");
}

/* The runs that an erasure wrote again, and those that may have erased. */
static const char select_erasing[] =
    "SELECT run, command, digest, hash FROM runs WHERE digest IS NOT NULL OR command LIKE"
    " '%fil-forget%' ORDER BY run DESC";

/* Finds the newest run that erased and whose command line is sealed, and copies its hash, "" if an older
 * version left none. *run is 0 without one. Returns 0 or -1. */
static int
find_erasing(
    struct log_check *check, int64_t *run, char hash[static FIL_SEAL_SIZE], struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(check->store, select_erasing);
	const char *stored;
	int step;

	*run = 0;
	*hash = '\0';
	while (*run == 0 && (step = fil_query_step(query, fault)) == 1) {
		check->rewritten = true;
		if (fil_query_text(query, 2) ||
		    !fil_text_is_program(fil_query_required(query, 1), "fil-forget"))
			continue;
		*run = fil_query_number(query, 0);
		stored = fil_query_text(query, 3);
		snprintf(hash, FIL_SEAL_SIZE, "%s", stored ? stored : "");
	}
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

/* Checks that erasures alone wrote rows of the log again, and that these are as the newest one sealed them.
 * Returns 0 or -1. */
static int
check_rewritten(struct log_check *check, struct fil_fault *fault)
{
	char sealed[FIL_SEAL_SIZE], digest[FIL_SEAL_SIZE];
	int64_t erasing, last;

	if (find_erasing(check, &erasing, sealed, fault) < 0)
		return -1;
	if (!check->rewritten)
		return 0;
	if (fil_seal_erased(check->store, digest, &last, fault) < 0)
		return -1;
	if (last > 0 && last >= erasing)
		fil_findings_add_logged(check->findings, FIL_FINDING_CHAIN, last, 0, "digest",
		    "the log was altered at this run: a digest stands for a row that no erasure "
		    "wrote again");
	else if (*sealed != '\0' && strcmp(sealed, digest) != 0)
		fil_findings_add_logged(check->findings, FIL_FINDING_CHAIN, erasing, 0, "hash",
		    "what stands in runs, history or erased since the erasures is not what this "
		    "run "
		    "sealed");
	return 0;
}

/* Returns the selection of the keys of a table and of the users whom its rows name. */
static struct fil_query *
select_standing(struct log_check *check, const struct logged_table *table)
{
	const struct fil_relation *relation = &table->table->relation;
	struct fil_bytes sql = { 0 };
	struct fil_query *query;

	fil_bytes_add_text(&sql, "SELECT ");
	fil_relation_add_columns(&sql, relation, NULL, 0, relation->n_keys);
	fil_bytes_add_text(&sql, ", ");
	fil_relation_add_columns(&sql, relation, NULL, table->reference, table->reference + 1);
	fil_bytes_add_text(&sql, ", run FROM ");
	fil_relation_add_name(&sql, relation->name);
	query = fil_query_new(check->store, sql.data);
	fil_query_read_ahead(query, relation->n_keys + 1);
	fil_bytes_release(&sql);
	return query;
}

/* Decides about the entries that still wait, by the rows of a table that stand. Returns 0 or -1. */
static int
check_standing(struct log_check *check, const struct logged_table *table, struct fil_fault *fault)
{
	size_t keys = table->table->n_keys;
	struct fil_query *query = select_standing(check, table);
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		for (size_t c = 0; c < keys; c++)
			check->cells[c] = fil_query_text(query, (int)c);
		check->cells[table->reference] = fil_query_text(query, (int)keys);
		take_version(check, table, FIL_NOW, false);
	}
	look_up_rest(check);
	fil_query_free(query);
	return step;
}

/* Makes the tables of the entries. */
static void
make_tables(struct log_check *check)
{
	const struct fil_table *const *tables = fil_catalog_tables(&check->n_tables);

	check->tables = fil_alloc(check->n_tables, sizeof *check->tables);
	for (size_t t = 0; t < check->n_tables; t++)
		check->tables[t] = (struct logged_table){ .table = tables[t],
			.reference = fil_table_user_reference(tables[t]),
			.of_user = fil_table_user(tables[t]) != FIL_NOWHERE,
			.users = tables[t] == fil_catalog_table("users"),
			.wide = strcmp(tables[t]->name, "dimensions") == 0 ||
			    strcmp(tables[t]->name, "thresholds") == 0 };
}

/* Reads the log once, then the rows that stand for entries that wait. unread: why there is no history.
 * Returns 0 or -1. */
static int
read_log(struct log_check *check, const struct fil_fault *unread, struct fil_fault *fault)
{
	int result = fil_seal_each(check->store, take_run, take_entry, check, fault);

	if (result < 0)
		return -1;
	look_up_rest(check);
	if (check->kept->hex && !check->reached)
		fil_findings_add_logged(check->findings, FIL_FINDING_CHAIN, check->kept->run, 0,
		    "seal", "the run of the seal that was given does not exist");
	if (check_rewritten(check, fault) < 0)
		return -1;
	if (!check->history) {
		*fault = *unread;
		return -1;
	}
	for (size_t t = 0; t < check->n_tables && result == 0 && check->n_waiting > 0; t++)
		if (check->tables[t].of_user && check->tables[t].reference != FIL_NOWHERE)
			result = check_standing(check, &check->tables[t], fault);
	return result;
}

int
fil_check_log(struct fil_store *store, const struct fil_kept_seal *kept,
    struct fil_findings *findings, struct fil_checked_log *log, struct fil_fault *fault)
{
	struct log_check check = { .store = store, .kept = kept, .findings = findings, .log = log };
	struct fil_fault unread;
	int result;

	if (read_runs(store, log, fault) < 0)
		return -1;
	log->wide = fil_hash_new_set();
	make_tables(&check);
	check.history = fil_history_new(store, &unread);
	check.waiting = fil_hash_new(WORDS, 0);
	check.joins = fil_hash_new_set();
	check.cells = fil_alloc(fil_catalog_widest(), sizeof *check.cells);
	result = read_log(&check, &unread, fault);
	if (result < 0) {
		fil_hash_free(log->wide);
		log->wide = NULL;
	}
	fil_history_free(check.history);
	fil_hash_free(check.waiting);
	fil_hash_free(check.joins);
	fil_bytes_release(&check.text);
	free(check.cells);
	free(check.tables);
	return result;
}
