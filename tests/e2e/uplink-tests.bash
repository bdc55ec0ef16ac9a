# SPDX-License-Identifier: LGPL-2.1-or-later
# What the tests of `sbox netns` share, on top of uplink.bash. SBOX_PREFIX is where sbox is
# installed; it must be readable by the user SBOX_TEST_USER (daemon).

# A Python that the owner can run too.
PYTHON=/usr/bin/python3

# For setup(): a host with a phone that isn't plugged in yet.
uplink_setup() {
	local why

	if why=$(uplink_missing); then
		skip "$why"
	fi
	: "${SBOX_PREFIX:?the prefix where sbox is installed}"
	NETNS=$SBOX_PREFIX/libexec/sbox/sbox-netns
	OWNER=${SBOX_TEST_USER:-daemon}
	OWNER_UID=$(id -u "$OWNER")
	OWNER_GID=$(id -g "$OWNER")
	export UPLINK_DIR=$BATS_TEST_TMPDIR/uplink
	uplink_host_start
}

need() {
	command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ] || skip "needs $1"
}

netns() {
	on_host env -u SUDO_UID -u PKEXEC_UID "$NETNS" "$@"
}

as_owner() {
	on_host setpriv --reuid "$OWNER_UID" --regid "$OWNER_GID" --clear-groups -- "$@"
}

owner_sbox() {
	as_owner env -i PATH="$PATH" HOME=/ "$SBOX_PREFIX/bin/sbox" "$@"
}

# A command in the uplink's network namespace, as its owner and with power over it.
inside() {
	# Others may be reading it.
	on_host sh -c '[ -e "$2" ] || { cp "$1" "$2.$$" && mv "$2.$$" "$2"; }' sh "$BATS_TEST_DIRNAME/join.py" /run/join.py
	as_owner "$PYTHON" /run/join.py /run/netns/phone "$@"
}

supervisor() {
	netns status phone --json | sed -n 's/^ *"pid":\([0-9]*\).*/\1/p'
}

lease_reason() {
	on_host grep -q "\"reason\":\"$1\"" /run/sbox/netns/phone/lease/status.json
}

is_up() {
	netns status phone >/dev/null
}

no_lease() {
	run netns status phone
	[ "$status" = 3 ]
}

status_says() {
	netns status phone | grep -q "$1"
}

# Up to 30 seconds for a command to succeed.
wait_until() {
	wait_by $((SECONDS + 30)) "$@"
}

wait_by() {
	local end=$1

	shift
	until "$@"; do
		[ $SECONDS -lt "$end" ] || { "$@" && return 0; echo "never came true: $*"; return 1; }
		sleep 0.1
	done
}

# Up to two minutes: clients wait longer and longer between attempts.
wait_long() {
	wait_by $((SECONDS + 120)) "$@" && return 0
	netns status phone
	on_host tail -n 5 /run/sbox/netns/phone/lease/client.log
	return 1
}

gone() {
	! on_host sh -c 'kill -0 "$1" && ! grep -q "^State:.Z" "/proc/$1/status"' sh "$1" 2>/dev/null
}

# no_process REGEX: none that runs; one that has ended may wait for its parent to look.
no_process() {
	! on_host pgrep --runstates D,R,S,T,t -f "^($1)\\b" >/dev/null
}

# Nothing is reached, and that is told at once.
unreachable() {
	run inside curl -sm 2 "$1"
	[ "$status" = 7 ]
}

# "! command" fails no test: bash's errexit passes over it.
refute() {
	if "$@"; then
		echo "should have failed: $*"
		return 1
	fi
}

# mood KEY=JSON...: how dhcp-server.py answers from now on. The file is replaced, never half there.
mood() {
	local pair text=

	for pair in "$@"; do
		text+="${text:+, }\"${pair%%=*}\": ${pair#*=}"
	done
	echo "{$text}" | on_host sh -c 'cat >/run/mood.new && mv /run/mood.new /run/mood'
}

# Starts dhcp-server.py on the phone; its log is $UPLINK_DIR/mood.log.
mood_serve() {
	on_phone $PYTHON "$BATS_TEST_DIRNAME/dhcp-server.py" /run/mood \
		</dev/null >>"$UPLINK_DIR/mood.log" 2>&1 3>&- &
	wait_until grep -q ready "$UPLINK_DIR/mood.log"
}
