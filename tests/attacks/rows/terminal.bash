# SPDX-License-Identifier: LGPL-2.1-or-later
# The caller's terminal.

row tiocsti "types into the caller's terminal (TIOCSTI, also with high bits, by each ABI)"
attack_tiocsti() {
	[ "$(cat /proc/sys/dev/tty/legacy_tiocsti 2>/dev/null || echo 1)" = 1 ] ||
		{ not_applicable "this kernel has TIOCSTI switched off (dev.tty.legacy_tiocsti)"; return; }
	# Outermost, so that the terminal is the launcher's.
	before=("$ATTACK" pty)
	box -- "$ATTACK" type
	output=$(grep -v '^GOT TIOCSTI' <<<"$output") # what counts is what arrived
}

row tioclinux "reaches a console's paste buffer (TIOCLINUX, also with high bits)"
attack_tioclinux() {
	before=("$ATTACK" pty)
	box -- "$ATTACK" paste
}
