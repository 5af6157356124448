/* SPDX-License-Identifier: ISC */
/* A report: the figures of one subject, as rows, and its options. Each subject is one file in
 * lib/report/subjects, which declares a struct fil_report_subject; the build collects them. The
 * table of the options is in report.c. --help, the command line and the subjects read it. */
#ifndef FIL_REPORT_H
#define FIL_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/fault.h"
#include "lib/base/language.h"
#include "lib/output/output.h"
#include "lib/report/journey.h"
#include "lib/report/readings.h"
#include "lib/store/store.h"
#include "lib/users/population.h"

/* Users who will be enrolled on one day. {NULL, 0, FIL_NEVER}: none asked for. */
struct fil_wave {
	const char *like; /* the phase whose users show what to expect */
	unsigned users;
	fil_day begins;
};

/* A request for a report. */
struct fil_report_request {
	fil_day today, as_of;
	enum fil_by by;
	bool by_reason; /* instead of by: the reasons of followup */
	unsigned depth; /* parts of a unit's path, 0: all */
	unsigned min_group; /* 0: merge none */
	unsigned weeks; /* 0: the subject's own default */
	unsigned stale_weeks;
	const char *sources; /* comma-separated, or NULL */
	const char *dimension; /* or NULL */
	enum fil_from from;
	fil_day
	    origin; /* the first day of origin of those who arrived before; FIL_NEVER: none given */
	bool measured; /* only users with a level since their origin */
	bool compare, curve; /* a test of the groups; the curve instead of the figures */
	unsigned at; /* days between the rows of the curve; 0: its own days */
	bool total; /* a last row of totals */
	unsigned target; /* percent */
	bool score; /* forecasts of the past instead of today's */
	unsigned margin; /* points by which a new method may give fewer good results */
	struct fil_wave wave;
	bool gate; /* a criterion that does not hold is broken, as a requirement is */
	struct fil_selection selection; /* active is also set by some subjects */
	struct fil_requirements *requirements; /* the conditions of --require, or NULL */
	unsigned given; /* bit i: option i of fil_report_options was given */
	struct fil_readings *readings; /* of the page that the report belongs to, or NULL */
};

/* An option of reports. */
struct fil_report_option {
	const char *name; /* without dashes */
	const char *argument; /* name of the argument in the help; NULL: none */
	const char *help; /* one phrase */
	unsigned takes; /* the family of options, FIL_TAKES_…; NOTHING: see subject */
	const char *subject; /* the only subject that has it; NULL: all */
	const char *group; /* the word before its family in the help; NULL: the subject */
	/* Sets the request's field. Returns 0, or -1 with a usage fault. */
	int (*read)(struct fil_report_request *request, const struct fil_report_option *option,
	    const char *text, struct fil_fault *fault);
	size_t field; /* its offset in the request */
	unsigned least, most; /* of a number */
	const char *values; /* for the completion, as in struct fil_option */
};

/* All options, in the order of the help, ended by {0}. */
extern const struct fil_report_option fil_report_options[];

/* Returns a request as of today, with all defaults. */
struct fil_report_request fil_report_request(fil_day today);

/* Sets option i of fil_report_options to its argument, which must outlive the request. Returns 0,
 * or -1 with a usage fault that does not name the option. */
int fil_report_request_take(
    struct fil_report_request *request, size_t i, const char *argument, struct fil_fault *fault);

/* Frees the memory that options have added to the request. */
void fil_report_request_release(struct fil_report_request *request);

/* The first cell of a row of totals. */
#define FIL_REPORT_TOTAL "(total)"

/* Below this --min-group, figures of one person are shown. */
enum { FIL_REPORT_SEVERAL = 2 };

/* What is said there. */
#define FIL_REPORT_ANY_SIZE N_("groups of any size are shown: persons can be recognised")

/* What is said of a day to come. */
#define FIL_REPORT_TO_COME N_("%s is to come: the figures are those of the records of today")

/* The receiver of a report. Cells are text or NULL. A subject gives its figures exactly to row; a caller
 * of fil_report_give gets them as they are printed. */
struct fil_report_sink {
	void (*columns)(void *context, const struct fil_output_column *columns, size_t n);
	void (*row)(void *context, const char *const *cells);
	/* NULL, or called after row with the exact cells of figures too, which row has rounded. */
	void (*judge)(void *context, const char *const *exact, const char *const *cells);
	/* A remark for people beside the rows, without a line end; may be NULL. */
	void (*say)(void *context, const char *text);
	/* Called once where no row is good news, with the users with a level among whom rows were
	 * sought; where no level of anybody is known, or no dimension counts, with 0; may be NULL. */
	void (*seen)(void *context, size_t users);
	/* Called after a row for which a requirement does not hold: "share_min >= 50 does not hold:
	 * all,40,…". Called at the end where a requirement has met no row. May be NULL when the
	 * request has neither requirement nor gate. */
	void (*broken)(void *context, const char *text);
	void *context;
	/* As say, for figures that are merged or left out, so that no person is recognised. NULL: they
	 * are said by say. */
	void (*left_out)(void *context, const char *text);
	/* Called once behind the rows where some of them are merged: what is said below a table of them,
	 * and the reason alone. May be NULL. */
	void (*merged)(void *context, const char *text, const char *reason);
	/* Called by a subject that knows why rows are merged (FIL_MERGED_…; else: small groups), with the
	 * rows without any figure of which it has said why itself. May be NULL. */
	void (*explain)(void *context, unsigned why, size_t explained);
};

/* Families of options that several subjects have. An option of one subject is marked in the
 * table. */
enum {
	FIL_TAKES_NOTHING = 0,
	FIL_TAKES_MINIMUM = 256, /* min_group */
	FIL_TAKES_GROUPS = 1 | FIL_TAKES_MINIMUM, /* by and depth too */
	FIL_TAKES_WEEKS = 2,
	FIL_TAKES_STALE = 4,
	FIL_TAKES_SOURCES = 8,
	FIL_TAKES_ROLES = 16,
	FIL_TAKES_DIMENSION = 32,
	FIL_TAKES_TOTAL = 64,
	FIL_TAKES_REASON = 128, /* by, for reasons alone */
	FIL_TAKES_WAVE = 512, /* like, users, begins */
};

struct fil_report_subject {
	const char *name;
	const char *meaning; /* one phrase, for --help and the man page */
	unsigned takes; /* FIL_TAKES_… */
	bool
	    no_row_is_good; /* then --require holds without a row, if make has seen users with a level */
	bool lists_users; /* its rows are users, unless they are grouped by reason */
	/* The column that counts the people of a row, where rows are things: needs, routines. A row of
	 * few people has no figures: this cell and the following ones are empty. Of a row whose cell
	 * is empty, the subject says why. NULL: rows are groups, or the subject empties its cells. */
	const char *people;
	/* Calls sink->columns once, then sink->row for each row, in the order of the contract.
	 * Returns 0, or -1 with a fault. */
	int (*make)(struct fil_store *store, const struct fil_report_request *request,
	    const struct fil_report_sink *sink, struct fil_fault *fault);
};

/* Returns subject i, in the order of the names, or NULL after the last one. */
const struct fil_report_subject *fil_report_subject(size_t i);

/* Returns the subject of that name, or NULL with a usage fault. The fault of an unknown name gives
 * the nearest one, or else all. NULL as name is a fault that gives all. An option of the request
 * that does not apply to the subject is a fault too. */
const struct fil_report_subject *fil_report_choose(
    const char *name, const struct fil_report_request *request, struct fil_fault *fault);

/* Returns whether the option applies to the subject. */
bool
fil_report_takes(const struct fil_report_subject *subject, const struct fil_report_option *option);

/* Returns a request for the rows of n groups, as the report asks for them. */
struct fil_group_rows_request fil_report_groups(const struct fil_report_request *request, size_t n,
    const char *const *names, const size_t *users);

/* Returns whether the report is of selected users: by conditions, phase or role. */
bool fil_report_selects(const struct fil_report_request *request);

/* Hides the rows where their users are few altogether, among many others or many of the day. Returns 0,
 * or -1 with a fault. */
int fil_report_narrow(struct fil_store *store, const struct fil_report_request *request,
    fil_day day, struct fil_group_rows_request *groups, struct fil_fault *fault);

/* Says a sentence about n rows that are left out so that no person is recognised, unless n is 0. Frees the
 * text. */
void fil_report_say_left_out(const struct fil_report_sink *sink, size_t n, char *text);

/* Says that the people selected are too few for figures, or all alike, and what to do. */
void fil_report_say_selected(
    const struct fil_report_sink *sink, const struct fil_report_request *request);

/* Explains merged rows, and rows without figures, as the sink has it. */
void fil_report_explain(const struct fil_report_sink *sink, unsigned why, size_t explained);

/* Returns the number of users who are counted on only one of two Sundays, given by their numbers. */
typedef size_t fil_report_differing(const void *context, size_t a, size_t b);

/* Chooses those of n Sundays whose counts may stand in one table: sets shown[sunday]. Any two of them
 * have the same users, or differ by as many as groups must have. The last one is shown, and earlier ones
 * go before later ones. Returns how many are not. */
size_t fil_report_choose_sundays(const struct fil_report_request *request, size_t n,
    fil_report_differing *differing, const void *context, bool *shown);

/* Hides a figure in the rows where it rests on few people, of so many in each. While these rows together
 * are of few, it hides that of the fewest others: the figure of all rows would tell theirs. things: of each
 * row, which are held apart; NULL: they are one. Sets hidden[row], and heeds those that are set. Returns
 * how many rows of enough people it hides. */
size_t fil_report_hide_few(const struct fil_report_request *request, size_t n, const size_t *people,
    const struct fil_thing_row *things, bool *hidden);

/* Says that n groups do not show figures for the sake of others, and what to do. */
void fil_report_say_hidden(
    const struct fil_report_sink *sink, const struct fil_report_request *request, size_t n);

/* Returns whether so many people, at least one, are too few for figures. */
bool fil_report_are_few(const struct fil_report_request *request, size_t people);

/* Returns whether so many people are one, whose own figures must not be shown. */
bool fil_report_is_one(const struct fil_report_request *request, size_t people);

/* Makes the report within a snapshot of the store, and leaves out what people would be recognised
 * by. Returns 0, or -1 with a fault (1) for the figures of one person. */
int fil_report_give(const struct fil_report_subject *subject, struct fil_store *store,
    const struct fil_report_request *request, const struct fil_report_sink *sink,
    struct fil_fault *fault);

/* The columns of counts that a figure rests on, or FIL_NOWHERE. */
struct fil_report_basis {
	size_t users, measured; /* 0 makes it void */
	size_t all, unmeasured; /* so many unmeasured as there are users make it void */
};

/* Returns what a figure rests on, a column of the subject's report. */
struct fil_report_basis fil_report_basis(const struct fil_report_subject *subject,
    const struct fil_output_column *columns, size_t n, size_t figure);

/* Returns whether the figure of a row is void: no user was counted, or none was measured. */
bool fil_report_is_void(struct fil_report_basis basis, const char *const *cells);

/* Makes the report on one state of the store. Returns 0, or -1 with a fault. A requirement on an
 * unknown column is a usage fault. */
int fil_report_make(const struct fil_report_subject *subject, struct fil_store *store,
    const struct fil_report_request *request, const struct fil_report_sink *sink,
    struct fil_fault *fault);

/* Checks the wave of a request. Returns 0, or -1 with a fault: 64 if an option lacks or the wave has
 * begun, 65 if the phase is unknown. */
int fil_wave_check(
    struct fil_store *store, const struct fil_report_request *request, struct fil_fault *fault);

#endif
