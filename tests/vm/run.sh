#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Boots the kernel of the reference system, Debian 12, in QEMU (software emulation, or KVM where it
# is there) and runs end-to-end tests and attacks in that guest; ends with "N passed, N failed, N
# skipped".
#
# usage: tests/vm/run.sh [FILE.bats[=REGEX] | attacks[=ROW[,ROW]...]]...
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
. "$here/host.sh"

# Files and, behind a "=", which tests of them: all whose subject is the kernel (profiles.bats is about
# text). The longest first.
default_files=("netns.bats=with (dhcpcd|udhcpc)|owner joins|is confined|INT and TERM"
	"filesystem.bats" "launcher.bats" "attacks.bats" "joined.bats" "environment.bats"
	"namespaces.bats" "seccomp.bats" "auditd.bats" "landlock.bats"
	"overlay.bats=in memory|names|persistent|over |hide|root's|noexec|modes|replaced"
	"identity.bats=sub|run-as|keyring|time|covered|unshare"
	"rootfs.bats=own files|distroless|lacks|hostile" "closure.bats=minimal|env in|power"
	"closure-hostile.bats=a filter"
	"tty.bats=size|raw|fg goes|bg goes|shell inside|follows|killed|at the end"
	"why.bats=said|outcome|symlink|signals|SIGSYS|killed"
	"learn.bats=was read|was listed|signal|threads|with --profile|namespace of its own|python3")
time_limit=1200 # seconds for the guest

cannot_run=$tests/cannot-run-here

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

become_root "$@"
files=("$@")
[ $# -ne 0 ] || files=("${default_files[@]}")

for file in "${files[@]}"; do
	name=${file%%=*}
	[ "$name" = attacks ] || [ -f "$tests/e2e/$name" ] || die "there is no file tests/e2e/$name"
done
programs=(tests/probe/probe tests/attacks/attack)
start_run

# In the guest, too, everything lies in this directory.
guest=/srv/sbox-tests
build_payload "${programs[*]}" --prefix="$guest/prefix" --sysconfdir="$guest/prefix/etc"
mkdir -p "$work/payload$guest/build" "$work/payload$guest/source"
(cd "$work/build" && cp --parents "${programs[@]}" "$work/payload$guest/build/")
cp -r "$work/source/tests" "$work/payload$guest/source/"
cp "$work/source/tests/vm/guest.sh" "$work/payload/guest"
printf '%s\n' "${files[@]}" >"$work/payload$guest/files"
if [[ " ${files[*]} " == *rootfs.bats* ]]; then
	# shellcheck disable=SC2086
	unpack_packages "$work/payload$guest/trees" $tree_packages ||
		say "the packages for trees could not be unpacked: their tests will be skipped"
fi
pack_payload

say "== booting"
start=$SECONDS
handle_step guest_line timeout -k 10 "$time_limit" \
	bash -c '. "$1/vm/image.sh" && . "$1/vm/boot.sh" && run_guest "$2" -no-reboot' guest "$tests" "$work"
[ -n "$guest_done" ] || did_not_end "the guest did not come to its end"
say "the guest ran for $((SECONDS - start)) s"
ended=1
[ "$failed" -eq 0 ]
