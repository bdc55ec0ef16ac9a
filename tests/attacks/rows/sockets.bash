# SPDX-License-Identifier: LGPL-2.1-or-later
# Daemons outside.

# connected FILE: whether a listener noted a connection.
connected() {
	[ ! -e "$1" ] || evidence "a daemon outside got a connection"
}

row abstract-socket "connects to an abstract socket of the session"
attack_abstract-socket() {
	local name=sbox-attack-$$-$helper_count # not the one before, which may not have ended yet
	start_helper listen abstract "$name" "$D/connected"
	box -- "$ATTACK" connect abstract "$name"
	connected "$D/connected"
}

row abstract-socket-host "the same with the host's network shared"
attack_abstract-socket-host() {
	if [ "$program" = sbox ] && ! as_user "$ATTACK" landlock 6 >/dev/null; then
		not_applicable "this kernel's Landlock has no scopes"
		return
	fi
	local name=sbox-attack-$$-$helper_count # not the one before, which may not have ended yet
	start_helper listen abstract "$name" "$D/connected"
	box --net-host -- "$ATTACK" connect abstract "$name"
	connected "$D/connected"
}

row session-bus "speaks to the session's D-Bus daemon"
attack_session-bus() {
	local runtime=/run/user/$(id -u "$user") id
	id=$(printf %s "$(id -u "$user")" | od -An -tx1 | tr -d ' \n')
	install -d -m 755 /run/user
	install -d -m 700 -o "$user" -g "$user" "$runtime"
	as_user dbus-daemon --session --nofork --nopidfile --address="unix:path=$runtime/bus" \
		</dev/null >/dev/null 2>&1 3>&- 9>&- &
	helpers+=($!)
	wait_until test -S "$runtime/bus"
	user_environment=(XDG_RUNTIME_DIR="$runtime" DBUS_SESSION_BUS_ADDRESS="unix:path=$runtime/bus")
	box -- "$ATTACK" connect unix "$runtime/bus" "AUTH EXTERNAL $id"
	end_helpers
	rm -rf "$runtime"
}

row docker-socket "speaks to Docker's daemon"
attack_docker-socket() {
	"$ATTACK" listen unix /run/docker.sock "$D/connected" </dev/null >"$W/docker" 2>&1 3>&- 9>&- &
	helpers+=($!)
	wait_until test -s "$W/docker"
	box -- "$ATTACK" connect unix /run/docker.sock
	box -- "$ATTACK" connect unix /var/run/docker.sock
	connected "$D/connected"
	end_helpers
	rm -f /run/docker.sock
}
