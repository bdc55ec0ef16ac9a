#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# usage: run.sh [--only ROW]... [PROGRAM...]
#
# Runs the attacks of rows/ against the programs, by default bwrap, firejail and sbox, prints TAP for
# sbox and then a table for all. To be run as root by tests/lib/isolated.sh; "make attacks" does that.
# What counts is sbox: it has to hold, each attack has to work where nothing confines it, and one
# that can't be tried is a skip. What the others do is printed and decides nothing.
#
# SBOX_ATTACKS_STARTS: how many starts the race takes, by default 10,000
# SBOX_ATTACKS_VERBOSE=1: what each attack printed, on standard error
set -u
: "${SBOX_PREFIX:?run this by make attacks}" "${SBOX_BUILD:?}" "${SBOX_TEST_USER:?}"
here=$(cd "$(dirname "$(realpath "$0")")" && pwd)
user=$SBOX_TEST_USER
H=$(getent passwd "$user" | cut -d: -f6)
SBOX=$SBOX_PREFIX/bin/sbox
secret=secret-$(od -An -N8 -tx1 /dev/urandom | tr -d ' ')
helpers=() helper_count=0

only=() programs=()
while [ $# -gt 0 ]; do
	case $1 in
	--only) only+=("$2"); shift 2 ;;
	*) programs+=("$1"); shift ;;
	esac
done
[ ${#programs[@]} -gt 0 ] || programs=(bwrap firejail sbox)

# In memory, and gone with this mount namespace. firejail lets nothing run in /var, /tmp and /srv.
mkdir -p /opt && mount -t tmpfs -o mode=755 tmpfs /opt || exit 1
W=/opt/sbox-attacks
mkdir "$W"
D=$W/d
ATTACK=$W/attack
cp "$SBOX_BUILD/tests/attacks/attack" "$ATTACK"
# A host's /tmp of the suite's own, for some attacks leave traps there.
mount -t tmpfs -o mode=1777 tmpfs /tmp

clean() {
	end_helpers
	fresh
	rm -rf "$W" "${H:?}/key" "$H/sub"
}
. "$here/suite.bash"
for file in "$here"/programs/*.bash "$here"/rows/*.bash; do
	. "$file"
done
trap clean EXIT
trap 'exit 130' INT TERM HUP

for p in "${programs[@]}"; do
	command -v "$("${p}_launcher")" >/dev/null || { echo "$p is not installed" >&2; exit 1; }
done

# What must be the same afterwards, whatever ran: a tree with all kinds of files, /etc, the home,
# and the names of whatever else the user has anywhere.
host_tree() {
	tree_manifest "$W/tree" /etc
	find "$H" -printf '%p %y %m %U:%G %l\n'
	find "$H" -type f -exec sha256sum {} +
	find /run /tmp /var/lib /var/tmp /dev/shm -xdev -maxdepth 2 \( -path "$W" -o -path /run/lock -o -path /run/firejail \
		-o -path '/var/tmp/sbox-tests.*' \) -prune -o -user "$user" -printf '%p %y %m\n' 2>/dev/null
}
mkdir -p "$W/tree/dir"
printf 'text\n' >"$W/tree/file"
ln -s file "$W/tree/link"
mkfifo "$W/tree/fifo"
install -m 4755 /bin/true "$W/tree/setuid"
chown -R "$user:" "$W/tree/dir" "$W/tree/file"

row host-tree "changes a file of the host's, its mode or time, in any of all these starts"
attack_host-tree() {
	box --ro "$W/tree" -- sh -c 'cd "$0" && { echo x >dir/new; echo x >>file; touch file dir; chmod 777 file dir; }
		echo DONE' "$W/tree"
	fresh
	after=$(host_tree)
	[ "$tree_before" = "$after" ] ||
		evidence "$(diff <(echo "$tree_before") <(echo "$after") | grep -m 1 '^[<>]')"
}

wanted() {
	[ ${#only[@]} -eq 0 ] || [[ " ${only[*]} " == *" $1 "* ]]
}

declare -A result why
run_rows() {
	local name
	fresh
	tree_before=$(host_tree)
	# Where nothing starts nothing is broken, either.
	attack_start() { box --rw "$D" -- "$ATTACK" modes /tmp; }
	try_row start "$1"
	[ "$verdict" = held ] || {
		printf '%s starts nothing: %s\n' "$1" "$reason" >&2
		exit 1
	}
	for name in "${rows[@]}"; do
		wanted "$name" || continue
		note=
		try_row "$name" "$1"
		result[$name,$1]=$verdict
		why[$name,$1]=$reason${note:+${reason:+; }$note}
		[ "$1" != sbox ] || tap "$name"
	done
}

# tap ROW: the line for sbox; the control has been tried before.
count=0 failures=0
tap() {
	local line
	count=$((count + 1))
	line="$count $1"
	case ${result[$1,none]}-${result[$1,sbox]} in
	*-n/a | n/a-*) line="ok $line # skip ${why[$1,sbox]:-${why[$1,none]}}" ;;
	broken-held) line="ok $line" ;;
	broken-*) line="not ok $line: ${result[$1,sbox]}: ${why[$1,sbox]}" ;;
	*) line="not ok $line: the attack doesn't work where nothing confines it: ${why[$1,none]}" ;;
	esac
	[[ $line == ok* ]] || failures=$((failures + 1))
	printf '%s\n' "$line"
}

planned=0
for name in "${rows[@]}"; do
	! wanted "$name" || planned=$((planned + 1))
done
if [[ " ${programs[*]} " == *" sbox "* ]]; then
	echo "1..$planned"
	run_rows none
fi
for p in "${programs[@]}"; do
	run_rows "$p"
done

printf '\n%-24s' attack
printf '%-10s' "${programs[@]}"
printf ' the application ...\n'
for name in "${rows[@]}"; do
	wanted "$name" || continue
	printf '%-24s' "$name"
	for p in "${programs[@]}"; do
		printf '%-10s' "${result[$name,$p]}"
	done
	printf ' %s\n' "${titles[$name]}"
done
printf '\n'
for p in "${programs[@]}"; do
	printf '%s\n' "$("${p}_version")"
	for name in "${rows[@]}"; do
		[ -z "${why[$name,$p]:-}" ] || printf '  %-22s %s: %s\n' "$name" "${result[$name,$p]}" "${why[$name,$p]}"
	done
done
[ "$failures" -eq 0 ]
