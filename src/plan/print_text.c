/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/landlock.h"
#include "base/str.h"
#include "base/sys.h"
#include "plan/print.h"
#include "sysname/names.h"

static void heading(struct str *out, const char *text)
{
	str_addf(out, "\n%s\n", text);
}

/* The text, and the profile's line behind it in a column of its own. */
static void print_padded(struct str *out, const char *start, const char *text, int width,
			 const struct loc *loc)
{
	_cleanup_str_ struct str shown = {0};

	str_add_printable(&shown, text);
	str_addf(out, "%s%-*s ", start, width, shown.text ?: "");
	str_add_printable(out, loc_text(loc));
	str_add(out, "\n");
}

void print_line(struct str *out, const struct loc *loc, const char *text)
{
	print_padded(out, "  ", text, 58, loc);
}

void print_remark(struct str *out, const char *text)
{
	str_add(out, "  ");
	str_add_printable(out, text);
	str_add(out, "\n");
}

static bool is_device(const struct step *step)
{
	return step->kind == STEP_BIND && !(step->attr & MOUNT_ATTR_NODEV);
}

static bool shown_read_only(const struct step *step)
{
	return step->kind == STEP_BIND && (step->attr & MOUNT_ATTR_RDONLY) && !is_device(step);
}

static bool shown_writable(const struct step *step)
{
	return step->kind == STEP_BIND && !(step->attr & MOUNT_ATTR_RDONLY) &&
	       (step->attr & MOUNT_ATTR_NODEV);
}

static bool overlaid(const struct step *step)
{
	return step->kind == STEP_OVERLAY;
}

static bool not_executable(const struct step *step)
{
	return step->kind == STEP_NOEXEC;
}

static bool in_memory(const struct step *step)
{
	return step->kind == STEP_TMPFS && !step->sealed;
}

static bool hidden(const struct step *step)
{
	return step->kind == STEP_HIDE;
}

static bool made(const struct step *step)
{
	return step->kind == STEP_DIR || step->kind == STEP_FILE || step->kind == STEP_SYMLINK;
}

static bool kernel(const struct step *step)
{
	return step->kind == STEP_PROC || step->kind == STEP_SYSFS || step->kind == STEP_DEVPTS;
}

/* The words behind each other, in lines of at most 96 columns. */
static void wrapped(struct str *out, const struct strv *words)
{
	size_t column = 0;

	for (size_t i = 0; i < words->count; i++) {
		_cleanup_str_ struct str word = {0};

		str_add_printable(&word, words->items[i]);
		if (column > 0 && column + 1 + word.len > 96) {
			str_add(out, "\n");
			column = 0;
		}
		str_addf(out, "%s%s", column ? " " : "      ", word.text ?: "");
		column += word.len + (column ? 1 : 6);
	}
	str_add(out, "\n");
}

static bool same_place(const struct loc *a, const struct loc *b)
{
	return a->line == b->line &&
	       (a->file == b->file || (a->file && b->file && streq(a->file, b->file)));
}

/* Whether the step is one of many that sbox itself made, by default or for one line's sake. */
static bool summed_up(const struct step *step)
{
	return step->implied && !(step->source && !streq(step->source, step->dest));
}

/* The places of all that were made for the line of step `first`, unless one before it was. */
static void sum_up(struct str *out, const struct plan *plan, size_t first,
		   bool (*belongs)(const struct step *))
{
	const struct loc *loc = &plan->steps[first].loc;
	_cleanup_strv_ struct strv dests = {0};

	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];

		if (!belongs(step) || !summed_up(step) || !same_place(&step->loc, loc))
			continue;
		if (i < first)
			return;
		strv_add(&dests, step->dest);
	}
	str_add(out, "  by ");
	str_add_printable(out, loc_text(loc));
	str_add(out, ":\n");
	wrapped(out, &dests);
}

/* sbox's own parts summed up, everything that a profile asked for on a line of its own. */
static void section(struct str *out, const struct plan *plan, const char *title,
		    bool (*belongs)(const struct step *))
{
	bool any = false;

	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct step *step = &plan->steps[i];
		_cleanup_free_ char *text = NULL;

		if (!belongs(step))
			continue;
		if (!any)
			heading(out, title);
		any = true;
		if (summed_up(step))
			continue;
		text = step_text(step);
		print_line(out, &step->loc, text);
	}
	for (size_t i = 0; i < plan->nsteps; i++)
		if (belongs(&plan->steps[i]) && summed_up(&plan->steps[i]))
			sum_up(out, plan, i, belongs);
}

static void name_servers(struct str *out, const struct plan_net *net)
{
	_cleanup_str_ struct str text = {0}, search = {0};

	for (char *const *server = net->dns; server && *server; server++)
		str_addf(&text, "%s%s", server == net->dns ? "DNS servers " : ", ", *server);
	if (net->dns && !*net->dns)
		str_add(&text, "DNS servers not known");
	if (net->dns_source)
		str_addf(&text, " (%s)", net->dns_source);
	if (text.len)
		print_line(out, &net->dns_loc, text.text);
	for (char *const *domain = net->search; domain && *domain; domain++)
		str_addf(&search, "%s%s", domain == net->search ? "search " : ", ", *domain);
	if (search.len)
		print_line(out, &net->search_loc, search.text);
	for (size_t i = 0; net->publish && net->publish[i]; i++) {
		_cleanup_free_ char *publish = xasprintf("publish %s", net->publish[i]);

		print_line(out, &net->publish_locs[i], publish);
	}
}

static char *pasta_text(const struct plan_net *net)
{
	const char *families = net->uplink_v4 && net->uplink_v6 ? "IPv4 and IPv6"
			       : net->uplink_v4                 ? "IPv4 alone"
								: "IPv6 alone";

	if (!net->uplink_index)
		return xasprintf("%s through pasta, best effort; it isn't there", net->uplink);
	if (!net->uplink_v4 && !net->uplink_v6)
		return xasprintf("%s through pasta, best effort; it has no default route",
				 net->uplink);
	return xasprintf("%s through pasta, best effort; %s", net->uplink, families);
}

static void network(struct str *out, const struct plan *plan)
{
	const struct plan_net *net = &plan->net;
	_cleanup_free_ char *text = NULL;

	heading(out, "network");
	switch (net->mode) {
	case NET_NONE:
		text = xstrdup("none: lo alone");
		break;
	case NET_HOST:
		text = xstrdup("the host's: every interface and service of it");
		break;
	case NET_NETNS:
		text = xasprintf("the uplink \"%s\" alone%s%s", net->netns,
				 net->own_netns ? ", from behind it through pasta" : "",
				 net->is_up ? "" : ", which is not up");
		break;
	case NET_PASTA:
		text = pasta_text(net);
		break;
	}
	print_line(out, &net->loc, text);
	name_servers(out, net);
	if (net->mode != NET_NETNS)
		return;
	if (net->resolver) {
		_cleanup_free_ char *names = xasprintf("names: the servers of %s", net->resolver);

		print_remark(out, names);
	}
	if (!net->own_netns)
		print_remark(out, "shared with its other sandboxes: lo and the ports on it");
}

/* Only where the sandbox shares a network namespace is there something to keep apart. */
static void abstract_sockets(struct str *out, const struct plan *plan)
{
	const struct plan_landlock *landlock = &plan->landlock;

	if (!plan_shares_network(&plan->net))
		return;
	if (landlock->lacking) {
		print_line(out, &landlock->loc,
			   "this kernel has no scopes: abstract sockets are shared");
		return;
	}
	if (landlock->x11.file)
		print_line(out, &landlock->x11,
			   "abstract sockets are the host's, for the sake of X11");
	else if (landlock->scoped & LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET)
		print_line(out, &landlock->loc, "connections to abstract sockets stay inside");
	else
		print_line(out, &landlock->loc, "off: abstract sockets are shared");
}

static void scopes(struct str *out, const struct plan *plan)
{
	const struct plan_landlock *landlock = &plan->landlock;

	abstract_sockets(out, plan);
	if (landlock->scoped & LANDLOCK_SCOPE_SIGNAL)
		print_line(out, &landlock->loc, "signals stay inside");
	else if (landlock->terminal)
		print_remark(out, "signals reach the caller's job, for they share a terminal");
}

static void ports(struct str *out, const struct plan_landlock *landlock, uint64_t access,
		  const struct loc *loc, const char *what)
{
	_cleanup_str_ struct str text = {0};

	if (!(landlock->net & access))
		return;
	str_addf(&text, "%s", what);
	for (size_t i = 0; i < landlock->nports; i++)
		if (landlock->ports[i].access & access)
			str_addf(&text, " %u", landlock->ports[i].port);
	if (streq(text.text, what))
		str_add(&text, " none");
	print_line(out, loc, text.text);
}

static void landlock(struct str *out, const struct plan *plan)
{
	const struct plan_landlock *landlock = &plan->landlock;
	_cleanup_free_ char *files = NULL;

	heading(out, "landlock");
	switch (landlock->files) {
	case LANDLOCK_FILES:
		files = xasprintf("files: what the mounts allow, by ABI %d%s", landlock->abi,
				  landlock->abi < LANDLOCK_ABI_TRUNCATE
					  ? ", but for truncating and ioctls of devices"
				  : landlock->abi < LANDLOCK_ABI_IOCTL_DEV
					  ? ", but for ioctls of devices"
					  : "");
		break;
	case LANDLOCK_FILES_OFF:
		files = xstrdup("files: no rules");
		break;
	case LANDLOCK_FILES_NESTED:
		files = xstrdup("files: no rules, for nested namespaces could mount nothing");
		break;
	case LANDLOCK_FILES_LACKING:
		files = xasprintf("files: no rules, for this kernel has ABI %d, and they take %d",
				  landlock->abi, LANDLOCK_ABI_REFER);
		break;
	}
	print_line(out, &landlock->mode_loc, files);
	ports(out, landlock, LANDLOCK_ACCESS_NET_CONNECT_TCP, &landlock->connect_loc,
	      "TCP ports to connect to:");
	ports(out, landlock, LANDLOCK_ACCESS_NET_BIND_TCP, &landlock->bind_loc,
	      "TCP ports to bind:");
	scopes(out, plan);
	if (landlock->log)
		print_line(out, &landlock->log_loc,
			   landlock->log_all
				   ? "what is denied, also by the application's own rules, is "
				     "logged"
				   : "what is denied is logged");
}

static const char *verb_of(enum rule_action action)
{
	static const char *const names[] = {"allow", "log", "deny", "kill"};

	return names[action];
}

/* Whether the two rules read alike but for the syscall: they share a line then. */
static bool same_origin(const struct filter_rule *a, const struct filter_rule *b)
{
	return a->action == b->action && a->errnum == b->errnum && a->baseline == b->baseline &&
	       a->loc.file == b->loc.file && a->loc.line == b->loc.line &&
	       (a->group == b->group || (a->group && b->group && streq(a->group, b->group)));
}

/* "ioctl(1 == 0x5412)", or the name alone; the caller frees. */
static char *rule_call(const struct filter_rule *rule)
{
	_cleanup_free_ char *when = rule->when ? conjunction_format(rule->when) : NULL;

	return when ? xasprintf("%s(%s)", rule->name, when) : xstrdup(rule->name);
}

static void filter_rules(struct str *out, const struct filter_spec *filter, enum rule_action action)
{
	for (size_t i = 0; i < filter->nrules;) {
		const struct filter_rule *first = &filter->rules[i];
		_cleanup_strv_ struct strv calls = {0};
		_cleanup_str_ struct str text = {0};

		if (first->action != action) {
			i++;
			continue;
		}
		str_add(&text, verb_of(action));
		if (action == ACTION_ERRNO)
			str_addf(&text, " with %s", errno_name(first->errnum));
		if (first->group)
			str_addf(&text, ", %s", first->group);
		if (first->baseline)
			str_add(&text, ", baseline");
		print_line(out, &first->loc, text.text);
		for (; i < filter->nrules && same_origin(first, &filter->rules[i]); i++) {
			const struct filter_rule *rule = &filter->rules[i];
			_cleanup_free_ char *call = rule_call(rule);

			if (!calls.count || !streq(calls.items[calls.count - 1], call))
				strv_add(&calls, call);
		}
		wrapped(out, &calls);
	}
}

static void import(struct str *out, const struct filter_import *import)
{
	_cleanup_free_ char *text = xasprintf("import %s, %zu of its %zu entr%s", import->file,
					      import->nentries - import->nskipped, import->nentries,
					      import->nentries == 1 ? "y" : "ies");
	_cleanup_strv_ struct strv unknown = {0};

	print_line(out, &import->loc, text);
	if (!*import->unknown)
		return;
	strv_add(&unknown, "unknown names:");
	for (const char *s = import->unknown; *s; s += strspn(s, " ")) {
		size_t len = strcspn(s, " ");

		strv_take(&unknown, xstrndup(s, len));
		s += len;
	}
	wrapped(out, &unknown);
}

static void filter(struct str *out, const struct plan *plan)
{
	static const char *const defaults[] = {"allowed", "allowed and logged", "denied", "killed"};
	_cleanup_free_ char *text = NULL;

	heading(out, "system calls");
	text = xasprintf("%s unless listed", defaults[plan->filter.default_action]);
	print_line(out, &plan->filter.default_loc, text);
	if (plan->exec.why)
		print_line(out, &plan->exec.why_loc, "what is denied is said as it happens");
	for (int action = ACTION_KILL; action >= ACTION_ALLOW; action--)
		filter_rules(out, &plan->filter, (enum rule_action)action);
	if (plan->filter.allow_x86 || plan->filter.allow_x32)
		print_line(out, &plan->filter.arch_loc,
			   !plan->filter.allow_x32   ? "foreign ABIs let in: x86"
			   : !plan->filter.allow_x86 ? "foreign ABIs let in: x32"
						     : "foreign ABIs let in: x86 x32");
	for (size_t i = 0; i < plan->filter.nimports; i++)
		import(out, &plan->filter.imports[i]);
	for (size_t i = 0; i < plan->filter.nexempts; i++) {
		_cleanup_free_ char *exempt = xasprintf("EXEMPT %s", plan->filter.exempts[i].name);

		print_line(out, &plan->filter.exempts[i].loc, exempt);
	}
}

static void terminal(struct str *out, const struct plan *plan)
{
	static const char *const words[] = {
		[TTY_INHERIT] = "the caller's, and the caller's job",
		[TTY_NEW] = "one of its own, joined with the caller's",
		[TTY_NONE] = "none that controls its session",
	};
	const struct plan_exec *exec = &plan->exec;

	heading(out, "terminal");
	print_line(out, &exec->tty_loc, words[exec->tty]);
	if (exec->run_as && exec->tty == TTY_NONE)
		print_line(out, &exec->run_as_loc, "a new one where 0 to 2 are root's");
	if (exec->tty_of_host)
		print_line(out, &exec->run_as_loc, "the new one from the host's /dev/pts");
}

static void environment(struct str *out, const struct plan *plan)
{
	heading(out, "environment");
	for (size_t i = 0; plan->exec.envp[i]; i++)
		print_line(out, &plan->exec.env_locs[i], plan->exec.envp[i]);
}

static void limits(struct str *out, const struct plan *plan)
{
	if (plan->nlimits)
		heading(out, "limits");
	for (size_t i = 0; i < plan->nlimits; i++) {
		const struct plan_limit *limit = &plan->limits[i];
		_cleanup_free_ char *text =
			limit->limit.rlim_cur == RLIM_INFINITY
				? xasprintf("%s infinity", limit->name)
				: xasprintf("%s %llu", limit->name,
					    (unsigned long long)limit->limit.rlim_cur);

		print_line(out, &limit->loc, text);
	}
}

/* What runs, of which there is nothing to say when no command is named. */
static void header(struct str *out, const struct plan *plan)
{
	_cleanup_str_ struct str command = {0};

	str_add(out, "profile ");
	str_add_printable(out, plan->name);
	str_add(out, "\n");
	if (!plan->exec.unnamed) {
		str_add(&command, "command");
		for (char *const *arg = plan->exec.argv; *arg; arg++)
			str_addf(&command, " %s", *arg);
		print_padded(out, "", command.text, 60, &plan->exec.loc);
		if (plan->exec.missing)
			print_remark(out, "which is not found in the sandbox");
	}
	print_padded(out, "working directory ", plan->exec.workdir, 42, &plan->exec.workdir_loc);
	if (plan->exec.no_workdir && plan->exec.workdir_fallback) {
		_cleanup_free_ char *text =
			xasprintf("the caller's, %s, is not in the sandbox", plan->exec.no_workdir);

		print_remark(out, text);
	} else if (plan->exec.no_workdir) {
		print_remark(out, "which is not found in the sandbox");
	}
}

char *plan_print_text(const struct plan *plan)
{
	struct str out = {0};

	header(&out, plan);
	network(&out, plan);
	landlock(&out, plan);
	section(&out, plan, "writable, kept outside", shown_writable);
	section(&out, plan,
		plan->overlay.list ? "writable by overlays, listed at the end"
				   : "writable by overlays",
		overlaid);
	section(&out, plan, "writable, gone at the end", in_memory);
	section(&out, plan, "visible, read-only", shown_read_only);
	section(&out, plan, "devices", is_device);
	section(&out, plan, "hidden", hidden);
	section(&out, plan, "not executable", not_executable);
	section(&out, plan, "made inside", made);
	section(&out, plan, "kernel file systems", kernel);
	print_ids_text(&out, plan);
	filter(&out, plan);
	terminal(&out, plan);
	environment(&out, plan);
	limits(&out, plan);
	return str_steal(&out);
}
