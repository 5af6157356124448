/* SPDX-License-Identifier: ISC */
/* Binds the users to any header with any --map, and makes the cells of any rows. The lines before
 * the first blank one are mappings; the rest is the file. Where the first line begins with '[', the lines
 * are those of a profile for levels. */
#include "lib/base/memory.h"
#include "lib/input/reader.h"
#include "lib/mapping/profile.h"
#include "lib/mapping/profile_file.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/input_of.h"
#include "tests/unit/profile_file_of.h"

/* Makes all rows of a record. */
static void
make_rows(struct fil_profile *profile, size_t n, const struct fil_record *record,
    const char **cells, size_t *lengths)
{
	struct fil_profile_made made = { .more = true };
	struct fil_fault fault;

	while (made.more) {
		size_t before = made.next;

		if (fil_profile_row(profile, record, made.next, cells, lengths, &made, &fault) < 0)
			continue;
		demand(!made.more || made.next > before);
		for (size_t c = 0; c < n; c++) {
			demand(fil_profile_label(profile, c)[0] != '\0');
			demand((!cells[c]) == (lengths[c] == 0));
			demand(!cells[c] || fil_profile_gives(profile, c));
		}
	}
}

/* Reads the file through the profile. */
static void
read_all(struct fil_profile *profile, size_t n, const struct fil_input *input)
{
	const struct fil_format format = { .delimiter = ';' };
	struct fil_reader *reader = fil_reader_new(input, &format);
	struct fil_record record;
	struct fil_fault fault;
	const char *cells[64];
	size_t lengths[64], unused;
	struct fil_profile_made made;
	bool bound = false;
	int result;

	while ((result = fil_reader_next(reader, &record, &fault)) != 0) {
		if (result < 0)
			continue;
		if (!bound && fil_profile_bind(profile, &record, NULL, &fault) < 0)
			break;
		bound = true;
		demand(strlen(fil_profile_unused(profile, &unused, NULL)) >= unused);
		make_rows(profile, n, &record, cells, lengths);
		if (fil_profile_row(profile, &record, 0, cells, lengths, &made, &fault) < 0)
			continue;
		for (size_t c = 0; c < n; c++) {
			demand(fil_profile_label(profile, c)[0] != '\0');
			demand((!cells[c]) == (lengths[c] == 0));
			demand(!cells[c] || strlen(cells[c]) == lengths[c]);
			demand(!cells[c] || fil_profile_gives(profile, c));
		}
	}
	fil_reader_free(reader);
}

/* Reads a profile for levels and a file behind its first blank line. */
static void
read_profile(const char *text, size_t size)
{
	const struct fil_table *table = fil_catalog_table("autonomy");
	char *const facets[] = { (char[]){ "tool" } };
	struct fil_profile *profile = fil_profile_new(table, facets, 1);
	const char *blank = memmem(text, size, "\n\n", 2);
	size_t n = blank ? (size_t)(blank - text) + 1 : size;
	struct fil_fault fault;
	struct fil_profile_file *file = profile_file_of_bytes(text, n, &fault);
	struct fil_input *input = NULL;

	demand(file || fault.status == FIL_BAD_CONFIG);
	if (file && fil_profile_file_apply(file, profile, &fault) < 0)
		demand(fault.status == FIL_BAD_CONFIG);
	else if (file && blank)
		input = input_of_bytes(blank + 2, size - n - 1, &fault);
	if (input)
		read_all(profile, table->n_columns + 1, input);
	fil_input_close(input);
	fil_profile_file_free(file);
	fil_profile_free(profile);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fil_table *table = fil_catalog_table("users");
	char *const facets[] = { (char[]){ "tool" } };
	struct fil_profile *profile = fil_profile_new(table, facets, 1);
	char *text = fil_copy_bytes((const char *)data, size), *line = text, *end, *header;
	struct fil_input *input;
	struct fil_fault fault;

	if (*text == '[') {
		read_profile(text, size);
		fil_profile_free(profile);
		free(text);
		return 0;
	}
	for (; (end = strchr(line, '\n')) && end > line; line = end + 1) {
		*end = '\0';
		header = line + strcspn(line, "=");
		if (*header == '=')
			*header++ = '\0';
		if (fil_profile_column(profile, line, header, "--map", &fault) < 0)
			demand(fault.status == FIL_USAGE);
	}
	line += *line == '\n';
	input = input_of_bytes(line, size - (size_t)(line - text), &fault);
	if (input)
		read_all(profile, table->n_columns + 1, input);
	fil_input_close(input);
	fil_profile_free(profile);
	free(text);
	return 0;
}
