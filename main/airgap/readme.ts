/** What a person finds on the medium: how to check it with nothing but what a distribution has. */

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
