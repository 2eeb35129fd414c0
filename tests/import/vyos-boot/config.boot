interfaces {
    bonding bond0 {
        address 192.0.2.20/24
        description "uplink"
        hash-policy layer3+4
        lacp-rate fast
        member {
            interface eth0
            interface eth1
        }
        min-links 1
        mode 802.3ad
        mtu 9000
        vif 10 {
            address 198.51.100.20/24
        }
    }
    ethernet eth0 {
    }
    ethernet eth1 {
    }
    loopback lo {
    }
}
protocols {
    static {
        route 0.0.0.0/0 {
            next-hop 192.0.2.1 {
            }
        }
    }
}
/* Warning: Do not remove the following line. */
