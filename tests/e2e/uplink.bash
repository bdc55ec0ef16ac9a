# SPDX-License-Identifier: LGPL-2.1-or-later
# A machine and a phone to test with, both made of namespaces: the "host" has a mount, pid and
# network namespace of its own with a private /run, so that nothing of the real machine's network
# or /run is touched and everything ends with its first process; the "phone" is a network namespace
# at the other end of a veth pair, with dnsmasq as its DHCP and DNS server.
#
#	uplink_host_start            starts the host (once per test or file)
#	on_host CMD...               runs a command there, as root
#	on_phone CMD...              runs one in the phone's network namespace
#	uplink_plug [IF [MAC]]       connects the phone: interface IF (usb0) appears on the host
#	uplink_unplug [IF]           takes it away again, wherever it is
#	uplink_serve [OPTION...]     starts dnsmasq on the phone, with further options
#	uplink_serve_stop            stops it
#	uplink_host_stop             ends everything
#
# And networks that the host itself is connected to, by interfaces that stay its own:
#
#	side_plug SIDE IF NUMBER METRIC   connects one: IF has 10.NUMBER.0.2 and fd00:NUMBER::2, and a
#	                                  default route of that metric in both families, through .1
#	side_unplug SIDE                  takes the interface away
#	on_side SIDE CMD...               runs a command in the network's namespace
#	side_serve SIDE                   starts servers there that say which side they are (who.py) and
#	                                  a DNS server, at 203.0.113.1, 2001:db8::1 and the gateways
#	side_log SIDE                     who asked: prints the servers' log
#
# State is kept in UPLINK_DIR, a directory of the caller's.

. "$(dirname "${BASH_SOURCE[0]}")/wait.bash"

PHONE_ADDRESS=192.168.42.129
PHONE_RANGE=192.168.42.10,192.168.42.99,255.255.255.0,120

# Whether this machine can have such a host; prints the reason when it can't.
uplink_missing() {
	local tool

	if [ "$(id -u)" != 0 ]; then
		echo "needs root"
		return 0
	fi
	for tool in ip nsenter unshare dnsmasq setpriv; do
		if ! command -v "$tool" >/dev/null; then
			echo "needs $tool"
			return 0
		fi
	done
	return 1
}

# The host's pid 1 is a shell that reaps; the phone's namespace is held by a sleeping process.
uplink_host_start() {
	: "${UPLINK_DIR:?}"
	mkdir -p "$UPLINK_DIR"
	unshare --mount --net --pid --fork --kill-child --mount-proc --propagation private \
		sh -c 'mount -t tmpfs -o mode=755 tmpfs /run && ip link set lo up &&
			mkdir /run/phone && echo ready >"$0/ready" && { sleep infinity & wait; }' \
		"$UPLINK_DIR" </dev/null >/dev/null 2>&1 3>&- &
	echo $! >"$UPLINK_DIR/unshare.pid"
	wait_for 20 test -e "$UPLINK_DIR/ready" || return 1
	pgrep -P "$(cat "$UPLINK_DIR/unshare.pid")" >"$UPLINK_DIR/host.pid"
	on_host sh -c 'unshare --net sleep infinity </dev/null >/dev/null 2>&1 3>&- & echo $! >/run/phone/pid'
	wait_for 20 on_host sh -c '[ "$(readlink /proc/$(cat /run/phone/pid)/ns/net)" != \
		"$(readlink /proc/1/ns/net)" ]' || return 1
	# No check for duplicates: what a router sends while its own address is being checked is lost.
	on_phone sh -c 'ip link set lo up && echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad'
}

uplink_host_stop() {
	[ -e "$UPLINK_DIR/unshare.pid" ] || return 0
	kill -KILL "$(cat "$UPLINK_DIR/host.pid")" 2>/dev/null
	wait "$(cat "$UPLINK_DIR/unshare.pid")" 2>/dev/null
	rm -f "$UPLINK_DIR"/{ready,unshare.pid,host.pid}
	return 0
}

on_host() {
	nsenter --mount --net --pid --target "$(cat "$UPLINK_DIR/host.pid")" -- "$@"
}

on_phone() {
	# The pid is the host's own, so it is looked up there.
	on_host sh -c 'exec nsenter --net --target "$(cat /run/phone/pid)" -- "$@"' sh "$@"
}

uplink_plug() {
	local interface=${1:-usb0} mac=${2:-02:00:5e:10:00:01}

	on_host sh -c 'ip link add "$1" address "$2" type veth \
		peer name phone-end netns "$(cat /run/phone/pid)"' sh "$interface" "$mac"
	on_phone ip addr add "$PHONE_ADDRESS/24" dev phone-end
	on_phone ip link set phone-end up
}

# Deleting one end of a veth pair deletes the other, in whichever namespace it is.
uplink_unplug() {
	on_phone ip link del phone-end
}

uplink_serve() {
	on_phone dnsmasq --keep-in-foreground --log-facility=- --conf-file=/dev/null --no-hosts --no-resolv --bind-interfaces \
		--interface=phone-end --except-interface=lo --dhcp-range="$PHONE_RANGE" \
		--dhcp-authoritative --no-ping --dhcp-leasefile=/run/phone/leases \
		--address=/web.test/"$PHONE_ADDRESS" --user=root --pid-file=/run/phone/dnsmasq.pid \
		"$@" </dev/null >"$UPLINK_DIR/dnsmasq.log" 2>&1 3>&- &
	wait_for 20 on_host test -s /run/phone/dnsmasq.pid && return 0
	cat "$UPLINK_DIR/dnsmasq.log" >&2
	return 1
}

# Until it has ended, it has its ports, and would remove the next one's pid file.
uplink_serve_stop() {
	on_host sh -c '[ ! -s "$1" ] || kill "$(cat "$1")" || true' sh /run/phone/dnsmasq.pid
	wait_for 20 on_host sh -c '[ ! -s "$1" ] || ! kill -0 "$(cat "$1")" 2>/dev/null' sh /run/phone/dnsmasq.pid
	on_host rm -f /run/phone/dnsmasq.pid /run/phone/leases
}

on_side() {
	local side=$1
	shift
	on_host sh -c 'side=$1; shift; exec nsenter --net --target "$(cat "/run/side-$side.pid")" -- "$@"' \
		sh "$side" "$@"
}

side_plug() {
	local side=$1 interface=$2 number=$3 metric=$4

	on_host test -e "/run/side-$side.pid" || {
		on_host sh -c 'unshare --net sleep infinity </dev/null >/dev/null 2>&1 3>&- &
			echo $! >"/run/side-$1.pid"' sh "$side"
		wait_for 20 on_host sh -c '[ "$(readlink "/proc/$(cat "/run/side-$1.pid")/ns/net")" != \
			"$(readlink /proc/1/ns/net)" ]' sh "$side"
	}
	on_host sh -c 'ip link add "$2" type veth peer name end netns "$(cat "/run/side-$1.pid")"' \
		sh "$side" "$interface"
	on_side "$side" sh -c "ip link set lo up && ip addr add 10.$number.0.1/24 dev end &&
		ip addr add fd00:$number::1/64 dev end nodad && ip link set end up &&
		ip addr replace 203.0.113.1/32 dev lo && ip addr replace 2001:db8::1/128 dev lo"
	on_host sh -c "ip addr add 10.$number.0.2/24 dev $interface &&
		ip addr add fd00:$number::2/64 dev $interface nodad && ip link set $interface up &&
		ip route add default via 10.$number.0.1 dev $interface metric $metric &&
		ip -6 route add default via fd00:$number::1 dev $interface metric $metric"
}

side_unplug() {
	on_side "$1" ip link del end
}

side_serve() {
	on_side "$1" python3 "$BATS_TEST_DIRNAME/who.py" "$1" </dev/null \
		>>"$UPLINK_DIR/$1.log" 2>&1 3>&- &
	on_side "$1" dnsmasq --keep-in-foreground --log-facility=- --conf-file=/dev/null --no-hosts \
		--no-resolv --log-queries --address=/test/203.0.113.1 --address=/test/2001:db8::1 \
		--user=root --pid-file="/run/side-$1.dnsmasq" </dev/null >>"$UPLINK_DIR/$1.log" 2>&1 3>&- &
	wait_for 20 grep -q '^ready' "$UPLINK_DIR/$1.log" &&
		wait_for 20 on_host test -s "/run/side-$1.dnsmasq" && return 0
	cat "$UPLINK_DIR/$1.log" >&2
	return 1
}

side_log() {
	cat "$UPLINK_DIR/$1.log"
}

# With common.bash: the uplink "phone" of the test user, with further options.
uplink_up() {
	on_host env -u SUDO_UID -u PKEXEC_UID "$SBOX" netns up phone --interface usb0 \
		--owner $TEST_USER --timeout "${SBOX_TEST_TIMEOUT:-30}" "$@" 3>&-
}

# user_on_host USER COMMAND...: as that user on the host, for a minute or $patience seconds at most
user_on_host() {
	local user=$1
	shift
	on_host setpriv --reuid "$user" --regid "$user" --init-groups --inh-caps=-all --reset-env \
		env SBOX="$SBOX" SBOX_PROBE="$SBOX_PROBE" T="$T" LANG=C.UTF-8 timeout -k 5 "${patience:-60}" "$@" 3>&-
}
