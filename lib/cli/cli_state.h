/* SPDX-License-Identifier: ISC */
/* What the files of lib/cli share: the state of a command. Nobody else includes it. */
#ifndef FIL_CLI_STATE_H
#define FIL_CLI_STATE_H

#include <stdbool.h>

#include "lib/output/answer.h"
#include "lib/base/date.h"
#include "lib/catalog/filter.h"
#include "lib/cli/options.h"
#include "lib/output/output.h"
#include "lib/cli/progress.h"
#include "lib/store/store.h"

struct fil_command;

struct fil_cli {
	int argc;
	char **argv;
	const struct fil_command *command;
	struct fil_options *options;
	fil_day today;
	bool no_output;			/* started without a standard output */
	bool quiet, verbose, dry_run;
	unsigned wait;
	const char *only;
	struct fil_filter *filter;
	struct fil_selection selection;
	const char *db, *output;
	bool has_format;
	enum fil_output_format format;
	struct fil_store *store;
	char *place;			/* the store's */
	struct fil_answer *answer;
	struct fil_progress *progress;
};

/* Says on standard error where the right uses are told. */
void fil_cli_point_to_help(void);

#endif
