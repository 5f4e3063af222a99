"""A Debian 13 guest with the package, by what differs from Debian 12: kernel, systemd, LVM,
and systemd-resolved."""

from machines import debian, debian_life as life

# An initramfs with the package's hook taken at its word, and a script that looks on at its end.
REMOTE = (
    "cd /etc/initramfs-tools; echo GUESTAGENT=yes >conf.d/guestagent;"
    " printf '#!/bin/sh\\n[ \"$1\" = prereqs ] || cat /proc/net/route >/run/witness-initramfs\\n'"
    " >scripts/init-bottom/witness; chmod +x scripts/init-bottom/witness;"
    " mkinitramfs -o /boot/remote.img $(ls /lib/modules);"
    " rm conf.d/guestagent scripts/init-bottom/witness")


def test_from_the_first_boot_to_the_next(package, boot_debian, folder):
    image = debian.image("trixie", [package], REMOTE)
    disk = image.disk(folder)
    vm = boot_debian(image, disk, "cloud-init=disabled")
    life.has_booted(vm)
    life.network_was_complete_before_its_users(vm)
    life.network_is_complete(vm)
    life.a_flap_is_mended(vm)
    life.network_is_complete(vm)
    life.resolved_knows_the_resolvers(vm)
    life.grows(vm, disk, 1000)
    life.a_growth_during_a_growth_is_not_lost(vm, disk, 1100, 1200)
    life.units_are_confined(vm)

    vm.start("systemctl reboot")
    vm.wait_until_ended()
    vm = boot_debian(image, disk, "cloud-init=disabled", initramfs="remote.img")
    life.has_booted(vm)
    # Whoever unlocks the root filesystem from afar has the default route already in the initramfs,
    # and the guest finds the network as it was left.
    assert "\neth0\t00000000\t010200C0\t" in vm.run("cat /run/witness-initramfs").stdout
    # What only the initramfs was to be told is gone, also where busybox is not in it.
    assert vm.run("ls /run/net-eth0.conf /run/guestagent/initramfs 2>/dev/null").stdout == ""
    assert "unchanged: eth0" in life.journal(vm, "guestagent.service")
    life.network_was_complete_before_its_users(vm)
    life.network_is_complete(vm)
    assert life.sizes(vm) == life.grown_sizes(1200)
