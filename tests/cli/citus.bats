#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# bats file_tags=citus
# shellcheck disable=SC2016,SC2030,SC2031 # $$ is of SQL; each test has its own environment
load helper

# What is Citus's own: STORE=citus tests/cluster tests/run tests/cli/citus.bats. All other tests run on it too. The store is
# placed on two nodes by the statements of man/filrouge-postgresql.7, which tests/cluster runs.

# Runs the demo on the store of an address: demo OUTPUT.
demo() {
	sed "s|^export FILROUGE_DB=[^ ]*|export FILROUGE_DB=$FILROUGE_DB|; s|^show 'fil-init'|fil-init -q 2> /dev/null \|\| :|; s|^cd .*|cd $BATS_TEST_DIRNAME/../../examples|" \
		"$BATS_TEST_DIRNAME/../../examples/demo.sh" > "$1.sh"
	bash "$1.sh" "$PWD/$1.html" > "$1"
	# The salt of a store is random, and so is the seal of its log. Only a file's own bytes can be searched.
	sed -i "s|$1.html|page|; s/[0-9a-f]\{64\}/SEAL/; s|$FILROUGE_DB|STORE|; s/^fil-forget: \(the tables are\|nothing of theirs\).*/fil-forget: erased/" "$1" "$1.html"
}

teardown() {
	[ -z "${background:-}" ] || kill "$background" 2> /dev/null || :
	[ -z "${unrecovered:-}" ] || recover_every 1min
}

# recover_every TIME: sets the pause after which the coordinator has nodes finish commits.
recover_every() {
	psql -qXAtd postgres -c "alter system set citus.recover_2pc_interval = '$1'" -c 'select pg_reload_conf()' > /dev/null
}

# Has the coordinator go to the node of 5434 by a proxy: by_proxy MODE.
by_proxy() {
	local folder

	folder=$(mktemp -d "$FILROUGE_CLUSTER/proxy.XXXXXX")    # where the server may connect
	chmod 711 "$folder"
	mkdir node
	ln -s "$FILROUGE_CLUSTER/.s.PGSQL.5434" node/.s.PGSQL.5432
	(umask 0; exec perl "$BATS_TEST_DIRNAME/proxy.pl" "$folder" "$PWD/node" "$1" > counts) &
	background=$!
	until [ -S "$folder/.s.PGSQL.5432" ]; do sleep 0.02; done
	ask "update pg_dist_node set nodename = '$folder', nodeport = 5432 where nodeport = 5434"
}

# Loses the connection of the first commit on that node, after the node has prepared it.
lose_commit() {
	recover_every -1
	unrecovered=1
	by_proxy prepared
}

@test "users and their facts are on the nodes, reference tables on all; the log and the turn of writers stay" {
	fil_store
	try ask "select logicalrelid, partmethod from pg_dist_partition order by partmethod, cast(logicalrelid as text) collate \"C\""
	status_is 0
	out_is 'assignments|h' 'autonomy|h' 'commitments|h' 'completions|h' 'efforts|h' 'enrolments|h' 'needs|h' 'practices|h' \
	    'standing|h' 'standings|h' 'users|h' 'verdicts|h' 'aliases|n' 'criteria|n' 'dimensions|n' 'lessons|n' 'levels|n' \
	    'modules|n' 'phases|n' 'promises|n' 'routines|n' 'rules|n' 'thresholds|n'
	[ "$(ask 'select count(distinct nodename || nodeport) from citus_shards where citus_table_type = $$distributed$$')" = 2 ]
}

@test "the demo prints the bytes that it prints on a file, and what fil-forget leaves on nodes" {
	fil_store
	demo here
	FILROUGE_DB=$PWD/file.db demo file
	grep -c '^fil-forget: .*pg_statistic' here
	grep -v '^fil-forget: .*pg_statistic' here | cmp - file
	cmp here.html file.html
	[ "$(wc -l < here)" -gt 300 ]
}

@test "new rows, stored rows, changed rows and duplicate keys of large batches are told apart" {
	fil_store
	{ echo user,name; seq -f '%.0f,Somebody' 20000; } > many.csv
	try fil-import users many.csv --allow names
	status_is 0
	{ echo user,name; seq -f '%.0f,Somebody' 10001 30000; } | sed 's/^10500,.*/10500,"Back\\slash	tab"/' > more.csv
	try fil-import users more.csv --allow names,identity
	status_is 0
	[ "$(tail -n 1 "$ERR")" = 'fil-import: users: 20000 read, 10000 added, 1 changed, 9999 unchanged (run 3)' ]
	{ echo user,name; seq -f '%.0f,Somebody' 30001 40000; seq -f '%.0f,Somebody' 30001 40000; echo 30500,Else; } > twice.csv
	try fil-import users twice.csv --keep-going --allow names
	status_is 1
	[ "$(tail -n 1 "$ERR")" = 'fil-import: users: 20001 read, 10000 added, 0 changed, 10000 unchanged, 1 refused (run 4)' ]
	[ "$(ask 'select count(*), count(distinct "user") from users')" = '40000|40000' ]
	{ echo user,unit,job; seq -f '%.0f,U,' 20000; } > changed.csv
	try fil-import users changed.csv --allow names
	status_is 0
	[ "$(tail -n 1 "$ERR")" = 'fil-import: users: 20000 read, 0 added, 20000 changed, 0 unchanged (run 5)' ]
	[ "$(ask "select count(*), count(unit), count(job), count(case when run = 5 then name end) from users")" = '40000|20000|0|20000' ]
	try fil-check
	status_is 0
}

@test "a user who is renamed moves to another node with all facts, and so does one who is made anonymous" {
	fil_store fil_examples
	fil-report autonomy > before
	fil-import -q users --rename 00421=z-0421
	fil-report autonomy | cmp - before
	[ "$(fil-list autonomy -w user=z-0421 | wc -l)" -gt 5 ]
	[ "$(fil-list autonomy -w user=00421 | wc -l)" = 1 ]
	fil-forget -q --yes --anonymise z-0421
	fil-report autonomy | cmp - before
	try fil-check
	status_is 0
	grep -q ' 0 errors' "$ERR"
}

@test "a command that reads while another writes says the run up to which it is exact" {
	fil_store
	{ echo user,name; seq -f 'u%.0f,Somebody' 10000; } > many.csv
	fil-import -q users many.csv --allow names
	try 'fil-list users | (read -r header; fil-import -q users user=new name=New; cat) | wc -l'
	status_is 0
	out_is 10000
	err_is 'fil-list: the store was written while it was read from several nodes: what was read is exact up to run 2, and may have parts of the runs up to 3; run the command again'
	try 'fil-list users | wc -l'
	err_is ''
}

@test "a copy of a store that is written meanwhile is not kept" {
	fil_store fil_examples
	mkfifo hold
	psql -qXAtd "$FILROUGE_DB" < hold > held &
	background=$!
	exec 8> hold
	echo 'begin; lock table verdicts in access exclusive mode; select 1;' >&8
	while [ ! -s held ]; do sleep 0.01; done
	fil-backup a.db 2> err &
	until [ "$(ask "select count(*) from pg_stat_activity where application_name = 'fil-backup' and wait_event_type = 'Lock'
	    and datname = current_database()")" = 1 ]; do sleep 0.02; done
	fil-import -q users user=new name=New
	echo 'commit;' >&8
	status=0
	wait $! || status=$?
	exec 8>&-
	[ "$status" = 75 ]
	[ "$(cat err)" = "fil-backup: $FILROUGE_DB: not copied: the store was written while it was read from several nodes: what was read is exact up to run 20, and may have parts of the runs up to 21; run the command again" ]
	[ "$(find . -name 'a.db*' | wc -l)" = 0 ]
	fil-backup -q a.db
	[ "$(fil-list users -d a.db | wc -l)" = "$(fil-list users | wc -l)" ]
}

@test "a node that is lost in a commit has finished it before the next writer's turn, and readers say so" {
	fil_store
	lose_commit
	{ echo user,name; seq -f 'u%.0f,Somebody' 1000; } > many.csv
	try fil-import users many.csv --allow names
	status_is 0
	[ "$(ask 'select count(*) from users')" -lt 1000 ]
	try fil-list users
	status_is 0
	err_is 'fil-list: a node has not finished the commit of a run: what was read may lack rows of the runs up to 2; run the command again'
	try fil-backup a.db
	status_is 75
	[ "$(find . -name 'a.db*' | wc -l)" = 0 ]
	try fil-import users user=u1 name=Else --wait 1
	status_is 75
	err_is "fil-import: $FILROUGE_DB: a node has not finished the commit of an earlier run, for over 1 s: try again in a minute, or run SELECT recover_prepared_transactions() on the coordinator"
	ask 'select recover_prepared_transactions()'
	try fil-import users user=u1 name=Else --allow identity,names
	status_is 0
	err_is 'fil-import: users: 1 read, 0 added, 1 changed, 0 unchanged (run 3)'
	[ "$(fil-list users | wc -l)" = 1001 ]
}

@test "a node that does not answer is named, and nothing is stored" {
	fil_store
	by_proxy rows
	kill "$background"
	try fil-list users
	status_is 69
	grep -q "^fil-list: $FILROUGE_DB: a node of the server does not answer (connection to the remote node filrouge@$FILROUGE_CLUSTER/proxy\..*): start it, or let the coordinator in, and try again$" "$ERR"
	try fil-import users <<< $'user,name\na,A\nb,B\nc,C\nd,D'
	status_is 69
	grep -q ': a node of the server does not answer (' "$ERR"
	[ "$(ask 'select max(run) from runs')" = 1 ]
}

# Fills a store with that many users, their levels and practices.
people() {
	fil_store
	fil-import -q phases phase=p1 title=P kind=pilot begins=2024-01-01
	seq "$1" | awk 'BEGIN { print "user,name,unit" } { printf "u%05d,N,U%d\n", $1, $1 % 4 }' | fil-import -q users
	seq "$1" | awk 'BEGIN { print "user,phase,enrolled" } { printf "u%05d,p1,2024-02-0%d\n", $1, 1 + $1 % 7 }' | fil-import -q enrolments
	seq "$1" | awk 'BEGIN { print "user,dimension,date,source,level" } {
			printf "u%05d,tool,2024-01-%02d,self,%d\n", $1, 10 + $1 % 7, $1 * 7 % 6
			printf "u%05d,tool,2024-02-%02d,test,%d\n", $1, 10 + $1 % 5, $1 * 11 % 6 }' | fil-record -q autonomy
	fil-import -q routines routine=r1 title=R
	seq "$1" | awk 'BEGIN { print "user,routine,date,method,minutes,result" } {
			printf "u%05d,r1,2024-02-0%d,old,%d.5,better\nu%05d,r1,2024-02-1%d,new,%d,failed\n", $1, 1 + $1 % 3, 30 + $1 % 3, $1, $1 % 4, 30 + $1 % 2 }' |
		fil-record -q practices
}

# Prints the rows that nodes send for reports on that many users, and the bytes that are sent to the nodes.
count_rows() {
	local report

	fil_address "of_$1"
	people "$1"
	for report in 'autonomy --by unit' 'autonomy --by kind' 'levels --source self' 'progress --by unit --weeks 6' phases needs \
	    'agreement --by unit' routines 'time --source test'; do
		# shellcheck disable=SC2086 # a list of words
		fil-report -d "postgresql://filrouge@${PWD//\//%2F}%2Fclient/${FILROUGE_DB##*/}" $report > "$1.figures" 2> /dev/null
	done
	grep -oE 'Citus Adaptive.*actual rows=[0-9]+|Intermediate Data Size.*' plans | sed 's/ (cost.*(/ (/'
	: > plans
}

@test "the rows that nodes send for a report do not grow with users" {
	mkdir client
	perl "$BATS_TEST_DIRNAME/proxy.pl" "$PWD/client" "$FILROUGE_CLUSTER" rows > counts 2>> plans &
	background=$!
	until [ -S client/.s.PGSQL.5432 ]; do sleep 0.02; done
	export PGOPTIONS='-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on
		-c auto_explain.log_timing=off -c client_min_messages=log'
	count_rows 420 > few
	count_rows 1680 > many
	cat few
	[ "$(grep -c 'Citus Adaptive.*actual rows' few)" = 24 ]
	diff few many
}

@test "nodes count users who have changed since the day of a report as they were" {
	local report

	fil_store
	fil-import -q phases phase=p1 title=P kind=pilot begins=2024-01-01
	seq 60 | awk 'BEGIN { print "user,name,unit" } { printf "u%02d,N,U%d\n", $1, $1 % 3 }' | FILROUGE_TODAY=2024-02-20 fil-import -q users
	seq 60 | awk 'BEGIN { print "user,phase,enrolled" } { printf "u%02d,p1,2024-02-0%d\n", $1, 1 + $1 % 7 }' | fil-import -q enrolments
	seq 60 | awk 'BEGIN { print "user,dimension,date,source,level" } { printf "u%02d,tool,2024-02-%02d,test,%d\nu%02d,process,2024-02-03,test,4\n", $1,
		10 + $1 % 7, $1 % 6, $1 }' | fil-record -q autonomy
	fil-import -q promises promise=a made=2024-01-01 kind=promise statement=A
	seq 60 | awk 'BEGIN { print "promise,user,date,verdict" } { printf "a,u%02d,2024-02-01,kept\na,u%02d,2024-02-%02d,broken\n", $1, $1, 2 + $1 % 2 }' |
		fil-record -q verdicts
	seq 60 | awk 'BEGIN { print "user,date,activity,minutes" } { printf "u%02d,2024-02-01,a,%d.5\n", $1, 28 + $1 % 9 }' | fil-record -q efforts
	seq 4 5 60 | awk 'BEGIN { print "user,unit,left" } { printf "u%02d,U9,%s\n", $1, $1 % 2 ? "" : "2024-02-25" }' | fil-import -q users
	fil-import -q routines routine=r1 title=R
	seq 60 | awk 'BEGIN { print "user,routine,date,method,minutes,result" } {
			printf "u%02d,r1,2024-02-0%d,old,%d.5,better\nu%02d,r1,2024-02-1%d,new,%d,failed\n", $1, 1 + $1 % 3, 30 + $1 % 5, $1, $1 % 4, 25 + $1 % 7 }' |
		fil-record -q practices
	seq 60 | awk 'BEGIN { print "user,dimension,date,source,level" } { printf "u%02d,tool,2024-02-%02d,self,%d\n", $1, 8 + $1 % 7, $1 * 7 % 6 }' |
		fil-record -q autonomy
	fil-backup file.db
	for report in 'time --by unit --source self --as-of 2024-02-28' 'agreement --by unit --as-of 2024-02-28' 'routines --by unit --as-of 2024-02-28' 'autonomy --by unit --as-of 2024-02-28' 'progress --by unit --weeks 5' 'time --by unit --as-of 2024-03-01' \
	    'phases --as-of 2024-02-26' 'needs --active --as-of 2024-02-22' 'commitment --as-of 2024-02-28' 'promises --active --as-of 2024-02-28'; do
		# shellcheck disable=SC2086 # a list of words
		diff <(fil-report $report 2>&1) <(fil-report $report -d file.db 2>&1)
	done
}

@test "nodes read each table once for a report, though they do not know how large it is" {
	local port name report

	people 600
	for port in 5433 5434; do
		for name in session_preload_libraries=auto_explain auto_explain.log_min_duration=0 auto_explain.log_analyze=on auto_explain.log_timing=off; do
			psql -qXp "$port" -d postgres -c "alter role filrouge in database ${FILROUGE_DB##*/} set $name"
		done
	done
	for report in 'autonomy --by unit' 'autonomy --by kind' 'levels --source self' 'time --source test --by kind' phases 'forecast --score --weeks 4' routines; do
		# shellcheck disable=SC2086 # a list of words
		fil-report -q $report
	done > figures
	cat "$FILROUGE_CLUSTER"/543[34].log > plans
	[ "$(grep -cE ' Scan .*on (autonomy|standing|users|practices)_[0-9]+ .* loops=1\)' plans)" -gt 20 ]
	! grep -v ' on read_intermediate_result ' plans | grep -E 'loops=[0-9]{2,}' || return 1
}
