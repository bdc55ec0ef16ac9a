#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The guest's first process: makes a small system, runs the tests and switches the machine off.
# Results go to the second serial port, everything else to the console.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LANG=C.UTF-8 HOME=/root TMPDIR=/tmp
work=/opt/sbox-tests

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
tar -C / -xf /dev/vdb
mkdir -p $work/tmp
chmod 1777 $work/tmp
stty -F /dev/ttyS1 raw -echo

# From here on to the host that reads the results.
exec >/dev/ttyS1
echo "guest: $(uname -r), $(nproc) processors, up after $(cut -d' ' -f1 /proc/uptime) s"
. $work/source/tests/lib/setup.sh
make_user sbox-test
make_user sbox-test2
while read -r file; do
	[ -f "$work/source/tests/e2e/$file" ] || continue
	echo "== $file"
	SBOX_TESTS_RUN=$work unshare --mount --net --propagation private \
		bash $work/source/tests/lib/isolated.sh $work \
		bats --formatter tap "$work/source/tests/e2e/$file" 2>&1 </dev/null
done <$work/files
echo "guest done"
sync
