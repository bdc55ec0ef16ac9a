# SPDX-License-Identifier: LGPL-2.1-or-later
# Shell functions shared by the scripts that install, build and clean up; sourced, bash only.

say() {
	printf '%s\n' "$*"
}

die() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

# become_root ARGS...: starts the calling script once more by sudo unless it runs as root. What the
# scripts read from the environment comes along.
become_root() {
	[ "$(id -u)" -ne 0 ] || return 0
	command -v sudo >/dev/null || die "run this as root, or as a user with sudo"
	exec sudo --preserve-env=SBOX_TESTS_MUST_RUN,SBOX_VM_CACHE,SBOX_VM_KERNEL \
		bash "$(realpath "$0")" "$@"
}

# debian_packages PACKAGE...: installs those that are missing. On a system without apt the tools
# have to be there already; what is missing then shows when it is used.
debian_packages() {
	local missing=() package
	command -v apt-get >/dev/null || {
		say "no apt-get here: expecting what these Debian packages hold: $*"
		return 0
	}
	for package in "$@"; do
		dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
			missing+=("$package")
	done
	[ ${#missing[@]} -ne 0 ] || return 0
	say "installing ${missing[*]}"
	apt_get install "${missing[@]}" && return 0
	# The package lists are missing or old.
	apt_get update && apt_get install "${missing[@]}"
}

apt_get() {
	local log status=0
	log=$(mktemp)
	DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 \
		--no-install-recommends "$@" >"$log" 2>&1 </dev/null || status=$?
	[ $status -eq 0 ] || sed 's/^/  /' "$log" >&2
	rm -f "$log"
	return $status
}

# unpack_packages DIRECTORY PACKAGE...: what the packages hold, as one tree in which /bin, /sbin and
# /lib are those of /usr. Nothing is installed.
unpack_packages() {
	local dir=$1 deb
	shift
	command -v apt-get >/dev/null || return 1
	mkdir -p "$dir/debs" "$dir/usr" "$dir/etc" && chmod 777 "$dir/debs" # apt downloads as a user of its own
	(cd "$dir/debs" && { apt_get download "$@" || { apt_get update && apt_get download "$@"; }; }) || return 1
	for deb in "$dir"/debs/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -C "$dir" --no-same-owner --transform='s,^\./\(bin\|sbin\|lib\)/,./usr/\1/,' \
				-x --wildcards './usr/*' './bin/*' './sbin/*' './lib/*' './etc/*' 2>/dev/null
	done
	rm -r "$dir/debs"
}

# make_debian_tree DIRECTORY: a real Debian as small as one with apt can be, by mmdebstrap: its packages
# are configured, and its files have their owners. It takes 45 s of a processor's time.
make_debian_tree() {
	local log status=0
	log=$(mktemp)
	# What it mounts goes with its namespace, however it ends.
	timeout 900 unshare --mount --propagation private mmdebstrap --quiet --variant=custom \
		--include="$debian_tree_packages" --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
		--dpkgopt=force-unsafe-io bookworm "$1" >"$log" 2>&1 </dev/null || status=$?
	[ $status -eq 0 ] || { tail -n 20 "$log" | sed 's/^/  /' >&2; rm -rf "$1"; }
	rm -f "$log"
	return $status
}

debian_tree_packages="dpkg,apt,base-files,base-passwd,libc-bin,perl-base,coreutils,dash,bash,sed,grep"
debian_tree_packages+=",tar,findutils,diffutils,debconf"

# What small trees of other systems are made of.
tree_packages="libc6 dash coreutils libacl1 libattr1 libselinux1 libpcre2-8-0 libgmp10 base-files
	busybox-static musl"

build_packages="gcc libc6-dev make autoconf automake pkg-config
	libseccomp-dev libinih-dev libjson-c-dev libcap-dev libnl-route-3-dev libauparse-dev libaudit-dev libelf-dev"

# copy_source FROM TO: the source without what builds leave in it, so that nothing is written to
# the checkout, whoever owns it.
copy_source() {
	mkdir -p "$2"
	tar -C "$1" --exclude-vcs --anchored --no-wildcards-match-slash \
		--exclude='./build' --exclude='./build-[!a]*' --exclude='./autom4te.cache' \
		--exclude='./config.*' --exclude='./configure' --exclude='./stamp-h1' \
		--exclude='./aclocal.m4' --exclude='./Makefile' --exclude='./Makefile.in' --exclude='./*.tar.gz' \
		--no-anchored --exclude='*.o' --exclude='*.a' --exclude='.deps' --exclude='.dirstamp' \
		-cf - . | tar -C "$2" --no-same-owner -xf -
	[ -f "$2/configure.ac" ]
}

# build SOURCE BUILD LOG CONFIGURE-ARGS...: configures and builds out of the tree.
build() {
	local source=$1 build=$2 log=$3
	local -x TMPDIR=$build/tmp # what an interrupted compiler leaves goes with the rest
	shift 3
	mkdir -p "$TMPDIR"
	{
		{ [ -x "$source/configure" ] || "$source/autogen.sh"; } &&
			(cd "$build" && "$source/configure" --enable-werror "$@") &&
			make -C "$build" -j"$(nproc)"
	} >"$log" 2>&1 </dev/null || {
		tail -n 40 "$log" >&2
		return 1
	}
}

temporary_user_note="sbox, temporary"

# make_user NAME: creates an unprivileged user, or takes over one that an ended run left behind.
make_user() {
	local entry
	if entry=$(getent passwd "$1"); then
		[ "$(cut -d: -f5 <<<"$entry")" = "$temporary_user_note" ] ||
			die "the user $1 exists and is not from here; rename or remove it"
		return 0
	fi
	useradd --create-home --user-group --shell /bin/bash --comment "$temporary_user_note" "$1" ||
		die "can't create the user $1"
}

# remove_user NAME: ends the user's processes and removes the user, if make_user made it.
remove_user() {
	local entry pids try
	entry=$(getent passwd "$1") || return 0
	[ "$(cut -d: -f5 <<<"$entry")" = "$temporary_user_note" ] || return 0
	for try in 1 2 3 4 5 6 7 8 9 10; do
		pids=$(pgrep -U "$1"; pgrep -u "$1")
		[ -n "$pids" ] || break
		# shellcheck disable=SC2086
		kill -KILL $pids 2>/dev/null
		sleep 0.1
	done
	userdel --remove "$1" >/dev/null 2>&1
}

# end_marked NAME=VALUE: ends each process that was started with this in its environment.
end_marked() {
	local pid try left
	for try in TERM TERM TERM TERM KILL KILL; do
		left=
		for pid in $(grep -lzxF -- "$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3); do
			[ "$pid" != $$ ] && [ "$pid" != "$BASHPID" ] && kill -"$try" "$pid" 2>/dev/null && left=1
		done
		[ -n "$left" ] || return 0
		sleep 0.2
	done
}
