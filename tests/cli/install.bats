#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# bats file_tags=sqlite
# What the source installs, and the files for systemd, cron and Debian.
load helper

setup() {
	fil_setup
	ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	# The folder of the build that is tested.
	BUILD=${FILROUGE_BIN%/bin}
}

install_into() {
	env -u MAKEFLAGS -u MAKELEVEL make -s -C "$ROOT" B="$BUILD" --assume-old=all install DESTDIR="$PWD/$1" prefix=/usr
}

@test "install: commands, pages, completion and profiles lie where the system looks for them" {
	local command

	umask 077
	install_into root
	for command in "$FILROUGE_BIN"/fil-*; do
		command=${command##*/}
		[ -x "root/usr/bin/$command" ]
		[ -f "root/usr/share/man/man1/$command.1" ]
		# bash looks for a file of the command's name.
		[ "$(readlink "root/usr/share/bash-completion/completions/$command")" = filrouge ]
	done
	[ -f root/usr/share/bash-completion/completions/filrouge ]
	[ -f root/usr/share/man/man5/filrouge.5 ]
	[ -f root/usr/share/man/man7/filrouge.7 ]
	[ -f root/usr/share/man/fr/man7/filrouge.7 ]
	[ -f root/usr/share/man/fr/man7/filrouge-rgpd.7 ]
	[ -f root/usr/share/locale/fr/LC_MESSAGES/filrouge.mo ]
	diff -r "$ROOT/examples/profiles" root/usr/share/filrouge/profiles
	# Other accounts may read all of it, whatever the umask.
	[ "$(find root/usr/share -type f ! -perm 644)" = '' ]
	[ "$(find root/usr/share/bash-completion root/usr/share/filrouge -type d ! -perm 755)" = '' ]
}

@test "install: what else the build has put into share is installed too" {
	mkdir -p build/share/man/fr/man1
	cp -R "$BUILD/bin" "$BUILD/man" build
	echo page > build/share/man/fr/man1/fil-x.1
	BUILD=$PWD/build install_into root
	[ "$(cat root/usr/share/man/fr/man1/fil-x.1)" = page ]
}

@test "install: the folder that is there keeps its mode" {
	mkdir -p root/usr/share
	chmod 775 root/usr/share
	install_into root
	[ "$(stat -c %a root/usr/share)" = 775 ]
}

@test "install: bash finds the completion of a command by its name" {
	[ -f /usr/share/bash-completion/bash_completion ] || skip 'without the package bash-completion'
	install_into root
	XDG_DATA_DIRS=$PWD/root/usr/share bash -c '
		source /usr/share/bash-completion/bash_completion
		_completion_loader fil-undo || [ $? -eq 124 ]
		complete -p fil-undo' > loaded
	[ "$(cat loaded)" = 'complete -F _filrouge fil-undo' ]
}

@test "systemd finds nothing to say about the service and the timer" {
	[ -x "$(command -v systemd-analyze)" ] || skip 'without systemd'
	try systemd-analyze verify --man=no "$ROOT"/examples/systemd/*
	status_is 0
	err_is ''
	out_is ''
	try "systemd-analyze calendar --iterations 2 --base-time 2024-03-31 '$(sed -n 's/OnCalendar=//p' "$ROOT/examples/systemd/filrouge-week.timer")'"
	grep -q 'Mon 2024-04-01 07:00:00' "$OUT"
	grep -q 'Mon 2024-04-08 07:00:00' "$OUT"
}

@test "every crontab in pages and examples sets PATH and FILROUGE_DB, and has no bare percent sign" {
	local file line

	grep -lE '^(\.Dl |#	|    )?[0-9]+ [0-9]+ [*0-9]+ [*0-9]+ [*0-9]+ ' "$ROOT"/README.md "$ROOT"/man/*.[157]* "$ROOT"/examples/*.sh > files
	[ -s files ]
	while read -r file; do
		grep -qE '^(\.Dl |#	|    )?PATH=' "$file" || { echo "$file: no PATH"; return 1; }
		grep -qE '^(\.Dl |#	|    )?FILROUGE_DB=' "$file" || { echo "$file: no FILROUGE_DB"; return 1; }
		grep -E '^(\.Dl |#	|    )?[0-9]+ [0-9]+ [*0-9]+ [*0-9]+ [*0-9]+ ' "$file" | sed 's/\\e%//g; s/\\%//g' > lines
		while read -r line; do [[ $line != *%* ]] || { echo "$file: $line"; return 1; }; done < lines
	done < files
}

@test "the package has the files that Debian asks for, and the libraries that the build needs" {
	cd "$ROOT/examples/debian"
	for file in changelog control copyright rules source/format; do [ -s "$file" ]; done
	[ -x rules ]
	grep -q '^filrouge (@VERSION@) ' changelog
	grep -q '@LIBRARIES@' control
}
