# SPDX-License-Identifier: LGPL-2.1-or-later
# Namespaces, identity, capabilities, the network that isn't there.

load common

setup() {
	common_setup
}

teardown() {
	[ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
	common_teardown
}

kinds="user mnt pid ipc uts cgroup net"

@test "every namespace is new" {
	local kind outside inside

	probe_as_user ns
	outside=$output
	probe -- ns
	inside=$output
	for kind in $kinds; do
		output=$outside
		local was=$(value $kind)
		output=$inside
		[ "$(value $kind)" != "$was" ] || fail "the $kind namespace is the caller's"
		[[ $(value $kind) =~ ^[0-9]+$ ]] || fail "no $kind namespace"
	done
}

@test "each of pid, ipc, uts, cgroup and net can be the host's" {
	local kind key outside

	probe_as_user ns
	outside=$output
	for kind in ipc uts cgroup; do
		probe -o namespaces.$kind=host -- ns
		assert_status 0
		assert_line "$(grep "^$kind=" <<<"$outside")"
	done
	probe -o network.mode=host -- ns
	assert_status 0
	assert_line "$(grep "^net=" <<<"$outside")"
	probe -o namespaces.pid=host -- ns
	assert_status 0
	assert_line "$(grep "^pid=" <<<"$outside")"
}

@test "the user is the caller, with no other group" {
	probe -- id
	assert_status 0
	assert_line "uid=$TEST_UID euid=$TEST_UID gid=$TEST_GID egid=$TEST_GID"
}

@test "uid and gid can be others inside" {
	probe -o namespaces.uid=1234 -o namespaces.gid=4321 --rw "$T:/t" -- id , write /t/file x
	assert_status 0
	assert_line "uid=1234 euid=1234 gid=4321 egid=4321"
	assert_equal "$(stat -c %u:%g "$T/file")" "$TEST_UID:$TEST_GID"
}

@test "no capability in any set, no new privileges" {
	probe -- caps
	assert_status 0
	local set
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do
		assert_line $set=0000000000000000
	done
	assert_line NoNewPrivs=1
	assert_line Seccomp=2
}

@test "a setuid program gains nothing" {
	cp "$SBOX_PROBE" "$T/suid"
	chown root: "$T/suid"
	chmod 4755 "$T/suid"
	sbox --ro "$T/suid:/suid" -- /suid id , caps
	assert_status 0
	assert_line "uid=$TEST_UID euid=$TEST_UID gid=$TEST_GID egid=$TEST_GID"
	assert_line CapEff=0000000000000000
}

@test "the host name is sbox, or the key's, and the host keeps its own" {
	local before

	before=$(uname -n)
	probe -- name
	assert_line hostname=sbox
	probe -o namespaces.hostname=elsewhere -- name
	assert_line hostname=elsewhere
	assert_equal "$(uname -n)" "$before"
}

@test "processes outside are invisible" {
	probe -- procs , kill 1 0
	assert_status 0
	assert_match '^pid=1 comm=sbox'
	refute_match 'comm=(bats|bash|systemd|timeout)'
	[ "$(grep -c '^pid=' <<<"$output")" -le 3 ] || fail "too many processes"
}

@test "user namespaces inside are refused by default, and allowed by nested" {
	probe -- userns , unshare 0x20000
	assert_status 0
	assert_match '^userns=(EPERM|ENOSPC|EUSERS|ENOSYS)$'
	refute_line unshare=ok
	probe -o namespaces.nested=yes -- userns , caps
	assert_status 0
	assert_line userns=ok
	assert_line CapEff=0000000000000000
	probe -o namespaces.nested=1 -- userns
	assert_line userns=ok
}

@test "the namespaces of others can't be entered" {
	probe -o seccomp.baseline=no -o namespaces.nested=yes -- setns /proc/1/ns/net , setns /proc/1/ns/mnt \
		, setns /proc/1/ns/user
	refute_line setns=ok
}

@test "no network: lo alone, and it is up" {
	probe -- ls /sys/class/net , connect 127.0.0.1 9 , connect ::1 9 , connect 203.0.113.1 80
	assert_status 0
	assert_line entry=lo
	assert_line "ls=ok count=1"
	assert_equal "$(grep -c '^connect=ECONNREFUSED$' <<<"$output")" 2
	assert_line connect=ENETUNREACH
}

listen_on_host() {
	python3 - "$T/ready" 3>&- <<-'END' &
		import socket, sys, time
		inet = socket.create_server(("127.0.0.1", 4711))
		abstract = socket.socket(socket.AF_UNIX)
		abstract.bind("\0sbox-test-abstract")
		abstract.listen()
		open(sys.argv[1], "w").close()
		time.sleep(60)
	END
	server=$!
	wait_for 20 test -e "$T/ready"
}

@test "the host's sockets are out of reach without the host's network" {
	listen_on_host
	probe -- connect 127.0.0.1 4711 , connect abstract sbox-test-abstract
	assert_status 0
	assert_equal "$(grep -c '^connect=ECONNREFUSED$' <<<"$output")" 2
}

@test "mode = host is the host's network, and --no-network takes it away again" {
	listen_on_host
	probe -o network.mode=host -- connect 127.0.0.1 4711
	assert_line connect=ok
	probe -o network.mode=host --no-network -- connect 127.0.0.1 4711
	assert_line connect=ECONNREFUSED
}

@test "System V IPC objects are the sandbox's own" {
	local id

	id=$(as_user ipcmk -M 4096 | grep -oE '[0-9]+$')
	sbox -- ipcs -m -i "$id"
	as_user ipcrm -m "$id"
	refute_match "shmid=$id"
}

@test "user = host is for root, who keeps no capability either" {
	probe -o namespaces.user=host -- id
	assert_refused 125 'user'
	run "$SBOX" --ro "$SBOX_PROBE:/probe" -o namespaces.user=host -- /probe ns , caps
	assert_status 0
	assert_equal "$(value user)" "$("$SBOX_PROBE" ns | sed -n s/^user=//p)"
	assert_line CapEff=0000000000000000
}
