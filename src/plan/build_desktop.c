/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [desktop]: the sockets, devices and settings of the user's session, each switched on by name. */
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "plan/builder.h"
#include "plan/xauth.h"

/* $XDG_RUNTIME_DIR, made a directory of the sandbox's own once something of it is shown. */
static int runtime_directory(struct builder *b, const struct loc *loc, char **out, struct err **err)
{
	if (expand_path(b, "${XDG_RUNTIME_DIR}", false, loc, out, err) < 0)
		return -1;
	if (!b->runtime_made) {
		b->runtime_made = true;
		add_tmpfs(b, *out, 0700, 16 << 20, &no_loc);
		set_variable(b, loc, xasprintf("XDG_RUNTIME_DIR=%s", *out));
	}
	return 0;
}

/*
 * Shows a socket of the session's, and nothing that is none, whatever the environment names. A
 * read-only mount doesn't keep anybody from connecting, only from changing the socket's mode.
 */
static int show_socket(struct builder *b, const char *path, const char *dest, const struct loc *loc,
		       struct err **err)
{
	char *clean = path_clean(path), *clean_dest = path_clean(dest);

	if (clean)
		arena_take(b->arena, clean);
	if (clean_dest)
		arena_take(b->arena, clean_dest);
	if (!clean || !clean_dest)
		return err_set(err, 0, "%s: \"%s\" is not an absolute path without \"..\"",
			       loc_text(loc), path);
	if (add_bind(b, clean, clean_dest, BIND_RO, loc, err) < 0)
		return -1;
	if (b->steps[b->nsteps - 1].id.type != S_IFSOCK)
		return err_set(err, 0, "%s: %s is not a socket", loc_text(loc), clean);
	return 0;
}

static int show_each(struct builder *b, const char *const *paths, size_t count, unsigned flags,
		     const struct loc *loc, struct err **err)
{
	for (size_t i = 0; i < count; i++) {
		char *path;
		int found = expand_path(b, paths[i], true, loc, &path, err);

		if (found > 0)
			found = add_bind(b, path, path, flags | BIND_OPTIONAL, loc, err);
		if (found < 0)
			return -1;
	}
	return 0;
}

static int wayland(struct builder *b, const struct loc *loc, struct err **err)
{
	const char *display = host_env(b->host, "WAYLAND_DISPLAY");
	const char *socket;
	char *runtime;

	if (!display)
		display = "wayland-0";
	if (runtime_directory(b, loc, &runtime, err) < 0)
		return -1;
	socket = display[0] == '/' ? display : arena_printf(b->arena, "%s/%s", runtime, display);
	if (show_socket(b, socket, socket, loc, err) < 0)
		return -1;
	set_variable(b, loc, xasprintf("WAYLAND_DISPLAY=%s", display));
	return 0;
}

/* "unix:0.0", ":0", "host:10": the number between ':' and an optional '.', in the arena, or NULL.
 */
static const char *display_number(struct builder *b)
{
	const char *display = host_env(b->host, "DISPLAY");
	const char *colon = display ? strrchr(display, ':') : NULL;
	size_t len = colon ? strspn(colon + 1, "0123456789") : 0;

	return len > 0 ? arena_printf(b->arena, "%.*s", (int)len, colon + 1) : NULL;
}

static const char *x11_socket(struct builder *b, const char *number)
{
	return arena_printf(b->arena, "/tmp/.X11-unix/X%s", number);
}

/*
 * The cookie of this display, if there is one. A copy, for the host's name stands in the file and
 * clients look for the sandbox's; and other displays' cookies, of sessions elsewhere too, are
 * nobody's business inside.
 */
static int x11_cookie(struct builder *b, const char *number, const struct loc *loc,
		      struct err **err)
{
	_cleanup_str_ struct str records = {0};
	_cleanup_free_ char *data = NULL;
	const char *path = host_env(b->host, "XAUTHORITY"), *real;
	size_t len;

	if (!path)
		path = arena_printf(b->arena, "%s/.Xauthority", b->home);
	if (path[0] != '/')
		return err_set(err, 0, "%s: XAUTHORITY \"%s\" is not an absolute path",
			       loc_text(loc), path);
	if (refuse_planted(b, path, loc, &real, err) < 0)
		return -1;
	if (!real || b->host->fs->read_straight(real, &data, &len) < 0) {
		if (errno == ENOENT || errno == EACCES)
			return 0;
		if (errno == EISDIR || errno == EINVAL)
			return err_set(err, 0, "%s: XAUTHORITY %s is not a file", loc_text(loc),
				       path);
		return err_set(err, errno, "%s: XAUTHORITY %s", loc_text(loc), path);
	}
	xauth_local(data, len, b->host->node, number, &records);
	if (records.len == 0)
		return 0;
	len = records.len;
	add_file(b, "/run/sbox-xauthority", arena_take(b->arena, str_steal(&records)), len, 0600,
		 loc);
	set_variable(b, loc, xstrdup("XAUTHORITY=/run/sbox-xauthority"));
	return 0;
}

static int x11(struct builder *b, const struct loc *loc, struct err **err)
{
	const char *display = host_env(b->host, "DISPLAY");
	const char *number = display_number(b);
	const char *socket;

	if (!number)
		return err_set(err, 0, "%s: x11 = yes: DISPLAY %s%s%s", loc_text(loc),
			       display ? "\"" : "is not set", display ? display : "",
			       display ? "\" has no display number" : "");
	/* The directory first, so that no other display's socket shows. */
	add_dir(b, "/tmp/.X11-unix", 01777, loc);
	socket = x11_socket(b, number);
	if (show_socket(b, socket, socket, loc, err) < 0)
		return -1;
	set_variable(b, loc, xasprintf("DISPLAY=:%s", number));
	return x11_cookie(b, number, loc, err);
}

/* Where the server listens outside; NULL without $XDG_RUNTIME_DIR. */
static const char *pulseaudio_socket(struct builder *b)
{
	const char *runtime = host_env(b->host, "PULSE_RUNTIME_PATH");

	if (runtime)
		return arena_printf(b->arena, "%s/native", runtime);
	runtime = host_env(b->host, "XDG_RUNTIME_DIR");
	return runtime ? arena_printf(b->arena, "%s/pulse/native", runtime) : NULL;
}

static int pulseaudio(struct builder *b, const struct loc *loc, struct err **err)
{
	/* Shared memory can't work across pid namespaces; a client that tries falls silent. */
	static const char config[] = "enable-shm = no\nautospawn = no\n";
	char *runtime, *cookie;

	if (runtime_directory(b, loc, &runtime, err) < 0)
		return -1;
	if (show_socket(b, pulseaudio_socket(b), arena_printf(b->arena, "%s/pulse/native", runtime),
			loc, err) < 0)
		return -1;
	add_file(b, "/etc/pulse/client.conf", config, sizeof(config) - 1, 0644, loc);
	set_variable(b, loc, xasprintf("PULSE_SERVER=unix:%s/pulse/native", runtime));
	set_variable(b, loc, xstrdup("PULSE_CLIENTCONFIG=/etc/pulse/client.conf"));
	if (expand_path(b, "${XDG_CONFIG_HOME}/pulse/cookie", true, loc, &cookie, err) < 0)
		return -1;
	return add_bind(b, cookie, cookie, BIND_RO | BIND_OPTIONAL, loc, err) < 0 ||
			       add_bind(b, "/etc/machine-id", "/etc/machine-id",
					BIND_RO | BIND_OPTIONAL, loc, err) < 0
		       ? -1
		       : 0;
}

static int pipewire(struct builder *b, const struct loc *loc, struct err **err)
{
	const char *socket;
	char *runtime;

	if (runtime_directory(b, loc, &runtime, err) < 0)
		return -1;
	socket = arena_printf(b->arena, "%s/pipewire-0", runtime);
	return show_socket(b, socket, socket, loc, err);
}

static int gpu(struct builder *b, const struct loc *loc, struct err **err)
{
	static const char *const devices[] = {
		"/dev/dri",        "/dev/nvidia0",          "/dev/nvidia1",        "/dev/nvidiactl",
		"/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset", "/dev/kfd",
		"/dev/mali0",      "/dev/udmabuf",
	};

	/* What the drivers read of /sys is in the sandbox's own one: only its network part differs.
	 */
	return show_each(b, devices, ARRAY_SIZE(devices), BIND_RO | BIND_DEV, loc, err);
}

static int fonts(struct builder *b, const struct loc *loc, struct err **err)
{
	static const char *const paths[] = {
		"~/.fonts",
		"~/.fonts.conf",
		"${XDG_DATA_HOME}/fonts",
		"${XDG_CONFIG_HOME}/fontconfig",
		"/var/cache/fontconfig",
	};

	return show_each(b, paths, ARRAY_SIZE(paths), BIND_RO, loc, err);
}

static int themes(struct builder *b, const struct loc *loc, struct err **err)
{
	static const char *const paths[] = {
		"~/.themes",
		"~/.icons",
		"${XDG_DATA_HOME}/themes",
		"${XDG_DATA_HOME}/icons",
		"${XDG_CONFIG_HOME}/gtk-3.0",
		"${XDG_CONFIG_HOME}/gtk-4.0",
		"${XDG_CONFIG_HOME}/kdeglobals",
		"${XDG_CONFIG_HOME}/qt5ct",
		"${XDG_CONFIG_HOME}/qt6ct",
		"${XDG_CONFIG_HOME}/Kvantum",
		"~/.XCompose",
	};

	return show_each(b, paths, ARRAY_SIZE(paths), BIND_RO, loc, err);
}

static int camera(struct builder *b, const struct loc *loc, struct err **err)
{
	char **names = b->host->fs->list("/dev");
	int result = 0;

	for (char **name = names; name && *name && result == 0; name++)
		if (str_starts(*name, "video") || str_starts(*name, "media"))
			result = show_each(
				b, (const char *[]){arena_printf(b->arena, "/dev/%s", *name)}, 1,
				BIND_RO | BIND_DEV, loc, err);
	host_list_free(names);
	return result;
}

/*
 * Whether the session has what the switch shows: `auto` asks, `yes` insists. So that `auto` is no
 * error where a variable leads elsewhere, such as the DISPLAY of ssh -X, this asks for the very
 * socket.
 */
static bool has_socket(struct builder *b, const char *path)
{
	char *expanded;
	struct stat st;

	return path && expand_path(b, path, true, &no_loc, &expanded, NULL) > 0 &&
	       b->host->fs->stat(expanded, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* The same for what is shown in $XDG_RUNTIME_DIR, which then has to be a path. */
static bool has_runtime_socket(struct builder *b, const char *path)
{
	char *runtime;

	return expand_path(b, "${XDG_RUNTIME_DIR}", true, &no_loc, &runtime, NULL) > 0 &&
	       has_socket(b, path);
}

static bool has_wayland(struct builder *b)
{
	const char *display = host_env(b->host, "WAYLAND_DISPLAY");

	if (!display)
		return has_runtime_socket(b, "${XDG_RUNTIME_DIR}/wayland-0");
	return has_runtime_socket(b, display[0] == '/' ? display
						       : "${XDG_RUNTIME_DIR}/${WAYLAND_DISPLAY}");
}

/* X11 only where nothing better is shown. */
static bool has_x11(struct builder *b)
{
	const char *number = display_number(b);

	return number && has_socket(b, x11_socket(b, number)) &&
	       (profile_number(b->profile, KEY_DESKTOP_WAYLAND) == 0 || !has_wayland(b));
}

static bool has_pulseaudio(struct builder *b)
{
	return has_runtime_socket(b, pulseaudio_socket(b));
}

static bool has_pipewire(struct builder *b)
{
	return has_runtime_socket(b, "${XDG_RUNTIME_DIR}/pipewire-0");
}

int build_desktop(struct builder *b, struct err **err)
{
	static const struct {
		enum key_id key;
		int (*build)(struct builder *b, const struct loc *loc, struct err **err);
		bool (*there)(struct builder *b); /* for auto */
	} switches[] = {
		{KEY_DESKTOP_WAYLAND, wayland, has_wayland},
		{KEY_DESKTOP_X11, x11, has_x11},
		{KEY_DESKTOP_PULSEAUDIO, pulseaudio, has_pulseaudio},
		{KEY_DESKTOP_PIPEWIRE, pipewire, has_pipewire},
		{KEY_DESKTOP_GPU, gpu, NULL},
		{KEY_DESKTOP_FONTS, fonts, NULL},
		{KEY_DESKTOP_THEMES, themes, NULL},
		{KEY_DESKTOP_CAMERA, camera, NULL},
	};
	enum { NO, YES, AUTO };

	for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
		const struct value *value = profile_get(b->profile, switches[i].key);
		bool wanted = switches[i].there ? value->number != NO : value->flag;

		if (!wanted ||
		    (switches[i].there && value->number == AUTO && !switches[i].there(b)))
			continue;
		if (switches[i].build(b, &value->loc, err) < 0)
			return -1;
	}
	return 0;
}
