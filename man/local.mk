# SPDX-License-Identifier: LGPL-2.1-or-later
dist_man_MANS += \
	man/sbox.1 \
	man/sbox-import.1 \
	man/sbox-profile.5
