#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Boots Debian 12 with systemd in QEMU, installs sbox as the README says, and looks at what needs a
# real journal, the kernel's audit and automounts; ends with "N passed, N failed, N skipped". How to
# run it: see run.sh. The checks are functions in systemd-guest.sh.
set -u
umask 022
here=$(cd "$(dirname "$(realpath "$0")")" && pwd)
tests=$(dirname "$here")
source=$(dirname "$tests")
export SBOX_VM_IMAGE=systemd
. "$tests/lib/setup.sh"
. "$tests/lib/results.sh"
. "$here/image.sh"
. "$here/host.sh"
. "$here/checks.sh"

time_limit=1500 # seconds for the guest, on a busy machine without KVM

become_root "$@"
start_run
build_checks systemd-guest.sh
say "== booting"
run_checks bash -c '. "$1/vm/image.sh" && . "$1/vm/boot.sh" &&
	run_guest "$2" -no-reboot 2>"$2/qemu.log"' guest "$tests" "$work"
ended=1
[ "$failed" -eq 0 ]
