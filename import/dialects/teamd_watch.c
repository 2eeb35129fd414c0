/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * teamd's link watchers. Each port of a team has its own; ebond watches all
 * ports of a bond alike, by carrier, by ARP/NS, or by both. See teamd.h.
 */
#include "import/dialects/teamd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define KNOWN(...) ((const char *const[]){__VA_ARGS__, NULL})

#define TICK_MS 100 /* miimon, unless the delays need a finer one */

/* Several watchers combined. */
struct watches {
	const struct team *team;
	const char *port; /* the port they belong to; NULL: the device's */
	bool has_carrier, has_probes;
	unsigned int probe_count;
	json_int_t interval_ms, missed_max; /* of the watcher with the shortest interval */
	char targets4[512], targets6[512];
};

static struct import_place place_in(const struct watches *watches, const char *key)
{
	if (watches->port)
		return team_place(watches->team, "ports", watches->port, "link_watch", key);
	return team_place(watches->team, "link_watch", key);
}

static int warn_unknown(const struct watches *watches, const json_t *watch,
			const char *const *known)
{
	if (watches->port)
		return team_warn_unknown(watches->team, watch, known,
					 KNOWN("ports", watches->port, "link_watch"));
	return team_warn_unknown(watches->team, watch, known, KNOWN("link_watch"));
}

/* The largest of 100, 10 and 1 that divides both delays, as miimon. */
static int tick_for(long long up_ms, long long down_ms)
{
	for (int tick = TICK_MS; tick > 1; tick /= 10)
		if (up_ms % tick == 0 && down_ms % tick == 0)
			return tick;
	return 1;
}

static int read_ethtool(struct watches *watches, const json_t *watch)
{
	const struct team *team = watches->team;
	const json_t *up = json_object_get(watch, "delay_up");
	const json_t *down = json_object_get(watch, "delay_down");
	char tick[24];
	int err;

	watches->has_carrier = true;
	snprintf(tick, sizeof(tick), "%d",
		 tick_for(json_integer_value(up), json_integer_value(down)));
	err = import_set_default(team->model, team->link, "miimon", tick);
	err = err ?: team_set_number(team, "updelay", up, place_in(watches, "delay_up"));
	err = err ?: team_set_number(team, "downdelay", down, place_in(watches, "delay_down"));
	return err ?: warn_unknown(watches, watch, KNOWN("name", "delay_up", "delay_down"));
}

static int add_target(struct watches *watches, const json_t *watch, char *list, size_t size)
{
	const char *target = json_string_value(json_object_get(watch, "target_host"));
	size_t length = strlen(list);

	if (!target || length + strlen(target) + 2 > size)
		return import_refuse(watches->team->model, place_in(watches, "target_host"),
				     -EINVAL, "target_host: %s",
				     target ? "too many addresses" : "missing");
	snprintf(list + length, size - length, "%s%s", length ? "," : "", target);
	return 0;
}

static json_int_t number_or(const json_t *value, json_int_t otherwise)
{
	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

/* All probing watchers share one interval and missed_max in ebond: those of the fastest. */
static int take_interval(struct watches *watches, const json_t *interval, const json_t *missed)
{
	json_int_t interval_ms = number_or(interval, 1000), missed_max = number_or(missed, 3);
	json_int_t slow_ms = interval_ms, slow_missed = missed_max;
	bool is_first = !watches->probe_count++;

	if (!is_first && interval_ms == watches->interval_ms && missed_max == watches->missed_max)
		return 0;
	if (is_first || interval_ms < watches->interval_ms) {
		slow_ms = watches->interval_ms;
		slow_missed = watches->missed_max;
		watches->interval_ms = interval_ms;
		watches->missed_max = missed_max;
	}
	if (is_first)
		return 0;
	return import_warn(watches->team->model, place_in(watches, "interval"),
			   "interval %lld, missed_max %lld: all watchers use those of the fastest "
			   "one in ebond: ignored",
			   (long long)slow_ms, (long long)slow_missed);
}

/* Reads interval and missed_max of arp_ping and nsna_ping; warns of what is not supported. */
static int read_probe(struct watches *watches, const json_t *watch, bool is_arp)
{
	const struct team *team = watches->team;
	const json_t *active = json_object_get(watch, "validate_active");
	const json_t *inactive = json_object_get(watch, "validate_inactive");
	const json_t *missed = json_object_get(watch, "missed_max");
	const json_t *interval = json_object_get(watch, "interval");
	int err;

	if ((missed && !json_is_integer(missed)) || (interval && !json_is_integer(interval)))
		return import_refuse(team->model,
				     place_in(watches, interval ? "interval" : "missed_max"),
				     -EINVAL, "interval and missed_max must be numbers");
	watches->has_probes = true;
	err = take_interval(watches, interval, missed);
	if (!err && (json_is_true(active) || json_is_true(inactive)))
		err = import_set(team->model, team->link, "arp_validate",
				 !json_is_true(inactive) ? "active"
				 : json_is_true(active)	 ? "all"
							 : "backup",
				 place_in(watches, json_is_true(active) ? "validate_active"
									: "validate_inactive"));
	if (!err && json_object_get(watch, "source_host"))
		err = import_warn(team->model, place_in(watches, "source_host"),
				  "source_host: ebond probes from the bond's own address: ignored");
	if (!err && json_object_get(watch, "vlanid"))
		err = import_warn(team->model, place_in(watches, "vlanid"),
				  "vlanid: ebond derives the VLAN from the routes: ignored");
	if (!err && json_integer_value(json_object_get(watch, "init_wait")) != 0)
		err = import_warn(team->model, place_in(watches, "init_wait"),
				  "init_wait: a new port has two intervals in ebond: ignored");
	if (!err && json_is_true(json_object_get(watch, "send_always")))
		err = import_warn(team->model, place_in(watches, "send_always"),
				  "send_always: the mode decides which ports probe: ignored");
	if (err)
		return err;
	if (!is_arp)
		return warn_unknown(
			watches, watch,
			KNOWN("name", "interval", "init_wait", "missed_max", "target_host"));
	return warn_unknown(watches, watch,
			    KNOWN("name", "interval", "init_wait", "missed_max", "source_host",
				  "target_host", "validate_active", "validate_inactive", "vlanid",
				  "send_always"));
}

static int read_watch(struct watches *watches, const json_t *watch)
{
	const struct team *team = watches->team;
	const char *name = json_string_value(json_object_get(watch, "name"));

	if (!json_is_object(watch) || !name)
		return import_refuse(team->model, place_in(watches, NULL), -EINVAL,
				     "link_watch: watcher without a name");
	if (!strcmp(name, "ethtool"))
		return read_ethtool(watches, watch);
	if (!strcmp(name, "arp_ping"))
		return read_probe(watches, watch, true)
			       ?: add_target(watches, watch, watches->targets4,
					     sizeof(watches->targets4));
	if (!strcmp(name, "nsna_ping"))
		return read_probe(watches, watch, false)
			       ?: add_target(watches, watch, watches->targets6,
					     sizeof(watches->targets6));
	return import_warn(team->model, place_in(watches, "name"),
			   "link_watch %.40s: not supported by ebond: ignored", name);
}

static int set_targets(const struct watches *watches)
{
	const struct team *team = watches->team;
	struct import_place place = place_in(watches, "target_host");
	char text[24];
	int err = 0;

	if (!watches->has_probes)
		return 0;
	snprintf(text, sizeof(text), "%lld", (long long)watches->interval_ms);
	err = import_set(team->model, team->link, "arp_interval", text,
			 place_in(watches, "interval"));
	snprintf(text, sizeof(text), "%lld", (long long)watches->missed_max);
	err = err
		      ?: import_set(team->model, team->link, "arp_missed_max", text,
				    place_in(watches, "missed_max"));
	if (!err && watches->targets4[0])
		err = import_set(team->model, team->link, "arp_ip_target", watches->targets4,
				 place);
	if (!err && watches->targets6[0])
		err = import_set(team->model, team->link, "ns_ip6_target", watches->targets6,
				 place);
	return err;
}

static int set_both(const struct watches *watches, const char *word, struct import_place place)
{
	if (!watches->has_carrier || !watches->has_probes)
		return 0;
	return import_set(watches->team->model, watches->team->link, "link_watch", word, place);
}

/* Carrier and probes together are beyond the kernel's driver. */
static int set_policy(const struct watches *watches)
{
	const struct team *team = watches->team;
	const json_t *policy = json_object_get(team->root, "link_watch_policy");
	const char *word = policy ? json_string_value(policy) ?: "" : "any";
	struct import_place place = team_place(team, "link_watch_policy");

	if (strcmp(word, "any") && strcmp(word, "all"))
		return import_refuse(team->model, place, -EINVAL,
				     "link_watch_policy: must be any or all");
	if (watches->probe_count > 1 && !strcmp(word, "all")) {
		int err = import_set(team->model, team->link, "arp_all_targets", "all", place);

		err = err
			      ?: import_warn(
					 team->model, place,
					 "link_watch_policy all: needs arp_validate: without it "
					 "an answer from one target is enough");
		if (err)
			return err;
	}
	return set_both(watches, word, place);
}

/* Whether two ports are watched alike, apart from which ports probe. */
static bool same_watch(const json_t *a, const json_t *b)
{
	_cleanup_json_ json_t *a_copy = json_deep_copy(a), *b_copy = json_deep_copy(b);

	json_object_del(a_copy, "source_host");
	json_object_del(b_copy, "source_host");
	return json_equal(a_copy, b_copy);
}

/* Uses the device's watchers, or those of the first port that has any; warns of others. */
static int choose(struct watches *watches, const json_t **ret_watch)
{
	const struct team *team = watches->team;
	const json_t *chosen = json_object_get(team->root, "link_watch"), *port;
	const char *name;
	int err = 0;

	json_object_foreach(json_object_get(team->root, "ports"), name, port) {
		const json_t *own = json_object_get(port, "link_watch");

		if (!chosen && own) {
			chosen = own;
			watches->port = name;
		}
		if (!err && own && !same_watch(own, chosen))
			err = import_warn(team->model,
					  team_place(team, "ports", name, "link_watch"),
					  "link_watch of %.15s: all ports of a bond are watched "
					  "alike: ignored",
					  name);
	}
	*ret_watch = chosen;
	return err;
}

int team_read_watches(const struct team *team)
{
	struct watches watches = {.team = team};
	const json_t *watch, *item;
	int err = choose(&watches, &watch);
	size_t i;

	if (!err && !watch)
		return import_set_default(team->model, team->link, "miimon", "100");
	if (!err && !json_is_array(watch))
		err = read_watch(&watches, watch);
	json_array_foreach(watch, i, item)
		err = err ?: read_watch(&watches, item);
	return err ?: set_targets(&watches) ?: set_policy(&watches);
}
