#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The weekly page on extreme stores: empty, of one user, of very many units, and with names that try to break it.
load helper

setup() {
	fil_setup
	export FILROUGE_TODAY=2024-03-31
}

# Prints users: users UNITS SIZE, so many for each unit.
users() {
	perl -e 'print "user,name,unit\n"; for my $u (1 .. $ARGV[0]) { printf "%04d%02d,Ada,Unit %04d\n", $u, $_, $u for 1 .. $ARGV[1] }' "$@"
}

# Prints levels of these users for each Sunday of twelve weeks.
levels() {
	users "$1" "$2" | perl -ne 'BEGIN { print "user,date,tool,process\n"; @days = map { sprintf "2024-%02d-%02d", @$_ }
			[1, 14], [1, 21], [1, 28], [2, 4], [2, 11], [2, 18], [2, 25], [3, 3], [3, 10], [3, 17], [3, 24], [3, 31] }
		next if $. == 1; my ($user) = /^(\d+)/;
		printf "%s,%s,%d,%d\n", $user, $days[$_], ($user + $_) % 6, ($user + 2 * $_) % 6 for 0 .. 11'
}

# Checks a page, and prints its size where it is not below a limit: sound FILE BYTES.
sound() {
	perl -w "$BATS_TEST_DIRNAME/week.pl" html < "$1"
	[ "$(wc -c < "$1")" -lt "$2" ] || { wc -c "$1"; return 1; }
}

@test "a page without users, and one of a single user" {
	fil_store
	for form in html text markdown json; do fil-week -f $form > none.$form; done
	sound none.html 30000
	grep -qF '<p class="said">No users count on 31 March: there is nothing to say yet.</p>' none.html
	for form in text markdown json; do grep -qF 'No users count on 31 March: there is nothing to say yet.' none.$form; done
	perl -w "$BATS_TEST_DIRNAME/week.pl" figures < none.json
	fil-import -q users <<< $'user,name,unit\na,Ada,Finances'
	for day in 2024-03-31 2024-01-07; do
		for lang in fr en; do fil-week --as-of $day --lang $lang -f html > one.$lang; sound one.$lang 60000; done
	done
	fil-week -f json > one.json
	perl -w "$BATS_TEST_DIRNAME/week.pl" figures < one.json
	grep -qF '<p class="said">0 people of 1 are autonomous (0.0% to 100.0%), as many as on 24 March.</p>' \
		<(fil-week -f html)
}

@test "a page of 12 weeks and 20 units is under 200 KB, one of 2,000 units shows 30" {
	fil_store
	users 20 5 | fil-import -q users
	levels 20 5 | fil-record -q autonomy source=test
	fil-week -f html > twenty.html
	sound twenty.html 200000
	[ "$(grep -c '<tr><th scope="row"><bdi>Unit ' twenty.html)" -eq 40 ]
	users 2000 1 | fil-import -q users
	fil-week --min-group 0 -f html > many.html
	sound many.html 200000
	[ "$(grep -c '<tr><th scope="row"><bdi>Unit ' many.html)" -eq 60 ]
	grep -qF '<p class="note">1,970 rows more: <code>fil-report autonomy --by unit --depth 1 --min-group 0 --as-of 2024-03-31</code>.</p>' many.html
	[ "$(fil-week --min-group 0 | wc -l)" -lt 200 ]
	fil-week --min-group 0 -f json > many.json
	perl -w "$BATS_TEST_DIRNAME/week.pl" figures < many.json
}

@test "markup, long names and names from right to left stay text" {
	local long

	fil_store
	long=$(printf '%0200d' 7)
	perl -e 'print "user,name,unit\n"; my $n; for my $unit (@ARGV) { $n++; $unit =~ s/"/""/g;
		print "$n$_,\"<b>$unit</b>\",\"$unit\"\n" for 1 .. 5 }' \
		'<script>alert(1)<\script>' '"><img src=x onerror=alert(1)>' "' onload='alert(1)" '&lt;b&gt; &amp; ]]>' \
		'</title></style></svg></table>' 'مديرية الشؤون (أ)' "$long" | fil-import -q users
	printf '%s\n' 'phase,title,kind,begins,ends' 'one,<b>Pilot & '"$long"',pilot,2024-02-01,' | fil-import -q phases
	fil-record -q autonomy source=test date=2024-02-20 <<< $'user,tool,process\n11,3,3\n21,1,5'
	mkdir -p .config/filrouge
	printf '%s\n' '[week]' 'title = <script>alert("t")</script>' 'footer = </footer><img src=x> & "so"' \
		'[controller]' 'name = <b>Name</b>' 'contact = <a href=x>us</a>' > .config/filrouge/week.ini
	for lang in fr en; do
		for data in fr en; do
			fil-week --min-group 0 --names --lang $lang --profile <(sed "1a data-lang = $data" .config/filrouge/week.ini) -f html > page
			sound page 200000
		done
	done
	fil-week --min-group 0 --lang en -f html > page
	grep -qF "<title>filrouge 2024-W13: 1 of 35 autonomous (0)</title>" page
	grep -qF '<h1><bdi>&lt;script&gt;alert(&quot;t&quot;)&lt;/script&gt;</bdi>: week 13, 25 to 31 March 2024</h1>' page
	grep -qF '<tr><th scope="row"><bdi>&lt;script&gt;alert(1)&lt;\script&gt;</bdi></th>' page
	grep -qF '<tr><th scope="row"><bdi>مديرية الشؤون (أ)</bdi></th>' page
	grep -qF "<tr><th scope=\"row\"><bdi>$long</bdi></th>" page
	# Labels of pictures are cut where they would leave them.
	[ "$(grep -o '<text[^>]*>[^<]*</text>' page | grep -c '<text[^>]*>[^<]\{100,\}')" -eq 0 ]
	grep -q '<text[^>]*class="s hn">&lt;b&gt;Pilot[^<]*…[^<]*1 Feb</text>' page
	fil-week --min-group 0 -f json > page.json
	perl -w "$BATS_TEST_DIRNAME/week.pl" figures < page.json
	for list in 'fil-list users' 'fil-report autonomy --by unit' 'fil-show 11'; do
		$list --lang en -f html > page
		perl -w "$BATS_TEST_DIRNAME/week.pl" html < page
	done
}

@test "names of phases stay within their picture, and apart, at the largest size of text" {
	fil_store
	users 1 6 | fil-import -q users
	levels 1 6 | fil-record -q autonomy source=test
	printf '%s\n' 'phase,title,kind,begins,ends' 'one,Déploiement du dossier numérique,rollout,2024-02-19,' \
		"two,$(printf 'long %.0s' {1..40}),rollout,2024-01-16," 'three,Near,rollout,2024-02-20,' | fil-import -q phases
	fil-week -f html > page
	# A character takes 8.5 units of the 480 wide.
	perl -CSD -Mutf8 -ne 'while (/<text x="([\d.]+)" y="14"(?: text-anchor="(\w+)")? class="s hn">(?:<bdi>)?([^<]*)/g) {
			my $wide = 8.5 * length $3; my $from = ($2 // "") eq "end" ? $1 - $wide : $1;
			print "$3\n" if $from < 0 || $from + $wide > 480 || defined $to && $from < $to; $to = $from + $wide; $n++ }
		END { print "$n names\n" }' page > names
	diff - names <<< '1 names'
}
