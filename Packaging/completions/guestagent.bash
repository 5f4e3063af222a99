# Completion of guestagent(8) for bash.

# The options of a command, by its name.
_guestagent_options() {
  local network='--metadata --cmdline --interface'
  case $1 in
    '') echo '--help --version' ;;
    apply) echo "$network --dry-run --json --wait --wait-dad --leave-managed --root" ;;
    down) echo '--interface --dry-run --json --root' ;;
    config) echo "$network --json --wait --root" ;;
    status) echo "$network --json --wait --leave-managed --root" ;;
    check) echo '--json --strict' ;;
    grow) echo '--metadata --cmdline --dry-run --json --restore --root' ;;
    watch) echo "$network --wait --no-grow --no-reread --leave-managed" ;;
    diagnose) echo "$network --json --wait --root" ;;
    growpart)
      echo '--dry-run --fudge --free-percent --update --verbose --help --version -N -u -v -h -V'
      ;;
  esac
}

# Words that are not names of files.
_guestagent_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_guestagent_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$2" -- "$1")
}

# Where filesystems are mounted; a space inside a path is \040 there (proc_pid_mountinfo(5)).
_guestagent_mount_points() {
  local _ path
  while read -r _ _ _ _ path _; do
    case $path in *\\*) ;; *) echo "$path" ;; esac
  done </proc/self/mountinfo
}

# The numbers of a disk's partitions.
_guestagent_partitions() {
  local file
  for file in "/sys/class/block/${1##*/}"/*/partition; do
    [ -r "$file" ] && cat "$file"
  done
}

_guestagent() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' word last='' place path names=() given=()
  COMPREPLY=()
  # "--metadata=/x" comes as three words.
  if [ "$cur" = = ]; then
    cur=
  elif [ "$prev" = = ] && [ "$COMP_CWORD" -gt 2 ]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  # The command, and what is given to it, without the values of options.
  for ((place = 1; place < COMP_CWORD; place++)); do
    word=${COMP_WORDS[place]}
    case $word in
      =) continue ;;
      -*) ;;
      *)
        case $last in
          --metadata | --cmdline | --interface | --wait | --root) ;;
          --fudge | --free-percent | --update | -u) ;;
          *) if [ -z "$command" ]; then command=$word; else given+=("$word"); fi ;;
        esac
        ;;
    esac
    last=$word
  done

  case $prev in
    --metadata) _guestagent_files "$cur" -f; return ;;
    --root) _guestagent_files "$cur" -d; return ;;
    --interface)
      for path in /sys/class/net/*; do
        [ -d "$path" ] && names+=("${path##*/}")
      done
      _guestagent_words "${names[*]}" "$cur"
      return
      ;;
    --update | -u) _guestagent_words 'auto on off force' "$cur"; return ;;
    --cmdline | --wait | --fudge | --free-percent) return ;;
  esac
  case $cur in -*) _guestagent_words "$(_guestagent_options "$command")" "$cur"; return ;; esac

  case $command in
    '')
      _guestagent_words \
        'apply down config status check grow growpart watch diagnose --help --version' "$cur"
      ;;
    check) _guestagent_files "$cur" -f ;;
    grow)
      case $cur in
        /dev/*) _guestagent_files "$cur" -f ;;
        *) _guestagent_words "$(_guestagent_mount_points)" "$cur" ;;
      esac
      ;;
    growpart)
      case ${#given[@]} in
        0) _guestagent_files "$cur" -f ;;
        1) _guestagent_words "$(_guestagent_partitions "${given[0]}")" "$cur" ;;
      esac
      ;;
  esac
}

complete -F _guestagent guestagent
