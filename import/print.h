/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints what was imported as an ebond.conf(5). */
#pragma once

#include "import/settle.h"

/*
 * The text of an ebond.conf for @config (from import_settle()), followed by
 * comments with the commands for what it cannot express: addresses, routes,
 * MTU. The caller frees it; NULL: no memory.
 */
char *import_print(const struct import_model *model, const struct config *config);

/*
 * Writes the iproute2 command for an address, a route or other settings to
 * @text; returns its length as snprintf(3) does.
 */
size_t import_address_command(const struct import_link *link, const struct import_address *address,
			      char *text, size_t size);
size_t import_route_command(const struct import_link *link, const struct import_route *route,
			    char *text, size_t size);
