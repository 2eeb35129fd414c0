/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must survive the daemon, as plain data, and its form in JSON: the state
 * file's format, described in docs/state.md. Pure: no clock, no I/O, no kernel.
 *
 * Reading never fails. What is not there, or is not valid, takes its default;
 * nothing is said about whether it is true of this machine.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "core/bond.h"
#include "daemon/saved_link.h"
#include "daemon/service/saved_fields.h"

/* Bonds that are read of one file; the daemon cannot hold more (BONDS_MAX). */
#define SAVED_BONDS_MAX 256

/* Raised when what an older daemon reads of a file would be wrong, not merely less. */
#define SAVED_VERSION 1

#define SAVED_BOOT_SIZE 40 /* of a boot id as text, with the NUL */
#define SAVED_KIND_SIZE 16

struct saved_lacp {
	uint64_t at_ms; /* when it was so, on the clock of the boot; 0: not known */
	uint64_t missing;
	struct lacp_port_state state;
};

struct saved_port {
	char name[BOND_NAME_MAX];   /* "": not known */
	uint32_t ifindex;	    /* 0: not known */
	char kind[SAVED_KIND_SIZE]; /* IFLA_INFO_KIND, "": of hardware, or not known */
	uint8_t permanent_mac[6];   /* all zero: has none, or not known */
	bool has_link;		    /* `link` is known */
	enum link_state link;	    /* default: as its carrier is found */
	uint32_t link_failures;	    /* default 0 */
	uint16_t number;	    /* LACP's; 0: the next one */
	uint32_t clock;		    /* 0: the first free one */
	struct bond_port_options options;
	struct saved_link before; /* mtu 0: not known, as is all else of it */
	bool has_lacp;
	struct saved_lacp lacp;
};

struct saved_bond {
	char name[BOND_NAME_MAX];
	char hidden_name[BOND_NAME_MAX];  /* "": not known */
	uint32_t ifindex, hidden_ifindex; /* 0: not known, or not made yet */
	uint32_t programs;		  /* datapath_state_id(); 0: not known */
	bool is_being_made;		  /* default false */
	uint32_t mtu;			  /* 0: not known */
	uint8_t mac[6];			  /* all zero: not known */
	bool mac_is_chance;		  /* default true */
	uint32_t active;		  /* 0: none */
	bool has_mode;			  /* options.mode is known */
	struct bond_options options;	  /* each by itself: not settled */
	size_t port_count;
	struct saved_port ports[BOND_PORTS_MAX];
};

struct saved_state {
	char boot[SAVED_BOOT_SIZE]; /* "": not known (the first release) */
	uint64_t netns;		    /* SO_NETNS_COOKIE; 0: not known */
	bool stopped;		    /* default false: the daemon died */
	size_t bond_count;
	struct saved_bond *bonds;
};

/* The file's text as JSON. New objects, owned by the caller; NULL: no memory. */
json_t *saved_to_json(const struct saved_state *state);
json_t *saved_bond_to_json(const struct saved_bond *bond);

/*
 * And back; what is dropped is told to @notes. A port or a bond that is there twice
 * counts once, the first. Returns 0 with *@ret_state filled, to be given to
 * saved_release(), or -ENOMEM. An object that is NULL is an empty one.
 */
int saved_from_json(const json_t *root, struct saved_state *ret_state, struct notes *notes);
void saved_bond_from_json(const json_t *object, struct saved_bond *ret_bond, struct notes *notes);
void saved_port_from_json(const json_t *object, struct saved_port *ret_port, struct notes *notes);
void saved_release(struct saved_state *state);

/* saved_lacp.c: what LACP holds of a port. */
json_t *saved_lacp_to_json(const struct saved_lacp *lacp);
void saved_lacp_from_json(const json_t *object, struct saved_lacp *ret_lacp, struct notes *notes);

/*
 * Fills in what was not read of each port's LACP: from what else is known of the port, and
 * from the ports of its aggregator, which share their partner.
 */
void saved_lacp_complete(struct saved_bond *bond);
