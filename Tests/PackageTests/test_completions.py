"""The completions of bash, zsh and fish, each by its own shell: they offer the same words, and the
program takes them."""

import os
import pathlib
import re
import subprocess

import pytest

FOLDER = pathlib.Path(__file__).parents[2] / "Packaging/completions"
COMMANDS = {"apply", "down", "config", "status", "check", "grow", "growpart", "watch", "diagnose"}
# growpart(1) has options of its own.
LONG_OPTIONS = COMMANDS - {"growpart"}
VALUES = {"--metadata": ".", "--cmdline": "quiet", "--interface": "lo", "--wait": "0",
          "--root": "/", "--fudge": "1", "--free-percent": "1", "--update": "auto", "-u": "auto"}

BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_guestagent
printf '%s\\n' "${COMPREPLY[@]}"
"""

# A shell at a terminal completes, and what it was about to show goes into a file.
ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "source $1"
zpty -w -n shell "$2"$'\t'
# Until the shell has ended.
while zpty -r shell line; do :; done
"""
ZSH_INSIDE = r"""
PROMPT=; unset zle_bracketed_paste
fpath=({folder} $fpath)
autoload -U compinit && compinit -D -u
bindkey '^I' complete-word
zstyle ':completion:*' verbose no
compadd() {{
  local -a hits
  if [[ -z ${{@[(r)-[OAD]]}} ]]; then
    builtin compadd -O hits "$@"
    print -l -- $hits >>{found}
  fi
  builtin compadd "$@"
}}
leave() {{ exit }}
comppostfuncs=(leave)
"""


def bash(line, tmp_path):
  # bash divides words also at "=".
  words = [word for word in re.split(r" |(=)", line) if word is not None]
  return subprocess.run(["bash", "-c", BASH, "bash", FOLDER / "guestagent.bash", *words],
                        capture_output=True, text=True, check=True, timeout=60).stdout.split("\n")


def zsh(line, tmp_path):
  found, inside = tmp_path / "found", tmp_path / "inside"
  found.write_text("")
  inside.write_text(ZSH_INSIDE.format(folder=FOLDER, found=found))
  subprocess.run(["zsh", "-f", "-c", ZSH, "zsh", inside, line], stdin=subprocess.DEVNULL,
                 capture_output=True, timeout=60, env={**os.environ, "TERM": "dumb"})
  return [word.removesuffix("=") for word in found.read_text().split("\n")]


def fish(line, tmp_path):
  done = subprocess.run(
    ["fish", "--no-config", "-c", f"source {FOLDER}/guestagent.fish; complete -C '{line}'"],
    capture_output=True, text=True, check=True, timeout=60,
    env={**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)})
  assert done.stderr == ""
  return [word.split("\t")[0] for word in done.stdout.split("\n")]


@pytest.fixture(params=[bash, zsh, fish], ids=lambda shell: shell.__name__)
def complete(request, tmp_path):
  """The words offered for a line at its end."""
  return lambda line: {word for word in request.param(line, tmp_path) if word}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_its_syntax(shell):
  file = FOLDER / {"zsh": "_guestagent"}.get(shell, f"guestagent.{shell}")
  done = subprocess.run([shell, "-n", file], capture_output=True, text=True)
  assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_commands(complete):
  assert {word for word in complete("guestagent ") if word.isalpha()} == COMMANDS
  assert complete("guestagent con") == {"config"}


def test_the_programs_commands_are_these(binary):
  told = re.findall(r"guestagent ([a-z]+) +[\[DP]", help_of(binary))
  assert set(told) == COMMANDS


def test_the_options_of_every_command_are_taken_and_none_is_left_out(complete, binary):
  """The program reads all its words before it prints its help."""
  offered = {command: complete(f"guestagent {command} -") for command in sorted(COMMANDS)}
  for command, options in offered.items():
    assert options, command
    for option in options:
      words = [option] + ([VALUES[option]] if option in VALUES else [])
      done = subprocess.run([binary, command, *words, "--help"], capture_output=True, text=True)
      assert done.returncode == 0, (command, words, done.stderr)
  told = set(re.findall(r"^  (--[a-z-]+)", help_of(binary), re.MULTILINE))
  assert told > {"--metadata", "--leave-managed"}
  options = set().union(complete("guestagent -"), *(offered[command] for command in LONG_OPTIONS))
  assert {option for option in options if option.startswith("--")} == told


def help_of(binary):
  return subprocess.run([binary, "--help"], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("between", [" ", "="])
def test_the_links_of_the_guest(complete, between):
  if between == "=":
    # fish offers the whole word.
    found = {word.removeprefix("--interface=") for word in complete("guestagent apply --interface=")}
  else:
    found = complete("guestagent apply --interface ")
  assert found == set(os.listdir("/sys/class/net")) - {"bonding_masters"}


def test_the_value_of_an_option_is_no_command(complete):
  assert {word for word in complete("guestagent --cmdline quiet ") if word.isalpha()} == COMMANDS
  assert "--restore" in complete("guestagent --cmdline apply grow --")


def test_paths(complete, tmp_path):
  (tmp_path / "seed").mkdir()
  (tmp_path / "seed.iso").touch()
  for line in ["guestagent check", "guestagent apply --metadata"]:
    found = {pathlib.Path(word).name for word in complete(f"{line} {tmp_path}/se")}
    assert found == {"seed", "seed.iso"}, line


def test_what_grows(complete):
  assert "/" in complete("guestagent grow /")
  disk, numbers = partitioned()
  assert complete(f"guestagent growpart {disk} ") == numbers


def partitioned():
  """A disk that has partitions, if this machine knows one, and their numbers."""
  numbers = {}
  for file in pathlib.Path("/sys/class/block").glob("*/*/partition"):
    numbers.setdefault(f"/dev/{file.parts[-3]}", set()).add(file.read_text().strip())
  return min(numbers.items(), default=("/dev/null", set()))
