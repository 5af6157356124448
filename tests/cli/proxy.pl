#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Stands between libpq and the server, socket to socket, and loses the first connection at its COMMIT:
# proxy.pl FOLDER SERVER-FOLDER before|after|gone. Before: the server never hears of it, and rolls back.
# After: it has committed, but its answer does not arrive. Other connections pass, unless it is gone then.
# proxy.pl FOLDER SERVER-FOLDER prepared loses it at its COMMIT PREPARED, before it.
# proxy.pl FOLDER SERVER-FOLDER rows loses nothing: it prints how many rows the server has sent over each
# connection, and on standard error what the server notes.
use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;

my ($folder, $server, $when) = @ARGV;
my $commit = $when eq "prepared" ? "COMMIT PREPARED" : "COMMIT";
my $name = ".s.PGSQL.5432";
my $listener = IO::Socket::UNIX->new(Local => "$folder/$name", Listen => 5) or die "listen: $!";
my $select = IO::Select->new($listener);
my (%peer, %is_client, $lost, $deaf, %rest, %rows);
$| = 1;

# Counts the rows among the messages of the server: a letter, and a length that counts itself.
sub count_rows {
	my ($socket, $bytes) = @_;
	my $rest = ($rest{$socket} // "") . $bytes;
	my $at = 0;

	while (length $rest >= $at + 5) {
		my ($letter, $length) = unpack "a N", substr $rest, $at, 5;
		last if length $rest < $at + 1 + $length;
		$rows{$socket} += $letter eq "D";
		print STDERR "$1\n" if $letter eq "N" && substr($rest, $at + 5, $length - 4) =~ /\0M([^\0]*)/;
		$at += 1 + $length;
	}
	$rest{$socket} = substr $rest, $at;
}

sub hang_up {
	my ($socket) = @_;
	my @both = ($socket, $peer{$socket});

	print "$rows{$_}\n" for grep { defined $rows{$_} } @both;
	delete @rows{@both};
	delete @rest{@both};
	delete @is_client{@both};
	$select->remove(@both);
	delete @peer{@both};
	delete @is_client{@both};    # another socket may get the same name
	close $_ for @both;
}

while (1) {
	for my $socket ($select->can_read) {
		if ($socket == $listener) {
			my $client = $listener->accept;
			my $other = IO::Socket::UNIX->new(Peer => "$server/$name") or die "connect: $!";
			@peer{$client, $other} = ($other, $client);
			$is_client{$client} = 1;
			$select->add($client, $other);
			next;
		}
		next unless $peer{$socket};
		my $n = sysread $socket, my $bytes, 65536;
		if (!$n) { hang_up($socket); next }
		if ($deaf && $socket == $deaf) {
			exit if $when eq "gone";
			hang_up($socket);
			undef $deaf;
			next;
		}
		count_rows($socket, $bytes) if $when eq "rows" && !$is_client{$socket};
		if ($when ne "rows" && !$lost && $is_client{$socket} && $bytes =~ /^Q....$commit/s) {
			$lost = 1;
			if ($when eq "before" || $when eq "prepared") { hang_up($socket); next }
			$deaf = $peer{$socket};
		}
		syswrite $peer{$socket}, $bytes;
	}
}
