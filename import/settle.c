/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns imported settings into ebond's options: see settle.h. */
#include "import/settle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * Sets one option. An option that ebond does not support is a warning, an
 * invalid value an error.
 */
static int put(struct import_model *model, const struct import_setting *setting,
	       struct config_bond *bond, struct config_port *port)
{
	struct refusal why;
	bool is_mode = strcmp(setting->name, "mode") == 0;
	int err =
		port ? bond_port_options_set(&port->options, setting->name, setting->value, &why)
		     : bond_options_set(&bond->options, setting->name, setting->value, false, &why);

	if (!err)
		return 0;
	if (setting->by_dialect)
		return 0;
	if ((err == -EOPNOTSUPP && !is_mode) || err == -ENOENT)
		return import_warn(model, setting->place, "%s", why.text);
	return import_refuse(model, setting->place, err, "%s", why.text);
}

/* Whether @setting is the last of its name: later ones override earlier ones. */
static bool is_last(const struct import_setting *setting)
{
	for (const struct import_setting *s = setting->next; s; s = s->next)
		if (strcmp(s->name, setting->name) == 0)
			return false;
	return true;
}

/*
 * The setting that takes effect, or NULL. @name and its aliases in the option
 * table count as one.
 */
static const struct import_setting *effective(const struct import_link *link, const char *name)
{
	const struct option_spec *spec = option_find(name);
	const struct import_setting *found = NULL;

	for (const struct import_setting *s = link->settings; s; s = s->next)
		if (option_find(s->name) == spec)
			found = s;
	return found;
}

static struct import_place place_of(const struct import_link *link, const char *name)
{
	const struct import_setting *setting = effective(link, name);

	return setting && !setting->by_dialect ? setting->place : link->place;
}

/* Resets the option to its default, with a warning if a file set it. */
static int drop(struct import_model *model, const struct import_link *link, const char *name,
		struct bond_options *options, const char *reason)
{
	const struct import_setting *setting = effective(link, name);
	struct bond_options defaults;
	char text[OPTION_TEXT_MAX];
	struct refusal why;

	bond_options_init(&defaults);
	if (bond_options_get(&defaults, name, text, sizeof(text)) == 0)
		bond_options_set(options, name, text, false, &why);
	if (!setting || setting->by_dialect)
		return 0;
	return import_warn(model, setting->place, "%s: %s: ignored", name, reason);
}

/* Drops options that the bond's mode does not support. */
static int drop_for_mode(struct import_model *model, const struct import_link *link,
			 struct bond_options *options)
{
	for (const struct import_setting *s = link->settings; s; s = s->next) {
		char reason[64];
		int err;

		if (!is_last(s) || !option_find(s->name) ||
		    bond_options_check_mode(s->name, options->mode, NULL) == 0)
			continue;
		snprintf(reason, sizeof(reason), "not supported in mode %s",
			 bond_mode_word(options->mode));
		err = drop(model, link, s->name, options, reason);
		if (err)
			return err;
	}
	return 0;
}

static bool has_targets(const struct bond_options *options)
{
	return options->arp_targets.count || options->ns_targets.count;
}

/* Resolves conflicts between the two monitors as the bonding module does. */
static int drop_monitors(struct import_model *model, const struct import_link *link,
			 struct bond_options *options)
{
	static const char *const delays[] = {"updelay", "downdelay", "peer_notify_delay"};
	int err = 0;

	if (options->arp_interval_ms && !has_targets(options))
		err = drop(model, link, "arp_interval", options, "arp_ip_target is not set");
	if (!err && options->arp_interval_ms && options->miimon_ms &&
	    options->link_watch == BOND_WATCH_ONE) {
		err = drop(model, link, "arp_interval", options,
			   "miimon is set, and the driver uses only one of them; set link_watch to "
			   "use both");
		err = err ?: drop(model, link, "arp_validate", options, "arp_interval is not used");
	}
	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]) && !err; i++) {
		int64_t value = 0;

		bond_options_number(options, delays[i], &value);
		if (value && !options->miimon_ms)
			err = drop(model, link, delays[i], options, "miimon is not set");
	}
	return err;
}

/* Options that the mode implies where no file sets them. */
static void imply(const struct import_link *link, struct bond_options *options)
{
	static const char *const asked[] = {"mode", "miimon", "tlb_dynamic_lb"};
	const char *named[3];
	size_t count = 0;

	for (size_t i = 0; i < 3; i++)
		if (effective(link, asked[i]))
			named[count++] = asked[i];
	bond_options_imply(options, named, count);
}

/* All options of @link for @bond; the option table's own rules decide last. */
static int settle_bond(struct import_model *model, const struct import_link *link,
		       struct config_bond *bond)
{
	struct refusal why;
	int err = 0;

	for (const struct import_setting *s = link->settings; s && !err; s = s->next)
		if (is_last(s))
			err = put(model, s, bond, NULL);
	err = err ?: drop_for_mode(model, link, &bond->options);
	imply(link, &bond->options);
	err = err ?: drop_monitors(model, link, &bond->options);
	if (err)
		return err;
	err = bond_options_settle(&bond->options, NULL, 0, bond->note, sizeof(bond->note), &why);
	if (err)
		return import_refuse(model, link->place, err, "%s: %s", link->name, why.text);
	if (bond->note[0])
		err = import_warn(model, place_of(link, "updelay"), "%s: %s", link->name,
				  bond->note);
	bond->note[0] = '\0';
	return err;
}

static int settle_port(struct import_model *model, const struct import_link *link,
		       struct config_bond *bond)
{
	struct config_port *port = config_add_port(bond, link->name);
	int err = 0;

	if (!port)
		return import_refuse(model, link->master_place, -E2BIG,
				     "%s: a bond has at most %d ports", bond->name, BOND_PORTS_MAX);
	for (const struct import_setting *s = link->settings; s && !err; s = s->next) {
		if (!is_last(s))
			continue;
		if (bond_options_check_mode(s->name, bond->options.mode, NULL) < 0)
			err = import_warn(model, s->place, "%s: not supported in mode %s: ignored",
					  s->name, bond_mode_word(bond->options.mode));
		else
			err = put(model, s, bond, port);
	}
	return err;
}

/* Whether @bond was asked for, by its own name or that of one of its ports. */
static bool is_wanted(const struct import_model *model, const struct import_link *bond,
		      const char *only)
{
	const struct import_link *named = only ? import_find(model, only) : NULL;

	if (!only)
		return !bond->is_manual;
	return named && (named == bond || (named->master && !strcmp(named->master, bond->name)));
}

static int add_bond(struct import_model *model, const struct import_link *link,
		    struct config *config)
{
	struct config_bond *bond = config_add_bond(config, link->name);
	int err;

	if (!bond)
		return import_refuse(model, link->place, -E2BIG, "too many bonds: at most %d",
				     CONFIG_BONDS_MAX);
	err = settle_bond(model, link, bond);
	for (const struct import_link *port = model->links; port && !err; port = port->next)
		if (port->master && strcmp(port->master, link->name) == 0)
			err = settle_port(model, port, bond);
	return err;
}

int import_settle(struct import_model *model, const char *only, struct config **ret_config)
{
	struct config *config = config_new();
	int err = config ? 0 : import_no_memory(model);

	for (const struct import_link *link = model->links; link && !err; link = link->next)
		if (link->is_bond && is_wanted(model, link, only))
			err = add_bond(model, link, config);
	if (!err && only && !config->count)
		err = import_refuse(model, (struct import_place){}, -ENODEV,
				    "%.40s is neither a bond nor a port of one in the files read",
				    only);
	if (err) {
		config_free(config);
		return err;
	}
	*ret_config = config;
	return 0;
}
