/* SPDX-License-Identifier: ISC */
#include "lib/store/sqlite/sqlite_inspect.h"

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

/* Tells the lines of a message about damage, without its headings. Pages that cannot be read are a
 * failure of the machine, not damage. Returns 0, or -1 with a fault. */
static int
tell_lines(struct fil_sqlite *store, const char *message, fil_defect_take *take, void *context,
    struct fil_fault *fault)
{
	char *copy, *rest, *line;

	if (strcmp(message, "ok") == 0)
		return 0;
	fil_sqlite_found(store, message, fault);
	if (fault->status == FIL_IO_ERROR)
		return -1;
	copy = rest = fil_copy(message);
	while ((line = strsep(&rest, "\n")))
		if (*line && strncmp(line, "***", 3) != 0)
			take(context, FIL_DEFECT_ENGINE, NULL, line);
	free(copy);
	return 0;
}

/* Checks all pages and indexes. Damage may end the check itself. */
static int
check_pages(struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	static const char sql[] = "PRAGMA integrity_check";
	sqlite3_stmt *statement = NULL;
	int step = fil_sqlite_prepare(store, sql, &statement), failed = 0;

	while (!failed && !step && (step = sqlite3_step(statement)) == SQLITE_ROW) {
		failed = tell_lines(store, fil_sqlite_text(statement, 0), take, context, fault);
		step = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	if (failed)
		return -1;
	if (step == SQLITE_DONE)
		return 0;
	if ((step & 0xFF) != SQLITE_CORRUPT)
		return fil_sqlite_fault(store, step, sql, fault);
	take(context, FIL_DEFECT_ENGINE, NULL, "the pages cannot be read to their end");
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

int
fil_sqlite_inspect(
    struct fil_sqlite *store, fil_defect_take *take, void *context, struct fil_fault *fault)
{
	static const char *const endings[] = { "", "-wal", "-shm", ".lock" };
	struct fil_fault altered;
	mode_t told = 0;

	store->inspected = true;
	if (fil_sqlite_run(store, "PRAGMA cache_size=-8192", fault) ||
	    check_pages(store, take, context, fault))
		return -1;
	if (fil_sqlite_compare(store, &altered))
		take(context, FIL_DEFECT_SCHEMA, NULL, altered.text + strlen(store->name) + 2);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		check_file(store, endings[i], &told, take, context);
	check_log(store, take, context);
	return 0;
}
