/* SPDX-License-Identifier: ISC */
/* fil-init: make a store */
#include "lib/cli/cli.h"
#include "lib/write/run.h"

enum { GRANT = 256 };

static const struct fil_option options[] = {
	{ "grant", GRANT, NULL, "set up the roles of a PostgreSQL store (default: none)" },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = "make a store",
	.operands = "",
	.examples = "fil-init\n"
		    "fil-init -d rehearsal.db",
	.options = options,
	.shares = FIL_SHARE_STORE,
};

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	bool grant = false, made = true;
	struct fil_store *store;
	struct fil_fault fault;

	while (fil_cli_next(cli) != -1)
		grant = true;
	fil_cli_operands(cli, 0);
	store = grant ? fil_cli_server(cli, &made) : fil_cli_store(cli, FIL_STORE_CREATE);
	if (made && fil_run_initial(store, argv, &fault) != 0)
		return fil_cli_fail(cli, &fault);
	if (made)
		fil_cli_say(cli, "made %s", fil_store_name(store));
	if (grant && fil_store_grant(store, &fault) != 0)
		return fil_cli_fail(cli, &fault);
	if (grant)
		fil_cli_say(
		    cli, "filrouge_reader and filrouge_recorder may use %s", fil_store_name(store));
	return fil_cli_end(cli, FIL_OK);
}
