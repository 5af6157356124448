#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Stands between libpq and the server, socket to socket, and loses the first connection at its COMMIT:
# proxy.pl FOLDER SERVER-FOLDER before|after|gone. Before: the server never hears of it, and rolls back.
# After: it has committed, but its answer does not arrive. Other connections pass, unless it is gone then.
use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;

my ($folder, $server, $when) = @ARGV;
my $name = ".s.PGSQL.5432";
my $listener = IO::Socket::UNIX->new(Local => "$folder/$name", Listen => 5) or die "listen: $!";
my $select = IO::Select->new($listener);
my (%peer, %is_client, $lost, $deaf);
$| = 1;

sub hang_up {
	my ($socket) = @_;
	my @both = ($socket, $peer{$socket});

	$select->remove(@both);
	delete @peer{@both};
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
		if (!$lost && $is_client{$socket} && $bytes =~ /^Q....COMMIT/s) {
			$lost = 1;
			if ($when eq "before") { hang_up($socket); next }
			$deaf = $peer{$socket};
		}
		syswrite $peer{$socket}, $bytes;
	}
}
