/* SPDX-License-Identifier: ISC */
#include "lib/report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/filter.h"

/* The build writes one SUBJECT(name) for each file of lib/report/. */
#define SUBJECT(name) extern const struct fil_report_subject fil_report_##name;
#include "report/subjects.inc"
#undef SUBJECT

#define SUBJECT(name) &fil_report_##name,
static const struct fil_report_subject *const subjects[] = {
#include "report/subjects.inc"
};
#undef SUBJECT

enum { SUBJECTS = sizeof subjects / sizeof *subjects };

/* The options that not all subjects take. */
static const struct {
	const char *name;
	unsigned takes;
} options[] = {
	{ "by", FIL_TAKES_GROUPS },
	{ "depth", FIL_TAKES_GROUPS },
	{ "min-group", FIL_TAKES_GROUPS },
	{ "weeks", FIL_TAKES_WEEKS },
	{ "stale", FIL_TAKES_STALE },
	{ "source", FIL_TAKES_SOURCES },
	{ "role", FIL_TAKES_ROLES },
	{ "dimension", FIL_TAKES_DIMENSION },
	{ "from", FIL_TAKES_ORIGIN },
	{ "compare", FIL_TAKES_COURSE },
	{ "curve", FIL_TAKES_COURSE },
	{ "target", FIL_TAKES_TARGET },
	{ "score", FIL_TAKES_TARGET },
};

struct fil_report_request
fil_report_request(fil_day today)
{
	return (struct fil_report_request){
		.today = today, .as_of = today, .min_group = 5, .stale_weeks = 12, .target = 80
	};
}

int
fil_report_make(const struct fil_report_subject *subject, struct fil_store *store,
    const struct fil_report_request *request, const struct fil_report_sink *sink,
    struct fil_fault *fault)
{
	int got;

	if (fil_store_snapshot(store, fault) < 0)
		return -1;
	got = subject->make(store, request, sink, fault);
	fil_store_rollback(store);
	return got;
}

const struct fil_report_subject *
fil_report_find(const char *name)
{
	for (size_t i = 0; i < SUBJECTS; i++)
		if (strcmp(subjects[i]->name, name) == 0)
			return subjects[i];
	return NULL;
}

const struct fil_report_subject *
fil_report_choose(const char *name, struct fil_fault *fault)
{
	const struct fil_report_subject *subject = !name ? NULL : fil_report_find(name);
	const char *names[SUBJECTS], *nearest;
	struct fil_bytes list = { 0 };

	if (subject)
		return subject;
	for (size_t i = 0; i < SUBJECTS; i++) {
		names[i] = subjects[i]->name;
		fil_bytes_add_format(&list, "%s%s", i == 0 ? "" : ", ", names[i]);
	}
	nearest = !name ? NULL : fil_text_nearest(name, names, SUBJECTS);
	if (!name)
		fil_fault_set(fault, FIL_USAGE, "no subject; there are %s", list.data);
	else if (nearest)
		fil_fault_set(
		    fault, FIL_USAGE, "'%s' is not a subject; the nearest is '%s'", name, nearest);
	else
		fil_fault_set(
		    fault, FIL_USAGE, "'%s' is not a subject; there are %s", name, list.data);
	fil_bytes_release(&list);
	return NULL;
}

bool
fil_report_takes(const struct fil_report_subject *subject, const char *option)
{
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (strcmp(options[i].name, option) == 0)
			return (subject->takes & options[i].takes) != 0;
	return true;
}

const struct fil_report_subject *const *
fil_report_subjects(size_t *n)
{
	*n = SUBJECTS;
	return subjects;
}

/* Each condition is a filter of its own, so that the broken one can be named. */
struct requirement {
	const char *condition;
	struct fil_filter *filter;
};

struct fil_requirements {
	struct requirement *list;
	size_t n, n_columns;
	fil_day today;
};

struct fil_requirements *
fil_requirements_new(fil_day today)
{
	struct fil_requirements *requirements = fil_alloc(1, sizeof *requirements);

	requirements->today = today;
	return requirements;
}

int
fil_requirements_add(
    struct fil_requirements *requirements, const char *condition, struct fil_fault *fault)
{
	struct requirement *requirement;

	requirements->list =
	    fil_resize(requirements->list, requirements->n + 1, sizeof *requirements->list);
	requirement = &requirements->list[requirements->n++];
	requirement->condition = condition;
	requirement->filter = fil_filter_new();
	return fil_filter_add(requirement->filter, condition, fault);
}

int
fil_requirements_bind(struct fil_requirements *requirements,
    const struct fil_output_column *columns, size_t n, struct fil_fault *fault)
{
	requirements->n_columns = n;
	for (size_t i = 0; i < requirements->n; i++) {
		struct fil_filter *filter = requirements->list[i].filter;

		if (fil_filter_bind_columns(filter, columns, n, requirements->today, fault) < 0)
			return -1;
	}
	return 0;
}

/* Returns the row as a CSV record without its line end; the caller frees it. */
static char *
record_of(const char *const *cells, size_t n)
{
	char *record = NULL;
	size_t size;
	FILE *stream = open_memstream(&record, &size);

	if (stream)
		fil_output_csv(stream, ',', cells, n);
	if (!stream || fclose(stream) != 0)
		fil_bug("a stream in memory failed");
	record[size - 1] = '\0';
	return record;
}

char *
fil_requirements_broken(const struct fil_requirements *requirements, const char *const *cells)
{
	for (size_t i = 0; i < requirements->n; i++) {
		char *record, *text;

		if (fil_filter_holds(requirements->list[i].filter, cells))
			continue;
		record = record_of(cells, requirements->n_columns);
		text = fil_format("%s does not hold: %s", requirements->list[i].condition, record);
		free(record);
		return text;
	}
	return NULL;
}

void
fil_requirements_free(struct fil_requirements *requirements)
{
	if (!requirements)
		return;
	for (size_t i = 0; i < requirements->n; i++)
		fil_filter_free(requirements->list[i].filter);
	free(requirements->list);
	free(requirements);
}
