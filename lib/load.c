/* SPDX-License-Identifier: ISC */
#include "lib/load.h"

#include <stdlib.h>
#include <string.h>

#include "lib/arrivals.h"
#include "lib/assignment.h"
#include "lib/changes.h"
#include "lib/feeder.h"
#include "lib/intake.h"
#include "lib/memory.h"
#include "lib/rejects.h"
#include "lib/remarks.h"
#include "lib/rename.h"
#include "lib/repeats.h"
#include "lib/roster.h"
#include "lib/run.h"
#include "lib/summary.h"
#include "lib/writer.h"

struct fil_load {
	struct fil_store *store;
	struct fil_request *request;
	const struct fil_table *table;
	struct fil_load_options options;
	struct fil_load_hooks hooks;
	struct fil_intake *intakes; /* one a path */
	size_t n_intakes;
	struct fil_feeder *feeder;
	struct fil_run *run;
	struct fil_people *people;
	struct fil_writer *writer;
	struct fil_assigner *assigner;
	struct fil_changes *changes;
	struct fil_rejects *rejects;
	struct fil_rename *rename;
	struct fil_roster_options roster;
	struct fil_counts counts;
	struct fil_faults *faults;
	struct fil_repeats *repeats;
	char *summary;
};

static void
say(const struct fil_load *load, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
say(const struct fil_load *load, const char *format, ...)
{
	va_list arguments;
	char *text;

	if (!load->hooks.say)
		return;
	va_start(arguments, format);
	text = fil_format_list(format, arguments);
	va_end(arguments);
	load->hooks.say(load->hooks.context, text);
	free(text);
}

/* A whole list of a feed: the one that an operand has set, or "hr". */
static void
prepare_list(struct fil_load *load)
{
	bool set;

	load->roster.feed = fil_row_constant(
	    fil_request_row(load->request), fil_table_column(load->table, "feed"), &set);
	if (!load->roster.feed)
		load->roster.feed = "hr";
	load->roster.take = load->options.take;
	load->roster.force = load->options.force;
	load->roster.max_churn = load->options.max_churn;
	load->roster.today = load->options.today;
}

struct fil_load *
fil_load_new(struct fil_store *store, struct fil_request *request,
    const struct fil_load_options *options, const struct fil_load_hooks *hooks,
    struct fil_fault *fault)
{
	struct fil_load *load = fil_alloc(1, sizeof *load);

	load->store = store;
	load->request = request;
	load->table = fil_request_table(request);
	load->options = *options;
	load->hooks = *hooks;
	load->faults = fil_faults_new(options->max_faults);
	load->repeats = fil_repeats_new(load->table);
	load->changes = fil_changes_new(load->table, options->only, fault);
	if (!load->changes) {
		fil_load_free(load);
		return NULL;
	}
	if (options->sync)
		prepare_list(load);
	return load;
}

static int
open_intake(
    struct fil_load *load, struct fil_intake *intake, const char *path, struct fil_fault *fault)
{
	*intake = (struct fil_intake){ .format = load->options.format,
		.order = load->options.order,
		.width = fil_request_width(load->request),
		.profile = fil_request_profile(load->request) };
	if (load->options.has_pivot)
		fil_profile_pivot(intake->profile, load->options.pivot);
	if (load->options.max_age &&
	    fil_intake_check_age(path, load->options.today, load->options.max_age, fault) < 0)
		return -1;
	if (fil_intake_open(intake, path, fil_store_folder(load->store), fault) < 0)
		return -1;
	if (load->options.sync && !load->options.no_final_newline &&
	    fil_intake_check_end(intake, fault) < 0)
		return -1;
	/* What no row can be made of is told before anything waits for the lock. */
	return fil_intake_bind(intake, fil_request_row(load->request), fault);
}

/* The rows of a whole list are of its feed. What they say of it themselves is heard, so that
 * another feed's list is not taken for this one, unless the list takes users over. */
static int
settle_feed(struct fil_load *load, struct fil_fault *fault)
{
	size_t feed = fil_table_column(load->table, "feed");

	if (!load->options.sync || load->n_intakes == 0 ||
	    (!load->options.take && fil_profile_gives(load->intakes[0].profile, feed)))
		return 0;
	return fil_request_default(load->request, "feed", load->roster.feed, fault);
}

static int
open_intakes(struct fil_load *load, struct fil_fault *fault)
{
	size_t n;
	char *const *paths = fil_request_paths(load->request, &n);

	load->intakes = fil_alloc(n + 1, sizeof *load->intakes);
	for (size_t i = 0; i < n; i++) {
		load->n_intakes++;
		if (open_intake(load, &load->intakes[i], paths[i], fault) < 0)
			return fil_request_explain(load->request, fault);
	}
	return settle_feed(load, fault);
}

/* Says which run has read the same bytes before: an export that was not renewed looks like a quiet
 * week. */
static int
tell_repetition(struct fil_load *load, const struct fil_intake *intake, struct fil_fault *fault)
{
	int64_t run = fil_run_reading(load->store, fil_input_hash(intake->input), fault);

	if (run > 0 && load->options.tell_all)
		say(load, "%s: run %lld has read the same bytes", fil_input_name(intake->input),
		    (long long)run);
	return run < 0 ? -1 : 0;
}

/* Says which references to nobody were left out, and who is not marked as left. */
static void
tell_omissions(const struct fil_load *load)
{
	const struct fil_leniency *leniency = fil_row_leniency(fil_request_row(load->request));

	for (size_t c = 0; c < load->table->n_columns; c++) {
		size_t n = fil_leniency_counted(leniency, c);

		if (n > 0)
			say(load, "%zu reference%s to nobody left out: %s", n, n > 1 ? "s" : "",
			    load->table->columns[c].name);
	}
	if (load->options.sync && load->counts.rejected > 0)
		say(load, "nobody is marked as left, since rows were refused");
}

/* Begins the run. References of the rows to come are checked by the writer; those that a removal
 * would break are for the engine to see. */
static int
begin_run(struct fil_load *load, struct fil_fault *fault)
{
	enum fil_match match = fil_request_matching(load->request);
	const char *old, *new;

	if (!load->options.remove && !fil_request_renaming(load->request, 0, &old, &new))
		fil_store_trust(load->store);
	load->run = fil_run_begin(load->store, load->options.argv, load->options.wait, fault);
	if (!load->run)
		return -1;
	if (match == FIL_MATCH_KEY)
		return 0;
	load->people = fil_people_new(load->store, match, fault);
	return load->people
	    ? fil_row_people(fil_request_row(load->request), load->people, fault)
	    : -1;
}

/* Returns whether the rows of the input that others name must be found before any is written: some
 * of them may be refused. */
static bool
may_lack(const struct fil_load *load)
{
	return load->n_intakes > 0 && !load->options.remove &&
	    (load->options.keep_going || load->options.known_only);
}

/* Makes what rows are written with. */
static void
make_writer(struct fil_load *load)
{
	struct fil_writer_options options = {
		.changes = load->changes,
		.rejects = load->rejects,
		.sync = load->options.sync ? &load->roster : NULL,
		.remove = load->options.remove,
		.known_only = load->options.known_only,
		.keep_going = load->options.keep_going,
		.leniency = fil_row_leniency(fil_request_row(load->request)),
		.repeats = load->repeats,
		.look_ahead = may_lack(load) ? NULL : fil_feeder_look_ahead,
	};

	if (load->options.assign)
		load->assigner =
		    fil_assigner_new(load->store, load->options.today, load->options.again);
	load->feeder = fil_feeder_new(fil_request_row(load->request), load->table,
	    fil_request_width(load->request), &load->counts);
	if (load->options.known_only)
		fil_feeder_known_only(load->feeder);
	options.assigner = load->assigner;
	options.context = load->feeder;
	load->writer =
	    fil_writer_new(load->run, load->table, &options, &load->counts, load->faults);
	fil_feeder_bind(load->feeder, load->writer, load->intakes, load->n_intakes);
	if (load->options.verbose)
		fil_feeder_count_formulas(load->feeder);
	fil_feeder_progress(load->feeder, load->hooks.progress, load->hooks.context);
}

/* Loads one intake. */
static int
take_in(struct fil_load *load, struct fil_intake *intake, struct fil_fault *fault)
{
	fil_run_input(load->run, fil_input_name(intake->input), fil_input_hash(intake->input));
	if (tell_repetition(load, intake, fault) < 0)
		return -1;
	if (fil_feeder_feed(load->feeder, intake, fault) < 0)
		return -1;
	fil_remarks_tell(load->feeder, intake, load->options.tell_all, load->hooks.say,
	    load->hooks.context);
	if (load->options.sync && fil_feeder_read(load->feeder) == 0)
		return fil_fault_set(fault, FIL_REFUSED,
		    "%s: refused: a list without anybody would mark everybody as left",
		    fil_input_name(intake->input));
	return 0;
}

/* Gives users their new keys. */
static int
rename_users(struct fil_load *load, struct fil_fault *fault)
{
	const char *old, *new;

	load->rename = fil_rename_new(load->run, load->changes);
	for (size_t i = 0; fil_request_renaming(load->request, i, &old, &new); i++) {
		enum fil_renamed renamed = fil_rename_user(load->rename, old, new, fault);

		if (renamed == FIL_RENAME_FAILED)
			return -1;
		load->counts.changed += renamed == FIL_RENAMED;
		load->counts.unchanged += renamed == FIL_RENAMED_BEFORE;
		if (renamed == FIL_RENAMED_BEFORE)
			say(load, "--rename: '%s' has become '%s' before", old, new);
	}
	return 0;
}

/* Finds out which rows of the input others can name: of users who are known already, none need
 * be. */
static int
find_arrivals(struct fil_load *load, struct fil_fault *fault)
{
	struct fil_preview preview = fil_feeder_preview(load->feeder);
	struct fil_references *references = fil_writer_references(load->writer);

	if (!may_lack(load) || load->options.known_only || !fil_references_own(references))
		return 0;
	return fil_arrivals_find(&preview, load->table, references, fault);
}

static int
take_all(struct fil_load *load, struct fil_fault *fault)
{
	if (rename_users(load, fault) < 0)
		return -1;
	if (load->n_intakes == 0)
		return fil_row_lacks(fil_request_row(load->request))
		    ? 0
		    : fil_feeder_feed_constants(load->feeder, fault);
	if (load->people && fil_feeder_introduce(load->feeder, load->people, fault) < 0)
		return -1;
	if (load->options.last && fil_feeder_find_last(load->feeder, fault) < 0)
		return -1;
	if (find_arrivals(load, fault) < 0)
		return -1;
	for (size_t i = 0; i < load->n_intakes; i++)
		if (take_in(load, &load->intakes[i], fault) < 0)
			return -1;
	return 0;
}

static void
summarize(struct fil_load *load, bool written)
{
	struct fil_summary summary = {
		.table = load->table->name,
		.counts = &load->counts,
		.assigner = load->assigner,
		.unknown = fil_writer_unknown(load->writer) + fil_feeder_unknown(load->feeder),
		.superseded = fil_feeder_superseded(load->feeder),
		.removing = load->options.remove,
		.written = written,
		.run = fil_run_number(load->run),
	};

	if (written)
		tell_omissions(load);
	load->summary = fil_summary_text(&summary);
}

/* Closes the answer, and commits or, for a dry run, rolls back: rows may leave the command only
 * once that is done. */
static int
conclude(struct fil_load *load, struct fil_fault *fault)
{
	struct fil_run *run = load->run;

	if (fil_changes_close(load->changes, fault) < 0)
		return -1;
	load->run = NULL;
	if (!load->options.dry_run)
		return fil_run_commit(run, &load->counts, fault);
	fil_run_abandon(run);
	say(load, "dry run: nothing is kept");
	return 0;
}

/* Returns whether more rows were refused than may be. */
static bool
over_limit(const struct fil_load *load)
{
	const struct fil_counts *counts = &load->counts;

	if (load->options.max_rejects_share)
		return counts->rejected * 100 > counts->read * load->options.max_rejects;
	return counts->rejected > load->options.max_rejects;
}

/* Returns whether the good rows are to be stored. */
static bool
is_written(const struct fil_load *load)
{
	if (fil_faults_count(load->faults) == 0)
		return true;
	return load->options.keep_going && !fil_feeder_undecided(load->feeder) && !over_limit(load);
}

static enum fil_status
finish(struct fil_load *load, FILE *stream, struct fil_fault *fault)
{
	struct fil_preview preview = fil_feeder_preview(load->feeder);
	size_t faults = fil_faults_count(load->faults);
	bool written = is_written(load);

	if (fil_repeats_find(load->repeats, &preview, load->faults, fault) < 0)
		return fault->status;
	if (load->rejects &&
	    fil_rejects_write(load->rejects, &load->intakes[0], load->options.rejects, fault) < 0)
		return fault->status;
	if (written && (fil_writer_finish(load->writer, fault) < 0 ||
		fil_rename_sign(load->rename, fault) < 0))
		return fault->status;
	if (load->options.keep_going && over_limit(load))
		say(load, "more rows were refused than --max-rejects lets pass");
	summarize(load, written);
	if (!written)
		return FIL_BAD_DATA;
	if (conclude(load, fault) < 0)
		return fault->status;
	if (stream && fil_changes_pour(load->changes, stream, fault) < 0)
		return fault->status;
	return faults > 0 ? FIL_REFUSED : FIL_OK;
}

enum fil_status
fil_load_go(
    struct fil_load *load, FILE *stream, enum fil_output_format format, struct fil_fault *fault)
{
	const char *folder = fil_store_folder(load->store);

	if (!fil_request_whole(load->request) && open_intakes(load, fault) < 0)
		return fault->status;
	if (begin_run(load, fault) < 0)
		return fault->status;
	if (stream && fil_changes_open(load->changes, folder, format, fault) < 0)
		return fault->status;
	if (load->options.rejects && load->n_intakes > 0) {
		load->rejects = fil_rejects_new(folder, fault);
		if (!load->rejects)
			return fault->status;
	}
	make_writer(load);
	if (take_all(load, fault) < 0)
		return fault->status;
	return finish(load, stream, fault);
}

const struct fil_faults *
fil_load_faults(const struct fil_load *load)
{
	return load->faults;
}

const char *
fil_load_summary(const struct fil_load *load)
{
	return load->summary;
}

void
fil_load_free(struct fil_load *load)
{
	if (!load)
		return;
	fil_writer_free(load->writer);
	fil_feeder_free(load->feeder);
	fil_assigner_free(load->assigner);
	if (load->run)
		fil_run_abandon(load->run);
	fil_changes_free(load->changes);
	fil_rejects_free(load->rejects);
	fil_rename_free(load->rename);
	fil_people_free(load->people);
	for (size_t i = 0; i < load->n_intakes; i++)
		fil_intake_release(&load->intakes[i]);
	fil_faults_free(load->faults);
	fil_repeats_free(load->repeats);
	free(load->intakes);
	free(load->summary);
	free(load);
}
