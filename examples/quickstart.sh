#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# sbox in a few minutes, on a fresh Debian 12 machine: builds it, plugs in a stand-in for a phone,
# and shows that a program and a browser in sbox reach the network through the phone while
# everything else keeps the ordinary network. The picture of the browser's page stays.
#
# usage: examples/quickstart.sh        as root, or as a user with sudo
#
# What it does to the machine: it installs Debian packages, which stay. Everything else is temporary
# and ends with it, also when it is interrupted: build and installation lie in one directory below
# /var/tmp, and "the machine" of the demonstration, with its home network and its phone, is made of
# namespaces, because a demonstration must not touch the network that you work over. On real
# hardware the steps are the same two commands: sudo sbox netns up, then sbox --netns.
set -u
umask 022
here=$(cd "$(dirname "$(realpath "$0")")" && pwd)
source=$(dirname "$here")
. "$source/tests/lib/setup.sh"

packages="firefox-esr fonts-dejavu-core curl python3 iproute2 util-linux dnsmasq-base dhcpcd-base"

work= demo= made_user=

cleanup() {
	trap '' INT TERM HUP
	if [ -n "$demo" ]; then
		# Its pid namespace ends with it, and with that all of the demonstration.
		kill -KILL "$demo" 2>/dev/null
		wait "$demo" 2>/dev/null
	fi
	[ -z "$made_user" ] || remove_user "$made_user"
	[ -z "$work" ] || rm -rf "$work"
}

interrupted() {
	say "interrupted: cleaning up" >&2
	exit $((128 + $1))
}

# stage TEXT: what is about to happen
stage_number=0
stage() {
	stage_number=$((stage_number + 1))
	printf '\n[%s/4] %s\n' "$stage_number" "$*"
}

# in_background COMMAND...: so that a signal is handled at once and not after the command.
in_background() {
	"$@" </dev/null &
	demo=$!
	wait "$demo"
	local status=$?
	demo=
	return $status
}

came_from=$PWD
become_root "$@"
trap cleanup EXIT
trap 'interrupted 1' HUP
trap 'interrupted 2' INT
trap 'interrupted 15' TERM

stage "installing what is needed: compiler and libraries, Firefox ESR, a DHCP server and client"
# shellcheck disable=SC2086
in_background debian_packages $build_packages $packages || die "the packages could not be installed"

stage "building sbox and installing it for this demonstration only"
work=$(mktemp -d /var/tmp/sbox-quickstart.XXXXXX) && chmod 755 "$work" || die "no temporary directory"
copy_source "$source" "$work/source" || die "the source could not be copied"
in_background build "$work/source" "$work/build" "$work/build.log" --prefix="$work/prefix" \
	--sysconfdir="$work/prefix/etc" CFLAGS="-O2" || die "the build failed"
make -C "$work/build" install >>"$work/build.log" 2>&1 ||
	{ tail -n 20 "$work/build.log" >&2; die "the installation failed"; }

# The browser must not run as root: it runs as the user who called sudo, or as a temporary one.
user=${SUDO_USER:-root}
if [ "$user" = root ]; then
	user=sbox-demo
	make_user $user
	made_user=$user
fi
mkdir "$work/picture"
chown "$user": "$work/picture"

stage "a machine with two networks, made of namespaces, and the demonstration on it"
in_background unshare --mount --net --pid --fork --kill-child --mount-proc --propagation private \
	bash "$here/quickstart/machine.sh" "$work" "$user" "$here/quickstart" ||
	die "the demonstration failed at the step above"

stage "done"
picture=$came_from/quickstart-phone.png
cp "$work/picture/phone.png" "$picture" 2>/dev/null ||
	{ picture=$(mktemp /tmp/quickstart-phone.XXXXXX.png) && cp "$work/picture/phone.png" "$picture"; } ||
	die "the picture could not be kept"
chmod 644 "$picture"
[ -z "${SUDO_UID:-}" ] || chown "$SUDO_UID:${SUDO_GID:-0}" "$picture"
say "What the browser in the sandbox showed: $picture"
