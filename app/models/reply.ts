import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { parseJson } from '../../shared/parse-json.ts';
import type { Failure } from '../../shared/run/error-kind.ts';
import type { ModelAccess } from '../../shared/slot/protocol.ts';
import type { Answer } from './answer.ts';
import { decoded, drain, errorText, isBroken, textUpTo } from './body.ts';
import { chunkSchema, isError } from './chunk.ts';
import { DONE, readEvents } from './event-stream.ts';
import { cutOff, notTheApi, refused, streamFailed, tooLong } from './failure.ts';
import { wholeAnswer } from './whole-answer.ts';

/** Larger answers are refused: no model writes them, and several of them would exhaust the memory of a slot. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Reads a response until it or the answer ends. Returns null, or why there is no answer. */
export async function readReply(
  response: IncomingMessage,
  access: ModelAccess,
  answer: Answer,
): Promise<Failure | null> {
  const body = decoded(response);
  try {
    return await read(response, body, access, answer);
  } catch (error) {
    if (!isBroken(error)) throw error;
    return answer.ending === null ? cutOff(access.base_url) : null;
  } finally {
    drain(response, body);
  }
}

/** The text of an error response. */
export async function readError(response: IncomingMessage): Promise<string> {
  const body = decoded(response);
  try {
    return await errorText(body);
  } finally {
    drain(response, body);
  }
}

async function read(
  { statusCode = 0, headers }: IncomingMessage,
  body: Readable,
  access: ModelAccess,
  answer: Answer,
): Promise<Failure | null> {
  if (statusCode < 200 || statusCode > 299) return refused(statusCode, headers, await errorText(body), access);
  const type = headers['content-type']?.toLowerCase() ?? '';
  if (type.includes('html')) return notTheApi(access.base_url, type);
  if (type.includes('json')) {
    const text = await textUpTo(body, MAX_ANSWER_BYTES);
    return text === null ? tooLong(access.base_url, MAX_ANSWER_BYTES) : readWhole(text, type, access, answer);
  }
  const failure = await readStream(body, access, answer);
  // A body in the event-stream format is read as a stream, regardless of its content type.
  const isNone = !failure && answer.ending === null && !answer.hasBegun && !type.includes('event-stream');
  return isNone ? notTheApi(access.base_url, type) : failure;
}

/** Parses JSON, or a stream that is labeled as JSON. */
function readWhole(
  body: string,
  type: string,
  access: ModelAccess,
  answer: Answer,
): Failure | null | Promise<Failure | null> {
  if (/^\s*(data|event)?:/.test(body)) return readStream(Readable.from([Buffer.from(body)]), access, answer);
  const json = parseJson(body);
  if (isError(chunkSchema.safeParse(json).data)) return streamFailed(access, body);
  const chunk = wholeAnswer(json);
  if (chunk === null) return notTheApi(access.base_url, type);
  answer.take(chunk);
  return null;
}

async function readStream(body: Readable, access: ModelAccess, answer: Answer): Promise<Failure | null> {
  let failure: Failure | null = null;
  let length = 0;
  await readEvents(body, ({ event, data }) => {
    const said = data.trim();
    length += data.length;
    if (length > MAX_ANSWER_BYTES) failure = tooLong(access.base_url, MAX_ANSWER_BYTES);
    else if (said === DONE) answer.end();
    else if (event === 'error') failure = streamFailed(access, said);
    else if (said !== '') failure = takeChunk(said, access, answer);
    return said === DONE || failure !== null;
  });
  return failure;
}

function takeChunk(data: string, access: ModelAccess, answer: Answer): Failure | null {
  const chunk = chunkSchema.safeParse(parseJson(data)).data;
  if (chunk === undefined) return notTheApi(access.base_url, 'a stream of something else');
  if (isError(chunk)) return streamFailed(access, data);
  answer.take(chunk);
  return null;
}
