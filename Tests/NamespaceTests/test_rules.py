"""Rules of the routing policy, which the kernel keeps beside the links."""

import kernel

BASE = ["0: all 255", "32766: all 254", "32767: all 253"]
BASE6 = ["0: all 255", "32766: all 254"]


def rules(lab, family="-4"):
  """Rules in order: priority, what packets, table, whose."""
  found = []
  for rule in kernel.ip(lab.guest, family, "rule", "show"):
    line = f"{rule['priority']}: {rule['src']}"
    line += f"/{rule['srclen']}" if "srclen" in rule else ""
    line += f" to {rule['dst']}/{rule['dstlen']}" if "dst" in rule else ""
    for word in ("tos", "fwmark"):
      line += f" {word} {rule[word]}" if word in rule else ""
    line += f" {rule['table']}"
    line += " ours" if rule.get("protocol") == "103" else ""
    found.append(line)
  return found


def seed(lab, policy):
  return lab.eth0(f"addresses: [192.0.2.10/26]\nrouting-policy: {policy}\n")


def test_rules_are_added_kept_moved_and_taken_back(lab):
  lab.ip("rule add from 203.0.113.0/24 lookup 7 priority 70")
  before = rules(lab), rules(lab, "-6")
  both = seed(lab, '[{from: 192.0.2.0/24, table: 100, priority: 10},'
                   ' {to: "2001:db8::/32", table: 1000, mark: 7}]')
  planned = lab.apply(both, "--dry-run")
  assert planned.out[-2:] == [
    "ip rule add from 192.0.2.0/24 lookup 100 priority 10",
    "ip -6 rule add from all to 2001:db8::/32 fwmark 7 lookup 1000"]
  assert (rules(lab), rules(lab, "-6")) == before
  result = lab.apply(both)
  assert (result.status, result.problems) == (0, [])
  assert rules(lab) == ["0: all 255", "10: 192.0.2.0/24 100 ours", "70: 203.0.113.0/24 7",
                        *BASE[1:]]
  assert rules(lab, "-6") == [
    "0: all 255", "32765: all to 2001:db8::/32 fwmark 0x7 1000 ours", BASE6[1]]
  assert lab.apply(both).changed == []
  assert lab.run("status", "--metadata", both).status == 0

  moved = seed(lab, "[{from: 192.0.2.0/24, table: 100, priority: 20}]")
  assert lab.run("status", "--metadata", moved).status == 1
  assert lab.apply(moved).changed == [
    "ip rule add from 192.0.2.0/24 lookup 100 priority 20",
    "ip rule del from 192.0.2.0/24 lookup 100 priority 10",
    "ip -6 rule del from all to 2001:db8::/32 fwmark 7 lookup 1000 priority 32765"]
  assert rules(lab) == ["0: all 255", "20: 192.0.2.0/24 100 ours", "70: 203.0.113.0/24 7",
                        *BASE[1:]]
  down = lab.run("down")
  assert down.changed[-1] == "ip rule del from 192.0.2.0/24 lookup 100 priority 20"
  assert (rules(lab), rules(lab, "-6")) == before
  assert not (lab.root / "run/guestagent/links").exists()


def test_rules_no_longer_wanted_go_though_none_is(lab):
  assert lab.apply(seed(lab, "[{from: 192.0.2.0/24, table: 100}]")).status == 0
  without = lab.eth0("addresses: [192.0.2.10/26]\n")
  status = lab.run("status", "--metadata", without)
  assert status.status == 1
  assert any("from 192.0.2.0/24 lookup 100" in line and "left over" in line
             for line in status.out)
  result = lab.apply(without)
  assert result.changed == ["ip rule del from 192.0.2.0/24 lookup 100 priority 32765"]
  assert rules(lab) == BASE
  assert lab.run("status", "--metadata", without).status == 0


def test_a_rule_of_somebody_else_that_does_it_stays(lab):
  lab.ip("rule add from 192.0.2.0/24 lookup 100 priority 10")
  wanted = seed(lab, "[{from: 192.0.2.0/24, table: 100, priority: 10}]")
  assert not any("rule" in step for step in lab.apply(wanted).changed)
  assert lab.run("down").status == 0
  assert rules(lab) == ["0: all 255", "10: 192.0.2.0/24 100", *BASE[1:]]


def test_rules_are_asked_for_only_where_there_are_some(lab):
  lab.apply(lab.eth0("addresses: [192.0.2.10/26]\n"))
  result, calls = lab.trace("sendto", "apply", "--metadata",
                            lab.eth0("addresses: [192.0.2.10/26]\n"))
  assert result.status == 0
  assert "RTM_GETRULE" not in calls
  assert calls.count("NLM_F_DUMP") == 4
