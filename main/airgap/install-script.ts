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
if [ $# -lt 1 ] || [ $# -gt 2 ]; then stop "Usage: sh install.sh FOLDER FINGERPRINT
FINGERPRINT is the SHA-256 of a root in root/, from the transfer sheet: compare it on another way than this medium.
An installation that is there already knows its root: sh install.sh FOLDER"; fi
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
case $1 in /*) target=$1 ;; *) target=$PWD/$1 ;; esac
target=$(printf '%s' "$target" | sed 's:/*$::')
[ -n "$target" ] || stop "Name a folder."
for tool in minisign sha256sum tar zstd sed tr sort cut grep cmp cp mv ln find wc; do
  command -v "$tool" >/dev/null 2>&1 || stop "This needs $tool, which is not installed here."
done

isThere=no
if [ -e "$target" ] || [ -L "$target" ]; then
  for part in "$target" "$target/slots" "$target/trust" "$target/trust/root"; do
    if [ -L "$part" ] || [ ! -d "$part" ]; then stop "$target is there already, and is no installation of Holdfast. Name another folder."; fi
    [ -O "$part" ] || stop "$part belongs to another account. Whoever owns the installation updates it."
  done
  for part in "$target/trust/seq" "$target/trust/revoked" "$target/trust/revoked-bundles" "$target/trust/revoked-files" "$target/trust/minseq" "$target/trust/slots" "$target/before" "$target/unproven" "$target/holdfast"; do
    [ ! -L "$part" ] || stop "$part is a link."
  done
  [ -L "$target/current" ] || stop "$target/current is not the link that an installation has."
  isThere=yes
else
  [ $# -eq 2 ] || stop "Give the fingerprint of the root, from the transfer sheet."
  wanted=$(printf '%s' "$2" | tr -d ' ' | tr 'A-F' 'a-f')
  case $wanted in *[!0-9a-f]*) stop "The fingerprint has 64 digits from 0 to 9 and a to f." ;; esac
  [ "$(printf '%s' "$wanted" | wc -c)" -eq 64 ] || stop "The fingerprint has 64 digits from 0 to 9 and a to f."
fi

# What is verified is a copy: a medium may show something else the next time.
half=$target.partial
rm -rf -- "$half"
mkdir -p -- "$(dirname -- "$target")"
mkdir -m 700 -- "$half"
trap 'rm -rf -- "$half"' EXIT
trap 'exit 1' INT TERM HUP
mkdir -- "$half/verify"
cp -R "$here/root" "$here/BUNDLE.json" "$here/SHA256SUMS" "$half/verify/"
for signature in "$here"/SHA256SUMS.*.minisig; do
  [ ! -f "$signature" ] || cp "$signature" "$half/verify/"
done
cd "$half/verify"
[ -z "$(find . -type l)" ] || stop "There are links among the files of this bundle."

# One member of a root's JSON, which is on one line and of one spelling.
key_of() { tr '{' '\n' < "$1" | sed -n 's/^"alg":"ed25519","id":"'"$2"'","key":"\([A-Za-z0-9+\/=]*\)".*/\1/p'; }
keys_of() { sed -n 's/.*"'"$2"'":{"keys":\[\([^]]*\)\].*/\1/p' "$1" | tr -d '"' | tr ',' ' '; }
threshold_of() { sed -n 's/.*"'"$2"'":{"keys":\[[^]]*\],"threshold":\([0-9]*\)}.*/\1/p' "$1"; }
# Keys of bundles that an earlier one called back; those of roots only a root can take away.
is_revoked() { [ "$2" != root ] && [ -f "$target/trust/revoked" ] && grep -qx "$1" "$target/trust/revoked"; }

# signed ROOT ROLE FILE: whether enough keys that this root names for the role have signed the file.
signed() {
  count=0
  needed=$(threshold_of "$1" "$2")
  [ -n "$needed" ] || return 1
  for id in $(keys_of "$1" "$2"); do
    [ -f "$3.$id.minisig" ] || continue
    is_revoked "$id" "$2" && continue
    key=$(key_of "$1" "$id")
    [ -n "$key" ] || return 1
    minisign -V -q -P "$key" -m "$3" -x "$3.$id.minisig" >/dev/null 2>&1 || return 1
    count=$((count + 1))
  done
  [ "$count" -ge "$needed" ]
}
# Each file of the chain is the version that its name says, so that none can stand in the place of another.
is_version() { grep -q '"version":'"$1"'}$' "root/$1.root.json" && [ "$(wc -l < "root/$1.root.json")" -eq 1 ]; }

version=0
if [ "$isThere" = yes ]; then
  while [ -f "$target/trust/root/$((version + 1)).root.json" ]; do
    version=$((version + 1))
    [ -f "root/$version.root.json" ] || stop "This bundle was signed under a root that this installation has left behind."
    cmp -s "$target/trust/root/$version.root.json" "root/$version.root.json" || stop "root/$version.root.json is not the root that this installation was verified under."
  done
  [ "$version" -gt 0 ] || stop "This installation has lost its root. Install it anew into another folder."
else
  while [ -f "root/$((version + 1)).root.json" ]; do
    version=$((version + 1))
    [ "$(sha256sum "root/$version.root.json" | cut -d ' ' -f 1)" != "$wanted" ] || break
  done
  if [ "$version" -eq 0 ] || [ "$(sha256sum "root/$version.root.json" | cut -d ' ' -f 1)" != "$wanted" ]; then
    stop "No root of this bundle has that fingerprint. Compare it once more; if it differs, do not use this medium."
  fi
fi
root=root/$version.root.json
is_version "$version" || stop "$root is not the root that its name says."
signed "$root" root "$root" || stop "$root is not signed by enough of those whom it names."
keysBefore=$(keys_of "$root" bundle)
while [ -e "root/$((version + 1)).root.json" ]; do
  version=$((version + 1))
  next=root/$version.root.json
  is_version "$version" || stop "$next is not the root that its name says."
  if ! signed "$root" root "$next" || ! signed "$next" root "$next"; then
    stop "$next is not signed by enough of those who may change the root."
  fi
  root=$next
done
if grep -q '"purpose":"development"' "$root"; then printf '%s\n' "DEVELOPMENT ROOT: what it vouches for is for nobody's use." >&2; fi
signed "$root" bundle SHA256SUMS || stop "Too few of those who may sign bundles have signed this one, or a signature does not fit."
listed() { sed -n 's|^\([0-9a-f]*\)  '"$1"'$|\1|p' SHA256SUMS; }
[ "$(sha256sum "$here/install.sh" | cut -d ' ' -f 1)" = "$(listed 'install\.sh')" ] || stop "This script is not what was signed."
[ "$(sha256sum BUNDLE.json | cut -d ' ' -f 1)" = "$(listed 'BUNDLE\.json')" ] || stop "BUNDLE.json is not what was signed."
for file in root/*.root.json; do
  [ "$(sha256sum "$file" | cut -d ' ' -f 1)" = "$(listed "$file")" ] || stop "$file is not what was signed."
done

seq=$(sed -n 's/.*"rootVersion":[0-9]*,"seq":\([0-9]*\),"serves".*/\1/p' BUNDLE.json)
channel=$(grep -o '"channel":"[a-z0-9-]*"' BUNDLE.json | cut -d '"' -f 4)
case $seq in '' | *[!0-9]*) stop "BUNDLE.json has no number that can be read." ;; esac
case $channel in '' | *[!a-z0-9-]*) stop "BUNDLE.json has no channel that can be read." ;; esac
minSeq=$(sed -n 's/.*"minSeq":\([0-9]*\),"product".*/\1/p' BUNDLE.json)
case $minSeq in '' | *[!0-9]*) stop "BUNDLE.json has no lowest number that can be read." ;; esac

# What earlier bundles called back, as a station that loads it would: the bundle itself, or a file in it.
digest=$(sha256sum BUNDLE.json | cut -d ' ' -f 1)
if [ -f "$target/trust/revoked-bundles" ] && grep -qx "$digest" "$target/trust/revoked-bundles"; then
  stop "Whoever signs bundles has called this one back. Get the one that replaces it."
fi
if [ -f "$target/trust/revoked-files" ]; then
  sed -n 's/^[0-9a-f]\{64\}$/"value":"&"},"size"/p' "$target/trust/revoked-files" > "$half/called-back"
  if sed 's/\],"baseline":\[.*//' BUNDLE.json | grep -qF -f "$half/called-back"; then
    stop "This bundle carries a file that was called back. Get the bundle that replaces it."
  fi
  rm -f -- "$half/called-back"
fi
heldMin=0
if [ "$(keys_of "$root" bundle)" = "$keysBefore" ] && [ -f "$target/trust/minseq" ]; then
  read -r heldMin < "$target/trust/minseq"
  case $heldMin in '' | *[!0-9]*) stop "$target/trust/minseq is damaged. Find out who changed it." ;; esac
  [ "$seq" -ge "$heldMin" ] || stop "Bundles with this number may not be used any more. Get a newer one."
fi
if [ -f "$target/trust/seq" ]; then
  read -r heldChannel heldSeq < "$target/trust/seq"
  [ "$channel" = "$heldChannel" ] || stop "This installation follows the channel $heldChannel, and this bundle is of $channel."
  # Where other people sign bundles than before, counting begins anew.
  if [ "$(keys_of "$root" bundle)" = "$keysBefore" ] && [ "$seq" -lt "$heldSeq" ]; then
    stop "This installation has had a newer bundle than this one. To go back: $target/holdfast back"
  fi
fi

machine=$(uname -m)
case $machine in x86_64) platform=linux-x64 ;; aarch64) platform=linux-arm64 ;; *) stop "There is no appliance for $machine." ;; esac
apps=$(sed -n 's/^[0-9a-f]*  \(files\/app\/[a-z0-9.-]*'"$platform"'[a-z0-9.-]*\)$/\1/p' SHA256SUMS | sort)
if [ -z "$apps" ]; then
  if grep -q '^[0-9a-f]*  files/\(deb\|rpm\)/[a-z0-9.-]*'"$platform" SHA256SUMS; then
    stop "This bundle carries packages of the desktop for $platform, and no appliance. Check them by README.txt, then install one with the tools of the system."
  fi
  stop "This bundle carries no appliance for $platform."
fi
for app in $apps; do
  if [ ! -f "$here/$app" ] || [ -L "$here/$app" ]; then stop "$app is on another volume. Copy all volumes into one folder, and run this there."; fi
  mkdir -p -- "$(dirname -- "$app")"
  cp -- "$here/$app" "$app"
done
sha256sum --check --strict --quiet --ignore-missing SHA256SUMS || stop "A file is not what was signed."
first=$(printf '%s\n' "$apps" | sed -n 1p)
slot=$(basename -- "$first" | sed 's/^.*'"$platform"'-\(.*\)\.tar\.zst.*$/\1/')
# Named by the beginning of the archive's own hash, which the signed list proves.
whole=$(for app in $apps; do cat -- "$app"; done | sha256sum | cut -c 1-32)
slot=$(printf '%s' "$slot" | sed 's/-[0-9a-f]*$//')-$whole
case $slot in *[!a-z0-9.-]* | '' | .*) stop "The name of the appliance cannot be read." ;; esac
mkdir -p -- "$half/slots/$slot"
for app in $apps; do cat -- "$app"; done | zstd -dc | tar -x -f - -C "$half/slots/$slot" --strip-components=1 --no-same-owner --no-same-permissions
# What has no way to another machine is not given one by an update.
is_closed() { grep -q '"edition": "edge-only"' "$1/dist/package.json" 2>/dev/null; }
if [ "$isThere" = yes ] && is_closed "$target/current" && ! is_closed "$half/slots/$slot"; then
  stop "This installation has the edition for the edge alone, and the bundle brings one that can reach other machines. Install that one into another folder."
fi
mkdir -- "$half/trust"
cp -R root "$half/trust/root"
printf '%s %s\n' "$channel" "$seq" > "$half/trust/seq"
[ "$minSeq" -ge "$heldMin" ] || minSeq=$heldMin
printf '%s\n' "$minSeq" > "$half/trust/minseq"
# Read by the launcher, which goes back to no slot below the lowest number.
{ [ ! -f "$target/trust/slots" ] || cat -- "$target/trust/slots"; printf '%s %s\n' "$slot" "$seq"; } | sort -u > "$half/trust/slots"
# called_back MEMBER FILE: what this bundle calls back, and what earlier ones did.
called_back() {
  more=$(sed -n 's/.*"revoked":\({"blobs":\[[^]]*\],"bundles":\[[^]]*\],"keys":\[[^]]*\]}\),"rootVersion".*/\1/p' BUNDLE.json |
    sed -n 's/.*"'"$1"'":\[\([^]]*\)\].*/\1/p' | sed 's/{"alg":"sha256","value"://g' | tr -d '"}' | tr ',' '\n')
  { [ ! -f "$target/trust/$2" ] || cat -- "$target/trust/$2"; printf '%s\n' "$more"; } | sed '/^$/d' | sort -u > "$half/trust/$2"
}
called_back keys revoked
called_back bundles revoked-bundles
called_back blobs revoked-files
cp -- "$half/slots/$slot/launcher.sh" "$half/holdfast"
chmod 755 "$half/holdfast" "$half"
cd "$here"
rm -rf -- "$half/verify"
if [ "$isThere" = yes ]; then
  before=$(readlink "$target/current")
  [ -e "$target/slots/$slot" ] || mv -- "$half/slots/$slot" "$target/slots/$slot"
  cp -R "$half/trust/." "$target/trust/"
  if [ "$before" != "slots/$slot" ]; then basename -- "$before" > "$target/before"; cp -- "$target/before" "$target/unproven"; fi
  rm -f -- "$target/current.next"
  ln -s "slots/$slot" "$target/current.next"
  mv -fT -- "$target/current.next" "$target/current"
  mv -f -- "$half/holdfast" "$target/holdfast"
  printf '%s\n' "Installed beside what is there, and next to start: $target/slots/$slot. Back: $target/holdfast back"
else
  ln -s "slots/$slot" "$half/current"
  mv -T -- "$half" "$target"
  printf '%s\n' "Installed in $target. Start it: $target/holdfast start"
fi
`
