/**
 * Serializes an array of texts as PHP's `serialize` does. Lengths count bytes. Nothing but texts is ever written: a
 * client calls `unserialize` on it, which must not meet an object.
 */
export function serializeTexts(texts: Readonly<Record<string, string>>): string {
  const entries = Object.entries(texts).map(([name, text]) => serializeText(name) + serializeText(text));
  return `a:${String(entries.length)}:{${entries.join('')}}`;
}

/** An unpaired surrogate has no bytes of its own: it is counted as it will be sent. */
function serializeText(text: string): string {
  const sent = text.toWellFormed();
  return `s:${String(Buffer.byteLength(sent))}:"${sent}";`;
}
