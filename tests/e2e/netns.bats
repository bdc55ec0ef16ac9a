#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# `sbox netns` against a real DHCP server, in a host of its own (uplink.bash). SBOX_PREFIX is where
# sbox is installed; it must be readable by the user SBOX_TEST_USER (daemon).

bats_require_minimum_version 1.5.0

load uplink
load uplink-tests

setup() {
	uplink_setup
}

teardown() {
	uplink_host_stop
}

up() {
	local patience=(--timeout "${SBOX_TEST_TIMEOUT:-30}")

	[[ " $*" != *" --timeout "* ]] || patience=()
	netns up phone --interface usb0 --owner "$OWNER" "${patience[@]}" "$@"
}

# Nothing of the uplink is left: no pin, mount, record or process, and the interface is back.
assert_nothing_left() {
	[ -z "$(on_host sh -c 'ls /run/netns 2>/dev/null')" ]
	[ -z "$(on_host sh -c 'ls -A /run/sbox/netns 2>/dev/null')" ]
	# Other pins of the real machine's may lie below the host's /run.
	refute on_host grep -E ' /run/netns/(phone|work|plain) | /run/sbox/netns' /proc/self/mountinfo
	# What has ended may wait for its parent to look.
	refute on_host pgrep -l --runstates D,R,S,T,t 'sbox-netns|dhcpcd|udhcpc|dhclient'
	[ "${1:-}" = unplugged ] || on_host ip link show "${1:-usb0}"
}

assert_up_works() {
	uplink_plug
	uplink_serve --dhcp-option=option:domain-name,home.example
	run up --dhcp "$1"
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"asking for a lease ($1)"* ]]
	[[ $output == *"phone: 192.168.42."*"/24 via 192.168.42.129, DNS 192.168.42.129"* ]]
	refute on_host ip link show usb0
	on_host ip -n phone -4 addr show dev usb0 | grep -q 'inet 192.168.42.[0-9]*/24'
	on_host ip -n phone route | grep -q '^default via 192.168.42.129 dev usb0'
	# The phone's DNS server, over TCP
	on_host ip netns exec phone bash -c 'exec 3<>/dev/tcp/192.168.42.129/53'
	on_host grep -x 'nameserver 192.168.42.129' /run/sbox/netns/phone/lease/resolv.conf
	on_host grep -x 'search home.example' /run/sbox/netns/phone/lease/resolv.conf
	run -0 netns status phone
	[[ $output == "phone: up"* ]]
	run -0 up --dhcp "$1"
	[[ $output == *"phone is already up: 192.168.42."* ]]
	run -0 netns down phone
	assert_nothing_left
}

@test "up, status, up again and down with dhcpcd" {
	need dhcpcd
	assert_up_works dhcpcd
}

@test "up, status, up again and down with udhcpc" {
	need udhcpc
	assert_up_works udhcpc
}

@test "up, status, up again and down with dhclient" {
	need dhclient
	assert_up_works dhclient
}

@test "up chooses a client itself, and renames the interface where the configuration says so" {
	local conf=$SBOX_PREFIX/etc/sbox/netns.d

	uplink_plug
	uplink_serve
	on_host mkdir -p "$conf"
	on_host mount -t tmpfs -o mode=755 tmpfs "$conf"
	printf '[uplink]\ninterface = usb0\nname = phone0\nowner = %s\ntimeout = 10s\n' "$OWNER" |
		on_host tee "$conf/phone.ini"
	run -4 netns status phone
	run -0 netns list
	[[ $output == *"phone  down"* ]]
	run -0 netns up phone
	on_host ip -n phone link show phone0
	run -0 netns list
	[[ $output =~ phone\ +up\ +$OWNER\ +usb0 ]]
	run -0 netns down phone
	assert_nothing_left
	run -0 netns down phone
	[[ $output == *"already down"* ]]
}

@test "a configuration file with mistakes: all are named, nothing is done" {
	local conf=$SBOX_PREFIX/etc/sbox/netns.d

	uplink_plug
	on_host mkdir -p "$conf"
	on_host mount -t tmpfs -o mode=755 tmpfs "$conf"
	printf '[uplink]\ninterfase = usb0\ndhcp = pump\n[other]\nx = 1\n' |
		on_host tee "$conf/phone.ini"
	run -3 netns up phone --owner "$OWNER"
	[[ $output == *"phone.ini:2: unknown key \"interfase\"; did you mean \"interface\"?"* ]]
	[[ $output == *"phone.ini:3: dhcp = pump: auto, dhcpcd, udhcpc, dhclient or none is needed"* ]]
	[[ $output == *"phone.ini:5: unknown section [other]"* ]]
	assert_nothing_left
}

@test "a configuration file that others can write is refused" {
	local conf=$SBOX_PREFIX/etc/sbox/netns.d

	uplink_plug
	on_host mkdir -p "$conf"
	on_host mount -t tmpfs -o mode=755 tmpfs "$conf"
	printf '[uplink]\ninterface = usb0\n' | on_host tee "$conf/phone.ini"
	on_host chmod 666 "$conf/phone.ini"
	run -125 netns up phone --owner "$OWNER"
	[[ $output == *"phone.ini"* ]]
	on_host chmod 644 "$conf/phone.ini"
	on_host chown "$OWNER" "$conf/phone.ini"
	run -125 netns up phone --owner "$OWNER"
	assert_nothing_left
}

@test "the owner is who called sudo, and never root" {
	uplink_plug
	uplink_serve
	run -125 netns up phone --interface usb0
	[[ $output == *"--owner USER"* ]]
	run -125 netns up phone --interface usb0 --owner root
	[[ $output == *"root can't own an uplink"* ]]
	run -125 netns up phone --interface usb0 --owner no-such-user
	[[ $output == *'there is no user "no-such-user"'* ]]
	run -125 on_host env SUDO_UID=0 "$NETNS" up phone --interface usb0
	assert_nothing_left
	run -0 on_host env "SUDO_UID=$OWNER_UID" "$NETNS" up phone --interface usb0
	netns status phone | grep -q "owner *$OWNER (uid $OWNER_UID)"
}

@test "without root: which command to run" {
	run -125 as_owner "$NETNS" up phone --interface usb0
	[[ $output == *'`sudo sbox netns up phone --interface usb0`'* ]]
	run -125 as_owner "$NETNS" down phone
	[[ $output == *'`sudo sbox netns down phone`'* ]]
}

@test "a wrong command line is a usage error" {
	run -2 netns
	run -2 netns upp phone
	run -2 netns up
	run -2 netns up phone extra
	run -2 netns up ../phone
	run -2 netns up .phone
	run -2 netns up phone --interface "a b"
	run -2 netns up phone --interface averyveryverylongname
	run -2 netns up phone --timeout 0
	run -2 netns up phone --timeout soon
	run -2 netns up phone --dhcp pump
	run -2 netns up phone --interface usb0 --interface usb1
	run -2 netns status phone --owner x
	run -2 netns up phone --frob
	[[ $output == *"unknown option --frob"* ]]
	run -0 netns --help
	[[ $output == "Usage: sbox netns up NAME"* ]]
}

# A sanitizer build's leak checker, which can't trace such a process, spoils its exit code.
assert_refuses() {
	run as_owner "$@"
	echo "$output"
	[[ $output == *"refusing to run setuid, setgid or with file capabilities"* ]]
	[ "$status" = 125 ] || [[ $output == *LeakSanitizer* ]]
}

@test "setuid, setgid or with file capabilities, it refuses to run" {
	on_host cp "$NETNS" /run/copy
	on_host chmod 4755 /run/copy
	assert_refuses /run/copy status phone
	on_host chmod 2755 /run/copy
	assert_refuses /run/copy list
	on_host chmod 755 /run/copy
	run -1 as_owner /run/copy status phone
	command -v setcap >/dev/null || skip "setuid and setgid refused; file capabilities need setcap"
	on_host setcap cap_net_admin+ep /run/copy
	assert_refuses /run/copy status phone
}

@test "a phone without a DHCP server: an error in time, and nothing is left" {
	uplink_plug
	for client in dhcpcd udhcpc dhclient; do
		SECONDS=0
		run -125 up --timeout 2 --dhcp $client
		echo "$output"
		[[ $output == *"no lease on usb0 within 2 s: no DHCP server gave $client"* ]]
		[ $SECONDS -lt 25 ] # without the option it would take 30 s
		assert_nothing_left
	done
	run -125 up --timeout 2 --dhcp none
	echo "$output"
	[[ $output == *"no address on usb0 within 2 s: with dhcp = none it needs address ="* ]]
	assert_nothing_left
}

@test "a phone without a carrier: an error in time, and nothing is left" {
	uplink_plug
	on_phone ip link set phone-end down
	run -125 up --timeout 1
	[[ $output == *"waiting for carrier on usb0"* ]]
	[[ $output == *"no carrier on usb0 within 1 s"* ]]
	assert_nothing_left
}

@test "a carrier that comes late is waited for" {
	uplink_plug
	uplink_serve
	on_phone ip link set phone-end down
	up >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	wait_until grep -q "waiting for carrier on usb0" "$BATS_TEST_TMPDIR/out"
	sleep 1
	on_phone ip link set phone-end up
	wait $!
}

# What a hostile network can put into a lease: a name made for a shell, an absurd MTU, servers and
# routers that aren't any.
assert_nonsense_is_left_out() {
	uplink_plug
	uplink_serve '--dhcp-option-force=15,x;touch /lease/pwned;$(touch /lease/pwned)' \
		'--dhcp-option-force=26,68' \
		'--dhcp-option-force=6,127.0.0.1,224.0.0.1,0.0.0.0,192.168.42.129' \
		'--dhcp-option-force=12,a`touch /lease/pwned`'
	run up --dhcp "$1"
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *", DNS 192.168.42.129" ]]
	refute on_host grep -E '127|224|0\.0\.0\.0|touch|search' /run/sbox/netns/phone/lease/resolv.conf
	refute on_host grep touch /run/sbox/netns/phone/lease/status.json
	refute on_host ls /run/sbox/netns/phone/lease/pwned
	on_host ip -n phone link show usb0 | grep -q 'mtu 1500'
	run -0 netns down phone
	assert_nothing_left
}

@test "nonsense in a lease is left out: dhcpcd" {
	need dhcpcd
	assert_nonsense_is_left_out dhcpcd
}

@test "nonsense in a lease is left out: udhcpc" {
	need udhcpc
	assert_nonsense_is_left_out udhcpc
}

@test "nonsense in a lease is left out: dhclient" {
	need dhclient
	assert_nonsense_is_left_out dhclient
}

@test "a server that offers an impossible address is no server" {
	need $PYTHON
	uplink_plug
	mood 'address="127.0.0.1"'
	mood_serve
	for client in dhcpcd udhcpc dhclient; do
		run -125 up --timeout 3 --dhcp $client
		echo "$output"
		[[ $output == *"no lease on usb0"* ]]
		assert_nothing_left
	done
}

@test "a sane MTU of the lease is used, and the old one restored" {
	uplink_plug
	uplink_serve --dhcp-option-force=26,1400
	for client in dhcpcd udhcpc dhclient; do
		run -0 up --dhcp $client
		{ on_host ip -n phone link show usb0; on_host ip -n phone route; } | grep 'mtu 1400'
		run -0 netns down phone
		on_host ip link show usb0 | grep 'mtu 1500'
	done
}

@test "an interface that can't become an uplink is refused with the reason" {
	run -125 up
	[[ $output == *"there is no interface usb0 here"* ]]
	assert_nothing_left unplugged
	run -125 netns up phone --interface lo --owner "$OWNER"
	[[ $output == *"loopback"* ]]
	on_host ip link add br7 type bridge
	run -125 netns up phone --interface br7 --owner "$OWNER"
	[[ $output == *"br7 is a bridge"* ]]
	assert_nothing_left br7
}

@test "an interface that is elsewhere: where, and what frees it" {
	uplink_plug
	uplink_serve
	run -0 netns up work --interface usb0 --owner "$OWNER" --timeout 30
	run -125 up
	[[ $output == *"belongs to the uplink work of $OWNER; \`sbox netns down work\`"* ]]
	run -0 netns down work
	on_host ip netns add plain
	on_host ip link set usb0 netns plain
	run -125 up
	[[ $output == *"usb0 is in the network namespace plain"* ]]
}

# signal_when_asking SIGNAL: to an up that writes to $BATS_TEST_TMPDIR/out, once it waits for a lease
signal_when_asking() {
	wait_until grep -q "asking for a lease" "$BATS_TEST_TMPDIR/out"
	on_host sh -c 'kill -"$1" "$(cat /run/up.pid)"' sh "$1"
}

@test "INT and TERM undo everything" {
	local signal

	uplink_plug
	for signal in INT:130 TERM:143 HUP:129; do
		: >"$BATS_TEST_TMPDIR/out"
		signal_when_asking "${signal%:*}" 3>&- &
		# In the foreground, for a shell has what it starts in the background ignore SIGINT.
		on_host sh -c 'sh -c "echo \$\$ >/run/up.pid; exec \"\$@\"" sh "$1" up phone --interface usb0 \
			--owner "$2" --timeout 60; echo "status $?"' \
			sh "$NETNS" "$OWNER" >>"$BATS_TEST_TMPDIR/out" 2>&1
		cat "$BATS_TEST_TMPDIR/out"
		wait $!
		grep -q "interrupted by SIG${signal%:*}" "$BATS_TEST_TMPDIR/out"
		grep -qx "status ${signal#*:}" "$BATS_TEST_TMPDIR/out"
		assert_nothing_left
	done
	run -130 on_host sh -c '(sleep 0.5; kill -INT $$) & exec "$@"' \
		sh "$NETNS" up phone --interface usb0 --owner "$OWNER"
	assert_nothing_left
}

@test "after a SIGKILL at any moment, up and down recover" {
	local delay

	uplink_plug
	uplink_serve
	for delay in 0.003 0.006 0.010 0.015 0.02 0.03 0.04 0.06 0.08 0.12 0.2 0.3; do
		run on_host timeout -s KILL $delay "$NETNS" up phone --interface usb0 --owner "$OWNER"
		run up
		echo "up after $delay s: $output"
		[ "$status" = 0 ]
		run -0 netns down phone
		assert_nothing_left
		run on_host timeout -s KILL $delay "$NETNS" up phone --interface usb0 --owner "$OWNER"
		run netns down phone
		echo "down after $delay s: $output"
		[ "$status" = 0 ] || [[ $output == *"there is no uplink phone"* ]]
		assert_nothing_left
	done
	# In the middle of writing the record.
	run on_host prlimit --fsize=0 "$NETNS" up phone --interface usb0 --owner "$OWNER"
	run netns down phone
	assert_nothing_left
}

@test "a SIGKILL while down is at work is made good by the next down" {
	local delay

	uplink_plug
	uplink_serve
	for delay in 0.003 0.01 0.02 0.04; do
		run -0 up
		run on_host timeout -s KILL $delay "$NETNS" down phone
		run netns down phone
		echo "down after $delay s: $output"
		[ "$status" = 0 ] || [[ $output == *"there is no uplink phone"* ]]
		assert_nothing_left
	done
}

@test "two ups at once: one works, the other finds it done" {
	uplink_plug
	uplink_serve
	up >"$BATS_TEST_TMPDIR/first" 2>&1 3>&- &
	run -0 up
	wait $!
	[ "$(cat "$BATS_TEST_TMPDIR/first" <(echo "$output") | grep -c 'moving usb0')" = 1 ]
	[ "$(cat "$BATS_TEST_TMPDIR/first" <(echo "$output") | grep -c 'already up')" = 1 ]
}

@test "down gives the next free name when the old one is taken" {
	uplink_plug
	uplink_serve
	run -0 up
	on_host ip link add usb0 type veth peer name other
	run -0 netns down phone
	[[ $output == *"usb0 comes back as usb1"* ]]
	assert_nothing_left usb1
}

@test "down gives the interface back though programs run inside" {
	uplink_plug
	uplink_serve
	run -0 up
	on_host ip netns exec phone sleep 60 </dev/null >/dev/null 2>&1 3>&- &
	wait_until on_host pgrep -xf 'sleep 60'
	run -0 netns down phone
	[[ $output == *"1 program still runs in phone"* ]]
	assert_nothing_left
}

@test "a namespace made by ip netns add is left alone" {
	uplink_plug
	on_host ip netns add phone
	run -125 up
	[[ $output == *'`ip netns delete phone`'* ]]
	run -125 netns down phone
	[[ $output == *'`ip netns delete phone`'* ]]
	run -1 netns status phone
	[[ $output == *'`ip netns delete phone`'* ]]
	on_host ip -n phone link show lo
	on_host ip netns delete phone
	assert_nothing_left
}

@test "a stale pin is cleared away" {
	uplink_plug
	uplink_serve
	on_host mkdir -p /run/netns
	on_host touch /run/netns/phone
	run -4 netns status phone
	[[ $output == *"stale"* ]]
	run -0 up
	[[ $output == *"removing the stale pin /run/netns/phone"* ]]
	run -0 netns down phone
	on_host touch /run/netns/phone
	run -0 netns down phone
	assert_nothing_left
}

@test "a pin that was removed or replaced behind our back" {
	uplink_plug
	uplink_serve
	run -0 up
	on_host ip netns delete phone
	run -4 netns status phone
	run -0 netns down phone
	assert_nothing_left
	run -0 up
	on_host ip netns delete phone
	run -0 up
	run -0 netns status phone
	on_host ip netns delete phone
	on_host ip netns add phone
	run -4 netns status phone
	run -0 netns down phone
	[[ $output == *"left alone"* ]]
	on_host ip netns delete phone
	assert_nothing_left
}

@test "unplugged and plugged in again: up puts it right, the namespace stays" {
	local before

	uplink_plug
	uplink_serve
	run -0 up
	before=$(on_host readlink /proc/self/ns/net; on_host stat -L -c %i /run/netns/phone)
	uplink_serve_stop
	uplink_unplug
	wait_until lease_reason DEPARTED
	run -3 netns status phone
	[[ $output == *"no lease"* ]]
	run -125 up
	[[ $output == *"there is no interface usb0"* ]]
	uplink_plug
	uplink_serve
	run -0 up
	[[ $output == *"its interface is gone; mending that"* ]]
	run -0 netns status phone
	[ "$before" = "$(on_host readlink /proc/self/ns/net; on_host stat -L -c %i /run/netns/phone)" ]
}

# another_client PID...: a client runs that is none of these
another_client() {
	on_host pgrep -x dhcpcd | grep -vxF "$(printf '%s\n' "$@")"
}

@test "a client that died is started again" {
	local pid

	uplink_plug
	uplink_serve
	run -0 up
	# The client alone: its supervisor sees to it.
	pid=$(on_host pgrep -x dhcpcd)
	on_host pkill -KILL -x dhcpcd
	# shellcheck disable=SC2086
	wait_until another_client $pid
	# The supervisor: up does.
	pid=$(supervisor)
	on_host kill -KILL "$pid"
	wait_until no_process dhcpcd
	run -4 netns status phone
	run -0 up
	[[ $output == *"its supervisor has ended; mending that"* ]]
	run -0 netns status phone
}

@test "another interface or owner than the one that is up is refused" {
	uplink_plug
	uplink_serve
	run -0 up
	run -125 netns up phone --interface eth7 --owner "$OWNER"
	[[ $output == *"phone is up on usb0, not eth7"* ]]
	run -125 netns up phone --interface usb0 --owner bin
	[[ $output == *"belongs to $OWNER, not to bin"* ]]
	run -0 netns status phone
}

@test "the DHCP client is confined" {
	local client pid ns

	uplink_plug
	uplink_serve
	for client in dhcpcd udhcpc dhclient; do
		run -0 up --dhcp $client
		pid=$(on_host pgrep -P "$(supervisor)")
		on_host cat "/proc/$pid/status" >"$BATS_TEST_TMPDIR/status"
		# NET_BIND_SERVICE, NET_ADMIN, NET_RAW and nothing else
		grep -x 'CapPrm:	0000000000003400' "$BATS_TEST_TMPDIR/status"
		grep -x 'CapEff:	0000000000003400' "$BATS_TEST_TMPDIR/status"
		grep -x 'CapBnd:	0000000000003400' "$BATS_TEST_TMPDIR/status"
		grep -x 'CapAmb:	0000000000000000' "$BATS_TEST_TMPDIR/status"
		grep -x 'NoNewPrivs:	1' "$BATS_TEST_TMPDIR/status"
		grep -x 'Seccomp:	2' "$BATS_TEST_TMPDIR/status"
		grep -x "Uid:	$OWNER_UID	$OWNER_UID	$OWNER_UID	$OWNER_UID" "$BATS_TEST_TMPDIR/status"
		for ns in user mnt pid ipc uts cgroup net; do
			[ "$(on_host readlink "/proc/$pid/ns/$ns")" != "$(on_host readlink "/proc/1/ns/$ns")" ]
		done
		run -0 on_host ls "/proc/$pid/root"
		refute grep -xE 'home|root|boot|sys|srv|mnt|opt|media' <<<"$output"
		refute on_host ls "/proc/$pid/root/run/user"
		refute on_host ls "/proc/$pid/root/run/dbus"
		run -0 on_host ls "/proc/$pid/root/etc"
		refute grep -E 'shadow|machine-id|hostname' <<<"$output"
		run on_host nsenter --target "$pid" --mount --user -- touch /usr/x
		[ "$status" != 0 ]
		[ "$(on_host nsenter --target "$pid" --uts hostname)" = localhost ]
		# Only what it needs is open: no descriptor leads back to the host.
		run -0 on_host ls -l "/proc/$pid/fd"
		refute grep -E 'usr/libexec|/run/sbox|tty|net:\[' <<<"$output"
		run -0 netns down phone
	done
}

@test "its owner joins the namespace without privilege, another user can't" {
	need $PYTHON
	uplink_plug
	uplink_serve
	run -0 up
	on_host install -m 644 "$BATS_TEST_DIRNAME/join.py" /run/join.py
	run as_owner $PYTHON /run/join.py /run/netns/phone ip -o link
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"usb0"* ]]
	run on_host setpriv --reuid bin --regid bin --clear-groups -- \
		$PYTHON /run/join.py /run/netns/phone ip -o link
	[ "$status" != 0 ]
	[[ $output == *"not permitted"* ]]
	# ping without privilege, as on the host
	run as_owner $PYTHON /run/join.py /run/netns/phone \
		cat /proc/sys/net/ipv4/ping_group_range
	# 1 0 would be nobody; the end depends on the owner's subordinate groups.
	[[ $output =~ ^0[[:blank:]]+[0-9]+$ ]]
}

@test "what the owner puts in the lease directory leads nowhere" {
	local lease=/run/sbox/netns/phone/lease

	uplink_plug
	uplink_serve
	run -0 up
	on_host sh -c 'echo secret >/run/secret && chmod 600 /run/secret && mkdir /run/victim &&
		echo keep >/run/victim/file'
	as_owner ln -sf /run/secret $lease/status.json
	as_owner ln -s /run/victim $lease/dir
	as_owner mkdir -p $lease/sub/sub
	run -3 netns status phone
	refute grep secret <<<"$output"
	as_owner rm $lease/status.json
	as_owner mkfifo $lease/status.json
	run -3 timeout 30 nsenter --mount --net --pid --target "$(cat "$UPLINK_DIR/host.pid")" -- \
		"$NETNS" status phone
	as_owner sh -c "rm $lease/status.json; printf '%s' '{\"reason\":\"BOUND\",\"ipv4\":{\"addresses\":[{\"address\":\"1.2.3.4;x\",\"prefix\":24}],\"dns\":[\"\\u001b[2J\"]}}' >$lease/status.json"
	run -3 netns status phone
	refute grep -F '1.2.3.4' <<<"$output"
	run -0 netns down phone
	[ "$(on_host cat /run/victim/file)" = keep ]
	[ "$(on_host cat /run/secret)" = secret ]
	assert_nothing_left
}

@test "modes don't depend on the umask; closed standard descriptors and an empty environment" {
	local mask

	uplink_plug
	uplink_serve
	for mask in 000 077; do
		run -0 on_host sh -c 'umask "$1"; exec env -i "$2" up phone --interface usb0 --owner "$3" \
			--timeout 30 <&- >&- 2>&-' sh $mask "$NETNS" "$OWNER"
		[ "$(on_host stat -c '%a %U' /run/sbox/netns /run/sbox/netns/phone | sort -u)" = "755 root" ]
		[ "$(on_host stat -c '%a %U' /run/sbox/netns/phone/state.json)" = "644 root" ]
		[ "$(on_host stat -c '%a %U' /run/sbox/netns/phone/lock)" = "600 root" ]
		[ "$(on_host stat -c '%a %U' /run/sbox/netns/phone/lease)" = "755 $OWNER" ]
		[ "$(on_host stat -c '%a %U' /run/sbox/netns/phone/lease/resolv.conf)" = "644 $OWNER" ]
		run -0 as_owner "$NETNS" status phone --json
		[[ $output == *'"status":"up"'* ]]
		run -0 netns down phone
		assert_nothing_left
	done
}

@test "a state directory that others can write is refused" {
	uplink_plug
	on_host mkdir -p /run/sbox/netns
	on_host chmod 777 /run/sbox/netns
	run -125 up
	[[ $output == *"must belong to root and be writable by nobody else"* ]]
}

@test "subordinate ids are mapped, once and for all" {
	uplink_plug
	uplink_serve
	printf '%s:300000:65536\nother:100000:10\n%s:0:5\n' "$OWNER" "$OWNER" >"$BATS_TEST_TMPDIR/subid"
	chmod 644 "$BATS_TEST_TMPDIR/subid"
	on_host mount --bind "$BATS_TEST_TMPDIR/subid" /etc/subuid
	on_host mount --bind "$BATS_TEST_TMPDIR/subid" /etc/subgid
	run -0 up
	[[ $output == *"/etc/subuid: the range 0:5 of $OWNER is left out"* ]]
	run -0 on_host cat "/proc/$(supervisor)/uid_map"
	[ "$(tr -s ' ' <<<"$output" | sed 's/^ //')" = "$(printf '0 %s 1\n1 300000 65536' "$OWNER_UID")" ]
	[ "$(on_host cat "/proc/$(supervisor)/setgroups")" = deny ]
}
