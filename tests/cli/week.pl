# SPDX-License-Identifier: ISC
# Checks a weekly page, read from standard input: perl week.pl figures|html
#
#	figures	each report of the JSON is run by its command line, and its rows are those of the page
#	html	the page is well-formed, loads nothing, and its headings, tables, ids and links fit together
use strict;
use warnings;
use JSON::PP;
use open ':std', ':encoding(UTF-8)';

my $page = do { local $/; <STDIN> };
my $bad = 0;

sub wrong {
	print "@_\n";
	$bad = 1;
}

# Returns the records of a CSV text, each as a list of its cells.
sub records {
	my ($text) = @_;
	my @records = [];

	while ($text =~ /\G(?:"((?:[^"]|"")*)"|([^",\n]*))([,\n])/g) {
		my $cell = defined $1 ? $1 =~ s/""/"/gr : $2;
		push @{ $records[-1] }, $cell;
		push @records, [] if $3 eq "\n";
	}
	pop @records;
	return @records;
}

sub check_report {
	my ($section, $report) = @_;
	return wrong("$section: rows without a report") if !defined $report->{report} && @{ $report->{rows} };
	return if !defined $report->{report};
	open my $command, '-|:encoding(UTF-8)', 'sh', '-c', Encode::encode('UTF-8', "$report->{report} -f csv 2> /dev/null") or die;
	my @wanted = records(do { local $/; <$command> } // '');
	my @got = ($report->{columns}, @{ $report->{rows} });
	my $json = JSON::PP->new->canonical;

	close $command or wrong("$section: $report->{report}: status $?");
	wrong("$section: $report->{report}:\n", $json->encode(\@got), "\n", $json->encode(\@wanted))
	    if $json->encode(\@got) ne $json->encode(\@wanted);
	for my $row (@{ $report->{rows} }) {
		wrong("$section: a cell is null") if grep { !defined } @$row;
	}
}

sub check_figures {
	my $week = JSON::PP->new->decode($page);
	my @keys = sort qw(as_of previous title seal sections);

	wrong("keys: @{[sort keys %$week]}") if "@{[sort keys %$week]}" ne "@keys";
	for my $section (@{ $week->{sections} }) {
		my @keys = sort qw(id title sentence report columns rows changed notes more);
		wrong("keys: @{[sort keys %$section]}") if "@{[sort keys %$section]}" ne "@keys";
		check_report($section->{id}, $section);
		check_report($section->{id}, $_) for @{ $section->{more} };
	}
}

# A brace too many makes a browser skip the rule after it.
sub check_style {
	my ($style) = @_;
	my $depth = 0;

	while ($style =~ /([{}])/g) {
		$depth += $1 eq '{' ? 1 : -1;
		return wrong('a brace too many before: ' . substr($style, pos $style, 40)) if $depth < 0;
	}
	wrong('a brace is open in the style') if $depth > 0;
}

# An element has no end tag.
my %void = map { $_ => 1 } qw(meta link br img hr input col);

sub check_html {
	my (@open, %ids, @wanted, %count, $level);

	wrong('no doctype') if $page !~ s/\A<!DOCTYPE html>\n<html lang="(fr|en)">/<html lang="$1">/;
	$page =~ s{ xmlns="http://www\.w3\.org/2000/svg"}{}g;
	# Text may say anything: no tag can begin in it.
	my $tags = join '', $page =~ m{<style>.*?</style>|<[^<>]*>}gs;
	wrong("it loads: $&") if $tags =~ m{https?://|\bsrc=|url\((?!#)|\@import|<script|<link|<iframe|javascript:|\bon\w+=}i;
	wrong('no policy') if $page !~ /http-equiv="Content-Security-Policy"\n? content="default-src 'none'; style-src 'unsafe-inline'"/;
	check_style($1) if $page =~ s{<style>(.*?)</style>}{}s;
	while ($page =~ /\G(?:<(\/?)([a-z][a-z0-9]*)((?: [a-zA-Z][\w-]*(?:="[^"<>]*")?)*)(\/?)>|([^<>]+))/gc) {
		my ($end, $name, $attributes, $empty, $text) = ($1, $2, $3, $4, $5);

		if (defined $text) {
			wrong("a bare &: $text") if $text =~ /&(?!(?:amp|lt|gt|quot|#\d+);)/;
			next;
		}
		if ($end) {
			my $last = pop(@open) // 'nothing';
			wrong("</$name> ends $last") if $last ne $name;
			next;
		}
		$count{$name}++;
		wrong("<$name> in a <table> without a <caption>") if $name eq 'thead' && ($count{caption} // 0) < $count{table};
		wrong('a <th> without a scope') if $name eq 'th' && $attributes !~ / scope="/;
		wrong("twice the id $1") if $attributes =~ / id="([^"]*)"/ && $ids{$1}++;
		push @wanted, split ' ', $1 if $attributes =~ / aria-labelledby="([^"]*)"/;
		push @wanted, $1 if $attributes =~ / href="#([^"]*)"/;
		if ($name =~ /^h([1-6])$/) {
			wrong("<h$1> after <h@{[$level // 0]}>") if $1 > ($level // 0) + 1;
			$level = $1;
		}
		push @open, $name if !$void{$name} && !$empty;
	}
	wrong('not well-formed at: ' . substr($page, pos($page) // 0, 60)) if (pos($page) // 0) < length $page;
	wrong("open at the end: @open") if @open;
	wrong('not one h1') if ($count{h1} // 0) != 1;
	$ids{$_} or wrong("no id $_") for @wanted;
}

$ARGV[0] eq 'html' ? check_html() : check_figures();
exit $bad;
