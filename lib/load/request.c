/* SPDX-License-Identifier: ISC */
#include "lib/load/request.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/number.h"
#include "lib/base/text.h"
#include "lib/catalog/catalog.h"
#include "lib/catalog/value.h"
#include "lib/input/input.h"
#include "lib/mapping/profile_file.h"

static bool
is_of_users(const struct fil_request *request)
{
	return strcmp(request->table->name, "users") == 0;
}

/* Settles how amounts that are set are read; NULL: as they are written. */
static const struct fil_row_amounts *
prepare_amounts(struct fil_request *request, const struct fil_load_options *options)
{
	struct fil_row_amounts *amounts = &request->amounts;

	amounts->point_groups = options->decimal != FIL_SIGN_UNKNOWN;
	amounts->signs = fil_alloc(request->width, sizeof *amounts->signs);
	amounts->unproved = fil_alloc(request->width, sizeof *amounts->unproved);
	for (size_t c = 0; c < request->width; c++) {
		amounts->signs[c] = options->decimal;
		amounts->unproved[c] = true;
	}
	return options->allow[FIL_DOUBT_THOUSANDS] && !amounts->point_groups ? NULL : amounts;
}

/* Reads the dimensions from the store, or takes those of the options where none is asked. */
static int
read_dimensions(struct fil_request *request, struct fil_store *store,
    const struct fil_load_options *options, struct fil_fault *fault)
{
	struct fil_dimensions *dimensions = &request->dimensions;

	if (store)
		return fil_dimensions_read(store, options->today, dimensions, fault);
	dimensions->n = options->n_dimensions;
	dimensions->names = fil_alloc(dimensions->n, sizeof *dimensions->names);
	dimensions->titles = fil_alloc(dimensions->n, sizeof *dimensions->titles);
	dimensions->times = fil_alloc(dimensions->n, sizeof *dimensions->times);
	for (size_t i = 0; i < dimensions->n; i++)
		dimensions->names[i] = fil_copy(options->dimensions[i]);
	return 0;
}

struct fil_request *
fil_request_new(struct fil_store *store, const struct fil_table *table,
    const struct fil_load_options *options, bool fill_today, struct fil_fault *fault)
{
	struct fil_request *request = fil_alloc(1, sizeof *request);
	struct fil_row_options of_row = { .today = options->today,
		.order = options->order,
		.fill_today = fill_today,
		.check = options->check,
		.check_row = store ? options->check_row : NULL,
		.store = store };

	request->table = table;
	if (strcmp(table->name, "autonomy") == 0 &&
	    read_dimensions(request, store, options, fault) < 0) {
		fil_request_free(request);
		return NULL;
	}
	request->width = table->n_columns + request->dimensions.n;
	request->no_key = options->no_key;
	request->matching = fil_matching_new(table);
	request->matching->today = options->today;
	request->matching->within_unit = options->within_unit;
	request->matching->within_phase = options->within_phase;
	request->width += options->within_unit && !is_of_users(request);
	request->optional = fil_alloc(table->n_columns, sizeof *request->optional);
	of_row.facets = request->dimensions.names;
	of_row.n_facets = request->dimensions.n;
	of_row.keep_empty = options->keep_empty && !options->assign;
	of_row.matching = request->matching;
	of_row.optional = request->optional;
	of_row.amounts = prepare_amounts(request, options);
	request->row = fil_row_new(table, &of_row);
	return request;
}

/* Returns the column that holds an e-mail, a name or an alias. */
static const struct fil_column *
column_of_match(enum fil_match match)
{
	const struct fil_table *table =
	    fil_catalog_table(match == FIL_MATCH_ALIAS ? "aliases" : "users");
	const char *name = match == FIL_MATCH_EMAIL ? "email"
	    : match == FIL_MATCH_NAME               ? "name"
						    : "alias";

	return &table->columns[fil_table_column(table, name)];
}

/* Lets a header of e-mails give a column of aliases if nothing else does: names to sign in often
 * stand there. */
static void
find_aliases(const struct fil_matching *matching, struct fil_profile *profile, size_t column,
    enum fil_match of)
{
	if (of == FIL_MATCH_ALIAS && matching->match != FIL_MATCH_EMAIL &&
	    matching->then != FIL_MATCH_EMAIL)
		fil_profile_find_last_by(profile, column, column_of_match(FIL_MATCH_EMAIL));
}

/* Returns a profile of the table's columns and what else is read of a row. */
static struct fil_profile *
bare_profile(const struct fil_request *request)
{
	const struct fil_table *users = fil_catalog_table("users");
	enum fil_match then = request->matching->then;
	struct fil_profile *profile =
	    fil_profile_new(request->table, request->dimensions.names, request->dimensions.n);

	if (is_of_users(request))
		return profile;
	if (request->matching->within_unit)
		fil_profile_add(profile, &users->columns[fil_table_column(users, "unit")]);
	if (then != FIL_MATCH_KEY)
		find_aliases(request->matching, profile,
		    fil_profile_add(profile, column_of_match(then)), then);
	return profile;
}

/* Adds the mapping of --map to a profile. */
static int
map_column(struct fil_profile *profile, const char *mapping, struct fil_fault *fault)
{
	const char *equals = strchr(mapping, '=');
	struct fil_fault bare;
	char *name;
	int result;

	if (!equals || equals == mapping)
		return fil_fault_set(fault, FIL_USAGE,
		    "--map takes COL=HEADER or 'COL={HEADER} {HEADER}', not '%s'", mapping);
	name = fil_copy_bytes(mapping, (size_t)(equals - mapping));
	result = fil_profile_column(profile, name, equals + 1, "--map", &bare);
	free(name);
	if (result == 0)
		return 0;
	return fil_fault_set(fault, FIL_USAGE, "--map '%s': %s", mapping, bare.text);
}

int
fil_request_map(struct fil_request *request, const char *mapping, struct fil_fault *fault)
{
	/* Tried on a profile of its own, so that a wrong mapping is refused before any input is
	 * read. */
	struct fil_profile *profile = bare_profile(request);
	int result = map_column(profile, mapping, fault);

	fil_profile_free(profile);
	request->maps = fil_resize(request->maps, request->n_maps + 1, sizeof *request->maps);
	request->maps[request->n_maps++] = fil_copy(mapping);
	return result;
}

int
fil_request_settings(
    struct fil_request *request, const struct fil_profile_file *file, struct fil_fault *fault)
{
	struct fil_profile *profile = bare_profile(request);
	int result = fil_profile_file_apply(file, profile, fault);

	fil_profile_free(profile);
	request->file = file;
	return result;
}

/* Returns the number of the column or facet of that name, or FIL_NOWHERE. */
static size_t
find_column(const struct fil_request *request, const char *name)
{
	size_t c = fil_table_column(request->table, name);

	for (size_t f = 0; c == FIL_NOWHERE && f < request->dimensions.n; f++)
		if (strcmp(request->dimensions.names[f], name) == 0)
			return request->table->n_columns + f;
	return c;
}

static int
fault_column(const struct fil_request *request, const char *name, struct fil_fault *fault)
{
	size_t n = request->table->n_columns + request->dimensions.n;
	const char **names = fil_alloc(n, sizeof *names);
	const char *nearest;

	for (size_t c = 0; c < request->table->n_columns; c++)
		names[c] = request->table->columns[c].name;
	for (size_t f = 0; f < request->dimensions.n; f++)
		names[request->table->n_columns + f] = request->dimensions.names[f];
	nearest = fil_text_nearest(name, names, n);
	if (nearest)
		fil_fault_set(fault, FIL_USAGE, "%s has no column '%s'; did you mean '%s'?",
		    request->table->name, name, nearest);
	else
		fil_fault_set(fault, FIL_USAGE,
		    "%s has no column '%s'; a file of that name is written './%s=…'",
		    request->table->name, name, name);
	free(names);
	return -1;
}

static int
add_path(struct fil_request *request, const char *path, struct fil_fault *fault)
{
	for (size_t i = 0; i < request->n_paths; i++)
		if (strcmp(path, "-") == 0 && strcmp(request->paths[i], "-") == 0)
			return fil_fault_set(
			    fault, FIL_USAGE, "standard input can be read only once");
	request->paths = fil_resize(request->paths, request->n_paths + 1, sizeof *request->paths);
	request->paths[request->n_paths++] = fil_copy(path);
	return 0;
}

int
fil_request_operand(struct fil_request *request, const char *operand, struct fil_fault *fault)
{
	const char *equals = strchr(operand, '=');
	char *name;
	size_t c;
	int result;

	if (!equals || memchr(operand, '/', (size_t)(equals - operand)))
		return add_path(request, operand, fault);
	request->set = true;
	name = fil_copy_bytes(operand, (size_t)(equals - operand));
	c = find_column(request, name);
	result = c == FIL_NOWHERE ? fault_column(request, name, fault)
				  : fil_row_set(request->row, c, equals + 1, fault);
	free(name);
	return result;
}

/* Finds the column of 'COL=REST', and sets *rest. Returns FIL_NOWHERE with a fault. */
static size_t
split(const struct fil_request *request, const char *option, const char *text, const char **rest,
    struct fil_fault *fault)
{
	const char *equals = strchr(text, '=');
	char *name;
	size_t c;

	if (!equals) {
		fil_fault_set(fault, FIL_USAGE, "%s takes COL=…, not '%s'", option, text);
		return FIL_NOWHERE;
	}
	name = fil_copy_bytes(text, (size_t)(equals - text));
	c = fil_table_column(request->table, name);
	if (c == FIL_NOWHERE)
		fault_column(request, name, fault);
	free(name);
	*rest = equals + 1;
	return c;
}

int
fil_request_pad(struct fil_request *request, const char *text, struct fil_fault *fault)
{
	const char *rest;
	size_t c = split(request, "--pad", text, &rest, fault);
	long long length;

	if (c == FIL_NOWHERE)
		return -1;
	if (fil_number_read(rest, 1, 64, &length) < 0)
		return fil_fault_set(fault, FIL_USAGE, "--pad %s: a length from 1 to 64, not '%s'",
		    request->table->columns[c].name, rest);
	request->matching->pads[c] = (size_t)length;
	return 0;
}

int
fil_request_unknown(struct fil_request *request, const char *text, struct fil_fault *fault)
{
	const char *rest;
	size_t c = split(request, "--unknown", text, &rest, fault);
	const struct fil_column *column;

	if (c == FIL_NOWHERE)
		return -1;
	column = &request->table->columns[c];
	if (!column->references || column->key || column->required)
		return fil_fault_set(fault, FIL_USAGE,
		    "--unknown: '%s' is not a reference that may be empty", column->name);
	if (strcmp(rest, "empty") != 0)
		return fil_fault_set(
		    fault, FIL_USAGE, "--unknown takes %s=empty, not '%s'", column->name, text);
	request->optional[c] = true;
	return 0;
}

/* Reads a kind of --match. Returns FIL_MATCH_KEY for another word. */
static enum fil_match
read_match(const char *word)
{
	if (strcmp(word, "email") == 0)
		return FIL_MATCH_EMAIL;
	if (strcmp(word, "alias") == 0)
		return FIL_MATCH_ALIAS;
	return strcmp(word, "name") == 0 ? FIL_MATCH_NAME : FIL_MATCH_KEY;
}

int
fil_request_match(struct fil_request *request, const char *text, struct fil_fault *fault)
{
	struct fil_matching *matching = request->matching;
	char *kinds = fil_copy(text), *rest = kinds, *last = strrchr(kinds, ',');
	bool or_key = last && strcmp(last + 1, "key") == 0, two;
	enum fil_match match, then;

	if (or_key)
		*last = '\0';
	match = read_match(strsep(&rest, ","));
	two = rest != NULL;
	then = two ? read_match(rest) : FIL_MATCH_KEY;
	free(kinds);
	if (match == FIL_MATCH_KEY || (two && then == FIL_MATCH_KEY) || match == then)
		return fil_fault_set(
		    fault, FIL_USAGE, "--match takes email, name or alias, not '%s'", text);
	if (is_of_users(request)) {
		/* No column of users holds an alias: it finds only who is referred to. */
		matching->finder = fil_table_column(request->table, column_of_match(match)->name);
		matching->finder_then = two
		    ? fil_table_column(request->table, column_of_match(then)->name)
		    : FIL_NOWHERE;
	} else {
		request->width += two;
		request->width -= matching->then != FIL_MATCH_KEY;
	}
	matching->or_key = or_key;
	matching->match = match;
	matching->then = then;
	return 0;
}

/* Reads a user's key. Returns it, which the caller frees, or NULL with a fault. */
static char *
read_key(const struct fil_request *request, const char *text, struct fil_fault *fault)
{
	struct fil_bytes key = { 0 };
	struct fil_fault bare;

	if (fil_column_read(
		&request->table->columns[0], text, strlen(text), FIL_ORDER_YMD, &key, &bare) == 0)
		return key.data;
	fil_bytes_release(&key);
	fil_fault_data(fault, bare.kind, "--rename: %s", bare.text);
	return NULL;
}

int
fil_request_rename(struct fil_request *request, const char *text, struct fil_fault *fault)
{
	const char *equals = strchr(text, '='), *new = equals ? equals + 1 : NULL;
	size_t n = request->n_renamings, length = equals ? (size_t)(equals - text) : 0;
	char *key;

	if (strcmp(request->table->name, "users") != 0)
		return fil_fault_set(fault, FIL_USAGE, "--rename is for users");
	if (length == 0 || *new == '\0')
		return fil_fault_set(fault, FIL_USAGE, "--rename takes OLD=NEW, not '%s'", text);
	if (strlen(new) == length && memcmp(text, new, length) == 0)
		return fil_fault_set(fault, FIL_USAGE, "--rename %s: both are the same key", text);
	key = read_key(request, new, fault);
	if (!key)
		return -1;
	request->olds = fil_resize(request->olds, n + 1, sizeof *request->olds);
	request->news = fil_resize(request->news, n + 1, sizeof *request->news);
	request->olds[n] = fil_copy_bytes(text, length);
	request->news[n] = key;
	request->n_renamings++;
	return 0;
}

/* Returns whether the request is for renamings only. */
static bool
only_renames(const struct fil_request *request)
{
	return request->n_renamings > 0 && request->n_paths == 0 && !request->set;
}

int
fil_request_default(
    struct fil_request *request, const char *column, const char *value, struct fil_fault *fault)
{
	size_t c = fil_table_column(request->table, column);
	bool set;

	fil_row_constant(request->row, c, &set);
	return set ? 0 : fil_row_set(request->row, c, value, fault);
}

/* Sets the keys of the row that is set; returns whether there are all. */
static bool
set_keys(const struct fil_request *request, const char **keys)
{
	const struct fil_table *table = request->table;

	for (size_t c = 0; c < table->n_keys; c++) {
		bool set;

		keys[c] = fil_row_constant(request->row, c, &set);
		if (!keys[c] && table->columns[c].may_be_empty)
			keys[c] = "";
		if (!keys[c])
			return false;
	}
	return true;
}

int
fil_request_find(struct fil_request *request, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_table *table = request->table;
	const char **keys;
	struct fil_batch *batch, *found;
	size_t place;
	int result = 0;

	if (request->n_paths > 0 || !request->set || !fil_row_lacks(request->row) ||
	    request->matching->match != FIL_MATCH_KEY)
		return 0;
	keys = fil_alloc(table->n_keys, sizeof *keys);
	batch = fil_batch_new(table->n_keys);
	found = fil_batch_new(table->n_columns + 1);
	if (set_keys(request, keys)) {
		fil_batch_add(batch, keys);
		result = fil_store_fetch(store, &table->relation, batch, found, &place, fault);
		request->exists = result == 0 && place != FIL_NOWHERE;
	}
	fil_batch_free(batch);
	fil_batch_free(found);
	free(keys);
	return result;
}

bool
fil_request_whole(const struct fil_request *request)
{
	return request->n_paths == 0 &&
	    (only_renames(request) || request->exists || !fil_row_lacks(request->row));
}

char *const *
fil_request_paths(struct fil_request *request, size_t *n)
{
	struct fil_fault fault;

	if (!fil_request_whole(request) && request->n_paths == 0) {
		request->awaits_input = true;
		add_path(request, "-", &fault);
	}
	*n = request->n_paths;
	return request->paths;
}

int
fil_request_missing(const struct fil_request *request, struct fil_fault *fault)
{
	const char *lacking = fil_row_lacks(request->row);
	struct fil_bytes prompt = { 0 };

	if (!request->set || !lacking || request->exists ||
	    request->n_paths > request->awaits_input)
		return 0;
	fil_column_prompt(
	    &request->table->columns[fil_table_column(request->table, lacking)], &prompt);
	fil_fault_set(fault, FIL_USAGE, "%s is missing: say %s; or give a FILE with that column",
	    lacking, prompt.data);
	fil_bytes_release(&prompt);
	return -1;
}

int
fil_request_explain(const struct fil_request *request, struct fil_fault *fault)
{
	struct fil_fault missing;

	if (!fault->kind || strcmp(fault->kind, FIL_INPUT_EMPTY) != 0 ||
	    fil_request_missing(request, &missing) == 0)
		return -1;
	return fil_fault_set(fault, fault->status, "%s (standard input is empty)", missing.text);
}

int
fil_request_check(
    const struct fil_request *request, struct fil_store *store, struct fil_fault *fault)
{
	const struct fil_table *table = request->table;
	const char *phase = request->matching->within_phase;
	int result = 0;

	if (phase)
		result = fil_name_check(store, fil_catalog_table("phases"), "within", phase, fault);
	for (size_t c = 0; result == 0 && c < table->n_columns; c++) {
		const struct fil_table *named = fil_name_table(&table->columns[c]);
		bool set;
		const char *value = fil_row_constant(request->row, c, &set);
		char *place;

		if (!named || !set || !value || request->optional[c])
			continue;
		place = fil_format(_("command line: %s"), table->columns[c].name);
		result = fil_name_check(store, named, place, value, fault);
		free(place);
	}
	return result;
}

/* Binds a header of e-mails, names or aliases to the column `user`. */
static void
find_users_by(const struct fil_request *request, struct fil_profile *profile)
{
	size_t user = fil_table_user(request->table);
	enum fil_match match = request->matching->match;

	if (user == FIL_NOWHERE)
		return;
	fil_profile_find_by(profile, user, column_of_match(match));
	find_aliases(request->matching, profile, user, match);
}

struct fil_profile *
fil_request_profile(const struct fil_request *request)
{
	struct fil_profile *profile = bare_profile(request);
	size_t user = fil_table_column(request->table, "user");
	struct fil_fault fault;
	bool set;

	if (request->no_key && user != FIL_NOWHERE)
		fil_profile_forget_key(profile, user);
	if (request->matching->match != FIL_MATCH_KEY && !is_of_users(request))
		find_users_by(request, profile);
	if (request->file && fil_profile_file_apply(request->file, profile, &fault) < 0)
		fil_bug("settings that were taken are refused: %s", fault.text);
	for (size_t m = 0; m < request->n_maps; m++)
		if (map_column(profile, request->maps[m], &fault) < 0)
			fil_bug("a mapping that was taken is refused: %s", fault.text);
	for (size_t c = 0; c < request->table->n_columns + request->dimensions.n; c++) {
		const char *value = fil_row_constant(request->row, c, &set);

		if (set)
			fil_profile_set(profile, c, value ? value : "");
	}
	return profile;
}

const struct fil_table *
fil_request_table(const struct fil_request *request)
{
	return request->table;
}

struct fil_row *
fil_request_row(const struct fil_request *request)
{
	return request->row;
}

void
fil_request_free(struct fil_request *request)
{
	if (!request)
		return;
	for (size_t i = 0; i < request->n_maps; i++)
		free(request->maps[i]);
	for (size_t i = 0; i < request->n_paths; i++)
		free(request->paths[i]);
	fil_row_free(request->row);
	fil_matching_free(request->matching);
	free(request->optional);
	free(request->amounts.signs);
	free(request->amounts.unproved);
	fil_dimensions_release(&request->dimensions);
	for (size_t i = 0; i < request->n_renamings; i++) {
		free(request->olds[i]);
		free(request->news[i]);
	}
	free(request->olds);
	free(request->news);
	free(request->maps);
	free(request->paths);
	free(request);
}
