/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machines' next(), for every state and every combination of its inputs.
 * The tables are taken from the standard's figures (IEEE 802.1AX-2014 6-18 to
 * 6-24), not from the code: for each state the conditions of its transitions,
 * in order of precedence; `1` always holds.
 */
#include "tests/unit/lacp_rig.h"

static void test_rx(void **state)
{
	(void)state;
	for (unsigned int bits = 0; bits < 32; bits++) {
		bool link = bits & 1, moved = bits & 2, enabled = bits & 4, heard = bits & 8;
		bool over = bits & 16;
		struct lacp_port port = {
			.link = link,
			.moved = moved,
			.lacp_enabled = enabled,
			.current_while_ms = over ? 100 : 101,
		};
		enum lacp_rx after_disabled = moved	? LACP_RX_INITIALIZE
					      : enabled ? LACP_RX_EXPIRED
							: LACP_RX_LACP_DISABLED;
		const enum lacp_rx next[] = {
			[LACP_RX_INITIALIZE] = LACP_RX_PORT_DISABLED,
			[LACP_RX_PORT_DISABLED] = after_disabled,
			[LACP_RX_LACP_DISABLED] =
				enabled ? LACP_RX_PORT_DISABLED : LACP_RX_LACP_DISABLED,
			[LACP_RX_EXPIRED] = !enabled ? LACP_RX_PORT_DISABLED
					    : heard  ? LACP_RX_CURRENT
					    : over   ? LACP_RX_DEFAULTED
						     : LACP_RX_EXPIRED,
			[LACP_RX_DEFAULTED] = !enabled ? LACP_RX_PORT_DISABLED
					      : heard  ? LACP_RX_CURRENT
						       : LACP_RX_DEFAULTED,
			[LACP_RX_CURRENT] = !enabled	     ? LACP_RX_PORT_DISABLED
					    : heard || !over ? LACP_RX_CURRENT
							     : LACP_RX_EXPIRED,
		};

		for (port.rx = LACP_RX_INITIALIZE; port.rx <= LACP_RX_CURRENT; port.rx++)
			assert_int_equal(lacp_rx_next(&port, heard, 100),
					 !link && !moved ? LACP_RX_PORT_DISABLED : next[port.rx]);
	}
}

static void test_periodic(void **state)
{
	(void)state;
	for (unsigned int bits = 0; bits < 64; bits++) {
		bool link = bits & 1, enabled = bits & 2, active = bits & 4, theirs = bits & 8;
		bool fast = bits & 16, over = bits & 32;
		bool none = !link || !enabled || (!active && !theirs);
		struct lacp_port port = {
			.link = link,
			.lacp_enabled = enabled,
			.actor.state = active ? LACP_STATE_ACTIVITY : 0,
			.partner.state = (uint8_t)((theirs ? LACP_STATE_ACTIVITY : 0) |
						   (fast ? LACP_STATE_TIMEOUT : 0)),
			.periodic_ms = over ? 100 : 101,
		};
		const enum lacp_periodic next[] = {
			[LACP_NO_PERIODIC] = LACP_FAST_PERIODIC,
			[LACP_FAST_PERIODIC] = over   ? LACP_PERIODIC_TX
					       : fast ? LACP_FAST_PERIODIC
						      : LACP_SLOW_PERIODIC,
			[LACP_SLOW_PERIODIC] = over || fast ? LACP_PERIODIC_TX : LACP_SLOW_PERIODIC,
			[LACP_PERIODIC_TX] = fast ? LACP_FAST_PERIODIC : LACP_SLOW_PERIODIC,
		};

		for (port.periodic = LACP_NO_PERIODIC; port.periodic <= LACP_PERIODIC_TX;
		     port.periodic++)
			assert_int_equal(lacp_periodic_next(&port, 100),
					 none ? LACP_NO_PERIODIC : next[port.periodic]);
	}
}

/* What figure 6-22 (coupled) or 6-21 (independent) says, for its states. */
static enum lacp_mux figure(const struct lacp_port *port, bool coupled)
{
	bool sync = port->partner.state & LACP_STATE_SYNCHRONIZATION;
	bool collecting = port->partner.state & LACP_STATE_COLLECTING;
	bool unselected = port->selected == LACP_UNSELECTED;
	bool standby = port->selected == LACP_STANDBY, selected = port->selected == LACP_SELECTED;

	switch (port->mux) {
	case LACP_MUX_DETACHED:
		return selected || standby ? LACP_MUX_WAITING : LACP_MUX_DETACHED;
	case LACP_MUX_WAITING:
		if (unselected)
			return LACP_MUX_DETACHED;
		return selected && port->ready ? LACP_MUX_ATTACHED : LACP_MUX_WAITING;
	case LACP_MUX_ATTACHED:
		if (unselected || standby)
			return LACP_MUX_DETACHED;
		if (!sync)
			return LACP_MUX_ATTACHED;
		return coupled ? LACP_MUX_COLLECTING_DISTRIBUTING : LACP_MUX_COLLECTING;
	case LACP_MUX_COLLECTING:
		if (unselected || standby || !sync)
			return LACP_MUX_ATTACHED;
		return collecting ? LACP_MUX_DISTRIBUTING : LACP_MUX_COLLECTING;
	case LACP_MUX_DISTRIBUTING:
		return unselected || standby || !sync || !collecting ? LACP_MUX_COLLECTING
								     : LACP_MUX_DISTRIBUTING;
	case LACP_MUX_COLLECTING_DISTRIBUTING:
		return unselected || standby || !sync ? LACP_MUX_ATTACHED
						      : LACP_MUX_COLLECTING_DISTRIBUTING;
	}
	return port->mux;
}

/* The figures have no transition from one control to the other: ours preserves the meaning. */
static bool is_foreign(enum lacp_mux mux, bool coupled)
{
	if (coupled)
		return mux == LACP_MUX_COLLECTING || mux == LACP_MUX_DISTRIBUTING;
	return mux == LACP_MUX_COLLECTING_DISTRIBUTING;
}

static void test_mux(void **state)
{
	struct lacp_port port = {0};

	(void)state;
	for (unsigned int bits = 0; bits < 16; bits++) {
		bool coupled = bits & 1;

		port.ready = bits & 2;
		port.partner.state = (uint8_t)((bits & 4 ? LACP_STATE_SYNCHRONIZATION : 0) |
					       (bits & 8 ? LACP_STATE_COLLECTING : 0));
		for (port.selected = 0; port.selected <= LACP_STANDBY; port.selected++)
			for (port.mux = 0; port.mux <= LACP_MUX_COLLECTING_DISTRIBUTING; port.mux++)
				if (!is_foreign(port.mux, coupled))
					assert_int_equal(lacp_mux_next(&port, coupled),
							 figure(&port, coupled));
	}
}

/* The option changes while ports run: ports that may collect do not stop. */
static void test_mux_control_changes(void **state)
{
	struct lacp_port port = {
		.selected = LACP_SELECTED,
		.partner.state = LACP_STATE_SYNCHRONIZATION | LACP_STATE_COLLECTING,
		.mux = LACP_MUX_COLLECTING_DISTRIBUTING,
	};

	(void)state;
	assert_int_equal(lacp_mux_next(&port, false), LACP_MUX_COLLECTING);
	port.mux = LACP_MUX_COLLECTING;
	assert_int_equal(lacp_mux_next(&port, true), LACP_MUX_COLLECTING_DISTRIBUTING);
	port.mux = LACP_MUX_DISTRIBUTING;
	assert_int_equal(lacp_mux_next(&port, true), LACP_MUX_COLLECTING_DISTRIBUTING);
	port.partner.state = 0;
	assert_int_equal(lacp_mux_next(&port, true), LACP_MUX_COLLECTING);
	port.mux = LACP_MUX_COLLECTING;
	assert_int_equal(lacp_mux_next(&port, true), LACP_MUX_ATTACHED);
	port.mux = LACP_MUX_COLLECTING_DISTRIBUTING;
	assert_int_equal(lacp_mux_next(&port, false), LACP_MUX_ATTACHED);
}

static void test_churn(void **state)
{
	static const struct {
		enum lacp_churn from;
		bool reset, sync, over;
		enum lacp_churn to;
	} rows[] = {
		{LACP_CHURN_MONITOR, false, false, false, LACP_CHURN_MONITOR},
		{LACP_CHURN_MONITOR, false, false, true, LACP_CHURN},
		{LACP_CHURN_MONITOR, false, true, false, LACP_NO_CHURN},
		{LACP_CHURN_MONITOR, false, true, true, LACP_NO_CHURN},
		{LACP_CHURN, false, false, false, LACP_CHURN},
		{LACP_CHURN, false, false, true, LACP_CHURN},
		{LACP_CHURN, false, true, false, LACP_NO_CHURN},
		{LACP_CHURN, false, true, true, LACP_NO_CHURN},
		{LACP_NO_CHURN, false, false, false, LACP_CHURN_MONITOR},
		{LACP_NO_CHURN, false, false, true, LACP_CHURN_MONITOR},
		{LACP_NO_CHURN, false, true, false, LACP_NO_CHURN},
		{LACP_NO_CHURN, false, true, true, LACP_NO_CHURN},
		{LACP_CHURN, true, true, true, LACP_CHURN_MONITOR},
		{LACP_NO_CHURN, true, true, false, LACP_CHURN_MONITOR},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
			lacp_churn_next(rows[i].from, rows[i].reset, rows[i].sync, rows[i].over),
			rows[i].to);
}

/* Keys as the kernel builds them. */
static void test_key(void **state)
{
	static const struct {
		uint16_t user;
		uint32_t speed_mbps;
		bool full;
		uint16_t key;
	} rows[] = {
		{0, 0, false, 0},	 {0, 1, true, 3},
		{0, 10, true, 5},	 {0, 100, true, 7},
		{0, 100, false, 6},	 {0, 1000, true, 9},
		{0, 2500, true, 11},	 {0, 5000, true, 13},
		{0, 10000, true, 15},	 {0, 14000, true, 17},
		{0, 20000, true, 19},	 {0, 25000, true, 21},
		{0, 40000, true, 23},	 {0, 50000, true, 25},
		{0, 56000, true, 27},	 {0, 100000, true, 29},
		{0, 200000, true, 31},	 {0, 400000, true, 33},
		{0, 800000, true, 35},	 {0, 12345, true, 1},
		{1, 1000, true, 64 + 9}, {1023, 800000, true, 1023 * 64 + 35},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(lacp_key(rows[i].user, rows[i].speed_mbps, rows[i].full),
				 rows[i].key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rx),    cmocka_unit_test(test_periodic),
		cmocka_unit_test(test_mux),   cmocka_unit_test(test_mux_control_changes),
		cmocka_unit_test(test_churn), cmocka_unit_test(test_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
