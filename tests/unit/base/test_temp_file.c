/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/temp_file.h"

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
