/* SPDX-License-Identifier: ISC */
/* The options of a load: their numbers, and what their words ask of it. */
#ifndef FIL_LOAD_OPTIONS_H
#define FIL_LOAD_OPTIONS_H

#include "lib/base/fault.h"
#include "lib/load/load.h"

/* The numbers of the options; a command's own begin behind them. */
enum {
	FIL_OPTION_MAP =
	    256, /* from here on, the table decides about the words: lib/load/request.h */
	FIL_OPTION_PAD,
	FIL_OPTION_UNKNOWN,
	FIL_OPTION_MATCH,
	FIL_OPTION_RENAME, /* to here */
	FIL_OPTION_PROFILE,
	FIL_OPTION_ENCODING,
	FIL_OPTION_DELIMITER,
	FIL_OPTION_DATES,
	FIL_OPTION_PIVOT,
	FIL_OPTION_SKIP_LINES,
	FIL_OPTION_NO_HEADER,
	FIL_OPTION_MAX_FAULTS,
	FIL_OPTION_MAX_AGE,
	FIL_OPTION_REJECTS,
	FIL_OPTION_MAX_REJECTS,
	FIL_OPTION_KEEP_GOING,
	FIL_OPTION_KNOWN_ONLY,
	FIL_OPTION_LAST,
	FIL_OPTION_REMOVE,
	FIL_OPTION_SYNC,
	FIL_OPTION_PARTS,
	FIL_OPTION_TAKE,
	FIL_OPTION_FORCE,
	FIL_OPTION_NO_FINAL_NEWLINE,
	FIL_OPTION_MAX_CHURN,
	FIL_OPTION_OWN,
};

/* Takes an option with its argument, which must outlive the options. Returns 1; 0 when it is none
 * of those that need no table; -1 with a usage fault for a bad argument. */
int fil_load_option_take(
    struct fil_load_options *options, int number, const char *argument, struct fil_fault *fault);

/* Checks that the options go together, and with the table and the FILEs of the request. Returns 0, or -1
 * with a fault. */
int fil_load_option_check(
    const struct fil_load_options *options, struct fil_request *request, struct fil_fault *fault);

/* Returns what a flag sets, or NULL when the option is no flag of a load. */
bool *fil_load_option_flag(struct fil_load_options *options, int number);

#endif
