/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "learn/learn_desktop.h"

#include <string.h>

#include "base/mem.h"
#include "base/path.h"

void desktop_free(struct desktop *desktop)
{
	strv_free(&desktop->buses);
	*desktop = (struct desktop){0};
}

bool desktop_device(struct desktop *desktop, const char *path)
{
	if (str_starts(path, "/dev/dri/"))
		desktop->gpu = true;
	else if (str_starts(path, "/dev/video") || str_starts(path, "/dev/media"))
		desktop->camera = true;
	else
		return false;
	return true;
}

/* `name` is the socket's in $XDG_RUNTIME_DIR. */
static bool runtime_socket(struct desktop *desktop, const char *name, const char *path)
{
	if (str_starts(name, "wayland-"))
		desktop->wayland = true;
	else if (streq(name, "pulse/native"))
		desktop->pulseaudio = true;
	else if (str_starts(name, "pipewire-"))
		desktop->pipewire = true;
	else if (streq(name, "bus"))
		strv_add(&desktop->buses, path);
	else
		return false;
	return true;
}

bool desktop_socket(struct desktop *desktop, const struct places *places, const char *path)
{
	const char *runtime = places->runtime;

	if (places->wayland && streq(path, places->wayland))
		desktop->wayland = true;
	else if (str_starts(path, "/tmp/.X11-unix/"))
		desktop->x11 = true;
	else if (streq(path, "/run/dbus/system_bus_socket"))
		strv_add(&desktop->buses, path);
	else if (runtime && path_below(path, runtime) && !streq(path, runtime))
		return runtime_socket(desktop, path + strlen(runtime) + 1, path);
	else
		return false;
	return true;
}

void desktop_drop(const struct desktop *desktop, const struct places *places, struct grants *grants)
{
	if (desktop->pulseaudio)
		grants_drop(grants, "/etc/pulse/client.conf");
	if (desktop->x11)
		grants_drop(grants, places->cookies);
}

void desktop_lines(const struct desktop *desktop, struct lines *lines)
{
	const struct {
		bool used;
		const char *name, *value;
	} switches[] = {
		{desktop->wayland, "wayland", "auto"},
		{desktop->x11, "x11", "auto"},
		{desktop->pulseaudio, "pulseaudio", "auto"},
		{desktop->pipewire, "pipewire", "auto"},
		{desktop->gpu, "gpu", "yes"},
		{desktop->camera, "camera", "yes"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(switches); i++)
		if (switches[i].used)
			lines_add(lines, "desktop", switches[i].name, "%s", switches[i].value);
}
