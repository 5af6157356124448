#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# bats file_tags=sqlite
load helper

# One store for several accounts of a machine. Only root can be several accounts.

shared=

teardown() {
	[ -z "$shared" ] || rm -rf "$shared"
}

# Makes a folder that every account reaches, with the commands in it.
for_all() {
	shared=$(mktemp -d)
	mkdir "$shared/bin" "$shared/place"
	cp "$FILROUGE_BIN"/fil-* "$shared/bin"
	chmod 755 "$shared" "$shared/bin" "$shared/bin"/*
	chmod 777 "$shared/place"
	cd "$shared/place" || return
}

# Runs a command as an account, which is also in the group users: as ACCOUNT COMMAND...
as() {
	local account=$1

	shift
	setpriv --reuid="$account" --regid="$account" --groups="$(id -g "$account"),$(getent group users | cut -d: -f3)" \
		env -i "PATH=$shared/bin:/usr/bin:/bin" FILROUGE_TODAY=2024-03-15 "$@"
}

@test "a group's store is open to the group, and so is its folder; no command warns" {
	local group

	group=$(id -gn)
	umask 077
	try fil-init -d g/s.db --group "$group"
	status_is 0
	err_is 'fil-init: made g/s.db'
	[ "$(stat -c '%a %G' g g/s.db)" = "2770 $group"$'\n'"660 $group" ]
	try fil-import -d g/s.db users user=u1 name=A
	status_is 0
	err_is 'fil-import: users: 1 read, 1 added, 0 changed, 0 unchanged (run 2)'
	[ "$(stat -c %a g/*)" = $'660\n660' ]
	mkdir copies
	fil-backup -q -d g/s.db copies/a.db
	[ "$(stat -c %a copies/a.db)" = 600 ]
	# In a folder that is ready, from a copy.
	mkdir h
	chmod 2770 h
	try fil-init -d h/s.db --group "$group" --from copies/a.db
	status_is 0
	[ "$(stat -c '%a %G' h/s.db)" = "660 $group" ]
	try fil-list -d h/s.db users
	out_is user,name,email,unit,job,manager,role,arrived,left,feed u1,A,,,,,user,,,hr
	err_is ''
	try fil-check -d g/s.db
	status_is 0
	out_is severity,kind,table,key,column,finding
	err_is 'fil-check: 21 tables, 11 rows, 3 runs, in order'
}

# The search of the C library for a group crashed without memory. Its points are among the first.
@test "fil-init --group says that memory fails, and does not crash" {
	local at group shim=${FILROUGE_SHIMS:-$BATS_TEST_DIRNAME/../../build/torture}/memory.so

	! ldd "$FILROUGE_BIN/fil-init" | grep -q asan || skip 'the sanitizer has an allocator of its own'
	group=$(id -gn)
	for at in $(seq 20 60); do
		try env LD_PRELOAD="$shim" TORTURE_AT="$at" fil-init -d g/s.db --group "$group"
		[ "$status" -eq 70 ] || [ "$status" -eq 0 ]
		rm -rf g
	done
}

@test "what goes beyond the group is told" {
	local mode

	fil-init -q -d g/s.db --group "$(id -gn)"
	for mode in 666 770 664; do
		chmod $mode g/s.db
		try fil-list -d g/s.db users
		status_is 0
		err_is "fil-list: g/s.db: users other than its owner have access to the store (mode 0$mode; 0660 keeps them out)"
	done
	try fil-check -q -d g/s.db
	status_is 1
	out_has 'error,mode,,,,g/s.db: users other than its owner have access (mode 0664)'
	# What the group may do is no leak, but its accounts cannot work.
	chmod 640 g/s.db
	try fil-check -q -d g/s.db
	status_is 0
	try fil-list -d g/s.db users
	err_is 'fil-list: g/s.db: its group may not read and write the store (mode 0640; 0660 lets all accounts of the group do both)'
	chmod 660 g/s.db
	for mode in 00770 2775 2771 2750; do
		chmod $mode g
		try fil-list -d g/s.db users
		status_is 0
		err_is "fil-list: g/s.db: the group has access to the store, but its folder has mode ${mode/#00/0}: run 'chmod 2770 $PWD/g' and remove g/s.db.lock for a group's store, or run 'chmod 600 g/s.db'"
	done
}

@test "a folder that is not the group's, and a group that does not exist, are refused" {
	local group

	group=$(id -gn)
	mkdir open
	try fil-init -d open/s.db --group "$group"
	status_is 73
	err_is "fil-init: open: not a folder of the group $group alone, so its files would not be the group's: choose a new folder, or run 'chgrp $group open && chmod 2770 open'"
	try fil-init -d s.db --group "$group"
	status_is 73
	try fil-init -d no/where/s.db --group "$group"
	status_is 73
	err_is 'fil-init: no/where: No such file or directory'
	try fil-init -d g/s.db --group no-such-group
	status_is 64
	err_is "fil-init: --group: this machine has no group 'no-such-group'"
	try fil-init -d postgresql:///x --group "$group"
	status_is 64
	err_is 'fil-init: postgresql:///x: a server knows roles, not the groups of this machine: see --grant'
	try fil-init --group "$group" --grant
	status_is 64
	[ "$(ls)" = open ]
	[ "$(ls open)" = '' ]
}

@test "what an account left that could only read a group's store is named, and goes by a command of it" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can be two accounts'
	for_all
	as games fil-init -q -d g/s.db --group users
	chmod 640 g/s.db
	as mail fil-list -q -d g/s.db phases > /dev/null 2>&1
	chmod 660 g/s.db
	try as games fil-import -q -d g/s.db users user=u1 name=A
	status_is 77
	err_is 'fil-import: g/s.db-wal: not permitted to write this file: once its owner may write the store too, any command of that account removes it'
	as mail fil-list -q -d g/s.db phases > /dev/null
	as games fil-import -q -d g/s.db users user=u1 name=A
}

@test "two accounts of a group write and read one store at once, and the log names each" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can be two accounts'
	for_all
	as games fil-init -q -d g/s.db --group users
	as games fil-import -q -d g/s.db users user=u1 name=A
	mkfifo hold
	chmod 666 hold
	as mail fil-list -d g/s.db users > hold &
	exec 8< hold
	as mail fil-import -q -d g/s.db users user=u2 name=B
	as games fil-import -q -d g/s.db users user=u3 name=C
	[ "$(stat -c '%a %G' g/* | sort -u)" = '660 users' ]
	exec 8<&-
	wait
	(for i in {1..9}; do as mail fil-import -q -d g/s.db users user="m$i" name=M; done) &
	for i in {1..9}; do as games fil-import -q -d g/s.db users user="g$i" name=G; done
	wait
	[ "$(as mail fil-list -d g/s.db users | wc -l)" -eq 22 ]
	[ "$(sqlite3 g/s.db 'select who, count(*) from runs group by who')" = $'games|12\nmail|10' ]
	as mail fil-backup -q -d g/s.db a.db
	[ "$(stat -c '%a %U' a.db)" = '600 mail' ]
	# Another account is kept out.
	try setpriv --reuid=bin --regid=bin --clear-groups "$shared/bin/fil-list" -d g/s.db users
	status_is 77
	try setpriv --reuid=bin --regid=bin --clear-groups "$shared/bin/fil-init" -d h/s.db --group users
	status_is 77
	err_is 'fil-init: --group: this account is not in the group users: let root add it, and log in again'
	[ ! -e h ]
}
