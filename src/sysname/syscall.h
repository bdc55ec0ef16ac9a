/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * System calls by name: libseccomp's tables, and sbox's own for the calls that libseccomp may be
 * too old to know and for the direct i386 numbers of what libseccomp only knows as a part of
 * socketcall(2) or ipc(2).
 */
#ifndef SYSNAME_SYSCALL_H
#define SYSNAME_SYSCALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* x32 numbers are counted without the bit that marks them, X32_BIT. */
enum abi { ABI_X86_64, ABI_X86, ABI_X32, ABI_AARCH64, ABI_COUNT };
#define X32_BIT 0x40000000u

#if defined(__x86_64__)
#define ABI_NATIVE ABI_X86_64
#elif defined(__aarch64__)
#define ABI_NATIVE ABI_AARCH64
#else
#error "no system call table for this architecture"
#endif

/* "x86_64", "x86", "x32", "aarch64" */
const char *abi_name(enum abi abi);

/*
 * The ABI of a call, and its number there, from what struct seccomp_data or an audit record has:
 * an AUDIT_ARCH_* and a number. False for an architecture that sbox has no tables for.
 */
bool syscall_abi(uint32_t arch, uint32_t nr, enum abi *abi, unsigned *number);

/* The call's number, or -1 when this ABI doesn't have it or nobody knows the name. */
int syscall_number(const char *name, enum abi abi);

/* The name of a number, or NULL when nobody knows one; the caller frees. */
char *syscall_name(enum abi abi, unsigned nr);

/* Whether the call exists on any ABI that libseccomp or sbox knows. */
bool syscall_known(const char *name);

/* Whether libseccomp itself gives the call its native number. */
bool syscall_in_libseccomp(const char *name);

/*
 * Numbers that no call has. They are what a kernel newer than sbox's tables may fill, so nothing
 * can be said of a call there: from `first` to `last`, and above syscall_highest(). Ordered; ended
 * by {0, 0}.
 */
struct syscall_gap {
	unsigned first, last;
};
const struct syscall_gap *syscall_gaps(enum abi abi);
unsigned syscall_highest(enum abi abi);

/* Whether `nr` is none of those numbers. */
bool syscall_assigned(enum abi abi, unsigned nr);

/*
 * One digit per argument: of how many bytes the kernel takes notice ("448" for ioctl: a 32-bit
 * descriptor, a 32-bit command, a 64-bit argument), or NULL when it isn't known. The registers are
 * 64 bits wide, and a filter that compares all of them is got round by setting a bit above.
 */
const char *syscall_arg_sizes(const char *name);

/* The known name nearest to `word`, or NULL; the caller frees. */
char *syscall_nearest(const char *word);

#endif
