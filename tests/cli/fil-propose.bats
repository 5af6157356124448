#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

HEADER=user,name,unit,phase,dimension,level,need,module,due,rule,reason

# Today is 2024-03-15. a1 stands at tool 1 and process 3, a2 at tool 4; of b1 nothing is known. The pilot is over, the
# rollout runs for a1 and b1, and begins for a2 tomorrow. t1 is no user, l1 has left.
project() {
	fil_store fill_project
}

fill_project() {
	fil-import -q users <<- 'END'
		user,name,unit,job,role,left
		a1,Ada,Arts/X,Comptable,,
		a2,"Bo, B",Arts/Y,Juriste,,
		b1,Ed,,,,
		l1,Lou,Arts/X,,,2024-03-15
		t1,Tom,Arts/X,,trainer,
	END
	fil-import -q modules <<- 'END'
		module,title,kind
		course,Course,course
		guide,Guide,guide
		tutor,Tutor,tutoring
	END
	fil-import -q phases <<- 'END'
		phase,title,kind,begins,ends
		pilot,Pilot,pilot,2024-01-01,2024-03-14
		wide,Wide,rollout,2024-03-01,2024-03-15
	END
	fil-import -q enrolments <<- 'END'
		user,phase,enrolled
		a1,pilot,2024-01-01
		a1,wide,2024-03-01
		a2,pilot,2024-01-01
		a2,wide,2024-03-16
		b1,wide,2024-03-01
		l1,wide,2024-03-01
	END
	fil-record -q autonomy <<- 'END'
		user,date,source,tool,process
		a1,2024-03-01,self,1,3
		a2,2024-03-01,test,4,
		l1,2024-03-01,self,0,0
		t1,2024-03-01,self,0,0
	END
}

rules() {
	(echo rule,module,phase,dimension,below,need,unit,job,due; cat) | fil-import -q rules
}

@test "a rule without conditions holds for the population" {
	project
	rules <<< 'r,course,,,,,,,'
	try fil-propose
	status_is 0
	err_is ''
	out_is <<- END
		$HEADER
		a1,Ada,Arts/X,wide,,,,course,,r,for everybody
		a2,"Bo, B",Arts/Y,pilot,,,,course,,r,for everybody
		b1,Ed,,wide,,,,course,,r,for everybody
	END
}

@test "a level holds when it is lower, or unknown" {
	project
	rules <<< 'r,course,,tool,2,,,,10'
	try fil-propose
	out_is <<- END
		$HEADER
		a1,Ada,Arts/X,wide,tool,1,,course,2024-03-25,r,"tool at 1, below 2"
		b1,Ed,,wide,tool,,,course,2024-03-25,r,"tool not known, below 2"
	END
	# Without a dimension, in any of them: a2's process is not known.
	rules <<< 'r,course,,,2,,,,0'
	try fil-propose
	out_is <<- END
		$HEADER
		a1,Ada,Arts/X,wide,tool,1,,course,2024-03-15,r,"tool at 1, below 2"
		a2,"Bo, B",Arts/Y,pilot,process,,,course,2024-03-15,r,"process not known, below 2"
		b1,Ed,,wide,process,,,course,2024-03-15,r,"process not known, below 2"
	END
	err_is ''
}

@test "a dimension without a level is no condition, and told" {
	project
	rules <<< 'r,course,,tool,,,,,'
	try "fil-propose | wc -l"
	out_is 4
	err_is "fil-propose: rule 'r' has a dimension, but no level in 'below': it holds at any level"
}

@test "a phase holds from the day of enrolment to its last day" {
	project
	rules <<- 'END'
		1,course,w*,,,,,,
		2,guide,pilot,,,,,,
		3,tutor,none,,,,,,
	END
	try fil-propose
	status_is 0
	out_is <<- END
		$HEADER
		a1,Ada,Arts/X,wide,,,,course,,1,takes part in wide
		b1,Ed,,wide,,,,course,,1,takes part in wide
	END
	err_is "fil-propose: rule '2' holds for no user: no phase matches 'pilot', or all that match have ended" \
		"fil-propose: rule '3' holds for no user: no phase matches 'none', or all that match have ended"
	FILROUGE_TODAY=2024-03-16 try fil-propose
	out_is "$HEADER"
	FILROUGE_TODAY=2024-03-14 try "fil-propose | sed 's/\"Bo, B\"/Bo/' | cut -d, -f 1,10 | grep -v r"
	out_is a1,1 a1,2 a2,2 b1,1 l1,1
}

@test "a need holds until it is covered" {
	project
	rules <<- 'END'
		1,guide,,,,signing,,,7
		2,tutor,,,,signing,,,
		3,course,,,,filing,,,
	END
	fil-record -q needs <<- 'END'
		user,need,date
		a1,signing,2024-02-01
		a1,signing,2024-03-01
		a2,signing,2024-03-01
		b1,other,2024-03-01
	END
	# An answer that was given before the need came back covers it no more.
	fil-assign -q user=a1 module=tutor assigned=2024-02-10
	# a2's guide covers the need, whichever rule would have another module.
	fil-assign -q user=a2 module=guide assigned=2024-03-01
	try fil-propose
	out_is <<- END
		$HEADER
		a1,Ada,Arts/X,wide,,,signing,guide,2024-03-22,1,asked for help with signing on 2024-03-01
	END
	err_is "fil-propose: rule '3' holds for no user"
}

@test "units and jobs are patterns" {
	project
	rules <<- 'END'
		1,course,,,,,Arts*,,
		2,guide,,,,,*,Jur?ste,
		3,tutor,,,,,,*,
	END
	try "fil-propose -w 'user!=a1'"
	out_is <<- END
		$HEADER
		a2,"Bo, B",Arts/Y,pilot,,,,course,,1,works in Arts/Y
		a2,"Bo, B",Arts/Y,pilot,,,,guide,,2,works in Arts/Y; works as Juriste
		a2,"Bo, B",Arts/Y,pilot,,,,tutor,,3,works as Juriste
	END
}

@test "all conditions must hold" {
	project
	fil-record -q needs user=a1 need=signing date=2024-03-02
	rules <<- 'END'
		1,course,wide,tool,2,signing,Arts*,Compt*,
		2,guide,wide,tool,2,signing,Arts*,Jur*,
	END
	try fil-propose
	out_is <<- END
		$HEADER
		a1,Ada,Arts/X,wide,tool,1,signing,course,,1,"tool at 1, below 2; asked for help with signing on 2024-03-02"
	END
	err_is "fil-propose: rule '2' holds for no user"
}

@test "a module is proposed once, by the first rule" {
	project
	rules <<- 'END'
		b,course,,,,,,,
		a,course,,tool,2,,,,
		B,guide,,,,,,,
	END
	try "fil-propose | cut -d, -f 1,8- | sed 's/,\".*//' | grep ^b"
	# Keys are compared byte for byte.
	out_is 'b1,guide,,B,for everybody' 'b1,course,,a'
	err_is ''
}

@test "who has the module open or completed is left out" {
	project
	rules <<< 'r,course,,,,,,,'
	fil-assign -q user=a1 module=course assigned=2024-01-10
	fil-record -q completions user=a1 module=course date=2024-01-12
	fil-record -q completions user=b1 module=course date=2024-01-12 outcome=partial
	fil-record -q completions user=b1 module=guide date=2024-01-12
	fil-assign -q user=a2 module=course
	try fil-propose
	out_is "$HEADER" 'b1,Ed,,wide,,,,course,,r,for everybody'
	fil-record -q completions user=b1 module=course
	try fil-propose
	out_is "$HEADER"
	# The rule still holds for them.
	err_is ''
}

@test "a second fil-propose | fil-assign assigns nothing" {
	project
	fil-record -q needs user=a2 need=signing
	rules <<- 'END'
		1,course,,tool,2,,,,14
		2,guide,,,,signing,,,
	END
	try 'fil-propose | fil-assign'
	status_is 0
	out_is <<- 'END'
		action,user,module,assigned,phase,trainer,due,reason
		added,a1,course,2024-03-15,wide,,2024-03-29,"tool at 1, below 2"
		added,a2,guide,2024-03-15,pilot,,,asked for help with signing on 2024-03-15
		added,b1,course,2024-03-15,wide,,2024-03-29,"tool not known, below 2"
	END
	try 'fil-propose | fil-assign'
	status_is 0
	out_is action,user,module,assigned,phase,trainer,due,reason
	FILROUGE_TODAY=2024-03-20 try 'fil-propose | fil-assign'
	out_is action,user,module,assigned,phase,trainer,due,reason
}

@test "--as-of: what was proposed on that day, whatever came since" {
	project
	fil-record -q needs <<< $'user,need,date\na2,signing,2024-02-01\nb1,signing,2024-03-12'
	rules <<- 'END'
		p,course,pilot,,,,,,
		q,guide,,tool,3,,,,10
		r,tutor,,,,signing,,,
	END
	FILROUGE_TODAY=2024-03-10 fil-propose > that-day 2> said
	cat > expected <<- END
		$HEADER
		a1,Ada,Arts/X,pilot,,,,course,,p,takes part in pilot
		a1,Ada,Arts/X,wide,tool,1,,guide,2024-03-20,q,"tool at 1, below 3"
		a2,"Bo, B",Arts/Y,pilot,,,,course,,p,takes part in pilot
		a2,"Bo, B",Arts/Y,pilot,,,signing,tutor,,r,asked for help with signing on 2024-02-01
		b1,Ed,,wide,tool,,,guide,2024-03-20,q,"tool not known, below 3"
		l1,Lou,Arts/X,wide,tool,0,,guide,2024-03-20,q,"tool at 0, below 3"
	END
	diff expected that-day
	# A level, a need, a completion, an assignment and the end of the pilot, all after that day.
	fil-record -q autonomy user=a1 dimension=tool level=5 source=test date=2024-03-11
	fil-record -q completions user=b1 module=guide date=2024-03-12
	fil-import -q assignments <<< $'user,module,assigned\na2,course,2024-03-13\na2,tutor,2024-03-14'
	try fil-propose --as-of 2024-03-10
	status_is 0
	out_is < that-day
	err_is < said
	try fil-propose --as-of -5d -w user=b1
	out_is "$HEADER" 'b1,Ed,,wide,tool,,,guide,2024-03-20,q,"tool not known, below 3"'
	# Today the pilot has ended, and its rule is named.
	try fil-propose --as-of today
	out_is <<- END
		$HEADER
		b1,Ed,,wide,,,signing,tutor,,r,asked for help with signing on 2024-03-12
	END
	err_is "fil-propose: rule 'p' holds for no user: no phase matches 'pilot', or all that match have ended"
	fil-propose | cmp - "$OUT"
	# A module that is planned for tomorrow is not proposed today.
	fil-import -q assignments <<< $'user,module,assigned\nb1,tutor,2024-03-16'
	try fil-propose -q
	out_is "$HEADER"
}

@test "users are chosen" {
	project
	rules <<< 'r,course,,,,,,,'
	try "fil-propose --phase '' | cut -d, -f 1"
	out_is user
	try "fil-propose --phase 'w*' -w unit= --active | cut -d, -f 1"
	out_is user b1
	try fil-propose -w 'left!='
	out_is "$HEADER"
	err_is "fil-propose: rule 'r' holds for no user of those selected"
}

@test "without rules it says so" {
	project
	try fil-propose
	status_is 0
	out_is "$HEADER"
	err_is 'fil-propose: there are no rules: import some into rules'
	try fil-propose -q
	out_is "$HEADER"
	err_is ''
}

@test "a long unit is cut in the reason, which an assignment can hold" {
	local unit

	project
	unit=$(printf 'é%.0s' {1..1000})
	fil-import -q users <<< "user,unit"$'\n'"a1,$unit"
	rules <<< 'r,course,,,,,é*,,'
	try 'fil-propose | fil-assign'
	status_is 0
	grep -q "^added,a1,course,2024-03-15,wide,,,works in ${unit:0:200}…\$" "$OUT"
}

# bats test_tags=sqlite
@test "formats, files, and answers that cannot be written" {
	project
	rules <<< 'r,course,,tool,2,,,,'
	try fil-propose -w user=a1 -f json
	out_is <<- 'END'
		[
		{"user":"a1","name":"Ada","unit":"Arts/X","phase":"wide","dimension":"tool","level":1,"need":null,"module":"course","due":null,"rule":"r","reason":"tool at 1, below 2"}
		]
	END
	fil-propose -o proposals.csv
	fil-propose | cmp - proposals.csv
	try 'fil-propose > /dev/full'
	status_is 74
	try 'fil-propose | head -n 1'
	out_is "$HEADER"
}

# bats test_tags=sqlite
@test "wrong uses are told" {
	local wrong

	project
	for wrong in 'pilot' '--size 3' '-w module=course' '-w nothing=1' '--as-of soon' '--as-of 2024-02-30'; do
		try "fil-propose $wrong"
		status_is 64
		out_is ''
	done
	FILROUGE_DB=missing/filrouge.db try fil-propose
	status_is 69
}
