"""What is packed, and how it lies in a guest: the Debian package, by the path of which an environment
variable tells, and the tarball with a stand-in for the program."""

import os
import pathlib
import subprocess
import tempfile

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

# Says in /log what it is called with and what signals it gets; `apply` ends as /status says.
PROGRAM = """#!/bin/sh
echo "$*" >>/log
case $1 in
  apply) exit "$(cat /status)" ;;
  watch)
    trap 'echo HUP >>/log' HUP
    trap 'echo TERM >>/log; exit 0' TERM
    while :; do sleep 1000 & wait $!; done
    ;;
esac
"""


def run(*command, check=True, **options):
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, **options)
    if check:
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done


class Tarball:
    """The archive and what is in it."""

    def __init__(self, folder):
        program = folder / "program"
        program.write_text(PROGRAM)
        program.chmod(0o755)
        self.environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "GUESTAGENT_BINARY": str(program),
            "SOURCE_DATE_EPOCH": "1700000000"}
        self.archive = self.build()
        run("tar", "--extract", "--file", self.archive, "--directory", folder)
        [self.folder] = [path for path in folder.iterdir() if path.is_dir()]

    def build(self):
        done = run(REPOSITORY / "Packaging/build", "tarball", env=self.environment)
        return REPOSITORY / done.stdout.splitlines()[-1]

    def install(self, root, *options, check=True):
        return run(
            self.folder / "install", *options, check=check,
            env={"PATH": self.environment["PATH"], "DESTDIR": str(root)})


@pytest.fixture(scope="session")
def tarball():
    with tempfile.TemporaryDirectory(prefix="tarball-") as folder:
        yield Tarball(pathlib.Path(folder))


@pytest.fixture
def root(tmp_path):
    """An empty folder that stands for a guest's /."""
    place = tmp_path / "root"
    place.mkdir()
    return place


def named(variable):
    path = os.environ.get(variable)
    if not path:
        pytest.fail(f"{variable} must name the package under test")
    return pathlib.Path(path).resolve(strict=True)


@pytest.fixture(scope="session")
def deb():
    return named("GUESTAGENT_DEB")


@pytest.fixture(scope="session")
def upgrade():
    """The same package of a higher version."""
    return named("GUESTAGENT_DEB_UPGRADE")


@pytest.fixture(scope="session")
def unpacked(deb, tmp_path_factory):
    """The files of the Debian package, below a folder."""
    folder = tmp_path_factory.mktemp("deb")
    run("dpkg-deb", "--extract", deb, folder)
    return folder


@pytest.fixture(scope="session")
def binary(unpacked):
    return unpacked / "usr/sbin/guestagent"
