import { z } from 'zod';

/** A page of the web as its server sent it. The process of the engine fetches it, and slots convert it. */
export const fetchedPageSchema = z.object({
  /** The address after all redirects. */
  url: z.string(),
  /** The header `Content-Type`. */
  type: z.string(),
  /** The decoded text, or the bytes in base64 of a document that is not text. */
  body: z.discriminatedUnion('encoding', [
    z.object({ encoding: z.literal('text'), text: z.string() }),
    z.object({ encoding: z.literal('base64'), base64: z.string() }),
  ]),
  /** The unpacked size in bytes. */
  bytes: z.int().nonnegative(),
});
export type FetchedPage = z.infer<typeof fetchedPageSchema>;
