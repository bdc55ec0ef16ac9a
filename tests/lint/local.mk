# SPDX-License-Identifier: LGPL-2.1-or-later
TESTS += tests/lint/source.sh tests/lint/docs.sh
EXTRA_DIST += tests/lint/source.sh tests/lint/docs.sh tests/lint/arrows.awk
