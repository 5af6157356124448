/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "lib/base/memory.h"
#include "lib/base/temp_file.h"

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

static void
descriptor__any_folder__is_private_and_unnamed(void **state)
{
	struct fil_fault fault;
	struct stat status;
	int fd = fil_temp_file_descriptor("/tmp", &fault);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(status.st_nlink, 0);
	close(fd);
	assert_int_equal(fil_temp_file_descriptor("/nowhere/at/all", &fault), -1);
	assert_int_equal(fault.status, FIL_CANT_CREATE);
}

static void
pour__more_than_the_buffer__gives_every_byte_back(void **state)
{
	struct fil_fault fault;
	struct fil_temp_file *file = fil_temp_file_new("/tmp", &fault);
	char *poured = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&poured, &size);

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 200000; i++)
		fprintf(fil_temp_file_stream(file), "%06d\n", i);
	assert_int_equal(fil_temp_file_check(file, &fault), 0);
	assert_int_equal(fil_temp_file_pour(file, stream, &fault), 0);
	fclose(stream);
	assert_int_equal(size, 200000 * 7);
	for (int i = 0; i < 200000; i += 777) {
		char line[16];

		snprintf(line, sizeof line, "%06d\n", i);
		assert_memory_equal(poured + i * 7, line, 7);
	}
	free(poured);
	fil_temp_file_free(file);
}

static void
pour__nothing_written__pours_nothing(void **state)
{
	struct fil_fault fault;
	struct fil_temp_file *file = fil_temp_file_new("/tmp", &fault);
	char *poured = NULL;
	size_t size = 1;
	FILE *stream = open_memstream(&poured, &size);

	(void)state;
	assert_int_equal(fil_temp_file_pour(file, stream, &fault), 0);
	fclose(stream);
	assert_int_equal(size, 0);
	free(poured);
	fil_temp_file_free(file);
	fil_temp_file_free(NULL);
}

static void
new__in_a_folder__leaves_no_name_there(void **state)
{
	char folder[] = "/tmp/test_file.XXXXXX";
	struct fil_fault fault;
	struct fil_temp_file *file;
	int names = 0;
	DIR *open_folder;

	(void)state;
	assert_non_null(mkdtemp(folder));
	file = fil_temp_file_new(folder, &fault);
	assert_non_null(file);
	open_folder = opendir(folder);
	while (readdir(open_folder))
		names++;
	closedir(open_folder);
	assert_int_equal(names, 2);
	assert_int_equal(rmdir(folder), 0);
	fil_temp_file_free(file);
}

static void
new__folder_is_missing__is_a_fault(void **state)
{
	struct fil_fault fault;

	(void)state;
	assert_null(fil_temp_file_new("/nowhere/at/all", &fault));
	assert_true(fault.status == FIL_CANT_CREATE || fault.status == FIL_IO_ERROR);
}

/* In a child process: what is written passes the limit of a file's size. Returns the status of the
 * check. */
static enum fil_status
check_without_room(size_t bytes)
{
	struct fil_fault fault = { 0 };
	struct fil_temp_file *file = fil_temp_file_new("/tmp", &fault);

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 4096, 4096 });
	for (size_t i = 0; i < bytes; i++)
		putc('x', fil_temp_file_stream(file));
	return fil_temp_file_check(file, &fault) ? fault.status : FIL_OK;
}

static void
check__no_room__is_a_fault_before_the_commit(void **state)
{
	static const size_t sizes[] = { 4097, 1 << 20 };
	int status;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		pid_t child = fork();

		if (child == 0)
			_exit((int)check_without_room(sizes[i]));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(WEXITSTATUS(status), FIL_IO_ERROR);
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
		cmocka_unit_test(descriptor__any_folder__is_private_and_unnamed),
		cmocka_unit_test(pour__more_than_the_buffer__gives_every_byte_back),
		cmocka_unit_test(pour__nothing_written__pours_nothing),
		cmocka_unit_test(new__in_a_folder__leaves_no_name_there),
		cmocka_unit_test(new__folder_is_missing__is_a_fault),
		cmocka_unit_test(check__no_room__is_a_fault_before_the_commit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
