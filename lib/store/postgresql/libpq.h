/* SPDX-License-Identifier: ISC */
/* libpq, opened when a store of PostgreSQL's is: linking it would cost each start of each command
 * more than all else together. */
#ifndef FIL_STORE_LIBPQ_H
#define FIL_STORE_LIBPQ_H

#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif

#include "lib/base/fault.h"

/* The functions that the engine calls; the member x is PQx. */
struct fil_libpq {
	__typeof__(PQclear) *clear;
	__typeof__(PQcmdStatus) *cmdStatus;
	__typeof__(PQconnectdbParams) *connectdbParams;
	__typeof__(PQconnectionUsedPassword) *connectionUsedPassword;
	__typeof__(PQconnectionNeedsPassword) *connectionNeedsPassword;
	__typeof__(PQconninfoFree) *conninfoFree;
	__typeof__(PQconninfoParse) *conninfoParse;
	__typeof__(PQconsumeInput) *consumeInput;
	__typeof__(PQdb) *db;
	__typeof__(PQerrorMessage) *errorMessage;
	__typeof__(PQexec) *exec;
	__typeof__(PQexecParams) *execParams;
	__typeof__(PQexecPrepared) *execPrepared;
	__typeof__(PQfinish) *finish;
	__typeof__(PQfreemem) *freemem;
	__typeof__(PQgetResult) *getResult;
	__typeof__(PQgetisnull) *getisnull;
	__typeof__(PQgetlength) *getlength;
	__typeof__(PQgetvalue) *getvalue;
	__typeof__(PQntuples) *ntuples;
	__typeof__(PQprepare) *prepare;
	__typeof__(PQresultErrorField) *resultErrorField;
	__typeof__(PQresultStatus) *resultStatus;
	__typeof__(PQsendQuery) *sendQuery;
	__typeof__(PQsendQueryPrepared) *sendQueryPrepared;
	__typeof__(PQsetNoticeReceiver) *setNoticeReceiver;
	__typeof__(PQstatus) *status;
	__typeof__(PQtransactionStatus) *transactionStatus;
};

/* Opens the library, which stays open. Returns 0, or -1 with a fault when it is not installed. */
int fil_libpq_open(struct fil_libpq *pq, struct fil_fault *fault);

#endif
