# SPDX-License-Identifier: LGPL-2.1-or-later
# System calls, by each ABI.

row user-namespace "gets a user namespace (unshare, clone, clone3, x32, i386)"
attack_user-namespace() {
	root_before=("$ATTACK" newer-kernel)
	box -- "$ATTACK" userns
}

row mount "mounts, unmounts, remounts or changes its root, in namespaces of its own if need be"
attack_mount() {
	box -- "$ATTACK" mount
}

row mount-calls "gets the mount calls, old and new, to look at its arguments, in every ABI"
attack_mount-calls() {
	root_before=("$ATTACK" newer-kernel)
	box -- "$ATTACK" mount-calls
}

row x32 "makes calls by the x32 ABI, past a filter that knows the native one"
attack_x32() {
	[ "$(uname -m)" = x86_64 ] || { not_applicable "only x86-64 has it"; return; }
	root_before=("$ATTACK" newer-kernel)
	box -- "$ATTACK" foreign x32
}

row i386 "makes calls by int 0x80, past a filter that knows the native ABI"
attack_i386() {
	kernel_has_i386 || return
	box -- "$ATTACK" foreign i386
}

kernel_has_i386() {
	as_user "$ATTACK" foreign i386 | grep -q '^GOT' || {
		not_applicable "this kernel has no 32-bit emulation"
		return 1
	}
}

row i386-let-in "types, pastes or mounts by int 0x80 where the sandbox lets that ABI in"
attack_i386-let-in() {
	kernel_has_i386 || return
	box --i386 -- "$ATTACK" foreign i386
	grep -q '^GOT getpid by int 0x80' <<<"$output" || unfinished="i386 was not let in"
	output=
	box --i386 -- "$ATTACK" mount-calls
	before=("$ATTACK" pty)
	box --i386 -- "$ATTACK" type
	box --i386 -- "$ATTACK" paste
	output=$(grep -v '^GOT TIOCSTI' <<<"$output") # what counts is what arrived
}

row unknown-calls "makes calls that are newer than the launcher"
attack_unknown-calls() {
	root_before=("$ATTACK" newer-kernel)
	box -- "$ATTACK" numbers 900 1100
}

row retrace "has a tracer turn an allowed call into a denied one"
attack_retrace() {
	[ "$(uname -m)" = x86_64 ] || { not_applicable "written for x86-64"; return; }
	[ "$program" != bwrap ] || { not_applicable "no filter of its own"; return; }
	may_refuse=1
	box --ptrace -- "$ATTACK" retrace
}

row af-alg "opens an AF_ALG socket"
attack_af-alg() {
	root_before=("$ATTACK" newer-kernel)
	box -- "$ATTACK" alg
}

row io_uring "sets up io_uring"
attack_io_uring() {
	[ "$(cat /proc/sys/kernel/io_uring_disabled 2>/dev/null || echo 0)" = 0 ] ||
		{ not_applicable "this kernel has io_uring switched off"; return; }
	box -- "$ATTACK" wide io_uring
}

row userfaultfd "holds the kernel in a page fault (userfaultfd)"
attack_userfaultfd() {
	box -- "$ATTACK" wide userfaultfd
}

row keyrings "reads the caller's keys, or leaves one"
attack_keyrings() {
	before=(keyctl session sbox-attack sh -c 'keyctl add user "$0" "$1" @s >/dev/null
		keyctl add user "$0" "$1" @u >/dev/null; shift; exec "$@"' sbox-attack "$secret")
	box -- "$ATTACK" keys sbox-attack
	output=$(grep -v '^Joined session' <<<"$output")
	as_user keyctl clear @u
}
