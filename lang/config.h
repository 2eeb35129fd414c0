/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bonds, desired or running: what a configuration file describes
 * (ebond.conf(5)), what is running, and the commands that turn one into the other.
 *
 * The file uses the commands of the command line, one per line (words.h): add,
 * set, attach. Options it does not set have their defaults.
 */
#pragma once

#include "lang/options.h"

#define CONFIG_BONDS_MAX 256
#define CONFIG_BYTES_MAX (256 * 1024)

/* With the NUL: ALTIFNAMSIZ, as a port may be called by an alternative name of its interface. */
#define CONFIG_PORT_NAME_MAX 128

/* A position in a file; both from 1, columns in bytes. 0, 0: not from a file. */
struct config_place {
	uint32_t line, column;
};

struct config_port {
	char name[CONFIG_PORT_NAME_MAX];
	struct bond_port_options options;
	struct config_place place; /* where it is attached */
};

struct config_bond {
	char name[BOND_NAME_MAX];
	struct bond_options options; /* settled */
	char note[256];		     /* what settling rounded, "" if nothing */
	struct config_place place;   /* where it is added */
	size_t port_count;
	struct config_port ports[BOND_PORTS_MAX];
};

struct config {
	size_t count, room;
	struct config_bond *bonds;
};

/* An empty configuration. NULL: no memory. Owned by the caller. */
struct config *config_new(void);

/* NULL is fine. */
void config_free(struct config *config);

/*
 * A new bond at the end, all options at their defaults; valid until the next
 * one is added. NULL: no memory, or CONFIG_BONDS_MAX reached.
 */
struct config_bond *config_add_bond(struct config *config, const char *name);

/* A new port at the end, all options at their defaults. NULL: BOND_PORTS_MAX reached. */
struct config_port *config_add_port(struct config_bond *bond, const char *name);

/* Remove the @index-th. */
void config_remove_bond(struct config *config, size_t index);
void config_remove_port(struct config_bond *bond, size_t index);

/* By name; NULL: none. A port is looked up in all bonds; *@ret_bond (may be NULL) is set to its
 * bond. */
struct config_bond *config_find_bond(const struct config *config, const char *name);
struct config_port *config_find_port(const struct config *config, const char *name,
				     struct config_bond **ret_bond);

/* The port @name of @bond, or NULL. */
struct config_port *config_bond_port(const struct config_bond *bond, const char *name);

/*
 * Parses a file's text, @length arbitrary bytes. Returns 0 with a complete, settled
 * configuration in *@ret_config, to be freed with config_free(); or a negative errno
 * with @why and *@ret_place filled: -EINVAL and the errnos of bond_options_set(), or
 * -ENOMEM, -E2BIG.
 */
int config_parse(const char *text, size_t length, struct config **ret_config,
		 struct config_place *ret_place, struct refusal *why);

/*
 * The commands that turn @running into @desired, one per line, in an order in
 * which they can be carried out; "" when there is nothing to do. Bonds that
 * @desired does not name are left alone, or, with @prune, deleted at the end.
 * Surplus ports of a named bond are detached and missing ones attached; ports that
 * are already attached keep their order. Options are compared in printed form.
 * Only `set` names a port that stays.
 *
 * config_diff(x, empty) is therefore a file that describes x. The caller frees the
 * text; NULL: no memory.
 */
char *config_diff(const struct config *desired, const struct config *running, bool prune);
