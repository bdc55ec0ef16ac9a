/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DNS in router advertisements. */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "netns/advert.h"

/* Options as they stand in an advertisement: type, length in units of 8 bytes, content. */
#define LIFETIME(s) (s) >> 24 & 255, (s) >> 16 & 255, (s) >> 8 & 255, (s)&255
#define DNS_1       0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x53
#define DNS_LINK    0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1

Test(advert, servers_and_domains)
{
	static const uint8_t options[] = {
		1,     1,        2,   0,   0x5e,
		0,     0,        1, /* another option */
		25,    5,        0,   0,   LIFETIME(600),
		DNS_1, DNS_LINK, /* RDNSS */
		31,    3,        0,   0,   LIFETIME(1200),
		3,     'l',      'a', 'n', 4,
		't',   'e',      's', 't', 0,
		1,     'x',      0,   0,   0,
		0, /* DNSSL */
	};
	struct advert a = {0};

	cr_assert(advert_parse(options, sizeof(options), "usb0", 1000, &a));
	cr_assert_eq(a.part.ndns, 2u);
	cr_assert_str_eq(a.part.dns[0], "2001:db8::53");
	cr_assert_str_eq(a.part.dns[1], "fe80::1%usb0");
	cr_assert_eq(a.part.nsearch, 2u);
	cr_assert_str_eq(a.part.search[0], "lan.test");
	cr_assert_str_eq(a.part.search[1], "x");
	cr_assert_eq(a.until, 1000u + 1200u * 1000000u);
}

Test(advert, a_lifetime_of_nothing_takes_them_away)
{
	static const uint8_t on[] = {25, 3, 0, 0, LIFETIME(600), DNS_1};
	static const uint8_t off[] = {25, 3, 0, 0, LIFETIME(0), DNS_1};
	struct advert a = {0};

	cr_assert(advert_parse(on, sizeof(on), "usb0", 0, &a));
	cr_assert(advert_parse(off, sizeof(off), "usb0", 0, &a));
	cr_assert_eq(a.part.ndns, 0u);
	cr_assert_eq(a.until, 0u);
}

Test(advert, hostile_options)
{
	static const struct {
		size_t len;
		uint8_t bytes[40];
	} bad[] = {
		{0, {0}},
		{1, {25}},
		{8, {25, 0, 0, 0, LIFETIME(600)}},                   /* no length at all */
		{24, {25, 4, 0, 0, LIFETIME(600), DNS_1}},           /* longer than there is */
		{8, {25, 1, 0, 0, LIFETIME(600)}},                   /* no server */
		{24, {25, 3, 0, 0, LIFETIME(600), 0xff, 2, 0, 1}},   /* a multicast address */
		{16, {31, 2, 0, 0, LIFETIME(600), 63, 'a', 'b', 0}}, /* a label past the end */
		{16, {31, 2, 0, 0, LIFETIME(600), 0xc0, 0, 0}},      /* a pointer */
		{16, {31, 2, 0, 0, LIFETIME(600), 3, 'a', '.', 'b', 0}},
		{16, {31, 2, 0, 0, LIFETIME(600), 3, 'a', '\n', 'b', 0}},
		{16, {31, 2, 0, 0, LIFETIME(600), 3, 'a', 0, 'b', 0}},
		{16, {31, 2, 0, 0, LIFETIME(600), 1, 'a', 1, 'b', 1, 'c', 1, 'd'}}, /* no end */
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct advert a = {0};

		(void)advert_parse(bad[i].bytes, bad[i].len, "usb0", 0, &a);
		cr_expect_eq(a.part.ndns, 0u, "row %zu", i);
		cr_expect_eq(a.part.nsearch, 0u, "row %zu: %s", i, a.part.search[0]);
	}
}
