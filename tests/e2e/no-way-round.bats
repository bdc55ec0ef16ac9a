# SPDX-License-Identifier: LGPL-2.1-or-later
# A program on an uplink reaches no other network, whatever it tries: the host has its home uplink
# beside the phone, and both are listened to (home.bash).

load common
load uplink
load home

setup_file() {
	! lacks tools_missing || return 0
	home_and_phone
}

teardown_file() {
	[ -z "${UPLINK_DIR:-}" ] || uplink_host_stop
}

setup() {
	skip_if_lacking
	common_setup
	# More than a profile usually allows, so that it is not the filter alone that stops it.
	# Beside the directory that it makes writable: nested = yes allows nothing to be kept in one.
	open_profile=$T.ini
	cat >"$open_profile" <<-EOF
		[filesystem]
		base = host-ro
		rw = $T
		ro = /run/netns
		[namespaces]
		nested = yes
		[seccomp]
		baseline = no
	EOF
}

teardown() {
	rm -f "$T.ini"
	common_teardown
}

# inside SBOX-OPTION... -- COMMAND...: in a sandbox on the uplink, with the probe at /probe
inside() {
	run user_on_host $TEST_USER "$SBOX" --netns phone --ro "$SBOX_PROBE:/probe" "$@"
}

# background SBOX-OPTION... -- COMMAND...: the same, going on; its output is in $T/out
background() {
	patience=300 user_on_host $TEST_USER "$SBOX" --netns phone --ro "$SBOX_PROBE:/probe" "$@" \
		</dev/null >"$T/out" 2>&1 3>&- &
	background=$!
}

# end_background COMM: by the processes of that name, and until all of it has ended
end_background() {
	on_host pkill -U $TEST_USER -x "$1"
	wait $background || true
}

# What can be configured in the uplink's namespace, without what changes by itself.
configuration() {
	on_host ip netns exec phone sh -c 'ip -o link; ip -o addr | sed "s/valid_lft.*//"; ip route; ip -6 route |
		sed "s/expires.*//"; ip rule; ip -6 rule; ip neigh show nud permanent; tc qdisc; nft list ruleset
		cat /proc/sys/net/ipv4/ip_default_ttl /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/all/rp_filter'
}

# Waits for what comes by itself: the address that the phone's router advertisement leads to, and no
# address that is being checked for duplicates, for it is shown as one.
configured() {
	wait_for 20 on_host ip netns exec phone sh -c 'ip -6 addr show dev usb0 | grep -qF " 2001:db8:42:" &&
		! ip -6 addr show tentative | grep -q .'
}

# The writes of rtnetlink and nftables, one a line: "what: outcome".
writes='
try() { what=$1; shift; if out=$("$@" 2>&1); then echo "$what: done"; else echo "$what: refused: $out"; fi; }
try addr-add ip addr add 10.9.9.9/24 dev usb0
try route-add ip route add 203.0.113.0/24 dev usb0
try route6-add ip -6 route add 2001:db8:ffff::/48 dev usb0
try rule-add ip rule add from all lookup 100
try neigh-add ip neigh add 192.168.42.77 lladdr 02:00:00:00:00:02 dev usb0 nud permanent
try qdisc-add tc qdisc add dev usb0 root pfifo limit 10
try nft nft add table inet probe
try xfrm ip xfrm policy add src 0.0.0.0/0 dst 0.0.0.0/0 dir out action block
try link-veth ip link add v9 type veth peer name w9
try link-dummy ip link add dummy9 type dummy
try link-vlan ip link add link usb0 name vlan9 type vlan id 9
try link-macvlan ip link add link usb0 name mac9 type macvlan
try link-ipvlan ip link add link usb0 name ipv9 type ipvlan
try link-wireguard ip link add wg9 type wireguard
try link-mtu ip link set usb0 mtu 1400
try sysctl-ttl sh -c "echo 3 >/proc/sys/net/ipv4/ip_default_ttl"
try sysctl-forward sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward"
try sysctl-filter sh -c "echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter"
try route-del ip route del default
try addr-del ip addr flush dev usb0
try link-down ip link set usb0 down
try link-mac ip link set usb0 address 02:00:00:00:00:01
try link-name ip link set usb0 name other0
try link-del ip link del lo
'
writes_count=24
# Those that any kernel can do; links of a kind and xfrm are modules.
writes_basic="addr-add route-add route6-add rule-add neigh-add qdisc-add nft link-veth link-mtu sysctl-ttl
	sysctl-forward sysctl-filter route-del addr-del link-down link-mac link-name"

# all_refused: the output is that of $writes without a success
all_refused() {
	assert_equal "$(grep -c ': refused: ' <<<"$output")" $writes_count
	refute_match ': done$'
}

@test "what the tests look for would show: the host by home, the sandbox by the phone" {
	run user_on_host $TEST_USER python3 -c "import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('$PUBLIC_DNS', 9001))"
	assert_status 0
	wait_for 20 seen home "$PUBLIC_DNS.9001"
	inside -- python3 -c "import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('$PUBLIC_DNS', 9002))"
	assert_status 0
	wait_for 20 seen phone "$PUBLIC_DNS.9002"
	settle
	run seen home "$PUBLIC_DNS.9002"
	assert_status 1
}

@test "a socket can't be bound to the host's interface" {
	run user_on_host $TEST_USER "$SBOX_PROBE" device home0
	assert_line "device=home0 bind=ok"
	inside -- /probe device home0 , device usb0
	assert_line "device=home0 bind=ENODEV"
	assert_line "device=usb0 bind=ok"
	inside --profile "$open_profile" -- unshare --user --map-root-user /probe device home0
	assert_line "device=home0 bind=ENODEV"
}

@test "the host's network namespace can't be entered, by whatever shows it" {
	local host
	host=$(on_host readlink /proc/1/ns/net)
	on_host sh -c 'mkdir -p /run/netns && : >/run/netns/theirs && mount --bind /proc/1/ns/net /run/netns/theirs'
	inside -- /probe setns /proc/1/ns/net , setns /proc/self/ns/net
	assert_status 0
	refute_line setns=ok
	inside --profile "$open_profile" -- sh -c '/probe setns /proc/1/ns/net , setns /run/netns/theirs , \
		setns /run/netns/phone; unshare --user --map-root-user /probe setns /proc/1/ns/net , \
		setns /run/netns/theirs , setns /run/netns/phone'
	assert_status 0
	refute_line setns=ok
	assert_equal "$(grep -c '^setns=' <<<"$output")" 6
	inside --profile "$open_profile" -o namespaces.pid=host -- sh -c "readlink /proc/self/ns/net
		/probe setns /proc/1/ns/net , setns /proc/$(cat "$UPLINK_DIR/host.pid")/ns/net
		for pid in /proc/[0-9]*; do /probe setns \$pid/ns/net; done"
	refute_line setns=ok
	refute_line "$host"
	on_host umount /run/netns/theirs
	on_host rm /run/netns/theirs
}

@test "raw and packet sockets: none by default, none past the filter, its own only in a nested namespace" {
	inside -- /probe raw-sockets
	assert_status 0
	assert_equal "$(grep -c '^socket=.* result=' <<<"$output")" 5
	refute_match 'result=ok'
	inside --profile "$open_profile" -- /probe raw-sockets
	assert_equal "$(grep -c ' result=EPERM$' <<<"$output")" 5
	inside --profile "$open_profile" -- unshare --user --map-root-user /probe raw-sockets
	assert_equal "$(grep -c ' result=EPERM$' <<<"$output")" 5
	# With a network namespace of its own the powers are real, and what is sent goes nowhere.
	inside --profile "$open_profile" -- unshare --user --map-root-user --net sh -c '/probe raw-sockets; ls /sys/class/net
		ip link set lo up; ip link add d9 type veth peer name e9 && ip link set e9 up && ip addr add 10.9.9.9/24 dev d9 && ip link set d9 up &&
		ip route add default via 10.9.9.1 && ip neigh add 10.9.9.1 lladdr 02:00:00:00:00:03 dev d9 && python3 -c "import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b\"x\", (\"8.8.8.8\", 9003))" && echo sent'
	assert_equal "$(grep -c ' result=ok$' <<<"$output")" 5
	assert_line sent
	settle
	run seen home .9003
	assert_status 1
	run seen phone .9003
	assert_status 1
}

@test "addresses, routes, rules, links, neighbours, queues, nftables, sysctls can't be written" {
	local before write
	configured
	before=$(configuration)
	# They are sound: in a namespace of one's own they work.
	run on_host unshare --net sh -c "ip link add usb0 type veth peer name other && ip link set usb0 up &&
		ip addr add 192.168.42.7/24 dev usb0 && ip route add default via 192.168.42.1; $writes"
	for write in $writes_basic; do
		assert_line "$write: done"
	done
	inside -- sh -c "$writes"
	all_refused
	inside --profile "$open_profile" -- sh -c "$writes"
	all_refused
	assert_equal "$(configuration)" "$before"
	# The same by somebody with all capabilities in a namespace of his own.
	inside --profile "$open_profile" -- unshare --user --map-root-user sh -c "$writes"
	all_refused
	assert_equal "$(configuration)" "$before"
}

@test "the interface can't be moved, and no pair of links leads out" {
	local before
	configured
	before=$(configuration)
	inside --profile "$open_profile" -- unshare --user --map-root-user sh -c '
		unshare --net sleep 20 & child=$!
		until [ "$(readlink /proc/$child/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
		ip link set usb0 netns $child && echo moved
		ip link add v9 type veth peer name w9 netns $child && echo paired
		nsenter --net=/proc/$child/ns/net ip link add v9 type veth peer name w9 netns $$ && echo paired-back
		nsenter --net=/proc/$child/ns/net ip link add v9 type veth peer name w9 netns phone && echo paired-by-pin
		nsenter --net=/proc/$child/ns/net ip link add v9 type veth peer name w9 && echo paired-there
		kill $child'
	refute_line moved
	refute_line paired
	refute_line paired-back
	refute_line paired-by-pin
	assert_line paired-there
	assert_equal "$(configuration)" "$before"
}

@test "no tunnel: the device isn't there, and where a profile shows it the power is missing" {
	on_host test -c /dev/net/tun || skip "this kernel has no /dev/net/tun"
	inside -- /probe tun
	assert_line tun=open:ENOENT
	inside -o filesystem.dev=/dev/net/tun --profile "$open_profile" -- /probe tun
	assert_match '^tun=(EPERM|open:EACCES)$'
}

@test "io_uring: denied by default; where it is let in it speaks on the uplink alone" {
	on_phone "$SBOX_PROBE" listen 0.0.0.0 9004 , sleep 30 </dev/null >/dev/null 2>&1 3>&- &
	wait_for 20 on_phone sh -c 'ss -Hltn sport = 9004 | grep -q .'
	inside -- /probe uring-connect $PHONE_ADDRESS 9004
	assert_match "^uring=setup:(EPERM|ENOSYS)$"
	inside --profile "$open_profile" -- /probe uring-connect $PHONE_ADDRESS 9004 , uring-connect 192.168.1.10 9004 , \
		uring-connect $HOME_ADDRESS 53
	assert_match '^uring=(ok|setup:(EPERM|ENOSYS))$' # the kernel may have it switched off
	assert_equal "$(grep -c '^uring=ok' <<<"$output")" "$(grep -qx uring=ok <<<"$output" && echo 1 || echo 0)"
	settle
	run seen home "192.168.1.10.*$HOME_ADDRESS.53: Flags"
	assert_status 1
}

@test "another user can't join: by the pin, by the owner's processes, by ptrace" {
	local pids pid n=0
	background --rw "$T:/t" -- sh -c 'echo ready >/t/ready; exec sleep 250'
	wait_for 20 test -e "$T/ready"
	run user_on_host $OTHER_USER python3 "$BATS_TEST_DIRNAME/join.py" /run/netns/phone true
	assert_status 1
	assert_match 'Operation not permitted'
	pids=$(on_host pgrep -U $TEST_USER)
	for pid in $pids; do
		run user_on_host $OTHER_USER "$SBOX_PROBE" setns "/proc/$pid/ns/net" , setns "/proc/$pid/ns/user" , \
			syscall ptrace 16 "$pid" 0 0 , open r "/proc/$pid/root/etc/resolv.conf"
		on_host test -e "/proc/$pid" || continue # a hook of the DHCP client's that had done its work
		refute_line setns=ok
		assert_line "syscall=ptrace ret=-1 errno=EPERM"
		refute_match 'open=ok'
		n=$((n + 1))
	done
	[ $n -ge 3 ] # launcher, init, application
	end_background sleep
}

@test "sockets of the session and of root's daemons aren't shown, nor can a directory bring them along" {
	local runtime=/run/user/$TEST_UID
	on_host install -d -m 755 /run/user
	on_host install -d -m 700 -o $TEST_USER -g $TEST_USER $runtime
	user_on_host $TEST_USER dbus-daemon --session --nofork --nopidfile --address=unix:path=$runtime/bus \
		</dev/null >/dev/null 2>&1 &
	on_host python3 -c 'import socket, time
s = socket.socket(socket.AF_UNIX); s.bind("/run/docker.sock"); s.listen(); time.sleep(60)' 3>&- &
	wait_for 20 on_host test -S $runtime/bus
	wait_for 20 on_host test -S /run/docker.sock
	run user_on_host $TEST_USER "$SBOX_PROBE" connect unix $runtime/bus , connect unix /run/docker.sock
	assert_line connect=ok
	inside -o filesystem.base=host-ro -- /probe stat $runtime/bus /run/docker.sock /var/run/docker.sock , \
		connect unix $runtime/bus , connect unix /run/docker.sock
	assert_equal "$(grep -c ' stat=ENOENT$' <<<"$output")" 3
	assert_equal "$(grep -c '^connect=ENOENT$' <<<"$output")" 2
	if command -v systemd-run >/dev/null; then
		inside -o environment.clear=no -- systemd-run --user --wait true
		assert_status 1
		assert_match 'bus'
	fi
	run user_on_host $TEST_USER env XDG_RUNTIME_DIR=$runtime "$SBOX" --netns phone --rw $runtime -- true
	assert_refused 3 'the session bus works in the host.s network'
	run user_on_host $TEST_USER env XDG_RUNTIME_DIR=$runtime "$SBOX" --netns phone --ro /run/user -- true
	assert_refused 3 'the session bus works in the host.s network'
	# Named by itself it is the user's decision, and said at each start.
	run user_on_host $TEST_USER env XDG_RUNTIME_DIR=$runtime "$SBOX" --netns phone --ro $runtime/bus \
		--ro "$SBOX_PROBE:/probe" -- /probe connect unix $runtime/bus
	assert_status 0
	assert_line connect=ok
	assert_match 'the session bus works in the host.s network'
	on_host pkill -U $TEST_USER dbus-daemon
}

@test "sandboxes on one uplink share its loopback, and the phone's network reaches their listeners" {
	local address
	background --rw "$T:/t" -- /probe listen 0.0.0.0 9005 , listen 127.0.0.1 9006 , write /t/ready x , sleep 250
	wait_for 20 test -e "$T/ready" || fail "$(cat "$T/out")"
	inside -- /probe connect 127.0.0.1 9005 , connect 127.0.0.1 9006
	assert_equal "$(grep -c '^connect=ok$' <<<"$output")" 2
	address=$(on_host ip -n phone -o -4 addr show usb0 | grep -oE 'inet [0-9.]+' | cut -d' ' -f2)
	run on_phone "$SBOX_PROBE" connect "$address" 9005 , connect "$address" 9006
	assert_equal "$output" $'connect=ok\nconnect=ECONNREFUSED'
	# Another machine's, and the host's own, don't.
	run on_host "$SBOX_PROBE" connect 127.0.0.1 9005
	assert_line connect=ECONNREFUSED
	run user_on_host $TEST_USER "$SBOX" explain --netns phone -- true
	assert_match 'shared with its other sandboxes: lo and the ports on it'
	end_background probe
}

@test "abstract sockets of another sandbox: out of reach where Landlock has scopes, else said" {
	background --rw "$T:/t" -o landlock.scope=off -- \
		/probe listen abstract sbox-shared , write /t/ready x , sleep 250
	wait_for 20 test -e "$T/ready" || fail "$(cat "$T/out")"
	inside -o landlock.scope=off -- /probe connect abstract sbox-shared
	assert_line connect=ok
	if ! has_scopes; then
		inside -- /probe connect abstract sbox-shared
		assert_line connect=ok
		inside -o landlock.scope=require -- /probe id
		assert_refused 125 'scopes came with ABI 6'
	else
		inside -- /probe connect abstract sbox-shared
		assert_line connect=EPERM
		inside -o landlock.scope=require -- /probe listen abstract own , connect abstract own , connect abstract sbox-shared
		assert_equal "$(grep '^connect=' <<<"$output")" $'connect=ok\nconnect=EPERM'
	fi
	end_background probe
}

# has_scopes: whether this kernel's Landlock can do it; explain says so.
has_scopes() {
	run user_on_host $TEST_USER "$SBOX" explain -o network.mode=host -- true
	assert_status 0
	refute_match 'landlock.*off'
	! grep -q 'this kernel has no scopes' <<<"$output"
}

@test "on the host's network its abstract sockets are out of reach by Landlock, but where X11 is shown" {
	has_scopes || skip "this kernel's Landlock has no scopes"
	local x11=/tmp/.X11-unix
	local host=("$SBOX" -o network.mode=host --ro "$SBOX_PROBE:/probe")
	on_host mount -t tmpfs -o mode=1777 tmpfs /tmp # the host's own, and gone with it
	on_host mkdir -m 1777 $x11
	on_host python3 -c "import socket, time
sockets = []
for path in ('$x11/X7', '\\0$x11/X7', '\\0sbox-other'):
    s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen(); sockets.append(s)
import os; os.chmod('$x11/X7', 0o666)
open('$T/listening', 'w').close()
time.sleep(60)" 3>&- &
	wait_for 20 test -e "$T/listening"
	run user_on_host $TEST_USER "${host[@]}" -- /probe connect abstract sbox-other , connect abstract $x11/X7
	assert_equal "$(grep -c '^connect=EPERM$' <<<"$output")" 2
	run user_on_host $TEST_USER "${host[@]}" -o landlock.scope=off -- /probe connect abstract sbox-other
	assert_line connect=ok
	run user_on_host $TEST_USER env DISPLAY=:7 "${host[@]}" -o desktop.x11=yes -- /probe connect abstract $x11/X7 , \
		connect unix $x11/X7
	assert_equal "$(grep -c '^connect=ok$' <<<"$output")" 2
	run user_on_host $TEST_USER env DISPLAY=:7 "${host[@]:0:1}" explain "${host[@]:1}" -o desktop.x11=yes -- true
	assert_match "abstract sockets are the host's, for the sake of X11 +-o desktop.x11"
	assert_match '^  signals stay inside'
	refute_match 'connections to abstract sockets stay inside'
	run user_on_host $TEST_USER env DISPLAY=:7 "${host[@]}" -o desktop.x11=yes -o landlock.scope=require -- true
	assert_refused 3 'scope = require contradicts the X11 socket'
	# On an uplink the server's abstract socket isn't there, and clients go on to the other one.
	run user_on_host $TEST_USER env DISPLAY=:7 "$SBOX" --netns phone --ro "$SBOX_PROBE:/probe" -o desktop.x11=yes -- \
		/probe connect abstract $x11/X7 , connect unix $x11/X7
	assert_equal "$(grep '^connect=' <<<"$output")" $'connect=ECONNREFUSED\nconnect=ok'
}

@test "signals end at the sandbox, and those of its caller still reach the application" {
	has_scopes || skip "this kernel's Landlock has no scopes"
	local victim launcher
	user_on_host $TEST_USER "$SBOX_PROBE" write "$T/victim" x , trap 1 </dev/null >"$T/trap" 2>&1 3>&- &
	wait_for 20 grep -q trap=ready "$T/trap"
	victim=$(sed -n 's/^trap=ready pid=//p' "$T/trap")
	inside -o namespaces.pid=host -- /probe kill "$victim" 0 , kill "$victim" 10
	assert_equal "$(grep -c '^kill=EPERM$' <<<"$output")" 2
	inside -o namespaces.pid=host -o landlock.scope=off -- /probe kill "$victim" 10
	assert_line kill=ok
	wait_for 20 grep -qx signal=USR1 "$T/trap"
	background -- /probe trap 1
	wait_for 20 grep -q trap=ready "$T/out"
	launcher=$(on_host pgrep -U $TEST_USER -x sbox | head -n 1)
	on_host kill -TERM "$launcher"
	wait_for 20 grep -qx signal=TERM "$T/out" || fail "$(cat "$T/out")"
	wait $background
}

@test "on its caller's terminal a sandbox can stop its job, as ^Z in an editor does" {
	cat >"$T/job" <<-END
		trap 'echo job was told' USR1
		"$SBOX" --netns phone -- sh -c 'trap : USR1; kill -USR1 0; echo inside'
		"$SBOX" --netns phone -o exec.new-session=yes -- sh -c 'trap : USR1; kill -USR1 0; echo inside'
		"$SBOX" explain --netns phone -- true
	END
	run user_on_host $TEST_USER script --quiet --return --command "sh $T/job" /dev/null
	assert_status 0
	output=${output//$'\r'/}
	assert_equal "$(grep -cx inside <<<"$output")" 2
	assert_equal "$(grep -cx 'job was told' <<<"$output")" 1
	! has_scopes || { # $output is explain's now, off the terminal
		assert_match '^  signals stay inside'
	}
}

@test "where the kernel has no Landlock, explain says so and nothing else does" {
	local without=("$SBOX" --ro "$SBOX_PREFIX" --ro "$SBOX_PROBE:/probe" -o namespaces.nested=yes
		-o seccomp.baseline=no -o seccomp.deny=landlock_create_ruleset:ENOSYS -- "$SBOX")
	run user_on_host $TEST_USER "${without[@]}" -o network.mode=host --ro /probe -- /probe id
	assert_status 0
	refute_match 'sbox:|landlock'
	assert_line "uid=$TEST_UID euid=$TEST_UID gid=$TEST_GID egid=$TEST_GID"
	run user_on_host $TEST_USER "${without[@]}" explain -o network.mode=host -- true
	assert_status 0
	assert_match 'this kernel has no scopes: abstract sockets are shared'
	run user_on_host $TEST_USER "${without[@]}" -o network.mode=host -o landlock.scope=require -- true
	assert_refused 125 "scope = require: this kernel has Landlock's ABI 0"
}

@test "ping works inside; ports below 1024 stay the DHCP client's" {
	run on_host ip netns exec phone cat /proc/sys/net/ipv4/ip_unprivileged_port_start
	assert_equal "$output" 1024
	configured
	inside -- ping -n -c 1 -W 10 $PHONE_ADDRESS
	assert_status 0
	assert_match '1 received'
	inside -- ping -n -c 1 -W 10 $PHONE_ADDRESS6
	assert_match '1 received'
	inside -o namespaces.gid=4711 -- ping -n -c 1 -W 10 $PHONE_ADDRESS
	assert_match '1 received'
	inside -- /probe listen 0.0.0.0 68 , listen 0.0.0.0 1023 , listen 0.0.0.0 1024
	assert_line "listen=0.0.0.0 port=68 result=EACCES"
	assert_line "listen=0.0.0.0 port=1023 result=EACCES"
	assert_line "listen=0.0.0.0 port=1024 result=ok"
}

# What a program tries ten times a second; it says how that went whenever that changes.
beacon='import socket, sys, time
last = None
while True:
    words = []
    for family, address in ((socket.AF_INET, "8.8.8.8"), (socket.AF_INET6, "2001:4860:4860::8888")):
        try:
            socket.socket(family, socket.SOCK_DGRAM).sendto(b"beacon", (address, PORT))
            words.append("sent")
        except OSError as e:
            words.append(e.strerror)
    try:
        socket.create_connection(("8.8.8.8", 53), 0.2)
        words.append("connected")
    except OSError as e:
        words.append(str(e.strerror or e))
    if words != last:
        print(";".join(words), flush=True)
    last = words
    time.sleep(0.1)'

# heard SIDE PORT: how many packets of the beacon
heard() {
	grep -cE "\.$2: UDP" "$UPLINK_DIR/$1.packets" || true
}

# all_heard SIDE PORT: no more come; tcpdump may still be at those that were sent
all_heard() {
	now=$(heard "$1" "$2")
	sleep 1
	[ "$(heard "$1" "$2")" = "$now" ]
}

replug() {
	uplink_serve_stop
	uplink_plug
	home_serve_phone
	uplink_up
}

@test "a program that runs on over unplug, replug and down never gets another network" {
	local now
	background --rw "$T" -- python3 -c "${beacon//PORT/9007}"
	wait_for 20 grep -q '^sent;sent;connected' "$T/out" || fail "$(cat "$T/out")"
	wait_for 20 seen phone .9007
	# Plugged out: it is told at once, and nobody hears it.
	uplink_unplug
	wait_for 20 sh -c 'tail -n 1 "$1" | grep -qx "Network is unreachable;Network is unreachable;Network is unreachable"' \
		sh "$T/out" || fail "$(cat "$T/out")"
	sleep 1
	settle_home
	assert_equal "$(heard home 9007)" 0
	# Plugged in again: the same program goes on.
	replug
	wait_for 20 sh -c 'tail -n 1 "$1" | grep -q "^sent;.*;connected"' sh "$T/out" || fail "$(cat "$T/out")"
	wait_for 20 seen phone .9007
	# Taken down: the interface is the host's again, and the program has none.
	run on_host "$SBOX" netns down phone
	assert_status 0
	wait_for 20 sh -c 'tail -n 1 "$1" | grep -q "^Network is unreachable;Network is unreachable;"' sh "$T/out" ||
		fail "$(cat "$T/out")"
	on_host ip -o link show usb0
	wait_for 20 all_heard phone 9007
	# And a new uplink of that name is not its uplink.
	uplink_up
	sleep 1
	assert_equal "$(heard phone 9007)" "$now"
	assert_equal "$(tail -n 1 "$T/out" | cut -d';' -f1)" "Network is unreachable"
	settle
	assert_equal "$(heard home 9007)" 0
	end_background python3
}
