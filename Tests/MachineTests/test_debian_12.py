"""A Debian 12 guest with the package: its network and its disk are as the host says, for life."""

from machines import debian, debian_life as life, look

# By EUI-64 of the MAC, of the prefix that the gateway advertises.
SLAAC = "2001:db8:3:47:5054:ff:fec6:33b0/64"
BOTH = sorted([*look.ADDRESSES6, SLAAC])

# What cloud-init can say without a word of ours.
PLAIN = """
version: 1
config:
  - {type: physical, name: eth0, mac_address: "52:54:00:c6:33:b0", subnets: [
      {type: static, address: 198.51.100.177/29, gateway: 198.51.100.178}]}
"""


def test_from_the_first_boot_to_the_purge(package, boot_debian, provider, folder):
    provider.advertise()
    image = debian.image("bookworm", [package], f"{life.TELL_CLOUD_INIT}; {life.MAKE_NEWER}")
    disk = image.disk(folder)

    vm = boot_debian(image, disk)
    life.has_booted(vm)
    life.network_was_complete_before_its_users(vm)
    life.wait(vm, f"ip -6 address show dev eth0 | grep -q {SLAAC}")
    life.network_is_complete(vm, addresses6=BOTH)
    assert look.reaches(vm, "203.0.113.1")
    # cloud-init was told, has run, and has left the network alone.
    assert "done" in vm.run("cloud-init status").stdout
    assert vm.run("ls /etc/network/interfaces.d").stdout == ""
    life.a_flap_is_mended(vm)
    life.wait(vm, f"ip -6 address show dev eth0 | grep -q {SLAAC}")
    life.network_is_complete(vm, addresses6=BOTH)
    life.grows(vm, disk, 1000)
    life.a_growth_during_a_growth_is_not_lost(vm, disk, 1100, 1200)
    life.units_are_confined(vm)

    vm.start("systemctl reboot")
    vm.wait_until_ended()
    vm = boot_debian(image, disk, "cloud-init=disabled")
    life.has_booted(vm)
    life.network_was_complete_before_its_users(vm)
    assert life.sizes(vm) == life.grown_sizes(1200)
    life.wait(vm, f"ip -6 address show dev eth0 | grep -q {SLAAC}")
    life.network_is_complete(vm, addresses6=BOTH)
    life.steps_back(
        vm, "printf 'auto eth0\\niface eth0 inet dhcp\\n' >/etc/network/interfaces",
        "left to ifupdown, which configures it by /etc/network/interfaces:2; to give it to"
        " guestagent, remove its stanza", "rm /etc/network/interfaces")
    life.is_upgraded(vm, addresses6=BOTH)
    life.is_purged(vm, addresses6=BOTH)


def test_a_link_is_left_to_a_cloud_init_that_nobody_told_otherwise(
        package, boot_debian, provider, folder):
    image = debian.image("bookworm", [package], "systemctl --quiet enable networking.service")
    vm = boot_debian(image, image.disk(folder), seed=PLAIN)
    life.has_booted(vm)
    assert (
        "guestagent: note: eth0: left to cloud-init; to give it to guestagent, write network:"
        " {config: disabled} into /etc/cloud/cloud.cfg.d/99-guestagent.cfg"
    ) in life.journal(vm, "guestagent.service")
    # The link is as cloud-init has it, and nothing on it is of guestagent's.
    assert "198.51.100.177/29" in vm.run("ip -4 address show dev eth0").stdout
    assert vm.run("ip route; ip -6 route; ip neighbor").stdout.count("guestagent") == 0
    assert life.refusals(vm) == []
