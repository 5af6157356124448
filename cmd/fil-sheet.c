/* SPDX-License-Identifier: ISC */
/* fil-sheet: print a sheet to fill in */
#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/cli/cli.h"
#include "lib/load/sheet.h"
#include "lib/page/sheet_page.h"

enum { BLIND = 256 };

static const struct fil_option options[] = {
	{ "blind", BLIND, NULL, N_("leave the newest levels out (default: show them)") },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("print a sheet to fill in"),
	.operands = "EVENT [COL=VALUE...]",
	.examples = "fil-sheet autonomy source=trainer --phase pilot -f xlsx -o sheet.xlsx\n"
		    "fil-report stalled | fil-sheet autonomy -f html -o sheet.html",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_FILTER | FIL_SHARE_USERS |
	    FIL_SHARE_LANG,
};

/* Returns the table of events of that name, or ends the program with 64. */
static const struct fil_table *
find_event(struct fil_cli *cli, const char *name)
{
	const struct fil_table *table;

	if (!name)
		fil_cli_usage(cli, "give the event of the sheet: autonomy, needs, completions …");
	table = fil_cli_table(cli, name);
	if (table->kind != FIL_EVENT)
		fil_cli_usage(cli, "'%s' has no sheet: its rows are no events", name);
	return table;
}

static void
print(struct fil_cli *cli, const struct fil_sheet *sheet)
{
	struct fil_output_column *columns;

	if (fil_cli_options(cli)->format == FIL_HTML) {
		fil_sheet_page(sheet, fil_cli_stream(cli));
		return;
	}
	columns = fil_alloc(sheet->n, sizeof *columns);
	fil_sheet_output(sheet, columns);
	fil_sheet_write(
	    sheet, fil_cli_output(cli, sheet->request.event->name, NULL, columns, sheet->n));
	free(columns);
}

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	const struct fil_cli_options *shared = fil_cli_options(cli);
	struct fil_sheet_request request = { .today = shared->today };
	const struct fil_selection *selection;
	struct fil_sheet *sheet;
	struct fil_fault fault;
	int result;

	while (fil_cli_next(cli) != -1)
		request.blind = true;
	request.event = find_event(cli, argv[optind]);
	request.operands = argv + optind + 1;
	selection = fil_cli_users(cli);
	if (selection->active || selection->phase || fil_selection_has_conditions(selection))
		request.selection = selection;
	sheet = fil_sheet_new(fil_cli_store(cli, FIL_STORE_READ), &request, &fault);
	if (!sheet)
		return fil_cli_fail(cli, &fault);
	print(cli, sheet);
	result = fil_cli_end(cli, FIL_OK);
	fil_sheet_free(sheet);
	return result;
}
