#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2030,SC2031 # a test changes its own copy
# bats file_tags=postgresql
load helper

# What is PostgreSQL's own: the server, its roles, its connections. All other tests run on it too.

background=()
HEAD=action,user,name,email,unit,job,manager,role,arrived,left,feed

# Ends what a test began.
teardown() {
	local pid

	for pid in "${background[@]}"; do kill "$pid" 2> /dev/null || :; done
}

# Prints the address with another role, or another database.
as_role() {
	echo "${FILROUGE_DB/filrouge@/$1@}"
}

beside() {
	echo "${FILROUGE_DB%/*}/$1"
}

# The users u1 to u$1.
crowd() {
	echo user,name
	seq -f 'u%.0f,Somebody' "$1"
}

@test "a store is made in an empty database, and said" {
	fil_database
	try fil-init
	status_is 0
	out_is ''
	err_is "fil-init: made $FILROUGE_DB"
	try fil-list dimensions
	out_is dimension,title,threshold,begins,ends 'process,Digitised process,3,,' 'tool,New tool,3,,'
	[ "$(ask 'select run, command, added from runs')" = '1|fil-init|8' ]
}

@test "the log names the account and the role" {
	fil_store
	ask 'create role nobody_else login superuser'
	FILROUGE_DB=$(as_role nobody_else) fil-import -q users user=u1 name=A
	SUDO_USER=ada fil-import -q users user=u2 name=B
	[ "$(ask 'select who from runs order by run')" = \
	    "$(id -un) (role filrouge)"$'\n'"$(id -un) (role nobody_else)"$'\n'"$(id -un) (ada, role filrouge)" ]
	ask 'drop role nobody_else'
}

@test "a store that exists is refused and left as it is" {
	fil_store
	dump > before
	try fil-init
	status_is 73
	err_is "fil-init: $FILROUGE_DB: exists already"
	dump | cmp before -
}

@test "a database that holds something else is refused and left as it is" {
	fil_database
	ask 'create table customers (id integer)'
	dump > before
	try fil-init
	status_is 73
	err_is "fil-init: $FILROUGE_DB: holds a table 'customers', which is not filrouge's: make a database for the store, or a schema that comes first in the search_path"
	try fil-list users
	status_is 69
	err_is "fil-list: $FILROUGE_DB: no store there: fil-init makes one"
	dump | cmp before -
	ask 'create table filrouge (name text)'
	try fil-list users
	status_is 69
	grep -q "^fil-list: $FILROUGE_DB: not a store (" "$ERR"
}

# With Citus, the roles of a database that is on one node would be on that node alone.
# bats test_tags=one-server
@test "a schema that comes first in the search_path is a place of its own" {
	fil_database
	ask 'create table customers (id integer); create schema "Suivi"'
	ask "alter database ${FILROUGE_DB##*/} set search_path = \"Suivi\", public"
	fil-init -q --grant
	fil-import -q users user=u1 name=A
	[ "$(ask 'select name from "Suivi".users')" = A ]
	[ "$(ask "select has_schema_privilege('filrouge_reader', 'Suivi', 'usage')")" = t ]
}

@test "what an extension has put into the database is no reason to refuse it" {
	fil_database
	ask 'create extension pg_stat_statements'
	try fil-init
	status_is 0
}

@test "a database in another encoding is refused" {
	fil_address other
	psql -qXd postgres -c "create database ${FILROUGE_DB##*/} template template0 encoding latin1
		lc_collate 'C' lc_ctype 'C' locale_provider libc"
	try fil-init
	status_is 73
	err_is "fil-init: $FILROUGE_DB: the database is in LATIN1: make one in UTF8"
}

@test "a server or a database that is not there is said" {
	fil_address nowhere
	try fil-list users
	status_is 69
	grep -q "^fil-list: $FILROUGE_DB: .*${FILROUGE_DB##*/}.* does not exist$" "$ERR"
	FILROUGE_DB=postgresql://nobody@%2Fnowhere/x try fil-list users
	status_is 69
	grep -q "^fil-list: postgresql://nobody@%2Fnowhere/x: .*/nowhere/.s.PGSQL.5432" "$ERR"
	[ "$(wc -l < "$ERR")" -eq 1 ]
}

@test "a password has no place in the address, and is not repeated" {
	local address

	fil_store
	for address in "$(as_role 'filrouge:s3cret')" "$FILROUGE_DB?password=s3cret" \
	    "service=x password=s3cret" "postgresql://filrouge:s3cret@host:port/x" "$FILROUGE_DB?sslpassword=s3cret"; do
		try fil-list users -d "$address"
		status_is 64
		out_is ''
		run ! grep s3cret "$ERR"
		FILROUGE_DB=$address try fil-import users user=u1 name=A
		status_is 64
		run ! grep s3cret "$ERR"
	done
	try fil-list users -d "$(as_role 'filrouge:s3cret')"
	err_is "fil-list: the store's address holds a password (password), which others could see: put it into ~/.pgpass or into a service"
}

@test "a service names host, database and role, and its password stays its own" {
	fil_store
	cat > .pg_service.conf <<- END
		[suivi]
		host=$FILROUGE_CLUSTER
		dbname=${FILROUGE_DB##*/}
		user=filrouge
		password=s3cret
	END
	FILROUGE_DB=service=suivi try fil-import users user=u1 name=A
	status_is 0
	out_is $HEAD added,u1,A,,,,,user,,,hr
	[ "$(ask 'select command from runs where run = 2')" = 'fil-import users user=u1 name=A' ]
	FILROUGE_DB=service=other try fil-list users
	status_is 69
	err_is 'fil-list: service=other: definition of service "other" not found'
}

@test "text is ordered byte for byte, whatever the order of the database" {
	fil_store
	[ "$(ask "select string_agg(x, '' order by x) from unnest(array['b', 'É', 'a', 'Z', 'é', 'B']) as x")" = aBbÉéZ ] ||
	    [ "$(ask "select string_agg(x, '' order by x) from unnest(array['b', 'É', 'a', 'Z', 'é', 'B']) as x")" = abBéÉZ ]
	printf 'user,name\n%s,N\n' b É a Z é B 10 9 | sed '1!{/^user/d}' | fil-import -q users
	try 'fil-list users | cut -d , -f 1 | tr "\n" " "'
	[ "$(cat "$OUT")" = 'user 10 9 B Z a b É é ' ]
	[ "$(ask "select count(*) from pg_attribute as a join pg_class as c on c.oid = a.attrelid
	    join pg_collation as l on l.oid = a.attcollation
	    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and l.collname <> 'C'")" = 0 ]
}

@test "a store of a newer filrouge is refused by all" {
	local command

	fil_store
	newer
	for command in 'list users' 'import users user=u1 name=A' 'report autonomy' 'init --grant'; do
		# shellcheck disable=SC2086 # words
		try fil-$command
		status_is 69
		err_is "fil-${command%% *}: $FILROUGE_DB: made by a newer filrouge (schema 999; this one knows $(fil_version))"
	done
}

# Prints the version of a new store's schema.
fil_version() {
	psql -XAtd template -c 'select version from filrouge'
}

@test "a store that becomes newer while a command waits for its input is not written" {
	fil_store
	mkfifo slow
	fil-import users < slow > out 2> err &
	exec 8> slow
	printf 'user,name\na,A\n' >&8
	until [ "$(ask "select count(*) from pg_stat_activity where application_name = 'fil-import'
	    and datname = current_database()")" = 1 ]; do sleep 0.05; done
	newer
	exec 8>&-
	status=0
	wait $! || status=$?
	[ "$status" -eq 69 ]
	grep -q 'made by a newer filrouge (schema 999' err
	[ "$(ask 'select count(*) from users')" = 0 ]
}

@test "a schema whose columns or keys were altered is refused, what was added beside is not" {
	local change

	fil_store
	ask 'create index beside on users (unit)' 'create table other (x integer)' 'create view seen as select 1'
	try fil-list users
	status_is 0
	for change in 'alter table users drop column email' 'alter table needs alter column note type varchar(9)' \
	    'alter table users alter column name drop not null' 'alter table standing drop constraint standing_pkey' \
	    'alter table phases alter column title type text collate "default"' 'drop table history' \
	    'alter table levels add column color text'; do
		fil_store
		ask "$change"
		try fil-list users
		status_is 69
		err_is "fil-list: $FILROUGE_DB: the schema was altered: its columns or keys are not those that filrouge made"
	done
	fil_store
	ask 'delete from filrouge'
	try fil-list users
	status_is 69
	err_is "fil-list: $FILROUGE_DB: the database is damaged: its table filrouge has not one row"
}

# No older version was placed on nodes.
# bats test_tags=one-server
@test "a store of an older version is brought up to date, roles and all, by its owner" {
	local found today

	fil_store
	# Version 1 had no day of its runs, only their time.
	today=$(ask 'select substr(started, 1, 10) from runs')
	fil-init -q --grant
	ask 'alter table runs drop column mark, drop column today, drop column undid, drop column salt, drop column digest,
	    drop column seal; drop index runs_hash; drop table erased; drop index history_became;
	    alter table history drop column became, drop column named, drop column salt, drop column digest;
	    alter table dimensions drop column begins, drop column ends; alter table enrolments drop column declined;
	    drop table thresholds; drop table criteria; drop table aliases'
	# As version 1 would have noted it.
	found=$(sed "s/[$]1/array(select relname from pg_class where relname <> 'filrouge')/" \
	    "$BATS_TEST_DIRNAME/../../lib/sql/postgresql-fingerprint.sql")
	ask "update filrouge set version = 1, fingerprint = (select found from ($found) as f)"
	ask 'alter role filrouge_reader login'
	try fil-list -d "$(as_role filrouge_reader)" users
	status_is 69
	err_is "fil-list: $(as_role filrouge_reader): made by an older filrouge (schema 1; this one works with $(fil_version)), and this role may not bring it up to date: run any command as the owner of its tables"
	try fil-list users
	status_is 0
	[ "$(ask 'select version from filrouge')" = "$(fil_version)" ]
	[ "$(ask 'select run, command, mark, length(seal) from runs')" = '1|fil-init -q||64' ]
	try fil-list -d "$(as_role filrouge_reader)" users
	status_is 0
	try fil-list thresholds
	out_is dimension,begins,threshold "process,$today,3" "tool,$today,3"
	fil-import -q users user=u1 name=A
}

# Holds the writers' turn as another program's transaction, until its standard input ends.
hold() {
	mkfifo held
	PGAPPNAME=holder psql -qXAtd "$FILROUGE_DB" < held > got &
	background+=($!)
	exec 9> held
	echo 'begin; select version from filrouge for update;' >&9
	until [ -s got ]; do sleep 0.02; done
}

@test "a writer waits for another one, and gives up after --wait, naming it; readers never wait" {
	fil_store
	hold
	try fil-import users --wait 0 user=u1 name=A
	status_is 75
	out_is ''
	grep -qE "^fil-import: $FILROUGE_DB: holder of filrouge \(process [0-9]+ of the server\) is writing to the store, for over 0 s: try again$" "$ERR"
	try fil-record needs --wait 1 user=u1 need=x
	status_is 75
	try timeout 60 fil-list users
	status_is 0
	try timeout 60 fil-report autonomy
	status_is 0
	(sleep 1; echo 'rollback;' >&9) &
	try fil-import users --wait 20 user=u1 name=A
	status_is 0
	out_is $HEAD added,u1,A,,,,,user,,,hr
}

@test "a reader sees one state while others write" {
	fil_store
	crowd 10000 | fil-import -q users
	crowd 10000 | sed s/Somebody/Anybody/ > many.csv
	# The reader has begun, and waits until the writer is done.
	try 'fil-list users | (read -r header; fil-import -q users --allow identity,names many.csv; cat) | cut -d , -f 2 | sort | uniq -c'
	status_is 0
	grep -qE '^ *10000 Somebody$' "$OUT"
	run ! grep Anybody "$OUT"
	[ "$(ask 'select distinct name from users')" = Anybody ]
}

# Has the first $1 runs that are to be stored fail as serialisation does on an engine that distributes, or of SQLSTATE $2.
cross() {
	ask "create sequence tries; create function crossed() returns trigger language plpgsql as 'begin
	    if nextval(''tries'') <= $1 then raise exception using errcode = ''${2:-40001}''; end if; return new; end';
	    create trigger crossed before insert on runs for each row execute function crossed()"
}

@test "a transaction that others cross is run again as a whole, whatever its input" {
	fil_store
	cross 3
	{ crowd 3000; echo u1,Another; echo u3001,; } > many.csv
	try 'cat many.csv | fil-import users --keep-going -'
	status_is 1
	[ "$(wc -l < "$OUT")" -eq 3001 ]
	[ "$(grep -c 'u3000\b' "$OUT")" -eq 1 ]
	grep -qx 'fil-import: users: 3002 read, 3000 added, 0 changed, 0 unchanged, 2 refused (run 2)' "$ERR"
	[ "$(grep -c 'duplicate key' "$ERR")" -eq 1 ]
	[ "$(ask 'select count(*) from users')" = 3000 ]
	[ "$(ask 'select last_value from tries')" = 4 ]
	[ "$(ask 'select run, read, added, rejected from runs where run > 1')" = '2|3002|3000|2' ]
	ask "alter sequence tries restart"
	try 'fil-record autonomy dimension=tool source=test <(echo user,date,level; echo u1,2024-03-01,3)'
	status_is 0
	out_is action,user,dimension,date,source,level,note added,u1,tool,2024-03-01,test,3,
	[ "$(ask 'select level, run from standing')" = '3|3' ]
}

@test "a transaction that is crossed again and again ends with 75, and leaves nothing" {
	fil_store
	cross 1000 40P01
	crowd 3000 > many.csv
	try fil-import users many.csv
	status_is 75
	out_is ''
	[ "$(tail -n 1 "$ERR")" = "fil-import: $FILROUGE_DB: another transaction came in between: try again" ]
	[ "$(ask 'select last_value from tries')" = 4 ]
	[ "$(ask 'select count(*) from users')" = 0 ]
}

@test "what the server does not support is told, with what to do" {
	fil_store
	cross 1000 0A000
	try fil-import users user=u1 name=A
	status_is 69
	err_is "fil-import: $FILROUGE_DB: the server does not support a statement of this command (0A000): place the tables as filrouge-postgresql(7) says, or move the store to a server without the extension that places them"
	[ "$(ask 'select count(*) from users')" = 0 ]
}

@test "what the server lacks is told, with what to do" {
	fil_store
	cross 1000 42704
	try fil-import users user=u1 name=A
	status_is 69
	err_is "fil-import: $FILROUGE_DB: the server lacks what this command needs (42704): make it, on each node if there are several"
}

# Citus does not find a deadlock between a lock of the coordinator and one of a node.
# bats test_tags=one-server
@test "a deadlock with another program is got over" {
	fil_store
	fil-import -q users user=u1 name=A
	mkfifo held
	psql -qXAtd "$FILROUGE_DB" < held > got &
	background+=($!)
	exec 9> held
	echo "set deadlock_timeout = '1min'; begin; update users set name = 'B' returning name;" >&9
	until [ -s got ]; do sleep 0.02; done
	fil-import users user=u1 name=C > out 2> err &
	until [ "$(ask "select count(*) from pg_stat_activity where application_name = 'fil-import' and wait_event_type = 'Lock'
	    and datname = current_database()")" = 1 ]; do sleep 0.02; done
	echo 'select version from filrouge for update; commit;' >&9
	wait $!
	[ "$(cat out)" = "$HEAD"$'\nchanged,u1,C,,,,,user,,,hr' ]
	[ "$(ask 'select name from users')" = C ]
}

# Sends the connections of that program on this store to their end, once it has one that meets the condition.
cut_off() {
	until [ "$(ask "select count(pg_terminate_backend(pid)) from pg_stat_activity
	    where application_name = '$1' and datname = current_database() and $2")" = 1 ]; do sleep 0.01; done
}

@test "a connection that is lost in the middle is said, and leaves nothing" {
	fil_store
	crowd 200000 > many.csv
	fil-import users many.csv > out 2> err &
	cut_off fil-import "xact_start < now() - interval '0.2 s' and query ~ 'INSERT|COPY'"
	status=0
	wait $! || status=$?
	[ "$status" -eq 69 ]
	[ ! -s out ]
	[ "$(tail -n 1 err)" = "fil-import: $FILROUGE_DB: the connection to the server was lost: try again" ]
	try fil-import users user=u1 name=A --wait 5
	status_is 0
	[ "$(ask 'select count(*) from users')" = 1 ]
}

@test "a connection that is lost while a command waits for its input is made anew" {
	fil_store
	mkfifo slow
	fil-import users < slow > out 2> err &
	exec 8> slow
	printf 'user,name\na,A\n' >&8
	cut_off fil-import "state = 'idle' and state_change < now() - interval '0.3 s'"
	exec 8>&-
	wait $!
	[ "$(cat out)" = "$HEAD"$'\nadded,a,A,,,,,user,,,hr' ]
}

# Has the store's connections go by a proxy that loses the first at its COMMIT, before or after it.
by_proxy() {
	mkdir proxy
	perl "$BATS_TEST_DIRNAME/proxy.pl" "$PWD/proxy" "$FILROUGE_CLUSTER" "$1" &
	background+=($!)
	until [ -S proxy/.s.PGSQL.5432 ]; do sleep 0.02; done
	proxied=postgresql://filrouge@${PWD//\//%2F}%2Fproxy/${FILROUGE_DB##*/}
}

@test "a commit whose answer is lost is looked up: it is stored, and the rows are printed" {
	fil_store
	by_proxy after
	try fil-import -d "$proxied" users user=u1 name=A
	status_is 0
	out_is $HEAD added,u1,A,,,,,user,,,hr
	err_is 'fil-import: users: 1 read, 1 added, 0 changed, 0 unchanged (run 2)'
	[ "$(ask 'select count(*) from users')" = 1 ]
}

@test "a store from a copy is looked up too where the answer is lost, and its absence is not claimed" {
	local when

	fil_store
	fil-import -q users user=u1 name=A
	fil-backup -q a.db
	for when in after gone; do
		fil_database
		rm -rf proxy
		by_proxy $when
		try fil-init -d "$proxied" --from a.db
		case $when in
		after)
			status_is 0
			err_is "fil-init: made $proxied from a.db: 21 tables, 11 rows, 2 runs; fil-check tells whether all is in order"
			;;
		gone)
			status_is 69
			err_is "fil-init: $proxied: the connection to the server was lost; whether the store is complete is unknown: fil-check -d $proxied"
			;;
		esac
		[ "$(fil-list users | wc -l)" -eq 2 ]
	done
}

@test "a commit that did not arrive is looked up: it is not stored, and no row is printed" {
	fil_store
	by_proxy before
	try fil-import -d "$proxied" users user=u1 name=A
	status_is 69
	out_is ''
	err_is "fil-import: $proxied: the connection to the server was lost: try again; run 2 is not stored"
	[ "$(ask 'select count(*) from users')" = 0 ]
}

@test "the outcome of a commit is not claimed either way when the server does not come back" {
	fil_store
	by_proxy gone
	try fil-import -d "$proxied" users user=u1 name=A
	status_is 69
	out_is ''
	grep -q "^fil-import: $proxied: the connection to the server was lost: try again; whether run 2 is stored is unknown (.*): fil-log tells$" "$ERR"
	[ "$(ask 'select count(*) from users')" = 1 ]
}

@test "a role without rights is refused with 77, and what it may not do is said" {
	fil_store
	psql -qXd postgres -c 'drop role if exists stranger' -c 'create role stranger login'
	try fil-list users -d "$(as_role stranger)"
	status_is 77
	out_is ''
	err_is "fil-list: $(as_role stranger): this role may not do that (permission denied for table filrouge)"
	fil_address new
	fil_database
	try fil-init -d "$(as_role stranger)"
	status_is 77
	err_is "fil-init: $(as_role stranger): this role may not do that (permission denied for schema public)"
}

# Sets the roles up, and makes a user who has one of them: member ROLE. Prints the address with that user.
member() {
	local name=${FILROUGE_DB##*/}_$1

	ask "create role $name login in role filrouge_$1"
	as_role "$name"
}

# The statements that a role could try on a table, all of which must fail.
attempts() {
	printf '%s;\n' "delete from $1" "truncate $1 cascade" "update $1 set run = 1" "insert into $1 select * from $1" \
	    "alter table $1 add column x text" "drop table $1 cascade" "create index on $1 (run)"
}

# With Citus, the roles of a database that is on one node would be on that node alone.
# bats test_tags=one-server
@test "--grant makes the store where there is none, and can be repeated" {
	fil_database
	try fil-init --grant
	status_is 0
	err_is "fil-init: made $FILROUGE_DB" "fil-init: filrouge_reader and filrouge_recorder may use $FILROUGE_DB"
	try fil-init --grant
	status_is 0
	err_is "fil-init: filrouge_reader and filrouge_recorder may use $FILROUGE_DB"
	try fil-init --grant -q
	err_is ''
	[ "$(ask 'select count(*) from runs')" = 1 ]
}

@test "a reader reads, and can do no more" {
	local reader table

	fil_store
	fil-init -q --grant
	fil-import -q users user=u1 name=A
	fil-record -q autonomy user=u1 dimension=tool level=3 source=test
	dump > before
	reader=$(member reader)
	try fil-list -d "$reader" users
	status_is 0
	out_is user,name,email,unit,job,manager,role,arrived,left,feed u1,A,,,,,user,,,hr
	try fil-report -d "$reader" autonomy
	status_is 0
	for command in 'import users user=u2 name=B' 'record needs user=u1 need=x' 'import phases phase=p title=P kind=pilot begins=2024-01-01' \
	    'init --grant'; do
		# shellcheck disable=SC2086 # words
		try fil-$command -d "$reader"
		status_is 77
		out_is ''
		grep -q "^fil-${command%% *}: $reader: this role may not do that (" "$ERR"
	done
	for table in $(ask "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"); do
		attempts "$table"
	done > tried.sql
	[ "$(wc -l < tried.sql)" -gt 100 ]
	# psql goes on after an error, and tells each in a line.
	try psql -qXAtd "$reader" -v VERBOSITY=terse -f tried.sql
	out_is ''
	[ "$(grep -cE 'ERROR: .*(permission denied|must be owner|does not exist)' "$ERR")" -eq "$(wc -l < tried.sql)" ]
	[ "$(ask "select count(*) from pg_class, unnest(array['insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as p
	    where relkind = 'r' and relnamespace = 'public'::regnamespace and has_table_privilege('filrouge_reader', oid, p)")" = 0 ]
	run ! psql -qXd "$reader" -c 'create table mine (x integer)'
	dump | cmp before -
}

@test "a recorder records events, and can do no more" {
	local recorder table rights may
	local -a events

	fil_store
	fil-init -q --grant
	fil-import -q users user=u1 name=A
	fil-import -q modules module=m title=M kind=course
	fil-import -q modules module=n title=N kind=course
	recorder=$(member recorder)
	export FILROUGE_DB=$recorder
	fil-record -q autonomy user=u1 dimension=tool level=3 source=test
	fil-record -q autonomy user=u1 dimension=tool level=4 source=test
	try fil-record completions user=u1 module=m
	status_is 0
	out_is action,user,module,date,outcome,note added,u1,m,2024-03-15,completed,
	try fil-report autonomy
	status_is 0
	for command in 'import users user=u2 name=B' 'assign user=u1 module=n' 'import levels level=1 title=T' \
	    'import autonomy --remove user=u1 dimension=tool date=2024-03-15 source=test'; do
		# shellcheck disable=SC2086 # words
		try fil-$command
		status_is 77
		out_is ''
		grep -q "^fil-${command%% *}: $recorder: this role may not do that (permission denied for table " "$ERR"
	done
	fil_address main
	mapfile -t events < <(fil-list --tables -w kind=event -f csv | sed '1d; s/,.*//')
	[ ${#events[@]} -gt 4 ]
	ask "select relname, string_agg(p, ',' order by p)
	    from pg_class, unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as p
	    where relkind = 'r' and relnamespace = 'public'::regnamespace and has_table_privilege('filrouge_recorder', oid, p)
	    group by relname" > held
	[ "$(wc -l < held)" = "$(ask "select count(*) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")" ]
	while IFS='|' read -r table rights; do
		may=select
		case $table in
		standing | standings) may=delete,insert,select,update ;;
		runs | history) may=insert,select ;;
		*) [[ " ${events[*]} " != *" $table "* ]] || may=insert,select,update ;;
		esac
		[ "$rights" = "$may" ]
	done < held
	[ "$(ask "select count(*) from runs where run > 4")" = 3 ]
	[ "$(ask 'select was from history')" = '{"user":"u1","dimension":"tool","date":"2024-03-15","source":"test","level":"3"}' ]
	run ! psql -qXd "$recorder" -c 'update filrouge set version = 1'
	run ! psql -qXd "$recorder" -c "update runs set who = 'me'"
	run ! psql -qXd "$recorder" -c 'create table mine (x integer)'
}

@test "--grant by a role that may not make roles says so" {
	local owner=${FILROUGE_DB##*/}_owner

	psql -qXd postgres -c "create role $owner login"
	fil_database
	ask "grant create on schema public to $owner"
	fil-init -q -d "$(as_role "$owner")"
	psql -qXd postgres -c "alter role filrouge_recorder rename to aside" -c 'alter role filrouge_reader rename to aside_too' 2> /dev/null || :
	try fil-init --grant -d "$(as_role "$owner")"
	psql -qXd postgres -c "alter role aside rename to filrouge_recorder" -c 'alter role aside_too rename to filrouge_reader' 2> /dev/null || :
	status_is 77
	err_is "fil-init: $(as_role "$owner"): this role may not do that (permission denied to create role)"
	[ "$(ask 'select count(*) from runs')" = 1 ]
}
