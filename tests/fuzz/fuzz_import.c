/* SPDX-License-Identifier: ISC */
/* Imports any bytes into a store in memory, without keeping them: the load ends with a status that
 * it explains, and the store is as before. */
#include "lib/load/load.h"
#include "tests/fuzz/fuzz.h"
#include "lib/load/request.h"

static const char *const tables[] = { "users", "modules", "phases", "lessons" };
static char program[] = "fuzz";
static char *const argv[] = { program, NULL };

static void
say(void *context, const char *text)
{
	(void)context;
	demand(*text != '\0');
}

static void
progress(void *context, size_t done, size_t total)
{
	(void)context;
	demand(done <= total);
}

/* A store without its first commit is in memory. */
static struct fil_store *
open_store(void)
{
	struct fil_fault fault;
	struct fil_store *store;
	char path[64];

	snprintf(path, sizeof path, "/tmp/fuzz-import-%ld.db", (long)getpid());
	store = fil_store_open(path, FIL_STORE_CREATE, &fault);
	demand(store != NULL);
	return store;
}

static int64_t
count(struct fil_store *store)
{
	struct fil_fault fault;
	struct fil_query *query = fil_query_new(store,
	    "SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM modules) + "
	    "(SELECT count(*) FROM phases) + (SELECT count(*) FROM lessons)");
	int64_t n = fil_query_step(query, &fault) == 1 ? fil_query_number(query, 0) : -1;

	fil_query_free(query);
	return n;
}

static void
import(struct fil_store *store, struct fil_request *request, const struct fil_load_options *options)
{
	struct fil_load_hooks hooks = { say, progress, NULL };
	struct fil_fault fault = { 0 };
	struct fil_load *load = fil_load_new(store, request, options, &hooks, &fault);
	char *rows = NULL;
	size_t n;
	FILE *stream = open_memstream(&rows, &n);
	enum fil_status status;

	demand(load && stream);
	status = fil_load_go(
	    load, stream, &(const struct fil_output_style){ .format = FIL_CSV }, &fault);
	if (status == FIL_BAD_DATA && fault.status == FIL_OK)
		demand(fil_faults_count(fil_load_faults(load)) > 0 && fil_load_summary(load));
	else if (status != FIL_OK && status != FIL_REFUSED)
		demand(fault.text[0] != '\0');
	fclose(stream);
	free(rows);
	fil_load_free(load);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fil_store *store;
	struct fil_load_options options = {
		.max_faults = 100,
		.max_churn = 10,
		.max_rejects = SIZE_MAX,
		.tell_all = true,
		.dry_run = true,
		.today = 19797,
		.argv = argv,
	};
	struct fil_request *request;
	struct fil_fault fault;
	char path[64];
	int fd;

	fuzz_keep_encodings();
	if (size < 2)
		return 0;
	if (!store)
		store = open_store();
	options.keep_going = data[0] & 4;
	request =
	    fil_request_new(store, fil_catalog_table(tables[data[0] % 4]), &options, false, &fault);
	demand(request != NULL);
	fd = fuzz_file(data + 1, size - 1, path);
	demand(fil_request_operand(request, path, &fault) == 0);
	import(store, request, &options);
	fil_request_free(request);
	close(fd);
	demand(count(store) == 0);
	return 0;
}
