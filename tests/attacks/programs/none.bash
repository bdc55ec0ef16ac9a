# SPDX-License-Identifier: LGPL-2.1-or-later
# No sandbox at all: what each attack has to work against. Binds are links, so that the other side of
# one is there all the same.

none_version() {
	echo "no sandbox"
}

none_command() {
	local variables=() launcher=$ATTACK where=
	while [ "$1" != -- ]; do
		case $1 in
		--ro | --rw | --hide | --root) shift 2 ;;
		--bind)
			as_user sh -c 'mkdir -p "$(dirname "$2")"; [ -e "$2" ] || ln -s "$1" "$2"' sh "$2" "$3" 2>/dev/null
			shift 3
			;;
		--mkdir | --tmpfs)
			as_user mkdir -p "$2"
			shift 2
			;;
		--home) variables+=(HOME="$2"); shift 2 ;;
		--env) variables+=("$2"); shift 2 ;;
		--chdir) where=$2; shift 2 ;;
		--launcher) launcher=$2; shift 2 ;;
		*) shift ;;
		esac
	done
	shift
	command=("$launcher" launch env "${variables[@]}" "$@")
	[ -z "$where" ] || command=("$launcher" launch env "${variables[@]}" -C "$where" "$@")
}

none_launcher() {
	echo "$ATTACK"
}
