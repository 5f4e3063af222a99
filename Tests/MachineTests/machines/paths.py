"""Where things are, and the one way in which commands are run."""

import contextlib
import fcntl
import os
import pathlib
import subprocess

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
SEED = pathlib.Path(__file__).resolve().parents[1] / "seed"

# A user's PATH may lack the folders of the tools for administrators.
os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"

# What is downloaded and unpacked. Ignored by version control, kept between runs.
CACHE = REPOSITORY / ".build-machines"


def run(*command, **options):
    """Runs a command of the host; its failure carries what it said."""
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


@contextlib.contextmanager
def alone(name):
    """One process at a time makes what is kept under this name."""
    CACHE.mkdir(exist_ok=True)
    with open(CACHE / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def portable_binary():
    """The shipped binary: GUESTAGENT_BINARY if set, otherwise built now from this source tree."""
    chosen = os.environ.get("GUESTAGENT_BINARY")
    if chosen:
        return pathlib.Path(chosen).resolve(strict=True)
    with alone("portable"):
        last_line = run(REPOSITORY / "Packaging" / "build", "portable").splitlines()[-1]
    return REPOSITORY / last_line


def debian_package():
    """The Debian package: GUESTAGENT_DEB if set, otherwise built now from this source tree."""
    chosen = os.environ.get("GUESTAGENT_DEB")
    if chosen:
        return pathlib.Path(chosen).resolve(strict=True)
    with alone("package"):
        last_line = run(REPOSITORY / "Packaging" / "build", "deb").splitlines()[-1]
    return REPOSITORY / last_line


def library_binary():
    """The build with LVM's library in its process, built now from this source tree as it is shipped
    to people: optimized, and without Swift's shared libraries, which guests do not have."""
    words = ["swift", "build", "--configuration", "release", "--static-swift-stdlib",
             "--product", "guestagent", "--scratch-path", REPOSITORY / ".build-release"]
    run(*words, cwd=REPOSITORY)
    folder = run(*words, "--show-bin-path", cwd=REPOSITORY).strip()
    return pathlib.Path(folder) / "guestagent"
