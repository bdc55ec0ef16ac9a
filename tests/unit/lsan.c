/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Criterion 2.4.1's own process loses its copy of $CRITERION_OUTPUTS, and now and then 48 bytes
 * more; its leaks would be the whole program's failure. The tests run in processes of their own,
 * which BoxFort marks by this variable, and are checked.
 */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#include <stdlib.h>

int __lsan_is_turned_off(void)
{
	return getenv("BXFI_MAP") == NULL;
}
#endif
