/* SPDX-License-Identifier: ISC */
/* fil-record: record dated facts about users */
#include "lib/base/language.h"
#include "lib/cli/load_command.h"

static const struct fil_command command = {
	.purpose = N_("record dated facts about users"),
	.operands = "EVENT [COL=VALUE...] [FILE...]",
	.examples = "  fil-record autonomy user=00421 dimension=tool level=3 source=trainer\n"
		    "  fil-list users -w 'unit~Mécénat*' | fil-record completions module=guide\n",
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_WRITER,
};

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct fil_cli_load *load = fil_load_command_new(cli, FIL_LOAD_FACTS);

	char *const *operands;
	const struct fil_table *table;

	while (fil_load_command_next(load) != -1)
		continue;
	operands = argv + optind;
	table = fil_load_command_table(
	    load, &operands, _("give the event to record: autonomy, needs, completions …"));
	return fil_load_command_run(load, table, operands, argv);
}
