import contextlib
import os
import pathlib
import tempfile

import pytest

from machines import debian, gateway, initramfs, kernel, layouts, machine, paths, seeds


def pytest_sessionstart(session):
    if os.geteuid() != 0:
        pytest.exit("machine tests need root, for network namespaces and tap devices", returncode=1)


@pytest.fixture(scope="session")
def binary():
    return paths.portable_binary()


@pytest.fixture(scope="session")
def debian_kernel():
    return kernel.debian_kernel()


@pytest.fixture(scope="session")
def guest(binary, debian_kernel):
    return initramfs.guest(binary, debian_kernel)


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="machine-test-") as name:
        yield pathlib.Path(name)


@pytest.fixture
def provider(folder):
    """The gateway that answers no ARP from outside its own subnet."""
    with gateway.Gateway(folder) as made:
        yield made


@pytest.fixture
def ended_with_the_test():
    """Boots a machine, which ends with the test: before whatever its fixture names before this."""
    with contextlib.ExitStack() as running:
        def booted(vm):
            running.enter_context(vm)
            vm.wait_until_ready()
            return vm

        yield booted


@pytest.fixture
def boot(debian_kernel, guest, provider, ended_with_the_test):
    """Boots a guest at the provider's gateway. All of a test's guests end with the test."""

    def booted(**options):
        vm = machine.Machine(debian_kernel, guest, provider, **options)
        return ended_with_the_test(vm)

    return booted


@pytest.fixture
def boot_with_ports(binary, debian_kernel, ended_with_the_test):
    """Boots a guest with NICs of these hardware addresses at one hub."""

    def booted(*addresses):
        guest = initramfs.link_guest(binary, debian_kernel)
        vm = machine.Machine(debian_kernel, guest, ports=addresses)
        return ended_with_the_test(vm)

    return booted


@pytest.fixture(scope="session")
def storage_guest(binary, debian_kernel):
    return initramfs.storage_guest(binary, debian_kernel)


@pytest.fixture(scope="session")
def made_layouts(debian_kernel, storage_guest):
    return layouts.Layouts(debian_kernel, storage_guest)


@pytest.fixture
def start(debian_kernel, storage_guest, ended_with_the_test):
    """Boots a guest with these disks and these words, and metadata disks as `Machine` takes them.
    All of a test's guests end with the test."""

    def started(disks, words="", metadata=()):
        vm = machine.Machine(
            debian_kernel, storage_guest, storage=disks, disks=metadata, words=words, memory=512)
        return ended_with_the_test(vm)

    return started


@pytest.fixture
def guest_with(start, made_layouts, folder):
    """Boots a guest from fresh copies of a layout's disks: the machine and the disks."""

    def booted(layout, words="", attachment="virtio-blk", metadata=()):
        disks = made_layouts.disks(layout, folder, attachment)
        vm = start(disks, f"{layout.kernel_words()} {words}", metadata)
        for device, place in layout.mounts:
            if attachment.endswith("scsi"):
                device = device.replace("/dev/vd", "/dev/sd")
            assert vm.run(f"mount {device} {place}").status == 0
        return vm, disks

    return booted


@pytest.fixture(scope="session")
def package():
    return paths.debian_package()


@pytest.fixture
def boot_debian(folder, provider, ended_with_the_test):
    """Boots a Debian guest from this disk with the plan's metadata in its CD-ROM drive, or with
    another network-config in them."""

    def booted(image, disk, words="", seed=None, initramfs="initrd"):
        metadata = folder / "seed.iso"
        if not metadata.exists():
            seeds.iso(seeds.seed_folder(folder / "seed", seed), metadata)
        vm = machine.Machine(
            image, image.initramfs(initramfs), provider, disks=[("ide-cd", metadata)],
            storage=[disk], words=f"{debian.WORDS} {words}", memory=768)
        return ended_with_the_test(vm)

    return booted
