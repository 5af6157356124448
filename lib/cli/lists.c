/* SPDX-License-Identifier: ISC */
#include "lib/cli/lists.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/catalog/filter.h"
#include "lib/mapping/profile_file.h"
#include "lib/output/output.h"

enum { CELLS = 4 };

bool
fil_cli_selects_users(const struct fil_cli *cli)
{
	const struct fil_selection *selection = &fil_cli_options(cli)->selection;

	return selection->active || selection->phase;
}

/* Binds the conditions to the columns, and opens the output. */
static struct fil_output *
open_list(struct fil_cli *cli, const char *title, const struct fil_output_column *columns, size_t n)
{
	const struct fil_cli_options *shared = fil_cli_options(cli);
	struct fil_fault fault;

	if (fil_filter_bind_columns(shared->filter, columns, n, shared->today, &fault) != 0)
		fil_cli_usage(cli, "%s", fault.text);
	return fil_cli_output(cli, title, NULL, columns, n);
}

int
fil_cli_list_catalog(struct fil_cli *cli, const struct fil_table *table)
{
	const struct fil_output_column *columns = table ? fil_column_declared : fil_table_declared;
	size_t width = table ? FIL_COLUMN_CELLS : FIL_TABLE_CELLS, n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	const char *cells[FIL_COLUMN_CELLS];
	struct fil_bytes values = { 0 };
	struct fil_output *output;

	if (fil_cli_selects_users(cli))
		fil_cli_usage(cli, "--active and --phase select users, not tables or columns");
	output = open_list(cli, table ? table->name : "tables", columns, width);
	for (size_t i = 0; i < (table ? table->n_columns : n); i++) {
		if (table)
			fil_column_declare(table, i, &values, cells);
		else
			fil_table_declare(tables[i], cells);
		if (fil_filter_holds(fil_cli_options(cli)->filter, cells))
			fil_output_row(output, cells);
	}
	fil_bytes_release(&values);
	return fil_cli_end(cli, FIL_OK);
}

int
fil_cli_list_profiles(struct fil_cli *cli)
{
	static const struct fil_output_column columns[CELLS] = { { .name = "profile" },
		{ .name = "table" }, { .name = "tool" }, { .name = "since" } };
	struct fil_profile_list list;
	struct fil_output *output;

	if (fil_cli_selects_users(cli))
		fil_cli_usage(cli, "--active and --phase select users, not profiles");
	output = open_list(cli, "profiles", columns, CELLS);
	fil_profile_list_read(&list);
	for (size_t i = 0; i < list.n; i++) {
		const char *cells[CELLS] = { list.profiles[i].name };

		for (size_t c = 1; c < CELLS; c++) {
			const struct fil_setting *setting =
			    fil_profile_file_top(list.profiles[i].file, columns[c].name);

			cells[c] = setting ? setting->value : NULL;
		}
		if (fil_filter_holds(fil_cli_options(cli)->filter, cells))
			fil_output_row(output, cells);
	}
	fil_profile_list_release(&list);
	return fil_cli_end(cli, FIL_OK);
}

int
fil_cli_show_profile(struct fil_cli *cli, const char *name)
{
	char *path = fil_profile_file_find(name, true), block[4096];
	FILE *file = path ? fopen(path, "re") : NULL;
	struct fil_fault fault;
	size_t n;

	if (!path)
		fil_fault_set(&fault, FIL_NO_INPUT,
		    "no profile '%s': 'fil-list --profiles' lists them", name);
	else if (!file)
		fil_fault_set(&fault, FIL_NO_INPUT, "%s: cannot be opened: %s", path,
		    fil_language_error(errno));
	free(path);
	if (!file)
		return fil_cli_fail(cli, &fault);
	while ((n = fread(block, 1, sizeof block, file)) > 0)
		fwrite(block, 1, n, fil_cli_stream(cli));
	fclose(file);
	return fil_cli_end(cli, FIL_OK);
}
