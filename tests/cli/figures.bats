#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The figures of fil-report about support, routines, promises, phases, needs and time: each against a computation by
# hand, which stands in the test. Today is Friday, 2024-03-15; both thresholds are 3.
# shellcheck disable=SC2030,SC2031 # each test has its own environment
load helper

# The stores are small: with --min-group 0 they show their figures.
ANY_SIZE='fil-report: groups of any size are shown: persons can be recognised'

people() {
	fil_store fill_people
}

fill_people() {
	fil-import -q users <<- 'END'
		user,name,unit,email,role,arrived,left
		a1,Ada,Arts,ada@example.org,user,,
		a2,Bo,Arts,,user,,
		a3,Cy,Arts,,user,2024-01-20,2024-03-01
		b1,Di,Bois,,user,,
		b2,Ed,Bois,,user,2024-02-10,
		t1,Tom,Arts,,trainer,,
		s1,Sue,Bois,,sponsor,,
	END
	fil-import -q modules <<- 'END'
		module,title,kind,dimension
		course,Course,course,tool
		guide,Guide,guide,
		never,Never,peer,
	END
	fil-import -q phases <<- 'END'
		phase,title,kind,begins,ends
		pilot,Pilot,pilot,2024-01-08,2024-02-16
		wide,Wide,rollout,2024-02-19,
		later,Later,rollout,2024-06-01,
	END
}

levels() {
	fil-record -q autonomy <<- 'END'
		user,date,source,tool,process
		a1,2024-01-08,self,1,1
		a1,2024-01-20,test,3,
		a1,2024-02-10,trainer,4,3
		a2,2024-01-08,self,2,4
		a2,2024-03-10,test,1,
		a3,2024-01-25,self,3,3
		b1,2023-12-01,test,5,5
	END
}

support() {
	fil-import -q assignments <<- 'END'
		user,module,assigned,due,phase,trainer
		a1,course,2024-01-08,2024-01-31,pilot,t1
		a1,guide,2024-01-10,,pilot,
		a2,course,2024-01-08,2024-01-31,pilot,t1
		a2,course,2024-03-01,2024-03-15,wide,
		a3,course,2024-01-22,2024-02-01,pilot,t1
		b1,course,2024-02-20,2024-03-14,wide,s1
		b1,guide,2024-04-01,,wide,
	END
	fil-record -q completions <<- 'END'
		user,module,date,outcome
		a1,course,2024-01-07,completed
		a1,course,2024-01-12,absent
		a1,course,2024-01-18,completed
		a1,course,2024-01-25,completed
		a1,guide,2024-01-10,completed
		a2,course,2024-01-23,completed
		a3,course,2024-01-31,partial
	END
}

MODULES=module,title,kind,assigned,completed,open,overdue,completion_share,median_days,measured,gained,mean_gain
MODULES+=,gain_waiting,gain_difference,gain_difference_low,gain_difference_high

@test "modules: an assignment ends with the first completion on its day or later" {
	people
	support
	try fil-report modules --min-group 0
	status_is 0
	err_is "$ANY_SIZE"
	# course: 5 assigned up to today. a1's is completed after 10 days (not by the completion before it, not by the absence),
	# a2's first after 15, its second never; a3's in part only, b1's not: 2 of 5 completed, 3 open, of which a3's and b1's
	# are past due (a2's is due today). The median of 10 and 15 is 12.5. guide: one, on its day; b1's is to come.
	out_is "$MODULES" 'course,Course,course,5,2,3,2,40.0,12.5,0,0,,,,,' 'guide,Guide,guide,1,1,0,0,100.0,0,0,0,,,,,' \
		'never,Never,peer,0,0,0,0,,,0,0,,,,,'
}

@test "modules: what followed a completion, in the module's dimension or in each" {
	people
	support
	levels
	try fil-report modules --min-group 0
	# course is about tool. a1, completed on 01-18 at 1: within 60 days 3, then 4: gained 3. a2, on 01-23 at 2: 1 on 03-10:
	# not gained, -1. Mean (3 - 1) / 2 = 1. guide is about both. a1, on 01-10 at 1 and 1: tool 4, process 3: 3 and 2, mean 2.5.
	out_is "$MODULES" 'course,Course,course,5,2,3,2,40.0,12.5,2,1,1.0,,,,' 'guide,Guide,guide,1,1,0,0,100.0,0,2,2,2.5,,,,' \
		'never,Never,peer,0,0,0,0,,,0,0,,,,,'
	# Only what is dated up to 02-09: a1's tool 3 is the last; nobody else was measured again. b1's course is not assigned
	# yet, nor a2's second: 3, a3's overdue.
	try fil-report modules --min-group 0 --as-of 2024-02-09
	out_is "$MODULES" 'course,Course,course,3,2,1,1,66.7,12.5,1,1,2.0,,,,' 'guide,Guide,guide,1,1,0,0,100.0,0,1,1,2.0,,,,' \
		'never,Never,peer,0,0,0,0,,,0,0,,,,,'
	# By tests alone: nobody's level was known on the day of completion.
	try fil-report modules --min-group 0 --source test -w unit=Arts
	out_is "$MODULES" 'course,Course,course,4,2,2,1,50.0,12.5,0,0,,,,,' 'guide,Guide,guide,1,1,0,0,100.0,0,0,0,,,,,' \
		'never,Never,peer,0,0,0,0,,,0,0,,,,,'
	# Active users: a3 has left.
	try fil-report modules --min-group 0 --active -w unit=Arts
	out_has 'course,Course,course,3,2,1,0,66.7,12.5,2,1,1.0,,,,'
}

@test "modules: a last row of totals" {
	people
	support
	levels
	# Of the rows above: 5 + 1 assigned, 2 + 1 completed after 10, 15 and 0 days; 2 + 2 measured, 1 + 2 gained, (2 + 5) / 4.
	try fil-report modules --min-group 0 --total
	status_is 0
	out_is "$MODULES" 'course,Course,course,5,2,3,2,40.0,12.5,2,1,1.0,,,,' 'guide,Guide,guide,1,1,0,0,100.0,0,2,2,2.5,,,,' \
		'never,Never,peer,0,0,0,0,,,0,0,,,,,' '(total),,,6,3,3,2,50.0,10,4,3,1.8,,,,'
	try fil-report modules --min-group 0 --total -w user=b2 --require 'assigned>0' -q
	status_is 1
	out_has '(total),,,0,0,0,0,,,0,0,,,,,'
}

@test "modules: an effect is a level of the 60 days after the day itself" {
	people
	fil-import -q assignments <<< $'user,module,assigned\na1,course,2024-01-01\na2,course,2024-01-01\nb1,course,2024-01-01'
	fil-record -q completions <<< $'user,module,date\na1,course,2024-01-02\na2,course,2024-01-02\nb1,course,2024-01-02'
	fil-record -q autonomy dimension=tool source=test <<- 'END'
		user,date,level
		a1,2024-01-02,1
		a1,2024-03-02,2
		a2,2024-01-01,1
		a2,2024-03-03,2
		b1,2024-01-02,1
	END
	# 60 days after 01-02 is 03-02. a1 gained; a2's comes a day late; b1 has no other.
	try fil-report modules --min-group 0
	out_has 'course,Course,course,3,3,0,0,100.0,1,1,1,1.0,,,,'
}

@test "modules: a gain beside that of users of equal level who waited, as R computes it" {
	local figures=$BATS_TEST_DIRNAME/../data/modules

	export FILROUGE_TODAY=2024-06-29
	fil_store
	{ echo user,name,unit; for i in {1..80}; do printf '%03d,N,%s\n' "$i" "$((i % 2))"; done; } | fil-import -q users
	fil-import -q modules <<< $'module,title,kind,dimension\nm,M,course,tool\nother,O,course,process'
	fil-record -q autonomy dimension=tool source=test "$figures/autonomy.csv"
	fil-import -q assignments module=m "$figures/assignments.csv"
	sed 1s/assigned/date/ "$figures/assignments.csv" | fil-record -q completions module=m
	try 'fil-report modules | cut -d, -f 10,13-'
	status_is 0
	sed 1d "$figures/r_gains.csv" | { IFS=, read -r gains waiting difference low high
		# Means to two decimals; limits of other resamples, within a twentieth of a level.
		sed -n 2p "$OUT" | tr , ' ' | awk -v gains="$gains" -v w="$waiting" -v d="$difference" -v low="$low" -v high="$high" '
			function near(a, b, by) { return a - b <= by && b - a <= by }
			{ found = $1 == gains && near($2, w, 0.005) && near($3, d, 0.005) && near($4, low, 0.05) && near($5, high, 0.05) }
			END { exit !found }'
	}
	# The total is of the same gains, and a unit has the figures of -w.
	try 'fil-report modules --total | tail -n 1 | cut -d, -f 13-'
	out_is "$(fil-report modules | sed -n 2p | cut -d, -f 13-)"
	try 'fil-report modules --by unit | cut -d, -f 2-'
	out_is "$MODULES" "$(fil-report modules -w unit=0 | sed -n 2p)" "$(fil-report modules -w unit=1 | sed -n 2p)"
	try 'fil-report modules --by unit --min-group 30 --total | cut -d, -f 1-5'
	out_is 'group,module,title,kind,assigned' '(small groups),m,M,course,40' '(total),,,,40'
	try 'fil-report modules --min-group 41 --total | cut -d, -f 1-4'
	out_is 'module,title,kind,assigned' 'm,M,course,' 'other,O,course,0' '(total),,,0'
}

# Sixty users rise by a level every three weeks. Sixty others stay at level 2, but each measure is off by chance.
# The first thirty of both get a module: the one at a random time, the others when they are measured low.
@test "modules: what raises everybody, and chance, are no effect" {
	fil_store
	perl -e '
		use Time::Piece; use Time::Seconds; srand 3;
		my $start = Time::Piece->strptime("2023-12-18", "%Y-%m-%d");
		for (qw(users autonomy assignments)) { open $f{$_}, ">", "$_.csv" }
		print { $f{users} } "user,name,unit\n"; print { $f{autonomy} } "user,date,level\n"; print { $f{assignments} } "user,module,assigned\n";
		for my $u (100 .. 219) {
			my $grows = $u < 160; my $when = 1 + int rand 5; my $given = $u % 2;
			printf { $f{users} } "%d,N,%s\n", $u, $grows ? "grow" : "stay";
			for my $w (0 .. 12) {
				my $level = $grows ? int($w / 3) : 2 + (-1, 0, 0, 1)[int rand 4];
				my $day = ($start + 7 * $w * ONE_DAY)->ymd;
				print { $f{autonomy} } "$u,$day,$level\n";
				next if !$given || !($grows ? $w == $when : $level < 2) || $w > 8;
				print { $f{assignments} } "$u,", $grows ? "random" : "low", ",$day\n"; $given = 0;
			}
		}'
	fil-import -q users users.csv
	fil-import -q modules <<< $'module,title,kind,dimension\nlow,L,tutoring,tool\nrandom,R,course,tool'
	fil-record -q autonomy dimension=tool source=test autonomy.csv
	fil-import -q assignments assignments.csv
	sed 1s/assigned/date/ assignments.csv | fil-record -q completions
	# Users who grow and got the module at random rise exactly as those who waited. Resamples are all alike: no limits.
	try 'fil-report modules -w unit=grow | grep ^random | cut -d, -f 13-'
	grep -Eqx '[0-9.]+,0,,' "$OUT"
	# Users who were low rise by chance, and so do those who waited. 0 lies between the limits.
	try 'fil-report modules -w unit=stay | grep ^low | cut -d, -f 12-'
	awk -F, '{ exit !($1 > 0.5 && $2 > 0.5 && $4 < 0 && $5 > 0) }' "$OUT"
}

# Who is low gets the module at once: nobody of that level waits, and only the two at level 3 are compared.
@test "modules: gains with nobody to compare with are counted, where they are most" {
	fil_store
	printf '%s,N\n' {01..12} | sed '1i user,name' | fil-import -q users
	fil-import -q modules <<< $'module,title,kind,dimension\nm,M,tutoring,tool'
	{
		printf '%s,2024-01-01,1\n%s,2024-01-20,2\n' {01..08}{,}
		printf '%s,2024-01-01,3\n%s,2024-01-20,4\n' {09..12}{,}
	} | sed '1i user,date,tool' | fil-record -q autonomy source=test
	printf '%s\n' user {01..10} | fil-assign -q module=m assigned=2024-01-01
	printf '%s\n' user {01..10} | fil-record -q completions module=m date=2024-01-02
	try fil-report modules
	out_is "$MODULES" 'm,M,tutoring,10,10,0,0,100.0,1,10,10,1.0,1,0,,'
	err_is "fil-report: module 'm': 8 of 10 measured gains are not compared: no user of equal level waited"
	# Of four gains, two are compared.
	try fil-report modules --min-group 2 -w 'user>06'
	err_is ''
}

ROUTINES=routine,title,users,adopters,adoption_share,uses_old,uses_new,minutes_old,minutes_new,saved_share,slower,back_days
ROUTINES+=,results,equivalent_share,result_users,equivalent_by_user,equivalent_low,equivalent_high,results_old
ROUTINES+=,equivalent_share_old,equivalent_by_user_old,difference,difference_low,difference_high,not_inferior,better_share
ROUTINES+=,acceptances,acceptance,powers,power

practices() {
	fil-import -q routines <<< $'routine,title\nfile,Instruct a file\nidle,Idle'
	fil-record -q practices <<- 'END'
		user,routine,date,method,item,uses,minutes,result,acceptance,power
		a1,file,2024-01-10,old,,3,40,,,
		a1,file,2024-02-01,new,F1,1,25,equivalent,2,
		a1,file,2024-02-20,new,F2,2,20.5,better,4,5
		a1,file,2024-02-20,old,F3,1,,,,
		a2,file,2024-01-10,old,,1,50,failed,1,1
		a2,file,2024-02-01,new,,1,30,worse,3,3
		a2,file,2024-03-01,old,,1,45,,,
		b1,file,2024-02-02,new,,5,28,,5,
		t1,file,2024-03-15,new,,1,,equivalent,,4
	END
}

@test "routines: who adopted the new method, what it saves, and with what result" {
	people
	practices
	try fil-report routines --min-group 0
	status_is 0
	err_is "$ANY_SIZE"
	# Practised by a1 a2 b1 t1. Newest: a1 both on 02-20, so new; a2 old; b1 and t1 new: 3 of 4. Uses: old 3+1+1+1 = 6,
	# new 1+2+1+5+1 = 10. Medians of minutes: old a1 40, a2 47.5, so 43.75; new a1 22.75, a2 30, b1 28, so 28; saved
	# 15.75 / 43.75 = 36.0 %. Too few for a test; a1 and a2 are as fast at once. Results of the new: equivalent, better, worse,
	# equivalent: 3 of 4, 1 better; by user 1, 0, 1: 2 of 3. Of the old: failed. R: prop.test(2, 3, correct = FALSE) gives 20.8
	# to 93.9; the difference by Newcombe's method 10 from prop.test(0, 1): -25.0 to 93.9. Acceptance, newest of the new:
	# a1 4, a2 3, b1 5: mean 4. Power: a1 5, a2 3, t1 4: mean 4.
	out_is "$ROUTINES" \
		'file,Instruct a file,4,3,75.0,6,10,43.75,28,36.0,,0,4,75.0,3,66.7,20.8,93.9,1,0.0,0.0,66.7,-25.0,93.9,no,25.0,3,4.0,3,4.0' \
		'idle,Idle,0,0,,0,0,,,,,,0,,0,,,,0,,,,,,,,0,,0,'
	# By 02-19: a1 new, a2 new, b1 new. Old 3+1; minutes 40 50: 45. New 1+1+5, 25 28 30: 28; saved 17 / 45 = 37.8 %.
	# Results: equivalent and worse. Acceptance 2 3 5: 3.333. Power: a2 3.
	try fil-report routines --min-group 0 --as-of 2024-02-19
	out_has 'file,Instruct a file,3,3,100.0,4,7,45,28,37.8,,0,2,50.0,2,50.0,9.5,90.5,1,0.0,0.0,50.0,-39.1,90.5,no,0.0,3,3.3,1,3.0'
	# Bois: b1 alone, who never told how long the old one took.
	try fil-report routines --min-group 0 -w unit=Bois
	out_has 'file,Instruct a file,1,1,100.0,0,5,,28,,,,0,,0,,,,0,,,,,,,,1,5.0,0,'
	# By unit each has the figures of -w; idle has no users to group. t1 is of Arts.
	try fil-report routines --by unit --min-group 0
	out_is "group,$ROUTINES" \
		'Arts,file,Instruct a file,3,2,66.7,6,5,43.75,26.375,39.7,,0,4,75.0,3,66.7,20.8,93.9,1,0.0,0.0,66.7,-25.0,93.9,no,25.0,2,3.5,3,4.0' \
		'Bois,file,Instruct a file,1,1,100.0,0,5,,28,,,,0,,0,,,,0,,,,,,,,1,5.0,0,'
	try 'fil-report routines --by unit | cut -d, -f 1,2,4'
	out_is group,routine,users '(small groups),file,'
}

# Users 0 to 9 did it five times each by the old method in 60 minutes, each time as well. By the new one user 0 did it forty
# times in 20 minutes, as well each time. The others did it once in 90; users 1 to 4 as well, and the others failed.
one_enthusiast() {
	fil_store
	{ echo user,name; printf '%s,N\n' {0..9}; } | fil-import -q users
	fil-import -q routines routine=r title=R
	{
		echo user,routine,date,method,item,minutes,result
		for ((i = 0; i < 50; i++)); do echo "$((i % 10)),r,2024-02-01,old,o$i,60,equivalent"; done
		for ((i = 0; i < 40; i++)); do echo "0,r,2024-03-01,new,n$i,20,equivalent"; done
		for ((i = 1; i < 10; i++)); do echo "$i,r,2024-03-01,new,m$i,90,$([ $i -gt 4 ] && echo failed || echo equivalent)"; done
	} | fil-record -q practices
}

@test "routines: the forty good cases of one user do not hide five users of ten who fail" {
	one_enthusiast
	# 44 of 49 cases are as good, but 5 of 10 users' shares: R's prop.test(5, 10, correct = FALSE) gives 23.7 to 76.3. Users
	# are resampled: 1000000 resamples of five users with -1 and five with 0 give -80 to -20, as does the binomial
	# distribution. The median user takes 90 minutes, so -50 %. The mean logarithm of the ratios of 90 and 20 to 60 has the
	# t of 0.21 against log(1.25), with 9 degrees: p 0.42. One of ten is as fast as before on the first day, the only one.
	try "fil-report routines --require 'equivalent_low>=85'"
	status_is 1
	out_is "$ROUTINES" 'r,R,10,10,100.0,50,49,60,90,-50.0,,,49,89.8,10,50.0,23.7,76.3,50,100.0,100.0,-50.0,-80.0,-20.0,no,0.0,0,,0,'
	# The difference is within 81 points even at its lower limit, but not within 80.
	try 'fil-report routines --margin 81 | cut -d, -f 25'
	out_is not_inferior yes
	try 'fil-report routines --margin 80 | cut -d, -f 25'
	out_is not_inferior no
	# Without the enthusiast all nine take 1.5 times as long.
	try "fil-report routines -w 'user!=0' | cut -d, -f 10-12"
	out_is 'saved_share,slower,back_days' '-50.0,yes,'
}

# bats test_tags=sqlite
@test "routines: users of one result each are compared by the method of Newcombe" {
	fil_store
	{ echo user,name; printf '%s,N\n' {10..49}; } | fil-import -q users
	fil-import -q routines routine=r title=R
	{
		echo user,routine,date,method,result
		for i in {10..29}; do echo "$i,r,2024-02-01,old,better"; done
		for i in {30..49}; do echo "$i,r,2024-03-01,new,$([ "$i" = 40 ] && echo worse || echo equivalent)"; done
	} | fil-record -q practices
	# R: prop.test(19, 20, correct = FALSE) and prop.test(20, 20, correct = FALSE), by the formula of method 10.
	try 'fil-report routines | cut -d, -f 15-25'
	out_is 'result_users,equivalent_by_user,equivalent_low,equivalent_high,results_old,equivalent_share_old,equivalent_by_user_old,difference,difference_low,difference_high,not_inferior' \
		'20,95.0,76.4,99.1,20,100.0,100.0,-5.0,-23.6,11.6,no'
}

# bats test_tags=sqlite
@test "routines: the days until a user is as fast as before, by Kaplan and Meier" {
	fil_store
	{ echo user,name; printf '%s,N\n' {1..6}; } | fil-import -q users
	fil-import -q routines routine=r title=R
	fil-record -q practices <<- 'END'
		user,routine,date,method,minutes
		1,r,2024-01-01,old,60
		1,r,2024-02-01,new,90
		1,r,2024-02-08,new,70
		1,r,2024-02-15,new,60
		1,r,2024-02-22,new,80
		2,r,2024-01-01,old,40
		2,r,2024-02-01,new,41
		2,r,2024-02-05,new,39
		3,r,2024-01-01,old,50
		3,r,2024-02-01,new,99
		3,r,2024-02-11,new,98
		4,r,2024-01-01,old,50
		4,r,2024-02-01,new,50
		5,r,2024-02-01,new,1
		6,r,2024-01-01,old,1
	END
	# Users 1 to 4 have both: as fast after 14, 4, more than 10, and 0 days. R: survfit(Surv(c(14, 4, 10, 0) + 1,
	# c(1, 1, 0, 1)) ~ 1) has S = 3/4 on day 1 and 1/2 on day 5: 4 days.
	try 'fil-report routines --min-group 4 | cut -d, -f 12'
	out_is back_days 4
	# Before 02-15 user 1 was followed for 7 days: it is the same. Before 02-05 one of four was as fast.
	try 'fil-report routines --min-group 4 --as-of 2024-02-14 | cut -d, -f 12'
	out_is back_days 4
	try 'fil-report routines --min-group 4 --as-of 2024-02-04 | cut -d, -f 12'
	out_is back_days ''
}

@test "routines: a new method that takes longer saves less than nothing" {
	people
	fil-import -q routines <<< $'routine,title\nr,R'
	fil-record -q practices <<< $'user,routine,date,method,minutes\na1,r,2024-01-01,old,8\na1,r,2024-01-02,new,9.5'
	# (8 - 9.5) / 8 = -18.75 %: half away from zero.
	try 'fil-report routines --min-group 0 | cut -d, -f 8-10'
	out_is 'minutes_old,minutes_new,saved_share' '8,9.5,-18.8'
	fil-record -q practices user=a2 routine=r date=2024-01-01 method=old minutes=0
	fil-record -q practices user=b1 routine=r date=2024-01-01 method=old minutes=0
	# The old median is 0: nothing to divide by.
	try 'fil-report routines --min-group 0 | cut -d, -f 8-10'
	out_is 'minutes_old,minutes_new,saved_share' '0,9.5,'
}

PROMISES=promise,kind,statement,due,voices,kept,partly,broken,kept_share,status

promises() {
	fil-import -q promises <<- 'END'
		promise,kind,statement,made,due
		p1,promise,It saves time,2024-01-08,2024-03-01
		p2,limit,No paper in,2024-01-08,
		p3,surprise,It logs you out,2024-02-20,
		p4,promise,Said in spring,2024-04-01,
		p5,promise,Nobody tried,2024-01-08,
	END
	fil-record -q verdicts <<- 'END'
		promise,user,date,verdict
		p1,a1,2024-02-01,broken
		p1,a1,2024-03-01,kept
		p1,a2,2024-02-01,kept
		p1,t1,2024-02-01,partly
		p2,a1,2024-02-01,kept
		p2,b1,2024-02-02,kept
		p3,a1,2024-02-20,broken
		p3,b1,2024-02-21,broken
	END
}

@test "promises: each user's newest verdict counts" {
	people
	promises
	try fil-report promises --min-group 0
	status_is 0
	err_is "$ANY_SIZE"
	# p1: a1 now says kept, a2 kept, t1 partly: 2 of 3. p4 is not said yet.
	out_is "$PROMISES" 'p1,promise,It saves time,2024-03-01,3,2,1,0,66.7,mixed' 'p2,limit,No paper in,,2,2,0,0,100.0,kept' \
		'p3,surprise,It logs you out,,2,0,0,2,0.0,broken' 'p5,promise,Nobody tried,,0,0,0,0,,untested'
	# Then a1 still said broken, and p3 was not known.
	try fil-report promises --min-group 0 --as-of 2024-02-19
	out_is "$PROMISES" 'p1,promise,It saves time,2024-03-01,3,1,1,1,33.3,mixed' 'p2,limit,No paper in,,2,2,0,0,100.0,kept' \
		'p5,promise,Nobody tried,,0,0,0,0,,untested'
	try fil-report promises --min-group 0 -w role=trainer --require 'status!=broken'
	status_is 0
	out_is "$PROMISES" 'p1,promise,It saves time,2024-03-01,1,0,1,0,0.0,mixed' 'p2,limit,No paper in,,0,0,0,0,,untested' \
		'p3,surprise,It logs you out,,0,0,0,0,,untested' 'p5,promise,Nobody tried,,0,0,0,0,,untested'
	try fil-report promises --min-group 0 -q --require 'status!=broken'
	status_is 1
	err_is 'fil-report: status!=broken does not hold: p3,surprise,It logs you out,,2,0,0,2,0.0,broken'
}

PHASES=phase,title,kind,begins,ends,users,measured,autonomous,share_min,share_max,median_days,assigned,completed
PHASES+=,minutes_spent

enrol() {
	fil-import -q enrolments <<- 'END'
		user,phase,enrolled
		a1,pilot,2024-01-08
		a2,pilot,2024-01-08
		a3,pilot,2024-01-20
		a1,wide,2024-02-19
		b1,wide,2024-02-19
		b2,wide,2024-03-20
		t1,pilot,2024-01-08
	END
}

@test "phases: the pilot beside the rollouts" {
	people
	levels
	support
	enrol
	fil-record -q efforts <<- 'END'
		user,date,activity,phase,minutes
		t1,2024-01-10,tutoring,pilot,90.5
		a1,2024-01-10,course,pilot,60
		t1,2024-01-11,travel,,30
		t1,2024-03-01,tutoring,wide,45
	END
	try fil-report phases --min-group 0
	status_is 0
	err_is "$ANY_SIZE"
	# pilot: a1 and a2 (a3 has left, t1 is a trainer), both measured; a1 is autonomous. Days from enrolment: a1 33, a3 5 days;
	# a2 is not there after 67. S is 2/3 on day 5, 1/3 on day 33: the median. Assigned in it: a1's two and a2's first, all
	# completed. wide: a1 and b1, who were both autonomous before: nobody is on the way. b2 is to come.
	out_is "$PHASES" 'later,Later,rollout,2024-06-01,,0,0,0,,,,0,0,0' \
		'pilot,Pilot,pilot,2024-01-08,2024-02-16,2,2,1,50.0,50.0,33,3,3,150.5' \
		'wide,Wide,rollout,2024-02-19,,2,2,2,100.0,100.0,,2,0,45'
	# Who arrives after the date is not followed, as in time.
	fil-import -q users <<< $'user,name,arrived\nc1,C,2024-03-20\nc2,C,2024-03-20'
	fil-import -q enrolments phase=pilot enrolled=2024-01-08 <<< $'user\nc1\nc2'
	try fil-report phases --min-group 0
	out_has 'pilot,Pilot,pilot,2024-01-08,2024-02-16,2,2,1,50.0,50.0,33,3,3,150.5'
	# On 02-01: a1 is at 3 and 1, a2 at 2 and 4, a3 is there, and autonomous since day 5. At risk a1 and a2 up to day 24:
	# S is 2/3. The minutes are those up to then.
	try fil-report phases --min-group 0 --as-of 2024-02-01
	out_has 'pilot,Pilot,pilot,2024-01-08,2024-02-16,3,3,1,33.3,33.3,,4,3,150.5'
	# By their own word alone a1 never was autonomous, a3 was.
	try fil-report phases --min-group 0 --source self
	out_has 'pilot,Pilot,pilot,2024-01-08,2024-02-16,2,2,0,0.0,0.0,,3,3,150.5'
	# The trainers' pilot: t1 alone, of whom no level is known; her effort.
	try fil-report phases --min-group 0 --role trainer -w role=trainer
	out_has 'pilot,Pilot,pilot,2024-01-08,2024-02-16,1,0,0,0.0,100.0,,0,0,90.5'
}

@test "lessons: what was learnt, and what followed" {
	LESSONS=lesson,phase,observed,change,module,date,before,after,gain
	people
	support
	levels
	enrol
	fil-import -q lessons <<- 'END'
		lesson,phase,observed,change,module,date
		l1,pilot,too long,shorter,course,2024-02-16
		l2,pilot,"no guide, no help",a guide,,2024-02-19
		l3,wide,lost,shown,guide,2024-01-01
		l4,,late,sooner,never,2024-02-16
		l5,later,x,y,course,2024-03-15
		l6,pilot,x,y,course,2024-03-16
	END
	# Here today: a1 and b1, autonomous, and a2, who is not (a3 has left). Pilot: a1 a2. Wide: a1 b1; b2's enrolment is to
	# come, and so is the phase later. course in both: a1 from 1 to 4, a2 from 2 to 1; guide in the pilot: a1 3 and 2 more.
	# l2 was noted on the day on which wide began, which is not after it. l6 is to come.
	try fil-report lessons --min-group 0
	status_is 0
	err_is "$ANY_SIZE"
	out_is "$LESSONS" 'l1,pilot,too long,shorter,course,2024-02-16,50.0,100.0,1.0' \
		'l2,pilot,"no guide, no help",a guide,,2024-02-19,50.0,,' 'l3,wide,lost,shown,guide,2024-01-01,100.0,50.0,2.5' \
		'l4,,late,sooner,never,2024-02-16,,100.0,' 'l5,later,x,y,course,2024-03-15,,,'
	# The shares are those of phases, where one phase has begun since.
	fil-report phases --min-group 0 | cut -d, -f1,6,8,9 > shares
	[ "$(cat shares)" = $'phase,users,autonomous,share_min\nlater,0,0,\npilot,2,1,50.0\nwide,2,2,100.0' ]
	# On 02-15: a1 and a3 of the three of the pilot; nobody is in wide.
	try fil-report lessons --min-group 0 --as-of 2024-02-15
	out_is "$LESSONS" 'l3,wide,lost,shown,guide,2024-01-01,,66.7,2.5'
	# By tests alone b1 is autonomous; nobody's level was known on the day of a completion.
	try fil-report lessons --min-group 0 --source test -w 'user!=x'
	out_has 'l1,pilot,too long,shorter,course,2024-02-16,0.0,50.0,'
	# The gains are those of everybody who completed the module, as in modules.
	try fil-report lessons --min-group 0 --role trainer
	out_has 'l1,pilot,too long,shorter,course,2024-02-16,0.0,,1.0'
	try fil-report lessons --min-group 0 -w user=a2
	out_has 'l1,pilot,too long,shorter,course,2024-02-16,0.0,,-1.0'
}

@test "needs: covered by a module that a rule names, assigned on the day or later" {
	people
	fil-import -q rules <<< $'rule,module,need\nr1,course,search\nr2,guide,search\nr3,guide,sign'
	fil-record -q needs <<- 'END'
		user,need,date
		a1,search,2024-01-08
		a2,search,2024-01-09
		a2,sign,2024-01-01
		b1,search,2024-03-01
		t1,other,2024-03-01
	END
	support
	try fil-report needs --min-group 0
	status_is 0
	err_is "$ANY_SIZE"
	# search: a1's course came that day; a2's on 03-01; b1's course came before it was expressed, the guide is to come.
	# sign: a2 was never assigned the guide. other: no rule.
	out_is need,users,covered,uncovered 'other,1,0,1' 'search,3,2,1' 'sign,1,0,1'
	try fil-report needs --min-group 0 --as-of 2024-02-01
	# a2's course was assigned the day before.
	out_is need,users,covered,uncovered 'search,2,1,1' 'sign,1,0,1'
	try fil-report needs --min-group 0 -w unit=Bois
	out_is need,users,covered,uncovered 'search,1,0,1'
}

@test "commitment: what each role promised and spent" {
	people
	levels
	fil-import -q commitments <<- 'END'
		user,phase,activity,minutes
		a1,pilot,course,60
		a1,wide,practice,30
		a2,pilot,course,60.5
		t1,pilot,tutoring,300
		t1,later,tutoring,999
	END
	fil-record -q efforts <<- 'END'
		user,date,activity,item,phase,minutes
		a1,2024-01-10,course,,pilot,60
		a1,2024-03-15,practice,,wide,30
		a2,2024-01-10,course,,pilot,60
		b1,2024-01-10,course,,,12.25
		t1,2024-01-10,tutoring,s1,pilot,100
		t1,2024-01-10,tutoring,s2,pilot,150
	END
	try fil-report commitment --min-group 0
	status_is 0
	err_is "$ANY_SIZE"
	# user: a1 60 + 30 and a2 60.5 planned; a1 90, a2 60 and b1 12.25 spent: 162.25 of 150.5 = 107.8 %. a1 honoured, a2
	# lacks half a minute, b1 promised nothing. trainer: 250 of 300; the later phase has not begun. Autonomous today: a1
	# and b1: 162.25 / 2 = 81.125, 250 / 2.
	out_is role,users,planned,spent,spent_share,honoured,minutes_per_autonomous 'trainer,1,300,250,83.3,0,125.0' \
		'user,3,150.5,162.25,107.8,1,81.1'
	# Before the rollout: a1 planned and spent 60. Autonomous: a3 and b1, and a1 since the 10th.
	try fil-report commitment --min-group 0 --as-of 2024-02-15
	out_is role,users,planned,spent,spent_share,honoured,minutes_per_autonomous 'trainer,1,300,250,83.3,0,83.3' \
		'user,3,120.5,132.25,109.8,1,44.1'
	# All together: 300 + 150.5 planned, 250 + 162.25 spent, for two autonomous users.
	try fil-report commitment --min-group 0 --total
	out_is role,users,planned,spent,spent_share,honoured,minutes_per_autonomous 'trainer,1,300,250,83.3,0,125.0' \
		'user,3,150.5,162.25,107.8,1,81.1' '(total),4,450.5,412.25,91.5,1,206.1'
	try fil-report commitment --min-group 0 --total -w user=b2
	out_is role,users,planned,spent,spent_share,honoured,minutes_per_autonomous '(total),0,0,0,,0,'
	# By tests alone: b1.
	try fil-report commitment --min-group 0 --source test -w unit=Bois
	out_is role,users,planned,spent,spent_share,honoured,minutes_per_autonomous 'user,1,0,12.25,,0,12.3'
}

FOLLOWUP=user,name,unit,email,trainer,reasons,since,open,overdue

@test "followup: whom to see, the oldest reason first" {
	people
	levels
	support
	enrol
	fil-import -q rules <<< $'rule,module,need\nr1,course,search'
	fil-record -q needs <<- 'END'
		user,need,date
		a1,sign,2024-02-02
		b1,search,2024-03-01
	END
	try fil-report followup
	status_is 0
	err_is ''
	# a1 stands at 4 and 3; only its need is open, since 02-02. a2 fell to 1 on 03-10; below 3 in tool with no rise since
	# 01-08, nor a newer enrolment: stalled since then; its second course is due today. b1: its levels are 105 days old, the
	# course was due on 03-14. b2, unmeasured, is enrolled later, so since its arrival. a3 has left.
	out_is "$FOLLOWUP" 'b1,Di,Bois,,s1,stale overdue need,2023-12-01,1,1' 'a2,Bo,Arts,,t1,stalled fell,2024-01-08,1,0' \
		'a1,Ada,Arts,ada@example.org,t1,need,2024-02-02,0,0' 'b2,Ed,Bois,,,unmeasured,2024-02-10,0,0'
	# After fifteen weeks b1 is not stale yet; a2 has not stalled for ten.
	try fil-report followup --stale 15 --weeks 10
	out_is "$FOLLOWUP" 'a1,Ada,Arts,ada@example.org,t1,need,2024-02-02,0,0' 'b2,Ed,Bois,,,unmeasured,2024-02-10,0,0' \
		'b1,Di,Bois,,s1,overdue need,2024-03-01,1,1' 'a2,Bo,Arts,,t1,fell,2024-03-10,1,0'
	try fil-report followup --phase pilot --as-of 2024-02-12
	# a1 has reached 4 and 3 and still wants to sign; a2 has had 35 days; a3 stands at 3 and 3, its course was due on 02-01.
	out_is "$FOLLOWUP" 'a2,Bo,Arts,,t1,stalled,2024-01-08,0,0' 'a3,Cy,Arts,,t1,overdue,2024-02-01,1,1' \
		'a1,Ada,Arts,ada@example.org,t1,need,2024-02-02,0,0'
	# By the trainers alone: only a1 was seen by one.
	try fil-report followup --source trainer -w unit=Arts
	out_has 'a2,Bo,Arts,,t1,unmeasured,2024-01-08,1,0'
}

@test "followup by reason: how many, and how many in all" {
	local options

	people
	levels
	support
	enrol
	fil-import -q rules <<< $'rule,module,need\nr1,course,search'
	fil-record -q needs <<< $'user,need,date\na1,sign,2024-02-02\nb1,search,2024-03-01'
	# Of the list above: b1 stale overdue need, a2 stalled fell, a1 need, b2 unmeasured.
	try fil-report followup --by reason --min-group 0
	status_is 0
	err_is "$ANY_SIZE"
	out_is reason,users fell,1 need,2 overdue,1 stale,1 stalled,1 unmeasured,1
	try fil-report followup --by reason --min-group 0 --total
	out_is reason,users fell,1 need,2 overdue,1 stale,1 stalled,1 unmeasured,1 '(total),4'
	# What the list says of another day, of some users, and by other weeks, is counted from it.
	# shellcheck disable=SC2086 # several words
	for options in '--as-of 2024-02-12 --phase pilot' '-w unit=Arts --source trainer' '--stale 15 --weeks 10'; do
		fil-report followup $options | awk -F, 'NR > 1 { n = split($6, reasons, " "); while (n > 0) users[reasons[n--]]++ }
			END { n = split("fell need overdue stale stalled unmeasured", all, " ")
				for (i = 1; i <= n; i++) print all[i] "," users[all[i]] + 0; print "(total)," NR - 1 }' > expected
		fil-report followup --by reason --min-group 0 --total $options | sed 1d | diff expected -
	done
	try fil-report followup --by reason --min-group 0 --require 'users=0' -w user=n1
	status_is 1
	err_has 'fil-report: users=0 does not hold: no user with a level to hold it against'
	out_is reason,users fell,0 need,0 overdue,0 stale,0 stalled,0 unmeasured,0
	try fil-report followup --by reason --min-group 0 --require 'users<=2'
	status_is 0
	out_is reason,users fell,1 need,2 overdue,1 stale,1 stalled,1 unmeasured,1
	try fil-report followup --total
	status_is 64
	err_is 'fil-report: --total needs --by reason: a list of users has no totals' "Try 'fil-report --help' for more information."
	try fil-report followup --by unit
	status_is 64
	err_is 'fil-report: --by does not apply to followup, except --by reason' "Try 'fil-report --help' for more information."
	try fil-report autonomy --by unit --by reason
	status_is 64
	err_is 'fil-report: --by reason does not apply to autonomy' "Try 'fil-report --help' for more information."
	fil-report autonomy --by reason --by unit > /dev/null
	try fil-report needs --total
	status_is 64
}

# Prints the rows of a file whose first column lies after one day, up to another.
dated() {
	awk -F, -v after="$1" -v until="$2" 'FNR == 1 && NR > 1 { next } FNR == 1 || ($1 > after && $1 <= until)' "${@:3}"
}

# Records what happened after one day, up to another, in the fictional foundation.
live() {
	local event

	export FILROUGE_TODAY=$2
	if [[ $1 < 2024-01-08 ]]; then
		fil-import -q enrolments enrolments.csv
		fil-assign -q module=prise-en-main assigned=2024-01-08 due=2024-01-26 enrolments.csv
		sed -n '1p; /,pilot,/p' commitments.csv | fil-import -q commitments
	elif [[ $1 < 2024-02-19 && $2 > 2024-02-18 ]]; then
		fil-list users --active --phase '' | fil-import -q enrolments phase=rollout enrolled=2024-02-19
		fil-list enrolments -w phase=rollout | fil-assign -q module=circuit assigned=2024-02-19 due=2024-03-15
		sed -n '1p; /,rollout,/p' commitments.csv | fil-import -q commitments
	fi
	for event in completions needs practices verdicts efforts; do
		dated "$1" "$2" "$event.csv" | fil-record -q "$event"
	done
	cat autonomy/*.csv | awk -F, -v after="$1" -v until="$2" 'NR == 1 || ($2 > after && $2 <= until)' |
		fil-record -q autonomy
	fil-report stalled | fil-assign -q module=tutoring due=+14d trainer=00567
}

@test "a report as of a past date is the one that was printed on that day" {
	local table day last=2024-01-07 subject i=0 step=6
	local -a days=() subjects

	# Staffing is of a wave to come: it needs options.
	read -ra subjects <<< "$(fil-report 2>&1 | sed -n 's/.*there are //p' | tr -d , | sed 's/staffing //')"
	[ ${#subjects[@]} -gt 9 ]
	fil_store
	cd "$BATS_TEST_DIRNAME/../../examples"
	for table in users modules phases rules routines promises criteria; do
		fil-import -q "$table" "${table/users/sirh}.csv"
	done
	fil-import -q users roles.csv
	fil-import -q lessons <<- 'END'
		lesson,phase,observed,change,module,date
		length,pilot,two hours are too long,two short sessions,circuit,2024-02-16
	END
	FILROUGE_TODAY=2024-01-05 fil-import -q criteria criterion=half title=Half report=autonomy require='share_min>=50' set=2024-01-05
	# Each day with FILROUGE_TORTURE, else the first, one between, and the last.
	[ -z "$FILROUGE_TORTURE" ] || step=1
	for day in 2024-01-{14,21,28} 2024-02-{04,11,18,25} 2024-03-{03,10,17,24,31}; do
		live "$last" "$day"
		last=$day
		((i++ % step == 0)) || [ "$day" = 2024-03-31 ] || continue
		for subject in "${subjects[@]}"; do
			fil-report "$subject" > "$SCRATCH/$day.$subject"
		done
		days+=("$day")
	done
	for day in "${days[@]}"; do
		for subject in "${subjects[@]}"; do
			try fil-report "$subject" --as-of "$day"
			out_is < "$SCRATCH/$day.$subject"
		done
	done
	# It is a history worth the name: every subject told something else in the end than in the beginning.
	for subject in "${subjects[@]}"; do
		run ! cmp -s "$SCRATCH/2024-01-14.$subject" "$SCRATCH/2024-03-31.$subject"
	done
}

@test "an enrolment that was declined is none, in phases, time, autonomy by phase and assignments" {
	people
	levels
	enrol
	try 'fil-report phases --min-group 0 | cut -d, -f 1,6,8'
	out_is phase,users,autonomous later,0,0 pilot,2,1 wide,2,2
	try 'fil-report time --by phase --min-group 0 | cut -d, -f 1-5'
	out_is group,users,already,events,censored 'pilot,3,0,2,1' 'wide,0,2,0,0'
	fil-import -q enrolments <<< $'user,phase,declined\na2,pilot,2024-03-10\nb1,wide,2024-03-10'
	try 'fil-report phases --min-group 0 | cut -d, -f 1,6,8'
	out_is phase,users,autonomous later,0,0 pilot,1,1 wide,1,1
	try 'fil-report time --by phase --min-group 0 | cut -d, -f 1-3'
	out_has 'pilot,2,0'
	# Before they declined they were in.
	try 'fil-report phases --min-group 0 --as-of 2024-03-09 | cut -d, -f 1,6'
	out_is phase,users later,0 pilot,2 wide,2
	try 'fil-report autonomy --by phase --min-group 0 | cut -d, -f 1,2'
	out_is group,users wide,1 '(none),3'
	try 'fil-report progress --by phase --min-group 0 --weeks 1 | grep wide | cut -d, -f 2,3'
	out_is wide,1
	try 'fil-report progress --by phase --min-group 0 --weeks 2 | grep wide | cut -d, -f 1-3'
	out_is 2024-03-03,wide,2 2024-03-10,wide,1
	try 'fil-list users --active --phase pilot | cut -d, -f1'
	out_is user a1
	try 'fil-assign module=guide user=b1 | cut -d, -f 2-5'
	out_is user,module,assigned,phase b1,guide,2024-03-15,
	# One that will be declined later is one until then.
	fil-import -q enrolments <<< $'user,phase,declined\na1,wide,2024-03-20'
	try 'fil-report phases --min-group 0 | cut -d, -f 1,6'
	out_is phase,users later,0 pilot,1 wide,1
	try 'fil-assign module=guide user=a1 assigned=2024-03-19 | cut -d, -f 2-5'
	out_is user,module,assigned,phase a1,guide,2024-03-19,wide
	try 'fil-assign module=course user=a1 assigned=2024-03-20 | cut -d, -f 2-5'
	out_is user,module,assigned,phase a1,course,2024-03-20,pilot
}

# bats test_tags=sqlite
@test "options that do not fit are refused" {
	local wrong

	people
	for wrong in 'modules --role user' 'modules --weeks 3' 'routines --source self' 'routines --margin 101' 'modules --margin 5' \
		'stalled --min-group 0' 'lessons --by phase' 'lessons --stale 3' 'phases --by phase' 'phases --stale 3' 'needs --depth 1' 'commitment --by role' \
		'commitment --role user' 'followup --by unit' 'followup --dimension tool'; do
		try "fil-report $wrong"
		status_is 64
		out_is ''
	done
	err_is 'fil-report: --dimension does not apply to followup' "Try 'fil-report --help' for more information."
	for wrong in modules phases lessons followup commitment; do
		try fil-report "$wrong" --source tests
		status_is 64
		out_is ''
	done
}

@test "in an empty store there is nothing to report" {
	local subject

	fil_store
	for subject in modules routines promises phases lessons needs commitment followup; do
		try fil-report "$subject"
		status_is 0
		[ "$(wc -l < "$OUT")" -eq 1 ]
	done
}
