# SPDX-License-Identifier: LGPL-2.1-or-later
# The launcher itself: its arguments, environment, descriptors, privileges and state.

row command-like-option "has a command that the launcher takes for one of its options"
attack_command-like-option() {
	may_refuse=1
	case $program in
	sbox) box -- --rw "$H" -- cat "$H/key" ;;
	bwrap) box -- --bind "$H" "$H" -- cat "$H/key" ;;
	firejail) box -- --noprofile cat "$H/key" ;;
	esac
	# And after the command nothing is an option, either.
	box -- "$ATTACK" cwd key --rw "$H" --bind "$H" "$H" --noprofile --
}
control_command-like-option() {
	program=sbox
	box --rw "$H" -- cat "$H/key"
	program=none
}

row arguments-in-shell "has file names that a shell would run"
attack_arguments-in-shell() {
	local name
	# shellcheck disable=SC2016
	for name in '$(touch D/pwned)' '`touch D/pwned`' '; touch D/pwned ;' $'x\ntouch D/pwned\n' \
		'| touch D/pwned' '-x;touch D/pwned'; do
		name=${name//D/$D}
		box --ro "$D" -- "$ATTACK" modes "$name" # shown read-only: what appears there is from outside
		as_user sh -c 'mkdir -p "$1"' sh "$D/dir/$name" 2>/dev/null || true
		[ ! -e "$D/pwned" ] || { evidence "a shell ran in the launcher"; return; }
	done
}
control_arguments-in-shell() {
	before=(sh -c 'eval "$*"' sh)
	box -- "$ATTACK" modes "; touch $D/pwned"
	[ ! -e "$D/pwned" ] || evidence "a shell ran"
}

row no-shell "has a shell, or another program than its own, run before it by the launcher"
attack_no-shell() {
	trace_programs
}
control_no-shell() {
	before=(sh -c 'sh -c true; exec "$@"' sh)
	trace_programs
}
trace_programs() {
	local trace=$W/trace
	if [ "$program" = firejail ]; then
		root_before=(strace -f -qq -e trace=execve -e signal=none -o "$trace" -u root)
	else
		root_before=(strace -f -qq -e trace=execve -e signal=none -o "$trace")
	fi
	box -- "$ATTACK" modes /tmp
	grep -E 'execve\("([^"]*/)?(sh|bash|dash)"' "$trace" | grep -v '= -1' | grep -qvF '"sh", "-c", "sh -c true; exec' &&
		evidence "$(grep -m 1 -oE 'execve\("([^"]*/)?(sh|bash|dash)"' "$trace")"
	rm -f "$trace"
}

row loader-variables "gets LD_*, GCONV_PATH, LOCPATH or TMPDIR of the caller"
attack_loader-variables() {
	user_environment=(GCONV_PATH="$D" LOCPATH="$D" TMPDIR="$D" LD_LIBRARY_PATH="$D" LD_DEBUG_OUTPUT="$D/x")
	box --ro "$D" -- sh -c 'env | grep -E "^(GCONV_PATH|LOCPATH|TMPDIR|LD_[A-Z_]*)=" | sed "s/^/GOT /"; echo DONE'
}

row helper-environment "steers the launcher and its helpers by the application's variables"
attack_helper-environment() {
	# A static program: only the launcher's own processes, and its helpers, would write the file.
	box --env LD_DEBUG=libs --env LD_DEBUG_OUTPUT="$D/loader" -- "$ATTACK" modes /tmp
	ls "$D"/loader.* >/dev/null 2>&1 && evidence "a program of the launcher's was started with them"
}
control_helper-environment() {
	before=(env LD_DEBUG=libs LD_DEBUG_OUTPUT="$D/loader" nice)
	box -- "$ATTACK" modes /tmp
	ls "$D"/loader.* >/dev/null 2>&1 && evidence "a helper was started with them"
}

row descriptors-exhausted "starts with a part of the sandbox missing when descriptors run out"
attack_descriptors-exhausted() {
	local n
	may_refuse=1
	# bubblewrap waits for ever.
	limit=3
	for n in $(seq 3 36); do
		# The launcher alone: the attack gets no more than that, and needs none.
		before=(bash -c 'ulimit -n "$0"; exec "$@"' "$n")
		box --rw "$D" -- "$ATTACK" check "$H/key" || true
	done
}

row setuid "has the launcher run set-user-ID"
attack_setuid() {
	may_refuse=1
	[ "$program" != firejail ] || { not_applicable "is a setuid program by design"; return; }
	[ "$program" != bwrap ] || { not_applicable "may be installed setuid by design"; return; }
	cp "$("${program}_launcher")" "$D/launcher"
	chmod 4755 "$D/launcher"
	# With a sanitizer: its leak check can't attach to such a process.
	user_environment=(ASAN_OPTIONS=detect_leaks=0)
	box --launcher "$D/launcher" -- "$ATTACK" uid && evidence "it started"
	true
}

row predictable-path "lies in wait at a predictable path in a directory for everybody"
attack_predictable-path() {
	local id path
	id=$(id -u "$user")
	lie_in_wait
	box --ro "$D" -- "$ATTACK" modes /tmp
	sprung
}
control_predictable-path() {
	lie_in_wait
	before=(sh -c 'touch "/tmp/sbox-$(id -u)/state"; exec "$@"' sh)
	box -- "$ATTACK" modes /tmp
	sprung
}
lie_in_wait() {
	local name
	install -d -m 777 "$W/trap"
	for name in .bubblewrap bubblewrap .sbox sbox firejail .firejail; do
		for path in "/tmp/$name" "/tmp/$name-$(id -u "$user")" "/var/tmp/$name-$(id -u "$user")" "/run/lock/$name"; do
			ln -sfn "$W/trap" "$path"
		done
	done
}
sprung() {
	local name
	[ -z "$(ls -A "$W/trap")" ] || evidence "$(ls -A "$W/trap") was made through a symbolic link"
	rm -rf "$W/trap"
	for name in .bubblewrap bubblewrap .sbox sbox firejail .firejail; do
		rm -f "/tmp/$name" "/tmp/$name-$(id -u "$user")" "/var/tmp/$name-$(id -u "$user")" "/run/lock/$name"
	done
}

row umask "finds directories that everybody may write, after a start with umask 0"
attack_umask() {
	local mask
	for mask in 0 077; do
		before=(sh -c 'umask "$0"; exec "$@"' $mask)
		box -- "$ATTACK" modes / /etc /usr /dev /dev/pts /var /run /home "$H" /tmp /var/tmp /dev/shm "$W" "$D"
	done
}
control_umask() {
	before=(sh -c 'umask 0; mkdir "$0/open"; exec "$@"' "$D")
	box -- "$ATTACK" modes "$D/open"
}

row join "is taken for another sandbox by a decoy process and forged state"
attack_join() {
	case $program in
	sbox | bwrap) not_applicable "nothing can be joined" ;;
	firejail)
		local decoy
		may_refuse=1
		as_user unshare --user --map-root-user --mount --pid --fork sleep 20 </dev/null >/dev/null 2>&1 3>&- 9>&- &
		helpers+=($!)
		sleep 0.3
		decoy=$(pgrep -n -u "$user" -x sleep)
		output=$(as_user firejail --join="$decoy" cat "$H/key" 2>&1)
		boxes=1
		;;
	esac
}
control_join() {
	start_helper victim "$D/signalled"
	output=$(as_user cat "/proc/$(pgrep -u "$user" -f 'attack victim' | tail -n 1)/root$H/key" 2>&1)
	boxes=1
}

row profile-in-directory "leaves a profile in the directory where the launcher is started"
attack_profile-in-directory() {
	may_refuse=1
	leave_profiles
	case $program in
	sbox) raw_box "$SBOX" --profile attack-web -- "$ATTACK" cwd "$H/key" ;;
	firejail) raw_box firejail --quiet --profile=attack-web -- "$ATTACK" cwd "$H/key" ;;
	*) not_applicable "has no profiles" ;;
	esac
}
control_profile-in-directory() {
	leave_profiles
	raw_box "$SBOX" --profile ./attack-web.ini -- "$ATTACK" cwd "$H/key"
}
leave_profiles() {
	directory=$D
	printf '[filesystem]\nhome = host\nro = %s\n' "$ATTACK" | tee "$D/attack-web" >"$D/attack-web.ini"
	printf 'noblacklist %s\n' "$H" >"$D/attack-web.profile"
}
