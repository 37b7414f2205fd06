_nsplay() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W 'create inspect --help --version' -- "$cur")
    return
  fi
  case ${COMP_WORDS[1]} in
    create) mapfile -t COMPREPLY < <(compgen -W '--uts --hostname --detach --help' -- "$cur") ;;
    inspect) mapfile -t COMPREPLY < <(compgen -W '--json --help' -- "$cur") ;;
  esac
}
complete -F _nsplay nsplay
