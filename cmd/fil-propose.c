/* SPDX-License-Identifier: ISC */
/* fil-propose: propose modules to users by rules */
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/cli/cli.h"
#include "lib/plan/proposal.h"

enum { AS_OF = 256 };

static const struct fil_option options[] = {
	{ "as-of", AS_OF, "DATE", N_("propose by the facts dated up to DATE (default: today)") },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("propose modules to users by rules"),
	.operands = "",
	.examples = "fil-propose | fil-assign\n"
		    "fil-propose --phase pilot -w 'unit~Mécénat*' -f table",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_FILTER | FIL_SHARE_USERS,
};

/* Prints the rows; stops when standard output fails. Returns 0 at the end, 1 when stopped, or -1
 * with a fault. */
static int
print_rows(struct fil_cli *cli, struct fil_proposals *proposals, struct fil_fault *fault)
{
	struct fil_output *output = fil_cli_output(
	    cli, "proposals", N_("the modules proposed"), fil_proposal_columns, FIL_PROPOSAL_CELLS);
	FILE *stream = fil_cli_stream(cli);
	const char *const *cells;
	size_t n = 0;
	int got;

	while ((got = fil_proposals_step(proposals, &cells, fault)) == 1 && !ferror(stream)) {
		fil_output_row(output, cells);
		fil_cli_progress(cli, FIL_ROWS, ++n, 0);
	}
	return got;
}

static void
say_remarks(const struct fil_cli *cli, const struct fil_proposals *proposals)
{
	size_t n = fil_proposals_rules(proposals);

	if (n == 0)
		fil_cli_say(cli, "there are no rules: import some into rules");
	for (size_t i = 0; i < n; i++) {
		char *remark = fil_proposals_remark(proposals, i);

		if (remark)
			fil_cli_say(cli, "%s", remark);
		free(remark);
	}
}

/* Reads the options. Returns the day. */
static fil_day
read_options(struct fil_cli *cli)
{
	fil_day today = fil_cli_options(cli)->today, as_of = today;

	while (fil_cli_next(cli) != -1)
		if (fil_date_relative(optarg, today, today, &as_of) < 0)
			fil_cli_usage(cli,
			    "--as-of: '%s' is not a date (2024-03-31, today, last-sunday, -2w)",
			    optarg);
	return as_of;
}

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	struct fil_proposals_request request = { .today = fil_cli_options(cli)->today };
	struct fil_proposals *proposals;
	struct fil_fault fault;
	int got;

	request.as_of = read_options(cli);
	fil_cli_operands(cli, 0);
	request.selection = fil_cli_users(cli);
	proposals = fil_proposals_new(fil_cli_store(cli, FIL_STORE_READ), &request, &fault);
	if (!proposals)
		return fil_cli_fail(cli, &fault);
	if ((got = print_rows(cli, proposals, &fault)) == 0)
		say_remarks(cli, proposals);
	fil_proposals_free(proposals);
	return got < 0 ? fil_cli_fail(cli, &fault) : fil_cli_end(cli, FIL_OK);
}
