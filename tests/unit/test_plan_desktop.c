/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [desktop]: what auto asks for, and the cookie of an X display. */
#include <criterion/criterion.h>

#include "plan/xauth.h"
#include "unit/plan_fake.h"

/* Records of .Xauthority: family and address, number, name, cookie. */
#define LOCAL "\1\0\0\3box"
#define OTHER "\1\0\0\5boxes"
#define INET  "\0\0\0\4\12\0\0\1"
#define WILD  "\377\377\0\3box"
#define KEY   "\0\1M\0\3abc"
#define SEVEN "\0\0017"
#define EIGHT "\0\0018"

static void cookies_are(const char *data, size_t len, const char *wanted, size_t wanted_len)
{
	_cleanup_str_ struct str out = {0};

	xauth_local(data, len, "box", "7", &out);
	cr_expect_eq(out.len, wanted_len, "%zu bytes, not %zu", out.len, wanted_len);
	cr_expect(wanted_len == 0 || memcmp(out.text, wanted, wanted_len) == 0);
}
#define COOKIES(data, wanted) cookies_are(data, sizeof(data) - 1, wanted, sizeof(wanted) - 1)

Test(desktop, the_cookie_of_the_display_holds_whatever_the_host_is_called)
{
	COOKIES(LOCAL SEVEN KEY, WILD SEVEN KEY);
	COOKIES(WILD SEVEN KEY, WILD SEVEN KEY);
	COOKIES(LOCAL "\0\0" KEY, WILD "\0\0" KEY);
	COOKIES(INET SEVEN KEY OTHER SEVEN KEY LOCAL EIGHT KEY LOCAL SEVEN KEY WILD EIGHT KEY,
		WILD SEVEN KEY);
	COOKIES(LOCAL SEVEN KEY LOCAL "\0\0017\0", WILD SEVEN KEY);
	COOKIES(LOCAL SEVEN "\0\1M\0\4abc", "");
	COOKIES("\1", "");
	COOKIES("", "");
	COOKIES("\377\377\377\377 nothing of that kind", "");
}

Test(desktop, auto_is_no_error_where_the_variables_lead_elsewhere)
{
	static const char *const argv[] = {"prog", NULL};
	static char home[] = "HOME=/home/u", path[] = "PATH=/a",
		    display[] = "DISPLAY=localhost:10.0", runtime[] = "XDG_RUNTIME_DIR=/r",
		    pulse[] = "PULSE_RUNTIME_PATH=relative";
	char *environ[] = {home, path, display, runtime, pulse, NULL};
	_cleanup_err_ struct err *err = NULL;
	struct host host = fake_host();
	_cleanup_plan_ struct plan *plan = NULL;

	host.environ = environ;
	plan = build_as(&host, "[desktop]\nx11 = auto\npulseaudio = auto\n", argv, &err);
	cr_assert_not_null(plan, "%s", err ? err->text : "?");
	cr_expect_lt(find(plan, STEP_DIR, "/tmp/.X11-unix"), 0);
}
