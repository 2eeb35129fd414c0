/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A struct's members as a JSON object and back, by a table. The table has the
 * names of the file's format: they stay when a member gets another name.
 *
 * Reading takes what it can. A key that is not there, or whose value is not what
 * the table says, leaves its member at the default that the caller put there; keys
 * that are not in the table are passed over. A list may be shorter than the
 * member (the rest keeps its default) or longer (the rest is passed over).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

enum field_type {
	FIELD_NUMBER, /* unsigned, 0..max, of 1, 2, 4 or 8 bytes; UINT64_MAX is written as -1 */
	FIELD_INT,    /* int, of any sign */
	FIELD_BOOL,   /* true or false; 1 and 0 are read as well */
	FIELD_BIT,    /* a bool that the format writes as 1 or 0 */
	FIELD_LIST,   /* @count numbers */
	FIELD_BYTES,  /* the same, but all or none: an address */
	FIELD_MAC,    /* "02:00:00:00:00:01" */
	FIELD_TEXT,   /* char[size] */
	FIELD_NAME,   /* the same, but only an interface's name, or "" */
};

struct field {
	const char *name;
	enum field_type type;
	size_t offset, size; /* of the member; of one number of a list */
	size_t count;	     /* of a list */
	uint64_t max;	     /* of a number; 0: what the member can hold */
};

/* Where remarks on what had to be dropped go, a line each, without a newline. */
struct notes {
	void (*each)(const char *line, void *data);
	void *data;
	char where[96]; /* the object that is read: "bond0, port eth0" */
	unsigned int count;
};

__attribute__((format(printf, 2, 3))) void note(struct notes *notes, const char *format, ...);

/* A new object, owned by the caller; NULL: no memory. */
json_t *fields_to_json(const struct field *fields, size_t count, const void *from);

/*
 * Reads @object (NULL, or no object at all, is an empty one) into @into. Values
 * that had to be dropped are noted. Returns a bit for each of the @count <= 64
 * fields that was not read, bit 0 for the first.
 */
uint64_t fields_from_json(const struct field *fields, size_t count, const json_t *object,
			  void *into, struct notes *notes);
