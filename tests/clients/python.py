# SPDX-License-Identifier: ISC
"""skerry.py against the corpus, against a daemon that is not always one, and against a real one: python.py
corpus FOLDER [nacl|cryptography] | damage FOLDER | daemon SOCKET FOLDER MODE-FILE | site TRUST SOCKET."""

import copy
import functools
import pathlib
import random
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / 'verifier/clients/python'))
import skerry as client
from skerry import Documents, Proof, Skerry, SkerryError, Trust, Verdict


def prove(pinned, documents, proof, case):
    """A proof's license stands in its carrier with the manifests."""
    answer = {'license': b'', 'manifests': [data for kind, data in documents if kind == 'manifest'], 'proof': proof}
    for kind, data in documents:
        if kind != 'manifest':
            answer['license'] = data
    asked = {'product': case['product'], 'tenant': case['tenant'], 'domain': case['domain'],
             'build_date': int(case['build_date'] or 0), 'nonce': bytes.fromhex(case['nonce'])}
    _, taken = Proof.take(answer, asked, pinned, Trust.anchor(pinned))
    return taken.verdict(int(case['at']) - taken.issued_at)


@functools.lru_cache(maxsize=None)
def pinned_in(path):
    """The documents, and the chain that they are or what it is refused for: many cases have the same."""
    try:
        pinned = Documents.find(path.read_bytes())
        return pinned, Trust.anchor(pinned)
    except SkerryError as error:
        return error, None


def judge(folder, case):
    pinned, anchor = pinned_in(folder / case['trust'])
    if anchor is None:
        raise SkerryError(pinned.code)
    trust = copy.copy(anchor)
    documents = Documents.find((folder / case['license']).read_bytes())
    if case['proof'] is not None:
        return prove(pinned, documents, (folder / case['proof']).read_bytes(), case)
    trust.follow(documents)
    license = Skerry.choose(trust, documents, case['product'], case['tenant'])
    return Verdict.of(license, int(case['at']), case['zone'] or 'UTC', case['domain'], int(case['build_date'] or 0))


def corpus(folder, backend='nacl'):
    client._ed25519 = client._by_nacl() if backend == 'nacl' else client._by_cryptography()
    folder = pathlib.Path(folder)
    columns, *lines = (line.split('\t') for line in (folder / 'cases.tsv').read_text().splitlines())
    wrong = 0
    for line in lines:
        case = {name: None if value == '-' else value for name, value in zip(columns, line)}
        try:
            v = judge(folder, case)
            got = ['ok' if v.may_read() else 'no_access', v.state, v.access, v.reason, v.notice]
            got += ['never' if at is None else str(at) for at in (v.next_change_at, v.grace_until, v.degraded_until)]
        except SkerryError as error:
            got = [error.code] + [None] * 7
        want = [case[name] for name in columns[columns.index('code'):columns.index('verify')]]
        wrong += got != want
        print('ok' if got == want else 'not ok', case['name'], '' if got == want else '%s, wanted %s' % (got, want))
    return 1 if wrong or not lines else 0


def damage(folder):
    """Whatever is cut off or altered is a refusal, and nothing altered is a license."""
    chance = random.Random(7)
    folder = pathlib.Path(folder)
    _, pinned = pinned_in(folder / 'vendor.manifest')
    genuine = set()

    def accepted(carrier):
        try:
            documents = Documents.find(carrier)
            trust = copy.copy(pinned)
            trust.follow(documents)
        except SkerryError:
            return
        for kind, data in documents:
            try:
                if kind == 'license':
                    trust.license(data)
                    yield data
            except SkerryError:
                pass

    for path in sorted(folder.glob('*.license')):
        data = path.read_bytes()
        if data == b'':
            continue
        at, size, kind = chance.randrange(len(data)), chance.randrange(9), chance.randrange(3)
        fresh = bytes(chance.randrange(256) for _ in range(size)) if kind == 1 else b''
        good = list(accepted(data[:at] + fresh + data[at + (size if kind < 2 else 0):]))
        if good:
            genuine.update(accepted(data))
        if not genuine.issuperset(good):
            print(path.name, 'is accepted after damage')
            return 1
    # No text keeps it busy for long.
    for text in (b'-' * 500000, b'- ' * 250000, b'BEGIN' * 100000, b'\n' * 500000, b'>-' * 250000, b'From: x\n' + b'\n --' * 100000):
        list(accepted(text))
    return 0


def daemon(socket, folder, mode_file):
    folder, now = pathlib.Path(folder), [1800000000]

    def mode(name):
        pathlib.Path(mode_file).write_text(name)

    def handle(**settings):
        given = dict(trust=(folder / 'vendor.manifest').read_bytes(), product='hotelhub/hms', socket=socket, wait_s=30,
                     clock=lambda: now[0])
        return Skerry(**{**given, **settings})

    def refused(call, *values):
        try:
            call(*values)
        except SkerryError as error:
            return error.code
        return 'nothing'

    def want(holds, what):
        if not holds:
            sys.exit('FAIL ' + what)
        print('ok', what)

    for good in ('good', 'chunked'):
        mode(good)
        v = handle().verdict()
        want(v.is_full() and v.source == 'daemon' and v.message and v.trouble is None, 'a daemon that is %s is believed' % good)
    s = handle()
    want(s.check('channel_manager') and not s.check('spa') and s.limit('max_rooms') == 100, 'features and limits are the license\'s')
    want(refused(s.limit, 'spa') == 'no_limit', 'a limit that is not there is told')
    for name, code in (('silent', 'no_daemon'), ('slow', 'no_daemon'), ('garbage', 'io'), ('half', 'io'), ('endless', 'io'),
                       ('array', 'io'), ('replayed', 'proof'), ('stranger', 'signature'),
                       ('other-vendor', 'trust_key_unknown'), ('not-paired', 'not_paired')):
        mode(name)
        got = refused(handle(**({'wait_s': 0.2} if name == 'slow' else {})).verdict)
        want(got == code, 'what is %s is refused: %s' % (name, got))
        want(refused(handle(wait_s=0.2).claim_seat, 'x') == code, 'nor is a seat taken from it')
    mode('no-license')
    want(handle().verdict().state == 'unlicensed' and not handle().check('spa'), 'that there is no license needs no proof')
    want(refused(handle(socket=socket + '.gone').verdict) == 'no_daemon', 'nobody at the socket is no_daemon')

    mode('good')
    s = handle()
    s.verdict()
    for name in ('silent', 'no-license'):
        mode(name)
        now[0] += 30
        want(s.verdict().source == 'daemon', 'a fresh proof is used without asking')
        now[0] += 60
        v = s.verdict()
        want(v.is_full() and v.source == 'last' and v.trouble is not None and s.check('channel_manager'), 'the last verdict goes on')
        now[0] += 809
        want(s.verdict().is_full(), 'for 15 minutes')
        now[0] += 1
        v = s.verdict()
        want(not v.may_read() and not s.check('channel_manager'), 'and no longer')
        want(v.reason == ('no_daemon' if name == 'silent' else 'no_license'), 'for a reason: ' + v.reason)
        want(refused(s.limit, 'max_rooms') == 'no_access', 'nothing is granted then')
        mode('replayed')
        now[0] += 10
        want(not s.verdict().is_full(), 'a replayed proof does not lengthen it')
        mode('good')
        now[0] += 10
        want(s.verdict().is_full(), 'the daemon is believed again')
    now[0] -= 100000
    want(s.verdict().is_full(), 'a clock that is set back changes nothing')
    now[0] += 100000

    counted = pathlib.Path(mode_file + '.count')
    before, said = counted.stat().st_size, []
    s.refresh()
    threads = [threading.Thread(target=lambda: said.append(s.check('channel_manager'))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    want(said == [True] * 8 and counted.stat().st_size == before + 1, 'eight threads ask once')

    seat = s.claim_seat('front desk/2')
    want(len(seat['secret']) == 16 and seat['expires_in'] == 900, 'a seat is claimed')
    want(s.renew_seat('front desk/2', seat['secret'])['secret'] == seat['secret'], 'and renewed with its secret')
    want(refused(s.claim_seat, 'front desk/2') == 'seat_held', 'not by somebody else')
    s.claim_seat('bar')
    try:
        s.claim_seat('spa')
        want(False, 'none is free')
    except SkerryError as error:
        want((error.code, error.retry_at) == ('seat_none_free', '2027-01-01T00:00:00Z'), 'none is free, and when one may be')
    s.release_seat('front desk/2', seat['secret'])
    want(refused(s.release_seat, 'front desk/2', seat['secret']) == 'seat_unknown', 'a seat is released once')
    for holder in ('', 'two\nlines', 'x' * 256, '\ud800'):
        want(refused(s.claim_seat, holder) == 'argument', 'a holder of %d characters is none' % len(holder))
    want(refused(s.claim_seat, 'x', 's\r\nX: y') == 'argument', 'a secret ends no line')
    for wrong in ({'product': 'hms'}, {'trust': b''}, {'trust': b'nonsense'}):
        want(refused(lambda: handle(**wrong)) in ('argument', 'document_unknown'), 'a wrong %s is told at once' % list(wrong)[0])

    at = next(line.split('\t') for line in (folder / 'cases.tsv').read_text().splitlines() if line.startswith('ladder-begin-at\t'))
    s = handle(license=folder / 'ladder-begin-at.license', clock=lambda: int(at[8]), timezone='UTC')
    want(s.check('channel_manager') and s.verdict().source == 'file' and 'valid' in s.verdict().message, 'a license file without a daemon')
    want(s.verdict_at(int(at[8]) + 62 * 86400).access == 'read_only', 'and at another time')
    want(refused(s.claim_seat, 'x') == 'no_seats', 'which has no seats')
    want(refused(handle(license=folder / 'none').verdict) == 'file_missing', 'a file that is missing is told')
    return 0


def site(trust, socket):
    s = Skerry(pathlib.Path(trust).read_bytes(), 'hotelhub/hms', socket, custom=['box-7'], wait_s=30)
    try:
        v = s.verdict()
        print(v.state, v.access, v.reason, v.source, int(s.check('channel_manager')), int(s.check('spa')),
              s.limit('max_rooms'), v.contact.get('telephone', ''))
        print(v.message)
        seat = s.claim_seat('reception/2')
        again = s.renew_seat('reception/2', seat['secret'])
        s.release_seat('reception/2', seat['secret'])
        print('seat' if seat['secret'] == again['secret'] and again['expires_in'] > 0 else 'no seat')
        print(s.status()['product'])
        s.release_seat('reception/2', seat['secret'])
    except SkerryError as error:
        print('refused', error.code)
    return 0


sys.exit({'corpus': corpus, 'damage': damage, 'daemon': daemon, 'site': site}[sys.argv[1]](*sys.argv[2:]))
