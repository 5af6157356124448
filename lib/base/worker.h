/* SPDX-License-Identifier: ISC */
/* A worker: a thread that does one task at a time, while its owner does other work. Owner and task
 * share nothing but what the task was begun with, from fil_worker_begin to fil_worker_wait. */
#ifndef FIL_WORKER_H
#define FIL_WORKER_H

struct fil_worker;

/* Returns a worker, which the caller frees; or NULL where this process has one processor only, or no
 * thread can be made: the caller then does each task itself. It receives no signals. */
struct fil_worker *fil_worker_new(void);

/* Begins a task, once the one before was waited for. The context must live until fil_worker_wait.
 * Without a worker (NULL) the task is done on return. */
void fil_worker_begin(struct fil_worker *worker, void (*task)(void *context), void *context);

/* Waits for the task that was begun, if any. NULL is fine. */
void fil_worker_wait(struct fil_worker *worker);

/* Waits for the task, ends the thread and frees the worker; NULL is fine. */
void fil_worker_free(struct fil_worker *worker);

#endif
