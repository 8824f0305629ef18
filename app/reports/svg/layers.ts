/** The fields of a task that the layout needs. */
export interface Placed {
  name: string;
  context: readonly string[];
}

const SWEEPS = 4;

/**
 * Arranges tasks in columns. A task is to the right of its context; a task without a context is one column left of
 * its first dependent. Within a column, tasks are ordered by the mean position of their neighbors, so that few edges
 * cross. The same tasks give the same layers.
 */
export function layersOf<Task extends Placed>(tasks: readonly Task[]): Task[][] {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const after = dependents(tasks);
  const depth = moveRootsRight(tasks, depths(tasks, byName), after);
  const layers: Task[][] = [];
  for (const task of tasks) {
    const at = depth.get(task.name) ?? 0;
    while (layers.length <= at) layers.push([]);
    layers[at]?.push(task);
  }
  const places = new Map<string, number>();
  for (const layer of layers) storePositions(layer, places);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const layer of layers) reorder(layer, places, (task) => task.context);
    for (const layer of [...layers].reverse()) reorder(layer, places, (task) => after.get(task.name) ?? []);
  }
  return layers;
}

function depths(tasks: readonly Placed[], byName: ReadonlyMap<string, Placed>): Map<string, number> {
  const depth = new Map<string, number>();
  const open: Placed[] = [...tasks].reverse();
  for (let task = open.at(-1); task !== undefined; task = open.at(-1)) {
    const before = task.context.flatMap((name) => byName.get(name) ?? []);
    const missing = before.filter((other) => !depth.has(other.name));
    if (depth.has(task.name) || missing.length === 0) {
      open.pop();
      depth.set(
        task.name,
        before.reduce((most, other) => Math.max(most, (depth.get(other.name) ?? 0) + 1), 0),
      );
    } else {
      open.push(...missing);
    }
  }
  return depth;
}

/** Moves tasks without a context right, into the column before their first dependent. */
function moveRootsRight(
  tasks: readonly Placed[],
  depth: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, readonly string[]>,
): Map<string, number> {
  const moved = new Map(depth);
  for (const { name, context } of tasks) {
    const waiting = (after.get(name) ?? []).map((other) => depth.get(other) ?? 0);
    if (context.length === 0 && waiting.length > 0) {
      moved.set(name, waiting.reduce((least, at) => Math.min(least, at)) - 1);
    }
  }
  return moved;
}

function dependents(tasks: readonly Placed[]): Map<string, string[]> {
  const after = new Map<string, string[]>();
  for (const task of tasks) {
    for (const before of task.context) after.set(before, [...(after.get(before) ?? []), task.name]);
  }
  return after;
}

/** Stores the position of each task in its column, from 0 (top) to 1. */
function storePositions(layer: readonly Placed[], places: Map<string, number>): void {
  layer.forEach(({ name }, at) => {
    places.set(name, (at + 0.5) / layer.length);
  });
}

function reorder<Task extends Placed>(
  layer: Task[],
  places: Map<string, number>,
  neighbors: (task: Task) => readonly string[],
): void {
  const wanted = new Map<string, number>();
  for (const task of layer) {
    const known = neighbors(task).flatMap((name) => places.get(name) ?? []);
    const mean = known.reduce((sum, place) => sum + place, 0) / known.length;
    wanted.set(task.name, known.length === 0 ? (places.get(task.name) ?? 0) : mean);
  }
  layer.sort((a, b) => (wanted.get(a.name) ?? 0) - (wanted.get(b.name) ?? 0));
  storePositions(layer, places);
}
