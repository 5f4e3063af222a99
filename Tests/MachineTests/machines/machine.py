"""A virtual machine under QEMU, emulated, with a line on which it takes commands."""

import dataclasses
import json
import pathlib
import shlex
import socket
import subprocess
import tempfile

from .gateway import CABLE

MAC = "52:54:00:c6:33:b0"

# Emulation is slow and shares its processors: limits are for what hangs, not for what is slow.
BOOT_LIMIT = 120
COMMAND_LIMIT = 90

# How a metadata disk may be attached: the words for QEMU, with the drive called `{id}`.
ATTACHMENTS = {
    "virtio-blk": ["-device", "virtio-blk-pci,drive={id}"],
    "virtio-scsi-cd": [
        "-device", "virtio-scsi-pci,id=scsi-{id}", "-device",
        "scsi-cd,bus=scsi-{id}.0,drive={id},id=cd-{id}"],
    "ide-cd": ["-device", "ide-cd,bus=ide.0,drive={id}"],
}


# The same for a disk that the guest writes, and that may grow.
STORAGE_ATTACHMENTS = {
    "virtio-blk": ["-device", "virtio-blk-pci,drive={id}{options}"],
    "virtio-scsi": [
        "-device", "virtio-scsi-pci,id=scsi-{id}",
        "-device", "scsi-hd,bus=scsi-{id}.0,drive={id}{options}"],
    # Of a new size it tells by a unit attention alone, with the next command that it is sent.
    "silent-scsi": [
        "-device", "virtio-scsi-pci,id=scsi-{id},param_change=off",
        "-device", "scsi-hd,bus=scsi-{id}.0,drive={id}{options}"],
    "nvme": ["-device", "nvme,drive={id},serial={id}{options}"],
}


class MachineError(Exception):
    """The machine did not do what it was asked within its limit; carries its console."""


@dataclasses.dataclass
class Disk:
    """A raw image that the guest may write, and how it is attached."""

    image: pathlib.Path
    attachment: str = "virtio-blk"
    sector_size: int = 512


@dataclasses.dataclass
class Outcome:
    """What one command in the guest answered."""

    status: int
    stdout: str
    stderr: str


class Line:
    """A stream socket on which QEMU is the client; reads with a limit."""

    def __init__(self, path):
        self.path = path
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(1)
        self._stream = None

    def accept(self, limit):
        self._listener.settimeout(limit)
        self._stream, _ = self._listener.accept()
        self._reader = self._stream.makefile("rb")

    def write(self, line):
        self._stream.sendall(line.encode() + b"\n")

    def read_line(self, limit):
        self._stream.settimeout(limit)
        line = self._reader.readline()
        if not line.endswith(b"\n"):
            raise EOFError("the line was closed")
        return line.decode().strip()

    def read(self, count, limit):
        self._stream.settimeout(limit)
        return self._reader.read(count).decode()

    def close(self):
        if self._stream:
            self._reader.close()
            self._stream.close()
        self._listener.close()


class Machine:
    """A booted guest, from entering the context until leaving it.

    `disks` are pairs of an attachment and an image, read-only; `storage` are those of `Disk`,
    which the guest writes. `gateway` is where the guest's NIC is plugged in, at once or, with
    `nic=False`, by `plug_nic`; `ports` are the hardware addresses of NICs at a hub of their own.
    `words` go on the kernel's command line. `memory` is in MiB.
    `hardware` are further words for QEMU.
    """

    def __init__(self, kernel, initramfs, gateway=None, nic=True, disks=(), words="",
                 storage=(), memory=256, ports=(), hardware=()):
        self._kernel = kernel
        self._initramfs = initramfs
        self._gateway = gateway
        self._nic = nic
        self._disks = disks
        self._words = words
        self._storage = list(storage)
        self._memory = memory
        self._hardware = hardware
        self._ports = ports

    def __enter__(self):
        self._temporary = tempfile.TemporaryDirectory(prefix="machine-")
        self.folder = pathlib.Path(self._temporary.name)
        self._commands = Line(self.folder / "commands")
        self._monitor = Line(self.folder / "monitor")
        self._qemu = None
        try:
            self._start()
            # QEMU has opened its devices when it greets, and wants to be greeted back.
            self._monitor.accept(BOOT_LIMIT)
            self._monitor.read_line(BOOT_LIMIT)
            self.monitor("qmp_capabilities")
            self._commands.accept(BOOT_LIMIT)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.cut_power()
        self._commands.close()
        self._monitor.close()
        self._temporary.cleanup()

    def _start(self):
        (self.folder / "initramfs").write_bytes(self._initramfs)
        words = [
            "qemu-system-x86_64", "-M", "pc", "-accel", "tcg", "-m", str(self._memory), "-smp", "1",
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-kernel", str(self._kernel.image), "-initrd", str(self.folder / "initramfs"),
            # On a busy host the emulated timer misses the kernel's check of it, which panics.
            "-append", f"console=ttyS0 panic=-1 no_timer_check net.ifnames=0 {self._words}",
            "-serial", f"file:{self.folder}/console",
            "-chardev", f"socket,id=commands,path={self._commands.path}",
            "-serial", "chardev:commands",
            "-chardev", f"socket,id=monitor,path={self._monitor.path}",
            "-mon", "chardev=monitor,mode=control",
            *self._hardware,
        ]
        for place, disk in enumerate(self._storage):
            name = f"storage{place}"
            words += [
                "-blockdev", f"driver=raw,node-name={name},discard=unmap,file.driver=file,"
                f"file.filename={disk.image},file.locking=off,cache.no-flush=on"]
            size = disk.sector_size
            options = "" if size == 512 else (
                f",logical_block_size={size},physical_block_size={size}")
            words += [word.format(id=name, options=options)
                      for word in STORAGE_ATTACHMENTS[disk.attachment]]
        for place, (attachment, image) in enumerate(self._disks):
            drive = f"disk{place}"
            words += ["-drive", f"if=none,id={drive},file={image},format=raw,readonly=on"]
            words += [word.format(id=drive) for word in ATTACHMENTS[attachment]]
        for place, address in enumerate(self._ports):
            words += [
                "-netdev", f"hubport,id=port{place},hubid=1",
                "-device", f"virtio-net-pci,netdev=port{place},mac={address},romfile="]
        if self._gateway:
            if self._nic:
                words += [
                    "-netdev", f"tap,id=nic,ifname={CABLE},script=no,downscript=no",
                    "-device", f"virtio-net-pci,netdev=nic,mac={MAC},romfile="]
            words = self._gateway.inside(*words)
        self._qemu = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(self.folder / "qemu-errors", "wb"))

    def cut_power(self):
        """Kills QEMU at once: what the guest has not handed to its disks by now is lost.

        What it has handed over is in the image, as this machine's page cache outlives QEMU (which
        is why QEMU need not flush the image); a request under way may be in there in part.
        """
        if self._qemu:
            self._qemu.kill()
            self._qemu.wait()
            self._qemu = None

    def resize(self, disk, size):
        """Gives the disk of the running guest another size in bytes, as a host does."""
        self.monitor("block_resize", **{
            "node-name": f"storage{self._storage.index(disk)}", "size": size})

    def console(self):
        """What the kernel, and whoever writes to the console, has said so far."""
        return (self.folder / "console").read_text(errors="replace").replace("\r\n", "\n")

    def wait_until_ready(self):
        try:
            line = self._commands.read_line(BOOT_LIMIT)
        except (OSError, EOFError) as error:
            raise self._failure("did not boot", error) from error
        assert line == "ready", line

    def wait_until_ended(self):
        """Waits until QEMU has ended by itself, which it does when the guest stops or panics."""
        self._qemu.wait(BOOT_LIMIT)

    def run(self, command, limit=COMMAND_LIMIT):
        """Runs one line of shell in the guest."""
        assert "\n" not in command
        try:
            self._commands.write(command)
            status, out, err = map(int, self._commands.read_line(limit).split())
            return Outcome(
                status, self._commands.read(out, limit), self._commands.read(err, limit))
        except (OSError, EOFError) as error:
            raise self._failure(f"gave no answer to {shlex.quote(command)}", error) from error

    def start(self, command):
        """Has one line of shell run in the guest, of which nothing is heard: power will be cut."""
        self._commands.write(command)

    def enter_root(self):
        """Makes the filesystem of the kernel's word root= the root, where root_later was said."""
        self._commands.write("enter")
        self.wait_until_ready()

    def monitor(self, command, **arguments):
        """One command of the QEMU Machine Protocol."""
        self._monitor.write(json.dumps({"execute": command, "arguments": arguments}))
        while True:
            answer = json.loads(self._monitor.read_line(COMMAND_LIMIT))
            if "error" in answer:
                raise MachineError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def plug_nic(self):
        """Plugs the NIC in, while the guest runs."""
        self.monitor(
            "netdev_add", type="tap", id="nic", ifname=CABLE, script="no", downscript="no")
        self.monitor("device_add", driver="virtio-net-pci", netdev="nic", mac=MAC, romfile="")

    def plug_disk(self, image):
        """Plugs a virtio disk in, while the guest runs."""
        self.monitor(
            "blockdev-add", **{
                "driver": "raw", "node-name": "plugged", "read-only": True,
                "file": {"driver": "file", "filename": str(image), "read-only": True}})
        self.monitor("device_add", driver="virtio-blk-pci", drive="plugged")

    def _failure(self, what, error):
        errors = (self.folder / "qemu-errors").read_text(errors="replace")
        return MachineError(f"the machine {what}: {error}\n{errors}\n{self.console()[-4000:]}")
