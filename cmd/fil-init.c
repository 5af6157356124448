/* SPDX-License-Identifier: ISC */
/* fil-init: make a store */
#include "lib/cli.h"
#include "lib/run.h"

static const struct fil_option options[] = { { 0 } };

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
	struct fil_store *store;
	struct fil_fault fault;

	while (fil_cli_next(cli) != -1)
		continue;
	fil_cli_operands(cli, 0);
	store = fil_cli_store(cli, FIL_STORE_CREATE);
	if (fil_run_initial(store, argv, &fault) != 0)
		return fil_cli_fail(cli, &fault);
	fil_cli_say(cli, "made %s", fil_store_name(store));
	return fil_cli_end(cli, FIL_OK);
}
