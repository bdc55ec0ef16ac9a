/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <criterion/criterion.h>

#include "base/str.h"
#include "sysname/syscall.h"

Test(syscall, names_of_numbers)
{
	static const struct {
		enum abi abi;
		unsigned nr;
		const char *name;
	} table[] = {
		{ABI_X86_64, 0, "read"},      {ABI_X86_64, 467, "open_tree_attr"},
		{ABI_X86_64, 336, "uprobe"},  {ABI_X86_64, 400, NULL},
		{ABI_X86_64, 100000, NULL},   {ABI_X86_64, 0xffffffff, NULL},
		{ABI_X86, 11, "execve"},      {ABI_X86, 359, "socket"},
		{ABI_X32, 0, "read"},         {ABI_X32, 512, "rt_sigaction"},
		{ABI_X32, 453, NULL},         {ABI_X86_64, X32_BIT, NULL},
		{ABI_AARCH64, 221, "execve"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_free_ char *name = syscall_name(table[i].abi, table[i].nr);

		if (table[i].name)
			cr_expect(name && streq(name, table[i].name), "%u: %s", table[i].nr, name);
		else
			cr_expect_null(name, "%u: %s", table[i].nr, name);
	}
	/* A name is of the number that has it. */
	for (unsigned abi = 0; abi < ABI_COUNT; abi++)
		for (unsigned nr = 0; nr <= 600; nr++) {
			_cleanup_free_ char *name = syscall_name((enum abi)abi, nr);

			if (name)
				cr_expect_eq(syscall_number(name, (enum abi)abi), (int)nr, "%s",
					     name);
		}
}
