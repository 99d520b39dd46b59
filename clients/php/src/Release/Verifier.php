<?php

declare(strict_types=1);

namespace LicenseService\V1\Release;

/** Verifies texts that the service has signed, with sodium or with the replacement that WordPress brings along. */
final class Verifier
{
    private const DAY_S = 86400;

    /** @param string[] $roots the pinned public keys, in base64url */
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
     * @param array<string, mixed> $expected iss, aud, license_key, instance, nonce, seq, sub and now
     */
    public static function verify(string $proof, object $set, array $expected): object
    {
        $claims = self::open($proof, 'license-proof+jwt', self::pairs($set), $set->revoked);
        $instance = $expected['instance'];
        self::check($claims->v === 1, 'v');
        self::check($claims->iss === $expected['iss'], 'iss');
        self::check($claims->aud === $expected['aud'], 'aud');
        self::check($claims->kh === self::shortHash($expected['license_key']), 'kh');
        self::check($claims->ih === self::shortHash("url\n$instance"), 'ih');
        self::check($expected['nonce'] === null || $claims->nonce === $expected['nonce'], 'nonce');
        self::check($expected['now'] === null || $claims->exp > $expected['now'], 'exp');
        self::check($expected['now'] === null || $claims->iat <= $expected['now'] + self::DAY_S, 'iat');
        self::check($claims->sub !== $expected['sub'] || $claims->seq >= $expected['seq'], 'seq');
        return $claims;
    }

    /** @param array{kid: string, signature: string} $signed */
    public static function verifyPackage(array $signed, string $text, object $set): void
    {
        self::check(!in_array($signed['kid'], $set->revoked, true), 'revoked_kid');
        self::verifySignature(self::decode($signed['signature']), $text, self::pairs($set), $signed['kid']);
    }

    /** The claims of a proof that was verified before. */
    public static function claims(string $proof): ?object
    {
        $payload = explode('.', $proof)[1] ?? '';
        $claims = json_decode((string) base64_decode(strtr($payload, '-_', '+/'), true));
        return is_object($claims) ? $claims : null;
    }

    public static function shortHash(string $text): string
    {
        return self::encode(substr(hash('sha256', $text, true), 0, 16));
    }

    public static function encode(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }

    /** @return array<int, array{kid: string, x: string}> */
    private static function pairs(object $set): array
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
        self::verifySignature(self::decode($signature), "$header.$payload", $keys, $kid);
        return self::parse(self::decode($payload));
    }

    private static function verifySignature(string $signature, string $text, array $keys, string $kid): void
    {
        $x = array_column($keys, 'x', 'kid')[$kid] ?? null;
        self::check($x !== null, 'unknown_kid');
        $isSigned = strlen($signature) === 64
            && sodium_crypto_sign_verify_detached($signature, $text, self::decode($x));
        self::check($isSigned, 'signature');
    }

    /** Only the one spelling that the encoder writes: else the last character could be changed unnoticed. */
    private static function decode(string $part): string
    {
        $bytes = base64_decode(strtr($part, '-_', '+/'), true);
        self::check($bytes !== false && self::encode($bytes) === $part, 'malformed');
        return $bytes;
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

    private static function check(bool $holds, string $reason): void
    {
        if (!$holds) {
            throw new ProofRefused($reason);
        }
    }
}
