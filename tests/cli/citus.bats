#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# bats file_tags=citus
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

@test "users and their facts are on the nodes, reference tables on all; the log and the turn of writers stay" {
	fil_store
	try ask "select logicalrelid, partmethod from pg_dist_partition order by partmethod, cast(logicalrelid as text) collate \"C\""
	status_is 0
	out_is 'assignments|h' 'autonomy|h' 'commitments|h' 'completions|h' 'efforts|h' 'enrolments|h' 'needs|h' 'practices|h' \
	    'standing|h' 'standings|h' 'users|h' 'verdicts|h' 'aliases|n' 'criteria|n' 'dimensions|n' 'lessons|n' 'levels|n' \
	    'modules|n' 'phases|n' 'promises|n' 'routines|n' 'rules|n' 'thresholds|n'
	[ "$(ask 'select count(distinct nodename || nodeport) from citus_shards where citus_table_type = $$distributed$$')" = 2 ]
}

@test "the demo prints the bytes that it prints on a file" {
	fil_store
	demo here
	FILROUGE_DB=$PWD/file.db demo file
	cmp here file
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
