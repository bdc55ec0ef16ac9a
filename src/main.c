/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

int main(void)
{
	log_setup("sbox", LOG_LEVEL_NOTE);
	return 0;
}
