# SPDX-License-Identifier: LGPL-2.1-or-later
# bubblewrap, as close to sbox's default as its options come: every namespace of its own, /usr and
# the same kind of /etc read-only, own /proc, /dev and /tmp, an empty home, a clean environment, no
# capability, a new session (its manual's answer to TIOCSTI), no further user namespaces. It has no
# filter for system calls of its own: --seccomp wants a program that somebody else wrote.

bwrap_version() {
	bwrap --version
}

bwrap_command() {
	local options launcher=bwrap tail=() network=--unshare-net root=
	options=(--unshare-user --disable-userns --unshare-pid --unshare-ipc --unshare-uts
		--unshare-cgroup-try --die-with-parent --new-session --cap-drop ALL --clearenv
		--setenv PATH /usr/bin:/bin --setenv HOME "$H")
	while [ "$1" != -- ]; do
		case $1 in
		--ro) tail+=(--ro-bind "$2" "$2"); shift 2 ;;
		--rw) tail+=(--bind "$2" "$2"); shift 2 ;;
		--bind) tail+=(--ro-bind "$2" "$3"); shift 3 ;;
		--mkdir) tail+=(--dir "$2"); shift 2 ;;
		--tmpfs) tail+=(--tmpfs "$2"); shift 2 ;;
		--hide) if [ -d "$2" ]; then tail+=(--tmpfs "$2"); else tail+=(--ro-bind /dev/null "$2"); fi; shift 2 ;;
		--home) tail+=(--bind "$2" "$H"); shift 2 ;;
		--env) tail+=(--setenv "${2%%=*}" "${2#*=}"); shift 2 ;;
		--chdir) tail+=(--chdir "$2"); shift 2 ;;
		--launcher) launcher=$2; shift 2 ;;
		--root) root=$2; shift 2 ;;
		--net-host) network=; shift ;;
		--ptrace | --i386) shift ;; # never denied
		esac
	done
	if [ -n "$root" ]; then
		options+=(--bind "$root" / --proc /proc --dev /dev)
	else
		options+=(--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/sbin /sbin
			--symlink usr/lib /lib --symlink usr/lib64 /lib64 --ro-bind /etc/passwd /etc/passwd
			--ro-bind /etc/group /etc/group --proc /proc --dev /dev --tmpfs /tmp --perms 1777
			--tmpfs /var/tmp --perms 0700 --tmpfs "$H")
	fi
	command=("$launcher" "${options[@]}" ${network:+"$network"} --ro-bind "$ATTACK" "$ATTACK" "${tail[@]}" "$@")
}

bwrap_launcher() {
	command -v bwrap
}
