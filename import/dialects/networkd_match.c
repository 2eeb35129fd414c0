/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which interfaces a .network file applies to: [Match] of systemd.network(5).
 * All its conditions must hold, and the first matching file wins; a condition
 * that cannot be evaluated here matches nothing. See networkd.h.
 */
#include "import/dialects/networkd.h"

#include <fnmatch.h>
#include <string.h>

static bool is_match(const struct import_entry *entry)
{
	return strcmp(entry->section, "Match") == 0;
}

/* Copies the next word of *@at, of at most 63 bytes, to @text; false: there is none. */
static bool next_word(const char **at, char text[static 64])
{
	size_t length;

	*at += strspn(*at, " \t");
	length = strcspn(*at, " \t");
	if (!length || length > 63)
		return false;
	memcpy(text, *at, length);
	text[length] = '\0';
	*at += length;
	return true;
}

/* Whether all lines of a key together match @text, as systemd's net_condition_test_strv(). */
struct finding {
	bool is_duplicate, has_positive, is_met, is_excluded;
};

/* The patterns in one line. A '!' before the first inverts all of them. */
static void judge_patterns(struct finding *finding, const char *value, const char *text)
{
	bool inverts = *value == '!';
	char pattern[64];

	value += inverts;
	while (next_word(&value, pattern)) {
		bool fits = text && fnmatch(pattern, text, 0) == 0;

		finding->is_duplicate = true;
		finding->has_positive |= !inverts;
		finding->is_met |= fits && !inverts;
		finding->is_excluded |= fits && inverts;
	}
}

static bool is_met(const struct finding *finding)
{
	if (!finding->is_duplicate)
		return true;
	return !finding->is_excluded && (finding->is_met || !finding->has_positive);
}

static bool has_address(const struct import_interface *interface, const char *value,
			bool or_current)
{
	char mac[64];

	while (next_word(&value, mac))
		if (import_interface_has(interface, mac, or_current))
			return true;
	return false;
}

/* What is known of the interface that a file may apply to. */
struct candidate {
	const char *name;
	const struct import_interface *interface; /* NULL: not on this machine */
	bool is_bond;
};

static const char *type_of(const struct candidate *candidate)
{
	if (candidate->is_bond)
		return "bond";
	return candidate->interface && candidate->interface->type[0] ? candidate->interface->type
								     : NULL;
}

/* Whether a key of [Match] can be evaluated. */
static bool is_judged(const struct import_entry *entry)
{
	return !strcmp(entry->key, "Name") || !strcmp(entry->key, "MACAddress") ||
	       !strcmp(entry->key, "PermanentMACAddress") || !strcmp(entry->key, "Type");
}

static bool matches(const struct import_sheet *sheet, const struct candidate *candidate)
{
	struct finding name = {}, type = {}, mac = {}, permanent = {};

	for (struct import_entry *e = sheet->entries; e; e = e->next) {
		if (!is_match(e) || !networkd_holds(sheet, e) || !*e->value)
			continue;
		if (!is_judged(e))
			return false;
		e->is_used = true;
		if (!strcmp(e->key, "Name")) {
			judge_patterns(&name, e->value, candidate->name);
		} else if (!strcmp(e->key, "Type")) {
			if (!type_of(candidate))
				return false;
			judge_patterns(&type, e->value, type_of(candidate));
		} else {
			struct finding *f = !strcmp(e->key, "MACAddress") ? &mac : &permanent;

			f->is_duplicate = f->has_positive = true;
			f->is_met |= candidate->interface &&
				     has_address(candidate->interface, e->value, f == &mac);
		}
	}
	return (name.is_duplicate || type.is_duplicate || mac.is_duplicate ||
		permanent.is_duplicate) &&
	       is_met(&name) && is_met(&type) && is_met(&mac) && is_met(&permanent);
}

static bool is_network(const struct import_sheet *sheet)
{
	return sheet->declare == networkd_declare_network;
}

static struct candidate candidate_named(const struct import_model *model, const char *name)
{
	const struct import_link *link = import_find(model, name);
	struct candidate candidate = {
		.name = name,
		.interface = import_interface_named(model, name),
		.is_bond = link && link->is_bond,
	};

	candidate.is_bond |= candidate.interface && candidate.interface->is_bond;
	if (candidate.is_bond) /* its address is that of a port */
		candidate.interface = NULL;
	return candidate;
}

/* Adds the name when @sheet is the first file that matches it. */
static void consider(const struct import_model *model, const struct import_sheet *sheet,
		     const char *name, struct networkd_names *names)
{
	struct candidate candidate = candidate_named(model, name);

	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->list[i], name) == 0)
			return;
	if (names->count == NETWORKD_NAMES_MAX || !matches(sheet, &candidate))
		return;
	for (const struct import_sheet *s = model->sheets; s != sheet; s = s->next)
		if (is_network(s) && matches(s, &candidate))
			return;
	names->list[names->count++] = name;
}

/* Adds names without wildcards from the file itself: those interfaces need not exist yet. */
static int consider_named(struct import_model *model, const struct import_sheet *sheet,
			  struct networkd_names *names)
{
	char word[64];

	for (const struct import_entry *e = sheet->entries; e; e = e->next) {
		const char *at = e->value, *name;

		if (!is_match(e) || strcmp(e->key, "Name") != 0 || *at == '!')
			continue;
		while (next_word(&at, word)) {
			if (strpbrk(word, "*?["))
				continue;
			name = import_text(model, word);
			if (!name)
				return import_no_memory(model);
			consider(model, sheet, name, names);
		}
	}
	return 0;
}

int networkd_match(struct import_model *model, const struct import_sheet *sheet,
		   struct networkd_names *ret_names)
{
	int err;

	ret_names->count = 0;
	err = consider_named(model, sheet, ret_names);
	for (size_t i = 0; i < model->interface_count && !err; i++)
		if (!model->interfaces[i].is_bond && strcmp(model->interfaces[i].name, "lo") != 0)
			consider(model, sheet, model->interfaces[i].name, ret_names);
	for (const struct import_link *link = model->links; link && !err; link = link->next)
		if (link->is_bond)
			consider(model, sheet, link->name, ret_names);
	return err;
}

int networkd_warn_conditions(struct import_model *model, const struct import_sheet *sheet)
{
	int err = 0;
	bool is_duplicate = false;

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		if (!is_match(e))
			continue;
		is_duplicate |= *e->value != '\0';
		if (*e->value && !is_judged(e))
			err = import_warn(model, e->place,
					  "%.40s: cannot be evaluated: the file is taken to match "
					  "no interface",
					  e->key);
		e->is_used = true;
	}
	if (!err && !is_duplicate)
		err = import_warn(model, sheet_place(sheet, NULL),
				  "nothing in [Match]: the file matches no interface");
	return err;
}
