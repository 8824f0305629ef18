import type { Image } from '../../shared/slot/image.ts';
import type { Message } from '../../shared/slot/message.ts';

/**
 * Returns the messages with images as content parts of OpenAI's chat completions. Answers of tools consist of text
 * only, so the images of an answer's tool calls follow these calls in a message of the user.
 * @param isRead whether the model reads images; if not, a note replaces each
 */
export function withImageParts(messages: readonly Message[], isRead: boolean): object[] {
  const sent: object[] = [];
  let ofTools: Image[] = [];
  const flush = () => {
    if (ofTools.length > 0) sent.push(userMessage('The images of the tool answers above:', ofTools, isRead));
    ofTools = [];
  };
  for (const message of messages) {
    if (message.role !== 'tool') flush();
    if (message.role === 'tool') {
      const { images = [], ...text } = message;
      ofTools.push(...images);
      sent.push(text);
    } else if (message.role === 'user' && message.images?.length) {
      sent.push(userMessage(message.content, message.images, isRead));
    } else {
      sent.push(message);
    }
  }
  flush();
  return sent;
}

function userMessage(text: string, images: readonly Image[], isRead: boolean): object {
  if (!isRead) {
    const notes = images.map(({ name }) => `[image ${name}, which you cannot read]`);
    return { role: 'user', content: [text, ...notes].join('\n') };
  }
  return { role: 'user', content: [{ type: 'text', text }, ...images.flatMap(partsOf)] };
}

/** The name precedes the image, because a text may refer to it. */
function partsOf({ name, media_type, data }: Image): object[] {
  if (data === undefined) return [{ type: 'text', text: `[image ${name}, which is not available any more]` }];
  const url = `data:${media_type};base64,${data}`;
  return [
    { type: 'text', text: `[image ${name}]` },
    { type: 'image_url', image_url: { url } },
  ];
}
