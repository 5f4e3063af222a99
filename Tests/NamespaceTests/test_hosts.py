"""What the makers of metadata write, in the image that each of them makes of it: read without a
word of complaint, and read right."""

import json
import pathlib
import subprocess

import pytest

HOSTS = pathlib.Path(__file__).parent / "hosts"

MAKERS = {
  # virtinst/install/cloudinit.py and installerinject.py of virt-install
  "virt-install": ["genisoimage", "-quiet", "-volid", "cidata", "-input-charset", "iso8859-1",
                     "-joliet", "-rational-rock"],
  # PVE/QemuServer/Cloudinit.pm of Proxmox: Rock Ridge alone
  "proxmox": ["genisoimage", "-quiet", "-iso-level", "3", "-R", "-V", "cidata"],
  # nova/virt/configdrive.py of OpenStack
  "openstack": ["genisoimage", "-quiet", "-ldots", "-allow-lowercase", "-allow-multidot", "-l",
                  "-publisher", "OpenStack Compute 27.0.0", "-J", "-r", "-V", "config-2"],
  # pkg/cloud-init of KubeVirt
  "kubevirt": ["xorrisofs", "-quiet", "-volid", "cidata", "-joliet", "-rock"],
}

EXPECTED = {
  "virt-install": {
    "instance_id": "vm6", "hostname": "vm6", "fqdn": "vm6.example.org",
    "nameservers": [], "search": [],
    "links": [{
      "name": "eth0", "kind": "ethernet",
      "addresses": ["198.51.100.176/32", "2001:db8:3:47:198:51:100:176/64"],
      "routes": [{"to": "198.51.100.176/29", "scope": "link"},
                       {"to": "192.0.2.0/26", "scope": "link"},
                       {"to": "0.0.0.0/0", "via": "192.0.2.1"}],
      "neighbors": [{"to": "192.0.2.1", "lladdr": "00:00:5e:00:01:01"}],
      "nameservers": ["192.0.2.53"], "search": ["example.org"]}],
  },
  "proxmox": {
    "instance_id": "4f8a9e1c5b7d2e603c1a9b8f7e6d5c4b3a291807",
    "hostname": "vm6", "fqdn": "vm6.example.org",
    "nameservers": ["192.0.2.53"], "search": ["example.org"],
    "links": [
      {"name": "eth0", "match": {"macaddress": "52:54:00:c6:33:b0"}, "set_name": "eth0",
             "kind": "ethernet",
             "addresses": ["198.51.100.176/32", "2001:db8:3:47:198:51:100:176/64"],
             "routes": [{"to": "0.0.0.0/0", "via": "192.0.2.1"}], "neighbors": [],
             "nameservers": [], "search": []},
      {"name": "eth1", "match": {"macaddress": "52:54:00:c6:33:b1"}, "set_name": "eth1",
             "kind": "ethernet", "addresses": [], "routes": [], "neighbors": [],
             "dhcp4": True, "accept_ra": True, "nameservers": [], "search": []}],
  },
  "openstack": {
    "instance_id": "b0a6f3ae-8b7e-4a8e-9d5f-6ad7c2b1f5aa",
    "hostname": "vm6", "fqdn": "vm6.example.org",
    "nameservers": ["192.0.2.53"], "search": [],
    "links": [{
      "name": "tap0f6f1a1c-aa", "match": {"macaddress": "52:54:00:c6:33:b0"},
      "kind": "ethernet", "mtu": 1442,
      "addresses": ["198.51.100.10/24", "2001:db8:3:47::10/64"],
      "routes": [{"to": "0.0.0.0/0", "via": "198.51.100.1"},
                       {"to": "203.0.113.0/24", "via": "198.51.100.2"},
                       {"to": "::/0", "via": "2001:db8:3:47::1"}],
      "neighbors": [], "nameservers": ["192.0.2.53"], "search": []}],
  },
  "kubevirt": {
    "instance_id": "5a9fc181-957e-5c32-9e5a-2de5e9673531", "hostname": "vm6",
    "nameservers": [], "search": [],
    "links": [{
      "name": "primary", "match": {"macaddress": "52:54:00:c6:33:b0"}, "kind": "ethernet",
      "addresses": ["198.51.100.176/32"],
      "routes": [{"to": "0.0.0.0/0", "via": "192.0.2.1", "on_link": True}],
      "neighbors": [], "nameservers": ["192.0.2.53"], "search": []}],
  },
}


def configuration(binary, image):
  outcome = subprocess.run(
    [binary, "config", "--json", "--metadata", image], capture_output=True, text=True,
    check=False)
  assert (outcome.returncode, outcome.stderr) == (0, "")
  return json.loads(outcome.stdout)


@pytest.mark.parametrize("host", MAKERS)
def test_what_a_host_writes_is_read_as_it_is_meant(binary, tmp_path, host):
  image = tmp_path / "metadata.iso"
  subprocess.run([*MAKERS[host], "-o", image, HOSTS / host], check=True)
  found = configuration(binary, image)
  label = "config-drive" if host == "openstack" else "nocloud"
  assert found.pop("source") == f"{label}:{image}"
  assert found.pop("warnings") == []
  assert found == EXPECTED[host]


def test_openstack_also_makes_a_fat_file_system(binary, tmp_path):
  image = tmp_path / "metadata.img"
  subprocess.run(["mkfs.vfat", "-n", "config-2", "-C", image, "65536"], check=True,
                   stdout=subprocess.DEVNULL)
  subprocess.run(["mcopy", "-s", "-i", image, *sorted((HOSTS / "openstack").iterdir()), "::"],
                   check=True)
  found = configuration(binary, image)
  assert (found.pop("source"), found.pop("warnings")) == (f"config-drive:{image}", [])
  assert found == EXPECTED["openstack"]
