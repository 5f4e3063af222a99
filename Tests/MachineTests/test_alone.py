"""The binary needs nothing: no library, no shell, no mounted /proc or /sys."""

from machines import initramfs
from machines.machine import Machine

ADDRESS = "198.51.100.176"


def console_of(debian_kernel, archive, words):
    with Machine(debian_kernel, archive, words=f"rdinit=/guestagent loglevel=4 -- {words}") as vm:
        vm.wait_until_ended()
        return vm.console()


def test_as_first_process_of_an_empty_initramfs_it_configures_the_only_link(binary, debian_kernel):
    archive = initramfs.lone_program(binary)
    console = console_of(
        debian_kernel, archive,
        f"apply --wait 0 --cmdline ip={ADDRESS}:::255.255.255.255::lo:none")
    assert f"changed: ip address add {ADDRESS}/32 dev lo\n" in console
    # The first process has nowhere to return to: the kernel tells its exit status and gives up.
    assert "Attempted to kill init! exitcode=0x00000000" in console


def test_there_a_link_that_does_not_come_is_a_failure_and_not_a_crash(binary, debian_kernel):
    archive = initramfs.lone_program(binary)
    console = console_of(
        debian_kernel, archive,
        f"apply --wait 1 --cmdline ip={ADDRESS}:::255.255.255.255::eth0:none")
    assert "guestagent: network: eth0: " in console
    assert "Attempted to kill init! exitcode=0x00000100" in console
