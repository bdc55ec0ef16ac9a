# SPDX-License-Identifier: LGPL-2.1-or-later
profilesdir = $(pkgdatadir)/profiles
dist_profiles_DATA = \
	profiles/default.ini \
	profiles/logall.ini \
	profiles/minimal.ini \
	profiles/offline.ini \
	profiles/shell.ini \
	profiles/tether.ini \
	profiles/web.ini
