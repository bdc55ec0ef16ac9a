#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# An uplink that is there for months: run in the foreground as a service manager does it, attach
# when the phone is plugged in, match for the udev rule; plugged and unplugged, killed, taken over.

bats_require_minimum_version 1.5.0

load uplink
load uplink-tests

setup() {
	uplink_setup
	# Where configuration lies, private to the test's host.
	CONF=$SBOX_PREFIX/etc/sbox/netns.d
	on_host mkdir -p "$CONF"
	on_host mount -t tmpfs -o mode=755 tmpfs "$CONF"
	configure phone mac=02:00:5e:10:00:01
}

teardown() {
	uplink_host_stop
}

# configure NAME KEY=VALUE...
configure() {
	local name=$1
	shift
	{
		printf '[uplink]\nowner = %s\n' "$OWNER"
		printf '%s\n' "$@" | sed 's/=/ = /'
	} | on_host tee "$CONF/$name.ini" >/dev/null
}

# Starts `run` in the background; its pid, as the host sees it, is in $run_pid.
start_run() {
	local before
	before=$(supervisor)
	on_host rm -f /run/run.pid
	on_host sh -c 'echo $$ >/run/run.pid; exec "$@"' sh "$NETNS" run phone "$@" \
		</dev/null >"$UPLINK_DIR/run.log" 2>&1 3>&- &
	wait_until on_host test -e /run/netns/phone
	# Where it takes over from another one, that one is there at first.
	wait_until tended "$before"
	run_pid=$(on_host cat /run/run.pid)
}

# tended PID: by a supervisor that isn't this one
tended() {
	local pid
	pid=$(supervisor)
	[ -n "$pid" ] && [ "$pid" != "$1" ] && ! gone "$pid"
}

@test "run makes the namespace without a phone; plugged in and attached it is up" {
	start_run
	run -3 netns status phone
	[ "$(on_host stat -c %U "/proc/$run_pid")" = "$OWNER" ] # not root any more
	on_host grep -q "^CapPrm:	0000000000000000" "/proc/$run_pid/status"
	run -125 netns attach phone
	[[ $output == *"there is no interface here that the configuration of phone means"* ]]

	uplink_plug enx02005e100001
	uplink_serve
	run -0 netns match enx02005e100001
	[ "$output" = phone ]
	run -0 netns attach phone
	[[ $output == *"moving enx02005e100001 to the namespace phone of $OWNER"* ]]
	wait_until is_up
	[[ $(inside ip -o link) == *"phone0"* ]]
	run -0 netns attach phone
	[[ $output == *"has its interface already"* ]]
	run -0 inside ping -c1 -W10 "$PHONE_ADDRESS"
	wait_until grep -q "phone: 192.168.42.* via $PHONE_ADDRESS" "$UPLINK_DIR/run.log"
}

@test "run takes an interface that is plugged in already" {
	uplink_plug enp0s20f0u6
	uplink_serve
	start_run
	wait_until is_up
}

@test "unplugged while a program runs, and plugged in under another name: the same namespace again" {
	local before

	uplink_plug usb0
	uplink_serve
	start_run
	wait_until is_up
	before=$(on_host stat -L -c %i /run/netns/phone)
	inside sleep 1000 3>&- &
	wait_until on_host pgrep -xf 'sleep 1000'
	uplink_serve_stop
	uplink_unplug
	wait_until lease_reason DEPARTED
	# New connections fail at once, and nothing leads anywhere.
	wait_until unreachable http://203.0.113.80/
	[ -z "$(inside ip -4 route)" ]
	uplink_plug usb1
	uplink_serve
	run -0 netns attach phone
	wait_until is_up
	[ "$before" = "$(on_host stat -L -c %i /run/netns/phone)" ]
	run -0 inside ping -c1 -W10 "$PHONE_ADDRESS"
	run -0 netns down phone
	on_host ip link show usb1
}

@test "SIGTERM gives the lease back, and the next run goes on where it ended" {
	local before

	uplink_plug usb0
	uplink_serve
	start_run
	wait_until is_up
	before=$(on_host stat -L -c %i /run/netns/phone)
	on_host kill -TERM "$run_pid"
	wait_until grep -q "ended by SIGTERM" "$UPLINK_DIR/run.log"
	wait_until grep -q DHCPRELEASE "$UPLINK_DIR/dnsmasq.log"
	run -4 netns status phone
	start_run
	wait_until is_up
	[ "$before" = "$(on_host stat -L -c %i /run/netns/phone)" ]
}

@test "each part killed: the next run takes over" {
	local victim

	uplink_plug usb0
	uplink_serve
	for victim in run supervisor client; do
		start_run
		wait_until is_up
		case $victim in
		run) on_host kill -KILL "$run_pid" ;;
		supervisor) on_host kill -KILL "$(supervisor)" ;;
		client) on_host pkill -KILL -x dhcpcd ;;
		esac
		sleep 0.3
		on_host kill -TERM "$run_pid" 2>/dev/null || true
		wait_until gone "$run_pid"
	done
	start_run
	wait_until is_up
	run -0 netns down phone
	on_host ip link show usb0
	wait_until grep -q "was told to end" "$UPLINK_DIR/run.log"
}

@test "up first, run later: run takes the supervision over" {
	local pid

	uplink_plug usb0
	uplink_serve
	run -0 netns up phone --timeout 30
	pid=$(supervisor)
	start_run
	wait_until is_up
	[ "$(supervisor)" != "$pid" ]
	wait_until gone "$pid"
}

@test "attach to an uplink that is down says so" {
	uplink_plug usb0
	run -4 netns attach phone
	[[ $output == *"the uplink phone is down; \`sbox netns up phone\` brings it up"* ]]
	on_host ip link show usb0
	[ -z "$(on_host ls /run/netns 2>/dev/null)" ]
}

@test "two phones: each goes to its own uplink" {
	configure other mac=02:00:5e:10:00:02
	configure broken driver=
	uplink_plug usb0 02:00:5e:10:00:01
	run -0 --separate-stderr netns match usb0
	[ "$output" = phone ]
	[[ $stderr == *"broken.ini"* ]]
	uplink_unplug
	uplink_plug usb0 02:00:5e:10:00:02
	run -0 --separate-stderr netns match usb0
	[ "$output" = other ]
	uplink_unplug
	uplink_plug usb0 02:00:5e:10:00:03
	run -1 netns match usb0
	[[ $output == *"no uplink is configured for usb0"* ]]
	run -125 netns match usb7
}

@test "the second phone of the same kind is for the next uplink" {
	configure phone interface=usb0
	configure zwei interface=usb0
	uplink_plug usb0
	uplink_serve
	run -0 netns up phone --timeout 30
	on_host ip link add usb0 type veth peer name other-end
	run -0 netns match usb0
	[ "$output" = zwei ]
	on_host rm "$CONF/zwei.ini"
	run -1 netns match usb0
	[[ $output == *"usb0 is for the uplink phone, which has an interface"* ]]
}
