/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parsers, one per dialect. Each adds to a model what one file says, and may
 * be called for any number of files, of any dialects; import_finish() comes
 * after the last one.
 *
 * All return 0 or a negative errno with the model's fault filled: -EINVAL (the
 * file is wrong), -E2BIG, -ENOMEM. The model is then only good for
 * import_free(): nothing is half done, because nothing was done yet.
 */
#pragma once

#include "lines.h"

/*
 * Module options: modprobe.d(5), and the older modules.conf and conf.modules.
 *
 * "alias bondN bonding" (or netdev-bondN) makes the bond bondN. "options bonding
 * X" holds for all of them, "options bondN X" for that one; so does "install
 * bondN modprobe bonding X". "-o NAME" is read and without meaning: it let an old
 * kernel load the module twice. max_bonds makes bond0 and so on: in a line of
 * bonding, that many; in a line of bondN, that many from bondN on, with that
 * line's options where they have none of their own. Without any alias and
 * max_bonds there is bond0 if bonding has options, as loading the module makes it.
 * "include FILE" goes through the model's reader.
 *
 * The module loads with one set of options at a time and takes the first line
 * only; all bonds with their own options is what their authors meant.
 */
int import_modprobe(struct import_model *model, const struct import_file *file);

/*
 * What only all files together can say: the bonds of module options, whose ports
 * are whose (by id or uuid, too). -EINVAL: an alias, or a master, that leads in a
 * circle; a master that no file makes a bond.
 */
int import_finish(struct import_model *model);
