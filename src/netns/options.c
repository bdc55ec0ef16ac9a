/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "netns/link.h"
#include "netns/settings.h"

const char usage_text[] =
	"Usage: sbox netns up NAME [--interface IF] [--owner USER] [--timeout TIME] [--dhcp CLIENT]\n"
	"                          [--set KEY=VALUE]...\n"
	"       sbox netns down NAME\n"
	"       sbox netns run NAME [the options of up, but for --timeout]\n"
	"       sbox netns attach NAME [--interface IF]\n"
	"       sbox netns status [NAME] [--json] [--watch]\n"
	"       sbox netns list [--json]\n"
	"       sbox netns match IF\n"
	"\n"
	"Gives a network interface, such as a phone's USB tether, to a network namespace of its own\n"
	"that USER's sandboxes can join without privilege (sbox --netns NAME). See sbox-netns(8).\n"
	"\n"
	"  -i, --interface IF   the interface to move\n"
	"  -o, --owner USER     whom the uplink belongs to; default: who called sudo\n"
	"  -t, --timeout TIME   how long up may take; default: 30s\n"
	"  -d, --dhcp CLIENT    auto, dhcpcd, udhcpc, dhclient or none; default: auto\n"
	"  -s, --set KEY=VALUE  any key of the configuration file\n"
	"  -j, --json           status and list as JSON\n"
	"  -w, --watch          status again at each change\n"
	"  -h, --help           this text\n"
	"  -V, --version        the version\n";

static const struct option long_options[] = {
	/* Those that stand for a key of the configuration file */
	{"interface", required_argument, NULL, 'i'},
	{"owner", required_argument, NULL, 'o'},
	{"timeout", required_argument, NULL, 't'},
	{"dhcp", required_argument, NULL, 'd'},
	{"set", required_argument, NULL, 's'},
	/* How to look and to print */
	{"json", no_argument, NULL, 'j'},
	{"watch", no_argument, NULL, 'w'},
	/* And end */
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const struct {
	const char *name;
	enum verb verb;
	const char *options; /* the ones that it takes */
	const char *what;    /* its argument, or NULL */
} verbs[] = {
	{"up", VERB_UP, "iotds", "the uplink's name"},
	{"down", VERB_DOWN, "", "the uplink's name"},
	{"run", VERB_RUN, "iods", "the uplink's name"},
	{"attach", VERB_ATTACH, "is", "the uplink's name"},
	{"status", VERB_STATUS, "jw", "the uplink's name"},
	{"list", VERB_LIST, "j", NULL},
	{"match", VERB_MATCH, "", "the interface"},
};

/* The options that say what a key says. */
static const struct {
	int option;
	const char *name;
	enum setting setting;
} shorthands[] = {{'i', "--interface", SET_INTERFACE},
		  {'o', "--owner", SET_OWNER},
		  {'t', "--timeout", SET_TIMEOUT},
		  {'d', "--dhcp", SET_DHCP}};

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

static int set(struct settings *s, enum setting setting, const char *option, const char *value,
	       struct err **err)
{
	if (s->text[setting])
		return err_set_code(err, EXIT_USAGE, 0, "%s: \"%s\" is given twice", option,
				    setting_key(setting));
	if (settings_set(s, setting, value, err) < 0)
		return err_prefix(err, "%s \"%s\"", option, value);
	return 0;
}

/* KEY=VALUE */
static int take_assignment(const char *text, struct settings *s, struct err **err)
{
	const char *equal = strchr(text, '=');
	_cleanup_free_ char *key = xstrndup(text, equal ? (size_t)(equal - text) : strlen(text));
	enum setting setting = setting_find(key);
	const char *nearest;

	if (!equal)
		return usage(err, "--set @: the form is KEY=VALUE", text);
	if (setting != SET_COUNT)
		return set(s, setting, "--set", equal + 1, err);
	nearest = setting_nearest(key);
	err_set_code(err, EXIT_USAGE, 0, "--set: unknown key \"%s\"", key);
	if (nearest)
		err_append(err, "; did you mean \"%s\"?", nearest);
	return -1;
}

static int take_option(int option, const char *value, struct settings *s, struct err **err)
{
	for (size_t i = 0; i < ARRAY_SIZE(shorthands); i++) {
		if (shorthands[i].option == option)
			return set(s, shorthands[i].setting, shorthands[i].name, value, err);
	}
	if (option == 's')
		return take_assignment(value, s, err);
	if (option == 'w')
		s->watch = true;
	else
		s->json = true;
	return 0;
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
	return usage(err, "\"@\" is none of up, down, run, attach, status, list, match", word);
}

static int take_words(int argc, char **argv, struct settings *s, const char *seen, struct err **err)
{
	size_t row = 0;
	int wanted, given = argc - optind;

	if (optind >= argc)
		return usage(err,
			     "what to do is missing: up, down, run, attach, status, list or match@",
			     "");
	if (find_verb(argv[optind], s, &row, err) < 0)
		return -1;
	for (; *seen; seen++) {
		if (!strchr(verbs[row].options, *seen))
			return err_set_code(err, EXIT_USAGE, 0,
					    "-%c doesn't go with %s (see sbox netns --help)", *seen,
					    verbs[row].name);
	}
	wanted = verbs[row].what ? 2 : 1;
	if (given < wanted && s->verb != VERB_STATUS)
		return err_set_code(err, EXIT_USAGE, 0, "%s: %s is missing (see sbox netns --help)",
				    argv[optind], verbs[row].what);
	if (given > wanted)
		return usage(err, "\"@\" is one argument too many", argv[optind + wanted]);
	if (given == 2) {
		const char *name = argv[optind + 1];

		if (s->verb == VERB_MATCH && !link_is_name(name))
			return err_set_code(err, EXIT_USAGE, 0, "\"%s\": an interface's name is %s",
					    name, LINK_NAME_FORM);
		if (s->verb != VERB_MATCH && !str_is_name(name))
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

	*out = (struct settings){0};
	opterr = 0;
	optind = 0; /* from the start, for whoever calls this twice: getopt(3) */
	while ((option = getopt_long(argc, argv, ":i:o:t:d:s:jwhV", long_options, NULL)) != -1) {
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

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (verbs[i].verb == s->verb)
			str_addf(&c, "sbox netns %s %s", verbs[i].name, s->name);
	}
	for (size_t i = 0; i < SET_COUNT; i++) {
		const char *option = NULL;

		if (!s->text[i])
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(shorthands); j++) {
			if (shorthands[j].setting == (enum setting)i)
				option = shorthands[j].name;
		}
		if (option)
			str_addf(&c, " %s %s", option, s->text[i]);
		else
			str_addf(&c, " --set '%s=%s'", setting_key((enum setting)i), s->text[i]);
	}
	return str_steal(&c);
}
