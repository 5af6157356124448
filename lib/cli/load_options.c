/* SPDX-License-Identifier: ISC */
#include "lib/cli/load_options.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/input/decoder.h"
#include "lib/load/request.h"

static int
read_number(const char *option, const char *text, long long most, long long *number,
    struct fil_fault *fault)
{
	if (fil_number_read(text, 0, most, number) == 0)
		return 0;
	return fil_fault_set(
	    fault, FIL_USAGE, "%s: '%s' is not a whole number from 0 to %lld", option, text, most);
}

static int
read_encoding(struct fil_load_options *options, const char *name, struct fil_fault *fault)
{
	struct fil_decoder *decoder = fil_decoder_new(name);

	if (!decoder)
		return fil_fault_set(
		    fault, FIL_USAGE, "--encoding: '%s' is not an encoding that iconv knows", name);
	fil_decoder_free(decoder);
	options->format.encoding = name;
	return 0;
}

static int
read_order(struct fil_load_options *options, const char *name, struct fil_fault *fault)
{
	static const struct {
		const char *name;
		enum fil_date_order order;
	} orders[] = {
		{ "dmy", FIL_ORDER_DMY },
		{ "mdy", FIL_ORDER_MDY },
		{ "ymd", FIL_ORDER_YMD },
		{ "excel", FIL_ORDER_EXCEL },
		{ "epoch", FIL_ORDER_EPOCH },
	};

	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		if (strcmp(name, orders[i].name) != 0)
			continue;
		options->order = orders[i].order;
		return 0;
	}
	return fil_fault_set(
	    fault, FIL_USAGE, "--dates takes dmy, mdy, ymd, excel or epoch, not '%s'", name);
}

static int
read_delimiter(struct fil_load_options *options, const char *name, struct fil_fault *fault)
{
	options->format.delimiter = fil_delimiter_read(name);
	if (options->format.delimiter)
		return 0;
	return fil_fault_set(
	    fault, FIL_USAGE, "--delimiter takes comma, semicolon, tab or pipe, not '%s'", name);
}

/* Reads an age, "8d" or "2w", in days. */
static int
read_age(struct fil_load_options *options, const char *text, struct fil_fault *fault)
{
	size_t n = strlen(text);
	char *number = fil_copy_bytes(text, n > 0 ? n - 1 : 0);
	long long count = 0;
	bool weeks = n > 0 && text[n - 1] == 'w', days = n > 0 && text[n - 1] == 'd';
	bool good = (weeks || days) && fil_number_read(number, 1, 5000, &count) == 0;

	free(number);
	if (!good)
		return fil_fault_set(
		    fault, FIL_USAGE, "--max-age takes days or weeks, 8d or 2w, not '%s'", text);
	options->max_age = (unsigned)count * (weeks ? 7 : 1);
	return 0;
}

/* Reads the most refused rows: "20", or "5%" of the rows read. */
static int
read_max_rejects(struct fil_load_options *options, const char *text, struct fil_fault *fault)
{
	size_t n = strlen(text);
	bool share = n > 0 && text[n - 1] == '%';
	char *number = fil_copy_bytes(text, share ? n - 1 : n);
	long long most = 0;
	int result = read_number("max-rejects", number, share ? 100 : 100000000, &most, fault);

	options->max_rejects_share = share;
	options->max_rejects = (size_t)most;
	free(number);
	return result;
}

static int
read_pivot(struct fil_load_options *options, const char *text, struct fil_fault *fault)
{
	long long value = 0;
	int result = read_number("pivot", text, 99, &value, fault);

	options->has_pivot = true;
	options->pivot = (int)value;
	return result;
}

static int
read_decimal(struct fil_load_options *options, const char *name, struct fil_fault *fault)
{
	bool comma = strcmp(name, "comma") == 0;

	if (!comma && strcmp(name, "point") != 0)
		return fil_fault_set(
		    fault, FIL_USAGE, "decimal takes comma or point, not '%s'", name);
	options->decimal = comma ? FIL_SIGN_COMMA : FIL_SIGN_POINT;
	return 0;
}

static int
read_within(struct fil_load_options *options, const char *text, struct fil_fault *fault)
{
	bool phase = strncmp(text, "phase:", 6) == 0 && text[6] != '\0';

	options->within_unit = strcmp(text, "unit") == 0;
	options->within_phase = phase ? text + 6 : NULL;
	if (phase || options->within_unit)
		return 0;
	return fil_fault_set(fault, FIL_USAGE, "within takes unit or phase:P, not '%s'", text);
}

static int
read_zone(struct fil_load_options *options, const char *name, struct fil_fault *fault)
{
	struct fil_time_zone *zone = fil_time_zone_new(name, fault);

	if (!zone)
		return -1;
	fil_time_zone_free(options->zone);
	options->zone = zone;
	return 0;
}

static int
read_begin(struct fil_load_options *options, const char *text, struct fil_fault *fault)
{
	(void)fault;
	options->format.begin_after = *text != '\0' ? text : NULL;
	options->format.begin_place = options->place;
	return 0;
}

static int
read_end(struct fil_load_options *options, const char *text, struct fil_fault *fault)
{
	(void)fault;
	options->format.ends_blank = strcmp(text, "blank") == 0;
	options->format.end = *text != '\0' && !options->format.ends_blank ? text : NULL;
	return 0;
}

static int
read_sum(struct fil_load_options *options, const char *column, struct fil_fault *fault)
{
	(void)fault;
	options->sum = column;
	return 0;
}

static int
read_key(struct fil_load_options *options, const char *text, struct fil_fault *fault)
{
	options->no_key = strcmp(text, "none") == 0;
	return options->no_key ? 0
			       : fil_fault_set(fault, FIL_USAGE,
				     "key takes none, not '%s'; [columns] maps a header", text);
}

static int
read_expected(struct fil_load_options *options, const char *text, struct fil_fault *fault)
{
	long long value = 0;
	int result = read_number("expect-rows", text, INT32_MAX, &value, fault);

	options->expects = true;
	options->expected = (size_t)value;
	return result;
}

static int
read_sheet(struct fil_load_options *options, const char *sheet, struct fil_fault *fault)
{
	(void)fault;
	options->format.sheet = sheet;
	options->format.sheet_place = options->place;
	return 0;
}

static int
read_rows(struct fil_load_options *options, const char *path, struct fil_fault *fault)
{
	(void)fault;
	options->format.rows = path;
	options->format.rows_place = options->place;
	return 0;
}

static int
read_skip_lines(struct fil_load_options *options, const char *text, struct fil_fault *fault)
{
	long long value = 0;
	int result = read_number("skip-lines", text, 1000000, &value, fault);

	options->format.skip_lines = (size_t)value;
	return result;
}

static int
read_max_faults(struct fil_load_options *options, const char *text, struct fil_fault *fault)
{
	long long value = 0;
	int result = read_number("max-faults", text, 10000000, &value, fault);

	options->max_faults = (size_t)value;
	return result;
}

static int
read_max_churn(struct fil_load_options *options, const char *text, struct fil_fault *fault)
{
	long long value = 0;
	int result = read_number("max-churn", text, 1000, &value, fault);

	options->max_churn = (unsigned)value;
	return result;
}

static int
read_rejects(struct fil_load_options *options, const char *file, struct fil_fault *fault)
{
	(void)fault;
	options->rejects = file;
	return 0;
}

static int
read_allow(struct fil_load_options *options, const char *list, struct fil_fault *fault)
{
	return fil_doubt_allow(list, options->allow, fault);
}

static int
read_last(struct fil_load_options *options, const char *argument, struct fil_fault *fault)
{
	(void)argument;
	(void)fault;
	options->prefer = FIL_PREFER_LAST;
	return 0;
}

static int
read_prefer(struct fil_load_options *options, const char *which, struct fil_fault *fault)
{
	static const struct {
		const char *name;
		enum fil_load_prefer prefer;
		enum fil_join_prefer join;
	} choices[] = {
		{ "active", FIL_PREFER_ACTIVE, FIL_JOIN_NEITHER },
		{ "last", FIL_PREFER_LAST, FIL_JOIN_NEITHER },
		{ "first", FIL_PREFER_FIRST, FIL_JOIN_NEITHER },
		{ "old", FIL_PREFER_NONE, FIL_JOIN_OLD },
		{ "new", FIL_PREFER_NONE, FIL_JOIN_NEW },
	};

	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
		if (strcmp(which, choices[i].name) != 0)
			continue;
		if (choices[i].join != FIL_JOIN_NEITHER)
			options->join = choices[i].join;
		else
			options->prefer = choices[i].prefer;
		return 0;
	}
	return fil_fault_set(
	    fault, FIL_USAGE, "--prefer takes active, last, first, old or new, not '%s'", which);
}

#define READING N_("Reading")
#define COLUMNS N_("Columns and values")
#define REFUSING N_("Refusing")
#define LISTS N_("Whole lists")
#define OPTION(name, argument, help, group) { name, 0, argument, help }, group
#define FLAG(field) .flag = offsetof(struct fil_load_options, field)

const struct fil_load_option fil_load_option_table[] = {
	{ OPTION("encoding", "NAME", "read as UTF-8, WINDOWS-1252 … (default: detect)", READING),
	    .read = read_encoding,
	    .option.values = "UTF-8 UTF-16 WINDOWS-1252 ISO-8859-1 ISO-8859-15 MACINTOSH" },
	{ OPTION("delimiter", "NAME", "split at semicolon, tab, pipe … (default: detect)", READING),
	    .read = read_delimiter, .option.values = "comma semicolon tab pipe" },
	{ OPTION("dates", "ORDER", "read dates as dmy, mdy, ymd, excel (default: detect)", READING),
	    .read = read_order, .option.values = "dmy mdy ymd excel epoch" },
	{ OPTION("pivot", "NN", "read yy to NN as 20yy, else 19yy (default: refuse)", READING),
	    .read = read_pivot },
	{ OPTION("decimal", "comma|point", "read 1,234 with this decimal sign", READING),
	    .read = read_decimal, .setting = true },
	{ OPTION("skip-lines", "N", "skip N lines above the header (default: detect)", READING),
	    .read = read_skip_lines },
	{ OPTION("sheet", "NAME", "read this sheet of a workbook, by name or number", READING),
	    .read = read_sheet, .setting = true },
	{ OPTION("rows", "PATH", "read this list of a JSON object", READING), .read = read_rows,
	    .setting = true },
	{ OPTION("begin-after", "TEXT", "read the table below the line that begins so", READING),
	    .read = read_begin, .setting = true },
	{ OPTION("end", "blank|TEXT", "read up to a blank line, or one that begins so", READING),
	    .read = read_end, .setting = true },
	{ OPTION("short-rows", NULL, "take rows that lack cells at their end", READING),
	    FLAG(short_rows), .setting = true },
	{ OPTION("no-header", NULL, "read the first line as a row (default: the header)", READING),
	    FLAG(format.no_header) },
	{ OPTION("profile", "NAME", "take options and columns from it (default: none)", COLUMNS),
	    .not_in_profile = true, .option.values = "*.ini" },
	{ OPTION("check", "FILE", "print what becomes of FILE (default: write)", COLUMNS),
	    .not_in_profile = true },
	{ OPTION("propose", "FILE", "print a first profile of FILE (default: write)", COLUMNS),
	    .not_in_profile = true },
	{ OPTION("set", "NAME=VALUE", "override a setting of the profile (default: none)", COLUMNS),
	    .not_in_profile = true, .sets = true },
	{ OPTION(
	      "map", "COL=HEADER", "take COL from HEADER or a template (default: detect)", COLUMNS),
	    .ask = fil_request_map },
	{ OPTION("match", "WHAT", "find users by email, name or alias (default: key)", COLUMNS),
	    .ask = fil_request_match, .option.values = ",email name alias" },
	{ OPTION("timezone", "ZONE", "read moments as days in this zone", READING),
	    .read = read_zone, .setting = true },
	{ OPTION("key", "none", "find users by --match, not by a staff number", COLUMNS),
	    .read = read_key, .setting = true },
	{ OPTION("unguard", NULL, "take the apostrophe off '00421", COLUMNS), FLAG(unguard),
	    .setting = true },
	{ OPTION("within", "unit|phase:P", "find namesakes by unit or phase", COLUMNS),
	    .read = read_within, .setting = true },
	{ OPTION("pad", "COL=N", "restore leading zeros to N digits (default: none)", COLUMNS),
	    .ask = fil_request_pad },
	{ OPTION("unknown", "COL=empty", "empty references that do not exist (default: refuse)",
	      COLUMNS),
	    .ask = fil_request_unknown },
	{ OPTION("rename", "OLD=NEW", "give a user another key (default: keep)", COLUMNS),
	    .ask = fil_request_rename, .whole_tables = true },
	{ OPTION("remove", NULL, "delete the rows with these keys (default: write)", COLUMNS),
	    FLAG(remove), .whole_tables = true },
	{ OPTION("known-only", NULL, "ignore rows of unknown users (default: refuse)", REFUSING),
	    FLAG(known_only) },
	{ OPTION("last", NULL, "keep the last of duplicate keys (default: refuse)", REFUSING),
	    .read = read_last },
	{ OPTION(
	      "prefer", "WHICH", "keep the active, last or first row (default: refuse)", REFUSING),
	    .read = read_prefer, .option.values = "active last first old new" },
	{ OPTION("sum", "COL", "add up COL in rows of equal keys", REFUSING), .read = read_sum,
	    .setting = true },
	{ OPTION("keep-empty", NULL, "leave stored values alone where cells are empty", REFUSING),
	    FLAG(keep_empty), .setting = true },
	{ OPTION("expect-rows", "N", "refuse unless N rows were read", REFUSING),
	    .read = read_expected, .setting = true },
	{ OPTION(
	      "max-age", "AGE", "refuse a FILE older than 8d, 2w … (default: any age)", REFUSING),
	    .read = read_age },
	{ OPTION(
	      "keep-going", NULL, "write the good rows, exit 1 (default: write nothing)", REFUSING),
	    FLAG(keep_going) },
	{ OPTION(
	      "rejects", "FILE", "write refused rows to FILE (default: only list them)", REFUSING),
	    .read = read_rejects },
	{ OPTION("max-rejects", "N|PCT%", "write nothing if more are refused (default: any)",
	      REFUSING),
	    .read = read_max_rejects },
	{ OPTION("max-faults", "N", "list N faults and count the rest (default: 1000)", REFUSING),
	    .read = read_max_faults },
	{ OPTION("allow", "KINDS", "accept doubts of filrouge-doubts(7) (default: none)", REFUSING),
	    .read = read_allow },
	{ OPTION("strict", NULL, "refuse doubts, exit 1 (default: tell them)", REFUSING),
	    FLAG(strict) },
	{ OPTION("sync", NULL, "mark missing users as left (default: keep them)", LISTS),
	    FLAG(sync), .whole_tables = true },
	{ OPTION("parts", NULL, "join several FILEs into one list (default: one FILE)", LISTS),
	    FLAG(parts), .whole_tables = true },
	{ OPTION("take", NULL, "take users over from other feeds (default: refuse)", LISTS),
	    FLAG(take), .whole_tables = true },
	{ OPTION("max-churn", "PCT", "refuse to change over PCT of the feed (default: 10)", LISTS),
	    .read = read_max_churn, .whole_tables = true },
	{ OPTION("force", NULL, "exceed --max-churn (default: refuse)", LISTS), FLAG(force),
	    .whole_tables = true },
	{ OPTION(
	      "no-final-newline", NULL, "accept a last line without end (default: refuse)", LISTS),
	    FLAG(no_final_newline), .whole_tables = true },
};

const size_t fil_load_option_count = sizeof fil_load_option_table / sizeof *fil_load_option_table;

const struct fil_load_options fil_load_option_defaults = {
	.max_faults = 1000, .max_churn = 10, .max_rejects = SIZE_MAX
};

static int
check_sync(const struct fil_load_options *options, const struct fil_request *request,
    size_t n_paths, struct fil_fault *fault)
{
	if (strcmp(fil_request_table(request)->name, "users") != 0)
		return fil_fault_set(fault, FIL_USAGE, "--sync is for users");
	if (fil_request_whole(request))
		return fil_fault_set(
		    fault, FIL_USAGE, "--sync needs the list: give its FILE, or '-'");
	if (n_paths > 1 && !options->parts)
		return fil_fault_set(
		    fault, FIL_USAGE, "--sync takes one FILE; --parts joins several into one list");
	if (options->remove || options->known_only)
		return fil_fault_set(
		    fault, FIL_USAGE, "--sync does not go with --remove or --known-only");
	return 0;
}

/* Checks that rows can add up in the column of `sum`. */
static int
check_sum(const struct fil_load_options *options, const struct fil_request *request,
    struct fil_fault *fault)
{
	const struct fil_table *table = fil_request_table(request);
	size_t c = options->sum ? fil_table_column(table, options->sum) : 0;

	if (!options->sum)
		return 0;
	if (c == FIL_NOWHERE || table->columns[c].type != FIL_TYPE_AMOUNT)
		return fil_fault_set(
		    fault, FIL_USAGE, "sum: '%s' is no amount of %s", options->sum, table->name);
	if (options->prefer != FIL_PREFER_NONE)
		return fil_fault_set(fault, FIL_USAGE, "sum does not go with --last or --prefer");
	return 0;
}

/* Checks options that need others. Without these they would be ignored in silence. */
static int
check_needs(const struct fil_load_options *options, const struct fil_request *request,
    struct fil_fault *fault)
{
	const struct {
		bool set;
		const char *name;
	} flags[] = {
		{ options->parts, "parts" },
		{ options->force, "force" },
		{ options->no_final_newline, "no-final-newline" },
	};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (flags[i].set && !options->sync)
			return fil_fault_set(fault, FIL_USAGE, "--%s needs --sync", flags[i].name);
	if (options->join != FIL_JOIN_NEITHER && request->n_renamings == 0)
		return fil_fault_set(
		    fault, FIL_USAGE, "--prefer old and --prefer new need --rename");
	if (options->prefer == FIL_PREFER_ACTIVE &&
	    fil_table_column(fil_request_table(request), "left") == FIL_NOWHERE)
		return fil_fault_set(fault, FIL_USAGE, "--prefer active is for users");
	if (options->no_key && request->matching->match == FIL_MATCH_KEY)
		return fil_fault_set(fault, FIL_USAGE,
		    "key = none needs match: email, name or alias find the users");
	if (options->max_rejects != SIZE_MAX && !options->keep_going)
		return fil_fault_set(fault, FIL_USAGE, "--max-rejects needs --keep-going");
	return 0;
}

int
fil_load_option_check(
    const struct fil_load_options *options, struct fil_request *request, struct fil_fault *fault)
{
	size_t n;
	char *const *paths = fil_request_paths(request, &n);

	for (size_t i = 0; options->max_age && i < n; i++)
		if (strcmp(paths[i], "-") == 0)
			return fil_fault_set(
			    fault, FIL_USAGE, "--max-age needs a FILE: standard input has no age");
	if (options->rejects && n > 1)
		return fil_fault_set(fault, FIL_USAGE,
		    "--rejects takes one FILE: refused rows keep the columns of that file");
	if (check_needs(options, request, fault) < 0 || check_sum(options, request, fault) < 0)
		return -1;
	return options->sync ? check_sync(options, request, n, fault) : 0;
}
