#!/bin/sh
# Demands that each layer includes only itself and the layers it stands on.
# Usage: include_layers.sh [TREE]
set -eu
cd "${1:-$(dirname "$0")/../..}"

may_include() {
  case $1 in
    base) echo base ;;
    sys) echo base sys ;;
    procfs) echo base sys procfs ;;
    ns) echo base sys procfs ns ;;
    target) echo base sys procfs ns target ;;
    ops) echo base sys procfs ns target ops ;;
    render) echo base ns target ops render ;;
    apps) echo base sys procfs ns target ops render ;;
    *) return 1 ;;
  esac
}

# Every include of ours, as FILE:LINE:LAYER. One that names no layer has the layer "-".
includes_of() {
  grep -rnE --include='*.h' --include='*.cc' '^[[:space:]]*#[[:space:]]*include[[:space:]]*("|<nsplay/)' "$1" |
    sed -E -e 's/^([^:]*:[0-9]+):[^"<]*["<]nsplay\/([a-z_]+)\/.*/\1:\2/' -e 's/^([^:]*:[0-9]+):.*["<].*/\1:-/'
}

bad=0
complain() {
  echo "include_layers.sh: $1" >&2
  bad=1
}

check() {
  directory=$1 layer=$2
  allowed=$(may_include "$layer") || {
    complain "$directory is no layer of the table"
    return
  }
  for include in $(includes_of "$directory"); do
    included=${include##*:}
    place=${include%:*}
    # The program's own headers lie beside it.
    [ "$layer:$included" != apps:- ] || continue
    case " $allowed " in
      *" $included "*) ;;
      *)
        if [ "$included" = - ]; then
          complain "$place: a header of ours is included as \"nsplay/LAYER/NAME.h\""
        else
          complain "$place: $layer may not include $included"
        fi
        ;;
    esac
  done
}

for path in lib/nsplay/*; do
  check "$path" "${path##*/}"
done
check apps/nsplay apps
exit $bad
