/* SPDX-License-Identifier: ISC */
/* fil-backup: copy the store into a file */
#include <stdlib.h>
#include <string.h>

#include "lib/audit/copy.h"
#include "lib/base/language.h"
#include "lib/cli/cli.h"

enum { REPLACE = 256 };

static const struct fil_option options[] = {
	{ "replace", REPLACE, NULL, N_("replace an earlier copy in FILE (default: refuse)") },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("copy the store into a file"),
	.operands = "FILE",
	.examples = "fil-backup /mnt/copies/filrouge.db\n"
		    "fil-backup -q --replace /mnt/copies/monday.db",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_RUN,
};

/* Says what the copy holds. */
static void
say(const struct fil_cli *cli, const struct fil_copy_wanted *wanted,
    const struct fil_copy_size *size, int64_t run)
{
	char *text = fil_copy_size_text(size);

	/* TRANSLATORS: a copy and its size. */
	if (wanted->dry_run)
		fil_cli_say(cli, "%s: %s; nothing was kept (--dry-run)", wanted->file, text);
	else
		fil_cli_say(cli, "%s: %s (run %lld)", wanted->file, text, (long long)run);
	free(text);
}

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct fil_copy_wanted wanted = { .argv = argv };
	struct fil_copy_size size;
	struct fil_fault fault;
	int64_t run;

	while (fil_cli_next(cli) != -1)
		wanted.replace = true;
	fil_cli_operands(cli, 1);
	wanted.file = argv[optind];
	wanted.dry_run = fil_cli_options(cli)->dry_run;
	wanted.wait = fil_cli_options(cli)->wait;
	if (*wanted.file == '\0')
		fil_cli_usage(cli, "the name of the file is empty");
	if (strcmp(wanted.file, "-") == 0)
		fil_cli_usage(cli,
		    "-: a copy is a file, whose place the log keeps, never standard output: give a "
		    "file, or ./- for one of this name");
	if (fil_store_on_server(wanted.file))
		fil_cli_usage(cli,
		    "%s: a copy is a file; fil-init --from fills a store on a server", wanted.file);
	run = fil_copy_make(fil_cli_store(cli, FIL_STORE_WRITE), &wanted, &size, &fault);
	if (run < 0)
		return fil_cli_fail(cli, &fault);
	say(cli, &wanted, &size, run);
	return fil_cli_end(cli, FIL_OK);
}
