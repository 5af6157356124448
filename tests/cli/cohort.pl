#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Writes the tables of random users as CSV: cohort.pl SEED USERS FOLDER. Users have any role, join, move, leave and decline;
# all tables of facts have rows. users.csv is the list of 2024-02-20, users-later.csv that of 2024-03-15. The same seed gives the
# same users.
use strict;
use warnings;

my ($seed, $n, $folder) = @ARGV;
my $state = $seed * 7919 + 17;

sub below {    # a small generator of our own: Perl's differs between versions
	my ($bound) = @_;
	$state = ($state * 1103515245 + 12345) & 0x7fffffff;
	return ($state >> 8) % $bound;
}

sub one { return $_[below(scalar @_)] }
sub rarely { return below(12) == 0 }

sub date {    # from 2024-01-01 up to 2024-03-15, or so many days later
	my $day = 1 + below(75 + ($_[0] // 0));
	return sprintf "2024-%02d-%02d", $day > 91 ? (4, $day - 91) : $day > 60 ? (3, $day - 60) : $day > 31 ? (2, $day - 31) : (1, $day);
}

my %files;

sub put {
	my ($table, @cells) = @_;
	if (!$files{$table}) { open $files{$table}, ">", "$folder/$table.csv" or die "$folder/$table.csv: $!"; }
	print { $files{$table} } join(",", @cells) . "\n";
}

put("dimensions", qw(dimension title threshold));
put("dimensions", @$_) for ["process", "P", 2], ["tool", "T", 3], ["trust", "C", 1];
put("thresholds", qw(dimension begins threshold));
put("thresholds", "tool", "2024-02-15", 4);
put("phases", qw(phase title kind begins ends));
put("phases", @$_) for ["p1", "P", "pilot", "2024-01-01", ""], ["r1", "R", "rollout", "2024-01-20", ""], ["r2", "S", "rollout", "2024-03-01", ""];
put("modules", qw(module title kind dimension));
put("modules", @$_) for ["m1", "M", "course", ""], ["m2", "N", "tutoring", "tool"], ["m3", "O", "peer", "process"];
put("lessons", qw(lesson phase observed change module date));
put("lessons", @$_) for ["l1", "p1", "O", "C", "m1", "2024-01-05"], ["l2", "r1", "O", "C", "m2", "2024-02-10"],
	["l3", "", "O", "C", "m3", "2023-12-15"], ["l4", "p1", "O", "C", "", "2024-01-25"], ["l5", "p1", "O", "C", "m1", "2024-01-10"];
put("rules", qw(rule module need));
put("rules", @$_) for ["a", "m1", "speed"], ["b", "m2", "speed"], ["c", "m3", "trust"], ["d", "m3", "trust"], ["e", "m1", "none"];
put("routines", qw(routine title));
put("routines", @$_) for ["close", "C"], ["open", "O"];
put("promises", qw(promise made kind statement));
put("promises", @$_) for ["a", "2024-01-01", "promise", "A"], ["b", "2024-03-01", "limit", "B"];

my (@users, %row);
for my $i (0 .. $n - 1) {
	# Keys that a dictionary would order otherwise than their bytes.
	my $user = one("a", "B", "_", "\xc3\xa9") . sprintf "%04d", $i;
	push @users, $user;
	$row{$user} = [$user, "N", one("", map { "U" . below(3) . "/S" . below(3) } 1 .. 9), one("", "J1", "J2", "J3"),
		one((("user") x 9), "sponsor", "trainer"), rarely() ? date(20) : one("", "2023-06-01"), rarely() ? date(20) : ""];
}
for my $list ("users", "users-later") {
	put($list, qw(user name unit job role arrived left));
	for my $user (@users) {
		if ($list eq "users-later" && rarely()) {
			$row{$user}[2] = one("", "U1/S1", "U9");
			$row{$user}[4] = one("user", "user", "trainer");
			$row{$user}[6] = one("", $row{$user}[6], date());
		}
		next if $list eq "users" && $user =~ /77$/;
		put($list, @{ $row{$user} });
	}
}

my %head = (
	enrolments => [qw(user phase enrolled declined)], autonomy => [qw(user dimension date source level)],
	assignments => [qw(user module assigned phase due)], completions => [qw(user module date outcome)],
	needs => [qw(user need date)], practices => [qw(user routine date method item uses minutes result acceptance power)],
	verdicts => [qw(promise user date verdict)], efforts => [qw(user date activity item phase minutes)],
	commitments => [qw(user phase activity minutes)]);
put($_, @{ $head{$_} }) for sort keys %head;
my %seen;

sub once {
	my ($table, $keys, @cells) = @_;
	put($table, @cells) unless $seen{ join ",", $table, @cells[0 .. $keys - 1] }++;
}

for my $user (@users) {
	once("enrolments", 2, $user, one("p1", "r1", "r2"), date(9), rarely() ? "2024-03-10" : "") for 1 .. below(3);
	once("autonomy", 4, $user, one("process", "tool", "tool", "trust"), date(), one(qw(self self trainer test manager system)), below(6)) for 1 .. below(16);
	once("assignments", 3, $user, one("m1", "m2", "m3"), date(), one("", "p1", "r1"), one("", date(20))) for 1 .. below(4);
	once("completions", 3, $user, one("m1", "m2", "m3"), date(), one("completed", "completed", "partial", "absent")) for 1 .. below(4);
	once("needs", 3, $user, one("speed", "trust", "room"), date()) for 1 .. below(4);
	for (1 .. below(9)) {
		my $new = below(3) > 0;
		once("practices", 5, $user, one("close", "open"), date(), $new ? "new" : "old", below(3), one("", 1 + below(4)),
			one("", 2 + below(20) . one("", ".5", ".125")), one("", "better", "equivalent", "worse", "failed"),
			$new ? (one("", 1 + below(5)), one("", 1 + below(5))) : ("", ""));
	}
	once("verdicts", 3, one("a", "b"), $user, date(), one("kept", "partly", "broken")) for 1 .. below(3);
	once("efforts", 4, $user, date(), one("x", "y"), below(2), one("", "p1", "r1"), below(90) . one("", ".5")) for 1 .. below(3);
	once("commitments", 3, $user, one("p1", "r1", "r2"), one("x", "y"), below(200) . one("", ".25")) for 1 .. below(2);
}
