/* SPDX-License-Identifier: ISC */
#include "lib/audit/check/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/seal.h"

/* Days after which a copy is old. */
enum { COPY_OLD = 30 };

static const char select_runs[] = "SELECT run FROM runs ORDER BY run";
static const char select_history[] =
    "SELECT run, number, was_run FROM history ORDER BY run, number";
static const char select_copies[] =
    "SELECT today, input, command FROM runs WHERE command LIKE '%fil-backup%' ORDER BY run DESC";

int
fil_run_numbers_read(struct fil_store *store, struct fil_run_numbers *runs, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, select_runs);
	size_t room = 0;
	int step;

	*runs = (struct fil_run_numbers){ 0 };
	while ((step = fil_query_step(query, fault)) == 1) {
		if (runs->n == room) {
			room += room / 2 + 512;
			runs->list = fil_resize(runs->list, room, sizeof *runs->list);
		}
		runs->list[runs->n++] = fil_query_number(query, 0);
	}
	fil_query_free(query);
	return step;
}

static int
compare_numbers(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

bool
fil_run_numbers_have(const struct fil_run_numbers *runs, int64_t run)
{
	/* Without gaps the place is the number. */
	if (run > 0 && (uint64_t)run <= runs->n && runs->list[run - 1] == run)
		return true;
	return runs->n > 0 &&
	    bsearch(&run, runs->list, runs->n, sizeof run, compare_numbers) != NULL;
}

/* Adds an error about a run, and about a row of its history unless number is 0. */
static void
add(struct fil_findings *findings, enum fil_finding_kind kind, int64_t run, int64_t number,
    const char *column, const char *text)
{
	char key[64];
	int n = snprintf(key, sizeof key, "run=%lld", (long long)run);

	if (number > 0)
		snprintf(key + n, sizeof key - (size_t)n, " number=%lld", (long long)number);
	fil_findings_add(findings, kind, number > 0 ? "history" : "runs", key, column, text);
}

/* Adds the gap between a number and the next one that exists, if there is one. */
static void
add_gap(struct fil_findings *findings, int64_t run, int64_t before, int64_t next, const char *what)
{
	int64_t first = before + 1, last = next - 1;
	char *text;

	if (first > last)
		return;
	if (first == last)
		text = fil_format("%s %lld is missing", what, (long long)first);
	else
		text = fil_format(
		    "%ss %lld to %lld are missing", what, (long long)first, (long long)last);
	add(findings, FIL_FINDING_LOG, run ? run : first, run ? first : 0, NULL, text);
	free(text);
}

/* Checks the rows of the history. Returns 0 or -1. */
static int
check_history(struct fil_store *store, const struct fil_run_numbers *runs,
    struct fil_findings *findings, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, select_history);
	int64_t last_run = 0, last_number = 0;
	int step;

	while ((step = fil_query_step(query, fault)) == 1) {
		int64_t run = fil_query_number(query, 0), number = fil_query_number(query, 1),
			was_run = fil_query_number(query, 2);

		if (run != last_run)
			last_number = 0;
		if (run != last_run && !fil_run_numbers_have(runs, run))
			add(findings, FIL_FINDING_LOG, run, number, "run",
			    "is kept by a run that does not exist");
		add_gap(findings, run, last_number, number, "number");
		if (!fil_run_numbers_have(runs, was_run))
			add(findings, FIL_FINDING_LOG, run, number, "was_run",
			    "was written by a run that does not exist");
		last_run = run;
		last_number = number;
	}
	fil_query_free(query);
	return step;
}

int
fil_check_log(struct fil_store *store, const struct fil_run_numbers *runs,
    struct fil_findings *findings, struct fil_fault *fault)
{
	for (size_t i = 0; i < runs->n; i++)
		add_gap(findings, 0, i > 0 ? runs->list[i - 1] : 0, runs->list[i], "run");
	return check_history(store, runs, findings, fault);
}

/* The seals while they are computed. */
struct seals {
	const struct fil_kept_seal *kept;
	struct fil_findings *findings;
	bool altered, reached;
};

static void
compare_seals(void *context, int64_t run, const char *stored, const char *computed)
{
	struct seals *seals = context;

	/* A damaged row may have no seal. */
	if (!seals->altered && (!stored || strcmp(stored, computed) != 0)) {
		seals->altered = true;
		add(seals->findings, FIL_FINDING_CHAIN, run, 0, "seal",
		    "the log was altered at this run: it does not give the seal that is stored");
	}
	if (!seals->kept->hex || run != seals->kept->run)
		return;
	seals->reached = true;
	if (strcasecmp(seals->kept->hex, computed) != 0)
		add(seals->findings, FIL_FINDING_CHAIN, run, 0, "seal",
		    "the log up to this run is not the one of the seal that was given");
}

int
fil_check_seals(struct fil_store *store, const struct fil_kept_seal *kept,
    struct fil_findings *findings, struct fil_fault *fault)
{
	struct seals seals = { .kept = kept, .findings = findings };
	int result = fil_seal_each(store, compare_seals, &seals, fault);

	if (result == 0 && kept->hex && !seals.reached)
		add(findings, FIL_FINDING_CHAIN, kept->run, 0, "seal",
		    "the run of the seal that was given does not exist");
	return result;
}

/* Moves to the newest run of fil-backup. Returns 1, 0 when there is none, or -1 with a fault. */
static int
find_copy(struct fil_query *query, struct fil_fault *fault)
{
	int step;

	while ((step = fil_query_step(query, fault)) == 1)
		if (fil_text_is_program(fil_query_text(query, 2), "fil-backup"))
			break;
	return step;
}

int
fil_check_erasures(struct fil_store *store, struct fil_findings *findings, struct fil_fault *fault)
{
	struct fil_query *query =
	    fil_query_new(store, "SELECT run FROM erased WHERE pending = 1 LIMIT 1");
	int step = fil_query_step(query, fault);

	if (step == 1)
		fil_findings_add(findings, FIL_FINDING_ERASED, NULL, NULL, NULL,
		    "rows of erased users are gone, their bytes not yet");
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}

int
fil_check_copies(
    struct fil_store *store, fil_day today, struct fil_findings *findings, struct fil_fault *fault)
{
	struct fil_query *query = fil_query_new(store, select_copies);
	int step = find_copy(query, fault);
	const char *day, *file;
	char *text = NULL;
	fil_day made;

	if (step == 0)
		text = fil_copy("there is no copy by fil-backup");
	if (step == 1) {
		day = fil_query_text(query, 0);
		file = fil_query_text(query, 1);
		if (fil_date_parse(day, &made) == 0 && today - made > COPY_OLD)
			text = fil_format("the newest copy is %d days old: %s", today - made,
			    file ? file : "its place is not known");
	}
	if (text)
		fil_findings_add(findings, FIL_FINDING_COPY, NULL, NULL, NULL, text);
	free(text);
	fil_query_free(query);
	return step < 0 ? -1 : 0;
}
