/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what other tools' files say to what ebond has. */
#pragma once

#include "import/model.h"

/*
 * The bonds, their ports and options of a finished model (import_finish()) as a
 * configuration, for config_free(). Left out with a warning are options that
 * ebond, or the mode, has not; of miimon and arp_interval the latter (unless
 * link_watch has both), as the module does; delays without miimon; arp_interval
 * without anybody to ask. Rounding is a warning, too.
 *
 * @only: this bond, though it is_left; or this port and the bond it belongs to,
 * with its other ports; NULL: all that is not left.
 *
 * Returns 0; -EINVAL, -EOPNOTSUPP (a mode ebond has not) for a value that is wrong;
 * -ENODEV when there is no @only; -E2BIG, -ENOMEM; the model's fault is then filled.
 */
int import_settle(struct import_model *model, const char *only, struct config **ret_config);
