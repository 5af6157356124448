/* SPDX-License-Identifier: ISC */
#include "lib/load/load_input.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/catalog/value.h"
#include "lib/catalog/value_doubt.h"
#include "lib/input/sniff.h"

/* The bytes of an input that a thread reads ahead. */
enum { AHEAD_LEAST = 1024 * 1024 };

char *
fil_load_input_place(const struct fil_load_input *input, size_t line, const char *column)
{
	const struct fil_row_file *rows = fil_input_rows(input->input);
	const char *label = NULL;
	size_t cell =
	    rows && column ? fil_profile_find_cell(input->profile, column, &label) : FIL_NOWHERE;
	char *place = fil_input_place(input->input, line, cell), *longer;

	if (!label || rows->sheet || fil_fault_is_about(column, label))
		return place;
	longer = fil_format("%s: %s", place, label);
	free(place);
	return longer;
}

/* Binds the profile to the numbers of the cells, of an input that has no header. */
static int
bind_numbers(struct fil_load_input *input, const struct fil_record *first, struct fil_fault *fault)
{
	struct fil_bytes text = { 0 };
	const char **labels = fil_alloc(first->n, sizeof *labels);
	size_t *places = fil_alloc(first->n, sizeof *places);
	struct fil_record numbers = { .n = first->n, .cells = labels, .lengths = places };
	int result;

	for (size_t i = 0; i < first->n; i++) {
		places[i] = text.length;
		fil_bytes_add_format(&text, "%zu", i + 1);
		fil_bytes_add(&text, "", 1);
	}
	for (size_t i = 0; i < first->n; i++)
		labels[i] = text.data + places[i];
	result = fil_profile_bind(input->profile, &numbers, NULL, fault);
	fil_reader_free(input->reader);
	input->reader = fil_reader_new(input->input, &input->format);
	free(places);
	free(labels);
	fil_bytes_release(&text);
	return result;
}

/* Reads the header, and binds the profile to it. A header that was encoded twice is a fault, since
 * its columns would be ignored. */
static int
bind_header(struct fil_load_input *input, struct fil_fault *fault)
{
	const char *name = fil_input_name(input->input);
	const struct fil_row_file *rows = fil_input_rows(input->input);
	struct fil_record header;
	struct fil_fault bare;
	int step;

	input->reader = fil_reader_new(input->input, &input->format);
	step = fil_reader_next(input->reader, &header, &bare);
	if (step == 0)
		return fil_fault_set(fault, FIL_NO_INPUT,
		    input->format.no_header ? _("%s: there is no first line")
					    : _("%s: there is no header line"),
		    name);
	if (step == 1)
		input->odd =
		    fil_odd_records_new(input->format.no_header ? NULL : &header, input->profile);
	if (step == 1)
		step = input->format.no_header
		    ? bind_numbers(input, &header, &bare)
		    : fil_profile_bind(input->profile, &header,
			  rows && !rows->sheet ? &input->absent : NULL, &bare);
	if (step == 0 && input->twice.status != FIL_OK && input->format.twice_line <= header.line) {
		*fault = input->twice;
		return -1;
	}
	if (step == 0)
		return 0;
	*fault = bare;
	return fil_input_blame(input->input, header.line, fault);
}

/* Returns a profile of the request with the options' pivot; the caller frees it. */
static struct fil_profile *
make_profile(const struct fil_load_input *input)
{
	struct fil_profile *profile = fil_request_profile(input->request);

	if (input->options->has_pivot)
		fil_profile_pivot(profile, input->options->pivot);
	if (input->options->zone)
		fil_profile_zone(profile, input->options->zone, input->options->order);
	if (input->options->short_rows)
		fil_profile_short_rows(profile);
	return profile;
}

/* Refuses a FILE that was last written over `days` days before today. Returns 0, or -1 with a
 * fault. */
static int
check_age(const char *path, fil_day today, unsigned days, struct fil_fault *fault)
{
	char written[FIL_DATE_SIZE];
	struct stat status;
	struct tm local;
	fil_day day;

	if (stat(path, &status) < 0 || !localtime_r(&status.st_mtim.tv_sec, &local))
		return 0; /* opening it reports the fault */
	if (strftime(written, sizeof written, "%Y-%m-%d", &local) == 0 ||
	    fil_date_parse(written, &day) < 0 || today - day <= (int)days)
		return 0;
	return fil_fault_set(fault, FIL_REFUSED,
	    "%s: refused: last written on %s, over %u days ago: is the export still running?", path,
	    written, days);
}

/* Refuses a part of a whole list that may be cut short: its last line has no newline. Returns 0, or
 * -1 with a fault. */
static int
check_end(const struct fil_load_input *input, struct fil_fault *fault)
{
	if (!input->options->sync || input->options->no_final_newline ||
	    !input->format.ends_in_line)
		return 0;
	return fil_fault_set(fault, FIL_REFUSED,
	    "%s: refused: the last line has no newline, so the list may be cut short; "
	    "--no-final-newline accepts it",
	    fil_input_name(input->input));
}

/* Returns whether the input is a sheet of fil-sheet: its header begins with the keys of users and their
 * names, which are read again by nothing. */
static bool
is_sheet(const struct fil_load_input *input)
{
	size_t user = fil_table_user(input->request->table), n;
	const struct fil_unused *unused = fil_profile_unused_cells(input->profile, &n);

	return user != FIL_NOWHERE && n > 0 && unused[0].cell == 1 &&
	    strcmp(unused[0].label, "name") == 0 && fil_profile_gives(input->profile, user) &&
	    strcmp(fil_profile_label(input->profile, user), "user") == 0;
}

/* Returns an unused header of e-mails by which --match would find the users that the rows lack, or NULL. */
static const char *
find_addresses(const struct fil_load_input *input)
{
	const struct fil_table *users = fil_catalog_table("users");
	size_t user = fil_table_user(input->request->table), email, n;
	const struct fil_unused *unused = fil_profile_unused_cells(input->profile, &n);
	const char *found = NULL;

	if (user == FIL_NOWHERE || input->request->table == users ||
	    fil_profile_gives(input->profile, user))
		return NULL;
	email = fil_table_column(users, "email");
	for (size_t i = 0; i < n && !found; i++) {
		char *folded = fil_text_fold(unused[i].label);

		if (fil_table_header(users, folded) == email)
			found = unused[i].label;
		free(folded);
	}
	return found;
}

/* Binds a row to the columns that the input gives. Returns the result of the row, or NULL with a
 * fault. */
static const struct fil_row_made *
bind_row(const struct fil_load_input *input, struct fil_row *row, struct fil_fault *fault)
{
	const char *name = fil_input_name(input->input);
	const char **headers = fil_alloc(input->request->width, sizeof *headers);
	struct fil_fault bare;
	const struct fil_row_made *made;
	const char *unused, *nearest, *addresses;
	size_t n;

	for (size_t c = 0; c < input->request->width; c++)
		if (fil_profile_gives(input->profile, c))
			headers[c] = fil_profile_label(input->profile, c);
	made = fil_row_bind(row, headers, input->amounts, &bare);
	free(headers);
	fil_row_sheet(row, is_sheet(input));
	if (made)
		return made;
	unused = fil_profile_unused(input->profile, &n, &nearest);
	addresses = find_addresses(input);
	if (n == 0)
		fil_fault_set(fault, bare.status, "%s: %s", name, bare.text);
	else if (addresses)
		fil_fault_set(fault, bare.status,
		    "%s: %s; not used yet: %s; --match email finds users by '%s'", name, bare.text,
		    unused, addresses);
	else if (nearest)
		fil_fault_set(fault, bare.status, "%s: %s; not used yet: %s; the nearest is '%s'",
		    name, bare.text, unused, nearest);
	else
		fil_fault_set(
		    fault, bare.status, "%s: %s; not used yet: %s", name, bare.text, unused);
	return NULL;
}

/* Settles how the amounts of the input are read. */
static void
prepare_amounts(struct fil_load_input *input)
{
	const struct fil_load_options *options = input->options;
	size_t width = input->request->width;

	if (options->allow[FIL_DOUBT_THOUSANDS] && options->decimal == FIL_SIGN_UNKNOWN)
		return;
	input->amounts = fil_alloc(1, sizeof *input->amounts);
	input->amounts->point_groups =
	    input->format.delimiter == ';' || options->decimal != FIL_SIGN_UNKNOWN;
	input->amounts->signs = fil_alloc(width, sizeof *input->amounts->signs);
	input->amounts->unproved = fil_alloc(width, sizeof *input->amounts->unproved);
	for (size_t c = 0; c < width; c++)
		input->amounts->signs[c] = options->decimal;
}

static void
release_amounts(struct fil_row_amounts *amounts)
{
	if (!amounts)
		return;
	free(amounts->signs);
	free(amounts->unproved);
	free(amounts);
}

/* Finds out the format of the input, and binds its columns. Returns 0, or -1 with a fault. */
static int
settle_format(struct fil_load_input *input, struct fil_fault *fault)
{
	input->format.twice = &input->twice;
	if (fil_sniff(input->input, fil_profile_expects, input->profile, &input->format, fault) <
		0 ||
	    bind_header(input, fault) < 0 || check_end(input, fault) < 0)
		return -1;
	prepare_amounts(input);
	/* Columns that make no row are refused before anything waits for the lock. */
	return bind_row(input, input->request->row, fault) ? 0 : -1;
}

/* Opens the file, unless it is too old. Returns 0, or -1 with a fault. */
static int
open_bytes(
    struct fil_load_input *input, const char *path, const char *folder, struct fil_fault *fault)
{
	const struct fil_load_options *options = input->options;

	if (options->max_age && check_age(path, options->today, options->max_age, fault) < 0)
		return -1;
	input->input = fil_input_open(path, folder, fault);
	return input->input ? 0 : -1;
}

int
fil_load_input_open(struct fil_load_input *input, const char *path, const char *folder,
    const struct fil_request *request, const struct fil_load_options *options,
    struct fil_fault *fault)
{
	struct fil_input *bytes = input->input;

	input->input = NULL;
	fil_load_input_release(input);
	*input = (struct fil_load_input){ .request = request,
		.options = options,
		.input = bytes,
		.format = options->format,
		.order = options->order };
	input->profile = make_profile(input);
	input->format.allow = options->allow;
	input->format.mapped = fil_profile_mapped(input->profile, &input->format.n_mapped);
	if (bytes)
		fil_input_set_rows(bytes, NULL);
	else if (open_bytes(input, path, folder, fault) < 0)
		return -1;
	if (settle_format(input, fault) == 0)
		return 0;
	/* A header may not be found because of the encoding. */
	if (input->twice.status != FIL_OK)
		*fault = input->twice;
	return -1;
}

/* Returns the rows of the input if they are those of a workbook or of JSON, else NULL. */
static const struct fil_row_file *
rows_of(const struct fil_load_input *input)
{
	return input->input ? fil_input_rows(input->input) : NULL;
}

bool
fil_load_input_grows(const struct fil_load_input *input)
{
	const struct fil_row_file *rows = rows_of(input);

	return rows && rows->growth;
}

bool
fil_load_input_complete(const struct fil_load_input *input)
{
	const struct fil_row_file *rows = rows_of(input);

	return !rows || fil_row_file_complete(rows);
}

/* Returns a second reader of the input, behind its header; the caller frees it. */
static struct fil_reader *
reader_ahead(const struct fil_load_input *input)
{
	struct fil_reader *reader = fil_reader_new(input->input, &input->format);
	struct fil_record header;
	struct fil_fault fault;

	fil_reader_rest(input->reader);
	if (input->format.no_header)
		return reader;
	/* The header was read well once. */
	if (fil_reader_next(reader, &header, &fault) != 1)
		fil_die_fault(&fault);
	return reader;
}

int
fil_load_input_copy(
    struct fil_load_input *copy, const struct fil_load_input *input, struct fil_fault *fault)
{
	fil_reader_rest(input->reader);
	*copy = *input;
	copy->is_copy = true;
	copy->odd = NULL;
	copy->absent = (struct fil_bytes){ 0 };
	copy->undecided = false;
	copy->profile = make_profile(input);
	return bind_header(copy, fault);
}

const struct fil_row_made *
fil_load_input_begin(struct fil_load_input *input, struct fil_row *row, struct fil_fault *fault)
{
	fil_reader_free(input->reader);
	input->reader = NULL;
	input->reader = reader_ahead(input);
	if (fil_input_size(input->input) >= AHEAD_LEAST)
		fil_reader_read_ahead(input->reader);
	if (input->undecided)
		input->order = FIL_ORDER_UNKNOWN;
	input->undecided = false;
	return bind_row(input, row, fault);
}

/* What is looked for in the cells of an input. */
struct proof {
	const size_t *columns;
	size_t n;
	/* Settles what the cell of a column proves. Returns whether it proves anything. */
	bool (*settle)(struct fil_load_input *input, size_t column, const char *cell);
};

static bool
settle_order(struct fil_load_input *input, size_t column, const char *cell)
{
	fil_day day;
	enum fil_date_found found = fil_date_read(cell, FIL_ORDER_UNKNOWN, &day);

	(void)column;
	if (found != FIL_DATE_PROVES_DMY && found != FIL_DATE_PROVES_MDY)
		return false;
	input->order = found == FIL_DATE_PROVES_DMY ? FIL_ORDER_DMY : FIL_ORDER_MDY;
	return true;
}

static bool
settle_sign(struct fil_load_input *input, size_t column, const char *cell)
{
	enum fil_decimal_sign sign;
	enum fil_amount_writing writing =
	    fil_amount_look(cell, input->amounts->point_groups, &sign);

	if (writing != FIL_AMOUNT_PROVES && writing != FIL_AMOUNT_GROUPED)
		return false;
	input->amounts->signs[column] = sign;
	return true;
}

/* The cells of the records that are looked through. */
struct look {
	const char **cells;
	size_t *lengths;
	struct fil_bytes spelt;
};

/* Returns whether a cell of the rows of a record proves what is looked for. */
static bool
prove_record(struct fil_load_input *input, const struct proof *proof,
    const struct fil_record *record, struct look *look)
{
	struct fil_profile_made made = { .more = true };
	struct fil_fault refusal;

	while (made.more) {
		if (fil_profile_row(input->profile, record, made.next, look->cells, look->lengths,
			&made, &refusal) < 0)
			continue;
		for (size_t i = 0; i < proof->n; i++) {
			size_t c = proof->columns[i];

			if (!look->cells[c])
				continue;
			fil_column_spell(&input->request->table->columns[c], &look->cells[c],
			    &look->lengths[c], &look->spelt);
			if (proof->settle(input, c, look->cells[c]))
				return true;
		}
	}
	return false;
}

/* Looks through the whole input until a cell proves what is looked for. Returns 0; 1 when nothing
 * proves it; -1 with a fault of reading. */
static int
prove(struct fil_load_input *input, const struct proof *proof, struct fil_fault *fault)
{
	struct fil_reader *ahead = reader_ahead(input);
	struct look look = { .cells = fil_alloc(input->request->width, sizeof *look.cells),
		.lengths = fil_alloc(input->request->width, sizeof *look.lengths) };
	struct fil_record record;
	struct fil_fault refusal;
	bool proved = false;
	int step = 1;

	while (!proved && (step = fil_reader_next(ahead, &record, &refusal)) != 0) {
		if (step < 0 && refusal.status != FIL_BAD_DATA)
			break;
		proved = step > 0 && prove_record(input, proof, &record, &look);
	}
	fil_reader_free(ahead);
	free(look.cells);
	free(look.lengths);
	fil_bytes_release(&look.spelt);
	if (proved || step == 0)
		return !proved;
	*fault = refusal;
	return -1;
}

int
fil_load_input_prove(
    struct fil_load_input *input, const struct fil_row_made *made, struct fil_fault *fault)
{
	const struct proof order = { made->dates, made->n_dates, settle_order };
	const struct proof sign = { &made->undecided, 1, settle_sign };
	int proved;

	if (input->request->table->columns[made->undecided].type == FIL_TYPE_DATE)
		return prove(input, &order, fault);
	proved = prove(input, &sign, fault);
	input->amounts->unproved[made->undecided] = proved == 1;
	return proved < 0 ? -1 : 0;
}

void
fil_load_input_release(struct fil_load_input *input)
{
	fil_reader_free(input->reader);
	fil_profile_free(input->profile);
	fil_odd_records_free(input->odd);
	fil_bytes_release(&input->absent);
	if (!input->is_copy) {
		fil_input_close(input->input);
		release_amounts(input->amounts);
	}
	*input = (struct fil_load_input){ 0 };
}

/* An unused column of the input. */
struct candidate {
	const struct fil_unused *unused;
	bool alive, seen; /* no cell is other than a date; a cell is one */
};

/* Returns whether the commands write a column of that name. */
static bool
is_own(const char *label)
{
	/* Columns of reports that hold dates, besides those of the tables. */
	static const char *const reported[] = { "actual", "as_of", "high", "low", "since", "week" };
	char *folded = fil_text_fold(label);
	size_t n;
	const struct fil_table *const *tables = fil_catalog_tables(&n);
	bool own = false;

	for (size_t t = 0; t < n && !own; t++)
		own = fil_table_column(tables[t], folded) != FIL_NOWHERE;
	for (size_t i = 0; i < sizeof reported / sizeof *reported && !own; i++)
		own = strcmp(reported[i], folded) == 0;
	free(folded);
	return own;
}

static bool
is_date(const struct fil_load_input *input, const char *cell)
{
	char wide[FIL_DATE_WIDE];
	fil_day day;

	enum fil_date_order order = input->options->order;

	if (order == FIL_ORDER_EXCEL || order == FIL_ORDER_EPOCH)
		return fil_date_read(cell, order, &day) != FIL_DATE_BAD;
	return fil_date_read(cell, FIL_ORDER_UNKNOWN, &day) != FIL_DATE_BAD ||
	    fil_date_widen(cell, 0, wide);
}

/* A look through the rows of an input. */
struct date_look {
	const struct fil_load_input *input;
	struct candidate *candidates;
	size_t n, date,
	    user; /* candidates; columns: the one that gets today, and FIL_NOWHERE or the
			       * user's */
	const char **cells; /* of one row, by column */
	size_t *lengths;
	struct fil_bytes spelt;
};

/* Returns whether a record is a row: no header again, no total, not left out by the profile. */
static bool
is_row(const struct date_look *look, const struct fil_record *record)
{
	const struct fil_load_input *input = look->input;
	struct fil_value_doubt doubt;
	struct fil_fault refusal;
	struct fil_profile_made made;

	if (fil_odd_records_find(input->odd, record, input->options->allow) != FIL_ODD_NONE ||
	    fil_profile_row(
		input->profile, record, 0, look->cells, look->lengths, &made, &refusal) < 0 ||
	    made.empty)
		return false;
	return look->user == FIL_NOWHERE || !look->cells[look->user] ||
	    !fil_key_doubt(look->cells[look->user], look->lengths[look->user], &doubt) ||
	    doubt.kind != FIL_DOUBT_NOT_A_ROW;
}

/* Judges the cells of a record, as they are spelt. A word for nothing is an empty cell. Returns
 * whether any column may still hold dates. */
static bool
judge(struct date_look *look, const struct fil_record *record)
{
	const struct fil_table *table = look->input->request->table;
	bool any = false;

	for (size_t i = 0; i < look->n; i++) {
		struct candidate *candidate = &look->candidates[i];
		size_t c = candidate->unused->cell, n = c < record->n ? record->lengths[c] : 0;
		const char *cell = n > 0 ? record->cells[c] : "";

		fil_column_spell(&table->columns[look->date], &cell, &n, &look->spelt);
		if (candidate->alive && n > 0 && !fil_is_null_word(cell, n))
			candidate->alive = candidate->seen = is_date(look->input, cell);
		any |= candidate->alive;
	}
	return any;
}

/* Judges all rows. */
static void
judge_all(struct date_look *look)
{
	struct fil_reader *ahead = reader_ahead(look->input);
	struct fil_record record;
	struct fil_fault refusal;
	bool any = true;
	int step;

	/* A fault of reading is reported when the rows are fed. */
	while (any && (step = fil_reader_next(ahead, &record, &refusal)) != 0) {
		if (step < 0 && refusal.status != FIL_BAD_DATA)
			break;
		if (step == 1 && is_row(look, &record))
			any = judge(look, &record);
	}
	fil_reader_free(ahead);
}

/* Looks through the input for what the candidates hold. */
static void
look_through(
    const struct fil_load_input *input, const char *today, struct candidate *candidates, size_t n)
{
	const struct fil_request *request = input->request;
	struct date_look look = { .input = input,
		.candidates = candidates,
		.n = n,
		.date = fil_table_column(request->table, today),
		.user = fil_table_user(request->table),
		.cells = fil_alloc(request->width, sizeof *look.cells),
		.lengths = fil_alloc(request->width, sizeof *look.lengths) };

	judge_all(&look);
	free(look.cells);
	free(look.lengths);
	fil_bytes_release(&look.spelt);
}

/* Refuses an input whose column under this label holds dates. Returns -1. */
static int
refuse(const struct fil_load_input *input, const char *label, const char *today,
    struct fil_fault *fault)
{
	const char *word = fil_doubt_kinds[FIL_DOUBT_TODAY].word;
	char *quoted = fil_text_in_quotes(label);

	fil_fault_data(fault, word,
	    "%s: the column '%s' holds dates, but every row would get today's: "
	    "--map %s=%s or %s=today, or --allow %s",
	    fil_input_name(input->input), label, today, quoted, today, word);
	free(quoted);
	return -1;
}

int
fil_unmapped_dates_check(
    const struct fil_load_input *input, const char *today, struct fil_fault *fault)
{
	size_t n_unused, n = 0;
	const struct fil_unused *unused = fil_profile_unused_cells(input->profile, &n_unused);
	struct candidate *candidates = fil_alloc(n_unused + 1, sizeof *candidates);
	int result = 0;

	for (size_t i = 0; i < n_unused; i++)
		if (!is_own(unused[i].label))
			candidates[n++] = (struct candidate){ &unused[i], true, false };
	if (n > 0)
		look_through(input, today, candidates, n);
	for (size_t i = 0; i < n && result == 0; i++)
		if (candidates[i].alive && candidates[i].seen)
			result = refuse(input, candidates[i].unused->label, today, fault);
	free(candidates);
	return result;
}
