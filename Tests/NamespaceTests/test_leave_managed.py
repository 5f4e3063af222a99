"""Links that another program of the guest configures are left to it, if asked for."""

import pytest

STATIC = """
addresses: [192.0.2.10/32]
routes: [{to: default, via: 192.0.2.1}]
nameservers: {addresses: [192.0.2.53]}
"""
CLOUD_INIT_REMEDY = ("write network: {config: disabled} into"
                     " /etc/cloud/cloud.cfg.d/99-guestagent.cfg")


@pytest.fixture
def guest(lab):
  """The lab, with a way to put files into its root: a text, or the target of a symbolic link."""
  def put(files):
    for path, content in files.items():
      place = lab.root / path.lstrip("/")
      place.parent.mkdir(parents=True, exist_ok=True)
      if content.startswith("-> "):
        place.symlink_to(content.removeprefix("-> "))
      else:
        place.write_text(content)
  lab.put = put
  return lab


NETWORKD = {
  "/usr/lib/systemd/system/systemd-networkd.service": "",
  "/etc/systemd/system/multi-user.target.wants/systemd-networkd.service":
    "-> /usr/lib/systemd/system/systemd-networkd.service",
  # As shipped; fits nothing here.
  "/usr/lib/systemd/network/80-container-host0.network":
    "[Match]\nKind=veth\nName=host0\n[Network]\nDHCP=yes\n",
}
NETWORK_MANAGER = {
  "/usr/lib/systemd/system/NetworkManager.service": "",
  "/etc/systemd/system/multi-user.target.wants/NetworkManager.service":
    "-> /usr/lib/systemd/system/NetworkManager.service",
}
CLOUD_INIT = {"/usr/bin/cloud-init": "", "/etc/cloud/cloud.cfg": "users: [default]\n"}


def left_to(who, place, remedy):
  return f"left to {who}, which configures it by {place}; to give it to guestagent, {remedy}"


CASES = {
  "ifupdown": (
    {"/sbin/ifup": "", "/etc/network/interfaces": "source interfaces.d/*\n",
     "/etc/network/interfaces.d/eth0": "auto eth0\niface eth0 inet dhcp\n"},
    left_to("ifupdown", "/etc/network/interfaces.d/eth0:2", "remove its stanza")),
  "ifupdown by source-directory": (
    {"/usr/sbin/ifup": "",
     "/etc/network/interfaces": "allow-hotplug /e*\nsource-directory /etc/network/more\n",
     "/etc/network/more/not.this": "iface eth0 inet static\n",
     "/etc/network/more/this": "iface eth0 inet dhcp\n"},
    left_to("ifupdown", "/etc/network/more/this:1", "remove its stanza")),
  "networkd": (
    NETWORKD | {"/etc/systemd/network/10-lan.network":
                "[Match]\nMACAddress=52:54:00:12:34:56\n[Network]\nDHCP=yes\n"},
    left_to("systemd-networkd", "/etc/systemd/network/10-lan.network",
            "set Unmanaged=yes in its [Link]")),
  "networkd's driver, of netplan": (
    NETWORKD | {"/run/systemd/network/10-netplan-lan.network": "[Match]\nDriver=veth\n"},
    left_to("systemd-networkd", "/run/systemd/network/10-netplan-lan.network",
            "set Unmanaged=yes in its [Link]")),
  "NetworkManager": (
    NETWORK_MANAGER | {"/etc/NetworkManager/system-connections/lan.nmconnection":
                       "[connection]\ntype=ethernet\n[ipv4]\nmethod=auto\n"},
    left_to("NetworkManager", "/etc/NetworkManager/system-connections/lan.nmconnection",
            "remove that connection")),
  "cloud-init": (CLOUD_INIT, f"left to cloud-init; to give it to guestagent, {CLOUD_INIT_REMEDY}"),
}


@pytest.mark.parametrize("case", CASES)
def test_left(guest, case):
  files, reason = CASES[case]
  guest.put(files)
  seed = guest.eth0(STATIC)
  before = guest.state()
  left = guest.apply(seed, "--leave-managed")
  assert (left.status, left.out, left.err) == (0, [], [f"guestagent: note: eth0: {reason}"])
  assert guest.state() == before
  assert not (guest.root / "etc/resolv.conf").exists()
  status = guest.run("status", "--metadata", seed, "--leave-managed", "--json")
  assert status.json["left"] == [{"object": "eth0", "message": reason}]
  assert (status.status, status.json["absent"]) == (0, [])
  status = guest.run("status", "--metadata", seed, "--leave-managed", "--interface", "eth0")
  assert (status.status, status.err) == (0, [f"guestagent: note: eth0: {reason}"])
  done = guest.apply(seed)
  assert done.status == 0
  assert "ip address add 192.0.2.10/32 dev eth0" in done.changed


OURS = {
  "nobody": {},
  "ifupdown that is not installed": {
    "/etc/network/interfaces": "auto eth0\niface eth0 inet dhcp\n"},
  "ifupdown's files in a circle": {
    "/sbin/ifup": "", "/etc/network/interfaces": "source /etc/network/*\nauto eth0\n"},
  "ifupdown's files in a circle that is told again and again": {
    "/sbin/ifup": "", "/etc/network/interfaces": "source /etc/network/*\n" * 50_000},
  "ifupdown's wildcards that fit without end": {
    "/sbin/ifup": "", "/etc/network/interfaces": "source " + "/*/.." * 40 + "/x\n"},
  "ifupdown's stanzas and links in great number": {
    "/sbin/ifup": "",
    "/etc/network/interfaces": "iface x inet dhcp\n" * 29_000 + "auto y\n" * 70_000},
  "networkd that is not enabled": {
    "/usr/lib/systemd/system/systemd-networkd.service": "",
    "/etc/systemd/network/10-lan.network": "[Match]\nName=*\n"},
  "networkd with shipped files": NETWORKD,
  "networkd's file hidden": NETWORKD | {
    "/usr/lib/systemd/network/10-lan.network": "[Match]\nName=*\n",
    "/etc/systemd/network/10-lan.network": "-> /dev/null"},
  "networkd's first file unmanaged by a drop-in": NETWORKD | {
    "/etc/systemd/network/10-lan.network": "[Match]\nName=eth0\n",
    "/run/systemd/network/10-lan.network.d/ours.conf": "[Link]\nUnmanaged=yes\n",
    "/etc/systemd/network/20-all.network": "[Match]\nName=*\n"},
  "networkd masked": NETWORKD | {
    "/etc/systemd/system/systemd-networkd.service": "-> /dev/null",
    "/etc/systemd/network/10-lan.network": "[Match]\nName=*\n"},
  "NetworkManager without a file": NETWORK_MANAGER,
  "cloud-init disabled": CLOUD_INIT | {"/etc/cloud/cloud-init.disabled": ""},
  "cloud-init off on the kernel's command line": CLOUD_INIT | {
    "/proc/cmdline": "quiet network-config=disabled\n"},
  "cloud-init told to leave the network": CLOUD_INIT | {
    "/etc/cloud/cloud.cfg.d/50-other.cfg": "network: {config: {version: 2}}\n",
    "/etc/cloud/cloud.cfg.d/99-guestagent.cfg": "network: {config: disabled}\n"},
}


@pytest.mark.parametrize("case", OURS)
def test_not_left(guest, case):
  guest.put(OURS[case])
  done = guest.apply(guest.eth0(STATIC), "--leave-managed")
  assert (done.status, [line for line in done.err if "left to" in line]) == (0, [])
  assert "ip address add 192.0.2.10/32 dev eth0" in done.changed


def test_one_of_two_is_left(guest):
  guest.add_nic("eth1", "52:54:00:12:34:57", "peer1", "00:00:5e:00:01:02")
  guest.put(NETWORKD | {"/etc/systemd/network/10-lan.network": "[Match]\nName=eth0\n"})
  seed = guest.metadata("""
version: 2
ethernets:
  eth0: {addresses: [192.0.2.10/32], nameservers: {addresses: [192.0.2.53]}}
  eth1: {addresses: [198.51.100.10/32], nameservers: {addresses: [192.0.2.54]}}
""")
  done = guest.apply(seed, "--leave-managed")
  assert (done.status, len(done.err)) == (0, 1)
  assert done.changed[:2] == ["ip link set dev eth1 up", "ip address add 198.51.100.10/32 dev eth1"]
  assert (guest.root / "etc/resolv.conf").read_text() == "nameserver 192.0.2.54\n"


def test_an_absent_link_that_cloud_init_configures_is_not_waited_for(guest):
  guest.put(CLOUD_INIT)
  seed = guest.metadata("version: 2\nethernets: {eth7: {addresses: [192.0.2.10/32]}}\n")
  done = guest.apply(seed, "--leave-managed", "--wait", "30", limit=10)
  assert (done.status, len(done.err)) == (0, 1)


def test_made_links_are_left_with_their_ports(guest):
  guest.put(NETWORKD | {"/etc/systemd/network/10-lan.network": "[Match]\nName=br0\n"})
  seed = guest.metadata("""
version: 2
ethernets: {eth0: {}}
bridges: {br0: {interfaces: [eth0], addresses: [192.0.2.10/32]}}
""")
  before = guest.state()
  done = guest.apply(seed, "--leave-managed")
  br0 = left_to("systemd-networkd", "/etc/systemd/network/10-lan.network",
                "set Unmanaged=yes in its [Link]")
  assert (done.status, done.out, sorted(done.err)) == (0, [], [
    f"guestagent: note: br0: {br0}",
    f"guestagent: note: eth0: left with br0, whose port it is; br0 is {br0}"])
  assert guest.state() == before


def test_what_was_ours_stays_where_the_link_is_left(guest):
  seed = guest.eth0(STATIC)
  guest.apply(seed)
  before = guest.state()
  guest.put(NETWORKD | {"/etc/systemd/network/10-lan.network": "[Match]\nName=eth0\n"})
  done = guest.apply(seed, "--leave-managed")
  assert (done.status, done.out) == (0, [])
  assert done.err[1:] == ["guestagent: note: eth0: what guestagent put on it before stays until"
                          " guestagent down --interface eth0"]
  assert guest.state() == before
  assert guest.run("down", "--interface", "eth0").status == 0
  assert not [line for line in guest.state() if "proto 103" in line]


@pytest.mark.parametrize("command", ["down", "config", "grow"])
def test_the_option_means_nothing_to_others(guest, command):
  refused = guest.run(command, "--leave-managed")
  assert (refused.status, refused.err) == (2, [
    f"guestagent: --leave-managed means nothing to {command}; see guestagent --help"])


def test_without_the_option_no_file_of_theirs_is_read(guest):
  guest.put(CASES["ifupdown"][0] | CASES["networkd"][0] | CLOUD_INIT)
  _, record = guest.trace("open,openat,access,faccessat,stat,newfstatat", "apply", "--metadata",
                          guest.eth0(STATIC))
  for path in ("/etc/network", "/systemd/network", "/etc/cloud", "/sbin/ifup"):
    assert f"{guest.root}{path}" not in record
