/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interface settings other than bonding: addresses, routes, MTU, MAC address. */
#pragma once

#include "import/model.h"
#include "lib/mac.h"

/* Whether @text (an address or a network; NULL: no) is IPv6. Does not validate it. */
bool import_is_ip6(const char *text);

/*
 * Adds an address "192.0.2.1/24"; without a length it is /32 or /128.
 * @broadcast and @label (a name, or one with ":0") may be NULL. Returns 0,
 * -EINVAL or -ENOMEM with the model's fault set.
 */
int import_add_address(struct import_model *model, struct import_link *link, const char *text,
		       const char *broadcast, const char *label, struct import_place place);

/*
 * The same for an address without a length, where the dialect's tool derives it
 * from the class (IPv6: /128); warns of it.
 */
int import_add_classful(struct import_model *model, struct import_link *link, const char *ip,
			const char *broadcast, const char *label, struct import_place place);

/* The prefix length of the mask "255.255.255.0", or of "24"; false: neither. */
bool import_mask_length(const char *mask, uint32_t *ret_length);

/* The same for IPv4 with a mask: "255.255.255.0", or a length "24". */
int import_add_masked(struct import_model *model, struct import_link *link, const char *ip,
		      const char *mask, const char *broadcast, const char *label,
		      struct import_place place);

/*
 * Adds a route of @link as given in a file: @given->to is "192.0.2.0/24", or
 * NULL, "default", "0.0.0.0/0" or "::/0" for the default route; @via is NULL,
 * or "0.0.0.0" or "::" in some dialects, when there is no router. @is_ip6 is
 * used only if neither tells the family. Everything is checked and copied.
 * Returns 0, -EINVAL or -ENOMEM with the model's fault set.
 */
int import_add_route(struct import_model *model, struct import_link *link,
		     const struct import_route *given);

/* The default route via @via, with a metric or 0. */
int import_add_router(struct import_model *model, struct import_link *link, const char *via,
		      uint32_t metric, struct import_place place);

/* "254", or iproute2's "main", "default", "local"; main is 0. False: not a table. */
bool import_parse_table(const char *text, uint32_t *ret_table);

/* The route type, of those without a next hop; NULL: any other word. */
const char *import_route_type(const char *word);

/* The link with an address whose subnet contains @ip, or NULL. */
struct import_link *import_link_towards(const struct import_model *model, const char *ip);

/* "9000". -EINVAL: not between 68 and 65535. */
int import_set_mtu(struct import_model *model, struct import_link *link, const char *text,
		   struct import_place place);

/* "02:00:00:00:00:01" or with '-'. -EINVAL: not an address that an interface can have. */
int import_set_mac(struct import_model *model, struct import_link *link, const char *text,
		   struct import_place place);

/* The six bytes of a MAC address; false: not one. */
bool import_parse_mac(const char *text, uint8_t ret_mac[static MAC_LENGTH]);

/* A decimal number of at most @max and nothing after it; false: not one. */
bool import_parse_number(const char *text, uint32_t max, uint32_t *ret_number);
