#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# The interface of an uplink and what the configuration decides about it: carrier, name, MTU, TTL,
# fixed addresses, other kinds of interface.

bats_require_minimum_version 1.5.0

load uplink
load uplink-tests

setup() {
	uplink_setup
	uplink_plug
}

teardown() {
	uplink_host_stop
}

up() {
	netns up phone --interface usb0 --owner "$OWNER" --timeout 30 "$@"
}

reaches_phone() {
	inside ping -c1 -W5 192.168.42.129 >/dev/null
}

assert_carrier() {
	local i

	uplink_serve
	run -0 up --dhcp "$1"
	on_phone ip link set phone-end down
	wait_until no_lease
	wait_until unreachable http://192.168.42.129/
	on_phone ip link set phone-end up
	wait_long is_up
	wait_until reaches_phone
	for i in 1 2 3 4 5 6; do
		on_phone ip link set phone-end down
		sleep 0.2
		on_phone ip link set phone-end up
		sleep 0.1
	done
	wait_long is_up
	wait_until reaches_phone
	wait_until one_client "$1"
}

one_client() {
	[ "$(on_host pgrep -cf "^$1\\b")" = 1 ]
}

@test "the carrier goes, comes back, and flaps: dhcpcd" {
	assert_carrier dhcpcd
}

@test "the carrier goes, comes back, and flaps: udhcpc" {
	assert_carrier udhcpc
}

@test "the carrier goes, comes back, and flaps: dhclient" {
	assert_carrier dhclient
}

@test "unplugged and plugged in: each client starts anew in the same namespace" {
	local client

	for client in dhcpcd udhcpc dhclient; do
		uplink_serve
		run -0 up --dhcp "$client"
		uplink_serve_stop
		uplink_unplug
		wait_until lease_reason DEPARTED
		wait_until no_process "$client"
		uplink_plug
		uplink_serve
		run -0 up
		[[ $output == *"its interface is gone; mending that"* ]]
		reaches_phone
		run -0 netns down phone
		uplink_serve_stop
	done
}

@test "a renamed interface gets its name back" {
	uplink_serve
	run -0 up
	inside ip link set usb0 down
	inside ip link set usb0 name elsewhere
	wait_long is_up
	wait_long reaches_phone
	refute inside ip link show elsewhere
}

@test "ping works, and low ports are the owner's" {
	uplink_serve
	run -0 up
	run owner_sbox --netns phone -- ping -c1 -W10 192.168.42.129
	echo "$output"
}

@test "ttl is in the packets, and an advertisement doesn't change it" {
	local client

	for client in dhcpcd udhcpc; do
		uplink_serve --enable-ra --dhcp-range=2001:db8:1::,ra-only,64
		on_phone ip addr replace 2001:db8:1::1/64 dev phone-end nodad
		run -0 up --dhcp "$client" --set ttl=65
		wait_until has_v6
		on_phone timeout 30 tcpdump -nvi phone-end -c 2 'icmp[0] == 8 or icmp6[0] == 128' \
			>"$UPLINK_DIR/packets" 2>"$UPLINK_DIR/tcpdump" 3>&- &
		wait_until grep -q 'listening on' "$UPLINK_DIR/tcpdump"
		inside ping -c1 -W10 192.168.42.129
		wait_until inside ping -6 -c1 -W1 2001:db8:1::1
		wait $! || true
		cat "$UPLINK_DIR/packets"
		grep -q 'ttl 65' "$UPLINK_DIR/packets"
		grep -q 'hlim 65' "$UPLINK_DIR/packets"
		run -0 netns down phone
		uplink_serve_stop
	done
}

has_v6() {
	inside ip -6 addr show dev usb0 scope global -tentative | grep -q 2001:db8:1:
}

@test "a configured MTU goes before the network's" {
	local client

	uplink_serve --dhcp-option-force=26,1400
	for client in dhcpcd udhcpc dhclient; do
		run -0 up --dhcp "$client" --set mtu=1300
		inside ip link show usb0 | grep 'mtu 1300'
		[[ $(inside ip route show default) != *"mtu 1400"* ]]
		run -0 netns down phone
	done
	on_host ip link show usb0 | grep 'mtu 1500'
}

@test "configured DNS servers and domains go before the network's" {
	local client resolv=/run/sbox/netns/phone/lease/resolv.conf

	uplink_serve --dhcp-option=option:domain-name,home.example
	for client in dhcpcd udhcpc dhclient; do
		run -0 up --dhcp "$client" --set 'dns=192.0.2.53 2001:db8::53' --set search=work.example
		on_host grep -x 'nameserver 192.0.2.53' $resolv
		on_host grep -x 'nameserver 2001:db8::53' $resolv
		on_host grep -x 'search work.example' $resolv
		refute on_host grep -E '192.168.42.129|home.example' $resolv
		run -0 netns down phone
	done
}

@test "fixed addresses need no DHCP, and follow carrier and plug" {
	local fixed=(--set 'address=192.168.42.7/24 2001:db8:1::7/64'
		--set 'gateway=192.168.42.129 2001:db8:1::1' --set dns=192.168.42.129)

	run -0 up "${fixed[@]}"
	[[ $output == *"phone: 192.168.42.7/24 via 192.168.42.129"*", DNS 192.168.42.129"* ]]
	[[ $output != *"asking for a lease"* ]]
	reaches_phone
	inside ip -6 route show default | grep -q 'via 2001:db8:1::1 dev usb0'
	on_phone ip link set phone-end down
	wait_until no_lease
	on_phone ip link set phone-end up
	wait_until is_up
	wait_until reaches_phone
	uplink_unplug
	wait_until lease_reason DEPARTED
	uplink_plug
	run -0 up "${fixed[@]}"
	reaches_phone
	refute on_host pgrep -l 'dhcpcd|udhcpc|dhclient'
}

@test "a tunnel: its packets go by the host's network, the programs' by it" {
	on_host test -c /dev/net/tun || skip "needs /dev/net/tun"
	on_host $PYTHON "$BATS_TEST_DIRNAME/tun-peer.py" tun7 </dev/null >"$UPLINK_DIR/tun.log" 2>&1 3>&- &
	wait_until grep -q ready "$UPLINK_DIR/tun.log"
	run -0 netns up phone --interface tun7 --owner "$OWNER" --set address=10.9.0.2/32 --set dns=10.9.0.1
	inside ip route show default | grep -q '^default dev tun7'
	# Anything is on the other side of a tunnel.
	inside ping -c1 -W10 203.0.113.99
	run -0 netns down phone
	on_host ip link show tun7
}

@test "a second Ethernet, beside the phone" {
	uplink_serve
	run -0 up
	on_host ip link add eth1 type veth peer name other-end
	on_host ip link set other-end up
	run -0 netns up office --interface eth1 --owner "$OWNER" --set address=198.51.100.7/24
	run -0 netns list
	[[ $output == *office* && $output == *phone* ]]
	run -0 netns down office
	run -0 netns status phone
}
