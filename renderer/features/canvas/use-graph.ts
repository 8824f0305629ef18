import { useMemo, useRef } from 'react';
import { useStore } from 'reactflow';
import type { Crew } from '../../../shared/crew/schema.ts';
import { nodePositions } from '../../state/canvas/node-positions.ts';
import type { Box, Point } from '../../state/canvas/sizes.ts';
import { keysIn, visibleAreaOf } from '../../state/canvas/viewport.ts';
import { useDocument } from '../../state/document.ts';
import { useUi } from '../../state/ui.ts';
import { useRunSelector } from '../../state/use-run-selector.ts';
import { useWindowState } from '../../state/window-state.ts';
import { type CrewEdge, type CrewNode, edgesOf, nodesOf } from './graph.ts';
import { agentsKey, branchesKey, statesKey } from './task-display-states.ts';
import { useHighlightedPath } from './use-highlighted-path.ts';

/**
 * Which nodes and edges are elements: all; all nodes, with the edges drawn together; those in sight; or, if all nodes
 * are painted, only those that a person interacts with.
 */
export type NodeRendering = 'whole' | 'nodes' | 'sight' | 'painted';

export interface GraphInput {
  drawing: NodeRendering;
  dragged: ReadonlyMap<string, Point>;
  /** The node under the pointer, if nodes are painted. */
  hovered: string | null;
}

export interface Graph {
  nodes: CrewNode[];
  edges: CrewEdge[];
  positions: ReadonlyMap<string, Point>;
  selection: ReadonlySet<string>;
  /** The critical path, in order of time. */
  lit: readonly string[];
}

const NO_EDGES: CrewEdge[] = [];
/**
 * The maximum number of selected or dragged nodes that are mounted in addition to those in sight. Beyond it, only the
 * first ones are mounted, or none.
 */
const MAX_EXTRA_NODES = 200;

/** The nodes and edges of the crew on screen, with the states of the shown run. */
export function useGraph(input: GraphInput): Graph {
  const win = useWindowState();
  const { drawing, dragged } = input;
  const crew = useDocument((state) => state.crew);
  const chosen = useUi((state) => state.selection);
  const lit = useHighlightedPath();
  const before = useRef<ReadonlyMap<string, CrewNode>>(new Map());
  const selection = useMemo(() => new Set(chosen), [chosen]);
  const critical = useMemo(() => new Set(lit), [lit]);
  const positions = useMemo(() => nodePositions(crew), [crew]);
  const shown = useShown(input, positions, selection);
  const names = useMemo(() => namesOf(crew, shown), [crew, shown]);
  const looks = useRunSelector(names, statesKey);
  const assignees = useRunSelector(names, agentsKey);
  const branches = useRunSelector(names, branchesKey);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the run is folded in place, `givers` tells what it changed
  const edges = useMemo(() => {
    if (drawing === 'nodes' || drawing === 'painted') return NO_EDGES;
    return edgesOf(crew, win.run.getState().state, selection, lit, shown);
  }, [drawing, crew, selection, lit, shown, assignees, branches]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the run is folded in place, `looks` tells what it changed
  const nodes = useMemo(() => {
    const { state } = win.run.getState();
    const given = shown && new Set([...shown, ...edges.flatMap(({ source, target }) => [source, target])]);
    const made = nodesOf({ crew, positions, dragged, state, selection, critical, shown: given }, before.current);
    before.current = new Map(made.map((node) => [node.id, node]));
    return made;
  }, [crew, positions, dragged, selection, critical, looks, shown, edges]);
  return { nodes, edges, positions, selection, lit };
}

/** The keys of the nodes to mount; null: all. */
function useShown(
  { drawing, dragged, hovered }: GraphInput,
  positions: ReadonlyMap<string, Point>,
  selection: ReadonlySet<string>,
): ReadonlySet<string> | null {
  const sight = useVisibleArea(drawing === 'sight');
  const near = useMemo(() => sight && keysIn(positions, sight), [positions, sight]);
  const moving = drawing === 'sight' ? [...dragged.keys()].slice(0, MAX_EXTRA_NODES).join(' ') : '';
  const inSight = useMemo(() => near && new Set([...near, ...moving.split(' ').filter(Boolean)]), [near, moving]);
  const interactive = useMemo(() => {
    if (drawing !== 'painted') return null;
    return new Set([...(selection.size > MAX_EXTRA_NODES ? [] : selection), ...(hovered === null ? [] : [hovered])]);
  }, [drawing, selection, hovered]);
  return inSight ?? interactive;
}

function useVisibleArea(active: boolean): Box | null {
  return useStore(
    ({ transform, width, height }) => (active ? visibleAreaOf(transform, width, height) : null),
    isSameBox,
  );
}

function isSameBox(a: Box | null, b: Box | null): boolean {
  if (a === null || b === null) return a === b;
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function namesOf({ tasks }: Crew, shown: ReadonlySet<string> | null): string[] {
  return tasks.flatMap(({ name }) => (shown === null || shown.has(`task:${name}`) ? [name] : []));
}
