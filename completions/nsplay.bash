# Completion of nsplay for bash.

# bash makes three words of podman:web. Sets `words` to those up to the cursor with such put together
# again, `cword` to the index of the last, and `firsts` to where each begins in COMP_WORDS.
_nsplay_split_words() {
  local i word line=$COMP_LINE
  words=() cword=-1 firsts=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i > 0)) && [[ -n $word && $line == "$word"* && ($word == :* || ${words[cword]} == *:) ]]; then
      words[cword]+=$word
    else
      ((++cword))
      words[cword]=$word firsts[cword]=$i
    fi
    line=${line#*"$word"}
  done
}

# What stands before the cursor: sets `target` when TARGET is given, and `program` to the index of
# PROGRAM's first word, 0 when it has not begun.
_nsplay_look_back() {
  local command=$1 i word
  target='' program=0
  for ((i = 2; i < cword; i++)); do
    word=${words[i]}
    # Those of join take a value in the same word only.
    [[ $command != create || $word != @(-w|--root|--wd) ]] || word=-W
    case $word in
      --)
        program=$((i + 1))
        return
        ;;
      --name | --timeout | --in | --hostname | --domainname | --monotonic | --boottime | --for | --map-user | --map-group | --map-users | --map-groups | --owner | --setgroups | --propagation | -R | --bind | --tmpfs | -l | --load-interp | -W | --wdns | -N | --net-socket | -S | --setuid | -G | --setgid | --drop-caps | --preserve-fds | --whitelist-env | --cgroup-path | --setenv | --unsetenv | --like | --section | --by | -t | --type)
        # bash makes three words of --for=5m, and of A=b.
        [[ ${words[i + 1]-} != '=' ]] || ((i++))
        ((i++))
        [[ ${words[i + 1]-} != '=' ]] || ((i += 2))
        ;;
      --?*) [[ ${words[i + 1]-} != '=' ]] || ((i += 2)) ;;
      -?*) ;;
      *)
        if [[ $command == create || ($command == join && -n $target) ]]; then
          program=$i
          return
        fi
        target=${words[i]}
        ;;
    esac
  done
}

_nsplay_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

# _nsplay_candidates WHAT: what nsplay itself knows that begins with the word. Nothing of it has a
# meaning to bash. What each is stands beside it where bash inserts nothing of that: in a list.
_nsplay_candidates() {
  local text description i known
  local -a descriptions=()
  while IFS=$'\t' read -r text description; do
    COMPREPLY+=("$text") descriptions+=("$description")
  done < <(nsplay complete "$1" -- "$cur" 2>/dev/null)
  [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *: ]] || compopt -o nospace
  # What stands before the last colon is no part of the word that bash replaces.
  known=${cur%"${cur##*:}"}
  [[ $COMP_WORDBREAKS == *:* ]] || known=''
  for i in "${!COMPREPLY[@]}"; do
    COMPREPLY[i]=${COMPREPLY[i]#"$known"}
    if ((${#COMPREPLY[@]} > 1)) && [[ $COMP_TYPE == @(33|63|64) ]]; then
      COMPREPLY[i]+="  (${descriptions[i]})"
    fi
  done
}

_nsplay_files() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

# _nsplay_candidates_or_files WHAT: what has a slash is a file, unless an engine stands before it, as in
# k8s:default/web.
_nsplay_candidates_or_files() {
  if [[ $cur == */* && ${cur%%/*} != *:* ]]; then
    _nsplay_files
  else
    _nsplay_candidates "$1"
  fi
}

# The columns of list, behind those that are given already.
_nsplay_columns() {
  local last=${cur##*[,+]} names
  names=$(nsplay list --list-columns 2>/dev/null | sed 's/ .*//')
  mapfile -t COMPREPLY < <(compgen -P "${cur%"$last"}" -W "$names" -- "$last")
}

# _nsplay_program INDEX: PROGRAM begins with this one of `words`.
_nsplay_program() {
  if declare -F _command_offset >/dev/null; then
    _command_offset "${firsts[$1]}"
  elif ((cword == $1)); then
    mapfile -t COMPREPLY < <(compgen -c -- "$cur")
  else
    _nsplay_files
  fi
}

# _nsplay_value WORD: what stands before the cursor; fails if no value belongs there.
_nsplay_value() {
  case ${1%=} in
    --env | --kill-child | --mount-proc | --mount-binfmt) [[ $1 == *= || ${words[cword]} == '=' ]] || return 1 ;;
    -t) [[ $command == list || $command == tree ]] || return 1 ;;
    -o | -p) [[ $command == list ]] || return 1 ;;
    -w | --root | --wd) [[ $command == create || $1 == *= || ${words[cword]} == '=' ]] || return 1 ;;
  esac
  local follow=''
  [[ ${words[1]} != join ]] || follow=follow
  case ${1%=} in
    --mount | --uts | --ipc | --net | --pid | --user | --cgroup | --time)
      [[ $1 == *= || ${words[cword]} == '=' ]] || return 1
      if [[ $command == join ]]; then
        _nsplay_candidates_or_files target
      else
        _nsplay_files
      fi
      ;;
    --name | --timeout | --hostname | --domainname | --monotonic | --boottime | --for | --owner | --drop-caps | --preserve-fds | --setenv | --whitelist-env | --cgroup-path | -N | --net-socket | -l | --load-interp) COMPREPLY=() ;;
    --like | --in) _nsplay_candidates_or_files target ;;
    --type | -t) _nsplay_words 'cgroup ipc mnt net pid time user uts' ;;
    --section) _nsplay_words 'uname namespaces id-maps clocks credentials cgroups limits paths' ;;
    --by) _nsplay_words 'owner parent process' ;;
    --task | -p) _nsplay_candidates process ;;
    --output | -o) _nsplay_columns ;;
    --propagation) _nsplay_words 'private shared slave unchanged' ;;
    --bind) _nsplay_files ;;
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
    *) [[ $1 == *= || ${words[cword]} == '=' ]] ;;
  esac
}

_nsplay() {
  local -a words firsts
  local cword
  _nsplay_split_words
  local cur=${words[cword]} previous=${words[cword - 1]}
  local command=${words[1]} target program
  local namespaces='--mount --uts --ipc --net --pid --user --cgroup --time --all'
  COMPREPLY=()

  if ((cword == 1)); then
    _nsplay_words 'create join inspect diff list tree holders ps stop help --help --version'
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
    previous=${words[cword - 2]}=
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
    diff/-*) _nsplay_words '--section --quiet --json --help' ;;
    list/-*) _nsplay_words '--type --task --persistent --all-sources --filter --output --output-all --list-columns --noheadings --raw --notruncate --nowrap --plays --json --help' ;;
    holders/-*) _nsplay_words "$namespaces --noheadings --notruncate --json --help" ;;
    tree/-*) _nsplay_words '--by --type --all-sources --no-fold --notruncate --json --help' ;;
    ps/*) _nsplay_words '--json --help' ;;
    stop/-*) _nsplay_words '--all --in --timeout --help' ;;
    stop/*) _nsplay_candidates_or_files play ;;
    diff/*) _nsplay_candidates_or_files target ;;
    list/*) _nsplay_candidates namespace ;;
    create/*) _nsplay_program "$cword" ;;
    join/*)
      if [[ -n $target ]]; then
        _nsplay_program "$cword"
      else
        _nsplay_candidates_or_files target
      fi
      ;;
    inspect/* | tree/* | holders/*) [[ -n $target ]] || _nsplay_candidates_or_files target ;;
    help/*) [[ -n $target ]] || _nsplay_words 'create join inspect diff list tree holders ps stop' ;;
  esac
}

complete -F _nsplay nsplay
