/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Converts a port's LACP state to JSON and back. */
#include "daemon/service/lacp_state.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* The location of a number, or an array of numbers, in struct lacp_port_state. */
struct field {
	const char *name;
	size_t offset, size, count;
	bool is_bool;
};

#define MEMBER(member) (((struct lacp_port_state *)NULL)->member)
#define IS_BOOL(member) __builtin_types_compatible_p(__typeof__(MEMBER(member)), bool)
#define NUMBER(member)                                                                             \
	{                                                                                          \
#member, offsetof(struct lacp_port_state, member), sizeof(MEMBER(member)), 1,      \
			IS_BOOL(member)                                                            \
	}
#define NUMBERS(member)                                                                            \
	{                                                                                          \
#member, offsetof(struct lacp_port_state, member), sizeof(MEMBER(member)[0]),      \
			sizeof(MEMBER(member)) / sizeof(MEMBER(member)[0]), false                  \
	}
#define INFO(info)                                                                                 \
	NUMBER(info.system_priority), NUMBERS(info.system), NUMBER(info.key),                      \
		NUMBER(info.port_priority), NUMBER(info.port), NUMBER(info.state)

static const struct field fields[] = {
	NUMBER(number),
	NUMBER(rx),
	NUMBER(mux),
	NUMBER(selected),
	NUMBER(actor_churn),
	NUMBER(partner_churn),
	INFO(actor),
	INFO(partner),
	NUMBER(defaulted),
	NUMBER(aggregator),
	NUMBER(aggregator_active),
	NUMBER(collects),
	NUMBER(distributes),
	NUMBER(current_while_ms),
	NUMBER(wait_while_ms),
	NUMBER(actor_churn_ms),
	NUMBER(partner_churn_ms),
	NUMBERS(tx_free_ms),
	NUMBER(actor_churn_count),
	NUMBER(partner_churn_count),
	NUMBER(counters.lacpdu_rx),
	NUMBER(counters.lacpdu_tx),
	NUMBER(counters.unknown_rx),
	NUMBER(counters.illegal_rx),
	NUMBERS(counters.flaw),
	NUMBER(counters.looped_rx),
	NUMBER(counters.marker_rx),
	NUMBER(counters.marker_tx),
	NUMBER(counters.marker_response_rx),
	NUMBER(counters.marker_response_tx),
	NUMBER(counters.marker_unknown_rx),
	NUMBER(counters.marker_unanswered),
};

/* Handles numbers of any size through their low bytes; LACP_NEVER is stored as -1. */
static json_t *load(const struct field *field, const struct lacp_port_state *state, size_t index)
{
	uint64_t value = 0;

	static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "low bytes come first");
	memcpy(&value, (const char *)state + field->offset + index * field->size, field->size);
	return json_integer((json_int_t)value);
}

static bool store(const struct field *field, struct lacp_port_state *state, size_t index,
		  const json_t *number)
{
	uint64_t value = (uint64_t)json_integer_value(number);

	if (!json_is_integer(number) || (field->is_bool && value > 1) ||
	    (field->size < sizeof(value) && value >> (8 * field->size)))
		return false;
	memcpy((char *)state + field->offset + index * field->size, &value, field->size);
	return true;
}

static json_t *field_to_json(const struct field *field, const struct lacp_port_state *state)
{
	json_t *list;

	if (field->count == 1)
		return load(field, state, 0);
	list = json_array();
	for (size_t i = 0; i < field->count; i++)
		json_array_append_new(list, load(field, state, i));
	return list;
}

static bool field_from_json(const struct field *field, const json_t *value,
			    struct lacp_port_state *state)
{
	if (field->count == 1)
		return store(field, state, 0, value);
	if (json_array_size(value) != field->count)
		return false;
	for (size_t i = 0; i < field->count; i++)
		if (!store(field, state, i, json_array_get(value, i)))
			return false;
	return true;
}

json_t *lacp_state_to_json(const struct bond *core, uint32_t port, uint64_t now_ms)
{
	const struct lacp *lacp = bond_get_lacp(core);
	struct lacp_port_state state;
	json_t *object;

	if (!lacp || lacp_export_port(lacp, port, now_ms, &state) < 0)
		return NULL;
	object = json_pack("{s:I}", "at_ms", (json_int_t)now_ms);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		json_object_set_new(object, fields[i].name, field_to_json(&fields[i], &state));
	return object;
}

bool lacp_state_from_json(json_t *object, uint64_t now_ms, struct lacp_port_state *ret_state,
			  uint64_t *ret_age_ms)
{
	const json_t *at = json_object_get(object, "at_ms");
	struct lacp_port_state state = {};

	if (!json_is_integer(at) || json_integer_value(at) < 0 ||
	    (uint64_t)json_integer_value(at) > now_ms)
		return false;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (!field_from_json(&fields[i], json_object_get(object, fields[i].name), &state))
			return false;
	*ret_state = state;
	*ret_age_ms = now_ms - (uint64_t)json_integer_value(at);
	return true;
}
