/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sys/socket.h>

#include "base/str.h"
#include "learn/learn_files.h"

static bool is_bound(const struct record *record, unsigned port)
{
	for (size_t i = 0; i < record->nsockets; i++)
		if (record->sockets[i].bound && record->sockets[i].port == port)
			return true;
	return false;
}

/* A network of its own is enough for what a command only says to itself. */
static bool is_outside(const struct record *record, const struct address_use *use)
{
	if (use->family == AF_UNIX)
		return false;
	if (use->bound && use->port != 0)
		return true;
	return use->connected && use->port != 0 && !(use->loopback && is_bound(record, use->port));
}

static bool network_needed(const struct record *record)
{
	for (size_t i = 0; i < record->nsockets; i++)
		if (is_outside(record, &record->sockets[i]))
			return true;
	return false;
}

void network_lines(const struct record *record, struct lines *lines)
{
	_cleanup_strv_ struct strv connected = {0}, bound = {0}, abstract = {0};

	lines_add(lines, "network", "mode", "%s", network_needed(record) ? "host" : "none");
	for (size_t i = 0; i < record->nsockets; i++) {
		const struct address_use *use = &record->sockets[i];
		const char *text = record->addresses.items[i];

		if (use->family == AF_UNIX)
			strv_add(&abstract, text);
		else if (is_outside(record, use))
			strv_add(use->bound ? &bound : &connected, text);
	}
	lines_note_words(lines, "network", "connected or sent to", &connected, 10);
	lines_note_words(lines, "network", "listened on", &bound, 10);
	lines_note_words(lines, "network", "abstract sockets, which belong to a network", &abstract,
			 10);
}
