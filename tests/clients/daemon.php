<?php
// SPDX-License-Identifier: ISC
/* daemon.php SOCKET CORPUS MODE-FILE CACHE: the PHP client and a daemon (fake_daemon.php) that is not always one. */

require __DIR__ . '/../../verifier/clients/php/Skerry.php';

use Skerry\{Skerry, SkerryException};

set_error_handler(function (int $level, string $text): bool {
    if (error_reporting() === 0 || (error_reporting() & $level) === 0) {
        return false;
    }
    throw new ErrorException($text);
});
[, $socket, $folder, $modeFile, $cache] = $argv;
$wall = 1800000000;

function mode(string $mode): void
{
    file_put_contents($GLOBALS['modeFile'], $mode);
}

function client(array $settings = []): Skerry
{
    return new Skerry($settings + ['trust' => file_get_contents($GLOBALS['folder'] . '/vendor.manifest'), 'product' => 'hotelhub/hms',
        'socket' => $GLOBALS['socket'], 'wait_s' => 30, 'clock' => fn (): int => $GLOBALS['wall']]);
}

function refused(callable $call): string
{
    try {
        $call();
    } catch (SkerryException $e) {
        return $e->name();
    }
    return 'nothing';
}

function want(bool $holds, string $what): void
{
    if (!$holds) {
        fwrite(STDERR, "FAIL $what\n");
        exit(1);
    }
    echo "ok $what\n";
}

foreach (['good', 'chunked'] as $good) {
    mode($good);
    $v = client()->verdict();
    want($v->isFull() && $v->source === 'daemon' && $v->message !== '' && $v->trouble === null, "a daemon that is $good is believed");
}
$skerry = client();
want($skerry->check('channel_manager') && !$skerry->check('spa') && $skerry->limit('max_rooms') === 100, 'features and limits are those of the proven license');
want(refused(fn () => $skerry->limit('spa')) === 'no_limit', 'a limit that is not there is told');

$modes = ['silent' => 'no_daemon', 'slow' => 'no_daemon', 'garbage' => 'io', 'half' => 'io', 'endless' => 'io', 'array' => 'io',
    'replayed' => 'proof', 'stranger' => 'signature', 'other-vendor' => 'trust_key_unknown', 'not-paired' => 'not_paired'];
foreach ($modes as $mode => $name) {
    mode($mode);
    $got = refused(fn () => client($mode === 'slow' ? ['wait_s' => 0.2] : [])->verdict());
    want($got === $name, "what is $mode is refused as $name" . ($got === $name ? '' : ", not $got"));
}
mode('no-license');
want(client()->verdict()->state === 'unlicensed', 'that there is no license needs no proof');
want(refused(fn () => client(['socket' => "$socket.gone"])->verdict()) === 'no_daemon', 'nobody at the socket is no_daemon');

/* What was proven goes on without the daemon, for as long as it said, and no longer. */
mode('good');
$skerry = client();
$skerry->verdict();
mode('silent');
$wall += 30;
want($skerry->verdict()->source === 'daemon', 'a fresh proof is used without asking');
$wall += 60;
$v = $skerry->verdict();
want($v->isFull() && $v->source === 'last' && $v->trouble === 'no_daemon' && $skerry->check('channel_manager'), 'the last verdict goes on');
$wall += 809;
want($skerry->verdict()->isFull(), 'for 15 minutes');
$wall += 1;
$v = $skerry->verdict();
want($v->state === 'locked' && $v->reason === 'no_daemon' && !$skerry->check('channel_manager'), 'and no longer');
want(refused(fn () => $skerry->limit('max_rooms')) === 'no_access', 'nothing is granted then');
mode('replayed');
want(!$skerry->verdict()->isFull(), 'a replayed proof does not lengthen it');
mode('good');
want($skerry->verdict()->isFull(), 'the daemon is believed again');

/* Other requests are other processes: they share the folder. */
want(!is_dir($cache), 'the cache is made when it is needed');
client(['cache' => $cache])->verdict();
want((fileperms($cache) & 0777) === 0700 && count(glob("$cache/*")) === 1, 'the cache is a folder of its own');
$before = strlen(file_get_contents("$modeFile.count"));
want(client(['cache' => $cache])->verdict()->isFull() && strlen(file_get_contents("$modeFile.count")) === $before, 'another request asks nobody');
mode('silent');
$wall += 100;
want(client(['cache' => $cache])->verdict()->source === 'last', 'another request goes on without the daemon, too');
want(refused(fn () => client()->verdict()) === 'no_daemon', 'without a cache it knows nothing');
want(refused(fn () => client(['cache' => $cache, 'tenant' => 'annex'])->verdict()) === 'no_daemon', 'another question has another place');
[$file] = glob("$cache/*");
$kept = json_decode(file_get_contents($file), true);
foreach (['nonce' => base64_encode(str_repeat('n', 16)), 'boot' => 'another', 'mono' => PHP_INT_MAX, 'license' => 'AAAA', 'proof' => 'AAAA', 'manifests' => 'x'] as $name => $value) {
    file_put_contents($file, json_encode([$name => $value] + $kept));
    want(refused(fn () => client(['cache' => $cache])->verdict()) === 'no_daemon', "a kept proof with another $name is as none");
}
file_put_contents($file, 'damaged');
want(refused(fn () => client(['cache' => $cache])->verdict()) === 'no_daemon', 'a damaged cache is as none');
file_put_contents($file, json_encode($kept));
$wall += 800;
want(refused(fn () => client(['cache' => $cache])->verdict()) === 'no_daemon', 'a kept proof ends');
$wall -= 100000;
want(client(['cache' => $cache])->verdict()->isFull(), 'a clock that is set back lengthens nothing that runs');
$wall += 100000;

/* Seats. */
mode('stranger');
want(refused(fn () => client()->claimSeat('front desk/2')) === 'signature', 'no seat is taken from a daemon that nobody proved');
mode('good');
$seat = $skerry->claimSeat('front desk/2');
want(strlen($seat['secret']) === 16 && $seat['expires_in'] === 900, 'a seat is claimed');
want($skerry->renewSeat('front desk/2', $seat['secret'])['secret'] === $seat['secret'], 'and renewed with its secret');
want(refused(fn () => $skerry->claimSeat('front desk/2')) === 'seat_held', 'not by somebody else');
$skerry->claimSeat('bar');
try {
    $skerry->claimSeat('spa');
    want(false, 'none is free');
} catch (SkerryException $e) {
    want($e->name() === 'seat_none_free' && $e->retryAt() === '2027-01-01T00:00:00Z', 'none is free, and when one may be is told');
}
$skerry->releaseSeat('front desk/2', $seat['secret']);
want(refused(fn () => $skerry->releaseSeat('front desk/2', $seat['secret'])) === 'seat_unknown', 'a seat is released once');
foreach (['', "two\nlines", str_repeat('x', 256), "\xff"] as $holder) {
    want(refused(fn () => $skerry->claimSeat($holder)) === 'argument', 'a holder of ' . strlen($holder) . ' bytes is none');
}
want(refused(fn () => $skerry->claimSeat('x', "s\r\nX: y")) === 'argument', 'a secret ends no line');
foreach ([['product' => 'hms'], ['trust' => ''], ['trust' => 'nonsense']] as $wrong) {
    want(in_array(refused(fn () => client($wrong)), ['argument', 'document_unknown'], true), 'a wrong ' . key($wrong) . ' is told at once');
}
