<?php
// SPDX-License-Identifier: ISC
/* A hotel's application behind the middleware, for `php -S`. Its time and its license are files, so that a test moves them. */

require __DIR__ . '/../../verifier/clients/php/EnsureLicenseValid.php';

$skerry = new Skerry\Skerry([
    'trust' => file_get_contents(getenv('TRUST')),
    'product' => 'hotelhub/hms',
    'license' => getenv('LICENSE'),
    'timezone' => 'UTC',
    'clock' => fn (): int => (int)file_get_contents(getenv('NOW')),
]);
$middleware = new Skerry\EnsureLicenseValid($skerry, [
    'open' => ['/login', '/export/*'],
    'title' => 'HotelHub <License>',
    'log' => fn (string $line) => file_put_contents(getenv('LOG'), "$line\n", FILE_APPEND),
]);
$path = explode('?', $_SERVER['REQUEST_URI'], 2)[0];
if ($middleware->enforce($path === '/channels' ? 'channel_manager' : ($path === '/spa' ? 'spa' : null))) {
    echo "rooms: {$_SERVER['REQUEST_METHOD']}\n";
}
