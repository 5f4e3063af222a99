"""The portable build as a command: what it refuses, and that its result depends on source only."""

import os
import shutil
import subprocess

import pytest

from machines import paths

BUILD = paths.REPOSITORY / "Packaging" / "build"


@pytest.mark.parametrize("arguments", [[], ["daily"], ["portable", "twice"]])
def test_an_argument_it_does_not_know_is_wrong_usage(arguments):
    done = subprocess.run([BUILD, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: Packaging/build portable\n")


@pytest.mark.skipif("GUESTAGENT_BINARY" in os.environ, reason="a binary made elsewhere is tested")
def test_two_builds_of_one_source_in_two_folders_are_the_same_bytes(binary, folder):
    for name in ["Package.swift", "Sources", "Packaging", "Tests"]:
        place = paths.REPOSITORY / name
        copy = shutil.copytree if place.is_dir() else shutil.copy
        copy(place, folder / name)
    path = paths.run(folder / "Packaging" / "build", "portable").splitlines()[-1]
    assert (folder / path).read_bytes() == binary.read_bytes()
