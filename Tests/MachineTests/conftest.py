import os
import pathlib
import tempfile

import pytest

from machines import gateway, initramfs, kernel, machine, paths


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
def boot(debian_kernel, guest, provider):
    """Boots a guest at the provider's gateway. All of a test's guests end with the test."""
    running = []

    def booted(**options):
        vm = machine.Machine(debian_kernel, guest, provider, **options)
        vm.__enter__()
        running.append(vm)
        vm.wait_until_ready()
        return vm

    yield booted
    for vm in running:
        vm.__exit__()
