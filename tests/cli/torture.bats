#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
load helper

# What may be in the way of a command, at every point of it: tests/torture/torture.pl says how. Some of the points here,
# all of them with FILROUGE_TORTURE, which names a file for the figures.

# Torments the commands: torment WHAT FEW MANY [FEW-ON-A-SERVER]. Memory and calls have a server of their own: no
# transactions of others are there. Two programs share those of memory, since no other test takes as long.
torment() {
	local what=$1 few=$2 many=$3 parts=1 part pids=() beside=()

	if [[ ${STORE:-sqlite} != sqlite && $what =~ ^(memory|calls)$ ]]; then
		few=$4
		beside=(env -u FILROUGE_BIN STORE= TMPDIR="${BATS_RUN_TMPDIR%/*}" "$BATS_TEST_DIRNAME/../cluster")
	fi
	export FILROUGE_SHIMS=${FILROUGE_SHIMS:-$BATS_TEST_DIRNAME/../../build/torture}
	! ldd "$FILROUGE_BIN/fil-list" | grep -q asan || skip 'the sanitizer has an allocator of its own'
	[ -z "$FILROUGE_TORTURE" ] || few=$many
	[ "$what" != memory ] || parts=2
	for ((part = 1; part <= parts; part++)); do
		mkdir "$part"
		(cd "$part" && TORTURE_PART=$part/$parts "${beside[@]}" perl "$BATS_TEST_DIRNAME/../torture/torture.pl" "$what" "$few") > "$part.out" 2>&1 &
		pids+=($!)
	done
	status=0
	for part in "${pids[@]}"; do wait "$part" || status=$?; done
	[ -z "$FILROUGE_TORTURE" ] || tail -qn 1 ./*.out >> "$FILROUGE_TORTURE"
	[ "$status" -eq 0 ] || cat ./*.out
	[ "$status" -eq 0 ]
}

@test "where memory fails, a command says so and leaves the old state or the new one" {
	torment memory 1/6 0 1/20
}

@test "where a system call fails, a command says so and leaves the old state or the new one" {
	torment calls 1/6 0 1/30
}

@test "an end at any system call leaves the old state or the new one, and nothing printed is lost" {
	torment kills 50 500
}

# bats test_tags=sqlite
@test "a power cut leaves the old state or the new one, and nothing told is lost" {
	torment power 200 2000
}

# bats test_tags=sqlite
@test "a damaged store crashes no command, and sends no control character" {
	torment damage 100 1000
}

@test "writers, readers and another program's checkpoints do not disturb each other" {
	torment crowd 3 60
}
