# SPDX-License-Identifier: LGPL-2.1-or-later
# Environment variables, working directory, limits.

load common

setup() {
	common_setup
}

teardown() {
	common_teardown
}

@test "only the named variables come through" {
	run as_user PATH=/usr/bin:/bin TERM=xterm LANG=C.UTF-8 LC_TIME=C TZ=UTC SSH_AUTH_SOCK=/x \
		DBUS_SESSION_BUS_ADDRESS=unix:path=/x API_TOKEN=secret LD_PRELOAD= XDG_RUNTIME_DIR=/x \
		"$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe env
	assert_status 0
	assert_line PATH=/usr/bin:/bin
	assert_line TERM=xterm
	assert_line LANG=C.UTF-8
	assert_line LC_TIME=C
	assert_line TZ=UTC
	assert_line HOME=$TEST_HOME
	assert_line USER=$TEST_USER
	assert_line LOGNAME=$TEST_USER
	assert_line SHELL=/bin/bash
	refute_match '^(SSH_AUTH_SOCK|DBUS_SESSION_BUS_ADDRESS|API_TOKEN|LD_PRELOAD|XDG_RUNTIME_DIR|T|SBOX[A-Z_]*)='
}

@test "keep adds variables and patterns" {
	run as_user ONE=1 TWO_A=2 TWO_B=3 THREE=4 "$SBOX" --ro "$SBOX_PROBE:/probe" \
		-o environment.keep=ONE -o 'environment.keep=TWO_*' -- /probe env
	assert_status 0
	assert_line ONE=1
	assert_line TWO_A=2
	assert_line TWO_B=3
	refute_match '^THREE='
	assert_line "HOME=$TEST_HOME"
}

@test "an empty keep resets the list, but for what is always kept" {
	run as_user TERM=xterm ONE=1 TWO=2 "$SBOX" --ro "$SBOX_PROBE:/probe" -o environment.keep=ONE \
		-o environment.keep= -o environment.keep=TWO -- /probe env
	assert_status 0
	assert_line TWO=2
	assert_line TERM=xterm
	refute_match '^ONE='
}

@test "what is always kept can be unset" {
	run as_user TERM=xterm "$SBOX" --ro "$SBOX_PROBE:/probe" -o environment.unset=TERM -- /probe env
	assert_status 0
	refute_match '^TERM='
}

@test "set and unset, whatever the order" {
	run as_user ONE=1 "$SBOX" --ro "$SBOX_PROBE:/probe" -o environment.keep=ONE \
		-o environment.unset=ONE -o 'environment.set=TWO=a = b' -o 'environment.set=WHERE=${HOME}/x' \
		-o environment.set=EMPTY= -- /probe env
	assert_status 0
	refute_match '^ONE='
	assert_line "TWO=a = b"
	assert_line "WHERE=$TEST_HOME/x"
	assert_line "EMPTY="
}

@test "the last of two values for one variable wins" {
	probe -o environment.set=A=1 -o environment.set=A=2 -- env
	assert_status 0
	assert_line A=2
	refute_line A=1
}

@test "clear = no passes the caller's variables on, but for unset" {
	run as_user ONE=1 TWO=2 "$SBOX" --ro "$SBOX_PROBE:/probe" -o environment.clear=no \
		-o environment.unset=TWO -- /probe env
	assert_status 0
	assert_line ONE=1
	refute_match '^TWO='
}

@test "a variable that steers the loader does not reach sbox from a profile" {
	# If it did, a library that does not exist would make the loader complain.
	sbox -o environment.set=LD_PRELOAD=/no/such/library.so -- /usr/bin/true
	assert_status 0
	assert_equal "$(grep -c 'no/such/library' <<<"$output")" 1
}

@test "the working directory is the caller's where the sandbox has it" {
	run as_user sh -c 'cd /usr/share && exec "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe cwd'
	assert_line cwd=/usr/share
	run as_user sh -c 'mkdir -p "$T/w" && cd "$T/w" && exec "$SBOX" --ro "$SBOX_PROBE:/probe" --rw "$T/w" -- /probe cwd'
	assert_line "cwd=$T/w"
}

@test "else it is home" {
	run as_user sh -c 'cd "$T" && exec "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe cwd'
	assert_status 0
	assert_line "cwd=$TEST_HOME"
}

@test "workdir sets it, and a missing one is an error" {
	probe -o exec.workdir=/usr/lib -- cwd
	assert_line cwd=/usr/lib
	probe -o exec.workdir=/no/such/directory -- id
	assert_refused 125 '/no/such/directory'
}

@test "a working directory through /proc does not lead out" {
	local n

	for n in 3 4 5 6 7 8 9 10 11 12 16; do
		probe -o exec.workdir=/proc/self/fd/$n -- open r ../../../../../../etc/shadow , cwd
		refute_match 'open=ok'
		refute_match '^cwd=\(unreachable\)'
	done
}

@test "limits are set" {
	probe -o limits.nofile=123 -o limits.fsize=1M -o limits.stack=4M -o limits.cputime=100s -- rlimits
	assert_status 0
	assert_line nofile=123:123
	assert_line fsize=1048576:1048576
	assert_line stack=4194304:4194304
	assert_line cputime=100:100
}

@test "there is no core dump unless asked for" {
	run as_user sh -c 'ulimit -c unlimited; exec "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe rlimits'
	assert_status 0
	assert_line core=0:0
}

@test "a limit above the caller's hard limit is refused" {
	run as_user sh -c 'ulimit -n 500; exec "$SBOX" --ro "$SBOX_PROBE:/probe" -o limits.nofile=1000 -- /probe id'
	assert_refused 125 'nofile'
}

@test "a limit of file sizes that is too low for sbox is said, in one sentence" {
	local size

	for size in 0 100 400; do
		run as_user prlimit --fsize=$size "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe id
		assert_refused 125 '^sbox: .*File too large$'
		assert_equal "${#lines[@]}" 1
	done
	# libseccomp would pass half a filter off as a whole one.
	run as_user prlimit --fsize=400 "$SBOX" seccomp export --bpf default
	assert_refused 125 '^sbox: .*File too large$'
	# What was learned isn't lost.
	run as_user prlimit --fsize=64 "$SBOX" learn --output "$TEST_HOME/learned.ini" -- true
	assert_status 125
	assert_match '^\[network\]$'
	[ ! -e "$TEST_HOME/learned.ini" ]
}

@test "what a write past that limit does to the application is as the caller has it" {
	run as_user prlimit --fsize=4096 "$SBOX" sh -c 'head -c 5000 /dev/zero >/tmp/file; exit $?'
	assert_status 153
	run as_user prlimit --fsize=4096 "$SBOX" learn -- \
		sh -c "head -c 5000 /dev/zero >$TEST_HOME/file; exit \$?"
	assert_status 153
	run as_user sh -c 'trap "" XFSZ
exec prlimit --fsize=4096 "$SBOX" sh -c "head -c 5000 /dev/zero >/tmp/file; exit \$?"'
	assert_status 1
}
