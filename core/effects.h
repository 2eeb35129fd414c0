/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the parts of a bond emit effects: each appends to the step's list, in the
 * order in which bond_step() calls them.
 */
#pragma once

#include <assert.h>

#include "core/bond.h"

/*
 * Appends an effect and returns it; the caller fills in the other members of its kind. Kinds
 * must be appended in the order of enum effect_kind, in which they are carried out.
 */
static inline struct effect *effect_add(struct bond_effects *fx, enum effect_kind kind,
					enum cause cause)
{
	struct effect *effect = &fx->list[fx->count];

	assert(fx->count < BOND_EFFECTS_MAX);
	assert(!fx->count || fx->list[fx->count - 1].kind <= kind);
	*effect = (struct effect){.kind = kind, .cause = cause};
	fx->count++;
	return effect;
}
