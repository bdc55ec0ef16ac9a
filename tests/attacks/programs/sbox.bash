# SPDX-License-Identifier: LGPL-2.1-or-later
# sbox with its built-in default profile: private home, minimal root, no network, the baseline of
# denied calls, new namespaces, a clean environment. Nothing is added but what a row shows.

sbox_version() {
	"$SBOX" --version | head -n 1
}

sbox_command() {
	local options=(--ro "$ATTACK") launcher=$SBOX
	while [ "$1" != -- ]; do
		case $1 in
		--ro | --rw) options+=("$1" "$2"); shift 2 ;;
		--bind) options+=(--ro "$2:$3"); shift 3 ;;
		--mkdir | --tmpfs | --hide) options+=(-o "filesystem.${1#--}=$2"); shift 2 ;;
		--home) options+=(--rw "$2:$H"); shift 2 ;;
		--env) options+=(-o "environment.set=$2"); shift 2 ;;
		--chdir) options+=(-o "exec.workdir=$2"); shift 2 ;;
		--launcher) launcher=$2; shift 2 ;;
		--root) root_options "$2"; shift 2 ;;
		--net-host) options+=(-o network.mode=host); shift ;;
		--ptrace) options+=(-o seccomp.exempt=ptrace); shift ;;
		--i386) options+=(-o seccomp.arch=x86); shift ;;
		esac
	done
	command=("$launcher" "${options[@]}" "$@")
}

# root_options DIRECTORY: the root as a profile can have it. Where base takes no directory, the
# directory's entries are shown, and its links made, in an empty root.
root_options() {
	local entry
	if "$SBOX" explain -o "filesystem.base=$1" -- true >/dev/null 2>&1; then
		options=(-o "filesystem.base=$1")
		return
	fi
	options=(-o filesystem.base=none --ro "$ATTACK" --ro "$1/attack:/attack")
	while read -r entry; do
		options+=(-o "filesystem.symlink=$(readlink "$1/$entry"):/$entry")
	done < <(find "$1" -type l -printf '%P\n')
}

sbox_launcher() {
	echo "$SBOX"
}
