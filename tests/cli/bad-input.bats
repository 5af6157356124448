#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

# What reaches fil-import, bad and strange: tests/data/csv and files too large to be kept. The store must stay as it was,
# and the message must say where.

COLUMNS_OF_USERS=user,name,email,unit,job,manager,role,arrived,left,feed

# Checks that the store holds no user.
nothing_stored() {
	[ "$(fil-list users)" = "$COLUMNS_OF_USERS" ]
}

# Runs a command, and checks that it stays under $1 MiB and ends within 60 seconds.
try_within() {
	local most=$1

	shift
	status=0
	timeout 60 /usr/bin/time -o "$SCRATCH.size" -f %M "$@" > "$OUT" 2> "$ERR" || status=$?
	[ "$(tail -n 1 "$SCRATCH.size")" -le $((most * 1024)) ] && return
	echo "took $(tail -n 1 "$SCRATCH.size") KiB"
	[[ $FILROUGE_BIN = */asan/* ]]
}

# Succeeds if standard error has no control character but the newline.
err_is_plain() {
	local said control=$'[\001-\010\013-\037\177]'

	fil_read said < "$ERR"
	[[ $said != *$control* ]]
}

# The reader refuses it, whatever the engine.
# bats test_tags=sqlite
@test "each bad file is refused at its line and cell, which says what to do, and nothing of it is stored" {
	local file what said
	local -A wanted=()

	while IFS='|' read -r file said; do wanted[$file]=$said; done <<- 'END'
		unterminated|3: cell 2: a quote that is never closed
		stray-quote|3: cell 2: a quote within a cell that does not begin with one
		text-after-quote|2: cell 2: text after the closing quote
		nul|3: a NUL byte: is this text?
		short-row|3: 2 cells, where the header has 3 (--set short-rows=yes accepts it)
		long-row|3: 3 cells, where the header has 2
		after-line-breaks|6: 1 cell, where the header has 3 (--set short-rows=yes accepts it)
		one-latin-1-byte|4: byte \xe9 is not UTF-8, but line 2 is: correct one of them, give --encoding, or read both with --allow mixed
		overlong|2: byte \xc0 is not UTF-8, but the rest of the file is: correct it, give --encoding, or read it as Windows-1252 with --allow mixed
		surrogate|2: byte \xed is not UTF-8, but the rest of the file is: correct it, give --encoding, or read it as Windows-1252 with --allow mixed
		undefined-byte|3: byte \x81 is not WINDOWS-1252: give the encoding with --encoding
		html| looks like a web page (HTML): the export may have asked to log in
		xlsx| the workbook is damaged: _rels/.rels: is missing
		gzip| is compressed with gzip: 'zcat FILE' gives the CSV
		duplicate-header|1: duplicate header 'user', in columns 1 and 3: name columns by numbers, --no-header --skip-lines 1 --map COL=3
		two-headers|1: 'Matricule' and 'Identifiant' both mean user: give --map 'user=Matricule'
		no-header|1: no header is known for users (map one with --map COL=HEADER): 1, A
		tie|1: the delimiter could be ',' or ';': give --delimiter
		utf16-without-mark| looks like UTF-16 without a byte order mark: give --encoding UTF-16LE
	END
	fil_store
	dump > before
	for file in "$DATA"/csv/bad-*.csv; do
		try fil-import users "$file"
		status_is 65
		out_is ''
		err_is_plain
		what=${file##*/bad-}
		what=${what%.csv}
		if [ -n "${wanted[$what]:-}" ]; then
			err_has "fil-import: $file:${wanted[$what]}"
			unset "wanted[$what]"
		else
			[[ $(< "$ERR") =~ (^|$'\n')"fil-import: $file:" ]]
		fi
	done
	[ ${#wanted[@]} -eq 0 ]
	dump | cmp - before
}

# The reader goes on, whatever the engine.
# bats test_tags=sqlite
@test "after a bad record the next ones are read right" {
	local file users

	while read -r file users; do
		rm -rf "${FILROUGE_DB%/*}"
		fil_store
		try fil-import users --keep-going "$DATA/csv/bad-$file.csv"
		status_is 1
		[ "$(fil-list users | tail -n +2 | cut -d, -f1 | paste -sd,)" = "$users" ]
	done <<- 'END'
		unterminated 1,3
		stray-quote 1,3
		text-after-quote 2
		backslash 2
		nul 1,3
		short-row 1,3
		long-row 1,3
		undefined-byte 1
	END
}

@test "each good file is stored, and comes back as it was" {
	local file

	for file in "$DATA"/csv/ok-*.csv; do
		[[ $file != *one-column* ]] || continue	# no key is there
		rm -rf "${FILROUGE_DB%/*}"
		fil_store
		try fil-import users "$file"
		status_is 0
		fil-list users > wanted
		try 'fil-list users | fil-import users'
		status_is 0
		[ "$(wc -l < "$OUT")" = 1 ]
		fil-list users | cmp - wanted
	done
}

@test "every hard string is stored byte for byte, or refused with 65" {
	local line string n=0 refused=0 stored

	fil_store
	fil-import -q users user=é name=É
	echo user,date,need,note > stored.csv
	while IFS= read -r line; do
		[[ $line != \#* ]] || continue
		string=${line#!}
		printf -v stored 'é,2024-03-01,%s,"%b"' "$n" "${string//\"/\"\"}"
		if [[ $line = !* ]]; then
			printf 'user,date,need,note\né,2024-03-01,%s,"%b"\n' "$n" "$string" > refused.csv
			try fil-import needs refused.csv
			status_is 65
			out_is ''
			err_is_plain
			refused=$((refused + 1))
		else
			printf '%s\n' "$stored" >> stored.csv
			printf '%s|%b\n' "$n" "$string" >> wanted
		fi
		n=$((n + 1))
	done < "$DATA/hard-strings.txt"
	[ $n -gt 100 ]
	[ $refused -eq 15 ]
	try fil-import needs stored.csv
	status_is 0
	ask 'select need, note from needs order by cast(need as integer)' | cmp wanted -
	[ ! -e owned ]
	try 'fil-list needs | fil-import needs'
	status_is 0
	out_is action,user,need,date,note
	err_has "fil-import: needs: $((n - refused)) read, 0 added, 0 changed, $((n - refused)) unchanged (run 4)"
}

# The message is made before the store is asked, whatever the engine.
# bats test_tags=sqlite
@test "what is shown of a file on standard error moves no terminal" {
	fil_store
	printf 'user,name,\033[31mred\nu\0331,A,x\nu\xc2\x9b2,B,x\nu\u202e3\x07,C,x\n' > esc.csv
	try fil-import users esc.csv
	status_is 65
	err_is <<- 'END'
		fil-import: esc.csv: UTF-8, ',', LF
		fil-import: esc.csv: not stored: \x1b[31mred
		fil-import: esc.csv: invisible characters dropped from 1 cell
		fil-import: esc.csv:2: user: 'u\x1b1' holds a control character
		fil-import: esc.csv:3: user: 'u\u{9b}2' holds a control character
		fil-import: esc.csv:4: user: 'u3\x07' holds a control character
		fil-import: users: 3 read, 3 refused; nothing was written
	END
	try fil-import users $'no\033[31msuch.csv'
	status_is 66
	err_is 'fil-import: no\x1b[31msuch.csv: cannot be opened: No such file or directory'
	nothing_stored
}

# The reader refuses it, whatever the engine.
# bats test_tags=sqlite
@test "a cell of 50 MB is refused in little memory" {
	fil_store
	{ printf 'user,name\n1,A\n2,"'; head -c 50000000 /dev/zero | tr '\0' x; printf '"\n3,C\n'; } > big.csv
	try_within 20 fil-import users big.csv
	status_is 65
	grep -q '^fil-import: big.csv:3: ' "$ERR"
	nothing_stored
}

# The reader refuses it, whatever the engine.
# bats test_tags=sqlite
@test "a line of 50 MB is refused in little memory" {
	fil_store
	{ printf 'user,name\n1,A\n'; head -c 50000000 /dev/zero | tr '\0' x; printf '\n3,C\n'; } > big.csv
	try_within 20 fil-import users big.csv
	status_is 65
	grep -q '^fil-import: big.csv:3: ' "$ERR"
	nothing_stored
}

# The reader refuses it, whatever the engine.
# bats test_tags=sqlite
@test "a million columns are refused in little memory" {
	fil_store
	{ echo user,name; echo 1,A; head -c 1000000 /dev/zero | tr '\0' ,; echo; echo 3,C; } > big.csv
	try_within 20 fil-import users big.csv
	status_is 65
	grep -q '^fil-import: big.csv:3: ' "$ERR"
	{ head -c 1000000 /dev/zero | tr '\0' ,; echo; echo 3,C; } > big.csv
	try_within 20 fil-import users big.csv
	status_is 65
	nothing_stored
}

# The reader refuses it, whatever the engine.
# bats test_tags=sqlite
@test "25 MB of NUL are refused in little memory" {
	fil_store
	head -c 25000000 /dev/zero > big.csv
	try_within 20 fil-import users big.csv
	status_is 65
	{ echo user,name; echo 1,A; cat big.csv; } > bigger.csv
	try_within 20 fil-import users bigger.csv
	status_is 65
	nothing_stored
}

# The reader refuses it, whatever the engine.
# bats test_tags=sqlite
@test "a quote that swallows the file is told where it opened, in little memory" {
	fil_store
	{ echo user,name; echo '1,A'; echo '2,"B'; seq 3 300000 | sed 's/$/,x/'; } > swallow.csv
	try_within 50 fil-import users --max-faults 3 swallow.csv
	status_is 65
	grep -q '^fil-import: swallow.csv:3: cell 2: ' "$ERR"
	nothing_stored
}

# The reader refuses it, whatever the engine.
# bats test_tags=sqlite
@test "300,000 faults are counted in little memory, the first thousand listed" {
	fil_store
	{ echo user,role; seq 300000 | sed 's/$/,boss/'; } > faults.csv
	try_within "$([ "$STORE" = citus ] && echo 48 || echo 20)" fil-import users faults.csv
	status_is 65
	[ "$(wc -l < "$ERR")" = 1003 ]
	err_has "fil-import: faults.csv:1001: role: 'boss' is not one of user, initiator, trainer, sponsor"
	err_has 'fil-import: and 299000 more faults'
	err_has 'fil-import: users: 300000 read, 300000 refused; nothing was written'
}

@test "100,000 rows of one key are one fault each" {
	fil_store
	{ echo user,name; seq 100000 | sed 's/^/1,n/'; } > faults.csv
	try_within "$([ "$STORE" = citus ] && echo 48 || echo 20)" fil-import users faults.csv
	status_is 65
	err_has 'fil-import: and 98999 more faults'
	err_has 'fil-import: users: 100000 read, 99999 refused; nothing was written'
}

# The reader refuses it, whatever the engine.
# bats test_tags=sqlite
@test "directories, devices and what cannot be read are no input" {
	fil_store
	try 'fil-import users < /'
	status_is 66
	err_is 'fil-import: -: is a directory'
	try fil-import users "$DATA"
	status_is 66
	err_is "fil-import: $DATA: is a directory"
	try fil-import users /dev/null
	status_is 66
	err_is 'fil-import: /dev/null: the input is empty'
	try 'fil-import users <&-'
	status_is 66
	err_is 'fil-import: -: standard input is closed'
	try fil-import users ''
	status_is 66
	try fil-import users /proc/self/mem
	status_is 74
	err_is 'fil-import: /proc/self/mem: cannot be read: Input/output error'
	nothing_stored
}

@test "an error in the midst of the input is no end of it" {
	fil_store
	# The other end of a terminal that hangs up gives what it was sent, and then an input error.
	cat > hang-up.pl <<- 'END'
		use strict;
		use Fcntl;
		sysopen(my $terminal, "/dev/ptmx", O_RDWR | O_NOCTTY) or die;
		my $number = pack("i", 0);
		ioctl($terminal, 0x40045431, $number) or die;
		ioctl($terminal, 0x80045430, $number) or die;
		sysopen(my $other, "/dev/pts/" . unpack("i", $number), O_RDWR | O_NOCTTY) or die;
		syswrite($other, "user,name\nu1,A\nu2,B\n");
		close $other;
		open(STDIN, "<&", $terminal) or die;
		exec(@ARGV) or die;
	END
	try perl hang-up.pl fil-import users --keep-going
	status_is 74
	out_is ''
	err_has 'fil-import: -: cannot be read: Input/output error'
	nothing_stored
}

# The reader refuses it, whatever the engine.
# bats test_tags=sqlite
@test "a row that the end of the input cuts off is told" {
	fil_store
	printf 'user,name,role\nu1,A,\nu2,B' > cut.csv
	try fil-import users cut.csv
	status_is 65
	err_has 'fil-import: cut.csv:3: 2 cells, where the header has 3 (--set short-rows=yes accepts it)'
	printf 'user,name\nu1,A\nu2,"B' > cut.csv
	try fil-import users cut.csv
	status_is 65
	err_has 'fil-import: cut.csv:3: cell 2: a quote that is never closed'
	printf 'user,name\nu1,A\nu2,B' > cut.csv
	try fil-import users cut.csv
	status_is 0
	err_has 'fil-import: cut.csv: the last line has no newline: check that the file is complete'
}

# The reader refuses it, whatever the engine.
# bats test_tags=sqlite
@test "fil-record and fil-assign refuse the same" {
	local file

	fil_store
	for file in html xlsx gzip nul unterminated tie; do
		try fil-record needs "$DATA/csv/bad-$file.csv" need=x
		status_is 65
		out_is ''
		try fil-assign module=m "$DATA/csv/bad-$file.csv"
		status_is 65
		out_is ''
	done
	try 'fil-record needs need=x < /'
	status_is 66
	err_is 'fil-record: -: is a directory'
	try fil-assign module=m /proc/self/mem
	status_is 74
	err_is 'fil-assign: /proc/self/mem: cannot be read: Input/output error'
	[ "$(ask 'select count(*) from runs')" = 1 ]
}
