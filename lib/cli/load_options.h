/* SPDX-License-Identifier: ISC */
/* The options of a load: one table of names, help and parsers, for the command line and for
 * profiles. */
#ifndef FIL_LOAD_OPTIONS_H
#define FIL_LOAD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/fault.h"
#include "lib/base/options.h"

struct fil_load_options;
struct fil_request;

/* An option of a load. Without argument it is a flag. With neither read nor ask it is --profile,
 * --check, --propose or --set. */
struct fil_load_option {
	struct fil_option option; /* its letter is 0 */
	const char *group; /* the heading above it in the help */
	size_t flag; /* the offset in struct fil_load_options of the bool that a flag sets */
	/* Reads an argument, which must outlive the options. Returns 0, or -1 with a usage
	 * fault. */
	int (*read)(
	    struct fil_load_options *options, const char *argument, struct fil_fault *fault);
	/* Reads an argument that has a meaning only with the table. Returns 0, or -1 with a
	 * fault. */
	int (*ask)(struct fil_request *request, const char *argument, struct fil_fault *fault);
	bool whole_tables; /* only fil-import has it */
	bool not_in_profile; /* only the command line may set it */
	bool setting; /* only a profile or --set may set it */
	bool sets; /* it is --set itself */
};

/* All options, in the order of the help, and their number. */
extern const struct fil_load_option fil_load_option_table[];
extern const size_t fil_load_option_count;

/* The values of the options when none is given. */
extern const struct fil_load_options fil_load_option_defaults;

/* Checks the options against each other, the table and the FILEs of the request. Returns 0, or -1
 * with a fault. */
int fil_load_option_check(
    const struct fil_load_options *options, struct fil_request *request, struct fil_fault *fault);

#endif
