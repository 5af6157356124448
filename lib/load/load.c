/* SPDX-License-Identifier: ISC */
#include "lib/load/load.h"

#include <stdlib.h>
#include <time.h>

#include "lib/load/attempt.h"
#include "lib/load/intake.h"
#include "lib/base/memory.h"

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
    struct fil_load *load, struct fil_intake *intake, const char *path, struct fil_fault *fault)
{
	*intake = (struct fil_intake){ .format = load->task.options.format,
		.order = load->task.options.order,
		.width = fil_request_width(load->task.request),
		.profile = fil_request_profile(load->task.request) };
	if (load->task.options.has_pivot)
		fil_profile_pivot(intake->profile, load->task.options.pivot);
	if (load->task.options.max_age &&
	    fil_intake_check_age(
		path, load->task.options.today, load->task.options.max_age, fault) < 0)
		return -1;
	if (fil_intake_open(intake, path, fil_store_folder(load->task.store), fault) < 0)
		return -1;
	if (load->task.options.sync && !load->task.options.no_final_newline &&
	    fil_intake_check_end(intake, fault) < 0)
		return -1;
	/* What no row can be made of is told before anything waits for the lock. */
	return fil_intake_bind(intake, fil_request_row(load->task.request), fault);
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
		fil_intake_rewind(&load->task.intakes[i]);
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
		fil_intake_release(&load->task.intakes[i]);
	free(load->task.intakes);
	free(load);
}
