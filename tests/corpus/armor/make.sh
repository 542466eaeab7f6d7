#!/bin/sh
# Makes the armor corpus: one license, mangled as mail programs, word processors and people do it.
# Everything in read/ holds the bytes of license.bin (and those of manifest.bin where the name says
# so); everything in refused/ is refused. tests/unit/test_corpus.c has the expected answers.
# The results are in the tree; run this again after adding one: sh tests/corpus/armor/make.sh
set -eu
cd "$(dirname "$0")"
rm -rf read refused
mkdir read refused
LC_ALL=C
export LC_ALL

# --- the documents: license.bin and manifest.bin, which tests/clients/corpus_mangled.c signs -----
hex() { # HEX...: as bytes
	for pair in $(printf '%s' "$*" | sed 's/ //g; s/../& /g'); do
		# shellcheck disable=SC2059
		printf "\\$(printf '%03o' "0x$pair")"
	done
}

armor() { # FILE LABEL
	echo "-----BEGIN SKERRY $2-----"
	base64 -w 64 "$1"
	echo "-----END SKERRY $2-----"
}
L=license.txt M=manifest.txt
trap 'rm -f "$L" "$M" body.txt html.txt qp.txt' EXIT
armor license.bin LICENSE >$L
armor manifest.bin MANIFEST >$M
base64 -w 0 license.bin >body.txt

refold() { # WIDTH: the base64 in lines of that width
	head -n 1 $L
	fold -w "$1" body.txt
	echo
	tail -n 1 $L
}
edges() { # LEFT RIGHT: other dashes around BEGIN and END
	sed "s/^-----/$1/; s/-----\$/$2/" $L
}
crlf() { sed 's/$/\r/'; }
quoted_printable() { # WIDTH: as mail programs encode it (RFC 2045, section 6.7)
	sed 's/=/=3D/g' | awk -v w="$1" '{
		while (length($0) > w) {
			n = w - 1
			while (substr($0, n - 1, 2) ~ /=/) n--
			print substr($0, 1, n) "="; $0 = substr($0, n + 1)
		}
		print }'
}
u() { hex "$1"; } # a character by its bytes
NBSP=$(u c2a0) ZWSP=$(u e2808b) SHY=$(u c2ad) WJ=$(u e281a0) EM=$(u e28094) EN=$(u e28093)
BAR=$(u e28095) MINUS=$(u e28892) HYPHEN=$(u e28090) NOBREAK=$(u e28091) IDEOGRAPHIC=$(u e38080)
RLM=$(u e2808f)

# --- read: lines, blanks, quoting --------------------------------------------------------------
cp $L read/plain
crlf <$L >read/crlf
tr '\n' '\r' <$L >read/cr
{ u efbbbf; cat $L; } >read/bom
{ u efbbbf; crlf <$L; } >read/bom-crlf
sed 's/^/> /' $L >read/quoted
sed 's/^/>> /' $L >read/quoted-twice
sed 's/^/> > > /' $L | crlf >read/quoted-three-times-crlf
sed 's/^/>/' $L >read/quoted-without-blank
sed 's/^/> /' $L | tr '\n' ' ' >read/quoted-and-refolded-into-one-line
refold 40 >read/refolded-40
refold 76 >read/refolded-76
refold 37 >read/refolded-37
refold 1 >read/refolded-1
tr '\n' ' ' <$L >read/one-line
tr -d '\n' <$L >read/one-line-without-blanks
fold -w 22 $L >read/folded-with-its-marks
fold -w 3 $L >read/folded-to-the-bone
sed G $L >read/blank-lines-between
sed 's/^/        /' $L >read/indented
sed "s/^/	/" $L >read/indented-by-tabs
sed 's/$/   /' $L >read/trailing-blanks
sed 's/$/	/' $L | crlf >read/trailing-tabs-crlf
sed 's/..../& /g; s/- *B/-B/; s/B E G I N/BEGIN/' $L >read/blanks-in-groups
sed "s/ /$NBSP/g; s/\$/$NBSP/; s/^/$NBSP/" $L >read/non-breaking-spaces
sed "s/^/$IDEOGRAPHIC/" $L >read/ideographic-spaces
sed "s/........../&$ZWSP/g" $L >read/zero-width-spaces
sed "s/BEG/B${ZWSP}EG/; s/LIC/L${WJ}IC/" $L >read/zero-width-in-the-words
sed "s/......................./&$SHY/g" $L >read/soft-hyphens
sed "s/^/$RLM/; s/\$/$WJ/" $L >read/bidi-marks
printf '\240' | cat - $L >read/windows-1252-space

# --- read: dashes and words --------------------------------------------------------------------
edges "$EM-" "$EM-" >read/dash-em-hyphen
edges "$EM$EM-" "$EM$EM-" >read/dash-em-em-hyphen
edges "$EM" "$EM" >read/dash-single-em
edges "$EN$EN-" "$EN$EN-" >read/dash-en-en-hyphen
edges "$BAR$BAR" "$BAR$BAR" >read/dash-horizontal-bars
edges "$MINUS$MINUS$MINUS$MINUS$MINUS" "$MINUS$MINUS$MINUS$MINUS$MINUS" >read/dash-minus-signs
edges "$HYPHEN$HYPHEN$HYPHEN$HYPHEN$HYPHEN" "$NOBREAK$NOBREAK$NOBREAK" >read/dash-unicode-hyphens
edges '--' '-' >read/dash-few-hyphens
edges '--------------------' '--------' >read/dash-many-hyphens
edges "$(printf '\227\226')" "$(printf '\227-')" >read/dash-windows-1252
edges '- -----' '-----' >read/dash-escaped-by-pgp
edges '-----' '' | sed '1s/$/-----/' >read/dash-none-at-the-end
sed 's/BEGIN SKERRY LICENSE/begin Skerry License/; s/END SKERRY LICENSE/End skerry license/' $L \
	>read/case-of-the-words

# --- read: what mail and web pages add ---------------------------------------------------------
quoted_printable 76 <$L >read/quoted-printable
quoted_printable 20 <$L >read/quoted-printable-narrow
quoted_printable 20 <$L | crlf >read/quoted-printable-narrow-crlf
quoted_printable 20 <$L | sed 's/^/> /' >read/quoted-printable-quoted
{ tr -d '\n' <$L; echo; } | quoted_printable 76 >read/quoted-printable-one-line
sed 's/ /=20/g; s/-/=2D/g; s/=$/=3D/; s/=$/=3D/' $L >read/quoted-printable-blanks-and-dashes
sed 's/$/<br>/' $L >read/html-br
sed 's/ /\&nbsp;/g; s/$/<br \/>/' $L | tr -d '\n' >read/html-nbsp-one-line
sed "4s/./&<b style='$(printf %244s '' | tr ' ' x)'>/20" $L >read/html-longest-tag
sed 's/^/\&gt; /; s/$/<BR>/' $L >read/html-quoted
{ echo '<html><body><pre style="font-family: monospace">'; cat $L; echo '</pre></body></html>'; } \
	>read/html-pre
sed 's/.*/<div class="x"><span>&<\/span><\/div>/' $L >read/html-div
sed 's/^-----/\&mdash;\&#8211;/; s/-----$/\&#x2014;-/; s/+/\&#43;/g; s/\//\&sol;/g; s/=/\&equals;/g' \
	$L >read/html-entities
{ printf 'Dear Ms Jones,\n\nhere is the license -- please keep it.\nStep 1 - begin Skerry.\n\n'
	cat $L; printf -- '-- \nYours\nThe Vendor - Skerry sales\n'; } >read/text-around
{ printf 'Dear Ms Jones, the license: '; tr '\n' ' ' <$L; printf 'Yours, the Vendor'; } \
	>read/text-around-one-line
{ printf -- '-----BEGIN CERTIFICATE-----\nMIIBAA==\n-----END CERTIFICATE-----\n'; cat $L; } \
	>read/other-pem-before
cat $L $L >read/twice
printf '%s' "$(cat $L)" >read/last-line-end-missing

# --- read: license and manifest ----------------------------------------------------------------
cat $L $M >read/with-manifest
cat $L $M | crlf | sed 's/^/> /' >read/with-manifest-quoted-crlf
cat $L $M | tr '\n' ' ' >read/with-manifest-one-line
cat $L $M | tr -d '\n' >read/with-manifest-one-line-without-blanks
cat $L $M | quoted_printable 30 >read/with-manifest-quoted-printable

# --- read: saved mails -------------------------------------------------------------------------
header() { # CONTENT-TYPE [ENCODING]
	printf 'Return-Path: <sales@vendor.example>\nReceived: from mail.vendor.example\n'
	printf '\tby mx.hotel.example; Mon, 5 Apr 2027 10:00:00 +0200\n'
	printf 'From: Vendor <sales@vendor.example>\nTo: desk@hotel.example\n'
	printf 'Subject: Your license: HMS\nDate: Mon, 5 Apr 2027 10:00:00 +0200\n'
	printf 'MIME-Version: 1.0\nContent-Type: %s\n' "$1"
	[ -z "${2:-}" ] || printf 'Content-Transfer-Encoding: %s\n' "$2"
	echo
}
part() { # BOUNDARY CONTENT-TYPE [ENCODING]
	printf -- '--%s\nContent-Type: %s\n' "$1" "$2"
	[ -z "${3:-}" ] || printf 'Content-Transfer-Encoding: %s\n' "$3"
	echo
}
hello() { printf 'Dear Ms Jones,\n\nthe license is attached.\n'; }
attached() { # FILE: a mail with that file in base64
	header 'multipart/mixed; boundary="=_b1"'
	printf 'This is a message in MIME format.\n'
	part '=_b1' 'text/plain; charset=utf-8'
	hello
	part '=_b1' 'application/octet-stream; name="hotel.license"' base64
	base64 "$1"
	printf -- '--=_b1--\n'
}
html() { # how web mail shows the block
	echo '<html><body><p>Your license:</p><p>'
	sed 's/$/<br>/' $L
	echo '</p></body></html>'
}
html >html.txt
{ header text/plain; hello; cat $L; } >read/mail-plain
{ header text/plain; hello; cat $L; } | crlf >read/mail-plain-crlf
{ header text/plain; hello; cat $L; } | tr '\n' '\r' >read/mail-plain-cr
{ echo 'From sales@vendor.example Mon Apr  5 10:00:00 2027'; header text/plain; cat $L; } >read/mail-mbox
printf 'Subject: license\n\n%s\n' "$(cat $L)" >read/mail-without-mime
attached $L >read/mail-attached-armor
attached license.bin >read/mail-attached-binary
attached license.bin | crlf >read/mail-attached-binary-crlf
attached license.bin | sed '$d' >read/mail-attached-binary-last-boundary-missing
attached license.bin | sed 's/^Content-Type: multipart.*/Content-Type: multipart\/mixed;\n\tcharset="x;y";\n BOUNDARY = "=_b1"/' \
	>read/mail-attached-folded-header
{ header 'multipart/mixed; boundary=b2'; part b2 text/plain; hello
	part b2 application/octet-stream quoted-printable
	od -An -v -t x1 license.bin | tr 'abcdef' 'ABCDEF' | sed 's/ /=/g; s/$/=/'
	printf '\n--b2--\n'; } >read/mail-attached-binary-quoted-printable
{ header 'multipart/mixed; boundary=b2'; part b2 text/plain base64; base64 license.bin
	printf '\n_____\nHotel list, unsubscribe: https://list.example\n--b2--\n'; } >read/mail-list-footer
{ header 'text/plain; charset=utf-8' quoted-printable; hello; quoted_printable 60 <$L; } \
	>read/mail-quoted-printable
{ header 'text/plain; charset=utf-8' base64; { hello; cat $L; } | base64; } >read/mail-base64
{ header 'text/html; charset=utf-8' quoted-printable; quoted_printable 60 <html.txt; } >read/mail-html
{ header 'multipart/alternative; boundary=b3'; part b3 text/plain; cat $L
	part b3 text/html; cat html.txt; echo '--b3--'; } >read/mail-alternative
{ header 'multipart/alternative; boundary=b3'; part b3 text/plain; sed '3s/A/*/; 4s/^/*/' $L
	part b3 text/html; cat html.txt; echo '--b3--'; } >read/mail-alternative-plain-one-broken
{ header 'multipart/mixed; boundary=outer'; part outer 'multipart/alternative; boundary=inner'
	part inner text/plain; hello; part inner text/html; echo '<p>attached</p>'; echo '--inner--'
	part outer application/octet-stream base64; base64 license.bin; echo '--outer--'; } \
	>read/mail-nested
{ header message/rfc822; attached license.bin; } >read/mail-forwarded-whole
{ header 'multipart/mixed; boundary=fwd'; part fwd text/plain; echo 'See below.'
	part fwd message/rfc822; attached $L; echo '--fwd--'; } >read/mail-forwarded
{ header 'multipart/mixed; boundary=fwd'; part fwd message/rfc822 base64; attached license.bin | base64
	echo '--fwd--'; } >read/mail-forwarded-base64
{ header text/plain; printf 'On Monday the vendor wrote:\n'; { hello; cat $L; } | sed 's/^/> /'; } \
	>read/mail-forwarded-quoted
{ header 'multipart/mixed; boundary=b4'; part b4 text/plain; cat $L
	part b4 application/octet-stream base64; base64 manifest.bin; echo '--b4--'; } \
	>read/mail-with-manifest-attached

# --- refused: a "!" stands where the reader must say no; the table of the test has the rest -----
sed '4s/./!/20' $L >refused/character
sed '4s/./!/20' $L | crlf >refused/character-crlf
sed '4s/./!/20; s/^/> /' $L >refused/character-quoted
sed "4s/./$(u c3a4)/20" $L >refused/character-umlaut
sed '4s/./-/20' $L >refused/character-hyphen
sed "4s/./&<b style='$(printf %245s '' | tr ' ' x)'>/20" $L >refused/character-tag-too-long
sed '4s/./>/20' $L >refused/character-quote
sed '4s/./@/20' $L | quoted_printable 30 >refused/character-quoted-printable
sed '4s/.$//' $L >refused/length-one-lost
refold 41 | sed 5d >refused/length-line-lost
refold 43 | sed 5d >refused/padding-line-lost
sed '12s/=//g' $L >refused/length-padding-lost
sed '12s/==/=/' $L >refused/padding-half
sed '12s/==/===/' $L >refused/padding-three
sed '12s/..==/=/' $L >refused/padding-needless
sed '12s/==/=3D=3D=3D/' $L >refused/padding-three-quoted-printable
sed '4s/./=/20' $L >refused/padding-inside
sed '12s/.==/B==/' $L >refused/padding-bits
sed '$d' $L >refused/end-lost
sed '$s/-.*//' $L >refused/end-emptied
sed '$s/LICENSE/MANIFEST/' $L >refused/end-of-another-label
{ head -n 5 $L; cat $M; tail -n +6 $L; } >refused/interleaved
{ head -n 5 $L; tail -n +3 $M; } >refused/interleaved-end
sed 1d $L >refused/begin-lost
sed 's/LICENSE/TICKET/' $L >refused/label-unknown
sed 's/LICENSE/MANIFEST/' $L >refused/label-of-another-kind
sed 's/ LICENSE//' $L >refused/label-empty
sed 's/LICENSE/LICENSE OF THE GRAND HOTEL BY THE SEA/' $L >refused/label-too-long
iconv -f UTF-8 -t UTF-16LE $L >refused/utf16-little-endian
{ hex fffe; iconv -f UTF-8 -t UTF-16LE $L; } >refused/utf16-little-endian-bom
{ hex feff; iconv -f UTF-8 -t UTF-16BE $L; } >refused/utf16-big-endian-bom
: >refused/empty
hello >refused/text
{ header text/plain; hello; } >refused/mail-without-document
{ header text/plain; hello; sed '4s/./!/20' $L; } >refused/mail-character
attached license.bin | sed '/^0oRY/s/./!/30' >refused/mail-attached-damaged
attached $L | sed '/^LS0tLS1CRUdJTi/s/./!/30' >refused/mail-attached-armor-damaged
{ header 'text/plain' quoted-printable; sed '4s/./!/20' $L | quoted_printable 60; } \
	>refused/mail-quoted-printable-character
{ header 'multipart/mixed; boundary=b5'; part b5 text/plain; cat $L
	part b5 text/plain; sed '3s/./!/20' $M; echo '--b5--'; } >refused/mail-one-of-two-damaged
rm -f $L $M body.txt html.txt qp.txt
