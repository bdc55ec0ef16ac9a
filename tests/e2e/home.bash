# SPDX-License-Identifier: LGPL-2.1-or-later
# The machine's first uplink beside the phone (uplink.bash), to see what leaves by which: a router
# in a network namespace of its own, at which the host has its default route and its DNS server.
#
#	home_start             connects the host to it: interface home0, by which the host then resolves
#	home_services          runs the name services of a desktop on the host: the system bus,
#	                       systemd-resolved, nscd, avahi-daemon (SBOX_RESOLVERS holds them)
#	at_home CMD...         runs a command in the router's network namespace
#	home_serve_phone       starts the phone's server such that both sides log queries
#	new_name [SUFFIX]      sets $name to one that was never asked for
#	seen home|phone TEXT   whether a query or packet with this text was seen there
#	settle                 waits until all that was sent before has been seen
#
# Both sides answer for *.leak.test and are 8.8.8.8 (and its IPv6 twin) to who asks them there, but
# with different answers: HOME_ANSWER and PHONE_ANSWER.

HOME_ADDRESS=192.168.1.1 HOME_ADDRESS6=2001:db8:1::1
PHONE_ADDRESS6=2001:db8:42::1
PUBLIC_DNS=8.8.8.8 PUBLIC_DNS6=2001:4860:4860::8888
HOME_ANSWER=203.0.113.1 HOME_ANSWER6=2001:db8:aaaa::1
PHONE_ANSWER=203.0.113.2 PHONE_ANSWER6=2001:db8:aaaa::2

# lacks CHECK: in setup_file(), where nothing can be skipped: whether this or uplink_missing says that
# something is missing; then skip_if_lacking, in setup(), skips each test.
lacks() {
	LACKING=$(uplink_missing) || LACKING=$("$1") || return 1
	export LACKING
}

skip_if_lacking() {
	[ -z "${LACKING:-}" ] || skip "$LACKING"
}

# home_and_phone [SERVICES] [UP-OPTION...]: in setup_file(), all of it, with the uplink "phone" up
home_and_phone() {
	local services=true
	[[ ${1:--} == -* ]] || { services=$1; shift; }
	export UPLINK_DIR=$BATS_FILE_TMPDIR
	common_setup
	uplink_host_start
	home_start
	"$services"
	uplink_plug
	home_serve_phone
	uplink_up "$@"
	common_teardown
}

at_home() {
	on_host sh -c 'exec nsenter --net --target "$(cat /run/home/pid)" -- "$@"' sh "$@"
}

home_start() {
	on_host sh -c 'mkdir /run/home && { unshare --net sleep infinity </dev/null >/dev/null 2>&1 3>&- &
		echo $! >/run/home/pid; }'
	wait_for 20 on_host sh -c '[ "$(readlink "/proc/$(cat /run/home/pid)/ns/net")" != \
		"$(readlink /proc/1/ns/net)" ]'
	on_host sh -c 'ip link add home0 type veth peer name home-end netns "$(cat /run/home/pid)" &&
		ip addr add 192.168.1.10/24 dev home0 &&
		ip addr add 2001:db8:1::10/64 dev home0 nodad && ip link set home0 up'
	at_home sh -c "ip link set lo up && ip link set home-end up &&
		ip addr add $HOME_ADDRESS/24 dev home-end && ip addr add $PUBLIC_DNS/32 dev home-end &&
		ip addr add $HOME_ADDRESS6/64 dev home-end nodad &&
		ip addr add $PUBLIC_DNS6/128 dev home-end nodad"
	on_host sh -c "ip route add default via $HOME_ADDRESS && ip -6 route add default via $HOME_ADDRESS6"
	at_home dnsmasq --keep-in-foreground --log-facility=- --log-queries --conf-file=/dev/null \
		--no-hosts --no-resolv --bind-interfaces --interface=home-end --except-interface=lo \
		--address=/leak.test/$HOME_ANSWER --address=/leak.test/$HOME_ANSWER6 --user=root \
		--pid-file=/run/home/dnsmasq.pid </dev/null >"$UPLINK_DIR/home.log" 2>&1 3>&- &
	sniff home at_home home-end
	wait_for 20 on_host test -s /run/home/dnsmasq.pid
}

# sniff SIDE WHERE INTERFACE: every packet there, in words
sniff() {
	"$2" tcpdump --immediate-mode -l -n -v -i "$3" </dev/null >"$UPLINK_DIR/$1.packets" \
		2>"$UPLINK_DIR/$1.tcpdump" 3>&- &
	wait_for 20 grep -q 'listening on' "$UPLINK_DIR/$1.tcpdump"
}

home_serve_phone() {
	on_phone sh -c "ip addr add $PUBLIC_DNS/32 dev phone-end &&
		ip addr add $PHONE_ADDRESS6/64 dev phone-end nodad &&
		ip addr add $PUBLIC_DNS6/128 dev phone-end nodad"
	uplink_serve --log-queries --address=/leak.test/$PHONE_ANSWER --address=/leak.test/$PHONE_ANSWER6 \
		--enable-ra --dhcp-range=2001:db8:42::,ra-stateless "$@"
	sniff phone on_phone phone-end
}

new_name() {
	name_count=$((${name_count:-0} + 1))
	name=p$name_count-$RANDOM$RANDOM${1:-.leak.test}
}

seen() {
	local log=$UPLINK_DIR/home.log
	[ "$1" = home ] || log=$UPLINK_DIR/dnsmasq.log
	grep -qiF -- "$2" "$log" "$UPLINK_DIR/$1.packets"
}

# What each side has logged is in order, so a last query there comes behind all others.
settle() {
	local name
	settle_home
	new_name
	on_phone dig +time=10 +tries=2 @$PHONE_ADDRESS "$name" >/dev/null
	wait_for 20 grep -qF "$name" "$UPLINK_DIR/dnsmasq.log"
}

settle_home() {
	local name
	new_name
	on_host dig +time=10 +tries=2 @$HOME_ADDRESS "$name" >/dev/null
	wait_for 20 grep -qF "$name" "$UPLINK_DIR/home.packets"
	wait_for 20 grep -qF "$name" "$UPLINK_DIR/home.log"
}

# What these functions and their tests run beside what uplink_missing() names.
tools_missing() {
	local tool
	for tool in tcpdump dig python3 curl ping nft tc dbus-daemon script; do
		command -v "$tool" >/dev/null || {
			echo "needs $tool"
			return 0
		}
	done
	return 1
}

# --- the host's name services, unpacked and not installed: a package would start its daemon

services_missing() {
	tools_missing && return 0
	[ -e "${SBOX_RESOLVERS:-/nonexistent}/usr/lib/systemd/systemd-resolved" ] || {
		echo "needs the packages of the name services (SBOX_RESOLVERS)"
		return 0
	}
	return 1
}

# The host's /usr and /etc with the services in them, and an /etc that may be written to.
home_services() {
	local user entry

	on_host mkdir -p /run/etc/upper /run/etc/work /run/dbus /run/nscd /run/systemd/resolve \
		/run/avahi-daemon
	on_host mount -t overlay -o "lowerdir=$SBOX_RESOLVERS/usr:/usr" overlay /usr
	on_host mount -t overlay -o "lowerdir=$SBOX_RESOLVERS/etc:/etc,upperdir=/run/etc/upper,workdir=/run/etc/work" \
		overlay /etc
	entry=64500
	for user in messagebus systemd-resolve avahi; do
		entry=$((entry + 1))
		on_host sh -c 'getent passwd "$1" >/dev/null || {
			echo "$1:x:$2:$2::/:/usr/sbin/nologin" >>/etc/passwd; echo "$1:x:$2:" >>/etc/group; }' \
			sh $user $entry
	done
	on_host chown systemd-resolve: /run/systemd/resolve
	on_host sh -c "printf '[Resolve]\nDNS=$HOME_ADDRESS\nCache=no\nDNSSEC=no\nLLMNR=no\n' >/etc/systemd/resolved.conf
		printf 'enable-cache hosts yes\n' >/etc/nscd.conf
		printf 'passwd: files\ngroup: files\nhosts: files resolve [!UNAVAIL=return] dns\n' >/etc/nsswitch.conf
		ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf"
	service bus /run/dbus/system_bus_socket dbus-daemon --nofork --nopidfile \
		--config-file=/usr/share/dbus-1/system.conf --address=unix:path=/run/dbus/system_bus_socket
	service resolved /run/systemd/resolve/io.systemd.Resolve /usr/lib/systemd/systemd-resolved
	service nscd /run/nscd/socket nscd --foreground
	service avahi /run/avahi-daemon/socket avahi-daemon --no-rlimits --no-chroot
	wait_for 20 on_host test -e /run/systemd/resolve/stub-resolv.conf
	wait_for 20 owns_bus_name org.freedesktop.resolve1
	wait_for 20 owns_bus_name org.freedesktop.Avahi
} >/dev/null

owns_bus_name() {
	on_host busctl call org.freedesktop.DBus / org.freedesktop.DBus GetNameOwner s "$1" 2>/dev/null
}

# service NAME SOCKET COMMAND...
service() {
	local name=$1 socket=$2
	shift 2
	on_host "$@" </dev/null >"$UPLINK_DIR/$name.service" 2>&1 3>&- &
	wait_for 20 on_host test -S "$socket" || {
		cat "$UPLINK_DIR/$name.service" >&2
		return 1
	}
}
