/* SPDX-License-Identifier: ISC */
#include "lib/report/report.h"

#include <string.h>

#include "lib/base/text.h"

/* The build writes one SUBJECT(name) for each file of lib/report/. */
#define SUBJECT(name) extern const struct fil_report_subject fil_report_##name;
#include "report/subjects.inc"
#undef SUBJECT

#define SUBJECT(name) &fil_report_##name,
static const struct fil_report_subject *const subjects[] = {
#include "report/subjects.inc"
};
#undef SUBJECT

enum { SUBJECTS = sizeof(subjects) / sizeof(subjects[0]) };

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
	return (struct fil_report_request){ .today = today, .as_of = today, .min_group = 5,
		.stale_weeks = 12, .target = 80 };
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
	const struct fil_report_subject *subject = name == NULL ? NULL : fil_report_find(name);
	const char *names[SUBJECTS], *nearest;
	struct fil_bytes list = { 0 };

	if (subject != NULL)
		return subject;
	for (size_t i = 0; i < SUBJECTS; i++) {
		names[i] = subjects[i]->name;
		fil_bytes_add_format(&list, "%s%s", i == 0 ? "" : ", ", names[i]);
	}
	nearest = name == NULL ? NULL : fil_text_nearest(name, names, SUBJECTS);
	if (name == NULL)
		fil_fault_set(fault, FIL_USAGE, "no subject; there are %s", list.data);
	else if (nearest != NULL)
		fil_fault_set(fault, FIL_USAGE, "'%s' is not a subject; the nearest is '%s'", name,
		    nearest);
	else
		fil_fault_set(fault, FIL_USAGE, "'%s' is not a subject; there are %s", name,
		    list.data);
	fil_bytes_release(&list);
	return NULL;
}

bool
fil_report_takes(const struct fil_report_subject *subject, const char *option)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
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
