/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `show` says of load: see docs/protocol.md. */
#pragma once

#include <jansson.h>

#include "daemon/load.h"

/* Adds "load" to a port's "ebond", and "placement" to a bond's. @view NULL: neither. */
void report_load_port(json_t *own, const struct managed_bond *bond, const struct load_view *view,
		      uint32_t port);
void report_load_bond(json_t *own, const struct managed_bond *bond, const struct load_view *view);
