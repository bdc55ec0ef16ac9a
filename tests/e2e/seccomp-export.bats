# SPDX-License-Identifier: LGPL-2.1-or-later
# What sbox says of a filter without running it: explain --syscall, seccomp export.

load common

setup() {
	common_setup
}

teardown() {
	common_teardown
}

@test "explain --syscall names the line behind a verdict" {
	web=$(profile web.ini <<-END
		[seccomp]
		default = log
		deny = @debug
		kill = getpriority(0 == 1)
	END
	)
	run as_user "$SBOX" explain --profile "$web" --syscall ptrace --syscall read --syscall keyctl \
		--syscall getpriority --syscall 'getpriority(0 == 1)' --syscall 'getpriority(0 == 2)'
	assert_status 0
	assert_line "ptrace: denied EPERM by $web:3 (@debug)"
	assert_line "read: allowed and logged (default, $web:2)"
	assert_line "keyctl: denied EPERM by the baseline (@keyring)"
	assert_line "getpriority: allowed and logged (default, $web:2), but killed when arg 0 == 1 by $web:4"
	assert_line "getpriority(0 == 1): killed by $web:4"
	assert_line "getpriority(0 == 2): allowed and logged (default, $web:2)"
}

@test "explain --syscall as JSON" {
	run as_user "$SBOX" explain --as json --syscall ioctl --syscall fsopen
	assert_status 0
	python3 - "$output" <<-'END'
		import json, sys
		calls = json.loads(sys.argv[1])["calls"]
		assert calls[0]["syscall"] == "ioctl" and calls[0]["verdict"] == "allow"
		assert calls[0]["unless"][0]["errno"] == "EPERM"
		assert "TIOCSTI" in calls[0]["unless"][0]["when"]
		assert calls[1]["verdict"] == "errno" and calls[1]["errno"] == "ENOSYS"
		assert calls[1]["text"] == "denied ENOSYS by the baseline (@mount)", calls[1]
		assert calls[1]["group"] == "@mount" and calls[1]["baseline"] is True
	END
}

@test "explain --syscall: mistakes" {
	run as_user "$SBOX" explain --syscall ptrac
	assert_status 2
	assert_match 'did you mean "ptrace"'
	run as_user "$SBOX" explain --syscall 'ioctl(1 != TIOCSTI)'
	assert_status 2
	assert_match 'an argument is given as N == VALUE'
	run as_user "$SBOX" explain --as profile --syscall read
	assert_status 2
}

# exported FILE OPTION...: writes the filter to FILE
exported() {
	local file=$1
	shift
	as_user "$SBOX" seccomp export --bpf "$@" >"$file"
}

# in_bwrap FILE PROBE-VERB...: the probe in the real bwrap under the filter
in_bwrap() {
	local file=$1
	shift
	run as_user bwrap --ro-bind / / --seccomp 9 "$SBOX_PROBE" "$@" 9<"$file"
}

@test "bwrap under the exported program finds the verdicts of a run" {
	command -v bwrap >/dev/null || skip "bwrap is not installed"
	local calls=(syscall ptrace 0 0 , syscall keyctl 99 , syscall getppid , syscall fsopen 0 0 ,
		syscall socket 38 5 0 , syscall socket 1 1 0 , syscall getpriority 1 0 ,
		syscall getpriority 0 0 , syscall 4000 , syscall clone3 0 0 , syscall unshare 0x10000000)
	local options=(-o 'seccomp.deny=getpriority(0 == 1):EXDEV' -o seccomp.log=getpid)

	exported "$T/f" "${options[@]}" default
	# A struct sock_filter has 8 bytes.
	[ $(($(stat -c %s "$T/f") % 8)) = 0 ]
	in_bwrap "$T/f" "${calls[@]}"
	assert_status 0
	# Only errnos: descriptors and pids differ.
	local inside=$(sed -E 's/ret=[^ ]*/ret/' <<<"$output")
	probe "${options[@]}" -- "${calls[@]}"
	assert_status 0
	assert_equal "$inside" "$(sed -E 's/ret=[^ ]*/ret/' <<<"$output")"
	assert_match 'syscall=getpriority ret=-1 errno=EXDEV'
	assert_match 'syscall=socket ret=-1 errno=EAFNOSUPPORT'

	exported "$T/f" default -o seccomp.kill=getppid
	in_bwrap "$T/f" syscall getppid
	assert_status 159
}

@test "export: not to a terminal, and one of several programs" {
	run as_user script -qec '"$SBOX" seccomp export --bpf' /dev/null
	assert_status 2
	assert_match 'not for a terminal'
	run as_user "$SBOX" seccomp export default
	assert_status 2
	run as_user "$SBOX" seccomp export --bpf --pfc default
	assert_status 2
	run as_user "$SBOX" seccomp export --bpf no-such-profile
	assert_status 3

	many=$(
		echo '[seccomp]'
		for call in ioctl prctl fcntl socket madvise getpriority; do
			echo "deny = $call(0 == {$(seq -s, 1000 1120)}, 1 == 3)"
		done
	)
	many=$(profile many.ini <<<"$many")
	run as_user "$SBOX" seccomp export --bpf "$many"
	assert_status 2
	assert_match 'the filter is 2 programs'
	as_user "$SBOX" seccomp export --bpf --program 1 "$many" >"$T/1"
	as_user "$SBOX" seccomp export --bpf --program 2 "$many" >"$T/2"
	run as_user "$SBOX" seccomp export --bpf --program 3 "$many"
	assert_status 2
	assert_match '"3" is not a whole number from 1 to 2$'
	run as_user "$SBOX" seccomp export --bpf --program 2 default
	assert_status 2
	assert_match '"2" is not 1, the only one there is$'
	if command -v bwrap >/dev/null; then
		run as_user bwrap --ro-bind / / --add-seccomp-fd 8 --add-seccomp-fd 9 "$SBOX_PROBE" \
			syscall getpriority 1100 3 , syscall ioctl 1100 3 , syscall getpriority 0 0 8<"$T/1" 9<"$T/2"
		assert_line "syscall=getpriority ret=-1 errno=EPERM"
		assert_line "syscall=ioctl ret=-1 errno=EPERM"
		assert_match "^syscall=getpriority ret=[0-9]+ errno=0"
	fi
}

@test "export --pfc names calls and lines" {
	web=$(profile web.ini <<-END
		[seccomp]
		deny = getpriority(0 == 1):EXDEV
		log = chmod
	END
	)
	run as_user "$SBOX" seccomp export --pfc "$web"
	assert_status 0
	assert_match '^ +0  load arch$'
	assert_match "return ERRNO\\(EXDEV\\) +# getpriority: $web:2\$"
	assert_match "if == 0x65 goto [0-9]+ else [0-9]+ +# ptrace: the baseline \\(@debug\\)"
	assert_match "# chmod: $web:3"
	refute_match 'never reached'
	cp -- "$web" "$T/"$'a\e[31m\nb.ini'
	run as_user "$SBOX" seccomp export --pfc "$T/"$'a\e[31m\nb.ini'
	assert_status 0
	assert_match '# chmod: .*/a\\x1b\[31m\\x0ab\.ini:3$'
}
