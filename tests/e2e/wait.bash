# SPDX-License-Identifier: LGPL-2.1-or-later
# For the tests of the launcher (common.bash) and those of an uplink (uplink.bash).

# wait_for SECONDS COMMAND...: until the command succeeds. The limit is for what never comes true: on a
# machine that is busy with other things anything may take seconds, so let it be 20 of them.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		# Once more at the end, for the machine may have stood still since the last look.
		[ $SECONDS -lt $end ] || { "$@"; return; }
		sleep 0.05
	done
}
