<?php
// Runs the PHP verifier on the golden vectors, and prints each name with its result as JSON.
declare(strict_types=1);

require __DIR__ . '/../../clients/verifiers/verify-proof.php';

$vectors = json_decode((string) file_get_contents(__DIR__ . '/../../clients/vectors/proofs.json'), true);
$now = $vectors['key_sets'][0]['now'];
$readSet = static fn (string $text, int $version, int $now): object =>
    ProofVerifier::readKeySet($text, array_column($vectors['roots'], 'x'), $version, $now);

function resultOf(callable $verify): string
{
    try {
        $verify();
        return 'ok';
    } catch (ProofRefused $refused) {
        return $refused->reason;
    }
}

/** The text with one byte changed, for every byte, in two ways. */
function flipped(string $text): iterable
{
    for ($i = 0; $i < strlen($text); $i++) {
        foreach ([1, 4] as $bit) {
            $changed = $text;
            $changed[$i] = chr(ord($text[$i]) ^ $bit);
            yield $changed;
        }
    }
}

$set = $readSet($vectors['key_set'], 0, $now);
$results = ['key_sets' => [], 'proofs' => [], 'packages' => [], 'flipped' => 0, 'flipped_accepted' => 0];
foreach ($vectors['key_sets'] as $v) {
    $results['key_sets'][$v['name']] = resultOf(fn () => $readSet($v['key_set'], $v['held_version'], $v['now']));
}
foreach ($vectors['proofs'] as $v) {
    $results['proofs'][$v['name']] = resultOf(fn () => ProofVerifier::verify($v['proof'], $set, $v['expected']));
}
$file = (string) tempnam(sys_get_temp_dir(), 'package');
foreach ($vectors['packages'] as $v) {
    file_put_contents($file, $v['file']);
    clearstatcache();
    $results['packages'][$v['name']] = resultOf(fn () => ProofVerifier::verifyPackage($file, $v['offered'], $set));
}
unlink($file);
$good = $vectors['proofs'][0];
foreach (flipped($good['proof']) as $changed) {
    $results['flipped']++;
    $isAccepted = resultOf(fn () => ProofVerifier::verify($changed, $set, $good['expected'])) === 'ok';
    $results['flipped_accepted'] += $isAccepted ? 1 : 0;
}
foreach (flipped($vectors['key_set']) as $changed) {
    $results['flipped']++;
    $results['flipped_accepted'] += resultOf(fn () => $readSet($changed, 0, $now)) === 'ok' ? 1 : 0;
}
echo json_encode($results);
