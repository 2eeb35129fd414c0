/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of modes' functions, see mode_rules.h. */
#include "core/mode_rules.h"

#include "core/bond_state.h"

static bool every_port(const struct bond *bond, const struct port *port)
{
	(void)bond;
	(void)port;
	return true;
}

static const struct mode_rules rows[BOND_MODE_MAX] = {
	[BOND_MODE_ROUNDROBIN] =
		{
			.build_table = table_roundrobin,
			.carrier = links_any_up,
			.is_active = every_port,
			.receives = every_port,
		},
	[BOND_MODE_ACTIVEBACKUP] =
		{
			.build_table = active_table,
			.carrier = links_any_up,
			.is_active = active_is,
			.receives = active_is,
		},
	[BOND_MODE_XOR] =
		{
			.build_table = spill_table,
			.carrier = links_any_up,
			.is_active = every_port,
			.receives = every_port,
		},
	[BOND_MODE_BROADCAST] =
		{
			.build_table = table_add_usable,
			.carrier = links_any_up,
			.is_active = every_port,
			.receives = every_port,
		},
	[BOND_MODE_8023AD] =
		{
			.build_table = bond_lacp_table,
			.carrier = bond_lacp_carrier,
			.is_active = bond_lacp_sends,
			.receives = bond_lacp_receives,
			.frame = bond_lacp_frame,
			.reserve = bond_lacp_reserve,
			.enter = bond_lacp_enter,
			.leave = bond_lacp_leave,
			.attach = bond_lacp_attach,
			.restore = bond_lacp_restore,
			.detach = bond_lacp_detach,
			.run = bond_lacp_inform,
		},
	[BOND_MODE_TLB] =
		{
			.build_table = alb_table,
			.carrier = links_any_up,
			.is_active = every_port, /* as in the kernel: all send */
			.receives = active_is,
			.enter = alb_enter,
			.leave = alb_leave,
			.attach = alb_attached,
			.detach = alb_detached,
			.run = alb_addresses,
			.emit = alb_run,
			.deadline = alb_deadline,
			.view = alb_view,
		},
	[BOND_MODE_ALB] =
		{
			.build_table = alb_table,
			.carrier = links_any_up,
			.is_active = every_port,
			.receives = every_port,
			.enter = alb_enter,
			.leave = alb_leave,
			.attach = alb_attached,
			.detach = alb_detached,
			.run = alb_addresses,
			.emit = alb_run,
			.deadline = alb_deadline,
			.view = alb_view,
		},
};

static const struct mode_rules *row_of(enum bond_mode mode)
{
	assert((unsigned int)mode < BOND_MODE_MAX);
	return &rows[mode];
}

const struct mode_rules *mode_rules(const struct bond *bond)
{
	return row_of(bond->options.mode);
}

int mode_reserve(struct bond *bond, const struct bond_options *options)
{
	const struct mode_rules *rules = row_of(options->mode);

	return rules->reserve ? rules->reserve(bond, options) : 0;
}

void mode_enter(struct bond *bond)
{
	if (mode_rules(bond)->enter)
		mode_rules(bond)->enter(bond);
}

void mode_leave(struct bond *bond)
{
	if (mode_rules(bond)->leave)
		mode_rules(bond)->leave(bond);
}

void mode_attach(struct bond *bond, struct port *port)
{
	if (mode_rules(bond)->attach)
		mode_rules(bond)->attach(bond, port);
}

void mode_restore(struct bond *bond, struct port *port, const struct bond_port_facts *facts)
{
	if (mode_rules(bond)->restore)
		mode_rules(bond)->restore(bond, port, facts);
}

void mode_detach(struct bond *bond, struct port *port)
{
	if (mode_rules(bond)->detach)
		mode_rules(bond)->detach(bond, port);
}

void mode_run(struct bond *bond, uint64_t now_ms)
{
	if (mode_rules(bond)->run)
		mode_rules(bond)->run(bond, now_ms);
}

void mode_emit(struct bond *bond, uint64_t now_ms, struct bond_effects *fx)
{
	if (mode_rules(bond)->emit)
		mode_rules(bond)->emit(bond, now_ms, fx);
}

uint64_t mode_deadline(const struct bond *bond)
{
	return mode_rules(bond)->deadline ? mode_rules(bond)->deadline(bond) : BOND_NEVER;
}

void mode_frame(struct bond *bond, uint32_t id, const uint8_t *bytes, size_t length,
		uint64_t now_ms)
{
	if (mode_rules(bond)->frame)
		mode_rules(bond)->frame(bond, id, bytes, length, now_ms);
}

void mode_view(const struct bond *bond, const struct port *port, struct bond_port_view *view)
{
	if (mode_rules(bond)->view)
		mode_rules(bond)->view(bond, port, view);
}
