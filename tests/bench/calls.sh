# SPDX-License-Identifier: LGPL-2.1-or-later
# The table "calls" of bench.sh, which sources this: what a filter costs each system call, and how
# long it takes to make one.

containers_profile=/usr/share/containers/seccomp.json
call_rounds=15

# The profile of Docker's daemon, as it is for a container without capabilities, in a bundle for
# crun, which has libseccomp compile it.
write_bundle()
{
	mkdir -p "$1/rootfs"
	cp "$work/calls" "$1/rootfs/calls"
	jq '(.syscalls | map(select((((.includes.caps // []) | length) == 0) and
			(((.includes.arches // []) | length) == 0 or (.includes.arches | index("amd64"))) and
			((.excludes.arches // []) | index("amd64") | not)) |
			{names, action} + (if (.args // []) | length > 0 then {args} else {} end) +
			(if .errnoRet then {errnoRet} else {} end))) as $calls |
		{ociVersion: "1.0.0",
		 process: {user: {uid: 0, gid: 0}, args: ["/calls"], cwd: "/", env: ["PATH=/"],
			noNewPrivileges: true, capabilities: {}},
		 root: {path: "rootfs", readonly: true},
		 mounts: [{destination: "/proc", type: "proc", source: "proc"},
			{destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755"]}],
		 linux: {namespaces: [{type: "pid"}, {type: "mount"}, {type: "ipc"}, {type: "uts"}],
			seccomp: ({defaultAction, syscalls: $calls,
				architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]} +
				(if .defaultErrnoRet then {defaultErrnoRet} else {} end))}}' \
		"$containers_profile" >"$1/config.json"
}

# Why crun is left out, or nothing.
no_crun()
{
	if [ -z "$made_user" ]; then
		echo "only root can run it without a cgroup"
	elif ! command -v crun >/dev/null || ! command -v jq >/dev/null; then
		echo "crun or jq is not installed"
	elif ! [ -e "$containers_profile" ]; then
		echo "$containers_profile (golang-github-containers-common) is missing"
	elif [ "$(uname -m)" != x86_64 ]; then
		echo "its profile is taken apart for x86_64 alone"
	fi
}

run_case()
{
	local bwrap=(bwrap --unshare-all --dev-bind / / --seccomp 3)

	case $1 in
	bare) as_user "$work/calls" ;;
	sbox) as_user "$work/sbox" -p default --ro "$work/calls:/calls" -- /calls ;;
	why) as_user "$work/sbox" --why -p default --ro "$work/calls:/calls" -- /calls 2>/dev/null ;;
	same) as_user "${bwrap[@]}" "$work/calls" 3<"$work/filter/sbox.bpf" ;;
	libseccomp) as_user "${bwrap[@]}" "$work/calls" 3<"$work/filter/libseccomp.bpf" ;;
	# It understands no host that has cgroups of both versions: none is shown to it.
	crun) (cd "$work/bundle" && "${first[@]}" unshare --mount --propagation private sh -c '
		mount -t tmpfs none /sys/fs/cgroup &&
		exec crun --root "$1" --cgroup-manager=disabled run sbox-bench-'"$$" crun "$work/crun") ;;
	esac
}

show_calls()
{
	awk -F '\t' -v titles="$1" '
	{ values[$1, $2, ++count[$1, $2]] = $3; if (!($2 in seen)) { seen[$2]; calls[++ncalls] = $2 } }
	function median(name, call,    n, i, j, t, v) {
		n = count[name, call]
		for (i = 1; i <= n; i++) v[i] = values[name, call, i]
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
		return v[int((n + 1) / 2)]
	}
	END {
		printf "%-46s", "nanoseconds per call, medians"
		for (c = 1; c <= ncalls; c++) printf " %13s", calls[c]
		print ""
		n = split(titles, title, ";")
		for (i = 1; i <= n; i++) {
			split(title[i], part, "|")
			if (!((part[1], calls[1]) in count)) continue
			printf "%-46s", part[2]
			for (c = 1; c <= ncalls; c++) printf " %13.1f", median(part[1], calls[c])
			print ""
			for (c = 1; c <= ncalls; c++) {
				m = median(part[1], calls[c])
				if (part[1] ~ /^(same|libseccomp|crun)$/ && (!(c in least) || m < least[c]))
					least[c] = m
			}
		}
		printf "%-46s", "sbox / the cheapest of the other filters"
		for (c = 1; c <= ncalls; c++) printf " %13.3f", median("sbox", calls[c]) / least[c]
		print ""
	}' "$work/calls.tsv"
}

bench_calls()
{
	local cases=(bare sbox same libseccomp why) reason name round

	echo
	echo "== What a filter costs =="
	# shellcheck disable=SC2086 # CC may have words
	$CC -D_GNU_SOURCE -O2 -Wall -Wextra -static -o "$work/calls" "$srcdir/tests/bench/calls.c"
	mkdir -p "$work/filter"
	SBOX_PROFILE_PATH=$work/profiles ./bench-filter "$work/filter" -p default -- true \
		>"$work/filter.tsv"
	reason=$(no_crun)
	if [ -z "$reason" ]; then
		write_bundle "$work/bundle"
		cases+=(crun)
	else
		echo "crun is left out: $reason"
	fi
	: >"$work/calls.tsv"
	for ((round = 0; round < call_rounds; round++)); do
		for name in "${cases[@]}"; do
			run_case "$name" >"$work/one" || fail "the case $name failed"
			sed "s/^/$name\t/" "$work/one" >>"$work/calls.tsv"
		done
	done
	show_calls "bare|no filter;sbox|sbox, default filter;same|bubblewrap, the same program;libseccomp|bubblewrap, the same denials by libseccomp;crun|crun, Docker's default profile;why|sbox --why, default filter"
	printf 'libseccomp was told %d of %d rules; it can express no others.\n' \
		"$(awk -F '\t' '$1 == "rules" { r = $2 } $1 == "left out" { print r - $2 }' "$work/filter.tsv")" \
		"$(awk -F '\t' '$1 == "rules" { print $2 }' "$work/filter.tsv")"
	bound 'making the default filter' \
		"$(awk -F '\t' '$1 == "microseconds" { print $2 / 1000 }' "$work/filter.tsv")" 0.5 ' ms'
}
