/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the configuration files of other tools say about bonds: one model that
 * the parser of every dialect fills (dialects.h), one way to make it ebond's
 * (settle.h) and one to print it (print.h).
 *
 * Nothing here reads a file: text in, model out. Everything a model holds is in
 * its own memory and goes with it.
 *
 * A key of a dialect has one of three fates. It becomes part of the model; or it
 * is told in a warning with its file and line, because ebond has nothing for
 * it; or it says nothing that could matter (a name for people, "managed by")
 * and its dialect's source names it as such. A file that is wrong is refused
 * as a whole.
 */
#pragma once

#include "lang/config.h"

/* One file's text is at most this long, and all together. */
#define IMPORT_BYTES_MAX (256 * 1024)
#define IMPORT_BYTES_TOTAL_MAX (2 * 1024 * 1024)

#define IMPORT_LINKS_MAX 4096
#define IMPORT_SETTINGS_MAX 512 /* of one interface */
#define IMPORT_WARNINGS_MAX 1000

/* Files that include files that include files. */
#define IMPORT_DEPTH_MAX 8

/* Where something is said. @file is the model's; lines count from 1, 0: in no line. */
struct import_place {
	const char *file;
	uint32_t line;
};

/* An option of a bond or a port as text, by the name that lang/options.h knows. */
struct import_setting {
	struct import_setting *next;
	const char *name, *value;
	struct import_place place;
	bool by_dialect; /* not said: what the dialect's own tool does when nothing is */
};

struct import_address {
	struct import_address *next;
	const char *text;      /* "192.0.2.1/24", "2001:db8::1/64": checked */
	const char *broadcast; /* IPv4 only; NULL: the usual one */
	const char *label;     /* "bond0:0", or NULL */
	bool is_left;	       /* only when its label is asked for (ONPARENT=no) */
	struct import_place place;
};

/* Texts are checked, and as the system prints them. */
struct import_route {
	struct import_route *next;
	const char *to;	    /* "192.0.2.0/24"; NULL: the default route */
	const char *via;    /* NULL: on the link itself */
	const char *source; /* the address to send from; NULL: the kernel's choice */
	const char *type;   /* "unreachable", "blackhole", "prohibit"; NULL: to somewhere */
	const char *scope;  /* "global", "site", "link", "host"; NULL: the usual one */
	uint32_t metric;    /* 0: not said, here and below */
	uint32_t table;
	uint32_t mtu;
	bool is_ip6;
	bool is_onlink; /* the router counts as on the link, whatever the addresses */
	struct import_place place;
};

/*
 * One interface that some file speaks of: a bond (is_bond), a port (master), or
 * something that is neither and is left alone.
 */
struct import_link {
	struct import_link *next;
	char name[BOND_NAME_MAX];
	struct import_place place; /* where it is first named; of a bond: where it is made */
	bool is_bond;
	bool is_other;	/* a bridge, a VLAN: of no use here, and told */
	bool is_master; /* a port calls it by its name */
	bool is_left;	/* not to be brought up unless it is named (ONBOOT=no) */
	bool has_ifup;	/* "ebond ifup" finds it */
	bool is_up;	/* to be set up */
	const char *id; /* other names by which a port may call its master, or NULL */
	const char *uuid;
	const char *master; /* name, id or uuid; NULL: no port */
	struct import_place master_place;
	struct import_setting *settings, **settings_end;
	size_t setting_count;
	struct import_address *addresses, **addresses_end;
	struct import_route *routes, **routes_end;
	const char *mac; /* "02:00:00:00:00:01": checked; NULL: not said */
	struct import_place mac_place;
	uint32_t mtu; /* 0: not said */
	struct import_place mtu_place;
	const char *active_port; /* to be made the active one once; NULL: not said */
	struct import_place active_port_place;
};

/* Something that a file says and ebond does not do. */
struct import_warning {
	struct import_warning *next;
	const char *text; /* "FILE:LINE: what: why", one line */
};

/* What the machine has, for files that name an interface by pattern or by address. */
struct import_interface {
	char name[BOND_NAME_MAX];
	uint8_t mac[6];	      /* its own: of a port, what it has without its bond */
	uint8_t permanent[6]; /* what it was made with; all zero: not known, @mac counts */
	char type[12];	      /* as udev has it: "ether", "wlan"; "": not known */
	bool is_bond;	      /* runs already: has its address from a port, and is none */
};

/*
 * Reads a file that another one includes: *ret_text is *ret_length bytes for
 * free(3). Returns 0 or a negative errno; -EISDIR for a directory.
 */
struct import_reader {
	int (*fetch)(void *context, const char *path, char **ret_text, size_t *ret_length);
	void *context;
};

struct import_modules; /* modprobe.c: what was said of the module, until all files are in */
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

	/* Set by the caller, who owns them; none: nothing is found, nothing is included. */
	const struct import_interface *interfaces;
	size_t interface_count;
	const char *dhcp_client; /* "dhclient", to name in a warning; NULL: there is none */
	struct import_reader reader;
	bool modules_only_options; /* module options make no bonds, but hold for those there are */

	/* After a function failed: where and why. @fault.file is NULL when it is in no file. */
	struct import_place fault;
	struct refusal why;
};

/* Without links. NULL: no memory. Owned by the caller. */
struct import_model *import_new(void);

/* NULL is fine. */
void import_free(struct import_model *model);

/* Memory that goes with the model, zeroed; NULL: none left. */
void *import_alloc(struct import_model *model, size_t size);

/* A copy of the first @length bytes of @text, or of all of it. NULL: no memory. */
const char *import_text(struct import_model *model, const char *text);
const char *import_text_n(struct import_model *model, const char *text, size_t length);

/* Fills @fault and @why; returns @err, a negative errno. Control characters become '?'. */
int import_refuse(struct import_model *model, struct import_place place, int err,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* -ENOMEM, said. */
int import_no_memory(struct import_model *model);

/*
 * Adds a warning, once; those beyond IMPORT_WARNINGS_MAX are lost. Returns 0 or
 * -ENOMEM.
 */
int import_warn(struct import_model *model, struct import_place place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The link @name, or NULL. */
struct import_link *import_find(const struct import_model *model, const char *name);

/*
 * The link @name, made at the end when there is none. Returns 0, -EINVAL (no
 * name for an interface), -E2BIG (IMPORT_LINKS_MAX) or -ENOMEM.
 */
int import_link(struct import_model *model, const char *name, struct import_place place,
		struct import_link **ret_link);

/*
 * The same, and it is a bond from now on. When another line said so, too, that is
 * a warning: both are heard, and of two values for an option the later holds.
 */
int import_bond(struct import_model *model, const char *name, struct import_place place,
		struct import_link **ret_link);

/* The link @name is a port of @master (name, id or uuid). -EBUSY: it is one of another. */
int import_port(struct import_model *model, const char *name, const char *master,
		struct import_place place, struct import_link **ret_link);

/* Adds an option as it is (settle.h judges it). 0, -E2BIG (IMPORT_SETTINGS_MAX) or -ENOMEM. */
int import_set(struct import_model *model, struct import_link *link, const char *name,
	       const char *value, struct import_place place);

/* The same for what the dialect's tool does unasked: no warning comes of it. */
int import_set_default(struct import_model *model, struct import_link *link, const char *name,
		       const char *value);

/* The interface of the machine, no bond, that is known by this address, or NULL. */
const struct import_interface *import_interface_with(const struct import_model *model,
						     const char *mac);

/* Whether @interface was made with that address; with @or_now also, whether it has it. */
bool import_interface_has(const struct import_interface *interface, const char *mac, bool or_now);

/* The interface of the machine that is called so, or NULL. */
const struct import_interface *import_interface_named(const struct import_model *model,
						      const char *name);

/* A warning that @link is to get addresses by DHCP, and how it can. */
int import_warn_dhcp(struct import_model *model, const struct import_link *link,
		     struct import_place place, const char *what);

/* Whether @link has an option of that name, said or not. */
bool import_has(const struct import_link *link, const char *name);
