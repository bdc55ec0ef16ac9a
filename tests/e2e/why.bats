# SPDX-License-Identifier: LGPL-2.1-or-later
# --why: what the sandbox denies is said as it happens, with the line that does it, and nothing about
# the denial itself changes.

load common

setup() {
	common_setup
}

teardown() {
	[ -z "${SERVER:-}" ] || end_server "$SERVER"
	common_teardown
}

# why [OPTION...] -- COMMAND...: with what sbox says in $stderr
why() {
	run --separate-stderr as_user "$SBOX" --why "$@"
}

# A program's own words may come in pieces, and sbox's between them.
assert_said() {
	grep -qE -- "sbox: $1\$" <<<"$stderr" || fail "not said: $1" "$stderr"
}

refute_said() {
	! grep -qE -- "^sbox: $1" <<<"$stderr" || fail "said: $1" "$stderr"
}

# calls PYTHON-TUPLE...: makes raw system calls, (NAME, ARGUMENT...), and prints each one's errno.
calls() {
	cat >"$T/calls.py" <<'PYTHON'
import ctypes, errno, os, sys
libc = ctypes.CDLL(None, use_errno=True)
numbers = dict(getppid=110, mkdir=83, mount=165, ptrace=101, socket=41, unshare=272, clone3=435,
               prctl=157, ioctl=16, keyctl=250, personality=135, bpf=321, read=0, none=600)
for call in eval(sys.argv[1]):
    number = numbers[call[0]] if isinstance(call[0], str) else call[0]
    args = [ctypes.c_char_p(a) if isinstance(a, bytes) else ctypes.c_long(a) for a in call[1:] + (0,) * 6][:6]
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *args)
    print(call[0], errno.errorcode.get(ctypes.get_errno(), "ok") if result < 0 else "ok", flush=True)
PYTHON
	chown $TEST_USER: "$T/calls.py"
	printf '%s\n' "--ro" "$T/calls.py" -- python3 "$T/calls.py" "${1//[$'\n\t']/ }"
}

[ "$(uname -m)" = x86_64 ] || skip_numbers="the numbers are x86_64's"
native() {
	[ -z "${skip_numbers:-}" ] || skip "$skip_numbers"
}

@test "a denied call is said with its arguments, its errno, the profile's line and the process" {
	p=$(profile deny.ini <<-'EOF'
		[seccomp]
		deny = mkdir:ENOSPC
		deny = @timer
	EOF
	)
	why --profile "$p" -- sh -c 'mkdir -m 0750 /tmp/new; echo $?; exit 7'
	assert_status 7
	assert_equal "$output" 1
	assert_said 'denied: mkdir\("/tmp/new", 0[0-7]+\) ENOSPC \('"$p"':2\) in mkdir\[[0-9]+\]'
	[[ $stderr == *"No space left on device"* ]]
}

@test "groups, the baseline, the default and numbers that nobody knows are named" {
	native
	p=$(profile group.ini <<-'EOF'
		[seccomp]
		deny = @keyring
	EOF
	)
	mapfile -t args < <(calls '[("keyctl", 0), ("unshare", 0x10000000), ("clone3", 0, 0), ("none",), ("socket", 38, 5, 0)]')
	why --profile "$p" "${args[@]}"
	assert_status 0
	assert_said "denied: keyctl\(.*\) EPERM \($p:2 @keyring\) in python3\[[0-9]+\]"
	assert_said 'denied: unshare\(CLONE_NEWUSER\) EPERM \(the baseline, @namespaces\) in python3\[[0-9]+\]'
	refute_said 'denied: clone3'
	assert_said "denied: system call 600 of x86_64 ENOSYS \(a number that this sbox doesn't know\) in python3\[[0-9]+\]"
	assert_said 'denied: socket\(AF_ALG, 5\) EAFNOSUPPORT \(the baseline, @af-rare\) in python3\[[0-9]+\]'
}

@test "each call has the same outcome as without" {
	native
	mapfile -t args < <(calls '[("getppid",), ("mkdir", b"/tmp/a", 0o700), ("mkdir", b"/usr/a", 0o700),
		("mount", b"a", b"/tmp", b"tmpfs", 0, 0), ("ptrace", 0, 0, 0, 0), ("socket", 1, 1, 0),
		("socket", 38, 5, 0), ("socket", 17, 3, 0), ("unshare", 0), ("unshare", 0x10000000),
		("clone3", 0, 0), ("prctl", 38, 1, 0, 0, 0), ("prctl", 22, 2, 0), ("ioctl", 0, 0x5412, 0),
		("ioctl", 0, 0x100005412, 0), ("keyctl", 0), ("personality", 8), ("bpf", 0, 0, 0), ("none",)]
		+ [(n, -1, -1, -1, -1, -1, -1) for n in range(425, 470) if n != 435]')
	for rules in "default=allow" "deny=personality(0 == 8):ENOTTY @aio" "log=mkdir" \
		"baseline=no" "deny=openat(0 == 5):EXDEV madvise" "deny=getppid:ENODEV"; do
		run --separate-stderr as_user "$SBOX" -o "seccomp.$rules" "${args[@]}"
		[ "$status" -eq 0 ] || fail "$rules: $stderr"
		without=$output
		why -o "seccomp.$rules" "${args[@]}"
		assert_status 0
		assert_equal "$output" "$without"
	done
}

@test "an allow list: what it lacks is said, from the default's line" {
	p=$(profile allow.ini <<-'EOF'
		[seccomp]
		default = errno:ENOTSUP
		allow = @basic-io @file-system @signal @process
	EOF
	)
	why --profile "$p" -- sh -c 'hostname >/dev/null; echo on'
	assert_status 0
	assert_equal "$output" on
	assert_said "denied: uname\(.*\) EOPNOTSUPP \(default, $p:2\) in .*\[[0-9]+\]"
}

@test "a file that isn't shown is said, with what would show it; one that nobody has isn't" {
	as_user mkdir "$T/data"
	as_user ln -s "$T/data/there" "$T/data/link"
	as_user touch "$T/data/there"
	why -- sh -c "cat $T/data/there; cat $T/data/link; cat $T/data/nowhere; : >$T/data/new"
	refute_said ".*nowhere"
	assert_said "missing: open(at)?\(\"$T/data/there\"\) ENOENT \(the host has it: ro = $T/data/there\) in cat\[[0-9]+\]"
	assert_said "missing: open(at)?\(\"$T/data/link\"\) ENOENT \(the host has it: ro = $T/data/there\) in cat\[[0-9]+\]"
	assert_said "missing: open(at)?\(\"$T/data/new\"\) ENOENT \(the host has it: rw = $T/data\) in sh\[[0-9]+\]"
	why --ro "$T/data" -- cat "$T/data/there" "$T/data/link"
	assert_status 0
	refute_said '(missing|read-only|hidden)'
}

@test "a symlink inside leads to what is missing; a colon is written as a profile has it" {
	as_user mkdir "$T/a:b"
	as_user touch "$T/a:b/there"
	why -- sh -c "ln -s '$T/a:b/there' /tmp/link; ln -s /tmp/link /tmp/link2; cat /tmp/link2"
	assert_said "missing: open(at)?\(\"/tmp/link2\"\) ENOENT \(the host has it: ro = $T/a\\\\:b/there\) in cat\[[0-9]+\]"
}

@test "what leads through /proc is each process's own, and nothing is said of it" {
	why --workdir / -- sh -c 'echo | cat /dev/stdin | { : >/dev/stdout; } | cat
		cat /dev/fd/0 </dev/null; cat /etc/mtab >/dev/null 2>&1; cat /proc/self/root/etc/passwd >/dev/null'
	assert_status 0
	refute_said ''
}

@test "a working directory that isn't shown is said, and a command" {
	as_user mkdir "$T/work"
	cd "$T/work"
	why -- true
	assert_said "missing: the working directory $T/work ENOENT \(the host has it: ro = $T/work\) in true\[[0-9]+\]"
	as_user sh -c "echo '#!/bin/sh' >$T/work/tool; chmod +x $T/work/tool"
	run -127 --separate-stderr as_user "$SBOX" --why -- "$T/work/tool"
	assert_said "$T/work/tool .*: not found in the sandbox; the host has it: ro = $T/work/tool would show it"
}

@test "a command that the host has is named, with the line that would show it" {
	as_user mkdir "$T/work" "$T/bin" "$T/bin/tool"
	as_user cp /usr/bin/true "$T/work/tool"
	as_user cp /usr/bin/true "$T/bin/other"
	cd "$T/work"
	run -127 --separate-stderr as_user "$SBOX" -- ./tool
	assert_said "./tool \(command line\): not found in the sandbox; the host has $T/work/tool: ro = $T/work/tool would show it"
	run -0 as_user "$SBOX" --ro "$T/work/tool" -- ./tool
	run -127 --separate-stderr as_user PATH="$T/bin:/usr/bin" "$SBOX" -- other
	assert_said "other .*: not found in the sandbox; the host has $T/bin/other: ro = $T/bin/other would show it"
	run -0 as_user PATH="$T/bin:/usr/bin" "$SBOX" --ro "$T/bin/other" -- other
	run -127 --separate-stderr as_user "$SBOX" -o filesystem.closure=/usr/bin/true -- /usr/bin/env
	assert_said '/usr/bin/env .*; the host has it: closure = /usr/bin/env would show it'
	# A directory is no command.
	run -127 --separate-stderr as_user PATH="$T/bin:/usr/bin" "$SBOX" -- tool
	assert_said 'tool .*: not found in the sandbox'
}

@test "of the resolver's file it is said that there is no network" {
	why -o filesystem.ro=-/etc/hosts -- cat /etc/resolv.conf
	assert_said 'missing: open(at)?\("/etc/resolv.conf"\) ENOENT \(no network: default\) in cat\[[0-9]+\]'
}

@test "a network that isn't there is said, with the line that takes it away" {
	cat >"$T/net.py" <<'EOF'
import socket
for address in ("192.0.2.1", 80), ("127.0.0.1", 9):
    s = socket.socket()
    try: s.connect(address)
    except OSError: pass
EOF
	why -o network.mode=none --ro "$T/net.py" -- python3 "$T/net.py"
	assert_status 0
	assert_said 'unreachable: connect\("192.0.2.1:80"\) ENETUNREACH \(no network: -o network.mode\) in python3\[[0-9]+\]'
	refute_said '.*127.0.0.1'
}

@test "what is a mount inside can't be removed, and that is said" {
	as_user mkdir "$T/data"
	as_user touch "$T/data/file"
	p=$(profile busy.ini <<-EOF
		[filesystem]
		rw = $T/data
		ro = $T/data/file
	EOF
	)
	why --profile "$p" -- rm -f "$T/data/file"
	assert_status 1
	[[ $stderr == *"Device or resource busy"* ]]
	assert_said "mount point: unlink(at)?\(\"$T/data/file\"\) EBUSY \($p:3\) in rm\[[0-9]+\]"
}

@test "what only root could read is not said to be missing" {
	why -- cat /etc/shadow
	assert_status 1
	refute_said '.*shadow'
}

@test "writing to what is read-only is said, with the line that shows it" {
	as_user mkdir "$T/data"
	as_user touch "$T/data/file"
	p=$(profile ro.ini <<-EOF
		[filesystem]
		ro = $T/data
	EOF
	)
	why --profile "$p" -- sh -c "(: >>$T/data/file); (: >$T/data/new); mkdir $T/data/dir; rm $T/data/file; (: >/usr/x); cat $T/data/file; : >/dev/null; mkdir $T/data"
	for what in "open(at)?\(\"$T/data/file\"" "open(at)?\(\"$T/data/new\"" "mkdir\(\"$T/data/dir\"" \
		"unlink(at)?\(\"$T/data/file\""; do
		assert_said "read-only: $what\) EROFS \($p:2\) in [a-z]+\[[0-9]+\]"
	done
	assert_said 'read-only: open(at)?\("/usr/x"\) EROFS in sh\[[0-9]+\]'
	refute_said '.*null'
	refute_said ".*mkdir\(\"$T/data\"\)"
}

@test "what is hidden is said, with the line that hides it" {
	as_user mkdir -p "$T/data/secret"
	p=$(profile hide.ini <<-EOF
		[filesystem]
		ro = $T/data
		hide = $T/data/secret
	EOF
	)
	why --profile "$p" -- sh -c "ls $T/data/secret; cat $T/data/secret/key; stat $T/data/secret >/dev/null"
	assert_said "hidden: open(at)?\(\"$T/data/secret\"\) EACCES \($p:3\) in ls\[[0-9]+\]"
	assert_said "hidden: open(at)?\(\"$T/data/secret/key\"\) EACCES \($p:3\) in cat\[[0-9]+\]"
	refute_said '.* in stat\['
}

@test "executing where a line forbids it is said, with that line" {
	as_user sh -c 'mkdir -p "$1/data/sub" && cp /usr/bin/true "$1/data/sub/tool"' sh "$T"
	p=$(profile noexec.ini <<-EOF
		[filesystem]
		rw = $T/data
		noexec = $T/data/sub
		tmpfs = /scratch:noexec
		tmpfs = /free
	EOF
	)
	why --profile "$p" -- sh -c "$T/data/sub/tool; cp /usr/bin/true /scratch/tool; /scratch/tool
		cp /usr/bin/true $T/data/tool; $T/data/tool && cp /usr/bin/true /free/tool && /free/tool && echo ran"
	assert_status 0
	assert_equal "$output" ran
	assert_said "noexec: execve\(\"$T/data/sub/tool\"\) EACCES \($p:3\) in sh\[[0-9]+\]"
	assert_said "noexec: execve\(\"/scratch/tool\"\) EACCES \($p:4\) in sh\[[0-9]+\]"
	refute_said ".*\"($T/data|/free)/tool"
	why -- sh -c 'cp /usr/bin/true /dev/shm/tool; /dev/shm/tool; /dev/null'
	refute_said '.*/dev/shm/tool'
	assert_said 'noexec: execve\("/dev/null"\) EACCES in sh\[[0-9]+\]'
}

# landlocked ABI: the kernel may have an older one
landlocked() {
	local abi
	abi=$(as_user "$SBOX" explain --as json -- true | sed -n 's/.*"abi": *\([0-9]*\).*/\1/p')
	[ "$abi" -ge "$1" ] || skip "this kernel has Landlock's ABI $abi, not $1"
}

@test "writing to a pipe in a read-only place is said, which Landlock alone denies" {
	landlocked 2
	as_user sh -c 'mkdir "$1/data" && mkfifo "$1/data/pipe" "$1/data/own" && mkfifo -m 0444 "$1/data/nobodys"' sh "$T"
	cat >"$T/pipe.py" <<'EOF'
import errno, os, sys
for name in "pipe", "own", "nobodys":
    try:
        os.open(sys.argv[1] + "/" + name, os.O_RDWR | os.O_NONBLOCK)
        print(name, "ok")
    except OSError as e: print(name, errno.errorcode[e.errno])
os.open(sys.argv[1] + "/pipe", os.O_RDONLY | os.O_NONBLOCK)
EOF
	p=$(profile pipe.ini <<-EOF
		[filesystem]
		ro = $T/data:/data
		ro = $T/data/own:/data/own
		ro = $T/pipe.py:/pipe.py
	EOF
	)
	why --profile "$p" -- python3 /pipe.py /data
	assert_status 0
	assert_equal "$output" $'pipe EACCES\nown ok\nnobodys EACCES'
	assert_said "no right: open(at)?\(\"/data/pipe\"\) EACCES \(Landlock, $p:2\) in python3\[[0-9]+\]"
	refute_said "(2 times|.*/(own|nobodys))"
	why --profile "$p" -o landlock.mode=off -- python3 /pipe.py /data
	assert_equal "$output" $'pipe ok\nown ok\nnobodys EACCES'
	refute_said 'no right'
	# Rights add up along a path: /tmp is writable.
	why --profile "$p" --ro "$T/data:/tmp/data" -- python3 /pipe.py /tmp/data
	assert_equal "$output" $'pipe ok\nown ok\nnobodys EACCES'
	refute_said 'no right'
	# The same pipe is shown by a line of its own elsewhere, or is a standard descriptor.
	why --profile "$p" --rw "$T/data/pipe:/tmp/pipe" -- python3 /pipe.py /data
	assert_equal "$output" $'pipe ok\nown ok\nnobodys EACCES'
	refute_said 'no right'
	run --separate-stderr as_user sh -c 'exec 0<>"$1/data/pipe"; shift; exec "$@"' sh "$T" \
		"$SBOX" --why --profile "$p" -- python3 /pipe.py /data
	assert_equal "$output" $'pipe ok\nown ok\nnobodys EACCES'
	refute_said 'no right'
}

@test "making a device node is said, other entries are not" {
	landlocked 2
	cat >"$T/nodes.py" <<'EOF'
import errno, os, stat
for path, mode in ("/tmp/whiteout", stat.S_IFCHR), ("/tmp/disk", stat.S_IFBLK), ("/tmp/pipe", stat.S_IFIFO), \
        ("/tmp/file", stat.S_IFREG), ("/tmp/file", stat.S_IFCHR), ("/tmp/nowhere/node", stat.S_IFCHR):
    try:
        os.mknod(path, mode | 0o600, 0)
        print("ok")
    except OSError as e: print(errno.errorcode[e.errno])
EOF
	why --ro "$T/nodes.py:/nodes.py" -- python3 /nodes.py
	assert_equal "${output//$'\n'/ }" "EACCES EACCES ok ok EEXIST ENOENT"
	assert_said 'no right: mknod(at)?\("/tmp/whiteout"\) EACCES \(Landlock, default\) in python3\[[0-9]+\]'
	assert_said 'no right: mknod(at)?\("/tmp/disk"\) EACCES \(Landlock, default\) in python3\[[0-9]+\]'
	refute_said '.*/tmp/(pipe|file|nowhere)'
	why --ro "$T/nodes.py:/nodes.py" -o landlock.mode=off -- python3 /nodes.py
	assert_equal "${output//$'\n'/ }" "ok EPERM ok ok EEXIST ENOENT"
	refute_said 'no right'
}

@test "what a descriptor from outside leads to is said to be denied by Landlock, and never to be missing" {
	landlocked 2
	as_user sh -c 'mkdir "$1/outside" && cd "$1/outside" && echo x >secret && echo x >victim && cp /usr/bin/true tool &&
		touch nobodys && chmod 0 nobodys && ln -s secret link' sh "$T"
	cat >"$T/fd.py" <<'EOF'
import errno, os, socket, subprocess
os.dup2(socket.recv_fds(socket.socket(fileno=os.dup(0)), 1, 1)[1][0], 0)
def attempt(name, action, *args, **named):
    try:
        action(*args, **named)
        print(name, "ok")
    except OSError as e: print(name, errno.errorcode[e.errno])
attempt("read", os.open, "secret", os.O_RDONLY, dir_fd=0)
attempt("again", os.open, "/proc/self/fd/0/./secret", os.O_WRONLY)
attempt("create", os.open, "new", os.O_WRONLY | os.O_CREAT, dir_fd=0)
attempt("mkdir", os.mkdir, "dir", dir_fd=0)
attempt("unlink", os.unlink, "/dev/stdin/victim")
attempt("exec", subprocess.run, ["/dev/fd/0/tool"])
attempt("list", os.listdir, "/proc/self/fd/0")
attempt("nowhere", os.open, "nowhere", os.O_RDONLY, dir_fd=0)
attempt("stat", os.stat, "secret", dir_fd=0)
attempt("path", os.open, "secret", os.O_PATH, dir_fd=0)
attempt("nobodys", os.open, "nobodys", os.O_RDONLY, dir_fd=0)
attempt("up", os.stat, "../outside/secret", dir_fd=0)
os.fchdir(0)
attempt("here", os.stat, "tool")
EOF
	local pass=(as_user python3 "$BATS_TEST_DIRNAME/reach.py" pass "$T/outside" "$SBOX" --why) option
	run --separate-stderr "${pass[@]}" --ro "$T/fd.py:/fd.py" -- python3 /fd.py
	assert_equal "${output//$'\n'/,}" "read EACCES,again EACCES,create EACCES,mkdir EACCES,unlink EACCES,exec EACCES,\
list EACCES,nowhere ENOENT,stat ok,path ok,nobodys EACCES,up ok,here ok"
	local end='EACCES \(outside the sandbox: Landlock, default\) in python3\[[0-9]+\]' what
	for what in "open(at)?\(\"$T/outside/secret\"\)" "open(at)?\(\"$T/outside/new\"\)" "mkdir(at)?\(\"$T/outside/dir\"\)" \
		"unlink(at)?\(\"$T/outside/victim\"\)" "execve\(\"$T/outside/tool\"\)" "open(at)?\(\"$T/outside\"\)"; do
		assert_said "no right: $what $end"
	done
	refute_said ".*/outside/(nowhere|nobodys|\.\.)"
	refute_said "(missing|hidden|read-only): .*/outside/"
	# What the sandbox is shown is reached by any way; and without rules all of it.
	for option in "filesystem.rw=$T/outside" landlock.mode=off; do
		as_user sh -c 'cd "$1/outside" && rm -rf new dir && echo x >victim' sh "$T"
		run --separate-stderr "${pass[@]}" -o "$option" --ro "$T/fd.py:/fd.py" -- python3 /fd.py
		assert_match '^create ok'
		refute_said "(no right|missing|hidden|read-only): .*/outside"
	done
}

@test "opening a standard descriptor again for more than it is open for is said" {
	landlocked 2
	as_user sh -c 'echo input >"$1/in"; mkdir "$1/shown"; echo input >"$1/shown/in"' sh "$T"
	local again='cat /dev/stdin >/dev/null; cat /proc/self/fd/0 >/dev/null; echo x >>/proc/self/fd/0; echo y >>/dev/stderr'
	run --separate-stderr as_user sh -c '"$SBOX" --why -- sh -c "$1" <"$T/in"' sh "$again"
	assert_said "no right: open(at)?\(\"$T/in\"\) EACCES \(outside the sandbox: Landlock, default\) in sh\[[0-9]+\]"
	refute_said '.* in cat\['
	[ "$(grep -c 'sbox: no right' <<<"$stderr")" -eq 1 ] || fail "$stderr"
	run --separate-stderr as_user sh -c '"$SBOX" --why -o landlock.mode=off -- sh -c "$1" <"$T/in"' sh "$again"
	refute_said 'no right'
	run --separate-stderr as_user sh -c '"$SBOX" --why --rw "$T/shown" -- sh -c "$1" <"$T/shown/in"' sh "$again"
	refute_said 'no right'
	assert_equal "$(cat "$T/shown/in")" $'input\nx'
	run --separate-stderr as_user sh -c '"$SBOX" --why -- sh -c "$1" 0<>"$T/in"' sh "$again"
	refute_said 'no right'
}

@test "a port that the profile's list lacks is said, with the list's line, and others are not" {
	landlocked 4
	cat >"$T/ports.py" <<'EOF'
import errno, socket
def attempt(kind, family, name, address):
    s = socket.socket(family, kind)
    try:
        getattr(s, name)(address)
        print("ok")
    except OSError as e: print(errno.errorcode[e.errno])
tcp, udp, v4, v6 = socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.AF_INET, socket.AF_INET6
attempt(tcp, v4, "connect", ("127.0.0.1", 4713))
attempt(tcp, v6, "connect", ("::1", 4713))
attempt(tcp, v4, "connect", ("192.0.2.1", 4713))
attempt(tcp, v4, "connect", ("127.0.0.1", 4714))
attempt(tcp, v4, "connect", ("192.0.2.1", 4714))
attempt(udp, v4, "connect", ("127.0.0.1", 4713))
attempt(tcp, v4, "bind", ("127.0.0.1", 4715))
attempt(tcp, v4, "bind", ("127.0.0.1", 0))
attempt(tcp, v6, "bind", ("::1", 4716))
attempt(udp, v4, "bind", ("127.0.0.1", 4715))
attempt(tcp, v4, "bind", ("192.0.2.1", 4716))
EOF
	p=$(profile ports.ini <<-'EOF'
		[network]
		mode = none
		[landlock]
		tcp-connect = 443
		tcp-connect = 4714
		tcp-bind = 4716
	EOF
	)
	why --profile "$p" --ro "$T/ports.py:/ports.py" -- python3 /ports.py
	assert_status 0
	assert_equal "${output//$'\n'/ }" \
		"EACCES EACCES EACCES ECONNREFUSED ENETUNREACH ok EACCES EACCES ok ok EADDRNOTAVAIL"
	local address
	for address in '127\.0\.0\.1:4713' '\[::1\]:4713' '192\.0\.2\.1:4713'; do
		assert_said "port: connect\(\"$address\"\) EACCES \(Landlock, $p:4\) in python3\[[0-9]+\]"
	done
	for address in '127\.0\.0\.1:4715' '127\.0\.0\.1:0'; do
		assert_said "port: bind\(\"$address\"\) EACCES \(Landlock, $p:6\) in python3\[[0-9]+\]"
	done
	assert_said "unreachable: connect\(\"192.0.2.1:4714\"\) ENETUNREACH .*"
	[ "$(grep -cE 'sbox: (port|unreachable)' <<<"$stderr")" -eq 6 ] || fail "more was said" "$stderr"
	why --profile "$p" -o landlock.tcp-connect=4713 -o landlock.tcp-bind='0 4715' \
		--ro "$T/ports.py:/ports.py" -- python3 /ports.py
	refute_said 'port'
}

@test "a socket's path that can't be made is said" {
	as_user mkdir "$T/data"
	why --ro "$T/data" -- python3 -c 'import socket, sys
for path in sys.argv[1] + "/socket", "/tmp/socket":
    try: socket.socket(socket.AF_UNIX).bind(path)
    except OSError: pass' "$T/data"
	assert_said "read-only: bind\(\"$T/data/socket\"\) EROFS \(--ro\) in python3\[[0-9]+\]"
	refute_said '.*/tmp/socket'
}

@test "a socket that a Landlock scope keeps away is said" {
	why -o network.mode=host -o landlock.scope=require -- true
	[ "$status" -eq 0 ] || skip "this kernel's Landlock has no scopes"
	as_user python3 -c 'import socket, time
s = socket.socket(socket.AF_UNIX); s.bind("\0sbox-why-outside"); s.listen(); time.sleep(50)' 3>&- &
	SERVER=$!
	wait_for 20 grep -q @sbox-why-outside /proc/net/unix
	cat >"$T/connect.py" <<'EOF'
import socket
own = socket.socket(socket.AF_UNIX)
own.bind("\0sbox-why-own")
own.listen()
for name in "own", "outside":
    s = socket.socket(socket.AF_UNIX)
    print(name, s.connect_ex("\0sbox-why-" + name))
EOF
	why -o network.mode=host -o landlock.scope=require --ro "$T/connect.py" -- python3 "$T/connect.py"
	assert_status 0
	assert_equal "$output" "own 0
outside 1"
	assert_said 'scoped: connect\("@sbox-why-outside"\) EPERM \(Landlock, -o landlock.scope\) in python3\[[0-9]+\]'
	refute_said '.*sbox-why-own'
}

@test "the same of the same process is said once, and counted" {
	why -o seccomp.deny=mkdir -- python3 -c 'import os
for i in range(500):
    try: os.mkdir("/tmp/x")
    except PermissionError: pass'
	assert_status 0
	[ "$(grep -c 'sbox: denied: mkdir' <<<"$stderr")" = 1 ] || fail "$stderr"
	assert_said '500 times: denied: mkdir\("/tmp/x", 0777\) EPERM \(-o seccomp.deny\) in python3\[[0-9]+\]'
}

@test "threads and children of children are seen" {
	why -o seccomp.deny=mkdir -- python3 -c 'import os, threading
def make(name):
    try: os.mkdir(name)
    except PermissionError: pass
threads = [threading.Thread(target=make, args=("/tmp/thread%d" % i,)) for i in range(20)]
for t in threads: t.start()
for t in threads: t.join()
if os.fork() == 0:
    if os.fork() == 0:
        make("/tmp/grandchild")
        os._exit(0)
    os.wait()
    os._exit(0)
os.wait()'
	assert_status 0
	for i in $(seq 0 19); do
		assert_said "denied: mkdir\(\"/tmp/thread$i\", .* in python3\[[0-9]+\]"
	done
	assert_said 'denied: mkdir\("/tmp/grandchild", .* in python3\[[0-9]+\]'
}

@test "the application's words can't drive the terminal, nor make lines of their own" {
	why -o seccomp.deny=mkdir -- python3 -c 'import os
try: os.mkdir("/tmp/\033[31m\nsbox: denied: forged\"")
except PermissionError: pass'
	assert_status 0
	[[ $stderr != *$'\033'* ]]
	refute_said 'denied: forged'
	assert_said 'denied: mkdir\("/tmp/\\x1b\[31m\\x0asbox: denied: forged\\"", 0777\) EPERM .*'
}

@test "what many different denials can make it say and keep has a limit" {
	why -o seccomp.deny=mkdir -- python3 -c 'import os
for i in range(6000):
    try: os.mkdir("/tmp/%d" % i)
    except PermissionError: pass'
	assert_status 0
	[ "$(grep -c 'sbox: denied: mkdir' <<<"$stderr")" -le 4096 ]
	assert_said 'warning: 4096 different denials so far: no others are shown'
	assert_said 'warning: 190[0-9] denials were not said: .*'
}

@test "a filter that denies what handing over the listener would take" {
	why -o "seccomp.deny=sendmsg futex clone write:EIO" -- sh -c 'echo not written'
	assert_said 'denied: write\(1, .*\) EIO \(-o seccomp.deny\) in sh\[[0-9]+\]'
	assert_equal "$output" ""
}

@test "death by SIGSYS is said to be that" {
	why -o seccomp.kill=mkdir -- mkdir /tmp/x
	assert_status 159
	assert_said "the application was killed by SIGSYS, .*: sbox audit"
}

@test "a start that fails says what it says without; the status is the application's" {
	run -127 --separate-stderr as_user "$SBOX" --why -- /nonexistent
	assert_said '/nonexistent \(.*\): not found in the sandbox'
	run -126 --separate-stderr as_user "$SBOX" --why -- /etc
	why -- sh -c 'kill -TERM $$'
	assert_status 143
}

@test "off by default; a key of the profile switches it on, --quiet keeps it silent" {
	run --separate-stderr as_user "$SBOX" -o seccomp.deny=mkdir -- mkdir /tmp/x
	refute_said denied
	p=$(profile why.ini <<-'EOF'
		[exec]
		why = yes
		[seccomp]
		deny = mkdir
	EOF
	)
	run --separate-stderr as_user "$SBOX" --profile "$p" -- mkdir /tmp/x
	assert_said 'denied: mkdir.*'
	run --separate-stderr as_user "$SBOX" --quiet --profile "$p" -- mkdir /tmp/x
	refute_said denied
	run as_user "$SBOX" explain --why -- true
	assert_match 'said as it happens'
}

@test "a limit of open files that is as low as can be takes nothing from it" {
	why -o limits.nofile=6 --ro "$SBOX_PROBE:/probe" -- /probe rlimits
	assert_status 0
	assert_line nofile=6:6
	why -o limits.nofile=6 -- mknod /tmp/x c 1 3
	assert_said 'no right: mknodat?\("/tmp/x"\) EACCES .*'
}

@test "it contradicts die-with-parent = no" {
	p=$(profile die.ini <<-'EOF'
		[exec]
		die-with-parent = no
		why = yes
	EOF
	)
	run as_user "$SBOX" --profile "$p" -- true
	assert_refused 3 "^sbox: $p:3: why = yes contradicts die-with-parent = no \($p:2\)"
}

# ticking COMMAND: calls that are denied and looked at under a timer's signals, and how many were made
ticking() {
	cat >"$T/tick.py" <<'EOF'
import os, signal, time
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)
end, n, interrupted = time.monotonic() + 3, 0, 0
while time.monotonic() < end:
    try:
        os.stat("/usr")
        os.mkdir("/tmp/x")
    except PermissionError: n += 1
    except InterruptedError: interrupted += 1
signal.setitimer(signal.ITIMER_REAL, 0)
print(n, interrupted)
EOF
	printf '%s\n' --ro "$T/tick.py" -- python3 "$T/tick.py"
}

@test "signals interrupt no call for long" {
	mapfile -t args < <(ticking)
	why -o seccomp.deny=mkdir "${args[@]}"
	assert_status 0
	# With a wait of 200 ms for each signal it would be 15, and on a machine at rest it is thousands.
	[ "${output% *}" -gt 100 ] || fail "$output"
}

@test "nobody reads what is said: the application goes on, and a signal still reaches it" {
	as_user sh -c 'mkfifo "$T/full"'
	exec 8<>"$T/full"
	python3 -c 'import os
os.set_blocking(8, False)
try:
    while True: os.write(8, b"x" * 4096)
except BlockingIOError: pass'
	run -0 as_user sh -c 'exec "$SBOX" --why -o seccomp.deny=mkdir -- sh -c "mkdir /tmp/x 2>/dev/null; echo reached" 2>&8'
	[ "$output" = reached ]
	as_user "$SBOX" --why -o seccomp.deny=mkdir --rw "$T" -- sh -c "mkdir /tmp/x 2>/dev/null; echo >$T/ready; sleep 40" 2>&8 3>&- &
	wait_for 20 [ -e "$T/ready" ]
	pkill -TERM -u $TEST_USER -x sbox
	wait_for 20 sh -c "! pgrep -u $TEST_USER -x sleep"
	wait_for 20 sh -c "! pgrep -u $TEST_USER -x sbox"
	exec 8>&-
}

@test "a reader that goes away takes nothing along" {
	cat >"$T/gone.py" <<'EOF'
import os, subprocess, sys
r, w = os.pipe()
os.close(r)
p = subprocess.run([os.environ["SBOX"], "--why", "-o", "seccomp.deny=mkdir", "--", "sh", "-c",
                    "mkdir /tmp/x 2>/dev/null; mkdir /tmp/y 2>/dev/null; echo alive"],
                   stderr=w, stdout=subprocess.PIPE)
print(p.returncode, p.stdout.decode().strip())
EOF
	run as_user python3 "$T/gone.py"
	assert_equal "$output" "0 alive"
}

@test "one notifying filter: the second says so" {
	run as_user "$SBOX" learn -q -- "$SBOX" --why -- true
	assert_match 'Device or resource busy; a program around sbox watches it'
	run as_user "$SBOX" --why -o seccomp.baseline=no -o namespaces.nested=yes --ro "$SBOX_PREFIX" -- "$SBOX" learn -q -- true
	assert_match 'Device or resource busy; it is watched already'
}

@test "killed, sbox leaves nothing behind, and no denied call gets through" {
	as_user mkdir "$T/out"
	as_user "$SBOX" --why --rw "$T/out" -o seccomp.deny=mkdir -- sh -c "echo >$T/out/ready
		while :; do mkdir $T/out/made 2>/dev/null; done" 3>&- &
	wait_for 20 [ -e "$T/out/ready" ]
	pkill -KILL -u $TEST_USER -x sbox
	wait_for 20 sh -c "! pgrep -u $TEST_USER -x 'sh|mkdir'"
	[ ! -e "$T/out/made" ]
}
