#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The guest's first process: makes a small system, runs the tests and switches the machine off.
# Results go to the second serial port, everything else to the console.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LANG=C.UTF-8 HOME=/root TMPDIR=/tmp
work=/srv/sbox-tests

off() {
	sync
	echo 1 >/proc/sys/kernel/sysrq
	echo o >/proc/sysrq-trigger
	sleep 60
}
trap off EXIT

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=1777 tmpfs /tmp
ln -sfn /proc/self/fd /dev/fd
ln -sfn /proc/self/fd/0 /dev/stdin
ln -sfn /proc/self/fd/1 /dev/stdout
ln -sfn /proc/self/fd/2 /dev/stderr
mount -o remount,rw /
mount -t cgroup2 cgroup2 /sys/fs/cgroup
hostname guest
ip link set lo up
modprobe -a veth tun af_packet 2>/dev/null
mkdir -p $work/tmp
chmod 1777 $work/tmp
stty -F /dev/ttyS1 raw -echo

# From here on to the host that reads the results.
exec >/dev/ttyS1
echo "guest: $(uname -r), $(nproc) processors, up after $(cut -d' ' -f1 /proc/uptime) s"
. $work/source/tests/lib/setup.sh

# command_of NAME[=WHAT]: sets $command, which runs that file of end-to-end tests, or the attacks.
command_of() {
	local name=${1%%=*} what= row
	[[ $1 != *=* ]] || what=${1#*=}
	if [ "$name" = attacks ]; then
		command=(timeout 1500 env SBOX_ATTACKS_STARTS=200 bash $work/source/tests/attacks/run.sh)
		for row in ${what//,/ }; do
			command+=(--only "$row")
		done
		command+=(sbox)
		return
	fi
	command=(timeout 800 bats --formatter tap "$work/source/tests/e2e/$name")
	[ -z "$what" ] || command+=(-f "$what")
}

# run_file NAME[=WHAT] USER OTHER-USER
run_file() {
	local start=$SECONDS command
	command_of "$1"
	set -- "${1%%=*}" "$2" "$3"
	{
		echo "== $1"
		SBOX_TESTS_RUN=$work SBOX_TEST_USER=$2 SBOX_OTHER_USER=$3 \
			unshare --mount --net --propagation private bash $work/source/tests/lib/isolated.sh $work \
			"${command[@]}" 2>&1 </dev/null
	} >"/tmp/out.$2"
	# Whole files at a time, since two streams share the line.
	flock /tmp/line cat "/tmp/out.$2"
	echo "guest: $1 took $((SECONDS - start)) s"
}

# stream USER OTHER-USER: takes the next file from the list until there is none.
stream() {
	local file
	make_user "$1"
	make_user "$2"
	while file=$(flock /tmp/list sh -c 'head -n 1 /tmp/files; sed -i 1d /tmp/files') && [ -n "$file" ]; do
		run_file "$file" "$1" "$2"
	done
}

# An emulated machine takes its time.
export SBOX_TEST_TIMEOUT=60
# Unpacked packages, if the host sent them.
[ ! -d $work/trees ] || export SBOX_TREES=$work/trees

# Two at a time, for there are two processors; each stream has its users.
cp $work/files /tmp/files
stream sbox-test sbox-test2 &
stream sbox-test3 sbox-test4 &
wait
echo "guest done"
sync
