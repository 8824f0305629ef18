import { z } from 'zod';

const point = z.tuple([z.number(), z.number()]);
export const layoutSchema = z.strictObject({
  nodes: z
    .record(z.string(), point)
    .default({})
    .describe('The upper left corner of each node, by `task:NAME` or `agent:NAME`.'),
  groups: z
    .array(
      z.strictObject({
        title: z.string().describe('The label of the group.'),
        color: z.string().optional().describe('The color of the group, as CSS writes it.'),
        nodes: z.array(z.string()).default([]).describe('The nodes of the group, by their keys in `layout.nodes`.'),
      }),
    )
    .default([])
    .describe('Frames around nodes.'),
  viewport: z
    .strictObject({ x: z.number(), y: z.number(), zoom: z.number().positive() })
    .optional()
    .describe('The part of the canvas that is shown.'),
});
