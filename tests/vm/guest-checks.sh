# SPDX-License-Identifier: LGPL-2.1-or-later
# Shell functions for checks that a service of systemd's runs in the guest; sourced by
# hotplug-guest.sh and systemd-guest.sh. Result lines, "PASS 3 what" and so on, go to the second
# serial port. A check is a function that ends at the first command that fails; with status 77 it
# is skipped, for the reason in its last line.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
state=/var/lib/sbox-check
results=/dev/ttyS1
patience=120 # seconds, for an emulated machine
number=0     # of the last check

say() {
	printf '%s\n' "$*" >$results
}

# Not $SECONDS, which jumps with the clock.
uptime_seconds() {
	cut -d. -f1 /proc/uptime
}

# check TITLE FUNCTION: on failure the end of its trace follows, and what show_more prints.
check() {
	local log start
	start=$(uptime_seconds)
	number=$((number + 1))
	log=$state/check.$number
	(exec 9>"$log" 2>&9 >&9; BASH_XTRACEFD=9; set -eux; "$2")
	case $? in
	0) say "PASS $number $1" ;;
	77) say "SKIP $number $1: $(grep -v '^+' "$log" | tail -n 1)" ;;
	*)
		say "FAIL $number $1"
		tail -n 20 "$log" | sed 's/^/  /' >$results
		show_more >$results
		;;
	esac
	say "guest: that took $(($(uptime_seconds) - start)) s"
}

# wait_for COMMAND...: until it succeeds.
wait_for() {
	local end
	set +x
	end=$(($(uptime_seconds) + patience))
	until "$@" >/dev/null 2>&1; do
		[ "$(uptime_seconds)" -lt $end ] || {
			echo "waited $patience s for: $*"
			set -x
			return 1
		}
		sleep 0.3
	done
	set -x
}

refute() {
	! "$@"
}

as_user() {
	local user=$1
	shift
	setpriv --reuid="$user" --regid="$user" --init-groups env HOME="/home/$user" USER="$user" "$@"
}

# prepare_machine USER...: before the first process of systemd's, in a system that is as its packages
# left it.
prepare_machine() {
	local user
	echo guest >/etc/hostname
	for user in "$@"; do
		useradd -m -s /bin/bash "$user"
	done
	mkdir -p $state
	systemctl --quiet enable sbox-check
	# They might start when the clock jumps, and take the machine's time.
	systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer
}

# run_guest_checks PREPARE CHECKS: the guest's first process makes its system ready with the one
# function and becomes systemd, whose service runs the other and switches the machine off.
run_guest_checks() {
	if [ $$ -eq 1 ]; then
		mount -t proc proc /proc
		"$1"
		umount /proc
		exec /sbin/init
	fi
	stty -F $results raw -echo
	say "guest: $(uname -r), up after $(cut -d' ' -f1 /proc/uptime) s"
	"$2"
	say "guest done"
	systemctl poweroff
}
