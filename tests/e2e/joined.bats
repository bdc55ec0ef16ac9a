# SPDX-License-Identifier: LGPL-2.1-or-later
# The launcher on an uplink: sbox --netns NAME, with a phone behind it (uplink.bash).

load common
load uplink

setup() {
	local why

	if why=$(uplink_missing); then
		skip "$why"
	fi
	common_setup
	export UPLINK_DIR=$BATS_TEST_TMPDIR/uplink
	uplink_host_start
	uplink_plug
	uplink_serve
}

teardown() {
	[ -z "${UPLINK_DIR:-}" ] || uplink_host_stop
	common_teardown
}

# joined SBOX-OPTION... -- VERB [ARG...]: the probe in a sandbox on the uplink
joined() {
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	run user_on_host $TEST_USER "$SBOX" --netns phone --ro "$SBOX_PROBE:/probe" "${options[@]}" -- /probe "$@"
}

@test "the application is on the uplink, as its own user and without power over it" {
	uplink_up
	joined -- id , caps , ls /sys/class/net , connect $PHONE_ADDRESS 53 , userns , open w /proc/sys/net/ipv4/ip_forward
	assert_status 0
	assert_line "uid=$TEST_UID euid=$TEST_UID gid=$TEST_GID egid=$TEST_GID"
	assert_line CapEff=0000000000000000
	assert_line CapPrm=0000000000000000
	assert_line CapBnd=0000000000000000
	assert_line NoNewPrivs=1
	assert_line Seccomp=2
	assert_line "ls=ok count=2"
	assert_line entry=lo
	assert_line entry=usb0
	assert_line connect=ok
	refute_line userns=ok
	refute_match 'ip_forward open=ok'
}

@test "subordinate ids on the uplink are those that it was taken up with" {
	grep -q "^$TEST_USER:" /etc/subuid || skip "$TEST_USER has no subordinate ids"
	uplink_up
	run user_on_host $TEST_USER "$SBOX" --netns phone -o namespaces.ids=sub -o namespaces.uid=0 \
		-o namespaces.gid=0 -- sh -c 'touch /tmp/f && chown 33:33 /tmp/f && stat -c %u:%g /tmp/f
			cat /proc/self/setgroups; grep CapEff /proc/self/status; echo 65 >/proc/sys/net/ipv4/ip_default_ttl'
	assert_line 33:33
	assert_line deny
	assert_line $'CapEff:\t00000000000000db'
	assert_match 'ip_default_ttl: Read-only file system'
	joined -o namespaces.ids=sub -- id , caps
	assert_status 0
	assert_line "uid=$TEST_UID euid=$TEST_UID gid=$TEST_GID egid=$TEST_GID"
	assert_line CapEff=0000000000000000
}

@test "its network namespace is the uplink's, all others are its own" {
	local kind inside outside

	uplink_up
	joined -- ns
	inside=$output
	run on_host stat -L -c %i /run/netns/phone
	assert_equal "$(grep ^net= <<<"$inside")" "net=$output"
	outside=$(user_on_host $TEST_USER "$SBOX_PROBE" ns)
	for kind in user mnt pid ipc uts cgroup net; do
		[ "$(grep "^$kind=" <<<"$inside")" != "$(grep "^$kind=" <<<"$outside")" ] ||
			fail "the $kind namespace is the caller's"
	done
}

@test "the host's sockets and addresses are not reached" {
	on_host sh -c 'ip addr add 203.0.113.5/32 dev lo; python3 -c "
import socket, time
s = socket.create_server((\"\", 4712))
a = socket.socket(socket.AF_UNIX); a.bind(\"\0sbox-joined\"); a.listen()
time.sleep(60)" </dev/null >/dev/null 2>&1 3>&- &'
	wait_for 20 on_host sh -c 'ss -Hltn sport = 4712 | grep -q .'
	uplink_up
	joined -- connect 127.0.0.1 4712 , connect 203.0.113.5 4712 , connect abstract sbox-joined
	assert_status 0
	refute_line connect=ok
	assert_equal "$(grep -c '^connect=' <<<"$output")" 3
}

@test "no network option and no other profile weakens it" {
	uplink_up
	joined -o network.mode=netns -- ls /sys/class/net
	assert_line entry=usb0
	run user_on_host $TEST_USER "$SBOX" --profile tether --ro "$SBOX_PROBE:/probe" -- /probe ls /sys/class/net
	assert_status 0
	assert_line entry=usb0
	joined --no-network -- ls /sys/class/net
	refute_line entry=usb0
}

@test "nested user namespaces give no power over the uplink" {
	uplink_up
	run user_on_host $TEST_USER "$SBOX" --netns phone -o namespaces.nested=yes -o seccomp.baseline=no -- \
		unshare --user --map-root-user sh -c 'ip link set usb0 mtu 1400; echo "status $?"
			echo 65 >/proc/sys/net/ipv4/ip_default_ttl; nsenter --user=/proc/1/ns/user true; echo "entered $?"'
	assert_match '^status [1-9]'
	assert_match '^entered [1-9]'
	run on_host ip -n phone -o link show usb0
	assert_match 'mtu 1500'
}

@test "another user is told whose it is" {
	uplink_up
	run user_on_host $OTHER_USER "$SBOX" --netns phone -- "$SBOX_PROBE" id
	assert_refused 125 "$TEST_USER"
}

@test "an uplink that isn't there, a foreign namespace, a stale pin: what is wrong, and what mends it" {
	joined -- id
	assert_refused 125 'sbox netns up phone'
	on_host ip netns add phone
	joined -- id
	assert_refused 125 'phone'
	assert_match 'ip netns|sbox netns'
	on_host ip netns delete phone
	on_host sh -c 'mkdir -p /run/netns && : >/run/netns/phone'
	joined -- id
	assert_refused 125 'phone'
	assert_match 'sbox netns'
}

@test "an unplugged phone leaves no way out" {
	uplink_up
	uplink_unplug
	joined -- ls /sys/class/net , connect $PHONE_ADDRESS 53
	assert_status 0
	assert_line "ls=ok count=1"
	assert_line connect=ENETUNREACH
}

@test "down ends the network of what runs inside" {
	uplink_up
	user_on_host $TEST_USER "$SBOX" --netns phone --ro "$SBOX_PROBE:/probe" --rw "$T:/t" -- \
		/probe write /t/ready x , sleep 30 , exit 0 >/dev/null 2>&1 &
	wait_for 20 test -e "$T/ready"
	run on_host "$SBOX" netns down phone
	assert_status 0
	run on_host ip -o link show usb0
	assert_status 0
}
