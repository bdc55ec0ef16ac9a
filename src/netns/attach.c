/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * `sbox netns attach`: gives the interface to an uplink that is there, as after plugging in. Its
 * supervisor does the rest; nothing is waited for.
 */
#include "base/log.h"
#include "netns/bring.h"
#include "netns/clock.h"
#include "netns/verbs.h"

enum { LOCK_PATIENCE = 30000000, STATUS_DOWN = 4 };

static int attach(struct bring *b, struct err **err)
{
	int here = bring_has_interface(b, err);

	if (here < 0)
		return -1;
	if (here) {
		log_note("%s has its interface already", b->name);
		return 0;
	}
	if (bring_find(b, err) <= 0 || bring_move(b, err) < 0)
		return -1;
	if (!bring_is_tended(b))
		log_warning("nothing looks after %s: `sbox netns up %s` or `sbox netns run %s` "
			    "starts its supervisor",
			    b->name, b->name, b->name);
	return 0;
}

int verb_attach(const struct settings *settings, struct err **err)
{
	_cleanup_bring_ struct bring b = BRING_INIT;
	int there;

	if (bring_open(&b, settings, clock_now() + LOCK_PATIENCE, err) < 0)
		return -1;
	there = bring_look(&b, err);
	if (there > 0) {
		if (attach(&b, err) == 0)
			return 0;
		bring_undo(&b);
		return -1;
	}
	bring_forget_empty(&b);
	if (there < 0)
		return -1;
	return err_set_code(err, STATUS_DOWN, 0,
			    "the uplink %s is down; `sbox netns up %s` brings it up", b.name,
			    b.name);
}
