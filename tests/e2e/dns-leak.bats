# SPDX-License-Identifier: LGPL-2.1-or-later
# No name that is looked up on an uplink is heard of elsewhere. The host runs the name services of a
# desktop and resolves by its home uplink; both sides log (home.bash). Each way of asking is first
# shown to work outside of a sandbox, where the home side hears it: a way that is dead anyway would
# prove nothing.

load common
load uplink
load home

setup_file() {
	! lacks services_missing || return 0
	home_and_phone home_services --dhcp dhcpcd
	wait_for 20 on_host ip netns exec phone sh -c 'ip -6 route show default | grep -q .'
}

teardown_file() {
	[ -z "${UPLINK_DIR:-}" ] || uplink_host_stop
}

setup() {
	skip_if_lacking
	common_setup
	name_count=$((BATS_TEST_NUMBER * 1000))
	ASK=$T/resolve.py
	cp "$BATS_TEST_DIRNAME/resolve.py" "$ASK"
	# Beside the directory that a test makes writable: nested = yes allows nothing to be kept in one.
	permissive=$T.ini
	cat >"$permissive" <<-EOF
		[filesystem]
		base = host-ro
		ro = /etc
		ro = /var
		ro = /usr
		rw = /srv
		ro = $T
		rw = /tmp
		ro = /run/netns
		ro = -/run/user
		[namespaces]
		pid = host
		ipc = host
		uts = host
		nested = yes
		[seccomp]
		baseline = no
		[landlock]
		scope = off
		[environment]
		clear = no
	EOF
}

teardown() {
	rm -f "$T.ini"
	common_teardown
}

# outside COMMAND...: as the user on the host, in $output and $status
outside() {
	run user_on_host $TEST_USER "$@"
}

# inside SBOX-OPTION... -- COMMAND...: the same in a sandbox
inside() {
	outside "$SBOX" --netns phone --ro "$ASK" "$@"
}

# The ways in which users open their profiles up, each a line of options.
openings() {
	echo "--ro /usr"
	echo "-o filesystem.base=host-ro"
	echo "--profile $permissive"
}

# asked_by_host WORD...: the command, in which NAME stands for a name, works on the host and is heard
# of at home.
asked_by_host() {
	local try
	# The commands don't wait long, for inside many have no answer to wait for.
	for try in 1 2 3; do
		new_name "$suffix"
		outside "${@//NAME/$name}"
		wait_for 20 seen home "$name" || continue
		[ -n "$expect_answer" ] || return 0
		! grep -qE "$HOME_ANSWER|$HOME_ANSWER6" <<<"$output" || return 0
	done
	fail "it asks nobody at home even outside of a sandbox, or has no answer: $*"
}

# never_at_home WORD...: whatever it comes to in a sandbox, home hears nothing. With the answer of
# the phone where $expect_phone says so.
never_at_home() {
	local opening

	while read -r opening; do
		new_name "$suffix"
		# shellcheck disable=SC2086
		inside $opening -- "${@//NAME/$name}"
		settle
		! seen home "$name" || fail "home was asked for $name ($opening): $*"
		refute_match "$HOME_ANSWER|$HOME_ANSWER6"
		[ "$status" -ne 125 ] && [ "$status" -ne 3 ] || fail "the sandbox did not start ($opening)"
		[ -z "$expect_phone" ] || seen phone "$name" || fail "nor was the phone ($opening): $*"
		[ -z "$expect_phone" ] || [ -z "$expect_answer" ] || assert_match "$PHONE_ANSWER|$PHONE_ANSWER6"
	done < <(openings)
}

# stays WORD...: goes to the phone. dies WORD...: goes nowhere. expect_answer='' in front of them
# tells that the command prints no address in words.
stays() {
	local suffix='' expect_answer=${expect_answer-1} expect_phone=1
	asked_by_host "$@"
	never_at_home "$@"
}

dies() {
	local expect_phone=''
	local suffix=${suffix:-} expect_answer=${expect_answer-1}
	asked_by_host "$@"
	never_at_home "$@"
	[ "$status" -ne 0 ] || fail "an answer from nowhere"
}

@test "the host's own way: getent, getaddrinfo, curl" {
	stays getent ahosts NAME
	stays getent ahostsv6 NAME
	stays getent -s hosts:dns ahosts NAME
	stays python3 "$ASK" libc NAME
	new_name
	outside curl --silent --max-time 2 --connect-timeout 1 "http://$name/"
	wait_for 20 seen home "$name"
	new_name
	inside --ro /usr -- curl --silent --max-time 2 --connect-timeout 1 "http://$name/"
	settle
	seen phone "$name"
	run seen home "$name"
	assert_status 1
}

@test "what the sandbox looks names up by is the lease's, and nothing else" {
	local opening
	cp "$SBOX_PROBE" "$T/probe"
	while read -r opening; do
		# shellcheck disable=SC2086
		inside $opening --ro "$T/probe:/probe" -- /probe read /etc/resolv.conf , read /etc/nsswitch.conf , \
			stat /run/nscd/socket /run/systemd/resolve/io.systemd.Resolve /run/avahi-daemon/socket \
			/run/dbus/system_bus_socket /var/run/dbus/system_bus_socket
		assert_status 0
		assert_match "^path=/etc/resolv.conf read=ok text=.*nameserver $PHONE_ADDRESS"
		refute_match '127\.0\.0\.53|192\.168\.1\.'
		assert_match '^path=/etc/nsswitch.conf .*hosts: +files dns\\x0a'
		assert_equal "$(grep -c ' stat=ENOENT$' <<<"$output")" 5
	done < <(openings)
}

@test "systemd-resolved: its module, its socket, its name on the bus" {
	dies getent -s hosts:resolve ahosts NAME
	expect_answer='' dies python3 "$ASK" varlink NAME
	dies resolvectl query NAME
	expect_answer='' dies busctl call org.freedesktop.resolve1 /org/freedesktop/resolve1 \
		org.freedesktop.resolve1.Manager ResolveHostname isit 0 NAME 2 0
}

@test "nscd, which the C library asks before anything else" {
	expect_answer='' dies python3 "$ASK" nscd NAME
}

@test "avahi-daemon: its socket, its name on the bus" {
	local expect_answer='' suffix=.local
	dies timeout 2 avahi-resolve --name NAME
	dies python3 "$ASK" avahi NAME
}

@test "a server of the sandbox's own choice: the stub, the home router, a public one" {
	stays dig +time=10 +tries=2 NAME
	stays dig +time=10 +tries=2 +tcp NAME
	dies dig +time=1 +tries=1 @127.0.0.53 NAME
	dies dig +time=1 +tries=1 +tcp @127.0.0.53 NAME
	dies dig +time=1 +tries=1 @$HOME_ADDRESS NAME
	dies dig +time=1 +tries=1 +tcp @$HOME_ADDRESS NAME
	stays dig +time=10 +tries=2 @$PUBLIC_DNS NAME
	expect_answer='' stays python3 "$ASK" udp $PUBLIC_DNS NAME
	expect_answer='' stays python3 "$ASK" tcp $PUBLIC_DNS NAME
}

@test "IPv6: addresses, servers" {
	stays dig +time=10 +tries=2 AAAA NAME
	stays dig +time=10 +tries=2 @$PUBLIC_DNS6 AAAA NAME
	stays dig +time=10 +tries=2 +tcp @$PUBLIC_DNS6 NAME
	dies dig +time=1 +tries=1 @$HOME_ADDRESS6 AAAA NAME
}

# replaced_meanwhile: the host replaces its files by renaming new ones over them, and a sandbox that
# runs at that time looks again.
replaced_meanwhile() {
	local opening before n=0
	while read -r opening; do
		n=$((n + 1))
		rm -f "$T/go"
		# shellcheck disable=SC2086
		user_on_host $TEST_USER "$SBOX" --netns phone --rw "$T" $opening -- sh -c "
				cat /etc/resolv.conf /etc/nsswitch.conf >$T/before
				until [ -e $T/go ]; do sleep 0.05; done
				cat /etc/resolv.conf /etc/nsswitch.conf >$T/after
				getent ahosts replaced$n$suffix >$T/answer" </dev/null >"$T/out" 2>&1 3>&- &
		before=$!
		wait_for 20 test -s "$T/before" || fail "$opening: $(cat "$T/out")"
		on_host sh -c "echo 'nameserver $HOME_ADDRESS' >/etc/new && mv /etc/new /etc/resolv.conf &&
			echo 'hosts: resolve dns' >/etc/new && mv /etc/new /etc/nsswitch.conf"
		touch "$T/go"
		wait $before
		output=$(cat "$T/out" "$T/answer")
		cmp "$T/before" "$T/after" || fail "the host's file shows inside ($opening)"
		assert_match "$PHONE_ANSWER"
		settle
		run seen home "replaced$n$suffix"
		assert_status 1
		rm -f "$T/before" "$T/after" "$T/answer"
	done < <(openings)
}

@test "the host replaces its resolv.conf, a link into /run or a file, while a sandbox runs" {
	local suffix=-$RANDOM.leak.test
	on_host cp -a /etc/nsswitch.conf /run/nsswitch.kept
	run on_host readlink /etc/resolv.conf
	assert_equal "$output" ../run/systemd/resolve/stub-resolv.conf
	replaced_meanwhile
	suffix=-$RANDOM.leak.test
	replaced_meanwhile
	on_host sh -c 'cp -a /run/nsswitch.kept /etc/nsswitch.conf
		ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf'
}

@test "an administrator's resolv.conf for the uplink comes before the lease's, if it is root's" {
	on_host sh -c "mkdir -p /etc/netns/phone && echo 'nameserver $PUBLIC_DNS' >/etc/netns/phone/resolv.conf"
	inside -- cat /etc/resolv.conf
	assert_status 0
	assert_line "nameserver $PUBLIC_DNS"
	refute_match "$PHONE_ADDRESS"
	stays getent ahosts NAME
	outside "$SBOX" explain --netns phone -- true
	assert_match 'names: the servers of /etc/netns/phone/resolv.conf'
	on_host chown $TEST_USER /etc/netns/phone/resolv.conf
	inside -- cat /etc/resolv.conf
	assert_refused 125 '/etc/netns/phone/resolv.conf.*belongs to root'
	on_host sh -c 'chown root /etc/netns/phone/resolv.conf && chmod g+w /etc/netns/phone'
	inside -- cat /etc/resolv.conf
	assert_refused 125 '/etc/netns/phone is not a directory that belongs to root'
	on_host rm -r /etc/netns/phone
	on_host ln -s /run/sbox/netns/phone /etc/netns/phone
	inside -- cat /etc/resolv.conf
	assert_refused 125 '/etc/netns/phone is not a directory'
	on_host rm -r /etc/netns
	inside -- cat /etc/resolv.conf
	assert_match "$PHONE_ADDRESS"
}

@test "what would show the name services' sockets is refused, by either its whole or a part" {
	local path refused=0
	while read -r path; do
		new_name
		inside --ro "$path" -- getent -s hosts:resolve ahosts "$name"
		assert_refused 3 'would look names up past the uplink "phone"'
		inside -o filesystem.rw="$path:/mnt" -- getent -s hosts:resolve ahosts "$name"
		assert_refused 3 'would look names up past the uplink "phone"'
		outside "$SBOX" explain --netns phone --ro "$path" -- true
		assert_status 3
		run seen home "$name"
		assert_status 1
		refused=$((refused + 1))
	done <<-EOF
		/run
		/
		/var/run
		/proc/self/root/run
		/run/systemd
		/run/systemd/resolve
		/run/systemd/resolve/io.systemd.Resolve
		/run/dbus
		/run/dbus/system_bus_socket
		/run/nscd
		/var/run/nscd/socket
		/run/avahi-daemon
	EOF
	[ $refused -eq 12 ]
	if command -v pasta >/dev/null; then
		outside "$SBOX" --uplink home0 -o network.dns=$HOME_ADDRESS --ro /run -- true
		assert_refused 3 'would look names up past the uplink "home0"'
	fi
	# Without an uplink they are the profile's to show, and do what they do.
	new_name
	outside "$SBOX" --ro /run --ro "$ASK" -- python3 "$ASK" varlink "$name"
	assert_status 0
	wait_for 20 seen home "$name"
}

@test "the resolver's files can't be replaced from a profile or the command line" {
	on_host sh -c "echo 'nameserver $HOME_ADDRESS' >/run/own.conf"
	inside --ro /run/own.conf:/etc/resolv.conf -- cat /etc/resolv.conf
	assert_refused 3 'contradicts .* on /etc/resolv.conf'
	inside -o filesystem.file='/etc/nsswitch.conf=hosts: resolve' -- cat /etc/nsswitch.conf
	assert_refused 3 'contradicts .*/etc/nsswitch.conf'
	inside -o filesystem.symlink=/usr/own:/etc/resolv.conf -- cat /etc/resolv.conf
	assert_refused 3 'contradicts .* on /etc/resolv.conf'
}

@test "a proxy of the caller's network is not passed on, unless it is named" {
	local run_env=(env HTTP_PROXY=http://127.0.0.1:3128 https_proxy=http://127.0.0.1:3128
		ALL_PROXY=socks5h://127.0.0.1:1080 no_proxy=localhost OTHER=1)
	outside "${run_env[@]}" "$SBOX" --netns phone -- env
	assert_status 0
	refute_match '(PROXY|proxy)='
	refute_match 127.0.0.1
	outside "${run_env[@]}" "$SBOX" --netns phone -o environment.clear=no -- env
	assert_line OTHER=1
	refute_match '(PROXY|proxy)='
	outside "${run_env[@]}" "$SBOX" --netns phone -o environment.clear=no -o environment.keep=HTTP_PROXY -- env
	assert_line HTTP_PROXY=http://127.0.0.1:3128
	refute_match '^(https_proxy|ALL_PROXY|no_proxy)='
	outside "${run_env[@]}" "$SBOX" -o environment.clear=no -- env
	assert_line https_proxy=http://127.0.0.1:3128
}
