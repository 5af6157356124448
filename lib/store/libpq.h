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

#include "lib/fault.h"

/* The functions that the engine calls; the member x is PQx. */
struct fil_libpq {
	typeof(PQclear) *clear;
	typeof(PQcmdStatus) *cmdStatus;
	typeof(PQconnectdbParams) *connectdbParams;
	typeof(PQconnectionUsedPassword) *connectionUsedPassword;
	typeof(PQconnectionNeedsPassword) *connectionNeedsPassword;
	typeof(PQconninfoFree) *conninfoFree;
	typeof(PQconninfoParse) *conninfoParse;
	typeof(PQdb) *db;
	typeof(PQerrorMessage) *errorMessage;
	typeof(PQexec) *exec;
	typeof(PQexecParams) *execParams;
	typeof(PQexecPrepared) *execPrepared;
	typeof(PQfinish) *finish;
	typeof(PQfreemem) *freemem;
	typeof(PQgetResult) *getResult;
	typeof(PQgetisnull) *getisnull;
	typeof(PQgetlength) *getlength;
	typeof(PQgetvalue) *getvalue;
	typeof(PQntuples) *ntuples;
	typeof(PQprepare) *prepare;
	typeof(PQresultErrorField) *resultErrorField;
	typeof(PQresultStatus) *resultStatus;
	typeof(PQsendQuery) *sendQuery;
	typeof(PQsetNoticeReceiver) *setNoticeReceiver;
	typeof(PQstatus) *status;
	typeof(PQtransactionStatus) *transactionStatus;
};

/* Opens the library, which stays open. Returns 0, or -1 with a fault when it is not installed. */
int fil_libpq_open(struct fil_libpq *pq, struct fil_fault *fault);

#endif
