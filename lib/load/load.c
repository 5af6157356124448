/* SPDX-License-Identifier: ISC */
#include "lib/load/load.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/hash.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/load/load_input.h"
#include "lib/load/lookahead.h"
#include "lib/load/messages.h"
#include "lib/load/rejects.h"
#include "lib/load/rows.h"
#include "lib/write/assignment.h"
#include "lib/write/changes.h"
#include "lib/write/people/erased.h"
#include "lib/write/rename.h"
#include "lib/write/run.h"
#include "lib/write/writer.h"

/* A load that conflicts with other writers is retried RETRIES times. Before it waits PAUSE
 * nanoseconds, times the tries. */
enum { RETRIES = 3, PAUSE = 100000000 };

/* Inputs of more bytes are not looked through for the users to whom earlier rows refer. */
enum { LARGE = 4 << 20 };

/* One attempt at the load, from the lock to the commit. After a conflict all of it is released, and
 * another attempt follows. */
struct attempt {
	struct fil_run *run;
	struct fil_changes *changes;
	struct fil_rejects *rejects;
	struct fil_doubts *doubts; /* said at the end */
	struct fil_assigner *assigner;
	struct fil_writer *writer;
	struct fil_rows *rows;
	struct fil_lookahead *lookahead; /* NULL for a row of the command line */
	bool *renamed; /* of each renaming, whether this run did it */
	/* Of each column: references that do not exist, left empty or as stored. */
	size_t *left_empty, *left_stored;
	struct fil_counts counts;
	const char **values; /* of a row whose amount is a sum: values and lengths of its columns */
	size_t *lengths, total_columns, sum;
	char *summary;
};

struct fil_load {
	struct fil_store *store;
	struct fil_request *request;
	const struct fil_table *table;
	const struct fil_load_options *options;
	struct fil_load_hooks hooks;
	struct fil_sync_options sync; /* of a whole list */
	struct fil_people_options people;
	char today[FIL_DATE_SIZE];
	struct fil_people_twins twins; /* an attempt found them, and the next refuses them */
	struct fil_hash *twin_numbers; /* of their keys, in the list; or NULL */
	bool
	    ordered; /* an attempt did not judge rows in their order, on which their outcomes depend */
	bool compared; /* an attempt has looked for them */
	struct fil_load_input *inputs; /* one a path */
	size_t n_inputs;
	struct fil_load_options reading; /* the options of the inputs */
	/* A thread may still read a workbook whose rows are loaded. What is said meanwhile is held back,
	 * each text followed by a NUL: the workbook may turn out damaged. */
	bool ahead;
	struct fil_bytes held;
	struct fil_load_hooks given; /* the caller's hooks */
	const struct fil_load_input *loading; /* the input whose rows are written, or NULL */
	struct attempt attempt;
};

/* Returns where a row is in the input of that name whose rows are not lines, or NULL. */
static char *
find_place(const void *context, const char *file, size_t line, const char *column)
{
	const struct fil_load *load = context;

	for (size_t i = 0; i < load->n_inputs; i++) {
		const struct fil_load_input *input = &load->inputs[i];

		if (input->input && fil_input_name(input->input) == file &&
		    fil_input_rows(input->input))
			return fil_load_input_place(input, line, column);
	}
	return NULL;
}

/* Prepares an attempt. Returns 0, or -1 with a usage fault. */
static int
prepare_attempt(struct fil_load *load, struct fil_fault *fault)
{
	struct attempt *attempt = &load->attempt;

	*attempt = (struct attempt){ .renamed = NULL };
	attempt->rejects =
	    fil_rejects_new(load->table, load->options->max_faults, &load->attempt.counts);
	attempt->doubts = fil_doubts_new(load->options->allow);
	fil_doubts_places(attempt->doubts, find_place, load);
	attempt->left_empty = fil_alloc(load->table->n_columns, sizeof *attempt->left_empty);
	attempt->left_stored = fil_alloc(load->table->n_columns, sizeof *attempt->left_stored);
	attempt->total_columns = load->table->n_columns;
	attempt->values = fil_alloc(load->table->n_columns, sizeof *attempt->values);
	attempt->lengths = fil_alloc(load->table->n_columns, sizeof *attempt->lengths);
	if (load->options->sum)
		attempt->sum = fil_table_column(load->table, load->options->sum);
	attempt->renamed = fil_alloc(load->request->n_renamings + 1, sizeof *attempt->renamed);
	attempt->changes = fil_changes_new(load->table, load->options->only, fault);
	return attempt->changes ? 0 : -1;
}

static void
release_twins(struct fil_people_twins *twins)
{
	for (size_t i = 0; i < twins->n; i++) {
		free(twins->list[i].key);
		free(twins->list[i].reason);
	}
	free(twins->list);
}

/* Rolls back an open run, and frees the attempt. */
static void
release_attempt(struct attempt *attempt)
{
	fil_writer_free(attempt->writer);
	fil_rows_free(attempt->rows);
	fil_lookahead_free(attempt->lookahead);
	fil_assigner_free(attempt->assigner);
	if (attempt->run)
		fil_run_abandon(attempt->run);
	fil_changes_free(attempt->changes);
	fil_rejects_free(attempt->rejects);
	fil_doubts_free(attempt->doubts);
	free(attempt->renamed);
	free(attempt->values);
	free(attempt->lengths);
	free(attempt->left_empty);
	free(attempt->left_stored);
	free(attempt->summary);
}

/* Sets the feed of a whole list: from an operand, or "hr". */
static void
prepare_sync(struct fil_load *load)
{
	bool set;

	load->sync = (struct fil_sync_options){
		.feed = fil_row_constant(
		    load->request->row, fil_table_column(load->table, "feed"), &set),
		.take = load->options->take,
		.force = load->options->force,
		.max_churn = load->options->max_churn,
		.today = load->options->today,
	};
	if (!load->sync.feed)
		load->sync.feed = "hr";
}

/* Says a text, or holds it back. */
static void
say(void *context, const char *text)
{
	struct fil_load *load = context;

	if (load->ahead)
		fil_bytes_add(&load->held, text, strlen(text) + 1);
	else
		load->given.say(load->given.context, text);
}

static void
show(void *context, size_t done, size_t total)
{
	const struct fil_load *load = context;

	load->given.progress(load->given.context, done, total);
}

struct fil_load *
fil_load_new(struct fil_store *store, struct fil_request *request,
    const struct fil_load_options *options, const struct fil_load_hooks *hooks,
    struct fil_fault *fault)
{
	struct fil_load *load = fil_alloc(1, sizeof *load);

	load->store = store;
	load->request = request;
	load->table = request->table;
	load->options = options;
	load->given = *hooks;
	load->hooks =
	    (struct fil_load_hooks){ hooks->say ? say : NULL, hooks->progress ? show : NULL, load };
	if (prepare_attempt(load, fault) < 0) {
		fil_load_free(load);
		return NULL;
	}
	if (options->sync)
		prepare_sync(load);
	return load;
}

/* Returns whether rows name their feed: the command line sets it, or an input has the column. */
static bool
names_feed(const struct fil_load *load, size_t feed)
{
	bool named = false;

	if (feed == FIL_NOWHERE)
		return false;
	fil_row_constant(load->request->row, feed, &named);
	for (size_t i = 0; i < load->n_inputs; i++)
		named |= fil_profile_gives(load->inputs[i].profile, feed);
	return named;
}

/* Sets the feed of the rows of a whole list, unless the input has that column. The column is
 * ignored when the list takes users over. Without a list, --take needs rows that name their feed. */
static int
settle_feed(struct fil_load *load, struct fil_fault *fault)
{
	const struct fil_load_options *options = load->options;
	size_t feed = fil_table_column(load->table, "feed");

	if (options->take && !options->sync && !names_feed(load, feed))
		return fil_fault_set(fault, FIL_USAGE,
		    "--take needs --sync, or the feed: feed=NAME or the column feed");
	if (!options->sync || load->n_inputs == 0 ||
	    (!options->take && fil_profile_gives(load->inputs[0].profile, feed)))
		return 0;
	return fil_request_default(load->request, "feed", load->sync.feed, fault);
}

/* Checks that an input has no column of dates that would be lost, where rows get today's date. */
static int
check_dates(struct fil_load *load, const struct fil_load_input *input, struct fil_fault *fault)
{
	const char *today = fil_row_today(load->request->row);

	return today && !load->options->allow[FIL_DOUBT_TODAY]
	    ? fil_unmapped_dates_check(input, today, fault)
	    : 0;
}

/* Opens the inputs, or those that are open again. */
static int
open_inputs(struct fil_load *load, struct fil_fault *fault)
{
	size_t n;
	char *const *paths = fil_request_paths(load->request, &n);
	const char *folder = fil_store_folder(load->store);

	if (!load->inputs)
		load->inputs = fil_alloc(n + 1, sizeof *load->inputs);
	load->n_inputs = n;
	for (size_t i = 0; i < n; i++) {
		struct fil_load_input *input = &load->inputs[i];
		struct fil_fault later;
		int opened = fil_load_input_open(
		    input, paths[i], folder, load->request, &load->reading, fault);

		/* One thread hashes at a time. */
		if (i > 0)
			fil_input_hash(load->inputs[i - 1].input, &later);
		load->ahead |= fil_load_input_grows(input);
		if (opened < 0)
			return fil_request_explain(load->request, fault);
		if (check_dates(load, input, fault) < 0)
			return -1;
	}
	return 0;
}

/* Begins the run. The writer checks the references of rows; for a removal or a renaming the engine
 * does. */
static int
begin_run(struct fil_load *load, struct fil_fault *fault)
{
	struct fil_request *request = load->request;

	if (!load->options->remove && request->n_renamings == 0)
		fil_store_trust(load->store);
	load->attempt.run =
	    fil_run_begin(load->store, load->options->argv, load->options->wait, fault);
	if (!load->attempt.run)
		return -1;
	if (request->matching->match == FIL_MATCH_KEY)
		return 0;
	if (fil_matching_read(request->matching, load->store, fault) < 0)
		return -1;
	return fil_row_match_set(request->row, fault);
}

/* Returns whether rows may refer to refused rows of the input, so that these must be found
 * first. */
static bool
may_lack(const struct fil_load *load)
{
	return load->n_inputs > 0 && !load->options->remove &&
	    (load->options->keep_going || load->options->known_only);
}

static int
look_ahead(void *context, struct fil_fault *fault)
{
	struct fil_load *load = context;

	return fil_lookahead_keys(load->attempt.rows, load->attempt.writer, fault);
}

/* Keys that are looked for in the inputs. */
struct sought {
	struct fil_people_place *places;
	struct fil_hash *numbers; /* of each key, its number in places */
};

static int
note_place(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	const struct sought *sought = context;
	const struct fil_row_made *made = row->made;
	size_t i = fil_hash_number(sought->numbers, made->values[0], made->lengths[0]);

	(void)fault;
	if (i != FIL_NOWHERE && !sought->places[i].file) {
		sought->places[i].file = row->file;
		sought->places[i].line = row->line;
	}
	return 0;
}

/* Finds where the inputs have users, by one pass over them. */
static int
find_keys(void *context, struct fil_people_place *places, size_t n, struct fil_fault *fault)
{
	struct fil_load *load = context;
	struct sought sought = { places, fil_hash_new_map() };
	const struct fil_rows_visitor visitor = { .row = note_place, .context = &sought };
	bool fresh;
	int result;

	for (size_t i = 0; i < n; i++)
		fil_hash_give(sought.numbers, places[i].key, strlen(places[i].key), i, &fresh);
	result = fil_rows_look_at_keys(load->attempt.rows, &visitor, fault);
	for (size_t i = 0; i < n; i++) {
		size_t first =
		    fil_hash_number(sought.numbers, places[i].key, strlen(places[i].key));

		places[i].file = places[first].file;
		places[i].line = places[first].line;
	}
	fil_hash_free(sought.numbers);
	return result;
}

/* Returns whether references that do not exist may be left out. */
static bool
has_optional(const struct fil_load *load)
{
	bool optional = false;

	for (size_t c = 0; c < load->table->n_columns; c++)
		optional |= load->request->optional[c];
	return optional;
}

/* Returns whether rows may leave stored values alone. */
static bool
may_keep(const struct fil_load *load)
{
	return has_optional(load) || load->options->keep_empty;
}

/* Returns whether an input has text that was encoded twice. */
static bool
reads_twice(const struct fil_load *load)
{
	bool twice = false;

	for (size_t i = 0; i < load->n_inputs; i++)
		twice |= load->inputs[i].twice.status != FIL_OK;
	return twice;
}

/* Returns whether it may be found after the rows that one refers to none: another attempt then judges
 * them one by one. Of small inputs, of which one is more likely to fail, a look ahead costs less. */
static bool
may_defer(const struct fil_load *load)
{
	size_t size = 0;

	for (size_t i = 0; i < load->n_inputs; i++)
		size += fil_input_size(load->inputs[i].input);
	return size > LARGE && !load->ordered && load->twins.n == 0 && !load->options->remove &&
	    !may_lack(load) && !has_optional(load) && !reads_twice(load);
}

/* Counts a row that is refused since its user, given by the key, does not exist. */
static void
count_stranger(struct fil_load *load, size_t line, const struct fil_fault *fault)
{
	size_t user = fil_table_user(load->table);

	if (user != FIL_NOWHERE && load->table->columns[user].references && fault->kind &&
	    strcmp(fault->kind, "reference-error") == 0 &&
	    fil_fault_is_about(fault->text, load->table->columns[user].name))
		fil_rows_count_stranger(load->attempt.rows, line);
}

/* Adds to the faults of an input how many rows have a user who is not stored, and the ways out. */
static void
remark_strangers(const struct fil_load *load, size_t n)
{
	char *text;

	if (n == 0)
		return;
	text = fil_format(ngettext("%zu row names a user who is not stored: import the user, or "
				   "--known-only ignores such rows",
			      "%zu rows name users who are not stored: import the users, or "
			      "--known-only ignores such rows",
			      n),
	    n);
	fil_rejects_remark(load->attempt.rejects, text);
	free(text);
}

/* Refuses a row that the writer cannot write. The fault of a fact begins with its header, unless all facts
 * of the record have it. */
static void
refuse_written(
    void *context, size_t place, const struct fil_fault *fault, const char *const *duplicate)
{
	struct fil_load *load = context;
	const struct fil_load_input *input = load->loading;
	struct fil_fault named = *fault;
	const char *header;
	bool has_facts = input && fil_profile_has_facts(input->profile);
	size_t fact;

	if (input)
		count_stranger(load, has_facts ? fil_place_line(place) : place, fault);
	if (!has_facts) {
		fil_rejects_add(load->attempt.rejects, place, fault, duplicate);
		return;
	}
	fact = fil_place_fact(place);
	/* A duplicate key is of one fact. */
	header = fil_profile_fault_header(input->profile, fact, duplicate ? "" : fault->text);
	if (header)
		fil_fault_data(&named, fault->kind, "%s: %s", header, fault->text);
	fil_rejects_add(load->attempt.rejects, fil_place_line(place), &named, duplicate);
}

static void
remark(void *context, const char *text)
{
	struct fil_load *load = context;

	fil_rejects_remark(load->attempt.rejects, text);
}

static void
make_writer(struct fil_load *load)
{
	struct attempt *attempt = &load->attempt;
	const struct fil_load_options *options = load->options;
	struct fil_writer_options writing = {
		.changes = attempt->changes,
		.refusals = { refuse_written, remark, load },
		.sync = options->sync ? &load->sync : NULL,
		.keep_feeds =
		    !options->take && fil_table_column(load->table, "feed") != FIL_NOWHERE,
		.remove = options->remove,
		.known_only = options->known_only,
		.sorts = !load->ordered && !options->sum,
		.twice = reads_twice(load),
		.doubts = attempt->doubts,
		.optional = load->request->optional,
		.keeps = may_keep(load),
		.left_empty = attempt->left_empty,
		.left_stored = attempt->left_stored,
		.look_ahead = may_lack(load) ? NULL : look_ahead,
		.context = load,
		.defers = may_defer(load),
	};

	load->sync.doubts = attempt->doubts;
	if (options->assign)
		attempt->assigner = fil_assigner_new(load->store, options->today, options->again);
	if (strcmp(load->table->name, "users") == 0 && !options->remove) {
		fil_date_write(options->today, load->today);
		load->people = (struct fil_people_options){ attempt->doubts, load->today,
			options->sync ? load->sync.feed : NULL, find_keys, load };
		writing.people = &load->people;
	}
	writing.assigner = attempt->assigner;
	attempt->writer = fil_writer_new(attempt->run, load->table, &writing, &attempt->counts);
}

static void
make_rows(struct fil_load *load)
{
	const struct fil_rows_parts parts = { .request = load->request,
		.options = load->options,
		.hooks = &load->hooks,
		.inputs = load->inputs,
		.n_inputs = load->n_inputs,
		.store = load->store,
		.writer = load->attempt.writer,
		.doubts = load->attempt.doubts,
		.counts = &load->attempt.counts };

	load->attempt.rows = fil_rows_new(&parts);
}

/* Says which row is kept instead of a row of the same key, with --verbose. */
static void
say_winner(const struct fil_load *load, const struct fil_rows_row *row)
{
	const char *file = NULL;
	size_t line = fil_lookahead_winner(load->attempt.lookahead, row->made, &file);

	if (line > 0)
		fil_messages_say(&load->hooks, "%s:%zu: %s: '%s': the row of %s:%zu is kept",
		    row->file, row->line, load->table->columns[0].name, row->made->values[0], file,
		    line);
}

/* Refuses a row that could not be made, after the faults of the rows before it. */
static int
refuse_row(void *context, size_t line, const struct fil_fault *refusal, struct fil_fault *fault)
{
	struct fil_load *load = context;

	if (fil_writer_flush(load->attempt.writer, fault) < 0)
		return -1;
	fil_rejects_add(load->attempt.rejects, line, refusal, NULL);
	return 0;
}

/* Refuses a row that is a twin. Returns 1 when it is one, 0, or -1 with a fault. */
static int
refuse_twin(struct fil_load *load, const struct fil_rows_row *row, struct fil_fault *fault)
{
	const struct fil_row_made *made = row->made;
	size_t i = fil_hash_number(load->twin_numbers, made->values[0], made->lengths[0]);
	struct fil_fault refusal;

	if (i == FIL_NOWHERE)
		return 0;
	fil_fault_data(&refusal, fil_doubt_kinds[load->twins.list[i].kind].word, "%s",
	    load->twins.list[i].reason);
	return refuse_row(load, row->line, &refusal, fault) < 0 ? -1 : 1;
}

/* Writes a good row with the sum of the rows of its key. Those after the first are the same row again:
 * where they are not, that is a duplicate key. */
static int
write_total(struct attempt *attempt, const struct fil_rows_row *row, struct fil_fault *fault)
{
	const struct fil_row_made *made = row->made;
	size_t n = attempt->total_columns;
	bool again;
	const char *total = fil_lookahead_total(attempt->lookahead, made, &again);

	memcpy(attempt->values, made->values, n * sizeof *attempt->values);
	memcpy(attempt->lengths, made->lengths, n * sizeof *attempt->lengths);
	attempt->values[attempt->sum] = total;
	attempt->lengths[attempt->sum] = total ? strlen(total) : 0;
	attempt->counts.summed += again;
	return fil_writer_row(
	    attempt->writer, row->place, attempt->values, attempt->lengths, fault);
}

/* Writes a good row, unless another row of its key is kept. */
static int
write_row(void *context, const struct fil_rows_row *row, struct fil_fault *fault)
{
	struct fil_load *load = context;
	struct attempt *attempt = &load->attempt;
	const struct fil_row_made *made = row->made;
	int twin;

	if (attempt->lookahead && fil_lookahead_replaces(attempt->lookahead, row)) {
		attempt->counts.replaced++;
		say_winner(load, row);
		return 0;
	}
	twin = load->twin_numbers ? refuse_twin(load, row, fault) : 0;
	if (twin != 0)
		return twin < 0 ? -1 : 0;
	if (load->options->sum && attempt->lookahead)
		return write_total(attempt, row, fault);
	return fil_writer_row(attempt->writer, row->place, made->values, made->lengths, fault);
}

/* Notes an input in the run, and reports a previous run that read the same bytes: an export not
 * renewed. */
static int
note_input(struct fil_load *load, const struct fil_load_input *input, struct fil_fault *fault)
{
	const char *name = fil_input_name(input->input);
	const char *hash = fil_input_hash(input->input, fault);
	int64_t run = hash ? fil_run_input(load->attempt.run, name, hash, fault) : -1;

	if (run > 0 && load->options->tell_all)
		fil_messages_say(
		    &load->hooks, "%s: run %lld has read the same bytes", name, (long long)run);
	return run < 0 ? -1 : 0;
}

/* Tells the blanks of a column of events with a default: "absent" may be what they mean. */
static void
tell_default(const struct fil_load *load, const struct fil_rows_blanks *blanks,
    const struct fil_column *column)
{
	char *seen = fil_format(
	    _("an empty cell becomes '%s', and may mean another value"), column->fallback);
	char *way_out = fil_format(_("[values.%s] VALUE = (empty)"), column->name);

	for (size_t i = 0; i < blanks->blanks; i++)
		fil_doubts_tell(load->attempt.doubts, FIL_DOUBT_NULL_WORD, blanks->line,
		    column->name, seen, way_out);
	free(seen);
	free(way_out);
}

/* Tells the rows that have no date: another day than today may be meant. */
static void
tell_undated(const struct fil_load *load, const struct fil_rows_blanks *blanks,
    const struct fil_column *column)
{
	for (size_t i = 0; i < blanks->blanks; i++)
		fil_doubts_tell(load->attempt.doubts, FIL_DOUBT_TODAY, blanks->line, column->name,
		    _("a row without a date gets today's"), NULL);
}

/* Tells the blanks of columns with a default that also hold words, in events. What is stored already is
 * no doubt: a load that changes nothing has none. */
static void
tell_blanks(const struct fil_load *load, const struct fil_rows_counts *counts)
{
	if (load->table->kind != FIL_EVENT ||
	    load->attempt.counts.added + load->attempt.counts.changed == 0)
		return;
	for (size_t c = 0; c < load->table->n_columns; c++) {
		const struct fil_rows_blanks *blanks = &counts->blanks[c];
		const struct fil_column *column = &load->table->columns[c];

		if (blanks->blanks == 0 || blanks->words == 0)
			continue;
		if (!column->fallback)
			tell_undated(load, blanks, column);
		else if (!load->options->keep_empty)
			tell_default(load, blanks, column);
	}
}

/* Refuses an input with text that was encoded twice, from two written cells on: what is stored so
 * already is no doubt. If rows were refused, it may be the cause, and is reported. Returns 0, or -1 with
 * a fault. */
static int
check_twice(struct fil_load *load, const struct fil_load_input *input,
    const struct fil_counts *before, struct fil_fault *fault)
{
	const struct fil_counts *counts = &load->attempt.counts;

	if (input->twice.status == FIL_OK)
		return 0;
	if (counts->twice >= before->twice + 2) {
		*fault = input->twice;
		return -1;
	}
	if (counts->rejected > before->rejected)
		fil_messages_say(&load->hooks, "%s", input->twice.text);
	return 0;
}

/* Refuses input i if an earlier one has the same bytes, and the amounts of both would add up: a file that
 * was downloaded twice. Returns 0, or -1 with a fault. */
static int
check_again(const struct fil_load *load, size_t i, struct fil_fault *fault)
{
	const char *hash, *before;

	if (!load->options->sum)
		return 0;
	hash = fil_input_hash(load->inputs[i].input, fault);
	for (size_t k = 0; hash && k < i; k++) {
		before = fil_input_hash(load->inputs[k].input, fault);
		if (!before)
			return -1;
		if (strcmp(before, hash) == 0)
			return fil_fault_set(fault, FIL_REFUSED,
			    "%s: refused: the same bytes as %s, whose %s would be added twice: "
			    "name one of them",
			    fil_input_name(load->inputs[i].input),
			    fil_input_name(load->inputs[k].input), load->options->sum);
	}
	return hash ? 0 : -1;
}

/* Returns 0, or -1 when the rows of an input are not all: the load begins again. */
static int
check_complete(const struct fil_load_input *input, struct fil_fault *fault)
{
	if (fil_load_input_complete(input))
		return 0;
	fault->status = FIL_IO_ERROR;
	return -1;
}

/* Loads the rows of input i, and notes it. A thread may hash a large input meanwhile, unless the first
 * message needs it: with --verbose rows have messages. */
static int
load_rows(struct fil_load *load, size_t i, struct fil_rows_counts *counts, struct fil_fault *fault)
{
	const struct fil_rows_visitor visitor = { write_row, refuse_row, load };
	const struct fil_load_input *input = &load->inputs[i];
	bool first = load->options->verbose;
	struct fil_fault second;
	int result;

	if (first && note_input(load, input, fault) < 0)
		return -1;
	result = fil_rows_load(load->attempt.rows, i, &visitor, counts, fault);
	if (!first && note_input(load, input, result < 0 ? &second : fault) < 0)
		return -1;
	return result;
}

/* Loads input i. */
static int
load_input(struct fil_load *load, size_t i, struct fil_fault *fault)
{
	const struct fil_load_input *input = &load->inputs[i];
	const struct fil_counts before = load->attempt.counts;
	struct fil_rows_counts counts;

	if (check_again(load, i, fault) < 0)
		return -1;
	fil_rejects_begin(load->attempt.rejects, fil_input_name(input->input), input);
	fil_doubts_begin(load->attempt.doubts, fil_input_name(input->input));
	load->loading = input;
	if (load_rows(load, i, &counts, fault) < 0 || check_complete(input, fault) < 0 ||
	    check_twice(load, input, &before, fault) < 0)
		return -1;
	load->loading = NULL;
	remark_strangers(load, counts.strangers);
	fil_messages_input(&load->hooks, input, &counts);
	tell_blanks(load, &counts);
	if (load->options->sync && counts.read == 0)
		return fil_fault_set(fault, FIL_REFUSED,
		    "%s: refused: an empty list would mark every user as left",
		    fil_input_name(input->input));
	return 0;
}

/* Loads the row set by operands. */
static int
load_constants(struct fil_load *load, struct fil_fault *fault)
{
	const struct fil_rows_visitor visitor = { write_row, refuse_row, load };

	if (fil_row_lacks(load->request->row) && !load->request->exists)
		return 0; /* only renamings */
	fil_rejects_begin(load->attempt.rejects, _("command line"), NULL);
	fil_doubts_begin(load->attempt.doubts, _("command line"));
	return fil_rows_load_constants(load->attempt.rows, &visitor, fault);
}

/* Refuses a new key of a user if the one who had it was erased, as far as this account can tell. Returns 0 or
 * -1. */
static int
check_erased(const struct fil_load *load, const char *key, struct fil_fault *fault)
{
	struct fil_fault unknown;
	struct fil_erased *erased;
	int result;

	if (fil_doubts_allow(load->attempt.doubts, FIL_DOUBT_ERASED))
		return 0;
	erased = fil_erased_new(false, &unknown);
	if (!erased)
		return 0;
	result = fil_erased_read(erased, load->store, false, fault);
	if (result == 0 && fil_erased_has(erased, key))
		result = fil_fault_set(fault, FIL_REFUSED,
		    "--rename: the user '%s' was erased before: give another key, or --allow "
		    "erased",
		    key);
	fil_erased_free(erased);
	return result;
}

/* Gives users their new keys. */
static int
rename_users(struct fil_load *load, struct fil_fault *fault)
{
	const struct fil_request *request = load->request;
	struct attempt *attempt = &load->attempt;
	const struct fil_refusals refusals = { fil_rejects_add, fil_rejects_remark,
		attempt->rejects };
	const struct fil_join_options join = { load->options->join, &refusals };

	if (request->n_renamings > 0)
		fil_rejects_begin(attempt->rejects, "--rename", NULL);
	for (size_t i = 0; i < request->n_renamings; i++) {
		const char *old = request->olds[i], *new = request->news[i];
		size_t moved = 0;
		enum fil_renamed renamed =
		    fil_rename_user(attempt->run, attempt->changes, old, new, &join, &moved, fault);

		if (renamed == FIL_RENAME_FAILED ||
		    (renamed == FIL_RENAMED && check_erased(load, new, fault) < 0))
			return -1;
		attempt->counts.removed += renamed == FIL_JOINED;
		if (renamed == FIL_JOINED)
			fil_messages_say(&load->hooks,
			    ngettext("--rename: '%s' is joined to '%s': %zu row follows",
				"--rename: '%s' is joined to '%s': %zu rows follow", moved),
			    old, new, moved);
		attempt->renamed[i] = renamed == FIL_RENAMED;
		attempt->counts.changed += renamed == FIL_RENAMED;
		attempt->counts.unchanged += renamed == FIL_RENAMED_BEFORE;
		if (renamed == FIL_RENAMED_BEFORE)
			fil_messages_say(
			    &load->hooks, "--rename: '%s' was already renamed to '%s'", old, new);
	}
	return 0;
}

/* Sets the run's number in the rows of the users renamed. */
static int
sign_renamed(struct fil_load *load, struct fil_fault *fault)
{
	for (size_t i = 0; i < load->request->n_renamings; i++)
		if (load->attempt.renamed[i] &&
		    fil_rename_sign(load->store, fil_run_number(load->attempt.run),
			load->request->news[i], fault) < 0)
			return -1;
	return load->attempt.counts.removed > 0 && load->request->n_renamings > 0
	    ? fil_join_sign(load->attempt.run, fault)
	    : 0;
}

/* Looks ahead before the first row. With --known-only no row brings a key, so that references need
 * no look ahead. */
static int
look_ahead_first(struct fil_load *load, struct fil_fault *fault)
{
	struct attempt *attempt = &load->attempt;
	struct fil_references *references = fil_writer_references(attempt->writer);

	if (!may_lack(load) || load->options->known_only || !fil_references_own(references))
		references = NULL;
	for (size_t i = 0; references && i < load->twins.n; i++)
		if (fil_references_withdraw_key(references, load->twins.list[i].key, fault) < 0)
			return -1;
	attempt->lookahead =
	    fil_lookahead_new(attempt->rows, load->request, load->options, references, fault);
	return attempt->lookahead ? 0 : -1;
}

static int
load_all(struct fil_load *load, struct fil_fault *fault)
{
	if (fil_request_check(load->request, load->store, fault) < 0 ||
	    rename_users(load, fault) < 0)
		return -1;
	if (load->n_inputs == 0)
		return load_constants(load, fault);
	if (look_ahead_first(load, fault) < 0)
		return -1;
	for (size_t i = 0; i < load->n_inputs; i++)
		if (load_input(load, i, fault) < 0)
			return -1;
	return 0;
}

/* Waits for workbooks that are still read, then says what was held back. Returns whether all are
 * complete. */
static bool
complete_inputs(struct fil_load *load)
{
	const char *text = load->held.data;

	for (size_t i = 0; i < load->n_inputs; i++)
		if (!fil_load_input_complete(&load->inputs[i]))
			return false;
	load->ahead = false;
	for (size_t at = 0; at < load->held.length; at += strlen(text + at) + 1)
		say(load, text + at);
	fil_bytes_clear(&load->held);
	return true;
}

/* Reports references that do not exist, and that no user is marked as left. */
static void
say_omissions(const struct fil_load *load)
{
	for (size_t c = 0; c < load->table->n_columns; c++) {
		size_t empty = load->attempt.left_empty[c], stored = load->attempt.left_stored[c];
		const char *column = load->table->columns[c].name;

		if (empty > 0)
			fil_messages_say(&load->hooks,
			    ngettext("%zu reference does not exist: left empty (%s)",
				"%zu references do not exist: left empty (%s)", empty),
			    empty, column);
		if (stored > 0)
			fil_messages_say(&load->hooks,
			    ngettext("%zu reference does not exist: left as stored (%s)",
				"%zu references do not exist: left as stored (%s)", stored),
			    stored, column);
	}
	if (load->options->sync && load->attempt.counts.rejected > 0)
		fil_messages_say(
		    &load->hooks, "no user is marked as left, since rows were refused");
}

static void
summarize(struct fil_load *load, bool written)
{
	struct fil_summary summary = {
		.table = load->table->name,
		.counts = &load->attempt.counts,
		.assigner = load->attempt.assigner,
		.removing = load->options->remove,
		.last = load->options->prefer == FIL_PREFER_LAST,
		.written = written,
		.run = fil_run_number(load->attempt.run),
	};

	if (written)
		say_omissions(load);
	load->attempt.summary = fil_summary_text(&summary);
}

/* Closes the changes, and commits (or rolls back a dry run). Rows are printed only after that. */
static int
commit(struct fil_load *load, struct fil_fault *fault)
{
	struct fil_run *run = load->attempt.run;
	const struct fil_counts *counts = &load->attempt.counts;

	if (fil_changes_close(load->attempt.changes, fault) < 0)
		return -1;
	/* No erasure finds whom the operands of a row name that is ignored, refused or not found. */
	if (load->n_inputs == 0 && counts->unknown + counts->rejected > 0)
		fil_run_empty(run);
	load->attempt.run = NULL;
	if (!load->options->dry_run)
		return fil_run_commit(run, counts, fault);
	fil_run_abandon(run);
	fil_messages_say(&load->hooks, "dry run: nothing is kept");
	return 0;
}

/* Returns whether more rows were refused than may be. */
static bool
over_limit(const struct fil_load *load)
{
	const struct fil_counts *counts = &load->attempt.counts;

	if (load->options->max_rejects_share)
		return counts->rejected * 100 > counts->read * load->options->max_rejects;
	return counts->rejected > load->options->max_rejects;
}

/* Returns whether the good rows are to be stored. */
static bool
is_written(const struct fil_load *load)
{
	bool undecided = false;

	if (fil_faults_count(fil_rejects_faults(load->attempt.rejects)) == 0)
		return true;
	for (size_t i = 0; i < load->n_inputs; i++)
		undecided |= load->inputs[i].undecided;
	return load->options->keep_going && !undecided && !over_limit(load);
}

/* Says the doubts. Returns 0, or -1 with a fault where --strict refuses them. */
static int
say_doubts(struct fil_load *load, struct fil_fault *fault)
{
	const struct fil_doubts *doubts = load->attempt.doubts;
	size_t n = fil_doubts_count(doubts);

	fil_doubts_say(doubts, load->hooks.say, load->hooks.context);
	if (!load->options->strict || n == 0)
		return 0;
	return fil_fault_set(fault, FIL_REFUSED,
	    ngettext("refused: %zu doubt, and --strict accepts none; nothing was written",
		"refused: %zu doubts, and --strict accepts none; nothing was written", n),
	    n);
}

/* Compares the users that were written. Those who are refused are found once; another attempt then
 * refuses them in the order of the input. Returns 1 when that is needed, 0, or -1 with a fault. */
static int
compare_users(struct fil_load *load, struct fil_fault *fault)
{
	struct fil_people_twins twins = { 0 };
	bool telling = load->attempt.counts.rejected == 0 || load->options->keep_going, fresh;
	int result = fil_writer_compare(load->attempt.writer, telling, &twins, fault);

	if (result < 0 || load->compared) {
		release_twins(&twins);
		return result;
	}
	load->compared = true;
	load->twins = twins;
	if (twins.n > 0)
		load->twin_numbers = fil_hash_new_map();
	for (size_t i = 0; i < twins.n; i++)
		fil_hash_give(
		    load->twin_numbers, twins.list[i].key, strlen(twins.list[i].key), i, &fresh);
	return twins.n > 0;
}

/* Inserts the rows that were sorted. Where a row repeats a key, or refers to none, another attempt decides
 * row by row. Returns 1 when that is needed, 0, or -1 with a fault. */
static int
settle_sorted(struct fil_load *load, struct fil_fault *fault)
{
	int again = fil_writer_settle(load->attempt.writer, fault);

	load->ordered |= again > 0;
	return again;
}

/* Checks the number of rows read. Returns 0, or -1 with a fault. */
static int
check_expected(const struct fil_load *load, struct fil_fault *fault)
{
	size_t read = load->attempt.counts.read;

	if (!load->options->expects || read == load->options->expected)
		return 0;
	return fil_fault_set(fault, FIL_REFUSED,
	    ngettext("refused: %zu row was read, and expect-rows is %zu; nothing was written",
		"refused: %zu rows were read, and expect-rows is %zu; nothing was written", read),
	    read, load->options->expected);
}

/* Ends an attempt after its last row. */
static enum fil_status
finish(struct fil_load *load, FILE *stream, struct fil_fault *fault)
{
	struct attempt *attempt = &load->attempt;
	size_t faults = fil_faults_count(fil_rejects_faults(attempt->rejects));
	bool written = is_written(load);
	int64_t run = fil_run_number(attempt->run);

	if (fil_rejects_close(
		attempt->rejects, attempt->rows, load->inputs, load->options->rejects, fault) < 0)
		return fault->status;
	if (written &&
	    (fil_writer_finish(attempt->writer, fault) < 0 || sign_renamed(load, fault) < 0))
		return fault->status;
	if ((say_doubts(load, fault) < 0 || check_expected(load, fault) < 0) && faults == 0)
		return fault->status;
	if (load->options->keep_going && over_limit(load))
		fil_messages_say(&load->hooks, "more rows were refused than --max-rejects allows");
	summarize(load, written);
	if (!written)
		return FIL_BAD_DATA;
	if (commit(load, fault) < 0)
		return fault->status;
	if (stream && fil_changes_pour(attempt->changes, stream, fault) < 0) {
		if (!load->options->dry_run)
			fil_fault_set(fault, fault->status, "%s; run %lld is stored", fault->text,
			    (long long)run);
		return fault->status;
	}
	return faults > 0 ? FIL_REFUSED : FIL_OK;
}

/* Takes the lock, loads, and commits. FIL_BUSY without a fault: the attempt found twins, or sorted rows
 * whose order matters, and another is needed. */
static enum fil_status
try_load(struct fil_load *load, FILE *stream, const struct fil_output_style *style,
    struct fil_fault *fault)
{
	const char *folder = fil_store_folder(load->store);
	void (*saying)(void *context, const char *text) = load->hooks.say;
	int result;

	if (begin_run(load, fault) < 0)
		return fault->status;
	if (stream && fil_changes_open(load->attempt.changes, folder, style, fault) < 0)
		return fault->status;
	if (load->options->rejects && load->n_inputs > 0 &&
	    fil_rejects_keep(load->attempt.rejects, folder, fault) < 0)
		return fault->status;
	make_writer(load);
	make_rows(load);
	/* What is said of the inputs was said by the attempt before. */
	if (load->twins.n > 0 || load->ordered)
		load->hooks.say = NULL;
	result = load_all(load, fault);
	load->hooks.say = saying;
	/* check_complete has found each of them complete. */
	if (result == 0)
		complete_inputs(load);
	if (result == 0)
		result = settle_sorted(load, fault);
	if (result == 0)
		result = compare_users(load, fault);
	if (result != 0)
		return result < 0 ? fault->status : FIL_BUSY;
	return finish(load, stream, fault);
}

/* Undoes a try that conflicted with another writer, and waits. */
static int
begin_again(struct fil_load *load, int tries, struct fil_fault *fault)
{
	const struct timespec pause = { 0, PAUSE * tries };

	release_attempt(&load->attempt);
	if (prepare_attempt(load, fault) < 0)
		return -1;
	nanosleep(&pause, NULL);
	fault->status = FIL_OK;
	return 0;
}

/* Opens the inputs, and tries until the load conflicts with no other writer. */
static enum fil_status
go(struct fil_load *load, FILE *stream, const struct fil_output_style *style,
    struct fil_fault *fault)
{
	enum fil_status status;

	if ((!fil_request_whole(load->request) && open_inputs(load, fault) < 0) ||
	    settle_feed(load, fault) < 0)
		return fault->status;
	for (int tries = 1;; tries++) {
		status = try_load(load, stream, style, fault);
		if (status == FIL_BUSY && fault->status == FIL_OK) {
			if (begin_again(load, 0, fault) < 0)
				return fault->status;
			continue;
		}
		if (status != FIL_BUSY || tries > RETRIES || !fil_store_crossed(load->store))
			return status;
		if (begin_again(load, tries, fault) < 0)
			return fault->status;
	}
}

/* A load that begins on a workbook before all of it was read begins again if it is damaged, or wider
 * than it seemed: nothing was said or stored then. */
enum fil_status
fil_load_go(struct fil_load *load, FILE *stream, const struct fil_output_style *style,
    struct fil_fault *fault)
{
	enum fil_status status;

	load->reading = *load->options;
	load->reading.format.ahead = true;
	status = go(load, stream, style, fault);
	if (complete_inputs(load))
		return status;
	load->reading.format.ahead = load->ahead = false;
	fil_bytes_clear(&load->held);
	if (begin_again(load, 0, fault) < 0)
		return fault->status;
	return go(load, stream, style, fault);
}

const struct fil_faults *
fil_load_faults(const struct fil_load *load)
{
	return fil_rejects_faults(load->attempt.rejects);
}

const char *
fil_load_summary(const struct fil_load *load)
{
	return load->attempt.summary;
}

void
fil_load_free(struct fil_load *load)
{
	if (!load)
		return;
	release_attempt(&load->attempt);
	for (size_t i = 0; i < load->n_inputs; i++)
		fil_load_input_release(&load->inputs[i]);
	free(load->inputs);
	fil_bytes_release(&load->held);
	release_twins(&load->twins);
	fil_hash_free(load->twin_numbers);
	free(load);
}
