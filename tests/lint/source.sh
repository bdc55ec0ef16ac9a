#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Checks on the source itself, as TAP: who includes whom, licence lines, sizes, format.
set -u
export LC_ALL=C
cd "${srcdir:-$(dirname "$0")/../..}" || exit 1

max_lines=600
max_function=80
count=0

# report NAME: a test that passes when its standard input, the list of offences, is empty.
report() {
	local offences
	offences=$(cat)
	count=$((count + 1))
	if [ -z "$offences" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		sed 's/^/# /' <<<"$offences"
	fi
}

mapfile -t c_files < <(find src tests -name '*.[ch]' | sort)
mapfile -t src_files < <(find src -name '*.[ch]' | sort)
mapfile -t text_files < <(
	find src tests examples profiles data m4 .ci configure.ac Makefile.am autogen.sh -type f \
		\( -name '*.[ch]' -o -name '*.def' -o -name '*.mk' -o -name '*.m4' -o -name '*.ac' \
		-o -name '*.am' -o -name '*.sh' -o -name '*.bash' -o -name '*.bats' -o -name '*.awk' \
		-o -name '*.py' -o -path '*/.ci/run' -o -path .ci/run -o -path 'profiles/*.ini' \) 2>/dev/null | sort
)

not_comments() {
	grep -vE '^[^:]*:[0-9]*:[[:space:]]*(/?\*|//)'
}

report "includes follow the rooms' arrows" < <(awk -f tests/lint/arrows.awk "${src_files[@]}")

report "only src/base/sys.c makes raw system calls" < <(
	grep -nE '\<syscall[ ]*\(' "${src_files[@]}" | grep -v '^src/base/sys\.c:' | not_comments
)

report "each file has its SPDX line" < <(
	for f in "${text_files[@]}"; do
		head -n 3 "$f" | grep -q 'SPDX-License-Identifier: LGPL-2\.1-or-later' || echo "$f"
	done
)

report "no C file is longer than $max_lines lines" < <(
	for f in "${c_files[@]}"; do
		lines=$(wc -l <"$f")
		[ "$lines" -le "$max_lines" ] || echo "$f: $lines lines"
	done
)

# A function's braces are the only ones alone in the first column.
report "no function is longer than $max_function lines" < <(
	awk -v max="$max_function" '
		FNR == 1 { start = 0 }
		/^{/ { start = FNR }
		/^}[ \t]*$/ {
			if (start && FNR - start - 1 > max)
				print FILENAME ":" start ": " FNR - start - 1 " lines"
			start = 0
		}' "${c_files[@]}"
)

report "no call of an unbounded or shell-running function" < <(
	grep -nE '\<(strcpy|strcat|sprintf|vsprintf|gets|system|popen)[ ]*\(' "${src_files[@]}" |
		not_comments
)

report "nothing is left to do in a comment" < <(
	grep -nE '\<(TODO|FIXME|XXX)\>' "${text_files[@]}" | grep -v '^tests/lint/source\.sh:'
)

if command -v clang-format >/dev/null; then
	report "clang-format has nothing to change" < <(
		clang-format --dry-run -Werror "${c_files[@]}" 2>&1 | grep -E 'error:|warning:'
	)
else
	count=$((count + 1))
	echo "ok $count - clang-format has nothing to change # SKIP clang-format is not installed"
fi

echo "1..$count"
