#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# A dry run prints byte for byte what the real run then prints, and keeps nothing; a second real run changes nothing,
# says so, and leaves no history: for the files of tests/data and examples, and for every option that writes.
load helper

EXAMPLES=$BATS_TEST_DIRNAME/../../examples

history() {
	ask 'SELECT * FROM history ORDER BY 1, 2'
}

# Copies the store into the file `before`.
keep() {
	case $FILROUGE_DB in
	postgresql:*) dump > before ;;
	*) cp "$FILROUGE_DB" before ;;
	esac
}

# True when the store is still what it was; a file is that byte for byte.
kept() {
	case $FILROUGE_DB in
	postgresql:*) dump | cmp - before ;;
	*) [ ! -s "$FILROUGE_DB-wal" ] && cmp "$FILROUGE_DB" before ;;
	esac
}

# proved COMMAND...: the dry run of the command tells what the command then does. Leaves the status in `status`.
proved() {
	local note="${1##*/}: dry run: nothing is kept" said=0 wanted=0 all line words='' rows

	keep
	"$@" --dry-run > dry.out 2> dry.err && dry=0 || dry=$?
	kept || { echo "kept by: $*"; return 1; }
	try "$@"
	[ "$status" -eq "$dry" ] || { echo "status $status, not $dry: $*"; cat "$ERR"; return 1; }
	fil_read rows < dry.out
	fil_read all < "$OUT"
	[ "$rows" = "$all" ] || { echo "other rows: $*"; diff dry.out "$OUT"; return 1; }
	while IFS= read -r line; do
		if [ "$line" = "$note" ]; then said=$((said + 1)); else words+=$line$'\n'; fi
	done < dry.err
	fil_read all < "$ERR"
	[ "$words" = "$all" ] || { echo "other words: $*"; diff dry.err "$ERR"; return 1; }
	# It is said exactly when something could have been kept.
	if [ "$status" -le 1 ] && [[ $all = *'(run '* ]]; then wanted=1; fi
	[ $said -eq $wanted ]
}

# settled COMMAND...: as proved, and done again it changes nothing.
settled() {
	local first lines nothing='read, 0 (added, 0 changed,( [0-9]+ unchanged)?|removed)'

	proved "$@" || return
	first=$status
	history > history.before
	try "$@"
	[ "$status" -eq "$first" ] || { echo "status $status again, not $first: $*"; cat "$ERR"; return 1; }
	mapfile -t lines < "$OUT"
	[ ${#lines[@]} -le 1 ] || { echo "changed again: $*"; cat "$OUT"; return 1; }
	history | cmp - history.before || { echo "history again: $*"; return 1; }
	if [ "$first" -eq 0 ]; then
		[[ $(< "$ERR") =~ $nothing ]] || { cat "$ERR"; return 1; }
	fi
}

# Prints files: all of them with FILROUGE_TORTURE, else every fifth, and on a server, where each takes longer, every tenth.
some() {
	local step=5

	[[ $FILROUGE_DB != postgresql:* ]] || step=10
	[ -z "$FILROUGE_TORTURE" ] || step=1
	printf '%s\n' "$@" | sed -n "1~${step}p"
}

@test "every list of tests/data, into an empty store and over what is there" {
	local file order n=0

	for file in $(some "$DATA"/csv/*.csv "$DATA"/formats/*.*); do
		order=
		case $file in */dates-*) order='--dates dmy' ;; esac
		rm -rf "$FOLDER"
		fil_store
		# shellcheck disable=SC2086 # none, or two words
		settled fil-import users $order "$file"
		fil-import users -q <<- 'END'
			user,name,email,role,feed
			u1,Somebody,s@x,trainer,other
			00421,Else,e@x,user,hr
			zz,Zed,,user,hr
		END
		# shellcheck disable=SC2086
		settled fil-import users $order --keep-going --match email "$file"
		# shellcheck disable=SC2086
		settled fil-import users $order --keep-going --last --unknown manager=empty "$file"
		n=$((n + 1))
	done
	[ $n -ge 6 ]
}

@test "every list of tests/data as a whole list, and its people removed" {
	local file

	fil_store
	for file in $(some "$DATA"/csv/ok-*.csv "$DATA"/formats/*.csv); do
		settled fil-import users --sync --take --dates dmy "$file"
		settled fil-import users --sync --take --dates dmy --no-final-newline --keep-going "$file"
	done
	for file in $(some "$DATA"/csv/ok-*.csv "$DATA"/formats/*.csv); do
		settled fil-import users --remove --keep-going --dates dmy "$file"
	done
	try 'fil-list users | wc -l'
	[ "$(cat "$OUT")" -lt 10 ]
}

@test "the whole example, each file by the command it is for" {
	local file table

	fil_store
	export FILROUGE_TODAY=2024-03-31
	settled fil-import users "$EXAMPLES/sirh.csv"
	settled fil-import users "$EXAMPLES/roles.csv"
	settled fil-import users --sync --profile "$EXAMPLES/profiles/sirh.ini" "$EXAMPLES/sirh.csv"
	for table in modules rules routines phases promises enrolments commitments; do
		settled fil-import "$table" "$EXAMPLES/$table.csv"
	done
	for file in $(some "$EXAMPLES"/autonomy/*.csv); do
		settled fil-record autonomy "$file"
	done
	settled fil-record autonomy "$EXAMPLES"/autonomy/*.csv
	for table in needs completions practices verdicts efforts; do
		settled fil-record "$table" "$EXAMPLES/$table.csv"
	done
	for file in google-forms limesurvey moodle; do
		settled fil-record autonomy --profile "$EXAMPLES/profiles/$file.ini" "$EXAMPLES/forms/$file.csv"
	done
	proved fil-assign module=tutorat "$EXAMPLES/enrolments.csv"
	proved fil-assign module=tutorat "$EXAMPLES/enrolments.csv"
}

@test "what guards refuse, what is renamed, rows of the command line and a pipe" {
	local format formats

	fil_store
	(echo user,name; seq 40 | sed 's/.*/u&,N&/') > list.csv
	settled fil-import users --sync list.csv
	head -n 20 list.csv > half.csv
	proved fil-import users --sync half.csv
	[ "$status" -eq 1 ]
	settled fil-import users --sync --force half.csv
	settled fil-import users --rename u1=v1 --rename u2=v2
	settled fil-import users --rename v1=w1 half.csv
	settled fil-record needs user=v2 need=excel date=2024-03-01
	settled fil-import users user=u50 name=New
	settled fil-import users --remove user=u50
	printf 'user,name\nu1,\nu60,New\n' > bad.csv
	settled fil-import users --rejects rejects.csv --keep-going bad.csv
	# The rows printed are the same on each engine.
	formats=(csv json table markdown html)
	[[ $FILROUGE_DB != postgresql:* ]] || [ -n "$FILROUGE_TORTURE" ] || formats=(csv)
	for format in "${formats[@]}"; do
		printf 'user,name\nu1,%s\n' "$format" > one.csv
		proved fil-import users -f "$format" one.csv
		proved fil-import users -v one.csv
		proved fil-import users -q one.csv
		proved fil-import users --only added one.csv
	done
}
