/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "netns/link.h"
#include "netns/settings.h"

const char usage_text[] =
	"Usage: sbox netns up NAME [--interface IF] [--owner USER] [--timeout TIME] [--dhcp CLIENT]\n"
	"       sbox netns down NAME\n"
	"       sbox netns status NAME [--json]\n"
	"       sbox netns list\n"
	"\n"
	"Gives a network interface, such as a phone's USB tether, to a network namespace of its own\n"
	"that USER's sandboxes can join without privilege (sbox --netns NAME). See sbox-netns(8).\n"
	"\n"
	"  -i, --interface IF   the interface to move\n"
	"  -o, --owner USER     whom the uplink belongs to; default: who called sudo\n"
	"  -t, --timeout TIME   how long up may take; default: 30s\n"
	"  -d, --dhcp CLIENT    auto, dhcpcd, udhcpc or dhclient; default: auto\n"
	"  -j, --json           status as JSON\n"
	"  -h, --help           this text\n"
	"  -V, --version        the version\n";

static const struct option long_options[] = {
	{"interface", required_argument, NULL, 'i'},
	{"owner", required_argument, NULL, 'o'},
	{"timeout", required_argument, NULL, 't'},
	{"dhcp", required_argument, NULL, 'd'},
	{"json", no_argument, NULL, 'j'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const struct {
	const char *name;
	enum verb verb;
	const char *options; /* the ones that it takes */
} verbs[] = {
	{"up", VERB_UP, "iotd"},
	{"down", VERB_DOWN, ""},
	{"status", VERB_STATUS, "j"},
	{"list", VERB_LIST, ""},
};

static int usage(struct err **err, const char *fmt, const char *what)
{
	_cleanup_free_ char *text = NULL;
	struct str s = {0};

	for (; *fmt; fmt++) {
		if (*fmt == '@')
			str_add(&s, what);
		else
			str_add_len(&s, fmt, 1);
	}
	text = str_steal(&s);
	return err_set_code(err, EXIT_USAGE, 0, "%s (see sbox netns --help)", text);
}

static int set_text(char **to, const char *option, const char *value, struct err **err)
{
	if (*to)
		return usage(err, "@ is given twice", option);
	*to = xstrdup(value);
	return 0;
}

static int take_option(int option, const char *value, struct settings *s, struct err **err)
{
	switch (option) {
	case 'i':
		if (!link_is_name(value))
			return err_set_code(err, EXIT_USAGE, 0,
					    "--interface \"%s\": an interface's name is %s", value,
					    LINK_NAME_FORM);
		return set_text(&s->interface, "--interface", value, err);
	case 'o':
		if (!*value)
			return usage(err, "--owner: a user is needed@", "");
		return set_text(&s->owner, "--owner", value, err);
	case 't':
		if (num_time(value, &s->timeout, err) < 0)
			return err_prefix(err, "--timeout");
		if (s->timeout < 1000000 || s->timeout > 3600000000u)
			return usage(err, "--timeout @: 1s to 1h are allowed", value);
		return 0;
	case 'd':
		s->client_set = true;
		if (client_parse(value, &s->client, err) < 0)
			return err_prefix(err, "--dhcp");
		return 0;
	default:
		s->json = true;
		return 0;
	}
}

static int find_verb(const char *word, struct settings *s, size_t *row, struct err **err)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (streq(word, verbs[i].name)) {
			s->verb = verbs[i].verb;
			*row = i;
			return 0;
		}
	}
	return usage(err, "\"@\" is none of up, down, status, list", word);
}

static int take_words(int argc, char **argv, struct settings *s, const char *seen, struct err **err)
{
	size_t row = 0;
	int wanted;

	if (optind >= argc)
		return usage(err, "what to do is missing: up, down, status or list@", "");
	if (find_verb(argv[optind], s, &row, err) < 0)
		return -1;
	for (; *seen; seen++) {
		if (!strchr(verbs[row].options, *seen))
			return err_set_code(err, EXIT_USAGE, 0,
					    "-%c doesn't go with %s (see sbox netns --help)", *seen,
					    verbs[row].name);
	}
	wanted = s->verb == VERB_LIST ? 1 : 2;
	if (argc - optind < wanted)
		return usage(err, "@: the uplink's name is missing", argv[optind]);
	if (argc - optind > wanted)
		return usage(err, "\"@\" is one argument too many", argv[optind + wanted]);
	if (wanted == 2) {
		const char *name = argv[optind + 1];

		if (!str_is_name(name))
			return err_set_code(err, EXIT_USAGE, 0, "\"%s\": an uplink's name is %s",
					    name, NAME_FORM);
		s->name = xstrdup(name);
	}
	return 0;
}

int settings_from_args(int argc, char **argv, struct settings *out, struct err **err)
{
	char seen[16] = "";
	int option;

	*out = (struct settings){.client = DHCP_AUTO};
	opterr = 0;
	optind = 0; /* from the start, for whoever calls this twice: getopt(3) */
	while ((option = getopt_long(argc, argv, ":i:o:t:d:jhV", long_options, NULL)) != -1) {
		size_t len = strlen(seen);

		if (option == '?')
			return usage(err, "unknown option @", argv[optind - 1]);
		if (option == ':')
			return usage(err, "@ needs a value", argv[optind - 1]);
		if (option == 'h' || option == 'V') {
			out->verb = option == 'h' ? VERB_HELP : VERB_VERSION;
			return 0;
		}
		if (take_option(option, optarg, out, err) < 0)
			return -1;
		if (len < sizeof(seen) - 1 && !strchr(seen, option))
			seen[len] = (char)option;
	}
	return take_words(argc, argv, out, seen, err);
}

char *settings_command(const struct settings *s)
{
	struct str c = {0};

	str_addf(&c, "sbox netns %s %s", s->verb == VERB_UP ? "up" : "down", s->name);
	if (s->interface)
		str_addf(&c, " --interface %s", s->interface);
	if (s->owner)
		str_addf(&c, " --owner %s", s->owner);
	if (s->client_set)
		str_addf(&c, " --dhcp %s", client_name(s->client));
	if (s->timeout)
		str_addf(&c, " --timeout %llums", (unsigned long long)s->timeout / 1000);
	return str_steal(&c);
}

void settings_free(struct settings *s)
{
	free(s->name);
	free(s->interface);
	free(s->inside);
	free(s->owner);
}
