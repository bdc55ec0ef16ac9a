#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The checks of systemd.sh, run in the guest by a service of systemd's.
set -u
. /guest-checks.sh
owner=anna reader=berta admin=adam other=carla
programs=/usr/local/bin

show_more() {
	journalctl -b -n 20 -o short-monotonic --no-pager
}

# run_logged NAME PERL: as a user, in a sandbox whose filter logs getppid, call 110 here.
run_logged() {
	cp /usr/bin/perl "$programs/$1"
	as_user $owner sbox -o seccomp.log=getppid -- "$programs/$1" -e "$2" 9>&-
}

# logged NAME COUNT: a program of that name makes so many of these calls.
logged() {
	run_logged "$1" "syscall(110) for 1..$2"
}

# counts NAME COUNT COMMAND...: whether its output, that of sbox audit, has so many records of the
# program's; none where it isn't there
counts() {
	local name=$1 count=$2
	shift 2
	[ "$("$@" | sed -n "s,^$programs/$name ($name): \([0-9]*\) records\{0\,1\}\$,\1,p")" = "${count#0}" ]
}

# in_journal NAME TRANSPORT: how many the journal itself has
in_journal() {
	journalctl -b --no-pager "_TRANSPORT=$2" | grep -c "comm=\"$1\"" || true
}

found_in_the_journal() {
	logged first 3
	wait_for counts first 3 sbox audit
	[ "$(in_journal first audit)" -eq 3 ]
	[ "$(in_journal first kernel)" -eq 3 ]
	sbox audit | grep -E '^  getppid +3  log  +20'
	sbox audit --json | tr -d ' \n' | grep -F '"program":"'$programs/first'","comm":["first"],"records":3,"calls":[{"syscall":"getppid","number":110,"abi":"x86_64","action":"log","count":3,'
	logged second 1
	wait_for counts second 1 sbox audit
	counts first 3 sbox audit --comm first
	counts second 0 sbox audit --comm first
	counts first 3 sbox audit --since 30min
	sbox audit --since "@$(($(date +%s) + 60))" | grep -x 'No SECCOMP or LANDLOCK_ACCESS record that was asked for in the journal\.'
	as_user $admin sbox audit --since "@$(($(date +%s) + 60))" |
		grep -x 'No SECCOMP or LANDLOCK_ACCESS record that was asked for in the journal\.'
	sbox audit | refute grep '^note: records'
}

# audited_form FORM: what sbox audit makes of that form of journalctl's output
audited_form() {
	journalctl -b --no-pager -o "$1" | sbox audit -
}

forms_of_journalctl() {
	local form status
	for form in short short-full short-iso short-iso-precise short-precise short-monotonic \
		short-delta short-unix with-unit; do
		counts first 3 audited_form $form
		counts second 1 audited_form $form
	done
	counts first 3 eval 'journalctl -k --no-pager | sbox audit -'
	counts first 3 eval 'dmesg | sbox audit -'
	for form in verbose export json json-pretty json-sse json-seq; do
		status=0
		audited_form $form || status=$?
		[ $status -eq 125 ]
		audited_form $form 2>&1 | grep "it has the form of journalctl --output=$form, which"
	done
}

who_may_read() {
	local status=0
	counts first 3 as_user $reader sbox audit
	counts first 3 as_user $admin sbox audit
	as_user $other sbox audit || status=$?
	[ $status -eq 125 ]
	as_user $other sbox audit 2>&1 |
		grep 'members of the groups adm and systemd-journal only\. As root: sudo sbox audit$'
}

forged() {
	local record='auid=1 uid=1 gid=1 ses=1 subj=unconfined pid=7 comm="forged" exe="'$programs'/forged" sig=0 arch=c000003e syscall=110 compat=0 ip=0x1 code=0x7ffc0000'
	as_user $other logger -t kernel "audit: type=1326 audit(1700000000.123:4): $record"
	as_user $other logger -t audit "SECCOMP $record"
	as_user $other logger "kernel: audit: type=1326 audit(1700000000.123:4): $record"
	logged third 1
	wait_for counts third 1 sbox audit
	journalctl -b --no-pager | grep 'comm="forged"'
	counts forged 0 sbox audit
	counts forged 0 eval 'journalctl -b --no-pager _TRANSPORT=kernel + _TRANSPORT=audit | sbox audit -'
	counts forged 0 eval 'journalctl -b --no-pager SYSLOG_IDENTIFIER=kernel | sbox audit -'
}

# Each has a process of its own in it, so that the kernel's lines have one twin each.
both_ways() {
	run_logged many 'for (1..300) { if (!fork) { syscall(110); exit } } 1 while wait > 0'
	wait_for eval '[ "$(in_journal many audit)" -eq 300 ]'
	sleep 6
	logged fourth 1
	wait_for counts fourth 1 sbox audit
	[ "$(in_journal many kernel)" -lt 100 ]
	counts many 300 sbox audit
	# What the kernel's log left out is not lost.
	journalctl -b -k --no-pager | grep 'kauditd_printk_skb: [0-9]* callbacks suppressed'
	sbox audit | refute grep '^note: records'
	journalctl -b -k --no-pager | sbox audit - | grep "^note: records were lost: the kernel's log was full"
}

# configure_journald LINE
configure_journald() {
	mkdir -p /run/systemd/journald.conf.d
	printf '[Journal]\n%s\n' "$1" >/run/systemd/journald.conf.d/check.conf
	systemctl restart systemd-journald
}

only_from_audit() {
	configure_journald ReadKMsg=no
	logged fifth 3
	wait_for counts fifth 3 sbox audit
	[ "$(in_journal fifth audit)" -eq 3 ]
	[ "$(in_journal fifth kernel)" -eq 0 ]
	configure_journald ReadKMsg=yes
}

# Without the right to listen, too, for without its socket unit journald opens a socket itself.
only_from_the_kernel() {
	mkdir -p /run/systemd/system/systemd-journald.service.d
	printf '[Service]\nCapabilityBoundingSet=~CAP_AUDIT_READ CAP_AUDIT_CONTROL\n' \
		>/run/systemd/system/systemd-journald.service.d/check.conf
	systemctl mask --runtime systemd-journald-audit.socket
	systemctl daemon-reload
	systemctl stop systemd-journald-audit.socket
	systemctl restart systemd-journald
	sleep 6
	logged sixth 3
	wait_for counts sixth 3 sbox audit
	[ "$(in_journal sixth audit)" -eq 0 ]
	[ "$(in_journal sixth kernel)" -eq 3 ]
}

lost_in_the_kernels_log() {
	local since
	sleep 6
	since=@$(date +%s)
	logged flood 3000
	wait_for eval '[ "$(in_journal flood kernel)" -ge 10 ]'
	sleep 1
	# Nothing says so yet, but the pace.
	sbox audit --since "$since" | grep '^note: records may be lost: the last ones came as fast'
	sleep 6
	logged seventh 1
	wait_for counts seventh 1 sbox audit
	sbox audit --since "$since" | grep -E "^note: records were lost: the kernel's log was full and left out 29[0-9][0-9] messages"
}

# automount NAME: a directory that is mounted when it is entered, with "file" in "sub"
automount() {
	mkdir -p "/srv/above/$1" /srv/real/sub
	echo text >/srv/real/sub/file
	chmod 777 /srv/real /srv/real/sub
	printf '[Mount]\nWhat=/srv/real\nType=none\nOptions=bind\nWhere=/srv/above/%s\n' "$1" \
		>"/run/systemd/system/srv-above-$1.mount"
	printf '[Automount]\nWhere=/srv/above/%s\n' "$1" >"/run/systemd/system/srv-above-$1.automount"
	systemctl daemon-reload
	systemctl start "srv-above-$1.automount"
}

# mounted NAME: whether it is now
mounted() {
	[ "$(findmnt -n -o FSTYPE "/srv/above/$1" | tail -n 1)" = ext4 ]
}

inside() {
	as_user $owner timeout 60 sbox "$@" 9>&-
}

automount_as_source() {
	automount one
	automount two
	automount three
	refute mounted one
	inside --ro /srv/above/one -- cat /srv/above/one/sub/file
	mounted one
	refute inside --ro /srv/above/one -- touch /srv/above/one/sub/new
	[ ! -e /srv/real/sub/new ]
	# Below the point, and by a link.
	inside --ro /srv/above/two/sub -- cat /srv/above/two/sub/file
	mounted two
	as_user $owner ln -s /srv/above/three /home/$owner/link
	inside --rw /home/$owner/link:/mnt -- sh -c 'cat /mnt/sub/file; touch /mnt/sub/made'
	mounted three
	[ -e /srv/real/sub/made ]
}

automount_that_fails() {
	local status=0
	automount broken
	sed -i 's,^Type=.*,Type=tmpfs,; s,^Options=.*,Options=no-such-option,' /run/systemd/system/srv-above-broken.mount
	systemctl daemon-reload
	inside --ro /srv/above/broken -- true 2>$state/said || status=$?
	cat $state/said
	[ $status -eq 125 ]
	grep '^sbox: --ro: /srv/above/broken: ' $state/said
}

automount_below() {
	automount four
	automount five
	refute mounted four
	# Already mounted: shown, and as closed as the rest. Not mounted: shut.
	inside --ro /srv/above -- cat /srv/above/one/sub/file
	refute inside --ro /srv/above -- touch /srv/above/one/sub/new
	inside --ro /srv/above -- sh -c '! cat /srv/above/four/sub/file; ! touch /srv/above/four/sub/new' 2>$state/said
	cat $state/said
	[ "$(grep -c 'four/sub/.*: Too many levels of symbolic links' $state/said)" -eq 2 ]
	[ ! -e /srv/real/sub/new ]
	# A line of its own opens it, with that line's rights.
	refute mounted five
	inside --ro /srv/above --rw /srv/above/five -- sh -c 'cat /srv/above/five/sub/file; echo more >/srv/above/five/sub/new'
	[ -e /srv/real/sub/new ]
}

prepare() {
	prepare_machine $owner $reader $admin $other
	usermod -aG systemd-journal $reader
	usermod -aG adm $admin
	# There is no network.
	systemctl --quiet mask NetworkManager ModemManager
}

checks() {
	check "without an audit daemon sbox audit finds the records in the journal" found_in_the_journal
	check "it reads what journalctl writes, and says which forms it doesn't" forms_of_journalctl
	check "the groups systemd-journal and adm may read them; others are told so" who_may_read
	check "what a user's logger wrote is not counted" forged
	check "a record that came by the kernel's log and by audit counts once" both_ways
	check "records that only journald's audit socket brought are found" only_from_audit
	check "records that only the kernel's log brought are found" only_from_the_kernel
	check "records that the kernel's log left out are told of" lost_in_the_kernels_log
	check "an automount as source is mounted by the start" automount_as_source
	check "an automount that can't be mounted ends the start" automount_that_fails
	check "an automount below a source: nothing is writable through it" automount_below
}

run_guest_checks prepare checks
