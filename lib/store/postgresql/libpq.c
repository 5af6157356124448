/* SPDX-License-Identifier: ISC */
#include "lib/store/postgresql/libpq.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#define FUNCTION(name) { "PQ" #name, offsetof(struct fil_libpq, name) }
static const struct {
	const char *name;
	size_t place;
} functions[] = {
	FUNCTION(clear),
	FUNCTION(cmdStatus),
	FUNCTION(connectdbParams),
	FUNCTION(connectionUsedPassword),
	FUNCTION(connectionNeedsPassword),
	FUNCTION(conninfoFree),
	FUNCTION(conninfoParse),
	FUNCTION(consumeInput),
	FUNCTION(db),
	FUNCTION(errorMessage),
	FUNCTION(exec),
	FUNCTION(execParams),
	FUNCTION(execPrepared),
	FUNCTION(finish),
	FUNCTION(freemem),
	FUNCTION(getResult),
	FUNCTION(getisnull),
	FUNCTION(getlength),
	FUNCTION(getvalue),
	FUNCTION(ntuples),
	FUNCTION(prepare),
	FUNCTION(resultErrorField),
	FUNCTION(resultStatus),
	FUNCTION(sendQuery),
	FUNCTION(sendQueryPrepared),
	FUNCTION(setNoticeReceiver),
	FUNCTION(status),
	FUNCTION(transactionStatus),
};
#undef FUNCTION

int
fil_libpq_open(struct fil_libpq *pq, struct fil_fault *fault)
{
	void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL), *function;

	if (!library)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "PostgreSQL's client library is not installed (libpq.so.5, in Debian's package "
		    "libpq5)");
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		function = dlsym(library, functions[i].name);
		if (!function)
			return fil_fault_set(fault, FIL_UNAVAILABLE,
			    "this libpq.so.5 has no function %s", functions[i].name);
		/* A pointer to an object is none to a function, but for dlsym(3). */
		memcpy((char *)pq + functions[i].place, &function, sizeof function);
	}
	return 0;
}
