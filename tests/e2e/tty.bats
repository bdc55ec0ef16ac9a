# SPDX-License-Identifier: LGPL-2.1-or-later
# [exec] tty: the sandbox's own terminal, on a real one that a test types on (terminal.py).

load common
load tty-tests

setup() {
	common_setup
	cp "$BATS_TEST_DIRNAME/terminal.py" "$T"
	new=("$SBOX" -o exec.tty=new)
	new_text="'$SBOX' -o exec.tty=new"
	start=("${new[@]}")
	start_text=$new_text
}

teardown() {
	[ ! -S "$T/tmux" ] || as_user tmux -S "$T/tmux" kill-server 2>/dev/null || true
	common_teardown
}

# terminal STEP... -- COMMAND...: on a terminal, as the test user
terminal() {
	run as_user python3 "$T/terminal.py" "$@"
}

@test "new: the sandbox has a terminal that it can name, and the caller's size" {
	terminal end -- "${new[@]}" -- sh -c 'tty; stty size; echo to-tty >/dev/tty; ls /dev/pts; exit 7'
	assert_status 0
	assert_line /dev/pts/0
	assert_line "24 80"
	assert_line to-tty
	assert_line status=7
	assert_restored
}

@test "new: no descriptor leads to the caller's terminal" {
	terminal end -- sh -c 'stat -Lc "outer=%t:%T:%i:%d" - <&0
		exec "$@"' sh "${new[@]}" -- sh -c 'for fd in /proc/self/fd/[012] /dev/tty; do
		stat -Lc "inner=%d" $fd; done; ls -l /proc/self/fd'
	assert_status 0
	assert_match '^outer='
	local device
	device=$(sed -n 's/^outer=.*://p' <<<"$output")
	refute_line "inner=$device"
	assert_equal "$(grep -c '^inner=' <<<"$output")" 4
}

@test "new: keys that are put in by ioctl don't reach the caller's terminal" {
	terminal end -- bash -c '"$@"; read -r -N 1 -t 1 key; echo "outer=$key."' sh "${new[@]}" \
		-o seccomp.baseline=no --ro "$SBOX_PROBE:/probe" -- /probe ioctl-tiocsti
	assert_match 'ioctl=TIOCSTI fd=0 result='
	assert_line "outer=."
}

@test "new: raw outside while it runs, restored when it ends" {
	terminal 'expect=ready' modes 'send=\n' end -- "${new[@]}" -- sh -c 'echo ready; read x'
	assert_line modes=raw
	assert_line status=0
	assert_restored
}

@test "new: what the keys mean is decided inside" {
	keys_are_decided_inside
}

@test "new: bytes pass unchanged, both ways" {
	bytes_pass_unchanged
}

@test "new: the window's size follows" {
	size_follows
}

@test "new: Ctrl-Z stops the job, fg goes on with it" {
	stop_and_fg
}

@test "new: what was written before a stop is shown before it" {
	all_is_shown_before_a_stop
}

@test "new: jobs of a shell inside are its own" {
	jobs_inside
}

@test "new: in the background it may write, and stops when it reads" {
	terminal 'expect=> ' "send=$new_text -- sh -c 'echo from-\$((1+1)); read x; echo got-\$x' &\n" \
		'expect=from-2' 'enter=Stopped' 'send=fg\n' 'expect=read x' \
		'send=abc\n' 'expect=got-abc' 'expect=> ' 'send=exit\n' end -- "${shell[@]}"
	assert_status 0
	assert_restored
}

@test "new: bg goes on with it in the background" {
	stop_and_bg
}

@test "new: descriptors that are no terminal pass on as they are" {
	others_pass_on
}

@test "new: into a pipe the terminal is left alone until it is asked for" {
	terminal 'expect=ready' modes 'send=key\n' 'run=touch "$T/go"' 'expect=piped-key' end -- sh -c '"$@" | sed -u s/^/piped-/' sh \
		"${new[@]}" --ro "$T:/t" -- sh -c 'echo ready >&2; until [ -e /t/go ]; do sleep 0.1; done; read x </dev/tty; echo $x'
	assert_line modes=start
	assert_line piped-key
	assert_restored
	terminal 'expect=ready' 'send=\x03' end -- bash -c '"$@" | cat; echo ${PIPESTATUS[0]}' sh \
		"${new[@]}" -- sh -c 'trap "exit 9" INT; echo ready >&2; while :; do sleep 0.1; done'
	assert_restored
}

@test "new: without any terminal it is the same as none" {
	run as_user setsid -w "${new[@]}" --ro "$SBOX_PROBE:/probe" -- /probe tty </dev/null
	assert_status 0
	assert_line "ctty=ENXIO"
}

@test "new: a signal that ends sbox or the application restores the modes" {
	terminal 'expect=ready' 'run=kill -TERM $PID' end -- "${new[@]}" -- sh -c 'echo ready; exec sleep 32'
	assert_line status=143
	assert_restored
	terminal end -- "${new[@]}" -- sh -c 'ulimit -c 0; kill -SEGV $$'
	assert_line status=139
	assert_restored
	terminal end -- "${new[@]}" -- sh -c 'stty raw; exit 3'
	assert_line status=3
	assert_restored
}

@test "new: when sbox or its relay is killed the modes are restored" {
	terminal 'expect=ready' modes 'run=kill -KILL $(pgrep -P $PID)' end restored -- \
		bash -c '"$@"; exit $?' sh "${new[@]}" -- sh -c 'echo ready; exec sleep 33'
	assert_line modes=raw
	assert_line status=137
	assert_restored
	terminal 'expect=ready' modes 'run=pkill -KILL -P $PID -x sbox-tty' end -- "${new[@]}" -- \
		sh -c 'echo ready; exec sleep 34'
	assert_line modes=raw
	assert_line status=129
	assert_restored
	wait_for_none '^sleep 3[34]'
}

@test "new: the relay has no capabilities, no_new_privs and a filter" {
	terminal 'expect=ready' 'run=grep -E "^(Cap(Prm|Eff|Inh)|NoNewPrivs|Seccomp):" /proc/$(pgrep -P $PID -x sbox-tty)/status >"$T/relay"' \
		'send=\n' end -- "${new[@]}" -- sh -c 'echo ready; read x'
	assert_line status=0
	assert_equal "$(cat "$T/relay")" "$(printf '%s\t%s\n' CapInh: 0000000000000000 CapPrm: 0000000000000000 \
		CapEff: 0000000000000000 NoNewPrivs: 1 Seccomp: 2)"
}

@test "new: a hangup reaches the application" {
	as_user mkdir "$T/dir"
	terminal 'expect=ready' hangup -- "${new[@]}" --rw "$T/dir:/dir" -- \
		sh -c 'trap "echo hup >/dir/hup; exit" HUP; echo ready; while :; do sleep 0.1; done'
	assert_equal "$(cat "$T/dir/hup")" hup
	wait_for_none "$T/dir"
}

@test "new: all that was written is there at the end" {
	all_is_written
}

@test "new: waiting takes no time of the processor" {
	waiting_is_free
}

@test "new: with why, what sbox says has lines of its own" {
	# Its own words come in pieces, between which sbox's may come.
	terminal end -- "${new[@]}" --why -- sh -c 'unshare -r true 2>/dev/null; exit 5'
	assert_match '^sbox: .*unshare'
	assert_line status=5
	refute_match '^ +sbox:'
	assert_restored
	terminal 'expect=ready' 'send=\x03' end -- "${new[@]}" --why -- sh -c 'echo ready; exec sleep 35'
	assert_line status=130
	assert_restored
}

@test "new: learn watches an application on a terminal of its own" {
	terminal end -- "$SBOX" learn -q --output "$T/learnt.ini" -o exec.tty=new -- \
		sh -c 'tty; cat /etc/hostname; exit 2'
	assert_line /dev/pts/0
	assert_line status=2
	assert_restored
	[ -s "$T/learnt.ini" ]
}

@test "new: a start that fails says why, with the modes untouched" {
	terminal end -- "${new[@]}" -- /no/such/program
	assert_line status=127
	assert_match 'not found in the sandbox'
	assert_restored
}

@test "inherit: a key that ends the application does so before that is there" {
	local i

	# It takes its time.
	for ((i = 0; i < 3000; i++)); do
		echo "ro = /usr/share:/many/$i"
	done | cat <(echo "[filesystem]") - >"$T/many.ini"
	terminal 'run=until read -r init </proc/$PID/task/$PID/children; [ -n "$init" ]; do :; done
		kill -STOP $init; ! grep . /proc/$init/task/$init/children' 'send=\x03' 'pause=0.2' \
		'run=kill -CONT $(cat /proc/$PID/task/$PID/children)' end -- \
		"$SBOX" --profile "$T/many.ini" -- sleep 30
	assert_status 0
	assert_line status=130
}

@test "none: no controlling terminal" {
	terminal end -- "$SBOX" -o exec.tty=none --ro "$SBOX_PROBE:/probe" -- /probe tty
	assert_line "ctty=ENXIO"
	assert_line status=0
}

@test "tty and new-session contradict each other in one profile" {
	local p

	p=$(profile p <<<$'[exec]\nnew-session = yes\ntty = new')
	sbox --profile "$p" -- true
	assert_status 3
	assert_match 'p:3: tty = new contradicts new-session = yes'
	p=$(profile q <<<$'[exec]\nnew-session = yes')
	terminal end -- "$SBOX" --profile "$p" -o exec.tty=new -- tty
	assert_line /dev/pts/0
}

@test "new: a profile that puts something else at /dev/pts is refused, with both lines" {
	local p

	p=$(profile p <<<$'[exec]\ntty = new\n[filesystem]\ntmpfs = /dev/pts')
	sbox --profile "$p" -- true
	assert_status 3
	assert_match 'p:2: tty = new contradicts .*/dev/pts.*p:4'
	p=$(profile q <<<$'[exec]\ntty = new\n[filesystem]\nro = /dev')
	sbox explain --profile "$p" -- true
	assert_status 3
	assert_match 'q:2: tty = new contradicts .*/dev.*q:4'
}

@test "new: in the host's pid namespace" {
	terminal 'expect=ready' 'send=\x1a' 'pause=0.5' 'run=kill -CONT $PID' 'send=\x03' end -- \
		"${new[@]}" -o namespaces.pid=host -- sh -c 'tty; echo ready; exec sleep 38'
	assert_line /dev/pts/0
	assert_line status=130
	assert_restored
}

# in_tmux COMMAND...: starts a server of the test's own, 80 columns wide
in_tmux() {
	as_user tmux -S "$T/tmux" -f /dev/null new-session -d -x 80 -y 24 "$*" &&
		as_user tmux -S "$T/tmux" set-option -g status off
}

screen() {
	as_user tmux -S "$T/tmux" capture-pane -p
}

screen_has() {
	screen | grep -qE -- "$1"
}

keys() {
	as_user tmux -S "$T/tmux" send-keys "$@"
}

@test "vim works under tmux" {
	as_user mkdir "$T/dir"
	in_tmux "$new_text --rw $T/dir -- vim -u NONE -N $T/dir/file; stty -a | grep -o ' icanon'; exec sleep 36"
	wait_for 20 screen_has '"?.*file"? ?\[New'
	keys ihello Space world Escape
	wait_for 20 screen_has '^hello world'
	as_user tmux -S "$T/tmux" resize-window -x 100 -y 30
	wait_for 20 vim_has_size '100 30'
	keys ':wq' Enter
	wait_for 20 screen_has '^ icanon'
	assert_equal "$(cat "$T/dir/file")" "hello world"
}

# vim_has_size TEXT: it may be asked before it has been told
vim_has_size() {
	keys ':echo &columns &lines' Enter
	wait_for 2 screen_has "^$1"
}

@test "htop works under tmux" {
	in_tmux "$new_text -- htop; stty -a | grep -o ' icanon'; exec sleep 37"
	wait_for 20 screen_has 'sbox-init'
	keys F2
	wait_for 20 screen_has 'Categories'
	keys Escape
	# What follows at once would be Alt and a letter.
	wait_for 20 not screen_has 'Categories'
	keys q
	wait_for 20 screen_has '^ icanon'
}
