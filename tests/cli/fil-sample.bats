#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

HEADER=user,phase,enrolled,stratum,weight

# Prints N users of a unit as rows: N UNIT PREFIX
some() {
	local i

	for ((i = 1; i <= $1; i++)); do
		printf '%s%02d,N,%s\n' "$3" "$i" "$2"
	done
}

# Today is 2024-03-15. 12 users work in A/x, 5 in A/y, 6 in B, 2 nowhere; one has left, one trains.
project() {
	fil_store fill_project
}

fill_project() {
	(echo user,name,unit; some 12 A/x a; some 5 A/y c; some 6 B b; some 2 '' n) > users.csv
	fil-import -q users users.csv
	fil-import -q users <<- 'END'
		user,name,unit,role,left
		l1,L,A/x,,2024-03-15
		t1,T,A/x,trainer,
	END
	fil-import -q phases <<- 'END'
		phase,title,kind,begins,ends
		pilot,Pilot,pilot,2024-04-01,
		now,Now,pilot,2024-03-01,
		past,Past,pilot,2024-01-01,2024-02-01
	END
}

# Prints how many of the output are in each stratum.
strata() {
	sed 1d "$OUT" | cut -d, -f4 | sort | uniq -c | sed 's/^ *//'
}

@test "each stratum has its share, by largest remainders, and the rule is told" {
	project
	try fil-sample pilot --size 10 --by unit
	status_is 0
	# 10/25 of 2, 12, 5 and 6 users: 0.8, 4.8, 2.0, 2.4.
	[ "$(strata)" = $'1 (none)\n5 A/x\n2 A/y\n2 B' ]
	[ "$(sed 1d "$OUT" | cut -d, -f2,3 | uniq)" = pilot,2024-04-01 ]
	sed 1d "$OUT" | sort -c
	err_is <<- 'END'
		fil-sample: pilot: 10 wanted, 0 enrolled already, 10 drawn of 25 others
		fil-sample: strata by unit, in proportion to their users by largest remainders; the smallest hashes under the seed 'pilot'
		fil-sample: (none): 2 users, 1 in the sample, 1 of them drawn now
		fil-sample: A/x: 12 users, 5 in the sample, 5 of them drawn now
		fil-sample: A/y: 5 users, 2 in the sample, 2 of them drawn now
		fil-sample: B: 6 users, 2 in the sample, 2 of them drawn now
	END
}

@test "the sample is the same every time, and for another seed another" {
	project
	fil-sample -q pilot --size 10 -o unused.csv
	fil-sample pilot --size 10 2> /dev/null > first
	fil-sample pilot --size 10 2> /dev/null | cmp - first
	fil-sample pilot --size 10 --seed pilot 2> /dev/null | cmp - first
	run ! cmp -s first <(fil-sample pilot --size 10 --seed another 2> /dev/null)
	# As another program draws it: the smallest SipHash-2-4 of the keys under the BLAKE2b-128 of 'pilot'.
	[ "$(cut -d, -f1 first | sed 1d | tr '\n' ' ')" = 'a02 a05 a08 a09 a11 a12 b01 b06 c02 c04 ' ]
}

@test "the order in which users were imported does not show" {
	project
	fil-sample pilot --size 10 --by unit 2> told > first
	rm -r store
	mv users.csv sorted.csv
	(head -n 1 sorted.csv; sed 1d sorted.csv | sort -r) > reversed.csv
	fil_store
	fil-import -q users reversed.csv
	fil-import -q phases phase=pilot title=P kind=pilot begins=2024-04-01
	fil-sample pilot --size 10 --by unit 2> told_now | cmp - first
	cmp told told_now
}

@test "a second run draws nobody, and newcomers change nothing" {
	project
	fil-sample pilot --size 10 --by unit | fil-import -q enrolments
	try fil-sample pilot --size 10 --by unit
	status_is 0
	out_is "$HEADER"
	err_has 'fil-sample: pilot: 10 wanted, 10 enrolled already, 0 drawn of 15 others'
	(echo user,name,unit; some 40 A/x y; some 3 C z) | fil-import -q users
	try fil-sample pilot --size 10 --by unit
	out_is "$HEADER"
	err_has 'fil-sample: C: 3 users, 0 in the sample, 0 of them drawn now'
}

@test "of those drawn before, newcomers push out only whom they outnumber" {
	project
	fil-sample pilot --size 10 2> /dev/null | sed 1d | cut -d, -f 1-4 > first
	(echo user,name,unit; some 5 B z) | fil-import -q users
	fil-sample pilot --size 10 2> /dev/null | sed 1d | cut -d, -f 1-4 > second
	# Who is new in the sample is new among the users.
	[ "$(comm -13 first second | grep -vc '^z')" -eq 0 ]
}

@test "a larger sample holds the smaller one" {
	project
	fil-sample pilot --size 6 2> /dev/null | cut -d, -f 1-4 > small
	fil-sample pilot --size 15 2> /dev/null | cut -d, -f 1-4 > large
	[ "$(comm -23 small large)" = '' ]
}

@test "who leaves is replaced, and nobody else is drawn" {
	project
	fil-sample pilot --size 10 --by unit | fil-import -q enrolments
	fil-list enrolments -w stratum=B | sed -n 2p > leaver
	fil-import -q users <<< $'user,left\n'"$(cut -d, -f1 leaver),2024-03-15"
	try fil-sample pilot --size 10 --by unit
	[ "$(strata)" = '1 B' ]
	# A leaver cannot be drawn again.
	run ! grep -q "^$(cut -d, -f1 leaver)," "$OUT"
	fil-import -q enrolments "$OUT"
	try fil-sample pilot --size 10 --by unit
	out_is "$HEADER"
}

@test "users in another phase are left out, even if it has not begun for them" {
	project
	fil-list users -w unit=A/x | fil-import -q enrolments phase=now enrolled=2024-12-01
	try fil-sample pilot --share 100 --by unit
	[ "$(strata)" = $'2 (none)\n5 A/y\n6 B' ]
	try "fil-sample pilot --share 100 --phase '' | wc -l"
	out_is 14
}

@test "--phase draws from those who are in another phase by today" {
	project
	fil-list users -w unit=A/y | fil-import -q enrolments phase=now enrolled=2024-03-15
	fil-list users -w unit=B | fil-import -q enrolments phase=now enrolled=2024-03-16
	try fil-sample pilot --share 100 --phase 'n*'
	[ "$(sed 1d "$OUT" | cut -c 1 | sort | uniq -c)" = '      5 c' ]
	fil-import -q enrolments "$OUT"
	try fil-sample pilot --share 100 --phase now
	out_is "$HEADER"
}

@test "-w chooses from whom is drawn" {
	project
	try fil-sample now --size 3 -w 'unit~A/*' --by unit
	# 3/17 of 12 and 5: 2.1, 0.9. The phase has begun: enrolled today.
	[ "$(strata)" = $'2 A/x\n1 A/y' ]
	[ "$(sed 1d "$OUT" | cut -d, -f3 | uniq)" = 2024-03-15 ]
	fil-import -q enrolments "$OUT"
	# Who is enrolled elsewhere in the organisation does not count here.
	try fil-sample now --size 2 -w unit=B
	err_has 'fil-sample: now: 2 wanted, 0 enrolled already, 2 drawn of 6 others'
}

# bats test_tags=sqlite
@test "a share is rounded half away from zero, and counts those enrolled" {
	project
	# 10 % of 25 is 2.5.
	try fil-sample pilot --share 10
	err_has 'fil-sample: pilot: 3 wanted, 0 enrolled already, 3 drawn of 25 others'
	fil-import -q enrolments "$OUT"
	try fil-sample pilot --share 10
	out_is "$HEADER"
	try fil-sample pilot --share 9,9
	err_has 'fil-sample: pilot: 2 wanted, 3 enrolled already, 0 drawn of 22 others'
	out_is "$HEADER"
}

@test "more than there are takes all, and says so" {
	project
	try fil-sample pilot --size 26
	status_is 0
	err_has 'fil-sample: pilot: 26 wanted, 0 enrolled already, 25 drawn of 25 others: there are no more'
	[ "$(sed 1d "$OUT" | wc -l)" -eq 25 ]
}

# bats test_tags=sqlite
@test "strata by several columns, and by a part of the path" {
	project
	fil-import -q users <<< $'user,job\na01,Comptable\nb01,Comptable'
	try fil-sample pilot --size 25 --by job,unit --depth 1
	[ "$(strata)" = "$(printf '%s\n' '2 (none) | (none)' '16 (none) | A' '5 (none) | B' '1 Comptable | A' '1 Comptable | B')" ]
	err_has "fil-sample: strata by job,unit to a depth of 1, in proportion to their users by largest remainders; the smallest hashes under the seed 'pilot'"
	try fil-sample pilot --size 1
	[ "$(strata)" = '1 all' ]
}

# bats test_tags=sqlite
@test "each stratum has one where the size allows" {
	project
	try fil-sample pilot --size 4 --by unit
	[ "$(strata)" = $'1 (none)\n1 A/x\n1 A/y\n1 B' ]
	try fil-sample pilot --size 3 --by unit
	# 3/25 of 2, 12, 5 and 6: 0.24, 1.44, 0.6, 0.72.
	[ "$(strata)" = $'1 A/x\n1 A/y\n1 B' ]
}

# bats test_tags=sqlite
@test "--except takes CSV, in its ways, or a key a line" {
	local list

	project
	printf 'Matricule;Nom\r\nb01;\xe9\r\nb02;x\r\n' > excel.csv
	printf 'b01\nb02\n' > keys
	fil-list users -w user=b01 > listed.csv
	printf 'name,user\nx,b01\ny,"b02"\n' > named.csv
	for list in excel.csv keys named.csv; do
		try fil-sample pilot --share 100 -w unit=B --except $list
		status_is 0
		[ "$(sed 1d "$OUT" | cut -d, -f1 | tr '\n' ' ')" = 'b03 b04 b05 b06 ' ]
	done
	try 'fil-list users -w user=b01 | fil-sample pilot --share 100 -w unit=B --except - | wc -l'
	out_is 6
	err_has 'fil-sample: pilot: 5 wanted, 0 enrolled already, 5 drawn of 5 others'
}

@test "--except says which keys are not users, and keeps who is enrolled" {
	project
	printf 'b01\n\nb99\nB01\nt1\n' > keys
	fil-import -q enrolments user=b01 phase=pilot enrolled=2024-04-01
	try fil-sample pilot --size 4 -w unit=B --except keys
	err_has 'fil-sample: keys: 2 of 4 keys are not users'
	err_has 'fil-sample: pilot: 4 wanted, 1 enrolled already, 3 drawn of 5 others'
}

# bats test_tags=sqlite
@test "--except refuses what it cannot read" {
	project
	printf 'name,unit\nx,B\n' > other.csv
	try fil-sample pilot --size 4 --except other.csv
	status_is 65
	out_is ''
	err_is "fil-sample: other.csv:1: no column 'user' says whom it is about"
	printf 'unit,user\nB,b01\nB\n' > short.csv
	try fil-sample pilot --size 4 --except short.csv
	status_is 65
	err_is 'fil-sample: short.csv:3: there is no cell for the user'
	try fil-sample pilot --size 4 --except missing.csv
	status_is 66
	printf 'b01\n%065d\n' 0 > long
	try fil-sample pilot --size 4 --except long
	status_is 65
}

# bats test_tags=sqlite
@test "--detect says what it takes, and what a size can see" {
	project
	(echo user,date,source,tool,process
	for user in a01 a02 a03 a04 a05; do echo "$user,2024-03-01,self,3,4"; done
	echo a06,2024-03-01,self,3,2; echo t1,2024-03-01,self,5,5) | fil-record -q autonomy
	try fil-sample pilot --detect 15
	status_is 0
	out_is "$HEADER"
	# R: power.prop.test(p1 = .5, p2 = .65, power = .8) gives 169.3, with the correction of Fleiss 182.4; from .2 to .35, 151.0.
	err_is \
		'fil-sample: to tell 65.0 % of autonomous users from 50.0 % takes 183 in the phase and 183 to compare with, more than there are (25; power 80 %, two-sided test at 5 %)' \
		'fil-sample: today 20.0 % of the users are autonomous (5 of 25)' \
		'fil-sample: to tell 35.0 % of autonomous users from 20.0 % takes 151 in the phase and 151 to compare with, more than there are (25; power 80 %, two-sided test at 5 %)'
	try 'fil-sample pilot --detect 80 --size 25 | wc -l'
	out_is 26
	err_has 'fil-sample: above 50.0 % there is no room for 80.0 points more'
	# By R, 4 are the first that show it against the other 21: needed(1, .2, 21 / 4) of tests/data/survival/comparison.R.
	err_has 'fil-sample: to tell 100.0 % of autonomous users from 20.0 % takes 4 in the phase, with the other 21 to compare with (power 80 %, two-sided test at 5 %)'
	err_has 'fil-sample: 25 in the phase: no user is left to compare with'
	try 'fil-sample pilot --detect 2.5 --size 3'
	err_has 'fil-sample: 3 in the phase, and the other 22 to compare with, are too few to tell any share from 50.0 %'
}

# bats test_tags=sqlite
@test "--detect tells the share of today of no selection of few users" {
	local few="fil-sample: today's share is not shown: the users selected are fewer than 5, or fewer than 10 and all alike; select more users"

	project
	(echo user,date,source,tool,process
	for user in a01 a02 a03 a04 a05; do echo "$user,2024-03-01,self,3,4"; done) | fil-record -q autonomy
	try fil-sample pilot --detect 15 -w user=a01
	status_is 0
	[ "$(tail -n +2 "$ERR")" = "$few" ]
	try fil-sample pilot --detect 15 -w 'user~a0[1-5]'
	[ "$(tail -n +2 "$ERR")" = "$few" ]
	fil-list users -w 'user~a0[1-4]' | fil-import -q enrolments phase=pilot enrolled=2024-03-04
	try fil-sample pilot --detect 15 --phase pilot
	err_has "$few"
	run ! grep -q ' of the users are autonomous' "$ERR"
	try fil-sample pilot --detect 15 -w 'user~a0[1-6]'
	err_has 'fil-sample: today 83.3 % of the users are autonomous (5 of 6)'
}

# bats test_tags=sqlite
@test "--detect compares the phase with the users who are left, and --rho counts users of a stratum as alike" {
	fil_store
	{ echo user,name,unit; for i in {10..69}; do echo "$i,N,$((i / 10))"; done; } | fil-import -q users
	fil-import -q phases phase=p title=P kind=pilot begins=2024-01-08
	# Of 60 users, 40 leave 20. The rises by R's uniroot over needed() of tests/data/survival/comparison.R; with rho, of
	# 40 / 1.283 against 20 / 1.283 users, where 1.283 is 1 + (40 / 6 - 1) * 0.05.
	try fil-sample p --detect 15 --size 40
	err_has 'fil-sample: 40 in the phase, and the other 20 to compare with, can tell 87.5 % from 50.0 %'
	try fil-sample p --detect 15 --size 40 --by unit --rho 0.05
	err_has 'fil-sample: 40 in the phase, and the other 20 to compare with, can tell 91.6 % from 50.0 %'
	err_has 'fil-sample: design effect 1.28: 6.7 users of each stratum in the phase, alike by 0.05'
	try fil-sample p --detect 15 --size 60
	err_has 'fil-sample: 60 in the phase: no user is left to compare with'
	try fil-sample p --detect 15 --size 100
	err_has 'fil-sample: 60 in the phase: no user is left to compare with'
}

@test "a weight says for how many users each one stands, and what is certain is told" {
	project
	try fil-sample pilot --size 10 --by unit
	# 1 of 2, 5 of 12, 2 of 5 and 2 of 6; then 2 of 2, 11 of 12, 5 of 5 and 6 of 6.
	[ "$(sed 1d "$OUT" | cut -d, -f4,5 | sort -u)" = $'(none),2\nA/x,2.4\nA/y,2.5\nB,3' ]
	run ! grep -q certain "$ERR"
	try fil-sample pilot --size 24 --by unit
	[ "$(sed 1d "$OUT" | cut -d, -f4,5 | sort -u)" = $'(none),1\nA/x,1.091\nA/y,1\nB,1' ]
	[ "$(grep certain "$ERR")" = "$(printf 'fil-sample: %s: all are drawn for certain\n' '(none)' A/y B)" ]
}

@test "users who have declined the phase are not drawn again, nor counted" {
	project
	fil-sample -q pilot --size 4 -w unit=B | fil-import -q enrolments
	fil-list enrolments | sed -n 2p | cut -d, -f1 > "who"
	fil-import -q enrolments user="$(cat who)" phase=pilot declined=2024-03-14 > answer
	try fil-sample pilot --size 4 -w unit=B
	status_is 0
	# Of six in B one has declined: three are enrolled, and one of the other two replaces the one who declined.
	err_has 'fil-sample: pilot: 4 wanted, 3 enrolled already, 1 drawn of 2 others'
	err_has 'fil-sample: 1 user has declined and is not drawn'
	[ "$(sed 1d "$OUT" | wc -l)" -eq 1 ]
	run ! grep -q "^$(cat who)," "$OUT"
	# Another phase may ask them: they are in none.
	try 'fil-sample now --share 100 -w unit=B'
	err_has 'fil-sample: now: 3 wanted, 0 enrolled already, 3 drawn of 3 others'
	grep -q "^$(cat who)," "$OUT"
	# A refusal of tomorrow does not count yet: this user is still in the pilot.
	fil-import -q enrolments user="$(cat who)" phase=pilot declined=2024-03-16 > answer
	try fil-sample pilot --size 4 -w unit=B
	err_has 'fil-sample: pilot: 4 wanted, 4 enrolled already, 0 drawn of 2 others'
	run ! grep -q declined "$ERR"
	out_is "$HEADER"
}

@test "a phase that is over is told" {
	project
	try fil-sample past --size 1
	status_is 0
	err_has 'fil-sample: past ended on 2024-02-01'
	[ "$(sed 1d "$OUT" | cut -d, -f3)" = 2024-03-15 ]
}

@test "nobody to draw from is a header" {
	fil_store
	fil-import -q phases phase=pilot title=P kind=pilot begins=2024-04-01
	try fil-sample pilot --share 10 --by unit --detect 15
	status_is 0
	out_is "$HEADER"
	err_has 'fil-sample: pilot: 0 wanted, 0 enrolled already, 0 drawn of 0 others'
}

# bats test_tags=sqlite
@test "wrong uses are told" {
	local wrong

	project
	try fil-sample pilto --size 3
	status_is 65
	out_is ''
	err_is "fil-sample: PHASE: 'pilto' is not in phases; the nearest is 'pilot'"
	try fil-sample pilot --size 3 --by unti
	status_is 64
	err_is "fil-sample: 'unti' is not a column of users; the nearest is 'unit'" "Try 'fil-sample --help' for more information."
	try fil-sample pilot --size 3 --by "job,unit$(printf ',unit%.0s' {1..500})"
	status_is 64
	err_is "fil-sample: --by: 'unit' is given twice" "Try 'fil-sample --help' for more information."
	for wrong in '' pilot 'pilot now --size 3' '--size 3' 'pilot --size 0' 'pilot --size x' 'pilot --size 3 --share 3' \
		'pilot --share 0' 'pilot --share 100.1' 'pilot --share -1' 'pilot --share x' 'pilot --size 3 --depth 1' \
		'pilot --size 3 --by ""' 'pilot --detect 0' 'pilot --detect 101' 'pilot --size 3 -w nothing=1' \
		'pilot --size 3 --by unit --rho 0.1' 'pilot --detect 15 --rho 0.1' 'pilot --detect 15 --by unit --rho 1.1' 'pilot --size 3 --by unit --depth 0' 'pilot --size 3 --by unit,,job'; do
		try "fil-sample $wrong"
		status_is 64
		out_is ''
	done
}

# bats test_tags=sqlite
@test "-q prints the rows and says nothing, and a full disk is an error" {
	project
	try fil-sample pilot --size 3 -q
	status_is 0
	out_is "$HEADER" a02,pilot,2024-04-01,all,8.333 a08,pilot,2024-04-01,all,8.333 c04,pilot,2024-04-01,all,8.333
	err_is ''
	try 'fil-sample pilot --size 3 > /dev/full'
	status_is 74
	fil-sample pilot --size 3 -f json 2> /dev/null | grep -q '"stratum":"all"'
}
