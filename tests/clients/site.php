<?php
// SPDX-License-Identifier: ISC
/* site.php TRUST SOCKET: asks a real daemon, claims, renews and gives back a seat; tells what it got in one line. */

require __DIR__ . '/../../verifier/clients/php/Skerry.php';

$skerry = new Skerry\Skerry(['trust' => file_get_contents($argv[1]), 'product' => 'hotelhub/hms', 'socket' => $argv[2],
    'custom' => ['box-7'], 'wait_s' => 30]);
try {
    $v = $skerry->verdict();
    echo "$v->state $v->access $v->reason $v->source ", (int)$skerry->check('channel_manager'), ' ', (int)$skerry->check('spa'), ' ',
        $skerry->limit('max_rooms'), ' ', $v->contact['telephone'] ?? '', "\n$v->message\n";
    $seat = $skerry->claimSeat('reception/2');
    $again = $skerry->renewSeat('reception/2', $seat['secret']);
    $skerry->releaseSeat('reception/2', $seat['secret']);
    echo $seat['secret'] === $again['secret'] && $again['expires_in'] > 0 ? "seat\n" : "no seat\n";
    echo $skerry->status()['product'], "\n";
    $skerry->releaseSeat('reception/2', $seat['secret']);
} catch (Skerry\SkerryException $e) {
    echo 'refused ', $e->name(), "\n";
}
