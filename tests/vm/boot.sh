# SPDX-License-Identifier: LGPL-2.1-or-later
# The shell function that boots the guest; sourced, behind image.sh, by a step of run.sh,
# hotplug.sh and systemd.sh.

# What makes an emulated kernel faster without changing what it does for a process.
guest_options="init_on_alloc=0 rcupdate.rcu_expedited=1"

# run_guest WORK QEMU-OPTION...: boots; the guest's second serial port is standard output, its
# console is in WORK/console.log. The image is not written to. The processor is one without wide
# vectors, which are slow to emulate. SBOX_VM_ACCEL chooses how: tcg, where /dev/kvm is there and no
# guest gets on with it.
run_guest() {
	local work=$1 accel=tcg,thread=multi
	shift
	[ ! -w /dev/kvm ] || accel=kvm
	accel=${SBOX_VM_ACCEL:-$accel}
	exec qemu-system-x86_64 -accel "$accel" -cpu Nehalem -M q35 -smp 2 -m 1536 -nodefaults \
		-display none -nic none \
		-chardev file,id=console,path="$work/console.log" -serial chardev:console \
		-chardev stdio,id=results,signal=off -serial chardev:results \
		-kernel "$image_dir/vmlinuz" -initrd "$image_dir/initrd" \
		-append "console=ttyS0 quiet panic=-1 mitigations=off $guest_options" \
		-drive "file=$image_dir/root.ext4,format=raw,if=virtio,snapshot=on" \
		-drive "file=$work/payload.tar,format=raw,if=virtio,readonly=on" \
		-device virtio-rng-pci "$@" </dev/null
}
