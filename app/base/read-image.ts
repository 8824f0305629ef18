import { type Image, imageTypeOf } from '../../shared/slot/image.ts';
import { sha256 } from './hash.ts';

/** Returns the bytes of an image as a part of a message; null if they are not an image that models accept. */
export function imageOf(name: string, bytes: Uint8Array): (Image & { data: string }) | null {
  const media_type = imageTypeOf(bytes);
  if (media_type === null) return null;
  return { name, media_type, sha256: sha256(bytes), data: Buffer.from(bytes).toString('base64') };
}
