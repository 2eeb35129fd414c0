/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns aliases and options of the bonding module into bonds: see dialects.h. */
#include "import/dialects/modules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/driver_options.h"

#define MODULE "bonding"
#define TARGETS_MAX 4096
#define ALIASES_DEEP 16 /* longest chain of aliases that is followed */

struct parameter {
	struct parameter *next;
	const char *key, *value;
	struct import_place place;
};

struct import_target {
	struct import_target *next;
	const char *name;
	struct import_place place;
	struct parameter *parameters, **parameters_end;
	uint32_t max_bonds; /* if has_max_bonds */
	bool has_max_bonds;
};

struct alias {
	struct alias *next;
	const char *name, *module;
	struct import_place place;
};

struct import_modules {
	struct import_target *targets, **targets_end;
	struct alias *aliases, **aliases_end;
	size_t count; /* of both */
};

static struct import_modules *modules_of(struct import_model *model)
{
	if (!model->modules) {
		model->modules = import_alloc(model, sizeof(*model->modules));
		if (!model->modules)
			return NULL;
		model->modules->targets_end = &model->modules->targets;
		model->modules->aliases_end = &model->modules->aliases;
	}
	return model->modules;
}

static int too_many(struct import_model *model, struct import_place place)
{
	return import_refuse(model, place, -E2BIG, "more than %d modules and aliases", TARGETS_MAX);
}

static struct import_target *target_named(const struct import_modules *modules, const char *name)
{
	for (struct import_target *target = modules->targets; target; target = target->next)
		if (strcmp(target->name, name) == 0)
			return target;
	return NULL;
}

int import_target_find(struct import_model *model, const char *name, struct import_place place,
		       struct import_target **ret_target)
{
	struct import_modules *modules = modules_of(model);
	struct import_target *target = modules ? target_named(modules, name) : NULL;

	if (modules && !target) {
		if (modules->count++ == TARGETS_MAX)
			return too_many(model, place);
		target = import_alloc(model, sizeof(*target));
		if (target) {
			target->name = import_text(model, name);
			target->place = place;
			target->parameters_end = &target->parameters;
			*modules->targets_end = target;
			modules->targets_end = &target->next;
		}
	}
	if (!target || !target->name)
		return import_no_memory(model);
	*ret_target = target;
	return 0;
}

int import_target_set(struct import_model *model, struct import_target *target, const char *key,
		      const char *value, struct import_place place)
{
	struct parameter *parameter = import_alloc(model, sizeof(*parameter));

	if (!parameter)
		return import_no_memory(model);
	parameter->key = import_text(model, key);
	parameter->value = value ? import_text(model, value) : NULL;
	parameter->place = place;
	if (!parameter->key || (value && !parameter->value))
		return import_no_memory(model);
	*target->parameters_end = parameter;
	target->parameters_end = &parameter->next;
	return 0;
}

static struct alias *alias_named(const struct import_modules *modules, const char *name)
{
	for (struct alias *alias = modules->aliases; alias; alias = alias->next)
		if (strcmp(alias->name, name) == 0)
			return alias;
	return NULL;
}

/* Newer kernels request "bond0" as "netdev-bond0". */
static const char *plain_name(const char *name)
{
	return strncmp(name, "netdev-", 7) == 0 ? name + 7 : name;
}

int import_add_alias(struct import_model *model, const char *name, const char *module,
		     struct import_place place)
{
	struct import_modules *modules = modules_of(model);
	struct alias *alias = modules ? alias_named(modules, plain_name(name)) : NULL;

	if (!alias) {
		if (modules && modules->count++ == TARGETS_MAX)
			return too_many(model, place);
		alias = modules ? import_alloc(model, sizeof(*alias)) : NULL;
		if (!alias)
			return import_no_memory(model);
		alias->name = import_text(model, plain_name(name));
		*modules->aliases_end = alias;
		modules->aliases_end = &alias->next;
	}
	alias->module = import_text(model, module);
	alias->place = place;
	return alias->name && alias->module ? 0 : import_no_memory(model);
}

/* "bond7" gives 7; -1: another form. */
static int32_t bond_number(const char *name)
{
	int32_t number = 0;

	if (strncmp(name, "bond", 4) != 0 || !name[4] || strlen(name) > 8)
		return -1;
	for (const char *c = name + 4; *c; c++) {
		if (*c < '0' || *c > '9' || (name[4] == '0' && name[5]))
			return -1;
		number = number * 10 + (*c - '0');
	}
	return number;
}

static int judge_max_bonds(struct import_model *model, struct import_target *target,
			   const struct parameter *parameter)
{
	char *end;
	long number = strtol(parameter->value, &end, 0);

	if (*end || end == parameter->value || number < 0)
		return import_refuse(model, parameter->place, -EINVAL,
				     "max_bonds %.20s: not a number", parameter->value);
	if (number > CONFIG_BONDS_MAX)
		return import_refuse(model, parameter->place, -E2BIG,
				     "max_bonds %.20s: at most %d bonds", parameter->value,
				     CONFIG_BONDS_MAX);
	target->max_bonds = (uint32_t)number;
	target->has_max_bonds = true;
	return 0;
}

/* Takes max_bonds, and words that are not parameters, out of a target of bonding's. */
static int evaluate(struct import_model *model, struct import_target *target)
{
	struct parameter **at = &target->parameters;

	while (*at) {
		const struct parameter *parameter = *at;
		int err = 0;

		if (!parameter->value)
			err = import_warn(model, parameter->place,
					  "word is not NAME=VALUE: ignored");
		else if (strcmp(parameter->key, "max_bonds") == 0)
			err = judge_max_bonds(model, target, parameter);
		if (err)
			return err;
		if (!parameter->value || strcmp(parameter->key, "max_bonds") == 0)
			*at = parameter->next;
		else
			at = &(*at)->next;
	}
	return 0;
}

static int apply_parameters(struct import_model *model, struct import_link *link,
			    const struct import_target *target)
{
	int err = 0;

	for (const struct parameter *p = target ? target->parameters : NULL; p && !err; p = p->next)
		err = import_driver_option(model, link, p->key, p->value, p->place);
	return err;
}

/* The target with options for the bond @name only. */
static struct import_target *own_target(const struct import_modules *modules, const char *name)
{
	struct import_target *own = target_named(modules, name);
	int32_t number = bond_number(name);

	if (own || number < 0)
		return own;
	for (own = modules->targets; own; own = own->next) {
		int32_t first = bond_number(own->name);

		if (first >= 0 && first < number && number < first + (int32_t)own->max_bonds)
			return own;
	}
	return NULL;
}

static int make_bond(struct import_model *model, const char *name, struct import_place place)
{
	struct import_link *link = import_find(model, name);

	return link && link->is_bond ? 0 : import_bond(model, name, place, &link);
}

/* Makes bond@first and the following, @count in all. */
static int make_counted(struct import_model *model, const struct import_target *target,
			uint32_t first)
{
	char name[BOND_NAME_MAX];
	int err = 0;

	for (uint32_t i = 0; i < target->max_bonds && !err; i++) {
		snprintf(name, sizeof(name), "bond%u", first + i);
		err = make_bond(model, name, target->place);
	}
	return err;
}

/* Whether @alias resolves to bonding, directly or through other aliases. */
static int is_of_bonding(struct import_model *model, const struct alias *alias, bool *ret_is)
{
	const struct alias *at = alias;

	for (int steps = 0; at; steps++) {
		if (strcmp(at->module, MODULE) == 0)
			break;
		if (steps == ALIASES_DEEP)
			return import_refuse(model, alias->place, -EINVAL,
					     "alias %.40s forms a loop: remove it", alias->name);
		at = alias_named(model->modules, at->module);
	}
	*ret_is = at != NULL;
	return 0;
}

static int finish_alias(struct import_model *model, const struct alias *alias)
{
	struct import_target *target = target_named(model->modules, alias->name);
	bool of_bonding = false;
	int err = is_of_bonding(model, alias, &of_bonding);

	if (err || !of_bonding)
		return err;
	if (strpbrk(alias->name, "*?["))
		return import_warn(model, alias->place,
				   "alias %.40s: a pattern does not name a bond: ignored",
				   alias->name);
	err = target ? evaluate(model, target) : 0;
	return err ?: make_bond(model, alias->name, alias->place);
}

/* Options of "bond1" without an alias for it, and max_bonds. */
static int finish_target(struct import_model *model, struct import_target *target)
{
	int32_t number = bond_number(target->name);
	struct import_link *link = import_find(model, target->name);
	int err = 0;

	if (number < 0)
		return 0;
	if (!link || !link->is_bond) {
		err = import_warn(model, target->place, "no 'alias %s bonding': taken as a bond",
				  target->name);
		err = err ?: evaluate(model, target);
		err = err ?: make_bond(model, target->name, target->place);
	}
	return err ?: make_counted(model, target, (uint32_t)number);
}

/* Makes the bonds that module lines define, without their options. */
static int make_bonds(struct import_model *model)
{
	struct import_modules *modules = model->modules;
	struct import_target *bonding = target_named(modules, MODULE);
	const struct import_link *link = model->links;
	int err = bonding ? evaluate(model, bonding) : 0;

	for (struct alias *alias = modules->aliases; alias && !err; alias = alias->next)
		err = finish_alias(model, alias);
	if (bonding && !err)
		err = make_counted(model, bonding, 0);
	for (struct import_target *t = modules->targets; t && !err; t = t->next)
		err = finish_target(model, t);
	while (link && !link->is_bond)
		link = link->next;
	if (!err && bonding && !bonding->has_max_bonds && !link)
		err = make_bond(model, "bond0", bonding->place);
	return err;
}

/* Module options are defaults for a bond's own file: they go before its own settings. */
static int give_options(struct import_model *model, struct import_link *link)
{
	struct import_target *bonding = target_named(model->modules, MODULE);
	struct import_target *own = own_target(model->modules, link->name);
	struct import_setting *said = link->settings, **said_end = link->settings_end;
	int err = bonding ? evaluate(model, bonding) : 0;

	err = err ?: own ? evaluate(model, own) : 0;
	link->settings = NULL;
	link->settings_end = &link->settings;
	err = err ?: apply_parameters(model, link, bonding);
	err = err ?: apply_parameters(model, link, own);
	*link->settings_end = said;
	if (said)
		link->settings_end = said_end;
	return err;
}

int import_modules_finish(struct import_model *model)
{
	int err = 0;

	if (!model->modules)
		return 0;
	if (!model->modules_only_options)
		err = make_bonds(model);
	for (struct import_link *link = model->links; link && !err; link = link->next)
		if (link->is_bond)
			err = give_options(model, link);
	return err;
}
