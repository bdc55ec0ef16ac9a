# SPDX-License-Identifier: LGPL-2.1-or-later
# firejail with its own default profile, which hides what holds secrets, and the options that come
# closest to sbox's default: empty home, own /dev and /tmp, no network, no D-Bus, no capability,
# that profile's filter, no further privileges, no groups. It shows the host's root: what a row shows
# is read-only or writable in place, and it can't put a path at another place without being root.

firejail_version() {
	firejail --version | head -n 1
}

firejail_command() {
	local options home=--private network=--net=none ptrace=
	options=(--quiet --profile=default --private-dev --private-tmp --ipc-namespace --caps.drop=all
		--nonewprivs --noroot --nogroups --nosound --dbus-user=none --dbus-system=none
		--read-only="$W")
	while [ "$1" != -- ]; do
		case $1 in
		--ro) options+=(--read-only="$2"); shift 2 ;;
		--rw) options+=(--read-write="$2"); shift 2 ;;
		--hide) options+=(--blacklist="$2"); shift 2 ;;
		--home) home=--private=$2; shift 2 ;;
		--env) options+=(--env="$2"); shift 2 ;;
		--chdir) options+=(--private-cwd="$2"); shift 2 ;;
		--net-host) network=; shift ;;
		--ptrace) ptrace=--allow-debuggers; shift ;;
		--i386) shift ;; # let in with a filter of its own
		--launcher) no_equivalent="works only as root's setuid program"; return 1 ;;
		--root) no_equivalent="--chroot is switched off by its configuration"; return 1 ;;
		*) no_equivalent="users can't choose a destination"; return 1 ;;
		esac
	done
	[ -z "$as_root" ] || home=
	command=(firejail "${options[@]}" ${home:+"$home"} ${network:+"$network"} ${ptrace:+"$ptrace"} "$@")
}

firejail_launcher() {
	command -v firejail
}
