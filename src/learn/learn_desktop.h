/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of the user's session a command used, for which [desktop] has switches. */
#ifndef LEARN_LEARN_DESKTOP_H
#define LEARN_LEARN_DESKTOP_H

#include <stdbool.h>

#include "base/str.h"
#include "learn/learn_files.h"
#include "learn/learn_grants.h"
#include "learn/learn_lines.h"

struct desktop {
	bool wayland, x11, pulseaudio, pipewire, gpu, camera;
	struct strv buses; /* sockets that no switch shows, for they are ways out of any sandbox */
};

void desktop_free(struct desktop *desktop);

/* Notes a device, or a socket that was connected to, if there is a switch for it, or it is a bus.
 */
bool desktop_device(struct desktop *desktop, const char *path);
bool desktop_socket(struct desktop *desktop, const struct places *places, const char *path);

/*
 * Drops the grants that a switch makes wrong, for it brings files of the sandbox's own along: a
 * client.conf, which contradicts a line for the host's, and the cookie of the one display, where
 * the host's file may hold others' as well.
 */
void desktop_drop(const struct desktop *desktop, const struct places *places,
		  struct grants *grants);

void desktop_lines(const struct desktop *desktop, struct lines *lines);

#endif
