/* SPDX-License-Identifier: ISC */
/* What fil-report does above the reports: its options, and the course of one: subject, store, rows,
 * requirements, exit status. */
#ifndef FIL_CLI_REPORT_H
#define FIL_CLI_REPORT_H

#include "lib/cli/cli.h"

/* The options of the command that are not shared, ended by {0}. */
extern const struct fil_option fil_cli_report_options[];

struct fil_cli_report;

/* Returns a report of which the command line has said nothing so far. The caller frees it with
 * fil_cli_report_run. */
struct fil_cli_report *fil_cli_report_new(struct fil_cli *cli);

/* Takes one of fil_cli_report_options, which fil_cli_next returned, with its argument, which must
 * outlive the report; a bad one ends the program with 64. */
void fil_cli_report_option(struct fil_cli_report *report, int letter, char *argument);

/* Makes the report on the subject that is the one operand, ends cli, frees the report. Returns the
 * exit status. */
int fil_cli_report_run(struct fil_cli_report *report, char *const *operands);

#endif
