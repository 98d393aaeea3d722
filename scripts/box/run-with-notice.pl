#!/usr/bin/perl
# Opens the socket on which systemd wants to be told how a service is (sd_notify(3)), and becomes the program: run-with-notice.pl PROGRAM WORD...
# Node knows no datagrams on unix sockets, but writes to one that is open already; so the service itself speaks, and NotifyAccess=main holds.
use strict;
use warnings;
use Socket;

my $socket;
if (my $path = delete $ENV{NOTIFY_SOCKET}) {
	$path =~ s/^\@/\0/;
	# Descriptors up to this one are kept by the program that comes next.
	$^F = 99;
	socket($socket, PF_UNIX, SOCK_DGRAM, 0) or die "no socket: $!\n";
	connect($socket, pack_sockaddr_un($path)) or die "systemd does not listen: $!\n";
	$ENV{HOLDFAST_NOTIFY_DESCRIPTOR} = fileno $socket;
}
exec { $ARGV[0] } @ARGV or die "$ARGV[0] does not start: $!\n";
