#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

HEADER=severity,kind,table,key,column,finding

# Leaves a run of fil-backup, so that a copy is known.
copied() {
	fil-backup -q --replace copy.db
}

# A store with a row in most tables, and a copy.
some_store() {
	fil_store fill_some_store
}

fill_some_store() {
	fil-import -q users <<- 'END'
		user,name,email,unit,job,manager,arrived,left
		u1,Ada Lefèvre,ada@example.org,Mécénat/Dons,Comptable,u3,2020-01-06,
		u2,Bo O'Neil,bo@example.org,Mécénat,Comptable,u1,,2024-03-01
		u3,Cléo,cleo@example.org,Accueil,Chef,,2023-09-01,
	END
	fil-import -q phases phase=pilot title=Pilote kind=pilot begins=2024-01-08 ends=2024-02-29
	fil-import -q modules module=m1 title=Un kind=course
	fil-import -q enrolments user=u1 phase=pilot enrolled=2024-01-08
	fil-import -q assignments user=u1 module=m1 assigned=2024-02-01 due=2024-03-01 trainer=u3
	fil-record -q autonomy <<< $'user,date,source,tool,process\nu1,2024-02-01,self,3,1\nu2,2024-02-02,test,5,4'
	fil-record -q needs user=u2 "need=un mot" date=2024-01-02
	fil-import -q users user=u3 name='Cléo D.'
	copied
}

# Runs statements without the engine's checks of references. Citus writes reference tables after others by one connection.
plant() {
	case $FILROUGE_DB in
	postgresql:*) ask "SET session_replication_role = replica; SET citus.multi_shard_modify_mode = sequential; $1" > /dev/null ;;
	*) ask "$1" ;;
	esac
}

@test "a store in order has no finding" {
	some_store
	try fil-check
	status_is 0
	out_is "$HEADER"
	err_is 'fil-check: 21 tables, 22 rows, 10 runs, in order'
	try fil-check -q -f json
	status_is 0
	out_is '[' ']'
	err_is ''
}

@test "a store of a reader can be checked, and a check writes nothing" {
	some_store
	dump > before
	try fil-check
	dump | cmp - before
}

@test "every cell is held against the catalogue" {
	some_store
	plant "update users set arrived = '31/02/2024', role = 'boss', email = '', unit = 'A /  B' where \"user\" = 'u1';
	    update users set name = 'two
lines', job = '$(printf '%1001s' '' | tr ' ' x)' where \"user\" = 'u2';
	    update users set arrived = '2023-9-1' where \"user\" = 'u3';
	    update autonomy set level = 9 where \"user\" = 'u1' and dimension = 'tool';
	    update autonomy set source = 'x' where \"user\" = 'u2';
	    update modules set minutes = '12,5'"
	try fil-check
	status_is 1
	x=$(printf '%64s' '' | tr ' ' x)
	out_is <<- END
		$HEADER
		error,value,users,user=u1,email,is an empty text
		error,value,users,user=u1,unit,'A /  B' would be stored as 'A/B'
		error,value,users,user=u1,role,"'boss' is not one of user, initiator, trainer, sponsor"
		error,value,users,user=u1,arrived,'31/02/2024' is not a date
		error,value,users,user=u2,name,'two\x0alines' holds a line break
		error,value,users,user=u2,job,'$x…' has 1001 characters; this column has 1000 at most
		error,value,users,user=u3,arrived,'2023-9-1' would be stored as '2023-09-01'
		error,value,modules,module=m1,minutes,"'12,5' would be stored as '12.5'"
		error,value,autonomy,user=u1 dimension=tool date=2024-02-01 source=self,level,'9' is not a whole number from 0 to 5
		error,value,autonomy,user=u2 dimension=process date=2024-02-02 source=x,source,"'x' is not one of self, trainer, manager, test, system"
		error,value,autonomy,user=u2 dimension=tool date=2024-02-02 source=x,source,"'x' is not one of self, trainer, manager, test, system"
		error,derived,standing,user=u1 dimension=tool,,is not what the autonomy events give
		error,derived,,,,cannot be checked: the store is damaged: autonomy of 'u2' is not as it was written
	END
	err_is 'fil-check: 21 tables, 22 rows, 10 runs: 13 errors, 0 warnings'
}

# Citus refuses what is planted.
# bats test_tags=one-server
@test "every reference is followed, managers too" {
	some_store
	plant "update users set manager = 'nobody' where \"user\" = 'u1';
	    update assignments set trainer = 'no one';
	    update enrolments set phase = 'none';
	    update needs set \"user\" = 'it''s u9'"
	try fil-check
	status_is 1
	out_is <<- END
		$HEADER
		error,reference,users,user=u1,manager,'nobody' is not in users
		error,reference,enrolments,user=u1 phase=none,phase,'none' is not in phases
		error,reference,assignments,user=u1 module=m1 assigned=2024-02-01,trainer,'no one' is not in users
		error,reference,needs,'user=it'\\''s u9' 'need=un mot' date=2024-01-02,user,'it's u9' is not in users
	END
}

@test "a row of a run that does not exist, and gaps in the log" {
	some_store
	plant "update modules set run = 99; update history set was_run = 77; delete from runs where run = 4;
	    update standing set run = 98 where \"user\" = 'u1' and dimension = 'tool'; update standings set run = -1"
	try fil-check
	status_is 1
	out_is <<- END
		$HEADER
		error,log,modules,module=m1,run,"was written by run 99, which does not exist"
		error,log,standings,user=u2,run,"was written by run -1, which does not exist"
		error,log,standing,user=u1 dimension=tool,run,"was written by run 98, which does not exist"
		error,log,runs,run=4,,run 4 is missing
		error,chain,runs,run=5,seal,the log was altered at this run: it does not give the seal that is stored
		error,log,history,run=9 number=1,was_run,was written by a run that does not exist
	END
	err_is 'fil-check: 21 tables, 22 rows, 9 runs: 6 errors, 0 warnings'
	plant "insert into history (run, number, relation, action, was_run, was) values (50, 3, 'users', 'changed', 1, '{}')"
	try 'fil-check | grep run=50'
	out_is <<- 'END'
		error,log,history,run=50 number=3,run,is kept by a run that does not exist
		error,log,history,run=50 number=1,,numbers 1 to 2 are missing
	END
}

@test "an entry of the log that does not name the user whom its row named" {
	some_store
	fil-import -q users user=u2 manager=u3
	fil-import -q users user=u2 job=Chef
	fil-import -q routines routine=r title=R owner=u1
	fil-import -q routines routine=r owner=u2
	fil-import -q assignments --remove user=u1 module=m1 assigned=2024-02-01
	fil-import -q users --rename u3=u4
	fil-import -q users user=u2 manager=u1
	copied
	[ "$(ask 'select run, named from history where named is not null order by 1' | paste -sd' ')" = '11|u1 14|u1 15|u3 17|u4' ]
	try fil-check
	status_is 0
	out_is "$HEADER"
	# All of these are gone, one names somebody else, and two should name nobody.
	plant "update history set named = null where run in (11, 14, 15); update history set named = 'u1' where run in (9, 12);
	    update history set named = 'u3' where run = 17"
	try fil-check
	status_is 1
	out_is <<- END
		$HEADER
		error,log,history,run=9 number=1,named,is not the user whom the row named until this run
		error,log,history,run=12 number=1,named,is not the user whom the row named until this run
		error,log,history,run=14 number=1,named,is not the user whom the row named until this run
		error,log,history,run=15 number=1,named,is not the user whom the row named until this run
		error,log,history,run=17 number=1,named,is not the user whom the row named until this run
		error,log,history,run=11 number=1,named,is not the user whom the row named until this run
	END
	# The version after the last entry is the row that stands.
	plant "update history set named = 'u1' where run in (11, 14); update history set named = 'u3' where run in (12, 15);
	    update history set named = null where run in (9, 17)"
	try fil-check
	out_is <<- END
		$HEADER
		error,log,history,run=17 number=1,named,is not the user whom the row named until this run
	END
}

@test "a derived row of a run that wrote no level of its user" {
	some_store
	# The runs of derived rows whose levels were overwritten, moved to another user, or taken back.
	fil-record -q autonomy user=u1 date=2024-02-01 source=self dimension=tool level=3 note=x
	fil-import -q users --rename u1=u0
	fil-import -q users user=u9 name=Flo
	fil-record -q autonomy user=u9 date=2024-02-09 source=self dimension=tool level=5
	fil-import -q users --prefer old --rename u9=u2
	fil-record -q autonomy user=u0 date=2024-02-05 source=self dimension=tool level=5
	fil-undo -q --last > undone
	fil-import -q dimensions dimension=process threshold=2
	copied
	try fil-check
	status_is 0
	out_is "$HEADER"
	plant "update standing set run = 2 where \"user\" = 'u0' and dimension = 'tool'; update standings set run = 16 where \"user\" = 'u2'"
	try fil-check
	status_is 1
	out_is <<- END
		$HEADER
		error,log,standing,user=u0 dimension=tool,run,is not a run that wrote levels of this user
		error,log,standings,user=u2,run,is not a run that wrote levels of this user
	END
}

@test "the first run at which the log was altered is named" {
	some_store
	plant "update history set was = '{\"user\":\"u3\",\"name\":\"Other\"}'"
	try fil-check
	status_is 1
	out_is <<- END
		$HEADER
		error,chain,runs,run=9,seal,the log was altered at this run: it does not give the seal that is stored
	END
	plant "update runs set who = 'somebody' where run = 3"
	try fil-check
	out_has 'error,chain,runs,run=3,seal,the log was altered at this run: it does not give the seal that is stored'
	[ "$(wc -l < "$OUT")" -eq 2 ]
}

# bats test_tags=sqlite
@test "bytes that are no text are told as text" {
	some_store
	plant "PRAGMA foreign_keys=off; update thresholds set dimension = cast(x'ff41' as text) where dimension = 'tool'"
	try fil-check
	status_is 1
	grep -q 'xffA' "$OUT"
	iconv -f UTF-8 -t UTF-8 "$OUT" > /dev/null
}

# Prints the digest of cells, of which - is NULL.
digest() {
	local cell LC_ALL=C

	for cell; do
		[ "$cell" = - ] && printf -- - || printf '%d:%s,' "${#cell}" "$cell"
	done | b2sum -l 256 | cut -d' ' -f1
}

# Has a digest stand for what was in row NUMBER of the history of RUN, and for the texts of RUN, so that other ones can be
# written there: the seals stay as they are.
forge() {
	local run=$1 number=$2 column cells=()

	for column in salt run number relation subject action was_run became was; do
		cells+=("$(ask "select coalesce(cast($column as text), '-') from history where run = $run and number = $number")")
	done
	plant "update history set digest = '$(digest "${cells[@]}")', salt = null, was = '{\"user\":\"u1\",\"name\":\"Eve\"}'
		where run = $run and number = $number"
	forge_texts "$run" mallory
}

forge_texts() {
	local column cells=()

	for column in salt who command input; do
		cells+=("$(ask "select coalesce($column, '-') from runs where run = $1")")
	done
	plant "update runs set digest = '$(digest "${cells[@]}")', salt = null, who = '$2' where run = $1"
}

@test "what stands in the log in the place of a digest is what an erasure wrote there" {
	local seal

	some_store
	fil-import -q users user=u1 name='Ada Lovelace'
	fil-import -q users user=u9 name=Nina
	forge 11 1
	seal=$(ask 'select seal from runs where run = 12')
	try fil-check --seal "12:$seal"
	status_is 1
	out_is <<- END
		$HEADER
		error,chain,runs,run=11,digest,the log was altered at this run: a digest stands for a row that no erasure wrote again
	END
	# The command line of a run does not make it an erasure, unless the chain has it.
	forge_texts 12 root
	plant "update runs set command = 'fil-forget --yes (1 user)' where run = 12"
	try fil-check
	status_is 1
	out_has 'error,chain,runs,run=12,digest,the log was altered at this run: a digest stands for a row that no erasure wrote again'
}

@test "an erasure seals what it writes into the log, and what earlier ones wrote" {
	local seal

	some_store
	fil-import -q users user=u9 name=Nina
	fil-import -q users user=u9 name='Nina Simone'
	fil-import -q users user=u1 name='Ada Lovelace'
	fil-forget -q --yes u9 > /dev/null
	fil-import -q users user=u8 name=Miles
	seal=$(ask 'select seal from runs where run = 15')
	try fil-check --seal "15:$seal"
	status_is 0
	forge 13 1
	try fil-check --seal "15:$seal"
	status_is 1
	out_is <<- END
		$HEADER
		error,chain,runs,run=14,hash,"what stands in runs, history or erased since the erasures is not what this run sealed"
	END
	# The erasure of an older version sealed nothing: the next one does.
	fil-forget -q --yes u8 > /dev/null
	try fil-check
	status_is 0
	plant "update history set was = '{\"user\":\"u1\",\"name\":\"Eva\"}' where run = 13 and number = 1"
	try fil-check
	status_is 1
	out_has 'error,chain,runs,run=16,hash,"what stands in runs, history or erased since the erasures is not what this run sealed"'
	# A copy has the same.
	plant "update history set was = '{\"user\":\"u1\",\"name\":\"Eve\"}' where run = 13 and number = 1"
	fil-backup -q whole.db
	fil-init -q --from whole.db -d other.db
	try fil-check -d other.db
	status_is 0
}

@test "the keys of erased users are checked" {
	local row

	some_store
	fil-import -q users user=u9 name=Nina
	fil-forget -q --yes u9 > /dev/null
	row=$(ask "select hash from erased where run = 12")
	plant "update erased set run = 999 where run = 12"
	try fil-check
	status_is 1
	out_is <<- END
		$HEADER
		error,log,erased,hash=$row,run,was written by a run that does not exist
		error,chain,runs,run=12,hash,"what stands in runs, history or erased since the erasures is not what this run sealed"
	END
	plant "update erased set run = 12, pending = 7, hash = 'X' where run = 999"
	try fil-check
	status_is 1
	out_has "error,value,erased,hash=X,hash,not a hash: 64 hexadecimal digits"
	out_has "error,value,erased,hash=X,pending,\"'7' is not -1, 0 or 1\""
	plant "update erased set pending = 0, hash = '$row' where run = 12"
	try fil-check
	status_is 0
	plant "delete from erased where run = 12"
	try fil-check
	status_is 1
	out_is <<- END
		$HEADER
		error,chain,runs,run=12,hash,"what stands in runs, history or erased since the erasures is not what this run sealed"
	END
}

@test "--seal holds the log against a seal kept elsewhere" {
	local seal

	some_store
	seal=$(ask 'select seal from runs where run = 8')
	fil-import -q users user=u1 name='Ada L.'
	try fil-check --seal "8:$seal"
	status_is 0
	try fil-check --seal "8:${seal^^}"
	status_is 0
	try fil-check --seal "7:$seal" --seal "8:$seal"
	status_is 64
	err_is 'fil-check: --seal: give one seal, that of the newest run' "Try 'fil-check --help' for more information."
	try fil-check --seal "7:$seal"
	status_is 1
	out_is <<- END
		$HEADER
		error,chain,runs,run=7,seal,the log up to this run is not the one of the seal that was given
	END
	try fil-check --seal "99:$seal"
	status_is 1
	out_is <<- END
		$HEADER
		error,chain,runs,run=99,seal,the run of the seal that was given does not exist
	END
	for wrong in "8" "8:12" "x:$seal" "0:$seal" "8:${seal/?/g}"; do
		try fil-check --seal "$wrong"
		status_is 64
		out_is ''
	done
	err_is "fil-check: --seal: '8:${seal/?/g}' is not RUN:HEX, with 64 hexadecimal digits" "Try 'fil-check --help' for more information."
}

@test "derived rows are compared with the events, and --repair rebuilds them as a run" {
	some_store
	plant "update standing set level = 0 where \"user\" = 'u1' and dimension = 'tool';
	    delete from standing where \"user\" = 'u2' and dimension = 'process';
	    delete from standings where \"user\" = 'u2'"
	dump > damaged
	try fil-check
	status_is 1
	out_is <<- END
		$HEADER
		error,derived,standing,user=u1 dimension=tool,,is not what the autonomy events give
		error,derived,standing,user=u2 dimension=process,,is not what the autonomy events give
		error,derived,standings,user=u2,,is not what the autonomy events give
	END
	dump | cmp - damaged
	try fil-check --repair -o nowhere/findings.csv
	status_is 73
	[ "$(ask 'select count(*) from runs where run = 11')" = 0 ]
	try fil-check --repair
	status_is 0
	out_is "$HEADER"
	err_is 'fil-check: 3 derived rows rebuilt (run 11)' 'fil-check: 21 tables, 22 rows, 11 runs, in order'
	[ "$(ask 'select command, changed from runs where run = 11')" = 'fil-check --repair|3' ]
	try fil-check --repair
	status_is 0
	err_is 'fil-check: no derived row differs: nothing was rebuilt' 'fil-check: 21 tables, 22 rows, 11 runs, in order'
}

@test "derived rows that cannot be read are errors like others, and rebuilt" {
	some_store
	plant "update standing set date = '2X24-02-01' where \"user\" = 'u1' and dimension = 'process';
	    update standing set level = -2 where \"user\" = 'u1' and dimension = 'tool';
	    update standing set source = 'x', risen = 'y' where \"user\" = 'u2' and dimension = 'tool';
	    update standings set autonomous = 'z' where \"user\" = 'u2'"
	try fil-check
	status_is 1
	out_is <<- END
		$HEADER
		error,derived,standing,user=u1 dimension=process,,is not what the autonomy events give
		error,derived,standing,user=u1 dimension=tool,,is not what the autonomy events give
		error,derived,standing,user=u2 dimension=tool,,is not what the autonomy events give
		error,derived,standings,user=u2,,is not what the autonomy events give
	END
	# Reports refuse them.
	try fil-report autonomy
	status_is 69
	try fil-check --repair
	status_is 0
	out_is "$HEADER"
	err_is 'fil-check: 4 derived rows rebuilt (run 11)' 'fil-check: 21 tables, 22 rows, 11 runs, in order'
}

@test "derived rows of a dimension that does not exist are errors, and removed" {
	some_store
	plant "insert into standing (\"user\", dimension, level, date, source, risen, run)
	    select \"user\", 'gone', 1, '2024-02-01', 'self', '2024-02-01', run from standing where dimension = 'tool';
	    insert into standing (\"user\", dimension, level, date, source, risen, run)
	    values ('u3', 'aside', 1, '2024-02-01', 'self', '2024-02-01', 7)"
	try fil-check
	status_is 1
	out_is <<- END
		$HEADER
		error,derived,standing,user=u1 dimension=gone,,is not what the autonomy events give
		error,derived,standing,user=u2 dimension=gone,,is not what the autonomy events give
		error,derived,standing,user=u3 dimension=aside,,is not what the autonomy events give
	END
	err_is 'fil-check: 21 tables, 22 rows, 10 runs: 3 errors, 0 warnings'
	try fil-check --repair
	status_is 0
	out_is "$HEADER"
	err_is 'fil-check: 3 derived rows rebuilt (run 11)' 'fil-check: 21 tables, 22 rows, 11 runs, in order'
	fil-report -q autonomy > report
}

@test "--repair mends nothing else, and says by which command the rest can be" {
	some_store
	plant "update users set manager = 'nobody', arrived = '1900-01-01' where \"user\" = 'u1'; update modules set minutes = 'x'"
	try fil-check --repair
	status_is 1
	out_is <<- END
		$HEADER
		error,reference,users,user=u1,manager,'nobody' is not in users
		error,value,modules,module=m1,minutes,'x' is not a number with at most 3 decimals
		warning,no-day,users,user=u1,arrived,'1900-01-01' stands for no date
	END
	err_is <<- 'END'
		fil-check: no derived row differs: nothing was rebuilt
		fil-check: 21 tables, 22 rows, 10 runs: 2 errors, 1 warning
		fil-check: value: fil-import or fil-record writes a right value over it
		fil-check: reference: fil-import brings the row that is missing
		fil-check: no-day: fil-import writes the right day over it
	END
	# Events that cannot be read give no derived rows.
	plant "update autonomy set source = 'x'"
	try fil-check --repair
	status_is 1
	grep -q '^fil-check: nothing was rebuilt: .*the store is damaged: autonomy' "$ERR"
}

# Citus refuses what is planted.
# bats test_tags=one-server
# bats test_tags=sqlite
@test "a large store, whose rows a thread reads ahead, has the same findings" {
	local one

	fil_store
	for unit in A B; do
		seq -f '%05.0f' 1 9000 | awk -v unit=$unit '
			BEGIN { print "user,name,unit,manager" }
			{ print "u" $1 ",Name " $1 "," unit ",u" ($1 < 5 ? "" : "0000" $1 % 4 + 1) }' |
			sed 's/,u$/,/' | fil-import -q users
	done
	seq -f '%05.0f' 1 9000 | awk 'BEGIN { print "user,date,source,tool,process" }
		{ print "u" $1 ",2024-02-01,self,3," NR % 6 }' | fil-record -q autonomy
	fil-import -q users user=u08999 manager=u00002
	copied
	try fil-check
	status_is 0
	out_is "$HEADER"
	plant "update users set arrived = '2023-9-1' where \"user\" = 'u08000'; update users set manager = 'x' where \"user\" = 'u08003';
	    update autonomy set level = 9 where \"user\" = 'u08001' and dimension = 'tool';
	    update standing set run = 2 where \"user\" = 'u08002' and dimension = 'tool'; update history set named = null where run = 5;
	    update history set was_run = 77 where run = 3 and number = 8000"
	one=$(taskset -pc $$ | sed 's/.*: //; s/[,-].*//')
	for way in '' "taskset -c $one"; do
		try "$way fil-check"
		status_is 1
		out_is <<- END
			$HEADER
			error,value,users,user=u08000,arrived,'2023-9-1' would be stored as '2023-09-01'
			error,reference,users,user=u08003,manager,'x' is not in users
			error,value,autonomy,user=u08001 dimension=tool date=2024-02-01 source=self,level,'9' is not a whole number from 0 to 5
			error,log,standing,user=u08002 dimension=tool,run,is not a run that wrote levels of this user
			error,derived,standing,user=u08001 dimension=tool,,is not what the autonomy events give
			error,log,history,run=3 number=8000,was_run,was written by a run that does not exist
			error,chain,runs,run=3,seal,the log was altered at this run: it does not give the seal that is stored
			error,log,history,run=3 number=8003,named,is not the user whom the row named until this run
			error,log,history,run=5 number=1,named,is not the user whom the row named until this run
		END
	done
}

@test "what is possible and seldom meant is a warning, after all errors" {
	some_store
	plant "update users set \"left\" = '2023-12-31' where \"user\" = 'u3';
	    update users set arrived = '2024-01-15', manager = 'u1', \"left\" = '9999-12-31', email = 'BO@example.org', unit = 'MECENAT' where \"user\" = 'u1';
	    update users set \"left\" = null, name = 'ADA  LEFEVRE', arrived = '2024-02-02', job = 'comptable' where \"user\" = 'u2';
	    update assignments set due = '2024-01-31';
	    update enrolments set enrolled = '2024-03-01';
	    update modules set minutes = 'x';
	    insert into users (\"user\", name, run) values ('00421', 'Eve', 2), ('421', 'Fay', 2), ('1,23E+05', 'Guy', 2)"
	# NAME with two spaces is not as it would be stored.
	try fil-check
	status_is 1
	out_is <<- END
		$HEADER
		error,value,users,user=u2,name,'ADA  LEFEVRE' would be stored as 'ADA LEFEVRE'
		error,value,modules,module=m1,minutes,'x' is not a number with at most 3 decimals
		warning,spreadsheet-key,users,"user=1,23E+05",user,"'1,23E+05' has lost its digits in a spreadsheet"
		warning,no-day,users,user=u1,left,'9999-12-31' stands for no date
		warning,spreadsheet-key,users,user=421,user,'421' may be '00421' without its zeros
		warning,address,users,user=u2,email,'bo@example.org' is the address of 'u1' too
		warning,twin,users,user=u2,name,'ADA  LEFEVRE' is the name of 'u1' too
		warning,look-alike,users,user=u2,unit,'Mécénat' may be 'MECENAT' (1 row)
		warning,look-alike,users,user=u2,job,'comptable' may be 'Comptable' (1 row)
		warning,circle,users,user=u1,manager,'u1' is their own manager
		warning,phase,enrolments,user=u1 phase=pilot,enrolled,"2024-03-01 is after ends, 2024-02-29"
		warning,days,assignments,user=u1 module=m1 assigned=2024-02-01,due,"2024-01-31 is before assigned, 2024-02-01"
		warning,absent,needs,user=u2 'need=un mot' date=2024-01-02,date,"2024-01-02 is before arrived, 2024-02-02"
	END
}

@test "times of phases and dimensions, and thresholds that differ, are warnings" {
	some_store
	fil-import -q dimensions <<< $'dimension,title,threshold,begins,ends\nun mot,T,2,2024-02-01,2024-02-01'
	plant "update dimensions set threshold = 4, ends = '2024-01-31' where dimension = 'un mot'; delete from thresholds where dimension = 'tool';
		update phases set ends = '2023-12-31' where phase = 'pilot'"
	try fil-check
	status_is 0
	grep -v ,phase, "$OUT" > "times"
	diff - times <<- END
		$HEADER
		warning,days,phases,phase=pilot,ends,"2023-12-31 is before begins, 2024-01-08"
		warning,days,dimensions,'dimension=un mot',ends,"2024-01-31 is before begins, 2024-02-01"
		warning,days,dimensions,dimension=tool,threshold,is not in thresholds
		warning,days,dimensions,'dimension=un mot',threshold,"is 4, but 2 in thresholds since 2024-03-15"
	END
	# What an import would refuse by now stays as it is, and may be mended by one.
	fil-list phases > phases.csv
	try fil-import -q phases phases.csv
	status_is 0
	try fil-list phases
	out_is < phases.csv
	try fil-import -q phases phase=pilot title=Other
	status_is 65
	fil-import -q phases phase=pilot ends=2024-01-08
}

@test "cells that were allowed, and hardly meant, are warnings" {
	fil_store
	fil-import -q users --allow null-word,not-a-row,address <<< $'user,name,email,unit,job\nu1,Ada,ada,Dons/NULL,n/a\nTotal 2,Bo,,Dons,'
	fil-backup -q whole.db
	try fil-check
	status_is 0
	out_is <<- END
		$HEADER
		warning,not-a-row,users,'user=Total 2',user,"'Total 2' is the word of a total, not a user"
		warning,address,users,user=u1,email,'ada' is not an e-mail address
		warning,null-word,users,user=u1,unit,'Dons/NULL' holds a word that may mean nothing
		warning,null-word,users,user=u1,job,'n/a' may mean nothing
	END
}

@test "keys that differ only in case or accents are a warning" {
	fil_store
	fil-import -q users --allow look-alike <<< $'user,name,manager,left\ne1,Ada,,\nE1,Bo,E1,\né1,Cy,e1,2024-01-01\ne2,Flo,,\n12,Di,,'
	copied
	try fil-check
	status_is 0
	out_is <<- END
		$HEADER
		warning,look-alike,users,user=e1,user,'e1' may be 'E1'
		warning,look-alike,users,'user=é1',user,'é1' may be 'E1'
		warning,circle,users,user=E1,manager,'E1' is their own manager
	END
}

@test "a circle of managers is told once, however long" {
	local i

	fil_store
	{
		echo user,name,manager
		for i in 1 2 3 4 5 6 7 8; do echo "c$i,Name $i,c$((i % 8 + 1))"; done
		echo d1,Dee,d2
		echo d2,Deb,d1
		echo e1,Eve,d1
	} | fil-import -q --allow circle users
	copied
	try fil-check
	status_is 0
	out_is <<- END
		$HEADER
		warning,circle,users,user=c1,manager,"'c1' is managed by 'c2', who is managed by 'c3', who is managed by 'c4', who is managed by 'c5', who is managed by 'c6', who …"
		warning,circle,users,user=d1,manager,"'d1' is managed by 'd2', who is managed by 'd1'"
	END
}

@test "who has left is nobody's twin, and an event on the last day is none after it" {
	fil_store
	fil-import -q users <<- 'END'
		user,name,email,arrived,left
		u1,Ada,a@example.org,2024-01-01,
		u2,Ada,a@example.org,2023-01-01,2024-01-01
	END
	fil-record -q needs <<< $'user,need,date\nu1,x,2024-01-01\nu2,x,2024-01-01'
	copied
	try fil-check
	status_is 0
	out_is "$HEADER"
	fil-record -q needs user=u2 need=x date=2024-01-02
	try fil-check
	status_is 0
	out_is <<- END
		$HEADER
		warning,absent,needs,user=u2 need=x date=2024-01-02,date,"2024-01-02 is after left, 2024-01-01"
	END
}

@test "copies that are old, or none at all, are told" {
	fil_store
	try fil-check
	status_is 0
	out_is "$HEADER" 'warning,copy,,,,there is no copy by fil-backup'
	err_is 'fil-check: 21 tables, 10 rows, 1 run: 0 errors, 1 warning'
	FILROUGE_TODAY=2024-02-14 copied
	try fil-check
	out_is "$HEADER"
	FILROUGE_TODAY=2024-03-16 try fil-check
	status_is 0
	out_is "$HEADER" 'warning,copy,,,,the newest copy is 31 days old: '"$PWD/copy.db"
	# Another command that names it makes none.
	mkdir in
	echo phase,title,kind,begins > in/fil-backup.csv
	FILROUGE_TODAY=2024-03-16 fil-import -q phases in/fil-backup.csv
	FILROUGE_TODAY=2024-03-16 try fil-check
	out_is "$HEADER" 'warning,copy,,,,the newest copy is 31 days old: '"$PWD/copy.db"
}

@test "a folded name of many is told for each of them, through a file" {
	fil_store
	{
		echo user,name
		seq -f 'user%06g,Same Name Of All' 1 20000
	} | fil-import -q users > /dev/null
	copied
	try fil-check
	status_is 0
	[ "$(wc -l < "$OUT")" -eq 20000 ]
	[ "$(tail -1 "$OUT")" = "warning,twin,users,user=user020000,name,'Same Name Of All' is the name of 'user000001' too" ]
	[ "$(sort -u "$OUT" | wc -l)" -eq 20000 ]
	err_is 'fil-check: 21 tables, 20,010 rows, 3 runs: 0 errors, 19,999 warnings'
}

# bats test_tags=sqlite
@test "damage that SQLite finds is an error" {
	some_store
	sqlite3 "$FILROUGE_DB" "pragma writable_schema = on; update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = 'history_subject') where name = 'runs_hash'"
	try fil-check
	status_is 1
	out_has 'error,engine,,,,wrong # of entries in index runs_hash'
	# Whole pages are gone: what cannot be read is told, and the rest is checked.
	fil_store
	{
		echo user,name
		seq -f 'user%06g,Name' 1 20000
	} | fil-import -q --allow twin users > /dev/null
	sqlite3 "$FILROUGE_DB" 'pragma wal_checkpoint(truncate)' > /dev/null
	dd if=/dev/urandom of="$FILROUGE_DB" bs=4096 seek=100 count=20 conv=notrunc status=none
	try fil-check
	status_is 1
	grep -q '^error,engine,' "$OUT"
	grep -q '^error,value,,,,cannot be checked: ' "$OUT"
}

# bats test_tags=sqlite
@test "a sector of zeros in the place of keys is an error, and no crash" {
	local page

	some_store
	ask 'pragma wal_checkpoint(truncate)' > /dev/null
	# Without its bytes a row has no values at all.
	page=$(ask "select rootpage from sqlite_schema where name = 'dimensions'")
	dd if=/dev/zero of="$FILROUGE_DB" bs=512 seek=$((page * 8 - 1)) count=1 conv=notrunc status=none
	try fil-check
	status_is 1
	grep -q '^error,engine,' "$OUT"
	out_has 'error,value,dimensions,dimension=,title,is empty'
	try fil-check --repair -q
	status_is 1
}

# The log cannot tell it: the rows of users are not in its seals.
@test "a copy that was changed after it was made is an error; one in use as a store is none" {
	local changed='error,engine,,,,the copy was changed after it was made: its bytes are not those that were written'

	some_store
	try fil-check -q -d copy.db
	status_is 0
	out_is "$HEADER" 'warning,copy,,,,there is no copy by fil-backup'
	cp copy.db used.db
	sqlite3 copy.db "update users set job = 'Chef' where \"user\" = 'u1'"
	try fil-check -d copy.db
	status_is 1
	out_is "$HEADER" "$changed" 'warning,copy,,,,there is no copy by fil-backup'
	err_is 'fil-check: 21 tables, 22 rows, 9 runs: 1 error, 1 warning'
	# A program that makes the file longer writes over the digest.
	cp used.db longer.db
	sqlite3 longer.db "update users set job = printf('%9000d', 1) where \"user\" = 'u1'"
	try fil-check -q -d longer.db
	out_has 'warning,copy,,,,"the copy has no digest: it was changed after it was made, or fil-backup did not make it"'
	# A command that writes makes it a store.
	fil-import -q -d used.db users user=u1 job=Chef > /dev/null
	try fil-check -q -d used.db
	status_is 0
	fil-backup -q -d used.db copy-of-used.db
	try fil-check -q -d copy-of-used.db
	status_is 0
}

# bats test_tags=sqlite
@test "an altered schema is an error, and the tables are not read" {
	some_store
	sqlite3 "$FILROUGE_DB" 'create table more (x)'
	try fil-check
	status_is 1
	out_is "$HEADER" "error,schema,,,,the schema was altered: the table 'more' is not filrouge's"
	err_is "fil-check: the tables were not read: their schema is not filrouge's"
	try fil-check --repair
	status_is 69
}

# bats test_tags=sqlite
@test "files that others may read are an error; those of a group's folder are not" {
	some_store
	chmod 640 "$FILROUGE_DB"
	try fil-check -q
	status_is 1
	out_is "$HEADER" "error,mode,,,,$FILROUGE_DB: users other than its owner have access (mode 0640)"
	chmod 2770 "${FILROUGE_DB%/*}"
	chmod 660 "$FILROUGE_DB"
	try fil-check -q
	status_is 0
	chmod 600 "$FILROUGE_DB"
	chmod 700 "${FILROUGE_DB%/*}"
	chmod 604 "$FILROUGE_DB.lock"
	try fil-check
	status_is 1
	out_is "$HEADER" "error,mode,,,,$FILROUGE_DB.lock: users other than its owner have access (mode 0604)"
}

# bats test_tags=sqlite
@test "a large write-ahead log is a warning" {
	some_store
	(umask 077; truncate -s 65M "$FILROUGE_DB-wal")
	try fil-check
	status_is 0
	out_is "$HEADER" 'warning,wal,,,,the write-ahead log has 65 MiB: a reader keeps it from being emptied'
}

# bats test_tags=postgresql,one-server
@test "a server's indexes, constraints, schema and grants are looked at" {
	some_store
	ask 'ALTER TABLE needs DISABLE TRIGGER ALL; GRANT SELECT ON users TO PUBLIC' > /dev/null
	ask "UPDATE pg_index SET indisvalid = false WHERE indexrelid = CAST('assignments_trainer' AS REGCLASS)" > /dev/null
	ask 'ALTER TABLE enrolments DROP CONSTRAINT enrolments_phase_fkey' > /dev/null
	ask 'ALTER TABLE commitments DROP CONSTRAINT commitments_phase_fkey, ADD CONSTRAINT commitments_phase_fkey FOREIGN KEY (phase) REFERENCES phases NOT VALID' > /dev/null
	try fil-check
	status_is 1
	out_is <<- END
		$HEADER
		error,engine,assignments,,,the index assignments_trainer is not valid
		error,engine,commitments,,,the constraint commitments_phase_fkey is not validated
		error,engine,enrolments,,,the foreign key of phase is not there
		error,engine,needs,,,the constraint needs_user_fkey is switched off
		error,mode,users,,,every role of the server has access
	END
	ask 'ALTER TABLE modules ADD COLUMN more TEXT' > /dev/null
	try fil-check
	status_is 1
	out_has 'error,schema,,,,the schema was altered: its columns or keys are not those that filrouge made'
}

# bats test_tags=postgresql
@test "a server's pages are checked where amcheck is installed" {
	some_store
	ask 'CREATE EXTENSION amcheck' > /dev/null
	try fil-check
	status_is 0
	out_is "$HEADER"
}
