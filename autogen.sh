#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Creates the configure script from configure.ac. Needed only in a checkout; a release tarball has it.
set -eu
cd "$(dirname "$0")"
exec autoreconf --install --force --warnings=all
