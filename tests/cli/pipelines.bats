#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

# The commands as they are put together: what one prints another reads, writers of one store in one pipeline, and a
# reader of a pipeline that leaves.

# The header and $1 users, u1 and so on, written by other means than ours.
crowd() {
	echo user,name,unit
	seq -f 'u%.0f,Name of somebody,Direction/Service' "$1"
}

modules() {
	fil-import -q modules <<< $'module,title,kind\nm,M,course\ng,G,guide'
}

@test "writers of one store in one pipeline do not wait for each other" {
	fil_store
	modules
	crowd 3000 > users.csv
	try 'timeout 60 fil-import users users.csv | timeout 60 fil-assign module=m |
	    timeout 60 fil-record autonomy dimension=tool level=1 source=trainer | wc -l'
	status_is 0
	out_is 3001
	[ "$(fil-list users | wc -l)" -eq 3001 ]
	[ "$(fil-list assignments | wc -l)" -eq 3001 ]
	[ "$(fil-list autonomy | wc -l)" -eq 3001 ]
	err_has 'fil-import: users: 3000 read, 3000 added, 0 changed, 0 unchanged (run 3)'
	err_has 'fil-assign: assignments: 3000 read, 3000 added, 0 changed, 0 unchanged (run 4)'
	err_has 'fil-record: autonomy: 3000 read, 3000 added, 0 changed, 0 unchanged (run 5)'
	try 'timeout 60 fil-import users users.csv | timeout 60 fil-assign module=m |
	    timeout 60 fil-record autonomy dimension=tool level=1 source=trainer'
	status_is 0
	out_is action,user,dimension,date,source,level,note
}

@test "a reader feeds a writer of the same store" {
	local rows=8000

	[ -z "$FILROUGE_TORTURE" ] || rows=40000
	fil_store
	crowd $rows | fil-import -q users
	try 'timeout 60 fil-list users | timeout 60 fil-import users'
	status_is 0
	out_is action,user,name,email,unit,job,manager,role,arrived,left,feed
	err_has "fil-import: users: $rows read, 0 added, 0 changed, $rows unchanged (run 3)"
	try 'timeout 60 fil-list users | sed s/somebody/anybody/ | timeout 60 fil-import users --allow names --only added'
	status_is 0
	err_has "fil-import: users: $rows read, 0 added, $rows changed, 0 unchanged (run 4)"
}

@test "a writer that waits for its input holds nobody up" {
	local pid

	fil_store
	mkfifo slow
	fil-import -q users < slow &
	pid=$!
	exec 8> slow
	printf 'user,name\na,A\n' >&8
	try timeout 20 fil-import users --wait 0 user=b name=B
	status_is 0
	exec 8>&-
	wait $pid
	[ "$(fil-list users | wc -l)" -eq 3 ]
}

@test "a reader that leaves ends a writer quietly, and what is stored is stored" {
	fil_store
	crowd 8000 > users.csv
	try 'fil-import users users.csv | head -1'
	status_is 141
	out_is action,user,name,email,unit,job,manager,role,arrived,left,feed
	err_is "fil-import: users.csv: UTF-8, ',', LF"
	[ "$(fil-list users | wc -l)" -eq 8001 ]
	[ "$(ask 'select added from runs where run = 2')" = 8000 ]
}

@test "a reader that leaves is no error when the signal is ignored either" {
	fil_store
	modules
	crowd 8000 > users.csv
	try '(trap "" PIPE; fil-import users users.csv 2> err; echo $? > status) | head -1'
	out_is action,user,name,email,unit,job,manager,role,arrived,left,feed
	[ "$(cat status)" = 141 ]
	[ "$(fil-list users | wc -l)" -eq 8001 ]
	try cat err
	out_is "fil-import: users.csv: UTF-8, ',', LF" \
	    'fil-import: users: 8000 read, 8000 added, 0 changed, 0 unchanged (run 3)'
	try '(trap "" PIPE; fil-list users | fil-assign module=m 2> err; echo $? > status) | head -1'
	out_is action,user,module,assigned,phase,trainer,due,reason
	[ "$(cat status)" = 141 ]
	[ "$(fil-list assignments | wc -l)" -eq 8001 ]
}

@test "a row comes down the pipe only when it is stored" {
	fil_store
	crowd 5000 > users.csv
	# Whoever reads the first row finds the last one in the store.
	try 'fil-import users users.csv |
	    (read -r header; read -r row; fil-list users -w user=u5000 | tail -n 1; cat > /dev/null)'
	status_is 0
	out_is 'u5000,Name of somebody,,Direction/Service,,,user,,,hr'
	# A load that is refused in its last row prints none, not even a header.
	echo 'u5000,Another' >> users.csv
	fil-import -q users user=u5000 name=First
	try fil-import users users.csv
	status_is 65
	out_is ''
}

@test "what a writer prints is read by the next, which takes the columns that it knows" {
	fil_store
	modules
	fil-import -q users <<< $'user,name,unit\nu1,Ada,Dons\nu2,Bo,Accueil'
	try "fil-list users -w unit=Dons | fil-assign module=m due=+14d | fil-record efforts activity=invitation minutes=5"
	status_is 0
	out_is action,user,date,activity,item,phase,minutes added,u1,2024-03-15,invitation,,,5
	try 'fil-list assignments | fil-record completions outcome=completed'
	out_is action,user,module,date,outcome,note added,u1,m,2024-03-15,completed,
}

@test "a producer that fails leaves nothing to do" {
	fil_store
	modules
	try 'fil-report autonomy --by nowhere | fil-assign module=m'
	status_is 66
	out_is ''
	err_has 'fil-assign: user is missing: say user=VALUE; or give a FILE with that column (standard input is empty)'
	try 'fil-list users -d nowhere.db | fil-record needs need=x'
	status_is 66
	[ "$(ask 'select count(*) from runs')" = 2 ]
}

@test "-o takes its place whole; an error leaves what was there" {
	fil_store
	echo old > answer.csv
	try fil-import users -o answer.csv <<< $'user,name\nu1,'
	status_is 65
	[ "$(cat answer.csv)" = old ]
	try fil-import users -o answer.csv <<< $'user,name\nu1,A'
	status_is 0
	out_is ''
	try cat answer.csv
	out_is action,user,name,email,unit,job,manager,role,arrived,left,feed added,u1,A,,,,,user,,,hr
	try fil-import users --keep-going -o answer.csv <<< $'user,name\nu1,B\nu2,'
	status_is 1
	try cat answer.csv
	out_is action,user,name,email,unit,job,manager,role,arrived,left,feed changed,u1,B,,,,,user,,,hr
	[ "$(ls)" = $'answer.csv\nstore' ]
}

@test "-o does not write over the input, however it is written" {
	fil_store
	echo $'user,name\nu1,A' > sirh.csv
	ln -s sirh.csv link.csv
	try fil-import users sirh.csv -o sirh.csv
	status_is 73
	out_is ''
	err_is 'fil-import: sirh.csv: --output would overwrite the input'
	try fil-import users ./sirh.csv -o link.csv
	status_is 73
	try 'fil-import users -o ./sirh.csv < sirh.csv'
	status_is 73
	err_is 'fil-import: ./sirh.csv: --output would overwrite the input'
	[ "$(cat sirh.csv)" = $'user,name\nu1,A' ]
	try fil-import users sirh.csv -o other.csv
	status_is 0
	try 'fil-import users -o piped.csv < <(cat sirh.csv)'
	status_is 0
	try fil-record needs user=u1 need=x -o sirh.csv
	status_is 0
	try cat sirh.csv
	out_is action,user,need,date,note added,u1,x,2024-03-15,
}
