#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# bats file_tags=sqlite
# shellcheck disable=SC2016 # the tests of the tests are in single quotes
# tests/run itself: what fails is told, and nothing that fails is told as a success.
load helper

RUN=$BATS_TEST_DIRNAME/../run

# Writes a test into x.bats: test_is NAME LINE...
test_is() {
	printf '%s\n' "@test \"$1\" {" "${@:2}" '}' >> x.bats
}

@test "what fails is told with its line, and the others run" {
	test_is 'a, b: $c' true '[ 1 = 1 ]'
	test_is 'in the middle' 'echo said' false true
	test_is 'at the end' '[ 1 = 2 ]'
	test_is 'in a function' 'inner() { ls nowhere 2> /dev/null; echo on; }' inner true
	test_is 'in a subshell' '(exit 3)' true
	test_is 'an end too early' 'exit 0'
	test_is 'a command that must fail' 'run ! false' 'run ! true'
	test_is 'a variable' 'run echo x' '[ "$output$status" = x0 ]' 'run false' '[ "$status" -eq 1 ]'
	test_is 'not here' 'skip "no such system"' false
	test_is 'in a condition' 'if false; then :; fi' 'false || true' '! false'
	try "$RUN" x.bats
	status_is 1
	out_is <<- END
		1..10
		ok 1 a, b: \$c
		not ok 2 in the middle
		# said
		# status 1 at:
		# $PWD/x.bats, line 7
		not ok 3 at the end
		# status 1 at:
		# $PWD/x.bats, line 11
		not ok 4 in a function
		# status 2 at:
		# $PWD/x.bats, line 14
		# $PWD/x.bats, line 15
		not ok 5 in a subshell
		# status 3 at:
		# $PWD/x.bats, line 19
		not ok 6 an end too early
		# status 1 at:
		not ok 7 a command that must fail
		# status 1 at:
		# $PWD/x.bats, line 27
		ok 8 a variable
		ok 9 not here # skip no such system
		ok 10 in a condition
	END
	err_is ''
}

@test "setup and teardown run with each test, and setup_file once; what fails in them is a failure" {
	printf '%s\n' 'setup_file() { echo file >> "$PWD/ran"; }' \
	    'setup() { mine=$PWD/ran; echo setup >> "$mine"; [ "${test:-}" != test_10 ]; }' \
	    'teardown() { echo "teardown $left" >> "$mine"; [ "$left" != 2 ]; }' > x.bats
	test_is one left=1 false
	test_is two left=2
	printf '\n' >> x.bats
	test_is three left=3
	try "$RUN" x.bats
	status_is 1
	grep -E '^(not )?ok' "$OUT" > got
	[ "$(< got)" = $'not ok 1 one\nnot ok 2 two\nok 3 three' ]
	[ "$(< ran)" = $'file\nsetup\nteardown 1\nsetup\nteardown 2\nsetup\nteardown 3' ]
}

@test "a file that cannot be read or prepared is a failure" {
	test_is one true
	for line in 'setup_file() { false; }' 'if' 'no-such-command' '@test "one line" { true; }'; do
		cp x.bats y.bats
		echo "$line" >> y.bats
		try "$RUN" y.bats
		status_is 1
		out_has 'not ok 1 setup_file'
	done
}

@test "tests of another engine are left out, and the rest is what bats says it is" {
	test_is both true
	echo '# bats test_tags=sqlite' >> x.bats
	test_is file true
	echo '# bats test_tags=postgresql' >> x.bats
	test_is server true
	test_is again true
	try env STORE=sqlite "$RUN" x.bats
	out_is 1..3 'ok 1 both' 'ok 2 file' 'ok 3 again'
	try env STORE=postgresql "$RUN" x.bats
	out_is 1..3 'ok 1 both' 'ok 2 server' 'ok 3 again'
	sed -i '1i # bats file_tags=postgresql' x.bats
	try env STORE=sqlite "$RUN" x.bats
	status_is 0
	out_is 1..0
}
