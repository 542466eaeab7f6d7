<?php
// SPDX-License-Identifier: ISC
/*
 * A hotel's application in PHP, behind EnsureLicenseValid: `php -S 127.0.0.1:8080 hms.php`. Run by site-daemon.sh.
 *
 * TRUST is the vendor's root manifest; a real product brings it along in its code. SOCKET is skerryd's, and MACHINE what tells
 * this machine from others where the product knows more of it than Skerry sees.
 */

require __DIR__ . '/../../verifier/clients/php/EnsureLicenseValid.php';

$skerry = new Skerry\Skerry([
    'trust' => file_get_contents(getenv('TRUST')),
    'product' => 'hotelhub/hms',
    'socket' => getenv('SOCKET'),
    'custom' => [getenv('MACHINE')],
    // Asks each time, so that the demo need not wait. A real product names a `cache`, and asks once a minute.
    'fresh_s' => 0,
]);
$middleware = new Skerry\EnsureLicenseValid($skerry, ['open' => ['/export/*'], 'title' => 'HotelHub']);
if ($middleware->enforce()) {
    header('Content-Type: text/plain');
    echo "{$_SERVER['REQUEST_METHOD']} {$_SERVER['REQUEST_URI']}: done\n";
}
