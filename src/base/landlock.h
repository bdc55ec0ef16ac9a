/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The names of Landlock's rights, also of those that are newer than the reference system's headers,
 * and which of its ABIs has what; landlock(7).
 */
#ifndef BASE_LANDLOCK_H
#define BASE_LANDLOCK_H

#include <linux/landlock.h>
#include <stdint.h>

#ifndef LANDLOCK_ACCESS_FS_TRUNCATE /* Linux 6.2, ABI 3 */
#define LANDLOCK_ACCESS_FS_TRUNCATE (UINT64_C(1) << 14)
#endif
#ifndef LANDLOCK_ACCESS_NET_BIND_TCP /* Linux 6.7, ABI 4 */
#define LANDLOCK_ACCESS_NET_BIND_TCP    (UINT64_C(1) << 0)
#define LANDLOCK_ACCESS_NET_CONNECT_TCP (UINT64_C(1) << 1)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV /* Linux 6.10, ABI 5 */
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (UINT64_C(1) << 15)
#endif
#ifndef LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET /* Linux 6.12, ABI 6 */
#define LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET (UINT64_C(1) << 0)
#define LANDLOCK_SCOPE_SIGNAL               (UINT64_C(1) << 1)
#endif
#ifndef LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF /* Linux 6.15, ABI 7 */
#define LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF  (UINT32_C(1) << 0)
#define LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON    (UINT32_C(1) << 1)
#define LANDLOCK_RESTRICT_SELF_LOG_SUBDOMAINS_OFF (UINT32_C(1) << 2)
#endif

/* The first ABI that has it, and the kernel that came with. */
enum landlock_abi {
	LANDLOCK_ABI_REFER = 2,     /* 5.19; before, no file could be moved to another directory */
	LANDLOCK_ABI_TRUNCATE = 3,  /* 6.2 */
	LANDLOCK_ABI_NET = 4,       /* 6.7 */
	LANDLOCK_ABI_IOCTL_DEV = 5, /* 6.10 */
	LANDLOCK_ABI_SCOPES = 6,    /* 6.12 */
	LANDLOCK_ABI_LOG = 7,       /* 6.15 */
};

/* All that can be done to files. */
#define LANDLOCK_FS_ALL ((LANDLOCK_ACCESS_FS_IOCTL_DEV << 1) - 1)
/* What a rule for anything but a directory may allow. */
#define LANDLOCK_FS_FILE                                                                           \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |                              \
	 LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_TRUNCATE |                              \
	 LANDLOCK_ACCESS_FS_IOCTL_DEV)
/* Looking. */
#define LANDLOCK_FS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* Changing what is in a file. */
#define LANDLOCK_FS_WRITE (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE)
/* Changing what is in a directory; making device nodes isn't among it. */
#define LANDLOCK_FS_CHANGE                                                                         \
	(LANDLOCK_FS_WRITE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |      \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |                               \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |                             \
	 LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER)

#endif
