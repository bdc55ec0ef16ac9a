#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# IPv6 on an uplink: addresses by router advertisements and DHCPv6, DNS servers from either, an
# advertisement that is taken back, a network without IPv4.

bats_require_minimum_version 1.5.0

load uplink
load uplink-tests

RESOLV=/run/sbox/netns/phone/lease/resolv.conf
V6=2001:db8:1::1

setup() {
	uplink_setup
	uplink_plug
	on_phone ip addr add $V6/64 dev phone-end nodad
}

teardown() {
	uplink_host_stop
}

up() {
	netns up phone --interface usb0 --owner "$OWNER" --timeout 30 "$@"
}

serve_v6() {
	uplink_serve --enable-ra --dhcp-option=option6:dns-server,[$V6] \
		--dhcp-option=option6:domain-search,six.example "$@"
}

has_server() {
	on_host grep -qx "nameserver $V6" $RESOLV
}

assert_advertised() {
	serve_v6 --dhcp-range=2001:db8:1::,ra-only,64
	run -0 up --dhcp "$1"
	wait_until has_server
	wait_until status_says 2001:db8:1:
	on_host grep -q 'search.* six.example\|search six.example' $RESOLV
	# An address answers once no other host has been found to have it, RFC 4862.
	wait_until inside ping -6 -c1 -W1 $V6
	inside ip -6 route show default | grep -q 'via fe80::.* dev usb0'
	# Both families in the sandbox, and names by the advertised server.
	run owner_sbox --netns phone -- getent ahostsv4 web.test
	echo "$output"
	[[ $output == *192.168.42.129* ]]
	# The server of the advertisement alone is asked when IPv4 names none.
	run -0 netns down phone
}

@test "addresses, routes and DNS of advertisements: dhcpcd" {
	assert_advertised dhcpcd
}

@test "addresses, routes and DNS of advertisements: udhcpc" {
	assert_advertised udhcpc
}

@test "addresses, routes and DNS of advertisements: dhclient" {
	assert_advertised dhclient
}

@test "DHCPv6 with dhcpcd" {
	serve_v6 --dhcp-range=2001:db8:1::100,2001:db8:1::1ff,64,120
	run -0 up --dhcp dhcpcd
	wait_until status_says '2001:db8:1::1[0-9a-f][0-9a-f]/128'
	wait_until has_server
	wait_until inside ping -6 -c1 -W1 $V6
}

@test "a network without IPv4 is enough" {
	local client

	for client in dhcpcd udhcpc; do
		on_phone dnsmasq --keep-in-foreground --conf-file=/dev/null --no-hosts --no-resolv \
			--bind-interfaces --interface=phone-end --except-interface=lo --user=root \
			--enable-ra --dhcp-range=2001:db8:1::,ra-only,64 \
			--dhcp-option=option6:dns-server,[$V6] --address=/web.test/$V6 \
			--pid-file=/run/phone/dnsmasq.pid </dev/null >/dev/null 2>&1 3>&- &
		wait_until on_host test -s /run/phone/dnsmasq.pid
		run -0 up --dhcp $client
		[[ $output == *"phone: 2001:db8:1:"* ]]
		wait_until has_server
		run owner_sbox --netns phone -- getent ahostsv6 web.test
	echo "$output"
		[[ $output == *$V6* ]]
		run -0 netns down phone
		uplink_serve_stop
	done
}

@test "an advertisement that is taken back takes route and DNS along" {
	local client

	for client in dhcpcd udhcpc; do
		serve_v6 --dhcp-range=2001:db8:1::,ra-only,64
		run -0 up --dhcp $client
		echo "$client"
		wait_until has_server
		uplink_serve_stop
		advertise_nothing
		wait_until no_default_route
		wait_until no_server
		run -0 netns down phone
	done
}

# A router advertisement with no lifetime, nor its DNS server's.
advertise_nothing() {
	on_phone $PYTHON - "$V6" <<'PY'
import socket, struct, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
dns = socket.inet_pton(socket.AF_INET6, sys.argv[1])
body = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 0, 0, 0)
body += struct.pack("!BBHI", 25, 3, 0, 0) + dns
s.sendto(body, ("ff02::1", 0, 0, socket.if_nametoindex("phone-end")))
PY
}

no_default_route() {
	! inside ip -6 route show default | grep -q via
}

no_server() {
	! has_server
}
