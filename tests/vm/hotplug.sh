#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Boots Debian 12 with systemd, udev, NetworkManager and ModemManager in QEMU, installs sbox as the
# README says, plugs USB network devices in and out, and looks whether their uplinks come and go by
# themselves; ends with "N passed, N failed, N skipped". How to run it: see run.sh.
#
# The guest has two networks of QEMU's that lead to one and the same "Internet": a network namespace
# of this script's with a web server in it. QEMU keeps what went over each of them, and here is
# looked up which requests took which.
set -u
umask 022
here=$(cd "$(dirname "$(realpath "$0")")" && pwd)
tests=$(dirname "$here")
source=$(dirname "$tests")
export SBOX_VM_IMAGE=systemd
. "$tests/lib/setup.sh"
. "$tests/lib/results.sh"
. "$here/image.sh"
. "$here/host.sh"
. "$here/checks.sh"

image_packages="$image_packages python3 iproute2 util-linux"
time_limit=1500 # seconds for the guest, on a busy machine without KVM

# verdict TITLE STATUS
verdict() {
	local word=PASS
	[ "$2" -eq 0 ] || word=FAIL
	guest_line "$word $((passed + failed + skipped + 1)) $1"
}

# went LABEL: over which of the networks the requests with that label went
went() {
	local network
	for network in home phone second; do
		! grep -qaE "GET /\?$1 " "$work/$network".[12] || printf '%s ' $network
	done
}

# all_went NETWORK LABEL...: each of them over that one, and no other
all_went() {
	local network=$1 label over status=0
	shift
	for label in "$@"; do
		over=$(went "$label")
		[ "$over" = "$network" ] || [ "$over" = "$network " ] || {
			say "  $label went over: ${over:-none}"
			status=1
		}
	done
	return $status
}

become_root "$@"
start_run
build_checks hotplug-guest.sh

# boot NUMBER QEMU-OPTION...: its first check's number is the next one.
boot() {
	local dump="filter-dump,file=$work" number=$1
	shift
	run_checks bash -c '
		. "$1/vm/image.sh" && . "$1/vm/boot.sh" || exit
		work=$2
		guest_options+=" sbox-check=$3"
		shift 3
		ip link set lo up && ip address add 203.0.113.80/32 dev lo || exit
		python3 -m http.server -b 203.0.113.80 -d "$work/web" 80 >/dev/null 2>&1 &
		# It tells of requests that it has no answer to, and whose default the guest takes.
		run_guest "$work" -no-reboot "$@" 2>"$work/qemu.log"' guest "$tests" "$work" \
		$((passed + failed + skipped)) \
		-chardev "socket,id=monitor,path=$work/monitor,server=on,wait=off" \
		-mon chardev=monitor,mode=readline \
		-chardev "socket,id=guest,path=$work/monitor" -serial chardev:guest \
		-netdev user,id=home,net=10.0.2.0/24,ipv6=off -device virtio-net-pci,netdev=home \
		-netdev "user,id=phone,$(phone_net 42)" -netdev "user,id=second,$(phone_net 43)" \
		-netdev "user,id=stranger,$(phone_net 44)" \
		-object "$dump/home.$number,id=dump-home,netdev=home" \
		-object "$dump/phone.$number,id=dump-phone,netdev=phone" \
		-object "$dump/second.$number,id=dump-second,netdev=second" \
		-device qemu-xhci,id=xhci,addr=0x10 "$@"
}

# An Android phone's network; the third octet tells them apart.
phone_net() {
	echo "net=192.168.$1.0/24,host=192.168.$1.129,dhcpstart=192.168.$1.100,dns=192.168.$1.130"
}

mkdir "$work/web"
say "== booting without a phone"
boot 1
say "== booting with two phones"
boot 2 -device usb-net,netdev=phone,mac=52:54:00:00:00:02,serial=phone,bus=xhci.0,port=1 \
	-device usb-net,netdev=second,mac=52:54:00:00:00:03,serial=second,bus=xhci.0,port=2

all_went home through-home
verdict "what the host asked for went over its own network" $?
all_went phone through-phone{,-2,-3,-4,-5,-6} through-rndis after-boot-phone
verdict "what was asked for on the first phone went over it alone" $?
all_went second through-second{,-2} after-boot-second
verdict "and on the second phone over that alone" $?
all_went "" while-unplugged through-other
verdict "what was asked for without a phone, and by another user, went nowhere" $?
all_went phone 'loop-[0-9]+'
verdict "the program that ran all the time never took another way" $?
# DHCP's message type (53) RELEASE, RFC 2132.
LC_ALL=C grep -qaP '\x35\x01\x07' "$work/phone.1"
verdict "the lease was given back when the service was stopped" $?

ended=1
[ "$failed" -eq 0 ]
