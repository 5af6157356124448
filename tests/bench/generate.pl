#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Writes the inputs of the bench, the same ones every time: generate.pl TABLE USERS, where
# a TABLE may also be shuffled users, the users a week later, the users as Windows writes them, or
# the small store's facts.
use Encode ();
use strict;
use warnings;

my ($what, $n) = @ARGV;
my @first = qw(Adèle Bastien Camille Désirée Élise François Gaëlle Hervé Inès Joël Karim Léa Maël Noémie Océane Rémi);
my @last = qw(Abadie Bœuf Castéran Delmas Estève Fabre Guérin Héraud Isambert Joubert Lefèvre Moréas Nédélec Perréal Sérurier Thévenin);
my @job = ("Chargée de programme", "Comptable", "Instructeur de dossiers", "Assistante", "Aide-soignant");
my $state = 20240108;

sub below {    # a small generator of our own: Perl's differs between versions
	my ($bound) = @_;
	$state = ($state * 1103515245 + 12345) & 0x7fffffff;
	return ($state >> 8) % $bound;
}

sub day {    # of 2024, counted from 0
	my ($day) = @_;
	my @lengths = (31, 29, 31, 30);
	my $month = 0;
	$day -= $lengths[$month++] while $day >= $lengths[$month];
	return sprintf "2024-%02d-%02d", $month + 1, $day + 1;
}

sub user {
	my ($i) = @_;
	my ($f, $l) = ($i % 16, int($i / 16) % 16);
	my $manager = $i % 20 ? sprintf("%07d", $i - $i % 20) : "";
	return sprintf "%07d,%s %s,%s.%d\@fondation.example,Direction %02d/Service %02d,%s,%s,20%02d-%02d-%02d,\n",
		$i, $first[$f], $last[$l], "prenom.nom", $i, $i % 12, $i % 17, $job[$i % 5], $manager,
		10 + $i % 14, 1 + $i % 12, 1 + $i % 28;
}

$| = 0;
if ($what eq "autonomy") {    # as weekly sheets come: all users one week, all again the next
	print "user,dimension,date,source,level\n";
	for my $sheet (["tool", "2024-01-08", "self"], ["process", "2024-01-09", "trainer"], ["tool", "2024-02-12", "test"]) {
		printf "%07d,%s,%s,%s,%d\n", $_, @$sheet, below(6) for 0 .. $n - 1;
	}
} elsif ($what eq "small") {    # six facts for each user
	print "user,dimension,date,source,level\n";
	for my $week (8, 15, 22) {
		for my $dimension ("tool", "process") {
			printf "%07d,%s,2024-01-%02d,%s,%d\n", $_, $dimension, $week, "trainer", below(6) for 0 .. $n - 1;
		}
	}
} elsif ($what eq "phases") {
	print "phase,title,kind,begins\npilot,Pilot,pilot,2024-01-01\nrollout,Rollout,rollout,2024-01-01\n";
} elsif ($what eq "enrolments") {
	print "user,phase,enrolled\n";
	printf "%07d,%s,%s\n", $_, $_ % 4 ? "rollout" : "pilot", day($_ * 7919 % 45) for 0 .. $n - 1;
} elsif ($what eq "modules") {
	print "module,title,kind,dimension\n";
	printf "m%02d,Module %d,course,%s\n", $_, $_, ("tool", "process", "")[$_ % 3] for 0 .. 11;
} elsif ($what eq "assignments") {    # three for each user
	print "user,module,assigned,due\n";
	for my $i (0 .. $n - 1) {
		printf "%07d,m%02d,%s,%s\n", $i, ($i + 5 * $_) % 12, day($_ * 20 + $i % 7), day($_ * 20 + 14) for 0 .. 2;
	}
} elsif ($what eq "completions") {    # of these, three quarters
	print "user,module,date,outcome\n";
	for my $i (0 .. $n - 1) {
		for (grep { below(4) } 0 .. 2) {
			printf "%07d,m%02d,%s,%s\n", $i, ($i + 5 * $_) % 12, day($_ * 20 + 7 + below(25)),
				below(10) ? "completed" : "partial";
		}
	}
} elsif ($what eq "routines") {
	print "routine,title\n";
	printf "r%d,Routine %d\n", $_, $_ for 0 .. 5;
} elsif ($what eq "practices") {    # three for each user, the new method more and more
	print "user,routine,date,method,item,uses,minutes,result,acceptance,power\n";
	for my $i (0 .. $n - 1) {
		for (0 .. 2) {
			my $new = below(3) < $_ + 1;
			printf "%07d,r%d,%s,%s,F%d,%d,%d.%d,%s,%s,%s\n", $i, $i % 6, day($_ * 28 + below(28)), $new ? "new" : "old",
				below(1000), 1 + below(5), 5 + below(60), below(10),
				$new ? (("better", "equivalent", "worse", "failed", "")[below(5)], 1 + below(5), 1 + below(5)) : ("", "", "");
		}
	}
} elsif ($what eq "week") {    # of 600, one has left, one has moved, and one has come
	print "user,name,email,unit,job,manager,arrived,left\n";
	for my $i (grep { $_ % 600 != 6 } 0 .. $n - 1) {
		print $i % 600 == 99 ? user($i) =~ s/Service \d\d/Service 99/r : user($i);
	}
	print user($_) for $n .. $n + $n / 600;
} elsif ($what eq "windows") {
	print "user;name;email;unit;job;manager;arrived;left\r\n";
	for my $i (0 .. $n - 1) {
		my $line = user($i) =~ tr/,\n/;/dr =~ s/(\d{4})-(\d\d)-(\d\d)/$3\/$2\/$1/r;
		Encode::from_to($line, "UTF-8", "cp1252");
		print "$line\r\n";
	}
} else {
	my @order = 0 .. $n - 1;
	if ($what eq "shuffled") {
		for (my $i = $n - 1; $i > 0; $i--) {
			my $j = (below(1 << 15) << 8 ^ below(1 << 15)) % ($i + 1);
			@order[$i, $j] = @order[$j, $i];
		}
	}
	print "user,name,email,unit,job,manager,arrived,left\n";
	print user($_) for @order;
}
