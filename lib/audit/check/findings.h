/* SPDX-License-Identifier: ISC */
/* Findings: what a check finds. Errors of the store itself are handed over as they are found, then
 * other errors, then warnings. Those that wait are in memory, or if there are many in temporary
 * files. */
#ifndef FIL_FINDINGS_H
#define FIL_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/fault.h"

/* The kinds: errors, then warnings from FIL_FINDING_DAYS on. */
enum fil_finding_kind {
	FIL_FINDING_ENGINE,
	FIL_FINDING_SCHEMA,
	FIL_FINDING_MODE,
	FIL_FINDING_VALUE,
	FIL_FINDING_REFERENCE,
	FIL_FINDING_DERIVED,
	FIL_FINDING_CHAIN,
	FIL_FINDING_LOG,
	FIL_FINDING_DAYS,
	FIL_FINDING_ABSENT,
	FIL_FINDING_PHASE,
	FIL_FINDING_CIRCLE,
	FIL_FINDING_ADDRESS,
	FIL_FINDING_TWIN,
	FIL_FINDING_LOOK_ALIKE,
	FIL_FINDING_SPREADSHEET_KEY,
	FIL_FINDING_NO_DAY,
	FIL_FINDING_NULL_WORD,
	FIL_FINDING_NOT_A_ROW,
	FIL_FINDING_ERASED,
	FIL_FINDING_WAL,
	FIL_FINDING_COPY,
	FIL_FINDING_KINDS
};

/* Returns the word of a kind, and sets *remedy to the command that helps, in one phrase. The word is
 * that of the doubt where the kind is one (lib/base/doubt.h). */
const char *fil_finding_word(enum fil_finding_kind kind, const char **remedy);

/* Returns whether a kind is an error. */
bool fil_finding_is_error(enum fil_finding_kind kind);

/* The cells of a finding: severity, kind, table, key, column and finding. Some may be NULL. */
enum { FIL_FINDING_CELLS = 6 };

/* Takes the cells of a finding, which are valid until it returns. */
typedef void fil_finding_take(void *context, const char *const *cells);

struct fil_findings;

/* Returns no findings; the caller frees them. folder: for the temporary files; it must live as long. */
struct fil_findings *fil_findings_new(const char *folder, fil_finding_take *take, void *context);

/* Adds a finding. table: its name; key: the words that name the row; each of them and column may be
 * NULL. */
void fil_findings_add(struct fil_findings *findings, enum fil_finding_kind kind, const char *table,
    const char *key, const char *column, const char *text);

/* Adds a finding about a run, or about an entry of its history, unless number is 0. */
void fil_findings_add_logged(struct fil_findings *findings, enum fil_finding_kind kind, int64_t run,
    int64_t number, const char *column, const char *text);

/* Returns the number of findings of a kind. */
size_t fil_findings_count(const struct fil_findings *findings, enum fil_finding_kind kind);

/* Returns the number of errors. */
size_t fil_findings_errors(const struct fil_findings *findings);

/* Hands over those that wait, once everything is checked. Returns 0, or -1 with a fault of a temporary
 * file. */
int fil_findings_end(struct fil_findings *findings, struct fil_fault *fault);

/* Frees what it holds; NULL is fine. */
void fil_findings_free(struct fil_findings *findings);

#endif
