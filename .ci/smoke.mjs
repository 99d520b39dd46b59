// Starts the service by the README's own command and runs the README's curl blocks against it, in order and in one shell session.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const READY_WITHIN_MS = 30_000;
const STOPS_WITHIN_MS = 15_000;

/** Every `sh` block that calls the service or prepares its variables, with the answer shown after it. */
function callsIn(readme) {
  const blocks = [...readme.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```/gm)].map(([, language, info, text]) => ({
    language,
    info,
    text,
  }));
  return blocks
    .map((block, index) => ({
      ...block,
      shown: blocks[index + 1]?.language === 'json' ? blocks[index + 1].text : undefined,
    }))
    .filter(({ language, text }) => language === 'sh' && /\bcurl\b|\.local\/credentials\.json/.test(text))
    .map(({ info, text, shown }) => ({
      refused: info.trim() === 'refused',
      text,
      shown: /\bcurl\b/.test(text) ? shown : undefined,
    }));
}

// A failing curl inside $( ) or a pipe does not always end the shell: each unexpected status is noted in a file too.
const wrappedCurl = `set -euo pipefail
curl() {
  local code
  code=$(command curl --silent --show-error --max-time 20 --output "$SMOKE/body" --write-out '%{http_code}' "$@") || { echo "no answer: $*" >>"$SMOKE/failures"; return 1; }
  cp "$SMOKE/body" "$SMOKE/body.$BLOCK"; echo "$code" >"$SMOKE/status.$BLOCK"; cat "$SMOKE/body"; echo "   [$code]" >&2
  if [ "$REFUSED" = yes ] && [ "$code" -lt 400 ] || [ "$REFUSED" = no ] && [ "$code" -ge 400 ]; then echo "$code from: $*" >>"$SMOKE/failures"; return 1; fi
}
`;

function runCalls(calls, folder) {
  const script = calls
    .map(({ refused, text }, index) => `BLOCK=${index}; REFUSED=${refused ? 'yes' : 'no'}\n${text}\necho`)
    .join('\n');
  const { status } = spawnSync('bash', ['-c', wrappedCurl + script], {
    env: { ...process.env, SMOKE: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const failures = existsSync(join(folder, 'failures'))
    ? readFileSync(join(folder, 'failures'), 'utf8').trim().split('\n')
    : [];
  if (status !== 0 && failures.length === 0) failures.push(`the shell session ended with ${status}`);
  return failures;
}

/** The answer must have the members the README shows, and a refusal its status. */
function differencesIn(calls, folder) {
  return calls.flatMap(({ shown }, index) => {
    if (shown === undefined) return [];
    try {
      const expected = JSON.parse(shown);
      const actual = JSON.parse(readFileSync(join(folder, `body.${index}`), 'utf8'));
      const code = Number(readFileSync(join(folder, `status.${index}`), 'utf8'));
      const members = (value) => Object.keys(value).sort().join(', ');
      const found = [];
      if (members(expected) !== members(actual))
        found.push(`block ${index}: the README shows {${members(expected)}}, the answer has {${members(actual)}}`);
      if (typeof expected.status === 'number' && expected.status !== code)
        found.push(`block ${index}: the README shows ${expected.status}, the answer is ${code}`);
      return found;
    } catch (error) {
      return [`block ${index}: ${error.message}`];
    }
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function becomesReady(url, hasEnded) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline && !hasEnded()) {
    const response = await fetch(`${url}/ready`).catch(() => undefined);
    if (response?.ok) return true;
    await pause(100);
  }
  return false;
}

/** Every living process below this one; `/proc` knows them on Linux only. A zombie waits for its parent and is no longer alive. */
function descendantsOf(ancestor) {
  const processes = (existsSync('/proc/self/stat') ? readdirSync('/proc') : [])
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const [state, parent] = readFileSync(`/proc/${entry}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return state === 'Z' ? [] : [{ pid: Number(entry), parent: Number(parent) }];
      } catch {
        return [];
      }
    });
  const below = (pid) =>
    processes.filter(({ parent }) => parent === pid).flatMap((child) => [child.pid, ...below(child.pid)]);
  return below(ancestor);
}

const isAlive = (pid) => existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** Ctrl-C, as a terminal sends it: to the whole group. Returns what is still there afterwards. */
async function stop(service, hasEnded) {
  const family = descendantsOf(service.pid);
  process.kill(-service.pid, 'SIGINT');
  const deadline = Date.now() + STOPS_WITHIN_MS;
  while (Date.now() < deadline && (!hasEnded() || family.some(isAlive))) await pause(100);
  const left = family.filter(isAlive);
  for (const pid of left) process.kill(pid, 'SIGKILL');
  return hasEnded() ? left : [service.pid, ...left];
}

const calls = callsIn(readFileSync(process.argv[2] ?? 'README.md', 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'smoke-'));
const url = `http://127.0.0.1:${await freePort()}`;
const service = spawn('npm', ['start'], {
  detached: true,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, PORT: new URL(url).port },
});
const hasEnded = () => service.exitCode !== null || service.signalCode !== null;
const failures = [];
try {
  if (!calls.some(({ text }) => /\bcurl\b/.test(text))) failures.push('the README shows no call');
  else if (await becomesReady(url, hasEnded))
    failures.push(...runCalls(calls, folder), ...differencesIn(calls, folder));
  else failures.push(`the service was not ready within ${READY_WITHIN_MS / 1000} s`);
} finally {
  if (!hasEnded())
    for (const pid of await stop(service, hasEnded)) failures.push(`process ${pid} was left behind by Ctrl-C`);
  else failures.push('the service ended by itself');
  rmSync(folder, { recursive: true });
}
for (const failure of failures) console.log(`README: ${failure}`);
console.log(
  failures.length === 0
    ? `README: all ${calls.length} blocks answer as shown; nothing is left running`
    : 'README: does not hold',
);
process.exit(failures.length === 0 ? 0 : 1);
