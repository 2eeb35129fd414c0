/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LACPDUs and Markers, byte by byte: those we write, those we read, and those we refuse. */
#include "tests/unit/lacp_rig.h"

#include <string.h>

/* As the kernel's driver sends it: slow, active, negotiated. */
static const uint8_t lacpdu[LACP_FRAME_SIZE] = {
	0x01, 0x80, 0xc2, 0x00, 0x00, 0x02, /* destination */
	0x02, 0x01, 0x00, 0x00, 0x00, 0x05, /* source: the port's own address */
	0x88, 0x09,			    /* slow protocols */
	0x01, 0x01,			    /* LACP, version 1 */
	0x01, 0x14,			    /* actor, 20 octets */
	0xff, 0xfe,			    /*   system priority 65534 */
	0x02, 0x00, 0x00, 0x00, 0x00, 0x01, /*   system */
	0x00, 0x09,			    /*   key: 1000 Mbit/s, full duplex */
	0x00, 0xff,			    /*   port priority 255 */
	0x01, 0x02,			    /*   port 258 */
	0x3d, 0x00, 0x00, 0x00, /*   activity, aggregation, sync, collecting, distributing */
	0x02, 0x14,		/* partner, 20 octets */
	0x80, 0x00,		/*   system priority 32768 */
	0x02, 0x00, 0x00, 0x00, 0x00, 0x07, /*   system */
	0x00, 0x0f,			    /*   key 15 */
	0x7f, 0xff,			    /*   port priority 32767 */
	0x00, 0x03,			    /*   port 3 */
	0xc7, 0x00, 0x00, 0x00, /*   activity, timeout, aggregation, defaulted, expired */
	0x03, 0x10,		/* collector, 16 octets */
	0x00, 0x00,		/*   max delay 0; then 12 reserved, the end, 50 reserved */
};

static const uint8_t marker[LACP_FRAME_SIZE] = {
	0x01, 0x80, 0xc2, 0x00, 0x00, 0x02, /* destination */
	0x02, 0x09, 0x00, 0x00, 0x00, 0x01, /* source */
	0x88, 0x09,			    /* slow protocols */
	0x02, 0x01,			    /* Marker, version 1 */
	0x01, 0x10,			    /* Marker information, 16 octets */
	0x00, 0x2a,			    /*   requester's port */
	0x02, 0x00, 0x00, 0x00, 0x00, 0x99, /*   requester's system */
	0xde, 0xad, 0xbe, 0xef,		    /*   transaction */
	0x00, 0x00,			    /*   pad; then the end, 90 reserved */
};

static const struct lacp_info actor = {
	.system_priority = 65534,
	.system = {2, 0, 0, 0, 0, 1},
	.key = 9,
	.port_priority = 255,
	.port = 258,
	.state = 0x3d,
};

static const struct lacp_info partner = {
	.system_priority = 32768,
	.system = {2, 0, 0, 0, 0, 7},
	.key = 15,
	.port_priority = 32767,
	.port = 3,
	.state = 0xc7,
};

static void assert_info(const struct lacp_info *a, const struct lacp_info *b)
{
	assert_int_equal(a->system_priority, b->system_priority);
	assert_memory_equal(a->system, b->system, LACP_MAC_SIZE);
	assert_int_equal(a->key, b->key);
	assert_int_equal(a->port_priority, b->port_priority);
	assert_int_equal(a->port, b->port);
	assert_int_equal(a->state, b->state);
}

static void test_encode(void **state)
{
	uint8_t bytes[LACP_FRAME_SIZE];
	const uint8_t source[] = {2, 1, 0, 0, 0, 5};

	(void)state;
	memset(bytes, 0x5a, sizeof(bytes));
	lacp_pdu_encode(bytes, source, &actor, &partner);
	assert_memory_equal(bytes, lacpdu, sizeof(lacpdu));
}

static void test_decode(void **state)
{
	struct lacp_frame frame;
	const uint8_t source[] = {2, 1, 0, 0, 0, 5};

	(void)state;
	lacp_frame_decode(lacpdu, sizeof(lacpdu), &frame);
	assert_int_equal(frame.kind, LACP_FRAME_LACPDU);
	assert_int_equal(frame.flaw, LACP_FLAW_NONE);
	assert_memory_equal(frame.source, source, LACP_MAC_SIZE);
	assert_int_equal(frame.version, 1);
	assert_info(&frame.actor, &actor);
	assert_info(&frame.partner, &partner);
}

static void test_marker(void **state)
{
	struct lacp_frame frame;
	uint8_t bytes[LACP_FRAME_SIZE];

	(void)state;
	lacp_frame_decode(marker, sizeof(marker), &frame);
	assert_int_equal(frame.kind, LACP_FRAME_MARKER);
	assert_int_equal(frame.marker.requester_port, 42);
	assert_int_equal(frame.marker.requester_system[5], 0x99);
	assert_int_equal(frame.marker.transaction, 0xdeadbeef);
	lacp_marker_encode(bytes, frame.source, &frame.marker, false);
	assert_memory_equal(bytes, marker, sizeof(marker));
	lacp_marker_encode(bytes, frame.source, &frame.marker, true);
	assert_int_equal(bytes[16], 2); /* the response differs only in its type */
	bytes[16] = 1;
	assert_memory_equal(bytes, marker, sizeof(marker));
}

/* One byte changed, and how the frame is then classified. */
static void test_flaws(void **state)
{
	static const struct {
		const uint8_t *frame;
		size_t at;
		uint8_t value;
		enum lacp_frame_kind kind;
		enum lacp_flaw flaw;
	} rows[] = {
		{lacpdu, 0, 0x03, LACP_FRAME_UNKNOWN, LACP_FLAW_NONE},	   /* another address */
		{lacpdu, 5, 0x03, LACP_FRAME_UNKNOWN, LACP_FLAW_NONE},	   /* 802.1X's */
		{lacpdu, 6, 0x03, LACP_FRAME_ILLEGAL, LACP_FLAW_SOURCE},   /* group source */
		{lacpdu, 12, 0x08, LACP_FRAME_UNKNOWN, LACP_FLAW_NONE},	   /* ethertype */
		{lacpdu, 14, 0x00, LACP_FRAME_ILLEGAL, LACP_FLAW_SUBTYPE}, /* no subtype */
		{lacpdu, 14, 0x03, LACP_FRAME_UNKNOWN, LACP_FLAW_NONE},	   /* OAM */
		{lacpdu, 14, 0x0a, LACP_FRAME_UNKNOWN, LACP_FLAW_NONE},	   /* OSSP */
		{lacpdu, 14, 0x0b, LACP_FRAME_ILLEGAL, LACP_FLAW_SUBTYPE}, /* not slow */
		{lacpdu, 14, 0xff, LACP_FRAME_ILLEGAL, LACP_FLAW_SUBTYPE},
		{lacpdu, 15, 0x00, LACP_FRAME_ILLEGAL, LACP_FLAW_VERSION},
		{lacpdu, 15, 0x02, LACP_FRAME_LACPDU, LACP_FLAW_NONE}, /* read as 1 */
		{lacpdu, 15, 0xff, LACP_FRAME_LACPDU, LACP_FLAW_NONE},
		{lacpdu, 16, 0x02, LACP_FRAME_ILLEGAL, LACP_FLAW_ACTOR_TLV},
		{lacpdu, 17, 0x13, LACP_FRAME_ILLEGAL, LACP_FLAW_ACTOR_TLV},
		{lacpdu, 17, 0x00, LACP_FRAME_ILLEGAL, LACP_FLAW_ACTOR_TLV},
		{lacpdu, 17, 0xff, LACP_FRAME_ILLEGAL, LACP_FLAW_ACTOR_TLV},
		{lacpdu, 20, 0x01, LACP_FRAME_ILLEGAL, LACP_FLAW_SYSTEM}, /* group system */
		{lacpdu, 33, 0xff, LACP_FRAME_LACPDU, LACP_FLAW_NONE},	  /* reserved */
		{lacpdu, 36, 0x01, LACP_FRAME_ILLEGAL, LACP_FLAW_PARTNER_TLV},
		{lacpdu, 37, 0x15, LACP_FRAME_ILLEGAL, LACP_FLAW_PARTNER_TLV},
		{lacpdu, 56, 0x00, LACP_FRAME_ILLEGAL, LACP_FLAW_COLLECTOR_TLV},
		{lacpdu, 57, 0x14, LACP_FRAME_ILLEGAL, LACP_FLAW_COLLECTOR_TLV},
		{lacpdu, 60, 0xff, LACP_FRAME_LACPDU, LACP_FLAW_NONE}, /* reserved */
		{lacpdu, 72, 0x04, LACP_FRAME_LACPDU, LACP_FLAW_NONE}, /* version 2's TLVs */
		{lacpdu, 73, 0x01, LACP_FRAME_ILLEGAL, LACP_FLAW_END_TLV},
		{lacpdu, 123, 0xff, LACP_FRAME_LACPDU, LACP_FLAW_NONE}, /* reserved */
		{marker, 16, 0x02, LACP_FRAME_MARKER_RESPONSE, LACP_FLAW_NONE},
		{marker, 16, 0x00, LACP_FRAME_MARKER_UNKNOWN, LACP_FLAW_NONE},
		{marker, 16, 0x03, LACP_FRAME_MARKER_UNKNOWN, LACP_FLAW_NONE},
		{marker, 17, 0x16, LACP_FRAME_MARKER, LACP_FLAW_NONE},
		{marker, 17, 0x0f, LACP_FRAME_ILLEGAL, LACP_FLAW_MARKER_TLV},
		{marker, 17, 0xff, LACP_FRAME_ILLEGAL, LACP_FLAW_MARKER_TLV},
		{marker, 15, 0x00, LACP_FRAME_ILLEGAL, LACP_FLAW_VERSION},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[LACP_FRAME_SIZE];
		struct lacp_frame frame;

		memcpy(bytes, rows[i].frame, sizeof(bytes));
		bytes[rows[i].at] = rows[i].value;
		lacp_frame_decode(bytes, sizeof(bytes), &frame);
		if (frame.kind != rows[i].kind || frame.flaw != rows[i].flaw)
			fail_msg("byte %zu = %02x: kind %d flaw %s", rows[i].at, rows[i].value,
				 frame.kind, lacp_flaw_word(frame.flaw));
	}
}

/* Every length: only complete frames are read, including longer ones (padding, FCS, version 2). */
static void test_lengths(void **state)
{
	uint8_t bytes[2000] = {0};
	struct lacp_frame frame;

	(void)state;
	memcpy(bytes, lacpdu, sizeof(lacpdu));
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		enum lacp_flaw flaw = LACP_FLAW_NONE;

		lacp_frame_decode(bytes, length, &frame);
		if (length < LACP_FRAME_SIZE)
			flaw = LACP_FLAW_SHORT;
		else if (length > 1518)
			flaw = LACP_FLAW_LONG;
		assert_int_equal(frame.flaw, flaw);
		assert_int_equal(frame.kind, flaw ? LACP_FRAME_ILLEGAL : LACP_FRAME_LACPDU);
	}
}

/* A system of all zeros would look like no partner. */
static void test_zero_system(void **state)
{
	uint8_t bytes[LACP_FRAME_SIZE];
	struct lacp_frame frame;

	(void)state;
	memcpy(bytes, lacpdu, sizeof(bytes));
	memset(bytes + 20, 0, LACP_MAC_SIZE);
	lacp_frame_decode(bytes, sizeof(bytes), &frame);
	assert_int_equal(frame.flaw, LACP_FLAW_SYSTEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encode),	cmocka_unit_test(test_decode),
		cmocka_unit_test(test_marker),	cmocka_unit_test(test_flaws),
		cmocka_unit_test(test_lengths), cmocka_unit_test(test_zero_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
