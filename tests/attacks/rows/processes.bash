# SPDX-License-Identifier: LGPL-2.1-or-later
# Descriptors and directories that come in, and the processes around.

row descriptors "reads by a descriptor that the caller left open"
attack_descriptors() {
	before=(bash -c 'exec 3<"$0" 9<"$0/key" 40<"$0/sub"; exec "$@"' "$H")
	box -- "$ATTACK" fds
}

row working-directory "reads beneath the directory in which the launcher was started"
attack_working-directory() {
	directory=$H/sub
	box -- "$ATTACK" cwd key
}

row workdir-by-descriptor "has /proc/self/fd/N for its working directory"
attack_workdir-by-descriptor() {
	local fd
	may_refuse=1
	before=(bash -c 'for fd in 3 4 5 6 7 8 9 10 11; do eval "exec $fd<\"\$0\""; done; exec "$@"' "$H")
	for fd in 3 4 5 6 7 8 9 10 11; do
		box --chdir "/proc/self/fd/$fd" -- "$ATTACK" cwd key || true
		[ -z "$reason" ] || return
	done
}

row launcher-binary "overwrites the launcher by /proc/PID/exe, and by #!/proc/self/exe"
attack_launcher-binary() {
	local copy id sum
	copy=$("${program}_launcher")
	if [ "$program" != firejail ]; then
		cp --no-preserve=mode "$copy" "$D/launcher" && chmod 755 "$D/launcher" && chown "$user:" "$D/launcher"
		copy=$D/launcher
	fi
	id=$(stat -L -c %d:%i "$copy")
	sum=$(sha256sum <"$copy")
	set -- --launcher "$copy" --rw "$D"
	[ "$program" != firejail ] || set -- --rw "$D"
	box "$@" -- "$ATTACK" exe "$id"
	[ "$program" != none ] || return # where nothing changes, that script starts itself for ever
	printf '#!/proc/self/exe\n' >"$D/script"
	chmod 755 "$D/script"
	may_refuse=1
	box "$@" -- "$D/script" exe "$id" || true
	box "$@" -- /proc/self/exe exe "$id" || true
	[ "$sum" = "$(sha256sum <"$copy")" ] || evidence "the launcher's binary is another one"
}

row other-processes "reads pid 1's environ, memory, root, cwd and descriptors, and everyone's"
attack_other-processes() {
	user_environment=(SECRET="$secret")
	directory=$H/sub
	before=(bash -c 'exec 9<"$0"; exec "$@"' "$H/key")
	# What the application was given itself isn't what is asked here.
	box -- env -u SECRET "$ATTACK" look "$H/key"
}

row ptrace "traces pid 1 or another process"
attack_ptrace() {
	box -- "$ATTACK" ptrace
}

row signals "signals processes outside"
attack_signals() {
	start_helper victim "$D/signalled"
	local victim
	victim=$(pgrep -u "$user" -f 'attack victim' | tail -n 1)
	box --rw "$D" -- "$ATTACK" signal "$victim"
	# The victim takes a moment to say so; that it does is what the control is for.
	[ "$program" != none ] || wait_until test -e "$D/signalled"
	sleep 0.3
	[ ! -e "$D/signalled" ] || evidence "a process outside got a signal"
}

row left-behind "runs on when the sandbox has ended"
attack_left-behind() {
	box -- "$ATTACK" linger "$ATTACK"
	[ "$program" != none ] || wait_until pgrep -u "$user" -f '^attack-left' >/dev/null
	sleep 0.3
	local left
	left=$(pgrep -u "$user" -f '^attack-left')
	if [ -n "$left" ]; then
		evidence "a process was left"
		# shellcheck disable=SC2086
		kill -KILL $left
	fi
}

row capabilities "keeps a capability, or gains one by a setuid program"
attack_capabilities() {
	box -- "$ATTACK" caps
	as_root=1
	before=(setpriv --inh-caps +chown,+kill --ambient-caps +chown,+kill)
	box -- "$ATTACK" caps
}
