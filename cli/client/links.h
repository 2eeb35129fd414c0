/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks up interfaces in the reply to `show` (docs/protocol.md). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/*
 * Asks for the bond @name, which must not be a port. *ret_reply is the whole
 * reply, owned by the caller, *ret_links the array in it. Returns an exit code
 * (enum control_exit); unless it is 0, an error has been printed.
 */
int links_of_bond(const char *name, json_t **ret_reply, const json_t **ret_links);

/* The bond of a reply for one bond, which may have been asked for by an alternative name; or NULL.
 */
const json_t *links_bond(const json_t *links);

/* The interface named @name, or NULL. */
const json_t *links_find(const json_t *links, const char *name);

/* The option @key of the bond @link as text; "" if missing or not text. */
const char *link_option(const json_t *link, const char *key);

/* The interface's name, never NULL. */
const char *link_name(const json_t *link);

/* Whether @link is a port of @bond; NULL: of none. */
bool link_is_port(const json_t *link, const char *bond);

/* Whether the port @link can carry traffic: administratively up, and its link is up. */
bool link_is_usable(const json_t *link);

/* Whether the port @link is active: the active one, or any in modes without one. */
bool link_is_active(const json_t *link);

/* The port option speed_mbps of @link; 0: not set. */
uint64_t link_set_mbps(const json_t *link);

/* The port's speed as the operator says, or the interface's driver; 0: neither. */
uint64_t link_mbps(const json_t *link);

/* How many ports of @bond can carry traffic. */
size_t links_usable(const json_t *links, const char *bond);
