/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/base/new_file.h"

struct folder {
	char path[32];
	char *file;
};

static int
set_up(void **state)
{
	struct folder *folder = fil_alloc(1, sizeof *folder);

	strcpy(folder->path, "/tmp/new-file.XXXXXX");
	*state = folder;
	if (!mkdtemp(folder->path))
		return -1;
	folder->file = fil_format("%s/f", folder->path);
	return 0;
}

static int
tear_down(void **state)
{
	struct folder *folder = *state;

	unlink(folder->file);
	free(folder->file);
	/* Nothing else may be left in the folder. */
	if (rmdir(folder->path) != 0)
		return -1;
	free(folder);
	return 0;
}

/* Makes the file with this content. Returns what fil_new_file_name returns. */
static int
make(const struct folder *folder, const char *content, bool replace)
{
	struct fil_new_file file;
	int result;

	assert_int_equal(fil_new_file_open(&file, folder->file), 0);
	assert_int_equal(write(file.descriptor, content, strlen(content)), strlen(content));
	result = fil_new_file_name(&file, replace);
	if (result != 0)
		assert_int_equal(errno, EEXIST);
	close(file.descriptor);
	fil_new_file_release(&file);
	return result;
}

static void
assert_content(const struct folder *folder, const char *content)
{
	FILE *stream = fopen(folder->file, "r");
	char text[16] = "";
	struct stat status;

	assert_non_null(stream);
	assert_int_equal(fread(text, 1, sizeof text - 1, stream), strlen(content));
	assert_string_equal(text, content);
	assert_int_equal(fstat(fileno(stream), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	fclose(stream);
}

static void
name__another_file_is_there__replaces_or_refuses(void **state)
{
	const struct folder *folder = *state;

	assert_int_equal(make(folder, "one", false), 0);
	assert_content(folder, "one");
	assert_int_equal(make(folder, "two", false), -1);
	assert_content(folder, "one");
	assert_int_equal(chmod(folder->file, 0666), 0);
	assert_int_equal(make(folder, "three", true), 0);
	assert_content(folder, "three");
}

static void
release__before_the_name__leaves_nothing(void **state)
{
	const struct folder *folder = *state;
	struct fil_new_file file;

	assert_int_equal(fil_new_file_open(&file, folder->file), 0);
	close(file.descriptor);
	fil_new_file_release(&file);
	assert_int_equal(access(folder->file, F_OK), -1);
	assert_int_equal(fil_new_file_open(&file, "/nowhere/at/all"), -1);
	assert_int_equal(errno, ENOENT);
	fil_new_file_release(&file);
}

static void
folder__of_paths__is_found(void **state)
{
	static const char *const paths[][2] = { { "/a/b/c", "/a/b" }, { "/a", "/" }, { "a", "." } };
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		text = fil_path_folder(paths[i][0]);
		assert_string_equal(text, paths[i][1]);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    name__another_file_is_there__replaces_or_refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    release__before_the_name__leaves_nothing, set_up, tear_down),
		cmocka_unit_test(folder__of_paths__is_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
