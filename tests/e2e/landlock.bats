# SPDX-License-Identifier: LGPL-2.1-or-later
# Landlock as a second wall: what the mounts alone would let through, and what has to go on working.

load common

setup() {
	common_setup
	REACH="$BATS_TEST_DIRNAME/reach.py"
	ABI=$(as_user "$SBOX" explain --as json -- true | sed -n 's/.*"abi": *\([0-9]*\).*/\1/p')
	[ -n "$ABI" ] || fail "explain names no ABI"
}

teardown() {
	common_teardown
}

# needs ABI: the kernel of these tests may be an older one
needs() {
	[ "$ABI" -ge "$1" ] || skip "this kernel has Landlock's ABI $ABI, not $1"
}

# inside SBOX-OPTION... -- COMMAND...: in a sandbox that has reach.py
inside() {
	run as_user "$SBOX" --ro "$REACH:/reach.py" "$@"
}

# A directory of the user's that no sandbox is shown.
outside_directory() {
	as_user sh -c 'mkdir "$1" && cd "$1" && echo SECRET >secret && echo x >victim &&
		cp /usr/bin/true tool' sh "$T/outside"
}

# outside_directory's descriptor, and what can be done with it
through_descriptor() {
	run as_user python3 "$REACH" pass "$T/outside" "$SBOX" --ro "$REACH:/reach.py" "$@" -- \
		python3 /reach.py directory
	assert_status 0
}

@test "a descriptor of a directory outside leads nowhere, where the mounts alone would let it" {
	needs 2
	outside_directory
	through_descriptor -o landlock.mode=off
	refute_match '=E'
	assert_equal "$(grep -c '=ok$' <<<"$output")" 14
	rm -r "$T/outside"
	outside_directory
	host_manifest "$T/outside" >"$T/before"
	through_descriptor
	refute_match '^(read|write|list|create|mkdir|symlink|mkfifo|bind|rename|unlink|exec|up)=ok'
	assert_equal "$(grep -cE '^(read|write|list|create|unlink|exec|up)=EACCES$' <<<"$output")" 7
	if [ "$ABI" -ge 3 ]; then
		refute_match '=ok$'
		host_manifest "$T/outside" >"$T/after"
		diff "$T/before" "$T/after"
	fi
	# What was granted is reached by any way.
	through_descriptor --rw "$T/outside"
	assert_line create=ok
	assert_line exec=ok
	refute_line up=ok
}

@test "a file that is open for reading can't be opened again for writing" {
	needs 2
	as_user sh -c 'echo input >"$1/in"' sh "$T"
	local again='cat /dev/stdin; echo evil >>/proc/self/fd/0'
	run as_user sh -c '"$SBOX" -o landlock.mode=off -- sh -c "$1" <"$T/in"' sh "$again"
	assert_equal "$(cat "$T/in")" $'input\nevil'
	as_user sh -c 'echo input >"$1/in"' sh "$T"
	run as_user sh -c '"$SBOX" -- sh -c "$1" <"$T/in"' sh "$again"
	assert_line input
	assert_match 'fd/0: Permission denied'
	assert_equal "$(cat "$T/in")" input
}

@test "standard descriptors can be opened again: files, pipes, a terminal, none" {
	local say='echo out >/dev/stdout; echo err >>/dev/stderr'
	run as_user sh -c '"$SBOX" -- sh -c "$1" >"$T/out" 2>"$T/err"' sh "$say"
	assert_status 0
	assert_equal "$(cat "$T/out" "$T/err")" $'out\nerr'
	run as_user sh -c '"$SBOX" -- sh -c "$1" 2>&1 | cat' sh "$say"
	assert_equal "$output" $'out\nerr'
	run as_user script --quiet --return --command \
		"'$SBOX' -- sh -c '$say; stty -F /dev/tty sane && stty -F /dev/stderr sane && test -w /dev/tty'" /dev/null
	assert_status 0
	assert_equal "${output//$'\r'/}" $'out\nerr'
	run as_user sh -c 'exec 0<&- 1>&- 2>&-; exec "$SBOX" -- true'
	assert_status 0
}

@test "in writable places everything works as on the host" {
	as_user mkdir "$T/home"
	local dir
	for dir in /tmp "$TEST_HOME" "$T/home"; do
		inside --rw "$T/home" -- python3 /reach.py writable "$dir"
		assert_status 0
		assert_equal "$(grep -c '=ok$' <<<"$output")" 16
		refute_match '=E'
	done
	run as_user "$SBOX" -o namespaces.nested=no -- sh -c 'echo "int main(void) { return 42; }" >/tmp/x.c
		cc -o /tmp/x /tmp/x.c && /tmp/x; echo "cc=$?"
		git init -q ~/repo && cd ~/repo && echo a >a && git add a && git -c user.name=u -c user.email=u@e commit -qm a &&
			git gc -q && echo "git=$(git log --format=%s)"'
	! command -v cc >/dev/null || assert_line cc=42
	! command -v git >/dev/null || assert_line git=a
}

@test "a noexec place has no right to execute, a read-only one none to write" {
	needs 2
	run as_user "$SBOX" explain --as json -o filesystem.ro="$REACH" -- true
	assert_status 0
	run python3 -c '
import json, sys
plan = json.load(sys.stdin)
for step in plan["steps"]:
    rights = step.get("landlock", [])
    if "noexec" in step["flags"]: assert "execute" not in rights, step
    if "ro" in step["flags"] and not step["dest"].startswith("/dev/"): assert set(rights) <= {"execute", "read_file", "read_dir"}, step
    assert "make_char" not in rights and "make_block" not in rights, step
print("handled", *plan["landlock"]["handled"])' <<<"$output"
	assert_status 0
	assert_match '^handled execute write_file'
	probe -- open w /usr/bin/true , mkdir /usr/x , mkdir /x , open w /etc/hosts
	refute_line 'open=ok'
	refute_match 'mkdir=ok'
}

@test "where namespaces may be nested nothing is in the way of mounting" {
	run as_user "$SBOX" -o namespaces.nested=yes -- unshare -Urm sh -c 'mount -t tmpfs t /tmp && echo mounted'
	assert_line mounted
	if [ "$ABI" -ge 4 ]; then # nor are ports
		run as_user "$SBOX" -o namespaces.nested=yes -o landlock.tcp-connect=none -- \
			unshare -Urm sh -c 'mount -t tmpfs t /tmp && mkdir /tmp/a && >/tmp/b && mv /tmp/b /tmp/a/ && echo mounted'
		assert_line mounted
	fi
	run as_user "$SBOX" explain -o namespaces.nested=yes -- true
	assert_match 'files: no rules, for nested namespaces could mount nothing +-o namespaces.nested'
	run as_user "$SBOX" -o namespaces.nested=yes -o landlock.mode=require --ro "$SBOX_PROBE:/probe" -- /probe id
	assert_refused 3 '-o landlock.mode: mode = require contradicts nested = yes \(-o namespaces.nested\)'
}

@test "ports: those of the list, by every way that TCP has" {
	if [ "$ABI" -lt 4 ]; then
		inside -o landlock.tcp-connect=443 -- python3 /reach.py ports 1 1
		assert_refused 125 "tcp-connect = 443: this kernel has Landlock's ABI $ABI"
		return
	fi
	inside -- python3 /reach.py ports 4713 4713
	refute_match 'EACCES|EOPNOTSUPP|EPROTONOSUPPORT'
	local mode
	for mode in auto off; do
		inside -o landlock.mode=$mode -o landlock.tcp-connect=443 -o landlock.tcp-bind=none -- python3 /reach.py ports 4713 4713
		assert_equal "$(tr '\n' ' ' <<<"$output")" "bind=EACCES bind6=EACCES bind-mptcp=EPROTONOSUPPORT \
connect=EACCES connect6=EACCES connect-mptcp=EPROTONOSUPPORT fastopen=EOPNOTSUPP fastopen-message=EOPNOTSUPP udp=ok "
	done
	inside -o landlock.tcp-connect='80 443' -o landlock.tcp-connect=4713 -o landlock.tcp-bind=4713 -- python3 /reach.py ports 4713 4713
	assert_equal "$(sed -n '/^bind6\?=/p; /^connect6\?=/p' <<<"$output" | tr '\n' ' ')" \
		"bind=ok bind6=ok connect=ECONNREFUSED connect6=ECONNREFUSED "
	# No filter sees what io_uring does.
	run as_user "$SBOX" -o landlock.tcp-connect=1 -o seccomp.exempt=@io-uring --ro "$SBOX_PROBE:/probe" -- \
		/probe syscall io_uring_setup 1 0
	refute_match 'ret=[0-9]'
}

@test "what can't be had is refused with its line, and nothing starts" {
	local profile
	# A kernel without Landlock, for the sandbox in a sandbox.
	local without=("$SBOX" --ro "$SBOX_PREFIX" --ro "$SBOX_PROBE:/probe" -o namespaces.nested=yes --ro "$T"
		-o seccomp.baseline=no -o seccomp.deny=landlock_create_ruleset:ENOSYS -- "$SBOX")
	profile=$(printf '[landlock]\nmode = require\n' | profile require.ini)
	run as_user "${without[@]}" --profile "$profile" --ro /probe -- /probe id
	assert_refused 125 "require.ini:2: mode = require: this kernel has Landlock's ABI 0"
	profile=$(printf '[landlock]\nmode = off\n\ntcp-bind = none\n' | profile ports.ini)
	run as_user "${without[@]}" --profile "$profile" --ro /probe -- /probe id
	assert_refused 125 "ports.ini:4: tcp-bind = none: this kernel has Landlock's ABI 0"
	profile=$(echo | profile empty.ini)
	run as_user "${without[@]}" explain --profile "$profile" -- true
	assert_match 'files: no rules, for this kernel has ABI 0'
	run as_user "$SBOX" -o landlock.tcp-bind= --ro "$SBOX_PROBE:/probe" -- /probe id
	assert_refused 3 "tcp-bind can't be reset"
	profile=$(printf '[landlock]\ntcp-connect = 80 none\ntcp-bind = 65536\nmode = on\n' | profile bad.ini)
	run as_user "$SBOX" check "$profile"
	assert_status 3
	assert_match 'bad.ini:2: .*none stands alone'
	assert_match 'bad.ini:3: .*65536'
	assert_match 'bad.ini:4: .*auto'
	run as_user "$SBOX" -o landlock.tcp-bind=none -o landlock.tcp-bind=80 -- true
	assert_refused 3 'contradicts .*none stands alone'
}

@test "a domain that can't be made is fatal: with too few descriptors nothing starts unconfined" {
	needs 2
	local n started=0
	as_user sh -c 'echo input >"$1/in"' sh "$T"
	for n in $(seq 3 16); do
		run as_user sh -c 'exec prlimit --nofile="$1" "$SBOX" --ro "$SBOX_PROBE:/probe" -- \
			/probe open w /proc/self/fd/0 <"$T/in"' sh "$n"
		if [ "$status" -eq 0 ]; then
			assert_line 'path=/proc/self/fd/0 open=EACCES'
			started=1
		else # 3: the profile itself couldn't be opened; 127: the loader's, for a library
			[[ $status =~ ^(3|125|127)$ ]] || fail "$n descriptors"
			assert_match 'Too many open files|Error 24'
			refute_match '^path='
		fi
	done
	[ $started -eq 1 ]
	[ "$ABI" -ge 4 ] || return 0
	# One domain more than the kernel stacks, all about ports alone, so that mounts work in them.
	cat >"$T/stack.py" <<-'END'
		import ctypes, os, struct, sys
		libc = ctypes.CDLL(None)
		libc.prctl(38, 1, 0, 0, 0)
		for i in range(16):
		    fd = libc.syscall(444, struct.pack("QQ", 0, 1), 16, 0)
		    assert libc.syscall(446, fd, 0) == 0
		    os.close(fd)
		os.execv(sys.argv[1], sys.argv[1:])
	END
	run as_user python3 "$T/stack.py" "$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe id
	assert_refused 125 'landlock_restrict_self: .*; Landlock takes 16 domains inside each other'
}

@test "a log of nothing is warned of, and the command runs" {
	probe -o landlock.log=yes -o landlock.mode=off -- id
	assert_status 0
	assert_match '^sbox: warning: log = yes \(-o landlock.log\): nothing will be logged, for Landlock denies nothing here'
}

@test "required scopes keep signals inside where the network is the sandbox's own" {
	local victim required=("$SBOX" -o landlock.scope=require)
	needs 6
	as_user sleep 50 3>&- &
	wait_for 20 pgrep -x -u "$TEST_UID" sleep
	victim=$(pgrep -x -u "$TEST_UID" sleep | head -n 1)
	run as_user "$SBOX" -o namespaces.pid=host -- sh -c "kill -0 $victim && echo reached"
	assert_line reached
	run as_user "${required[@]}" -o namespaces.pid=host -- sh -c "kill -0 $victim; echo tried"
	assert_line tried
	assert_match 'Operation not permitted'
	pkill -x -u "$TEST_UID" sleep
	wait
	# The caller's job, on the caller's terminal.
	cat >"$T/job" <<-END
		trap 'echo job was told' USR1
		${required[*]} -- sh -c 'trap : USR1; kill -USR1 0; echo inside'
	END
	run as_user script --quiet --return --command "sh $T/job" /dev/null
	assert_match inside
	refute_match 'job was told'
}
