# Completion of nsplay for bash.

# What stands before the cursor: sets `target` when TARGET is given, and `program` to the index of
# PROGRAM's first word, 0 when it has not begun.
_nsplay_look_back() {
  local command=$1 i word
  target='' program=0
  for ((i = 2; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    # Those of join take a value in the same word only.
    [[ $command != create || $word != @(-w|--root|--wd) ]] || word=-W
    case $word in
      --)
        program=$((i + 1))
        return
        ;;
      --name | --timeout | --hostname | --domainname | --monotonic | --boottime | --for | --map-user | --map-group | --map-users | --map-groups | --owner | --setgroups | --propagation | -R | --bind | --tmpfs | -l | --load-interp | -W | --wdns | -N | --net-socket | -S | --setuid | -G | --setgid | --drop-caps | --preserve-fds | --whitelist-env | --cgroup-path | --setenv | --unsetenv | --by | -t | --type)
        # bash makes three words of --for=5m, and of A=b.
        [[ ${COMP_WORDS[i + 1]-} != '=' ]] || ((i++))
        ((i++))
        [[ ${COMP_WORDS[i + 1]-} != '=' ]] || ((i += 2))
        ;;
      --?*) [[ ${COMP_WORDS[i + 1]-} != '=' ]] || ((i += 2)) ;;
      -?*) ;;
      *)
        if [[ $command == create || ($command == join && -n $target) ]]; then
          program=$i
          return
        fi
        target=${COMP_WORDS[i]}
        ;;
    esac
  done
}

_nsplay_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

# The names of the plays that the register has files of.
_nsplay_plays() {
  local path
  for path in /run/nsplay/*.json "${XDG_RUNTIME_DIR:-/run}"/nsplay/*.json; do
    [[ ! -e $path ]] || basename "$path" .json
  done
}

_nsplay_pids() {
  local path
  for path in /proc/[0-9]*; do
    echo "${path#/proc/}"
  done
}

_nsplay_target() {
  if [[ $cur == */* ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    return
  fi
  local path targets
  targets="$1 $(_nsplay_plays) $(_nsplay_pids)"
  for path in /run/netns/*; do
    [[ ! -e $path ]] || targets+=" $path"
  done
  _nsplay_words "$targets"
}

# The columns of list, behind those that are given already.
_nsplay_columns() {
  local last=${cur##*[,+]} names
  names=$(nsplay list --list-columns 2>/dev/null | sed 's/ .*//')
  mapfile -t COMPREPLY < <(compgen -P "${cur%"$last"}" -W "$names" -- "$last")
}

# _nsplay_program INDEX: PROGRAM begins with this word.
_nsplay_program() {
  if declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif ((COMP_CWORD == $1)); then
    mapfile -t COMPREPLY < <(compgen -c -- "$cur")
  else
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}

# _nsplay_value WORD: what stands before the cursor; fails if no value belongs there.
_nsplay_value() {
  case ${1%=} in
    --env | --kill-child | --mount-proc | --mount-binfmt) [[ $1 == *= || ${COMP_WORDS[COMP_CWORD]} == '=' ]] || return 1 ;;
    -t) [[ $command == list || $command == tree ]] || return 1 ;;
    -o) [[ $command == list ]] || return 1 ;;
    -w | --root | --wd) [[ $command == create || $1 == *= || ${COMP_WORDS[COMP_CWORD]} == '=' ]] || return 1 ;;
  esac
  local follow=''
  [[ ${COMP_WORDS[1]} != join ]] || follow=follow
  case ${1%=} in
    --mount | --uts | --ipc | --net | --pid | --user | --cgroup | --time)
      [[ $1 == *= || ${COMP_WORDS[COMP_CWORD]} == '=' ]] || return 1
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      ;;
    --name | --timeout | --hostname | --domainname | --monotonic | --boottime | --for | --owner | --drop-caps | --preserve-fds | --setenv | --whitelist-env | --cgroup-path | -N | --net-socket | -l | --load-interp) COMPREPLY=() ;;
    --like) _nsplay_words "self $(_nsplay_plays)" ;;
    --type | -t) _nsplay_words 'cgroup ipc mnt net pid time user uts' ;;
    --by) _nsplay_words 'owner parent process' ;;
    --task) _nsplay_words "$(_nsplay_pids)" ;;
    --output | -o) _nsplay_columns ;;
    --propagation) _nsplay_words 'private shared slave unchanged' ;;
    --bind)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      ;;
    --unsetenv) mapfile -t COMPREPLY < <(compgen -e -- "$cur") ;;
    --env) _nsplay_words 'target keep clear' ;;
    --kill-child) _nsplay_words 'KILL TERM INT HUP QUIT USR1 USR2' ;;
    --map-users | --map-groups) _nsplay_words 'auto subids all' ;;
    --setgroups) _nsplay_words 'allow deny' ;;
    --map-user) mapfile -t COMPREPLY < <(compgen -u -- "$cur") ;;
    --map-group) mapfile -t COMPREPLY < <(compgen -g -- "$cur") ;;
    --root | --wd | -R | -w | -W | --wdns | --tmpfs | --mount-proc | --mount-binfmt)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      ;;
    -S | --setuid) mapfile -t COMPREPLY < <(compgen -u -W "$follow" -- "$cur") ;;
    -G | --setgid) mapfile -t COMPREPLY < <(compgen -g -W "$follow" -- "$cur") ;;
    *) [[ $1 == *= || ${COMP_WORDS[COMP_CWORD]} == '=' ]] ;;
  esac
}

_nsplay() {
  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]} target program
  local namespaces='--mount --uts --ipc --net --pid --user --cgroup --time --all'
  COMPREPLY=()

  if ((COMP_CWORD == 1)); then
    _nsplay_words 'create join inspect list tree holders ps stop help --help --version'
    return
  fi
  _nsplay_look_back "$command"
  if ((program > 0)); then
    _nsplay_program "$program"
    return
  fi
  # bash makes three words of --env=keep.
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $previous == '=' ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}=
  fi
  if _nsplay_value "$previous"; then
    return
  fi

  case $command/$cur in
    create/-*)
      _nsplay_words "$namespaces --map-root-user --map-current-user --map-user --map-group --map-users --map-groups --map-auto --map-subids --map-none --owner --setgroups --no-loopback --net-user --name --like \
        --setuid --setgid --keep-caps --drop-caps --no-new-privs --clear-env --whitelist-env --setenv --unsetenv --cgroup-path --kill-child --forward-signals \
        --propagation --root --wd --bind --tmpfs --dev --mount-proc --mount-binfmt --load-interp \
        --hostname --domainname --monotonic --boottime --detach --for --fork --no-init --narrate --json --help"
      ;;
    join/-*)
      _nsplay_words "$namespaces --net-socket --user-parent --as-target --join-cgroup --follow-context --fix-sys --fix-proc --root --wd --wdns --setuid --setgid --preserve-credentials --keep-caps --drop-caps \
        --no-new-privs --env --setenv --unsetenv --pty --no-pty --no-fork --preserve-fds --narrate --plan --json --help"
      ;;
    inspect/-*) _nsplay_words '--members --json --help' ;;
    list/-*) _nsplay_words '--type --task --persistent --all-sources --filter --output --output-all --list-columns --noheadings --raw --notruncate --nowrap --plays --json --help' ;;
    holders/-*) _nsplay_words "$namespaces --noheadings --notruncate --json --help" ;;
    tree/-*) _nsplay_words '--by --type --no-fold --notruncate --json --help' ;;
    ps/*) _nsplay_words '--json --help' ;;
    stop/-*) _nsplay_words '--all --timeout --help' ;;
    stop/*/*)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      ;;
    stop/*) _nsplay_words "$(_nsplay_plays)" ;;
    create/*) _nsplay_program "$COMP_CWORD" ;;
    join/*)
      if [[ -n $target ]]; then
        _nsplay_program "$COMP_CWORD"
      else
        _nsplay_target ''
      fi
      ;;
    inspect/* | tree/* | holders/*) [[ -n $target ]] || _nsplay_target self ;;
    help/*) [[ -n $target ]] || _nsplay_words 'create join inspect list tree holders ps stop' ;;
  esac
}

complete -F _nsplay nsplay
