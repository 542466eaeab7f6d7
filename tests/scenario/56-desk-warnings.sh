#!/bin/sh
# SPDX-License-Identifier: ISC
# Goal: a passphrase that is soon guessed, and a desk's folder that others may enter, are warned of.
# shellcheck source=tests/scenario/lib.sh
. "$(dirname -- "$0")/lib.sh"
light_passphrases
unset SKERRY_DESK

(umask 077 && echo short >short.pass && echo 'long enough' >long.pass)
exits 0 skerry-issuer init --desk warned --passphrase-file short.pass
says 'warning: a passphrase this short' err
exits 0 skerry-issuer init --desk unwarned --passphrase-file long.pass
! grep -q 'warning' err || fail 'a warning for nothing'
exits 0 skerry-issuer operator add sari --new-passphrase-file short.pass --passphrase-file long.pass --desk unwarned
says 'warning: a passphrase this short' err
exits 0 skerry-issuer unlock --desk unwarned --passphrase-file long.pass
! grep -q 'warning' err || fail 'a warning for nothing'
exits 0 skerry-issuer lock --desk unwarned
chmod 755 unwarned
exits 0 skerry-issuer unlock --desk unwarned --passphrase-file long.pass
says 'warning: other users may enter' err
exits 0 skerry-issuer lock --desk unwarned
ok 'a short passphrase and a folder open to others are warned of'
