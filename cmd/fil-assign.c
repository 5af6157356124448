/* SPDX-License-Identifier: ISC */
/* fil-assign: assign modules to users */
#include "lib/base/language.h"
#include "lib/cli/load_command.h"
#include "lib/load/options.h"

enum { AGAIN = 256 };

static const struct fil_option options[] = {
	{ "again", AGAIN, NULL, N_("assign completed modules again (default: skip)") },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("assign modules to users"),
	.operands = "[COL=VALUE...] [FILE...]",
	.table = "assignments",
	.examples =
	    "  fil-list users --active -w 'unit~Mécénat*' | fil-assign module=intro due=+14d\n"
	    "  fil-report stalled --weeks 4 | fil-assign module=tutoring reason=stalled\n",
	.options = options,
	.group = N_("Columns and values"),
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_WRITER,
};

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct fil_cli_load *load = fil_load_command_new(cli, FIL_LOAD_FACTS);
	struct fil_load_options *wanted = fil_load_command_options(load);

	while (fil_load_command_next(load) != -1)
		wanted->again = true;
	wanted->assign = true;
	return fil_load_command_run(load, fil_catalog_table("assignments"), argv + optind, argv);
}
