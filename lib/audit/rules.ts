import { answerRules } from './rules/answers.ts';
import { apiKeyRules } from './rules/api-keys.ts';
import { archiveRules } from './rules/archive.ts';
import { brandRules } from './rules/brands.ts';
import { counterRules } from './rules/counters.ts';
import { customerRules } from './rules/customers.ts';
import { erasureRules } from './rules/erasures.ts';
import { importRules } from './rules/imports.ts';
import { journalRules } from './rules/journal.ts';
import { licenseKeyRules } from './rules/license-keys.ts';
import { licenseRules } from './rules/licenses.ts';
import { productRules } from './rules/products.ts';
import { releaseRules } from './rules/releases.ts';
import { webhookRules } from './rules/webhooks.ts';
import type { Rule } from './rule.ts';

/** Every promise of the table. To add one, add a rule to a list, and its way to break to test/audit. */
export const auditRules: readonly Rule[] = [
  ...licenseRules,
  ...licenseKeyRules,
  ...customerRules,
  ...apiKeyRules,
  ...brandRules,
  ...productRules,
  ...releaseRules,
  ...importRules,
  ...journalRules,
  ...archiveRules,
  ...answerRules,
  ...webhookRules,
  ...erasureRules,
  ...counterRules,
];
