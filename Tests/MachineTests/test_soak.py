"""A short run of Tests/Benchmarks/soak in a machine; the long one is a command."""

import subprocess
import sys

from machines import paths

SOAK = paths.REPOSITORY / "Tests" / "Benchmarks" / "soak"


def test_what_a_host_does_at_random_is_followed_and_nothing_of_it_is_kept(binary):
    ended = subprocess.run(
        [sys.executable, "-B", SOAK, "--seconds", "20", "--binary", binary, "machine"],
        capture_output=True, text=True, timeout=600)
    print(ended.stdout, ended.stderr)
    assert ended.returncode == 0
