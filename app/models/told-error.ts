import { z } from 'zod';
import { parseJson } from '../../shared/parse-json.ts';

const told = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ message: z.string() }).transform(({ message }) => message),
]);
/** Google's compatible servers put theirs in a list. */
const toldSchema = z.union([told, z.tuple([told], z.unknown()).transform(([first]) => first)]);

/** What a server says went wrong, in any of the shapes that are about; else the text as it is. */
export function toldError(body: string): string {
  const read = toldSchema.safeParse(parseJson(body));
  return read.success ? read.data : body;
}
