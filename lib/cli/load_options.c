/* SPDX-License-Identifier: ISC */
#include "lib/cli/load_options.h"

#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/load/rejects.h"

/* Each reader returns 1, or -1 with a fault. */
static int
read_number(const char *option, const char *text, long long most, long long *number,
    struct fil_fault *fault)
{
	if (fil_number_read(text, 0, most, number) == 0)
		return 1;
	return fil_fault_set(
	    fault, FIL_USAGE, "%s: '%s' is not a whole number from 0 to %lld", option, text, most);
}

static int
read_encoding(const char *name, const char **encoding, struct fil_fault *fault)
{
	iconv_t converter = iconv_open("UTF-8", name);

	if (converter == (iconv_t)-1)
		return fil_fault_set(
		    fault, FIL_USAGE, "--encoding: '%s' is not an encoding that iconv knows", name);
	iconv_close(converter);
	*encoding = name;
	return 1;
}

static int
read_order(const char *name, enum fil_date_order *order, struct fil_fault *fault)
{
	static const struct {
		const char *name;
		enum fil_date_order order;
	} orders[] = {
		{ "dmy", FIL_ORDER_DMY },
		{ "mdy", FIL_ORDER_MDY },
		{ "ymd", FIL_ORDER_YMD },
	};

	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		if (strcmp(name, orders[i].name) != 0)
			continue;
		*order = orders[i].order;
		return 1;
	}
	return fil_fault_set(fault, FIL_USAGE, "--dates takes dmy, mdy or ymd, not '%s'", name);
}

static int
read_delimiter(const char *name, char *delimiter, struct fil_fault *fault)
{
	*delimiter = fil_delimiter_read(name);
	if (*delimiter)
		return 1;
	return fil_fault_set(
	    fault, FIL_USAGE, "--delimiter takes comma, semicolon, tab or pipe, not '%s'", name);
}

/* Reads an age, "8d" or "2w", in days. */
static int
read_age(const char *text, unsigned *age, struct fil_fault *fault)
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
	*age = (unsigned)count * (weeks ? 7 : 1);
	return 1;
}

/* Reads how many rows may be refused: "20", or "5%" of those read. */
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

/* Takes an option that says how the input is written. */
static int
take_format(
    struct fil_load_options *options, int number, const char *argument, struct fil_fault *fault)
{
	long long value = 0;
	int result;

	switch (number) {
	case FIL_OPTION_ENCODING: return read_encoding(argument, &options->format.encoding, fault);
	case FIL_OPTION_DELIMITER:
		return read_delimiter(argument, &options->format.delimiter, fault);
	case FIL_OPTION_DATES: return read_order(argument, &options->order, fault);
	case FIL_OPTION_PIVOT:
		result = read_number("pivot", argument, 99, &value, fault);
		options->has_pivot = true;
		options->pivot = (int)value;
		return result;
	case FIL_OPTION_SKIP_LINES:
		result = read_number("skip-lines", argument, 1000000, &value, fault);
		options->format.skip_lines = (size_t)value;
		return result;
	default: return 0;
	}
}

/* Takes an option about how much may go wrong. */
static int
take_limit(
    struct fil_load_options *options, int number, const char *argument, struct fil_fault *fault)
{
	long long value = 0;
	int result;

	switch (number) {
	case FIL_OPTION_MAX_FAULTS:
		result = read_number("max-faults", argument, 10000000, &value, fault);
		options->max_faults = (size_t)value;
		return result;
	case FIL_OPTION_MAX_CHURN:
		result = read_number("max-churn", argument, 1000, &value, fault);
		options->max_churn = (unsigned)value;
		return result;
	case FIL_OPTION_REJECTS: options->rejects = argument; return 1;
	case FIL_OPTION_MAX_REJECTS: return read_max_rejects(options, argument, fault);
	case FIL_OPTION_MAX_AGE: return read_age(argument, &options->max_age, fault);
	default: return 0;
	}
}

bool *
fil_load_option_flag(struct fil_load_options *options, int number)
{
	switch (number) {
	case FIL_OPTION_NO_HEADER: return &options->format.no_header;
	case FIL_OPTION_KEEP_GOING: return &options->keep_going;
	case FIL_OPTION_KNOWN_ONLY: return &options->known_only;
	case FIL_OPTION_LAST: return &options->last;
	case FIL_OPTION_REMOVE: return &options->remove;
	case FIL_OPTION_SYNC: return &options->sync;
	case FIL_OPTION_PARTS: return &options->parts;
	case FIL_OPTION_TAKE: return &options->take;
	case FIL_OPTION_FORCE: return &options->force;
	case FIL_OPTION_NO_FINAL_NEWLINE: return &options->no_final_newline;
	default: return NULL;
	}
}

int
fil_load_option_take(
    struct fil_load_options *options, int number, const char *argument, struct fil_fault *fault)
{
	bool *flag = fil_load_option_flag(options, number);
	int result;

	if (flag) {
		*flag = true;
		return 1;
	}
	result = take_format(options, number, argument, fault);
	return result != 0 ? result : take_limit(options, number, argument, fault);
}

static int
check_sync(const struct fil_load_options *options, const struct fil_request *request,
    size_t n_paths, struct fil_fault *fault)
{
	if (strcmp(fil_request_table(request)->name, "users") != 0)
		return fil_fault_set(fault, FIL_USAGE, "--sync is for users");
	if (fil_request_whole(request))
		return fil_fault_set(
		    fault, FIL_USAGE, "--sync needs the list: name its FILE, or '-'");
	if (n_paths > 1 && !options->parts)
		return fil_fault_set(fault, FIL_USAGE,
		    "--sync takes one FILE: several that make one list are given with --parts");
	if (options->remove || options->known_only)
		return fil_fault_set(
		    fault, FIL_USAGE, "--sync does not go with --remove or --known-only");
	return 0;
}

/* What only a whole list or --keep-going has: without, an option would be forgotten in silence. */
static int
check_company(const struct fil_load_options *options, struct fil_fault *fault)
{
	const struct {
		bool set;
		const char *name;
	} flags[] = {
		{ options->parts, "parts" },
		{ options->take, "take" },
		{ options->force, "force" },
		{ options->no_final_newline, "no-final-newline" },
	};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (flags[i].set && !options->sync)
			return fil_fault_set(
			    fault, FIL_USAGE, "--%s goes with --sync", flags[i].name);
	if (options->max_rejects != SIZE_MAX && !options->keep_going)
		return fil_fault_set(fault, FIL_USAGE, "--max-rejects goes with --keep-going");
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
			return fil_fault_set(fault, FIL_USAGE,
			    "--max-age needs a FILE: nobody knows the age of standard input");
	if (options->rejects && n > 1)
		return fil_fault_set(fault, FIL_USAGE,
		    "--rejects takes one FILE: its rows go in that file's own columns");
	if (options->rejects && n == 1 && fil_rejects_check(options->rejects, paths[0], fault) < 0)
		return -1;
	if (check_company(options, fault) < 0)
		return -1;
	return options->sync ? check_sync(options, request, n, fault) : 0;
}
