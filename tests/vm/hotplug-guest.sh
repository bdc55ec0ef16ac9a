#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The checks of hotplug.sh, run in the guest by a service of systemd's. The third serial port leads to
# QEMU's monitor.
set -u
. /guest-checks.sh
monitor=/dev/ttyS2
owner=anna other=berta
internet=203.0.113.80 # one server that both networks lead to; packet dumps tell which one was taken

raw_lines() {
	stty -F $results raw -echo
	stty -F $monitor raw -echo
}

show_more() {
	journalctl -b -n 20 -o short-monotonic --no-pager -u 'sbox-*'
}

# plug NAME PORT: one of the phones below; its port is its name in QEMU too. unplug PORT.
plug() {
	echo "device_add usb-net,id=port$2,netdev=$1,mac=$(mac_of "$1"),serial=$1,bus=xhci.0,port=$2" >$monitor
}

mac_of() {
	case $1 in
	phone) echo 52:54:00:00:00:02 ;;
	second) echo 52:54:00:00:00:03 ;;
	stranger) echo 52:54:00:00:00:04 ;;
	esac
}

unplug() {
	echo "device_del port$1" >$monitor
}

inside() {
	local uplink=$1
	shift
	as_user $owner sbox --netns "$uplink" -- "$@" 9>&-
}

# fetch UPLINK LABEL: a request that the host finds in one of its packet dumps, by the label.
fetch() {
	inside "$1" curl -sS -o /dev/null -m 30 "http://$internet/?$2"
}

uplink_is() {
	local status=0
	sbox netns status "$1" || status=$?
	[ "$status" -eq "$2" ]
}

inode() {
	stat -L -c %i "/run/netns/$1"
}

# The interfaces on USB that are in the host's namespace.
usb_here() {
	local path
	for path in /sys/class/net/*; do
		case $(realpath "$path") in */usb[0-9]*/*) basename "$path" ;; esac
	done
}

usb_count_is() {
	[ "$(usb_here | wc -l)" -eq "$1" ]
}

# What the host's own network looks like; a later look has to give the same.
host_network() {
	ip route show default | sed 's/ metric .*//'
	ip -o -4 address show scope global | cut -d' ' -f2-7
	cat /etc/resolv.conf
}

nm_state() {
	nmcli -g GENERAL.STATE device show "$1"
}

networkd_state() {
	networkctl --no-legend --no-pager list "$1" | awk '{ print $5 }'
}

main_pid() {
	systemctl show -P MainPID sbox-netns@phone
}

# The last line of the program that runs inside all the time is "N CURL'S-STATUS START END".
loop_says() {
	[ "$(tail -n 1 $state/loop | cut -d' ' -f2)" = "$1" ]
}

is_configured_by_nm() {
	[[ $(nm_state "$1") == *"(connected)" ]]
}

no_phone_at_boot() {
	nm-online -q -s -t $patience
	usb_count_is 0
	wait_for uplink_is phone 3
	systemctl is-active sbox-netns@phone
	[ "$(stat -c %U "/proc/$(main_pid)")" = $owner ]
	grep -q '^CapPrm:	0000000000000000' "/proc/$(main_pid)/status"
	inside phone true
	refute as_user $other sbox --netns phone -- true
	# Configured, and not started.
	systemctl stop sbox-netns@second
	uplink_is second 4
	host_network >$state/host
}

plug_in() {
	local watch
	ip -o monitor link address >$state/monitor 9>&- &
	watch=$!
	sleep 1
	plug phone 1
	wait_for uplink_is phone 0
	kill $watch
	cat $state/monitor
	usb_count_is 0
	grep -q 'usb[0-9]*: <' $state/monitor
	refute grep -E ' (usb[0-9]+|enx[0-9a-f]+|eth[0-9]+):? .*([<,]UP[,>]|inet)' $state/monitor
	[ "$(inside phone ls /sys/class/net | tr '\n' ' ')" = "lo phone0 " ]
	fetch phone through-phone
	curl -sS -o /dev/null -m 30 "http://$internet/?through-home"
	refute as_user $other sbox --netns phone -- curl "http://$internet/?through-other"
	host_network | diff $state/host -
	inside phone cat /etc/resolv.conf | grep 192.168.42.130
	refute grep 192.168.42.130 /etc/resolv.conf
}

pull_out() {
	local status=0
	inside phone bash -c 'n=0; while :; do start=$EPOCHREALTIME
		curl -sS -o /dev/null -m 20 "http://$1/?loop-$n"
		echo "$n $? $start $EPOCHREALTIME"; n=$((n + 1)); sleep 1; done' loop $internet \
		>$state/loop 2>/dev/null </dev/null &
	echo $! >$state/loop.pid
	inode phone >$state/inode
	wait_for loop_says 0
	unplug 1
	wait_for loop_says 7
	uplink_is phone 3
	fetch phone while-unplugged || status=$?
	[ $status -eq 7 ]
	sleep 3
	# "Can't connect", each time at once.
	tail -n 2 $state/loop
	[ "$(tail -n 2 $state/loop | awk '$2 == 7 && $4 - $3 < 3' | wc -l)" -eq 2 ]
	[ "$(inside phone ls /sys/class/net)" = lo ]
	inside phone cat /proc/net/route
	host_network | diff $state/host -
}

plug_in_again() {
	plug phone 1
	wait_for uplink_is phone 0
	wait_for loop_says 0
	kill -0 "$(cat $state/loop.pid)"
	[ "$(inode phone)" = "$(cat $state/inode)" ]
	usb_count_is 0
}

other_driver() {
	echo 2 >/sys/bus/usb/devices/1-1/bConfigurationValue
	wait_for test -e /sys/bus/usb/drivers/rndis_host/1-1:2.0
	wait_for uplink_is phone 3
	wait_for uplink_is phone 0
	fetch phone through-rndis
	[ "$(inode phone)" = "$(cat $state/inode)" ]
	wait_for loop_says 0
	usb_count_is 0
}

configure_second() {
	printf '[uplink]\nowner = %s\n%s\n' $owner "$1" >/etc/sbox/netns.d/second.ini
}

two_phones() {
	configure_second "path = pci-0000:00:10.0-usb-0:2:1.0"
	systemctl start sbox-netns@second
	plug second 2
	wait_for uplink_is second 0
	uplink_is phone 0
	[ "$(inode phone)" != "$(inode second)" ]
	fetch second through-second
	fetch phone through-phone-2
	inside second cat /etc/resolv.conf | grep 192.168.43.130
	host_network | diff $state/host -
}

named_as_udev_would() {
	unplug 2
	wait_for uplink_is second 3
	configure_second "interface = enx$(mac_of second | tr -d :)"
	plug second 2
	wait_for uplink_is second 0
	usb_count_is 0
	fetch second through-second-2
}

# Each of the managers takes a phone that no uplink is configured for, so they would take the others.
strangers_are_taken() {
	local name
	plug stranger 3
	wait_for usb_count_is 1
	name=enx$(mac_of stranger | tr -d :)
	wait_for is_configured_by_nm "$name"
	wait_for eval '[[ $(networkd_state '"$name"') == conf* ]]'
	wait_for eval 'journalctl -b -u ModemManager --no-pager | grep "/1-3'\''"'
	unplug 3
	wait_for usb_count_is 0
	wait_for eval 'host_network | diff $state/host -'
}

hands_off() {
	local name
	systemctl stop sbox-netns@second
	wait_for usb_count_is 1
	name=$(usb_here)
	[ "$name" = "enx$(mac_of second | tr -d :)" ]
	sleep 5
	udevadm settle
	for name in "$name" usb0; do
		ip -o link show "$name"
		ip -o link show "$name" | refute grep '[<,]UP[,>]'
		[[ $(nm_state "$name") == *"(unmanaged)" ]]
		[ "$(networkd_state "$name")" = unmanaged ]
		# Once more, plugged in while the uplink is down, as the kernel calls it.
		[ "$name" != usb0 ] || break
		unplug 2
		wait_for usb_count_is 0
		plug second 2
		wait_for usb_count_is 1
		sleep 5
		udevadm settle
	done
	uplink_is second 4
	journalctl -b -u ModemManager --no-pager | refute grep "/1-[12]'"
	systemctl start sbox-netns@second
	wait_for uplink_is second 0
	usb_count_is 0
	host_network | diff $state/host -
}

stop_and_start() {
	local name
	systemctl stop sbox-netns@phone
	uplink_is phone 4
	wait_for usb_count_is 1
	name=$(usb_here)
	[[ $name == usb* ]]
	wait_for eval 'journalctl -b -u sbox-attach@phone --no-pager | grep "the uplink phone is down"'
	sleep 2
	[ "$(usb_here)" = "$name" ]
	[ ! -e /run/netns/phone ]
	systemctl start sbox-netns@phone
	wait_for uplink_is phone 0
	fetch phone through-phone-3
	pkill -KILL -u $owner bash
}

kill_main_process() {
	local pid
	pid=$(main_pid)
	inode phone >$state/inode
	kill -KILL "$pid"
	wait_for eval '[ "$(main_pid)" -gt 0 ] && [ "$(main_pid)" -ne '"$pid"' ]'
	wait_for uplink_is phone 0
	[ "$(inode phone)" = "$(cat $state/inode)" ]
	[ "$(systemctl show -P NRestarts sbox-netns@phone)" -eq 1 ]
	fetch phone through-phone-4
}

clock_jumps() {
	local pid
	sed -i 's/^dhcp = .*/dhcp = dhclient/' /etc/sbox/netns.d/phone.ini
	systemctl restart sbox-netns@phone
	wait_for uplink_is phone 0
	pid=$(pgrep -x dhclient)
	date -s '+1 day'
	wait_for eval '[ -n "$(pgrep -x dhclient)" ] && [ "$(pgrep -x dhclient)" -ne '"$pid"' ]'
	wait_for uplink_is phone 0
	sleep 5
	uplink_is phone 0
	fetch phone through-phone-5
}

# All of a suspension but the firmware's part, which the emulated machine doesn't come back from:
# processes stand still, devices and the second processor are off, the clock jumps.
suspend() {
	local pid
	inode phone >$state/inode
	pid=$(pgrep -x dhclient)
	echo core >/sys/power/pm_test
	echo mem >/sys/power/state
	echo none >/sys/power/pm_test
	raw_lines
	wait_for eval '[ -n "$(pgrep -x dhclient)" ] && [ "$(pgrep -x dhclient)" -ne '"$pid"' ]'
	wait_for uplink_is phone 0
	[ "$(inode phone)" = "$(cat $state/inode)" ]
	usb_count_is 0
	fetch phone through-phone-6
}

plugged_in_at_boot() {
	wait_for uplink_is phone 0
	wait_for uplink_is second 0
	usb_count_is 0
	nm-online -q -s -t $patience
	fetch phone after-boot-phone
	fetch second after-boot-second
	journalctl -b -u ModemManager --no-pager | refute grep "/1-[12]'"
	host_network | refute grep '192\.168'
}

prepare() {
	prepare_machine $owner $other
	mkdir -p /etc/sbox/netns.d
	printf '[uplink]\nowner = %s\ndriver = tether\nserial = phone\ndhcp = dhcpcd\n' $owner \
		>/etc/sbox/netns.d/phone.ini
	configure_second "serial = second"
	systemctl --quiet enable sbox-netns@phone sbox-netns@second systemd-networkd
	# Takes phones wherever nothing keeps it from that.
	printf '[Match]\nDriver=cdc_ether rndis_host\n[Network]\nDHCP=yes\n' \
		>/etc/systemd/network/50-usb.network
	# A driver for other devices of the kind that QEMU's says it is, and sometimes the first.
	echo "blacklist cdc_subset" >/etc/modprobe.d/phone.conf
}

first_boot() {
	check "booted without a phone: the namespace is there, its owner's, and waits" no_phone_at_boot
	check "plugged in: up without a command, never up outside, the host's network untouched" plug_in
	check "pulled out while a program runs: it can't connect, at once and nowhere" pull_out
	check "plugged in again: the same namespace and program go on" plug_in_again
	check "the phone turns from CDC to RNDIS: the same namespace goes on" other_driver
	check "a second phone, by its path: an uplink of its own" two_phones
	check "configured with the name that udev would give" named_as_udev_would
	check "NetworkManager, networkd and ModemManager are there: they take another phone" strangers_are_taken
	check "they leave a configured one alone, also while its uplink is down" hands_off
	check "systemctl stop gives the interface back for good; start takes it again" stop_and_start
	check "the service's main process is killed: systemd goes on with the same namespace" kill_main_process
	check "the clock jumps by a day: dhclient asks anew" clock_jumps
	check "the machine is suspended: the client asks anew in the same namespace" suspend
}

checks() {
	raw_lines
	# How many checks there were before this boot.
	number=$(sed 's/.*sbox-check=\([0-9]*\).*/\1/' /proc/cmdline)
	if [ "$number" -eq 0 ]; then
		first_boot
	else
		check "plugged in at boot: up without a command" plugged_in_at_boot
	fi
}

run_guest_checks prepare checks
