/* SPDX-License-Identifier: ISC */
/* fil-list: print a table */
#include <stdio.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/cli/cli.h"
#include "lib/output/output.h"
#include "lib/users/listing.h"

enum { TABLES = 256, COLUMNS };

static const struct fil_option options[] = {
	{ "tables", TABLES, NULL, N_("print the tables and their meaning (default: rows)") },
	{ "columns", COLUMNS, "TABLE", N_("print the columns of TABLE (default: its rows)") },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("print a table"),
	.operands = "TABLE",
	.examples = "fil-list users --active -w 'unit~Mécénat*' -w email=\n"
		    "fil-list autonomy -w 'date>=-4w' -f json > levels.json",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_FILTER | FIL_SHARE_USERS,
};

/* Returns whether --active or --phase was given. */
static bool
selects_users(const struct fil_cli_options *shared)
{
	return shared->selection.active || shared->selection.phase;
}

/* Binds -w to the columns of --tables or --columns. */
static struct fil_filter *
bind(struct fil_cli *cli, const struct fil_output_column *columns, size_t n)
{
	const struct fil_cli_options *shared = fil_cli_options(cli);
	struct fil_fault fault;

	if (selects_users(shared))
		fil_cli_usage(cli, "--active and --phase select users, not tables or columns");
	if (fil_filter_bind_columns(shared->filter, columns, n, shared->today, &fault) != 0)
		fil_cli_usage(cli, "%s", fault.text);
	return shared->filter;
}

static int
list_tables(struct fil_cli *cli)
{
	struct fil_filter *filter = bind(cli, fil_table_declared, FIL_TABLE_CELLS);
	struct fil_output *output = fil_cli_output(cli, fil_table_declared, FIL_TABLE_CELLS);
	const char *cells[FIL_TABLE_CELLS];
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);

	for (size_t i = 0; i < n; i++) {
		fil_table_declare(tables[i], cells);
		if (fil_filter_holds(filter, cells))
			fil_output_row(output, cells);
	}
	fil_output_end(output);
	return fil_cli_end(cli, FIL_OK);
}

static int
list_columns(struct fil_cli *cli, const struct fil_table *table)
{
	struct fil_filter *filter = bind(cli, fil_column_declared, FIL_COLUMN_CELLS);
	struct fil_output *output = fil_cli_output(cli, fil_column_declared, FIL_COLUMN_CELLS);
	const char *cells[FIL_COLUMN_CELLS];
	struct fil_bytes values = { 0 };

	for (size_t i = 0; i < table->n_columns; i++) {
		fil_column_declare(table, i, &values, cells);
		if (fil_filter_holds(filter, cells))
			fil_output_row(output, cells);
	}
	fil_bytes_release(&values);
	fil_output_end(output);
	return fil_cli_end(cli, FIL_OK);
}

/* Prints the rows; stops when standard output fails. Returns 0, or -1 with a fault. */
static int
print_rows(struct fil_cli *cli, struct fil_listing *listing, const struct fil_table *table,
    struct fil_fault *fault)
{
	struct fil_output *output = fil_cli_table_output(cli, table);
	FILE *stream = fil_cli_stream(cli);
	const char *const *cells;
	size_t n = 0;
	int got;

	while ((got = fil_listing_step(listing, &cells, fault)) > 0 && !ferror(stream)) {
		fil_output_row(output, cells);
		fil_cli_progress(cli, FIL_ROWS, ++n, 0);
	}
	fil_output_end(output);
	return got < 0 ? -1 : 0;
}

static int
list_rows(struct fil_cli *cli, const struct fil_table *table)
{
	const struct fil_cli_options *shared = fil_cli_options(cli);
	const struct fil_selection *selection = selects_users(shared) ? &shared->selection : NULL;
	struct fil_listing *listing;
	struct fil_fault fault;
	int result;

	if (fil_filter_bind(shared->filter, table, shared->today, &fault) != 0)
		fil_cli_usage(cli, "%s", fault.text);
	if (selection && fil_listing_user(table) == FIL_NOWHERE)
		fil_cli_usage(cli, "--active and --phase select users: the key of %s has no user",
		    table->name);
	listing = fil_listing_new(fil_cli_store(cli, FIL_STORE_READ), table, shared->filter,
	    selection, shared->today, &fault);
	if (!listing)
		return fil_cli_fail(cli, &fault);
	result = print_rows(cli, listing, table, &fault);
	fil_listing_free(listing);
	return result != 0 ? fil_cli_fail(cli, &fault) : fil_cli_end(cli, FIL_OK);
}

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	const char *columns_of = NULL;
	bool tables = false;

	for (int letter; (letter = fil_cli_next(cli)) != -1;) {
		if (letter == TABLES)
			tables = true;
		else
			columns_of = optarg;
	}
	if (tables && columns_of)
		fil_cli_usage(cli, "--tables and --columns exclude each other");
	fil_cli_operands(cli, tables || columns_of ? 0 : 1);
	if (tables)
		return list_tables(cli);
	if (columns_of)
		return list_columns(cli, fil_cli_table(cli, columns_of));
	return list_rows(cli, fil_cli_table(cli, argv[optind]));
}
