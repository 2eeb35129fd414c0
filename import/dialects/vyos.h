/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VyOS's configuration as a tree in which each word is a key; a value is a key without items. */
#pragma once

#include "import/nested.h"

/* Makes bonds of the tree when all files have been read. */
int vyos_read(struct import_model *model, const struct import_node *root);
