#!/bin/sh -e
# Makes, in a network namespace of its own (unshare -rn), the network of which the files beside this
# one hold the dumps, as Linux 6.18 on x86-64 gave them. 198.51.100.177/32, which is marked with
# IFA_PROTO 103, was added by a message of its own: iproute2 6.1 has no word for the mark.
ip link set lo up
ip link add eth0 index 7 address 52:54:00:12:34:56 type veth peer name peer0 index 8 address \
  52:54:00:12:34:57
ip link add br0 index 9 address 52:54:00:12:34:58 type bridge
ip link set peer0 up; ip link set eth0 up
ip link set dev peer0 addrgenmode none
sysctl -qw net.ipv6.conf.eth0.dad_transmits=0
ip address add 198.51.100.176/32 dev eth0
ip address add 203.0.113.2/24 label eth0:web dev eth0
ip address add 203.0.113.3/24 dev eth0 valid_lft 3600 preferred_lft 0
ip -6 address add 2001:db8:3:47:198:51:100:176/64 dev eth0
ip -6 address add 2001:db8:3:48::1/64 dev peer0
ip address add 198.51.100.1 peer 198.51.100.2/32 dev peer0
ip route add 198.51.100.176/29 dev eth0 proto 103
ip route add 192.0.2.0/26 dev eth0 proto 103
ip route add default via 192.0.2.1 dev eth0 proto 103
ip route add 203.0.113.128/25 via 192.0.2.9 dev eth0 onlink table 1000 metric 50 src \
  198.51.100.176 mtu 1400 proto static
ip route add 192.0.2.128/26 via inet6 2001:db8:3:47::1 dev eth0
ip route add blackhole 203.0.113.0/28 proto 103
ip -6 route add default via fe80::1 dev eth0 proto 103
ip -6 route add unreachable 2001:db8:9::/48 metric 512
ip route add 192.0.2.192/26 nexthop via 192.0.2.3 dev eth0 nexthop via 192.0.2.4 dev eth0
ip route add tos 0x10 192.0.2.224/28 dev eth0
ip neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent protocol 103
ip neighbor replace 192.0.2.9 lladdr 00:00:5e:00:01:09 dev eth0 nud stale
ip neighbor replace 2001:db8:3:47::1 lladdr 00:00:5e:00:01:02 dev eth0 nud permanent
