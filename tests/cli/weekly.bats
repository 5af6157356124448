#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The weekly script, with a sendmail that keeps the mail.
load helper

setup() {
	fil_setup
	export FILROUGE_TODAY=2024-03-31
	EXAMPLES=$BATS_TEST_DIRNAME/../../examples
	fil_store
	(
		cd "$EXAMPLES" || exit
		fil-import -q users sirh.csv
		fil-import -q users roles.csv
		fil-import -q modules modules.csv
		fil-import -q phases phases.csv
		fil-import -q rules rules.csv
		fil-import -q enrolments enrolments.csv
		fil-record -q autonomy autonomy/*.csv
	)
	cat > sendmail <<- 'END'
		#!/bin/sh
		[ "$1" = -t ] && cat > "$MAIL"
	END
	chmod +x sendmail
	export SENDMAIL=$PWD/sendmail MAIL=$PWD/mail
	cp "$EXAMPLES/sirh.csv" .
	touch -d 2024-03-29 sirh.csv
}

@test "weekly: a good week is one mail, and status 0" {
	try "$EXAMPLES/weekly.sh" sirh.csv direction@example.org
	status_is 0
	out_is ''
	err_is ''
	head -n 6 mail > top
	diff -u - top <<- 'END'
		To: direction@example.org
		Subject: filrouge: the week
		MIME-Version: 1.0
		Content-Type: text/markdown; charset=utf-8
		Content-Transfer-Encoding: 8bit
		Auto-Submitted: auto-generated
	END
	grep '^## ' mail > titles
	diff -u - titles <<- 'END'
		## People: joined, left and returned
		## Support: assigned by the rules
		## Tutors: assigned to users who have stalled
		## Autonomy by direction
		## The last six weeks
		## Users to see
		## Modules
		## Routines
		## Promises
	END
	[ "$(fil-list assignments -w module=tutoring | wc -l)" -gt 1 ]
}

@test "weekly: a second round assigns nothing again" {
	"$EXAMPLES/weekly.sh" sirh.csv a@example.org
	fil-list assignments > before
	"$EXAMPLES/weekly.sh" sirh.csv a@example.org
	fil-list assignments | diff -u before -
}

@test "weekly: an export that stopped is told, and the rest goes on" {
	touch -d 2024-03-01 sirh.csv
	try "$EXAMPLES/weekly.sh" sirh.csv a@example.org
	status_is 1
	err_is 'weekly.sh: 1 of the steps failed; the mail to a@example.org says which'
	grep -qx 'Subject: filrouge: the week, one step failed' mail
	grep -qx '\*\*This step failed (status 1).\*\*' mail
	grep -q 'last written on 2024-03-01' mail
	grep -q '^## Promises' mail
}

@test "weekly: half a list marks nobody as left" {
	head -n 98 sirh.csv > half.csv
	touch -d 2024-03-29 half.csv
	try "$EXAMPLES/weekly.sh" half.csv a@example.org
	status_is 1
	grep -q 'refused: 0 would join' mail
	[ -z "$(fil-list users -w left=2024-03-31 | tail -n +2)" ]
}

@test "weekly: a mail that cannot be sent is printed" {
	SENDMAIL=false try "$EXAMPLES/weekly.sh" sirh.csv a@example.org
	status_is 75
	grep -qx 'weekly.sh: the mail was not sent; its text follows:' "$ERR"
	grep -q '^## Promises' "$ERR"
}

@test "weekly: nothing is left behind in the temporary folder" {
	mkdir tmp
	TMPDIR=$PWD/tmp "$EXAMPLES/weekly.sh" sirh.csv a@example.org
	[ -z "$(ls -A tmp)" ]
}

@test "weekly: without operands it says how it is used" {
	try "$EXAMPLES/weekly.sh"
	status_is 64
	err_is 'usage: weekly.sh HR-EXPORT MAIL-ADDRESS'
}
