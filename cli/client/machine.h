/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interfaces of this machine, for files that name them by pattern or address. */
#pragma once

#include <stddef.h>

#include "import/model.h"

/*
 * All Ethernet interfaces of this network namespace, for free(3), and their number. A port has the
 * address that it had before its bond gave it one, as the daemon tells; nobody is started to ask.
 */
size_t machine_interfaces(struct import_interface **ret_interfaces);
