/* SPDX-License-Identifier: ISC */
#include "lib/audit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/audit/check/log.h"
#include "lib/audit/check/rows.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/levels/standing_update.h"
#include "lib/output/prose.h"
#include "lib/store/query.h"
#include "lib/store/seal.h"
#include "lib/write/run.h"

/* Days after which a copy is old. */
enum { COPY_OLD = 30 };

static const char select_copies[] =
    "SELECT today, input, command FROM runs WHERE command LIKE '%fil-backup%' ORDER BY run DESC";

const struct fil_output_column fil_finding_columns[FIL_FINDING_CELLS] = {
	{ "severity", FIL_CELL_TEXT },
	{ "kind", FIL_CELL_TEXT },
	{ "table", FIL_CELL_TEXT },
	{ "key", FIL_CELL_TEXT },
	{ "column", FIL_CELL_TEXT },
	{ "finding", FIL_CELL_TEXT },
};

struct check {
	struct fil_store *store;
	const struct fil_check_request *request;
	struct fil_checked *checked;
	struct fil_findings *findings;
	struct fil_checked_log log;
	struct fil_checked_rows rows;
};

static void
take_defect(void *context, enum fil_defect defect, const char *table, const char *phrase)
{
	static const enum fil_finding_kind kinds[] = {
		[FIL_DEFECT_ENGINE] = FIL_FINDING_ENGINE,
		[FIL_DEFECT_SCHEMA] = FIL_FINDING_SCHEMA,
		[FIL_DEFECT_MODE] = FIL_FINDING_MODE,
		[FIL_DEFECT_LOG] = FIL_FINDING_WAL,
		[FIL_DEFECT_COPY] = FIL_FINDING_COPY,
	};
	struct check *check = context;

	fil_findings_add(check->findings, kinds[defect], table, NULL, NULL, phrase);
}

static int
check_log(struct check *check, struct fil_fault *fault)
{
	return fil_check_log(
	    check->store, &check->request->seal, check->findings, &check->log, fault);
}

static int
check_rows(struct check *check, struct fil_fault *fault)
{
	return fil_check_rows(
	    check->store, check->request->today, &check->log, check->findings, &check->rows, fault);
}

/* The threshold of each dimension, and the newest one by time. */
static const char select_thresholds[] =
    "SELECT d.dimension, d.threshold, t.threshold, t.begins FROM dimensions d LEFT JOIN thresholds "
    "t "
    "ON t.dimension = d.dimension AND t.begins = "
    "(SELECT max(n.begins) FROM thresholds n WHERE n.dimension = d.dimension) ORDER BY d.dimension";

/* Tells the thresholds that differ between the two tables. Commands write both. */
static int
check_thresholds(struct check *check, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(check->store, select_thresholds);
	int got;

	while ((got = fil_query_step(query, fault)) == 1) {
		const char *newest = fil_query_text(query, 2);
		const char *cells[] = { fil_query_text(query, 0) };
		struct fil_bytes key = { 0 };
		char *text;

		if (newest && fil_query_number(query, 1) == fil_query_number(query, 2))
			continue;
		fil_relation_words(&fil_catalog_table("dimensions")->relation, cells, &key);
		text = newest ? fil_format("is %lld, but %lld in thresholds since %s",
				    (long long)fil_query_number(query, 1),
				    (long long)fil_query_number(query, 2), fil_query_text(query, 3))
			      : fil_copy("is not in thresholds");
		fil_findings_add(
		    check->findings, FIL_FINDING_DAYS, "dimensions", key.data, "threshold", text);
		fil_bytes_release(&key);
		free(text);
	}
	fil_query_free(query);
	return got;
}

/* Another check reports why events cannot be read. */
static int
check_derived(struct check *check, struct fil_fault *fault)
{
	*fault = check->rows.events;
	return fault->status == FIL_OK ? 0 : -1;
}

/* Moves to the newest run of fil-backup. Returns 1, 0 when there is none, or -1 with a fault. */
static int
find_copy(struct fil_query *query, struct fil_fault *fault)
{
	int step;

	while ((step = fil_query_step(query, fault)) == 1)
		if (fil_text_is_program(fil_query_text(query, 2), "fil-backup"))
			break;
	return step;
}

/* Adds an error for a cell of the table of erased users. */
static void
tell_erased(struct check *check, enum fil_finding_kind kind, const char *hash, const char *column,
    const char *text)
{
	struct fil_bytes key = { 0 };

	fil_bytes_add_text(&key, "hash=");
	fil_text_quote(hash, &key);
	fil_findings_add(check->findings, kind, "erased", key.data, column, text);
	fil_bytes_release(&key);
}

/* Checks the row of an erased user, or of a mark, at which the query stands. */
static void
check_erased(struct check *check, struct fil_query *query)
{
	const char *hash = fil_query_required(query, 0);
	int64_t run = fil_query_number(query, 1), pending = fil_query_number(query, 2);
	char *text;

	if (strlen(hash) != FIL_SEAL_SIZE - 1 ||
	    strspn(hash, "0123456789abcdef") != FIL_SEAL_SIZE - 1)
		tell_erased(
		    check, FIL_FINDING_VALUE, hash, "hash", "not a hash: 64 hexadecimal digits");
	if (run != 0 && !fil_checked_log_has(&check->log, run))
		tell_erased(check, FIL_FINDING_LOG, hash, "run",
		    "was written by a run that does not exist");
	if (pending >= -1 && pending <= 1)
		return;
	text = fil_format("'%lld' is not -1, 0 or 1", (long long)pending);
	tell_erased(check, FIL_FINDING_VALUE, hash, "pending", text);
	free(text);
}

/* Checks the rows of erased users, and adds a warning for an erasure that is not finished. Returns 0, or -1
 * with a fault. */
static int
check_erasures(struct check *check, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(check->store, "SELECT hash, run, pending FROM erased ORDER BY hash");
	bool unfinished = false;
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		check_erased(check, query);
		unfinished |= fil_query_number(query, 2) == 1;
	}
	if (unfinished)
		fil_findings_add(check->findings, FIL_FINDING_ERASED, NULL, NULL, NULL,
		    "rows of erased users are gone, their bytes not yet");
	fil_query_free(query);
	return step;
}

/* Finds out how old the newest copy is. Returns 0 or -1. */
static int
check_newest_copy(struct check *check, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(check->store, select_copies);
	int step = find_copy(query, fault);
	const char *day, *file;
	char *text = NULL;
	fil_day made;

	if (step == 0)
		text = fil_copy("there is no copy by fil-backup");
	if (step == 1) {
		day = fil_query_text(query, 0);
		file = fil_query_text(query, 1);
		if (fil_date_parse(day, &made) == 0 && check->request->today - made > COPY_OLD)
			text = fil_format("the newest copy is %d days old: %s",
			    check->request->today - made, file ? file : "its place is not known");
	}
	if (text)
		fil_findings_add(check->findings, FIL_FINDING_COPY, NULL, NULL, NULL, text);
	free(text);
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

/* Tells a copy that an upgrade made, when it is old: it is needed no longer, and has all data of then. */
static void
check_earlier(void *context, const char *path, fil_day made)
{
	struct check *check = context;
	char *text;

	if (check->request->today - made <= COPY_OLD)
		return;
	text = fil_format(
	    "the copy that an upgrade made is %d days old, and has personal data: remove %s",
	    check->request->today - made, path);
	fil_findings_add(check->findings, FIL_FINDING_COPY, NULL, NULL, NULL, text);
	free(text);
}

static int
check_copies(struct check *check, struct fil_fault *fault)
{
	fil_store_earlier(check->store, check_earlier, check);
	return check_erasures(check, fault) < 0 ? -1 : check_newest_copy(check, fault);
}

/* Does a part of the check. What an error found elsewhere keeps from being read is an error of the
 * part's kind, and no fault. A failed part may have ended the snapshot. */
static int
check_part(struct check *check, enum fil_finding_kind kind,
    int (*part)(struct check *check, struct fil_fault *fault), struct fil_fault *fault)
{
	struct fil_fault engine;
	char *text, *safe;

	if (part(check, fault) == 0)
		return 0;
	if (fil_store_inspected(check->store, take_defect, check, &engine) < 0) {
		*fault = engine;
		return -1;
	}
	if (fault->status != FIL_UNAVAILABLE || fil_findings_errors(check->findings) == 0)
		return -1;
	/* A fault may quote bytes that are no text. */
	safe = fil_text_escape(fault->text);
	text = fil_format("cannot be checked: %s", safe);
	fil_findings_add(check->findings, kind, NULL, NULL, NULL, text);
	free(safe);
	free(text);
	fil_store_rollback(check->store);
	return fil_store_snapshot(check->store, fault);
}

/* Checks all but the engine, part by part, on one state of the store. Returns 0 or -1. */
static int
check_parts(struct check *check, struct fil_fault *fault)
{
	static const struct {
		enum fil_finding_kind kind;
		int (*part)(struct check *check, struct fil_fault *fault);
	} parts[] = {
		{ FIL_FINDING_LOG, check_log },
		{ FIL_FINDING_VALUE, check_rows },
		{ FIL_FINDING_VALUE, check_thresholds },
		{ FIL_FINDING_DERIVED, check_derived },
		{ FIL_FINDING_COPY, check_copies },
	};

	int result = fil_store_snapshot(check->store, fault);

	for (size_t i = 0; result == 0 && i < sizeof parts / sizeof *parts; i++)
		result = check_part(check, parts[i].kind, parts[i].part, fault);
	fil_store_rollback(check->store);
	check->checked->tables = check->rows.tables;
	check->checked->rows = check->rows.rows;
	check->checked->runs = check->log.n;
	return result;
}

/* Counts what was found. */
static void
count(struct check *check)
{
	struct fil_checked *checked = check->checked;

	for (int i = 0; i < FIL_FINDING_KINDS; i++) {
		size_t n = fil_findings_count(check->findings, (enum fil_finding_kind)i);

		checked->found[i] = n > 0;
		if (!fil_finding_is_error((enum fil_finding_kind)i))
			checked->warnings += n;
	}
	checked->errors = fil_findings_errors(check->findings);
}

int
fil_check(struct fil_store *store, const struct fil_check_request *request,
    struct fil_checked *checked, struct fil_fault *fault)
{
	struct check check = { .store = store,
		.request = request,
		.checked = checked,
		.findings =
		    fil_findings_new(fil_store_folder(store), request->take, request->context) };
	int result;

	/* Scripts read the findings. */
	fil_language_plain(true);
	result = fil_store_inspect(store, take_defect, &check, fault);
	*checked = (struct fil_checked){ 0 };
	if (result == 0 && fil_findings_count(check.findings, FIL_FINDING_SCHEMA) == 0)
		result = check_parts(&check, fault);
	if (result == 0)
		result = fil_store_inspected(store, take_defect, &check, fault);
	if (result == 0)
		result = fil_findings_end(check.findings, fault);
	fil_language_plain(false);
	count(&check);
	fil_findings_free(check.findings);
	fil_checked_log_release(&check.log);
	return result;
}

/* Returns a number with separators between groups of three digits, in the room. */
static const char *
grouped(char room[static FIL_PROSE_SIZE], size_t number)
{
	char decimal[FIL_PROSE_SIZE];

	snprintf(decimal, sizeof decimal, "%zu", number);
	return fil_prose_number(room, decimal);
}

char *
fil_checked_summary(const struct fil_checked *checked)
{
	struct fil_bytes text = { 0 };
	char n[FIL_PROSE_SIZE];

	if (checked->found[FIL_FINDING_SCHEMA])
		return fil_copy(_("the tables were not read: their schema is not filrouge's"));
	fil_bytes_add_format(
	    &text, ngettext("%s table", "%s tables", checked->tables), grouped(n, checked->tables));
	fil_bytes_add_text(&text, ", ");
	fil_bytes_add_format(
	    &text, ngettext("%s row", "%s rows", checked->rows), grouped(n, checked->rows));
	fil_bytes_add_text(&text, ", ");
	fil_bytes_add_format(
	    &text, ngettext("%s run", "%s runs", checked->runs), grouped(n, checked->runs));
	if (checked->errors + checked->warnings == 0) {
		/* TRANSLATORS: behind "21 tables, 18 rows, 6 runs". */
		fil_bytes_add_text(&text, _(", in order"));
		return text.data;
	}
	fil_bytes_add_text(&text, _(": "));
	fil_bytes_add_format(
	    &text, ngettext("%s error", "%s errors", checked->errors), grouped(n, checked->errors));
	fil_bytes_add_text(&text, ", ");
	fil_bytes_add_format(&text, ngettext("%s warning", "%s warnings", checked->warnings),
	    grouped(n, checked->warnings));
	return text.data;
}

/* Rebuilds the derived rows within the run. Returns 0 or -1. */
static int
rebuild(struct fil_run *run, struct fil_fault *fault)
{
	struct fil_standing_update *update = fil_standing_update_new(fil_run_store(run));
	int result;

	/* A dimension concerns all users. */
	fil_standing_update_note(update, "dimensions", "");
	result = fil_standing_update_write(update, fil_run_number(run), fault);
	fil_standing_update_free(update);
	return result;
}

long long
fil_check_repair(struct fil_store *store, char *const *argv, unsigned seconds, int64_t *number,
    struct fil_fault *fault)
{
	struct fil_run *run = fil_run_begin(store, argv, seconds, fault);
	struct fil_counts counts = { 0 };
	long long n;

	*number = 0;
	if (!run)
		return -1;
	n = fil_standing_verify(store, &(struct fil_standing_verification){ .take = NULL }, fault);
	if (n <= 0 || rebuild(run, fault) < 0) {
		fil_run_abandon(run);
		return n <= 0 ? n : -1;
	}
	*number = fil_run_number(run);
	counts.changed = (size_t)n;
	return fil_run_commit(run, &counts, fault) < 0 ? -1 : n;
}
