#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# What happens to a lease in the course of time, with each of the clients: renewed, refused, run
# out, changed; the server gone and back.

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

# A REQUEST from an address: the client asks for more of what it has.
renewals() {
	grep -c '^REQUEST [0-9]' "$UPLINK_DIR/mood.log" || true
}

has_address() {
	on_host ip -n phone -4 addr show dev usb0 | grep -q "inet $1/"
}

lacks_address() {
	! has_address "$1"
}

no_server() {
	! on_host grep nameserver /run/sbox/netns/phone/lease/resolv.conf
}

no_address() {
	! on_host ip -n phone -4 addr show dev usb0 | grep -q "inet "
}

# renewed TIMES
renewed() {
	[ "$(renewals)" -ge "$1" ]
}

# The first lease is 192.168.42.50 for 12 seconds, renewed after 4.
start_lease() {
	mood 'address="192.168.42.50"' lease=12
	mood_serve
	run -0 up --dhcp "$1"
	has_address 192.168.42.50
}

assert_renewed() {
	start_lease "$1"
	wait_long renewed 2
	is_up
	has_address 192.168.42.50
}

# Silence: the lease ends, nothing is reached at once, and the next answer makes it good again.
assert_expires() {
	start_lease "$1"
	mood answer='"silent"'
	wait_long no_address
	wait_until no_lease
	wait_until unreachable http://192.168.42.129/
	wait_until no_server
	mood 'address="192.168.42.50"' lease=60
	wait_long is_up
	inside ping -c1 -W10 192.168.42.129
}

# A renewal is refused: another address, and the old one is gone.
assert_refused() {
	start_lease "$1"
	mood answer='"nak"' 'address="192.168.42.50"'
	wait_long renewed 1
	mood 'address="192.168.42.51"' lease=60
	wait_long has_address 192.168.42.51
	wait_until lacks_address 192.168.42.50
	wait_until is_up
	wait_until status_says 192.168.42.51/24
}

# The server gives another address when asked to renew, as no server should.
assert_changes() {
	start_lease "$1"
	mood 'address="192.168.42.52"' lease=12
	wait_long has_address 192.168.42.52
	wait_until is_up
	inside ping -c1 -W10 192.168.42.129
}

@test "a lease is renewed while it lasts: dhcpcd" {
	assert_renewed dhcpcd
}

@test "a lease runs out when the server is silent, and comes back: dhcpcd" {
	assert_expires dhcpcd
}

@test "a lease is refused: another address takes its place: dhcpcd" {
	assert_refused dhcpcd
}

@test "a lease changes its address when it is renewed: dhcpcd" {
	assert_changes dhcpcd
}

@test "a lease is renewed while it lasts: udhcpc" {
	assert_renewed udhcpc
}

@test "a lease runs out when the server is silent, and comes back: udhcpc" {
	assert_expires udhcpc
}

@test "a lease is refused: another address takes its place: udhcpc" {
	assert_refused udhcpc
}

@test "a lease changes its address when it is renewed: udhcpc" {
	assert_changes udhcpc
}

@test "a lease is renewed while it lasts: dhclient" {
	assert_renewed dhclient
}

@test "a lease runs out when the server is silent, and comes back: dhclient" {
	assert_expires dhclient
}

@test "a lease is refused: another address takes its place: dhclient" {
	assert_refused dhclient
}

@test "a lease changes its address when it is renewed: dhclient" {
	assert_changes dhclient
}

@test "SIGTERM to the supervisor and down give the lease back: all clients" {
	local client

	mood 'address="192.168.42.50"' lease=60
	mood_serve
	for client in dhcpcd udhcpc dhclient; do
		echo "$client"
		run -0 up --dhcp "$client"
		: >"$UPLINK_DIR/mood.log"
		on_host kill -TERM "$(supervisor)"
		wait_until grep -q '^RELEASE 192.168.42.50' "$UPLINK_DIR/mood.log"
		wait_until no_process "$client"
		run -0 up --dhcp "$client"
		: >"$UPLINK_DIR/mood.log"
		run -0 netns down phone
		wait_until grep -q '^RELEASE 192.168.42.50' "$UPLINK_DIR/mood.log"
	done
}
