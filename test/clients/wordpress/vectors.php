<?php
// Runs the verifier of the client on the golden vectors, as far as a site can ask them: its instance is a URL.
declare(strict_types=1);

use LicenseService\V1\R1_0_0\ProofRefused;
use LicenseService\V1\R1_0_0\Verifier;

function did_action(string $name): int
{
    return 0;
}
require __DIR__ . '/../../../clients/php/license-service-client.php';

$vectors = json_decode((string) file_get_contents(__DIR__ . '/../../../clients/vectors/proofs.json'), true);
$roots = array_column($vectors['roots'], 'x');
$resultOf = static function (callable $verify): string {
    try {
        $verify();
        return 'ok';
    } catch (ProofRefused $refused) {
        return $refused->getMessage();
    }
};
$set = Verifier::readKeySet($vectors['key_set'], $roots, 0, $vectors['key_sets'][0]['now']);
$verify = static function (string $proof, array $asked) use ($set): object {
    $instance = ['instance' => $asked['instance_identifier'] ?? ''];
    $given = $instance + array_intersect_key($asked, array_flip(['iss', 'aud', 'license_key', 'seq', 'now']));
    $sub = Verifier::claims($proof)->sub ?? null;
    return Verifier::verify($proof, $set, $given + ['nonce' => $asked['nonce'] ?? null, 'sub' => $sub]);
};
$results = ['proofs' => [], 'key_sets' => [], 'flipped_accepted' => 0];
foreach ($vectors['key_sets'] as $v) {
    $read = static fn () => Verifier::readKeySet($v['key_set'], $roots, $v['held_version'], $v['now']);
    $results['key_sets'][$v['name']] = $resultOf($read);
}
foreach ($vectors['proofs'] as $v) {
    $results['proofs'][$v['name']] = $resultOf(static fn () => $verify($v['proof'], $v['expected']));
}
$good = $vectors['proofs'][0];
// Every byte, or so many where one verification takes half a second.
$step = max(1, intdiv(strlen($good['proof']), (int) (getenv('FLIPS') ?: PHP_INT_MAX)));
for ($i = 0; $i < strlen($good['proof']); $i += $step) {
    $changed = $good['proof'];
    $changed[$i] = chr(ord($changed[$i]) ^ 1);
    $isAccepted = $resultOf(static fn () => $verify($changed, $good['expected'])) === 'ok';
    $results['flipped_accepted'] += $isAccepted ? 1 : 0;
}
echo json_encode($results);
