/** The facts that a brand's renewal page gets. */
type Renewal = { license_key: string; item_id: string };

const PLACEHOLDER = /\{([^{}]*)\}/g;
const NAMES: readonly string[] = ['license_key', 'item_id'] satisfies (keyof Renewal)[];

export function isRenewalUrl(text: string): boolean {
  const named = [...text.matchAll(PLACEHOLDER)].map((match) => String(match[1]));
  const url = URL.parse(text.replaceAll(PLACEHOLDER, 'x'));
  return named.every((name) => NAMES.includes(name)) && url?.protocol === 'https:' && url.username === '';
}

/** Fills in the placeholders. A brand whose address has none passes nothing on. */
export function fillRenewalUrl(template: string, renewal: Renewal): string {
  return template.replaceAll(PLACEHOLDER, (placeholder, name: string) =>
    NAMES.includes(name) ? encodeURIComponent(renewal[name as keyof Renewal].toWellFormed()) : placeholder,
  );
}
