/* SPDX-License-Identifier: ISC */
/* What fil-report does above the reports: its options, and the course of one: subject, store, rows,
 * requirements, exit status. */
#ifndef FIL_REPORT_COMMAND_H
#define FIL_REPORT_COMMAND_H

#include "lib/cli/cli.h"

/* The options of the command that are not shared, ended by {0}. */
extern const struct fil_option fil_report_command_options[];

struct fil_cli_report;

/* Returns a report of which the command line has said nothing so far. The caller frees it with
 * fil_report_command_run. */
struct fil_cli_report *fil_report_command_new(struct fil_cli *cli);

/* Takes one of fil_report_command_options, which fil_cli_next returned, with its argument, which must
 * outlive the report; a bad one ends the program with 64. */
void fil_report_command_option(struct fil_cli_report *report, int letter, char *argument);

/* Makes the report on the subject that is the one operand, ends cli, frees the report. Returns the
 * exit status. */
int fil_report_command_run(struct fil_cli_report *report, char *const *operands);

#endif
