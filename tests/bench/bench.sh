#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# bench.sh SRCDIR [start|binds|netns|calls|learn]...
#
# Prints how long sbox takes to start /bin/true, beside bubblewrap with the same visible tree and
# beside a program that makes the bare system calls (floor.c); what a thousand binds cost; what
# joining a named network namespace adds; what a filter costs each call; and what learning costs a
# run. All numbers of a table come from one interleaved run, and are medians. "make bench" calls it
# in the build directory; BENCH="start netns" picks tables.
#
# As root it makes a user and, for netns, a namespace of that user's, and removes both; as any other
# user it leaves out netns. ROUNDS (200) and PAUSE (milliseconds between two runs, 20) may be set.
set -euo pipefail

srcdir=$(realpath "$1")
shift
tables=${*:-start binds netns calls learn}
rounds=${ROUNDS:-200}
pause=${PAUSE:-20}
user=sbox-bench
netns=sbox-bench
made_user=
first=()
made_netns=
holder=
work=$(mktemp -d "${TMPDIR:-/tmp}/sbox-bench.XXXXXX")

fail()
{
	echo "bench: $*" >&2
	exit 1
}

clean()
{
	[ -z "$made_netns" ] || ip netns delete "$netns" || true
	[ -z "$holder" ] || kill "$holder" || true
	[ -z "$made_user" ] || userdel "$user" || true
	rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' INT TERM HUP

# As the user, in its home, with an environment that doesn't depend on who runs the bench, and
# ahead of what else the machine does.
as_user()
{
	local drop=()

	[ -z "$made_user" ] ||
		drop=("${first[@]}" setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs)
	(cd "$home" && exec "${drop[@]}" env -i PATH=/usr/bin:/bin HOME="$home" \
		SBOX_PROFILE_PATH="$work/profiles" "$@")
}

# words FILE WORD...: a case as bench-run reads it
words()
{
	local file=$1

	shift
	printf '%s\0' -- "$@" >"$file"
}

# plan NAME [OPTION]... -- COMMAND...: the cases NAME.sbox, NAME.bwrap and NAME.floor
plan()
{
	local name=$1 dir=$work/plans/$1

	shift
	as_user mkdir "$dir"
	as_user "$work/bench-plan" "$dir" "$@"
	# shellcheck disable=SC2086 # CC may have words
	$CC -D_GNU_SOURCE -O2 -Wall -Wextra -static -I"$dir" -o "$work/$name-floor" \
		"$srcdir/tests/bench/floor.c"
	cp "$dir/bwrap" "$work/cases/$name.bwrap"
	words "$work/cases/$name.floor" "$work/$name-floor"
	words "$work/cases/$name.sbox" "$work/sbox" "$@"
}

# measure TABLE CASE[:RUNS]...
measure()
{
	local table=$1

	shift
	(cd "$work/cases" && printf '%s\0' "$@") | sed -z "s|^|$work/cases/|" >"$work/list"
	mapfile -d '' -t list <"$work/list"
	as_user "$work/bench-run" "$rounds" "$pause" "${list[@]}" >"$work/$table.tsv"
}

# value TABLE CASE: its median in microseconds
value()
{
	awk -F '\t' -v name="$2" '$1 == name { print $3 }' "$work/$1.tsv"
}

# show TABLE PEER FLOOR "CASE|TEXT"...: a line per case; the last two columns are the ratios to the
# cases PEER and FLOOR
show()
{
	local table=$1 peer=$2 floor=$3 line

	shift 3
	printf '%-46s %6s %9s %17s %9s %9s %7s %7s\n' '' runs 'median ms' 'quartiles' 'least' \
		'cpu ms' "${peer:+/${peer##*.}}" "${floor:+/${floor##*.}}"
	for line in "$@"; do
		awk -F '\t' -v name="${line%%|*}" -v text="${line#*|}" \
			-v peer="$(value "$table" "$peer")" -v floor="$(value "$table" "$floor")" '
			function ratio(to) { return to ? sprintf("%.3f", $3 / to) : "" }
			$1 == name {
				printf "%-46s %6d %9.3f %8.3f-%8.3f %9.3f %9.3f %7s %7s\n", text,
					$2, $3 / 1000, $4 / 1000, $5 / 1000, $6 / 1000, $7 / 1000,
					ratio(peer), ratio(floor)
			}' "$work/$table.tsv"
	done
}

# bound TEXT VALUE LIMIT UNIT
bound()
{
	awk -v text="$1" -v value="$2" -v limit="$3" -v unit="$4" 'BEGIN {
		printf "  %s: %.3f%s, at most %s%s: ", text, value, unit, limit, unit
		if (value <= limit)
			print "met"
		else
			printf "missed by %.3f%s\n", value - limit, unit
	}'
}

ratio()
{
	awk -v a="$1" -v b="$2" 'BEGIN { print a / b }'
}

# The peers have to show the same tree: names, types, modes, owners, targets of links. /dev/pts is
# left out because its owner is not: bubblewrap mounts it as the owner of another user namespace.
same_tree()
{
	local find='find / \( -path /proc -o -path /sys -o -path /usr -o -path /dev/pts \) -prune -o \
		-printf "%M %U %G %p %l\n" | sort' peer

	plan tree -- /bin/sh -c "$find"
	for peer in sbox bwrap floor; do
		as_user "$work/bench-run" --once "$work/cases/tree.$peer" >"$work/tree.$peer" ||
			fail "$peer could not list its tree"
	done
	[ "$(wc -l <"$work/tree.sbox")" -gt 20 ] || fail "the listing of the tree is too short"
	for peer in bwrap floor; do
		diff -u "$work/tree.sbox" "$work/tree.$peer" ||
			fail "the tree of $peer is not that of sbox"
	done
	echo "The tree is the same in all three: $(wc -l <"$work/tree.sbox") names outside /usr," \
		"/proc and /sys."
	plan mounts -- /bin/sh -c "cut -d ' ' -f 5,6 /proc/self/mountinfo"
	for peer in sbox floor; do
		as_user "$work/bench-run" --once "$work/cases/mounts.$peer" >"$work/mounts.$peer" ||
			fail "$peer could not list its mounts"
	done
	diff -u "$work/mounts.sbox" "$work/mounts.floor" ||
		fail "the mounts of the floor are not those of sbox"
	echo "The mounts are the same as the floor's: $(wc -l <"$work/mounts.sbox")."
}

bench_start()
{
	local no_filter=(-o seccomp.baseline=no)

	echo
	echo "== Start and end of /bin/true =="
	same_tree
	plan filter --profile "$work/profiles/default.ini" -- /bin/true
	plan bare --profile "$work/profiles/default.ini" "${no_filter[@]}" -- /bin/true
	words "$work/cases/match.sbox" "$work/sbox" /bin/true
	words "$work/cases/true" /bin/true
	# Without /sys: bubblewrap can only bind the host's, with all that is mounted in it.
	sed -z '/^--ro-bind$/{N;N;\|\x00/sys\x00/sys$|d}' "$work/cases/bare.bwrap" \
		>"$work/cases/nosys.bwrap"
	measure start filter.{sbox,bwrap,floor} bare.{sbox,bwrap,floor} nosys.bwrap match.sbox true
	show start filter.bwrap filter.floor \
		'filter.sbox|sbox, default filter' \
		'filter.bwrap|bubblewrap, the same filter' \
		'filter.floor|bare system calls, the same filter' \
		'match.sbox|sbox, looking for a profile that matches'
	show start bare.bwrap bare.floor \
		'bare.sbox|sbox, no baseline' \
		'bare.bwrap|bubblewrap, no filter but for unknown calls' \
		'bare.floor|bare system calls, the same' \
		'nosys.bwrap|bubblewrap, the same, without /sys' \
		'true|/bin/true alone'
	bound 'sbox / bubblewrap, filter' \
		"$(ratio "$(value start filter.sbox)" "$(value start filter.bwrap)")" 0.75 ''
	bound 'sbox / bubblewrap, no baseline' \
		"$(ratio "$(value start bare.sbox)" "$(value start bare.bwrap)")" 0.75 ''
	bound 'sbox / bare system calls, filter' \
		"$(ratio "$(value start filter.sbox)" "$(value start filter.floor)")" 1.25 ''
	bound 'sbox / bare system calls, no baseline' \
		"$(ratio "$(value start bare.sbox)" "$(value start bare.floor)")" 1.25 ''
}

bench_binds()
{
	local count file i

	echo
	echo "== Binds of directories, beside those of the default profile =="
	for count in 100 1000 3000; do
		file=$work/profiles/binds$count.ini
		printf '[filesystem]\n' >"$file"
		for ((i = 0; i < count; i++)); do
			mkdir -p "$work/source/$i"
			printf 'ro = %s:/binds/%d\n' "$work/source/$i" "$i"
		done >>"$file"
		plan "$count" --profile "$file" -- /bin/true
	done
	# bubblewrap's time grows with the square of the number, and it takes 9000 words at most.
	measure binds {100,1000,3000}.{sbox,floor} 100.bwrap 1000.bwrap:20
	for count in 100 1000 3000; do
		show binds "$count.bwrap" "$count.floor" "$count.sbox|sbox, $count binds" \
			"$count.bwrap|bubblewrap, $count binds" \
			"$count.floor|bare system calls, $count binds"
	done
	bound 'sbox / bubblewrap, 1000 binds' \
		"$(ratio "$(value binds 1000.sbox)" "$(value binds 1000.bwrap)")" 0.05 ''
	bound 'the cost of a bind between 1000 and 3000 / between 100 and 1000' "$(awk \
		-v a="$(value binds 100.sbox)" -v b="$(value binds 1000.sbox)" \
		-v c="$(value binds 3000.sbox)" 'BEGIN { print (c - b) / 2000 / ((b - a) / 900) }')" \
		1.25 ''
}

make_netns()
{
	local own

	own=$(readlink /proc/self/ns/net)
	setpriv --reuid "$user" --regid "$user" --clear-groups unshare -Urn \
		sh -c 'ip link set lo up; exec sleep infinity' &
	holder=$!
	# It has the host's namespace until unshare has done its work.
	until [ "$(readlink "/proc/$holder/ns/net")" != "$own" ]; do
		kill -0 "$holder" || fail "no namespace could be made"
		sleep 0.01
	done
	ip netns attach "$netns" "$holder"
	made_netns=yes
}

bench_netns()
{
	echo
	echo "== Joining a named network namespace =="
	if [ -z "$made_user" ]; then
		echo "left out: only root can make a named network namespace"
		return
	fi
	make_netns
	words "$work/cases/none.sbox" "$work/sbox" -p default -o network.mode=none -- /bin/true
	words "$work/cases/host.sbox" "$work/sbox" -p default -o network.mode=host -- /bin/true
	words "$work/cases/netns.sbox" "$work/sbox" -p default --netns "$netns" -- /bin/true
	measure netns {none,host,netns}.sbox
	show netns '' '' 'none.sbox|sbox, a new network namespace' \
		"host.sbox|sbox, the host's network" 'netns.sbox|sbox, a named network namespace'
	bound 'joining, beside a new network namespace' "$(awk -v a="$(value netns netns.sbox)" \
		-v b="$(value netns none.sbox)" 'BEGIN { print (a - b) / 1000 }')" 1 ' ms'
	bound "joining, beside the host's network" "$(awk -v a="$(value netns netns.sbox)" \
		-v b="$(value netns host.sbox)" 'BEGIN { print (a - b) / 1000 }')" 1 ' ms'
}

. "$srcdir/tests/bench/calls.sh"
. "$srcdir/tests/bench/learn.sh"

[ -z "${SAN_CFLAGS:-}" ] || fail "this is a build with sanitizers, whose times say nothing"
command -v bwrap >/dev/null || fail "bubblewrap (bwrap) is not installed"
CC=${CC:-cc}
if [ "$(id -u)" = 0 ]; then
	! getent passwd "$user" >/dev/null || fail "the user $user exists already"
	! [ -e "/run/netns/$netns" ] || fail "the network namespace $netns exists already"
	useradd --system --no-create-home --home-dir "$work/home" --shell /bin/sh "$user"
	made_user=yes
	! chrt --rr 1 true 2>/dev/null || first=(chrt --rr 1)
fi
# Copies, for the build directory may be out of the user's reach.
chmod 755 "$work"
mkdir "$work/cases" "$work/profiles" "$work/plans" "$work/home"
cp sbox bench-plan bench-run "$work"
cp "$srcdir"/profiles/*.ini "$work/profiles"
home=$work/home
[ -z "$made_user" ] || chown "$user" "$home" "$work/plans"

echo "sbox, built with CFLAGS='${CFLAGS:-}', $(bwrap --version), Linux $(uname -r)," \
	"$(nproc) processors, load $(cut -d ' ' -f 1-3 /proc/loadavg)"
echo "$rounds rounds, $pause ms between two runs"
for table in $tables; do
	case $table in
	start | binds | netns | calls | learn) "bench_$table" ;;
	*) fail "no table \"$table\": start, binds, netns, calls, learn" ;;
	esac
done
