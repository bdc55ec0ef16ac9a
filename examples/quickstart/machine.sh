#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# usage: machine.sh WORK USER EXAMPLES
#
# Started by quickstart.sh as the first process of fresh pid, mount and network namespaces. This is
# "the machine": home0 leads to its ordinary network, usb0 to a phone. Both networks have a web
# server at the same address, 203.0.113.80, which says which network it is and whom it sees; which
# answer comes shows which way a request went.
set -u
work=$1 user=$2 examples=$3
sbox=$work/prefix/bin/sbox
url=http://whereami.test/
page_address=203.0.113.80

step() {
	printf '\n  * %s\n' "$*"
}

fail() {
	printf '\nfailed: %s\n' "$*" >&2
	exit 1
}

show() {
	printf '    $ %s\n' "$*"
}

# indented: the output of a command, below it
indented() {
	sed -u 's/^/      /'
}

as_user() {
	setpriv --reuid "$user" --regid "$user" --init-groups --reset-env -- "$@"
}

# network NAME INTERFACE ADDRESS COLOUR: a network at the far end of a cable, with its web server and
# its DHCP and DNS server at ADDRESS
network() {
	local far=$1-network
	ip netns add "$far" && ip link add "$2" type veth peer name cable netns "$far" || return 1
	ip -n "$far" addr add "$3/24" dev cable && ip -n "$far" link set cable up &&
		ip -n "$far" link set lo up && ip -n "$far" addr add $page_address/32 dev lo || return 1
	ip netns exec "$far" python3 "$examples/server.py" "$1" "$4" $page_address &
	ip netns exec "$far" dnsmasq --conf-file=/dev/null --no-hosts --no-resolv --user=root \
		--pid-file="/run/dnsmasq-$1.pid" --interface=cable --bind-interfaces \
		--address=/whereami.test/$page_address --dhcp-authoritative --no-ping \
		--dhcp-leasefile="/run/leases-$1" \
		--dhcp-range="${3%.*}.50,${3%.*}.99,255.255.255.0,1h"
}

trap 'exit 1' INT TERM HUP
mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/netns || fail "no /run of its own"
mount -t sysfs sysfs /sys
ip link set lo up

step "the ordinary network: home0, with a default route and a DNS server"
network home home0 192.0.2.1 '#1f5fa8' || fail "the home network could not be made"
ip addr add 192.0.2.10/24 dev home0 && ip link set home0 up &&
	ip route add default via 192.0.2.1 || fail "home0 could not be set up"
echo "nameserver 192.0.2.1" >/run/resolv.conf
echo "hosts: files dns" >/run/nsswitch.conf
mount --bind /run/resolv.conf "$(realpath -m /etc/resolv.conf)" 2>/dev/null ||
	{ [ -L /etc/resolv.conf ] && mkdir -p "$(dirname "$(realpath -m /etc/resolv.conf)")" &&
		cp /run/resolv.conf "$(realpath -m /etc/resolv.conf)"; } || fail "no resolv.conf"
mount --bind /run/nsswitch.conf /etc/nsswitch.conf || fail "no nsswitch.conf"

step "a phone is plugged in: usb0 appears, with a DHCP server behind it"
network phone usb0 192.168.42.129 '#1d7d46' || fail "the phone could not be made"

for _ in $(seq 100); do
	curl -s -m 2 -o /dev/null $url && break
	sleep 0.1
done

step "root brings the uplink up, once per plug-in; $user will own it"
show "sudo sbox netns up phone --interface usb0 --owner $user"
"$sbox" netns up phone --interface usb0 --owner "$user" 2>&1 | indented
[ "${PIPESTATUS[0]}" -eq 0 ] || fail "the uplink did not come up"

step "$user asks the same page twice: by the ordinary network, and in sbox by the phone"
show "curl $url"
outside=$(as_user curl -sS -m 20 $url) || fail "the page could not be had by the ordinary network"
indented <<<"$outside"
show "sbox --netns phone curl $url"
inside=$(as_user "$sbox" --netns phone -- curl -sS -m 20 $url) || fail "the page could not be had through sbox"
indented <<<"$inside"
case $outside in "home: "*) ;; *) fail "the first answer should have come from home" ;; esac
case $inside in "phone: "*) ;; *) fail "the second answer should have come from the phone" ;; esac

step "and a browser, headless, with the profile that sbox has for it (this takes a moment)"
picture=$work/picture/phone.png
show "sbox --profile web --netns phone firefox-esr --headless --screenshot ... $url"
as_user env MOZ_HEADLESS=1 timeout 180 "$sbox" --profile web --home private --netns phone \
	--rw "$work/picture" -- firefox-esr --headless --screenshot "$picture" \
	--window-size=1000,600 $url >"$work/firefox.log" 2>&1
status=$?
[ $status -eq 0 ] && [ -s "$picture" ] || {
	tail -n 20 "$work/firefox.log" >&2
	fail "the browser took no picture (status $status)"
}
python3 "$examples/picture.py" "$picture" '#1d7d46' || fail "the picture does not show the phone's page"
printf '      the page is the phone'"'"'s\n'

step "the uplink goes down again"
show "sudo sbox netns down phone"
"$sbox" netns down phone 2>&1 | indented
[ "${PIPESTATUS[0]}" -eq 0 ] || fail "the uplink did not go down"
