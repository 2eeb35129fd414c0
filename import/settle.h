/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From imported settings to ebond's configuration. */
#pragma once

#include "import/model.h"

/*
 * The bonds, ports and options of a finished model (import_finish()) as a
 * configuration, for config_free(). The following are ignored with a warning:
 * options that ebond or the mode does not support; arp_interval where miimon is
 * set, too (unless link_watch uses both), as the module does; delays without
 * miimon; arp_interval without targets. Rounding is a warning, too.
 *
 * @only: this bond even if is_manual, or the bond of this port with all its
 * ports; NULL: all bonds that are not is_manual.
 *
 * Returns 0; -EINVAL or -EOPNOTSUPP (unsupported mode) for an invalid value;
 * -ENODEV when there is no @only; -E2BIG, -ENOMEM; with the model's fault set.
 */
int import_settle(struct import_model *model, const char *only, struct config **ret_config);
