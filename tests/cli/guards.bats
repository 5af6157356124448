#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What keeps a bad list from emptying the house: guards of whole lists, and of their age.
load helper

HEADER=action,user,name,email,unit,job,manager,role,arrived,left,feed
UTF8="UTF-8, ',', LF"

list() {
	echo user,name,email,unit
	seq -f '%03g' "${2:-1}" $((${2:-1} + $1 - 1)) | sed 's/.*/u&,Name &,u&@x.example,A/'
}

# Makes a store with a list of forty, list.csv.
forty() {
	fil_store fill_forty
}

fill_forty() {
	list 40 > list.csv
	fil-import users -q --sync list.csv
	dump > before
}

# refused LAST_LINE: the command said no, and the store is as it was.
refused() {
	status_is 1
	out_is ''
	[ "$(tail -n 1 "$ERR")" = "$1" ] || { cat "$ERR"; return 1; }
	dump | cmp - before
}

churn() {
	echo "fil-import: refused: $1 would join, $2 return and $3 leave, of $4 active users of the feed 'hr' (limit $5 %):" \
	    'nothing was written; --force or --max-churn PCT'
}

@test "an empty export, a header alone and rows of nothing are refused, whatever else is said" {
	forty
	: > empty.csv
	try fil-import users --sync empty.csv
	status_is 66
	err_is 'fil-import: empty.csv: the input is empty'
	try fil-import users --sync --force --max-churn 100 "$DATA/csv/ok-header-only.csv"
	refused "fil-import: $DATA/csv/ok-header-only.csv: refused: an empty list would mark every user as left"
	printf 'user;name;email\n;;\n;;\n' > bare.csv
	try fil-import users --sync --force bare.csv
	refused 'fil-import: bare.csv: refused: an empty list would mark every user as left'
	dump | cmp - before
	head -n 1 list.csv > none.csv
	try fil-import users --sync --parts --force list.csv none.csv
	refused "fil-import: none.csv: refused: an empty list would mark every user as left"
	try fil-import users "$DATA/csv/ok-header-only.csv"
	status_is 0
}

@test "half of the list is missing: refused, with the figures" {
	forty
	list 20 > half.csv
	try fil-import users --sync half.csv
	refused "$(churn 0 0 20 40 10)"
	try fil-import users --sync --dry-run half.csv
	refused "$(churn 0 0 20 40 10)"
	try fil-import users --sync --force half.csv
	status_is 0
	[ "$(grep -c ^left, "$OUT")" -eq 20 ]
}

@test "the share is of the feed's active users before: up to it is let through, more is not" {
	forty
	list 36 > four.csv
	list 35 > five.csv
	try fil-import users --sync five.csv
	refused "$(churn 0 0 5 40 10)"
	try fil-import users --sync --max-churn 13 five.csv -n
	status_is 0
	try fil-import users --sync --max-churn 0 four.csv
	refused "$(churn 0 0 4 40 0)"
	try fil-import users --sync four.csv
	status_is 0
	# Of 36 active users now, 10 % is 3.
	dump > before
	try fil-import users --sync list.csv
	refused "$(churn 0 4 0 36 10)"
	(list 35; echo u041,New,,A; echo u042,New,,A; echo u043,New,,A) > joiners.csv
	try fil-import users --sync joiners.csv
	refused "$(churn 3 0 1 36 10)"
	(list 37; echo u041,New,,A; echo u042,New,,A) > three.csv
	try fil-import users --sync three.csv
	status_is 0
	[ "$(grep -c '^added,' "$OUT")-$(grep -c '^returned,' "$OUT")" = 2-1 ]
	for bad in x -1 '' 5.5; do
		try fil-import users --sync --max-churn "$bad" list.csv
		status_is 64
	done
}

@test "leavers and returners by the list's own word count, and so do those it takes over" {
	forty
	sed -e '1s/$/,left/' -e '2,$s/$/,/' -e '/u00[1-5]/s/$/2024-03-01/' list.csv > left.csv
	try fil-import users --sync left.csv
	refused "$(churn 0 0 5 40 10)"
	fil-import users -q feed=agency <<< $'user,name\nx1,X\nx2,X\nx3,X\nx4,X\nx5,X'
	dump > before
	(cat list.csv; seq -f 'x%g,X,,A' 5) > taken.csv
	try fil-import users --sync --take taken.csv
	refused "$(churn 5 0 0 40 10)"
}

@test "below twenty active users of the feed, other feeds not counted, there is no such guard" {
	fil_store
	list 19 > small.csv
	list 100 200 > other.csv
	fil-import users -q feed=other --sync other.csv
	fil-import users -q --sync small.csv
	list 1 > one.csv
	try fil-import users --sync one.csv
	status_is 0
	[ "$(grep -c ^left, "$OUT")" -eq 18 ]
	fil-import users -q --sync <(list 20)
	dump > before
	try fil-import users --sync one.csv
	refused "$(churn 0 0 19 20 10)"
	# Who left before is not active.
	fil-import users -q <<< $'user,left\nu020,2024-03-01'
	try fil-import users --sync one.csv
	status_is 0
}

@test "a refusal names the probable renames: the same name or e-mail under another key" {
	forty
	(list 34; echo n001,Name 035,,A; echo 'n002,Somebody,U036@X.example,A'; echo n003,Nobody,,A
		echo n004,'NÁME  037',,A) > renamed.csv
	# A homonym who only changes is nobody's new key.
	sed -i 's/^u001,Name 001/u001,Name 040/' renamed.csv
	try fil-import users --sync renamed.csv
	status_is 1
	err_is <<- END
		fil-import: renamed.csv: $UTF8
		fil-import: renamed.csv: 'n001' may be 'u035' under a new key: the same name (Name 035); --rename u035=n001 would keep the history
		fil-import: renamed.csv: 'n002' may be 'u036' under a new key: the same e-mail (Somebody); --rename u036=n002 would keep the history
		fil-import: renamed.csv: 'n004' may be 'u037' under a new key: the same name (NÁME 037); --rename u037=n004 would keep the history
		$(churn 4 0 6 40 10)
	END
	dump | cmp - before
	try fil-import users --sync --rename u035=n001 --rename u036=n002 --rename u037=n004 renamed.csv
	status_is 0
	[ "$(grep -c ^left, "$OUT")" -eq 3 ]
}

@test "all keys are new: twenty renames are told, not thousands" {
	fil_store
	list 2000 > list.csv
	fil-import users -q --sync list.csv
	sed 's/^u/v/' list.csv | sed '1s/.*/user,name,email,unit/' > new.csv
	dump > before
	try fil-import users --sync new.csv
	refused "$(churn 2000 0 2000 2000 10)"
	[ "$(grep -c ' may be ' "$ERR")" -eq 20 ]
}

# bats test_tags=sqlite
@test "a file whose last line has no end is refused, unless --no-final-newline" {
	forty
	head -c -1 list.csv > cut.csv
	try fil-import users --sync --force cut.csv
	refused 'fil-import: cut.csv: refused: the last line has no newline, so the list may be cut short; --no-final-newline accepts it'
	try fil-import users --sync --no-final-newline cut.csv
	status_is 0
	out_is "$HEADER"
	try fil-import users cut.csv
	status_is 0
}

# bats test_tags=sqlite
@test "input that ends inside a row is refused" {
	forty
	(cat list.csv; printf 'u041,"Ne\n') > quoted.csv
	try fil-import users --sync quoted.csv
	status_is 65
	(list 40; printf 'u041,New\n') > short.csv
	try fil-import users --sync short.csv
	status_is 65
	err_has 'fil-import: short.csv:42: 2 cells, where the header has 4 (--set short-rows=yes accepts it)'
	dump | cmp - before
}

# bats test_tags=sqlite
@test "a pipe whose writer died marks nobody, wherever it was cut" {
	local size

	forty
	for size in 17 18 30 100 500 $(($(wc -c < list.csv) - 1)); do
		try "(head -c $size list.csv; kill -9 \$BASHPID) | fil-import users --sync -"
		[ "$status" -ne 0 ]
		out_is ''
		dump | cmp - before
	done
	# At the end of a line only the guard is left.
	# shellcheck disable=SC2016 # the pipe's own shell expands it
	try '(head -n 20 list.csv; kill -9 $BASHPID) | fil-import users --sync -'
	out_is ''
	[ "$(tail -n 1 "$ERR")" = "$(churn 0 0 21 40 10)" ]
	dump | cmp - before
}

@test "the guard holds for who joins also where rows were refused" {
	forty
	(list 30; echo u031,,,A; seq -f 'n%g,New,,A' 20) > new.csv
	try fil-import users --sync --keep-going new.csv
	status_is 1
	out_is ''
	err_has "$(churn 20 0 0 40 10)"
	dump | cmp - before
}

@test "--max-age refuses an older file: an export that stopped is no quiet week" {
	forty
	touch -d '2024-03-07 23:59' list.csv
	try fil-import users --max-age 8d list.csv
	status_is 0
	touch -d '2024-03-06 23:59' list.csv
	dump > before
	try fil-import users --max-age 8d list.csv
	refused 'fil-import: list.csv: refused: last written on 2024-03-06, over 8 days ago: is the export still running?'
	try fil-import users --max-age 2w --sync list.csv
	status_is 0
	touch -d '2024-03-20' list.csv
	try fil-import users --max-age 1d list.csv
	status_is 0
	try 'fil-import users --max-age 8d < list.csv'
	status_is 64
	err_is 'fil-import: --max-age needs a FILE: standard input has no age' \
	    "Try 'fil-import --help' for more information."
	for bad in 8 d 0d -1d 8m '' 8dd; do
		try fil-import users --max-age "$bad" list.csv
		status_is 64
	done
	try fil-import users --max-age 8d nowhere.csv
	status_is 66
}

@test "bytes that an earlier run has read are told with its number" {
	forty
	cp list.csv copy.csv
	try fil-import users copy.csv
	err_is 'fil-import: copy.csv: run 2 has read the same bytes' "fil-import: copy.csv: $UTF8" \
	    'fil-import: users: 40 read, 0 added, 0 changed, 40 unchanged (run 3)'
	echo u041,New,,A >> copy.csv
	try fil-import users copy.csv
	err_is "fil-import: copy.csv: $UTF8" 'fil-import: users: 41 read, 1 added, 0 changed, 40 unchanged (run 4)'
}
