import { z } from 'zod';
import { parseJson } from '../shared/parse-json.ts';
import type { Origin } from '../shared/trust/permission.ts';

/** The start of the text that a window copies (`copiedSchema` in the renderer is the complete schema). */
const nodesSchema = z.object({ crewlane: z.literal('nodes/1') });

/** The origin of the agents and tasks in the clipboard. */
export class CopiedNodes {
  #last: { text: string; origin: Origin } | null = null;

  /** Records a text that a window copied. @param origin the origin of its crew */
  recordCopy(text: string, origin: Origin): void {
    this.#last = { text, origin };
  }

  /**
   * The origin of a crew after a text was pasted into it. Agents and tasks name models and tools, so a crew is trusted no
   * more than what was pasted into it. What this application has not copied, such as a text from a chat, is foreign.
   */
  originAfterPaste(text: string, origin: Origin): Origin {
    if (!nodesSchema.safeParse(parseJson(text)).success) return origin;
    return lessTrusted(origin, this.#last?.text === text ? this.#last.origin : 'foreign');
  }
}

const BY_TRUST: readonly Origin[] = ['foreign', 'trusted', 'own'];

/** Returns the origin of a combination of two sources. */
export function lessTrusted(one: Origin, other: Origin): Origin {
  return BY_TRUST.indexOf(one) < BY_TRUST.indexOf(other) ? one : other;
}
