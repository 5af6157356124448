/* SPDX-License-Identifier: ISC */
/* Phrases: numbers, days and comparisons as the sentences of the weekly page have them. All belong to
 * the week. */
#ifndef FIL_PHRASES_H
#define FIL_PHRASES_H

#include "lib/output/prose.h"
#include "lib/page/week.h"

struct fil_rows;

/* Returns a value of the store, marked as data (lib/page/content.h), with control characters shown. An
 * empty one gives NULL. */
const char *fil_phrase_data(struct fil_week *week, const char *text);

/* As fil_phrase_data, for a free text: a long one is cut in its middle. */
const char *fil_phrase_text(struct fil_week *week, const char *text);

/* Returns the name of a group of a report: "(none)" and "(small groups)" in words. */
const char *fil_phrase_group(struct fil_week *week, const char *group);

/* As fil_phrase_group, for groups by kind of phase: pilot, rollout. */
const char *fil_phrase_kind(struct fil_week *week, const char *kind);

/* Returns a number as fil_prose_number. An empty cell gives NULL: not observed. */
const char *fil_phrase_number(struct fil_week *week, const char *decimal);

/* Returns a share as fil_prose_share. An empty cell gives NULL. */
const char *fil_phrase_share(struct fil_week *week, const char *decimal);

/* Returns a count as fil_prose_number; NULL below 0. */
const char *fil_phrase_count(struct fil_week *week, long long count);

/* Returns "71.3% to 79.2%"; NULL where a share is empty. */
const char *fil_phrase_range(struct fil_week *week, const char *low, const char *high);

/* Returns "154 of 216". */
const char *fil_phrase_of(struct fil_week *week, long long part, long long whole);

/* Returns "+24"; NULL without a count before (below 0) or a week before. */
const char *fil_phrase_change(struct fil_week *week, long long now, long long before);

/* Returns "24 more than on 24 March", or that there is no count (below 0) or week before. */
const char *fil_phrase_moved(struct fil_week *week, long long now, long long before);

/* As fil_phrase_moved, for a count of what people have done: it is compared only where the same people
 * count on both days. */
const char *fil_phrase_done(struct fil_week *week, long long now, long long before);

/* As fil_phrase_moved, for a sum of the counts of a column, of which a report may hide some. */
const char *fil_phrase_sum_moved(struct fil_week *week, const struct fil_rows *now,
    const struct fil_rows *before, const char *column, long long sum, long long was);

/* Returns a command line, marked as code. */
const char *fil_phrase_command(struct fil_week *week, const char *command);

/* Returns how many rows of a report a list leaves out, and the command that prints them. */
const char *fil_phrase_more(struct fil_week *week, size_t left_out, const struct fil_rows *rows);

/* Returns the sentence that no dimension counts on the page's day, or NULL where one does. */
const char *fil_phrase_uncounted(struct fil_week *week);

/* Returns what has changed since the previous day in the dimensions that count and their thresholds, with
 * its days, or NULL. */
const char *fil_phrase_rules(struct fil_week *week);

/* Returns a day as fil_prose_day. */
const char *fil_phrase_day(struct fil_week *week, fil_day day, enum fil_prose_day form);

/* Returns the day of a cell, yyyy-mm-dd; NULL for an empty one. */
const char *fil_phrase_date(struct fil_week *week, const char *cell, enum fil_prose_day form);

/* As fil_phrase_date, with its year where that is not the page's. */
const char *fil_phrase_due(struct fil_week *week, const char *cell, enum fil_prose_day form);

#endif
