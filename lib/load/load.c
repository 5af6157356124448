/* SPDX-License-Identifier: ISC */
#include "lib/load/load.h"

#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include "lib/base/memory.h"
#include "lib/load/load_input.h"
#include "lib/load/lookahead.h"
#include "lib/load/messages.h"
#include "lib/load/rejects.h"
#include "lib/load/rows.h"
#include "lib/write/assignment.h"
#include "lib/write/changes.h"
#include "lib/write/rename.h"
#include "lib/write/run.h"
#include "lib/write/writer.h"

struct fil_attempt {
	const struct fil_task *task;
	const struct fil_load_options *options; /* the task's */
	struct fil_rows *feeder;
	struct fil_run *run;
	struct fil_people *people;
	struct fil_writer *writer;
	struct fil_assigner *assigner;
	struct fil_changes *changes;
	struct fil_rejects *rejects;
	struct fil_rename *rename;
	struct fil_counts counts;
	struct fil_faults *faults;
	struct fil_repeats *repeats;
	char *summary;
};

struct fil_attempt *
fil_attempt_new(const struct fil_task *task, struct fil_fault *fault)
{
	struct fil_attempt *attempt = fil_alloc(1, sizeof *attempt);

	attempt->task = task;
	attempt->options = &task->options;
	attempt->faults = fil_faults_new(task->options.max_faults);
	attempt->repeats = fil_repeats_new(task->table);
	attempt->changes = fil_changes_new(task->table, task->options.only, fault);
	if (attempt->changes)
		return attempt;
	fil_attempt_free(attempt);
	return NULL;
}

static void say(const struct fil_attempt *attempt, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(const struct fil_attempt *attempt, const char *format, ...)
{
	va_list arguments;
	char *text;

	if (!attempt->task->hooks.say)
		return;
	va_start(arguments, format);
	text = fil_format_list(format, arguments);
	va_end(arguments);
	attempt->task->hooks.say(attempt->task->hooks.context, text);
	free(text);
}

/* Says which run has read the same bytes before: an export that was not renewed looks like a quiet
 * week. */
static int
tell_repetition(
    struct fil_attempt *attempt, const struct fil_load_input *intake, struct fil_fault *fault)
{
	int64_t run = fil_run_reading(attempt->task->store, fil_input_hash(intake->input), fault);

	if (run > 0 && attempt->options->tell_all)
		say(attempt, "%s: run %lld has read the same bytes", fil_input_name(intake->input),
		    (long long)run);
	return run < 0 ? -1 : 0;
}

/* Says which references to nobody were left out, and who is not marked as left. */
static void
tell_omissions(const struct fil_attempt *attempt)
{
	const struct fil_leniency *leniency =
	    fil_row_leniency(fil_request_row(attempt->task->request));

	for (size_t c = 0; c < attempt->task->table->n_columns; c++) {
		size_t n = fil_leniency_counted(leniency, c);

		if (n > 0)
			say(attempt, "%zu reference%s to nobody left out: %s", n, n > 1 ? "s" : "",
			    attempt->task->table->columns[c].name);
	}
	if (attempt->options->sync && attempt->counts.rejected > 0)
		say(attempt, "nobody is marked as left, since rows were refused");
}

/* Begins the run. References of the rows to come are checked by the writer; those that a removal
 * would break are for the engine to see. */
static int
begin_run(struct fil_attempt *attempt, struct fil_fault *fault)
{
	enum fil_match match = fil_request_matching(attempt->task->request);
	const char *old, *new;

	if (!attempt->options->remove &&
	    !fil_request_renaming(attempt->task->request, 0, &old, &new))
		fil_store_trust(attempt->task->store);
	attempt->run = fil_run_begin(
	    attempt->task->store, attempt->options->argv, attempt->options->wait, fault);
	if (!attempt->run)
		return -1;
	if (match == FIL_MATCH_KEY)
		return 0;
	attempt->people = fil_people_new(attempt->task->store, match, fault);
	return attempt->people
	    ? fil_row_people(fil_request_row(attempt->task->request), attempt->people, fault)
	    : -1;
}

/* Returns whether the rows of the input that others name must be found before any is written: some
 * of them may be refused. */
static bool
may_lack(const struct fil_attempt *attempt)
{
	return attempt->task->n_intakes > 0 && !attempt->options->remove &&
	    (attempt->options->keep_going || attempt->options->known_only);
}

/* Makes what rows are written with. */
static void
make_writer(struct fil_attempt *attempt)
{
	const struct fil_task *task = attempt->task;
	const struct fil_load_options *wanted = attempt->options;
	struct fil_row *row = fil_request_row(task->request);
	struct fil_writer_options options = {
		.changes = attempt->changes,
		.rejects = attempt->rejects,
		.sync = wanted->sync ? &task->roster : NULL,
		.remove = wanted->remove,
		.known_only = wanted->known_only,
		.keep_going = wanted->keep_going,
		.leniency = fil_row_leniency(row),
		.repeats = attempt->repeats,
		.look_ahead = may_lack(attempt) ? NULL : fil_rows_look_ahead,
	};

	if (wanted->assign)
		attempt->assigner = fil_assigner_new(task->store, wanted->today, wanted->again);
	attempt->feeder =
	    fil_rows_new(row, task->table, fil_request_width(task->request), &attempt->counts);
	if (wanted->known_only)
		fil_rows_known_only(attempt->feeder);
	options.assigner = attempt->assigner;
	options.context = attempt->feeder;
	attempt->writer =
	    fil_writer_new(attempt->run, task->table, &options, &attempt->counts, attempt->faults);
	fil_rows_bind(attempt->feeder, attempt->writer, task->intakes, task->n_intakes);
	if (wanted->verbose)
		fil_rows_count_formulas(attempt->feeder);
	fil_rows_progress(attempt->feeder, task->hooks.progress, task->hooks.context);
}

/* Loads one intake. */
static int
take_in(struct fil_attempt *attempt, struct fil_load_input *intake, struct fil_fault *fault)
{
	fil_run_input(attempt->run, fil_input_name(intake->input), fil_input_hash(intake->input));
	if (tell_repetition(attempt, intake, fault) < 0)
		return -1;
	if (fil_rows_feed(attempt->feeder, intake, fault) < 0)
		return -1;
	fil_remarks_tell(attempt->feeder, intake, attempt->options->tell_all,
	    attempt->task->hooks.say, attempt->task->hooks.context);
	if (attempt->options->sync && fil_rows_read(attempt->feeder) == 0)
		return fil_fault_set(fault, FIL_REFUSED,
		    "%s: refused: a list without anybody would mark everybody as left",
		    fil_input_name(intake->input));
	return 0;
}

/* Gives users their new keys. */
static int
rename_users(struct fil_attempt *attempt, struct fil_fault *fault)
{
	const char *old, *new;

	attempt->rename = fil_rename_new(attempt->run, attempt->changes);
	for (size_t i = 0; fil_request_renaming(attempt->task->request, i, &old, &new); i++) {
		enum fil_renamed renamed = fil_rename_user(attempt->rename, old, new, fault);

		if (renamed == FIL_RENAME_FAILED)
			return -1;
		attempt->counts.changed += renamed == FIL_RENAMED;
		attempt->counts.unchanged += renamed == FIL_RENAMED_BEFORE;
		if (renamed == FIL_RENAMED_BEFORE)
			say(attempt, "--rename: '%s' has become '%s' before", old, new);
	}
	return 0;
}

/* Finds out which rows of the input others can name: of users who are known already, none need
 * be. */
static int
find_arrivals(struct fil_attempt *attempt, struct fil_fault *fault)
{
	struct fil_preview preview = fil_rows_preview(attempt->feeder);
	struct fil_references *references = fil_writer_references(attempt->writer);

	if (!may_lack(attempt) || attempt->options->known_only || !fil_references_own(references))
		return 0;
	return fil_arrivals_find(&preview, attempt->task->table, references, fault);
}

static int
take_all(struct fil_attempt *attempt, struct fil_fault *fault)
{
	if (rename_users(attempt, fault) < 0)
		return -1;
	if (attempt->task->n_intakes == 0)
		return fil_row_lacks(fil_request_row(attempt->task->request))
		    ? 0
		    : fil_rows_feed_constants(attempt->feeder, fault);
	if (attempt->people && fil_rows_introduce(attempt->feeder, attempt->people, fault) < 0)
		return -1;
	if (attempt->options->last && fil_rows_find_last(attempt->feeder, fault) < 0)
		return -1;
	if (find_arrivals(attempt, fault) < 0)
		return -1;
	for (size_t i = 0; i < attempt->task->n_intakes; i++)
		if (take_in(attempt, &attempt->task->intakes[i], fault) < 0)
			return -1;
	return 0;
}

static void
summarize(struct fil_attempt *attempt, bool written)
{
	struct fil_summary summary = {
		.table = attempt->task->table->name,
		.counts = &attempt->counts,
		.assigner = attempt->assigner,
		.unknown = fil_writer_unknown(attempt->writer) + fil_rows_unknown(attempt->feeder),
		.superseded = fil_rows_superseded(attempt->feeder),
		.removing = attempt->options->remove,
		.written = written,
		.run = fil_run_number(attempt->run),
	};

	if (written)
		tell_omissions(attempt);
	attempt->summary = fil_summary_text(&summary);
}

/* Closes the answer, and commits or, for a dry run, rolls back: rows may leave the command only
 * once that is done. */
static int
conclude(struct fil_attempt *attempt, struct fil_fault *fault)
{
	struct fil_run *run = attempt->run;

	if (fil_changes_close(attempt->changes, fault) < 0)
		return -1;
	attempt->run = NULL;
	if (!attempt->options->dry_run)
		return fil_run_commit(run, &attempt->counts, fault);
	fil_run_abandon(run);
	say(attempt, "dry run: nothing is kept");
	return 0;
}

/* Returns whether more rows were refused than may be. */
static bool
over_limit(const struct fil_attempt *attempt)
{
	const struct fil_counts *counts = &attempt->counts;

	if (attempt->options->max_rejects_share)
		return counts->rejected * 100 > counts->read * attempt->options->max_rejects;
	return counts->rejected > attempt->options->max_rejects;
}

/* Returns whether the good rows are to be stored. */
static bool
is_written(const struct fil_attempt *attempt)
{
	if (fil_faults_count(attempt->faults) == 0)
		return true;
	return attempt->options->keep_going && !fil_rows_undecided(attempt->feeder) &&
	    !over_limit(attempt);
}

static enum fil_status
finish(struct fil_attempt *attempt, FILE *stream, struct fil_fault *fault)
{
	struct fil_preview preview = fil_rows_preview(attempt->feeder);
	size_t faults = fil_faults_count(attempt->faults);
	bool written = is_written(attempt);

	if (fil_repeats_find(attempt->repeats, &preview, attempt->faults, fault) < 0)
		return fault->status;
	if (attempt->rejects &&
	    fil_rejects_write(
		attempt->rejects, &attempt->task->intakes[0], attempt->options->rejects, fault) < 0)
		return fault->status;
	if (written &&
	    (fil_writer_finish(attempt->writer, fault) < 0 ||
		fil_rename_sign(attempt->rename, fault) < 0))
		return fault->status;
	if (attempt->options->keep_going && over_limit(attempt))
		say(attempt, "more rows were refused than --max-rejects lets pass");
	summarize(attempt, written);
	if (!written)
		return FIL_BAD_DATA;
	if (conclude(attempt, fault) < 0)
		return fault->status;
	if (stream && fil_changes_pour(attempt->changes, stream, fault) < 0)
		return fault->status;
	return faults > 0 ? FIL_REFUSED : FIL_OK;
}

enum fil_status
fil_attempt_go(struct fil_attempt *attempt, FILE *stream, enum fil_output_format format,
    struct fil_fault *fault)
{
	const char *folder = fil_store_folder(attempt->task->store);

	if (begin_run(attempt, fault) < 0)
		return fault->status;
	if (stream && fil_changes_open(attempt->changes, folder, format, fault) < 0)
		return fault->status;
	if (attempt->options->rejects && attempt->task->n_intakes > 0) {
		attempt->rejects = fil_rejects_new(folder, fault);
		if (!attempt->rejects)
			return fault->status;
	}
	make_writer(attempt);
	if (take_all(attempt, fault) < 0)
		return fault->status;
	return finish(attempt, stream, fault);
}

const struct fil_faults *
fil_attempt_faults(const struct fil_attempt *attempt)
{
	return attempt->faults;
}

const char *
fil_attempt_summary(const struct fil_attempt *attempt)
{
	return attempt->summary;
}

void
fil_attempt_free(struct fil_attempt *attempt)
{
	if (!attempt)
		return;
	fil_writer_free(attempt->writer);
	fil_rows_free(attempt->feeder);
	fil_assigner_free(attempt->assigner);
	if (attempt->run)
		fil_run_abandon(attempt->run);
	fil_changes_free(attempt->changes);
	fil_rejects_free(attempt->rejects);
	fil_rename_free(attempt->rename);
	fil_people_free(attempt->people);
	fil_faults_free(attempt->faults);
	fil_repeats_free(attempt->repeats);
	free(attempt->summary);
	free(attempt);
}

/* How often a load that others cross is begun anew, and how long it waits before, times the tries:
 * who crossed it may still be at work. Nanoseconds. */
enum { RETRIES = 3, PAUSE = 100000000 };

struct fil_load {
	struct fil_task task;
	struct fil_attempt *attempt;
};

/* A whole list of a feed: the one that an operand has set, or "hr". */
static void
prepare_list(struct fil_load *load)
{
	bool set;

	load->task.roster.feed = fil_row_constant(
	    fil_request_row(load->task.request), fil_table_column(load->task.table, "feed"), &set);
	if (!load->task.roster.feed)
		load->task.roster.feed = "hr";
	load->task.roster.take = load->task.options.take;
	load->task.roster.force = load->task.options.force;
	load->task.roster.max_churn = load->task.options.max_churn;
	load->task.roster.today = load->task.options.today;
}

struct fil_load *
fil_load_new(struct fil_store *store, struct fil_request *request,
    const struct fil_load_options *options, const struct fil_load_hooks *hooks,
    struct fil_fault *fault)
{
	struct fil_load *load = fil_alloc(1, sizeof *load);

	load->task = (struct fil_task){ .store = store,
		.request = request,
		.table = fil_request_table(request),
		.options = *options,
		.hooks = *hooks };
	load->attempt = fil_attempt_new(&load->task, fault);
	if (!load->attempt) {
		fil_load_free(load);
		return NULL;
	}
	if (options->sync)
		prepare_list(load);
	return load;
}

static int
open_intake(
    struct fil_load *load, struct fil_load_input *intake, const char *path, struct fil_fault *fault)
{
	*intake = (struct fil_load_input){ .format = load->task.options.format,
		.order = load->task.options.order,
		.width = fil_request_width(load->task.request),
		.profile = fil_request_profile(load->task.request) };
	if (load->task.options.has_pivot)
		fil_profile_pivot(intake->profile, load->task.options.pivot);
	if (load->task.options.max_age &&
	    fil_load_input_check_age(
		path, load->task.options.today, load->task.options.max_age, fault) < 0)
		return -1;
	if (fil_load_input_open(intake, path, fil_store_folder(load->task.store), fault) < 0)
		return -1;
	if (load->task.options.sync && !load->task.options.no_final_newline &&
	    fil_load_input_check_end(intake, fault) < 0)
		return -1;
	/* What no row can be made of is told before anything waits for the lock. */
	return fil_load_input_bind(intake, fil_request_row(load->task.request), fault);
}

/* The rows of a whole list are of its feed. What they say of it themselves is heard, so that
 * another feed's list is not taken for this one, unless the list takes users over. */
static int
settle_feed(struct fil_load *load, struct fil_fault *fault)
{
	size_t feed = fil_table_column(load->task.table, "feed");

	if (!load->task.options.sync || load->task.n_intakes == 0 ||
	    (!load->task.options.take && fil_profile_gives(load->task.intakes[0].profile, feed)))
		return 0;
	return fil_request_default(load->task.request, "feed", load->task.roster.feed, fault);
}

static int
open_intakes(struct fil_load *load, struct fil_fault *fault)
{
	size_t n;
	char *const *paths = fil_request_paths(load->task.request, &n);

	load->task.intakes = fil_alloc(n + 1, sizeof *load->task.intakes);
	for (size_t i = 0; i < n; i++) {
		load->task.n_intakes++;
		if (open_intake(load, &load->task.intakes[i], paths[i], fault) < 0)
			return fil_request_explain(load->task.request, fault);
	}
	return settle_feed(load, fault);
}

/* Puts everything back to where it was before the attempt, which others crossed. */
static int
begin_anew(struct fil_load *load, int tries, struct fil_fault *fault)
{
	const struct timespec pause = { 0, PAUSE * tries };

	fil_attempt_free(load->attempt);
	load->attempt = fil_attempt_new(&load->task, fault);
	if (!load->attempt)
		return -1;
	fil_leniency_reset(fil_row_leniency(fil_request_row(load->task.request)));
	for (size_t i = 0; i < load->task.n_intakes; i++)
		fil_load_input_rewind(&load->task.intakes[i]);
	nanosleep(&pause, NULL);
	fault->status = FIL_OK;
	return 0;
}

enum fil_status
fil_load_go(
    struct fil_load *load, FILE *stream, enum fil_output_format format, struct fil_fault *fault)
{
	enum fil_status status;

	if (!fil_request_whole(load->task.request) && open_intakes(load, fault) < 0)
		return fault->status;
	for (int tries = 1;; tries++) {
		status = fil_attempt_go(load->attempt, stream, format, fault);
		if (status != FIL_BUSY || tries > RETRIES || !fil_store_crossed(load->task.store))
			return status;
		if (begin_anew(load, tries, fault) < 0)
			return fault->status;
	}
}

const struct fil_faults *
fil_load_faults(const struct fil_load *load)
{
	return fil_attempt_faults(load->attempt);
}

const char *
fil_load_summary(const struct fil_load *load)
{
	return fil_attempt_summary(load->attempt);
}

void
fil_load_free(struct fil_load *load)
{
	if (!load)
		return;
	fil_attempt_free(load->attempt);
	for (size_t i = 0; i < load->task.n_intakes; i++)
		fil_load_input_release(&load->task.intakes[i]);
	free(load->task.intakes);
	free(load);
}
