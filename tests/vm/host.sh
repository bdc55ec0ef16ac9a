# SPDX-License-Identifier: LGPL-2.1-or-later
# Shell functions for the host's side of run.sh, hotplug.sh and systemd.sh; sourced by them, and with
# them ../lib/setup.sh, ../lib/results.sh and image.sh. $tests and $source are where these lie.

work= ended=

cleanup() {
	trap '' INT TERM HUP
	stop_step
	if [ -n "$work" ]; then
		end_marked "SBOX_TESTS_RUN=$work"
		rm -rf "$work"
	fi
	[ -z "$ended" ] || say_results
}

interrupted() {
	say "interrupted: cleaning up" >&2
	exit $((128 + $1))
}

log_line() {
	say "  $1"
}

# start_run: has what this makes removed whatever happens, installs packages, makes $work with a copy
# of the source in it, and sees to the image.
start_run() {
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
}

# build_payload TARGETS CONFIGURE-ARGS...: builds, and installs into $work/payload, whose content the
# guest has in its root directory. TARGETS, of which there may be several in one word, are made too.
build_payload() {
	say "== building for the guest"
	handle_step log_line bash -c '. "$1/lib/setup.sh"; work=$2 targets=$3; shift 3
		build "$work/source" "$work/build" "$work/build.log" CFLAGS="-O2 -g" "$@" &&
		make -C "$work/build" install DESTDIR="$work/payload" >>"$work/build.log" 2>&1 &&
		make -C "$work/build" $targets >>"$work/build.log" 2>&1 ||
		{ tail -n 30 "$work/build.log"; exit 1; }' build "$tests" "$work" "$@"
	[ "$step_status" -eq 0 ] || die "the build failed"
}

pack_payload() {
	tar -C "$work/payload" --owner=0 --group=0 -cf "$work/payload.tar" .
}

# did_not_end WHAT: what came last on the guest's console
did_not_end() {
	count_failure "$1"
	say "$1; the last lines of the guest's console:"
	tail -n 25 "$work/console.log" 2>/dev/null | tr -d '\r' | sed 's/^/  /'
}
