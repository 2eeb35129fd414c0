/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bonding driver's options, in the spellings that most dialects use. */
#pragma once

#include "import/lines.h"
#include "import/shell.h"

/*
 * Handles one of the driver's keys (module parameter, sysfs, iproute2) for the
 * bond @link: it becomes a setting, except that active_slave sets the link's
 * active_port and queue_id "PORT:N ..." becomes settings of the ports. Keys
 * that do not apply to ebond (use_carrier 0, tx_queues, ...) give a warning.
 * Returns 0 or a negative errno with the model's fault set.
 */
int import_driver_option(struct import_model *model, struct import_link *link, const char *key,
			 const char *value, struct import_place place);

/*
 * Writes to @name the option name in lang/options.h for ifupdown's key
 * "bond-xmit-hash-policy", "bond_xmit_hash_policy" or "xmit_hash_policy" of an
 * iface stanza. Returns false when the key is not a bond option (bond-slaves,
 * bond-master, address, ...) or @size is too small. True does not mean that
 * ebond supports the option.
 */
bool import_ifupdown_option(const char *key, char *name, size_t size);
