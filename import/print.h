/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What other tools' files mean, as an ebond.conf(5). */
#pragma once

#include "import/settle.h"

/*
 * The text of an ebond.conf that says @config (of import_settle()), and after it, as
 * comments, the commands for what such a file does not say: addresses, routes, MTU.
 * For free(3); NULL: no memory.
 */
char *import_print(const struct import_model *model, const struct config *config);

/*
 * The command for one address, route or other, as people would type it, in
 * @text; returns its length, as snprintf(3).
 */
size_t import_address_command(const struct import_link *link, const struct import_address *address,
			      char *text, size_t size);
size_t import_route_command(const struct import_link *link, const struct import_route *route,
			    char *text, size_t size);
