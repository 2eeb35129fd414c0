/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port's LACP state in state.json, with which the next daemon continues without
 * the partner noticing.
 */
#pragma once

#include <jansson.h>

#include "core/bond.h"

/* NULL when the bond's mode is not 802.3ad. A new object, owned by the caller. */
json_t *lacp_state_to_json(const struct bond *core, uint32_t port, uint64_t now_ms);

/*
 * Parses it. *@ret_age_ms is its age. False when it is invalid, or from before the
 * machine was booted: the port then restarts.
 */
bool lacp_state_from_json(json_t *object, uint64_t now_ms, struct lacp_port_state *ret_state,
			  uint64_t *ret_age_ms);
