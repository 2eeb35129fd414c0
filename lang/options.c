/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets and reads options by name, and checks the options of a request as a
 * whole. Everything is driven by the table in options_table.c.
 */
#include "lang/options_private.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void init_all(void *options, bool per_port)
{
	size_t count;
	const struct option_spec *specs = option_table(&count);

	for (size_t i = 0; i < count; i++)
		if (specs[i].per_port == per_port)
			option_reset(&specs[i], options);
}

void bond_options_init(struct bond_options *options)
{
	memset(options, 0, sizeof(*options));
	init_all(options, false);
}

void bond_port_options_init(struct bond_port_options *options)
{
	memset(options, 0, sizeof(*options));
	init_all(options, true);
}

static bool is_option(const char *name, const char *canonical)
{
	const struct option_spec *spec = option_find(name);

	return spec && strcmp(spec->name, canonical) == 0;
}

/* Values that the kernel's driver accepts and this version does not. */
static int refuse_foreign_value(const char *name, const char *value, struct refusal *why)
{
	char word[OPTION_VALUE_MAX];

	if (!option_trim(value, word))
		return 0;
	if (is_option(name, "use_carrier") && (strcmp(word, "0") == 0 || strcmp(word, "off") == 0))
		return refuse(why, -EINVAL,
			      "use_carrier %s: links are monitored by carrier only, as in the "
			      "kernel since 6.18: use 1, or leave it out",
			      word);
	return 0;
}

int bond_options_set(struct bond_options *options, const char *name, const char *value,
		     bool has_ports, struct refusal *why)
{
	const struct option_spec *spec = option_find(name);
	struct bond_options wanted = *options;
	int r;

	if (!spec)
		return refuse_unknown_option(name, why);
	if (spec->per_port)
		return refuse(why, -EINVAL,
			      "%s is an option of a port, not of a bond: set it on the port", name);
	r = refuse_foreign_value(name, value, why);
	if (r < 0)
		return r;
	r = option_parse(spec, value, &wanted, why);
	if (r < 0)
		return r;
	if (has_ports && wanted.mode != options->mode)
		return refuse(why, -ENOTEMPTY,
			      "mode cannot change from %s to %s while ports are attached: use "
			      "--replace to keep them, or detach them first",
			      bond_mode_word(options->mode), bond_mode_word(wanted.mode));
	if (has_ports && wanted.fail_over_mac != options->fail_over_mac)
		return refuse(why, -ENOTEMPTY,
			      "fail_over_mac cannot change while ports are attached: detach them "
			      "first");
	*options = wanted;
	return 0;
}

int bond_port_options_set(struct bond_port_options *options, const char *name, const char *value,
			  struct refusal *why)
{
	const struct option_spec *spec = option_find(name);

	if (!spec)
		return refuse_unknown_option(name, why);
	if (!spec->per_port)
		return refuse(why, -EINVAL,
			      "%s is an option of a bond, not of a port: set it on the bond", name);
	return option_parse(spec, value, options, why);
}

bool bond_options_use_policy(const struct bond_options *options)
{
	switch (mode_spec(options->mode)->hash) {
	case MODE_HASH_NONE:
	case MODE_HASH_FIXED:
		return false;
	case MODE_HASH_POLICY:
		return true;
	case MODE_HASH_UNLESS_DYN:
		return !options->tlb_dynamic_lb;
	}
	return false;
}

int bond_options_get(const struct bond_options *options, const char *name, char *text, size_t size)
{
	const struct option_spec *spec = option_find(name);

	if (!spec || spec->per_port)
		return -ENOENT;
	option_print(spec, options, text, size);
	return 0;
}

int bond_port_options_get(const struct bond_port_options *options, const char *name, char *text,
			  size_t size)
{
	const struct option_spec *spec = option_find(name);

	if (!spec || !spec->per_port)
		return -ENOENT;
	option_print(spec, options, text, size);
	return 0;
}

int bond_options_number(const struct bond_options *options, const char *name, int64_t *ret_value)
{
	const struct option_spec *spec = option_find(name);

	if (!spec || spec->per_port || (spec->type != OPTION_NUMBER && spec->type != OPTION_WORD))
		return -ENOENT;
	*ret_value = option_load(spec, options);
	return 0;
}

int bond_port_options_number(const struct bond_port_options *options, const char *name,
			     int64_t *ret_value)
{
	const struct option_spec *spec = option_find(name);

	if (!spec || !spec->per_port)
		return -ENOENT;
	*ret_value = option_load(spec, options);
	return 0;
}

/* A growing line; what does not fit is cut off. */
struct line {
	char *text;
	size_t size, used;
};

__attribute__((format(printf, 2, 3))) static void line_add(struct line *line, const char *format,
							   ...)
{
	va_list args;

	if (line->used && line->used < line->size)
		line->used +=
			(size_t)snprintf(line->text + line->used, line->size - line->used, "; ");
	if (line->used >= line->size)
		return;
	va_start(args, format);
	line->used +=
		(size_t)vsnprintf(line->text + line->used, line->size - line->used, format, args);
	va_end(args);
}

int bond_options_check_mode(const char *name, enum bond_mode mode, struct refusal *why)
{
	const struct option_spec *spec = option_find(name);
	uint32_t needs = MODE_ACTIVE_PORT;
	char list[96];
	struct line line = {.text = list, .size = sizeof(list)};

	if (!spec && strcmp(name, "active_slave") != 0)
		return 0;
	if (spec)
		needs = spec->needs;
	if (mode_has(mode, needs))
		return 0;
	for (enum bond_mode other = 0; other < BOND_MODE_MAX; other++)
		if (mode_has(other, needs))
			line_add(&line, "%s", bond_mode_word(other));
	return refuse(why, -EACCES, "mode %s has no option %s: leave it out, or use mode %s",
		      bond_mode_word(mode), name, list);
}

bool option_names_port(const char *name)
{
	const struct option_spec *spec = option_find(name);

	return spec ? spec->type == OPTION_PORT : strcmp(name, "active_slave") == 0;
}

/* Drops options left over from another mode that this mode does not have. */
static void drop_foreign(struct bond_options *options, struct line *note)
{
	size_t count;
	const struct option_spec *specs = option_table(&count);
	struct bond_options initial;

	bond_options_init(&initial);
	for (size_t i = 0; i < count; i++) {
		char text[OPTION_TEXT_MAX];

		if (specs[i].per_port || option_in_mode(&specs[i], options->mode) ||
		    option_equal(&specs[i], options, &initial))
			continue;
		option_print(&specs[i], options, text, sizeof(text));
		option_reset(&specs[i], options);
		line_add(note, "%s %s dropped: mode %s has no such option", specs[i].name, text,
			 bond_mode_word(options->mode));
	}
}

static bool is_named(const char *canonical, const char *const *named, size_t named_count)
{
	for (size_t i = 0; i < named_count; i++)
		if (is_option(named[i], canonical))
			return true;
	return false;
}

/* The carrier and ARP/NS monitors are exclusive, as in the kernel, except with link_watch. */
static int settle_monitors(struct bond_options *options, const char *const *named,
			   size_t named_count, struct line *note, struct refusal *why)
{
	bool arp_named = is_named("arp_interval", named, named_count);
	bool mii_named = is_named("miimon", named, named_count);

	if (options->link_watch != BOND_WATCH_ONE || !options->miimon_ms ||
	    !options->arp_interval_ms)
		return 0;
	if (arp_named && mii_named)
		return refuse(why, -EINVAL,
			      "miimon and arp_interval: only one monitor at a time, unless "
			      "link_watch is any or all: leave one out, or add link_watch all");
	if (arp_named) {
		line_add(note, "miimon %u turned off: arp_interval is set, and link_watch is one",
			 options->miimon_ms);
		options->miimon_ms = 0;
		return 0;
	}
	line_add(note, "arp_interval %u turned off: miimon is set, and link_watch is one",
		 options->arp_interval_ms);
	options->arp_interval_ms = 0;
	options->arp_validate = BOND_ARP_VALIDATE_NONE;
	return 0;
}

/* bond_option_mode_set(): modes that cannot use ARP monitoring need miimon. */
static void settle_miimon(struct bond_options *options, const char *const *named,
			  size_t named_count)
{
	if (!options->miimon_ms && is_named("mode", named, named_count) &&
	    !is_named("miimon", named, named_count))
		options->miimon_ms = mode_spec(options->mode)->miimon_ms;
}

/* bond_option_mode_set(), too. */
static void settle_dynamic(struct bond_options *options, const char *const *named,
			   size_t named_count)
{
	if (mode_has(options->mode, MODE_DYNAMIC_LB) && is_named("mode", named, named_count) &&
	    !is_named("tlb_dynamic_lb", named, named_count))
		options->tlb_dynamic_lb = true;
}

void bond_options_imply(struct bond_options *options, const char *const *named, size_t named_count)
{
	settle_miimon(options, named, named_count);
	settle_dynamic(options, named, named_count);
}

/* A port with an address of its own cannot carry bond0's traffic. */
static int settle_spill(const struct bond_options *options, struct refusal *why)
{
	if (!options->spill_threshold || bond_options_fail_over_mac(options) == BOND_FOM_NONE)
		return 0;
	return refuse(why, -EINVAL,
		      "spill_threshold and fail_over_mac %s: ports that share the load share "
		      "bond0's address: set fail_over_mac none, or spill_threshold 0",
		      bond_fail_over_mac_word(options->fail_over_mac));
}

static int settle_delay(const char *name, uint32_t *delay_ms, uint32_t miimon_ms, bool is_new,
			struct line *note, struct refusal *why)
{
	uint32_t rounded_ms;

	if (!*delay_ms)
		return 0;
	if (!miimon_ms && is_new)
		return refuse(why, -EPERM,
			      "%s %u needs miimon, which is 0: set miimon too, for example miimon "
			      "100",
			      name, *delay_ms);
	if (!miimon_ms) {
		line_add(note, "%s %u dropped: it needs miimon, which is 0", name, *delay_ms);
		*delay_ms = 0;
		return 0;
	}
	rounded_ms = *delay_ms - *delay_ms % miimon_ms;
	if (rounded_ms != *delay_ms)
		line_add(note, "%s %u rounded down to %u: a multiple of miimon %u", name, *delay_ms,
			 rounded_ms, miimon_ms);
	*delay_ms = rounded_ms;
	return 0;
}

int bond_options_settle(struct bond_options *options, const char *const *named, size_t named_count,
			char *note, size_t note_size, struct refusal *why)
{
	struct bond_options wanted = *options;
	struct line line = {.text = note, .size = note_size};
	const struct {
		const char *name;
		uint32_t *delay_ms;
	} delays[] = {
		{"updelay", &wanted.updelay_ms},
		{"downdelay", &wanted.downdelay_ms},
		{"peer_notify_delay", &wanted.peer_notif_delay_ms},
	};
	int r;

	if (note_size)
		note[0] = '\0';
	for (size_t i = 0; i < named_count; i++) {
		r = bond_options_check_mode(named[i], wanted.mode, why);
		if (r < 0)
			return r;
	}
	drop_foreign(&wanted, &line);
	bond_options_imply(&wanted, named, named_count);
	r = settle_spill(&wanted, why);
	if (r == 0)
		r = settle_monitors(&wanted, named, named_count, &line, why);
	if (r < 0) {
		if (note_size)
			note[0] = '\0';
		return r;
	}
	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		r = settle_delay(delays[i].name, delays[i].delay_ms, wanted.miimon_ms,
				 is_named(delays[i].name, named, named_count), &line, why);
		if (r < 0) {
			if (note_size)
				note[0] = '\0'; /* nothing was changed */
			return r;
		}
	}
	*options = wanted;
	return 0;
}
