"""A Debian 13 guest with the package, by what differs from Debian 12: kernel, systemd, udev, LVM."""

from machines import debian, debian_life as life


def test_from_the_first_boot_to_the_next(package, boot_debian, folder):
    image = debian.image("trixie", [package])
    disk = image.disk(folder)
    vm = boot_debian(image, disk, "cloud-init=disabled")
    life.has_booted(vm)
    life.network_was_complete_before_its_users(vm)
    life.network_is_complete(vm)
    life.a_flap_is_mended(vm)
    life.network_is_complete(vm)
    life.grows(vm, disk, 1000)
    life.a_growth_during_a_growth_is_not_lost(vm, disk, 1100, 1200)
    life.units_are_confined(vm)

    vm.start("systemctl reboot")
    vm.wait_until_ended()
    vm = boot_debian(image, disk, "cloud-init=disabled")
    life.has_booted(vm)
    life.network_was_complete_before_its_users(vm)
    life.network_is_complete(vm)
    assert life.sizes(vm) == life.grown_sizes(1200)
