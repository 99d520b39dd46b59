import type { Command } from './command.ts';
import { Refused, Usage } from './failures.ts';

const LICENSES = '/api/v1/admin/licenses';
const CRITERIA = ['email', 'license-key', 'external-id', 'instance'] as const;

export const licenseCommands: readonly Command[] = [
  {
    words: 'license find',
    summary: 'Find licenses of all brands by one of its flags, or by --email and --license-key together',
    flags: {
      email: { type: 'string', help: 'the e-mail of the customer' },
      'license-key': { type: 'string', help: 'the license key: in full, masked, or its last four characters' },
      'external-id': { type: 'string', help: 'the order or invoice number of the purchase, in upper or lower case' },
      instance: { type: 'string', help: 'a site or a host on which the license is or was active' },
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
    summary: 'Show one license of any brand',
    flags: {},
    examples: ['license show 01938c5b-11aa-7b3c-8d4e-2f60718293a4 --stage prod'],
    run: async (asked) => {
      const [found] = await (await asked.service()).all(LICENSES, 'licenses', { license_id: asked.operand });
      if (found === undefined) throw new Refused(`There is no license ${JSON.stringify(asked.operand)}.`);
      return { answer: found };
    },
  },
];
