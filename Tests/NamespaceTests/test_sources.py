"""Each source gives the same guest, with no disk and no network of a data centre around it."""

import base64
import json

import pytest

from lab import network_config, shell

NETWORK = network_config("addresses: [192.0.2.10/26]")
PLAN = ["ip link set dev eth0 up", "ip address add 192.0.2.10/26 dev eth0"]
NOCLOUD = "var/lib/cloud/seed/nocloud"
FW_CFG = "sys/firmware/qemu_fw_cfg/by_name/opt"


def write(lab, path, content):
  file = lab.root / path
  file.parent.mkdir(parents=True, exist_ok=True)
  file.write_bytes(content if isinstance(content, bytes) else content.encode())


def oem_strings(*strings):
  """A table of the firmware with these OEM strings."""
  text = b"".join(string.encode() + b"\0" for string in strings)
  system = b"\x01\x08\x00\x01\x01\x02\x00\x00QEMU\0Standard PC\0\0"
  oem = b"\x0b\x05\x00\x0e" + bytes([len(strings)]) + text + b"\0"
  return system + oem + b"\x7f\x04\x00\x7f\0\0"


def credentials(lab):
  write(lab, "run/credentials/@system/guestagent.network-config", NETWORK)
  write(lab, "run/credentials/@system/guestagent.meta-data", "local-hostname: web\n")
  return "credentials:/run/credentials/@system"


def fw_cfg(lab):
  write(lab, f"{FW_CFG}/guestagent/network-config/raw", NETWORK)
  write(lab, f"{FW_CFG}/guestagent/meta-data/raw", "local-hostname: web\n")
  return "fw_cfg"


def fw_cfg_of_systemd(lab):
  write(lab, f"{FW_CFG}/io.systemd.credentials/guestagent.network-config/raw", NETWORK)
  write(lab, f"{FW_CFG}/io.systemd.credentials/guestagent.user-data/raw",
        "#cloud-config\nhostname: web\n")
  return "fw_cfg:opt/io.systemd.credentials"


def smbios(lab):
  encoded = base64.b64encode(NETWORK.encode()).decode()
  write(lab, "sys/firmware/dmi/tables/DMI", oem_strings(
    "unrelated", f"io.systemd.credential.binary:guestagent.network-config={encoded}",
    "io.systemd.credential:guestagent.meta-data=local-hostname: web"))
  return "smbios"


def seed_folder(lab):
  write(lab, f"{NOCLOUD}/meta-data", "local-hostname: web\n")
  write(lab, f"{NOCLOUD}/user-data", "")
  write(lab, f"{NOCLOUD}/network-config", NETWORK)
  return f"nocloud:/{NOCLOUD}"


def followed(lab):
  write(lab, "sys/class/dmi/id/product_serial", "ds=nocloud;s=file:///srv/seed/\n")
  write(lab, "srv/seed/meta-data", "local-hostname: web\n")
  write(lab, "srv/seed/user-data", "")
  write(lab, "srv/seed/network-config", NETWORK)
  return "nocloud:/srv/seed"


@pytest.mark.parametrize("source", [credentials, fw_cfg, fw_cfg_of_systemd, smbios, seed_folder,
                                    followed])
def test_every_source_configures_the_guest(lab, source):
  name = source(lab)
  told = lab.run("config", "--cmdline", "quiet", "--wait", 0, "--json")
  assert (told.status, told.err) == (0, [])
  assert told.json["source"].split("+")[0] == name
  result = lab.run("apply", "--cmdline", "quiet", "--wait", 0)
  assert (result.status, result.problems) == (0, [])
  assert result.changed[:2] == PLAN
  assert (lab.root / "etc/hostname").read_text() == "web\n"


def test_the_precedence_is_told(lab):
  names = [credentials(lab), fw_cfg(lab), smbios(lab), seed_folder(lab)]
  result = lab.run("config", "--cmdline", "quiet ds=nocloud;i=i-1;h=late", "--wait", 0)
  assert (result.status, result.err) == (0, [])
  others = ", ".join(names[1:])
  assert result.out[:3] == [
    "instance-id: nocloud:cmdline",
    f"hostname: {names[0]} (not used: {', '.join(names[1:3])}, nocloud:cmdline, {names[3]})",
    f"network: {names[0]} (not used: {others})"]


def test_the_guest_names_its_sources(lab):
  credentials(lab)
  folder = seed_folder(lab)
  write(lab, "etc/guestagent.yaml", "sources: [nocloud, cmdline]\n")
  result = lab.run("config", "--cmdline", "ip=192.0.2.20::192.0.2.1:26::eth0:none", "--wait", 0)
  assert (result.status, result.err) == (0, [])
  assert result.out[:2] == [f"hostname: {folder}", f"network: {folder} (not used: cmdline)"]


def test_a_disabled_network_is_left_alone(lab):
  seed_folder(lab)
  before = lab.state()
  result = lab.run("apply", "--cmdline", "network-config=disabled", "--wait", 0)
  assert (result.status, result.problems) == (0, [])
  assert lab.state() == before
  assert (lab.root / "etc/hostname").read_text() == "web\n"


@pytest.mark.parametrize("serial, problems", [
  ("ds=nocloud;h=web;i=i-1", []),
  ("VMware-42 1a 2b 3c", []),
  ("ds=nocloud;s=https://192.0.2.9/", [
    'guestagent: warning: DMI serial number: seedfrom: "https://192.0.2.9/" is not followed:'
    " guestagent configures the network and reads nothing over it"]),
  ("ds=nocloud;h=a..b", [
    "guestagent: DMI serial number: h: expected a host name of letters, digits, hyphens and dots,"
    ' found "a..b"', "guestagent: the metadata are not used; nothing was changed"]),
])
def test_the_serial_number_may_hold_a_line(lab, serial, problems):
  write(lab, "sys/class/dmi/id/product_serial", serial + "\n")
  seed_folder(lab)
  result = lab.run("config", "--cmdline", "quiet")
  assert result.err == problems
  assert result.status == (2 if "h=a..b" in serial else 0)


@pytest.mark.parametrize("user_data, hostname", [
  ("#cloud-config\nhostname: vm\nmanage_etc_hosts: true\nfqdn: vm.example.org\n", "vm"),
  ("#cloud-config\nfqdn: vm.example.org\nprefer_fqdn_over_hostname: true\n", "vm.example.org"),
])
def test_user_data_name_the_host(lab, user_data, hostname):
  seed = lab.metadata(NETWORK, meta_data="{instance-id: i-1, local-hostname: meta}\n")
  (seed / "user-data").write_text(user_data)
  result = lab.apply(seed)
  assert (result.status, result.problems) == (0, [])
  assert (lab.root / "etc/hostname").read_text() == hostname + "\n"


def test_broken_user_data_do_not_stop_the_network(lab):
  seed = lab.metadata(NETWORK)
  (seed / "user-data").write_text("#cloud-config\nhostname: [\n")
  result = lab.apply(seed, "--dry-run")
  assert result.status == 0
  assert result.out[:2] == PLAN
  assert [line.split(": not YAML")[0] for line in result.err] == [
    "guestagent: warning: user-data:3:1"]


def test_growpart_off_in_user_data_is_a_policy(lab):
  seed = lab.metadata()
  (seed / "user-data").write_text("#cloud-config\ngrowpart: {mode: off}\n")
  result = lab.run("config", "--metadata", seed)
  assert (result.status, result.err) == (0, [])
  assert result.out == [f"instance-id: nocloud:{seed}", f"growth: nocloud:{seed}",
                        "instance-id i-1", "growth none"]


def test_any_bytes_in_the_tables_of_the_firmware_are_survived(lab):
  smbios(lab)
  table = (lab.root / "sys/firmware/dmi/tables/DMI").read_bytes()
  for cut in range(0, len(table), 7):
    write(lab, "sys/firmware/dmi/tables/DMI", table[:cut] + b"\xff" * (cut % 5))
    assert lab.run("config", "--cmdline", "quiet", "--wait", 0).status in (0, 2, 3)


# Config drives

DRIVE = {
  "openstack/latest/meta_data.json": json.dumps({"uuid": "0a1b", "hostname": "web.example.org"}),
  "openstack/latest/network_data.json": json.dumps({
    "links": [{"id": "tap1", "type": "phy", "ethernet_mac_address": "52:54:00:12:34:56"}],
    "networks": [{"id": "n0", "link": "tap1", "type": "ipv4", "ip_address": "192.0.2.10",
                  "netmask": "255.255.255.192"}],
    "services": []}),
}


def drive(lab, folder):
  for path, content in DRIVE.items():
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
  return folder


def drive_folder(lab):
  return drive(lab, lab.folder / "drive")


def drive_openstack(lab):
  return drive(lab, lab.folder / "drive") / "openstack"


def drive_iso(lab):
  image = lab.folder / "drive.iso"
  shell("genisoimage", "-quiet", "-output", str(image), "-volid", "config-2", "-joliet", "-rock",
        str(drive(lab, lab.folder / "drive")))
  return image


def drive_fat(lab):
  image = lab.folder / "drive.img"
  with open(image, "wb") as file:
    file.truncate(4 << 20)
  shell("mkfs.vfat", "-n", "CONFIG-2", str(image))
  shell("mcopy", "-soi", str(image), str(drive(lab, lab.folder / "drive") / "openstack"), "::")
  return image


@pytest.mark.parametrize("source", [drive_folder, drive_openstack, drive_iso, drive_fat])
def test_a_config_drive_configures_the_guest(lab, source):
  result = lab.apply(source(lab))
  assert (result.status, result.problems) == (0, [])
  assert result.changed[:2] == PLAN
  assert (lab.root / "etc/hostname").read_text() == "web\n"


def test_a_config_drive_in_a_folder_of_the_guest_is_found(lab):
  drive(lab, lab.root / "config-drive")
  result = lab.run("config", "--cmdline", "quiet", "--wait", 0)
  assert (result.status, result.err) == (0, [])
  assert result.out[:3] == [f"{part}: config-drive:/config-drive"
                            for part in ("instance-id", "hostname", "network")]


def test_files_for_root_alone_are_no_matter_to_others(lab):
  for path in ("sys/class/dmi/id/product_serial", "sys/firmware/dmi/tables/DMI"):
    write(lab, path, "x")
    (lab.root / path).chmod(0)
  folder = lab.root / "run/credentials/@system"
  folder.mkdir(parents=True)
  folder.chmod(0)
  result = lab.run("config", within=["unshare", "--user", "--map-user=1000"])
  assert result.status == 3
  assert [line.split(":")[1] for line in result.err] == [" no metadata found"]
