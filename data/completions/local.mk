# SPDX-License-Identifier: LGPL-2.1-or-later
bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = data/completions/sbox
