/**
 * The script that lies on the medium for a machine without Holdfast, and for whoever keeps an installation that belongs to root. It checks signatures
 * by threshold with the distribution's minisign, then every file, and only then unpacks; what it checks is a copy. It needs a shell, minisign,
 * sha256sum, tar and zstd.
 */
export const installText = String.raw`#!/bin/sh
# Installs the appliance of this bundle into a folder, or puts it beside the one that is there, once everything was verified.
set -eu
umask 022

stop() { printf '%s\n' "$*" >&2; exit 1; }
[ $# -ge 1 ] && [ $# -le 2 ] || stop "Usage: sh install.sh FOLDER FINGERPRINT
FINGERPRINT is the SHA-256 of root/1.root.json, from the transfer sheet: compare it on another way than this medium.
An installation that is there already knows its root: sh install.sh FOLDER"
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
case $1 in /*) target=$1 ;; *) target=$PWD/$1 ;; esac
for tool in minisign sha256sum tar zstd sed tr sort cut grep cp mv ln; do
  command -v "$tool" >/dev/null 2>&1 || stop "This needs $tool, which is not installed here."
done
if [ -d "$target/slots" ] && [ -f "$target/trust/root/1.root.json" ]; then
  fingerprint=$(sha256sum "$target/trust/root/1.root.json" | cut -d ' ' -f 1)
else
  [ ! -e "$target" ] || stop "$target is there already, and is no installation of Holdfast. Name another folder."
  [ $# -eq 2 ] || stop "Give the fingerprint of the root, from the transfer sheet."
  fingerprint=$(printf '%s' "$2" | tr -d ' ' | tr 'A-F' 'a-f')
fi
case $fingerprint in *[!0-9a-f]*) stop "The fingerprint has 64 digits from 0 to 9 and a to f." ;; esac
[ "$(printf '%s' "$fingerprint" | wc -c)" -eq 64 ] || stop "The fingerprint has 64 digits from 0 to 9 and a to f."

# What is verified is a copy: a medium may show something else the next time.
half=$target.partial
rm -rf -- "$half"
mkdir -p -- "$half/verify"
trap 'rm -rf -- "$half"' EXIT
trap 'exit 1' INT TERM HUP
cp -R "$here/root" "$here/BUNDLE.json" "$here/SHA256SUMS" "$half/verify/"
for signature in "$here"/SHA256SUMS.*.minisig "$here"/BUNDLE.json.*.minisig; do
  [ ! -f "$signature" ] || cp "$signature" "$half/verify/"
done
cd "$half/verify"
[ -z "$(find . -type l)" ] || stop "There are links among the files of this bundle."

# One member of a root's JSON, which is on one line and of one spelling.
key_of() { tr '{' '\n' < "$1" | sed -n 's/^"alg":"ed25519","id":"'"$2"'","key":"\([A-Za-z0-9+\/=]*\)".*/\1/p'; }
keys_of() { sed -n 's/.*"'"$2"'":{"keys":\[\([^]]*\)\].*/\1/p' "$1" | tr -d '"' | tr ',' ' '; }
threshold_of() { sed -n 's/.*"'"$2"'":{"keys":\[[^]]*\],"threshold":\([0-9]*\)}.*/\1/p' "$1"; }

# signed ROOT ROLE FILE: whether enough keys that this root names for the role have signed the file.
signed() {
  count=0
  needed=$(threshold_of "$1" "$2")
  [ -n "$needed" ] || return 1
  for id in $(keys_of "$1" "$2"); do
    [ -f "$3.$id.minisig" ] || continue
    key=$(key_of "$1" "$id")
    [ -n "$key" ] || return 1
    minisign -V -q -P "$key" -m "$3" -x "$3.$id.minisig" >/dev/null 2>&1 || return 1
    count=$((count + 1))
  done
  [ "$count" -ge "$needed" ]
}

root=root/1.root.json
[ -f "$root" ] || stop "root/1.root.json is not there."
found=$(sha256sum "$root" | cut -d ' ' -f 1)
[ "$found" = "$fingerprint" ] || stop "The root of this bundle has another fingerprint: $found"
signed "$root" root "$root" || stop "The first root is not signed by enough of those whom it names."
version=2
while [ -e "root/$version.root.json" ]; do
  next=root/$version.root.json
  signed "$root" root "$next" && signed "$next" root "$next" || stop "$next is not signed by enough of those who may change the root."
  root=$next
  version=$((version + 1))
done
[ ! -e "$target/trust/root/$version.root.json" ] || stop "This bundle was signed under a root that this installation has left behind."
if grep -q '"purpose":"development"' "$root"; then printf '%s\n' "DEVELOPMENT ROOT: what it vouches for is for nobody's use." >&2; fi
signed "$root" bundle SHA256SUMS || stop "Too few of those who may sign bundles have signed this one, or a signature does not fit."
listed() { sed -n 's/^\([0-9a-f]*\)  '"$1"'$/\1/p' SHA256SUMS; }
[ "$(sha256sum "$here/install.sh" | cut -d ' ' -f 1)" = "$(listed 'install\.sh')" ] || stop "This script is not what was signed."
[ "$(sha256sum BUNDLE.json | cut -d ' ' -f 1)" = "$(listed 'BUNDLE\.json')" ] || stop "BUNDLE.json is not what was signed."
seq=$(sed -n 's/.*"rootVersion":[0-9]*,"seq":\([0-9]*\),"serves".*/\1/p' BUNDLE.json)
case $seq in ''|*[!0-9]*) stop "BUNDLE.json has no number that can be read." ;; esac
if [ -f "$target/trust/seq" ] && [ "$seq" -lt "$(cat "$target/trust/seq")" ]; then
  stop "This installation has had a newer bundle than this one. To go back: $target/holdfast back"
fi

machine=$(uname -m)
case $machine in x86_64) platform=linux-x64 ;; aarch64) platform=linux-arm64 ;; *) stop "There is no appliance for $machine." ;; esac
apps=$(sed -n 's/^[0-9a-f]*  \(files\/app\/[a-z0-9.-]*'"$platform"'[a-z0-9.-]*\)$/\1/p' SHA256SUMS | sort)
[ -n "$apps" ] || stop "This bundle carries no appliance for $platform."
for app in $apps; do
  [ -f "$here/$app" ] && [ ! -L "$here/$app" ] || stop "$app is on another volume. Copy all volumes into one folder, and run this there."
  mkdir -p -- "$(dirname -- "$app")"
  cp -- "$here/$app" "$app"
done
sha256sum --check --strict --quiet --ignore-missing SHA256SUMS || stop "A file is not what was signed."
first=$(printf '%s\n' $apps | sed -n 1p)
slot=$(basename -- "$first" | sed 's/^.*'"$platform"'-\(.*\)\.tar\.zst.*$/\1/')
case $slot in *[!a-z0-9.-]*|'') stop "The name of the appliance cannot be read." ;; esac
mkdir -p -- "$half/slots/$slot"
for app in $apps; do cat -- "$app"; done | zstd -dc | tar -x -f - -C "$half/slots/$slot" --strip-components=1 --no-same-owner --no-same-permissions
mkdir -p -- "$half/trust"
cp -R root "$half/trust/root"
printf '%s\n' "$seq" > "$half/trust/seq"
cp -- "$half/slots/$slot/launcher.sh" "$half/holdfast"
chmod 755 "$half/holdfast"
cd "$here"
rm -rf -- "$half/verify"
if [ -d "$target/slots" ]; then
  before=$(readlink "$target/current")
  [ -e "$target/slots/$slot" ] || mv -- "$half/slots/$slot" "$target/slots/$slot"
  cp -R "$half/trust/." "$target/trust/"
  if [ "$before" != "slots/$slot" ]; then basename -- "$before" > "$target/before"; cp -- "$target/before" "$target/unproven"; fi
  ln -s "slots/$slot" "$target/current.next"
  mv -fT -- "$target/current.next" "$target/current"
  mv -f -- "$half/holdfast" "$target/holdfast"
  printf '%s\n' "Installed beside what is there, and next to start: $target/slots/$slot. Back: $target/holdfast back"
else
  ln -s "slots/$slot" "$half/current"
  mv -- "$half" "$target"
  printf '%s\n' "Installed in $target. Start it: $target/holdfast start"
fi
`
