/* SPDX-License-Identifier: GPL-2.0-or-later */
/* teamd's JSON: runner, its options and ports. teamd.conf(5). See dialects.h. */
#include "import/dialects/teamd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/dialects/dialects.h"
#include "import/json_line.h"
#include "import/net.h"
#include "lang/names.h"

#define KNOWN(...) ((const char *const[]){__VA_ARGS__, NULL})
#define PATH_MAX_KEYS 6

static const struct {
	const char *runner, *mode;
} modes[] = {
	{"broadcast", "broadcast"},	   {"roundrobin", "balance-rr"},   {"random", "balance-rr"},
	{"activebackup", "active-backup"}, {"loadbalance", "balance-xor"}, {"lacp", "802.3ad"},
};

struct import_place team_place_of(const struct team *team, const char *const *path)
{
	return (struct import_place){team->file,
				     team->line_before + json_line_of(team->text, path)};
}

static const json_t *get(const struct team *team, const char *object, const char *key)
{
	return json_object_get(json_object_get(team->root, object), key);
}

static int wrong(const struct team *team, struct import_place place, const char *what)
{
	return import_refuse(team->model, place, -EINVAL, "%.40s: invalid value", what);
}

int team_set_number(const struct team *team, const char *option, const json_t *value,
		    struct import_place place)
{
	char text[24];

	if (!value)
		return 0;
	if (!json_is_integer(value) && !json_is_boolean(value))
		return wrong(team, place, option);
	snprintf(text, sizeof(text), "%lld",
		 json_is_boolean(value) ? (long long)json_is_true(value)
					: (long long)json_integer_value(value));
	return import_set(team->model, team->link, option, text, place);
}

int team_warn_unknown(const struct team *team, const json_t *object, const char *const *known,
		      const char *const *above)
{
	const char *path[PATH_MAX_KEYS + 1] = {0}, *key;
	const json_t *value;
	size_t depth = 0;
	int err = 0;

	while (above[depth] && depth < PATH_MAX_KEYS - 1) {
		path[depth] = above[depth];
		depth++;
	}
	json_object_foreach((json_t *)object, key, value) {
		const char *const *at = known;

		while (*at && strcmp(*at, key) != 0)
			at++;
		path[depth] = key;
		/*
		 * finding the line reads the file again: do not do it for
		 * warnings that are dropped
		 */
		if (!*at && !err && team->model->warning_count < IMPORT_WARNINGS_MAX)
			err = import_warn(team->model, team_place_of(team, path),
					  "%.40s: not supported by ebond: ignored", key);
	}
	return err;
}

static int warn(const struct team *team, struct import_place place, const json_t *value,
		const char *text)
{
	return value ? import_warn(team->model, place, "%s", text) : 0;
}

/* The xmit_hash_policy closest to teamd's tx_hash. */
static int read_tx_hash(const struct team *team)
{
	const json_t *list = get(team, "runner", "tx_hash"), *item;
	struct import_place place = team_place(team, "runner", "tx_hash");
	bool vlan = false, l3 = !list, l4 = false;
	size_t i;

	if (list && !json_is_array(list))
		return wrong(team, place, "tx_hash");
	json_array_foreach(list, i, item) {
		const char *word = json_string_value(item) ?: "?";

		if (!strcmp(word, "vlan"))
			vlan = true;
		else if (!strcmp(word, "ipv4") || !strcmp(word, "ipv6") || !strcmp(word, "ip") ||
			 !strcmp(word, "l3"))
			l3 = true;
		else if (!strcmp(word, "tcp") || !strcmp(word, "udp") || !strcmp(word, "sctp") ||
			 !strcmp(word, "l4"))
			l4 = true;
		else if (strcmp(word, "eth") != 0)
			return wrong(team, place, "tx_hash");
	}
	return import_set(team->model, team->link, "xmit_hash_policy",
			  l4	 ? "layer3+4"
			  : l3	 ? "layer2+3"
			  : vlan ? "vlan+srcmac"
				 : "layer2",
			  place);
}

/* teamd evens out the load every balancing_interval, and only where a balancer is named. */
static int read_balancer(const struct team *team)
{
	const json_t *balancer = get(team, "runner", "tx_balancer");
	const json_t *name = json_object_get(balancer, "name");
	struct import_place place = team_place(team, "runner", "tx_balancer");
	int err;

	if (!balancer)
		return 0;
	if (!json_is_object(balancer) || (name && !json_is_string(name)))
		return wrong(team, place, "tx_balancer");
	err = team_warn_unknown(team, balancer, KNOWN("name", "balancing_interval"),
				KNOWN("runner", "tx_balancer"))
		      ?: warn(team, team_place(team, "runner", "tx_balancer", "balancing_interval"),
			      json_object_get(balancer, "balancing_interval"),
			      "balancing_interval: ebond places each flow at once: ignored");
	if (err || !name)
		return err;
	if (strcmp(json_string_value(name), "basic") != 0)
		return wrong(team, place, "tx_balancer name");
	return import_set(team->model, team->link, "tx_placement", "adaptive", place);
}

static int read_active_backup(const struct team *team)
{
	static const struct {
		const char *theirs, *ours;
	} policies[] = {{"same_all", "none"}, {"by_active", "active"}, {"only_active", "follow"}};
	const json_t *policy = get(team, "runner", "hwaddr_policy");
	struct import_place place = team_place(team, "runner", "hwaddr_policy");
	int err = team_warn_unknown(team, json_object_get(team->root, "runner"),
				    KNOWN("name", "hwaddr_policy"), KNOWN("runner"));

	for (size_t i = 0; policy && i < 3; i++)
		if (!err && !strcmp(json_string_value(policy) ?: "", policies[i].theirs))
			return import_set(team->model, team->link, "fail_over_mac",
					  policies[i].ours, place);
	return err ?: policy ? wrong(team, place, "hwaddr_policy") : 0;
}

static int read_load_balance(const struct team *team)
{
	return team_warn_unknown(team, json_object_get(team->root, "runner"),
				 KNOWN("name", "tx_hash", "tx_balancer"), KNOWN("runner")) ?:
		       read_tx_hash(team) ?: read_balancer(team);
}

static int read_lacp(const struct team *team)
{
	static const struct {
		const char *key, *option;
	} keys[] = {{"active", "lacp_active"},
		    {"fast_rate", "lacp_rate"},
		    {"sys_prio", "ad_actor_sys_prio"},
		    {"min_ports", "min_links"}};
	static const struct {
		const char *theirs, *ours;
	} policies[] = {
		{"lacp_prio_stable", "stable"}, {"bandwidth", "bandwidth"}, {"count", "count"}};
	const char *policy = json_string_value(get(team, "runner", "agg_select_policy"));
	struct import_place place = team_place(team, "runner", "agg_select_policy");
	int err = team_warn_unknown(team, json_object_get(team->root, "runner"),
				    KNOWN("name", "tx_hash", "tx_balancer", "active", "fast_rate",
					  "sys_prio", "min_ports", "agg_select_policy"),
				    KNOWN("runner"));

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && !err; i++)
		err = team_set_number(team, keys[i].option, get(team, "runner", keys[i].key),
				      team_place(team, "runner", keys[i].key));
	for (size_t i = 0; i < 3 && policy && !err; i++)
		if (strcmp(policy, policies[i].theirs) == 0)
			return import_set(team->model, team->link, "ad_select", policies[i].ours,
					  place) ?:
				       read_tx_hash(team) ?: read_balancer(team);
	if (policy && !err)
		err = import_warn(team->model, place, "agg_select_policy %.40s: ignored", policy);
	return err ?: read_tx_hash(team) ?: read_balancer(team);
}

static int read_runner(struct team *team)
{
	const json_t *name = get(team, "runner", "name");
	struct import_place place = team_place(team, "runner", "name");
	const char *mode = NULL;
	int err;

	team->runner = name ? json_string_value(name) : "roundrobin";
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]) && team->runner; i++)
		if (strcmp(team->runner, modes[i].runner) == 0)
			mode = modes[i].mode;
	if (!mode)
		return wrong(team, place, "runner name");
	err = import_set(team->model, team->link, "mode", mode, place);
	if (!err && strcmp(team->runner, "random") == 0)
		err = import_set(team->model, team->link, "packets_per_slave", "0", place);
	if (err)
		return err;
	if (strcmp(team->runner, "activebackup") == 0)
		return read_active_backup(team);
	if (strcmp(team->runner, "loadbalance") == 0)
		return read_load_balance(team);
	if (strcmp(team->runner, "lacp") == 0)
		return read_lacp(team);
	return team_warn_unknown(team, json_object_get(team->root, "runner"), KNOWN("name"),
				 KNOWN("runner"));
}

static int read_notices(const struct team *team)
{
	const char *const known[] = {"count", "interval", NULL};
	int err = team_set_number(team, "num_grat_arp", get(team, "notify_peers", "count"),
				  team_place(team, "notify_peers", "count"));

	err = err
		      ?: team_set_number(team, "peer_notify_delay",
					 get(team, "notify_peers", "interval"),
					 team_place(team, "notify_peers", "interval"));
	err = err
		      ?: team_set_number(team, "resend_igmp", get(team, "mcast_rejoin", "count"),
					 team_place(team, "mcast_rejoin", "count"));
	err = err
		      ?: warn(team, team_place(team, "mcast_rejoin", "interval"),
			      get(team, "mcast_rejoin", "interval"),
			      "mcast_rejoin interval: fixed at 200 ms in ebond: ignored");
	err = err
		      ?: team_warn_unknown(team, json_object_get(team->root, "notify_peers"), known,
					   KNOWN("notify_peers"));
	return err
		       ?: team_warn_unknown(team, json_object_get(team->root, "mcast_rejoin"),
					    known, KNOWN("mcast_rejoin"));
}

/* Reads the settings of @port; @above: the path to it. */
static int set_port_options(const struct team *team, const json_t *port, const char *const *above)
{
	static const struct {
		const char *key, *option;
	} keys[] = {{"prio", "prio"}, {"queue_id", "queue_id"}, {"lacp_prio", "actor_port_prio"}};
	int err = 0;

	for (size_t i = 0; i < 3 && !err; i++) {
		const char *path[] = {above[0], above[0] ? above[1] : NULL, NULL, NULL};

		path[above[0] ? 2 : 0] = keys[i].key;
		err = team_set_number(team, keys[i].option, json_object_get(port, keys[i].key),
				      team_place_of(team, path));
	}
	return err
		       ?: team_warn_unknown(
				  team, port,
				  KNOWN("prio", "queue_id", "lacp_prio", "sticky", "link_watch"),
				  above);
}

static int read_port(const struct team *team, const char *name, const json_t *port)
{
	struct team of_port = *team;
	int err;

	if (!json_is_object(port))
		return wrong(team, team_place(team, "ports", name), name);
	err = import_port(team->model, name, team->link->name, team_place(team, "ports", name),
			  &of_port.link);
	return err ?: set_port_options(&of_port, port, KNOWN("ports", name));
}

/* sticky is set per port, ebond's primary_reselect per bond. */
static int read_sticky(const struct team *team, const json_t *ports)
{
	const char *name, *last = NULL;
	const json_t *port;
	size_t sticky = 0;

	json_object_foreach((json_t *)ports, name, port) {
		if (!json_is_true(json_object_get(port, "sticky")))
			continue;
		sticky++;
		last = name;
	}
	if (!sticky)
		return 0;
	if (sticky == json_object_size(ports))
		return import_set(team->model, team->link, "primary_reselect", "failure",
				  team_place(team, "ports", last, "sticky"));
	return import_warn(team->model, team_place(team, "ports", last, "sticky"),
			   "sticky: applies to all ports or none in ebond (primary_reselect "
			   "failure): ignored");
}

static int read_ports(const struct team *team)
{
	const json_t *ports = json_object_get(team->root, "ports"), *port;
	const char *name;
	int err = 0;

	if (ports && !json_is_object(ports))
		return wrong(team, team_place(team, "ports"), "ports");
	if (json_object_size(ports) > BOND_PORTS_MAX)
		return import_refuse(team->model, team_place(team, "ports"), -E2BIG,
				     "a bond has at most %d ports", BOND_PORTS_MAX);
	json_object_foreach((json_t *)ports, name, port)
		err = err ?: read_port(team, name, port);
	return err ?: read_sticky(team, ports);
}

static int read_all(struct team *team, const char *device, struct import_place place)
{
	const json_t *mac = json_object_get(team->root, "hwaddr");
	int err = import_bond(team->model, device, place, &team->link);

	if (!err && mac)
		err = import_set_mac(team->model, team->link, json_string_value(mac) ?: "",
				     team_place(team, "hwaddr"));
	return err ?: read_runner(team) ?: read_notices(team) ?:
			      read_ports(team) ?: team_read_watches(team) ?:
				      team_warn_unknown(team, team->root,
							KNOWN("device", "hwaddr", "runner",
							      "notify_peers", "mcast_rejoin",
							      "link_watch", "link_watch_policy",
							      "ports", "debug_level"),
							KNOWN(NULL));
}

static int parse(struct team *team, json_t **ret_root)
{
	json_error_t error;

	*ret_root = json_loads(team->text, JSON_REJECT_DUPLICATES, &error);
	if (!*ret_root) {
		/* jansson quotes the text at that point, which may be a password */
		char *quoted = strstr(error.text, " near '");

		if (quoted)
			*quoted = '\0';
		return import_refuse(
			team->model,
			(struct import_place){team->file,
					      team->line_before +
						      (error.line > 0 ? (uint32_t)error.line : 1)},
			-EINVAL, "invalid JSON: %s", error.text);
	}
	team->root = *ret_root;
	return json_is_object(team->root)
		       ? 0
		       : import_refuse(team->model, (struct import_place){team->file, 1}, -EINVAL,
				       "not a JSON object: not a teamd configuration");
}

/* "team0" from "/etc/teamd/team0.conf", as teamd's unit does; NULL: not such a name. */
static const char *device_of_file(struct import_model *model, const char *file)
{
	const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
	struct refusal why;
	const char *name = import_text_n(model, base, strcspn(base, "."));

	return name && strchr(base, '.') && name_check(name, &why) == 0 ? name : NULL;
}

static int read_root(struct team *team)
{
	const char *device = json_string_value(json_object_get(team->root, "device"));
	bool is_teams =
		json_object_get(team->root, "runner") || json_object_get(team->root, "ports");
	struct import_place top = {team->file, 1};
	int err;

	if (device)
		return read_all(team, device, team_place(team, "device"));
	device = is_teams ? device_of_file(team->model, team->file) : NULL;
	if (!device && is_teams)
		return import_refuse(team->model, top, -EINVAL,
				     "device name missing: add \"device\"");
	if (!device)
		return import_refuse(team->model, top, -EINVAL,
				     "no \"device\": not a teamd configuration");
	err = import_warn(team->model, top, "no \"device\": using %s from the file name", device);
	return err ?: read_all(team, device, top);
}

int team_read_value(struct import_model *model, const char *device, const char *text,
		    struct import_place place)
{
	struct team team = {
		.model = model, .file = place.file, .text = text, .line_before = place.line - 1};
	_cleanup_json_ json_t *root = NULL;

	return parse(&team, &root) ?: read_all(&team, device, place);
}

int team_read_port_value(struct import_model *model, struct import_link *port, const char *text,
			 struct import_place place)
{
	struct team team = {.model = model,
			    .file = place.file,
			    .text = text,
			    .line_before = place.line - 1,
			    .link = port};
	_cleanup_json_ json_t *root = NULL;
	int err = parse(&team, &root);

	return err ?: set_port_options(&team, team.root, KNOWN(NULL));
}

int import_teamd(struct import_model *model, const struct import_file *file)
{
	struct team team = {.model = model};
	_cleanup_free_ char *text = NULL;
	_cleanup_json_ json_t *root = NULL;
	int err = import_clean(model, file, &text, &team.file);

	team.text = text;
	return err ?: parse(&team, &root) ?: read_root(&team);
}
