<?php
// SPDX-License-Identifier: ISC
/*
 * fake_daemon.php SOCKET CORPUS MODE-FILE: answers POST /v1/proof with the corpus's proof, signed anew over the
 * caller's nonce by the site's key; or, as the mode file says, with what a daemon must not be believed.
 */

[, $socket, $folder, $modeFile] = $argv;
$proof = file_get_contents("$folder/proof.proof");
$license = file_get_contents("$folder/proof.license");
$secret = sodium_crypto_sign_secretkey(sodium_crypto_sign_seed_keypair(str_repeat(chr(81), 32)));
$stranger = sodium_crypto_sign_secretkey(sodium_crypto_sign_seed_keypair(str_repeat(chr(82), 32)));

/** The same claims with another nonce. Protected header and payload are byte strings with a length of one byte each. */
function sign(string $proof, string $nonce, string $secret): string
{
    $header = substr($proof, 2, 2 + ord($proof[3]));
    $at = 2 + strlen($header) + 1;
    $payload = substr($proof, $at, 2 + ord($proof[$at + 1]));
    if ($header[0] !== "\x58" || $payload[0] !== "\x58") {
        throw new Exception('the proof of the corpus has another length');
    }
    $payload = str_replace(hex2bin('101112131415161718191a1b1c1d1e1f'), $nonce, $payload);
    $signature = sodium_crypto_sign_detached("\x84\x6aSignature1$header\x40$payload", $secret);
    return substr($proof, 0, $at) . $payload . "\x58\x40$signature";
}

function answer(string $status, array $object): string
{
    $body = json_encode($object, JSON_UNESCAPED_SLASHES);
    return "HTTP/1.1 $status\r\nContent-Type: application/json\r\nContent-Length: " . strlen($body) . "\r\n\r\n$body";
}

$server = stream_socket_server("unix://$socket");
$seats = [];
while ($caller = stream_socket_accept($server, 60)) {
    [$mode] = explode("\n", trim(file_get_contents($modeFile)));
    $request = '';
    while (!preg_match('/\A.*?\r\n\r\n/s', $request, $head) || strlen($request) < strlen($head[0]) + (int)(preg_match('/Content-Length: (\d+)/', $head[0], $m) ? $m[1] : 0)) {
        $more = fread($caller, 65536);
        if ($more === '' || $more === false) {
            break;
        }
        $request .= $more;
    }
    [$method, $target] = explode(' ', $request);
    if (str_starts_with($target, '/v1/seats/')) {
        $holder = rawurldecode(explode('?', substr($target, 10))[0]);
        $shown = preg_match('/Skerry-Seat-Secret: (\S+)/', $request, $m) ? $m[1] : null;
        if (isset($seats[$holder]) && $seats[$holder] !== $shown) {
            $said = answer('409 Conflict', ['error' => ['code' => 'seat_held', 'message' => 'Somebody else holds the seat.', 'advice' => 'Choose another name.']]);
        } elseif ($method === 'DELETE') {
            $said = isset($seats[$holder]) ? "HTTP/1.1 204 No Content\r\n\r\n" : answer('404 Not Found', ['error' => ['code' => 'seat_unknown', 'message' => 'Nobody.']]);
            unset($seats[$holder]);
        } elseif (count($seats) === 2 && !isset($seats[$holder])) {
            $said = answer('410 Gone', ['error' => ['code' => 'seat_none_free', 'message' => 'None is free.', 'retry_at' => '2027-01-01T00:00:00Z']]);
        } else {
            $new = !isset($seats[$holder]);
            $seats[$holder] = $seats[$holder] ?? bin2hex(random_bytes(8));
            $said = answer($new ? '201 Created' : '202 Accepted', ['holder' => $holder, 'expires_in' => 900] + ($new ? ['secret' => $seats[$holder]] : []));
        }
        fwrite($caller, $said);
        fclose($caller);
        continue;
    }
    $nonce = base64_decode(json_decode(explode("\r\n\r\n", $request, 2)[1], true)['nonce'] ?? '');
    $object = ['license' => base64_encode($license), 'manifests' => [], 'proof' => base64_encode(sign($proof, $nonce, $secret))];
    file_put_contents("$modeFile.count", "x", FILE_APPEND);
    switch ($mode) {
        case 'silent':
            break;
        case 'slow':
            usleep(400000);
            break;
        case 'garbage':
            fwrite($caller, "SSH-2.0-OpenSSH_9.2\r\n");
            break;
        case 'half':
            fwrite($caller, substr(answer('200 OK', $object), 0, -20));
            break;
        case 'endless':
            @fwrite($caller, "HTTP/1.1 200 OK\r\n\r\n" . str_repeat('x', 5 << 20));
            break;
        case 'array':
            fwrite($caller, answer('200 OK', ['license' => [1], 'proof' => 7, 'manifests' => 'x']));
            break;
        case 'replayed':
            fwrite($caller, answer('200 OK', ['proof' => base64_encode($proof)] + $object));
            break;
        case 'stranger':
            fwrite($caller, answer('200 OK', ['proof' => base64_encode(sign($proof, $nonce, $stranger))] + $object));
            break;
        case 'other-vendor':
            fwrite($caller, answer('200 OK', ['license' => base64_encode(file_get_contents("$folder/vendor-other-license.license"))] + $object));
            break;
        case 'not-paired':
            fwrite($caller, answer('409 Conflict', ['error' => ['code' => 'not_paired', 'message' => 'Not paired.', 'advice' => 'Pair it.']]));
            break;
        case 'no-license':
            fwrite($caller, answer('404 Not Found', ['error' => ['code' => 'no_license', 'message' => 'None.']]));
            break;
        case 'chunked':
            $body = json_encode($object);
            fwrite($caller, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" . dechex(10) . "\r\n" . substr($body, 0, 10) . "\r\n"
                . dechex(strlen($body) - 10) . "\r\n" . substr($body, 10) . "\r\n0\r\n\r\n");
            break;
        default:
            fwrite($caller, answer('200 OK', $object));
    }
    fclose($caller);
}
