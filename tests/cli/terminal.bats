#!/usr/bin/env bats
# bats file_tags=sqlite
# SPDX-License-Identifier: ISC
# Tables on terminals of several widths: names stay whole as long as headings can give way, or in parts.
load helper

# The units of a foundation, with users whose levels are known.
foundation() {
	local i

	fil_store
	for i in {1..6}; do
		printf '%s\n' "a$i,Ada,Mécénat" "b$i,Bo,Ressources humaines" "c$i,日本語,日本語日本語日本語日本語"
	done | sed '1i user,name,unit' | fil-import -q users
	fil-list users | sed '1d; s/,.*//; s/.*/&,tool,2024-03-01,trainer,3\n&,process,2024-03-01,self,4/' |
		sed '1i user,dimension,date,source,level' | fil-record -q autonomy
}

# Prints the widest line of a file, as it is seen.
widest() {
	wc -L < "$1"
}

@test "headings are broken, and names stay whole" {
	foundation
	COLUMNS=120 try_on_terminal 'fil-report autonomy --by unit --min-group 2'
	out_is <<- 'END'
		                                              autonomous_ autonomous_               self_ share_ share_
		group                    users measured stale     process        tool autonomous declared    min    max
		Mécénat                      6        6     0           6           6          6        6  100.0  100.0
		Ressources humaines          6        6     0           6           6          6        6  100.0  100.0
		日本語日本語日本語日本語     6        6     0           6           6          6        6  100.0  100.0
	END
	COLUMNS=80 try_on_terminal 'fil-report autonomy --by unit --min-group 2'
	out_is <<- 'END'
		                                           autonom auton       self_
		                               measu          ous_ omous auton decla share share
		group                    users   red stale process _tool omous   red  _min  _max
		Mécénat                      6     6     0       6     6     6     6 100.0 100.0
		Ressources humaines          6     6     0       6     6     6     6 100.0 100.0
		日本語日本語日本語日本語     6     6     0       6     6     6     6 100.0 100.0
	END
	[ "$(widest "$OUT")" -eq 80 ]
	COLUMNS=200 try_on_terminal 'fil-report autonomy --by unit --min-group 2'
	diff <(fil-report autonomy --by unit --min-group 2 -f table) "$OUT"
}

@test "where headings are not enough, names are cut in the middle, and a line says so" {
	foundation
	COLUMNS=56 try_on_terminal 'fil-report autonomy --by unit --min-group 2'
	out_is <<- 'END'
		           us mea st autono auton auto self_
		           er sur al mous_p omous nomo decla share share
		group       s  ed  e rocess _tool   us   red  _min  _max
		Mécénat     6   6  0      6     6    6     6 100.0 100.0
		Resso…ines  6   6  0      6     6    6     6 100.0 100.0
		日本…本語   6   6  0      6     6    6     6 100.0 100.0
		fil-report: 2 columns are cut to fit 56 columns: -f csv or -o FILE has them whole
	END
	[ "$(grep -v ^fil-report "$OUT" | wc -L)" -le 56 ]
	fil-record -q autonomy user=a1 dimension=tool date=2024-03-02 source=test level=4 \
		note=$'x\u0301x\u0301x\u0301\n'"$(printf '%040d' 0)"$'x\u0301x\u0301'
	COLUMNS=50 try_on_terminal 'fil-list autonomy -w source=test'
	out_is <<- END
		   dime                 le
		us nsio            sour ve
		er n    date       ce    l note
		a1 tool 2024-03-02 test  4 $(printf 'x\u0301x\u0301x\u0301')\\x0a0000…000000000$(printf 'x\u0301x\u0301')
		fil-list: 1 column is cut to fit 50 columns: -f csv or -o FILE has it whole
	END
}

@test "where names would be cut to a few letters, the table is printed in parts" {
	foundation
	COLUMNS=40 try_on_terminal 'fil-report autonomy --by unit --min-group 2'
	out_is <<- 'END'
		group                    users measured
		Mécénat                      6        6
		Ressources humaines          6        6
		日本語日本語日本語日本語     6        6

		                               autonomou
		group                    stale s_process
		Mécénat                      0         6
		Ressources humaines          0         6
		日本語日本語日本語日本語     0         6

		group                    autonomous_tool
		Mécénat                                6
		Ressources humaines                    6
		日本語日本語日本語日本語               6

		                                   self_
		                         autonom declare
		group                        ous       d
		Mécénat                        6       6
		Ressources humaines            6       6
		日本語日本語日本語日本語       6       6

		                         share_ share_
		group                       min    max
		Mécénat                   100.0  100.0
		Ressources humaines       100.0  100.0
		日本語日本語日本語日本語  100.0  100.0
	END
	printf 'routine,title\nr1,Instruire une demande de soutien\n' | fil-import -q routines
	fil-list users -w 'user~a*' | sed '1d; s/,.*/,r1,2024-03-01,new,better,20/' |
		sed '1i user,routine,date,method,result,minutes' | fil-record -q practices
	try_on_terminal 'fil-report routines'
	out_is <<- 'END'
		                                                        adoption_ uses_ uses_
		routine title                            users adopters     share   old   new
		r1      Instruire une demande de soutien     6        6     100.0     0     6

		        minutes_ minutes_ saved_        back_         equivalent_ result_
		routine      old      new  share slower  days results       share   users
		r1                     20                           6       100.0       6

		        equivalent_ equivalent_ equivalent_ results_ equivalent_ equivalent_
		routine     by_user         low        high      old   share_old by_user_old
		r1            100.0        61.0       100.0        0

		                   difference_ difference_ not_     better_
		routine difference         low        high inferior   share acceptances
		r1                                                    100.0           0

		routine acceptance powers power
		r1                      0
	END
}

@test "a pipe, a file, NO_COLOR and a dumb terminal change nothing" {
	foundation
	fil-report autonomy --by unit --min-group 2 -f table > wanted
	[ "$(widest wanted)" -gt 100 ]
	[ "$(head -n 1 wanted | wc -w)" = 10 ]
	try_on_terminal 'fil-report autonomy --by unit --min-group 2 -f table | cat > piped; fil-report autonomy --by unit --min-group 2 -f table -o file'
	out_is ''
	cmp wanted piped
	cmp wanted file
	try_on_terminal 'fil-report autonomy --by unit --min-group 2'
	mv "$OUT" plain
	NO_COLOR=1 TERM=xterm-256color try_on_terminal 'fil-report autonomy --by unit --min-group 2'
	cmp plain "$OUT"
	run ! grep -q $'\033' plain
	try_on_terminal 'fil-report autonomy --by unit --min-group 2 -q'
	diff plain "$OUT"
	COLUMNS=56 try_on_terminal 'fil-report autonomy --by unit --min-group 2 -q'
	run ! grep -q 'columns are cut' "$OUT"
}
