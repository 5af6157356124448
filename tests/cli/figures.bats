#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The figures of fil-report about support, routines, promises, phases, needs and time: each against a computation by
# hand, which stands in the test. Today is Friday, 2024-03-15; both thresholds are 3.
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

@test "modules: an assignment ends with the first completion on its day or later" {
	people
	support
	try fil-report modules --min-group 0
	status_is 0
	err_is "$ANY_SIZE"
	# course: 5 assigned up to today. a1's is completed after 10 days (not by the completion before it, not by the absence),
	# a2's first after 15, its second never; a3's in part only, b1's not: 2 of 5 completed, 3 open, of which a3's and b1's
	# are past due (a2's is due today). The median of 10 and 15 is 12.5. guide: one, on its day; b1's is to come.
	out_is "$MODULES" 'course,Course,course,5,2,3,2,40.0,12.5,0,0,' 'guide,Guide,guide,1,1,0,0,100.0,0,0,0,' \
		'never,Never,peer,0,0,0,0,,,0,0,'
}

@test "modules: what followed a completion, in the module's dimension or in each" {
	people
	support
	levels
	try fil-report modules --min-group 0
	# course is about tool. a1, completed on 01-18 at 1: within 60 days 3, then 4: gained 3. a2, on 01-23 at 2: 1 on 03-10:
	# not gained, -1. Mean (3 - 1) / 2 = 1. guide is about both. a1, on 01-10 at 1 and 1: tool 4, process 3: 3 and 2, mean 2.5.
	out_is "$MODULES" 'course,Course,course,5,2,3,2,40.0,12.5,2,1,1.0' 'guide,Guide,guide,1,1,0,0,100.0,0,2,2,2.5' \
		'never,Never,peer,0,0,0,0,,,0,0,'
	# Only what is dated up to 02-09: a1's tool 3 is the last; nobody else was measured again. b1's course is not assigned
	# yet, nor a2's second: 3, a3's overdue.
	try fil-report modules --min-group 0 --as-of 2024-02-09
	out_is "$MODULES" 'course,Course,course,3,2,1,1,66.7,12.5,1,1,2.0' 'guide,Guide,guide,1,1,0,0,100.0,0,1,1,2.0' \
		'never,Never,peer,0,0,0,0,,,0,0,'
	# By tests alone: nobody's level was known on the day of completion.
	try fil-report modules --min-group 0 --source test -w unit=Arts
	out_is "$MODULES" 'course,Course,course,4,2,2,1,50.0,12.5,0,0,' 'guide,Guide,guide,1,1,0,0,100.0,0,0,0,' \
		'never,Never,peer,0,0,0,0,,,0,0,'
	# Active users: a3 has left.
	try fil-report modules --min-group 0 --active -w unit=Arts
	out_has 'course,Course,course,3,2,1,0,66.7,12.5,2,1,1.0'
}

@test "modules: a last row of totals" {
	people
	support
	levels
	# Of the rows above: 5 + 1 assigned, 2 + 1 completed after 10, 15 and 0 days; 2 + 2 measured, 1 + 2 gained, (2 + 5) / 4.
	try fil-report modules --min-group 0 --total
	status_is 0
	out_is "$MODULES" 'course,Course,course,5,2,3,2,40.0,12.5,2,1,1.0' 'guide,Guide,guide,1,1,0,0,100.0,0,2,2,2.5' \
		'never,Never,peer,0,0,0,0,,,0,0,' '(total),,,6,3,3,2,50.0,10,4,3,1.8'
	try fil-report modules --min-group 0 --total -w user=b2 --require 'assigned>0' -q
	status_is 1
	out_has '(total),,,0,0,0,0,,,0,0,'
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
	out_has 'course,Course,course,3,3,0,0,100.0,1,1,1,1.0'
}

ROUTINES=routine,title,users,adopters,adoption_share,uses_old,uses_new,minutes_old,minutes_new,saved_share,results
ROUTINES+=,equivalent_share,better_share,acceptances,acceptance,powers,power

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
	# new 1+2+1+5+1 = 10. Minutes: old 40 45 50, median 45; new 20.5 25 28 30, median 26.5; saved 18.5 / 45 = 41.1 %.
	# Results of the new: equivalent, better, worse, equivalent: 3 of 4 equivalent or better, 1 better. Acceptance, newest of
	# the new: a1 4, a2 3, b1 5: mean 4. Power: a1 5, a2 3, t1 4: mean 4.
	out_is "$ROUTINES" 'file,Instruct a file,4,3,75.0,6,10,45,26.5,41.1,4,75.0,25.0,3,4.0,3,4.0' \
		'idle,Idle,0,0,,0,0,,,,0,,,0,,0,'
	# By 02-19: a1 new, a2 new, b1 new. Old 3+1; minutes 40 50: 45. New 1+1+5, 25 28 30: 28; saved 17 / 45 = 37.8 %.
	# Results: equivalent and worse. Acceptance 2 3 5: 3.333. Power: a2 3.
	try fil-report routines --min-group 0 --as-of 2024-02-19
	out_has 'file,Instruct a file,3,3,100.0,4,7,45,28,37.8,2,50.0,0.0,3,3.3,1,3.0'
	# Bois: b1 alone, who never told how long the old one took.
	try fil-report routines --min-group 0 -w unit=Bois
	out_has 'file,Instruct a file,1,1,100.0,0,5,,28,,0,,,1,5.0,0,'
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

	read -ra subjects <<< "$(fil-report 2>&1 | sed -n 's/.*there are //p' | tr -d ,)"
	[ ${#subjects[@]} -gt 9 ]
	fil_store
	cd "$BATS_TEST_DIRNAME/../../examples"
	for table in users modules phases rules routines promises; do
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

# bats test_tags=sqlite
@test "options that do not fit are refused" {
	local wrong

	people
	for wrong in 'modules --by unit' 'modules --role user' 'modules --weeks 3' 'routines --source self' 'routines --by kind' \
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
