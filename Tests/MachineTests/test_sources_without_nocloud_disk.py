"""Sources that a host has beside a NoCloud disk, each in a real boot: QEMU's fw_cfg, SMBIOS
strings, the machine's serial number, OpenStack's config drive."""

import base64

from machines import gateway, look, machine, seeds


def check_configured(vm, said="", **changes):
    outcome = vm.run("guestagent apply --wait 0")
    assert (outcome.status, outcome.stderr) == (0, said)
    assert look.network(vm) == look.planned(**changes)
    assert look.reaches(vm, gateway.ADDRESS)
    assert vm.run("guestagent status").status == 0


def check_source(vm, line):
    assert line in vm.run("guestagent config").stdout.splitlines()


def test_fw_cfg_configures_the_guest_without_a_disk(boot, folder):
    seed = seeds.seed_folder(folder / "seed")
    vm = boot(hardware=[word for name in ["network-config", "meta-data"] for word in [
        "-fw_cfg", f"name=opt/guestagent/{name},file={seed / name}"]])
    check_configured(vm)
    check_source(vm, "network: fw_cfg")


def test_an_smbios_string_configures_the_guest_without_a_disk(boot, folder):
    seed = seeds.seed_folder(folder / "seed")
    network = base64.b64encode((seed / "network-config").read_bytes()).decode()
    # A comma ends a value of QEMU's options, and a file's last line feed would be part of it.
    (folder / "binary").write_text(f"io.systemd.credential.binary:guestagent.network-config={network}")
    (folder / "plain").write_text("io.systemd.credential:guestagent.meta-data=local-hostname: vm6")
    vm = boot(hardware=[
        "-smbios", f"type=11,path={folder / 'binary'}", "-smbios", f"type=11,path={folder / 'plain'}"])
    check_configured(vm)
    check_source(vm, "network: smbios")


def test_the_serial_number_names_the_guest_and_the_disk_configures_it(boot, folder):
    seed = seeds.seed_folder(folder / "seed", hostname="not-this-one")
    vm = boot(
        disks=[("virtio-blk", seeds.iso(seed, folder / "seed.iso"))],
        hardware=["-smbios", "type=1,serial=ds=nocloud;h=vm6;i=vm6-1"])
    check_configured(vm)
    check_source(vm, "hostname: nocloud:dmi (not used: nocloud:/dev/vda)")
    check_source(vm, "instance-id vm6-1")


def test_the_serial_number_leads_to_a_folder_of_the_guest(boot):
    vm = boot(hardware=["-smbios", "type=1,serial=ds=nocloud;s=file:///srv/seed/"])
    words = [
        "mkdir -p /srv/seed", "touch /srv/seed/user-data",
        "printf 'local-hostname: vm6\\n' > /srv/seed/meta-data",
        "printf 'version: 2\\nethernets: {eth0: {addresses: [198.51.100.176/32]}}\\n'"
        " > /srv/seed/network-config"]
    assert vm.run(" && ".join(words)).status == 0
    outcome = vm.run("guestagent apply --wait 0")
    assert (outcome.status, outcome.stderr) == (0, "")
    assert look.addresses(vm, 4) == look.ADDRESSES
    assert vm.run("cat /proc/sys/kernel/hostname").stdout == "vm6\n"


def test_a_config_drive_configures_the_guest(boot, folder):
    drive = seeds.config_drive(folder / "drive", machine.MAC)
    vm = boot(
        disks=[("ide-cd", seeds.iso(drive, folder / "drive.iso", label="config-2"))],
        # What the format cannot say: the gateway answers no ARP from this guest.
        words="guestagent.neighbor=192.0.2.1,00:00:5e:00:01:01")
    check_configured(
        vm, routes=["default via 192.0.2.1 dev eth0 proto guestagent onlink"],
        said="guestagent: note: eth0: gateway 192.0.2.1 is covered by no route on the link;"
        " it is taken to be on the link\n")
    check_source(vm, "network: config-drive:/dev/sr0")
    assert vm.run("cat /etc/resolv.conf").stdout == "nameserver 192.0.2.53\n"
    assert vm.run("cat /proc/sys/net/ipv6/conf/eth0/accept_ra").stdout == "1\n"
