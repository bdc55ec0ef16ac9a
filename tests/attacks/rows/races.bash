# SPDX-License-Identifier: LGPL-2.1-or-later
# A directory in what the application may write is exchanged with a link, by renameat2, while
# sandboxes are started from it. SBOX_ATTACKS_STARTS says how many times sbox is, in all; the others
# are started a twentieth of that.

: "${SBOX_ATTACKS_STARTS:=10000}"

# race COMMAND...: by so many processes as there are processors
race() {
	local i jobs=() count=$SBOX_ATTACKS_STARTS processes
	case $program in
	sbox) ;;
	none) count=1000 ;;
	*) count=$((count / 20)) ;;
	esac
	processes=$(nproc)
	as_user sh -c 'mkdir "$0/a" "$0/a/sub" "$0/source"; ln -s "$1" "$0/b"' "$D" "$H"
	# For the racer, too: it has to be there until the last start.
	limit=1200
	start_racer "$D/a" "$D/b"
	for i in $(seq "$processes"); do
		(cd / && as_user "${before[@]}" "$ATTACK" starts $((count / processes)) "$secret" "$@") \
			>"$W/race.$i" 2>&1 </dev/null 3>&- 9>&- &
		jobs+=($!)
	done
	wait "${jobs[@]}"
	for i in $(seq "$processes"); do
		output+=$(cat "$W/race.$i")$'\n'
		grep -qx DONE "$W/race.$i" || unfinished="starts did not end"
	done
	boxes=1
	note=$(awk -F'[ =]' '/^starts=/ { s += $2; r += $4; f += $6 }
		END { printf "%d starts, %d ran, %d were refused", s, r, f }' "$W"/race.*)
	# A race that always goes one way was none: each start that saw the link has to be refused.
	[[ $note != *" 0 ran,"* ]] || unfinished=$note
	[[ $program != sbox || $note != *", 0 were"* ]] || unfinished=$note
	rm -f "$W"/race.*
}

start_racer() {
	as_user "$ATTACK" swap "$1" "$2" </dev/null >/dev/null 2>&1 3>&- 9>&- &
	helpers+=($!)
}

row race "exchanges a directory with a link while sandboxes start from it"
attack_race() {
	case $program in
	sbox | bwrap)
		# The exchanged one as a source, and on the way to a destination. What is in the link's
		# target is seen if it is followed.
		"${program}_command" --rw "$D" --tmpfs "$D/a/sub" --bind "$D/a" /mnt/a -- \
			"$ATTACK" check /mnt/a/key
		;;
	*) not_applicable "users can't choose a destination"; return ;;
	esac
	race "${command[@]}"
}
control_race() {
	race "$ATTACK" careless "$D/a" key
}
