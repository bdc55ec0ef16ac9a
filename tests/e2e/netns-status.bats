#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# `sbox netns status` and `list`: for the owner, root and another user; as text, as JSON, followed.

load common
load uplink

PYTHON=/usr/bin/python3

setup() {
	local why

	if why=$(uplink_missing); then
		skip "$why"
	fi
	[ -x $PYTHON ] || skip "needs $PYTHON"
	common_setup
	NETNS=$SBOX_PREFIX/libexec/sbox/sbox-netns
	LEASE=/run/sbox/netns/phone/lease
	export UPLINK_DIR=$BATS_TEST_TMPDIR/uplink
	uplink_host_start
	uplink_plug
}

teardown() {
	[ -z "${UPLINK_DIR:-}" ] || uplink_host_stop
	common_teardown
}

need() {
	command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || skip "needs $1"
}

as() {
	local user=$1
	shift
	if [ "$user" = root ]; then
		on_host env -u SUDO_UID -u PKEXEC_UID timeout -k 5 60 "$@" 3>&-
	else
		on_host setpriv --reuid "$user" --regid "$user" --init-groups --inh-caps=-all \
			--reset-env timeout -k 5 60 "$@" 3>&-
	fi
}

up() {
	as root "$NETNS" up phone --interface usb0 --owner $TEST_USER \
		--timeout "${SBOX_TEST_TIMEOUT:-30}" "$@"
}

# json EXPRESSION: of "d", which the JSON of $output is
json() {
	$PYTHON -c 'import json, sys; d = json.loads(sys.argv[1]); print(eval(sys.argv[2]))' \
		"$output" "$1"
}

assert_json() {
	assert_equal "$(json "$1")" "$2"
}

assert_valid_json() {
	$PYTHON -m json.tool <<<"$output" >/dev/null || fail "no JSON"
}

# watch NAME USER ARGS...: follows in the background; /run/NAME gets the output
watch() {
	local out=/run/$1 user=$2
	shift 2
	# The pid is that of the program itself, for signals.
	on_host sh -c 'out=$1 user=$2; shift 2
		setpriv --reuid "$user" --regid "$user" --init-groups "$@" >"$out" 2>"$out.err" &
		echo $! >"$out.pid"; wait $!; echo $? >"$out.status"' \
		sh "$out" "$user" "$NETNS" status --watch "$@" </dev/null >/dev/null 2>&1 3>&- &
	wait_for 20 on_host test -s "$out.pid"
}

# last NAME REGEX: the last line that it wrote matches
last() {
	on_host sh -c 'tail -n 1 "$1" | grep -qE -- "$2"' sh "/run/$1" "$2"
}

wait_last() {
	wait_for 30 last "$1" "$2" || {
		on_host cat "/run/$1" "/run/$1.err"
		fail "the last line of $1 doesn't match $2"
	}
}

end_watch() {
	on_host sh -c 'kill "$2" "$(cat "/run/$1.pid")"' sh "$1" "${2:--TERM}"
	wait_for 20 on_host test -s "/run/$1.status"
	assert_equal "$(on_host cat "/run/$1.status")" 0
	assert_equal "$(on_host cat "/run/$1.err")" ""
}

assert_lines_are_json() {
	local line
	while IFS= read -r line; do
		output=$line
		assert_valid_json
	done < <(on_host cat "/run/$1")
}

# assert_lease_times CLIENT RENEWAL: 120 s, got just now
assert_lease_times() {
	local user
	uplink_serve --dhcp-option-force=option:T1,40s
	run -0 up --dhcp "$1"
	for user in root $TEST_USER $OTHER_USER; do
		run -0 as $user "$NETNS" status phone --json
		assert_valid_json
		assert_json 'd["client"], d["status"]' "('$1', 'up')"
		assert_json 'd["ipv4"]["expiry"] - d["ipv4"]["obtained"]' 120
		assert_json 'd["ipv4"]["renewal"] - d["ipv4"]["obtained"]' "$2"
		assert_json 'd["ipv4"]["rebinding"] - d["ipv4"]["obtained"]' 105
		assert_json "abs(d['ipv4']['obtained'] - $(date +%s)) < 20" True
	done
	run -0 as $TEST_USER "$NETNS" status phone
	assert_match "^  DHCP       $1 \\(pid [0-9]+\\), last event BOUND\$"
	assert_match '^  lease      since [0-9-]+ [0-9:]+, renewal in (1 min|[0-9]+ s), expiry in (2 min|1 min [0-9]+ s)$'
	# The client, not its supervisor
	run -0 as $TEST_USER "$NETNS" status phone --json
	assert_equal "$(on_host sh -c 'tr "\0" "\n" <"/proc/$1/cmdline" | head -n 1' sh \
		"$(json 'd["client_pid"]')" | sed 's,:.*,,')" "$1"
	run -0 as root "$NETNS" down phone
}

@test "the times of a lease: dhcpcd" {
	need dhcpcd
	assert_lease_times dhcpcd 40
}

@test "the times of a lease: dhclient" {
	need dhclient
	assert_lease_times dhclient 40
}

@test "the times of a lease: udhcpc, which renews at half of it whatever the server says" {
	need udhcpc
	assert_lease_times udhcpc 60
}

@test "a lease without an end has none" {
	PHONE_RANGE=192.168.42.10,192.168.42.99,255.255.255.0,infinite uplink_serve
	run -0 up
	run -0 as root "$NETNS" status phone --json
	assert_json '"obtained" in d["ipv4"], "expiry" in d["ipv4"]' '(True, False)'
	run -0 as root "$NETNS" status phone
	assert_match '^  lease      since .*, without an end$'
}

@test "a renewal moves the times" {
	local before
	need udhcpc
	uplink_serve
	run -0 up --dhcp udhcpc
	run -0 as root "$NETNS" status phone --json
	before=$(json 'd["ipv4"]["expiry"]')
	sleep 1.2
	on_host kill -USR1 "$(json 'd["client_pid"]')"
	renewed() {
		run -0 as root "$NETNS" status phone --json
		[ "$(json 'd["ipv4"]["expiry"]')" -gt "$before" ]
	}
	wait_for 20 renewed
	assert_json 'd["reason"]' RENEW
}

@test "what the owner and root see of the interface, and another user doesn't" {
	local user
	uplink_serve --dhcp-option=option:domain-name,home.example
	run -0 up
	on_host ip -n phone route add unreachable 10.0.0.0/8 metric 7
	on_host ip -n phone route add 10.1.0.0/16 via 192.168.42.129 table 99
	on_host ip -n phone -6 route add 2001:db8::/32 via fe80::1 dev usb0
	# Some traffic in both directions
	on_host ip netns exec phone bash -c 'exec 3<>/dev/tcp/192.168.42.129/53'
	for user in root $TEST_USER; do
		run -0 as $user "$NETNS" status phone --json
		assert_valid_json
		assert_json 'd["owner"], d["uid"], d["interface"]' "('$TEST_USER', $TEST_UID, 'usb0')"
		assert_json 'd["link"]["driver"], d["link"]["carrier"], d["link"]["mtu"]' "('veth', True, 1500)"
		assert_json 'd["link"]["mac"]' \
			"$(on_host ip -n phone -o link show usb0 | sed -E 's/.*ether ([0-9a-f:]+).*/\1/')"
		assert_json 'd["link"]["bytes_in"] > 300 and d["link"]["bytes_out"] > 300' True
		assert_json 'sorted({a["family"] for a in d["addresses"]})' "['ipv4', 'ipv6']"
		assert_json '[a["address"] for a in d["addresses"]][0] == d["ipv4"]["addresses"][0]["address"]' True
		assert_json '[(r["gateway"], r["device"]) for r in d["routes"] if r["destination"] == "default"]' \
			"[('192.168.42.129', 'usb0')]"
		assert_json '[(r["kind"], r["metric"]) for r in d["routes"] if r["destination"] == "10.0.0.0/8"]' \
			"[('unreachable', 7)]"
		assert_json '[r["table"] for r in d["routes"] if r["destination"] == "10.1.0.0/16"]' '[99]'
		assert_json '[(r["family"], r["gateway"]) for r in d["routes"] if r["destination"] == "2001:db8::/32"]' \
			"[('ipv6', 'fe80::1')]"
		assert_json 'd["ipv4"]["dns"], d["ipv4"]["search"]' "(['192.168.42.129'], ['home.example'])"
		assert_json '"more" in d' False
		run -0 as $user "$NETNS" status phone
		assert_line "  interface  usb0, veth, carrier, MTU 1500"
		assert_match '^  addresses  192\.168\.42\.[0-9]+/24, fe80::[0-9a-f:]+/64$'
		assert_match '^  routes     [0-9a-z]'
		assert_match '^ +(routes +)?default via 192\.168\.42\.129 dev usb0'
		assert_match '^ +(routes +)?unreachable 10\.0\.0\.0/8 metric 7$'
		assert_match '^ +(routes +)?10\.1\.0\.0/16 via 192\.168\.42\.129 dev usb0 table 99$'
		assert_line "  DNS        192.168.42.129"
		assert_line "  search     home.example"
		assert_match '^  traffic    [0-9]+ bytes in, [0-9]+ bytes out$'
		assert_line "  programs   none"
	done
	run -0 as $OTHER_USER "$NETNS" status phone --json
	assert_valid_json
	assert_json '[k for k in ("link", "addresses", "routes", "programs", "client_pid") if k in d]' '[]'
	assert_json 'd["ipv4"]["routers"]' "['192.168.42.129']"
	run -0 as $OTHER_USER "$NETNS" status phone
	assert_line "  interface  usb0"
	assert_match '^  address    192\.168\.42\.[0-9]+/24 via 192\.168\.42\.129, DNS 192\.168\.42\.129$'
	refute_match '^  (routes|programs|traffic)'
}

@test "programs inside: the owner's own, and for root all" {
	uplink_serve
	run -0 up
	as $TEST_USER env HOME="$TEST_HOME" "$SBOX" --netns phone -- sleep 50.5 </dev/null >/dev/null 2>&1 &
	on_host ip netns exec phone sh -c 'exec sleep 50.25' </dev/null >/dev/null 2>&1 3>&- &
	wait_for 20 on_host pgrep -xf 'sleep 50.5'
	wait_for 20 on_host pgrep -xf 'sleep 50.25'
	run -0 as $TEST_USER "$NETNS" status phone --json
	assert_json '[(p["name"], p["pid"]) for p in d["programs"]]' \
		"[('sleep', $(on_host pgrep -xf 'sleep 50.5'))]"
	assert_json 'd["programs_count"]' 1
	run -0 as $TEST_USER "$NETNS" status phone
	assert_line "  programs   sleep ($(on_host pgrep -xf 'sleep 50.5'))"
	run -0 as root "$NETNS" status phone --json
	assert_json 'sorted(p["pid"] for p in d["programs"] if p["name"] == "sleep")' \
		"[$(on_host pgrep -f '^sleep 50[.]' | sort -n | paste -sd, | sed 's/,/, /g')]"
	# The client is none of them.
	assert_json '[p for p in d["programs"] if p["pid"] in (d["pid"], d["client_pid"])]' '[]'
}

@test "a program's name can't drive the terminal or break the JSON" {
	uplink_serve
	run -0 up
	cat >"$T/named.py" <<'PY'
import ctypes, time
ctypes.CDLL(None).prctl(15, b'a\x1b[2J"\xff\n', 0, 0, 0)
time.sleep(50.75)
PY
	on_host ip netns exec phone $PYTHON "$T/named.py" </dev/null >/dev/null 2>&1 3>&- &
	named() {
		run -0 as root "$NETNS" status phone --json
		assert_valid_json
		[ "$(json 'd["programs"][0]["name"] if d["programs"] else ""')" = 'a?[2J"??' ]
	}
	wait_for 20 named
	run -0 as root "$NETNS" status phone
	assert_match 'a\?\[2J"\?\? \([0-9]+\)'
}

@test "more addresses, routes and interfaces than anybody has: the first of them, and said so" {
	uplink_serve
	run -0 up
	install -m 644 "$BATS_TEST_DIRNAME/join.py" "$T/join.py"
	as $TEST_USER $PYTHON "$T/join.py" /run/netns/phone sh -c '
		for i in $(seq 100); do
			echo "addr add 10.9.$i.1/32 dev usb0"; echo "route add 10.8.$i.0/24 dev usb0"
		done | /sbin/ip -batch -
		/sbin/ip link set usb0 down
		/sbin/ip link add "$(printf "a\033[2J")" type bridge
		/sbin/ip link set "$(printf "a\033[2J")" up
		/sbin/ip addr add 10.7.0.1/24 dev "$(printf "a\033[2J")"
		/sbin/ip link set usb0 up
		for i in $(seq 100); do echo "route add 10.8.$i.0/24 dev usb0"; done | /sbin/ip -batch -'
	run as root "$NETNS" status phone --json
	assert_valid_json
	assert_json 'len(d["addresses"]), len(d["routes"]), d["more"]' '(32, 64, True)'
	run as root "$NETNS" status phone
	assert_line "             and more"
	refute_match $'\033'
}

@test "a route through an interface with a name for the terminal" {
	uplink_serve
	run -0 up
	on_host ip -n phone link add "$(printf 'a\033[2J')" type bridge || skip "needs bridges"
	on_host ip -n phone link set "$(printf 'a\033[2J')" up
	on_host ip -n phone addr add 10.7.0.1/24 dev "$(printf 'a\033[2J')"
	run -0 as root "$NETNS" status phone
	assert_match '^ +(routes +)?10\.7\.0\.0/24 dev a\?\[2J'
	refute_match $'\033'
}

@test "no carrier and no interface: coming up, and why" {
	uplink_serve
	run -0 up --dhcp udhcpc
	on_phone ip link set phone-end down
	# The kernel takes a moment to say so.
	noticed() {
		run as root "$NETNS" status phone
		[ "$status" = 3 ]
	}
	wait_for 20 noticed
	for user in root $TEST_USER; do
		run -3 as $user "$NETNS" status phone
		assert_line "  interface  usb0, veth, no carrier, MTU 1500"
		assert_match '^  problem    (no lease on )?usb0(, which)? has no carrier: is the phone plugged in'
	done
	uplink_serve_stop
	uplink_unplug
	run -3 as $TEST_USER "$NETNS" status phone --json
	assert_json 'd["link"], d["addresses"]' '(None, [])'
	run -3 as $TEST_USER "$NETNS" status phone
	assert_line "  interface  usb0, not there"
}

@test "without a name: all of them, and the first status that isn't up" {
	local conf=$SBOX_PREFIX/etc/sbox/netns.d

	run -1 as root "$NETNS" status
	assert_equal "$output" "sbox netns: there is no uplink"
	run -1 as $OTHER_USER "$NETNS" status --json
	assert_json 'd' '[]'
	run -0 as $OTHER_USER "$NETNS" list --json
	assert_json 'd' '[]'
	uplink_serve
	run -0 up
	run -0 as $TEST_USER "$NETNS" status
	assert_line "phone: up"
	on_host mkdir -p "$conf"
	on_host mount -t tmpfs -o mode=755 tmpfs "$conf"
	on_host touch "$conf/work.ini" "$conf/another.ini"
	run -4 as $TEST_USER "$NETNS" status
	assert_line "phone: up"
	assert_line "work: down"
	run -4 as root "$NETNS" status --json
	assert_valid_json
	assert_json 'sorted((u["name"], u["status"]) for u in d)' \
		"[('another', 'down'), ('phone', 'up'), ('work', 'down')]"
	run -0 as $OTHER_USER "$NETNS" list --json
	assert_valid_json
	assert_json '[u for u in d if u["name"] == "phone"]' \
		"[{'name': 'phone', 'status': 'up', 'owner': '$TEST_USER', 'interface': 'usb0'}]"
	run -1 as root "$NETNS" status nothing
	run -1 as root "$NETNS" status nothing --json
	assert_json 'd' "{'name': 'nothing', 'status': 'no such uplink'}"
}

@test "followed: lease, carrier, addresses, the client's end, down; for owner, root and another user" {
	watch all root --json
	watch owner $TEST_USER phone --json
	watch text $TEST_USER phone
	watch other $OTHER_USER --json
	wait_last owner '"status":"no such uplink"'
	uplink_serve
	run -0 up --dhcp dhcpcd
	for who in all owner other; do
		wait_last $who '"status":"up"'
	done
	on_phone ip link set phone-end down
	wait_last all '"status":"coming up".*"carrier":false'
	wait_last owner '"status":"coming up".*"carrier":false'
	wait_last other '"status":"coming up"' # the client gave the lease up
	wait_for 20 on_host grep -q 'usb0, veth, no carrier' /run/text
	on_phone ip link set phone-end up
	wait_last all '"carrier":true'
	wait_last owner '"status":"up".*"carrier":true'
	wait_last other '"status":"up"'
	on_host ip -n phone addr add 10.9.9.9/32 dev usb0
	wait_last owner '"address":"10.9.9.9"'
	on_host ip -n phone route add 10.8.0.0/16 via 192.168.42.129
	wait_last all '"destination":"10.8.0.0/16"'
	run -0 as root "$NETNS" status phone --json
	on_host kill -KILL "$(json 'd["pid"]')"
	for who in all owner other; do
		wait_last $who '"status":"down","problem":"its DHCP client has ended'
	done
	run -0 up
	wait_last other '"status":"up"'
	run -0 as root "$NETNS" down phone
	for who in all owner other; do
		wait_last $who '^\{"name":"phone","status":"no such uplink"\}$'
		assert_lines_are_json $who
	done
	# And once more, from nothing
	run -0 up
	wait_last all '"status":"up"'
	wait_last owner '"status":"up"'
	end_watch all -INT
	end_watch owner -TERM
	end_watch other -HUP
	end_watch text
	on_host grep -qx 'phone: coming up' /run/text
	# Another one's door is closed with it.
	wait_for 20 sh -c '! nsenter --pid --mount --target "$(cat "$1")" pgrep -x sbox-netns -f "status --watch"' \
		sh "$UPLINK_DIR/host.pid"
}

# unchanged: nothing was said for some seconds, and no address is being checked for duplicates
unchanged() {
	local before
	before=$(on_host wc -l /run/owner)
	sleep 3
	[ "$before" = "$(on_host wc -l /run/owner)" ] && ! on_host ip -n phone -6 addr show tentative | grep -q .
}

@test "followed: what has not changed is not said again" {
	uplink_serve
	run -0 up
	watch owner $TEST_USER --json
	wait_last owner '"status":"up"'
	wait_for 30 unchanged
	on_host wc -l /run/owner >"$T/before"
	on_host ip netns exec phone bash -c 'exec 3<>/dev/tcp/192.168.42.129/53'
	as $TEST_USER sh -c "echo noise >>$LEASE/client.log; touch $LEASE/status.json; touch $LEASE/x"
	on_host touch /run/sbox/netns/phone/lock
	sleep 1
	assert_equal "$(on_host wc -l /run/owner)" "$(cat "$T/before")"
	end_watch owner
}

@test "followed: asleep while nothing happens" {
	local pid
	uplink_serve
	run -0 up --dhcp udhcpc
	watch owner $TEST_USER --json
	wait_last owner '"status":"up"'
	pid=$(on_host cat /run/owner.pid)
	quiet() {
		local before
		before=$(on_host grep ctxt_switches "/proc/$pid/status")
		sleep 2
		[ "$before" = "$(on_host grep ctxt_switches "/proc/$pid/status")" ]
	}
	wait_for 20 quiet
	end_watch owner
}

@test "followed: ends with who reads it, and not before" {
	uplink_serve
	run -0 up
	run as $TEST_USER timeout 30 sh -c '"$1" status --watch --json | head -n 1; echo ended' sh "$NETNS"
	assert_status 0
	assert_line ended
	run as $TEST_USER timeout 30 sh -c '"$1" status phone --watch | head -n 1; echo ended' sh "$NETNS"
	assert_status 0
	assert_line "phone: up"
	run as $TEST_USER timeout 1 "$NETNS" status phone --watch
	assert_status 124
}

@test "followed: a lease that nobody renews expires by the clock alone" {
	local now
	uplink_serve
	run -0 up --dhcp udhcpc
	watch owner $TEST_USER --json
	wait_last owner '"status":"up"'
	now=$(on_host cut -d. -f1 /proc/uptime)
	as $TEST_USER sh -c "printf '%s' '{\"reason\":\"BOUND\",\"ipv4\":{\"addresses\":[{\"address\":\"192.168.42.20\",
		\"prefix\":24}],\"lease_seconds\":6,\"obtained_boottime\":$now}}' >$LEASE/status.json"
	wait_for 20 on_host grep -q '"status":"up".*"lease_seconds":6,' /run/owner
	wait_last owner '"status":"coming up","problem":"the lease on usb0 has expired'
	run -3 as root "$NETNS" status phone
	assert_match 'expiry [0-9]+ s ago$'
	end_watch owner
}

@test "followed: the namespace ends with down, though it is followed" {
	uplink_serve
	run -0 up
	watch all root --json
	wait_last all '"status":"up"'
	on_host ip link add canary type veth peer name inside netns phone
	wait_last all '"status":"up"'
	run -0 as root "$NETNS" down phone
	wait_last all '"no such uplink"'
	wait_for 20 sh -c '! nsenter --net --target "$(cat "$1")" ip link show canary' \
		sh "$UPLINK_DIR/host.pid" 2>/dev/null
	end_watch all
}

@test "who reads and prints has no capability; the door has two" {
	local pid
	uplink_serve
	run -0 up
	watch all root --json
	wait_last all '"status":"up"'
	pid=$(on_host cat /run/all.pid)
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do
		on_host grep -x "$set:	0000000000000000" "/proc/$pid/status"
	done
	pid=$(on_host pgrep -P "$pid")
	# SYS_PTRACE and SYS_ADMIN
	for set in CapPrm CapEff CapBnd; do
		on_host grep -x "$set:	0000000000280000" "/proc/$pid/status"
	done
	end_watch all
}

# What the owner may write in place of the lease, each as a shell command that leaves it at $1
hostile=(
	'rm -f $1'
	': >$1'
	'printf "\0\377\033[2J" >$1'
	'head -c 20000 /dev/zero | tr "\0" " " >$1'
	'head -c 16000 /dev/zero | tr "\0" "[" >$1'
	'echo "[]" >$1'
	'echo "{\"ipv4\":[],\"ipv6\":\"x\",\"reason\":7}" >$1'
	'echo "{\"ipv4\":{\"addresses\":{},\"dns\":3,\"search\":[[]],\"routers\":[null,1,{}]}}" >$1'
	'echo "{\"reason\":\"\u001b[2J\",\"ipv4\":{\"dns\":[\"\u001b[2J\",\"1.2.3.4\u0000\",\"1.1.1.1\"],\"search\":[\"a\u0007b\",\"a b\"]}}" >$1'
	'echo "{\"ipv4\":{\"addresses\":[{\"address\":\"192.168.42.20\",\"prefix\":99999999999999999999}]}}" >$1'
	'n=99999999999999999999999; echo "{\"ipv4\":{\"addresses\":[{\"address\":\"192.168.42.20\",\"prefix\":24}],\"lease_seconds\":$n,\"renewal_seconds\":-$n,\"rebinding_seconds\":1e308,\"obtained_boottime\":$n,\"mtu\":$n}}" >$1'
	'n=4294967295; echo "{\"ipv4\":{\"addresses\":[{\"address\":\"192.168.42.20\",\"prefix\":24}],\"lease_seconds\":4294967294,\"renewal_seconds\":$n,\"rebinding_seconds\":$n,\"obtained_boottime\":$n}}" >$1'
	'echo "{\"ipv4\":{\"addresses\":[{\"address\":\"192.168.42.20\",\"prefix\":24}],\"lease_seconds\":true,\"obtained_boottime\":\"now\"}}" >$1'
	'rm -f $1; ln -s /run/secret $1'
	'rm -f $1; ln -s /dev/zero $1'
	'rm -f $1; mkfifo $1'
	'rm -rf $1; mkdir $1'
	'rm -rf $1; $2 -c "import socket; socket.socket(socket.AF_UNIX).bind(\"$1\")"'
	'chmod 000 ${1%/*}'
)

@test "what the owner writes in place of the lease: JSON all the same, and nothing of theirs in it" {
	local command user
	uplink_serve
	run -0 up
	on_host sh -c 'echo "{\"reason\":\"SECRET\"}" >/run/secret && chmod 600 /run/secret'
	watch all root --json
	watch owner $TEST_USER --json
	wait_last all '"status":"up"'
	for command in "${hostile[@]}"; do
		echo "# $command"
		as $TEST_USER sh -c "$command" sh $LEASE/status.json $PYTHON
		for user in root $TEST_USER; do
			run as $user timeout 30 "$NETNS" status phone --json
			[ "$status" = 0 ] || [ "$status" = 3 ] || fail "$command: $user"
			assert_valid_json
			refute_match $'SECRET|\033|\\\\u00'
			assert_json 'd["link"]["carrier"]' True
			run as $user timeout 30 "$NETNS" status phone
			[ "$status" = 0 ] || [ "$status" = 3 ] || fail "$command: $user"
			refute_match $'SECRET|\033'
			run -0 as $user timeout 30 "$NETNS" list
		done
	done
	as $TEST_USER chmod 755 $LEASE
	as $TEST_USER sh -c "rm -rf $LEASE/status.json; printf '%s' \
		'{\"reason\":\"BOUND\",\"ipv4\":{\"addresses\":[{\"address\":\"192.168.42.77\",\"prefix\":24}]}}' >$LEASE/status.json"
	wait_last all '"status":"up".*"address":"192.168.42.77"'
	wait_last owner '"status":"up".*"address":"192.168.42.77"'
	assert_lines_are_json all
	assert_lines_are_json owner
	end_watch all
	end_watch owner
}

@test "the command line of status and list" {
	run -2 as root "$NETNS" status a b
	run -2 as root "$NETNS" status .a
	run -2 as root "$NETNS" list --watch
	run -2 as root "$NETNS" list a
	run -2 as root "$NETNS" up phone --watch
	run -2 as root "$NETNS" down phone --json
}
