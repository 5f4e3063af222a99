"""systemd's units and udev's rule: systemd finds nothing wrong with them, what they may do stays
small, no other service stands in their way, and the rule starts growth for disks alone."""

import pathlib
import re
import shutil

import pytest

from conftest import REPOSITORY, run

UNITS = REPOSITORY / "Packaging/systemd"
RULES = REPOSITORY / "Packaging/udev/85-guestagent.rules"
SYSTEMD = pathlib.Path("/usr/lib/systemd/system")
if not SYSTEMD.exists():
    SYSTEMD = pathlib.Path("/lib/systemd/system")

# How others of a guest order themselves: those that come before any network, and those that
# configure it, of Debian's packages.
NEIGHBORS = {
    "nftables.service": "DefaultDependencies=no\nWants=network-pre.target\n"
                        "Before=network-pre.target shutdown.target\nConflicts=shutdown.target",
    "ufw.service": "DefaultDependencies=no\nWants=network-pre.target local-fs.target\n"
                   "After=local-fs.target\nBefore=network-pre.target",
    "firewalld.service": "Before=network-pre.target\nWants=network-pre.target\n"
                         "After=dbus.service",
    "dbus.service": "After=basic.target",
    "cloud-init-local.service": "DefaultDependencies=no\nWants=network-pre.target\n"
                                "After=systemd-remount-fs.service\n"
                                "Before=network-pre.target sysinit.target shutdown.target\n"
                                "Conflicts=shutdown.target",
    "networking.service": "DefaultDependencies=no\nRequires=ifupdown-pre.service\n"
                          "Wants=network.target\n"
                          "After=ifupdown-pre.service local-fs.target network-pre.target\n"
                          "Before=network.target shutdown.target network-online.target\n"
                          "Conflicts=shutdown.target",
    "ifupdown-pre.service": "DefaultDependencies=no\nAfter=systemd-udev-trigger.service\n"
                            "Wants=systemd-udevd.service",
    "lvm2-monitor.service": "DefaultDependencies=no\nConflicts=shutdown.target\n"
                            "Before=local-fs-pre.target shutdown.target",
    "systemd-udevd.service": "DefaultDependencies=no\nBefore=sysinit.target",
    "systemd-udev-trigger.service": "DefaultDependencies=no\nWants=systemd-udevd.service\n"
                                    "Before=sysinit.target",
    "server.service": "After=network.target\nWants=network.target",
}


@pytest.fixture
def guest(root):
    """A root with systemd's own units, ours and their neighbours; all are wanted at boot."""
    units = root / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for unit in SYSTEMD.iterdir():
        if unit.is_file() and not unit.is_symlink():
            shutil.copy(unit, units)
    for unit in UNITS.iterdir():
        shutil.copy(unit, units)
    for name, ordering in NEIGHBORS.items():
        (units / name).write_text(
            f"[Unit]\nDescription={name}\n{ordering}\n[Service]\nExecStart=/bin/true\n")
    wants = units / "multi-user.target.wants"
    wants.mkdir()
    for name in [unit.name for unit in UNITS.iterdir()] + list(NEIGHBORS):
        (wants / name).symlink_to(f"../{name}")
    for program in ["usr/sbin/guestagent", "bin/true", "bin/rm", "bin/kill"]:
        (root / program).parent.mkdir(parents=True, exist_ok=True)
        (root / program).write_text("")
        (root / program).chmod(0o755)
    return root


def verified(guest, *units):
    """What systemd has to say of our units, or of a cycle among any."""
    done = run("systemd-analyze", "verify", "--man=no", f"--root={guest}", *units, check=False)
    return [line for line in (done.stdout + done.stderr).splitlines()
            if "guestagent" in line or "cycle" in line]


def test_systemd_finds_nothing_to_say(guest):
    names = [unit.name for unit in UNITS.iterdir()]
    assert len(names) == 4
    assert verified(guest, *names) == []


def test_no_order_of_the_boot_is_impossible_with_them(guest):
    assert verified(guest, "multi-user.target") == []
    # What would be seen of one.
    with open(guest / "usr/lib/systemd/system/guestagent.service", "a", encoding="utf-8") as unit:
        unit.write("[Unit]\nAfter=server.service\n")
    assert any("ordering cycle" in line for line in verified(guest, "multi-user.target"))


@pytest.mark.parametrize(("unit", "most"), [
    ("guestagent.service", 2.5), ("guestagent-watch.service", 2.5),
    ("guestagent-grow.service", 4.5)])
def test_what_a_unit_may_do_stays_small(unit, most):
    done = run("systemd-analyze", "security", "--offline=true", "--no-pager", UNITS / unit)
    [exposure] = re.findall(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert float(exposure) <= most


def test_the_two_units_of_the_network_are_confined_alike():
    def sandbox(name):
        lines = (UNITS / name).read_text().partition("\nRuntimeDirectory=")[2].splitlines()
        return [line for line in lines if line and "Install" not in line]

    # Only early in boot there is no /tmp yet that could be private.
    watch = sandbox("guestagent-watch.service")
    assert "PrivateTmp=yes" in watch
    watch.remove("PrivateTmp=yes")
    assert watch == sandbox("guestagent.service")


# udev(7), as far as the rule uses it: conditions that all hold, then assignments; GOTO leads to a
# LABEL further down.
MATCH = re.compile(r'(\w+)(?:\{(\w+)\})?(==|!=|\+=|=)"([^"]*)"')


def lines():
    text = RULES.read_text().replace("\\\n", "")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def holds(key, name, operator, pattern, event):
    value = event.get(name or key, "") if key != "TEST" else pattern
    words = [re.escape(word).replace(r"\*", ".*") for word in pattern.split("|")]
    return bool(re.fullmatch("|".join(words), value)) == (operator == "==")


def programs(event):
    """What the rules run for an event."""
    found, label = [], None
    for line in lines():
        tokens = MATCH.findall(line)
        assert re.sub(MATCH, "", line).replace(",", "").split() == [], line
        assigned = [(key, value) for key, _, operator, value in tokens if operator in ("=", "+=")]
        if label:
            if ("LABEL", label) in assigned:
                label = None
            continue
        conditions = [token for token in tokens if token[2] in ("==", "!=")]
        if all(holds(*token, event) for token in conditions):
            for key, value in assigned:
                assert key in ("RUN", "GOTO", "LABEL")
                if key == "RUN":
                    found.append(value)
                if key == "GOTO":
                    label = value
    assert label is None
    return found


def block(name, **more):
    return {"ACTION": "change", "SUBSYSTEM": "block", "DEVTYPE": "disk", "KERNEL": name} | more


@pytest.mark.parametrize("event", [
    block("vda", RESIZE="1"), block("sda", RESIZE="1"), block("nvme0n1", RESIZE="1"),
    {"ACTION": "change", "SUBSYSTEM": "scsi", "DEVTYPE": "scsi_device", "KERNEL": "0:0:0:0",
     "SDEV_UA": "CAPACITY_DATA_HAS_CHANGED"}])
def test_a_disk_that_has_grown_asks_for_growth(event):
    [program] = programs(event)
    asked = re.search(r">(\S+)'", program)[1]
    assert f"PathExists={asked}\n" in (UNITS / "guestagent-grow.path").read_text()
    service = (UNITS / "guestagent-grow.service").read_text()
    assert f"ExecStartPre=-/bin/rm -f {asked}\n" in service


@pytest.mark.parametrize("event", [
    block("vda"), block("dm-0", RESIZE="1"), block("md0", RESIZE="1"),
    block("loop0", RESIZE="1"), block("vda1", RESIZE="1", DEVTYPE="partition"),
    block("vda", RESIZE="1", ACTION="add"),
    {"ACTION": "change", "SUBSYSTEM": "scsi", "DEVTYPE": "scsi_device", "KERNEL": "0:0:0:0",
     "SDEV_UA": "INQUIRY_DATA_HAS_CHANGED"}])
def test_no_other_event_does(event):
    assert programs(event) == []
