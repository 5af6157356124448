/* SPDX-License-Identifier: ISC */
/* fil-import: import a CSV file into a table */
#include "lib/base/language.h"
#include "lib/cli/load_command.h"

enum { PROPOSE = 256 };

static const struct fil_option options[] = {
	{ "propose", PROPOSE, "FILE", N_("print a first profile of FILE (default: import)") },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("import a CSV file into a table"),
	.operands = "TABLE [COL=VALUE...] [FILE...]",
	.examples = "  fil-import users --map 'unit={Direction}/{Service}' sirh.csv\n"
		    "  fil-import enrolments phase=pilot enrolled=2024-01-08 pilot.csv\n",
	.options = options,
	.group = N_("Columns and values"),
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_WRITER,
};

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct fil_cli_load *load = fil_load_command_new(cli, FIL_LOAD_TABLE);
	const struct fil_table *table;
	const char *proposed = NULL;

	while (fil_load_command_next(load) != -1)
		proposed = optarg;
	if (optind == argc)
		fil_cli_usage(cli, "give the table to import into; 'fil-list --tables' lists them");
	table = fil_load_command_table(load, argv[optind]);
	if (proposed) {
		fil_cli_operands(cli, 1);
		return fil_load_command_propose(load, table, proposed);
	}
	fil_load_command_options(load)->tell_all = true;
	return fil_load_command_run(load, table, argv + optind + 1, argv);
}
