"""The builds that are shipped keep Swift's checks of overflow and bounds: no setting takes them away,
and a program built with their settings is ended by a trap where one fails."""

import json
import os
import re
import signal
import subprocess

import pytest

from conftest import REPOSITORY

# What would leave a check out, of swiftc, of its LLVM and of the linker.
FORBIDDEN = re.compile(
    r"-Ounchecked|-enforce-exclusivity=(unchecked|none)|-disable-(access|exclusivity|arc|llvm-verify)"
    r"|-remove-runtime-asserts|-assume-single|-assert-config|Unchecked|-trap-func|-fno-.*sanitize")

PROGRAM = """
let words = CommandLine.argc
let numbers = [UInt8](repeating: 200, count: Int(words))

@inline(never) func added(_ one: UInt8, _ other: UInt8) -> UInt8 { one + other }
@inline(never) func narrowed(_ number: Int) -> UInt8 { UInt8(number) }
@inline(never) func part(_ numbers: [UInt8], _ index: Int) -> UInt8 { numbers[index] }
@inline(never) func slice(_ numbers: [UInt8], _ end: Int) -> Int { numbers[..<end].count }
@inline(never) func unwrapped(_ number: UInt8?) -> UInt8 { number! }
@inline(never) func parted(_ number: Int, _ other: Int) -> Int { number / other }

switch words {
case 1: _ = added(numbers[0], 55)
case 2: _ = added(numbers[0], 56)
case 3: _ = narrowed(Int(words) + 253)
case 4: _ = part(numbers, Int(words))
case 5: _ = slice(numbers, Int(words) + 1)
case 6: _ = unwrapped(numbers.count > 6 ? 1 : nil)
default: _ = parted(1, Int(words) - 7)
}
"""


def settings(build):
    """The flags of the program's Swift, as SwiftPM reads them in Package.swift."""
    done = subprocess.run(
        ["swift", "package", "dump-package"], cwd=REPOSITORY, capture_output=True, text=True,
        check=True, env=os.environ | {"GUESTAGENT_BUILD": build})
    targets = {target["name"]: target for target in json.loads(done.stdout)["targets"]}
    flags = []
    for setting in targets["guestagent"]["settings"]:
        if setting["tool"] == "swift":
            for kind, value in setting["kind"].items():
                if kind == "unsafeFlags":
                    flags += value["_0"]
                if kind == "enableExperimentalFeature":
                    flags += ["-enable-experimental-feature", value["_0"]]
    assert "-Osize" in flags and "Embedded" in flags
    return flags, done.stdout


@pytest.fixture(scope="module", params=["portable", "debian"])
def program(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    # Embedded Swift has no CommandLine.
    (folder / "count.h").write_text("extern int argument_count;\n")
    (folder / "count.c").write_text(
        "int argument_count;\n__attribute__((constructor)) static void keep(int count)"
        " { argument_count = count; }\n")
    (folder / "main.swift").write_text(PROGRAM.replace("CommandLine.argc", "argument_count"))
    flags, _ = settings(request.param)
    subprocess.run(["clang", "-c", "count.c"], cwd=folder, check=True)
    subprocess.run(
        ["swiftc", *flags, "-import-objc-header", "count.h", "main.swift", "count.o",
         "-o", "program"], cwd=folder, check=True)
    return folder / "program"


@pytest.mark.parametrize("build", ["portable", "debian"])
def test_no_setting_takes_a_check_away(build):
    _, package = settings(build)
    scripts = [path for name in ["portable/build", "portable/libraries.sh", "debian/rules", "deb/build"]
               for path in [REPOSITORY / "Packaging" / name]]
    for text in [package, *(path.read_text() for path in scripts)]:
        assert not FORBIDDEN.search(text)


def test_what_is_right_is_let_pass(program):
    assert subprocess.run([program], check=False).returncode == 0


@pytest.mark.parametrize("words, fault", enumerate([
    "a sum that is too large", "a number that is too large for its type", "an index behind the end",
    "a slice that ends behind the end", "no value where one must be", "a division by zero"], 2))
def test_a_check_that_fails_ends_the_program_by_a_trap(program, words, fault):
    done = subprocess.run([program, *["word"] * (words - 1)], check=False)
    assert -done.returncode in (signal.SIGILL, signal.SIGTRAP), fault
