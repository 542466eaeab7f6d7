#!/bin/sh
# SPDX-License-Identifier: ISC
# HotelHub sells its hotel management system to a hotel on an island: one file is carried there, and
# the hotel's machine answers alone. The plan is section 5 of HotelHub's license design.
# KEEP=dir keeps what it makes.
. "$(dirname -- "$0")/stage.sh"
printf '\n=== HotelHub: a hotel on an island\n'

scene 'At the vendor' 'a desk, the brand with a contact, the product and its plans'
export SKERRY_DESK=desk
run skerry-issuer init --no-passphrase --name HotelHub
run skerry-issuer brand add hotelhub --name HotelHub --key-format 'HMS-#####-#####-#####-#####' \
	--contact-phone '+62 361 555 0100' --contact-language id --contact-language en
run skerry-issuer product add hotelhub/hms --name 'HotelHub HMS'
# A hotel with a line shows itself each month; a week of silence is a warning, two are an alert.
run skerry-issuer plan add hotelhub/hms/standard --term 1y --renew-every 30d --warn 23d --alert 16d \
	--grace 30d --feature channel_manager --limit max_rooms=100 --seats 30
# One on an island twice a year.
# Features that the design lists as false are simply not granted; max_concurrent_users are seats.
run skerry-issuer plan add hotelhub/hms/standalone-pro --term 3y --renew-every 180d --grace 365d \
	--warn 30d --alert 7d --feature channel_manager --limit max_rooms=100 \
	--limit max_properties=1 --seats 30
run skerry-issuer customer add hotelhub owner@grand.example --name 'Grand Hotel' --language id

scene 'At the vendor' 'the sale: a license key for the welcome pack'
show skerry-issuer license new hotelhub/hms/standalone-pro --customer owner@grand.example
KEY=$(skerry-issuer license new hotelhub/hms/standalone-pro --customer owner@grand.example)
printf '    %s\n' "$KEY"

scene 'At the hotel' 'trust this vendor, and tell what machine this is'
export SKERRY_STATE=site
# Where there is no machine-id (in many containers), the product supplies a component of its own.
set --
[ -s /etc/machine-id ] || set -- --custom pms-server-1
run skerry init --trust desk/vendor.manifest
run skerry fingerprint --key "$KEY" --out hotel.fingerprint "$@"

scene 'At the vendor' 'a license for that machine, to be carried back'
run skerry-issuer license issue "$KEY" --fingerprint hotel.fingerprint --out hotel.license
run skerry-issuer license list

scene 'At the hotel' 'verify it, take it in, ask'
run skerry verify hotel.license --trust desk/vendor.manifest
run skerry import hotel.license
run skerry check channel_manager "$@"
says_no skerry check ai_demand_forecast "$@"
run skerry limit max_rooms "$@"
run skerry status "$@"

scene 'At the hotel' 'what does not work'
printf 'a changed byte:\n'
size=$(wc -c <hotel.license)
head -c $((size / 2)) hotel.license >changed.license
printf '!' >>changed.license
tail -c +$((size / 2 + 2)) hotel.license >>changed.license
says_no skerry verify changed.license --trust desk/vendor.manifest
printf 'another product:\n'
says_no skerry verify hotel.license --trust desk/vendor.manifest --product hotelhub/pos
printf 'after all graces have passed:\n'
says_no skerry verify hotel.license --trust desk/vendor.manifest --at 2099-01-01
printf 'another vendor:\n'
skerry-issuer init --no-passphrase --desk other >/dev/null
says_no skerry verify hotel.license --trust other/vendor.manifest
