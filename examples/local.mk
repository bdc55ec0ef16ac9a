# SPDX-License-Identifier: LGPL-2.1-or-later
EXTRA_DIST += examples/quickstart.sh examples/quickstart/machine.sh examples/quickstart/server.py \
	examples/quickstart/picture.py
