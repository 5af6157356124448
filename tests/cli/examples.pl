#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Counts the figures of the examples by its own means, as of 2024-03-31: examples.pl FOLDER autonomy|stalled
use strict;
use warnings;
use Encode;
use Time::Local;
use utf8;

my ($folder, $what) = @ARGV;
my $today = "2024-03-31";
my %strength = (test => 5, trainer => 4, manager => 3, self => 2, system => 1);

sub rows {    # a list of hashes
	my ($file, $encoding, $comma) = @_;
	open my $in, "<:raw", "$folder/$file" or die "$file: $!";
	my $text = decode($encoding, join("", <$in>));
	my (@rows, @row);
	while ($text =~ /\G(?:"((?:[^"]|"")*)"|([^$comma\r\n]*))($comma|\r?\n|\z)/g) {
		my ($quoted, $plain, $end) = ($1, $2, $3);
		push @row, defined $quoted ? $quoted =~ s/""/"/gr : $plain;
		next if $end eq $comma;
		push @rows, [@row] if grep { $_ ne "" } @row;
		@row = ();
		last if pos($text) == length $text;
	}
	my $header = shift @rows;
	return map { my $row = $_; +{ map { $header->[$_] => $row->[$_] } 0 .. $#$header } } @rows;
}

sub iso { my ($text) = @_; return $text =~ m{^(\d\d)/(\d\d)/(\d{4})$} ? "$3-$2-$1" : $text }

sub day { my ($y, $m, $d) = split /-/, $_[0]; return timegm(0, 0, 0, $d, $m - 1, $y) / 86400 }

my %role = map { $_->{user} => $_->{role} } rows("roles.csv", "UTF-8", ",");
my %people = map { $_->{Matricule} => $_ } rows("sirh.csv", "cp1252", ";");
my @population = grep {
	my ($arrived, $left) = map { iso($_) } @{ $people{$_} }{ "Date d'entrée", "Date de sortie" };
	!exists $role{$_} && $arrived le $today && ($left eq "" || $left gt $today)
} sort keys %people;
my %pilot = map { $_->{user} => 1 } rows("enrolments.csv", "UTF-8", ",");

my %facts;    # user, dimension, date: level and source
for my $file (glob "'$folder'/autonomy/*.csv") {
	for my $row (rows($file =~ s{^\Q$folder\E/}{}r, "UTF-8", ",")) {
		for my $dimension (grep { $row->{$_} ne "" } "tool", "process") {
			my $known = \$facts{ $row->{user} }{$dimension}{ $row->{date} };
			next if $$known && $strength{ $$known->[1] } > $strength{ $row->{source} };
			$$known = [ $row->{$dimension}, $row->{source} ];
		}
	}
}

my (%count, @stalled);
for my $user (@population) {
	my (%level, %self, $old);
	for my $dimension ("process", "tool") {
		my $dates = $facts{$user}{$dimension} or next;
		my ($level, $risen, $newest);
		for my $date (sort keys %$dates) {
			$risen = $date if !defined $level || $dates->{$date}[0] > $level;
			($level, $newest) = ($dates->{$date}[0], $date);
		}
		$level{$dimension} = $level;
		$self{$dimension} = $dates->{$newest}[1] eq "self";
		$old ||= day($today) - day($newest) > 12 * 7;
		my $enrolled = $pilot{$user} ? "2024-01-08" : "2024-02-19";
		my $since = $risen gt $enrolled ? $risen : $enrolled;
		my $weeks = int((day($today) - day($since)) / 7);
		push @stalled, join ",", $user, $dimension, $level, $since, $weeks if $level < 3 && $weeks >= 4;
	}
	my $measured = keys %level == 2;
	my $autonomous = $measured && $level{tool} >= 3 && $level{process} >= 3;
	my $row = $count{ $people{$user}{Direction} } ||= [ (0) x 7 ];
	my @adds = (1, $measured, $measured && $old, ($level{process} // 0) >= 3, ($level{tool} // 0) >= 3, $autonomous,
		$autonomous && ($self{tool} || $self{process}));
	$row->[$_] += $adds[$_] ? 1 : 0 for 0 .. $#adds;
}

if ($what eq "stalled") {
	print "$_\n" for @stalled;
} else {
	for my $unit (sort { encode("UTF-8", $a) cmp encode("UTF-8", $b) } keys %count) {
		my ($users, $measured, undef, undef, undef, $autonomous) = @{ $count{$unit} };
		my @shares = map { sprintf "%.1f", int(1000 * $_ / $users + 0.5) / 10 } $autonomous,
			$autonomous + $users - $measured;
		print encode("UTF-8", join(",", $unit, @{ $count{$unit} }, @shares)), "\n";
	}
}
