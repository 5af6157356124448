/* SPDX-License-Identifier: ISC */
#include "lib/load.h"

#include <stdlib.h>
#include <string.h>

#include "lib/changes.h"
#include "lib/assignment.h"
#include "lib/feeder.h"
#include "lib/intake.h"
#include "lib/memory.h"
#include "lib/profile.h"
#include "lib/row.h"
#include "lib/run.h"
#include "lib/standing.h"
#include "lib/text.h"
#include "lib/writer.h"

struct fil_load {
	struct fil_store *store;
	const struct fil_table *table;
	struct fil_load_options options;
	struct fil_load_hooks hooks;
	struct fil_dimensions dimensions; /* the facets of autonomy */
	size_t width; /* the table's columns, then facets */
	struct fil_row *row;
	char **maps, **paths;
	size_t n_maps, n_paths;

	struct fil_intake *intakes; /* one a path */
	size_t n_intakes;
	struct fil_feeder *feeder;
	struct fil_run *run;
	struct fil_writer *writer;
	struct fil_assigner *assigner;
	struct fil_changes *changes;
	struct fil_counts counts;
	struct fil_faults *faults;
	char *summary;
};

struct fil_load *
fil_load_new(struct fil_store *store, const struct fil_table *table,
    const struct fil_load_options *options, const struct fil_load_hooks *hooks,
    struct fil_fault *fault)
{
	struct fil_load *load = fil_alloc(1, sizeof *load);

	load->store = store;
	load->table = table;
	load->options = *options;
	load->hooks = *hooks;
	load->faults = fil_faults_new(options->max_faults);
	load->changes = fil_changes_new(table, options->only, fault);
	if (!load->changes || (strcmp(table->name, "autonomy") == 0 &&
	    fil_dimensions_read(store, &load->dimensions, fault) < 0)) {
		fil_load_free(load);
		return NULL;
	}
	load->width = table->n_columns + load->dimensions.n;
	load->row = fil_row_new(table, options->today, options->fill_today, load->dimensions.names,
	    load->dimensions.n);
	return load;
}

static struct fil_profile *
new_profile(const struct fil_load *load)
{
	return fil_profile_new(load->table, load->dimensions.names, load->dimensions.n);
}

int
fil_load_map(struct fil_load *load, const char *mapping, struct fil_fault *fault)
{
	/* Tried on a profile of its own now, so that a wrong one is told before any input is read.
	 */
	struct fil_profile *profile = new_profile(load);
	int result = fil_profile_map(profile, mapping, fault);

	fil_profile_free(profile);
	load->maps = fil_resize(load->maps, load->n_maps + 1, sizeof *load->maps);
	load->maps[load->n_maps++] = fil_copy(mapping);
	return result;
}

/* Returns the number of the column or facet of that name, or FIL_NOWHERE. */
static size_t
find_column(const struct fil_load *load, const char *name)
{
	size_t c = fil_table_column(load->table, name);

	for (size_t f = 0; c == FIL_NOWHERE && f < load->dimensions.n; f++)
		if (strcmp(load->dimensions.names[f], name) == 0)
			return load->table->n_columns + f;
	return c;
}

static int
fault_column(const struct fil_load *load, const char *name, struct fil_fault *fault)
{
	const char **names = fil_alloc(load->width, sizeof *names);
	const char *nearest;

	for (size_t c = 0; c < load->table->n_columns; c++)
		names[c] = load->table->columns[c].name;
	for (size_t f = 0; f < load->dimensions.n; f++)
		names[load->table->n_columns + f] = load->dimensions.names[f];
	nearest = fil_text_nearest(name, names, load->width);
	if (nearest)
		fil_fault_set(fault, FIL_USAGE, "%s has no column '%s'; did you mean '%s'?",
		    load->table->name, name, nearest);
	else
		fil_fault_set(fault, FIL_USAGE,
		    "%s has no column '%s'; a file of that name is written './%s=…'",
		    load->table->name, name, name);
	free(names);
	return -1;
}

static int
add_path(struct fil_load *load, const char *path, struct fil_fault *fault)
{
	for (size_t i = 0; i < load->n_paths; i++)
		if (strcmp(path, "-") == 0 && strcmp(load->paths[i], "-") == 0)
			return fil_fault_set(
			    fault, FIL_USAGE, "standard input can be read only once");
	load->paths = fil_resize(load->paths, load->n_paths + 1, sizeof *load->paths);
	load->paths[load->n_paths++] = fil_copy(path);
	return 0;
}

int
fil_load_operand(struct fil_load *load, const char *operand, struct fil_fault *fault)
{
	const char *equals = strchr(operand, '=');
	char *name;
	size_t c;
	int result;

	if (!equals || memchr(operand, '/', (size_t)(equals - operand)))
		return add_path(load, operand, fault);
	name = fil_copy_bytes(operand, (size_t)(equals - operand));
	c = find_column(load, name);
	result = c == FIL_NOWHERE ? fault_column(load, name, fault)
				  : fil_row_set(load->row, c, equals + 1, fault);
	free(name);
	return result;
}

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

/* Says how an input was written, and what of it was not stored. */
static void
describe(const struct fil_load *load, const struct fil_intake *intake, size_t empty)
{
	const char *name = fil_input_name(intake->input);
	char *text = fil_intake_describe(intake);
	size_t n;
	const char *passed = fil_profile_passed(intake->profile, &n);

	if (load->options.tell_all)
		say(load, "%s: %s", name, text);
	if (load->options.tell_all && n > 0)
		say(load, "%s: not stored: %s", name, passed);
	if (empty > 0)
		say(load, "%s: %zu empty row%s passed over", name, empty, empty > 1 ? "s" : "");
	if (intake->format.ends_in_line)
		say(load, "%s: the last line has no end: make sure that the file is whole", name);
	free(text);
}

/* Checks that an intake gives what a row needs, before anything waits for the lock. */
static int
check_columns(const struct fil_load *load, const struct fil_intake *intake, struct fil_fault *fault)
{
	bool *gives = fil_alloc(load->width, sizeof *gives);
	int result;

	for (size_t c = 0; c < load->width; c++)
		gives[c] = fil_profile_gives(intake->profile, c);
	result = fil_row_bind(load->row, gives, fault);
	free(gives);
	return result;
}

/* Makes an intake ready: its profile knows the headers, the maps, and what is set. */
static int
open_intake(
    struct fil_load *load, struct fil_intake *intake, const char *path, struct fil_fault *fault)
{
	struct fil_fault bare;
	bool set;

	*intake = (struct fil_intake){ .format = load->options.format,
		.order = load->options.order,
		.width = load->width,
		.profile = new_profile(load) };
	for (size_t m = 0; m < load->n_maps; m++)
		if (fil_profile_map(intake->profile, load->maps[m], fault) < 0)
			return -1;
	for (size_t c = 0; c < load->width; c++) {
		const char *value = fil_row_constant(load->row, c, &set);

		if (set)
			fil_profile_set(intake->profile, c, value ? value : "");
	}
	if (fil_intake_open(intake, path, fil_store_folder(load->store), fault) < 0)
		return -1;
	if (check_columns(load, intake, &bare) == 0)
		return 0;
	return fil_fault_set(fault, bare.status, "%s: %s", path, bare.text);
}

static int
open_intakes(struct fil_load *load, struct fil_fault *fault)
{
	if (load->n_paths == 0 && add_path(load, "-", fault) < 0)
		return -1;
	load->intakes = fil_alloc(load->n_paths, sizeof *load->intakes);
	for (size_t i = 0; i < load->n_paths; i++) {
		load->n_intakes++;
		if (open_intake(load, &load->intakes[i], load->paths[i], fault) < 0)
			return -1;
	}
	return 0;
}

/* Begins the run and what it writes with. */
static int
begin(struct fil_load *load, FILE *stream, enum fil_output_format format, struct fil_fault *fault)
{
	const char *folder = fil_store_folder(load->store);
	struct fil_writer_options options = { .changes = load->changes,
		.look_ahead = fil_feeder_look_ahead };

	fil_store_trust(load->store);
	load->run = fil_run_begin(load->store, load->options.argv, load->options.wait, fault);
	if (!load->run)
		return -1;
	if (stream && fil_changes_open(load->changes, folder, format, fault) < 0)
		return -1;
	if (load->options.assign)
		load->assigner = fil_assigner_new(load->store, load->options.today, load->options.again);
	load->feeder = fil_feeder_new(load->row, load->table, load->width, &load->counts);
	options.assigner = load->assigner;
	options.context = load->feeder;
	load->writer = fil_writer_new(load->run, load->table, &options, &load->counts, load->faults);
	fil_feeder_bind(load->feeder, load->writer, load->intakes, load->n_intakes);
	fil_feeder_progress(load->feeder, load->hooks.progress, load->hooks.context);
	return 0;
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
	describe(load, intake, fil_feeder_empty(load->feeder));
	return 0;
}

static int
take_all(struct fil_load *load, struct fil_fault *fault)
{
	if (load->n_intakes == 0)
		return fil_feeder_feed_constants(load->feeder, fault);
	for (size_t i = 0; i < load->n_intakes; i++)
		if (take_in(load, &load->intakes[i], fault) < 0)
			return -1;
	return 0;
}

/* Adds ", N word" to the summary when there are any. */
static void
count(struct fil_bytes *text, size_t n, const char *word)
{
	if (n > 0)
		fil_bytes_add_format(text, ", %zu %s", n, word);
}

/* Adds what an assigner passed over, and why. */
static void
count_passed(const struct fil_load *load, struct fil_bytes *text)
{
	static const char *const reasons[] = {
		[FIL_PASSED_LEFT] = "left",
		[FIL_PASSED_OPEN] = "open already",
		[FIL_PASSED_COMPLETED] = "completed already",
	};
	size_t all = 0, n;

	for (enum fil_passed r = FIL_PASSED_LEFT; r <= FIL_PASSED_COMPLETED; r++)
		all += fil_writer_passed(load->writer, r);
	if (all == 0)
		return;
	fil_bytes_add_format(text, ", %zu passed over (", all);
	for (enum fil_passed r = FIL_PASSED_LEFT; r <= FIL_PASSED_COMPLETED; r++) {
		if ((n = fil_writer_passed(load->writer, r)) == 0)
			continue;
		fil_bytes_add_format(text, "%zu %s%s", n, reasons[r], n < all ? ", " : "");
		all -= n;
	}
	fil_bytes_add_text(text, ")");
}

static void
summarize(struct fil_load *load, bool written)
{
	const struct fil_counts *counts = &load->counts;
	struct fil_bytes text = { 0 };

	fil_bytes_add_format(&text, "%s: %zu read", load->table->name, counts->read);
	if (written) {
		fil_bytes_add_format(
		    &text, ", %zu added, %zu changed", counts->added, counts->changed);
		count(&text, counts->left, "left");
		count(&text, counts->returned, "returned");
		count(&text, counts->removed, "removed");
		fil_bytes_add_format(&text, ", %zu unchanged", counts->unchanged);
	}
	count_passed(load, &text);
	count(&text, counts->rejected, "refused");
	if (written)
		fil_bytes_add_format(&text, " (run %lld)", (long long)fil_run_number(load->run));
	else
		fil_bytes_add_text(&text, "; nothing was written");
	load->summary = text.data;
}

/* Closes the answer, and commits or, for a dry run, rolls back: rows may leave the command only once
 * that is done. */
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

static enum fil_status
finish(struct fil_load *load, FILE *stream, struct fil_fault *fault)
{
	size_t faults = fil_faults_count(load->faults);
	bool written =
	    faults == 0 || (load->options.keep_going && !fil_feeder_undecided(load->feeder));

	if (written && fil_writer_finish(load->writer, fault) < 0)
		return fault->status;
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
	if ((load->n_paths > 0 || !fil_row_whole(load->row)) && open_intakes(load, fault) < 0)
		return fault->status;
	if (begin(load, stream, format, fault) < 0 || take_all(load, fault) < 0)
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
	for (size_t i = 0; i < load->n_intakes; i++)
		fil_intake_release(&load->intakes[i]);
	for (size_t i = 0; i < load->n_maps; i++)
		free(load->maps[i]);
	for (size_t i = 0; i < load->n_paths; i++)
		free(load->paths[i]);
	fil_row_free(load->row);
	fil_dimensions_release(&load->dimensions);
	fil_faults_free(load->faults);
	free(load->intakes);
	free(load->maps);
	free(load->paths);
	free(load->summary);
	free(load);
}
