#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The whole list of a feed: who joins, leaves and returns.
load helper

HEADER=action,user,name,email,unit,job,manager,role,arrived,left,feed

# list N [FROM]: writes a list of N people to standard output, from number FROM on.
list() {
	echo user,name,email,unit
	seq -f '%03g' "${2:-1}" $((${2:-1} + $1 - 1)) | sed 's/.*/u&,Name &,u&@x.example,A/'
}

# Makes a store with a list of forty, list.csv.
forty() {
	fil_store fill_forty
}

fill_forty() {
	list 40 > list.csv
	fil-import users -q --sync list.csv
}

history() {
	ask 'SELECT run, number, subject, action FROM history ORDER BY run, number'
}

@test "who is missing left today, and comes last, in the order of the keys" {
	forty
	sed -e '/u003/d' -e '/u001/d' -e 's/u005,Name 005/u005,Other/' list.csv > new.csv
	echo u041,New,,A >> new.csv
	try fil-import users --sync new.csv
	status_is 0
	out_is <<- END
		$HEADER
		changed,u005,Other,u005@x.example,A,,,user,,,hr
		added,u041,New,,A,,,user,,,hr
		left,u001,Name 001,u001@x.example,A,,,user,,2024-03-15,hr
		left,u003,Name 003,u003@x.example,A,,,user,,2024-03-15,hr
	END
	err_is "fil-import: new.csv: UTF-8, ',', LF" \
	    'fil-import: users: 39 read, 1 added, 1 changed, 2 left, 37 unchanged (run 3)'
	try history
	out_is '3|1|u005|changed' '3|2|u001|left' '3|3|u003|left'
	try ask 'SELECT read, added, changed, departed, returned, unchanged FROM runs WHERE run = 3'
	out_is '39|1|1|2|0|37'
}

@test "the same list again changes nothing, says so, and leaves no history; nor does it the next day" {
	forty
	sed '/u003/d' list.csv > new.csv
	fil-import users -q --sync new.csv
	try history
	cp "$OUT" before
	try fil-import users --sync new.csv
	status_is 0
	out_is "$HEADER"
	err_is 'fil-import: new.csv: run 3 has read the same bytes' "fil-import: new.csv: UTF-8, ',', LF" \
	    'fil-import: users: 39 read, 0 added, 0 changed, 39 unchanged (run 4)'
	try env FILROUGE_TODAY=2024-03-16 fil-import users --sync new.csv
	out_is "$HEADER"
	try history
	out_is < before
}

@test "who reappears has returned: left is cleared, everything else is kept" {
	forty
	fil-import -q users <<< $'user,job,role\nu003,Comptable,trainer'
	sed '/u003/d' list.csv > new.csv
	fil-import users -q --sync new.csv
	try env FILROUGE_TODAY=2024-03-22 fil-import users --sync list.csv
	status_is 0
	out_is "$HEADER" 'returned,u003,Name 003,u003@x.example,A,Comptable,,trainer,,,hr'
	err_is 'fil-import: list.csv: run 2 has read the same bytes' "fil-import: list.csv: UTF-8, ',', LF" \
	    'fil-import: users: 40 read, 0 added, 0 changed, 1 returned, 39 unchanged (run 5)'
	try "history | tail -n 1"
	out_is '5|1|u003|returned'
}

@test "who returns with other values has returned, and is told once" {
	forty
	sed '/u003/d' list.csv > new.csv
	fil-import users -q --sync new.csv
	sed 's/Name 003/Married 003/' list.csv > back.csv
	try fil-import users --sync back.csv
	out_is "$HEADER" 'returned,u003,Married 003,u003@x.example,A,,,user,,,hr'
}

@test "a left that the input gives wins: over the absence of others, and over the presence of its own rows" {
	forty
	sed -e '1s/$/,left/' -e '2,$s/$/,/' -e '/u002/s/$/2024-02-29/' -e '/u003/s/$/2024-06-30/' -e '/u004/d' \
	    list.csv > new.csv
	try fil-import users --sync new.csv
	status_is 0
	out_is <<- END
		$HEADER
		left,u002,Name 002,u002@x.example,A,,,user,,2024-02-29,hr
		changed,u003,Name 003,u003@x.example,A,,,user,,2024-06-30,hr
		left,u004,Name 004,u004@x.example,A,,,user,,2024-03-15,hr
	END
	err_has 'fil-import: users: 39 read, 0 added, 1 changed, 2 left, 37 unchanged (run 3)'
	try history
	out_is '3|1|u003|changed' '3|2|u002|left' '3|3|u004|left'
	# One who left returns when the input says so; a day of leaving to come that is taken back is no return.
	sed -i -e 's/2024-02-29//' -e 's/2024-06-30//' new.csv
	try fil-import users --sync new.csv
	out_is <<- END
		$HEADER
		returned,u002,Name 002,u002@x.example,A,,,user,,,hr
		changed,u003,Name 003,u003@x.example,A,,,user,,,hr
	END
}

@test "a day of leaving to come is kept when the list does not say" {
	forty
	fil-import -q users <<< $'user,left\nu002,2024-04-30\nu003,2024-04-30'
	sed '/u003/d' list.csv > new.csv
	try fil-import users --sync new.csv
	out_is "$HEADER" 'left,u003,Name 003,u003@x.example,A,,,user,,2024-03-15,hr'
	try fil-list users -w user=u002
	out_is "${HEADER#action,}" 'u002,Name 002,u002@x.example,A,,,user,,2024-04-30,hr'
	# Once that day has come, who is on the list has not left after all.
	try env FILROUGE_TODAY=2024-05-03 fil-import users --sync new.csv
	out_is "$HEADER" 'returned,u002,Name 002,u002@x.example,A,,,user,,,hr'
}

@test "each feed owns its people" {
	forty
	fil-import users -q --sync feed=agency <<< $'user,name\nx1,Ada\nx2,Bo\nu900,Cy'
	try fil-import users --sync feed=agency <<< $'user,name\nx2,Bo'
	status_is 0
	out_is "$HEADER" left,u900,Cy,,,,,user,,2024-03-15,agency left,x1,Ada,,,,,user,,2024-03-15,agency
	try fil-import users --sync list.csv
	out_is "$HEADER"
	err_has 'fil-import: users: 40 read, 0 added, 0 changed, 40 unchanged (run 5)'
}

@test "a row of another feed is a fault; --take takes it over" {
	forty
	fil-import users -q feed=agency <<< $'user,name\nx1,Ada\nx2,Bo'
	(cat list.csv; echo x1,Ada,,A) > new.csv
	try fil-import users --sync new.csv
	status_is 65
	out_is ''
	err_is "fil-import: new.csv: UTF-8, ',', LF" \
	    "fil-import: new.csv:42: feed: 'x1' belongs to another feed than 'hr'; --take takes it over" \
	    'fil-import: users: 41 read, 1 refused; nothing was written'
	try fil-import users --sync --take new.csv
	status_is 0
	out_is "$HEADER" changed,x1,Ada,,A,,,user,,,hr
	try fil-import users --sync --take new.csv
	out_is "$HEADER"
	try fil-list users -w user=x2
	out_is "${HEADER#action,}" x2,Bo,,,,,user,,,agency
}

@test "a list that names another feed itself is not taken for this one" {
	forty
	fil-list users > mine.csv
	try fil-import users --sync mine.csv
	status_is 0
	out_is "$HEADER"
	sed 's/,hr$/,agency/' mine.csv > theirs.csv
	try fil-import users --sync theirs.csv --max-faults 1
	status_is 65
	err_is "fil-import: theirs.csv: UTF-8, ',', LF" \
	    "fil-import: theirs.csv:2: feed: 'u001' belongs to another feed than 'hr'; --take takes it over" \
	    'fil-import: and 39 more faults' 'fil-import: users: 40 read, 40 refused; nothing was written'
	try fil-import users --sync --take theirs.csv
	status_is 0
	out_is "$HEADER"
	try fil-import users --sync --take --max-churn 100 feed=agency theirs.csv
	status_is 0
	[ "$(grep -c '^changed,' "$OUT")" -eq 40 ]
}

@test "several files make one list with --parts, and only so" {
	forty
	list 20 > a.csv
	list 20 21 > b.csv
	try fil-import users --sync a.csv b.csv
	status_is 64
	err_is 'fil-import: --sync takes one FILE; --parts joins several into one list' \
	    "Try 'fil-import --help' for more information."
	try fil-import users --sync --parts a.csv b.csv
	status_is 0
	out_is "$HEADER"
	err_is "fil-import: a.csv: UTF-8, ',', LF" "fil-import: b.csv: UTF-8, ',', LF" \
	    'fil-import: users: 40 read, 0 added, 0 changed, 40 unchanged (run 3)'
	sed '/u040/d' b.csv > c.csv
	try fil-import users --sync --parts a.csv c.csv
	out_is "$HEADER" 'left,u040,Name 040,u040@x.example,A,,,user,,2024-03-15,hr'
	sed 's/,unit/,Something/' b.csv > d.csv
	try fil-import users --sync --parts a.csv d.csv
	status_is 65
	err_has 'fil-import: d.csv: the parts of a list must give the same columns'
}

@test "where rows were refused, nobody is marked as left, and it is said" {
	forty
	sed -e '/u003/d' -e 's/u004@x.example/u004@y.example/' -e 's/Name 005//' list.csv > new.csv
	try fil-import users --sync --keep-going new.csv
	status_is 1
	out_is "$HEADER" changed,u004,Name\ 004,u004@y.example,A,,,user,,,hr
	err_is "fil-import: new.csv: UTF-8, ',', LF" \
	    'fil-import: no user is marked as left, since rows were refused' \
	    'fil-import: new.csv:5: name: is required but empty' \
	    'fil-import: users: 39 read, 0 added, 1 changed, 37 unchanged, 1 refused (run 3)'
}

@test "a list goes with a renaming: the person is there under the new key" {
	forty
	sed 's/u040,Name 040/v040,Name Other/' list.csv > new.csv
	try fil-import users --sync --rename u040=v040 new.csv
	status_is 0
	out_is <<- END
		$HEADER
		changed,v040,Name 040,u040@x.example,A,,,user,,,hr
		changed,v040,Name Other,u040@x.example,A,,,user,,,hr
	END
	# Renamed, and not on the list: they have left.
	try fil-import users --sync --rename v040=w040 list.csv
	status_is 0
	out_is <<- END
		$HEADER
		changed,w040,Name Other,u040@x.example,A,,,user,,,hr
		added,u040,Name 040,u040@x.example,A,,,user,,,hr
		left,w040,Name Other,u040@x.example,A,,,user,,2024-03-15,hr
	END
}

@test "--sync is for users, needs a list, and does not go with what leaves rows out" {
	local try

	fil_store
	try="Try 'fil-import --help' for more information."
	try fil-import modules --sync x.csv
	status_is 64
	err_is 'fil-import: --sync is for users' "$try"
	try fil-import users --sync user=u1 name=Ada
	status_is 64
	err_is "fil-import: --sync needs the list: give its FILE, or '-'" "$try"
	try fil-import users --sync --rename a=b
	status_is 64
	err_is "fil-import: --sync needs the list: give its FILE, or '-'" "$try"
	for option in --remove --known-only; do
		try fil-import users --sync $option x.csv
		status_is 64
		err_is 'fil-import: --sync does not go with --remove or --known-only' "$try"
	done
	echo user,name > x.csv
	for rows in "user=1 name=A" x.csv; do
		try "fil-import users --take $rows"
		status_is 64
		err_has 'fil-import: --take needs --sync, or the feed: feed=NAME or the column feed'
	done
	for option in parts force no-final-newline; do
		try fil-import users --$option x.csv
		status_is 64
		err_is "fil-import: --$option needs --sync" "$try"
	done
}

@test "managers on the list may be leavers' staff or come later, and references to them stay" {
	forty
	sed -e 's/^user,.*/&,manager/' -e '2,$s/$/,u040/' -e '/^u003/d' list.csv > new.csv
	try fil-import users --sync -q new.csv
	status_is 0
	try "fil-list users -w manager=u040 | tail -n +2 | wc -l"
	out_is 39
}

@test "ten thousand on a list in any order: each is found again" {
	fil_store
	list 10000 > list.csv
	fil-import users -q --sync list.csv
	(head -n 1 list.csv; tail -n +2 list.csv | shuf --random-source=list.csv | grep -v '^u[0-9]*77,') > new.csv
	try fil-import users --sync new.csv
	status_is 0
	sed -n 's/^\(u[0-9]*77\),\(.*\)/left,\1,\2/p' list.csv | LC_ALL=C sort -t , -k 2,2 |
		sed 's/$/,,,user,,2024-03-15,hr/' | cat <(echo "$HEADER") - > wanted.csv
	out_is < wanted.csv
	err_has 'fil-import: users: 9900 read, 0 added, 0 changed, 100 left, 9900 unchanged (run 3)'
}

# Runs a command slowly at first: for two seconds and a half, a fiftieth of a second at a time, with pauses.
slowly() {
	"$@" &
	for _ in {1..8}; do
		kill -STOP $! 2> /dev/null || break
		sleep 0.3
		kill -CONT $! 2> /dev/null
		sleep 0.02
	done
	wait $!
}

@test "on a terminal a long list tells how far it is, how fast, and the time left; elsewhere nothing" {
	local rows=150000

	fil_store
	[ -z "$FILROUGE_TORTURE" ] || rows=200000
	list $rows > list.csv
	export -f slowly
	try_on_terminal 'slowly fil-import users --sync list.csv'
	status_is 0
	grep -qE $'\r *[0-9]+ %, [0-9]+\\.[0-9] MB, [0-9]+\\.[0-9] MB/s, [0-9]+:[0-9][0-9] left' "$OUT"
	# The line is gone before something else is said.
	[ "$(tail -n 1 "$OUT" | tr '\r' '\n' | tail -n 1)" = \
	    "fil-import: users: $rows read, $rows added, 0 changed, 0 unchanged (run 2)" ]
	try slowly fil-import users --sync list.csv
	out_is "$HEADER"
	err_is 'fil-import: list.csv: run 2 has read the same bytes' "fil-import: list.csv: UTF-8, ',', LF" \
	    "fil-import: users: $rows read, 0 added, 0 changed, $rows unchanged (run 3)"
	try_on_terminal 'slowly fil-import users -q --sync list.csv'
	out_is ''
}
