/* SPDX-License-Identifier: GPL-2.0-or-later */
/* This machine's interfaces, for files that match them by pattern or address. */
#pragma once

#include <stddef.h>

#include "import/model.h"

/*
 * All Ethernet interfaces of this network namespace, for free(3), and their
 * number. The address of a port is the one it had before it was attached, as
 * reported by the daemon; none is started for that.
 */
size_t machine_interfaces(struct import_interface **ret_interfaces);
