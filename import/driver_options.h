/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options as most dialects have them: the driver's names, in other spellings. */
#pragma once

#include "import/lines.h"
#include "import/shell.h"

/*
 * A key of the driver's (module parameter, sysfs, iproute2) for the bond @link:
 * becomes a setting, or what it means otherwise: active_slave the link's
 * active_port, queue_id "PORT:N ..." settings of the ports. What ebond has no use for
 * (use_carrier 0, tx_queues, ...) is a warning. Returns 0 or a negative errno,
 * the model's fault filled.
 */
int import_driver_option(struct import_model *model, struct import_link *link, const char *key,
			 const char *value, struct import_place place);

/*
 * The name that lang/options.h knows for Debian's ifupdown key "bond-xmit-hash-policy",
 * "bond_xmit_hash_policy" or "xmit_hash_policy" of an iface stanza, in @name. Returns
 * false when the key is no option of a bond (bond-slaves, bond-master, address, ...), or
 * @size is too small. A true answer does not mean that ebond has the option.
 */
bool import_ifupdown_option(const char *key, char *name, size_t size);
