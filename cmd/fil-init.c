/* SPDX-License-Identifier: ISC */
/* fil-init: make a store */
#include <stdlib.h>

#include "lib/audit/copy.h"
#include "lib/base/language.h"
#include "lib/cli/cli.h"
#include "lib/write/run.h"

enum { FROM = 256, GROUP, GRANT };

static const struct fil_option options[] = {
	{ "from", FROM, "FILE", N_("fill it with a copy by fil-backup (default: seeds)") },
	{ "group", GROUP, "GROUP", N_("share it with the accounts of GROUP (default: none)") },
	{ "grant", GRANT, NULL, N_("set up the roles of a PostgreSQL store (default: none)") },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("make a store"),
	.operands = "",
	.examples = "fil-init\n"
		    "fil-init -d rehearsal.db --from /mnt/copies/filrouge.db",
	.options = options,
	.shares = FIL_SHARE_STORE,
};

/* The options of the command line. */
struct asked {
	const char *from, *group;
	bool grant;
};

static struct asked
read_options(struct fil_cli *cli)
{
	struct asked asked = { 0 };

	for (int letter; (letter = fil_cli_next(cli)) != -1;) {
		switch (letter) {
		case FROM: asked.from = optarg; break;
		case GROUP: asked.group = optarg; break;
		default: asked.grant = true;
		}
	}
	fil_cli_operands(cli, 0);
	if (asked.group && asked.grant)
		fil_cli_usage(cli, "--group is for a file, --grant for a server");
	if (asked.from && asked.grant)
		fil_cli_usage(cli, "--grant comes after --from, as a command of its own");
	if (asked.from && fil_store_on_server(asked.from))
		fil_cli_usage(
		    cli, "--from: a copy is a file; fil-backup makes one of %s", asked.from);
	return asked;
}

/* Fills a new store and says so. Returns 0, or -1 with a fault. */
static int
make(const struct fil_cli *cli, struct fil_store *store, const struct asked *asked, char **argv,
    struct fil_fault *fault)
{
	struct fil_copy_size size;
	char *text;

	if (!asked->from) {
		if (fil_run_initial(store, argv, fault) != 0)
			return -1;
		fil_cli_say(cli, "made %s", fil_store_name(store));
		return 0;
	}
	if (fil_copy_restore(store, asked->from, &size, fault) != 0)
		return -1;
	text = fil_copy_size_text(&size);
	/* TRANSLATORS: a store, a copy and its size. */
	fil_cli_say(cli, "made %s from %s: %s; fil-check tells whether all is in order",
	    fil_store_name(store), asked->from, text);
	free(text);
	return 0;
}

/* Opens the store, new or to be granted. */
static struct fil_store *
open_store(struct fil_cli *cli, const struct asked *asked, bool *made)
{
	*made = true;
	if (asked->group)
		fil_cli_group(cli, asked->group);
	if (asked->from)
		return fil_cli_store(cli, FIL_STORE_RESTORE);
	return asked->grant ? fil_cli_server(cli, made) : fil_cli_store(cli, FIL_STORE_CREATE);
}

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	const struct asked asked = read_options(cli);
	struct fil_fault fault;
	bool made;
	struct fil_store *store = open_store(cli, &asked, &made);

	if (made && make(cli, store, &asked, argv, &fault) != 0)
		return fil_cli_fail(cli, &fault);
	if (asked.group)
		fil_store_share(store);
	if (asked.grant && fil_store_grant(store, &fault) != 0)
		return fil_cli_fail(cli, &fault);
	if (asked.grant)
		fil_cli_say(
		    cli, "filrouge_reader and filrouge_recorder may use %s", fil_store_name(store));
	return fil_cli_end(cli, FIL_OK);
}
