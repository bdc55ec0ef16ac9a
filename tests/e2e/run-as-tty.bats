# SPDX-License-Identifier: LGPL-2.1-or-later
# [exec] run-as where root sits at a terminal: a new one for what runs as the user (terminal.py).

load common
load tty-tests

setup() {
	common_setup
	cp "$BATS_TEST_DIRNAME/terminal.py" "$T"
	as=("$SBOX" -o exec.run-as=$TEST_USER)
	as_text="'$SBOX' -o exec.run-as=$TEST_USER"
	start=("${as[@]}")
	start_text=$as_text
}

teardown() {
	common_teardown
}

# terminal STEP... -- COMMAND...: on a terminal, as root
terminal() {
	run timeout -k 5 60 python3 "$T/terminal.py" "$@"
}

# For run= steps: the processes of a start. Its front is $PID, or the child of a shell that is.
find='front=$PID; [ "$(cat /proc/$PID/comm)" = sbox ] || front=$(pgrep -P $PID -x sbox)
	relay=$(pgrep -P $front -x sbox-tty); launcher=$(pgrep -P $front -x sbox)'

# Nothing of this start is left, neither the user's nor root's; the application's command may be told.
assert_nothing_left() {
	wait_for 20 sh -c "! pgrep -f '^$SBOX '" || fail "$(pgrep -af "^$SBOX ")"
	[ -z "${1:-}" ] || wait_for_none "$1"
}

@test "run-as at a terminal: the application has one of its own, of the user's, with root's size" {
	terminal end -- "${as[@]}" -- sh -c 'tty; stat -c "%u %a" $(tty); stty size; id -u; echo to-tty >/dev/tty
		ps -o tty= -p 1; exit 7'
	assert_status 0
	assert_line /dev/pts/0
	assert_line "$TEST_UID 620"
	assert_line "24 80"
	assert_line "$TEST_UID"
	assert_line to-tty
	assert_line pts/0
	assert_line status=7
	assert_restored
	assert_nothing_left
}

@test "run-as at a terminal: what the keys mean is decided inside" {
	keys_are_decided_inside
	assert_nothing_left
}

@test "run-as at a terminal: bytes pass unchanged, both ways" {
	bytes_pass_unchanged
}

@test "run-as at a terminal: the window's size follows" {
	size_follows
}

@test "run-as at a terminal: Ctrl-Z stops root's job, fg and bg go on with it" {
	stop_and_fg
	stop_and_bg
	assert_nothing_left
}

@test "run-as at a terminal: an interactive shell inside has jobs of its own" {
	jobs_inside
}

@test "run-as at a terminal: other descriptors pass on" {
	others_pass_on
}

@test "run-as at a terminal: a controlling terminal alone is replaced too" {
	terminal 'expect=ready' modes 'send=key\n' 'run=touch "$T/go"' 'expect=piped-key' end -- \
		bash -c '"$@" </dev/null 2>&1 | sed -u s/^/piped-/; exit ${PIPESTATUS[0]}' sh "${as[@]}" --ro "$T:/t" -- \
		sh -c 'stat -Lc "inner=%t:%T" /proc/self/fd/0; echo ready
			until [ -e /t/go ]; do sleep 0.1; done; read x </dev/tty; echo $x; exit 9'
	assert_line modes=start
	assert_line piped-inner=1:3
	assert_line piped-key
	assert_line status=9
	assert_restored
}

@test "run-as without any terminal starts no relay" {
	run setsid -w "${as[@]}" --ro "$SBOX_PROBE:/probe" -- /probe tty </dev/null
	assert_status 0
	assert_line "ctty=ENXIO"
	setsid -w "${as[@]}" -- sleep 39 </dev/null >/dev/null 2>&1 &
	wait_for 20 pgrep -u "$TEST_UID" -f "^sleep 39"
	run ps -o comm= -p "$(pgrep -d , -f "^$SBOX ")"
	assert_line sbox
	refute_line sbox-tty
	kill $(pgrep -f "^$SBOX ") || true
	wait
}

@test "run-as at a terminal: no process of the user's has root's terminal, or a page in common with root's" {
	# Its device, among the descriptors of the user's processes; then their shared pages.
	terminal 'expect=ready' "run=$find"'; tty=$(readlink /proc/$PID/fd/* | head -n 1)
		exec >"$T/found"
		stat -Lc "outer=%d:%r" /proc/$relay/fd/* | sort -u
		for p in $(pgrep -s $launcher; pgrep -u '"$TEST_UID"'); do
			stat -Lc "user=%d:%r" /proc/$p/fd/*
			cut -d " " -f 7 /proc/$p/stat | sed "s/^/ctty=/"
			grep -E "^[^ ]+ ...s" /proc/$p/maps | awk "{ print \"page=\" \$5 }"
		done
		grep -hE "^[^ ]+ ...s" /proc/$PID/maps /proc/$relay/maps | awk "{ print \"root=\" \$5 }"
		readlink /proc/$relay/fd/* | sed s/^/relay=/; ls /proc/$PID/fd | wc -l' \
		'send=\n' end -- sh -c 'stat -Lc "device=%d:%r" - <&0; exec "$@"' sh "${as[@]}" -- \
		sh -c 'echo ready; read x'
	assert_status 0
	local device pages
	device=$(sed -n 's/^device=//p' <<<"$output")
	[ -n "$device" ]
	output=$(cat "$T/found")
	assert_line 1
	assert_match '^relay=socket:'
	assert_match '^user='
	refute_line "user=$device"
	refute_match '^user=.*:1280$' # /dev/tty
	assert_match '^ctty='
	pages=$(sed -n 's/^root=//p' <<<"$output")
	[ -n "$pages" ]
	for page in $pages; do
		refute_line "page=$page"
	done
}

@test "run-as at a terminal: the user can't read or type into root's terminal" {
	# From outside, by its path and by the descriptors of root's processes; from inside by ioctl.
	cat >"$T/outside" <<-'END'
		for path in "$1" /proc/$2/fd/* /proc/$3/fd/* "/proc/$2/fd/$4" "/proc/$3/fd/$4"; do
			(exec 3<"$path") 2>/dev/null && echo "read $path"
			(exec 3>"$path") 2>/dev/null && echo "write $path"
		done
		echo looked
	END
	terminal 'expect=ready' "run=$find"'; tty=$(cat "$T/tty")
		[ $(stat -c %u $tty) = 0 ] && setpriv --reuid '"$TEST_USER"' --regid '"$TEST_USER"' --init-groups \
			sh "$T/outside" $tty $PID $relay $(ls /proc/$PID/fd) >"$T/found"' \
		'send=\n' end -- sh -c 'tty >"$T/tty"; exec "$@"' sh "${as[@]}" -- sh -c 'echo ready; read x'
	assert_status 0
	assert_equal "$(cat "$T/found")" looked
	terminal end -- bash -c '"$@"; read -r -N 1 -t 1 key; echo "outer=$key."' sh "${as[@]}" \
		-o seccomp.baseline=no --ro "$SBOX_PROBE:/probe" -- /probe ioctl-tiocsti
	assert_match 'ioctl=TIOCSTI fd=0 result='
	assert_line "outer=."
}

@test "run-as at a terminal: the user can neither trace nor signal root's half, which is confined" {
	cat >"$T/attack.py" <<-'END'
		import ctypes, os, signal, sys
		libc = ctypes.CDLL(None, use_errno=True)
		for pid in map(int, sys.argv[1:]):
		    for call in 16, 0x4206:  # PTRACE_ATTACH, PTRACE_SEIZE
		        print("ptrace", libc.ptrace(call, pid, 0, 0), os.strerror(ctypes.get_errno()))
		    for sig in signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT:
		        try:
		            os.kill(pid, sig)
		            print("signalled")
		        except PermissionError:
		            print("kept off")
		    try:
		        libc.syscall(438, os.pidfd_open(pid), 0, 0) < 0 or print("descriptor taken")
		        open("/proc/%d/mem" % pid, "r+b")
		        print("memory")
		    except PermissionError:
		        print("unreadable")
	END
	terminal 'expect=ready' "run=$find"'; [ -n "$relay" ] && [ -n "$launcher" ] &&
		grep -hE "^(Name|Uid|Cap(Prm|Eff|Inh)|NoNewPrivs|Seccomp):" /proc/$PID/status >"$T/front" &&
		grep -hE "^(Name|Uid|Cap(Prm|Eff|Inh)|NoNewPrivs|Seccomp):" /proc/$relay/status >"$T/relay" &&
		setpriv --reuid '"$TEST_USER"' --regid '"$TEST_USER"' --init-groups --inh-caps=-all \
			python3 "$T/attack.py" $PID $relay >"$T/found"' \
		'send=\n' end -- "${as[@]}" -- sh -c 'echo ready; read x; exit 6'
	assert_status 0
	assert_line status=6
	assert_restored
	output=$(cat "$T/found")
	assert_equal "$(grep -c '^ptrace -1 Operation not permitted$' <<<"$output")" 4
	assert_equal "$(grep -c '^kept off$' <<<"$output")" 6
	assert_equal "$(grep -c '^unreadable$' <<<"$output")" 2
	refute_match 'signalled|taken|memory'
	assert_equal "$(cat "$T/front")" "$(printf '%s\t%s\n' Name: sbox Uid: $'0\t0\t0\t0' \
		CapInh: 0000000000000000 CapPrm: 0000000000000020 CapEff: 0000000000000020 NoNewPrivs: 1 Seccomp: 2)"
	assert_equal "$(cat "$T/relay")" "$(printf '%s\t%s\n' Name: sbox-tty Uid: $'0\t0\t0\t0' \
		CapInh: 0000000000000000 CapPrm: 0000000000000000 CapEff: 0000000000000000 NoNewPrivs: 1 Seccomp: 2)"
}

# killed STATUS SHELL-TEXT: whom that ends takes all with him.
killed() {
	terminal 'expect=ready' modes "run=$find; $2" end restored -- \
		bash -c '"$@"; exit $?' sh "${as[@]}" -- sh -c 'echo ready; exec sleep 33'
	assert_line modes=raw
	assert_line "status=$1"
	assert_restored
	assert_nothing_left 'sleep 33'
}

@test "run-as at a terminal: whichever half is killed, the modes are restored and nothing is left" {
	killed 137 'kill -KILL $front'
	killed 129 'kill -KILL $relay'
	killed 137 'kill -KILL $launcher'
	killed 143 'kill -TERM $launcher'
	killed 137 "setpriv --reuid $TEST_USER --regid $TEST_USER --clear-groups --inh-caps=-all kill -KILL \$launcher"
}

@test "run-as at a terminal: with die-with-parent = no the command outlives the launcher" {
	terminal 'expect=ready' "run=$find; kill -KILL \$launcher" 'send=abc\n' 'expect=got-abc' end -- \
		"${as[@]}" -o exec.die-with-parent=no -- sh -c 'echo ready; read x; echo got-$x'
	assert_line status=137
	assert_restored
	assert_nothing_left
}

@test "run-as at a terminal: signals and the ways to end are those without it" {
	terminal 'expect=ready' 'run=kill -TERM $PID' end -- "${as[@]}" -- sh -c 'echo ready; exec sleep 32'
	assert_line status=143
	assert_restored
	terminal 'expect=ready' 'run=kill -USR1 $PID' end -- "${as[@]}" -- \
		sh -c 'trap "exit 8" USR1; echo ready; while :; do sleep 0.1; done'
	assert_line status=8
	terminal end -- "${as[@]}" -- sh -c 'ulimit -c 0; kill -SEGV $$'
	assert_line status=139
	assert_restored
	terminal end -- "${as[@]}" -- sh -c 'stty raw; exit 3'
	assert_line status=3
	assert_restored
	terminal 'expect=ready' hangup -- "${as[@]}" -- sh -c 'echo ready; exec sleep 36'
	assert_nothing_left 'sleep 36'
}

@test "run-as at a terminal: all that was written is there at the end" {
	all_is_written
}

@test "run-as at a terminal: waiting takes no time of the processor" {
	waiting_is_free
}

@test "run-as at a terminal: what sbox says, and a start that fails" {
	terminal end -- "${as[@]}" -- /no/such/program
	assert_line status=127
	assert_match '^sbox: .*not found in the sandbox'
	assert_restored
	# Its own words come in pieces, between which sbox's may come.
	terminal end -- "${as[@]}" --why -- sh -c 'unshare -r true 2>/dev/null; exit 5'
	assert_match '^sbox: .*unshare'
	assert_line status=5
	terminal end -- "$SBOX" -o exec.run-as=nosuchuser -- true
	assert_line status=125
	assert_match '/etc/passwd has no user "nosuchuser"'
	terminal end -- unshare -Ur "${as[@]}" -- true
	assert_line status=125
	assert_match 'sbox runs in a user namespace that has not all of these ids'
	assert_restored
	assert_nothing_left
}

@test "run-as at a terminal: tty = new has the one relay, none no controlling terminal" {
	terminal 'expect=ready' 'run=for p in $PID $(pgrep -P $PID); do pgrep -P $p -x sbox-tty; done | wc -l >"$T/relays"' 'send=\n' end -- "${as[@]}" \
		-o exec.tty=new -- sh -c 'tty; echo ready; read x'
	assert_line /dev/pts/0
	assert_equal "$(cat "$T/relays")" 1
	terminal end -- "${as[@]}" -o exec.tty=none --ro "$SBOX_PROBE:/probe" -- sh -c '/probe tty; tty; stty size'
	assert_line ctty=ENXIO
	assert_line /dev/pts/0
	assert_line "24 80"
	terminal 'expect=ready' 'send=\x03' end -- "${as[@]}" -o exec.tty=none -- \
		sh -c 'echo ready; exec sleep 37'
	assert_line status=130
	terminal 'expect=> ' "send=$as_text -o exec.tty=none -- sh -c 'echo rea\"\"dy; read x; echo got-\$x'\n" \
		'expect=ready' 'send=\x1a' 'expect=Stopped' 'expect=> ' 'send=fg\n' 'expect=read x' \
		'send=abc\n' 'expect=got-abc' 'expect=> ' 'send=exit\n' end -- "${shell[@]}"
	assert_status 0
	assert_restored
}

@test "run-as at a terminal: without a /dev/pts of the sandbox's own it is one of the host's, or refused" {
	terminal 'expect=ready' 'send=\x03' end -- "${as[@]}" --ro /dev -- \
		sh -c 'stat -Lc "owner=%u" /proc/self/fd/0; stty size; echo ready; exec sleep 38'
	assert_line "owner=$TEST_UID"
	assert_line "24 80"
	assert_line status=130
	assert_restored
	terminal end -- unshare -m sh -c 'mount --bind /dev/null /dev/ptmx && exec "$@"' sh "${as[@]}" --ro /dev -- true
	assert_line status=125
	assert_match "run-as = $TEST_USER: the sandbox has no /dev/pts of its own, and no terminal of the host's can be had"
	assert_restored
	assert_nothing_left
}

@test "run-as: explain says that the terminal is a new one, and where it comes from" {
	terminal end -- "$SBOX" explain -o exec.run-as=$TEST_USER -- true
	assert_line status=0
	assert_match "root becomes $TEST_USER first +-o exec.run-as"
	assert_match '^  one of its own, joined with the caller.s +-o exec.run-as$'
	terminal end -- "$SBOX" explain -o exec.run-as=$TEST_USER -o exec.tty=none -- true
	assert_match '^  none that controls its session'
	assert_match '^  a new one where 0 to 2 are root.s +-o exec.run-as$'
	terminal end -- "$SBOX" explain -o exec.run-as=$TEST_USER --ro /dev -- true
	assert_match "^  the new one from the host's /dev/pts +-o exec.run-as$"
}
