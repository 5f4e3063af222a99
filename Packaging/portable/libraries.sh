# The C libraries of the portable binary, as static archives under $folder. Sourced by build, for
# its $folder, fail and as_root.

# Debian 13 ships libmnl.a; for Debian 12 it is taken from Debian 13's package, fetched from
# wherever this machine gets its Debian, and not installed. Prints the archive's folder.
libmnl_folder() {
  local archive
  archive=$(find /usr/lib -path '/usr/lib/*/libmnl.a' -print -quit)
  [ -n "$archive" ] || archive=$(find "$folder" -path '*/libmnl/libmnl.a' -print -quit)
  if [ -z "$archive" ]; then
    fetch_libmnl >&2
    archive=$(find "$folder/libmnl" -name libmnl.a -print -quit)
  fi
  [ -n "$archive" ] || fail "no libmnl.a, neither installed nor in Debian 13's libmnl-dev"
  realpath "$(dirname "$archive")"
}

fetch_libmnl() {
  local here=$PWD/$folder/libmnl-fetch release=trixie uri
  uri=$(debian_suites | awk 'NR == 1 { print $1 }')
  [ -n "$uri" ] || fail "no Debian source among this machine's apt sources: libmnl.a is missing"
  private_apt "$here" deb <<<"$uri $release"
  (cd "$here/package" && "${apt[@]}" download "libmnl-dev/$release")
  dpkg-deb --extract "$here"/package/libmnl-dev_*.deb "$here/unpacked"
  mkdir -p "$folder/libmnl"
  find "$here/unpacked" -name libmnl.a -exec cp {} "$folder/libmnl/" \;
  rm -rf "$here"
}

# libyaml and zlib, of which the program uses the readers alone, compiled for size from Debian's
# sources: together with the rooms at the link, and without the functions that nobody calls, they
# are half of what Debian's archives are. Prints the folder of libyaml.a and libz.a.
# $1: the toolchain's programs; $2: the C library's headers.
compiled_libraries() {
  local sources=$PWD/$folder/sources archives=$PWD/$folder/libraries
  [ -d "$sources" ] || fetch_sources "$sources" >&2
  mkdir -p "$archives"
  # What configure would find out is the version's number, which nobody asks for.
  compile "$1" "$2" "$sources/libyaml" "$archives/libyaml.a" \
    -Iinclude -DYAML_VERSION_STRING='""' -DYAML_VERSION_{MAJOR,MINOR,PATCH}=0 \
    src/{api,reader,scanner,parser}.c
  compile "$1" "$2" "$sources/zlib" "$archives/libz.a" -DHAVE_HIDDEN -DBUILDFIXED -w \
    {inflate,inftrees,inffast,zutil}.c
  echo "$archives"
}

# Paths are given as seen from the source's folder, so that no other gets into the archive.
compile() {
  local tools=$1 headers=$2 source=$3 archive=$4 objects
  shift 4
  objects=$(mktemp -d)
  (cd "$source" && TMPDIR=$objects "$tools/clang" -c -Oz -flto=full -fPIE -ffunction-sections \
    -fdata-sections -fstack-protector-strong -fno-asynchronous-unwind-tables \
    -nostdlibinc -isystem "$headers" "$@") || fail "$source does not compile"
  mv "$source"/*.o "$objects/"
  "$tools/llvm-ar" rcs "$objects/new.a" "$objects"/*.o
  # swift build does not look whether an archive has changed.
  cmp --quiet "$objects/new.a" "$archive" || rm -f "$folder/release/guestagent"
  mv "$objects/new.a" "$archive"
  rm -rf "$objects"
}

# The sources of this machine's own release, with Debian's patches, its security updates included.
fetch_sources() {
  local here=$PWD/$folder/sources-fetch suites package
  suites=$(debian_suites)
  [ -n "$suites" ] || fail "no Debian source among this machine's apt sources: no libyaml, no zlib"
  private_apt "$here" deb-src <<<"$suites"
  for package in libyaml zlib; do
    (cd "$here/package" && "${apt[@]}" source --download-only --only-source "$package")
    dpkg-source --no-check --no-copy --extract "$here"/package/"$package"_*.dsc "$here/unpacked/$package"
  done
  mv "$here/unpacked" "$1"
  rm -rf "$here"
}

# What this machine installs its own Debian release from: lines of address and suite.
debian_suites() {
  local suites
  suites=$(indexed_suites)
  if [ -z "$suites" ]; then
    # A fresh image has no package lists, and apt names its sources only when it has them.
    "${as_root[@]}" apt-get --quiet=2 update >&2
    suites=$(indexed_suites)
  fi
  echo "$suites"
}

indexed_suites() {
  local release
  release=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(CODENAME)' \
    'Created-By: Packages' 'Origin: Debian' 'Component: main' |
    awk -v release="$release" \
      '$3 == release || index($3, release "-") == 1 { if (!seen[$1 $2]++) print $1, $2 }'
}

# Sets apt to a command with lists of its own in folder $1, of packages or sources ($2: deb or
# deb-src) from the addresses and suites of standard input, signed by Debian.
private_apt() {
  local here=$1 uri suite
  rm -rf "$here"
  mkdir -p "$here/lists/partial" "$here/cache/archives/partial" "$here/package" "$here/unpacked"
  while read -r uri suite; do
    printf '%s\n' "Types: $2" "URIs: $uri" "Suites: $suite" 'Components: main' \
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' ''
  done >"$here/debian.sources"
  apt=(apt-get --quiet=2 -o "Dir::Etc::sourcelist=$here/debian.sources"
    -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferences=/dev/null
    -o Dir::Etc::preferencesparts=/dev/null -o "Dir::State::lists=$here/lists"
    -o "Dir::Cache=$here/cache" -o APT::Sandbox::User=root)
  "${apt[@]}" update
}
