# SPDX-License-Identifier: LGPL-2.1-or-later
# What holds of a terminal of the sandbox's own, whoever joins it with the caller's. The tests that load
# this file set start to the launcher with its options, start_text to the same for a shell, and define
# terminal STEP... -- COMMAND..., which runs terminal.py.

shell=(env "PS1=> " bash --norc --noprofile -i)

assert_restored() {
	assert_line "end modes=start"
}

keys_are_decided_inside() {
	terminal 'expect=ready' 'send=\x03' end -- "${start[@]}" -- sh -c 'echo ready; exec sleep 30'
	assert_line status=130
	assert_restored
	terminal 'expect=ready' 'send=\x1c' end -- "${start[@]}" -- \
		sh -c 'ulimit -c 0; echo ready; exec sleep 30'
	assert_line status=131
	terminal 'expect=ready' 'send=abc\n\x04' end -- "${start[@]}" -- sh -c 'echo ready; exec cat'
	assert_line abc
	assert_line status=0
	terminal 'expect=ready' 'send=\x03\x1a\x04' 'expect=03.*1a.*04' end -- "${start[@]}" -- \
		sh -c 'stty raw -echo; echo ready; head -c 3 | od -An -tx1'
	assert_line status=0
	assert_restored
}

bytes_pass_unchanged() {
	terminal 'expect=ready\n' random=2000000 bytes=2000000 end -- "${start[@]}" -- \
		sh -c 'stty raw -echo; echo ready; head -c 2000000'
	assert_status 0
	assert_equal "$(sed -n 's/^read=//p' <<<"$output")" "$(sed -n 's/^sent=//p' <<<"$output")"
	assert_restored
}

size_follows() {
	terminal 'expect=ready' size=50x132 'expect=50 132' 'send=\n' end -- "${start[@]}" -- \
		sh -c 'trap "stty size; read x; exit" WINCH; echo ready; while :; do sleep 0.1; done'
	assert_status 0
	assert_restored
}

stop_and_fg() {
	terminal 'expect=> ' "send=$start_text -- sh -c 'echo rea\"\"dy; while read x; do echo got-\$x; done'\n" \
		'expect=ready' modes 'send=\x1a' 'expect=Stopped' 'expect=> ' \
		'send=fg\n' 'expect=read x' 'send=on''e\n' 'expect=got-one' \
		'send=\x1a' 'expect=Stopped' 'expect=> ' 'send=fg\n' 'expect=read x' 'send=two\n' \
		'expect=got-two' 'send=\x04' 'expect=> ' 'send=exit 5\n' end -- "${shell[@]}"
	assert_status 0
	assert_line modes=raw
	assert_line status=5
	assert_restored
}

# An editor leaves its screen right before it stops.
all_is_shown_before_a_stop() {
	local i steps=()
	for i in 1 2 3 4 5 6 7 8; do
		steps+=("expect=tail-$i[^>]*Stopped" 'expect=> ' 'send=fg\n')
	done
	terminal 'expect=> ' "send=$start_text -- bash -c 'for i in 1 2 3 4 5 6 7 8; do echo tail-\$i; kill -TSTP \$\$; done; echo e\"\"nd'\n" \
		"${steps[@]}" 'expect=end' 'expect=> ' 'send=exit\n' end -- "${shell[@]}"
	assert_status 0
	assert_restored
}

jobs_inside() {
	terminal 'expect=> ' 'send=sleep 31\n' 'foreground=sleep 31' 'send=\x1a' 'expect=Stopped' 'expect=> ' \
		'send=bg\n' 'expect=sleep 31 &' 'expect=> ' 'send=fg\n' 'expect=sleep 31' 'foreground=sleep 31' \
		'send=\x03' 'expect=> ' 'send=echo do''ne-$((1+1))\n' 'expect=done-2' \
		'send=exit 4\n' end -- \
		"${start[@]}" -- env 'PS1=> ' bash --norc --noprofile -i
	assert_status 0
	assert_line status=4
	assert_restored
}

stop_and_bg() {
	# Not sh: dash waits in vfork(2), where it can't be stopped, for a child that was stopped.
	terminal 'expect=> ' "send=$start_text -- bash -c 'echo rea\"\"dy; sleep 4; echo en\"\"ded'\n" \
		'expect=ready' 'send=\x1a' 'expect=Stopped' 'expect=> ' 'send=bg\n' 'expect=ended' \
		'send=wait\n' 'send=exit\n' end -- "${shell[@]}"
	assert_status 0
	assert_restored
}

all_is_written() {
	terminal 'pause=1' end -- "${start[@]}" -- sh -c 'seq 50000; exit 6'
	assert_line status=6
	assert_equal "$(grep -cE '^[0-9]+$' <<<"$output")" 50000
	assert_restored
}

waiting_is_free() {
	# Its reader asleep, and with the application stopped by that.
	terminal 'expect=y' 'pause=1' 'run=cat /proc/$(pgrep -P $PID -x sbox-tty)/stat >"$T/before"' 'pause=2' \
		'run=cat /proc/$(pgrep -P $PID -x sbox-tty)/stat >"$T/stat"' 'run=kill -TERM $PID' 'expect=y' end -- "${start[@]}" -- yes
	assert_line status=143
	assert_restored
	# Without the ticks of its start, which a slow machine has more of.
	[ "$(awk '{ ticks = $14 + $15 - ticks } END { print ticks }' "$T/before" "$T/stat")" -le 10 ] ||
		fail "$(cat "$T/before" "$T/stat")"
}

others_pass_on() {
	terminal end -- sh -c 'echo in | "$@" | sed s/^/piped-/' sh "${start[@]}" -- \
		sh -c 'cat; for fd in 0 1 2; do [ -t $fd ] && echo "tty $fd" >&2; done; echo out'
	assert_line piped-in
	assert_line piped-out
	assert_line "tty 2"
	refute_line "tty 0"
	refute_line "tty 1"
	assert_restored
	terminal 'expect=ready' 'send=hello\n\x04' end -- sh -c '"$@" >"$T/out"; cat "$T/out"' sh \
		"${start[@]}" -- sh -c 'echo ready >&2; cat; [ -t 1 ] || echo no-tty'
	assert_line hello
	assert_line no-tty
	assert_restored
}
