"""What the guest's kernel holds, by iproute2; and the plan of the seed as it should be there.

The guest's shell prefers busybox' own ip, hence the path.
"""

import json

ADDRESSES = ["198.51.100.176/32"]
ADDRESSES6 = ["2001:db8:3:47:198:51:100:176/64"]
ROUTES = [
    "default via 192.0.2.1 dev eth0 proto guestagent",
    "192.0.2.0/26 dev eth0 proto guestagent scope link",
    "198.51.100.176/29 dev eth0 proto guestagent scope link",
]
NEIGHBORS = [("192.0.2.1", "00:00:5e:00:01:01")]


def addresses(vm, family):
    """Global addresses of eth0, in order; [] without an eth0."""
    outcome = vm.run(f"/sbin/ip -j -{family} address show dev eth0 scope global")
    links = json.loads(outcome.stdout or "[]")
    # ip leaves an empty object where its filter left something out.
    entries = [entry for link in links for entry in link.get("addr_info", []) if entry]
    return sorted(f"{entry['local']}/{entry['prefixlen']}" for entry in entries)


def routes(vm):
    """The IPv4 routes as ip prints them."""
    return [line.strip() for line in vm.run("/sbin/ip -4 route show").stdout.splitlines()]


def neighbors(vm):
    """Permanent IPv4 neighbours: address and MAC."""
    outcome = vm.run("/sbin/ip -j -4 neighbor show nud permanent")
    return [(entry["dst"], entry["lladdr"]) for entry in json.loads(outcome.stdout or "[]")]


def network(vm):
    """Everything of the plan that the kernel holds, to be compared as one value."""
    return {
        "addresses": addresses(vm, 4),
        "addresses6": addresses(vm, 6),
        "routes": routes(vm),
        "neighbors": neighbors(vm),
        "hostname": vm.run("cat /proc/sys/kernel/hostname").stdout.strip(),
    }


def planned(**changes):
    """The plan, with what a test has different."""
    return {
        "addresses": ADDRESSES, "addresses6": ADDRESSES6, "routes": ROUTES,
        "neighbors": NEIGHBORS, "hostname": "vm6"} | changes


def reaches(vm, address, count=3):
    """Whether at least one of a few pings is answered."""
    return vm.run(f"ping -c {count} -W 2 {address}").status == 0
