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

#include "import/lines.h"

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
 * Options hold for bonds of other files of the model, too, where those say nothing.
 *
 * The module loads with one set of options at a time and takes the first line
 * only; all bonds with their own options is what their authors meant.
 */
int import_modprobe(struct import_model *model, const struct import_file *file);

/*
 * One ifcfg-NAME of Red Hat's network-scripts, or of SUSE's. The interface is DEVICE, or
 * what the file's name says. A bond is what is some file's MASTER, or has
 * BONDING_OPTS, BONDING_MASTER=yes or TYPE=Bond; its ports come with it whatever
 * their ONBOOT. ifcfg-bond0:0 is an address with that label. Files of other
 * interfaces are left alone, with a warning.
 */
int import_ifcfg(struct import_model *model, const struct import_file *file);

/*
 * The files of routes beside them: route-NAME, route6-NAME, ifroute-NAME, routes. Those of bonds
 * are theirs, others are left alone. rule-NAME and rule6-NAME are left alone, with a warning.
 */
int import_ifcfg_routes(struct import_model *model, const struct import_file *file);

/*
 * systemd-networkd's .netdev or .network. A .netdev of another Kind, and a .network that
 * matches neither a bond nor a port, are left alone, with a warning. Of two .network
 * files that match an interface the first one holds. Names with patterns match the
 * model's interfaces. Times without a unit are seconds.
 */
int import_networkd(struct import_model *model, const struct import_file *file);

/*
 * NetworkManager's keyfile. miimon is 100 when neither it nor arp_interval is said, as
 * NetworkManager has it; autoconnect=false is is_left.
 */
int import_keyfile(struct import_model *model, const struct import_file *file);

/* netplan's YAML: network: bonds:. Times without a unit are ms, of learn-packet-interval s. */
int import_netplan(struct import_model *model, const struct import_file *file);

/* The same of YAML that is a tree already, here and below. */
struct import_node;
int import_netplan_tree(struct import_model *model, const struct import_node *root);

/*
 * teamd's JSON. Runners become modes, link watchers miimon and arp_interval, several of
 * them with link_watch.
 */
int import_teamd(struct import_model *model, const struct import_file *file);

/*
 * Commands of a shell script, one or more a line: ip link add/set, ip address add,
 * ip route add, ifenslave, modprobe bonding. Other commands, and those with variables,
 * are warnings.
 */
int import_iplink(struct import_model *model, const struct import_file *file);

/*
 * /etc/network/interfaces of ifupdown, ifupdown2 or ifupdown-ng. A bond is a stanza with
 * bond-slaves (bond-ports, bond-members, slaves) or bond-mode, or what another's bond-master
 * names. What neither it nor a port that names it is "auto" for is_left. Commands behind up and
 * post-up are read as lines of a script. source is not followed.
 */
int import_interfaces(struct import_model *model, const struct import_file *file);

/*
 * Network configuration version 1 of cloud-init and curtin. A card that the file names by
 * mac_address is the one that has it.
 */
int import_cloudinit(struct import_model *model, const struct import_file *file);
int import_cloudinit_tree(struct import_model *model, const struct import_node *root);

/*
 * os-net-config: linux_bond, also as a member of a bridge, which is ignored. nic1 and the like
 * do not become ports.
 */
int import_osnetconfig(struct import_model *model, const struct import_file *file);
int import_osnetconfig_tree(struct import_model *model, const struct import_node *root);

/* nmstate: interfaces of type bond, and the routes by them. miimon is 100 as of NetworkManager. */
int import_nmstate(struct import_model *model, const struct import_file *file);
int import_nmstate_tree(struct import_model *model, const struct import_node *root);

/* A profile of netctl's with Connection=bond. */
int import_netctl(struct import_model *model, const struct import_file *file);

/*
 * VyOS: "set interfaces bonding ..." or config.boot. The mode is 802.3ad and miimon 100 when
 * nothing is said, as there. Static routes are those of the bond that has an address in the network
 * of their next hop.
 */
int import_vyos(struct import_model *model, const struct import_file *file);

/*
 * OpenWrt's /etc/config/network: devices of type bonding, and interfaces with proto bonding, whose
 * bond is called bonding-NAME.
 */
int import_openwrt(struct import_model *model, const struct import_file *file);

/* YAML or JSON of any dialect that is written in it, by its keys. */
int import_nested(struct import_model *model, const struct import_file *file);

/* Whether the name of a file says what dialect it is of. */
bool import_is_named(const char *name);

/*
 * A file of any dialect, by its name or, where that is not enough, its text. -ENOTSUP
 * when it is of none.
 */
int import_recognised(struct import_model *model, const struct import_file *file);

/*
 * What only all files together can say: the bonds of module options, whose ports
 * are whose (by id or uuid, too). -EINVAL: an alias, or a master, that leads in a
 * circle; a master that no file makes a bond.
 */
int import_finish(struct import_model *model);
