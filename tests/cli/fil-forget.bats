# SPDX-License-Identifier: ISC
# fil-forget: erase people from the store and its log.
# shellcheck shell=bash disable=SC2154
# shellcheck disable=SC2030,SC2031 # each test has its own environment
load helper

# Prints all bytes that the store keeps, those of the server's files too: what is gone from its tables may be there.
bytes() {
	# Seals and salts have any digits by chance.
	case $FILROUGE_DB in
	postgresql:*) pg_dump -d "$FILROUGE_DB" && server_files ;;
	*) cat "$FILROUGE_DB"* ;;
	esac | perl -pe 's/[0-9a-f]{32,}//g'
}

# Prints the server's files of the database. With Citus those of the nodes are left out.
server_files() {
	psql -qXd "$FILROUGE_DB" -c CHECKPOINT
	cat "$FILROUGE_CLUSTER/5432/base/$(psql -qXAtd "$FILROUGE_DB" -c 'select oid from pg_database where datname = current_database()')/"*
}

# Has a server vacuum until no byte of it has a text: it keeps deleted rows while a test beside this one writes.
vacuum_away() {
	local text=$1

	shift
	for _ in {1..100}; do
		psql -qXd "$FILROUGE_DB" "$@"
		bytes | grep -qai "$text" || return 0
		sleep 0.1
	done
}

# Sets what a finished erasure says of samples, quiet or not: the nodes of Citus have samples of their own.
about_samples() {
	samples=()
	[ "${STORE:-sqlite}" != citus ] || samples=("fil-forget: the server's samples of values (pg_statistic) may still hold theirs: let its administrator remove them, and run VACUUM (FULL) pg_statistic")
}

# Prints the lines on standard error of a finished erasure, after those given.
err_finished() {
	local samples

	about_samples
	case $FILROUGE_DB in
	postgresql:*)
		err_is "$@" "${samples[@]}" "fil-forget: the tables are written again; the server's archives of its log and its base backups may still hold them"
		;;
	*) err_is "$@" 'fil-forget: nothing of theirs is left in the files of the store' ;;
	esac
}

# Fills a store with Ada, about whom every table has a row, and with Bob.
fill() {
	fil_store fill_fill
}

fill_fill() {
	fil-import -q users <<- 'END'
		user,name,email,unit,job,manager,role,arrived,left
		00421,Ada MARKERLOVE,ada@marker.example,Mécénat/Legs,marker-job,,trainer,2024-01-01,
		00500,Bob DYLANE,bob@example.org,Mécénat,,00421,user,2024-01-01,2024-02-01
		00510,Cem,,Mécénat,,,user,2024-01-01,
	END
	fil-import -q phases <<< $'phase,title,kind,begins\npilot,P,pilot,2024-01-01'
	fil-import -q modules <<< $'module,title,kind\nm1,M,course'
	fil-import -q routines <<< $'routine,title,owner\nr1,R,00421'
	fil-import -q promises <<< $'promise,kind,statement,owner,made\np1,promise,S,00421,2024-01-01'
	fil-import -q enrolments user=00421 phase=pilot enrolled=2024-01-01 stratum=marker-stratum > /dev/null
	fil-import -q commitments user=00421 phase=pilot activity=marker-act minutes=10 > /dev/null
	fil-assign -q user=00421 module=m1 reason=marker-reason > /dev/null
	fil-assign -q user=00510 module=m1 trainer=00421 reason=r > /dev/null
	fil-record -q autonomy user=00421 dimension=tool level=3 source=test date=2024-02-01 note=marker-note > /dev/null
	fil-record -q autonomy user=00421 dimension=process level=4 source=test date=2024-02-01 > /dev/null
	fil-record -q needs user=00421 need=marker-need date=2024-02-01 note=marker-need-note > /dev/null
	fil-record -q completions user=00421 module=m1 date=2024-02-01 note=marker-completion > /dev/null
	fil-record -q practices user=00421 routine=r1 date=2024-02-01 method=new item=marker-item note=marker-practice > /dev/null
	fil-record -q verdicts promise=p1 user=00421 date=2024-02-01 verdict=kept note=marker-verdict > /dev/null
	fil-record -q efforts user=00421 date=2024-02-01 activity=marker-effort item=marker-item minutes=5 > /dev/null
	# The history: an old name, address and note, and rows of others that named her.
	fil-import -q users user=00421 name='Ada MARKERNEW' email=new@marker.example > /dev/null
	fil-record -q autonomy user=00421 dimension=tool level=2 source=test date=2024-02-01 note=marker-second > /dev/null
	fil-import -q routines routine=r1 new='as Ada Markerlove does' > /dev/null
	fil-import -q routines routine=r1 new='as it should be' > /dev/null
	fil-import -q users user=00500 manager=00421 job=clerk > /dev/null
	printf 'user,unit\n00500,Legs\n' > 'Ada MARKERLOVE.csv'
	fil-import -q users 'Ada MARKERLOVE.csv' > /dev/null
	printf 'email,level,dimension,source,date\nNEW@marker.example,1,tool,self,2024-02-03\n' |
		fil-record -q autonomy --match email note="O'NEIL" > /dev/null
}

@test "without --yes it only shows what would be erased" {
	fill
	dump > before
	try fil-forget 00421
	status_is 0
	out_is <<- 'END'
		table,rows
		users,2
		routines,1
		promises,1
		enrolments,1
		assignments,2
		commitments,1
		autonomy,3
		needs,1
		completions,1
		practices,1
		verdicts,1
		efforts,1
		history,6
		runs,16
	END
	err_is 'fil-forget: 1 user would be erased, and nothing was: --yes does it, and cannot be undone'
	dump > after
	cmp before after
}

@test "nothing of a person is left in any byte of the store, and the rest is as it was" {
	fill
	fil-list -f csv users -w user=00500 > bob
	# A server keeps some values of each column beside the tables.
	[ "${STORE:-sqlite}" != postgresql ] || psql -qXd "$FILROUGE_DB" -c ANALYZE
	[ "$(bytes | grep -ci marker)" -gt 20 ]
	fil-forget 00421 > shown 2> /dev/null
	try fil-forget --yes 00421
	status_is 0
	cmp shown "$OUT"
	err_finished 'fil-forget: 1 user erased (run 25): this cannot be undone'
	[ "$(bytes | grep -ciE 'marker|00421')" = 0 ]
	whole
	# Bob has lost his manager, the routine its owner, an assignment its trainer.
	fil-list users -w user=00500 > now
	sed s/,00421,/,,/ bob | cmp - now
	[ "$(ask 'select count(*) from routines where owner is null')" = 1 ]
	[ "$(ask 'select count(*) from assignments where trainer is null')" = 1 ]
	[ "$(ask 'select count(*) from standing')$(ask 'select count(*) from standings')" = 00 ]
	try fil-log -w run=25
	status_is 0
	[ "$(sed 1d "$OUT" | cut -d, -f4)" = 'fil-forget --yes (1 user)' ]
	# The log of every run can still be read.
	fil-log > runs
	# shellcheck disable=SC2046
	try fil-log $(sed 1d runs | cut -d, -f1)
	status_is 0
	[ "$(fil-log --user 00500 | wc -l)" -gt 1 ]
	[ "$(cat runs "$OUT" | grep -ciE 'marker|00421')" = 0 ]
}

@test "words that the log quotes are erased too: of control characters, and of short keys with spaces" {
	fill
	fil-import -q users user=00600 name=$'Zoé\tN\'MARKER' email='é.marker@example.org' > /dev/null
	fil-import -q users user='x 3' name=Gus > /dev/null
	fil-record -q needs user=00600 need=help note=$'slow\tMARKER' > /dev/null
	fil-record -q needs user='x 3' need=help note='slow MARKER' > /dev/null
	fil-import -q users user=00510 job=$'by\té.marker@example.org' > /dev/null
	fil-import -q users user=00510 job= > /dev/null
	fil-forget -q --yes 00600 'x 3' > /dev/null
	[ "$(bytes | grep -aicE "n.{0,3}'marker|.\.marker@example|slow")" = 0 ]
	[ "$(fil-check -q | grep -c ^error)" = 0 ]
}

@test "a thousand rows, long notes and many runs leave no byte of a user" {
	local i

	fil_store
	fil-import -q users <<< $'user,name\nmarker-key,Marker NAME\nother,Bo'
	# Notes of 40,000 bytes are on pages of their own. Each run but the first keeps all of them in the history.
	for i in 1 2 3; do
		{
			echo user,need,date,note
			printf "marker-key,need %s,2024-02-01,marker-$i\n" {1..300}
			printf 'marker-key,long,2024-02-01,%s\n' "$(printf "marker-$i%.0s" {1..5000})"
			printf 'other,need %s,2024-02-01,\n' {1..300}
		} > "list-$i.csv"
		fil-record -q needs "list-$i.csv" > /dev/null
	done
	fil-import -q needs --remove list-3.csv > /dev/null
	fil-undo -q --last > /dev/null
	try fil-forget -q --yes marker-key
	status_is 0
	[ "$(bytes | grep -aic marker)" = 0 ]
	[ "$(fil-list needs | wc -l)" = 301 ]
	try fil-check -q
	status_is 0
}

# longest TABLE VERSION: prints a row with texts as long as the columns allow, about the user of the table. Where it has none,
# the texts of the old version mention the user, and the later ones do not. A server cannot compress them.
longest() {
	fil-list -f json --columns "$1" | perl -CSA -MJSON::PP -e '
		my ($table, $version) = @ARGV;
		my @columns = @{ decode_json(do { local $/; <STDIN> }) };
		my $own = grep { $_->{column} eq "user" } @columns;
		my $mention = $own ? "marker-$version" : $version eq "old" ? "marker-key-1" : "done";
		srand 1;
		my $text = join " ", map { $mention, "\x{1F512}", join "", map { chr 97 + rand 26 } 1 .. 90 } 1 .. 400;
		my (@names, @cells);
		for (@columns) {
			my ($name, $type) = ($_->{column}, $_->{type});
			next if $_->{references} eq "users" && $name ne "user" || $name eq "feed";
			push @names, $name;
			push @cells, $name eq "user" ? "marker-key-1"
				: $name eq "email" ? ("marker-$version" x 80) . "\@marker.example"
				: $name eq "report" ? "autonomy" : $name eq "require" ? "measured>=1"
				: $_->{references} ? ($_->{references} eq "dimensions" ? "tool" : "r")
				: $type =~ /text/ ? substr $text, 0, $type eq "text" ? 1000 : 30000
				: $type eq "date" ? "2024-02-01" : $type eq "choice" ? $_->{values} =~ s/\|.*//r
				: $type =~ /integer|amount/ ? 3 : $own ? "marker of $table $name" : "r";
		}
		s/ +$//, $_ = "\"$_\"" for @cells;
		print join(",", @names), "\n", join(",", @cells), "\n"' "$@"
}

@test "texts as long as any column allows leave no byte, those that mention a user neither" {
	local table version

	fil_store
	for version in old new; do
		for table in $(fil-list --tables -f csv | sed '1d; s/,.*//'); do
			longest "$table" "$version" > "$table.csv"
			fil-import -q "$table" "$table.csv" > /dev/null
		done
	done
	[ "$(bytes | grep -aio marker | wc -l)" -gt 5000 ]
	try fil-forget -q --yes marker-key-1
	status_is 0
	# The last mention may be cut.
	[ "$(bytes | grep -aicE 'marker-(key-1|old|new)|marker of|@marker')" = 0 ]
	try fil-check -q
	status_is 0
}

@test "a run taken back brings nobody back who was erased since, and the log stands" {
	fil_store
	fil-import -q users <<< $'user,name\nu1,Ada\nu2,Bo'
	fil-record -q needs <<< $'user,need,date\nu1,x,2024-02-01\nu2,x,2024-02-01' > /dev/null
	fil-import -q needs --remove <<< $'user,need,date\nu1,x,2024-02-01\nu2,x,2024-02-01' > /dev/null
	fil-forget -q --yes u1 > /dev/null
	try fil-undo 4
	status_is 0
	err_is 'fil-undo: 1 added, 1 left out because of erased users (run 6)'
	[ "$(fil-list needs | cut -d, -f1 | tr '\n' ' ')" = 'user u2 ' ]
	# Nothing but the erasure itself has no way back.
	try fil-undo 5
	status_is 1
	try fil-undo 6
	status_is 0
	err_is 'fil-undo: 1 removed (run 7)'
	[ "$(fil-list needs | wc -l)" = 1 ]
	try fil-check -q
	status_is 0
	[ "$(fil-list users | cut -d, -f1 | tr '\n' ' ')" = 'user u2 ' ]
}

@test "the rows of erased people that a run added are counted when it is taken back" {
	fil_store
	fil-import -q users <<< $'user,name\nu1,Ada\nu2,Bo\nu3,Cy'
	fil-record -q needs <<< $'user,need,date\nu1,x,2024-02-01\nu1,y,2024-02-01\nu2,x,2024-02-01\nu3,x,2024-02-01' > /dev/null
	fil-record -q needs <<< $'user,need,date,note\nu1,x,2024-02-01,again\nu2,x,2024-02-01,again' > /dev/null
	fil-forget -q --yes u1 > /dev/null
	try fil-undo 4 3
	status_is 0
	err_is 'fil-undo: 2 removed, 3 left out because of erased users (run 6)'
	[ "$(fil-list needs | wc -l)" = 1 ]
	try fil-undo 6
	err_is 'fil-undo: 2 added (run 7)'
	fil-forget -q --yes u3 > /dev/null
	try fil-undo 7
	err_is 'fil-undo: 1 removed, 1 left out because of erased users (run 9)'
	try fil-check -q
	status_is 0
}

@test "of a key that was removed and given to another person, both are erased" {
	fil_store
	fil-import -q users user=u1 name='Ada MARKER' email=marker@x.org
	fil-record -q needs <<< $'user,need,date,note\nu1,need,2024-02-01,a marker' > /dev/null
	fil-import -q needs --remove <<< $'user,need,date\nu1,need,2024-02-01' > /dev/null
	fil-import -q users --remove user=u1 > /dev/null
	fil-import -q users user=u1 name='Cem SEKOND'
	fil-record -q needs <<< $'user,need,date,note\nu1,need,2024-02-02,a sekond' > /dev/null
	[ "$(bytes | grep -aciE 'marker|sekond')" -gt 1 ]
	fil-forget -q --yes u1 > /dev/null
	[ "$(bytes | grep -aciE 'marker|sekond')" = 0 ]
	[ "$(fil-check -q | grep -c ^error)" = 0 ]
}

@test "a former key, a join and a removed user are erased too" {
	fil_store
	fil-import -q users <<< $'user,name\nold-key-1,Ada MARKER\nother-key,Ada SECOND\nb1,Bob DYLANE'
	fil-record -q autonomy user=other-key dimension=tool level=3 source=test date=2024-02-01 > /dev/null
	fil-import -q users --rename old-key-1=new-key-1 > /dev/null
	fil-import -q users --rename other-key=new-key-1 --prefer new > /dev/null
	fil-import -q users <<< $'user,name\ngone-key,Cleo GONER'
	fil-import -q users --remove <<< $'user\ngone-key'
	try fil-forget --yes old-key-1 gone-key
	status_is 0
	[ "$(bytes | grep -cE 'MARKER|SECOND|GONER|old-key-1|new-key-1|other-key|gone-key')" = 0 ]
	[ "$(fil-list users -f csv | cut -d, -f1)" = $'user\nb1' ]
}

@test "a user whom an undo put back under an earlier key is erased with all texts of both keys" {
	fil_store
	fil-import -q users <<< $'user,name,job,manager\nold-key-1,Ada MARKER,marker-1,\nu2,Bob,,old-key-1'
	fil-import -q users user=old-key-1 name='Zoe SEKOND' job=marker-2 > /dev/null
	fil-undo -q 3 > /dev/null
	fil-import -q users --rename old-key-1=new-key-1 > /dev/null
	fil-import -q users user=new-key-1 job=marker-3 > /dev/null
	fil-import -q users user=u2 manager= > /dev/null
	fil-import -q users --remove user=new-key-1 > /dev/null
	fil-undo -q 5 6 7 8 > /dev/null
	fil-undo -q 9 > /dev/null
	fil-undo -q 8 > /dev/null
	fil-forget -q --yes new-key-1 > /dev/null
	[ "$(bytes | grep -aciE 'marker|sekond|old-key-1|new-key-1')" = 0 ]
	[ "$(fil-check -q | grep -c ^error)" = 0 ]
}

@test "after a join that was undone, facts that another user had by it are erased too" {
	local prefer

	for prefer in old new; do
		fil_store
		fil-import -q users <<< $'user,name\njoined-1,Ada MARKER\nmiddle-1,Lea\nb1,Rose'
		fil-record -q needs <<< $'user,need,date,note\njoined-1,need-x,2024-03-01,marker-1\njoined-1,n2,2024-03-01,marker-2\nb1,n2,2024-03-01,hers'
		# One run joins twice, the next run changes a fact.
		fil-import -q --rename joined-1=middle-1 --rename middle-1=b1 --prefer "$prefer" users > /dev/null
		fil-record -q needs <<< $'user,need,date,note\nb1,need-x,2024-03-01,marker-3' > /dev/null
		fil-import -q --rename b1=b9 users > /dev/null
		fil-undo -q 5 4 > /dev/null
		# Done again, and undone again.
		fil-undo -q 7 > /dev/null
		fil-undo -q 8 > /dev/null
		fil-forget -q --yes joined-1 > /dev/null
		[ "$(bytes | grep -aciE 'marker|joined-1|need-x')" = 0 ]
		[ "$(fil-list needs -f csv)" = $'user,need,date,note\nb9,n2,2024-03-01,hers' ]
		fil-undo -q 9 > /dev/null
		[ "$(fil-list needs -f csv | grep -c marker)" = 0 ]
		[ "$(fil-check -q | grep -c ^error)" = 0 ]
	done
}

@test "after a join that was taken back and done again under another key, both users are erased" {
	local moment

	for moment in before between; do
		fil_store
		fil-import -q users <<< $'user,name\njoined-1,Ada MARKER\nb1,Rose RESTER\nc1,Lea'
		fil-record -q needs user=joined-1 need=n1 date=2024-03-01 note=marker-1 > /dev/null
		fil-import -q --rename joined-1=b1 users > /dev/null
		[ "$moment" = between ] || fil-import -q --rename b1=b9-key users > /dev/null
		fil-undo -q 4 > /dev/null
		[ "$moment" = before ] || fil-import -q --rename b1=b9-key users > /dev/null
		[ "$(fil-show b9-key | grep -ciE 'marker|joined-1')" = 0 ]
		fil-undo -q "$([ "$moment" = before ] && echo 6 || echo 5)" > /dev/null
		fil-show b9-key | grep -q 'Ada MARKER'
		fil-show joined-1 | grep -q 'Rose RESTER'
		[ "$(fil-log --user joined-1 | sed 1d | cut -d, -f1 | tr '\n' ' ')" = '2 3 4 5 6 7 ' ]
		fil-forget -q --yes b9-key > /dev/null
		[ "$(bytes | grep -aciE 'marker|joined-1|b9-key|rester')" = 0 ]
		[ "$(fil-list users -f csv | cut -d, -f1,2)" = $'user,name\nc1,Lea' ]
		[ "$(fil-check -q | grep -c ^error)" = 0 ]
	done
}

@test "after joins of one run that were taken back and done again, all users are erased" {
	fil_store
	fil-import -q users <<< $'user,name\njoined-1,Ada MARKER\nmiddle-1,Lea MARKER\nb1,Rose MARKER\nc1,Ines'
	fil-record -q needs user=joined-1 need=n1 date=2024-03-01 note=marker-1 > /dev/null
	fil-import -q --rename joined-1=middle-1 --rename middle-1=b1 users > /dev/null
	fil-import -q --rename b1=b9-key users > /dev/null
	fil-undo -q 4 > /dev/null
	fil-import -q --rename middle-1=middle-2 users > /dev/null
	fil-undo -q 7 > /dev/null
	# Done again, the users are removed in another order.
	fil-undo -q 6 > /dev/null
	fil-show joined-1 | grep -q 'Rose MARKER'
	[ "$(fil-show b9-key | grep -c '^before,users,.*MARKER')" -ge 2 ]
	fil-forget -q --yes b9-key > /dev/null
	[ "$(bytes | grep -aciE 'marker|joined-1|middle-|b9-key')" = 0 ]
	[ "$(fil-list users -f csv | cut -d, -f1,2)" = $'user,name\nc1,Ines' ]
	[ "$(fil-check -q | grep -c ^error)" = 0 ]
}

@test "a user who was joined to one, then to another, and by an undo to the first again, is erased with the first" {
	local undo

	for undo in '5 6' '6 5'; do
		fil_store
		fil-import -q users <<< $'user,name\njoined-1,Ada MARKER\nb1,Rose MARKER\nc1,Ines'
		fil-record -q needs user=joined-1 need=n1 date=2024-03-01 note=marker-1 > /dev/null
		fil-import -q --rename joined-1=b1 users > /dev/null
		fil-undo -q 4 > /dev/null
		fil-import -q --rename joined-1=c1 users > /dev/null
		# In one command, or one after the other.
		if [ "$undo" = '5 6' ]; then fil-undo -q 5 6 > /dev/null; else fil-undo -q 6 > /dev/null && fil-undo -q 5 > /dev/null; fi
		[ "$(fil-list needs -f csv)" = $'user,need,date,note\nb1,n1,2024-03-01,marker-1' ]
		fil-show joined-1 | grep -q 'Rose MARKER'
		[ "$(fil-show c1 | grep -ci marker)" = 0 ]
		fil-forget -q --yes b1 > /dev/null
		[ "$(bytes | grep -aciE 'marker|joined-1')" = 0 ]
		[ "$(fil-list users -f csv | cut -d, -f1,2)" = $'user,name\nc1,Ines' ]
		[ "$(fil-check -q | grep -c ^error)" = 0 ]
	done
}

@test "after a join that was undone, operands given under the joined key are erased too" {
	fil_store
	fil-import -q users <<< $'user,name\njoined-1,Ada MARKER\nb1,Rose'
	fil-record -q needs user=b1 need=n2 date=2024-03-01 note=hers > /dev/null
	fil-record -q needs <<< $'user,need,date,note\njoined-1,need-x,2024-03-01,first'
	fil-import -q --rename joined-1=b1 --prefer new users > /dev/null
	fil-record -q needs user=b1 need=need-x date=2024-03-01 note=marker-2 > /dev/null
	fil-record -q needs user=b1 need=n3 date=2024-03-01 note=hers > /dev/null
	fil-undo -q 6 5 > /dev/null
	[ "$(fil-list needs -f csv | sed 1d | cut -d, -f1,2 | paste -sd' ')" = 'b1,n2 b1,n3 joined-1,need-x' ]
	fil-forget -q --yes joined-1 > /dev/null
	[ "$(bytes | grep -aciE 'marker|joined-1|need-x')" = 0 ]
	[ "$(fil-log -f csv | cut -d, -f4 | sed -n '3p;4p;7p;8p' | grep -c ERASED)" = 1 ]
	[ "$(fil-check -q | grep -c ^error)" = 0 ]
}

@test "of a join that was undone, the key that the user was joined to is erased" {
	local anonymise

	for anonymise in '' --anonymise; do
		fil_store
		fil-import -q users <<< $'user,name\na1,Ada\njoined-2,Rose MARKER'
		fil-import -q --rename a1=joined-2 --prefer new users > /dev/null
		fil-undo -q 3 > /dev/null
		fil-forget -q --yes $anonymise joined-2 > /dev/null
		[ "$(bytes | grep -aciE 'marker|joined-2')" = 0 ]
		[ "$(fil-check -q | grep -c ^error)" = 0 ]
	done
}

@test "after a join that was undone and an erasure, the log names whom the rows of others named" {
	local erased

	for erased in K222 '--anonymise K111' K111 '--anonymise K222'; do
		rm -rf "$FOLDER"
		fil_store
		fil-import -q users <<< $'user,name,manager\nK111,Ann Bee,\nK222,Cid Dee,\nK333,Eve Fay,K111'
		fil-import -q modules module=m title=M kind=course dimension=tool
		fil-import -q assignments user=K333 module=m assigned=2024-01-01 trainer=K111
		fil-record -q autonomy <<< $'user,dimension,date,source,level\nK111,tool,2024-02-05,self,4\nK222,tool,2024-03-05,self,3'
		fil-import -q users --rename K111=K222
		fil-undo -q --last > /dev/null
		# shellcheck disable=SC2086 # words
		fil-forget -q --yes $erased > /dev/null
		[ "$(fil-check -q | grep -c ^error)" = 0 ]
		fil-check -q --repair > /dev/null
		[ "$(fil-check -q | grep -c ^error)" = 0 ]
	done
}

# Does runs in which users are renamed, joined, removed and erased while rows name them, and runs are taken back. Whatever
# commands did, nothing is wrong after an erasure.
erasing_history() {
	local step key other day run=5

	fil_store
	fil-import -q modules <<< $'module,title,kind,dimension\nm0,M,course,tool\nm1,N,course,process'
	fil-import -q users <<< $'user,name,manager\nkey0,Zoe,\nkey1,Una,key0\nkey2,Dov,key1\nkey3,Tom,key0'
	fil-record -q autonomy <<< $'user,dimension,date,source,level\nkey0,tool,2024-01-01,test,1\nkey1,tool,2024-01-02,test,2'
	fil-import -q assignments <<< $'user,module,assigned,trainer\nkey0,m0,2024-01-01,key1\nkey1,m0,2024-01-01,key2'
	for ((step = 0; step < $1; step++)); do
		key=key$((RANDOM % 4)) other=key$((RANDOM % 4)) day=2024-01-0$((1 + RANDOM % 3))
		case $((RANDOM % 24)) in
		0 | 1 | 2) set -- "$1" fil-import users --allow erased,identity user=$key name="Nom$step" unit=$day ;;
		3 | 4) set -- "$1" fil-import users user=$key manager=$other ;;
		5 | 6 | 7) set -- "$1" fil-record autonomy user=$key dimension=tool date=$day source=test level=$((RANDOM % 6)) ;;
		8) set -- "$1" fil-import assignments user=$key module=m$((RANDOM % 2)) assigned=$day trainer=$other ;;
		9) set -- "$1" fil-import assignments --remove user=$key module=m0 assigned=2024-01-01 ;;
		10) set -- "$1" fil-import users --remove user=$key ;;
		11 | 12 | 13) set -- "$1" fil-import users --prefer new --rename $key=$other ;;
		14) set -- "$1" fil-import users --prefer old --rename $key=$other --rename key0=$key ;;
		15) set -- "$1" fil-import routines routine=r title=R owner=$key ;;
		16) set -- "$1" fil-import aliases alias=x source=s user=$other ;;
		17 | 18 | 19) set -- "$1" fil-undo --last ;;
		20) set -- "$1" fil-undo $((2 + RANDOM % (run - 1))) ;;
		21) set -- "$1" fil-undo --keep-later $((2 + RANDOM % (run - 1))) ;;
		22) set -- "$1" fil-forget --yes $key ;;
		23) set -- "$1" fil-forget --yes --anonymise $key ;;
		esac
		"${@:2}" > /dev/null 2> "$ERR" || [ $? -lt 128 ]
		run=$(ask 'SELECT max(run) FROM runs')
		[ "$2" != fil-forget ] || fil-check -q > found
	done
	fil-check -q > found
}

@test "after an erasure in a random history of joins and undos, nothing is wrong" {
	local seed

	[ -z "$FILROUGE_TORTURE" ] || : "${SEEDS:=$(echo {1..100})}" "${STEPS:=60}"
	for seed in ${SEEDS:-17}; do
		rm -rf "$FOLDER"
		RANDOM=$seed
		erasing_history "${STEPS:-30}"
	done
}

@test "a key that another user had for a while is said to stay in the log" {
	local way

	for way in join remove; do
		fil_store
		fil-import -q users <<< $'user,name,email\nheld-1,Paul MARKER,marker@x.example\nc1,Luc,\nd1,Rose,'
		case $way in
		join) fil-import -q --rename held-1=d1 --prefer new users > /dev/null ;;
		remove) fil-import -q --remove users user=held-1 > /dev/null ;;
		esac
		fil-import -q --rename c1=held-1 users > /dev/null
		fil-undo -q 4 > /dev/null
		fil-undo -q 3 > /dev/null
		fil-show held-1 | grep -q '^before,users,user=held-1,name,Paul MARKER,2,.*,3$'
		try fil-forget --yes held-1
		status_is 0
		grep -q 'which another user had too: fil-log 4 5$' "$ERR"
		[ "$(grep -c 'nothing of theirs is left' "$ERR")" = 0 ]
		[ "$(bytes | grep -aci 'marker')" = 0 ]
		# A key that another user has is explained.
		fil-undo -q 6 > /dev/null
		fil-undo -q 5 > /dev/null
		[ "$(fil-list users -f csv | cut -d, -f1,2)" = $'user,name\nd1,Rose\nheld-1,Luc' ]
	done
}

@test "people are named by key, e-mail, name, on standard input, in a FILE, or by the day they left" {
	fill
	fil-forget 00500 > bob 2> /dev/null
	try fil-forget --match email BOB@example.org
	cmp bob "$OUT"
	try fil-forget --match name 'Dylane, Bob'
	cmp bob "$OUT"
	try 'printf "Nom,Matricule\nx,00500\n" | fil-forget -'
	cmp bob "$OUT"
	echo 00500 > list.txt
	try fil-forget ./list.txt
	cmp bob "$OUT"
	try 'printf "Courriel\nbob@example.org\n" | fil-forget --match email -'
	cmp bob "$OUT"
	try fil-forget --left-before 2024-02-02
	cmp bob "$OUT"
	try fil-forget --left-before 2024-02-01 --yes
	status_is 0
	out_is table,rows
	err_is 'fil-forget: nobody left before 2024-02-01: nothing is to be erased'
}

@test "a list without a user erases nobody" {
	fill
	dump > before
	try 'fil-list users -w "left<2020-01-01" -w role=trainer | fil-forget --yes -'
	status_is 0
	out_is table,rows
	err_is 'fil-forget: no user was given: nothing is to be erased'
	try 'fil-list users -f json -w "left<2020-01-01" -w role=trainer | fil-forget -f json --yes -'
	status_is 0
	err_is 'fil-forget: no user was given: nothing is to be erased'
	# Without any line, the command that writes the list may have failed.
	try 'fil-forget -f json --yes - < /dev/null'
	status_is 66
	err_is 'fil-forget: -: the input is empty'
	dump > after
	cmp before after
}

@test "an account that erases itself is in no run" {
	fil_store
	fil-import -q users <<< "user,name"$'\n'"$(id -un),Marker Ada"
	try fil-forget --yes "$(id -un)"
	status_is 0
	err_finished 'fil-forget: 1 user erased (run 3): this cannot be undone'
	[ "$(ask 'select count(*) from runs where who like '"'ERASED%'")" = 3 ]
	try fil-check -q
	status_is 0
}

@test "the run of an erasure names nobody whom the folder of the command names" {
	local folder

	# A name that is a word of the command too.
	for folder in marker-1 yes; do
		fil_store
		fil-import -q users <<< "user,name"$'\n'"marker-1,Marker Ada"$'\n'"u2,yes"
		ln -sfn "$(dirname "$(command -v fil-forget)")" "$folder"
		try "$folder/fil-forget" --yes marker-1 u2
		status_is 0
		err_finished 'fil-forget: 2 users erased (run 3): this cannot be undone'
		[ "$(bytes | grep -aci 'marker')" = 0 ]
		[ "$(fil-log -w run=3 -f csv | sed 1d | cut -d, -f4)" = 'ERASED/fil-forget --ERASED (2 users)' ]
		try fil-check -q
		status_is 0
	done
}

@test "somebody unknown is a fault, and nobody is erased" {
	fill
	dump > before
	try 'printf "user\n00421\n00422\n0050\n" | fil-forget --yes -'
	status_is 65
	out_is ''
	err_is "fil-forget: -: '00422' is not in users; the nearest is '00421'" \
	    'fil-forget: 2 of 3 people are unknown; nothing was erased' \
	    "fil-forget: -: '0050' is not in users; the nearest is '00500'"
	try fil-forget --yes -o nowhere/rows.csv 00421
	status_is 73
	err_is 'fil-forget: nowhere/rows.csv: No such file or directory'
	dump > after
	cmp before after
	try fil-forget
	status_is 64
	try fil-forget --left-before today 00421
	status_is 64
}

@test "mentions in texts about others are listed, and homonyms stay" {
	fil_store
	fil-import -q users <<< $'user,name,job\n00421,Ada MARKER,\n004210,Zoe (ada-marker),\n00422,Marker Ada,aide to 00421'
	fil-record -q needs user=00422 need=n1 date=2024-02-01 note='ask ada marker, not 004210' > /dev/null
	fil-import -q aliases alias=after-00421 source=form user=00422 > /dev/null
	# Tables in their order, and rows in that of the engine.
	mentions=("fil-forget: users user=004210: name mentions the person: edit it"
		"fil-forget: users user=00422: job mentions the person: edit it"
		"fil-forget: aliases alias=after-00421 source=form: alias mentions the person: remove the row by a file, since the log keeps operands"
		"fil-forget: needs user=00422 need=n1 date=2024-02-01: note mentions the person: edit it")
	try fil-forget 00421
	err_is "${mentions[@]}" \
	    'fil-forget: 4 texts above mention them: edit them before you erase; nothing lists them afterwards' \
	    'fil-forget: 1 user would be erased, and nothing was: --yes does it, and cannot be undone'
	cp "$OUT" shown
	try fil-forget -q --yes 00421
	status_is 0
	about_samples
	err_is "${mentions[@]}" "${samples[@]}"
	cmp shown "$OUT"
	[ "$(fil-list users | sed 1d | cut -d, -f1,2)" = $'004210,Zoe (ada-marker)\n00422,Marker Ada' ]
}

@test "more mentions than twenty are all listed" {
	fil_store
	fil-import -q users <<< $'user,name\nmarker-key,Ada\nu2,Bob'
	{ echo user,need,date,note; printf 'u2,n%s,2024-02-01,as marker-key\n' {10..40}; } > list.csv
	fil-record -q needs list.csv > /dev/null
	try fil-forget --yes marker-key
	status_is 0
	[ "$(grep -c 'note mentions the person: edit it$' "$ERR")" = 31 ]
	case $FILROUGE_DB in
	postgresql:*) err_has 'fil-forget: 31 texts above still mention them: edit them' ;;
	*) err_has 'fil-forget: nothing of theirs is left in the files of the store but for the 31 texts above: edit them' ;;
	esac
}

@test "a mention that is edited after the erasure stays in no byte of the store" {
	fil_store
	fil-import -q users <<< $'user,name,job,manager\nmarker-key,Ada MARKER,,\nu2,Bob,aide to Ada Marker,marker-key\nu3,Cem,works for marker-key,\nu4,Dee,,marker-key'
	fil-import -q routines routine=marker-key-r title=R owner=u3 > /dev/null
	fil-import -q routines routine=r2 title='by Ada Marker' owner=marker-key > /dev/null
	fil-record -q needs user=u3 need=n1 date=2024-02-01 note='ask marker-key, not Zoe' > /dev/null
	fil-record -q efforts user=u3 date=2024-02-01 activity=a item=marker-key minutes=5 > /dev/null
	fil-forget -q --yes marker-key > /dev/null 2>&1
	# The rows stand as they were, but for the manager and the owner.
	[ "$(fil-list needs -f csv | sed 1d)" = 'u3,n1,2024-02-01,"ask marker-key, not Zoe"' ]
	fil-import -q users <<< $'user,job\nu2,clerk\nu3,smith' > /dev/null
	fil-import -q users user=u4 job=cook > /dev/null
	# A key that comes back is followed back in time.
	fil-import -q users --rename u3=u30 > /dev/null
	fil-undo -q --last > /dev/null
	fil-import -q users --rename u3=u33 > /dev/null
	timeout 60 fil-record -q needs user=u33 need=n1 date=2024-02-01 note=none > /dev/null
	fil-import -q routines --remove <<< $'routine\nmarker-key-r' > /dev/null
	fil-import -q routines routine=r2 title=R2 > /dev/null
	fil-import -q efforts --remove <<< $'user,date,activity,item\nu33,2024-02-01,a,marker-key' > /dev/null
	# A server does so in time by itself: rows that were overwritten, and samples of values.
	[ "${STORE:-sqlite}" = sqlite ] || vacuum_away marker -c ANALYZE -c 'VACUUM FULL'
	[ "$(bytes | grep -aic marker)" = 0 ]
	try fil-check -q
	[ "$(grep -c ^error "$OUT")" = 0 ]
	# The rest of the row is kept, and the edit can be taken back.
	fil-show u2 | grep -q '^before,users,.*,job,aide to ERASED,'
	fil-undo -q --last > /dev/null
	fil-log > runs
	# shellcheck disable=SC2046
	try fil-log $(sed 1d runs | cut -d, -f1)
	status_is 0
	run=$(grep -n 'fil-record.*none' runs | cut -d: -f2 | cut -d, -f1)
	try fil-undo "$run"
	status_is 0
	[ "$(fil-list needs -f csv | sed 1d)" = 'u33,n1,2024-02-01,"ask ERASED, not Zoe"' ]
	try fil-check -q
	[ "$(grep -c ^error "$OUT")" = 0 ]
}

@test "a mention that other runs write again or move stays in no byte once it is edited" {
	local copy i

	fil_store
	fil-import -q users <<- 'END'
		user,name,job,manager,feed
		marker-key,Ada MARKER,,,a
		u2,Bob,aide to Ada Marker,marker-key,a
		u3,Cem,works for marker-key,,b
		u4,Dee,,u3,b
		u5,Eve,after Ada Marker,,b
	END
	fil-record -q needs user=u3 need=n1 date=2024-02-01 note='ask marker-key, not Zoe' > /dev/null
	fil-record -q needs user=u4 need=n1 date=2024-02-01 note='ask marker-key, not Zoe' > /dev/null
	fil-record -q efforts user=u3 date=2024-02-01 activity=a item=marker-key minutes=5 > /dev/null
	fil-record -q efforts user=u4 date=2024-02-02 activity=a item=marker-key minutes=5 > /dev/null
	# A server samples no table without rows, and keeps its last sample.
	fil-record -q efforts user=u4 date=2024-02-02 activity=a item=other minutes=5 > /dev/null
	fil-forget -q --yes marker-key > /dev/null 2>&1
	# Another column, a join, a renaming, a list: the text stands as it is.
	fil-import -q users user=u2 role=trainer > /dev/null
	fil-import -q users <<< $'user,unit,job\nu2,Legs,aide to Ada Marker' > /dev/null
	fil-record -q efforts <<< $'user,date,activity,item,minutes\nu4,2024-02-02,a,marker-key,7' > /dev/null
	fil-import -q users --rename u3=u4 --prefer old > /dev/null
	fil-import -q users --rename u4=u40 > /dev/null
	fil-import -q users --rename u5=u50 > /dev/null
	printf 'user,name\nu40,Dee\n' | fil-import -q users --sync --force feed=b > /dev/null
	[ "$(fil-list users | sed 1d | cut -d, -f1,5,9)" = $'u2,aide to Ada Marker,\nu40,,\nu50,after Ada Marker,2024-03-15' ]
	# No run that left the text is said to have changed it.
	# shellcheck disable=SC2046
	fil-log $(seq 2 "$(fil-log | sed '$!d; s/,.*//')") > changes
	[ "$(grep -cE ',changed,(job|note|item),' changes)" = 0 ]
	grep -q ',users,user=u2,changed,role,user,trainer$' changes
	[ "$(fil-show u2 | grep ,job,)" = 'now,users,user=u2,job,aide to Ada Marker,2,2024-03-15,' ]
	[ "$(fil-list needs -f csv | sed 1d)" = 'u40,n1,2024-02-01,"ask marker-key, not Zoe"' ]
	[ "$(fil-check -q | grep -c ^error)" = 0 ]
	fil-backup -q copy.db
	fil-init -q -d again.db --from copy.db 2> /dev/null
	# The text is edited here, and in a store made from a copy.
	for copy in "$FILROUGE_DB" "$PWD/again.db"; do
		export FILROUGE_DB=$copy
		fil-import -q users user=u2 job=clerk > /dev/null
		fil-import -q users user=u50 job=smith > /dev/null
		# What another person's text says stays in the history.
		fil-import -q users user=u2 job='aide to Bob' > /dev/null
		fil-import -q users user=u2 job='aide to Cem' > /dev/null
		fil-record -q needs user=u40 need=n1 date=2024-02-01 note=none > /dev/null
		fil-import -q efforts --remove <<< $'user,date,activity,item\nu40,2024-02-01,a,marker-key\nu40,2024-02-02,a,marker-key' > /dev/null
		case $FILROUGE_DB in postgresql:*) psql -qXd "$FILROUGE_DB" -c ANALYZE -c 'VACUUM FULL' ;; esac
		[ "$(bytes | grep -aic marker)" = 0 ]
		[ "$(fil-check -q | grep -c ^error)" = 0 ]
		fil-show u2 > shown
		for i in 'aide to ERASED' clerk 'aide to Bob'; do grep -q "^before,users,.*,job,$i," shown; done
		# No mark is left of a text that is gone.
		[ "$(ask 'select count(*) from erased where pending < 0')" = 0 ]
		fil-log > runs
		# shellcheck disable=SC2046
		fil-log $(sed 1d runs | cut -d, -f1) > changes
		try fil-undo "$(grep 'aide to Cem' runs | cut -d, -f1)"
		status_is 0
		[ "$(fil-list users -w user=u2 | sed 1d | cut -d, -f1,5,7)" = 'u2,aide to Bob,trainer' ]
	done
}

@test "a name is found whatever its case, accents and the order of its words, in texts and names of files" {
	fil_store
	fil-import -q users <<- 'END'
		user,name,email
		u1,Nadège GRÉGOIRE-LAÏ,
		u2,Hélène de La Tour,
		u3,Bob,
		k-élan7,Łukasz ØRSTRÖM-DĄB,
	END
	fil-import -q aliases <<< $'alias,source,user\nłoś.søkmark,form,k-élan7'
	fil-record -q needs user=u3 need=n1 date=2024-02-01 note='vue avec Nadège Grégoire-Laï' > /dev/null
	# shellcheck disable=SC1112
	fil-record -q needs user=u3 need=n2 date=2024-02-01 note='DE LA TOUR Hélène, hélène d’elle' > /dev/null
	fil-record -q needs user=u3 need=n3 date=2024-02-01 note='HÉLÈNE DE LA TOUR' > /dev/null
	printf 'user,unit\nu3,Legs\n' > 'Nadège Grégoire-Laï.csv'
	printf 'user,unit\nu3,Legal\n' > helene-de-la-tour.csv
	fil-import -q users 'Nadège Grégoire-Laï.csv' > /dev/null
	fil-import -q users helene-de-la-tour.csv > /dev/null
	fil-record -q needs user=u3 need=n1 date=2024-02-01 note='lukasz  orstrom dab, K-ELAN7, Los.SOKmark' > /dev/null
	# Accents apart, and a shell that has them as bytes.
	fil-record -q needs user=u3 need=n2 date=2024-02-01 note=$'Łukasz|O\u0308RSTRO\u0308M;Da\u0328b, k-e\u0301lan7' > /dev/null
	i=0
	for file in orstrom.dab.lukasz.csv 'list%20%C3%98RSTR%C3%96M%20D%C4%85b%20Lukasz%2Ecsv' Orstrom%20Dab%20lukasz.csv 'Ørström;Dąb;Łukasz.csv' 'K-ÉLAN7.csv' los.sokmark.csv; do
		printf 'user,unit\nu3,L%s\n' $((++i)) > "$file"
		fil-import -q users "$file" > /dev/null
	done
	mkdir -p 'la tour/hélène.de'
	printf 'user,unit\nu3,Legs\n' > 'la tour/hélène.de/list.csv'
	fil-import -q users 'la tour/hélène.de/list.csv' > /dev/null
	for i in n1 n2 n3; do fil-record -q needs user=u3 need=$i date=2024-02-01 note=none > /dev/null; done
	marks='Gr.{1,4}goire.La|La.Tour|rstr[^e]{1,3}m.D|rstr(om)?%|lan7|s.{1,2}kmark'
	[ "$(bytes | grep -aciE "$marks")" -gt 0 ]
	try fil-forget --yes u1 u2 k-élan7
	status_is 0
	[ "$(bytes | grep -aciE "$marks")" = 0 ]
	[ "$(fil-check -q | grep -c ^error)" = 0 ]
}

@test "a key, name or e-mail is found in a name of a file that encodes it" {
	local name

	fil_store
	fil-import -q users <<< $'user,name,email\nK 42 B,Zoe,zb42@x.example\nu3,Bob,\nu4,Al,'
	for name in zb42%40x.example ZB42%40X%2Eexample K%2042%20B list-k%2042%20b%5f1 %4B\ 42%20%42; do
		printf 'user,unit\nu3,U%s\n' "$name" > "$name.csv"
		fil-import -q users "$name.csv" > /dev/null
	done
	fil-record -q needs user=u4 need=n date=2024-02-01 note='see K%2042%20B' > /dev/null
	try fil-forget --yes 'K 42 B'
	status_is 0
	err_has 'fil-forget: needs user=u4 need=n date=2024-02-01: note mentions the person: edit it'
	fil-record -q needs user=u4 need=n date=2024-02-01 note=none > /dev/null
	[ "$(fil-log -f csv | cut -d, -f5 | sort -u | grep csv | paste -sd' ')" = 'ERASED.csv list-ERASED%5f1.csv' ]
	fil-import -q users <<< $'user,unit\nu3,Legs'
	fil-forget -q --yes u3 > /dev/null
	[ "$(bytes | grep -aciE 'zb42|2042|%20%42')" = 0 ]
	[ "$(fil-check -q | grep -c ^error)" = 0 ]
}

@test "a name of two letters is erased in command lines and inputs, and it is said where it is not sought" {
	local name short=()

	fil_store
	fil-import -q users <<< $'user,name\nK4711,Lê\nK4712,X\nu3,Bob Oli'
	for name in 'feedback Li' feedback-LE feedback%20le letters; do
		printf 'user,unit\nu3,%s\n' "${name:0:3}${name: -2:1}" > "$name.csv"
		fil-import -q users "$name.csv" > /dev/null
	done
	fil-record -q needs user=u3 need=n date=2024-02-01 note='le module' > /dev/null
	fil-record -q needs user=K4711 need=n date=2024-02-01 note=n > /dev/null
	short=('fil-forget: a name of theirs has fewer than 3 letters: it is sought in command lines, inputs and accounts only, and of 1 letter nowhere; texts about others may have it')
	try fil-forget K4711
	err_is "${short[@]}" 'fil-forget: 1 user would be erased, and nothing was: --yes does it, and cannot be undone'
	try fil-forget --yes K4711
	status_is 0
	err_has "${short[@]}"
	[ "${STORE:-sqlite}" != sqlite ] || err_has 'fil-forget: nothing else of theirs is left in the files of the store'
	[ "$(fil-log -f csv | cut -d, -f5 | grep csv | paste -sd' ')" = 'feedback Li.csv feedback-ERASED.csv feedback%20ERASED.csv letters.csv' ]
	[ "$(fil-log -f csv | grep -c 'fil-import -q users feedback.*ERASED.csv,')" = 2 ]
	# Texts about others are not changed: it may be a word.
	[ "$(ask 'select note from needs')" = 'le module' ]
	[ "$(fil-check -q | grep -c ^error)" = 0 ]
	try fil-forget -q --yes K4712
	status_is 0
	err_has "${short[@]}"
}

# bats test_tags=sqlite
@test "a copy that an upgrade made is a file of the store: it is named, and removed with the people in it" {
	local version=5

	sqlite3 old.db < "$DATA/stores/schema-4.sql" > mode
	chmod 600 old.db
	cp old.db again.db
	export FILROUGE_DB=$PWD/old.db
	# A file or a folder of that name stays, and is none of ours.
	mkdir old.db.before-4
	echo text > old.db.before-4-2
	try fil-list users
	status_is 0
	err_is "fil-list: $FILROUGE_DB: brought up to date, from schema 4 to $version; the store as it was is in $FILROUGE_DB.before-4-3, with its personal data: remove it once the new version works"
	try fil-list users
	err_is ''
	[ "$(stat -c %a old.db.before-4-3)" = 600 ]
	fil-import -q users user=late name='Late COMER'
	try fil-forget late
	err_is 'fil-forget: 1 user would be erased, and nothing was: --yes does it, and cannot be undone'
	try fil-forget a1
	err_has "fil-forget: $FILROUGE_DB.before-4-3 holds them too: an upgrade made this copy on $(date -u +%F); --yes removes it, and with it the way back to the older version"
	try fil-forget --yes late
	[ -e old.db.before-4-3 ]
	# A copy that somebody made under such a name is none by an upgrade: of this version, or of an older one
	# as the log says.
	fil-backup -q old.db.before-3
	rmdir old.db.before-4
	fil-backup -q old.db.before-4
	cp old.db.before-4-3 old.db.before-4
	try fil-forget --yes a1
	status_is 0
	err_has "fil-forget: $FILROUGE_DB.before-4-3 was removed, since it held them: the copy that an upgrade made on $(date -u +%F)"
	err_has 'fil-forget: nothing of theirs is left in the files of the store'
	err_has "fil-forget: the copy $FILROUGE_DB.before-3 of 2024-03-15 still holds them"
	err_has "fil-forget: the copy $FILROUGE_DB.before-4 of 2024-03-15 still holds them"
	[ "$(ls -d old.db*)" = $'old.db\nold.db.before-3\nold.db.before-4\nold.db.before-4-2\nold.db.lock' ]
	# fil-check names an old one.
	export FILROUGE_DB=$PWD/again.db
	fil-list -q users > listed
	touch -d '2 months ago' again.db.before-4
	FILROUGE_TODAY=$(date -u +%F) try fil-check
	out_has "warning,copy,,,,\"the copy that an upgrade made is $((($(date -u +%s) - $(stat -c %Y again.db.before-4)) / 86400)) days old, and has personal data: remove $FILROUGE_DB.before-4\""
}

# bats test_tags=sqlite
@test "a copy of an older version is read as it is, also where nothing can be written beside it" {
	local command version

	sqlite3 old.db < "$DATA/stores/schema-4.sql" > mode
	chmod 600 old.db
	fil-list -q -d old.db users > listed
	mkdir copies
	mv old.db.before-4 copies/copy.db
	sha256sum copies/copy.db > before
	chmod 500 copies
	for command in 'fil-list users' 'fil-log' 'fil-forget a1' 'fil-show a1' 'fil-report autonomy'; do
		try "$command -q -d copies/copy.db"
		status_is 0
		err_is ''
	done
	fil-list -d copies/copy.db users | cmp listed -
	try 'fil-check -q -d copies/copy.db'
	[ "$(grep -c ^error "$OUT")" = 0 ]
	sha256sum --check --quiet before
	[ "$(ls -A copies)" = copy.db ]
	for version in 1 2 3; do
		sqlite3 v$version.db < "$DATA/stores/schema-$version.sql" > mode
		chmod 600 v$version.db
		fil-list -q -d v$version.db users > listed
		fil-list -d v$version.db.before-$version users | cmp listed -
	done
}

# bats test_tags=sqlite
@test "a reader of old pages: the rows are gone, the bytes not yet, and the same command finishes" {
	fill
	fil-record -q needs user=00500 need=n date=2024-02-01 note='as Ada Markernew does' > /dev/null
	mention='fil-forget: needs user=00500 need=n date=2024-02-01: note mentions the person: edit it'
	mkfifo hold
	{ printf 'begin; select count(*) from users;\n'; cat hold; } | sqlite3 "$FILROUGE_DB" > reader &
	reader=$!
	exec 9> hold
	until [ -s reader ]; do sleep 0.01; done
	try fil-forget --yes --wait 0 00421
	status_is 75
	err_is "$mention" 'fil-forget: 1 user erased (run 26): this cannot be undone' \
	    "fil-forget: $FILROUGE_DB: the rows are gone, their bytes not yet: a reader holds old pages; try again, and the same command finishes it"
	[ "$(ask 'select count(*) from users')" = 2 ]
	exec 9>&-
	wait "$reader"
	try fil-check
	out_has 'warning,erased,,,,"rows of erased users are gone, their bytes not yet"'
	try fil-forget 00421
	status_is 0
	err_is "$mention" 'fil-forget: an erasure is not finished: --yes finishes it'
	try fil-forget --yes 00421
	status_is 0
	out_is table,rows
	err_is "$mention" 'fil-forget: nothing of theirs is left in the files of the store but for the 1 text above: edit it'
	fil-record -q needs user=00500 need=n date=2024-02-01 note=none > /dev/null
	[ "$(bytes | grep -ciE 'marker|00421')" = 0 ]
	try fil-forget --yes 00421
	status_is 65
}

@test "nobody gets the key of an erased user by a renaming" {
	fil_store
	printf 'user,name\nu1,Ada\nu2,Bo\nu3,Cy\n' | fil-import -q users
	fil-forget -q --yes u1 > /dev/null
	try fil-import users --rename u2=u1
	status_is 1
	err_is "fil-import: --rename: the user 'u1' was erased before: give another key, or --allow erased"
	[ "$(fil-list users | sed 1d | cut -d, -f1 | xargs)" = 'u2 u3' ]
	try fil-import users --rename u2=u1 --allow erased
	status_is 0
	# The key is somebody's now.
	try fil-import users --rename u2=u1
	status_is 0
	try fil-import users --rename u3=u1 --prefer new
	status_is 0
}

@test "where the folder of the settings cannot be made, nothing is erased, and it is said what to do" {
	fil_store
	fil-import -q users user=u1 name=Ada
	try env HOME="$PWD/not/there" XDG_CONFIG_HOME= fil-forget --yes u1
	status_is 77
	err_is "fil-forget: $PWD/not/there/.config/filrouge/erased.key: No such file or directory: this file hides the keys of erased users: make its folder, for this account alone, or set XDG_CONFIG_HOME"
	[ "$(fil-list users | wc -l)" = 2 ]
}

# bats test_tags=sqlite
@test "a list that is made anew finishes an erasure, although it is empty then" {
	fill
	mkfifo hold
	{ printf 'begin; select count(*) from users;\n'; cat hold; } | sqlite3 "$FILROUGE_DB" > reader &
	reader=$!
	exec 9> hold
	until [ -s reader ]; do sleep 0.01; done
	try 'fil-list users -w user=00421 | fil-forget --yes --wait 0 -'
	status_is 75
	exec 9>&-
	wait "$reader"
	fil-list users -w user=00421 > list.csv
	try fil-forget ./list.csv
	status_is 0
	err_is 'fil-forget: an erasure is not finished: --yes finishes it'
	try 'fil-list users -w user=00421 | fil-forget --yes -'
	status_is 0
	err_finished
	try fil-check
	[ "$(grep -c ,erased, "$OUT")" = 0 ]
	[ "$(bytes | grep -ciE 'marker|00421')" = 0 ]
	try fil-forget --yes ./list.csv
	status_is 0
	err_is 'fil-forget: no user was given: nothing is to be erased'
}

# bats test_tags=sqlite
@test "a full disk: the rows are gone, the bytes not yet, and the same command finishes" {
	fil_store
	fil-import -q users <<< $'user,name\nu1,Bo\nmarker-key,Ada'
	{ echo user,need,date,note; printf 'u1,n%s,2024-02-01,a note that is long enough to fill some pages\n' {1..20000}; } > needs.csv
	fil-record -q needs needs.csv > /dev/null
	fil-record -q needs user=marker-key need=n date=2024-02-01 > /dev/null
	size=$(stat -c %s "$FILROUGE_DB")
	[ "$size" -gt 1000000 ]
	# Room for the rows, not for a second file in the log.
	try "(ulimit -f $((size / 2048)); fil-forget --yes marker-key)"
	status_is 74
	err_is 'fil-forget: 1 user erased (run 5): this cannot be undone' \
	    "fil-forget: $FILROUGE_DB: the store reaches the limit of a file's size (ulimit -f); the rows are gone, their bytes not yet: the same command finishes it"
	try fil-forget --yes marker-key
	status_is 0
	err_finished
	[ "$(bytes | grep -aic marker)" = 0 ]
}

# bats test_tags=postgresql
@test "a reader of old rows on a server: the same command finishes" {
	fill
	mkfifo hold
	{ printf 'begin isolation level repeatable read; select count(*) from users;\n'; cat hold; } |
		psql -qXAt "$FILROUGE_DB" > reader &
	reader=$!
	exec 9> hold
	until [ -s reader ]; do sleep 0.01; done
	try fil-forget --yes --wait 0 --match email new@marker.example
	status_is 75
	exec 9>&-
	wait "$reader"
	try fil-forget --yes --match email new@marker.example
	status_is 0
	err_finished
}

# bats test_tags=postgresql,one-server
@test "a writer in another database of the server keeps old rows: the same command finishes" {
	local other=${FILROUGE_DB}_other

	fil_store
	fil-import -q users user=u1 name='Ada MARKER'
	fil-record -q needs user=u1 need=help date=2024-02-01 note=marker-note > /dev/null
	psql -qXd "$FILROUGE_DB" -c "create database ${other##*/}"
	mkfifo hold
	{ printf 'begin; create table t (a int); select 1;\n'; cat hold; } | psql -qXAtd "$other" > writer &
	writer=$!
	exec 9> hold
	until [ -s writer ]; do sleep 0.01; done
	try fil-forget --yes --wait 0 u1
	status_is 75
	exec 9>&-
	wait "$writer"
	try fil-forget --yes u1
	status_is 0
	psql -qXd "$FILROUGE_DB" -c "drop database ${other##*/}"
	[ "$(bytes | grep -ciE marker)" = 0 ]
}

# bats test_tags=postgresql,one-server
@test "a standby of the server that reads old rows keeps them: the same command finishes" {
	local standby=$FILROUGE_CLUSTER/standby as=() programs reader held left

	[ "$(id -u)" != 0 ] || as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
	programs=$(dirname "$(readlink "/proc/$(head -n 1 "$FILROUGE_CLUSTER/5432/postmaster.pid")/exe")")
	fill
	"${as[@]}" env -C / "$programs/pg_basebackup" -h "$FILROUGE_CLUSTER" -U filrouge -D "$standby" -R -C -S standby -c fast
	"${as[@]}" env -C / "$programs/pg_ctl" -D "$standby" -l "$standby.log" -s -w start -o "-p 5439 -c listen_addresses='' \
		-c unix_socket_directories='$FILROUGE_CLUSTER' -c fsync=off -c hot_standby_feedback=on -c wal_receiver_status_interval=1" 3>&-
	coproc READER { PGPORT=5439 psql -qXAtd "${FILROUGE_DB##*/}" 3>&- 2>&1; }
	echo 'begin isolation level repeatable read; select count(*) from users;' >&"${READER[1]}"
	read -r reader <&"${READER[0]}"
	[ "$reader" = 3 ]
	for _ in {1..50}; do
		[ -z "$(psql -qXAtd "$FILROUGE_DB" -c 'select xmin from pg_replication_slots where xmin is not null')" ] || break
		sleep 0.1
	done
	try fil-forget --yes --wait 2 00421
	held=$status
	cp "$ERR" held
	echo 'commit;' >&"${READER[1]}"
	try fil-forget --yes 00421
	left=$(bytes | grep -aci marker || true)
	"${as[@]}" env -C / "$programs/pg_ctl" -D "$standby" -m immediate -s stop
	psql -qXd "$FILROUGE_DB" -c "select pg_drop_replication_slot('standby')" > /dev/null
	rm -rf "$standby"
	cat held "$ERR" >&2
	[ "$held" = 75 ]
	[ "$(grep -c 'a reader holds old pages' held)" = 1 ]
	status_is 0
	[ "$left" = 0 ]
}

# bats test_tags=postgresql
@test "samples of values that a view keeps on a server are named" {
	fil_store
	fil-import -q users user=u1 name='Ada MARKER'
	fil-record -q needs user=u1 need=help date=2024-02-01 note=marker-note > /dev/null
	psql -qXd "$FILROUGE_DB" -c 'create view notes as select note from needs' -c ANALYZE
	try fil-forget --yes u1
	status_is 0
	err_has "fil-forget: the server's samples of values (pg_statistic) may still hold theirs: let its administrator remove them, and run VACUUM (FULL) pg_statistic"
	err_has 'fil-forget: 1 user erased (run 4): this cannot be undone'
	try fil-check -q
	status_is 0
}

# bats test_tags=postgresql,one-server
@test "roles that do not own the tables, or the database of a server, say what is left to whom" {
	local name=${FILROUGE_DB##*/} owner writer

	fil_database
	owner=${FILROUGE_DB/filrouge@/${name}_owner@} writer=${FILROUGE_DB/filrouge@/${name}_writer@}
	psql -qXd "$FILROUGE_DB" -c "create role ${name}_owner login" -c "create role ${name}_writer login" \
		-c "grant create on schema public to ${name}_owner"
	fil-init -q -d "$owner"
	fil-import -q -d "$owner" users user=u1 name='Ada MARKER'
	fil-import -q -d "$owner" users user=u2 name='Bo'
	fil-record -q -d "$owner" needs user=u1 need=help date=2024-02-01 note=marker-note > /dev/null
	psql -qXd "$owner" -c ANALYZE -c "grant select, insert, update, delete on all tables in schema public to ${name}_writer" 2> /dev/null
	[ "$(ask "select count(*) from pg_stats where most_common_vals::text ilike '%marker%' or histogram_bounds::text ilike '%marker%'")" -gt 0 ]
	try fil-forget --yes -d "$writer" u1
	status_is 77
	err_is 'fil-forget: 1 user erased (run 5): this cannot be undone' "fil-forget: $writer: the rows are gone, their bytes not yet: only the owner of the tables may vacuum them; let the owner give the same command"
	try fil-forget --yes -d "$owner" u1
	status_is 0
	err_is "fil-forget: the server's samples of values (pg_statistic) may still hold theirs: let its administrator remove them, and run VACUUM (FULL) pg_statistic" \
		"fil-forget: the tables are written again; the server's archives of its log and its base backups may still hold them"
	[ "$(ask "select count(*) from pg_stats where most_common_vals::text ilike '%marker%' or histogram_bounds::text ilike '%marker%'")" = 0 ]
	# What is left are rows that the server has deleted.
	vacuum_away marker -c 'VACUUM (FULL) pg_statistic'
	[ "$(bytes | grep -ciE marker)" = 0 ]
}

@test "a list does not bring somebody back silently" {
	fill
	fil-forget -q --yes 00421 > /dev/null
	printf 'user,name\n00421,Ada\n00600,Eve\n' > list.csv
	try fil-import users list.csv
	status_is 65
	err_has "fil-import: list.csv:2: user: '00421' was erased before: leave the row out, or --allow erased"
	try fil-import -q users --keep-going list.csv
	status_is 1
	try fil-import -q users --sync --allow erased,twin list.csv
	status_is 0
	[ "$(fil-list users | sed 1d | cut -d, -f1)" = $'00421\n00500\n00510\n00600' ]
	# The secret is beside the settings, and only there.
	[ "$(stat -c %a ~/.config/filrouge/erased.key)" = 600 ]
	[ "$(cat "$FILROUGE_DB"* 2> /dev/null | grep -cf ~/.config/filrouge/erased.key)" = 0 ]
	# Without it nobody knows who was erased: no user is added by mistake.
	rm ~/.config/filrouge/erased.key
	try fil-import users <<< $'user,name\n00700,Max'
	status_is 78
	err_has "fil-import: $HOME/.config/filrouge/erased.key: missing, so that erased users are not recognised: copy it from the account that erased them; --allow erased adds new users all the same"
	[ "$(fil-list users | grep -c 00700)" = 0 ]
	try fil-import -q users user=00500 unit=Legs
	status_is 0
	try fil-import -q users --allow erased <<< $'user,name\n00700,Max'
	status_is 0
}

@test "--anonymise keeps the figures" {
	fill
	fil-import -q users <<< $'user,name,unit\n1,A,Legs\n2,B,Legs\n3,C,Legs/X\n4,D,Legs\n5,E,Legs'
	fil-record -q autonomy user=00500 dimension=tool level=4 source=self date=2024-03-01 note=Bob > /dev/null
	for subject in autonomy levels progress routines promises time agreement modules phases commitment; do
		fil-report "$subject" > "$subject.before" 2> /dev/null
	done
	try fil-forget --yes --anonymise 00421 00500
	status_is 0
	err_finished 'fil-forget: 2 users made anonymous (run 27): this cannot be undone'
	for subject in autonomy levels progress routines promises time agreement modules phases commitment; do
		fil-report "$subject" 2> /dev/null | cmp "$subject.before" -
	done
	[ "$(bytes | grep -ciE '00421|00500|marker(love|new)|dylane|marker-note|marker-second|@marker|@example')" = 0 ]
	[ "$(ask "select count(*) from users where \"user\" like 'anon-__________' and name = \"user\" and feed = 'anonymous' and email is null and job is null")" = 2 ]
	# Bob's unit has six users, and Ada's one.
	[ "$(ask "select count(*) from users where unit = 'Legs' and feed = 'anonymous'")" = 1 ]
	[ "$(ask "select count(*) from users where unit is null and feed = 'anonymous'")" = 1 ]
	whole
	# shellcheck disable=SC2046
	try fil-log $(fil-log | sed 1d | cut -d, -f1)
	status_is 0
	# Nobody who is anonymous leaves with a list, nor is made anonymous again.
	try fil-import -q users --sync --allow twin <<< $'user,name\n1,A\n2,B\n3,C\n4,D\n5,E'
	status_is 0
	try fil-forget --yes --anonymise --left-before 2024-03-01
	err_is 'fil-forget: nobody left before 2024-03-01: nothing is to be erased'
}

@test "--anonymise clears the person as manager, trainer or owner, also in the history" {
	local key

	fil_store
	fil-import -q users <<- 'END'
		user,name,manager
		K111,Ann Bee,
		K222,Cid Dee,K111
		K333,Eve Fay,K222
		K444,Gil Hue,
	END
	fil-import -q modules <<< $'module,title,kind\nm1,M,course\nm2,N,course'
	fil-import -q routines <<< $'routine,title,owner\nr1,R,K111\nr2,S,K444'
	fil-import -q promises <<< $'promise,kind,statement,owner,made\np1,promise,S,K111,2024-01-01'
	# The trainer of another, of themselves, and of another one of the people.
	fil-assign -q user=K444 module=m1 trainer=K111 reason=r > /dev/null
	fil-assign -q user=K111 module=m1 trainer=K111 reason=r > /dev/null
	fil-assign -q user=K222 module=m1 trainer=K111 reason=r > /dev/null
	fil-assign -q user=K111 module=m2 trainer=K444 reason=r > /dev/null
	# Once, and no more.
	fil-import -q users user=K444 manager=K111 > /dev/null
	fil-import -q users user=K444 manager=K333 > /dev/null
	fil-import -q users user=K444 job=clerk > /dev/null
	try fil-forget --yes --anonymise K111 K222
	status_is 0
	[ "$(fil-list users -f csv | sed 1d | cut -d, -f1,6 | sed 's/anon-.*,/anon,/' | sort | paste -sd' ')" = 'K333, K444,K333 anon, anon,' ]
	[ "$(fil-list routines -f csv | sed 1d | cut -d, -f1,6 | paste -sd' ')" = 'r1, r2,K444' ]
	[ "$(ask 'select count(*) from promises where owner is null')" = 1 ]
	[ "$(ask 'select count(*) from assignments where trainer is null')" = 3 ]
	[ "$(ask "select count(*) from assignments where trainer = 'K444' and \"user\" like 'anon-%'")" = 1 ]
	# The keys stand in rows about the people alone.
	for key in $(ask "select \"user\" from users where \"user\" like 'anon-%'"); do
		# shellcheck disable=SC2046
		[ "$(fil-log $(fil-log -f csv | sed 1d | cut -d, -f1) -f csv | grep -v "user=$key" | grep -c "$key")" = 0 ]
	done
	[ "$(fil-check -q | grep -c ^error)" = 0 ]
	whole
}

@test "--anonymise lists what still mentions the people in their own rows" {
	local key

	fil_store
	fil-import -q users <<< $'user,name,email\nfirst-1,Paul MARKER,marker@x.example\nfirst-2,Luc SEKOND,'
	fil-record -q needs <<< $'user,need,date,note\nfirst-1,for-first-1,2024-03-01,note'
	fil-record -q needs <<< $'user,need,date,note\nfirst-1,for-first-1,2024-03-01,other'
	fil-record -q efforts <<< $'user,date,activity,item,minutes\nfirst-1,2024-03-01,help Paul Marker,marker@x.example,3'
	try fil-forget --anonymise first-1 first-2
	grep -q '^fil-forget: needs user=first-1 need=for-first-1 date=2024-03-01: need mentions' "$ERR"
	try fil-forget --yes --anonymise first-1 first-2
	status_is 0
	key=$(fil-list needs -f csv | sed -n '2s/,.*//p')
	grep -qx "fil-forget: needs user=$key need=for-first-1 date=2024-03-01: need mentions the person: remove the row by a file, since the log keeps operands" "$ERR"
	[ "$(grep -cE "efforts user=$key .*: (activity|item) mentions the person: remove the row by a file, since the log keeps operands$" "$ERR")" = 2 ]
	grep -q ' 3 texts above' "$ERR"
	# Once they are gone, nothing keeps them.
	fil-import -q needs --remove user="$key" need=for-first-1 date=2024-03-01 > /dev/null
	fil-import -q efforts --remove user="$key" date=2024-03-01 activity='help Paul Marker' item=marker@x.example > /dev/null
	# shellcheck disable=SC2046
	[ "$(fil-log $(fil-log -f csv | sed 1d | cut -d, -f1) | grep -ciE 'marker|first-1')" = 0 ]
	[ "$(fil-check -q | grep -c ^error)" = 0 ]
}

@test "a copy is named whatever its name, also after an erasure took a key from it" {
	local name

	fil_store
	fil-import -q users <<< $'user,name\nheld-1,Ada\nheld-2,Bo'
	for name in copy-held-1.db $'l\xe9.db' $'a\nb.db' $'a\tb.db' $'a\u200bb.db' 'a*[b].db' 'a\x41.db'; do
		fil-backup -q "$name"
	done
	echo text > copy-other.db
	fil-forget -q --yes held-1
	try fil-forget held-2
	status_is 0
	grep ' the copy ' "$ERR" | sed 's|.* the copy .*/||; s| of .* still holds them$||' | LC_ALL=C sort > named
	printf '%s\n' 'a*[b].db' 'a\u{200b}b.db' 'a\x09b.db' 'a\x0ab.db' 'a\x41.db' copy-held-1.db 'l\xe9.db' | LC_ALL=C sort | diff - named
}

@test "a key is found as a whole word" {
	fil_store
	fil-import -q users <<< $'user,name\nA7391,Zoe\nX-A7391,Al\nB1,Bo'
	fil-import -q aliases <<< $'alias,source,user\nchez-A7391,moodle,B1\nchezA7391,moodle,B1'
	for name in staff-A7391 nA7391 A73912; do
		echo $'user,name\nB1,Bo' > $name.csv
		fil-import -q users $name.csv > /dev/null
	done
	try fil-forget --yes A7391
	status_is 0
	err_has 'fil-forget: aliases alias=chez-A7391 source=moodle: alias mentions the person: remove the row by a file, since the log keeps operands'
	[ "$(grep -c 'mentions the person' "$ERR")" = 1 ]
	[ "$(fil-log -f csv | grep -oE '[^ ,/]*\.csv' | sort -u | paste -sd' ')" = 'A73912.csv nA7391.csv staff-ERASED.csv' ]
}

@test "aliases follow their user: renamed, joined, shown, made anonymous, erased" {
	fil_store
	fil-import -q users <<< $'user,name\nu1,Ada\nu2,Bo\nu3,Cy'
	fil-import -q aliases <<< $'alias,source,user\nada.l,moodle,u1\nal@x.org,form,u2\nbo.b,moodle,u3'
	fil-import -q aliases alias=bo.b source=moodle user=u2
	fil-import -q users --rename u1=n1
	fil-import -q users --rename u2=n1
	try fil-list aliases
	out_is alias,source,user ada.l,moodle,n1 al@x.org,form,n1 bo.b,moodle,n1
	try "fil-list aliases --active -w user=n1 | cut -d, -f3 | uniq"
	out_is user n1
	try "fil-show -q n1 | grep aliases | cut -d, -f2-"
	out_is 'aliases,alias=ada.l source=moodle,user,n1,3,2024-03-15,' \
	    'aliases,alias=al@x.org source=form,user,n1,6,2024-03-15,' 'aliases,alias=bo.b source=moodle,user,n1,6,2024-03-15,' \
	    'aliases,alias=al@x.org source=form,user,u2,3,2024-03-15,6' 'aliases,alias=bo.b source=moodle,user,u2,4,2024-03-15,6'
	fil-undo -q 6
	try "fil-list aliases -w user=u2 | cut -d, -f1"
	out_is alias al@x.org bo.b
	fil-forget -q --yes --anonymise u2
	try fil-list aliases
	out_is alias,source,user ada.l,moodle,n1
	try "dump | grep -e bo.b -e al@x"
	out_is ''
	fil-forget -q --yes n1
	try "dump | grep -e ada.l"
	out_is ''
	[ "$(fil-list users | wc -l)" -eq 3 ]
}

@test "copies that still hold the person are named with their days" {
	fill
	for copy in with.db without.db gone.db; do
		fil-init -q -d $copy
		fil-import -q -d $copy users <<< $'user,name\n00500,Bob'
	done
	fil-import -q -d with.db users <<< $'user,name\n00421,Ada'
	rm gone.db
	echo no store > damaged.db
	# The runs of fil-backup have the path of the copy as their input.
	run=2
	for copy in with.db without.db gone.db damaged.db; do
		ask "update runs set command = 'fil-backup $copy', input = '$PWD/$copy' where run = $((run++))"
	done
	try fil-forget 00421
	status_is 0
	err_is "fil-forget: the copy $PWD/with.db of 2024-03-15 still holds them" \
	    "fil-forget: the copy $PWD/damaged.db of 2024-03-15 may still hold them: $PWD/damaged.db: a text file, no store" \
	    'fil-forget: 1 user would be erased, and nothing was: --yes does it, and cannot be undone'
}

@test "two accounts that erase with secrets of their own bring nobody back silently" {
	local other=$PWD/other

	fill
	fil-forget -q --yes 00421 > /dev/null
	XDG_CONFIG_HOME=$other fil-forget -q --yes 00510 > /dev/null
	# Neither account recognises all who were erased, and both say so.
	try fil-import users user=00510 name=Ada
	status_is 78
	err_has "fil-import: $HOME/.config/filrouge/erased.key: lacks the secret of another account that erased users, so that these are not recognised: add the line of its erased.key; --allow erased adds new users all the same"
	try env XDG_CONFIG_HOME="$other" fil-import users user=00421 name=Ada
	status_is 78
	err_has "fil-import: $other/filrouge/erased.key: lacks the secret of another account that erased users, so that these are not recognised: add the line of its erased.key; --allow erased adds new users all the same"
	# Nothing else is refused.
	try fil-import -q users user=00500 unit=Legs
	status_is 0
	# With both secrets, they do.
	cat "$other/filrouge/erased.key" >> ~/.config/filrouge/erased.key
	try fil-import users <<< $'user,name\n00421,Ada\n00510,Bea\n00700,Max'
	status_is 65
	err_has "fil-import: -:2: user: '00421' was erased before: leave the row out, or --allow erased"
	err_has "fil-import: -:3: user: '00510' was erased before: leave the row out, or --allow erased"
	try fil-import -q users user=00700 name=Max
	status_is 0
	# An erasure takes the secret that the store knows, not the first of the file.
	mkdir third
	{ head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; echo; cat "$other/filrouge/erased.key"; } > third/key
	mkdir -p third/filrouge
	install -m 600 third/key third/filrouge/erased.key
	XDG_CONFIG_HOME=$PWD/third fil-forget -q --yes 00700 > /dev/null
	try fil-import users user=00700 name=Max
	status_is 65
	err_has "fil-import: command line: user: '00700' was erased before: leave the row out, or --allow erased"
	# Other words are no secret.
	echo more >> ~/.config/filrouge/erased.key
	try fil-import users user=00800 name=Max
	status_is 78
	err_has "fil-import: $HOME/.config/filrouge/erased.key: not the secret of erased users: 64 hexadecimal digits; --allow erased adds new users all the same"
}

@test "nothing is erased while others may read the secret that hides the keys" {
	fill
	mkdir -p ~/.config/filrouge
	head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' > ~/.config/filrouge/erased.key
	chmod 640 ~/.config/filrouge/erased.key
	dump > before
	try fil-forget --yes 00421
	status_is 78
	out_is ''
	err_is "fil-forget: $HOME/.config/filrouge/erased.key: others may read the secret that hides the keys of erased users: chmod 600"
	dump > after
	cmp before after
	chmod 600 ~/.config/filrouge/erased.key
	try fil-forget --yes 00421
	status_is 0
	# New users wait for the same remedy, and for no other.
	chmod 640 ~/.config/filrouge/erased.key
	try fil-import users user=new name='Eve Fox'
	status_is 78
	err_has "fil-import: $HOME/.config/filrouge/erased.key: others may read the secret that hides the keys of erased users: chmod 600"
	mv ~/.config/filrouge/erased.key key
	ln -s "$PWD/key" ~/.config/filrouge/erased.key
	try fil-import users user=new name='Eve Fox'
	status_is 77
	err_has "fil-import: $HOME/.config/filrouge/erased.key: Too many levels of symbolic links: it must be a file of this account, mode 0600"
}
