#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Does all runs of a store again, from what fil-log says that they changed, and compares the rows with those of the
# store: replay.pl. Each cell must stand before as the log says. Prints what differs, and fails.
use strict;
use warnings;
use JSON::PP;

my $json = JSON::PP->new->utf8->allow_nonref;
my %rows;    # table, key as the log writes it, column: value
my $faults = 0;

sub rows { return @{ $json->decode(scalar `@_ -f json`) } }

sub fault { print encode(@_), "\n"; $faults++ }

sub encode { my $text = join(" ", map { $_ // "NULL" } @_); utf8::encode($text); return $text }

sub quote {
	my ($word) = @_;
	return $word if $word =~ /^[A-Za-z0-9_@%+=:,.\/-]+$/;
	return "'" . $word =~ s/'/'\\''/gr . "'";
}

# The stored rows of a table, in the form of %rows.
sub stored {
	my ($table) = @_;
	my (%stored, @keys, %key);
	for my $column (rows("fil-list --columns $table")) {
		push @keys, $column->{column} if $column->{key};
		$key{ $column->{column} } = 1 if $column->{key};
	}
	for my $row (rows("fil-list $table")) {
		my $key = join(" ", map { quote("$_=" . ($row->{$_} // "")) } @keys);
		$stored{$key} = { map { $_ => "$row->{$_}" } grep { !$key{$_} && defined $row->{$_} } keys %$row };
	}
	return \%stored;
}

# Gives a user another key, in all rows.
sub rename_user {
	my ($old, $new) = @_;
	my ($from, $to) = (quote("user=$old"), quote("user=$new"));
	for my $table (values %rows) {
		for my $key (keys %$table) {
			my $row = delete $table->{$key};
			for my $column (qw(manager owner trainer)) {
				$row->{$column} = $new if defined $row->{$column} && $row->{$column} eq $old;
			}
			$table->{ $key =~ s/(^| )\Q$from\E(?= |$)/$1$to/r } = $row;
		}
	}
}

sub apply {
	my ($line) = @_;
	my ($run, $table, $key, $action, $column) = @$line{qw(run table key action column)};
	my ($before, $after) = map { defined $_ ? "$_" : undef } @$line{qw(before after)};
	my $row = $rows{$table}{$key};

	fault("run $run:", $table, $key, "is there already") if $action eq "added" && $row && !$row->{"\0added"};
	fault("run $run:", $table, $key, "is not there to be $action") if $action ne "added" && !$row;
	$rows{$table}{$key} = $row = { "\0added" => $run } if !$row;
	if (!defined $column) {
		delete $rows{$table}{$key} if $action eq "removed";
		return;
	}
	fault("run $run:", $table, $key, $column, "is", $row->{$column}, "not", $before) if ($row->{$column} // "\0") ne ($before // "\0");
	if (defined $after) { $row->{$column} = $after }
	else { delete $row->{$column} }
	if ($action eq "removed" && !grep { !/^\0/ } keys %$row) { delete $rows{$table}{$key} }
}

my @runs = map { $_->{run} } rows("fil-log");
for my $run (@runs) {
	my @lines = rows("fil-log $run");
	# The rows that go make place for others, and new keys come first.
	rename_user(@$_{qw(before after)}) for grep { $_->{action} eq "renamed" } @lines;
	apply($_) for grep { $_->{action} eq "removed" } @lines;
	apply($_) for grep { $_->{action} !~ /^(removed|renamed)$/ } @lines;
	for my $table (values %rows) { delete $_->{"\0added"} for values %$table }
}
for my $table (map { $_->{table} } rows("fil-list --tables")) {
	my ($wanted, $got) = (stored($table), $rows{$table} // {});
	my $canonical = JSON::PP->new->canonical->latin1(0);
	for my $key (sort keys %{ { %$wanted, %$got } }) {
		my ($stands, $replayed) = map { $_->{$key} ? $canonical->encode($_->{$key}) : "none" } $wanted, $got;
		fault($table, $key, "stands as", $stands, "and is replayed as", $replayed) if $stands ne $replayed;
	}
}
exit($faults > 0);
