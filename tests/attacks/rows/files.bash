# SPDX-License-Identifier: LGPL-2.1-or-later
# What is shown, hidden and made.

row home "writes what the next login or the desktop runs, and what the launcher reads"
attack_home() {
	local before_it
	before_it=$(tree_manifest "$H")
	box -- sh -c 'cd "$HOME" || exit; for d in .config/autostart .config/systemd/user .config/environment.d \
		.config/sbox/profiles .config/firejail .local/bin .local/share/applications .local/share/sbox/homes \
		.ssh .mozilla; do mkdir -p "$d"; echo "attack" >"$d/attack"; done
		for f in .bashrc .profile .config/mimeapps.list; do echo "true attack" >>"$f"; done; echo DONE'
	[ "$before_it" = "$(tree_manifest "$H")" ] || evidence "the caller's home has changed"
	clean_home
}
# What the control, or a loose program, has written there.
clean_home() {
	rm -rf "${H:?}/.config" "$H/.local" "$H/.ssh" "$H/.mozilla" "$H/.bashrc" "$H/.profile"
	as_user cp /etc/skel/.bashrc /etc/skel/.profile "$H/"
}

row own-configuration "makes the launcher's configuration directory, which isn't there yet, and fills it"
attack_own-configuration() {
	local path
	case $program in
	bwrap) not_applicable "has no configuration"; return ;;
	esac
	as_user mkdir -p "$H/.config"
	set -- --rw "$H/.config"
	[ "$program" != firejail ] || set -- --home "$H" --rw "$H/.config"
	box "$@" -- sh -c 'mkdir -p "$0/sbox/profiles" "$0/firejail"
		printf "[filesystem]\nhome = host\n" >"$0/sbox/profiles/default.ini"
		echo >"$0/firejail/default.profile"; echo DONE' "$H/.config"
	for path in sbox/profiles/default.ini firejail/default.profile; do
		case $program-$path in
		none-* | sbox-sbox* | firejail-firejail*)
			[ ! -e "$H/.config/$path" ] || evidence "$path is there for the next start" ;;
		esac
	done
	clean_home
}

row dotfile-link "has a link for a dotfile that the launcher copies by another's rights"
attack_dotfile-link() {
	link_dotfiles
	box -- sh -c 'cat "$HOME/.asoundrc" "$HOME/.Xauthority" "$HOME/.bashrc"; echo DONE'
	clean_home
}
control_dotfile-link() {
	link_dotfiles
	cp -L "$H/.asoundrc" "$D/copied" && chown "$user" "$D/copied"
	box -- cat "$D/copied"
	clean_home
}
link_dotfiles() {
	local name
	install -m 600 /dev/null "$W/roots"
	printf '%s\n' "$secret" >"$W/roots"
	for name in .asoundrc .Xauthority .bashrc; do
		as_user ln -sfn "$W/roots" "$H/$name"
	done
}

row swapped-directory "replaces a directory that it may write by a link, for the next start"
attack_swapped-directory() {
	as_user mkdir "$D/kept"
	box --rw "$D" -- sh -c 'mv "$0/kept" "$0/was"; ln -s "$1" "$0/kept"; echo DONE' "$D" "$H"
	[ -L "$D/kept" ] || { unfinished="the directory could not be replaced"; return; }
	may_refuse=1
	box --rw "$D" --home "$D/kept" -- sh -c 'cat "$HOME/key"; echo attack >"$HOME/attack"; echo DONE' || true
	[ ! -e "$H/attack" ] || evidence "a file in the caller's home"
	rm -f "$H/attack"
}

row swapped-persist "has a persistent home replaced by a link"
attack_swapped-persist() {
	case $program in
	bwrap | firejail) not_applicable "persistent homes have no names; see swapped-directory"; return ;;
	esac
	may_refuse=1
	raw_box "$SBOX" --ro "$ATTACK" --home persist:attack -- sh -c 'ln -s "$0" ~/deeper; echo DONE' "$H"
	raw_box "$SBOX" --ro "$ATTACK" --home persist:attack -- cat "$H/deeper/key" || true
	raw_box "$SBOX" --ro "$H/.local/share/sbox/homes/attack/deeper:/deeper" -- cat /deeper/key || true
	as_user sh -c 'cd ~/.local/share/sbox/homes && mv attack was && ln -s "$HOME" attack'
	raw_box "$SBOX" --home persist:attack -- cat "$H/key" || true
	raw_box "$SBOX" --home persist:../../../.. -- cat "$H/key" || true
	clean_home
}
control_swapped-persist() {
	raw_box "$SBOX" --home host -- cat "$H/key"
}

# The links that have led setup code out of a new root.
links_out() {
	printf '%s\n' "$W/victim" "/oldroot$W/victim" "/proc/self/root$W/victim" "/proc/self/fd/9" \
		"/proc/1/root$W/victim" "../../../../../../../..$W/victim" "/newroot$W/victim" "/proc/self/cwd"
}

row link-destination "has the launcher make directories and mount through a link in what it shows"
attack_link-destination() {
	local target
	may_refuse=1
	directory=$W/victim
	install -d -m 755 -o "$user" -g "$user" "$W/victim" "$D/source"
	before=(bash -c 'exec 9<"$0"; exec "$@"' "$W/victim")
	while read -r target; do
		as_user ln -sfn "$target" "$D/link"
		box --rw "$D" --mkdir "$D/link/pwned" -- "$ATTACK" modes "$D/link/pwned" || true
		box --rw "$D" --bind "$D/source" "$D/link/pwned2" -- "$ATTACK" modes / || true
		box --rw "$D" --tmpfs "$D/link/pwned3" -- "$ATTACK" modes / || true
		[ -z "$reason" ] || break
		[ -z "$(ls -A "$W/victim")" ] || { evidence "$(ls -A "$W/victim" | head -n 1) was made outside, by a link to $target"; break; }
	done < <(links_out)
	rm -rf "$W/victim"
}

row missing-destination "has the launcher make a missing destination in a directory of the host"
attack_missing-destination() {
	may_refuse=1
	as_user mkdir -p "$D/source" "$D/data"
	box --rw "$D/data" --bind "$D/source" "$D/data/new/deep" -- "$ATTACK" modes / || true
	box --rw "$D/data" --mkdir "$D/data/new2" -- "$ATTACK" modes / || true
	[ -z "$(ls -A "$D/data")" ] || evidence "$(ls -A "$D/data" | head -n 1) was made on the host"
}

row link-in-root "has links for /proc, /dev, /dev/null and /dev/console in the root that it is given"
attack_link-in-root() {
	local name before_it
	may_refuse=1
	install -d -m 755 -o "$user" -g "$user" "$W/victim" "$W/victim/sys" "$W/victim/self"
	echo x >"$W/victim/file"
	chown "$user:" "$W/victim/file"
	before_it=$(tree_manifest "$W/victim")
	for name in proc dev dev/null dev/console proc/self sys tmp; do
		rm -rf "$D/root"
		as_user sh -c 'mkdir -p "$0/proc" "$0/dev" "$0/sys" "$0/tmp" "$0/etc" "$0/$(dirname "$1")"; rm -rf "$0/$1"; ln -s "$2" "$0/$1"' \
			"$D/root" "$name" "$W/victim$([[ $name == dev/* ]] && echo /file)"
		cp "$ATTACK" "$D/root/attack"
		box --root "$D/root" -- /attack modes / || true
		[ -z "$reason" ] || break
		[ "$before_it" = "$(tree_manifest "$W/victim")" ] || { evidence "written through a link at /$name"; break; }
	done
	rm -rf "$W/victim"
}
control_link-in-root() {
	install -d -m 755 -o "$user" -g "$user" "$W/victim"
	as_user sh -c 'mkdir "$0/root"; ln -s "$1" "$0/root/proc"; echo x >"$0/root/proc/oom_score_adj"' "$D" "$W/victim"
	box -- "$ATTACK" modes /
	[ -z "$(ls -A "$W/victim")" ] || evidence "written through a link"
	rm -rf "$W/victim"
}

row hidden "uncovers a hidden file by moving what is above it"
attack_hidden() {
	as_user sh -c 'mkdir -p "$0/a/b"; echo "$1" >"$0/a/b/hidden"' "$D" "$secret"
	box --rw "$D" --hide "$D/a/b/hidden" -- sh -c 'cd "$0"; mv a x; mv a/b a/c; mv x/b x/c; rm -f a/b/hidden
		umount a/b/hidden; cat */*/hidden; ln a/b/hidden a/b/link; cat a/b/link; echo DONE' "$D"
	box --rw "$D" --hide "$D/a/b/hidden" -- sh -c 'cat "$0"/*/*/hidden; echo DONE' "$D"
}

row read-only "writes beneath what is shown read-only, on a file system mounted there"
attack_read-only() {
	mkdir "$D/ro" "$D/ro/below"
	mount -t tmpfs -o mode=777 tmpfs "$D/ro/below"
	chown "$user:" "$D/ro"
	box --ro "$D/ro" -- sh -c 'echo x >"$0/new"; echo x >"$0/below/new"; mount -o remount,rw "$0/below"
		echo x >"$0/below/new2"; chmod 777 "$0"; echo DONE' "$D/ro"
	[ -z "$(ls "$D/ro/below")$(ls "$D/ro" | grep -v below)" ] || evidence "written"
	umount "$D/ro/below"
}

row settings "as root: opens the kernel's settings and control groups for writing"
attack_settings() {
	as_root=1
	box -- "$ATTACK" settings /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/kernel/hostname \
		/proc/sys/net/ipv4/ip_forward /proc/sys/vm/drop_caches /proc/sys/kernel/modprobe \
		/sys/fs/cgroup /sys/kernel/uevent_helper /sys/power/state
}

row kernel-memory "as root: reads the kernel's memory, its log and other users' keys"
attack_kernel-memory() {
	as_root=1
	box -- sh -c 'for f in /proc/kcore /proc/kallsyms-none /dev/mem /dev/kmsg /proc/kpagecount /proc/slabinfo; do
		[ "$(head -c 1 "$f" 2>/dev/null | wc -c)" = 0 ] || echo "GOT $f"; done; echo DONE'
}
