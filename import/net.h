/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What files say of an interface besides bonding: addresses, routes, MTU, hardware address. */
#pragma once

#include "import/model.h"
#include "lib/mac.h"

/* Whether @text (an address or a network; NULL: no) is of IPv6. It is checked by nobody here. */
bool import_is_ip6(const char *text);

/*
 * An address "192.0.2.1/24". @broadcast and @label (a name, or one with ":0") may be
 * NULL. Without a length it is /32 or /128. Returns 0, -EINVAL or -ENOMEM, the
 * model's fault filled.
 */
int import_add_address(struct import_model *model, struct import_link *link, const char *text,
		       const char *broadcast, const char *label, struct import_place place);

/*
 * The same for an address without a length, where the dialect's tool takes that of the class,
 * of IPv6 /128: with a warning that says so.
 */
int import_add_guessed(struct import_model *model, struct import_link *link, const char *ip,
		       const char *broadcast, const char *label, struct import_place place);

/* The length of the mask "255.255.255.0", or of "24"; false: it is none. */
bool import_mask_length(const char *mask, uint32_t *ret_length);

/* IPv4 with its mask: "255.255.255.0", or a length "24". Otherwise as above. */
int import_add_masked(struct import_model *model, struct import_link *link, const char *ip,
		      const char *mask, const char *broadcast, const char *label,
		      struct import_place place);

/*
 * A route as some file says it, for @link: @said->to "192.0.2.0/24", or NULL, "default",
 * "0.0.0.0/0" or "::/0" for the default route; @via NULL, or the "0.0.0.0" or "::" of some
 * dialects, when there is no router. @is_ip6 counts only where neither text tells.
 * Everything is checked and copied. -EINVAL, or -ENOMEM, the model's fault filled.
 */
int import_add_route(struct import_model *model, struct import_link *link,
		     const struct import_route *said);

/* The default route by @via, with a metric or 0. */
int import_add_router(struct import_model *model, struct import_link *link, const char *via,
		      uint32_t metric, struct import_place place);

/* "254", or "main", "default", "local" as iproute2 has them; 0 is main. False: no table. */
bool import_parse_table(const char *text, uint32_t *ret_table);

/* The kind of a route, of those that lead nowhere, or NULL for another word. */
const char *import_route_type(const char *word);

/* The link that has an address in whose network @ip is, or NULL. */
struct import_link *import_link_towards(const struct import_model *model, const char *ip);

/* "9000". -EINVAL: not between 68 and 65535. */
int import_set_mtu(struct import_model *model, struct import_link *link, const char *text,
		   struct import_place place);

/* "02:00:00:00:00:01" or with '-'. -EINVAL: no address that an interface can have. */
int import_set_mac(struct import_model *model, struct import_link *link, const char *text,
		   struct import_place place);

/* Six bytes of such a text; false: it is none. */
bool import_parse_mac(const char *text, uint8_t ret_mac[static MAC_LENGTH]);

/* A decimal number of at most @max; false: it is none. Nothing may follow it. */
bool import_parse_number(const char *text, uint32_t max, uint32_t *ret_number);
