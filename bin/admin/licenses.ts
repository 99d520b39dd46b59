import type { Command } from './command.ts';
import { Refused, Usage } from './failures.ts';

const LICENSES = '/api/v1/admin/licenses';
const CRITERIA = ['email', 'license-key', 'external-id', 'instance'] as const;

export const licenseCommands: readonly Command[] = [
  {
    words: 'license find',
    summary: 'Find licenses of all brands; by one of these, or by e-mail and license key',
    flags: {
      email: { type: 'string', help: 'whose licenses' },
      'license-key': { type: 'string', help: 'their key, whole, masked or its last four; with --email too' },
      'external-id': { type: 'string', help: 'the order or invoice number that made them, in any case' },
      instance: { type: 'string', help: 'a site they are or were active on, or a host' },
    },
    examples: [
      'license find --local --email ann@example.com',
      'license find --stage prod --instance https://shop.example --json',
    ],
    run: async (asked) => {
      const given = CRITERIA.flatMap((flag) => {
        const text = asked.text(flag);
        return text === undefined ? [] : [[flag.replace('-', '_'), text] as const];
      });
      const isPair = ['email', 'license_key'].every((name) => given.some(([criterion]) => criterion === name));
      if (given.length !== (isPair ? 2 : 1))
        throw new Usage(`Give exactly one of ${CRITERIA.map((flag) => `--${flag}`).join(', ')}`);
      return {
        answer: { licenses: await (await asked.service()).all(LICENSES, 'licenses', Object.fromEntries(given)) },
      };
    },
  },
  {
    words: 'license show',
    operand: 'LICENSE_ID',
    summary: 'Show one license, of whichever brand',
    flags: {},
    examples: ['license show 01938c5b-11aa-7b3c-8d4e-2f60718293a4 --stage prod'],
    run: async (asked) => {
      const [found] = await (await asked.service()).all(LICENSES, 'licenses', { license_id: asked.operand });
      if (found === undefined) throw new Refused(`There is no license ${JSON.stringify(asked.operand)}.`);
      return { answer: found };
    },
  },
];
