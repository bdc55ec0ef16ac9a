#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# usage: isolated.sh DIRECTORY COMMAND...
#
# Run in a fresh mount and network namespace: makes them look like a host of its own for the tests,
# with its own /run and an idle network, and runs the command there. What the tests mount, pin or
# plug ends with these namespaces. The directory holds source, build, prefix and tmp.
set -eu
dir=$1
shift

ip link set lo up
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs /run
mkdir -m 1777 /run/lock
# With the modes that udev gives them, which not every machine without udev does.
mkdir /run/devices
mount -t tmpfs -o mode=755,nosuid tmpfs /run/devices
for device in net/tun fuse; do
	[ -c /dev/$device ] && mknod -m 666 "/run/devices/${device##*/}" c \
		"$((0x$(stat -c %t /dev/$device)))" "$((0x$(stat -c %T /dev/$device)))" &&
		mount --bind "/run/devices/${device##*/}" /dev/$device || true
done

# Nothing of the caller's but what the tests are told here.
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	HOME=/root USER=root LOGNAME=root TERM=dumb LANG=C.UTF-8 TMPDIR="$(realpath "$dir/tmp")" \
	SBOX_TESTS_RUN="$SBOX_TESTS_RUN" SBOX_PREFIX="$dir/prefix" \
	SBOX_PROBE="$dir/build/tests/probe/probe" SBOX_BUILD="$dir/build" \
	SBOX_SOURCE="$(realpath "$dir/source")" SBOX_TEST_USER="${SBOX_TEST_USER:-sbox-test}" \
	SBOX_OTHER_USER="${SBOX_OTHER_USER:-sbox-test2}" \
	SBOX_RESOLVERS="${SBOX_RESOLVERS:-}" SBOX_SERVERS="${SBOX_SERVERS:-}" SBOX_TREES="${SBOX_TREES:-}" \
	SBOX_DEBIAN="${SBOX_DEBIAN:-}" \
	SBOX_TEST_TIMEOUT="${SBOX_TEST_TIMEOUT:-30}" "$@"
