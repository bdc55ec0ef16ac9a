/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What keeps a sandbox on its uplink where a network namespace doesn't: names are looked up by the
 * uplink's servers alone, and no socket of a daemon of the host's leads round it. A pathname socket
 * belongs to the file system, so it works across network namespaces, unix(7).
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/path.h"
#include "base/str.h"
#include "plan/builder.h"

/*
 * Who answers there, in the host's network. Of a name service any part of the directory is refused,
 * running or not, for daemons come and go: what is covered inside shows again once the daemon has
 * made its directory anew. Only one that came with its package can be covered.
 */
static const struct daemon {
	const char *path; /* relative: in the user's runtime directory */
	const char *what;
	bool names; /* it looks names up for everybody */
	bool stays; /* the directory isn't made by the daemon */
} daemons[] = {
	{"/run/systemd/resolve", "systemd-resolved", true, false},
	{"/run/dbus", "the system bus", true, false},
	{"/run/nscd", "nscd", true, false},
	{"/run/avahi-daemon", "avahi-daemon", true, false},
	{"/run/mdnsd", "mdnsd", true, false},
	{"/run/nslcd", "nslcd", true, false},
	{"/run/samba/winbindd", "winbindd", true, false},
	{"/run/winbindd", "winbindd", true, false},
	{"/run/knot-resolver", "knot-resolver", true, false},
	{"/run/unbound.ctl", "unbound", true, false},
	{"/var/lib/sss/pipes", "sssd", true, true},
	{"bus", "the session bus", false, false},
	{"systemd/private", "the user's systemd", false, false},
	{"docker.sock", "docker", false, false},
	{"podman/podman.sock", "podman", false, false},
	{"gnupg/S.dirmngr", "dirmngr", false, false},
	{"/run/docker.sock", "docker", false, false},
	{"/run/podman/podman.sock", "podman", false, false},
	{"/run/containerd/containerd.sock", "containerd", false, false},
	{"/run/libvirt/libvirt-sock", "libvirt", false, false},
	{"/run/tailscale/tailscaled.sock", "tailscaled", false, false},
};

static bool on_uplink(const struct builder *b)
{
	return b->plan->net.mode == NET_NETNS || b->plan->net.mode == NET_PASTA;
}

static const char *uplink_name(const struct builder *b)
{
	return b->plan->net.netns ? b->plan->net.netns : b->plan->net.uplink;
}

bool needs_entries(const struct builder *b, const char *dest)
{
	return on_uplink(b) && streq(dest, "/etc");
}

int show_etc(struct builder *b, const char *source, unsigned flags, const struct loc *loc,
	     struct err **err)
{
	/* sbox's own ones stand there. */
	static const char *const ours[] = {"resolv.conf", "nsswitch.conf", NULL};

	add_dir(b, "/etc", 0755, loc);
	return show_entries(b, source, "/etc", ours, flags, loc, err);
}

/* Whether none but root can have made the file. 0 when there is none; -1 for a file of others. */
static int check_override(struct builder *b, const char *path, struct err **err)
{
	const struct loc *loc = &b->plan->net.loc;
	_cleanup_free_ char *part = xstrdup(path);
	struct stat st;

	for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		if (b->host->fs->lstat(part, &st) < 0) {
			if (errno == ENOENT)
				return 0;
			return err_set(err, errno, "%s: %s", loc_text(loc), part);
		}
		if (st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)) ||
		    (st.st_mode & S_IFMT) != (slash ? S_IFDIR : S_IFREG))
			return err_set(err, 0,
				       "%s: %s overrides the DNS servers of the uplink \"%s\", but "
				       "%s is not a %s that belongs to root and that root alone "
				       "may write to",
				       loc_text(loc), path, b->plan->net.netns, part,
				       slash ? "directory" : "regular file");
		if (!slash)
			return 1;
		*slash = '/';
	}
}

/* The lease's file is bound, not copied: the DHCP client writes it in place when it changes. */
int uplink_resolver(struct builder *b, struct err **err)
{
	static const char dest[] = "/etc/resolv.conf";
	struct plan_net *net = &b->plan->net;
	const char *source = arena_printf(b->arena, "/etc/netns/%s/resolv.conf", net->netns);
	int found = check_override(b, source, err);

	if (found == 0) {
		source = arena_printf(b->arena, SBOX_RUNDIR "/netns/%s/lease/resolv.conf",
				      net->netns);
		found = add_bind(b, source, dest, BIND_RO | BIND_OPTIONAL, &no_loc, err);
	} else if (found > 0) {
		found = add_bind(b, source, dest, BIND_RO, &no_loc, err);
	}
	if (found < 0)
		return -1;
	if (found > 0)
		net->resolver = source;
	else
		add_file(b, dest, "", 0, 0644, &no_loc);
	b->steps[b->nsteps - 1].essential = true;
	return 0;
}

bool is_foreign_proxy(const struct builder *b, const char *variable)
{
	static const char *const schemes[] = {"http", "https", "ftp",  "rsync",
					      "all",  "socks", "auto", "no"};
	size_t len = strcspn(variable, "=");

	if (!on_uplink(b))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
		size_t scheme = strlen(schemes[i]);

		if (len == scheme + strlen("_proxy") &&
		    strncasecmp(variable, schemes[i], scheme) == 0 &&
		    strncasecmp(variable + scheme, "_proxy", strlen("_proxy")) == 0)
			return true;
	}
	return false;
}

/* Covers a directory that stays where it is. */
static void hide_below(struct builder *b, const char *shown_dest, const char *real,
		       const char *path)
{
	struct step *step;
	struct stat st;

	if (b->host->fs->lstat(path, &st) < 0)
		return;
	step = add_step(b, STEP_HIDE,
			arena_printf(b->arena, "%s%s", shown_dest, path + strlen(real)), &no_loc);
	step->if_present = true;
	step->essential = true;
}

/* What the bind of step `index` has to do with `path`, where the daemon is. */
static int close_way(struct builder *b, size_t index, const struct daemon *daemon, const char *path,
		     struct err **err)
{
	const struct step step = b->steps[index];
	bool holds = path_below(path, step.real);

	if (!holds && !(daemon->names && path_below(step.real, path)))
		return 0;
	/* A file beside the sockets says things, but looks nothing up. */
	if (step.id.type != S_IFDIR && step.id.type != S_IFSOCK)
		return 0;
	if (holds && (step.implied || daemon->stays) && !streq(path, step.real)) {
		hide_below(b, step.dest, step.real, path);
		return 0;
	}
	if (daemon->names)
		return err_set_code(err, EXIT_PROFILE, 0,
				    "%s: %s shows %s, over which %s would look names up past the "
				    "uplink \"%s\": show less of it",
				    loc_text(&step.loc), step.source, path, daemon->what,
				    uplink_name(b));
	if (!streq(path, step.real))
		return err_set_code(
			err, EXIT_PROFILE, 0,
			"%s: %s shows %s, over which %s works in the host's network and "
			"not on the uplink \"%s\": show less of it, or that socket by "
			"its own name",
			loc_text(&step.loc), step.source, path, daemon->what, uplink_name(b));
	*array_grow(&b->plan->warnings, &b->plan->nwarnings) =
		arena_printf(b->arena,
			     "%s: %s works in the host's network and not on the uplink \"%s\"",
			     loc_text(&step.loc), daemon->what, uplink_name(b));
	return 0;
}

/* Where the daemon is, without symlinks if it is there; in the arena. */
static const char *daemon_path(struct builder *b, const struct daemon *daemon)
{
	const char *runtime = host_env(b->host, "XDG_RUNTIME_DIR");
	_cleanup_free_ char *real = NULL;
	const char *path = daemon->path;

	if (!runtime || runtime[0] != '/')
		runtime = arena_printf(b->arena, "/run/user/%u", (unsigned)b->host->uid);
	if (path[0] != '/')
		path = arena_printf(b->arena, "%s/%s", runtime, path);
	real = b->host->fs->realpath(path);
	return real ? arena_strdup(b->arena, real) : path;
}

int close_ways_round(struct builder *b, struct err **err)
{
	size_t count = b->nsteps;

	for (size_t d = 0; on_uplink(b) && d < ARRAY_SIZE(daemons); d++) {
		const char *path = daemon_path(b, &daemons[d]);

		for (size_t i = 0; i < count; i++)
			if (step_shows_host(&b->steps[i]) &&
			    close_way(b, i, &daemons[d], path, err) < 0)
				return -1;
	}
	return 0;
}
