/* SPDX-License-Identifier: ISC */
/* Random inputs mix every kind of row fault, and are loaded with random options. For users a simple
 * and slow oracle says what each load must report, count and store. For autonomy and --remove only
 * the rules that hold for all loads are checked.
 * FILROUGE_INPUTS sets the number of inputs, FILROUGE_SEED the seed of the first. A failure prints
 * the seed. A crash leaves the input files in /tmp, and the seed is in their names. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/load/load.h"
#include "lib/write/run.h"
#include "tests/unit/place.h"
#include "lib/load/request.h"

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, place_with_store, place_remove)
#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define TODAY "2024-03-15"
#define K16 "kkkkkkkkkkkkkkkk"

/* KEYS is prime, so that multiples of 7 reach every key. The writer's batches have 512 rows. */
enum { FILES = 3, KEYS = 701, LINES = 650, TEXT = 64 };

/* A line of an input, with '@' for the user and '#' for the manager. The first three patterns of a
 * list are right, the fourth is empty, and the last is not UTF-8. */
struct pattern {
	const char *text, *faults; /* the kinds of its faults, in their order */
	const char *stored; /* what the store then has: job, manager, role, arrived */
	bool broken; /* the line gives no cells at all */
	bool of_name; /* its fault is in the name */
	enum { NO_ORDER, PROOF, DOUBT } date; /* its date proves, or needs, an order of dates */
};

static const struct pattern people[] = {
	{ .text = "@,Ada,,#,,", .stored = "|#|user|" },
	{ .text = "@,Ada, x ,#,Trainer,2024-01-02", .stored = "x|#|trainer|2024-01-02" },
	{ .text = "@,\"Ada\",\"a,b\",#,,20240301", .stored = "a,b|#|user|2024-03-01" },
	{ .text = ",,,,," },
	{ .text = "@,Ada,,#,,14/02/2024", .stored = "|#|user|2024-02-14", .date = PROOF },
	{ .text = "@,Ada,,#,,02/01/2024", .stored = "|#|user|2024-01-02", .date = DOUBT },
	{ .text = "@,Ada,,#,boss,02/01/2024", .faults = "constraint-error ", .date = DOUBT },
	{ .text = "@,Ada,,#,,2024-02-30", .faults = "type-error " },
	{ .text = "@,Ada,x\177y,#,,", .faults = "constraint-error " },
	{ .text = "@,Ada,,u\001,boss,", .faults = "constraint-error constraint-error " },
	{ .text = ",Ada,,#,,", .faults = "missing-value " },
	{ .text = K16 K16 K16 K16 "k,Ada,,#,,x", .faults = "constraint-error type-error " },
	{ .text = "a\001b,Ada,,#,,", .faults = "constraint-error " },
	{ .text = "@,,,#,,", .faults = "missing-value ", .of_name = true },
	{ .text = "@,\"A\nB\",,#,,", .faults = "constraint-error ", .of_name = true },
	{ .text = "@", .faults = "missing-cell ", .broken = true },
	{ .text = "@,Ada,,#,,,x", .faults = "extra-cell ", .broken = true },
	{ .text = "@,\"Ada,,#,,", .faults = "source-error ", .broken = true },
	{ .text = "@,\"A\"x,,#,,", .faults = "source-error ", .broken = true },
	{ .text = "@,A\"x,,#,,", .faults = "source-error ", .broken = true },
	{ .text = "@,A\xff,,#,,", .faults = "encoding-error ", .broken = true },
};

static const struct pattern levels[] = {
	{ .text = "@,2024-01-02,self,3,3," },
	{ .text = "@,2024-01-02,self,2,," },
	{ .text = "@,2024-03-01,TEST,,3,\"a\nb\"" },
	{ .text = ",,,,," },
	{ .text = "@,2024-01-02,self,,," },
	{ .text = "@,02/01/2024,self,1,1," },
	{ .text = "@,14/02/2024,self,1,1," },
	{ .text = "@,2024-03-16,self,1,1," },
	{ .text = "@,,boss,6,x," },
	{ .text = "#,2024-02-30,self,3,6," },
	{ .text = "#,2024-01-02,,x,1," },
	{ .text = "#,2024-01-02,self,1,2," },
	{ .text = "@" },
	{ .text = "@,\"2,,#,3," },
	{ .text = "@,2024-01-02,self,1,2,,3" },
	{ .text = "@,2024-01-02,se\xfflf,1,2," },
};

/* An input's table, its header with and without the name, and a query for its rows. */
static const struct target {
	const char *table, *header, *nameless, *select;
	const struct pattern *patterns;
	size_t n_patterns;
} users = { "users", "user,name,job,manager,role,arrived\n", "user,x,job,manager,role,arrived\n",
	"SELECT \"user\" || '|' || coalesce(job, '') || '|' || coalesce(manager, '') || '|' || "
	"role || '|' || coalesce(arrived, '') || '|' || coalesce(\"left\", '') || '|' || feed "
	"FROM users ORDER BY substr(\"user\", -4)",
	people, LENGTH(people) },
  autonomy = { "autonomy", "user,date,source,tool,process,note\n", NULL,
	  "SELECT \"user\" || dimension || date || source || level FROM autonomy ORDER BY 1",
	  levels, LENGTH(levels) };

static const char *const kinds[] = { "constraint-error", "date-order", "encoding-error",
	"extra-cell", "missing-cell", "missing-value", "reference-error", "source-error",
	"type-error", "unique-error" };
static char keys[KEYS][8], short_keys[KEYS][8]; /* short: without zeros in front */

struct line {
	size_t file, number; /* where it begins */
	const struct pattern *pattern;
	size_t user, named; /* numbers of the keys of user and manager; KEYS: no such key */
	const char *manager; /* or "" */
	bool replaced; /* by a later line, with --last */
};

/* A user of the store. */
struct person {
	bool is, new;
	char content[TEXT];
	const char *left, *feed;
	const struct line *by; /* the line of the input that was stored, or NULL */
};

struct input {
	uint64_t seed, state;
	unsigned trouble; /* one choice in so many is odd; 0: none is */
	const struct target *target;
	struct fil_load_options options;
	bool exact; /* the oracle knows all about it */
	bool unknown, nameless; /* --unknown manager=empty; the input has no column of names */
	size_t n_files, n_lines;
	char *paths[FILES], *rejects;
	struct line lines[LINES];

	/* What is expected. */
	bool proved[FILES], undecided[FILES]; /* the order of a file's dates */
	bool there[KEYS]; /* users that a manager cell may name */
	struct person persons[KEYS];
	const struct line *blamed;
	struct fil_bytes faults; /* "LINE kind" each */
	size_t n_faults;
	struct fil_counts counts;
};

/* Splitmix64. */
static unsigned
draw(struct input *in, size_t below)
{
	uint64_t z = in->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ (z >> 31)) % below);
}

static bool
odd(struct input *in)
{
	return in->trouble > 0 && draw(in, in->trouble) == 0;
}

/* Returns key number i of this input. The store may have those of even numbers. */
static size_t
key(size_t i)
{
	return (i * 7 + 3) % KEYS;
}

static void
draw_options(struct input *in)
{
	static const unsigned troubles[] = { 0, 4, 15, 60 };
	struct fil_load_options *options = &in->options;
	bool of_users = in->target == &users;

	in->trouble = troubles[draw(in, LENGTH(troubles))];
	options->keep_going = draw(in, 2) == 0;
	options->prefer = draw(in, 4) == 0 ? FIL_PREFER_LAST : FIL_PREFER_NONE;
	options->dry_run = draw(in, 8) == 0;
	options->remove = draw(in, 10) == 0;
	options->known_only = draw(in, 8) == 0 && !options->remove;
	options->sync = draw(in, 5) == 0 && of_users && !options->remove && !options->known_only;
	options->force = options->sync;
	options->format.encoding = draw(in, 2) ? "UTF-8" : NULL;
	in->unknown = draw(in, 6) == 0 && of_users && !options->remove;
	in->nameless = draw(in, 10) == 0 && of_users;
	in->n_lines = draw(in, 16) == 0 ? 513 + draw(in, LINES - 513) : 1 + draw(in, 60);
	in->n_files = draw(in, 4) == 0 && in->n_lines >= FILES ? 2 + draw(in, FILES - 1) : 1;
	options->parts = options->sync && in->n_files > 1;
	in->exact = of_users && !options->remove;
}

/* Draws the manager of a line. */
static void
draw_manager(struct input *in, struct line *line)
{
	line->named = key(draw(in, in->n_lines));
	line->manager = draw(in, 2) ? "" : keys[line->named];
	if (!odd(in))
		return;
	line->named = draw(in, KEYS);
	line->manager = keys[line->named];
	if (draw(in, 3) == 0)
		return;
	line->manager = draw(in, 2) ? short_keys[line->named] : "nobody";
	line->named = KEYS;
}

static const struct pattern *
draw_pattern(struct input *in)
{
	size_t n = in->target->n_patterns - (in->options.format.encoding == NULL);

	if (odd(in))
		return &in->target->patterns[draw(in, n)];
	return &in->target->patterns[draw(in, 16) == 0 ? 3 : draw(in, 3)];
}

/* Draws a line, often a copy of one before. Every file begins with a row, as --sync wants one. */
static void
draw_line(struct input *in, size_t i)
{
	struct line *line = &in->lines[i];

	if (i > 0 && draw(in, 8) == 0) {
		*line = in->lines[draw(in, i)];
	} else {
		line->pattern = draw_pattern(in);
		line->user = key(odd(in) ? draw(in, i + 1) : in->exact ? i : i - i % 2);
		draw_manager(in, line);
	}
	line->file = i * in->n_files / in->n_lines;
	if ((in->nameless && line->pattern->of_name) || i == 0 || line[-1].file != line->file)
		line->pattern = in->target->patterns;
}

/* Adds a text with its keys. */
static void
expand(const char *text, const struct line *line, const char *manager, struct fil_bytes *bytes)
{
	for (; *text; text++)
		if (*text == '@')
			fil_bytes_add_text(bytes, keys[line->user]);
		else if (*text == '#')
			fil_bytes_add_text(bytes, manager);
		else
			fil_bytes_add(bytes, text, 1);
}

static void
write_file(const struct place *place, struct input *in, size_t f)
{
	struct fil_bytes text = { 0 };
	size_t number = 1, at = 0;
	FILE *file;

	fil_bytes_add_text(&text, in->nameless ? in->target->nameless : in->target->header);
	for (struct line *line = in->lines; line < in->lines + in->n_lines; line++) {
		if (line->file != f)
			continue;
		if (draw(in, 30) == 0)
			fil_bytes_add_text(&text, "\n");
		for (; at < text.length; at++)
			number += text.data[at] == '\n';
		line->number = number;
		expand(line->pattern->text, line, line->manager, &text);
		fil_bytes_add_text(&text, "\n");
	}
	in->paths[f] =
	    fil_format("%s/%llu-%zu.csv", place->folder, (unsigned long long)in->seed, f);
	file = fopen(in->paths[f], "w");
	assert_non_null(file);
	fwrite(text.data, 1, text.length, file);
	assert_int_equal(fclose(file), 0);
	fil_bytes_release(&text);
}

static void __attribute__((format(printf, 2, 3)))
run_sql(struct place *place, const char *format, ...)
{
	va_list arguments;
	char *sql;

	va_start(arguments, format);
	sql = fil_format_list(format, arguments);
	va_end(arguments);
	if (run_statement(place->store, sql, &place->fault) < 0)
		fail_msg("%s: %s", sql, place->fault.text);
	free(sql);
}

/* Stores a user, sometimes with a level. */
static void
store_user(struct place *place, struct input *in, size_t i)
{
	struct person *person = &in->persons[key(i)];
	const char *user = keys[key(i)], *job = draw(in, 3) ? "" : "x";
	const char *manager = i % 4 == 2 && draw(in, 2) ? keys[key(i - 2)] : "";

	*person = (struct person){ .is = true,
		.left = draw(in, 8) ? "" : "2024-01-31",
		.feed = draw(in, 8) ? "hr" : "crm" };
	snprintf(person->content, TEXT, "%s|%s|user|", job, manager);
	run_sql(place,
	    "INSERT INTO users VALUES ('%s', 'Ada', NULL, NULL, nullif('%s', ''), "
	    "nullif('%s', ''), 'user', NULL, nullif('%s', ''), '%s', 0)",
	    user, job, manager, person->left, person->feed);
	if (draw(in, 8) == 0)
		run_sql(place,
		    "INSERT INTO autonomy VALUES ('%s', 'tool', '2024-01-02', 'self', 3, "
		    "NULL, 0)",
		    user);
}

static void
set_up(struct place *place, struct input *in)
{
	bool empty = draw(in, 3) == 0 && in->exact;

	assert_int_equal(fil_store_begin(place->store, 0, &place->fault), 0);
	run_sql(place, "DELETE FROM standing");
	run_sql(place, "DELETE FROM standings");
	run_sql(place, "DELETE FROM autonomy");
	run_sql(place, "DELETE FROM users");
	for (size_t i = 0; i < in->n_lines && !empty; i += 2)
		store_user(place, in, i);
	assert_int_equal(fil_store_commit(place->store, &place->fault), FIL_COMMITTED);
	for (size_t i = 0; i < in->n_lines; i++)
		draw_line(in, i);
	for (size_t f = 0; f < in->n_files; f++)
		write_file(place, in, f);
	if (in->n_files == 1)
		in->options.rejects = in->rejects = place_file(place, "rejects.csv");
}

/* Expects a fault of a line. */
static void
blame(struct input *in, const struct line *line, const char *kind)
{
	fil_bytes_add_format(&in->faults, "%zu %s\n", line->number, kind);
	in->n_faults++;
	in->counts.rejected += in->blamed != line;
	in->blamed = line;
}

/* Returns whether the manager of a line does not exist. */
static bool
lacks_manager(const struct input *in, const struct line *line)
{
	return *line->manager && (line->named == KEYS || !in->there[line->named]);
}

/* Finds the users that a manager cell may name. With --keep-going a refused new user is not one of
 * them: repeats until nothing changes. */
static void
find_users(struct input *in)
{
	bool keep_going = in->options.keep_going, more = keep_going && !in->unknown;

	for (size_t k = 0; k < KEYS; k++)
		in->there[k] = in->persons[k].is;
	for (const struct line *line = in->lines; line < in->lines + in->n_lines; line++)
		if (*line->pattern->text == '@' && !in->options.known_only &&
		    (keep_going ? line->pattern->stored && !in->nameless : !line->pattern->broken))
			in->there[line->user] = true;
	while (more) {
		more = false;
		for (const struct line *line = in->lines; line < in->lines + in->n_lines; line++) {
			if (!line->pattern->stored || line->replaced || !lacks_manager(in, line) ||
			    !in->there[line->user] || in->persons[line->user].is)
				continue;
			in->there[line->user] = false;
			more = true;
		}
	}
}

/* Finds the files that prove their order of dates, and the lines that --last replaces. */
static void
look_ahead(struct input *in)
{
	const struct line *end = in->lines + in->n_lines;

	for (struct line *line = in->lines; line < end; line++) {
		in->proved[line->file] |= line->pattern->date == PROOF;
		for (const struct line *later = line + 1;
		     later < end && in->options.prefer == FIL_PREFER_LAST; later++)
			line->replaced |= line->pattern->stored && later->pattern->stored &&
			    later->user == line->user;
	}
}

/* Writes what the store has of a line that is accepted. */
static void
write_content(const struct line *line, const char *manager, char *content)
{
	struct fil_bytes text = { 0 };

	expand(line->pattern->stored, line, manager, &text);
	snprintf(content, TEXT, "%s", text.data);
	fil_bytes_release(&text);
}

/* Writes what the store has of a line whose manager does not exist: the one it had, if any. */
static void
keep_manager(const struct line *line, const struct person *person, char *content)
{
	char manager[TEXT] = "", *end;

	if (person->is) {
		strcpy(manager, strchr(person->content, '|') + 1);
		end = strchr(manager, '|');
		*end = '\0';
	}
	write_content(line, manager, content);
}

/* Judges a duplicate key: `before` is the content of the first line. */
static void
judge_duplicate(struct input *in, const struct line *line, const char *content, const char *before)
{
	if (strcmp(content, before) == 0)
		in->counts.unchanged++;
	else
		blame(in, line, "unique-error");
}

/* Stores an accepted line. */
static void
put(struct input *in, const struct line *line, const char *content, struct person *person)
{
	bool returns = person->is && in->options.sync && *person->left;

	if (!person->is)
		*person = (struct person){ .is = true, .new = true, .left = "", .feed = "hr" };
	if (person->new)
		in->counts.added++;
	else if (returns)
		in->counts.returned++;
	else if (strcmp(person->content, content) == 0)
		in->counts.unchanged++;
	else
		in->counts.changed++;
	if (returns)
		person->left = "";
	strcpy(person->content, content);
	person->by = line;
}

/* Judges a line whose cells are right. */
static void
judge(struct input *in, const struct line *line)
{
	struct person *person = &in->persons[line->user];
	char content[TEXT], before[TEXT];
	/* With --sync new keys are compared when they are written, after their managers are found. */
	bool late = in->options.sync && (!person->is || person->new);

	write_content(line, line->manager, content);
	if (person->by && !late) {
		write_content(person->by, person->by->manager, before);
		judge_duplicate(in, line, content, before);
		return;
	}
	if (in->options.known_only && !person->is)
		return;
	if (lacks_manager(in, line)) {
		if (!in->unknown) {
			blame(in, line, "reference-error");
			return;
		}
		keep_manager(line, person, content);
	}
	if (person->by)
		judge_duplicate(in, line, content, person->content);
	else if (!person->is && in->nameless)
		blame(in, line, "missing-value");
	else if (in->options.sync && person->is && strcmp(person->feed, "hr") != 0)
		blame(in, line, "constraint-error");
	else
		put(in, line, content, person);
}

/* Returns whether --known-only ignores a line, whatever its cells. */
static bool
is_stranger(const struct input *in, const struct line *line)
{
	const struct pattern *pattern = line->pattern;
	bool readable = !pattern->broken || strstr(pattern->faults, "-cell");

	return in->options.known_only && readable && *pattern->text == '@' &&
	    !in->persons[line->user].is;
}

static void
expect_line(struct input *in, const struct line *line)
{
	const char *faults = line->pattern->faults;

	in->counts.read += line->pattern->stored || faults;
	if (line->pattern->date == DOUBT && !in->proved[line->file] && !in->undecided[line->file]) {
		in->undecided[line->file] = true;
		blame(in, line, "date-order");
	}
	if (faults && is_stranger(in, line))
		return;
	for (size_t n; faults && *faults; faults += n + 1) {
		char kind[32] = "";

		n = strcspn(faults, " ");
		blame(in, line, memcpy(kind, faults, n));
	}
	if (line->pattern->stored && !line->replaced)
		judge(in, line);
}

/* Judges all lines in their order. With --sync users without a line have then left. */
static void
expect(struct input *in)
{
	look_ahead(in);
	find_users(in);
	for (size_t i = 0; i < in->n_lines; i++)
		expect_line(in, &in->lines[i]);
	for (struct person *person = in->persons; person < in->persons + KEYS; person++)
		if (in->options.sync && in->counts.rejected == 0 && person->is && !person->by &&
		    !*person->left && strcmp(person->feed, "hr") == 0) {
			person->left = TODAY;
			in->counts.left++;
		}
}

/* Fails with the first lines that differ; frees found. */
static void
check(const struct input *in, const char *what, char *found, const char *expected)
{
	size_t same = 0;

	while (found[same] && found[same] == expected[same])
		same++;
	if (found[same] != expected[same]) {
		while (same > 0 && found[same - 1] != '\n')
			same--;
		fail_msg("FILROUGE_SEED=%llu: %s: found, then expected:\n%.300s\n\n%.300s",
		    (unsigned long long)in->seed, what, found + same, expected + same);
	}
	free(found);
}

/* Returns the rows of a query of one column; the caller frees it. */
static char *
ask(const struct place *place, const char *sql)
{
	struct fil_query *query = fil_query_new(place->store, sql);
	struct fil_bytes text = { 0 };
	struct fil_fault fault;

	fil_bytes_add_text(&text, "");
	while (fil_query_step(query, &fault) == 1)
		fil_bytes_add_format(&text, "%s\n", fil_query_text(query, 0));
	fil_query_free(query);
	return text.data;
}

/* Returns the users that the store must have. */
static struct fil_bytes
expected_users(const struct input *in)
{
	struct fil_bytes text = { 0 };

	fil_bytes_add_text(&text, "");
	for (size_t k = 0; k < KEYS; k++)
		if (in->persons[k].is)
			fil_bytes_add_format(&text, "%s|%s|%s|%s\n", keys[k],
			    in->persons[k].content, in->persons[k].left, in->persons[k].feed);
	return text;
}

/* Returns the kind of fault whose name begins here, or NULL. */
static const char *
kind_at(const char *text)
{
	for (size_t k = 0; k < LENGTH(kinds); k++)
		if (strncmp(text, kinds[k], strlen(kinds[k])) == 0)
			return kinds[k];
	return NULL;
}

/* Returns the faults in the file of rejects, "LINE kind" each. Lines must be in their order. */
static char *
rejected(const struct input *in)
{
	struct fil_bytes found = { 0 };
	size_t line = 0, room = 0;
	FILE *file = fopen(in->rejects, "r");
	char *text = NULL;

	assert_non_null(file);
	assert_true(getdelim(&text, &room, '\0', file) > 0);
	fclose(file);
	fil_bytes_add_text(&found, "");
	for (char *at = text; *at; at++) {
		if (!kind_at(at))
			continue;
		if (at[-1] == '"') { /* the first of a line, behind its number */
			at[-2] = '\0';
			assert_true(strtoul(strrchr(text, ',') + 1, NULL, 10) > line);
			line = strtoul(strrchr(text, ',') + 1, NULL, 10);
			at[-2] = ',';
		}
		fil_bytes_add_format(&found, "%zu %s\n", line, kind_at(at));
	}
	free(text);
	return found.data;
}

/* Returns the status that the load must have. */
static enum fil_status
expected_status(const struct input *in)
{
	bool undecided = in->undecided[0] || in->undecided[1] || in->undecided[2];

	if (in->n_faults == 0)
		return FIL_OK;
	return in->options.keep_going && !undecided ? FIL_REFUSED : FIL_BAD_DATA;
}

/* Checks the faults reported, and the counts. */
static void
check_report(
    const struct place *place, const struct input *in, size_t n_faults, enum fil_status status)
{
	const struct fil_counts *counts = &in->counts;
	char *text;

	if (n_faults != in->n_faults || status != expected_status(in))
		fail_msg("FILROUGE_SEED=%llu: %zu faults, not %zu; status %u, not %u",
		    (unsigned long long)in->seed, n_faults, in->n_faults, status,
		    expected_status(in));
	if (in->rejects)
		check(in, "faults", rejected(in), in->faults.data ? in->faults.data : "");
	if (status == FIL_BAD_DATA || in->options.dry_run)
		return;
	text = fil_format("%zu %zu %zu %zu %zu %zu %zu\n", counts->read, counts->added,
	    counts->changed, counts->left, counts->returned, counts->unchanged, counts->rejected);
	check(in, "counts",
	    ask(place,
		"SELECT read || ' ' || added || ' ' || changed || ' ' || departed || ' ' || "
		"returned || ' ' "
		"|| unchanged || ' ' || rejected FROM runs WHERE run = (SELECT max(run) FROM "
		"runs)"),
	    text);
	free(text);
}

/* Checks the rows stored, that all or none are, and that every manager exists. */
static void
check_stored(
    const struct place *place, const struct input *in, enum fil_status status, const char *before)
{
	struct fil_bytes expected = expected_users(in);

	if (status == FIL_BAD_DATA || in->options.dry_run)
		check(in, "store", ask(place, in->target->select), before);
	else if (in->exact)
		check(in, "store", ask(place, in->target->select), expected.data);
	check(in, "managers",
	    ask(place,
		"SELECT \"user\" FROM users WHERE manager NOT IN (SELECT "
		"\"user\" FROM users)"),
	    "");
	fil_bytes_release(&expected);
}

static struct fil_request *
make_request(struct place *place, const struct input *in)
{
	struct fil_request *request = fil_request_new(
	    place->store, fil_catalog_table(in->target->table), &in->options, false, &place->fault);

	assert_non_null(request);
	if (in->options.remove)
		fil_row_keys_only(request->row);
	if (in->unknown)
		assert_int_equal(fil_request_unknown(request, "manager=empty", &place->fault), 0);
	for (size_t f = 0; f < in->n_files; f++)
		assert_int_equal(fil_request_operand(request, in->paths[f], &place->fault), 0);
	return request;
}

static void
load_input(struct place *place, struct input *in)
{
	const struct fil_load_hooks hooks = { 0 };
	struct fil_request *request = make_request(place, in);
	struct fil_load *load =
	    fil_load_new(place->store, request, &in->options, &hooks, &place->fault);
	char *before = ask(place, in->target->select);
	enum fil_status status = fil_load_go(
	    load, NULL, &(const struct fil_output_style){ .format = FIL_CSV }, &place->fault);
	size_t n_faults = fil_faults_count(fil_load_faults(load));

	fil_load_free(load);
	fil_request_free(request);
	if (in->exact) {
		expect(in);
		check_report(place, in, n_faults, status);
	} else if (in->rejects) {
		free(rejected(in));
	}
	check_stored(place, in, status, before);
	free(before);
}

static uint64_t
setting(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : fallback;
}

static void
try_inputs(struct place *place, const struct target *target, uint64_t n)
{
	static char name[] = "test", *const argv[] = { name, NULL };
	uint64_t first = setting("FILROUGE_SEED", 1);

	run_sql(place, "PRAGMA synchronous = OFF"); /* the test need not wait for the disk */
	assert_int_equal(fil_run_initial(place->store, argv, &place->fault), 0);
	for (uint64_t seed = first; seed < first + n; seed++) {
		struct input *in = fil_alloc(1, sizeof *in);

		in->seed = in->state = seed;
		in->options.max_faults = in->options.max_rejects = SIZE_MAX;
		in->options.argv = argv;
		assert_int_equal(fil_date_parse(TODAY, &in->options.today), 0);
		in->target = target;
		draw_options(in);
		set_up(place, in);
		load_input(place, in);
		for (size_t f = 0; f < in->n_files; f++) {
			unlink(in->paths[f]);
			free(in->paths[f]);
		}
		fil_bytes_release(&in->faults);
		free(in->rejects);
		free(in);
	}
}

static void
go__users_with_every_kind_of_fault__all_is_as_expected(void **state)
{
	try_inputs(*state, &users, setting("FILROUGE_INPUTS", 80));
}

static void
go__levels_with_every_kind_of_fault__the_store_stays_sound(void **state)
{
	try_inputs(*state, &autonomy, setting("FILROUGE_INPUTS", 20));
}

/* Makes the keys; every fourth has only digits. */
static int
make_keys(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KEYS; i++) {
		snprintf(keys[i], sizeof keys[i], i % 4 == 0 ? "%04u" : "u%04u", i);
		snprintf(short_keys[i], sizeof short_keys[i], "%u", i);
	}
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_STORE(go__users_with_every_kind_of_fault__all_is_as_expected),
		IN_STORE(go__levels_with_every_kind_of_fault__the_store_stays_sound),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_keys, NULL);
}
