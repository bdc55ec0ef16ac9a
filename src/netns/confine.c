/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netns/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/mnt.h"
#include "base/sys.h"
#include "netns/client.h"
#include "netns/filter.h"
#include "netns/priv.h"

#define PLAIN (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

static int failed(struct err **err, const char *op, const char *path)
{
	return err_set(err, errno, "confine the DHCP client: %s %s", op, path);
}

/* Binds the open object `source` at `dest`, `type` being S_IFDIR or S_IFREG. */
static int bind(struct mnt_root *root, int source, const char *dest, mode_t type, uint64_t attr,
		struct err **err)
{
	_cleanup_close_ int tree = -1;
	const char *op = "";

	tree = mnt_clone(source, attr, &op);
	if (tree < 0)
		return failed(err, op, dest);
	if (mnt_place(root, tree, dest, type, &op) < 0)
		return failed(err, op, dest);
	return 0;
}

static int bind_path(struct mnt_root *root, const char *path, const char *dest, mode_t type,
		     uint64_t attr, struct err **err)
{
	_cleanup_close_ int source = open(path, O_PATH | O_CLOEXEC);

	if (source < 0)
		return failed(err, "open", path);
	return bind(root, source, dest, type, attr, err);
}

static int mount_new(struct mnt_root *root, const char *type, const struct mnt_option *options,
		     const char *dest, uint64_t attr, struct err **err)
{
	_cleanup_close_ int fs = -1;
	const char *op = "";

	fs = mnt_new(type, options, attr, &op);
	if (fs < 0)
		return failed(err, op, dest);
	if (mnt_place(root, fs, dest, S_IFDIR, &op) < 0)
		return failed(err, op, dest);
	return 0;
}

/* /bin, /lib and so on: links into /usr on most systems, directories of their own on others. */
static int add_top_level(struct mnt_root *root, struct err **err)
{
	static const char *const names[] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char target[PATH_MAX];
		struct stat st;
		ssize_t len;

		if (lstat(names[i], &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode)) {
			if (bind_path(root, names[i], names[i], S_IFDIR, PLAIN | MOUNT_ATTR_RDONLY,
				      err) < 0)
				return -1;
			continue;
		}
		len = S_ISLNK(st.st_mode) ? readlink(names[i], target, sizeof(target) - 1) : -1;
		if (len < 0)
			continue;
		target[len] = '\0';
		if (symlinkat(target, root->fd, names[i] + 1) < 0)
			return failed(err, "link", names[i]);
	}
	return 0;
}

static int add_devices(struct mnt_root *root, struct err **err)
{
	static const char *const names[] = {"/dev/null", "/dev/zero", "/dev/random",
					    "/dev/urandom"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (bind_path(root, names[i], names[i], S_IFREG,
			      MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, err) < 0)
			return -1;
	}
	return 0;
}

static int add_file(struct mnt_root *root, const char *path, const char *text, struct err **err)
{
	_cleanup_close_ int fd = -1;
	const char *name, *op = "";
	int dir;

	dir = mnt_parent(root, path, &name, &op);
	if (dir < 0)
		return failed(err, op, path);
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0 || io_write_all(fd, text, strlen(text)) < 0)
		return failed(err, "write", path);
	return 0;
}

static int add_etc(struct mnt_root *root, const struct confine_spec *spec, struct err **err)
{
	/* No user "dhcpcd": privilege separation would need set-uid powers that are not kept. */
	if (add_file(root, "/etc/passwd", "root:x:0:0:root:/:/usr/sbin/nologin\n", err) < 0 ||
	    add_file(root, "/etc/group", "root:x:0:\n", err) < 0 ||
	    add_file(root, "/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n",
		     err) < 0 ||
	    add_file(root, "/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n", err) < 0 ||
	    add_file(root, CLIENT_CONFIG, spec->config, err) < 0 ||
	    add_file(root, CLIENT_TUNING, spec->tuning, err) < 0)
		return -1;
	/* The linker's cache, for clients whose libraries lie in unusual directories of /usr. */
	if (access("/etc/ld.so.cache", R_OK) == 0)
		return bind_path(root, "/etc/ld.so.cache", "/etc/ld.so.cache", S_IFREG,
				 PLAIN | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY, err);
	return 0;
}

/* Where clients keep their sockets, pid files and databases: gone with the namespace. */
static int add_writable(struct mnt_root *root, struct err **err)
{
	static const struct mnt_option small[] = {
		{"size", "1m"}, {"nr_inodes", "64"}, {"mode", "0755"}, {NULL, NULL}};
	static const char *const dirs[] = {"/run/dhcpcd", "/var/lib/dhcpcd", "/var/db/dhcpcd",
					   "/var/lib/dhcp"};
	static const char *const tmpfs[] = {"/run", "/var", "/tmp"};

	for (size_t i = 0; i < ARRAY_SIZE(tmpfs); i++) {
		if (mount_new(root, "tmpfs", small, tmpfs[i], PLAIN | MOUNT_ATTR_NOEXEC, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		const char *op = "";
		int fd = mnt_target(root, dirs[i], S_IFDIR, &op);

		if (fd < 0)
			return failed(err, op, dirs[i]);
		close(fd);
	}
	if (symlinkat("../run", root->fd, "var/run") < 0)
		return failed(err, "link", "/var/run");
	return 0;
}

static int fill(struct mnt_root *root, const struct confine_spec *spec, int lease, int hook,
		struct err **err)
{
	_cleanup_free_ char *hook_path = xasprintf("%s/%s", CLIENT_HOOK_DIR, spec->name);

	if (bind_path(root, "/usr", "/usr", S_IFDIR, PLAIN | MOUNT_ATTR_RDONLY, err) < 0 ||
	    add_top_level(root, err) < 0 || add_devices(root, err) < 0 ||
	    add_etc(root, spec, err) < 0 || add_writable(root, err) < 0)
		return -1;
	if (bind(root, lease, CLIENT_LEASE_DIR, S_IFDIR, PLAIN | MOUNT_ATTR_NOEXEC, err) < 0 ||
	    bind(root, hook, hook_path, S_IFREG, PLAIN | MOUNT_ATTR_RDONLY, err) < 0)
		return -1;
	return mount_new(root, "proc", NULL, "/proc", PLAIN | MOUNT_ATTR_NOEXEC, err);
}

static int build_root(const struct confine_spec *spec, struct err **err)
{
	static const struct mnt_option options[] = {
		{"size", "1m"}, {"nr_inodes", "128"}, {"mode", "0755"}, {NULL, NULL}};
	_cleanup_close_ int slash = -1, fd = -1, lease = -1, hook = -1;
	struct mnt_root root = {.parent_fd = -1};
	const char *op = "";

	/* What is mounted here must not reach the host, nor the host's changes come here. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return failed(err, "mount", "/");
	lease = open(spec->lease, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (lease < 0)
		return failed(err, "open", spec->lease);
	hook = open(spec->hook, O_PATH | O_CLOEXEC);
	if (hook < 0)
		return failed(err, "open", spec->hook);
	root.fd = fd = mnt_new("tmpfs", options, PLAIN | MOUNT_ATTR_NOEXEC, &op);
	if (fd < 0)
		return failed(err, op, "the new root");
	/* On top of "/": paths still go to the old root until the pivot. */
	slash = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (slash < 0 || mnt_attach(fd, slash, &op) < 0)
		return failed(err, op, "the new root");
	if (fill(&root, spec, lease, hook, err) < 0)
		return -1;
	if (sys_mount_setattr(fd, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY, 0, 0) < 0)
		return failed(err, "mount_setattr", "the new root");
	if (mnt_pivot(&root, &op) < 0)
		return failed(err, op, "the new root");
	return 0;
}

static int limit_resources(struct err **err)
{
	static const struct {
		int resource;
		rlim_t limit;
	} limits[] = {{RLIMIT_CORE, 0}, {RLIMIT_NOFILE, 128}, {RLIMIT_FSIZE, 1 << 20}};

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		struct rlimit r = {limits[i].limit, limits[i].limit};

		if (setrlimit((__rlimit_resource_t)limits[i].resource, &r) < 0)
			return err_set(err, errno, "limit the DHCP client's resources");
	}
	return 0;
}

int confine(const struct confine_spec *spec, struct err **err)
{
	if (build_root(spec, err) < 0)
		return -1;
	/* Clients like to tell the network their host's name. */
	if (sethostname("localhost", strlen("localhost")) < 0)
		return err_set(err, errno, "set the DHCP client's host name");
	if (limit_resources(err) < 0 || priv_limit_client(err) < 0 || filter_load(err) < 0)
		return -1;
	return 0;
}
