/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parsers, one per dialect. Each adds what one file says to a model, and
 * may be called for any number of files of any dialects; import_finish()
 * follows the last one.
 *
 * All return 0 or a negative errno with the model's fault set: -EINVAL (error
 * in the file), -E2BIG, -ENOMEM. The model can then only be passed to
 * import_free().
 */
#pragma once

#include "import/lines.h"

/*
 * Module options: modprobe.d(5) and the older modules.conf and conf.modules.
 *
 * "alias bondN bonding" (or netdev-bondN) makes the bond bondN. "options
 * bonding X" applies to all bonds, "options bondN X" and "install bondN
 * modprobe bonding X" to bondN. "-o NAME" is skipped: it made an old kernel
 * load the module twice. max_bonds creates bonds: that many from bond0 on in
 * options of bonding, or from bondN on in options of bondN, where those without
 * options of their own get that line's. Without alias and max_bonds, options of
 * bonding make bond0, as loading the module does. "include FILE" goes through
 * the model's reader.
 *
 * Options are defaults for bonds in the model's other files, too.
 *
 * The module itself loads with one set of options and uses only the first line;
 * bonds with separate options are what the authors of such files intended.
 */
int import_modprobe(struct import_model *model, const struct import_file *file);

/*
 * An ifcfg-NAME of Red Hat's network-scripts or of SUSE's. The interface is
 * DEVICE, or NAME. A bond is any file's MASTER, or has BONDING_OPTS,
 * BONDING_MASTER=yes or TYPE=Bond; its ports come up with it whatever their
 * ONBOOT. ifcfg-bond0:0 is an address with that label. Files of other
 * interfaces are left alone, with a warning.
 */
int import_ifcfg(struct import_model *model, const struct import_file *file);

/*
 * Their route files: route-NAME, route6-NAME, ifroute-NAME, routes. Routes that
 * do not belong to a bond, rule-NAME and rule6-NAME are left alone, with a
 * warning.
 */
int import_ifcfg_routes(struct import_model *model, const struct import_file *file);

/*
 * A .netdev or .network of systemd-networkd. A .netdev of another Kind, and a
 * .network that matches neither a bond nor a port, are left alone, with a
 * warning. The first .network that matches an interface wins. Patterns are
 * matched against the model's interfaces. Times without a unit are seconds.
 */
int import_networkd(struct import_model *model, const struct import_file *file);

/*
 * A keyfile of NetworkManager. Without miimon and arp_interval, miimon is 100
 * as in NetworkManager; autoconnect=false sets is_manual.
 */
int import_keyfile(struct import_model *model, const struct import_file *file);

/*
 * netplan's YAML: network: bonds:. Times without a unit are ms; those of
 * learn-packet-interval s.
 */
int import_netplan(struct import_model *model, const struct import_file *file);

/* The same for YAML already read into a tree, here and below. */
struct import_node;
int import_netplan_tree(struct import_model *model, const struct import_node *root);

/*
 * teamd's JSON. Runners become modes, link watchers become miimon and
 * arp_interval, or both with link_watch.
 */
int import_teamd(struct import_model *model, const struct import_file *file);

/*
 * Commands of a shell script, one or more per line: ip link add/set, ip address
 * add, ip route add, ifenslave, modprobe bonding. Other commands, and those
 * with variables, give warnings.
 */
int import_iplink(struct import_model *model, const struct import_file *file);

/*
 * /etc/network/interfaces of ifupdown, ifupdown2 or ifupdown-ng. A bond has a
 * stanza with bond-slaves (bond-ports, bond-members, slaves) or bond-mode, or
 * is named by another's bond-master. It is_manual unless it, or a port that
 * names it, is "auto". Commands of up and post-up are read as lines of a
 * script. source is not followed.
 */
int import_interfaces(struct import_model *model, const struct import_file *file);

/*
 * Version 1 of the network configuration of cloud-init and curtin. A card with
 * mac_address is the interface that has that address.
 */
int import_cloudinit(struct import_model *model, const struct import_file *file);
int import_cloudinit_tree(struct import_model *model, const struct import_node *root);

/*
 * os-net-config: linux_bond, also as a member of a bridge, which is ignored.
 * nic1 etc. are not added as ports.
 */
int import_osnetconfig(struct import_model *model, const struct import_file *file);
int import_osnetconfig_tree(struct import_model *model, const struct import_node *root);

/*
 * nmstate: interfaces of type bond, and their routes. miimon defaults to 100 as
 * in NetworkManager.
 */
int import_nmstate(struct import_model *model, const struct import_file *file);
int import_nmstate_tree(struct import_model *model, const struct import_node *root);

/* A netctl profile with Connection=bond. */
int import_netctl(struct import_model *model, const struct import_file *file);

/*
 * VyOS: "set interfaces bonding ..." or config.boot. VyOS's defaults apply:
 * mode 802.3ad, miimon 100. A static route belongs to the bond with an address
 * in the subnet of its next hop.
 */
int import_vyos(struct import_model *model, const struct import_file *file);

/*
 * OpenWrt's /etc/config/network: devices of type bonding, and interfaces with
 * proto bonding, whose bond is called bonding-NAME.
 */
int import_openwrt(struct import_model *model, const struct import_file *file);

/* YAML or JSON of any dialect that uses it; its keys tell which. */
int import_nested(struct import_model *model, const struct import_file *file);

/* Whether a file's name alone tells its dialect. */
bool import_is_named(const char *name);

/* A file of any dialect, recognised by its name or else its text. -ENOTSUP: not recognised. */
int import_recognised(struct import_model *model, const struct import_file *file);

/*
 * Decides what needs all files: the bonds of module options, and which bond
 * each port belongs to (by name, id or uuid). -EINVAL: a loop of aliases or
 * masters; -ENODEV: a master that no file defines as a bond.
 */
int import_finish(struct import_model *model);
