/* SPDX-License-Identifier: GPL-2.0-or-later */
/* OpenWrt's network file as a tree: sections by their types, each with its name as "". */
#pragma once

#include "import/nested.h"

/* What the tree says of bonds, when all files are in. */
int openwrt_read(struct import_model *model, const struct import_node *root);
