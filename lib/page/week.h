/* SPDX-License-Identifier: ISC */
/* The weekly page: a request, and the sections made for it from reports. */
#ifndef FIL_WEEK_H
#define FIL_WEEK_H

#include "lib/base/prose.h"
#include "lib/mapping/settings.h"
#include "lib/page/content.h"

/* How pictures are written; NULL in a request: they are left out. */
struct fil_pictures {
	/* Writes an element of HTML. id: of its title and description, unique on the page. */
	void (*svg)(FILE *stream, const struct fil_drawing *drawing, const char *id);
	/* Writes lines of at most 80 columns. */
	void (*text)(FILE *stream, const struct fil_drawing *drawing);
};

struct fil_week_request {
	fil_day today, as_of;
	/* Arguments of the options of reports. */
	const char *by, *depth, *weeks; /* depth: NULL unless by is "unit" and a depth is wanted */
	unsigned target; /* percent */
	unsigned min_group;
	const char *sections; /* ids, comma-separated; NULL: all */
	bool names; /* people are named */
	const char *failures; /* a file of lines of step TAB status TAB message, or NULL */
	const char *data_language; /* "fr" or "en"; NULL: that of the page */
	const struct fil_profile_file *settings;
	const struct fil_selection *selection; /* without roles */
	const char *const *words; /* as in struct fil_rows_request */
	const struct fil_pictures *pictures;
};

struct fil_week {
	struct fil_week_request request;
	fil_day as_of, previous; /* previous: seven days before */
	struct fil_reports *reports;
	struct fil_content *contents; /* of the sections that have data, in the order of the page */
	size_t n;
	const struct fil_section **absent; /* the wanted sections without data */
	size_t n_absent;
	/* The facts of the headline from other sections; see fil_week_fact. */
	struct fil_fact *facts;
	unsigned *fact_places;
	size_t n_facts;
	const char *from; /* the organisation, or NULL */
	const char *title; /* the heading of the page: its title and week */
	const char *subject; /* the result in one line */
	const char *const *footer; /* the paragraphs at the end, ended by NULL */
	const char *seal; /* RUN:HEX of the newest run, for fil-check --seal; "" without a run */
	char **texts; /* the texts that the week has made */
	size_t n_texts, texts_capacity;
};

/* Makes the page on one state of the store; fil_week_free frees it. What the request points to must
 * outlive it. Returns NULL with a fault: of a report, or 64 for a section that does not exist. */
struct fil_week *fil_week_make(
    struct fil_store *store, const struct fil_week_request *request, struct fil_fault *fault);

/* Frees the page; NULL is fine. */
void fil_week_free(struct fil_week *week);

/* Checks a list of sections. Returns 0, or -1 with a usage fault that has the nearest name. */
int fil_week_check_sections(const char *list, struct fil_fault *fault);

/* Adds a fact to the headline, in ascending order of `place`; for other sections, since the headline
 * is made after them. The headline's own places are 1 (target) and 2 (certainty). */
void fil_week_fact(
    struct fil_week *week, unsigned place, const char *label, const char *text, const char *target);

/* Texts for people. All belong to the week. */

/* Returns formatted text. */
const char *
fil_week_text(struct fil_week *week, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Returns a value of the store, marked as data (lib/page/content.h). */
const char *fil_week_data(struct fil_week *week, const char *text);

/* Returns the name of a group of a report: "all", "(none)" and "(small groups)" in words. */
const char *fil_week_group(struct fil_week *week, const char *group);

/* Returns a number, a share in percent, or a count, as lib/base/prose.h. A cell that is empty gives
 * NULL: not observed. */
const char *fil_week_number(struct fil_week *week, const char *decimal);
const char *fil_week_share(struct fil_week *week, const char *decimal);
const char *fil_week_count(struct fil_week *week, long long count);

/* Returns "71.3% to 79.2%"; NULL where a share is empty. */
const char *fil_week_range(struct fil_week *week, const char *low, const char *high);

/* Returns "154 of 216". */
const char *fil_week_of(struct fil_week *week, long long part, long long whole);

/* Returns "+24"; NULL without a count before (below 0). */
const char *fil_week_change(struct fil_week *week, long long now, long long before);

/* Returns "24 more than on 24 March", or that there is no week before (below 0). */
const char *fil_week_moved(struct fil_week *week, long long now, long long before);

/* Returns a day. The second takes a cell, yyyy-mm-dd; an empty one gives NULL. */
const char *fil_week_day(struct fil_week *week, fil_day day, enum fil_prose_day form);
const char *fil_week_date(struct fil_week *week, const char *cell, enum fil_prose_day form);

/* Returns a setting of the section and key, or NULL where it is not set or empty. */
const char *fil_week_setting(const struct fil_week *week, const char *section, const char *key);

#endif
