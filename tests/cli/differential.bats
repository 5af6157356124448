#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# bats file_tags=postgresql
load helper

# Both engines, the same history: each step prints the same and ends alike, and in the end both stores hold the same.
# SEEDS='7 8 9' and STEPS=200 try other and longer histories; FILROUGE_TORTURE, ten of them, of 60 steps.

on_file=

# Makes an empty store in a file and one on the server: `file` and `server`.
stores() {
	server=$FILROUGE_DB
	fil_store
	file=$SCRATCH/store/file.db
	fil-init -q -d "$file"
}

# Runs a line of shell on a store; what it prints, says and ends with goes into the variable $3.
on() {
	local status=0 rows words

	(
		export FILROUGE_DB=$1
		set +e -o pipefail
		eval "$2"
	) > out 2> err || status=$?
	fil_read rows < out
	fil_read words < err
	words=${words//"$1"/STORE}
	while [[ $words =~ /dev/fd/[0-9]+ ]]; do words=${words//"${BASH_REMATCH[0]}"/INPUT}; done
	printf -v "$3" '%s%sstatus %s\n' "$rows" "$words" $status
}

# Runs a line of shell on both, and compares; what it did on the file is in on_file.
both() {
	local on_server=

	on "$file" "$1" on_file
	on "$server" "$1" on_server
	[ "$on_file" != "$on_server" ] || return 0
	diff -u <(echo "$on_file") <(echo "$on_server")
	echo "$FILROUGE_TODAY: $1"
	return 1
}

# Asks both, and compares.
ask_both() {
	FILROUGE_DB=$file ask "$1" > on-file
	FILROUGE_DB=$server ask "$1" > on-server
	diff -u on-file on-server
}

compare_all() {
	local table subject

	for table in $(fil-list --tables -f csv | sed 1d | cut -d , -f 1); do
		both "fil-list $table"
	done
	for subject in $(fil-report 2>&1 | sed -n 's/.*there are //p' | tr -d ,); do
		both "fil-report $subject"
	done
	ask_both 'select "user", dimension, level, date, source, previous, risen, first from standing order by "user", dimension'
	ask_both 'select count(*) from standings'
	# A copy lacks the run that made it.
	both 'fil-check -q | grep -v ,copy,'
	[[ $on_file != *error,* ]]
}

@test "a random history gives the same on both engines, step by step" {
	local seed shell length=30 steps=0 failed=0

	[ -z "$FILROUGE_TORTURE" ] || { : "${SEEDS:=$(echo {1..10})}"; length=60; }
	for seed in ${SEEDS:-1}; do
		fil_address "$seed"
		rm -rf store
		stores
		perl "$BATS_TEST_DIRNAME/histories.pl" "$seed" "${STEPS:-$length}" > history
		# shellcheck disable=SC2030 # a day of this history
		while IFS=$'\t' read -r FILROUGE_TODAY shell <&3; do
			both "$shell"
			steps=$((steps + 1))
			[[ $on_file = *'status 0'$'\n' ]] || failed=$((failed + 1))
		done 3< history
		compare_all
		ask_both "select run, replace(who, ' (role filrouge)', ''), command, read, added, changed, departed, returned, removed, unchanged, rejected
		    from runs where run > 1 order by run"
		ask_both 'select run, number, relation, subject, action, was_run, was from history order by run, number'
	done
	echo "$failed of $steps steps failed on both"
	# A history in which nothing goes wrong, or nothing right, would prove little.
	[ "$failed" -gt $((steps / 50)) ]
	[ "$failed" -lt $((steps / 2)) ]
}

# Moves a store as the page has it, and nothing else.
move() {
	rm -f moved.db
	# shellcheck disable=SC2016 # the page has the variables
	OLD=$1 NEW=$2 bash -euo pipefail <(sed -n '/^fil-backup -d "\$OLD"/p; /^fil-init -d "\$NEW"/p' "$BATS_TEST_DIRNAME/../../man/filrouge-postgresql.7")
}

# Compares all: rows, figures, the log and the history.
compare_stores() {
	compare_all
	ask_both "select * from runs where command not like 'fil-backup%' order by run"
	ask_both 'select * from history order by run, number'
	ask_both 'select * from standings order by "user"'
}

@test "moving, as the page has it, gives an equal store: from a file to the server, and back" {
	local examples=$BATS_TEST_DIRNAME/../../examples shell seed place seeds=4

	[ -z "$FILROUGE_TORTURE" ] || seeds='4 5'
	# shellcheck disable=SC2031 # of another test
	export FILROUGE_TODAY=2024-06-30
	for seed in $seeds; do
		rm -rf store back.db
		stores
		perl "$BATS_TEST_DIRNAME/histories.pl" "$seed" "${STEPS:-60}" | while IFS=$'\t' read -r FILROUGE_TODAY shell; do
			FILROUGE_DB=$file eval "$shell" > out 2>&1 || :
		done
		FILROUGE_DB=$file fil-import -q users "$examples/sirh.csv"
		FILROUGE_DB=$file fil-import -q users "$examples/roles.csv"
		FILROUGE_DB=$file fil-record -q autonomy "$examples"/autonomy/*.csv
		fil_database
		move "$file" "$server"
		compare_stores
		place=$server
		move "$server" "$PWD/back.db"
		server=$PWD/back.db
		compare_stores
		[ "$(fil-list -d back.db autonomy | wc -l)" -gt 1000 ]
		# Both are stores like any other.
		server=$place
		file=$PWD/back.db
		fil-import -q -d "$place" users user=last name=Last
		fil-import -q -d "$file" users user=last name=Last
		compare_all
	done
}
