/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VyOS's configuration as a tree in which each word is a key: values are keys without items. */
#pragma once

#include "import/nested.h"

/* What the tree says of bonds, when all files are in. */
int vyos_read(struct import_model *model, const struct import_node *root);
