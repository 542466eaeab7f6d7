<?php
// SPDX-License-Identifier: ISC
/* Skerry.php against the refusal corpus: php corpus.php FOLDER. Says each case that differs; exit 1 then. */

require __DIR__ . '/../../verifier/clients/php/Skerry.php';

use Skerry\{Cbor, Documents, License, Proof, SkerryException, Trust, Verdict};

$folder = $argv[1];

/** The column's value; '-' is none. */
function given(string $value): ?string
{
    return $value === '-' ? null : $value;
}

/** The first that fits, else the error of the first. */
function choose(Trust $trust, array $documents, array $case): License
{
    $first = null;
    foreach ($documents as [$kind, $bytes]) {
        try {
            if ($kind === 'license') {
                return Skerry\Skerry::wanted($trust, $bytes, $case['product'], given($case['tenant']));
            }
        } catch (SkerryException $e) {
            $first = $first ?? $e;
        }
    }
    throw $first ?? new SkerryException('document_kind');
}

/** A proof's license stands in its carrier with the manifests. */
function prove(array $pinned, array $documents, string $proof, array $case): Verdict
{
    $answer = ['license' => '', 'manifests' => [], 'proof' => $proof];
    foreach ($documents as [$kind, $bytes]) {
        if ($kind === 'manifest') {
            $answer['manifests'][] = $bytes;
        } else {
            $answer['license'] = $bytes;
        }
    }
    $asked = ['product' => $case['product'], 'tenant' => given($case['tenant']), 'domain' => given($case['domain']),
        'build_date' => (int)given($case['build_date']), 'nonce' => hex2bin($case['nonce'])];
    [, $taken] = Proof::take($answer, $asked, $pinned, Trust::anchor($pinned));
    return $taken->verdict((int)$case['at'] - $taken->issuedAt);
}

function judge(string $folder, array $case): Verdict
{
    $pinned = Documents::find(file_get_contents("$folder/{$case['trust']}"));
    $trust = Trust::anchor($pinned);
    $documents = Documents::find(file_get_contents("$folder/{$case['license']}"));
    if (given($case['proof']) !== null) {
        return prove($pinned, $documents, file_get_contents("$folder/{$case['proof']}"), $case);
    }
    $trust->follow($documents);
    $zone = new DateTimeZone(given($case['zone']) ?? 'UTC');
    return Verdict::of(choose($trust, $documents, $case), (int)$case['at'], $zone, given($case['domain']), (int)given($case['build_date']));
}

function instant(?int $at): string
{
    return $at === null ? 'never' : (string)$at;
}

$lines = file("$folder/cases.tsv", FILE_IGNORE_NEW_LINES);
$columns = explode("\t", array_shift($lines));
$answers = ['code', 'state', 'access', 'reason', 'notice', 'next_change_at', 'full_until', 'read_until'];
$wrong = 0;
foreach ($lines as $line) {
    $case = array_combine($columns, explode("\t", $line));
    try {
        $v = judge($folder, $case);
        $got = [$v->mayRead() ? 'ok' : 'no_access', $v->state, $v->access, $v->reason, $v->notice,
            instant($v->nextChangeAt), instant($v->graceUntil), instant($v->degradedUntil)];
    } catch (SkerryException $e) {
        $got = [$e->name(), '-', '-', '-', '-', '-', '-', '-'];
    }
    $want = array_map(fn (string $column): string => $case[$column], $answers);
    if ($got !== $want) {
        echo "not ok {$case['name']}: ", implode(' ', $got), ', wanted ', implode(' ', $want), "\n";
        $wrong++;
    } else {
        echo "ok {$case['name']}\n";
    }
}
exit($lines === [] || $wrong > 0 ? 1 : 0);
