/* SPDX-License-Identifier: ISC */
#include "lib/base/worker.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "lib/base/memory.h"

struct fil_worker {
	pthread_t thread;
	bool open; /* the owner's: a task was begun and not waited for */
	pthread_mutex_t mutex; /* of what follows */
	pthread_cond_t changed;
	void (*task)(void *context); /* NULL: none is begun */
	void *context;
	bool ending;
};

/* Does the tasks until the end. */
static void *
work(void *context)
{
	struct fil_worker *worker = context;

	pthread_mutex_lock(&worker->mutex);
	while (!worker->ending) {
		if (!worker->task) {
			pthread_cond_wait(&worker->changed, &worker->mutex);
			continue;
		}
		pthread_mutex_unlock(&worker->mutex);
		worker->task(worker->context);
		pthread_mutex_lock(&worker->mutex);
		worker->task = NULL;
		pthread_cond_signal(&worker->changed);
	}
	pthread_mutex_unlock(&worker->mutex);
	return NULL;
}

static bool
has_processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 1;
}

/* Begins the thread with all signals blocked: they interrupt the owner, as without a thread. */
static bool
begin_thread(struct fil_worker *worker)
{
	sigset_t all, before;
	bool begun;

	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
		return false;
	begun = pthread_create(&worker->thread, NULL, work, worker) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return begun;
}

struct fil_worker *
fil_worker_new(void)
{
	struct fil_worker *worker;

	if (!has_processors())
		return NULL;
	worker = fil_alloc(1, sizeof *worker);
	pthread_mutex_init(&worker->mutex, NULL);
	pthread_cond_init(&worker->changed, NULL);
	if (begin_thread(worker))
		return worker;
	free(worker);
	return NULL;
}

void
fil_worker_begin(struct fil_worker *worker, void (*task)(void *context), void *context)
{
	if (!worker) {
		task(context);
		return;
	}
	worker->open = true;
	pthread_mutex_lock(&worker->mutex);
	worker->task = task;
	worker->context = context;
	pthread_cond_signal(&worker->changed);
	pthread_mutex_unlock(&worker->mutex);
}

void
fil_worker_wait(struct fil_worker *worker)
{
	if (!worker || !worker->open)
		return;
	worker->open = false;
	pthread_mutex_lock(&worker->mutex);
	while (worker->task)
		pthread_cond_wait(&worker->changed, &worker->mutex);
	pthread_mutex_unlock(&worker->mutex);
}

void
fil_worker_free(struct fil_worker *worker)
{
	if (!worker)
		return;
	fil_worker_wait(worker);
	pthread_mutex_lock(&worker->mutex);
	worker->ending = true;
	pthread_cond_signal(&worker->changed);
	pthread_mutex_unlock(&worker->mutex);
	pthread_join(worker->thread, NULL);
	pthread_mutex_destroy(&worker->mutex);
	pthread_cond_destroy(&worker->changed);
	free(worker);
}
