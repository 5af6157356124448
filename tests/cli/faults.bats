#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

# What happens to a store when the machine, the disk or the user is in the way of a writer.

# The header and $1 users, all named $2.
crowd() {
	echo user,name
	seq "$1" | sed "s/.*/u&,$2/"
}

# Seconds since the epoch, with a fraction; and a random share of so many seconds.
now() {
	date +%s.%N
}

share() {
	awk -v most="$1" -v random=$RANDOM 'BEGIN { print most * random / 32768 }'
}

# Four of them with 5000 rows; with FILROUGE_TORTURE, twenty with 20000.
@test "kills at any moment leave the old state or the new one, and nothing printed is lost" {
	local i kills=4 rows=5000 old=none new started took pid name printed stored=0

	[ -z "$FILROUGE_TORTURE" ] || kills=20 rows=20000
	fil_store
	crowd $rows one > one.csv
	started=$(now)
	fil-import -q users one.csv
	took=$(awk -v a="$started" -v b="$(now)" 'BEGIN { print b - a }')
	old=one
	for ((i = 1; i <= kills; i++)); do
		new=name$i
		crowd $rows "$new" > new.csv
		: > printed.csv
		fil-import users --allow identity,names new.csv > printed.csv 2> err &
		pid=$!
		# Most fall before the commit: the first at once, the last when rows come out.
		case $i in
		1) ;;
		"$kills") until [ -s printed.csv ]; do sleep 0.01; done ;;
		*) sleep "$(share "$took")" ;;
		esac
		kill -KILL $pid 2> err || true
		wait $pid 2> err || true
		whole
		name=$(fil-list users | tail -n +2 | cut -d, -f2 | sort | uniq -c | awk '{ print $1, $2 }')
		printed=$(wc -l < printed.csv)
		if [ "$name" = "$rows $new" ]; then
			old=$new
			stored=$((stored + 1))
		else
			[ "$name" = "$rows $old" ]
			[ "$printed" -eq 0 ]
		fi
		# Nobody waits for a dead writer, and nothing of it is left behind.
		[ "$(find "$FOLDER" -name '.filrouge*' | wc -l)" -eq 0 ]
	done
	try fil-import users user=last name=Last --wait 0
	status_is 0
	[ "$(ask "select count(*) from runs where run > 1")" = $((stored + 2)) ]
}

@test "a signal that ends it leaves the old state and no files" {
	local signal i rows=30000

	[ -z "$FILROUGE_TORTURE" ] || rows=100000
	fil_store
	fil-import -q users user=u1 name=old
	mkfifo endless
	for signal in INT TERM HUP; do
		# It waits for the rest of its input.
		exec 8<> endless
		crowd 1000 "$signal" >&8
		try timeout -s $signal 0.1 fil-import users endless
		exec 8>&-
		status_is 124
		out_is ''
		[ "$(fil-list users | wc -l)" -eq 2 ]
		[ "$(find "$FOLDER" -name '.filrouge*' | wc -l)" -eq 0 ]
		# It reads and writes; a fast machine may have stored everything by then.
		crowd $rows "$signal" > new.csv
		for i in 0.01 0.05 0.1; do
			try timeout -s $signal $i fil-import users new.csv
			[ "$(find "$FOLDER" -name '.filrouge*' | wc -l)" -eq 0 ]
			if [ "$(fil-list users | wc -l)" -eq 2 ]; then
				[ "$status" -eq 124 ] || [ "$status" -gt 128 ]
				out_is ''
				[ "$(fil-list users -w name=old | wc -l)" -eq 2 ]
			else
				[ "$(fil-list users -w "name=$signal" | wc -l)" -eq $((rows + 1)) ]
				rm -rf "$FOLDER"
				fil_store
				fil-import -q users user=u1 name=old
			fi
		done
	done
	whole
}

@test "a full standard output is an error of every writer; what is stored is stored" {
	fil_store
	try 'fil-import users user=u1 name=A > /dev/full'
	status_is 74
	err_has 'fil-import: users: 1 read, 1 added, 0 changed, 0 unchanged (run 2)'
	err_has 'fil-import: standard output: No space left on device'
	try 'fil-import modules module=m title=M kind=course > /dev/full'
	status_is 74
	try 'fil-assign user=u1 module=m > /dev/full'
	status_is 74
	err_has 'fil-assign: assignments: 1 read, 1 added, 0 changed, 0 unchanged (run 4)'
	try 'fil-record needs user=u1 need=x > /dev/full'
	status_is 74
	try 'fil-record -q needs user=u1 need=y > /dev/full'
	status_is 0
	[ "$(fil-list needs | wc -l)" -eq 3 ]
	try fil-record -q needs user=u1 need=z -o /dev/full
	status_is 74
	err_is 'fil-record: output: No space left on device' 'fil-record: run 7 is stored'
	[ "$(fil-list needs | wc -l)" -eq 4 ]
	[ "$(fil-list assignments | wc -l)" -eq 2 ]
	crowd 10000 B > many.csv
	try 'fil-import users many.csv > /dev/full'
	status_is 74
	err_has 'fil-import: standard output: No space left on device'
	[ "$(fil-list users -w name=B | wc -l)" -eq 10001 ]
	try 'fil-import users many.csv -f json --dry-run > /dev/full'
	status_is 74
}

# bats test_tags=sqlite
@test "a limit of file size is a full disk, not the end by a signal" {
	fil_store
	fil-import -q users user=u1 name=A
	crowd 30000 'a name long enough to fill the store soon' > many.csv
	try '(ulimit -f 1000; fil-import users many.csv)'
	status_is 74
	out_is ''
	[ "$(fil-list users | wc -l)" -eq 2 ]
	whole
	# The copy of a pipe does not fit either.
	try '(ulimit -f 1000; cat many.csv | fil-import users)'
	status_is 74
	out_is ''
	[ "$(fil-list users | wc -l)" -eq 2 ]
	[ "$(find "$FOLDER" -name '.filrouge*' | wc -l)" -eq 0 ]
}

@test "eight imports at once all arrive" {
	local i pids=() statuses='' rows=2000

	[ -z "$FILROUGE_TORTURE" ] || rows=10000
	fil_store
	for i in {1..8}; do
		{ echo user,name; seq -f "$i-%.0f,N" $rows; } > "$i.csv"
	done
	for i in {1..8}; do
		fil-import -q users --wait 120 "$i.csv" & pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" && statuses+=0
	done
	[ "$statuses" = 00000000 ]
	[ "$(fil-list users | wc -l)" -eq $((8 * rows + 1)) ]
	[ "$(ask 'select count(*), sum(added) from runs where run > 1')" = "8|$((8 * rows))" ]
	whole
}

# Holds the lock of writers as a process of its own would, until it is told to let go.
hold() {
	mkfifo go
	(
		exec 9<> "$FILROUGE_DB.lock"
		flock 9
		echo "$BASHPID" > "$FILROUGE_DB.lock"
		: > held
		read -r < go
	) &
	holder=$!
	until [ -e held ]; do sleep 0.01; done
}

# bats test_tags=sqlite
@test "a writer waits for another one, and gives up after --wait, naming it" {
	local holder

	fil_store
	hold
	try fil-import users --wait 0 user=u1 name=A
	status_is 75
	out_is ''
	err_is "fil-import: $FILROUGE_DB: process $holder is writing to the store, for over 0 s: try again"
	try fil-record needs --wait 1 user=u1 need=x
	status_is 75
	err_is "fil-record: $FILROUGE_DB: process $holder is writing to the store, for over 1 s: try again"
	try fil-list users
	status_is 0
	(sleep 1; echo > go) &
	try fil-import users --wait 20 user=u1 name=A
	status_is 0
	out_is action,user,name,email,unit,job,manager,role,arrived,left,feed added,u1,A,,,,,user,,,hr
	wait
}

@test "closed descriptors lose nothing and end up in no file" {
	local closed

	fil_store
	for closed in '<&-' '>&-' '2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
		try "fil-import users user=u1 name='$closed' $closed"
		[ "$status" -eq 0 ] || [ "$status" -eq 74 ]
		[ "$(fil-list users -w "name=$closed" | wc -l)" -eq 2 ]
		whole
		try "fil-import users -o rows.csv user=u1 name='$closed again' $closed"
		[ "$(wc -l < rows.csv)" -eq 2 ]
		[ "$(grep -c 'fil-import' rows.csv)" -eq 0 ]
	done
	[ "$(ls)" = $'rows.csv\nstore' ]
}

@test "nothing but a PATH and a store is needed, and any language gives the same rows" {
	local locale

	fil_store
	cp "$DATA/csv/ok-windows-1252.csv" sirh.csv
	try env -i "PATH=$PATH" "FILROUGE_DB=$FILROUGE_DB" FILROUGE_TODAY=2024-03-15 fil-import users --dry-run sirh.csv
	status_is 0
	cp "$OUT" wanted.out
	cp "$ERR" wanted.err
	for locale in C C.UTF-8 fr_FR.UTF-8 tr_TR.UTF-8 de_DE.UTF-8 POSIX nowhere; do
		try env LC_ALL=$locale LANGUAGE= fil-import users --dry-run sirh.csv
		out_is < wanted.out
		[ "$locale" = fr_FR.UTF-8 ] || err_is < wanted.err
	done
	try env -i "PATH=$PATH" fil-import users sirh.csv
	status_is 78
	out_is ''
	err_is 'fil-import: no store: neither FILROUGE_DB nor HOME is set; give one with --db'
	try env -i "PATH=$PATH" "HOME=$HOME" fil-record needs user=u1 need=x
	status_is 69
	err_is "fil-record: $HOME/.local/share/filrouge/filrouge.db: no store there: fil-init makes one"
}

# bats test_tags=sqlite
@test "a folder that cannot be written keeps the writers out, not the store" {
	[ "$(id -u)" -ne 0 ] || command -v setpriv > /dev/null || return 0
	fil_store
	fil-import -q users user=u1 name=A
	chmod 755 . ..
	chmod 555 "$FOLDER"
	chmod 444 "$FILROUGE_DB"
	if [ "$(id -u)" -eq 0 ]; then
		try setpriv --reuid=nobody --clear-groups "$(command -v fil-import)" users user=u2 name=B
	else
		try fil-import users user=u2 name=B
	fi
	chmod 700 "$FOLDER"
	status_is 77
	out_is ''
	[ "$(ask 'select count(*) from users')" = 1 ]
}

# bats test_tags=sqlite
@test "a slow reader keeps no writer waiting, and a long log is told" {
	local reader

	fil_store
	crowd 40000 first > users.csv
	fil-import -q users users.csv
	mkfifo slow
	fil-list users > slow &
	reader=$!
	exec 8< slow
	read -r -u 8
	try fil-record needs user=u1 need=x --wait 0
	status_is 0
	err_is 'fil-record: needs: 1 read, 1 added, 0 changed, 0 unchanged (run 3)'
	# Each of these writes every page of the users.
	for name in a b c d e f; do
		sed "s/first/$name-a-name-long-enough-to-fill-the-log-soon-which-is-what-this-test-waits-for/" users.csv > new.csv
		fil-import -q users --allow identity,names new.csv
	done
	try fil-import users --wait 0 user=u2 name=Last
	status_is 0
	sed -n 's/has [0-9]* MB/has N MB/p' "$ERR" > told
	fil_compare 'what is told' told "fil-import: $FILROUGE_DB: the write-ahead log has N MB, since a program has been reading the store for long: it grows until that program ends"
	exec 8<&-
	wait $reader || true
	fil-import -q users user=u2 name=Again
	fil-import -q users user=u3 name=Again
	[ ! -e "$FILROUGE_DB-wal" ]
	whole
}

@test "a damaged value is told as damage by every command that reads it, and reaches no pipe" {
	local table column bad good value command control=$'[\x01-\x08\x0b-\x1f\x7f]'

	fil_store
	fil-import -q users <<< $'user,name,unit,role\nu1,Ada,Accueil,user\nu2,Bo,Dons,trainer'
	fil-import -q phases phase=pilot title=P kind=pilot begins=2024-01-08
	fil-import -q modules module=m title=M kind=course level=3
	fil-import -q rules rule=r module=m need=n
	fil-import -q enrolments user=u1 phase=pilot enrolled=2024-01-08
	fil-assign -q user=u1 module=m assigned=2024-02-01 due=2024-03-01
	fil-record -q autonomy user=u1 dimension=tool level=2 source=self date=2024-02-01
	fil-record -q needs user=u1 need=n date=2024-02-01
	fil-backup -q whole.db
	while IFS='|' read -r table column bad good; do
		printf -v value %b "$bad"
		ask "update $table set $column = '$value'" > /dev/null
		for command in 'fil-list users --active --phase pilot' 'fil-list autonomy' 'fil-list assignments' \
			'fil-report autonomy --by unit' 'fil-report stalled' 'fil-report modules' 'fil-propose' \
			'fil-sample pilot --size 1 --by unit' 'fil-import users user=u1 unit=Dons' 'fil-report user --user u1'; do
			try "$command"
			[[ $(< "$OUT")$(< "$ERR") != *$control* ]]
			[ "$status" -lt 128 ]
			[ "$status" -ne 69 ] || grep -q 'is damaged' "$ERR"
			echo "$status $command"
		done > statuses
		# The command that surely reads the value.
		try fil-list "$table"
		status_is 69
		out_is "$(fil-list "$table" -d whole.db | head -n 1)"
		err_is "fil-list: $FILROUGE_DB: the store is damaged: $table.$column is '$bad', which was never written: restore it from a backup"
		grep -q '^69' statuses
		# What readers refuse is a finding.
		try fil-check
		status_is 1
		grep -q "^error,value,$table,.*,$column," "$OUT"
		ask "update $table set $column = '$good'" > /dev/null
	done <<- 'END'
		autonomy|level|9|2
		users|role|USER|user
		assignments|due|x|2024-03-01
		users|name|A\x1b[31m|Ada
		users|unit|A\x0au9,Eve|Dons
		autonomy|date|2024-02-31|2024-02-01
		phases|kind||pilot
	END
}

# bats test_tags=sqlite
@test "a damaged value is told as damage where a thread reads the events of thousands of users" {
	local column bad dimension

	fil_store
	(echo user,name; seq -f 'u%05.0f,N' 4000) | fil-import -q users
	for dimension in tool process; do
		(echo user; seq -f u%05.0f 4000) | fil-record -q autonomy dimension=$dimension date=2024-01-08 source=self level=3
	done
	cp "$FILROUGE_DB" whole.db
	while IFS='|' read -r column bad; do
		cp whole.db "$FILROUGE_DB"
		sqlite3 "$FILROUGE_DB" "DELETE FROM standing; DELETE FROM standings;
			UPDATE autonomy SET $column = '$bad' WHERE user = 'u03900' AND dimension = 'tool'"
		try fil-import dimensions dimension=tool threshold=2
		status_is 69
		err_is "fil-import: $FILROUGE_DB: the store is damaged: autonomy.$column is '$bad', which was never written: restore it from a backup"
	done <<- 'END'
		level|9
		date|2024-02-31
		source|nobody
	END
	cp whole.db "$FILROUGE_DB"
	sqlite3 "$FILROUGE_DB" 'DELETE FROM standing; DELETE FROM standings'
	fil-import -q dimensions dimension=tool threshold=2
	[ "$(ask 'select count(*) from standing')" = 8000 ]
	[ "$(ask 'select count(*) from standings')" = 4000 ]
	fil-check -q
}

# bats test_tags=sqlite
@test "a required value that is missing is damage, in a join too" {
	local schema="pragma writable_schema = on; update sqlite_schema set sql = replace(sql"

	fil_store
	fil-import -q users <<< $'user,name\nu1,Ada'
	fil-import -q phases phase=pilot title=P kind=pilot begins=2024-01-08
	sqlite3 "$FILROUGE_DB" "$schema, 'name TEXT NOT NULL', 'name TEXT         ')"
	sqlite3 "$FILROUGE_DB" 'update users set name = null'
	sqlite3 "$FILROUGE_DB" "$schema, 'name TEXT         ', 'name TEXT NOT NULL')"
	# A user who is not enrolled has no phase, which is no damage.
	try fil-import enrolments --match name phase=pilot enrolled=2024-03-01 <<< $'user\nAda'
	status_is 69
	err_is "fil-import: $FILROUGE_DB: the store is damaged: users.name is empty, which was never written: restore it from a backup"
}

# bats test_tags=sqlite
@test "a row of the log without its seal is damage" {
	local schema="pragma writable_schema = on; update sqlite_schema set sql = replace(sql" line

	fil_store
	fil-import -q users <<< $'user,name\nu1,Ada'
	sqlite3 "$FILROUGE_DB" "$schema, 'seal TEXT NOT NULL', 'seal TEXT         ')"
	sqlite3 "$FILROUGE_DB" 'update runs set seal = null where run = 2'
	sqlite3 "$FILROUGE_DB" "$schema, 'seal TEXT         ', 'seal TEXT NOT NULL')"
	try fil-check
	status_is 1
	out_has 'error,chain,runs,run=2,seal,the log was altered at this run: it does not give the seal that is stored'
	for line in 'fil-import users user=u1 name=B' 'fil-forget --yes u1'; do
		try "$line"
		status_is 69
		err_is "${line%% *}: $FILROUGE_DB: the store is damaged: runs.seal is empty, which was never written: restore it from a backup"
	done
}

@test "what is stored is told with -q too, if what follows fails" {
	local run

	fil_store
	fil-import -q users <<< $'user,name\nu1,Ada\nu2,Bob'
	fil-record -q autonomy user=u1 dimension=tool level=2 source=self date=2024-02-01
	run=4
	while read -r line; do
		try "$line"
		status_is 74
		err_is "${line%% *}: output: No space left on device" "${line%% *}: run $run is stored"
		run=$((run + 1))
	done <<- 'END'
		fil-undo -q 3 -o /dev/full
		fil-undo -q 4 -o /dev/full
		fil-forget -q --yes u2 -o /dev/full
	END
	ask 'update standing set level = 5' > /dev/null
	try fil-check -q --repair -o /dev/full
	status_is 74
	err_is 'fil-check: output: No space left on device' 'fil-check: run 7 is stored'
}

@test "an output that cannot be opened is told before rows are stored" {
	local line

	fil_store
	fil-import -q users <<< $'user,name\nu1,Ada'
	fil-record -q autonomy user=u1 dimension=tool level=2 source=self date=2024-02-01
	ask 'update standing set level = 5' > /dev/null
	dump > before
	for line in 'fil-undo --last' 'fil-check --repair' 'fil-forget --yes u1'; do
		try "$line -o nowhere/x"
		status_is 73
		err_is "${line%% *}: nowhere/x: No such file or directory"
		dump | diff before -
	done
}

# bats test_tags=sqlite
@test "a full file system leaves the old state, and is named" {
	unshare -rm true || skip 'no user namespaces here'
	crowd 50000 'a name that takes some room in the store' > users.csv
	mkdir small
	cat > fill.sh <<- 'END'
		mount -t tmpfs -o size=2m tmpfs small
		export FILROUGE_DB=$PWD/small/s.db
		fil-init -q
		fil-import -q users user=u0 name=old
		fil-import -q users users.csv
		echo "$?"
		fil-list users
		sqlite3 "$FILROUGE_DB" 'pragma integrity_check'
		fil-record -q needs user=u0 need=x && echo writes again
	END
	try unshare -rm bash fill.sh
	err_has "fil-import: $PWD/small/s.db: the disk is full: no space left on $PWD/small; run 3 is not stored"
	out_is 74 user,name,email,unit,job,manager,role,arrived,left,feed u0,old,,,,,user,,,hr ok 'writes again'
}

# bats test_tags=sqlite
@test "a network file system gets no store, and one that is there is used with a warning" {
	local shims=${FILROUGE_SHIMS:-$BATS_TEST_DIRNAME/../../build/torture}

	! ldd "$FILROUGE_BIN/fil-list" | grep -q asan || skip 'the sanitizer comes first'
	fil_store
	try env LD_PRELOAD="$shims/network.so" fil-init -d new.db
	status_is 73
	err_is 'fil-init: new.db: on a network file system, where locks cannot be relied upon'
	[ ! -e new.db ]
	try env LD_PRELOAD="$shims/network.so" fil-list phases
	status_is 0
	err_is "fil-list: $FILROUGE_DB: on a network file system, where locks cannot be relied upon: use it from one machine only"
}

# SQLite opens a file for reading where opening it for writing fails, and keeps no error number.
# bats test_tags=sqlite
@test "a failure of the disk is told as one, whichever call meets it" {
	local calls shims=${FILROUGE_SHIMS:-$BATS_TEST_DIRNAME/../../build/torture}

	! ldd "$FILROUGE_BIN/fil-list" | grep -q asan || skip 'the sanitizer comes first'
	fil_store
	# A log that another process has left is recovered by the next one.
	LD_PRELOAD=$shims/calls.so TORTURE_COUNT=$PWD/count fil-import -q users user=u1 name=A > /dev/null
	calls=$(< count)
	(LD_PRELOAD=$shims/calls.so TORTURE_KILL=$((calls - 6)) fil-import -q users user=u2 name=B) > /dev/null 2>&1 || true
	[ -s "$FILROUGE_DB-wal" ]
	cp "$FILROUGE_DB" left
	cp "$FILROUGE_DB-wal" left-wal
	for ((i = 0; i < 32; i++)); do # the calls that open the store, with the log and without one
		rm "$FILROUGE_DB"*
		cp left "$FILROUGE_DB"
		[ $((i % 2)) -eq 0 ] || cp left-wal "$FILROUGE_DB-wal"
		try env LD_PRELOAD="$shims/calls.so" TORTURE_AT=$((i / 2 + 1)) TORTURE_ERROR=5 fil-undo --last -nq
		[ "$status" -eq 0 ] || grep -q 'Input/output error\|opening the store for writing failed$' "$ERR"
		[ "$status" -eq 0 ] || status_is 74
	done
}

# bats test_tags=sqlite
@test "the commands of root leave a store to its owner" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can'
	fil_store
	chmod 755 . ..
	chown -R nobody "$FOLDER"
	fil-import -q users user=u1 name=A
	exec 8< <(fil-list users)
	fil-record -q needs user=u1 need=x
	exec 8<&-
	[ "$(stat -c %U "$FOLDER"/* | sort -u)" = nobody ]
	try setpriv --reuid=nobody --clear-groups env PATH="$PATH" fil-import users user=u2 name=B
	[ "$status" -eq 0 ] || skip 'nobody cannot reach the commands here'
	[ "$(ask 'select count(*) from users')" = 2 ]
}

# A million rows with FILROUGE_TORTURE.
@test "an import of many rows needs little memory" {
	local rows=100000 most=300000

	! ldd "$FILROUGE_BIN/fil-list" | grep -q asan || skip 'the sanitizer needs more'
	[ -z "$FILROUGE_TORTURE" ] || rows=1000000 most=500000
	fil_store
	crowd $rows N > users.csv
	try "ulimit -v $most; fil-import -q users users.csv"
	status_is 0
	[ "$(fil-list users | wc -l)" -eq $((rows + 1)) ]
	# Too little of it is a message.
	try "ulimit -v 60000; fil-import users --allow identity,names users.csv"
	[ "$status" -eq 0 ] || [ "$status" -eq 70 ] || [ "$status" -eq 127 ]
	whole
}

@test "zone and daylight saving time change no figure" {
	local zone

	fil_store
	fil-import -q users user=u1 name=A
	export FILROUGE_TODAY=2024-03-31
	fil-record -q autonomy user=u1 dimension=tool level=2 source=self date=2024-03-30
	try fil-report stalled --weeks 0
	cp "$OUT" wanted.out
	for zone in UTC Europe/Paris America/St_Johns Pacific/Apia Asia/Kathmandu 'XXX-23:59'; do
		TZ=$zone try fil-report stalled --weeks 0
		out_is < wanted.out
		TZ=$zone try fil-record autonomy user=u1 dimension=process level=1 source=self date=yesterday --dry-run
		out_is action,user,dimension,date,source,level,note added,u1,process,2024-03-30,self,1,
	done
	# 29 February, and a year later.
	try fil-record autonomy user=u1 dimension=tool level=3 source=self date=2024-02-29
	status_is 0
	try fil-record autonomy user=u1 dimension=tool level=3 source=self date=2023-02-29
	status_is 65
	FILROUGE_TODAY=2024-02-29 try fil-import phases phase=p title=P kind=pilot begins=+1y --dry-run
	out_has added,p,P,pilot,2025-02-28,
}
