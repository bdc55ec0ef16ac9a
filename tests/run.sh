#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs what the tests need, builds, runs all of them and ends with one line:
#
#     N passed, N failed, N skipped
#
# usage: tests/run.sh [FILE...]     (only these end-to-end tests, and no unit tests)
#
# A file is one of tests/e2e/*.bats, or tests/attacks/run.sh.
#
# To be run as root or as a user with sudo, from anywhere. The checkout is only read: the build and
# the tests happen in a temporary directory, the end-to-end tests moreover in a mount and a network
# namespace of their own and as temporary users, so that nothing is left behind, also when the run
# is interrupted. Packages that were installed stay.
#
# SBOX_TESTS_MUST_RUN=1 makes a skipped test a failure unless tests/cannot-run-here lists it.
set -u
umask 022
here=$(cd "$(dirname "$(realpath "$0")")" && pwd)
source=$(dirname "$here")
. "$here/lib/setup.sh"
. "$here/lib/results.sh"

test_packages="libcriterion-dev bats clang-format binutils libcap2-bin util-linux bsdutils procps
	iproute2 iputils-ping tcpdump auditd bubblewrap python3 curl dnsmasq-base dhcpcd-base udhcpc
	isc-dhcp-client passt bind9-dnsutils nftables dbus-daemon git sqlite3 firefox-esr
	golang-github-containers-common runc uidmap tmux vim htop openssl musl-tools firejail keyutils strace acl
	squashfuse squashfs-tools fuse3 fontconfig fonts-dejavu-core media-types shared-mime-info tzdata
	mmdebstrap xvfb xauth x11-utils weston wayland-utils"
# Libraries of another class, to be found.
[ "$(dpkg --print-architecture 2>/dev/null)" != amd64 ] || test_packages+=" libc6-i386"
# Name services, for one test to run in namespaces of its own: installed, they would start and change
# how the machine resolves names.
resolver_packages="systemd-resolved libnss-resolve systemd libsystemd-shared nscd avahi-daemon
	avahi-utils libavahi-core7 libavahi-common3 libavahi-common-data libavahi-client3 libdaemon0
	dbus-daemon dbus-bin dbus-system-bus-common libdbus-1-3"
# A server for tests of its own, for the same reason.
server_packages="nginx"

work= ended=
cannot_run=$here/cannot-run-here

# What is about to end may still write: it has a moment for it.
remove_work() {
	local try
	for try in 1 2 3 4 5; do
		rm -rf "$work" 2>/dev/null && return
		sleep 1
		end_marked "SBOX_TESTS_RUN=$work"
	done
	rm -rf "$work"
}

cleanup() {
	trap '' INT TERM HUP
	stop_step
	if [ -n "$work" ]; then
		end_marked "SBOX_TESTS_RUN=$work"
		remove_user sbox-test
		remove_user sbox-test2
		remove_work
	fi
	[ -z "$ended" ] || say_results
}

interrupted() {
	say "interrupted: cleaning up" >&2
	exit $((128 + $1))
}

# What is tested as users get it; everything else is tested with the sanitizers, which look for
# mistakes and leaks in each run of sbox.
installed_files="install.bats launcher.bats auditd.bats"

run_bats() {
	local name dir=$work/sanitized
	name=$(basename "$1")
	[[ " $installed_files " != *" $name "* ]] || dir=$work/installed
	begin_bats "$name"
	handle_step bats_line unshare --mount --net --propagation private \
		bash "$work/source/tests/lib/isolated.sh" "$dir" \
		timeout -k 10 1800 bats --formatter tap "$work/source/tests/e2e/$name"
	end_marked "SBOX_TESTS_RUN=$work"
	end_bats
}

# The attacks on what users get; 10,000 starts of it are among them.
run_attacks() {
	begin_bats attacks
	handle_step bats_line unshare --mount --net --propagation private \
		bash "$work/source/tests/lib/isolated.sh" "$work/installed" \
		timeout -k 10 2700 bash "$work/source/tests/attacks/run.sh"
	end_marked "SBOX_TESTS_RUN=$work"
	end_bats
}

run_file() {
	case $1 in
	*/attacks/run.sh) run_attacks ;;
	*) run_bats "$1" ;;
	esac
}

# build_in DIRECTORY CONFIGURE-ARGS...: with "source" and "tmp" in it, as isolated.sh wants them
build_in() {
	local dir=$work/$1
	shift
	mkdir -p "$dir"
	ln -s ../source "$dir/source"
	ln -s ../tmp "$dir/tmp"
	handle_step log_line bash -c '. "$1/lib/setup.sh"; dir=$2; shift 2
		{ build "$dir/source/" "$dir/build" "$dir/log" --prefix="$dir/prefix" \
			--sysconfdir="$dir/prefix/etc" "$@" &&
			make -C "$dir/build" install check TESTS= >>"$dir/log" 2>&1; } ||
			{ tail -n 30 "$dir/log"; exit 1; }' build "$here" "$dir" "$@"
	[ "$step_status" -eq 0 ] || count_failure "the build in $dir"
}

log_line() {
	say "  $1"
}

become_root "$@"
selected=()
for file in "$@"; do
	selected+=("$(realpath "$file")") && [ -f "$file" ] || die "$file: no such file"
done

exec 9>/run/lock/sbox-tests.lock
flock -n 9 || {
	say "another run of the tests is under way: waiting for its end"
	flock 9
}
trap cleanup EXIT
trap 'interrupted 1' HUP
trap 'interrupted 2' INT
trap 'interrupted 15' TERM

# shellcheck disable=SC2086
debian_packages $build_packages $test_packages || die "the packages could not be installed"
work=$(mktemp -d /var/tmp/sbox-tests.XXXXXX) && chmod 755 "$work" || die "no temporary directory"
mkdir "$work/tmp" && chmod 1777 "$work/tmp"
if [ ${#selected[@]} -eq 0 ] || [[ " ${selected[*]} " == *dns-leak.bats* ]]; then
	# shellcheck disable=SC2086
	export SBOX_RESOLVERS=$work/resolvers
	unpack_packages "$SBOX_RESOLVERS" $resolver_packages ||
		say "the name services could not be unpacked: their tests will be skipped"
fi
if [ ${#selected[@]} -eq 0 ] || [[ " ${selected[*]} " =~ (learn|closure)\.bats ]]; then
	export SBOX_SERVERS=$work/servers
	# shellcheck disable=SC2086
	unpack_packages "$SBOX_SERVERS" $server_packages ||
		say "nginx could not be unpacked: its tests will be skipped"
fi
if [ ${#selected[@]} -eq 0 ] || [[ " ${selected[*]} " == *rootfs.bats* ]]; then
	export SBOX_TREES=$work/trees
	# shellcheck disable=SC2086
	unpack_packages "$SBOX_TREES" $tree_packages ||
		say "the packages for trees could not be unpacked: their tests will be skipped"
fi
if [ ${#selected[@]} -eq 0 ] || [[ " ${selected[*]} " == *rootfs-debian.bats* ]]; then
	export SBOX_DEBIAN=$work/debian
	say "== a Debian for tests to run in"
	handle_step log_line bash -c '. "$1/lib/setup.sh" && make_debian_tree "$2"' tree "$here" "$SBOX_DEBIAN"
	[ "$step_status" -eq 0 ] || say "it could not be made: its tests will be skipped"
fi
copy_source "$source" "$work/source" || die "the source could not be copied"

if [ "${selected[*]##*/}" != run.sh ]; then
	say "== building with sanitizers"
	build_in sanitized --enable-sanitizers CFLAGS="-O1 -g"
fi
say "== building as installed"
build_in installed CFLAGS="-O2 -g"

if [ "$failed" -eq 0 ]; then
	if [ ${#selected[@]} -eq 0 ]; then
		say "== unit tests"
		handle_step unit_line make -C "$work/sanitized/build" check
		[ "$step_status" -eq 0 ] || [ "$failed" -gt 0 ] || count_failure "make check"
		for file in "$here"/e2e/*.bats; do
			selected+=("$file")
		done
		selected+=("$here/attacks/run.sh")
	fi
	make_user sbox-test
	make_user sbox-test2
	for file in "${selected[@]}"; do
		run_file "$file"
	done
fi

ended=1
[ "$failed" -eq 0 ]
