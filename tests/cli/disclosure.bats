#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# No person is recognised: by what a report merges and empties, and by the differences of tables that are published
# together. attack.py computes them without knowing how groups are merged.
# shellcheck disable=SC2030,SC2031,SC1112 # each test has its own environment
load helper

ATTACK="$BATS_TEST_DIRNAME/attack.py"

# Fills the store with units of so many users each, the first ones autonomous: units UNIT USERS AUTONOMOUS...
units() {
	local n=0

	{ echo user,name,unit
	for ((i = 1; i <= $#; i += 3)); do
		for ((u = 0; u < ${*:i+1:1}; u++)); do echo "${*:i:1}:$u,x,${*:i:1}"; done
	done; } | fil-import -q users
	{ echo user,tool,process
	while [ $# -gt 0 ]; do
		for ((u = 0; u < $2; u++)); do echo "$1:$u,$((u < $3 ? 4 : 1)),$((u < $3 ? 4 : 1))"; done
		shift 3
	done; } | fil-record -q autonomy source=test date=2024-03-01
}

# Makes a phase p of 39 of the 40 users.
enrol_all_but_one() {
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-08'
	fil-list users -f csv | sed -n '2,40s/,.*/,p,2024-01-08/p' | sed '1i user,phase,enrolled' | fil-import -q enrolments
}

# Puts all users into one unit, beside which phases tell nothing.
one_unit() {
	fil-list users | cut -d, -f1 | fil-import -q users unit=U
}

# Prints the first columns of autonomy: figures OPTION...
figures() {
	fil-report autonomy "$@" -f csv | cut -d, -f1,2,7
}

# Writes what everybody knows, the tables that are printed, and the names of both for the attack: publish OPTION...
publish() {
	local by

	sqlite3 -header -csv "$FILROUGE_DB" "SELECT \"user\", unit, job, role, phase, kind FROM users
		LEFT JOIN enrolments USING (\"user\") LEFT JOIN phases USING (phase) WHERE role = 'user'
		AND coalesce(arrived, '') <= '2024-03-31' AND coalesce(\"left\", '9') > '2024-03-31'" > known.csv
	TABLES=()
	fil-report autonomy -f csv -q "$@" > all.csv
	TABLES+=(all=all.csv)
	for by in unit:1 unit:2 unit job role phase kind; do
		# shellcheck disable=SC2086 # three words
		fil-report autonomy --by ${by/:/ --depth } -f csv -q "$@" > "$by.csv"
		TABLES+=("$by=$by.csv")
	done
}

# bats test_tags=sqlite
@test "the tables of the examples together tell the state of nobody" {
	local by

	fil_store fil_examples
	export FILROUGE_TODAY=2024-03-31
	publish
	# phases has the same users as autonomy by phase, as each is enrolled once.
	fil-report phases -q -f csv | awk -F, 'NR == 1 { print "group,users,autonomous" } NR > 1 && $6 { print $1 "," $6 "," $8 }' > phases.csv
	TABLES+=(phase=phases.csv)
	python3 "$ATTACK" known.csv autonomous "${TABLES[@]}" > told
	[ "$(wc -l < told)" -le 2 ] || { cat told; false; }
	# forecast has the same users by its column now, as all are enrolled: it merges the same groups.
	for by in job phase kind; do
		fil-report forecast -q --by $by -f csv | awk -F, 'NR == 1 { print "group,users,autonomous" }
			NR > 1 && $2 { printf "%s,%d,%.0f\n", $1, $2, $5 * $2 / 100 }' > "forecast-$by.csv"
		TABLES+=("$by=forecast-$by.csv")
	done
	python3 "$ATTACK" known.csv autonomous "${TABLES[@]}" > told
	[ "$(wc -l < told)" -le 2 ] || { cat told; false; }
	# Without merging they tell many: the attack works, and is right.
	publish --min-group 0
	python3 "$ATTACK" known.csv autonomous "${TABLES[@]}" > told
	[ "$(wc -l < told)" -gt 60 ]
	while read -r user state; do
		[ "$(fil-report autonomy -q --min-group 0 -w "user=$user" -f csv | cut -d, -f7 | tail -n 1)" = "$([ "$state" = no ] || echo 1)$(
			[ "$state" = yes ] || echo 0)" ]
	done < <(sed -n '1~9p' told)
}

# bats test_tags=sqlite
@test "the attack finds a person in the difference of two depths, and of two columns" {
	printf '%s\n' user,unit,job a,U/x,j b,U/x,j c,U/y,k > known.csv
	printf '%s\n' group,users,autonomous U,3,2 > 1.csv
	printf '%s\n' group,users,autonomous U/x,2,1 > 2.csv
	try python3 "$ATTACK" known.csv autonomous unit:1=1.csv unit:2=2.csv
	status_is 0
	out_is 'c yes'
	# All but one of four are there; two of the three in U/x have job j, and only one of these is.
	printf '%s\n' user,unit,job a,U/x,j b,U/x,j c,U/x,k d,U/y,k > known.csv
	printf '%s\n' group,users,autonomous U/x,3,2 U/y,1,1 > 2.csv
	printf '%s\n' group,users,autonomous j,2,1 k,2,2 > job.csv
	try python3 "$ATTACK" known.csv autonomous unit:2=2.csv job=job.csv
	out_is 'c yes' 'd yes'
	printf '%s\n' group,users,autonomous j,2,1 '(small groups),2,1' > job.csv
	try python3 "$ATTACK" known.csv autonomous job=job.csv
	out_is
}

# bats test_tags=sqlite
@test "phases and kinds together tell the state of nobody" {
	fil_store
	units A 16 5 B 17 5 C 4 4 D 3 0
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-08\nq,Q,rollout,2024-01-08\ns,S,rollout,2024-01-08\nt,T,pilot,2024-01-08'
	fil-list users | sed -E '1s/.*/user,phase/; 1!{s/,.*//; s/.*/&,&/; s/,A:.*/,p/; s/,B:.*/,q/; s/,C:.*/,s/; s/,D:.*/,t/}' |
		fil-import -q enrolments enrolled=2024-01-08
	# s and t are few, and merged. Of the pilot, all but p are in t; of the rollout, all but q are in s.
	publish
	try figures --by phase
	out_is group,users,autonomous p,16,5 q,17,5 '(small groups),7,4'
	try figures --by kind
	out_is group,users,autonomous '(small groups),40,14'
	try python3 "$ATTACK" known.csv autonomous "${TABLES[@]}"
	out_is
	publish --min-group 0
	[ "$(python3 "$ATTACK" known.csv autonomous "${TABLES[@]}" | wc -l)" -eq 7 ]
}

# bats test_tags=sqlite
@test "phases and autonomy together tell of no phase of few, and of no few users without a phase" {
	fil_store
	units A 16 5 B 12 5 C 3 3
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-08\nq,Q,rollout,2024-01-08\nr,R,rollout,2024-02-05'
	fil-list users | sed -E '1s/.*/user,phase/; 1!{s/,.*//; s/.*/&,&/; s/,A:.*/,p/; s/,B:.*/,q/; s/,C:.*/,r/}' |
		fil-import -q enrolments enrolled=2024-01-08
	# All are autonomous who are neither in p nor in q: 13 of 31, less 5 of 16 and 5 of 12.
	try 'fil-report phases -f csv | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,16,5 q,, r,,
	err_is 'fil-report: 1 row has no figures: with autonomy it would tell of fewer than 5 people' \
		'fil-report: 1 row has no figures: it concerns fewer than 5 people'
	try 'fil-report phases --min-group 3 -q -f csv | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,16,5 q,12,5 r,3,3
	# With four of q, r has figures. All users, less p and q, are still the three in r alone.
	fil-import -q enrolments phase=r enrolled=2024-02-05 < <(echo user; printf 'B:%d\n' 1 2 3 4)
	try 'fil-report phases -q -f csv | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,16,5 q,, r,7,7
	# Three without a phase are as few. One phase alone, of a selection, has nobody else.
	fil-import -q enrolments phase=r declined=2024-02-06 < <(echo user; printf '%s\n' B:{1..4} C:{0..2})
	try 'fil-report phases -f csv | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,16,5 q,, r,0,0
	try 'fil-report phases -q -w unit=B -f csv | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,0,0 q,12,5 r,0,0
	try fil-report phases -w unit=C -f csv
	err_is
}

@test "units merge within their parent, so that a depth and the next name no one" {
	fil_store
	units A/x 6 3 A/y/1 5 2 A/y/2 1 0 B/x 5 2 B/y 3 1 C/x 2 1 D 4 2
	try figures --by unit --depth 1
	out_is group,users,autonomous A,12,5 B,8,3 '(small groups),6,3'
	# B/y alone takes B/x along; C/x and D stay together, as above.
	try figures --by unit --depth 2
	out_is group,users,autonomous A/x,6,3 A/y,6,2 'B/(small groups),8,3' '(small groups),6,3'
	try figures --by unit
	out_is group,users,autonomous A/x,6,3 'A/y/(small groups),6,2' 'B/(small groups),8,3' '(small groups),6,3'
	try 'fil-report levels --by unit --dimension tool -f csv | cut -d, -f1,3'
	out_is group,users A/x,6 'A/y/(small groups),6' 'B/(small groups),8' '(small groups),6'
}

# bats test_tags=sqlite
@test "a group whose users are all alike is merged unless it is large" {
	fil_store
	units A 9 9 B 10 10 C 9 0 D 5 1 E 8 4
	# A and C are 9 all alike. B's 10 may be. Together A and C are not alike.
	try figures --by unit
	out_is group,users,autonomous B,10,10 D,5,1 E,8,4 '(small groups),18,9'
	# The whole of a selection has nobody to be merged with.
	try fil-report autonomy -w unit=A
	out_is group,users,measured,stale,autonomous_process,autonomous_tool,autonomous,self_declared,share_min,share_max \
		all,,,,,,,,,
	err_is 'fil-report: no figures: the people selected are fewer than 5, or fewer than 10 and all alike; select more people'
	try figures -w unit=B
	out_is group,users,autonomous all,10,10
	try figures -w 'unit<C' --by unit
	out_is group,users,autonomous '(small groups),19,19'
}

# bats test_tags=sqlite
@test "things with few people have no figures, without people they keep theirs" {
	fil_store
	units A 8 4
	fil-import -q promises <<- 'END'
		promise,kind,statement,made
		few,promise,It is fast,2024-01-01
		many,promise,It is small,2024-01-01
		new,promise,It is new,2024-01-01
	END
	fil-record -q verdicts date=2024-03-01 verdict=kept < <(echo promise,user; for u in 0 1 2 3; do echo "few,A:$u"; done
		for u in 0 1 2 3 4; do echo "many,A:$u"; done)
	try fil-report promises
	out_is promise,kind,statement,due,voices,kept,partly,broken,kept_share,status 'few,promise,It is fast,,,,,,,' \
		'many,promise,It is small,,5,5,0,0,100.0,kept' 'new,promise,It is new,,0,0,0,0,,untested'
	err_is 'fil-report: 1 row has no figures: it concerns fewer than 5 people'
	try fil-report promises --min-group 6
	err_is 'fil-report: 2 rows have no figures: each concerns fewer than 6 people'
	try fil-report promises -q --require 'status=kept'
	status_is 1
	fil-record -q needs date=2024-03-01 < <(echo user,need; for u in 0 1 2 3; do echo "A:$u,help"; done)
	try fil-report needs
	out_is need,users,covered,uncovered help,,,
	err_is 'fil-report: no row has figures: each concerns fewer than 5 people; more records are needed'
	# A condition on a thing that is nobody's can hold, unlike one on a group without users.
	fil-import -q routines routine=r title=R
	try fil-report routines --require 'uses_old=0'
	status_is 0
	# The page says it in words.
	fil_week_sections decisions,support,promises > page
	grep -qx 'Small numbers: 1 row has no figures: it concerns fewer than 5 people\.' page
	grep -qx -- '  - “It is fast” voices: too few to be shown\.' page
	grep -qx '  help       –        –            –' page
	# Four users have two modules each: a module with four of them has none, and the total leaves it out.
	fil-import -q modules <<< $'module,title,kind\nall,All,course\nsome,Some,course'
	fil-assign -q assigned=2024-03-01 < <(echo user,module; for u in 0 1 2 3; do echo "A:$u,some"; done)
	fil-assign -q assigned=2024-03-02 --again < <(echo user,module; for u in 0 1 2 3; do echo "A:$u,some"; done)
	fil-assign -q assigned=2024-03-01 < <(echo user,module; for u in 0 1 2 3 4; do echo "A:$u,all"; done)
	try 'fil-report modules --total | cut -d, -f1,4-7'
	out_is module,assigned,completed,open,overdue all,5,0,5,0 some,,,, '(total),5,0,5,0'
}

# bats test_tags=sqlite
@test "roles are groups, and are merged in commitment" {
	fil_store
	{ echo user,name,role; for ((n = 0; n < 12; n++)); do echo "u$n,x,$( ((n < 7)) || echo trainer)$( ((n < 11)) || echo s)"; done; } |
		sed 's/trainers/sponsor/' | fil-import -q users
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-01
	fil-import -q commitments phase=p activity=a minutes=60 < <(echo user; printf 'u%d\n' {0..11})
	fil-record -q efforts date=2024-02-01 activity=a minutes=60 < <(echo user; printf 'u%d\n' 0 1 2 7 8)
	try fil-report commitment --total
	# Four trainers and one sponsor.
	out_is role,users,planned,spent,spent_share,honoured,minutes_per_autonomous user,7,420,180,42.9,3, \
		'(small groups),5,300,120,40.0,2,' '(total),12,720,300,41.7,5,'
	# All users have spent what they planned: seven who are alike.
	fil-record -q efforts date=2024-02-02 activity=a minutes=60 < <(echo user; printf 'u%d\n' {3..6})
	try fil-report commitment
	out_is role,users,planned,spent,spent_share,honoured,minutes_per_autonomous '(small groups),12,720,540,75.0,9,'
	err_is 'fil-report: all roles are merged: alone, a role would have fewer than 5 people, or fewer than 10 who are all alike; more records are needed'
	fil_week_sections commitment | grep -q '^Small numbers: all roles are merged: '
}

# bats test_tags=sqlite
@test "a table says that all is merged, also within parents" {
	fil_store
	units A/x 3 1 A/y 4 2 B/x 4 3 B/y 2 1
	try figures --by unit
	out_is group,users,autonomous 'A/(small groups),7,3' 'B/(small groups),6,4'
	err_is 'fil-report: all groups are merged: alone, a group would have fewer than 5 people, or fewer than 10 who are all alike; take a smaller --depth, another --by or none'
	try figures --by unit --depth 1
	out_is group,users,autonomous A,7,3 B,6,4
	err_is ''
}

# bats test_tags=sqlite
@test "a minimum of one merges a person alone, and says so" {
	local one='would be one person' any='fil-report: groups of any size are shown: persons can be recognised'

	fil_store
	fil-import -q users <<< $'user,name,unit,role\na,A,U,user\nb,B,V,user\nt,T,,trainer\ns,S,,sponsor'
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-01
	fil-import -q commitments phase=p activity=a minutes=60 < <(printf '%s\n' user t s)
	try 'figures --by unit --min-group 1'
	out_is group,users,autonomous '(small groups),2,0'
	err_is "fil-report: all groups are merged: alone, a group $one; take a smaller --depth, another --by or none" "$any"
	try 'figures -w unit=U --min-group 1'
	out_is group,users,autonomous all,,
	err_is 'fil-report: no figures: one person is selected; select more people' "$any"
	try 'fil-report commitment --min-group 1 | cut -d, -f1-3'
	out_is role,users,planned '(small groups),2,120'
	err_is "fil-report: all roles are merged: alone, a role $one; more records are needed" "$any"
	fil_week_sections unknown --min-group 1 --by unit > page 2> said
	[ "$(cat said)" = 'fil-week: groups of any size are shown: persons can be recognised' ]
	grep -q "2 people are in merged groups: alone, a group $one" page
	# A thing may be one person's; of two at least it is not.
	fil-record -q needs user=a need=secret date=2024-03-01
	try fil-report needs --min-group 1
	out_is need,users,covered,uncovered secret,1,0,1
	err_is "$any"
	try fil-report needs --min-group 2
	out_is need,users,covered,uncovered secret,,,
	err_is 'fil-report: no row has figures: each concerns fewer than 2 people; more records are needed'
	fil-import -q criteria criterion=c title=C report='needs --min-group 1' require='uncovered<1' set=2024-03-01
	try 'fil-report readiness | cut -d, -f1,5,8'
	out_is criterion,value,holds c,1,no
	err_is "${any/:/: criterion \'c\':}"
}

# bats test_tags=sqlite
@test "phases shows no minutes that few people gave" {
	fil_store
	units A 15 5 B 15 5
	fil-import -q users < <(echo user,name,role; printf 't%d,x,trainer\n' {1..5})
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-08\nq,Q,rollout,2024-01-08'
	fil-list users -w role=user | sed -E '1s/.*/user,phase/; 1!{s/,.*//; s/.*/&,&/; s/,A:.*/,p/; s/,B:.*/,q/}' |
		fil-import -q enrolments enrolled=2024-01-08
	fil-record -q efforts activity=a user=t1 phase=p < <(echo date,minutes; printf '2024-02-0%d,160\n' 1 2)
	fil-record -q efforts activity=a date=2024-02-03 phase=q minutes=10 < <(echo user; printf 't%d\n' {1..5})
	# commitment prints the 370 minutes of all, so those of q would tell those of p.
	try 'fil-report phases | cut -d, -f1,6,8,14'
	out_is phase,users,autonomous,minutes_spent p,15,5, q,15,5,
	err_is 'fil-report: 1 row has no minutes: fewer than 5 people gave them' \
		'fil-report: 1 row has no minutes: with commitment they would tell of fewer than 5 people'
	try 'fil-report phases --lang fr | cut -d, -f1,14'
	err_has 'fil-report: 1 ligne sans minutes : avec commitment, elles parleraient de moins de 5 personnes'
	try 'fil-report phases --min-group 6 --lang fr | cut -d, -f1,14'
	out_is phase,minutes_spent p, q,
	err_has 'fil-report: 2 lignes sans minutes : moins de 6 personnes ont donné celles de chacune'
	try 'fil-report phases --min-group 0 | cut -d, -f1,14'
	out_is phase,minutes_spent p,320 q,50
	# Four who name no phase hide the minutes of p among their own.
	fil-record -q efforts activity=b date=2024-02-04 minutes=10 < <(echo user; printf 't%d\n' {2..5})
	try 'fil-report phases | cut -d, -f1,14'
	out_is phase,minutes_spent p, q,50
	err_is 'fil-report: 1 row has no minutes: fewer than 5 people gave them'
	try 'fil-report phases -w user!=t2 -q | cut -d, -f1,14'
	out_is phase,minutes_spent p, q,
	# Alone, they are as few. Of two phases, that of the fewest people is left out.
	fil-import -q users < <(echo user,name,role; printf 't%d,x,trainer\n' 6)
	fil-record -q efforts activity=a date=2024-02-05 phase=p minutes=10 < <(echo user; printf 't%d\n' {1..6})
	try 'fil-report phases | cut -d, -f1,14'
	out_is phase,minutes_spent p,380 q,
	err_is 'fil-report: 1 row has no minutes: with commitment they would tell of fewer than 5 people'
	fil-import -q --remove efforts < <(fil-list efforts -w date=2024-02-05)
	fil-import -q --remove efforts < <(fil-list efforts -w activity=b)
	# A phase to which nobody gave time has no minutes to hide.
	fil-import -q --remove efforts < <(fil-list efforts -w user=t1 -w phase=p)
	try 'fil-report phases | cut -d, -f1,14'
	out_is phase,minutes_spent p,0 q,50
	err_is ''
}

# bats test_tags=sqlite
@test "of many, few who count are not shown though nobody is selected" {
	local subject

	fil_store
	units A 40 5
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-01
	fil-import -q enrolments phase=p enrolled=2024-01-08 < <(printf '%s\n' user A:0 A:1)
	fil-record -q autonomy date=2024-03-01 source=self tool=2 < <(printf '%s\n' user A:0 A:1)
	fil-import -q commitments phase=p activity=a minutes=60 < <(printf '%s\n' user A:0 A:1)
	for subject in agreement commitment time forecast; do
		try "fil-report $subject -f csv | cut -d, -f1,2"
		out_is "$([ $subject = commitment ] && echo role || echo group),users" \
			"$([ $subject = commitment ] && echo '(small groups)' || echo all),"
		err_is 'fil-report: no figures: fewer than 5 people count here so far; more records are needed'
	done
	# Five are shown.
	fil-record -q autonomy date=2024-03-01 source=self tool=2 < <(printf '%s\n' user A:{2..4})
	try "fil-report agreement -f csv | cut -d, -f1,2"
	out_is group,users all,5
}

# bats test_tags=sqlite
@test "the total of the reasons to see somebody leaves out the rows without figures" {
	fil_store
	units A 20 0
	fil-import -q users < <(echo user,name; printf 'n%d,x\n' {1..6})
	# Twenty have not risen; of six nothing is known, and one of the others has a need.
	export FILROUGE_TODAY=2024-04-30
	fil-record -q needs user=A:1 need=help date=2024-04-29
	fil-import -q users user=n7 name=x
	fil-record -q autonomy user=n7 tool=4 process=4 date=2024-01-01 source=test
	try fil-report followup --by reason --total
	out_is reason,users fell,0 need, overdue,0 stale, stalled,20 unmeasured,6 '(total),26'
	err_is 'fil-report: 2 rows have no figures: each concerns fewer than 5 people'
	try fil-report followup --by reason --total --min-group 0 -q
	out_is reason,users fell,0 need,1 overdue,0 stale,1 stalled,20 unmeasured,6 '(total),27'
	# No reason is shown: nor is the total.
	try fil-report followup --by reason --total --min-group 21
	out_is reason,users fell,0 need, overdue,0 stale, stalled, unmeasured, '(total),'
	try fil-report followup --by reason --total -w unit=Z
	out_is reason,users fell,0 need,0 overdue,0 stale,0 stalled,0 unmeasured,0 '(total),0'
}

# bats test_tags=sqlite
@test "what to do fits the options that the report has" {
	local few='alone, a group would have fewer than 5 people, or fewer than 10 who are all alike'

	fil_store
	fil-import -q users < <(echo user,name,unit,job; for n in {1..3}; do echo "a$n,x,A,j$n"; echo "b$n,x,B/c,k$n"; done)
	try fil-report autonomy --by job
	err_is "fil-report: all groups are merged: $few; take another --by or none"
	try fil-report autonomy --by unit --depth 1
	err_is "fil-report: all groups are merged: $few; take another --by or none"
	fil-record -q needs user=a1 need=help date=2024-03-01
	try fil-report needs -w unit=A
	err_is 'fil-report: no row has figures: each concerns fewer than 5 people; select more people'
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-01
	try fil-report staffing --like p --users 12 --begins 2024-04-01 -w role=trainer
	err_is "fil-report: no week: fewer than 5 selected members of 'p' were followed for a week; select more people"
}

# Prints the minutes that a wave like p will ask of each role in its first week: minutes OPTION...
minutes() {
	fil-report staffing --like p --users 12 --begins 2024-04-01 -f csv "$@" | awk -F, '$1 == "2024-04-07" { print $2 "," $6 }'
}

# bats test_tags=sqlite
@test "roles are groups, and are merged in staffing" {
	local few=' people gave time to '\''p'\''; take another phase for --like, or a later --as-of'

	fil_store
	{ echo user,name,role; for ((n = 0; n < 12; n++)); do echo "u$n,x,user"; done; printf '%s,x,trainer\n' t1 t2; printf 's%d,x,sponsor\n' {1..4}; } |
		fil-import -q users
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-01
	fil-import -q enrolments phase=p enrolled=2024-01-01 < <(echo user; printf 'u%d\n' {0..11})
	# Two trainers alone: before anybody waits, a third one is ignored.
	fil-record -q efforts phase=p activity=a <<< $'user,date,minutes\nt1,2024-01-03,70\nt2,2024-01-04,30\ns1,2023-12-01,999'
	[ "$(minutes --min-group 0 2> said)" = trainer,100 ]
	[ "$(cat said)" = 'fil-report: groups of any size are shown: persons can be recognised' ]
	[ "$(minutes 2> said)" = , ]
	[ "$(cat said)" = "fil-report: no minutes: fewer than 5$few" ]
	# With users, all are merged: without the users' row it is the trainers' that follows.
	fil-record -q efforts activity=b minutes=10 date=2024-01-02 < <(echo user; printf 'u%d\n' {0..11})
	[ "$(minutes 2> said)" = '(small groups),220' ]
	[ "$(cat said)" = 'fil-report: all roles are merged: alone, a role would have fewer than 5 people, or fewer than 10 who are all alike; more records are needed' ]
	# Two trainers and four sponsors are enough. No sum and no difference of rows is what one role gave.
	fil-record -q efforts phase=p activity=a minutes=25 date=2024-01-03 < <(echo user; printf 's%d\n' {1..4})
	[ "$(minutes 2> said)" = $'user,120\n(small groups),200' ]
	[ ! -s said ]
	{ minutes; fil-report commitment --total | sed 1d | cut -d, -f1,4; } | cut -d, -f2 > shown
	minutes --min-group 0 2> said | grep -v ^user > roles
	awk -F, 'NR == FNR { shown[++n] = $1; next }
		{ for (sums = 0; sums < 3 ^ n; sums++) {
			sum = 0
			for (i = 1; i <= n; i++) sum += (int(sums / 3 ^ (i - 1)) % 3 - 1) * shown[i]
			if (sum == $2) { print; exit 1 } } }' shown roles
}

# bats test_tags=sqlite
@test "progress leaves out the Sundays that few users differ, and shows the last" {
	fil_store
	units A 20 10
	# Two arrive in one week and four in the next; then one leaves, and two more.
	{ echo user,name,arrived,left; for n in 1 2; do echo "n$n,x,2024-02-10,"; done; for n in 3 4 5 6; do echo "n$n,x,2024-02-14,"; done
	echo l1,x,,2024-02-28; echo l2,x,,2024-03-08; echo l3,x,,2024-03-08; } | fil-import -q users
	try 'fil-report progress --weeks 6 --as-of 2024-03-10 | cut -d, -f1-3'
	# 02-04 has 23, 02-11 25, 02-18 and 02-25 29, 03-03 28, 03-10 26. The last differs by three from 02-18.
	out_is week,group,users 2024-02-04,all,23 2024-03-10,all,26
	err_is 'fil-report: 4 Sundays left out: fewer than 5 users joined or left between them and one that is shown' \
	    'fil-report: 26 users were recorded after 2024-03-10, and count as first recorded'
	try 'fil-report progress --weeks 6 --as-of 2024-03-03 | cut -d, -f1-3'
	out_is week,group,users 2024-01-28,all,23 2024-02-04,all,23 2024-03-03,all,28
	try 'fil-report progress --weeks 6 --as-of 2024-02-25 | cut -d, -f1-3'
	out_is week,group,users 2024-01-21,all,23 2024-01-28,all,23 2024-02-04,all,23 2024-02-18,all,29 2024-02-25,all,29
	try 'fil-report progress --weeks 2 --as-of 2024-03-03 | cut -d, -f1-3'
	# The one before gives way.
	out_is week,group,users 2024-03-03,all,28
	err_is 'fil-report: 1 Sunday left out: fewer than 5 users joined or left between it and one that is shown' \
	    'fil-report: 28 users were recorded after 2024-03-03, and count as first recorded'
	try 'fil-report progress --weeks 2 --as-of 2024-03-03 --min-group 0 -q | cut -d, -f1-3'
	out_is week,group,users 2024-02-25,all,29 2024-03-03,all,28
}

# bats test_tags=sqlite
@test "the score of forecasts has no counts on the Sundays that few enrolled users differ, and scores them" {
	local header=as_of,group,users,reached,share

	fil_store
	{ echo user,name,unit,left; for n in {01..10}; do echo "$n,N,A,"; done; echo 11,L,A,2024-03-05; } |
		FILROUGE_TODAY=2024-02-01 fil-import -q users
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-01\nq,Q,rollout,2024-01-01'
	for phase in p q; do { echo user; printf '%s\n' {01..11}; } | fil-import -q enrolments phase=$phase enrolled=2024-01-01; done
	{ echo user; printf '%s\n' {01..05} 11; } | fil-record -q autonomy date=2024-02-01 source=test process=3 tool=3
	try "fil-report forecast --score --weeks 3 --as-of 2024-03-11 | cut -d, -f1-5"
	# The 11th left: 6 of 11, then 5 of 10.
	out_is $header 2024-02-25,all,,, 2024-03-03,all,,, 2024-03-10,all,10,5,50.0
	err_is 'fil-report: 2 Sundays have no counts: fewer than 5 users joined or left between them and one that has' \
		'fil-report: 0 of 3 forecasts scored; 3 open'
	# A user of two phases is one.
	try "fil-report forecast --score --weeks 2 --as-of 2024-03-11 --by phase --min-group 2 -q | cut -d, -f1-5"
	out_is $header 2024-03-03,p,,, 2024-03-03,q,,, 2024-03-10,p,10,5,50.0 2024-03-10,q,10,5,50.0
	# Five enrol, and later one more: the first of these Sundays is shown, and gives way to the last.
	{ echo user,name,unit,arrived; for n in {21..25}; do echo "$n,N,A,2024-03-12"; done; echo 26,N,A,2024-03-19; } |
		FILROUGE_TODAY=2024-03-11 fil-import -q users
	{ echo user; printf '%s\n' {21..25}; } | fil-import -q enrolments phase=p enrolled=2024-03-12
	fil-import -q enrolments phase=p enrolled=2024-03-19 user=26
	try "fil-report forecast --score --weeks 3 --as-of 2024-03-18 -q | cut -d, -f1-5"
	out_is $header 2024-03-03,all,11,6,54.5 2024-03-10,all,,, 2024-03-17,all,15,5,33.3
	try "fil-report forecast --score --weeks 3 --as-of 2024-03-25 -q | cut -d, -f1-5"
	out_is $header 2024-03-10,all,10,5,50.0 2024-03-17,all,,, 2024-03-24,all,16,5,31.3
	# Another unit is another group.
	FILROUGE_TODAY=2024-03-27 fil-import -q users user=01 name=N unit=B
	export FILROUGE_TODAY=2024-04-01
	try "fil-report forecast --score --weeks 2 --by unit -q | cut -d, -f1-3"
	out_is as_of,group,users 2024-03-24,A, '2024-03-31,(small groups),16'
	try "fil-report forecast --score --weeks 2 -q | cut -d, -f1-3"
	out_is as_of,group,users 2024-03-24,all,16 2024-03-31,all,16
	try "fil-report forecast --score --weeks 3 --as-of 2024-03-11 --min-group 0 -q | cut -d, -f1-5"
	out_is $header 2024-02-25,all,11,6,54.5 2024-03-03,all,11,6,54.5 2024-03-10,all,10,5,50.0
}

# bats test_tags=sqlite
@test "the figures of one person are refused, and --min-group 0 says what it does" {
	local subject

	fil_store
	units A 8 4
	for subject in autonomy levels progress time forecast agreement needs routines promises phases modules lessons commitment \
		'followup --by reason'; do
		# shellcheck disable=SC2086 # options
		try fil-report $subject -w user=A:1
		status_is 1
		out_is
		err_is 'fil-report: the figures of one person are not printed; fil-show is for one person'
	done
	try fil-week -w 'user = A:1'
	status_is 1
	# Lists are of persons.
	try 'fil-report followup --weeks 1 -w user=A:7 | wc -l'
	out_is 2
	try fil-report autonomy --min-group 0 -w user=A:1
	status_is 0
	err_is 'fil-report: groups of any size are shown: persons can be recognised'
	try fil-report autonomy --min-group 0 -w user=A:1 -q
	err_is ''
	# So few that they are found otherwise.
	try figures -w 'user~A:[1234]'
	out_is group,users,autonomous all,,
	try figures -w 'user~A:[12345]'
	out_is group,users,autonomous all,5,3
	try 'fil-report levels -w "user<A:2" -f csv | tail -n 1'
	out_is all,tool,,,,,,,,
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-01
	fil-list users | fil-import -q enrolments phase=p enrolled=2024-01-01
	for subject in time 'time --curve' forecast agreement 'progress --weeks 1' phases 'commitment --total'; do
		# shellcheck disable=SC2086 # options
		try fil-report $subject -w 'user~A:[1234]' -f csv
		status_is 0
		tail -n 1 "$OUT" | grep -q '[0-9]$\|,[0-9]*,[1-4],' && { echo "$subject"; cat "$OUT"; return 1; }
	done
	try fil-week -w 'user~A:[1234]' --sections headline,units
	status_is 0
	grep -qx 'filrouge: week .*' "$OUT"
	grep -q '^Small numbers: no figures: the people selected are fewer than 5, ' "$OUT"
}

# bats test_tags=sqlite
# bats test_tags=sqlite
@test "no figure of a row is that of one person alone" {
	fil_store
	printf '%s,N\n' {1..6} | sed '1i user,name' | fil-import -q users
	printf 'routine,title\nr,R\n' | fil-import -q routines
	printf 'module,title,kind,dimension\nm,M,course,tool\n' | fil-import -q modules
	{
		echo user,date,method,minutes,result,acceptance,power
		echo '1,2024-03-01,old,60,equivalent,,'
		echo '1,2024-03-02,new,30,better,2,3'
		printf '%s,2024-03-02,new,,,,\n' {2..6}
	} | fil-record -q practices routine=r
	printf '%s\n' user {1..6} | fil-assign -q module=m assigned=2024-03-01
	echo 1 | sed '1i user' | fil-record -q completions module=m date=2024-03-05
	printf '1,2024-03-01,1\n1,2024-03-12,3\n' | sed '1i user,date,tool' | fil-record -q autonomy source=test
	echo '7,N' | sed '1i user,name' | fil-import -q users
	printf '7,2024-03-01,1\n7,2024-03-12,2\n' | sed '1i user,date,tool' | fil-record -q autonomy source=test
	try 'fil-report routines -f csv | sed 1d'
	out_is 'r,R,6,6,100.0,1,6,,,,,,1,,1,,,,1,,,,,,,,1,,1,'
	try 'fil-report routines --min-group 1 -f csv | sed 1d'
	out_is 'r,R,6,6,100.0,1,6,60,30,50.0,,0,1,100.0,1,100.0,20.7,100.0,1,100.0,100.0,0.0,-79.3,79.3,no,100.0,1,2.0,1,3.0'
	try 'fil-report modules -f csv | sed 1d'
	out_is 'm,M,course,6,1,5,0,16.7,,1,,,,,,'
	try 'fil-report modules --min-group 1 -f csv | sed 1d'
	out_is 'm,M,course,6,1,5,0,16.7,4,1,1,2.0,1,1,,'
	# The total has the counts of all, and no figure that a difference of rows would give away.
	printf 'module,title,kind,dimension\nn,N,course,tool\n' | fil-import -q modules
	printf '%s\n' user {2..6} | fil-assign -q module=n assigned=2024-03-01
	printf '%s\n' user {2..6} | fil-record -q completions module=n date=2024-03-02
	printf '%s,2024-03-01,1\n' {2..6} | sed '1i user,date,tool' | fil-record -q autonomy source=test
	printf '%s,2024-03-12,2\n' {2..6} | sed '1i user,date,tool' | fil-record -q autonomy source=test
	try 'fil-report modules --total -f csv | cut -d, -f 1,4,5,9-12'
	out_is module,assigned,completed,median_days,measured,gained,mean_gain m,6,1,,1,, n,5,5,1,5,5,1.0 '(total),11,6,1,6,5,1.0'
	# Users 1 and 7 waited for it. Without 7, the gain of those who waited is that of user 1.
	try 'fil-report modules --total -f csv | sed 1,2d | cut -d, -f 1,13-14'
	out_is n,1.5,-0.5 '(total),1.5,-0.5'
	try 'fil-report modules --total -w "user!=7" -f csv | sed 1,2d | cut -d, -f 1,13-'
	out_is n,,,, '(total),,,,'
	try 'fil-report modules --min-group 1 -w "user!=7" -f csv | sed 1,2d | cut -d, -f 1,13-14'
	out_is n,2,-1
	# Users 1 and 8 waited too, but at the level of user 2 alone: the difference is that user's.
	fil-import -q modules <<< $'module,title,kind,dimension\no,O,course,tool'
	echo '8,N' | sed '1i user,name' | fil-import -q users
	printf '%s\n' user {2..6} | fil-assign -q module=o assigned=2024-03-01
	printf '%s\n' user {2..6} | fil-record -q completions module=o date=2024-03-13
	printf '%s,2024-03-13,3\n' 2 8 | sed '1i user,date,tool' | fil-record -q autonomy source=test
	printf '%s,2024-03-15,4\n' {1..6} 8 | sed '1i user,date,tool' | fil-record -q autonomy source=test
	try 'fil-report modules -f csv | sed "1,3d" | cut -d, -f 1,10-'
	out_is o,5,5,1.8,,,,
	try 'fil-report modules --min-group 1 -f csv | sed "1,3d" | cut -d, -f 1,10-14'
	out_is o,5,5,1.8,1,0
}

# bats test_tags=sqlite
@test "a figure of few people is empty in a row of many" {
	fil_store
	units A 10 5
	fil-import -q routines routine=r title=R
	{
		echo user,date,method,minutes,result,acceptance,power
		printf 'A:%d,2024-03-01,old,60,equivalent,,\n' {0..9}
		printf 'A:%d,2024-03-02,new,90,failed,1,1\n' {0..3}
	} | fil-record -q practices routine=r
	# Four have tried the new method. What the others show by the old one stays.
	try 'fil-report routines -f csv | sed 1d'
	out_is 'r,R,10,4,40.0,10,4,60,,,,,4,,4,,,,10,100.0,100.0,,,,,,4,,4,'
	try 'fil-report routines --min-group 4 -f csv | sed 1d | cut -d, -f9,13-16,22,27-30'
	out_is 90,4,0.0,4,0.0,-100.0,4,1.0,4,1.0
	fil-import -q modules module=m title=M kind=course dimension=tool
	fil-assign -q module=m assigned=2024-02-01 < <(echo user; printf 'A:%d\n' {0..9})
	fil-record -q completions module=m date=2024-02-05 < <(echo user; printf 'A:%d\n' {0..3})
	fil-record -q autonomy source=test date=2024-02-01 tool=2 < <(echo user; printf 'A:%d\n' {0..9})
	try 'fil-report modules --total -f csv | cut -d, -f1,4,5,9-12'
	out_is module,assigned,completed,median_days,measured,gained,mean_gain m,10,4,,4,, '(total),10,4,,4,,'
	try 'fil-report modules --min-group 4 -f csv | sed 1d | cut -d, -f1,4,5,9-12'
	out_is m,10,4,4,4,4,2.0
}

# bats test_tags=sqlite
@test "one person who counts among many has no figures, also without a selection" {
	local subject few='no figures: fewer than 5 people count here so far; more records are needed'

	fil_store
	units A 20 10
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-01
	fil-import -q users user=T name=x role=trainer
	fil-import -q commitments user=T phase=p activity=a minutes=60
	fil-record -q autonomy user=A:1 tool=1 process=0 source=self date=2024-03-01
	fil-import -q enrolments user=A:1 phase=p enrolled=2024-01-01
	for subject in agreement time 'time --curve' 'time --by unit' forecast 'forecast --by phase' 'commitment --total'; do
		# shellcheck disable=SC2086 # options
		try fil-report $subject -f csv
		status_is 0
		run ! grep -q '[0-9]' < <(sed 1d "$OUT")
		err_is "fil-report: $few"
	done
	try 'fil-report forecast --score --weeks 2 -f csv | sed 1d'
	out_is 2024-03-03,all,,,,,,,,,,,, 2024-03-10,all,,,,,,,,,,,,
	# The whole of a store of few people is known anyway.
	try 'fil-report time --min-group 21 -f csv | sed 1d'
	out_is all,1,0,1,0,0,0,60,,,60,60,0.0,100.0,
	fil-import -q enrolments phase=p enrolled=2024-01-01 < <(printf '%s\n' user A:{0..9})
	try 'fil-report forecast -f csv | cut -d, -f1-4 | sed 1d'
	out_is all,10,10,100.0
}

# bats test_tags=sqlite
@test "units are merged alike in the tables of every dimension" {
	local dimension

	fil_store
	{ echo user,name,unit; for ((n = 1; n <= 7; n++)); do ((n > 2)) || echo "v$n,x,V"; echo "u$n,x,U"; ((n > 6)) || echo "w$n,x,W"; done; } | fil-import -q users
	# Nobody of U is in both dimensions, so it is merged with V. By the tool alone, V was merged with W instead.
	{ echo user,tool,process; printf '%s,3,3\n' v1 v2 w1 w2 w3; printf '%s,1,1\n' w4 w5 w6; printf '%s,3,1\n' u1 u2 u3; printf '%s,1,3\n' u4 u5 u6 u7; } |
		fil-record -q autonomy source=test date=2024-03-01
	try figures --by unit
	out_is group,users,autonomous W,6,3 '(small groups),9,2'
	for dimension in tool process; do
		try "fil-report autonomy --by unit --dimension $dimension -f csv | cut -d, -f1,2,5-7"
		out_is group,users,autonomous_process,autonomous_tool,autonomous W,6,3,3,3 "(small groups),9,6,5,$([ $dimension = tool ] && echo 5 || echo 6)"
		try "fil-report levels --by unit --dimension $dimension -f csv | cut -d, -f1,3,7"
		out_is group,users,level_3 W,6,3 "(small groups),9,$([ $dimension = tool ] && echo 5 || echo 6)"
	done
	try 'fil-report autonomy --by unit --dimension tool --min-group 0 -q -f csv | cut -d, -f1,2,7'
	out_is group,users,autonomous U,7,3 V,2,2 W,6,3
	# Levels of one dimension are in the rows of those of all, whatever the groups.
	fil-import -q users < <(echo user,job; printf '%s\n' {v1,v2},b {u,w}1,b {u,w}{2..6},a u7,a)
	[ "$(fil-report levels --by job --dimension tool -q -f csv)" = "$(fil-report levels --by job -q -f csv | grep -v process)" ]
}

# bats test_tags=sqlite
@test "lessons and phases together tell of no phase of few" {
	fil_store
	units A 16 6 B 12 7 C 3 3 D 9 4
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-08\nq,Q,rollout,2024-02-05\nr,R,rollout,2024-02-12'
	fil-list users -w unit!=D | sed -E '1s/.*/user,phase/; 1!{s/,.*//; s/.*/&,&/; s/,A:.*/,p/; s/,B:.*/,q/; s/,C:.*/,r/}' |
		fil-import -q enrolments enrolled=2024-02-12
	one_unit
	fil-import -q lessons lesson=l phase=p date=2024-02-01 observed=o change=c
	# Of q and r 10 of 15 are autonomous, of q 7 of 12: the others are the three of r.
	try 'fil-report phases -q -f csv | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,16,6 q,12,7 r,,
	try 'fil-report lessons -f csv | cut -d, -f7,8'
	out_is before,after 37.5,
	try 'fil-report lessons --min-group 3 -f csv | cut -d, -f7,8'
	out_is before,after 37.5,66.7
	# Two more in r make five, and all are shown.
	fil-import -q enrolments enrolled=2024-02-12 phase=r < <(printf '%s\n' user D:{0,8})
	try 'fil-report lessons -f csv | cut -d, -f7,8'
	out_is before,after 37.5,64.7
	# With all but two in p, autonomy of all would tell of these.
	fil-import -q enrolments enrolled=2024-02-12 phase=p < <(fil-list users -w 'user!=D:1' -w 'user!=D:2')
	try 'fil-report lessons -f csv | cut -d, -f7,8'
	out_is before,after ,64.7
}

# bats test_tags=sqlite
@test "a phase within another one does not tell of the few who are in the larger one alone" {
	fil_store
	units A 16 6 B 3 3 C 9 4
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-08\nq,Q,rollout,2024-02-05'
	fil-list users -w unit=A | fil-import -q enrolments phase=p enrolled=2024-01-08
	fil-list users -w unit!=C | fil-import -q enrolments phase=q enrolled=2024-02-05
	one_unit
	# Of q 9 of 19 are autonomous, and of p within it 6 of 16: the others are the three of B.
	try fil-report phases -f csv
	[ "$(cut -d, -f1,6,8 "$OUT")" = $'phase,users,autonomous\np,,\nq,19,9' ]
	err_is 'fil-report: 1 row has no figures: with another one it would tell of fewer than 5 people'
	try 'fil-report phases --min-group 3 -q -f csv | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,16,6 q,19,9
	fil-import -q lessons lesson=l phase=p date=2024-01-10 observed=o change=c
	try 'fil-report lessons -f csv | cut -d, -f7,8'
	out_is before,after ,47.4
}

# bats test_tags=sqlite
@test "forecast has no counts that autonomy would complete to those of few" {
	export FILROUGE_TODAY=2024-03-31
	fil_store
	units A 40 20
	enrol_all_but_one
	# 39 of 40 are enrolled: the difference would be the state of one.
	try 'fil-report forecast | cut -d, -f1-6'
	out_is 'group,users,reached,share,now,target' 'all,,,,,80'
	err_is 'fil-report: 1 row has no counts: with autonomy they would tell of fewer than 5 people'
	try 'fil-report forecast --by kind | cut -d, -f1-6'
	out_is 'group,users,reached,share,now,target' '(small groups),,,,,80'
	try 'fil-report forecast --score | cut -d, -f3-6 | sort -u'
	out_is ',,,' '0,0,,' users,reached,share,now
	fil-report forecast --min-group 0 -q | grep -q '^all,39,'
	fil-week --sections headline,forecast > page
	grep -q '^  All  *–  *–  *–  *–  ' page
	grep -qw 39 page && return 1
	# Nor does time, whose curve counts too.
	try 'fil-report time | cut -d, -f1-8,11,13-'
	out_is group,users,already,events,censored,left,unmeasured,median,p25,within_30,within_60,within_90 all,,,,,,,,53,,,
	err_is 'fil-report: 1 row has no counts: with autonomy they would tell of fewer than 5 people'
	try 'fil-report time --curve --lang fr'
	out_is group,day,at_risk,events,censored,share,low,high
	err_is 'fil-report: 1 ligne sans effectifs : avec autonomy, ils parleraient de moins de 5 personnes'
	fil_week_sections time > page
	grep -q '^All: fewer than half have become autonomous so far' page
	grep -q 'People followed *–$' page
	# Of five who are not, it tells nobody.
	fil-list enrolments -f csv | sed -n '1p; 2,5p' | fil-import -q --remove enrolments
	try 'fil-report forecast | cut -d, -f1,2'
	out_is group,users all,35
	try 'fil-report time -q | cut -d, -f1,2'
	out_is group,users all,35
}

@test "forecast and time by units and managers have no counts that autonomy would complete to those of few" {
	local subject

	export FILROUGE_TODAY=2024-03-31
	fil_store
	units A 40 20 B 40 20 C 30 10
	{ echo user,manager; printf 'A:%d,mA\n' {0..39}; printf 'B:%d,mB\n' {0..39}; } > managers
	fil-import -q users user=mA name=x unit=A
	fil-import -q users user=mB name=x unit=B
	fil-import -q users < managers
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-08
	# One of A is not enrolled; six of B are not. All less B and C would tell of A again, so B has none.
	fil-list users -f csv -w unit~* | cut -d, -f1 | grep -v '^A:0$\|^B:[0-5]$' | fil-import -q enrolments phase=p enrolled=2024-01-08
	for subject in forecast time; do
		try "fil-report $subject --by unit | cut -d, -f1,2"
		out_is group,users A, B, C,30
		err_is 'fil-report: 2 rows have no counts: with autonomy they would tell of fewer than 5 people'
		try "fil-report $subject --by manager -q | cut -d, -f1,2 | grep m"
		out_is mA, mB,
		try "fil-report $subject --by unit --min-group 0 -q | cut -d, -f1,2"
		out_is group,users A,40 B,35 C,30
	done
}

@test "phases that share few users do not tell of them" {
	fil_store
	units A 19 6 B 1 1 C 19 9
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-08\nq,Q,rollout,2024-02-05\nr,R,rollout,2024-02-12'
	fil-list users -w unit!=C | fil-import -q enrolments phase=p enrolled=2024-01-08
	fil-list users -w unit!=A | fil-import -q enrolments phase=q enrolled=2024-02-05
	one_unit
	# Of p 7 are autonomous, of q 10, and of all 16: so is the user of both.
	try fil-report phases -f csv
	[ "$(cut -d, -f1,6,8 "$OUT")" = $'phase,users,autonomous\np,20,7\nq,,\nr,0,0' ]
	err_is 'fil-report: 1 row has no figures: with autonomy it would tell of fewer than 5 people'
	# Many others who are in no phase hide that user.
	{ echo user,name; printf 'n%d,x\n' {1..10}; } | fil-import -q users
	try 'fil-report phases -q -f csv | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,20,7 q,20,10 r,0,0
	# The share of both together, which follow a lesson of r, does not.
	fil-import -q lessons lesson=l phase=r date=2024-01-01 observed=o change=c
	try 'fil-report lessons -f csv | cut -d, -f7,8'
	out_is before,after ,
	fil-import -q enrolments phase=p enrolled=2024-01-08 < <(echo user; printf 'C:%d\n' 0 1 2 3)
	try 'fil-report lessons -f csv | cut -d, -f7,8'
	out_is before,after ,41.0
	# Two phases of the same users but for one each tell of these two.
	fil-import -q enrolments phase=r enrolled=2024-02-12 < <(fil-list users | grep -v '^\(A:1\|n[2-9]\|n10\|C:[0-9]*\),')
	fil-import -q --remove enrolments < <(fil-list enrolments -w phase=p -w user~C:*)
	try fil-report phases -f csv
	[ "$(cut -d, -f1,6,8 "$OUT")" = $'phase,users,autonomous\np,20,7\nq,20,10\nr,,' ]
	err_is 'fil-report: 1 row has no figures: with another one it would tell of fewer than 5 people'
}

@test "time does not tell of the few who left whether they were autonomous" {
	fil_store
	units A 30 10 B 30 10
	fil-import -q users user=A:1 left=2024-03-02
	fil-import -q users < <(echo user,left; printf 'B:%d,2024-03-05\n' {7..13})
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-01
	fil-import -q enrolments phase=p enrolled=2024-01-08 < <(fil-list users)
	# A:1 was autonomous. Nobody is told so, by A, or by all less B.
	try 'fil-report time --by unit | cut -d, -f1,2,6'
	out_is group,users,left A,30, B,30,
	err_is 'fil-report: 2 rows do not tell how many left: they would tell of fewer than 5 people'
	try 'fil-report time --by unit --min-group 0 -q | cut -d, -f1,2,6'
	out_is group,users,left A,30,0 B,30,4
	try 'fil-report time | cut -d, -f1,2,6'
	out_is group,users,left all,60,4
	try 'fil-report time -w unit=A --lang fr | cut -d, -f1,2,6'
	out_is group,users,left all,30,
	err_is 'fil-report: 1 ligne ne dit pas combien sont parties : elle parlerait de moins de 5 personnes'
	# The page has a pilot alone, of whom eight have left; with one it says nothing of that one.
	fil_week_sections time | grep -q 'of whom left *4$'
	fil_week_sections time -w unit=A > page
	grep -q 'of whom left *–$' page
	grep -q '^Small numbers: 1 row does not tell how many left: ' page
}

@test "commitment gives no minutes per autonomous user of people whom autonomy refuses" {
	local level hidden='fil-report: minutes_per_autonomous is empty: the people selected are fewer than 5, or fewer than 10 and all alike; select more people'

	fil_store
	units A 30 15 B 7 7 C 1 1
	fil-import -q users < <(echo user,name,role,unit; printf 't%d,x,trainer,C\n' {1..9})
	fil-record -q efforts activity=a date=2024-02-01 minutes=60 < <(fil-list users -w unit!=A)
	# Nine trainers, and one user: autonomous, or not.
	for level in 4 1; do
		fil-record -q autonomy user=C:0 tool=$level process=$level source=test date=2024-03-02
		try fil-report commitment -w unit=C --total
		out_is role,users,planned,spent,spent_share,honoured,minutes_per_autonomous \
			'(small groups),10,0,600,,0,' '(total),10,0,600,,0,'
		err_has "$hidden"
	done
	# Seven, who all are.
	try 'fil-report commitment -w unit=B -f csv | sed 1d'
	out_is user,7,0,420,,0,
	err_is "$hidden"
	try 'fil-report commitment -w unit=B --min-group 0 -q -f csv | sed 1d'
	out_is user,7,0,420,,0,60.0
	fil-week --sections commitment -w unit=B -f json > page
	grep -q '"user", "7", "0", "420", "", "0", ""\]' page
	# All, and 15 of 30.
	fil-record -q efforts activity=a date=2024-02-01 minutes=60 < <(fil-list users -w unit=A)
	try 'fil-report commitment -w unit=A -f csv | sed 1d'
	out_is user,30,0,1800,,0,120.0
	err_is
}

@test "time tells nothing of the few who were followed beside many who were autonomous before" {
	local option few='fil-report: no figures: fewer than 5 people count here so far; more records are needed'

	fil_store
	units A 20 20 B 20 20
	fil-import -q phases phase=p title=P kind=pilot begins=2024-03-01
	fil-import -q enrolments phase=p enrolled=2024-03-02 < <(fil-list users)
	fil-record -q autonomy user=A:1 tool=1 process=1 source=test date=2024-03-01
	fil-record -q autonomy user=A:1 tool=4 process=4 source=test date=2024-03-15
	for option in '' --curve '--by unit' --measured '--curve --at 7'; do
		# shellcheck disable=SC2086 # options
		try fil-report time $option -f csv
		run ! grep -q '[0-9]' < <(sed 1d "$OUT")
		err_is "$few"
	done
	try 'fil-report phases | cut -d, -f1,6,8,11'
	out_is phase,users,autonomous,median_days p,40,40,
	err_is 'fil-report: 1 row has no median: fewer than 5 people were followed for a day'
	try 'FILROUGE_TODAY=2024-04-20 fil-report staffing --like p --users 10 --begins 2024-05-01 --as-of 2024-04-20 | sed 1d'
	out_is
	err_is "fil-report: no week: fewer than 5 members of 'p' were followed for a week; take another phase for --like, or a later --as-of"
	fil_week_sections time > page
	grep -q 'by day' page && return 1
	grep -q '^Small numbers: no figures: fewer than 5 people count here so far; ' page
	# Five are shown, with the others beside them.
	for n in 2 3 4 5; do
		fil-record -q autonomy user=B:$n tool=1 process=1 source=test date=2024-03-01
		fil-record -q autonomy user=B:$n tool=4 process=4 source=test date=2024-03-15
	done
	try 'fil-report time | cut -d, -f1-4,8'
	out_is group,users,already,events,median all,5,35,5,13
	try 'fil-report phases | cut -d, -f1,6,11'
	out_is phase,users,median_days p,40,13
	err_is
	try 'fil-report staffing --like p --users 10 --begins 2024-05-01 --as-of 2024-04-20 | cut -d, -f1,3,4 | head -n 2'
	out_is week,users,waiting 2024-05-07,10,10
}

@test "staffing has no week of people selected who are all alike" {
	fil_store
	units A 20 20 B 7 7
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-08
	fil-import -q enrolments phase=p enrolled=2024-01-08 < <(fil-list users)
	try 'fil-report staffing --like p --users 10 --begins 2024-05-01 -w unit=B | sed 1d'
	out_is
	err_is 'fil-report: no figures: the people selected are fewer than 5, or fewer than 10 and all alike; select more people'
	try 'fil-report staffing --like p --users 10 --begins 2024-05-01 -w unit=A | cut -d, -f3 | sort -u'
	out_is 10 users
	fil-import -q autonomy --remove < <(fil-list autonomy -w user=B:1)
	try 'fil-report staffing --like p --users 10 --begins 2024-05-01 -w unit=B | cut -d, -f3 | sort -u'
	out_is 10 users
	try 'fil-report staffing --like p --users 10 --begins 2024-05-01 | cut -d, -f3 | sort -u'
	out_is 10 users
}

@test "phases and autonomy by unit together tell the state of nobody" {
	local level

	fil_store
	units A 20 10 B 20 10
	fil-import -q phases <<< $'phase,title,kind,begins\np,P,pilot,2024-01-08\nq,Q,rollout,2024-02-05'
	fil-import -q enrolments phase=p enrolled=2024-01-08 < <(fil-list users -w unit=A | cut -d, -f1; echo B:0)
	fil-import -q lessons lesson=l phase=p date=2024-02-01 observed=o change=c
	# All of A and one of B are in p: so p less A is that one.
	for level in 1 4; do
		fil-record -q autonomy user=B:0 tool=$level process=$level source=test date=2024-03-02
		try 'fil-report phases | cut -d, -f1,6,8'
		out_is phase,users,autonomous p,, q,0,0
		err_is 'fil-report: 1 row has no figures: with autonomy by unit it would tell of single users'
		try 'fil-report lessons | cut -d, -f7,8'
		out_is before,after ,
	done
	try 'fil-report phases --min-group 0 -q | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,21,11 q,0,0
	# Those of B alone do, whatever the others: q less B is one of A.
	fil-import -q enrolments phase=q enrolled=2024-02-05 < <(fil-list users -w unit=B | cut -d, -f1; echo A:0)
	try fil-report phases
	[ "$(cut -d, -f1,6,8 "$OUT")" = $'phase,users,autonomous\np,,\nq,,' ]
	err_is 'fil-report: 2 rows have no figures: with autonomy by unit they would tell of single users'
	try 'fil-report phases --lang fr'
	err_is 'fil-report: 2 lignes sans chiffres : avec autonomy par direction, elles parleraient de personnes seules'
	fil-import -q --remove enrolments < <(fil-list enrolments -w phase=q)
	# With two of B, of whom one is autonomous, p tells of neither.
	fil-import -q enrolments phase=p enrolled=2024-01-08 < <(echo user; echo B:15)
	try 'fil-report phases | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,22,11 q,0,0
	err_is ''
	try 'fil-report lessons | cut -d, -f7,8'
	out_is before,after 50.0,
	# Two phases are held together: beside A, and each other, they would tell of one. The smaller one gives way.
	fil-import -q enrolments phase=q enrolled=2024-02-05 < <(fil-list users -w unit=B | grep -v '^B:\(0\|15\|19\),')
	try 'fil-report phases | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,22,11 q,,
	# The share of both does not tell more than p does.
	fil-import -q --remove enrolments < <(fil-list enrolments)
	fil-import -q enrolments phase=q enrolled=2024-02-05 < <(fil-list users -w unit=A | cut -d, -f1; echo B:0)
	try 'fil-report lessons | cut -d, -f7,8'
	out_is before,after ,
	# q is left out for the two who are in no phase. Beside A, p would tell of these then.
	fil-import -q --remove enrolments < <(fil-list enrolments)
	fil-import -q users < <(echo user,name,unit; printf 'A:%d,x,A\n' {20..23})
	fil-import -q enrolments phase=p enrolled=2024-01-08 < <(fil-list users -w unit=A | cut -d, -f1 | grep -v '^A:[01]$')
	fil-import -q enrolments phase=q enrolled=2024-02-05 < <(fil-list users -w unit=B | cut -d, -f1)
	try 'fil-report phases --min-group 2 | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,22,8 q,20,10
	try fil-report phases
	[ "$(cut -d, -f1,6,8 "$OUT")" = $'phase,users,autonomous\np,,\nq,,' ]
	err_is 'fil-report: 1 row has no figures: with autonomy it would tell of fewer than 5 people' \
		'fil-report: 1 row has no figures: with autonomy by unit it would tell of single users'
}

@test "phases and lessons show nothing of people selected who are all alike" {
	local hidden='the people selected are fewer than 5, or fewer than 10 and all alike; select more people'

	fil_store
	units A 20 10 B 7 7 C 7 6
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-08
	fil-import -q enrolments phase=p enrolled=2024-01-08 < <(fil-list users)
	fil-import -q lessons lesson=l phase=p date=2024-02-01 observed=o change=c
	try 'fil-report phases -w unit=B | cut -d, -f1,6-'
	out_is phase,users,measured,autonomous,share_min,share_max,median_days,assigned,completed,minutes_spent p,,,,,,,,,
	err_is "fil-report: no figures: $hidden"
	try 'fil-report lessons -w unit=B | cut -d, -f1,7-'
	out_is lesson,before,after,gain l,,,
	err_is "fil-report: before and after are empty: $hidden"
	try 'fil-report phases -w unit=C | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,7,6
	err_is
	try 'fil-report lessons -w unit=C | cut -d, -f7'
	out_is before 85.7
	try 'fil-report phases -w unit=B --min-group 3 | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,7,7
	# Seven of a phase alone may be all alike: nobody is selected.
	fil-import -q --remove enrolments < <(fil-list enrolments | grep -v '^B:')
	try 'fil-report phases | cut -d, -f1,6,8'
	out_is phase,users,autonomous p,7,7
}

@test "a figure that is hidden in a group is not told by the others and that of all" {
	local remedy='with those of all groups they would tell of fewer than 5 people; take another --by or none'

	fil_store
	units A 20 0 B 10 0
	fil-import -q routines routine=r title=R
	{
		echo user,date,method,minutes,result,acceptance,power
		printf 'A:%d,2024-03-02,new,30,equivalent,4,4\n' {0..19}
		printf 'B:%d,2024-03-02,new,60,failed,1,1\n' 0 1
		printf 'A:%d,2024-03-01,old,30,equivalent,,\n' {0..19}
		printf 'B:%d,2024-03-01,old,30,equivalent,,\n' {0..9}
	} | fil-record -q practices routine=r
	# All have 20 equivalent results of 22, and A has 20 of 20: so the two of B have none.
	try 'fil-report routines --by unit -f csv | cut -d, -f1,5,14,15,17,20-22,26,28-31'
	out_is group,adopters,results,equivalent_share,equivalent_by_user,results_old,equivalent_share_old,equivalent_by_user_old,not_inferior,acceptances,acceptance,powers,power \
		A,20,20,,,20,100.0,100.0,,20,,20, B,2,2,,,10,100.0,100.0,,2,,2,
	err_is "fil-report: 1 row leaves out figures: ${remedy/take/take a smaller --depth,}"
	try 'fil-report routines --by job -f csv | cut -d, -f1,14,15'
	out_is group,results,equivalent_share '(none),22,90.9'
	err_is ''
	try 'fil-report routines -f csv | cut -d, -f13,14,27,28'
	out_is results,equivalent_share,acceptances,acceptance 22,90.9,22,3.7
	# Those of C with them are five.
	{ echo user,name,unit; printf 'C:%d,x,C\n' {1..9}; } | fil-import -q users
	{
		echo user,date,method,minutes,result,acceptance,power
		printf 'C:%d,2024-03-02,new,60,failed,1,1\n' 1 2 3
		printf 'C:%d,2024-03-01,old,30,equivalent,,\n' {1..9}
	} | fil-record -q practices routine=r
	try 'fil-report routines --by unit -f csv | cut -d, -f1,14,15,29'
	out_is group,results,equivalent_share,acceptance A,20,100.0,4.0 B,2,, C,3,,
	err_is ''
	# So are gains after a module: of A 20, of B two.
	fil-import -q modules module=m title=M kind=course dimension=tool
	fil-record -q autonomy source=test date=2024-03-01 tool=2 < <(fil-list users | cut -d, -f1)
	fil-assign -q module=m assigned=2024-03-02 < <(fil-list users -w unit!=C | cut -d, -f1)
	fil-record -q completions module=m date=2024-03-05 < <(echo user; printf '%s\n' A:{0..19} B:{0,1})
	fil-record -q autonomy source=test date=2024-03-10 tool=3 < <(echo user; printf '%s\n' A:{0..19})
	fil-record -q autonomy source=test date=2024-03-10 tool=0 < <(echo user; printf '%s\n' B:{0,1})
	try 'fil-report modules --by unit --total -f csv | cut -d, -f1,2,11-13'
	out_is group,module,measured,gained,mean_gain A,m,20,, B,m,2,, '(total),,22,,'
	err_is "fil-report: 1 row leaves out figures: ${remedy/take/take a smaller --depth,}"
	try 'fil-report modules -f csv | cut -d, -f10-12'
	out_is measured,gained,mean_gain 22,20,0.7
	try 'fil-report modules --by unit --min-group 2 -f csv | cut -d, -f1,11-13'
	out_is group,measured,gained,mean_gain A,20,20,1.0 B,2,0,-2.0
}

@test "a unit that autonomy merges does not merge all of its parent in time and forecast" {
	local subject

	export FILROUGE_TODAY=2024-03-31
	fil_store
	units P/a 3 1 P/b 20 10 P/c 20 10 Q 30 15
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-08
	fil-import -q enrolments phase=p enrolled=2024-01-08 < <(fil-list users | cut -d, -f1)
	for subject in autonomy time forecast; do
		try "fil-report $subject --by unit | cut -d, -f1,2"
		out_is group,users P/c,20 'P/(small groups),23' Q,30
		err_is ''
	done
}

# bats test_tags=sqlite
@test "no two Sundays of a table tell of few users, also with others between them" {
	fil_store
	units A 40 20
	{ echo user,name,arrived,left; printf 'n%d,x,2024-03-18,2024-03-27\n' {1..5}; echo n6,x,2024-03-18,; } | fil-import -q users
	export FILROUGE_TODAY=2024-03-31
	# 40 users, then 46, then 41.
	try 'fil-report progress --weeks 4 | cut -d, -f1-3'
	out_is week,group,users 2024-03-24,all,46 2024-03-31,all,41
	err_is 'fil-report: 2 Sundays left out: fewer than 5 users joined or left between them and one that is shown'
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-01
	fil-list users | cut -d, -f1 | fil-import -q enrolments phase=p enrolled=2024-01-01
	try 'fil-report forecast --score --as-of 2024-04-01 --weeks 4 -q | cut -d, -f1-4'
	out_is as_of,group,users,reached 2024-03-10,all,, 2024-03-17,all,, 2024-03-24,all,46,20 2024-03-31,all,41,20
}

@test "a dimension that has not begun, or in which nobody has a level, makes nobody alike" {
	local all

	fil_store
	export FILROUGE_TODAY=2024-03-10
	units A 7 4 B 7 3 C 8 5
	fil-import -q users role=trainer < <(printf '%s\n' user C:{0..7})
	fil-record -q autonomy source=test date=2024-02-02 tool=4 process=4 < <(printf '%s\n' user C:{0..4})
	figures --by unit > units
	figures --role trainer > trainers
	[ "$(cat units trainers)" = "$(printf '%s\n' group,users,autonomous A,7,4 B,7,3 group,users,autonomous all,8,5)" ] || { cat units trainers; false; }
	FILROUGE_TODAY=2024-03-20 fil-import -q dimensions dimension=law title=Law threshold=3 begins=2024-03-20
	export FILROUGE_TODAY=2024-03-21
	columns() { fil-report autonomy "$@" -q | cut -d, -f1,2,8; } # one dimension more
	# As of a day before its first, the rows are those that were printed on the day.
	[ "$(columns --by unit --as-of 2024-03-10)" = "$(cat units)" ]
	[ "$(columns --role trainer --as-of 2024-03-10)" = "$(cat trainers)" ]
	# From its first day on everybody knows that nobody has a level, and that nobody is autonomous. Of the trainers alone
	# it would tell what they lack, if others had a level.
	all=$(fil-report autonomy --by unit -f csv | cut -d, -f1-3,8)
	[ "$all" = "$(printf '%s\n' group,users,measured,autonomous A,7,0,0 B,7,0,0)" ] || { echo "$all"; false; }
	[ "$(figures --role trainer -q | tail -1)" = all,, ]
	# The first level tells all the others apart from it.
	fil-record -q autonomy source=test date=2024-03-20 user=A:0 law=1
	[ "$(columns --by unit | sed 1d)" = "(small groups),14,0" ]
}

# bats test_tags=sqlite
@test "the reason that is said of merged groups is the one that holds" {
	# shellcheck disable=SC2086 # a subject has options
	local held='beside another table of autonomy, such as that by unit, a group would tell of single persons' \
		few='alone, a group would have fewer than 5 people, or fewer than 10 who are all alike'

	export FILROUGE_TODAY=2024-03-31
	fil_store
	units A 20 10 B 20 10
	# Both jobs are large and mixed. Beside the units they would tell of the clerk of B.
	fil-list users -f csv | sed 1d | cut -d, -f1 | awk 'BEGIN { print "user,job" } { print $1 "," (NR <= 21 ? "clerk" : "head") }' |
		fil-import -q users
	for subject in autonomy levels "progress --weeks 3"; do
		# shellcheck disable=SC2086 # words
		fil-report $subject --by job 2> said > rows
		grep -qxF "fil-report: all groups are merged: $held; take another --by or none" said
	done
	fil-week --by job --sections units,unknown | tr '\n' ' ' | tr -s ' ' > page
	grep -qF "Small numbers: all groups are merged: $held; take another --by or none." page
	grep -qF "40 people are in merged groups: $held." page
	fil-week --by job --sections unknown --lang fr | tr '\n' ' ' | tr -s ' ' |
		grep -qF 'comme celui par unit, l’un des groupes révélerait le cas d’une seule personne.'
	# With a job of two, both hold.
	fil-import -q users <<< $'user,job\nB:5,chief\nB:6,chief'
	try 'fil-report autonomy --by job | cut -d, -f1,2'
	out_is group,users '(small groups),40'
	err_is "fil-report: all groups are merged: $few; $held; take another --by or none"
}

# bats test_tags=sqlite
@test "a table of the page says that some of its groups are merged" {
	export FILROUGE_TODAY=2024-03-31
	fil_store
	units A 18 9 B 16 8 C 3 1 D 3 2
	try 'fil-report autonomy --by unit | cut -d, -f1,2'
	out_is group,users A,18 B,16 '(small groups),6'
	err_is ''
	fil-week --sections units | tr '\n' ' ' | tr -s ' ' > page
	grep -qF 'Small numbers: some groups are merged: alone, a group would have fewer than 5 people, or fewer than 10 who are all alike; take another --by or none.' page
	fil-week --sections units -f html | grep -c 'Small numbers: some groups are merged' | grep -qx 1
	fil-week --sections units --min-group 0 -q | grep 'Small numbers' && return 1
	true
}

# bats test_tags=sqlite
@test "a row of time without counts and quartiles is not said to be of few" {
	export FILROUGE_TODAY=2024-03-31
	fil_store
	units A 40 5
	# Too few are autonomous for a quartile.
	enrol_all_but_one
	try 'fil-report time'
	err_is 'fil-report: 1 row has no counts: with autonomy they would tell of fewer than 5 people'
	try 'fil-report time | cut -d, -f1-13'
	out_is 'group,users,already,events,censored,left,unmeasured,median,median_low,median_high,p25,p75,within_30' all,,,,,,,,,,,,
}
