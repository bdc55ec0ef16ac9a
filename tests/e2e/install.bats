# SPDX-License-Identifier: LGPL-2.1-or-later
# What is installed, as it is installed.

load common

setup() {
	common_setup
	mapfile -t binaries < <(find "$SBOX_PREFIX" -type f -perm /111)
}

teardown() {
	common_teardown
}

@test "nothing is setuid or setgid, and nothing has file capabilities" {
	[ ${#binaries[@]} -ge 1 ]
	run find "$SBOX_PREFIX" -perm /6000
	assert_equal "$output" ""
	run getcap -r "$SBOX_PREFIX"
	assert_equal "$output" ""
}

@test "no binary names the directory it was built in" {
	local file

	for file in "${binaries[@]}"; do
		run grep -cF -e "$SBOX_BUILD" -e "$SBOX_SOURCE" <(strip -o - "$file" 2>/dev/null || cat "$file")
		assert_equal "$output" 0
	done
}

@test "the launcher is linked with what it may be, and no more" {
	run bash -c "readelf -d '$SBOX' | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort"
	assert_status 0
	refute_match 'libnl|libsystemd|libelf|libauparse|libasan'
	local name
	for name in $output; do
		[[ $name =~ ^(libc|libseccomp|libcap|libinih|libjson-c|ld-linux.*|libgcc_s)\.so ]] || fail "linked with $name"
	done
}

@test "binaries are position-independent with read-only relocations and no executable stack" {
	local file

	for file in "${binaries[@]}"; do
		head -c 4 "$file" | grep -q ELF || continue
		run readelf -hld "$file"
		assert_match 'Type: +DYN'
		assert_match 'GNU_RELRO'
		assert_match 'BIND_NOW|NOW'
		refute_match 'GNU_STACK.*RWE'
		refute_match 'RUNPATH|RPATH'
	done
}

@test "every key is in the manual, with its section" {
	local man="$SBOX_PREFIX/share/man/man5/sbox-profile.5" key section line

	run as_user "$SBOX" keys
	assert_status 0
	while IFS= read -r line; do
		case $line in
		"["*"]") section=$line ;;
		[a-z]*" = "*)
			key=${line%% = *}
			grep -qE "^\.(B|BR|TP|It|IP).*\b${key//-/\\\\?-}\b" "$man" || fail "$section $key is not in sbox-profile(5)"
			;;
		esac
	done <<<"$output"
}

@test "every option of --help is in the manual" {
	local man="$SBOX_PREFIX/share/man/man1/sbox.1" option

	run as_user "$SBOX" --help
	assert_status 0
	for option in $(grep -oE -- '--[a-z][a-z-]+' <<<"$output" | sort -u); do
		sed 's/\\-/-/g; s/\<Fl -/--/g' "$man" | grep -qE -- "$option( |,|$)" || fail "$option is not in sbox(1)"
	done
}
