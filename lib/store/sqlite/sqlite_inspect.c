/* SPDX-License-Identifier: ISC */
#include "lib/store/sqlite/sqlite_inspect.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/fault.h"
#include "lib/base/memory.h"
#include "lib/store/sqlite/sqlite_file.h"
#include "lib/store/sqlite/sqlite_schema.h"

/* A write-ahead log beyond this size, in MiB, is told. */
enum { LOG_MOST = 64 };

static const char small_cache[] = "PRAGMA cache_size=-8192";

/* A check of all pages and indexes, with a connection of its own. */
struct fil_sqlite_inspection {
	struct fil_sqlite *store;
	pthread_t thread;
	bool running; /* in the thread */
	struct fil_bytes lines; /* found: each with a line feed */
	struct fil_fault fault; /* FIL_OK: the check came to its end */
};

/* Adds the lines of a message about damage, without its headings. Pages that cannot be read are a
 * failure of the machine, not damage. Returns 0, or -1 with a fault. */
static int
add_lines(struct fil_sqlite_inspection *inspection, const char *message)
{
	char *copy, *rest, *line;

	if (strcmp(message, "ok") == 0)
		return 0;
	fil_sqlite_found(inspection->store, message, &inspection->fault);
	if (inspection->fault.status == FIL_IO_ERROR)
		return -1;
	inspection->fault.status = FIL_OK;
	copy = rest = fil_copy(message);
	while ((line = strsep(&rest, "\n")))
		if (*line && strncmp(line, "***", 3) != 0)
			fil_bytes_add_format(&inspection->lines, "%s\n", line);
	free(copy);
	return 0;
}

/* Checks all pages and indexes. Damage may end the check itself. */
static void *
check_pages(void *context)
{
	static const char sql[] = "PRAGMA integrity_check";
	struct fil_sqlite_inspection *inspection = context;
	sqlite3_stmt *statement = NULL;
	int step = fil_sqlite_prepare(inspection->store, sql, &statement), failed = 0;

	while (!failed && !step && (step = sqlite3_step(statement)) == SQLITE_ROW) {
		failed = add_lines(inspection, fil_sqlite_text(statement, 0));
		step = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	if (failed)
		return NULL;
	if ((step & 0xFF) == SQLITE_CORRUPT)
		fil_bytes_add_text(&inspection->lines, "the pages cannot be read to their end\n");
	else if (step != SQLITE_DONE)
		fil_sqlite_fault(inspection->store, step, sql, &inspection->fault);
	return NULL;
}

/* Opens the file once more, for a check of its pages, which a thread begins. Returns 0 or -1. */
static int
begin_pages(struct fil_sqlite *store, struct fil_fault *fault)
{
	struct fil_sqlite *other = fil_sqlite_new(store->name, FIL_STORE_INSPECT, fault);
	struct fil_sqlite_inspection *inspection;

	if (!other)
		return -1;
	if (fil_sqlite_connect(other, fault) || fil_sqlite_run(other, small_cache, fault)) {
		fil_sqlite_free(other);
		return -1;
	}
	other->verified = true;
	inspection = fil_alloc(1, sizeof *inspection);
	inspection->store = other;
	inspection->running = store->threads &&
	    pthread_create(&inspection->thread, NULL, check_pages, inspection) == 0;
	store->inspection = inspection;
	return 0;
}

/* Tells a file that others than its owner, or the group of a shared folder, may use. *told has the bits
 * that were told of the store: its companions inherit them. */
static void
check_file(const struct fil_sqlite *store, const char *ending, mode_t *told, fil_defect_take *take,
    void *context)
{
	char *path = fil_format("%s%s", store->path, ending), *phrase;
	struct stat status;
	mode_t others = S_IRWXO;

	if (stat(path, &status) == 0) {
		if (!fil_file_of_group(path, &status))
			others |= S_IRWXG;
		others &= status.st_mode & ~*told;
		if (others) {
			phrase = fil_format("%s%s: users other than its owner have access (mode "
					    "%04o)",
			    store->name, ending, status.st_mode & 07777U);
			take(context, FIL_DEFECT_MODE, NULL, phrase);
			free(phrase);
		}
		*told |= others;
	}
	free(path);
}

static void
check_log(const struct fil_sqlite *store, fil_defect_take *take, void *context)
{
	char *path = fil_format("%s-wal", store->path), *phrase;
	struct stat status;

	if (stat(path, &status) == 0 && status.st_size >> 20 >= LOG_MOST) {
		phrase = fil_format("the write-ahead log has %jd MiB: a reader keeps it from being "
				    "emptied",
		    (intmax_t)status.st_size >> 20);
		take(context, FIL_DEFECT_LOG, NULL, phrase);
		free(phrase);
	}
	free(path);
}

/* Tells a copy whose bytes are not those of its digest. Returns 0, or -1 with a fault. */
static int
check_copy(struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	int unchanged =
	    fil_sqlite_has_log(store) ? 1 : fil_file_unchanged(store->path, store->name, fault);

	if (unchanged == 0)
		take(context, FIL_DEFECT_ENGINE, NULL,
		    "the copy was changed after it was made: its bytes are not those that were "
		    "written");
	return unchanged < 0 ? -1 : 0;
}

int
fil_sqlite_inspect(
    struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	static const char *const endings[] = { "", "-wal", "-shm", ".lock" };
	struct fil_fault altered;
	mode_t told = 0;

	/* Closing the file drops the locks of this process on it, so its bytes are read first. */
	if (fil_sqlite_run(store, small_cache, fault) || check_copy(store, take, context, fault) ||
	    begin_pages(store, fault))
		return -1;
	if (fil_sqlite_compare(store, &altered))
		take(context, FIL_DEFECT_SCHEMA, NULL, altered.text + strlen(store->name) + 2);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		check_file(store, endings[i], &told, take, context);
	check_log(store, take, context);
	return 0;
}

int
fil_sqlite_inspected(
    struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	struct fil_sqlite_inspection *inspection = store->inspection;
	char *rest, *line;

	if (!inspection)
		return 0;
	if (!inspection->running)
		check_pages(inspection);
	else if (pthread_join(inspection->thread, NULL) != 0)
		fil_bug("a thread cannot be waited for");
	inspection->running = false;
	*fault = inspection->fault;
	rest = inspection->lines.data;
	while (rest && (line = strsep(&rest, "\n")))
		if (*line)
			take(context, FIL_DEFECT_ENGINE, NULL, line);
	fil_sqlite_inspection_free(store);
	return fault->status == FIL_OK ? 0 : -1;
}

void
fil_sqlite_inspection_free(struct fil_sqlite *store)
{
	struct fil_sqlite_inspection *inspection = store->inspection;

	if (!inspection)
		return;
	if (inspection->running) {
		sqlite3_interrupt(inspection->store->db);
		pthread_join(inspection->thread, NULL);
	}
	fil_sqlite_free(inspection->store);
	fil_bytes_release(&inspection->lines);
	free(inspection);
	store->inspection = NULL;
}
