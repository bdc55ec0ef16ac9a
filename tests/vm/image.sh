# SPDX-License-Identifier: LGPL-2.1-or-later
# Shell functions that make the guest's kernel and root image, which are kept as long as this file
# stays as it is; sourced by run.sh, hotplug.sh, systemd.sh and their steps. $SBOX_VM_IMAGE is the
# image's name: "plain", or "systemd" for one with a service manager and network managers.
: "${SBOX_VM_CACHE:=${XDG_CACHE_HOME:-$HOME/.cache}/sbox-vm}" "${SBOX_VM_IMAGE:=plain}"
export SBOX_VM_CACHE SBOX_VM_IMAGE
image_dir=$SBOX_VM_CACHE/$SBOX_VM_IMAGE

image_packages="qemu-system-x86 mmdebstrap e2fsprogs kmod cpio gzip"

# What the guest's root file system has: the tests' needs. The plain one has no init system.
guest_packages="bash util-linux bsdutils procps iproute2 passwd kmod udev curl libcap2-bin
	libseccomp2 libauparse0 libelf1 libinih1 libjson-c5 libcap2 libnl-route-3-200 dhcpcd-base
	udhcpc isc-dhcp-client"
case $SBOX_VM_IMAGE in
plain) guest_packages+=" bats diffutils python3 auditd bubblewrap dnsmasq-base uidmap keyutils
		strace dbus-daemon" ;;
systemd) guest_packages+=" systemd-sysv dbus network-manager modemmanager" ;;
esac

# What it takes to mount the root; their dependencies come along. ext4 asks for crc32c by name.
boot_modules="virtio_pci virtio_blk crc32c_generic ext4"

# Modules for the guest itself: network devices in software, file systems.
guest_modules="kernel/net kernel/drivers/net/veth.ko kernel/drivers/net/dummy.ko
	kernel/drivers/net/macvlan.ko kernel/drivers/net/tun.ko kernel/fs/overlayfs kernel/fs/ext4
	kernel/crypto kernel/lib kernel/fs/fuse"
[ "$SBOX_VM_IMAGE" != systemd ] ||
	guest_modules+=" kernel/drivers/usb kernel/drivers/net/usb kernel/drivers/net/mii.ko
		kernel/drivers/net/virtio_net.ko kernel/drivers/net/net_failover.ko
		kernel/fs/autofs kernel/drivers/char/hw_random"

# make_image WORK: sees to $image_dir/{vmlinuz,initrd,root.ext4}. The kernel is the newest that
# Debian 12 offers; another one in $SBOX_VM_KERNEL (a linux-image package file) takes its place.
make_image() {
	local work=$1 package key version
	mkdir -p "$image_dir"
	exec 8>"$image_dir/lock"
	flock 8
	package=${SBOX_VM_KERNEL:-$(apt-cache depends linux-image-amd64 |
		sed -n 's/.*Depends: \(linux-image-6\.1\..*\)/\1/p' | head -n 1)}
	[ -n "$package" ] || {
		echo "no package linux-image-6.1.*: is this Debian 12, and has apt-get update run?" >&2
		return 1
	}
	key=$(echo "$package" | cat - "${BASH_SOURCE[0]}" | sha256sum | cut -c1-16)
	[ "$(cat "$image_dir/key" 2>/dev/null)" = "$key" ] && {
		echo "taken from the cache"
		return 0
	}
	rm -f "$image_dir/key"
	echo "kernel $package"
	mkdir -p "$work/kernel" "$work/download"
	fetch_kernel "$package" "$work" || return 1
	version=$(basename "$work"/kernel/lib/modules/*)
	depmod -b "$work/kernel" "$version"
	echo "initial RAM disk"
	make_initrd "$work" "$version" || return 1
	echo "root file system (some minutes)"
	make_root "$work" "$version" || return 1
	cp "$work/kernel/boot/vmlinuz-$version" "$image_dir/vmlinuz"
	mv "$work/initrd" "$work/root.ext4" "$image_dir/"
	rm -rf "$work/kernel" "$work/root" "$work/download"
	echo "$key" >"$image_dir/key"
}

fetch_kernel() {
	case $1 in
	*/*) dpkg-deb -x "$1" "$2/kernel" ;;
	*)
		(cd "$2/download" && apt-get -q download "$1" >/dev/null 2>&1) ||
			(apt-get -q update && cd "$2/download" && apt-get -q download "$1") || return 1
		dpkg-deb -x "$2"/download/linux-image-*.deb "$2/kernel"
		;;
	esac
}

# in_order MODULES-DIRECTORY: the files of $boot_modules, each after those that it depends on.
# modules.dep lists a module's dependencies from the nearest to the farthest.
in_order() {
	local name
	for name in $boot_modules; do
		grep "/$name\.ko:" "$1/modules.dep" | tr -d : | tr ' ' '\n' | grep . | tac
	done | awk '!seen[$0]++'
}

# A static busybox, the modules and a script that mounts the root, unpacks the second disk, a tar
# archive, over it and starts what is then /guest.
make_initrd() {
	local work=$1 tree="$1/initramfs" modules="$1/kernel/lib/modules/$2" name
	mkdir -p "$tree"/{bin,modules,proc,dev,root}
	(cd "$work/download" && apt-get -q download busybox-static >/dev/null 2>&1) || return 1
	dpkg-deb -x "$work"/download/busybox-static*.deb "$work/busybox"
	cp "$work/busybox/bin/busybox" "$tree/bin/" 2>/dev/null ||
		cp "$work/busybox/usr/bin/busybox" "$tree/bin/" || return 1
	cp $(in_order "$modules" | sed "s,^,$modules/,") "$tree/modules/" || return 1
	{
		echo '#!/bin/busybox sh'
		echo 'bb=/bin/busybox'
		echo '$bb mount -t devtmpfs devtmpfs /dev'
		for name in $(in_order "$modules"); do
			echo "\$bb insmod /modules/$(basename "$name")"
		done
		echo 'i=0; while [ ! -b /dev/vda ] && [ $i -lt 100 ]; do $bb sleep 0.1; i=$((i + 1)); done'
		echo '$bb mount -t ext4 /dev/vda /root && $bb tar -C /root -xf /dev/vdb &&'
		echo '	$bb mount -o move /dev /root/dev && exec $bb switch_root /root /guest'
		echo 'echo "the root file system could not be made ready"'
		echo '$bb poweroff -f'
	} >"$tree/init"
	chmod 755 "$tree/init"
	(cd "$tree" && find . | cpio -o -H newc 2>/dev/null | gzip -1) >"$work/initrd"
}

make_root() {
	local work=$1 version=$2 path modules="$1/kernel/lib/modules/$2" log="$1/mmdebstrap.log"
	mmdebstrap --quiet --variant=minbase --include="$(echo $guest_packages | tr ' ' ,)" \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io bookworm "$work/root" \
		>"$log" 2>&1 || { tail -n 20 "$log" >&2; return 1; }
	for path in $guest_modules modules.order modules.builtin modules.builtin.modinfo; do
		mkdir -p "$work/root/lib/modules/$version/$(dirname "$path")"
		cp -r "$modules/$path" "$work/root/lib/modules/$version/$path" || return 1
	done
	depmod -b "$work/root" "$version"
	mke2fs -q -t ext4 -d "$work/root" "$work/root.ext4" 1500M
}
