/* SPDX-License-Identifier: ISC */
#include "lib/audit/copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/ending.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"
#include "lib/catalog/catalog.h"
#include "lib/output/output_file.h"
#include "lib/store/schema.h"
#include "lib/write/run.h"

/* Adds a table to the size. */
static void
add_table(struct fil_copy_size *size, const char *table, int64_t rows)
{
	if (fil_catalog_table(table)) {
		size->tables++;
		size->rows += (size_t)rows;
	}
	if (strcmp(table, "runs") == 0)
		size->runs = rows;
}

/* Counts the rows of the copy, and compares them with those of the original; NULL: there is none to
 * compare. Returns 0 or -1. */
static int
measure(struct fil_store *copy, struct fil_store *original, struct fil_copy_size *size,
    struct fil_fault *fault)
{
	struct fil_schema_tables *tables = fil_schema_tables();
	long long have, want;
	int failed = 0;

	*size = (struct fil_copy_size){ 0 };
	for (size_t i = 0; !failed && i < tables->n; i++) {
		const char *table = tables->all[i].name;
		const struct fil_relation relation = { .name = table };

		have = fil_query_count(copy, &relation, 0, fault);
		want =
		    original && have >= 0 ? fil_query_count(original, &relation, 0, fault) : have;
		if (have < 0 || want < 0)
			failed = -1;
		else if (have != want)
			failed = fil_fault_set(fault, FIL_UNAVAILABLE,
			    "%s: the copy has %lld rows of %s, not %lld: check the disk",
			    fil_store_name(copy), have, table, want);
		else
			add_table(size, table, have);
	}
	fil_schema_tables_free(tables);
	return failed;
}

/* Checks that --replace replaces a copy, and nothing else. Returns 0 or -1. */
static int
check_replaced(const char *file, struct fil_fault *fault)
{
	struct fil_store *old = fil_store_open(file, FIL_STORE_ORIGINAL, fault);
	bool is_copy = old && fil_store_is_copy(old);

	fil_store_close(old);
	if (is_copy)
		return 0;
	return fil_fault_set(fault, FIL_CANT_CREATE,
	    "%s: not an intact copy, so it is not replaced: choose another name, or remove it",
	    file);
}

/* A copy has no file beside it. Renaming it over a store would mix it with the log of that store.
 * Returns 0 or -1. */
static int
check_path(
    const struct fil_store *store, const struct fil_copy_wanted *wanted, struct fil_fault *fault)
{
	const char *file = wanted->file;
	struct stat status;
	char *beside;

	if (!fil_store_on_server(fil_store_name(store)) &&
	    fil_output_file_is_store(file, fil_store_name(store)))
		return fil_fault_set(
		    fault, FIL_CANT_CREATE, "%s: the store itself, or a file of it", file);
	beside = fil_output_file_companion(file);
	if (beside)
		fil_fault_set(fault, FIL_CANT_CREATE,
		    "%s: the place of a store in use, not of a copy (%s)", file, beside);
	free(beside);
	if (beside)
		return -1;
	if (lstat(file, &status))
		return 0;
	if (!wanted->replace)
		return fil_fault_set(fault, FIL_CANT_CREATE,
		    "%s: exists already; --replace replaces an earlier copy", file);
	return check_replaced(file, fault);
}

/* Copies the state of the store that a snapshot sees. Returns 0 or -1. */
static int
fill(struct fil_store *store, struct fil_store *copy, struct fil_copy_size *size,
    struct fil_fault *fault)
{
	int failed = fil_store_snapshot(store, fault);

	if (!failed)
		failed = fil_store_copy(store, copy, fault) < 0 ||
		    fil_store_check(copy, fil_store_name(store), fault) < 0 ||
		    measure(copy, store, size, fault) < 0;
	fil_store_rollback(store);
	if (!failed && fil_store_crossed(store))
		return fil_fault_set(fault, FIL_BUSY, "%s: not copied: %s", fil_store_name(store),
		    fil_store_caution(store));
	return failed ? -1 : 0;
}

/* Names the copy in the run, and commits. Returns the number of the run, or -1. */
static int64_t
note_copy(struct fil_run *run, const struct fil_copy_wanted *wanted,
    const struct fil_copy_size *size, struct fil_fault *fault)
{
	const struct fil_counts counts = { .read = size->rows };
	char *path = fil_path_real(wanted->file);
	int64_t number = fil_run_number(run);
	struct fil_fault cause;

	fil_run_input(run, path ? path : wanted->file, NULL, fault);
	free(path);
	if (fil_run_commit(run, &counts, &cause) == 0)
		return number;
	return fil_fault_set(fault, cause.status,
	    "%s; the copy %s is complete, but the log does not name it", cause.text, wanted->file);
}

/* Gives a store that was copied its place. An end from now on says what is there. Returns 0 or -1. */
static int
place(struct fil_store *copy, bool replace, struct fil_fault *fault)
{
	const char *name = fil_store_name(copy);
	int failed;

	fil_ending_say("whether %s is complete is unknown: fil-check -d %s", name, name);
	failed = fil_store_place(copy, replace, fault);
	if (failed)
		fil_ending_say("%s", "");
	else
		fil_ending_say("%s is complete", name);
	return failed;
}

/* Gives the copy its place, and the store the run. The run waits for other writers before the copy
 * gets its place. So a busy store has no copy that its log does not name. Returns the run, or
 * -1. */
static int64_t
finish(struct fil_store *store, struct fil_store *copy, const struct fil_copy_wanted *wanted,
    const struct fil_copy_size *size, struct fil_fault *fault)
{
	struct fil_run *run = fil_run_begin(store, wanted->argv, wanted->wait, fault);

	if (run && place(copy, wanted->replace, fault) == 0)
		return note_copy(run, wanted, size, fault);
	fil_run_abandon(run);
	return -1;
}

char *
fil_copy_size_text(const struct fil_copy_size *size)
{
	struct fil_bytes text = { 0 };

	fil_bytes_add_format(
	    &text, ngettext("%zu table", "%zu tables", size->tables), size->tables);
	fil_bytes_add_text(&text, ", ");
	fil_bytes_add_format(&text, ngettext("%zu row", "%zu rows", size->rows), size->rows);
	fil_bytes_add_text(&text, ", ");
	fil_bytes_add_format(&text, ngettext("%lld run", "%lld runs", (unsigned long)size->runs),
	    (long long)size->runs);
	return text.data;
}

int64_t
fil_copy_make(struct fil_store *store, const struct fil_copy_wanted *wanted,
    struct fil_copy_size *size, struct fil_fault *fault)
{
	struct fil_store *copy;
	int64_t run = 0;

	if (check_path(store, wanted, fault) < 0)
		return -1;
	copy = fil_store_open(wanted->file, FIL_STORE_BACKUP, fault);
	if (!copy)
		return -1;
	if (fill(store, copy, size, fault) < 0)
		run = -1;
	else if (!wanted->dry_run)
		run = finish(store, copy, wanted, size, fault);
	fil_store_close(copy);
	return run;
}

/* Copies a file into another one that waits for its place, checked and upgraded. Returns 0 or
 * -1. */
static int
take(const char *file, struct fil_store *into, struct fil_fault *fault)
{
	struct fil_store *from = fil_store_open(file, FIL_STORE_ORIGINAL, fault);
	int failed = !from || fil_store_snapshot(from, fault) < 0 ||
	    fil_store_copy(from, into, fault) < 0 || fil_store_check(into, file, fault) < 0;

	fil_store_close(from);
	return failed ? -1 : 0;
}

/* Fills a store on a server through a temporary file, in which the copy is checked and upgraded.
 * Returns 0 or -1. */
static int
send(const char *file, struct fil_store *into, struct fil_copy_size *size, struct fil_fault *fault)
{
	char *name = fil_format("%s/filrouge", fil_store_folder(into));
	struct fil_store *step = fil_store_open(name, FIL_STORE_TEMPORARY, fault);
	int failed = !step || take(file, step, fault) < 0 ||
	    fil_store_copy(step, into, fault) < 0 || measure(into, step, size, fault) < 0;

	fil_store_close(step);
	free(name);
	return failed ? -1 : 0;
}

int
fil_copy_restore(
    struct fil_store *store, const char *file, struct fil_copy_size *size, struct fil_fault *fault)
{
	int failed;

	if (access(file, F_OK) != 0 && errno == ENOENT)
		return fil_fault_set(fault, FIL_UNAVAILABLE, "%s: there is no copy there", file);
	if (fil_store_on_server(fil_store_name(store)))
		failed = send(file, store, size, fault);
	else
		failed = take(file, store, fault) < 0 || measure(store, NULL, size, fault) < 0;
	return failed ? -1 : place(store, false, fault);
}
