import { z } from 'zod';

/**
 * Other names of a tool's arguments, by argument, the preferred one first. Models know these names from the tools of
 * other products. A list of names stands for a path whose parts are separate arguments.
 */
export type ArgumentAliases = Readonly<Record<string, readonly (string | readonly string[])[]>>;

const objectSchema = z.record(z.string(), z.unknown());

/**
 * Returns the arguments of a call under the tool's own names. An argument under its own name is preferred: a different
 * value under another name remains as it is, so that a strict schema reports it. Optional arguments that are null are
 * left out, because some models send every argument.
 * @param args unchecked JSON from a model; anything but an object is returned unchanged
 */
export function withOwnNames(args: unknown, aliases: ArgumentAliases = {}): unknown {
  const object = objectSchema.safeParse(args);
  if (!object.success) return args;
  const given = new Map(Object.entries(object.data).filter(([, value]) => value !== null));
  for (const [name, others] of Object.entries(aliases)) {
    for (const other of others) rename(given, name, typeof other === 'string' ? [other] : other);
  }
  return Object.fromEntries(given);
}

/** Moves a value to the name of its argument, or removes it if the argument has that value already. */
function rename(given: Map<string, unknown>, name: string, others: readonly string[]): void {
  if (!others.every((other) => given.has(other))) return;
  const value = joined(others.map((other) => given.get(other)));
  if (value === undefined || (given.has(name) && given.get(name) !== value)) return;
  for (const other of others) given.delete(other);
  given.set(name, value);
}

/** Returns a single value unchanged, and several texts as one path; undefined if they are not texts. */
function joined(values: readonly unknown[]): unknown {
  if (values.length === 1) return values[0];
  const texts = z.array(z.string()).safeParse(values);
  if (!texts.success) return undefined;
  return texts.data
    .map((text, index) => (index === texts.data.length - 1 ? text : text.replace(/[/\\]+$/, '')))
    .filter((text, index) => text !== '' || index === texts.data.length - 1)
    .join('/');
}
