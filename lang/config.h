/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bonds as they are to be, or as they are: what a configuration file says
 * (ebond.conf(5)), what runs, and the commands that lead from one to the other.
 *
 * The file is written in the language of the command line, one command a line
 * (words.h): add, set, attach. What it does not say is at its default.
 */
#pragma once

#include "lang/options.h"

#define CONFIG_BONDS_MAX 256
#define CONFIG_BYTES_MAX (256 * 1024)

/* Where in a file something is; both from 1, columns in bytes. 0, 0: in no file. */
struct config_place {
	uint32_t line, column;
};

struct config_port {
	char name[BOND_NAME_MAX];
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

/* Without bonds. NULL: no memory. Owned by the caller. */
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

/* Takes the @index-th away. */
void config_remove_bond(struct config *config, size_t index);
void config_remove_port(struct config_bond *bond, size_t index);

/* By name; NULL: none. The port may be of any bond, which *@ret_bond (may be NULL) then is. */
struct config_bond *config_find_bond(const struct config *config, const char *name);
struct config_port *config_find_port(const struct config *config, const char *name,
				     struct config_bond **ret_bond);

/* The port @name of @bond, or NULL. */
struct config_port *config_bond_port(const struct config_bond *bond, const char *name);

/*
 * Reads a file's text, @length bytes of whatever. Returns 0 with a whole, settled
 * configuration in *@ret_config, for config_free(); or a negative errno with
 * @why and *@ret_place filled: -EINVAL and the errnos of bond_options_set(), or
 * -ENOMEM, -E2BIG.
 */
int config_parse(const char *text, size_t length, struct config **ret_config,
		 struct config_place *ret_place, struct refusal *why);

/*
 * The commands that lead from @running to @desired, one a line, in an order in
 * which they can be carried out; "" when there is nothing to do. Bonds that
 * @desired does not name are left alone, or with @prune deleted, last of all.
 * Ports that a named bond has too many are detached, those it lacks attached;
 * the order of ports that are attached already stays. Options are compared as
 * they are printed. A port that stays is named by no command but `set`.
 *
 * So config_diff(x, nothing) is a file that says x. The caller frees the text;
 * NULL: no memory.
 */
char *config_diff(const struct config *desired, const struct config *running, bool prune);
