// Asks the registry for known faults of what is deployed, and fails for severe ones. Where the registry answers no such
// question (a mirror may not), it says so in one loud line and does not fail: the tests of a commit must not depend on
// where they run.
import { spawnSync } from 'node:child_process';

const { stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
  encoding: 'utf8',
});
const report = read(stdout);

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

if (report.auditReportVersion === undefined) {
  const reason = report.message ?? report.error?.summary ?? stderr.trim().split('\n')[0];
  console.log(
    `AUDIT LEFT OUT: the registry answers no audit (${String(reason).replaceAll(/https?:\/\/\S+/g, 'its address')})`,
  );
} else {
  const severe = Object.values(report.vulnerabilities).filter(
    ({ severity }) => severity === 'high' || severity === 'critical',
  );
  for (const { name, severity, range, via } of severe) {
    const titles = via.map((cause) => (typeof cause === 'string' ? cause : `${cause.title} ${cause.url}`));
    console.log(`${severity}: ${name} ${range}: ${titles.join('; ')}`);
  }
  const { total } = report.metadata.vulnerabilities;
  console.log(
    severe.length === 0
      ? `audit: nothing severe (${total} lesser)`
      : `audit: ${severe.length} severe: update them, or say why not in docs/decisions`,
  );
  process.exitCode = severe.length === 0 ? 0 : 1;
}
