# SPDX-License-Identifier: LGPL-2.1-or-later
# The table "learn" of bench.sh, which sources this: how much longer a command takes while sbox
# learn looks on, beside strace and beside the least that a supervisor can do (notify.c).

learn_rounds=15

# quietly NAME COMMAND...: a case whose output goes nowhere. ls ends with 1 when a directory is
# closed to the user.
quietly()
{
	local name=$1

	shift
	# shellcheck disable=SC2016 # for the shell that runs it
	words "$work/cases/$name" /bin/sh -c '"$@" >/dev/null 2>&1 || [ $? = 1 ]' sh "$@"
}

bench_learn()
{
	local command=(/bin/ls -R /usr/share) cases=(run.{alone,learn,exact,floor})
	# Two processes that wait for each other are no matter for real-time scheduling.
	local rounds=$learn_rounds first=()

	echo
	echo "== sbox learn -- ${command[*]} =="
	# shellcheck disable=SC2086 # CC may have words
	$CC -D_GNU_SOURCE -O2 -Wall -Wextra -static -pthread -o "$work/notify" \
		"$srcdir/tests/bench/notify.c"
	quietly run.alone "${command[@]}"
	quietly run.learn "$work/sbox" learn --output "$home/learned" -- "${command[@]}"
	quietly run.exact "$work/sbox" learn --exact --output "$home/learned" -- "${command[@]}"
	quietly run.floor "$work/notify" "${command[@]}"
	if command -v strace >/dev/null; then
		quietly run.strace "$(command -v strace)" -f -c -o "$home/strace" "${command[@]}"
		cases+=(run.strace)
	else
		echo "strace is left out: it is not installed"
	fi
	measure learn "${cases[@]}"
	show learn run.floor run.alone 'run.alone|the command alone' \
		"run.learn|sbox learn" 'run.exact|sbox learn --exact' \
		'run.floor|every call let go on, and nothing else' 'run.strace|strace -f -c'
	bound 'sbox learn / the command alone' \
		"$(ratio "$(value learn run.learn)" "$(value learn run.alone)")" 2 ''
	bound 'sbox learn --exact / every call let go on' \
		"$(ratio "$(value learn run.exact)" "$(value learn run.floor)")" 2 ''
}
