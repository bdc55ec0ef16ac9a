#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The checks of hotplug.sh, run in the guest by a service of systemd's; one boot of two each time.
# Result lines, "PASS N. what" and so on, go to the second serial port; the third one is QEMU's
# monitor. A check is a function that ends at the first command that fails.
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
state=/var/lib/sbox-check
monitor=/dev/ttyS2 results=/dev/ttyS1
owner=anna
internet=203.0.113.80 # one server for both networks; packet dumps tell which one a request took
patience=90           # seconds, for an emulated machine
mkdir -p $state
stty -F $results raw -echo
stty -F $monitor raw -echo

say() {
	printf '%s\n' "$*" >$results
}

# check N TITLE FUNCTION: on failure the end of its trace follows.
check() {
	local log=$state/check.$1 start=$SECONDS
	(set -eu; BASH_XTRACEFD=9; exec 9>"$log" >>"$log" 2>&1; set -x; "$3")
	case $? in
	0) say "PASS $1. $2" ;;
	77) say "SKIP $1. $2: $(grep -v '^+' "$log" | tail -n 1)" ;;
	*)
		say "FAIL $1. $2"
		tail -n 15 "$log" | sed 's/^/  /' >$results
		journalctl -b -n 15 -o cat -u 'sbox-*' | sed 's/^/  journal: /' >$results
		;;
	esac
	say "guest: check $1 took $((SECONDS - start)) s"
}

# wait_for COMMAND...: until it succeeds.
wait_for() {
	local end=$((SECONDS + patience))
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
} 2>/dev/null

refute() {
	! "$@"
}

# plug ID NETWORK MAC [PROPERTY]: the monitor takes a line. unplug ID.
plug() {
	echo "device_add usb-net,id=$1,netdev=$2,mac=$3,bus=xhci.0${4:+,$4}" >$monitor
}

unplug() {
	echo "device_del $1" >$monitor
}

as_owner() {
	setpriv --reuid=$owner --regid=$owner --init-groups --no-new-privs env HOME=/home/$owner \
		USER=$owner "$@"
}

# fetch UPLINK LABEL: a request that only the label tells from others, from inside.
fetch() {
	as_owner timeout 60 sbox --netns "$1" -- curl -sS -m 30 "http://$internet/$2"
}

uplink_is() {
	local status=0
	sbox netns status "$1" || status=$?
	[ "$status" -eq "$2" ]
}

inode() {
	stat -L -c %i "/run/netns/$1"
}

# The interfaces on USB that the host's namespace has.
usb_here() {
	local path
	for path in /sys/class/net/*; do
		[[ $(realpath "$path") != */usb[0-9]*/* ]] || basename "$path"
	done
}

no_usb_here() {
	[ -z "$(usb_here)" ]
}

# What the host's own network looks like; a later look has to give the same.
host_network() {
	ip route show default | sed 's/ metric .*//'
	cat /etc/resolv.conf
}

main_pid() {
	systemctl show -P MainPID "sbox-netns@$1"
}

lease_log() {
	cat "/run/sbox/netns/$1/lease/client.log"
}
