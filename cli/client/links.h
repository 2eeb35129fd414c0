/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking things up in what `show` returns (docs/protocol.md). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/*
 * Asks for the bond @name. *ret_reply is the whole reply, the caller's to drop,
 * *ret_links the array in it. @name must be the bond itself, no port of it.
 * Returns an exit code (enum control_exit), with the reason on stderr unless it is 0.
 */
int links_of_bond(const char *name, json_t **ret_reply, const json_t **ret_links);

/* The interface named @name, or NULL. */
const json_t *links_find(const json_t *links, const char *name);

/* The option @key of the bond @link as text; "" when there is none or it is no text. */
const char *link_option(const json_t *link, const char *key);

/* The interface's name, never NULL. */
const char *link_name(const json_t *link);

/* Whether @link is a port of @bond. */
bool link_is_port(const json_t *link, const char *bond);

/* Whether the port @link can carry traffic: switched on, and its link is good. */
bool link_is_usable(const json_t *link);

/* Whether the port @link is active: the active one, or one of all in modes without. */
bool link_is_active(const json_t *link);

/* How many ports of @bond can carry traffic. */
size_t links_usable(const json_t *links, const char *bond);
