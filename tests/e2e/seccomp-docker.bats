# SPDX-License-Identifier: LGPL-2.1-or-later
# Seccomp profiles of Docker, Podman and OCI runtimes: taken in, printed as lines, and written.

load common

PODMAN=/usr/share/containers/seccomp.json

setup() {
	common_setup
}

teardown() {
	[ ! -d "$T/runc" ] || runc --root "$T/runc" delete -f "box$$" >/dev/null 2>&1 || true
	common_teardown
}

# json NAME <<TEXT: like profile()
json() {
	profile "$1"
}

# What a filter says to a few calls.
CALLS=(syscall getpriority 1 0 , syscall getpriority 0 0 , syscall getppid , syscall ptrace 0 0 ,
	syscall socket 38 5 0 , syscall socket 1 1 0 , syscall fsopen 0 0 , syscall 462 0 0 0 ,
	syscall 4000 , syscall keyctl 99 , syscall personality 0xffffffff , syscall personality 4)

# errnos: the probe's lines without the numbers that differ between two processes
errnos() {
	sed -E 's/ret=[^ ]*/ret/' <<<"$output"
}

deny_list() {
	json deny.json <<-END
		{
			"defaultAction": "SCMP_ACT_ALLOW",
			"syscalls": [
				{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO", "errnoRet": 18,
				 "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]},
				{"names": ["getppid", "no_such_call"], "action": "SCMP_ACT_ERRNO", "errno": "EIO"},
				{"names": ["getpid"], "action": "SCMP_ACT_KILL", "includes": {"caps": ["CAP_BPF"]}}
			]
		}
	END
}

@test "a process runs under an imported file" {
	deny_list >/dev/null
	mkdir "$T/sub"
	profile sub/box.ini <<<$'[seccomp]\nimport = ../deny.json' >/dev/null
	web=$(profile web.ini <<<$'[profile]\ninclude = ./sub/box.ini')
	probe --profile "$web" -- "${CALLS[@]}"
	assert_status 0
	assert_line "syscall=getpriority ret=-1 errno=EXDEV"
	assert_match "^syscall=getpriority ret=[0-9]+ errno=0$"
	assert_line "syscall=getppid ret=-1 errno=EIO"
	# The baseline stays.
	assert_line "syscall=ptrace ret=-1 errno=EPERM"
	assert_line "syscall=fsopen ret=-1 errno=ENOSYS"

	# On the command line the path is relative to the working directory.
	probe -o seccomp.import=deny.json -o seccomp.exempt=getppid -- syscall getppid
	assert_status 0
	assert_match "^syscall=getppid ret=[0-9]+ errno=0$"
}

@test "explain names the file's line, check what it left out" {
	file=$(deny_list)
	web=$(profile web.ini <<<$'[seccomp]\nimport = deny.json')
	run as_user "$SBOX" explain --profile "$web" --syscall getpriority --syscall getppid --syscall getpid
	assert_status 0
	assert_line "getpriority: allowed (default), but denied EXDEV when arg 0 == 0x1 by $file:4"
	assert_line "getppid: denied EIO by $file:6"
	assert_match "^getpid: allowed "
	run as_user "$SBOX" explain --profile "$web"
	assert_match "import $file, 2 of its 3 entries.* $web:2$"
	assert_match 'unknown names: no_such_call'
	refute_match 'foreign ABIs'
	echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"name": "read", "action": "SCMP_ACT_LOG"}]}' >"$T/one.json"
	run as_user "$SBOX" explain -o "seccomp.import=$T/one.json" -o filesystem.file=/x=a
	assert_match "import $T/one.json, 1 of its 1 entry "
	assert_match 'file /x \(1 byte\) '
	run as_user "$SBOX" explain -o seccomp.arch=x32
	assert_match '^  foreign ABIs let in: x32 +'
	run as_user "$SBOX" check -v "$web"
	assert_status 0
	assert_match "$web:2: import $file: left out.*: no_such_call"
	run as_user "$SBOX" check "$web"
	refute_match no_such_call
	# The merged profile leads to the file from anywhere.
	run as_user "$SBOX" explain --profile "$web" --as profile
	assert_line "import = $file"
}

@test "Podman's default profile runs programs" {
	[ -r $PODMAN ] || skip "there is no $PODMAN"
	web=$(profile web.ini <<<$'[seccomp]\nimport = '$PODMAN)
	run as_user "$SBOX" --profile "$web" -- python3 -c 'import threading
t = threading.Thread(target=print, args=("in a thread",)); t.start(); t.join()'
	assert_status 0
	assert_line "in a thread"
	probe --profile "$web" -o seccomp.baseline=no -- "${CALLS[@]}"
	assert_status 0
	assert_line "syscall=personality ret=-1 errno=ENOSYS"
	assert_line "syscall=keyctl ret=-1 errno=EOPNOTSUPP"

	# As lines of a profile it says the same.
	run as_user "$SBOX" seccomp import $PODMAN
	assert_status 0
	printf '%s\n' "$output" >"$T/lines.ini"
	run as_user "$SBOX" check "$T/lines.ini"
	assert_status 0
	probe --profile "$T/lines.ini" -o seccomp.baseline=no -- "${CALLS[@]}"
	assert_status 0
	as_lines=$(errnos)
	probe --profile "$web" -o seccomp.baseline=no -- "${CALLS[@]}"
	assert_equal "$as_lines" "$(errnos)"
}

@test "an allow list without execve, and other mistakes" {
	file=$(json d.json <<<'{"defaultAction": "SCMP_ACT_ERRNO"}')
	web=$(profile web.ini <<<$'[seccomp]\nimport = d.json')
	sbox --profile "$web" -- true
	assert_refused 3 "$file:1: nothing allows execve, without which the command itself can't be started"
	json d.json >/dev/null <<-END
		{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{"names": ["read"], "action": "SCMP_ACT_TRACE"},
		{"names": ["ioctl"], "action": "SCMP_ACT_KILL", "arg": []}]}
	END
	sbox --profile "$web" -- true
	assert_refused 3 "$web:2: \\[seccomp\\] import: $file:2: syscalls\\[0\\]: action SCMP_ACT_TRACE can't be kept: sbox has no tracer to ask"
	assert_match "$web:2: \\[seccomp\\] import: $file:3: syscalls\\[1\\]: unknown key \"arg\"; did you mean \"args\"\\?"
	assert_match "2 mistakes in the profile"
	run as_user "$SBOX" seccomp import "$file"
	assert_status 3
	assert_match "2 mistakes in $file"
	run as_user "$SBOX" seccomp import
	assert_status 2
	sbox -o seccomp.import= -- true
	assert_refused 3 "import can't be reset"
}

@test "root takes no file that others may write" {
	file=$(deny_list)
	printf '[seccomp]\nimport = deny.json\n' >"$T/root.ini"
	run "$SBOX" check "$T/root.ini"
	assert_status 3
	assert_match "$file: belongs to uid $TEST_UID, so root takes no orders from it"
}

@test "the sandbox can't write a file that it was started with" {
	file=$(deny_list)
	web=$(profile web.ini <<-END
		[seccomp]
		import = deny.json
		[filesystem]
		rw = $T
	END
	)
	run as_user "$SBOX" --profile "$web" -- sh -c "echo x >>$file; echo y >$T/other && echo done"
	assert_line done
	refute_match '^x$'
	! grep -qx x "$file"
}

@test "what is written is the same when it is imported" {
	options=(-o 'seccomp.deny=getpriority(0 == 1):EXDEV' -o seccomp.log=getpid)
	as_user "$SBOX" seccomp export --docker "${options[@]}" default >"$T/out.json"
	python3 -m json.tool "$T/out.json" >/dev/null
	probe "${options[@]}" -- "${CALLS[@]}"
	assert_status 0
	before=$(errnos)
	probe -o seccomp.baseline=no -o seccomp.import="$T/out.json" -- "${CALLS[@]}"
	assert_status 0
	assert_equal "$(errnos)" "$before"

	run as_user "$SBOX" seccomp export --docker -o seccomp.arch=x86 \
		-o 'seccomp.deny=mmap(2 == 7)' default
	assert_status 3
	assert_match "mmap has other rules on x86 than on x86_64, which Docker's format can't say"
	run as_user "$SBOX" seccomp export --docker --bpf default
	assert_status 2
}

# bundle SECCOMP-FILE PROBE-VERB...: an OCI bundle that runs the probe
bundle() {
	local file=$1
	shift
	mkdir -p "$T/bundle/rootfs/proc"
	cp "$SBOX_PROBE" "$T/bundle/rootfs/probe"
	python3 - "$file" "$@" >"$T/bundle/config.json" <<-'END'
		import json, sys
		config = {
		    "ociVersion": "1.0.2",
		    "process": {"user": {"uid": 0, "gid": 0}, "args": ["/probe"] + sys.argv[2:], "cwd": "/",
		                "env": ["PATH=/"], "noNewPrivileges": True, "capabilities": {}},
		    "root": {"path": "rootfs"},
		    "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
		    "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}]},
		}
		if sys.argv[1]:
		    seccomp = json.load(open(sys.argv[1]))
		    # Docker makes this of it before it starts runc.
		    seccomp["architectures"] = [arch for row in seccomp.pop("archMap")
		                                for arch in [row["architecture"]] + row["subArchitectures"]]
		    config["linux"]["seccomp"] = seccomp
		print(json.dumps(config))
	END
}

@test "runc under what is written finds the verdicts of a run" {
	command -v runc >/dev/null || skip "runc is not installed"
	# It wants control groups; the tests' own /sys has none.
	[ "$(stat -f -c %T /sys/fs/cgroup)" != sysfs ] || mount -t cgroup2 cgroup2 /sys/fs/cgroup
	bundle "" syscall getppid
	run timeout 60 runc --root "$T/runc" run --bundle "$T/bundle" "box$$" </dev/null
	[ "$status" -eq 0 ] || skip "runc runs nothing here: ${lines[0]}"

	options=(-o 'seccomp.deny=getpriority(0 == 1):EXDEV' -o 'seccomp.deny=socket(0 != {AF_UNIX, AF_INET}):EACCES')
	as_user "$SBOX" seccomp export --docker "${options[@]}" default >"$T/out.json"
	# 4000 is the runtime's affair.
	calls=(syscall getpriority 1 0 , syscall getpriority 0 0 , syscall ptrace 0 0 ,
		syscall socket 38 5 0 , syscall socket 1 1 0 , syscall socket 16 3 0 , syscall fsopen 0 0 ,
		syscall unshare 0x10000000 , syscall clone3 0 0)
	bundle "$T/out.json" "${calls[@]}"
	run timeout 60 runc --root "$T/runc" run --bundle "$T/bundle" "box$$" </dev/null
	assert_status 0
	inside=$(errnos)
	probe "${options[@]}" -- "${calls[@]}"
	assert_status 0
	assert_equal "$inside" "$(errnos)"
	assert_match 'syscall=getpriority ret=-1 errno=EXDEV'
	assert_match 'syscall=socket ret=-1 errno=EACCES'

	# And it is a bundle's configuration that can be imported.
	run as_user "$SBOX" check -- "$(profile oci.ini <<<$'[seccomp]\nimport = bundle/config.json')"
	assert_status 0
}
