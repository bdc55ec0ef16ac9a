/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "closure/library.h"

#include <ctype.h>
#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/path.h"

int library_open(const char *path)
{
	_cleanup_close_ int fd = -1;
	struct stat st;

	/* Opening some devices does something; looked at once more, for it may have been replaced.
	 */
	if (stat(path, &st) < 0)
		return -1;
	if (S_ISREG(st.st_mode)) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		if (fd < 0 || fstat(fd, &st) < 0)
			return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	return steal_fd(&fd);
}

/* Whether it is an ELF file that the linker would take; another one it passes over. */
static bool fits(const struct linker *linker, const char *path)
{
	_cleanup_close_ int fd = library_open(path);
	struct {
		unsigned char ident[EI_NIDENT];
		uint16_t type, machine; /* alike in both classes */
	} head;
	struct elf_file file;
	uint16_t type;

	if (fd < 0 || read(fd, &head, sizeof(head)) != sizeof(head) ||
	    memcmp(head.ident, ELFMAG, SELFMAG) != 0)
		return false;
	file = (struct elf_file){.class = head.ident[EI_CLASS], .data = head.ident[EI_DATA]};
	file.machine = file.data == ELFDATA2MSB ? be16toh(head.machine) : le16toh(head.machine);
	type = file.data == ELFDATA2MSB ? be16toh(head.type) : le16toh(head.type);
	/* A core dump is ELF too, and another process's memory. */
	return (type == ET_DYN || type == ET_EXEC) && elf_file_fits(&linker->kind, &file);
}

/* The separate directory of glibc for each level of a processor, glibc-hwcaps of ld.so(8). */
static const char *const *levels(unsigned machine)
{
	static const char *const x86[] = {"x86-64-v4", "x86-64-v3", "x86-64-v2", NULL};
	static const char *const power[] = {"power10", "power9", NULL};
	static const char *const s390[] = {"z16", "z15", "z14", "z13", NULL};
	static const char *const none[] = {NULL};

	return machine == EM_X86_64  ? x86
	       : machine == EM_PPC64 ? power
	       : machine == EM_S390  ? s390
				     : none;
}

/* What $PLATFORM may be, AT_PLATFORM of getauxval(3) or what glibc makes of it. */
static const char *const *platforms(unsigned machine)
{
	static const char *const x86[] = {"haswell", "xeon_phi", "x86_64", NULL};
	static const char *const i386[] = {"i686", "i586", "i486", "i386", NULL};
	static const char *const arm[] = {"aarch64", NULL};
	static const char *const none[] = {NULL};

	return machine == EM_X86_64    ? x86
	       : machine == EM_386     ? i386
	       : machine == EM_AARCH64 ? arm
				       : none;
}

/* Takes a file if it fits; whether it did. */
static bool take(const struct linker *linker, struct strv *found, char *path)
{
	if (fits(linker, path)) {
		strv_take(found, path);
		return true;
	}
	free(path);
	return false;
}

/* Whether the directory has the library for every processor. */
static bool look_in(const struct linker *linker, const char *dir, const char *name,
		    struct strv *found)
{
	if (!linker->musl)
		for (const char *const *level = levels(linker->kind.machine); *level; level++)
			take(linker, found, xasprintf("%s/glibc-hwcaps/%s/%s", dir, *level, name));
	return take(linker, found, xasprintf("%s/%s", dir, name));
}

/* The length of "$NAME" or "${NAME}" that `s` begins with, or 0; for glibc the name ends there. */
static size_t token(const char *s, const char *name, bool musl)
{
	size_t len = strlen(name);

	if (s[0] != '$')
		return 0;
	if (s[1] == '{')
		return strncmp(s + 2, name, len) == 0 && s[2 + len] == '}' ? len + 3 : 0;
	if (strncmp(s + 1, name, len) != 0 ||
	    (!musl && (isalnum((unsigned char)s[1 + len]) || s[1 + len] == '_')))
		return 0;
	return len + 1;
}

/* The text with its tokens replaced, or NULL when one has no meaning. The caller frees. */
static char *replace_tokens(const struct linker *linker, const char *text, const char *origin,
			    const char *platform)
{
	_cleanup_str_ struct str out = {0};

	for (const char *s = text; *s;) {
		size_t len;

		if ((len = token(s, "ORIGIN", linker->musl)) > 0) {
			str_add(&out, origin);
		} else if (!linker->musl && (len = token(s, "LIB", false)) > 0) {
			str_add(&out, linker->lib);
		} else if (!linker->musl && (len = token(s, "PLATFORM", false)) > 0) {
			if (!platform)
				return NULL;
			str_add(&out, platform);
		} else {
			str_add_len(&out, s, len = 1);
		}
		s += len;
	}
	return str_steal(&out);
}

/* One directory of a path: relative ones, the empty one among them, would be the caller's. */
static bool look_in_element(const struct linker *linker, const char *element, const char *origin,
			    const char *name, struct strv *found)
{
	const char *const *platform = platforms(linker->kind.machine);
	bool differs =
		!linker->musl && (strstr(element, "$PLATFORM") || strstr(element, "${PLATFORM}"));
	bool complete = false;

	do {
		_cleanup_free_ char *dir =
			replace_tokens(linker, element, origin, differs ? *platform : NULL);

		if (dir && dir[0] == '/' && look_in(linker, dir, name, found))
			complete = !differs;
	} while (differs && *platform && *++platform);
	return complete;
}

static bool look_in_path(const struct linker *linker, const char *path, const char *origin,
			 const char *name, struct strv *found)
{
	static const char glibc[] = ":", musl[] = ":\n";
	const char *separators = linker->musl ? musl : glibc;

	for (const char *s = path; *s;) {
		size_t len = strcspn(s, separators);
		_cleanup_free_ char *element = xstrndup(s, len);

		if (look_in_element(linker, element, origin, name, found))
			return true;
		s += len + (s[len] != '\0');
	}
	return false;
}

/* glibc: DT_RPATH of the object and of those that need it, unless it has a DT_RUNPATH. */
static bool look_in_rpaths(const struct linker *linker, const struct object *by, const char *name,
			   struct strv *found)
{
	if (by && by->elf->runpath)
		return false;
	for (; by; by = by->needed_by)
		if (by->elf->rpath && !by->elf->runpath &&
		    look_in_path(linker, by->elf->rpath, by->origin, name, found))
			return true;
	return false;
}

/* musl drops a path, all of it, in which there is a '$' that isn't $ORIGIN's: fixup_rpath(). */
static bool musl_takes(const char *path)
{
	for (const char *s = strchr(path, '$'); s; s = strchr(s + 1, '$'))
		if (!token(s, "ORIGIN", true))
			return false;
	return true;
}

/* musl doesn't tell the two apart, and asks all that are on the way. */
static bool look_in_musl_paths(const struct linker *linker, const struct object *by,
			       const char *name, struct strv *found)
{
	for (; by; by = by->needed_by) {
		const char *path = by->elf->runpath ? by->elf->runpath : by->elf->rpath;

		if (path && musl_takes(path) && look_in_path(linker, path, by->origin, name, found))
			return true;
	}
	return false;
}

static bool look_in_defaults(const struct linker *linker, const char *name, struct strv *found)
{
	for (size_t i = 0; i < linker->defaults.count; i++)
		if (look_in(linker, linker->defaults.items[i], name, found))
			return true;
	return false;
}

static bool is_default(const struct linker *linker, const char *path)
{
	_cleanup_free_ char *dir = path_dir(path);

	return strv_contains(&linker->defaults, dir);
}

static bool is_below_default(const struct linker *linker, const char *path)
{
	for (size_t i = 0; i < linker->defaults.count; i++)
		if (path_below(path, linker->defaults.items[i]))
			return true;
	return false;
}

/* For an object that wants none of the default directories those are passed over here too. */
static bool look_in_cache(const struct linker *linker, const char *name, bool no_default,
			  struct strv *found, bool *cached)
{
	struct ld_cache_entry entry;
	uint32_t at = 0;

	while (ld_cache_next(&linker->cache, name, &at, &entry)) {
		if (no_default && is_below_default(linker, entry.path))
			continue;
		if (!take(linker, found, xstrdup(entry.path)))
			continue;
		/* A directory for some processors is found below a default one as well. */
		if (!entry.variant) {
			*cached = !is_default(linker, entry.path);
			return true;
		}
	}
	return false;
}

size_t library_find(const struct linker *linker, const struct object *by, const char *name,
		    struct strv *found, bool *cached)
{
	size_t before = found->count;
	bool no_default = by && by->elf->no_default;

	*cached = false;
	if (strchr(name, '/')) {
		char *path = by ? replace_tokens(linker, name, by->origin, NULL) : xstrdup(name);

		/* A relative one would be looked for in the working directory. */
		if (path && path[0] == '/')
			take(linker, found, path);
		else
			free(path);
	} else if (linker->musl) {
		if (!look_in_musl_paths(linker, by, name, found))
			look_in_defaults(linker, name, found);
	} else if (!look_in_rpaths(linker, by, name, found) &&
		   !(by && by->elf->runpath &&
		     look_in_path(linker, by->elf->runpath, by->origin, name, found)) &&
		   !look_in_cache(linker, name, no_default, found, cached) && !no_default) {
		look_in_defaults(linker, name, found);
	}
	return found->count - before;
}

/* musl: the lines of /etc/ld-musl-ARCH.path in the linker's own tree, else its own list. */
static void musl_defaults(struct linker *linker)
{
	static const char own[] = "/lib:/usr/local/lib:/usr/lib";
	_cleanup_free_ char *dir = path_dir(linker->path), *prefix = path_dir(dir), *file = NULL,
			    *data = NULL;
	const char *base = path_base(linker->path);
	size_t len = strcspn(base, "."), size;
	_cleanup_close_ int fd = -1;

	file = xasprintf("%s/etc/%.*s.path", streq(prefix, "/") ? "" : prefix, (int)len, base);
	fd = library_open(file);
	if (fd < 0 || io_read_all(fd, 64 << 10, &data, &size) < 0)
		data = xstrdup(own);
	for (const char *s = data; *s;) {
		len = strcspn(s, ":\n");
		if (*s == '/')
			strv_take(&linker->defaults, xstrndup(s, len));
		s += len + (s[len] != '\0');
	}
}

/*
 * glibc's list is compiled in. It begins with the directory that the linker itself is installed to,
 * which tells Debian's directories for each architecture.
 */
static void glibc_defaults(struct linker *linker)
{
	_cleanup_free_ char *real = linker->path ? realpath(linker->path, NULL) : NULL;
	_cleanup_free_ char *dir = real ? path_dir(real) : NULL;
	const char *lib = !dir                       ? NULL
			  : str_starts(dir, "/usr/") ? dir + strlen("/usr/")
			  : str_starts(dir, "/lib")  ? dir + 1
						     : NULL;

	linker->lib = xstrdup(lib ? lib : "lib");
	if (dir && !lib) { /* a tree of its own */
		strv_add(&linker->defaults, dir);
		return;
	}
	if (lib) {
		strv_take(&linker->defaults, xasprintf("/%s", lib));
		strv_take(&linker->defaults, xasprintf("/usr/%s", lib));
	}
	if (linker->kind.class == ELFCLASS64) {
		strv_add(&linker->defaults, "/lib64");
		strv_add(&linker->defaults, "/usr/lib64");
	}
	strv_add(&linker->defaults, "/lib");
	strv_add(&linker->defaults, "/usr/lib");
}

void linker_init(struct linker *linker, const char *path, const struct elf_file *kind,
		 const struct ld_cache *cache)
{
	*linker = (struct linker){
		.path = path ? xstrdup(path) : NULL,
		.musl = path && str_starts(path_base(path), "ld-musl-"),
		.kind = {.class = kind->class, .data = kind->data, .machine = kind->machine},
	};
	if (linker->musl) {
		musl_defaults(linker);
		return;
	}
	glibc_defaults(linker);
	if (cache)
		linker->cache = *cache;
}

void linker_free(struct linker *linker)
{
	free(linker->path);
	free(linker->lib);
	strv_free(&linker->defaults);
	*linker = (struct linker){0};
}

/* The libraries that musl is itself, load_library() there: "libc.", "libm." and so on in front. */
bool linker_is_itself(const struct linker *linker, const char *name)
{
	static const char *const own[] = {"libc.",  "libpthread.", "librt.",  "libm.",
					  "libdl.", "libutil.",    "libxnet."};

	if (linker->path && streq(name, path_base(linker->path)))
		return true;
	for (size_t i = 0; linker->musl && i < ARRAY_SIZE(own); i++)
		if (str_starts(name, own[i]))
			return true;
	return false;
}
