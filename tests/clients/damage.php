<?php
// SPDX-License-Identifier: ISC
/*
 * Coarse damage to every carrier of the corpus: the client either answers or throws SkerryException, without a
 * word from PHP, and never accepts a license whose bytes were changed.
 */

require __DIR__ . '/../../verifier/clients/php/Skerry.php';

use Skerry\{Documents, Skerry, SkerryException, Trust};

set_error_handler(function (int $level, string $text): bool {
    throw new ErrorException($text);
});
mt_srand(7);
$folder = $argv[1];
$pinned = Trust::anchor(Documents::find(file_get_contents("$folder/vendor.manifest")));
$genuine = [];
foreach (glob("$folder/*.license") as $file) {
    $bytes = file_get_contents($file);
    $accepted = accepted($pinned, $bytes);
    $genuine += array_flip($accepted);
    for ($round = 0; $round < 4 && $bytes !== ''; $round++) {
        $at = mt_rand(0, strlen($bytes) - 1);
        $len = mt_rand(0, 8);
        $fresh = substr(md5((string)mt_rand(), true), 0, $len);
        $damaged = substr($bytes, 0, $at) . ($round % 2 ? $fresh : '') . substr($bytes, $at + ($round < 2 ? $len : 0));
        foreach (accepted($pinned, $damaged) as $document) {
            if (!isset($genuine[$document])) {
                echo "$file: accepted after damage\n";
                exit(1);
            }
        }
    }
}

/** The documents in it that are genuine licenses. */
function accepted(Trust $pinned, string $carrier): array
{
    $accepted = [];
    try {
        $documents = Documents::find($carrier);
        $trust = clone $pinned;
        $trust->follow($documents);
    } catch (SkerryException $e) {
        return [];
    }
    foreach ($documents as [$kind, $bytes]) {
        try {
            if ($kind === 'license') {
                $trust->license($bytes);
                $accepted[] = $bytes;
            }
        } catch (SkerryException $e) {
        }
    }
    return $accepted;
}
