# SPDX-License-Identifier: LGPL-2.1-or-later
# The filter's verdicts, seen from inside. Each denied call is one that the kernel itself would
# answer differently to an unprivileged caller, which the same call without the baseline shows.

load common

setup() {
	common_setup
}

teardown() {
	common_teardown
}

# verdict SBOX-OPTION... -- CALL [ARG...]: the errno's name, or "0"
verdict() {
	probe "$@"
	assert_status 0
	sed -n 's/^syscall=.* errno=//p' <<<"$output"
}

assert_verdict() {
	local expected=$1 got
	shift
	got=$(verdict "$@")
	[ "$got" = "$expected" ] || fail "$*: expected $expected, got $got"
}

@test "the baseline denies what the kernel would have answered otherwise" {
	local call

	# call, arguments, the kernel's own answer
	while read -r call args; do
		assert_verdict EPERM -- syscall $call ${args% *}
		assert_verdict "${args##* }" -o seccomp.baseline=no -- syscall $call ${args% *}
	done <<-END
		keyctl 99 0 EOPNOTSUPP
		add_key 0 0 EFAULT
		request_key 0 0 EFAULT
		ptrace 0 0 0
		setns 4000 0 EBADF
		process_vm_writev 0 0 0 0 0 1 EINVAL
	END
}

@test "io_uring, bpf, perf and userfaultfd are off" {
	local call

	for call in bpf perf_event_open userfaultfd io_uring_setup; do
		probe -- syscall $call 0 0 0 0 0
		assert_match "^syscall=$call ret=-1 errno=(EPERM|ENOSYS)$"
	done
}

@test "the mount calls, old and new, are off" {
	local call

	for call in mount umount2 pivot_root chroot open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr; do
		probe -- syscall $call 0 0 0 0 0
		assert_match "^syscall=$call ret=-1 errno=(EPERM|ENOSYS)$"
	done
	# open_tree would answer with EFAULT.
	assert_verdict EFAULT -o seccomp.baseline=no -o namespaces.nested=yes -- syscall open_tree 0 0 0
}

@test "clone3 does not exist, so that clone's flags can be looked at" {
	assert_verdict ENOSYS -- syscall clone3 0 0
}

@test "clone with CLONE_NEWUSER is refused, plain clone is not" {
	probe -- userns , spawn 0
	assert_line spawn=ok
	assert_match '^userns=(EPERM|ENOSYS|ENOSPC|EUSERS)'
	probe -- syscall clone 0x10000000 0 0 0 0
	assert_match '^syscall=clone ret=-1 errno=EPERM'
}

@test "a system call number that nobody knows yet does not exist" {
	assert_verdict ENOSYS -- syscall 4000
	assert_verdict ENOSYS -- syscall 100000
}

@test "other ABIs are refused" {
	[ "$(uname -m)" = x86_64 ] || skip "only x86-64 has them"
	probe -- int80 20 , x32 39
	assert_status 0
	assert_match '^int80=(ENOSYS|EPERM|killed:(SYS|SEGV))$'
	assert_match '^x32=(ENOSYS|EPERM|killed:SYS)$'
}

@test "deny takes an errno, EPERM without one" {
	assert_verdict EPERM -o seccomp.deny=getppid -- syscall getppid
	assert_verdict ENOSYS -o seccomp.deny=getppid:ENOSYS -- syscall getppid
	assert_verdict EACCES -o seccomp.deny=getppid:EACCES -- syscall getppid
}

@test "kill ends the process with SIGSYS" {
	probe -o seccomp.kill=getppid -- syscall getppid
	assert_status 159
	refute_match '^syscall='
}

@test "log lets the call through" {
	probe -o seccomp.log=getppid -- syscall getppid
	assert_match '^syscall=getppid ret=[0-9]+ errno=0$'
}

@test "groups work in lists" {
	probe -o seccomp.deny=@keyring:ENOSYS -- syscall keyctl 99
	assert_match '^syscall=keyctl ret=-1 errno=(ENOSYS|EPERM)$'
	assert_verdict ENOSYS -o seccomp.baseline=no -o seccomp.deny=@keyring:ENOSYS -- syscall keyctl 99
}

@test "exempt takes a call out of the baseline, and only that one" {
	assert_verdict EOPNOTSUPP -o seccomp.exempt=keyctl -- syscall keyctl 99
	assert_verdict EPERM -o seccomp.exempt=keyctl -- syscall add_key 0 0
}

@test "an allow list lets programs start and nothing else through" {
	probe -o seccomp.default=errno:ENOSYS -o 'seccomp.allow=write writev newfstatat fstat readlink ioctl' \
		-- syscall getpriority 0 0
	assert_status 0
	assert_line "syscall=getpriority ret=-1 errno=ENOSYS"
	probe -o seccomp.default=errno -o 'seccomp.allow=write writev newfstatat fstat readlink ioctl' \
		-- syscall getpriority 0 0
	assert_line "syscall=getpriority ret=-1 errno=EPERM"
	probe -o seccomp.default=kill -o 'seccomp.allow=write writev newfstatat fstat readlink ioctl' \
		-- syscall getpriority 0 0
	assert_status 159
}

@test "default = log lets everything through" {
	assert_verdict 0 -o seccomp.default=log -- syscall getppid
}

# getpriority(2) takes two plain numbers: argument 0 is what (0: a process), argument 1 is who.
@test "allow and deny(argument), in both orders: the argument is denied" {
	local order

	for order in "allow=getpriority deny=getpriority(0==1)" "deny=getpriority(0==1) allow=getpriority"; do
		set -- $order
		assert_verdict EPERM -o "seccomp.$1" -o "seccomp.$2" -- syscall getpriority 1 0
		assert_verdict 0 -o "seccomp.$1" -o "seccomp.$2" -- syscall getpriority 0 0
	done
}

@test "log and deny(argument), in both orders: the argument is denied" {
	local order

	for order in "log=getpriority deny=getpriority(0==1)" "deny=getpriority(0==1) log=getpriority"; do
		set -- $order
		assert_verdict EPERM -o "seccomp.$1" -o "seccomp.$2" -- syscall getpriority 1 0
		assert_verdict 0 -o "seccomp.$1" -o "seccomp.$2" -- syscall getpriority 0 0
	done
}

@test "kill beats deny beats log beats allow" {
	probe -o seccomp.allow=getppid -o seccomp.log=getppid -o seccomp.deny=getppid -- syscall getppid
	assert_line "syscall=getppid ret=-1 errno=EPERM"
	probe -o seccomp.kill=getppid -o seccomp.allow=getppid -o seccomp.deny=getppid -- syscall getppid
	assert_status 159
}

@test "conditions: sets, masks, ranges" {
	assert_verdict EPERM -o 'seccomp.deny=getpriority(0=={1,2})' -- syscall getpriority 2 0
	assert_verdict 0 -o 'seccomp.deny=getpriority(0=={1,2})' -- syscall getpriority 0 0
	assert_verdict EPERM -o 'seccomp.deny=getpriority(0!=0)' -- syscall getpriority 1 0
	assert_verdict EPERM -o 'seccomp.deny=personality(0&0xff==8)' -- syscall personality 0x20008
	assert_verdict EPERM -o 'seccomp.deny=getpriority(0>=1,0<=1)' -- syscall getpriority 1 0
	assert_verdict 0 -o 'seccomp.deny=getpriority(0>=1,0<=1)' -- syscall getpriority 2 0
	assert_verdict EPERM -o 'seccomp.deny=socket(0==AF_INET6)' -- syscall socket 10 1 0
	probe -o 'seccomp.deny=socket(0==AF_INET6)' -- syscall socket 2 1 0
	assert_match '^syscall=socket ret=[0-9]+ errno=0'
}

@test "AF_ALG sockets are off" {
	probe -- syscall socket 38 5 0
	assert_match '^syscall=socket ret=-1 errno=(EPERM|EAFNOSUPPORT)$'
}

@test "nothing can be typed into the caller's terminal, by no spelling of the ioctl" {
	run as_user script -qec '"$SBOX" --ro "$SBOX_PROBE:/probe" -- /probe tty , ioctl-tiocsti' /dev/null
	output=${output//$'\r'/}
	assert_status 0
	assert_match '^fd=0 tty=yes '
	assert_equal "$(grep -c '^ioctl=' <<<"$output")" 20
	refute_match '^ioctl=.* result=ok$'
	assert_equal "$(grep -cE '^ioctl=.* fd=[012] result=EPERM$' <<<"$output")" 15
}

@test "an allow or log of ioctl does not open the way to the terminal" {
	local list

	for list in allow log exempt; do
		run as_user script -qec "\"\$SBOX\" --ro \"\$SBOX_PROBE:/probe\" -o seccomp.$list=ioctl -- /probe ioctl-tiocsti" /dev/null
		output=${output//$'\r'/}
		[ $list = exempt ] || refute_match '^ioctl=.* result=ok$'
	done
}

@test "the filter holds for programs that are executed later, and can't be taken off" {
	probe -o seccomp.deny=getppid -- exec /probe syscall getppid , caps
	assert_line "syscall=getppid ret=-1 errno=EPERM"
}

@test "a browser's own sandbox can be built when nesting is allowed" {
	sbox -o namespaces.nested=yes -- unshare --user --map-root-user --mount --pid --net --fork \
		/usr/sbin/chroot /usr/.. /bin/true
	assert_status 0
}

@test "sbox seccomp says what it takes in one line" {
	sbox seccomp
	assert_refused 2 '^sbox: sbox seccomp takes one of groups, import and export; see sbox seccomp --help$'
	sbox seccomp foo
	assert_refused 2 '^sbox: sbox seccomp has no "foo": it is one of groups, import and export; see'
	sbox seccomp groups --help
	assert_status 0
	assert_match '^usage: sbox seccomp groups'
	sbox seccomp groups --quiet @swap
	assert_status 0
	assert_line @swap
	refute_match 'x0a'
}
