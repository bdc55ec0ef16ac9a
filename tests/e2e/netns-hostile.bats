#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# The phone's network is not trusted: a DHCP server that says what no server should, to each of the
# clients. Either the uplink comes up with what is sane of it, or `up` fails as it would without a
# server; and no word of it is executed, written elsewhere or believed.

bats_require_minimum_version 1.5.0

load uplink
load uplink-tests

LEASE=/run/sbox/netns/phone/lease

setup() {
	uplink_setup
	uplink_plug
	mood 'address="192.168.42.50"'
	mood_serve
}

teardown() {
	uplink_host_stop
}

hex() {
	printf %s "$1" | od -An -v -tx1 | tr -d ' \n'
}

# repeat BYTE TIMES
repeat() {
	printf "%0.s$1" $(seq "$2")
}

# What lies where a hook that was fooled could write.
files() {
	on_host sh -c 'find /run/sbox/netns -mindepth 1; find / -xdev -name "*pwned*"; true' 2>/dev/null
}

# assert_survives CLIENT KEY=JSON...: one mood, one `up`.
assert_survives() {
	local client=$1 before after
	shift

	echo "== $client: $*" | cut -c1-150
	mood 'address="192.168.42.50"' "$@"
	before=$(files)
	run netns up phone --interface usb0 --owner "$OWNER" --timeout 3 --dhcp "$client"
	echo "$output"
	[ "$status" = 0 ] || [ "$status" = 125 ]
	[[ $output != *[$'\001'-$'\011'$'\013'-$'\037']* ]] # no control characters on the screen
	if [ "$status" = 0 ]; then
		assert_sane
		run -0 netns down phone
	fi
	no_process 'dhcpcd|udhcpc|dhclient'
	on_host ip link show usb0 | grep -q 'mtu 1500'
	after=$(files)
	diff <(echo "$before") <(echo "$after")
}

assert_sane() {
	local mtu

	on_host test ! -e $LEASE/pwned
	[ "$(on_host ls $LEASE | sort | tr '\n' ' ')" = "client.log resolv.conf status.json " ]
	refute on_host grep -vE '^(#.*|nameserver [0-9a-f.:]+(%usb0)?|search [A-Za-z0-9_. -]+|)$' $LEASE/resolv.conf
	refute on_host grep -E 'nameserver (127|0|22[4-9]|2[345])' $LEASE/resolv.conf
	on_host $PYTHON -m json.tool $LEASE/status.json >/dev/null
	mtu=$(inside cat /sys/class/net/usb0/mtu 2>/dev/null || inside ip link show usb0 | grep -o 'mtu [0-9]*' | tr -dc 0-9)
	((mtu >= 576 && mtu <= 9216))
	# The loopback interface is still what it was.
	inside ip -o addr show dev lo | grep -q '127.0.0.1/8'
	inside ping -c1 -W5 127.0.0.1 >/dev/null
}

assert_all_survived() {
	local client=$1 evil='$(touch /lease/pwned);`touch /lease/pwned`|&\n'

	# Text for a shell, for a terminal, for a parser: domain, host name, root path, search list.
	assert_survives "$client" "options={\"15\": \"$(hex "$evil")\", \"12\": \"$(hex "$evil")\",
		\"17\": \"$(hex "$evil")\", \"66\": \"$(hex "$evil")\", \"67\": \"$(hex "$evil")\"}"
	assert_survives "$client" "options={\"15\": \"$(hex "x")1b5b324a0a0d00ff$(hex "nameserver 6.6.6.6")\"}"
	# A compression pointer to itself, labels without end.
	assert_survives "$client" 'options={"119": "c000"}'
	assert_survives "$client" "options={\"119\": \"3f$(repeat 61 40)\"}"
	# Servers and routers that are none, far too many of them, and half of one.
	assert_survives "$client" "options={\"6\": \"7f000001e0000001ffffffff00000000$(repeat c0a82a81 55)\"}"
	assert_survives "$client" 'options={"3": "ffffffff", "6": "c0a82a81"}'
	# MTUs.
	assert_survives "$client" 'options={"26": "0000"}'
	assert_survives "$client" 'options={"26": "ffff"}'
	# Masks with holes, no mask, of one bit.
	assert_survives "$client" 'options={"1": "ff00ff00"}'
	assert_survives "$client" 'options={"1": "00000000"}'
	# Routes: to the loopback network, with a prefix of 255, of the whole world, cut short.
	assert_survives "$client" 'options={"121": "087fc0a82a81"}'
	assert_survives "$client" 'options={"121": "ffc0a82a81c0a82a81"}'
	assert_survives "$client" 'options={"121": "010000000001808000000000"}'
	assert_survives "$client" 'options={"121": "18c0a8"}'
	# Times.
	assert_survives "$client" 'options={"51": "00000000"}'
	assert_survives "$client" 'options={"51": "ffffffff", "58": "ffffffff", "59": "00000000"}'
	# Options that run past the packet, overload into each other, and go on for longer than any.
	assert_survives "$client" 'tail="0fff41"'
	assert_survives "$client" 'tail="340103"'
	assert_survives "$client" "options={\"43\": [$(repeat "\"$(repeat 41 255)\", " 4)\"00\"]}"
	assert_survives "$client" "options={\"15\": [$(repeat "\"$(repeat 61 255)\", " 4)\"62\"]}"
	# Addresses.
	assert_survives "$client" 'address="224.0.0.1"'
}

@test "a hostile server: dhcpcd" {
	assert_all_survived dhcpcd
}

@test "a hostile server: udhcpc" {
	assert_all_survived udhcpc
}

@test "a hostile server: dhclient" {
	assert_all_survived dhclient
}

@test "a flood of advertisements" {
	on_phone timeout 6 $PYTHON - <<'PY' >"$UPLINK_DIR/flood" 3>&- &
import os, socket, struct
s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
to = ("ff02::1", 0, 0, socket.if_nametoindex("phone-end"))
print("ready", flush=True)
while True:
    n = os.urandom(8)
    body = struct.pack("!BBHBBHII", 134, 0, 0, n[0], n[1] & 0x3f, 1800, 0, 0)
    body += struct.pack("!BBBBIII", 3, 4, 64, 0xc0, 600, 600, 0) + b"\x20\x01" + n[:6] + b"\0" * 8
    body += struct.pack("!BBHI", 25, 1 + 2 * 20, 0, 600) + os.urandom(16 * 20)
    body += struct.pack("!BBHI", 31, 3, 0, 600) + b"\x3f" + os.urandom(15)
    body += struct.pack("!BBHI", 5, 1, 0, 68)
    try:
        s.sendto(body, to)
    except OSError:
        pass
PY
	wait_until grep -q ready "$UPLINK_DIR/flood"
	for client in dhcpcd udhcpc; do
		run netns up phone --interface usb0 --owner "$OWNER" --timeout 30 --dhcp $client
		echo "$output"
		[ "$status" = 0 ]
		assert_sane
		run -0 netns down phone
	done
}
