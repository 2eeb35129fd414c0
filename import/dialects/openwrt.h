/* SPDX-License-Identifier: GPL-2.0-or-later */
/* OpenWrt's network file as a tree: sections keyed by type, each with its name under "". */
#pragma once

#include "import/nested.h"

/* Makes bonds of the tree when all files have been read. */
int openwrt_read(struct import_model *model, const struct import_node *root);
