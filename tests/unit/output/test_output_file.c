/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/output/output_file.h"

/* Each test works in an empty folder. */
static int
enter_folder(void **state)
{
	char name[] = "/tmp/fil-answer-XXXXXX";

	if (!mkdtemp(name) || chdir(name) != 0)
		return -1;
	*state = strdup(name);
	return 0;
}

static int
leave_folder(void **state)
{
	DIR *folder = opendir(".");

	for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
		if (unlink(entry->d_name) != 0)
			(void)rmdir(entry->d_name);
	closedir(folder);
	if (chdir("/") != 0 || rmdir(*state) != 0)
		return -1;
	free(*state);
	return 0;
}

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void
expect_file(const char *path, const char *wanted)
{
	char text[256] = "";
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, wanted);
}

static size_t
count_files(void)
{
	DIR *folder = opendir(".");
	size_t n = 0;

	while (readdir(folder))
		n++;
	closedir(folder);
	return n - 2;
}

/* Writes an answer of some bytes, and ends it. */
static enum fil_output_file_end
answer(const char *path, const char *text, bool keep, struct fil_fault *fault)
{
	struct fil_output_file *answer = fil_output_file_file(path, fault);

	assert_non_null(answer);
	fputs(text, fil_output_file_stream(answer));
	return fil_output_file_end(answer, keep, fault);
}

static void
file__kept__appears_whole_and_private(void **state)
{
	struct fil_fault fault;
	struct stat status;

	(void)state;
	assert_int_equal(answer("new", "text\n", true, &fault), FIL_ANSWER_DONE);
	expect_file("new", "text\n");
	assert_int_equal(stat("new", &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(count_files(), 1);
}

static void
file__until_its_end__is_not_there(void **state)
{
	struct fil_fault fault;
	struct fil_output_file *answer = fil_output_file_file("new", &fault);

	(void)state;
	assert_false(fil_output_file_begun(answer));
	for (int i = 0; i < 100000; i++)
		fputs("0123456789", fil_output_file_stream(answer));
	assert_true(fil_output_file_begun(answer));
	assert_int_equal(access("new", F_OK), -1);
	assert_int_equal(fil_output_file_end(answer, true, &fault), FIL_ANSWER_DONE);
	assert_int_equal(access("new", F_OK), 0);
}

static void
file__not_kept__leaves_what_was_there(void **state)
{
	struct fil_fault fault;

	(void)state;
	write_file("old", "old\n");
	assert_int_equal(answer("old", "new\n", false, &fault), FIL_ANSWER_DONE);
	assert_int_equal(answer("new", "new\n", false, &fault), FIL_ANSWER_DONE);
	expect_file("old", "old\n");
	assert_int_equal(count_files(), 1);
}

static void
file__that_exists__is_replaced_by_a_private_one(void **state)
{
	struct fil_fault fault;
	struct stat status;

	(void)state;
	write_file("old", "a longer text than the new one\n");
	assert_int_equal(chmod("old", 0666), 0);
	assert_int_equal(answer("old", "new\n", true, &fault), FIL_ANSWER_DONE);
	expect_file("old", "new\n");
	assert_int_equal(stat("old", &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(count_files(), 1);
}

static void
file__that_a_link_names__is_the_one_replaced(void **state)
{
	struct fil_fault fault;
	struct stat status;

	(void)state;
	write_file("old", "old\n");
	assert_int_equal(symlink("old", "link"), 0);
	assert_int_equal(answer("link", "new\n", true, &fault), FIL_ANSWER_DONE);
	expect_file("old", "new\n");
	assert_int_equal(lstat("link", &status), 0);
	assert_true(S_ISLNK(status.st_mode));
}

static void
file__name_of_the_greatest_length__is_made(void **state)
{
	struct fil_fault fault;
	char name[256];

	(void)state;
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_int_equal(answer(name, "x", true, &fault), FIL_ANSWER_DONE);
	expect_file(name, "x");
}

static void
file__where_none_can_be__is_a_fault(void **state)
{
	struct fil_fault fault;

	(void)state;
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_null(fil_output_file_file("folder", &fault));
	assert_int_equal(fault.status, FIL_CANT_CREATE);
	assert_string_equal(fault.text, "folder: Is a directory");
	assert_null(fil_output_file_file("nowhere/file", &fault));
	assert_int_equal(fault.status, FIL_CANT_CREATE);
	assert_string_equal(fault.text, "nowhere/file: No such file or directory");
}

static void
file__folder_that_vanishes__is_a_fault(void **state)
{
	struct fil_fault fault;
	struct fil_output_file *answer;

	(void)state;
	assert_int_equal(mkdir("folder", 0700), 0);
	answer = fil_output_file_file("folder/file", &fault);
	assert_non_null(answer);
	assert_int_equal(rmdir("folder"), 0);
	assert_int_equal(fil_output_file_end(answer, true, &fault), FIL_ANSWER_FAILED);
	assert_int_equal(fault.status, FIL_IO_ERROR);
	assert_string_equal(fault.text, "folder/file: No such file or directory");
}

static void
device__full__is_a_fault_even_after_many_writes(void **state)
{
	struct fil_fault fault;
	struct fil_output_file *answer = fil_output_file_file("/dev/full", &fault);

	(void)state;
	for (int i = 0; i < 100000; i++)
		fputs("0123456789", fil_output_file_stream(answer));
	assert_int_equal(fil_output_file_end(answer, true, &fault), FIL_ANSWER_FAILED);
	assert_int_equal(fault.status, FIL_IO_ERROR);
	assert_string_equal(fault.text, "output: No space left on device");
}

/* Standard output carries the results of the tests: each of these replaces it in a child. */
static int
in_child(int (*act)(void))
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (child == 0)
		_exit(act());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
write_to_nobody(void)
{
	struct fil_fault fault;
	struct fil_output_file *answer;
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	if (pipe(ends) != 0 || dup2(ends[1], STDOUT_FILENO) < 0 || close(ends[0]) != 0)
		return 99;
	answer = fil_output_file_new(false);
	for (int i = 0; i < 100000; i++)
		fputs("0123456789", fil_output_file_stream(answer));
	return (int)fil_output_file_end(answer, true, &fault);
}

static void
output__reader_gone__is_unread(void **state)
{
	(void)state;
	assert_int_equal(in_child(write_to_nobody), FIL_ANSWER_UNREAD);
}

static int
write_to_closed(void)
{
	struct fil_fault fault;
	struct fil_output_file *answer;

	close(STDOUT_FILENO);
	answer = fil_output_file_new(true);
	fputs("x", fil_output_file_stream(answer));
	if (fil_output_file_end(answer, true, &fault) != FIL_ANSWER_FAILED)
		return 99;
	return strcmp(fault.text, "standard output is closed") == 0 ? (int)fault.status : 98;
}

static void
output__closed__is_a_fault(void **state)
{
	(void)state;
	assert_int_equal(in_child(write_to_closed), FIL_IO_ERROR);
}

static void
is_store__however_written__is_found(void **state)
{
	char *whole = NULL;

	(void)state;
	write_file("f.db", "");
	assert_int_equal(symlink("f.db", "link"), 0);
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_true(asprintf(&whole, "%s/f.db", (const char *)*state) > 0);
	assert_true(fil_output_file_is_store("f.db", "f.db"));
	assert_true(fil_output_file_is_store("./folder/../f.db", "f.db"));
	assert_true(fil_output_file_is_store(whole, "f.db"));
	assert_true(fil_output_file_is_store("link", "f.db"));
	assert_true(fil_output_file_is_store("f.db", "link"));
	assert_true(fil_output_file_is_store("f.db-wal", "f.db"));
	assert_true(fil_output_file_is_store("f.db-shm", whole));
	assert_true(fil_output_file_is_store("f.db.lock", "link"));
	free(whole);
}

static void
is_store__other_files__are_not_it(void **state)
{
	(void)state;
	write_file("f.db", "");
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_false(fil_output_file_is_store("f.csv", "f.db"));
	assert_false(fil_output_file_is_store("f.db.csv", "f.db"));
	assert_false(fil_output_file_is_store("folder/f.db", "f.db"));
	assert_false(fil_output_file_is_store("f.d", "f.db"));
	assert_false(fil_output_file_is_store("nowhere/f.db", "f.db"));
	assert_true(fil_output_file_is_store("not-made.db", "./not-made.db"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_folder, leave_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(file__kept__appears_whole_and_private),
		TEST(file__until_its_end__is_not_there),
		TEST(file__not_kept__leaves_what_was_there),
		TEST(file__that_exists__is_replaced_by_a_private_one),
		TEST(file__that_a_link_names__is_the_one_replaced),
		TEST(file__name_of_the_greatest_length__is_made),
		TEST(file__where_none_can_be__is_a_fault),
		TEST(file__folder_that_vanishes__is_a_fault),
		TEST(device__full__is_a_fault_even_after_many_writes),
		TEST(output__reader_gone__is_unread),
		TEST(output__closed__is_a_fault),
		TEST(is_store__however_written__is_found),
		TEST(is_store__other_files__are_not_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
