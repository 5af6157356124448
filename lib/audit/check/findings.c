/* SPDX-License-Identifier: ISC */
#include "lib/audit/check/findings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/doubt.h"
#include "lib/base/language.h"
#include "lib/base/memory.h"
#include "lib/base/temp_file.h"

/* Findings of a group wait in memory up to this number of bytes. So many are read at once. */
enum { HELD_MOST = 1 << 20, READ = 1 << 16 };

/* Groups of findings, in the order in which they are handed over. Those of the store itself come
 * first: they do not wait. */
enum group { ROWS, DERIVED, LOG, WARNINGS, GROUPS };

/* The findings of a group. */
struct held {
	struct fil_bytes bytes; /* the number of the kind, then cells, each with a NUL */
	FILE *spilt; /* the findings before those, or NULL */
};

/* The kinds: the word, or NULL and the doubt that has it; and what helps. */
static const struct {
	const char *word;
	enum fil_doubt doubt;
	const char *remedy;
} kinds[FIL_FINDING_KINDS] = {
	[FIL_FINDING_ENGINE] = { "engine", 0,
	    N_("fil-init --from COPY makes a store of the newest copy") },
	[FIL_FINDING_SCHEMA] = { "schema", 0,
	    N_("take back what was altered, or fil-init --from COPY") },
	[FIL_FINDING_MODE] = { "mode", 0,
	    N_("chmod 600 FILE, or REVOKE ALL ON TABLE FROM PUBLIC") },
	[FIL_FINDING_VALUE] = { "value", 0,
	    N_("fil-import or fil-record writes a right value over it") },
	[FIL_FINDING_REFERENCE] = { "reference", 0,
	    N_("fil-import brings the row that is missing") },
	[FIL_FINDING_DERIVED] = { "derived", 0, N_("fil-check --repair") },
	[FIL_FINDING_CHAIN] = { "chain", 0, N_("no command: compare fil-log with that of a copy") },
	[FIL_FINDING_LOG] = { "log", 0, N_("no command: compare fil-log with that of a copy") },
	[FIL_FINDING_DAYS] = { "days", 0, N_("fil-import writes the right day over it") },
	[FIL_FINDING_ABSENT] = { "absent", 0,
	    N_("fil-import users corrects arrived and left; fil-import --remove removes the "
	       "event") },
	[FIL_FINDING_PHASE] = { "phase", 0,
	    N_("fil-import phases or fil-import enrolments corrects the day") },
	[FIL_FINDING_CIRCLE] = { NULL, FIL_DOUBT_CIRCLE,
	    N_("fil-import users corrects the manager") },
	[FIL_FINDING_ADDRESS] = { NULL, FIL_DOUBT_ADDRESS,
	    N_("fil-import users corrects the address, or --rename joins the users") },
	[FIL_FINDING_TWIN] = { NULL, FIL_DOUBT_TWIN,
	    N_("fil-import users --rename OLD=NEW joins the users, if they are one person") },
	[FIL_FINDING_LOOK_ALIKE] = { NULL, FIL_DOUBT_LOOK_ALIKE,
	    N_("fil-list users -w COLUMN=OLD | fil-import users COLUMN=NEW") },
	[FIL_FINDING_SPREADSHEET_KEY] = { NULL, FIL_DOUBT_SPREADSHEET_KEY,
	    N_("fil-import users --rename OLD=NEW") },
	[FIL_FINDING_NO_DAY] = { NULL, FIL_DOUBT_NO_DAY,
	    N_("fil-import writes the right day over it") },
	[FIL_FINDING_NULL_WORD] = { NULL, FIL_DOUBT_NULL_WORD,
	    N_("fil-import empties the cell, if it means nothing") },
	[FIL_FINDING_NOT_A_ROW] = { NULL, FIL_DOUBT_NOT_A_ROW,
	    N_("fil-import users --remove removes it, if it is no user") },
	[FIL_FINDING_ERASED] = { NULL, FIL_DOUBT_ERASED,
	    N_("the same fil-forget finishes the erasure") },
	[FIL_FINDING_WAL] = { "wal", 0,
	    N_("end the reader; the next command that writes empties the log") },
	[FIL_FINDING_COPY] = { "copy", 0, N_("fil-backup FILE") },
};

struct fil_findings {
	const char *folder;
	fil_finding_take *take;
	void *context;
	size_t counts[FIL_FINDING_KINDS];
	struct held held[GROUPS];
	struct fil_fault fault; /* of a file; FIL_OK: none */
};

static const char *
word_of(enum fil_finding_kind kind)
{
	return kinds[kind].word ? kinds[kind].word : fil_doubt_kinds[kinds[kind].doubt].word;
}

const char *
fil_finding_word(enum fil_finding_kind kind, const char **remedy)
{
	*remedy = _(kinds[kind].remedy);
	return word_of(kind);
}

bool
fil_finding_is_error(enum fil_finding_kind kind)
{
	return kind < FIL_FINDING_DAYS;
}

struct fil_findings *
fil_findings_new(const char *folder, fil_finding_take *take, void *context)
{
	struct fil_findings *findings = fil_alloc(1, sizeof *findings);

	findings->folder = folder;
	findings->take = take;
	findings->context = context;
	return findings;
}

/* Returns the group of a kind that waits. */
static enum group
group_of(enum fil_finding_kind kind)
{
	if (kind == FIL_FINDING_DERIVED)
		return DERIVED;
	return fil_finding_is_error(kind) ? ROWS : WARNINGS;
}

/* Fills the fault of a file that cannot keep findings. */
static void
file_fault(struct fil_findings *findings)
{
	fil_fault_set(&findings->fault, FIL_IO_ERROR, "%s: the findings cannot be kept: %s",
	    findings->folder, fil_language_error(errno));
}

/* Moves the findings in memory into the file. */
static void
spill(struct fil_findings *findings, struct held *held)
{
	int fd;

	if (findings->fault.status != FIL_OK)
		return;
	if (!held->spilt) {
		fd = fil_temp_file_descriptor(findings->folder, &findings->fault);
		if (fd < 0)
			return;
		findings->fault.status = FIL_OK;
		held->spilt = fdopen(fd, "w+");
		if (!held->spilt)
			fil_memory_die();
	}
	if (fwrite(held->bytes.data, 1, held->bytes.length, held->spilt) < held->bytes.length)
		file_fault(findings);
	fil_bytes_clear(&held->bytes);
}

/* Adds a cell and its NUL. NULL becomes an empty cell, which no finding has. */
static void
hold(struct fil_bytes *bytes, const char *cell)
{
	fil_bytes_add(bytes, cell ? cell : "", cell ? strlen(cell) + 1 : 1);
}

/* Adds a finding to a group. */
static void
add(struct fil_findings *findings, enum group group, enum fil_finding_kind kind,
    const char *const cells[static 4])
{
	struct held *held = &findings->held[group];

	findings->counts[kind]++;
	if (kind < FIL_FINDING_VALUE) {
		findings->take(findings->context,
		    (const char *const[FIL_FINDING_CELLS]){
			"error", word_of(kind), cells[0], cells[1], cells[2], cells[3] });
		return;
	}
	fil_bytes_add(&held->bytes, (const char[]){ (char)(kind + 1) }, 1);
	for (int i = 0; i < 4; i++)
		hold(&held->bytes, cells[i]);
	if (held->bytes.length > HELD_MOST)
		spill(findings, held);
}

void
fil_findings_add(struct fil_findings *findings, enum fil_finding_kind kind, const char *table,
    const char *key, const char *column, const char *text)
{
	add(findings, group_of(kind), kind, (const char *const[]){ table, key, column, text });
}

void
fil_findings_add_logged(struct fil_findings *findings, enum fil_finding_kind kind, int64_t run,
    int64_t number, const char *column, const char *text)
{
	char key[64];
	int n = snprintf(key, sizeof key, "run=%lld", (long long)run);

	if (number > 0)
		snprintf(key + n, sizeof key - (size_t)n, " number=%lld", (long long)number);
	add(findings, LOG, kind,
	    (const char *const[]){ number > 0 ? "history" : "runs", key, column, text });
}

size_t
fil_findings_count(const struct fil_findings *findings, enum fil_finding_kind kind)
{
	return findings->counts[kind];
}

size_t
fil_findings_errors(const struct fil_findings *findings)
{
	size_t n = 0;

	for (int kind = 0; kind < FIL_FINDING_KINDS; kind++)
		if (fil_finding_is_error((enum fil_finding_kind)kind))
			n += findings->counts[kind];
	return n;
}

/* Returns the length of the finding with which n bytes begin, or 0 if they end before. */
static size_t
finding_length(const char *bytes, size_t n)
{
	size_t length = 1;

	for (int i = 0; i < 4; i++) {
		const char *end = length < n ? memchr(bytes + length, '\0', n - length) : NULL;

		if (!end)
			return 0;
		length = (size_t)(end - bytes) + 1;
	}
	return length;
}

static void
take_finding(const struct fil_findings *findings, const char *bytes)
{
	enum fil_finding_kind kind = (enum fil_finding_kind)(*bytes++ - 1);
	const char *cells[FIL_FINDING_CELLS];

	cells[0] = fil_finding_is_error(kind) ? "error" : "warning";
	cells[1] = word_of(kind);
	for (size_t i = 2; i < FIL_FINDING_CELLS; i++) {
		cells[i] = *bytes ? bytes : NULL;
		bytes += strlen(bytes) + 1;
	}
	findings->take(findings->context, cells);
}

/* Hands over the findings that are complete, and keeps the rest of the bytes. */
static void
take_all(const struct fil_findings *findings, struct fil_bytes *bytes)
{
	size_t taken = 0, n;

	while ((n = finding_length(bytes->data + taken, bytes->length - taken)) > 0) {
		take_finding(findings, bytes->data + taken);
		taken += n;
	}
	bytes->length -= taken;
	memmove(bytes->data, bytes->data + taken, bytes->length);
}

/* Hands over the findings of a file, unless it cannot be read. */
static void
take_file(struct fil_findings *findings, FILE *file)
{
	struct fil_bytes bytes = { 0 };
	size_t n;

	if (fflush(file) != 0 || fseek(file, 0, SEEK_SET) != 0) {
		file_fault(findings);
		return;
	}
	do {
		fil_bytes_reserve(&bytes, READ);
		n = fread(bytes.data + bytes.length, 1, READ, file);
		bytes.length += n;
		take_all(findings, &bytes);
	} while (n == READ);
	if (ferror(file))
		file_fault(findings);
	fil_bytes_release(&bytes);
}

/* Hands over the findings of a group. */
static void
take_group(struct fil_findings *findings, struct held *held)
{
	if (held->spilt)
		take_file(findings, held->spilt);
	if (held->bytes.length > 0)
		take_all(findings, &held->bytes);
}

int
fil_findings_end(struct fil_findings *findings, struct fil_fault *fault)
{
	for (int group = 0; findings->fault.status == FIL_OK && group < GROUPS; group++)
		take_group(findings, &findings->held[group]);
	*fault = findings->fault;
	return fault->status == FIL_OK ? 0 : -1;
}

void
fil_findings_free(struct fil_findings *findings)
{
	if (!findings)
		return;
	for (int group = 0; group < GROUPS; group++) {
		if (findings->held[group].spilt)
			fclose(findings->held[group].spilt);
		fil_bytes_release(&findings->held[group].bytes);
	}
	free(findings);
}
