"""What must hold in a guest of Debian's with the package installed, claim by claim."""

import json
import re

from . import look
from .debian import ROOT_DEVICE, SWAP
from .layouts import MIB

UNITS = ["guestagent.service", "guestagent-watch.service", "guestagent-grow.service"]
EXPOSURE = {
    "guestagent.service": 2.5, "guestagent-watch.service": 2.5, "guestagent-grow.service": 4.5}

# How long a guest may take for what it does by itself. Emulation is slow and shares its processors.
LIMIT = 120

# A line of shell that is done in the root of an image: cloud-init is told whose the network is.
TELL_CLOUD_INIT = (
    "echo 'network: {config: disabled}' >/etc/cloud/cloud.cfg.d/99-guestagent.cfg")
# The package once more, with a higher version, waits in the guest to be installed.
NEWER = "/root/newer.deb"
MAKE_NEWER = (
    "dpkg-deb --raw-extract /tmp/guestagent_*.deb /tmp/newer;"
    " sed -i 's/^Version: .*/&+newer/' /tmp/newer/DEBIAN/control;"
    f" dpkg-deb -Zgzip --build /tmp/newer {NEWER} >/dev/null; rm -r /tmp/newer")


def wait(vm, condition, limit=LIMIT):
    """Until this line of shell succeeds in the guest."""
    outcome = vm.run(
        f"end=$(($(date +%s) + {limit})); until {condition}; do"
        " [ $(date +%s) -lt $end ] || exit 1; sleep 0.2; done", limit=limit + 60)
    assert outcome.status == 0, f"not within {limit} s: {condition}\n{journal(vm)}"


def succeed(vm, command):
    outcome = vm.run(command, limit=LIMIT)
    assert outcome.status == 0, f"{command}: {outcome}\n{journal(vm)}"
    return outcome.stdout


def journal(vm, *units):
    words = " ".join(f"--unit {unit}" for unit in units or UNITS)
    return vm.run(f"journalctl --boot --no-pager --output cat {words}").stdout


def has_booted(vm):
    """The boot comes to its end with nothing failed."""
    outcome = vm.run("systemctl is-system-running --wait", limit=300)
    failed = vm.run("systemctl --failed --no-legend --plain").stdout
    assert (outcome.stdout, failed) == ("running\n", ""), journal(vm)


def network_was_complete_before_its_users(vm):
    """What a unit that is ordered after network.target has found when it was started."""
    found = {name: json.loads(vm.run(f"cat /run/witness-{name}").stdout or "[]")
             for name in ["4address", "6address", "4route", "neighbor"]}
    addresses = {
        f"{entry['local']}/{entry['prefixlen']}"
        for link in found["4address"] + found["6address"] if link.get("ifname") == "eth0"
        for entry in link["addr_info"] if entry.get("scope") == "global"}
    assert set(look.ADDRESSES + look.ADDRESSES6) <= addresses, journal(vm)
    assert {(route["dst"], route.get("gateway"), route["protocol"])
            for route in found["4route"]} == {
        ("default", "192.0.2.1", "guestagent"), ("192.0.2.0/26", None, "guestagent"),
        ("198.51.100.176/29", None, "guestagent")}
    assert [(entry["dst"], entry["lladdr"]) for entry in found["neighbor"]
            if "PERMANENT" in entry["state"]] == look.NEIGHBORS


def network_is_complete(vm, **changes):
    assert look.network(vm) == look.planned(**changes), journal(vm)


def a_flap_is_mended(vm):
    """A link that goes down and up loses routes and neighbours; they are put back by themselves."""
    succeed(vm, "ip link set dev eth0 down && ip link set dev eth0 up")
    wait(vm, "ip -4 route show default | grep -q 'via 192.0.2.1' &&"
         " ip -4 neighbor show nud permanent | grep -q 192.0.2.1 &&"
         " ip -6 address show dev eth0 | grep -q 198:51:100:176/64")


def resolved_knows_the_resolvers(vm):
    """systemd-resolved has them from its start on, and others at once: it is started again."""
    servers = "grep -c '^nameserver' /run/systemd/resolve/resolv.conf"
    known = "grep -q '^nameserver 192.0.2.53$' /run/systemd/resolve/resolv.conf"
    wait(vm, known)
    assert succeed(vm, servers) == "2\n"
    succeed(vm, "sed -i s/192.0.2.53/192.0.2.99/ /run/systemd/resolved.conf.d/guestagent.conf"
            " && systemctl restart systemd-resolved.service")
    wait(vm, "grep -q '^nameserver 192.0.2.99$' /run/systemd/resolve/resolv.conf")
    succeed(vm, "systemctl restart guestagent.service")
    wait(vm, known)
    assert succeed(vm, servers) == "2\n"
    assert "failed" not in journal(vm, "guestagent.service")


def sizes(vm):
    """Bytes of the logical partition, of the root volume and of the filesystem on it."""
    names = ["/dev/vda5", ROOT_DEVICE]
    devices = succeed(vm, f"blockdev --getsize64 {' '.join(names)}").split()
    count = re.search(r"\nBlock count: +(\d+)", succeed(vm, f"dumpe2fs -h {ROOT_DEVICE} 2>&1"))[1]
    return [*map(int, devices), int(count) * 4096]


def grown_sizes(disk):
    """The same of a disk of so many MiB whose space is all used: 66 MiB are in front of the
    partition, one holds LVM's own data, extents have four."""
    root = (disk - 66 - 1) // 4 * 4 - SWAP
    return [(disk - 66) * MIB, root * MIB, root * MIB]


def grows(vm, disk, size):
    """The host enlarges the disk to so many MiB, and nobody in the guest lifts a hand."""
    vm.resize(disk, size * MIB)
    has_grown(vm, size)


def has_grown(vm, size):
    blocks = grown_sizes(size)[2] // 4096
    wait(vm, f"dumpe2fs -h {ROOT_DEVICE} 2>/dev/null | grep -q '^Block count: *{blocks}$'")
    assert sizes(vm) == grown_sizes(size)


def a_growth_during_a_growth_is_not_lost(vm, disk, first, second):
    """The first is held by growth's own lock until the second has been heard of."""
    succeed(vm, "systemctl start guestagent-grow.service")
    runs = grow_runs(vm)
    vm.run("flock /run/guestagent/grow.lock sleep 1000 >/dev/null 2>&1 & echo $! >/run/holder")
    vm.resize(disk, first * MIB)
    wait(vm, "[ $(systemctl is-active guestagent-grow.service) = activating ]")
    wait(vm, "[ ! -e /run/guestagent/grow-wanted ]")
    vm.resize(disk, second * MIB)
    wait(vm, "[ -e /run/guestagent/grow-wanted ]")
    succeed(vm, "pkill -P $(cat /run/holder); kill $(cat /run/holder); true")
    has_grown(vm, second)
    wait(vm, "[ ! -e /run/guestagent/grow-wanted ] &&"
         " [ $(systemctl is-active guestagent-grow.service) = inactive ]")
    assert grow_runs(vm) == runs + 2, journal(vm, "guestagent-grow.service")


def grow_runs(vm):
    return int(succeed(
        vm, "journalctl --boot --no-pager --output cat _SYSTEMD_UNIT=init.scope"
        " UNIT=guestagent-grow.service | grep -c ^Finished || true"))


def units_are_confined(vm):
    """No unit is exposed more than is promised, and none was refused what it does."""
    for unit, most in EXPOSURE.items():
        told = succeed(vm, f"systemd-analyze security --no-pager {unit}")
        exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", told)[1]
        assert float(exposure) <= most, told
    assert refusals(vm) == []


def refusals(vm):
    """Lines of the journal that tell of something that was denied, or failed."""
    kernel = vm.run("journalctl --boot --no-pager --output cat --dmesg").stdout
    return [line for line in journal(vm).splitlines() if re.search(
        r"denied|not permitted|Read-only file system|[Ff]ailed|error|core dumped", line)] + [
        line for line in kernel.splitlines() if "type=1326" in line or "segfault" in line]


def steps_back(vm, prepare, note, restore):
    """With something of another program's in place the link is left to it, in one line of the
    journal; without it, it is ours again."""
    succeed(vm, prepare)
    succeed(vm, "systemctl restart guestagent.service")
    assert f"guestagent: note: eth0: {note}" in journal(vm, "guestagent.service"), journal(vm)
    succeed(vm, restore)
    succeed(vm, "systemctl restart guestagent.service")


def is_upgraded(vm, **changes):
    """A higher version takes over: its daemon runs, and nothing of the network is touched."""
    before = succeed(vm, "systemctl show --property MainPID guestagent-watch.service")
    succeed(vm, f"dpkg --install {NEWER}")
    version = succeed(vm, "dpkg-query --show --showformat '${Version}' guestagent")
    assert version.endswith("+newer")
    wait(vm, "systemctl is-active --quiet guestagent-watch.service")
    assert before != succeed(vm, "systemctl show --property MainPID guestagent-watch.service")
    assert succeed(vm, "dpkg --verify guestagent") == ""
    network_is_complete(vm, **changes)


def is_purged(vm, **changes):
    """Nothing of the package is left, but for the network, by which a person may be connected."""
    succeed(vm, "dpkg --purge guestagent")
    # The protocol's name was the package's.
    routes = [route.replace("proto guestagent", "proto 103") for route in look.ROUTES]
    network_is_complete(vm, routes=routes, **changes)
    left = succeed(
        vm, "find / /run -xdev -name '*guestagent*' ! -name 99-guestagent.cfg"
        " ! -path '/run/credentials/*'")
    assert left == ""
    assert succeed(vm, "systemctl list-units --all --plain --no-legend 'guestagent*'") == ""
    assert succeed(vm, "systemctl --failed --plain --no-legend") == ""
