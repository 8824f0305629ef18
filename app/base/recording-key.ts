import { canonicalJson } from './canonical-json.ts';
import { sha256 } from './hash.ts';

/** Returns the key of a request in a recording: the SHA-256 of its canonical JSON, in hex. */
export function recordingKey(request: object): string {
  return sha256(canonicalJson(request));
}
