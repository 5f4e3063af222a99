"""Duplicate address detection (RFC 4862, section 5.4) is neither skipped nor ignored."""

import json

import kernel

CONFIG = 'addresses: ["2001:db8:3:47::10/64"]\n'


def flags(lab):
  for link in kernel.ip(lab.guest, "-6", "address", "show", "dev", "eth0"):
    for address in link["addr_info"]:
      if address["local"] == "2001:db8:3:47::10":
        return {name for name in ("tentative", "nodad", "dadfailed") if address.get(name)}
  return None


def test_an_address_is_tentative_at_first_and_valid_when_waited_for(lab):
  assert lab.apply(lab.eth0(CONFIG)).status == 0
  assert flags(lab) == {"tentative"}
  result = lab.apply(lab.eth0(CONFIG), "--wait-dad")
  assert (result.status, result.problems) == (0, [])
  assert flags(lab) == set()


def test_a_duplicate_fails_and_is_named_then_and_later(lab):
  lab.ip("address add 2001:db8:3:47::10/64 dev peer nodad", at=lab.gateway)
  result = lab.apply(lab.eth0(CONFIG), "--wait-dad")
  assert result.status == 1
  assert len(result.err) == 1
  assert result.err[0].startswith("guestagent: network: eth0: ")
  assert "2001:db8:3:47::10" in result.err[0] and "duplicate" in result.err[0]
  assert "dadfailed" in flags(lab)
  status = lab.run("status", "--metadata", lab.folder / "seed", "--json")
  assert status.status == 1
  told = [item for link in json.loads(status.text)["links"] if link["name"] == "eth0"
          for item in link["items"] if item["text"] == "2001:db8:3:47::10/64"]
  assert [item["state"] for item in told] == ["differs"]
  assert "duplicate" in told[0]["there"]
  again = lab.apply(lab.eth0(CONFIG))
  assert again.status == 1
  assert any("2001:db8:3:47::10" in line and "duplicate" in line for line in again.err)
