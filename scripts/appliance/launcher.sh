#!/bin/sh
# Starts the release that `current` names. One that does not come up at its first start is left again for the one before; `holdfast back` does so by
# hand. Needs nothing but this shell until it has to go back.
set -eu

self=$0
case $self in */*) ;; *) self=$(command -v -- "$self") ;; esac
while [ -h "$self" ]; do
  target=$(readlink -- "$self")
  case $target in /*) self=$target ;; *) self=${self%/*}/$target ;; esac
done
here=$(CDPATH='' cd -P -- "${self%/*}" && pwd -P)

# may_serve SLOT: stops where the bundle that brought it has a number below the lowest that may serve. What was put in place before such numbers were
# noted has none, and is not refused.
may_serve() {
  lowest=0
  if [ -f "$here/trust/minseq" ]; then read -r lowest < "$here/trust/minseq" || true; fi
  highest=
  if [ -f "$here/trust/slots" ]; then
    while read -r slot number; do
      [ "$slot" = "$1" ] || continue
      case $number in '' | *[!0-9]*) number=0 ;; esac
      if [ -z "$highest" ] || [ "$number" -gt "$highest" ]; then highest=$number; fi
    done < "$here/trust/slots"
  fi
  case $lowest in '' | *[!0-9]*) echo "holdfast: $here/trust/minseq is damaged. Find out who changed it." >&2; exit 1 ;; esac
  if [ -n "$highest" ] && [ "$highest" -lt "$lowest" ]; then
    echo "holdfast: $1 came with bundle $highest, and none below $lowest may serve any more. Install a newer one." >&2
    exit 1
  fi
}

# go_back SLOT: the next start takes this one.
go_back() {
  case $1 in '' | */* | .*) echo "holdfast: $1 is no name of a slot." >&2; exit 1 ;; esac
  [ -d "$here/slots/$1" ] || { echo "holdfast: there is no slot $1 to go back to." >&2; exit 1; }
  may_serve "$1"
  rm -f -- "$here/current.next"
  ln -s "slots/$1" "$here/current.next"
  mv -fT -- "$here/current.next" "$here/current"
  rm -f -- "$here/unproven"
}

if [ "${1-}" = back ]; then
  now=$(readlink -- "$here/current")
  wanted=${2-}
  if [ -z "$wanted" ] && [ -f "$here/before" ]; then read -r wanted < "$here/before"; fi
  [ -n "$wanted" ] || { echo "holdfast: no release served before this one. Name a slot: $(ls "$here/slots")" >&2; exit 1; }
  go_back "$wanted"
  printf '%s\n' "${now##*/}" > "$here/before"
  echo "The next start takes $wanted."
  exit 0
fi
# Where this account may not write, nothing here could be turned back.
if [ "${1-}" = start ] && [ -f "$here/unproven" ] && [ -w "$here" ]; then
  read -r before < "$here/unproven"
  status=0
  "$here/current/holdfast" "$@" || status=$?
  # It came up once, or a person ended it.
  case $status in 0 | 129 | 130 | 143) exit "$status" ;; esac
  [ -f "$here/unproven" ] || exit "$status"
  echo "holdfast: this release did not come up; going back to $before." >&2
  go_back "$before"
fi
exec "$here/current/holdfast" "$@"
