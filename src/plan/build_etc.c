/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The parts of /etc that programs need, the accounts cut to those that exist inside, and name
 * resolution that can't leave the sandbox's network.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "plan/builder.h"

/* Shown as they are, where the host has them; nothing here is secret or names what runs on the
 * host. */
static const char *const shown[] = {
	"/etc/alternatives",
	"/etc/bash.bashrc",
	"/etc/ca-certificates",
	"/etc/ca-certificates.conf",
	"/etc/crypto-policies",
	"/etc/dconf",
	"/etc/debian_version",
	"/etc/dictionaries-common",
	"/etc/drirc",
	"/etc/fonts",
	"/etc/gai.conf",
	"/etc/gtk-2.0",
	"/etc/gtk-3.0",
	"/etc/gtk-4.0",
	"/etc/host.conf",
	"/etc/inputrc",
	"/etc/java",
	"/etc/ld.so.cache",
	"/etc/ld.so.conf",
	"/etc/ld.so.conf.d",
	"/etc/locale.alias",
	"/etc/locale.conf",
	"/etc/localtime",
	"/etc/magic",
	"/etc/mailcap",
	"/etc/mime.types",
	"/etc/networks",
	"/etc/OpenCL",
	"/etc/os-release",
	"/etc/pki/ca-trust",
	"/etc/pki/tls/certs",
	"/etc/profile",
	"/etc/profile.d",
	"/etc/protocols",
	"/etc/python3",
	"/etc/rpc",
	"/etc/services",
	"/etc/shells",
	"/etc/skel",
	"/etc/ssl/certs",
	"/etc/ssl/openssl.cnf",
	"/etc/terminfo",
	"/etc/timezone",
	"/etc/vim",
	"/etc/vulkan",
	"/etc/X11/rgb.txt",
	"/etc/X11/xkb",
	"/etc/xdg",
};

static int show_files(struct builder *b, struct err **err)
{
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++) {
		char target[PATH_MAX];
		struct stat st;
		ssize_t len;

		if (b->host->fs->lstat(shown[i], &st) < 0)
			continue;
		/* A link into /usr (localtime, os-release) stays one and costs no mount. */
		len = S_ISLNK(st.st_mode)
			      ? b->host->fs->readlink(shown[i], target, sizeof(target) - 1)
			      : -1;
		if (len > 0) {
			target[len] = '\0';
			if (str_starts(target, "/usr/") || str_starts(target, "../usr/")) {
				add_symlink(b, shown[i], arena_strdup(b->arena, target), &no_loc);
				continue;
			}
		}
		if (add_bind(b, shown[i], shown[i], BIND_RO | BIND_OPTIONAL, &no_loc, err) < 0)
			return -1;
	}
	return 0;
}

static void add_text(struct builder *b, const char *dest, struct str *text)
{
	size_t len = text->len;

	add_file(b, dest, arena_take(b->arena, str_steal(text)), len, 0644, &no_loc);
}

/* The home for a line of passwd(5), which can't have what ends a field or the line. */
static const char *home_field(const struct builder *b)
{
	return strpbrk(b->home, ":\n") ? "/nonexistent" : b->home;
}

/* Root, the caller and nobody: who owns what the application can see. */
static void accounts(struct builder *b, unsigned uid, unsigned gid)
{
	struct str passwd = {0}, group = {0};
	const struct host *host = b->host;

	if (uid != 0)
		str_add(&passwd, "root:x:0:0:root:/root:/bin/sh\n");
	str_addf(&passwd, "%s:x:%u:%u:%s:%s:%s\n", host->user, uid, gid, host->user, home_field(b),
		 host->shell);
	if (uid != 65534)
		str_add(&passwd, "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
	if (gid != 0)
		str_add(&group, "root:x:0:\n");
	str_addf(&group, "%s:x:%u:\n", host->group, gid);
	if (gid != 65534)
		str_add(&group, "nogroup:x:65534:\n");
	add_text(b, "/etc/passwd", &passwd);
	add_text(b, "/etc/group", &group);
}

/* Whether a line of a passwd or group file has the id in its third field. */
static bool has_id(const char *data, unsigned id)
{
	for (const char *line = data; *line; line += *line == '\n') {
		const char *end = strchrnul(line, '\n'), *field = line;

		for (int i = 0; field && i < 2; i++) {
			field = memchr(field, ':', (size_t)(end - field));
			field = field ? field + 1 : NULL;
		}
		if (field && *field >= '0' && *field <= '9' && strtoul(field, NULL, 10) == id)
			return true;
		line = end;
	}
	return false;
}

/* The tree's own file with one line more, where it has none for the id. */
static void add_account(struct builder *b, const char *path, unsigned id, const char *line)
{
	_cleanup_free_ char *data = NULL;
	struct str text = {0};
	size_t len;

	/* Inside the tree: a link in it may not lead to a file of the host. */
	if (b->host->fs->read_inside(b->tree, path, &data, &len) < 0 || has_id(data, id))
		return;
	str_addf(&text, "%s%s%s", data, len == 0 || str_ends(data, "\n") ? "" : "\n", line);
	add_text(b, path, &text);
}

/* The accounts are the tree's; the caller is added, for programs look up who they are. */
static void tree_accounts(struct builder *b, unsigned uid, unsigned gid)
{
	const struct host *host = b->host;

	add_account(b, "/etc/passwd", uid,
		    arena_printf(b->arena, "%s:x:%u:%u:%s:%s:/bin/sh\n", host->user, uid, gid,
				 host->user, home_field(b)));
	add_account(b, "/etc/group", gid, arena_printf(b->arena, "%s:x:%u:\n", host->group, gid));
}

/* The profile's lines stand first, for the first match counts. */
static void hosts(struct builder *b)
{
	const char *name = b->plan->hostname;
	_cleanup_free_ char *data = NULL;
	struct str text = {0};
	const struct value *values;
	struct step *step;
	size_t len, count;

	profile_list(b->profile, KEY_NET_HOSTS, &values, &count);
	for (size_t i = 0; i < count; i++)
		for (char **word = values[i].words; *word; word++)
			str_addf(&text, "%s%s", *word,
				 word == values[i].words ? "\t"
				 : word[1]               ? " "
							 : "\n");
	/* The host's own entries are shown only where its network is. */
	if (b->plan->net.mode == NET_HOST && b->host->fs->read("/etc/hosts", &data, &len) == 0)
		str_addf(&text, "%s%s", data, str_ends(data, "\n") ? "" : "\n");
	else
		str_add(&text, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
	if (name)
		str_addf(&text, "127.0.1.1\t%s\n", name);
	add_text(b, "/etc/hosts", &text);
	step = &b->steps[b->nsteps - 1];
	step->if_present = count == 0;
	if (count > 0) {
		step->loc = values[0].loc;
		step->implied = false;
	}
}

/* Whether names are looked up elsewhere than where the host does. */
static bool own_names(const struct builder *b)
{
	const struct plan_net *net = &b->plan->net;

	return net->mode == NET_NETNS || net->mode == NET_PASTA || net->dns;
}

/*
 * "files dns" and nothing else: each further service (resolve, mdns4, mymachines, sss) asks a
 * daemon of the host over a socket, which would look names up through the host's network.
 */
static void name_services(struct builder *b)
{
	struct str text = {0};

	str_add(&text, "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n"
		       "networks: files\nprotocols: files\nservices: files\nrpc: files\n");
	add_text(b, "/etc/nsswitch.conf", &text);
	b->steps[b->nsteps - 1].essential = own_names(b);
	b->steps[b->nsteps - 1].if_present = true;
}

/* A resolv.conf of the sandbox's own. */
static void own_resolver(struct builder *b, const char *dest)
{
	const struct plan_net *net = &b->plan->net;
	struct str text = {0};
	struct step *step;

	for (char *const *domain = net->search; domain && *domain; domain++)
		str_addf(&text, "%s%s%s", domain == net->search ? "search " : " ", *domain,
			 domain[1] ? "" : "\n");
	for (char *const *server = net->dns; *server; server++)
		str_addf(&text, "nameserver %s\n", *server);
	add_text(b, dest, &text);
	step = &b->steps[b->nsteps - 1];
	step->essential = true;
	if (net->dns_loc.file) {
		step->loc = net->dns_loc;
		step->implied = false;
	}
}

static void set_search_variable(struct builder *b)
{
	struct str text = {0};

	str_add(&text, "LOCALDOMAIN=");
	for (char *const *domain = b->plan->net.search; *domain; domain++)
		str_addf(&text, "%s%s", *domain, domain[1] ? " " : "");
	set_variable(b, &b->plan->net.search_loc, str_steal(&text));
}

static int resolver(struct builder *b, struct err **err)
{
	const char *dest = "/etc/resolv.conf";
	const struct plan_net *net = &b->plan->net;

	/* In the host's own /etc it is often a link into /run, where sbox's own /run is instead. */
	if (profile_number(b->profile, KEY_FS_BASE) == BASE_HOST_RO && !needs_entries(b, "/etc")) {
		char *real = b->host->fs->realpath(dest);

		dest = real ? arena_take(b->arena, real) : dest;
	}
	if (net->dns) {
		own_resolver(b, dest);
		return 0;
	}
	if (net->mode == NET_NONE)
		return 0;
	/* Those files change with the lease and are shown as they are; resolver(5) names the way
	 * to have other domains than theirs. */
	if (net->search)
		set_search_variable(b);
	if (net->mode == NET_NETNS)
		return uplink_resolver(b, err);
	return add_bind(b, "/etc/resolv.conf", dest, BIND_RO | BIND_OPTIONAL, &no_loc, err) < 0 ? -1
												: 0;
}

int build_etc(struct builder *b, struct err **err)
{
	const struct value *uid = profile_get(b->profile, KEY_NS_UID);
	const struct value *gid = profile_get(b->profile, KEY_NS_GID);
	int64_t base = profile_number(b->profile, KEY_FS_BASE);
	bool names = closure_has_set(b, "nss");
	const struct value *values;
	size_t count;

	if (base == BASE_MINIMAL && show_files(b, err) < 0)
		return -1;
	if (base == BASE_MINIMAL || names)
		accounts(b, uid ? (unsigned)uid->number : b->host->uid,
			 gid ? (unsigned)gid->number : b->host->gid);
	profile_list(b->profile, KEY_NET_HOSTS, &values, &count);
	if (base == BASE_NONE && !own_names(b) && !names && count == 0)
		return 0;
	if (base == BASE_PATH)
		tree_accounts(b, uid ? (unsigned)uid->number : b->host->uid,
			      gid ? (unsigned)gid->number : b->host->gid);
	/* A tree has its own, which asks what the tree has, unless that could ask elsewhere. */
	if (base != BASE_PATH || own_names(b))
		name_services(b);
	hosts(b);
	return resolver(b, err);
}
