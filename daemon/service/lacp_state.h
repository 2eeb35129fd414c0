/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What LACP holds of a port, for state.json: with it the next daemon goes on
 * where this one stopped, and the partner does not notice.
 */
#pragma once

#include <jansson.h>

#include "core/bond.h"

/* NULL when the bond's mode is not 802.3ad. A new object, owned by the caller. */
json_t *lacp_state_to_json(const struct bond *core, uint32_t port, uint64_t now_ms);

/*
 * Reads it back. *@ret_age_ms is how old it is. False when it is not valid, or is
 * from before the machine was started: the port then starts over.
 */
bool lacp_state_from_json(json_t *object, uint64_t now_ms, struct lacp_port_state *ret_state,
			  uint64_t *ret_age_ms);
