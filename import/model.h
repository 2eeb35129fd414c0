/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model of what other tools' configuration files say about bonds: the
 * parser of each dialect fills it (dialects.h), settle.h turns it into ebond's
 * configuration, and print.h prints it.
 *
 * Nothing here does I/O: text in, model out. A model owns everything in it.
 *
 * Each key of a dialect is handled in one of three ways: it becomes part of the
 * model; it is ignored with a warning that names file and line; or it is
 * silently ignored because it cannot matter (a description, "managed by"), in
 * which case its dialect's source lists it. A file with an error is refused as
 * a whole.
 */
#pragma once

#include "lang/config.h"

/* Maximum length of one file, and of all files together. */
#define IMPORT_BYTES_MAX (256 * 1024)
#define IMPORT_BYTES_TOTAL_MAX (2 * 1024 * 1024)

#define IMPORT_LINKS_MAX 4096
#define IMPORT_SETTINGS_MAX 512 /* per interface */
#define IMPORT_WARNINGS_MAX 1000

/* Maximum depth of nested includes. */
#define IMPORT_DEPTH_MAX 8

/* Where something was read. @file belongs to the model; lines count from 1, 0: no line. */
struct import_place {
	const char *file;
	uint32_t line;
};

/* An option of a bond or port as text, by its name in lang/options.h. */
struct import_setting {
	struct import_setting *next;
	const char *name, *value;
	struct import_place place;
	bool by_dialect; /* not in the file: the default of the dialect's own tool */
};

struct import_address {
	struct import_address *next;
	const char *text;      /* "192.0.2.1/24", "2001:db8::1/64": checked */
	const char *broadcast; /* IPv4 only; NULL: the default one */
	const char *label;     /* "bond0:0", or NULL */
	bool is_manual;	       /* not brought up with the bond (ONPARENT=no) */
	struct import_place place;
};

/* All strings are checked and in canonical form. */
struct import_route {
	struct import_route *next;
	const char *to;	    /* "192.0.2.0/24"; NULL: the default route */
	const char *via;    /* NULL: on-link */
	const char *source; /* preferred source address; NULL: the kernel chooses */
	const char *type;   /* "unreachable", "blackhole", "prohibit"; NULL: unicast */
	const char *scope;  /* "global", "site", "link", "host"; NULL: the default */
	uint32_t metric;    /* 0: not set, here and below */
	uint32_t table;
	uint32_t mtu;
	bool is_ip6;
	bool is_onlink; /* the router is reachable on-link whatever the addresses */
	struct import_place place;
};

/*
 * An interface mentioned in some file: a bond (is_bond), a port (master), or
 * neither, which is left alone.
 */
struct import_link {
	struct import_link *next;
	char name[BOND_NAME_MAX];
	struct import_place place; /* where it is first mentioned, or, for a bond, defined */
	bool is_bond;
	bool is_other;	/* a bridge or VLAN: cannot be used here, already warned of */
	bool is_master; /* named by a port */
	bool is_manual; /* not brought up at boot (ONBOOT=no), but when named */
	bool has_ifup;	/* "ebond ifup" can bring it up */
	bool is_up;	/* to be set up even without being a port's master */
	const char *id; /* other names by which a port may refer to this link, or NULL */
	const char *uuid;
	const char *master; /* name, id or uuid; NULL: not a port */
	struct import_place master_place;
	struct import_setting *settings, **settings_end;
	size_t setting_count;
	struct import_address *addresses, **addresses_end;
	struct import_route *routes, **routes_end;
	const char *mac; /* "02:00:00:00:00:01": checked; NULL: not set */
	struct import_place mac_place;
	uint32_t mtu; /* 0: not set */
	struct import_place mtu_place;
	const char *active_port; /* port to make active once; NULL: not set */
	struct import_place active_port_place;
};

/* Something in a file that ebond does not do. */
struct import_warning {
	struct import_warning *next;
	const char *text; /* "FILE:LINE: what: why", one line */
};

/* An interface of this machine, for files that match interfaces by pattern or address. */
struct import_interface {
	char name[BOND_NAME_MAX];
	uint8_t mac[6]; /* its current address; for a port, the one it had before it was attached */
	uint8_t permanent[6]; /* permanent address; all zero: unknown, use @mac */
	char type[12];	      /* as in udev: "ether", "wlan"; "": unknown */
	bool is_bond; /* a running bond: its address is a port's, so it does not match by address */
};

/*
 * Reads an included file: *ret_text has *ret_length bytes and is freed by the
 * caller. Returns 0 or a negative errno; -EISDIR for a directory.
 */
struct import_reader {
	int (*fetch)(void *context, const char *path, char **ret_text, size_t *ret_length);
	void *context;
};

struct import_modules; /* modprobe.c: module options, kept until all files have been read */
struct import_sheet;   /* sheet.c: files of keys and values, likewise */
struct import_block;   /* model.c: memory */

struct import_model {
	struct import_link *links, **links_end;
	size_t link_count;
	struct import_warning *warnings, **warnings_end;
	size_t warning_count;
	struct import_modules *modules;
	struct import_sheet *sheets, **sheets_end;
	struct import_block *blocks;
	size_t bytes_read;

	/* Set and owned by the caller; without them nothing matches and nothing is included. */
	const struct import_interface *interfaces;
	size_t interface_count;
	const char *dhcp_client; /* e.g. "dhclient", for warnings; NULL: none installed */
	struct import_reader reader;
	bool modules_only_options; /* module options apply to existing bonds but do not create any
				    */

	/* After a failure: where and why. @fault.file is NULL when it concerns no file. */
	struct import_place fault;
	struct refusal why;
};

/* An empty model, for import_free(); NULL: no memory. */
struct import_model *import_new(void);

/* NULL is allowed. */
void import_free(struct import_model *model);

/* Zeroed memory owned by the model; NULL: no memory. */
void *import_alloc(struct import_model *model, size_t size);

/* A copy of the first @length bytes of @text, or of all of it; NULL: no memory. */
const char *import_text(struct import_model *model, const char *text);
const char *import_text_n(struct import_model *model, const char *text, size_t length);

/* Sets @fault and @why; returns @err, a negative errno. Control characters become '?'. */
int import_refuse(struct import_model *model, struct import_place place, int err,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Sets the fault to "no memory" and returns -ENOMEM. */
int import_no_memory(struct import_model *model);

/*
 * Adds a warning unless it is there already; beyond IMPORT_WARNINGS_MAX they
 * are dropped. Returns 0 or -ENOMEM.
 */
int import_warn(struct import_model *model, struct import_place place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The link @name, or NULL. */
struct import_link *import_find(const struct import_model *model, const char *name);

/*
 * Finds or appends the link @name. Returns 0, -EINVAL (not a valid interface
 * name), -E2BIG (IMPORT_LINKS_MAX) or -ENOMEM.
 */
int import_link(struct import_model *model, const char *name, struct import_place place,
		struct import_link **ret_link);

/*
 * Like import_link(), and makes the link a bond. A bond that is already defined
 * gives a warning; the two are merged, and the later value of an option wins.
 */
int import_bond(struct import_model *model, const char *name, struct import_place place,
		struct import_link **ret_link);

/* Makes the link @name a port of @master (name, id or uuid). -EBUSY: it has another master. */
int import_port(struct import_model *model, const char *name, const char *master,
		struct import_place place, struct import_link **ret_link);

/* Adds an option unchecked (settle.h checks it). 0, -E2BIG (IMPORT_SETTINGS_MAX) or -ENOMEM. */
int import_set(struct import_model *model, struct import_link *link, const char *name,
	       const char *value, struct import_place place);

/* The same for a default of the dialect's tool: never warned of. */
int import_set_default(struct import_model *model, struct import_link *link, const char *name,
		       const char *value);

/* The interface of this machine, not a bond, that has this MAC address, or NULL. */
const struct import_interface *import_interface_with(const struct import_model *model,
						     const char *mac);

/* Whether @mac is @interface's permanent address or, with @or_current, its current one. */
bool import_interface_has(const struct import_interface *interface, const char *mac,
			  bool or_current);

/* The interface of this machine called @name, or NULL. */
const struct import_interface *import_interface_named(const struct import_model *model,
						      const char *name);

/* Warns that @link is configured for DHCP, and says how to get an address. */
int import_warn_dhcp(struct import_model *model, const struct import_link *link,
		     struct import_place place, const char *what);

/* Whether @link has an option of that name, from a file or by default. */
bool import_has(const struct import_link *link, const char *name);
