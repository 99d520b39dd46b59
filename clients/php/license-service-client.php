<?php

// The license client for WordPress, version 1.0.0. build.php makes it: do not edit it.

declare(strict_types=1);

namespace LicenseService\V1 {
if (!class_exists(__NAMESPACE__ . '\Client', false)) {
/** The copies of this client on one site. Every copy registers itself, and the newest serves all plugins. */
final class Versions
{
	private static array $roots = [];

	public static function add(string $version, string $root): void
	{
		self::$roots[$version] = $root;
	}

	public static function newest(): string
	{
		uksort(self::$roots, 'version_compare');
		return (string) end(self::$roots);
	}
}

/**
 * The license of one plugin or theme on this site. This class never changes within a major version: the newest copy of
 * the client on the site does the work, from `plugins_loaded` on.
 */
final class Client
{
	private static array $all = [];
	private string $file;
	private array $config;
	private ?object $root = null;

	private function __construct(string $file, array $config)
	{
		$this->file = $file;
		$this->config = $config;
	}

	/**
	 * Starts the client, once for each file: the main file of the plugin, or functions.php of the theme.
	 *
	 * @param array<string, mixed> $config url, brand, product and root_keys are required
	 */
	public static function boot(string $file, array $config): self
	{
		if (isset(self::$all[$file])) {
			return self::$all[$file];
		}
		$client = new self($file, $config);
		self::$all[$file] = $client;
		$start = static function () use ($client): void {
			$client->root()->start();
		};
		did_action('plugins_loaded') ? $start() : add_action('plugins_loaded', $start, -1000);
		return $client;
	}

	public static function all(): array
	{
		return self::$all;
	}

	/** May the plugin run on this site? Makes no request, in no case. */
	public function may_run(): bool
	{
		return $this->root()->mayRun();
	}

	/** May the plugin be updated on this site? Makes no request, in no case. */
	public function may_update(): bool
	{
		return $this->root()->mayUpdate();
	}

	public function activate(string $key, ?string $replace = null): array
	{
		return $this->root()->activate($key, $replace);
	}

	public function deactivate(): array
	{
		return $this->root()->deactivate();
	}

	public function move(): array
	{
		return $this->root()->move();
	}

	public function status(): array
	{
		return $this->root()->status();
	}

	public function __call(string $name, array $arguments)
	{
		return $this->root()->$name(...$arguments);
	}

	private function root(): object
	{
		if ($this->root === null) {
			$class = Versions::newest();
			$root = new $class($this->file, $this->config);
			if (!did_action('plugins_loaded')) {
				return $root;
			}
			$this->root = $root;
		}
		return $this->root;
	}
}
}
}

namespace LicenseService\V1\R1_0_0 {
use LicenseService\V1\Client;

if (!class_exists(__NAMESPACE__ . '\Root', false)) {
/** A signed text is not what it should be; the message is the reason. */
final class ProofRefused extends \RuntimeException
{
}

/** The end of one request. `body` is null where the service answered nothing that can be used; `fault` says why. */
final class Answer
{
	public int $status;
	public ?object $body;
	public ?string $fault;
	public int $retryAfter;
	public string $text;
	public int $clock = 0;

	public function __construct(int $status, ?object $body, ?string $fault, int $retryAfter, string $text)
	{
		$this->status = $status;
		$this->body = $body;
		$this->fault = $fault;
		$this->retryAfter = $retryAfter;
		$this->text = $text;
	}
}

/** The settings that an author gave to `boot`, checked once. */
final class Config
{
	private const REQUIRED = ['url', 'brand', 'product', 'root_keys'];
	public string $file;
	public string $url;
	public string $brand;
	public string $product;
	public array $rootKeys;
	public string $textDomain;
	public string $name;
	public string $id;
	public string $basename;
	public bool $isTheme;
	public bool $isNetwork;
	public bool $stopsWhenStale;
	public bool $refusesUnsigned;
	public bool $hasMenu;

	public function __construct(string $file, array $given)
	{
		foreach (self::REQUIRED as $name) {
			if (empty($given[$name])) {
				throw new \InvalidArgumentException("License client: $name is missing from the settings of boot().");
			}
		}
		$this->file = $file;
		$this->url = rtrim((string) $given['url'], '/');
		$isLocal = preg_match('~^http://(localhost|127\.0\.0\.1|[\w.-]+\.(test|local))(:\d+)?$~', $this->url) === 1;
		if (strpos($this->url, 'https://') !== 0 && !$isLocal) {
			throw new \InvalidArgumentException('License client: url must begin with https://.');
		}
		$this->brand = (string) $given['brand'];
		$this->product = (string) $given['product'];
		$this->rootKeys = array_values((array) $given['root_keys']);
		$this->textDomain = (string) ($given['text_domain'] ?? 'default');
		$this->name = (string) ($given['name'] ?? ucwords(str_replace('-', ' ', $this->product)));
		$this->id = 'license_' . preg_replace('/[^a-z0-9]+/', '_', "{$this->brand}_{$this->product}");
		$this->isTheme = ($given['type'] ?? 'plugin') === 'theme';
		$this->basename = $this->isTheme ? basename(dirname($file)) : plugin_basename($file);
		$this->isNetwork = is_multisite() && (bool) ($given['network'] ?? $this->isNetworkActive());
		$this->stopsWhenStale = ($given['when_stale'] ?? 'run') === 'stop';
		$this->refusesUnsigned = ($given['unsigned_packages'] ?? 'refuse') !== 'accept';
		$this->hasMenu = (bool) ($given['menu'] ?? true);
	}

	public function t(string $text): string
	{
		return __($text, $this->textDomain);
	}

	public function constant(): string
	{
		return strtoupper((string) preg_replace('/[^A-Za-z0-9]+/', '_', $this->product)) . '_LICENSE_KEY';
	}

	public function capability(): string
	{
		return $this->isNetwork ? 'manage_network_options' : 'manage_options';
	}

	public function aud(): string
	{
		return "{$this->brand}/{$this->product}";
	}

	public function instance(): string
	{
		return untrailingslashit($this->isNetwork ? network_home_url() : home_url());
	}

	public function cardUrl(): string
	{
		return $this->isNetwork
			? network_admin_url("settings.php?page={$this->id}")
			: admin_url("options-general.php?page={$this->id}");
	}

	private function isNetworkActive(): bool
	{
		return !$this->isTheme && isset(((array) get_site_option('active_sitewide_plugins', []))[$this->basename]);
	}
}

/** Verifies texts that the service has signed, with sodium or with the replacement that WordPress brings along. */
final class Verifier
{
	private const DAY_S = 86400;

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

	public static function verifyPackage(array $signed, string $text, object $set): void
	{
		self::check(!in_array($signed['kid'], $set->revoked, true), 'revoked_kid');
		self::verifySignature(self::decode($signed['signature']), $text, self::pairs($set), $signed['kid']);
	}

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

	private static function pairs(object $set): array
	{
		return array_map(static fn (object $key): array => ['kid' => $key->kid, 'x' => $key->x], $set->keys);
	}

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

	private static function decode(string $part): string
	{
		$bytes = base64_decode(strtr($part, '-_', '+/'), true);
		self::check($bytes !== false && self::encode($bytes) === $part, 'malformed');
		return $bytes;
	}

	private static function parse(string $text): object
	{
		$value = json_decode($text);
		self::check(is_object($value) && self::write($value) === $text, 'json');
		return $value;
	}

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

/**
 * The two options of a license. A page load reads the first, which is loaded with all others: the proof and its MAC.
 * The second has the rest, and only cron and the admin area read it.
 */
final class Store
{
	private const KEPT = ['channel', 'key_set', 'key_set_at', 'version', 'expects_signatures', 'left'];
	private const COPY_S = 86400;
	private const COPY_IN_ADMIN_S = 1800;
	private const TOLD = 100;
	private Config $config;
	private ?string $trusted = null;
	private ?object $claims = null;

	public function __construct(Config $config)
	{
		$this->config = $config;
	}

	public function claims(): ?object
	{
		$state = $this->config->isNetwork ? $this->copy() : $this->read($this->config->id);
		$proof = $state['proof'] ?? '';
		if ($proof === '') {
			return null;
		}
		if ($this->salt() === '') {
			// WordPress has not read its salts from the database, which the writer of this option can read as well.
			return Verifier::claims($proof);
		}
		if ($this->trusted !== $proof) {
			$isOurs = hash_equals($this->mac($proof, (int) $state['verified_at']), (string) ($state['mac'] ?? ''));
			$this->claims = $isOurs ? Verifier::claims($proof) : $this->reseal($proof);
			$this->trusted = $proof;
		}
		return $this->claims;
	}

	public function hold(string $proof): void
	{
		$now = time();
		$state = ['proof' => $proof, 'verified_at' => $now, 'mac' => $this->mac($proof, $now)];
		$this->write($this->config->id, $state, true);
	}

	public function forget(): void
	{
		$this->write($this->config->id, [], true);
		$kept = array_intersect_key($this->notes(), array_flip(self::KEPT));
		$this->write("{$this->config->id}_notes", $kept, false);
	}

	public function notes(): array
	{
		return $this->read("{$this->config->id}_notes");
	}

	public function note(array $changes): void
	{
		$this->write("{$this->config->id}_notes", array_merge($this->notes(), $changes), false);
	}

	public function key(): string
	{
		return $this->fixedKey() ?? (string) ($this->notes()['key'] ?? '');
	}

	public function fixedKey(): ?string
	{
		$name = $this->config->constant();
		$fixed = defined($name) ? constant($name) : getenv($name);
		return is_string($fixed) && $fixed !== '' ? $fixed : null;
	}

	public function maskedKey(): string
	{
		$key = $this->key();
		return $key === '' ? '' : '••••' . substr($key, -4);
	}

	private function reseal(string $proof): ?object
	{
		$notes = $this->notes();
		$claims = Verifier::claims($proof);
		try {
			$set = Verifier::readKeySet((string) ($notes['key_set'] ?? ''), $this->config->rootKeys, 0, 0);
			$held = ['sub' => null, 'seq' => 0, 'nonce' => null, 'now' => null];
			$asked = ['license_key' => $this->key(), 'instance' => (string) ($notes['instance'] ?? '')];
			$service = ['iss' => $this->config->url, 'aud' => $this->config->aud()];
			$claims = Verifier::verify($proof, $set, $held + $asked + $service);
			$this->hold($proof);
			return $claims;
		} catch (ProofRefused $refused) {
			$this->write($this->config->id, [], true);
			return null;
		}
	}

	private function copy(): array
	{
		$copy = get_option($this->config->id, []);
		$age = time() - (int) ($copy['copied_at'] ?? 0);
		$most = is_admin() || wp_doing_cron() ? self::COPY_IN_ADMIN_S : self::COPY_S;
		return $age >= 0 && $age < $most ? $copy : $this->copyHere($this->read($this->config->id));
	}

	private function copyHere(array $state): array
	{
		update_option($this->config->id, $state + ['copied_at' => time()], true);
		return $state;
	}

	private function mac(string $proof, int $verifiedAt): string
	{
		return hash_hmac('sha256', "{$this->config->id}\n$verifiedAt\n$proof", $this->salt());
	}

	private function salt(): string
	{
		$isSet = defined('AUTH_KEY') && defined('AUTH_SALT') && strpos(AUTH_KEY, 'put your unique') === false;
		return $isSet ? AUTH_KEY . AUTH_SALT : (function_exists('wp_salt') ? wp_salt() : '');
	}

	private function read(string $name): array
	{
		$value = $this->config->isNetwork ? get_site_option($name, []) : get_option($name, []);
		return is_array($value) ? $value : [];
	}

	private function write(string $name, array $value, bool $isAutoloaded): void
	{
		$this->config->isNetwork ? update_site_option($name, $value) : update_option($name, $value, $isAutoloaded);
		if ($this->config->isNetwork && $isAutoloaded) {
			$this->copyHere($value);
			$sites = ['fields' => 'ids', 'number' => self::TOLD, 'network_id' => get_current_network_id()];
			foreach (get_sites($sites) as $site) {
				switch_to_blog($site);
				$this->copyHere($value);
				restore_current_blog();
			}
		}
		$this->trusted = null;
	}
}

/** The only code that calls the service. It runs in cron, in WP-CLI, and when a person clicks. */
final class Http
{
	private const CLICK_S = 3;
	public const CRON_S = 10;
	private const MOST_BYTES = 1048576;
	private Config $config;
	public int $timeout = 0;

	public function __construct(Config $config)
	{
		$this->config = $config;
	}

	public function post(string $path, array $fields): Answer
	{
		return $this->send('POST', $path, (string) wp_json_encode($fields));
	}

	public function get(string $path): Answer
	{
		return $this->send('GET', $path, null);
	}

	private function send(string $method, string $path, ?string $body): Answer
	{
		$type = $body === null ? [] : ['Content-Type' => 'application/json'];
		$isPatient = wp_doing_cron() || (defined('WP_CLI') && WP_CLI);
		$response = wp_remote_request($this->config->url . $path, [
			'method' => $method,
			'timeout' => $this->timeout ?: ($isPatient ? self::CRON_S : self::CLICK_S),
			'redirection' => 0,
			'limit_response_size' => self::MOST_BYTES,
			'headers' => ['Accept' => 'application/json'] + $type,
			'body' => $body,
			'user-agent' => 'license-service-php/' . Root::VERSION,
		]);
		if (is_wp_error($response)) {
			return new Answer(0, null, 'no_connection', 0, '');
		}
		$status = (int) wp_remote_retrieve_response_code($response);
		$text = (string) wp_remote_retrieve_body($response);
		$retryAfter = (int) wp_remote_retrieve_header($response, 'retry-after');
		if ($status === 429 || $status >= 500 || $status < 200 || ($status >= 300 && $status < 400)) {
			return new Answer($status, null, "http_$status", $retryAfter, $text);
		}
		$parsed = json_decode($text);
		$isObject = is_object($parsed);
		$fault = $isObject ? null : 'not_json';
		$answer = new Answer($status, $isObject ? $parsed : null, $fault, $retryAfter, $text);
		$answer->clock = (int) strtotime((string) wp_remote_retrieve_header($response, 'date'));
		return $answer;
	}
}

/** The public keys of the service, signed by its root key. A set is kept for a day; no older one replaces it. */
final class KeySet
{
	private const PATH = '/.well-known/license-keys';
	private const HOUR_S = 3600;
	private const DAY_S = 86400;
	private Config $config;
	private Store $store;
	private Http $http;

	public function __construct(Config $config, Store $store, Http $http)
	{
		$this->config = $config;
		$this->store = $store;
		$this->http = $http;
	}

	public function current(): object
	{
		$notes = $this->store->notes();
		$isOld = time() - (int) ($notes['key_set_at'] ?? 0) > self::DAY_S;
		return ($isOld ? $this->fetch() : null) ?? $this->read($notes);
	}

	public function newer(): ?object
	{
		$isRecent = time() - (int) ($this->store->notes()['key_set_at'] ?? 0) < self::HOUR_S;
		return $isRecent ? null : $this->fetch();
	}

	private function fetch(): ?object
	{
		$answer = $this->http->get(self::PATH);
		$notes = $this->store->notes();
		try {
			$set = Verifier::readKeySet($answer->text, $this->config->rootKeys, (int) ($notes['version'] ?? 0), time());
		} catch (ProofRefused $refused) {
			return null;
		}
		$this->store->note(['key_set' => trim($answer->text), 'key_set_at' => time(), 'version' => $set->version]);
		return $set;
	}

	private function read(array $notes): object
	{
		return Verifier::readKeySet((string) ($notes['key_set'] ?? ''), $this->config->rootKeys, 0, time());
	}
}

/** The one event of this license in WP-Cron. It is single: each answer says when the next one is due. */
final class Schedule
{
	private const SOON_S = 60;
	private Config $config;

	public function __construct(Config $config)
	{
		$this->config = $config;
	}

	public function plan(int $at): void
	{
		$this->onMainSite(function () use ($at): void {
			wp_clear_scheduled_hook($this->config->id);
			wp_schedule_single_event(max($at, time() + self::SOON_S), $this->config->id);
		});
	}

	public function clear(): void
	{
		$this->onMainSite(fn () => wp_clear_scheduled_hook($this->config->id));
	}

	public function ensure(bool $isDue): bool
	{
		$isHere = !$this->config->isNetwork || is_main_site();
		if ($isHere && ($isDue || wp_next_scheduled($this->config->id) === false)) {
			$this->plan(0);
		}
		return $isHere;
	}

	private function onMainSite(callable $do): void
	{
		$isElsewhere = $this->config->isNetwork && !is_main_site();
		if ($isElsewhere) {
			switch_to_blog(get_main_site_id());
		}
		$do();
		if ($isElsewhere) {
			restore_current_blog();
		}
	}
}

/** The calls about the license. Only a verified answer changes what is held; silence never does. */
final class Licensing
{
	private const FINAL = [
		'license_key_not_found', 'license_key_replaced', 'product_not_on_key', 'cancelled', 'license_cancelled',
	];
	private const FINAL_WAITS_S = [43200, 86400, 172800];
	private const BACK_OFF = [[300, 80, 120], [3600, 80, 120], [21600, 100, 140]];
	private Config $config;
	private Store $store;
	private Http $http;
	private KeySet $keys;
	private Schedule $schedule;

	public function __construct(Config $config, Store $store, Http $http, KeySet $keys, Schedule $schedule)
	{
		$this->config = $config;
		$this->store = $store;
		$this->http = $http;
		$this->keys = $keys;
		$this->schedule = $schedule;
	}

	public function activate(string $key, ?string $replace): array
	{
		$key = trim($key);
		if ($key === '') {
			return $this->result(false, 'no_key', $this->config->t('Enter a license key.'));
		}
		return $this->ask('activate', $key, $replace === null ? [] : ['replace' => $replace]);
	}

	public function move(): array
	{
		$notes = $this->store->notes();
		$from = $notes['copy_of']['activation_id'] ?? $notes['activation_id'] ?? null;
		return $from === null
			? $this->result(false, 'nothing_to_move', $this->config->t('This site holds no seat that could be moved.'))
			: $this->ask('move', $this->store->key(), ['activation_id' => $from]);
	}

	public function check(): array
	{
		$key = $this->store->key();
		if ($key === '') {
			return $this->result(false, 'no_key', $this->config->t('Enter a license key.'));
		}
		$claims = $this->store->claims();
		$isNew = $claims === null || $claims->kh !== Verifier::shortHash($key);
		return $this->ask($isNew && $this->store->fixedKey() !== null ? 'activate' : 'check', $key, []);
	}

	public function deactivate(): array
	{
		$key = $this->store->key();
		// By its address, not by the id it holds: a copy of a site holds the id of the other site's seat.
		$fields = $this->credentials($key) + ['instance_identifier' => $this->config->instance()];
		$answer = $this->http->post('/api/v1/product/licenses/deactivate', $fields);
		if ($answer->body === null) {
			return $this->result(false, 'no_answer', $this->unreachable());
		}
		$code = (string) ($answer->body->code ?? 'deactivated');
		$isFree = $answer->status < 300 || in_array($code, ['activation_not_found', 'license_key_not_found'], true);
		if (!$isFree) {
			return $this->result(false, $code, (string) ($answer->body->detail ?? ''));
		}
		$this->store->forget();
		$this->schedule->clear();
		$detail = $this->config->t('This license is no longer active on this site.');
		$detail .= $answer->status < 300 ? ' ' . $this->config->t('Its seat is free.') : '';
		return $this->result(true, 'deactivated', $detail);
	}

	public function credentials(string $key): array
	{
		return ['license_key' => $key, 'product' => $this->config->product, 'brand' => $this->config->brand];
	}

	private function ask(string $verb, string $key, array $fields): array
	{
		$held = $this->store->notes()['activation_id'] ?? null;
		$asked = ['instance_identifier' => $this->config->instance(), 'nonce' => Verifier::encode(random_bytes(12))];
		$fields += $this->credentials($key) + $asked + ($held === null ? [] : ['activation_id' => $held]);
		$answer = $this->http->post("/api/v1/product/licenses/$verb", $fields);
		if ($answer->body === null) {
			return $this->silence((string) $answer->fault, $answer->retryAfter);
		}
		$proof = $answer->body->proof ?? null;
		if (!is_string($proof)) {
			return $this->unproven($verb, $answer, $fields);
		}
		try {
			$claims = $this->verify($proof, $fields);
		} catch (ProofRefused $refused) {
			return $this->silence('proof_' . $refused->getMessage(), 0);
		}
		return $this->settle($answer->body, $claims, $proof, $fields);
	}

	private function verify(string $proof, array $fields): object
	{
		$held = $this->store->claims();
		$expected = [
			'iss' => $this->config->url,
			'aud' => $this->config->aud(),
			'license_key' => $fields['license_key'],
			'instance' => $fields['instance_identifier'],
			'nonce' => $fields['nonce'],
			'sub' => $held->sub ?? null,
			'seq' => $held->seq ?? 0,
			'now' => time(),
		];
		try {
			return Verifier::verify($proof, $this->keys->current(), $expected);
		} catch (ProofRefused $refused) {
			$set = $refused->getMessage() === 'unknown_kid' ? $this->keys->newer() : null;
			if ($set === null) {
				throw $refused;
			}
			return Verifier::verify($proof, $set, $expected);
		}
	}

	private function settle(object $body, object $claims, string $proof, array $fields): array
	{
		$code = (string) $claims->verdict->code;
		$mayRun = $claims->verdict->may_run === true;
		$detail = (string) ($body->detail ?? '');
		$held = $this->store->claims();
		if (!$mayRun && $held !== null && $held->verdict->may_run && $held->kh !== $claims->kh) {
			if ($this->store->fixedKey() !== null) {
				$this->schedule->plan(time() + self::FINAL_WAITS_S[0]);
			}
			return $this->result(false, $code, $detail);
		}
		$nos = in_array($code, self::FINAL, true) ? (int) ($this->store->notes()['nos'] ?? 0) + 1 : 0;
		$next = max((int) $claims->next, $nos === 0 ? 0 : time() + self::FINAL_WAITS_S[min($nos, 3) - 1]);
		$changes = $this->shown($body, $claims) + ['detail' => $detail, 'next_check_at' => $next, 'nos' => $nos];
		$changes += ['instance' => $fields['instance_identifier'], 'checked_at' => time()];
		$changes += ['fails' => 0, 'fault' => null, 'fault_since' => null, 'key' => $this->kept($fields)];
		$this->store->note($changes);
		$this->store->hold($proof);
		$this->schedule->plan($next);
		return $this->result($mayRun, $code, $detail === '' ? $this->active() : $detail);
	}

	private function kept(array $fields): string
	{
		return $this->store->fixedKey() === null ? (string) $fields['license_key'] : '';
	}

	private function shown(object $body, object $claims): array
	{
		$license = $body->license ?? $body;
		$asArray = static fn ($value) => json_decode((string) wp_json_encode($value), true);
		return [
			'activation_id' => $claims->act ?? $this->store->notes()['activation_id'] ?? null,
			'links' => array_filter((array) ($body->links ?? []), 'is_string'),
			'seats' => array_slice((array) $asArray($body->seats ?? []), 0, 10),
			'copy_of' => $asArray($body->copy_of ?? null),
			'seats_used' => $license->seats_used ?? null,
			'seat_limit' => $claims->license->seat_limit ?? null,
			'expires_at' => $claims->license->expires_at ?? null,
		];
	}

	private function silence(string $fault, int $retryAfter): array
	{
		$notes = $this->store->notes();
		$fails = (int) ($notes['fails'] ?? 0) + 1;
		[$seconds, $least, $most] = self::BACK_OFF[min($fails, 3) - 1];
		$wait = intdiv($seconds * random_int($least, $most), 100);
		$next = time() + max($wait, min($retryAfter, 86400));
		$since = $notes['fault_since'] ?? time();
		$changes = ['fails' => $fails, 'fault' => $fault, 'fault_since' => $since, 'next_check_at' => $next];
		$this->store->note($changes);
		if ($this->store->key() !== '') {
			$this->schedule->plan($next);
		}
		return $this->result(false, 'no_answer', $this->unreachable());
	}

	private function unproven(string $verb, Answer $answer, array $fields): array
	{
		if ($answer->status >= 400 && $verb !== 'check') {
			$code = (string) ($answer->body->code ?? 'bad_request');
			return $this->result(false, $code, (string) ($answer->body->detail ?? ''));
		}
		if ($verb === 'check') {
			return $this->silence('no_proof', $answer->retryAfter);
		}
		$taken = ['key' => $this->kept($fields), 'activation_id' => $answer->body->activation_id ?? null];
		$this->store->note($taken + ['instance' => $fields['instance_identifier']]);
		$this->schedule->plan(time() + self::BACK_OFF[0][0]);
		$detail = $this->config->t('The license is being confirmed. This takes minutes.');
		return $this->result(true, 'unconfirmed', $detail);
	}

	private function active(): string
	{
		return $this->config->t('This license is active on this site.');
	}

	private function unreachable(): string
	{
		return $this->config->t('The license service did not answer. Nothing has changed. Try again later.');
	}

	private function result(bool $ok, string $code, string $detail): array
	{
		return ['ok' => $ok, 'code' => $code, 'detail' => $detail];
	}
}

/**
 * Updates from the service, by WordPress's own updater. WordPress asks while it shows pages, so it gets what cron has
 * noted. A package is downloaded and checked here, before WordPress unpacks it.
 */
final class Updater
{
	private const PATH = '/api/v1/product/releases/latest';
	private const DOWNLOAD_S = 300;
	private const MOST_TEXT = 60000;
	private Root $root;
	private Config $config;
	private Http $http;
	private bool $hasAsked = false;
	private bool $isGoingBack = false;

	public function __construct(Root $root)
	{
		$this->root = $root;
		$this->config = $root->config;
		$this->http = new Http($this->config);
	}

	public function start(): void
	{
		$host = (string) wp_parse_url($this->config->url, PHP_URL_HOST);
		add_filter($this->config->isTheme ? "update_themes_$host" : "update_plugins_$host", [$this, 'offer'], 10, 3);
		add_filter('plugins_api', [$this, 'describe'], 10, 3);
		add_filter('upgrader_pre_download', [$this, 'download'], 10, 4);
	}

	public function refresh(): string
	{
		$notes = $this->root->store->notes();
		if ($this->root->store->key() === '') {
			return '';
		}
		$body = $this->ask($this->isGoingBack ? ['older_than' => $this->installed()] : []);
		if ($body === null) {
			return $this->config->t('The license service did not answer. Try again later.');
		}
		$release = json_decode((string) wp_json_encode($body->release), true);
		if (strlen((string) wp_json_encode($release['sections'] ?? [])) > self::MOST_TEXT) {
			$release['sections'] = [];
		}
		if (($release['version'] ?? '') !== ($notes['release']['version'] ?? '')) {
			delete_site_transient($this->config->isTheme ? 'update_themes' : 'update_plugins');
		}
		$this->root->store->note(['release' => $release, 'package' => (string) ($body->package->url ?? '')]);
		return (string) ($body->detail ?? '');
	}

	public function goBack(): array
	{
		require_once ABSPATH . 'wp-admin/includes/class-wp-upgrader.php';
		$left = $this->installed();
		$this->isGoingBack = true;
		$detail = $this->refresh();
		$package = (string) ($this->root->store->notes()['package'] ?? '');
		if ($package === '') {
			$this->isGoingBack = false;
			$detail = $detail === '' ? $this->config->t('There is no older version that this site may have.') : $detail;
			return ['ok' => false, 'code' => 'no_older_version', 'detail' => $detail];
		}
		$skin = new \Automatic_Upgrader_Skin();
		$upgrader = $this->config->isTheme ? new \Theme_Upgrader($skin) : new \Plugin_Upgrader($skin);
		$done = $upgrader->install($package, ['overwrite_package' => true]);
		$this->isGoingBack = false;
		$this->root->store->note($done === true ? ['left' => $left] : []);
		$this->refresh();
		if ($done === true) {
			$detail = $this->config->t('The version before is installed.');
			return ['ok' => true, 'code' => 'older_version', 'detail' => $detail];
		}
		$detail = is_wp_error($done) ? $done->get_error_message() : implode(' ', $skin->get_upgrade_messages());
		return ['ok' => false, 'code' => 'not_installed', 'detail' => $detail];
	}

	private function ask(array $more): ?object
	{
		$fields = $this->root->licensing()->credentials($this->root->store->key()) + $more;
		$answer = $this->http->post(self::PATH, $fields + [
			'instance_identifier' => $this->config->instance(),
			'channel' => $this->root->store->notes()['channel'] ?? 'stable',
			'installed_version' => $this->installed(),
			'php_version' => PHP_VERSION,
			'wp_version' => get_bloginfo('version'),
			'locale' => get_locale(),
		]);
		$isAnswer = $answer->body !== null && $answer->status === 200 && property_exists($answer->body, 'release');
		return $isAnswer ? $answer->body : null;
	}

	public function offer($update, $data, $file)
	{
		if ($file !== $this->config->basename) {
			return $update;
		}
		if (isset($_GET['force-check']) && !$this->hasAsked && current_user_can('update_plugins')) {
			$this->hasAsked = true;
			$this->refresh();
		}
		$notes = $this->root->store->notes();
		$release = (array) ($notes['release'] ?? []);
		$version = (string) ($release['version'] ?? $data['Version']);
		if ($version === ($notes['left'] ?? '')) {
			$version = (string) $data['Version'];
		}
		return [
			'slug' => $this->slug(),
			'theme' => $this->config->basename,
			'version' => $version,
			'new_version' => $version,
			'url' => "{$this->config->url}/changelog/{$this->config->aud()}",
			'package' => $this->root->mayUpdate() ? (string) ($notes['package'] ?? '') : '',
			'tested' => $release['tested'] ?? '',
			'requires' => $release['requires'] ?? '',
			'requires_php' => $release['requires_php'] ?? '',
			'icons' => $release['icons'] ?? [],
			'banners' => $release['banners'] ?? [],
			'upgrade_notice' => $release['upgrade_notice'] ?? '',
		];
	}

	public function describe($result, string $action, object $asked)
	{
		$isOurs = $action === 'plugin_information' && ($asked->slug ?? '') === $this->slug() && !$this->config->isTheme;
		$release = (array) ($this->root->store->notes()['release'] ?? []);
		if (!$isOurs || $release === []) {
			return $result;
		}
		return (object) [
			'name' => $release['name'] ?? $this->config->name,
			'slug' => $this->slug(),
			'version' => $release['version'],
			'requires' => $release['requires'] ?? '',
			'tested' => $release['tested'] ?? '',
			'requires_php' => $release['requires_php'] ?? '',
			'last_updated' => $release['published_at'] ?? '',
			'sections' => array_map('wp_kses_post', (array) ($release['sections'] ?? [])),
			'banners' => $release['banners'] ?? [],
			'homepage' => "{$this->config->url}/changelog/{$this->config->aud()}",
			'external' => true,
		];
	}

	public function download($reply, $package, $upgrader, $extra = [])
	{
		$names = [$extra['plugin'] ?? null, $extra['theme'] ?? null];
		$isOurs = in_array($this->config->basename, $names, true)
			|| ($package !== '' && $package === ($this->root->store->notes()['package'] ?? ''));
		if (!$isOurs || $reply !== false) {
			return $reply;
		}
		$this->http->timeout = Http::CRON_S;
		$detail = $this->refresh();
		$notes = $this->root->store->notes();
		if (($notes['package'] ?? '') === '') {
			return new \WP_Error('license_no_package', $detail);
		}
		$fault = null;
		$file = $this->fetch((string) $notes['package'], (array) $notes['release'], $fault);
		return $file ?? new \WP_Error('license_package_refused', (string) $fault);
	}

	private function fetch(string $url, array $release, ?string &$fault): ?string
	{
		require_once ABSPATH . 'wp-admin/includes/file.php';
		$file = wp_tempnam("{$this->slug()}.zip");
		$size = (int) $release['size'];
		$response = wp_remote_get($url, [
			'timeout' => self::DOWNLOAD_S,
			'stream' => true,
			'filename' => $file,
			'limit_response_size' => $size + 1,
		]);
		$status = is_wp_error($response) ? 0 : (int) wp_remote_retrieve_response_code($response);
		clearstatcache(true, $file);
		if ($status !== 200) {
			$fault = $this->config->t('The update could not be downloaded. Try again later.');
		} elseif (filesize($file) !== $size || hash_file('sha256', $file) !== $release['sha256']) {
			$fault = $this->config->t('The update is not the package that was published. It was not installed.');
		} elseif (!$this->isSigned($release)) {
			$fault = $this->config->t('The update is not signed by its publisher. It was not installed.');
		}
		if ($fault === null) {
			return $file;
		}
		wp_delete_file($file);
		return null;
	}

	private function isSigned(array $release): bool
	{
		$notes = $this->root->store->notes();
		if (!is_string($release['signature'] ?? null)) {
			return !$this->config->refusesUnsigned && empty($notes['expects_signatures']);
		}
		$version = $release['version'];
		$text = "license-package-v1\n{$this->config->aud()}/$version/{$release['sha256']}/{$release['size']}";
		$keys = new KeySet($this->config, $this->root->store, $this->http);
		try {
			Verifier::verifyPackage($release, $text, $keys->current());
		} catch (ProofRefused $refused) {
			return false;
		}
		$this->root->store->note(['expects_signatures' => true]);
		return true;
	}

	private function slug(): string
	{
		return $this->config->isTheme ? $this->config->basename : dirname($this->config->basename);
	}

	private function installed(): string
	{
		$header = get_file_data($this->headerFile(), ['version' => 'Version']);
		return (string) $header['version'];
	}

	private function headerFile(): string
	{
		return $this->config->isTheme ? dirname($this->config->file) . '/style.css' : $this->config->file;
	}
}

/** The card of the license in the admin area: its state in a sentence, and what a person can do about it. */
final class Card
{
	private const STALE_SCREENS = ['dashboard', 'plugins', 'dashboard-network', 'plugins-network'];
	private Root $root;
	private Config $config;

	public function __construct(Root $root)
	{
		$this->root = $root;
		$this->config = $root->config;
	}

	public function start(): void
	{
		add_action("admin_post_{$this->config->id}", [$this, 'act']);
		$where = $this->config->isNetwork ? 'network_' : '';
		add_action("{$where}admin_notices", [$this, 'notice']);
		if ($this->config->hasMenu) {
			add_action("{$where}admin_menu", [$this, 'addPage']);
			$link = $this->config->isNetwork ? 'network_admin_plugin_action_links_' : 'plugin_action_links_';
			add_filter($link . $this->config->basename, [$this, 'addLink']);
		}
	}

	public function addPage(): void
	{
		$parent = $this->config->isNetwork ? 'settings.php' : 'options-general.php';
		$title = sprintf($this->config->t('%s license'), $this->config->name);
		$page = function (): void {
			echo '<div class="wrap">';
			$this->render();
			echo '</div>';
		};
		add_submenu_page($parent, $title, $title, $this->config->capability(), $this->config->id, $page);
	}

	public function addLink(array $links): array
	{
		$label = esc_html($this->config->t('License'));
		$link = sprintf('<a href="%s">%s</a>', esc_url($this->config->cardUrl()), $label);
		return array_merge([$link], $links);
	}

	public function act(): void
	{
		if (!current_user_can($this->config->capability())) {
			wp_die(esc_html($this->config->t('You are not allowed to change this license.')), '', ['response' => 403]);
		}
		check_admin_referer($this->config->id);
		$sent = array_map('sanitize_text_field', array_filter(wp_unslash($_POST), 'is_string'));
		$key = $sent['license_key'] ?? '';
		$key = $key === '' || $this->root->store->fixedKey() !== null ? $this->root->store->key() : $key;
		switch ($sent['do'] ?? '') {
			case 'activate':
				$result = $this->root->activate($key, ($sent['replace'] ?? '') === '' ? null : $sent['replace']);
				break;
			case 'deactivate':
				$result = $this->root->deactivate();
				break;
			case 'move':
				$result = $this->root->move();
				break;
			case 'channel':
				$this->root->useChannel($sent['channel'] ?? 'stable');
				$result = ['ok' => true, 'detail' => $this->config->t('Saved.')];
				break;
			case 'back':
				$mayUpdate = current_user_can($this->config->isTheme ? 'update_themes' : 'update_plugins');
				$text = $this->config->t('You are not allowed to change this license.');
				$result = $mayUpdate ? $this->root->goBack() : ['ok' => false, 'detail' => $text];
				break;
			case 'forget':
				$this->root->forget();
				$result = ['ok' => true, 'detail' => $this->config->t('The license key was removed from this site.')];
				break;
			default:
				$result = $this->root->refresh();
		}
		set_transient($this->message(), $result, 60);
		wp_safe_redirect(wp_get_referer() ?: $this->config->cardUrl());
		exit;
	}

	public function render(): void
	{
		if (!current_user_can($this->config->capability())) {
			return;
		}
		$status = $this->root->status();
		$result = get_transient($this->message());
		delete_transient($this->message());
		echo '<div class="card license-service-card"><h2>', esc_html($this->config->name), '</h2>';
		// The sentence below says the same as a result that changed the state.
		if (is_array($result) && !in_array($result['detail'], ['', $this->sentence($status)], true)) {
			$this->printNotice($result['ok'] ? 'success' : 'error', $result['detail']);
		}
		$this->printState($status);
		$this->printForms($status);
		echo '</div>';
	}

	public function notice(): void
	{
		$screen = get_current_screen();
		$isShown = $screen !== null && in_array($screen->id, self::STALE_SCREENS, true);
		if (!$isShown || !current_user_can($this->config->capability())) {
			return;
		}
		$status = $this->root->status();
		if (in_array($status['code'], ['valid', 'no_key', 'unconfirmed'], true) && !$status['is_stale']) {
			return;
		}
		echo '<div class="notice notice-warning"><p><strong>', esc_html($this->config->name), ':</strong> ';
		echo esc_html($this->sentence($status)), ' <a href="', esc_url($this->config->cardUrl()), '">';
		echo esc_html($this->config->t('License')), '</a></p></div>';
	}

	public function sentence(array $status): string
	{
		if ($status['is_stale']) {
			$text = $this->config->t('This license could not be confirmed since %s. Updates wait until it is.');
			return sprintf($text, $this->date((int) $status['checked_at']));
		}
		switch ($status['code']) {
			case 'no_key':
				return $this->config->t('Enter your license key to get updates and support.');
			case 'unconfirmed':
				return $this->config->t('The license is being confirmed. This takes minutes.');
			case 'valid':
				return $this->config->t('This license is active on this site.');
			default:
				return (string) $status['detail'];
		}
	}

	private function printState(array $status): void
	{
		$kind = $status['code'] === 'valid' && !$status['is_stale'] ? 'success' : 'warning';
		$kind = in_array($status['code'], ['no_key', 'unconfirmed'], true) ? 'info' : $kind;
		$this->printNotice($status['may_run'] || $kind !== 'warning' ? $kind : 'error', $this->sentence($status));
		$date = fn ($at): string => $at ? $this->date(is_int($at) ? $at : (int) strtotime((string) $at)) : '';
		$rows = [
			$this->config->t('License key') => $status['key'],
			$this->config->t('Sites') => $this->seats($status),
			$this->config->t('Ends') => $date($status['expires_at']),
			$this->config->t('Last checked') => $date($status['checked_at']),
		];
		echo '<table class="widefat striped" role="presentation">';
		foreach (array_filter($rows) as $label => $value) {
			echo '<tr><th scope="row">', esc_html($label), '</th><td><bdi>', esc_html($value), '</bdi></td></tr>';
		}
		echo '</table>';
		if ($status['fault_since'] && $status['key'] !== '') {
			$text = $this->config->t('The license service could not be reached since %1$s. This site is not affected.')
				. ' ' . $this->config->t('It asks again at %2$s.');
			$times = [$this->date((int) $status['fault_since']), $this->date((int) $status['next_check_at'])];
			echo '<p class="description">', esc_html(vsprintf($text, $times)), '</p>';
		}
	}

	private function printForms(array $status): void
	{
		$isFixed = $status['is_key_fixed'];
		if (is_array($status['copy_of'])) {
			$this->printForm('move', $this->config->t('Move the seat here'), '', true);
			$this->printForm('activate', $this->config->t('Activate a seat of its own'), '', false);
		} elseif ($status['code'] === 'seat_limit_reached' && (array) $status['seats'] !== []) {
			$label = $this->config->t('Use the chosen seat for this site');
			$this->printForm('activate', $label, $this->choice($status), true);
		} elseif ($status['code'] !== 'no_key' && !$status['may_run'] && $status['code'] !== 'unconfirmed') {
			$this->printForm('activate', $this->config->t('Activate on this site'), '', true);
		}
		$this->printLinks($status);
		if (!$isFixed && !$status['may_run']) {
			$label = esc_html($this->config->t('License key'));
			$field = "<p><label>$label " . '<input type="text" name="license_key" class="regular-text code" dir="ltr"'
				. ' autocomplete="off" spellcheck="false" required></label></p>';
			$isFirst = $status['code'] === 'no_key';
			$text = $isFirst ? $this->config->t('Activate') : $this->config->t('Use another key');
			$this->printForm('activate', $text, $field, $isFirst);
		}
		if ($isFixed) {
			$text = $this->config->t('The license key is set by %s.');
			echo '<p class="description">', esc_html(sprintf($text, $this->config->constant())), '</p>';
		}
		if ($status['code'] === 'no_key') {
			return;
		}
		$this->printForm('check', $this->config->t('Check now'), '', false);
		if ($status['may_run']) {
			$this->printForm('deactivate', $this->config->t('Deactivate on this site'), '', false);
			$isBeta = $status['channel'] === 'beta';
			$other = sprintf('<input type="hidden" name="channel" value="%s">', $isBeta ? 'stable' : 'beta');
			$label = $isBeta ? $this->config->t('Leave the beta versions') : $this->config->t('Get beta versions');
			$this->printForm('channel', $label, $other, false);
			$this->printForm('back', $this->config->t('Go back to the version before'), '', false);
		} elseif (!$isFixed) {
			$this->printForm('forget', $this->config->t('Remove the key'), '', false);
		}
	}

	private function printForm(string $do, string $label, string $fields, bool $isPrimary): void
	{
		$isInline = $fields === '' || $do === 'channel';
		$style = $isInline ? 'display:inline-block;margin-block:8px;margin-inline-end:6px' : '';
		echo '<form method="post" style="', esc_attr($style), '" action="', esc_url(admin_url('admin-post.php')), '">';
		wp_nonce_field($this->config->id);
		printf('<input type="hidden" name="action" value="%s">', esc_attr($this->config->id));
		echo $fields;
		$class = $isPrimary ? 'button button-primary' : 'button';
		printf('<button class="%s" name="do" value="%s">', esc_attr($class), esc_attr($do));
		echo esc_html($label), '</button></form>';
	}

	private function choice(array $status): string
	{
		$html = '<fieldset><legend>' . esc_html($this->config->t('Free the seat of another site:')) . '</legend>';
		foreach ((array) $status['seats'] as $i => $seat) {
			$seen = strtotime((string) ($seat['last_checked_at'] ?? $seat['activated_at'] ?? ''));
			$text = sprintf($this->config->t('last seen on %s'), $this->date((int) $seen));
			$html .= sprintf(
				'<p><label><input type="radio" name="replace" value="%s"%s> <bdi>%s</bdi>, %s</label></p>',
				esc_attr((string) $seat['activation_id']),
				checked($i, 0, false),
				esc_html((string) ($seat['instance'] ?? $this->config->t('a site'))),
				esc_html($text)
			);
		}
		return "$html</fieldset>";
	}

	private function printLinks(array $status): void
	{
		$labels = [
			'renew_url' => $this->config->t('Renew'),
			'upgrade_url' => $this->config->t('Upgrade'),
			'manage_url' => $this->config->t('Manage'),
			'support_url' => $this->config->t('Support'),
		];
		$links = array_filter((array) $status['links'], 'is_string');
		echo '<p>';
		foreach (array_intersect_key($labels, $links) as $name => $label) {
			$link = '<a class="button" href="%s" target="_blank" rel="noopener">%s</a> ';
			printf($link, esc_url($links[$name], ['http', 'https']), esc_html($label));
		}
		echo '</p>';
	}

	private function seats(array $status): string
	{
		if ($status['seats_used'] === null) {
			return '';
		}
		if ($status['seat_limit'] === null) {
			return sprintf($this->config->t('%d used, no limit'), $status['seats_used']);
		}
		$free = max(0, $status['seat_limit'] - $status['seats_used']);
		$text = $this->config->t('%1$d of %2$d used, %3$d free');
		return sprintf($text, $status['seats_used'], $status['seat_limit'], $free);
	}

	private function printNotice(string $kind, string $text): void
	{
		printf('<div class="notice notice-%s inline"><p>%s</p></div>', esc_attr($kind), esc_html($text));
	}

	private function date(int $time): string
	{
		return (string) wp_date(get_option('date_format') . ' ' . get_option('time_format'), $time);
	}

	private function message(): string
	{
		return "{$this->config->id}_result_" . get_current_user_id();
	}
}

/** The license in Site Health: a test, and information for support without the key. */
final class Health
{
	private const LATE_S = 86400;
	private Root $root;
	private Config $config;

	public function __construct(Root $root)
	{
		$this->root = $root;
		$this->config = $root->config;
	}

	public function start(): void
	{
		add_filter('site_status_tests', function (array $tests): array {
			$tests['direct'][$this->config->id] = ['label' => $this->config->name, 'test' => [$this, 'test']];
			return $tests;
		});
		add_filter('debug_information', [$this, 'inform']);
	}

	public function test(): array
	{
		$status = $this->root->status();
		$isFine = $status['may_run'] && !$status['is_stale'];
		$isLate = $status['key'] !== '' && (int) $status['next_check_at'] < time() - self::LATE_S;
		$card = new Card($this->root);
		$text = $isLate
			? $this->config->t('WP-Cron does not run on this site, so the license cannot be checked.')
			: $card->sentence($status);
		$good = sprintf($this->config->t('The license of %s is active'), $this->config->name);
		$bad = sprintf($this->config->t('The license of %s needs attention'), $this->config->name);
		return [
			'label' => $isFine && !$isLate ? $good : $bad,
			'status' => $isFine && !$isLate ? 'good' : 'recommended',
			'badge' => ['label' => $this->config->t('License'), 'color' => 'blue'],
			'description' => '<p>' . esc_html($text) . '</p>',
			'actions' => sprintf(
				'<a href="%s">%s</a>',
				esc_url($this->config->cardUrl()),
				esc_html($this->config->t('License'))
			),
			'test' => $this->config->id,
		];
	}

	public function inform(array $sections): array
	{
		$fields = [];
		foreach (self::facts($this->root) as $name => $value) {
			$fields[$name] = ['label' => $name, 'value' => $value];
		}
		$label = sprintf($this->config->t('%s license'), $this->config->name);
		$sections[$this->config->id] = ['label' => $label, 'fields' => $fields];
		return $sections;
	}

	public static function facts(Root $root): array
	{
		$status = $root->status();
		$time = static fn ($at): string => $at ? gmdate('Y-m-d\TH:i:s\Z', (int) $at) : 'never';
		return [
			'client' => Root::VERSION,
			'service' => $root->config->url,
			'product' => $root->config->aud(),
			'site' => $root->config->instance(),
			'scope' => $root->config->isNetwork ? 'network' : 'site',
			'code' => (string) $status['code'],
			'may_run' => $status['may_run'] ? 'yes' : 'no',
			'may_update' => $status['may_update'] ? 'yes' : 'no',
			'activation_id' => (string) $status['activation_id'],
			'checked_at' => $time($status['checked_at']),
			'next_check_at' => $time($status['next_check_at']),
			'next_event' => $time($status['next_event']),
			'stale_ok_until' => $time($status['stale_ok_until']),
			'fault' => (string) ($status['fault'] ?? 'none'),
			'sodium' => extension_loaded('sodium') ? 'yes' : 'no, WordPress verifies in plain PHP',
			'cron' => defined('DISABLE_WP_CRON') && DISABLE_WP_CRON ? 'by the host' : 'by visits',
		];
	}
}

/** The text for the site's privacy policy. What is held names no person, as the exporter and the eraser say. */
final class Privacy
{
	private Root $root;
	private Config $config;

	public function __construct(Root $root)
	{
		$this->root = $root;
		$this->config = $root->config;
	}

	public function start(): void
	{
		add_action('admin_init', [$this, 'describe'], 20);
		add_filter('wp_privacy_personal_data_exporters', function (array $exporters): array {
			$exporters[$this->config->id] = [
				'exporter_friendly_name' => $this->config->name,
				'callback' => [$this, 'export'],
			];
			return $exporters;
		});
		add_filter('wp_privacy_personal_data_erasers', function (array $erasers): array {
			$erasers[$this->config->id] = [
				'eraser_friendly_name' => $this->config->name,
				'callback' => [$this, 'erase'],
			];
			return $erasers;
		});
	}

	public function describe(): void
	{
		$host = (string) wp_parse_url($this->config->url, PHP_URL_HOST);
		$text = $this->config->t('%1$s sends its license key, the address of this site and its versions to %2$s.')
			. ' ' . $this->config->t('It sends nothing about visitors or users.');
		$text = sprintf($text, $this->config->name, $host);
		wp_add_privacy_policy_content($this->config->name, '<p>' . esc_html($text) . '</p>');
	}

	public function export(string $email): array
	{
		return ['data' => [], 'done' => true];
	}

	public function erase(string $email): array
	{
		$text = $this->config->t('The license belongs to the site. It names no person.');
		return ['items_removed' => false, 'items_retained' => false, 'messages' => [$text], 'done' => true];
	}
}

/** `wp license …` for all licensed plugins of the site. */
final class Cli
{
	private static bool $isAdded = false;

	public static function start(): void
	{
		if (!self::$isAdded) {
			self::$isAdded = true;
			\WP_CLI::add_command('license', self::class);
		}
	}

	public function activate(array $arguments, array $options): void
	{
		$root = $this->root($options);
		$this->tell($root->activate($arguments[0] ?? $root->store->key(), $options['replace'] ?? null));
	}

	public function deactivate(array $arguments, array $options): void
	{
		$this->tell($this->root($options)->deactivate());
	}

	public function status(array $arguments, array $options): void
	{
		$this->show(Health::facts($this->root($options)), $options);
	}

	public function refresh(array $arguments, array $options): void
	{
		$this->tell($this->root($options)->refresh());
	}

	public function diagnose(array $arguments, array $options): void
	{
		$root = $this->root($options);
		$begun = microtime(true);
		$answer = (new Http($root->config))->get('/health');
		$took = (int) ((microtime(true) - $begun) * 1000);
		$reached = $answer->fault === null ? "yes, in $took ms" : "no: {$answer->fault} after $took ms";
		$clock = $answer->clock === 0 ? 'unknown' : abs($answer->clock - time()) . ' s';
		$this->show(['reached' => $reached, 'clock_off_by' => $clock] + Health::facts($root), $options);
	}

	private function root(array $options): Root
	{
		$roots = [];
		foreach (Client::all() as $client) {
			$root = $client->implementation();
			$roots[$root->config->product] = $root;
		}
		$product = $options['product'] ?? (count($roots) === 1 ? key($roots) : '');
		if (!isset($roots[$product])) {
			\WP_CLI::error('Choose one by --product: ' . implode(', ', array_keys($roots)));
		}
		return $roots[$product];
	}

	private function tell(array $result): void
	{
		$text = "{$result['code']}: {$result['detail']}";
		$result['ok'] ? \WP_CLI::success($text) : \WP_CLI::error($text);
	}

	private function show(array $facts, array $options): void
	{
		$rows = [];
		foreach ($facts as $name => $value) {
			$rows[] = ['name' => $name, 'value' => $value];
		}
		\WP_CLI\Utils\format_items($options['format'] ?? 'table', $rows, ['name', 'value']);
	}
}

/** One license on this site: what the façade calls, and the hooks that each kind of request needs. */
final class Root
{
	public const VERSION = '1.0.0';
	public Config $config;
	public Store $store;
	private Schedule $schedule;
	private ?Licensing $licensing = null;
	private ?Updater $updater = null;

	public function __construct(string $file, array $given)
	{
		$this->config = new Config($file, $given);
		$this->store = new Store($this->config);
		$this->schedule = new Schedule($this->config);
	}

	public function start(): void
	{
		add_action($this->config->id, [$this, 'refresh']);
		$this->updater()->start();
		if (is_admin()) {
			add_action('admin_init', [$this, 'prepare']);
			(new Card($this))->start();
			(new Health($this))->start();
			(new Privacy($this))->start();
		}
		if (defined('WP_CLI') && WP_CLI) {
			Cli::start();
		}
	}

	public function prepare(): void
	{
		if (!$this->config->isNetwork) {
			add_option($this->config->id, [], '', true);
		}
		$key = $this->store->key();
		$claims = $this->store->claims();
		$kh = Verifier::shortHash($key);
		$isNew = $claims !== null && !in_array($kh, [$claims->kh, $this->store->notes()['planned'] ?? ''], true);
		if ($key === '' && $claims !== null) {
			// The constant that held the key was removed.
			$this->forget();
		} elseif ($key !== '' && $this->schedule->ensure($isNew) && $isNew) {
			$this->store->note(['planned' => $kh]);
		}
	}

	public function forget(): void
	{
		$this->store->forget();
		$this->schedule->clear();
	}

	public function implementation(): self
	{
		return $this;
	}

	public function mayRun(): bool
	{
		$claims = $this->store->claims();
		if ($claims === null || $claims->verdict->may_run !== true) {
			return false;
		}
		return time() < $claims->exp || !$this->config->stopsWhenStale;
	}

	public function mayUpdate(): bool
	{
		$claims = $this->store->claims();
		return $claims !== null && $claims->verdict->may_update === true && time() < $claims->exp;
	}

	public function activate(string $key, ?string $replace = null): array
	{
		$result = $this->licensing()->activate($key, $replace);
		if ($result['ok']) {
			$this->updater()->refresh();
		}
		return $result;
	}

	public function deactivate(): array
	{
		return $this->licensing()->deactivate();
	}

	public function move(): array
	{
		return $this->licensing()->move();
	}

	public function refresh(): array
	{
		$result = $this->licensing()->check();
		if (!in_array($result['code'], ['no_answer', 'no_key'], true)) {
			$this->updater()->refresh();
		}
		return $result;
	}

	public function status(): array
	{
		$notes = $this->store->notes();
		$claims = $this->store->claims();
		$hasKey = $this->store->key() !== '';
		$isYes = $claims !== null && $claims->verdict->may_run === true;
		$kept = ['detail', 'links', 'seats', 'copy_of', 'seats_used', 'seat_limit', 'expires_at', 'checked_at'];
		$times = ['next_check_at', 'fault', 'fault_since', 'activation_id'];
		return [
			'code' => $claims->verdict->code ?? ($hasKey ? 'unconfirmed' : 'no_key'),
			'may_run' => $this->mayRun(),
			'may_update' => $this->mayUpdate(),
			'is_stale' => $isYes && time() >= $claims->exp,
			'stale_ok_until' => $isYes ? $claims->exp : null,
			'key' => $this->store->maskedKey(),
			'is_key_fixed' => $this->store->fixedKey() !== null,
			'channel' => $notes['channel'] ?? 'stable',
			'next_event' => wp_next_scheduled($this->config->id),
		] + array_intersect_key($notes, array_flip(array_merge($kept, $times)))
			+ array_fill_keys(array_merge($kept, $times), null);
	}

	public function card(): void
	{
		(new Card($this))->render();
	}

	public function useChannel(string $channel): void
	{
		$this->store->note(['channel' => $channel === 'beta' ? 'beta' : 'stable']);
		$this->updater()->refresh();
	}

	public function goBack(): array
	{
		return $this->updater()->goBack();
	}

	public function licensing(): Licensing
	{
		if ($this->licensing === null) {
			$http = new Http($this->config);
			$keys = new KeySet($this->config, $this->store, $http);
			$this->licensing = new Licensing($this->config, $this->store, $http, $keys, $this->schedule);
		}
		return $this->licensing;
	}

	private function updater(): Updater
	{
		$this->updater = $this->updater ?? new Updater($this);
		return $this->updater;
	}
}
}
}

namespace {
\LicenseService\V1\Versions::add('1.0.0', \LicenseService\V1\R1_0_0\Root::class);
}
