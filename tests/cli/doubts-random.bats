#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# bats file_tags=sqlite
# Random lists of people (doubts.pl): a clean one raises no doubt, and a doubt of each kind in it is found.
load helper

doubts() {
	perl "$BATS_TEST_DIRNAME/doubts.pl" "$@"
}

# silent: standard error has nothing but the format, the summary and what a dry run says of itself.
silent() {
	! grep -vE '^fil-[a-z]+: ([^ ]+\.csv: (UTF-8|WINDOWS-1252|mixed-utf-8), .,., LF|-: UTF-8, .,., LF|dry run: nothing is kept|[a-z]+: [0-9]+ read, .*)$' "$ERR"
}

@test "a clean list raises no doubt" {
	local seed=${SEED:-$RANDOM} people=3000 read added changed left returned

	echo "SEED=$seed"
	[ -z "$FILROUGE_TORTURE" ] || people=30000
	fil_store
	read -r read added changed left returned <<< "$(doubts weeks "$seed" "$people")"
	try fil-import users --sync --strict one.csv
	status_is 0
	silent
	export FILROUGE_TODAY=2024-03-22
	try fil-import users --sync --strict two.csv
	cat "$ERR"
	status_is 0
	silent
	grep -q "^fil-import: users: $read read, $added added, $changed changed, $left left, $returned returned, " "$ERR"
	try 'fil-list users | fil-import users --strict'
	status_is 0
	silent
	fil-check -q > /dev/null
}

@test "a doubt of each kind, in any line of a list, is named with its line and the way out" {
	local rounds=2 seed kind status_wanted store command message allow failed=0

	[ -z "$FILROUGE_TORTURE" ] || rounds=100
	fil_store
	cp -R store empty
	for seed in $(seq "${SEED:=$RANDOM}" $((SEED + rounds - 1))); do
		doubts list "$seed" 200
		rm -rf store && cp -R empty store
		FILROUGE_DB=$PWD/store/filrouge.db fil-import users -q list.csv
		doubts plant "$seed" 200 > planted
		[ "$(wc -l < planted)" -eq 23 ]
		while IFS=$'\t' read -r kind status_wanted store command message; do
			allow=${message##*--allow }
			# The two users then share an address.
			[ "$kind" != twin ] || allow+=,address
			export FILROUGE_DB=$PWD/${store/list/store}/filrouge.db
			try "$command -n"
			if [ "$status" -ne "$status_wanted" ] || ! err_has "$message" > said; then
				echo "SEED=$seed: $kind: $command: status $status, not $status_wanted, or no message"
				cat said
				failed=1
			fi
			if [ "$status" -eq 0 ]; then
				try "$command -n --strict"
				if [ "$status" -ne 1 ] || ! err_has "${command%% *}: refused: 1 doubt, and --strict accepts none; nothing was written" > said; then
					echo "SEED=$seed: $command --strict: status $status"
					cat said
					failed=1
				fi
			fi
			try "$command -n --allow $allow"
			if [ "$status" -ne 0 ] || ! silent; then
				echo "SEED=$seed: $command --allow $allow: status $status"
				cat "$ERR"
				failed=1
			fi
		done < planted
	done
	[ "$failed" -eq 0 ]
}
