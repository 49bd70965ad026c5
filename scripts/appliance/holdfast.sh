#!/bin/sh
# Starts Holdfast with the Node that lies beside this file. `holdfast start` opens the console; every other word is a command.
# Needs nothing but this shell. The environment names no code: what is run is what was delivered.
set -eu
unset NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NAPI_RS_NATIVE_LIBRARY_PATH NAPI_RS_FORCE_WASI

self=$0
case $self in
*/*) ;;
*) self=$(command -v -- "$self") ;;
esac
while [ -h "$self" ]; do
  target=$(readlink -- "$self") || {
    echo "holdfast: $self is a link, and there is no readlink here to follow it. Call the file itself, in the folder of Holdfast." >&2
    exit 1
  }
  case $target in
  /*) self=$target ;;
  *) self=${self%/*}/$target ;;
  esac
done
here=$(CDPATH='' cd -P -- "${self%/*}" && pwd -P)

if [ "${1-}" = start ]; then
  shift
  exec "$here/node" "$here/dist/main/cli/start.js" --console "$@"
fi
exec "$here/node" "$here/dist/main/cli/holdfast.js" "$@"
