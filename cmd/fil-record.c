/* SPDX-License-Identifier: ISC */
/* fil-record: record dated facts about users */
#include "lib/cli/load_command.h"

static const struct fil_option options[] = {
	FIL_CLI_LOAD_OPTIONS,
	{ 0 },
};

static const struct fil_command command = {
	.purpose = "record dated facts about users",
	.operands = "EVENT [COL=VALUE...] [FILE...]",
	.examples = "  fil-record autonomy user=00421 dimension=tool level=3 source=trainer\n"
		    "  fil-list users -w 'unit~Mécénat*' | fil-record completions module=guide\n",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_WRITER,
};

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct fil_cli_load *load = fil_load_command_new(cli);
	int letter;

	while ((letter = fil_cli_next(cli)) != -1)
		fil_load_command_option(load, letter, optarg);
	if (optind == argc)
		fil_cli_usage(cli, "name the event to record: autonomy, needs, completions …");
	fil_load_command_fill_today(load);
	return fil_load_command_run(
	    load, fil_load_command_table(cli, argv[optind], true), argv + optind + 1, argv);
}
