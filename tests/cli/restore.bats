#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

# Restoring: fil-init --from fills a new store of either engine with a copy that fil-backup made of either engine.

# A copy in a.db of a store in a file: users, facts, a changed row and a removed one.
some_copy() {
	local FILROUGE_DB=$SCRATCH/original/s.db

	mkdir original
	fil-init -q
	fil-import -q users <<< $'user,name,manager\nu1,"Ada ""A""",u2\nu2,Bo,\nu3,Cy,u1'
	fil-import -q users user=u2 name=Élodie
	fil-record -q autonomy <<< $'user,date,source,tool,process\nu1,2024-03-01,self,1,2\nu2,2024-03-02,test,5,\nu3,2024-03-03,test,0,3'
	fil-record -q needs user=u1 need=temps note=$'two\nlines'
	fil-import -q --remove needs user=u1 need=temps date=2024-03-15
	fil-backup -q a.db
	rm -r original
}

# Makes the place of a store: its folder, or an empty database.
some_place() {
	mkdir -p "$FOLDER"
	case $FILROUGE_DB in postgresql:*) fil_database ;; esac
}

# Hides salts and seals.
unsalted() {
	sed -E 's/[0-9a-f]{32,}/SALT/g'
}

# Checks that nothing was made, in the folder or the database.
nothing_made() {
	[ "$(ls -A "$FOLDER")" = '' ]
	case $FILROUGE_DB in
	postgresql:*) [ "$(ask "select count(*) from pg_class where relnamespace = 'public'::regnamespace")" = 0 ] ;;
	esac
}

@test "a new store holds all that the copy holds, and goes on from there" {
	some_copy
	some_place
	sha256sum a.db > before
	try fil-init --from a.db
	status_is 0
	out_is ''
	err_is "fil-init: made $FILROUGE_DB from a.db: 21 tables, 18 rows, 6 runs; fil-check tells whether all is in order"
	diff <(whole_store "$PWD/a.db") <(whole_store "$FILROUGE_DB")
	fil-check -q -d a.db > checked
	fil-check -q | diff checked -
	rm checked
	try fil-import users user=u4 name=New
	err_is 'fil-import: users: 1 read, 1 added, 0 changed, 0 unchanged (run 7)'
	sha256sum --check --quiet before
	[ "$(ls)" = $'a.db\nbefore\nstore' ]
	whole
}

# bats test_tags=sqlite
@test "the new store is for its owner alone, and nothing else is beside it" {
	some_copy
	some_place
	umask 0
	fil-init -q --from a.db
	[ "$(ls "$FOLDER")" = filrouge.db ]
	[ "$(stat -c %a "$FILROUGE_DB")" = 600 ]
	fil-import -q users user=u4 name=New
	[ "$(ask 'pragma journal_mode')" = wal ]
}

@test "a store that exists stays as it is" {
	some_copy
	fil_store
	fil-import -q users user=mine name=Mine
	dump > before
	try fil-init --from a.db
	status_is 73
	err_is "fil-init: $FILROUGE_DB: exists already"
	dump | cmp before -
}

@test "what is no copy, and what is not intact, is refused, and nothing is made" {
	local file

	some_copy
	some_place
	sqlite3 other.db 'create table t (x)'
	cp a.db newer.db && sqlite3 newer.db 'pragma user_version = 999'
	cp a.db trigger.db && sqlite3 trigger.db 'create trigger t after insert on users begin delete from runs; end'
	cp a.db torn.db && truncate -s 60000 torn.db
	cp a.db page.db && dd if=/dev/urandom of=page.db bs=4096 seek=12 count=3 conv=notrunc status=none
	echo text > text.db
	: > empty.db
	for file in other newer trigger torn page text empty nowhere; do
		try fil-init --from $file.db
		status_is 69
		out_is ''
		grep -q "^fil-init: $file.db: " "$ERR"
		nothing_made
	done
	try fil-init --from nowhere.db
	err_is 'fil-init: nowhere.db: there is no copy there'
	try fil-init --from .
	status_is 69
	try fil-init --from a.db --grant
	status_is 64
	try fil-init --from postgresql:///x
	status_is 64
	err_is 'fil-init: --from: a copy is a file; fil-backup makes one of postgresql:///x' \
	    "Try 'fil-init --help' for more information."
	nothing_made
}

# Copies a copy without its digest, as earlier versions made it.
copy_unsigned() {
	cp "$1" "$2" && truncate --size=-46 "$2"
}

@test "a copy in which any byte has changed is not intact" {
	local at size

	some_copy
	some_place
	size=$(stat -c %s a.db)
	for at in 100 5000 20001 $((size / 2)) $((size - 5000)) $((size - 46)) $((size - 1)) $(shuf -n 20 -i 100-$((size - 47)) --random-source=a.db); do
		cp a.db b.db
		perl -e 'open F, "+<:raw", $ARGV[0]; seek F, $ARGV[1], 0; read F, $c, 1; seek F, $ARGV[1], 0; print F chr(ord($c) ^ 1)' b.db "$at"
		try fil-init --from b.db
		status_is 69
		grep -q '^fil-init: b.db: ' "$ERR"
		nothing_made
	done
	sed 's/Ada/Eda/' a.db > b.db
	try fil-init --from b.db
	err_is 'fil-init: b.db: the copy is damaged: its bytes are not those that were written; take another copy'
	# Bytes behind the digest, or a part of it, are none of a copy.
	for size in +1 +4096 -1 -45; do
		cp a.db b.db
		truncate --size="$size" b.db
		try fil-init --from b.db
		status_is 69
		err_is 'fil-init: b.db: the copy is damaged: its bytes are not those that were written; take another copy'
		try fil-check -q -d b.db
		status_is 1
		out_has 'error,engine,,,,the copy was changed after it was made: its bytes are not those that were written'
	done
	# In use a copy is a store, which changes.
	cp a.db used.db
	fil-record -q -d used.db needs user=u1 need=x > /dev/null
	fil-init -q --from used.db
}

@test "a copy in which an index lost a row is not intact" {
	some_copy
	some_place
	copy_unsigned a.db b.db
	# The rows of an index without one of its table: as a disk leaves it that lost a write.
	sqlite3 b.db "pragma writable_schema = on; update sqlite_schema set sql = replace(sql, 'IS NOT NULL', 'IS NULL')
	    where name = 'history_subject'" '.exit'
	sqlite3 b.db 'reindex history_subject'
	sqlite3 b.db "pragma writable_schema = on; update sqlite_schema set sql = replace(sql, 'IS NULL', 'IS NOT NULL')
	    where name = 'history_subject'" '.exit'
	[ "$(sqlite3 b.db 'pragma integrity_check' | head -n 1)" != ok ]
	try fil-init --from b.db
	status_is 69
	err_is 'fil-init: b.db: the store is damaged: restore it from a backup'
	nothing_made
}

@test "a copy that may only be read is enough" {
	some_copy
	some_place
	mkdir medium
	mv a.db medium
	chmod 444 medium/a.db
	chmod 555 medium
	fil-init -q --from medium/a.db
	chmod 755 medium
	[ "$(fil-list users | wc -l)" -eq 4 ]
	[ "$(ls medium)" = a.db ]
}

@test "a store in use is copied like a copy: this moves it" {
	some_copy
	some_place
	mkdir old
	fil-init -q -d old/s.db --from a.db
	fil-import -q -d old/s.db users user=u4 name=Late
	fil-init -q --from old/s.db
	diff <(whole_store "$PWD/old/s.db") <(whole_store "$FILROUGE_DB")
}

# The log of a store that was killed holds rows which its file lacks.
# bats test_tags=sqlite
@test "a store is restored from the file and the log that a killed command left" {
	some_copy
	some_place
	mkdir old
	fil-init -q -d old/s.db --from a.db
	fil-import -q -d old/s.db users user=u4 name=Late
	# A reader that stays keeps the last writer from emptying the log.
	mkfifo hold
	sqlite3 old/s.db < hold > held &
	exec 8> hold
	echo 'begin; select count(*) from runs;' >&8
	while [ ! -s held ]; do sleep 0.01; done
	fil-import -q -d old/s.db users user=u5 name=Later
	cp old/s.db old/s.db-wal .
	exec 8>&-
	wait
	fil-init -q --from s.db
	[ "$(fil-list users -w name~Late* | wc -l)" -eq 3 ]
}

@test "a kill leaves no store, and no half of one" {
	local i

	some_copy
	mkdir large
	fil-init -q -d large/s.db --from a.db
	(echo user,name; seq -f 'n%.0f,N' 30000) | fil-import -q users -d large/s.db
	for i in 0.02 0.05 0.1 0.2; do
		some_place
		timeout -s KILL $i fil-init -q --from large/s.db || true
		# A kill may also come when the store has its place already.
		try fil-list users
		if [ "$status" -eq 0 ]; then
			[ "$(wc -l < "$OUT")" -eq 30004 ]
			rm -r "$FOLDER"
		else
			status_is 69
			out_is ''
			err_is "fil-list: $FILROUGE_DB: no store there: fil-init makes one"
		fi
	done
	some_place
	fil-init -q --from large/s.db
	[ "$(fil-list users | wc -l)" -eq 30004 ]
}

# Prints the crontab of a page, for this test: with its commands, its store and its folder of copies.
crontab_of() {
	awk '/^\.Dl PATH=/ { table = "" } sub(/^\.Dl /, "") { table = table $0 "\n" } /^[0-9*].*fil-backup/ { printf "%s", table; exit }' \
	    "$BATS_TEST_DIRNAME/../../man/$1" |
	    sed "s|/usr/local/bin|$FILROUGE_BIN|; s|=/srv/filrouge/filrouge.db|=$FILROUGE_DB|; s|/mnt/copies|$SCRATCH/copies|; s|\\\\e%|%|"
}

# Runs the command of a crontab as cron does: a short environment, and a shell.
cron() {
	local line settings=() IFS

	while IFS= read -r line; do
		case $line in
		PATH=* | FILROUGE_DB=*) settings+=("$line") ;;
		*) env -i HOME="$HOME" LOGNAME=ada SHELL=/bin/sh "${settings[@]}" /bin/sh -c "${line#* * * * * }" ;;
		esac
	done
}

@test "the machine is lost between two nights: the crontab's copy gives the store back" {
	local page

	mkdir copies
	fil_store
	fil-import -q users <<< $'user,name\nu1,Ada\nu2,Bo'
	for page in fil-backup.1 filrouge.7; do
		crontab_of $page > table
		[ "$(grep -c '' table)" -eq 3 ]
		try cron < table
		status_is 0
		out_is ''
		err_is ''
		try cron < table
		status_is 0
	done
	[ "$(find copies -type f | wc -l)" -eq 2 ]
	fil-record -q needs user=u1 need=temps
	whole_store "$FILROUGE_DB" > before
	cron < table
	fil-import -q users user=u3 name=Late
	rm -r "$FOLDER"
	some_place
	fil-init -q --from copies/filrouge.db
	# The last night's run is not in its own copy.
	whole_store "$FILROUGE_DB" | diff before -
	try fil-import users user=u3 name=Late
	status_is 0
	err_is 'fil-import: users: 1 read, 1 added, 0 changed, 0 unchanged (run 8)'
}

# Prints the figures of tests/data/stores/README for the store of an address.
figures_of() {
	fil-report autonomy --min-group 0 --by unit -q -f csv -d "$1"
	fil-report autonomy --min-group 0 --as-of 2024-02-15 -q -f csv -d "$1"
	fil-report progress --min-group 0 --weeks 6 -q -f csv -d "$1"
	fil-report stalled --weeks 3 -q -f csv -d "$1"
}

# Signs a file as fil-backup signs a copy.
sign() {
	{ cat "$1"; printf 'filrouge copy '; python3 -c 'import hashlib, sys
sys.stdout.buffer.write(hashlib.blake2b(open(sys.argv[1], "rb").read(), digest_size=32).digest())' "$1"; } > signed
	mv signed "$1"
}

# The upgrade finds room in free pages, and so does not write over the end of the file.
# bats test_tags=sqlite
@test "a copy of an older version that was upgraded in its place is no changed copy" {
	some_place
	sqlite3 old.db < "$DATA/stores/schema-3.sql" > mode
	sqlite3 old.db 'create table x (x); insert into x values (zeroblob(400000)); drop table x; pragma journal_mode = delete' > mode
	sign old.db
	chmod 600 old.db
	fil-init -q --from old.db
	fil-list -q -d old.db users > listed
	[ "$(sqlite3 old.db 'pragma freelist_count')" -gt 0 ]
	try fil-check -q -d old.db
	status_is 0
	fil-init -q -d again.db --from old.db
}

# The files of tests/data/stores are stores of older versions, as sqlite3 prints them.
@test "a copy of each older version is brought up to date on the way, with its figures, and stays as it is" {
	local version

	export FILROUGE_TODAY=2024-03-31
	for version in "$DATA"/stores/schema-*.sql; do
		rm -rf "$FOLDER" old.db*
		some_place
		sqlite3 old.db < "$version"
		chmod 400 old.db
		sha256sum old.db > before
		try fil-init --from old.db
		status_is 0
		out_is ''
		grep -q "^fil-init: made $FILROUGE_DB from old.db: 21 tables, [1-9][0-9]* rows, [1-9][0-9]* runs; fil-check tells whether all is in order$" "$ERR"
		sha256sum --check --quiet before
		[ "$(find . -name 'old.db*')" = ./old.db ]
		[ "$(find "$FOLDER" -type f | grep -cv '/filrouge.db$')" -eq 0 ]
		# It is what the copy itself becomes when it is used as a store, but for random salts.
		chmod 600 old.db
		fil-list -q -d old.db users > listed
		diff <(whole_store "$PWD/old.db" | unsalted) <(whole_store "$FILROUGE_DB" | unsalted)
		rm old.db.before-*
		figures_of "$PWD/old.db" | diff "${version%.sql}.csv" -
		figures_of "$FILROUGE_DB" | diff "${version%.sql}.csv" -
		try fil-check -q
		status_is 0
		fil-import -q users user=new name=New
	done
}

# A file takes the pages as they are; a server would cut the text, or refuse it in words of its own.
# bats test_tags=postgresql
@test "text that no command stores is refused by a server, and nothing is made" {
	local bytes

	some_copy
	some_place
	for bytes in 'ff' '410042'; do
		copy_unsigned a.db b.db
		sqlite3 b.db "update users set name = cast(x'$bytes' as text) where \"user\" = 'u2'"
		try fil-init --from b.db
		status_is 69
		err_is "fil-init: the store is damaged: users 'u2' is not as it was written"
		nothing_made
	done
	copy_unsigned a.db b.db
	sqlite3 b.db 'pragma foreign_keys = off; delete from users where "user" = '"'u3'"
	FILROUGE_DB=${FILROUGE_DB/filrouge@/plain@} && psql -qXd postgres -c 'create role plain login' -c "alter database ${FILROUGE_DB##*/} owner to plain"
	try fil-init --from b.db
	status_is 65
	grep -q "^fil-init: autonomy: 'u3', .*: a reference does not exist$" "$ERR"
	FILROUGE_DB=${FILROUGE_DB/plain@/filrouge@}
	nothing_made
	psql -qXd postgres -c "alter database ${FILROUGE_DB##*/} owner to filrouge" -c 'drop role plain'
}
