/* SPDX-License-Identifier: ISC */
/* fil-assign: assign modules to users */
#include "lib/cli/load_command.h"

enum { OPTION_AGAIN = FIL_OPTION_OWN };

static const struct fil_option options[] = {
	{ "again", OPTION_AGAIN, NULL, "assign anew what a user has completed" },
	FIL_CLI_LOAD_OPTIONS,
	{ 0 },
};

static const struct fil_command command = {
	.purpose = "assign modules to users",
	.operands = "[COL=VALUE...] [FILE...]",
	.examples =
	    "  fil-list users --active -w 'unit~Mécénat*' | fil-assign module=intro due=+14d\n"
	    "  fil-report stalled --weeks 4 | fil-assign module=tutoring reason=stalled\n",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_WRITER,
};

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct fil_cli_load *load = fil_load_command_new(cli);
	struct fil_load_options *wanted = fil_load_command_options(load);
	int letter;

	while ((letter = fil_cli_next(cli)) != -1)
		if (!fil_load_command_option(load, letter, optarg))
			wanted->again = true;
	wanted->assign = true;
	fil_load_command_fill_today(load);
	return fil_load_command_run(load, fil_catalog_table("assignments"), argv + optind, argv);
}
