# SPDX-License-Identifier: ISC
"""Skerry for Python: what may this product do here, now?

One file, Python 3.9 or later, and PyNaCl or cryptography (Debian: python3-nacl, python3-cryptography). A
product pins its vendor's root manifest and asks:

    from skerry import Skerry, SkerryError

    skerry = Skerry(trust=VENDOR_MANIFEST, product='hotelhub/hms')      # bytes that are part of the program
    if skerry.check('channel_manager'):
        ...
    rooms = skerry.limit('max_rooms')
    print(skerry.verdict().message)
    seat = skerry.claim_seat('front desk 2')
    skerry.release_seat('front desk 2', seat['secret'])

Two ways to know, one of which is chosen by the configuration:

- skerryd, the daemon of the site (`socket`, the default). It keeps the time, compares the machine and hands
  out seats. Nothing it says is believed unproven: each answer is signed by the site's own key over a fresh
  nonce, the license names that key, and the pinned root leads to the license. When the daemon does not
  answer, the last proof holds until it would change, at most 15 minutes.
- a license file (`license`), where there is no daemon. It has no memory: time is the wall clock, no earlier
  than the license's own date, a revocation is known only from a manifest beside the license, and no
  component of the machine can be read. A license for a machine gives its rebind grace and no more.

What is refused is refused with the code that Skerry's C library gives (SkerryError.code). One handle serves
all threads. Nothing here prints. docs/guide/clients.md tells more.
"""

import base64
import binascii
import copy
import hashlib
import hmac
import json
import os
import quopri
import re
import socket as sockets
import threading
import time
import urllib.parse
from datetime import datetime, timedelta, timezone as fixed_zone

__all__ = ['Skerry', 'SkerryError', 'Verdict', 'License', 'Trust', 'Documents', 'Proof']

NEVER = (1 << 63) - 1
DAY_S = 86400
TIME_MAX = 253402300799
PROOF_LIVES_S = 900
RETRY_S = 10

_SENTENCES = {
    'argument': 'A setting is missing or makes no sense.',
    'signature': "The signature does not fit: the license was altered, or is not the vendor's.",
    'trust_key_unknown': 'The license was signed by a key that the pinned manifest does not list.',
    'trust_key_revoked': 'The key that signed the license has been revoked.',
    'trust_root_unknown': 'A manifest is signed by somebody who is no root of this vendor.',
    'trust_threshold': 'A manifest has too few signatures.',
    'product': 'The license is for another product.',
    'brand': 'The license is of another brand.',
    'tenant': 'The license is for another tenant.',
    'no_license': 'There is no license.',
    'no_access': 'The license gives no access.',
    'no_limit': 'The license names no such limit.',
    'no_seats': 'The license has no seats.',
    'not_paired': 'The license is not bound to this site, so that its daemon can prove nothing.',
    'proof': 'The answer is not one to this question, or too old.',
    'no_daemon': 'skerryd does not answer.',
    'io': 'What answers at the socket is no skerryd.',
    'file_missing': 'There is no such file.',
    'file_permission': 'It may not be read by this user.',
}


class SkerryError(Exception):
    """Why something was refused: `code` is a stable name, as in the daemon's answers."""

    def __init__(self, code, message=None, offset=0, retry_at=None):
        super().__init__(message or _SENTENCES.get(code) or 'The license is refused: %s.' % code)
        self.code = code
        #: Byte in the document, for malformed input; else 0.
        self.offset = offset
        #: When a seat may be free, RFC 3339; or None.
        self.retry_at = retry_at


# --- Ed25519 ------------------------------------------------------------------------------------------


def _by_nacl():
    from nacl.bindings import crypto_sign_open
    from nacl.exceptions import CryptoError

    def passes(key, signature, message):
        try:
            crypto_sign_open(signature + message, key)
        except CryptoError:
            return False
        return True
    return passes


def _by_cryptography():
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    def passes(key, signature, message):
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True
    return passes


try:
    _ed25519 = _by_nacl()
except ImportError:
    _ed25519 = _by_cryptography()

_ED25519_P = 2**255 - 19
_ED25519_L = 2**252 + 27742317777372353535851937790883648493
# y of the points of small order: with such a key, or such an R, one signature fits many messages.
_SMALL_ORDER = frozenset(int.from_bytes(bytes.fromhex(y), 'little') for y in (
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'))


def _y(point):
    return int.from_bytes(point, 'little') & (2**255 - 1)


def _ed25519_verify(key, signature, message):
    """As libsodium: no small order, nothing that could be written in another way."""
    if _y(key) in _SMALL_ORDER or _y(key) >= _ED25519_P or _y(signature[:32]) in _SMALL_ORDER:
        return False
    if int.from_bytes(signature[32:], 'little') >= _ED25519_L:
        return False
    return _ed25519(key, signature, message)


# --- CBOR ---------------------------------------------------------------------------------------------


def _fail(code, at):
    raise SkerryError(code, None, at)


# What stands before the point of an Ed25519 key (6), with each of its algorithms, and an X25519 key (4).
_KEY_HEADS = {
    bytes.fromhex('a4010103272006215820'): (6, -8),
    bytes.fromhex('a4010103322006215820'): (6, -19),
    bytes.fromhex('a301012004215820'): (4, 0),
}


class _Map:
    """What label() needs to hold the order: entries left, the key before."""

    def __init__(self, left):
        self.left = left
        self.before = None


class Cbor:
    """The strict reader of deterministic CBOR (RFC 8949, section 4.2.1)."""

    UINT, NINT, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE, NONE = range(9)
    DEPTH_MAX, COUNT_MAX, ANY = 16, 4096, 1 << 62

    def __init__(self, data, at=0, end=None):
        self.data = data
        self.at = at
        self.end = len(data) if end is None else end
        self.depth = 0

    def peek(self):
        return self.data[self.at] >> 5 if self.at < self.end else self.NONE

    def _head(self):
        """(type, value, where what follows begins) of the next head, which is not taken."""
        at = self.at
        if at >= self.end:
            _fail('cbor_truncated', at)
        kind, value = self.data[at] >> 5, self.data[at] & 0x1f
        if value < 24:
            if kind == self.SIMPLE and not 20 <= value <= 22:
                _fail('cbor_undefined' if value == 23 else 'cbor_simple', at)
            return kind, value, at + 1
        if value > 27:
            _fail('cbor_indefinite' if value == 31 else 'cbor_reserved', at)
        size = 1 << (value - 24)
        if self.end - at - 1 < size:
            _fail('cbor_truncated', at)
        if kind == self.SIMPLE:
            _fail('cbor_simple' if size == 1 else 'cbor_float', at)
        value = int.from_bytes(self.data[at + 1:at + 1 + size], 'big')
        if value < (24 if size == 1 else 1 << (4 * size)):
            _fail('cbor_not_shortest', at)
        return kind, value, at + 1 + size

    def _fail_type(self, kind):
        _fail('cbor_tag' if kind == self.TAG else 'cbor_type', self.at)

    def _typed(self, wanted):
        kind, value, after = self._head()
        if kind != wanted:
            self._fail_type(kind)
        return value, after

    def uint(self, most):
        value, after = self._typed(self.UINT)
        if value > most:
            _fail('cbor_range', self.at)
        self.at = after
        return value

    def int(self, least=-1 << 63, most=NEVER):
        kind, value, after = self._head()
        if kind not in (self.UINT, self.NINT):
            self._fail_type(kind)
        value = value if kind == self.UINT else -1 - value
        if not least <= value <= most:
            _fail('cbor_range', self.at)
        self.at = after
        return value

    def _string(self, kind, most):
        size, after = self._typed(kind)
        if size > self.end - after:
            _fail('cbor_length', self.at)
        if size > most:
            _fail('cbor_count', self.at)
        string = bytes(self.data[after:after + size])
        if kind == self.TEXT:
            try:
                string = string.decode('utf-8')
            except UnicodeDecodeError:
                _fail('cbor_utf8', self.at)
        self.at = after + size
        return string

    def bytes(self, most=ANY):
        return self._string(self.BYTES, most)

    def fixed(self, size):
        at = self.at
        string = self._string(self.BYTES, size)
        if len(string) != size:
            _fail('cbor_count', at)
        return string

    def text(self, most=ANY):
        return self._string(self.TEXT, most)

    def bool(self):
        value, after = self._typed(self.SIMPLE)
        if value == 22:
            _fail('cbor_type', self.at)
        self.at = after
        return value == 21

    def _enter(self, after):
        if self.depth >= self.DEPTH_MAX:
            _fail('cbor_depth', self.at)
        self.depth += 1
        self.at = after

    def _begin(self, kind, entry_size, most):
        count, after = self._typed(kind)
        if count > (self.end - after) // entry_size:
            _fail('cbor_length', self.at)
        if count > most:
            _fail('cbor_count', self.at)
        self._enter(after)
        return count

    def array(self, most):
        return self._begin(self.ARRAY, 1, most)

    def leave(self):
        """Behind the last entry of an array, and behind a tag's content."""
        self.depth -= 1

    def map(self, most):
        return _Map(self._begin(self.MAP, 2, most))

    def _taken(self, entries, at):
        key = bytes(self.data[at:self.at])
        if entries.before is not None and entries.before >= key:
            _fail('cbor_key_duplicate' if entries.before == key else 'cbor_key_order', at)
        entries.left -= 1
        entries.before = key

    def label(self, entries):
        """The next label; None, and the map closed, after the last."""
        if entries.left == 0:
            self.leave()
            return None
        at = self.at
        label = self.int()
        self._taken(entries, at)
        return label

    def name(self, entries, most=ANY):
        if entries.left == 0:
            self.leave()
            return None
        at = self.at
        name = self.text(most)
        self._taken(entries, at)
        return name

    def key(self, entries):
        """A key of either kind."""
        return self.name(entries) if self.peek() == self.TEXT and entries.left > 0 else self.label(entries)

    def tag(self, wanted):
        value, after = self._typed(self.TAG)
        if value != wanted:
            _fail('cbor_tag', self.at)
        self._enter(after)

    def skip(self):
        """Passes over the next item, holding it to the whole profile."""
        kind, _, after = self._head()
        if kind in (self.UINT, self.NINT, self.SIMPLE):
            self.at = after
        elif kind in (self.BYTES, self.TEXT):
            self._string(kind, self.ANY)
        elif kind == self.ARRAY:
            for _ in range(self.array(self.COUNT_MAX)):
                self.skip()
            self.leave()
        elif kind == self.MAP:
            entries = self.map(self.COUNT_MAX)
            while entries.left > 0:
                self._skip_key(entries)
                self.skip()
            self.leave()
        else:
            self._fail_type(kind)

    def _skip_key(self, entries):
        at = self.at
        kind, _, after = self._head()
        if kind == self.TEXT:
            self.text()
        elif kind in (self.UINT, self.NINT):
            self.at = after
        else:
            self._fail_type(kind)
        self._taken(entries, at)

    def finish(self):
        if self.at < self.end:
            _fail('cbor_trailing', self.at)

    # --- what claims are made of ---

    def claims(self, readers, required=()):
        """Calls readers[label]() for each label; an unknown one is passed over, or critical."""
        at = self.at
        entries = self.map(64)
        seen = set()
        while True:
            label_at = self.at
            label = self.key(entries)
            if label is None:
                break
            if isinstance(label, str) or (label < 0 and label not in readers):
                _fail('claim_critical', label_at)
            seen.add(label)
            readers.get(label, self.skip)()
        if not seen.issuperset(required):
            _fail('claim_missing', at)
        return seen

    def date(self):
        return self.int(0, TIME_MAX)

    def duration(self, least=0):
        at = self.at
        value = self.int(least, 36600 * DAY_S)
        if value == 0:
            _fail('claim_value', at)
        return value

    def any_duration(self):
        return self.duration(-36600 * DAY_S)

    def positive(self, most=NEVER):
        at = self.at
        value = self.uint(most)
        if value == 0:
            _fail('claim_value', at)
        return value

    def some_text(self, most):
        at = self.at
        text = self.text(most)
        if text == '':
            _fail('claim_value', at)
        return text

    def form(self, most, form):
        """Text of a form: a regular expression for all of it."""
        at = self.at
        text = self.text(most)
        if form.fullmatch(text) is None:
            _fail('claim_value', at)
        return text

    def yes(self):
        at = self.at
        if not self.bool():
            _fail('claim_value', at)
        return True

    def version(self):
        at = self.at
        value, self.at = self._typed(self.UINT)
        if value != 1:
            _fail('claim_value' if value == 0 else 'claim_version', at)

    def tuple(self, size):
        at = self.at
        if self.array(size) != size:
            _fail('cbor_count', at)

    def list(self, most, read):
        """A list of 1 to `most` entries, each read by read(those before)."""
        at = self.at
        count = self.array(most)
        if count == 0:
            _fail('claim_value', at)
        entries = []
        for _ in range(count):
            entries.append(read(entries))
        self.leave()
        return entries

    def set(self, most, text_most, form):
        """Texts that ascend by length, then by bytes, none twice."""
        def read(before):
            at = self.at
            text = self.form(text_most, form)
            if before and (len(before[-1]), before[-1]) >= (len(text), text):
                _fail('claim_value', at)
            return text
        return self.list(most, read)

    def cose_key(self, curve):
        """(curve, alg, x) of an Ed25519 key (6) or an X25519 key (4); another curve is claim_value."""
        at = self.at
        self.skip()
        key = bytes(self.data[at:self.at])
        kind = _KEY_HEADS.get(key[:-32])
        if kind is None:
            _fail('cose_key', at)
        if kind[0] != curve:
            _fail('claim_value', at)
        return kind + (key[-32:],)


# --- COSE (RFC 9052) ----------------------------------------------------------------------------------

_ALG, _KID, _TYP = 1, 4, 16


class _Message:
    """Of COSE_Sign1, COSE_Sign, and of a signer in it."""

    def __init__(self, headers, protected):
        self.protected = protected
        self.alg, self.kid, self.type = headers.get(_ALG), headers.get(_KID), headers.get(_TYP)
        self.payload = self.signature = b''
        self.signers = []


def kid_of(key):
    """The first 8 bytes of a key's thumbprint (RFC 9679): of the point alone."""
    head = b'\xa3\x01\x01\x20' + bytes((key[0],)) + b'\x21\x58\x20'
    return hashlib.sha256(head + key[2]).digest()[:8]


def _sized(r, kind, code, least, most):
    at = r.at
    if r.peek() != kind:
        r.skip()
        _fail(code, at)
    string = r.text() if kind == Cbor.TEXT else r.bytes()
    if not least <= len(string if kind == Cbor.BYTES else string.encode()) <= most:
        _fail(code, at)
    return string


def _algorithm(r):
    at = r.at
    r.skip()
    algorithm = {b'\x27': -8, b'\x32': -19}.get(bytes(r.data[at:r.at]))
    if algorithm is None:
        _fail('cose_algorithm', at)
    return algorithm


def _headers(outer, wanted):
    at = outer.at
    protected = outer.bytes(96)
    if protected == b'':
        _fail('cose_header_missing', at)
    # Offsets are the message's.
    r = Cbor(outer.data, outer.at - len(protected), outer.at)
    start = r.at
    readers = {_ALG: lambda: _algorithm(r), _KID: lambda: _sized(r, Cbor.BYTES, 'cose_kid', 8, 8),
               _TYP: lambda: _sized(r, Cbor.TEXT, 'cose_type', 0, 64)}
    entries = r.map(Cbor.COUNT_MAX)
    headers = {}
    while True:
        at = r.at
        label = r.key(entries)
        if label is None:
            break
        if label not in readers:
            _fail('cose_header_unknown', at)
        headers[label] = readers[label]()
        if label not in wanted:
            _fail('cose_header_unknown', at)
    if len(headers) != len(wanted):
        _fail('cose_header_missing', start)
    r.finish()
    return _Message(headers, protected)


def _unprotected(r):
    entries = r.map(Cbor.COUNT_MAX)
    at = r.at
    if r.key(entries) is not None:
        _fail('cose_unprotected', at)


def _signature(r):
    at = r.at
    signature = r.bytes()
    if len(signature) != 64:
        _fail('cose_signature_length', at)
    return signature


def cose_sign1(data):
    r = Cbor(data)
    r.tag(18)
    r.tuple(4)
    message = _headers(r, (_ALG, _KID, _TYP))
    _unprotected(r)
    message.payload = r.bytes()
    message.signature = _signature(r)
    r.leave()
    r.leave()
    r.finish()
    return message


def cose_sign(data):
    r = Cbor(data)
    r.tag(98)
    r.tuple(4)
    message = _headers(r, (_TYP,))
    _unprotected(r)
    message.payload = r.bytes()

    def signer(before):
        at = r.at
        r.tuple(3)
        one = _headers(r, (_ALG, _KID))
        _unprotected(r)
        one.signature = _signature(r)
        r.leave()
        if before and before[-1].kid >= one.kid:
            _fail('cose_signers', at)
        return one

    for _ in range(r.array(16)):
        message.signers.append(signer(message.signers))
    r.leave()
    r.leave()
    r.leave()
    r.finish()
    return message


def _bstr(data):
    size = len(data)
    if size < 24:
        return bytes((0x40 | size,)) + data
    if size < 256:
        return bytes((0x58, size)) + data
    return (b'\x59' + size.to_bytes(2, 'big') if size < 65536 else b'\x5a' + size.to_bytes(4, 'big')) + data


def _verify(signer, key, covered):
    if signer.alg != key[1]:
        raise SkerryError('trust_algorithm')
    if not _ed25519_verify(key[2], signer.signature, covered):
        raise SkerryError('signature')


def verify_sign1(message, key):
    _verify(message, key, b'\x84\x6aSignature1' + _bstr(message.protected) + b'\x40' + _bstr(message.payload))


def verify_signer(message, signer, key):
    _verify(signer, key, b'\x85\x69Signature' + _bstr(message.protected) + _bstr(signer.protected) + b'\x40'
            + _bstr(message.payload))


# --- license ------------------------------------------------------------------------------------------

_SLUG = re.compile(r'[a-z0-9][a-z0-9_-]{0,31}')
_PRODUCT = re.compile(r'[a-z0-9][a-z0-9_-]{0,31}/[a-z0-9][a-z0-9_-]{0,31}')
_LICENSE_ID = re.compile(r'[0-9A-HJKMNP-TV-Z]{16}')
_GRANT_NAME = re.compile(r'[^\x00-\x1f\x7f]+')
_DOMAIN = re.compile(r'(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*')


class License:
    """A license's claims, once its signature has passed."""

    TYPE = 'application/vnd.skerry.license+cwt'
    MAX = 16384
    _PAYLOAD_MAX = 16128

    def __init__(self):
        self.document = b''
        self.brand = self.id = self.product = self.plan = self.licensee = ''
        self.expires_at, self.not_before, self.issued_at = NEVER, 0, 0
        self.cti = b''
        self.site_key = self.status = None
        self.edition = self.activation = 0
        self.renew_by = self.valid_until = self.maintenance_until = NEVER
        #: name: True, a number or a text
        self.grants = {}
        #: (max, burst, ttl_s) or None
        self.seats = None
        #: Durations in seconds, by the ladder's labels.
        self.ladder = {}
        self.day_end_minutes = 240
        self.components = 0
        self.domains = []
        self.tenant = None
        self.steps = self.step_days = 0

    @classmethod
    def parse(cls, payload):
        if len(payload) > cls._PAYLOAD_MAX:
            _fail('document_too_large', cls._PAYLOAD_MAX)
        license = cls()
        r = Cbor(payload)
        places = {'exp': 0, 'nbf': 0, 'uri': 0}

        def put(name, read, place=None):
            def reader():
                if place is not None:
                    places[place] = r.at
                setattr(license, name, read())
            return reader

        r.claims({
            1: put('brand', lambda: r.form(32, _SLUG)),
            2: put('id', lambda: r.form(16, _LICENSE_ID)),
            3: put('product', lambda: r.form(32, _SLUG)),
            4: put('expires_at', r.date, 'exp'),
            5: put('not_before', r.date, 'nbf'),
            6: put('issued_at', r.date),
            7: put('cti', lambda: r.fixed(8)),
            8: lambda: r.claims({1: put('site_key', lambda: r.cose_key(6))}, (1,)),
            65535: lambda: license._read_status(r, places),
            -65537: lambda: license._read_own(r, put),
        }, (1, 2, 3, 5, 6, 7, -65537))
        license._check_agreement(places)
        r.finish()
        return license

    @staticmethod
    def _expect_name(r, entries, map_at, wanted):
        """The next name of a map whose names are all known and all there."""
        at = r.at
        got = r.name(entries, 64)
        if got != wanted:
            _fail('claim_missing' if got is None else 'claim_critical', map_at if got is None else at)

    def _read_status(self, r, places):
        status_at = r.at
        status = r.map(64)
        self._expect_name(r, status, status_at, 'status_list')
        list_at = r.at
        entries = r.map(64)
        self._expect_name(r, entries, list_at, 'idx')
        index = r.uint(NEVER)
        self._expect_name(r, entries, list_at, 'uri')
        places['uri'] = r.at
        self.status = (index, r.text(7 + 32))
        self._expect_name(r, entries, list_at, None)
        self._expect_name(r, status, status_at, None)

    def _read_own(self, r, put):
        def seats():
            r.tuple(3)
            self.seats = (r.positive(1000000), r.uint(1000000), r.duration())
            r.leave()

        def telephone():
            r.tuple(3)
            r.fixed(12)
            self.steps, self.step_days = r.positive(99), r.positive(366)
            r.leave()

        r.claims({
            1: r.version,
            2: put('edition', lambda: r.uint(NEVER)),
            3: put('activation', r.positive),
            4: put('plan', lambda: r.form(32, _SLUG)),
            5: put('renew_by', r.date),
            6: put('valid_until', r.date),
            7: put('maintenance_until', r.date),
            8: lambda: self._read_grants(r),
            9: seats,
            10: lambda: self._read_ladder(r),
            11: lambda: self._read_fingerprint(r),
            12: put('domains', lambda: r.set(16, 253, _DOMAIN)),
            13: put('tenant', lambda: r.some_text(64)),
            14: telephone,
            15: put('licensee', lambda: r.some_text(128)),
        }, (1, 2, 4))

    def _read_grants(self, r):
        map_at = r.at
        entries = r.map(128)
        while True:
            at = r.at
            name = r.name(entries, 64)
            if name is None:
                break
            if _GRANT_NAME.fullmatch(name) is None:
                _fail('claim_value', at)
            kind = r.peek()
            if kind in (Cbor.UINT, Cbor.NINT):
                self.grants[name] = r.int()
            else:
                self.grants[name] = r.text(128) if kind == Cbor.TEXT else r.yes()
        if not self.grants:
            _fail('claim_value', map_at)

    def _read_ladder(self, r):
        def rung(label):
            def reader():
                self.ladder[label] = r.any_duration() if label <= 2 else r.duration()
            return reader

        def day_end():
            at = r.at
            self.day_end_minutes = r.uint(1439)
            if self.day_end_minutes == 240:
                _fail('claim_value', at)

        at = r.at
        readers = {label: rung(label) for label in range(1, 11)}
        readers[7] = lambda: r.positive(1)
        readers[11] = day_end
        if not r.claims(readers):
            _fail('claim_value', at)

    def _read_fingerprint(self, r):
        weights = []

        def component(before):
            at = r.at
            r.tuple(3)
            kind = r.positive(255)
            weights.append(r.positive(255))
            hash_at = r.at
            digest = r.bytes(16)
            if len(digest) < 12:
                _fail('claim_value', hash_at)
            r.leave()
            one = (kind, len(digest), digest)
            if before and before[-1] >= one:
                _fail('claim_value', at)
            return one

        r.tuple(3)
        r.fixed(16)
        at = r.at
        threshold = r.positive(16 * 255)
        self.components = len(r.list(16, component))
        if threshold > sum(weights):
            _fail('claim_value', at)
        r.leave()

    def _check_agreement(self, places):
        last = _Ladder.last_date(self)
        if self.not_before > self.valid_until:
            _fail('claim_conflict', places['nbf'])
        if self.expires_at < last:
            _fail('claim_conflict', places['exp'])
        if self.expires_at == NEVER and last != NEVER:
            _fail('claim_conflict', 0)
        if self.status is not None and self.status[1] != 'skerry:' + self.brand:
            _fail('claim_conflict', places['uri'])

    def is_for_other(self, product, tenant=None):
        """'product', 'brand' or 'tenant' where it is for another one; None."""
        brand, name = product.split('/', 1)
        if brand != self.brand:
            return 'brand'
        if name != self.product:
            return 'product'
        return 'tenant' if tenant is not None and tenant != (self.tenant or '') else None

    def is_for_other_domain(self, domain):
        """Whether it names domains, and this is none of them."""
        domain = re.sub('[A-Z]', lambda m: m[0].lower(), domain or '')
        domain = domain[:-1] if domain.endswith('.') else domain
        dot = domain.find('.')
        # The star is one whole label: not none, and not two.
        return bool(self.domains) and not (domain != '' and domain in self.domains) and not (
            dot > 0 and '*' + domain[dot:] in self.domains)


# --- dates --------------------------------------------------------------------------------------------


def _later(at, seconds):
    """Dates end in the year 9999 and durations after 100 years."""
    return at if at == NEVER else at + seconds


def _offsets(zone):
    """A function from an instant to the seconds that the place's clock is ahead of UTC."""
    if zone is None:
        return lambda at: time.localtime(at).tm_gmtoff
    if isinstance(zone, str):
        m = re.fullmatch(r'([+-])(\d\d):([0-5]\d)', zone)
        if zone in ('UTC', 'Z'):
            zone = fixed_zone.utc
        elif m is not None:
            minutes = int(m[2]) * 60 + int(m[3])
            return lambda at: (-minutes if m[1] == '-' else minutes) * 60
        else:
            from zoneinfo import ZoneInfo
            try:
                zone = ZoneInfo(zone)
            except Exception:
                raise SkerryError('argument', 'There is no timezone %s.' % zone) from None
    epoch = datetime(1970, 1, 1, tzinfo=fixed_zone.utc)

    def offset(at):
        # The calendar repeats itself after 400 years, and datetime ends with the year 9999.
        while at > 250000000000:
            at -= 146097 * DAY_S
        return int((epoch + timedelta(seconds=at)).astimezone(zone).utcoffset().total_seconds())
    return offset


class _Ladder:
    """How the dates of a license follow from its claims."""

    def __init__(self, license, steps=0):
        rungs = license.ladder.get
        self.valid_until = license.valid_until
        self.renew_by = license.renew_by
        if self.renew_by != NEVER:
            self.renew_by = min(self.renew_by + steps * license.step_days * DAY_S, license.valid_until)
        self.warn_from = _later(self.renew_by, -rungs(1, 0))
        self.alert_from = _later(self.renew_by, -rungs(2, 0))
        term_ends = _later(self.valid_until, rungs(5, 0))
        # Who renews as late as the term itself ends has nothing to renew.
        contact_ends = NEVER if self.renew_by >= self.valid_until else _later(self.renew_by, rungs(3, 0))
        self.grace_until = min(contact_ends, term_ends)
        #: Whether the term, and not the renewal, ends it.
        self.by_expiry = term_ends == self.grace_until
        self.degraded_until = _later(self.grace_until, rungs(4, 0))

    @staticmethod
    def last_date(license):
        return _later(_Ladder(license, license.steps).degraded_until, DAY_S)

    @staticmethod
    def day_end(at, minutes, offset):
        """The first day end, local time, that is not before `at`."""
        def at_offset(instant, seconds):
            since = (instant + seconds - minutes * 60) % DAY_S
            return instant if since == 0 else instant + DAY_S - since

        if at == NEVER:
            return at
        now = offset(at - 1)
        end = at_offset(at, now)
        if offset(end) == now:
            return end
        # A clock is put forward or back in between: where?
        before, change = at - 1, end
        while change - before > 1:
            middle = before + (change - before) // 2
            if offset(middle) == now:
                before = middle
            else:
                change = middle
        then = offset(change)
        if then > now and end - change < (then - now) % DAY_S:
            return change
        return at_offset(change, then)


def _or_none(at):
    return None if at == NEVER else at


class Verdict:
    """What holds at one instant. Instants are UTC seconds; None where there is none."""

    STATES = ('unlicensed', 'active', 'overdue', 'grace', 'degraded', 'locked')
    ACCESSES = ('none', 'read_only', 'full')
    REASONS = ('ok', 'not_yet_valid', 'overdue', 'expired', 'renewal_missed', 'suspended', 'revoked',
               'signing_key_revoked', 'unpaired', 'wrong_machine', 'too_few_components', 'wrong_domain',
               'wrong_tenant', 'maintenance_ended', 'no_license', 'state_damaged', 'no_daemon')
    NOTICES = ('none', 'info', 'warn', 'alert')
    CLOCKS = ('ok', 'behind', 'ahead_unproven', 'fault', 'unattended')

    def __init__(self):
        self.state, self.access, self.reason, self.notice = 'unlicensed', 'none', 'no_license', 'alert'
        self.at = 0
        self.next_change_at = self.renew_by = self.valid_until = self.maintenance_until = None
        self.grace_until = self.degraded_until = None
        #: Of the daemon: how its time and the wall clock go together, and whether an old copy was put back.
        self.clock = 'ok'
        self.state_rollback = False
        #: For the person in front of the screen: what holds, what to do, whom to call.
        self.message = ''
        #: name, telephone, email, url of the vendor, as far as the manifest tells.
        self.contact = {}
        #: 'daemon', 'last' (it does not answer; the last proof holds) or 'file'.
        self.source = 'file'
        #: Why it is only the last one: a code as of SkerryError; or None.
        self.trouble = None

    def is_full(self):
        return self.access == 'full'

    def may_read(self):
        return self.access != 'none'

    def days_left(self):
        """Whole days until full access ends, or, before that comes into question, until the renewal; or None."""
        until = {'active': self.renew_by or self.valid_until, 'overdue': self.renew_by or self.valid_until,
                 'grace': self.grace_until, 'degraded': self.degraded_until}.get(self.state)
        return None if until is None or until < self.at else (until - self.at) // DAY_S

    @classmethod
    def of(cls, license, at, zone=None, domain=None, build_date=0):
        """The verdict of a license at an instant, as the C library has it for a license in bytes on a machine
        of which nothing can be read."""
        mismatches = []
        if license.components > 0:
            mismatches.append('too_few_components')
        if license.is_for_other_domain(domain):
            mismatches.append('wrong_domain')
        return cls._under(license, max(at, license.issued_at), _offsets(zone), build_date, 0, mismatches)

    @classmethod
    def best(cls, license, at, build_date):
        """What a license gives at its best: everything matches, all telephone renewals were taken."""
        return cls._under(license, at, lambda instant: 0, build_date, license.steps, [])

    @classmethod
    def _under(cls, license, at, offset, build_date, steps, mismatches):
        ladder = _Ladder(license, steps)
        rungs = cls._rungs(license, ladder, offset, mismatches, build_date)
        v = cls()
        v.at = at
        answer = cls._answer_at(license, ladder, rungs, at)
        v.state, v.reason, v.notice = answer
        following = cls._boundary(license, ladder, rungs, at)
        while following != NEVER and cls._answer_at(license, ladder, rungs, following) == answer:
            following = cls._boundary(license, ladder, rungs, following)
        dated = [rung for rung in rungs if rung[0] != -NEVER]
        v.access = ('none', 'full', 'full', 'full', 'read_only', 'none')[cls.STATES.index(v.state)]
        v.next_change_at = _or_none(following)
        v.renew_by = _or_none(ladder.renew_by)
        v.valid_until = _or_none(ladder.valid_until)
        v.maintenance_until = _or_none(license.maintenance_until)
        v.grace_until = _or_none(min(rung[1] for rung in dated))
        v.degraded_until = _or_none(min(rung[2] for rung in dated))
        return v

    @staticmethod
    def _rungs(license, ladder, offset, mismatches, build_date):
        """Each thing that can end it: (shows from, full access until, read only until, reason)."""
        def end(at):
            return _Ladder.day_end(at, license.day_end_minutes, offset)

        rungs = []
        if build_date > license.maintenance_until:
            rungs.append((-NEVER, -NEVER, -NEVER, 'maintenance_ended'))
        # A mismatch whose beginning nobody has seen began with the license.
        rebind = license.ladder.get(6, 0)
        until = license.issued_at if rebind == 0 else end(license.issued_at + rebind)
        rungs += [(license.issued_at, until, until, mismatch) for mismatch in mismatches]
        ends, never = (end(ladder.grace_until), end(ladder.degraded_until)), (NEVER, NEVER)
        rungs.append((ladder.valid_until, *(ends if ladder.by_expiry else never), 'expired'))
        rungs.append((ladder.renew_by, *(never if ladder.by_expiry else ends), 'renewal_missed'))
        rungs.append((license.expires_at, license.expires_at, license.expires_at, 'expired'))
        return rungs

    @staticmethod
    def _stale_from(license):
        return NEVER if license.status is None or 10 not in license.ladder else license.issued_at + license.ladder[10]

    @classmethod
    def _answer_at(cls, license, ladder, rungs, now):
        """(state, reason, notice): the worst rung, and of several the one that ends first."""
        def reached(at):
            return at != NEVER and now >= at

        renewal = 3 if reached(ladder.alert_from) else 2 if reached(ladder.warn_from) else 0
        stale = 2 if reached(cls._stale_from(license)) else 0
        worst, worst_end, reason = 1, NEVER, None
        for begins, full, read, why in rungs:
            state = 5 if reached(read) else 4 if reached(full) else 3 if reached(begins) else 1
            ends = full if state == 3 else read
            if state != 1 and (state > worst or (state == worst and ends < worst_end)):
                worst, worst_end, reason = state, ends, why
        if worst != 5 and now < license.not_before:
            worst, reason, notice = 0, 'not_yet_valid', 1
        elif reason is None and renewal > 0:
            worst, reason, notice = 2, 'overdue', renewal
        elif reason is None:
            reason, notice = 'ok', 0
        else:
            notice = max(1, renewal) if worst == 3 and reason == 'renewal_missed' else 3
        return cls.STATES[worst], reason, cls.NOTICES[max(notice, stale)]

    @classmethod
    def _boundary(cls, license, ladder, rungs, now):
        dates = [license.not_before, ladder.warn_from, ladder.alert_from, cls._stale_from(license)]
        for rung in rungs:
            dates += rung[:3]
        return min([at for at in dates if at > now] + [NEVER])


# --- trust --------------------------------------------------------------------------------------------


class _Manifest:
    """What one says of itself."""

    def __init__(self):
        self.message = None
        self.version = self.threshold = self.issued_at = 0
        self.expires_at = NEVER
        self.roots, self.keys, self.exchange, self.contacts = {}, {}, {}, {}
        self.trial = False


class _Key:
    """An issuing key or an exchange key in a manifest."""

    def __init__(self):
        self.key = None
        self.not_before, self.not_after, self.latest, self.revoked_at = 0, NEVER, NEVER, NEVER
        self.roles = 0
        self.brands = []
        self.perpetual = False


class Trust:
    """The vendor's manifests: a chain that begins at the pinned one, and what it lets keys sign."""

    TYPE = 'application/vnd.skerry.manifest+cwt'
    #: Where a license's key is listed, and stands no more.
    FALLS = ('trust_key_revoked', 'trust_role', 'trust_brand', 'trust_not_yet', 'trust_retired', 'trust_latest',
             'trust_perpetual', 'trust_grace')
    _MAX, _PAYLOAD_MAX, _ROLE_LICENSE, _GRACE_MAX = 65536, 63488, 1, 400 * DAY_S

    def __init__(self, manifest):
        self._held = manifest

    @classmethod
    def anchor(cls, documents):
        """From documents as Documents.find gives them: the lowest version is the anchor, others follow."""
        candidates = cls._in_order(documents)
        if not candidates:
            raise SkerryError('document_kind')
        cls._check_signatures(candidates[0], None)
        trust = cls(candidates[0])
        trust._follow_in_order(candidates[1:])
        return trust

    def follow(self, documents):
        """Moves on by every manifest among them that follows; the first that is refused is told."""
        self._follow_in_order(self._in_order(documents))

    @property
    def version(self):
        return self._held.version

    def leaves_no_gap(self, documents):
        """trust_sequence where one of these is beyond a version that is missing."""
        if any(candidate.version > self.version for candidate in self._in_order(documents)):
            raise SkerryError('trust_sequence')

    def contact(self, brand):
        """name, telephone, email, url for a brand."""
        own, everybody = self._held.contacts.get(brand), self._held.contacts.get('*')
        reached = own is not None and not own.keys().isdisjoint(('telephone', 'email', 'url'))
        return dict(own if own is not None and (everybody is None or reached) else everybody or {})

    def license(self, document):
        """(License, whether its key was revoked): form, signature and permission; neither machine nor date."""
        if len(document) > License.MAX:
            raise SkerryError('document_too_large')
        message = cose_sign1(document)
        if message.type != License.TYPE:
            raise SkerryError('cose_type')
        key = self._held.keys.get(message.kid)
        if key is None:
            raise SkerryError('trust_key_unknown')
        verify_sign1(message, key.key)
        license = License.parse(message.payload)
        license.document = bytes(document)
        self._check_permitted(key, license)
        return license, key.revoked_at != NEVER

    @classmethod
    def _check_permitted(cls, key, license):
        never = license.expires_at == NEVER
        if key.roles & cls._ROLE_LICENSE == 0:
            raise SkerryError('trust_role')
        if key.brands and license.brand not in key.brands:
            raise SkerryError('trust_brand')
        if license.issued_at < key.not_before:
            raise SkerryError('trust_not_yet')
        if license.issued_at > key.not_after:
            raise SkerryError('trust_retired')
        if never and not key.perpetual:
            raise SkerryError('trust_perpetual')
        if license.ladder.get(3, 0) > cls._GRACE_MAX and not key.perpetual:
            raise SkerryError('trust_grace')
        if not never and license.expires_at > key.latest:
            raise SkerryError('trust_latest')

    # --- the chain ---

    @classmethod
    def _read(cls, data):
        if len(data) > cls._MAX:
            raise SkerryError('document_too_large')
        message = cose_sign(data)
        if message.type != cls.TYPE:
            raise SkerryError('cose_type')
        manifest = cls._parse(message.payload)
        manifest.message = message
        return manifest

    @classmethod
    def _in_order(cls, documents):
        """All of them, by the version that each says of itself."""
        return sorted((cls._read(data) for kind, data in documents if kind == 'manifest'), key=lambda m: m.version)

    def _follow_in_order(self, candidates):
        for candidate in candidates:
            if candidate.version > self.version + 1:
                continue
            try:
                self._advance(candidate)
            except SkerryError as error:
                if not self._changes_nothing(candidate.version, error.code):
                    raise

    def _changes_nothing(self, version, code):
        """One whose roots are all gone cannot be told from a stranger's; a trial desk rewrites its first."""
        if version < self.version:
            return code in ('trust_sequence', 'trust_root_unknown')
        return version == 1 and self.version == 1 and self._held.trial and code == 'trust_sequence'

    def _advance(self, after):
        before = self._held
        if after.message.payload == before.message.payload:
            self._check_known_signers(after)
            return
        if after.version <= before.version:
            self._check_known_signers(after)
            raise SkerryError('trust_sequence')
        self._check_signatures(after, before)
        for kept, held in ((after.keys, before.keys), (after.exchange, before.exchange)):
            for kid, key in held.items():
                now = kept.get(kid)
                if now is None or now.key != key.key or now.revoked_at > key.revoked_at:
                    raise SkerryError('trust_key_dropped')
        self._held = after

    def _check_known_signers(self, candidate):
        known = False
        for signer in candidate.message.signers:
            root = self._held.roots.get(signer.kid)
            if root is not None:
                verify_signer(candidate.message, signer, root)
                known = True
        if not known:
            raise SkerryError('trust_root_unknown')

    @staticmethod
    def _check_signatures(after, before):
        """Every signature is by a root of either and passes; both thresholds are reached."""
        of_before = of_after = 0
        for signer in after.message.signers:
            old = None if before is None else before.roots.get(signer.kid)
            new = after.roots.get(signer.kid)
            if old is None and new is None:
                raise SkerryError('trust_root_unknown')
            if old is not None and new is not None and old != new:
                raise SkerryError('trust_algorithm')
            verify_signer(after.message, signer, old or new)
            of_before += old is not None
            of_after += new is not None
        if of_after < after.threshold or (before is not None and of_before < before.threshold):
            raise SkerryError('trust_threshold')

    # --- the claims ---

    @classmethod
    def _parse(cls, payload):
        if len(payload) > cls._PAYLOAD_MAX:
            _fail('document_too_large', cls._PAYLOAD_MAX)
        m = _Manifest()
        r = Cbor(payload)
        r.claims({4: cls._put(m, 'expires_at', r.date), 6: cls._put(m, 'issued_at', r.date),
                  -65537: lambda: cls._parse_own(r, m)}, (6, -65537))
        r.finish()
        return m

    @staticmethod
    def _put(target, name, read):
        return lambda: setattr(target, name, read())

    @classmethod
    def _parse_own(cls, r, m):
        threshold_at = [0]

        def threshold():
            threshold_at[0] = r.at
            return r.positive(16)

        def root():
            one = _Key()
            one.key = r.cose_key(6)
            return one

        r.claims({
            1: r.version,
            2: cls._put(m, 'version', r.positive),
            3: cls._put(m, 'threshold', threshold),
            4: cls._put(m, 'roots', lambda: {kid: one.key for kid, one in cls._keyed(r, 16, root).items()}),
            5: cls._put(m, 'keys', lambda: cls._keyed(r, 64, lambda: cls._parse_key(r))),
            6: cls._put(m, 'exchange', lambda: cls._keyed(r, 16, lambda: cls._parse_exchange(r))),
            7: cls._put(m, 'contacts', lambda: cls._parse_contacts(r)),
            8: cls._put(m, 'trial', r.yes),
        }, (1, 2, 3, 4))
        if m.threshold > len(m.roots):
            _fail('claim_conflict', threshold_at[0])

    @staticmethod
    def _keyed(r, most, read):
        """Entries with a key each, by kid; the same point twice is claim_conflict."""
        keyed = {}

        def one(_):
            at = r.at
            entry = read()
            kid = kid_of(entry.key)
            if kid in keyed:
                _fail('claim_conflict', at)
            keyed[kid] = entry
        r.list(most, one)
        return keyed

    @classmethod
    def _parse_key(cls, r):
        at = r.at
        k = _Key()
        r.claims({
            1: cls._put(k, 'key', lambda: r.cose_key(6)),
            2: cls._put(k, 'not_before', r.date),
            3: cls._put(k, 'not_after', r.date),
            4: cls._put(k, 'latest', r.date),
            5: cls._put(k, 'roles', lambda: r.positive(15)),
            6: cls._put(k, 'brands', lambda: r.set(64, 32, _SLUG)),
            7: cls._put(k, 'perpetual', r.yes),
            8: cls._put(k, 'revoked_at', r.date),
        }, (1, 2, 5))
        if k.not_after < k.not_before:
            _fail('claim_conflict', at)
        return k

    @classmethod
    def _parse_exchange(cls, r):
        k = _Key()
        r.claims({1: cls._put(k, 'key', lambda: r.cose_key(4)), 8: cls._put(k, 'revoked_at', r.date)}, (1,))
        return k

    @staticmethod
    def _parse_contacts(r):
        map_at = r.at
        entries = r.map(64)
        contacts = {}
        while True:
            at = r.at
            brand = r.name(entries, 32)
            if brand is None:
                break
            if brand != '*' and _SLUG.fullmatch(brand) is None:
                _fail('claim_value', at)
            contact = contacts[brand] = {}

            def way(name, to=contact):
                return lambda: to.__setitem__(name, r.some_text(256))

            r.claims({1: way('name'), 2: way('telephone'), 3: way('email'), 4: way('url'),
                      5: lambda: r.list(8, lambda _: r.some_text(35)), 6: lambda: r.some_text(48)})
        if not contacts:
            _fail('claim_value', map_at)
        return contacts


# --- documents ----------------------------------------------------------------------------------------

_UTF16 = re.compile(b'\xff\xfe|\xfe\xff|(?:\x00[\x01-\x7f]){8}|(?:[\x01-\x7f]\x00){8}')
_MAIL_FIELDS = re.compile(rb'^(?:From|To|Subject|Date|Received|MIME-Version|Content-Type|Content-Transfer-Encoding'
                          rb'|Return-Path|Delivered-To|Message-ID|Reply-To|X-Mozilla-Status):', re.I | re.M)
_BASE45 = {c: i for i, c in enumerate(b'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:')}
_BASE64 = frozenset(b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')


# What a character of a text is to _Armor; letters, digits and other signs are themselves.
_BLANK, _NOTHING, _SOFT, _ESCAPED, _LONG_DASH, _OTHER = ' \x01\x02\x03\x04\x05'
_BLANKS = _BLANK + _NOTHING + _SOFT
_DASHES = '-' + _LONG_DASH
_KINDS = (
    (_LONG_DASH, re.compile('[\u2014\u2015\u2e3a\u2e3b]')),
    ('-', re.compile('[\u2010-\u2013\u2043\u2212\u2500\u2501\ufe58\ufe63\uff0d]')),
    # In the middle of a word they are an accident.
    (_NOTHING, re.compile('[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]')),
    (_BLANK, re.compile('[\t-\r \x85\xa0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]')),
)
_ENTITIES = {
    'nbsp': '\xa0', 'ensp': '\u2002', 'emsp': '\u2003', 'thinsp': '\u2009', 'zwnj': '\u200c', 'zwj': '\u200d',
    'shy': '\xad', 'Tab': '\t', 'NewLine': '\n', 'gt': '>', 'equals': '=', 'plus': '+', 'sol': '/', 'hyphen': '\u2010',
    'dash': '\u2010', 'ndash': '\u2013', 'mdash': '\u2014', 'horbar': '\u2015', 'minus': '\u2212'}
# Of those that are no UTF-8: Windows-1252.
_WINDOWS_1252 = {b'\x96': '\u2013', b'\x97': '\u2014', b'\xa0': '\xa0'}
# A soft break, a tag of layout, an entity, a character whose bytes may be spelled "=C3", a byte.
_CHARACTER = re.compile(
    rb'(?P<soft>=[ \t]{0,32}(?:\r\n?|\n))'
    rb'|(?P<tag><(?=[^<>]{0,254}>)/?(?i:br|p|div|span|pre|tt|code|font|b|wbr|blockquote|body|html|td|tr)(?=[>/ \t\r\n=])[^>]*>)'
    rb'|(?P<entity>&(?:#[0-9]{1,9}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z]{2,10});)'
    + rb'|(?:[\xc2-\xdf]|=[Cc][2-9A-Fa-f]|=[Dd][0-9A-Fa-f])T'
      rb'|(?:\xe0|=[Ee]0)(?:[\xa0-\xbf]|=[ABab][0-9A-Fa-f])T|(?:\xed|=[Ee][Dd])(?:[\x80-\x9f]|=[89][0-9A-Fa-f])T'
      rb'|(?:[\xe1-\xec\xee\xef]|=[Ee][1-9A-CEFa-cef])TT'
      rb'|(?:[\xf0-\xf4]|=[Ff][0-4])TTT'.replace(b'T', rb'(?:[\x80-\xbf]|=[89ABab][0-9A-Fa-f])')
    + rb'|=[0-9A-Fa-f]{2}|[^A-Za-z0-9+/> \t\r\n-]')
_LINE_ENDS = bytes.maketrans(b'\t\r\n', b'   ')


class _Armor:
    """
    The armored blocks, (label without blanks, bytes) each, of a text that mail programs, word processors
    and web pages have been at. It is read as formats/mangled.c and formats/armor.c read it.
    """

    _LABEL_MAX, _HYPHENS = 32, 5
    _BLANKS = re.compile('(?:[%s][%s>]*)?' % (_BLANKS, _BLANKS))
    _RUN = re.compile('[%s%s]*' % (_DASHES, _NOTHING))
    _DIGITS = re.compile('[A-Za-z0-9+/]*')
    _NO_DASHES = re.compile('[^%s]*' % _DASHES)

    def __init__(self, text):
        self._text = _CHARACTER.sub(self._shown, text).translate(_LINE_ENDS).decode('ascii')
        self._at = 0

    def __iter__(self):
        while self._find_begin():
            label = self._read_label()
            yield label, self._read_body(label)

    @classmethod
    def _shown(cls, match):
        given = match[0]
        if match['soft']:
            return _SOFT.encode()
        if match['tag']:
            return _BLANK.encode()
        if match['entity']:
            point = cls._entity(given[1:-1].decode())
            return given if point is None else cls._classify(point).encode()
        data = re.sub(b'=(..)', lambda m: bytes.fromhex(m[1].decode()), given)
        try:
            shown = cls._classify(_WINDOWS_1252[data] if data in _WINDOWS_1252 else data.decode())
        except UnicodeDecodeError:
            shown = _OTHER
        return (_ESCAPED if shown == '=' and given != b'=' else shown).encode()

    @staticmethod
    def _entity(name):
        if name[0] != '#':
            return _ENTITIES.get(name)
        point = int(name[2:], 16) if name[1] in 'xX' else int(name[1:])
        return chr(point) if point < 0x110000 else '\0'

    @staticmethod
    def _classify(character):
        if '!' <= character <= '~':
            return character
        return next((kind for kind, members in _KINDS if members.match(character)), _OTHER)

    def _here(self):
        """'' at the end."""
        return self._text[self._at:self._at + 1]

    def _is(self, kinds):
        here = self._here()
        return here != '' and here in kinds

    def _pass(self, pattern):
        """What it has passed."""
        passed = pattern.match(self._text, self._at)[0]
        self._at += len(passed)
        return passed

    def _skip_blanks(self):
        """Also the ">" that quoting puts behind them. True: there was a space to see."""
        return _BLANK in self._pass(self._BLANKS)

    def _skip_hyphens(self, most):
        """Passes dashes that stand for that many hyphens, or for one more."""
        while most > 0 and self._is(_DASHES + _NOTHING):
            most -= {'-': 1, _LONG_DASH: 2}.get(self._here(), 0)
            self._at += 1

    def _skip_marks(self):
        """Dashes, also escaped for a signed mail ("- -----BEGIN"), and blanks."""
        hyphens = 0
        while self._is(_DASHES):
            run = self._pass(self._RUN)
            hyphens += run.count('-') + 2 * run.count(_LONG_DASH)
            self._skip_blanks()
        return hyphens

    def _take(self, letters):
        """Passes them in any case, wherever blanks stand. On False it stands at the one that does not fit."""
        for letter in letters:
            self._skip_blanks()
            if self._here().upper() != letter:
                return False
            self._at += 1
        return True

    def _find_begin(self):
        """Passes BEGIN SKERRY."""
        while True:
            self._pass(self._NO_DASHES)
            if self._here() == '':
                return False
            # A single hyphen is a hyphen: "Step 1 - begin Skerry ..." is no block.
            if self._skip_marks() < 2:
                continue
            words = self._at
            if self._take('BEGINSKERRY'):
                return True
            behind, self._at = self._at, words
            if self._take('ENDSKERRY'):
                raise SkerryError('armor_begin')
            self._at = behind

    def _read_label(self):
        label = ''
        length = 0
        while True:
            space = self._skip_blanks()
            if not self._here().isalnum():
                break
            length += 2 if space and label else 1
            if length > self._LABEL_MAX:
                raise SkerryError('armor_label')
            label += self._here().upper()
            self._at += 1
        if self._here() == '':
            raise SkerryError('armor_end')
        if not self._is(_DASHES) or label == '':
            raise SkerryError('armor_label')
        self._pass(self._RUN)
        return label

    def _read_body(self, label):
        """From behind the BEGIN line to behind the END line."""
        digits = bytearray()
        # Soft breaks: before the last digit, and behind it; what may be padding; of that, "=3D".
        breaks = soft = equals = escaped = 0
        while True:
            quotable = True
            while not self._is(_DASHES):
                run = '' if equals else self._pass(self._DIGITS)
                if run:
                    digits += run.encode()
                    quotable = False
                    continue
                c = self._here()
                if c == '':
                    raise SkerryError('armor_end')
                blank = c in _BLANKS
                if c in ('=', _ESCAPED, _SOFT):
                    equals += 1
                    escaped += c == _ESCAPED
                    soft += c == _SOFT
                elif ord(c) in _BASE64:
                    if equals > soft:
                        raise SkerryError('armor_padding')
                    # More base64: what could have been padding was soft breaks.
                    breaks += soft
                    equals = soft = 0
                    digits.append(ord(c))
                elif not blank and not (quotable and c == '>'):
                    raise SkerryError('armor_character')
                quotable = blank or c == '>'
                self._at += 1
            # Before any base64 they are the BEGIN line's, broken by a new line.
            if self._take_end(label, digits == b''):
                break
        # Where "=" at the end of a line may be a soft break, padding is at least all the others.
        return self._decode(bytes(digits), equals - soft if breaks or escaped else equals, equals)

    def _take_end(self, label, may_be_others):
        """At dashes: passes the END line. False: these are other dashes, where they may be."""
        self._skip_marks()
        words = self._at
        if self._take('ENDSKERRY' + label) and not self._here().isalnum():
            # No more than its own: the next block's may follow at once.
            self._skip_hyphens(self._HYPHENS)
            return True
        is_end = self._here() == ''
        self._at = words
        if is_end or self._take('END') or self._take('BEGIN'):
            raise SkerryError('armor_end')
        self._at = words
        if not may_be_others:
            raise SkerryError('armor_character')
        return False

    @staticmethod
    def _decode(digits, least, most):
        """At least and at most so many "=" behind the digits are padding."""
        padding = (0, 3, 2, 1)[len(digits) % 4]
        if padding == 3 or (padding > 0 and most == 0):
            raise SkerryError('armor_length')
        data = base64.b64decode(digits + b'=' * padding)
        # Bits that no byte takes must be zero, or two texts would stand for the same bytes.
        if not least <= padding <= most or base64.b64encode(data).rstrip(b'=') != digits:
            raise SkerryError('armor_padding')
        return data


class Documents:
    """What somebody carried: binary, PEM armor, QR text or a saved mail."""

    _MAX, _PARTS_MAX, _MAIL_DEPTH_MAX, _MAIL_PARTS_MAX = 1 << 20, 16, 8, 128
    _MARKS = {'skerry-request': 'request', 'skerry-reply': 'reply', 'skerry-bundle': 'bundle',
              'skerry-key': 'secret key', 'skerry-fingerprint': 'fingerprint'}
    _LABELS = {'LICENSE': 'license', 'MANIFEST': 'manifest', 'STATUSLIST': 'status list', 'REQUEST': 'request',
               'REPLY': 'reply', 'BUNDLE': 'bundle', 'SECRETKEY': 'secret key', 'PUBLICKEY': 'public key',
               'FINGERPRINT': 'fingerprint', 'PROOF': 'proof'}

    @classmethod
    def find(cls, carrier):
        """[(kind, bytes), ...], at least one; what is there twice is found once."""
        carrier = bytes(carrier)
        if carrier == b'':
            raise SkerryError('document_empty')
        kind = cls._identify(carrier)
        if kind is not None:
            return [(kind, carrier)]
        if len(carrier) > cls._MAX:
            raise SkerryError('document_too_large')
        if len(carrier) >= 16 and _UTF16.match(carrier) is not None:
            raise SkerryError('document_utf16')
        found = []
        mail = cls._mail(carrier)
        if mail is not None:
            cls._find_in_mail(mail, found)
        else:
            cls._find_in_text(carrier, found)
            if not found:
                cls._judge_unknown(carrier)
        return found

    @classmethod
    def _identify(cls, data):
        """By its first items alone; None: no document."""
        r = Cbor(data)
        try:
            if r.peek() == Cbor.TAG:
                r.tag(18 if data[0] == 0xd2 else 98)
                r.array(4)
                return _TYPES.get(cls._type_of(r.bytes(96)))
            if r.peek() == Cbor.ARRAY:
                r.array(16)
                return cls._MARKS.get(r.text(32))
            if r.peek() == Cbor.MAP:
                entries = r.map(4)
                return 'public key' if r.label(entries) == 1 and r.uint(1) == 1 else None
        except SkerryError:
            pass
        return None

    @staticmethod
    def _type_of(header):
        r = Cbor(header)
        entries = r.map(96)
        kind = ''
        label = r.label(entries)
        while label is not None:
            if label == _TYP:
                kind = r.text(64)
            else:
                r.skip()
            label = r.label(entries)
        return kind

    @staticmethod
    def _judge_unknown(data):
        try:
            data.decode('utf-8')
        except UnicodeDecodeError:
            if data[:1] == b'\xd2' and len(data) > 1:
                cose_sign1(data)
            elif data[:2] == b'\xd8\x62' and len(data) > 2:
                cose_sign(data)
        raise SkerryError('document_unknown')

    @classmethod
    def _add(cls, found, kind, data):
        if (kind, data) in found:
            return
        if len(found) == cls._PARTS_MAX:
            raise SkerryError('document_count')
        found.append((kind, data))

    @classmethod
    def _known(cls, data):
        if data == b'':
            raise SkerryError('document_empty')
        kind = cls._identify(data)
        if kind is None:
            raise SkerryError('document_unknown')
        return kind

    @classmethod
    def _find_in_text(cls, text, found):
        """Binary, QR text, or text with armor. Finding nothing is no error."""
        kind = cls._identify(text)
        if kind is not None:
            cls._add(found, kind, text)
            return
        m = re.match(rb'(?:\xef\xbb\xbf)?[ \t\r\n]*SKERRY:', text)
        if m is not None:
            data = cls._base45(text[m.end():].rstrip(b'\r\n'))
            cls._add(found, cls._known(data), data)
            return
        for label, data in _Armor(text):
            claimed = cls._LABELS.get(label)
            if claimed is None:
                raise SkerryError('armor_label')
            if cls._known(data) != claimed:
                raise SkerryError('document_kind')
            cls._add(found, claimed, data)

    @staticmethod
    def _base45(text):
        if len(text) % 3 == 1:
            raise SkerryError('base45_length')
        data = bytearray()
        for i in range(0, len(text), 3):
            group = text[i:i + 3]
            value = 0
            for c in reversed(group):
                if c not in _BASE45:
                    raise SkerryError('base45_character')
                value = value * 45 + _BASE45[c]
            if value >= 1 << (8 * (len(group) - 1)):
                raise SkerryError('base45_range')
            data += value.to_bytes(len(group) - 1, 'big')
        return bytes(data)

    # --- mail (RFC 5322, 2045, 2046) ---

    @staticmethod
    def _mail(text):
        """The mail without what stands before its first field, with LF as line ends; None: it is none."""
        text = text.replace(b'\r\n', b'\n').replace(b'\r', b'\n')
        text = re.sub(rb'\A(?:\xef\xbb\xbf)?[ \t\n]*(?:From [^\n]*\n)?', b'', text, count=1)
        header = text.split(b'\n\n', 1)[0]
        for i, line in enumerate(header.rstrip(b'\n').split(b'\n')):
            if re.match(rb'[ \t]|[!-9;-~]+:' if i > 0 else rb'[!-9;-~]+:', line) is None:
                return None
        return text if _MAIL_FIELDS.search(header) is not None else None

    @classmethod
    def _find_in_mail(cls, mail, found):
        parts = [0]
        damage = []

        def visit(data, damaged):
            parts[0] += 1
            if parts[0] > cls._MAIL_PARTS_MAX:
                raise SkerryError('document_count')
            before = len(found)
            error = None
            try:
                cls._find_in_text(data, found)
            except SkerryError as e:
                error = e
            if damaged:
                damage.append(SkerryError('armor_character'))
                if error is not None or len(found) > before:
                    raise damage[0]
            elif error is not None:
                raise error

        cls._walk(mail, 0, visit)
        if not found:
            raise damage[0] if damage else SkerryError('mail_part')

    @classmethod
    def _walk(cls, entity, depth, visit):
        header, _, body = (b'\n' + entity).partition(b'\n\n')
        header = re.sub(rb'\n[ \t]+', b' ', header)

        def field(name):
            m = re.search(rb'\n' + name + rb':[ \t]*([^\n]*)', header, re.I)
            return b'' if m is None else m[1]

        kind, encoding = field(b'Content-Type'), field(b'Content-Transfer-Encoding')
        m = re.match(rb'multipart/.*;[ \t]*boundary[ \t]*=[ \t]*(?:"([^"]{1,70})"|([^";\s]{1,70}))', kind, re.I)
        if m is not None and depth < cls._MAIL_DEPTH_MAX:
            bodies = cls._parts(body, m[1] or m[2])
            cls._walk_parts(bodies, kind.lower().startswith(b'multipart/alternative'), depth + 1, visit)
            if bodies:
                return
        damaged = False
        if encoding.lower().startswith(b'base64'):
            body, damaged = cls._mail_base64(body)
        elif encoding.lower().startswith(b'quoted-printable'):
            body = quopri.decodestring(body)
        if kind.lower().startswith(b'message/rfc822') and depth < cls._MAIL_DEPTH_MAX:
            cls._walk(body, depth + 1, visit)
        else:
            visit(body, damaged)

    @staticmethod
    def _parts(body, boundary):
        bodies, begin = [], None
        for m in re.finditer(rb'(?:\A|\n)--' + re.escape(boundary) + rb'(--)?[ \t]*(?=\n|\Z)', body):
            if begin is not None:
                bodies.append(body[begin:m.start()][1:])
            begin = None if m[1] else m.end()
            if begin is None:
                break
        return bodies if begin is None else bodies + [body[begin:][1:]]

    @classmethod
    def _walk_parts(cls, bodies, alternative, depth, visit):
        """Of alternatives one that is good is enough."""
        first, good = None, False
        for body in bodies:
            try:
                cls._walk(body, depth, visit)
                good = True
            except SkerryError as error:
                if not alternative:
                    raise
                first = first or error
        if first is not None and not good:
            raise first

    @staticmethod
    def _mail_base64(body):
        """(bytes, whether it is damaged): ends at its padding or a blank line; mailing lists put their text behind."""
        body = body.lstrip()
        at = 0
        while at < len(body) and (body[at] in _BASE64 or body[at] in b' \t' or (
                body[at] == 0x0a and at > 0 and body[at - 1] != 0x0a)):
            at += 1
        damaged = at < len(body) and body[at] not in b'=\n'
        digits = body[:at].translate(None, b' \t\n')
        if len(digits) % 4 == 1:
            digits = digits[:-1]
        return binascii.a2b_base64(digits + b'=' * (-len(digits) % 4)), damaged


# --- proofs -------------------------------------------------------------------------------------------


class Proof:
    """What a site's daemon says of its present verdict, signed by the site's own key."""

    TYPE = 'application/vnd.skerry.proof+cwt'
    _PAYLOAD_MAX = 4096
    # A step down waits for the place's next day end, 25 h at most, wherever that place is.
    _LENIENT_S = 2 * DAY_S

    def __init__(self):
        self.product = ''
        self.nonce = self.license_hash = b''
        self.issued_at = self.expires_at = self.build_date = self.manifest_version = 0
        self.state = self.access = self.reason = self.notice = self.clock = 0
        self.next_change_at = self.renew_by = self.valid_until = self.maintenance_until = None
        self.grace_until = self.degraded_until = None
        self.state_rollback = False
        self.message = self.tenant = self.domain = ''

    @classmethod
    def parse(cls, payload):
        if len(payload) > cls._PAYLOAD_MAX:
            _fail('document_too_large', cls._PAYLOAD_MAX)
        p = cls()
        r = Cbor(payload)
        exp_at = [0]

        def put(name, read):
            return lambda: setattr(p, name, read())

        def expires():
            exp_at[0] = r.at
            return r.date()

        def nonce():
            at = r.at
            data = r.bytes(64)
            if len(data) < 8:
                _fail('claim_value', at)
            return data

        own = {1: r.version, 2: put('license_hash', lambda: r.fixed(32)), 14: put('state_rollback', r.yes),
               15: put('message', lambda: r.some_text(1024)), 16: put('tenant', lambda: r.some_text(64)),
               17: put('domain', lambda: r.some_text(253)), 18: put('build_date', lambda: r.positive(TIME_MAX)),
               19: put('manifest_version', r.positive)}
        for label, name in ((3, 'state'), (4, 'access'), (5, 'reason'), (6, 'notice'), (13, 'clock')):
            own[label] = put(name, lambda: r.positive(255))
        for label, name in ((7, 'next_change_at'), (8, 'renew_by'), (9, 'valid_until'), (10, 'maintenance_until'),
                            (11, 'grace_until'), (12, 'degraded_until')):
            own[label] = put(name, r.date)
        r.claims({3: put('product', lambda: r.form(65, _PRODUCT)), 4: put('expires_at', expires),
                  6: put('issued_at', r.date), 10: put('nonce', nonce),
                  -65537: lambda: r.claims(own, (1, 2, 19))}, (3, 4, 6, 10, -65537))
        if p.expires_at <= p.issued_at or p.expires_at - p.issued_at > PROOF_LIVES_S:
            _fail('claim_conflict', exp_at[0])
        r.finish()
        return p

    @classmethod
    def take(cls, answer, asked, pinned, trust):
        """Holds what a daemon shows against what the product pins: manifests, license, proof, each judged by the
        one before. `answer` has license, manifests, proof; `asked` product, tenant, domain, build_date, nonce;
        `trust` moves on. (License, Proof)."""
        manifests = [('manifest', data) for data in answer['manifests']]
        trust.follow(manifests)
        trust.leaves_no_gap(manifests)
        fallen = None
        try:
            license, revoked = trust.license(answer['license'])
            if revoked:
                fallen = 'trust_key_revoked'
        except SkerryError as error:
            if error.code not in Trust.FALLS:
                raise
            fallen = error.code
        if fallen is not None:
            license = cls._stood_once(answer['license'], manifests, pinned)
        other = license.is_for_other(asked['product'], asked['tenant'])
        if other is not None:
            raise SkerryError(other)
        if license.site_key is None:
            raise SkerryError('not_paired')
        proof = cls._open(answer['proof'], license.site_key)
        if proof.manifest_version > trust.version:
            raise SkerryError('trust_sequence')
        if not (proof._answers(answer['license'], asked) and proof._is_known() and proof._is_allowed(license)):
            raise SkerryError('proof')
        # From then on it is in its grace at best.
        if fallen is not None and proof.access != 0 and proof.state < 3:
            raise SkerryError(fallen)
        return license, proof

    @staticmethod
    def _stood_once(document, manifests, pinned):
        """A license whose key fell was good under a pinned manifest, or one that came after: else it is a thief's."""
        trust = Trust.anchor(pinned)
        for manifest in [None] + manifests:
            if manifest is not None:
                try:
                    trust.follow([manifest])
                except SkerryError:
                    pass    # One that does not follow has no say.
            try:
                license, revoked = trust.license(document)
                if not revoked:
                    return license
                refused = SkerryError('trust_key_revoked')
            except SkerryError as error:
                refused = error
        raise refused

    @classmethod
    def _open(cls, document, site_key):
        message = cose_sign1(document)
        if message.type != cls.TYPE:
            raise SkerryError('cose_type')
        if message.kid != kid_of(site_key):
            raise SkerryError('signature')
        verify_sign1(message, site_key)
        return cls.parse(message.payload)

    def _answers(self, license, asked):
        return (hmac.compare_digest(self.nonce, asked['nonce'])
                and self.license_hash == hashlib.sha256(license).digest() and self.product == asked['product']
                and self.tenant == (asked['tenant'] or '') and self.domain == (asked['domain'] or '')
                and self.build_date == asked['build_date'])

    def _is_known(self):
        return (self.state < len(Verdict.STATES) and self.access < len(Verdict.ACCESSES)
                and self.reason < len(Verdict.REASONS) - 1 and self.notice < len(Verdict.NOTICES)
                and self.clock < len(Verdict.CLOCKS))

    def _is_allowed(self, license):
        """Whoever has the site's key can sign much; not that a license gives more than it does at its best."""
        at = max(self.issued_at - self._LENIENT_S, min(license.not_before, self.issued_at))
        return self.access <= Verdict.ACCESSES.index(Verdict.best(license, at, self.build_date).access)

    def is_over(self, elapsed):
        """Whether it ended, or what it says would change, so many seconds after it was made."""
        at = self.issued_at + elapsed
        return at >= self.expires_at or (self.next_change_at is not None and at >= self.next_change_at)

    def verdict(self, elapsed):
        """What it says, `elapsed` seconds after it was made; from its end on there is no access."""
        v = Verdict()
        v.at = self.issued_at + elapsed
        v.source = 'daemon'
        if v.at >= self.expires_at:
            v.state, v.access, v.reason, v.notice = 'locked', 'none', 'no_daemon', 'alert'
            return v
        v.state, v.access = Verdict.STATES[self.state], Verdict.ACCESSES[self.access]
        v.reason, v.notice = Verdict.REASONS[self.reason], Verdict.NOTICES[self.notice]
        v.clock = Verdict.CLOCKS[self.clock]
        v.state_rollback = self.state_rollback
        v.message = re.sub(r'[\x00-\x1f\x7f]', ' ', self.message)
        for name in ('next_change_at', 'renew_by', 'valid_until', 'maintenance_until', 'grace_until', 'degraded_until'):
            setattr(v, name, getattr(self, name))
        return v


_TYPES = {License.TYPE: 'license', Trust.TYPE: 'manifest', 'application/statuslist+cwt': 'status list',
          Proof.TYPE: 'proof'}


# --- the daemon ---------------------------------------------------------------------------------------


class Daemon:
    """HTTP/1.1 to skerryd over its Unix socket: one call on one connection, within a time."""

    _ANSWER_MAX = 4 << 20

    def __init__(self, path, wait_s):
        self._path = path
        self._wait_s = wait_s

    def call(self, method, target, body=None, headers=None):
        """The object of the answer; raises what an error's body tells."""
        lines = {'Host': 'skerry', 'Accept': 'application/json', 'Connection': 'close', **(headers or {})}
        data = b''
        if body is not None:
            data = json.dumps(body).encode()
            lines['Content-Type'] = 'application/json'
        if method != 'GET':
            lines['Content-Length'] = str(len(data))
        head = '%s %s HTTP/1.1\r\n' % (method, target)
        for name, value in lines.items():
            if re.search(r'[^\x20-\x7e]', value) is not None:
                raise SkerryError('argument')
            head += '%s: %s\r\n' % (name, value)
        return self._parse(self._exchange(head.encode('ascii') + b'\r\n' + data))

    def _exchange(self, request):
        until = time.monotonic() + self._wait_s
        answer = bytearray()
        try:
            with sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM) as stream:
                stream.settimeout(self._wait_s)
                stream.connect(self._path)
                try:
                    stream.sendall(request)
                except (BrokenPipeError, ConnectionResetError):
                    pass    # It may have answered already.
                while True:
                    stream.settimeout(max(until - time.monotonic(), 0.001))
                    some = stream.recv(65536)
                    if some == b'':
                        break
                    answer += some
                    if len(answer) > self._ANSWER_MAX:
                        raise SkerryError('io')
        except PermissionError:
            raise SkerryError('file_permission', 'This user may not use skerryd at %s.' % self._path) from None
        except OSError as error:
            raise SkerryError('no_daemon', 'skerryd does not answer at %s: %s.' % (self._path, error)) from None
        if not answer:
            raise SkerryError('no_daemon')
        return bytes(answer)

    @classmethod
    def _parse(cls, answer):
        head, gap, body = answer.partition(b'\r\n\r\n')
        m = re.match(rb'HTTP/1\.[01] ([1-5]\d\d)(?: |\r\n|\Z)', head)
        if m is None or gap == b'':
            raise SkerryError('io')
        size = re.search(rb'\r\nContent-Length:[ \t]*(\d{1,9})[ \t]*(?:\r\n|\Z)', head, re.I)
        if re.search(rb'\r\nTransfer-Encoding:[ \t]*chunked', head, re.I) is not None:
            body = cls._unchunk(body)
        elif size is not None and len(body) != int(size[1]):
            raise SkerryError('io')
        try:
            answer = json.loads(body.decode('utf-8')) if body else {}
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise SkerryError('io')
        if int(m[1]) >= 300:
            error = answer.get('error')
            error = {name: text for name, text in error.items() if isinstance(text, str)} if isinstance(error, dict) else {}
            message = ('%s %s' % (error.get('message', ''), error.get('advice', ''))).strip()
            raise SkerryError(error.get('code', 'io'), message, 0, error.get('retry_at'))
        return answer

    @staticmethod
    def _unchunk(body):
        whole, at = bytearray(), 0
        while True:
            m = re.compile(rb'([0-9a-fA-F]{1,7})[^\r\n]*\r\n').match(body, at)
            if m is None:
                raise SkerryError('io')
            size = int(m[1], 16)
            if size == 0:
                return bytes(whole)
            whole += body[m.end():m.end() + size]
            at = m.end() + size + 2


class _Held:
    """What was proven last, and when it was asked for."""

    def __init__(self, license, proof, trust, since):
        self.license, self.proof, self.trust, self.since = license, proof, trust, since


class Skerry:
    """The answers for one product; one handle for all threads.

    trust         the pinned root manifest, as bytes, any carrier; later ones may follow it
    product       'hotelhub/hms', with its brand
    socket        skerryd's. Not asked where `license` is given
    license       a path, or several, of license and later manifests: works without a daemon
    tenant, domain, build_date (UTC seconds), language    what is asked about, as in skerry.h
    custom, install_path    what the product knows of its machine, where the license compares it; a list, a path
    timezone      of the place, for day ends of a license file: 'Asia/Jakarta', '+07:00'; None: the system's
    fresh_s       so long a proof is used without asking again
    wait_s        so long the daemon is waited for
    clock         a function that returns UTC seconds, for tests
    """

    def __init__(self, trust, product, socket='/run/skerry/skerry.sock', license=None, tenant=None, domain=None,
                 build_date=0, custom=(), install_path=None, timezone=None, language=None, fresh_s=60, wait_s=2.0,
                 clock=time.time):
        if not trust or _PRODUCT.fullmatch(product) is None:
            raise SkerryError('argument', 'Skerry needs a pinned root manifest (trust), and the product as brand/product.')
        self._pinned = Documents.find(trust)
        self._product, self._tenant, self._domain = product, tenant, domain
        self._build_date, self._custom, self._install_path = int(build_date), list(custom), install_path
        self._zone, self._language, self._fresh_s, self._clock = timezone, language, fresh_s, clock
        self._files = None if license is None else [license] if isinstance(license, (str, os.PathLike)) else list(license)
        self._daemon = Daemon(socket, wait_s)
        self._looking = threading.RLock()
        # Of files: (license, trust), and the verdict that holds until it changes.
        self._opened = self._last = None
        # Of a daemon: what was proven, why the look after that failed, when it was, and when to look again.
        self._held = self._trouble = self._looked = None
        self._pause = 0

    def verdict(self):
        """What holds now. Raises where nothing is known: no license, one that is refused, no daemon and no proof."""
        return self._answer()[0]

    def verdict_at(self, at):
        """What a license file gives at another time, UTC seconds."""
        with self._looking:
            license, trust = self._open_files()
        return self._complete(self._of_license(license, int(at)), trust)

    def check(self, feature, read=False):
        """May the feature be used now? It needs full access; read: at least read only."""
        verdict, license = self._answer()
        access = verdict.may_read() if read else verdict.is_full()
        return access and license is not None and license.grants.get(feature) is True

    def limit(self, name):
        """A limit's number; no_access, no_limit."""
        return self._grant(name, int)

    def text(self, name):
        """A text value; no_access, no_limit."""
        return self._grant(name, str)

    def license(self):
        """The license that answers, verified; None without one."""
        return self._answer()[1]

    def refresh(self):
        """Asks the daemon, or reads the files, at the next question, however fresh the last answer is."""
        with self._looking:
            self._opened = self._last = self._looked = None

    def status(self):
        """All that `skerry status --json` shows, as the daemon tells it: for people, nothing of it is proven."""
        return self._daemon.call('GET', '/v1/status?' + self._query(), None, self._languages())

    def _grant(self, name, kind):
        verdict, license = self._answer()
        if not verdict.may_read():
            raise SkerryError('no_access')
        value = license.grants.get(name)
        if type(value) is not kind:
            raise SkerryError('no_limit')
        return value

    def _answer(self):
        """(Verdict, License or None)"""
        if self._files is None:
            verdict, license, trust = self._of_daemon()
        else:
            verdict, license, trust = self._of_files()
        return self._complete(verdict, trust), license

    def _complete(self, verdict, trust):
        if trust is not None:
            verdict.contact = trust.contact(self._product.split('/')[0])
        if verdict.message == '':
            verdict.message = _message(verdict, self._product, _offsets(self._zone))
        return verdict

    # --- seats ---

    def claim_seat(self, holder, secret=None):
        """Claims a seat, or renews that of the same holder: a dict of holder, secret, expires_at, expires_in, burst.
        Keep the secret. no_access, no_seats, seat_held, seat_none_free (retry_at), seat_cap; no_daemon."""
        verdict, license = self._answer()
        # A daemon that nobody proved cannot grant any.
        if not verdict.may_read():
            raise SkerryError((verdict.trouble or 'no_daemon') if verdict.reason == 'no_daemon' else 'no_access')
        if license.seats is None or self._files is not None:
            raise SkerryError('no_seats')
        seat = self._daemon.call('PUT', self._seat(holder), None, self._shown(secret))
        # A renewal tells no secret.
        return {'holder': holder, 'secret': secret, **{name: value for name, value in seat.items() if value is not None}}

    def renew_seat(self, holder, secret):
        """A third of expires_in is a good time to. A seat that ended meanwhile is claimed anew."""
        return self.claim_seat(holder, secret)

    def release_seat(self, holder, secret=None):
        """seat_unknown: it had ended; seat_secret: somebody else has the name."""
        self._daemon.call('DELETE', self._seat(holder), None, self._shown(secret))

    @staticmethod
    def _shown(secret):
        return {'Skerry-Seat-Secret': secret} if secret else {}

    def _seat(self, holder):
        try:
            size = len(holder.encode('utf-8'))
        except UnicodeEncodeError:
            size = 0
        if not 1 <= size <= 255 or re.search(r'[\x00-\x1f\x7f]', holder) is not None:
            raise SkerryError('argument', 'A holder is 1 to 255 bytes of text.')
        return '/v1/seats/%s?%s' % (urllib.parse.quote(holder, safe=''), self._query())

    def _query(self):
        asked = {'product': self._product, 'tenant': self._tenant, 'domain': self._domain}
        told = [pair for pair in asked.items() if pair[1]] + self._machine()
        return urllib.parse.urlencode(told, quote_via=urllib.parse.quote, safe='')

    def _machine(self):
        told = []
        if self._build_date:
            told.append(('build_date', (datetime(1970, 1, 1) + timedelta(seconds=self._build_date)).strftime('%Y-%m-%dT%H:%M:%SZ')))
        if self._install_path:
            told.append(('install_path', self._install_path))
        return told + [('custom', value) for value in self._custom]

    def _languages(self):
        return {} if self._language is None else {'Accept-Language': self._language}

    # --- of files ---

    def _of_files(self):
        with self._looking:
            license, trust = self._open_files()
            now = max(int(self._clock()), license.issued_at)
            last = self._last
            if last is None or now < last.at or (last.next_change_at is not None and now >= last.next_change_at):
                last = self._last = self._of_license(license, now)
        verdict = copy.copy(last)
        verdict.at = now
        return verdict, license, trust

    def _of_license(self, license, at):
        return Verdict.of(license, at, self._zone, self._domain, self._build_date)

    @staticmethod
    def wanted(trust, document, product, tenant):
        """A license whose key stands, for what is asked about."""
        license, revoked = trust.license(document)
        other = 'trust_key_revoked' if revoked else license.is_for_other(product, tenant)
        if other is not None:
            raise SkerryError(other)
        return license

    @classmethod
    def choose(cls, trust, documents, product, tenant):
        """The first that fits, else the error of the first."""
        first = None
        for kind, data in documents:
            if kind == 'license':
                try:
                    return cls.wanted(trust, data, product, tenant)
                except SkerryError as error:
                    first = first or error
        raise first or SkerryError('document_kind')

    def _open_files(self):
        if self._files is None:
            raise SkerryError('argument', 'There is no license file to look into.')
        if self._opened is None:
            documents = []
            for path in self._files:
                try:
                    with open(path, 'rb') as file:
                        documents += Documents.find(file.read(2 << 20))
                except OSError as error:
                    code = 'file_missing' if isinstance(error, FileNotFoundError) else 'file_permission'
                    raise SkerryError(code, '%s: the license cannot be read.' % os.fspath(path)) from None
            trust = Trust.anchor(self._pinned)
            trust.follow(documents)
            self._opened = self.choose(trust, documents, self._product, self._tenant), trust
        return self._opened

    # --- of a daemon ---

    def _instants(self):
        return time.monotonic(), self._clock()

    @staticmethod
    def _elapsed(since, now):
        """Neither clock can be set back to lengthen a proof's life; the running time may rest in a sleep."""
        return int(max(now[0] - since[0], now[1] - since[1], 0))

    def _is_due(self, now):
        held = self._held
        if self._looked is None or self._elapsed(self._looked, now) >= self._pause:
            return True
        return self._trouble is None and held is not None and held.proof.is_over(self._elapsed(held.since, now))

    def _of_daemon(self):
        now = self._instants()
        if self._is_due(now):
            held = self._held
            holds = held is not None and not held.proof.is_over(self._elapsed(held.since, now))
            # Others answer from what holds.
            if self._looking.acquire(blocking=not holds):
                try:
                    if self._is_due(now):
                        self._look(now)
                finally:
                    self._looking.release()
        held, trouble = self._held, self._trouble
        elapsed = 0 if held is None else self._elapsed(held.since, now)
        over = held is None or held.proof.is_over(elapsed)
        if over and trouble is not None and trouble.code == 'no_license':
            # That there is no license needs no proof: it grants nothing.
            verdict = Verdict()
            verdict.at, verdict.source = int(now[1]), 'daemon'
            return verdict, None, None
        if held is None:
            raise SkerryError(trouble.code, str(trouble))
        verdict = held.proof.verdict(PROOF_LIVES_S if over else elapsed)
        verdict.source = 'daemon' if trouble is None else 'last'
        verdict.trouble = None if trouble is None else trouble.code
        return verdict, held.license, held.trust

    def _look(self, now):
        """The last one goes on where it fails; where there is none, or it has ended, nothing is known."""
        try:
            self._held = self._ask(now)
            self._trouble, self._pause = None, self._fresh_s
        except SkerryError as error:
            self._trouble = error
            self._pause = 0 if self._held is None and error.code != 'no_license' else RETRY_S
        self._looked = now

    def _ask(self, now):
        nonce = os.urandom(16)
        body = {'nonce': base64.b64encode(nonce).decode(), 'product': self._product}
        body.update((name, value) for name, value in (('tenant', self._tenant), ('domain', self._domain)) if value)
        told = self._machine()
        query = '?' + urllib.parse.urlencode(told, quote_via=urllib.parse.quote, safe='') if told else ''
        answer = self._daemon.call('POST', '/v1/proof' + query, body, self._languages())
        manifests = answer.get('manifests', [])
        if not isinstance(manifests, list) or len(manifests) > 256:
            raise SkerryError('io')
        shown = {'license': self._bytes(answer.get('license')), 'proof': self._bytes(answer.get('proof')),
                 'manifests': [self._bytes(manifest) for manifest in manifests]}
        asked = {'product': self._product, 'tenant': self._tenant, 'domain': self._domain,
                 'build_date': self._build_date, 'nonce': nonce}
        # A manifest that was once seen is not forgotten.
        trust = Trust.anchor(self._pinned) if self._held is None else copy.copy(self._held.trust)
        license, proof = Proof.take(shown, asked, self._pinned, trust)
        return _Held(license, proof, trust, now)

    @staticmethod
    def _bytes(text):
        try:
            return base64.b64decode(text, validate=True) if isinstance(text, str) else _fail('io', 0)
        except ValueError:
            raise SkerryError('io') from None


# --- words --------------------------------------------------------------------------------------------

_CAUSES = {
    'ok': 'The license for {product} is valid{until}.',
    'not_yet_valid': 'The license for {product} begins on {next}.',
    'overdue': 'The license for {product} must be renewed by {renew_by}.',
    'expired': 'The license for {product} has ended.',
    'renewal_missed': 'The license for {product} should have been renewed by {renew_by}.',
    'too_few_components': 'The license for {product} is for one machine, which cannot be compared here.',
    'wrong_domain': 'The license for {product} was made for another domain.',
    'maintenance_ended': 'Maintenance ended on {maintenance_until}, before this version was made.',
    'no_license': 'There is no license for {product}.',
    'no_daemon': 'skerryd has not answered for too long: nothing is known of the license for {product}.',
}
_EFFECTS = {
    'grace': 'Everything works until {full_until}.',
    'degraded': 'Data can be read but not changed, until {read_until}.',
    'locked': 'The product is locked; its data is kept.',
}
_ACTIONS = {
    'not_yet_valid': 'Wait for that day, or check the clock.',
    'overdue': 'Install the renewal file, or ask the vendor for one.',
    'expired': 'Buy a new term and install its license file.',
    'renewal_missed': 'Install the renewal file, or ask the vendor for one.',
    'too_few_components': 'Have skerryd started on this machine, or ask the vendor for a license for a domain.',
    'wrong_domain': 'Ask the vendor to add this domain.',
    'maintenance_ended': 'Use the version before, or buy maintenance and install the new license.',
    'no_license': 'Install the license file that the vendor sent.',
    'no_daemon': 'Start skerryd, or ask who looks after this machine to.',
}


def _message(v, product, offset):
    """What a license file's verdict means, in English; a daemon brings its own words."""
    def shown(at, form, seconds=0):
        return '' if at is None else (datetime(1970, 1, 1) + timedelta(seconds=min(at + seconds, TIME_MAX))).strftime(form)

    def moment(at):
        return '' if at is None else shown(at, '%Y-%m-%d %H:%M', offset(at))

    day = '%Y-%m-%d'
    until = ('; it must be renewed by ' + shown(v.renew_by, day) if v.renew_by is not None
             else ' until ' + shown(v.valid_until, day) if v.valid_until is not None else ' and does not end')
    ways = [v.contact[way] for way in ('telephone', 'email', 'url') if way in v.contact]
    parts = (_CAUSES.get(v.reason, 'The license for {product} gives no full access (%s).' % v.reason),
             _EFFECTS.get(v.state), _ACTIONS.get(v.reason))
    text = ' '.join(part for part in parts if part).format(
        product=product, until=until, next=moment(v.next_change_at), renew_by=shown(v.renew_by, day),
        maintenance_until=shown(v.maintenance_until, day), full_until=moment(v.grace_until),
        read_until=moment(v.degraded_until))
    return text if not ways else '%s Call %s: %s.' % (text, v.contact.get('name', 'the vendor'), ', '.join(ways))
