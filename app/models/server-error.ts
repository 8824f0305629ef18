import { z } from 'zod';
import { parseJson } from '../../shared/parse-json.ts';

/** An error as reported by a server. */
export interface ServerError {
  message: string;
  /** Its machine-readable names, in lower case: `code`, `type` and `status` of the error. */
  names: string[];
  /** The request's field that it is about. */
  param: string | null;
}

const name = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);
const names = { code: name, type: name, status: name, param: z.string().nullish().catch(null) };
const withMessage = z.object({ message: z.string(), ...names });

const reported = z.union([
  z.object({ error: withMessage }).transform(({ error }) => ofObject(error)),
  z.object({ error: z.string(), ...names }).transform(({ error, ...rest }) => ofObject({ message: error, ...rest })),
  z.object({ errors: withMessage }).transform(({ errors }) => ofObject(errors)),
  withMessage.transform(ofObject),
  z.object({ detail: z.string(), ...names }).transform(({ detail, ...rest }) => ofObject({ message: detail, ...rest })),
]);
/** Google's compatible servers put their error in a list. */
const errorSchema = z.union([reported, z.tuple([reported], z.unknown()).transform(([first]) => first)]);

/** Parses an error body in any of the known shapes; any other text becomes the message. */
export function serverError(body: string): ServerError {
  const read = errorSchema.safeParse(parseJson(body));
  return read.success ? read.data : { message: body, names: [], param: null };
}

function ofObject({ message, code, type, status, param }: z.infer<typeof withMessage>): ServerError {
  const all = [code, type, status].flatMap((one) => (one ? [one.toLowerCase()] : []));
  return { message, names: all, param: param ?? null };
}
