/* SPDX-License-Identifier: ISC */
/* The weekly page: a request, and the sections made for it from reports. */
#ifndef FIL_WEEK_H
#define FIL_WEEK_H

#include "lib/page/content.h"
#include "lib/page/week_request.h"

/* The facts of the headline, in their order. */
enum fil_fact_place {
	FIL_FACT_TARGET,
	FIL_FACT_CERTAINTY,
	FIL_FACT_FORECAST,
	FIL_FACT_DECISIONS,
};

struct fil_week {
	struct fil_week_request request;
	fil_day as_of, previous; /* previous: seven days before */
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

/* Makes the page on one state of the store; fil_week_free frees it. The request must outlive it.
 * Returns NULL with the fault of a report. */
struct fil_week *fil_week_make(
    struct fil_store *store, const struct fil_week_request *request, struct fil_fault *fault);

/* Frees the page; NULL is fine. */
void fil_week_free(struct fil_week *week);

/* Reads a list of sections into bits, which only fil_week_make reads. Returns 0, or -1 with a usage
 * fault that has the nearest name. */
int fil_week_sections(const char *list, unsigned *set, struct fil_fault *fault);

/* Returns the id of section i, in the order of the page, and sets *title; NULL after the last one. */
const char *fil_week_section(size_t i, const char **title);

/* Adds a fact to the headline, which is made after the other sections. Arguments: as in
 * fil_content_fact. */
void fil_week_fact(struct fil_week *week, enum fil_fact_place place, const char *label,
    const char *text, const char *target);

/* Returns formatted text that belongs to the week. */
const char *
fil_week_text(struct fil_week *week, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Returns an array of n elements of zeros, which belongs to the week. */
void *fil_week_alloc(struct fil_week *week, size_t n, size_t size);

#endif
