#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Boots the kernel of the reference system, Debian 12, in QEMU (software emulation, or KVM where it
# is there) and runs end-to-end tests in that guest; ends with "N passed, N failed, N skipped".
#
# usage: tests/vm/run.sh [FILE.bats[=REGEX]...]
#
# To be run as root or as a user with sudo. Kernel and root image come from Debian packages and are
# kept in $SBOX_VM_CACHE, by default ${XDG_CACHE_HOME:-~/.cache}/sbox-vm; removing it is safe. The
# guest has no network but its own, and writes to nothing of the host's.
set -u
umask 022
here=$(cd "$(dirname "$(realpath "$0")")" && pwd)
tests=$(dirname "$here")
source=$(dirname "$tests")
. "$tests/lib/setup.sh"
. "$tests/lib/results.sh"
. "$here/image.sh"

# Files and, behind a "=", which tests of them: all whose subject is the kernel (profiles.bats is about
# text). The longest first.
default_files=("netns.bats=with (dhcpcd|udhcpc)|owner joins|is confined|INT and TERM"
	"filesystem.bats" "launcher.bats" "attacks.bats" "joined.bats" "environment.bats"
	"namespaces.bats" "seccomp.bats" "auditd.bats")
time_limit=840 # seconds for the guest

work= summary=
cannot_run=$tests/cannot-run-here

cleanup() {
	trap '' INT TERM HUP
	stop_step
	if [ -n "$work" ]; then
		end_marked "SBOX_TESTS_RUN=$work"
		rm -rf "$work"
	fi
	[ -z "$summary" ] || say "$summary"
}

interrupted() {
	say "interrupted: cleaning up" >&2
	exit $((128 + $1))
}

# A line of the guest's second serial port: "== FILE", then what bats prints; "guest: TEXT" is for
# the reader, "guest done" the proof that it came to its end.
guest_done=
guest_line() {
	local line=${1%$'\r'}

	case $line in
	"== "*)
		[ -z "$bats_file" ] || end_bats
		begin_bats "${line#== }"
		;;
	"guest done")
		[ -z "$bats_file" ] || end_bats
		guest_done=1
		;;
	*) bats_line "$line" ;;
	esac
}

log_line() {
	say "  $1"
}

become_root "$@"
files=("$@")
[ $# -ne 0 ] || files=("${default_files[@]}")

trap cleanup EXIT
trap 'interrupted 1' HUP
trap 'interrupted 2' INT
trap 'interrupted 15' TERM

# shellcheck disable=SC2086
debian_packages $build_packages $image_packages || die "the packages could not be installed"
work=$(mktemp -d /var/tmp/sbox-vm.XXXXXX) && chmod 755 "$work" || die "no temporary directory"
copy_source "$source" "$work/source" || die "the source could not be copied"

say "== kernel and root image ($image_dir)"
handle_step log_line bash -c '. "$1/lib/setup.sh" && . "$1/vm/image.sh" && make_image "$2"' \
	image "$tests" "$work"
[ "$step_status" -eq 0 ] || die "the image could not be made"

# In the guest, too, everything lies in this directory.
guest=/opt/sbox-tests
say "== building for the guest"
handle_step log_line bash -c '. "$1/lib/setup.sh" && build "$2/source" "$2/build" "$2/build.log" \
	--prefix="$3/prefix" --sysconfdir="$3/prefix/etc" CFLAGS="-O2 -g" &&
	make -C "$2/build" install DESTDIR="$2/payload" >>"$2/build.log" 2>&1 &&
	make -C "$2/build" tests/probe/probe >>"$2/build.log" 2>&1 ||
	{ tail -n 30 "$2/build.log"; exit 1; }' build "$tests" "$work" "$guest"
[ "$step_status" -eq 0 ] || die "the build failed"
mkdir -p "$work/payload$guest/build/tests/probe" "$work/payload$guest/source"
cp "$work/build/tests/probe/probe" "$work/payload$guest/build/tests/probe/"
cp -r "$work/source/tests" "$work/payload$guest/source/"
cp "$work/source/tests/vm/guest.sh" "$work/payload/guest"
printf '%s\n' "${files[@]}" >"$work/payload$guest/files"
tar -C "$work/payload" --owner=0 --group=0 -cf "$work/payload.tar" .

say "== booting"
start=$SECONDS
handle_step guest_line timeout -k 10 "$time_limit" \
	bash -c '. "$1/vm/boot.sh" && run_guest "$2"' guest "$tests" "$work"
if [ -z "$guest_done" ]; then
	failed=$((failed + 1))
	say "the guest did not come to its end; the last lines of its console:"
	tail -n 25 "$work/console.log" 2>/dev/null | tr -d '\r' | sed 's/^/  /'
fi
say "the guest ran for $((SECONDS - start)) s"
summary="$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
