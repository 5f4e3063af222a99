"""The tarball: what is in it, what its script installs for each init, and that it takes it back."""

import hashlib
import os
import stat
import tarfile

import pytest

from conftest import REPOSITORY, run

COMMON = {
    "usr/local/sbin/guestagent", "usr/local/share/guestagent/installed",
    "usr/local/share/doc/guestagent/README", "usr/local/share/doc/guestagent/guestagent.yaml",
    "usr/local/share/doc/guestagent/mdev.conf", "usr/local/share/man/man8/guestagent.8",
    "usr/local/share/man/man5/guestagent.yaml.5",
    "usr/local/share/bash-completion/completions/guestagent",
    "usr/local/share/zsh/site-functions/_guestagent",
    "usr/local/share/fish/vendor_completions.d/guestagent.fish",
    "etc/iproute2/rt_protos.d/guestagent.conf"}
UNITS = [
    "guestagent.service", "guestagent-watch.service", "guestagent-grow.service",
    "guestagent-grow.path"]
INITS = {
    "systemd": {"etc/udev/rules.d/85-guestagent.rules"}
    | {f"etc/systemd/system/{unit}" for unit in UNITS}
    | {f"etc/systemd/system/multi-user.target.wants/{unit}" for unit in UNITS},
    "openrc": {
        "etc/init.d/guestagent", "etc/init.d/guestagent-watch",
        "etc/runlevels/boot/guestagent", "etc/runlevels/default/guestagent-watch"},
    "runit": {
        "etc/sv/guestagent-watch/run", "etc/sv/guestagent-watch/log/run",
        "etc/service/guestagent-watch"},
    "sysvinit": {"etc/init.d/guestagent", "etc/init.d/guestagent-watch"}
    | {f"etc/rc{level}.d/S08guestagent" for level in "2345"}
    | {f"etc/rc{level}.d/S20guestagent-watch" for level in "2345"}
    | {f"etc/rc{level}.d/K80guestagent-watch" for level in "016"},
    "none": set(),
}
INITRAMFS = {
    "initramfs-tools": {
        "etc/initramfs-tools/hooks/guestagent",
        "etc/initramfs-tools/scripts/init-top/guestagent",
        "etc/initramfs-tools/scripts/init-bottom/guestagent"},
    "dracut": {
        "usr/lib/dracut/modules.d/90guestagent/module-setup.sh",
        "usr/lib/dracut/modules.d/90guestagent/guestagent-apply.sh"},
}


def files(root):
    """Files and links below it."""
    return {
        os.path.relpath(os.path.join(folder, name), root)
        for folder, folders, names in os.walk(root)
        for name in names + [name for name in folders
                             if os.path.islink(os.path.join(folder, name))]}


def test_the_same_sources_make_the_same_bytes(tarball):
    first = hashlib.sha256(tarball.archive.read_bytes()).digest()
    assert hashlib.sha256(tarball.build().read_bytes()).digest() == first


def test_everything_in_it_is_root_s_and_only_scripts_and_the_program_can_be_run(tarball):
    with tarfile.open(tarball.archive) as archive:
        members = archive.getmembers()
    assert {(entry.uid, entry.gid, entry.mtime) for entry in members} == {(0, 0, 1700000000)}
    top = {entry.name.split("/")[0] for entry in members}
    assert len(top) == 1 and top.pop().startswith("guestagent-")
    for entry in members:
        name = entry.name.partition("/")[2]
        runs = entry.isdir() or name in ["install", "sbin/guestagent"] or name.split("/")[0] in [
            "openrc", "runit", "sysvinit", "dracut", "initramfs-tools"]
        assert entry.mode == (0o755 if runs else 0o644), name


@pytest.mark.parametrize("init", INITS)
def test_an_init_gets_its_files_and_nothing_is_left_of_them(tarball, root, init):
    tarball.install(root, f"--init={init}")
    assert files(root) == COMMON | INITS[init]
    for name in files(root):
        path = root / name
        if path.is_symlink():
            target = os.path.join("/", os.path.dirname(name), os.readlink(path))
            assert (root / os.path.normpath(target).lstrip("/")).exists(), name
        elif "/doc/" not in name and "/man/" not in name:
            assert b"/usr/sbin/guestagent" not in path.read_bytes(), name
    tarball.install(root, "--uninstall")
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("initramfs", INITRAMFS)
def test_the_maker_of_the_initramfs_gets_its_files(tarball, root, initramfs):
    tarball.install(root, "--init=none", f"--initramfs={initramfs}")
    assert files(root) == COMMON | INITRAMFS[initramfs]


def test_with_the_prefix_of_the_guest_s_own_programs_their_folders_are_used(tarball, root):
    tarball.install(root, "--prefix=/usr", "--init=systemd", "--initramfs=initramfs-tools")
    for name in [
            "usr/sbin/guestagent", "usr/lib/systemd/system/guestagent.service",
            "usr/lib/udev/rules.d/85-guestagent.rules",
            "usr/share/initramfs-tools/hooks/guestagent"]:
        assert (root / name).is_file(), name
    unit = (root / "usr/lib/systemd/system/guestagent.service").read_text()
    assert "ExecStart=/usr/sbin/guestagent apply" in unit


def test_what_others_have_put_there_stays(tarball, root):
    other = root / "etc/init.d/other"
    other.parent.mkdir(parents=True)
    other.write_text("theirs\n")
    tarball.install(root, "--init=openrc")
    (root / "usr/local/sbin/other").write_text("theirs\n")
    tarball.install(root, "--uninstall")
    assert files(root) == {"etc/init.d/other", "usr/local/sbin/other"}


def test_another_init_takes_the_place_of_the_one_before(tarball, root):
    tarball.install(root, "--init=openrc")
    tarball.install(root, "--init=runit")
    assert files(root) == COMMON | INITS["runit"]


def test_busybox_lines_in_inittab_are_added_once_and_taken_out(tarball, root):
    (root / "etc").mkdir()
    inittab = root / "etc/inittab"
    theirs = "::sysinit:/etc/rcS\n::respawn:/sbin/getty 0 tty1\n"
    inittab.write_text(theirs)
    for _ in range(2):
        tarball.install(root)
        lines = inittab.read_text().removeprefix(theirs).splitlines()
        assert [line for line in lines if not line.startswith("#")] == [
            "::sysinit:/usr/local/sbin/guestagent apply --leave-managed",
            "::respawn:/usr/local/sbin/guestagent watch --leave-managed"]
    tarball.install(root, "--uninstall")
    assert inittab.read_text() == theirs


@pytest.mark.parametrize(("init", "sign"), [
    ("systemd", "usr/lib/systemd/systemd"), ("openrc", "sbin/openrc-run"),
    ("runit", "etc/runit/runsvdir/default/"), ("sysvinit", "etc/rcS.d/"), ("none", "etc/")])
def test_the_init_is_found(tarball, root, init, sign):
    path = root / sign
    (path if sign.endswith("/") else path.parent).mkdir(parents=True)
    if not sign.endswith("/"):
        path.write_text("")
        path.chmod(0o755)
    done = tarball.install(root)
    assert done.stdout.startswith(
        "installed, and nothing starts it" if init == "none" else f"installed for {init}:")


def test_a_dry_run_names_every_file_and_makes_none(tarball, root):
    said = tarball.install(root, "--init=sysvinit", "--dry-run").stdout
    assert list(root.iterdir()) == []
    for name in (COMMON | INITS["sysvinit"]) - {"usr/local/share/guestagent/installed"}:
        assert f"{root}/{name}\n" in said, name


@pytest.mark.parametrize(("options", "refusal"), [
    (["--init=upstart"], 'install: --init: no init "upstart"'),
    (["--prefix=usr"], 'install: --prefix wants an absolute path, not "usr"'),
    (["--prefix=/a b"], 'install: --prefix: "/a b" has characters'),
    (["--initramfs=mkinitcpio"], 'install: --initramfs: "mkinitcpio" is none of'),
    (["--uninstall"], "is not there: nothing is installed in /usr/local"),
    (["--init=busybox"], "/etc/inittab is not there"),
])
def test_what_cannot_be_done_is_told_and_nothing_is(tarball, root, options, refusal):
    done = tarball.install(root, *options, check=False)
    assert done.returncode == 1 and refusal in done.stderr
    assert not (root / "usr/local/sbin/guestagent").exists()


def scripts():
    """Scripts of the packages that a shell of any guest reads."""
    return sorted(
        path for folder in ["tarball", "openrc", "runit", "sysvinit", "initramfs-tools", "dracut"]
        for path in (REPOSITORY / "Packaging" / folder).rglob("*")
        if path.is_file() and path.name != "README" and path.stat().st_mode & stat.S_IXUSR)


@pytest.mark.parametrize("script", scripts(), ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_scripts_are_what_their_shells_understand(script):
    first = script.read_text().splitlines()[0]
    shell = "bash" if "bash" in first else "sh"
    # What it cannot follow or does not know is of the programs that read the script; openrc-run
    # reads variables of a service.
    left = "SC1090,SC1091,SC2034,SC2154,SC3043"
    run("shellcheck", f"--shell={shell}", f"--exclude={left}", script)
    if shell == "sh":
        run("dash", "-n", script)
        run("busybox", "sh", "-n", script)
