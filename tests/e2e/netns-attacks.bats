#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# What an uplink's owner, who has all power in its namespace and over processes of their uid, and
# other users could do to root's part of sbox netns.

bats_require_minimum_version 1.5.0

load uplink
load uplink-tests

LEASE=/run/sbox/netns/phone/lease

setup() {
	uplink_setup
}

teardown() {
	uplink_host_stop
}

up() {
	netns up phone --interface usb0 --owner "$OWNER" --timeout 30 "$@"
}

# The names of the host's interfaces.
host_links() {
	on_host ip -o link | sed 's/^[0-9]*: \([^:@]*\).*/\1/' | sort | tr '\n' ' '
}

# As the owner: no supervisor that puts right what is done to the interface.
stop_supervisor() {
	as_owner kill -STOP "$(on_host sed -n 's/.*"pid":\([0-9]*\).*/\1/p' /run/sbox/netns/phone/state.json)"
}

# Something that keeps the namespace, and lets one look into it later.
linger() {
	inside sleep 1000 3>&- &
	wait_until on_host pgrep -xf "sleep 1000"
}

in_what_is_left() {
	on_host nsenter --net --target "$(on_host pgrep -xf "sleep 1000")" -- "$@"
}

assert_nothing_left() {
	[ -z "$(on_host ls /run/sbox/netns)" ]
	[ -z "$(on_host ls /run/netns)" ]
	refute on_host grep sbox-lease /proc/mounts
}

@test "an interface of the owner's making doesn't come to the host: none was moved in yet" {
	netns run phone --owner "$OWNER" --interface usb0 </dev/null >"$UPLINK_DIR/run.log" 2>&1 3>&- &
	wait_until on_host test -e /run/netns/phone
	wait_until grep -q waiting "$UPLINK_DIR/run.log"
	linger
	inside ip link add usb0 type veth peer name end
	run -0 netns down phone
	[ "$(host_links)" = "lo " ]
}

@test "an interface of the owner's making doesn't come to the host in place of the one that was moved in" {
	uplink_plug
	uplink_serve
	run -0 up
	linger
	stop_supervisor
	inside sh -c 'ip link set usb0 down && ip link set usb0 name mine &&
		ip link add usb0 address 02:00:5e:10:66:66 type veth peer name end'
	run -0 netns down phone
	[ "$(host_links)" = "lo usb0 " ]
	on_host ip link show usb0 | grep -q 02:00:5e:10:00:01
}

@test "an interface of the owner's making doesn't come to the host when the phone is unplugged" {
	local index

	uplink_plug
	uplink_serve
	run -0 up
	linger
	index=$(inside ip -o link show usb0 | cut -d: -f1)
	uplink_serve_stop
	uplink_unplug
	wait_until lease_reason DEPARTED
	stop_supervisor
	inside ip link add index "$index" name vpn0 type ifb
	run -0 netns down phone
	[ "$(host_links)" = "lo " ]
}

@test "what the owner did to the interface doesn't come to the host with it" {
	uplink_plug
	uplink_serve
	on_host ip link add eth0 type veth peer name eth9
	run -0 up
	linger
	inside sh -c 'ip link property add dev usb0 altname eth0 altname eth1 &&
		ip link set usb0 alias "$(printf "\033[2J")" && ip link set usb0 promisc on &&
		ip link set usb0 arp off multicast off mode dormant &&
		ip link set usb0 group 7 && ip link set usb0 address 02:00:5e:10:66:66 mtu 1400 &&
		ip link add link usb0 name spy type macvlan'
	run -0 netns down phone
	[ "$(host_links)" = "eth0 eth9 lo usb0 " ]
	refute on_host ip link show eth1
	run -0 on_host ip -d link show usb0
	[[ $output == *"02:00:5e:10:00:01"*"promiscuity 0"* ]]
	[[ $output == *"mtu 1500"*"mode DEFAULT"*"group default"* ]]
	[[ $output == *"<"*MULTICAST*">"* && $output != *NOARP* ]]
	[[ $output != *$'\033'* ]]
	run in_what_is_left ip -o link
	[[ $output == *": lo"* && $output != *spy* ]]
}

@test "forged answers of the kernel's are not heard" {
	local port

	uplink_plug
	run -0 up --dhcp none --set address=192.168.42.7/24
	run -0 inside $PYTHON -c '
import socket, struct
message = struct.pack("=IHHIIBxHiII", 32, 16, 0, 12345, 0, 0, 1, 7, 0, 0)
sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
sock.bind((0, 0))
seen = 0
for line in list(open("/proc/net/netlink"))[1:]:
    port = int(line.split()[2])
    if line.split()[1] != "0" or port in (0, sock.getsockname()[0]):
        continue
    seen += 1
    try:
        sock.sendto(message, socket.MSG_DONTWAIT, (port, 0))
        print("heard by", port)
    except ConnectionRefusedError:
        pass
print("of", seen)'
	[ "$output" = "of 2" ] # the supervisor's
}

# As the owner, for some seconds: stops whatever starts and becomes theirs.
stopper() {
	as_owner $PYTHON -c '
import os, signal, sys, time
end = time.time() + float(sys.argv[1])
print("ready", flush=True)
while time.time() < end:
    for pid in range(os.getpid() + 1, os.getpid() + 40):
        try:
            os.kill(pid, signal.SIGSTOP)
        except OSError:
            pass' "$1" >"$UPLINK_DIR/stopper" 3>&- &
	wait_until grep -q ready "$UPLINK_DIR/stopper"
}

@test "the owner stops the processes that become theirs: root doesn't wait for them for ever" {
	local verb

	uplink_plug
	uplink_serve
	stopper 15
	for verb in "up phone --interface usb0 --owner $OWNER --timeout 5" "down phone"; do
		# shellcheck disable=SC2086
		run on_host timeout -s KILL 120 "$NETNS" $verb
		echo "$output"
		[ "$status" = 0 ] || [ "$status" = 125 ]
	done
	wait $! || true
	run netns down phone
	assert_nothing_left
	on_host ip link show usb0
}

@test "the owner keeps the supervisor from ending, and down works all the same" {
	local client

	uplink_plug
	uplink_serve
	run -0 up --dhcp dhcpcd
	client=$(on_host pgrep -o -x dhcpcd)
	# A program in the client's pid namespace whose parent is outside and never reaps it.
	on_host cp "$BATS_TEST_DIRNAME/join.py" /run/join.py
	as_owner $PYTHON -c '
import ctypes, fcntl, os, sys, time
libc = ctypes.CDLL(None, use_errno=True)
user = os.open("/proc/" + sys.argv[1] + "/ns/user", os.O_RDONLY)
pids = os.open("/proc/" + sys.argv[1] + "/ns/pid", os.O_RDONLY)
assert libc.setns(user, 0x10000000) == 0 and libc.setns(pids, 0x20000000) == 0
if os.fork() == 0:
    time.sleep(1000)
print("ready", flush=True)
time.sleep(1000)' "$client" >"$UPLINK_DIR/parent" 3>&- &
	wait_until grep -q ready "$UPLINK_DIR/parent"
	run -0 netns down phone
	[[ $output == *"a program of $OWNER keeps it from ending"* ]]
	assert_nothing_left
	on_host ip link show usb0
}

@test "the owner can neither fill /run nor keep down from removing the lease" {
	uplink_plug
	uplink_serve
	run -0 up
	refute as_owner sh -c "head -c 8M /dev/zero >$LEASE/fill"
	as_owner sh -c "rm -f $LEASE/fill; cd $LEASE && for i in \$(seq 30); do mkdir d && cd d; done"
	as_owner sh -c "cd $LEASE && exec sleep 1000" 3>&- &
	wait_until on_host pgrep -xf "sleep 1000"
	run -0 netns down phone
	assert_nothing_left
	run -0 up
	run -0 netns down phone
}

@test "locks that anybody can hold keep nobody from working" {
	uplink_plug
	uplink_serve
	on_host mkdir -p /run/netns
	on_host setpriv --reuid nobody --clear-groups flock /run/netns sleep 1001 3>&- &
	wait_until on_host pgrep -xf "sleep 1001"
	run -0 up
	on_host setpriv --reuid nobody --clear-groups flock $LEASE sleep 1002 3>&- &
	wait_until on_host pgrep -xf "sleep 1002"
	uplink_serve_stop
	uplink_unplug
	wait_until lease_reason DEPARTED
	uplink_plug
	uplink_serve
	run -0 up
	run -0 netns down phone
}

@test "the client's words can't drive the terminal" {
	local up

	uplink_plug
	as_owner true
	netns up phone --interface usb0 --owner "$OWNER" --timeout 4 --dhcp udhcpc \
		>"$UPLINK_DIR/up.log" 2>&1 3>&- &
	up=$!
	wait_until on_host test -e $LEASE/client.log
	while kill -0 $up; do
		as_owner sh -c "printf 'evil\302\2332Jwords\n' >>$LEASE/client.log" || break
		sleep 0.1
	done 2>/dev/null
	wait $up || true
	cat -v "$UPLINK_DIR/up.log"
	grep -q "evil??2Jwords" "$UPLINK_DIR/up.log"
}

@test "an interface that is named like an option is no uplink's" {
	local rule

	rule=$(sed -n 's/^PROGRAM!="\([^"]*\)".*/\1/p' "$SBOX_PREFIX/lib/udev/rules.d/76-sbox-uplink.rules")
	[[ $rule == *"netns match "*'$name' ]]
	on_host ip link add usb0 type veth peer name --help
	# shellcheck disable=SC2086
	run -1 --separate-stderr on_host ${rule/\$name/--help}
	[ -z "$output" ]
}
