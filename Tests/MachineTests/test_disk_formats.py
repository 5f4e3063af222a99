"""Images of metadata disks, of random trees by many makers: Linux' isofs and vfat find in them what
our readers find. The images, and our findings, are those of the tests of DiskFormats: `swift test`
leaves them where GUESTAGENT_IMAGES says. GUESTAGENT_CASES is how many of each kind."""

import collections
import hashlib
import os

from machines import initramfs
from machines.machine import Disk, Machine
from machines.paths import REPOSITORY, run

CASES = int(os.environ.get("GUESTAGENT_CASES", "60"))
LISTING = 64 << 20


def test_linux_finds_in_images_what_we_find(binary, debian_kernel, folder):
    images = made(folder / "images")
    guest = initramfs.image_guest(binary, debian_kernel, joined(images, folder / "joined"))
    listing = Disk(folder / "listing")
    with open(listing.image, "wb") as disk:
        disk.truncate(LISTING)
    with Machine(debian_kernel, guest, storage=[listing],
                 disks=[("virtio-blk", folder / "joined")]) as vm:
        vm.wait_until_ready()
        outcome = vm.run("sh /etc/list-images", limit=60 + 2 * CASES)
    assert (outcome.status, outcome.stderr) == (0, "")
    found = findings(listing.image.read_bytes().rstrip(b"\0").decode())
    assert len(found) == len(images) > CASES
    differences = []
    for image in images:
        ours, theirs = comparable(
            RULES[image.name.rsplit("-", 1)[0]], tree(image / "tree"), found[image.name])
        if ours != theirs:
            differences.append((image.name, sorted(ours ^ theirs)[:6]))
    print(f"{len(images)} images, {sum(map(len, found.values()))} paths")
    assert differences == []


def made(place):
    """Folders, each with an image and our tree of it."""
    run("swift", "test", "--filter", "finds in (ISO images|FAT volumes) what we find",
        cwd=REPOSITORY, env=os.environ | {
            "GUESTAGENT_IMAGES": str(place), "GUESTAGENT_CASES": str(CASES)})
    return sorted(place.iterdir())


def joined(images, place):
    """Lays the images one behind the other, holes as holes; says where, as list-images wants it."""
    lines = []
    with open(place, "wb") as disk:
        end = 0
        for image in images:
            lines.append(f"{image.name} {image.name.split('-')[0]} {end}")
            with open(image / "image", "rb") as source:
                size = os.fstat(source.fileno()).st_size
                for start, stop in data(source.fileno(), size):
                    source.seek(start)
                    disk.seek(end + start)
                    disk.write(source.read(stop - start))
            end += -(-size // 4096) * 4096
        disk.truncate(end)
    return "\n".join(lines) + "\n"


def data(file, size):
    """The parts of a file that are not holes."""
    stop = 0
    while stop < size:
        try:
            start = os.lseek(file, stop, os.SEEK_DATA)
        except OSError:
            return
        stop = os.lseek(file, start, os.SEEK_HOLE)
        yield start, stop


def tree(top):
    """Pairs of a path and what is there: "directory", "link", or the checksum of a file."""
    return [
        (str(path.relative_to(top)), "link" if path.is_symlink() else "directory" if path.is_dir()
         else hashlib.sha256(path.read_bytes()).hexdigest()) for path in top.rglob("*")]


def findings(listing):
    """The same of each image, as list-images has written it."""
    found = {}
    for part in listing.split("\n== "):
        lines = part.removeprefix("== ").splitlines()
        if lines[0] == "end":
            return found
        kind, names = "directory", []
        for line in lines[1:]:
            if line.startswith("-- "):
                kind = line[3:]
            elif kind == "files":
                names.append((line[68:], line[:64]))
            elif line != ".":
                names.append((line[2:], "link" if kind == "links" else kind))
        found[lines[0]] = names
    raise AssertionError("the guest's listing has no end")


def comparable(rule, ours, theirs):
    """Paths by a rule, with what is there, as sets. Of several that become one Linux reaches one
    alone, so these, and what is below them, are left out; and so are those that it cuts."""
    long = [path.split("/") for path, _ in ours
            if rule is exact and any(len(name.encode()) > 253 for name in path.split("/"))]
    pairs = [[(rule(path), what) for path, what in found if not is_cut(path, long)]
             for found in (ours, theirs)]
    several = {None}
    for found in pairs:
        count = collections.Counter(path for path, _ in found)
        several |= {path for path, times in count.items() if times > 1}
    return [{(path, what) for path, what in found if path not in several
             and not any(path.startswith(f"{top}/") for top in several)} for found in pairs]


def is_cut(path, long):
    """Whether this is one of our paths with a name of Rock Ridge of 254 bytes or more, of which
    Linux drops the last part (fs/isofs/rock.c, get_rock_ridge_filename), or stands for one."""
    names = path.split("/")
    return any(
        len(names) == len(other) and all(
            name == mine or len(mine.encode()) > 253 and mine.startswith(name)
            for name, mine in zip(names, other))
        for other in long)


def exact(path):
    """Linux hides what Rock Ridge has moved into a folder of its own; we find it there as well."""
    return None if path.split("/")[0] in ("rr_moved", ".rr_moved") else path


def without_last_dots(path):
    """Linux drops all dots at the end of Joliet's names, and takes no notice of small letters when
    it looks them up; nor do we, of one dot."""
    return "/".join(name.rstrip(".") or name for name in small(path).split("/"))


def small(path):
    """Linux shows a FAT's short names in small letters where a bit says so, and plain names of
    ISO 9660 always. We look names up in either case."""
    return "".join(character.lower() if character.isascii() else character for character in path)


RULES = {
    "iso9660-rock-ridge": exact,
    "iso9660-joliet": without_last_dots,
    # Linux shows a semicolon as a dot, and one at the end that has no version behind it.
    "iso9660-plain": lambda path: without_last_dots(path.replace(";", ".")),
    "vfat-12": small, "vfat-16": small, "vfat-32": small,
}
