/**
 * Replaces `{name}` by the input of that name. Braces around anything else stay as they are, so that JSON in a text
 * survives; inputs are not filled in again.
 */
export function fillPlaceholders(text: string, inputs: Readonly<Record<string, string>>): string {
  return text.replace(/\{([^{}\s]{1,64})\}/g, (whole, name: string) =>
    Object.hasOwn(inputs, name) ? (inputs[name] ?? whole) : whole,
  );
}
