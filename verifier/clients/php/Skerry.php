<?php
// SPDX-License-Identifier: ISC
/*
 * Skerry for PHP: what may this product do here, now?
 *
 * One file, PHP 8.0 or later on 64 bits, and the sodium extension that PHP brings along. A product pins its
 * vendor's root manifest and asks:
 *
 *     require 'Skerry.php';
 *     $skerry = new Skerry\Skerry([
 *         'trust' => file_get_contents(__DIR__ . '/vendor.manifest'),
 *         'product' => 'hotelhub/hms',
 *     ]);
 *     if ($skerry->check('channel_manager')) ...
 *     $rooms = $skerry->limit('max_rooms');
 *
 * Two ways to know, one of which is chosen by the configuration:
 *
 * - skerryd, the daemon of the site ('socket', the default). It keeps the time, compares the machine and
 *   hands out seats. Nothing it says is believed unproven: each answer is signed by the site's own key over
 *   a fresh nonce, the license names that key, and the pinned root leads to the license. When the daemon does
 *   not answer, the last proof holds until it would change, at most 15 minutes.
 * - a license file ('license'), as on shared hosting where there is no daemon. It has no memory: time is
 *   the wall clock, no earlier than the license's own date; a clock that is set back is believed, nothing
 *   is known of a revocation until a manifest beside the license says so, and no component of the machine
 *   can be read. A license for a machine therefore gives its rebind grace and no more: vendors bind such
 *   sites to a domain.
 *
 * What is refused is refused with the code that Skerry's C library gives (SkerryException::name()).
 * docs/guide/php.md tells more. Nothing here prints, and no global state is kept.
 */

namespace Skerry;

/** Why something was refused: a stable name, as in the daemon's answers, and a sentence. */
class SkerryException extends \RuntimeException
{
    private string $name;
    private int $offset;
    private ?string $retryAt;

    public function __construct(string $name, ?string $message = null, int $offset = 0, ?string $retryAt = null)
    {
        parent::__construct($message ?? self::SENTENCES[$name] ?? "The license is refused: $name.");
        $this->name = $name;
        $this->offset = $offset;
        $this->retryAt = $retryAt;
    }

    /** "signature", "seat_none_free", ... */
    public function name(): string
    {
        return $this->name;
    }

    /** Byte in the document, for malformed input; else 0. */
    public function offset(): int
    {
        return $this->offset;
    }

    /** When a seat may be free, RFC 3339; or null. */
    public function retryAt(): ?string
    {
        return $this->retryAt;
    }

    private const SENTENCES = [
        'argument' => 'A setting is missing or makes no sense.',
        'signature' => 'The signature does not fit: the license was altered, or is not the vendor\'s.',
        'trust_key_unknown' => 'The license was signed by a key that the pinned manifest does not list.',
        'trust_key_revoked' => 'The key that signed the license has been revoked.',
        'trust_root_unknown' => 'A manifest is signed by somebody who is no root of this vendor.',
        'trust_threshold' => 'A manifest has too few signatures.',
        'product' => 'The license is for another product.',
        'brand' => 'The license is of another brand.',
        'tenant' => 'The license is for another tenant.',
        'no_license' => 'There is no license.',
        'no_access' => 'The license gives no access.',
        'no_feature' => 'The license does not grant it.',
        'no_limit' => 'The license names no such limit.',
        'no_seats' => 'The license has no seats.',
        'not_paired' => 'The license is not bound to this site, so that its daemon can prove nothing.',
        'other_site' => 'The answer was signed by another site.',
        'proof' => 'The answer is not one to this question, or too old.',
        'no_daemon' => 'skerryd does not answer.',
        'io' => 'Reading failed.',
        'file_missing' => 'There is no such file.',
    ];
}

/** The strict reader of deterministic CBOR (RFC 8949, section 4.2.1). */
final class Cbor
{
    public const UINT = 0, NINT = 1, BYTES = 2, TEXT = 3, ARRAY = 4, MAP = 5, TAG = 6, SIMPLE = 7, NONE = 8;
    private const DEPTH_MAX = 16, COUNT_MAX = 4096;

    public int $at;
    private string $bytes;
    private int $end;
    private int $depth = 0;

    public function __construct(string $bytes, int $at = 0, ?int $end = null)
    {
        $this->bytes = $bytes;
        $this->at = $at;
        $this->end = $end ?? strlen($bytes);
    }

    /** @return never */
    public static function fail(string $name, int $at): void
    {
        throw new SkerryException($name, null, $at);
    }

    public function slice(int $from, int $to): string
    {
        return substr($this->bytes, $from, $to - $from);
    }

    public function peek(): int
    {
        return $this->at < $this->end ? ord($this->bytes[$this->at]) >> 5 : self::NONE;
    }

    /** [type, value, where what follows begins, value is beyond 2^63 - 1] of the next head, which is not taken. */
    private function head(): array
    {
        $at = $this->at;
        if ($at >= $this->end) {
            self::fail('cbor_truncated', $at);
        }
        $first = ord($this->bytes[$at]);
        $type = $first >> 5;
        $value = $first & 0x1f;
        if ($value < 24) {
            if ($type === self::SIMPLE && ($value < 20 || $value > 22)) {
                self::fail($value === 23 ? 'cbor_undefined' : 'cbor_simple', $at);
            }
            return [$type, $value, $at + 1, false];
        }
        if ($value > 27) {
            self::fail($value === 31 ? 'cbor_indefinite' : 'cbor_reserved', $at);
        }
        $len = 1 << ($value - 24);
        if ($this->end - $at - 1 < $len) {
            self::fail('cbor_truncated', $at);
        }
        if ($type === self::SIMPLE) {
            self::fail($len === 1 ? 'cbor_simple' : 'cbor_float', $at);
        }
        $high = $value = 0;
        for ($i = 0; $i < $len; $i++) {
            $byte = ord($this->bytes[$at + 1 + $i]);
            $high |= $i === 0 ? $byte : 0;
            $value = $value << 8 | $byte;
        }
        $big = $len === 8 && $high > 0x7f;
        $least = [1 => 24, 2 => 1 << 8, 4 => 1 << 16, 8 => 1 << 32][$len];
        if (!$big && $value < $least) {
            self::fail('cbor_not_shortest', $at);
        }
        return [$type, $value, $at + 1 + $len, $big];
    }

    private static function failType(int $type, int $at): void
    {
        self::fail($type === self::TAG ? 'cbor_tag' : 'cbor_type', $at);
    }

    private function typed(int $type): array
    {
        $head = $this->head();
        if ($head[0] !== $type) {
            self::failType($head[0], $this->at);
        }
        return $head;
    }

    public function uint(int $max): int
    {
        [, $value, $after, $big] = $this->typed(self::UINT);
        if ($big || $value > $max) {
            self::fail('cbor_range', $this->at);
        }
        $this->at = $after;
        return $value;
    }

    public function int(int $min, int $max): int
    {
        [$type, $value, $after, $big] = $this->head();
        if ($type !== self::UINT && $type !== self::NINT) {
            self::failType($type, $this->at);
        }
        $value = $type === self::UINT || $big ? $value : -1 - $value;
        if ($big || $value < $min || $value > $max) {
            self::fail('cbor_range', $this->at);
        }
        $this->at = $after;
        return $value;
    }

    private function string(int $type, int $max): string
    {
        [, $len, $after, $big] = $this->typed($type);
        if ($big || $len > $this->end - $after) {
            self::fail('cbor_length', $this->at);
        }
        if ($len > $max) {
            self::fail('cbor_count', $this->at);
        }
        $string = substr($this->bytes, $after, $len);
        if ($type === self::TEXT && preg_match('//u', $string) !== 1) {
            self::fail('cbor_utf8', $this->at);
        }
        $this->at = $after + $len;
        return $string;
    }

    public function bytes(int $max = PHP_INT_MAX): string
    {
        return $this->string(self::BYTES, $max);
    }

    public function fixed(int $len): string
    {
        $at = $this->at;
        $bytes = $this->string(self::BYTES, $len);
        if (strlen($bytes) !== $len) {
            self::fail('cbor_count', $at);
        }
        return $bytes;
    }

    public function text(int $max = PHP_INT_MAX): string
    {
        return $this->string(self::TEXT, $max);
    }

    public function bool(): bool
    {
        $at = $this->at;
        [, $value, $after] = $this->typed(self::SIMPLE);
        if ($value === 22) {
            self::fail('cbor_type', $at);
        }
        $this->at = $after;
        return $value === 21;
    }

    private function enter(int $after): void
    {
        if ($this->depth >= self::DEPTH_MAX) {
            self::fail('cbor_depth', $this->at);
        }
        $this->depth++;
        $this->at = $after;
    }

    private function begin(int $type, int $entryLen, int $max): int
    {
        [, $count, $after, $big] = $this->typed($type);
        if ($big || $count > intdiv($this->end - $after, $entryLen)) {
            self::fail('cbor_length', $this->at);
        }
        if ($count > $max) {
            self::fail('cbor_count', $this->at);
        }
        $this->enter($after);
        return $count;
    }

    public function array(int $max): int
    {
        return $this->begin(self::ARRAY, 1, $max);
    }

    /** Behind the last entry of an array, and behind a tag's content. */
    public function leave(): void
    {
        $this->depth--;
    }

    /** What key() needs to hold the order: entries left, the key before. */
    public function map(int $max): \stdClass
    {
        $map = new \stdClass();
        $map->left = $this->begin(self::MAP, 2, $max);
        $map->before = null;
        return $map;
    }

    private function taken(\stdClass $map, int $at): void
    {
        $key = $this->slice($at, $this->at);
        if ($map->before !== null && strcmp($map->before, $key) >= 0) {
            self::fail($map->before === $key ? 'cbor_key_duplicate' : 'cbor_key_order', $at);
        }
        $map->left--;
        $map->before = $key;
    }

    /** The next label; null, and the map closed, after the last. */
    public function label(\stdClass $map): ?int
    {
        if ($map->left === 0) {
            $this->leave();
            return null;
        }
        $at = $this->at;
        $label = $this->int(PHP_INT_MIN, PHP_INT_MAX);
        $this->taken($map, $at);
        return $label;
    }

    public function name(\stdClass $map, int $max = PHP_INT_MAX): ?string
    {
        if ($map->left === 0) {
            $this->leave();
            return null;
        }
        $at = $this->at;
        $name = $this->text($max);
        $this->taken($map, $at);
        return $name;
    }

    /** A key of either kind. @return int|string|null */
    public function key(\stdClass $map)
    {
        return $this->peek() === self::TEXT && $map->left > 0 ? $this->name($map) : $this->label($map);
    }

    public function tag(int $tag): void
    {
        [, $value, $after, $big] = $this->typed(self::TAG);
        if ($big || $value !== $tag) {
            self::fail('cbor_tag', $this->at);
        }
        $this->enter($after);
    }

    /** Passes over the next item, holding it to the whole profile. */
    public function skip(): void
    {
        [$type, , $after] = $this->head();
        switch ($type) {
            case self::UINT:
            case self::NINT:
            case self::SIMPLE:
                $this->at = $after;
                break;
            case self::BYTES:
            case self::TEXT:
                $this->string($type, PHP_INT_MAX);
                break;
            case self::ARRAY:
                for ($left = $this->array(self::COUNT_MAX); $left > 0; $left--) {
                    $this->skip();
                }
                $this->leave();
                break;
            case self::MAP:
                $map = $this->map(self::COUNT_MAX);
                while ($map->left > 0) {
                    $this->skipKey($map);
                    $this->skip();
                }
                $this->leave();
                break;
            default:
                self::failType($type, $this->at);
        }
    }

    private function skipKey(\stdClass $map): void
    {
        $at = $this->at;
        [$type, , $after] = $this->head();
        if ($type === self::TEXT) {
            $this->text();
        } elseif ($type === self::UINT || $type === self::NINT) {
            $this->at = $after;
        } else {
            self::failType($type, $at);
        }
        $this->taken($map, $at);
    }

    public function finish(): void
    {
        if ($this->at < $this->end) {
            self::fail('cbor_trailing', $this->at);
        }
    }

    /* --- what claims are made of ----------------------------------------------------------------- */

    public const NEVER = PHP_INT_MAX;
    public const TIME_MAX = 253402300799;
    private const DURATION_MAX = 36600 * 86400;

    /** Calls $read(label) for each label; an unknown one is passed over or critical, as unknown() has it. */
    public function claims(callable $read, array $required = []): void
    {
        $at = $this->at;
        $map = $this->map(64);
        $seen = [];
        for (;;) {
            $labelAt = $this->at;
            $label = $this->key($map);
            if ($label === null) {
                break;
            }
            if (is_string($label)) {
                self::fail('claim_critical', $labelAt);
            }
            $seen[$label] = true;
            if ($read($label) === false) {
                if ($label < 0) {
                    self::fail('claim_critical', $labelAt);
                }
                $this->skip();
            }
        }
        foreach ($required as $label) {
            if (!isset($seen[$label])) {
                self::fail('claim_missing', $at);
            }
        }
    }

    public function date(): int
    {
        return $this->int(0, self::TIME_MAX);
    }

    public function duration(int $min = 0): int
    {
        $at = $this->at;
        $value = $this->int($min, self::DURATION_MAX);
        if ($value === 0) {
            self::fail('claim_value', $at);
        }
        return $value;
    }

    public function anyDuration(): int
    {
        return $this->duration(-self::DURATION_MAX);
    }

    public function positive(int $max = PHP_INT_MAX): int
    {
        $at = $this->at;
        $value = $this->uint($max);
        if ($value === 0) {
            self::fail('claim_value', $at);
        }
        return $value;
    }

    public function someText(int $max): string
    {
        $at = $this->at;
        $text = $this->text($max);
        if ($text === '') {
            self::fail('claim_value', $at);
        }
        return $text;
    }

    /** Text of a form: a regular expression that covers all of it. */
    public function form(int $max, string $form): string
    {
        $at = $this->at;
        $text = $this->text($max);
        if (preg_match($form, $text) !== 1) {
            self::fail('claim_value', $at);
        }
        return $text;
    }

    public function yes(): bool
    {
        $at = $this->at;
        if (!$this->bool()) {
            self::fail('claim_value', $at);
        }
        return true;
    }

    public function version(): void
    {
        $at = $this->at;
        [, $value, $after, $big] = $this->typed(self::UINT);
        $this->at = $after;
        if ($big || $value !== 1) {
            self::fail($value === 0 && !$big ? 'claim_value' : 'claim_version', $at);
        }
    }

    public function tuple(int $len): void
    {
        $at = $this->at;
        if ($this->array($len) !== $len) {
            self::fail('cbor_count', $at);
        }
    }

    /** A list of 1 to $max entries, each read by $read(place in the list). */
    public function list(int $max, callable $read): array
    {
        $at = $this->at;
        $count = $this->array($max);
        if ($count === 0) {
            self::fail('claim_value', $at);
        }
        $list = [];
        for ($i = 0; $i < $count; $i++) {
            $list[] = $read($list);
        }
        $this->leave();
        return $list;
    }

    /** Texts that ascend by length, then by bytes, none twice. */
    public function set(int $max, int $textMax, string $form): array
    {
        return $this->list($max, function (array $before) use ($textMax, $form): string {
            $at = $this->at;
            $text = $this->form($textMax, $form);
            $last = end($before);
            if ($last !== false && (strlen($last) <=> strlen($text) ?: strcmp($last, $text)) >= 0) {
                self::fail('claim_value', $at);
            }
            return $text;
        });
    }

    /* --- COSE_Key ----------------------------------------------------------------------------------- */

    /** {curve, alg, x} of an Ed25519 key (6) or an X25519 key (4); another curve is claim_value. */
    public function coseKey(int $curve): array
    {
        static $heads = [
            "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20" => [6, -8],
            "\xa4\x01\x01\x03\x32\x20\x06\x21\x58\x20" => [6, -19],
            "\xa3\x01\x01\x20\x04\x21\x58\x20" => [4, 0],
        ];
        $at = $this->at;
        $this->skip();
        $key = $this->slice($at, $this->at);
        $kind = strlen($key) > 32 ? $heads[substr($key, 0, -32)] ?? null : null;
        if ($kind === null) {
            self::fail('cose_key', $at);
        }
        if ($kind[0] !== $curve) {
            self::fail('claim_value', $at);
        }
        return ['curve' => $kind[0], 'alg' => $kind[1], 'x' => substr($key, -32)];
    }
}

/** COSE_Sign1 and COSE_Sign (RFC 9052) in Skerry's profile. */
final class Cose
{
    private const ALG = 1, KID = 4, TYP = 16;

    /** The first 8 bytes of a key's thumbprint (RFC 9679). */
    public static function kid(array $key): string
    {
        $head = "\xa3\x01\x01\x20" . chr($key['curve']) . "\x21\x58\x20";
        return substr(hash('sha256', $head . $key['x'], true), 0, 8);
    }

    /** {alg, kid, typ, protected, payload, payload_at, signature} */
    public static function sign1(string $bytes): array
    {
        $r = new Cbor($bytes);
        $r->tag(18);
        $r->tuple(4);
        $message = self::headers($r, [self::ALG, self::KID, self::TYP]);
        self::unprotected($r);
        $message['payload'] = $r->bytes();
        $message['payload_at'] = $r->at - strlen($message['payload']);
        $message['signature'] = self::signature($r);
        $r->leave();
        $r->leave();
        $r->finish();
        return $message;
    }

    /** {typ, protected, payload, payload_at, signers: [{alg, kid, protected, signature}]} */
    public static function sign(string $bytes): array
    {
        $r = new Cbor($bytes);
        $r->tag(98);
        $r->tuple(4);
        $message = self::headers($r, [self::TYP]);
        self::unprotected($r);
        $message['payload'] = $r->bytes();
        $message['payload_at'] = $r->at - strlen($message['payload']);
        $message['signers'] = [];
        $count = $r->array(16);
        for ($i = 0; $i < $count; $i++) {
            $at = $r->at;
            $r->tuple(3);
            $signer = self::headers($r, [self::ALG, self::KID]);
            self::unprotected($r);
            $signer['signature'] = self::signature($r);
            $r->leave();
            if ($i > 0 && strcmp($message['signers'][$i - 1]['kid'], $signer['kid']) >= 0) {
                Cbor::fail('cose_signers', $at);
            }
            $message['signers'][] = $signer;
        }
        $r->leave();
        $r->leave();
        $r->leave();
        $r->finish();
        return $message;
    }

    private static function headers(Cbor $outer, array $wanted): array
    {
        $at = $outer->at;
        $protected = $outer->bytes(96);
        if ($protected === '') {
            Cbor::fail('cose_header_missing', $at);
        }
        /* Offsets are the message's. */
        $start = $outer->at - strlen($protected);
        $r = new Cbor($outer->slice(0, $outer->at), $start);
        $headers = ['protected' => $protected];
        $map = $r->map(4096);
        $has = [];
        for (;;) {
            $at = $r->at;
            $label = $r->key($map);
            if ($label === null) {
                break;
            }
            switch ($label) {
                case self::ALG:
                    $headers['alg'] = self::alg($r);
                    break;
                case self::KID:
                    $headers['kid'] = self::item($r, Cbor::BYTES, 'cose_kid', 8, 8);
                    break;
                case self::TYP:
                    $headers['typ'] = self::item($r, Cbor::TEXT, 'cose_type', 0, 64);
                    break;
                default:
                    Cbor::fail('cose_header_unknown', $at);
            }
            if (!in_array($label, $wanted, true)) {
                Cbor::fail('cose_header_unknown', $at);
            }
            $has[] = $label;
        }
        if (count($has) !== count($wanted)) {
            Cbor::fail('cose_header_missing', $start);
        }
        $r->finish();
        return $headers;
    }

    private static function alg(Cbor $r): int
    {
        $at = $r->at;
        $r->skip();
        $alg = ["\x27" => -8, "\x32" => -19][$r->slice($at, $r->at)] ?? null;
        if ($alg === null) {
            Cbor::fail('cose_algorithm', $at);
        }
        return $alg;
    }

    private static function item(Cbor $r, int $type, string $error, int $min, int $max): string
    {
        $at = $r->at;
        if ($r->peek() !== $type) {
            $r->skip();
            Cbor::fail($error, $at);
        }
        $string = $type === Cbor::TEXT ? $r->text() : $r->bytes();
        if (strlen($string) < $min || strlen($string) > $max) {
            Cbor::fail($error, $at);
        }
        return $string;
    }

    private static function unprotected(Cbor $r): void
    {
        $map = $r->map(4096);
        $at = $r->at;
        if ($r->key($map) !== null) {
            Cbor::fail('cose_unprotected', $at);
        }
    }

    private static function signature(Cbor $r): string
    {
        $at = $r->at;
        $signature = $r->bytes();
        if (strlen($signature) !== 64) {
            Cbor::fail('cose_signature_length', $at);
        }
        return $signature;
    }

    private static function bytes(string $bytes): string
    {
        $len = strlen($bytes);
        if ($len < 24) {
            return chr(0x40 | $len) . $bytes;
        }
        return ($len < 256 ? "\x58" . chr($len) : ($len < 65536 ? "\x59" . pack('n', $len) : "\x5a" . pack('N', $len))) . $bytes;
    }

    public static function verifySign1(array $message, array $key): void
    {
        $covered = "\x84\x6aSignature1" . self::bytes($message['protected']) . "\x40" . self::bytes($message['payload']);
        self::verify($message, $key, $covered);
    }

    public static function verifySigner(array $message, array $signer, array $key): void
    {
        $covered = "\x85\x69Signature" . self::bytes($message['protected']) . self::bytes($signer['protected'])
            . "\x40" . self::bytes($message['payload']);
        self::verify($signer, $key, $covered);
    }

    /** libsodium refuses small-order keys and a non-canonical S. */
    private static function verify(array $signer, array $key, string $covered): void
    {
        if ($signer['alg'] !== $key['alg']) {
            throw new SkerryException('trust_algorithm');
        }
        if (!sodium_crypto_sign_verify_detached($signer['signature'], $covered, $key['x'])) {
            throw new SkerryException('signature');
        }
    }
}

/** A license's claims, once its signature has passed. */
final class License
{
    public const TYPE = 'application/vnd.skerry.license+cwt';
    public const MAX = 16384;
    public const SLUG = '/\A[a-z0-9][a-z0-9_-]{0,31}\z/';
    public const DOMAIN = '/\A(?=.{1,253}\z)(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
        . '(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\z/';
    private const PAYLOAD_MAX = 16128;
    private const NAME = '/\A[^\x00-\x1f\x7f]{1,64}\z/';

    public string $document = '';
    public string $brand = '', $id = '', $product = '', $plan = '';
    public int $expiresAt = Cbor::NEVER, $notBefore = 0, $issuedAt = 0;
    public string $cti = '';
    public ?array $siteKey = null;
    public ?array $status = null;
    public int $edition = 0, $activation = 0;
    public int $renewBy = Cbor::NEVER, $validUntil = Cbor::NEVER, $maintenanceUntil = Cbor::NEVER;
    /** name => true, a number or a text */
    public array $grants = [];
    /** [max, burst, ttl_s] or null */
    public ?array $seats = null;
    /** Durations in seconds, by the ladder's labels. */
    public array $ladder = [];
    public int $dayEndMinutes = 240;
    public int $components = 0;
    public array $domains = [];
    public ?string $tenant = null;
    public int $steps = 0, $stepDays = 0;
    public string $licensee = '';

    public static function parse(string $payload): self
    {
        if (strlen($payload) > self::PAYLOAD_MAX) {
            Cbor::fail('document_too_large', self::PAYLOAD_MAX);
        }
        $l = new self();
        $r = new Cbor($payload);
        $places = ['exp' => 0, 'nbf' => 0, 'uri' => 0];
        $r->claims(function (int $label) use ($r, $l, &$places): bool {
            return $l->readClaim($r, $label, $places);
        }, [1, 2, 3, 5, 6, 7, -65537]);
        $l->checkAgreement($places);
        $r->finish();
        return $l;
    }

    private function readClaim(Cbor $r, int $label, array &$places): bool
    {
        switch ($label) {
            case 1:
                $this->brand = $r->form(32, self::SLUG);
                return true;
            case 2:
                $this->id = $r->form(16, '/\A[0-9A-HJKMNP-TV-Z]{16}\z/');
                return true;
            case 3:
                $this->product = $r->form(32, self::SLUG);
                return true;
            case 4:
                $places['exp'] = $r->at;
                $this->expiresAt = $r->date();
                return true;
            case 5:
                $places['nbf'] = $r->at;
                $this->notBefore = $r->date();
                return true;
            case 6:
                $this->issuedAt = $r->date();
                return true;
            case 7:
                $this->cti = $r->fixed(8);
                return true;
            case 8:
                $r->claims(function (int $label) use ($r): bool {
                    return $label === 1 && ($this->siteKey = $r->coseKey(6));
                }, [1]);
                return true;
            case 65535:
                $this->readStatus($r, $places);
                return true;
            case -65537:
                $r->claims(function (int $label) use ($r): bool {
                    return $this->readOwn($r, $label);
                }, [1, 2, 4]);
                return true;
        }
        return false;
    }

    /** The next name of a map whose names are all known and all there. */
    private static function expectName(Cbor $r, \stdClass $map, int $mapAt, ?string $wanted): void
    {
        $at = $r->at;
        $got = $r->name($map, 64);
        if ($got !== $wanted) {
            Cbor::fail($got === null ? 'claim_missing' : 'claim_critical', $got === null ? $mapAt : $at);
        }
    }

    private function readStatus(Cbor $r, array &$places): void
    {
        $statusAt = $r->at;
        $status = $r->map(64);
        self::expectName($r, $status, $statusAt, 'status_list');
        $listAt = $r->at;
        $list = $r->map(64);
        self::expectName($r, $list, $listAt, 'idx');
        $index = $r->uint(PHP_INT_MAX);
        self::expectName($r, $list, $listAt, 'uri');
        $places['uri'] = $r->at;
        $this->status = ['idx' => $index, 'uri' => $r->text(7 + 32)];
        self::expectName($r, $list, $listAt, null);
        self::expectName($r, $status, $statusAt, null);
    }

    private function readOwn(Cbor $r, int $label): bool
    {
        switch ($label) {
            case 1:
                $r->version();
                return true;
            case 2:
                $this->edition = $r->uint(PHP_INT_MAX);
                return true;
            case 3:
                $this->activation = $r->positive();
                return true;
            case 4:
                $this->plan = $r->form(32, self::SLUG);
                return true;
            case 5:
                $this->renewBy = $r->date();
                return true;
            case 6:
                $this->validUntil = $r->date();
                return true;
            case 7:
                $this->maintenanceUntil = $r->date();
                return true;
            case 8:
                $this->readGrants($r);
                return true;
            case 9:
                $r->tuple(3);
                $this->seats = [$r->positive(1000000), $r->uint(1000000), $r->duration()];
                $r->leave();
                return true;
            case 10:
                $this->readLadder($r);
                return true;
            case 11:
                $this->readFingerprint($r);
                return true;
            case 12:
                $this->domains = $r->set(16, 253, self::DOMAIN);
                return true;
            case 13:
                $this->tenant = $r->someText(64);
                return true;
            case 14:
                $r->tuple(3);
                $r->fixed(12);
                $this->steps = $r->positive(99);
                $this->stepDays = $r->positive(366);
                $r->leave();
                return true;
            case 15:
                $this->licensee = $r->someText(128);
                return true;
        }
        return false;
    }

    private function readGrants(Cbor $r): void
    {
        $mapAt = $r->at;
        $map = $r->map(128);
        for (;;) {
            $at = $r->at;
            $name = $r->name($map, 64);
            if ($name === null) {
                break;
            }
            if (preg_match(self::NAME, $name) !== 1) {
                Cbor::fail('claim_value', $at);
            }
            $type = $r->peek();
            if ($type === Cbor::UINT || $type === Cbor::NINT) {
                $this->grants[$name] = $r->int(PHP_INT_MIN, PHP_INT_MAX);
            } else {
                $this->grants[$name] = $type === Cbor::TEXT ? $r->text(128) : $r->yes();
            }
        }
        if ($this->grants === []) {
            Cbor::fail('claim_value', $mapAt);
        }
    }

    private function readLadder(Cbor $r): void
    {
        $at = $r->at;
        $empty = true;
        $r->claims(function (int $label) use ($r, &$empty): bool {
            $empty = false;
            if ($label < 1 || $label > 11) {
                return false;
            }
            if ($label === 7) {
                $r->positive(1);
            } elseif ($label === 11) {
                $at = $r->at;
                $this->dayEndMinutes = $r->uint(1439);
                if ($this->dayEndMinutes === 240) {
                    Cbor::fail('claim_value', $at);
                }
            } else {
                $this->ladder[$label] = $label <= 2 ? $r->anyDuration() : $r->duration();
            }
            return true;
        });
        if ($empty) {
            Cbor::fail('claim_value', $at);
        }
    }

    private function readFingerprint(Cbor $r): void
    {
        $r->tuple(3);
        $r->fixed(16);
        $at = $r->at;
        $threshold = $r->positive(16 * 255);
        $sum = 0;
        $this->components = count($r->list(16, function (array $before) use ($r, &$sum): array {
            $at = $r->at;
            $r->tuple(3);
            $type = $r->positive(255);
            $sum += $r->positive(255);
            $hashAt = $r->at;
            $hash = $r->bytes(16);
            if (strlen($hash) < 12) {
                Cbor::fail('claim_value', $hashAt);
            }
            $r->leave();
            $component = [$type, strlen($hash), $hash];
            $last = end($before);
            if ($last !== false && ($last[0] <=> $type ?: $last[1] <=> $component[1] ?: strcmp($last[2], $hash)) >= 0) {
                Cbor::fail('claim_value', $at);
            }
            return $component;
        }));
        if ($threshold > $sum) {
            Cbor::fail('claim_value', $at);
        }
        $r->leave();
    }

    private function checkAgreement(array $places): void
    {
        $last = Ladder::lastDate($this);
        if ($this->notBefore > $this->validUntil) {
            Cbor::fail('claim_conflict', $places['nbf']);
        }
        if ($this->expiresAt < $last) {
            Cbor::fail('claim_conflict', $places['exp']);
        }
        if ($this->expiresAt === Cbor::NEVER && $last !== Cbor::NEVER) {
            Cbor::fail('claim_conflict', 0);
        }
        if ($this->status !== null && $this->status['uri'] !== 'skerry:' . $this->brand) {
            Cbor::fail('claim_conflict', $places['uri']);
        }
    }

    /** 'product', 'brand' or 'tenant' where it is for another one; null. */
    public function isForOther(string $product, ?string $tenant): ?string
    {
        [$brand, $name] = explode('/', $product, 2);
        if ($brand !== $this->brand) {
            return 'brand';
        }
        if ($name !== $this->product) {
            return 'product';
        }
        return $tenant !== null && $tenant !== (string)$this->tenant ? 'tenant' : null;
    }

    /** Whether it names domains, and this is none of them. */
    public function isForOtherDomain(?string $domain): bool
    {
        $domain = strtr((string)$domain, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz');
        if (substr($domain, -1) === '.') {
            $domain = substr($domain, 0, -1);
        }
        foreach ($this->domains as $allowed) {
            $dot = strpos($domain, '.');
            if ($domain !== '' && $allowed === $domain) {
                return false;
            }
            /* The star is one whole label: not none, and not two. */
            if (str_starts_with($allowed, '*.') && $dot > 0 && substr($allowed, 1) === substr($domain, $dot)) {
                return false;
            }
        }
        return $this->domains !== [];
    }
}

/** How the dates of a license follow from its claims. */
final class Ladder
{
    public const DAY = 86400;
    public int $warnFrom, $alertFrom, $renewBy, $validUntil, $graceUntil, $degradedUntil;
    /** Whether the term, and not the renewal, ends it. */
    public bool $byExpiry;

    public function __construct(License $license, int $steps = 0)
    {
        $l = $license->ladder;
        $this->validUntil = $license->validUntil;
        $this->renewBy = $license->renewBy === Cbor::NEVER ? Cbor::NEVER
            : min($license->renewBy + $steps * $license->stepDays * self::DAY, $license->validUntil);
        $this->warnFrom = self::later($this->renewBy, -($l[1] ?? 0));
        $this->alertFrom = self::later($this->renewBy, -($l[2] ?? 0));
        $termEnds = self::later($this->validUntil, $l[5] ?? 0);
        /* Who renews as late as the term itself ends has nothing to renew. */
        $contactEnds = $this->renewBy >= $this->validUntil ? Cbor::NEVER : self::later($this->renewBy, $l[3] ?? 0);
        $this->graceUntil = min($contactEnds, $termEnds);
        $this->byExpiry = $termEnds === $this->graceUntil;
        $this->degradedUntil = self::later($this->graceUntil, $l[4] ?? 0);
    }

    /** Dates end in the year 9999 and durations after 100 years: nothing overflows. */
    public static function later(int $at, int $seconds): int
    {
        return $at === Cbor::NEVER ? $at : $at + $seconds;
    }

    public static function lastDate(License $license): int
    {
        return self::later((new self($license, $license->steps))->degradedUntil, self::DAY);
    }

    /** The first day end, local time, that is not before $at. */
    public static function dayEnd(int $at, int $minutes, \DateTimeZone $zone): int
    {
        if ($at === Cbor::NEVER) {
            return $at;
        }
        $offset = self::offset($zone, $at - 1);
        $end = self::dayEndAtOffset($at, $minutes, $offset);
        if (self::offset($zone, $end) === $offset) {
            return $end;
        }
        /* A clock is put forward or back in between: where? */
        for ($before = $at - 1, $change = $end; $change - $before > 1;) {
            $middle = $before + intdiv($change - $before, 2);
            if (self::offset($zone, $middle) === $offset) {
                $before = $middle;
            } else {
                $change = $middle;
            }
        }
        $then = self::offset($zone, $change);
        if ($end - $change < ($then - $offset) % self::DAY) {
            return $change;
        }
        return self::dayEndAtOffset($change, $minutes, $then);
    }

    private static function dayEndAtOffset(int $at, int $minutes, int $offset): int
    {
        $since = ($at % self::DAY + $offset - $minutes * 60) % self::DAY;
        $since = $since < 0 ? $since + self::DAY : $since;
        return $since === 0 ? $at : $at + self::DAY - $since;
    }

    private static function offset(\DateTimeZone $zone, int $at): int
    {
        return $zone->getOffset(new \DateTime("@$at"));
    }
}

/** What holds at one instant. Instants are UTC seconds; null where there is none. */
final class Verdict
{
    public const STATES = ['unlicensed', 'active', 'overdue', 'grace', 'degraded', 'locked'];
    public const ACCESSES = ['none', 'read_only', 'full'];
    public const REASONS = ['ok', 'not_yet_valid', 'overdue', 'expired', 'renewal_missed', 'suspended', 'revoked',
        'signing_key_revoked', 'unpaired', 'wrong_machine', 'too_few_components', 'wrong_domain', 'wrong_tenant',
        'maintenance_ended', 'no_license', 'state_damaged', 'no_daemon'];
    public const NOTICES = ['none', 'info', 'warn', 'alert'];
    public const CLOCKS = ['ok', 'behind', 'ahead_unproven', 'fault', 'unattended'];

    public string $state = 'unlicensed', $access = 'none', $reason = 'no_license', $notice = 'alert';
    public int $at = 0;
    public ?int $nextChangeAt = null, $renewBy = null, $validUntil = null, $maintenanceUntil = null;
    public ?int $graceUntil = null, $degradedUntil = null;
    /** Of the daemon: how its time and the wall clock go together, and whether an old copy was put back. */
    public string $clock = 'ok';
    public bool $stateRollback = false;
    /** For the person in front of the screen: what holds, what to do, whom to call. */
    public string $message = '';
    /** {name, telephone, email, url} of the vendor, as far as the manifest tells. */
    public array $contact = [];
    /** 'daemon', 'last' (it does not answer; the last proof holds) or 'file'. */
    public string $source = 'file';
    /** Why it is only the last one, or why there is none: a name as of SkerryException; or null. */
    public ?string $trouble = null;

    public function isFull(): bool
    {
        return $this->access === 'full';
    }

    public function mayRead(): bool
    {
        return $this->access !== 'none';
    }

    /** Whole days until full access ends, or, before that comes into question, until the renewal; or null. */
    public function daysLeft(): ?int
    {
        $until = in_array($this->state, ['active', 'overdue'], true) ? $this->renewBy ?? $this->validUntil
            : ($this->state === 'grace' ? $this->graceUntil : ($this->state === 'degraded' ? $this->degradedUntil : null));
        return $until === null || $until < $this->at ? null : intdiv($until - $this->at, Ladder::DAY);
    }

    /**
     * The verdict of a license at an instant, as the C library has it for a license in bytes on a machine of
     * which nothing can be read.
     */
    public static function of(
        License $license,
        int $at,
        \DateTimeZone $zone,
        ?string $domain = null,
        int $buildDate = 0
    ): self {
        $bounds = ['too_few_components' => $license->components > 0, 'wrong_domain' => $license->isForOtherDomain($domain)];
        return self::under($license, max($at, $license->issuedAt), $zone, $buildDate, 0, array_keys(array_filter($bounds)));
    }

    /** What a license gives at its best: everything matches, all telephone renewals were taken. */
    public static function best(License $license, int $at, int $buildDate): self
    {
        return self::under($license, $at, new \DateTimeZone('UTC'), $buildDate, $license->steps, []);
    }

    private static function under(
        License $license,
        int $at,
        \DateTimeZone $zone,
        int $buildDate,
        int $steps,
        array $mismatches
    ): self {
        $ladder = new Ladder($license, $steps);
        $v = new self();
        $v->at = $at;
        $rungs = self::rungs($license, $ladder, $zone, $mismatches, $buildDate);
        [$v->state, $v->reason, $v->notice] = $answer = self::answerAt($license, $ladder, $rungs, $v->at);
        for ($next = self::boundary($license, $ladder, $rungs, $v->at); $next !== Cbor::NEVER;) {
            if (self::answerAt($license, $ladder, $rungs, $next) !== $answer) {
                break;
            }
            $next = self::boundary($license, $ladder, $rungs, $next);
        }
        $grace = $degraded = Cbor::NEVER;
        foreach ($rungs as [$from, $full, $read]) {
            $grace = $from === PHP_INT_MIN ? $grace : min($grace, $full);
            $degraded = $from === PHP_INT_MIN ? $degraded : min($degraded, $read);
        }
        $v->access = ['none', 'full', 'full', 'full', 'read_only', 'none'][array_search($v->state, self::STATES, true)];
        $v->nextChangeAt = self::orNull($next);
        $v->renewBy = self::orNull($ladder->renewBy);
        $v->validUntil = self::orNull($ladder->validUntil);
        $v->maintenanceUntil = self::orNull($license->maintenanceUntil);
        $v->graceUntil = self::orNull($grace);
        $v->degradedUntil = self::orNull($degraded);
        return $v;
    }

    private static function orNull(int $at): ?int
    {
        return $at === Cbor::NEVER ? null : $at;
    }

    /** Each thing that can end it: [shows from, full access until, read only until, reason]. */
    private static function rungs(License $l, Ladder $d, \DateTimeZone $zone, array $mismatches, int $buildDate): array
    {
        $rungs = [];
        $end = fn (int $at): int => Ladder::dayEnd($at, $l->dayEndMinutes, $zone);
        if ($buildDate > $l->maintenanceUntil) {
            $rungs[] = [PHP_INT_MIN, PHP_INT_MIN, PHP_INT_MIN, 'maintenance_ended'];
        }
        /* A mismatch whose beginning nobody has seen began with the license. */
        $rebind = $l->ladder[6] ?? 0;
        $until = $rebind === 0 ? $l->issuedAt : $end($l->issuedAt + $rebind);
        foreach ($mismatches as $mismatch) {
            $rungs[] = [$l->issuedAt, $until, $until, $mismatch];
        }
        $full = $end($d->graceUntil);
        $read = $end($d->degradedUntil);
        $never = Cbor::NEVER;
        $rungs[] = [$d->validUntil, $d->byExpiry ? $full : $never, $d->byExpiry ? $read : $never, 'expired'];
        $rungs[] = [$d->renewBy, $d->byExpiry ? $never : $full, $d->byExpiry ? $never : $read, 'renewal_missed'];
        $rungs[] = [$l->expiresAt, $l->expiresAt, $l->expiresAt, 'expired'];
        return $rungs;
    }

    private static function staleFrom(License $l): int
    {
        return $l->status === null || !isset($l->ladder[10]) ? Cbor::NEVER : $l->issuedAt + $l->ladder[10];
    }

    /** [state, reason, notice]: the worst rung, and of several the one that ends first. */
    private static function answerAt(License $l, Ladder $d, array $rungs, int $now): array
    {
        $reached = fn (int $at): bool => $at !== Cbor::NEVER && $now >= $at;
        $renewal = $reached($d->alertFrom) ? 3 : ($reached($d->warnFrom) ? 2 : 0);
        $stale = $reached(self::staleFrom($l)) ? 2 : 0;
        $worst = 1;
        $worstEnd = Cbor::NEVER;
        $reason = null;
        foreach ($rungs as [$from, $full, $read, $why]) {
            $state = $reached($read) ? 5 : ($reached($full) ? 4 : ($reached($from) ? 3 : 1));
            $ends = $state === 3 ? $full : $read;
            if ($state === 1 || $state < $worst || ($state === $worst && $ends >= $worstEnd)) {
                continue;
            }
            [$worst, $worstEnd, $reason] = [$state, $ends, $why];
        }
        if ($worst !== 5 && $now < $l->notBefore) {
            [$worst, $reason, $notice] = [0, 'not_yet_valid', 1];
        } elseif ($reason === null && $renewal > 0) {
            [$worst, $reason, $notice] = [2, 'overdue', $renewal];
        } elseif ($reason === null) {
            [$reason, $notice] = ['ok', 0];
        } else {
            $notice = $worst === 3 && $reason === 'renewal_missed' ? max(1, $renewal) : 3;
        }
        return [self::STATES[$worst], $reason, self::NOTICES[max($notice, $stale)]];
    }

    private static function boundary(License $l, Ladder $d, array $rungs, int $now): int
    {
        $next = Cbor::NEVER;
        $dates = [$l->notBefore, $d->warnFrom, $d->alertFrom, self::staleFrom($l)];
        foreach ($rungs as [$from, $full, $read]) {
            array_push($dates, $from, $full, $read);
        }
        foreach ($dates as $at) {
            $next = $at > $now && $at < $next ? $at : $next;
        }
        return $next;
    }
}

/** The vendor's manifests: a chain that begins at the pinned one, and what it lets keys sign. */
final class Trust
{
    public const TYPE = 'application/vnd.skerry.manifest+cwt';
    private const MAX = 65536, PAYLOAD_MAX = 63488, ROLE_LICENSE = 1;
    private const GRACE_MAX = 400 * 86400;

    /** What the newest one says. */
    private array $manifest;
    private string $payload;

    private function __construct(array $candidate)
    {
        $this->manifest = $candidate['manifest'];
        $this->payload = $candidate['message']['payload'];
    }

    /** From documents as Documents::find gives them: the lowest version is the anchor, others follow. */
    public static function anchor(array $documents): self
    {
        $candidates = self::inOrder($documents);
        if ($candidates === []) {
            throw new SkerryException('document_kind');
        }
        $first = array_shift($candidates);
        self::checkSignatures($first, null);
        $trust = new self($first);
        $trust->followInOrder($candidates);
        return $trust;
    }

    /** Moves on by every manifest among them that follows; the first that is refused is told. */
    public function follow(array $documents): void
    {
        $this->followInOrder(self::inOrder($documents));
    }

    public function version(): int
    {
        return $this->manifest['version'];
    }

    /** Where a license's key is listed, and stands no more. */
    public const FALLS = ['trust_key_revoked', 'trust_role', 'trust_brand', 'trust_not_yet', 'trust_retired',
        'trust_latest', 'trust_perpetual', 'trust_grace'];

    /** trust_sequence where one of these is beyond a version that is missing. */
    public function leavesNoGap(array $documents): void
    {
        foreach (self::inOrder($documents) as $candidate) {
            if ($candidate['manifest']['version'] > $this->manifest['version']) {
                throw new SkerryException('trust_sequence');
            }
        }
    }

    /** {name, telephone, email, url} for a brand. */
    public function contact(string $brand): array
    {
        $own = $this->manifest['contacts'][$brand] ?? null;
        $all = $this->manifest['contacts']['*'] ?? null;
        $reached = $own !== null && array_intersect_key($own, ['telephone' => 1, 'email' => 1, 'url' => 1]) !== [];
        return $own !== null && ($all === null || $reached) ? $own : $all ?? [];
    }

    /** Form, signature and permission; neither machine nor date. $revoked: whether its key has been. */
    public function license(string $document, ?bool &$revoked = null): License
    {
        if (strlen($document) > License::MAX) {
            throw new SkerryException('document_too_large');
        }
        $message = Cose::sign1($document);
        if ($message['typ'] !== License::TYPE) {
            throw new SkerryException('cose_type');
        }
        $key = $this->manifest['keys'][bin2hex($message['kid'])] ?? null;
        if ($key === null) {
            throw new SkerryException('trust_key_unknown');
        }
        Cose::verifySign1($message, $key['key']);
        $license = License::parse($message['payload']);
        $license->document = $document;
        self::checkPermitted($key, $license);
        $revoked = $key['revoked_at'] !== Cbor::NEVER;
        return $license;
    }

    private static function checkPermitted(array $key, License $license): void
    {
        $never = $license->expiresAt === Cbor::NEVER;
        $no = null;
        if (($key['roles'] & self::ROLE_LICENSE) === 0) {
            $no = 'trust_role';
        } elseif ($key['brands'] !== [] && !in_array($license->brand, $key['brands'], true)) {
            $no = 'trust_brand';
        } elseif ($license->issuedAt < $key['not_before']) {
            $no = 'trust_not_yet';
        } elseif ($license->issuedAt > $key['not_after']) {
            $no = 'trust_retired';
        } elseif ($never && !$key['perpetual']) {
            $no = 'trust_perpetual';
        } elseif (($license->ladder[3] ?? 0) > self::GRACE_MAX && !$key['perpetual']) {
            $no = 'trust_grace';
        } elseif (!$never && $license->expiresAt > $key['latest']) {
            $no = 'trust_latest';
        }
        if ($no !== null) {
            throw new SkerryException($no);
        }
    }

    /* --- the chain -------------------------------------------------------------------------------- */

    private static function read(string $bytes): array
    {
        if (strlen($bytes) > self::MAX) {
            throw new SkerryException('document_too_large');
        }
        $message = Cose::sign($bytes);
        if ($message['typ'] !== self::TYPE) {
            throw new SkerryException('cose_type');
        }
        return ['message' => $message, 'manifest' => self::parse($message['payload'])];
    }

    /** All of them, by the version that each says of itself. */
    private static function inOrder(array $documents): array
    {
        $candidates = [];
        foreach ($documents as [$kind, $bytes]) {
            if ($kind === 'manifest') {
                $candidates[] = self::read($bytes);
            }
        }
        usort($candidates, fn (array $a, array $b): int => $a['manifest']['version'] <=> $b['manifest']['version']);
        return $candidates;
    }

    private function followInOrder(array $candidates): void
    {
        foreach ($candidates as $candidate) {
            $version = $candidate['manifest']['version'];
            $held = $this->manifest['version'];
            if ($version > $held + 1) {
                continue;
            }
            try {
                $this->advance($candidate);
            } catch (SkerryException $e) {
                if (!$this->changesNothing($version, $e->name())) {
                    throw $e;
                }
            }
        }
    }

    /** One whose roots are all gone cannot be told from a stranger's; a trial desk rewrites its first. */
    private function changesNothing(int $version, string $error): bool
    {
        if ($version < $this->manifest['version']) {
            return $error === 'trust_sequence' || $error === 'trust_root_unknown';
        }
        return $version === 1 && $this->manifest['version'] === 1 && $this->manifest['trial'] && $error === 'trust_sequence';
    }

    private function advance(array $candidate): void
    {
        $before = $this->manifest;
        $after = $candidate['manifest'];
        if ($candidate['message']['payload'] === $this->payload) {
            $this->checkKnownSigners($candidate);
            return;
        }
        if ($after['version'] <= $before['version']) {
            $this->checkKnownSigners($candidate);
            throw new SkerryException('trust_sequence');
        }
        self::checkSignatures($candidate, $before);
        foreach (['keys', 'exchange'] as $list) {
            foreach ($before[$list] as $kid => $key) {
                $kept = $after[$list][$kid] ?? null;
                if ($kept === null || $kept['key'] !== $key['key'] || $kept['revoked_at'] > $key['revoked_at']) {
                    throw new SkerryException('trust_key_dropped');
                }
            }
        }
        $this->manifest = $after;
        $this->payload = $candidate['message']['payload'];
    }

    private function checkKnownSigners(array $candidate): void
    {
        $known = false;
        foreach ($candidate['message']['signers'] as $signer) {
            $root = $this->manifest['roots'][bin2hex($signer['kid'])] ?? null;
            if ($root !== null) {
                Cose::verifySigner($candidate['message'], $signer, $root);
                $known = true;
            }
        }
        if (!$known) {
            throw new SkerryException('trust_root_unknown');
        }
    }

    /** Every signature is by a root of either and passes; both thresholds are reached. */
    private static function checkSignatures(array $candidate, ?array $before): void
    {
        $after = $candidate['manifest'];
        $ofBefore = $ofAfter = 0;
        foreach ($candidate['message']['signers'] as $signer) {
            $kid = bin2hex($signer['kid']);
            $old = $before['roots'][$kid] ?? null;
            $new = $after['roots'][$kid] ?? null;
            if ($old === null && $new === null) {
                throw new SkerryException('trust_root_unknown');
            }
            if ($old !== null && $new !== null && $old !== $new) {
                throw new SkerryException('trust_algorithm');
            }
            Cose::verifySigner($candidate['message'], $signer, $old ?? $new);
            $ofBefore += $old !== null ? 1 : 0;
            $ofAfter += $new !== null ? 1 : 0;
        }
        if ($ofAfter < $after['threshold'] || ($before !== null && $ofBefore < $before['threshold'])) {
            throw new SkerryException('trust_threshold');
        }
    }

    /* --- the claims ------------------------------------------------------------------------------- */

    private static function parse(string $payload): array
    {
        if (strlen($payload) > self::PAYLOAD_MAX) {
            Cbor::fail('document_too_large', self::PAYLOAD_MAX);
        }
        $m = ['version' => 0, 'threshold' => 0, 'roots' => [], 'keys' => [], 'exchange' => [], 'contacts' => [],
            'trial' => false, 'issued_at' => 0, 'expires_at' => Cbor::NEVER];
        $r = new Cbor($payload);
        $r->claims(function (int $label) use ($r, &$m): bool {
            if ($label === 4) {
                $m['expires_at'] = $r->date();
            } elseif ($label === 6) {
                $m['issued_at'] = $r->date();
            } elseif ($label === -65537) {
                self::parseOwn($r, $m);
            } else {
                return false;
            }
            return true;
        }, [6, -65537]);
        $r->finish();
        return $m;
    }

    private static function parseOwn(Cbor $r, array &$m): void
    {
        $thresholdAt = 0;
        $r->claims(function (int $label) use ($r, &$m, &$thresholdAt): bool {
            switch ($label) {
                case 1:
                    $r->version();
                    return true;
                case 2:
                    $m['version'] = $r->positive();
                    return true;
                case 3:
                    $thresholdAt = $r->at;
                    $m['threshold'] = $r->positive(16);
                    return true;
                case 4:
                    $m['roots'] = self::keyed($r, 16, fn (): array => ['key' => $r->coseKey(6)]);
                    $m['roots'] = array_map(fn (array $root): array => $root['key'], $m['roots']);
                    return true;
                case 5:
                    $m['keys'] = self::keyed($r, 64, fn (): array => self::parseKey($r));
                    return true;
                case 6:
                    $m['exchange'] = self::keyed($r, 16, fn (): array => self::parseExchange($r));
                    return true;
                case 7:
                    $m['contacts'] = self::parseContacts($r);
                    return true;
                case 8:
                    $m['trial'] = $r->yes();
                    return true;
            }
            return false;
        }, [1, 2, 3, 4]);
        if ($m['threshold'] > count($m['roots'])) {
            Cbor::fail('claim_conflict', $thresholdAt);
        }
    }

    /** A list of entries with a key each, by kid; the same point twice is claim_conflict. */
    private static function keyed(Cbor $r, int $max, callable $read): array
    {
        $keyed = [];
        $r->list($max, function () use ($r, $read, &$keyed): bool {
            $at = $r->at;
            $entry = $read();
            /* A kid is of the point alone, whatever algorithm it names. */
            $kid = bin2hex(Cose::kid($entry['key']));
            if (isset($keyed[$kid])) {
                Cbor::fail('claim_conflict', $at);
            }
            $keyed[$kid] = $entry;
            return true;
        });
        return $keyed;
    }

    private static function parseKey(Cbor $r): array
    {
        $at = $r->at;
        $k = ['key' => null, 'not_before' => 0, 'not_after' => Cbor::NEVER, 'latest' => Cbor::NEVER, 'roles' => 0,
            'brands' => [], 'perpetual' => false, 'revoked_at' => Cbor::NEVER];
        $r->claims(function (int $label) use ($r, &$k): bool {
            switch ($label) {
                case 1:
                    $k['key'] = $r->coseKey(6);
                    return true;
                case 2:
                    $k['not_before'] = $r->date();
                    return true;
                case 3:
                    $k['not_after'] = $r->date();
                    return true;
                case 4:
                    $k['latest'] = $r->date();
                    return true;
                case 5:
                    $k['roles'] = $r->positive(15);
                    return true;
                case 6:
                    $k['brands'] = $r->set(64, 32, License::SLUG);
                    return true;
                case 7:
                    $k['perpetual'] = $r->yes();
                    return true;
                case 8:
                    $k['revoked_at'] = $r->date();
                    return true;
            }
            return false;
        }, [1, 2, 5]);
        if ($k['not_after'] < $k['not_before']) {
            Cbor::fail('claim_conflict', $at);
        }
        return $k;
    }

    private static function parseExchange(Cbor $r): array
    {
        $k = ['key' => null, 'revoked_at' => Cbor::NEVER];
        $r->claims(function (int $label) use ($r, &$k): bool {
            if ($label === 1) {
                $k['key'] = $r->coseKey(4);
            } elseif ($label === 8) {
                $k['revoked_at'] = $r->date();
            } else {
                return false;
            }
            return true;
        }, [1]);
        return $k;
    }

    private static function parseContacts(Cbor $r): array
    {
        $mapAt = $r->at;
        $map = $r->map(64);
        $contacts = [];
        for (;;) {
            $at = $r->at;
            $brand = $r->name($map, 32);
            if ($brand === null) {
                break;
            }
            if ($brand !== '*' && preg_match(License::SLUG, $brand) !== 1) {
                Cbor::fail('claim_value', $at);
            }
            $contact = [];
            $r->claims(function (int $label) use ($r, &$contact): bool {
                static $names = [1 => 'name', 2 => 'telephone', 3 => 'email', 4 => 'url'];
                if (isset($names[$label])) {
                    $contact[$names[$label]] = $r->someText(256);
                } elseif ($label === 5) {
                    $r->list(8, fn (): string => $r->someText(35));
                } elseif ($label === 6) {
                    $r->someText(48);
                } else {
                    return false;
                }
                return true;
            });
            $contacts[$brand] = $contact;
        }
        if ($contacts === []) {
            Cbor::fail('claim_value', $mapAt);
        }
        return $contacts;
    }
}

/** What somebody carried: binary, PEM armor, QR text or a saved mail. */
final class Documents
{
    private const MAX = 1 << 20, PARTS_MAX = 16, MAIL_DEPTH_MAX = 8, MAIL_PARTS_MAX = 128;
    private const TYPES = [
        License::TYPE => 'license',
        Trust::TYPE => 'manifest',
        'application/statuslist+cwt' => 'status list',
        Proof::TYPE => 'proof',
    ];
    private const MARKS = ['skerry-request' => 'request', 'skerry-reply' => 'reply', 'skerry-bundle' => 'bundle',
        'skerry-key' => 'secret key', 'skerry-fingerprint' => 'fingerprint'];
    private const LABELS = ['LICENSE' => 'license', 'MANIFEST' => 'manifest', 'STATUSLIST' => 'status list',
        'REQUEST' => 'request', 'REPLY' => 'reply', 'BUNDLE' => 'bundle', 'SECRETKEY' => 'secret key',
        'PUBLICKEY' => 'public key', 'FINGERPRINT' => 'fingerprint', 'PROOF' => 'proof'];

    /** [[kind, bytes], ...], at least one; what is there twice is found once. */
    public static function find(string $carrier): array
    {
        if ($carrier === '') {
            throw new SkerryException('document_empty');
        }
        $kind = self::identify($carrier);
        if ($kind !== null) {
            return [[$kind, $carrier]];
        }
        if (strlen($carrier) > self::MAX) {
            throw new SkerryException('document_too_large');
        }
        if (self::isUtf16($carrier)) {
            throw new SkerryException('document_utf16');
        }
        $found = [];
        $mail = self::mailBody($carrier);
        if ($mail !== null) {
            self::findInMail($mail, $found);
            return $found;
        }
        self::findInText($carrier, $found);
        if ($found === []) {
            self::judgeUnknown($carrier);
        }
        return $found;
    }

    /** By its first items alone; null: no document. */
    private static function identify(string $bytes): ?string
    {
        $r = new Cbor($bytes);
        try {
            switch ($r->peek()) {
                case Cbor::TAG:
                    $r->tag($bytes[0] === "\xd2" ? 18 : 98);
                    $r->array(4);
                    return self::TYPES[self::typeOf($r->bytes(96))] ?? null;
                case Cbor::ARRAY:
                    $r->array(16);
                    return self::MARKS[$r->text(32)] ?? null;
                case Cbor::MAP:
                    $map = $r->map(4);
                    return $r->label($map) === 1 && $r->uint(1) === 1 ? 'public key' : null;
            }
        } catch (SkerryException $e) {
            return null;
        }
        return null;
    }

    private static function typeOf(string $header): string
    {
        $r = new Cbor($header);
        $map = $r->map(96);
        $type = '';
        while (($label = $r->label($map)) !== null) {
            if ($label === 16) {
                $type = $r->text(64);
            } else {
                $r->skip();
            }
        }
        return $type;
    }

    /** Text as some editors save it. */
    private static function isUtf16(string $bytes): bool
    {
        if (strlen($bytes) < 16) {
            return false;
        }
        return preg_match('/\A(?:\xff\xfe|\xfe\xff|(?:\x00[\x01-\x7f]){8}|(?:[\x01-\x7f]\x00){8})/', $bytes) === 1;
    }

    private static function judgeUnknown(string $bytes): void
    {
        if (preg_match('//u', $bytes) !== 1) {
            if (strlen($bytes) > 1 && $bytes[0] === "\xd2") {
                Cose::sign1($bytes);
            } elseif (strlen($bytes) > 2 && str_starts_with($bytes, "\xd8\x62")) {
                Cose::sign($bytes);
            }
        }
        throw new SkerryException('document_unknown');
    }

    private static function add(array &$found, string $kind, string $bytes): void
    {
        if (in_array([$kind, $bytes], $found, true)) {
            return;
        }
        if (count($found) === self::PARTS_MAX) {
            throw new SkerryException('document_count');
        }
        $found[] = [$kind, $bytes];
    }

    private static function known(string $bytes): string
    {
        if ($bytes === '') {
            throw new SkerryException('document_empty');
        }
        $kind = self::identify($bytes);
        if ($kind === null) {
            throw new SkerryException('document_unknown');
        }
        return $kind;
    }

    /** Binary, QR text, or text with armor. Finding nothing is no error. */
    private static function findInText(string $text, array &$found): void
    {
        $kind = self::identify($text);
        if ($kind !== null) {
            self::add($found, $kind, $text);
            return;
        }
        if (preg_match('/\A(?:\xef\xbb\xbf)?[ \t\r\n]*SKERRY:/', $text, $match) === 1) {
            $bytes = self::base45(rtrim(substr($text, strlen($match[0])), "\r\n"));
            self::add($found, self::known($bytes), $bytes);
            return;
        }
        for ($armor = new Armor($text); $armor->next();) {
            $claimed = self::LABELS[$armor->label] ?? null;
            if ($claimed === null) {
                throw new SkerryException('armor_label');
            }
            if (self::known($armor->bytes) !== $claimed) {
                throw new SkerryException('document_kind');
            }
            self::add($found, $claimed, $armor->bytes);
        }
    }

    private static function base45(string $text): string
    {
        $len = strlen($text);
        if ($len % 3 === 1) {
            throw new SkerryException('base45_length');
        }
        $bytes = '';
        for ($i = 0; $i < $len; $i += 3) {
            $group = min(3, $len - $i);
            $value = 0;
            for ($j = $group - 1; $j >= 0; $j--) {
                $digit = strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:', $text[$i + $j]);
                if ($digit === false) {
                    throw new SkerryException('base45_character');
                }
                $value = $value * 45 + $digit;
            }
            if ($value > ($group === 3 ? 0xffff : 0xff)) {
                throw new SkerryException('base45_range');
            }
            $bytes .= $group === 3 ? pack('n', $value) : chr($value);
        }
        return $bytes;
    }

    /* --- mail (RFC 5322, 2045, 2046) ---------------------------------------------------------------- */

    /** The mail without what stands before its first field, with LF as line ends; null: it is none. */
    private static function mailBody(string $text): ?string
    {
        $text = strtr($text, ["\r\n" => "\n", "\r" => "\n"]);
        $text = (string)preg_replace('/\A(?:\xef\xbb\xbf)?[ \t\n]*(?:From [^\n]*\n)?/', '', $text);
        $header = explode("\n\n", $text, 2)[0];
        foreach (explode("\n", rtrim($header, "\n")) as $i => $line) {
            if (preg_match($i > 0 ? '/\A(?:[ \t]|[!-9;-~]+:)/' : '/\A[!-9;-~]+:/', $line) !== 1) {
                return null;
            }
        }
        $known = 'From|To|Subject|Date|Received|MIME-Version|Content-Type|Content-Transfer-Encoding|Return-Path'
            . '|Delivered-To|Message-ID|Reply-To|X-Mozilla-Status';
        return preg_match("/^(?:$known):/im", $header) === 1 ? $text : null;
    }

    private static function findInMail(string $mail, array &$found): void
    {
        $parts = 0;
        $damage = null;
        self::walk($mail, 0, function (string $bytes, bool $damaged) use (&$found, &$parts, &$damage): void {
            if (++$parts > self::MAIL_PARTS_MAX) {
                throw new SkerryException('document_count');
            }
            $before = count($found);
            $error = null;
            try {
                self::findInText($bytes, $found);
            } catch (SkerryException $e) {
                $error = $e;
            }
            if ($damaged) {
                $damage = $damage ?? new SkerryException('armor_character');
                if ($error !== null || count($found) > $before) {
                    throw new SkerryException('armor_character');
                }
            } elseif ($error !== null) {
                throw $error;
            }
        });
        if ($found === []) {
            throw $damage ?? new SkerryException('mail_part');
        }
    }

    private static function walk(string $entity, int $depth, callable $visit): void
    {
        [$header, $body] = array_pad(explode("\n\n", "\n" . $entity, 2), 2, '');
        $header = (string)preg_replace('/\n[ \t]+/', ' ', $header);
        $type = preg_match('/\nContent-Type:[ \t]*([^\n]*)/i', $header, $m) === 1 ? $m[1] : '';
        $encoding = preg_match('/\nContent-Transfer-Encoding:[ \t]*([^\n]*)/i', $header, $m) === 1 ? $m[1] : '';
        $isMultipart = preg_match('/\Amultipart\/.*;[ \t]*boundary[ \t]*=[ \t]*(?:"([^"]{1,70})"|([^";\s]{1,70}))/i', $type, $m) === 1;
        if ($isMultipart && $depth < self::MAIL_DEPTH_MAX) {
            $boundary = preg_quote($m[1] !== '' ? $m[1] : $m[2], '/');
            $pieces = preg_split("/(?:\A|\n)--$boundary(--)?[ \t]*(?=\n|\z)/", $body, -1, PREG_SPLIT_DELIM_CAPTURE);
            $bodies = [];
            for ($i = 1; $i < count($pieces); $i++) {
                if ($pieces[$i] === '--') {
                    break;
                }
                $bodies[] = substr($pieces[$i], 1);
            }
            self::walkParts($bodies, preg_match('/\Amultipart\/alternative/i', $type) === 1, $depth + 1, $visit);
            if ($bodies !== []) {
                return;
            }
        }
        $damaged = false;
        if (preg_match('/\Abase64/i', $encoding) === 1) {
            $body = self::mailBase64($body, $damaged);
        } elseif (preg_match('/\Aquoted-printable/i', $encoding) === 1) {
            $body = quoted_printable_decode($body);
        }
        if (preg_match('/\Amessage\/rfc822/i', $type) === 1 && $depth < self::MAIL_DEPTH_MAX) {
            self::walk($body, $depth + 1, $visit);
            return;
        }
        $visit($body, $damaged);
    }

    /** Of alternatives one that is good is enough. */
    private static function walkParts(array $bodies, bool $alternative, int $depth, callable $visit): void
    {
        $error = null;
        $good = false;
        foreach ($bodies as $body) {
            try {
                self::walk($body, $depth, $visit);
                $good = true;
            } catch (SkerryException $e) {
                if (!$alternative) {
                    throw $e;
                }
                $error = $error ?? $e;
            }
        }
        if ($error !== null && !$good) {
            throw $error;
        }
    }

    /** Ends at its padding or a blank line: mailing lists put their text behind it. */
    private static function mailBase64(string $body, bool &$damaged): string
    {
        preg_match('/\A\s*((?:[A-Za-z0-9+\/ \t]+\n?)*)(=?)([^\n]?)/', $body, $m);
        $damaged = $m[2] === '' && $m[3] !== '';
        $digits = (string)preg_replace('/\s+/', '', $m[1]);
        if (strlen($digits) % 4 === 1) {
            $digits = substr($digits, 0, -1);
        }
        return (string)base64_decode($digits);
    }
}

/**
 * Armored blocks, one after the other, in a text that mail programs, word processors and web pages have been at.
 * It is read as formats/mangled.c and formats/armor.c read it.
 */
final class Armor
{
    /* What a character of the text is to the reader; letters, digits and other signs are themselves. */
    private const BLANK = ' ', NOTHING = "\x01", SOFT = "\x02", ESCAPED = "\x03", LONG_DASH = "\x04", OTHER = "\x05";
    private const BLANKS = self::BLANK . self::NOTHING . self::SOFT;
    private const DASHES = '-' . self::LONG_DASH;
    private const LABEL_MAX = 32, HYPHENS = 5;
    private const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    private const ENTITIES = ['nbsp' => 0xa0, 'ensp' => 0x2002, 'emsp' => 0x2003, 'thinsp' => 0x2009, 'zwnj' => 0x200c,
        'zwj' => 0x200d, 'shy' => 0xad, 'Tab' => 9, 'NewLine' => 10, 'gt' => 0x3e, 'equals' => 0x3d, 'plus' => 0x2b,
        'sol' => 0x2f, 'hyphen' => 0x2010, 'dash' => 0x2010, 'ndash' => 0x2013, 'mdash' => 0x2014, 'horbar' => 0x2015,
        'minus' => 0x2212];
    /* Of those that are no UTF-8: Windows-1252. */
    private const WINDOWS_1252 = [0x96 => 0x2013, 0x97 => 0x2014, 0xa0 => 0xa0];
    /* A soft break, a tag of layout, an entity, a character whose bytes may be spelled "=C3", a byte. */
    private const CHARACTER = '/=[ \t]{0,32}(?:\r\n?|\n)'
        . '|<(?=[^<>]{0,254}>)\/?(?i:br|p|div|span|pre|tt|code|font|b|wbr|blockquote|body|html|td|tr)(?=[>\/ \t\r\n=])[^>]*>'
        . '|&(?:#[0-9]{1,9}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z]{2,10});'
        . '|(?:[\xc2-\xdf]|=[Cc][2-9A-Fa-f]|=[Dd][0-9A-Fa-f])(?&t)'
        . '|(?:\xe0|=[Ee]0)(?:[\xa0-\xbf]|=[ABab][0-9A-Fa-f])(?&t)|(?:\xed|=[Ee][Dd])(?:[\x80-\x9f]|=[89][0-9A-Fa-f])(?&t)'
        . '|(?:[\xe1-\xec\xee\xef]|=[Ee][1-9A-CEFa-cef])(?&t){2}'
        . '|(?:[\xf0-\xf4]|=[Ff][0-4])(?&t){3}'
        . '|=[0-9A-Fa-f]{2}'
        . '|[^A-Za-z0-9+\/> \t\r\n-](?(DEFINE)(?<t>[\x80-\xbf]|=[89ABab][0-9A-Fa-f]))/';

    private string $text;
    private int $at = 0;
    /** Without blanks. */
    public string $label = '';
    public string $bytes = '';

    public function __construct(string $text)
    {
        $shown = (string)preg_replace_callback(self::CHARACTER, fn (array $m): string => self::shown($m[0]), $text);
        $this->text = strtr($shown, "\t\r\n", '   ');
    }

    private static function shown(string $c): string
    {
        if ($c[0] === '=' && strpbrk($c, "\r\n") !== false) {
            return self::SOFT;
        }
        if ($c[0] === '<' && $c !== '<') {
            return self::BLANK;
        }
        if ($c[0] === '&' && $c !== '&') {
            $point = self::entity(substr($c, 1, -1));
            return $point === null ? $c : self::classify($point);
        }
        $bytes = (string)preg_replace_callback('/=(..)/', fn (array $m): string => (string)hex2bin($m[1]), $c);
        $shown = self::classify($bytes < "\x80" ? ord($bytes) : self::WINDOWS_1252[ord($bytes)] ?? self::point($bytes));
        return $shown === '=' && $c !== '=' ? self::ESCAPED : $shown;
    }

    private static function entity(string $name): ?int
    {
        if ($name[0] !== '#') {
            return self::ENTITIES[$name] ?? null;
        }
        return $name[1] === 'x' || $name[1] === 'X' ? (int)hexdec(substr($name, 2)) : (int)substr($name, 1);
    }

    /** -1: it is none. */
    private static function point(string $bytes): int
    {
        if (strlen($bytes) === 1) {
            return -1;
        }
        $point = ord($bytes[0]) & (0x7f >> strlen($bytes));
        for ($i = 1; $i < strlen($bytes); $i++) {
            $point = $point << 6 | ord($bytes[$i]) & 0x3f;
        }
        return $point;
    }

    private static function classify(int $p): string
    {
        $in = function (array $ranges) use ($p): bool {
            foreach ($ranges as [$first, $last]) {
                if ($p >= $first && $p <= $last) {
                    return true;
                }
            }
            return false;
        };
        if ($p > 0x20 && $p < 0x7f) {
            return chr($p);
        }
        if ($in([[0x2014, 0x2015], [0x2e3a, 0x2e3b]])) {
            return self::LONG_DASH;
        }
        if ($in([[0x2010, 0x2013], [0x2043, 0x2043], [0x2212, 0x2212], [0x2500, 0x2501], [0xfe58, 0xfe58], [0xfe63, 0xfe63],
            [0xff0d, 0xff0d]])) {
            return '-';
        }
        /* In the middle of a word they are an accident. */
        if ($in([[0xad, 0xad], [0x61c, 0x61c], [0x180e, 0x180e], [0x200b, 0x200f], [0x202a, 0x202e], [0x2060, 0x2064],
            [0x2066, 0x206f], [0xfeff, 0xfeff]])) {
            return self::NOTHING;
        }
        $blank = $in([[0x09, 0x0d], [0x20, 0x20], [0x85, 0x85], [0xa0, 0xa0], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f],
            [0x205f, 0x205f], [0x3000, 0x3000]]);
        return $blank ? self::BLANK : self::OTHER;
    }

    /** The next block: label and bytes. False: there is none. */
    public function next(): bool
    {
        if (!$this->findBegin()) {
            return false;
        }
        $this->readLabel();
        $this->bytes = $this->readBody();
        return true;
    }

    /** '' at the end. */
    private function here(): string
    {
        return $this->text[$this->at] ?? '';
    }

    private function isDash(): bool
    {
        return strspn($this->text, self::DASHES, $this->at, 1) === 1;
    }

    /** Passes blanks and the ">" that quoting puts behind them. */
    private function skipBlanks(): void
    {
        if (strspn($this->text, self::BLANKS, $this->at, 1) === 1) {
            $this->at += strspn($this->text, self::BLANKS . '>', $this->at);
        }
    }

    /** Passes a run of dashes that stands for $most hyphens or a few more; for how many. */
    private function skipDashes(int $most = PHP_INT_MAX): int
    {
        for ($hyphens = 0; $hyphens < $most; $this->at++) {
            if ($this->isDash()) {
                $hyphens += $this->here() === '-' ? 1 : 2;
            } elseif ($this->here() !== self::NOTHING) {
                break;
            }
        }
        return $hyphens;
    }

    /** Dashes, also escaped for a signed mail ("- -----BEGIN"), and blanks. */
    private function skipMarks(): int
    {
        for ($hyphens = 0; $this->isDash(); $this->skipBlanks()) {
            $hyphens += $this->skipDashes();
        }
        return $hyphens;
    }

    /** Passes the letters in any case, wherever blanks stand. On false it stands at the one that does not fit. */
    private function take(string $letters): bool
    {
        for ($i = 0; $i < strlen($letters); $i++) {
            $this->skipBlanks();
            if (strtoupper($this->here()) !== $letters[$i]) {
                return false;
            }
            $this->at++;
        }
        return true;
    }

    /** Passes BEGIN SKERRY. */
    private function findBegin(): bool
    {
        for (;;) {
            $this->at += strcspn($this->text, self::DASHES, $this->at);
            if ($this->here() === '') {
                return false;
            }
            /* A single hyphen is a hyphen: "Step 1 - begin Skerry ..." is no block. */
            if ($this->skipMarks() < 2) {
                continue;
            }
            $words = $this->at;
            if ($this->take('BEGINSKERRY')) {
                return true;
            }
            $behind = $this->at;
            $this->at = $words;
            if ($this->take('ENDSKERRY')) {
                throw new SkerryException('armor_begin');
            }
            $this->at = $behind;
        }
    }

    private function readLabel(): void
    {
        $this->label = '';
        for ($len = 0;; $this->at++) {
            $from = $this->at;
            $this->skipBlanks();
            if (!ctype_alnum($this->here())) {
                break;
            }
            $len += $len > 0 && strpos(substr($this->text, $from, $this->at - $from), self::BLANK) !== false ? 2 : 1;
            if ($len > self::LABEL_MAX) {
                throw new SkerryException('armor_label');
            }
            $this->label .= strtoupper($this->here());
        }
        if ($this->here() === '') {
            throw new SkerryException('armor_end');
        }
        if (!$this->isDash() || $len === 0) {
            throw new SkerryException('armor_label');
        }
        $this->skipDashes();
    }

    /** From behind the BEGIN line to behind the END line. */
    private function readBody(): string
    {
        $digits = '';
        /* Soft breaks: before the last digit, and behind it; what may be padding; of that, "=3D". */
        $breaks = $soft = $equals = $escaped = 0;
        do {
            for ($quotable = true; !$this->isDash(); $this->at++) {
                $c = $this->here();
                if ($c === '') {
                    throw new SkerryException('armor_end');
                }
                if ($c === '=' || $c === self::ESCAPED || $c === self::SOFT) {
                    $equals++;
                    $escaped += (int)($c === self::ESCAPED);
                    $soft += (int)($c === self::SOFT);
                } elseif (strpos(self::BASE64, $c) !== false) {
                    if ($equals > $soft) {
                        throw new SkerryException('armor_padding');
                    }
                    /* More base64: what could have been padding was soft breaks. */
                    $breaks += $soft;
                    $equals = $soft = 0;
                    $digits .= $c;
                } elseif (strpos(self::BLANKS, $c) === false && !($quotable && $c === '>')) {
                    throw new SkerryException('armor_character');
                }
                $quotable = $c === '>' || strpos(self::BLANKS, $c) !== false;
            }
            /* Before any base64 they are the BEGIN line's, broken by a new line. */
        } while (!$this->takeEnd($digits === ''));
        /* Where "=" at the end of a line may be a soft break, padding is at least all the others. */
        return self::decode($digits, $breaks > 0 || $escaped > 0 ? $equals - $soft : $equals, $equals);
    }

    /** At dashes: passes the END line. False: these are other dashes, where they may be. */
    private function takeEnd(bool $mayBeOthers): bool
    {
        $this->skipMarks();
        $words = $this->at;
        if ($this->take('ENDSKERRY' . $this->label) && !ctype_alnum($this->here())) {
            /* No more than its own: the next block's may follow at once. */
            $this->skipDashes(self::HYPHENS);
            return true;
        }
        $isEnd = $this->here() === '';
        $this->at = $words;
        if ($isEnd || $this->take('END') || $this->take('BEGIN')) {
            throw new SkerryException('armor_end');
        }
        $this->at = $words;
        if (!$mayBeOthers) {
            throw new SkerryException('armor_character');
        }
        return false;
    }

    /** At least $least and at most $most of "=" behind the digits are padding. */
    private static function decode(string $digits, int $least, int $most): string
    {
        $padding = [0, 3, 2, 1][strlen($digits) % 4];
        if ($padding === 3 || ($padding > 0 && $most === 0)) {
            throw new SkerryException('armor_length');
        }
        $bytes = $least <= $padding && $padding <= $most ? base64_decode($digits, true) : false;
        /* Bits that no byte takes must be zero, or two texts would stand for the same bytes. */
        if ($bytes === false || rtrim(base64_encode($bytes), '=') !== $digits) {
            throw new SkerryException('armor_padding');
        }
        return $bytes;
    }
}

/** What a site's daemon says of its present verdict, signed by the site's own key. */
final class Proof
{
    public const TYPE = 'application/vnd.skerry.proof+cwt';
    private const PAYLOAD_MAX = 4096, LIVES_S = 900;
    /* A step down waits for the place's next day end, 25 h at most, wherever that place is. */
    private const LENIENT_S = 2 * 86400;

    public string $product = '', $nonce = '', $licenseHash = '';
    public int $issuedAt = 0, $expiresAt = 0, $buildDate = 0, $manifestVersion = 0;
    /** By label: 3 state, 4 access, 5 reason, 6 notice, 13 clock. */
    public array $words = [3 => 0, 4 => 0, 5 => 0, 6 => 0, 13 => 0];
    /** By label: 7 next change, 8 renew_by, 9 valid_until, 10 maintenance, 11 grace, 12 degraded. */
    public array $dates = [];
    /** By label: 15 message, 16 tenant, 17 domain. */
    public array $texts = [15 => '', 16 => '', 17 => ''];
    public bool $stateRollback = false;

    public static function parse(string $payload): self
    {
        if (strlen($payload) > self::PAYLOAD_MAX) {
            Cbor::fail('document_too_large', self::PAYLOAD_MAX);
        }
        $p = new self();
        $r = new Cbor($payload);
        $expAt = 0;
        $r->claims(function (int $label) use ($r, $p, &$expAt): bool {
            switch ($label) {
                case 3:
                    $p->product = $r->form(65, '/\A[a-z0-9][a-z0-9_-]{0,31}\/[a-z0-9][a-z0-9_-]{0,31}\z/');
                    return true;
                case 4:
                    $expAt = $r->at;
                    $p->expiresAt = $r->date();
                    return true;
                case 6:
                    $p->issuedAt = $r->date();
                    return true;
                case 10:
                    $at = $r->at;
                    $p->nonce = $r->bytes(64);
                    if (strlen($p->nonce) < 8) {
                        Cbor::fail('claim_value', $at);
                    }
                    return true;
                case -65537:
                    $r->claims(fn (int $label): bool => $p->readOwn($r, $label), [1, 2, 19]);
                    return true;
            }
            return false;
        }, [3, 4, 6, 10, -65537]);
        if ($p->expiresAt <= $p->issuedAt || $p->expiresAt - $p->issuedAt > self::LIVES_S) {
            Cbor::fail('claim_conflict', $expAt);
        }
        $r->finish();
        return $p;
    }

    private function readOwn(Cbor $r, int $label): bool
    {
        if ($label === 1) {
            $r->version();
        } elseif ($label === 2) {
            $this->licenseHash = $r->fixed(32);
        } elseif (isset($this->words[$label])) {
            $this->words[$label] = $r->positive(255);
        } elseif ($label >= 7 && $label <= 12) {
            $this->dates[$label] = $r->date();
        } elseif ($label === 14) {
            $this->stateRollback = $r->yes();
        } elseif (isset($this->texts[$label])) {
            $this->texts[$label] = $r->someText([15 => 1024, 16 => 64, 17 => 253][$label]);
        } elseif ($label === 18) {
            $this->buildDate = $r->positive(Cbor::TIME_MAX);
        } elseif ($label === 19) {
            $this->manifestVersion = $r->positive();
        } else {
            return false;
        }
        return true;
    }

    /**
     * Holds what a daemon shows against what the product pins: manifests, license, proof, each judged by the
     * one before. $answer is {license, manifests, proof}, $asked {product, tenant, domain, build_date, nonce};
     * $trust moves on. Returns [License, Proof].
     */
    public static function take(array $answer, array $asked, array $pinned, Trust $trust): array
    {
        $manifests = array_map(fn (string $bytes): array => ['manifest', $bytes], $answer['manifests']);
        $trust->follow($manifests);
        $trust->leavesNoGap($manifests);
        $fallen = null;
        try {
            $license = $trust->license($answer['license'], $revoked);
            $fallen = $revoked ? 'trust_key_revoked' : null;
        } catch (SkerryException $e) {
            $fallen = in_array($e->name(), Trust::FALLS, true) ? $e->name() : null;
            if ($fallen === null) {
                throw $e;
            }
        }
        if ($fallen !== null) {
            $license = self::stoodOnce($answer['license'], $manifests, $pinned);
        }
        $other = $license->isForOther($asked['product'], $asked['tenant']);
        if ($other !== null) {
            throw new SkerryException($other);
        }
        if ($license->siteKey === null) {
            throw new SkerryException('not_paired');
        }
        $proof = self::open($answer['proof'], $license->siteKey);
        if ($proof->manifestVersion > $trust->version()) {
            throw new SkerryException('trust_sequence');
        }
        if (!$proof->answers($answer['license'], $asked) || !$proof->isKnown() || !$proof->isAllowed($license)) {
            throw new SkerryException('proof');
        }
        /* From then on it is in its grace at best. */
        if ($fallen !== null && $proof->words[4] !== 0 && $proof->words[3] < 3) {
            throw new SkerryException($fallen);
        }
        return [$license, $proof];
    }

    /** A license whose key fell was good under a pinned manifest, or one that came after: else it is a thief's. */
    private static function stoodOnce(string $document, array $manifests, array $pinned): License
    {
        $trust = Trust::anchor($pinned);
        for ($i = 0;; $i++) {
            try {
                $license = $trust->license($document, $revoked);
                $error = $revoked ? new SkerryException('trust_key_revoked') : null;
                if ($error === null) {
                    return $license;
                }
            } catch (SkerryException $e) {
                $error = $e;
            }
            if ($i === count($manifests)) {
                throw $error;
            }
            try {
                $trust->follow([$manifests[$i]]);
            } catch (SkerryException $e) {
                /* One that does not follow has no say. */
            }
        }
    }

    private static function open(string $document, array $siteKey): self
    {
        $message = Cose::sign1($document);
        if ($message['typ'] !== self::TYPE) {
            throw new SkerryException('cose_type');
        }
        if ($message['kid'] !== Cose::kid($siteKey)) {
            throw new SkerryException('signature');
        }
        Cose::verifySign1($message, $siteKey);
        return self::parse($message['payload']);
    }

    private function answers(string $license, array $asked): bool
    {
        return hash_equals($this->nonce, $asked['nonce']) && $this->licenseHash === hash('sha256', $license, true)
            && $this->product === $asked['product'] && $this->texts[16] === (string)$asked['tenant']
            && $this->texts[17] === (string)$asked['domain'] && $this->buildDate === $asked['build_date'];
    }

    private function isKnown(): bool
    {
        return $this->words[3] < count(Verdict::STATES) && $this->words[4] < count(Verdict::ACCESSES)
            && $this->words[5] < count(Verdict::REASONS) - 1 && $this->words[6] < count(Verdict::NOTICES)
            && $this->words[13] < count(Verdict::CLOCKS);
    }

    /** Whoever has the site's key can sign much; not that a license gives more than it does at its best. */
    private function isAllowed(License $license): bool
    {
        $at = max($this->issuedAt - self::LENIENT_S, min($license->notBefore, $this->issuedAt));
        $best = Verdict::best($license, $at, $this->buildDate);
        return $this->words[4] <= array_search($best->access, Verdict::ACCESSES, true);
    }

    /** What it says, $elapsed seconds after it was made; from its end on there is no access. */
    public function verdict(int $elapsed): Verdict
    {
        $v = new Verdict();
        $v->at = $this->issuedAt + $elapsed;
        $v->source = 'daemon';
        if ($v->at >= $this->expiresAt) {
            [$v->state, $v->access, $v->reason, $v->notice] = ['locked', 'none', 'no_daemon', 'alert'];
            return $v;
        }
        $v->state = Verdict::STATES[$this->words[3]];
        $v->access = Verdict::ACCESSES[$this->words[4]];
        $v->reason = Verdict::REASONS[$this->words[5]];
        $v->notice = Verdict::NOTICES[$this->words[6]];
        $v->clock = Verdict::CLOCKS[$this->words[13]];
        $v->stateRollback = $this->stateRollback;
        $v->message = (string)preg_replace('/[\x00-\x1f\x7f]/', ' ', $this->texts[15]);
        $fields = [7 => 'nextChangeAt', 'renewBy', 'validUntil', 'maintenanceUntil', 'graceUntil', 'degradedUntil'];
        foreach ($fields as $label => $field) {
            $v->$field = $this->dates[$label] ?? null;
        }
        return $v;
    }
}

/** HTTP/1.1 to skerryd over its Unix socket: one call on one connection, within a time. */
final class Daemon
{
    private const ANSWER_MAX = 4 << 20;

    private string $socket;
    private float $wait;

    public function __construct(string $socket, float $wait)
    {
        $this->socket = $socket;
        $this->wait = $wait;
    }

    /** Returns [status, the object of the body]; throws what an error's body tells. */
    public function call(string $method, string $target, ?array $body = null, array $headers = []): array
    {
        $json = $body === null ? '' : json_encode($body, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
        $headers += ['Host' => 'skerry', 'Accept' => 'application/json', 'Connection' => 'close'];
        if ($body !== null) {
            $headers += ['Content-Type' => 'application/json', 'Content-Length' => (string)strlen($json)];
        } elseif ($method !== 'GET') {
            $headers += ['Content-Length' => '0'];
        }
        $request = "$method $target HTTP/1.1\r\n";
        foreach ($headers as $name => $value) {
            if (preg_match('/[\x00-\x1f\x7f]/', $value) === 1) {
                throw new SkerryException('argument');
            }
            $request .= "$name: $value\r\n";
        }
        return self::parse($this->exchange("$request\r\n$json"));
    }

    private function exchange(string $request): string
    {
        $until = microtime(true) + $this->wait;
        $stream = @stream_socket_client('unix://' . $this->socket, $number, $error, $this->wait);
        if ($stream === false) {
            /* EACCES, the same number on every Linux */
            throw new SkerryException($number === 13 ? 'file_permission' : 'no_daemon', "skerryd does not answer at $this->socket: $error.");
        }
        stream_set_blocking($stream, false);
        $answer = '';
        try {
            while (!feof($stream)) {
                $left = $until - microtime(true);
                $read = [$stream];
                $write = $request === '' ? [] : [$stream];
                $except = [];
                if ($left <= 0 || @stream_select($read, $write, $except, (int)$left, (int)(fmod($left, 1) * 1e6)) === false) {
                    throw new SkerryException('no_daemon', "skerryd does not answer at $this->socket in time.");
                }
                if ($write !== []) {
                    $written = @fwrite($stream, $request);
                    $request = $written === false ? '' : substr($request, $written);
                }
                if ($read !== []) {
                    $answer .= (string)fread($stream, 65536);
                    if (strlen($answer) > self::ANSWER_MAX) {
                        throw new SkerryException('io', 'What answers at the socket says too much for skerryd.');
                    }
                }
            }
        } finally {
            fclose($stream);
        }
        if ($answer === '') {
            throw new SkerryException('no_daemon');
        }
        return $answer;
    }

    private static function parse(string $answer): array
    {
        [$head, $body] = array_pad(explode("\r\n\r\n", $answer, 2), 2, null);
        $is = preg_match('/\AHTTP\/1\.[01] ([1-5]\d\d)(?: |\r\n|\z)/', $answer, $m) === 1 && $body !== null;
        if ($is && preg_match('/\r\nTransfer-Encoding:[ \t]*chunked/i', $head) === 1) {
            $body = self::unchunk($body);
        } elseif ($is && preg_match('/\r\nContent-Length:[ \t]*(\d{1,9})[ \t]*(?:\r\n|\z)/i', $head, $len) === 1) {
            $is = strlen($body) === (int)$len[1];
        }
        $status = $is ? (int)$m[1] : 0;
        $object = $is && $body !== '' ? json_decode((string)$body, true, 32) : [];
        if ($status === 0 || !is_array($object)) {
            throw new SkerryException('io', 'What answers at the socket is no skerryd.');
        }
        if ($status >= 300) {
            $error = is_array($object['error'] ?? null) ? $object['error'] : [];
            $text = fn (string $name): ?string => is_string($error[$name] ?? null) ? $error[$name] : null;
            $message = trim($text('message') . ' ' . $text('advice'));
            throw new SkerryException($text('code') ?? 'io', $message === '' ? null : $message, 0, $text('retry_at'));
        }
        return [$status, $object];
    }

    private static function unchunk(string $body): ?string
    {
        $whole = '';
        while (preg_match('/\A([0-9a-f]{1,7})[^\r\n]*\r\n/i', $body, $m) === 1) {
            $len = (int)hexdec($m[1]);
            if ($len === 0) {
                return $whole;
            }
            $whole .= substr($body, strlen($m[0]), $len);
            $body = substr($body, strlen($m[0]) + $len + 2);
        }
        return null;
    }
}

/** The last answer, for other requests: in APCu where it is, else in a folder that is nobody else's. */
final class Memory
{
    private string $key;
    private ?string $folder;

    public function __construct(string $key, ?string $folder)
    {
        $this->key = 'skerry-' . $key;
        $this->folder = $folder;
    }

    private static function hasApcu(): bool
    {
        return function_exists('apcu_enabled') && apcu_enabled();
    }

    public function load(): ?array
    {
        $text = null;
        if ($this->folder !== null) {
            $text = @file_get_contents("$this->folder/$this->key.json");
        } elseif (self::hasApcu()) {
            $text = apcu_fetch($this->key);
        }
        $kept = is_string($text) ? json_decode($text, true, 4) : null;
        if (!is_array($kept) || !isset($kept['boot'], $kept['mono'], $kept['wall'], $kept['nonce'], $kept['license'], $kept['proof'])) {
            return null;
        }
        return $kept;
    }

    public function save(array $kept): void
    {
        $text = json_encode($kept);
        if ($this->folder !== null) {
            $new = "$this->folder/$this->key." . bin2hex(random_bytes(6));
            $umask = umask(0077);
            $written = (is_dir($this->folder) || @mkdir($this->folder, 0700, true)) && @file_put_contents($new, $text) === strlen($text);
            umask($umask);
            if (!$written || !@rename($new, "$this->folder/$this->key.json")) {
                @unlink($new);
            }
        } elseif (self::hasApcu()) {
            apcu_store($this->key, $text, 900);
        }
    }
}

/**
 * The answers for one product.
 *
 *     trust         the pinned root manifest, as bytes, any carrier; later ones may follow it. Required.
 *     product       'hotelhub/hms', with its brand. Required.
 *     socket        skerryd's; '/run/skerry/skerry.sock'. Not asked where 'license' is given.
 *     license       a path, or several, of license and later manifests: works without a daemon.
 *     tenant, domain, build_date (UTC seconds), language    what is asked about, as in skerry.h
 *     custom, install_path    what the product knows of its machine, where the license compares it; a list, a path
 *     timezone      of the place, for day ends of a license file; PHP's default
 *     cache         a folder of this product's own where the last proof is kept for other requests; else APCu
 *     fresh_s       so long a proof is used without asking again; 60
 *     wait_s        so long the daemon is waited for; 2
 *     clock         a function that returns UTC seconds, for tests; the system's clock
 */
final class Skerry
{
    private array $config;
    private array $pinned;
    private Memory $memory;
    private Daemon $daemon;
    private ?License $license = null;
    /** Of a file: since when nothing changes until when. Of a daemon: the proof, and when it was asked for. */
    private ?Verdict $verdict = null;
    private ?Proof $proof = null;
    private ?array $kept = null;
    private ?Trust $trust = null;

    public function __construct(array $config)
    {
        $this->config = $config + ['trust' => '', 'product' => '', 'socket' => '/run/skerry/skerry.sock', 'license' => null,
            'tenant' => null, 'domain' => null, 'build_date' => 0, 'timezone' => date_default_timezone_get(), 'language' => null,
            'custom' => [], 'install_path' => null, 'cache' => null, 'fresh_s' => 60, 'wait_s' => 2.0, 'clock' => 'time'];
        $slug = '[a-z0-9][a-z0-9_-]{0,31}';
        if (PHP_INT_SIZE < 8 || preg_match("/\\A$slug\\/$slug\\z/", $this->config['product']) !== 1 || $this->config['trust'] === '') {
            throw new SkerryException('argument', 'Skerry needs 64 bits, a pinned root manifest (trust), and the product as brand/product.');
        }
        $this->pinned = Documents::find($this->config['trust']);
        $asked = [$this->config['trust'], $this->config['product'], $this->config['tenant'], $this->config['domain'],
            $this->config['build_date'], $this->config['socket'], $this->config['language'], $this->config['custom'],
            $this->config['install_path']];
        $this->memory = new Memory(hash('sha256', serialize($asked)), $this->config['cache']);
        $this->daemon = new Daemon($this->config['socket'], (float)$this->config['wait_s']);
    }

    /** What holds now. Throws where nothing is known: no license, one that is refused, no daemon and no proof. */
    public function verdict(): Verdict
    {
        $verdict = $this->config['license'] !== null ? $this->ofFile() : $this->ofDaemon();
        if ($verdict->contact === [] && $this->trust !== null) {
            $verdict->contact = $this->trust->contact(explode('/', $this->config['product'])[0]);
        }
        if ($verdict->message === '') {
            $verdict->message = Words::message($verdict, $this->config['product'], new \DateTimeZone($this->config['timezone']));
        }
        return $verdict;
    }

    /** May the feature be used now? It needs full access; read: at least read only. */
    public function check(string $feature, bool $read = false): bool
    {
        $verdict = $this->verdict();
        return ($read ? $verdict->mayRead() : $verdict->isFull()) && ($this->license->grants[$feature] ?? null) === true;
    }

    /** A limit's number; no_access, no_limit. */
    public function limit(string $name): int
    {
        $number = $this->grant($name);
        if (!is_int($number)) {
            throw new SkerryException('no_limit');
        }
        return $number;
    }

    /** A text value; no_access, no_limit. */
    public function text(string $name): string
    {
        $text = $this->grant($name);
        if (!is_string($text)) {
            throw new SkerryException('no_limit');
        }
        return $text;
    }

    /** @return true|int|string|null */
    private function grant(string $name)
    {
        if (!$this->verdict()->mayRead()) {
            throw new SkerryException('no_access');
        }
        return $this->license->grants[$name] ?? null;
    }

    /** The license that answers, verified; null without one. */
    public function license(): ?License
    {
        $this->verdict();
        return $this->license;
    }

    /** All that `skerry status --json` shows, as the daemon tells it: for people, nothing of it is proven. */
    public function status(): array
    {
        return $this->daemon->call('GET', '/v1/status?' . $this->query(), null, $this->language())[1];
    }

    /* --- seats -------------------------------------------------------------------------------------- */

    /**
     * Claims a seat, or renews that of the same holder. {holder, secret, expires_at, expires_in, burst}: keep the
     * secret. no_access, no_seats, seat_held, seat_none_free (retryAt()), seat_cap; no_daemon.
     */
    public function claimSeat(string $holder, ?string $secret = null): array
    {
        /* A daemon that nobody proved cannot grant any. */
        $verdict = $this->verdict();
        if (!$verdict->mayRead()) {
            throw new SkerryException($verdict->reason === 'no_daemon' ? $verdict->trouble ?? 'no_daemon' : 'no_access');
        }
        if ($this->license->seats === null || $this->config['license'] !== null) {
            throw new SkerryException('no_seats');
        }
        $headers = $secret === null || $secret === '' ? [] : ['Skerry-Seat-Secret' => $secret];
        $seat = $this->daemon->call('PUT', $this->seat($holder), null, $headers)[1];
        /* A renewal tells none. */
        return array_filter($seat, fn ($value): bool => $value !== null) + ['holder' => $holder, 'secret' => $secret];
    }

    /** A third of expires_in is a good time to. A seat that ended meanwhile is claimed anew. */
    public function renewSeat(string $holder, string $secret): array
    {
        return $this->claimSeat($holder, $secret);
    }

    /** seat_unknown: it had ended; seat_secret: somebody else has the name. */
    public function releaseSeat(string $holder, ?string $secret = null): void
    {
        $headers = $secret === null || $secret === '' ? [] : ['Skerry-Seat-Secret' => $secret];
        $this->daemon->call('DELETE', $this->seat($holder), null, $headers);
    }

    private function seat(string $holder): string
    {
        if ($holder === '' || strlen($holder) > 255 || preg_match('/\A[^\x00-\x1f\x7f]+\z/u', $holder) !== 1) {
            throw new SkerryException('argument', 'A holder is 1 to 255 bytes of text.');
        }
        return '/v1/seats/' . rawurlencode($holder) . '?' . $this->query();
    }

    private function query(): string
    {
        $asked = ['product' => $this->config['product'], 'tenant' => $this->config['tenant'], 'domain' => $this->config['domain']];
        $told = http_build_query(array_filter($asked, fn (?string $value): bool => (string)$value !== ''), '', '&', PHP_QUERY_RFC3986);
        return implode('&', array_filter([$told, $this->machine()]));
    }

    private function language(): array
    {
        return $this->config['language'] === null ? [] : ['Accept-Language' => $this->config['language']];
    }

    /* --- of a file ---------------------------------------------------------------------------------- */

    /** A license whose key stands, for what is asked about. */
    public static function wanted(Trust $trust, string $document, string $product, ?string $tenant): License
    {
        $license = $trust->license($document, $revoked);
        $other = $revoked ? 'trust_key_revoked' : $license->isForOther($product, $tenant);
        if ($other !== null) {
            throw new SkerryException($other);
        }
        return $license;
    }

    private function ofFile(): Verdict
    {
        if ($this->license === null) {
            $this->openFiles();
        }
        $now = max((int)($this->config['clock'])(), $this->license->issuedAt);
        $last = $this->verdict;
        if ($last === null || $now < $last->at || ($last->nextChangeAt !== null && $now >= $last->nextChangeAt)) {
            $zone = new \DateTimeZone($this->config['timezone']);
            $this->verdict = Verdict::of($this->license, $now, $zone, $this->config['domain'], (int)$this->config['build_date']);
        }
        $verdict = clone $this->verdict;
        $verdict->at = $now;
        return $verdict;
    }

    private function openFiles(): void
    {
        $documents = [];
        foreach ((array)$this->config['license'] as $path) {
            $bytes = is_file($path) ? @file_get_contents($path, false, null, 0, 2 << 20) : false;
            if ($bytes === false) {
                throw new SkerryException(file_exists($path) ? 'file_permission' : 'file_missing', "$path: the license cannot be read.");
            }
            array_push($documents, ...Documents::find($bytes));
        }
        $trust = Trust::anchor($this->pinned);
        $trust->follow($documents);
        $first = null;
        foreach ($documents as [$kind, $bytes]) {
            try {
                if ($kind === 'license') {
                    $this->license = self::wanted($trust, $bytes, $this->config['product'], $this->config['tenant']);
                    $this->trust = $trust;
                    return;
                }
            } catch (SkerryException $e) {
                $first = $first ?? $e;
            }
        }
        throw $first ?? new SkerryException('document_kind');
    }

    /* --- of a daemon -------------------------------------------------------------------------------- */

    /** [which boot, its running time, wall clock]: none of them can be set back to lengthen a proof's life. */
    private function instants(): array
    {
        $boot = @file_get_contents('/proc/sys/kernel/random/boot_id');
        return ['boot' => $boot === false ? '' : trim($boot), 'mono' => intdiv(hrtime(true), 1000000000),
            'wall' => (int)($this->config['clock'])()];
    }

    private function elapsed(array $kept, array $now): int
    {
        if ($kept['boot'] !== $now['boot'] || $now['mono'] < $kept['mono']) {
            return PHP_INT_MAX >> 8;
        }
        return max($now['mono'] - $kept['mono'], $now['wall'] - $kept['wall'], 0);
    }

    private function ofDaemon(): Verdict
    {
        $now = $this->instants();
        if ($this->proof === null) {
            $this->recall($now);
        }
        $elapsed = $this->proof === null ? 0 : $this->elapsed($this->kept, $now);
        $trouble = null;
        if ($this->proof === null || $elapsed >= (int)$this->config['fresh_s'] || $this->isOver($elapsed)) {
            try {
                $this->ask($now);
                $elapsed = 0;
            } catch (SkerryException $e) {
                if ($e->name() === 'no_license') {
                    return $this->unlicensed();
                }
                /* The last one goes on; where there is none, or it has ended, nothing is known. */
                if ($this->proof === null) {
                    throw $e;
                }
                $trouble = $e->name();
            }
        }
        $verdict = $this->isOver($elapsed) ? $this->proof->verdict(900) : $this->proof->verdict($elapsed);
        $verdict->source = $trouble === null ? 'daemon' : 'last';
        $verdict->trouble = $trouble;
        return $verdict;
    }

    /** Whether the proof ended, or what it says would change. */
    private function isOver(int $elapsed): bool
    {
        $at = $this->proof->issuedAt + $elapsed;
        return $at >= $this->proof->expiresAt || (isset($this->proof->dates[7]) && $at >= $this->proof->dates[7]);
    }

    /** That there is no license needs no proof: it grants nothing. */
    private function unlicensed(): Verdict
    {
        $this->license = $this->proof = $this->kept = null;
        $verdict = new Verdict();
        $verdict->at = (int)($this->config['clock'])();
        $verdict->source = 'daemon';
        return $verdict;
    }

    private function asked(string $nonce): array
    {
        return ['product' => $this->config['product'], 'tenant' => $this->config['tenant'], 'domain' => $this->config['domain'],
            'build_date' => (int)$this->config['build_date'], 'nonce' => $nonce];
    }

    /** What the product tells of its machine and of itself. */
    private function machine(): string
    {
        $build = (int)$this->config['build_date'];
        $told = $build === 0 ? [] : ['build_date=' . rawurlencode(gmdate('Y-m-d\TH:i:s\Z', $build))];
        if ((string)$this->config['install_path'] !== '') {
            $told[] = 'install_path=' . rawurlencode($this->config['install_path']);
        }
        foreach ($this->config['custom'] as $custom) {
            $told[] = 'custom=' . rawurlencode($custom);
        }
        return implode('&', $told);
    }

    private function ask(array $now): void
    {
        $nonce = random_bytes(16);
        $body = array_filter(['nonce' => base64_encode($nonce), 'product' => $this->config['product'],
            'tenant' => $this->config['tenant'], 'domain' => $this->config['domain']], fn (?string $value): bool => (string)$value !== '');
        $told = $this->machine();
        [, $object] = $this->daemon->call('POST', '/v1/proof' . ($told === '' ? '' : '?' . $told), $body, $this->language());
        $kept = $now + ['nonce' => base64_encode($nonce), 'license' => $object['license'] ?? null,
            'manifests' => $object['manifests'] ?? [], 'proof' => $object['proof'] ?? null];
        $this->take($kept);
        $this->memory->save($kept);
    }

    /** Verifies an answer, new or remembered, and believes it from then on. */
    private function take(array $kept): void
    {
        $trust = $this->trust === null ? Trust::anchor($this->pinned) : clone $this->trust;
        $answer = ['license' => self::base64($kept['license']), 'proof' => self::base64($kept['proof']), 'manifests' => []];
        if (!is_array($kept['manifests']) || count($kept['manifests']) > 256) {
            throw new SkerryException('io', 'What answers at the socket is no skerryd.');
        }
        foreach ($kept['manifests'] as $manifest) {
            $answer['manifests'][] = self::base64($manifest);
        }
        [$license, $proof] = Proof::take($answer, $this->asked(self::base64($kept['nonce'])), $this->pinned, $trust);
        [$this->license, $this->proof, $this->kept, $this->trust] = [$license, $proof, $kept, $trust];
    }

    /** @param mixed $text */
    private static function base64($text): string
    {
        $bytes = is_string($text) ? base64_decode($text, true) : false;
        if ($bytes === false) {
            throw new SkerryException('io', 'What answers at the socket is no skerryd.');
        }
        return $bytes;
    }

    private function recall(array $now): void
    {
        $kept = $this->memory->load();
        if ($kept === null || $this->elapsed($kept, $now) >= 900) {
            return;
        }
        try {
            $this->take($kept);
        } catch (SkerryException $e) {
            /* Somebody else's, or damaged: as if there were none. */
        }
    }
}

/** What a license file's verdict means, in English; a daemon brings its own words. */
final class Words
{
    private const CAUSES = [
        'ok' => 'The license for {product} is valid{until}.',
        'not_yet_valid' => 'The license for {product} begins on {next}.',
        'overdue' => 'The license for {product} must be renewed by {renew_by}.',
        'expired' => 'The license for {product} has ended.',
        'renewal_missed' => 'The license for {product} should have been renewed by {renew_by}.',
        'too_few_components' => 'The license for {product} is for one machine, which cannot be compared here.',
        'wrong_domain' => 'The license for {product} was made for another domain.',
        'maintenance_ended' => 'Maintenance ended on {maintenance_until}, before this version was made.',
        'no_license' => 'There is no license for {product}.',
        'no_daemon' => 'skerryd has not answered for too long: nothing is known of the license for {product}.',
    ];
    private const EFFECTS = [
        'grace' => 'Everything works until {full_until}.',
        'degraded' => 'Data can be read but not changed, until {read_until}.',
        'locked' => 'The product is locked; its data is kept.',
    ];
    private const ACTIONS = [
        'not_yet_valid' => 'Wait for that day, or check the clock.',
        'overdue' => 'Install the renewal file, or ask the vendor for one.',
        'expired' => 'Buy a new term and install its license file.',
        'renewal_missed' => 'Install the renewal file, or ask the vendor for one.',
        'too_few_components' => 'Have skerryd started on this machine, or ask the vendor for a license for a domain.',
        'wrong_domain' => 'Ask the vendor to add this domain.',
        'maintenance_ended' => 'Use the version before, or buy maintenance and install the new license.',
        'no_license' => 'Install the license file that the vendor sent.',
        'no_daemon' => 'Start skerryd, or ask who looks after this machine to.',
    ];

    public static function message(Verdict $v, string $product, \DateTimeZone $zone): string
    {
        $day = fn (?int $at): string => $at === null ? '' : gmdate('Y-m-d', $at);
        $moment = fn (?int $at): string => $at === null ? '' : (new \DateTime("@$at"))->setTimezone($zone)->format('Y-m-d H:i');
        $until = $v->renewBy !== null ? '; it must be renewed by ' . $day($v->renewBy)
            : ($v->validUntil !== null ? ' until ' . $day($v->validUntil) : ' and does not end');
        $text = implode(' ', array_filter([
            self::CAUSES[$v->reason] ?? "The license for {product} gives no full access ($v->reason).",
            self::EFFECTS[$v->state] ?? '',
            self::ACTIONS[$v->reason] ?? '',
            self::contact($v->contact),
        ]));
        return strtr($text, ['{product}' => $product, '{until}' => $until, '{next}' => $moment($v->nextChangeAt),
            '{renew_by}' => $day($v->renewBy), '{maintenance_until}' => $day($v->maintenanceUntil),
            '{full_until}' => $moment($v->graceUntil), '{read_until}' => $moment($v->degradedUntil)]);
    }

    public static function contact(array $contact): string
    {
        $ways = array_intersect_key($contact, ['telephone' => 1, 'email' => 1, 'url' => 1]);
        return $ways === [] ? '' : 'Call ' . ($contact['name'] ?? 'the vendor') . ': ' . implode(', ', $ways) . '.';
    }
}
