/* SPDX-License-Identifier: ISC */
#include "lib/write/changes.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/temp_file.h"

struct fil_changes {
	const struct fil_table *table;
	bool shown[FIL_UNCHANGED + 1];
	struct fil_temp_file *file;
	struct fil_output *output;
	const char **cells;
};

/* Shows the rows of an action. Returns whether there is an action of that name. */
static bool
show(struct fil_changes *changes, const char *name)
{
	for (enum fil_action a = FIL_ADDED; a <= FIL_UNCHANGED; a++)
		if (strcmp(fil_action_name(a), name) == 0)
			return changes->shown[a] = true;
	return false;
}

/* Reads which actions are shown. */
static int
read_only(struct fil_changes *changes, const char *only, struct fil_fault *fault)
{
	char *list = fil_copy(only), *rest = list, *name;
	int result = 0;

	while (result == 0 && (name = strsep(&rest, ",")))
		if (!show(changes, name))
			result = fil_fault_set(fault, FIL_USAGE,
			    "--only takes added, changed, left, returned or removed, not '%s'",
			    name);
	free(list);
	return result;
}

struct fil_changes *
fil_changes_new(const struct fil_table *table, const char *only, struct fil_fault *fault)
{
	struct fil_changes *changes = fil_alloc(1, sizeof *changes);

	changes->table = table;
	changes->cells = fil_alloc(table->n_columns + 1, sizeof *changes->cells);
	for (size_t a = 0; a <= FIL_UNCHANGED; a++)
		changes->shown[a] = !only;
	if (only && read_only(changes, only, fault) < 0) {
		fil_changes_free(changes);
		return NULL;
	}
	return changes;
}

int
fil_changes_open(struct fil_changes *changes, const char *folder,
    const struct fil_output_style *style, struct fil_fault *fault)
{
	struct fil_output_style own = *style;
	size_t n = changes->table->n_columns;
	struct fil_output_column *columns;

	changes->file = fil_temp_file_new(folder, fault);
	if (!changes->file)
		return -1;
	columns = fil_alloc(n + 1, sizeof *columns);
	columns[0].name = "action";
	fil_table_output(changes->table, columns + 1);
	own.title = changes->table->name;
	changes->output = fil_output_new(fil_temp_file_stream(changes->file), &own, columns, n + 1);
	free(columns);
	return 0;
}

void
fil_changes_row(struct fil_changes *changes, enum fil_action action, const char *const *cells)
{
	if (!changes->output || !changes->shown[action])
		return;
	changes->cells[0] = fil_action_name(action);
	memcpy(changes->cells + 1, cells, changes->table->n_columns * sizeof *cells);
	fil_output_row(changes->output, changes->cells);
}

int
fil_changes_close(struct fil_changes *changes, struct fil_fault *fault)
{
	struct fil_output *output = changes->output;

	if (!output)
		return 0;
	changes->output = NULL;
	return fil_output_end(output, fault) < 0 ? -1 : fil_temp_file_check(changes->file, fault);
}

int
fil_changes_pour(struct fil_changes *changes, FILE *stream, struct fil_fault *fault)
{
	return changes->file ? fil_temp_file_pour(changes->file, stream, fault) : 0;
}

void
fil_changes_free(struct fil_changes *changes)
{
	struct fil_fault fault;

	if (!changes)
		return;
	if (changes->output)
		fil_output_end(changes->output, &fault);
	fil_temp_file_free(changes->file);
	free(changes->cells);
	free(changes);
}
