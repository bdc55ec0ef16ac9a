# SPDX-License-Identifier: LGPL-2.1-or-later
# Shell functions for the host's side of checks in a guest with systemd; sourced by hotplug.sh and
# systemd.sh behind host.sh. The guest's side is guest-checks.sh.

# "PASS 3 what" and its like; "guest: TEXT" is for the reader, "guest done" the proof that it came to
# its end.
guest_done=
guest_line() {
	local line=${1%$'\r'}

	say "$line"
	case $line in
	"PASS "*) passed=$((passed + 1)) ;;
	"FAIL "*) count_failure "${line#FAIL }" ;;
	"SKIP "*) skipped=$((skipped + 1)) ;;
	"guest done") guest_done=1 ;;
	esac
}

# build_checks GUEST-SCRIPT: sbox as the README installs it, and what runs the guest's script there.
build_checks() {
	build_payload all --prefix=/usr/local --sysconfdir=/etc
	mkdir -p "$work/payload/etc/systemd/system"
	cp "$work/source/tests/vm/sbox-check.service" "$work/payload/etc/systemd/system/"
	cp "$work/source/tests/vm/guest-checks.sh" "$work/payload/"
	cp "$work/source/tests/vm/$1" "$work/payload/guest"
	chmod 755 "$work/payload/guest"
	pack_payload
}

# run_checks COMMAND...: which boots, in a network namespace of its own, and writes QEMU's words to
# $work/qemu.log.
run_checks() {
	local start=$SECONDS
	guest_done=
	handle_step guest_line timeout -k 10 "$time_limit" unshare --net "$@"
	if [ -z "$guest_done" ]; then
		did_not_end "the guest did not come to its end"
		tail -n 5 "$work/qemu.log"
	fi
	say "the guest ran for $((SECONDS - start)) s"
}
