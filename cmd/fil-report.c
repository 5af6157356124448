/* SPDX-License-Identifier: ISC */
/* fil-report: print figures. */
#include "lib/cli/report_command.h"

static const struct fil_command command = {
	.purpose = "print figures",
	.operands = "SUBJECT",
	.examples = "fil-report autonomy --by unit --depth 1\n"
		    "fil-report stalled --weeks 4 | fil-assign module=tutoring due=+14d",
	.options = fil_report_command_options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_FILTER | FIL_SHARE_USERS,
};

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct fil_cli_report *report = fil_report_command_new(cli);
	int letter;

	while ((letter = fil_cli_next(cli)) != -1)
		fil_report_command_option(report, letter, optarg);
	return fil_report_command_run(report, argv + optind);
}
