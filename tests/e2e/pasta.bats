# SPDX-License-Identifier: LGPL-2.1-or-later
# One interface of the host through pasta(1): sbox --uplink IF; and share = no, which puts pasta
# between the sandbox and a named uplink. The host of the test uses home0 and has usb0 beside it.

load common
load uplink

setup() {
	local why

	if why=$(uplink_missing); then
		skip "$why"
	fi
	command -v pasta >/dev/null || skip "needs pasta"
	[ -c /dev/net/tun ] || skip "needs /dev/net/tun"
	common_setup
	export UPLINK_DIR=$BATS_TEST_TMPDIR/uplink
	uplink_host_start
	side_plug home home0 1 100
	side_plug usb usb0 2 1000
	side_serve home
	side_serve usb
	on_host mkdir -p /run/systemd/netif/links
	lease_says usb0 10.2.0.1
	cat >"$T/ask.py" <<-'EOF'
		# ask.py WHAT...: "tcp ADDRESS", "udp ADDRESS": who answers, one line each
		import socket, sys
		for what, address in zip(sys.argv[1::2], sys.argv[2::2]):
		    family = socket.AF_INET6 if ":" in address else socket.AF_INET
		    try:
		        if what == "tcp":
		            with socket.create_connection((address, 80), 10) as s:
		                s.sendall(b"GET / HTTP/1.0\r\n\r\n")
		                said = b"".join(iter(lambda: s.recv(4096), b"")).split(b"\n")[-1].decode()
		        else:
		            with socket.socket(family, socket.SOCK_DGRAM) as s:
		                # A datagram may be lost.
		                s.settimeout(1)
		                for left in range(4, -1, -1):
		                    s.sendto(b"x", (address, 7))
		                    try:
		                        said = s.recv(100).decode()
		                        break
		                    except TimeoutError:
		                        if not left:
		                            raise
		    except OSError as e:
		        said = type(e).__name__ if not e.errno else __import__("errno").errorcode[e.errno]
		    print(what, address, said, flush=True)
	EOF
}

teardown() {
	[ -z "${UPLINK_DIR:-}" ] || uplink_host_stop
	common_teardown
}

# lease_says IF ADDRESS...: what systemd-networkd would note of the interface's DNS servers
lease_says() {
	local interface=$1
	shift
	on_host sh -c 'echo "DNS=$2" >"/run/systemd/netif/links/$(ip -o link show "$1" | cut -d: -f1)"' \
		sh "$interface" "$*"
}

user_on_host() {
	on_host setpriv --reuid $TEST_USER --regid $TEST_USER --init-groups --inh-caps=-all --reset-env \
		env SBOX="$SBOX" SBOX_PROBE="$SBOX_PROBE" T="$T" SBOX_TESTS_RUN="$SBOX_TESTS_RUN" SECRET=xyzzy \
		timeout -k 5 60 "$@" 3>&-
}

# tethered SBOX-OPTION... -- COMMAND...: in a sandbox on usb0; /t is the test's directory
tethered() {
	user_on_host "$SBOX" --uplink usb0 --ro "$SBOX_PROBE:/probe" --rw "$T:/t" "$@"
}

# pasta_running: pasta's pid, as the host of the test sees it
pasta_running() {
	on_host pgrep -x 'pas(ta|st).*'
}

no_pasta() {
	! pasta_running >/dev/null
}

@test "IPv4 and IPv6 go out by the interface, while the host uses the other one" {
	run user_on_host python3 "$T/ask.py" tcp 203.0.113.1 tcp 2001:db8::1
	assert_line "tcp 203.0.113.1 home"
	assert_line "tcp 2001:db8::1 home"
	run tethered -- python3 /t/ask.py tcp 203.0.113.1 udp 203.0.113.1 tcp 2001:db8::1 udp 2001:db8::1
	assert_status 0
	assert_line "tcp 203.0.113.1 usb"
	assert_line "udp 203.0.113.1 usb"
	assert_line "tcp 2001:db8::1 usb"
	assert_line "udp 2001:db8::1 usb"
	no_pasta
}

@test "a family that the interface has no route for doesn't leave by the other one" {
	on_host ip -6 route del default dev usb0
	run tethered -- python3 /t/ask.py tcp 203.0.113.1 tcp 2001:db8::1 udp 2001:db8::1
	assert_line "tcp 203.0.113.1 usb"
	refute_match '2001:db8::1 (home|usb)'
	lease_says usb0 fd00:2::1
	on_host ip -6 route add default via fd00:2::1 dev usb0 metric 1000
	on_host ip route del default dev usb0
	run tethered -- python3 /t/ask.py tcp 203.0.113.1 udp 203.0.113.1 tcp 2001:db8::1
	assert_line "tcp 2001:db8::1 usb"
	refute_match '203.0.113.1 (home|usb)'
	run grep -c '^[tu][cd]p' "$UPLINK_DIR/home.log"
	assert_equal "$output" 0
}

@test "the host's loopback, addresses and abstract sockets are not reached, nor by the gateway" {
	on_host sh -c 'python3 -c "
import socket, time
s = socket.create_server((\"::\", 4712), family=socket.AF_INET6, dualstack_ipv6=True)
a = socket.socket(socket.AF_UNIX); a.bind(\"\0sbox-pasta\"); a.listen()
time.sleep(60)" </dev/null >/dev/null 2>&1 3>&- &'
	wait_for 20 on_host sh -c 'ss -Hltn sport = 4712 | grep -q .'
	run user_on_host "$SBOX_PROBE" connect 127.0.0.1 4712 , connect 10.1.0.2 4712
	assert_equal "$(grep -cx connect=ok <<<"$output")" 2
	run tethered -- /probe connect 127.0.0.1 4712 , connect ::1 4712 , connect 10.2.0.1 4712 , \
		connect 10.2.0.2 4712 , connect fd00:2::1 4712 , connect abstract sbox-pasta
	assert_status 0
	refute_line connect=ok
	assert_equal "$(grep -c '^connect=' <<<"$output")" 6
	# The host's address elsewhere: what is sent there goes out by usb0, and gets no answer.
	run tethered -- timeout 3 /probe connect 10.1.0.2 4712
	refute_line connect=ok
}

@test "names are looked up at the interface's own server, never at the host's" {
	run tethered -- sh -c 'getent ahosts one.test; getent ahosts two.test; cat /etc/resolv.conf'
	assert_status 0
	assert_match '^203.0.113.1 '
	assert_line "nameserver 10.2.0.1"
	side_log usb >"$T/usb"
	grep -q 'query\[A\] one.test from 10.2.0.2' "$T/usb"
	run grep -E '(one|two).test' "$UPLINK_DIR/home.log"
	assert_status 1
	# Not even where the profile shows the host's /etc, and its own resolver is a local one.
	echo "nameserver 127.0.0.53" >"$T/resolv.conf"
	on_host mount --bind "$T/resolv.conf" /etc/resolv.conf
	run tethered --ro /etc -- cat /etc/resolv.conf
	assert_status 0
	assert_equal "$(tail -n 1 <<<"$output")" "nameserver 10.2.0.1"
}

@test "servers named by the profile, and none known" {
	run tethered -o network.dns=10.2.0.1 -o network.search=test -o 'network.hosts=192.0.2.9 nas' -- \
		sh -c 'cat /etc/resolv.conf; getent ahostsv4 nas; getent ahostsv4 three'
	assert_status 0
	assert_line "search test"
	assert_match '^192.0.2.9 '
	assert_match '^203.0.113.1 '
	on_host sh -c 'rm /run/systemd/netif/links/*'
	run tethered -- /probe id
	assert_refused 125 'DNS servers of usb0.*dns = ADDRESS'
	# The host's own resolver on loopback is none.
	lease_says usb0 127.0.0.53
	run tethered -- /probe id
	assert_refused 125 'DNS servers of usb0'
}

@test "the servers of a lease that dhcpcd got" {
	local old
	command -v dhcpcd >/dev/null || skip "needs dhcpcd"
	old=$(on_host cat /run/side-usb.dnsmasq)
	on_host sh -c 'rm /run/systemd/netif/links/*; mount -t tmpfs tmpfs /var/lib/dhcpcd
		ip addr flush dev usb0; kill "$(cat /run/side-usb.dnsmasq)"'
	wait_for 20 on_host sh -c '! kill -0 "$1" 2>/dev/null' sh "$old"
	: >"$T/resolv.conf"
	on_host mount --bind "$T/resolv.conf" /etc/resolv.conf
	on_side usb dnsmasq --conf-file=/dev/null --no-hosts --no-resolv --dhcp-authoritative --no-ping \
		--dhcp-range=10.2.0.50,10.2.0.60,120 --dhcp-leasefile="$T/leases" --interface=end \
		--bind-interfaces --address=/test/203.0.113.1 --user=root 3>&-
	# In the background once it has the lease; it ends with the host of the test.
	on_host dhcpcd -q -4 -A -L -t 40 --nodev -f /dev/null -o domain_name_servers -m 1000 usb0 3>&-
	run tethered -- sh -c 'cat /etc/resolv.conf; getent ahostsv4 four.test'
	assert_status 0
	assert_line "nameserver 10.2.0.1"
	assert_match '^203.0.113.1 '
}

# gone_by COMMAND: takes the interface away while a program runs; then nothing gets out.
gone_by() {
	local home

	tethered -- sh -c 'python3 /t/ask.py tcp 203.0.113.1 >/t/before; touch /t/asked
		until [ -e /t/gone ]; do sleep 0.05; done
		python3 /t/ask.py tcp 203.0.113.1 udp 203.0.113.1 tcp 2001:db8::1 udp 2001:db8::1 >/t/after' \
		>"$T/said" 2>&1 &
	job=$!
	wait_for 20 test -e "$T/asked"
	assert_equal "$(cat "$T/before")" "tcp 203.0.113.1 usb"
	on_host sh -c "$1"
	wait_for 20 no_pasta
	touch "$T/gone"
	wait $job
	assert_equal "$(grep -c ENETUNREACH "$T/after")" 4
	grep -qE "usb0 ($2): the sandbox has no network from here on" "$T/said"
	home=$(side_log home)
	! grep -q '^[tu][cd]p' <<<"$home" || fail "it left by home0: $home"
	no_pasta
}

# The kernel sets an interface down before it removes or renames it, and may say that first.
@test "an interface that is removed leaves no way out" {
	gone_by 'ip link del usb0' 'was removed|was set down|has lost its carrier'
}

@test "an interface that moves away leaves no way out" {
	gone_by 'ip link set usb0 netns "$(cat /run/side-home.pid)"' \
		'was removed|was set down|has lost its carrier'
}

@test "an interface that is renamed leaves no way out" {
	gone_by 'ip link set usb0 name usb9 2>/dev/null || { ip link set usb0 down
		ip link set usb0 name usb9; ip link set usb9 up; }' 'was renamed|was set down'
}

@test "an interface without carrier leaves no way out" {
	gone_by 'nsenter --net --target "$(cat /run/side-usb.pid)" ip link set end down' \
		'has lost its carrier'
}

@test "an interface that loses its addresses leaves no way out" {
	gone_by 'ip addr flush dev usb0' 'has lost its IPv4 address|has lost its IPv6 addresses'
}

@test "an address that another one replaces is no loss" {
	tethered -- sh -c 'touch /t/asked; until [ -e /t/gone ]; do sleep 0.05; done
		python3 /t/ask.py tcp 203.0.113.1 >/t/after' >"$T/said" 2>&1 &
	job=$!
	wait_for 20 test -e "$T/asked"
	on_host sh -c 'ip addr add 10.2.0.3/23 dev usb0; ip addr del 10.2.0.2/24 dev usb0'
	on_host sh -c 'ip link add other type veth peer name rehto; ip link del other'
	touch "$T/gone"
	wait $job
	run cat "$T/after"
	assert_line "tcp 203.0.113.1 usb"
}

@test "pasta ends with the sandbox, and with a launcher that is killed" {
	run tethered -- true
	assert_status 0
	no_pasta
	tethered -- sh -c 'touch /t/up; sleep 55' >/dev/null 2>&1 &
	wait_for 20 test -e "$T/up"
	pasta_running
	on_host sh -c 'kill -KILL "$(pgrep -x -o sbox)"'
	wait_for 20 no_pasta
	wait_for 20 on_host sh -c '! pgrep -x sbox-pasta && ! pgrep -x sbox-init && ! pgrep -x sbox'
}

@test "a sandbox whose pasta is killed has no network, and goes on" {
	tethered -- sh -c 'touch /t/up; until [ -e /t/gone ]; do sleep 0.05; done
		python3 /t/ask.py tcp 203.0.113.1' >"$T/said" 2>&1 &
	job=$!
	wait_for 20 test -e "$T/up"
	on_host kill -KILL "$(pasta_running)"
	wait_for 20 no_pasta
	wait_for 20 grep -q 'pasta has ended: the sandbox has no network' "$T/said"
	touch "$T/gone"
	wait $job
	run cat "$T/said"
	assert_line "tcp 203.0.113.1 ENETUNREACH"
}

@test "the interface is watched while the sandbox's job is stopped" {
	tethered -- sh -c 'touch /t/up; sleep 55' >/dev/null 2>&1 &
	wait_for 20 test -e "$T/up"
	on_host sh -c 'kill -STOP "$(pgrep -x -o sbox)"'
	on_host ip link del usb0
	wait_for 20 no_pasta
	on_host sh -c 'kill -KILL "$(pgrep -x -o sbox)"'
}

@test "nothing of the caller's goes to pasta" {
	tethered -- sh -c 'touch /t/up; sleep 55' 7</etc/passwd >/dev/null 2>&1 &
	wait_for 20 test -e "$T/up"
	run on_host sh -c 'cat "/proc/$1/environ" | wc -c; ls -l "/proc/$1/fd"; readlink "/proc/$1/cwd"' \
		sh "$(pasta_running)"
	assert_equal "$(head -n 1 <<<"$output")" 0
	refute_match 'passwd|/t/|xyzzy'
	assert_match ' 0 -> /dev/null$'
	on_host sh -c 'kill -KILL "$(pgrep -x -o sbox)"'
}

@test "ports are published when asked for, on the address given, and not otherwise" {
	cat >"$T/serve.py" <<-'EOF'
		import socket
		s = socket.create_server(("::", 8080), family=socket.AF_INET6, dualstack_ipv6=True)
		open("/t/up", "w").close()
		for _ in range(2):
		    c, _ = s.accept()
		    c.sendall(b"inside")
		    c.close()
	EOF
	tethered -o network.publish=127.0.0.1:5455:8080 -o 'network.publish=[::1]:5456:8080' -- \
		python3 /t/serve.py >"$T/said" 2>&1 &
	job=$!
	wait_for 20 test -e "$T/up"
	run on_host ss -Hltun
	assert_equal "$(grep -cE '127.0.0.1:5455|\[::1\]:5456' <<<"$output")" 2
	assert_equal "$(grep -c . <<<"$output")" 2
	run on_host python3 -c 'import socket
for a, p in (("127.0.0.1", 5455), ("::1", 5456)): print(socket.create_connection((a, p), 5).recv(9))'
	assert_equal "$(grep -c inside <<<"$output")" 2
	wait $job
	rm "$T/up"
	tethered -- python3 /t/serve.py >"$T/said" 2>&1 &
	job=$!
	wait_for 20 test -e "$T/up"
	run on_host ss -Hltun
	assert_equal "$output" ""
	on_host sh -c 'kill -KILL "$(pgrep -x -o sbox)"'
	# Others than this machine: only in so many words, and with a warning.
	run tethered -o network.publish=0.0.0.0:5457:80 -- true
	assert_status 0
	assert_match 'port 5457 is published on 0.0.0.0: others'
}

@test "what is missing is said, with its line, and nothing is started or left" {
	local profile
	profile=$(profile tether.ini <<<$'[network]\nmode = pasta\nuplink = usb7')
	run user_on_host "$SBOX" --profile "$profile" --ro "$SBOX_PROBE:/probe" -- /probe id
	assert_refused 125 'tether.ini:3: there is no network interface usb7'
	profile=$(profile tether.ini <<<$'[network]\nuplink = usb0')
	refused() {
		run user_on_host "$SBOX" --profile "$profile" --ro "$SBOX_PROBE:/probe" "${@:2}" -- /probe id
		assert_refused 125 "$1"
		no_pasta
	}
	on_host mount --bind /dev/null "$(command -v pasta)"
	refused 'tether.ini:2: .*the program pasta.*apt install passt'
	on_host umount "$(command -v pasta)"
	on_host sh -c 'printf "#!/bin/sh\necho went wrong >&2; exit 7\n" >/run/pasta; chmod 755 /run/pasta'
	run user_on_host env PATH=/run:/usr/bin:/bin "$SBOX" --profile "$profile" -- /usr/bin/id
	assert_refused 125 'attach: pasta \(.*tether.ini:2\): it ended at its start: went wrong'
	on_host sh -c 'printf "#!/bin/sh\nkill -9 \$\$\n" >/run/pasta'
	run user_on_host env PATH=/run:/usr/bin:/bin "$SBOX" --profile "$profile" -- /usr/bin/id
	assert_refused 125 'attach: pasta \(.*tether.ini:2\): it ended at its start$'
	on_host sh -c 'mount --bind /dev/null /dev/net/tun'
	run user_on_host "$SBOX" --profile "$profile" -- /usr/bin/id
	assert_match 'attach: pasta .*it ended at its start: .*tun'
	assert_status 125
	on_host umount /dev/net/tun
	on_host sh -c 'mount -t tmpfs tmpfs /dev/net'
	refused 'tether.ini:2: pasta needs /dev/net/tun: open: No such file.*modprobe tun'
	on_host umount /dev/net
	on_host sh -c 'python3 -c "
import socket, time
s = socket.create_server((\"127.0.0.1\", 5455))
time.sleep(60)" </dev/null >/dev/null 2>&1 3>&- &'
	wait_for 20 on_host sh -c 'ss -Hltn sport = 5455 | grep -q .'
	refused "attach: pasta .*Failed to bind any port.*5455" -o network.publish=127.0.0.1:5455:80
	on_host sh -c 'ip route del default dev usb0; ip -6 route del default dev usb0'
	refused 'tether.ini:2: no default route leads through usb0'
	on_host ip link set usb0 down
	refused 'tether.ini:2: no default route leads through usb0'
	wait_for 20 on_host sh -c '! pgrep -x sbox-pasta && ! pgrep -x sbox-init && ! pgrep -x sbox'
}

@test "it says that this is best effort, at the start and in explain" {
	run tethered -q -- true
	assert_status 0
	assert_match 'warning: --uplink: usb0 through pasta is best effort'
	run user_on_host "$SBOX" explain --uplink usb0
	assert_match '^  usb0 through pasta, best effort; IPv4 and IPv6'
	assert_match '^  DNS servers 10.2.0.1 \(/run/systemd/netif/links/'
	run user_on_host "$SBOX" explain --as json --uplink usb0
	assert_match '"best_effort": ?true'
	run user_on_host "$SBOX" explain --uplink usb7
	assert_status 0
	assert_match "usb7 through pasta, best effort; it isn't there"
}

@test "the identity and powers of a sandbox with pasta are those of one without" {
	run tethered -- /probe id , caps , ls /sys/class/net , userns
	assert_status 0
	assert_line "uid=$TEST_UID euid=$TEST_UID gid=$TEST_GID egid=$TEST_GID"
	assert_line CapEff=0000000000000000
	assert_line CapBnd=0000000000000000
	assert_line "ls=ok count=2"
	assert_line entry=usb0
	refute_line userns=ok
	run tethered -- ip link set usb0 down
	[ "$status" -ne 0 ]
	on_host sysctl -qw net.ipv4.ping_group_range="0 2147483647"
	run tethered -- ping -c 1 -W 5 203.0.113.1
	assert_status 0
}

@test "with subordinate ids the uplink is the same" {
	needs_ranges
	local range=$(grep "^$TEST_USER:" /etc/subuid | head -n 1 | cut -d: -f2)
	run tethered -o namespaces.ids=sub -o namespaces.uid=0 -- \
		sh -c 'id -u; touch /tmp/file && chown 7:7 /tmp/file && stat -c "owner %u" /tmp/file
		sed "s/  */ /g" /proc/self/uid_map; python3 /t/ask.py tcp 203.0.113.1 udp 2001:db8::1'
	assert_status 0
	assert_line 0
	assert_line "owner 7"
	assert_line " 1 $range 65536"
	assert_line "tcp 203.0.113.1 usb"
	assert_line "udp 2001:db8::1 usb"
	no_pasta
}

@test "root may have it too" {
	run on_host "$SBOX" --uplink usb0 --ro "$T:/t" -- python3 /t/ask.py tcp 203.0.113.1 tcp 2001:db8::1
	assert_status 0
	assert_line "tcp 203.0.113.1 usb"
	assert_line "tcp 2001:db8::1 usb"
	no_pasta
}

# A named uplink beside it, for share = no.
phone_up() {
	uplink_plug usb1
	uplink_serve
	on_host env -u SUDO_UID -u PKEXEC_UID "$SBOX" netns up phone --interface usb1 \
		--owner $TEST_USER --timeout "${SBOX_TEST_TIMEOUT:-30}" 3>&-
}

# apart SBOX-OPTION... -- COMMAND...: in a namespace of its own behind the uplink
apart() {
	user_on_host "$SBOX" --netns phone -o network.share=no --ro "$SBOX_PROBE:/probe" --rw "$T:/t" "$@"
}

@test "share = no: sandboxes of one uplink are apart, and both reach it" {
	phone_up
	cat >"$T/listen.py" <<-'EOF'
		import socket, time
		s = socket.create_server(("", 4713))
		a = socket.socket(socket.AF_UNIX); a.bind("\0sbox-apart"); a.listen()
		open("/t/up", "w").close()
		time.sleep(55)
	EOF
	# In the uplink's own namespace each reaches the other, but for Landlock.
	user_on_host "$SBOX" --netns phone --rw "$T:/t" -- python3 /t/listen.py >/dev/null 2>&1 &
	wait_for 20 test -e "$T/up"
	run user_on_host "$SBOX" --netns phone -o landlock.scope=off --ro "$SBOX_PROBE:/probe" -- \
		/probe connect 127.0.0.1 4713 , connect abstract sbox-apart
	assert_equal "$(grep -cx connect=ok <<<"$output")" 2
	run apart -- /probe connect 127.0.0.1 4713 , connect abstract sbox-apart , connect $PHONE_ADDRESS 53
	assert_equal "$(grep -cx connect=ok <<<"$output")" 1
	assert_equal "$(tail -n 1 <<<"$output")" connect=ok
	on_host sh -c 'kill -KILL "$(pgrep -x -o sbox)"'
	rm "$T/up"
	apart -- python3 /t/listen.py >/dev/null 2>&1 &
	wait_for 20 test -e "$T/up"
	run apart -o landlock.scope=off -- /probe connect 127.0.0.1 4713 , connect abstract sbox-apart
	refute_line connect=ok
	run user_on_host "$SBOX" --netns phone -o landlock.scope=off --ro "$SBOX_PROBE:/probe" -- \
		/probe connect 127.0.0.1 4713 , connect abstract sbox-apart
	refute_line connect=ok
	# And the phone's network doesn't reach what listens there.
	run on_phone timeout 3 "$SBOX_PROBE" connect "$(on_host ip -n phone -4 -o addr show dev usb1 |
		sed -E 's,.*inet ([0-9.]+)/.*,\1,')" 4713
	refute_line connect=ok
	on_host sh -c 'kill -KILL "$(pgrep -x -o sbox)"'
}

@test "share = no: the uplink's names and network alone, no power over it, nothing left" {
	phone_up
	run apart -- sh -c 'getent ahostsv4 web.test; cat /etc/resolv.conf; python3 /t/ask.py tcp 203.0.113.1'
	assert_match "^$PHONE_ADDRESS "
	assert_line "nameserver $PHONE_ADDRESS"
	refute_match 'tcp 203.0.113.1 (home|usb)'
	run apart -- /probe id , caps , ls /sys/class/net , userns
	assert_status 0
	assert_line "uid=$TEST_UID euid=$TEST_UID gid=$TEST_GID egid=$TEST_GID"
	assert_line CapEff=0000000000000000
	assert_line CapBnd=0000000000000000
	assert_line entry=usb1
	refute_line userns=ok
	refute_match 'best effort'
	no_pasta
	run user_on_host "$SBOX" explain --netns phone -o network.share=no
	assert_match 'the uplink "phone" alone, from behind it through pasta'
}

@test "share = no: an uplink that went away is no way out, and one that is back works again" {
	phone_up
	apart -- sh -c 'touch /t/up; until [ -e /t/gone ]; do sleep 0.05; done
		python3 /t/ask.py tcp 203.0.113.1 tcp 2001:db8::1 >/t/after; touch /t/asked
		until [ -e /t/back ]; do sleep 0.05; done; getent ahostsv4 web.test >/t/again' >"$T/said" 2>&1 &
	job=$!
	wait_for 20 test -e "$T/up"
	uplink_serve_stop
	uplink_unplug
	touch "$T/gone"
	wait_for 20 test -e "$T/asked"
	run cat "$T/after"
	refute_match ' (home|usb)$'
	run apart -- /probe id
	assert_refused 125 'attach: pasta .*the uplink has to have a default route'
	phone_up
	touch "$T/back"
	wait $job
	grep -q "^$PHONE_ADDRESS " "$T/again"
}

@test "dns, search and hosts hold for the host's network and a named uplink too" {
	phone_up
	run user_on_host "$SBOX" -o network.mode=host -o network.dns=10.1.0.1 -o network.search=test \
		-o 'network.hosts=192.0.2.9 nas' -- sh -c 'getent ahostsv4 five; getent ahostsv4 nas; cat /etc/resolv.conf'
	assert_status 0
	assert_match '^203.0.113.1 '
	assert_line "nameserver 10.1.0.1"
	assert_match '^192.0.2.9 '
	grep -q 'five.test' "$UPLINK_DIR/home.log"
	run user_on_host "$SBOX" --netns phone -o network.search=test -- \
		sh -c 'getent ahostsv4 web; cat /etc/resolv.conf'
	assert_match "^$PHONE_ADDRESS "
	assert_line "nameserver $PHONE_ADDRESS"
	run user_on_host "$SBOX" --netns phone -o network.dns=192.0.2.53 -- cat /etc/resolv.conf
	assert_line "nameserver 192.0.2.53"
	refute_line "nameserver $PHONE_ADDRESS"
	run user_on_host "$SBOX" -o 'network.hosts=127.0.0.1 db' -- getent hosts db
	assert_match '^127.0.0.1 +db'
	run user_on_host "$SBOX" -o network.dns=192.0.2.53 -- true
	assert_status 3
	assert_match 'dns = 192.0.2.53 has no use with mode = none'
}

@test "a terminal of the sandbox's own: with pasta, and on a named uplink" {
	local way

	phone_up
	cp "$BATS_TEST_DIRNAME/terminal.py" "$T"
	for way in "--uplink usb0" "--netns phone"; do
		run user_on_host python3 "$T/terminal.py" 'expect=ready' modes 'send=\x1a' 'pause=0.5' \
			'send=\x03' end -- "$SBOX" $way -o exec.tty=new -- \
			sh -c 'tty; echo ready; exec sleep 39'
		assert_line /dev/pts/0
		assert_line modes=raw
		assert_line status=130
		assert_line "end modes=start"
	done
}
