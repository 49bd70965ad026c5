/** What a person finds on the medium: how to check it with nothing but what a distribution has, and a script that installs nothing unverified. */

export const readmeText = `HOLDFAST AIR-GAP BUNDLE

This tree was made to be carried to a machine without a network. Nothing in it
runs by itself. Check it before you use any of it.

1. Compare the fingerprint of the root with the one on the transfer sheet, or
   with the one that you were told on another way:

     sha256sum root/1.root.json

2. Check who signed the list of files. The public keys stand in the newest file
   in root/. Two people must have signed, unless that file says otherwise; for
   each of them:

     minisign -V -P KEY -m SHA256SUMS -x SHA256SUMS.KEYID.minisig

   (KEY begins with RW; KEYID has 16 digits.)

3. Check every file on this volume:

     sha256sum --check --strict --ignore-missing SHA256SUMS

4. Install, or load:

     sh install.sh FOLDER FINGERPRINT    a machine that has no Holdfast yet
     holdfast bundle inspect .           a machine that has one
     holdfast bundle load .

install.sh repeats steps 2 and 3 and stops when anything does not fit. Load the
volumes in any order. Nothing is ever written to this medium.
`

/**
 * Takes the fingerprint of the root that a person compared, checks signatures by threshold with the distribution's minisign, then every file, and only
 * then unpacks the appliance.
 */
export const installText = `#!/bin/sh
# Installs the appliance of this bundle into a folder, once everything was verified. Needs minisign, sha256sum, tar and zstd.
set -eu
umask 022

stop() { printf '%s\\n' "$*" >&2; exit 1; }
[ $# -eq 2 ] || stop "Usage: sh install.sh FOLDER FINGERPRINT
FINGERPRINT is the SHA-256 of root/1.root.json, from the transfer sheet: compare it on another way than this medium."
case $1 in /*) target=$1 ;; *) target=$PWD/$1 ;; esac
fingerprint=$(printf '%s' "$2" | tr -d ' ' | tr 'A-F' 'a-f')
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
cd "$here"
for tool in minisign sha256sum tar zstd sed tr sort; do
  command -v "$tool" >/dev/null 2>&1 || stop "This needs $tool, which is not installed here."
done
[ ! -e "$target" ] || stop "$target is there already. Name a folder that is not."

case $fingerprint in *[!0-9a-f]*) stop "The fingerprint has 64 digits from 0 to 9 and a to f." ;; esac
[ "\${#fingerprint}" -eq 64 ] || stop "The fingerprint has 64 digits from 0 to 9 and a to f."
[ ! -L root/1.root.json ] || stop "root/1.root.json is a link."
found=$(sha256sum root/1.root.json | cut -d ' ' -f 1)
[ "$found" = "$fingerprint" ] || stop "The root of this bundle has another fingerprint: $found"

# One member of a root's JSON, which is on one line and of one spelling.
key_of() { tr '{' '\\n' < "$1" | sed -n 's/^"alg":"ed25519","id":"'"$2"'","key":"\\([A-Za-z0-9+\\/=]*\\)".*/\\1/p'; }
keys_of() { sed -n 's/.*"'"$2"'":{"keys":\\[\\([^]]*\\)\\].*/\\1/p' "$1" | tr -d '"' | tr ',' ' '; }
threshold_of() { sed -n 's/.*"'"$2"'":{"keys":\\[[^]]*\\],"threshold":\\([0-9]*\\)}.*/\\1/p' "$1"; }

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

# What is verified is a copy: a medium may show something else the next time.
half=$target.partial
rm -rf -- "$half"
mkdir -p -- "$half/verify"
cp -R root BUNDLE.json SHA256SUMS SHA256SUMS.*.minisig "$half/verify/"
cd "$half/verify"
[ "$(sha256sum root/1.root.json | cut -d ' ' -f 1)" = "$fingerprint" ] || stop "The root of this bundle changed while it was read."
root=root/1.root.json
signed "$root" root "$root" || stop "The first root is not signed by enough of those whom it names."
version=2
while [ -e "root/$version.root.json" ]; do
  next=root/$version.root.json
  [ ! -L "$next" ] || stop "$next is a link."
  signed "$root" root "$next" && signed "$next" root "$next" || stop "$next is not signed by enough of those who may change the root."
  root=$next
  version=$((version + 1))
done
if grep -q '"purpose":"development"' "$root"; then printf '%s\\n' "DEVELOPMENT ROOT: what it vouches for is for nobody's use." >&2; fi
signed "$root" bundle SHA256SUMS || stop "Too few of those who may sign bundles have signed this one, or a signature does not fit."
own=$(sha256sum "$here/install.sh" | cut -d ' ' -f 1)
[ "$own" = "$(sed -n 's/^\\([0-9a-f]*\\)  install\\.sh$/\\1/p' SHA256SUMS)" ] || stop "This script is not what was signed."

machine=$(uname -m)
case $machine in x86_64) platform=linux-x64 ;; aarch64) platform=linux-arm64 ;; *) stop "There is no appliance for $machine." ;; esac
apps=$(sed -n 's/^[0-9a-f]*  \\(files\\/app\\/[a-z0-9.-]*-'"$platform"'-[a-z0-9.-]*\\)$/\\1/p' SHA256SUMS | sort)
[ -n "$apps" ] || stop "This bundle carries no appliance for $platform."
for app in $apps; do
  [ -f "$here/$app" ] && [ ! -L "$here/$app" ] || stop "$app is on another volume. Copy all volumes into one folder, and run this there."
  mkdir -p -- "$(dirname -- "$app")"
  cp -- "$here/$app" "$app"
done
sha256sum --check --strict --quiet --ignore-missing SHA256SUMS || stop "A file is not what was signed."
for app in $apps; do cat -- "$app"; done | zstd -dc | tar -x -f - -C "$half" --no-same-owner --no-same-permissions
mkdir -p -- "$half/trust"
cp -R root "$half/trust/root"
cd "$here"
rm -rf -- "$half/verify"
mv -- "$half" "$target"
printf '%s\\n' "Installed in $target. Start it: $target/holdfast start"
`
