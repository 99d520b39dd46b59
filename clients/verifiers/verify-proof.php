<?php
// Verifies proofs of the license service with PHP's own sodium. Copy this file into your plugin.
declare(strict_types=1);

/** Why a text is refused. On `unknown_kid`, fetch the key set again, at most once an hour. */
final class ProofRefused extends RuntimeException
{
    public string $reason;

    public function __construct(string $reason)
    {
        parent::__construct("the proof is refused: $reason");
        $this->reason = $reason;
    }
}

final class ProofVerifier
{
    private const DAY_S = 86400;

    /**
     * Reads the text of /.well-known/license-keys.
     *
     * @param string[] $roots the pinned public keys, in base64url
     * @param int $version the version of the set that is held; 0 if none is
     */
    public static function readKeySet(string $text, array $roots, int $version, int $now): object
    {
        // The id of a key follows from it (RFC 7638).
        $kid = static fn (string $x): string => self::shortHash('{"crv":"Ed25519","kty":"OKP","x":"' . $x . '"}');
        $keys = array_map(static fn (string $x): array => ['kid' => $kid($x), 'x' => $x], $roots);
        $set = self::open(trim($text), 'license-keys+jwt', $keys, []);
        self::check($set->version >= $version, 'version');
        self::check($set->expires > $now, 'key_set_expired');
        return $set;
    }

    /**
     * Returns the claims of a proof that answers this very question.
     *
     * @param array<string, mixed> $expected iss, aud, license_key, seq and now; instance_type, instance_identifier and
     *                                       nonce where they were sent
     */
    public static function verify(string $proof, object $set, array $expected): object
    {
        $claims = self::open($proof, 'license-proof+jwt', self::keysIn($set), $set->revoked);
        $instance = $expected['instance_identifier'] ?? null;
        $type = $expected['instance_type'] ?? 'url';
        $now = $expected['now'];
        self::check($claims->v === 1, 'v');
        self::check($claims->iss === $expected['iss'], 'iss');
        self::check($claims->aud === $expected['aud'], 'aud');
        self::check($claims->kh === self::shortHash($expected['license_key']), 'kh');
        self::check($claims->ih === ($instance === null ? null : self::shortHash("$type\n$instance")), 'ih');
        self::check(!isset($expected['nonce']) || $claims->nonce === $expected['nonce'], 'nonce');
        self::check($claims->exp > $now, 'exp');
        self::check($claims->iat <= $now + self::DAY_S, 'iat');
        self::check($claims->seq >= $expected['seq'], 'seq');
        return $claims;
    }

    /**
     * Returns if this very file was published by the brand. Verify before you unpack it.
     *
     * @param array<string, mixed> $offered the slugs of brand and product, and version, sha256, size, signature and kid
     *                                      as the service answered them
     */
    public static function verifyPackage(string $file, array $offered, object $set): void
    {
        $names = ['brand', 'product', 'version', 'sha256', 'size', 'signature', 'kid'];
        [$brand, $product, $version, $sha256, $size, $signature, $kid] =
            array_map(static fn (string $name) => $offered[$name] ?? null, $names);
        self::check(is_string($signature) && is_string($kid), 'unsigned');
        self::check(!in_array($kid, $set->revoked, true), 'revoked_kid');
        $text = "license-package-v1\n$brand/$product/$version/$sha256/$size";
        self::checkSigned($text, $signature, $kid, self::keysIn($set));
        self::check(filesize($file) === $size, 'size');
        self::check(hash_file('sha256', $file) === $sha256, 'sha256');
    }

    private static function keysIn(object $set): array
    {
        return array_map(static fn (object $key): array => ['kid' => $key->kid, 'x' => $key->x], $set->keys);
    }

    /** Returns the payload of a text that one of these keys has signed. */
    private static function open(string $text, string $typ, array $keys, array $revoked): object
    {
        $parts = explode('.', $text);
        self::check(count($parts) === 3 && $parts[1] !== '' && $parts[2] !== '', 'malformed');
        [$header, $payload, $signature] = $parts;
        $kid = self::parse(self::decode($header))->kid ?? null;
        // The whole header follows from the kid, so no other algorithm and no other member is ever looked at.
        $rebuilt = self::encode(self::write(['alg' => 'EdDSA', 'kid' => $kid, 'typ' => $typ]));
        self::check(is_string($kid) && $rebuilt === $header, 'header');
        self::check(!in_array($kid, $revoked, true), 'revoked_kid');
        self::checkSigned("$header.$payload", $signature, $kid, $keys);
        return self::parse(self::decode($payload));
    }

    private static function checkSigned(string $text, string $signature, string $kid, array $keys): void
    {
        $x = array_column($keys, 'x', 'kid')[$kid] ?? null;
        self::check($x !== null, 'unknown_kid');
        $bytes = self::decode($signature);
        $isSigned = strlen($bytes) === SODIUM_CRYPTO_SIGN_BYTES
            && sodium_crypto_sign_verify_detached($bytes, $text, self::decode($x));
        self::check($isSigned, 'signature');
    }

    /** Only the one spelling that the encoder writes: else the last character could be changed unnoticed. */
    private static function decode(string $part): string
    {
        $bytes = base64_decode(strtr($part, '-_', '+/'), true);
        self::check($bytes !== false && self::encode($bytes) === $part, 'malformed');
        return $bytes;
    }

    private static function encode(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }

    /** The service writes JSON without blanks. A text that differs when it is written again may have a member twice. */
    private static function parse(string $text): object
    {
        $value = json_decode($text);
        self::check(is_object($value) && self::write($value) === $text, 'json');
        return $value;
    }

    /** @param mixed $value */
    private static function write($value): string
    {
        $flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_LINE_TERMINATORS;
        return (string) json_encode($value, $flags);
    }

    private static function shortHash(string $text): string
    {
        return self::encode(substr(hash('sha256', $text, true), 0, 16));
    }

    private static function check(bool $holds, string $reason): void
    {
        if (!$holds) {
            throw new ProofRefused($reason);
        }
    }
}
