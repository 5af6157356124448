/* SPDX-License-Identifier: ISC */
/* Autonomy counts: the number of users of each group who are autonomous, and who stand at each
 * level, on one day or several. The subjects autonomy, progress and levels print them. */
#ifndef FIL_AUTONOMY_COUNTS_H
#define FIL_AUTONOMY_COUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/report/report.h"
#include "lib/store/store.h"
#include "lib/users/members.h"
#include "lib/users/population.h"

struct fil_autonomy_counts;

/* Counts the users on each of the days (ascending), for the request. With a dimension in it, only that
 * one counts. Returns NULL with a fault (65 for an unknown dimension). The caller frees the counts. */
struct fil_autonomy_counts *
fil_autonomy_counts_new(struct fil_store *store, const struct fil_report_request *request,
    const fil_day *days, size_t n_days, struct fil_fault *fault);

/* As fil_autonomy_counts_new, for a report whose rows are held against these counts. With a minimum of
 * 0 none are: *counts is then NULL. Returns 0, or -1 with a fault. */
int fil_autonomy_counts_held(struct fil_store *store, const struct fil_report_request *request,
    const fil_day *days, size_t n_days, struct fil_autonomy_counts **counts,
    struct fil_fault *fault);

/* Returns which of n groups, by their names, are merged on a day, by its number. A report of the same
 * users merges them too: else it would tell what autonomy does not. Without counts it is NULL. The
 * caller frees it. */
bool *fil_autonomy_counts_merged(
    const struct fil_autonomy_counts *counts, size_t day, const char *const *names, size_t n);

/* Returns which of n rows, by their names and users, would tell of few: in autonomy, that row has few
 * users more or fewer on a day, by its number. Others would too, those with the smallest difference
 * first, while the rest of all users tells of few. Without counts none would. The caller frees the
 * list. */
bool *fil_autonomy_counts_complete(const struct fil_autonomy_counts *counts, size_t day,
    const char *const *names, const size_t *users, size_t n);

/* Returns what is said of n rows that have no counts for that. The caller frees it. */
char *fil_autonomy_counts_word(const struct fil_report_request *request, size_t n);

/* Returns the number of users who are autonomous on a day, by its number; FIL_NOWHERE where those selected
 * are too few altogether, or all alike, so that autonomy has no figures of them. */
size_t fil_autonomy_counts_autonomous(const struct fil_autonomy_counts *counts, size_t day);

/* Sets *hidden to whether the people selected, so many, are enough and all alike, so that autonomy has no
 * figures of them. They are counted only where this can be. Returns 0, or -1 with a fault. */
int fil_autonomy_counts_alike(struct fil_store *store, const struct fil_report_request *request,
    size_t people, bool *hidden, struct fil_fault *fault);

/* Gives members the table by unit, as autonomy prints it, if it is needed. units: of the members, by their
 * numbers; the groups of a population by whole units. Returns 0, or -1 with a fault. */
int fil_autonomy_counts_by_unit(struct fil_store *store, const struct fil_report_request *request,
    const struct fil_population *units, struct fil_members *members, struct fil_fault *fault);

/* Gives the columns to the sink. first: the name of a column before them, or NULL. */
void fil_autonomy_counts_columns(const struct fil_autonomy_counts *counts, const char *first,
    const struct fil_report_sink *sink);

/* Gives the rows of a day, by its number, to the sink, with small groups merged. first: the cell
 * before each row, or NULL. Without groups there is one row. */
void fil_autonomy_counts_rows(const struct fil_autonomy_counts *counts, size_t day,
    const char *first, const struct fil_report_sink *sink);

/* Chooses those of the n_days whose rows may stand in one table, as fil_report_choose_sundays. */
size_t
fil_autonomy_counts_choose(const struct fil_autonomy_counts *counts, size_t n_days, bool *shown);

/* Gives the columns and the rows of the levels on the first day to the sink: one row for each group
 * and dimension, or for the one of the request. */
void fil_autonomy_counts_levels(
    const struct fil_autonomy_counts *counts, const struct fil_report_sink *sink);

/* Frees the counts; NULL is fine. */
void fil_autonomy_counts_free(struct fil_autonomy_counts *counts);

#endif
