/* SPDX-License-Identifier: ISC */
/* The week that a page is about: the request, the days, the reports read, and the texts and sections
 * made from them. */
#ifndef FIL_WEEK_H
#define FIL_WEEK_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/options.h"
#include "lib/users/groups.h"
#include "lib/users/selection.h"

struct fil_content; /* lib/page/content.h */
struct fil_reports;
struct fil_section;

/* The number of options of fil-week that reports have too. */
enum { FIL_WEEK_OPTIONS = 8 };

/* A step of the round that failed. */
struct fil_failure {
	const char *step;
	unsigned status; /* of its command */
	const char *message; /* or "" */
};

/* Returns option i of these, with that letter. */
struct fil_option fil_week_option(size_t i, int letter);

/* The request: what the command line says, else the settings (week.ini), else the defaults. */
struct fil_week_request {
	fil_day today, as_of;
	fil_day next; /* of the next page; before as_of: not said */
	/* Arguments of the options of reports. */
	const char *by, *depth, *weeks; /* depth: NULL unless by is "unit" */
	enum fil_by column; /* by, as reports read it */
	unsigned parts, sundays; /* depth and weeks, as reports read them */
	unsigned target; /* percent */
	unsigned min_group;
	const char *sections; /* ids, comma-separated; NULL: all */
	unsigned wanted; /* the sections as bits (fil_sections_choose) */
	bool names; /* people are named */
	const char *failures; /* a file of lines of step TAB status TAB message, or NULL */
	struct fil_failure *failed; /* the n_failed lines of that file */
	size_t n_failed;
	char **lines; /* that they point to */
	const char *language, *data_language; /* "fr" or "en", or NULL */
	const struct fil_profile_file *settings;
	const struct fil_selection *selection; /* without roles */
	const char *given[FIL_WEEK_OPTIONS]; /* the arguments on the command line, or NULL */
	/* As in struct fil_rows_request. */
	const char *options[2 * FIL_WEEK_OPTIONS + 1];
	const char *sources; /* of levels, as reports read them; NULL: all */
	const char **selecting;
};

/* Checks the argument of option i as reports read it, and keeps it. Returns 0, or -1 with a usage
 * fault that does not name the option. */
int fil_week_request_take(
    struct fil_week_request *request, size_t i, const char *argument, struct fil_fault *fault);

/* Fills all that the command line has not said, from the settings and the defaults; today, settings
 * and selection are set. Reads the failures, and takes the language. Returns 0, or -1 with a fault:
 * 78 with the place of a setting, 65 with that of a bad line, 66 for a file that cannot be read,
 * else 64. */
int fil_week_request_complete(struct fil_week_request *request, struct fil_fault *fault);

/* Frees what the request has allocated. */
void fil_week_request_release(struct fil_week_request *request);

/* A fact of the headline. */
struct fil_fact {
	const char *label, *text;
	const char *target; /* the id of the section that a link leads to, or NULL */
};

/* The facts of the headline, in their order. */
enum fil_fact_place {
	FIL_FACT_TARGET,
	FIL_FACT_CERTAINTY,
	FIL_FACT_FORECAST,
	FIL_FACT_DECISIONS,
};

struct fil_week {
	struct fil_week_request request;
	/* The page's day, and the day that it compares with: seven days before, or the last Sunday that
	 * progress prints. */
	fil_day as_of, previous;
	bool alone; /* no day before may stand beside the page's, so that no person is recognised */
	bool same; /* the same people count on both days: else what they did is not compared */
	bool counted; /* users counted on the page's day */
	bool compared; /* users counted on the previous day: else there is no week before */
	struct fil_reports *reports;
	struct fil_content *contents; /* of the sections that have data, in the order of the page */
	size_t n;
	const struct fil_section **absent; /* the wanted sections without data */
	size_t n_absent;
	/* The facts of the headline from other sections; see fil_week_fact. */
	struct fil_fact *facts;
	enum fil_fact_place *fact_places;
	size_t n_facts;
	const char *from; /* the organisation, or NULL */
	const char *title; /* the heading of the page: its title and week */
	const char *subject; /* the result in one line */
	const char *footer[5]; /* the paragraphs at the end, ended by NULL */
	const char *seal; /* RUN:HEX of the newest run, for fil-check --seal; "" without a run */
	void **texts; /* the texts and arrays that the week has made */
	size_t n_texts, texts_capacity;
};

/* Adds a fact to the headline, which is made after the other sections. Arguments: as in
 * fil_content_fact. */
void fil_week_fact(struct fil_week *week, enum fil_fact_place place, const char *label,
    const char *text, const char *target);

/* Returns the day with which the page compares groups, or without `by` all users: the last one that
 * progress prints before the page's day. FIL_NEVER: none. */
fil_day fil_week_previous(const struct fil_week *week, const char *by, const char *depth);

/* Returns formatted text that belongs to the week. */
const char *
fil_week_text(struct fil_week *week, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As fil_week_text, with a list of arguments. */
const char *fil_week_text_list(struct fil_week *week, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Returns an array of n elements of zeros, which belongs to the week. */
void *fil_week_alloc(struct fil_week *week, size_t n, size_t size);

/* The forms of the weekly page, one file each. */

typedef void fil_week_form(const struct fil_week *week, FILE *stream);

/* 80 columns. The second is UTF-8 whatever the environment says. */
fil_week_form fil_week_write_text;
fil_week_form fil_week_write_utf8;
/* GitHub's dialect. */
fil_week_form fil_week_write_markdown;
/* One file, complete in itself. */
fil_week_form fil_week_write_html;
/* All figures, as the contract has them. */
fil_week_form fil_week_write_json;

/* Returns the form of a name: text, markdown, html or json. NULL with a usage fault that has all. */
fil_week_form *fil_week_form_named(const char *name, struct fil_fault *fault);

/* Returns the form of a file by the end of its name: .txt, .md, .html or .json. It is text for another
 * end, and for NULL. */
fil_week_form *fil_week_form_of(const char *path);

/* Returns a text without its marks (lib/page/content.h); `none` for NULL. The caller frees it. */
char *fil_form_plain(const char *text, const char *none);

/* Writes a text with its marks as HTML: markup is escaped, and marks become elements. language: that of
 * data, or NULL for that of the page. */
void fil_form_marked(const char *language, const char *text, FILE *stream);

#endif
