/* SPDX-License-Identifier: ISC */
/* fil-list: print a table */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/filter.h"
#include "lib/cli/cli.h"
#include "lib/mapping/profile_file.h"
#include "lib/output/output.h"
#include "lib/users/listing.h"

enum { TABLES = 256, COLUMNS, VALUES, PROFILES, PROFILE, SHOW };

static const struct fil_option options[] = {
	{ "tables", TABLES, NULL, N_("print the tables and their meaning (default: rows)") },
	{ "columns", COLUMNS, "TABLE", N_("print the columns of TABLE (default: its rows)") },
	{ "values", VALUES, "COL=TEXT",
	    N_("print values of COL beginning with TEXT (default: rows)") },
	{ "profiles", PROFILES, NULL, N_("print the profiles of sources (default: rows)") },
	{ "profile", PROFILE, "NAME", N_("name the profile for --show (default: none)") },
	{ "show", SHOW, NULL, N_("print the file of the profile, to copy (default: rows)") },
	{ 0 },
};

static const struct fil_command command = {
	.purpose = N_("print a table"),
	.operands = "TABLE",
	.examples = "fil-list users --active -w 'unit~Mécénat*' -w email=\n"
		    "fil-list autonomy -w 'date>=-4w' -f json > levels.json",
	.options = options,
	.shares = FIL_SHARE_STORE | FIL_SHARE_OUTPUT | FIL_SHARE_FILTER | FIL_SHARE_USERS |
	    FIL_SHARE_LANG,
};

/* Returns whether --active or --phase was given. */
static bool
selects_users(const struct fil_cli *cli)
{
	const struct fil_selection *selection = &fil_cli_options(cli)->selection;

	return selection->active || selection->phase;
}

/* Returns the rows that meet the conditions, or NULL with a fault. */
static struct fil_listing *
choose_rows(struct fil_cli *cli, const struct fil_table *table, struct fil_fault *fault)
{
	const struct fil_cli_options *shared = fil_cli_options(cli);
	const struct fil_selection *selection = selects_users(cli) ? &shared->selection : NULL;

	if (fil_filter_bind(shared->filter, table, shared->today, fault) != 0)
		fil_cli_usage(cli, "%s", fault->text);
	if (selection && fil_table_user(table) == FIL_NOWHERE)
		fil_cli_usage(cli, "--active and --phase select users: the key of %s has no user",
		    table->name);
	return fil_listing_new(fil_cli_store(cli, FIL_STORE_READ), table, shared->filter, selection,
	    shared->today, fault);
}

/* Returns the values that begin as COL=TEXT says, and sets their column; or NULL with a fault. */
static struct fil_listing *
choose_values(struct fil_cli *cli, const struct fil_table *table, const char *text,
    struct fil_output_column *column, struct fil_fault *fault)
{
	const struct fil_cli_options *shared = fil_cli_options(cli);
	size_t n = strcspn(text, "=");
	char *name = fil_copy_bytes(text, n);
	size_t i = fil_table_column(table, name);

	free(name);
	if (text[n] == '\0' || i == FIL_NOWHERE)
		fil_cli_usage(cli, "--values takes COL=TEXT of %s, not '%s'", table->name, text);
	if (selects_users(cli) || fil_filter_count(shared->filter) > 0)
		fil_cli_usage(cli, "--values prints values, not rows: it has no conditions");
	column->name = table->columns[i].name;
	return fil_listing_begun(fil_cli_store(cli, FIL_STORE_READ), table, i, text + n + 1, fault);
}

/* Prints the rows of the table, or values of a column. Stops when standard output fails. */
static int
list(struct fil_cli *cli, const struct fil_table *table, const char *values)
{
	struct fil_output_column column = { 0 };
	struct fil_fault fault;
	struct fil_listing *listing = values ? choose_values(cli, table, values, &column, &fault)
					     : choose_rows(cli, table, &fault);
	struct fil_output *output;
	const char *const *cells;
	size_t n = 0;
	int got = 0;

	if (!listing)
		return fil_cli_fail(cli, &fault);
	output = values ? fil_cli_output(cli, table->name, NULL, &column, 1)
			: fil_cli_table_output(cli, table);
	while (
	    !ferror(fil_cli_stream(cli)) && (got = fil_listing_step(listing, &cells, &fault)) > 0) {
		fil_output_row(output, cells);
		fil_cli_progress(cli, FIL_ROWS, ++n, 0);
	}
	fil_listing_free(listing);
	return got < 0 ? fil_cli_fail(cli, &fault) : fil_cli_end(cli, FIL_OK);
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

/* Prints the columns of a table; NULL: the tables. Ends cli and returns the exit status. */
static int
list_catalog(struct fil_cli *cli, const struct fil_table *table)
{
	const struct fil_output_column *columns = table ? fil_column_declared : fil_table_declared;
	size_t width = table ? FIL_COLUMN_CELLS : FIL_TABLE_CELLS, n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	const char *cells[FIL_COLUMN_CELLS];
	struct fil_bytes values = { 0 };
	struct fil_output *output;

	if (selects_users(cli))
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

/* Prints the profiles with their table, tool and since when the tool writes so. Ends cli and
 * returns the exit status. */
static int
list_profiles(struct fil_cli *cli)
{
	enum { CELLS = 4 };
	static const struct fil_output_column columns[CELLS] = { { .name = "profile" },
		{ .name = "table" }, { .name = "tool" }, { .name = "since" } };
	struct fil_profile_list list;
	struct fil_output *output;

	if (selects_users(cli))
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

/* Prints the file of a profile. Ends cli and returns the exit status: 66 if there is none. */
static int
show_profile(struct fil_cli *cli, const char *name)
{
	struct fil_fault fault;
	FILE *file = fil_profile_file_stream(name, &fault);
	char block[4096];
	size_t n;

	if (!file)
		return fil_cli_fail(cli, &fault);
	while ((n = fread(block, 1, sizeof block, file)) > 0)
		fwrite(block, 1, n, fil_cli_stream(cli));
	fclose(file);
	return fil_cli_end(cli, FIL_OK);
}

int
main(int argc, char **argv)
{
	struct fil_cli *cli = fil_cli_new(argc, argv, &command);
	const char *columns_of = NULL, *values = NULL, *profile = NULL;
	bool tables = false, profiles = false, show = false;

	for (int letter; (letter = fil_cli_next(cli)) != -1;) {
		tables = tables || letter == TABLES;
		profiles = profiles || letter == PROFILES;
		show = show || letter == SHOW;
		columns_of = letter == COLUMNS ? optarg : columns_of;
		values = letter == VALUES ? optarg : values;
		profile = letter == PROFILE ? optarg : profile;
	}
	if (tables + profiles + show + !!columns_of + !!values > 1)
		fil_cli_usage(
		    cli, "--tables, --columns, --values, --profiles and --show exclude each other");
	if (show != !!profile)
		fil_cli_usage(cli, "--profile NAME --show prints a profile");
	fil_cli_operands(cli, tables || profiles || show || columns_of ? 0 : 1);
	if (profiles)
		return list_profiles(cli);
	if (show)
		return show_profile(cli, profile);
	if (tables || columns_of)
		return list_catalog(cli, columns_of ? fil_cli_table(cli, columns_of) : NULL);
	return list(cli, fil_cli_table(cli, argv[optind]), values);
}
