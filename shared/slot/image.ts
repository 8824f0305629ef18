import { z } from 'zod';

/** The kinds of images that models accept. */
export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** An image in a message to a model. */
export const imageSchema = z.object({
  /** The name that the model reads: that of a file, or of the tool that answered with the image. */
  name: z.string(),
  media_type: z.enum(IMAGE_TYPES),
  /** SHA-256 of the bytes, in hex. */
  sha256: z.string(),
  /** The bytes in base64. Absent in reports: an image of an attachment is not stored again with each call. */
  data: z.string().optional(),
});
export type Image = z.infer<typeof imageSchema>;

/**
 * Returns the kind of an image by its first bytes; null for anything else. Names and declared types of files are not
 * reliable.
 */
export function imageTypeOf(bytes: Uint8Array): ImageType | null {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(text)) return 'image/gif';
  if (/^RIFF.{4}WEBP$/s.test(text)) return 'image/webp';
  return null;
}
