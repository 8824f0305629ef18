import { z } from 'zod';
import { parseJson } from '../../shared/parse-json.ts';

/** An error as reported by a server, in the form of OpenAI's errors. The names are in lower case. */
export interface ServerError {
  message: string;
  code: string | null;
  type: string | null;
  /** The field in which Google's servers name the kind of an error. */
  status: string | null;
  /** The field of the request that the error concerns. */
  param: string | null;
}

const name = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null)
  .transform((one) => one?.toLowerCase() || null);
const param = z
  .string()
  .nullish()
  .catch(null)
  .transform((one) => one || null);
const names = { code: name, type: name, status: name, param };
const withMessage = z.object({ message: z.string(), ...names });
/** The first error of a server that validates the body (FastAPI). Its location starts with `body`. */
const invalid = z
  .tuple(
    [z.object({ type: name, loc: z.array(z.union([z.string(), z.number()])), msg: z.string().catch('') })],
    z.unknown(),
  )
  .transform(([{ type, loc, msg }]): ServerError => {
    const place = loc.filter((part) => part !== 'body').join('.');
    return { message: `${place}: ${msg || type}`, code: null, type, status: null, param: place || null };
  });

const reported: z.ZodType<ServerError> = z.union([
  z.object({ error: withMessage }).transform(({ error }) => error),
  z.object({ error: z.string(), ...names }).transform(({ error, ...rest }) => ({ message: error, ...rest })),
  z.object({ errors: withMessage }).transform(({ errors }) => errors),
  withMessage,
  z.object({ detail: z.string(), ...names }).transform(({ detail, ...rest }) => ({ message: detail, ...rest })),
  z.object({ message: z.object({ detail: invalid }) }).transform(({ message }) => message.detail),
  z.object({ detail: invalid }).transform(({ detail }) => detail),
]);
/** Google's compatible servers put their error in a list. */
const errorSchema = z.union([reported, z.tuple([reported], z.unknown()).transform(([first]) => first)]);

/** Parses an error body in any of the known shapes; any other text becomes the message. */
export function serverError(body: string): ServerError {
  return errorSchema.safeParse(parseJson(body)).data ?? unnamed(body);
}

/** Reads an error that the package has parsed: the value of the key `error`. */
export function parsedError(error: unknown): ServerError {
  const read = errorSchema.safeParse({ error }).data;
  return read ?? unnamed(typeof error === 'string' ? error : (JSON.stringify(error) ?? ''));
}

/** Returns the names of an error, from all fields that can contain them. */
export function namesOf({ code, type, status }: ServerError): string[] {
  return [code, type, status].filter((one) => one !== null);
}

function unnamed(message: string): ServerError {
  return { message, code: null, type: null, status: null, param: null };
}
