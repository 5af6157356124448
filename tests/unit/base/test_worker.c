/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "lib/base/worker.h"

/* A task notes which thread did it, and what it blocks. */
struct noted {
	pthread_t thread;
	sigset_t blocked;
	int times;
};

static void
note(void *context)
{
	struct noted *noted = context;

	noted->thread = pthread_self();
	pthread_sigmask(SIG_SETMASK, NULL, &noted->blocked);
	noted->times++;
}

static void
worker__tasks__done_by_one_other_thread(void **state)
{
	struct fil_worker *worker = fil_worker_new();
	struct noted noted[3];

	(void)state;
	if (!worker)
		skip(); /* one processor */
	memset(noted, 0, sizeof noted);
	fil_worker_wait(worker);
	for (size_t i = 0; i < 3; i++) {
		fil_worker_begin(worker, note, &noted[i]);
		fil_worker_wait(worker);
		fil_worker_wait(worker);
		assert_int_equal(noted[i].times, 1);
		assert_false(pthread_equal(noted[i].thread, pthread_self()));
		assert_true(pthread_equal(noted[i].thread, noted[0].thread));
		assert_int_equal(sigismember(&noted[i].blocked, SIGINT), 1);
	}
	fil_worker_free(worker);
}

static void
worker__freed_with_a_task__done_first(void **state)
{
	struct fil_worker *worker = fil_worker_new();
	struct noted noted = { .times = 0 };

	(void)state;
	if (!worker)
		skip();
	fil_worker_begin(worker, note, &noted);
	fil_worker_free(worker);
	assert_int_equal(noted.times, 1);
	fil_worker_wait(NULL);
	fil_worker_free(NULL);
}

static void
worker__none__the_owner_does_the_task_at_once(void **state)
{
	struct noted noted = { .times = 0 };

	(void)state;
	fil_worker_begin(NULL, note, &noted);
	assert_int_equal(noted.times, 1);
	assert_true(pthread_equal(noted.thread, pthread_self()));
}

static void
worker__one_processor__none(void **state)
{
	cpu_set_t all, one;
	size_t i = 0;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
	while (!CPU_ISSET(i, &all))
		i++;
	CPU_ZERO(&one);
	CPU_SET(i, &one);
	assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
	assert_null(fil_worker_new());
	assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worker__tasks__done_by_one_other_thread),
		cmocka_unit_test(worker__freed_with_a_task__done_first),
		cmocka_unit_test(worker__none__the_owner_does_the_task_at_once),
		cmocka_unit_test(worker__one_processor__none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
