import { z } from 'zod';
import { imageTypeOf } from '../../../shared/slot/image.ts';
import type { SlotAnswer } from '../../../shared/slot/slot-request.ts';
import { sha256 } from '../../base/hash.ts';

/** The longest image that is passed on, and the number of images of one answer. */
const IMAGE_BYTES = 5 * 1024 * 1024;
const MAX_IMAGES = 10;

const contentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image'), data: z.string(), mimeType: z.string().catch('') }),
  z.object({ type: z.literal('audio'), mimeType: z.string().catch('') }),
  z.object({ type: z.literal('resource_link'), uri: z.string(), name: z.string().catch('') }),
  z.object({
    type: z.literal('resource'),
    resource: z.object({ uri: z.string().catch(''), text: z.string().optional(), mimeType: z.string().catch('') }),
  }),
]);
type Content = z.infer<typeof contentSchema>;

/** The result of `tools/call`. Unknown kinds of content are skipped. */
export const callResultSchema = z.object({
  content: z.array(contentSchema.nullable().catch(null)).catch([]),
  structuredContent: z.json().optional().catch(undefined),
  isError: z.boolean().catch(false),
});
type CallResult = z.infer<typeof callResultSchema>;

/** Returns the result of a call as the answer of a tool: its texts, and its images as far as models accept them. */
export function answerOf(tool: string, { content, structuredContent, isError }: CallResult): SlotAnswer {
  const images: NonNullable<SlotAnswer['images']> = [];
  const texts = content.flatMap((part) => (part === null ? [] : textOf(tool, part, images)));
  // Servers repeat structured content as text for clients that do not know it.
  if (texts.length === 0 && structuredContent !== undefined) texts.push(JSON.stringify(structuredContent));
  const text = texts.join('\n') || (images.length > 0 ? '' : 'The tool gave no answer.');
  return { ok: !isError, text, ...(images.length > 0 ? { images } : {}) };
}

function textOf(tool: string, part: Content, images: NonNullable<SlotAnswer['images']>): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'image': {
      const bytes = Buffer.from(part.data, 'base64');
      const media_type = imageTypeOf(bytes);
      if (media_type === null) return `[An image of an unknown type was left out: ${part.mimeType}]`;
      if (bytes.length > IMAGE_BYTES) return `[An image of ${bytes.length} bytes was left out: it is too large.]`;
      if (images.length >= MAX_IMAGES) return `[An image was left out: an answer can have ${MAX_IMAGES}.]`;
      images.push({ name: tool, media_type, sha256: sha256(bytes), data: bytes.toString('base64') });
      return `[Image ${images.length}: ${media_type}]`;
    }
    case 'audio':
      return `[Audio was left out: ${part.mimeType}]`;
    case 'resource_link':
      return `[Resource ${part.name}: ${part.uri}]`;
    case 'resource': {
      const { uri, text, mimeType } = part.resource;
      return text === undefined ? `[Resource ${uri} was left out: ${mimeType}]` : `[Resource ${uri}]\n${text}`;
    }
  }
}
