"""Bad metadata are refused by name and place, at once, and nothing is changed."""

import random
import time

import pytest

from lab import FIXTURES, fat_image, iso_image, network_config

UNUSED = "guestagent: the metadata are not used; nothing was changed"


@pytest.mark.parametrize("text, complaint", [
  (network_config("addresses: [192.0.2.300/24]"),
   '4:17: addresses: expected <address>/<length>, found "192.0.2.300/24"'),
  (network_config("addresses: [192.0.2.3]"),
   '4:17: addresses: "192.0.2.3" has no prefix length; write 192.0.2.3/32'),
  (network_config('gateway4: "2001:db8::1"'),
   '4:15: gateway4: expected an IPv4 address, found "2001:db8::1"'),
  (network_config('neighbors: [{to: 192.0.2.1, lladdr: "00:00:5e:00:01"}]'),
   '4:41: lladdr: expected a hardware address of six octets, found "00:00:5e:00:01"'),
  ("version: 2\nethernets:\n  eth0: {mtu: 1400}\n  eth0: {mtu: 1500}\n",
   '4:3: duplicate key "eth0", first at 3:3'),
  ("version: 2\nethernets: [\n",
   "3:1: not YAML: did not find expected node content while parsing a flow node"),
  ("version: 3\n", '1:10: version: expected 1 or 2, found "3"'),
])
def test_a_wrong_value_is_named_with_its_place(lab, text, complaint):
  before = lab.state()
  result = lab.apply(lab.metadata(text))
  assert (result.status, result.out) == (2, [])
  assert result.err == [f"guestagent: network-config:{complaint}", UNUSED]
  assert lab.state() == before
  assert list(lab.root.iterdir()) == []


def test_all_that_is_wrong_is_said_at_once(lab):
  result = lab.apply(lab.eth0("addresses: [192.0.2.300/24]\nmtu: many\n"))
  assert result.status == 2
  assert len(result.err) == 3


def test_aliases_do_not_multiply(lab):
  rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
  rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
  started = time.monotonic()
  result = lab.apply(lab.metadata("\n".join(rows) + "\n"), limit=20)
  assert result.status == 2
  assert time.monotonic() - started < 5


def routes(count):
  return network_config("routes:\n" + "".join(
    f"  - {{to: 10.{n >> 16}.{n >> 8 & 255}.{n & 255}/32, via: 192.0.2.1}}\n"
    for n in range(count)))


def test_ten_megabytes_are_refused(lab):
  text = routes(230_000)
  assert len(text) > 10_000_000
  before = lab.state()
  result = lab.apply(lab.metadata(text), limit=20)
  assert (result.status, result.out) == (2, [])
  assert len(result.err) == 2
  assert result.err[0].startswith("guestagent: network-config: ")
  assert result.err[0].endswith(" bytes are more than the 8388608 that are read")
  assert lab.state() == before


def test_eight_megabytes_are_read(lab):
  result = lab.run("config", "--metadata", lab.metadata(routes(160_000)), "--json", limit=50)
  assert result.status == 0
  assert len(result.json["links"][0]["routes"]) == 160_000


@pytest.mark.parametrize("text", [
  pytest.param("", id="empty"),
  pytest.param("\0", id="a zero byte"),
  pytest.param("[" * 100_000, id="deep flow sequences"),
  pytest.param("- " * 100_000, id="deep block sequences"),
  pytest.param("a: " * 50_000, id="mappings in one line"),
  pytest.param("version: 2\nethernets: " + "{a: " * 50_000, id="deep flow mappings"),
])
def test_text_that_is_no_configuration(lab, text):
  before = lab.state()
  result = lab.apply(lab.metadata(text), "--wait", 0, limit=20)
  assert result.status in (0, 2)
  assert lab.state() == before


def test_a_gibibyte_of_zeros_is_no_metadata(lab):
  image = lab.folder / "zeros"
  with open(image, "wb") as file:
    file.truncate(1 << 30)
  started = time.monotonic()
  result = lab.apply(image)
  assert result.status == 3
  assert time.monotonic() - started < 2


@pytest.mark.parametrize("make", [iso_image, fat_image])
def test_damaged_images_never_crash_and_never_hang(lab, make):
  """`config` on the image with single bits flipped where the structures lie, and cut short."""
  whole = make(FIXTURES / "seed", lab.folder / "whole").read_bytes()
  used = [position for position, byte in enumerate(whole) if byte]
  chance = random.Random(2026)
  damaged = []
  for position in chance.sample(used, 60):
    image = bytearray(whole)
    image[position] ^= 1 << chance.randrange(8)
    damaged.append(bytes(image))
  damaged += [whole[:length] for length in
              [0, 1, 511, 512, 2047, 2048, 32768, 34816, *chance.sample(range(len(whole)), 20)]]
  path = lab.folder / "damaged"
  for image in damaged:
    path.write_bytes(image)
    result = lab.run("config", "--metadata", path, "--wait", 0, limit=10)
    assert result.status in (0, 2, 3), result
    if result.status != 0:
      assert result.err != []


def test_a_seed_folder_that_cannot_be_read_is_named(lab):
  folder = lab.root / "var/lib/cloud/seed/nocloud"
  (folder / "meta-data").mkdir(parents=True)
  result = lab.run("config")
  assert result.status == 3
  assert result.err[0] == ("guestagent: warning: /var/lib/cloud/seed/nocloud: cannot read"
                           " /var/lib/cloud/seed/nocloud/meta-data: Is a directory")
