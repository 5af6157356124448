#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Criteria that are said before the phase they judge, and whether they hold.
# shellcheck disable=SC1112,SC2094 # French apostrophes
load helper

# Today is 2024-03-15. Of A, five people, all are measured and four autonomous: 80.0. Of B, three people, two are measured
# and one is autonomous: 33.3 to 66.7. Together 62.5 to 75.0. The pilot has run since 2024-01-08.
project() {
	fil_store fill_project
}

fill_project() {
	local -x FILROUGE_TODAY=2024-01-05

	fil-import -q users <<- 'END'
		user,name,unit
		a1,Ada,A
		a2,Bo,A
		a3,Cy,A
		a4,Di,A
		a5,Ed,A
		b1,Fay,B b
		b2,Gil,B b
		b3,Hal,B b
		n1,Ivo,N
	END
	fil-import -q users <<< $'user,role\nn1,trainer'
	fil-import -q phases <<< $'phase,title,kind,begins\npilot,Pilot,pilot,2024-01-08'
	fil-import -q enrolments phase=pilot enrolled=2024-01-08 <<< $'user\na1\na2\na3\na4\na5'
	FILROUGE_TODAY=2024-03-15 fil-record -q autonomy source=test <<- 'END'
		user,date,process,tool
		a1,2024-02-01,3,3
		a2,2024-02-02,3,3
		a3,2024-02-03,3,3
		a4,2024-03-01,3,3
		a5,2024-03-01,1,1
		b1,2024-03-01,5,5
		b3,2024-03-01,0,0
	END
}

# criteria ROW...: imports criteria whose title and day are the same.
criteria() {
	{ echo criterion,report,require,phase; printf '%s\n' "$@"; } |
		FILROUGE_TODAY=${SET:-2024-01-05} fil-import -q criteria title=T set=2024-01-05
}

# Prints the figures and what holds.
judged() {
	fil-report readiness "$@" | cut -d, -f1,5-
}

@test "readiness judges each criterion by its worst row" {
	project
	criteria 'all-60,autonomy,share_min>=60,' 'all-70,autonomy,share_min>=70,' 'all-80,autonomy,share_min >= 80,' \
		'by-30,autonomy --by unit --min-group 0,share_min>=30,' 'by-50,autonomy --by unit --min-group 0,share_min>=50,' \
		'by-70,--min-group=0 autonomy --by unit,share_max>=70,' 'count,autonomy,users>=8,' 'few,autonomy,users<8,' \
		"quoted,autonomy --min-group 0 -w 'unit=B b',share_min>=33.3,"
	try judged
	status_is 0
	# Such a figure may be that of one person.
	err_is "fil-report: criterion 'by-30': groups of any size are shown: persons can be recognised" \
		"fil-report: criterion 'by-50': groups of any size are shown: persons can be recognised" \
		"fil-report: criterion 'by-70': groups of any size are shown: persons can be recognised" \
		"fil-report: criterion 'quoted': groups of any size are shown: persons can be recognised"
	out_is <<- 'END'
		criterion,value,low,high,holds
		all-60,62.5,62.5,75.0,yes
		all-70,62.5,62.5,75.0,unknown
		all-80,62.5,62.5,75.0,no
		by-30,33.3,33.3,66.7,yes
		by-50,33.3,33.3,66.7,unknown
		by-70,66.7,33.3,66.7,no
		count,8,,,yes
		few,8,,,no
		quoted,33.3,33.3,66.7,yes
	END
	# Of three people no figure is shown, so that nobody is found.
	fil-import -q criteria criterion=quoted report="autonomy -w 'unit=B b'"
	try judged
	out_has 'quoted,,,,unknown'
	# On 2024-02-15 a1, a2 and a3 are measured and autonomous, and nothing is known of five.
	try fil-report readiness --as-of 2024-02-15
	out_has 'all-60,T,,2024-01-05,37.5,37.5,100.0,unknown'
	# A criterion is there from the day on which it was set.
	try fil-report readiness --as-of 2024-01-04
	out_is 'criterion,title,phase,set,value,low,high,holds'
	# An earlier day of its own stays; a later one has not come.
	criteria 'day-15,autonomy --as-of 2024-02-15,autonomous>=3,' 'day-30,autonomy --as-of 2024-03-30,autonomous>=3,'
	try judged --as-of 2024-02-29
	out_has 'day-15,3,,,yes'
	out_has 'day-30,3,,,yes'
	try judged --as-of 2024-02-01
	out_has 'day-15,1,,,no'
	try judged
	out_has 'day-15,3,,,yes'
	out_has 'day-30,5,,,yes'
}

# bats test_tags=sqlite
@test "a gate holds exact figures against its limit, and shows one that rounding would hide" {
	fil_store
	{ echo user,name; printf '%s,x\n' {1..2000}; } | fil-import -q users
	{ echo user,tool,process; printf '%s,3,3\n' {1..1599}; printf '%s,1,1\n' {1600..2000}; } |
		fil-record -q autonomy source=test date=2024-03-02
	# 1,599 of 2,000 are 79.95 %, which is printed as 80.0. The row is the printed one, but for that figure.
	try 'fil-report autonomy --require "share_min>=80" | cut -d, -f7,9,10'
	out_is autonomous,share_min,share_max 1599,80.0,80.0
	err_is 'fil-report: share_min>=80 does not hold: all,2000,2000,0,1599,1599,1599,0,79.95,80.0'
	fil-report autonomy --require 'share_min>=79.95' --require 'share_min<80'
	criteria 'c80,autonomy,share_min>=80,' 'c79,autonomy,share_min>=79.95,' 'd80,autonomy,share_max<80,'
	try judged
	out_is criterion,value,low,high,holds c79,80.0,80.0,80.0,yes c80,79.95,79.95,79.95,no d80,79.95,79.95,79.95,yes
	fil_week_sections decisions > page
	grep -q 'Ready: no' page
	# Means too: nine of twenty gain a level, 0.45, which is printed as 0.5.
	fil-import -q modules module=m title=M kind=course dimension=tool
	fil-assign -q module=m assigned=2024-03-05 < <(printf '%s\n' user {1700..1719})
	fil-record -q completions module=m date=2024-03-05 < <(printf '%s\n' user {1700..1719})
	fil-record -q autonomy source=test date=2024-03-12 tool=2 < <(printf '%s\n' user {1700..1708})
	fil-record -q autonomy source=test date=2024-03-12 tool=1 < <(printf '%s\n' user {1709..1719})
	try "fil-report modules --require 'mean_gain>=0.5' | cut -d, -f1,12"
	out_is module,mean_gain m,0.5
	err_is 'fil-report: mean_gain>=0.5 does not hold: m,M,course,20,20,0,0,100.0,0,20,9,0.45,,,,'
}

@test "readiness has the limits of each report, and an open limit decides nothing" {
	project
	# Of the pilot: days 24, 25, 26, 53, and a5 67+. S is 4/5, 3/5, 2/5, 1/5; the limits are those of fil-report time.
	try "fil-report time | cut -d, -f8-10"
	out_is median,median_low,median_high 26,24,
	criteria 'by-20,time,median<=20,' 'by-25,time,median<=25,' 'by-60,time,median<=60,' 'from-20,time,median>=20,' \
		'from-25,time,median>=25,' 'high,time,median_high<=60,' 'low,time,median_low<=60,' 'p75,time,p75<=60,'
	try judged
	out_is <<- 'END'
		criterion,value,low,high,holds
		by-20,26,24,,no
		by-25,26,24,,unknown
		by-60,26,24,,unknown
		from-20,26,24,,yes
		from-25,26,24,,unknown
		high,,,,unknown
		low,24,,,yes
		p75,53,,,yes
	END
	# A forecast has days.
	criteria 'date,forecast --target 70,date<=2024-12-31,'
	try 'fil-report readiness | grep ^date, | cut -d, -f5-'
	out_is "$(fil-report forecast --target 70 | sed 1d | cut -d, -f7-9),yes"
}

@test "each pair of limits belongs to one figure of its report, and no other figure has any" {
	fil_store
	export FILROUGE_TODAY=2024-01-05
	{ echo user,name; printf '%s,N\n' {10..49}; } | fil-import -q users --allow identity
	fil-import -q phases <<< $'phase,title,kind,begins\npilot,Pilot,pilot,2024-01-08'
	FILROUGE_TODAY=2024-01-08 fil-import -q enrolments phase=pilot enrolled=2024-01-08 < <(echo user; seq 10 49)
	criteria 'date,forecast,date<=2024-12-31,' 'now,forecast,now>=70,' 'reached,forecast,reached>=28,' \
		'share,forecast,share>=70,' 'share-not,forecast,share<=65,' 'users,forecast,users>=41,' \
		'curve,time --curve,share>=0.1,' 'day,time --curve,day>=5,'
	export FILROUGE_TODAY=2024-03-31
	# 28 of 40 are autonomous, one more every three days or less.
	{ echo user,date,tool,process
	for i in {10..37}; do echo "$i,$(date -d "2024-01-10 + $(((i - 9) * 17 / 6)) days" +%F),3,3"; done
	for i in {38..49}; do echo "$i,2024-03-25,1,1"; done; } | fil-record -q autonomy source=test
	fil-report forecast -q -f csv > forecast
	[[ $(sed 1d forecast) == all,40,28,70.0,70.0,80,2024-*,2024-*,2024-*,* ]]
	judged -f csv > judged
	[ "$(grep ^date, judged)" = "date,$(sed 1d forecast | cut -d, -f7-9),yes" ]
	[ "$(grep ^curve, judged | cut -d, -f2-4)" = "$(fil-report time --curve -q -f csv | sed -n '$p' | cut -d, -f6-8)" ]
	[ "$(grep -v '^date,\|^curve,' judged)" = "criterion,value,low,high,holds
day,4,,,no
now,70.0,,,yes
reached,28,,,yes
share,70.0,,,yes
share-not,70.0,,,no
users,40,,,no" ]
}

@test "readiness is unknown where nothing was measured, and a gate is no gate on nothing" {
	project
	try fil-report readiness --gate
	status_is 1
	out_is 'criterion,title,phase,set,value,low,high,holds'
	err_is 'fil-report: there is no criterion that could hold'
	try fil-report readiness
	status_is 0
	criteria 'nobody,autonomy -w unit=C,share_min>=0,' 'nothing,autonomy --min-group 0 -w user=b2,self_declared<=0,' \
		'routines,routines,equivalent_share>=90,' 'stale,autonomy -w unit=C,stale<=0,' \
		'stalled,stalled --weeks 8,weeks<0,' 'stalled-none,stalled -w user=b2,weeks<0,' \
		'seen,followup --by reason -w unit=C,users=0,' 'users,autonomy -w unit=C,users=0,'
	try judged
	out_is <<- 'END'
		criterion,value,low,high,holds
		nobody,,,,unknown
		nothing,0,,,unknown
		routines,,,,unknown
		seen,0,,,unknown
		stale,0,,,unknown
		stalled,,,,yes
		stalled-none,,,,unknown
		users,0,,,yes
	END
	criteria 'all-70,autonomy,share_min>=70,' 'all-80,autonomy,share_min>=80,'
	fil-list criteria -w 'criterion~[rsn]*' | fil-import -q --remove criteria
	try fil-report readiness --gate
	status_is 1
	[ "$(wc -l < "$OUT")" -eq 4 ]
	err_is "fil-report: criterion 'all-70': unknown whether share_min>=70: the figure is 62.5, between '62.5' and '75.0'" \
		"fil-report: criterion 'all-80': share_min>=80 does not hold: the worst figure is 62.5"
	try fil-report readiness --gate -q --lang fr
	err_is 'fil-report: critère « all-70 » : share_min>=70 reste inconnu : le chiffre est 62.5, entre « 62.5 » et « 75.0 »' \
		'fil-report: critère « all-80 » : share_min>=80 n’est pas rempli : le pire chiffre est 62.5'
	fil-import -q criteria <<< $'criterion,require\nall-70,share_min>=60\nall-80,share_min>=50'
	try fil-report readiness --gate
	status_is 0
	err_is ''
	fil-import -q criteria criterion=all-80 report=routines require='results>0'
	try fil-report readiness --gate
	status_is 1
	err_is "fil-report: criterion 'all-80': unknown whether results>0: nothing was measured, or too few people"
	# Another requirement may be made of the criteria themselves.
	try fil-report readiness --require holds=yes
	status_is 1
	err_is "fil-report: holds=yes does not hold: all-80,T,,2024-01-05,,,,unknown"
}

@test "a gate on figures of levels stays shut where nobody is measured, or no dimension counts" {
	local gate gates=('levels --require level_0<1' 'levels --require level_5<1' 'autonomy --require share_min<5'
		'progress --weeks 2 --require autonomous<1' 'time --require events<1' 'time --curve --require events<1' 'forecast --require now<50' 'phases --require autonomous<1'
		'stalled --require weeks<1' 'followup --require open>=0' 'followup --by reason --require users<99')

	# Makes criteria of the same reports and conditions.
	judge() {
		local rows=()

		for gate in "${!gates[@]}"; do rows+=("g$gate,${gates[gate]/ --require /,},"); done
		criteria "${rows[@]}"
	}
	gated() {
		for gate in "${!gates[@]}"; do
			try "fil-report ${gates[gate]% --require *} --require '${gates[gate]#* --require }'"
			[ "$status" -eq "$1" ] || { echo "${gates[gate]}: status $status"; false; }
		done
		try 'fil-report readiness | cut -d, -f1,8'
		out_is criterion,holds "$(for gate in "${!gates[@]}"; do echo "g$gate,$2"; done | sort)"
	}
	fil_store
	{ echo user,name; printf 'u%d,x\n' {1..21}; } | fil-import -q users
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-08
	fil-list users | fil-import -q enrolments phase=p enrolled=2024-01-08
	judge
	gated 1 unknown
	try fil-report levels --dimension tool --require 'level_0<1'
	err_is 'fil-report: level_0<1 does not hold: all,tool,21,0,0,0,0,0,0,21'
	try fil-report levels --dimension tool --require 'unknown>20'
	status_is 0
	try fil-report stalled --require 'weeks<1'
	err_is 'fil-report: weeks<1 does not hold: no user with a level to hold it against'
	# All are measured, and fine.
	fil-list users | cut -d, -f1 | fil-record -q autonomy date=2024-03-12 source=test process=3 tool=3
	gates=('levels --require level_0<1' 'stalled --require weeks<1' 'followup --require open>=0' 'followup --by reason --require users<99')
	fil-list criteria | fil-import -q --remove criteria
	judge
	gated 0 yes
	# No dimension counts any more.
	fil-import -q dimensions <<< $'dimension,ends\ntool,2024-03-14\nprocess,2024-03-14'
	gated 1 unknown
	try fil-report readiness --gate
	err_has "fil-report: criterion 'g0': unknown whether level_0<1: nothing was measured, or too few people"
	fil-week --as-of 2024-03-15 --sections headline,people,unknown > page
	[ "$(grep -c 'No dimension counts on 15 March, so nobody is measured\.' page)" -eq 3 ]
	[ "$(fil-week --as-of 2024-03-15 --lang fr --sections unknown | grep -c 'Aucune dimension ne compte le 15.*mars')" -eq 1 ]
}

# bats test_tags=sqlite
@test "the words of a criterion are those of fil-report, and no shell sees them" {
	project
	refused() { # WORDS MESSAGE
		try fil-import criteria criterion=c title=T set=2024-01-05 require='users>0' report="$1"
		status_is 65
		err_is "fil-import: report: $2"
	}
	refused autonomie "'autonomie' is not a subject; the nearest is 'autonomy'"
	refused '--by unit' 'no subject; there are agreement, autonomy, commitment, followup, forecast, lessons, levels, modules, needs, phases, progress, promises, readiness, routines, staffing, stalled, time'
	refused 'autonomy > /etc/passwd' "one operand too many: '>'"
	refused 'autonomy -o x' "unknown option '-o': a criterion has the options of fil-report that choose figures"
	refused 'autonomy -f csv' "unknown option '-f': a criterion has the options of fil-report that choose figures"
	refused 'autonomy --db x' "unknown option '--db': a criterion has the options of fil-report that choose figures"
	refused 'autonomy --gate' '--gate does not apply to autonomy'
	refused readiness 'a criterion cannot judge the report of all criteria'
	refused 'autonomy --require users>1' '--require: the condition stands in the column require'
	refused 'autonomy --depth 0' "--depth: '0' is not a whole number from 1 to 2147483647"
	refused 'autonomy --depth 1' '--depth needs --by unit: only units have paths'
	refused 'autonomy --source tst' "'tst' is not a source; the nearest is 'test'"
	refused 'autonomy --role usr' "'usr' is not a role; the nearest is 'user'"
	refused 'autonomy -w unitt=A' "there is no column 'unitt'; the nearest is 'unit'"
	refused 'autonomy -w unit' "'unit' is not a condition such as 'unit=Accueil' (= != < <= > >= ~)"
	refused "autonomy -w 'unit=A" "a quote is not closed in 'autonomy -w 'unit=A'"
	# In a file each row is refused with its line. What the store does not know yet is no fault.
	try fil-import criteria <<- 'END'
		criterion,title,report,require,set
		one,T,"autonomy -w ""unit=$(touch x)""",share_min>=50,2024-01-05
		two,T,autonomy --phase later,share_min>=50,2024-01-05
		three,T,autonomy,share_min,2024-01-05
		four,T,autonomous,share_min>1,2024-01-05
	END
	status_is 65
	err_is "fil-import: -: UTF-8, ',', LF" "fil-import: -:4: require: 'share_min' is not a condition such as 'unit=Accueil' (= != < <= > >= ~)" \
		"fil-import: -:5: report: 'autonomous' is not a subject; the nearest is 'autonomy'" \
		'fil-import: criteria: 4 read, 2 refused; nothing was written'
	# What only the report or the store can tell makes a criterion unknown, and leaves the others.
	fil-import -q dimensions <<< $'dimension,title,threshold,begins\ndata,Data,3,2024-01-02'
	criteria 'all-60,autonomy,share_min>=60,' 'column,autonomy,autonomous_data>=50,' 'one,autonomy -w user=a1,users>0,' \
		'phase,autonomy --phase later,share_min>=50,'
	fil-import -q --remove dimensions <<< $'dimension\ndata'
	try judged
	status_is 0
	out_is criterion,value,low,high,holds all-60,62.5,62.5,75.0,yes column,,,,unknown one,,,,unknown phase,,,,unknown
	local reasons=(
		"fil-report: criterion 'column' cannot be judged: require: there is no column 'autonomous_data'; the nearest is 'autonomous_tool'"
		"fil-report: criterion 'one' cannot be judged: the figures of one person are not printed; fil-show is for one person"
		"fil-report: criterion 'phase' cannot be judged: --phase: 'later' is not in phases")
	err_is "${reasons[@]}"
	try fil-report readiness --gate -q
	status_is 1
	err_is "${reasons[@]}"
	try fil_week_sections decisions
	status_is 0
	out_has "  - criterion 'phase' cannot be judged: --phase: 'later' is not in phases"
	fil-list criteria -w criterion!=phase | fil-import -q --remove criteria
	criteria "phase,autonomy -w 'unit=\$(touch x)\`touch x\`',share_min>=50,"
	try judged
	out_is criterion,value,low,high,holds phase,,,,unknown
	[ ! -e x ]
	for words in --active '--phase pilot' '-w unit=A'; do
		# shellcheck disable=SC2086 # words
		try fil-report readiness $words
		status_is 64
		err_has 'fil-report: --active, --phase and -w do not apply to readiness: each criterion says which users count'
	done
}

@test "a condition on a column that its report lacks is refused at import" {
	local file=criteria.csv

	project
	cat > $file <<- 'END'
		criterion,title,report,require,set
		one,T,autonomy,share_mim>=50,2024-01-05
		two,T,time,median<=60,2024-01-05
		three,T,time --compare,p>0.05,2024-01-05
		four,T,time --curve --at 14,median<=60,2024-01-05
		five,T,autonomy --by unit,autonomous_tool>=5,2024-01-05
		six,T,autonomy,autonomous_data>=5,2024-01-05
		seven,T,modules,group=A,2024-01-05
		eight,T,modules --by unit,group=A,2024-01-05
		nine,T,autonomy,share_min>=high,2024-01-05
		ten,T,forecast --like later --users 5 --begins 2030-01-01,date<2030-06-01,2024-01-05
	END
	try fil-import criteria $file
	status_is 65
	out_is ''
	err_is "fil-import: $file: UTF-8, ',', LF" \
		"fil-import: $file:2: require: there is no column 'share_mim'; the nearest is 'share_min'" \
		"fil-import: $file:5: require: there is no column 'median'; there are group, day, at_risk, events, censored, share, low, high" \
		"fil-import: $file:7: require: there is no column 'autonomous_data'; the nearest is 'autonomous_tool'" \
		"fil-import: $file:8: require: there is no column 'group'; there are module, title, kind, assigned, completed, open, overdue, completion_share, median_days, measured, gained, mean_gain, gain_waiting, gain_difference, gain_difference_low, gain_difference_high" \
		"fil-import: $file:10: require: share_min: 'high' is not a number" \
		'fil-import: criteria: 10 read, 5 refused; nothing was written'
	# The good ones are written. A change of one cell is held against the other one, as stored.
	try fil-import criteria -q --keep-going --rejects bad.csv $file
	status_is 1
	try cat bad.csv
	out_has "one,T,autonomy,share_mim>=50,2024-01-05,2,\"constraint-error: require: there is no column 'share_mim'; the nearest is 'share_min'\""
	try fil-import criteria criterion=two require='medain<=60'
	status_is 65
	err_has "fil-import: command line: require: there is no column 'medain'; the nearest is 'median'"
	try fil-import criteria criterion=two report=autonomy
	status_is 65
	err_has "fil-import: command line: require: there is no column 'median'; there are group, users, measured, stale, autonomous_process, autonomous_tool, autonomous, self_declared, share_min, share_max"
	try fil-import criteria -q criterion=two report=autonomy require='users>0'
	status_is 0
}

@test "what came after the phase had begun is told" {
	project
	criteria 'early,autonomy,share_min>=60,pilot' 'free,autonomy,share_min>=60,'
	try fil-report readiness
	err_is ''
	# The log shows a change whatever the day that is written; the title is not what is judged.
	FILROUGE_TODAY=2024-01-07 fil-import -q criteria criterion=early require='share_min>=61'
	FILROUGE_TODAY=2024-02-01 fil-import -q criteria criterion=early require='share_min>=62'
	FILROUGE_TODAY=2024-02-02 fil-import -q criteria criterion=early title=Early why='too few'
	fil-import -q criteria criterion=early report='autonomy --active'
	SET=2024-01-09 criteria 'late,autonomy,share_min>=60,pilot'
	fil-import -q criteria criterion=late set=2024-03-01
	fil-import -q criteria criterion=free require='share_min>=1'
	try fil-report readiness
	status_is 0
	out_is 'criterion,title,phase,set,value,low,high,holds' 'early,Early,pilot,2024-01-05,62.5,62.5,75.0,yes' \
		'free,T,,2024-01-05,62.5,62.5,75.0,yes' 'late,T,pilot,2024-03-01,62.5,62.5,75.0,yes'
	err_is "fil-report: criterion 'early' was changed on 2024-03-15, after its phase began on 2024-01-08: fil-log 11 shows the change" \
		"fil-report: criterion 'early' was changed on 2024-02-01, after its phase began on 2024-01-08: fil-log 9 shows the change" \
		"fil-report: criterion 'late' was set on 2024-03-01, after its phase began on 2024-01-08" \
		"fil-report: criterion 'late' was changed on 2024-03-15, after its phase began on 2024-01-08: fil-log 13 shows the change" \
		"fil-report: criterion 'late' was recorded on 2024-01-09, after its phase began on 2024-01-08"
	# The page has its own days, and each once.
	fil-week --as-of 2024-03-15 --sections decisions -f json > page
	[ "$(grep -o "'late' was set on [^,]*" page)" = "'late' was set on 1 March" ]
	[ "$(grep -o "'early' was changed" page | wc -l)" -eq 2 ]
	try 'fil-log 11 | cut -d, -f1-7'
	[ "$(grep -c autonomy "$OUT")" -ge 1 ]
	# Removed and given again, it is one of that day.
	fil-list criteria -w criterion=early > early.csv
	fil-import -q --remove criteria early.csv
	fil-import -q criteria early.csv
	try fil-report readiness
	err_has "fil-report: criterion 'early' was recorded on 2024-03-15, after its phase began on 2024-01-08"
	run ! grep "'early' was changed" "$ERR"
	try fil-report readiness -q
	err_is ''
}

@test "the weekly page answers whether all are ready" {
	project
	fil_week_sections decisions > before
	criteria 'all-60,autonomy,share_min>=60,pilot' 'half,time,p75<=60,pilot'
	try 'fil_week_sections decisions'
	status_is 0
	err_is ''
	out_is <<- 'END'
		TO DECIDE THIS WEEK

		Nothing needs a decision this week.

		Ready: yes. All criteria chosen in advance hold (2 of 2).

		Criteria chosen in advance
		  - “T”: holds. Figure: 62.5 (62.5 to 75.0); required: share_min>=60; chosen on
		    5 January.
		  - “T”: holds. Figure: 53; required: p75<=60; chosen on 5 January.
	END
	SET=2024-01-09 criteria 'half,time --as-of 2024-03-10,p75<=50,pilot'
	fil-import -q criteria criterion=new title='Nouveau « T »' report='routines' require='results>0' set=2023-12-01
	try 'fil_week_sections decisions --lang fr'
	out_is <<- 'END'
		À DÉCIDER CETTE SEMAINE

		Rien ne demande de décision cette semaine.

		Prêts : non. Critères fixés d’avance et remplis : 1 sur 3 ; inconnus : 1.

		Critères fixés d’avance
		  - « T » : rempli. Chiffre : 62,5 (de 62,5 à 75,0) ; condition :
		    share_min>=60 ; fixé le 5 janvier.
		  - « T » : non rempli. Chiffre : 53 ; condition : p75<=50 ; fixé le 5 janvier.
		  - « Nouveau « T » » : inconnu. Chiffre : pas observé ; condition : results>0 ;
		    fixé le 1er décembre 2023.

		Ce qu’il faut savoir de ces critères
		  - le critère « half » a changé le 9 janvier, après le début de sa phase le
		    8 janvier : fil-log 8 montre le changement
	END
	# A page about some users has none of it, and without criteria it is as it was.
	fil_week_sections decisions -w unit=A | diff before -
	fil-list criteria | fil-import -q --remove criteria
	fil_week_sections decisions | diff before -
}

@test "a count of unknown users is no gate on nobody" {
	local subject column

	fil_store
	while read -r subject column; do
		try fil-report "$subject" --require "$column=0"
		status_is 1
		try fil-report "$subject" --require "users=0"
		status_is 0
	done <<< $'levels unknown\ntime unmeasured\nautonomy measured'
	# Five of whom nothing is known are somebody.
	fil-import -q users name=x < <(echo user; seq 5)
	try fil-report levels --require 'unknown=5'
	status_is 0
	try fil-report autonomy --require 'measured=0'
	status_is 0
}
