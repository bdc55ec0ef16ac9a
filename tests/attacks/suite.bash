# SPDX-License-Identifier: LGPL-2.1-or-later
# What the rows of the attack suite share; sourced by run.sh, which has set $ATTACK, $W and the rest.
#
# A row is declared anywhere in rows/*.bash by
#
#	row NAME "what the attacker wants"
#
# and does its work in the function attack_NAME, which is called once for each program:
#
#	box [OPTION...] -- COMMAND...   runs the command in the program's sandbox. Options, which
#	                                programs/*.bash translate: --ro PATH, --rw PATH,
#	                                --bind SOURCE DEST, --mkdir DEST, --tmpfs DEST, --hide PATH,
#	                                --home DIRECTORY, --env NAME=VALUE, --chdir PATH,
#	                                --launcher FILE, --root DIRECTORY, --net-host, --ptrace,
#	                                --i386 (calls of that ABI are let in)
#	as_root=1                       box runs as root, not as the test user
#	before=(COMMAND...)             runs the launcher with this in front, as the user
#	root_before=(COMMAND...)        the same, before root becomes the user
#	may_refuse=1                    no start at all is also a way to hold
#	evidence TEXT                   something outside shows that the attack worked
#	raw_box LAUNCHER ARG...         what box does, with a command line as it is
#	not_applicable REASON           for this program; ends the row
#
# The attack has worked, the row is "broken", when its output has a line "GOT ..." or the secret, or
# when evidence was called; it has failed, the row is "held", when each box came to its DONE. With
# neither, or when the control doesn't break, the row proves nothing and is "failed".
#
# The control: the program "none" runs the same command by a launcher that confines nothing. A row
# for which that isn't enough defines control_NAME, which has to break in some known way.

rows=()
declare -A titles

row() {
	rows+=("$1")
	titles[$1]=$2
}

# as_user COMMAND...: as the test user, with a small environment.
as_user() {
	timeout -k 5 "${limit:-60}" "${root_before[@]}" setpriv --reuid "$user" --regid "$user" \
		--init-groups --inh-caps=-all --reset-env env LANG=C.UTF-8 SBOX_TESTS_RUN="${SBOX_TESTS_RUN:-}" \
		"${user_environment[@]}" "$@"
}

# run_as_asked COMMAND...: by the row's wishes.
run_as_asked() {
	if [ -n "$as_root" ]; then
		timeout -k 5 "${limit:-60}" "${root_before[@]}" env HOME=/root \
			"${user_environment[@]}" "${before[@]}" "$@"
	else
		as_user "${before[@]}" "$@"
	fi
}

# box [OPTION...] -- COMMAND...
box() {
	"${program}_command" "$@" || { not_applicable "${no_equivalent:-no such option}"; return 1; }
	raw_box "${command[@]}"
}

# raw_box COMMAND...: the same where the command is the launcher's own, as it is.
raw_box() {
	local text code
	# Into a file: at the end of a pipe one would wait for what a hanging launcher leaves behind, as
	# bubblewrap does when descriptors run out.
	(cd "${directory:-/}" && run_as_asked "$@") >"$W/said" 2>&1 </dev/null
	code=$?
	text=$(tr -d '\0\r' <"$W/said")
	output+=$text$'\n'
	# 2 is sbox's status for a wrong command line: such a refusal is a mistake of the row's.
	grep -qx DONE <<<"$text" || { [ -n "$may_refuse" ] && [ "$program-$code" != sbox-2 ] && ! grep -q '^\(GOT\|no\) ' <<<"$text"; } ||
		unfinished="$(tail -n 2 <<<"$text" | tr '\n' ' ')"
	boxes=$((boxes + 1))
	return "$code"
}

evidence() {
	output+="GOT $*"$'\n'
}

not_applicable() {
	reason=$*
}

# start_helper VERB...: one of the attack program's own outside, as the user, until the row ends.
start_helper() {
	helper_count=$((helper_count + 1))
	as_user "$ATTACK" "$@" </dev/null >"$W/helper.$helper_count" 2>&1 3>&- 9>&- &
	helpers+=($!)
	wait_until test -s "$W/helper.$helper_count"
}

# wait_until COMMAND...: for 20 seconds at most
wait_until() {
	local end=$((SECONDS + 20))
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

end_helpers() {
	local pid
	for pid in "${helpers[@]}"; do
		kill_tree "$pid"
		wait "$pid" 2>/dev/null
	done
	helpers=()
}

# kill_tree PID: from below, so that nothing gets another parent before it is found.
kill_tree() {
	local child
	for child in $(pgrep -P "$1"); do
		kill_tree "$child"
	done
	kill -KILL "$1" 2>/dev/null
}

# fresh: what each row finds: $D, a directory of the user's that rows may show, $D/key no secret;
# $H, the user's home, with the secret in key, sub/key and nothing else that a row has made.
fresh() {
	rm -rf "$D" "${H:?}/key" "$H/sub" "$H/.config" "$H/.local" "$H/.asoundrc" "$H/.Xauthority"
	install -d -m 755 -o "$user" -g "$user" "$D" "$H/sub"
	printf '%s\n' "$secret" | tee "$H/key" "$H/sub/key" >/dev/null
	chown "$user:" "$H/key" "$H/sub/key"
	chmod 600 "$H/key" "$H/sub/key"
}

# try_row ROW PROGRAM: sets $verdict (held, broken, n/a, failed) and $reason.
try_row() {
	local name=$1
	program=$2
	output= unfinished= reason= may_refuse= as_root= limit= directory= no_equivalent= boxes=0
	before=() root_before=() user_environment=()
	fresh
	if [ "$program" = none ] && declare -F "control_$name" >/dev/null; then
		"control_$name"
	else
		"attack_$name"
	fi
	end_helpers
	if [ -n "$reason" ]; then
		verdict=n/a
	elif grep -q '^GOT ' <<<"$output" || grep -qF "$secret" <<<"$output"; then
		verdict=broken
		reason=$(grep -m 1 '^GOT ' <<<"$output" | cut -c 5-)
		: "${reason:=the secret was read}"
	elif [ "$boxes" -gt 0 ] && [ -z "$unfinished" ]; then
		verdict=held
	else
		verdict=failed
		reason="the attack did not come to its end: $unfinished"
	fi
	[ -z "${SBOX_ATTACKS_VERBOSE:-}" ] || printf '%s\n' "== $name $program: $verdict (${SECONDS}s)" "$output" >&2
}

# tree_manifest PATH...: type, mode, owner, size, times, link targets and contents of all below.
tree_manifest() {
	local path
	for path in "$@"; do
		find "$path" -xdev -printf '%p %y %m %U:%G %s %T@ %l\n' 2>/dev/null
		find "$path" -xdev -type f -size -1024k -exec sha256sum {} + 2>/dev/null
	done | LC_ALL=C sort
}
