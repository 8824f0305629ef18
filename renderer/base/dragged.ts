import { z } from 'zod';

export const DRAG_TYPE = 'application/x-crewlane';

const draggedSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent') }),
  z.object({ kind: z.literal('task') }),
  z.object({ kind: z.literal('pool') }),
  /** A built-in tool, a tool of the crew, or `server__tool`, to be dropped on an agent or a task. */
  z.object({ kind: z.literal('tool'), tool: z.string().min(1) }),
  /** An agent of the crew, to be dropped on a task. */
  z.object({ kind: z.literal('assign'), agent: z.string() }),
]);
export type Dragged = z.infer<typeof draggedSchema>;

/** The dropped library entry, or null if it is not from the library. */
export function draggedIn(event: React.DragEvent): Dragged | null {
  const text = event.dataTransfer.getData(DRAG_TYPE);
  if (text === '') return null;
  return draggedSchema.safeParse(JSON.parse(text)).data ?? null;
}
