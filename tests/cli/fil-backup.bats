#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

background=

# Ends what a test began.
teardown() {
	[ -z "$background" ] || kill "$background" 2> /dev/null || :
}

# A store with users, facts, a changed row and a removed one: 13 rows beside the seeds' 8, and 6 runs.
some_store() {
	fil_store fill_some_store
}

fill_some_store() {
	fil-import -q users <<< $'user,name,manager\nu1,"Ada ""A""",u2\nu2,Bo,\nu3,Cy,u1'
	fil-import -q users user=u2 name=Élodie
	fil-record -q autonomy <<< $'user,date,source,tool,process\nu1,2024-03-01,self,1,2\nu2,2024-03-02,test,5,\nu3,2024-03-03,test,0,3'
	fil-record -q needs user=u1 need=temps note=$'two\nlines'
	fil-import -q --remove needs user=u1 need=temps date=2024-03-15
}

@test "a copy is a store in a file of its own, with the log and the history" {
	some_store
	whole_store "$FILROUGE_DB" > before
	umask 0
	mkdir copies
	try fil-backup copies/a.db
	status_is 0
	out_is ''
	err_is 'fil-backup: copies/a.db: 21 tables, 18 rows, 6 runs (run 7)'
	whole_store "$PWD/copies/a.db" | diff before -
	[ "$(ls copies)" = a.db ]
	[ "$(stat -c %a copies/a.db)" = 600 ]
	[ "$(sqlite3 copies/a.db 'pragma integrity_check; pragma foreign_key_check; pragma journal_mode')" = $'ok\ndelete' ]
}

@test "the run says where the copy is, and is not in the copy" {
	some_store
	mkdir copies
	ln -s copies link
	fil-backup -q link/a.db
	[ "$(ask 'select run, command, input, hash, read, added from runs where run = 7')" = \
	    "7|fil-backup -q link/a.db|$(realpath copies)/a.db||18|0" ]
	[ "$(sqlite3 copies/a.db 'select max(run) from runs')" = 6 ]
	# Only the run is new in the store.
	[ "$(ask 'select count(*) from history')" = 2 ]
}

# bats test_tags=sqlite
@test "where memory fails, a run that is stored says where the copy is all the same" {
	local at count where=$PWD/a.db shim=${FILROUGE_SHIMS:-$BATS_TEST_DIRNAME/../../build/torture}/memory.so

	! ldd "$FILROUGE_BIN/fil-backup" | grep -q asan || skip 'the sanitizer has an allocator of its own'
	some_store
	env LD_PRELOAD="$shim" TORTURE_COUNT=count fil-backup -q a.db
	count=$(cat count)
	# Once the copy is complete, few allocations are left.
	for ((at = count - 200; at <= count; at++)); do
		rm -f a.db
		try env LD_PRELOAD="$shim" TORTURE_AT=$at fil-backup -q a.db
		[ "$status" -eq 70 ] || [ "$status" -eq 0 ]
	done
	[ "$(ask 'select distinct input from runs where run > 6')" = "$where" ]
}

@test "a file that exists stays, unless it is a copy and --replace is given" {
	local file

	some_store
	fil-backup -q a.db
	cp a.db earlier
	try fil-backup a.db
	status_is 73
	err_is 'fil-backup: a.db: exists already; --replace replaces an earlier copy'
	cmp a.db earlier
	try fil-backup --replace a.db
	status_is 0
	err_is 'fil-backup: a.db: 21 tables, 18 rows, 7 runs (run 8)'
	echo text > text
	head -c 10000 earlier > torn
	: > empty
	mkdir folder
	mkfifo pipe
	sqlite3 other.db 'create table t (x)'
	for file in text torn empty folder pipe other.db; do
		try timeout 60 fil-backup --replace "$file"
		status_is 73
		err_is "fil-backup: $file: not an intact copy, so it is not replaced: choose another name, or remove it"
	done
	[ "$(cat text)" = text ]
	[ "$(ask 'select count(*) from runs')" = 8 ]
	# A link stays, and leads to the new copy.
	ln -s a.db link
	try fil-backup --replace link
	status_is 0
	[ -L link ]
	[ "$(sqlite3 a.db 'select max(run) from runs')" = 8 ]
}

# bats test_tags=sqlite
@test "neither the store, nor a file beside a store, is the place of a copy" {
	local ending file

	some_store
	mkdir other
	fil-init -q -d other/s.db
	for ending in '' -wal -shm -journal .lock; do
		try fil-backup --replace "$FILROUGE_DB$ending"
		status_is 73
		err_is "fil-backup: $FILROUGE_DB$ending: the store itself, or a file of it"
	done
	fil-import -q -d other/s.db users user=u1 name=Other
	sha256sum "$FILROUGE_DB" other/* > before
	try fil-backup --replace other/s.db
	status_is 73
	err_is "fil-backup: other/s.db: the place of a store in use, not of a copy ($(realpath other)/s.db.lock)"
	# Without a file beside it, it is no copy either; nor is a store that was made of one.
	rm -f other/s.db.lock
	fil-backup -q a.db
	fil-init -q -d other/restored.db --from a.db
	cp a.db used.db
	fil-import -q -d used.db users user=u9 name=Used
	rm used.db.lock
	for file in other/s.db other/restored.db used.db; do
		try fil-backup --replace $file
		status_is 73
		err_is "fil-backup: $file: not an intact copy, so it is not replaced: choose another name, or remove it"
	done
	: > other/s.db-wal
	mv other/s.db elsewhere
	try fil-backup other/s.db
	status_is 73
	err_is "fil-backup: other/s.db: the place of a store in use, not of a copy ($(realpath other)/s.db-wal)"
	mv elsewhere other/s.db
	rm other/s.db-wal
	sha256sum other/s.db > after
	grep ' other/s.db$' before | diff - after
}

@test "--dry-run makes the copy, checks it, and keeps nothing" {
	some_store
	dump > before
	mkdir copies
	try fil-backup -n copies/a.db
	status_is 0
	out_is ''
	err_is 'fil-backup: copies/a.db: 21 tables, 18 rows, 6 runs; nothing was kept (--dry-run)'
	[ "$(ls copies)" = '' ]
	dump | cmp before -
}

@test "a trial and a run that is refused leave a copy as it was made" {
	fil_store
	fil-import -q users user=u1 name=Ada
	fil-backup -q copy.db
	sha256sum copy.db > before
	try fil-import -n -d copy.db users user=u2 name=Bob
	status_is 0
	try fil-record -d copy.db autonomy user=none dimension=tool level=3 source=test
	status_is 65
	try fil-import -d copy.db users missing.csv
	status_is 66
	sha256sum --check --quiet before
	[ "$(ls copy.db*)" = $'copy.db\ncopy.db.lock' ]
	try fil-check -q -d copy.db
	[ "$(grep -c digest "$OUT")" = 0 ]
	# What is written makes a store of it.
	try fil-import -d copy.db users user=u2 name=Bob
	status_is 0
	try fil-import -d copy.db users user=u3 name=Cem
	status_is 0
	[ "$(fil-list -d copy.db users | sed 1d | cut -d, -f1)" = $'u1\nu2\nu3' ]
	[ "$(sqlite3 copy.db 'pragma journal_mode')" = wal ]
}

@test "a trial writes no byte of a copy: of much more than memory keeps, or of an older version" {
	fil_store
	fil-import -q users user=u1 name=Ada
	fil-backup -q copy.db
	sqlite3 old.db < "$DATA/stores/schema-4.sql" > mode
	chmod 600 old.db
	fil-list -q -d old.db users > listed
	mv old.db.before-4 older.db
	sha256sum copy.db older.db > before
	{
		echo user,name,job
		seq 20000 | sed "s/.*/n&,Name &,$(printf 'x%.0s' {1..900})/"
	} > many.csv
	for copy in copy.db older.db; do
		try fil-import -n -q -d $copy users many.csv
		status_is 0
		err_is ''
		sha256sum --check --quiet before
		[ "$(find . -name "$copy.*" ! -name '*.lock')" = '' ]
	done
	try fil-undo -n -q -d older.db --last
	status_is 0
	sha256sum --check --quiet before
}

@test "a store that a writer holds is copied; its run waits, and without it there is no copy" {
	some_store
	mkfifo hold
	case $FILROUGE_DB in
	postgresql:*) psql -qXAtd "$FILROUGE_DB" < hold > held & ;;
	*) flock "$FILROUGE_DB.lock" sh -c 'echo 1 > held; cat hold > end' & ;;
	esac
	background=$!
	exec 8> hold
	echo 'begin; select 1 from filrouge for update;' >&8
	while [ ! -s held ]; do sleep 0.01; done
	try fil-backup --wait 0 a.db
	status_is 75
	grep -q 'is writing to the store' "$ERR"
	[ ! -e a.db ]
	try fil-backup -n --wait 0 a.db
	status_is 0
	exec 8>&-
	wait $background || :
	try fil-backup --wait 5 a.db
	status_is 0
	err_is 'fil-backup: a.db: 21 tables, 18 rows, 6 runs (run 7)'
	[ "$(find . -name 'a.db*' | wc -l)" -eq 1 ]
}

@test "copies during many writes each hold one state between two runs" {
	local i n

	fil_store
	(for i in $(seq 60); do
		fil-import -q users <<< $'user,name\n'"$(seq -f "$i-%.0f,N" 50)"
	done) &
	background=$!
	for i in 1 2 3 4 5 6 7 8; do
		try fil-backup -q "$i.db"
		if [ "${STORE:-}" = citus ] && [ "$status" = 75 ]; then    # nodes share no snapshot: no copy is kept
			[ ! -e "$i.db" ]
			continue
		fi
		status_is 0
		n=$(sqlite3 "$i.db" "select count(*) from runs where command like 'fil-import%'")
		[ "$(fil-list users -d "$i.db" | wc -l)" -eq $((50 * n + 1)) ]
		[ "$(sqlite3 "$i.db" 'select max(run) = count(*) from runs')" = 1 ]
	done
	wait $background
	background=
	[ "$(fil-list users | wc -l)" -eq 3001 ]
	whole
}

# bats test_tags=sqlite
@test "a signal leaves no file beside the copy's place" {
	local signal

	some_store
	mkdir copies
	exec 9> "$FILROUGE_DB.lock"
	flock 9
	# The copy is made, and waits for the run's turn.
	for signal in INT TERM HUP KILL; do
		env --default-signal fil-backup -q copies/a.db 9>&- &
		background=$!
		until [[ $(readlink /proc/$background/fd/*) == *.lock* ]]; do sleep 0.01; done
		kill -$signal $background
		try wait $background
		[ "$status" -gt 128 ]
		[ -z "$(ls -A copies)" ]
	done
}

# bats test_tags=sqlite
@test "a damaged store gives no copy, and neither does a full disk" {
	some_store
	fil-import -q users <<< "user,name"$'\n'"$(seq -f 'n%.0f,a name long enough' 20000)"
	try '(ulimit -f 500; fil-backup a.db)'
	status_is 74
	err_is 'fil-backup: a.db: the store reaches the limit of a file'"'"'s size (ulimit -f)'
	[ "$(find . -name 'a.db*' | wc -l)" -eq 0 ]
	dd if=/dev/urandom of="$FILROUGE_DB" bs=4096 seek=100 count=20 conv=notrunc status=none
	try fil-backup a.db
	status_is 69
	err_is "fil-backup: $FILROUGE_DB: the store is damaged: restore it from a backup"
	[ "$(find . -name 'a.db*' | wc -l)" -eq 0 ]
}

@test "a folder that cannot be written, and one that does not exist, are named" {
	some_store
	try fil-backup nowhere/a.db
	status_is 73
	err_is 'fil-backup: nowhere/a.db: No such file or directory'
	try fil-backup /proc/a.db
	[ "$status" -ne 0 ]
	[ "$(ask 'select count(*) from runs')" = 6 ]
}

@test "wrong uses" {
	fil_store
	try fil-backup
	status_is 64
	err_is 'fil-backup: an operand is missing: FILE' "Try 'fil-backup --help' for more information."
	try fil-backup ''
	status_is 64
	err_is 'fil-backup: the name of the file is empty' "Try 'fil-backup --help' for more information."
	try fil-backup -
	status_is 64
	out_is ''
	err_is 'fil-backup: -: a copy is a file, whose place the log keeps, never standard output: give a file, or ./- for one of this name' \
		"Try 'fil-backup --help' for more information."
	[ ! -e - ]
	try fil-backup postgresql:///copy
	status_is 64
	err_is 'fil-backup: postgresql:///copy: a copy is a file; fil-init --from fills a store on a server' \
	    "Try 'fil-backup --help' for more information."
	try fil-backup a.db b.db
	status_is 64
	[ "$(ask 'select count(*) from runs')" = 1 ]
	fil-backup -q ./-
	[ -s ./- ]
}

@test "--help" {
	try fil-backup --help
	status_is 0
	out_is <<- 'END'
		Usage: fil-backup [OPTION...] FILE
		Copy the store into a file.

		Options:
		      --replace       replace an earlier copy in FILE (default: refuse)
		  -n, --dry-run       do everything, keep nothing (default: keep)
		      --wait SECONDS  wait at most SECONDS for other writers (default: 30)
		  -d, --db STORE      use STORE (default: FILROUGE_DB, or ~/.local/share)
		  -q, --quiet         say nothing but errors
		  -v, --verbose       say more
		  -h, --help          show this help
		      --version       show the version

		Examples:
		  fil-backup /mnt/copies/filrouge.db
		  fil-backup -q --replace /mnt/copies/monday.db

		More: man fil-backup, man 7 filrouge
	END
}
