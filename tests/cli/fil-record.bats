#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

HEADER=action,user,dimension,date,source,level,note

# Two people, a phase, a module, a routine, a promise.
people() {
	fil_store fill_people
}

fill_people() {
	fil-import -q users <<< $'user,name,unit\n00421,Ada,Dons\nu2,Bo,Accueil'
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-08
	fil-import -q modules module=m title=M kind=course
	fil-import -q routines routine=r title=R
	fil-import -q promises promise=l kind=limit statement=S made=2024-01-08
}

@test "a fact is recorded in one line, dated today" {
	people
	try fil-record autonomy user=00421 dimension=tool level=3 source=trainer note='at the desk' < /dev/full
	status_is 0
	out_is "$HEADER" 'added,00421,tool,2024-03-15,trainer,3,at the desk'
	err_is 'fil-record: autonomy: 1 read, 1 added, 0 changed, 0 unchanged (run 7)'
}

@test "the same fact again changes nothing; another value corrects it, and the old one is kept" {
	people
	fil-record -q autonomy user=u2 dimension=tool level=3 source=self
	try fil-record autonomy user=u2 dimension=tool level=3 source=self
	status_is 0
	out_is "$HEADER"
	err_is 'fil-record: autonomy: 1 read, 0 added, 0 changed, 1 unchanged (run 8)'
	[ "$(ask 'select count(*) from history')" = 0 ]
	try fil-record autonomy user=u2 dimension=tool level=2 source=self
	out_is "$HEADER" changed,u2,tool,2024-03-15,self,2,
	[ "$(ask 'select count(*) from history where run = 9')" = 1 ]
}

@test "the standing follows what is recorded and what is corrected" {
	people
	fil-record -q autonomy source=trainer date=2024-03-01 tool=3 process=4 <<< $'user\nu2'
	try "fil-report autonomy --min-group 0 | cut -d, -f1-3,7"
	out_is group,users,measured,autonomous all,2,1,1
	fil-record -q autonomy user=u2 dimension=tool level=2 source=trainer date=2024-03-01
	try "fil-report autonomy --min-group 0 | cut -d, -f1-3,7"
	out_is group,users,measured,autonomous all,2,1,0
	fil-import -q dimensions dimension=tool title=Tool threshold=2
	try "fil-report autonomy --min-group 0 | cut -d, -f1-3,7"
	out_is group,users,measured,autonomous all,2,1,1
}

@test "dates may be typed relative to today; none may be later" {
	people
	try fil-record autonomy user=u2 dimension=tool level=3 source=self date=yesterday
	out_is "$HEADER" added,u2,tool,2024-03-14,self,3,
	try fil-record autonomy user=u2 dimension=tool level=3 source=self date=-2w
	out_is "$HEADER" added,u2,tool,2024-03-01,self,3,
	try fil-record autonomy user=u2 dimension=tool level=3 source=self date=last-sunday
	out_is "$HEADER" added,u2,tool,2024-03-10,self,3,
	try fil-record autonomy user=u2 dimension=tool level=3 source=self date=+1d
	status_is 65
	out_is ''
	err_is "fil-record: date: '2024-03-16' is after today, 2024-03-15"
	try fil-record autonomy user=u2 dimension=tool level=3 source=self date=31/02/2024
	status_is 65
	err_is "fil-record: date: '31/02/2024' is not a date"
	try env FILROUGE_TODAY=2024-03-16 fil-record autonomy user=u2 dimension=tool level=3 source=self
	out_is "$HEADER" added,u2,tool,2024-03-16,self,3,
}

@test "an empty date cell is today, others stand" {
	people
	try fil-record autonomy source=test dimension=tool <<< $'user,date,level\nu2,,1\n00421,2024-03-01,2'
	status_is 0
	out_is "$HEADER" added,u2,tool,2024-03-15,test,1, added,00421,tool,2024-03-01,test,2,
	err_is "fil-record: -:2: date: a row without a date gets today's: --allow today" \
	    'fil-record: autonomy: 2 read, 2 added, 0 changed, 0 unchanged (run 7)'
	# Without any date, today is what is meant.
	try fil-record needs <<< $'user,date,need\nu2,,a\n00421,,b'
	err_is 'fil-record: needs: 2 read, 2 added, 0 changed, 0 unchanged (run 8)'
	try fil-record needs --strict <<< $'user,date,need\nu2,2024-03-01,c\n00421,,c'
	status_is 1
	try fil-record needs --allow today --set keep-empty=yes <<< $'user,date,need\nu2,2024-03-01,c\n00421,,c'
	err_is 'fil-record: needs: 2 read, 2 added, 0 changed, 0 unchanged (run 9)'
}

@test "a list of users is recorded in bulk, with all its other columns passed over" {
	people
	try "fil-list users -w unit=Dons | fil-record autonomy dimension=tool level=2 source=trainer"
	status_is 0
	out_is "$HEADER" added,00421,tool,2024-03-15,trainer,2,
}

@test "a dimension's own column gives its level; both levels make a whole row" {
	people
	try fil-record autonomy user=u2 tool=3 process=2 source=self < /dev/full
	status_is 0
	out_is "$HEADER" added,u2,process,2024-03-15,self,2, added,u2,tool,2024-03-15,self,3,
	err_is 'fil-record: autonomy: 1 read, 2 added, 0 changed, 0 unchanged (run 7)'
	try fil-record autonomy source=self <<< $'user,Tool,PROCESS\nu2,4,\n00421,,\n'
	status_is 0
	out_is "$HEADER" changed,u2,tool,2024-03-15,self,4,
	try fil-record autonomy user=u2 tool=3 level=2 source=self
	status_is 65
	err_is "fil-record: the column 'tool' holds a level, and so does 'level': leave one out"
}

@test "levels, sources and dimensions are checked" {
	people
	try fil-record autonomy user=u2 dimension=tool level=6 source=self
	status_is 65
	err_is "fil-record: level: '6' is not a whole number from 0 to 5"
	try fil-record autonomy user=u2 dimension=tool level=3 source=boss
	status_is 65
	err_is "fil-record: source: 'boss' is not one of self, trainer, manager, test, system"
	try fil-record autonomy user=u2 dimension=typing level=3 source=self
	status_is 65
	err_is "fil-record: command line: dimension: 'typing' is not in dimensions"
	try fil-record autonomy user=421 dimension=tool level=3 source=self
	status_is 65
	err_is "fil-record: command line: user: '421' is not in users, but '00421' is: a spreadsheet may have taken its zeros" \
	    'fil-record: autonomy: 1 read, 1 refused; nothing was written'
	try fil-record autonomy user= dimension=tool level=3 source=self
	status_is 65
	err_is 'fil-record: user: is required but empty'
}

@test "every kind of event is recorded in one line" {
	people
	try fil-record needs user=u2 need=export
	out_is action,user,need,date,note added,u2,export,2024-03-15,
	try fil-record completions user=u2 module=m
	out_is action,user,module,date,outcome,note added,u2,m,2024-03-15,completed,
	try fil-record practices user=u2 routine=r method=new minutes=12,5 result=equivalent
	out_is action,user,routine,date,method,item,uses,minutes,result,acceptance,power,note \
	    added,u2,r,2024-03-15,new,,1,12.5,equivalent,,,
	try fil-record verdicts promise=l user=u2 verdict=broken
	out_is action,promise,user,date,verdict,note added,l,u2,2024-03-15,broken,
	try fil-record efforts user=u2 activity=atelier minutes=90 phase=p
	out_is action,user,date,activity,item,phase,minutes added,u2,2024-03-15,atelier,,p,90
}

@test "item alone of the keys may be empty, and tells two facts of a day apart" {
	people
	fil-record -q efforts user=u2 activity=a minutes=1
	try fil-record efforts <<< $'user,activity,item,minutes\nu2,a,,1\nu2,a,matin,2\nu2,a,,1'
	status_is 0
	out_is action,user,date,activity,item,phase,minutes added,u2,2024-03-15,a,matin,,2
	err_has 'fil-record: efforts: 3 read, 1 added, 0 changed, 2 unchanged (run 8)'
}

@test "only events are recorded" {
	people
	try fil-record users user=x name=y
	status_is 64
	out_is ''
	err_is "fil-record: 'users' is not one of the events: autonomy, needs, completions, practices, verdicts, efforts" \
	    "Try 'fil-record --help' for more information."
	try fil-record autonmy
	status_is 64
	err_is "fil-record: there is no table 'autonmy'; the nearest is 'autonomy'" \
	    "Try 'fil-record --help' for more information."
	try fil-record
	status_is 64
	err_is 'fil-record: give the event to record: autonomy, needs, completions …' \
	    "Try 'fil-record --help' for more information."
}

@test "one bad row, and nothing is recorded" {
	people
	try fil-record autonomy dimension=tool source=test <<< $'user,level\nu2,3\nu3,3\n00421,x'
	status_is 65
	out_is ''
	err_is "fil-record: -:3: user: 'u3' is not in users" \
	    "fil-record: -:4: level: 'x' is not a whole number from 0 to 5" \
	    "fil-record: -: 1 row names a user who is not stored: import the user, or --known-only ignores such rows" 'fil-record: autonomy: 3 read, 2 refused; nothing was written'
	try fil-list autonomy
	out_is "${HEADER#action,}"
	try fil-record --keep-going autonomy dimension=tool source=test <<< $'user,level\nu2,3\nu3,3\n00421,x'
	status_is 1
	out_is "$HEADER" added,u2,tool,2024-03-15,test,3,
}

@test "--dry-run prints what the real run then prints, and keeps nothing" {
	people
	try fil-record -n autonomy user=u2 tool=3 process=2 source=self
	cp "$OUT" dry.out
	status_is 0
	err_is 'fil-record: dry run: nothing is kept' 'fil-record: autonomy: 1 read, 2 added, 0 changed, 0 unchanged (run 7)'
	try fil-list autonomy
	out_is "${HEADER#action,}"
	try fil-record autonomy user=u2 tool=3 process=2 source=self
	out_is < dry.out
	err_is 'fil-record: autonomy: 1 read, 2 added, 0 changed, 0 unchanged (run 7)'
}

@test "operands that make no row: what is missing comes first, with what to say" {
	people
	try 'fil-record autonomy user=u2 dimension=tool level=3 < /dev/null'
	status_is 66
	out_is ''
	err_is 'fil-record: source is missing: say source=self, trainer, manager, test or system; or give a FILE with that column (standard input is empty)'
	try 'fil-record autonomy user=u2 source=self < /dev/null'
	status_is 66
	err_has 'fil-record: dimension is missing: say dimension=VALUE; or give a FILE with that column (standard input is empty)'
	try_on_terminal 'fil-record autonomy user=u2 dimension=tool level=3'
	status_is 66
	out_is 'fil-record: source is missing: say source=self, trainer, manager, test or system; or give a FILE with that column' \
	    'fil-record: reading standard input; end it with Ctrl-D' \
	    'fil-record: source is missing: say source=self, trainer, manager, test or system; or give a FILE with that column (standard input is empty)'
	try 'true | fil-record autonomy user=u2 dimension=tool level=3'
	status_is 66
	err_is 'fil-record: source is missing: say source=self, trainer, manager, test or system; or give a FILE with that column (standard input is empty)'
	try fil-record autonomy user=u2 dimension=tool level=3 <<< $'note\nx'
	status_is 65
	err_is "fil-record: -: source is missing: say source=self, trainer, manager, test or system; or map a column with --map 'source=HEADER'"
	try 'fil-record autonomy user=u2 dimension=tool level=3 - < /dev/null'
	status_is 66
	err_is 'fil-record: -: the input is empty'
	[ "$(fil-list autonomy | wc -l)" -eq 1 ]
	try fil-record autonomy user=u2 dimension=tool level=3 <<< $'source\nself'
	status_is 0
	out_is "$HEADER" added,u2,tool,2024-03-15,self,3,
}

# Writes facts of 3,000 users on two days, in no order.
shuffled_facts() {
	echo user,dimension,date,source,level
	perl -e 'for my $i (map { $_ * 2477 % 6000 } 0 .. 5999) {
		printf "u%d,%s,2024-02-%02d,self,%d\n", $i % 3000, ("tool", "process")[$i % 2], 1 + int($i / 3000), $i % 6 }'
}

@test "thousands of facts in no order are printed in their order, and all are stored" {
	fil_store
	(echo user,name; seq 0 2999 | sed 's/.*/u&,N/') | fil-import -q users
	shuffled_facts > facts.csv
	try fil-record autonomy facts.csv
	status_is 0
	tail -n +2 facts.csv | sed 's/.*/added,&,/; 1i '"$HEADER" | out_is
	err_is 'fil-record: autonomy: 6000 read, 6000 added, 0 changed, 0 unchanged (run 3)'
	try "fil-list autonomy | tail -n +2"
	tail -n +2 facts.csv | sed 's/$/,/' | LC_ALL=C sort | out_is
	fil-check -q
	try fil-record autonomy facts.csv
	err_is 'fil-record: autonomy: 6000 read, 0 added, 0 changed, 6000 unchanged (run 4)'
}

@test "a repeated key among thousands of facts in no order is found, in the order of the input" {
	fil_store
	(echo user,name; seq 0 2999 | sed 's/.*/u&,N/') | fil-import -q users
	shuffled_facts > facts.csv
	sed -n '10p;5900p' facts.csv > again.csv
	cat again.csv >> facts.csv
	try fil-record autonomy --dry-run facts.csv
	status_is 0
	head -6001 facts.csv | tail -n +2 | sed 's/.*/added,&,/; 1i '"$HEADER" | out_is
	err_is 'fil-record: dry run: nothing is kept' \
		'fil-record: autonomy: 6002 read, 6000 added, 0 changed, 2 unchanged (run 3)'
	(cat facts.csv; echo nobody,tool,2024-02-01,self,3; sed -n '6000p;20p' facts.csv | sed 's/.$/1/'
		echo u1,tool,2024-02-01,self,9) > bad.csv
	try fil-record autonomy bad.csv
	status_is 65
	out_is ''
	err_is "fil-record: bad.csv:6004: user: 'nobody' is not in users" \
		"fil-record: bad.csv:6005: user: duplicate key 'u2586, tool, 2024-02-01, self' with different values: first on line 20; other: level (--prefer last or first keeps one)" \
		"fil-record: bad.csv:6006: user: duplicate key 'u1046, tool, 2024-02-01, self' with different values: first on line 6000; other: level (--prefer last or first keeps one)" \
		"fil-record: bad.csv:6007: level: '9' is not a whole number from 0 to 5" \
		"fil-record: bad.csv: 1 row names a user who is not stored: import the user, or --known-only ignores such rows" 'fil-record: autonomy: 6006 read, 4 refused; nothing was written'
}
