"""Where the sources do what the compiler does not check. It refuses pointers that are not marked
`unsafe` (Package.swift, strict memory safety); here the files that hold the mark, or arithmetic that
wraps, are named, and each begins with the reason why it is right."""

import re

import pytest

from conftest import REPOSITORY

SOURCES = REPOSITORY / "Sources"

UNSAFE = {
    "Devices/Udev/DeviceEvents.swift", "LVM/Library/LVM.swift", "Linux/Child.swift",
    "Linux/File.swift", "Linux/FileTree.swift",
    "Linux/MountedFileSystem.swift", "Linux/NetlinkSocket.swift", "Linux/NotifySocket.swift",
    "Linux/Place.swift", "Linux/Privileges.swift", "Linux/ProbeSocket.swift",
    "Linux/ServiceManagerSocket.swift", "Linux/Starter.swift", "Linux/Run.swift", "Linux/Signals.swift", "Linux/System.swift",
    "Linux/WaitSet.swift", "Metadata/Gzip.swift", "Metadata/YAML/YAMLEvents.swift",
    "Netlink/Message.swift", "Netlink/Request.swift",
}
UNCHECKED = {"Bytes/ByteAccess.swift", "DiskFormats/FAT/LongName.swift"}

KINDS = {
    "Unsafe": (UNSAFE, re.compile(r"\bunsafe\b|@safe\b|@unchecked\b|unsafeBitCast|@_silgen_name")),
    "Unchecked": (
        UNCHECKED,
        re.compile(r"&[-+*]|&<<|&>>|truncatingIfNeeded|bitPattern|unsafe(Add|Subtract|Mult|Divid)")),
}


def code(line):
    """Without its comment; texts hold no `//` that matters here."""
    return line.split("//")[0]


def places(pattern):
    """Each file with its first line that matches."""
    found = {}
    for path in sorted(SOURCES.rglob("*.swift")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if pattern.search(code(line)):
                found[str(path.relative_to(SOURCES))] = f"{number}: {line.strip()}"
                break
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_compiler_does_not_check_is_in_the_named_files_alone(kind):
    named, pattern = KINDS[kind]
    found = places(pattern)
    others = [f"Sources/{name}:{place}" for name, place in found.items() if name not in named]
    assert others == []
    assert sorted(named - found.keys()) == [], "named, but there is no need any more"


@pytest.mark.parametrize("kind", KINDS)
def test_each_of_the_named_files_begins_with_its_reason(kind):
    named, _ = KINDS[kind]
    silent = [
        f"Sources/{name}:1" for name in sorted(named)
        if not re.match(rf"// {kind}: \S.{{20}}", (SOURCES / name).read_text())]
    assert silent == []


def test_the_compiler_is_told_to_refuse_what_is_not_marked():
    package = (REPOSITORY / "Package.swift").read_text()
    assert '.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)' in package
    # Every room and the program have these settings.
    targets = re.findall(r"swiftSettings: (\w+)", package)
    assert targets and set(targets) == {"swift"}
