/* SPDX-License-Identifier: ISC */
/* fil-import: import a CSV file into a table */
#include "lib/base/language.h"
#include "lib/cli/load_command.h"
#include "lib/load/options.h"

static const struct fil_command command = {
	.purpose = N_("import a CSV file into a table"),
	.operands = "TABLE [COL=VALUE...] [FILE...]",
	.examples = "  fil-import users --map 'unit={Direction}/{Service}' sirh.csv\n",
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_WRITER,
};

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct fil_cli_load *load = fil_load_command_new(cli, FIL_LOAD_TABLE);
	char *const *operands;
	const struct fil_table *table;

	while (fil_load_command_next(load) != -1)
		continue;
	operands = argv + optind;
	table = fil_load_command_table(
	    load, &operands, _("give the table to import into; 'fil-list --tables' lists them"));
	fil_load_command_options(load)->tell_all = true;
	return fil_load_command_run(load, table, operands, argv);
}
